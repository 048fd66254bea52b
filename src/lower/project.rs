//! Parameters of the project file as the language would write them. Knows no YAML: only texts, lists and maps of them.

use crate::base::Place;
use crate::facts::schema::Type;

/// The values that a project file sets.
#[derive(Debug, Clone, Default)]
pub struct ProjectParameters {
    /// In the order of the file.
    pub values: Vec<ProjectParameter>,
    /// What a name is that no policy at hand declares.
    pub strangers: Strangers,
}

/// What a name is that no policy at hand declares.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Strangers {
    /// A mistake: all policies of the project are at hand.
    #[default]
    Refused,
    /// Another policy's: only some of them are.
    PassedOver,
}

/// One value.
#[derive(Debug, Clone)]
pub struct ProjectParameter {
    /// The parameter's name, short or qualified.
    pub name: String,
    /// Where the name stands.
    pub named_at: Place,
    /// The value.
    pub value: Written,
    /// Where the value stands.
    pub place: Place,
}

/// A value as the project file writes it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Written {
    /// A word, quoted or not.
    One(String),
    /// A list.
    Many(Vec<Written>),
    /// Keys with values.
    Map(Vec<(String, Written)>),
}

impl Written {
    /// The literal of the language. Where the type is text a word needs no quotes of the language's own.
    pub(super) fn literal(&self, ty: &Type) -> String {
        match (self, ty) {
            (Written::One(text), Type::Text) if !text.starts_with('"') => quoted(text),
            (Written::One(text), _) => text.clone(),
            (Written::Many(items), Type::Set(of) | Type::List(of)) => list(items, of),
            (Written::Many(items), ty) => list(items, ty),
            (Written::Map(entries), Type::Map { of, .. }) => map(entries, of),
            (Written::Map(entries), ty) => map(entries, ty),
        }
    }
}

fn list(items: &[Written], of: &Type) -> String {
    format!("[{}]", items.iter().map(|item| item.literal(of)).collect::<Vec<_>>().join(", "))
}

fn map(entries: &[(String, Written)], of: &Type) -> String {
    let plain = |key: &str| key.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_');
    let key = |key: &str| if plain(key) { key.to_owned() } else { quoted(key) };
    let entries = entries.iter().map(|(name, value)| format!("{}: {}", key(name), value.literal(of)));
    format!("{{ {} }}", entries.collect::<Vec<_>>().join(", "))
}

/// A text of the language, in which braces are doubled.
fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('{', "{{").replace('}', "}}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn one(text: &str) -> Written {
        Written::One(text.to_owned())
    }

    #[test]
    fn the_type_decides_how_a_word_is_written() {
        assert_eq!(one("35 days").literal(&Type::Duration), "35 days");
        assert_eq!(one("35 days").literal(&Type::Text), "\"35 days\"");
        assert_eq!(one("a{b}").literal(&Type::Text), "\"a{{b}}\"");
        let texts = Type::Set(Box::new(Type::Text));
        assert_eq!(Written::Many(vec![one("jhb"), one("\"cpt\"")]).literal(&texts), "[\"jhb\", \"cpt\"]");
        let map = Type::Map { of: Box::new(Type::Duration), by: None };
        let entries = vec![("critical".to_owned(), one("90 days")), ("a-b".to_owned(), one("1 day"))];
        assert_eq!(Written::Map(entries).literal(&map), "{ critical: 90 days, \"a-b\": 1 day }");
        assert_eq!(one("{ critical: 90 days }").literal(&map), "{ critical: 90 days }");
    }
}
