//! The JSON Schema (draft 2020-12) of the project's own facts format, for editors and other programs: one document
//! with a list for each kind. A line of NDJSON is `#/$defs/$row`.
//!
//! It is as strict as the loader about names and shapes, and no stricter about texts than a pattern can be.

use super::schema::{Entity, Schema, Type};
use serde_json::{Map, Value, json};

/// The whole schema as one JSON value; its objects' keys are in order, so its text is stable.
pub fn json_schema(schema: &Schema) -> Value {
    let mut definitions = Map::new();
    let mut properties = Map::new();
    let mut rows = Vec::new();
    properties.insert("export".into(), reference("$export"));
    for entity in &schema.entities {
        definitions.insert(entity.name.clone(), row(schema, entity));
        if entity.parent.is_some() {
            continue;
        }
        let list = json!({
            "type": "array",
            "items": reference(&entity.name),
            "description": entity.title,
        });
        properties.insert(entity.plural.clone(), list.clone());
        properties.insert(entity.name.clone(), list);
        rows.push(json!({
            "allOf": [reference(&entity.name)],
            "properties": { "kind": { "enum": [entity.name, entity.plural] } },
            "required": ["kind"],
        }));
    }
    rows.push(json!({
        "allOf": [reference("$export")],
        "properties": { "kind": { "const": "export" } },
        "required": ["kind"],
    }));
    definitions.insert("$row".into(), json!({ "description": "one line of NDJSON", "oneOf": rows }));
    definitions.insert("$export".into(), export(schema));
    definitions.insert("$unknown".into(), unknown());
    json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Facts for backproof",
        "type": "object",
        "properties": properties,
        "additionalProperties": false,
        "$defs": definitions,
    })
}

fn reference(definition: &str) -> Value {
    json!({ "$ref": format!("#/$defs/{definition}") })
}

/// A value that is there but not understood, with its native word.
fn unknown() -> Value {
    json!({
        "description": "not known; the word that was found",
        "type": "object",
        "properties": { "$unknown": { "type": "string" } },
        "required": ["$unknown"],
        "additionalProperties": false,
    })
}

/// One row of an entity.
fn row(schema: &Schema, entity: &Entity) -> Value {
    let mut properties = Map::new();
    let mut required = Vec::new();
    if entity.parent.is_none() {
        properties.insert("kind".into(), json!({ "enum": [entity.name, entity.plural] }));
    }
    for (field_id, field) in entity.fields() {
        // The loader fills the way to the parent: it is where the row stands.
        if entity.parent.is_some_and(|p| p.field == field_id) {
            continue;
        }
        let is_key = entity.key == Some(field_id);
        let mut cell = if is_key { json!({ "type": "string", "minLength": 1 }) } else { cell(schema, &field.ty) };
        if !field.doc.is_empty() {
            describe(&mut cell, &field.doc);
        }
        // A field that is read under another name too has two names in files; then neither can be required.
        match &field.read_as {
            None if field.required || is_key => required.push(Value::from(field.name.as_str())),
            None => {}
            Some(read) => {
                let mut other = match read.unit {
                    Some(_) => any_of(vec![json!({ "type": ["number", "null"] }), reference("$unknown")]),
                    None => cell.clone(),
                };
                describe(&mut other, &field.doc);
                properties.insert(read.name.clone(), other);
            }
        }
        properties.insert(field.name.clone(), cell);
    }
    let description = if entity.doc.is_empty() { entity.title.clone() } else { entity.doc.clone() };
    json!({
        "title": entity.title,
        "description": description,
        "type": "object",
        "properties": properties,
        "required": required,
        "additionalProperties": false,
    })
}

fn describe(cell: &mut Value, doc: &str) {
    if let Some(object) = cell.as_object_mut()
        && !doc.is_empty()
    {
        object.insert("description".into(), Value::from(doc));
    }
}

fn any_of(alternatives: Vec<Value>) -> Value {
    json!({ "anyOf": alternatives })
}

/// A cell: the value, `null`, `{"$unknown": …}`, and what its type allows beside.
fn cell(schema: &Schema, ty: &Type) -> Value {
    let mut alternatives = vec![value(schema, ty)];
    match ty {
        Type::Rows(_) => return value(schema, ty),
        Type::TimeOrNever => {
            alternatives.push(json!({ "const": "never" }));
            alternatives.push(between(&value(schema, ty)));
        }
        Type::Int
        | Type::Number
        | Type::Percent
        | Type::Size
        | Type::Rate
        | Type::Time
        | Type::Date
        | Type::Duration => {
            alternatives.push(between(&value(schema, ty)));
        }
        Type::Set(of) | Type::List(of) => alternatives.push(json!({
            "description": "these, and maybe more",
            "type": "object",
            "properties": { "$open": { "type": "array", "items": any_of(vec![value(schema, of), reference("$unknown")]) } },
            "required": ["$open"],
            "additionalProperties": false,
        })),
        _ => {}
    }
    alternatives.push(json!({ "type": "null" }));
    alternatives.push(reference("$unknown"));
    any_of(alternatives)
}

fn between(end: &Value) -> Value {
    json!({
        "description": "between two ends",
        "type": "object",
        "properties": { "$from": end, "$to": end },
        "required": ["$from", "$to"],
        "additionalProperties": false,
    })
}

/// A known value of a type.
fn value(schema: &Schema, ty: &Type) -> Value {
    const CLOCK: &str = "([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9])?";
    match ty {
        Type::Bool => json!({ "type": "boolean" }),
        Type::Text | Type::Schedule => json!({ "type": "string" }),
        Type::Int => json!({ "type": "integer" }),
        Type::Number => json!({ "type": "number" }),
        Type::Percent => json!({ "type": "number", "description": "0 to 100" }),
        Type::Size => json!({ "type": ["integer", "string"], "description": "bytes, or a text such as `1.5 TiB`" }),
        Type::Rate => {
            json!({ "type": ["number", "string"], "description": "bytes a second, or a text such as `10 MB/s`" })
        }
        Type::Time | Type::TimeOrNever => {
            json!({ "type": "string", "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}", "description": "RFC 3339" })
        }
        Type::Date => json!({ "type": "string", "format": "date" }),
        Type::Clock => json!({ "type": "string", "pattern": format!("^{CLOCK}$") }),
        Type::Window => json!({ "type": "string", "pattern": format!("^{CLOCK} to {CLOCK}$") }),
        Type::Duration => {
            json!({ "type": ["number", "string"], "description": "seconds, or a text such as `36h`, `7 days`, `PT4H`" })
        }
        Type::Cadence => json!({ "enum": ["hourly", "daily", "weekly", "monthly", "quarterly", "yearly"] }),
        Type::OneOf(id) => json!({ "enum": schema.enumeration(*id).members }),
        Type::Set(of) => json!({ "type": "array", "items": value(schema, of), "uniqueItems": true }),
        Type::List(of) => json!({ "type": "array", "items": value(schema, of) }),
        Type::Map { of, by } => {
            let mut map = json!({ "type": "object", "additionalProperties": value(schema, of) });
            if let (Some(id), Some(object)) = (by, map.as_object_mut()) {
                object.insert("propertyNames".into(), json!({ "enum": schema.enumeration(*id).members }));
            }
            map
        }
        Type::Row(id) => {
            json!({ "type": "string", "minLength": 1, "description": format!("the key of a {}", schema.entity(*id).name) })
        }
        Type::Rows(id) => json!({ "type": "array", "items": reference(&schema.entity(*id).name) }),
        Type::Periods => json!(false),
    }
}

/// What an export states about itself.
fn export(schema: &Schema) -> Value {
    let kinds: Vec<&str> = schema.entities.iter().flat_map(|e| [e.name.as_str(), e.plural.as_str()]).collect();
    let globs = json!({ "type": ["string", "array"], "items": { "type": "string" } });
    let covers: Map<String, Value> = schema.entities.iter().map(|e| (e.name.clone(), globs.clone())).collect();
    let time = value(schema, &Type::Time);
    json!({
        "description": "what was collected: how far absence is evidence",
        "type": "object",
        "properties": {
            "kind": { "const": "export" },
            "tool": { "type": "string" },
            "account": { "type": "string" },
            "kinds": { "type": "array", "items": { "enum": kinds } },
            "collected_at": time,
            "complete": { "type": "boolean" },
            "incomplete": { "type": "string" },
            "covers": any_of(vec![
                json!({ "const": "all" }),
                json!({ "type": "object", "properties": covers, "additionalProperties": false }),
            ]),
            "covers_from": any_of(vec![json!({ "const": "all" }), time.clone()]),
            "covers_to": time,
            "timezone": { "type": "string" },
            "words": { "type": "object", "additionalProperties": { "type": "string" } },
        },
        "additionalProperties": false,
    })
}
