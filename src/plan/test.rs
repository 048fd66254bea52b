//! Tests of policies, compiled: what is given, what is expected. Nothing here runs them.

use super::ParameterValue;
use crate::base::{Span, Spanned};
use crate::facts::schema::{EntityId, FieldId};
use crate::value::{Instant, Scalar};

/// A test.
#[derive(Debug, Clone, PartialEq)]
pub struct Test {
    /// What it shows.
    pub title: Spanned<String>,
    /// The instant to judge at; without one, nothing that it expects reads the time.
    pub as_of: Option<Instant>,
    /// Parameters that it sets, by place in `Plan::parameters`.
    pub parameters: Vec<(u32, Option<ParameterValue>)>,
    /// What is given, in the order of writing.
    pub given: Vec<Given>,
    /// What is expected, in the order of writing.
    pub expectations: Vec<Expectation>,
}

/// A `given` line.
#[derive(Debug, Clone, PartialEq)]
pub struct Given {
    /// The line.
    pub span: Span,
    /// What it gives.
    pub kind: GivenKind,
}

/// What a line gives.
#[derive(Debug, Clone, PartialEq)]
pub enum GivenKind {
    /// The entity was collected, and there is none.
    None(EntityId),
    /// A facts file: its path as the policy file says it.
    Facts(String),
    /// Rows.
    Rows {
        /// Their entity.
        entity: EntityId,
        /// One for each row: its own time, where a spread says it.
        times: Vec<Option<(FieldId, Instant)>>,
        /// What each says.
        row: GivenRow,
    },
}

/// The cells of a given row.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct GivenRow {
    /// By field, in the order of writing.
    pub cells: Vec<(FieldId, GivenValue)>,
}

/// What a given cell says.
#[derive(Debug, Clone, PartialEq)]
pub enum GivenValue {
    /// `unknown`: it is there, and nobody knows it.
    Unknown,
    /// One value; the key of a row, for a relation.
    One(Scalar),
    /// A set; open where it holds `unknown`.
    Many {
        /// What it surely holds.
        members: Vec<Scalar>,
        /// Whether there may be more.
        open: bool,
    },
    /// A map, by key.
    Map(Vec<(Scalar, Scalar)>),
    /// Rows nested in this one.
    Rows {
        /// Their entity.
        entity: EntityId,
        /// They.
        rows: Vec<GivenRow>,
    },
}

/// An `expect` line.
#[derive(Debug, Clone, PartialEq)]
pub struct Expectation {
    /// The line.
    pub span: Span,
    /// The rule's qualified name.
    pub rule: String,
    /// What is expected of it.
    pub verdict: Expected,
    /// Of which subject; `None`: of the rule as a whole.
    pub subject: Option<Spanned<String>>,
    /// Of which of its lines; `None`: of all.
    pub requirement: Option<String>,
}

/// What may be expected.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names are the words")]
pub enum Expected {
    Passes,
    Fails,
    IsUnknown,
    IsVacuous,
}

impl Expected {
    /// As the language says it.
    pub fn words(self) -> &'static str {
        match self {
            Expected::Passes => "passes",
            Expected::Fails => "fails",
            Expected::IsUnknown => "is unknown",
            Expected::IsVacuous => "is vacuous",
        }
    }
}

/// A state that no test can show, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unreachable {
    /// The line.
    pub span: Span,
    /// Of what.
    pub of: Coverable,
    /// Which.
    pub state: State,
    /// Why, in the author's words.
    pub reason: String,
}

/// What tests are counted for.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Coverable {
    /// A rule, by its qualified name.
    Rule(String),
    /// A phrase, by its `phrase …` line.
    Phrase(Span),
}

/// What tests can show of a rule (passes, fails) or of a phrase (all).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[expect(missing_docs, reason = "the names are the words")]
pub enum State {
    Passes,
    Fails,
    IsUnknown,
    Boundary,
}

impl State {
    /// As the language says it.
    pub fn words(self) -> &'static str {
        match self {
            State::Passes => "passes",
            State::Fails => "fails",
            State::IsUnknown => "is unknown",
            State::Boundary => "boundary",
        }
    }
}
