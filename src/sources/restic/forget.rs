//! `restic forget --json`: what is kept, for which periods, and what was removed.
//!
//! A dry run prints the same; nothing in the output tells. The removal is therefore believed only as far as the
//! listing goes: `deleted` is when the export was collected, and unknown without that.

use super::super::fields::{PointFields, RepositoryFields, Row};
use super::super::{Context, Ending, Reader, Record, Refusal, message};
use super::{Fate, Snapshot, put_repository, put_snapshot, repository_key};
use crate::facts::rows::RowSink;
use serde::Deserialize;
use serde_json::value::RawValue;

pub(super) const FILLS: &[(&str, &str)] = &[
    ("recovery_point.id", "id"),
    ("recovery_point.system", "hostname"),
    ("recovery_point.repository", ""),
    ("recovery_point.created", "time"),
    ("recovery_point.completed", "summary.backup_end"),
    ("recovery_point.method", "parent"),
    ("recovery_point.generations", ""),
    ("recovery_point.parent", "parent"),
    ("recovery_point.logical_size", "summary.total_bytes_processed"),
    ("recovery_point.stored_size", "summary.data_added_packed"),
    ("recovery_point.state", ""),
    ("recovery_point.deleted", ""),
    ("recovery_point.encryption", ""),
    ("recovery_point.algorithm", ""),
    ("recovery_point.labels", "tags paths username"),
    ("repository.id", ""),
    ("repository.type", ""),
    ("repository.encryption", ""),
    ("repository.algorithm", ""),
];

pub(super) fn open<'a>(context: &Context<'a>) -> Box<dyn Reader + 'a> {
    Box::new(Forget {
        context: *context,
        point: PointFields::bind(context.schema),
        repository: RepositoryFields::bind(context.schema),
        key: repository_key(context),
    })
}

struct Forget<'a> {
    context: Context<'a>,
    point: PointFields,
    repository: RepositoryFields,
    key: String,
}

#[derive(Deserialize)]
struct Group<'a> {
    #[serde(borrow)]
    keep: Option<Vec<&'a RawValue>>,
    #[serde(borrow)]
    remove: Option<Vec<&'a RawValue>>,
    #[serde(borrow, default)]
    reasons: Option<Vec<Reason<'a>>>,
}

/// Why a snapshot is kept. Its snapshot is printed without an id, so it is found by its tree and time.
#[derive(Deserialize)]
struct Reason<'a> {
    #[serde(borrow)]
    snapshot: Place<'a>,
    #[serde(default)]
    matches: Option<Vec<String>>,
}

#[derive(Deserialize, PartialEq)]
struct Place<'a> {
    #[serde(borrow, default)]
    time: super::Cell<'a>,
    #[serde(borrow, default)]
    tree: super::Cell<'a>,
}

impl Reader for Forget<'_> {
    fn record(&mut self, record: Record<'_>, sink: &mut dyn RowSink) -> Result<(), Refusal> {
        let group: Group<'_> = message::parse(record.text)?;
        let reasons = group.reasons.unwrap_or_default();
        for part in group.keep.unwrap_or_default() {
            let snapshot: Snapshot<'_> = message::parse(part.get())?;
            let place: Place<'_> = message::parse(part.get())?;
            let reason = reasons.iter().find(|r| r.snapshot == place);
            let generations = reason.map(|r| generations(r.matches.as_deref().unwrap_or_default()));
            let fate = generations.as_deref().map_or(Fate::Listed, Fate::Kept);
            let offset = record.offset_of(part.get());
            put_snapshot(sink, &self.point, &self.context, &self.key, &snapshot, &fate, offset)?;
        }
        for part in group.remove.unwrap_or_default() {
            let snapshot: Snapshot<'_> = message::parse(part.get())?;
            let offset = record.offset_of(part.get());
            put_snapshot(sink, &self.point, &self.context, &self.key, &snapshot, &Fate::Removed, offset)?;
        }
        Ok(())
    }

    fn finish(&mut self, sink: &mut dyn RowSink) -> Ending {
        put_repository(&mut Row::begin(sink, self.repository.entity, 0), &self.repository, &self.key);
        Ending::default()
    }
}

/// The calendar periods among the reasons (`daily snapshot`, `oldest weekly snapshot`, `monthly within 1y`).
fn generations(matches: &[String]) -> Vec<&'static str> {
    ["hourly", "daily", "weekly", "monthly", "yearly"]
        .into_iter()
        .filter(|period| matches.iter().any(|m| m.split(' ').any(|word| word == *period)))
        .collect()
}
