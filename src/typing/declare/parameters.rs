//! Parameters and the `let`s of files: values that a policy names.

use super::draft::{Draft, did_you_mean, error};
use super::policies::FilePolicies;
use super::types::{self, Asker};
use crate::base::Span;
use crate::syntax::tree::{Item, ItemKind, Name, ParameterItem};
use crate::typing::declarations::{LetDeclaration, ParameterDeclaration};
use rustc_hash::FxHashMap;
use std::sync::Arc;

/// Who may have set a number.
const SOURCES: &[&str] = &["regulation", "standard", "guidance", "organisation", "house"];

/// Declares the parameters and `let`s of all policies.
pub(super) fn declare(draft: &mut Draft<'_>, of_files: &FilePolicies) {
    let mut first: FxHashMap<(usize, String), Span> = FxHashMap::default();
    let items = draft.items(|k| Some(k).filter(|k| matches!(k, ItemKind::Parameter(_) | ItemKind::Let(_))));
    for (file, item, kind) in items {
        let Some(policy) = of_files.get(&file.source).copied() else { continue };
        match kind {
            ItemKind::Parameter(written) if is_new(draft, &mut first, policy, &written.name) => {
                parameter(draft, item, policy, written);
            }
            ItemKind::Let(line) if is_new(draft, &mut first, policy, &line.name) => {
                draft.declarations.lets.push(LetDeclaration {
                    policy,
                    name: line.name.value.clone(),
                    value: Arc::new(line.value.clone()),
                    span: line.name.span,
                });
            }
            _ => {}
        }
    }
}

/// Whether nothing in the policy has the name yet.
fn is_new(draft: &mut Draft<'_>, first: &mut FxHashMap<(usize, String), Span>, policy: usize, name: &Name) -> bool {
    if let Some(first) = first.get(&(policy, name.value.clone())) {
        let policy = draft.declarations.policies.get(policy).map(|p| p.name.clone()).unwrap_or_default();
        let diagnostic = error("E0605", format!("`{policy}.{}` is declared already", name.value))
            .at(name.span, "again here")
            .and(*first, "first here")
            .help("a name means one thing within a policy: choose another");
        draft.report(diagnostic);
        return false;
    }
    first.insert((policy, name.value.clone()), name.span);
    true
}

fn parameter<'t>(draft: &mut Draft<'t>, item: &'t Item, policy: usize, written: &'t ParameterItem) {
    let name = written.name.value.clone();
    let mut source = "";
    match &written.source {
        Some(word) => match SOURCES.iter().find(|s| **s == word.value) {
            Some(known) => source = known,
            None => {
                let help = did_you_mean(&word.value, SOURCES.iter().copied(), "");
                let message = format!("`{}` is nobody who sets a number", word.value);
                draft.report(error("E0606", message).at(word.span, "").help(help));
            }
        },
        None => {
            let message = format!("the parameter `{name}` does not say who set it");
            let help = format!("write `from` and one of {} after its type", listed(SOURCES));
            draft.report(error("E0606", message).at(written.name.span, "").help(help));
        }
    }
    let Some((ty, not_negative)) = types::resolve(draft, &written.ty, &Asker::Parameter(name.clone())) else {
        draft.mark_broken(&name);
        return;
    };
    draft.declarations.parameters.push(ParameterDeclaration {
        policy,
        name,
        ty,
        not_negative,
        source: source.to_owned(),
        value: written.value.clone().map(Arc::new),
        span: written.name.span,
        doc: item.doc.clone(),
    });
}

fn listed(words: &[&str]) -> String {
    words.iter().map(|word| format!("`{word}`")).collect::<Vec<_>>().join(", ")
}
