//! Google Cloud: Backup and DR, backups of Cloud SQL, snapshots of disks, as `gcloud … --format=json` prints them.
//!
//! Written after the published interfaces. Whole numbers come as texts, durations as `604800s`. What Google stores is
//! encrypted with AES-256 in any case (documented); a key of the customer's is named where there is one.

mod backup_dr;
mod disks;
mod sql;

use super::mapping::{Fill, Given, Mapping, NOTHING, Read, mapped, word};
use super::{Form, Format, Layout, Shape, Source, message};
use crate::facts::rows::Raw;

/// The registry's row.
pub(super) static SOURCE: Source = Source {
    name: "google",
    title: "Google Cloud",
    empty_list: None,
    formats: &[
        mapped!(backup_dr::PLANS, {
            name: "gcloud backup-dr backup-plans list",
            command: "gcloud backup-dr backup-plans list --format=json",
            kinds: &["plan"],
            reaches_days: None,
            layout: Layout::Records("backupPlans"),
            detect: |s| named(s, "backupPlans", "/backupPlans/", 1),
        }),
        mapped!(backup_dr::VAULTS, {
            name: "gcloud backup-dr backup-vaults list",
            command: "gcloud backup-dr backup-vaults list --format=json",
            kinds: &["repository"],
            reaches_days: None,
            layout: Layout::Records("backupVaults"),
            detect: |s| named(s, "backupVaults", "/backupVaults/", 1),
        }),
        mapped!(backup_dr::BACKUPS, {
            name: "gcloud backup-dr backups list",
            command: "gcloud backup-dr backups list --backup-vault=VAULT --data-source=SOURCE --location=LOCATION --format=json",
            kinds: &["recovery_point"],
            reaches_days: None,
            layout: Layout::Records("backups"),
            detect: |s| named(s, "backups", "/backups/", 1),
        }),
        mapped!(backup_dr::DATA_SOURCES, {
            name: "gcloud backup-dr data-sources list",
            command: "gcloud backup-dr data-sources list --backup-vault=VAULT --location=LOCATION --format=json",
            kinds: &[],
            reaches_days: None,
            layout: Layout::Records("dataSources"),
            detect: |s| named(s, "dataSources", "/dataSources/", 1),
        }),
        mapped!(disks::POLICIES, {
            name: "gcloud compute resource-policies list",
            command: "gcloud compute resource-policies list --format=json",
            kinds: &["plan"],
            reaches_days: None,
            layout: Layout::Records("items"),
            detect: |s| s.record("items").is_some_and(|r| r.has(&["name", "snapshotSchedulePolicy"])),
        }),
        mapped!(disks::SNAPSHOTS, {
            name: "gcloud compute snapshots list",
            command: "gcloud compute snapshots list --format=json",
            kinds: &["recovery_point"],
            reaches_days: None,
            layout: Layout::Records("items"),
            detect: |s| {
                s.record("items").is_some_and(|r| r.says("kind", &["compute#snapshot"]) || r.has(&["name", "sourceDisk", "storageBytes"]))
            },
        }),
        Format {
            name: "gcloud error",
            command: "",
            kinds: &[],
            reaches_days: None,
            layout: Layout::Document,
            detect: |s| s.form == Form::Text && s.text.starts_with("ERROR: (gcloud"),
            open: |context| message::hiding(&["run", "recovery_point", "repository", "plan"], context),
            fills: &[],
        },
        mapped!(sql::BACKUPS, {
            name: "gcloud sql backups list",
            command: "gcloud sql backups list --instance=INSTANCE --format=json",
            // Each instance keeps as many backups as it is set to: how far back the runs of one reach says nothing of
            // another's.
            kinds: &["recovery_point"],
            reaches_days: None,
            layout: Layout::Records("items"),
            detect: |s| s.record("items").is_some_and(|r| r.says("kind", &["sql#backupRun"])),
        }),
        mapped!(sql::INSTANCES, {
            name: "gcloud sql instances list",
            command: "gcloud sql instances list --format=json",
            kinds: &["plan"],
            reaches_days: None,
            layout: Layout::Records("items"),
            detect: |s| s.record("items").is_some_and(|r| r.says("kind", &["sql#instance"]) || r.has(&["name", "databaseVersion", "settings"])),
        }),
    ],
    cannot_know: &[
        "the system of a backup in a vault: it names a data source, so the statement's `covers` has to name the system",
        "the machine of a snapshot: a system's key is the name of its disk",
        "runs that failed, from lists of backups and snapshots",
        "whether the enforced retention of a vault can still be lowered, without knowing when the list was collected",
        "how Cloud SQL counts a window in which no backup began (`OVERDUE`, `SKIPPED`)",
        "encryption in transit",
    ],
};

const fn listing(fills: &'static [Fill]) -> Mapping {
    Mapping { tool: "google", fills, total: "", next: "nextPageToken" }
}

/// Whether the first record's name has this part before its last segments.
fn named(shape: &Shape, list: &str, part: &str, segments: usize) -> bool {
    shape.record(list).and_then(|record| record.get("name")).is_some_and(|name| {
        let behind = name.text.rsplit_once(part).map(|(_, behind)| behind.split('/').count());
        name.text.starts_with("projects/") && behind == Some(segments)
    })
}

/// The segment of a resource's name behind this one: the region behind `locations`.
fn segment<'a>(name: &'a str, before: &str) -> Option<&'a str> {
    let mut parts = name.split('/');
    parts.find(|part| *part == before)?;
    parts.next().filter(|part| !part.is_empty())
}

/// The last segment of a name or address.
fn last<'g>(given: &Given<'g>) -> Read<'g> {
    let name = given.text(0).and_then(|name| name.rsplit('/').next()).filter(|name| !name.is_empty());
    Read::Raw(name.or(given.context.system).map_or(Raw::Absent, Raw::Text))
}

fn region<'g>(given: &Given<'g>) -> Read<'g> {
    Read::Raw(given.text(0).and_then(|name| segment(name, "locations")).map_or(Raw::Absent, Raw::Text))
}

fn project<'g>(given: &Given<'g>) -> Read<'g> {
    Read::Raw(given.text(0).and_then(|name| segment(name, "projects")).map_or(Raw::Absent, Raw::Text))
}

/// Whose key: any of the members names one of the customer's.
fn encryption<'g>(given: &Given<'g>) -> Read<'g> {
    let own = (0..3).any(|at| given.all(at).next().is_some());
    word(if own { "customer_key" } else { "provider_key" })
}

/// A set of one key: what a member names.
fn only<'g>(given: &Given<'g>) -> Read<'g> {
    given.text(0).map_or(NOTHING, |name| Read::Keys(vec![given.key(name)]))
}
