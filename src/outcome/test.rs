//! What a run of tests says.

use super::Exit;
use crate::base::{Diagnostic, Span, Spanned};
use crate::plan::State;

/// Everything that a report on tests may show.
#[derive(Debug, Clone)]
pub struct TestReport {
    /// The program's version.
    pub version: String,
    /// The tests that ran, in the order of sources and of their texts.
    pub tests: Vec<TestOutcome>,
    /// How many were left out by `--filter`.
    pub left_out: usize,
    /// Mistakes: in policies, in what a test gives, in what it calls unreachable.
    pub errors: Vec<Diagnostic>,
    /// What the tests show of rules and phrases, where asked for.
    pub coverage: Option<TestCoverage>,
    /// What the exit code follows from.
    pub exit: Exit,
}

/// What tests show of the rules and phrases that they speak of.
#[derive(Debug, Clone, Default)]
pub struct TestCoverage {
    /// Rules by name, then phrases in the order of sources and of their texts.
    pub items: Vec<Covered>,
    /// The least percent that is asked for.
    pub least: Option<f64>,
}

/// A rule or a phrase.
#[derive(Debug, Clone)]
pub struct Covered {
    /// Which.
    pub kind: CoveredKind,
    /// The rule's qualified name, or the phrase's head.
    pub name: String,
    /// Its place.
    pub span: Span,
    /// What tests can show of it.
    pub states: Vec<CoveredState>,
}

/// What is covered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names are the words")]
pub enum CoveredKind {
    Rule,
    Phrase,
}

/// One thing that tests can show.
#[derive(Debug, Clone)]
pub struct CoveredState {
    /// Which.
    pub state: State,
    /// Of which hole, where the boundary of several is asked for.
    pub hole: Option<String>,
    /// Whether a passed test shows it.
    pub shown: Shown,
}

/// Whether a passed test shows something.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Shown {
    /// One does.
    Yes,
    /// None does.
    No,
    /// None can, for this reason.
    Unreachable(String),
}

impl TestCoverage {
    /// How many states are shown, asked for (those that can be shown), unreachable.
    pub fn counts(&self) -> (usize, usize, usize) {
        let states = self.items.iter().flat_map(|item| &item.states);
        let (mut shown, mut asked, mut unreachable) = (0, 0, 0);
        for state in states {
            match state.shown {
                Shown::Unreachable(_) => unreachable += 1,
                Shown::Yes => (shown, asked) = (shown + 1, asked + 1),
                Shown::No => asked += 1,
            }
        }
        (shown, asked, unreachable)
    }

    /// The part that is shown of what is asked for, in tenths of a percent, rounded down; all of nothing is all.
    pub fn permille(&self) -> usize {
        let (shown, asked, _) = self.counts();
        (shown * 1_000).checked_div(asked).unwrap_or(1_000)
    }

    /// Whether less is shown than is asked for.
    pub fn falls_short(&self) -> bool {
        let (shown, asked, _) = self.counts();
        self.least.is_some_and(|least| (shown as f64) * 100.0 < least * (asked as f64))
    }
}

/// What came of one test.
#[derive(Debug, Clone)]
pub struct TestOutcome {
    /// Its title.
    pub title: Spanned<String>,
    /// How many expectations it has.
    pub expectations: usize,
    /// Why it failed: one for each expectation that is not met. None where it passed.
    pub failures: Vec<Diagnostic>,
    /// Whether it could be run; if not, the mistake is among the errors.
    pub ran: bool,
}

impl TestOutcome {
    /// Whether it ran and every expectation is met.
    pub fn passed(&self) -> bool {
        self.ran && self.failures.is_empty()
    }
}
