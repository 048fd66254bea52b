//! From syntax trees to [`Declarations`]: what all files together declare, with the names of items and of types
//! resolved. Expressions stay trees; phrase lines are not matched here.
//!
//! Invariants: one diagnostic for each mistake; what is broken, or refers to something broken, is left out and stays
//! silent (its name stands in [`Declarations::broken`]); the standard library's files come first, whatever the order
//! of the input.

mod attributes;
mod clauses;
mod draft;
mod entities;
mod enumerations;
mod frameworks;
mod names;
mod overlap;
mod parameters;
mod plurals;
mod policies;
mod relations;
mod rules;
mod tests;
mod types;
mod vocabularies;

use super::declarations::{Declarations, Wholeness};
use crate::base::{Diagnostic, SourceMap};
use crate::syntax::tree;
use draft::Draft;
use std::sync::Arc;

/// Whether an item kept all its lines.
fn wholeness(lost: &tree::Lost) -> Wholeness {
    if lost.any() { Wholeness::Broken } else { Wholeness::Whole }
}

/// Everything that `files` declare, and every mistake in it.
/// Where something has a mistake it is absent from the result, and its name stands in `broken`.
pub fn declare(files: &[tree::File], sources: &SourceMap) -> (Declarations, Vec<Diagnostic>) {
    let mut draft = Draft::new(files, sources);
    entities::declare(&mut draft);
    let files_policies = policies::declare(&mut draft);
    frameworks::declare(&mut draft);
    parameters::declare(&mut draft, &files_policies);
    vocabularies::declare(&mut draft);
    rules::declare(&mut draft, &files_policies);
    tests::declare(&mut draft, &files_policies);
    let Draft { mut declarations, schema, mut diagnostics, broken, .. } = draft;
    declarations.schema = Arc::new(schema);
    declarations.broken = broken;
    diagnostics.sort_by_key(|d| d.primary.as_ref().map(draft::sort_key));
    (declarations, diagnostics)
}
