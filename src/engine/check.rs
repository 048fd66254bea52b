//! The main job: policies and facts in, an outcome out.

use super::exit::{ExitPolicy, exit_of};
use super::facts::{Circumstances, FactsInput, load};
use super::policies::{Policies, PolicyText, compile_policies};
use super::{evidence, excerpts};
use crate::base::{Code, Diagnostic, Severity, SourceMap};
use crate::codec::bytes::Files;
use crate::evaluate::{Settings, evaluate};
use crate::facts::closure::{ExportCoverage, warnings};
use crate::facts::coverage::CoverageSettings;
use crate::facts::load::Projection;
use crate::facts::table::Facts;
use crate::lower::CompileSettings;
use crate::outcome::{AsOfFrom, Exit, Outcome};
use crate::plan::Plan;
use crate::value::zone::database_version;
use crate::value::{Instant, Zone};

/// Evidence collected longer ago may accuse, but no longer acquit: 31 days, in nanoseconds.
const EVIDENCE_AGE: i64 = 31 * 86_400 * 1_000_000_000;

/// What to check, and how.
pub struct Request<'a> {
    /// The policies as read.
    pub policies: &'a [PolicyText],
    /// The facts files.
    pub facts: &'a [FactsInput],
    /// Opens them.
    pub files: &'a dyn Files,
    /// Mistakes met before: files that could not be read, options that make no sense.
    pub before: Vec<Diagnostic>,
    /// The as-of instant.
    pub as_of: Instant,
    /// Where it comes from.
    pub as_of_from: AsOfFrom,
    /// `--param`, `--rule`.
    pub compile: CompileSettings,
    /// `--strict`.
    pub strict: bool,
    /// Most findings to show.
    pub max_findings: usize,
    /// `--show pass`.
    pub show_passing: bool,
    /// Worker threads; 0 leaves it to the machine.
    pub threads: usize,
    /// Which rules count, and how.
    pub exit: ExitPolicy,
}

/// Checks. The texts that spans of the outcome point into come with it.
pub fn check(request: Request<'_>) -> (Outcome, SourceMap) {
    let policies = compile_policies(request.policies, &request.compile);
    let mut outcome = Outcome {
        as_of: request.as_of,
        as_of_from: request.as_of_from,
        version: env!("CARGO_PKG_VERSION").to_string(),
        zone_database: database_version().to_string(),
        policies: policies.files.clone(),
        files: Vec::new(),
        exports: Vec::new(),
        parameters: evidence::parameters(&policies.plan),
        rules: Vec::new(),
        warnings: Vec::new(),
        errors: Vec::new(),
        exit: Exit::NotJudged,
    };
    take(&mut outcome, request.before.clone());
    take(&mut outcome, policies.diagnostics.clone());
    judge(&request, &policies, &mut outcome);
    (outcome, policies.sources)
}

fn judge(request: &Request<'_>, policies: &Policies, outcome: &mut Outcome) {
    let plan = &policies.plan;
    let projection = Projection::of(&plan.schema, &plan.reads, &plan.walks);
    let with = Circumstances { files: request.files, now: request.as_of, zone: None };
    let (facts, mistakes) = load(&plan.schema, projection, request.facts, &with);
    take(outcome, mistakes);
    outcome.files.clone_from(&facts.files);
    outcome.exports = evidence::exports(&facts);
    if !outcome.errors.is_empty() {
        return;
    }
    take(outcome, warnings(&facts, request.as_of));
    let coverage = coverage_of(plan, &facts, request.as_of, request.strict);
    let settings = Settings {
        as_of: request.as_of,
        default_zone: Zone::utc(),
        max_findings: request.max_findings,
        show_passing: request.show_passing,
        threads: request.threads,
    };
    if plan.rules.is_empty() && request.compile.rule_glob.is_none() {
        let help = "write a `rule`, or name a policy file that has one";
        outcome.warnings.push(Diagnostic::warning(Code("W2001"), "the policies have no rule").help(help));
    }
    outcome.rules = evaluate(plan, &facts, &coverage, &settings);
    let changed = excerpts::fill(&mut outcome.rules, &facts, request.files);
    take(outcome, changed);
    if outcome.errors.is_empty() {
        outcome.exit = exit_of(&outcome.rules, outcome.warnings.len(), request.exit);
    } else {
        outcome.rules.clear();
    }
}

/// What the exports of `facts` cover at an instant.
pub(super) fn coverage_of<'f>(plan: &Plan, facts: &'f Facts, now: Instant, strict: bool) -> ExportCoverage<'f> {
    let max_evidence_age = plan.schema.entities().map(|(kind, _)| (kind, EVIDENCE_AGE)).collect();
    ExportCoverage::new(facts, CoverageSettings { now, strict, max_evidence_age, expected: Vec::new() })
}

/// Puts diagnostics where they belong; advice is for `lint`.
fn take(outcome: &mut Outcome, diagnostics: Vec<Diagnostic>) {
    for diagnostic in diagnostics {
        match diagnostic.severity {
            Severity::Error => outcome.errors.push(diagnostic),
            Severity::Warning => outcome.warnings.push(diagnostic),
            Severity::Advice => {}
        }
    }
}
