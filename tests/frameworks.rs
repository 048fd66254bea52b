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
