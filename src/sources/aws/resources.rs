//! `list-protected-resources`: what has been backed up at some time, with its type.
//!
//! It is no inventory: a resource that no plan protects is not in it. So it fills systems and lists none.

use super::super::cell::Cell;
use super::super::fields::{Row, SystemFields};
use super::super::{Context, Ending, Reader, Record, Refusal, message};
use super::{Arn, Pages, system_name};
use crate::facts::rows::{Raw, RowSink};
use serde::Deserialize;

pub(super) const FILLS: &[(&str, &str)] = &[
    ("system.id", "ResourceArn"),
    ("system.name", "ResourceName"),
    ("system.type", "ResourceType"),
    ("system.environment", ""),
    ("system.platform", "ResourceType"),
    ("system.region", "ResourceArn"),
    ("system.account", "ResourceArn"),
    ("system.protected", ""),
    ("system.labels", "ResourceArn"),
];

pub(super) fn open<'a>(context: &Context<'a>) -> Box<dyn Reader + 'a> {
    Box::new(Resources { system: SystemFields::bind(context.schema), pages: Pages::default() })
}

struct Resources {
    system: SystemFields,
    pages: Pages,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Resource<'a> {
    #[serde(borrow, default)]
    resource_arn: Cell<'a>,
    #[serde(borrow, default)]
    resource_name: Cell<'a>,
    #[serde(borrow, default)]
    resource_type: Cell<'a>,
}

impl Resource<'_> {
    fn sort(&self) -> Raw<'_> {
        let Some(word) = self.resource_type.text() else { return self.resource_type.raw() };
        Raw::Text(match word {
            "EC2" | "VirtualMachine" => "vm",
            "RDS"
            | "Aurora"
            | "DynamoDB"
            | "DocumentDB"
            | "Neptune"
            | "Redshift"
            | "Timestream"
            | "SAP HANA on Amazon EC2" => "database",
            "EBS" | "Storage Gateway" => "volume",
            "EFS" | "FSx" => "file_share",
            "S3" => "bucket",
            other => return Raw::Unknown(other),
        })
    }
}

impl Reader for Resources {
    fn record(&mut self, record: Record<'_>, sink: &mut dyn RowSink) -> Result<(), Refusal> {
        let resource: Resource<'_> = message::parse(record.text)?;
        let Some(id) = system_name(&resource.resource_arn) else {
            return Err(Refusal { reason: "a resource without an ARN".to_owned() });
        };
        let fields = &self.system;
        let mut row = Row::begin(sink, fields.entity, record.offset);
        row.put(fields.id, Raw::Text(id));
        row.put(fields.name, resource.resource_name.raw());
        row.put(fields.r#type, resource.sort());
        row.put(fields.environment, Raw::Text("aws"));
        row.put(fields.platform, resource.resource_type.raw());
        if let Some(arn) = Arn::of(&resource.resource_arn) {
            row.text(fields.region, Some(arn.region).filter(|r| !r.is_empty()));
            row.text(fields.account, Some(arn.account).filter(|a| !a.is_empty()));
        }
        row.put(fields.protected, Raw::Bool(true));
        if let Some(arn) = resource.resource_arn.text() {
            row.put(fields.labels, Raw::Map(&[("resource_arn", arn)]));
        }
        Ok(())
    }

    fn beside(&mut self, name: &str, json: &str) {
        self.pages.beside(name, json);
    }

    fn finish(&mut self, _sink: &mut dyn RowSink) -> Ending {
        self.pages.ending()
    }
}
