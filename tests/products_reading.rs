//! Products' exports and files of the project's own format together, from bytes to facts and verdicts, in memory: whose
//! row is whose, what is closed, what was collected, and that what is written back says the same.

#![expect(clippy::unwrap_used, clippy::expect_used, reason = "a test fails by panicking")]

use backproof::app::{Terminal, World, run};
use backproof::base::{Diagnostic, Place};
use backproof::engine::facts::{Circumstances, FactsInput, FoundBy, load};
use backproof::engine::policies::compile_policies;
use backproof::facts::closure::ExportCoverage;
use backproof::facts::coverage::{Coverage, CoverageSettings, Look, Population};
use backproof::facts::export::Closure;
use backproof::facts::load::Projection;
use backproof::facts::normal::write_ndjson;
use backproof::facts::schema::{EntityId, Schema};
use backproof::facts::source_rules::SourceRules;
use backproof::facts::table::{Atom, Cell, Facts};
use backproof::lower::CompileSettings;
use backproof::value::Instant;
use proptest::prelude::*;
use std::collections::BTreeMap;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

/// 2026-11-22T06:00:00Z
const NOW: Instant = Instant(1_795_327_200_000_000_000);

fn schema() -> &'static Arc<Schema> {
    static SCHEMA: OnceLock<Arc<Schema>> = OnceLock::new();
    SCHEMA.get_or_init(|| Arc::clone(&compile_policies(&[], &CompileSettings::default()).declarations.schema))
}

fn entity(name: &str) -> EntityId {
    schema().entity_named(name).expect("the entity is there")
}

fn read(given: &[(&str, &[u8])]) -> (Facts, Vec<Diagnostic>) {
    let files: BTreeMap<String, Vec<u8>> =
        given.iter().map(|(path, text)| ((*path).to_owned(), text.to_vec())).collect();
    let inputs: Vec<FactsInput> =
        files.keys().map(|name| FactsInput { name: name.clone(), found: FoundBy::Name }).collect();
    let with = Circumstances { files: &files, now: NOW, zone: None, sources: &SourceRules::default() };
    load(schema(), Projection::everything(schema()), &inputs, &with)
}

fn clean(given: &[(&str, &[u8])]) -> Facts {
    let (facts, diagnostics) = read(given);
    let errors: Vec<_> = diagnostics.iter().filter(|d| d.is_error()).collect();
    assert!(errors.is_empty(), "{errors:#?}");
    facts
}

fn row(facts: &Facts, kind: &str, key: &str) -> u32 {
    let kind = entity(kind);
    (0..facts.table(kind).rows).find(|row| facts.key(kind, *row) == key).expect("the row is there")
}

fn cell<'f>(facts: &'f Facts, kind: &str, field: &str, key: &str) -> Cell<'f> {
    let id = schema().entity(entity(kind)).field_named(field).expect("the field is there");
    facts.cell(entity(kind), id, row(facts, kind, key))
}

fn text<'f>(facts: &'f Facts, kind: &str, field: &str, key: &str) -> Option<&'f str> {
    match cell(facts, kind, field, key) {
        Cell::Known(Atom::Id(id)) => Some(facts.texts.get(backproof::facts::table::TextId(id))),
        _ => None,
    }
}

fn coverage(facts: &Facts, strict: bool) -> ExportCoverage<'_> {
    let settings = CoverageSettings { now: NOW, strict, max_evidence_age: Vec::new(), expected: Vec::new() };
    ExportCoverage::new(facts, settings)
}

const SNAPSHOTS: &str = r#"[
{"time":"2026-11-21T22:30:00+02:00","tree":"aa","paths":["/srv"],"hostname":"db1","username":"root",
 "id":"0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef","short_id":"01234567"}
]"#;

fn manifest(rest: &str) -> String {
    format!(
        "version: 1\nexports:\n  - files: [snapshots.json]\n    tool: restic\n    account: main\n    covers: all\n    \
         collected_at: 2026-11-22T05:00:00Z\n{rest}"
    )
}

#[test]
fn a_tools_row_and_ones_own_of_its_key_are_one() {
    let inventory = r#"{"systems":[{"id":"db1","tier":"critical"}],
        "repositories":[{"id":"restic/main","site":"cape-town"}],
        "runs":[{"id":"r1","type":"backup","system":"db1","recovery_point":"restic/main/0123456789abcdef"}]}"#;
    let manifest = manifest("");
    let facts = clean(&[
        ("facts.yaml", manifest.as_bytes()),
        ("inventory.json", inventory.as_bytes()),
        ("snapshots.json", SNAPSHOTS.as_bytes()),
    ]);
    let repositories = facts.table(entity("repository"));
    assert_eq!((repositories.rows, repositories.listed), (1, 1));
    assert_eq!(text(&facts, "repository", "site", "restic/main"), Some("cape-town"), "from the inventory");
    assert!(matches!(cell(&facts, "repository", "encryption", "restic/main"), Cell::Known(_)), "from restic");
    assert_eq!(facts.origins(entity("repository"), 0).count(), 2);
    assert_eq!(facts.table(entity("recovery_point")).rows, 1, "the run names the snapshot that is listed");
    assert_eq!(facts.table(entity("system")).rows, 1, "keys of systems are shared by all");
    assert_eq!(text(&facts, "recovery_point", "site", "restic/main/0123456789abcdef"), Some("cape-town"));
}

#[test]
fn a_list_of_nothing_is_evidence_where_its_statement_says_of_what() {
    let empty = br#"{"data":[],"pagination":{"total":0,"count":0,"skip":0,"limit":200}}"#;
    let (_, said) = read(&[("sessions.json", empty)]);
    assert!(said.iter().any(|d| d.is_error() && d.code.0 == "E1303"), "{said:#?}");
    let stated =
        b"version: 1\nexports:\n  - files: [sessions.json]\n    kinds: [run]\n    covers: all\n    covers_from: all\n";
    let facts = clean(&[("facts.yaml", stated), ("sessions.json", empty)]);
    let look = Look { kind: entity("run"), subject: None, from: None };
    assert_eq!(coverage(&facts, false).closure(look), Closure::Closed);
}

#[test]
fn times_of_a_table_take_the_zone_that_is_stated_and_else_are_bounded() {
    let table =
        b"JobName;VMName;Status;CreationTime;JobType\r\nnightly;db1;Success;2026-11-20T22:00:00.0000000;Backup\r\n";
    let key = "veeam/nightly/db1/2026-11-20T22:00:00.0000000";
    let local = 1_795_212_000_000_000_000;
    let hour = 3_600_000_000_000;
    let facts = clean(&[("sessions.csv", table)]);
    assert_eq!(cell(&facts, "run", "started", key), Cell::Between(local - 14 * hour, local + 12 * hour));
    let stated = b"version: 1\nexports:\n  - files: [sessions.csv]\n    timezone: Africa/Johannesburg\n";
    let facts = clean(&[("facts.yaml", stated), ("sessions.csv", table)]);
    assert_eq!(cell(&facts, "run", "started", key), Cell::Known(Atom::Int(local - 2 * hour)));
    assert_eq!(text(&facts, "run", "native_status", key), Some("Success"));
}

#[test]
fn a_cell_of_several_lines_is_told_on_one() {
    let table = b"Name,JobType,RepoName,GfsWeeklyIsEnabled\nnightly,Backup,disk,\"per\nhaps\"\n";
    let (_, said) = read(&[("jobs.csv", table)]);
    assert!(said.iter().any(|d| d.message.contains("`per haps`")), "{said:#?}");
    assert!(said.iter().all(|d| !d.message.contains('\n')), "{said:#?}");
}

#[test]
fn nested_rows_are_closed_where_their_row_states_its_list() {
    let incidents = r#"{"incidents":[
        {"id":"none","opened":"2026-11-01T00:00:00Z","actions":[]},
        {"id":"two","opened":"2026-11-01T00:00:00Z","actions":[{"name":"a"},{"name":"b"}]},
        {"id":"null","opened":"2026-11-01T00:00:00Z","actions":null},
        {"id":"unsaid","opened":"2026-11-01T00:00:00Z"}]}"#;
    let again = br#"{"incidents":[{"id":"none","opened":"2026-11-01T00:00:00Z"}]}"#;
    for given in [&[("a.json", incidents.as_bytes())][..], &[("a.json", incidents.as_bytes()), ("b.json", again)]] {
        let facts = clean(given);
        let coverage = coverage(&facts, false);
        let closure = |key: &str| {
            let subject = Some((entity("incident"), row(&facts, "incident", key)));
            coverage.closure(Look { kind: entity("corrective_action"), subject, from: None })
        };
        let all = ["none", "two", "null", "unsaid"].map(closure);
        assert_eq!(all, [Closure::Closed, Closure::Closed, Closure::Open, Closure::Open]);
        let mut written = Vec::new();
        write_ndjson(&facts, &mut written).unwrap();
        let written = String::from_utf8(written).unwrap();
        assert_eq!(written.matches("\"actions\":[").count(), 1 + given.len(), "{written}");
    }
}

#[test]
fn what_was_collected_is_facts_and_closed() {
    let manifest =
        manifest("  - files: [runs.json]\n    complete: false\n  - files: [gone.json]\n    kinds: [review]\n");
    let facts = clean(&[
        ("facts.yaml", manifest.as_bytes()),
        ("runs.json", br#"{"runs":[]}"#),
        ("snapshots.json", SNAPSHOTS.as_bytes()),
    ]);
    let kind = entity("collection");
    let keys: Vec<&str> = (0..facts.table(kind).rows).map(|row| facts.key(kind, row)).collect();
    assert_eq!(keys, ["runs.json", "snapshots.json"], "what is absent was not collected");
    assert_eq!(cell(&facts, "collection", "complete", "runs.json"), Cell::Known(Atom::Bool(false)));
    assert_eq!(cell(&facts, "collection", "complete", "snapshots.json"), Cell::Known(Atom::Bool(true)));
    assert_eq!(text(&facts, "collection", "account", "snapshots.json"), Some("main"));
    let collected = cell(&facts, "collection", "collected", "snapshots.json");
    assert_eq!(collected, Cell::Known(Atom::Int(NOW.0 - 3_600_000_000_000)));
    for strict in [false, true] {
        let coverage = coverage(&facts, strict);
        assert_eq!(coverage.population(kind), Population::Listed);
        assert_eq!(coverage.population_doubt(kind), None);
        assert_eq!(coverage.closure(Look { kind, subject: None, from: None }), Closure::Closed);
        assert!(!coverage.stale(kind, 0));
    }
}

#[test]
fn a_state_that_a_later_listing_lacks_has_ended_in_between() {
    let earlier = SNAPSHOTS.replace("\n]", ",\n{\"time\":\"2026-11-20T22:30:00Z\",\"tree\":\"bb\",\"paths\":[\"/srv\"],\"hostname\":\"db1\",\"id\":\"bbbbbbbbbbbbbbbbbbbb\"}\n]");
    let listing = |file: &str, collected: &str| {
        format!(
            "  - files: [{file}]\n    tool: restic\n    account: main\n    covers: all\n    collected_at: {collected}\n"
        )
    };
    let manifest = format!(
        "version: 1\nexports:\n{}{}",
        listing("first.json", "2026-11-22T01:00:00Z"),
        listing("second.json", "2026-11-22T05:00:00Z")
    );
    let facts = clean(&[
        ("facts.yaml", manifest.as_bytes()),
        ("first.json", earlier.as_bytes()),
        ("second.json", SNAPSHOTS.as_bytes()),
    ]);
    let hour = 3_600_000_000_000;
    let ended = cell(&facts, "recovery_point", "deleted", "restic/main/bbbbbbbbbbbbbbbb");
    assert_eq!(ended, Cell::Between(NOW.0 - 5 * hour, NOW.0 - hour));
    let there = cell(&facts, "recovery_point", "deleted", "restic/main/0123456789abcdef");
    assert_eq!(there, Cell::Known(Atom::Int(Instant::NEVER.0)));
}

fn zipped(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

#[test]
fn what_is_zipped_says_the_same_and_shows_its_lines() {
    let jobs = std::fs::read(root().join("tests/cases/native/members/facts/jobs.json")).unwrap();
    let (plain, _) = read(&[("jobs.json", &jobs)]);
    let (facts, diagnostics) = read(&[("jobs.json.gz", &zipped(&jobs))]);
    let rows = |facts: &Facts| {
        let mut out = Vec::new();
        write_ndjson(facts, &mut out).unwrap();
        String::from_utf8(out).unwrap().lines().skip(1).map(str::to_owned).collect::<Vec<_>>()
    };
    assert_eq!(rows(&facts), rows(&plain));
    let place = diagnostics.iter().find_map(|d| d.primary.as_ref().map(|label| label.place.clone()));
    assert!(matches!(place, Some(Place::Facts(at)) if at.line == 9 && at.column == 31), "{diagnostics:#?}");
}

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn backproof(folder: &Path, line: &str) -> String {
    let (mut stdout, mut stderr) = (Vec::new(), Vec::new());
    let mut world = World {
        stdout: &mut stdout,
        stderr: &mut stderr,
        directory: folder.to_path_buf(),
        now: || NOW,
        terminal: Terminal::NONE,
    };
    let words =
        std::iter::once("backproof").chain(line.split_whitespace()).map(std::ffi::OsString::from).collect::<Vec<_>>();
    run(words, &mut world);
    String::from_utf8(stdout).unwrap()
}

/// The rules of a JSON report without what says where facts come from.
fn verdicts(report: &str, files: &[String]) -> serde_json::Value {
    fn strip(value: &mut serde_json::Value, files: &[String]) {
        match value {
            serde_json::Value::Object(members) => {
                members.retain(|name, _| !["place", "settle", "policy"].contains(&name.as_str()));
                members.values_mut().for_each(|value| strip(value, files));
            }
            serde_json::Value::Array(list) => list.iter_mut().for_each(|value| strip(value, files)),
            serde_json::Value::String(text) => files.iter().for_each(|file| *text = text.replace(file, "FILE")),
            _ => {}
        }
    }
    let mut report: serde_json::Value = serde_json::from_str(report).expect("a report");
    let mut rules = report["rules"].take();
    strip(&mut rules, files);
    rules
}

#[test]
fn what_is_written_back_gives_the_same_verdicts() {
    let mut tried = 0;
    for case in ["tests/cases/native/members", "tests/cases/readme/estate"] {
        let folder = root().join(case);
        let Ok(policy) = std::fs::read(folder.join("policy.backproof")) else { continue };
        tried += 1;
        let written = backproof(&folder, "facts facts --format ndjson --as-of 2026-11-22T06:00:00Z");
        let other = tempfile::tempdir().unwrap();
        std::fs::create_dir(other.path().join("facts")).unwrap();
        std::fs::write(other.path().join("facts/all.ndjson"), written).unwrap();
        std::fs::write(other.path().join("policy.backproof"), policy).unwrap();
        let check =
            "check policy.backproof --facts facts --format json --max-findings 1000000 --as-of 2026-11-22T06:00:00Z";
        let names = std::fs::read_dir(folder.join("facts")).unwrap();
        let mut files: Vec<String> =
            names.map(|entry| format!("facts/{}", entry.unwrap().file_name().to_string_lossy())).collect();
        files.push("facts/all.ndjson".to_owned());
        let (before, after) = (backproof(&folder, check), backproof(other.path(), check));
        let rules = verdicts(&before, &files);
        assert!(rules.as_array().is_some_and(|rules| !rules.is_empty()), "{before}");
        assert_eq!(rules, verdicts(&after, &files), "{case}");
    }
    assert!(tried > 0);
}

/// Exports and own files to be damaged: products' of every layout, CSV, and both zipped.
fn samples() -> &'static [(&'static str, Vec<u8>)] {
    static SAMPLES: OnceLock<Vec<(&'static str, Vec<u8>)>> = OnceLock::new();
    SAMPLES.get_or_init(|| {
        let source = |path: &str| std::fs::read(root().join("tests/sources").join(path)).unwrap();
        let csv = b"id,system,status,started,type\nr1,db1,success,2026-11-21T00:00:00Z,backup\nr2,db1,failed,,copy\n";
        let jobs = source("aws/jobs/jobs.json");
        vec![
            ("runs.csv", csv.to_vec()),
            ("runs.csv.gz", zipped(csv)),
            ("jobs.json.gz", zipped(&jobs)),
            ("jobs.json", jobs),
            ("snapshots.json", SNAPSHOTS.as_bytes().to_vec()),
            ("borg.json", source("borg/info/info.json")),
            ("azure.json", source("azure/jobs/jobs.json")),
            ("veeam.csv", source("veeam/table-sessions/VeeamSessionReport.csv")),
        ]
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn no_bytes_panic(which in 0..8usize, at in any::<prop::sample::Index>(), byte in any::<u8>(), cut in any::<prop::sample::Index>(), whole in any::<bool>()) {
        let (path, bytes) = &samples()[which];
        let mut bytes = bytes.clone();
        let place = at.index(bytes.len());
        bytes[place] = byte;
        if !whole {
            bytes.truncate(cut.index(bytes.len()).max(1));
        }
        let (facts, diagnostics) = read(&[(path, &bytes)]);
        // What is cut is never a complete listing without a word.
        let silent = diagnostics.iter().all(|d| !d.is_error()) && facts.exports.iter().all(|e| e.incomplete.is_none());
        let json = path.ends_with(".json");
        if json && serde_json::from_slice::<serde::de::IgnoredAny>(&bytes).is_err() {
            prop_assert!(!silent, "{path} is damaged and nobody says so");
        }
    }
}
