//! The words that all formats share.

use crate::base::clean::clean_line;
use crate::base::{Place, SourceMap};
use crate::facts::coverage::Population;
use crate::facts::source_rules::Joined;
use crate::outcome::{Counts, ParameterValue, RuleOutcome, RuleVerdict, Standing, Verdict};
use crate::plan::{SetBy, Strength, Weight};

/// The verdict of a rule as reports write it.
pub fn rule_verdict_word(verdict: RuleVerdict) -> &'static str {
    match verdict {
        RuleVerdict::Pass => "pass",
        RuleVerdict::Vacuous => "vacuous",
        RuleVerdict::VacuousAllowed => "vacuous (allowed)",
        RuleVerdict::Unknown => "unknown",
        RuleVerdict::Fail => "fail",
    }
}

/// The verdict of a finding as reports write it.
pub(super) fn verdict_word(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Pass => "pass",
        Verdict::Unknown => "unknown",
        Verdict::Fail => "fail",
    }
}

/// A rule's weight as the language writes it.
pub fn weight_word(weight: Weight) -> &'static str {
    match weight {
        Weight::Low => "low",
        Weight::Medium => "medium",
        Weight::High => "high",
        Weight::Critical => "critical",
    }
}

/// `recovery points asked: 47 (3 fail, 1 unknown, 43 pass, 2 of them on an assumption)`.
pub(super) fn counts_line(rule: &RuleOutcome) -> String {
    let Counts { pass, fail, unknown, assumed, either_way } = rule.counts;
    let total = pass + fail + unknown;
    let mut parts = Vec::new();
    if fail > 0 {
        parts.push(format!("{fail} fail"));
    }
    if unknown > 0 {
        parts.push(format!("{unknown} unknown"));
    }
    if pass > 0 {
        let mut marks = Vec::new();
        if assumed > 0 {
            marks.push(format!("{assumed} of them on an assumption"));
        }
        if either_way > 0 {
            marks.push(format!("{either_way} of them either way"));
        }
        parts.push(format!("{pass} pass"));
        parts.append(&mut marks);
    }
    let parts = parts.join(", ");
    match rule.asked.as_str() {
        "the estate" => format!("the estate: {parts}"),
        asked if total == 0 => format!("{} asked: none", asked.replace('_', " ")),
        asked => format!("{} asked: {total} ({parts})", asked.replace('_', " ")),
    }
}

/// `1 rule`, `2 rules`.
pub(super) fn plural(count: u64, word: &str) -> String {
    if count == 1 { format!("1 {word}") } else { format!("{count} {word}s") }
}

/// What the verdict makes of a control's evidence. Nobody is ever called compliant.
pub(super) fn evidence_word(verdict: RuleVerdict, strength: Strength) -> &'static str {
    match Standing::of(verdict, strength) {
        Standing::Supported => "supports",
        Standing::Contradicted => "contradicts",
        Standing::NotDecided => "does not decide",
    }
}

/// Why a failure does not contradict a control: `, which facts decide only partly`.
pub(super) fn evidence_limit(verdict: RuleVerdict, strength: Strength) -> String {
    match (verdict, strength) {
        (RuleVerdict::Fail, Strength::Aside) => ", on which facts bear only aside".to_owned(),
        (RuleVerdict::Fail, Strength::Partly | Strength::ByAttestation) => {
            format!(", which facts decide only {}", strength_word(strength))
        }
        _ => String::new(),
    }
}

/// A population in one word.
pub(super) fn population_word(population: Population) -> &'static str {
    match population {
        Population::Listed => "listed",
        Population::Seen => "seen",
        Population::Partial => "partial",
        Population::Nothing => "nothing",
    }
}

/// How far facts decide a control.
pub(super) fn strength_word(strength: Strength) -> &'static str {
    match strength {
        Strength::Fully => "fully",
        Strength::Partly => "partly",
        Strength::Aside => "aside",
        Strength::ByAttestation => "by attestation",
    }
}

/// `db1 = DB1, db1.corp.local`
pub(super) fn joined_names(joined: &Joined) -> String {
    let written: Vec<String> = joined.written.iter().map(|name| clean_line(name)).collect();
    format!("{} = {}", clean_line(&joined.name), written.join(", "))
}

/// Where a parameter's value comes from: `default in policy.backproof:12`, `set in backproof.yaml:7`, `set by --param`.
pub(super) fn parameter_origin(parameter: &ParameterValue, sources: &SourceMap) -> String {
    match &parameter.set_by {
        SetBy::Policy => {
            let file = sources.get(parameter.declared.source).map_or("", |source| &source.name);
            format!("default in {}:{}", clean_line(file), sources.line_column(parameter.declared).0)
        }
        SetBy::Project(Place::Facts(excerpt)) => format!("set in {}:{}", clean_line(&excerpt.file), excerpt.line),
        SetBy::Project(_) => "set by the project".to_owned(),
        SetBy::CommandLine => "set by --param".to_owned(),
    }
}
