//! What a run says, as a plain value that every report format reads. Nothing here computes or renders.
//!
//! Invariants: rules sorted by qualified name; findings by subject key, then requirement; all texts are cleaned only
//! when rendered; instants are absolute.

mod controls;
mod finding;
mod test;

pub use controls::{ControlStanding, ControlTable, FrameworkControls, Judged, RuleStanding, Standing};
pub use finding::{FactRef, Finding, Marks, Missing, Shortfall, Subject, Witness};
pub use test::{Covered, CoveredKind, CoveredState, Shown, TestCoverage, TestOutcome, TestReport};

use crate::base::{Diagnostic, Span};
use crate::facts::coverage::Population;
use crate::facts::schema::EntityId;
use crate::facts::source_rules::Joined;
use crate::facts::table::FactsFile;
use crate::plan::{Evidence, SetBy, Weight};
use crate::value::Instant;

/// A verdict on a subject or a requirement.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[expect(missing_docs, reason = "the names are the words of the reports")]
pub enum Verdict {
    Pass,
    Unknown,
    Fail,
}

/// A verdict on a rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum RuleVerdict {
    /// Every subject passes.
    Pass,
    /// It selects nobody, or nothing is required yet.
    Vacuous,
    /// The same, excused by `if any`; never a pass.
    VacuousAllowed,
    /// Not decided.
    Unknown,
    /// A subject fails.
    Fail,
}

/// Everything a report may show.
#[derive(Debug, Clone)]
pub struct Outcome {
    /// The as-of instant.
    pub as_of: Instant,
    /// Whether the user gave it (`--as-of`) or the clock was read.
    pub as_of_from: AsOfFrom,
    /// The program's version.
    pub version: String,
    /// The zone database's version.
    pub zone_database: String,
    /// The project file: path and SHA-256.
    pub project: Option<PolicyFile>,
    /// What weighs evidence or verdicts otherwise than by default, whoever set it.
    pub settings: Vec<Setting>,
    /// The user's policy files: path and SHA-256.
    pub policies: Vec<PolicyFile>,
    /// The facts files, by path.
    pub files: Vec<FactsFile>,
    /// What was collected, in words, by description.
    pub exports: Vec<ExportSummary>,
    /// Rows that were read under several names, as the project's `identity` joins them.
    pub joined: Vec<Joined>,
    /// Each parameter that a judged rule reads, with value and source, by qualified name.
    pub parameters: Vec<ParameterValue>,
    /// By qualified name.
    pub rules: Vec<RuleOutcome>,
    /// Notes of rule-free nature: undated exports, unattributed rows, seen populations.
    pub warnings: Vec<Diagnostic>,
    /// Errors: if there is one, no rule was judged.
    pub errors: Vec<Diagnostic>,
    /// What the exit code follows from.
    pub exit: Exit,
}

/// Where the as-of instant comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AsOfFrom {
    /// `--as-of`
    Option,
    /// The clock, read once.
    Clock,
}

/// The exit codes of `semantics.md` 6.4, first match of error, failed, unknown, warned, met.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Exit {
    /// 0
    Met,
    /// 1
    Failed,
    /// 2
    NotJudged,
    /// 3
    Unknown,
    /// 4
    Warned,
}

impl Exit {
    /// All, with their number and meaning: the one table.
    pub const TABLE: &'static [(Exit, u8, &'static str)] = &[
        (Exit::Met, 0, "judged and met: every rule that counts passes, or is vacuous and allowed to be"),
        (Exit::Failed, 1, "a rule fails"),
        (Exit::NotJudged, 2, "not judged: usage, policy or facts in error, or the report could not be written"),
        (Exit::Unknown, 3, "a rule is unknown or vacuous, or none was selected or counts"),
        (Exit::Warned, 4, "warnings and nothing worse, with `--deny-warnings`"),
    ];

    /// The process exit code.
    pub fn code(self) -> u8 {
        Self::TABLE.iter().find(|(exit, ..)| *exit == self).map_or(2, |(_, code, _)| *code)
    }
}

/// A policy file as evidence names it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PolicyFile {
    /// Path as given.
    pub path: String,
    /// SHA-256, lower-case hexadecimal.
    pub sha256: String,
}

/// An export in words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExportSummary {
    /// Tool and account.
    pub name: String,
    /// Its files, as places in `Outcome::files`.
    pub files: Vec<u32>,
    /// The kinds that it lists.
    pub kinds: Vec<String>,
    /// When it was collected; `None`: undated.
    pub collected_at: Option<Instant>,
    /// `None`: complete.
    pub incomplete: Option<String>,
}

/// A parameter as the report lists it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ParameterValue {
    /// Qualified name.
    pub name: String,
    /// Its value as the language writes it; `None`: unset.
    pub value: Option<String>,
    /// `house`, `regulation`, …
    pub source: String,
    /// Where the value comes from.
    pub set_by: SetBy,
    /// Where it is declared.
    pub declared: Span,
}

/// A setting of the run that is not the default.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Setting {
    /// As in the project file.
    pub name: &'static str,
    /// As it is written there.
    pub value: String,
}

/// What came of one rule.
#[derive(Debug, Clone)]
pub struct RuleOutcome {
    /// Qualified name.
    pub name: String,
    /// The title.
    pub title: String,
    /// Its weight.
    pub severity: Weight,
    /// Its owner.
    pub owner: Option<String>,
    /// What it is evidence for.
    pub evidence: Vec<Evidence>,
    /// Its head line.
    pub span: Span,
    /// SHA-256 of its compiled content.
    pub hash: String,
    /// The verdict.
    pub verdict: RuleVerdict,
    /// Who is asked: the entity's plural, or `the estate`.
    pub asked: String,
    /// The entity of its subjects.
    pub entity: Option<EntityId>,
    /// How its subjects are known.
    pub population: Population,
    /// Why the rule as a whole is vacuous or unknown, in words and with the way out.
    pub reason: Option<(String, Option<String>)>,
    /// Subjects by verdict.
    pub counts: Counts,
    /// The requirement sentences, in order.
    pub requirements: Vec<String>,
    /// Failed and unknown findings, those shown; by subject key, then requirement.
    pub findings: Vec<Finding>,
    /// Findings left out by `--max-findings`.
    pub findings_left_out: u64,
    /// Keys of the subjects that pass, where asked for, sorted.
    pub passing: Vec<String>,
    /// Notes on passing subjects that rest on an assumption: text and how many.
    pub notes: Vec<String>,
}

/// Subjects of a rule by verdict.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counts {
    /// Subjects that pass.
    pub pass: u64,
    /// Subjects that fail.
    pub fail: u64,
    /// Subjects that are undecided.
    pub unknown: u64,
    /// Of those that pass: with a mark `assumed`.
    pub assumed: u64,
    /// Of those that pass: whose scope is undecided ("either way").
    pub either_way: u64,
}
