//! The embedded standard library, and which of its files a set of policies needs: the schema always, a vocabulary or a
//! framework when it is named. A plain `rule` speaks every vocabulary, so it needs them all.

use crate::syntax::tree::{File, ItemKind, LineKind};
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
    let mut every_vocabulary = false;
    for item in policies.iter().flat_map(|file| &file.items) {
        match &item.kind {
            ItemKind::Rule(rule) => {
                every_vocabulary |= rule.kind.value == "rule";
                wanted.insert(format!("std/{}.backproof", rule.kind.value));
                for line in &rule.lines {
                    if let LineKind::Evidence { framework, .. } = &line.kind {
                        wanted.insert(format!("{FRAMEWORKS}{}.backproof", framework.value));
                    }
                }
            }
            ItemKind::Vocabulary(vocabulary) => {
                wanted.insert(format!("std/{}.backproof", vocabulary.name.value));
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
        .filter(|(name, _)| *name == SCHEMA || wanted.contains(*name) || every_vocabulary && vocabulary(name))
        .copied()
        .collect()
}
