//! Veeam Backup & Replication: what its REST interface (v1) answers, and what PowerShell writes as CSV or JSON.
//!
//! Written after the published interface and the columns of public reports. A session is a whole job and names no machine;
//! the task sessions below it do. PowerShell's times have no zone unless they are milliseconds. Numbers in GB are of 2³⁰
//! bytes, as all of PowerShell's are; what is used and how much there is are of one unit in any case.

mod plans;
mod points;
mod powershell;
mod repositories;
mod runs;
mod security;

use super::mapping::{Mapping, mapped};
use super::{Form, Format, Layout, Shape, Source, message};

/// The registry's row.
pub(super) static SOURCE: Source = Source {
    name: "veeam",
    title: "Veeam Backup & Replication",
    empty_list: None,
    formats: &[
        Format {
            name: "veeam empty list",
            command: "",
            kinds: &[],
            reaches_days: None,
            layout: Layout::List("data"),
            detect: |s| s.lists("data", &[]) && s.first_of("data").is_none() && s.get("pagination").is_some(),
            open: |context| super::mapping::open(&NOTHING_LISTED, context),
            fills: &[],
        },
        Format {
            name: "veeam error",
            command: "",
            kinds: &[],
            reaches_days: None,
            layout: Layout::Document,
            detect: is_error,
            open: |context| message::hiding(&["run", "restore_test", "recovery_point", "repository", "plan"], context),
            fills: &[],
        },
        mapped!(security::AUTHORIZATIONS, {
            name: "veeam rest authorization events",
            command: "GET /api/v1/security/authorizationEvents",
            kinds: &[],
            reaches_days: None,
            layout: Layout::Records("data"),
            detect: |s| record(s, &["name", "state", "createdBy", "processedBy"]),
        }),
        mapped!(security::PRACTICES, {
            name: "veeam rest best practices",
            command: "GET /api/v1/securityAnalyzer/bestPractices",
            kinds: &[],
            reaches_days: None,
            layout: Layout::Records("items"),
            detect: |s| s.record("items").is_some_and(|r| r.has(&["bestPractice", "status"])),
        }),
        mapped!(plans::CONFIGURATION, {
            name: "veeam rest configuration backup",
            command: "GET /api/v1/configBackup",
            kinds: &[],
            reaches_days: None,
            layout: Layout::Document,
            detect: |s| s.has(&["isEnabled", "restorePointsToKeep"]),
        }),
        mapped!(plans::STATES, {
            name: "veeam rest job states",
            command: "GET /api/v1/jobs/states?limit=10000",
            kinds: &[],
            reaches_days: None,
            layout: Layout::Records("data"),
            detect: |s| record(s, &["id", "name", "status", "lastResult"]),
        }),
        mapped!(plans::JOBS, {
            name: "veeam rest jobs",
            command: "GET /api/v1/jobs?limit=10000",
            kinds: &["plan"],
            reaches_days: None,
            layout: Layout::Records("data"),
            detect: |s| record(s, &["id", "name", "storage"]) || record(s, &["id", "name", "schedule", "isDisabled"]),
        }),
        mapped!(security::MALWARE, {
            name: "veeam rest malware events",
            command: "GET /api/v1/malwareDetection/events?limit=10000",
            kinds: &[],
            reaches_days: None,
            layout: Layout::Records("data"),
            detect: |s| record(s, &["detectionTimeUtc"]),
        }),
        mapped!(points::OBJECTS, {
            name: "veeam rest objects",
            command: "GET /api/v1/backupObjects?limit=10000",
            kinds: &[],
            reaches_days: None,
            layout: Layout::Records("data"),
            detect: |s| record(s, &["name", "restorePointsCount"]),
        }),
        mapped!(security::PASSWORDS, {
            name: "veeam rest passwords",
            command: "GET /api/v1/encryptionPasswords",
            kinds: &["key"],
            reaches_days: None,
            layout: Layout::Records("data"),
            detect: |s| record(s, &["id", "hint"]),
        }),
        mapped!(points::POINTS, {
            name: "veeam rest points",
            command: "GET /api/v1/restorePoints?limit=10000",
            kinds: &["recovery_point"],
            reaches_days: None,
            layout: Layout::Records("data"),
            detect: |s| record(s, &["id", "creationTime", "backupId"]),
        }),
        mapped!(repositories::REPOSITORIES, {
            name: "veeam rest repositories",
            command: "GET /api/v1/backupInfrastructure/repositories?limit=10000",
            kinds: &["repository"],
            reaches_days: None,
            layout: Layout::Records("data"),
            detect: |s| {
                record(s, &["id", "name", "type"])
                    && (record(s, &["repository"]) || record(s, &["bucket"]) || record(s, &["container"]) || record(s, &["share"]))
            },
        }),
        mapped!(repositories::STATES, {
            name: "veeam rest repository states",
            command: "GET /api/v1/backupInfrastructure/repositories/states?limit=10000",
            kinds: &["repository", "capacity_sample"],
            reaches_days: None,
            layout: Layout::Records("data"),
            detect: |s| record(s, &["id", "capacityGB"]),
        }),
        mapped!(runs::SESSIONS, {
            name: "veeam rest sessions",
            command: "GET /api/v1/sessions?limit=10000",
            kinds: &["run"],
            reaches_days: None,
            layout: Layout::Records("data"),
            detect: |s| record(s, &["id", "sessionType", "state"]) && !is_task(s),
        }),
        mapped!(runs::TASKS, {
            name: "veeam rest task sessions",
            command: "GET /api/v1/sessions/ID/taskSessions?limit=10000",
            kinds: &["run", "restore_test"],
            reaches_days: None,
            layout: Layout::Records("data"),
            detect: is_task,
        }),
        Format {
            name: "veeam rest users",
            command: "GET /api/v1/security/users",
            kinds: &["principal", "grant"],
            reaches_days: None,
            layout: Layout::Records("data"),
            detect: |s| record(s, &["id", "name", "roles"]),
            open: security::open_users,
            fills: security::USER_FILLS,
        },
        mapped!(powershell::SESSIONS, {
            name: "veeam sessions as json",
            command: "PowerShell: Get-VBRBackupSession | select Id,Name,JobId,JobName,@{n='JobType';e={\"$($_.JobType)\"}},@{n='Result';e={\"$($_.Result)\"}},@{n='State';e={\"$($_.State)\"}},CreationTime,EndTime | ConvertTo-Json",
            kinds: &["run"],
            reaches_days: None,
            layout: Layout::Records("value"),
            detect: |s| s.record("value").is_some_and(|r| r.has(&["JobId", "CreationTime", "Result"])),
        }),
        mapped!(powershell::SESSIONS, {
            name: "veeam sessions as table",
            command: "PowerShell: the same, | Export-Csv -NoTypeInformation -Encoding UTF8",
            kinds: &["run"],
            reaches_days: None,
            layout: Layout::Table,
            detect: |s| s.columns(&["JobId", "CreationTime", "Result"]),
        }),
        mapped!(powershell::JOBS, {
            name: "veeam table of jobs",
            command: "PowerShell: a report of Get-VBRJob, | Export-Csv -NoTypeInformation -Encoding UTF8",
            kinds: &["plan"],
            reaches_days: None,
            layout: Layout::Table,
            detect: |s| s.columns(&["Name", "JobType", "RepoName"]),
        }),
        mapped!(powershell::REPOSITORIES, {
            name: "veeam table of repositories",
            command: "PowerShell: a report of Get-VBRBackupRepository, | Export-Csv -NoTypeInformation -Encoding UTF8",
            kinds: &["repository", "capacity_sample"],
            reaches_days: None,
            layout: Layout::Table,
            detect: |s| s.columns(&["Name", "CachedTotalSpace", "CachedFreeSpace"]),
        }),
        mapped!(powershell::ROLES, {
            name: "veeam table of roles",
            command: "PowerShell: Get-VBRUserRoleAssignment | select Name,Role | Export-Csv -NoTypeInformation -Encoding UTF8",
            kinds: &["principal", "grant"],
            reaches_days: None,
            layout: Layout::Table,
            detect: |s| s.columns(&["Name", "Role"]) && !s.columns(&["id"]),
        }),
        mapped!(powershell::TABLE, {
            name: "veeam table of sessions",
            command: "PowerShell: a report of Get-VBRBackupSession and its tasks, | Export-Csv -NoTypeInformation -Encoding UTF8",
            kinds: &["run"],
            reaches_days: None,
            layout: Layout::Table,
            detect: |s| s.columns(&["JobName", "Status", "CreationTime"]),
        }),
    ],
    cannot_know: &[
        "the machine of a session: only task sessions and the points name it",
        "in which repository a point lies: it names its backup only, which stands in its labels",
        "until when a point is immutable, and when it expires",
        "in which zone the times of PowerShell and of schedules are meant: the statement's `timezone` says it of the former",
        "what a number stands for that PowerShell wrote in place of a word, but for results: convert them to text",
        "whether what was restored was consistent, and how much of a machine it was",
        "the unit of ratios and rates as the REST interface gives them",
        "encryption in transit",
    ],
};

/// A list of nothing: of what, its statement says.
static NOTHING_LISTED: Mapping = rest(&[]);

/// A listing of the REST interface.
const fn rest(fills: &'static [super::mapping::Fill]) -> Mapping {
    Mapping { tool: "veeam", fills, total: "pagination.total", next: "" }
}

/// Whether the first record of an answer has these members.
fn record(shape: &Shape, members: &[&str]) -> bool {
    shape.record("data").is_some_and(|record| record.has(members))
}

fn is_task(shape: &Shape) -> bool {
    shape.record("data").is_some_and(|record| {
        record.has(&["id", "state", "result"])
            && (record.get("progress").is_some_and(|p| p.form == Form::Object) || record.get("algorithm").is_some())
    })
}

/// An answer in place of a list, or what PowerShell writes about a command that failed.
fn is_error(shape: &Shape) -> bool {
    shape.has(&["errorCode", "message"])
        || shape.form == Form::Text && shape.text.starts_with("Get-VBR")
        || shape.form == Form::Text && shape.text.contains("'Get-VBR") && shape.text.contains("not recognized")
}
