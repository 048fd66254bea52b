//! The clauses that most named values and requirements consist of, read without the grammar, which is slow: names, plain
//! values, calls and sums, one comparison each, joined by `not`, `and`, `or`, `where`, `some` and `no`.
//!
//! Invariant: what is read here the grammar reads the same; all else is left to it.

use super::Reader;
use super::cursor::{DEEPEST, Line};
use super::expressions::filtered;
use super::operators::{Chain, balanced, comparison};
use crate::syntax::literals;
use crate::syntax::tree::{
    Argument, Direction, Expr, ExprKind, Knowledge, LetLine, Quantifier, Requirement, Sentence, TextExpr, TextPart,
};

/// Units that a number may have here; those of sizes and rates are left to the grammar.
const UNITS: &[&str] = &[
    "years", "year", "quarters", "quarter", "months", "month", "weeks", "week", "days", "day", "hours", "hour",
    "minutes", "minute", "seconds", "second", "h", "min", "s",
];

impl Reader<'_> {
    /// The named value that the line is; `None` leaves it to the grammar.
    pub(super) fn plain_let(&self) -> Option<LetLine> {
        let mut line = Line::of(self);
        line.this_word("let")?;
        let name = line.name()?;
        line.sign(b'=')?;
        let value = line.clause()?;
        line.end()?;
        Some(LetLine { name, value })
    }

    /// The requirement without a message that the line is; `None` leaves it to the grammar.
    pub(super) fn plain_requirement(&self) -> Option<Requirement> {
        let mut line = Line::of(self);
        line.this_word("require")?;
        let claim = line.clause()?;
        line.end()?;
        Some(Requirement { claim, otherwise: None })
    }
}

impl Line<'_, '_> {
    /// `some c where p`, `no c`, or `c where p`
    fn clause(&mut self) -> Option<Expr> {
        self.enter()?;
        let before = self.at;
        let (word, start) = self.word().unwrap_or(("", 0));
        let quantifier = match word {
            "some" => Some(Quantifier::Some),
            "no" => Some(Quantifier::No),
            "all" | "at" | "exactly" => return None,
            _ => None,
        };
        let clause = match quantifier {
            Some(quantifier) => {
                let word = self.span_from(start);
                let collection = self.term()?;
                let collection = self.restricted(collection)?;
                let end = collection.span;
                let sentence = Sentence { quantifier, collection, satisfy: None };
                Expr { span: word.to(end), kind: ExprKind::Sentence(Box::new(sentence)) }
            }
            None => {
                self.at = before;
                let whole = self.expr()?;
                self.restricted(whole)?
            }
        };
        self.depth -= 1;
        Some(clause)
    }

    fn restricted(&mut self, collection: Expr) -> Option<Expr> {
        match self.goes_on("where") {
            true => Some(filtered(collection, self.expr()?)),
            false => Some(collection),
        }
    }

    pub(super) fn expr(&mut self) -> Option<Expr> {
        let (mut any, mut all) = (Vec::new(), Vec::new());
        for _ in 0..DEEPEST {
            all.push(self.negation()?);
            if self.goes_on("or") {
                any.extend(balanced(std::mem::take(&mut all), ExprKind::And));
            } else if !self.goes_on("and") {
                any.extend(balanced(all, ExprKind::And));
                return balanced(any, ExprKind::Or);
            }
        }
        None
    }

    /// `not a is b`
    fn negation(&mut self) -> Option<Expr> {
        if !self.goes_on("not") {
            return self.test();
        }
        let not = self.span_from(self.at - "not".len());
        let inner = self.test()?;
        Some(Expr { span: not.to(inner.span), kind: ExprKind::Not(Box::new(inner)) })
    }

    /// `a + b else c`
    pub(super) fn operation(&mut self) -> Option<Expr> {
        let mut chain = Chain::of(self.term()?);
        for _ in 0..DEEPEST {
            self.blanks();
            let sign = ["+", "-", "*", "/"].into_iter().find(|sign| self.rest().starts_with(sign));
            let operator = match sign {
                Some(sign) => {
                    self.at += sign.len();
                    sign
                }
                None if self.goes_on("else") => "else",
                None => return Some(chain.end()),
            };
            chain = chain.add(operator, self.term()?);
        }
        None
    }

    /// A value, maybe with what is asked of it.
    fn test(&mut self) -> Option<Expr> {
        let value = self.operation()?;
        let before = self.at;
        self.blanks();
        let start = self.at;
        match self.rest().as_bytes() {
            [b'<', b'>', ..] => return None,
            [b'<' | b'>', b'=', ..] => self.at += 2,
            [b'<' | b'>', ..] => self.at += 1,
            _ => match self.word().unwrap_or(("", 0)).0 {
                "is" => {
                    for (word, known) in [("known", Knowledge::Known), ("missing", Knowledge::Missing)] {
                        if self.goes_on_beside(word)? {
                            let span = value.span.to(self.span_from(start));
                            return Some(Expr { span, kind: ExprKind::IsKnown { value: Box::new(value), known } });
                        }
                    }
                    self.goes_on_beside("not")?;
                }
                "in" if self.goes_on_beside("the")? => return self.recency(value),
                "in" => {}
                "not" if self.goes_on_beside("in")? => {}
                "has" => {
                    let _one_of = self.goes_on_beside("any")? || self.goes_on_beside("all")?;
                }
                "not" | "between" | "matches" => return None,
                _ => {
                    self.at = before;
                    return Some(value);
                }
            },
        }
        let (at, operator) = (self.span_from(start), comparison(self.reader.text.get(start..self.at)?));
        let right = self.operation()?;
        let span = value.span.to(right.span);
        Some(Expr { span, kind: ExprKind::Compare { operator, at, left: Box::new(value), right: Box::new(right) } })
    }

    /// `in the last 90 days`, from its third word.
    fn recency(&mut self, value: Expr) -> Option<Expr> {
        let direction = match self.goes_on_beside("last")? {
            true => Direction::Last,
            false => self.goes_on_beside("next")?.then_some(Direction::Next)?,
        };
        let span = self.operation()?;
        let whole = value.span.to(span.span);
        Some(Expr { span: whole, kind: ExprKind::InSpan { value: Box::new(value), direction, span: Box::new(span) } })
    }

    /// A value with the members and calls behind its dots.
    fn term(&mut self) -> Option<Expr> {
        let mut term = self.atom()?;
        for _ in 0..DEEPEST {
            let Some(name) = self.member()? else { return Some(term) };
            let called = self.rest().starts_with('(');
            let arguments = if called { self.arguments()? } else { Vec::new() };
            let (span, of) = (crate::base::Span { end: self.span_from(self.at).end, ..term.span }, Box::new(term));
            let kind = match called {
                true => ExprKind::Call { of, name, arguments },
                false => ExprKind::Member { of, name },
            };
            term = Expr { span, kind };
        }
        None
    }

    /// What stands in the parentheses of a call, at least one.
    fn arguments(&mut self) -> Option<Vec<Argument>> {
        self.sign(b'(')?;
        self.enter()?;
        let mut arguments = Vec::new();
        loop {
            let before = self.at;
            let word = self.word();
            let name = word.filter(|_| self.sign(b':').is_some()).map(|word| self.named(word));
            if name.is_none() {
                self.at = before;
            }
            arguments.push(Argument { name, value: self.expr()? });
            if self.sign(b')').is_some() {
                self.depth -= 1;
                return Some(arguments);
            }
            self.sign(b',')?;
        }
    }

    fn atom(&mut self) -> Option<Expr> {
        self.blanks();
        let start = self.at;
        let kind = match self.rest().as_bytes().first()? {
            b'(' => {
                self.at += 1;
                let inner = self.clause()?;
                self.sign(b')')?;
                inner.kind
            }
            b'[' => {
                self.at += 1;
                self.enter()?;
                let mut members = vec![self.expr()?];
                while self.sign(b',').is_some() {
                    members.push(self.expr()?);
                }
                self.sign(b']')?;
                self.depth -= 1;
                ExprKind::List(members)
            }
            b'"' => {
                let text = self.quoted()?;
                let parts = if text.value.is_empty() { Vec::new() } else { vec![TextPart::Text(text.value)] };
                ExprKind::Text(TextExpr { span: text.span, parts })
            }
            b'0'..=b'9' => return self.number(),
            _ => return self.constant(),
        };
        Some(Expr { span: self.span_from(start), kind })
    }

    /// `0` or `90 days`
    fn number(&mut self) -> Option<Expr> {
        let start = self.at;
        self.at += self.rest().bytes().take_while(u8::is_ascii_digit).count();
        let digits = self.at;
        if self.rest().starts_with(|c: char| !(matches!(c, ' ' | '\n' | ')' | ']' | ',') || c.is_ascii_lowercase())) {
            return None;
        }
        for unit in UNITS {
            if self.goes_on_beside(unit)? {
                let text = self.reader.text.get(start..self.at)?;
                let span = self.span_from(start);
                let whole = !self.rest().starts_with(['-', '/']);
                let literal = literals::quantity(text, span).ok().filter(|_| whole)?;
                return Some(Expr { span, kind: ExprKind::Literal(literal) });
            }
        }
        let (next, at) = self.word().unwrap_or(("", digits + 1));
        self.at = digits;
        let span = self.span_from(start);
        let literal = literals::number(self.reader.text.get(start..digits)?, span).ok()?;
        // What another unit may begin is left to the grammar.
        let goes_on = at > digits && ["", "and", "or", "where", "else"].contains(&next);
        goes_on.then_some(Expr { span, kind: ExprKind::Literal(literal) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::SourceId;
    use proptest::prelude::*;

    /// Whether it is read here; panics where the grammar reads it otherwise.
    fn agrees(text: &str) -> bool {
        let reader = Reader { source: SourceId(0), text, base: 7 };
        match text.starts_with("let") {
            true => reader.plain_let().is_some_and(|read| {
                assert_eq!(Ok(format!("{read:?}")), reader.any_let().map(|line| format!("{line:?}")), "{text}");
                true
            }),
            false => reader.plain_requirement().is_some_and(|read| {
                let any = reader.any_requirement().map(|line| format!("{line:?}"));
                assert_eq!(Ok(format!("{read:?}")), any, "{text}");
                true
            }),
        }
    }

    #[test]
    fn plain_clauses_are_what_the_grammar_reads() {
        let (mut plain, mut lines) = (0, 0);
        for text in include_str!("../../../policies/std/schema.backproof").lines().map(str::trim) {
            if text.starts_with("let ") {
                lines += 1;
                plain += usize::from(agrees(text));
            }
        }
        assert!(lines > 40 && plain * 4 > lines * 3, "{plain} of {lines}");
    }

    const PARTS: &[&str] = &[
        "a",
        "b.c",
        "d.max(e)",
        "d.sum(e, over: 3 days)",
        "some",
        "no",
        "all",
        "where",
        "and",
        "or",
        "not",
        "is",
        "in",
        "has",
        "any",
        "known",
        "missing",
        "the",
        "last",
        "next",
        "3",
        "0",
        "90 days",
        "24h",
        "1 year",
        "5%",
        "(",
        ")",
        "[",
        "]",
        ",",
        "<",
        "<=",
        ">",
        ">=",
        "+",
        "-",
        "else",
        "true",
        "never",
        "now",
        "later",
        "of",
        "every",
        "day",
        "between",
        "matches",
        "\"t\"",
        "\"\"",
        "\"{x}\"",
        ".",
        "\n",
        "satisfy",
        "at",
        "least",
        "e.f.g",
        "estate.runs",
        "otherwise",
        "#",
        "is not",
        "is known",
        "not in",
        "in the last 2 days",
        "= 3",
        ":",
    ];

    proptest! {
        #![proptest_config(ProptestConfig { cases: 2000, failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn random_words_too(
            parts in proptest::collection::vec((0..PARTS.len(), 0_u8..8), 1..14), requires in any::<bool>()
        ) {
            let mut text = if requires { "require".to_owned() } else { "let x =".to_owned() };
            for (part, blank) in parts {
                if blank > 0 { text.push(' '); }
                text.push_str(PARTS.get(part).copied().unwrap_or("a"));
            }
            agrees(&text);
        }

        /// Values and what stands between them in turn: most of these are clauses.
        #[test]
        fn likely_clauses_too(parts in proptest::collection::vec((0_usize..16, 0_usize..22), 1..7), requires in any::<bool>()) {
            let values = [
                "a", "b.c", "d.max(e)", "not a", "(a and not b)", "(some c where d is e)", "[a, b]", "3", "90 days", "now", "\"t\"", "true", "c where a",
                "(no x.y)", "never", "x.y.z",
            ];
            let between = [
                " and ", " or ", " is ", " is not ", " in ", " not in ", " has any ", " has all ", " has ", " < ", " <= ", " > ", ">=",
                " where ", " + ", " - 24h else ", "/", " else ", " is known and ", " is missing or ", " in the last ", "\n and ",
            ];
            let mut text = if requires { "require ".to_owned() } else { "let x = ".to_owned() };
            for (place, (value, joint)) in parts.iter().enumerate() {
                if place > 0 { text.push_str(between.get(*joint).copied().unwrap_or(" and ")); }
                text.push_str(values.get(*value).copied().unwrap_or("a"));
            }
            agrees(&text);
        }
    }
}
