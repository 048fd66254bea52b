//! The main job: policies and facts in, an outcome out.

use super::exit::{ExitPolicy, UnknownIs, WarningsAre, exit_of};
use super::facts::{Circumstances, FactsInput, load};
use super::policies::{Policies, PolicyText, compile_policies};
use super::project::{Project, Weighing};
use super::{evidence, excerpts};
use crate::base::{Code, Diagnostic, Place, Severity};
use crate::codec::bytes::Files;
use crate::evaluate::{Settings, evaluate};
use crate::facts::closure::{ExportCoverage, warnings};
use crate::facts::coverage::CoverageSettings;
use crate::facts::load::Projection;
use crate::facts::table::Facts;
use crate::lower::CompileSettings;
use crate::outcome::{AsOfFrom, Exit, Outcome, Setting};
use crate::plan::Weight;
use crate::report::weight_word;
use crate::value::instant::write_instant;
use crate::value::zone::database_version;
use crate::value::{Instant, Zone};

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
    /// The project that the run belongs to. What the command line may override is taken from the other fields.
    pub project: Option<&'a Project>,
}

/// Checks. What the policies are, with the texts that spans of the outcome point into, comes with it.
pub fn check(request: Request<'_>) -> (Outcome, Policies) {
    let policies = compile_policies(request.policies, &request.compile);
    let mut outcome = Outcome {
        as_of: request.as_of,
        as_of_from: request.as_of_from,
        version: env!("CARGO_PKG_VERSION").to_string(),
        zone_database: database_version().to_string(),
        project: request.project.and_then(|project| project.file.clone()),
        settings: settings(&request),
        policies: policies.files.clone(),
        files: Vec::new(),
        exports: Vec::new(),
        joined: Vec::new(),
        parameters: evidence::parameters(&policies.plan),
        rules: Vec::new(),
        warnings: Vec::new(),
        errors: Vec::new(),
        exit: Exit::NotJudged,
    };
    take(&mut outcome, request.before.clone());
    take(&mut outcome, policies.diagnostics.clone());
    judge(&request, &policies, &mut outcome);
    (outcome, policies)
}

fn judge(request: &Request<'_>, policies: &Policies, outcome: &mut Outcome) {
    let plan = &policies.plan;
    let mut weighing = Weighing::without_project(&plan.schema);
    // A kind may be missing only because of a mistake in the policies.
    if let (Some(project), true) = (request.project, outcome.errors.is_empty()) {
        let (of_project, mistakes) = project.weighing(&plan.schema);
        weighing = of_project;
        take(outcome, mistakes);
        outcome.settings.extend(weighing.ages_set.clone().map(|value| Setting { name: "evidence_age", value }));
    }
    let projection = Projection::of(&plan.schema, &plan.reads, &plan.walks);
    let zone = request.project.and_then(|project| project.facts_timezone.as_ref());
    let rules = request.project.map(|project| project.source_rules(&plan.schema)).unwrap_or_default();
    let with = Circumstances { files: request.files, now: request.as_of, zone, sources: &rules };
    let (facts, mistakes) = load(&plan.schema, projection, request.facts, &with);
    take(outcome, mistakes);
    outcome.files.clone_from(&facts.files);
    outcome.exports = evidence::exports(&facts);
    outcome.joined.clone_from(&facts.joined);
    if !outcome.errors.is_empty() {
        return;
    }
    if request.as_of_from == AsOfFrom::Clock {
        take(outcome, not_yet(&facts, request.as_of));
        if !outcome.errors.is_empty() {
            return;
        }
    }
    take(outcome, warnings(&facts, request.as_of));
    take(outcome, request.project.map(|project| project.unranked(&facts.exports)).unwrap_or_default());
    if let Some(names) = &rules.same_names {
        weighing.expected.iter_mut().filter_map(|e| e.covers.as_mut()).for_each(|c| names.canonical_covers(c));
    }
    let coverage = coverage_of(&facts, request.as_of, request.strict, weighing);
    let settings = Settings {
        as_of: request.as_of,
        default_zone: request.project.and_then(|project| project.timezone.clone()).unwrap_or_else(Zone::utc),
        max_findings: request.max_findings,
        show_passing: request.show_passing,
        threads: request.threads,
    };
    if plan.rules.is_empty() && request.compile.rule_globs.is_empty() {
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

/// Exports that say that they will be collected: beside the clock that is a mistake, and would be taken for fresh until then.
fn not_yet(facts: &Facts, now: Instant) -> Vec<Diagnostic> {
    let ahead = facts.exports.iter().filter_map(|export| Some((export, export.later_than(now)?)));
    let told = ahead.map(|(export, collected)| {
        let file = export.files.first().and_then(|file| facts.files.get(*file as usize)).map_or("", |file| &file.path);
        let message = format!("`{file}` was collected at {}, which is yet to come", write_instant(collected));
        Diagnostic::error(Code("E1121"), message)
            .at_place(Place::File(export.described_in.clone()), "")
            .help("correct `collected_at`, or the clock; `--as-of` judges another moment")
    });
    told.collect()
}

/// What is not as by default, in the words of the project file.
fn settings(request: &Request<'_>) -> Vec<Setting> {
    let mut settings = Vec::new();
    let mut set = |name: &'static str, value: String| settings.push(Setting { name, value });
    if request.exit.fail_on != Weight::Low {
        set("fail_on", weight_word(request.exit.fail_on).to_owned());
    }
    if request.exit.unknown == UnknownIs::Warning {
        set("unknown", "warn".to_owned());
    }
    if request.exit.warnings == WarningsAre::Denied {
        set("deny_warnings", true.to_string());
    }
    if request.strict {
        set("strict", true.to_string());
    }
    let zones =
        request.project.map(|project| [("timezone", &project.timezone), ("facts_timezone", &project.facts_timezone)]);
    for (name, zone) in zones.into_iter().flatten() {
        if let Some(zone) = zone {
            set(name, zone.name().to_owned());
        }
    }
    let rank = request.project.map(Project::ranked).unwrap_or_default();
    if !rank.is_empty() {
        set("rank", rank.join(", "));
    }
    settings
}

/// What the exports of `facts` cover at an instant.
pub(super) fn coverage_of(facts: &Facts, now: Instant, strict: bool, weighing: Weighing) -> ExportCoverage<'_> {
    let Weighing { ages, expected, .. } = weighing;
    ExportCoverage::new(facts, CoverageSettings { now, strict, max_evidence_age: ages, expected })
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
