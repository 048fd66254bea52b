//! Closure against a plain reading of the page, day by day, and the law of soundness as far as it speaks of exports.

use super::*;
use crate::base::Place;
use crate::facts::export::{ALL_TIME, Covers};
use crate::facts::statement::{Completeness, OwnStatement, Said};
use crate::facts::testing::*;
use crate::value::civil::DAY;
use proptest::prelude::*;

const TODAY: i64 = 10;

#[derive(Debug, Clone)]
struct Case {
    covers: u8,
    covers_from: Option<i64>,
    covers_to: Option<i64>,
    complete: bool,
    /// System and day of each row.
    rows: Vec<(u8, i64)>,
}

const DAYS: [&str; 11] = [
    "2026-11-01T00:00:00Z",
    "2026-11-02T00:00:00Z",
    "2026-11-03T00:00:00Z",
    "2026-11-04T00:00:00Z",
    "2026-11-05T00:00:00Z",
    "2026-11-06T00:00:00Z",
    "2026-11-07T00:00:00Z",
    "2026-11-08T00:00:00Z",
    "2026-11-09T00:00:00Z",
    "2026-11-10T00:00:00Z",
    "2026-11-11T00:00:00Z",
];

fn day(n: i64) -> Instant {
    Instant(at(DAYS[0]).0 + n * DAY)
}

fn said(case: &Case) -> Said {
    Said {
        covers: match case.covers {
            0 => None,
            1 => Some(Covers::All),
            2 => Some(Covers::Some(vec![(SYSTEM, vec!["db1".to_owned()])])),
            _ => Some(Covers::Some(vec![(PLAN, vec!["*".to_owned()])])),
        },
        covers_from: case.covers_from.map(|n| if n < 0 { ALL_TIME } else { day(n) }),
        covers_to: case.covers_to.map(day),
        complete: (!case.complete).then(|| Completeness::Incomplete("cut".to_owned())),
        ..Said::default()
    }
}

fn facts(cases: &[Case]) -> Facts {
    let mut builder = FactsBuilder::new(schema());
    builder.file("systems.json", &[]);
    builder.row(SYSTEM, &[("id", Put::Word("db1"))]).row(SYSTEM, &[("id", Put::Word("db2"))]);
    for (i, case) in cases.iter().enumerate() {
        let place = Place::File(String::new());
        let own = OwnStatement { offset: 0, kinds: Vec::new(), place, said: said(case) };
        builder.file(&format!("{i}.json"), &[RUN]).own.push(own);
        for (system, n) in &case.rows {
            let started = DAYS[usize::try_from(*n).unwrap()];
            let system = if *system == 0 { "db1" } else { "db2" };
            builder.row(RUN, &[("id", Put::Word("r")), ("system", Put::Word(system)), ("started", Put::Word(started))]);
        }
    }
    builder.finish(&[]).0
}

/// 3.2 and 3.3 read literally, in steps of a day.
fn reference(cases: &[Case], system: u8, from: Option<i64>) -> Closure {
    let first = from.unwrap_or(-1);
    let concerns = |c: &&Case| c.covers != 2 || system == 0;
    if !cases.iter().any(|c| c.complete) || cases.iter().filter(concerns).any(|c| !c.complete) {
        return Closure::Open;
    }
    let spans = |lenient: bool| -> Vec<(i64, i64)> {
        let covering = cases.iter().filter(|c| c.complete).filter(|c| match c.covers {
            0 => lenient || c.rows.iter().any(|(s, _)| *s == system),
            1 => true,
            2 => system == 0,
            _ => false,
        });
        let span = |c: &Case| {
            let to = c.covers_to.unwrap_or(TODAY);
            let oldest = if lenient { Some(-1) } else { c.rows.iter().map(|(_, n)| *n).min() };
            (c.covers_from.or(oldest).unwrap_or(to), to)
        };
        covering.map(span).collect()
    };
    let contains = |spans: Vec<(i64, i64)>| {
        if first == TODAY {
            return spans.iter().any(|(a, b)| *a <= TODAY && *b >= TODAY);
        }
        (first..TODAY).all(|n| spans.iter().any(|(a, b)| *a <= n && *b > n))
    };
    match (contains(spans(false)), contains(spans(true))) {
        (true, _) => Closure::Closed,
        (false, true) => Closure::Weak,
        (false, false) => Closure::Open,
    }
}

fn case() -> impl Strategy<Value = Case> {
    let rows = prop::collection::vec((0..2_u8, 0..=TODAY), 0..4);
    let from = prop::option::of(-1..TODAY);
    let to = prop::option::weighted(0.3, 0..=TODAY);
    (0..4_u8, from, to, prop::bool::weighted(0.85), rows).prop_map(
        |(covers, covers_from, covers_to, complete, rows)| {
            let covers_to = covers_to.map(|to| to.max(covers_from.unwrap_or(0)));
            Case { covers, covers_from, covers_to, complete, rows }
        },
    )
}

proptest! {
    #[test]
    fn closure_is_what_the_page_says(
        cases in prop::collection::vec(case(), 0..5), system in 0..2_u8, from in prop::option::of(0..=TODAY),
    ) {
        let facts = facts(&cases);
        let settings =
            CoverageSettings { now: day(TODAY), strict: false, max_evidence_age: Vec::new(), expected: Vec::new() };
        let coverage = ExportCoverage::new(&facts, settings);
        let look = Look { kind: RUN, subject: Some((SYSTEM, u32::from(system))), from: from.map(day) };
        let closure = coverage.closure(look);
        prop_assert_eq!(closure, reference(&cases, system, from));
        prop_assert_eq!(coverage.doubts(look).is_empty(), closure == Closure::Closed);
    }

    /// Completing an export, or stating that it covers all and reaches back, never takes certainty away.
    #[test]
    fn more_knowledge_never_opens(cases in prop::collection::vec(case(), 1..4), system in 0..2_u8, which in 0..4_usize) {
        let settings =
            || CoverageSettings { now: day(TODAY), strict: false, max_evidence_age: Vec::new(), expected: Vec::new() };
        let look = Look { kind: RUN, subject: Some((SYSTEM, u32::from(system))), from: Some(day(3)) };
        let before = facts(&cases);
        let mut more = cases.clone();
        let place = which % more.len();
        let case = &mut more[place];
        (case.covers, case.covers_from, case.covers_to, case.complete) = (1, Some(-1), None, true);
        let after = facts(&more);
        let rank = |facts: &Facts| match ExportCoverage::new(facts, settings()).closure(look) {
            Closure::Open => 0,
            Closure::Weak => 1,
            Closure::Closed => 2,
        };
        prop_assert!(rank(&after) >= rank(&before));
    }
}
