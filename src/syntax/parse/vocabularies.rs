//! Vocabularies: phrases and their bodies.

use super::items::Context;
use super::{Reader, Rule, broken_promise};
use crate::base::Diagnostic;
use crate::syntax::cut::Stretch;
use crate::syntax::messages::codes;
use crate::syntax::tree::{Line, Lost, Phrase, TemplatePart, VocabularyItem};
use crate::syntax::{Read, words};
use pest::iterators::Pair;

/// Whose body the next lines are.
enum Body {
    /// No phrase was begun yet, and a line was told.
    Nobody { told: bool },
    /// A phrase.
    Of(Phrase),
    /// A phrase whose head is broken: its lines are read for their mistakes.
    Broken,
}

impl Context<'_, '_> {
    pub(super) fn vocabulary(&mut self, reader: Option<Reader>, stretches: Vec<Stretch>) -> Option<VocabularyItem> {
        let head = reader.map(|reader| reader.vocabulary_head());
        let head = head.and_then(|head| self.tell(head));
        let mut phrases = Vec::new();
        let mut lost = Lost::default();
        let mut body = Body::Nobody { told: false };
        for mut stretch in stretches {
            let begins = words::first(self.lines.slice(stretch.start, stretch.end)) == "phrase";
            if begins {
                if let Body::Of(phrase) = std::mem::replace(&mut body, Body::Broken) {
                    phrases.push(phrase);
                }
                let doc = std::mem::take(&mut stretch.doc);
                let read = self.reader(&mut stretch).map(|reader| reader.phrase_head(doc));
                match read.and_then(|read| self.tell(read)) {
                    Some(phrase) => body = Body::Of(phrase),
                    None => self.lose(&stretch, &mut lost),
                }
                continue;
            }
            if let Body::Nobody { told } = &mut body {
                if !std::mem::replace(told, true) {
                    let reader = Reader::new(self.lines, stretch.start, stretch.end);
                    self.diagnostics.push(*reader.before_phrases());
                }
                self.lose(&stretch, &mut lost);
                continue;
            }
            let read = self.reader(&mut stretch).map(|reader| reader.body_line());
            let line = read.and_then(|read| self.tell(read));
            if let Body::Of(phrase) = &mut body {
                match line {
                    Some(line) => phrase.lines.push(line),
                    None => self.lose(&stretch, &mut phrase.lost),
                }
            }
        }
        if let Body::Of(phrase) = body {
            phrases.push(phrase);
        }
        head.map(|head| VocabularyItem { phrases, lost, ..head })
    }
}

impl Reader<'_> {
    fn vocabulary_head(&self) -> Read<VocabularyItem> {
        let missing = || broken_promise(self, Rule::vocabulary_head);
        let mut parts = self.parse(Rule::vocabulary_head)?.into_inner().peekable();
        let extend = parts.next_if(|p| p.as_rule() == Rule::extend).is_some();
        let name = self.name(&parts.next().ok_or_else(missing)?);
        let subject = parts.nth(1).ok_or_else(missing)?;
        let subject = (subject.as_rule() == Rule::name).then(|| self.name(&subject));
        let alias = parts.next_if(|p| p.as_rule() == Rule::r#as).and_then(|_| parts.next()).map(|p| self.name(&p));
        Ok(VocabularyItem { extend, name, subject, alias, phrases: Vec::new(), lost: Lost::default() })
    }

    fn phrase_head(&self, doc: String) -> Read<Phrase> {
        let parts = self.parse(Rule::phrase_head)?.into_inner().filter(|p| p.as_rule() != Rule::EOI);
        let template: Vec<TemplatePart> = parts.map(|part| self.template_part(part)).collect::<Read<_>>()?;
        self.check_first(template.first())?;
        Ok(Phrase { span: self.whole(), doc, template, lines: Vec::new(), lost: Lost::default() })
    }

    fn template_part(&self, pair: Pair<'_, Rule>) -> Read<TemplatePart> {
        let span = self.at(&pair);
        if pair.as_rule() == Rule::forms {
            let forms: Vec<String> = pair.as_str().split('|').map(str::to_owned).collect();
            if forms.len() > 2 {
                return Err(Diagnostic::error(codes::UNEXPECTED, "a word has at most two forms")
                    .at(span, format!("{} forms", forms.len()))
                    .help("write two, as `copy|copies`; another word is another phrase")
                    .into());
            }
            return Ok(TemplatePart::Word { forms, span });
        }
        let mut parts = pair.into_inner();
        let (Some(name), Some(ty)) = (parts.next(), parts.nth(1)) else {
            return Err(broken_promise(self, Rule::phrase_head));
        };
        Ok(TemplatePart::Hole { name: self.name(&name), ty: self.type_expr(ty)?, span })
    }

    /// A line of a phrase begins with a word, and with none that begins a clause or continues a line.
    fn check_first(&self, part: Option<&TemplatePart>) -> Read<()> {
        let taken = |word: &String| {
            let word = word.as_str();
            words::CLAUSES.contains(&word) || words::CONTINUING.contains(&word) || word == "phrase"
        };
        let mistake = match part {
            Some(TemplatePart::Hole { span, .. }) => {
                Diagnostic::error(codes::UNEXPECTED, "a phrase begins with a word")
                    .at(*span, "a hole")
                    .help("put a word before it")
            }
            Some(TemplatePart::Word { forms, span }) => match forms.iter().find(|form| taken(form)) {
                Some(word) => Diagnostic::error(codes::BAD_NAME, format!("a phrase cannot begin with `{word}`"))
                    .at(*span, "begins a clause, or continues a line")
                    .help("choose another first word"),
                None if forms.iter().any(|form| form.bytes().all(|b| b.is_ascii_digit())) => {
                    Diagnostic::error(codes::UNEXPECTED, "a phrase begins with a word")
                        .at(*span, "a number")
                        .help("put a word before it")
                }
                None => return Ok(()),
            },
            None => return Ok(()),
        };
        Err(mistake.into())
    }

    /// A line of a phrase's body: `let`, `require`, `remedy` and phrases.
    fn body_line(&self) -> Read<Line> {
        match words::first(self.text) {
            word @ ("severity" | "evidence" | "owner" | "for") => {
                Err(self
                    .misplaced(word, "the rule that uses the phrase says it; a phrase has `let`, `require`, `remedy`"))
            }
            _ => self.line(),
        }
    }

    fn before_phrases(&self) -> Box<Diagnostic> {
        let length = self.text.find([' ', '\t', '\n', '\r']).unwrap_or(self.text.len());
        Diagnostic::error(codes::WRONG_PLACE, "this line belongs to no phrase")
            .at(self.span(0, length), "before the first `phrase`")
            .help(
                "a vocabulary holds phrases: `phrase keep {every: cadence} versions`, and below it what that requires",
            )
            .into()
    }
}
