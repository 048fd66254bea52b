//! Bareos: the jobs of `bconsole` with `.api 2`.
//!
//! Written after the documented shape; the answers are read alone and within what the console prints around them. All values are texts, member names come in any case as far as was seen (`Type`,
//! `type`), dates are local. A job that ended with errors counted or files missing is no success, whatever its letter.

use super::cell::Cell;
use super::mapping::{Fill, Given, How::*, Mapping, NOTHING, Read, word};
use super::message;
use super::parts::{Parts, divided};
use super::{Form, Format, Layout, Record, Refusal, Shape, Source};
use crate::base::clean::clean_line;
use crate::facts::rows::Raw;
use serde::Deserialize;
use serde_json::value::RawValue;

/// The registry's row.
pub(super) static SOURCE: Source = Source {
    name: "bareos",
    title: "Bareos",
    empty_list: None,
    formats: &[
        Format {
            name: "bareos error",
            command: "",
            kinds: &[],
            reaches_days: None,
            layout: Layout::Document,
            detect: is_error,
            open: |context| message::hiding(&["run"], context),
            fills: &[],
        },
        divided!([JOBS], split, {
            name: "bareos jobs",
            command: "printf '.api 2\\nllist jobs\\n' | bconsole",
            kinds: &["run"],
            reaches_days: None,
            layout: Layout::Document,
            detect: is_jobs,
        }),
    ],
    cannot_know: &[
        "jobs that were pruned from the catalogue",
        "which jobs can still be restored",
        "how many errors a job met, from `list jobs`: `llist jobs` says it",
        "which system a copy job copied: the client in its row is that of its own settings",
        "the zone of its times",
        "encryption",
    ],
};

static JOBS: Mapping = Mapping { tool: "bareos", fills: JOB, total: "", next: "" };

/// An answer, or one of those in the output of a console, which prints more around them.
fn any_answer(shape: &Shape, is: fn(&Shape) -> bool) -> bool {
    match shape.form {
        Form::Lines => shape.text.contains("Connecting to Director ") && shape.samples.iter().any(is),
        _ => is(shape),
    }
}

fn is_jobs(shape: &Shape) -> bool {
    any_answer(shape, |answer| {
        let result = answer.get("result").filter(|_| answer.get("jsonrpc").is_some());
        result.is_some_and(|result| result.lists("jobs", &["jobid"]))
    })
}

fn is_error(shape: &Shape) -> bool {
    let is = |answer: &Shape| answer.has(&["jsonrpc", "error"]) && answer.get("result").is_none();
    any_answer(shape, is) && !is_jobs(shape)
}

#[derive(Deserialize)]
struct Answer<'a> {
    #[serde(borrow, default)]
    result: Option<List<'a>>,
    #[serde(borrow, default)]
    error: Option<&'a RawValue>,
}

#[derive(Deserialize)]
struct List<'a> {
    #[serde(borrow, default)]
    jobs: Option<Vec<&'a RawValue>>,
}

fn split(record: &Record<'_>) -> Result<Parts, Refusal> {
    let mut parts = Parts::default();
    let mut listed = false;
    for answer in answers(record.text) {
        let answer: Answer<'_> = answer?;
        if let Some(error) = answer.error {
            parts.incomplete = Some(format!("an answer is an error: {}", clean_line(error.get())));
        }
        let Some(jobs) = answer.result.and_then(|result| result.jobs) else { continue };
        listed = true;
        for job in jobs {
            parts.put(0, record, &[("job", job.get())]);
        }
    }
    match listed {
        true => Ok(parts),
        false => Err(Refusal { reason: "no answer lists jobs".to_owned() }),
    }
}

/// The JSON in a console's output: each begins on a line of its own.
fn answers(text: &str) -> impl Iterator<Item = Result<Answer<'_>, Refusal>> {
    let mut rest = Some(text);
    std::iter::from_fn(move || {
        let from = rest?;
        let begins = if from.trim_start().starts_with('{') { Some(0) } else { from.find("\n{").map(|at| at + 1) };
        let from = from.get(begins?..)?;
        let mut stream = serde_json::Deserializer::from_str(from).into_iter::<Answer<'_>>();
        let read = stream.next()?;
        rest = read.is_ok().then(|| from.get(stream.byte_offset()..)).flatten();
        Some(read.map_err(|error| Refusal { reason: error.to_string() }))
    })
}

const SECOND: i64 = 1_000_000_000;

/// The last of them is Bareos's own.
pub(super) const JOB: &[Fill] = &[
    Fill("run.id", "job.jobid job.type job.Type", By(id)),
    Fill("run.system", "job.client job.clientname job.type job.Type", By(system)),
    Fill("run.plan", "job.name", Key),
    Fill("run.type", "job.type job.Type", By(sort)),
    Fill("run.status", "job.jobstatus job.joberrors job.jobmissingfiles", By(status)),
    Fill("run.native_status", "job.jobstatus", AsIs),
    Fill("run.scheduled", "job.schedtime", By(time)),
    Fill("run.started", "job.starttime", By(time)),
    Fill("run.ended", "job.realendtime job.endtime", By(time)),
    Fill("run.method", "job.level job.Level job.type job.Type", By(method)),
    Fill("run.stored_size", "job.jobbytes", Size(1)),
    Fill("run.files_total", "job.jobfiles", Size(1)),
    Fill("run.labels", "job.fileset job.poolname job.level", Labels(&["fileset", "pool", "level"])),
    Fill("run.duration", "job.duration", Length(SECOND)),
];

/// The letter of its type, in whatever case its column is named: its values are told apart by case, `C` and `c`.
fn letter<'g>(given: &Given<'g>, at: usize) -> Option<&'g str> {
    given.text(at).or(given.text(at + 1))
}

/// `C` is what a copy job wrote, in the catalogue under the name and with the times of the backup that was copied, and
/// without that one's errors. The execution is the job `c`, which would count twice.
fn id<'g>(given: &Given<'g>) -> Read<'g> {
    if letter(given, 1) == Some("C") {
        return Read::NoRow;
    }
    let name = given.text(0).map(str::to_owned).or(given.cell(0).int().map(|number| number.to_string()));
    name.map_or(NOTHING, |name| Read::Text(given.key(&name)))
}

/// The client of a copy job is that of its own settings, whoever's backups it copied.
fn system<'g>(given: &Given<'g>) -> Read<'g> {
    let client = if letter(given, 2) == Some("c") { None } else { given.text(0).or(given.text(1)) };
    client.or(given.context.system).map_or(NOTHING, word)
}

fn sort<'g>(given: &Given<'g>) -> Read<'g> {
    match letter(given, 0) {
        Some("B") => word("backup"),
        Some("R") => word("restore"),
        Some("V") => word("verify"),
        Some("c") => word("copy"),
        Some("A") => word("archive"),
        Some(other) => Read::Raw(Raw::Unknown(other)),
        None => NOTHING,
    }
}

/// The letters that are told apart by case: `E` and `e`, `f` and `F`.
fn status<'g>(given: &Given<'g>) -> Read<'g> {
    let errors = (1..3).any(|at| !matches!(given.cell(at).size(1), Raw::Absent | Raw::Int(0)));
    let Some(letter) = given.text(0) else { return NOTHING };
    match letter {
        // `list jobs` does not count them.
        "T" if !errors && *given.cell(1) == Cell::Absent => Read::Raw(Raw::Unknown("T, and its errors are not listed")),
        "T" if errors => word("warning"),
        "T" => word("success"),
        "W" | "e" => word("warning"),
        "E" | "f" | "I" | "D" => word("failed"),
        "A" => word("cancelled"),
        "R" | "l" | "i" | "a" => word("running"),
        "C" | "F" | "S" | "s" | "M" | "m" | "j" | "c" | "d" | "t" | "p" | "q" => word("pending"),
        other => Read::Raw(Raw::Unknown(other)),
    }
}

/// A small letter is the full backup made of earlier ones. The level of a verify job says what it compares, and that of
/// a restore or of a copy job is a setting that it does not use.
fn method<'g>(given: &Given<'g>) -> Read<'g> {
    if matches!(letter(given, 2), Some("V" | "R" | "c")) {
        return NOTHING;
    }
    match letter(given, 0) {
        Some("F") => word("full"),
        Some("f") => word("synthetic"),
        Some("I") => word("incremental"),
        Some("D") => word("differential"),
        Some(other) => Read::Raw(Raw::Unknown(other)),
        None => NOTHING,
    }
}

/// `0000-00-00 00:00:00` is none, and so is `0`, which SQLite keeps of a job that waits or runs.
fn time<'g>(given: &Given<'g>) -> Read<'g> {
    let is_said = |said: &str| !said.starts_with("0000-00-00") && said != "0";
    let said = (0..2).map(|at| given.cell(at)).find(|cell| cell.text().is_some_and(is_said));
    said.map_or(NOTHING, |cell| Read::Raw(cell.time()))
}
