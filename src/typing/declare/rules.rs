//! Rules: their kind, their name, the clauses that stand once, what they are evidence for.

use super::clauses;
use super::draft::{Draft, did_you_mean, error};
use super::policies::FilePolicies;
use crate::base::Span;
use crate::syntax::ITEMS;
use crate::syntax::tree::{ItemKind, LineKind, Name, PhraseToken, RuleItem};
use crate::typing::declarations::{RuleDeclaration, Wholeness};
use rustc_hash::FxHashMap;
use std::sync::Arc;

/// How much a rule may weigh.
const WEIGHTS: &[&str] = &["low", "medium", "high", "critical"];

/// Declares the rules of all policies.
pub(super) fn declare(draft: &mut Draft<'_>, of_files: &FilePolicies) {
    let mut first: FxHashMap<(usize, String), Span> = FxHashMap::default();
    for (file, item, rule) in draft.items(|k| if let ItemKind::Rule(r) = k { Some(r) } else { None }) {
        let policy = of_files.get(&file.source).copied();
        let vocabulary = kind(draft, rule);
        lines(draft, rule);
        // Of what is no rule nobody knows whether it has to say these.
        if vocabulary.is_some() && !rule.lost.any() {
            lacking(draft, rule);
        }
        let Some(policy) = policy else { continue };
        if let Some(first) = first.get(&(policy, rule.name.value.clone())) {
            let policy = draft.declarations.policies.get(policy).map(|p| p.name.clone()).unwrap_or_default();
            let diagnostic = error("E0607", format!("`{policy}` has a rule `{}` already", rule.name.value))
                .at(rule.name.span, "again here")
                .and(*first, "first here")
                .help("the kind of a rule is no part of its name: choose another name");
            draft.report(diagnostic);
            continue;
        }
        first.insert((policy, rule.name.value.clone()), rule.name.span);
        let Some(vocabulary) = vocabulary else { continue };
        draft.declarations.rules.push(RuleDeclaration {
            policy,
            vocabulary,
            item: Arc::new(rule.clone()),
            span: item.span,
        });
    }
}

/// The vocabulary of a rule (`Some(None)` for a plain one), or `None` where it has none that is usable.
fn kind(draft: &mut Draft<'_>, rule: &RuleItem) -> Option<Option<usize>> {
    let word = &rule.kind;
    if word.value == "rule" {
        return Some(None);
    }
    if let Some(place) = draft.declarations.vocabularies.iter().position(|v| v.name == word.value) {
        return Some(Some(place));
    }
    if !draft.is_broken(&word.value) {
        let all = draft.declarations.vocabularies.iter().map(|v| v.name.as_str());
        let all: Vec<&str> = std::iter::once("rule").chain(all).chain(ITEMS.iter().copied()).collect();
        let help = did_you_mean(&word.value, all.iter().copied(), "write `rule`");
        draft.report(error("E0608", format!("no rule kind is called `{}`", word.value)).at(word.span, "").help(help));
    }
    None
}

fn lines(draft: &mut Draft<'_>, rule: &RuleItem) {
    clauses::once(draft, &rule.lines, FxHashMap::default());
    for line in &rule.lines {
        match &line.kind {
            LineKind::Severity(word) => severity(draft, word),
            LineKind::Evidence { framework, control } => evidence(draft, framework, control),
            _ => {}
        }
    }
}

/// For whom it holds, and what it asks for.
fn lacking(draft: &mut Draft<'_>, rule: &RuleItem) {
    if !rule.lines.iter().any(|l| matches!(l.kind, LineKind::For(_))) {
        let diagnostic = error("E0610", format!("the rule `{}` does not say for whom it holds", rule.name.value));
        let in_one = rule.lines.iter().find_map(|line| match &line.kind {
            LineKind::Phrase(tokens) => match tokens.first() {
                Some(PhraseToken::Word(word)) if word.value.eq_ignore_ascii_case("foreach") => Some(word.span),
                _ => None,
            },
            _ => None,
        });
        draft.report(match in_one {
            Some(word) => diagnostic.at(word, "in one word").help("write `for each`"),
            None => diagnostic.at(rule.name.span, "").help("add a line such as `for each system` or `for the estate`"),
        });
    }
    if !clauses::asks(&rule.lines) {
        let diagnostic = error("E0611", format!("the rule `{}` asks for nothing", rule.name.value))
            .at(rule.name.span, "")
            .help("add a phrase, or a line that begins with `require`");
        draft.report(diagnostic);
    }
}

fn severity(draft: &mut Draft<'_>, word: &Name) {
    if !WEIGHTS.contains(&word.value.as_str()) {
        let help = did_you_mean(&word.value, WEIGHTS.iter().copied(), "");
        draft.report(error("E0612", format!("`{}` is no severity", word.value)).at(word.span, "").help(help));
    }
}

fn evidence(draft: &mut Draft<'_>, framework: &Name, control: &Name) {
    let Some(found) = draft.declarations.frameworks.iter().find(|f| f.name == framework.value) else {
        if !draft.is_broken(&framework.value) {
            let names = draft.declarations.frameworks.iter().map(|f| f.name.as_str());
            let help = did_you_mean(&framework.value, names, "declare it: `framework … \"…\" edition \"…\" { … }`");
            let message = format!("no framework is called `{}`", framework.value);
            draft.report(error("E0616", message).at(framework.span, "").help(help));
        }
        return;
    };
    if found.controls.iter().any(|c| c.id == control.value) || found.broken == Wholeness::Broken {
        return;
    }
    let ids = found.controls.iter().map(|c| c.id.as_str());
    let help = did_you_mean(&control.value, ids, "declare it in the framework");
    let diagnostic = error("E0617", format!("`{}` declares no control `{}`", framework.value, control.value))
        .at(control.span, "")
        .and(found.span, format!("the framework, {}", found.edition));
    draft.report(diagnostic.help(help));
}
