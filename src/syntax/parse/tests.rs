//! `test` blocks and `unreachable` lines.

use super::items::Context;
use super::{Reader, Rule, broken_promise};
use crate::base::Spanned;
use crate::base::{Diagnostic, Span};
use crate::syntax::cut::Stretch;
use crate::syntax::messages::codes;
use crate::syntax::tree::{
    Cell, CellValue, Coverable, Expectation, Given, GivenRows, Interval, Lost, Name, Record, Side, Spread, TestItem,
    TestLine, TestLineKind, UnreachableItem,
};
use crate::syntax::{Read, words};
use pest::iterators::Pair;

impl Context<'_, '_> {
    pub(super) fn test(&mut self, reader: Option<Reader>, stretches: Vec<Stretch>) -> Option<TestItem> {
        let head = reader.map(|reader| reader.test_head());
        let head = head.and_then(|head| self.tell(head));
        let mut lost = Lost::default();
        let mut lines: Vec<TestLine> = Vec::new();
        self.block(stretches, &mut lost, |reader, _| {
            let line = reader.test_line()?;
            let time = |line: &&TestLine| matches!(line.kind, TestLineKind::AsOf(_));
            if let (true, Some(first)) = (time(&&line), lines.iter().find(time)) {
                return Err(reader.twice(line.span, first.span, "as of"));
            }
            lines.push(line);
            Ok(())
        });
        head.map(|title| TestItem { title, lines, lost })
    }
}

impl Reader<'_> {
    fn test_head(&self) -> Read<Name> {
        let title = self.parse(Rule::test_head)?.into_inner().next();
        self.plain_text(&title.ok_or_else(|| broken_promise(self, Rule::test_head))?)
    }

    fn test_line(&self) -> Read<TestLine> {
        let kind = match words::first(self.text) {
            "as" => {
                let time = self.parse(Rule::as_of_line)?.into_inner().nth(1);
                let time = time.ok_or_else(|| broken_promise(self, Rule::as_of_line))?;
                TestLineKind::AsOf(self.atom(time, 0)?)
            }
            "set" => {
                let mut parts = self.parse(Rule::set_line)?.into_inner();
                let parameter = parts.next().ok_or_else(|| broken_promise(self, Rule::set_line))?;
                TestLineKind::Set { parameter: self.name(&parameter), value: self.value(parts.nth(1))? }
            }
            "given" => TestLineKind::Given(self.given()?),
            "expect" => TestLineKind::Expect(self.expectation()?),
            word => return Err(self.wrong_line(word, "a test", &["as of", "set", "given", "expect"])),
        };
        Ok(TestLine { span: self.whole(), kind })
    }

    fn given(&self) -> Read<Given> {
        let missing = || broken_promise(self, Rule::given_line);
        let what = self.parse(Rule::given_line)?.into_inner().next().ok_or_else(missing)?;
        let rule = what.as_rule();
        let mut parts = what.into_inner().peekable();
        match rule {
            Rule::given_none => Ok(Given::None(self.name(&parts.nth(1).ok_or_else(missing)?))),
            Rule::given_facts => Ok(Given::Facts(self.plain_text(&parts.nth(1).ok_or_else(missing)?)?)),
            _ => {
                let count = parts.next_if(|p| p.as_rule() == Rule::amount_of_rows);
                let count = count.map(|pair| self.amount_of_rows(&pair)).transpose()?;
                let entity = self.name(&parts.next().ok_or_else(missing)?);
                let spread = parts.next_if(|p| p.as_rule() == Rule::spread);
                let spread = spread.map(|pair| self.spread(pair)).transpose()?;
                let record = self.record(parts.next().ok_or_else(missing)?)?;
                Ok(Given::Rows(GivenRows { count, entity, spread, record }))
            }
        }
    }

    fn amount_of_rows(&self, pair: &Pair<'_, Rule>) -> Read<Spanned<u64>> {
        let span = self.at(pair);
        match pair.as_str().parse() {
            Ok(count) => Ok(Spanned::new(count, span)),
            Err(_) => Err(Diagnostic::error(codes::BAD_NUMBER, "this number is too large")
                .at(span, "too many rows")
                .help("a line gives at most 10000 rows")
                .into()),
        }
    }

    fn spread(&self, pair: Pair<'_, Rule>) -> Read<Spread> {
        let missing = || broken_promise(self, Rule::given_line);
        let start = self.at(&pair);
        let mut parts = pair.into_inner();
        let first = parts.next().ok_or_else(missing)?;
        let every = match first.as_rule() {
            Rule::free_name => Interval::Word(self.name(&first)),
            Rule::every_word => Interval::Literal(self.atom(parts.next().ok_or_else(missing)?, 0)?),
            _ => Interval::Literal(self.atom(first, 0)?),
        };
        let side = if parts.next().ok_or_else(missing)?.as_str() == "from" { Side::From } else { Side::Until };
        let time = self.operation(parts.next().ok_or_else(missing)?, 0)?;
        Ok(Spread { span: Span { end: time.span.end, ..start }, every, side, time })
    }

    fn record(&self, pair: Pair<'_, Rule>) -> Read<Record> {
        let span = self.at(&pair);
        let mut cells: Vec<Cell> = Vec::new();
        for pair in pair.into_inner() {
            let cell = self.cell(pair)?;
            if let Some(first) = cells.iter().find(|other| other.name.value == cell.name.value) {
                return Err(self.twice(cell.name.span, first.name.span, &cell.name.value));
            }
            cells.push(cell);
        }
        Ok(Record { span, cells })
    }

    fn cell(&self, pair: Pair<'_, Rule>) -> Read<Cell> {
        let missing = || broken_promise(self, Rule::given_line);
        let mut parts = pair.into_inner();
        let name = parts.next().ok_or_else(missing)?;
        let name = if name.as_rule() == Rule::text { self.plain_text(&name)? } else { self.name(&name) };
        let value = parts.nth(1).ok_or_else(missing)?;
        let value = match value.as_rule() {
            Rule::record => CellValue::Map(self.record(value)?),
            Rule::records => {
                let span = self.at(&value);
                CellValue::Rows(span, value.into_inner().map(|row| self.record(row)).collect::<Read<_>>()?)
            }
            _ => CellValue::Plain(self.expr_of(Some(value), 0)?),
        };
        Ok(Cell { name, value })
    }

    fn expectation(&self) -> Read<Expectation> {
        let missing = || broken_promise(self, Rule::expect_line);
        let mut parts = self.parse(Rule::expect_line)?.into_inner();
        let rule = self.name(&parts.next().ok_or_else(missing)?);
        let verdict = parts.next().ok_or_else(missing)?;
        let words: Vec<&str> = verdict.as_str().split_whitespace().collect();
        let verdict = Name::new(words.join(" "), self.at(&verdict));
        let mut expectation = Expectation { rule, verdict, subject: None, requirement: None };
        while let Some(word) = parts.next() {
            let Some(text) = parts.next() else { break };
            let slot = match word.as_rule() {
                Rule::for_word => &mut expectation.subject,
                _ => &mut expectation.requirement,
            };
            *slot = Some(self.plain_text(&text)?);
        }
        if expectation.verdict.value == "is waived" {
            return Err(Diagnostic::error(codes::RESERVED_WORD, "waivers are not part of this version")
                .at(expectation.verdict.span, "not available yet")
                .help("expect what the rule says without one: `fails` or `is unknown`")
                .into());
        }
        Ok(expectation)
    }

    pub(super) fn unreachable(&self) -> Read<UnreachableItem> {
        let missing = || broken_promise(self, Rule::unreachable);
        let mut parts = self.parse(Rule::unreachable)?.into_inner();
        let what = parts.next().ok_or_else(missing)?;
        let what = if what.as_rule() == Rule::phrase_word {
            let text = parts.next().ok_or_else(missing)?;
            // Braces are holes here, and nothing is filled in.
            let words = text.as_str().trim_matches('"').split_whitespace().collect::<Vec<_>>().join(" ");
            Coverable::Phrase(Name::new(words, self.at(&text)))
        } else {
            Coverable::Rule(self.name(&what))
        };
        let state = parts.next().ok_or_else(missing)?;
        let words: Vec<&str> = state.as_str().split_whitespace().collect();
        let state = Name::new(words.join(" "), self.at(&state));
        let reason = self.plain_text(&parts.next().ok_or_else(missing)?)?;
        Ok(UnreachableItem { what, state, reason })
    }
}
