//! `restic snapshots --json`, plain or grouped: each snapshot is a recovery point that is there.

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
    ("recovery_point.parent", "parent"),
    ("recovery_point.logical_size", "summary.total_bytes_processed"),
    ("recovery_point.stored_size", "summary.data_added_packed"),
    ("recovery_point.state", ""),
    ("recovery_point.encryption", ""),
    ("recovery_point.algorithm", ""),
    ("recovery_point.labels", "tags paths username"),
    ("repository.id", ""),
    ("repository.type", ""),
    ("repository.encryption", ""),
    ("repository.algorithm", ""),
];

pub(super) fn open<'a>(context: &Context<'a>) -> Box<dyn Reader + 'a> {
    Box::new(Snapshots {
        context: *context,
        point: PointFields::bind(context.schema),
        repository: RepositoryFields::bind(context.schema),
        key: repository_key(context),
    })
}

struct Snapshots<'a> {
    context: Context<'a>,
    point: PointFields,
    repository: RepositoryFields,
    key: String,
}

#[derive(Deserialize)]
struct Group<'a> {
    #[serde(borrow)]
    snapshots: Option<Vec<&'a RawValue>>,
}

impl Reader for Snapshots<'_> {
    fn record(&mut self, record: Record<'_>, sink: &mut dyn RowSink) -> Result<(), Refusal> {
        let snapshot: Snapshot<'_> = message::parse(record.text)?;
        if snapshot.id.text().is_some() {
            return put_snapshot(sink, &self.point, &self.context, &self.key, &snapshot, &Fate::Listed, record.offset);
        }
        let group: Group<'_> = message::parse(record.text)?;
        let Some(snapshots) = group.snapshots else {
            return Err(Refusal { reason: "neither a snapshot with an `id` nor a group of `snapshots`".to_owned() });
        };
        // One bad snapshot does not cost the others.
        let mut refused = Ok(());
        for part in snapshots {
            let offset = record.offset_of(part.get());
            let told = message::parse(part.get()).and_then(|snapshot| {
                put_snapshot(sink, &self.point, &self.context, &self.key, &snapshot, &Fate::Listed, offset)
            });
            refused = refused.and(told);
        }
        refused
    }

    fn finish(&mut self, sink: &mut dyn RowSink) -> Ending {
        put_repository(&mut Row::begin(sink, self.repository.entity, 0), &self.repository, &self.key);
        Ending::default()
    }
}
