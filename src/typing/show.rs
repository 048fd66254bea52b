//! How types are named in messages, with their article, and what a value of each looks like. Decides nothing.

use crate::facts::describe::type_text;
use crate::facts::schema::{Schema, Type};

/// A type as what a value is: `a duration`, `one of system.tier`, `many runs`.
pub fn a_type(schema: &Schema, ty: &Type) -> String {
    let name = type_text(schema, ty);
    match ty {
        Type::OneOf(_) => format!("a `{name}`"),
        Type::Rows(entity) => format!("many rows (`{}`)", schema.entity(*entity).plural),
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

/// A plain number as the percent that is meant by it: `98` is `98%`, and a fraction such as `0.98` is it too.
pub fn as_percent(number: &str) -> String {
    let Some(fraction) = number.strip_prefix("0.") else { return format!("{number}%") };
    let (whole, rest) = match fraction.char_indices().nth(2) {
        Some((at, _)) => fraction.split_at(at),
        None => (fraction, ""),
    };
    let whole = format!("{whole:0<2}");
    let whole = whole.trim_start_matches('0');
    let whole = if whole.is_empty() { "0" } else { whole };
    let rest = rest.trim_end_matches('0');
    if rest.is_empty() { format!("{whole}%") } else { format!("{whole}.{rest}%") }
}

#[cfg(test)]
mod tests {
    use super::as_percent;

    #[test]
    fn fractions_are_told_as_the_percent_they_mean() {
        let cases =
            [("98", "98%"), ("0.8", "80%"), ("0.985", "98.5%"), ("0.05", "5%"), ("0.001", "0.1%"), ("1.5", "1.5%")];
        for (number, percent) in cases {
            assert_eq!(as_percent(number), percent);
        }
    }
}
