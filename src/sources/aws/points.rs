//! `list-recovery-points-by-backup-vault` (and `-by-resource`): each is a recovery point.

use super::super::cell::Cell;
use super::super::fields::{PointFields, Row};
use super::super::{Context, Ending, Reader, Record, Refusal, message};
use super::{Home, Pages, encryption, plan_key, system_name, vault_key};
use crate::facts::rows::{Raw, RowSink};
use crate::value::Instant;
use serde::Deserialize;

pub(super) const FILLS: &[(&str, &str)] = &[
    ("recovery_point.id", "RecoveryPointArn"),
    ("recovery_point.system", "ResourceArn"),
    ("recovery_point.repository", "BackupVaultArn BackupVaultName"),
    ("recovery_point.plan", "CreatedBy.BackupPlanId"),
    ("recovery_point.created", "CreationDate"),
    ("recovery_point.completed", "CompletionDate"),
    ("recovery_point.method", "Status"),
    ("recovery_point.logical_size", "BackupSizeInBytes BackupSizeBytes"),
    ("recovery_point.state", "Status"),
    ("recovery_point.expires", "CalculatedLifecycle.DeleteAt Lifecycle.DeleteAfterDays"),
    ("recovery_point.encryption", "EncryptionKeyType IsEncrypted"),
    ("recovery_point.algorithm", "EncryptionKeyType IsEncrypted"),
    ("recovery_point.key", "EncryptionKeyArn"),
    ("recovery_point.immutability", "VaultType"),
    ("recovery_point.last_restored", "LastRestoreTime"),
    ("recovery_point.malware", "AggregatedScanResult.Findings"),
    ("recovery_point.labels", "ResourceArn"),
];

const DAY: i64 = 86_400_000_000_000;

pub(super) fn open<'a>(context: &Context<'a>) -> Box<dyn Reader + 'a> {
    Box::new(Points { context: *context, point: PointFields::bind(context.schema), pages: Pages::default() })
}

struct Points<'a> {
    context: Context<'a>,
    point: PointFields,
    pages: Pages,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Point<'a> {
    #[serde(borrow, default)]
    recovery_point_arn: Cell<'a>,
    #[serde(borrow, default)]
    backup_vault_name: Cell<'a>,
    #[serde(borrow, default)]
    backup_vault_arn: Cell<'a>,
    #[serde(borrow, default)]
    resource_arn: Cell<'a>,
    #[serde(borrow, default)]
    resource_name: Cell<'a>,
    #[serde(borrow, default)]
    resource_type: Cell<'a>,
    #[serde(borrow, default)]
    status: Cell<'a>,
    #[serde(borrow, default)]
    creation_date: Cell<'a>,
    #[serde(borrow, default)]
    completion_date: Cell<'a>,
    #[serde(borrow, default, alias = "BackupSizeBytes")]
    backup_size_in_bytes: Cell<'a>,
    #[serde(borrow, default)]
    calculated_lifecycle: Option<Calculated<'a>>,
    #[serde(borrow, default)]
    lifecycle: Option<Lifecycle<'a>>,
    #[serde(borrow, default)]
    is_encrypted: Cell<'a>,
    #[serde(borrow, default)]
    encryption_key_arn: Cell<'a>,
    #[serde(borrow, default)]
    encryption_key_type: Cell<'a>,
    #[serde(borrow, default)]
    last_restore_time: Cell<'a>,
    #[serde(borrow, default)]
    vault_type: Cell<'a>,
    #[serde(borrow, default)]
    parent_recovery_point_arn: Cell<'a>,
    #[serde(borrow, default)]
    created_by: Option<CreatedBy<'a>>,
    #[serde(default)]
    aggregated_scan_result: Option<Scan>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Calculated<'a> {
    #[serde(borrow, default)]
    delete_at: Cell<'a>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Lifecycle<'a> {
    #[serde(borrow, default)]
    delete_after_days: Cell<'a>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct CreatedBy<'a> {
    #[serde(borrow, default)]
    backup_plan_id: Cell<'a>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Scan {
    #[serde(default)]
    findings: Vec<String>,
}

impl Point<'_> {
    /// A list by resource has no member of the lifecycle at all; one by vault leaves it out where there is none.
    fn expires(&self) -> Raw<'_> {
        let days = self.lifecycle.as_ref().map(|l| &l.delete_after_days);
        match (self.calculated_lifecycle.as_ref().map(|c| &c.delete_at), days) {
            (Some(at), _) if *at != Cell::Absent => at.time(),
            (_, Some(Cell::Int(days))) if *days > 0 => match self.creation_date.instant() {
                Some(Instant(created)) => days
                    .checked_mul(DAY)
                    .and_then(|d| created.checked_add(d))
                    .map_or(Raw::Unknown("a lifecycle out of range"), |at| Raw::Time(Instant(at))),
                None => Raw::Unknown("a lifecycle without a creation date"),
            },
            (_, None | Some(Cell::Absent | Cell::Int(-1))) if self.backup_vault_arn.text().is_some() => Raw::Never,
            (None, None) => Raw::Absent,
            _ => Raw::Unknown("a lifecycle that is not understood"),
        }
    }

    /// A continuous backup reaches from its creation to some minutes before now, how close is not listed.
    fn created(&self, collected_at: Option<Instant>) -> Raw<'_> {
        let created = self.creation_date.time();
        match (self.status.text(), self.creation_date.instant(), collected_at) {
            (Some("AVAILABLE"), Some(from), Some(to)) if from < to => Raw::Between(from.0, to.0),
            _ => created,
        }
    }

    fn state(&self) -> Raw<'_> {
        let Some(word) = self.status.text() else { return self.status.raw() };
        Raw::Text(match word {
            "COMPLETED" | "AVAILABLE" => "available",
            "PARTIAL" => "partial",
            "CREATING" => "creating",
            "DELETING" => "deleting",
            "EXPIRED" => "expired",
            other => return Raw::Unknown(other),
        })
    }
}

impl Reader for Points<'_> {
    fn record(&mut self, record: Record<'_>, sink: &mut dyn RowSink) -> Result<(), Refusal> {
        let point: Point<'_> = message::parse(record.text)?;
        let Some(id) = point.recovery_point_arn.text() else {
            return Err(Refusal { reason: "a recovery point without an ARN".to_owned() });
        };
        let arns = [&point.backup_vault_arn, &point.recovery_point_arn, &point.resource_arn];
        let home = Home::of(&arns, &Cell::Absent, &self.context);
        let vault = vault_key(&point.backup_vault_arn, &point.backup_vault_name, &home);
        self.pages.home(vault.as_deref().unwrap_or_default());
        let fields = &self.point;
        let mut row = Row::begin(sink, fields.entity, record.offset);
        row.put(fields.id, Raw::Text(id));
        row.text(fields.system, system_name(&point.resource_arn).or(self.context.system));
        row.text(fields.repository, vault.as_deref());
        if let Some(plan) = point.created_by.as_ref().and_then(|p| p.backup_plan_id.text()) {
            row.put(fields.plan, Raw::Text(&plan_key(plan)));
        }
        row.put(fields.created, point.created(self.context.collected_at));
        row.put(fields.completed, point.completion_date.time());
        if point.status.text() == Some("AVAILABLE") {
            row.put(fields.method, Raw::Text("continuous"));
        }
        row.put(fields.logical_size, point.backup_size_in_bytes.raw());
        row.put(fields.state, point.state());
        row.put(fields.expires, point.expires());
        let (encryption, algorithm) = encryption(&point.is_encrypted, &point.encryption_key_type);
        row.put(fields.encryption, encryption);
        row.put(fields.algorithm, algorithm);
        row.put(fields.key, point.encryption_key_arn.raw());
        if point.vault_type.text() == Some("LOGICALLY_AIR_GAPPED_BACKUP_VAULT") {
            row.put(fields.immutability, Raw::Text("airgap"));
        }
        row.put(fields.last_restored, point.last_restore_time.time());
        if point.aggregated_scan_result.as_ref().is_some_and(|s| s.findings.iter().any(|f| f == "MALWARE")) {
            row.put(fields.malware, Raw::Text("infected"));
        }
        let labels = [
            ("resource_type", point.resource_type.text()),
            ("resource_arn", point.resource_arn.text()),
            ("resource_name", point.resource_name.text()),
            ("parent_recovery_point", point.parent_recovery_point_arn.text()),
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
