//! What sort of action the name of an AWS event is, by its first word and what it is done to.
//!
//! Invariant: a name that no row knows is of no sort; it may have been a deletion, so nothing may take it for harmless.

/// Names that their first word would put elsewhere. AWS Backup's own events (`BackupDeleted`) stand among them.
const NAMES: &[(&str, &str)] = &[
    ("BackupDeleted", "delete"),
    ("BackupJobCompleted", "other"),
    ("BackupJobStarted", "other"),
    ("BackupTransitionedToCold", "other"),
    ("CancelKeyDeletion", "key"),
    ("ConsoleLogin", "login"),
    ("CopyJobCompleted", "other"),
    ("CopyJobStarted", "other"),
    ("CreateGrant", "key"),
    ("Decrypt", "read"),
    ("DisassociateRecoveryPoint", "delete"),
    ("DisassociateRecoveryPointFromParent", "delete"),
    ("GetFederationToken", "login"),
    ("GetSessionToken", "login"),
    ("RemovePermission", "policy"),
    ("ReportJobCompleted", "other"),
    ("ReportJobStarted", "other"),
    ("RestoreCompleted", "restore"),
    ("RestoreStarted", "restore"),
    ("RetireGrant", "key"),
    ("RevokeGrant", "key"),
    ("RevokeRestoreAccessBackupVault", "policy"),
    ("StartRestoreJob", "restore"),
    ("SwitchRole", "login"),
];

/// First words, in the order in which they are asked; with a second list, only of names that hold one of its words.
const VERBS: &[(&[&str], &[&str], &str)] = &[
    (&["Get", "Describe", "List", "Lookup", "Head", "Search"], &[], "read"),
    (&["Batch"], &["BatchGet", "BatchDescribe"], "read"),
    (&["Assume"], &["AssumeRole"], "login"),
    (&["Restore"], &[], "restore"),
    (
        &["Create", "Delete", "Disable", "Enable", "Import", "Put", "Replicate", "Rotate", "Schedule", "Update"],
        &["Key"],
        "key",
    ),
    (
        &["Add", "Attach", "Create", "Delete", "Detach", "Modify", "Put", "Remove", "Set", "Update"],
        &["Policy", "Policies", "ToGroup", "FromGroup"],
        "policy",
    ),
    // What is lost is a setting, not a version.
    (
        &["Delete"],
        &[
            "Plan",
            "Selection",
            "Lock",
            "Notification",
            "Framework",
            "Configuration",
            "Tags",
            "Tagging",
            "Lifecycle",
            "Encryption",
        ],
        "configure",
    ),
    (&["Delete", "Deregister", "Terminate", "Purge"], &[], "delete"),
    (&["Batch"], &["BatchDelete"], "delete"),
    (
        &[
            "Add",
            "Associate",
            "Authorize",
            "Cancel",
            "Copy",
            "Create",
            "Disable",
            "Disassociate",
            "Enable",
            "Modify",
            "Put",
            "Remove",
            "Revoke",
            "Start",
            "Stop",
            "Tag",
            "Untag",
            "Update",
        ],
        &[],
        "configure",
    ),
];

/// The class of an action (`access_event.action_class`); `None` where the name is not known.
pub(super) fn class(name: &str) -> Option<&'static str> {
    if let Some((_, class)) = NAMES.iter().find(|(known, _)| *known == name) {
        return Some(class);
    }
    let small = name.char_indices().skip(1).find(|(_, c)| !c.is_ascii_lowercase());
    let verb = name.get(..small.map_or(name.len(), |(at, _)| at)).unwrap_or(name);
    let held = |words: &[&str]| words.is_empty() || words.iter().any(|word| name.contains(word));
    VERBS.iter().find(|(verbs, words, _)| verbs.contains(&verb) && held(words)).map(|(_, _, class)| *class)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_what_it_does_and_an_unknown_one_is_nothing() {
        for (name, expected) in [
            ("DeleteRecoveryPoint", Some("delete")),
            ("DeleteSnapshot", Some("delete")),
            ("DeleteObjects", Some("delete")),
            ("DeregisterImage", Some("delete")),
            ("BackupDeleted", Some("delete")),
            ("DisassociateRecoveryPoint", Some("delete")),
            ("DeleteBackupVaultLockConfiguration", Some("configure")),
            ("DeleteBackupVaultAccessPolicy", Some("policy")),
            ("DeleteBackupPlan", Some("configure")),
            ("CancelKeyDeletion", Some("key")),
            ("ScheduleKeyDeletion", Some("key")),
            ("DisableKeyRotation", Some("key")),
            ("PutKeyPolicy", Some("key")),
            ("GetKeyPolicy", Some("read")),
            ("GetBackupVaultAccessPolicy", Some("read")),
            ("GetSessionToken", Some("login")),
            ("AssumeRoleWithSAML", Some("login")),
            ("StopBackupJob", Some("configure")),
            ("RevokeRestoreAccessBackupVault", Some("policy")),
            ("DetachRolePolicy", Some("policy")),
            ("RestoreDBInstanceFromDBSnapshot", Some("restore")),
            ("ExpireEverything", None),
            ("Listen", None),
            ("deleteRecoveryPoint", None),
            ("Détruire", None),
            ("", None),
        ] {
            assert_eq!(class(name), expected, "{name}");
        }
    }
}
