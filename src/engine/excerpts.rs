//! Looks up the line, column and text of every fact that a report shows: each file is opened again once, whatever the
//! number of findings.
//!
//! Invariants: only what is shown is looked up; a file that is no longer what was read is an error.

use crate::base::{Diagnostic, Excerpt};
use crate::codec::bytes::Files;
use crate::facts::show::{Shown, excerpts};
use crate::facts::table::Facts;
use crate::outcome::{FactRef, RuleOutcome};
use crate::sources;
use std::collections::BTreeMap;

/// Fills in the excerpts of all findings.
pub fn fill(rules: &mut [RuleOutcome], facts: &Facts, files: &dyn Files) -> Vec<Diagnostic> {
    let mut wanted: Vec<Shown> = all(rules).map(|fact| shown(fact, facts)).collect();
    wanted.sort_unstable();
    wanted.dedup();
    let members = |format: &str, cell: &str| sources::format_named(format)?.member(cell);
    let (found, errors) = excerpts(files, facts, &wanted, &members);
    let found: BTreeMap<Shown, Option<Excerpt>> = wanted.into_iter().zip(found).collect();
    for fact in all(rules) {
        fact.excerpt = found.get(&shown(fact, facts)).cloned().flatten();
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

fn shown(fact: &FactRef, facts: &Facts) -> Shown {
    let field = fact.field.as_ref().and_then(|name| facts.schema.entity(fact.entity).field_named(name));
    Shown { entity: fact.entity, row: fact.row, field }
}
