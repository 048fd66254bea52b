//! Physical lines: where code begins and ends, its brackets, and the mistakes that can be seen without any grammar
//! (quotes, blanks, over-long names). Texts never span lines, so each line is read alone.
//! Invariant: all offsets are byte offsets of the whole file, on character boundaries.

use super::IDENTIFIER_LIMIT;
use super::messages::codes;
use crate::base::{Diagnostic, SourceId, Span};

/// A bracket outside texts and comments.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Bracket {
    pub at: usize,
    pub character: u8,
}

/// A line that holds code.
#[derive(Debug, Clone)]
pub(super) struct CodeLine {
    /// Number in the file, from 0.
    pub number: usize,
    /// First byte of code.
    pub start: usize,
    /// One past the last byte of code, comment and blanks cut off.
    pub end: usize,
    /// Whether the code begins in column 0.
    pub column_zero: bool,
    /// Its brackets, in order.
    pub brackets: Vec<Bracket>,
    /// The first mistake that spoils it.
    pub mistake: Option<Box<Diagnostic>>,
    /// How many comment lines stand before it in the file.
    comments_before: usize,
}

/// A line that holds only a comment.
#[derive(Debug, Clone, Copy)]
struct CommentLine {
    number: usize,
    /// The text after `##`, for documentation lines.
    doc: Option<(usize, usize)>,
}

/// All lines of a text.
pub(super) struct Lines<'t> {
    pub source: SourceId,
    pub text: &'t str,
    pub code: Vec<CodeLine>,
    comments: Vec<CommentLine>,
}

impl<'t> Lines<'t> {
    /// Reads `text` line by line; a byte order mark is passed over.
    pub(super) fn read(source: SourceId, text: &'t str) -> Self {
        let mut lines = Lines { source, text, code: Vec::new(), comments: Vec::new() };
        let mut start = if text.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 };
        let mut number = 0;
        while start < text.len() {
            let end = memchr::memchr(b'\n', &text.as_bytes()[start..]).map_or(text.len(), |n| start + n);
            lines.read_line(number, start, end);
            start = end + 1;
            number += 1;
        }
        lines
    }

    /// The words of `start..end`.
    pub(super) fn slice(&self, start: usize, end: usize) -> &'t str {
        self.text.get(start..end).unwrap_or("")
    }

    /// The words of a code line.
    pub(super) fn words(&self, line: &CodeLine) -> &'t str {
        self.slice(line.start, line.end)
    }

    /// A span of this text.
    pub(super) fn span(&self, start: usize, end: usize) -> Span {
        Span::new(self.source, start, end)
    }

    /// The `##` lines directly above a code line, joined by newlines.
    pub(super) fn doc(&self, line: &CodeLine) -> String {
        let mut above = line.number;
        let mut first = line.comments_before;
        while let Some(comment) = first.checked_sub(1).and_then(|n| self.comments.get(n))
            && comment.number + 1 == above
        {
            above -= 1;
            first -= 1;
        }
        let block = self.comments.get(first..line.comments_before).unwrap_or(&[]);
        let docs: Vec<&str> = block.iter().filter_map(|c| c.doc).map(|(start, end)| self.slice(start, end)).collect();
        docs.join("\n")
    }

    fn read_line(&mut self, number: usize, line_start: usize, line_end: usize) {
        let line = self.slice(line_start, line_end);
        let code = line.trim_start();
        let start = line_end - code.len();
        if code.is_empty() {
            return;
        }
        if let Some(comment) = code.strip_prefix('#') {
            let doc = comment.strip_prefix('#').map(|doc| {
                let doc = doc.strip_prefix([' ', '\t']).unwrap_or(doc);
                (line_end - doc.len(), line_end - doc.len() + doc.trim_end().len())
            });
            self.comments.push(CommentLine { number, doc });
            return;
        }
        let mut scan = Scan { lines: self, brackets: Vec::new(), mistake: None };
        let end = scan.run(start, line_end);
        let (brackets, mut mistake) = (scan.brackets, scan.mistake);
        let end = start + self.slice(start, end).trim_end().len();
        if let Some((at, blank)) =
            line.char_indices().take_while(|(n, _)| line_start + n < start).find(|(_, c)| !c.is_ascii())
        {
            mistake = Some(super::messages::strange_character(self.span_of(line_start + at, blank), blank));
        }
        self.code.push(CodeLine {
            number,
            start,
            end,
            column_zero: start == line_start,
            brackets,
            mistake: mistake.map(Box::new),
            comments_before: self.comments.len(),
        });
    }

    fn span_of(&self, at: usize, character: char) -> Span {
        self.span(at, at + character.len_utf8())
    }
}

struct Scan<'a, 't> {
    lines: &'a Lines<'t>,
    brackets: Vec<Bracket>,
    mistake: Option<Diagnostic>,
}

impl Scan<'_, '_> {
    /// Reads the code of one line and gives its end: the comment or the line's end.
    fn run(&mut self, start: usize, end: usize) -> usize {
        let mut at = start;
        let mut word = start;
        while at < end {
            let rest = self.lines.slice(at, end);
            let Some(character) = rest.chars().next() else { break };
            let next = at + character.len_utf8();
            if character.is_ascii_alphanumeric() || character == '_' {
                at = next;
                if at == end {
                    self.word(word, at);
                }
                continue;
            }
            self.word(word, at);
            at = match character {
                '#' => return at,
                '"' => self.text(at, end),
                '“' | '”' | '„' | '«' | '»' | '‘' | '’' => self.curly(at, end),
                '(' | ')' | '[' | ']' | '{' | '}' => {
                    self.brackets.push(Bracket { at, character: character as u8 });
                    next
                }
                _ => next,
            };
            word = at;
        }
        end
    }

    fn word(&mut self, start: usize, end: usize) {
        if end - start > IDENTIFIER_LIMIT {
            let mistake =
                Diagnostic::error(codes::LONG_NAME, format!("a name has at most {IDENTIFIER_LIMIT} characters"))
                    .at(self.lines.span(start, end), format!("{} characters", end - start))
                    .help("choose a shorter name");
            self.spoil(mistake);
        }
    }

    fn spoil(&mut self, mistake: Diagnostic) {
        self.mistake.get_or_insert(mistake);
    }

    /// Reads a text from its opening quote and gives the place after it.
    fn text(&mut self, open: usize, end: usize) -> usize {
        let bytes = self.lines.text.as_bytes();
        let mut at = open + 1;
        let mut brace: Option<usize> = None;
        while at < end {
            match (bytes[at], brace) {
                (b'{', None) if bytes.get(at + 1) == Some(&b'{') => at += 1,
                (b'{', None) => brace = Some(at),
                (b'}', Some(_)) => brace = None,
                (b'"', None) => return at + 1,
                (b'"', Some(brace)) => return self.quote_in_braces(at, brace, end),
                _ => {}
            }
            at += 1;
        }
        let stop = open + self.lines.slice(open, end).trim_end().len();
        let mistake = Diagnostic::error(codes::OPEN_TEXT, "this text has no closing quote")
            .at(self.lines.span(open, stop), "begins here and does not end on its line")
            .help("write a `\"` at its end; a text stands on one line");
        self.spoil(mistake);
        end
    }

    /// A quote while `{` is open in a text: either the brace was never closed, or somebody quotes within it.
    fn quote_in_braces(&mut self, quote: usize, brace: usize, end: usize) -> usize {
        let rest = self.lines.slice(quote + 1, end);
        let mut quotes = rest.bytes().enumerate().filter(|(_, b)| *b == b'"');
        let quoted = quotes.next().map(|(n, _)| n);
        let nested = quoted.is_some_and(|n| rest[n..].contains('}'));
        if !nested {
            let mistake = Diagnostic::error(codes::BAD_INTERPOLATION, "this `{` in a text is not closed")
                .at(self.lines.span(brace, brace + 1), "opens a value to be filled in")
                .help("close it with `}`, or write `{{` for a brace that is only a character");
            self.spoil(mistake);
            return quote + 1;
        }
        let stop = quoted.map_or(quote + 1, |n| quote + 1 + n + 1);
        let mistake = Diagnostic::error(codes::BAD_INTERPOLATION, "a text cannot stand inside `{…}` of a text")
            .at(self.lines.span(quote, stop), "no quotes here")
            .and(self.lines.span(brace, brace + 1), "inside these braces")
            .help("name the value first, `let name = …`, and write `{name}`");
        self.spoil(mistake);
        end
    }

    /// A curly or angled quote: what it opens is passed over up to its partner.
    fn curly(&mut self, open: usize, end: usize) -> usize {
        let rest = self.lines.slice(open, end);
        let mut characters = rest.char_indices();
        characters.next();
        let partner = characters.find(|(_, c)| matches!(c, '“' | '”' | '»' | '«' | '’' | '‘' | '"'));
        let stop = partner.map_or(open + rest.trim_end().len(), |(n, c)| open + n + c.len_utf8());
        let mistake = Diagnostic::error(codes::QUOTES, "a text stands in straight double quotes")
            .at(self.lines.span(open, stop), "these are other quotes")
            .help("write `\"…\"`; word processors put the curly ones");
        self.spoil(mistake);
        stop
    }
}
