//! Tests of policies, as written. Plain data, like the rest of the tree.

use super::{Expr, Lost, Name};
use crate::base::{Span, Spanned};

/// `test "<title>" { lines }`
#[derive(Debug, Clone, PartialEq)]
pub struct TestItem {
    /// Its title: what it shows.
    pub title: Name,
    /// Its lines.
    pub lines: Vec<TestLine>,
    /// What it lost to lines that did not parse.
    pub lost: Lost,
}

/// A line of a test.
#[derive(Debug, Clone, PartialEq)]
pub struct TestLine {
    /// The whole line.
    pub span: Span,
    /// What it says.
    pub kind: TestLineKind,
}

/// The sorts of lines of a test.
#[derive(Debug, Clone, PartialEq)]
pub enum TestLineKind {
    /// `as of 2026-11-22T06:00:00Z`: a time or a date.
    AsOf(Expr),
    /// `set min_success = 99%`
    Set {
        /// The parameter, short or qualified.
        parameter: Name,
        /// Its value.
        value: Expr,
    },
    /// `given …`
    Given(Given),
    /// `expect …`
    Expect(Expectation),
}

/// What a test gives.
#[derive(Debug, Clone, PartialEq)]
#[expect(clippy::large_enum_variant, reason = "the large variant is the usual one")]
pub enum Given {
    /// `given no restore_test`: collected, and there is none.
    None(Name),
    /// `given facts "estate.json"`: a facts file, its path as seen from the policy file.
    Facts(Name),
    /// `given system { id: "db1" }`
    Rows(GivenRows),
}

/// `given [49] runs [daily until 2026-11-21T22:00:00Z] { … }`
#[derive(Debug, Clone, PartialEq)]
pub struct GivenRows {
    /// How many; one where nothing is said.
    pub count: Option<Spanned<u64>>,
    /// The entity, singular or plural.
    pub entity: Name,
    /// How their own times follow each other.
    pub spread: Option<Spread>,
    /// What each of them says.
    pub record: Record,
}

/// `daily until 2026-11-21T22:00:00Z`, `every 6h from 2026-11-01T00:00:00Z`
#[derive(Debug, Clone, PartialEq)]
pub struct Spread {
    /// All of it.
    pub span: Span,
    /// From one row to the next.
    pub every: Interval,
    /// Which of the rows lies at the time.
    pub side: Side,
    /// A time or a date, or a span from now.
    pub time: Expr,
}

/// From one row to the next.
#[derive(Debug, Clone, PartialEq)]
pub enum Interval {
    /// `daily`, as written.
    Word(Name),
    /// `every day`, `every 6h`: a cadence or a duration literal.
    Literal(Expr),
}

/// Which end of a spread is said.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    /// The last row lies at the time.
    Until,
    /// The first row lies at the time.
    From,
}

/// `{ id: "db1", tier: critical }`
#[derive(Debug, Clone, PartialEq)]
pub struct Record {
    /// From brace to brace.
    pub span: Span,
    /// Its cells, as written.
    pub cells: Vec<Cell>,
}

/// `tier: critical`
#[derive(Debug, Clone, PartialEq)]
pub struct Cell {
    /// The field, or the key of a map.
    pub name: Name,
    /// Its value.
    pub value: CellValue,
}

/// What a cell of a given row says.
#[derive(Debug, Clone, PartialEq)]
pub enum CellValue {
    /// A literal, a member, a list; the name `unknown` for what nobody knows.
    Plain(Expr),
    /// `{ … }`: a map.
    Map(Record),
    /// `[{ … }, { … }]`: rows nested in this one.
    Rows(Span, Vec<Record>),
}

/// `expect <rule> <verdict> [for "<key>"] [at "<requirement>"]`
#[derive(Debug, Clone, PartialEq)]
pub struct Expectation {
    /// The rule, short or qualified.
    pub rule: Name,
    /// `passes`, `fails`, `is unknown`, `is waived` or `is vacuous`.
    pub verdict: Name,
    /// The subject's key.
    pub subject: Option<Name>,
    /// One line of the rule, as written.
    pub requirement: Option<Name>,
}

/// `unreachable <rule> passes "<why>"`, `unreachable phrase "<phrase>" boundary "<why>"`
#[derive(Debug, Clone, PartialEq)]
pub struct UnreachableItem {
    /// What cannot reach the state.
    pub what: Coverable,
    /// `passes`, `fails`, `is unknown` or `boundary`.
    pub state: Name,
    /// Why it cannot.
    pub reason: Name,
}

/// What `backproof test --coverage` counts.
#[derive(Debug, Clone, PartialEq)]
pub enum Coverable {
    /// A rule, short or qualified.
    Rule(Name),
    /// A phrase, as its head writes it.
    Phrase(Name),
}
