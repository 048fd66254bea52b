//! Which names may be declared. Words that the language keeps for itself never come here: they are no names for the
//! parser.

use super::draft::{Draft, error};
use crate::syntax::tree::Name;

/// First words of items, so that no rule kind is called so.
const ITEMS: &[&str] = &[
    "entity",
    "escalation",
    "event",
    "extend",
    "framework",
    "let",
    "param",
    "policy",
    "rule",
    "test",
    "vocabulary",
    "waiver",
];

/// Names of the built-in types.
pub(super) const TYPES: &[&str] = &[
    "bool", "cadence", "clock", "count", "date", "duration", "int", "list", "map", "number", "percent", "rate",
    "schedule", "set", "size", "text", "time", "window",
];

/// Words that a facts document uses itself, and the word for all of the estate.
const DOCUMENT: &[&str] = &["estate", "export", "exports", "kind", "version"];

/// What a name is declared for.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Naming {
    /// An entity or its collection.
    Entity,
    /// A field, a relation or a named value of an entity.
    Member,
    /// A vocabulary.
    Vocabulary,
}

/// Whether `name` may be declared; if not, the mistake is noted.
pub(super) fn may_be_declared(draft: &mut Draft<'_>, name: &Name, naming: Naming) -> bool {
    let word = name.value.as_str();
    let (why, help) = if naming == Naming::Entity && TYPES.contains(&word) {
        ("is the name of a type", "choose another name")
    } else if naming == Naming::Entity && DOCUMENT.contains(&word) {
        ("is a word of facts files or of the language", "choose another name")
    } else if naming == Naming::Member && word == "kind" {
        ("tells rows apart in facts files", "what a row's sort is within its entity is its `type`")
    } else if naming == Naming::Vocabulary && ITEMS.contains(&word) {
        ("begins items of its own", "choose another name")
    } else {
        return true;
    };
    let message = format!("nothing can be called `{word}`");
    draft.report(error("E0502", message).at(name.span, format!("`{word}` {why}")).help(help));
    false
}
