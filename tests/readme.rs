//! The README shows what the program really prints: its picture is part of the example estate's report, its policies
//! compile, the words of its own that it shows run as it says, its table of exit codes is the program's.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on has failed")]

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

/// The block that begins with these words.
fn block<'a>(text: &'a str, mark: &str, begin: &str) -> &'a str {
    let found = blocks(text, mark).into_iter().find(|block| block.starts_with(begin));
    found.unwrap_or_else(|| panic!("the README has no block that begins with `{begin}`"))
}

#[test]
fn its_policies_compile() {
    let text = readme();
    let policies = blocks(&text, "backproof");
    assert_eq!(policies.len(), 3);
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("policy.backproof"), policies[0]).unwrap();
    let (out, code) = printed("backproof lint policy.backproof --deny-warnings", folder.path());
    assert_eq!(code, 0, "{out}");
    fs::write(folder.path().join("policy.backproof"), policies[0].replace("daily", "dayly")).unwrap();
    let (out, _) = printed("backproof lint policy.backproof", folder.path());
    let shown = block(&text, "", "error[E0302]: `dayly`");
    assert!(out.contains(shown), "{out}");
}

#[test]
fn its_own_words_are_those_of_the_example() {
    let text = readme();
    let example = root().join("tests/cases/readme/orchard");
    for (mark, begin, file) in [
        ("backproof", "policy orchard.tills", "orchard.backproof"),
        ("backproof", "test ", "orchard.test.backproof"),
        ("yaml", "shops:", "facts/shops.yaml"),
    ] {
        let kept = fs::read_to_string(example.join(file)).unwrap();
        assert_eq!(block(&text, mark, begin), kept.trim_end(), "{file} reads otherwise in the README");
    }
}

#[test]
fn its_own_words_say_what_it_shows() {
    let text = readme();
    let example = root().join("tests/cases/readme/orchard");
    let (out, code) = printed("backproof lint . --deny-warnings", &example);
    assert_eq!(code, 0, "{out}");
    let (out, code) = printed("backproof check orchard.backproof --facts facts", &example);
    assert!(code == 1 && out.contains(block(&text, "", "FAIL orchard.tills.trading")), "{out}");
    let (out, code) = printed("backproof test . --coverage", &example);
    assert!(code == 0 && out.contains(block(&text, "", "3 tests: 3 passed")), "{out}");
    let folder = tempfile::tempdir().unwrap();
    let policy = block(&text, "backproof", "policy orchard.tills");
    let wrong = policy.replace("out of the shop within (outside_by)", "out of the shop within 98%");
    assert_ne!(wrong, policy);
    fs::write(folder.path().join("orchard.backproof"), wrong).unwrap();
    let (out, code) = printed("backproof lint orchard.backproof", folder.path());
    assert!(code == 2 && out.contains(block(&text, "", "error[E0302]: `98%`")), "{out}");
}

#[test]
fn its_exit_codes_are_the_programs() {
    let text = readme();
    for (_, code, meaning) in Exit::TABLE {
        assert!(text.contains(&format!("| {code} | {meaning} |")), "exit code {code} reads otherwise in the README");
    }
}
