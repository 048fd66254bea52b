//! The words that the cutter and the messages know: which begin items and clauses, which continue a line, and how to
//! read the first words of a line without a grammar.

use super::{NESTING_LIMIT, Read, messages};
use crate::base::{SourceId, Span};

/// Words that begin an item; every other word in column 0 is the kind of a rule.
pub(crate) const ITEMS: &[&str] = &[
    "policy",
    "param",
    "let",
    "rule",
    "vocabulary",
    "extend",
    "event",
    "entity",
    "framework",
    "waiver",
    "escalation",
    "test",
    "unreachable",
];

/// Words that begin a line of a test.
pub(super) const TEST_LINES: &[&str] = &["as", "set", "given", "expect"];

/// Words that begin a clause of a rule.
pub(super) const CLAUSES: &[&str] = &["severity", "evidence", "owner", "for", "let", "require", "remedy", "escalate"];

/// Words at the beginning of a line that continue the one above; so does a dot.
pub(super) const CONTINUING: &[&str] = &["and", "or", "otherwise", "where", "satisfy"];

/// Words that stand between two values, or before one.
const OPERATORS: &[&str] = &["and", "or", "not", "in", "is", "has", "where", "between", "else", "satisfy", "matches"];

/// Words that cannot be bare names.
pub(super) const RESERVED: &[&str] = &[
    "and",
    "or",
    "not",
    "in",
    "is",
    "has",
    "where",
    "between",
    "else",
    "otherwise",
    "satisfy",
    "true",
    "false",
    "known",
    "missing",
    "never",
    "now",
    "the",
];

/// What the lines of a block hold, as far as their continuation goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Reads {
    /// Clauses with expressions (`let`, `require`, `for`) among phrases.
    Clauses,
    /// Fields, whose lists go on after a comma.
    Fields,
    /// One expression.
    Expression,
    /// No expressions.
    Nothing,
}

fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_'
}

/// The word at the beginning of `text`; hyphens belong to it. Empty where there is none, or a digit begins it.
pub(super) fn first(text: &str) -> &str {
    if !text.starts_with(|c: char| c.is_ascii_alphabetic()) {
        return "";
    }
    let end = text.bytes().position(|b| !(is_word(b) || b == b'-')).unwrap_or(text.len());
    text.get(..end).unwrap_or("")
}

/// `text`, if it is one word without hyphens that begins with a letter.
pub(super) fn whole(text: &str) -> Option<&str> {
    let is_one = text.starts_with(|c: char| c.is_ascii_alphabetic()) && text.bytes().all(is_word);
    is_one.then_some(text)
}

/// The second word of `text`, where one follows the first after blanks.
pub(super) fn second(text: &str) -> &str {
    let rest = text.get(first(text).len()..).unwrap_or("");
    let trimmed = rest.trim_start();
    if trimmed.len() == rest.len() { "" } else { first(trimmed) }
}

/// Whether `text` consists of words (dots and hyphens allowed) and texts, with blanks between.
pub(super) fn are_words_and_texts(text: &str) -> bool {
    let mut in_text = false;
    text.starts_with(|c: char| c.is_ascii_alphabetic())
        && text.bytes().all(|b| {
            if b == b'"' {
                in_text = !in_text;
                return true;
            }
            in_text || is_word(b) || matches!(b, b'-' | b'.' | b' ' | b'\t')
        })
        && !in_text
}

/// Whether a line that begins so continues the one above.
pub(super) fn continues(text: &str) -> bool {
    text.starts_with('.') || CONTINUING.contains(&first(text))
}

/// Whether a logical line ends in an operator, or where its kind allows it in a comma, and so goes on.
pub(super) fn is_unfinished(line: &str, reads: Reads) -> bool {
    let expression = match reads {
        Reads::Nothing => false,
        Reads::Expression | Reads::Fields => true,
        Reads::Clauses => matches!(first(line), "let" | "require" | "for"),
    };
    if !expression {
        return false;
    }
    let symbol = line.ends_with(['+', '-', '*', '/', '<', '>', '=', ':']);
    let comma = reads == Reads::Fields && line.ends_with(',');
    let start = line.bytes().rposition(|b| !is_word(b)).map_or(0, |n| n + 1);
    let word = line.get(start..).unwrap_or("");
    symbol || comma || OPERATORS.contains(&word)
}

/// Whether a line surely begins a clause, a phrase's head or a field, and so ends the line above however that ends:
/// two words in a row, or a word and a colon, are no expression.
pub(super) fn begins_clause(text: &str) -> bool {
    let word = first(text);
    let rest = text.get(word.len()..).unwrap_or("").trim_start();
    let clause = CLAUSES.contains(&word) || word == "phrase";
    let next = first(rest);
    clause && (rest.starts_with('"') || !next.is_empty() && !OPERATORS.contains(&next))
}

/// Whether a line surely begins a line of a test: its word, and no colon behind it.
pub(super) fn begins_test_line(text: &str) -> bool {
    TEST_LINES.contains(&first(text)) && !begins_field(text)
}

/// Whether a line begins a field: `name: …`.
pub(super) fn begins_field(text: &str) -> bool {
    let word = first(text);
    !word.is_empty() && text.get(word.len()..).unwrap_or("").trim_start().starts_with(':')
}

/// Whether a line ends in `otherwise` and the next is its text.
pub(super) fn awaits_text(line: &str, next: &str) -> bool {
    next.starts_with('"') && line.strip_suffix("otherwise").is_some_and(|rest| rest.ends_with([' ', '\t', '\n', '\r']))
}

/// Refuses more prefixes `… of …` than brackets may be nested: each is a level (`list of list of …`, `later of …`).
pub(super) fn check_depth(text: &str, base: usize, source: SourceId) -> Read<()> {
    let mut count = 0;
    for at in memchr::memmem::find_iter(text.as_bytes(), b" of") {
        count += 1;
        if count > NESTING_LIMIT {
            return Err(messages::blocks::too_deep(Span::new(source, base + at + 1, base + at + 3)).into());
        }
    }
    Ok(())
}
