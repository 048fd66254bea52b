//! What `collect` can run: for each source, the tool's own read-only listing commands. Data; nothing here runs anything.
//!
//! Invariants: a command only lists; no argument holds a secret (repositories may, so they go through the environment); a
//! step names the format by which its output is read, and thereby what it is evidence of.

/// The commands of one source.
#[derive(Debug)]
pub(crate) struct Collector {
    /// The source's name.
    pub(crate) source: &'static str,
    /// The program that is run.
    pub(crate) program: &'static str,
    /// How the tool takes the options that it has.
    pub(crate) options: &'static [(ToolOption, How)],
    /// The option without which it cannot know what to list, unless one of these variables says it.
    pub(crate) needs: Option<(ToolOption, &'static [&'static str])>,
    /// What it runs, in this order.
    pub(crate) steps: &'static [Step],
}

/// An option of `collect` that a tool may have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ToolOption {
    /// `--repository`
    Repository,
    /// `--region`
    Region,
    /// `--profile`
    Profile,
    /// `--project`
    Project,
    /// `--subscription`
    Subscription,
    /// `--stanza`
    Stanza,
    /// `--namespace`
    Namespace,
}

/// How a tool takes an option.
#[derive(Debug, Clone, Copy)]
pub(crate) enum How {
    /// In this environment variable: its value may hold a secret.
    Variable(&'static str),
    /// After this argument.
    Argument(&'static str),
}

/// One command, or one for each item of an earlier command's output.
#[derive(Debug)]
pub(crate) struct Step {
    /// Name of its files.
    pub(crate) name: &'static str,
    /// Its arguments; `{member}` stands for the item's.
    pub(crate) arguments: &'static [&'static str],
    /// The format of its output, by name.
    pub(crate) format: &'static str,
    /// The items that it is run for; `None`: once.
    pub(crate) each: Option<Each>,
}

/// Items of an earlier step's JSON output.
#[derive(Debug)]
pub(crate) struct Each {
    /// The step.
    pub(crate) of: &'static str,
    /// JSON pointer to the array of items.
    pub(crate) items: &'static str,
    /// The members that the arguments name, with their JSON pointers; the first one names the files.
    pub(crate) members: &'static [(&'static str, &'static str)],
}

/// The registry, by source.
pub(crate) const COLLECTORS: &[Collector] = &[
    Collector {
        source: "aws",
        program: "aws",
        options: &[(ToolOption::Region, How::Argument("--region")), (ToolOption::Profile, How::Argument("--profile"))],
        needs: None,
        steps: &[
            once("backup-jobs", &["backup", "list-backup-jobs", "--output", "json"], "aws backup list-backup-jobs"),
            once("copy-jobs", &["backup", "list-copy-jobs", "--output", "json"], "aws backup list-copy-jobs"),
            once("restore-jobs", &["backup", "list-restore-jobs", "--output", "json"], "aws backup list-restore-jobs"),
            once(
                "protected-resources",
                &["backup", "list-protected-resources", "--output", "json"],
                "aws backup list-protected-resources",
            ),
            once(VAULTS, &["backup", "list-backup-vaults", "--output", "json"], "aws backup list-backup-vaults"),
            Step {
                name: "recovery-points",
                arguments: &[
                    "backup",
                    "list-recovery-points-by-backup-vault",
                    "--backup-vault-name",
                    "{vault}",
                    "--output",
                    "json",
                ],
                format: "aws backup list-recovery-points-by-backup-vault",
                each: Some(Each { of: VAULTS, items: "/BackupVaultList", members: &[("vault", "/BackupVaultName")] }),
            },
        ],
    },
    Collector {
        source: "azure",
        program: "az",
        options: &[(ToolOption::Subscription, How::Argument("--subscription"))],
        needs: None,
        steps: &[
            once(RECOVERY_VAULTS, &["backup", "vault", "list", "--output", "json"], "az backup vault list"),
            Step {
                name: "backup-jobs",
                arguments: &["backup", "job", "list", "-v", "{vault}", "-g", "{group}", "--output", "json"],
                format: "az backup job list",
                each: Some(RECOVERY_VAULT),
            },
            Step {
                name: "backup-items",
                arguments: &["backup", "item", "list", "-v", "{vault}", "-g", "{group}", "--output", "json"],
                format: "az backup item list",
                each: Some(RECOVERY_VAULT),
            },
            Step {
                name: "backup-policies",
                arguments: &["backup", "policy", "list", "-v", "{vault}", "-g", "{group}", "--output", "json"],
                format: "az backup policy list",
                each: Some(RECOVERY_VAULT),
            },
        ],
    },
    Collector {
        source: "barman",
        program: "barman",
        options: &[],
        needs: None,
        steps: &[once("backups", &["-f", "json", "list-backups", "all"], "barman backups")],
    },
    Collector {
        source: "borg",
        program: "borg",
        options: &[(ToolOption::Repository, How::Variable("BORG_REPO"))],
        needs: Some((ToolOption::Repository, &["BORG_REPO"])),
        steps: &[once("info", &["info", "--json", "--glob-archives", "*"], "borg info")],
    },
    Collector {
        source: "google",
        program: "gcloud",
        options: &[(ToolOption::Project, How::Argument("--project"))],
        needs: None,
        steps: &[
            once(SQL_INSTANCES, &["sql", "instances", "list", "--format", "json"], "gcloud sql instances list"),
            Step {
                name: "sql-backups",
                arguments: &["sql", "backups", "list", "--instance", "{instance}", "--format", "json"],
                format: "gcloud sql backups list",
                each: Some(Each { of: SQL_INSTANCES, items: "", members: &[("instance", "/name")] }),
            },
            once(
                "compute-snapshots",
                &["compute", "snapshots", "list", "--format", "json"],
                "gcloud compute snapshots list",
            ),
        ],
    },
    Collector {
        source: "kopia",
        program: "kopia",
        options: &[],
        needs: None,
        steps: &[
            once("repository", &["repository", "status", "--json"], "kopia repository"),
            once("snapshots", &["snapshot", "list", "--all", "--json"], "kopia snapshots"),
        ],
    },
    Collector {
        source: "pgbackrest",
        program: "pgbackrest",
        options: &[(ToolOption::Stanza, How::Argument("--stanza"))],
        needs: None,
        steps: &[once("info", &["info", "--output=json"], "pgbackrest info")],
    },
    Collector {
        source: "restic",
        program: "restic",
        options: &[(ToolOption::Repository, How::Variable("RESTIC_REPOSITORY"))],
        needs: Some((ToolOption::Repository, &["RESTIC_REPOSITORY", "RESTIC_REPOSITORY_FILE"])),
        steps: &[
            once("snapshots", &["--no-lock", "snapshots", "--json"], "restic snapshots"),
            once("stats", &["--no-lock", "stats", "--json", "--mode", "raw-data"], "restic stats"),
        ],
    },
    Collector {
        source: "velero",
        program: "velero",
        options: &[(ToolOption::Namespace, How::Argument("--namespace"))],
        needs: None,
        steps: &[
            once("backups", &["backup", "get", "-o", "json"], "velero backups"),
            once("schedules", &["schedule", "get", "-o", "json"], "velero schedules"),
            once("backup-locations", &["backup-location", "get", "-o", "json"], "velero storage locations"),
            once("restores", &["restore", "get", "-o", "json"], "velero restores"),
        ],
    },
    Collector {
        source: "wal-g",
        program: "wal-g",
        options: &[],
        needs: None,
        steps: &[
            once("backups", &["backup-list", "--detail", "--json"], "wal-g backups"),
            once("verification", &["wal-verify", "integrity", "timeline", "--json"], "wal-g verification"),
        ],
    },
    Collector {
        source: "zfs",
        program: "zfs",
        options: &[],
        needs: None,
        steps: &[once(
            "datasets",
            &["list", "-j", "--json-int", "-p", "-t", "all", "-o", "name,creation,used,referenced,userrefs,encryption"],
            "zfs datasets",
        )],
    },
];

/// The step that others are run for.
const RECOVERY_VAULTS: &str = "recovery-vaults";

/// The same.
const SQL_INSTANCES: &str = "sql-instances";

/// Every vault of Azure, with the group that its commands ask for. A name is a vault's own only within its group, so the
/// files are called by the id.
const RECOVERY_VAULT: Each =
    Each { of: RECOVERY_VAULTS, items: "", members: &[("id", "/id"), ("vault", "/name"), ("group", "/resourceGroup")] };

/// The step that others are run for.
const VAULTS: &str = "backup-vaults";

const fn once(name: &'static str, arguments: &'static [&'static str], format: &'static str) -> Step {
    Step { name, arguments, format, each: None }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sources::{SOURCES, format_named};

    #[test]
    fn every_step_is_read_by_its_source() {
        for collector in COLLECTORS {
            let source = SOURCES.iter().find(|source| source.name == collector.source).unwrap();
            for step in collector.steps {
                let format = format_named(step.format).unwrap_or_else(|| panic!("{}", step.format));
                assert!(source.formats.iter().any(|own| own.name == format.name), "{}", step.format);
                let placeholders = step.arguments.iter().filter(|argument| argument.contains('{')).count();
                assert_eq!(placeholders > 0, step.each.is_some(), "{}", step.name);
            }
        }
    }

    #[test]
    fn the_registry_is_sorted() {
        assert!(COLLECTORS.is_sorted_by_key(|collector| collector.source));
    }
}
