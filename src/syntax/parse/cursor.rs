//! A line as its words and signs, read without the grammar.
//!
//! Invariant: a word and a name are what the grammar takes for one; a blank is what it skips, but for comments, which are
//! left to it.

use super::Reader;
use crate::base::Span;
use crate::syntax::tree::{Expr, ExprKind, Literal, Name};
use crate::syntax::words;

/// What is nested deeper than this is left to the grammar, which knows how deep is too deep.
pub(super) const DEEPEST: usize = 8;

/// Words that may be something else than a name where a value stands.
const VALUES: &[&str] = &["every", "later", "earlier"];

/// What is left of a line.
pub(super) struct Line<'r, 'a> {
    pub reader: &'r Reader<'a>,
    /// The next byte.
    pub at: usize,
    /// How many types, clauses and brackets are being read, one in the other.
    pub depth: usize,
}

impl<'r, 'a> Line<'r, 'a> {
    pub fn of(reader: &'r Reader<'a>) -> Self {
        Line { reader, at: 0, depth: 0 }
    }

    pub fn rest(&self) -> &'a str {
        self.reader.text.get(self.at..).unwrap_or_default()
    }

    pub fn blanks(&mut self) {
        self.at += self.rest().bytes().take_while(|byte| matches!(byte, b' ' | b'\t' | b'\r' | b'\n')).count();
    }

    pub fn end(&mut self) -> Option<()> {
        self.blanks();
        self.rest().is_empty().then_some(())
    }

    pub fn sign(&mut self, sign: u8) -> Option<()> {
        self.blanks();
        (self.rest().as_bytes().first() == Some(&sign)).then(|| self.at += 1)
    }

    /// A word that begins with a letter, and where.
    pub fn word(&mut self) -> Option<(&'a str, usize)> {
        self.blanks();
        let rest = self.rest();
        let length = rest.bytes().take_while(|byte| byte.is_ascii_alphanumeric() || *byte == b'_').count();
        let word = words::whole(rest.get(..length)?)?;
        let at = self.at;
        self.at += length;
        Some((word, at))
    }

    pub fn named(&self, (word, at): (&str, usize)) -> Name {
        Name::new(word.to_owned(), self.reader.span(at, at + word.len()))
    }

    pub fn name(&mut self) -> Option<Name> {
        let word = self.word()?;
        (!words::RESERVED.contains(&word.0)).then(|| self.named(word))
    }

    pub fn this_word(&mut self, wanted: &str) -> Option<()> {
        (self.word()?.0 == wanted).then_some(())
    }

    /// Whether this word is next; it is passed then.
    pub fn goes_on(&mut self, word: &str) -> bool {
        let at = self.at;
        let goes_on = self.this_word(word).is_some();
        if !goes_on {
            self.at = at;
        }
        goes_on
    }

    /// The member after a dot, where one follows at once; `None` where the grammar has to say what follows.
    pub fn member(&mut self) -> Option<Option<Name>> {
        if !self.rest().starts_with('.') {
            return Some(None);
        }
        self.at += 1;
        if !self.rest().starts_with(|c: char| c.is_ascii_alphabetic()) {
            return None;
        }
        let word = self.word()?;
        Some(Some(self.named(word)))
    }

    /// The same for the second of two words that belong together: they stand on one line, else the grammar has to say.
    pub fn goes_on_beside(&mut self, word: &str) -> Option<bool> {
        let before = self.at;
        if !self.goes_on(word) {
            return Some(false);
        }
        let between = self.reader.text.get(before..self.at - word.len())?;
        between.bytes().all(|byte| matches!(byte, b' ' | b'\t')).then_some(true)
    }

    /// One level further in, where that is not too deep to be read here.
    pub fn enter(&mut self) -> Option<()> {
        self.depth += 1;
        (self.depth <= DEEPEST).then_some(())
    }

    pub fn span_from(&self, start: usize) -> Span {
        self.reader.span(start, self.at)
    }

    /// A word that is a value by itself, or names one.
    pub fn constant(&mut self) -> Option<Expr> {
        let (word, start) = self.word()?;
        let kind = match word {
            "now" => ExprKind::Name(word.to_owned()),
            "true" | "false" => ExprKind::Literal(Literal::Bool(word == "true")),
            "never" => ExprKind::Literal(Literal::Never),
            _ if words::RESERVED.contains(&word) || VALUES.contains(&word) => return None,
            _ => ExprKind::Name(word.to_owned()),
        };
        Some(Expr { span: self.span_from(start), kind })
    }

    /// A text that holds nothing but characters.
    pub fn quoted(&mut self) -> Option<Name> {
        self.sign(b'"')?;
        let (start, rest) = (self.at - 1, self.rest());
        let text = rest.get(..rest.find(['"', '{', '}', '\\', '\n'])?)?;
        self.at += text.len();
        self.sign(b'"')?;
        Some(Name::new(text.to_owned(), self.span_from(start)))
    }
}
