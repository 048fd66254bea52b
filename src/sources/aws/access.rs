//! `get-backup-vault-access-policy`: who may do what with a vault, by the vault's own policy.
//!
//! Whoever has rights by policies of their own (IAM) is not in it, so it lists rights and is no evidence that there are no
//! others. What stands in a statement and is not understood leaves its rights open.

use super::super::cell::Cell;
use super::super::fields::{GrantFields, PrincipalFields, Row};
use super::super::{Context, Ending, Reader, Record, Refusal, message};
use super::{Arn, Home, vault_key};
use crate::facts::rows::{Raw, RowSink};
use serde::Deserialize;
use serde_json::Value;
use std::collections::BTreeSet;

pub(super) const FILLS: &[(&str, &str)] = &[
    ("principal.id", "Policy"),
    ("principal.name", "Policy"),
    ("principal.type", "Policy"),
    ("grant.id", "Policy"),
    ("grant.principal", "Policy"),
    ("grant.repository", "BackupVaultArn BackupVaultName"),
    ("grant.rights", "Policy"),
    ("grant.effect", "Policy"),
    ("grant.conditional", "Policy"),
    ("grant.conditions", "Policy"),
    ("grant.expires", "Policy"),
];

pub(super) fn open<'a>(context: &Context<'a>) -> Box<dyn Reader + 'a> {
    Box::new(Access {
        context: *context,
        principal: PrincipalFields::bind(context.schema),
        grant: GrantFields::bind(context.schema),
        damaged: false,
    })
}

struct Access<'a> {
    context: Context<'a>,
    principal: PrincipalFields,
    grant: GrantFields,
    damaged: bool,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Answer<'a> {
    #[serde(borrow, default)]
    backup_vault_name: Cell<'a>,
    #[serde(borrow, default)]
    backup_vault_arn: Cell<'a>,
    #[serde(borrow, default)]
    policy: Cell<'a>,
}

impl Reader for Access<'_> {
    fn record(&mut self, record: Record<'_>, sink: &mut dyn RowSink) -> Result<(), Refusal> {
        let answer: Answer<'_> = message::parse(record.text)?;
        let home = Home::of(&[&answer.backup_vault_arn], &Cell::Absent, &self.context);
        let Some(vault) = vault_key(&answer.backup_vault_arn, &answer.backup_vault_name, &home) else {
            return Err(Refusal { reason: "a policy without its vault".to_owned() });
        };
        let policy: Result<Value, _> = serde_json::from_str(answer.policy.text().unwrap_or_default());
        let Ok(policy) = policy else {
            self.damaged = true;
            return Err(Refusal { reason: "a policy that is no JSON".to_owned() });
        };
        let mut known = BTreeSet::new();
        for (number, statement) in each(policy.get("Statement")).enumerate() {
            for name in principals(statement) {
                let holder = format!("aws/{name}");
                if known.insert(name.clone()) {
                    let mut row = Row::begin(sink, self.principal.entity, record.offset);
                    row.put(self.principal.id, Raw::Text(&holder));
                    row.put(self.principal.name, Raw::Text(&name));
                    row.put(self.principal.r#type, sort(&name, &home.account));
                }
                self.put(sink, record.offset, statement, &Holding { vault: &vault, holder: &holder, number });
            }
        }
        Ok(())
    }

    fn finish(&mut self, _sink: &mut dyn RowSink) -> Ending {
        Ending { incomplete: self.damaged.then(|| "its policy cannot be read".to_owned()), ..Ending::default() }
    }
}

/// Whose right on what, by which statement.
struct Holding<'h> {
    vault: &'h str,
    holder: &'h str,
    number: usize,
}

impl Access<'_> {
    fn put(&self, sink: &mut dyn RowSink, offset: u64, statement: &Value, of: &Holding<'_>) {
        let fields = &self.grant;
        let mut row = Row::begin(sink, fields.entity, offset);
        row.put(fields.id, Raw::Text(&format!("{}/{}/{}", of.vault, of.number + 1, of.holder)));
        row.put(fields.principal, Raw::Text(of.holder));
        row.put(fields.repository, Raw::Text(of.vault));
        let (rights, odd) = rights(statement);
        let rights: Vec<&str> = rights.into_iter().collect();
        match &odd {
            None => row.put(fields.rights, Raw::Set(&rights)),
            Some(odd) => row.put(fields.rights, Raw::OpenSet(&rights, Some(odd))),
        }
        row.put(
            fields.effect,
            match statement.get("Effect").and_then(Value::as_str) {
                Some("Allow") => Raw::Text("allow"),
                Some("Deny") => Raw::Text("deny"),
                other => Raw::Unknown(other.unwrap_or("no effect")),
            },
        );
        let conditions = statement.get("Condition");
        row.put(fields.conditional, Raw::Bool(conditions.is_some()));
        row.text(fields.conditions, conditions.map(Value::to_string).as_deref());
        // A statement ends by a condition on the date, if at all.
        if conditions.is_none() {
            row.put(fields.expires, Raw::Never);
        }
    }
}

/// The elements of a list, or what stands there instead of one.
fn each(value: Option<&Value>) -> impl Iterator<Item = &Value> {
    let elements = value.and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    elements.iter().chain(value.filter(|value| !value.is_array()))
}

/// Who a statement is about: names of AWS, services, everybody (`*`). `NotPrincipal` is everybody but some, which is kept
/// as a name of its own.
fn principals(statement: &Value) -> Vec<String> {
    let text = |value: &Value| value.as_str().map(str::to_owned);
    if statement.get("NotPrincipal").is_some() {
        return vec!["everybody but some".to_owned()];
    }
    match statement.get("Principal") {
        Some(Value::Object(kinds)) => kinds.values().flat_map(|names| each(Some(names))).filter_map(text).collect(),
        other => each(other).filter_map(text).collect(),
    }
}

/// What a principal is, by its name.
fn sort<'n>(name: &'n str, account: &str) -> Raw<'n> {
    if name == "*" {
        return Raw::Text("public");
    }
    if name.ends_with(".amazonaws.com") {
        return Raw::Text("service");
    }
    let Some(arn) = Arn::parse(name) else { return Raw::Unknown(name) };
    if !account.is_empty() && arn.account != account {
        return Raw::Text("external");
    }
    match arn.resource.split('/').next() {
        Some("role" | "assumed-role") => Raw::Text("role"),
        Some("user") => Raw::Text("user"),
        // Everybody in the account whom a policy of their own allows it.
        Some("root") => Raw::Text("group"),
        _ => Raw::Unknown(name),
    }
}

/// The rights that actions give, and an action or clause that leaves them open.
fn rights(statement: &Value) -> (BTreeSet<&'static str>, Option<String>) {
    let mut rights = BTreeSet::new();
    let mut odd = statement.get("NotAction").map(|_| "NotAction".to_owned());
    for action in each(statement.get("Action")) {
        let Some(action) = action.as_str() else {
            odd = Some("an action that is no text".to_owned());
            continue;
        };
        match rights_of(action) {
            Some(more) => rights.extend(more),
            None => odd = Some(action.to_owned()),
        }
    }
    (rights, odd)
}

fn rights_of(action: &str) -> Option<&'static [&'static str]> {
    let action = action.to_ascii_lowercase();
    if action == "*" || action == "backup:*" {
        return Some(&["admin", "backup", "configure", "delete", "read", "restore"]);
    }
    let name = action.strip_prefix("backup:")?;
    let starts = |words: &[&str]| words.iter().any(|word| name.starts_with(word));
    Some(match name {
        _ if starts(&["delete", "disassociate"]) => &["delete"],
        "startrestorejob" => &["restore"],
        "startbackupjob" | "startcopyjob" | "copyintobackupvault" | "copyfrombackupvault" => &["backup"],
        _ if starts(&["put", "update", "create", "tagresource", "untagresource"]) => &["configure"],
        _ if starts(&["get", "describe", "list"]) => &["read"],
        _ => return None,
    })
}
