//! The embedded standard library, and which of its files a set of policies needs: the schema always, a vocabulary or a
//! framework when it is named. A plain `rule` speaks every vocabulary, so it needs those that have a phrase which begins
//! as one of its lines does: no other phrase could be meant, or be confused with one that is.

use crate::syntax::tree::{File, ItemKind, LineKind, Phrase, PhraseToken, TemplatePart};
use std::collections::BTreeSet;

mod embedded {
    include!(concat!(env!("OUT_DIR"), "/standard.rs"));
}

/// Name and text of every embedded file, sorted by name.
pub fn files() -> &'static [(&'static str, &'static str)] {
    embedded::FILES
}

/// The schema's file.
const SCHEMA: &str = "std/schema.backproof";

/// Where the frameworks' files lie.
const FRAMEWORKS: &str = "std/frameworks/";

/// The names of the embedded frameworks, sorted.
pub fn frameworks() -> impl Iterator<Item = &'static str> {
    files().iter().filter_map(|(name, _)| name.strip_prefix(FRAMEWORKS)?.strip_suffix(".backproof"))
}

/// The schema, and which of the other embedded files `policies` name; in the order of their names.
/// `frameworks` are wanted although nobody cites them.
pub fn needed(policies: &[File], frameworks: &[String]) -> Vec<(&'static str, &'static str)> {
    let mut wanted: BTreeSet<String> = frameworks.iter().map(|name| format!("{FRAMEWORKS}{name}.backproof")).collect();
    let mut spoken = Spoken::Words(BTreeSet::new());
    for item in policies.iter().flat_map(|file| &file.items) {
        match &item.kind {
            ItemKind::Rule(rule) => {
                wanted.insert(format!("std/{}.backproof", rule.kind.value));
                for line in &rule.lines {
                    match &line.kind {
                        LineKind::Evidence { framework, .. } => {
                            wanted.insert(format!("{FRAMEWORKS}{}.backproof", framework.value));
                        }
                        LineKind::Phrase(tokens) if rule.kind.value == "rule" => spoken.add(tokens),
                        _ => {}
                    }
                }
            }
            ItemKind::Vocabulary(vocabulary) => {
                wanted.insert(format!("std/{}.backproof", vocabulary.name.value));
                let hole = |phrase: &Phrase| !matches!(phrase.template.first(), Some(TemplatePart::Word { .. }));
                if vocabulary.phrases.iter().any(hole) {
                    spoken = Spoken::Anything;
                }
                // What a phrase is made of may be other vocabularies' phrases.
                for line in vocabulary.phrases.iter().flat_map(|phrase| &phrase.lines) {
                    if let LineKind::Phrase(tokens) = &line.kind {
                        spoken.add(tokens);
                    }
                }
            }
            ItemKind::Framework(framework) => {
                wanted.insert(format!("{FRAMEWORKS}{}.backproof", framework.name.value));
            }
            _ => {}
        }
    }
    let vocabulary = |name: &str| name != SCHEMA && !name.starts_with(FRAMEWORKS);
    files()
        .iter()
        .filter(|(name, text)| {
            *name == SCHEMA || wanted.contains(*name) || vocabulary(name) && begins_as(text, &spoken)
        })
        .copied()
        .collect()
}

/// How the lines of plain rules begin.
enum Spoken {
    /// With one of these words.
    Words(BTreeSet<String>),
    /// With what may be an operand, or a user's phrase does.
    Anything,
}

impl Spoken {
    fn add(&mut self, tokens: &[PhraseToken]) {
        match (&mut *self, tokens.first()) {
            (Spoken::Words(words), Some(PhraseToken::Word(word))) => {
                words.insert(word.value.clone());
            }
            _ => *self = Spoken::Anything,
        }
    }
}

/// Whether a vocabulary's text has a phrase that begins so. Phrases stand on lines of their own, `phrase` first.
fn begins_as(text: &str, spoken: &Spoken) -> bool {
    let Spoken::Words(words) = spoken else { return true };
    let mut begins = text.lines().filter_map(|line| line.trim_start().strip_prefix("phrase "));
    begins.any(|phrase| {
        let first = phrase.split_whitespace().next().unwrap_or_default();
        first.starts_with('{') || first.split('|').any(|form| words.contains(form))
    })
}
