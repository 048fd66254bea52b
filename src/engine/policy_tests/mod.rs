//! Tests of policies: what each gives goes through the same pipeline as the facts of `check`, in memory; what comes out
//! is compared with what is expected. There is no other evaluator.

mod coverage;
mod expect;
mod given;

use super::check::coverage_of;
use super::facts::{Circumstances, FactsInput, FoundBy, load};
use super::policies::{Policies, PolicyText, compile_policies};
use super::project::Weighing;
use crate::base::{Code, Diagnostic, SourceMap, Span};
use crate::codec::bytes::Files;
use crate::evaluate::{Nearness, Settings, Watch, observe};
use crate::facts::load::Projection;
use crate::facts::schema::Schema;
use crate::facts::source_rules::SourceRules;
use crate::lower::{CompileSettings, ProjectParameters, restricted_to};
use crate::outcome::{Exit, RuleOutcome, TestCoverage, TestOutcome, TestReport};
use crate::plan::{Given, GivenKind, Plan, Test};
use crate::value::{Instant, Zone};
use coverage::{Ledger, Watched};
use std::io::{self, Read};

/// 2200-01-01T00:00:00Z: when tests are judged whose outcome does not depend on the time.
const ANY_TIME: Instant = Instant(7_258_118_400_000_000_000);

/// What the rows of a test are called as a file.
const GIVEN: &str = "given.ndjson";

/// Compiled policies whose tests can be run.
pub struct Prepared {
    policies: Policies,
}

/// What to run.
pub struct Request<'a> {
    /// Opens the facts files that tests name.
    pub files: &'a dyn Files,
    /// Mistakes met before: files that could not be read.
    pub before: Vec<Diagnostic>,
    /// Only tests whose title, or expected rule, holds this text.
    pub filter: Option<&'a str>,
    /// Whether what the tests show is counted.
    pub coverage: CountCoverage,
}

/// Whether what tests show of rules and phrases is counted.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum CountCoverage {
    /// It is not.
    Off,
    /// It is, and less than this percent fails the run.
    AtLeast(f64),
    /// It is, and shown.
    Shown,
}

/// What judging a test gave.
struct Judged {
    plan: Plan,
    rules: Vec<RuleOutcome>,
    seen: Vec<(Watched, Nearness)>,
}

/// Compiles `texts`, with the values that the project gives to their parameters; a test's own `set` outranks these.
pub fn prepare(texts: &[PolicyText], project: ProjectParameters) -> Prepared {
    Prepared { policies: compile_policies(texts, &CompileSettings { project, ..CompileSettings::default() }) }
}

impl Prepared {
    /// The facts files that tests name: each path as seen from where the program runs.
    pub fn facts_files(&self) -> Vec<String> {
        let lines = self.policies.plan.tests.iter().flat_map(|test| &test.given);
        let mut paths: Vec<String> = lines.filter_map(|line| self.facts_file(line)).collect();
        paths.sort();
        paths.dedup();
        paths
    }

    /// The kinds that the policies know; `None` where a mistake in them may be why one is missing.
    pub fn schema(&self) -> Option<&Schema> {
        let is_whole = !self.policies.diagnostics.iter().any(Diagnostic::is_error);
        is_whole.then_some(&self.policies.declarations.schema)
    }

    /// The texts that spans point into.
    pub fn sources(&self) -> &SourceMap {
        &self.policies.sources
    }

    fn facts_file(&self, line: &Given) -> Option<String> {
        let GivenKind::Facts(path) = &line.kind else { return None };
        let policy = self.policies.sources.get(line.span.source).map_or("", |source| source.name.as_str());
        Some(match policy.rsplit_once('/') {
            Some((folder, _)) if !path.starts_with('/') => format!("{folder}/{path}"),
            _ => path.clone(),
        })
    }

    /// Runs the tests. Where the policies have a mistake, none is run.
    pub fn run(&self, request: Request<'_>) -> TestReport {
        let errors = self.policies.diagnostics.iter().filter(|d| d.is_error()).cloned();
        let mut report = TestReport {
            version: env!("CARGO_PKG_VERSION").to_string(),
            tests: Vec::new(),
            left_out: 0,
            errors: request.before.into_iter().chain(errors).collect(),
            coverage: None,
            exit: Exit::NotJudged,
        };
        if !report.errors.is_empty() {
            return report;
        }
        let mut ledger = Ledger::default();
        for test in &self.policies.plan.tests {
            if !request.filter.is_none_or(|text| is_meant(test, text)) {
                report.left_out += 1;
                continue;
            }
            let mut outcome = TestOutcome {
                title: test.title.clone(),
                expectations: test.expectations.len(),
                failures: Vec::new(),
                ran: false,
            };
            match self.judge(test, request.files) {
                Ok(judged) => {
                    outcome.failures = expect::failures(&judged.plan, test, &judged.rules);
                    outcome.ran = true;
                    if outcome.passed() {
                        ledger.take(&judged.plan, test, &judged.rules, &judged.seen);
                    }
                }
                Err(mut mistakes) => report.errors.append(&mut mistakes),
            }
            report.tests.push(outcome);
        }
        if request.coverage != CountCoverage::Off {
            let Policies { plan, declarations, sources, .. } = &self.policies;
            let (mut counted, mut mistakes) = ledger.account(plan, declarations, sources);
            if let CountCoverage::AtLeast(least) = request.coverage {
                counted.least = Some(least);
            }
            report.coverage = Some(counted);
            report.errors.append(&mut mistakes);
        }
        let short = report.coverage.as_ref().is_some_and(TestCoverage::falls_short);
        report.exit = if !report.errors.is_empty() {
            Exit::NotJudged
        } else if short || report.tests.iter().any(|test| !test.passed()) {
            Exit::Failed
        } else if report.tests.is_empty() {
            Exit::Unknown
        } else {
            Exit::Met
        };
        report
    }

    /// What the rules that a test expects something of say of what it gives; or what is wrong with that.
    fn judge(&self, test: &Test, files: &dyn Files) -> Result<Judged, Vec<Diagnostic>> {
        let plan = plan_of(&self.policies.plan, test);
        let now = test.as_of.unwrap_or(ANY_TIME);
        let rows = given::write(&plan.schema, test, now);
        let overlay = Overlay { files, rows: rows.text.as_bytes() };
        let mut inputs: Vec<FactsInput> = Vec::new();
        let mut named: Vec<(String, Span)> = Vec::new();
        for line in &test.given {
            if let Some(name) = self.facts_file(line) {
                inputs.push(FactsInput { name: name.clone(), found: FoundBy::Name });
                named.push((name, line.span));
            }
        }
        if !rows.text.is_empty() {
            inputs.push(FactsInput { name: GIVEN.to_string(), found: FoundBy::Name });
        }
        let projection = Projection::of(&plan.schema, &plan.reads, &plan.walks);
        let with = Circumstances { files: &overlay, now, zone: None, sources: &SourceRules::default() };
        let (facts, diagnostics) = load(&plan.schema, projection, &inputs, &with);
        let mistakes: Vec<Diagnostic> = diagnostics
            .into_iter()
            .filter(Diagnostic::is_error)
            .map(|mistake| refused(mistake, test, &rows.lines, &named))
            .collect();
        if !mistakes.is_empty() {
            return Err(mistakes);
        }
        let covered = coverage_of(&facts, now, false, Weighing::without_project(&plan.schema));
        let settings = Settings {
            as_of: now,
            default_zone: Zone::utc(),
            max_findings: usize::MAX,
            show_passing: true,
            threads: 1,
        };
        let watched = coverage::watched(&plan);
        let watches: Vec<Watch> = watched.iter().map(|watched| watched.watch).collect();
        let (rules, seen) = observe(&plan, &facts, &covered, &settings, &watches);
        let seen = watched.into_iter().zip(seen).collect();
        drop(covered);
        Ok(Judged { plan, rules, seen })
    }
}

/// Whether `--filter` means this test.
fn is_meant(test: &Test, text: &str) -> bool {
    test.title.value.contains(text) || test.expectations.iter().any(|expected| expected.rule.contains(text))
}

/// What a test needs of the plan, with the parameters that it sets.
fn plan_of(plan: &Plan, test: &Test) -> Plan {
    let expected = |name: &str| test.expectations.iter().any(|expectation| expectation.rule == name);
    let mut plan = restricted_to(plan, &expected);
    for (place, value) in &test.parameters {
        if let Some(parameter) = plan.parameters.get_mut(*place as usize) {
            parameter.value.clone_from(value);
        }
    }
    plan
}

/// A mistake in the facts of a test, told at the line that gives them.
fn refused(mistake: Diagnostic, test: &Test, lines: &[Span], named: &[(String, Span)]) -> Diagnostic {
    use crate::base::Place;
    let place = mistake.primary.as_ref().map(|label| &label.place);
    let own = match place {
        Some(Place::Facts(excerpt)) if excerpt.file == GIVEN => {
            let line = usize::try_from(excerpt.line.saturating_sub(1)).unwrap_or(usize::MAX);
            Some(lines.get(line).copied().unwrap_or(test.title.span))
        }
        Some(Place::File(path)) if path == GIVEN => Some(test.title.span),
        _ => None,
    };
    match (own, place) {
        (Some(span), _) => {
            let told =
                Diagnostic::error(Code("E0710"), format!("what this test gives is refused: {}", mistake.message));
            let told = told.at(span, "given here").and(test.title.span, "in this test");
            match mistake.help {
                Some(help) => told.help(help),
                None => told,
            }
        }
        (None, Some(Place::Facts(_) | Place::File(_))) => {
            let path = match place {
                Some(Place::Facts(excerpt)) => excerpt.file.as_str(),
                Some(Place::File(path)) => path.as_str(),
                _ => "",
            };
            let line = named.iter().find(|(name, _)| name == path).map_or(test.title.span, |(_, span)| *span);
            mistake.and(line, "given here")
        }
        _ => mistake.and(test.title.span, "in this test"),
    }
}

/// The rows of a test as a file beside the others.
struct Overlay<'a> {
    files: &'a dyn Files,
    rows: &'a [u8],
}

impl Files for Overlay<'_> {
    fn open(&self, path: &str) -> io::Result<Box<dyn Read + Send + '_>> {
        if path == GIVEN { Ok(Box::new(self.rows)) } else { self.files.open(path) }
    }
}
