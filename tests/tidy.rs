//! Holds the house in order: layers import downwards only, files stay small and begin with what they do, registries are
//! sorted and complete, every code is explained and occurs in a test.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn files(folder: &Path, extension: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut folders = vec![folder.to_path_buf()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|e| e == extension) {
                found.push(path);
            }
        }
    }
    found.sort();
    found
}

/// Lowest first; modules of one rank do not import each other, but for what `ALLOWED` says.
const LAYERS: &[(&str, u8)] = &[
    ("base", 0),
    ("value", 1),
    ("syntax", 1),
    ("codec", 1),
    ("facts", 2),
    ("plan", 3),
    ("outcome", 3),
    ("sources", 3),
    ("evaluate", 4),
    ("report", 4),
    ("typing", 5),
    ("lower", 6),
    ("lint", 6),
    ("engine", 7),
    ("app", 9),
];

/// Imports between modules of one rank: literals are values, an outcome cites the plan's evidence.
const ALLOWED: &[(&str, &str)] = &[("syntax", "value"), ("codec", "value"), ("outcome", "plan"), ("lower", "lint")];

#[test]
fn modules_import_only_from_lower_layers() {
    let rank: BTreeMap<&str, u8> = LAYERS.iter().copied().collect();
    let mut wrong = Vec::new();
    for path in files(&root().join("src"), "rs") {
        let inner = path.strip_prefix(root().join("src")).unwrap();
        let Some(module) = inner.components().next().map(|c| c.as_os_str().to_string_lossy().into_owned()) else {
            continue;
        };
        let Some(own) = rank.get(module.as_str()) else { continue };
        let text = fs::read_to_string(&path).unwrap();
        for (_, rest) in text.match_indices("crate::").map(|(i, found)| (i, &text[i + found.len()..])) {
            let name: String = rest.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
            let names: Vec<String> = if name.is_empty() && rest.starts_with('{') {
                rest[1..]
                    .split('}')
                    .next()
                    .unwrap_or("")
                    .split(',')
                    .map(|n| n.trim().split(':').next().unwrap_or("").to_string())
                    .collect()
            } else {
                vec![name]
            };
            for other in names {
                let Some(theirs) = rank.get(other.as_str()) else { continue };
                let fine = other == module || theirs < own || ALLOWED.contains(&(module.as_str(), other.as_str()));
                if !fine {
                    wrong.push(format!("{}: imports `{other}`", inner.display()));
                }
            }
        }
    }
    wrong.dedup();
    assert!(wrong.is_empty(), "imports against the layers:\n{}", wrong.join("\n"));
}

#[test]
fn every_module_is_ranked() {
    for entry in fs::read_dir(root().join("src")).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            let name = path.file_name().unwrap().to_string_lossy().into_owned();
            assert!(LAYERS.iter().any(|(module, _)| *module == name), "`{name}` has no rank in tests/tidy.rs");
        }
    }
}

#[test]
fn files_say_what_they_do_and_stay_small() {
    for path in files(&root().join("src"), "rs") {
        let text = fs::read_to_string(&path).unwrap();
        let lines = text.lines().count();
        assert!(text.starts_with("//!"), "{} does not open with `//!`", path.display());
        assert!(lines <= 600, "{} has {lines} lines: split it by noun", path.display());
    }
}

#[test]
fn nothing_is_left_half_done() {
    for path in files(&root().join("src"), "rs") {
        let text = fs::read_to_string(&path).unwrap();
        for mark in ["todo!(", "unimplemented!(", "dbg!(", "FIXME", "XXX", "TODO", "#[allow("] {
            assert!(!text.contains(mark), "{} contains `{mark}`", path.display());
        }
    }
}

#[test]
fn codes_are_sorted_explained_and_used() {
    let entries: Vec<_> = backproof::base::codes::all().collect();
    let names: Vec<&str> = entries.iter().map(|entry| entry.code.0).collect();
    let unique: BTreeSet<&str> = names.iter().copied().collect();
    assert_eq!(names.len(), unique.len(), "a code stands twice");
    for entry in &entries {
        assert!(entry.text.trim().len() > 40, "{} is not explained", entry.code.0);
        assert!(!entry.title.ends_with('.'), "{}: a title has no full stop", entry.code.0);
    }
    let mut used = BTreeSet::new();
    for path in files(&root().join("src"), "rs") {
        if path.to_string_lossy().contains("base/codes") {
            continue;
        }
        let text = fs::read_to_string(&path).unwrap();
        for (i, _) in text.match_indices("\"E").chain(text.match_indices("\"W")) {
            let code = &text[i + 1..text.len().min(i + 6)];
            if code.len() == 5 && code[1..].bytes().all(|b| b.is_ascii_digit()) {
                used.insert(code.to_string());
            }
        }
    }
    let known: BTreeSet<String> = names.iter().map(|n| n.to_string()).collect();
    let unknown: Vec<_> = used.difference(&known).collect();
    assert!(unknown.is_empty(), "used but not in the table: {unknown:?}");
    let unused: Vec<_> = known.difference(&used).collect();
    assert!(unused.is_empty(), "in the table but never used: {unused:?}");
}

#[test]
fn formats_are_sorted_and_have_their_file() {
    let names: Vec<&str> = backproof::report::FORMATS.iter().map(|format| format.name).collect();
    assert!(names.is_sorted(), "formats are not sorted: {names:?}");
    for name in names {
        assert!(root().join(format!("src/report/{name}.rs")).exists(), "no file for format `{name}`");
    }
}
