//! Repositories, and how full they are.
//!
//! What is used is what is not free: other files on the disk fill it as well. Immutability of a hardened repository can be
//! taken back by the administrator of its host, so it is governance.

use super::super::mapping::{Fill, Given, How, How::*, Mapping, NOTHING, Read, Words, word, word_of};
use super::rest;
use crate::facts::rows::Raw;
use crate::value::Instant;

pub(super) static REPOSITORIES: Mapping = rest(REPOSITORY);
pub(super) static STATES: Mapping = rest(STATE);

const DAY: i64 = 86_400_000_000_000;
/// Bytes of what Veeam and PowerShell call a GB.
pub(super) const GB: i64 = 1 << 30;

/// What it is kept on.
pub(super) const MEDIA: Words = &[
    ("WinLocal", "disk"),
    ("LinuxLocal", "disk"),
    ("LinuxHardened", "disk"),
    ("Nfs", "disk"),
    ("Smb", "disk"),
    ("CifsShare", "disk"),
    ("DDBoost", "appliance"),
    ("HPStoreOnceIntegration", "appliance"),
    ("ExaGrid", "appliance"),
    ("Quantum", "appliance"),
    ("Infinidat", "appliance"),
    ("AmazonS3", "object"),
    ("AmazonS3Glacier", "object"),
    ("AzureBlob", "object"),
    ("AzureArchive", "object"),
    ("GoogleCloud", "object"),
    ("IBMCloud", "object"),
    ("S3Compatible", "object"),
    ("WasabiCloud", "object"),
];

/// Stores of which a provider sells as much as is used.
pub(super) const ELASTIC: How = By(|given| match given.text(0) {
    Some(
        "AmazonS3" | "AmazonS3Glacier" | "AzureBlob" | "AzureArchive" | "GoogleCloud" | "IBMCloud" | "WasabiCloud",
    ) => Read::Raw(Raw::Bool(true)),
    _ => NOTHING,
});

const REPOSITORY: &[Fill] = &[
    Fill("repository.id", "id", Key),
    Fill("repository.name", "name", AsIs),
    Fill("repository.type", "type", AsIs),
    Fill("repository.media", "type", Word(MEDIA)),
    Fill("repository.elastic", "type", ELASTIC),
    Fill(
        "repository.immutability",
        "bucket.immutability.isEnabled bucket.immutability.immutabilityMode container.immutability.isEnabled repository.makeRecentBackupsImmutableDays",
        By(immutability),
    ),
    Fill(
        "repository.immutability_period",
        "bucket.immutability.daysCount container.immutability.daysCount repository.makeRecentBackupsImmutableDays",
        Length(DAY),
    ),
];

const STATE: &[Fill] = &[
    Fill("repository.id", "id", Key),
    Fill("repository.name", "name", AsIs),
    Fill("repository.type", "type", AsIs),
    Fill("repository.media", "type", Word(MEDIA)),
    Fill("repository.elastic", "type", ELASTIC),
    Fill("repository.capacity", "capacityGB", By(capacity)),
    Fill("repository.used", "capacityGB freeGB", By(used)),
    Fill("repository.free", "capacityGB freeGB", By(free)),
    Fill("repository.online", "isOnline", Flag),
    Fill("capacity_sample.id", "id capacityGB", By(sample)),
    Fill("capacity_sample.repository", "id", Key),
    Fill("capacity_sample.taken", "", By(taken)),
    Fill("capacity_sample.used", "capacityGB freeGB", By(used)),
    Fill("capacity_sample.capacity", "capacityGB", By(capacity)),
];

fn immutability<'g>(given: &Given<'g>) -> Read<'g> {
    match (given.cell(0).truth(), given.cell(2).truth(), given.cell(3).int()) {
        (Some(true), _, _) => {
            match word_of(given.cell(1), &[("Governance", "governance"), ("Compliance", "compliance")]) {
                Raw::Absent => Read::Raw(Raw::Unknown("immutable, the mode is not said")),
                said => Read::Raw(said),
            }
        }
        (_, Some(true), _) => Read::Raw(Raw::Unknown("immutable, the mode is not said")),
        (_, _, Some(days)) if days > 0 => word("governance"),
        (Some(false), _, _) | (_, Some(false), _) | (_, _, Some(0)) => word("none"),
        _ => NOTHING,
    }
}

/// Where there is no room to count, a store of objects mostly, there is zero or less.
fn counted<'g>(given: &Given<'g>) -> bool {
    matches!(given.cell(0).size(GB), Raw::Int(bytes) if bytes > 0)
}

pub(super) fn capacity<'g>(given: &Given<'g>) -> Read<'g> {
    if counted(given) { Read::Raw(given.cell(0).size(GB)) } else { NOTHING }
}

pub(super) fn free<'g>(given: &Given<'g>) -> Read<'g> {
    if counted(given) { Read::Raw(given.cell(1).size(GB)) } else { NOTHING }
}

pub(super) fn used<'g>(given: &Given<'g>) -> Read<'g> {
    match (given.cell(0).size(GB), given.cell(1).size(GB)) {
        (Raw::Int(capacity), Raw::Int(free)) if capacity > 0 && free <= capacity => {
            Read::Raw(Raw::Int(capacity - free))
        }
        (Raw::Int(capacity), Raw::Int(_)) if capacity > 0 => Read::Raw(Raw::Unknown("more is free than there is")),
        _ => NOTHING,
    }
}

/// A sample of a repository whose room is counted, if it is known when that was.
pub(super) fn sample<'g>(given: &Given<'g>) -> Read<'g> {
    let room = matches!(given.cell(1).size(GB), Raw::Int(bytes) if bytes > 0);
    match (given.text(0), given.context.collected_at) {
        (Some(id), Some(Instant(at))) if room => Read::Text(given.key(&format!("{id}/{at}"))),
        _ => Read::NoRow,
    }
}

pub(super) fn taken<'g>(given: &Given<'g>) -> Read<'g> {
    given.context.collected_at.map_or(NOTHING, |at| Read::Raw(Raw::Time(at)))
}
