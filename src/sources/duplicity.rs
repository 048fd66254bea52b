//! duplicity: the chains of a collection and the statistics of runs, as the text that it prints.
//!
//! Written after real output of 0.8.22. A set of a chain whose files are gone is left out of the table and only missing in
//! the chain's count: what is left of such a chain may not be restorable. Times are those of the machine that prints them.

use super::mapping::{Fill, Given, How::*, Mapping, NOTHING, Read, word};
use super::parts::{Parts, divided};
use super::{Form, Format, Layout, Record, Refusal, Shape, Source, message, time};
use crate::facts::rows::Raw;

/// The registry's row.
pub(super) static SOURCE: Source = Source {
    name: "duplicity",
    title: "duplicity",
    empty_list: None,
    formats: &[
        divided!([RUNS], split_statistics, {
            name: "duplicity backup",
            command: "duplicity SOURCE URL",
            kinds: &[],
            reaches_days: None,
            layout: Layout::Document,
            detect: |s| has_line(s, STATISTICS) && !has_line(s, STATUS),
        }),
        divided!([SETS], split_status, {
            name: "duplicity collection-status",
            command: "duplicity collection-status URL",
            kinds: &["recovery_point"],
            reaches_days: None,
            layout: Layout::Document,
            detect: |s| has_line(s, STATUS),
        }),
        Format {
            name: "duplicity error",
            command: "",
            kinds: &[],
            reaches_days: None,
            layout: Layout::Document,
            detect: |s| s.form == Form::Text && ERRORS.iter().any(|begins| s.text.starts_with(begins)),
            open: |context| message::hiding(&["recovery_point"], context),
            fills: &[],
        },
    ],
    cannot_know: &[
        "whose data a collection holds: its statement has to name the system",
        "runs that failed: they leave no statistics",
        "volumes that a set lacks: `duplicity verify` finds them",
        "encryption, immutability and how full its storage is",
        "the zone of its times, from `collection-status`",
    ],
};

const STATUS: &str = "Collection Status";
const STATISTICS: &str = "--------------[ Backup Statistics ]--------------";
const ERRORS: &[&str] =
    &["UnsupportedBackendScheme:", "BackendException:", "Backup source directory ", "Attempt 1 failed."];

/// A line beginning with a bracket, as warnings do, makes another form of it.
fn has_line(shape: &Shape, wanted: &str) -> bool {
    matches!(shape.form, Form::Text | Form::Lines) && shape.text.lines().any(|line| line == wanted)
}

static SETS: Mapping = listing(SET);
static RUNS: Mapping = listing(RUN);

const fn listing(fills: &'static [Fill]) -> Mapping {
    Mapping { tool: "duplicity", fills, total: "", next: "" }
}

const SET: &[Fill] = &[
    Fill("recovery_point.id", "archive time", By(key)),
    Fill("recovery_point.system", "", System),
    Fill("recovery_point.repository", "archive", By(repository)),
    Fill("recovery_point.created", "time", By(local)),
    Fill("recovery_point.method", "type", Word(&[("Full", "full"), ("Incremental", "incremental")])),
    Fill("recovery_point.parent", "archive parent", By(key)),
    Fill("recovery_point.state", "found contained", By(state)),
];

const RUN: &[Fill] = &[
    Fill("run.id", "StartTime", By(run)),
    Fill("run.system", "", System),
    Fill("run.type", "", Always("backup")),
    Fill("run.status", "Errors", By(status)),
    Fill("run.started", "StartTime", By(epoch)),
    Fill("run.ended", "EndTime", By(epoch)),
    Fill("run.method", "method", AsIs),
    Fill("run.source_size", "SourceFileSize", Size(1)),
    Fill("run.transferred_size", "TotalDestinationSizeChange", Size(1)),
    Fill("run.files_total", "SourceFiles", Size(1)),
    Fill("run.files_failed", "Errors", Size(1)),
];

/// A set of a chain: its line, type and time.
type Set<'a> = (&'a str, &'a str, &'a str);

/// What stands in a chain's table and is no set.
const HEADS: &[&str] = &["Total number of contained volumes:", "Type of backup set:"];

/// `Incremental         Sun Nov 22 21:33:55 2026                 1`
fn set(line: &str) -> Option<Set<'_>> {
    let said = line.trim();
    let (kind, rest) = said.split_once(' ')?;
    let (at, volumes) = rest.trim().rsplit_once(' ')?;
    let at = at.trim();
    let counted = volumes.parse::<u64>().is_ok() && time::ctime(at).is_some();
    counted.then_some((line, kind, at))
}

fn split_status(record: &Record<'_>) -> Result<Parts, Refusal> {
    let mut parts = Parts::default();
    let mut archive = "";
    let mut chain: Option<(&str, Vec<Set<'_>>)> = None;
    let mut whole = false;
    for line in record.text.lines() {
        if let Some(path) = line.strip_prefix("Archive dir: ") {
            archive = path.rsplit('/').next().unwrap_or(path);
        } else if let Some(contained) = line.strip_prefix("Number of contained backup sets: ") {
            chain = Some((contained, Vec::new()));
        } else if let (Some((_, sets)), Some(set)) = (&mut chain, set(line)) {
            sets.push(set);
        } else if let Some((contained, sets)) = chain.take_if(|_| line.starts_with("-----")) {
            put_chain(&mut parts, record, archive, contained, &sets);
        } else if chain.is_some() && !HEADS.iter().any(|head| line.trim().starts_with(head)) {
            parts.incomplete = Some(format!("a set that cannot be read: `{}`", line.trim()));
        }
        whole |=
            line.starts_with("No orphaned or incomplete backup sets found") || line.starts_with("These may be deleted");
    }
    if !whole || chain.is_some() {
        parts.incomplete.get_or_insert_with(|| "it ends before its last line".to_owned());
    }
    Ok(parts)
}

fn put_chain(parts: &mut Parts, record: &Record<'_>, archive: &str, contained: &str, sets: &[Set<'_>]) {
    let found = sets.len().to_string();
    let mut parent = None;
    for (line, kind, at) in sets {
        let members = [
            ("archive", Some(archive)),
            ("type", Some(*kind)),
            ("time", Some(*at)),
            ("parent", parent.filter(|_| *kind != "Full")),
            ("found", Some(found.as_str())),
            ("contained", Some(contained)),
        ];
        let members: Vec<(&str, &str)> = members.into_iter().filter_map(|(n, v)| Some((n, v?))).collect();
        parts.texts(0, record, line, &members);
        parent = Some(*at);
    }
}

/// One block of statistics for each run; the lines between the blocks are for people.
fn split_statistics(record: &Record<'_>) -> Result<Parts, Refusal> {
    let mut parts = Parts::default();
    let mut block: Option<(&str, Vec<(&str, &str)>)> = None;
    let mut method = None;
    for line in record.text.lines().map(str::trim_end) {
        if line == STATISTICS {
            block = Some((line, method.take().into_iter().collect()));
        } else if line.starts_with("No signatures found, switching to full backup") {
            method = Some(("method", "full"));
        } else if let Some((begins, members)) = block.take() {
            if line.starts_with("-----") {
                parts.texts(0, record, begins, &members);
                continue;
            }
            let mut members = members;
            let mut words = line.split(' ');
            if let (Some(name), Some(value)) = (words.next(), words.next()) {
                members.push((name, value));
            }
            block = Some((begins, members));
        }
    }
    if let Some((begins, members)) = block {
        // Cut off: how it ended is not known.
        let members: Vec<(&str, &str)> = members.into_iter().filter(|(name, _)| *name != "Errors").collect();
        parts.texts(0, record, begins, &members);
    }
    Ok(parts)
}

fn repository<'g>(given: &Given<'g>) -> Read<'g> {
    let name = given.context.account.or(given.text(0));
    name.map_or(NOTHING, |name| Read::Text(format!("duplicity/{name}")))
}

fn key<'g>(given: &Given<'g>) -> Read<'g> {
    let Some(at) = given.text(1) else { return NOTHING };
    let archive = given.text(0).unwrap_or_default();
    Read::Text(given.key(&format!("{archive}/{at}")))
}

fn run<'g>(given: &Given<'g>) -> Read<'g> {
    let Some(at) = given.text(0) else { return NOTHING };
    let system = given.context.system.map_or(String::new(), |system| format!("{system}/"));
    Read::Text(given.key(&format!("{system}{at}")))
}

/// `1795384098.67`, whose time for people stands behind it.
fn epoch<'g>(given: &Given<'g>) -> Read<'g> {
    let Some(said) = given.text(0) else { return NOTHING };
    Read::Raw(said.parse().ok().and_then(time::epoch).map_or(Raw::Unknown(said), Raw::Time))
}

fn local<'g>(given: &Given<'g>) -> Read<'g> {
    given.text(0).map_or(NOTHING, |said| Read::Raw(time::ctime(said).map_or(Raw::Unknown(said), Raw::LocalTime)))
}

/// Of a chain that lacks a set it is not said which one; what follows that one cannot be restored.
fn state<'g>(given: &Given<'g>) -> Read<'g> {
    if given.text(0) == given.text(1) {
        word("available")
    } else {
        Read::Raw(Raw::Unknown("a set of its chain is missing"))
    }
}

/// Errors are files that were left out.
fn status<'g>(given: &Given<'g>) -> Read<'g> {
    match given.cell(0).size(1) {
        Raw::Int(0) => word("success"),
        Raw::Int(_) => word("warning"),
        Raw::Absent => Read::Raw(Raw::Unknown("its statistics are cut off")),
        _ => Read::Raw(Raw::Unknown("`Errors` is no number")),
    }
}
