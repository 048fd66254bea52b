//! What AWS keeps outside AWS Backup: snapshots of EC2 and RDS, how RDS backs up by itself, and keys of KMS.
//!
//! A snapshot of RDS that AWS Backup made has the key that AWS Backup gives its point, and leaves the vault to it. Sizes in
//! GiB.

use super::super::mapping::{Fill, Given, How::*, Mapping, NOTHING, Read, word, word_of};
use super::{Arn, Home};
use crate::facts::rows::Raw;

pub(super) static SNAPSHOTS: Mapping = listing(SNAPSHOT);
pub(super) static DATABASE_SNAPSHOTS: Mapping = listing(DATABASE_SNAPSHOT);
pub(super) static DATABASES: Mapping = listing(DATABASE);
pub(super) static ROTATION: Mapping = listing(ROTATED);
pub(super) static KEY: Mapping = listing(DESCRIBED);

const fn listing(fills: &'static [Fill]) -> Mapping {
    Mapping { tool: "aws", fills, total: "", next: "NextToken" }
}

const GIB: i64 = 1 << 30;
const DAY: i64 = 86_400_000_000_000;

const SNAPSHOT: &[Fill] = &[
    Fill("recovery_point.id", "SnapshotId", Key),
    Fill("recovery_point.system", "VolumeId", System),
    Fill(
        "recovery_point.repository",
        "OwnerId",
        By(|given| Read::Text(own(&["ec2 snapshots", given.text(0).unwrap_or("")]))),
    ),
    Fill("recovery_point.created", "StartTime", Time),
    Fill("recovery_point.completed", "CompletionTime", Time),
    Fill("recovery_point.method", "", Always("snapshot")),
    Fill("recovery_point.logical_size", "VolumeSize", Size(GIB)),
    Fill(
        "recovery_point.state",
        "State",
        Word(&[
            ("completed", "available"),
            ("pending", "creating"),
            ("error", "corrupt"),
            ("recoverable", "deleted"),
            ("recovering", "creating"),
        ]),
    ),
    Fill("recovery_point.encryption", "Encrypted", By(encryption)),
    Fill("recovery_point.algorithm", "Encrypted", By(algorithm)),
    Fill("recovery_point.key", "KmsKeyId", AsIs),
    Fill("recovery_point.labels", "StorageTier Description", Labels(&["storage_tier", "description"])),
];

const DATABASE_SNAPSHOT: &[Fill] = &[
    Fill("recovery_point.id", "DBSnapshotArn DBSnapshotIdentifier", AsIs),
    Fill("recovery_point.system", "DBInstanceIdentifier", System),
    Fill("recovery_point.repository", "DBSnapshotArn SnapshotType", By(database_repository)),
    Fill("recovery_point.created", "OriginalSnapshotCreateTime SnapshotCreateTime", Time),
    Fill("recovery_point.method", "", Always("snapshot")),
    Fill("recovery_point.logical_size", "AllocatedStorage", Size(GIB)),
    Fill(
        "recovery_point.state",
        "Status",
        Word(&[
            ("available", "available"),
            ("creating", "creating"),
            ("copying", "creating"),
            ("deleting", "deleting"),
            ("deleted", "deleted"),
            ("failed", "corrupt"),
        ]),
    ),
    Fill("recovery_point.encryption", "Encrypted", By(encryption)),
    Fill("recovery_point.algorithm", "Encrypted", By(algorithm)),
    Fill("recovery_point.key", "KmsKeyId", AsIs),
    Fill("recovery_point.labels", "SnapshotType Engine", Labels(&["snapshot_type", "engine"])),
];

const DATABASE: &[Fill] = &[
    Fill("plan.id", "DBInstanceArn", By(automated)),
    Fill(
        "plan.name",
        "DBInstanceIdentifier",
        By(|given| given.text(0).map_or(NOTHING, |name| Read::Text(format!("automated backups of {name}")))),
    ),
    Fill("plan.systems", "DBInstanceIdentifier", Set),
    Fill("plan.enabled", "BackupRetentionPeriod", By(backed_up)),
    Fill("plan.window", "PreferredBackupWindow", By(window)),
    Fill("plan.timezone", "", Always("UTC")),
    Fill("plan.retain_for", "BackupRetentionPeriod", Length(DAY)),
    Fill("system.id", "DBInstanceIdentifier", System),
    Fill("system.type", "", Always("database")),
    Fill("system.environment", "", Always("aws")),
    Fill("system.platform", "Engine", AsIs),
    Fill("system.region", "DBInstanceArn", By(|given| part(given, |arn| arn.region))),
    Fill("system.account", "DBInstanceArn", By(|given| part(given, |arn| arn.account))),
    Fill("system.size", "AllocatedStorage", Size(GIB)),
    Fill("system.protected", "BackupRetentionPeriod", By(backed_up)),
    Fill("recovery_point.id", "DBInstanceArn LatestRestorableTime", By(latest)),
    Fill("recovery_point.system", "DBInstanceIdentifier", System),
    Fill("recovery_point.repository", "DBInstanceArn SnapshotType", By(database_repository)),
    Fill("recovery_point.plan", "DBInstanceArn", By(automated)),
    Fill("recovery_point.created", "LatestRestorableTime", Time),
    Fill("recovery_point.method", "", Always("continuous")),
    Fill("recovery_point.state", "", Always("available")),
    Fill("recovery_point.encryption", "StorageEncrypted", By(encryption)),
    Fill("recovery_point.algorithm", "StorageEncrypted", By(algorithm)),
    Fill("recovery_point.key", "KmsKeyId", AsIs),
];

const ROTATED: &[Fill] = &[
    Fill("key.id", "KeyId", AsIs),
    Fill("key.type", "", Always("kms")),
    Fill("key.rotation_enabled", "KeyRotationEnabled", Flag),
    Fill("key.rotation_period", "RotationPeriodInDays", Length(DAY)),
    Fill("key.next_rotation", "NextRotationDate", Time),
];

const DESCRIBED: &[Fill] = &[
    Fill("key.id", "KeyMetadata.Arn KeyMetadata.KeyId", AsIs),
    Fill("key.name", "KeyMetadata.Description", AsIs),
    Fill(
        "key.type",
        "KeyMetadata.Origin",
        Word(&[("AWS_KMS", "kms"), ("EXTERNAL", "kms"), ("AWS_CLOUDHSM", "hsm"), ("EXTERNAL_KEY_STORE", "hsm")]),
    ),
    Fill("key.algorithm", "KeyMetadata.KeySpec KeyMetadata.CustomerMasterKeySpec", AsIs),
    Fill("key.created", "KeyMetadata.CreationDate", Time),
    Fill("key.expires", "KeyMetadata.DeletionDate KeyMetadata.ValidTo", Time),
    Fill(
        "key.state",
        "KeyMetadata.KeyState",
        Word(&[("Enabled", "enabled"), ("Disabled", "disabled"), ("PendingDeletion", "pending_deletion")]),
    ),
    Fill("key.customer_managed", "KeyMetadata.KeyManager", Says(&[("CUSTOMER", true), ("AWS", false)])),
];

/// A key of something that is no vault.
fn own(parts: &[&str]) -> String {
    let parts: Vec<&str> = parts.iter().copied().filter(|part| !part.is_empty()).collect();
    format!("aws/{}", parts.join("/"))
}

/// That it is encrypted is said, whose key it is is not.
fn encryption<'g>(given: &Given<'g>) -> Read<'g> {
    Read::Raw(match given.cell(0).truth() {
        Some(false) => Raw::Text("none"),
        Some(true) => Raw::Unknown("encrypted, the kind of key is not said"),
        None => given.cell(0).raw(),
    })
}

fn algorithm<'g>(given: &Given<'g>) -> Read<'g> {
    if given.cell(0).truth() == Some(true) { word("aes_256") } else { NOTHING }
}

/// The store of RDS in an account and region; the vault of what AWS Backup made is named elsewhere.
fn database_repository<'g>(given: &Given<'g>) -> Read<'g> {
    match word_of(
        given.cell(1),
        &[
            ("awsbackup", "elsewhere"),
            ("automated", "here"),
            ("manual", "here"),
            ("shared", "here"),
            ("public", "here"),
        ],
    ) {
        Raw::Text("elsewhere") => NOTHING,
        Raw::Unknown(other) => Read::Raw(Raw::Unknown(other)),
        _ => given.text(0).and_then(Arn::parse).map_or(NOTHING, |arn| Read::Text(Home::at(&arn).key("rds snapshots"))),
    }
}

fn automated<'g>(given: &Given<'g>) -> Read<'g> {
    given
        .text(0)
        .and_then(Arn::parse)
        .map_or(NOTHING, |arn| Read::Text(Home::at(&arn).key(&format!("automated/{}", arn.name()))))
}

/// Zero days of retention switch backups off.
fn backed_up<'g>(given: &Given<'g>) -> Read<'g> {
    given.cell(0).int().map_or(Read::Raw(given.cell(0).raw()), |days| Read::Raw(Raw::Bool(days > 0)))
}

/// `03:10-03:40`, of UTC.
fn window<'g>(given: &Given<'g>) -> Read<'g> {
    match given.text(0).and_then(|text| text.split_once('-')) {
        Some((from, to)) => Read::Text(format!("{from} to {to}")),
        None => Read::Raw(given.cell(0).raw()),
    }
}

fn part<'g>(given: &Given<'g>, of: fn(&Arn<'g>) -> &'g str) -> Read<'g> {
    let part = given.text(0).and_then(Arn::parse).map(|arn| of(&arn)).filter(|part| !part.is_empty());
    Read::Raw(part.map_or(Raw::Absent, Raw::Text))
}

/// The instant up to which an instance can be restored is a version of it.
fn latest<'g>(given: &Given<'g>) -> Read<'g> {
    match (given.text(0), given.cell(1).time()) {
        (_, Raw::Absent) | (None, _) => Read::NoRow,
        (Some(arn), _) => Read::Text(format!("{arn}:continuous")),
    }
}
