//! Facts from standard input: the same report as from a file, but for the name; and no policy comes that way.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::io::Write;
use std::path::PathBuf;
use std::process::{Command, Stdio};

fn case() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/cases/coverage/scope_undecided")
}

/// The exit code and everything printed.
fn run(arguments: &[&str], input: &[u8]) -> (Option<i32>, String) {
    let mut child = Command::new(env!("CARGO_BIN_EXE_backproof"))
        .args(arguments)
        .current_dir(case())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(input).unwrap();
    let output = child.wait_with_output().unwrap();
    let printed = [output.stdout, output.stderr].concat();
    (output.status.code(), String::from_utf8(printed).unwrap())
}

const CHECK: [&str; 6] = ["check", "policy.backproof", "--as-of", "2026-11-22T06:00:00Z", "--facts", "-"];

#[test]
fn a_stream_is_judged_and_shown_like_a_file() {
    let facts = std::fs::read(case().join("facts/all.json")).unwrap();
    let mut by_name = CHECK;
    by_name[5] = "facts/all.json";
    let (code, of_file) = run(&by_name, b"");
    assert_eq!(code, Some(3));
    assert_eq!(run(&CHECK, &facts), (code, of_file.replace("facts/all.json", "standard input")));
}

#[test]
fn nothing_on_standard_input_is_no_evidence() {
    let (code, printed) = run(&CHECK, b"");
    assert_eq!(code, Some(2), "{printed}");
}

#[test]
fn policies_are_named_files() {
    let (code, printed) = run(&["check", "-", "--facts", "facts"], b"policy p {}\n");
    assert_eq!(code, Some(2));
    assert!(printed.contains("policies are not read from standard input"), "{printed}");
}
