//! What PowerShell makes of Veeam's objects: tables of sessions, jobs, repositories and roles, and sessions as JSON.
//!
//! JSON of Windows PowerShell has numbers for words; of results they are known, of other words not. What has no id is
//! keyed by its name, a session of a machine by job, machine and time.

use super::super::mapping::{Fill, Given, How::*, Mapping, NOTHING, Read, Words, word_of};
use super::repositories::{ELASTIC, GB, MEDIA, capacity, free, sample, taken, used};
use super::runs::{METHODS, TYPES};
use super::security::{NAMELESS, rights_of};
use crate::facts::rows::Raw;

pub(super) static SESSIONS: Mapping = table(SESSION);
pub(super) static TABLE: Mapping = table(TASK);
pub(super) static JOBS: Mapping = table(JOB);
pub(super) static REPOSITORIES: Mapping = table(REPOSITORY);
pub(super) static ROLES: Mapping = table(ROLE);

const fn table(fills: &'static [Fill]) -> Mapping {
    Mapping { tool: "veeam", fills, total: "", next: "" }
}

const SECOND: i64 = 1_000_000_000;
const DAY: i64 = 86_400 * SECOND;

/// Results as words, or as the numbers that stand for them.
const RESULTS: Words = &[
    ("Success", "success"),
    ("Warning", "warning"),
    ("Failed", "failed"),
    ("0", "success"),
    ("1", "warning"),
    ("2", "failed"),
    ("-1", "none"),
    ("None", "none"),
    ("Pending", "pending"),
    ("InProgress", "running"),
];

const SESSION: &[Fill] = &[
    Fill("run.id", "Id JobName Name CreationTime", By(session)),
    Fill("run.system", "", System),
    Fill("run.plan", "JobId", Key),
    Fill("run.type", "JobType", Word(TYPES)),
    Fill("run.status", "Result State", By(status)),
    Fill("run.native_status", "Result", AsIs),
    Fill("run.started", "CreationTime", Time),
    Fill("run.ended", "EndTime", By(ended)),
    Fill("run.stored_size", "BackupStats.BackupSize BackupSize", Size(1)),
    Fill("run.source_size", "BackupStats.DataSize DataSize", Size(1)),
    Fill("run.labels", "JobName Name JobType", Labels(&["job_name", "name", "job_type"])),
];

const TASK: &[Fill] = &[
    Fill("run.id", "Id JobName VMName CreationTime", By(session)),
    Fill("run.system", "VMName", System),
    Fill("run.plan", "JobName", Key),
    Fill("run.type", "JobType", Word(TYPES)),
    Fill("run.status", "Status", By(status)),
    Fill("run.native_status", "Status", AsIs),
    Fill("run.started", "CreationTime", Time),
    Fill("run.duration", "TaskDuration JobDuration TaskDuration(hh:mm:ss) JobDuration(hh:mm:ss)", Length(SECOND)),
    Fill("run.method", "TaskAlgorithm JobAlgorithm", Word(METHODS)),
    Fill("run.source_size", "DataSizeGB", Size(GB)),
    Fill("run.stored_size", "BackupSizeGB", Size(GB)),
    Fill("run.dedup_ratio", "DedupRatio", By(factor)),
    Fill("run.compress_ratio", "CompressRatio", By(factor)),
    Fill("run.labels", "JobName IsRetry PrimaryBottleneck", Labels(&["job_name", "is_retry", "bottleneck"])),
];

const JOB: &[Fill] = &[
    Fill("plan.id", "Name", Key),
    Fill("plan.name", "Name", AsIs),
    Fill(
        "plan.repositories",
        "RepoName",
        By(|given| given.text(0).map_or(NOTHING, |name| Read::Keys(vec![given.key(name)]))),
    ),
    Fill("plan.keep_last", "RetentionType RetentionCount RestorePoints", By(points)),
    Fill("plan.retain_for", "RetentionType RetainDaysToKeep RetentionCount", By(days)),
    Fill("plan.keep_weekly", "GfsWeeklyIsEnabled GfsWeeklyCount", By(kept)),
    Fill("plan.keep_monthly", "GfsMonthlyEnabled GfsMonthlyCount", By(kept)),
    Fill("plan.keep_yearly", "GfsYearlyEnabled GfsYearlyCount", By(kept)),
    Fill("plan.encryption_enabled", "StgEncryptionEnabled PwdKeyId", By(encrypted)),
    Fill("plan.integrity_check_enabled", "IntegrityChecks", Flag),
    Fill("plan.labels", "JobType Algorithm RepoName", Labels(&["type", "algorithm", "repository_name"])),
];

const REPOSITORY: &[Fill] = &[
    Fill("repository.id", "Name", Key),
    Fill("repository.name", "Name", AsIs),
    Fill("repository.type", "Type", AsIs),
    Fill("repository.media", "Type", Word(MEDIA)),
    Fill("repository.elastic", "Type", ELASTIC),
    Fill("repository.capacity", "CachedTotalSpace", By(capacity)),
    Fill("repository.used", "CachedTotalSpace CachedFreeSpace", By(used)),
    Fill("repository.free", "CachedTotalSpace CachedFreeSpace", By(free)),
    Fill("repository.online", "IsUnavailable", Says(&[("False", true), ("True", false)])),
    Fill("repository.labels", "Id Path Status", Labels(&["id", "path", "status"])),
    Fill("capacity_sample.id", "Name CachedTotalSpace", By(sample)),
    Fill("capacity_sample.repository", "Name", Key),
    Fill("capacity_sample.taken", "", By(taken)),
    Fill("capacity_sample.used", "CachedTotalSpace CachedFreeSpace", By(used)),
    Fill("capacity_sample.capacity", "CachedTotalSpace", By(capacity)),
];

const ROLE: &[Fill] = &[
    Fill("principal.id", "Name", Key),
    Fill("principal.name", "Name", AsIs),
    Fill(
        "grant.id",
        "Name Role",
        By(|given| match (given.text(0), given.text(1)) {
            (Some(name), role) => Read::Text(given.key(&format!("{name}/{}", role.unwrap_or(NAMELESS)))),
            _ => NOTHING,
        }),
    ),
    Fill("grant.principal", "Name", Key),
    Fill("grant.resource", "", By(|given| Read::Text(given.key("server")))),
    Fill("grant.rights", "Role", By(|given| rights_of(given.text(0).unwrap_or(NAMELESS)))),
    Fill("grant.role", "Role", AsIs),
    Fill("grant.resource_type", "", Always("server")),
    Fill("grant.effect", "", Always("allow")),
    Fill("grant.expires", "", Always("never")),
];

fn session<'g>(given: &Given<'g>) -> Read<'g> {
    if let Some(id) = given.text(0) {
        return Read::Text(given.key(id));
    }
    let names: Vec<&str> = (1..3).filter_map(|at| given.text(at)).collect();
    match (names.is_empty(), given.text(3)) {
        (false, Some(at)) => Read::Text(given.key(&format!("{}/{at}", names.join("/")))),
        _ => NOTHING,
    }
}

/// A session without a result is running, where its state says so.
fn status<'g>(given: &Given<'g>) -> Read<'g> {
    let said = word_of(given.cell(0), RESULTS);
    let state = given.text(1);
    Read::Raw(match (said, state) {
        (Raw::Text("none") | Raw::Absent, Some("Stopped") | None) => Raw::Unknown("None"),
        (_, Some("Stopped") | None) => said,
        (_, Some("Working" | "Starting" | "Stopping" | "Pausing" | "Resuming" | "Postprocessing" | "Idle")) => {
            Raw::Text("running")
        }
        (_, Some("WaitingTape" | "WaitingRepository" | "WaitingSlot")) => Raw::Text("running"),
        (_, Some(other)) => Raw::Unknown(other),
    })
}

/// A session that runs has ended in the year 1 or 1900.
fn ended<'g>(given: &Given<'g>) -> Read<'g> {
    let begins = ["0001-", "1899-", "1900-", "/Date(-"];
    let holds = [".0001 ", "/0001 ", ".1900 ", "/1900 "];
    let early = |text: &str| begins.iter().any(|b| text.starts_with(b)) || holds.iter().any(|h| text.contains(h));
    let unset = given.text(0).is_some_and(early);
    if unset { NOTHING } else { Read::Raw(given.cell(0).time()) }
}

/// A factor; zero stands for none.
fn factor<'g>(given: &Given<'g>) -> Read<'g> {
    if matches!(given.text(0), Some("0" | "0.0")) || given.cell(0).int() == Some(0) {
        return NOTHING;
    }
    Read::Raw(given.cell(0).raw())
}

fn points<'g>(given: &Given<'g>) -> Read<'g> {
    match given.text(0) {
        Some("Days") | None => NOTHING,
        Some("Cycles" | "RestorePoints") => {
            Read::Raw(if given.text(1).is_some() { given.cell(1).raw() } else { given.cell(2).raw() })
        }
        Some(other) => Read::Raw(Raw::Unknown(other)),
    }
}

fn days<'g>(given: &Given<'g>) -> Read<'g> {
    match given.text(0) {
        Some("Days") => Read::Raw(if given.text(1).is_some() { given.cell(1) } else { given.cell(2) }.length(DAY)),
        Some("Cycles" | "RestorePoints") | None => NOTHING,
        Some(other) => Read::Raw(Raw::Unknown(other)),
    }
}

fn kept<'g>(given: &Given<'g>) -> Read<'g> {
    match given.cell(0).flag() {
        Raw::Bool(true) => Read::Raw(given.cell(1).raw()),
        Raw::Bool(false) => Read::Raw(Raw::Int(0)),
        other => Read::Raw(other),
    }
}

/// A key of zeros alone is none.
fn encrypted<'g>(given: &Given<'g>) -> Read<'g> {
    let none = given.text(1).is_some_and(|key| key.chars().all(|c| matches!(c, '0' | '-')));
    Read::Raw(match given.cell(0).flag() {
        Raw::Bool(true) if none => Raw::Unknown("switched on, without a key"),
        Raw::Absent if given.text(1).is_some() => Raw::Bool(!none),
        other => other,
    })
}
