//! The table of controls as bytes, one file a format. It says what evidence supports, contradicts or does not decide, how
//! far facts decide a control at all, and which control no rule speaks of; never that anybody complies.

mod json;
mod markdown;
mod text;

pub use json::render as controls_json;
pub use markdown::render as controls_markdown;
pub use text::render as controls_text;

use super::words::rule_verdict_word;
use crate::outcome::{ControlStanding, Counts, RuleVerdict, Standing};

/// Said under every table for people.
const LIMITS: &str =
    "This is what evidence says of controls, as far as facts decide them; no control is met by it alone.";

fn standing_word(standing: Standing) -> &'static str {
    match standing {
        Standing::Supported => "supported",
        Standing::Contradicted => "contradicted",
        Standing::NotDecided => "not decided",
    }
}

/// `2 fail, 1 pass` of rules, with how many of those that pass rest on an assumption; `no rule`, `2 rules` where none was
/// judged.
fn rules_in_short(control: &ControlStanding) -> String {
    let count =
        |verdict: RuleVerdict| control.rules.iter().filter(|r| r.judged.is_some_and(|j| j.0 == verdict)).count();
    let mut judged: Vec<String> =
        [RuleVerdict::Fail, RuleVerdict::Unknown, RuleVerdict::Vacuous, RuleVerdict::VacuousAllowed, RuleVerdict::Pass]
            .into_iter()
            .filter(|verdict| count(*verdict) > 0)
            .map(|verdict| format!("{} {}", count(verdict), rule_verdict_word(verdict)))
            .collect();
    let passes = count(RuleVerdict::Pass);
    let rests = |verdict: RuleVerdict, counts: Counts| verdict == RuleVerdict::Pass && counts.assumed > 0;
    let assumed = control.rules.iter().filter_map(|r| r.judged).filter(|j| rests(j.0, j.1)).count();
    if assumed > 0 {
        judged.push(format!("{assumed} of {passes} on an assumption"));
    }
    match (control.rules.len(), judged.is_empty()) {
        (0, _) => "no rule".to_owned(),
        (n, true) => super::words::plural(n as u64, "rule"),
        (_, false) => judged.join(", "),
    }
}

/// Subjects by verdict: `2 fail, 1 unknown, 4 pass, 1 of 4 on an assumption`.
fn subjects(counts: Counts) -> String {
    let mut parts: Vec<String> = [(counts.fail, "fail"), (counts.unknown, "unknown"), (counts.pass, "pass")]
        .into_iter()
        .filter(|(count, _)| *count > 0)
        .map(|(count, word)| format!("{count} {word}"))
        .collect();
    if counts.assumed > 0 {
        parts.push(format!("{} of {} on an assumption", counts.assumed, counts.pass));
    }
    if parts.is_empty() { "nobody asked".to_owned() } else { parts.join(", ") }
}

/// So many controls of a framework have a rule.
fn with_rule(controls: &[ControlStanding]) -> usize {
    controls.iter().filter(|control| !control.rules.is_empty()).count()
}
