//! Rules and their lines; the bodies of phrases are made of the same lines.

use super::items::Context;
use super::{Reader, Rule, broken_promise};
use crate::base::{Diagnostic, Span};
use crate::syntax::cut::Stretch;
use crate::syntax::messages::{codes, units};
use crate::syntax::tree::{Expr, ExprKind, Line, LineKind, Literal, Lost, PhraseToken, Requirement, RuleItem, Scope};
use crate::syntax::{Read, words};
use pest::iterators::Pair;

impl Context<'_, '_> {
    pub(super) fn rule(&mut self, reader: Option<Reader>, stretches: Vec<Stretch>) -> Option<RuleItem> {
        let head = reader.map(|reader| reader.rule_head());
        let head = head.and_then(|head| self.tell(head));
        let mut lost = Lost::default();
        let mut lines = Vec::with_capacity(stretches.len());
        self.block(stretches, &mut lost, |reader, _| {
            lines.push(reader.line()?);
            Ok(())
        });
        head.map(|head| RuleItem { lines, lost, ..head })
    }
}

impl Reader<'_> {
    fn rule_head(&self) -> Read<RuleItem> {
        let mut parts = self.parse(Rule::rule_head)?.into_inner();
        let (Some(kind), Some(name)) = (parts.next(), parts.next()) else {
            return Err(broken_promise(self, Rule::rule_head));
        };
        let title = match parts.next().filter(|p| p.as_rule() == Rule::text) {
            Some(text) => Some(self.plain_text(&text)?),
            None => None,
        };
        let (kind, name) = (self.name(&kind), self.name(&name));
        Ok(RuleItem { kind, name, title, lines: Vec::new(), lost: Lost::default() })
    }

    /// A line of a rule.
    pub(super) fn line(&self) -> Read<Line> {
        let word = words::first(self.text);
        let kind = match word {
            "severity" => {
                let level = self.parse(Rule::severity_line)?.into_inner().next();
                LineKind::Severity(self.name(&level.ok_or_else(|| broken_promise(self, Rule::severity_line))?))
            }
            "evidence" => {
                let mut parts = self.parse(Rule::evidence_line)?.into_inner().skip(1);
                let (Some(framework), Some(control)) = (parts.next(), parts.next()) else {
                    return Err(broken_promise(self, Rule::evidence_line));
                };
                LineKind::Evidence { framework: self.name(&framework), control: self.plain_text(&control)? }
            }
            "owner" => LineKind::Owner(self.word_and_text()?),
            "for" => LineKind::For(self.scope()?),
            "let" => LineKind::Let(self.let_line()?),
            "require" => LineKind::Require(self.requirement()?),
            "remedy" => {
                let text = self.parse(Rule::text_line)?.into_inner().nth(1);
                LineKind::Remedy(self.text_expr(&text.ok_or_else(|| broken_promise(self, Rule::text_line))?)?)
            }
            "escalate" => return Err(self.escalate()),
            "phrase" => return Err(self.misplaced(word, "a phrase is declared in a `vocabulary` block")),
            _ if words::CONTINUING.contains(&word) || self.text.starts_with('.') => return Err(self.nothing_above()),
            _ => LineKind::Phrase(self.phrase()?),
        };
        Ok(Line { span: self.whole(), kind })
    }

    pub(super) fn misplaced(&self, word: &str, help: &str) -> Box<Diagnostic> {
        Diagnostic::error(codes::WRONG_PLACE, format!("`{word}` cannot stand here"))
            .at(self.span(0, word.len()), "not in this block")
            .help(help)
            .into()
    }

    fn escalate(&self) -> Box<Diagnostic> {
        Diagnostic::error(codes::RESERVED_WORD, "`escalate` is reserved and not part of this version")
            .at(self.span(0, "escalate".len()), "not available yet")
            .help("remove the line; no phrase can begin with this word either")
            .into()
    }

    fn scope(&self) -> Read<Scope> {
        let scope = self.parse(Rule::for_line)?.into_inner().next();
        let scope = scope.ok_or_else(|| broken_promise(self, Rule::for_line))?;
        if scope.as_rule() == Rule::the_estate {
            return Ok(Scope::Estate);
        }
        let mut parts = scope.into_inner().skip(1);
        let entity = parts.next().ok_or_else(|| broken_promise(self, Rule::for_line))?;
        let entity = self.name(&entity);
        let (mut alias, mut collection, mut filter, mut if_any) = (None, None, None, None);
        while let Some(word) = parts.next() {
            match word.as_rule() {
                Rule::r#as => alias = parts.next().map(|name| self.name(&name)),
                Rule::within => {
                    let pair = parts.next().ok_or_else(|| broken_promise(self, Rule::for_line))?;
                    collection = Some(self.collection(pair, 0)?);
                }
                Rule::r#where => filter = Some(self.expr_of(parts.next(), 0)?),
                Rule::if_any => if_any = Some(self.at(&word)),
                _ => {}
            }
        }
        Ok(Scope::Each { entity, alias, collection, filter, if_any })
    }

    fn requirement(&self) -> Read<Requirement> {
        self.plain_requirement().map_or_else(|| self.any_requirement(), Ok)
    }

    pub(super) fn any_requirement(&self) -> Read<Requirement> {
        let mut parts = self.parse(Rule::require_line)?.into_inner();
        let claim = self.clause(parts.next())?;
        let otherwise = match parts.nth(1) {
            Some(text) if text.as_rule() == Rule::text => Some(self.text_expr(&text)?),
            _ => None,
        };
        Ok(Requirement { claim, otherwise })
    }

    fn phrase(&self) -> Read<Vec<PhraseToken>> {
        let mut tokens: Vec<PhraseToken> = Vec::new();
        for pair in self.parse(Rule::phrase_line)?.into_inner() {
            let token = match pair.as_rule() {
                Rule::EOI => continue,
                Rule::first_word | Rule::word => self.word(&pair, tokens.last())?,
                _ => PhraseToken::Operand(self.atom(pair, 0)?),
            };
            tokens.push(token);
        }
        Ok(tokens)
    }

    /// A word, a code at the line's beginning; or a unit that is none.
    fn word(&self, pair: &Pair<'_, Rule>, before: Option<&PhraseToken>) -> Read<PhraseToken> {
        let (word, span) = (pair.as_str(), self.at(pair));
        let digits = word.find(|c: char| !c.is_ascii_digit()).unwrap_or(word.len());
        let (amount, letters) = word.split_at(digits);
        if !amount.is_empty() && letters.starts_with('-') {
            let kind = ExprKind::Literal(Literal::Code(word.to_owned()));
            return Ok(PhraseToken::Operand(Expr { span, kind }));
        }
        if !amount.is_empty() && units::right_spelling(letters).is_some() {
            return Err(units::unknown(letters, amount, span).into());
        }
        if let Some(number) = plain_number(before)
            && units::right_spelling(word).is_some()
        {
            let start = (number.start as usize).saturating_sub(self.base);
            let end = (number.end as usize).saturating_sub(self.base);
            return Err(units::unknown(word, self.text.get(start..end).unwrap_or(""), span).into());
        }
        Ok(PhraseToken::Word(self.name(pair)))
    }
}

fn plain_number(token: Option<&PhraseToken>) -> Option<Span> {
    match token {
        Some(PhraseToken::Operand(Expr { span, kind: ExprKind::Literal(Literal::Int(_) | Literal::Number(_)) })) => {
            Some(*span)
        }
        _ => None,
    }
}
