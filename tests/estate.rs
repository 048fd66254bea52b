//! The estate of `tests/cases/estate/saypro` as JSON: its summary and the verdict of each rule, the same bytes whatever the
//! threads, and verified against the files that it names. The text of its report is a golden case.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

#[path = "common/program.rs"]
mod program;

use program::backproof;
use serde_json::Value;
use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::fs;
use std::path::PathBuf;

const POLICIES: &str = "../../../../policies/saypro";

/// Eight with a source of their own, one read by a mapping.
const TOOLS: &[&str] =
    &["aws", "azure", "datto", "msp360", "pgbackrest", "restic", "tape robot", "veeam", "velero (main)"];

fn estate() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/cases/estate/saypro")
}

/// The report as JSON, and as it was printed.
fn report(options: &str) -> (Value, String) {
    let ran = backproof(&estate(), &format!("check --as-of 2026-11-22T06:00:00Z --format json {options}"));
    assert_eq!((ran.code, ran.stderr.as_str()), (1, ""));
    (serde_json::from_str(&ran.stdout).unwrap(), ran.stdout)
}

#[test]
fn the_summary_and_the_verdict_of_each_rule() {
    let (report, printed) = report("--threads 1");
    let mut text = serde_json::to_string_pretty(&report["summary"]).unwrap();
    for rule in report["rules"].as_array().unwrap() {
        let counts = serde_json::to_string(&rule["counts"]).unwrap();
        let _ = write!(text, "\n{} {} {counts}", rule["verdict"].as_str().unwrap(), rule["name"].as_str().unwrap());
    }
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path(PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("snapshots/estate"));
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| insta::assert_snapshot!("verdicts", text));
    assert_eq!(printed, self::report("--threads 4").1);
}

#[test]
fn its_exports_are_those_of_nine_tools_and_what_they_name_is_joined() {
    let (report, _) = report("--max-findings 1");
    let exports = report["evidence"]["exports"].as_array().unwrap();
    let names: BTreeSet<&str> = exports.iter().filter_map(|export| export["name"].as_str()).collect();
    for tool in TOOLS {
        assert!(names.iter().any(|name| name.starts_with(tool)), "no export of {tool}: {names:?}");
    }
    let joined = report["evidence"]["joined"].to_string();
    assert!(["HR-SQL01", "INTRANET.saypro.local"].iter().all(|name| joined.contains(name)), "{joined}");
}

#[test]
fn the_report_is_verified_against_all_that_it_rests_on() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("report.json");
    fs::write(&path, report("").1).unwrap();
    let path = path.to_str().unwrap();
    let same = backproof(&estate(), &format!("verify {path} backproof.yaml {POLICIES} facts"));
    assert_eq!((same.code, same.stdout.lines().last()), (0, Some("37 same, 2 extra")), "{}", same.stdout);
    let without = backproof(&estate(), &format!("verify {path} backproof.yaml {POLICIES}"));
    assert_eq!((without.code, without.stdout.lines().last()), (1, Some("7 same, 30 missing, 2 extra")));
}
