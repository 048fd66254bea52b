//! Vocabularies: whom they speak of, and their phrases.

use super::clauses;
use super::draft::{Draft, did_you_mean, error};
use super::entities::twice;
use super::names::{Naming, may_be_declared};
use super::overlap;
use super::types::{self, Asker};
use crate::base::Span;
use crate::facts::schema::EntityId;
use crate::syntax::tree::{self, ItemKind, Phrase, VocabularyItem};
use crate::typing::declarations::{PhraseDeclaration, TemplatePart, Vocabulary, Wholeness};
use rustc_hash::FxHashMap;

/// Declares all vocabularies with the phrases of their extensions.
pub(super) fn declare(draft: &mut Draft<'_>) {
    let items = draft.items(|k| if let ItemKind::Vocabulary(v) = k { Some(v) } else { None });
    let (extensions, own): (Vec<_>, Vec<_>) = items.into_iter().partition(|(_, _, v)| v.extend);
    for (_, item, written) in own {
        let Some(subject) = subject(draft, written) else {
            draft.mark_broken(&written.name.value);
            continue;
        };
        if let Some(first) = draft.declarations.vocabularies.iter().find(|v| v.name == written.name.value) {
            let diagnostic = twice(draft, &written.name, Some(first.span), "vocabulary", "extend vocabulary");
            draft.report(diagnostic);
            continue;
        }
        if !may_be_declared(draft, &written.name, Naming::Vocabulary) {
            draft.mark_broken(&written.name.value);
            continue;
        }
        draft.declarations.vocabularies.push(Vocabulary {
            name: written.name.value.clone(),
            subject,
            phrases: Vec::new(),
            span: written.name.span,
            doc: item.doc.clone(),
            broken: Wholeness::Whole,
        });
        let place = draft.declarations.vocabularies.len() - 1;
        phrases(draft, place, written);
    }
    for (_, _, written) in extensions {
        extend(draft, written);
    }
    overlap::check(draft);
}

/// Whom a vocabulary speaks of (`Some(None)`: the estate), or `None` where the entity is not usable.
fn subject(draft: &mut Draft<'_>, written: &VocabularyItem) -> Option<Option<EntityId>> {
    match &written.subject {
        None => Some(None),
        Some(entity) => draft.entity(entity).map(Some),
    }
}

fn extend<'t>(draft: &mut Draft<'t>, written: &'t VocabularyItem) {
    let found = draft.declarations.vocabularies.iter().position(|v| v.name == written.name.value);
    let Some(place) = found else {
        if !draft.is_broken(&written.name.value) {
            let names = draft.declarations.vocabularies.iter().map(|v| v.name.as_str());
            let help = did_you_mean(&written.name.value, names, "leave `extend` out to declare it");
            let message = format!("no vocabulary is called `{}`", written.name.value);
            draft.report(error("E0310", message).at(written.name.span, "").help(help));
        }
        return;
    };
    let Some(subject) = subject(draft, written) else { return };
    let known = &draft.declarations.vocabularies[place];
    if known.subject != subject {
        let of = known.subject.map_or("the estate", |id| draft.schema.entity(id).name.as_str());
        let at = written.subject.as_ref().map_or(written.name.span, |s| s.span);
        let diagnostic = error("E0311", format!("the vocabulary `{}` speaks of `{of}`", known.name))
            .at(at, "")
            .and(known.span, "declared here")
            .help(format!("write `extend vocabulary {} for {of}`, or declare another vocabulary", known.name));
        draft.report(diagnostic);
        return;
    }
    phrases(draft, place, written);
}

fn phrases<'t>(draft: &mut Draft<'t>, place: usize, written: &'t VocabularyItem) {
    if written.lost.any() {
        draft.declarations.vocabularies[place].broken = Wholeness::Broken;
    }
    let alias = written.alias.as_ref();
    for phrase in &written.phrases {
        let Some(template) = template(draft, &written.name.value, phrase) else {
            draft.declarations.vocabularies[place].broken = Wholeness::Broken;
            continue;
        };
        body(draft, alias, phrase, &template);
        let declared = PhraseDeclaration {
            template,
            alias: alias.map(|a| a.value.clone()),
            lines: phrase.lines.clone().into(),
            span: phrase.span,
            doc: phrase.doc.clone(),
            broken: super::wholeness(&phrase.lost),
        };
        draft.declarations.vocabularies[place].phrases.push(declared);
    }
}

/// The words and typed holes of a phrase; `None` where one of them is unusable.
fn template<'t>(draft: &mut Draft<'t>, vocabulary: &str, phrase: &'t Phrase) -> Option<Vec<TemplatePart>> {
    let mut names: FxHashMap<&str, Span> = FxHashMap::default();
    let mut parts = Some(Vec::new());
    for part in &phrase.template {
        let declared = match part {
            tree::TemplatePart::Word { forms, .. } => Some(TemplatePart::Word(forms.clone())),
            tree::TemplatePart::Hole { name, ty, span } => {
                if let Some(first) = names.get(name.value.as_str()) {
                    let diagnostic = error("E0306", format!("`{}` is named already", name.value))
                        .at(name.span, "again here")
                        .and(*first, "first here")
                        .help("a name means one thing: choose another");
                    draft.report(diagnostic);
                }
                names.insert(&name.value, name.span);
                let asker = Asker::Hole(format!("{vocabulary}.{}", name.value));
                types::resolve(draft, ty, &asker).map(|(ty, not_negative)| TemplatePart::Hole {
                    name: name.value.clone(),
                    ty,
                    not_negative,
                    span: *span,
                })
            }
        };
        match (&mut parts, declared) {
            (Some(parts), Some(part)) => parts.push(part),
            _ => parts = None,
        }
    }
    parts
}

/// The body of a phrase: its names differ, and it asks for something.
fn body(draft: &mut Draft<'_>, alias: Option<&tree::Name>, phrase: &Phrase, template: &[TemplatePart]) {
    let holes = template.iter().filter_map(|part| match part {
        TemplatePart::Hole { name, span, .. } => Some((name.clone(), *span)),
        TemplatePart::Word(_) => None,
    });
    let names = holes.chain(alias.map(|a| (a.value.clone(), a.span))).collect();
    clauses::once(draft, &phrase.lines, names);
    if !phrase.lost.any() && !clauses::asks(&phrase.lines) {
        let diagnostic = error("E0308", "the phrase asks for nothing")
            .at(phrase.span, "")
            .help("add a line that begins with `require`, or another phrase, indented below it");
        draft.report(diagnostic);
    }
}
