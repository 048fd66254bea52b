//! What is expected against what came: each expectation that is not met is a diagnostic with two ends, the `expect` line
//! and the line of the rule that decided.

use crate::base::suggest::nearest;
use crate::base::{Code, Diagnostic, Span};
use crate::outcome::{Finding, RuleOutcome, RuleVerdict, Verdict};
use crate::plan::{Expectation, Expected, Plan, Rule, Test};

/// Most findings that one failure shows.
const MOST_SHOWN: usize = 3;

/// Why a test fails; nothing where it passes.
pub(super) fn failures(plan: &Plan, test: &Test, rules: &[RuleOutcome]) -> Vec<Diagnostic> {
    if test.expectations.is_empty() {
        let error = Diagnostic::error(Code("E0720"), "this test expects nothing");
        let help = "add a line such as `expect company.backup.retention fails for \"db1\"`";
        return vec![error.at(test.title.span, "no `expect`").help(help)];
    }
    let each = test.expectations.iter().filter_map(|expected| {
        let outcome = rules.iter().find(|rule| rule.name == expected.rule)?;
        let rule = plan.rules.iter().find(|rule| rule.name == expected.rule)?;
        failure(rule, expected, outcome)
    });
    each.collect()
}

/// What a rule says where it is asked.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Said {
    Passes,
    Fails,
    IsUnknown,
    IsVacuous,
}

impl Said {
    fn of(verdict: Verdict) -> Said {
        match verdict {
            Verdict::Pass => Said::Passes,
            Verdict::Unknown => Said::IsUnknown,
            Verdict::Fail => Said::Fails,
        }
    }

    fn words(self) -> &'static str {
        match self {
            Said::Passes => "it passes",
            Said::Fails => "it fails",
            Said::IsUnknown => "it is unknown",
            Said::IsVacuous => "it is vacuous",
        }
    }

    fn is(self, expected: Expected) -> bool {
        matches!(
            (self, expected),
            (Said::Passes, Expected::Passes)
                | (Said::Fails, Expected::Fails)
                | (Said::IsUnknown, Expected::IsUnknown)
                | (Said::IsVacuous, Expected::IsVacuous)
        )
    }
}

fn failure(rule: &Rule, expected: &Expectation, outcome: &RuleOutcome) -> Option<Diagnostic> {
    let of_subject = |finding: &&Finding| match &expected.subject {
        Some(key) => finding.subject.as_ref().is_some_and(|subject| subject.key == key.value),
        None => true,
    };
    let of_line = |finding: &&Finding| {
        let sentence = outcome.requirements.get(finding.requirement).map_or("", String::as_str);
        expected.requirement.as_deref().is_none_or(|line| is_line(sentence, line))
    };
    let findings: Vec<&Finding> = outcome.findings.iter().filter(of_subject).filter(of_line).collect();
    let subjects = outcome.counts.pass + outcome.counts.fail + outcome.counts.unknown;
    if let Some(key) = &expected.subject {
        let mut keys: Vec<&str> = outcome.passing.iter().map(String::as_str).collect();
        keys.extend(outcome.findings.iter().filter_map(|f| f.subject.as_ref()).map(|subject| subject.key.as_str()));
        if !keys.contains(&key.value.as_str()) {
            return Some(no_subject(rule, expected, &key.value, &keys));
        }
    }
    if subjects == 0 && expected.verdict != Expected::IsVacuous {
        return Some(nobody(rule, expected, outcome));
    }
    let said = match (&expected.subject, &expected.requirement) {
        (None, None) => match outcome.verdict {
            RuleVerdict::Pass => Said::Passes,
            RuleVerdict::Fail => Said::Fails,
            RuleVerdict::Unknown => Said::IsUnknown,
            RuleVerdict::Vacuous | RuleVerdict::VacuousAllowed => Said::IsVacuous,
        },
        _ => Said::of(findings.iter().map(|finding| finding.verdict).max().unwrap_or(Verdict::Pass)),
    };
    (!said.is(expected.verdict)).then(|| told(rule, expected, outcome, said, &findings))
}

/// Whether a requirement's sentence is that line, or a part of the phrase that it speaks.
pub(super) fn is_line(sentence: &str, line: &str) -> bool {
    sentence == line || sentence.strip_prefix(line).is_some_and(|rest| rest.starts_with(" / "))
}

fn asked(expected: &Expectation) -> String {
    let mut words = format!("`{}` {}", expected.rule, expected.verdict.words());
    if let Some(key) = &expected.subject {
        words.push_str(&format!(" for `{}`", key.value));
    }
    if let Some(line) = &expected.requirement {
        words.push_str(&format!(" at `{line}`"));
    }
    words
}

fn told(rule: &Rule, expected: &Expectation, outcome: &RuleOutcome, said: Said, findings: &[&Finding]) -> Diagnostic {
    let message = format!("expected that {}, but {}", asked(expected), said.words());
    let mut told = Diagnostic::error(Code("E0720"), message).at(expected.span, "expected here");
    if findings.is_empty() {
        let requirement = expected.requirement.as_deref();
        let line = rule.requirements.iter().find(|r| requirement.is_some_and(|line| is_line(&r.sentence, line)));
        let (span, text) = match (line, &outcome.reason) {
            (Some(line), _) => (line.line, "is met".to_owned()),
            (None, Some((reason, _))) => (rule.span, reason.clone()),
            (None, None) => (rule.span, "every requirement is met".to_owned()),
        };
        told = told.and(span, text);
        if let Some((_, Some(settle))) = &outcome.reason {
            told = told.help(settle.clone());
        }
        return told;
    }
    let mut definitions: Vec<Span> = Vec::new();
    for finding in findings.iter().take(MOST_SHOWN) {
        let subject = finding.subject.as_ref().map_or(String::new(), |subject| format!("{}: ", subject.key));
        let mut text = format!("{subject}{}", finding.message);
        if let Some(missing) = finding.missing.first().filter(|missing| !text.contains(&missing.reason)) {
            text.push_str(&format!(" ({}: {})", missing.what, missing.reason));
        }
        if let Some(place) = finding.places.first() {
            told = told.and(*place, text);
        }
        if let [_, .., definition] = finding.places.as_slice()
            && !definitions.contains(definition)
        {
            definitions.push(*definition);
            told = told.and(*definition, "the requirement");
        }
    }
    if let Some(more) = findings.len().checked_sub(MOST_SHOWN).filter(|more| *more > 0) {
        told = told.help(if more == 1 { "1 more finding".to_owned() } else { format!("{more} more findings") });
    }
    told
}

fn no_subject(rule: &Rule, expected: &Expectation, key: &str, keys: &[&str]) -> Diagnostic {
    let place = expected.subject.as_ref().map_or(expected.span, |key| key.span);
    let told = Diagnostic::error(Code("E0720"), format!("expected that {}, but it is no subject", asked(expected)))
        .at(place, "the rule does not ask it")
        .and(scope_of(rule), "who is asked");
    match (nearest(key, keys.iter().copied()), keys) {
        (Some(near), _) => told.help(format!("did you mean `{near}`?")),
        (None, []) => told.help("nothing that is given is in the rule's scope"),
        (None, keys) => {
            let mut shown: Vec<String> = keys.iter().map(|key| format!("`{key}`")).collect();
            shown.sort();
            shown.dedup();
            shown.truncate(MOST_SHOWN);
            told.help(format!("subjects are {}", shown.join(", ")))
        }
    }
}

fn nobody(rule: &Rule, expected: &Expectation, outcome: &RuleOutcome) -> Diagnostic {
    let reason = outcome.reason.as_ref().map_or("no subject is in scope", |(reason, _)| reason.as_str());
    Diagnostic::error(Code("E0720"), format!("expected that {}, but it judges nobody: {reason}", asked(expected)))
        .at(expected.span, "shows nothing")
        .and(scope_of(rule), "who is asked")
        .help("give a subject; where selecting nothing is what the test shows, expect `is vacuous`")
}

fn scope_of(rule: &Rule) -> Span {
    match &rule.scope {
        crate::plan::Scope::Each { span, .. } => *span,
        crate::plan::Scope::Estate => rule.span,
    }
}
