//! `policy` and `framework` blocks.

use super::items::Context;
use super::{Reader, Rule, broken_promise};
use crate::base::suggest::nearest;
use crate::base::{Diagnostic, Span, Spanned};
use crate::syntax::cut::Stretch;
use crate::syntax::messages::codes;
use crate::syntax::tree::{ControlLine, FrameworkItem, Lost, Name, PolicyItem};
use crate::syntax::{Read, literals, words};

impl Context<'_, '_> {
    pub(super) fn policy(&mut self, reader: Option<Reader>, lines: Vec<Stretch>) -> Option<PolicyItem> {
        let head = reader.map(|reader| reader.policy_head());
        let head = head.and_then(|head| self.tell(head));
        let mut item = head.clone().unwrap_or_else(|| empty_policy(self.lines.span(0, 0)));
        let mut lost = Lost::default();
        self.block(lines, &mut lost, |reader, _| reader.policy_line(&mut item));
        item.lost = lost;
        head.map(|_| item)
    }

    pub(super) fn framework(&mut self, reader: Option<Reader>, lines: Vec<Stretch>) -> Option<FrameworkItem> {
        let head = reader.map(|reader| reader.framework_head());
        let head = head.and_then(|head| self.tell(head));
        let mut controls = Vec::new();
        let mut lost = Lost::default();
        self.block(lines, &mut lost, |reader, stretch| {
            controls.push(reader.control(stretch)?);
            Ok(())
        });
        head.map(|head| FrameworkItem { controls, lost, ..head })
    }
}

fn empty_policy(place: Span) -> PolicyItem {
    PolicyItem {
        name: Name::new(String::new(), place),
        title: None,
        owner: None,
        timezone: None,
        day_starts: None,
        lost: Lost::default(),
    }
}

impl Reader<'_> {
    fn policy_head(&self) -> Read<PolicyItem> {
        let mut parts = self.parse(Rule::policy_head)?.into_inner();
        let name = parts.next().ok_or_else(|| broken_promise(self, Rule::policy_head))?;
        let mut item = empty_policy(self.whole());
        item.name = self.name(&name);
        if let Some(title) = parts.next().filter(|p| p.as_rule() == Rule::text) {
            item.title = Some(self.plain_text(&title)?);
        }
        Ok(item)
    }

    fn policy_line(&self, item: &mut PolicyItem) -> Read<()> {
        match words::first(self.text) {
            word @ ("owner" | "timezone") => {
                let text = self.word_and_text()?;
                let slot = if word == "owner" { &mut item.owner } else { &mut item.timezone };
                self.once(slot.as_ref().map(|first| first.span), word)?;
                *slot = Some(text);
            }
            word @ "day" => {
                let clock = self.parse(Rule::day_line)?.into_inner().nth(1);
                let clock = clock.ok_or_else(|| broken_promise(self, Rule::day_line))?;
                let span = self.at(&clock);
                let value = literals::clock(clock.as_str(), span)?;
                self.once(item.day_starts.as_ref().map(|first| first.span), word)?;
                item.day_starts = Some(Spanned::new(value, span));
            }
            word => return Err(self.wrong_line(word, "a policy", &["owner", "timezone", "day"])),
        }
        Ok(())
    }

    /// Refuses a line whose word was there before.
    fn once(&self, first: Option<Span>, word: &str) -> Read<()> {
        match first {
            Some(first) => Err(self.twice(self.span(0, word.len()), first, word)),
            None => Ok(()),
        }
    }

    /// What is said of a word written twice.
    pub(super) fn twice(&self, second: Span, first: Span, word: &str) -> Box<Diagnostic> {
        Diagnostic::error(codes::SAID_TWICE, format!("`{word}` is said twice"))
            .at(second, "again")
            .and(first, "first said here")
            .help("keep one of them")
            .into()
    }

    /// What is said of a line that its block does not know.
    pub(super) fn wrong_line(&self, word: &str, block: &str, known: &[&str]) -> Box<Diagnostic> {
        if words::CONTINUING.contains(&word) || self.text.starts_with('.') {
            return self.nothing_above();
        }
        let length = self.text.find([' ', '\t', '\n']).unwrap_or(self.text.len());
        let shown = if word.is_empty() { self.text.get(..length).unwrap_or("") } else { word };
        let error = Diagnostic::error(codes::WRONG_PLACE, format!("`{shown}` is no line of {block}"))
            .at(self.span(0, shown.len()), "not known here");
        let mistake = match nearest(word, known.iter().copied()) {
            Some(meant) => error.help(format!("write `{meant}`")),
            None => error.help(format!("its lines begin with `{}`", known.join("`, `"))),
        };
        mistake.into()
    }

    /// A continuing word with nothing above it.
    pub(super) fn nothing_above(&self) -> Box<Diagnostic> {
        let word = words::first(self.text);
        let shown = if word.is_empty() { "." } else { word };
        Diagnostic::error(codes::NOTHING_TO_CONTINUE, format!("`{shown}` continues a line, but none stands above"))
            .at(self.span(0, shown.len()), "nothing to continue")
            .help("put it below the line that it continues")
            .into()
    }

    /// The text of `owner "…"`, `timezone "…"`.
    pub(super) fn word_and_text(&self) -> Read<Name> {
        let text = self.parse(Rule::text_line)?.into_inner().nth(1);
        self.plain_text(&text.ok_or_else(|| broken_promise(self, Rule::text_line))?)
    }

    fn framework_head(&self) -> Read<FrameworkItem> {
        let mut parts = self.parse(Rule::framework_head)?.into_inner();
        let name = parts.next().ok_or_else(|| broken_promise(self, Rule::framework_head))?;
        let mut item = FrameworkItem {
            name: self.name(&name),
            title: None,
            edition: None,
            controls: Vec::new(),
            lost: Lost::default(),
        };
        for part in parts {
            match part.as_rule() {
                Rule::text => item.title = Some(self.plain_text(&part)?),
                Rule::edition => {
                    if let Some(text) = part.into_inner().nth(1) {
                        item.edition = Some(self.plain_text(&text)?);
                    }
                }
                _ => {}
            }
        }
        Ok(item)
    }

    fn control(&self, stretch: &Stretch) -> Read<ControlLine> {
        if words::first(self.text) != "control" {
            return Err(self.wrong_line(words::first(self.text), "a framework", &["control"]));
        }
        let mut parts = self.parse(Rule::control_line)?.into_inner();
        let id = parts.next().ok_or_else(|| broken_promise(self, Rule::control_line))?;
        let mut line = ControlLine {
            span: self.whole(),
            doc: stretch.doc.clone(),
            id: self.plain_text(&id)?,
            title: None,
            decides: None,
        };
        for part in parts {
            match part.as_rule() {
                Rule::text => line.title = Some(self.plain_text(&part)?),
                Rule::decides => line.decides = part.into_inner().nth(1).map(|reach| self.name(&reach)),
                _ => {}
            }
        }
        Ok(line)
    }
}
