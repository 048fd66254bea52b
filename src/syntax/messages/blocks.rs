//! What is said of braces, brackets, indentation and items, before any line is parsed.

use super::codes;
use crate::base::suggest::nearest;
use crate::base::{Diagnostic, Span};
use crate::syntax::cut::{Piece, Stretch};
use crate::syntax::lines::{Bracket, CodeLine, Lines};
use crate::syntax::{NESTING_LIMIT, words};

fn partner(character: u8) -> char {
    match character {
        b'(' => ')',
        b'[' => ']',
        b'{' => '}',
        b')' => '(',
        b']' => '[',
        _ => '{',
    }
}

fn span_of(lines: &Lines, bracket: Bracket) -> Span {
    lines.span(bracket.at, bracket.at + 1)
}

/// The first word of a line, or its first character.
fn first_token(lines: &Lines, line: &CodeLine) -> Span {
    let text = lines.words(line);
    let word = words::first(text).len();
    let length = if word > 0 { word } else { text.chars().next().map_or(0, char::len_utf8) };
    lines.span(line.start, line.start + length)
}

pub(in crate::syntax) fn unclosed(lines: &Lines, open: Bracket) -> Diagnostic {
    let (opening, closing) = (char::from(open.character), partner(open.character));
    Diagnostic::error(codes::OPEN_BRACKET, format!("this `{opening}` is never closed"))
        .at(span_of(lines, open), "opens here")
        .help(format!("write `{closing}` where it should end"))
}

pub(in crate::syntax) fn mismatch(lines: &Lines, open: Bracket, close: Bracket) -> Diagnostic {
    let (opening, closing) = (char::from(open.character), char::from(close.character));
    Diagnostic::error(codes::CLOSING_BRACKET, format!("`{closing}` does not close `{opening}`"))
        .at(span_of(lines, close), "closes another kind")
        .and(span_of(lines, open), "is open here")
        .help(format!("write `{}` to close it", partner(open.character)))
}

pub(in crate::syntax) fn stray_bracket(lines: &Lines, close: Bracket) -> Diagnostic {
    let closing = char::from(close.character);
    Diagnostic::error(codes::CLOSING_BRACKET, format!("this `{closing}` closes nothing"))
        .at(span_of(lines, close), "nothing is open here")
        .help(format!("remove it, or write the `{}` it belongs to", partner(close.character)))
}

pub(in crate::syntax) fn stray_brace(lines: &Lines, line: &CodeLine) -> Diagnostic {
    Diagnostic::error(codes::CLOSING_BRACKET, "this `}` closes nothing")
        .at(lines.span(line.start, line.start + 1), "no block is open here")
        .help("remove it, or look above for a block that ended too early")
}

pub(in crate::syntax) fn too_deep(at: Span) -> Diagnostic {
    Diagnostic::error(codes::TOO_DEEP, format!("this is nested more than {NESTING_LIMIT} deep"))
        .at(at, "one too many")
        .help("name a part of it with `let` and use the name")
}

pub(in crate::syntax) fn no_brace(lines: &Lines, head: &Stretch, word: &str) -> Diagnostic {
    Diagnostic::error(codes::OPENING_BRACE, format!("the block of this `{word}` has no opening brace"))
        .at(lines.span(head.start, head.end), "begins a block")
        .help("end this line with ` {`")
}

pub(in crate::syntax) fn brace_on_next_line(lines: &Lines, head: &Stretch, line: &CodeLine) -> Diagnostic {
    Diagnostic::error(codes::OPENING_BRACE, "the opening brace stands on the line of its item")
        .at(lines.span(line.start, line.start + 1), "on a line of its own")
        .and(lines.span(head.start, head.end), "belongs here")
        .help("move it to the end of the line above")
}

/// A head without a brace and without lines: an item that is not finished, or no item at all.
pub(in crate::syntax) fn no_block(lines: &Lines, head: &Stretch, word: &str) -> Diagnostic {
    let text = lines.slice(head.start, head.end);
    let shaped = words::are_words_and_texts(text) && !words::second(text).is_empty() && text.contains('"');
    if words::ITEMS.contains(&word) || shaped {
        return no_brace(lines, head, word).help("end this line with ` {`, and the block with a line `}`");
    }
    let place = lines.span(head.start, head.start + word.len().max(1));
    let error = Diagnostic::error(codes::UNKNOWN_ITEM, format!("`{word}` begins no item")).at(place, "what is this?");
    match nearest(word, words::ITEMS.iter().copied()) {
        Some(meant) => error.help(format!("write `{meant}`")),
        None => error.help(
            "an item is `policy`, `param`, `let`, `vocabulary`, `entity`, `framework`, `test`, or a rule: \
             `rule name \"title\" {`; a clause of a rule is indented",
        ),
    }
}

/// `open` is the opening brace, or the item's first byte where its brace is missing.
pub(in crate::syntax) fn open_block(lines: &Lines, open: usize, piece: &Piece) -> Diagnostic {
    let last = piece.lines.last().map_or((piece.head.start, piece.head.end), |line| (line.start, line.end));
    Diagnostic::error(codes::CLOSING_BRACE, "this block has no closing brace")
        .at(lines.span(last.0, last.1), "the last line of the block")
        .and(lines.span(open, open + 1), "the block opens here")
        .help("write `}` on a line of its own below it")
}

pub(in crate::syntax) fn after_brace(lines: &Lines, brace: usize, end: usize) -> Diagnostic {
    let rest = lines.slice(brace + 1, end);
    let start = end - rest.trim_start().len();
    Diagnostic::error(codes::OUTSIDE, "nothing can follow a closing brace on its line")
        .at(lines.span(start, end), "after the end of the block")
        .and(lines.span(brace, brace + 1), "the block ends here")
        .help("move it into the block, or to a line of its own")
}

pub(in crate::syntax) fn indented_item(lines: &Lines, line: &CodeLine, word: &str, open: Option<usize>) -> Diagnostic {
    let error = Diagnostic::error(codes::INDENTED_ITEM, "an item begins in column 0")
        .at(lines.span(line.start, line.start + word.len().max(1)), format!("this `{word}` is indented"));
    match open {
        Some(open) => error
            .and(lines.span(open, open + 1), "this block is still open")
            .help("close the block above with `}`, and remove the blanks before this line"),
        None => error.help("remove the blanks before it"),
    }
}

pub(in crate::syntax) fn unindented(lines: &Lines, line: &CodeLine) -> Diagnostic {
    Diagnostic::error(codes::UNINDENTED_LINE, "a line inside a block is indented")
        .at(first_token(lines, line), "begins in column 0")
        .help("put two blanks before it, or close the block above with `}`")
}

/// A line outside every block; `after` is the end of the block just above.
pub(in crate::syntax) fn outside(lines: &Lines, line: &CodeLine, after: Option<usize>) -> Diagnostic {
    let error = Diagnostic::error(codes::OUTSIDE, "this line belongs to no item")
        .at(first_token(lines, line), "outside every block");
    match after {
        Some(end) if end > 0 => error
            .and(lines.span(end - 1, end), "the item above ends here")
            .help("move it into the block, before the closing brace"),
        _ if words::begins_test_line(lines.words(line)) => {
            error.help("this stands inside a test: `test \"title\" {`, the lines indented, `}`")
        }
        _ => error.help("clauses stand inside a rule: `rule name \"title\" {`, the lines indented, `}`"),
    }
}

/// An item or clause of a later version.
pub(in crate::syntax) fn reserved(lines: &Lines, start: usize, word: &str) -> Diagnostic {
    Diagnostic::error(codes::RESERVED_WORD, format!("`{word}` is reserved and not part of this version"))
        .at(lines.span(start, start + word.len()), "not available yet")
        .help(format!("remove it; no rule can be called by a kind named `{word}` either"))
}
