//! Tables at once against row by row, one thread against many, and the law of soundness, over random worlds.

use super::super::testing::*;
use crate::facts::export::Closure;
use crate::facts::schema::{FieldRef, Type};
use crate::outcome::RuleOutcome;
use crate::plan::{Arithmetic, Comparison as C, Key, Method, NodeId, Op};
use crate::value::Cadence;
use crate::value::civil::HOUR;
use proptest::prelude::*;

const KEYS: [&str; 4] = ["a", "b", "c", "d"];

/// A run as random numbers: system, status, hours ago, size.
type Random = (usize, u8, u8, u8);

fn random_world(systems: usize, runs: &[Random], closure: Closure) -> World {
    let mut w = World::new();
    for (place, key) in KEYS.iter().take(systems).enumerate() {
        let mut cells: Vec<(&'static str, V)> = Vec::new();
        match place % 3 {
            0 => cells.push(("tier", V::Word("critical"))),
            1 => cells.push(("tier", V::Word("standard"))),
            _ => {}
        }
        if place % 2 == 0 {
            cells.push(("rto", V::Int(4 * HOUR)));
        }
        w.system(key, &cells);
    }
    for (place, run) in runs.iter().enumerate() {
        let cells = run_cells(systems, *run);
        let row = w.row(RUN, &cells);
        if place % 11 == 10 {
            w.maybe(RUN, row);
        }
    }
    w.exports.closure.insert(RUN, closure);
    w
}

fn run_cells(systems: usize, (system, status, hours, size): Random) -> Vec<(&'static str, V)> {
    let mut cells = vec![("system", V::Word(KEYS[system % systems]))];
    match status % 5 {
        0 => {}
        1 => cells.push(("status", V::Word("failed"))),
        2 => cells.push(("status", V::Unmapped("odd"))),
        _ => cells.push(("status", V::Word("success"))),
    }
    let hours = i64::from(hours);
    match hours % 7 {
        0 => {}
        1 => cells.push(("started", V::Between(at(NOW).0 - (hours + 30) * HOUR, at(NOW).0 - hours * HOUR))),
        _ => cells.push(("started", hours_ago(hours))),
    }
    match size % 6 {
        0 => {}
        1 => cells.push(("size", V::Between(i64::from(size), i64::from(size) + 50))),
        _ => cells.push(("size", V::Int(i64::from(size)))),
    }
    // A slot joins attempts: nothing that a step of knowledge changes may change it.
    if system % systems == 0 {
        cells.push(("slot", hours_ago(i64::from(size % 2) * 24)));
    }
    cells
}

/// Rules that use every method and most operators.
fn rules(w: &mut World) {
    let tier = w.field(SYSTEM, 0, "tier");
    let critical = w.word(C::Is, tier, "critical");
    let runs = w.related(RUN);
    let status = w.field(RUN, 1, "status");
    let failed = w.word(C::Is, status, "failed");
    let fine = w.among(status, &["success", "warning"]);
    let not_failed = w.not(failed);
    let (started, size) = (w.field(RUN, 1, "started"), w.field(RUN, 1, "size"));
    let small = w.constant(crate::value::Scalar::Size(40));
    let little = w.compare(C::AtMost, size, small);
    let either = w.node(Op::Or(vec![little, failed]), Type::Bool);
    let both = w.node(Op::And(vec![not_failed, little]), Type::Bool);
    let (span, now) = (w.days(4), w.now());
    let recent = w.recent(runs, span);
    let good = w.filtered(recent, fine);
    let few = w.filtered(good, either);
    let slot = w.field(RUN, 1, "slot");
    let rto = w.field(SYSTEM, 0, "rto");
    let four = w.hours(4);
    let objective = w.node(Op::Else { value: rto, default: four }, Type::Duration);
    let mut claims: Vec<NodeId> = Vec::new();
    for group in [runs, recent, good, few] {
        let two = w.int(2);
        let count = w.count(group);
        claims.push(w.compare(C::AtLeast, count, two));
        claims.push(w.compare(C::Less, count, two));
        claims.push(w.none(group, Some(failed)));
        claims.push(w.some(group, Some(both)));
        claims.push(w.all(group, little));
        let share = w.share(group, fine);
        let limit = w.percent(60);
        claims.push(w.compare(C::AtLeast, share, limit));
        for method in [Method::Sum, Method::Min, Method::Max, Method::Average, Method::Median] {
            let value = w.reduce(group, method, None, Some(size), Type::Size);
            claims.push(w.compare(C::AtMost, value, small));
        }
        let rank = w.int(90);
        let ranked = w.reduce(group, Method::Percentile(rank), None, Some(size), Type::Size);
        claims.push(w.compare(C::AtLeast, ranked, small));
        for method in [Method::Latest, Method::Oldest] {
            let row = w.reduce(group, method, None, None, Type::Row(RUN));
            let status = w.field_on(row, RUN, "status");
            claims.push(w.word(C::Is, status, "success"));
            let known = w.field_on(row, RUN, "status");
            claims.push(w.node(Op::Known(known), Type::Bool));
            let written = w.field_on(row, RUN, "size");
            let taken = w.node(Op::Else { value: written, default: small }, Type::Size);
            claims.push(w.compare(C::AtMost, taken, small));
            let time = w.field_on(row, RUN, "started");
            let due = w.arithmetic(Arithmetic::Add, time, objective, Type::Time);
            claims.push(w.compare(C::AtLeast, due, now));
        }
        let distinct = w.reduce(group, Method::Distinct, None, Some(size), Type::Set(Box::new(Type::Size)));
        let count = w.count(distinct);
        claims.push(w.compare(C::AtMost, count, two));
        let gaps = w.gaps(group, Cadence::Daily, span, None);
        claims.push(w.none(gaps, None));
        let longest = w.reduce(group, Method::LongestGap { over: span, from: None }, None, None, Type::Duration);
        let day = w.days(1);
        claims.push(w.compare(C::AtMost, longest, day));
        let last = w.reduce(group, Method::LatestOfEach(vec![slot]), None, None, Type::Rows(RUN));
        claims.push(w.none(last, Some(failed)));
        let trend = w.reduce(group, Method::Trend(size), None, Some(started), Type::Number);
        let zero = w.int(0);
        claims.push(w.compare(C::More, trend, zero));
    }
    claims.push(crowded(w, runs));
    w.rule(Some(critical), &claims);
    w.rule(None, &claims);
    let known = w.node(Op::Known(rto), Type::Bool);
    w.rule(Some(known), &claims[..2]);
}

/// No run shares its system and its slot with two others: a group that the element's own cells join.
fn crowded(w: &mut World, runs: NodeId) -> NodeId {
    let schema = w.plan.schema.clone();
    let at = |name: &str| FieldRef { entity: RUN, field: schema.entity(RUN).field_named(name).unwrap() };
    let (system, slot) = (w.field(RUN, 1, "system"), w.field(RUN, 1, "slot"));
    let on = vec![Key { path: vec![at("system")], value: system }, Key { path: vec![at("slot")], value: slot }];
    let same = w.node(Op::Joined { entity: RUN, on }, Type::Rows(RUN));
    let (count, two) = (w.count(same), w.int(2));
    let more = w.compare(C::More, count, two);
    let crowded = w.filtered(runs, more);
    w.none(crowded, None)
}

fn shown(outcomes: &[RuleOutcome]) -> String {
    format!("{outcomes:#?}")
}

fn closures() -> impl Strategy<Value = Closure> {
    prop_oneof![3 => Just(Closure::Closed), 1 => Just(Closure::Weak), 1 => Just(Closure::Open)]
}

fn runs() -> impl Strategy<Value = Vec<Random>> {
    proptest::collection::vec((0_usize..4, any::<u8>(), 0_u8..120, 0_u8..90), 0..14)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn tables_rows_and_threads_agree(systems in 1_usize..5, runs in runs(), closure in closures()) {
        let mut w = random_world(systems, &runs, closure);
        rules(&mut w);
        let by_tables = shown(&w.outcomes());
        prop_assert_eq!(&by_tables, &shown(&w.outcomes_by_rows()));
        prop_assert_eq!(&by_tables, &shown(&w.outcomes_on(8)));
    }

    /// A cell becomes known, or the group complete: what was decided without a mark stays.
    #[test]
    fn decided_verdicts_stay(runs in runs(), closure in closures(), place in any::<proptest::sample::Index>(), fill in 0_u8..90) {
        let mut before = random_world(2, &runs, closure);
        rules(&mut before);
        let mut told = runs.clone();
        let mut after_closure = closure;
        if told.is_empty() || fill % 4 == 0 {
            after_closure = match closure { Closure::Open => Closure::Weak, _ => Closure::Closed };
        } else {
            // An unknown status or size gets a value; nothing that was known changes.
            let run = place.get_mut(&mut told);
            if matches!(run.1 % 5, 0 | 2) { run.1 = 3 + fill % 2 * 3; }
            if run.3 % 6 == 0 { run.3 += 2; }
            if run.2 % 7 == 0 { run.2 += 2; }
        }
        let mut after = random_world(2, &told, after_closure);
        rules(&mut after);
        for (place, (old, new)) in verdicts(&before).into_iter().zip(verdicts(&after)).enumerate() {
            let (old_verdict, free) = old;
            let (new_verdict, _) = new;
            if free {
                continue;
            }
            match old_verdict {
                'p' | 'f' => prop_assert_eq!(old_verdict, new_verdict, "claim {}", place),
                'w' => prop_assert!(new_verdict != 'p', "claim {}", place),
                _ => {}
            }
        }
    }
}

/// Each claim of each system of the rule for all: pass, fail, weak failure or unknown; and whether it is marked assumed.
fn verdicts(w: &World) -> Vec<(char, bool)> {
    use super::super::judge::{Judge, Judgements};
    use super::super::session::{Batch, Session};
    use crate::outcome::Verdict;
    let facts = w.facts();
    let calendar = crate::value::calendar::Calendar::of(w.zone.clone());
    let session = Session::new(&w.plan, &facts, &w.exports, w.now, calendar, Batch::Tables);
    let mut judged = Judgements::default();
    let mut judge = Judge::new(&session);
    for row in 0..facts.table(SYSTEM).rows {
        judge.subject(&w.plan.rules[1], Some(row), &mut judged);
    }
    judged
        .requirements
        .iter()
        .map(|r| match r.verdict {
            Verdict::Pass => ('p', r.assumed),
            Verdict::Fail if r.weak => ('w', r.assumed),
            Verdict::Fail => ('f', r.assumed),
            Verdict::Unknown => ('u', r.assumed),
        })
        .collect()
}
