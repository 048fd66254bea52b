//! Snapshots of disks, and the policies that make them.
//!
//! A snapshot is a recovery point of its disk. One that failed is no version. GB of a disk are 2³⁰ bytes.

use super::super::mapping::{Fill, Given, How::*, Mapping, NOTHING, Read};
use super::sql::daily;
use super::{encryption, last, listing};
use crate::facts::rows::Raw;

pub(super) static SNAPSHOTS: Mapping = listing(SNAPSHOT);
pub(super) static POLICIES: Mapping = listing(POLICY);

const GB: i64 = 1 << 30;
const HOUR: i64 = 3_600_000_000_000;
const DAY: i64 = 24 * HOUR;
const ENCRYPTION: &str =
    "snapshotEncryptionKey.kmsKeyName snapshotEncryptionKey.sha256 snapshotEncryptionKey.rsaEncryptedKey";

const SNAPSHOT: &[Fill] = &[
    Fill(
        "recovery_point.id",
        "name",
        By(|given| given.text(0).map_or(NOTHING, |name| Read::Text(given.key(&format!("snapshot/{name}"))))),
    ),
    Fill("recovery_point.system", "sourceDisk", By(last)),
    Fill("recovery_point.repository", "storageLocations", By(repository)),
    Fill("recovery_point.plan", "sourceSnapshotSchedulePolicy", By(plan)),
    Fill("recovery_point.created", "creationTimestamp", Time),
    Fill("recovery_point.method", "", Always("snapshot")),
    Fill("recovery_point.logical_size", "diskSizeGb", Size(GB)),
    Fill("recovery_point.stored_size", "storageBytes", Size(1)),
    Fill(
        "recovery_point.state",
        "status",
        Word(&[
            ("READY", "available"),
            ("CREATING", "creating"),
            ("UPLOADING", "creating"),
            ("DELETING", "deleting"),
            ("FAILED", "corrupt"),
        ]),
    ),
    Fill("recovery_point.encryption", ENCRYPTION, By(encryption)),
    Fill("recovery_point.algorithm", "", Always("aes_256")),
    Fill("recovery_point.key", "snapshotEncryptionKey.kmsKeyName", AsIs),
    Fill("recovery_point.labels", "sourceDisk storageBytesStatus", Labels(&["source_disk", "storage_bytes_status"])),
    Fill("repository.id", "storageLocations", By(repository)),
    Fill("repository.environment", "", Always("gcp")),
    Fill("repository.location", "", Always("cloud")),
    Fill("repository.media", "", Always("cloud_snapshot")),
    Fill("repository.elastic", "", Holds(true)),
];

const POLICY: &[Fill] = &[
    Fill("plan.id", "name", Key),
    Fill("plan.name", "name", AsIs),
    Fill(
        "plan.enabled",
        "status",
        Says(&[("READY", true), ("CREATING", true), ("DELETING", false), ("EXPIRED", false)]),
    ),
    Fill("plan.retain_for", "snapshotSchedulePolicy.retentionPolicy.maxRetentionDays", Length(DAY)),
    Fill(
        "plan.interval",
        "snapshotSchedulePolicy.schedule.dailySchedule.daysInCycle snapshotSchedulePolicy.schedule.hourlySchedule.hoursInCycle snapshotSchedulePolicy.schedule.weeklySchedule.dayOfWeeks.day",
        By(interval),
    ),
    Fill(
        "plan.schedule",
        "snapshotSchedulePolicy.schedule.dailySchedule.daysInCycle snapshotSchedulePolicy.schedule.dailySchedule.startTime",
        By(schedule),
    ),
    Fill("plan.method", "", Always("snapshot")),
    Fill(
        "plan.labels",
        "region snapshotSchedulePolicy.retentionPolicy.onSourceDiskDelete",
        Labels(&["region", "on_source_disk_delete"]),
    ),
];

fn repository<'g>(given: &Given<'g>) -> Read<'g> {
    let place: Vec<&str> = given.all(0).filter_map(|place| place.text()).collect();
    Read::Text(
        given.key(&format!(
            "snapshots/{}",
            if place.is_empty() { "default location".to_owned() } else { place.join("+") }
        )),
    )
}

fn plan<'g>(given: &Given<'g>) -> Read<'g> {
    let name = given.text(0).and_then(|address| address.rsplit('/').next());
    name.map_or(NOTHING, |name| Read::Text(given.key(name)))
}

fn interval<'g>(given: &Given<'g>) -> Read<'g> {
    let count = |at: usize| given.cell(at).int().filter(|count| *count > 0);
    let length = match (count(0), count(1), given.all(2).count()) {
        (Some(days), None, 0) => days.checked_mul(DAY),
        (None, Some(hours), 0) => hours.checked_mul(HOUR),
        (None, None, 0) => return NOTHING,
        (None, None, 1) => Some(7 * DAY),
        _ => None,
    };
    Read::Raw(length.map_or(Raw::Unknown("on some days only"), Raw::Duration))
}

/// A time of day of UTC, where it is every day.
fn schedule<'g>(given: &Given<'g>) -> Read<'g> {
    if given.cell(0).int() == Some(1) { daily(given.text(1), given.cell(1).raw()) } else { NOTHING }
}
