//! `get-backup-plan`, `list-backup-plans`, `get-backup-selection`, `list-restore-testing-plans`: what is planned.
//!
//! A plan has rules; what several of them say differently is not known of the plan as a whole. A selection by wildcard,
//! tag or condition may hold more systems than it names.

use super::super::mapping::{Fill, Given, How::*, Mapping, NOTHING, Read};
use super::{Arn, Home, plan_key};
use crate::facts::rows::Raw;

pub(super) static PLAN: Mapping = listing(PLAN_FILLS);
pub(super) static PLANS: Mapping = listing(LISTED);
pub(super) static SELECTION: Mapping = listing(SELECTED);
pub(super) static TESTING: Mapping = listing(TESTED);

const fn listing(fills: &'static [Fill]) -> Mapping {
    Mapping { tool: "aws", fills, total: "", next: "NextToken" }
}

const MINUTE: i64 = 60_000_000_000;
const DAY: i64 = 1440 * MINUTE;

const PLAN_FILLS: &[Fill] = &[
    Fill("plan.id", "BackupPlanId", By(id)),
    Fill("plan.name", "BackupPlan.BackupPlanName", AsIs),
    Fill(
        "plan.repositories",
        "BackupPlanArn BackupPlan.Rules.TargetBackupVaultName BackupPlan.Rules.CopyActions.DestinationBackupVaultArn",
        By(repositories),
    ),
    Fill(
        "plan.schedule",
        "BackupPlan.Rules.RuleName BackupPlan.Rules.ScheduleExpression BackupPlan.Rules.ScheduleExpressionTimezone",
        By(schedule),
    ),
    Fill("plan.timezone", "BackupPlan.Rules.RuleName BackupPlan.Rules.ScheduleExpressionTimezone", By(timezone)),
    Fill(
        "plan.start_within",
        "BackupPlan.Rules.RuleName BackupPlan.Rules.StartWindowMinutes",
        By(|given| length(given, MINUTE)),
    ),
    Fill(
        "plan.complete_within",
        "BackupPlan.Rules.RuleName BackupPlan.Rules.CompletionWindowMinutes",
        By(|given| length(given, MINUTE)),
    ),
    Fill(
        "plan.retain_for",
        "BackupPlan.Rules.RuleName BackupPlan.Rules.Lifecycle.DeleteAfterDays",
        By(|given| length(given, DAY)),
    ),
    Fill(
        "plan.cold_after",
        "BackupPlan.Rules.RuleName BackupPlan.Rules.Lifecycle.MoveToColdStorageAfterDays",
        By(|given| length(given, DAY)),
    ),
    Fill("plan.method", "BackupPlan.Rules.RuleName BackupPlan.Rules.EnableContinuousBackup", By(method)),
    Fill(
        "plan.app_consistent",
        "BackupPlan.AdvancedBackupSettings.BackupOptions.WindowsVSS",
        Says(&[("enabled", true), ("disabled", false)]),
    ),
];

const LISTED: &[Fill] = &[Fill("plan.id", "BackupPlanId", By(id)), Fill("plan.name", "BackupPlanName", AsIs)];

const SELECTED: &[Fill] = &[
    Fill("plan.id", "BackupPlanId", By(id)),
    Fill(
        "plan.systems",
        "BackupSelection.Resources BackupSelection.NotResources BackupSelection.ListOfTags.ConditionKey BackupSelection.Conditions.StringEquals.ConditionKey BackupSelection.Conditions.StringLike.ConditionKey BackupSelection.Conditions.StringNotEquals.ConditionKey BackupSelection.Conditions.StringNotLike.ConditionKey",
        By(systems),
    ),
];

const TESTED: &[Fill] = &[
    Fill("plan.id", "RestoreTestingPlanArn RestoreTestingPlanName", Key),
    Fill("plan.name", "RestoreTestingPlanName", AsIs),
    Fill(
        "plan.labels",
        "RestoreTestingPlanArn ScheduleExpression ScheduleExpressionTimezone",
        Labels(&["restore_testing_plan", "restore_testing_schedule", "restore_testing_timezone"]),
    ),
];

fn id<'g>(given: &Given<'g>) -> Read<'g> {
    given.text(0).map_or(NOTHING, |id| Read::Text(plan_key(id)))
}

fn repositories<'g>(given: &Given<'g>) -> Read<'g> {
    let home = given.text(0).and_then(Arn::parse).map(|arn| Home::at(&arn));
    let here = home.iter().flat_map(|home| given.all(1).filter_map(|name| name.text()).map(|name| home.key(name)));
    let there =
        given.all(2).filter_map(|arn| arn.text()).filter_map(Arn::parse).map(|arn| Home::at(&arn).key(arn.name()));
    let mut keys: Vec<String> = here.chain(there).collect();
    keys.sort_unstable();
    keys.dedup();
    if keys.is_empty() { NOTHING } else { Read::Keys(keys) }
}

/// Whether there is one rule, so that what it says is the plan's.
fn one_rule(given: &Given<'_>) -> bool {
    given.all(0).count() <= 1
}

const SEVERAL: Read<'static> = Read::Raw(Raw::Unknown("several rules"));

/// Times are of UTC unless a zone is named.
fn schedule<'g>(given: &Given<'g>) -> Read<'g> {
    match given.text(1) {
        _ if !one_rule(given) => SEVERAL,
        Some(line) => Read::Text(format!("CRON_TZ={} {line}", given.text(2).unwrap_or("UTC"))),
        None => NOTHING,
    }
}

/// Whether all rules say the same.
fn agreed(given: &Given<'_>) -> bool {
    let said = || given.all(1);
    one_rule(given) || (said().count() == given.all(0).count() && said().all(|value| value == given.cell(1)))
}

fn timezone<'g>(given: &Given<'g>) -> Read<'g> {
    if agreed(given) { Read::Raw(given.cell(1).raw()) } else { SEVERAL }
}

fn length<'g>(given: &Given<'g>, unit: i64) -> Read<'g> {
    if agreed(given) { Read::Raw(given.cell(1).length(unit)) } else { SEVERAL }
}

fn method<'g>(given: &Given<'g>) -> Read<'g> {
    match given.cell(1).truth() {
        _ if !one_rule(given) => SEVERAL,
        Some(true) => Read::Raw(Raw::Text("continuous")),
        _ => NOTHING,
    }
}

/// What it names, and whether it may select more, or less.
fn systems<'g>(given: &Given<'g>) -> Read<'g> {
    let named: Vec<&str> = given.all(0).filter_map(|arn| arn.text()).collect();
    let narrowed = (1..7).any(|at| given.all(at).next().is_some());
    let plain: Vec<&str> =
        named.iter().filter(|arn| !arn.contains('*')).filter_map(|arn| Arn::parse(arn)).map(|arn| arn.name()).collect();
    match (narrowed, plain.len() == named.len() && !named.is_empty()) {
        (false, true) => Read::Set(plain, None),
        (false, false) => Read::Set(plain, Some("resources by a pattern")),
        // A condition may leave out what is named.
        (true, _) => Read::Set(Vec::new(), Some("resources by tags or conditions")),
    }
}
