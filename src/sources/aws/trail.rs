//! `cloudtrail lookup-events`: what was done, or tried, on backups.
//!
//! A lookup is restricted to one attribute and 90 days, which its answer does not show, so it is no evidence that nothing
//! else was done. The event itself stands as JSON in a text: without it whether it was allowed is not known.

use super::super::cell::Cell;
use super::super::fields::{AccessFields, Row};
use super::super::{Context, Ending, Reader, Record, Refusal, message};
use super::actions::class;
use super::{Home, Pages};
use crate::facts::rows::{Raw, RowSink};
use serde::Deserialize;

pub(super) const FILLS: &[(&str, &str)] = &[
    ("access_event.id", "EventId"),
    ("access_event.occurred", "EventTime"),
    ("access_event.principal", "CloudTrailEvent Username"),
    ("access_event.action", "EventName"),
    ("access_event.action_class", "EventName"),
    ("access_event.recovery_point", "CloudTrailEvent"),
    ("access_event.repository", "CloudTrailEvent"),
    ("access_event.outcome", "CloudTrailEvent"),
    ("access_event.address", "CloudTrailEvent"),
    ("access_event.mfa", "CloudTrailEvent"),
];

pub(super) fn open<'a>(context: &Context<'a>) -> Box<dyn Reader + 'a> {
    Box::new(Trail { context: *context, access: AccessFields::bind(context.schema), pages: Pages::default() })
}

struct Trail<'a> {
    context: Context<'a>,
    access: AccessFields,
    pages: Pages,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Listed<'a> {
    #[serde(borrow, default)]
    event_id: Cell<'a>,
    #[serde(borrow, default)]
    event_name: Cell<'a>,
    #[serde(borrow, default)]
    event_time: Cell<'a>,
    #[serde(borrow, default)]
    username: Cell<'a>,
    #[serde(borrow, default)]
    cloud_trail_event: Cell<'a>,
}

/// The event as it was logged.
#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Event<'a> {
    #[serde(borrow, default)]
    aws_region: Cell<'a>,
    #[serde(borrow, default)]
    recipient_account_id: Cell<'a>,
    #[serde(borrow, default, rename = "sourceIPAddress")]
    source_address: Cell<'a>,
    #[serde(borrow, default)]
    error_code: Cell<'a>,
    #[serde(borrow, default)]
    user_identity: Option<Identity<'a>>,
    #[serde(borrow, default)]
    request_parameters: Option<Parameters<'a>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Identity<'a> {
    #[serde(borrow, default)]
    arn: Cell<'a>,
    #[serde(borrow, default)]
    invoked_by: Cell<'a>,
    #[serde(borrow, default)]
    session_context: Option<Session<'a>>,
}

#[derive(Deserialize)]
struct Session<'a> {
    #[serde(borrow, default)]
    attributes: Option<Attributes<'a>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Attributes<'a> {
    #[serde(borrow, default)]
    mfa_authenticated: Cell<'a>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Parameters<'a> {
    #[serde(borrow, default)]
    backup_vault_name: Cell<'a>,
    #[serde(borrow, default)]
    recovery_point_arn: Cell<'a>,
}

impl Reader for Trail<'_> {
    fn record(&mut self, record: Record<'_>, sink: &mut dyn RowSink) -> Result<(), Refusal> {
        let listed: Listed<'_> = message::parse(record.text)?;
        let Some(id) = listed.event_id.text() else {
            return Err(Refusal { reason: "an event without an id".to_owned() });
        };
        let event: Option<Event<'_>> = listed.cloud_trail_event.text().and_then(|text| serde_json::from_str(text).ok());
        let logged = event.is_some();
        let event = event.unwrap_or_default();
        let fields = &self.access;
        let mut row = Row::begin(sink, fields.entity, record.offset);
        row.put(fields.id, Raw::Text(&format!("aws/{id}")));
        row.put(fields.occurred, listed.event_time.time());
        let identity = event.user_identity.as_ref();
        let who = identity.and_then(|i| i.arn.text().or(i.invoked_by.text())).or(listed.username.text());
        if let Some(who) = who {
            row.put(fields.principal, Raw::Text(&format!("aws/{who}")));
        }
        row.put(fields.action, listed.event_name.raw());
        if let Some(name) = listed.event_name.text() {
            row.put(fields.action_class, class(name).map_or(Raw::Unknown(name), Raw::Text));
        }
        if let Some(parameters) = &event.request_parameters {
            row.put(fields.recovery_point, parameters.recovery_point_arn.raw());
            if let Some(vault) = parameters.backup_vault_name.text() {
                let part = |cell: &Cell<'_>| cell.text().unwrap_or_default().to_owned();
                let account = event.recipient_account_id.text().or(self.context.account).unwrap_or_default().to_owned();
                let home = Home { account, region: part(&event.aws_region) };
                row.put(fields.repository, Raw::Text(&home.key(vault)));
            }
        }
        row.put(
            fields.outcome,
            match event.error_code.text() {
                _ if !logged => Raw::Unknown("the event itself is missing"),
                None => Raw::Text("success"),
                Some(code) if code.contains("AccessDenied") || code.contains("Unauthorized") => Raw::Text("denied"),
                Some(_) => Raw::Text("error"),
            },
        );
        row.put(fields.address, event.source_address.raw());
        let session = identity.and_then(|i| i.session_context.as_ref()).and_then(|s| s.attributes.as_ref());
        row.put(fields.mfa, session.map_or(Raw::Absent, |attributes| attributes.mfa_authenticated.flag()));
        Ok(())
    }

    fn beside(&mut self, name: &str, json: &str) {
        self.pages.beside(name, json);
    }

    fn finish(&mut self, _sink: &mut dyn RowSink) -> Ending {
        self.pages.ending()
    }
}
