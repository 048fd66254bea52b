//! The numbered examples of the page on verdict semantics, run through the whole program: policy text and facts in,
//! verdict for each rule and subject out. One file of `tests/semantics/` for each table of that page.
//!
//! An example either names expressions with their truth (`values`: each becomes two rules, the claim and its denial, so
//! that undecided is told from false) or a whole policy with the verdicts of its rules (`policy`, `expect`). Evidence is
//! complete unless the example brings `files` of its own.

#![expect(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a mistake in an example ends the test")]

use backproof::app::{Terminal, World, run};
use backproof::value::Instant;
use serde::Deserialize;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::ffi::OsString;
use std::fs;
use std::path::Path;

/// 2026-11-22T06:00:00Z, a Sunday, 08:00 in Johannesburg.
const AS_OF: &str = "2026-11-22T06:00:00Z";
const ZONE: &str = "Africa/Johannesburg";

/// The tables with the number of their last example.
const TABLES: &[(&str, char, usize)] = &[
    ("values", 'V', 10),
    ("operators", 'O', 6),
    ("groups", 'M', 12),
    ("soundness", 'S', 6),
    ("collected", 'C', 7),
    ("time", 'T', 10),
    ("periods", 'P', 6),
    ("quarters", 'Q', 4),
    ("windows", 'W', 3),
    ("domain", 'D', 21),
    ("rules", 'R', 5),
    ("identity", 'I', 1),
    ("identity", 'K', 1),
    ("review", 'L', 21),
    ("later_day", 'A', 4),
    ("derived", 'B', 4),
    ("resources", 'X', 3),
    ("nothing", 'N', 1),
];

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    id: String,
    /// Which part of an example with several: `before`, `after`, …
    part: Option<String>,
    /// What it shows.
    #[serde(rename = "why")]
    _why: String,
    /// Where the page itself is in doubt.
    #[serde(rename = "note")]
    _note: Option<String>,
    /// Why it cannot be run yet.
    pending: Option<String>,

    /// A whole policy.
    policy: Option<String>,
    /// Or: the entity that `values` are read on; without one, the estate.
    of: Option<String>,
    /// Items before the rules, such as `extend entity`.
    #[serde(default)]
    declare: String,
    #[serde(default)]
    lets: Vec<String>,
    timezone: Option<String>,
    /// Expressions with `T`, `F` or `U`, and ` assumed` behind it where it rests on an assumption.
    #[serde(default)]
    values: BTreeMap<String, Truth>,

    /// A document that is complete, covers everything, and is collected at the as-of instant; its key `export` adds to that.
    facts: Option<Value>,
    /// Facts files by name: a text as it is, or a document without any statement but its own.
    #[serde(default)]
    files: BTreeMap<String, Value>,
    as_of: Option<String>,
    #[serde(default)]
    options: Vec<String>,

    #[serde(default)]
    expect: BTreeMap<String, Expected>,
    exit: Option<u8>,
    /// Texts of the report, each to be found.
    #[serde(default)]
    says: Vec<String>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Truth {
    All(String),
    BySubject(BTreeMap<String, String>),
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Expected {
    verdict: String,
    #[serde(default)]
    subjects: BTreeMap<String, String>,
    /// Subjects whose failure is weak; no other's is.
    weak: Option<BTreeSet<String>>,
    /// Subjects whose finding rests on an assumption.
    #[serde(default)]
    assumed: BTreeSet<String>,
    /// How many subjects pass on an assumption.
    assumed_pass: Option<u64>,
    /// How many subjects pass "either way".
    either_way: Option<u64>,
    /// Every finding of the rule is of a requirement whose sentence or key has this text.
    only: Option<String>,
    /// Ids of findings by subject.
    #[serde(default)]
    ids: BTreeMap<String, String>,
    /// Subjects whose finding has another id.
    #[serde(default)]
    other_ids: BTreeMap<String, String>,
    /// Texts of the rule's part of the report, each to be found.
    #[serde(default)]
    says: Vec<String>,
}

fn clock() -> Instant {
    Instant(1_795_327_200_000_000_000)
}

impl Case {
    fn name(&self) -> String {
        self.part.as_ref().map_or_else(|| self.id.clone(), |part| format!("{} ({part})", self.id))
    }

    fn as_of(&self) -> &str {
        self.as_of.as_deref().unwrap_or(AS_OF)
    }

    fn policy_text(&self) -> String {
        if let Some(policy) = &self.policy {
            return if policy.contains("policy ") { policy.clone() } else { format!("{}{policy}", self.policy_head()) };
        }
        let scope = self.of.as_ref().map_or_else(|| "for the estate".to_string(), |of| format!("for each {of}"));
        let lets: String = self.lets.iter().map(|line| format!("  let {line}\n")).collect();
        let mut text = self.policy_head();
        for (i, expression) in self.values.keys().enumerate() {
            text.push_str(&format!("rule claim_{i} {{\n  {scope}\n{lets}  require {expression}\n}}\n\n"));
            text.push_str(&format!("rule denial_{i} {{\n  {scope}\n{lets}  require not ({expression})\n}}\n\n"));
        }
        text
    }

    fn policy_head(&self) -> String {
        let zone = self.timezone.as_deref().unwrap_or(ZONE);
        format!("policy demo {{\n  timezone \"{zone}\"\n}}\n\n{}\n", self.declare)
    }

    fn write(&self, folder: &Path) {
        fs::write(folder.join("policy.backproof"), self.policy_text()).unwrap();
        let facts = folder.join("facts");
        fs::create_dir(&facts).unwrap();
        if let Some(document) = &self.facts {
            fs::write(facts.join("facts.json"), self.complete(document.clone()).to_string()).unwrap();
        }
        for (name, content) in &self.files {
            let text = match content {
                Value::String(text) => text.clone(),
                document => expanded(document.clone()).to_string(),
            };
            fs::write(facts.join(name), text).unwrap();
        }
    }

    /// The document with the statement that it lists all there is of its kinds.
    fn complete(&self, document: Value) -> Value {
        let mut document = expanded(document);
        let map = document.as_object_mut().expect("facts are lists by kind");
        let stated = map.remove("export").unwrap_or_else(|| json!({}));
        let kinds: Vec<&String> = map.keys().collect();
        let mut export = json!({
            "kinds": kinds, "collected_at": self.as_of(), "covers": "all", "covers_from": "all",
        });
        for (key, value) in stated.as_object().expect("an export is described by keys") {
            export[key] = value.clone();
        }
        map.insert("export".to_string(), export);
        document
    }
}

/// Repeats each row with a range in its texts, such as `r{1..97}` or `{2026-10-19..2026-11-21}T02:00:00Z`, for each
/// number or day of it; several ranges of one row go along with each other.
fn expanded(document: Value) -> Value {
    match document {
        Value::Object(map) => Value::Object(map.into_iter().map(|(key, value)| (key, expanded(value))).collect()),
        Value::Array(rows) => Value::Array(rows.into_iter().flat_map(repeated).collect()),
        other => other,
    }
}

fn repeated(row: Value) -> Vec<Value> {
    let text = row.to_string();
    let ranges: BTreeSet<&str> = text
        .match_indices('{')
        .filter_map(|(start, _)| text[start..].find('}').map(|length| &text[start..=start + length]))
        .filter(|range| range.len() < 30 && range.contains("..") && !range.contains('"'))
        .collect();
    if ranges.is_empty() {
        return vec![row];
    }
    let steps: Vec<Vec<String>> = ranges.iter().map(|range| steps(range)).collect();
    let length = steps[0].len();
    assert!(steps.iter().all(|of_range| of_range.len() == length), "ranges of unlike length in {text}");
    let row_of = |i: usize| {
        let filled =
            ranges.iter().zip(&steps).fold(text.clone(), |text, (range, steps)| text.replace(range, &steps[i]));
        serde_json::from_str(&filled).unwrap()
    };
    (0..length).map(row_of).collect()
}

fn steps(range: &str) -> Vec<String> {
    let (from, to) = range.trim_matches(['{', '}']).split_once("..").unwrap();
    if let (Ok(from), Ok(to)) = (from.parse::<u32>(), to.parse::<u32>()) {
        return (from..=to).map(|n| n.to_string()).collect();
    }
    let day = |text: &str| text.parse::<chrono::NaiveDate>().expect("a range of numbers or of days");
    day(from).iter_days().take_while(|date| *date <= day(to)).map(|date| date.to_string()).collect()
}

/// The report of a run, its exit code, and everything printed.
fn report(case: &Case) -> (Value, u8, String) {
    let folder = tempfile::tempdir().unwrap();
    case.write(folder.path());
    let (mut stdout, mut stderr) = (Vec::new(), Vec::new());
    let mut world = World {
        stdout: &mut stdout,
        stderr: &mut stderr,
        directory: folder.path().to_path_buf(),
        now: clock,
        terminal: Terminal::NONE,
    };
    let line = ["backproof", "check", "policy.backproof", "--facts", "facts", "--format", "json", "--show", "pass"];
    let as_of = ["--as-of", case.as_of()];
    let options = case.options.iter().map(String::as_str);
    let code = run(line.into_iter().chain(as_of).chain(options).map(OsString::from), &mut world);
    let (stdout, stderr) = (String::from_utf8(stdout).unwrap(), String::from_utf8(stderr).unwrap());
    let value = serde_json::from_str(&stdout).unwrap_or(Value::Null);
    (value, code, stdout + &stderr)
}

/// What differs from what is expected.
fn differences(case: &Case) -> Vec<String> {
    let (report, code, printed) = report(case);
    let mut wrong = Vec::new();
    for (i, (expression, truth)) in case.values.iter().enumerate() {
        let (claim, denial) = (format!("demo.claim_{i}"), format!("demo.denial_{i}"));
        match truth {
            Truth::All(truth) => check_truth(&report, &claim, &denial, None, expression, truth, &mut wrong),
            Truth::BySubject(subjects) => {
                for (key, truth) in subjects {
                    check_truth(&report, &claim, &denial, Some(key), expression, truth, &mut wrong);
                }
            }
        }
    }
    for (name, expected) in &case.expect {
        match rule(&report, name) {
            Some(rule) => check_rule(rule, name, expected, &mut wrong),
            None => wrong.push(format!("{name} was not judged")),
        }
    }
    if let Some(exit) = case.exit.filter(|exit| *exit != code) {
        wrong.push(format!("exit code {code}, not {exit}"));
    }
    for text in case.says.iter().filter(|text| !printed.contains(*text)) {
        wrong.push(format!("nothing says `{text}`"));
    }
    if !wrong.is_empty() && (std::env::var_os("SHOW").is_some() || report.is_null()) {
        wrong.push(format!("{}\n{printed}", case.policy_text()));
    }
    wrong
}

fn rule<'a>(report: &'a Value, name: &str) -> Option<&'a Value> {
    report["rules"].as_array()?.iter().find(|rule| rule["name"] == name)
}

fn findings<'a>(rule: &'a Value, key: Option<&'a str>) -> impl Iterator<Item = &'a Value> {
    let of_key = move |finding: &&Value| key.is_none_or(|key| finding["subject"]["key"] == key);
    rule["findings"].as_array().into_iter().flatten().filter(of_key)
}

/// The worst of a subject's findings, else whether it passes.
fn subject_verdict(rule: &Value, key: &str) -> &'static str {
    let verdicts: Vec<_> = findings(rule, Some(key)).filter_map(|f| f["verdict"].as_str()).collect();
    let passes = rule["passing"].as_array().is_some_and(|keys| keys.iter().any(|k| k == key));
    match (verdicts.contains(&"fail"), verdicts.contains(&"unknown"), passes) {
        (true, _, _) => "fail",
        (_, true, _) => "unknown",
        (_, _, true) => "pass",
        _ => "not a subject",
    }
}

fn check_truth(
    report: &Value,
    claim: &str,
    denial: &str,
    key: Option<&str>,
    expression: &str,
    truth: &str,
    wrong: &mut Vec<String>,
) {
    let (Some(claim), Some(denial)) = (rule(report, claim), rule(report, denial)) else {
        wrong.push(format!("`{expression}` was not judged"));
        return;
    };
    let verdict = |rule: &Value| match key {
        Some(key) => subject_verdict(rule, key).to_string(),
        None => rule["verdict"].as_str().unwrap_or_default().to_string(),
    };
    let found = match (verdict(claim).as_str(), verdict(denial).as_str()) {
        ("pass", "fail") => "T".to_string(),
        ("fail", "pass") => "F".to_string(),
        ("unknown", "unknown") => "U".to_string(),
        (claim, denial) => format!("claim {claim}, denial {denial}"),
    };
    let of = key.map_or_else(String::new, |key| format!(" of {key}"));
    let (wanted, assumed) = match truth.strip_suffix(" assumed") {
        Some(wanted) => (wanted, true),
        None => (truth, false),
    };
    if found != wanted {
        wrong.push(format!("`{expression}`{of} is {found}, not {wanted}"));
    } else if is_assumed(claim, key) != assumed {
        wrong.push(format!("`{expression}`{of}: assumed is {}, not {assumed}", !assumed));
    }
}

fn is_assumed(rule: &Value, key: Option<&str>) -> bool {
    let of_findings = findings(rule, key).any(|f| f["assumed"].as_array().is_some_and(|texts| !texts.is_empty()));
    of_findings || rule["counts"]["assumed"].as_u64().is_some_and(|n| n > 0)
}

fn check_rule(rule: &Value, name: &str, expected: &Expected, wrong: &mut Vec<String>) {
    if rule["verdict"] != expected.verdict.as_str() {
        wrong.push(format!("{name} is {}, not {} ({})", rule["verdict"], expected.verdict, rule["reason"]));
    }
    for (key, verdict) in &expected.subjects {
        let found = subject_verdict(rule, key);
        if found != verdict {
            wrong.push(format!("{name}: {key} is {found}, not {verdict}"));
        }
    }
    if let Some(weak) = &expected.weak {
        let found: BTreeSet<String> = findings(rule, None)
            .filter(|f| f["weak"] == true)
            .filter_map(|f| f["subject"]["key"].as_str().map(str::to_string))
            .collect();
        if found != *weak {
            wrong.push(format!("{name}: weak are {found:?}, not {weak:?}"));
        }
    }
    for key in &expected.assumed {
        if !findings(rule, Some(key)).any(|f| f["assumed"].as_array().is_some_and(|texts| !texts.is_empty())) {
            wrong.push(format!("{name}: the finding on {key} does not say that it is assumed"));
        }
    }
    for (what, expected) in [("assumed", expected.assumed_pass), ("either_way", expected.either_way)] {
        if let Some(expected) = expected
            && rule["counts"][what] != expected
        {
            wrong.push(format!("{name}: {} pass {what}, not {expected}", rule["counts"][what]));
        }
    }
    if let Some(only) = &expected.only {
        for finding in findings(rule, None) {
            let has = |what: &str| finding[what].as_str().is_some_and(|text| text.contains(only.as_str()));
            if !has("requirement") && !has("key") {
                wrong.push(format!("{name}: a finding on {}", finding["key"]));
            }
        }
    }
    for (key, id) in &expected.ids {
        if !findings(rule, Some(key)).any(|f| f["id"] == id.as_str()) {
            let found: Vec<_> = findings(rule, Some(key)).map(|f| &f["id"]).collect();
            wrong.push(format!("{name}: {key} has {found:?}, not {id}"));
        }
    }
    for (key, id) in &expected.other_ids {
        if findings(rule, Some(key)).count() == 0 || findings(rule, Some(key)).any(|f| f["id"] == id.as_str()) {
            wrong.push(format!("{name}: {key} has no finding of another id than {id}"));
        }
    }
    let text = texts(rule).join("\n");
    for says in expected.says.iter().filter(|says| !text.contains(*says)) {
        let messages: Vec<_> = findings(rule, None).map(|f| &f["message"]).collect();
        wrong.push(format!("{name} does not say `{says}`; messages {messages:?}, notes {}", rule["notes"]));
    }
}

/// Every text in a value, as it reads.
fn texts(value: &Value) -> Vec<&str> {
    match value {
        Value::String(text) => vec![text],
        Value::Array(items) => items.iter().flat_map(texts).collect(),
        Value::Object(map) => map.values().flat_map(texts).collect(),
        _ => Vec::new(),
    }
}

fn cases(table: &str) -> Vec<Case> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/semantics").join(table).with_extension("yaml");
    let text = fs::read_to_string(&path).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
    serde_yaml::from_str(&text).unwrap_or_else(|e| panic!("{}: {e}", path.display()))
}

/// Only the one that the environment variable `EXAMPLE` names, if it is set; with `SHOW` too its policy and report.
fn wanted(case: &Case) -> bool {
    std::env::var("EXAMPLE").map_or(true, |id| case.name() == id || case.id == id)
}

#[test]
fn examples_hold() {
    let tables: BTreeSet<&str> = TABLES.iter().map(|(table, ..)| *table).collect();
    let (mut failed, mut ran) = (String::new(), 0);
    for table in tables {
        for case in cases(table).iter().filter(|case| wanted(case)) {
            if let Some(reason) = &case.pending {
                println!("{} is pending: {reason}", case.name());
                continue;
            }
            ran += 1;
            let wrong = differences(case);
            if !wrong.is_empty() {
                failed.push_str(&format!("{}:\n  {}\n", case.name(), wrong.join("\n  ")));
            }
        }
    }
    assert!(failed.is_empty(), "of {ran} examples these do not hold:\n{failed}");
}

#[test]
fn every_example_of_the_page_is_there() {
    let tables: BTreeSet<&str> = TABLES.iter().map(|(table, ..)| *table).collect();
    let found: BTreeSet<String> = tables.into_iter().flat_map(cases).map(|case| case.id).collect();
    let wanted = TABLES.iter().flat_map(|(_, letter, last)| (1..=*last).map(move |n| format!("{letter}{n}"))).collect();
    assert_eq!(found, wanted);
}
