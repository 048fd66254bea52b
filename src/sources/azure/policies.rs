//! `az backup policy list`: each policy is a plan: how often it runs and how long it keeps.
//!
//! A policy for databases has parts for full, log and differential backups; which of them a rule would mean is not said,
//! so nothing of their retention is read.

use super::super::mapping::{Fill, Given, How::*, Mapping, NOTHING, Read};
use super::{plan, vault_of};
use crate::facts::rows::Raw;

pub(super) static POLICIES: Mapping = Mapping { tool: "azure", fills: FILLS, total: "", next: "nextLink" };

const DAY: i64 = 86_400_000_000_000;

const FILLS: &[Fill] = &[
    Fill("plan.id", "id", By(plan)),
    Fill("plan.name", "name", AsIs),
    Fill("plan.repositories", "id", By(repositories)),
    Fill(
        "plan.interval",
        "properties.schedulePolicy.scheduleRunFrequency properties.schedulePolicy.scheduleRunDays properties.schedulePolicy.hourlySchedule.interval",
        By(interval),
    ),
    Fill("plan.timezone", "properties.timeZone", AsIs),
    Fill(
        "plan.keep_daily",
        "properties.retentionPolicy.dailySchedule.retentionDuration.durationType properties.retentionPolicy.dailySchedule.retentionDuration.count",
        By(|given| kept(given, "Days")),
    ),
    Fill(
        "plan.keep_weekly",
        "properties.retentionPolicy.weeklySchedule.retentionDuration.durationType properties.retentionPolicy.weeklySchedule.retentionDuration.count",
        By(|given| kept(given, "Weeks")),
    ),
    Fill(
        "plan.keep_monthly",
        "properties.retentionPolicy.monthlySchedule.retentionDuration.durationType properties.retentionPolicy.monthlySchedule.retentionDuration.count",
        By(|given| kept(given, "Months")),
    ),
    Fill(
        "plan.keep_yearly",
        "properties.retentionPolicy.yearlySchedule.retentionDuration.durationType properties.retentionPolicy.yearlySchedule.retentionDuration.count",
        By(|given| kept(given, "Years")),
    ),
    Fill(
        "plan.retain_for",
        "properties.retentionPolicy.retentionDuration.durationType properties.retentionPolicy.retentionDuration.count properties.retentionPolicy.dailySchedule.retentionDuration.durationType properties.retentionPolicy.dailySchedule.retentionDuration.count",
        By(retain_for),
    ),
    Fill(
        "plan.labels",
        "properties.backupManagementType properties.workLoadType properties.schedulePolicy.schedulePolicyType",
        Labels(&["management_type", "workload_type", "schedule_type"]),
    ),
];

fn repositories<'g>(given: &Given<'g>) -> Read<'g> {
    given.text(0).and_then(vault_of).map_or(NOTHING, |vault| Read::Keys(vec![vault]))
}

/// How far two runs lie apart, where they lie equally far.
fn interval<'g>(given: &Given<'g>) -> Read<'g> {
    let days = given.all(1).count();
    let length = match (given.text(0), days) {
        (Some("Daily"), _) | (Some("Weekly"), 7) => Some(DAY),
        (Some("Weekly"), 1) => Some(7 * DAY),
        (Some("Hourly"), _) => {
            given.cell(2).int().filter(|hours| (1..=24).contains(hours)).map(|hours| hours * DAY / 24)
        }
        (Some("Weekly"), _) => None,
        (Some(other), _) => return Read::Raw(Raw::Unknown(other)),
        (None, _) => return NOTHING,
    };
    Read::Raw(length.map_or(Raw::Unknown("on some days or hours only"), Raw::Duration))
}

/// How many periods are kept, where the duration counts that period.
fn kept<'g>(given: &Given<'g>, unit: &str) -> Read<'g> {
    match (given.text(0), given.cell(1).int()) {
        (Some(said), Some(count)) if said == unit => Read::Raw(Raw::Int(count)),
        (Some(other), _) => Read::Raw(Raw::Unknown(other)),
        (None, _) => NOTHING,
    }
}

fn retain_for<'g>(given: &Given<'g>) -> Read<'g> {
    let said = |at: usize| given.text(at).zip(given.cell(at + 1).int());
    match said(0).or_else(|| said(2)) {
        Some((unit @ ("Days" | "Weeks" | "Months" | "Years"), count)) if count >= 0 => {
            Read::Text(format!("{count} {}", unit.to_ascii_lowercase()))
        }
        Some((other, _)) => Read::Raw(Raw::Unknown(other)),
        None => NOTHING,
    }
}
