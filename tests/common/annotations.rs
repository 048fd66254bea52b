//! Expected diagnostics in a policy file: lines `#! E0101 3:7-3:9`, one for each, anywhere in the file.
//! Lines and columns count from 1, columns in characters; the end is exclusive.

use backproof::base::{Diagnostic, Place, Span};

/// The expected diagnostics of a text, as `E0101 3:7-3:9`, sorted.
pub fn expected(text: &str) -> Vec<String> {
    let mut expected: Vec<String> =
        text.lines().filter_map(|line| line.strip_prefix("#!")).map(|line| line.trim().to_owned()).collect();
    expected.sort();
    expected
}

/// The diagnostics of a text in the same form, sorted.
pub fn actual(text: &str, diagnostics: &[Diagnostic]) -> Vec<String> {
    let mut actual: Vec<String> = diagnostics.iter().map(|diagnostic| annotation(text, diagnostic)).collect();
    actual.sort();
    actual
}

fn annotation(text: &str, diagnostic: &Diagnostic) -> String {
    match diagnostic.primary.as_ref().map(|label| &label.place) {
        Some(Place::Policy(span)) => format!("{} {}", diagnostic.code.0, range(text, *span)),
        _ => format!("{} nowhere", diagnostic.code.0),
    }
}

fn range(text: &str, span: Span) -> String {
    let place = |at: u32| {
        let before = &text[..at as usize];
        let line = before.matches('\n').count() + 1;
        let column = before.rsplit('\n').next().unwrap_or("").chars().count() + 1;
        format!("{line}:{column}")
    };
    format!("{}-{}", place(span.start), place(span.end))
}
