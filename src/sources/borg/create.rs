//! `borg create --json`: a run that made an archive, with the log lines that stand around it where standard error was
//! kept.

use super::super::cell::Cell;
use super::super::fields::{RepositoryFields, Row, RunFields};
use super::super::{Context, Reader, Record, Refusal, message, short_hash};
use super::Header;
use crate::facts::rows::{Raw, RowSink};
use serde::Deserialize;
use serde_json::value::RawValue;

pub(super) const FILLS: &[(&str, &str)] = &[
    ("run.id", "archive.id"),
    ("run.system", "archive.hostname"),
    ("run.repository", "repository.location"),
    ("run.type", ""),
    ("run.status", ""),
    ("run.message", ""),
    ("run.started", "archive.start"),
    ("run.ended", "archive.end"),
    ("run.duration", "archive.duration"),
    ("run.processed_size", "archive.stats.original_size"),
    ("run.stored_size", "archive.stats.deduplicated_size"),
    ("run.files_total", "archive.stats.nfiles"),
    ("run.encrypted", "encryption.mode"),
    ("run.recovery_point", "archive.id"),
    ("repository.id", "repository.location"),
    ("repository.name", "repository.location"),
    ("repository.type", ""),
    ("repository.used", "cache.stats.unique_csize"),
    ("repository.logical_size", "cache.stats.total_size"),
    ("repository.dedup_ratio", "cache.stats.unique_csize"),
    ("repository.encryption", "encryption.mode"),
    ("repository.algorithm", "encryption.mode"),
];

pub(super) fn open<'a>(context: &Context<'a>) -> Box<dyn Reader + 'a> {
    Box::new(Create {
        context: *context,
        run: RunFields::bind(context.schema),
        repository: RepositoryFields::bind(context.schema),
    })
}

struct Create<'a> {
    context: Context<'a>,
    run: RunFields,
    repository: RepositoryFields,
}

#[derive(Deserialize)]
struct Document<'a> {
    #[serde(borrow)]
    archive: Option<Archive<'a>>,
}

#[derive(Deserialize)]
struct Archive<'a> {
    #[serde(borrow, default)]
    id: Cell<'a>,
    #[serde(borrow, default)]
    start: Cell<'a>,
    #[serde(borrow, default)]
    end: Cell<'a>,
    #[serde(borrow, default)]
    duration: Cell<'a>,
    #[serde(borrow, default)]
    hostname: Cell<'a>,
    #[serde(borrow, default)]
    stats: Option<Stats<'a>>,
}

#[derive(Deserialize)]
struct Stats<'a> {
    #[serde(borrow, default)]
    original_size: Cell<'a>,
    #[serde(borrow, default)]
    deduplicated_size: Cell<'a>,
    #[serde(borrow, default)]
    nfiles: Cell<'a>,
}

#[derive(Deserialize)]
struct LogLine<'a> {
    #[serde(borrow, default, rename = "type")]
    sort: Cell<'a>,
    #[serde(borrow, default)]
    levelname: Cell<'a>,
    #[serde(borrow, default)]
    message: Cell<'a>,
}

/// What the log lines say of the run.
#[derive(Default)]
struct Log {
    /// The exit code that `--show-rc` prints.
    code: Option<u32>,
    warned: Option<String>,
    failed: Option<String>,
}

impl Reader for Create<'_> {
    fn record(&mut self, record: Record<'_>, sink: &mut dyn RowSink) -> Result<(), Refusal> {
        let mut log = Log::default();
        let mut documents: Vec<(&str, u64)> = Vec::new();
        for part in serde_json::Deserializer::from_str(record.text).into_iter::<&RawValue>() {
            let part = part.map_err(|e| Refusal { reason: e.to_string() })?.get();
            if part.starts_with('[') {
                let inner: Vec<&RawValue> = message::parse(part)?;
                documents.extend(inner.into_iter().map(|d| (d.get(), record.offset_of(d.get()))));
                continue;
            }
            let line: LogLine<'_> = message::parse(part)?;
            if line.sort.text().is_some() {
                log.note(&line);
            } else {
                documents.push((part, record.offset_of(part)));
            }
        }
        for (text, offset) in documents {
            self.document(text, offset, &log, sink)?;
        }
        Ok(())
    }
}

impl Log {
    fn note(&mut self, line: &LogLine<'_>) {
        let said = line.message.text().unwrap_or_default();
        if let Some(code) = said.rsplit_once(", rc ").and_then(|(_, n)| n.trim().parse().ok()) {
            self.code = Some(code);
            return;
        }
        let place = match line.levelname.text() {
            Some("WARNING") => &mut self.warned,
            Some("ERROR" | "CRITICAL") => &mut self.failed,
            _ => return,
        };
        place.get_or_insert_with(|| said.to_owned());
    }

    /// 0 success, 1 and 100 to 127 warning, all else an error.
    fn status(&self) -> Raw<'static> {
        match self.code {
            Some(0) => Raw::Text("success"),
            Some(1 | 100..=127) => Raw::Text("warning"),
            Some(_) => Raw::Text("failed"),
            None if self.failed.is_some() => Raw::Text("failed"),
            None if self.warned.is_some() => Raw::Text("warning"),
            None => Raw::Unknown("an archive was made; warnings and the exit code are not in the output"),
        }
    }
}

impl Create<'_> {
    fn document(&self, text: &str, offset: u64, log: &Log, sink: &mut dyn RowSink) -> Result<(), Refusal> {
        let header: Header<'_> = message::parse(text)?;
        let document: Document<'_> = message::parse(text)?;
        let (Some(key), Some(archive)) = (header.key(&self.context), document.archive) else {
            return Err(Refusal { reason: "no `archive` of a `repository` with a `location`".to_owned() });
        };
        let Some(id) = archive.id.text() else {
            return Err(Refusal { reason: "an archive without an `id`".to_owned() });
        };
        header.put(&mut Row::begin(sink, self.repository.entity, offset), &self.repository, &key);
        let fields = &self.run;
        let mut row = Row::begin(sink, fields.entity, offset);
        row.put(fields.id, Raw::Text(&format!("{key}/create/{}", short_hash(id))));
        row.text(fields.system, archive.hostname.text().or(self.context.system));
        row.put(fields.repository, Raw::Text(&key));
        row.put(fields.r#type, Raw::Text("backup"));
        row.put(fields.status, log.status());
        row.text(fields.message, log.failed.as_deref().or(log.warned.as_deref()));
        row.put(fields.started, archive.start.time());
        row.put(fields.ended, archive.end.time());
        row.put(fields.duration, archive.duration.seconds());
        if let Some(stats) = &archive.stats {
            row.put(fields.processed_size, stats.original_size.raw());
            row.put(fields.stored_size, stats.deduplicated_size.raw());
            row.put(fields.files_total, stats.nfiles.raw());
        }
        match header.encryption().0 {
            Raw::Text("none") => row.put(fields.encrypted, Raw::Bool(false)),
            Raw::Text(_) => row.put(fields.encrypted, Raw::Bool(true)),
            unknown => row.put(fields.encrypted, unknown),
        }
        row.put(fields.recovery_point, Raw::Text(&format!("{key}/{}", short_hash(id))));
        Ok(())
    }
}
