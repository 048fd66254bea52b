//! Barman: the list of backups. What `barman check` prints is of a server's settings and no check of what is stored, so it
//! is not read.
//!
//! Written after real output of 3.19. A backup that failed stays in the list with its status, so runs that ended badly can
//! be seen as long as their directories are kept. What ends without an offset does so in the zone of the machine that
//! lists; the seconds beside it are used where they are there.

use super::mapping::{Fill, Given, How::*, Mapping, NOTHING, Read, word};
use super::message::parse;
use super::parts::{Parts, divided};
use super::{Form, Format, Layout, Record, Refusal, Shape, Source, message, time};
use crate::facts::rows::Raw;
use crate::value::Instant;
use serde_json::value::RawValue;
use std::collections::BTreeMap;

/// The registry's row.
pub(super) static SOURCE: Source = Source {
    name: "barman",
    title: "Barman",
    empty_list: Some("barman backups"),
    formats: &[
        divided!([BACKUPS], split_backups, {
            name: "barman backups",
            command: "barman -f json list-backups all",
            // Each server's backups, failed or not, are kept as its own retention says: how far back the runs of one
            // server reach says nothing of another's.
            kinds: &["recovery_point"],
            reaches_days: None,
            layout: Layout::Document,
            detect: is_backups,
        }),
        Format {
            name: "barman error",
            command: "",
            kinds: &[],
            reaches_days: None,
            layout: Layout::Document,
            detect: |s| s.get("_ERROR").is_some_and(|list| !list.samples.is_empty()),
            open: |context| message::hiding(&["run", "recovery_point"], context),
            fills: &[],
        },
    ],
    cannot_know: &[
        "runs whose directories were removed, and since when those of a server are listed",
        "encryption, immutability and how full its storage is",
        "whether a backup can be restored: `barman check` is of the server's settings",
        "the zone of its times, before 3.5",
    ],
};

static BACKUPS: Mapping = Mapping { tool: "barman", fills: BACKUP, total: "", next: "" };

/// The lists of the servers: the members that are no messages.
fn servers(shape: &Shape) -> impl Iterator<Item = &Shape> {
    shape.members.iter().filter(|member| !member.name.starts_with('_')).map(|member| &member.value)
}

fn failed(shape: &Shape) -> bool {
    shape.get("_ERROR").is_some_and(|list| !list.samples.is_empty())
}

/// Where no server has a backup, only the messages beside them tell whose listing it is.
fn is_backups(shape: &Shape) -> bool {
    let named = servers(shape).next().is_some();
    let told = shape.members.iter().any(|member| matches!(member.name.as_str(), "_WARNING" | "_INFO"));
    let one = |list: &Shape| list.samples.first().is_some_and(|backup| backup.has(&["backup_id", "status"]));
    shape.form == Form::Object && !failed(shape) && (servers(shape).any(one) || (told && named && is_empty(shape)))
}

/// Whether it lists of no server a backup; `{}` is what it answers where no server is set up.
pub(super) fn is_empty(shape: &Shape) -> bool {
    let none = |list: &Shape| list.form == Form::Array && list.samples.is_empty();
    // The project's own lists are no servers: they say nothing of the other kinds.
    let own = shape.get("runs").is_some() || shape.get("recovery_points").is_some();
    shape.form == Form::Object && servers(shape).all(none) && !own && !failed(shape)
}

type Servers<'a> = BTreeMap<&'a str, &'a RawValue>;

fn split_backups(record: &Record<'_>) -> Result<Parts, Refusal> {
    let servers: Servers<'_> = parse(record.text)?;
    // Seen: the same answer and exit code 0 where the directory of all backups is not there. With a backup it was read.
    let why = "no backup of any server is in it, as where the directory of the backups is not there";
    let mut parts = Parts::default();
    parts.incomplete = Some(why.to_owned());
    for (name, list) in servers.iter().filter(|(name, _)| !name.starts_with('_')) {
        let name = serde_json::Value::from(*name).to_string();
        for backup in parse::<Vec<&RawValue>>(list.get())? {
            parts.incomplete = None;
            parts.put(0, record, &[("server", &name), ("backup", backup.get())]);
        }
    }
    Ok(parts)
}

const BACKUP: &[Fill] = &[
    Fill("run.id", "server backup.backup_id", By(key)),
    Fill("run.system", "server", System),
    Fill("run.repository", "", By(repository)),
    Fill("run.type", "", Always("backup")),
    Fill(
        "run.status",
        "backup.status",
        Word(&[
            ("DONE", "success"),
            ("WAITING_FOR_WALS", "running"),
            ("SYNCING", "running"),
            ("STARTED", "running"),
            ("EMPTY", "running"),
            ("FAILED", "failed"),
        ]),
    ),
    Fill("run.native_status", "backup.status", AsIs),
    Fill("run.started", "backup.backup_id", By(started)),
    Fill("run.ended", "backup.end_time_timestamp backup.end_time", By(ended)),
    Fill("recovery_point.id", "server backup.backup_id backup.status", By(made)),
    Fill("recovery_point.system", "server", System),
    Fill("recovery_point.repository", "", By(repository)),
    Fill("recovery_point.run", "server backup.backup_id", By(key)),
    Fill("recovery_point.created", "backup.end_time_timestamp backup.end_time", By(ended)),
    Fill(
        "recovery_point.method",
        "backup.backup_type",
        Word(&[
            ("full", "full"),
            ("rsync", "full"),
            ("incremental", "incremental"),
            ("snapshot", "snapshot"),
            ("", ""),
        ]),
    ),
    Fill("recovery_point.logical_size", "backup.size_bytes", Size(1)),
    Fill("recovery_point.state", "backup.status backup.retention_status", By(state)),
    Fill("recovery_point.labels", "backup.backup_name backup.retention_status", Labels(&["name", "retention_status"])),
];

fn repository<'g>(given: &Given<'g>) -> Read<'g> {
    Read::Text(given.context.account.map_or_else(|| "barman".to_owned(), |account| format!("barman/{account}")))
}

fn key<'g>(given: &Given<'g>) -> Read<'g> {
    let name = given.text(0).zip(given.text(1));
    name.map_or(NOTHING, |(server, id)| Read::Text(given.key(&format!("{server}/{id}"))))
}

fn made<'g>(given: &Given<'g>) -> Read<'g> {
    match given.text(2) {
        Some("FAILED" | "EMPTY" | "STARTED" | "SYNCING") | None => Read::NoRow,
        _ => key(given),
    }
}

fn state<'g>(given: &Given<'g>) -> Read<'g> {
    match given.text(0) {
        Some("DONE") => word("available"),
        // Without the write-ahead log up to its end it cannot be restored.
        Some("WAITING_FOR_WALS") => word("creating"),
        Some(other) => Read::Raw(Raw::Unknown(other)),
        None => NOTHING,
    }
}

/// `20261122T124920`: the local time at which it began.
fn started<'g>(given: &Given<'g>) -> Read<'g> {
    let Some(id) = given.text(0) else { return NOTHING };
    match chrono::NaiveDateTime::parse_from_str(id, "%Y%m%dT%H%M%S") {
        Ok(local) => local_time(local),
        Err(_) => Read::Raw(Raw::Unknown(id)),
    }
}

/// Seconds since 1970 as a text, else `Sun Nov 22 12:49:40 2026`, which is local.
fn ended<'g>(given: &Given<'g>) -> Read<'g> {
    let at = given.text(0).and_then(|seconds| seconds.parse::<i64>().ok()).or_else(|| given.cell(0).int());
    if let Some(at) = at.and_then(|seconds| seconds.checked_mul(1_000_000_000)) {
        return Read::Raw(Raw::Time(Instant(at)));
    }
    let Some(said) = given.text(1) else { return NOTHING };
    Read::Raw(time::ctime(said).map_or(Raw::Unknown(said), Raw::LocalTime))
}

fn local_time<'g>(local: chrono::NaiveDateTime) -> Read<'g> {
    local.and_utc().timestamp_nanos_opt().map_or(NOTHING, |at| Read::Raw(Raw::LocalTime(at)))
}
