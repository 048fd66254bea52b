//! Phrases that one line could match twice: within a vocabulary, and across the vocabularies of one subject, for a
//! plain rule speaks them all. Position by position, as lines are matched.

use super::draft::{Draft, error};
use crate::base::{Diagnostic, Span};
use crate::facts::schema::{EntityId, Schema, Type};
use crate::typing::declarations::{PhraseDeclaration, TemplatePart};
use rustc_hash::{FxHashMap, FxHashSet};

/// What two phrases that could match one line have in common: subject, length and a form of the first word.
type Head<'v> = (Option<EntityId>, usize, &'v str);

/// Notes every phrase that says what an earlier one says, and drops it.
pub(super) fn check(draft: &mut Draft<'_>) {
    let mut found: Vec<(usize, usize, Diagnostic)> = Vec::new();
    let mut earlier: FxHashMap<Head<'_>, Vec<(usize, usize)>> = FxHashMap::default();
    let vocabularies = &draft.declarations.vocabularies;
    for (v, vocabulary) in vocabularies.iter().enumerate() {
        for (p, phrase) in vocabulary.phrases.iter().enumerate() {
            let Some(TemplatePart::Word(forms)) = phrase.template.first() else { continue };
            let mut compared: FxHashSet<(usize, usize)> = FxHashSet::default();
            let mut clash = None;
            for form in forms {
                let group = earlier.entry((vocabulary.subject, phrase.template.len(), form)).or_default();
                for at in group.iter() {
                    let other = &vocabularies[at.0].phrases[at.1];
                    if *at != (v, p) && compared.insert(*at) && unify(&draft.schema, &phrase.template, &other.template)
                    {
                        clash.get_or_insert((other.span, vocabularies[at.0].name.as_str()));
                    }
                }
                group.push((v, p));
            }
            if let Some((first, of)) = clash {
                found.push((v, p, both_match(phrase, &vocabulary.name, first, of)));
            }
        }
    }
    for (v, p, diagnostic) in found.into_iter().rev() {
        draft.declarations.vocabularies[v].phrases.remove(p);
        draft.report(diagnostic);
    }
}

fn both_match(phrase: &PhraseDeclaration, vocabulary: &str, first: Span, of: &str) -> Diagnostic {
    error("E0304", "one line could mean this phrase and another")
        .at(phrase.span, format!("the second, of `{vocabulary}`"))
        .and(first, format!("the first, of `{of}`"))
        .help("change a word; or the type of a hole, so that no value fits both")
}

fn unify(schema: &Schema, a: &[TemplatePart], b: &[TemplatePart]) -> bool {
    a.len() == b.len() && a.iter().zip(b).all(|(a, b)| position(schema, a, b))
}

fn position(schema: &Schema, a: &TemplatePart, b: &TemplatePart) -> bool {
    match (a, b) {
        (TemplatePart::Word(a), TemplatePart::Word(b)) => a.iter().any(|form| b.contains(form)),
        (TemplatePart::Hole { ty: a, .. }, TemplatePart::Hole { ty: b, .. }) => common(schema, a, b),
        (TemplatePart::Hole { ty, .. }, TemplatePart::Word(forms))
        | (TemplatePart::Word(forms), TemplatePart::Hole { ty, .. }) => {
            forms.iter().any(|form| is_value(schema, ty, form))
        }
    }
}

/// The cadence words.
pub(super) const CADENCES: &[&str] = &["hourly", "daily", "weekly", "monthly", "quarterly", "yearly"];

/// Whether a word of a template is a value of the type as it stands.
fn is_value(schema: &Schema, ty: &Type, word: &str) -> bool {
    match ty {
        Type::OneOf(id) => schema.enumeration(*id).members.iter().any(|m| m == word),
        Type::Cadence => CADENCES.contains(&word),
        Type::Bool => matches!(word, "true" | "false"),
        Type::Int | Type::Number => !word.is_empty() && word.bytes().all(|b| b.is_ascii_digit()),
        Type::TimeOrNever => word == "never",
        _ => false,
    }
}

/// Whether one operand could be of both types.
fn common(schema: &Schema, a: &Type, b: &Type) -> bool {
    match (a, b) {
        (Type::Set(a) | Type::List(a), Type::Set(b) | Type::List(b)) => common(schema, a, b),
        (Type::OneOf(a), Type::OneOf(b)) => {
            let (a, b) = (schema.enumeration(*a), schema.enumeration(*b));
            a.members.iter().any(|m| b.members.contains(m))
        }
        (Type::OneOf(id), Type::Cadence) | (Type::Cadence, Type::OneOf(id)) => {
            schema.enumeration(*id).members.iter().any(|m| CADENCES.contains(&m.as_str()))
        }
        (Type::Int, Type::Number) | (Type::Number, Type::Int) => true,
        (Type::Time | Type::TimeOrNever | Type::Date, Type::Time | Type::TimeOrNever | Type::Date) => true,
        (Type::Map { of: a, .. }, Type::Map { of: b, .. }) => common(schema, a, b),
        _ => a == b,
    }
}
