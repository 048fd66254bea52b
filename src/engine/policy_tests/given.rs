//! What a test gives, as a facts file of the project's own format: one line for the export, one for each row.

use crate::base::Span;
use crate::facts::schema::{EntityId, FieldRef, Schema, Type};
use crate::plan::{GivenKind, GivenRow, GivenValue, Test};
use crate::value::duration_text::write_duration;
use crate::value::instant::{write_date, write_instant};
use crate::value::literal::{write_cadence, write_clock, write_percent, write_window};
use crate::value::size::{write_rate, write_size};
use crate::value::{Instant, Scalar};
use serde_json::{Map, Value, json};
use std::collections::{BTreeMap, BTreeSet};

/// The rows of a test.
pub(super) struct Rows {
    /// The file; empty where nothing is given.
    pub text: String,
    /// For each of its lines the line of the test that gives it.
    pub lines: Vec<Span>,
}

/// Every kind that is given is collected now, complete, of everybody and of all time; any other is not collected.
pub(super) fn write(schema: &Schema, test: &Test, now: Instant) -> Rows {
    let mut kinds = BTreeSet::new();
    for line in &test.given {
        match &line.kind {
            GivenKind::None(entity) | GivenKind::Rows { entity, .. } => kinds.insert(*entity),
            GivenKind::Facts(_) => false,
        };
    }
    if kinds.is_empty() {
        return Rows { text: String::new(), lines: Vec::new() };
    }
    let names: Vec<&str> = kinds.iter().map(|kind| schema.entity(*kind).name.as_str()).collect();
    let export = json!({
        "kind": "export", "kinds": names, "collected_at": write_instant(now), "complete": true,
        "covers": "all", "covers_from": "all",
    });
    let mut text = format!("{export}\n");
    let mut lines = vec![test.title.span];
    let mut keys = Keys::of(schema, test);
    for line in &test.given {
        let GivenKind::Rows { entity, times, row } = &line.kind else { continue };
        for time in times {
            let mut object = Map::new();
            object.insert("kind".to_owned(), Value::from(schema.entity(*entity).name.as_str()));
            cells(schema, *entity, row, &mut object);
            if let Some((field, at)) = time {
                let name = &schema.field(FieldRef { entity: *entity, field: *field }).name;
                object.insert(name.clone(), Value::from(write_instant(*at)));
            }
            keys.complete(schema, *entity, &mut object);
            text.push_str(&Value::Object(object).to_string());
            text.push('\n');
            lines.push(line.span);
        }
    }
    Rows { text, lines }
}

/// Keys for rows that have none: `run-1`, `run-2`, …, passing over those that are given.
struct Keys<'t> {
    given: BTreeSet<(EntityId, &'t str)>,
    next: BTreeMap<EntityId, u64>,
}

impl<'t> Keys<'t> {
    fn of(schema: &Schema, test: &'t Test) -> Keys<'t> {
        let mut given = BTreeSet::new();
        for line in &test.given {
            let GivenKind::Rows { entity, row, .. } = &line.kind else { continue };
            let key = row.cells.iter().find(|(field, _)| schema.entity(*entity).key == Some(*field));
            if let Some((_, GivenValue::One(Scalar::Text(key)))) = key {
                given.insert((*entity, &**key));
            }
        }
        Keys { given, next: BTreeMap::new() }
    }

    fn complete(&mut self, schema: &Schema, entity: EntityId, object: &mut Map<String, Value>) {
        let declared = schema.entity(entity);
        let Some(field) = declared.key else { return };
        let name = &schema.field(FieldRef { entity, field }).name;
        if object.contains_key(name) {
            return;
        }
        let number = self.next.entry(entity).or_insert(0);
        loop {
            *number += 1;
            let key = format!("{}-{number}", declared.name);
            if !self.given.contains(&(entity, key.as_str())) {
                object.insert(name.clone(), Value::from(key));
                return;
            }
        }
    }
}

fn cells(schema: &Schema, entity: EntityId, row: &GivenRow, object: &mut Map<String, Value>) {
    for (field, value) in &row.cells {
        let field = schema.field(FieldRef { entity, field: *field });
        let value = match value {
            GivenValue::Unknown => json!({ "$unknown": "unknown" }),
            GivenValue::One(scalar) => written(schema, &field.ty, scalar),
            GivenValue::Many { members, open } => {
                let of = item(&field.ty);
                let members: Vec<Value> = members.iter().map(|member| written(schema, of, member)).collect();
                if *open { json!({ "$open": members }) } else { Value::from(members) }
            }
            GivenValue::Map(entries) => {
                let (of, by) = match &field.ty {
                    Type::Map { of, by } => (&**of, by.map_or(Type::Text, Type::OneOf)),
                    other => (other, Type::Text),
                };
                let entry =
                    |(key, value): &(Scalar, Scalar)| (text_of(&written(schema, &by, key)), written(schema, of, value));
                Value::Object(entries.iter().map(entry).collect())
            }
            GivenValue::Rows { entity, rows } => {
                let row = |row: &GivenRow| {
                    let mut object = Map::new();
                    cells(schema, *entity, row, &mut object);
                    Value::Object(object)
                };
                Value::from(rows.iter().map(row).collect::<Vec<_>>())
            }
        };
        object.insert(field.name.clone(), value);
    }
}

fn item(ty: &Type) -> &Type {
    match ty {
        Type::Set(of) | Type::List(of) => of,
        other => other,
    }
}

fn text_of(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

/// A value in the notation of facts files.
fn written(schema: &Schema, ty: &Type, value: &Scalar) -> Value {
    match value {
        Scalar::Bool(value) => Value::from(*value),
        Scalar::Int(value) => Value::from(*value),
        Scalar::Number(value) => Value::from(*value),
        Scalar::Percent(value) => Value::from(write_percent(*value)),
        Scalar::Size(value) => Value::from(write_size(*value)),
        Scalar::Rate(value) => Value::from(write_rate(*value)),
        Scalar::Time(at) => Value::from(write_instant(*at)),
        Scalar::Date(day) => Value::from(write_date(*day)),
        Scalar::Duration(duration) => Value::from(write_duration(*duration)),
        Scalar::Clock(at) => Value::from(write_clock(*at)),
        Scalar::Window(window) => Value::from(write_window(*window)),
        Scalar::Cadence(cadence) => Value::from(write_cadence(*cadence)),
        Scalar::Text(text) => Value::from(&**text),
        Scalar::Member(place) => {
            let members = match ty {
                Type::OneOf(id) => schema.enumeration(*id).members.as_slice(),
                _ => &[],
            };
            Value::from(members.get(usize::from(*place)).map_or("", String::as_str))
        }
    }
}
