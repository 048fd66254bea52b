//! Source excerpts with marks below, drawn by miette. Every text passes through `base::clean` first; a line longer than
//! the window is cut around its mark, so that the cost does not depend on the length of a line.

use crate::base::clean::{clean, clean_line};
use crate::base::{Excerpt, SourceMap, Span};
use miette::{
    GraphicalReportHandler, GraphicalTheme, LabeledSpan, MietteError, MietteSpanContents, SourceCode, SourceSpan,
    SpanContents,
};
use std::fmt;

/// How a text report is drawn; the terminal decides, or an option.
#[derive(Debug, Clone, Copy)]
pub struct Style {
    /// Escape sequences for colour.
    pub color: Color,
    /// Columns, at least 60.
    pub width: usize,
}

/// Whether a report is coloured.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Color {
    /// With escape sequences.
    On,
    /// Plain text.
    Off,
}

impl Style {
    /// Without colour, 120 columns: what a pipe gets.
    pub const PLAIN: Style = Style { color: Color::Off, width: 120 };

    /// `text` in the given ANSI style (such as `1;31`), where colours are on.
    pub fn paint(&self, ansi: &str, text: &str) -> String {
        match self.color {
            Color::On => format!("\u{1b}[{ansi}m{text}\u{1b}[0m"),
            Color::Off => text.to_string(),
        }
    }

    pub(super) fn handler(&self) -> GraphicalReportHandler {
        let theme = match self.color {
            Color::On => GraphicalTheme::unicode(),
            Color::Off => GraphicalTheme::unicode_nocolor(),
        };
        GraphicalReportHandler::new_themed(theme)
            .with_width(self.width)
            .with_context_lines(1)
            .with_links(false)
            .without_syntax_highlighting()
            .with_wrap_lines(true)
    }
}

/// Longest line shown whole; longer ones are cut around the mark.
const WINDOW: usize = 200;

/// Columns that line numbers and borders take.
const GUTTER: usize = 10;

/// Most lines of one mark that are shown.
const MOST_LINES: usize = 6;

/// A policy place as a snippet: the lines under `span`, marked, with `text` below the mark.
pub(super) fn policy(sources: &SourceMap, marks: &[(Span, String)], style: &Style) -> String {
    let Some((first, _)) = marks.first() else { return String::new() };
    let Some(source) = sources.get(first.source) else { return String::new() };
    let lines = |span: &Span| {
        let start = source.text.get(..span.start as usize).map_or(0, |t| t.rfind('\n').map_or(0, |i| i + 1));
        let end = source
            .text
            .get(span.end as usize..)
            .and_then(|t| t.find('\n'))
            .map_or(source.text.len(), |i| span.end as usize + i);
        (start, end)
    };
    let fits = marks.iter().all(|(span, _)| {
        let (start, end) = lines(span);
        source
            .text
            .get(start..end)
            .is_some_and(|t| t.lines().count() <= MOST_LINES && t.lines().all(|l| l.len() <= WINDOW))
    });
    if fits {
        let labels = marks.iter().map(|(span, text)| {
            let length = (span.end.saturating_sub(span.start) as usize).max(1);
            LabeledSpan::new(label(text), span.start as usize, length)
        });
        let mut ends: Vec<(usize, usize)> = marks.iter().map(|(span, _)| lines(span)).collect();
        ends.sort_unstable();
        // Lines that follow each other are drawn as one.
        ends.dedup_by(|next, one| {
            let joins = next.0 <= one.1 + 1;
            one.1 = if joins { one.1.max(next.1) } else { one.1 };
            joins
        });
        let stretches = ends.into_iter().map(|(start, end)| Stretch::of(&source.text, start, end)).collect();
        return draw(Part { name: clean_line(&source.name), stretches }, labels.collect(), style);
    }
    marks.iter().map(|(span, text)| excerpt(&cut(sources, source, *span), text, style)).collect()
}

/// The first line of a span as an excerpt with a window around the mark.
fn cut(sources: &SourceMap, source: &crate::base::Source, span: Span) -> Excerpt {
    let (line, column) = sources.line_column(span);
    let start = source.text.get(..span.start as usize).map_or(0, |t| t.rfind('\n').map_or(0, |i| i + 1));
    let text: Vec<char> = source.text.get(start..).unwrap_or("").lines().next().unwrap_or("").chars().collect();
    let mark = column.saturating_sub(1).min(text.len());
    let from = mark.saturating_sub(WINDOW / 3);
    let shown: String = text.iter().skip(from).take(WINDOW).collect();
    let length = sources.text(span).lines().next().unwrap_or("").chars().count();
    let room = shown.chars().count().saturating_sub(mark - from).max(1);
    Excerpt {
        file: source.name.clone(),
        line: line as u64,
        column: column as u64,
        text: shown,
        mark: mark - from,
        width: length.clamp(1, room),
    }
}

/// A facts place as a snippet, with `text` below the mark.
pub(super) fn excerpt(excerpt: &Excerpt, text: &str, style: &Style) -> String {
    let room = style.width.saturating_sub(GUTTER).max(20);
    let whole = clean_line(&excerpt.text);
    let length = whole.chars().count();
    // As much before the mark as leaves room for the mark and what follows it.
    let from = if length <= room { 0 } else { excerpt.mark.saturating_sub(room / 3).min(length - room) };
    let cut = |i: usize| (i == 0 && from > 0) || (i + 1 == room && from + room < length);
    let window = whole.chars().skip(from).take(room).enumerate();
    let shown: String = window.map(|(i, c)| if cut(i) { '…' } else { c }).collect();
    let byte = |chars: usize| shown.char_indices().nth(chars).map_or(shown.len(), |(i, _)| i);
    let mark = excerpt.mark.saturating_sub(from);
    let (start, end) = (byte(mark), byte(mark + excerpt.width));
    let window = Window {
        name: clean_line(&excerpt.file),
        line: usize::try_from(excerpt.line).unwrap_or(usize::MAX).saturating_sub(1),
        column: usize::try_from(excerpt.column).unwrap_or(usize::MAX).saturating_sub(1),
        text: shown.clone(),
    };
    draw(window, vec![LabeledSpan::new(label(text), start, end.saturating_sub(start).max(1))], style)
}

fn label(text: &str) -> Option<String> {
    (!text.is_empty()).then(|| clean_line(text))
}

fn draw(source: impl SourceCode + 'static, labels: Vec<LabeledSpan>, style: &Style) -> String {
    let mut out = String::new();
    let shown = Shown { source: Box::new(source), labels };
    if style.handler().render_report(&mut out, &shown).is_err() {
        return String::new();
    }
    // The first line is miette's place for a message; ours stands above it.
    out.split_once('\n').map_or(String::new(), |(_, rest)| rest.trim_end_matches('\n').to_string() + "\n")
}

/// What miette draws: marks over a source, without a message.
struct Shown {
    source: Box<dyn SourceCode>,
    labels: Vec<LabeledSpan>,
}

impl fmt::Debug for Shown {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("snippet")
    }
}

impl fmt::Display for Shown {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("-")
    }
}

impl std::error::Error for Shown {}

impl miette::Diagnostic for Shown {
    fn source_code(&self) -> Option<&dyn SourceCode> {
        Some(&*self.source)
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        Some(Box::new(self.labels.iter().cloned()))
    }
}

/// The lines of a policy that are marked: what its other lines hold costs nothing.
struct Part {
    name: String,
    stretches: Vec<Stretch>,
}

/// Lines one after the other, already cleaned.
struct Stretch {
    /// Where they begin in the policy, in bytes.
    start: usize,
    /// How many lines stand before them.
    lines: usize,
    text: String,
}

impl Stretch {
    fn of(policy: &str, start: usize, end: usize) -> Stretch {
        let text = clean(policy.get(start..end).unwrap_or_default()).into_owned();
        let before = policy.get(..start).unwrap_or_default();
        Stretch { start, lines: memchr::memchr_iter(b'\n', before.as_bytes()).count(), text }
    }
}

impl SourceCode for Part {
    fn read_span<'a>(
        &'a self,
        span: &SourceSpan,
        context: usize,
        _: usize,
    ) -> Result<Box<dyn SpanContents<'a> + 'a>, MietteError> {
        let stretch = self.stretches.iter().rev().find(|stretch| stretch.start <= span.offset());
        let stretch = stretch.ok_or(MietteError::OutOfBounds)?;
        let first = span.offset() - stretch.start;
        let last = first + span.len();
        let before = stretch.text.get(..first).ok_or(MietteError::OutOfBounds)?;
        let start = before.rfind('\n').map_or(0, |i| i + 1);
        let rest = stretch.text.get(last..).ok_or(MietteError::OutOfBounds)?;
        let end = last + rest.find('\n').unwrap_or(rest.len());
        let column = before.get(start..).unwrap_or("").chars().count();
        let line = stretch.lines + before.matches('\n').count();
        let shown = stretch.text.get(start..end).unwrap_or_default();
        Ok(contents(&self.name, shown, stretch.start + start, (line, column), context))
    }
}

/// One line of a file, cut to a window, that knows its real line and column.
struct Window {
    name: String,
    line: usize,
    column: usize,
    text: String,
}

impl SourceCode for Window {
    fn read_span<'a>(
        &'a self,
        _: &SourceSpan,
        context: usize,
        _: usize,
    ) -> Result<Box<dyn SpanContents<'a> + 'a>, MietteError> {
        Ok(contents(&self.name, &self.text, 0, (self.line, self.column), context))
    }
}

/// miette asks twice: with context lines for what it draws, which begins at a line's start, and without for the place
/// that it prints above.
fn contents<'a>(
    name: &str,
    text: &'a str,
    start: usize,
    (line, column): (usize, usize),
    context: usize,
) -> Box<dyn SpanContents<'a> + 'a> {
    Box::new(MietteSpanContents::new_named(
        name.to_string(),
        text.as_bytes(),
        SourceSpan::from((start, text.len())),
        line,
        if context == 0 { column } else { 0 },
        text.matches('\n').count() + 1,
    ))
}
