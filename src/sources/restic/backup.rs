//! `restic backup --json`: each summary is a run that made a snapshot; a fatal error is one that did not.
//!
//! restic 0.14 writes its errors to standard error, also those about files that it left out, so a log of standard
//! output alone may look better than the run was; where its status lines count errors they are believed. The snapshot
//! is only named: a log is no evidence that it still exists.

use super::super::cell::Cell;
use super::super::fields::{Row, RunFields};
use super::super::{Context, Ending, Reader, Record, Refusal, message};
use super::repository_key;
use crate::facts::rows::{Raw, RowSink};
use serde::Deserialize;

pub(super) const FILLS: &[&str] = &[
    "run.id",
    "run.system",
    "run.repository",
    "run.type",
    "run.status",
    "run.native_status",
    "run.message",
    "run.started",
    "run.ended",
    "run.duration",
    "run.processed_size",
    "run.stored_size",
    "run.files_total",
    "run.files_failed",
    "run.encrypted",
    "run.recovery_point",
];

/// Characters of a text snapshot id; older versions print the first eight, which is no key.
const WHOLE_ID: usize = 64;

pub(super) fn open<'a>(context: &Context<'a>) -> Box<dyn Reader + 'a> {
    Box::new(Backup {
        context: *context,
        run: RunFields::bind(context.schema),
        key: repository_key(context),
        seen: Seen::default(),
        runs: 0,
    })
}

struct Backup<'a> {
    context: Context<'a>,
    run: RunFields,
    key: String,
    seen: Seen,
    runs: u32,
}

/// What the lines since the last summary said.
#[derive(Default)]
struct Seen {
    offset: Option<u64>,
    errors: i64,
    counted: i64,
    first_error: Option<String>,
    fatal: Option<String>,
}

#[derive(Deserialize)]
struct Line<'a> {
    #[serde(borrow, default)]
    message_type: Cell<'a>,
    #[serde(borrow, default)]
    error_count: Cell<'a>,
    #[serde(borrow, default)]
    item: Cell<'a>,
    #[serde(borrow, default)]
    code: Cell<'a>,
    #[serde(borrow, default)]
    message: Cell<'a>,
    #[serde(borrow, default)]
    backup_start: Cell<'a>,
    #[serde(borrow, default)]
    backup_end: Cell<'a>,
    #[serde(borrow, default)]
    total_duration: Cell<'a>,
    #[serde(borrow, default)]
    total_bytes_processed: Cell<'a>,
    #[serde(borrow, default)]
    total_files_processed: Cell<'a>,
    #[serde(borrow, default)]
    data_added: Cell<'a>,
    #[serde(borrow, default)]
    data_added_packed: Cell<'a>,
    #[serde(borrow, default)]
    snapshot_id: Cell<'a>,
}

impl Reader for Backup<'_> {
    fn record(&mut self, record: Record<'_>, sink: &mut dyn RowSink) -> Result<(), Refusal> {
        let offset = *self.seen.offset.get_or_insert(record.offset);
        if !record.text.trim_start().starts_with('{') {
            self.plain(record.text.trim());
            return Ok(());
        }
        let line: Line<'_> = message::parse(record.text)?;
        match line.message_type.text() {
            Some("summary") => {
                let seen = std::mem::take(&mut self.seen);
                self.put(&seen, Some(&line), offset, sink);
            }
            Some("error") => self.error(line.item.text().unwrap_or("an error without an item")),
            Some("exit_error") => {
                let code = line.code.int().map_or_else(String::new, |c| format!(" (exit code {c})"));
                let said = line.message.text().unwrap_or("ended with an error");
                // 3 is "some files could not be read", said after the summary of a run that is told already.
                if line.code.int() != Some(3) || self.runs == 0 {
                    self.seen.fatal = Some(format!("{said}{code}"));
                } else {
                    self.seen = Seen::default();
                }
            }
            Some("status") => {
                self.seen.counted = self.seen.counted.max(line.error_count.int().unwrap_or(0));
            }
            Some("verbose_status") => {}
            other => {
                let said = other.unwrap_or("none");
                return Err(Refusal { reason: format!("a line of the unknown `message_type` {said}") });
            }
        }
        Ok(())
    }

    fn finish(&mut self, sink: &mut dyn RowSink) -> Ending {
        let seen = std::mem::take(&mut self.seen);
        if let Some(offset) = seen.offset {
            let trailing = self.runs > 0 && seen.fatal.is_none();
            if !trailing {
                self.put(&seen, None, offset, sink);
            } else if seen.errors > 0 {
                return Ending {
                    incomplete: Some("errors after the last summary belong to no run".to_owned()),
                    ..Ending::default()
                };
            }
        }
        Ending::default()
    }
}

impl Backup<'_> {
    /// A line of standard error that is not JSON.
    fn plain(&mut self, text: &str) {
        let lower = text.to_ascii_lowercase();
        if let Some(rest) = text.strip_prefix("Fatal: ") {
            self.seen.fatal = Some(rest.to_owned());
        } else if lower.starts_with("error")
            || lower.starts_with("warning")
            || text.ends_with("does not exist, skipping")
        {
            // After the summary this repeats what was told before it.
            let repeats =
                self.runs > 0 && self.seen.errors == 0 && lower.starts_with("warning: at least one source file");
            if !repeats {
                self.error(text);
            }
        }
    }

    fn error(&mut self, what: &str) {
        self.seen.errors += 1;
        self.seen.first_error.get_or_insert_with(|| what.to_owned());
    }

    fn put(&mut self, seen: &Seen, summary: Option<&Line<'_>>, offset: u64, sink: &mut dyn RowSink) {
        self.runs += 1;
        let errors = seen.errors.max(seen.counted);
        let snapshot = summary.and_then(|s| s.snapshot_id.text());
        let (status, native) = match (summary, &seen.fatal) {
            (_, Some(_)) => (Raw::Text("failed"), "fatal error"),
            (Some(_), None) if errors > 0 => (Raw::Text("warning"), "summary with errors"),
            (Some(_), None) => (Raw::Text("success"), "summary"),
            (None, None) => (Raw::Unknown("the log ends without a summary"), "no summary"),
        };
        let id = match snapshot {
            Some(id) => format!("{}/backup/{id}", self.key),
            None => format!("{}/backup/{}#{}", self.key, self.context.file, self.runs),
        };
        let mut row = Row::begin(sink, self.run.entity, offset);
        row.put(self.run.id, Raw::Text(&id));
        row.text(self.run.system, self.context.system);
        row.put(self.run.repository, Raw::Text(&self.key));
        row.put(self.run.r#type, Raw::Text("backup"));
        row.put(self.run.status, status);
        row.put(self.run.native_status, Raw::Text(native));
        row.text(self.run.message, seen.fatal.as_deref().or(seen.first_error.as_deref()));
        row.put(self.run.encrypted, Raw::Bool(true));
        row.put(self.run.files_failed, Raw::Int(errors));
        if let Some(line) = summary {
            row.put(self.run.started, line.backup_start.time());
            row.put(self.run.ended, line.backup_end.time());
            row.put(self.run.duration, line.total_duration.seconds());
            row.put(self.run.processed_size, line.total_bytes_processed.raw());
            row.put(self.run.files_total, line.total_files_processed.raw());
            match line.data_added_packed.raw() {
                Raw::Absent => row.put(self.run.stored_size, line.data_added.raw()),
                packed => row.put(self.run.stored_size, packed),
            }
            if let Some(id) = snapshot.filter(|id| id.len() == WHOLE_ID) {
                row.put(self.run.recovery_point, Raw::Text(&format!("{}/{id}", self.key)));
            }
        }
    }
}
