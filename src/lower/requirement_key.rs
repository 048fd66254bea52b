//! The requirement key of an id (`semantics.md` 7.1): a phrase's words with categorical holes as `name=value` and
//! quantities as the bare name; of a plain `require` the canonical text with quantities as `#`. So another threshold
//! keeps the id, another phrase does not.

use super::canonical;
use crate::facts::schema::{Schema, Type};
use crate::plan::{NodeId, Op};
use crate::syntax::tree;
use crate::typing::checker::Checker;
use crate::typing::declarations::{PhraseDeclaration, TemplatePart};
use crate::value::Scalar;
use crate::value::literal::write_cadence;

/// The key of a plain `require`.
pub(super) fn of_claim(claim: &tree::Expr) -> String {
    canonical::text(claim)
}

/// A phrase's words with its holes. Of a word's two forms the last: `copies` of `copy|copies`.
pub(super) fn of_phrase(phrase: &PhraseDeclaration, holes: &[String]) -> String {
    let mut holes = holes.iter();
    let words = phrase.template.iter().map(|part| match part {
        TemplatePart::Word(forms) => forms.last().cloned().unwrap_or_default(),
        TemplatePart::Hole { .. } => holes.next().cloned().unwrap_or_default(),
    });
    words.collect::<Vec<_>>().join(" ")
}

/// A hole as it stands in the key.
pub(super) fn of_hole(
    checker: &Checker<'_>,
    name: &str,
    ty: &Type,
    value: Option<NodeId>,
    expr: &tree::Expr,
) -> String {
    if is_quantity(ty) {
        return format!("{{{name}}}");
    }
    let known = value.and_then(|id| match &checker.nodes.get(id).op {
        Op::Constant(value) => Some(word(checker.schema, ty, value)),
        Op::Constants(values) => {
            let of = match ty {
                Type::Set(of) | Type::List(of) => of,
                other => other,
            };
            let mut words: Vec<String> = values.iter().map(|v| word(checker.schema, of, v)).collect();
            words.sort();
            Some(format!("[{}]", words.join(", ")))
        }
        _ => None,
    });
    format!("{{{name}={}}}", known.unwrap_or_else(|| canonical::text(expr)))
}

fn is_quantity(ty: &Type) -> bool {
    match ty {
        Type::Int | Type::Number | Type::Percent | Type::Size | Type::Rate | Type::Time | Type::TimeOrNever => true,
        Type::Date | Type::Duration | Type::Clock | Type::Window => true,
        Type::Set(of) | Type::List(of) => is_quantity(of),
        _ => false,
    }
}

/// A categorical constant as a word.
fn word(schema: &Schema, ty: &Type, value: &Scalar) -> String {
    match (value, ty) {
        (Scalar::Member(place), Type::OneOf(id)) => {
            schema.enumeration(*id).members.get(usize::from(*place)).cloned().unwrap_or_default()
        }
        (Scalar::Cadence(cadence), _) => write_cadence(*cadence).to_owned(),
        (Scalar::Text(text), _) => text.to_string(),
        (Scalar::Bool(true), _) => "true".to_owned(),
        (Scalar::Bool(false), _) => "false".to_owned(),
        _ => "#".to_owned(),
    }
}
