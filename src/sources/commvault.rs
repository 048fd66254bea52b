//! Commvault: jobs, storage pools and plans, as its REST interface answers.
//!
//! Written after the vendor's SDK and public exporters. A job that completed with failed files did not save everything. A
//! list of jobs is no list of what can still be restored. Sizes of pools come without a unit, bytes or MB, so what is used
//! is known within that factor only.

use super::mapping::{Fill, Given, How::*, Mapping, NOTHING, Read, Words, mapped, word, word_of};
use super::{Format, Layout, Shape, Source, message};
use crate::facts::rows::Raw;

/// The registry's row.
pub(super) static SOURCE: Source = Source {
    name: "commvault",
    title: "Commvault",
    empty_list: None,
    formats: &[
        Format {
            name: "commvault error",
            command: "",
            kinds: &[],
            reaches_days: None,
            layout: Layout::Document,
            detect: |s| {
                s.has(&["errorMessage", "errorCode"]) || s.has(&["errorString", "errorCode"]) || s.has(&["errList"])
            },
            open: |context| message::hiding(&["run", "restore_test", "repository", "plan"], context),
            fills: &[],
        },
        mapped!(JOBS, {
            name: "commvault jobs",
            command: "GET /webconsole/api/Job?completedJobLookupTime=2678400",
            kinds: &["run", "restore_test"],
            reaches_days: None,
            layout: Layout::List("jobs"),
            detect: |s| s.lists("jobs", &["jobSummary"]) && (s.get("totalRecordsWithoutPaging").is_some() || s.first_of("jobs").is_some()),
        }),
        mapped!(PLANS, {
            name: "commvault plans",
            command: "GET /webconsole/api/V2/Plan",
            kinds: &["plan"],
            reaches_days: None,
            layout: Layout::Records("plans"),
            detect: |s| record(s, "plans", &["plan"]) && s.get("plans").is_some(),
        }),
        mapped!(POOLS, {
            name: "commvault storage pools",
            command: "GET /webconsole/api/StoragePool",
            kinds: &["repository"],
            reaches_days: None,
            layout: Layout::Records("storagePoolList"),
            detect: |s| record(s, "storagePoolList", &["storagePoolEntity"]),
        }),
    ],
    cannot_know: &[
        "how far back a list of jobs reaches: its query is not in the answer",
        "which backups can still be restored, and from where",
        "whether restored data was consistent, and how much of a client it was",
        "the unit of a pool's capacity: bytes or MB",
        "two clients of one name apart: a system's key is its client's name",
        "encryption, immutability, and encryption in transit",
    ],
};

static JOBS: Mapping = listing(JOB, "totalRecordsWithoutPaging");
static PLANS: Mapping = listing(PLAN, "");
static POOLS: Mapping = listing(POOL, "");

const fn listing(fills: &'static [Fill], total: &'static str) -> Mapping {
    Mapping { tool: "commvault", fills, total, next: "" }
}

fn record(shape: &Shape, list: &str, members: &[&str]) -> bool {
    shape.record(list).is_some_and(|record| record.has(members))
}

const SECOND: i64 = 1_000_000_000;

const TYPES: Words = &[
    ("Backup", "backup"),
    ("SnapShot", "backup"),
    ("Snap Backup", "backup"),
    ("Restore", "restore"),
    ("Browse and Restore", "restore"),
    ("Auxiliary Copy", "copy"),
    ("Backup Copy", "copy"),
    ("Data Verification", "verify"),
    ("Data Aging", "prune"),
    ("Replication", "replicate"),
    ("Archive", "archive"),
];

const STATUS: &str =
    "jobSummary.status jobSummary.localizedStatus jobSummary.totalFailedFiles jobSummary.totalFailedFolders";
const MESSAGE: &str = "jobSummary.pendingReason";
const ENDED: &str = "jobSummary.jobEndTime jobSummary.lastUpdateTime jobSummary.status jobSummary.localizedStatus";
const SYSTEM: &str = "jobSummary.jobType jobSummary.subclient.clientName jobSummary.destinationClient.clientName jobSummary.destClientName";

const JOB: &[Fill] = &[
    Fill("run.id", "jobSummary.jobId", Key),
    Fill("run.system", SYSTEM, By(system)),
    Fill("run.plan", "jobSummary.plan.planName", Key),
    Fill("run.type", "jobSummary.jobType", Word(TYPES)),
    Fill("run.status", STATUS, By(status)),
    Fill("run.native_status", "jobSummary.status jobSummary.localizedStatus", AsIs),
    Fill("run.message", MESSAGE, AsIs),
    Fill("run.started", "jobSummary.jobStartTime", Time),
    Fill("run.ended", ENDED, By(ended)),
    Fill("run.duration", "jobSummary.jobElapsedTime", Length(SECOND)),
    Fill(
        "run.method",
        "jobSummary.backupLevelName",
        Word(&[
            ("Full", "full"),
            ("Incremental", "incremental"),
            ("Differential", "differential"),
            ("Synthetic Full", "synthetic"),
            ("Transaction Log", "log"),
            ("", ""),
        ]),
    ),
    Fill("run.source_size", "jobSummary.sizeOfApplication", Size(1)),
    Fill("run.stored_size", "jobSummary.sizeOfMediaOnDisk", Size(1)),
    Fill("run.files_total", "jobSummary.totalNumOfFiles", AsIs),
    Fill("run.files_failed", "jobSummary.totalFailedFiles", AsIs),
    Fill("run.initiated_by", "jobSummary.userName.userName", AsIs),
    Fill(
        "run.labels",
        "jobSummary.jobType jobSummary.appTypeName jobSummary.subclient.subclientName jobSummary.subclient.backupsetName jobSummary.storagePolicy.storagePolicyName",
        Labels(&["job_type", "application", "subclient", "backupset", "storage_policy"]),
    ),
    Fill("restore_test.id", "jobSummary.jobType jobSummary.jobId", By(restore)),
    Fill("restore_test.system", SYSTEM, By(system)),
    Fill("restore_test.started", "jobSummary.jobStartTime", Time),
    Fill("restore_test.ended", ENDED, By(ended)),
    Fill("restore_test.status", STATUS, By(status)),
    Fill("restore_test.message", MESSAGE, AsIs),
];

const POOL: &[Fill] = &[
    Fill("repository.id", "storagePoolEntity.storagePoolName storagePoolEntity.storagePoolId", Key),
    Fill("repository.name", "storagePoolEntity.storagePoolName", AsIs),
    Fill("repository.capacity", "totalCapacity", By(capacity)),
    Fill("repository.used", "totalCapacity totalFreeSpace", By(used)),
    Fill("repository.online", "status", Says(&[("Online", true), ("Offline", false)])),
    Fill("repository.labels", "status", Labels(&["status"])),
];

const PLAN: &[Fill] = &[
    Fill("plan.id", "plan.planName plan.planId", Key),
    Fill("plan.name", "plan.planName", AsIs),
    Fill("plan.rpo", "rpoInMinutes", By(rpo)),
    Fill("plan.labels", "type", Labels(&["type"])),
];

/// A restore is of the client that the data came from.
fn system<'g>(given: &Given<'g>) -> Read<'g> {
    let name = given.text(1).or(given.text(2)).or(given.text(3)).or(given.context.system);
    Read::Raw(name.map_or(Raw::Absent, Raw::Text))
}

/// A job that completed, with failed files, warns; one that was committed saved a part.
fn status<'g>(given: &Given<'g>) -> Read<'g> {
    let words: Words = &[
        ("Completed", "success"),
        ("Completed w/ one or more errors", "warning"),
        ("Completed w/ one or more warnings", "warning"),
        ("Committed", "warning"),
        ("Failed", "failed"),
        ("Failed to Start", "failed"),
        ("Killed", "cancelled"),
        ("No Run", "missed"),
        ("Running", "running"),
        ("Suspended", "running"),
        ("Pending", "pending"),
        ("Waiting", "pending"),
        ("Queued", "pending"),
    ];
    let said = word_of(if given.text(0).is_some() { given.cell(0) } else { given.cell(1) }, words);
    let failed = |at: usize| given.cell(at).int().is_some_and(|count| count > 0);
    if said == Raw::Text("success") && (failed(2) || failed(3)) {
        return word("warning");
    }
    Read::Raw(said)
}

/// The end, or the last update of a job that is over; 0 is none.
fn ended<'g>(given: &Given<'g>) -> Read<'g> {
    let known = |at: usize| given.cell(at).int().is_some_and(|seconds| seconds > 0);
    let state = given.text(2).or(given.text(3)).unwrap_or_default();
    let over = ["Completed", "Failed", "Killed", "Committed"].iter().any(|word| state.starts_with(word));
    match (known(0), known(1) && over) {
        (true, _) => Read::Raw(given.cell(0).time()),
        (false, true) => Read::Raw(given.cell(1).time()),
        _ => NOTHING,
    }
}

fn restore<'g>(given: &Given<'g>) -> Read<'g> {
    let id = given.cell(1).int().map(|id| id.to_string()).or_else(|| given.text(1).map(str::to_owned));
    match (word_of(given.cell(0), TYPES), id) {
        (Raw::Text("restore"), Some(id)) => Read::Text(given.key(&id)),
        _ => Read::NoRow,
    }
}

const MB: i64 = 1 << 20;

/// A number of bytes or MB; a pool without a limit has 0 or less.
fn either(number: Option<i64>) -> Option<Raw<'static>> {
    let number = number.filter(|number| *number > 0)?;
    Some(number.checked_mul(MB).map_or(Raw::Int(number), |high| Raw::Between(number, high)))
}

fn capacity<'g>(given: &Given<'g>) -> Read<'g> {
    either(given.cell(0).int()).map_or(NOTHING, Read::Raw)
}

fn used<'g>(given: &Given<'g>) -> Read<'g> {
    match (given.cell(0).int(), given.cell(1).int()) {
        (Some(capacity), Some(free)) if capacity > 0 && (0..=capacity).contains(&free) => {
            either(Some(capacity - free)).map_or(Read::Raw(Raw::Int(0)), Read::Raw)
        }
        _ => NOTHING,
    }
}

fn rpo<'g>(given: &Given<'g>) -> Read<'g> {
    match given.cell(0).int() {
        Some(minutes) if minutes > 0 => Read::Raw(given.cell(0).length(60 * SECOND)),
        _ => NOTHING,
    }
}
