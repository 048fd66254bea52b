//! T, P, Q and the retention rows of D: time, buckets, windows.

use super::super::testing::*;
use super::super::value::Value;
use super::{F, T, U};
use crate::facts::export::Closure;
use crate::facts::schema::Type;
use crate::outcome::{RuleVerdict, Verdict};
use crate::plan::{Arithmetic, Comparison as C, Method, NodeId};
use crate::value::civil::{DAY, HOUR};
use crate::value::{Cadence, Scalar, Zone};

fn daily(w: &mut World, days: i64, from: Option<NodeId>) -> (NodeId, NodeId) {
    let points = w.related(POINT);
    let state = w.field(POINT, 1, "state");
    let restorable = w.word(C::Is, state, "available");
    let points = w.filtered(points, restorable);
    let over = w.days(days);
    let gaps = w.gaps(points, Cadence::Daily, over, from);
    let claim = w.none(gaps, None);
    (gaps, claim)
}

fn required(w: &World, gaps: NodeId) -> u64 {
    let Value::Periods(periods) = w.value(gaps) else { panic!() };
    periods.required
}

/// A point each local day at 10:00 from a date of November 2026 (or a day of October as a number below 1).
fn points_from(w: &mut World, first: i64, state: &'static str) {
    for day in first..=22 {
        let at = at("2026-11-01T08:00:00Z").0 + (day - 1) * DAY;
        if at <= w.now.0 {
            w.point(&[("state", V::Word(state)), ("created", V::Int(at))]);
        }
    }
}

#[test]
fn t2_to_t4_required_buckets() {
    let mut w = World::new();
    w.system("db1", &[]);
    let (gaps, _) = daily(&mut w, 35, None);
    assert_eq!(required(&w, gaps), 34, "T2");
    let points = w.related(POINT);
    let over = w.months(13);
    let monthly = w.gaps(points, Cadence::Monthly, over, None);
    assert_eq!(required(&w, monthly), 12, "T3");
    w.now = at("2026-11-21T22:00:00Z");
    assert_eq!(required(&w, gaps), 35, "T4");
}

#[test]
fn t1_a_point_late_in_the_evening_is_the_next_day_s() {
    let mut w = World::new();
    w.system("db1", &[]);
    w.point(&[("state", V::Word("available")), ("created", time("2026-11-20T22:30:00Z"))]);
    let (gaps, _) = daily(&mut w, 3, None);
    let Value::Periods(periods) = w.value(gaps) else { panic!() };
    let empty: Vec<String> = periods.gaps.iter().map(|gap| crate::value::instant::write_instant(gap.start)).collect();
    assert_eq!(empty, ["2026-11-19T22:00:00Z"], "the 20th; the 21st is filled");
}

#[test]
fn t7_a_naive_time_in_a_repeated_hour() {
    for (hours, expected) in [(2, U), (3, T)] {
        let mut w = World::new();
        w.now = at("2026-10-25T02:45:00Z");
        w.system("db1", &[]);
        w.point(&[("created", V::Between(at("2026-10-25T00:30:00Z").0, at("2026-10-25T01:30:00Z").0))]);
        let created = w.field(POINT, 1, "created");
        let now = w.now();
        let age = w.arithmetic(Arithmetic::Subtract, now, created, Type::Duration);
        let limit = w.hours(hours);
        let young = w.compare(C::AtMost, age, limit);
        let points = w.related(POINT);
        let claim = w.all(points, young);
        assert_eq!(w.truth(claim), expected);
    }
}

#[test]
fn t9_from_excuses_what_was_before() {
    let mut w = World::new();
    w.system("db1", &[("protected_since", time("2026-11-12T08:00:00Z"))]);
    points_from(&mut w, 12, "available");
    let from = w.field(SYSTEM, 0, "protected_since");
    let (gaps, claim) = daily(&mut w, 35, Some(from));
    assert_eq!((w.truth(claim), required(&w, gaps)), (T, 9));
}

#[test]
fn t10_an_unknown_from_excuses_nothing() {
    let mut w = World::new();
    w.system("db1", &[]);
    points_from(&mut w, 12, "available");
    let from = w.field(SYSTEM, 0, "protected_since");
    let (gaps, claim) = daily(&mut w, 35, Some(from));
    let Value::Periods(periods) = w.value(gaps) else { panic!() };
    assert_eq!((w.truth(claim), periods.gaps.len()), (F, 24));
    w.rule(None, &[claim]);
    let finding = &w.outcomes()[0].findings[0];
    assert_eq!(finding.message, "nothing in 19 Oct to 11 Nov 2026 (24 days)");
    assert!(finding.marks.assumed[0].contains("recording protected_since"), "{:?}", finding.marks);
    assert_eq!(finding.witnesses[0].text, "the next after 11 Nov 2026: 2026-11-12T08:00:00Z");
    assert_eq!(finding.shortfalls[0].required, "34 days");
    assert_eq!(finding.shortfalls[0].misses_by.as_deref(), Some("24 days"));
}

#[test]
fn d15_d16_a_corrupt_and_an_undecided_point() {
    for (another, expected) in [(None, F), (Some("2026-11-10T09:00:00Z"), U)] {
        let mut w = World::new();
        w.system("db1", &[]);
        for day in -20..=21_i64 {
            let at = at("2026-11-01T08:00:00Z").0 + (day - 1) * DAY;
            let state = if day == 10 { "corrupt" } else { "available" };
            w.point(&[("state", V::Word(state)), ("created", V::Int(at))]);
        }
        if let Some(another) = another {
            w.point(&[("created", time(another))]);
        }
        let (gaps, claim) = daily(&mut w, 35, None);
        assert_eq!(w.truth(claim), expected);
        let Value::Periods(periods) = w.value(gaps) else { panic!() };
        assert_eq!(periods.gaps.len(), 1);
        w.rule(None, &[claim]);
        let message = &w.outcomes()[0].findings[0].message;
        if expected == F {
            assert_eq!(message, "nothing in 10 Nov 2026", "D15");
        } else {
            assert_eq!(message, "not known: state of point point-42 (absent)", "D16");
        }
    }
}

#[test]
fn an_uncovered_bucket_is_a_maybe_gap() {
    let mut w = World::new();
    w.system("db1", &[]);
    w.run(&[("started", time("2026-11-20T08:00:00Z"))]);
    w.run(&[("started", time("2026-11-21T08:00:00Z"))]);
    let runs = w.related(RUN);
    let over = w.days(4);
    let gaps = w.gaps(runs, Cadence::Daily, over, None);
    let none = w.none(gaps, None);
    assert_eq!(w.truth(none), F, "19 November is empty");
    w.exports.since = Some((at("2026-11-19T12:00:00Z"), Closure::Open));
    assert_eq!(w.truth(none), U);
    w.exports.since = Some((at("2026-11-19T12:00:00Z"), Closure::Weak));
    assert_eq!(w.truth(none), U);
    w.rule(None, &[none]);
    let outcome = &w.outcomes()[0];
    assert_eq!(outcome.verdict, RuleVerdict::Fail);
    assert!(outcome.findings[0].marks.weak);
    w.exports.since = Some((at("2026-11-18T22:00:00Z"), Closure::Open));
    assert_eq!(w.truth(none), F, "covered from the bucket's first instant");
}

/// `every quarter`, `every 3 months` over successful tests.
fn quarter_and_months(tests: &[&str], since: Option<&str>) -> (Verdict, Verdict, bool) {
    let mut w = World::new();
    let cells: Vec<_> = since.into_iter().map(|since| ("protected_since", time(since))).collect();
    w.system("db1", &cells);
    for test in tests {
        w.run(&[("started", time(test))]);
    }
    let runs = w.related(RUN);
    let from = w.field(SYSTEM, 0, "protected_since");
    let gaps = w.gaps_last(runs, Cadence::Quarterly, 1, since.map(|_| from));
    let quarter = w.none(gaps, None);
    let (now, months) = (w.now(), w.months(3));
    let started = w.field(RUN, 1, "started");
    let due = w.arithmetic(Arithmetic::Add, started, months, Type::Time);
    let in_time = w.compare(C::AtMost, now, due);
    let rolling = w.some(runs, Some(in_time));
    w.rule(None, &[quarter]);
    w.rule(None, &[rolling]);
    let outcomes = w.outcomes();
    let verdict = |place: usize| match outcomes[place].verdict {
        RuleVerdict::Pass | RuleVerdict::Vacuous => Verdict::Pass,
        RuleVerdict::Fail => Verdict::Fail,
        _ => Verdict::Unknown,
    };
    (verdict(0), verdict(1), outcomes[0].verdict == RuleVerdict::Vacuous)
}

#[test]
fn q1_to_q4() {
    use Verdict::{Fail, Pass};
    assert_eq!(quarter_and_months(&["2026-07-02T08:00:00Z"], None), (Pass, Fail, false), "Q1");
    assert_eq!(quarter_and_months(&["2026-10-03T08:00:00Z", "2026-06-20T08:00:00Z"], None), (Fail, Pass, false), "Q2");
    assert_eq!(quarter_and_months(&["2026-09-20T08:00:00Z"], None), (Pass, Pass, false), "Q3");
    let (quarter, _, vacuous) = quarter_and_months(&[], Some("2026-09-01T08:00:00Z"));
    assert_eq!((quarter, vacuous), (Pass, true), "Q4: nothing is required yet of anybody");
}

#[test]
fn p5_p6_limits_run_forward() {
    let mut w = World::new();
    w.now = at("2027-03-31T08:00:00Z");
    w.system("db1", &[]);
    w.run(&[("started", time("2027-02-28T08:00:00Z"))]);
    let (now, month) = (w.now(), w.months(1));
    let started = w.field(RUN, 1, "started");
    let due = w.arithmetic(Arithmetic::Add, started, month, Type::Time);
    let within = w.compare(C::AtMost, now, due);
    let runs = w.related(RUN);
    let claim = w.some(runs, Some(within));
    assert_eq!(w.truth(claim), F, "P5");
    for (nanoseconds, expected) in [(0, T), (1, F)] {
        let mut w = World::new();
        w.system("db1", &[]);
        w.run(&[("started", V::Int(w.now.0 - 90 * DAY - nanoseconds))]);
        let (runs, span) = (w.related(RUN), w.days(90));
        let recent = w.recent(runs, span);
        let claim = w.some(recent, None);
        assert_eq!(w.truth(claim), expected, "P6");
    }
}

#[test]
fn d7_to_d10_the_age_of_the_newest_restorable() {
    // created as minutes ago or a bound; state
    let cases: &[(&[(V, &str)], super::Truth)] = &[
        (&[(V::Int(60), "available")], T),
        (&[(V::Int(70), "available")], F),
        (&[(V::Between(1_000_000, 30), "available")], U),
        (&[(V::Between(1_000_000, 90), "available")], F),
        (&[(V::Int(30), "partial"), (V::Int(70), "available")], F),
    ];
    for (place, (points, expected)) in cases.iter().enumerate() {
        let mut w = World::new();
        w.system("db1", &[]);
        let minutes_ago = |minutes: i64| at(NOW).0 - minutes * HOUR / 60;
        for (created, state) in *points {
            let created = match created {
                V::Int(minutes) => V::Int(minutes_ago(*minutes)),
                V::Between(from, to) => V::Between(minutes_ago(*from), minutes_ago(*to)),
                other => other.clone(),
            };
            let state: &'static str = if *state == "partial" { "partial" } else { "available" };
            w.point(&[("created", created), ("state", V::Word(state))]);
        }
        let points = w.related(POINT);
        let state = w.field(POINT, 1, "state");
        let restorable = w.word(C::Is, state, "available");
        let points = w.filtered(points, restorable);
        let created = w.field(POINT, 1, "created");
        let (now, limit) = (w.now(), w.minutes(60));
        let due = w.arithmetic(Arithmetic::Add, created, limit, Type::Time);
        let young = w.compare(C::AtMost, now, due);
        let claim = w.some(points, Some(young));
        assert_eq!(w.truth(claim), *expected, "D{}", place + 7);
    }
}

#[test]
fn the_longest_gap_counts_its_edges() {
    let mut w = World::new();
    w.system("db1", &[]);
    w.run(&[("started", hours_ago(30))]);
    w.run(&[("started", hours_ago(10))]);
    let runs = w.related(RUN);
    let over = w.hours(48);
    let longest = w.reduce(runs, Method::LongestGap { over, from: None }, None, None, Type::Duration);
    let Value::Amount(range) = w.value(longest) else { panic!() };
    assert_eq!((range.low.as_i64(), range.high.as_i64()), (Some(20 * HOUR), Some(20 * HOUR)));
    w.exports.closure.insert(RUN, Closure::Open);
    let Value::Amount(range) = w.value(longest) else { panic!() };
    assert_eq!((range.low.as_i64(), range.high.as_i64()), (Some(0), Some(20 * HOUR)), "unseen runs only shorten it");
}

#[test]
fn d21_the_slope_of_a_line() {
    let mut w = World::new();
    w.system("db1", &[]);
    for day in 0..29 {
        w.run(&[("started", days_ago(28 - day)), ("size", V::Int((71 + day) * 1_000_000))]);
    }
    let runs = w.related(RUN);
    let size = w.field(RUN, 1, "size");
    let slope = w.reduce(runs, Method::Trend(size), None, None, Type::Number);
    let day = w.constant(Scalar::Int(86_400));
    let a_day = w.arithmetic(Arithmetic::Multiply, slope, day, Type::Number);
    let million = w.int(1_000_000);
    let claim = w.compare(C::Is, a_day, million);
    assert_eq!(w.truth(claim), T);
    w.run(&[("size", V::Int(1))]);
    assert!(w.value(slope).is_unknown());
}

#[test]
fn a_calendar_of_its_own() {
    let mut w = World::new();
    w.zone = Zone::named("Europe/Berlin").unwrap();
    w.now = at("2026-10-27T12:00:00Z");
    w.system("db1", &[]);
    w.run(&[("started", time("2026-10-25T00:30:00Z"))]);
    w.run(&[("started", time("2026-10-25T01:30:00Z"))]);
    let runs = w.related(RUN);
    let over = w.days(4);
    for (cadence, filled) in [(Cadence::Daily, 1), (Cadence::Hourly, 2)] {
        let gaps = w.gaps(runs, cadence, over, None);
        let Value::Periods(periods) = w.value(gaps) else { panic!() };
        assert_eq!(periods.required - periods.gaps.len() as u64, filled, "T6");
    }
}
