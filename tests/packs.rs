//! The tests of the standard library and of the packs, in the language itself: every `*.test.backproof` under `policies/`.
//! A folder's tests run together with the policies beside them, and together show all that `--coverage` asks for.
//!
//! Every file of `policies/std` that declares phrases is held to that in `policies/tests/<file>.test.backproof`: each of
//! its phrases passing, failing, unknown, and at the boundary of its limits, or said to be `unreachable`.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

#[path = "common/program.rs"]
mod program;

use backproof::base::{SourceMap, Span};
use backproof::syntax::parse;
use backproof::syntax::tree::ItemKind;
use program::backproof;
use serde_json::Value;
use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

const ENDING: &str = ".test.backproof";

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The folders under `policies/` that hold tests, as paths from the root.
fn folders() -> Vec<String> {
    let mut found = BTreeSet::new();
    let mut open: Vec<PathBuf> = vec![root().join("policies")];
    while let Some(folder) = open.pop() {
        for entry in fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                open.push(path);
            } else if path.to_string_lossy().ends_with(ENDING) {
                found.insert(folder.strip_prefix(root()).unwrap().to_string_lossy().replace('\\', "/"));
            }
        }
    }
    found.into_iter().collect()
}

/// The states that tests do not show, one a line.
fn lacking(item: &Value) -> Vec<String> {
    let states = item["states"].as_array().unwrap().iter();
    let open = states.filter(|state| state["shown"] == false && state["unreachable"].is_null());
    open.map(|state| {
        let hole = state["hole"].as_str().map_or(String::new(), |hole| format!(" of {{{hole}}}"));
        format!("{} {}: {}{hole}", item["kind"], item["name"], state["state"])
    })
    .collect()
}

#[test]
fn the_tests_under_policies_pass_and_show_everything() {
    let folders = folders();
    assert!(folders.contains(&"policies/tests".to_owned()), "{folders:?}");
    for folder in folders {
        let ran = backproof(root(), &format!("test {folder} --coverage --format json"));
        let report: Value = serde_json::from_str(&ran.stdout).unwrap();
        let items = report["coverage"]["items"].as_array();
        // A pack shows its own rules; the standard phrases that they speak are shown by the tests of the vocabularies.
        let own = |item: &&Value| {
            folder == "policies/tests" || item["place"]["file"].as_str().is_some_and(|file| file.starts_with(&folder))
        };
        let lacking: Vec<String> = items.into_iter().flatten().filter(own).flat_map(lacking).collect();
        assert!(items.is_some_and(|items| items.iter().any(|item| own(&item))), "{folder} shows nothing");
        if ran.code != 0 || !lacking.is_empty() {
            let shown = backproof(root(), &format!("test {folder}")).stdout;
            panic!("{folder} ends with {}\n{shown}\nnot shown:\n{}", ran.code, lacking.join("\n"));
        }
    }
}

/// The phrases of a standard vocabulary: the line of each.
fn phrases(vocabulary: &str) -> Vec<(usize, String)> {
    let path = root().join(format!("policies/std/{vocabulary}.backproof"));
    let text = fs::read_to_string(&path).unwrap();
    let mut sources = SourceMap::default();
    let id = sources.add(format!("std/{vocabulary}.backproof"), text.as_str(), true);
    let (file, _) = parse(id, &text);
    let head = |span: Span| sources.text(span).lines().next().unwrap_or_default().to_owned();
    let items = file.items.iter().filter_map(|item| match &item.kind {
        ItemKind::Vocabulary(vocabulary) => Some(vocabulary),
        _ => None,
    });
    items.flat_map(|v| &v.phrases).map(|phrase| (sources.line_column(phrase.span).0, head(phrase.span))).collect()
}

/// The names of the files of `policies/std`, without ending, that declare phrases.
fn vocabularies() -> Vec<String> {
    let files = fs::read_dir(root().join("policies/std")).unwrap();
    let names = files.map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned());
    let mut names: Vec<String> = names.filter_map(|name| Some(name.strip_suffix(".backproof")?.to_owned())).collect();
    names.retain(|name| !phrases(name).is_empty());
    names.sort();
    names
}

#[test]
fn every_phrase_of_the_standard_library_is_shown() {
    let ran = backproof(root(), "test policies/tests --coverage --format json");
    let report: Value = serde_json::from_str(&ran.stdout).unwrap();
    let items = report["coverage"]["items"].as_array().unwrap();
    let mut missing = Vec::new();
    let vocabularies = vocabularies();
    assert!(vocabularies.iter().any(|name| name == "retention"), "{vocabularies:?}");
    for vocabulary in &vocabularies {
        if !root().join(format!("policies/tests/{vocabulary}{ENDING}")).exists() {
            missing.push(format!("policies/tests/{vocabulary}{ENDING} is not there"));
        }
        let file = format!("std/{vocabulary}.backproof");
        for (line, head) in phrases(vocabulary) {
            let here = |item: &&Value| item["place"]["file"] == file.as_str() && item["place"]["line"] == line;
            match items.iter().find(here) {
                Some(item) => missing.extend(lacking(item)),
                None => missing.push(format!("{file}:{line} no test speaks `{head}`")),
            }
        }
    }
    assert!(missing.is_empty(), "{}", missing.join("\n"));
}
