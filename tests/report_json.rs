//! The report for programs, read back: every golden case's report is exactly the documented shape (it is parsed into it and
//! written again to the same bytes), names each finding by an id of its own, and every place in it is a place in a file.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a report that does not hold ends the test")]

use backproof::app::{Terminal, World, run};
use backproof::value::Instant;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use std::ffi::OsString;
use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Report {
    backproof_report: u32,
    version: String,
    zone_database: String,
    as_of: String,
    as_of_from: String,
    exit: Exit,
    summary: Summary,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    project: Option<Policy>,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    settings: BTreeMap<String, String>,
    policies: Vec<Policy>,
    parameters: Vec<Parameter>,
    evidence: Evidence,
    rules: Vec<Rule>,
    warnings: Vec<Told>,
    errors: Vec<Told>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Exit {
    code: u8,
    meaning: String,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Summary {
    rules: usize,
    fail: usize,
    unknown: usize,
    vacuous: usize,
    vacuous_allowed: usize,
    pass: usize,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Policy {
    path: String,
    sha256: String,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Parameter {
    name: String,
    value: Option<String>,
    source: String,
    set_by: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    place: Option<At>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Evidence {
    files: Vec<EvidenceFile>,
    exports: Vec<Export>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    joined: Vec<Joined>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Joined {
    entity: String,
    name: String,
    written: Vec<String>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct EvidenceFile {
    path: String,
    size: u64,
    sha256: String,
    format: String,
    rows: u64,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Export {
    name: String,
    files: Vec<String>,
    kinds: Vec<String>,
    collected_at: Option<String>,
    incomplete: Option<String>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Rule {
    name: String,
    title: String,
    severity: String,
    owner: Option<String>,
    evidence: Vec<Control>,
    place: Option<At>,
    hash: String,
    verdict: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    reason: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    settle: Option<String>,
    asked: String,
    population: String,
    counts: Counts,
    requirements: Vec<String>,
    findings: Vec<Finding>,
    findings_left_out: u64,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    passing: Vec<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    notes: Vec<String>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Control {
    framework: String,
    edition: String,
    control: String,
    decides: String,
    evidence: String,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Counts {
    pass: u64,
    fail: u64,
    unknown: u64,
    assumed: u64,
    either_way: u64,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Finding {
    id: String,
    verdict: String,
    subject: Option<Subject>,
    requirement: String,
    key: String,
    message: String,
    policy: Vec<At>,
    shortfalls: Vec<Shortfall>,
    weak: bool,
    assumed: Vec<String>,
    witnesses: Vec<Witness>,
    witness_count: u64,
    missing: Vec<Missing>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    remedy: Option<String>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Subject {
    entity: String,
    key: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    place: Option<At>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Shortfall {
    required: String,
    found: String,
    misses_by: Option<String>,
    nearest: Option<String>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Witness {
    row: String,
    text: String,
    place: Option<At>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Missing {
    what: String,
    reason: String,
    settle: Option<String>,
    place: Option<At>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct At {
    file: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    line: Option<usize>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    column: Option<usize>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    offset: Option<u64>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Told {
    code: String,
    severity: String,
    message: String,
    place: Option<At>,
    label: String,
    others: Vec<Other>,
    help: Option<String>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Other {
    place: Option<At>,
    label: String,
}

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn clock() -> Instant {
    Instant(1_795_327_200_000_000_000)
}

fn folders(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).unwrap().map(|e| e.unwrap().path());
    let mut found: Vec<PathBuf> = entries.filter(|path| path.is_dir()).collect();
    found.sort();
    found
}

/// Each golden case with every folder or file of facts that it has.
fn reports() -> &'static [(PathBuf, String)] {
    static REPORTS: OnceLock<Vec<(PathBuf, String)>> = OnceLock::new();
    REPORTS.get_or_init(run_all)
}

fn run_all() -> Vec<(PathBuf, String)> {
    let mut reports = Vec::new();
    for case in folders(&root().join("tests/cases")).iter().flat_map(|area| folders(area)) {
        if !case.join("policy.backproof").is_file() {
            continue;
        }
        for facts in folders(&case) {
            let name = facts.file_name().unwrap().to_string_lossy().into_owned();
            let line =
                ["backproof", "check", "policy.backproof", "--facts", &name, "--format", "json", "--show", "pass"];
            let as_of = ["--as-of", "2026-11-22T06:00:00Z"];
            let (mut stdout, mut stderr) = (Vec::new(), Vec::new());
            let mut world = World {
                stdout: &mut stdout,
                stderr: &mut stderr,
                directory: case.clone(),
                now: clock,
                terminal: Terminal::NONE,
            };
            run(line.into_iter().chain(as_of).map(OsString::from), &mut world);
            reports.push((case.clone(), String::from_utf8(stdout).unwrap()));
        }
    }
    reports
}

/// A file of the case or of the standard library, unzipped; the bytes of a text that is none are taken one by one.
fn text_of(case: &Path, file: &str) -> String {
    let path = match file.strip_prefix("std/") {
        Some(name) => root().join("policies/std").join(name),
        None => case.join(file),
    };
    let bytes = fs::read(&path).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
    let mut unzipped = Vec::new();
    let zipped = flate2::read::MultiGzDecoder::new(bytes.as_slice()).read_to_end(&mut unzipped).is_ok();
    String::from_utf8_lossy(if zipped { &unzipped } else { &bytes }).into_owned()
}

/// What stands at a place, to the end of its line; `None` where there is no such place.
fn at(case: &Path, at: &At) -> Option<String> {
    let text = text_of(case, &at.file);
    if let Some(offset) = at.offset {
        return text.get(usize::try_from(offset).ok()?..).map(str::to_owned);
    }
    let Some(line) = at.line else { return Some(text) };
    let text = text.split('\n').nth(line.checked_sub(1)?)?;
    let column = at.column.unwrap_or(1).checked_sub(1)?;
    (column <= text.chars().count()).then(|| text.chars().skip(column).collect())
}

#[test]
fn a_report_is_read_back_as_it_was_written() {
    for (case, text) in reports() {
        let report: Report = serde_json::from_str(text).unwrap_or_else(|e| panic!("{}: {e}\n{text}", case.display()));
        let mut again = serde_json::to_string_pretty(&report).unwrap();
        again.push('\n');
        assert_eq!(&again, text, "{}", case.display());
    }
}

#[test]
fn ids_are_unique_and_counts_add_up() {
    let mut findings = 0;
    for (case, text) in reports() {
        let report: Report = serde_json::from_str(text).unwrap();
        let mut ids = BTreeSet::new();
        for finding in report.rules.iter().flat_map(|rule| &rule.findings) {
            findings += 1;
            assert!(ids.insert(&finding.id), "{}: {} stands twice", case.display(), finding.id);
        }
        let sum = report.summary;
        assert_eq!(
            sum.rules,
            sum.fail + sum.unknown + sum.vacuous + sum.vacuous_allowed + sum.pass,
            "{}",
            case.display()
        );
        assert_eq!(sum.rules, report.rules.len());
    }
    assert!(findings > 30, "only {findings} findings");
}

#[test]
fn every_place_is_a_place_in_a_file() {
    let mut places = 0;
    for (case, text) in reports() {
        let report: Report = serde_json::from_str(text).unwrap();
        let (mut all, mut lines): (Vec<&At>, Vec<(&At, &str)>) = (Vec::new(), Vec::new());
        for rule in &report.rules {
            all.extend(&rule.place);
            for finding in &rule.findings {
                all.extend(&finding.policy);
                all.extend(finding.subject.iter().filter_map(|s| s.place.as_ref()));
                all.extend(finding.witnesses.iter().filter_map(|w| w.place.as_ref()));
                all.extend(finding.missing.iter().filter_map(|m| m.place.as_ref()));
            }
            let kind = rule.place.iter().map(|place| (place, rule.name.rsplit('.').next().unwrap()));
            lines.extend(kind);
        }
        for told in report.warnings.iter().chain(&report.errors) {
            all.extend(&told.place);
            all.extend(told.others.iter().filter_map(|other| other.place.as_ref()));
        }
        for place in all {
            places += 1;
            assert!(at(case, place).is_some(), "{}: {}", case.display(), serde_json::to_string(place).unwrap());
        }
        for (place, name) in lines {
            let there = at(case, place).unwrap();
            assert!(there.contains(name), "{}: {name} does not stand at {there}", case.display());
        }
        // A cell that is shown stands at its place, as its value's text.
        for witness in report.rules.iter().flat_map(|rule| &rule.findings).flat_map(|finding| &finding.witnesses) {
            let (Some(place), Some((_, value))) = (&witness.place, witness.text.split_once(" is ")) else { continue };
            let there = at(case, place).unwrap();
            let is_own = |f: &&EvidenceFile| f.path == place.file && f.format.ends_with("json");
            let is_word = value.chars().all(|c| c.is_ascii_lowercase() || c == '_')
                && place.line.is_some()
                && report.evidence.files.iter().any(|f| is_own(&f));
            let says = there.trim_start_matches('"').starts_with(value);
            assert!(!is_word || says, "{}: `{}` does not stand at {there}", case.display(), witness.text);
        }
    }
    assert!(places > 100, "only {places} places");
}
