//! Snapshots and datasets.

use super::super::mapping::{Fill, Given, How::*, Mapping, NOTHING, Read, word_of};
use super::super::message::parse;
use super::super::parts::Parts;
use super::super::{Record, Refusal};
use super::{amount, is_number, listing, pool, seconds};
use crate::facts::rows::Raw;
use serde::Deserialize;
use serde_json::value::RawValue;
use std::collections::BTreeMap;

pub(super) static SNAPSHOTS: Mapping = listing(SNAPSHOT);
/// What the columns of a line say.
pub(super) static LINES: Mapping = listing(SNAPSHOT.split_at(COLUMNS).0);
pub(super) static DATASETS: Mapping = listing(DATASET);

/// Cells of a snapshot that its line fills; the others need the names of the properties.
const COLUMNS: usize = 9;

const SNAPSHOT: &[Fill] = &[
    Fill("recovery_point.id", "entry.name name", Key),
    Fill("recovery_point.system", "entry.name name", By(dataset)),
    Fill("recovery_point.repository", "entry.name name", By(repository)),
    Fill("recovery_point.created", "entry.properties.creation.value creation", By(seconds)),
    Fill("recovery_point.completed", "entry.properties.creation.value creation", By(seconds)),
    Fill("recovery_point.method", "", Always("snapshot")),
    Fill("recovery_point.logical_size", "entry.properties.referenced.value referenced", By(amount)),
    Fill("recovery_point.stored_size", "entry.properties.used.value used", By(amount)),
    Fill("recovery_point.state", "", Always("available")),
    Fill("recovery_point.protected", "entry.properties.userrefs.value", By(held)),
    Fill("recovery_point.encryption", "entry.properties.encryption.value", By(encryption)),
    Fill("recovery_point.algorithm", "entry.properties.encryption.value", By(algorithm)),
];

const DATASET: &[Fill] = &[
    Fill("system.id", "entry.name", System),
    Fill("system.name", "entry.name", AsIs),
    Fill("system.type", "entry.type", Word(&[("FILESYSTEM", "file_share"), ("VOLUME", "volume")])),
    Fill("system.size", "entry.properties.referenced.value", By(amount)),
    Fill("system.storage", "entry.name", By(repository)),
];

#[derive(Deserialize)]
struct Listing<'a> {
    #[serde(borrow)]
    datasets: BTreeMap<&'a str, &'a RawValue>,
}

#[derive(Deserialize)]
struct Entry<'a> {
    #[serde(borrow)]
    r#type: &'a str,
}

pub(super) fn split_datasets(record: &Record<'_>) -> Result<Parts, Refusal> {
    let listing: Listing<'_> = parse(record.text)?;
    let mut parts = Parts::default();
    // Unless they are asked for snapshots are left out, and the listing does not tell whether they were.
    let mut incomplete = Some("no snapshot is in it, and whether any was asked for (`-t all`) is not said".to_owned());
    for (name, entry) in listing.datasets {
        match parse::<Entry<'_>>(entry.get()).map(|entry| entry.r#type) {
            Ok("SNAPSHOT") => {
                incomplete = None;
                parts.put(0, record, &[("entry", entry.get())]);
            }
            Ok("FILESYSTEM" | "VOLUME") => parts.put(1, record, &[("entry", entry.get())]),
            // A bookmark holds no data.
            Ok("BOOKMARK") => {}
            _ => parts.incomplete = Some(format!("what `{name}` is cannot be read")),
        }
    }
    parts.incomplete = parts.incomplete.or(incomplete);
    Ok(parts)
}

pub(super) fn is_snapshot(line: &str) -> bool {
    let columns: Vec<&str> = line.split('\t').collect();
    columns.len() >= 4 && columns[0].contains('@') && columns[1..4].iter().all(|column| is_number(column))
}

pub(super) fn split_lines(record: &Record<'_>) -> Result<Parts, Refusal> {
    if !is_snapshot(record.text) {
        return Err(Refusal { reason: "no line of name, creation, used and referenced".to_owned() });
    }
    let columns = record.text.trim_end().split('\t');
    let members: Vec<(&str, &str)> = ["name", "creation", "used", "referenced"].into_iter().zip(columns).collect();
    let mut parts = Parts::default();
    parts.texts(0, record, record.text, &members);
    Ok(parts)
}

fn name<'g>(given: &Given<'g>) -> Option<&'g str> {
    given.text(0).or(given.text(1))
}

/// The one system that the statement names, else what stands before the `@`.
fn dataset<'g>(given: &Given<'g>) -> Read<'g> {
    let own = name(given).and_then(|name| name.split('@').next());
    given.context.system.or(own).map_or(NOTHING, |name| Read::Raw(Raw::Text(name)))
}

fn repository<'g>(given: &Given<'g>) -> Read<'g> {
    name(given).map_or(NOTHING, |name| Read::Text(given.key(pool(name))))
}

/// Whether a hold keeps it from being destroyed.
fn held<'g>(given: &Given<'g>) -> Read<'g> {
    match amount(given) {
        Read::Raw(Raw::Int(holds)) => Read::Raw(Raw::Bool(holds > 0)),
        other => other,
    }
}

/// With ZFS's own encryption the key is whose the dataset is.
fn encryption<'g>(given: &Given<'g>) -> Read<'g> {
    Read::Raw(match word_of(given.cell(0), CIPHERS) {
        Raw::Text("none") => Raw::Text("none"),
        Raw::Text(_) => Raw::Text("customer_key"),
        other => other,
    })
}

fn algorithm<'g>(given: &Given<'g>) -> Read<'g> {
    Read::Raw(match word_of(given.cell(0), CIPHERS) {
        Raw::Text("none") => Raw::Absent,
        other => other,
    })
}

const CIPHERS: &[(&str, &str)] = &[
    ("off", "none"),
    ("-", ""),
    ("aes-128-ccm", "aes_128"),
    ("aes-128-gcm", "aes_128"),
    ("aes-192-ccm", "other"),
    ("aes-192-gcm", "other"),
    ("aes-256-ccm", "aes_256"),
    ("aes-256-gcm", "aes_256"),
];
