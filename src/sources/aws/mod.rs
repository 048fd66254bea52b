//! AWS Backup: jobs, recovery points, vaults and who may use them, plans, restore jobs, protected resources, as `aws
//! backup …` prints them; beside it snapshots of EC2 and RDS, keys of KMS, and events of CloudTrail.
//!
//! Times come as RFC 3339 or as epoch numbers, by the setting of the command line tool. What is keyed is qualified by
//! the account and region of its ARN. A state that this file does not know is unknown with its word, never a success.
//! A system is called as its ARN says without the type (`ledger`, `i-0a1b2c`): names are tags that two may share.

mod access;
mod actions;
mod jobs;
mod plans;
mod platform;
mod points;
mod resources;
mod restores;
mod trail;
mod vaults;

use super::cell::Cell;
use super::mapping::mapped;
use super::{Context, Ending, Form, Format, Layout, Shape, Source, message};
use crate::facts::rows::Raw;

/// The registry's row.
pub(super) static SOURCE: Source = Source {
    name: "aws",
    title: "AWS Backup",
    empty_list: None,
    formats: &[
        Format {
            name: "aws backup describe-backup-vault",
            command: "aws backup describe-backup-vault --backup-vault-name NAME",
            kinds: &[],
            reaches_days: None,
            layout: Layout::Document,
            detect: |s| s.has(&["BackupVaultName", "BackupVaultArn"]) && s.get("Policy").is_none(),
            open: vaults::open,
            fills: vaults::FILLS,
        },
        mapped!(plans::PLAN, {
            name: "aws backup get-backup-plan",
            command: "aws backup get-backup-plan --backup-plan-id ID",
            kinds: &[],
            reaches_days: None,
            layout: Layout::Document,
            detect: |s| s.has(&["BackupPlan", "BackupPlanId"]),
        }),
        mapped!(plans::SELECTION, {
            name: "aws backup get-backup-selection",
            command: "aws backup get-backup-selection --backup-plan-id ID --selection-id ID",
            kinds: &[],
            reaches_days: None,
            layout: Layout::Document,
            detect: |s| s.has(&["BackupSelection", "BackupPlanId"]),
        }),
        Format {
            name: "aws backup get-backup-vault-access-policy",
            command: "aws backup get-backup-vault-access-policy --backup-vault-name NAME",
            kinds: &[],
            reaches_days: None,
            layout: Layout::Document,
            detect: |s| s.has(&["BackupVaultName", "Policy"]),
            open: access::open,
            fills: access::FILLS,
        },
        Format {
            name: "aws backup list-backup-jobs",
            command: "aws backup list-backup-jobs",
            kinds: &["run"],
            reaches_days: Some(30),
            layout: Layout::List("BackupJobs"),
            detect: |s| lists(s, "BackupJobs", "BackupJobId"),
            open: jobs::open_backup,
            fills: jobs::FILLS,
        },
        mapped!(plans::PLANS, {
            name: "aws backup list-backup-plans",
            command: "aws backup list-backup-plans",
            kinds: &["plan"],
            reaches_days: None,
            layout: Layout::List("BackupPlansList"),
            detect: |s| lists(s, "BackupPlansList", "BackupPlanId"),
        }),
        Format {
            name: "aws backup list-backup-vaults",
            command: "aws backup list-backup-vaults",
            kinds: &["repository"],
            reaches_days: None,
            layout: Layout::List("BackupVaultList"),
            detect: |s| lists(s, "BackupVaultList", "BackupVaultName"),
            open: vaults::open,
            fills: vaults::FILLS,
        },
        Format {
            name: "aws backup list-copy-jobs",
            command: "aws backup list-copy-jobs",
            kinds: &["run"],
            reaches_days: Some(30),
            layout: Layout::List("CopyJobs"),
            detect: |s| lists(s, "CopyJobs", "CopyJobId"),
            open: jobs::open_copy,
            fills: jobs::COPY_FILLS,
        },
        Format {
            name: "aws backup list-protected-resources",
            command: "aws backup list-protected-resources",
            kinds: &[],
            reaches_days: None,
            layout: Layout::List("Results"),
            detect: |s| lists(s, "Results", "ResourceArn") && (s.members.len() <= 2),
            open: resources::open,
            fills: resources::FILLS,
        },
        Format {
            name: "aws backup list-recovery-points-by-backup-vault",
            command: "aws backup list-recovery-points-by-backup-vault --backup-vault-name NAME",
            kinds: &["recovery_point"],
            reaches_days: None,
            layout: Layout::List("RecoveryPoints"),
            detect: |s| lists(s, "RecoveryPoints", "RecoveryPointArn"),
            open: points::open,
            fills: points::FILLS,
        },
        Format {
            name: "aws backup list-restore-jobs",
            command: "aws backup list-restore-jobs",
            kinds: &["restore_test"],
            reaches_days: Some(30),
            layout: Layout::List("RestoreJobs"),
            detect: |s| lists(s, "RestoreJobs", "RestoreJobId"),
            open: restores::open,
            fills: restores::FILLS,
        },
        mapped!(plans::TESTING, {
            name: "aws backup list-restore-testing-plans",
            command: "aws backup list-restore-testing-plans",
            kinds: &[],
            reaches_days: None,
            layout: Layout::List("RestoreTestingPlans"),
            detect: |s| lists(s, "RestoreTestingPlans", "RestoreTestingPlanName"),
        }),
        Format {
            name: "aws cloudtrail lookup-events",
            command: "aws cloudtrail lookup-events --lookup-attributes AttributeKey=EventSource,AttributeValue=backup.amazonaws.com",
            kinds: &[],
            reaches_days: None,
            layout: Layout::List("Events"),
            detect: |s| lists(s, "Events", "CloudTrailEvent"),
            open: trail::open,
            fills: trail::FILLS,
        },
        mapped!(platform::SNAPSHOTS, {
            name: "aws ec2 describe-snapshots",
            command: "aws ec2 describe-snapshots --owner-ids self",
            kinds: &["recovery_point"],
            reaches_days: None,
            layout: Layout::List("Snapshots"),
            detect: |s| lists(s, "Snapshots", "SnapshotId"),
        }),
        Format {
            name: "aws error",
            command: "",
            kinds: &[],
            reaches_days: None,
            layout: Layout::Document,
            detect: |s| s.text.contains("An error occurred (") && s.samples.is_empty() && s.form == Form::Text,
            open: |_| Box::new(Failure { message: message::Message { text: None, kinds: None } }),
            fills: &[],
        },
        mapped!(platform::KEY, {
            name: "aws kms describe-key",
            command: "aws kms describe-key --key-id ARN",
            kinds: &[],
            reaches_days: None,
            layout: Layout::Document,
            detect: |s| s.get("KeyMetadata").is_some_and(|key| key.has(&["KeyId"])),
        }),
        mapped!(platform::ROTATION, {
            name: "aws kms get-key-rotation-status",
            command: "aws kms get-key-rotation-status --key-id ARN",
            kinds: &[],
            reaches_days: None,
            layout: Layout::Document,
            detect: |s| s.has(&["KeyRotationEnabled"]),
        }),
        mapped!(platform::DATABASES, {
            name: "aws rds describe-db-instances",
            command: "aws rds describe-db-instances",
            kinds: &[],
            reaches_days: None,
            layout: Layout::List("DBInstances"),
            detect: |s| lists(s, "DBInstances", "DBInstanceIdentifier"),
        }),
        mapped!(platform::DATABASE_SNAPSHOTS, {
            name: "aws rds describe-db-snapshots",
            command: "aws rds describe-db-snapshots",
            kinds: &["recovery_point"],
            reaches_days: None,
            layout: Layout::List("DBSnapshots"),
            detect: |s| lists(s, "DBSnapshots", "DBSnapshotIdentifier"),
        }),
    ],
    cannot_know: &[
        "resources that no plan protects: `list-protected-resources` lists what was backed up, it is no inventory",
        "jobs that ended more than 30 days ago",
        "the system of a point in `list-recovery-points-by-resource`: its statement has to say it",
        "two resources of one name in two accounts or regions apart: a system's key is the name in its ARN",
        "how full a vault is",
        "whether a point's vault is locked, from the list of points: the list of vaults says it",
        "how current a continuous backup is: a list says only since when it runs",
        "who may use a vault by policies of their own: its access policy is one source of rights of several",
        "the point of a volume twice, where AWS Backup made the snapshot and EC2 lists it too",
        "what CloudTrail's lookup left out: it is restricted to one attribute and 90 days",
        "when a key was rotated last: only whether it is, how often, and when next",
        "encryption in transit",
    ],
};

/// A listing under this name that is empty or whose first element has this member.
fn lists(shape: &Shape, name: &str, member: &str) -> bool {
    shape.form == Form::Object
        && shape
            .get(name)
            .is_some_and(|l| l.form == Form::Array && l.samples.first().is_none_or(|first| first.get(member).is_some()))
}

/// What every listing says beside its elements.
#[derive(Debug, Default)]
struct Pages {
    next: Option<String>,
    /// Account and region of the records, or vault, each once.
    homes: std::collections::BTreeSet<String>,
}

impl Pages {
    /// A token that is there and no text still says that there is more.
    fn beside(&mut self, name: &str, json: &str) {
        if name == "NextToken" && !matches!(json.trim(), "null" | "\"\"") {
            self.next = Some(json.trim().trim_matches('"').to_owned());
        }
    }

    /// Notes where a record is from.
    fn home(&mut self, home: &str) {
        if !self.homes.contains(home) {
            self.homes.insert(home.to_owned());
        }
    }

    fn ending(&self) -> Ending {
        let within = self.homes.iter().map(String::as_str).collect::<Vec<_>>().join(" ");
        Ending { next_page: self.next.clone(), within: (!within.is_empty()).then_some(within), ..Ending::default() }
    }
}

/// The parts of an ARN that qualify a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Arn<'a> {
    region: &'a str,
    account: &'a str,
    resource: &'a str,
}

impl<'a> Arn<'a> {
    /// `arn:partition:service:region:account:resource`; region and account may be empty.
    fn parse(text: &'a str) -> Option<Arn<'a>> {
        let mut parts = text.splitn(6, ':');
        if parts.next() != Some("arn") {
            return None;
        }
        let (_, _) = (parts.next()?, parts.next()?);
        let (region, account, resource) = (parts.next()?, parts.next()?, parts.next()?);
        (!resource.is_empty()).then_some(Arn { region, account, resource })
    }

    fn of(cell: &'a Cell<'_>) -> Option<Arn<'a>> {
        cell.text().and_then(Arn::parse)
    }

    /// The resource without its type: `ledger` of `db:ledger`, `i-0a1` of `instance/i-0a1`, `photos` of `photos`.
    fn name(&self) -> &'a str {
        self.resource.split_once([':', '/']).map_or(self.resource, |(_, name)| name)
    }
}

/// The account and region that qualify keys.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Home {
    account: String,
    region: String,
}

impl Home {
    /// Where an ARN is.
    fn at(arn: &Arn<'_>) -> Home {
        Home { account: arn.account.to_owned(), region: arn.region.to_owned() }
    }

    /// Of the first ARN that names them; the account else of the record or the statement.
    fn of(arns: &[&Cell<'_>], account: &Cell<'_>, context: &Context<'_>) -> Home {
        let arns: Vec<Arn<'_>> = arns.iter().filter_map(|c| Arn::of(c)).collect();
        let first = |part: fn(&Arn<'_>) -> String| arns.iter().map(part).find(|p| !p.is_empty());
        let said = account.text().or(context.account).map(str::to_owned);
        Home {
            account: first(|a| a.account.to_owned()).or(said).unwrap_or_default(),
            region: first(|a| a.region.to_owned()).unwrap_or_default(),
        }
    }

    /// `aws/111122223333/eu-west-1/name`, without what is not known.
    fn key(&self, name: &str) -> String {
        let mut key = "aws".to_owned();
        for part in [self.account.as_str(), self.region.as_str(), name] {
            if !part.is_empty() {
                key.push('/');
                key.push_str(part);
            }
        }
        key
    }
}

/// The key of a vault: by its ARN where there is one, else by its name in `home`.
fn vault_key(arn: &Cell<'_>, name: &Cell<'_>, home: &Home) -> Option<String> {
    if let Some(arn) = Arn::of(arn) {
        return Some(Home::at(&arn).key(arn.name()));
    }
    name.text().map(|n| home.key(n))
}

/// The key of a plan, whose id no other has in any account.
fn plan_key(id: &str) -> String {
    format!("aws/plan/{id}")
}

/// What a system is called: what its ARN says. `ResourceName` is a tag for many types, which two resources may share and
/// restore jobs do not have; it is kept as a label.
fn system_name<'c>(arn: &'c Cell<'_>) -> Option<&'c str> {
    Arn::of(arn).map(|a| a.name())
}

/// How a point or vault is encrypted. KMS keys for data are AES-256, whoever manages them.
fn encryption<'c>(encrypted: &Cell<'_>, key_type: &'c Cell<'_>) -> (Raw<'c>, Raw<'c>) {
    match (encrypted.truth(), key_type.text()) {
        (Some(false), _) => (Raw::Text("none"), Raw::Absent),
        (_, Some("AWS_OWNED_KMS_KEY")) => (Raw::Text("provider_key"), Raw::Text("aes_256")),
        (_, Some("CUSTOMER_MANAGED_KMS_KEY")) => (Raw::Text("customer_key"), Raw::Text("aes_256")),
        (_, Some(other)) => (Raw::Unknown(other), Raw::Absent),
        (Some(true), None) => (Raw::Unknown("encrypted, the kind of key is not said"), Raw::Absent),
        (None, None) => (Raw::Absent, Raw::Absent),
    }
}

/// An error of the command line tool; the operation tells what it hides.
struct Failure {
    message: message::Message,
}

impl super::Reader for Failure {
    fn record(
        &mut self,
        record: super::Record<'_>,
        sink: &mut dyn crate::facts::rows::RowSink,
    ) -> Result<(), super::Refusal> {
        let operation = record.text.split("when calling the ").nth(1).and_then(|rest| rest.split_whitespace().next());
        self.message.kinds = match operation {
            Some("ListBackupJobs" | "ListCopyJobs") => Some(&["run"]),
            Some("ListRestoreJobs") => Some(&["restore_test"]),
            Some("ListRecoveryPointsByBackupVault" | "ListRecoveryPointsByResource") => Some(&["recovery_point"]),
            Some("ListBackupVaults" | "DescribeBackupVault") => Some(&["repository"]),
            Some("ListProtectedResources") => Some(&["system"]),
            Some("ListBackupPlans" | "GetBackupPlan" | "GetBackupSelection") => Some(&["plan"]),
            Some("GetBackupVaultAccessPolicy") => Some(&["grant"]),
            Some("DescribeSnapshots" | "DescribeDBSnapshots") => Some(&["recovery_point"]),
            Some("GetKeyRotationStatus" | "DescribeKey") => Some(&["key"]),
            _ => None,
        };
        self.message.record(record, sink)
    }

    fn finish(&mut self, sink: &mut dyn crate::facts::rows::RowSink) -> Ending {
        self.message.finish(sink)
    }
}
