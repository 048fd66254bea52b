//! `list-restore-jobs`: each restore, by a restore testing plan or by a person, shows whether restoring works.

use super::super::cell::Cell;
use super::super::fields::{RestoreTestFields, Row};
use super::super::{Context, Ending, Reader, Record, Refusal, message};
use super::{Home, Pages, system_name};
use crate::facts::rows::{Raw, RowSink};
use serde::Deserialize;

pub(super) const FILLS: &[(&str, &str)] = &[
    ("restore_test.id", "RestoreJobId"),
    ("restore_test.system", "SourceResourceArn"),
    ("restore_test.recovery_point", "RecoveryPointArn"),
    ("restore_test.started", "CreationDate"),
    ("restore_test.ended", "CompletionDate"),
    ("restore_test.status", "Status"),
    ("restore_test.data_consistent", "ValidationStatus"),
    ("restore_test.consistency_method", "ValidationStatus"),
    ("restore_test.scope", "ResourceType"),
    ("restore_test.automated", "CreatedBy.RestoreTestingPlanArn"),
    ("restore_test.message", "ValidationStatusMessage StatusMessage"),
];

pub(super) fn open<'a>(context: &Context<'a>) -> Box<dyn Reader + 'a> {
    Box::new(Restores { context: *context, test: RestoreTestFields::bind(context.schema), pages: Pages::default() })
}

struct Restores<'a> {
    context: Context<'a>,
    test: RestoreTestFields,
    pages: Pages,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Restore<'a> {
    #[serde(borrow, default)]
    account_id: Cell<'a>,
    #[serde(borrow, default)]
    restore_job_id: Cell<'a>,
    #[serde(borrow, default)]
    recovery_point_arn: Cell<'a>,
    #[serde(borrow, default)]
    source_resource_arn: Cell<'a>,
    #[serde(borrow, default)]
    resource_type: Cell<'a>,
    #[serde(borrow, default)]
    backup_vault_arn: Cell<'a>,
    #[serde(borrow, default)]
    status: Cell<'a>,
    #[serde(borrow, default)]
    status_message: Cell<'a>,
    #[serde(borrow, default)]
    validation_status: Cell<'a>,
    #[serde(borrow, default)]
    validation_status_message: Cell<'a>,
    #[serde(borrow, default)]
    creation_date: Cell<'a>,
    #[serde(borrow, default)]
    completion_date: Cell<'a>,
    #[serde(borrow, default)]
    created_by: Option<CreatedBy<'a>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct CreatedBy<'a> {
    #[serde(borrow, default)]
    restore_testing_plan_arn: Cell<'a>,
}

impl Restore<'_> {
    fn status(&self) -> Raw<'_> {
        let Some(word) = self.status.text() else { return self.status.raw() };
        Raw::Text(match word {
            "COMPLETED" => "success",
            "FAILED" => "failed",
            "ABORTED" => "cancelled",
            "RUNNING" => "running",
            "PENDING" => "pending",
            other => return Raw::Unknown(other),
        })
    }

    /// Whether the owner's own validation accepted the restored data; nothing is known where there was none.
    fn consistent(&self) -> Raw<'_> {
        match self.validation_status.text() {
            Some("SUCCESSFUL") => Raw::Bool(true),
            Some("FAILED") => Raw::Bool(false),
            Some(other) => Raw::Unknown(other),
            None => self.validation_status.raw(),
        }
    }

    /// A file system or bucket may be restored item by item; the list does not say.
    fn scope(&self) -> Raw<'_> {
        match self.resource_type.text() {
            Some("RDS" | "Aurora" | "DynamoDB" | "DocumentDB" | "Neptune" | "Redshift" | "Timestream") => {
                Raw::Text("database")
            }
            Some("EC2" | "VirtualMachine") => Raw::Text("vm"),
            Some("EBS" | "Storage Gateway") => Raw::Text("volume"),
            _ => Raw::Absent,
        }
    }
}

impl Reader for Restores<'_> {
    fn record(&mut self, record: Record<'_>, sink: &mut dyn RowSink) -> Result<(), Refusal> {
        let job: Restore<'_> = message::parse(record.text)?;
        let Some(id) = job.restore_job_id.text() else {
            return Err(Refusal { reason: "a restore job without an id".to_owned() });
        };
        let arns = [&job.backup_vault_arn, &job.source_resource_arn, &job.recovery_point_arn];
        let home = Home::of(&arns, &job.account_id, &self.context);
        self.pages.home(&home.key(""));
        let fields = &self.test;
        let mut row = Row::begin(sink, fields.entity, record.offset);
        row.put(fields.id, Raw::Text(&home.key(id)));
        row.text(fields.system, system_name(&job.source_resource_arn).or(self.context.system));
        row.put(fields.recovery_point, job.recovery_point_arn.raw());
        row.put(fields.started, job.creation_date.time());
        row.put(fields.ended, job.completion_date.time());
        row.put(fields.status, job.status());
        row.put(fields.data_consistent, job.consistent());
        if job.validation_status.text().is_some() {
            row.put(fields.consistency_method, Raw::Text("AWS Backup restore testing validation"));
        }
        row.put(fields.scope, job.scope());
        if job.created_by.as_ref().is_some_and(|c| c.restore_testing_plan_arn.text().is_some()) {
            row.put(fields.automated, Raw::Bool(true));
        }
        row.text(fields.message, job.validation_status_message.text().or(job.status_message.text()));
        Ok(())
    }

    fn beside(&mut self, name: &str, json: &str) {
        self.pages.beside(name, json);
    }

    fn finish(&mut self, _sink: &mut dyn RowSink) -> Ending {
        self.pages.ending()
    }
}
