//! restic: snapshots, stats, forget, the JSON lines of a backup, check.
//!
//! Seen in real runs of 0.14; what newer versions add (`summary`, `program_version`, `exit_error`, `check --json`) is
//! read where it is there and never required. A snapshot list is a list of recovery points and says nothing of runs
//! that failed; a backup's log is a run and no evidence that its snapshot is still there.

mod backup;
mod check;
mod forget;
mod snapshots;
mod stats;

use super::cell::Cell;
use super::fields::{PointFields, RepositoryFields, Row};
use super::{Context, Form, Format, Layout, Refusal, Shape, Source, message, short_hash};
use crate::facts::rows::{Raw, RowSink};
use serde::Deserialize;

/// The registry's row.
pub(super) static SOURCE: Source = Source {
    name: "restic",
    title: "restic",
    empty_list: Some("restic snapshots"),
    formats: &[
        Format {
            name: "restic backup",
            command: "restic backup --json … 2>&1",
            kinds: &["run"],
            reaches_days: None,
            layout: Layout::Lines,
            detect: is_backup,
            open: backup::open,
            fills: backup::FILLS,
        },
        Format {
            name: "restic check",
            command: "restic check --json 2>&1",
            kinds: &["integrity_check"],
            reaches_days: None,
            layout: Layout::Lines,
            detect: is_check,
            open: check::open,
            fills: check::FILLS,
        },
        Format {
            name: "restic error",
            command: "",
            kinds: &[],
            reaches_days: None,
            layout: Layout::Document,
            detect: is_error,
            open: |context| message::hiding(ALL_KINDS, context),
            fills: &[],
        },
        Format {
            name: "restic forget",
            command: "restic forget --json …",
            kinds: &["recovery_point"],
            reaches_days: None,
            layout: Layout::Elements,
            detect: |s| s.form == Form::Array && s.samples.iter().any(|g| g.has(&["keep", "remove", "reasons"])),
            open: forget::open,
            fills: forget::FILLS,
        },
        Format {
            name: "restic snapshots",
            command: "restic snapshots --json",
            kinds: &["recovery_point"],
            reaches_days: None,
            layout: Layout::Elements,
            detect: is_snapshots,
            open: snapshots::open,
            fills: snapshots::FILLS,
        },
        Format {
            name: "restic stats",
            command: "restic stats --json --mode raw-data",
            kinds: &[],
            reaches_days: None,
            layout: Layout::Document,
            detect: |s| s.has(&["total_size", "snapshots_count"]),
            open: stats::open,
            fills: stats::FILLS,
        },
    ],
    cannot_know: &[
        "the repository's name: it is what the statement calls `account`, else `restic`",
        "runs that failed, from a list of snapshots: their logs are needed",
        "whether a backup left files out, unless its log holds standard error too",
        "the system and, before 0.17, the time of a backup, from its log alone",
        "the mode of stats; raw data is recognised, the others are told apart by nothing",
        "when a check ran",
        "encryption in transit: it depends on the backend",
    ],
};

fn is_snapshots(shape: &Shape) -> bool {
    let one =
        |s: &Shape| s.has(&["time", "tree", "paths"]) && (s.get("hostname").is_some() || s.get("short_id").is_some());
    shape.form == Form::Array
        && shape.samples.first().is_some_and(|s| one(s) || (s.has(&["group_key", "snapshots"]) && !s.has(&["keep"])))
}

/// The words of `message_type` that a backup writes; `exit_error` alone does not say whose it is.
fn is_backup(shape: &Shape) -> bool {
    let own = |s: &Shape| {
        let word = |w: &[&str]| s.says("message_type", w);
        let restores = s.get("files_restored").is_some() || s.get("bytes_restored").is_some();
        word(&["summary"]) && s.get("files_new").is_some() && s.get("num_errors").is_none()
            || word(&["status"]) && !restores
            || word(&["verbose_status"]) && s.get("action").is_none_or(|a| a.text != "restored")
            || word(&["error"]) && s.says("during", &["archival", "scan"])
    };
    matches!(shape.form, Form::Object | Form::Lines) && shape.records().iter().any(own)
}

fn is_check(shape: &Shape) -> bool {
    let summary = |s: &Shape| s.says("message_type", &["summary"]) && s.get("num_errors").is_some();
    let begins = ["using temporary cache in ", "create exclusive lock for repository", "load indexes"];
    match shape.form {
        Form::Object => summary(shape),
        Form::Text => begins.iter().any(|l| shape.text.starts_with(l)),
        // A line of progress begins as an array does: `[0:00] 100.00%  3 / 3 snapshots`.
        Form::Lines if shape.samples.iter().all(|s| s.form == Form::Array) => {
            begins.iter().any(|l| shape.text.starts_with(l))
        }
        Form::Lines => shape.samples.iter().any(summary),
        _ => false,
    }
}

/// A fatal error and nothing else: it does not say of which command.
fn is_error(shape: &Shape) -> bool {
    let fatal = shape.text.starts_with("Fatal: ") || shape.text.contains("\nFatal: ");
    let exits = shape.records().iter().any(|s| s.says("message_type", &["exit_error"]));
    let printed = match shape.form {
        Form::Text => fatal,
        Form::Object => exits,
        Form::Lines => exits || (fatal && shape.samples.is_empty()),
        _ => false,
    };
    printed && !is_backup(shape) && !is_check(shape)
}

/// Every entity that restic lists: an error could have hidden any of them.
const ALL_KINDS: &[&str] = &["run", "recovery_point", "integrity_check"];

/// The key of the repository: the statement's account names it.
fn repository_key(context: &Context<'_>) -> String {
    context.account.map_or_else(|| "restic".to_owned(), |a| format!("restic/{a}"))
}

/// Writes what is true of every restic repository: it is encrypted by the client with AES-256.
fn put_repository(row: &mut Row<'_>, fields: &RepositoryFields, key: &str) {
    row.put(fields.id, Raw::Text(key));
    row.put(fields.r#type, Raw::Text("restic"));
    row.put(fields.encryption, Raw::Text("client_side"));
    row.put(fields.algorithm, Raw::Text("aes_256"));
}

/// A snapshot as `snapshots` and `forget` print it.
#[derive(Debug, Deserialize)]
struct Snapshot<'a> {
    #[serde(borrow, default)]
    id: Cell<'a>,
    #[serde(borrow, default)]
    time: Cell<'a>,
    #[serde(borrow, default)]
    hostname: Cell<'a>,
    #[serde(borrow, default)]
    parent: Cell<'a>,
    #[serde(borrow, default)]
    username: Cell<'a>,
    #[serde(default)]
    tags: Option<Vec<String>>,
    #[serde(default)]
    paths: Option<Vec<String>>,
    #[serde(borrow, default)]
    summary: Option<SnapshotSummary<'a>>,
}

/// What 0.17 and later keep in the snapshot.
#[derive(Debug, Deserialize)]
struct SnapshotSummary<'a> {
    #[serde(borrow, default)]
    backup_end: Cell<'a>,
    #[serde(borrow, default)]
    total_bytes_processed: Cell<'a>,
    #[serde(borrow, default)]
    data_added_packed: Cell<'a>,
}

/// What becomes of a snapshot.
enum Fate<'a> {
    /// It is there.
    Listed,
    /// It is kept, for these calendar periods.
    Kept(&'a [&'static str]),
    /// It was removed; when, shows only from the statement.
    Removed,
}

/// Writes the recovery point of a snapshot.
fn put_snapshot(
    sink: &mut dyn RowSink,
    fields: &PointFields,
    context: &Context<'_>,
    repository: &str,
    snapshot: &Snapshot<'_>,
    fate: &Fate<'_>,
    offset: u64,
) -> Result<(), Refusal> {
    let Some(id) = snapshot.id.text() else {
        return Err(Refusal { reason: "a snapshot without an `id`".to_owned() });
    };
    let mut row = Row::begin(sink, fields.entity, offset);
    row.put(fields.id, Raw::Text(&format!("{repository}/{}", short_hash(id))));
    row.text(fields.system, snapshot.hostname.text().or(context.system));
    row.put(fields.repository, Raw::Text(repository));
    row.put(fields.created, snapshot.time.time());
    row.put(fields.encryption, Raw::Text("client_side"));
    row.put(fields.algorithm, Raw::Text("aes_256"));
    match snapshot.parent.text() {
        Some(parent) => {
            row.put(fields.parent, Raw::Text(&format!("{repository}/{}", short_hash(parent))));
            row.put(fields.method, Raw::Text("incremental"));
        }
        None => row.put(fields.method, Raw::Text("full")),
    }
    if let Some(summary) = &snapshot.summary {
        row.put(fields.completed, summary.backup_end.time());
        row.put(fields.logical_size, summary.total_bytes_processed.raw());
        row.put(fields.stored_size, summary.data_added_packed.raw());
    }
    match fate {
        Fate::Listed => row.put(fields.state, Raw::Text("available")),
        Fate::Kept(generations) => {
            row.put(fields.state, Raw::Text("available"));
            row.put(fields.generations, Raw::Set(generations));
        }
        Fate::Removed => {
            row.put(fields.state, Raw::Text("deleted"));
            row.put(fields.deleted, context.collected_at.map_or(Raw::Unknown("removed, not said when"), Raw::Time));
        }
    }
    if row.wants(fields.labels) {
        put_labels(&mut row, fields, snapshot);
    }
    Ok(())
}

/// Tags `name=value` or `name:value` become labels of that name, others stand together under `tags`.
fn put_labels(row: &mut Row<'_>, fields: &PointFields, snapshot: &Snapshot<'_>) {
    let tags = snapshot.tags.as_deref().unwrap_or_default();
    let paths = snapshot.paths.as_deref().unwrap_or_default();
    let plain: Vec<&str> = tags.iter().map(String::as_str).filter(|t| split_tag(t).is_none()).collect();
    let (plain, paths) = (plain.join(","), paths.join(":"));
    let mut labels: Vec<(&str, &str)> = Vec::new();
    for (name, value) in [("tags", plain.as_str()), ("paths", paths.as_str())]
        .into_iter()
        .chain(snapshot.username.text().map(|u| ("username", u)))
        .chain(tags.iter().filter_map(|t| split_tag(t)))
    {
        if !value.is_empty() && labels.iter().all(|(n, _)| *n != name) {
            labels.push((name, value));
        }
    }
    if !labels.is_empty() {
        row.put(fields.labels, Raw::Map(&labels));
    }
}

fn split_tag(tag: &str) -> Option<(&str, &str)> {
    tag.split_once(['=', ':']).filter(|(name, value)| !name.is_empty() && !value.is_empty())
}
