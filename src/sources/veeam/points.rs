//! Restore points and the objects that they are of. What is listed is there; when it goes is not said.

use super::super::mapping::{Fill, Given, How::*, Mapping, Read};
use super::rest;
use crate::facts::rows::Raw;

pub(super) static POINTS: Mapping = rest(POINT);
pub(super) static OBJECTS: Mapping = rest(OBJECT);

const POINT: &[Fill] = &[
    Fill("recovery_point.id", "id", Key),
    Fill("recovery_point.system", "name", System),
    Fill("recovery_point.repository", "repositoryId backupId", By(repository)),
    Fill("recovery_point.run", "sessionId", Key),
    Fill("recovery_point.created", "creationTime", Time),
    Fill(
        "recovery_point.method",
        "type",
        Word(&[
            ("Full", "full"),
            ("Increment", "incremental"),
            ("Rollback", "incremental"),
            ("Different", "differential"),
            ("Snapshot", "snapshot"),
            ("Cdp", "continuous"),
        ]),
    ),
    Fill("recovery_point.logical_size", "originalSize", Size(1)),
    Fill("recovery_point.state", "", Always("available")),
    Fill(
        "recovery_point.malware",
        "malwareStatus",
        Word(&[("Clean", "clean"), ("Suspicious", "suspicious"), ("Infected", "infected")]),
    ),
    Fill("recovery_point.labels", "backupId platformName", Labels(&["backup", "platform"])),
];

const OBJECT: &[Fill] = &[
    Fill("system.id", "name", System),
    Fill("system.name", "name", AsIs),
    Fill(
        "system.type",
        "type",
        Word(&[
            ("VM", "vm"),
            ("VirtualMachine", "vm"),
            ("Computer", "host"),
            ("Host", "host"),
            ("Agent", "host"),
            ("Database", "database"),
            ("FileShare", "file_share"),
        ]),
    ),
    Fill("system.platform", "platformName", AsIs),
];

/// Newer versions name it; before, only the backup is known, whose repository another call says.
fn repository<'g>(given: &Given<'g>) -> Read<'g> {
    match (given.text(0), given.text(1)) {
        (Some(id), _) => Read::Text(given.key(id)),
        (None, Some(_)) => Read::Raw(Raw::Unknown("that of its backup, which is not said here")),
        (None, None) => Read::Raw(Raw::Absent),
    }
}
