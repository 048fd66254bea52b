//! How types and constants are named in messages, keys and listings. Decides nothing.

use crate::facts::schema::{Schema, Type};

/// A type in the words of the language: `a duration`, `set of system.algorithm`.
pub fn type_name(schema: &Schema, ty: &Type) -> String {
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
        Type::OneOf(id) => return schema.enumeration(*id).name.clone(),
        Type::Set(of) => return format!("set of {}", type_name(schema, of)),
        Type::List(of) => return format!("list of {}", type_name(schema, of)),
        Type::Map { of, by } => {
            let of = type_name(schema, of);
            return match by {
                Some(id) => format!("map of {of} by {}", schema.enumeration(*id).name),
                None => format!("map of {of}"),
            };
        }
        Type::Row(id) => return schema.entity(*id).name.clone(),
        Type::Rows(id) => return schema.entity(*id).plural.clone(),
    };
    plain.to_owned()
}

/// A type as what a value is: `a duration`, `one of system.tier`, `many runs`.
pub fn a_type(schema: &Schema, ty: &Type) -> String {
    let name = type_name(schema, ty);
    match ty {
        Type::OneOf(_) => format!("a `{name}`"),
        Type::Rows(_) => format!("many rows (`{name}`)"),
        Type::Row(_) => format!("a `{name}`"),
        Type::Periods => "periods".to_owned(),
        Type::Text => "text".to_owned(),
        Type::Int => "an int".to_owned(),
        _ => format!("a {name}"),
    }
}

/// What a value of the type looks like, for help lines.
pub fn example_of(schema: &Schema, ty: &Type) -> Option<String> {
    let plain = match ty {
        Type::Bool => "true",
        Type::Text => "\"a text\"",
        Type::Int => "3",
        Type::Number => "1.5",
        Type::Percent => "98%",
        Type::Size => "10 GB",
        Type::Rate => "10 MB/s",
        Type::Time | Type::TimeOrNever => "2026-01-01T00:00:00Z",
        Type::Date => "2026-01-01",
        Type::Clock => "22:00",
        Type::Window => "22:00 to 06:00",
        Type::Duration => "35 days",
        Type::Cadence => "daily",
        Type::OneOf(id) => return schema.enumeration(*id).members.first().cloned(),
        Type::Set(of) | Type::List(of) => return example_of(schema, of).map(|e| format!("[{e}]")),
        _ => return None,
    };
    Some(plain.to_owned())
}
