//! `list-backup-vaults` and `describe-backup-vault`: each vault is a repository, with its lock.
//!
//! A lock whose grace is over can be removed by nobody (compliance); before that, or without a date, by whoever has the
//! right (governance). Without knowing when the list was collected a date decides nothing.

use super::super::cell::Cell;
use super::super::fields::{RepositoryFields, Row};
use super::super::{Context, Ending, Reader, Record, Refusal, message};
use super::{Home, Pages, encryption, vault_key};
use crate::facts::rows::{Raw, RowSink};
use serde::Deserialize;

pub(super) const FILLS: &[(&str, &str)] = &[
    ("repository.id", "BackupVaultArn BackupVaultName"),
    ("repository.name", "BackupVaultName"),
    ("repository.type", "VaultType"),
    ("repository.environment", ""),
    ("repository.region", "BackupVaultArn"),
    ("repository.account", "BackupVaultArn"),
    ("repository.location", ""),
    ("repository.elastic", ""),
    ("repository.encryption", "EncryptionKeyType EncryptionKeyArn"),
    ("repository.algorithm", "EncryptionKeyType"),
    ("repository.key", "EncryptionKeyArn"),
    ("repository.immutability", "LockDate Locked VaultType"),
    ("repository.lock", "LockDate Locked"),
    ("repository.min_retention", "MinRetentionDays"),
    ("repository.max_retention", "MaxRetentionDays"),
];

const DAY: i64 = 86_400_000_000_000;

pub(super) fn open<'a>(context: &Context<'a>) -> Box<dyn Reader + 'a> {
    Box::new(Vaults { context: *context, repository: RepositoryFields::bind(context.schema), pages: Pages::default() })
}

struct Vaults<'a> {
    context: Context<'a>,
    repository: RepositoryFields,
    pages: Pages,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Vault<'a> {
    #[serde(borrow, default)]
    backup_vault_name: Cell<'a>,
    #[serde(borrow, default)]
    backup_vault_arn: Cell<'a>,
    #[serde(borrow, default)]
    vault_type: Cell<'a>,
    #[serde(borrow, default)]
    encryption_key_arn: Cell<'a>,
    #[serde(borrow, default)]
    encryption_key_type: Cell<'a>,
    #[serde(borrow, default)]
    locked: Cell<'a>,
    #[serde(borrow, default)]
    lock_date: Cell<'a>,
    #[serde(borrow, default)]
    min_retention_days: Cell<'a>,
    #[serde(borrow, default)]
    max_retention_days: Cell<'a>,
}

impl Vault<'_> {
    /// `unlocked`, `governance` or `compliance`.
    fn lock(&self, context: &Context<'_>) -> Raw<'static> {
        match (self.locked.truth(), &self.lock_date) {
            (Some(false), _) => Raw::Text("unlocked"),
            (Some(true), Cell::Absent) => Raw::Text("governance"),
            (Some(true), date) => match (date.instant(), context.collected_at) {
                (Some(from), Some(now)) if from <= now => Raw::Text("compliance"),
                (Some(_), Some(_)) => Raw::Text("governance"),
                _ => Raw::Unknown("locked, from a date that cannot be placed"),
            },
            (None, _) => Raw::Absent,
        }
    }
}

impl Reader for Vaults<'_> {
    fn record(&mut self, record: Record<'_>, sink: &mut dyn RowSink) -> Result<(), Refusal> {
        let vault: Vault<'_> = message::parse(record.text)?;
        let home = Home::of(&[&vault.backup_vault_arn], &Cell::Absent, &self.context);
        self.pages.home(&home.key(""));
        let Some(key) = vault_key(&vault.backup_vault_arn, &vault.backup_vault_name, &home) else {
            return Err(Refusal { reason: "a vault without a name".to_owned() });
        };
        let fields = &self.repository;
        let mut row = Row::begin(sink, fields.entity, record.offset);
        row.put(fields.id, Raw::Text(&key));
        row.put(fields.name, vault.backup_vault_name.raw());
        row.put(fields.r#type, vault.vault_type.raw());
        row.put(fields.environment, Raw::Text("aws"));
        row.text(fields.region, Some(home.region.as_str()).filter(|r| !r.is_empty()));
        row.text(fields.account, Some(home.account.as_str()).filter(|a| !a.is_empty()));
        row.put(fields.location, Raw::Text("cloud"));
        row.put(fields.elastic, Raw::Bool(true));
        let (encryption, algorithm) = encryption(&Cell::Absent, &vault.encryption_key_type);
        match (encryption, vault.encryption_key_arn.text()) {
            (Raw::Absent, Some(_)) => {
                row.put(fields.encryption, Raw::Unknown("encrypted, the kind of key is not said"));
            }
            (known, _) => row.put(fields.encryption, known),
        }
        row.put(fields.algorithm, algorithm);
        row.put(fields.key, vault.encryption_key_arn.raw());
        let lock = vault.lock(&self.context);
        row.put(fields.lock, lock);
        row.put(
            fields.immutability,
            match (vault.vault_type.text(), lock) {
                (Some("LOGICALLY_AIR_GAPPED_BACKUP_VAULT"), _) => Raw::Text("airgap"),
                (_, Raw::Text("unlocked")) => Raw::Text("none"),
                (_, other) => other,
            },
        );
        for (field, days) in
            [(fields.min_retention, &vault.min_retention_days), (fields.max_retention, &vault.max_retention_days)]
        {
            let length = days.int().and_then(|d| d.checked_mul(DAY)).filter(|d| *d >= 0);
            row.put(field, length.map_or(Raw::Absent, Raw::Duration));
        }
        Ok(())
    }

    fn beside(&mut self, name: &str, json: &str) {
        self.pages.beside(name, json);
    }

    fn finish(&mut self, _sink: &mut dyn RowSink) -> Ending {
        self.pages.ending()
    }
}
