//! A small YAML (hence JSON) document as a tree that keeps the place of every key and value. For statements, which are
//! short; rows of facts never come this way.
//!
//! Invariants: nesting is at most [`DEPTH`]; a key is text; aliases are refused, so the tree is no larger than its text.

use crate::base::{Excerpt, Place};
use saphyr_parser::{Event, Parser, ScalarStyle, Span, StrInput};
use std::borrow::Cow;

/// Deepest nesting of a statement.
const DEPTH: usize = 16;

/// Characters shown on either side of a mark.
const AROUND: usize = 90;

/// A stretch of one line: line from 1, column from 0, both in characters of the text that was read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Mark {
    pub(crate) line: usize,
    pub(crate) column: usize,
    pub(crate) width: usize,
}

/// A value and its place.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Node {
    pub(crate) mark: Mark,
    pub(crate) value: Value,
}

/// A value.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Value {
    Null,
    /// Without quotes: a number or truth value where one is asked for, else text.
    Plain(String),
    Quoted(String),
    List(Vec<Node>),
    Map(Vec<Entry>),
}

/// A key with its value.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Entry {
    pub(crate) key: String,
    pub(crate) mark: Mark,
    pub(crate) value: Node,
}

/// A text that cannot be read at all.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Unreadable {
    pub(crate) mark: Mark,
    pub(crate) text: String,
}

/// Where a text stands in its file.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Document<'a> {
    pub(crate) file: &'a str,
    pub(crate) text: &'a str,
    /// Line of its first character in the file, from 1.
    pub(crate) line: u64,
    /// Column of its first character in that line, from 1.
    pub(crate) column: u64,
}

impl Document<'_> {
    /// The place of a mark, with its line cut to a window.
    pub(crate) fn place(&self, mark: Mark) -> Place {
        let line = self.text.lines().nth(mark.line.saturating_sub(1)).unwrap_or("");
        let first = mark.column.saturating_sub(AROUND);
        let text = line.chars().skip(first).take(2 * AROUND).map(|c| if is_unprintable(c) { ' ' } else { c }).collect();
        let shift = if mark.line <= 1 { self.column } else { 1 };
        Place::Facts(Excerpt {
            file: self.file.to_owned(),
            line: self.line + mark.line.saturating_sub(1) as u64,
            column: shift + mark.column as u64,
            text,
            mark: mark.column - first,
            width: mark.width.max(1),
        })
    }
}

/// Control characters, and those that turn the direction of writing.
fn is_unprintable(c: char) -> bool {
    c.is_control() || matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// Reads one document; `None` if the text holds nothing.
pub(crate) fn parse(text: &str) -> Result<Option<Node>, Unreadable> {
    let joined = join_surrogates(text);
    let mut events = Events { parser: Parser::new_from_str(&joined) };
    loop {
        let (event, span) = events.next()?;
        match event {
            Event::StreamEnd => return Ok(None),
            Event::StreamStart | Event::DocumentStart(_) | Event::DocumentEnd | Event::Nothing => {}
            other => {
                let node = events.node(other, span, 0)?;
                return events.end().map(|()| Some(node));
            }
        }
    }
}

struct Events<'a> {
    parser: Parser<'a, StrInput<'a>>,
}

impl<'a> Events<'a> {
    fn next(&mut self) -> Result<(Event<'a>, Span), Unreadable> {
        match self.parser.next_event() {
            Some(Ok(event)) => Ok(event),
            Some(Err(error)) => {
                let at = error.marker();
                let mark = Mark { line: at.line(), column: at.col(), width: 1 };
                Err(Unreadable { mark, text: error.info().to_owned() })
            }
            None => Ok((Event::StreamEnd, Span::default())),
        }
    }

    fn end(&mut self) -> Result<(), Unreadable> {
        loop {
            let (event, span) = self.next()?;
            match event {
                Event::StreamEnd => return Ok(()),
                Event::DocumentStart(_) => return Err(unreadable(span, "a second document begins here")),
                _ => {}
            }
        }
    }

    fn node(&mut self, event: Event<'a>, span: Span, depth: usize) -> Result<Node, Unreadable> {
        if depth > DEPTH {
            return Err(unreadable(span, &format!("nested more than {DEPTH} deep")));
        }
        let mark = mark(span);
        let value = match event {
            Event::Scalar(text, ScalarStyle::Plain, ..) if matches!(&*text, "" | "~" | "null" | "Null" | "NULL") => {
                Value::Null
            }
            Event::Scalar(text, ScalarStyle::Plain, ..) => Value::Plain(text.into_owned()),
            Event::Scalar(text, ..) => Value::Quoted(text.into_owned()),
            Event::SequenceStart(..) => {
                let mut items = Vec::new();
                loop {
                    match self.next()? {
                        (Event::SequenceEnd | Event::StreamEnd, _) => break Value::List(items),
                        (event, span) => items.push(self.node(event, span, depth + 1)?),
                    }
                }
            }
            Event::MappingStart(..) => self.map(depth)?,
            Event::Alias(_) => return Err(unreadable(span, "aliases are not read here")),
            _ => return Err(unreadable(span, "no value stands here")),
        };
        Ok(Node { mark, value })
    }

    fn map(&mut self, depth: usize) -> Result<Value, Unreadable> {
        let mut entries = Vec::new();
        loop {
            let (event, span) = self.next()?;
            if matches!(event, Event::MappingEnd | Event::StreamEnd) {
                return Ok(Value::Map(entries));
            }
            let Event::Scalar(key, ..) = event else { return Err(unreadable(span, "a key has to be a word")) };
            let (event, value_span) = self.next()?;
            let value = self.node(event, value_span, depth + 1)?;
            entries.push(Entry { key: key.into_owned(), mark: mark(span), value });
        }
    }
}

fn mark(span: Span) -> Mark {
    let width = if span.start.line() == span.end.line() { span.end.col().saturating_sub(span.start.col()) } else { 1 };
    Mark { line: span.start.line(), column: span.start.col(), width: width.max(1) }
}

fn unreadable(span: Span, text: &str) -> Unreadable {
    Unreadable { mark: mark(span), text: text.to_owned() }
}

/// JSON writes characters beyond U+FFFF as two escapes, which YAML does not know.
fn join_surrogates(text: &str) -> Cow<'_, str> {
    let lower = text.to_ascii_lowercase();
    if !lower.contains("\\ud8") && !lower.contains("\\ud9") && !lower.contains("\\uda") && !lower.contains("\\udb") {
        return Cow::Borrowed(text);
    }
    let mut joined = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('\\') {
        joined.push_str(&rest[..at]);
        rest = &rest[at..];
        let unit = |from: usize| {
            let escape = rest.get(from..from + 6).filter(|e| e.starts_with("\\u"))?;
            u32::from_str_radix(escape.get(2..)?, 16).ok()
        };
        match (unit(0), unit(6)) {
            (Some(high @ 0xd800..=0xdbff), Some(low @ 0xdc00..=0xdfff)) => {
                let code = 0x10000 + ((high - 0xd800) << 10) + (low - 0xdc00);
                joined.push_str(&format!("\\U{code:08x}"));
                rest = &rest[12..];
            }
            _ => {
                // The escaped character goes with its backslash, so that `\\` is not read as the start of another.
                let end = 1 + rest[1..].chars().next().map_or(0, char::len_utf8);
                joined.push_str(&rest[..end]);
                rest = &rest[end..];
            }
        }
    }
    joined.push_str(rest);
    Cow::Owned(joined)
}
