//! `restic backup --json`: each summary is a run that made a snapshot; a fatal error is one that did not.
//!
//! restic 0.14 writes its errors to standard error, also those about files that it left out, so a log of standard
//! output alone may look better than the run was; where its status lines count errors they are believed. The snapshot
//! is only named: a log is no evidence that it still exists.

use super::super::cell::Cell;
use super::super::fields::{Row, RunFields};
use super::super::{Context, Ending, Reader, Record, Refusal, message, short_hash};
use super::repository_key;
use crate::facts::rows::{Raw, RowSink};
use serde::Deserialize;

pub(super) const FILLS: &[(&str, &str)] = &[
    ("run.id", "snapshot_id"),
    ("run.system", ""),
    ("run.repository", ""),
    ("run.type", ""),
    ("run.status", "error_count message_type"),
    ("run.native_status", "message_type"),
    ("run.message", "message item"),
    ("run.started", "backup_start"),
    ("run.ended", "backup_end"),
    ("run.duration", "total_duration"),
    ("run.processed_size", "total_bytes_processed"),
    ("run.stored_size", "data_added_packed data_added"),
    ("run.files_total", "total_files_processed"),
    ("run.encrypted", ""),
    ("run.recovery_point", "snapshot_id"),
];

/// Characters of a text snapshot id; older versions print the first eight, which is no key.
const WHOLE_ID: usize = 64;

pub(super) fn open<'a>(context: &Context<'a>) -> Box<dyn Reader + 'a> {
    Box::new(Backup {
        context: *context,
        run: RunFields::bind(context.schema),
        key: repository_key(context),
        seen: Seen::default(),
        ended: None,
        runs: 0,
    })
}

struct Backup<'a> {
    context: Context<'a>,
    run: RunFields,
    key: String,
    /// What was said since the last run ended.
    seen: Seen,
    /// The last summary: errors may still be said after it, where standard error was appended.
    ended: Option<Ended>,
    runs: u32,
}

/// What the lines of a run said.
#[derive(Default)]
struct Seen {
    offset: Option<u64>,
    errors: i64,
    counted: i64,
    first_error: Option<String>,
}

struct Ended {
    seen: Seen,
    summary: String,
}

/// How a run ended.
enum End<'a> {
    Summary(&'a Line<'a>),
    Fatal(String),
    Nothing,
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
    during: Cell<'a>,
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
        let text = record.text.trim();
        if !text.starts_with('{') {
            self.plain(text, record.offset, sink);
            return Ok(());
        }
        let line: Line<'_> = message::parse(text)?;
        match line.message_type.text() {
            Some("summary") => {
                self.settle(sink);
                self.seen.offset.get_or_insert(record.offset);
                self.ended = Some(Ended { seen: std::mem::take(&mut self.seen), summary: text.to_owned() });
            }
            Some("error") => {
                let during = line.during.text().unwrap_or("backup");
                let item = line.item.text().unwrap_or("an item without a name");
                self.error(format!("{during} of {item} failed"), record.offset);
            }
            Some("exit_error") => {
                let said = line.message.text().unwrap_or("ended with an error");
                match line.code.int() {
                    // "some files could not be read": said once more at the end of the run.
                    Some(3) => self.repeated(said.to_owned(), record.offset),
                    Some(code) => self.fatal(format!("{said} (exit code {code})"), record.offset, sink),
                    None => self.fatal(said.to_owned(), record.offset, sink),
                }
            }
            Some("status") => {
                self.seen.offset.get_or_insert(record.offset);
                self.seen.counted = self.seen.counted.max(line.error_count.int().unwrap_or(0));
            }
            Some("verbose_status") => {
                self.seen.offset.get_or_insert(record.offset);
            }
            other => {
                let said = other.unwrap_or("none");
                return Err(Refusal { reason: format!("a line of the unknown `message_type` {said}") });
            }
        }
        Ok(())
    }

    fn finish(&mut self, sink: &mut dyn RowSink) -> Ending {
        let trailing = std::mem::take(&mut self.seen);
        let only_errors = trailing.errors > 0 && trailing.counted == 0;
        if let (true, Some(ended)) = (only_errors, self.ended.as_mut()) {
            ended.seen.errors += trailing.errors;
            ended.seen.first_error = ended.seen.first_error.take().or(trailing.first_error);
            self.settle(sink);
            return Ending::default();
        }
        self.settle(sink);
        if let Some(offset) = trailing.offset {
            self.put(&trailing, &End::Nothing, offset, sink);
        }
        Ending::default()
    }
}

impl Backup<'_> {
    /// A line of standard error that is not JSON.
    fn plain(&mut self, text: &str, offset: u64, sink: &mut dyn RowSink) {
        let lower = text.to_ascii_lowercase();
        if let Some(rest) = text.strip_prefix("Fatal: ") {
            self.fatal(rest.to_owned(), offset, sink);
        } else if lower.starts_with("warning: at least one source file could not be read") {
            self.repeated(text.to_owned(), offset);
        } else if lower.starts_with("error")
            || lower.starts_with("warning")
            || lower.ends_with("does not exist, skipping")
        {
            self.error(text.to_owned(), offset);
        }
    }

    fn error(&mut self, what: String, offset: u64) {
        self.seen.offset.get_or_insert(offset);
        self.seen.errors += 1;
        self.seen.first_error.get_or_insert(what);
    }

    /// An error that belongs to the run whose summary was just read, if there is one, and may have been counted there.
    fn repeated(&mut self, what: String, offset: u64) {
        match self.ended.as_mut() {
            Some(ended) if self.seen.offset.is_none() => {
                ended.seen.errors = ended.seen.errors.max(1);
                ended.seen.first_error.get_or_insert(what);
            }
            _ => self.error(what, offset),
        }
    }

    fn fatal(&mut self, what: String, offset: u64, sink: &mut dyn RowSink) {
        self.settle(sink);
        let seen = std::mem::take(&mut self.seen);
        self.put(&seen, &End::Fatal(what), seen.offset.unwrap_or(offset), sink);
    }

    /// Tells the run whose summary was the last.
    fn settle(&mut self, sink: &mut dyn RowSink) {
        if let Some(Ended { seen, summary }) = self.ended.take()
            && let Ok(line) = message::parse::<Line<'_>>(&summary)
        {
            self.put(&seen, &End::Summary(&line), seen.offset.unwrap_or(0), sink);
        }
    }

    fn put(&mut self, seen: &Seen, end: &End<'_>, offset: u64, sink: &mut dyn RowSink) {
        self.runs += 1;
        let errors = seen.errors.max(seen.counted);
        let snapshot = match end {
            End::Summary(line) => line.snapshot_id.text(),
            _ => None,
        };
        let id = match snapshot {
            Some(id) => format!("{}/backup/{}", self.key, short_hash(id)),
            None => format!("{}/backup/{}#{}", self.key, self.context.file, self.runs),
        };
        let (status, native) = match end {
            End::Fatal(_) => (Raw::Text("failed"), "fatal error"),
            End::Summary(_) if errors > 0 => (Raw::Text("warning"), "summary with errors"),
            End::Summary(_) => (Raw::Text("success"), "summary"),
            End::Nothing => (Raw::Unknown("the log ends without a summary"), "no summary"),
        };
        let mut row = Row::begin(sink, self.run.entity, offset);
        row.put(self.run.id, Raw::Text(&id));
        row.text(self.run.system, self.context.system);
        row.put(self.run.repository, Raw::Text(&self.key));
        row.put(self.run.r#type, Raw::Text("backup"));
        row.put(self.run.status, status);
        row.put(self.run.native_status, Raw::Text(native));
        match end {
            End::Fatal(said) => row.put(self.run.message, Raw::Text(said)),
            _ => row.text(self.run.message, seen.first_error.as_deref()),
        }
        let End::Summary(line) = end else { return };
        row.put(self.run.encrypted, Raw::Bool(true));
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
            row.put(self.run.recovery_point, Raw::Text(&format!("{}/{}", self.key, short_hash(id))));
        }
    }
}
