//! From logical lines to the tree: the grammar, and what all its readers share. One function for each grammar rule.

mod alone;
mod cursor;
mod entities;
mod expressions;
pub(super) mod items;
mod operators;
mod plain;
mod plain_clauses;
mod policies;
mod rules;
mod tests;
mod texts;
mod types;
mod vocabularies;

pub(super) use alone::{Alone, alone};

use super::lines::Lines;
use super::tree::Name;
use super::{Read, messages};
use crate::base::{SourceId, Span};
use pest::Parser;
use pest::error::{ErrorVariant, InputLocation};
use pest::iterators::Pair;

#[derive(pest_derive::Parser)]
#[grammar = "../grammar/backproof.pest"]
struct Grammar;

/// A part of a text that is parsed by itself, and where it lies.
pub(super) struct Reader<'t> {
    pub source: SourceId,
    /// Its words.
    pub text: &'t str,
    /// The place of its first byte.
    pub base: usize,
}

impl<'t> Reader<'t> {
    /// The bytes `start..end` of a file.
    fn new(lines: &Lines<'t>, start: usize, end: usize) -> Self {
        Reader { source: lines.source, text: lines.slice(start, end), base: start }
    }

    /// Parses the whole text as `rule`, and gives the pair of it.
    fn parse(&self, rule: Rule) -> Read<Pair<'t, Rule>> {
        let failure = match Grammar::parse(rule, self.text) {
            Ok(mut pairs) => match pairs.next() {
                Some(pair) => return Ok(pair),
                None => return Err(messages::explain(self, rule, 0, &[])),
            },
            Err(failure) => failure,
        };
        let at = match failure.location {
            InputLocation::Pos(at) | InputLocation::Span((at, _)) => at,
        };
        let positives = match failure.variant {
            ErrorVariant::ParsingError { positives, .. } => positives,
            ErrorVariant::CustomError { .. } => Vec::new(),
        };
        Err(messages::explain(self, rule, at, &positives))
    }

    /// The span of `start..end` of the text.
    pub(super) fn span(&self, start: usize, end: usize) -> Span {
        Span::new(self.source, self.base + start, self.base + end)
    }

    /// The span of all of it.
    fn whole(&self) -> Span {
        self.span(0, self.text.len())
    }

    /// The span of a pair. Exact for words, literals and whatever ends in a bracket; other pairs may end in blanks.
    fn at(&self, pair: &Pair<'_, Rule>) -> Span {
        let span = pair.as_span();
        self.span(span.start(), span.end())
    }

    /// A word.
    fn name(&self, pair: &Pair<'_, Rule>) -> Name {
        Name::new(pair.as_str().to_owned(), self.at(pair))
    }
}

/// What a pair without a part that the grammar promises would be: never seen, and no reason to panic.
fn broken_promise(reader: &Reader, rule: Rule) -> Box<crate::base::Diagnostic> {
    messages::explain(reader, rule, 0, &[])
}
