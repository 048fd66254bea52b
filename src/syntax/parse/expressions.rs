//! Expressions, from their parts up: terms, literals, lists, calls, sentences. Chains of operators: `operators`.
//!
//! `depth` is how deep the node about to be built lies in the tree of its clause; chains count with their length.

use super::{Reader, Rule, broken_promise};
use crate::base::Diagnostic;
use crate::syntax::messages::codes;
use crate::syntax::tree::{Argument, Direction, Expr, ExprKind, Literal, Name, Quantifier, Sentence};
use crate::syntax::{DEPTH_LIMIT, Read, literals};
use pest::iterators::Pair;

impl Reader<'_> {
    /// `levels` below `depth`, where the tree may still be that deep.
    pub(super) fn deeper(&self, depth: usize, levels: usize, pair: &Pair<'_, Rule>) -> Read<usize> {
        let below = depth.saturating_add(levels);
        if below > DEPTH_LIMIT {
            let mistake =
                Diagnostic::error(codes::TOO_DEEP, format!("this expression is more than {DEPTH_LIMIT} levels deep"))
                    .at(self.at(pair), "too many operators in one chain, or too many brackets");
            return Err(mistake.help("name parts of it with `let` and use the names").into());
        }
        Ok(below)
    }

    /// `sentence` or `filtered`.
    pub(super) fn clause(&self, pair: Option<Pair<'_, Rule>>) -> Read<Expr> {
        self.clause_at(pair, 0)
    }

    /// A parameter's value: a clause or a map.
    pub(super) fn value(&self, pair: Option<Pair<'_, Rule>>) -> Read<Expr> {
        match pair {
            Some(map) if map.as_rule() == Rule::map => self.map(map),
            other => self.clause(other),
        }
    }

    fn clause_at(&self, pair: Option<Pair<'_, Rule>>, depth: usize) -> Read<Expr> {
        let Some(pair) = pair else { return Err(broken_promise(self, Rule::lone_expression)) };
        if pair.as_rule() == Rule::sentence {
            let depth = self.deeper(depth, 2, &pair)?;
            return self.sentence(pair, depth);
        }
        let filters = pair.clone().into_inner().count() > 1;
        let depth = self.deeper(depth, usize::from(filters), &pair)?;
        let mut parts = pair.into_inner();
        let collection = self.expr_of(parts.next(), depth)?;
        parts.next();
        match parts.next() {
            Some(predicate) => Ok(filtered(collection, self.expr(predicate, depth)?)),
            None => Ok(collection),
        }
    }

    pub(super) fn expr_of(&self, pair: Option<Pair<'_, Rule>>, depth: usize) -> Read<Expr> {
        match pair {
            Some(pair) => self.expr(pair, depth),
            None => Err(broken_promise(self, Rule::lone_expression)),
        }
    }

    fn sentence(&self, pair: Pair<'_, Rule>, depth: usize) -> Read<Expr> {
        let mut parts = pair.into_inner();
        let Some(quantifier) = parts.next() else { return Err(broken_promise(self, Rule::lone_expression)) };
        let start = self.at(&quantifier);
        let word = quantifier.as_str();
        let mut of = None;
        let (quantifier, word_span) = if quantifier.as_rule() == Rule::amount {
            let mut parts = quantifier.into_inner().peekable();
            let amount_word = parts.next();
            let word_span = amount_word.as_ref().map_or(start, |pair| self.at(pair));
            let amount = self.signed_term(&mut parts, depth)?;
            of = parts.next().map(|pair| self.at(&pair));
            let words = amount_word.map_or("", |pair| pair.as_str());
            let quantifier = match words.rsplit([' ', '\t']).next() {
                Some("least") => Quantifier::AtLeast(amount),
                Some("most") => Quantifier::AtMost(amount),
                _ => Quantifier::Exactly(amount),
            };
            (quantifier, word_span)
        } else {
            let quantifier = match word {
                "some" => Quantifier::Some,
                "no" => Quantifier::No,
                _ => Quantifier::All,
            };
            (quantifier, start)
        };
        let mut collection = match parts.next() {
            Some(pair) => self.collection(pair, depth)?,
            None => return Err(broken_promise(self, Rule::lone_expression)),
        };
        let mut satisfy = None;
        let mut satisfy_word = None;
        while let Some(keyword) = parts.next() {
            let predicate = self.expr_of(parts.next(), depth)?;
            if keyword.as_rule() == Rule::satisfy {
                satisfy_word = Some(self.at(&keyword));
                satisfy = Some(predicate);
            } else {
                collection = filtered(collection, predicate);
            }
        }
        self.check_sentence(&quantifier, word_span, of, satisfy_word, &collection)?;
        let end = satisfy.as_ref().map_or(collection.span, |predicate| predicate.span);
        let sentence = Sentence { quantifier, collection, satisfy };
        Ok(Expr { span: word_span.to(end), kind: ExprKind::Sentence(Box::new(sentence)) })
    }

    /// `all c` and `n of c` say what is satisfied; the others say `where`.
    fn check_sentence(
        &self,
        quantifier: &Quantifier,
        word: crate::base::Span,
        of: Option<crate::base::Span>,
        satisfy: Option<crate::base::Span>,
        collection: &Expr,
    ) -> Read<()> {
        let amount = match quantifier {
            Quantifier::AtLeast(amount) | Quantifier::AtMost(amount) | Quantifier::Exactly(amount) => Some(amount),
            _ => None,
        };
        let all = matches!(quantifier, Quantifier::All);
        let share = amount.filter(|a| of.is_none() && matches!(a.kind, ExprKind::Literal(Literal::Percent(_))));
        let mistake = match (of, satisfy) {
            _ if share.is_some() => Diagnostic::error(codes::SENTENCE, "a share is a share `of` something")
                .at(share.map_or(word, |a| a.span), "of what?")
                .help("write `at least 98% of runs satisfy status is success`"),
            (None, None) if all => Diagnostic::error(codes::SENTENCE, "`all` does not say what is asked of them")
                .at(word.to(collection.span), "all of these do what?")
                .help("write `all runs satisfy status is success`"),
            (Some(of), None) => {
                Diagnostic::error(codes::SENTENCE, "after `of` the sentence does not say what is counted")
                    .at(of.to(collection.span), "those of them that do what?")
                    .help("write `at least 98% of runs satisfy status is success`")
            }
            (None, Some(satisfy)) if !all => {
                Diagnostic::error(codes::SENTENCE, "`satisfy` belongs to `all` and to a number `of`")
                    .at(satisfy, "not in this sentence")
                    .help("write `where`: `some runs where status is failed`; or `at least 3 of runs satisfy …`")
            }
            _ => return Ok(()),
        };
        Err(mistake.into())
    }

    /// A term, maybe with `in the last d`.
    pub(super) fn collection(&self, pair: Pair<'_, Rule>, depth: usize) -> Read<Expr> {
        let depth = self.deeper(depth, 1, &pair)?;
        let mut parts = pair.into_inner();
        let term = match parts.next() {
            Some(term) => self.term(term, depth)?,
            None => return Err(broken_promise(self, Rule::lone_expression)),
        };
        match parts.next() {
            Some(test) => self.span_test(term, test, depth),
            None => Ok(term),
        }
    }

    pub(super) fn span_test(&self, value: Expr, pair: Pair<'_, Rule>, depth: usize) -> Read<Expr> {
        let mut parts = pair.into_inner();
        let words = parts.next().map_or("", |pair| pair.as_str());
        let direction = if words.ends_with("next") { Direction::Next } else { Direction::Last };
        let Some(operation) = parts.next() else { return Err(broken_promise(self, Rule::lone_expression)) };
        let span = self.operation(operation, depth)?;
        Ok(Expr {
            span: value.span.to(span.span),
            kind: ExprKind::InSpan { value: Box::new(value), direction, span: Box::new(span) },
        })
    }

    pub(super) fn term(&self, pair: Pair<'_, Rule>, depth: usize) -> Read<Expr> {
        let suffixes = pair.clone().into_inner().count().saturating_sub(1);
        let depth = self.deeper(depth, suffixes, &pair)?;
        let mut parts = pair.into_inner();
        let mut term = match parts.next() {
            Some(atom) => self.atom(atom, depth)?,
            None => return Err(broken_promise(self, Rule::lone_expression)),
        };
        for suffix in parts {
            let end = self.at(&suffix);
            let span = term.span.to(end);
            let of = Box::new(term);
            let rule = suffix.as_rule();
            let mut inner = suffix.into_inner();
            let Some(first) = inner.next() else { return Err(broken_promise(self, Rule::lone_expression)) };
            let kind = match rule {
                Rule::member => ExprKind::Member { of, name: self.name(&first) },
                Rule::index => ExprKind::Index { of, key: Box::new(self.expr(first, depth)?) },
                _ => ExprKind::Call {
                    of,
                    arguments: self.arguments(&first, inner.next(), depth)?,
                    name: self.name(&first),
                },
            };
            term = Expr { span, kind };
        }
        Ok(term)
    }

    fn arguments(&self, method: &Pair<'_, Rule>, pair: Option<Pair<'_, Rule>>, depth: usize) -> Read<Vec<Argument>> {
        let mut arguments = Vec::new();
        let parentheses = pair.as_ref().map(|pair| self.at(pair));
        for argument in pair.into_iter().flat_map(Pair::into_inner) {
            let mut parts = argument.into_inner();
            let first = parts.next();
            let name: Option<Name> = first.as_ref().filter(|p| p.as_rule() == Rule::free_name).map(|p| self.name(p));
            let value = if name.is_some() { parts.nth(1) } else { first };
            arguments.push(Argument { name, value: self.expr_of(value, depth)? });
        }
        match parentheses {
            Some(span) if arguments.is_empty() => {
                Err(Diagnostic::error(codes::SPELLING, "a method without arguments has no parentheses")
                    .at(span, "empty")
                    .help(format!("write `.{}`", method.as_str()))
                    .into())
            }
            _ => Ok(arguments),
        }
    }

    /// A literal, a name, or anything in brackets.
    pub(super) fn atom(&self, pair: Pair<'_, Rule>, depth: usize) -> Read<Expr> {
        let span = self.at(&pair);
        let kind = match pair.as_rule() {
            Rule::name | Rule::now => ExprKind::Name(pair.as_str().to_owned()),
            Rule::text => ExprKind::Text(self.text_expr(&pair)?),
            Rule::group => {
                let inner = self.clause_at(pair.into_inner().next(), depth)?;
                return Ok(Expr { span, kind: inner.kind });
            }
            Rule::list => {
                let depth = self.deeper(depth, 1, &pair)?;
                ExprKind::List(pair.into_inner().map(|element| self.expr(element, depth)).collect::<Read<_>>()?)
            }
            Rule::path => return Ok(self.path(&pair)),
            Rule::later_of => {
                let depth = self.deeper(depth, 1, &pair)?;
                return self.later_of(pair, depth);
            }
            _ => ExprKind::Literal(self.literal(&pair)?),
        };
        Ok(Expr { span, kind })
    }

    fn later_of(&self, pair: Pair<'_, Rule>, depth: usize) -> Read<Expr> {
        let start = self.at(&pair);
        let mut parts = pair.into_inner();
        let later = parts.next().is_some_and(|word| word.as_str().starts_with("later"));
        let (Some(left), Some(right)) = (parts.next(), parts.nth(1)) else {
            return Err(broken_promise(self, Rule::lone_expression));
        };
        let left = Box::new(self.operation(left, depth)?);
        let right = Box::new(self.operation(right, depth)?);
        let end = crate::base::Span { end: right.span.end, ..start };
        let kind = if later { ExprKind::LaterOf(left, right) } else { ExprKind::EarlierOf(left, right) };
        Ok(Expr { span: end, kind })
    }

    /// `a.b.c` in a phrase.
    fn path(&self, pair: &Pair<'_, Rule>) -> Expr {
        let start = pair.as_span().start();
        let mut at = start;
        let mut path: Option<Expr> = None;
        for part in pair.as_str().split('.') {
            let word = self.span(at, at + part.len());
            at += part.len() + 1;
            path = Some(match path {
                None => Expr { span: word, kind: ExprKind::Name(part.to_owned()) },
                Some(of) => Expr {
                    span: of.span.to(word),
                    kind: ExprKind::Member { of: Box::new(of), name: Name::new(part.to_owned(), word) },
                },
            });
        }
        path.unwrap_or_else(|| Expr { span: self.at(pair), kind: ExprKind::Name(String::new()) })
    }

    fn literal(&self, pair: &Pair<'_, Rule>) -> Read<Literal> {
        let (text, span) = (pair.as_str(), self.at(pair));
        match pair.as_rule() {
            Rule::time => literals::time(text, span),
            Rule::date => literals::date(text, span),
            Rule::clock => literals::clock(text, span).map(Literal::Clock),
            Rule::window => {
                let mut ends = pair.clone().into_inner();
                let (Some(from), Some(to)) = (ends.next(), ends.next()) else {
                    return Err(broken_promise(self, Rule::lone_expression));
                };
                let from = literals::clock(from.as_str(), self.at(&from))?;
                literals::window(from, literals::clock(to.as_str(), self.at(&to))?, span)
            }
            Rule::quantity => literals::quantity(text, span),
            Rule::code => Ok(Literal::Code(text.to_owned())),
            Rule::truth => Ok(Literal::Bool(text == "true")),
            Rule::never => Ok(Literal::Never),
            Rule::every => Ok(Literal::Cadence(literals::cadence(text))),
            _ => literals::number(text, span),
        }
    }

    /// `{ critical: 90 days, important: 60 days }`: entries parted by newline or comma.
    fn map(&self, pair: Pair<'_, Rule>) -> Read<Expr> {
        let span = self.at(&pair);
        let mut entries: Vec<(Name, Expr)> = Vec::new();
        for entry in pair.into_inner() {
            let mut parts = entry.into_inner();
            let Some(key) = parts.next() else { continue };
            let key = if key.as_rule() == Rule::text { self.plain_text(&key)? } else { self.name(&key) };
            if let Some((_, last)) = entries.last() {
                let gap = self.between(last.span.end, key.span.start);
                if !gap.contains([',', '\n']) {
                    return Err(Diagnostic::error(codes::UNEXPECTED, "entries are parted by a comma or a new line")
                        .at(key.span, "begins another entry")
                        .help(format!("write a comma before `{}`", key.value))
                        .into());
                }
            }
            let value = self.expr_of(parts.nth(1), 2)?;
            entries.push((key, value));
        }
        Ok(Expr { span, kind: ExprKind::Map(entries) })
    }

    /// The words between two places of the file.
    fn between(&self, from: u32, to: u32) -> &str {
        let place = |at: u32| (at as usize).saturating_sub(self.base);
        self.text.get(place(from)..place(to)).unwrap_or("")
    }
}

/// `collection where predicate`
pub(super) fn filtered(collection: Expr, predicate: Expr) -> Expr {
    Expr {
        span: collection.span.to(predicate.span),
        kind: ExprKind::Where { collection: Box::new(collection), predicate: Box::new(predicate) },
    }
}
