//! MSP360, once CloudBerry Backup: the monitoring list of the Managed Backup service.
//!
//! Written after the vendor's PowerShell module. It shows the last run of every plan, not the runs before. States and types
//! come as words or numbers. Times have no offset; that they are UTC is inferred, so they stay without one.

use super::mapping::{Fill, Given, How::*, Mapping, NOTHING, Read, Words, mapped, word, word_of};
use super::{Form, Format, Layout, Source, message};
use crate::facts::rows::Raw;

/// The registry's row.
pub(super) static SOURCE: Source = Source {
    name: "msp360",
    title: "MSP360 (CloudBerry Backup)",
    empty_list: Some("msp360 monitoring"),
    formats: &[
        Format {
            name: "msp360 error",
            command: "",
            kinds: &[],
            reaches_days: None,
            layout: Layout::Document,
            detect: |s| s.says("Result", &["Fail", "Failed", "Error"]),
            open: |context| message::hiding(&["run", "plan"], context),
            fills: &[],
        },
        mapped!(MONITORING, {
            name: "msp360 monitoring",
            command: "GET https://api.mspbackups.com/api/Monitoring",
            kinds: &[],
            reaches_days: None,
            layout: Layout::Elements,
            detect: |s| s.form == Form::Array && s.samples.first().is_some_and(|r| r.has(&["PlanName", "ComputerName", "Status"])),
        }),
    ],
    cannot_know: &[
        "the runs before the last one of each plan",
        "which backups can still be restored",
        "the zone of its times",
        "encryption, immutability and how full a storage is",
    ],
};

static MONITORING: Mapping = Mapping { tool: "msp360", fills: RUN, total: "", next: "" };

const TYPES: Words = &[
    ("1", "backup"),
    ("Backup", "backup"),
    ("2", "restore"),
    ("Restore", "restore"),
    ("3", "backup"),
    ("BackupFiles", "backup"),
    ("4", "restore"),
    ("RestoreFiles", "restore"),
    ("5", "backup"),
    ("VMBackup", "backup"),
    ("6", "restore"),
    ("VMRestore", "restore"),
    ("7", "backup"),
    ("SQLBackup", "backup"),
    ("8", "restore"),
    ("SQLResore", "restore"),
    ("SQLRestore", "restore"),
    ("9", "backup"),
    ("ExchangeBackup", "backup"),
    ("10", "restore"),
    ("ExchangeRestore", "restore"),
    ("11", "backup"),
    ("BMSSBackup", "backup"),
    ("12", "restore"),
    ("BMSSRestore", "restore"),
    ("13", "verify"),
    ("ConsistencyCheck", "verify"),
    ("14", "backup"),
    ("EC2Backup", "backup"),
    ("15", "restore"),
    ("EC2Restore", "restore"),
    ("16", "backup"),
    ("HyperVBackup", "backup"),
    ("17", "restore"),
    ("HyperVRestore", "restore"),
];

const STATES: Words = &[
    ("0", "success"),
    ("Success", "success"),
    ("1", "missed"),
    ("Overdue", "missed"),
    ("2", "failed"),
    ("Error", "failed"),
    ("3", "running"),
    ("Running", "running"),
    ("5", "cancelled"),
    ("Interrupted", "cancelled"),
    ("6", "failed"),
    ("UnexpectedlyClosed", "failed"),
    ("7", "warning"),
    ("Warning", "warning"),
];

const SECOND: i64 = 1_000_000_000;

const RUN: &[Fill] = &[
    Fill("run.id", "ComputerName PlanName PlanId LastStart", By(run)),
    Fill("run.system", "ComputerName", System),
    Fill("run.plan", "ComputerName PlanName PlanId", By(plan)),
    Fill("run.repository", "StorageType", Key),
    Fill("run.type", "PlanType", Word(TYPES)),
    Fill("run.status", "Status FilesFailed", By(status)),
    Fill("run.native_status", "Status", AsIs),
    Fill("run.message", "ErrorMessage", AsIs),
    Fill("run.started", "LastStart", Time),
    Fill("run.duration", "Duration", Length(SECOND)),
    Fill("run.source_size", "TotalData", Size(1)),
    Fill("run.transferred_size", "DataCopied", Size(1)),
    Fill("run.files_total", "FilesScanned", AsIs),
    Fill("run.files_failed", "FilesFailed", AsIs),
    Fill("run.labels", "CompanyName PlanType NextStart", Labels(&["company", "plan_type", "next_start"])),
    Fill("plan.id", "ComputerName PlanName PlanId", By(plan)),
    Fill("plan.name", "PlanName", AsIs),
    Fill("plan.systems", "ComputerName", Set),
];

/// The id, else the machine and the name.
fn plan<'g>(given: &Given<'g>) -> Read<'g> {
    match (given.text(2), given.text(0), given.text(1)) {
        (Some(id), ..) => Read::Text(given.key(id)),
        (None, Some(machine), Some(name)) => Read::Text(given.key(&format!("{machine}/{name}"))),
        _ => NOTHING,
    }
}

fn run<'g>(given: &Given<'g>) -> Read<'g> {
    match plan(given) {
        Read::Text(plan) => Read::Text(format!("{plan}/{}", given.text(3).unwrap_or("never"))),
        nothing => nothing,
    }
}

/// A success with failed files warns.
fn status<'g>(given: &Given<'g>) -> Read<'g> {
    let failed = match given.cell(1).size(1) {
        Raw::Int(count) => count > 0,
        Raw::Absent => false,
        _ => true,
    };
    match word_of(given.cell(0), STATES) {
        Raw::Text("success") if failed => word("warning"),
        said => Read::Raw(said),
    }
}
