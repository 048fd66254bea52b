//! One finding: a requirement that a subject does not meet, or of which nobody can tell.

use super::Verdict;
use crate::base::{Excerpt, Span};
use crate::facts::schema::EntityId;

/// A requirement's verdict on one subject, with all that it rests on.
#[derive(Debug, Clone)]
pub struct Finding {
    /// `bp1-…` (`semantics.md` 7.1).
    pub id: String,
    /// `Fail` or `Unknown`.
    pub verdict: Verdict,
    /// Who; `None` for the estate.
    pub subject: Option<Subject>,
    /// Place of the requirement in `RuleOutcome::requirements`.
    pub requirement: usize,
    /// The requirement key.
    pub key: String,
    /// What is wrong: the `otherwise` text, or the sentence turned round. One line.
    pub message: String,
    /// The user's line, then the definitions of the phrases, outermost first.
    pub places: Vec<Span>,
    /// Required against found.
    pub shortfalls: Vec<Shortfall>,
    /// What it rests on.
    pub marks: Marks,
    /// The first few deciding facts.
    pub witnesses: Vec<Witness>,
    /// How many deciding facts there are in all.
    pub witness_count: u64,
    /// For an unknown one (and a weak failure): the evidence that is missing.
    pub missing: Vec<Missing>,
    /// What to do, of the phrase or the rule.
    pub remedy: Option<String>,
}

/// Who a finding is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Subject {
    /// The entity, singular.
    pub entity: String,
    /// The key.
    pub key: String,
    /// The record that lists it; `None` where it is only seen.
    pub fact: Option<FactRef>,
}

/// The arithmetic of a comparison, each as shown: same unit, enough digits to see the difference.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shortfall {
    /// `at least 98 %`
    pub required: String,
    /// `97.96 % (48 of 49)`
    pub found: String,
    /// By how much it misses: `0.04 points`.
    pub misses_by: Option<String>,
    /// The nearest value that would pass: `49 of 49`.
    pub nearest: Option<String>,
}

/// What a verdict rests on besides evidence.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Marks {
    /// Fails only if what an export leaves unsaid is assumed.
    pub weak: bool,
    /// Assumptions taken: `rto is not known, and taken as 4 h`.
    pub assumed: Vec<String>,
}

/// A fact that decided.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Witness {
    /// What it shows: `status is failed`, `created 2026-11-20T22:30:00Z`.
    pub text: String,
    /// Entity and key of its row, e.g. `run job-17`.
    pub row: String,
    /// Where it stands.
    pub fact: Option<FactRef>,
}

/// Evidence that nobody gave.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Missing {
    /// What is not known: `encryption of recovery point rp-1`, `restore tests of db7`.
    pub what: String,
    /// Why: `absent`, `the source says "AES-XTS?"`, `no row for db7 in restore_tests.json, which is assumed to cover it`.
    pub reason: String,
    /// The command or line that would supply it.
    pub settle: Option<String>,
    /// Where the row stands that lacks it.
    pub fact: Option<FactRef>,
}

/// A place in a facts file; the excerpt is filled in only for what is shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FactRef {
    /// The row's entity.
    pub entity: EntityId,
    /// The row.
    pub row: u32,
    /// Place in `Outcome::files`.
    pub file: u32,
    /// Byte offset of the record in the unzipped text.
    pub offset: u64,
    /// The field's name in the language; `None` marks the record.
    pub field: Option<String>,
    /// Line and text, once looked up.
    pub excerpt: Option<Excerpt>,
}
