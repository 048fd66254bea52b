//! Items: which reader takes which piece of the file, and what remains of one whose head does not parse.

use super::{Reader, Rule};
use crate::base::{Diagnostic, Spanned};
use crate::syntax::cut::{Piece, Stretch};
use crate::syntax::lines::Lines;
use crate::syntax::tree::{File, Item, ItemKind, LetLine, Lost, Name, ParameterItem};
use crate::syntax::{Read, words};

/// What the readers of items share: the text and the mistakes so far.
pub(super) struct Context<'a, 't> {
    pub lines: &'a Lines<'t>,
    pub diagnostics: &'a mut Vec<Diagnostic>,
}

/// The tree of a file.
pub(in crate::syntax) fn file(lines: &Lines, pieces: Vec<Piece>, diagnostics: &mut Vec<Diagnostic>) -> File {
    let mut file = File { source: lines.source, items: Vec::new(), broken: Vec::new() };
    let mut context = Context { lines, diagnostics };
    for mut piece in pieces {
        let span = lines.span(piece.head.start, piece.end);
        let doc = std::mem::take(&mut piece.head.doc);
        let below = piece.below.take();
        match context.item(&mut piece) {
            Some(kind) => {
                file.items.push(Item { span, doc, kind });
                context.diagnostics.extend(below);
            }
            None => file.broken.extend(declared_name(lines, &piece.head)),
        }
    }
    file
}

impl<'t> Context<'_, 't> {
    /// A reader of one stretch, where it may be parsed; what spoils it is told.
    pub(super) fn reader(&mut self, stretch: &mut Stretch) -> Option<Reader<'t>> {
        let reader = Reader::new(self.lines, stretch.start, stretch.end);
        let mistake = stretch.mistake.take().map(Box::new);
        let checked = mistake.map_or_else(|| words::check_depth(reader.text, reader.base, reader.source), Err);
        self.tell(checked).map(|()| reader)
    }

    /// The value; or its mistake is told.
    pub(super) fn tell<T>(&mut self, result: Read<T>) -> Option<T> {
        match result {
            Ok(value) => Some(value),
            Err(mistake) => {
                self.diagnostics.push(*mistake);
                None
            }
        }
    }

    /// Reads the lines of a block; each that does not parse is told and counted.
    pub(super) fn block(
        &mut self,
        lines: Vec<Stretch>,
        lost: &mut Lost,
        mut read: impl FnMut(&Reader, &Stretch) -> Read<()>,
    ) {
        for mut stretch in lines {
            let result = match self.reader(&mut stretch) {
                Some(reader) => {
                    let result = read(&reader, &stretch);
                    self.tell(result)
                }
                None => None,
            };
            if result.is_none() {
                self.lose(&stretch, lost);
            }
        }
    }

    /// Counts a dropped line.
    pub(super) fn lose(&self, stretch: &Stretch, lost: &mut Lost) {
        lost.lines += 1;
        let text = self.lines.slice(stretch.start, stretch.end);
        let word = words::first(text);
        let field = words::begins_field(text);
        if word == "let" && !field {
            lost.names.extend(name_after(self.lines, stretch, word.len()));
        } else if field {
            lost.names.push(Spanned::new(word.to_owned(), self.lines.span(stretch.start, stretch.start + word.len())));
        }
    }

    fn item(&mut self, piece: &mut Piece) -> Option<ItemKind> {
        let text = self.lines.slice(piece.head.start, piece.head.end);
        let reader = self.reader(&mut piece.head);
        let lines = std::mem::take(&mut piece.lines);
        // The lines of a broken head are read all the same: their mistakes are mistakes too.
        match (words::first(text), words::second(text)) {
            ("policy", _) => self.policy(reader, lines).map(ItemKind::Policy),
            ("param", _) => {
                let item = reader?.parameter();
                self.tell(item).map(ItemKind::Parameter)
            }
            ("let", _) => {
                let line = reader?.let_line();
                self.tell(line).map(ItemKind::Let)
            }
            ("vocabulary", _) | ("extend", "vocabulary") => self.vocabulary(reader, lines).map(ItemKind::Vocabulary),
            ("entity", _) | ("event", _) | ("extend", _) => self.entity(reader, lines).map(ItemKind::Entity),
            ("test", _) => self.test(reader, lines).map(ItemKind::Test),
            ("unreachable", _) => {
                let item = reader?.unreachable();
                self.tell(item).map(ItemKind::Unreachable)
            }
            ("framework", _) => self.framework(reader, lines).map(ItemKind::Framework),
            _ => self.rule(reader, lines).map(ItemKind::Rule),
        }
    }
}

impl Reader<'_> {
    fn parameter(&self) -> Read<ParameterItem> {
        let mut parts = self.parse(Rule::parameter)?.into_inner();
        let missing = || super::broken_promise(self, Rule::parameter);
        let name = self.name(&parts.next().ok_or_else(missing)?);
        let ty = self.type_expr(parts.nth(1).ok_or_else(missing)?)?;
        let mut item = ParameterItem { name, ty, source: None, value: None };
        while let Some(part) = parts.next() {
            match part.as_rule() {
                Rule::from => item.source = parts.next().map(|word| self.name(&word)),
                Rule::assign => item.value = Some(self.value(parts.next())?),
                _ => {}
            }
        }
        Ok(item)
    }

    pub(super) fn let_line(&self) -> Read<LetLine> {
        self.plain_let().map_or_else(|| self.any_let(), Ok)
    }

    pub(super) fn any_let(&self) -> Read<LetLine> {
        let mut parts = self.parse(Rule::let_line)?.into_inner();
        let name = parts.next().ok_or_else(|| super::broken_promise(self, Rule::let_line))?;
        Ok(LetLine { name: self.name(&name), value: self.clause(parts.nth(1))? })
    }
}

/// The name that a broken head declares, as far as it can be read.
fn declared_name(lines: &Lines, head: &Stretch) -> Option<Name> {
    let text = lines.slice(head.start, head.end);
    let mut skip = words::first(text).len();
    if matches!((words::first(text), words::second(text)), ("extend" | "event", "entity" | "vocabulary")) {
        let rest = text.get(skip..)?;
        skip += rest.len() - rest.trim_start().len() + words::second(text).len();
    }
    name_after(lines, head, skip)
}

/// The name after the first `skip` bytes of a stretch.
fn name_after(lines: &Lines, stretch: &Stretch, skip: usize) -> Option<Name> {
    let rest = lines.slice(stretch.start + skip, stretch.end);
    let trimmed = rest.trim_start();
    let start = stretch.end - trimmed.len();
    let end = trimmed.find(|c: char| !(c.is_ascii_alphanumeric() || c == '_' || c == '.')).unwrap_or(trimmed.len());
    let name = trimmed.get(..end).filter(|name| name.starts_with(|c: char| c.is_ascii_alphabetic()))?;
    Some(Spanned::new(name.to_owned(), lines.span(start, start + end)))
}
