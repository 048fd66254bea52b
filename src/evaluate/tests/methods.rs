//! M and the rows of 1.3 that they leave out.

use super::super::quantity::End;
use super::super::testing::*;
use super::super::value::{Value, Why};
use super::{F, T, U};
use crate::facts::export::Closure;
use crate::facts::schema::Type;
use crate::plan::{Arithmetic, Comparison as C, Method, NodeId};
use crate::value::civil::HOUR;
use crate::value::{Scalar, Truth};

fn statuses(success: usize, failed: usize, unknown: usize) -> World {
    let mut w = World::new();
    w.system("db1", &[]);
    for (count, status) in [(success, Some("success")), (failed, Some("failed")), (unknown, None)] {
        for _ in 0..count {
            let cells: Vec<_> = status.into_iter().map(|s| ("status", V::Word(s))).collect();
            w.run(&cells);
        }
    }
    w
}

fn status_is(w: &mut World, word: &str) -> NodeId {
    let status = w.field(RUN, 1, "status");
    w.word(C::Is, status, word)
}

fn rate(w: &mut World) -> NodeId {
    let runs = w.related(RUN);
    let success = status_is(w, "success");
    let share = w.share(runs, success);
    let limit = w.percent(98);
    w.compare(C::AtLeast, share, limit)
}

#[test]
fn m1_to_m3_shares_within_bounds() {
    for ((success, failed, unknown), expected) in [((97, 2, 1), U), ((98, 1, 1), T), ((96, 3, 1), F)] {
        let mut w = statuses(success, failed, unknown);
        let claim = rate(&mut w);
        assert_eq!(w.truth(claim), expected, "{success} {failed} {unknown}");
    }
}

fn five(w: &mut World) -> [Truth; 5] {
    let share = rate(w);
    let runs = w.related(RUN);
    let (success, failed) = (status_is(w, "success"), status_is(w, "failed"));
    let three = w.int(3);
    let count = w.count(runs);
    let claims = [
        share,
        w.all(runs, success),
        w.none(runs, Some(failed)),
        w.some(runs, Some(success)),
        w.compare(C::AtMost, count, three),
    ];
    claims.map(|claim| w.truth(claim))
}

#[test]
fn m4_m5_nothing_there_and_nothing_collected() {
    let mut w = statuses(0, 0, 0);
    assert_eq!(five(&mut w), [U, U, T, F, T], "M4");
    w.exports.closure.insert(RUN, Closure::Open);
    assert_eq!(five(&mut w), [U; 5], "M5");
}

#[test]
fn m12_an_incomplete_export() {
    let mut w = statuses(49, 1, 0);
    w.exports.closure.insert(RUN, Closure::Open);
    let runs = w.related(RUN);
    let (success, failed) = (status_is(&mut w, "success"), status_is(&mut w, "failed"));
    let limit = w.int(100);
    let count = w.count(runs);
    let claims = [w.none(runs, Some(failed)), w.some(runs, Some(success)), w.compare(C::AtMost, count, limit)];
    assert_eq!(claims.map(|claim| w.truth(claim)), [F, T, U]);
}

#[test]
fn m6_the_latest_restorable() {
    let mut w = World::new();
    w.system("db1", &[]);
    w.point(&[("state", V::Word("available")), ("created", hours_ago(3))]);
    w.point(&[("created", hours_ago(1))]);
    let points = w.related(POINT);
    let state = w.field(POINT, 1, "state");
    let restorable = w.word(C::Is, state, "available");
    let points = w.filtered(points, restorable);
    let created = w.field(POINT, 1, "created");
    let newest = w.reduce(points, Method::Max, None, Some(created), Type::Time);
    assert_eq!(ages(&mut w, newest), [T, U, U]);
}

/// `>= now - 4h`, `>= now - 2h`, `<= now - 2h`
fn ages(w: &mut World, time: NodeId) -> [Truth; 3] {
    let now = w.now();
    [(4, C::AtLeast), (2, C::AtLeast), (2, C::AtMost)].map(|(hours, operator)| {
        let hours = w.hours(hours);
        let limit = w.arithmetic(Arithmetic::Subtract, now, hours, Type::Time);
        let claim = w.compare(operator, time, limit);
        w.truth(claim)
    })
}

#[test]
fn m7_a_time_that_is_not_known() {
    let mut w = World::new();
    w.system("db1", &[]);
    w.point(&[("created", hours_ago(3))]);
    w.point(&[]);
    let points = w.related(POINT);
    let created = w.field(POINT, 1, "created");
    let newest = w.reduce(points, Method::Max, None, Some(created), Type::Time);
    assert_eq!(ages(&mut w, newest), [T, U, U]);
    // The field of the latest is what `max` says.
    for value in [None, Some(created)] {
        let latest = w.reduce(points, Method::Latest, None, value, Type::Row(POINT));
        let of_latest = w.field_on(latest, POINT, "created");
        assert_eq!(ages(&mut w, of_latest), [T, U, U]);
    }
}

fn durations(hours: &[Option<i64>]) -> (World, NodeId, NodeId) {
    let mut w = World::new();
    w.system("db1", &[]);
    for hours in hours {
        let cells: Vec<_> = hours.iter().map(|h| ("duration", V::Int(h * HOUR))).collect();
        w.run(&cells);
    }
    let runs = w.related(RUN);
    let duration = w.field(RUN, 1, "duration");
    (w, runs, duration)
}

fn exactly(value: &Value) -> i64 {
    let Value::Amount(range) = value else { panic!("{value:?}") };
    assert!(range.is_exact(), "{value:?}");
    range.low.as_i64().unwrap()
}

#[test]
fn m8_median_and_percentiles() {
    let (mut w, runs, duration) = durations(&[Some(1), Some(2), Some(3), Some(4)]);
    let median = w.reduce(runs, Method::Median, None, Some(duration), Type::Duration);
    assert_eq!(exactly(&w.value(median)), 5 * HOUR / 2);
    for (n, hours) in [(95, 4), (50, 2), (100, 4), (1, 1)] {
        let rank = w.int(n);
        let value = w.reduce(runs, Method::Percentile(rank), None, Some(duration), Type::Duration);
        assert_eq!(exactly(&w.value(value)), hours * HOUR, "{n}");
    }
    let average = w.reduce(runs, Method::Average, None, Some(duration), Type::Duration);
    assert_eq!(exactly(&w.value(average)), 5 * HOUR / 2);
}

#[test]
fn m9_a_percentile_whatever_the_last_is() {
    let mut hours = vec![Some(3); 99];
    hours.push(None);
    let (mut w, runs, duration) = durations(&hours);
    let rank = w.int(95);
    let value = w.reduce(runs, Method::Percentile(rank), None, Some(duration), Type::Duration);
    let limit = w.hours(3);
    let claim = w.compare(C::AtMost, value, limit);
    assert_eq!(w.truth(claim), T);
}

#[test]
fn m10_distinct() {
    let mut w = World::new();
    w.system("db1", &[]);
    for location in [Some("jhb"), Some("cpt"), None, Some("jhb")] {
        let cells: Vec<_> = location.into_iter().map(|l| ("location", V::Word(l))).collect();
        w.run(&cells);
    }
    let runs = w.related(RUN);
    let location = w.field(RUN, 1, "location");
    let set = w.reduce(runs, Method::Distinct, None, Some(location), Type::Set(Box::new(Type::Text)));
    let count = w.count(set);
    let claims = [(2, C::AtLeast), (3, C::AtLeast), (2, C::AtMost)].map(|(n, operator)| {
        let n = w.int(n);
        let claim = w.compare(operator, count, n);
        w.truth(claim)
    });
    assert_eq!(claims, [T, U, U]);
}

#[test]
fn m11_sums() {
    let mut w = World::new();
    w.system("db1", &[]);
    w.run(&[("size", V::Int(10_000_000_000))]);
    w.run(&[]);
    let runs = w.related(RUN);
    let size = w.field(RUN, 1, "size");
    let sum = w.reduce(runs, Method::Sum, None, Some(size), Type::Size);
    let claims = [(5, C::AtLeast), (20, C::AtMost)].map(|(gb, operator)| {
        let limit = w.constant(Scalar::Size(gb * 1_000_000_000));
        let claim = w.compare(operator, sum, limit);
        w.truth(claim)
    });
    assert_eq!(claims, [T, U]);
}

#[test]
fn measures_of_nothing_are_nothing_and_a_sum_is_zero() {
    let (mut w, runs, duration) = durations(&[]);
    for method in [Method::Min, Method::Max, Method::Average, Method::Median] {
        let value = w.reduce(runs, method, None, Some(duration), Type::Duration);
        assert!(matches!(w.value(value), Value::Unknown(Why::Nothing)));
    }
    let latest = w.reduce(runs, Method::Latest, None, None, Type::Row(RUN));
    assert!(matches!(w.value(latest), Value::Unknown(Why::Nothing)));
    let size = w.field(RUN, 1, "size");
    let sum = w.reduce(runs, Method::Sum, None, Some(size), Type::Size);
    assert_eq!(exactly(&w.value(sum)), 0);
    w.exports.closure.insert(RUN, Closure::Open);
    let Value::Amount(range) = w.value(sum) else { panic!() };
    assert!(range.low.order(End::ZERO).is_eq() && !range.high.is_bound());
}

#[test]
fn a_tie_leaves_what_differs_undecided() {
    let mut w = World::new();
    w.system("db1", &[]);
    w.run(&[("started", hours_ago(1)), ("status", V::Word("failed")), ("location", V::Word("jhb"))]);
    w.run(&[("started", hours_ago(1)), ("status", V::Word("success")), ("location", V::Word("jhb"))]);
    w.run(&[("started", hours_ago(2)), ("status", V::Word("success")), ("location", V::Word("cpt"))]);
    let runs = w.related(RUN);
    let latest = w.reduce(runs, Method::Latest, None, None, Type::Row(RUN));
    let (status, location) = (w.field_on(latest, RUN, "status"), w.field_on(latest, RUN, "location"));
    let failed = w.word(C::Is, status, "failed");
    let jhb = w.constant(Scalar::Text("jhb".into()));
    let at = w.compare(C::Is, location, jhb);
    assert_eq!((w.truth(failed), w.truth(at)), (U, T));
}

#[test]
fn the_latest_is_decided_where_only_the_past_is_open() {
    let mut w = World::new();
    w.system("db1", &[]);
    w.run(&[("started", days_ago(3)), ("status", V::Word("failed"))]);
    let runs = w.related(RUN);
    let latest = w.reduce(runs, Method::Latest, None, None, Type::Row(RUN));
    let status = w.field_on(latest, RUN, "status");
    let claim = w.word(C::Is, status, "failed");
    w.exports.since = Some((at("2026-11-12T00:00:00Z"), Closure::Open));
    assert_eq!(w.truth(claim), T);
    w.exports.since = Some((at("2026-11-20T00:00:00Z"), Closure::Open));
    assert_eq!(w.truth(claim), U);
}

#[test]
fn d4_a_superseded_attempt_is_left_out() {
    let mut w = World::new();
    w.system("db1", &[]);
    w.run(&[("started", hours_ago(30)), ("slot", hours_ago(30)), ("status", V::Word("failed"))]);
    w.run(&[("started", hours_ago(29)), ("slot", hours_ago(30)), ("status", V::Word("success"))]);
    for slot in 1..10 {
        w.run(&[("started", hours_ago(slot)), ("slot", hours_ago(slot)), ("status", V::Word("success"))]);
    }
    // A run that names no slot stands for itself.
    w.run(&[("started", hours_ago(40)), ("status", V::Word("success"))]);
    let runs = w.related(RUN);
    let slot = w.field(RUN, 1, "slot");
    let last = w.reduce(runs, Method::LatestOfEach(vec![slot]), None, None, Type::Rows(RUN));
    let success = status_is(&mut w, "success");
    let (count, share) = (w.count(last), w.share(last, success));
    assert_eq!(exactly(&w.value(count)), 11);
    assert_eq!(exactly(&w.value(share)), 1);
}

#[test]
fn d1_d2_equality_passes() {
    for ((success, other), expected) in [((49, 1), T), ((48, 1), F)] {
        let mut w = statuses(success, other, 0);
        let claim = rate(&mut w);
        assert_eq!(w.truth(claim), expected);
    }
}

#[test]
fn a_row_that_may_lie_after_now_is_maybe() {
    let mut w = statuses(0, 1, 0);
    w.maybe(RUN, 0);
    let runs = w.related(RUN);
    let failed = status_is(&mut w, "failed");
    let (none, count) = (w.none(runs, Some(failed)), w.count(runs));
    assert_eq!(w.truth(none), U);
    let Value::Amount(range) = w.value(count) else { panic!() };
    assert_eq!((range.low.as_i64(), range.high.as_i64()), (Some(0), Some(1)));
}

/// Every completion of small groups, compared with the bounds.
#[test]
fn tallies_are_tight() {
    // Membership and predicate of an element: true, false, undecided.
    let states: Vec<(Truth, Truth)> = [T, U].into_iter().flat_map(|m| [T, F, U].map(|p| (m, p))).collect();
    let mut groups: Vec<Vec<(Truth, Truth)>> = vec![Vec::new()];
    for _ in 0..3 {
        let longer: Vec<_> = groups
            .iter()
            .flat_map(|g| states.iter().map(move |s| g.iter().copied().chain([*s]).collect::<Vec<_>>()))
            .collect();
        groups.extend(longer);
    }
    groups.sort();
    groups.dedup();
    for group in groups {
        let mut w = World::new();
        w.system("db1", &[]);
        for (member, holds) in &group {
            let mut cells = Vec::new();
            if *member == T {
                cells.push(("location", V::Word("in")));
            }
            match holds {
                Truth::True => cells.push(("status", V::Word("success"))),
                Truth::False => cells.push(("status", V::Word("failed"))),
                Truth::Unknown => {}
            }
            w.run(&cells);
        }
        let runs = w.related(RUN);
        let location = w.field(RUN, 1, "location");
        let inside = w.constant(Scalar::Text("in".into()));
        let inside = w.compare(C::Is, location, inside);
        let runs = w.filtered(runs, inside);
        let success = status_is(&mut w, "success");
        let counted = w.reduce(runs, Method::Count, Some(success), None, Type::Int);
        let (some, all, share) = (w.some(runs, Some(success)), w.all(runs, success), w.share(runs, success));
        let (mut counts, mut alls, mut shares) = (Vec::new(), Vec::new(), Vec::new());
        complete(&group, &mut Vec::new(), &mut |world| {
            let yes = world.iter().filter(|p| **p).count() as u64;
            counts.push(yes);
            if world.is_empty() {
                alls.push(U);
                shares.push(None);
            } else {
                alls.push(Truth::from(yes == world.len() as u64));
                shares.push(Some((yes, world.len() as u64)));
            }
        });
        let same = |truths: &[Truth]| if truths.iter().all(|t| *t == truths[0]) { truths[0] } else { U };
        let (low, high) = (*counts.iter().min().unwrap(), *counts.iter().max().unwrap());
        let Value::Amount(range) = w.value(counted) else { panic!() };
        assert_eq!((range.low.as_i64(), range.high.as_i64()), (Some(low as i64), Some(high as i64)), "{group:?}");
        let somes: Vec<Truth> = counts.iter().map(|c| Truth::from(*c > 0)).collect();
        assert_eq!(w.truth(some), same(&somes), "some {group:?}");
        assert_eq!(w.truth(all), same(&alls), "all {group:?}");
        match shares.iter().copied().collect::<Option<Vec<_>>>() {
            Some(shares) => {
                let part = |(n, of): (u64, u64)| End::part(n, of);
                let low = shares.iter().copied().map(part).reduce(End::min).unwrap();
                let high = shares.iter().copied().map(part).reduce(End::max).unwrap();
                let Value::Amount(range) = w.value(share) else { panic!("{group:?}") };
                assert!(range.low.order(low).is_eq() && range.high.order(high).is_eq(), "share {group:?} {range:?}");
            }
            None => assert!(w.value(share).is_unknown(), "share {group:?}"),
        }
    }
}

fn complete(left: &[(Truth, Truth)], world: &mut Vec<bool>, each: &mut dyn FnMut(&[bool])) {
    let Some(((member, holds), rest)) = left.split_first() else { return each(world) };
    if *member == U {
        complete(rest, world, each);
    }
    for value in [true, false] {
        if *holds == U || *holds == Truth::from(value) {
            world.push(value);
            complete(rest, world, each);
            world.pop();
        }
    }
}
