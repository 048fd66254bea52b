//! Passwords, users and roles, the security analyzer, malware and authorization events.

use super::super::cell::Cell;
use super::super::fields::{GrantFields, PrincipalFields, Row};
use super::super::mapping::{Fill, Given, How::*, Mapping, NOTHING, Read, key};
use super::super::{Context, Ending, Reader, Record, Refusal, message};
use super::rest;
use crate::facts::rows::{Raw, RowSink};
use serde::Deserialize;

pub(super) static PASSWORDS: Mapping = rest(PASSWORD);
pub(super) static PRACTICES: Mapping = rest(PRACTICE);
pub(super) static MALWARE: Mapping = rest(INFECTION);
pub(super) static AUTHORIZATIONS: Mapping = rest(AUTHORIZATION);

const PASSWORD: &[Fill] = &[
    Fill("key.id", "id", Key),
    Fill("key.name", "hint", AsIs),
    // `modificationTime` is no rotation: a change of the hint sets it too.
    Fill("key.type", "", Always("passphrase")),
];

const PRACTICE: &[Fill] = &[
    Fill(
        "setting.id",
        "bestPractice",
        By(|given| given.text(0).map_or(NOTHING, |name| Read::Text(given.key(&format!("best practice/{name}"))))),
    ),
    Fill("setting.name", "bestPractice", AsIs),
    Fill("setting.value", "status", AsIs),
];

const INFECTION: &[Fill] = &[
    Fill("incident.id", "id machine.displayName detectionTimeUtc", By(infection)),
    Fill("incident.type", "", Always("security")),
    Fill(
        "incident.severity",
        "severity",
        Word(&[("Infected", "critical"), ("Suspicious", "high"), ("Informative", "low")]),
    ),
    Fill("incident.system", "machine.displayName", System),
    Fill("incident.opened", "detectionTimeUtc", Time),
    Fill("incident.detected_by", "type", AsIs),
];

const AUTHORIZATION: &[Fill] = &[
    Fill("access_event.id", "id", Key),
    Fill("access_event.occurred", "creationTime", Time),
    Fill("access_event.principal", "createdBy", Key),
    Fill("access_event.action", "name", AsIs),
    Fill(
        "access_event.outcome",
        "state",
        Word(&[("Approved", "success"), ("Rejected", "denied"), ("Pending", ""), ("Expired", "denied")]),
    ),
];

fn infection<'g>(given: &Given<'g>) -> Read<'g> {
    match (given.text(0), given.text(1), given.text(2)) {
        (Some(id), ..) => Read::Text(given.key(id)),
        (None, Some(machine), Some(at)) => Read::Text(given.key(&format!("{machine}/{at}"))),
        _ => NOTHING,
    }
}

pub(super) const USER_FILLS: &[(&str, &str)] = &[
    ("principal.id", "id"),
    ("principal.name", "name"),
    ("principal.type", "type isServiceAccount"),
    ("grant.id", "id"),
    ("grant.principal", "id"),
    ("grant.resource", ""),
    ("grant.rights", "roles"),
    ("grant.role", "roles"),
    ("grant.resource_type", ""),
    ("grant.effect", ""),
    ("grant.expires", ""),
];

/// What is said of a role that has no name: it may give any right.
pub(super) const NAMELESS: &str = "a role without a name";

/// The rights of a role. What an operator of tapes or a role of one's own may do is not known here.
pub(super) fn rights(role: &str) -> Option<&'static [&'static str]> {
    let plain: String = role.chars().filter(char::is_ascii_alphabetic).collect::<String>().to_ascii_lowercase();
    Some(match plain.trim_start_matches("veeam").trim_start_matches("backup") {
        "administrator" | "admin" => &["admin", "read", "restore", "backup", "configure", "delete"],
        "operator" => &["read", "backup"],
        "viewer" => &["read"],
        "restoreoperator" => &["read", "restore"],
        "securityadministrator" => &["read", "configure"],
        _ => return None,
    })
}

/// Rights as a cell says them: those of a role that is not known may be any.
pub(super) fn rights_of<'g>(role: &'g str) -> Read<'g> {
    match rights(role) {
        Some(rights) => Read::Set(rights.to_vec(), None),
        None => Read::Set(Vec::new(), Some(role)),
    }
}

fn sort<'c>(cell: &'c Cell<'_>) -> Raw<'c> {
    super::super::mapping::word_of(
        cell,
        &[
            ("InternalUser", "user"),
            ("ExternalUser", "external"),
            ("User", "user"),
            ("InternalGroup", "group"),
            ("ExternalGroup", "group"),
            ("Group", "group"),
        ],
    )
}

/// `/security/users`: a principal, and a right for each of its roles.
pub(super) fn open_users<'a>(context: &Context<'a>) -> Box<dyn Reader + 'a> {
    Box::new(Users {
        context: *context,
        principal: PrincipalFields::bind(context.schema),
        grant: GrantFields::bind(context.schema),
        total: None,
    })
}

struct Users<'a> {
    context: Context<'a>,
    principal: PrincipalFields,
    grant: GrantFields,
    total: Option<u64>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct User<'a> {
    #[serde(borrow, default)]
    id: Cell<'a>,
    #[serde(borrow, default)]
    name: Cell<'a>,
    #[serde(borrow, default)]
    r#type: Cell<'a>,
    #[serde(borrow, default)]
    is_service_account: Cell<'a>,
    #[serde(borrow, default)]
    roles: Option<Vec<Role<'a>>>,
}

#[derive(Default, Deserialize)]
struct Role<'a> {
    #[serde(borrow, default)]
    id: Cell<'a>,
    #[serde(borrow, default)]
    name: Cell<'a>,
}

impl Reader for Users<'_> {
    fn record(&mut self, record: Record<'_>, sink: &mut dyn RowSink) -> Result<(), Refusal> {
        let user: User<'_> = message::parse(record.text)?;
        let Some(id) = user.id.text().or(user.name.text()) else {
            return Err(Refusal { reason: "a user without an id".to_owned() });
        };
        let holder = key("veeam", &self.context, id);
        let fields = &self.principal;
        let mut row = Row::begin(sink, fields.entity, record.offset);
        row.put(fields.id, Raw::Text(&holder));
        row.put(fields.name, user.name.raw());
        let service = user.is_service_account.truth() == Some(true);
        row.put(fields.r#type, if service { Raw::Text("service") } else { sort(&user.r#type) });
        drop(row);
        // Of roles that are not listed, one is as good as any.
        for role in user.roles.unwrap_or_else(|| vec![Role::default()]) {
            let name = role.name.text();
            let role = name.or(role.id.text()).unwrap_or(NAMELESS);
            let fields = &self.grant;
            let mut row = Row::begin(sink, fields.entity, record.offset);
            row.put(fields.id, Raw::Text(&format!("{holder}/{role}")));
            row.put(fields.principal, Raw::Text(&holder));
            row.put(fields.resource, Raw::Text(&key("veeam", &self.context, "server")));
            match name.and_then(rights) {
                Some(rights) => row.put(fields.rights, Raw::Set(rights)),
                None => row.put(fields.rights, Raw::OpenSet(&[], Some(name.unwrap_or(NAMELESS)))),
            }
            row.put(fields.role, name.map_or(Raw::Absent, Raw::Text));
            row.put(fields.resource_type, Raw::Text("server"));
            row.put(fields.effect, Raw::Text("allow"));
            // A role is taken away by hand, not by a date.
            row.put(fields.expires, Raw::Never);
        }
        Ok(())
    }

    fn beside(&mut self, name: &str, json: &str) {
        if let Some(total) = super::super::mapping::beside("pagination.total", name, json) {
            self.total = total.parse().ok();
        }
    }

    fn finish(&mut self, _sink: &mut dyn RowSink) -> Ending {
        Ending { total: self.total, ..Ending::default() }
    }
}
