//! rsnapshot: its log, and what `rsnapshot du` says of its disk.
//!
//! Written after real output of 1.4.5. A folder such as `hourly.0` is no evidence: it is there, and freshly dated, also
//! where nothing could be copied, so that only the log tells what was. Its commands, from `loglevel 3` on, name the hosts.

use super::mapping::{Fill, Given, How::*, Mapping, NOTHING, Read};
use super::parts::{Parts, divided};
use super::{Form, Layout, Record, Refusal, Shape, Source};
use crate::facts::rows::Raw;

/// The registry's row.
pub(super) static SOURCE: Source = Source {
    name: "rsnapshot",
    title: "rsnapshot",
    empty_list: None,
    formats: &[
        divided!([DISK, SAMPLE_OF], split_du, {
            name: "rsnapshot du",
            command: "rsnapshot du",
            kinds: &["repository"],
            reaches_days: None,
            layout: Layout::Document,
            detect: |s| s.form == Form::Text && s.text.lines().next().is_some_and(|line| snapshot(line).is_some()),
        }),
        divided!([RUNS], split_log, {
            name: "rsnapshot log",
            command: "cat /var/log/rsnapshot.log",
            kinds: &["run"],
            reaches_days: None,
            layout: Layout::Document,
            detect: is_log,
        }),
    ],
    cannot_know: &[
        "which snapshots can be restored: a folder is there also where copying into it failed",
        "which host a run was of, below `loglevel 3`",
        "runs that an earlier log holds",
        "encryption, immutability and the zone of its times",
    ],
};

static RUNS: Mapping = listing(RUN);
static DISK: Mapping = listing(REPOSITORY);
static SAMPLE_OF: Mapping = listing(SAMPLE);

const fn listing(fills: &'static [Fill]) -> Mapping {
    Mapping { tool: "rsnapshot", fills, total: "", next: "" }
}

const RUN: &[Fill] = &[
    Fill("run.id", "level started host", By(run)),
    Fill("run.system", "host", System),
    Fill("run.plan", "level", Key),
    Fill("run.repository", "root", By(repository)),
    Fill("run.type", "type", Word(&[("backup", "backup")])),
    Fill("run.status", "status", Word(&[("success", "success"), ("warning", "warning"), ("failed", "failed")])),
    Fill("run.native_status", "said", AsIs),
    Fill("run.started", "started", Time),
    Fill("run.ended", "ended", Time),
];

const REPOSITORY: &[Fill] = &[
    Fill("repository.id", "root", By(repository)),
    Fill("repository.name", "root", AsIs),
    Fill("repository.type", "", Always("rsnapshot")),
    Fill("repository.used", "total", By(rounded)),
];

const SAMPLE: &[Fill] = &[
    Fill("capacity_sample.id", "root", By(sample)),
    Fill("capacity_sample.repository", "root", By(repository)),
    Fill("capacity_sample.taken", "", By(collected)),
    Fill("capacity_sample.used", "total", By(rounded)),
];

/// `[2026-11-22T21:35:49] …`
fn dated(line: &str) -> Option<(&str, &str)> {
    let (at, rest) = line.strip_prefix('[')?.split_once("] ")?;
    let is_time = at.len() >= 19 && at.as_bytes().get(10) == Some(&b'T');
    is_time.then_some((at, rest))
}

/// `/usr/bin/rsnapshot -c x.conf hourly: started`: the level and what is said of it.
fn control(rest: &str) -> Option<(&str, &str)> {
    let (program, said) = rest.split_once(": ")?;
    let named = program.split(' ').next().is_some_and(|name| name.rsplit('/').next() == Some("rsnapshot"));
    let level = program.rsplit(' ').next().filter(|_| named && program.contains(' '))?;
    Some((level, said))
}

/// The brackets of a line make an array of it, so that any form may come.
fn is_log(shape: &Shape) -> bool {
    let lines = shape.text.lines().take(200).filter_map(dated);
    shape.form != Form::Object && lines.into_iter().any(|(_, rest)| control(rest).is_some())
}

/// A run as far as the log was read.
#[derive(Default)]
struct Run<'a> {
    line: &'a str,
    level: &'a str,
    started: &'a str,
    ended: Option<&'a str>,
    /// Source, snapshot root and host of each command that copies.
    copies: Vec<(&'a str, &'a str, &'a str)>,
    errors: Vec<&'a str>,
    /// Of what was copied in part only: logged from `loglevel 4` on.
    warnings: Vec<&'a str>,
    warned: bool,
    succeeded: bool,
    /// Whether its commands are logged.
    commands: bool,
}

fn split_log(record: &Record<'_>) -> Result<Parts, Refusal> {
    let mut parts = Parts::default();
    let mut open: Option<Run<'_>> = None;
    for line in record.text.lines() {
        let Some((at, rest)) = dated(line) else { continue };
        let Some((level, said)) = control(rest) else {
            if let Some(run) = &mut open {
                run.commands = true;
                run.copies.extend(copied(run.level, rest));
            }
            continue;
        };
        let same = open.as_ref().is_some_and(|run| run.level == level && run.ended.is_none());
        if said == "started" || !same {
            put_run(&mut parts, record, open.take());
            open = Some(Run { line, level, started: at, ..Run::default() });
        }
        let Some(run) = &mut open else { continue };
        if let Some(error) = said.strip_prefix("ERROR: ") {
            if error.ends_with("completed, but with some errors") {
                run.ended = Some(at);
            } else {
                run.errors.push(error);
            }
        } else if let Some(warning) = said.strip_prefix("WARNING: ") {
            run.warnings.push(warning);
        } else if said.contains("completed, but with some warnings") {
            (run.warned, run.ended) = (true, Some(at));
        } else if said == "completed successfully" {
            (run.succeeded, run.ended) = (true, Some(at));
        }
    }
    put_run(&mut parts, record, open);
    if !record.text.ends_with('\n') {
        parts.incomplete = Some("its last line is cut off".to_owned());
    }
    Ok(parts)
}

/// The source, the snapshot root and the host of a command that copies into the newest snapshot.
fn copied<'a>(level: &str, rest: &'a str) -> Option<(&'a str, &'a str, &'a str)> {
    let mut words = rest.split(' ');
    let program = words.next()?.rsplit('/').next()?;
    if ["cp", "mkdir", "mv", "rm", "touch"].contains(&program) {
        return None;
    }
    let (to, from) = (words.next_back()?, words.next_back()?);
    let newest = [format!("/{level}.0/"), "/.sync/".to_owned()];
    let (root, inside) = newest.iter().find_map(|folder| to.split_once(folder.as_str()))?;
    let host = inside.split('/').next().filter(|host| !host.is_empty())?;
    Some((from, root, host))
}

/// A row for each host that a run copied. A level above the lowest only renames a snapshot: that is no backup.
fn put_run(parts: &mut Parts, record: &Record<'_>, run: Option<Run<'_>>) {
    let Some(run) = run else { return };
    if run.succeeded && run.commands && run.copies.is_empty() {
        return;
    }
    let mut hosts: Vec<(Option<&str>, Option<&str>)> = Vec::new();
    for (_, root, host) in &run.copies {
        if !hosts.iter().any(|(_, known)| *known == Some(*host)) {
            hosts.push((Some(*root), Some(*host)));
        }
    }
    if hosts.is_empty() {
        hosts.push((None, None));
    }
    let of = |error: &str, from: &str| error.ends_with(&format!(" while processing {from}"));
    let told = run.errors.iter().all(|error| run.copies.iter().any(|(from, ..)| of(error, from)));
    let partly = |warning: &str, from: &str| warning.contains(&format!(" in {from} "));
    let warnings_told = run.warnings.iter().any(|warning| run.copies.iter().any(|(from, ..)| partly(warning, from)));
    for (root, host) in hosts {
        let warned =
            |warning: &&&str| run.copies.iter().any(|(from, _, at)| Some(*at) == host && partly(warning, from));
        let own = |error: &&&str| run.copies.iter().any(|(from, _, at)| Some(*at) == host && of(error, from));
        let error = run.errors.iter().find(own).or(run.errors.first().filter(|_| !told || host.is_none()));
        let (status, said) = match error {
            Some(error) => ("failed", *error),
            None if run.succeeded => ("success", "completed successfully"),
            None if run.warned => ("warning", "completed, but with some warnings"),
            // Every error was another host's. The last line says `errors` whether there were warnings or not.
            None if run.ended.is_some() && told && !run.errors.is_empty() => match run.warnings.iter().find(warned) {
                Some(warning) => ("warning", *warning),
                None if warnings_told => ("success", "completed, but with some errors"),
                None => ("its warnings are not logged", "completed, but with some errors"),
            },
            None if run.ended.is_some() => ("failed", "completed, but with some errors"),
            None => ("it did not end in this log", "started"),
        };
        let members = [
            ("level", Some(run.level)),
            ("started", Some(run.started)),
            ("ended", run.ended),
            ("host", host),
            ("root", root),
            ("type", Some(if host.is_some() { "backup" } else { "what it did is not logged" })),
            ("status", Some(status)),
            ("said", Some(said)),
        ];
        let members: Vec<(&str, &str)> = members.into_iter().filter_map(|(n, v)| Some((n, v?))).collect();
        parts.texts(0, record, run.line, &members);
    }
}

/// `228K` and `/srv/snapshots/hourly.0/`, parted by a tab: size, snapshot root.
fn snapshot(line: &str) -> Option<(&str, &str)> {
    let (size, path) = line.split_once('\t')?;
    let (root, name) = path.trim_end_matches('/').rsplit_once('/')?;
    let (level, number) = name.rsplit_once('.')?;
    let sized = size.starts_with(|c: char| c.is_ascii_digit()) && !level.is_empty();
    (sized && number.parse::<u32>().is_ok()).then_some((size, root))
}

fn split_du(record: &Record<'_>) -> Result<Parts, Refusal> {
    let mut parts = Parts::default();
    let root = record.text.lines().find_map(snapshot);
    let total = record.text.lines().find(|line| line.ends_with("\ttotal"));
    let size = total.and_then(|line| line.split('\t').next());
    if total.is_none() {
        parts.incomplete = Some("it ends before its total".to_owned());
    }
    if let Some((_, root)) = root {
        let members = [("root", Some(root)), ("total", size)];
        let members: Vec<(&str, &str)> = members.into_iter().filter_map(|(n, v)| Some((n, v?))).collect();
        parts.texts(0, record, total.unwrap_or(record.text), &members);
        parts.texts(1, record, total.unwrap_or(record.text), &members);
    }
    Ok(parts)
}

fn run<'g>(given: &Given<'g>) -> Read<'g> {
    let (Some(level), Some(started)) = (given.text(0), given.text(1)) else { return NOTHING };
    Read::Text(given.key(&format!("{level}/{started}/{}", given.text(2).unwrap_or_default())))
}

fn repository<'g>(given: &Given<'g>) -> Read<'g> {
    given.text(0).map_or(NOTHING, |root| Read::Text(given.key(root)))
}

fn sample<'g>(given: &Given<'g>) -> Read<'g> {
    match (given.text(0), given.context.collected_at) {
        (Some(root), Some(at)) => Read::Text(given.key(&format!("{root}/{}", at.0))),
        _ => Read::NoRow,
    }
}

fn collected<'g>(given: &Given<'g>) -> Read<'g> {
    Read::Raw(given.context.collected_at.map_or(Raw::Absent, Raw::Time))
}

/// `228K`, `1.3G`: powers of 1,024, rounded up to the last digit that is shown.
fn rounded<'g>(given: &Given<'g>) -> Read<'g> {
    let Some(said) = given.text(0) else { return NOTHING };
    let unknown = Read::Raw(Raw::Unknown(said));
    let digits = said.trim_end_matches(|c: char| c.is_ascii_alphabetic());
    let power = ["", "K", "M", "G", "T", "P"].iter().position(|unit| said.get(digits.len()..) == Some(unit));
    let Some(unit) = power.and_then(|power| u32::try_from(power).ok()).and_then(|power| 1024_i64.checked_pow(power))
    else {
        return unknown;
    };
    let (whole, tenth) = digits.split_once('.').unwrap_or((digits, ""));
    let tenths = match (whole.parse::<i64>(), tenth) {
        (Ok(whole), "") => whole.checked_mul(10),
        (Ok(whole), tenth) => tenth
            .parse::<i64>()
            .ok()
            .filter(|t| (0..10).contains(t))
            .and_then(|t| whole.checked_mul(10)?.checked_add(t)),
        _ => None,
    };
    let step = if tenth.is_empty() { 10 } else { 1 };
    let bytes = |tenths: i64| tenths.checked_mul(unit).map(|bytes| bytes / 10);
    match tenths {
        Some(0) => Read::Raw(Raw::Int(0)),
        Some(most) if unit == 1 => Read::Raw(bytes(most).map_or(Raw::Unknown(said), Raw::Int)),
        Some(most) if most > 0 => match (bytes(most - step), bytes(most)) {
            (Some(low), Some(high)) => Read::Raw(Raw::Between(low, high)),
            _ => unknown,
        },
        _ => unknown,
    }
}
