//! What findings say.

use super::super::testing::*;
use crate::base::{SourceId, Span};
use crate::facts::schema::Type;
use crate::outcome::{RuleVerdict, Verdict};
use crate::plan::{Comparison as C, Method, Op, Parameter, Piece};
use crate::value::{Instant, Scalar};

#[test]
fn d2_the_shown_share_misses_as_the_exact_one_does() {
    let mut w = World::new();
    w.system("db1", &[]);
    for i in 0..49 {
        let status = if i == 7 { "warning" } else { "success" };
        w.run(&[("started", hours_ago(i)), ("status", V::Word(status))]);
    }
    let runs = w.related(RUN);
    let status = w.field(RUN, 1, "status");
    let success = w.word(C::Is, status, "success");
    let share = w.share(runs, success);
    let limit = w.percent(98);
    let claim = w.compare(C::AtLeast, share, limit);
    w.rule(None, &[claim]);
    let finding = &w.outcomes()[0].findings[0];
    assert_eq!(finding.message, "97.96 % of runs, at least 98 % asked");
    let shortfall = &finding.shortfalls[0];
    assert_eq!(shortfall.required, "at least 98 %");
    assert_eq!(shortfall.found, "97.96 % (48 of 49)");
    assert_eq!(shortfall.misses_by.as_deref(), Some("0.04 points"));
    assert_eq!(shortfall.nearest.as_deref(), Some("49 of 49"));
    assert_eq!(finding.witness_count, 1);
    assert_eq!(finding.witnesses[0].text, "status is warning");
    assert_eq!(finding.witnesses[0].row, "run run-7");
    let fact = finding.witnesses[0].fact.as_ref().unwrap();
    assert_eq!((fact.offset, fact.field.as_deref()), (700, Some("status")));
}

#[test]
fn too_few_of_a_group() {
    let mut w = World::new();
    w.system("db1", &[]);
    for day in 1..3 {
        w.point(&[("state", V::Word("available")), ("created", days_ago(day))]);
    }
    let points = w.related(POINT);
    let state = w.field(POINT, 1, "state");
    let restorable = w.word(C::Is, state, "available");
    let points = w.filtered(points, restorable);
    let (count, three) = (w.count(points), w.int(3));
    let claim = w.compare(C::AtLeast, count, three);
    w.rule(None, &[claim]);
    let finding = &w.outcomes()[0].findings[0];
    assert_eq!(finding.message, "2 points, at least 3 asked");
    assert_eq!(finding.shortfalls[0].misses_by.as_deref(), Some("1"));
    assert_eq!(finding.witness_count, 2);
    assert_eq!(finding.subject.as_ref().unwrap().key, "db1");
}

#[test]
fn a_message_shows_values() {
    let mut w = World::new();
    w.system("db1", &[("tier", V::Word("critical")), ("rto", V::Int(5 * crate::value::civil::HOUR))]);
    w.run(&[("started", time("2026-11-20T22:30:00Z")), ("status", V::Word("failed"))]);
    let runs = w.related(RUN);
    let status = w.field(RUN, 1, "status");
    let failed = w.word(C::Is, status, "failed");
    let bad = w.filtered(runs, failed);
    let claim = w.none(bad, None);
    let latest = w.reduce(bad, Method::Latest, None, None, Type::Row(RUN));
    let pieces = [
        Piece::Value(w.count(bad)),
        Piece::Text(" of ".to_owned()),
        Piece::Value(runs),
        Piece::Text(" failed, last ".to_owned()),
        Piece::Value(w.field_on(latest, RUN, "started")),
        Piece::Text(" on ".to_owned()),
        Piece::Value(w.field(SYSTEM, 0, "tier")),
        Piece::Text(" ".to_owned()),
        Piece::Value(w.element(SYSTEM, 0)),
        Piece::Text(" with rto ".to_owned()),
        Piece::Value(w.field(SYSTEM, 0, "rto")),
        Piece::Text(", since ".to_owned()),
        Piece::Value(w.field(SYSTEM, 0, "protected_since")),
    ];
    w.rule(None, &[claim]);
    w.plan.rules[0].requirements[0].message = Some(pieces.to_vec());
    let finding = &w.outcomes()[0].findings[0];
    assert_eq!(
        finding.message,
        "1 of 1 run failed, last 2026-11-20T22:30:00Z on critical db1 with rto 5 h, since unknown"
    );
    assert_eq!(finding.witnesses[0].text, "status is failed");
}

#[test]
fn an_unset_parameter_says_how_to_set_it() {
    let mut w = World::new();
    w.system("db1", &[("rto", V::Int(5))]);
    w.plan.parameters.push(Parameter {
        name: "saypro.backup.limit".to_owned(),
        ty: Type::Duration,
        source: "house".to_owned(),
        value: None,
        set_by: crate::plan::SetBy::Policy,
        span: Span::new(SourceId(0), 0, 0),
    });
    let limit = w.node(Op::Parameter(0), Type::Duration);
    let rto = w.field(SYSTEM, 0, "rto");
    let claim = w.compare(C::AtMost, rto, limit);
    w.rule(None, &[claim]);
    let outcome = &w.outcomes()[0];
    assert_eq!(outcome.verdict, RuleVerdict::Unknown);
    let missing = &outcome.findings[0].missing;
    assert_eq!(missing.len(), 1);
    assert_eq!(
        missing[0].settle.as_deref(),
        Some("`--param limit=VALUE`, or `limit: VALUE` under `parameters` in backproof.yaml")
    );
}

#[test]
fn months_without_an_anchor_say_so() {
    let mut w = World::new();
    w.system("db1", &[("retain_for", V::Int(2556 * crate::value::civil::DAY))]);
    let field = w.field(SYSTEM, 0, "retain_for");
    let years = w.months(84);
    let claim = w.compare(C::AtLeast, field, years);
    w.rule(None, &[claim]);
    let finding = &w.outcomes()[0].findings[0];
    assert_eq!(finding.missing[0].reason, "it depends on where the months start");
}

#[test]
fn a_date_that_is_over() {
    let mut w = World::new();
    w.system("db1", &[("protected_since", V::Int(Instant(0).0))]);
    let since = w.field(SYSTEM, 0, "protected_since");
    let limit = w.constant(Scalar::Time(at("1970-01-02T00:00:00Z")));
    let claim = w.compare(C::AtLeast, since, limit);
    w.rule(None, &[claim]);
    let finding = &w.outcomes()[0].findings[0];
    assert_eq!(finding.message, "protected_since is 1970-01-01T00:00:00Z, not before 1970-01-02T00:00:00Z asked");
    assert_eq!(finding.shortfalls[0].found, "1970-01-01T00:00:00Z", "the subject's own field is in the claim");
    assert_eq!(finding.shortfalls[0].misses_by.as_deref(), Some("24 h"));
    let days = w.days(1);
    let due = w.arithmetic(crate::plan::Arithmetic::Add, since, days, Type::Time);
    let claim = w.compare(C::More, due, limit);
    w.rule(None, &[claim]);
    let finding = &w.outcomes()[1].findings[0];
    assert_eq!(finding.message, "protected_since + 24 h is 1970-01-02T00:00:00Z, after 1970-01-02T00:00:00Z asked");
    assert_eq!(finding.witnesses[0].text, "protected_since is 1970-01-01T00:00:00Z");
}

#[test]
fn what_is_computed_keeps_its_parentheses() {
    use crate::plan::Arithmetic::{Add, Divide, Multiply, Subtract};
    let mut w = World::new();
    let hours = |n: i64| V::Int(n * crate::value::civil::HOUR);
    let cells = [("protected_since", V::Int(0)), ("rto", hours(9)), ("retain_for", hours(3)), ("load", V::Number(2.0))];
    w.system("db1", &cells);
    let (since, rto) = (w.field(SYSTEM, 0, "protected_since"), w.field(SYSTEM, 0, "rto"));
    let (retain, load) = (w.field(SYSTEM, 0, "retain_for"), w.field(SYSTEM, 0, "load"));
    let none = w.days(0);
    let difference = w.arithmetic(Subtract, rto, retain, Type::Duration);
    let back = w.arithmetic(Subtract, since, difference, Type::Time);
    let limit = w.constant(Scalar::Time(at("1970-01-02T00:00:00Z")));
    let scaled = w.arithmetic(Multiply, difference, load, Type::Duration);
    let part = w.arithmetic(Divide, retain, load, Type::Duration);
    let sum = w.arithmetic(Add, rto, part, Type::Duration);
    let row = w.arithmetic(Subtract, difference, retain, Type::Duration);
    let claims = [
        w.compare(C::AtLeast, back, limit),
        w.compare(C::Less, scaled, none),
        w.compare(C::Less, sum, none),
        w.compare(C::Less, row, none),
    ];
    w.rule(None, &claims);
    let found: Vec<String> =
        w.outcomes()[0].findings.iter().map(|finding| finding.shortfalls[0].found.clone()).collect();
    assert_eq!(
        found,
        [
            "1969-12-31T18:00:00Z (protected_since - (rto - retain_for))",
            "12 h ((rto - retain_for) * load)",
            "10 h 30 min (rto + retain_for / load)",
            "3 h (rto - retain_for - retain_for)",
        ]
    );
}

#[test]
fn the_latest_and_its_field_are_named() {
    let mut w = World::new();
    w.system("db1", &[]);
    w.run(&[("started", time("2026-11-20T22:30:00Z")), ("duration", V::Int(5 * crate::value::civil::HOUR))]);
    let runs = w.related(RUN);
    let latest = w.reduce(runs, Method::Latest, None, None, Type::Row(RUN));
    let duration = w.field_on(latest, RUN, "duration");
    let limit = w.days(0);
    let points = w.related(POINT);
    let newest = w.reduce(points, Method::Latest, None, None, Type::Row(POINT));
    let newest = w.field_on(newest, POINT, "created");
    let claims = [w.compare(C::AtMost, duration, limit), w.some(points, None)];
    w.rule(None, &claims);
    let message = [Piece::Text("newest: ".to_owned()), Piece::Value(newest)];
    w.plan.rules[0].requirements[1].message = Some(message.to_vec());
    let findings = &w.outcomes()[0].findings;
    assert_eq!(findings[0].shortfalls[0].found, "5 h (duration of the latest run)");
    assert_eq!(findings[0].message, "duration of the latest run is 5 h, at most 0 s asked");
    assert_eq!(findings[1].message, "newest: none", "there surely is none: not `unknown`");
}

#[test]
fn a_gap_that_is_asked_for_and_not_there() {
    let mut w = World::new();
    w.system("db1", &[]);
    w.point(&[("state", V::Word("available")), ("created", days_ago(1))]);
    let points = w.related(POINT);
    let gaps = w.gaps_last(points, crate::value::Cadence::Daily, 1, None);
    let none = w.none(gaps, None);
    let claim = w.not(none);
    w.rule(None, &[claim]);
    let shortfall = &w.outcomes()[0].findings[0].shortfalls[0];
    assert_eq!((shortfall.required.as_str(), shortfall.found.as_str()), ("some day without one", "none, of 1 day"));
    assert_eq!(shortfall.misses_by, None);
}

#[test]
fn findings_are_bounded_failures_first() {
    let mut w = World::new();
    let keys = ["a", "b", "c", "d", "e"];
    for (place, key) in keys.iter().enumerate() {
        let cells: &[(&'static str, V)] = if place < 3 { &[] } else { &[("tier", V::Word("standard"))] };
        w.system(key, cells);
    }
    let tier = w.field(SYSTEM, 0, "tier");
    let claim = w.word(C::Is, tier, "critical");
    w.rule(None, &[claim]);
    let facts = w.facts();
    let settings = super::super::Settings {
        as_of: w.now,
        default_zone: w.zone.clone(),
        max_findings: 3,
        show_passing: false,
        threads: 1,
    };
    let outcome = super::super::evaluate(&w.plan, &facts, &w.exports, &settings).remove(0);
    let shown: Vec<_> = outcome.findings.iter().map(|f| (f.subject.clone().unwrap().key, f.verdict)).collect();
    let expected = [("a", Verdict::Unknown), ("d", Verdict::Fail), ("e", Verdict::Fail)];
    assert_eq!(shown, expected.map(|(key, verdict)| (key.to_owned(), verdict)));
    assert_eq!(outcome.findings_left_out, 2);
}
