//! Facts as they are written back: every state of a cell, sections, nested rows, words for people.

use super::*;
use crate::base::Place;
use crate::facts::schema::Schema;
use crate::facts::statement::{Completeness, OwnStatement, Said, Statement};
use crate::facts::testing::*;
use crate::value::instant::read_instant;

fn ndjson(facts: &Facts) -> Vec<String> {
    let mut out = Vec::new();
    write_ndjson(facts, &mut out).unwrap();
    String::from_utf8(out).unwrap().lines().map(str::to_owned).collect()
}

fn own(said: Said) -> OwnStatement {
    OwnStatement { offset: 0, kinds: Vec::new(), place: Place::File(String::new()), said }
}

#[test]
fn every_state_of_a_cell_has_its_notation() {
    let mut builder = FactsBuilder::new(schema());
    builder.file("inventory.json", &[]);
    builder.row(
        SYSTEM,
        &[
            ("id", Put::Word("db\"1")),
            ("tier", Put::Unmapped("gold?")),
            ("rto", Put::Int(90_000_000_000)),
            ("retired", Put::Word("never")),
            ("data", Put::Words(vec!["pii", "phi"])),
            ("size", Put::Between(1_000_000_000, 1_073_741_824)),
            ("active", Put::Bool(true)),
        ],
    );
    builder.row(
        SYSTEM,
        &[
            ("id", Put::Word("db2")),
            ("tier", Put::Word("critical")),
            ("rto", Put::Months(3)),
            ("retired", Put::Between(at("2026-01-01T00:00:00Z").0, i64::MAX)),
            ("data", Put::OpenWords(vec!["pii"])),
            ("size", Put::Int(0)),
        ],
    );
    builder.row(SYSTEM, &[("id", Put::Word("db3")), ("data", Put::Words(vec![]))]);
    builder.row(RECOVERY_POINT, &[("id", Put::Word("p1")), ("system", Put::Word("seen"))]);
    let (facts, _) = builder.finish(&[]);
    assert_eq!(
        ndjson(&facts),
        [
            r#"{"kind":"export","complete":true,"kinds":["system","recovery_point"],"files":["inventory.json"]}"#,
            r#"{"kind":"system","id":"db\"1","tier":{"$unknown":"gold?"},"rto":"90 s","retired":"never","data":["pii","phi"],"size":{"$from":1000000000,"$to":1073741824},"active":true}"#,
            r#"{"kind":"system","id":"db2","tier":"critical","rto":"3 months","retired":{"$from":"2026-01-01T00:00:00Z","$to":"never"},"data":{"$open":["pii"]},"size":0}"#,
            r#"{"kind":"system","id":"db3","data":[]}"#,
            r#"{"kind":"recovery_point","id":"p1","system":"seen","state":{"$unknown":"not stated"}}"#,
        ]
    );
}

#[test]
fn each_export_is_a_section_and_keeps_its_witnesses() {
    let mut builder = FactsBuilder::new(schema());
    let said = Said {
        covers_from: Some(crate::facts::export::ALL_TIME),
        covers: Some(Covers::Some(vec![(SYSTEM, vec!["db*".to_owned()])])),
        collected_at: Some(at("2026-11-22T05:00:00Z")),
        account: Some("prod".to_owned()),
        ..Said::default()
    };
    builder.file("a.json", &[]).own.push(own(said));
    builder.row(RUN, &[("id", Put::Word("r1")), ("system", Put::Word("db1"))]).also(RUN, 1);
    builder.file("b.json", &[RUN]);
    let absent = Statement {
        made: None,
        described_in: "facts.yaml".to_owned(),
        place: Place::File(String::new()),
        files: Vec::new(),
        absent: vec!["c.json".to_owned()],
        hash: None,
        said: Said { kinds: Some(vec![RESTORE_TEST]), complete: Some(Completeness::Complete), ..Said::default() },
    };
    let (facts, _) = builder.finish(&[absent]);
    let run = r#"{"kind":"run","id":"r1","system":"db1"}"#;
    assert_eq!(
        ndjson(&facts),
        [
            r#"{"kind":"export","account":"prod","collected_at":"2026-11-22T05:00:00Z","covers_from":"all","complete":true,"kinds":["run"],"files":["a.json"],"covers":{"system":["db*"]}}"#,
            run,
            r#"{"kind":"export","complete":true,"kinds":["run"],"files":["b.json"]}"#,
            run,
            r#"{"kind":"export","incomplete":"`c.json` is named in facts.yaml, but is not there","kinds":["restore_test"]}"#,
        ]
    );
    assert_eq!(
        summary(&facts),
        "a.json: json, 1 row
          1 run
  export: lists run, account prod; collected 2026-11-22T05:00:00Z; complete; covers system db*; reaches back without end
b.json: json, 0 rows
          1 run
  export: lists run; undated; complete; does not say whom it covers
absent: lists restore_test; undated; incomplete: `c.json` is named in facts.yaml, but is not there; does not say whom \
         it covers
"
    );
}

#[test]
fn nested_rows_stand_in_their_row() {
    let mut builder = FactsBuilder::new(schema());
    builder.file("plans.json", &[]).tool = Some("aws".to_owned());
    builder.row(PLAN, &[("id", Put::Word("nightly")), ("systems", Put::Words(vec!["db1"]))]);
    builder.row(PLAN_COPY, &[("plan", Put::Word("nightly")), ("place", Put::Word("cpt"))]);
    builder.row(PLAN_COPY, &[("plan", Put::Word("nightly")), ("place", Put::Word("jhb"))]);
    let (facts, _) = builder.finish(&[]);
    assert_eq!(
        ndjson(&facts)[1..],
        [r#"{"kind":"plan","id":"nightly","systems":["db1"],"copies":[{"place":"cpt"},{"place":"jhb"}]}"#.to_owned()]
    );
}

#[test]
fn rows_of_no_export_close_nothing() {
    let mut builder = FactsBuilder::new(schema());
    builder.file("a.json", &[]);
    builder.row(SYSTEM, &[("id", Put::Word("db1")), ("tier", Put::Unmapped("x"))]);
    let (mut facts, _) = builder.finish(&[]);
    facts.files[0].export = None;
    facts.exports.clear();
    assert_eq!(
        ndjson(&facts),
        [
            r#"{"kind":"export","incomplete":"nothing is known of the export of these rows","kinds":[]}"#,
            r#"{"kind":"system","id":"db1","tier":{"$unknown":"x"}}"#,
        ]
    );
    assert!(summary(&facts).ends_with("not understood:\n          1 system.tier: \"x\"\n"));
}

#[test]
fn the_ends_of_all_time_can_be_read_again() {
    assert!(read_instant(write_instant(super::cell::EARLIEST)).is_ok());
    assert!(read_instant(write_instant(crate::value::instant::LATEST)).is_ok());
}

#[test]
fn an_export_row_is_read_as_it_was_written() {
    let mut builder = FactsBuilder::new(schema());
    let said = Said {
        tool: Some("restic".to_owned()),
        account: Some("a/b".to_owned()),
        kinds: Some(vec![SYSTEM, RUN]),
        collected_at: Some(at("2026-11-22T05:00:00.123456789Z")),
        complete: Some(Completeness::Incomplete("page 2: \"gone\"".to_owned())),
        covers: Some(Covers::Some(vec![(SYSTEM, vec!["db*".to_owned(), "w'[{]".to_owned()])])),
        covers_from: Some(at("2026-01-01T00:00:00Z")),
        covers_to: Some(at("2026-11-20T00:00:00Z")),
        timezone: Some("Africa/Johannesburg".to_owned()),
        words: Vec::new(),
    };
    builder.file("a.json", &[]).own.push(own(said.clone()));
    let (facts, _) = builder.finish(&[]);
    let schema: Schema = schema();
    let beginning = crate::facts::manifest::Beginning { file: "x", line: 1, column: 1, offset: 0 };
    let (read, mistakes) = crate::facts::manifest::statement_from_row(&ndjson(&facts)[0], beginning, &schema, None);
    assert_eq!(mistakes, []);
    assert_eq!(read.map(|own| own.said), Some(said));
}
