//! Text to tree: the pest grammar, recovery, and the tree with its spans. Knows no names and no types.
//!
//! A text is read in three steps: physical lines (`lines`), items and logical lines (`cut`), then each logical line
//! alone by the grammar (`parse`). So a mistake spoils one line, and nothing below it.
//! Invariants: no panic and no deep recursion on any text; every span lies in the text, on character boundaries; no
//! expression of the tree is deeper than [`DEPTH_LIMIT`].

mod cut;
mod lines;
mod literals;
mod messages;
mod parse;
#[cfg(test)]
mod tests;
pub mod tree;
mod words;

use crate::base::{Diagnostic, SourceId, Span};

pub use messages::units::one_duration;
pub(crate) use words::ITEMS;

/// How deep brackets may be nested.
pub const NESTING_LIMIT: usize = 64;
/// How deep the tree of one expression may be: brackets, chains of operators and of prefixes together.
pub const DEPTH_LIMIT: usize = 256;
/// How many bytes a policy file may have.
pub const FILE_LIMIT: usize = 4 * 1024 * 1024;
/// How many characters a name or word may have.
pub const IDENTIFIER_LIMIT: usize = 128;

/// A diagnostic is large and rare.
type Read<T> = Result<T, Box<Diagnostic>>;

/// Reads a policy file: what could be read, and one diagnostic for each mistake, in the order of the text.
///
/// A line that does not parse is dropped from its item, which counts it in `lost`; an item whose head does not parse is
/// dropped, its name stands in `broken`.
pub fn parse(source: SourceId, text: &str) -> (tree::File, Vec<Diagnostic>) {
    if text.len() > FILE_LIMIT {
        let file = tree::File { source, items: Vec::new(), broken: Vec::new() };
        return (file, vec![messages::large_file(Span::new(source, 0, 0), text.len())]);
    }
    let lines = lines::Lines::read(source, text);
    let (pieces, mut diagnostics) = cut::cut(&lines);
    let file = parse::items::file(&lines, pieces, &mut diagnostics);
    diagnostics.sort_by_key(cut::begins);
    (file, diagnostics)
}

/// Reads a single expression; `offset` is added to its spans.
///
/// # Errors
/// The first mistake in it.
#[expect(clippy::result_large_err, reason = "called once for each parameter, and callers keep diagnostics by value")]
pub fn parse_expression(source: SourceId, text: &str, offset: usize) -> Result<tree::Expr, Diagnostic> {
    parse::alone(source, text, offset, parse::Alone::Expression).map_err(|mistake| *mistake)
}

/// Reads the value of a parameter: an expression or a map, `{ critical: 90 days }`; `offset` is added to its spans.
///
/// # Errors
/// The first mistake in it.
#[expect(clippy::result_large_err, reason = "called once for each parameter, and callers keep diagnostics by value")]
pub fn parse_parameter_value(source: SourceId, text: &str, offset: usize) -> Result<tree::Expr, Diagnostic> {
    parse::alone(source, text, offset, parse::Alone::ParameterValue).map_err(|mistake| *mistake)
}
