//! C, R, S: what was collected, populations, verdicts of rules.

use super::super::testing::*;
use crate::base::{SourceId, Span};
use crate::facts::coverage::Population;
use crate::facts::export::Closure;
use crate::outcome::{RuleOutcome, RuleVerdict, Verdict};
use crate::plan::{Comparison as C, IfAny, NodeId, Op, Scope};
use crate::value::Truth;

fn first(w: &World) -> RuleOutcome {
    w.outcomes().remove(0)
}

fn succeeded(w: &mut World, word: &str) -> NodeId {
    let status = w.field(RUN, 1, "status");
    w.word(C::Is, status, word)
}

fn recent_runs(w: &mut World, days: i64) -> NodeId {
    let (runs, span) = (w.related(RUN), w.days(days));
    w.recent(runs, span)
}

/// db1 with runs since 1 October, all with the status.
fn db1(status: &'static str) -> World {
    let mut w = World::new();
    w.system("db1", &[]);
    for day in [1, 20, 51] {
        w.run(&[("started", days_ago(day)), ("status", V::Word(status))]);
    }
    w
}

#[test]
fn c1_weak_evidence_may_fail() {
    let mut w = db1("failed");
    w.exports.since = Some((at("2026-10-01T00:00:00Z"), Closure::Weak));
    let runs = recent_runs(&mut w, 90);
    let success = succeeded(&mut w, "success");
    let claim = w.some(runs, Some(success));
    w.rule(None, &[claim]);
    let outcome = first(&w);
    assert_eq!(outcome.verdict, RuleVerdict::Fail);
    let finding = &outcome.findings[0];
    assert!(finding.marks.weak);
    assert_eq!(finding.missing[0].what, "runs of system db1");
    assert_eq!(finding.missing[0].settle.as_deref(), Some("covers: all"));
}

#[test]
fn c2_weak_evidence_never_passes() {
    for (closure, expected) in [
        (Closure::Closed, RuleVerdict::Pass),
        (Closure::Weak, RuleVerdict::Unknown),
        (Closure::Open, RuleVerdict::Unknown),
    ] {
        let mut w = db1("success");
        w.exports.closure.insert(RUN, closure);
        let runs = recent_runs(&mut w, 30);
        let failed = succeeded(&mut w, "failed");
        let claim = w.none(runs, Some(failed));
        w.rule(None, &[claim]);
        assert_eq!(first(&w).verdict, expected, "{closure:?}");
    }
}

#[test]
fn c3_c4_a_share_over_more_than_was_covered() {
    for (from, expected) in
        [("2026-10-01T00:00:00Z", RuleVerdict::Unknown), ("2026-01-01T00:00:00Z", RuleVerdict::Pass)]
    {
        let mut w = db1("success");
        w.exports.since = Some((at(from), Closure::Weak));
        let runs = recent_runs(&mut w, 60);
        let success = succeeded(&mut w, "success");
        let share = w.share(runs, success);
        let limit = w.percent(98);
        let claim = w.compare(C::AtLeast, share, limit);
        w.rule(None, &[claim]);
        assert_eq!(first(&w).verdict, expected);
    }
    let mut w = World::new();
    w.system("db7", &[]);
    let runs = recent_runs(&mut w, 60);
    let success = succeeded(&mut w, "success");
    let share = w.share(runs, success);
    let limit = w.percent(98);
    let claim = w.compare(C::AtLeast, share, limit);
    w.rule(None, &[claim]);
    let outcome = first(&w);
    assert_eq!(outcome.verdict, RuleVerdict::Unknown, "C4, db7");
    assert_eq!(outcome.findings[0].missing[0].reason, "nothing to measure");
}

#[test]
fn c7_nothing_of_the_kind_was_collected() {
    let mut w = db1("success");
    w.exports.closure.insert(POINT, Closure::Open);
    let points = w.related(POINT);
    let none = w.none(points, None);
    let claim = w.not(none);
    w.rule(None, &[claim]);
    assert_eq!(first(&w).verdict, RuleVerdict::Unknown);
}

fn critical_encrypted(cells: &[(&'static str, &[(&'static str, V)])]) -> World {
    let mut w = World::new();
    for (key, cells) in cells {
        w.system(key, cells);
    }
    let (tier, encryption) = (w.field(SYSTEM, 0, "tier"), w.field(SYSTEM, 0, "encryption"));
    let critical = w.word(C::Is, tier, "critical");
    let encrypted = w.word(C::IsNot, encryption, "none");
    w.rule(Some(critical), &[encrypted]);
    w
}

const ENCRYPTED: (&str, V) = ("encryption", V::Word("aes_256"));
const PLAIN: (&str, V) = ("encryption", V::Word("none"));
const CRITICAL: (&str, V) = ("tier", V::Word("critical"));
const STANDARD: (&str, V) = ("tier", V::Word("standard"));

#[test]
fn r1_nobody_in_scope_is_vacuous() {
    let mut w = critical_encrypted(&[("a", &[STANDARD, ENCRYPTED])]);
    assert_eq!(first(&w).verdict, RuleVerdict::Vacuous);
    if let Scope::Each { if_any, .. } = &mut w.plan.rules[0].scope {
        *if_any = IfAny::Allowed;
    }
    assert_eq!(first(&w).verdict, RuleVerdict::VacuousAllowed);
}

#[test]
fn r2_no_export_of_systems_is_unknown_even_if_any() {
    let mut w = critical_encrypted(&[]);
    w.exports.population.insert(SYSTEM, Population::Nothing);
    if let Scope::Each { if_any, .. } = &mut w.plan.rules[0].scope {
        *if_any = IfAny::Allowed;
    }
    let outcome = first(&w);
    assert_eq!(outcome.verdict, RuleVerdict::Unknown);
    assert_eq!(outcome.reason.unwrap().0, "Nothing");
}

#[test]
fn r3_r4_r5_who_may_be_in_scope() {
    let w = critical_encrypted(&[("a", &[ENCRYPTED])]);
    let outcome = first(&w);
    assert_eq!((outcome.verdict, outcome.counts.pass, outcome.counts.either_way), (RuleVerdict::Unknown, 1, 1), "R3");
    assert_eq!(outcome.reason.unwrap().0, "no system is surely in scope, 1 may be");

    let w = critical_encrypted(&[("a", &[ENCRYPTED]), ("b", &[CRITICAL, ENCRYPTED])]);
    let outcome = first(&w);
    assert_eq!((outcome.verdict, outcome.counts.pass), (RuleVerdict::Pass, 2), "R4");
    assert_eq!(outcome.passing, ["a", "b"]);

    let w = critical_encrypted(&[("a", &[PLAIN])]);
    let outcome = first(&w);
    assert_eq!((outcome.verdict, outcome.counts.unknown), (RuleVerdict::Unknown, 1), "R5");
    let finding = &outcome.findings[0];
    assert_eq!(finding.verdict, Verdict::Unknown);
    assert_eq!(finding.missing[0].what, "tier of system a");
}

#[test]
fn k1_a_conflict_in_the_scope_is_never_silently_out() {
    let w = critical_encrypted(&[
        ("a", &[("tier", V::Unmapped("critical, standard")), PLAIN]),
        ("b", &[CRITICAL, ENCRYPTED]),
    ]);
    assert_eq!(first(&w).verdict, RuleVerdict::Unknown);
}

#[test]
fn each_requirement_has_its_own_verdict() {
    let mut w = World::new();
    w.system("a", &[CRITICAL]);
    let (tier, encryption) = (w.field(SYSTEM, 0, "tier"), w.field(SYSTEM, 0, "encryption"));
    let claims =
        [w.word(C::Is, tier, "critical"), w.word(C::Is, encryption, "aes_256"), w.word(C::Is, tier, "standard")];
    w.rule(None, &claims);
    let outcome = first(&w);
    assert_eq!(outcome.verdict, RuleVerdict::Fail);
    let verdicts: Vec<_> = outcome.findings.iter().map(|f| (f.requirement, f.verdict)).collect();
    assert_eq!(verdicts, [(1, Verdict::Unknown), (2, Verdict::Fail)]);
}

#[test]
fn populations_weigh() {
    let mut w = critical_encrypted(&[("a", &[CRITICAL, ENCRYPTED])]);
    w.exports.population.insert(SYSTEM, Population::Partial);
    assert_eq!(first(&w).verdict, RuleVerdict::Unknown);
    let mut w = critical_encrypted(&[("a", &[CRITICAL, PLAIN])]);
    w.exports.population.insert(SYSTEM, Population::Partial);
    assert_eq!(first(&w).verdict, RuleVerdict::Fail, "a failure shown is a failure");
}

#[test]
fn seen_subjects_are_asked_only_where_nobody_lists_them() {
    let mut w = World::new();
    w.system("a", &[]);
    w.system("b", &[]);
    w.seen(SYSTEM, 2);
    w.exports.population.insert(SYSTEM, Population::Seen);
    let runs = w.related(RUN);
    let claim = w.none(runs, None);
    w.rule(None, &[claim]);
    let outcome = first(&w);
    assert_eq!((outcome.verdict, outcome.counts.pass), (RuleVerdict::Pass, 2));
    assert_eq!(outcome.notes, ["2 systems seen, no inventory: add an export that lists `system`"]);
    w.exports.strict = true;
    assert_eq!(first(&w).verdict, RuleVerdict::Unknown);
    w.exports.strict = false;
    w.exports.population.insert(SYSTEM, Population::Listed);
    w.seen(SYSTEM, 1);
    assert_eq!(first(&w).counts.pass, 1);
}

#[test]
fn a_subject_that_may_lie_after_now_may_be_in_scope() {
    let mut w = World::new();
    w.system("db1", &[]);
    let row = w.run(&[("status", V::Word("failed"))]);
    w.maybe(RUN, row);
    let status = w.field(RUN, 0, "status");
    let claim = w.word(C::Is, status, "success");
    let scope = Scope::Each { entity: RUN, filter: None, if_any: IfAny::Asked, span: Span::new(SourceId(0), 0, 0) };
    w.rule_of(scope, &[claim]);
    let outcome = first(&w);
    assert_eq!(outcome.verdict, RuleVerdict::Unknown);
    assert_eq!(outcome.findings[0].missing[0].reason, "it may lie after the as-of instant");
}

#[test]
fn the_estate_is_one_subject() {
    let mut w = db1("failed");
    let runs = w.all_of(RUN);
    let failed = succeeded(&mut w, "failed");
    let claim = w.none(runs, Some(failed));
    w.rule_of(Scope::Estate, &[claim]);
    let outcome = first(&w);
    assert_eq!((outcome.verdict, outcome.counts.fail, outcome.asked.as_str()), (RuleVerdict::Fail, 1, "the estate"));
    assert_eq!(outcome.findings[0].subject, None);
    assert_eq!(outcome.findings[0].witness_count, 3);
}

#[test]
fn s2_a_mark_does_not_depend_on_the_order() {
    for swapped in [0, 1] {
        let mut w = World::new();
        w.system("a", &[CRITICAL]);
        let (tier, rto) = (w.field(SYSTEM, 0, "tier"), w.field(SYSTEM, 0, "rto"));
        let critical = w.word(C::Is, tier, "critical");
        let known = w.node(Op::Known(rto), crate::facts::schema::Type::Bool);
        let mut parts = vec![critical, known];
        parts.rotate_left(swapped);
        let claim = w.node(Op::Or(parts), crate::facts::schema::Type::Bool);
        w.rule(None, &[claim]);
        assert_eq!(first(&w).counts.assumed, 1);
    }
}

#[test]
fn a_scope_may_be_a_group_of_the_estate() {
    let mut w = World::new();
    w.system("a", &[CRITICAL]);
    w.system("b", &[STANDARD]);
    w.system("c", &[]);
    let all = w.all_of(SYSTEM);
    let tier = w.field(SYSTEM, 1, "tier");
    let critical = w.word(C::Is, tier, "critical");
    let group = w.filtered(all, critical);
    let me = w.element(SYSTEM, 0);
    let filter = w.node(Op::In { item: me, set: group }, crate::facts::schema::Type::Bool);
    let encryption = w.field(SYSTEM, 0, "encryption");
    let claim = w.word(C::Is, encryption, "none");
    w.rule(Some(filter), &[claim]);
    let outcome = first(&w);
    let keys: Vec<_> = outcome.findings.iter().map(|f| f.subject.as_ref().unwrap().key.as_str()).collect();
    assert_eq!(keys, ["a", "c"]);
}

#[test]
fn joined_rows_are_those_whose_cells_are_equal() {
    use crate::facts::schema::{FieldRef, Type};
    use crate::plan::Key;
    let mut w = World::new();
    w.system("db1", &[]);
    w.system("db2", &[]);
    w.run(&[("location", V::Word("jhb"))]);
    w.row(RUN, &[("system", V::Word("db2")), ("location", V::Word("jhb"))]);
    w.run(&[("location", V::Word("cpt"))]);
    w.run(&[]);
    let schema = w.plan.schema.clone();
    let at = |name: &str| FieldRef { entity: RUN, field: schema.entity(RUN).field_named(name).unwrap() };
    let me = w.element(SYSTEM, 0);
    let jhb = w.constant(crate::value::Scalar::Text("jhb".into()));
    let on = vec![Key { path: vec![at("system")], value: me }, Key { path: vec![at("location")], value: jhb }];
    let group = w.node(Op::Joined { entity: RUN, on }, Type::Rows(RUN));
    let (some, none) = (w.some(group, None), w.none(group, None));
    assert_eq!((w.truth(some), w.truth(none)), (Truth::True, Truth::False));
    let count = w.count(group);
    let super::super::value::Value::Amount(range) = w.value(count) else { panic!() };
    assert_eq!((range.low.as_i64(), range.high.as_i64()), (Some(1), Some(2)), "the run without a place may be one");
    // By system and nothing else: the subject's own group.
    let on = vec![Key { path: vec![at("system")], value: me }];
    let group = w.node(Op::Joined { entity: RUN, on }, Type::Rows(RUN));
    let count = w.count(group);
    let three = w.int(3);
    let claim = w.compare(C::Is, count, three);
    assert_eq!(w.truth(claim), Truth::True);
}
