//! `restic stats --json`: the size of a repository.
//!
//! The output does not name its mode. Only the mode `raw-data` counts blobs and no files: that is what the repository
//! stores. `restore-size` and `files-by-contents` print the same members, so their total is no known size.

use super::super::cell::Cell;
use super::super::fields::{RepositoryFields, Row, SampleFields};
use super::super::{Context, Reader, Record, Refusal, message};
use super::{put_repository, repository_key};
use crate::facts::rows::{Raw, RowSink};
use serde::Deserialize;

pub(super) const FILLS: &[(&str, &str)] = &[
    ("repository.id", ""),
    ("repository.type", ""),
    ("repository.used", "total_size"),
    ("repository.logical_size", "total_size"),
    ("repository.compress_ratio", "compression_ratio"),
    ("repository.encryption", ""),
    ("repository.algorithm", ""),
    ("capacity_sample.id", ""),
    ("capacity_sample.repository", ""),
    ("capacity_sample.taken", ""),
    ("capacity_sample.used", "total_size"),
];

pub(super) fn open<'a>(context: &Context<'a>) -> Box<dyn Reader + 'a> {
    Box::new(Stats {
        context: *context,
        repository: RepositoryFields::bind(context.schema),
        sample: SampleFields::bind(context.schema),
    })
}

struct Stats<'a> {
    context: Context<'a>,
    repository: RepositoryFields,
    sample: SampleFields,
}

#[derive(Deserialize)]
struct Totals<'a> {
    #[serde(borrow, default)]
    total_size: Cell<'a>,
    #[serde(borrow, default)]
    total_file_count: Cell<'a>,
    #[serde(borrow, default)]
    total_blob_count: Cell<'a>,
    #[serde(borrow, default)]
    compression_ratio: Cell<'a>,
}

impl Reader for Stats<'_> {
    fn record(&mut self, record: Record<'_>, sink: &mut dyn RowSink) -> Result<(), Refusal> {
        let totals: Totals<'_> = message::parse(record.text)?;
        let key = repository_key(&self.context);
        let stored = totals.total_blob_count.int().is_some_and(|n| n > 0)
            && totals.total_file_count.int().is_none_or(|n| n == 0);
        let mut row = Row::begin(sink, self.repository.entity, record.offset);
        put_repository(&mut row, &self.repository, &key);
        if stored {
            row.put(self.repository.used, totals.total_size.raw());
            row.put(self.repository.compress_ratio, totals.compression_ratio.raw());
        } else {
            row.put(self.repository.logical_size, Raw::Unknown("total_size of a mode that is not named"));
        }
        drop(row);
        if let (true, Some(taken)) = (stored, self.context.collected_at) {
            let mut row = Row::begin(sink, self.sample.entity, record.offset);
            row.put(self.sample.id, Raw::Text(&format!("{key}@{}", taken.0)));
            row.put(self.sample.repository, Raw::Text(&key));
            row.put(self.sample.taken, Raw::Time(taken));
            row.put(self.sample.used, totals.total_size.raw());
        }
        Ok(())
    }
}
