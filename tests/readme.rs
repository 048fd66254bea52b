//! The README shows what the program really prints: its picture is part of the example estate's report, its policies
//! compile, its table of exit codes is the program's.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use backproof::app::{Terminal, World, run};
use backproof::outcome::Exit;
use backproof::value::Instant;
use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn readme() -> String {
    fs::read_to_string(root().join("README.md")).unwrap()
}

fn printed(line: &str, directory: &Path) -> (String, u8) {
    let (mut out, mut err) = (Vec::new(), Vec::new());
    let mut world = World {
        stdout: &mut out,
        stderr: &mut err,
        directory: directory.to_path_buf(),
        now: || Instant(1_795_327_200_000_000_000),
        terminal: Terminal::NONE,
    };
    let code = run(line.split_whitespace().map(OsString::from), &mut world);
    (String::from_utf8(out).unwrap() + &String::from_utf8(err).unwrap(), code)
}

/// The blocks that begin with the fence `mark`.
fn blocks<'a>(text: &'a str, mark: &str) -> Vec<&'a str> {
    let fence = format!("\n```{mark}\n");
    text.split(&fence).skip(1).filter_map(|rest| rest.split("\n```").next()).collect()
}

#[test]
fn the_picture_is_part_of_the_real_report() {
    let text = readme();
    let command = blocks(&text, "sh")[0].lines().next().unwrap().replace("cargo run --", "backproof");
    let estate = "tests/cases/readme/estate/";
    assert!(command.contains(estate));
    let (report, code) = printed(&command.replace(estate, ""), &root().join(estate));
    assert_eq!(code, 1);
    let picture = text.split("<!-- report -->\n```\n").nth(1).unwrap().split("\n```").next().unwrap();
    assert!(picture.lines().count() > 10, "no picture");
    for part in picture.split("[…]\n") {
        assert!(
            report.contains(part.trim_end()),
            "the report does not hold this part of the picture:\n{part}\n\nreport:\n{report}"
        );
    }
}

#[test]
fn its_policies_compile() {
    let text = readme();
    let policies = blocks(&text, "backproof");
    assert_eq!(policies.len(), 3);
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("policy.backproof"), policies.join("\n\n")).unwrap();
    let (out, code) = printed("backproof lint policy.backproof --deny-warnings", folder.path());
    assert_eq!(code, 0, "{out}");
    let (out, code) = printed("backproof test policy.backproof", folder.path());
    assert!(code == 0 && out.contains("2 tests: 2 passed"), "{out}");
    fs::write(folder.path().join("policy.backproof"), policies[0].replace("daily", "dayly")).unwrap();
    let (out, _) = printed("backproof lint policy.backproof", folder.path());
    let shown = blocks(&text, "").into_iter().find(|block| block.starts_with("error[E0302]")).unwrap();
    assert!(out.contains(shown), "{out}");
}

#[test]
fn its_exit_codes_are_the_programs() {
    let text = readme();
    for (_, code, meaning) in Exit::TABLE {
        assert!(text.contains(&format!("| {code} | {meaning} |")), "exit code {code} reads otherwise in the README");
    }
}
