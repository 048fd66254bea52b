//! Bacula: the jobs of `bconsole`, as tables (`list jobs`) and as blocks (`llist jobs`), which is what people are shown.
//!
//! Written after real output of 9.6; a job is read as one of Bareos is. Bacula's own `.api 2` prints no JSON. Names of
//! columns come in the catalogue's case; numbers with commas, of SQLite without; a name that is not set as `NULL`.

use super::bareos::JOB;
use super::mapping::Mapping;
use super::parts::{Parts, divided};
use super::{Form, Format, Layout, Record, Refusal, Shape, Source, message};

/// The registry's row.
pub(super) static SOURCE: Source = Source {
    name: "bacula",
    title: "Bacula",
    empty_list: None,
    formats: &[
        Format {
            name: "bacula error",
            command: "",
            kinds: &[],
            reaches_days: None,
            layout: Layout::Document,
            detect: |s| s.form == Form::Text && !is_jobs(s) && is_refused(&s.text),
            open: |context| message::hiding(&["run"], context),
            fills: &[],
        },
        divided!([JOBS], split, {
            name: "bacula jobs",
            command: "echo 'llist jobs' | bconsole",
            kinds: &["run"],
            reaches_days: None,
            layout: Layout::Document,
            detect: is_jobs,
        }),
    ],
    cannot_know: &[
        "jobs that were pruned from the catalogue, each client's after its own retention",
        "which jobs can still be restored",
        "the client and the errors of a job, from `list jobs`: `llist jobs` says them",
        "which system a copy job copied: the client in its row is that of its own settings",
        "the zone of its times",
        "encryption",
    ],
};

static JOBS: Mapping = Mapping { tool: "bacula", fills: JOB.split_at(JOB.len() - 1).0, total: "", next: "" };

/// What a catalogue without jobs answers.
const NOTHING_THERE: &str = "No results to list.";

/// Where no director answers, the console says to whom it connects and nothing more; its exit code is 1.
fn is_refused(text: &str) -> bool {
    let answered = text.lines().any(|line| line.starts_with("1000 OK"));
    let asked = text.starts_with("Connecting to Director ");
    ["Failed to connect to Director", "Director authorization problem"].iter().any(|said| text.contains(said))
        || asked && !answered
}

fn is_jobs(shape: &Shape) -> bool {
    let lines = || shape.text.lines();
    let table = || lines().any(|line| columns(line).is_some_and(|names| is_head(&names)));
    let block = || lines().any(|line| field(line).is_some_and(|(name, _)| name == "jobid"));
    let asked = || lines().any(|line| line.trim_end().ends_with("list jobs"));
    shape.form == Form::Text && (table() || block() || (asked() && lines().any(|line| line.trim() == NOTHING_THERE)))
}

/// `| 1 | NightlySave |`
fn columns(line: &str) -> Option<Vec<&str>> {
    let inner = line.trim().strip_prefix('|')?.strip_suffix('|')?;
    Some(inner.split('|').map(str::trim).collect())
}

fn is_head(names: &[&str]) -> bool {
    let has = |wanted: &str| names.iter().any(|name| name.eq_ignore_ascii_case(wanted));
    has("jobid") && has("jobstatus")
}

/// What a command that stands above its own answer asks for, where that is not every job: `*llist jobs jobstatus=T`.
fn limits(line: &str) -> Option<&str> {
    let mut words = line.trim_start_matches(['*', ' ', '\t']).splitn(3, char::is_whitespace);
    let command =
        words.next().is_some_and(|word| word.eq_ignore_ascii_case("list") || word.eq_ignore_ascii_case("llist"));
    let what = words.next().filter(|_| command)?;
    let more = words.next().unwrap_or_default().trim();
    match what.to_ascii_lowercase().as_str() {
        "jobs" => Some(more).filter(|more| !more.is_empty()),
        _ if what.starts_with("job") => Some(what),
        _ => None,
    }
}

/// `  JobId: 1`, the name in small letters.
fn field(line: &str) -> Option<(String, &str)> {
    let (name, value) = line.split_once(':')?;
    let name = name.trim();
    let plain = !name.is_empty() && name.bytes().all(|c| c.is_ascii_alphanumeric());
    plain.then(|| (name.to_ascii_lowercase(), value.trim()))
}

fn split(record: &Record<'_>) -> Result<Parts, Refusal> {
    let mut parts = Parts::default();
    let mut head: Option<Vec<String>> = None;
    let mut closed = true;
    let mut blocks: Vec<(&str, Vec<(String, &str)>)> = Vec::new();
    for line in record.text.lines() {
        if let Some(row) = columns(line) {
            match &head {
                None => head = Some(row.iter().map(|name| name.to_ascii_lowercase()).collect()),
                Some(names) if names.len() == row.len() => {
                    let members: Vec<(String, &str)> = names.iter().cloned().zip(row).collect();
                    put(&mut parts, record, line, &members);
                }
                Some(_) => parts.incomplete = Some("a row that has not the columns of its table".to_owned()),
            }
            closed = false;
        } else if line.trim_start().starts_with("+-") {
            closed = line.trim_end().ends_with('+');
        } else if !closed {
            parts.incomplete = Some("its table is cut off".to_owned());
        } else if let Some(asked) = limits(line) {
            parts.incomplete = Some(format!("it was asked for `{asked}` alone"));
        } else if let Some((name, value)) = field(line) {
            match blocks.last_mut() {
                _ if name == "jobid" => blocks.push((line, vec![(name, value)])),
                Some((_, members)) if !members.iter().any(|(known, _)| *known == name) => members.push((name, value)),
                _ => {}
            }
        }
    }
    if !closed {
        parts.incomplete = Some("its table is cut off".to_owned());
    }
    if !blocks.is_empty() && !record.text.ends_with('\n') {
        parts.incomplete = Some("its last line is cut off".to_owned());
    }
    let most = blocks.iter().map(|(_, members)| members.len()).max().unwrap_or(0);
    for (line, members) in &blocks {
        if members.len() < most {
            parts.incomplete = Some("a job of which not all is there".to_owned());
        }
        put(&mut parts, record, line, members);
    }
    Ok(parts)
}

/// Commas part the digits of a number; in no other column that is read do digits and commas stand alone.
fn put(parts: &mut Parts, record: &Record<'_>, line: &str, members: &[(String, &str)]) {
    let number = |value: &str| value.bytes().all(|c| c.is_ascii_digit() || c == b',');
    let members: Vec<(&str, String)> = members
        .iter()
        .filter(|(_, value)| !value.is_empty() && *value != "NULL")
        .map(|(name, value)| (name.as_str(), if number(value) { value.replace(',', "") } else { (*value).to_owned() }))
        .collect();
    parts.object(0, record, line, "job", &members);
}
