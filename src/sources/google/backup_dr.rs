//! Backup and DR: vaults, backups, data sources, plans.
//!
//! A vault's enforced retention can be raised only; until it takes effect it can still be taken back.

use super::super::mapping::{Fill, Given, How::*, Mapping, NOTHING, Read, word};
use super::{encryption, last, listing, only, project, region};
use crate::facts::rows::Raw;
use crate::value::Duration;
use crate::value::duration_text::read_duration_cell;

pub(super) static VAULTS: Mapping = listing(VAULT);
pub(super) static BACKUPS: Mapping = listing(BACKUP);
pub(super) static DATA_SOURCES: Mapping = listing(DATA_SOURCE);
pub(super) static PLANS: Mapping = listing(PLAN);

const SECOND: i64 = 1_000_000_000;
const HOUR: i64 = 3600 * SECOND;
const DAY: i64 = 24 * HOUR;

const VAULT: &[Fill] = &[
    Fill("repository.id", "name", Key),
    Fill("repository.name", "name", By(last)),
    Fill("repository.type", "", Always("Backup and DR vault")),
    Fill("repository.environment", "", Always("gcp")),
    Fill("repository.region", "name", By(region)),
    Fill("repository.account", "name", By(project)),
    Fill("repository.location", "", Always("cloud")),
    Fill("repository.elastic", "", Holds(true)),
    Fill("repository.used", "totalStoredBytes", Size(1)),
    Fill("repository.encryption", "encryptionConfig.kmsKeyName", By(encryption)),
    Fill("repository.algorithm", "", Always("aes_256")),
    Fill("repository.key", "encryptionConfig.kmsKeyName", AsIs),
    Fill(
        "repository.immutability",
        "backupMinimumEnforcedRetentionDuration effectiveTime",
        By(|given| lock(given, "none")),
    ),
    Fill(
        "repository.lock",
        "backupMinimumEnforcedRetentionDuration effectiveTime",
        By(|given| lock(given, "unlocked")),
    ),
    Fill("repository.immutability_period", "backupMinimumEnforcedRetentionDuration", Length(SECOND)),
    Fill("repository.min_retention", "backupMinimumEnforcedRetentionDuration", Length(SECOND)),
    Fill(
        "repository.labels",
        "accessRestriction state backupRetentionInheritance",
        Labels(&["access", "state", "inheritance"]),
    ),
];

const BACKUP: &[Fill] = &[
    Fill("recovery_point.id", "name", Key),
    Fill("recovery_point.system", "name", By(system)),
    Fill("recovery_point.repository", "name", By(vault)),
    Fill("recovery_point.plan", "gcpBackupPlanInfo.backupPlan", Key),
    Fill("recovery_point.created", "consistencyTime createTime", Time),
    Fill("recovery_point.logical_size", "resourceSizeBytes", Size(1)),
    Fill(
        "recovery_point.state",
        "state",
        Word(&[
            ("ACTIVE", "available"),
            ("CREATING", "creating"),
            ("UPLOADING", "creating"),
            ("DELETING", "deleting"),
            ("ERROR", "corrupt"),
        ]),
    ),
    Fill("recovery_point.expires", "expireTime", Time),
    Fill("recovery_point.immutable_until", "enforcedRetentionEndTime", Time),
    Fill("recovery_point.encryption", "kmsKeyVersions", By(encryption)),
    Fill("recovery_point.algorithm", "", Always("aes_256")),
    Fill("recovery_point.labels", "backupType", Labels(&["backup_type"])),
];

const DATA_SOURCE: &[Fill] = &[
    Fill("system.id", "dataSourceGcpResource.gcpResourcename", By(resource)),
    Fill("system.environment", "", Always("gcp")),
    Fill("system.region", "name", By(region)),
    Fill("system.account", "name", By(project)),
    Fill(
        "system.labels",
        "name backupConfigInfo.lastBackupState backupConfigInfo.lastSuccessfulBackupConsistencyTime",
        Labels(&["data_source", "last_backup_state", "last_success"]),
    ),
];

const PLAN: &[Fill] = &[
    Fill("plan.id", "name", Key),
    Fill("plan.name", "name", By(last)),
    Fill("plan.repositories", "backupVault", By(only)),
    Fill("plan.retain_for", "backupRules.backupRetentionDays", By(retain_for)),
    Fill(
        "plan.interval",
        "backupRules.standardSchedule.recurrenceType backupRules.standardSchedule.hourlyFrequency backupRules.standardSchedule.daysOfWeek",
        By(interval),
    ),
    Fill("plan.timezone", "backupRules.standardSchedule.timeZone", By(single)),
    Fill(
        "plan.window",
        "backupRules.standardSchedule.backupWindow.startHourOfDay backupRules.standardSchedule.backupWindow.endHourOfDay",
        By(window),
    ),
    Fill("plan.labels", "resourceType state", Labels(&["resource_type", "state"])),
];

/// A retention that is enforced by now cannot be lowered by anybody; before that it can.
fn lock<'g>(given: &Given<'g>, without: &'static str) -> Read<'g> {
    let enforced = given.text(0).map(read_duration_cell);
    match (enforced, given.cell(1).instant(), given.context.collected_at) {
        (None, ..) => Read::Raw(given.cell(0).raw()),
        (Some(Ok(Duration::Exact(0))), ..) => word(without),
        (Some(Ok(_)), Some(from), Some(now)) if from <= now => word("compliance"),
        (Some(Ok(_)), Some(_), Some(_)) => word("governance"),
        (Some(Ok(_)), None, _) if given.text(1).is_none() => word("governance"),
        (Some(Ok(_)), ..) => Read::Raw(Raw::Unknown("enforced, from a date that cannot be placed")),
        (Some(Err(_)), ..) => Read::Raw(Raw::Unknown("a retention that is not understood")),
    }
}

fn vault<'g>(given: &Given<'g>) -> Read<'g> {
    let vault = given.text(0).and_then(|name| name.split_once("/dataSources/")).map(|(vault, _)| vault);
    vault.map_or(NOTHING, |vault| Read::Text(given.key(vault)))
}

fn system<'g>(given: &Given<'g>) -> Read<'g> {
    Read::Raw(given.context.system.map_or(Raw::Unknown("a data source, not a system"), Raw::Text))
}

/// The resource of a data source, where it names one.
fn resource<'g>(given: &Given<'g>) -> Read<'g> {
    match last(given) {
        Read::Raw(Raw::Text(name)) => word(name),
        _ => Read::NoRow,
    }
}

/// A member that one rule says; several rules differ, or may.
fn single<'g>(given: &Given<'g>) -> Read<'g> {
    match given.all(0).count() {
        0 | 1 => Read::Raw(given.cell(0).raw()),
        _ => Read::Raw(Raw::Unknown("several rules")),
    }
}

fn retain_for<'g>(given: &Given<'g>) -> Read<'g> {
    match given.all(0).count() {
        0 | 1 => Read::Raw(given.cell(0).length(DAY)),
        _ => Read::Raw(Raw::Unknown("several rules")),
    }
}

fn interval<'g>(given: &Given<'g>) -> Read<'g> {
    let length = match (given.all(0).count(), given.text(0), given.cell(1).int(), given.all(2).count()) {
        (0, ..) => return NOTHING,
        (1, Some("HOURLY"), Some(hours), _) => hours.checked_mul(HOUR).filter(|length| *length > 0),
        (1, Some("DAILY"), ..) => Some(DAY),
        (1, Some("WEEKLY"), _, 1) => Some(7 * DAY),
        _ => None,
    };
    Read::Raw(length.map_or(Raw::Unknown("several rules, or on some days only"), Raw::Duration))
}

fn window<'g>(given: &Given<'g>) -> Read<'g> {
    let hour = |at: usize| given.cell(at).int().filter(|hour| (0..=24).contains(hour)).map(|hour| hour % 24);
    match (given.all(0).count(), hour(0), hour(1)) {
        (0, ..) => NOTHING,
        (1, Some(from), Some(to)) if from != to => Read::Text(format!("{from:02}:00 to {to:02}:00")),
        _ => Read::Raw(Raw::Unknown("several rules, or the whole day")),
    }
}
