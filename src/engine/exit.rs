//! The exit code of a run (`semantics.md` 6.4): first match of error, failed, unknown, warned, met.

use crate::outcome::{Exit, RuleOutcome, RuleVerdict};
use crate::plan::Weight;

/// Which rules count, and how.
#[derive(Debug, Clone, Copy)]
pub struct ExitPolicy {
    /// Rules below this do not count.
    pub fail_on: Weight,
    /// What an unknown or vacuous rule does.
    pub unknown: UnknownIs,
    /// What a warning does.
    pub warnings: WarningsAre,
}

/// What an unknown or vacuous rule does to the exit code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum UnknownIs {
    /// Exit 3.
    Failure,
    /// A warning.
    Warning,
}

/// What a warning does to the exit code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WarningsAre {
    /// Nothing.
    Allowed,
    /// Exit 4.
    Denied,
}

/// The exit of a run without errors. `warnings` is how many there are besides the rules.
pub fn exit_of(rules: &[RuleOutcome], warnings: usize, policy: ExitPolicy) -> Exit {
    let counting: Vec<RuleVerdict> = rules.iter().filter(|r| r.severity >= policy.fail_on).map(|r| r.verdict).collect();
    if counting.is_empty() {
        return Exit::Unknown;
    }
    if counting.contains(&RuleVerdict::Fail) {
        return Exit::Failed;
    }
    let undecided = counting.iter().any(|v| matches!(v, RuleVerdict::Unknown | RuleVerdict::Vacuous));
    if undecided && policy.unknown == UnknownIs::Failure {
        return Exit::Unknown;
    }
    if policy.warnings == WarningsAre::Denied && (undecided || warnings > 0) {
        return Exit::Warned;
    }
    Exit::Met
}
