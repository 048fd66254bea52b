//! `unreachable` lines: the rule or phrase that they name.

use crate::base::codes::Code;
use crate::base::suggest::distance;
use crate::base::{Diagnostic, Span};
use crate::plan::{Coverable, State, Unreachable};
use crate::syntax::tree::{self, Name};
use crate::typing::checker::Checker;
use crate::typing::declarations::{TemplatePart, UnreachableDeclaration};

/// All of them that name something.
pub(super) fn lower(checker: &mut Checker<'_>) -> Vec<Unreachable> {
    let declared = checker.declarations.unreachable.iter();
    declared.filter_map(|declared| one(checker, declared)).collect()
}

fn one(checker: &mut Checker<'_>, declared: &UnreachableDeclaration) -> Option<Unreachable> {
    let item = &declared.item;
    let state = match item.state.value.as_str() {
        "passes" => State::Passes,
        "fails" => State::Fails,
        "is unknown" => State::IsUnknown,
        _ => State::Boundary,
    };
    let (of, span) = match &item.what {
        tree::Coverable::Phrase(text) => (Coverable::Phrase(phrase(checker, text)?), text.span),
        tree::Coverable::Rule(name) => {
            let rule = super::rule_named(checker, declared.policy, name)?;
            if matches!(state, State::IsUnknown | State::Boundary) {
                return checker.fail(
                    Diagnostic::error(Code("E0711"), "tests show of a rule that it passes, and that it fails")
                        .at(item.state.span, "not asked of a rule")
                        .help("remove the line; phrases are asked to be unknown, and at their boundary"),
                );
            }
            (Coverable::Rule(rule), name.span)
        }
    };
    Some(Unreachable { span: span.to(item.state.span), of, state, reason: item.reason.value.clone() })
}

/// The phrase whose head reads like `text`.
fn phrase(checker: &mut Checker<'_>, text: &Name) -> Option<Span> {
    let all = checker.declarations.vocabularies.iter().flat_map(|vocabulary| &vocabulary.phrases);
    let wanted: Vec<&str> = text.value.split_whitespace().collect();
    let found = all.clone().find(|phrase| {
        phrase.template.len() == wanted.len()
            && phrase.template.iter().zip(&wanted).all(|(part, word)| reads(part, word))
    });
    if let Some(phrase) = found {
        return Some(phrase.span);
    }
    let heads: Vec<String> = all.map(|phrase| written(&phrase.template)).collect();
    let nearest = heads.iter().min_by_key(|head| distance(head, &text.value));
    let near = nearest.filter(|head| distance(head, &text.value) <= head.len() / 3);
    let help = near.map_or_else(
        || "write its head: words and holes, `keep at least {n} versions`".to_owned(),
        |near| format!("did you mean `{near}`?"),
    );
    checker.fail(Diagnostic::error(Code("E0711"), "no phrase reads like this").at(text.span, "").help(help))
}

fn reads(part: &TemplatePart, word: &str) -> bool {
    match part {
        TemplatePart::Word(forms) => forms.iter().any(|form| form == word) || forms.join("|") == word,
        TemplatePart::Hole { name, .. } => word.strip_prefix('{').and_then(|w| w.strip_suffix('}')) == Some(name),
    }
}

/// A phrase's head, its holes by their names.
pub fn written(template: &[TemplatePart]) -> String {
    let words = template.iter().map(|part| match part {
        TemplatePart::Word(forms) => forms.last().cloned().unwrap_or_default(),
        TemplatePart::Hole { name, .. } => format!("{{{name}}}"),
    });
    words.collect::<Vec<_>>().join(" ")
}
