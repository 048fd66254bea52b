//! Sessions and task sessions: each is a run; a task that restored is evidence of restoring too.
//!
//! A session that has not stopped is running, whatever result it already shows.

use super::super::mapping::{Fill, Given, How, How::*, Mapping, NOTHING, Read, Words, word, word_of};
use super::rest;
use crate::facts::rows::Raw;

pub(super) static SESSIONS: Mapping = rest(SESSION);
pub(super) static TASKS: Mapping = rest(TASK);

const SECOND: i64 = 1_000_000_000;

/// What a session is of, by its type.
pub(super) const TYPES: Words = &[
    ("BackupJob", "backup"),
    ("Backup", "backup"),
    ("AgentBackup", "backup"),
    ("FileBackup", "backup"),
    ("ObjectStorageBackup", "backup"),
    ("SqlLogBackup", "backup"),
    ("OracleLogBackup", "backup"),
    ("ConfigurationBackup", "backup"),
    ("BackupCopyJob", "copy"),
    ("BackupCopy", "copy"),
    ("BackupSync", "copy"),
    ("SimpleBackupCopyPolicy", "copy"),
    ("ReplicaJob", "replicate"),
    ("Replica", "replicate"),
    ("SureBackup", "verify"),
    ("SureBackupContentScan", "verify"),
    ("FileBackupHealthCheck", "verify"),
    ("Antivirus", "verify"),
    ("MalwareDetection", "verify"),
    ("SecurityComplianceAnalyzer", "verify"),
    ("RestoreVm", "restore"),
    ("Restore", "restore"),
    ("InstantRecovery", "restore"),
    ("DeleteBackup", "prune"),
    ("Retention", "prune"),
    ("ArchiveBackup", "archive"),
];

/// How a machine was read.
pub(super) const METHODS: Words = &[
    ("Full", "full"),
    ("Increment", "incremental"),
    ("Incremental", "incremental"),
    ("Synthetic", "synthetic"),
    ("SyntheticFull", "synthetic"),
    ("Syntethic", "synthetic"),
    ("None", ""),
];

/// What decides is cited, and the first of them is: the result, once there is one.
const STATUS: &str = "result.result state result.isCanceled";
const MESSAGE: &str = "result.message";

const SESSION: &[Fill] = &[
    Fill("run.id", "id", Key),
    Fill("run.system", "", System),
    Fill("run.plan", "jobId", Key),
    Fill("run.type", "sessionType", Word(TYPES)),
    Fill("run.status", STATUS, By(status)),
    Fill("run.native_status", "result.result state", AsIs),
    Fill("run.message", MESSAGE, AsIs),
    Fill("run.started", "creationTime", Time),
    Fill("run.ended", "endTime", Time),
    Fill("run.initiated_by", "initiatedBy", AsIs),
    Fill(
        "run.labels",
        "name sessionType platformName parentSessionId",
        Labels(&["name", "session_type", "platform", "parent_session"]),
    ),
];

const TASK: &[Fill] = &[
    Fill("run.id", "id", Key),
    Fill("run.system", "name", System),
    Fill("run.repository", "repositoryId", Key),
    Fill("run.type", "type sessionType", Word(TYPES)),
    Fill("run.status", STATUS, By(status)),
    Fill("run.native_status", "result.result state", AsIs),
    Fill("run.message", MESSAGE, AsIs),
    Fill("run.started", "creationTime", Time),
    Fill("run.ended", "endTime", Time),
    Fill("run.duration", "progress.duration", CLOCK),
    Fill("run.method", "algorithm", Word(METHODS)),
    Fill("run.source_size", "progress.readSize", Size(1)),
    Fill("run.processed_size", "progress.processedSize", Size(1)),
    Fill("run.transferred_size", "progress.transferredSize", Size(1)),
    Fill("run.recovery_point", "restorePointId", Key),
    Fill("run.labels", "sessionType sessionId progress.bottleneck", Labels(&["session_type", "session", "bottleneck"])),
    Fill("restore_test.id", "type sessionType id", By(restore)),
    Fill("restore_test.system", "name", System),
    Fill("restore_test.recovery_point", "restorePointId", Key),
    Fill("restore_test.started", "creationTime", Time),
    Fill("restore_test.ended", "endTime", Time),
    Fill("restore_test.status", STATUS, By(status)),
    Fill("restore_test.message", MESSAGE, AsIs),
];

/// A duration as a clock.
const CLOCK: How = Length(SECOND);

/// What a result and a state say together.
fn status<'g>(given: &Given<'g>) -> Read<'g> {
    let result: Words = &[("Success", "success"), ("Warning", "warning"), ("Failed", "failed")];
    let states: Words = &[
        ("Stopped", "stopped"),
        ("Starting", "running"),
        ("Stopping", "running"),
        ("Working", "running"),
        ("Pausing", "running"),
        ("Resuming", "running"),
        ("WaitingTape", "running"),
        ("Idle", "running"),
        ("Postprocessing", "running"),
        ("WaitingRepository", "running"),
        ("WaitingSlot", "running"),
    ];
    match word_of(given.cell(1), states) {
        Raw::Text("stopped") | Raw::Absent if given.cell(2).truth() == Some(true) => word("cancelled"),
        Raw::Text("stopped") | Raw::Absent => Read::Raw(word_of(given.cell(0), result)),
        other => Read::Raw(other),
    }
}

fn restore<'g>(given: &Given<'g>) -> Read<'g> {
    let kind = if given.text(0).is_some() { given.cell(0) } else { given.cell(1) };
    match (word_of(kind, TYPES), given.text(2)) {
        (Raw::Text("restore"), Some(id)) => Read::Text(given.key(id)),
        (Raw::Text("restore"), None) => NOTHING,
        _ => Read::NoRow,
    }
}
