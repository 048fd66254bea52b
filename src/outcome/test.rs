//! What a run of tests says.

use super::Exit;
use crate::base::{Diagnostic, Spanned};

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
    /// What the exit code follows from.
    pub exit: Exit,
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
