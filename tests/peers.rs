//! Every row of `peers.md` says in the language what another product checks: it compiles, passes where all is well, fails
//! where it is not, and never passes where the facts are missing.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on has failed")]

#[path = "common/program.rs"]
mod program;

use program::backproof;
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

struct Row {
    product: String,
    check: String,
    scope: String,
    lines: Vec<String>,
}

/// Rows that the mere presence or number of rows decides, so that they may pass on rows that say nothing else.
const DECIDED_BY_PRESENCE: &[&str] = &["backup_vaults_exist", "Backup Server Failed Logon Attempt"];

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests")
}

fn code(cell: &str) -> String {
    cell.trim().trim_matches('`').to_string()
}

fn rows() -> Vec<Row> {
    let text = fs::read_to_string(folder().join("peers.md")).unwrap();
    let table = text.lines().filter(|line| line.starts_with("| ")).skip(2);
    table
        .map(|line| {
            let cells: Vec<&str> = line.trim_matches('|').split(" | ").collect();
            assert_eq!(cells.len(), 5, "not five cells: {line}");
            Row {
                product: cells[0].trim().to_string(),
                check: code(cells[1]),
                scope: code(cells[3]),
                lines: cells[4].split("<br>").map(code).collect(),
            }
        })
        .collect()
}

fn policy(rows: &[Row]) -> String {
    let mut text = String::from("policy peers.checks \"What other products ask\" {\n  timezone \"UTC\"\n}\n");
    for (i, row) in rows.iter().enumerate() {
        text.push_str(&format!("\nrule row_{:03} \"{}: {}\" {{\n  {}\n", i + 1, row.product, row.check, row.scope));
        row.lines.iter().for_each(|line| text.push_str(&format!("  {line}\n")));
        text.push_str("}\n");
    }
    text
}

/// The verdict of each rule over one folder of facts, by the rule's title.
fn verdicts(at: &Path, facts: &Path) -> BTreeMap<String, String> {
    let line = format!("check policy.backproof --facts {} --as-of 2026-11-22T06:00:00Z --format json", facts.display());
    let ran = backproof(at, &line);
    let report: serde_json::Value =
        serde_json::from_str(&ran.stdout).unwrap_or_else(|_| panic!("no report:\n{}{}", ran.stdout, ran.stderr));
    assert!(report["errors"].as_array().is_none_or(Vec::is_empty), "{}", report["errors"]);
    let text = |value: &serde_json::Value| value.as_str().unwrap().to_string();
    report["rules"].as_array().unwrap().iter().map(|rule| (text(&rule["title"]), text(&rule["verdict"]))).collect()
}

#[test]
fn each_row_passes_and_fails_and_never_passes_on_missing_facts() {
    let rows = rows();
    assert!(rows.len() >= 75, "only {} rows", rows.len());
    let temporary = tempfile::tempdir().unwrap();
    fs::write(temporary.path().join("policy.backproof"), policy(&rows)).unwrap();
    fs::create_dir(temporary.path().join("none")).unwrap();
    fs::write(temporary.path().join("none/people.yaml"), "people:\n  - {id: nobody}\n").unwrap();
    let over = |name: &str| verdicts(temporary.path(), &folder().join("peers").join(name));
    let (good, bad, empty, bare) = (over("good"), over("bad"), over("empty"), over("bare"));
    let none = verdicts(temporary.path(), Path::new("none"));
    let mut wrong = Vec::new();
    for row in &rows {
        let title = format!("{}: {}", row.product, row.check);
        let mut expect = |what: bool, reason: &str| {
            if !what {
                wrong.push(format!("{title}: {reason}"));
            }
        };
        expect(good[&title] == "pass", &format!("{} on the good estate", good[&title]));
        expect(bad[&title] == "fail" || empty[&title] == "fail", "fails on neither the bad nor the empty estate");
        expect(
            bare[&title] != "pass" || DECIDED_BY_PRESENCE.contains(&row.check.as_str()),
            "passes on rows that say nothing",
        );
        expect(none[&title] != "pass", "passes without facts");
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn no_check_stands_there_twice() {
    let mut seen = BTreeMap::new();
    for row in rows() {
        *seen.entry((row.product, row.check)).or_insert(0) += 1;
    }
    let twice: Vec<_> = seen.into_iter().filter(|(_, n)| *n > 1).collect();
    assert!(twice.is_empty(), "{twice:?}");
}
