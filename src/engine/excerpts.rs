//! Looks up the line, column and text of every fact that a report shows: each file is opened again once, whatever the
//! number of findings.
//!
//! Invariants: only what is shown is looked up; a file that is no longer what was read is an error.

use crate::base::{Code, Diagnostic, Excerpt, Place};
use crate::codec::Format;
use crate::codec::bytes::Files;
use crate::codec::locate::{Spot, locate};
use crate::facts::table::Facts;
use crate::outcome::{FactRef, RuleOutcome};
use std::collections::BTreeMap;

/// Fills in the excerpts of all findings.
pub fn fill(rules: &mut [RuleOutcome], facts: &Facts, files: &dyn Files) -> Vec<Diagnostic> {
    let mut wanted: BTreeMap<u32, Vec<Spot>> = BTreeMap::new();
    for fact in all(rules) {
        let spots = wanted.entry(fact.file).or_default();
        let spot = spot(fact);
        if !spots.contains(&spot) {
            spots.push(spot);
        }
    }
    let mut found: BTreeMap<u32, (Vec<Spot>, Vec<Excerpt>)> = BTreeMap::new();
    let mut errors = Vec::new();
    for (file, spots) in wanted {
        let Some(described) = facts.files.get(file as usize) else { continue };
        match locate(files, &described.path, text_format(&described.format), &spots) {
            Ok(excerpts) => drop(found.insert(file, (spots, excerpts))),
            Err(error) => errors.push(
                Diagnostic::error(Code("E1013"), format!("`{}` changed while it was read: {error}", described.path))
                    .at_place(Place::File(described.path.clone()), "")
                    .help("run again when nobody writes to it"),
            ),
        }
    }
    for fact in all(rules) {
        let Some((spots, excerpts)) = found.get(&fact.file) else { continue };
        let wanted = spot(fact);
        fact.excerpt = spots.iter().position(|s| *s == wanted).and_then(|i| excerpts.get(i)).cloned();
    }
    errors
}

fn all(rules: &mut [RuleOutcome]) -> impl Iterator<Item = &mut FactRef> {
    rules.iter_mut().flat_map(|rule| &mut rule.findings).flat_map(|finding| {
        let subject = finding.subject.iter_mut().filter_map(|s| s.fact.as_mut());
        let witnesses = finding.witnesses.iter_mut().filter_map(|w| w.fact.as_mut());
        let missing = finding.missing.iter_mut().filter_map(|m| m.fact.as_mut());
        subject.chain(witnesses).chain(missing)
    })
}

fn spot(fact: &FactRef) -> Spot {
    match &fact.field {
        Some(name) => Spot::Field { record: fact.offset, name: name.clone() },
        None => Spot::At(fact.offset),
    }
}

/// The text format behind a format's name; products' exports are JSON, or lines.
fn text_format(name: &str) -> Format {
    match name {
        "yaml" => Format::Yaml,
        "csv" => Format::Csv,
        "ndjson" => Format::Ndjson,
        _ => Format::Json,
    }
}
