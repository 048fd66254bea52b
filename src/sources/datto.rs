//! Datto: the devices of BCDR, what they protect with its latest backups, and the seats of SaaS Protection.
//!
//! Written after the published example and clients; whether assets come bare or as `items`, and the words of `status`, are
//! inferred, so both forms are read and other words are unknown. An asset lists its latest backups; of its recovery
//! points only the newest are named, so it is no list of what can be restored.

use super::mapping::{Fill, Given, How::*, Mapping, NOTHING, Read, Words, mapped, word, word_of};
use super::message::parse;
use super::parts::{Parts, divided};
use super::{Layout, Record, Refusal, Shape, Source};
use crate::facts::rows::Raw;
use serde::Deserialize;
use serde_json::value::RawValue;

/// The registry's row.
pub(super) static SOURCE: Source = Source {
    name: "datto",
    title: "Datto BCDR and SaaS Protection",
    empty_list: Some("datto assets"),
    formats: &[
        divided!([ASSETS, OFFSITE, BACKUPS, VERIFICATIONS, SCREENSHOTS], split, {
            name: "datto assets",
            command: "GET https://api.datto.com/v1/bcdr/device/SERIAL/asset",
            // Of each asset the last few are listed, however long ago those of another were.
            kinds: &[],
            reaches_days: None,
            layout: Layout::Records("items"),
            detect: |s| record(s, &["name", "isPaused"]) && (record(s, &["backups"]) || record(s, &["lastSnapshot"])),
        }),
        mapped!(DEVICES, {
            name: "datto devices",
            command: "GET https://api.datto.com/v1/bcdr/device",
            kinds: &["repository"],
            reaches_days: None,
            layout: Layout::Records("items"),
            detect: |s| record(s, &["serialNumber", "localStorageUsed"]),
        }),
        mapped!(SEATS, {
            name: "datto seats",
            command: "GET https://api.datto.com/v1/saas/CUSTOMER/seats",
            kinds: &["system"],
            reaches_days: None,
            layout: Layout::Records("items"),
            detect: |s| record(s, &["seatType"]) && (record(s, &["seatState"]) || record(s, &["state"])),
        }),
    ],
    cannot_know: &[
        "the device of an asset: its listing does not name it, so the statement's `account` has to be the serial number",
        "how far back the backups of an asset reach",
        "which backups can still be restored, besides the newest one off site",
        "encryption, immutability and who may delete",
        "two assets of one name apart: a system's key is its name",
    ],
};

static ASSETS: Mapping = listing(ASSET);
static OFFSITE: Mapping = listing(POINT);
static BACKUPS: Mapping = listing(BACKUP);
static VERIFICATIONS: Mapping = listing(VERIFICATION);
static SCREENSHOTS: Mapping = listing(SCREENSHOT);
static DEVICES: Mapping = listing(DEVICE);
static SEATS: Mapping = listing(SEAT);

const fn listing(fills: &'static [Fill]) -> Mapping {
    Mapping { tool: "datto", fills, total: "pagination.count", next: "" }
}

fn record(shape: &Shape, members: &[&str]) -> bool {
    shape.record("items").is_some_and(|record| record.has(members))
}

fn split(record: &Record<'_>) -> Result<Parts, Refusal> {
    #[derive(Deserialize)]
    struct Asset<'a> {
        #[serde(borrow, default)]
        backups: Option<Vec<&'a RawValue>>,
    }
    let asset: Asset<'_> = parse(record.text)?;
    let mut parts = Parts::default();
    parts.put(0, record, &[("asset", record.text)]);
    parts.put(1, record, &[("asset", record.text)]);
    for backup in asset.backups.unwrap_or_default() {
        for mapping in 2..5 {
            parts.put(mapping, record, &[("asset", record.text), ("backup", backup.get())]);
        }
    }
    Ok(parts)
}

const ASSET: &[Fill] = &[
    Fill("system.id", "asset.name", System),
    Fill("system.name", "asset.name", AsIs),
    Fill("system.platform", "asset.os", AsIs),
    Fill(
        "system.protected",
        "asset.isPaused asset.isArchived asset.unprotectedVolumeNames asset.unprotectedVolumesCount",
        By(protected),
    ),
    Fill("system.labels", "asset.type asset.fqdn asset.localIp", Labels(&["type", "fqdn", "address"])),
];

const POINT: &[Fill] = &[
    Fill("recovery_point.id", "asset.name asset.latestOffsite", By(|given| stamped(given, "offsite"))),
    Fill("recovery_point.system", "asset.name", System),
    Fill("recovery_point.repository", "", By(|given| Read::Text(given.key("cloud")))),
    Fill("recovery_point.created", "asset.latestOffsite", Time),
    Fill("recovery_point.state", "", Always("available")),
    Fill("recovery_point.location", "", Always("cloud")),
];

const STATUS: &str = "backup.backup.status backup.backup.errorMessage";

const BACKUP: &[Fill] = &[
    Fill("run.id", "asset.name backup.timestamp", By(|given| stamped(given, "backup"))),
    Fill("run.system", "asset.name", System),
    Fill("run.repository", "", By(device)),
    Fill("run.type", "", Always("backup")),
    Fill("run.status", STATUS, By(status)),
    Fill("run.native_status", "backup.backup.status", AsIs),
    Fill("run.message", "backup.backup.errorMessage", AsIs),
    Fill("run.started", "backup.timestamp", Time),
];

const VERIFICATION: &[Fill] = &[
    Fill(
        "integrity_check.id",
        "asset.name backup.timestamp backup.localVerification.status",
        By(|given| given.text(2).map_or(Read::NoRow, |_| stamped(given, "verification"))),
    ),
    Fill("integrity_check.system", "asset.name", System),
    Fill("integrity_check.repository", "", By(device)),
    Fill("integrity_check.type", "", Always("structure")),
    Fill("integrity_check.started", "backup.timestamp", Time),
    Fill(
        "integrity_check.status",
        "backup.localVerification.status backup.localVerification.errors.errorType backup.localVerification.errors.errorMessage",
        By(verified),
    ),
    Fill("integrity_check.message", "backup.localVerification.errors.errorMessage", AsIs),
];

const SCREENSHOT: &[Fill] = &[
    Fill(
        "integrity_check.id",
        "asset.name backup.timestamp backup.advancedVerification.screenshotVerification.status",
        By(|given| given.text(2).map_or(Read::NoRow, |_| stamped(given, "screenshot"))),
    ),
    Fill("integrity_check.system", "asset.name", System),
    Fill("integrity_check.repository", "", By(device)),
    Fill("integrity_check.type", "", Always("screenshot")),
    Fill("integrity_check.started", "backup.timestamp", Time),
    Fill("integrity_check.status", "backup.advancedVerification.screenshotVerification.status", Word(RESULTS)),
];

const DEVICE: &[Fill] = &[
    Fill(
        "repository.id",
        "serialNumber",
        By(|given| given.text(0).map_or(NOTHING, |s| Read::Text(format!("datto/{s}")))),
    ),
    Fill("repository.name", "name", AsIs),
    Fill("repository.type", "model", AsIs),
    Fill("repository.media", "", Always("appliance")),
    Fill(
        "repository.capacity",
        "localStorageUsed.size localStorageUsed.units localStorageAvailable.size localStorageAvailable.units",
        By(capacity),
    ),
    Fill("repository.used", "localStorageUsed.size localStorageUsed.units", By(|given| Read::Raw(sized(given, 0)))),
    Fill("repository.last_seen", "lastSeenDate", Time),
    Fill("repository.labels", "clientCompanyName", Labels(&["client"])),
];

const SEAT: &[Fill] = &[
    Fill("system.id", "name mainId remoteId", System),
    Fill("system.type", "", Always("saas")),
    Fill("system.environment", "", Always("saas")),
    Fill(
        "system.protected",
        "seatState state",
        Says(&[("Active", true), ("Paused", false), ("Archived", false), ("Unprotected", false)]),
    ),
    Fill("system.labels", "seatType seatState state", Labels(&["seat_type", "seat_state", "state"])),
];

const RESULTS: Words = &[("success", "success"), ("warning", "warning"), ("failure", "failed"), ("failed", "failed")];

/// A key of an asset, what is meant and its time; 0 is never.
fn stamped<'g>(given: &Given<'g>, what: &str) -> Read<'g> {
    let at =
        given.text(1).map(str::to_owned).or_else(|| given.cell(1).int().filter(|at| *at > 0).map(|at| at.to_string()));
    match (given.text(0).or(given.context.system), at) {
        (Some(asset), Some(at)) => Read::Text(given.key(&format!("{asset}/{what}/{at}"))),
        (_, None) if what == "offsite" => Read::NoRow,
        _ => NOTHING,
    }
}

fn device<'g>(given: &Given<'g>) -> Read<'g> {
    Read::Text(given.context.account.map_or_else(|| "datto/device".to_owned(), |serial| format!("datto/{serial}")))
}

/// What is paused or archived is not backed up; of volumes that are left out nobody says whether they matter.
fn protected<'g>(given: &Given<'g>) -> Read<'g> {
    let left_out = given.text(2).is_some() || given.cell(3).int().is_some_and(|count| count > 0);
    Read::Raw(match (given.cell(0).flag(), given.cell(1).flag()) {
        (Raw::Bool(true), _) | (_, Raw::Bool(true)) => Raw::Bool(false),
        (Raw::Bool(false), Raw::Bool(false) | Raw::Absent) if left_out => Raw::Unknown("some volumes are left out"),
        (Raw::Bool(false), Raw::Bool(false) | Raw::Absent) => Raw::Bool(true),
        (Raw::Bool(false), odd) | (odd, _) => odd,
    })
}

/// A success with an error message warns.
fn status<'g>(given: &Given<'g>) -> Read<'g> {
    match word_of(given.cell(0), RESULTS) {
        Raw::Text("success") if given.text(1).is_some() => word("warning"),
        said => Read::Raw(said),
    }
}

/// A success with errors is none.
fn verified<'g>(given: &Given<'g>) -> Read<'g> {
    match word_of(given.cell(0), RESULTS) {
        Raw::Text("success") if given.text(1).or(given.text(2)).is_some() => word("failed"),
        said => Read::Raw(said),
    }
}

/// Bytes of a number whose unit is beside it.
fn sized<'g>(given: &Given<'g>, at: usize) -> Raw<'g> {
    let unit = ["B", "KB", "MB", "GB", "TB", "PB"].iter().position(|unit| Some(*unit) == given.text(at + 1));
    match unit.and_then(|power| u32::try_from(power).ok()) {
        Some(power) => given.cell(at).size_either(power),
        None if given.cell(at).number().is_some() => Raw::Unknown("a number in an unknown unit"),
        None => Raw::Absent,
    }
}

fn capacity<'g>(given: &Given<'g>) -> Read<'g> {
    match (sized(given, 0), sized(given, 2)) {
        (Raw::Between(a, b), Raw::Between(c, d)) => match (a.checked_add(c), b.checked_add(d)) {
            (Some(low), Some(high)) => Read::Raw(Raw::Between(low, high)),
            _ => Read::Raw(Raw::Unknown("a size out of range")),
        },
        _ => NOTHING,
    }
}
