//! Veeam ONE (of which, with Backup & Replication, the Availability Suite is made) and the Service Provider Console:
//! repositories and jobs, as their REST interfaces answer.
//!
//! Written after generated clients that agree and the published examples. The console's sizes have a unit beside them, of
//! which its manual says that metric prefixes are meant and its examples look otherwise: both are possible.

use super::mapping::{Fill, Given, How::*, Mapping, NOTHING, Read, mapped, word};
use super::{Form, Format, Layout, Shape, Source};
use crate::facts::rows::Raw;
use crate::value::Instant;

/// The registry's row.
pub(super) static SOURCE: Source = Source {
    name: "veeam_one",
    title: "Veeam ONE and Service Provider Console",
    empty_list: None,
    formats: &[
        mapped!(CONSOLE, {
            name: "veeam console repositories",
            command: "GET /v2/backupRepositories",
            kinds: &["repository"],
            reaches_days: None,
            layout: Layout::Records("items"),
            detect: |s| record(s, &["id", "capacity", "capacityUnits"]),
        }),
        Format {
            name: "veeam one empty list",
            command: "",
            kinds: &[],
            reaches_days: None,
            layout: Layout::List("items"),
            detect: |s| {
                s.lists("items", &[])
                    && s.first_of("items").is_none()
                    && s.get("totalCount").is_some_and(|t| t.form == Form::Number)
            },
            open: |context| super::mapping::open(&NOTHING_LISTED, context),
            fills: &[],
        },
        mapped!(JOBS, {
            name: "veeam one jobs",
            command: "GET /api/v2.2/vbrJobs/vmBackupJobs?limit=10000",
            kinds: &[],
            reaches_days: None,
            layout: Layout::Records("items"),
            detect: |s| record(s, &["name", "lastRun", "lastRunDurationSec"]),
        }),
        mapped!(REPOSITORIES, {
            name: "veeam one repositories",
            command: "GET /api/v2.2/vbr/repositories?limit=10000",
            kinds: &["repository", "capacity_sample"],
            reaches_days: None,
            layout: Layout::Records("items"),
            detect: |s| record(s, &["repositoryId", "capacityBytes"]),
        }),
    ],
    cannot_know: &[
        "runs: of a job only the last one is known, and that only as a label",
        "reports saved as tables: their columns depend on report and language; make facts of them",
        "how an immutable repository is locked",
        "whether the console's GB are 10⁹ or 2³⁰ bytes: sizes are ranges, and near a limit nothing is decided",
        "encryption of what is stored, and in transit",
    ],
};

static NOTHING_LISTED: Mapping = listing(&[]);
static CONSOLE: Mapping = listing(CONSOLE_FILLS);
static JOBS: Mapping = listing(JOB);
static REPOSITORIES: Mapping = listing(REPOSITORY);

const fn listing(fills: &'static [Fill]) -> Mapping {
    Mapping { tool: "veeam_one", fills, total: "totalCount", next: "" }
}

const DAY: i64 = 86_400_000_000_000;

fn record(shape: &Shape, members: &[&str]) -> bool {
    shape.record("items").is_some_and(|record| record.has(members))
}

const REPOSITORY: &[Fill] = &[
    Fill("repository.id", "repositoryId", Key),
    Fill("repository.name", "name", AsIs),
    Fill("repository.type", "type", AsIs),
    Fill("repository.capacity", "capacityBytes", By(capacity)),
    Fill("repository.used", "capacityBytes freeSpaceBytes", By(used)),
    Fill("repository.immutability", "isImmutable", By(immutability)),
    Fill("repository.immutability_period", "immutabilityIntervalDays", Length(DAY)),
    Fill("repository.labels", "repositoryUidInVbr state path", Labels(&["uid_in_vbr", "state", "path"])),
    Fill("capacity_sample.id", "repositoryId capacityBytes", By(sample)),
    Fill("capacity_sample.repository", "repositoryId", Key),
    Fill(
        "capacity_sample.taken",
        "",
        By(|given| given.context.collected_at.map_or(NOTHING, |at| Read::Raw(Raw::Time(at)))),
    ),
    Fill("capacity_sample.used", "capacityBytes freeSpaceBytes", By(used)),
    Fill("capacity_sample.capacity", "capacityBytes", By(capacity)),
    Fill("capacity_sample.forecast_full", "outOfSpaceInDays", By(forecast)),
];

const JOB: &[Fill] = &[
    Fill("plan.id", "vmBackupJobId jobId id name", Key),
    Fill("plan.name", "name", AsIs),
    Fill("plan.labels", "status lastRun", Labels(&["last_status", "last_run"])),
];

const CONSOLE_FILLS: &[Fill] = &[
    Fill("repository.id", "id", Key),
    Fill("repository.name", "name", AsIs),
    Fill("repository.capacity", "capacity capacityUnits", By(|given| with_unit(given, 0))),
    Fill("repository.free", "freeSpace freeSpaceUnits", By(|given| with_unit(given, 0))),
    Fill("repository.used", "capacity capacityUnits freeSpace freeSpaceUnits", By(used_with_unit)),
    Fill("repository.labels", "serverName companyName healthState", Labels(&["server", "company", "health"])),
];

/// The bytes of a member, where there are any: without a limit there is 0 or less.
fn bytes(given: &Given<'_>, at: usize) -> Option<i64> {
    match given.cell(at).size(1) {
        Raw::Int(bytes) if bytes > 0 => Some(bytes),
        _ => None,
    }
}

fn capacity<'g>(given: &Given<'g>) -> Read<'g> {
    bytes(given, 0).map_or(NOTHING, |bytes| Read::Raw(Raw::Int(bytes)))
}

fn used<'g>(given: &Given<'g>) -> Read<'g> {
    match (bytes(given, 0), given.cell(1).size(1)) {
        (Some(capacity), Raw::Int(free)) if free <= capacity => Read::Raw(Raw::Int(capacity - free)),
        (Some(_), Raw::Int(_)) => Read::Raw(Raw::Unknown("more is free than there is")),
        _ => NOTHING,
    }
}

fn immutability<'g>(given: &Given<'g>) -> Read<'g> {
    match given.cell(0).truth() {
        Some(true) => Read::Raw(Raw::Unknown("immutable, the mode is not said")),
        Some(false) => word("none"),
        None => Read::Raw(given.cell(0).raw()),
    }
}

fn sample<'g>(given: &Given<'g>) -> Read<'g> {
    let id = given.text(0).map(str::to_owned).or_else(|| given.cell(0).int().map(|id| id.to_string()));
    match (id, given.context.collected_at, bytes(given, 1)) {
        (Some(id), Some(Instant(at)), Some(_)) => Read::Text(given.key(&format!("{id}/{at}"))),
        _ => Read::NoRow,
    }
}

fn forecast<'g>(given: &Given<'g>) -> Read<'g> {
    let ahead = given.cell(0).int().filter(|days| *days >= 0).and_then(|days| days.checked_mul(DAY));
    let at = given.context.collected_at.zip(ahead).and_then(|(Instant(now), ahead)| now.checked_add(ahead));
    at.map_or(NOTHING, |at| Read::Raw(Raw::Time(Instant(at))))
}

/// The power of 1,000 or 1,024 that a unit is.
fn power(unit: Option<&str>) -> Option<u32> {
    let place = ["B", "KB", "MB", "GB", "TB", "PB"].iter().position(|name| Some(*name) == unit)?;
    u32::try_from(place).ok()
}

/// A number and its unit.
fn with_unit<'g>(given: &Given<'g>, at: usize) -> Read<'g> {
    Read::Raw(match (power(given.text(at + 1)), given.cell(at).number()) {
        (Some(power), Some(number)) if number > 0.0 => given.cell(at).size_either(power),
        (None, Some(_)) => Raw::Unknown("a number in an unknown unit"),
        _ => Raw::Absent,
    })
}

/// What is not free, where both numbers are of one unit.
fn used_with_unit<'g>(given: &Given<'g>) -> Read<'g> {
    let (unit, other) = (given.text(1), given.text(3));
    let (Some(power), Some(capacity), Some(free)) = (power(unit), given.cell(0).number(), given.cell(2).number())
    else {
        return NOTHING;
    };
    if unit != other || capacity <= 0.0 || free < 0.0 || free > capacity {
        return Read::Raw(Raw::Unknown("capacity and free space that do not go together"));
    }
    let bytes = |base: i64| super::time::whole((capacity - free) * base.pow(power) as f64);
    match (bytes(1000), bytes(1024)) {
        (Some(low), Some(high)) => Read::Raw(Raw::Between(low, high)),
        _ => Read::Raw(Raw::Unknown("a size out of range")),
    }
}
