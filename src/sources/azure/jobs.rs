//! `az backup job list`: each job is a run; a restore is evidence of restoring too.

use super::super::cell::Cell;
use super::super::mapping::{Fill, Given, How::*, Mapping, NOTHING, Read, word, word_of};
use super::{in_vault, vault};
use crate::facts::rows::Raw;

pub(super) static JOBS: Mapping = Mapping { tool: "azure", fills: FILLS, total: "", next: "nextLink" };

const SECOND: i64 = 1_000_000_000;

const FILLS: &[Fill] = &[
    Fill("run.id", "id name", By(in_vault)),
    Fill("run.system", "properties.entityFriendlyName", System),
    Fill("run.repository", "id", By(vault)),
    Fill("run.type", "properties.operation", By(sort)),
    Fill(
        "run.status",
        "properties.status properties.errorDetails.errorCode properties.errorDetails.errorString",
        By(status),
    ),
    Fill("run.native_status", "properties.status", AsIs),
    Fill("run.message", "properties.errorDetails.errorString properties.errorDetails.errorTitle", AsIs),
    Fill("run.error_category", "properties.errorDetails.errorCode", AsIs),
    Fill("run.started", "properties.startTime", Time),
    Fill("run.ended", "properties.endTime", Time),
    Fill("run.duration", "properties.duration", Length(SECOND)),
    Fill("run.method", "properties.operation", By(method)),
    Fill("run.source_size", "properties.extendedInfo.propertyBag.Backup~Size", SizeEither(2)),
    Fill("run.transferred_size", "properties.extendedInfo.propertyBag.Data~Transferred~(in~MB)", SizeEither(2)),
    Fill(
        "run.labels",
        "properties.operation properties.backupManagementType properties.workloadType properties.activityId",
        Labels(&["operation", "management_type", "workload_type", "activity"]),
    ),
    Fill("restore_test.id", "properties.operation id name", By(restore)),
    Fill("restore_test.system", "properties.entityFriendlyName", System),
    Fill("restore_test.started", "properties.startTime", Time),
    Fill("restore_test.ended", "properties.endTime", Time),
    Fill(
        "restore_test.status",
        "properties.status properties.errorDetails.errorCode properties.errorDetails.errorString",
        By(status),
    ),
    Fill("restore_test.scope", "properties.backupManagementType properties.workloadType", By(scope)),
    Fill("restore_test.message", "properties.errorDetails.errorString properties.errorDetails.errorTitle", AsIs),
];

/// What an operation is; one that is not known may be anything.
fn sort<'g>(given: &Given<'g>) -> Read<'g> {
    let Some(operation) = given.text(0) else { return Read::Raw(given.cell(0).raw()) };
    let plain: String = operation.chars().filter(char::is_ascii_alphabetic).collect::<String>().to_ascii_lowercase();
    word(match plain.as_str() {
        "crossregionrestore" | "restoreinplace" => "restore",
        "configurebackup"
        | "disablebackup"
        | "register"
        | "unregister"
        | "modifypolicy"
        | "undelete"
        | "updatecustomermanagedkeys"
        | "stopbackup"
        | "stopprotection" => "config",
        "deletebackupdata" | "disablebackupanddeletedata" => "prune",
        "validate" => "verify",
        plain if plain.starts_with("backup") => "backup",
        plain if plain.starts_with("restore") => "restore",
        _ => return Read::Raw(Raw::Unknown(operation)),
    })
}

/// A job that completed and still has an error to tell did not save everything.
fn status<'g>(given: &Given<'g>) -> Read<'g> {
    let said = word_of(
        given.cell(0),
        &[
            ("Completed", "success"),
            ("CompletedWithWarnings", "warning"),
            ("Failed", "failed"),
            ("Cancelled", "cancelled"),
            ("Cancelling", "running"),
            ("InProgress", "running"),
        ],
    );
    let told = |cell: &Cell<'_>| cell.text().is_some() || cell.int().is_some_and(|code| code != 0);
    if said == Raw::Text("success") && (told(given.cell(1)) || told(given.cell(2))) {
        return word("warning");
    }
    Read::Raw(said)
}

/// `Backup (Full)`; what is not said in brackets is not known.
fn method<'g>(given: &Given<'g>) -> Read<'g> {
    let Some((_, inner)) = given.text(0).and_then(|operation| operation.split_once('(')) else { return NOTHING };
    match inner.trim_end_matches(')').trim().to_ascii_lowercase().as_str() {
        "full" => word("full"),
        "copyonlyfull" | "copy only full" => word("full"),
        "differential" => word("differential"),
        "incremental" => word("incremental"),
        "log" => word("log"),
        _ => Read::Raw(Raw::Unknown(inner)),
    }
}

fn restore<'g>(given: &Given<'g>) -> Read<'g> {
    let is_restore = given.text(0).is_some_and(|operation| operation.to_ascii_lowercase().contains("restore"));
    if !is_restore {
        return Read::NoRow;
    }
    match (given.text(1).and_then(super::vault_of), given.text(2)) {
        (Some(vault), Some(name)) => Read::Text(format!("{vault}/{}", name.to_ascii_lowercase())),
        _ => NOTHING,
    }
}

/// Of a machine the job does not say whether it, its disks or its files came back.
fn scope<'g>(given: &Given<'g>) -> Read<'g> {
    match (given.text(0), given.text(1)) {
        (Some("AzureWorkload"), _) => word("database"),
        (_, Some("SQLDataBase" | "SAPHanaDatabase" | "SAPAseDatabase")) => word("database"),
        _ => NOTHING,
    }
}
