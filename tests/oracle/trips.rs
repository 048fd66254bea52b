//! Round trips: what the program prints it reads back as the same, be it a parameter's value or whole facts.

use crate::chance::Chance;
use crate::facts::{self, Crates};
use crate::program;
use crate::random::{FOCUSES, Style};
use crate::rules::{self, Rule};
use serde_json::Value as Json;
use std::fs;

/// A type and one of its literals.
fn literal(chance: &mut Chance) -> (&'static str, String) {
    let n = *chance.one(&[0, 1, 2, 7, 24, 59, 60, 90, 365, 999, 1000, 1024, 1440, 10_007]);
    let unit = |chance: &mut Chance, units: &[&str]| format!("{n} {}", chance.one(units));
    match chance.below(11) {
        0 => ("duration", unit(chance, &["s", "min", "h", "days", "weeks", "months", "quarters", "years"])),
        1 => ("size", unit(chance, &["KB", "MB", "GB", "TB", "KiB", "MiB", "GiB", "TiB"])),
        2 => ("percent", format!("{n}.{}%", chance.below(1000))),
        3 => ("time", facts::instant(n - 500)),
        4 => ("count", n.to_string()),
        5 => ("int", format!("-{n}")),
        6 => (
            "cadence",
            (*chance.one(&["hourly", "daily", "every week", "every month", "quarterly", "yearly"])).to_string(),
        ),
        7 => ("text", format!("\"{}\"", chance.one(&["", "plain", "a, b", "é – 'q'", "# no comment", "x: [y]"]))),
        8 => ("list of text", format!("[\"{}\", \"b, c\"]", chance.one(&["a", "[", "]"]))),
        9 => ("clock", format!("{:02}:{:02}", chance.below(24), chance.below(60))),
        _ => ("number", format!("{n}.{}", chance.below(1000))),
    }
}

fn values(folder: &std::path::Path, options: &[String]) -> Vec<String> {
    let line: Vec<&str> = program::CHECK.iter().copied().chain(options.iter().map(String::as_str)).collect();
    let (stdout, stderr, _) = program::printed(folder, &line);
    let report: Json = serde_json::from_str(&stdout).unwrap_or_else(|e| panic!("{e}: {stdout}{stderr}"));
    assert_eq!(report["errors"].as_array().map(Vec::len), Some(0), "{:#}", report["errors"]);
    let text = |parameter: &Json| format!("{} = {}", parameter["name"], parameter["value"]);
    report["parameters"].as_array().into_iter().flatten().map(text).collect()
}

/// Once as the policy says it, once with the printed value on the command line, once with it in the policy.
#[test]
fn values_of_parameters_are_read_as_printed() {
    let mut chance = Chance::new(crate::setting("ORACLE_SEED", 1));
    let parameters: Vec<(&str, String)> = (0..150).map(|_| literal(&mut chance)).collect();
    let policy = |values: &[String]| {
        let lines: String = (parameters.iter().zip(values).enumerate())
            .map(|(i, ((sort, _), value))| format!("param p{i}: {sort} from house = {value}\n"))
            .collect();
        let uses: String = (0..values.len()).map(|i| format!("  require p{i} is known\n")).collect();
        format!("policy trip {{\n  timezone \"UTC\"\n}}\n\n{lines}\nrule r {{\n  for the estate\n{uses}}}\n")
    };
    let written: Vec<String> = parameters.iter().map(|(_, text)| text.clone()).collect();
    let folder = tempfile::tempdir().unwrap();
    let facts = [("facts.json".to_string(), serde_json::json!({"systems": []}))];
    program::write(folder.path(), &policy(&written), &facts);
    let first = values(folder.path(), &[]);
    assert_eq!(first.len(), parameters.len(), "a parameter is not reported");
    // Reported by name; back into the order of the policy.
    let printed: Vec<String> = (0..parameters.len())
        .map(|i| {
            let start = format!("\"trip.p{i}\" = ");
            let value = first.iter().find_map(|line| line.strip_prefix(&start)).unwrap();
            serde_json::from_str(value).unwrap()
        })
        .collect();
    let options: Vec<String> =
        printed.iter().enumerate().flat_map(|(i, value)| ["--param".to_string(), format!("p{i}={value}")]).collect();
    assert_eq!(values(folder.path(), &options), first, "on the command line");
    fs::write(folder.path().join("policy.backproof"), policy(&printed)).unwrap();
    assert_eq!(values(folder.path(), &[]), first, "in the policy");
}

/// Facts as `facts --format ndjson` prints them give every verdict again.
#[test]
fn printed_facts_give_the_same_verdicts() {
    for round in 0..3 {
        let mut chance = Chance::new(crate::setting("ORACLE_SEED", 1) + 500 + round);
        let rules: Vec<Rule> = (0..3 * FOCUSES.len())
            .map(|i| Rule::draw(&mut chance, i, FOCUSES[i % FOCUSES.len()], Style::Assuming))
            .collect();
        let policy = rules::policy(&rules);
        let subjects = facts::subjects(&mut chance, 12, 35);
        let crates = if round == 2 { Crates::Seen } else { Crates::Listed };
        let folder = tempfile::tempdir().unwrap();
        program::write(folder.path(), &policy, &facts::documents(&subjects, crates));
        let line =
            ["facts", "facts", "--policy", "policy.backproof", "--format", "ndjson", "--as-of", "2026-11-22T06:00:00Z"];
        let (rows, stderr, code) = program::printed(folder.path(), &line);
        assert_eq!(code, 0, "{stderr}");
        let before = judged(folder.path());
        fs::remove_dir_all(folder.path().join("facts")).unwrap();
        fs::create_dir(folder.path().join("facts")).unwrap();
        fs::write(folder.path().join("facts/again.ndjson"), &rows).unwrap();
        let after = judged(folder.path());
        assert_eq!(before.len(), after.len(), "round {round}");
        for (before, after) in before.iter().zip(&after) {
            assert_eq!(before, after, "round {round}\n{rows}");
        }
        let (again, _, _) = program::printed(folder.path(), &line);
        let (mut rows, mut again): (Vec<&str>, Vec<&str>) = (rows.lines().collect(), again.lines().collect());
        rows.sort_unstable();
        again.sort_unstable();
        assert_eq!(rows.len(), again.len(), "printed again they are other rows");
    }
}

/// Of each rule what does not name a file.
fn judged(folder: &std::path::Path) -> Vec<String> {
    let (stdout, stderr, _) = program::printed(folder, program::CHECK);
    let report: Json = serde_json::from_str(&stdout).unwrap_or_else(|e| panic!("{e}: {stdout}{stderr}"));
    assert_eq!(report["errors"].as_array().map(Vec::len), Some(0), "{:#}", report["errors"]);
    let text = |rule: &Json| {
        let of = |finding: &Json| {
            let parts = ["id", "verdict", "weak", "assumed"].map(|key| finding[key].to_string());
            format!("{} {}", finding["subject"]["key"], parts.join(" "))
        };
        let findings: Vec<String> = rule["findings"].as_array().into_iter().flatten().map(of).collect();
        let parts = ["name", "verdict", "population", "counts", "passing"].map(|key| rule[key].to_string());
        format!("{} {}", parts.join(" "), findings.join("\n"))
    };
    report["rules"].as_array().into_iter().flatten().map(text).collect()
}
