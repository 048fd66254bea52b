//! `list-backup-jobs` and `list-copy-jobs`: each job is a run.
//!
//! A nested job is told by its own row and by its parent's, which is about another resource (the whole application):
//! each counts once for its own system. The point that a job made is only named, since it may be gone.

use super::super::cell::Cell;
use super::super::fields::{Row, RunFields};
use super::super::{Context, Ending, Reader, Record, Refusal, message};
use super::{Home, Pages, plan_key, system_name, vault_key};
use crate::facts::rows::{Raw, RowSink};
use serde::Deserialize;

pub(super) const FILLS: &[(&str, &str)] = &[
    ("run.id", "BackupJobId CopyJobId"),
    ("run.system", "ResourceArn"),
    ("run.plan", "CreatedBy.BackupPlanId"),
    ("run.repository", "BackupVaultArn DestinationBackupVaultArn BackupVaultName"),
    ("run.type", ""),
    ("run.status", "State"),
    ("run.native_status", "State"),
    ("run.message", "StatusMessage"),
    ("run.error_category", "MessageCategory"),
    ("run.scheduled", "CreationDate"),
    ("run.started", "CreationDate"),
    ("run.ended", "CompletionDate"),
    ("run.source_size", "BackupSizeInBytes"),
    ("run.transferred_size", "BytesTransferred"),
    ("run.encrypted", "IsEncrypted"),
    ("run.recovery_point", "RecoveryPointArn DestinationRecoveryPointArn"),
    ("run.labels", "ResourceArn"),
];

/// Of a copy; it says neither what was transferred nor whether it is encrypted.
pub(super) const COPY_FILLS: &[(&str, &str)] = &[
    ("run.id", "BackupJobId CopyJobId"),
    ("run.system", "ResourceArn"),
    ("run.plan", "CreatedBy.BackupPlanId"),
    ("run.repository", "BackupVaultArn DestinationBackupVaultArn BackupVaultName"),
    ("run.type", ""),
    ("run.status", "State"),
    ("run.native_status", "State"),
    ("run.message", "StatusMessage"),
    ("run.error_category", "MessageCategory"),
    ("run.scheduled", "CreationDate"),
    ("run.started", "CreationDate"),
    ("run.ended", "CompletionDate"),
    ("run.source_size", "BackupSizeInBytes"),
    ("run.recovery_point", "RecoveryPointArn DestinationRecoveryPointArn"),
    ("run.labels", "ResourceArn"),
];

pub(super) fn open_backup<'a>(context: &Context<'a>) -> Box<dyn Reader + 'a> {
    open(context, "backup")
}

pub(super) fn open_copy<'a>(context: &Context<'a>) -> Box<dyn Reader + 'a> {
    open(context, "copy")
}

fn open<'a>(context: &Context<'a>, sort: &'static str) -> Box<dyn Reader + 'a> {
    Box::new(Jobs { context: *context, run: RunFields::bind(context.schema), sort, pages: Pages::default() })
}

struct Jobs<'a> {
    context: Context<'a>,
    run: RunFields,
    sort: &'static str,
    pages: Pages,
}

/// A backup or copy job: a copy has a source and a destination where a backup has a vault and a point.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Job<'a> {
    #[serde(borrow, default)]
    account_id: Cell<'a>,
    #[serde(borrow, default, alias = "CopyJobId")]
    backup_job_id: Cell<'a>,
    #[serde(borrow, default)]
    backup_vault_name: Cell<'a>,
    #[serde(borrow, default, alias = "DestinationBackupVaultArn")]
    backup_vault_arn: Cell<'a>,
    #[serde(borrow, default)]
    source_backup_vault_arn: Cell<'a>,
    #[serde(borrow, default, alias = "DestinationRecoveryPointArn")]
    recovery_point_arn: Cell<'a>,
    #[serde(borrow, default)]
    resource_arn: Cell<'a>,
    #[serde(borrow, default)]
    resource_name: Cell<'a>,
    #[serde(borrow, default)]
    resource_type: Cell<'a>,
    #[serde(borrow, default)]
    state: Cell<'a>,
    #[serde(borrow, default)]
    status_message: Cell<'a>,
    #[serde(borrow, default)]
    message_category: Cell<'a>,
    #[serde(borrow, default)]
    creation_date: Cell<'a>,
    #[serde(borrow, default)]
    completion_date: Cell<'a>,
    #[serde(borrow, default)]
    backup_size_in_bytes: Cell<'a>,
    #[serde(borrow, default)]
    bytes_transferred: Cell<'a>,
    #[serde(borrow, default)]
    is_encrypted: Cell<'a>,
    #[serde(borrow, default)]
    parent_job_id: Cell<'a>,
    #[serde(borrow, default)]
    created_by: Option<CreatedBy<'a>>,
}

/// The plan that made a job; absent for one that a person asked for.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct CreatedBy<'a> {
    #[serde(borrow, default)]
    backup_plan_id: Cell<'a>,
    #[serde(borrow, default)]
    backup_plan_name: Cell<'a>,
    #[serde(borrow, default)]
    backup_rule_name: Cell<'a>,
}

impl Reader for Jobs<'_> {
    fn record(&mut self, record: Record<'_>, sink: &mut dyn RowSink) -> Result<(), Refusal> {
        let job: Job<'_> = message::parse(record.text)?;
        let Some(id) = job.backup_job_id.text() else {
            return Err(Refusal { reason: "a job without an id".to_owned() });
        };
        // A copy job and its plan are at home where they copy from.
        let arns = [&job.source_backup_vault_arn, &job.backup_vault_arn, &job.resource_arn, &job.recovery_point_arn];
        let home = Home::of(&arns, &job.account_id, &self.context);
        self.pages.home(&home.key(""));
        let fields = &self.run;
        let mut row = Row::begin(sink, fields.entity, record.offset);
        row.put(fields.id, Raw::Text(&home.key(id)));
        row.text(fields.system, system_name(&job.resource_arn).or(self.context.system));
        row.text(fields.repository, vault_key(&job.backup_vault_arn, &job.backup_vault_name, &home).as_deref());
        row.put(fields.r#type, Raw::Text(self.sort));
        row.put(fields.status, status(&job.state, &job.message_category));
        row.put(fields.native_status, job.state.raw());
        row.put(fields.message, job.status_message.raw());
        if !is_success(&job.message_category) {
            row.put(fields.error_category, job.message_category.raw());
        }
        // A job that expired or still waits was created and never started.
        let waits = matches!(job.state.text(), Some("CREATED" | "PENDING" | "EXPIRED"));
        row.put(if waits { fields.scheduled } else { fields.started }, job.creation_date.time());
        row.put(fields.ended, job.completion_date.time());
        row.put(fields.source_size, job.backup_size_in_bytes.raw());
        row.put(fields.transferred_size, job.bytes_transferred.raw());
        row.put(fields.encrypted, job.is_encrypted.raw());
        row.put(fields.recovery_point, job.recovery_point_arn.raw());
        let plan = job.created_by.as_ref();
        if let Some(id) = plan.and_then(|p| p.backup_plan_id.text()) {
            row.put(fields.plan, Raw::Text(&plan_key(id)));
        }
        let labels = [
            ("resource_type", job.resource_type.text()),
            ("resource_arn", job.resource_arn.text()),
            ("resource_name", job.resource_name.text()),
            ("plan_name", plan.and_then(|p| p.backup_plan_name.text())),
            ("rule_name", plan.and_then(|p| p.backup_rule_name.text())),
            ("parent_job", job.parent_job_id.text()),
        ];
        row.put_labels(fields.labels, labels);
        Ok(())
    }

    fn beside(&mut self, name: &str, json: &str) {
        self.pages.beside(name, json);
    }

    fn finish(&mut self, _sink: &mut dyn RowSink) -> Ending {
        self.pages.ending()
    }
}

fn is_success(category: &Cell<'_>) -> bool {
    category.text().is_some_and(|c| c.eq_ignore_ascii_case("success"))
}

/// A job that completed with issues has a category of its message other than success.
fn status<'c>(state: &'c Cell<'_>, category: &Cell<'_>) -> Raw<'c> {
    let Some(word) = state.text() else { return state.raw() };
    Raw::Text(match word {
        "COMPLETED" if category.text().is_some() && !is_success(category) => "warning",
        "COMPLETED" => "success",
        "PARTIAL" => "warning",
        "FAILED" => "failed",
        "ABORTED" => "cancelled",
        "EXPIRED" => "missed",
        "RUNNING" | "ABORTING" => "running",
        "CREATED" | "PENDING" => "pending",
        other => return Raw::Unknown(other),
    })
}
