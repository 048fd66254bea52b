//! `az backup recoverypoint list`: each is a recovery point of one item.
//!
//! A point that was deleted softly, or that no tier holds as valid, is not there to be restored.

use super::super::mapping::{Fill, Given, How::*, Mapping, NOTHING, Read, word};
use super::{segment, vault, vault_of};
use crate::facts::rows::Raw;

pub(super) static POINTS: Mapping = Mapping { tool: "azure", fills: FILLS, total: "", next: "nextLink" };

const FILLS: &[Fill] = &[
    Fill("recovery_point.id", "id name", By(key)),
    Fill("recovery_point.system", "id", By(system)),
    Fill("recovery_point.repository", "id", By(vault)),
    Fill("recovery_point.created", "properties.recoveryPointTime properties.recoveryPointTimeInUtc", Time),
    Fill(
        "recovery_point.method",
        "properties.type",
        Word(&[
            ("Full", "full"),
            ("CopyOnlyFull", "full"),
            ("Differential", "differential"),
            ("Incremental", "incremental"),
            ("Log", "log"),
            ("SnapshotFull", "snapshot"),
            ("SnapshotCopyOnlyFull", "snapshot"),
        ]),
    ),
    Fill(
        "recovery_point.state",
        "properties.recoveryPointProperties.isSoftDeleted properties.recoveryPointTierDetails.status",
        By(state),
    ),
    Fill("recovery_point.expires", "properties.recoveryPointProperties.expiryTime", Time),
    Fill(
        "recovery_point.labels",
        "properties.recoveryPointType properties.recoveryPointTierDetails.type properties.recoveryPointProperties.ruleName",
        Labels(&["consistency", "tier", "rule_name"]),
    ),
];

/// The item that an id names, without its type: `db1` of `VM;iaasvmcontainerv2;group;db1`. That of a file share is a hash.
fn item(id: &str) -> Option<&str> {
    let item = segment(id, "protectedItems")?;
    let hashed = item.get(..15).is_some_and(|start| start.eq_ignore_ascii_case("azurefileshare;"));
    if hashed { None } else { item.rsplit(';').next().filter(|name| !name.is_empty()) }
}

fn key<'g>(given: &Given<'g>) -> Read<'g> {
    let Some((id, name)) = given.text(0).zip(given.text(1)) else { return NOTHING };
    match vault_of(id).zip(segment(id, "protectedItems")) {
        Some((vault, item)) => {
            Read::Text(format!("{vault}/{}/{}", item.to_ascii_lowercase(), name.to_ascii_lowercase()))
        }
        None => NOTHING,
    }
}

/// The statement's system first: ids may have lost the case of a name.
fn system<'g>(given: &Given<'g>) -> Read<'g> {
    let named = given.context.system.or(given.text(0).and_then(item));
    Read::Raw(named.map_or(Raw::Unknown("an item whose name is a hash"), Raw::Text))
}

fn state<'g>(given: &Given<'g>) -> Read<'g> {
    if given.cell(0).flag() == Raw::Bool(true) {
        return word("deleting");
    }
    let tiers: Vec<&str> = given.all(1).filter_map(|status| status.text()).collect();
    if tiers.is_empty() || tiers.iter().any(|tier| matches!(*tier, "Valid" | "Rehydrated")) {
        return word("available");
    }
    if tiers.iter().all(|tier| *tier == "Deleted") {
        return word("deleted");
    }
    let odd = tiers.into_iter().find(|tier| *tier != "Deleted");
    Read::Raw(odd.map_or(Raw::Absent, Raw::Unknown))
}
