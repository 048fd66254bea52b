//! V and O: cells and operators.

use super::super::testing::*;
use super::{F, T, U};
use crate::facts::schema::Type;
use crate::outcome::RuleVerdict;
use crate::plan::{Arithmetic, Comparison as C, HasHow, Op};
use crate::value::civil::{DAY, HOUR};
use crate::value::{Duration, Instant, Scalar};

#[test]
fn v1_missing_is_not_some_encryption() {
    let mut w = World::new();
    w.system("db1", &[]);
    let field = w.field(SYSTEM, 0, "encryption");
    let claim = w.word(C::IsNot, field, "none");
    assert_eq!(w.truth(claim), U);
}

#[test]
fn v2_an_unmapped_word_is_no_member() {
    let mut w = World::new();
    w.system("db1", &[("algorithm", V::Unmapped("AES-XTS?"))]);
    let field = w.field(SYSTEM, 0, "algorithm");
    let claim = w.among(field, &["aes_256"]);
    assert_eq!(w.truth(claim), U);
    w.rule(None, &[claim]);
    let outcome = &w.outcomes()[0];
    assert_eq!(outcome.verdict, RuleVerdict::Unknown);
    assert_eq!(outcome.findings[0].missing[0].reason, "the source says \"AES-XTS?\"");
    assert_eq!(outcome.findings[0].missing[0].what, "algorithm of system db1");
}

#[test]
fn v3_to_v5_sets() {
    for (data, expected) in [
        (Some(V::Words(&[])), [F, F, F]),
        (None, [U, U, U]),
        (Some(V::OpenWords(&["pii"])), [T, U, U]),
        (Some(V::Words(&["pii", "phi"])), [T, T, T]),
    ] {
        let mut w = World::new();
        let cells: Vec<_> = data.into_iter().map(|data| ("data", data)).collect();
        w.system("db1", &cells);
        let set = w.field(SYSTEM, 0, "data");
        let claims = [
            w.has(set, HasHow::Any, &["pii"]),
            w.has(set, HasHow::Any, &["phi"]),
            w.has(set, HasHow::All, &["pii", "phi"]),
        ];
        assert_eq!(claims.map(|claim| w.truth(claim)), expected, "{cells:?}");
    }
}

#[test]
fn nothing_is_in_an_empty_set() {
    let mut w = World::new();
    w.system("db1", &[]);
    let tier = w.field(SYSTEM, 0, "tier");
    let empty = w.among(tier, &[]);
    let some = w.among(tier, &["critical"]);
    assert_eq!((w.truth(empty), w.truth(some)), (F, U));
}

#[test]
fn v6_v7_never_is_later_than_every_instant() {
    for (expires, expected) in [(Some(V::Int(Instant::NEVER.0)), T), (None, U), (Some(time(NOW)), F)] {
        let mut w = World::new();
        w.system("db1", &[]);
        let mut cells = vec![("created", time("2026-11-01T00:00:00Z"))];
        cells.extend(expires.into_iter().map(|expires| ("expires", expires)));
        w.point(&cells);
        let (created, expires) = (w.field(POINT, 1, "created"), w.field(POINT, 1, "expires"));
        let years = w.months(84);
        let due = w.arithmetic(Arithmetic::Add, created, years, Type::Time);
        let kept = w.compare(C::AtLeast, expires, due);
        let points = w.related(POINT);
        let claim = w.all(points, kept);
        assert_eq!(w.truth(claim), expected);
    }
}

#[test]
fn from_never_nothing_is_known_and_to_never_is_forever() {
    let mut w = World::new();
    w.system("db1", &[]);
    w.point(&[("created", time("2026-11-01T00:00:00Z")), ("expires", V::Int(Instant::NEVER.0))]);
    let (created, expires) = (w.field(POINT, 1, "created"), w.field(POINT, 1, "expires"));
    let long = w.months(12_000);
    let forward = w.arithmetic(Arithmetic::Subtract, expires, created, Type::Duration);
    let back = w.arithmetic(Arithmetic::Subtract, created, expires, Type::Duration);
    let points = w.related(POINT);
    for (duration, expected) in [(forward, T), (back, U)] {
        let claim = w.compare(C::More, duration, long);
        let claim = w.all(points, claim);
        assert_eq!(w.truth(claim), expected);
    }
}

#[test]
fn v9_zero_is_a_value() {
    let mut w = World::new();
    w.system("db1", &[("used", V::Int(0))]);
    let used = w.field(SYSTEM, 0, "used");
    let zero = w.constant(Scalar::Size(0));
    let claim = w.compare(C::More, used, zero);
    assert_eq!(w.truth(claim), F);
}

#[test]
fn v10_a_name_in_no_inventory_has_no_tier() {
    let mut w = World::new();
    w.system("db1", &[]);
    w.system("db9", &[]);
    w.seen(SYSTEM, 1);
    w.row(RUN, &[("system", V::Word("db9"))]);
    let system = w.field(RUN, 1, "system");
    let tier = w.field_on(system, SYSTEM, "tier");
    let critical = w.word(C::Is, tier, "critical");
    let runs = w.all_of(RUN);
    let claim = w.all(runs, critical);
    assert_eq!(w.truth(claim), U);
    w.rule_of(crate::plan::Scope::Estate, &[claim]);
    let missing = &w.outcomes()[0].findings[0].missing[0];
    assert_eq!(missing.reason, "no system \"db9\" on record");
}

#[test]
fn o1_kleene() {
    let mut w = World::new();
    w.system("db1", &[("elastic", V::Bool(false))]);
    let tier = w.field(SYSTEM, 0, "tier");
    let a = w.word(C::Is, tier, "critical");
    let b = w.field(SYSTEM, 0, "elastic");
    let and = w.node(Op::And(vec![a, b]), Type::Bool);
    let or = w.node(Op::Or(vec![a, b]), Type::Bool);
    let not = w.not(a);
    assert_eq!([and, or, not].map(|node| w.truth(node)), [F, U, U]);
}

#[test]
fn o2_a_default_is_marked() {
    let mut w = World::new();
    w.system("db1", &[]);
    w.system("db2", &[("rto", V::Int(4 * HOUR))]);
    let rto = w.field(SYSTEM, 0, "rto");
    let default = w.hours(4);
    let value = w.node(Op::Else { value: rto, default }, Type::Duration);
    let claim = w.compare(C::AtMost, value, default);
    assert_eq!(w.truth(claim), T);
    w.rule(None, &[claim]);
    let outcome = &w.outcomes()[0];
    assert_eq!((outcome.verdict, outcome.counts.assumed), (RuleVerdict::Pass, 1));
    assert_eq!(outcome.notes, ["1 pass is assumed: rto is not known, and taken as 4 h"]);
}

#[test]
fn o3_what_is_partly_known_takes_no_default() {
    let mut w = World::new();
    w.system("db1", &[("share", V::Between(97_000_000_000, 98_000_000_000))]);
    let share = w.field(SYSTEM, 0, "share");
    let (all, limit) = (w.percent(100), w.percent(98));
    let value = w.node(Op::Else { value: share, default: all }, Type::Percent);
    let claim = w.compare(C::AtLeast, value, limit);
    assert_eq!(w.truth(claim), U);
}

#[test]
fn o4_o5_known_asks_whoever_was_asked() {
    let mut w = World::new();
    w.system("db1", &[]);
    let rto = w.field(SYSTEM, 0, "rto");
    let claim = w.node(Op::Known(rto), Type::Bool);
    assert_eq!(w.truth(claim), F, "O4");
    w.rule(None, &[claim]);
    let outcome = &w.outcomes()[0];
    assert_eq!(outcome.verdict, RuleVerdict::Fail);
    assert_eq!(outcome.findings[0].marks.assumed, ["rto is not recorded"]);
    w.seen(SYSTEM, 1);
    assert_eq!(w.truth(claim), U, "O5");
}

#[test]
fn a_stale_cell_takes_no_default_and_may_fail_but_not_pass() {
    for (hours, expected) in [(3, RuleVerdict::Unknown), (5, RuleVerdict::Fail)] {
        let mut w = World::new();
        let row = w.system("db1", &[("rto", V::Int(hours * HOUR))]);
        w.exports.stale.push((SYSTEM, row));
        let rto = w.field(SYSTEM, 0, "rto");
        let limit = w.hours(4);
        let value = w.node(Op::Else { value: rto, default: limit }, Type::Duration);
        let claim = w.compare(C::AtMost, value, limit);
        assert_eq!(w.truth(claim), U);
        w.rule(None, &[claim]);
        let outcome = &w.outcomes()[0];
        assert_eq!(outcome.verdict, expected);
        assert_eq!(outcome.findings[0].marks.weak, hours == 5);
        assert!(outcome.findings[0].marks.assumed.is_empty());
    }
}

#[test]
fn o6_one_side_decides() {
    let mut w = World::new();
    w.system("db1", &[("elastic", V::Bool(true)), ("used", V::Int(5))]);
    let elastic = w.field(SYSTEM, 0, "elastic");
    let (used, capacity) = (w.field(SYSTEM, 0, "used"), w.field(SYSTEM, 0, "capacity"));
    let full = w.arithmetic(Arithmetic::Divide, used, capacity, Type::Number);
    let limit = w.percent(80);
    let low = w.compare(C::AtMost, full, limit);
    let claim = w.node(Op::Or(vec![elastic, low]), Type::Bool);
    assert_eq!((w.truth(low), w.truth(claim)), (U, T));
}

#[test]
fn a_quotient_compares_exactly_with_a_percent() {
    for (used, expected) in [(80, T), (81, F)] {
        let mut w = World::new();
        w.system("db1", &[("used", V::Int(used)), ("capacity", V::Int(100))]);
        let (used, capacity) = (w.field(SYSTEM, 0, "used"), w.field(SYSTEM, 0, "capacity"));
        let full = w.arithmetic(Arithmetic::Divide, used, capacity, Type::Number);
        let limit = w.percent(80);
        let claim = w.compare(C::AtMost, full, limit);
        assert_eq!(w.truth(claim), expected);
    }
}

#[test]
fn a_number_of_decimals_equals_its_percent() {
    let mut w = World::new();
    w.system("db1", &[("load", V::Number(0.98))]);
    let load = w.field(SYSTEM, 0, "load");
    let limit = w.percent(98);
    let claim = w.compare(C::AtLeast, load, limit);
    assert_eq!(w.truth(claim), T);
}

#[test]
fn overflow_is_unknown() {
    let mut w = World::new();
    w.system("db1", &[("used", V::Int(i64::MAX))]);
    let used = w.field(SYSTEM, 0, "used");
    let mut product = used;
    for _ in 0..4 {
        product = w.arithmetic(Arithmetic::Multiply, product, used, Type::Size);
    }
    let claim = w.compare(C::More, product, used);
    assert_eq!(w.truth(claim), U);
}

#[test]
fn ordered_members_compare() {
    let mut w = World::new();
    w.system("db1", &[("tier", V::Word("critical"))]);
    let tier = w.field(SYSTEM, 0, "tier");
    let claims =
        [w.word(C::AtLeast, tier, "important"), w.word(C::Less, tier, "important"), w.word(C::More, tier, "critical")];
    assert_eq!(claims.map(|claim| w.truth(claim)), [T, F, F]);
}

#[test]
fn p1_to_p3_periods_without_an_anchor() {
    for (days, months, expected) in [(2557, 84, T), (2556, 84, U), (2555, 84, F), (30, 1, U), (31, 1, T)] {
        let mut w = World::new();
        w.system("db1", &[("retain_for", V::Int(days * DAY))]);
        let field = w.field(SYSTEM, 0, "retain_for");
        let limit = w.months(months);
        let claim = w.compare(C::AtLeast, field, limit);
        let not = w.not(claim);
        assert_eq!((w.truth(claim), w.truth(not)), (expected, expected.negate()), "{days} days");
    }
    let mut w = World::new();
    w.system("db1", &[("retain_for", V::Months(84))]);
    let field = w.field(SYSTEM, 0, "retain_for");
    let limit = w.constant(Scalar::Duration(Duration::Months(84)));
    let claim = w.compare(C::AtLeast, field, limit);
    assert_eq!(w.truth(claim), T, "months with months by their count");
}
