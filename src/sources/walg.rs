//! WAL-G: the backups of a database, and whether the write-ahead log behind them is whole.
//!
//! Written after the shapes in the tool's own source. When a backup was stored is no time of its data: whoever copies the
//! storage changes it, so that a listing without `--detail` says of no backup how old it is.

use super::mapping::{Fill, Given, How::*, Mapping, NOTHING, Read, mapped, word};
use super::message::{self, parse};
use super::parts::{Parts, divided};
use super::{Form, Format, Layout, Record, Refusal, Shape, Source};
use crate::facts::rows::Raw;
use serde::Deserialize;
use serde_json::value::RawValue;

/// The registry's row.
pub(super) static SOURCE: Source = Source {
    name: "wal-g",
    title: "WAL-G",
    empty_list: Some("wal-g backups"),
    formats: &[
        mapped!(BACKUPS, {
            name: "wal-g backups",
            command: "wal-g backup-list --detail --json",
            kinds: &["recovery_point"],
            reaches_days: None,
            layout: Layout::Elements,
            detect: is_backups,
        }),
        Format {
            name: "wal-g error",
            command: "",
            kinds: &[],
            reaches_days: None,
            layout: Layout::Document,
            detect: is_error,
            open: |context| message::hiding(&["recovery_point", "integrity_check"], context),
            fills: &[],
        },
        divided!([CHECKS], split_checks, {
            name: "wal-g verification",
            command: "wal-g wal-verify integrity timeline --json",
            kinds: &["integrity_check"],
            reaches_days: None,
            layout: Layout::Document,
            detect: is_verification,
        }),
    ],
    cannot_know: &[
        "backups that failed: only those that were completed are listed",
        "encryption, immutability and how full its storage is",
        "how old a backup is, without `--detail`",
        "whether a backup can be read back: the verification is of the write-ahead log alone",
    ],
};

static BACKUPS: Mapping = listing(BACKUP);
static CHECKS: Mapping = listing(CHECK);

const fn listing(fills: &'static [Fill]) -> Mapping {
    Mapping { tool: "wal-g", fills, total: "", next: "" }
}

/// The members beside the name are those of PostgreSQL or of MySQL, with details or without.
fn is_backups(shape: &Shape) -> bool {
    let told = ["wal_file_name", "binlog_start", "storage_name", "modify_time", "modification_time", "finish_time"];
    let one = |backup: &Shape| backup.has(&["backup_name"]) && told.iter().any(|name| backup.get(name).is_some());
    shape.form == Form::Array && shape.samples.first().is_some_and(one)
}

/// `ERROR: 2026/11/22 06:00:00.123456 …`
fn is_error(shape: &Shape) -> bool {
    let dated = |rest: &str| {
        rest.get(..5).is_some_and(|year| year.ends_with('/') && year.bytes().take(4).all(|c| c.is_ascii_digit()))
    };
    shape.form == Form::Text && shape.text.strip_prefix("ERROR: ").is_some_and(dated)
}

fn is_verification(shape: &Shape) -> bool {
    let one = |name: &str| shape.get(name).is_some_and(|check| check.has(&["status"]));
    shape.form == Form::Object && shape.members.len() <= 2 && (one("integrity") || one("timeline"))
}

const BACKUP: &[Fill] = &[
    Fill("recovery_point.id", "backup_name storage_name", By(key)),
    Fill("recovery_point.system", "hostname", System),
    Fill("recovery_point.repository", "storage_name", By(repository)),
    Fill("recovery_point.created", "finish_time stop_local_time", By(finished)),
    Fill("recovery_point.completed", "finish_time stop_local_time", By(finished)),
    Fill("recovery_point.method", "backup_name", By(method)),
    Fill("recovery_point.logical_size", "uncompressed_size", Size(1)),
    Fill("recovery_point.stored_size", "compressed_size", Size(1)),
    Fill("recovery_point.state", "", Always("available")),
    Fill("recovery_point.protected", "is_permanent", Flag),
    Fill(
        "recovery_point.labels",
        "wal_file_name binlog_start storage_name data_dir",
        Labels(&["wal_file_name", "binlog_start", "storage_name", "data_dir"]),
    ),
];

const CHECK: &[Fill] = &[
    Fill("integrity_check.id", "what", By(check)),
    Fill("integrity_check.repository", "", By(repository)),
    Fill("integrity_check.system", "", System),
    Fill("integrity_check.resource_type", "", Always("write-ahead log")),
    Fill("integrity_check.type", "", Always("structure")),
    Fill("integrity_check.ended", "", By(collected)),
    Fill("integrity_check.status", "status", Word(&[("OK", "success"), ("WARNING", "warning"), ("FAILURE", "failed")])),
    Fill("integrity_check.items_checked", "checked", Size(1)),
    Fill("integrity_check.errors", "lost", Size(1)),
    Fill("integrity_check.message", "what", AsIs),
];

fn split_checks(record: &Record<'_>) -> Result<Parts, Refusal> {
    #[derive(Deserialize)]
    struct Verification<'a> {
        #[serde(borrow, default)]
        integrity: Option<&'a RawValue>,
        #[serde(borrow, default)]
        timeline: Option<&'a RawValue>,
    }
    #[derive(Deserialize)]
    struct Check<'a> {
        #[serde(borrow)]
        status: &'a RawValue,
        #[serde(borrow, default)]
        details: Option<&'a RawValue>,
    }
    #[derive(Deserialize)]
    struct Segments {
        segments_count: u64,
        status: String,
    }
    let verification: Verification<'_> = parse(record.text)?;
    let mut parts = Parts::default();
    for (what, check) in [("\"integrity\"", verification.integrity), ("\"timeline\"", verification.timeline)] {
        let Some(check) = check else { continue };
        let check: Check<'_> = parse(check.get())?;
        // The details of a timeline are an object of two numbers.
        let segments: Option<Vec<Segments>> =
            check.details.and_then(|details| serde_json::from_str(details.get()).ok());
        let count = |counts: fn(&Segments) -> bool| {
            let mut of = segments.iter().flatten().filter(|segment| counts(segment));
            of.try_fold(0_u64, |sum, segment| sum.checked_add(segment.segments_count))
        };
        let number = |count: Option<u64>| match count {
            Some(count) if segments.is_some() => count.to_string(),
            _ => "null".to_owned(),
        };
        // Of delayed segments and those on their way nobody knows yet whether they are lost.
        let (checked, lost) = (number(count(|_| true)), number(count(|segment| segment.status == "MISSING_LOST")));
        let members = [("what", what), ("checked", &checked), ("lost", &lost), ("status", check.status.get())];
        parts.put(0, record, &members);
    }
    Ok(parts)
}

/// The storage that is not the only one has a name.
fn place(storage: Option<&str>) -> Option<&str> {
    storage.filter(|name| *name != "default")
}

fn repository<'g>(given: &Given<'g>) -> Read<'g> {
    let own = given.context.account.map_or_else(|| "wal-g".to_owned(), |account| format!("wal-g/{account}"));
    Read::Text(place(given.text(0)).map_or(own.clone(), |storage| format!("{own}/{storage}")))
}

fn key<'g>(given: &Given<'g>) -> Read<'g> {
    let Some(name) = given.text(0) else { return NOTHING };
    Read::Text(given.key(&place(given.text(1)).map_or(name.to_owned(), |storage| format!("{storage}/{name}"))))
}

fn check<'g>(given: &Given<'g>) -> Read<'g> {
    let at = given.context.collected_at.map_or(0, |at| at.0);
    given.text(0).map_or(NOTHING, |what| Read::Text(given.key(&format!("{what}/{at}"))))
}

fn collected<'g>(given: &Given<'g>) -> Read<'g> {
    Read::Raw(given.context.collected_at.map_or(Raw::Absent, Raw::Time))
}

/// The year 1 stands for a time that is not known.
fn finished<'g>(given: &Given<'g>) -> Read<'g> {
    let said = (0..2).find(|at| given.text(*at).is_some_and(|text| !text.starts_with("0001-")));
    Read::Raw(said.map_or(Raw::Unknown("when it was made is not listed"), |at| given.cell(at).time()))
}

/// `base_…_D_…` holds what changed since the second one; of MySQL's `stream_…` the name does not say.
fn method<'g>(given: &Given<'g>) -> Read<'g> {
    match given.text(0) {
        Some(name) if name.starts_with("base_") && name.contains("_D_") => word("incremental"),
        Some(name) if name.starts_with("base_") => word("full"),
        _ => NOTHING,
    }
}
