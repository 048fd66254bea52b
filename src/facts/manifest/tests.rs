//! Manifests and own statements: what they mean, and where their mistakes are shown.

use super::*;
use crate::base::Excerpt;
use crate::facts::export::{ALL_TIME, Covers};
use crate::facts::statement::{Completeness, Word, settings_for};
use crate::facts::testing::*;

fn files(names: &[&str]) -> Vec<String> {
    names.iter().map(|n| (*n).to_owned()).collect()
}

fn read(text: &str, there: &[&str]) -> (Vec<Statement>, Vec<String>) {
    let schema = schema();
    let there = files(there);
    let known = Known { schema: &schema, zone: None, files: &there };
    let (statements, diagnostics) = read_manifest("facts/facts.yaml", text.as_bytes(), known);
    (statements, diagnostics.iter().map(shown).collect())
}

fn shown(diagnostic: &Diagnostic) -> String {
    let at = match diagnostic.primary.as_ref().map(|l| &l.place) {
        Some(Place::Facts(Excerpt { file, line, column, .. })) => format!("{file}:{line}:{column}"),
        other => format!("{other:?}"),
    };
    let help = diagnostic.help.as_ref().map_or_else(String::new, |help| format!(" | {help}"));
    format!("{at} {}: {}{help}", diagnostic.code.0, diagnostic.message)
}

#[test]
fn the_entry_of_the_language_page() {
    let (statements, mistakes) = read(
        r#"version: 1
exports:
  - files: [runs-*.json, gone.json]
    tool: restic
    account: 012345678901
    kinds: [runs, restore_test]
    collected_at: 2026-11-22T05:00:00Z
    complete: true
    covers: {system: [db1, "web-*"]}
    covers_from: 2026-01-01
    timezone: Africa/Johannesburg
    words: {job: run, estate: ignore}
"#,
        &["facts/runs-1.json", "facts/runs-2.json", "facts/deep/runs-3.json", "runs-4.json"],
    );
    assert_eq!(mistakes, Vec::<String>::new());
    let statement = &statements[0];
    assert_eq!(statement.files, ["facts/runs-1.json", "facts/runs-2.json"]);
    assert_eq!(statement.absent, ["gone.json"]);
    let said = &statement.said;
    assert_eq!(said.account.as_deref(), Some("012345678901"));
    assert_eq!(said.kinds.as_deref(), Some(&[RUN, RESTORE_TEST][..]));
    assert_eq!(said.collected_at, Some(at("2026-11-22T05:00:00Z")));
    assert_eq!(said.complete, Some(Completeness::Complete));
    assert_eq!(said.covers, Some(Covers::Some(vec![(SYSTEM, files(&["db1", "web-*"]))])));
    assert_eq!(said.covers_from, Some(at("2025-12-31T22:00:00Z")), "the day begins in the export's zone");
    assert_eq!(said.words, [("estate".to_owned(), Word::Ignore), ("job".to_owned(), Word::Entity(RUN))]);
    let settings = settings_for("facts/runs-2.json", &statements);
    assert_eq!(settings.timezone.as_deref(), Some("Africa/Johannesburg"));
    assert_eq!(settings_for("runs-4.json", &statements), Default::default());
}

#[test]
fn every_mistake_is_named_at_its_place() {
    let (_, mistakes) = read(
        "version: 1
exports:
  - files: [a.json]
    tol: restic
    kinds: [rnu, run]
    collected_at: yesterday
    complete: perhaps
    covers: some
    timezone: Africa/Johanesburg
  - files: ['[x.json']
    covers: {plan_copy: [x], system: [a], system: [b]}
    words: {job: jbo}
    covers_from: 2026-05-01T00:00:00Z
    covers_to: 2026-04-01T00:00:00Z
  - tool: restic
  - files: [b*.json]
",
        &["facts/a.json"],
    );
    assert_eq!(
        mistakes,
        [
            "facts/facts.yaml:4:5 E1102: there is no key `tol` here | did you mean `tool`",
            "facts/facts.yaml:9:15 E1106: there is no zone `Africa/Johanesburg` | did you mean `Africa/Johannesburg`",
            "facts/facts.yaml:5:13 E1104: there is no kind `rnu` | did you mean `run`",
            "facts/facts.yaml:6:19 E1105: `collected_at` is `yesterday`, which is no instant | write date, time and \
             offset: `2026-11-22T05:00:00Z`",
            "facts/facts.yaml:7:15 E1103: `complete` is `perhaps` | write `true` or `false`",
            "facts/facts.yaml:8:13 E1103: `covers` is `some` | write `all`, or whom it covers, such as `{system: [db1, \
             \"web-*\"]}`",
            "facts/facts.yaml:11:14 E1112: a `plan_copy` has no key that could be named | name systems, repositories or \
             another kind with a key",
            "facts/facts.yaml:11:43 E1110: `system` is written twice | keep one of them",
            "facts/facts.yaml:12:18 E1104: there is no kind `jbo` | kinds are the entities of the schema, such as `run` \
             or `recovery_point`",
            "facts/facts.yaml:14:16 E1113: the span covered ends before it begins | `covers_from` has to lie before \
             `covers_to` and `collected_at`",
            "facts/facts.yaml:10:13 E1107: `[x.json` is no glob: unclosed character class; missing ']' | `*` stands for \
             any characters; write `[[]` for a bracket",
            "facts/facts.yaml:15:5 E1108: the entry has no `files` | add `files: [runs.json]`",
            "facts/facts.yaml:16:13 W1101: no facts file is called `b*.json` | names are relative to the manifest's \
             folder",
        ]
    );
}

#[test]
fn the_frame_is_checked() {
    let only = |text: &str| read(text, &[]).1;
    assert_eq!(
        only(""),
        ["facts/facts.yaml:1:1 E1108: the manifest is empty | write `version: 1` and the list `exports:`"]
    );
    assert_eq!(
        only("version: 2\nexports: []\n"),
        ["facts/facts.yaml:1:10 E1109: this version of the manifest is not known | write `version: 1`"]
    );
    assert!(only("exports: [\n")[0].contains(" E1101: the manifest cannot be read: "));
    assert!(only("a: &a [*a]\n")[0].contains("E1101"));
    assert!(only("version: 1\nversion: 1\nexports: x\n")[0].contains("E1110"));
    assert!(only("version: 1\nexports: []\n---\nversion: 1\n")[0].contains("a second document begins here"));
    assert!(only(&format!("version: 1\nexports: {}", "[".repeat(5000)))[0].contains("E1101"));
}

#[test]
fn a_pattern_that_finds_nothing_makes_an_absent_export() {
    let (statements, mistakes) =
        read("version: 1\nexports:\n- files: [runs-*.json]\n  kinds: [run]\n", &["facts/x.json"]);
    assert_eq!(mistakes.len(), 1);
    assert_eq!((statements[0].files.len(), &statements[0].absent[..]), (0, &files(&["runs-*.json"])[..]));
    let (statements, _) = read("version: 1\nexports:\n- files: ../x.json\n", &["./x.json"]);
    assert_eq!(statements[0].files, ["./x.json"]);
}

#[test]
fn a_time_without_zone_covers_the_shorter_span() {
    let (statements, mistakes) = read(
        "version: 1\nexports:\n- files: x.json\n  covers_from: 2026-05-01\n  covers_to: 2026-05-31\n",
        &["facts/x.json"],
    );
    assert_eq!(mistakes, Vec::<String>::new());
    assert_eq!(statements[0].said.covers_from, Some(at("2026-05-01T12:00:00Z")));
    assert_eq!(
        statements[0].said.covers_to,
        Some(at("2026-05-31T10:00:00Z")),
        "the whole day, at the latest zone's start"
    );
}

#[test]
fn own_statements() {
    let schema = schema();
    let beginning = Beginning { file: "x.ndjson", line: 3, column: 1, offset: 70 };
    let row = r#"{"kind": "export", "account": "a\ud83d\ude00b\\ud83d", "covers": "all", "covers_from": "all", "incomplete": "page 2"}"#;
    let (own, mistakes) = statement_from_row(row, beginning, &schema, None);
    assert_eq!(mistakes, []);
    let own = own.unwrap();
    assert_eq!((own.offset, own.said.account.as_deref()), (70, Some("a\u{1f600}b\\ud83d")));
    assert_eq!((own.said.covers, own.said.covers_from), (Some(Covers::All), Some(ALL_TIME)));
    assert_eq!(own.said.complete, Some(Completeness::Incomplete("page 2".to_owned())));

    let row = r#"{"kind": "export", "cover": "all"}"#;
    let (_, mistakes) = statement_from_row(row, beginning, &schema, None);
    assert_eq!(
        mistakes.iter().map(shown).collect::<Vec<_>>(),
        ["x.ndjson:3:20 E1102: there is no key `cover` here | did you mean `covers`"]
    );

    let key = r#"[{"kinds": ["run"]}, {"kinds": ["system"], "kind": "export"}]"#;
    let (owns, mistakes) = statements_from_document(key, Beginning { line: 1, column: 12, ..beginning }, &schema, None);
    assert_eq!(owns.iter().map(|own| own.kinds.clone()).collect::<Vec<_>>(), [[RUN], [SYSTEM]]);
    assert_eq!(
        mistakes.iter().map(shown).collect::<Vec<_>>(),
        ["x.ndjson:1:55 E1102: there is no key `kind` here | did you mean `kinds`"]
    );
}
