//! Jobs, their states, and the backup of the configuration: each is a plan.
//!
//! A schedule's time of day is that of the server, whose zone is not said, so only how often it runs is read.

use super::super::mapping::{Fill, Given, How::*, Mapping, NOTHING, Read};
use super::rest;
use crate::facts::rows::Raw;

pub(super) static JOBS: Mapping = rest(JOB);
pub(super) static STATES: Mapping = rest(STATE);
pub(super) static CONFIGURATION: Mapping = rest(CONFIG);

const SECOND: i64 = 1_000_000_000;
const DAY: i64 = 86_400 * SECOND;

const JOB: &[Fill] = &[
    Fill("plan.id", "id", Key),
    Fill("plan.name", "name", AsIs),
    Fill("plan.enabled", "isDisabled", By(not)),
    Fill("plan.repositories", "storage.backupRepositoryId", By(repositories)),
    Fill(
        "plan.interval",
        "schedule.runAutomatically schedule.daily.isEnabled schedule.daily.dailyKind schedule.periodically.isEnabled schedule.periodically.periodicallyKind schedule.periodically.frequency",
        By(interval),
    ),
    Fill("plan.keep_last", "storage.retentionPolicy.type storage.retentionPolicy.quantity", By(points)),
    Fill("plan.retain_for", "storage.retentionPolicy.type storage.retentionPolicy.quantity", By(days)),
    Fill(
        "plan.keep_weekly",
        "storage.gfsPolicy.isEnabled storage.gfsPolicy.weekly.isEnabled storage.gfsPolicy.weekly.keepForNumberOfWeeks",
        By(kept),
    ),
    Fill(
        "plan.keep_monthly",
        "storage.gfsPolicy.isEnabled storage.gfsPolicy.monthly.isEnabled storage.gfsPolicy.monthly.keepForNumberOfMonths",
        By(kept),
    ),
    Fill(
        "plan.keep_yearly",
        "storage.gfsPolicy.isEnabled storage.gfsPolicy.yearly.isEnabled storage.gfsPolicy.yearly.keepForNumberOfYears",
        By(kept),
    ),
    Fill("plan.encryption_enabled", "storage.advancedSettings.storageData.encryption.isEnabled", Flag),
    Fill("plan.integrity_check_enabled", "storage.advancedSettings.backupHealth.isEnabled", Flag),
    Fill(
        "plan.labels",
        "type schedule.daily.localTime schedule.daily.dailyKind",
        Labels(&["type", "local_time", "days"]),
    ),
];

const STATE: &[Fill] = &[
    Fill("plan.id", "id", Key),
    Fill("plan.name", "name", AsIs),
    Fill(
        "plan.enabled",
        "status",
        Says(&[
            ("Disabled", false),
            ("Running", true),
            ("Inactive", true),
            ("Enabled", true),
            ("Starting", true),
            ("Stopping", true),
            ("Stopped", true),
        ]),
    ),
    Fill("plan.repositories", "repositoryId", By(repositories)),
    Fill("plan.labels", "type lastResult lastRun nextRun", Labels(&["type", "last_result", "last_run", "next_run"])),
];

const CONFIG: &[Fill] = &[
    Fill("plan.id", "", By(|given| Read::Text(given.key("configuration")))),
    Fill("plan.name", "", Always("configuration backup")),
    Fill("plan.enabled", "isEnabled", Flag),
    Fill("plan.keep_last", "restorePointsToKeep", AsIs),
    Fill("plan.repositories", "backupRepositoryId", By(repositories)),
    Fill("plan.encryption_enabled", "encryption.isEnabled", Flag),
    Fill("plan.labels", "lastSuccessfulBackup.lastSuccessfulTime", Labels(&["last_success"])),
];

fn not<'g>(given: &Given<'g>) -> Read<'g> {
    Read::Raw(match given.cell(0).flag() {
        Raw::Bool(truth) => Raw::Bool(!truth),
        other => other,
    })
}

fn repositories<'g>(given: &Given<'g>) -> Read<'g> {
    given.text(0).map_or(NOTHING, |id| Read::Keys(vec![given.key(id)]))
}

fn interval<'g>(given: &Given<'g>) -> Read<'g> {
    let on = |at: usize| given.cell(at).truth() == Some(true);
    if !on(0) {
        return NOTHING;
    }
    let length = match (on(1), given.text(2), on(3), given.text(4), given.cell(5).int()) {
        (true, Some("Everyday"), false, _, _) => Some(DAY),
        (false, _, true, Some(unit), Some(count)) if count > 0 => match unit {
            "Days" => Some(DAY),
            "Hours" => Some(3600 * SECOND),
            "Minutes" => Some(60 * SECOND),
            "Seconds" => Some(SECOND),
            _ => None,
        }
        .and_then(|unit| unit.checked_mul(count)),
        (false, _, false, _, _) => return NOTHING,
        _ => None,
    };
    Read::Raw(length.map_or(Raw::Unknown("on some days only, or in several ways"), Raw::Duration))
}

/// A retention that counts points.
fn points<'g>(given: &Given<'g>) -> Read<'g> {
    match (given.text(0), given.cell(1).int()) {
        (Some("RestorePoints" | "Cycles"), Some(count)) => Read::Raw(Raw::Int(count)),
        (Some("Days") | None, _) => NOTHING,
        (Some(other), _) => Read::Raw(Raw::Unknown(other)),
    }
}

/// A retention that counts days.
fn days<'g>(given: &Given<'g>) -> Read<'g> {
    match (given.text(0), given.cell(1).int()) {
        (Some("Days"), Some(count)) => {
            Read::Raw(count.checked_mul(DAY).map_or(Raw::Unknown("a retention out of range"), Raw::Duration))
        }
        (Some("RestorePoints" | "Cycles") | None, _) => NOTHING,
        (Some(other), _) => Read::Raw(Raw::Unknown(other)),
    }
}

/// How many periods are kept, where the whole and this part of it are switched on; none where one is off.
fn kept<'g>(given: &Given<'g>) -> Read<'g> {
    match (given.cell(0).truth(), given.cell(1).truth()) {
        (Some(true), Some(true)) => Read::Raw(given.cell(2).raw()),
        (Some(false), _) | (_, Some(false)) => Read::Raw(Raw::Int(0)),
        _ => NOTHING,
    }
}
