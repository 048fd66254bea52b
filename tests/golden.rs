//! Golden cases: `tests/cases/<area>/<case>/` is run as a user would run it, in that folder; the command, the exit code
//! and everything printed stand in `snapshots/cases/<area>/<case>.snap`.
//!
//! `case.yaml` names the command lines; without it the one line of [`DEFAULT`] is run. Clock, terminal and working
//! directory are injected, so nothing is filtered.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on has failed")]

use backproof::app::{Terminal, World, run};
use backproof::value::Instant;
use serde::Deserialize;
use std::collections::BTreeSet;
use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};

const DEFAULT: &str = "check policy.backproof --facts facts --as-of 2026-11-22T06:00:00Z";

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    /// Command lines without the program's name; words are parted by blanks, `'…'` keeps them together.
    run: Vec<String>,
}

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn folders(folder: &Path) -> Vec<PathBuf> {
    let mut found: Vec<PathBuf> =
        fs::read_dir(folder).unwrap().map(|e| e.unwrap().path()).filter(|path| path.is_dir()).collect();
    found.sort();
    found
}

/// 2026-11-22T06:00:00Z, should a case read the clock.
fn clock() -> Instant {
    Instant(1_795_327_200_000_000_000)
}

fn words(line: &str) -> Vec<OsString> {
    let mut words = vec![OsString::from("backproof")];
    for (i, part) in line.split('\'').enumerate() {
        if i % 2 == 1 {
            words.push(part.into());
        } else {
            words.extend(part.split_whitespace().map(OsString::from));
        }
    }
    words
}

fn transcript(folder: &Path) -> String {
    let lines = match fs::read_to_string(folder.join("case.yaml")) {
        Ok(text) => serde_yaml::from_str::<Case>(&text).unwrap_or_else(|e| panic!("{}: {e}", folder.display())).run,
        Err(_) => vec![DEFAULT.to_string()],
    };
    let mut out = String::new();
    for line in lines {
        let (mut stdout, mut stderr) = (Vec::new(), Vec::new());
        let mut world = World {
            stdout: &mut stdout,
            stderr: &mut stderr,
            directory: folder.to_path_buf(),
            now: clock,
            terminal: Terminal::NONE,
        };
        let code = run(words(&line), &mut world);
        out.push_str(&format!("$ backproof {line}\n{}", String::from_utf8(stdout).unwrap()));
        if !stderr.is_empty() {
            out.push_str(&format!("--- stderr\n{}", String::from_utf8(stderr).unwrap()));
        }
        out.push_str(&format!("--- exit code {code}\n\n"));
    }
    out
}

#[test]
fn golden_cases() {
    let mut failed = Vec::new();
    let mut expected = BTreeSet::new();
    for area in folders(&root().join("tests/cases")) {
        for case in folders(&area) {
            let (area_name, case_name) = (area.file_name().unwrap(), case.file_name().unwrap());
            let path = root().join("snapshots/cases").join(area_name);
            expected.insert(path.join(case_name).with_extension("snap"));
            let mut settings = insta::Settings::clone_current();
            settings.set_snapshot_path(&path);
            settings.set_prepend_module_to_snapshot(false);
            settings.set_omit_expression(true);
            let text = transcript(&case);
            let name = case_name.to_string_lossy().into_owned();
            let outcome = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
                settings.bind(|| insta::assert_snapshot!(name, text));
            }));
            if outcome.is_err() {
                failed.push(format!("{}/{}", area_name.to_string_lossy(), case_name.to_string_lossy()));
            }
        }
    }
    assert!(failed.is_empty(), "these cases differ from their snapshots: {failed:#?}");
    for area in folders(&root().join("snapshots/cases")) {
        for entry in fs::read_dir(&area).unwrap() {
            let path = entry.unwrap().path();
            if path.extension().is_some_and(|e| e == "snap") {
                assert!(expected.contains(&path), "{} belongs to no case", path.display());
            }
        }
    }
}
