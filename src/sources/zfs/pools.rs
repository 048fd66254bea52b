//! Pools, how full they are, and their last scrub.

use super::super::mapping::{Fill, Given, How::*, Mapping, NOTHING, Read, word};
use super::super::message::parse;
use super::super::parts::Parts;
use super::super::{Record, Refusal, time};
use super::{amount, is_number, listing, seconds};
use crate::facts::rows::Raw;
use serde::Deserialize;
use serde_json::value::RawValue;
use std::collections::BTreeMap;

pub(super) static POOLS: Mapping = listing(POOL);
pub(super) static SAMPLES: Mapping = listing(SAMPLE);
pub(super) static CHECKS: Mapping = listing(CHECK.split_at(CHECK.len() - 1).0);
/// The text says it in words as well.
pub(super) static TEXTS: Mapping = listing(CHECK);

const POOL: &[Fill] = &[
    Fill("repository.id", "pool.name name", Key),
    Fill("repository.name", "pool.name name", AsIs),
    Fill("repository.type", "", Always("zfs")),
    Fill("repository.capacity", "pool.properties.size.value size", By(amount)),
    Fill("repository.used", "pool.properties.allocated.value allocated", By(amount)),
    Fill("repository.free", "pool.properties.free.value free", By(amount)),
    Fill(
        "repository.online",
        "pool.state pool.properties.health.value health",
        Says(&[
            ("ONLINE", true),
            ("DEGRADED", true),
            ("FAULTED", false),
            ("OFFLINE", false),
            ("UNAVAIL", false),
            ("REMOVED", false),
            ("SUSPENDED", false),
        ]),
    ),
];

/// Only where it is known when it was taken.
const SAMPLE: &[Fill] = &[
    Fill("capacity_sample.id", "pool.name name", By(sample)),
    Fill("capacity_sample.repository", "pool.name name", Key),
    Fill("capacity_sample.taken", "", By(collected)),
    Fill("capacity_sample.used", "pool.properties.allocated.value allocated", By(amount)),
    Fill("capacity_sample.capacity", "pool.properties.size.value size", By(amount)),
];

const CHECK: &[Fill] = &[
    Fill("integrity_check.id", "pool scan.start_time began ended", By(check)),
    Fill("integrity_check.repository", "pool", Key),
    Fill("integrity_check.type", "", Always("checksum")),
    Fill("integrity_check.started", "scan.start_time began", By(started)),
    Fill("integrity_check.ended", "scan.end_time ended scan.state", By(ended)),
    Fill("integrity_check.status", "scan.state state errors repaired", By(status)),
    Fill("integrity_check.errors", "errors", Size(1)),
    Fill("integrity_check.message", "said", AsIs),
];

#[derive(Deserialize)]
struct Listing<'a> {
    #[serde(borrow)]
    pools: BTreeMap<&'a str, &'a RawValue>,
}

pub(super) fn split_pools(record: &Record<'_>) -> Result<Parts, Refusal> {
    let listing: Listing<'_> = parse(record.text)?;
    let mut parts = Parts::default();
    for pool in listing.pools.values() {
        parts.put(0, record, &[("pool", pool.get())]);
        parts.put(1, record, &[("pool", pool.get())]);
    }
    Ok(parts)
}

pub(super) fn is_pool(line: &str) -> bool {
    let columns: Vec<&str> = line.split('\t').collect();
    is_row(&columns) && columns[1..4].iter().all(|column| is_number(column))
}

/// Of a pool that is not there the sizes are missing.
fn is_row(columns: &[&str]) -> bool {
    let sizes = columns.get(1..4).unwrap_or_default();
    let named = columns.first().is_some_and(|name| !name.is_empty() && !name.contains(['@', '/']));
    named && columns.len() >= 5 && sizes.iter().all(|column| is_number(column) || *column == "-")
}

/// `zpool list -Hp` has its health in the tenth column, with the columns that are asked for in the fifth.
pub(super) fn split_lines(record: &Record<'_>) -> Result<Parts, Refusal> {
    let columns: Vec<&str> = record.text.trim_end().split('\t').collect();
    if !is_row(&columns) {
        return Err(Refusal { reason: "no line of name, size, allocated and free".to_owned() });
    }
    let health = columns.get(if columns.len() >= 10 { 9 } else { 4 }).copied().unwrap_or_default();
    let names = ["name", "size", "allocated", "free"];
    let mut members: Vec<(&str, &str)> = names.into_iter().zip(columns).collect();
    members.push(("health", health));
    let mut parts = Parts::default();
    parts.texts(0, record, record.text, &members);
    parts.texts(1, record, record.text, &members);
    Ok(parts)
}

pub(super) fn split_status(record: &Record<'_>) -> Result<Parts, Refusal> {
    #[derive(Deserialize)]
    struct Pool<'a> {
        #[serde(borrow, default)]
        scan_stats: Option<&'a RawValue>,
        #[serde(borrow, default)]
        error_count: Option<&'a RawValue>,
    }
    #[derive(Deserialize)]
    struct Scan<'a> {
        #[serde(borrow)]
        function: &'a str,
        #[serde(borrow, default)]
        errors: Option<&'a RawValue>,
        /// What `repaired` says to people.
        #[serde(borrow, default)]
        processed: Option<&'a RawValue>,
    }
    let listing: Listing<'_> = parse(record.text)?;
    let mut parts = Parts::default();
    for (name, pool) in &listing.pools {
        let pool: Pool<'_> = parse(pool.get())?;
        let Some(scan) = pool.scan_stats else { continue };
        let own: Scan<'_> = parse(scan.get())?;
        // What a resilver leaves stands where the last scrub stood.
        if own.function != "SCRUB" {
            continue;
        }
        let number = |of: Option<&RawValue>| of.and_then(|raw| raw.get().trim_matches('"').parse::<u64>().ok());
        let errors = match (number(own.errors), number(pool.error_count)) {
            (Some(a), Some(b)) => a.max(b).to_string(),
            _ => "null".to_owned(),
        };
        let repaired = own.processed.map_or("null", |raw| repairs(raw.get().trim_matches('"')));
        let name = serde_json::Value::from(*name).to_string();
        let members = [("pool", &*name), ("errors", &*errors), ("repaired", repaired), ("scan", scan.get())];
        parts.put(0, record, &members);
    }
    Ok(parts)
}

/// What people are shown: `scan: scrub repaired 0B in 00:12:34 with 0 errors on Sun Nov 15 00:36:35 2026`.
pub(super) fn split_text(record: &Record<'_>) -> Result<Parts, Refusal> {
    let mut parts = Parts::default();
    let mut pool = None;
    for line in record.text.lines() {
        let Some((label, said)) = line.trim().split_once(':') else { continue };
        let said = said.trim();
        match label {
            "pool" => pool = Some(said),
            "scan" | "scrub" => {
                let Some(pool) = pool else { continue };
                let (errors, ended) = match said.split_once(" with ") {
                    Some((_, rest)) => (rest.split(' ').next(), rest.split_once(" on ").map(|(_, at)| at)),
                    None => (None, said.split_once("canceled on ").map(|(_, at)| at)),
                };
                let began = said.split_once(" since ").map(|(_, at)| at);
                let state = match said {
                    _ if said.starts_with("scrub repaired ") => match is_damaged(record, line) {
                        Some(true) => "DAMAGED",
                        Some(false) => "FINISHED",
                        None => {
                            parts.incomplete = Some("it ends before it says what errors there are".to_owned());
                            "repaired, errors not said"
                        }
                    },
                    _ if said.starts_with("scrub canceled ") => "CANCELED",
                    _ if said.starts_with("scrub in progress ") => "SCANNING",
                    _ if said.starts_with("scrub paused ") => "PAUSED",
                    _ if said.starts_with("none requested") || said.starts_with("resilver") => continue,
                    _ => said,
                };
                let repaired = said.strip_prefix("scrub repaired ").and_then(|rest| rest.split(' ').next());
                let members = [
                    ("pool", Some(pool)),
                    ("state", Some(state)),
                    ("errors", errors),
                    ("repaired", repaired.map(repairs)),
                    ("began", began),
                    ("ended", ended),
                    ("said", Some(said)),
                ];
                let members: Vec<(&str, &str)> = members.into_iter().filter_map(|(n, v)| Some((n, v?))).collect();
                parts.texts(0, record, line, &members);
            }
            _ => {}
        }
    }
    Ok(parts)
}

/// Whether a scrub has repaired anything, as a number: how much is rounded for people. `null` is not said.
fn repairs(said: &str) -> &'static str {
    match said {
        "null" | "" => "null",
        "0" | "0B" => "0",
        _ => "1",
    }
}

/// Whether the pool whose scan stands in this line knows of damaged data, found then or later; `None` where it does not say.
fn is_damaged(record: &Record<'_>, scan: &str) -> Option<bool> {
    let at = usize::try_from(record.offset_of(scan).saturating_sub(record.offset)).unwrap_or(usize::MAX);
    let own =
        record.text.get(at..).unwrap_or_default().lines().take_while(|line| !line.trim_start().starts_with("pool:"));
    let errors = own.filter_map(|line| line.trim_start().strip_prefix("errors:"));
    errors.map(|said| said.trim() != "No known data errors").reduce(|one, other| one || other)
}

fn sample<'g>(given: &Given<'g>) -> Read<'g> {
    match (given.text(0).or(given.text(1)), given.context.collected_at) {
        (Some(name), Some(at)) => Read::Text(given.key(&format!("{name}/{}", at.0))),
        _ => Read::NoRow,
    }
}

fn collected<'g>(given: &Given<'g>) -> Read<'g> {
    Read::Raw(given.context.collected_at.map_or(Raw::Absent, Raw::Time))
}

fn check<'g>(given: &Given<'g>) -> Read<'g> {
    let Some(pool) = given.text(0) else { return NOTHING };
    let began = given.cell(1);
    let said = began.text().or(given.text(2)).or(given.text(3));
    let at = began.int().map(|at| at.to_string()).or(said.map(str::to_owned));
    Read::Text(given.key(&format!("{pool}/scrub/{}", at.unwrap_or_default())))
}

fn started<'g>(given: &Given<'g>) -> Read<'g> {
    given.text(1).map_or_else(|| seconds(given), |said| Read::Raw(local(said)))
}

/// As `zpool status` prints a time for people.
fn local(said: &str) -> Raw<'_> {
    time::ctime(said).map_or(Raw::Unknown(said), Raw::LocalTime)
}

/// Where it still runs, the end is that of an earlier one.
fn ended<'g>(given: &Given<'g>) -> Read<'g> {
    if matches!(given.text(2), Some("SCANNING")) {
        return NOTHING;
    }
    match given.text(1) {
        Some(said) => Read::Raw(local(said)),
        None => seconds(given),
    }
}

/// A scrub that found errors has not found all well, whether it could repair them or not.
fn status<'g>(given: &Given<'g>) -> Read<'g> {
    match (given.text(0).or(given.text(1)), given.cell(2).size(1)) {
        (Some("FINISHED"), Raw::Int(0)) => match given.cell(3).size(1) {
            Raw::Int(0) => word("success"),
            Raw::Int(_) => word("warning"),
            _ => Read::Raw(Raw::Unknown("whether it repaired anything is not said")),
        },
        (Some("FINISHED"), Raw::Int(_)) => word("failed"),
        (Some("FINISHED"), _) => Read::Raw(Raw::Unknown("how many errors it found is not said")),
        (Some("DAMAGED"), _) => word("failed"),
        (Some("CANCELED"), _) => word("cancelled"),
        (Some("SCANNING" | "PAUSED"), _) => word("running"),
        (Some(other), _) => Read::Raw(Raw::Unknown(other)),
        (None, _) => NOTHING,
    }
}
