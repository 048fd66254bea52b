//! Velero and the volume snapshots of Kubernetes, as `velero … -o json` and `kubectl … -o json` print them: a list, or one
//! object where there is one.
//!
//! Written after the tool's own types. A counter that is absent is 0. A backup that completed with errors, warnings or
//! fewer volume snapshots than it tried did not save everything. A backup of one namespace is that namespace's; of others
//! the statement's `covers` has to name the system.

use super::cell::Cell;
use super::mapping::{Fill, Given, How::*, Mapping, NOTHING, Read, Words, mapped, word, word_of};
use super::{Form, Format, Layout, Shape, Source, message};
use crate::facts::rows::Raw;

/// The registry's row.
pub(super) static SOURCE: Source = Source {
    name: "velero",
    title: "Velero and Kubernetes volume snapshots",
    empty_list: None,
    formats: &[
        mapped!(VOLUME_SNAPSHOTS, {
            name: "kubectl volumesnapshots",
            command: "kubectl get volumesnapshots.snapshot.storage.k8s.io --all-namespaces -o json",
            kinds: &["recovery_point"],
            reaches_days: None,
            layout: Layout::Records("items"),
            detect: |s| is(s, "VolumeSnapshot", "snapshot.storage.k8s.io/"),
        }),
        mapped!(BACKUPS, {
            name: "velero backups",
            command: "velero backup get -o json",
            // Each backup, failed or not, is listed until its own time to live ends: how far back the runs of one
            // namespace reach says nothing of another's.
            kinds: &["recovery_point"],
            reaches_days: None,
            layout: Layout::Records("items"),
            detect: |s| is(s, "Backup", "velero.io/"),
        }),
        Format {
            name: "velero empty list",
            command: "",
            kinds: &[],
            reaches_days: None,
            layout: Layout::List("items"),
            detect: |s| s.says("kind", &["List"]) && s.lists("items", &[]) && s.first_of("items").is_none(),
            open: |context| super::mapping::open(&NOTHING_LISTED, context),
            fills: &[],
        },
        Format {
            name: "velero error",
            command: "",
            kinds: &[],
            reaches_days: None,
            layout: Layout::Document,
            detect: |s| {
                s.form == Form::Text
                    && ["An error occurred: ", "Error from server", "error: the server doesn't have a resource type"]
                        .iter()
                        .any(|begins| s.text.starts_with(begins))
            },
            open: |context| message::hiding(&["run", "recovery_point", "repository", "plan", "restore_test"], context),
            fills: &[],
        },
        mapped!(RESTORES, {
            name: "velero restores",
            command: "velero restore get -o json",
            // A restore goes with its backup.
            kinds: &[],
            reaches_days: None,
            layout: Layout::Records("items"),
            detect: |s| is(s, "Restore", "velero.io/"),
        }),
        mapped!(SCHEDULES, {
            name: "velero schedules",
            command: "velero schedule get -o json",
            kinds: &["plan"],
            reaches_days: None,
            layout: Layout::Records("items"),
            detect: |s| is(s, "Schedule", "velero.io/"),
        }),
        mapped!(LOCATIONS, {
            name: "velero storage locations",
            command: "velero backup-location get -o json",
            kinds: &["repository"],
            reaches_days: None,
            layout: Layout::Records("items"),
            detect: |s| is(s, "BackupStorageLocation", "velero.io/"),
        }),
    ],
    cannot_know: &[
        "backups that expired: they are deleted, and their runs with them",
        "the one system of a backup of several namespaces",
        "whether restored data was consistent",
        "encryption, immutability, and where a bucket is",
        "whether a volume snapshot outlives its cluster",
    ],
};

static NOTHING_LISTED: Mapping = listing(&[]);
static BACKUPS: Mapping = listing(BACKUP);
static RESTORES: Mapping = listing(RESTORE);
static SCHEDULES: Mapping = listing(SCHEDULE);
static LOCATIONS: Mapping = listing(LOCATION);
static VOLUME_SNAPSHOTS: Mapping = listing(VOLUME_SNAPSHOT);

const fn listing(fills: &'static [Fill]) -> Mapping {
    Mapping { tool: "velero", fills, total: "", next: "metadata.continue" }
}

/// Whether it is an object of this kind or a list whose first one is; a list of none may still say its kind.
fn is(shape: &Shape, kind: &str, group: &str) -> bool {
    let one = |s: &Shape, kind: &str| {
        s.says("kind", &[kind]) && s.get("apiVersion").is_some_and(|version| version.text.starts_with(group))
    };
    let first = if shape.form == Form::Object { shape.first_of("items") } else { shape.samples.first() };
    first.map_or_else(|| one(shape, kind) || one(shape, &format!("{kind}List")), |first| one(first, kind))
}

const STATUS: &str = "status.phase status.errors status.warnings status.volumeSnapshotsAttempted status.volumeSnapshotsCompleted status.csiVolumeSnapshotsAttempted status.csiVolumeSnapshotsCompleted";
const MESSAGE: &str = "status.failureReason status.validationErrors";

const BACKUP: &[Fill] = &[
    Fill("run.id", "metadata.name", Key),
    Fill("run.system", "spec.includedNamespaces", By(namespace)),
    Fill("run.repository", "spec.storageLocation", By(location)),
    Fill("run.plan", "metadata.labels.velero.io/schedule-name", Key),
    Fill("run.type", "", Always("backup")),
    Fill("run.status", STATUS, By(status)),
    Fill("run.native_status", "status.phase", AsIs),
    Fill("run.message", MESSAGE, AsIs),
    Fill("run.scheduled", "metadata.creationTimestamp", Time),
    Fill("run.started", "status.startTimestamp", Time),
    Fill("run.ended", "status.completionTimestamp", Time),
    Fill("recovery_point.id", "metadata.name status.phase", By(made)),
    Fill("recovery_point.system", "spec.includedNamespaces", By(namespace)),
    Fill("recovery_point.repository", "spec.storageLocation", By(location)),
    Fill("recovery_point.run", "metadata.name", Key),
    Fill("recovery_point.created", "status.startTimestamp", Time),
    Fill("recovery_point.completed", "status.completionTimestamp", Time),
    Fill("recovery_point.state", STATUS, By(state)),
    Fill("recovery_point.expires", "status.expiration", Time),
];

const RESTORE: &[Fill] = &[
    Fill("restore_test.id", "metadata.name", Key),
    Fill("restore_test.system", "spec.includedNamespaces", By(namespace)),
    Fill("restore_test.recovery_point", "spec.backupName", Key),
    Fill("restore_test.started", "status.startTimestamp", Time),
    Fill("restore_test.ended", "status.completionTimestamp", Time),
    Fill("restore_test.status", STATUS, By(status)),
    Fill("restore_test.message", MESSAGE, AsIs),
];

const SCHEDULE: &[Fill] = &[
    Fill("plan.id", "metadata.name", Key),
    Fill("plan.name", "metadata.name", AsIs),
    Fill("plan.enabled", "status.phase", Says(&[("Enabled", true), ("FailedValidation", false)])),
    Fill(
        "plan.paused",
        "spec.paused",
        By(|given| {
            Read::Raw(match given.cell(0).flag() {
                Raw::Absent => Raw::Bool(false),
                said => said,
            })
        }),
    ),
    Fill("plan.systems", "spec.template.includedNamespaces", By(namespaces)),
    Fill("plan.repositories", "spec.template.storageLocation", By(|given| Read::Keys(vec![location_key(given)]))),
    Fill("plan.schedule", "spec.schedule", By(cron)),
    Fill(
        "plan.interval",
        "spec.schedule",
        By(|given| given.text(0).and_then(|said| said.strip_prefix("@every ")).map_or(NOTHING, word)),
    ),
    Fill("plan.retain_for", "spec.template.ttl", AsIs),
];

const LOCATION: &[Fill] = &[
    Fill("repository.id", "metadata.name", By(location)),
    Fill("repository.name", "metadata.name", AsIs),
    Fill("repository.type", "spec.provider", AsIs),
    Fill("repository.online", "status.phase", Says(&[("Available", true), ("Unavailable", false)])),
    Fill("repository.last_seen", "status.lastValidationTime", Time),
    Fill(
        "repository.labels",
        "spec.objectStorage.bucket spec.objectStorage.prefix spec.accessMode status.message",
        Labels(&["bucket", "prefix", "access_mode", "message"]),
    ),
];

const VOLUME_SNAPSHOT: &[Fill] = &[
    Fill("recovery_point.id", "metadata.namespace metadata.name kind", By(snapshot)),
    Fill("recovery_point.system", "metadata.namespace", System),
    Fill(
        "recovery_point.repository",
        "spec.volumeSnapshotClassName",
        By(|given| Read::Text(given.key(&format!("snapshots/{}", given.text(0).unwrap_or("default class"))))),
    ),
    Fill("recovery_point.created", "status.creationTime", Time),
    Fill("recovery_point.method", "", Always("snapshot")),
    Fill("recovery_point.logical_size", "status.restoreSize", By(quantity)),
    Fill(
        "recovery_point.state",
        "status.readyToUse status.error.message status.error.time metadata.deletionTimestamp",
        By(ready),
    ),
    Fill(
        "recovery_point.labels",
        "spec.source.persistentVolumeClaimName status.error.message metadata.labels.velero.io/backup-name",
        Labels(&["claim", "error", "backup"]),
    ),
];

/// The contents that one command may list behind the snapshots are the same snapshots at the driver.
fn snapshot<'g>(given: &Given<'g>) -> Read<'g> {
    if given.text(2) == Some("VolumeSnapshotContent") {
        return Read::NoRow;
    }
    let name = given.text(0).zip(given.text(1));
    name.map_or(NOTHING, |(space, name)| Read::Text(given.key(&format!("snapshot/{space}/{name}"))))
}

fn location_key(given: &Given<'_>) -> String {
    given.key(&format!("location/{}", given.text(0).unwrap_or("default")))
}

fn location<'g>(given: &Given<'g>) -> Read<'g> {
    Read::Text(location_key(given))
}

/// The one namespace, else what the statement names.
fn namespace<'g>(given: &Given<'g>) -> Read<'g> {
    let mut named = given.all(0).filter_map(|name| name.text());
    match (named.next(), named.next(), given.context.system) {
        (Some(only), None, _) if only != "*" => word(only),
        (_, _, Some(system)) => word(system),
        _ => Read::Raw(Raw::Unknown("it is of several namespaces")),
    }
}

fn namespaces<'g>(given: &Given<'g>) -> Read<'g> {
    let named: Vec<&str> = given.all(0).filter_map(|name| name.text()).filter(|name| *name != "*").collect();
    let all = named.is_empty() || given.all(0).any(|name| name.text() == Some("*"));
    Read::Set(named, all.then_some("*"))
}

/// A cron line; the server's zone is UTC in its images.
fn cron<'g>(given: &Given<'g>) -> Read<'g> {
    match given.text(0) {
        Some(every) if every.starts_with("@every ") => NOTHING,
        Some(line) => word(line),
        None => NOTHING,
    }
}

const PHASES: Words = &[
    ("New", "pending"),
    ("Queued", "pending"),
    ("ReadyToStart", "pending"),
    ("FailedValidation", "failed"),
    ("InProgress", "running"),
    ("WaitingForPluginOperations", "running"),
    ("WaitingForPluginOperationsPartiallyFailed", "running"),
    ("Finalizing", "running"),
    ("FinalizingPartiallyFailed", "running"),
    ("Completed", "success"),
    ("PartiallyFailed", "warning"),
    ("Failed", "failed"),
];

/// Errors, warnings and volume snapshots that were tried and not made, of a completed one. A count that is no number may be
/// any.
fn counts(given: &Given<'_>) -> [Option<i64>; 6] {
    [1, 2, 3, 4, 5, 6].map(|at| match given.cell(at).size(1) {
        Raw::Int(count) => Some(count),
        Raw::Absent => Some(0),
        _ => None,
    })
}

/// Whether it left something out; warnings alone leave nothing out.
fn left_out(given: &Given<'_>) -> bool {
    let [errors, _, tried, made, csi_tried, csi_made] = counts(given);
    errors != Some(0) || tried.is_none() || tried > made || csi_tried.is_none() || csi_tried > csi_made
}

fn status<'g>(given: &Given<'g>) -> Read<'g> {
    match word_of(given.cell(0), PHASES) {
        Raw::Text("success") if left_out(given) || counts(given)[1] != Some(0) => word("warning"),
        // Nothing is said before the server has seen it.
        Raw::Absent => word("pending"),
        said => Read::Raw(said),
    }
}

/// A failed backup and one that has not begun left nothing to restore.
fn made<'g>(given: &Given<'g>) -> Read<'g> {
    match (given.text(0), given.text(1)) {
        (_, None | Some("New" | "Queued" | "ReadyToStart" | "FailedValidation" | "Failed")) | (None, _) => Read::NoRow,
        (Some(name), _) => Read::Text(given.key(name)),
    }
}

fn state<'g>(given: &Given<'g>) -> Read<'g> {
    let words: Words = &[
        ("InProgress", "creating"),
        ("WaitingForPluginOperations", "creating"),
        ("WaitingForPluginOperationsPartiallyFailed", "creating"),
        ("Finalizing", "creating"),
        ("FinalizingPartiallyFailed", "creating"),
        ("Completed", "available"),
        ("PartiallyFailed", "partial"),
        ("Deleting", "deleting"),
    ];
    match word_of(given.cell(0), words) {
        Raw::Text("available") if left_out(given) => word("partial"),
        said => Read::Raw(said),
    }
}

/// A quantity of Kubernetes: `10Gi` is `10GiB`, `10G` is `10GB`, and without a suffix it is bytes.
fn quantity<'g>(given: &Given<'g>) -> Read<'g> {
    let Some(said) = given.text(0) else { return Read::Raw(given.cell(0).size(1)) };
    let amount = said.trim_end_matches(|c: char| c.is_ascii_alphabetic());
    let number = !amount.is_empty() && amount.bytes().all(|c| c.is_ascii_digit() || c == b'.');
    match said.strip_prefix(amount) {
        Some("") if number => Read::Raw(given.cell(0).size(1)),
        Some("Ki" | "Mi" | "Gi" | "Ti" | "Pi" | "k" | "M" | "G" | "T" | "P") if number => {
            Read::Text(format!("{said}B"))
        }
        _ => Read::Raw(Raw::Unknown(said)),
    }
}

/// Absent, `readyToUse` says that it is not known. One that is being deleted stays ready until it is gone.
fn ready<'g>(given: &Given<'g>) -> Read<'g> {
    if *given.cell(3) != Cell::Absent {
        return word("deleting");
    }
    Read::Raw(match (given.cell(0).flag(), given.text(1).or(given.text(2))) {
        (_, Some(error)) => Raw::Unknown(error),
        (Raw::Bool(true), None) => Raw::Text("available"),
        (Raw::Bool(false), None) => Raw::Text("creating"),
        (Raw::Absent, None) => Raw::Unknown("`readyToUse` is not said"),
        _ => Raw::Unknown("`readyToUse` is no truth value"),
    })
}
