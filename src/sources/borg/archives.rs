//! `borg list --json`, `borg info --json`: each archive is a recovery point that is there.

use super::super::cell::Cell;
use super::super::fields::{PointFields, RepositoryFields, Row};
use super::super::{Context, Reader, Record, Refusal, message, short_hash};
use super::Header;
use crate::facts::rows::{Raw, RowSink};
use serde::Deserialize;
use serde_json::value::RawValue;

/// Of a list, which has no sizes.
pub(super) const LIST_FILLS: &[(&str, &str)] = &[
    ("recovery_point.id", "id"),
    ("recovery_point.system", "hostname"),
    ("recovery_point.repository", ""),
    ("recovery_point.created", "start time"),
    ("recovery_point.completed", "end"),
    ("recovery_point.state", "name"),
    ("recovery_point.encryption", ""),
    ("recovery_point.algorithm", ""),
    ("recovery_point.labels", "name username comment"),
    ("repository.id", "repository.location"),
    ("repository.name", "repository.location"),
    ("repository.type", ""),
    ("repository.encryption", "encryption.mode"),
    ("repository.algorithm", "encryption.mode"),
];

/// Of `info` on archives.
pub(super) const INFO_FILLS: &[(&str, &str)] = &[
    ("recovery_point.id", "id"),
    ("recovery_point.system", "hostname"),
    ("recovery_point.repository", ""),
    ("recovery_point.created", "start time"),
    ("recovery_point.completed", "end"),
    ("recovery_point.state", "name"),
    ("recovery_point.encryption", ""),
    ("recovery_point.algorithm", ""),
    ("recovery_point.labels", "name username comment"),
    ("recovery_point.logical_size", "stats.original_size"),
    ("recovery_point.stored_size", "stats.deduplicated_size"),
    ("repository.id", "repository.location"),
    ("repository.name", "repository.location"),
    ("repository.type", ""),
    ("repository.encryption", "encryption.mode"),
    ("repository.algorithm", "encryption.mode"),
    ("repository.used", "cache.stats.unique_csize"),
    ("repository.logical_size", "cache.stats.total_size"),
    ("repository.dedup_ratio", "cache.stats.unique_csize"),
];

/// Of `info` on the repository alone.
pub(super) const REPOSITORY_FILLS: &[(&str, &str)] = &[
    ("repository.id", "repository.location"),
    ("repository.name", "repository.location"),
    ("repository.type", ""),
    ("repository.encryption", "encryption.mode"),
    ("repository.algorithm", "encryption.mode"),
    ("repository.used", "cache.stats.unique_csize"),
    ("repository.logical_size", "cache.stats.total_size"),
    ("repository.dedup_ratio", "cache.stats.unique_csize"),
];

pub(super) fn open<'a>(context: &Context<'a>) -> Box<dyn Reader + 'a> {
    Box::new(Archives {
        context: *context,
        point: PointFields::bind(context.schema),
        repository: RepositoryFields::bind(context.schema),
    })
}

struct Archives<'a> {
    context: Context<'a>,
    point: PointFields,
    repository: RepositoryFields,
}

#[derive(Deserialize)]
struct Document<'a> {
    #[serde(borrow)]
    archives: Option<Vec<&'a RawValue>>,
}

#[derive(Deserialize)]
struct Archive<'a> {
    #[serde(borrow, default)]
    id: Cell<'a>,
    #[serde(borrow, default)]
    name: Cell<'a>,
    #[serde(borrow, default)]
    start: Cell<'a>,
    #[serde(borrow, default)]
    time: Cell<'a>,
    #[serde(borrow, default)]
    end: Cell<'a>,
    #[serde(borrow, default)]
    hostname: Cell<'a>,
    #[serde(borrow, default)]
    username: Cell<'a>,
    #[serde(borrow, default)]
    comment: Cell<'a>,
    #[serde(borrow, default)]
    stats: Option<Stats<'a>>,
}

/// Sizes of one archive; `deduplicated_size` is what only this archive holds.
#[derive(Deserialize)]
struct Stats<'a> {
    #[serde(borrow, default)]
    original_size: Cell<'a>,
    #[serde(borrow, default)]
    deduplicated_size: Cell<'a>,
}

impl Reader for Archives<'_> {
    fn record(&mut self, record: Record<'_>, sink: &mut dyn RowSink) -> Result<(), Refusal> {
        if record.text.trim_start().starts_with('[') {
            let documents: Vec<&RawValue> = message::parse(record.text)?;
            for part in documents {
                self.document(part.get(), record.offset_of(part.get()), sink)?;
            }
            return Ok(());
        }
        self.document(record.text, record.offset, sink)
    }
}

impl Archives<'_> {
    fn document(&self, text: &str, offset: u64, sink: &mut dyn RowSink) -> Result<(), Refusal> {
        let header: Header<'_> = message::parse(text)?;
        let Some(key) = header.key(&self.context) else {
            return Err(Refusal { reason: "no `repository` with a `location`".to_owned() });
        };
        header.put(&mut Row::begin(sink, self.repository.entity, offset), &self.repository, &key);
        let document: Document<'_> = message::parse(text)?;
        let whole = Record { text, offset };
        // One bad archive does not cost the others.
        let mut refused = Ok(());
        for part in document.archives.unwrap_or_default() {
            let told = message::parse(part.get())
                .and_then(|archive| self.archive(&archive, &header, &key, whole.offset_of(part.get()), sink));
            refused = refused.and(told);
        }
        refused
    }

    fn archive(
        &self,
        archive: &Archive<'_>,
        header: &Header<'_>,
        key: &str,
        offset: u64,
        sink: &mut dyn RowSink,
    ) -> Result<(), Refusal> {
        let Some(id) = archive.id.text() else {
            return Err(Refusal { reason: "an archive without an `id`".to_owned() });
        };
        let fields = &self.point;
        let mut row = Row::begin(sink, fields.entity, offset);
        row.put(fields.id, Raw::Text(&format!("{key}/{}", short_hash(id))));
        row.text(fields.system, archive.hostname.text().or(self.context.system));
        row.put(fields.repository, Raw::Text(key));
        match archive.start.time() {
            Raw::Absent => row.put(fields.created, archive.time.time()),
            start => row.put(fields.created, start),
        }
        row.put(fields.completed, archive.end.time());
        // An interrupted `create` leaves checkpoints beside whole archives.
        let name = archive.name.text().unwrap_or_default();
        let checkpoint = name.ends_with(".checkpoint") || name.contains(".checkpoint.");
        row.put(fields.state, Raw::Text(if checkpoint { "partial" } else { "available" }));
        let (encryption, algorithm) = header.encryption();
        row.put(fields.encryption, encryption);
        row.put(fields.algorithm, algorithm);
        if let Some(stats) = &archive.stats {
            row.put(fields.logical_size, stats.original_size.raw());
            row.put(fields.stored_size, stats.deduplicated_size.raw());
        }
        let labels =
            [("archive", Some(name)), ("username", archive.username.text()), ("comment", archive.comment.text())];
        // borg writes an empty comment where there is none.
        row.put_labels(fields.labels, labels.map(|(name, value)| (name, value.filter(|v| !v.is_empty()))));
        Ok(())
    }
}
