//! `az backup vault list` and `backup-properties show`: each vault is a repository, with its lock and soft delete.
//!
//! What a vault stores is always encrypted with AES-256 (documented); a key of the customer's is named where there is
//! one. Immutability that is not locked can be taken back by whoever has the right, locked by nobody.

use super::super::mapping::{Fill, Given, How::*, Mapping, Read, word};
use super::{segment, vault};
use crate::facts::rows::Raw;

pub(super) static VAULTS: Mapping = Mapping { tool: "azure", fills: VAULT, total: "", next: "nextLink" };

/// Soft delete and redundancy, which older vaults show only here.
pub(super) static PROPERTIES: Mapping = Mapping { tool: "azure", fills: MORE, total: "", next: "nextLink" };

/// Whose key it is, said outright.
pub(super) static ENCRYPTION: Mapping = Mapping { tool: "azure", fills: WHOSE_KEY, total: "", next: "nextLink" };

const DAY: i64 = 86_400_000_000_000;

const SOFT_DELETE: &[(&str, bool)] = &[("Enabled", true), ("AlwaysON", true), ("Disabled", false)];

/// Only geo-redundant storage has a copy in another region.
const REPLICATED: &[(&str, bool)] = &[
    ("GeoRedundant", true),
    ("ReadAccessGeoZoneRedundant", true),
    ("LocallyRedundant", false),
    ("ZoneRedundant", false),
];

const VAULT: &[Fill] = &[
    Fill("repository.id", "id", By(vault)),
    Fill("repository.name", "name", AsIs),
    Fill("repository.type", "", Always("Recovery Services vault")),
    Fill("repository.environment", "", Always("azure")),
    Fill("repository.region", "location", AsIs),
    Fill("repository.account", "id", By(subscription)),
    Fill("repository.location", "", Always("cloud")),
    Fill("repository.elastic", "", Holds(true)),
    Fill("repository.encryption", "properties.encryption.keyVaultProperties.keyUri", By(encryption)),
    Fill("repository.algorithm", "", Always("aes_256")),
    Fill("repository.key", "properties.encryption.keyVaultProperties.keyUri", AsIs),
    Fill(
        "repository.immutability",
        "properties.securitySettings.immutabilitySettings.state",
        Word(&[("Disabled", "none"), ("Unlocked", "governance"), ("Locked", "compliance")]),
    ),
    Fill(
        "repository.lock",
        "properties.securitySettings.immutabilitySettings.state",
        Word(&[("Disabled", "unlocked"), ("Unlocked", "governance"), ("Locked", "compliance")]),
    ),
    Fill("repository.soft_delete", "properties.securitySettings.softDeleteSettings.softDeleteState", Says(SOFT_DELETE)),
    Fill(
        "repository.soft_delete_period",
        "properties.securitySettings.softDeleteSettings.softDeleteRetentionPeriodInDays",
        Length(DAY),
    ),
    Fill("repository.replication", "properties.redundancySettings.standardTierStorageRedundancy", Says(REPLICATED)),
    Fill(
        "repository.labels",
        "properties.securitySettings.multiUserAuthorization properties.redundancySettings.standardTierStorageRedundancy properties.redundancySettings.crossRegionRestore",
        Labels(&["multi_user_authorization", "redundancy", "cross_region_restore"]),
    ),
];

const MORE: &[Fill] = &[
    Fill("repository.id", "id", By(vault)),
    Fill("repository.soft_delete", "properties.softDeleteFeatureState", Says(SOFT_DELETE)),
    Fill("repository.soft_delete_period", "properties.softDeleteRetentionPeriodInDays", Length(DAY)),
    Fill("repository.replication", "properties.storageModelType properties.storageType", Says(REPLICATED)),
];

const WHOSE_KEY: &[Fill] = &[
    Fill("repository.id", "id", By(vault)),
    Fill(
        "repository.encryption",
        "properties.encryptionAtRestType",
        Word(&[("CustomerManaged", "customer_key"), ("MicrosoftManaged", "provider_key")]),
    ),
    Fill("repository.key", "properties.keyUri", AsIs),
];

fn subscription<'g>(given: &Given<'g>) -> Read<'g> {
    let name = given.text(0).and_then(|id| segment(id, "subscriptions"));
    Read::Raw(name.map_or(Raw::Absent, Raw::Text))
}

fn encryption<'g>(given: &Given<'g>) -> Read<'g> {
    word(if given.text(0).is_some() { "customer_key" } else { "provider_key" })
}
