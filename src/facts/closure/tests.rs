//! The examples C1 to C7, S3, S4, S6 of the semantics, and what else closes, opens or weakens a group.

use super::*;
use crate::base::Place;
use crate::facts::coverage::ExpectedExport;
use crate::facts::export::{ALL_TIME, Export};
use crate::facts::population::seen_note;
use crate::facts::statement::{Completeness, OwnStatement, Page, Said, Statement};
use crate::facts::testing::*;
use crate::value::civil::DAY;

const NOW: &str = "2026-11-22T06:00:00Z";

fn settings() -> CoverageSettings {
    CoverageSettings { now: at(NOW), strict: false, max_evidence_age: Vec::new(), expected: Vec::new() }
}

fn days_ago(days: i64) -> Instant {
    Instant(at(NOW).0 - days * DAY)
}

fn own(said: Said) -> OwnStatement {
    OwnStatement { offset: 0, kinds: Vec::new(), place: Place::File(String::new()), said }
}

fn entry(files: &[&str], absent: &[&str], said: Said) -> Statement {
    Statement {
        made: None,
        described_in: "facts.yaml".to_owned(),
        place: Place::File("facts.yaml".to_owned()),
        files: files.iter().map(|f| (*f).to_owned()).collect(),
        absent: absent.iter().map(|f| (*f).to_owned()).collect(),
        hash: None,
        said,
    }
}

/// The project of C1 to C7: an inventory of db1 and db7, runs and restore tests of db1 only, the oldest of 1 October.
fn project(runs: Said) -> FactsBuilder {
    let mut facts = FactsBuilder::new(schema());
    facts.file("inventory.json", &[]);
    facts.row(SYSTEM, &[("id", Put::Word("db1"))]).row(SYSTEM, &[("id", Put::Word("db7"))]);
    facts.file("restore_tests.json", &[]);
    event(&mut facts, RESTORE_TEST, "t1", "db1", "2026-10-01T00:00:00Z", "failed");
    event(&mut facts, RESTORE_TEST, "t2", "db1", "2026-11-01T00:00:00Z", "failed");
    facts.file("runs.json", &[]).own.push(own(runs));
    event(&mut facts, RUN, "r1", "db1", "2026-10-01T00:00:00Z", "success");
    event(&mut facts, RUN, "r2", "db1", "2026-11-21T00:00:00Z", "success");
    facts
}

fn event(
    facts: &mut FactsBuilder,
    kind: EntityId,
    id: &'static str,
    system: &'static str,
    started: &'static str,
    status: &'static str,
) {
    facts.row(
        kind,
        &[
            ("id", Put::Word(id)),
            ("system", Put::Word(system)),
            ("started", Put::Word(started)),
            ("status", Put::Word(status)),
        ],
    );
}

const DB1: u32 = 0;
const DB7: u32 = 1;

fn look(kind: EntityId, system: u32, days: i64) -> Look {
    Look { kind, subject: Some((SYSTEM, system)), from: Some(days_ago(days)) }
}

fn facts_of(builder: FactsBuilder) -> Facts {
    let (facts, diagnostics) = builder.finish(&[]);
    assert_eq!(diagnostics, []);
    facts
}

fn texts(doubts: &[Doubt]) -> Vec<String> {
    doubts.iter().map(|d| format!("{} | {}", d.text, d.settle)).collect()
}

#[test]
fn c1_a_missing_test_may_accuse_and_not_acquit() {
    let facts = facts_of(project(Said::default()));
    let coverage = ExportCoverage::new(&facts, settings());
    assert_eq!(coverage.closure(look(RESTORE_TEST, DB1, 90)), Closure::Weak);
    assert_eq!(coverage.closure(look(RESTORE_TEST, DB7, 90)), Closure::Weak);
    assert_eq!(
        texts(&coverage.doubts(look(RESTORE_TEST, DB1, 90))),
        ["the oldest restore_test in restore_tests.json is of 2026-10-01T00:00:00Z, and the time from \
          2026-08-24T06:00:00Z is looked at | write `\"covers_from\": \"2026-08-24T06:00:00Z\"` under the key `export` \
          of restore_tests.json"]
    );
    assert_eq!(
        texts(&coverage.doubts(look(RESTORE_TEST, DB7, 30))),
        ["no row for db7 in restore_tests.json, which is assumed to cover it | write `\"covers\": \"all\"` under the \
          key `export` of restore_tests.json"]
    );
}

#[test]
fn c2_c3_c4_c6_what_a_statement_adds() {
    let facts = facts_of(project(Said::default()));
    let coverage = ExportCoverage::new(&facts, settings());
    assert_eq!(coverage.closure(look(RUN, DB1, 30)), Closure::Closed, "C2");
    assert_eq!(coverage.closure(look(RUN, DB7, 30)), Closure::Weak, "C2");
    assert_eq!(coverage.closure(look(RUN, DB1, 60)), Closure::Weak, "C3");
    assert_eq!(coverage.doubts(look(RUN, DB1, 30)), []);

    let facts = facts_of(project(Said { covers_from: Some(at("2026-01-01T00:00:00Z")), ..Said::default() }));
    let coverage = ExportCoverage::new(&facts, settings());
    assert_eq!(coverage.closure(look(RUN, DB1, 60)), Closure::Closed, "C4");
    assert_eq!(coverage.closure(look(RUN, DB7, 60)), Closure::Weak, "C4");
    assert_eq!(coverage.closure(look(RUN, DB1, 400)), Closure::Open, "before what is stated");

    let facts = facts_of(project(Said { covers: Some(super::super::export::Covers::All), ..Said::default() }));
    let coverage = ExportCoverage::new(&facts, settings());
    assert_eq!(coverage.closure(look(RUN, DB1, 30)), Closure::Closed, "C6");
    assert_eq!(coverage.closure(look(RUN, DB7, 30)), Closure::Closed, "C6");
}

#[test]
fn c5_an_incomplete_export_opens_everybody_unless_it_limits_itself() {
    let second = |covers: Option<super::super::export::Covers>| {
        let mut builder = project(Said::default());
        let listing = builder.file("more/runs.json", &[RUN]);
        listing.tool = Some("aws".to_owned());
        listing.page = Page { next: Some("abc".to_owned()), total: None, count: 50 };
        listing.own.push(own(Said { covers, ..Said::default() }));
        facts_of(builder)
    };
    let facts = second(None);
    let coverage = ExportCoverage::new(&facts, settings());
    assert_eq!(coverage.closure(look(RUN, DB1, 30)), Closure::Open);
    assert_eq!(coverage.closure(look(RUN, DB7, 30)), Closure::Open);
    assert_eq!(coverage.population(RUN), Population::Partial);
    assert_eq!(
        texts(&coverage.doubts(look(RUN, DB1, 30))),
        [
            "more/runs.json is incomplete: another page follows, which is not there; nothing says whom it covers | add the next page under the same name \
          with the next number, or list all pages in one entry of facts.yaml, or write `\"covers\": {\"system\": […]}` under the key `export` of more/runs.json"
        ]
    );
    let facts =
        second(Some(super::super::export::Covers::Some(vec![(SYSTEM, vec!["web-*".to_owned(), "db7".to_owned()])])));
    let coverage = ExportCoverage::new(&facts, settings());
    assert_eq!(coverage.closure(look(RUN, DB1, 30)), Closure::Closed);
    assert_eq!(coverage.closure(look(RUN, DB7, 30)), Closure::Open);
}

#[test]
fn c7_nothing_collected_is_open_and_says_so() {
    let facts = facts_of(project(Said::default()));
    let coverage = ExportCoverage::new(&facts, settings());
    let points = Look { kind: RECOVERY_POINT, subject: Some((SYSTEM, DB1)), from: None };
    assert_eq!(coverage.closure(points), Closure::Open);
    assert_eq!(
        texts(&coverage.doubts(points)),
        ["no evidence of recovery_point was collected | add an export that lists `recovery_point`"]
    );
    assert_eq!(coverage.population(RECOVERY_POINT), Population::Nothing);
    assert_eq!(coverage.population(SYSTEM), Population::Listed);
    assert_eq!(coverage.population_doubt(SYSTEM), None);
}

#[test]
fn s3_an_empty_list_closes_weakly_and_s4_s6_by_coverage() {
    let mut builder = project(Said::default());
    builder.file("points.json", &[RECOVERY_POINT]).own.push(own(Said::default()));
    let facts = facts_of(builder);
    let coverage = ExportCoverage::new(&facts, settings());
    let points = Look { kind: RECOVERY_POINT, subject: Some((SYSTEM, DB1)), from: None };
    assert_eq!(coverage.closure(points), Closure::Weak, "S3");

    let from = |from: &str| facts_of(project(Said { covers_from: Some(at(from)), ..Said::default() }));
    let short = from("2026-11-12T00:00:00Z");
    assert_eq!(ExportCoverage::new(&short, settings()).closure(look(RUN, DB1, 30)), Closure::Open, "S4, S6 before");
    let long = from("2026-10-01T00:00:00Z");
    assert_eq!(ExportCoverage::new(&long, settings()).closure(look(RUN, DB1, 30)), Closure::Closed, "S4, S6 after");
}

#[test]
fn a_look_without_end_needs_all_time_and_states_need_no_span() {
    let said = Said { covers: Some(super::super::export::Covers::All), ..Said::default() };
    let endless = Look { from: None, ..look(RUN, DB1, 0) };
    let facts = facts_of(project(said.clone()));
    assert_eq!(ExportCoverage::new(&facts, settings()).closure(endless), Closure::Weak);
    let facts = facts_of(project(Said { covers_from: Some(ALL_TIME), ..said }));
    assert_eq!(ExportCoverage::new(&facts, settings()).closure(endless), Closure::Closed);

    let all_systems = Look { kind: SYSTEM, subject: None, from: None };
    assert_eq!(ExportCoverage::new(&facts, settings()).closure(all_systems), Closure::Closed);
}

#[test]
fn a_group_of_all_rows_is_only_weakly_closed_by_an_export_that_limits_itself() {
    let all = Look { subject: None, ..look(RUN, DB1, 30) };
    let facts = facts_of(project(Said::default()));
    assert_eq!(ExportCoverage::new(&facts, settings()).closure(all), Closure::Closed);
    let covers = Some(super::super::export::Covers::Some(vec![(SYSTEM, vec!["db*".to_owned()])]));
    let facts = facts_of(project(Said { covers, ..Said::default() }));
    let coverage = ExportCoverage::new(&facts, settings());
    assert_eq!(coverage.closure(all), Closure::Weak);
    assert_eq!(coverage.closure(look(RUN, DB7, 30)), Closure::Closed, "stated by a glob");
}

#[test]
fn two_sources_join_their_spans_and_each_closes_its_own() {
    let mut builder = FactsBuilder::new(schema());
    builder.file("a.json", &[]).own.push(own(Said {
        covers_from: Some(at("2026-09-01T00:00:00Z")),
        covers_to: Some(at("2026-11-01T00:00:00Z")),
        ..Said::default()
    }));
    event(&mut builder, RUN, "r1", "db1", "2026-10-01T00:00:00Z", "success");
    builder.file("b.json", &[]);
    event(&mut builder, RUN, "r2", "db1", "2026-11-01T00:00:00Z", "success");
    event(&mut builder, RUN, "r3", "db7", "2026-11-02T00:00:00Z", "success");
    let facts = facts_of(builder);
    let coverage = ExportCoverage::new(&facts, settings());
    assert_eq!(coverage.closure(look(RUN, DB1, 60)), Closure::Closed, "1 Sep to 1 Nov, and from then on");
    assert_eq!(coverage.closure(look(RUN, DB7, 60)), Closure::Weak);
    assert_eq!(coverage.closure(look(RUN, DB7, 20)), Closure::Closed);
    assert_eq!(coverage.population(SYSTEM), Population::Seen);
    assert_eq!(
        seen_note(&facts.schema, SYSTEM, facts.table(SYSTEM).rows),
        "2 systems seen, no inventory: add an export that lists `system`"
    );
}

#[test]
fn pages_of_one_listing_are_one_export() {
    let pages = |nexts: &[Option<&str>], total: Option<u64>| -> Vec<Export> {
        let mut builder = FactsBuilder::new(schema());
        for (i, next) in nexts.iter().enumerate() {
            let listing = builder.file(&format!("runs-{i}.json"), &[RUN]);
            listing.tool = Some("aws".to_owned());
            listing.page = Page { next: next.map(str::to_owned), total, count: 50 };
        }
        facts_of(builder).exports
    };
    let whole = pages(&[Some("b"), Some("c"), None], None);
    assert_eq!((whole.len(), &whole[0].incomplete, &whole[0].files[..]), (1, &None, &[0, 1, 2][..]));
    let no_end = pages(&[Some("b"), Some("c")], None);
    assert_eq!(no_end.len(), 1);
    assert_eq!(no_end[0].incomplete.as_deref(), Some("another page follows, which is not there"));
    let short = pages(&[Some("b"), None], Some(120));
    assert_eq!(short[0].incomplete.as_deref(), Some("it holds 100 of 120 records"));
    let two_listings = pages(&[None, None], None);
    assert_eq!(two_listings.len(), 2);
}

#[test]
fn listings_by_other_filters_or_names_are_no_pages_of_each_other() {
    let exports = |files: [(&str, Option<&str>, Option<&str>); 2]| -> Vec<Option<String>> {
        let mut builder = FactsBuilder::new(schema());
        for (name, filter, next) in files {
            let listing = builder.file(name, &[RUN]);
            (listing.tool, listing.filter) = (Some("aws".to_owned()), filter.map(str::to_owned));
            listing.page = Page { next: next.map(str::to_owned), total: None, count: 50 };
        }
        facts_of(builder).exports.into_iter().map(|export| export.incomplete).collect()
    };
    let missing = Some("another page follows, which is not there".to_owned());
    let (gold, silver) = (Some("1/eu/gold"), Some("1/eu/silver"));
    assert_eq!(exports([("jobs-1.json", gold, Some("b")), ("jobs-2.json", gold, None)]), [None]);
    assert_eq!(exports([("jobs-1.json", gold, Some("b")), ("jobs-2.json", silver, None)]), [missing.clone(), None]);
    assert_eq!(exports([("failed.json", gold, Some("b")), ("completed.json", gold, None)]), [missing.clone(), None]);
    assert_eq!(exports([("a1/jobs.json", gold, Some("b")), ("a2/jobs.json", gold, None)]), [missing, None]);
}

#[test]
fn an_absent_file_opens_its_kinds() {
    let said = Said { kinds: Some(vec![RUN]), ..Said::default() };
    let (facts, diagnostics) = project(Said::default()).finish(&[entry(&[], &["more.json"], said)]);
    assert_eq!(diagnostics, []);
    let coverage = ExportCoverage::new(&facts, settings());
    assert_eq!(coverage.closure(look(RUN, DB1, 30)), Closure::Open);
    assert_eq!(coverage.closure(look(RESTORE_TEST, DB1, 30)), Closure::Closed);
    assert_eq!(
        texts(&coverage.doubts(Look { subject: None, ..look(RUN, DB1, 30) })),
        ["`more.json` is named in facts.yaml, but is not there | load what is missing"]
    );
    let (facts, _) = project(Said::default()).finish(&[entry(&["runs.json"], &["more.json"], Said::default())]);
    assert_eq!(ExportCoverage::new(&facts, settings()).closure(look(RUN, DB1, 30)), Closure::Open);
    let (facts, _) = project(Said::default()).finish(&[entry(&[], &["more.json"], Said::default())]);
    let coverage = ExportCoverage::new(&facts, settings());
    assert_eq!(coverage.closure(look(RESTORE_TEST, DB1, 30)), Closure::Open, "without kinds, all of them");
}

#[test]
fn what_is_expected_and_absent_opens_its_kinds_for_whom_it_covers() {
    let facts = facts_of(project(Said::default()));
    let expected = ExpectedExport {
        tool: Some("restic".to_owned()),
        kinds: vec![RUN],
        covers: Some(super::super::export::Covers::Some(vec![(SYSTEM, vec!["db7".to_owned()])])),
        described_in: "backproof.yaml".to_owned(),
        ..Default::default()
    };
    let coverage = ExportCoverage::new(&facts, CoverageSettings { expected: vec![expected], ..settings() });
    assert_eq!(coverage.closure(look(RUN, DB1, 30)), Closure::Closed);
    assert_eq!(coverage.closure(look(RUN, DB7, 30)), Closure::Open);
    assert_eq!(
        texts(&coverage.doubts(look(RUN, DB7, 30)))[0],
        "an export of restic that states that it covers system db7 is expected, but is not there | add it, state `covers` of \
         it, or take it out of `expect` in backproof.yaml"
    );
}

#[test]
fn what_is_expected_is_there_kind_by_kind_and_for_whom_it_states() {
    use super::super::export::Covers;
    let of_db1 = || Some(Covers::Some(vec![(SYSTEM, vec!["db1".to_owned()])]));
    let closure = |kinds: Vec<EntityId>, covers: Option<Covers>, said: Said| {
        let facts = facts_of(project(said));
        let expected = vec![ExpectedExport { kinds, covers, ..Default::default() }];
        ExportCoverage::new(&facts, CoverageSettings { expected, ..settings() }).closure(look(RUN, DB1, 30))
    };
    let covering = |covers: Option<Covers>| Said { covers, ..Said::default() };
    // Runs and restore tests stand in two files, each an export of its own.
    assert_eq!(closure(vec![RUN, RESTORE_TEST], None, Said::default()), Closure::Closed);
    assert_eq!(closure(vec![RUN], of_db1(), covering(Some(Covers::All))), Closure::Closed);
    assert_eq!(closure(vec![RUN], of_db1(), covering(of_db1())), Closure::Closed);
    assert_eq!(
        closure(vec![RUN], of_db1(), Said::default()),
        Closure::Open,
        "nothing says that it is the expected one"
    );
    assert_eq!(closure(vec![RUN], Some(Covers::All), covering(of_db1())), Closure::Open);
}

#[test]
fn stale_states_are_weak_and_stale_events_are_open_after_their_end() {
    let collected = Said { collected_at: Some(days_ago(3)), ..Said::default() };
    let mut builder = project(collected.clone());
    builder.file("points.json", &[]).own.push(own(collected));
    builder.row(
        RECOVERY_POINT,
        &[("id", Put::Word("p1")), ("system", Put::Word("db1")), ("created", Put::Word("2026-11-10T00:00:00Z"))],
    );
    let facts = facts_of(builder);
    let points = Look { kind: RECOVERY_POINT, subject: Some((SYSTEM, DB1)), from: None };
    let fresh = ExportCoverage::new(&facts, settings());
    assert_eq!((fresh.closure(points), fresh.stale(RECOVERY_POINT, 0)), (Closure::Closed, false));
    let ages = vec![(RUN, 2 * DAY), (RECOVERY_POINT, 2 * DAY)];
    let coverage = ExportCoverage::new(&facts, CoverageSettings { max_evidence_age: ages, ..settings() });
    assert_eq!((coverage.closure(points), coverage.stale(RECOVERY_POINT, 0)), (Closure::Weak, true));
    assert_eq!(coverage.closure(look(RUN, DB1, 30)), Closure::Open);
    assert!(!coverage.stale(RUN, 0), "what happened stays known");
    assert_eq!(
        texts(&coverage.doubts(points)),
        [
            "points.json was collected on 2026-11-19T06:00:00Z, too long ago to acquit anybody now | collect points.json again"
        ]
    );
    let limit = vec![(RUN, 3 * DAY)];
    let coverage = ExportCoverage::new(&facts, CoverageSettings { max_evidence_age: limit, ..settings() });
    assert_eq!(coverage.closure(look(RUN, DB1, 30)), Closure::Closed, "exactly as old as allowed");
}

#[test]
fn strict_weighs_undated_unattributed_and_seen_as_weak() {
    let strict = || CoverageSettings { strict: true, ..settings() };
    let facts = facts_of(project(Said::default()));
    let coverage = ExportCoverage::new(&facts, strict());
    assert_eq!(coverage.closure(look(RUN, DB1, 30)), Closure::Weak, "undated");
    assert!(coverage.stale(SYSTEM, DB1));
    assert!(coverage.population_doubt(SYSTEM).is_some());

    let dated = Said { collected_at: Some(at(NOW)), ..Said::default() };
    let facts = facts_of(project(dated.clone()));
    assert_eq!(ExportCoverage::new(&facts, strict()).closure(look(RUN, DB1, 30)), Closure::Closed);

    let mut builder = project(dated.clone());
    builder.file("nobody.json", &[]).own.push(own(dated));
    builder.row(RUN, &[("id", Put::Word("r9")), ("started", Put::Word("2026-11-20T00:00:00Z"))]);
    event(&mut builder, RUN, "r10", "db9", "2026-11-20T00:00:00Z", "success");
    let facts = facts_of(builder);
    let coverage = ExportCoverage::new(&facts, strict());
    assert_eq!(coverage.closure(look(RUN, DB1, 30)), Closure::Weak, "a run names nobody");
    assert_eq!(
        texts(&coverage.doubts(look(RUN, DB1, 30))),
        ["rows of run that name nobody may be about db1: 1 | name the owner in each row of run"]
    );
    let doubt = coverage.population_doubt(SYSTEM);
    assert_eq!(doubt.map(|d| d.text).as_deref(), Some("1 system seen, in no inventory"));
    assert_eq!(ExportCoverage::new(&facts, settings()).closure(look(RUN, DB1, 30)), Closure::Closed);
}

#[test]
fn sections_of_one_file_are_exports_of_their_own() {
    let section = |offset: u64, said: Said| OwnStatement { offset, kinds: vec![RUN], ..own(said) };
    let mut builder = FactsBuilder::new(schema());
    let listing = builder.file("all.ndjson", &[RUN]);
    listing.own.push(section(0, Said { covers_from: Some(at("2026-01-01T00:00:00Z")), ..Said::default() }));
    listing.own.push(section(1, Said::default()));
    event(&mut builder, RUN, "r1", "db1", "2026-11-01T00:00:00Z", "success");
    event(&mut builder, RUN, "r2", "db7", "2026-11-01T00:00:00Z", "success");
    let facts = facts_of(builder);
    assert_eq!(facts.exports.len(), 2);
    let coverage = ExportCoverage::new(&facts, settings());
    assert_eq!(coverage.closure(look(RUN, DB1, 30)), Closure::Closed);
    assert_eq!(coverage.closure(look(RUN, DB7, 30)), Closure::Weak);
}

#[test]
fn said_twice_and_differently_is_an_error() {
    let said = Said { complete: Some(Completeness::Complete), ..Said::default() };
    let one = entry(&["runs.json"], &[], said.clone());
    let other = entry(&["runs.json"], &[], Said { tool: Some("restic".to_owned()), ..said.clone() });
    let (_, diagnostics) = project(Said::default()).finish(&[one.clone(), one.clone()]);
    assert_eq!(diagnostics, []);
    let (_, diagnostics) = project(Said::default()).finish(&[one.clone(), other]);
    assert_eq!(diagnostics.iter().map(|d| d.code.0).collect::<Vec<_>>(), ["E1111"]);
    let why = Some(Completeness::Incomplete("x".to_owned()));
    let (_, diagnostics) = project(Said { complete: why, ..Said::default() }).finish(&[one]);
    assert_eq!(diagnostics[0].message, "`complete` is stated twice, and differently");
}

#[test]
fn nested_rows_are_closed_where_their_row_states_its_list() {
    let mut builder = FactsBuilder::new(schema());
    builder.file("plans.json", &[]);
    builder.row(PLAN, &[("id", Put::Word("p1"))]);
    let mut facts = facts_of(builder);
    let copies = Look { kind: PLAN_COPY, subject: Some((PLAN, 0)), from: None };
    let coverage = ExportCoverage::new(&facts, settings());
    assert_eq!(coverage.closure(copies), Closure::Open);
    assert_eq!(
        texts(&coverage.doubts(copies)),
        ["p1 does not say what its copies are | state `copies`, with `[]` for none"]
    );
    facts.tables[PLAN.0 as usize].columns[2] = Some(super::super::table::Column {
        data: super::super::table::Data::Bits(Bits::default()),
        known: Bits { words: vec![1] },
        sparse: Default::default(),
        exact: true,
    });
    assert_eq!(ExportCoverage::new(&facts, settings()).closure(copies), Closure::Closed);
}

#[test]
fn an_old_undated_export_and_a_later_day_are_warned_about() {
    let facts = facts_of(project(Said { collected_at: Some(at("2026-11-22T07:00:00Z")), ..Said::default() }));
    let codes = |now: &str| warnings(&facts, at(now)).iter().map(|d| d.code.0).collect::<Vec<_>>();
    assert_eq!(codes("2026-11-02T06:00:00Z"), ["W1102"], "the inventory has no date; later events are not visible yet");
    assert_eq!(codes(NOW), ["W1102", "W1102"], "restore_tests.json is undated since 1 Nov, too");

    let mut builder = FactsBuilder::new(schema());
    builder.file("systems.json", &[SYSTEM]).collected_at = Some(at("2026-11-22T06:05:01Z"));
    let facts = facts_of(builder);
    assert_eq!(warnings(&facts, at(NOW)).iter().map(|d| d.code.0).collect::<Vec<_>>(), ["W1103"]);
    assert_eq!(warnings(&facts, at("2026-11-22T06:01:00Z")), []);
}
