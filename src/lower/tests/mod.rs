//! Tests: what they give is typed against the schema, what they expect against the rules. Whether an outcome reads the
//! time is seen from the plan.

mod cells;
mod given;
mod names;
mod time;
mod unreachable;

pub use unreachable::written as phrase_head;

use super::parameters;
use crate::base::codes::Code;
use crate::base::suggest::nearest;
use crate::base::{Diagnostic, Spanned};
use crate::plan::{Expectation, Expected, Method, NodeId, Op, ParameterValue, Rule, Test, Unreachable};
use crate::syntax::tree::{self, Expr, Name, TestLineKind};
use crate::typing::checker::Checker;
use crate::typing::declarations::TestDeclaration;
use names::Names;
use std::cell::Cell;
use std::collections::BTreeSet;

/// All tests, and what is said to be unreachable, that have no mistake; what is wrong with the others is told.
pub(super) fn lower(checker: &mut Checker<'_>, rules: &[Rule]) -> (Vec<Test>, Vec<Unreachable>) {
    if checker.declarations.tests.is_empty() && checker.declarations.unreachable.is_empty() {
        return (Vec::new(), Vec::new());
    }
    let names = Names::of(checker, rules);
    let left = Cell::new(Some(given::MOST_ROWS_IN_ALL));
    let tests = checker.declarations.tests.iter();
    let tests = tests.filter_map(|declared| test(checker, &names, declared, &left)).collect();
    (tests, unreachable::lower(checker, &names))
}

fn test(
    checker: &mut Checker<'_>,
    names: &Names<'_>,
    declared: &TestDeclaration,
    left: &Cell<Option<u64>>,
) -> Option<Test> {
    let item = &declared.item;
    let mut test = Test {
        title: item.title.clone(),
        as_of: None,
        parameters: Vec::new(),
        given: Vec::new(),
        expectations: Vec::new(),
    };
    let zone = time::zone_of(checker, declared.policy);
    let mut whole = !item.lost.any();
    let mut said_as_of = item.lost.any();
    for line in &item.lines {
        if let TestLineKind::AsOf(time) = &line.kind {
            said_as_of = true;
            test.as_of = time::instant(checker, &zone, time);
            whole &= test.as_of.is_some();
        }
    }
    let circumstances = given::Circumstances { zone: &zone, as_of: test.as_of, said_as_of, left };
    for line in &item.lines {
        match &line.kind {
            TestLineKind::AsOf(_) => {}
            TestLineKind::Set { parameter, value } => match set(checker, names, declared.policy, parameter, value) {
                Some((place, _)) if test.parameters.iter().any(|(other, _)| *other == place) => {
                    let message = format!("the parameter `{}` is set twice", parameter.value);
                    let error = Diagnostic::error(Code("E0230"), message).at(parameter.span, "again here");
                    checker.report(error.help("set it once"));
                    whole = false;
                }
                Some(set) => test.parameters.push(set),
                None => whole = false,
            },
            TestLineKind::Given(given) => match given::lower(checker, &circumstances, line.span, given) {
                Some(given) => test.given.push(given),
                None => whole = false,
            },
            TestLineKind::Expect(expected) => match expectation(checker, names, declared.policy, line.span, expected) {
                Some(expectation) => test.expectations.push(expectation),
                None => whole = false,
            },
        }
    }
    whole &= given::agree(checker, &test.given);
    if !said_as_of {
        whole &= time_is_not_read(checker, names, &test);
    }
    whole.then_some(test)
}

/// `set min_success = 99%`
fn set(
    checker: &mut Checker<'_>,
    names: &Names<'_>,
    policy: Option<usize>,
    name: &Name,
    value: &Expr,
) -> Option<(u32, Option<ParameterValue>)> {
    let place = names.parameter(checker, policy, name)?;
    let parameter = checker.declarations.parameters.get(place)?;
    checker.used_parameters.insert(place);
    let value = parameters::value_of(checker, parameter, value)?;
    Some((checker.parameter_places.get(place).copied()?, Some(value)))
}

fn expectation(
    checker: &mut Checker<'_>,
    names: &Names<'_>,
    policy: Option<usize>,
    span: crate::base::Span,
    written: &tree::Expectation,
) -> Option<Expectation> {
    let place = names.rule(checker, policy, &written.rule)?;
    let verdict = match written.verdict.value.as_str() {
        "passes" => Expected::Passes,
        "fails" => Expected::Fails,
        "is unknown" => Expected::IsUnknown,
        _ => Expected::IsVacuous,
    };
    let rule = names.lowered(place)?;
    let name = rule.name.clone();
    if let (Some(subject), crate::plan::Scope::Estate) = (&written.subject, &rule.scope) {
        return checker.fail(
            Diagnostic::error(Code("E0703"), format!("`{name}` asks the estate, not single subjects"))
                .at(subject.span, "no subject has a key here")
                .and(rule.span, "`for the estate`")
                .help(format!("write `expect {} {}`", written.rule.value, verdict.words())),
        );
    }
    if let (Expected::IsVacuous, Some(part)) = (verdict, written.subject.as_ref().or(written.requirement.as_ref())) {
        return checker.fail(
            Diagnostic::error(Code("E0703"), "only a rule as a whole is vacuous")
                .at(part.span, "a part of the rule")
                .help(format!("write `expect {} is vacuous`", written.rule.value)),
        );
    }
    if let Some(line) = &written.requirement
        && !rule.requirements.iter().any(|r| speaks_of(&r.sentence, &line.value))
    {
        if is_written(checker, place, &line.value) {
            // It is there and has a mistake, which is told.
            return None;
        }
        let sentences: BTreeSet<&str> = rule.requirements.iter().map(|r| r.sentence.as_str()).collect();
        let help = match nearest(&line.value, sentences.iter().copied()) {
            Some(near) => format!("did you mean `{near}`?"),
            None => {
                let shown: Vec<String> = sentences.iter().map(|sentence| format!("`{sentence}`")).collect();
                format!("its lines are {}", shown.join(", "))
            }
        };
        return checker.fail(
            Diagnostic::error(Code("E0704"), format!("`{name}` has no line `{}`", line.value))
                .at(line.span, "")
                .and(rule.span, "the rule")
                .help(help),
        );
    }
    Some(Expectation {
        span,
        rule: name,
        verdict,
        subject: written.subject.as_ref().map(|key| Spanned::new(key.value.clone(), key.span)),
        requirement: written.requirement.as_ref().map(|line| line.value.clone()),
    })
}

/// Whether a rule has that line, if only as written.
fn is_written(checker: &Checker<'_>, rule: usize, line: &str) -> bool {
    let declared = checker.declarations.rules.get(rule);
    declared.is_some_and(|declared| {
        declared.item.lost.any() || declared.item.lines.iter().any(|other| checker.words(other.span) == line)
    })
}

/// Whether a requirement's sentence is that line, or a part of the phrase that it speaks.
fn speaks_of(sentence: &str, line: &str) -> bool {
    sentence == line || sentence.strip_prefix(line).is_some_and(|rest| rest.starts_with(" / "))
}

/// Refuses a test without `as of` of which a rule reads the time; told once a test.
fn time_is_not_read(checker: &mut Checker<'_>, names: &Names<'_>, test: &Test) -> bool {
    for expectation in &test.expectations {
        let Some(rule) = names.lowered_by_name(&expectation.rule) else { continue };
        let Some(place) = reads_time(checker, rule) else { continue };
        checker.report(
            Diagnostic::error(Code("E0705"), format!("what `{}` says depends on the time", rule.name))
                .at(test.title.span, "no `as of`")
                .and(place, "reads the time")
                .help("add a line such as `as of 2026-11-22T06:00:00Z`"),
        );
        return false;
    }
    true
}

/// The line of a rule that reads the time, if one does.
fn reads_time(checker: &Checker<'_>, rule: &Rule) -> Option<crate::base::Span> {
    if let crate::plan::Scope::Each { filter: Some(filter), span, .. } = &rule.scope
        && any_reads_time(checker, *filter)
    {
        return Some(*span);
    }
    rule.requirements.iter().find(|r| any_reads_time(checker, r.claim)).map(|r| r.line)
}

fn any_reads_time(checker: &Checker<'_>, root: NodeId) -> bool {
    let reads = |id: NodeId| match &checker.nodes.get(id).op {
        Op::Now | Op::Within { .. } | Op::Recent { .. } => true,
        Op::Reduce(reduction) => matches!(reduction.method, Method::Gaps { .. } | Method::LongestGap { .. }),
        _ => false,
    };
    checker.nodes.below(root).into_iter().any(reads)
}
