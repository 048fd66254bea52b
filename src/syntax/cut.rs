//! Cuts a file into items, and an item's block into logical lines, before anything is parsed: a lost brace, bracket or
//! quote is then reported in its own item or line, and the next one is whole.
//!
//! An item begins in column 0. A logical line goes on inside brackets, after an operator at its end where its clause
//! holds an expression, and before `and` `or` `otherwise` `where` `satisfy` `.`; nothing else continues it.

use super::lines::{Bracket, CodeLine, Lines};
use super::messages::blocks;
use super::{NESTING_LIMIT, words};
use crate::base::Diagnostic;

/// A logical line, or the head of an item.
#[derive(Debug)]
pub(super) struct Stretch {
    pub start: usize,
    pub end: usize,
    /// The `##` lines above.
    pub doc: String,
    /// What already spoils it; it is not parsed then.
    pub mistake: Option<Diagnostic>,
}

/// An item.
#[derive(Debug)]
pub(super) struct Piece {
    /// Its head without the opening brace; the whole of a `param` or `let`.
    pub head: Stretch,
    /// The lines between its braces.
    pub lines: Vec<Stretch>,
    /// One past its last byte.
    pub end: usize,
    /// What is wrong with the lines below it; it may follow from a mistake within.
    pub below: Option<Diagnostic>,
}

/// How the lines of a block go on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Manner {
    /// Rules and vocabularies: after an operator in `let`, `require`, `for`.
    Clauses,
    /// Entities: after an operator or a comma.
    Fields,
    /// `param` and `let`: no block; braces are brackets.
    Alone,
    /// Tests: only in brackets, which no line of a test can lie in.
    Tests,
    /// Everything else: only in brackets.
    Plain,
}

/// Cuts a whole file.
pub(super) fn cut(lines: &Lines) -> (Vec<Piece>, Vec<Diagnostic>) {
    let mut cutter = Cutter {
        lines,
        closed_below: closed_below(lines),
        pieces: Vec::new(),
        diagnostics: Vec::new(),
        forgive_brace: false,
        unindented: vec![false; lines.code.len()],
    };
    let mut at = 0;
    while at < lines.code.len() {
        at = cutter.item(at);
    }
    (cutter.pieces, cutter.diagnostics)
}

/// One stretch from text that is not a file: `start..` up to the end of all lines.
pub(super) fn whole(lines: &Lines) -> Option<Stretch> {
    let first = lines.code.first()?;
    let last = lines.code.last()?;
    let mut stretch = Stretch { start: first.start, end: last.end, doc: String::new(), mistake: None };
    let mut stack = Vec::new();
    for line in &lines.code {
        stretch.mistake = stretch.mistake.or_else(|| line.mistake.as_deref().cloned());
        for bracket in &line.brackets {
            let mistake = balance(lines, &mut stack, *bracket);
            stretch.mistake = stretch.mistake.or(mistake);
        }
    }
    if let (None, Some(open)) = (&stretch.mistake, stack.first()) {
        stretch.mistake = Some(blocks::unclosed(lines, *open));
    }
    Some(stretch)
}

struct Cutter<'a, 't> {
    lines: &'a Lines<'t>,
    /// For each code line: whether a `}` in column 0 comes before the next item below it.
    closed_below: Vec<bool>,
    pieces: Vec<Piece>,
    diagnostics: Vec<Diagnostic>,
    /// The next stray `}` follows from a mistake already told.
    forgive_brace: bool,
    /// For each code line: whether it is known to be unindented; a run of them is one mistake.
    unindented: Vec<bool>,
}

/// A stretch and where the text goes on.
struct Taken {
    stretch: Stretch,
    /// Index of the next code line.
    next: usize,
    /// Place of the `}` that closed the block, on the line before `next`.
    closed: Option<usize>,
}

impl Cutter<'_, '_> {
    /// Takes what begins at code line `at` and gives the index after it.
    fn item(&mut self, at: usize) -> usize {
        let line = &self.lines.code[at];
        let text = self.lines.words(line);
        if text.starts_with('}') {
            if !std::mem::take(&mut self.forgive_brace) {
                self.diagnostics.push(blocks::stray_brace(self.lines, line));
            }
            return at + 1;
        }
        let word = words::first(text);
        if !line.column_zero {
            if !(is_head(text, line) || starts_item(text, line)) {
                let above = self.pieces.last_mut().filter(|p| text_between_is_blank(self.lines, p.end, line.start));
                let mistake = blocks::outside(self.lines, line, above.as_ref().map(|p| p.end));
                match above {
                    Some(piece) => piece.below = Some(mistake),
                    None => self.diagnostics.push(mistake),
                }
                return self.skip_lost(at + 1);
            }
            self.diagnostics.push(blocks::indented_item(self.lines, line, word, None));
        } else if word.is_empty()
            || words::CLAUSES.contains(&word) && word != "let"
            || matches!(word, "phrase" | "given" | "expect")
        {
            self.diagnostics.push(blocks::outside(self.lines, line, None));
            return self.skip_lost(at + 1);
        }
        match word {
            "param" | "let" | "unreachable" => {
                let taken = self.stretch(at, line.start, Manner::Alone);
                let end = taken.stretch.end;
                self.pieces.push(Piece { head: taken.stretch, lines: Vec::new(), end, below: None });
                taken.next
            }
            "waiver" | "escalation" => self.reserved(at, word),
            _ => self.braced(at, word),
        }
    }

    /// Passes over the indented lines that follow a line that belongs nowhere.
    fn skip_lost(&mut self, mut at: usize) -> usize {
        while let Some(line) = self.lines.code.get(at) {
            let text = self.lines.words(line);
            if line.column_zero || is_head(text, line) {
                break;
            }
            at += 1;
        }
        self.forgive_brace = true;
        at
    }

    fn reserved(&mut self, at: usize, word: &str) -> usize {
        let line = &self.lines.code[at];
        self.diagnostics.push(blocks::reserved(self.lines, line.start, word));
        let mut next = at + 1;
        while let Some(line) = self.lines.code.get(next) {
            let text = self.lines.words(line);
            if line.column_zero {
                return if text.starts_with('}') { next + 1 } else { next };
            }
            next += 1;
        }
        next
    }

    fn braced(&mut self, at: usize, word: &str) -> usize {
        let line = &self.lines.code[at];
        let brace = line.brackets.iter().find(|b| b.character == b'{').map(|b| b.at);
        let head_end = brace.map_or(line.end, |b| line.start + self.lines.slice(line.start, b).trim_end().len());
        let mistake = line.mistake.as_deref().filter(|m| brace.is_none_or(|b| begins(m) < b)).cloned();
        let spoilt = mistake.is_some();
        let head = Stretch { start: line.start, end: head_end, doc: self.lines.doc(line), mistake };
        let (open, first, from) = match (brace, self.lines.code.get(at + 1)) {
            (Some(brace), _) => (brace, at, brace + 1),
            (None, Some(next)) if self.lines.words(next).starts_with('{') => {
                self.diagnostics.push(blocks::brace_on_next_line(self.lines, &head, next));
                (next.start, at + 1, next.start + 1)
            }
            (None, Some(next)) if !next.column_zero && !is_head(self.lines.words(next), next) => {
                if !spoilt {
                    self.diagnostics.push(blocks::no_brace(self.lines, &head, word));
                }
                (line.start, at + 1, next.start)
            }
            (None, _) => {
                if spoilt {
                    self.pieces.push(Piece { end: head.end, head, lines: Vec::new(), below: None });
                } else {
                    self.diagnostics.push(blocks::no_block(self.lines, &head, word));
                }
                return at + 1;
            }
        };
        let manner = match word {
            "policy" | "framework" => Manner::Plain,
            "event" | "entity" => Manner::Fields,
            "test" => Manner::Tests,
            "extend" if words::second(self.lines.words(line)) == "entity" => Manner::Fields,
            _ => Manner::Clauses,
        };
        let mut piece = Piece { end: head.end, head, lines: Vec::new(), below: None };
        let next = self.block(&mut piece, open, first, from, manner);
        self.pieces.push(piece);
        next
    }

    /// Takes the lines of a block opened at `open`, from byte `from` of code line `at`.
    fn block(&mut self, piece: &mut Piece, open: usize, mut at: usize, mut from: usize, manner: Manner) -> usize {
        piece.end = open + 1;
        while let Some(line) = self.lines.code.get(at) {
            let text = self.lines.words(line);
            if from == line.start {
                if line.column_zero && self.begins_next_item(at) {
                    break;
                }
                if !line.column_zero && is_head(text, line) {
                    let word = words::first(text);
                    self.diagnostics.push(blocks::indented_item(self.lines, line, word, Some(open)));
                    self.forgive_brace = true;
                    // The item below takes this line without telling the mistake again.
                    return self.nested(at, word);
                }
            }
            if self.lines.slice(from, line.end).trim().is_empty() {
                at += 1;
                from = self.lines.code.get(at).map_or(0, |line| line.start);
                continue;
            }
            let taken = self.stretch(at, from, manner);
            let last = &self.lines.code[taken.next - 1];
            if taken.stretch.end > taken.stretch.start || taken.stretch.mistake.is_some() {
                piece.end = taken.stretch.end;
                piece.lines.push(taken.stretch);
            }
            at = taken.next;
            if let Some(brace) = taken.closed {
                piece.end = brace + 1;
                if !self.lines.slice(brace + 1, last.end).trim().is_empty() {
                    self.diagnostics.push(blocks::after_brace(self.lines, brace, last.end));
                }
                return at;
            }
            from = self.lines.code.get(at).map_or(0, |line| line.start);
        }
        // A text without its end may have swallowed the brace.
        let swallowed =
            piece.lines.last().is_some_and(|l| l.mistake.is_some() && self.lines.slice(l.start, l.end).contains('}'));
        if !swallowed {
            self.diagnostics.push(blocks::open_block(self.lines, open, piece));
        }
        at
    }

    /// An item that begins indented inside another's open block; its mistake is told.
    fn nested(&mut self, at: usize, word: &str) -> usize {
        match word {
            "waiver" | "escalation" => self.reserved(at, word),
            _ => self.braced(at, word),
        }
    }

    /// Whether the column-0 line `at` ends the open block: it is an item's head, or a `let` with no `}` below it.
    fn begins_next_item(&self, at: usize) -> bool {
        let line = &self.lines.code[at];
        let text = self.lines.words(line);
        starts_item(text, line) || words::first(text) == "let" && !self.closed_below[at]
    }

    fn stretch(&mut self, at: usize, from: usize, manner: Manner) -> Taken {
        self.stretch_without(at, from, manner, Vec::new())
    }

    /// The stretch again, as it is without a bracket that nothing closes: that spoils only its own logical line.
    fn stretch_ignoring(
        &mut self,
        at: usize,
        from: usize,
        manner: Manner,
        mut ignored: Vec<usize>,
        open: Bracket,
    ) -> Taken {
        ignored.push(open.at);
        let mut taken = self.stretch_without(at, from, manner, ignored);
        let first = &self.lines.code[at];
        let lexical = mistake_from(first, from);
        taken.stretch.mistake = Some(lexical.unwrap_or_else(|| blocks::unclosed(self.lines, open)));
        taken
    }

    /// Whether a `}` ends the block: none of the brackets open in the line is a brace, and it does not stand within a
    /// line while the block's own brace follows below.
    fn ends_block(&self, index: usize, bracket: Bracket, stack: &[Bracket], manner: Manner) -> bool {
        let line = &self.lines.code[index];
        manner != Manner::Alone
            && bracket.character == b'}'
            && stack.iter().all(|open| open.character != b'{')
            && (bracket.at == line.start && (line.column_zero || manner != Manner::Tests) || !self.closed_below[index])
    }

    fn stretch_without(&mut self, at: usize, from: usize, manner: Manner, ignored: Vec<usize>) -> Taken {
        let lines = self.lines;
        let first = &lines.code[at];
        let doc = if from == first.start { lines.doc(first) } else { String::new() };
        let start = from + lines.slice(from, first.end).len() - lines.slice(from, first.end).trim_start().len();
        let mut stretch = Stretch { start, end: start.max(first.end), doc, mistake: None };
        let mut stack: Vec<Bracket> = Vec::new();
        let mut too_deep = false;
        let mut index = at;
        loop {
            let line = &lines.code[index];
            if index > at || from == line.start {
                self.check_indent(index, manner);
            }
            if stretch.mistake.is_none() {
                stretch.mistake = mistake_from(line, from);
            }
            for bracket in line.brackets.iter().filter(|b| b.at >= start && !ignored.contains(&b.at)) {
                if self.ends_block(index, *bracket, &stack, manner) {
                    if let Some(open) = stack.first().filter(|open| open.at < line.start) {
                        return self.stretch_ignoring(at, from, manner, ignored, *open);
                    }
                    if let Some(open) = stack.first() {
                        stretch.mistake.get_or_insert_with(|| blocks::unclosed(lines, *open));
                    }
                    stretch.end = bracket.at.min(start + lines.slice(start, bracket.at).trim_end().len());
                    return Taken { stretch, next: index + 1, closed: Some(bracket.at) };
                }
                let mistake = balance(lines, &mut stack, *bracket);
                too_deep |= stack.len() > NESTING_LIMIT;
                stretch.mistake = stretch.mistake.or(mistake);
            }
            stretch.end = line.end;
            let next = lines.code.get(index + 1);
            let goes_on = match (next, stack.first()) {
                (Some(next), Some(_)) => self.may_lie_in_brackets(index + 1, next, manner),
                (Some(next), None) => {
                    (!next.column_zero || manner != Manner::Alone && self.may_lie_in_brackets(index + 1, next, manner))
                        && (words::continues(lines.words(next))
                            || words::is_unfinished(lines.slice(start, line.end), manner_reads(manner))
                                && !words::begins_clause(lines.words(next))
                                && !(manner == Manner::Fields && words::begins_field(lines.words(next)))
                            || manner == Manner::Tests && is_of_a_row(lines.words(next))
                            || words::awaits_text(lines.slice(start, line.end), lines.words(next)))
                }
                (None, _) => false,
            };
            if goes_on {
                index += 1;
                continue;
            }
            match stack.first() {
                // Nothing but this item can be meant by the lines below.
                Some(open) if manner == Manner::Alone => {
                    stretch.mistake.get_or_insert_with(|| blocks::unclosed(lines, *open));
                }
                Some(open) if !too_deep => return self.stretch_ignoring(at, from, manner, ignored, *open),
                _ => {}
            }
            return Taken { stretch, next: index + 1, closed: None };
        }
    }

    fn may_lie_in_brackets(&self, index: usize, next: &CodeLine, manner: Manner) -> bool {
        let text = self.lines.words(next);
        match (manner, next.column_zero) {
            (Manner::Alone, true) => !(starts_item(text, next) || words::first(text) == "let"),
            (_, true) => !text.starts_with('}') && !self.begins_next_item(index),
            (Manner::Tests, false) => !is_head(text, next) && !words::begins_test_line(text),
            (_, false) => !is_head(text, next) && !words::begins_clause(text),
        }
    }

    /// Tells the first of a run of lines that should be indented.
    fn check_indent(&mut self, index: usize, manner: Manner) {
        let line = &self.lines.code[index];
        let closing = self.lines.words(line).starts_with(['}', ']', ')']);
        let head = manner == Manner::Alone && self.lines.words(line).starts_with(['p', 'l', 'u']);
        if !line.column_zero || closing || head && starts_alone(self.lines.words(line)) {
            return;
        }
        let told = self.unindented[index] || index > 0 && self.unindented[index - 1];
        self.unindented[index] = true;
        if !told {
            self.diagnostics.push(blocks::unindented(self.lines, line));
        }
    }
}

fn manner_reads(manner: Manner) -> words::Reads {
    match manner {
        Manner::Clauses => words::Reads::Clauses,
        Manner::Fields => words::Reads::Fields,
        Manner::Alone => words::Reads::Expression,
        Manner::Plain | Manner::Tests => words::Reads::Nothing,
    }
}

fn starts_alone(text: &str) -> bool {
    matches!(words::first(text), "param" | "let" | "unreachable")
}

/// Keeps the stack of open brackets; gives the mistake where one closes nothing or another kind.
fn balance(lines: &Lines, stack: &mut Vec<Bracket>, bracket: Bracket) -> Option<Diagnostic> {
    let opens = match bracket.character {
        b')' => b'(',
        b']' => b'[',
        b'}' => b'{',
        _ => {
            stack.push(bracket);
            return (stack.len() == NESTING_LIMIT + 1)
                .then(|| blocks::too_deep(lines.span(bracket.at, bracket.at + 1)));
        }
    };
    match stack.pop() {
        Some(open) if open.character == opens => None,
        Some(open) => Some(blocks::mismatch(lines, open, bracket)),
        None => Some(blocks::stray_bracket(lines, bracket)),
    }
}

/// Whether a line has the shape of a block's head: words and texts, at least two, then `{`.
fn is_head(text: &str, line: &CodeLine) -> bool {
    let Some(brace) = line.brackets.first().filter(|b| b.character == b'{') else { return false };
    let Some(head) = text.get(..brace.at - line.start) else { return false };
    !matches!(words::first(head), "phrase" | "given")
        && words::are_words_and_texts(head)
        && !words::second(head).is_empty()
}

/// Whether a line of a test can only belong to a row that is given above it.
fn is_of_a_row(text: &str) -> bool {
    words::begins_field(text) || text.starts_with(['}', ']'])
}

/// Whether a line surely begins an item (`let` does not: it is a clause as well).
fn starts_item(text: &str, line: &CodeLine) -> bool {
    let word = words::first(text);
    let rest = text.get(word.len()..).unwrap_or("");
    let named = words::ITEMS.contains(&word) && word != "let" && rest.starts_with([' ', '\t']);
    let titled = word == "test" && rest.trim_start().starts_with('"');
    named && (titled || !words::second(text).is_empty()) || is_head(text, line)
}

fn closed_below(lines: &Lines) -> Vec<bool> {
    let mut answers = vec![false; lines.code.len()];
    let mut closed = false;
    for (line, answer) in lines.code.iter().zip(answers.iter_mut()).rev() {
        *answer = closed;
        let text = lines.words(line);
        if line.column_zero && text.starts_with('}') {
            closed = true;
        } else if line.column_zero && starts_item(text, line) {
            closed = false;
        }
    }
    answers
}

fn text_between_is_blank(lines: &Lines, from: usize, to: usize) -> bool {
    lines.slice(from, to).lines().all(|line| {
        let line = line.trim();
        line.is_empty() || line.starts_with('#')
    })
}

/// What spoils a line that is read from byte `from` on; blanks before it can spoil it too.
fn mistake_from(line: &CodeLine, from: usize) -> Option<Diagnostic> {
    let mistake = line.mistake.as_deref()?;
    (from <= line.start || begins(mistake) >= from).then(|| mistake.clone())
}

/// The first byte a diagnostic points to.
pub(super) fn begins(diagnostic: &Diagnostic) -> usize {
    match diagnostic.primary.as_ref().map(|label| &label.place) {
        Some(crate::base::Place::Policy(span)) => span.start as usize,
        _ => 0,
    }
}
