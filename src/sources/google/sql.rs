//! Cloud SQL: each backup is a run, and a recovery point once it succeeded; instances say how they are backed up.
//!
//! A backup that was deleted had been made, but how it ended is no longer said.

use super::super::mapping::{Fill, Given, How::*, Mapping, NOTHING, Read};
use super::{encryption, listing};
use crate::facts::rows::Raw;

pub(super) static BACKUPS: Mapping = listing(BACKUP);
pub(super) static INSTANCES: Mapping = listing(INSTANCE);

const BACKUP: &[Fill] = &[
    Fill("run.id", "instance id", By(key)),
    Fill("run.system", "instance", System),
    Fill("run.repository", "location", By(repository)),
    Fill("run.plan", "instance type", By(plan_of_run)),
    Fill("run.type", "", Always("backup")),
    Fill(
        "run.status",
        "status",
        Word(&[("SUCCESSFUL", "success"), ("FAILED", "failed"), ("RUNNING", "running"), ("ENQUEUED", "pending")]),
    ),
    Fill("run.native_status", "status", AsIs),
    Fill("run.message", "error.message", AsIs),
    Fill("run.error_category", "error.code", AsIs),
    Fill("run.scheduled", "windowStartTime enqueuedTime", Time),
    Fill("run.started", "startTime", Time),
    Fill("run.ended", "endTime", Time),
    Fill("run.recovery_point", "instance id status", By(made)),
    Fill("run.labels", "type", Labels(&["backup_type"])),
    Fill("recovery_point.id", "instance id status", By(made)),
    Fill("recovery_point.system", "instance", System),
    Fill("recovery_point.repository", "location", By(repository)),
    Fill("recovery_point.run", "instance id", By(key)),
    Fill("recovery_point.created", "startTime", Time),
    Fill("recovery_point.completed", "endTime", Time),
    Fill(
        "recovery_point.state",
        "status",
        Word(&[("SUCCESSFUL", "available"), ("DELETION_PENDING", "deleting"), ("DELETED", "deleted")]),
    ),
    Fill(
        "recovery_point.encryption",
        "diskEncryptionConfiguration.kmsKeyName diskEncryptionStatus.kmsKeyVersionName",
        By(encryption),
    ),
    Fill("recovery_point.algorithm", "", Always("aes_256")),
    Fill("recovery_point.key", "diskEncryptionConfiguration.kmsKeyName", AsIs),
];

const INSTANCE: &[Fill] = &[
    Fill("plan.id", "name", By(plan)),
    Fill("plan.name", "name", AsIs),
    Fill("plan.systems", "name", Set),
    Fill("plan.enabled", "settings.backupConfiguration.enabled", Flag),
    Fill("plan.schedule", "settings.backupConfiguration.enabled settings.backupConfiguration.startTime", By(schedule)),
    Fill(
        "plan.keep_last",
        "settings.backupConfiguration.backupRetentionSettings.retentionUnit settings.backupConfiguration.backupRetentionSettings.retainedBackups",
        By(keep_last),
    ),
    Fill("system.id", "name", System),
    Fill("system.type", "", Always("database")),
    Fill("system.environment", "", Always("gcp")),
    Fill("system.platform", "databaseVersion", AsIs),
    Fill("system.region", "region", AsIs),
    Fill("system.account", "project", AsIs),
    Fill("system.protected", "settings.backupConfiguration.enabled", Flag),
    Fill("system.labels", "settings.backupConfiguration.location", Labels(&["backup_location"])),
];

/// The plan of an instance: its own backup configuration.
fn plan<'g>(given: &Given<'g>) -> Read<'g> {
    given.text(0).map_or(NOTHING, |name| Read::Text(given.key(&format!("sql/{name}"))))
}

/// What the configuration made; a backup on demand is of no plan.
fn plan_of_run<'g>(given: &Given<'g>) -> Read<'g> {
    if given.text(1) == Some("AUTOMATED") { plan(given) } else { NOTHING }
}

/// The id of a backup, which is a text or a number.
fn name(given: &Given<'_>) -> Option<String> {
    let id = given.text(1).map(str::to_owned).or_else(|| given.cell(1).int().map(|id| id.to_string()))?;
    Some(given.key(&format!("sql/{}/{id}", given.text(0)?)))
}

fn key<'g>(given: &Given<'g>) -> Read<'g> {
    name(given).map_or(NOTHING, Read::Text)
}

/// The point of a backup that was made.
fn made<'g>(given: &Given<'g>) -> Read<'g> {
    match given.text(2) {
        Some("SUCCESSFUL" | "DELETION_PENDING" | "DELETION_FAILED" | "DELETED") => key(given),
        _ => Read::NoRow,
    }
}

fn repository<'g>(given: &Given<'g>) -> Read<'g> {
    Read::Text(given.key(&format!("sql/{}", given.text(0).unwrap_or("default location"))))
}

/// Once a day, in the four hours from this time of day of UTC.
fn schedule<'g>(given: &Given<'g>) -> Read<'g> {
    if given.cell(0).flag() != Raw::Bool(true) {
        return NOTHING;
    }
    daily(given.text(1), given.cell(1).raw())
}

/// A cron line in UTC from `02:00`.
pub(super) fn daily<'g>(clock: Option<&str>, raw: Raw<'g>) -> Read<'g> {
    let parts = clock.and_then(|clock| clock.split_once(':')).and_then(|(hour, minute)| {
        Some((hour.parse::<u8>().ok().filter(|h| *h < 24)?, minute.get(..2)?.parse::<u8>().ok().filter(|m| *m < 60)?))
    });
    match (parts, raw) {
        (Some((hour, minute)), _) => Read::Text(format!("CRON_TZ=UTC {minute} {hour} * * *")),
        (None, Raw::Text(odd)) => Read::Raw(Raw::Unknown(odd)),
        _ => NOTHING,
    }
}

fn keep_last<'g>(given: &Given<'g>) -> Read<'g> {
    match given.text(0) {
        Some("COUNT") => Read::Raw(given.cell(1).raw()),
        Some(other) => Read::Raw(Raw::Unknown(other)),
        None => NOTHING,
    }
}
