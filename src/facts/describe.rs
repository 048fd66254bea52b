//! The schema in words: types as the language writes them, and the text of `backproof schema`. Stable: everything
//! stands in the order of its declaration.

use super::schema::{Derivation, Entity, EntityId, EnumId, Field, FieldId, Nature, Schema, Type};
use crate::value::{Instant, Scalar};
use std::fmt::Write;

/// A `let` of an entity, as the description shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NamedValueText {
    /// The entity.
    pub entity: EntityId,
    /// Its name.
    pub name: String,
    /// Its value as written.
    pub value: String,
    /// The `##` lines.
    pub doc: String,
}

/// A type as the language writes it: `set of system.data`, `time or never`, `plan`.
pub fn type_text(schema: &Schema, ty: &Type) -> String {
    let plain = match ty {
        Type::Bool => "bool",
        Type::Text => "text",
        Type::Int => "int",
        Type::Number => "number",
        Type::Percent => "percent",
        Type::Size => "size",
        Type::Rate => "rate",
        Type::Time => "time",
        Type::TimeOrNever => "time or never",
        Type::Date => "date",
        Type::Clock => "clock",
        Type::Window => "window",
        Type::Duration => "duration",
        Type::Cadence => "cadence",
        Type::Schedule => "schedule",
        Type::Periods => "periods",
        Type::OneOf(id) => return enumeration_text(schema, *id),
        Type::Set(of) => return format!("set of {}", within(schema, of)),
        Type::List(of) => return format!("list of {}", within(schema, of)),
        Type::Map { of, by: None } => return format!("map of {}", within(schema, of)),
        Type::Map { of, by: Some(id) } => {
            return format!("map of {} by {}", within(schema, of), enumeration_text(schema, *id));
        }
        Type::Row(id) => return schema.entity(*id).name.clone(),
        Type::Rows(id) => return format!("list of {}", schema.entity(*id).name),
    };
    plain.to_owned()
}

/// An enumeration by the field that declares it, else written out.
fn enumeration_text(schema: &Schema, id: EnumId) -> String {
    let enumeration = schema.enumeration(id);
    if declaring_field(schema, &enumeration.name) {
        return enumeration.name.clone();
    }
    format!("one of {}", members(schema, id))
}

/// An element's type: `set of [a, b]` leaves `one of` out.
fn within(schema: &Schema, ty: &Type) -> String {
    let text = type_text(schema, ty);
    text.strip_prefix("one of ").map_or(text.clone(), str::to_owned)
}

/// `[a < b]` or `[a, b]`
fn members(schema: &Schema, id: EnumId) -> String {
    let enumeration = schema.enumeration(id);
    format!("[{}]", enumeration.members.join(if enumeration.ordered { " < " } else { ", " }))
}

fn declaring_field(schema: &Schema, name: &str) -> bool {
    let Some((entity, field)) = name.split_once('.') else { return false };
    schema.entity_named(entity).is_some_and(|id| schema.entity(id).field_named(field).is_some())
}

/// The text of `backproof schema`: each entity as the language declares it, extensions merged in.
pub fn describe(schema: &Schema, named_values: &[NamedValueText]) -> String {
    let mut text = String::new();
    for (id, entity) in schema.entities() {
        if !text.is_empty() {
            text.push('\n');
        }
        let values = named_values.iter().filter(|v| v.entity == id);
        entity_text(&mut text, schema, entity, values);
    }
    text.push_str("\n# How values stand in facts files\n");
    for (ty, notation) in NOTATIONS {
        let _ = writeln!(text, "#   {ty:<10} {notation}");
    }
    text
}

/// How each type is written in the project's own format.
const NOTATIONS: &[(&str, &str)] = &[
    ("cadence", "`hourly`, `daily`, `weekly`, `monthly`, `quarterly` or `yearly`"),
    ("clock", "`22:00`"),
    ("date", "`2026-11-22`"),
    ("duration", "seconds, or a text such as `36h`, `7 days`, `PT4H`"),
    ("percent", "0 to 100"),
    ("rate", "bytes a second, or a text such as `10 MB/s`"),
    ("schedule", "a cron line"),
    ("size", "bytes, or a text such as `1.5 TiB`"),
    ("time", "RFC 3339, `2026-11-22T06:00:00Z`; an end may be `never`"),
    ("window", "`22:00 to 06:00`"),
];

fn docs(text: &mut String, indent: &str, doc: &str) {
    for line in doc.lines() {
        let _ = writeln!(text, "{indent}## {line}");
    }
}

fn entity_text<'v>(
    text: &mut String,
    schema: &Schema,
    entity: &Entity,
    values: impl Iterator<Item = &'v NamedValueText>,
) {
    docs(text, "", &entity.doc);
    let event = if entity.nature == Nature::Event { "event " } else { "" };
    let _ = writeln!(text, "{event}entity {} {:?} plural {} {{", entity.name, entity.title, entity.plural);
    let width = entity.fields.iter().map(|f| f.name.len()).chain(entity.inverses.iter().map(|i| i.name.len())).max();
    let width = width.unwrap_or(0) + 1;
    for (id, field) in entity.fields() {
        docs(text, "  ", &field.doc);
        let name = format!("{}:", field.name);
        let _ = writeln!(text, "  {name:<width$} {}", field_text(schema, entity, id, field));
    }
    for inverse in &entity.inverses {
        docs(text, "  ", &inverse.doc);
        let by = schema.field(inverse.by);
        let name = format!("{}:", inverse.name);
        let _ = writeln!(text, "  {name:<width$} many {} by {}", schema.entity(inverse.by.entity).name, by.name);
    }
    if !entity.occurs.is_empty() {
        let times: Vec<&str> = entity.occurs.iter().map(|id| field_name(entity, *id)).collect();
        let _ = writeln!(text, "  occurs {}", times.join(", "));
    }
    if !entity.ahead.is_empty() {
        let times: Vec<&str> = entity.ahead.iter().map(|id| field_name(entity, *id)).collect();
        let _ = writeln!(text, "  ahead {}", times.join(", "));
    }
    if !entity.about.is_empty() {
        let relations: Vec<&str> = entity.about.iter().map(|id| field_name(entity, *id)).collect();
        let _ = writeln!(text, "  about {}", relations.join(", "));
    }
    for value in values {
        docs(text, "  ", &value.doc);
        let written = value.value.split_whitespace().collect::<Vec<_>>().join(" ");
        let _ = writeln!(text, "  let {} = {written}", value.name);
    }
    text.push_str("}\n");
}

fn field_name(entity: &Entity, id: FieldId) -> &str {
    entity.fields.get(usize::from(id.0)).map_or("", |f| &f.name)
}

/// The type and all that stands after it.
fn field_text(schema: &Schema, entity: &Entity, id: FieldId, field: &Field) -> String {
    let own = format!("{}.{}", entity.name, field.name);
    let mut text = match &field.ty {
        Type::OneOf(e) if schema.enumeration(*e).name == own => format!("one of {}", members(schema, *e)),
        Type::Set(of) => match &**of {
            Type::OneOf(e) if schema.enumeration(*e).name == own => format!("set of {}", members(schema, *e)),
            _ => type_text(schema, &field.ty),
        },
        _ => type_text(schema, &field.ty),
    };
    if entity.key == Some(id) {
        text.push_str(" key");
    } else if field.required {
        text.push_str(" required");
    }
    if let Some(default) = &field.default {
        let _ = write!(text, " default {}", default_text(schema, &field.ty, default));
    }
    if !field.derived.is_empty() {
        let derived: Vec<String> = field.derived.iter().map(|d| derivation_text(schema, entity, d)).collect();
        let _ = write!(text, " derived {}", derived.join(", "));
    }
    if let Some(read) = &field.read_as {
        let _ = write!(text, " from {:?}", read.name);
        if let Some(unit) = read.unit {
            let _ = write!(text, " in {}", unit_text(&field.ty, unit));
        }
    }
    text
}

fn default_text(schema: &Schema, ty: &Type, default: &Scalar) -> String {
    match (ty, default) {
        (_, Scalar::Time(Instant::NEVER)) => "never".to_owned(),
        (_, Scalar::Bool(b)) => b.to_string(),
        (Type::OneOf(id), Scalar::Member(place)) => {
            schema.enumeration(*id).members.get(usize::from(*place)).cloned().unwrap_or_default()
        }
        _ => String::new(),
    }
}

fn derivation_text(schema: &Schema, entity: &Entity, derivation: &Derivation) -> String {
    match derivation {
        Derivation::Field(id) => field_name(entity, *id).to_owned(),
        Derivation::Kind(relation) => format!("{}.kind", field_name(entity, *relation)),
        Derivation::Difference(a, b) => format!("{} - {}", field_name(entity, *a), field_name(entity, *b)),
        Derivation::Through(relation, field) => {
            let other = entity.fields.get(usize::from(relation.0)).and_then(|f| match f.ty {
                Type::Row(id) => Some(schema.entity(id)),
                _ => None,
            });
            format!("{}.{}", field_name(entity, *relation), other.map_or("", |o| field_name(o, *field)))
        }
    }
}

/// Units in which a plain number of a field may be counted (`from "rpo_minutes" in min`), and what one is:
/// nanoseconds for durations, bytes for sizes. Calendar units have no fixed length and are not among them.
pub fn counting_units(ty: &Type) -> &'static [(&'static str, i64)] {
    const SECOND: i64 = 1_000_000_000;
    match ty {
        Type::Duration => &[
            ("ms", SECOND / 1000),
            ("s", SECOND),
            ("min", 60 * SECOND),
            ("h", 3_600 * SECOND),
            ("days", 86_400 * SECOND),
            ("weeks", 604_800 * SECOND),
        ],
        Type::Size => &[
            ("B", 1),
            ("KB", 1_000),
            ("MB", 1_000_000),
            ("GB", 1_000_000_000),
            ("TB", 1_000_000_000_000),
            ("PB", 1_000_000_000_000_000),
            ("KiB", 1 << 10),
            ("MiB", 1 << 20),
            ("GiB", 1 << 30),
            ("TiB", 1 << 40),
            ("PiB", 1 << 50),
        ],
        _ => &[],
    }
}

fn unit_text(ty: &Type, factor: i64) -> &'static str {
    counting_units(ty).iter().find(|(_, f)| *f == factor).map_or("", |(word, _)| word)
}
