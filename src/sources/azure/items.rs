//! `az backup item list`: what a vault protects. It is no inventory, so it fills systems and lists none.

use super::super::mapping::{Fill, Given, How::*, Mapping, Read};
use crate::facts::rows::Raw;

pub(super) static ITEMS: Mapping = Mapping { tool: "azure", fills: FILLS, total: "", next: "nextLink" };

const FILLS: &[Fill] = &[
    Fill("system.id", "properties.friendlyName", System),
    Fill("system.name", "properties.friendlyName", AsIs),
    Fill(
        "system.type",
        "properties.workloadType properties.backupManagementType",
        Word(&[
            ("VM", "vm"),
            ("AzureIaasVM", "vm"),
            ("SQLDataBase", "database"),
            ("SAPHanaDatabase", "database"),
            ("SAPAseDatabase", "database"),
            ("AzureSqlDb", "database"),
            ("AzureFileShare", "file_share"),
            ("FileFolder", "host"),
            ("Client", "host"),
        ]),
    ),
    Fill("system.environment", "", Always("azure")),
    Fill("system.platform", "properties.workloadType", AsIs),
    Fill("system.account", "id", By(subscription)),
    // An item in error is configured, but what is done for it is not known.
    Fill(
        "system.protected",
        "properties.protectionState",
        Says(&[
            ("Protected", true),
            ("IRPending", true),
            ("ProtectionStopped", false),
            ("ProtectionPaused", false),
            ("BackupsSuspended", false),
        ]),
    ),
    Fill(
        "system.labels",
        "properties.sourceResourceId properties.policyName properties.protectionState properties.healthStatus properties.lastBackupStatus",
        Labels(&["resource_id", "policy_name", "protection_state", "health_status", "last_backup_status"]),
    ),
];

fn subscription<'g>(given: &Given<'g>) -> Read<'g> {
    let name = given.text(0).and_then(|id| super::segment(id, "subscriptions"));
    Read::Raw(name.map_or(Raw::Absent, Raw::Text))
}
