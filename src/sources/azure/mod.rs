//! Azure Backup (Recovery Services vaults): jobs, items, policies, recovery points, vaults, as `az backup …` and the
//! REST interface print them.
//!
//! Written after the documented shape. An id of the resource manager names subscription, resource group, vault and item;
//! upper and lower case mean nothing in it, so what is keyed by it is keyed in lower case. A system is called by its
//! friendly name, which two resources may share.

mod items;
mod jobs;
mod points;
mod policies;
mod vaults;

use super::mapping::{Given, Mapping, NOTHING, Read, mapped};
use super::{Form, Format, Layout, Shape, Source, message};

/// The registry's row.
pub(super) static SOURCE: Source = Source {
    name: "azure",
    title: "Azure Backup",
    empty_list: None,
    formats: &[
        mapped!(items::ITEMS, {
            name: "az backup item list",
            command: "az backup item list --vault-name VAULT --resource-group GROUP --output json",
            kinds: &[],
            reaches_days: None,
            layout: Layout::Records("value"),
            detect: |s| is(s, "vaults/backupfabrics/protectioncontainers/protecteditems"),
        }),
        mapped!(jobs::JOBS, {
            name: "az backup job list",
            command: "az backup job list --vault-name VAULT --resource-group GROUP --output json",
            kinds: &["run", "restore_test"],
            reaches_days: None,
            layout: Layout::Records("value"),
            detect: |s| is(s, "vaults/backupjobs"),
        }),
        mapped!(policies::POLICIES, {
            name: "az backup policy list",
            command: "az backup policy list --vault-name VAULT --resource-group GROUP --output json",
            kinds: &["plan"],
            reaches_days: None,
            layout: Layout::Records("value"),
            detect: |s| is(s, "vaults/backuppolicies"),
        }),
        mapped!(points::POINTS, {
            name: "az backup recoverypoint list",
            command: "az backup recoverypoint list --vault-name VAULT --resource-group GROUP --container-name C --item-name I --output json",
            kinds: &["recovery_point"],
            reaches_days: None,
            layout: Layout::Records("value"),
            detect: |s| is(s, "protecteditems/recoverypoints"),
        }),
        mapped!(vaults::PROPERTIES, {
            name: "az backup vault backup-properties show",
            command: "az backup vault backup-properties show --name VAULT --resource-group GROUP --output json",
            kinds: &[],
            reaches_days: None,
            layout: Layout::Records("value"),
            detect: |s| is(s, "vaults/backupstorageconfig") || is(s, "vaults/backupconfig"),
        }),
        mapped!(vaults::ENCRYPTION, {
            name: "az backup vault encryption show",
            command: "az backup vault encryption show --name VAULT --resource-group GROUP --output json",
            kinds: &[],
            reaches_days: None,
            layout: Layout::Records("value"),
            detect: |s| {
                let properties = s.record("value").and_then(|r| r.get("properties"));
                properties.is_some_and(|p| p.has(&["encryptionAtRestType"]))
            },
        }),
        mapped!(vaults::VAULTS, {
            name: "az backup vault list",
            command: "az backup vault list --output json",
            kinds: &["repository"],
            reaches_days: None,
            layout: Layout::Records("value"),
            detect: |s| is(s, "microsoft.recoveryservices/vaults"),
        }),
        Format {
            name: "azure empty list",
            command: "",
            kinds: &[],
            reaches_days: None,
            layout: Layout::List("value"),
            detect: |s| s.lists("value", &[]) && s.first_of("value").is_none() && s.members.len() <= 2,
            open: |context| super::mapping::open(&NOTHING_LISTED, context),
            fills: &[],
        },
        Format {
            name: "azure error",
            command: "",
            kinds: &[],
            reaches_days: None,
            layout: Layout::Document,
            detect: is_error,
            open: |context| message::hiding(&["run", "restore_test", "recovery_point", "repository", "plan"], context),
            fills: &[],
        },
    ],
    cannot_know: &[
        "machines that no policy protects: items are what is protected, they are no inventory",
        "two resources of one name apart: a system's key is its friendly name",
        "the friendly name of a file share, from its recovery points: the statement's `covers` has to name the system",
        "how far back a list of jobs reaches",
        "whether restored data was consistent, and what was restored of a machine",
        "how full a vault is",
        "at what time a policy runs: its times are printed without saying in which zone they are meant",
        "retention of policies that have a part for full, log and differential backups each",
        "encryption in transit",
    ],
};

/// A list of nothing: of what, its statement says.
static NOTHING_LISTED: Mapping = Mapping { tool: "azure", fills: &[], total: "", next: "nextLink" };

/// Whether the first record's `type` ends so.
fn is(shape: &Shape, suffix: &str) -> bool {
    shape.record("value").is_some_and(|record| {
        record.get("type").is_some_and(|t| t.form == Form::Text && t.text.to_ascii_lowercase().ends_with(suffix))
            && record.get("properties").is_some()
    })
}

/// What the command line tool says: `ERROR: (ResourceNotFound) …`, or that nobody is logged in.
fn is_error(shape: &Shape) -> bool {
    let coded = shape.text.strip_prefix("ERROR: (").is_some_and(|rest| !rest.starts_with("gcloud"));
    shape.form == Form::Text && (coded || shape.text.contains("'az login'"))
}

/// The part of a resource manager's id behind a segment: the vault behind `vaults`.
fn segment<'a>(id: &'a str, name: &str) -> Option<&'a str> {
    let mut parts = id.split('/');
    parts.find(|part| part.eq_ignore_ascii_case(name))?;
    parts.next().filter(|part| !part.is_empty())
}

/// The key of the vault that an id names: subscription, resource group, vault.
fn vault_of(id: &str) -> Option<String> {
    let parts = [segment(id, "subscriptions")?, segment(id, "resourceGroups")?, segment(id, "vaults")?];
    Some(format!("azure/{}", parts.join("/").to_ascii_lowercase()))
}

/// The vault of the first member.
fn vault<'g>(given: &Given<'g>) -> Read<'g> {
    given.text(0).and_then(vault_of).map_or(NOTHING, Read::Text)
}

/// The vault of the first member and the name in the second.
fn in_vault<'g>(given: &Given<'g>) -> Read<'g> {
    match (given.text(0).and_then(vault_of), given.text(1)) {
        (Some(vault), Some(name)) => Read::Text(format!("{vault}/{}", name.to_ascii_lowercase())),
        _ => NOTHING,
    }
}

/// The key of a plan, by the id of its policy.
fn plan<'g>(given: &Given<'g>) -> Read<'g> {
    match given.text(0).and_then(|id| Some((vault_of(id)?, segment(id, "backupPolicies")?))) {
        Some((vault, name)) => Read::Text(format!("{vault}/{}", name.to_ascii_lowercase())),
        None => NOTHING,
    }
}
