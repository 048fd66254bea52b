//! The same policies, facts, parameters and as-of instant give the same bytes: whatever the number of threads, the day of
//! the run, the order of rows and files.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

#[path = "common/program.rs"]
mod program;

use backproof::value::Instant;
use program::{Ran, backproof, backproof_at};
use serde_json::Value;
use std::fs;
use std::path::{Path, PathBuf};

const AS_OF: &str = "--as-of 2026-11-22T06:00:00Z";
const FORMATS: [&str; 3] = ["text", "json", "markdown"];

fn estate() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/cases/readme/estate")
}

/// A run of the main example that judged something and found something.
fn check(options: &str) -> Ran {
    let ran = backproof(&estate(), &format!("check policy.backproof --facts facts {AS_OF} {options}"));
    assert_eq!((ran.code, ran.stderr.as_str()), (1, ""), "{}", ran.stdout);
    ran
}

#[test]
fn the_number_of_threads_does_not_show() {
    for format in FORMATS {
        let one = check(&format!("--threads 1 --show pass --format {format}"));
        for threads in [2, 8] {
            let several = check(&format!("--threads {threads} --show pass --format {format}"));
            assert!(one == several, "{format} differs with {threads} threads");
        }
    }
}

#[test]
fn the_clock_does_not_show() {
    fn years_later() -> Instant {
        Instant(2_000_000_000_000_000_000)
    }
    for format in FORMATS {
        let line = format!("check policy.backproof --facts facts {AS_OF} --format {format}");
        assert!(backproof(&estate(), &line) == backproof_at(&estate(), &line, years_later), "{format} shows the clock");
    }
}

/// The main example's facts in the project's own format, a file for each export.
fn exports() -> Vec<Vec<String>> {
    let ran = backproof(&estate(), &format!("facts facts --format ndjson {AS_OF}"));
    assert_eq!((ran.code, ran.stderr.as_str()), (0, ""));
    let mut exports: Vec<Vec<String>> = Vec::new();
    for line in ran.stdout.lines() {
        if line.starts_with("{\"kind\":\"export\"") {
            exports.push(Vec::new());
        }
        exports.last_mut().unwrap().push(line.to_owned());
    }
    assert!(exports.len() > 8 && exports.iter().map(Vec::len).sum::<usize>() > 200);
    exports
}

/// The rows behind the statement in an order that `seed` decides.
fn shuffled(mut export: Vec<String>, mut seed: u64) -> Vec<String> {
    for i in (2..export.len()).rev() {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let other = 1 + (seed >> 33) as usize % i;
        export.swap(i, other);
    }
    export
}

/// Without what says where a fact stands.
fn without_origins(value: &mut Value) {
    match value {
        Value::Object(entries) => {
            for origin in ["line", "column", "sha256", "size"] {
                entries.remove(origin);
            }
            for (name, entry) in entries.iter_mut() {
                without_origins(entry);
                if let (true, Value::Array(list)) = (["files", "exports"].contains(&name.as_str()), entry) {
                    list.sort_by_key(Value::to_string);
                }
            }
        }
        Value::Array(list) => list.iter_mut().for_each(without_origins),
        _ => {}
    }
}

fn report(folder: &Path, facts: &str) -> String {
    fs::copy(estate().join("policy.backproof"), folder.join("policy.backproof")).unwrap();
    let ran = backproof(folder, &format!("check policy.backproof --facts {facts} {AS_OF} --show pass --format json"));
    assert_eq!((ran.code, ran.stderr.as_str()), (1, ""), "{}", ran.stdout);
    ran.stdout
}

fn comparable(report: &str) -> String {
    let mut report: Value = serde_json::from_str(report).unwrap();
    without_origins(&mut report);
    serde_json::to_string_pretty(&report).unwrap()
}

/// The report on facts of which each export stands in a file that `name` calls.
fn report_on(exports: &[Vec<String>], name: impl Fn(usize) -> String) -> String {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join("facts")).unwrap();
    for (place, export) in exports.iter().enumerate() {
        fs::write(folder.path().join(name(place)), export.join("\n") + "\n").unwrap();
    }
    report(folder.path(), "facts")
}

fn assert_same_lines(left: &str, right: &str) {
    for (line, (before, after)) in left.lines().zip(right.lines()).enumerate() {
        assert_eq!(before, after, "line {line} of the report without origins");
    }
    assert_eq!(left.lines().count(), right.lines().count());
}

#[test]
fn the_order_of_rows_does_not_show() {
    let exports = exports();
    let name = |place: usize| format!("facts/a{place:02}.ndjson");
    let in_order = comparable(&report_on(&exports, name));
    for seed in 1..4 {
        let other: Vec<Vec<String>> = exports.iter().map(|export| shuffled(export.clone(), seed)).collect();
        assert_same_lines(&in_order, &comparable(&report_on(&other, name)));
    }
}

#[test]
fn the_order_of_files_shows_in_nothing_but_their_names() {
    let exports = exports();
    // Where several exports say the same, a reason names the first by its file's name: the names are masked.
    let masked = |mut report: String, name: &dyn Fn(usize) -> String| {
        for place in 0..exports.len() {
            report = report.replace(&name(place), "facts/some.ndjson");
        }
        comparable(&report)
    };
    let forwards = |place: usize| format!("facts/a{place:02}.ndjson");
    let backwards = |place: usize| format!("facts/b{:02}.ndjson", exports.len() - place);
    let other: Vec<Vec<String>> = exports.iter().map(|export| shuffled(export.clone(), 7)).collect();
    assert_same_lines(
        &masked(report_on(&exports, forwards), &forwards),
        &masked(report_on(&other, backwards), &backwards),
    );
}

#[test]
fn reading_normalised_facts_gives_the_same_verdicts() {
    let folder = tempfile::tempdir().unwrap();
    let lines: Vec<String> = exports().concat();
    fs::write(folder.path().join("facts.ndjson"), lines.join("\n") + "\n").unwrap();
    let verdicts = |text: &str| -> Vec<(String, String, String)> {
        let report: Value = serde_json::from_str(text).unwrap();
        let rules = report["rules"].as_array().unwrap();
        let of = |rule: &Value| (rule["name"].to_string(), rule["verdict"].to_string(), rule["counts"].to_string());
        rules.iter().map(of).collect()
    };
    let native = check("--format json");
    assert_eq!(verdicts(&report(folder.path(), "facts.ndjson")), verdicts(&native.stdout));
}

#[test]
fn a_day_later_only_the_as_of_line_differs_where_no_verdict_does() {
    let folder = tempfile::tempdir().unwrap();
    let policy = "policy shop.backup \"Backups of the shop\" {\n}\n\nrule room \"Room\" {\n  for each repository\n  \
                  require used <= 800 GB\n}\n";
    let facts = "{\"kind\":\"export\",\"covers\":\"all\",\"complete\":true,\"collected_at\":\"2026-11-22T05:00:00Z\"}\n\
                 {\"kind\":\"repository\",\"id\":\"main\",\"used\":900000000000}\n\
                 {\"kind\":\"repository\",\"id\":\"spare\",\"used\":1}\n";
    fs::write(folder.path().join("policy.backproof"), policy).unwrap();
    fs::write(folder.path().join("facts.ndjson"), facts).unwrap();
    let on = |day: u8| {
        let ran = backproof(
            folder.path(),
            &format!("check policy.backproof --facts facts.ndjson --as-of 2026-11-{day}T06:00:00Z"),
        );
        assert_eq!((ran.code, ran.stderr.as_str()), (1, ""), "{}", ran.stdout);
        ran.stdout
    };
    let (today, tomorrow) = (on(22), on(23));
    assert_eq!(today.lines().count(), tomorrow.lines().count());
    let differing: Vec<(&str, &str)> = today.lines().zip(tomorrow.lines()).filter(|(a, b)| a != b).collect();
    assert_eq!(differing.len(), 1, "{differing:#?}");
    assert!(
        differing[0].0.contains("as of 2026-11-22T06:00:00Z") && differing[0].1.contains("as of 2026-11-23T06:00:00Z")
    );
}
