//! The frameworks that come with backproof: each control is declared once, what is withdrawn or unread is not, and every
//! pack of rules compiles against them.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

#[path = "common/program.rs"]
mod program;

use program::backproof;
use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;

/// How many controls each framework declares: nothing is lost in an edit without somebody noticing.
const CONTROLS: &[(&str, usize)] = &[
    ("cis", 44),
    ("dora", 45),
    ("gdpr", 30),
    ("hipaa", 41),
    ("iso_27001", 47),
    ("nist_800_53", 84),
    ("pci_dss", 69),
    ("rule_3_2_1_1_0", 5),
];

/// Withdrawn by their publisher, not in force, or not yet compared with the publisher's text: never cited.
const NEVER_CITED: &[&str] = &[
    "\"CP-9(4)\"",
    "\"CP-10(1)\"",
    "\"CP-10(3)\"",
    "\"CP-10(5)\"",
    "\"164.404",
    "\"164.410",
    "\"2024/1774 Art. 21",
    "\"2024/1774 Art. 24",
    "\"2024/1774 Art. 34",
    "\"A.12.3.1\"",
    "\"10.5.1.1\"",
    "PR.IP-4",
];

fn folder(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("policies").join(name)
}

fn texts(name: &str) -> BTreeMap<String, String> {
    let files = fs::read_dir(folder(name)).unwrap().map(|entry| entry.unwrap().path());
    files
        .filter(|path| path.extension().is_some_and(|extension| extension == "backproof"))
        .filter(|path| !path.to_string_lossy().ends_with(".test.backproof"))
        .map(|path| (path.file_stem().unwrap().to_string_lossy().into_owned(), fs::read_to_string(path).unwrap()))
        .collect()
}

fn controls(text: &str) -> Vec<&str> {
    text.lines().filter_map(|line| line.trim().strip_prefix("control \"")?.split('"').next()).collect()
}

#[test]
fn each_framework_declares_its_controls_once() {
    let frameworks = texts("std/frameworks");
    let counted: Vec<_> = frameworks.iter().map(|(name, text)| (name.as_str(), controls(text).len())).collect();
    assert_eq!(counted, CONTROLS);
    for (name, text) in &frameworks {
        let mut ids = controls(text);
        ids.sort_unstable();
        ids.dedup();
        assert_eq!(ids.len(), controls(text).len(), "{name} declares a control twice");
        assert!(text.contains(&format!("framework {name} \"")), "{name} is not the name of the framework in its file");
    }
}

#[test]
fn what_is_withdrawn_or_unread_is_not_cited() {
    for place in ["std/frameworks", "frameworks", "saypro"] {
        for (name, text) in texts(place) {
            for never in NEVER_CITED {
                assert!(!text.contains(never), "{place}/{name} cites {never}");
            }
        }
    }
}

/// A framework's declaration needs no file beside the policy that cites it.
#[test]
fn citations_resolve_without_a_file_of_the_framework() {
    let temporary = tempfile::tempdir().unwrap();
    let mut policy = String::from(
        "policy cites.all \"Cites every control\" {\n  timezone \"UTC\"\n}\n\nrule every \"Every control\" {\n",
    );
    for (name, text) in texts("std/frameworks") {
        controls(&text).iter().for_each(|id| policy.push_str(&format!("  evidence for {name} \"{id}\"\n")));
    }
    policy.push_str("  for the estate\n  require some systems\n}\n");
    fs::write(temporary.path().join("policy.backproof"), policy).unwrap();
    let ran = backproof(temporary.path(), "lint policy.backproof");
    assert_eq!(ran.code, 0, "{}{}", ran.stdout, ran.stderr);
}

/// The names that a text declares with a word such as `param` or `let` at the beginning of a line.
fn declared<'a>(text: &'a str, word: &str) -> Vec<(&'a str, &'a str)> {
    text.lines()
        .filter_map(|line| {
            let rest = line.strip_prefix(word)?.strip_prefix(' ')?;
            Some((rest.split([':', ' ']).next()?, rest))
        })
        .collect()
}

fn mentions(text: &str, name: &str) -> bool {
    text.split(|c: char| !c.is_alphanumeric() && c != '_').any(|word| word == name)
}

/// The rules of a text, by name, each with its lines. Titles, which may hold any word, are left out.
fn rules(text: &str) -> BTreeMap<String, String> {
    let mut rules = BTreeMap::new();
    let mut open: Option<(String, String)> = None;
    for line in text.lines() {
        match (&mut open, line) {
            (None, head) if head.ends_with('{') && !head.starts_with("policy ") && !head.starts_with("param ") => {
                let name = head.split_whitespace().nth(1).unwrap();
                open = Some((name.to_string(), String::new()));
            }
            (Some(_), "}") => {
                let (name, body) = open.take().unwrap();
                rules.insert(name, body);
            }
            (Some((_, body)), line) => body.push_str(&format!("{line}\n")),
            _ => {}
        }
    }
    rules
}

/// Parameters without a value, and the `let`s of the file that stand on one.
fn without_value(text: &str) -> Vec<&str> {
    let mut names: Vec<&str> =
        declared(text, "param").into_iter().filter(|(_, rest)| !rest.contains(" = ")).map(|(name, _)| name).collect();
    for (name, rest) in declared(text, "let") {
        if names.iter().any(|unset| mentions(rest, unset)) {
            names.push(name);
        }
    }
    names
}

/// Over an estate that meets every rule, those that stand on a parameter without a value are unknown; the others pass.
#[test]
fn what_stands_on_a_parameter_without_a_value_is_unknown() {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    let mut checked = 0;
    for pack in ["frameworks", "saypro"] {
        let files = texts(pack);
        let line = format!(
            "check policies/{pack} --facts policies/frameworks/estate/good.yaml --as-of 2026-11-22T06:00:00Z --format json"
        );
        let ran = backproof(&root, &line);
        let report: serde_json::Value = serde_json::from_str(&ran.stdout).unwrap();
        assert!(report["errors"].as_array().unwrap().is_empty(), "{}", report["errors"]);
        let verdict = |policy: &str, rule: &str| {
            let name = format!("{policy}.{rule}");
            let found = report["rules"].as_array().unwrap().iter().find(|r| r["name"] == name.as_str());
            found.unwrap()["verdict"].as_str().unwrap().to_string()
        };
        // The files of SayPro's policy share their parameters.
        let together: String = files.values().cloned().collect();
        for (file, text) in &files {
            let (policy, unset) = match pack {
                "saypro" => ("saypro.backup".to_string(), without_value(&together)),
                _ => (format!("frameworks.{file}"), without_value(text)),
            };
            for (rule, body) in rules(text) {
                let stands_on = unset.iter().find(|name| mentions(&body, name));
                let expected = if stands_on.is_some() { "unknown" } else { "pass" };
                assert_eq!(
                    verdict(&policy, &rule),
                    expected,
                    "{policy}.{rule}, parameter without a value: {stands_on:?}"
                );
                checked += 1;
            }
        }
    }
    assert!(checked > 200, "only {checked} rules");
}

/// A number that a parameter claims to be a regulation's or a standard's has the place where it stands above it, or in the
/// comment before.
#[test]
fn what_claims_a_regulation_or_standard_has_a_value() {
    for (file, text) in texts("frameworks") {
        for (name, rest) in declared(&text, "param") {
            let claims = ["from regulation", "from standard"].iter().any(|source| rest.contains(source));
            assert!(!claims || rest.contains(" = "), "{file}: {name} claims a source that gives it no value");
        }
    }
}
