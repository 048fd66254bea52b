//! Tests: what they give is typed against the schema, what they expect against the rules. Whether an outcome reads the
//! time is seen from the plan.

mod cells;
mod given;
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
use crate::typing::declarations::{RuleDeclaration, TestDeclaration};
use std::collections::BTreeSet;

/// All tests, and what is said to be unreachable, that have no mistake; what is wrong with the others is told.
pub(super) fn lower(checker: &mut Checker<'_>, rules: &[Rule]) -> (Vec<Test>, Vec<Unreachable>) {
    let tests = checker.declarations.tests.iter();
    (tests.filter_map(|declared| test(checker, rules, declared)).collect(), unreachable::lower(checker))
}

fn test(checker: &mut Checker<'_>, rules: &[Rule], declared: &TestDeclaration) -> Option<Test> {
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
    let circumstances = given::Circumstances { zone: &zone, as_of: test.as_of, said_as_of };
    for line in &item.lines {
        match &line.kind {
            TestLineKind::AsOf(_) => {}
            TestLineKind::Set { parameter, value } => match set(checker, declared.policy, parameter, value) {
                Some(set) => test.parameters.push(set),
                None => whole = false,
            },
            TestLineKind::Given(given) => match given::lower(checker, &circumstances, line.span, given) {
                Some(given) => test.given.push(given),
                None => whole = false,
            },
            TestLineKind::Expect(expected) => match expectation(checker, rules, declared.policy, line.span, expected) {
                Some(expectation) => test.expectations.push(expectation),
                None => whole = false,
            },
        }
    }
    whole &= given::agree(checker, &test.given);
    if !said_as_of {
        whole &= time_is_not_read(checker, rules, &test);
    }
    whole.then_some(test)
}

/// `set min_success = 99%`
fn set(
    checker: &mut Checker<'_>,
    policy: Option<usize>,
    name: &Name,
    value: &Expr,
) -> Option<(u32, Option<ParameterValue>)> {
    let declarations = checker.declarations;
    let all: Vec<String> = declarations.parameters.iter().map(|p| parameters::qualified(declarations, p)).collect();
    let own = |at: usize| declarations.parameters.get(at).map(|p| p.policy) == policy;
    let found = named(&name.value, &all, own);
    let place = match found {
        Found::One(place) => place,
        Found::Several(names) => return several(checker, name, "parameter", "E0230", &names),
        Found::Nothing if declarations.broken.contains(short(&name.value)) => return None,
        Found::Nothing => {
            let error = Diagnostic::error(Code("E0230"), format!("no parameter is called `{}`", name.value));
            let help = near(&name.value, &all).unwrap_or_else(|| "`param name: type = value` declares one".to_owned());
            return checker.fail(error.at(name.span, "").help(help));
        }
    };
    let parameter = declarations.parameters.get(place)?;
    checker.used_parameters.insert(place);
    let value = parameters::value_of(checker, parameter, value)?;
    Some((checker.parameter_places.get(place).copied()?, Some(value)))
}

/// What a name, short or qualified, stands for.
enum Found {
    One(usize),
    Several(Vec<String>),
    Nothing,
}

/// The one of `all` (qualified names) that `name` means: itself, or the short name of one of the test's own policy, or
/// of only one policy.
fn named(name: &str, all: &[String], own: impl Fn(usize) -> bool) -> Found {
    if let Some(place) = all.iter().position(|other| other == name) {
        return Found::One(place);
    }
    let places: Vec<usize> =
        (0..all.len()).filter(|at| all.get(*at).is_some_and(|other| short(other) == name)).collect();
    if let Some(place) = places.iter().find(|at| own(**at)) {
        return Found::One(*place);
    }
    match places.as_slice() {
        [] => Found::Nothing,
        [one] => Found::One(*one),
        several => Found::Several(several.iter().filter_map(|at| all.get(*at).cloned()).collect()),
    }
}

fn short(name: &str) -> &str {
    name.rsplit('.').next().unwrap_or(name)
}

fn near(name: &str, all: &[String]) -> Option<String> {
    let qualified = nearest(name, all.iter().map(String::as_str));
    let near = qualified.or_else(|| nearest(name, all.iter().map(|other| short(other))));
    let near = near.or_else(|| nearest(short(name), all.iter().map(|other| short(other))));
    near.map(|near| format!("did you mean `{near}`?"))
}

fn several<T>(checker: &mut Checker<'_>, name: &Name, what: &str, code: &'static str, names: &[String]) -> Option<T> {
    let names: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
    checker.fail(
        Diagnostic::error(Code(code), format!("several policies have a {what} `{}`", name.value))
            .at(name.span, "")
            .help(format!("say which: {}", names.join(" or "))),
    )
}

/// The qualified name of the rule that `name` means.
pub(super) fn rule_named(checker: &mut Checker<'_>, policy: Option<usize>, name: &Name) -> Option<String> {
    let declarations = checker.declarations;
    let qualified = |rule: &RuleDeclaration| {
        let policy = declarations.policies.get(rule.policy).map_or("", |p| p.name.as_str());
        format!("{policy}.{}", rule.item.name.value)
    };
    let all: Vec<String> = declarations.rules.iter().map(qualified).collect();
    match named(&name.value, &all, |at| declarations.rules.get(at).map(|rule| rule.policy) == policy) {
        Found::One(place) => all.get(place).cloned(),
        Found::Several(names) => several(checker, name, "rule", "E0702", &names),
        Found::Nothing if declarations.broken.contains(short(&name.value)) => None,
        Found::Nothing => {
            let help = near(&name.value, &all)
                .unwrap_or_else(|| "name a rule of the policies, such as `company.backup.retention`".to_owned());
            let error = Diagnostic::error(Code("E0701"), format!("no rule is called `{}`", name.value));
            checker.fail(error.at(name.span, "").help(help))
        }
    }
}

fn expectation(
    checker: &mut Checker<'_>,
    rules: &[Rule],
    policy: Option<usize>,
    span: crate::base::Span,
    written: &tree::Expectation,
) -> Option<Expectation> {
    let name = rule_named(checker, policy, &written.rule)?;
    let verdict = match written.verdict.value.as_str() {
        "passes" => Expected::Passes,
        "fails" => Expected::Fails,
        "is unknown" => Expected::IsUnknown,
        _ => Expected::IsVacuous,
    };
    // A rule that is not there has a mistake, which is told.
    let rule = rules.iter().find(|rule| rule.name == name)?;
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
        if is_written(checker, &name, &line.value) {
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
fn is_written(checker: &Checker<'_>, rule: &str, line: &str) -> bool {
    let declarations = checker.declarations;
    let named = |declared: &&RuleDeclaration| {
        let policy = declarations.policies.get(declared.policy).map_or("", |p| p.name.as_str());
        rule.strip_prefix(policy).and_then(|rest| rest.strip_prefix('.')) == Some(&declared.item.name.value)
    };
    let declared = declarations.rules.iter().find(named);
    declared.is_some_and(|declared| {
        declared.item.lost.any() || declared.item.lines.iter().any(|other| checker.words(other.span) == line)
    })
}

/// Whether a requirement's sentence is that line, or a part of the phrase that it speaks.
fn speaks_of(sentence: &str, line: &str) -> bool {
    sentence == line || sentence.strip_prefix(line).is_some_and(|rest| rest.starts_with(" / "))
}

/// Refuses a test without `as of` of which a rule reads the time; told once a test.
fn time_is_not_read(checker: &mut Checker<'_>, rules: &[Rule], test: &Test) -> bool {
    for expectation in &test.expectations {
        let Some(rule) = rules.iter().find(|rule| rule.name == expectation.rule) else { continue };
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
