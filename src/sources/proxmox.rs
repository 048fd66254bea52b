//! Proxmox Backup Server: the snapshots of a datastore, how full datastores are, and tasks.
//!
//! Written after the tool's source and clients. A snapshot list is a list of recovery points. What was never verified says
//! nothing of it; a task ended well with `OK` only.

use super::mapping::{Fill, Given, How::*, Mapping, NOTHING, Read, mapped, word, word_of};
use super::{Format, Layout, Shape, Source};
use crate::facts::rows::Raw;

/// The registry's row.
pub(super) static SOURCE: Source = Source {
    name: "proxmox",
    title: "Proxmox Backup Server",
    empty_list: Some("proxmox snapshots"),
    formats: &[
        mapped!(DATASTORES, {
            name: "proxmox datastores",
            command: "GET /api2/json/status/datastore-usage",
            kinds: &["repository"],
            reaches_days: None,
            layout: Layout::Records("data"),
            detect: |s| record(s, &["store", "total", "used"]),
        }),
        Format {
            name: "proxmox empty list",
            command: "",
            kinds: &[],
            reaches_days: None,
            layout: Layout::List("data"),
            detect: |s| {
                s.lists("data", &[])
                    && s.first_of("data").is_none()
                    && s.members.iter().all(|member| matches!(member.name.as_str(), "data" | "total"))
            },
            open: |context| super::mapping::open(&NOTHING_LISTED, context),
            fills: &[],
        },
        mapped!(SNAPSHOTS, {
            name: "proxmox snapshots",
            command: "GET /api2/json/admin/datastore/STORE/snapshots",
            kinds: &["recovery_point"],
            reaches_days: None,
            layout: Layout::Records("data"),
            detect: |s| record(s, &["backup-type", "backup-id", "backup-time"]),
        }),
        mapped!(TASKS, {
            name: "proxmox tasks",
            command: "GET /api2/json/nodes/localhost/tasks",
            kinds: &["run"],
            reaches_days: None,
            layout: Layout::Records("data"),
            detect: |s| record(s, &["upid", "worker_type"]),
        }),
    ],
    cannot_know: &[
        "the datastore of a snapshot: the statement's `account` has to name it",
        "how far back a list of tasks reaches: its query is not in the answer",
        "when a snapshot was verified",
        "two guests of one number on two clusters apart, without an account",
    ],
};

static NOTHING_LISTED: Mapping = listing(&[]);
static SNAPSHOTS: Mapping = listing(SNAPSHOT);
static DATASTORES: Mapping = listing(DATASTORE);
static TASKS: Mapping = listing(TASK);

const fn listing(fills: &'static [Fill]) -> Mapping {
    Mapping { tool: "proxmox", fills, total: "total", next: "" }
}

fn record(shape: &Shape, members: &[&str]) -> bool {
    shape.record("data").is_some_and(|record| record.has(members))
}

const SNAPSHOT: &[Fill] = &[
    Fill("recovery_point.id", "backup-type backup-id backup-time", By(key)),
    Fill("recovery_point.system", "backup-type backup-id", By(guest)),
    Fill("recovery_point.repository", "", By(datastore)),
    Fill("recovery_point.created", "backup-time", Time),
    Fill("recovery_point.logical_size", "size", Size(1)),
    Fill("recovery_point.state", "verification.state size", By(state)),
    Fill("recovery_point.verified_status", "verification.state", Word(&[("ok", "success"), ("failed", "failed")])),
    Fill("recovery_point.protected", "protected", Flag),
    Fill("recovery_point.encryption", "files.crypt-mode", By(encryption)),
    Fill("recovery_point.labels", "owner comment fingerprint", Labels(&["owner", "comment", "fingerprint"])),
];

const DATASTORE: &[Fill] = &[
    Fill("repository.id", "store", By(store)),
    Fill("repository.name", "store", AsIs),
    Fill("repository.type", "", Always("proxmox")),
    Fill("repository.capacity", "total", Size(1)),
    Fill("repository.used", "used", Size(1)),
    Fill("repository.labels", "error", Labels(&["error"])),
];

const TASK: &[Fill] = &[
    Fill("run.id", "upid", Key),
    Fill("run.system", "worker_type worker_id", By(subject)),
    Fill(
        "run.type",
        "worker_type",
        Word(&[
            ("backup", "backup"),
            ("reader", "restore"),
            ("verify", "verify"),
            ("verificationjob", "verify"),
            ("verify_group", "verify"),
            ("verify_snapshot", "verify"),
            ("prune", "prune"),
            ("prunejob", "prune"),
            ("garbage_collection", "prune"),
            ("syncjob", "copy"),
            ("sync", "copy"),
            ("tape-backup", "copy"),
            ("tape-backup-job", "copy"),
        ]),
    ),
    Fill("run.status", "status endtime", By(status)),
    Fill("run.native_status", "status", AsIs),
    Fill("run.started", "starttime", Time),
    Fill("run.ended", "endtime", Time),
    Fill("run.initiated_by", "user", AsIs),
    Fill("run.labels", "worker_type worker_id", Labels(&["worker_type", "worker"])),
];

/// A guest's number is a text or a number.
fn number(given: &Given<'_>, at: usize) -> Option<String> {
    given.text(at).map(str::to_owned).or_else(|| given.cell(at).int().map(|id| id.to_string()))
}

fn key<'g>(given: &Given<'g>) -> Read<'g> {
    match (given.text(0), number(given, 1), number(given, 2)) {
        (Some(kind), Some(id), Some(at)) => Read::Text(given.key(&format!("{kind}/{id}/{at}"))),
        _ => NOTHING,
    }
}

/// `vm/101`, and the name of a host.
fn guest<'g>(given: &Given<'g>) -> Read<'g> {
    match (given.text(0), number(given, 1)) {
        (Some("host"), Some(id)) => Read::Text(id),
        (Some(kind), Some(id)) => Read::Text(format!("{kind}/{id}")),
        _ => given.context.system.map_or(NOTHING, word),
    }
}

/// A datastore's key.
fn store<'g>(given: &Given<'g>) -> Read<'g> {
    given.text(0).map_or(NOTHING, |name| Read::Text(format!("proxmox/{name}")))
}

/// The account names the one datastore whose snapshots are listed.
fn datastore<'g>(given: &Given<'g>) -> Read<'g> {
    Read::Text(given.context.account.map_or_else(|| "proxmox".to_owned(), |store| format!("proxmox/{store}")))
}

/// One whose verification failed is corrupt; one that is still being written has no size.
fn state<'g>(given: &Given<'g>) -> Read<'g> {
    match (given.text(0), given.cell(1).size(1)) {
        (Some("failed"), _) => word("corrupt"),
        (None | Some("ok"), Raw::Int(_)) => word("available"),
        (None | Some("ok"), _) => Read::Raw(Raw::Unknown("it has no size, so it may not be finished")),
        (Some(odd), _) => Read::Raw(Raw::Unknown(odd)),
    }
}

/// Every file of it; the index is never encrypted and has no mode or `none`, so one plain file beside encrypted ones is
/// not decided here.
fn encryption<'g>(given: &Given<'g>) -> Read<'g> {
    let modes: Vec<&str> = given.all(0).filter_map(|mode| mode.text()).collect();
    match modes.as_slice() {
        [] => NOTHING,
        modes if modes.iter().all(|mode| *mode == "encrypt") => word("client_side"),
        modes if modes.iter().all(|mode| matches!(*mode, "none" | "sign-only")) => word("none"),
        _ => Read::Raw(Raw::Unknown("some of its files are encrypted")),
    }
}

/// `STORE:vm/101` of a backup or restore.
fn subject<'g>(given: &Given<'g>) -> Read<'g> {
    let named = given.text(1).and_then(|id| id.split_once(':')).map(|(_, guest)| guest);
    match (given.text(0), named) {
        (Some("backup" | "reader"), Some(guest)) => word(guest.strip_prefix("host/").unwrap_or(guest)),
        _ => given.context.system.map_or(NOTHING, word),
    }
}

/// `OK`, `WARNINGS: 2`, or what went wrong; none while it runs.
fn status<'g>(given: &Given<'g>) -> Read<'g> {
    match (given.text(0), given.cell(1)) {
        (Some("unknown"), _) => Read::Raw(Raw::Unknown("unknown")),
        (Some(said), _) if said.starts_with("WARNINGS") => word("warning"),
        (Some("OK"), _) => word("success"),
        (Some(_), _) => word("failed"),
        (None, ended) if ended.int().is_none() => word("running"),
        _ => Read::Raw(word_of(given.cell(0), &[])),
    }
}
