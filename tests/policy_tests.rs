//! `backproof test` from outside: what is given becomes facts as they would be collected, what is expected is compared
//! with what `check` says, and what counts as shown. Whole outputs stand in `tests/cases/tests`.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on has failed")]

#[path = "common/program.rs"]
mod program;

use program::{Ran, backproof};
use serde_json::Value;
use std::fs;
use std::path::Path;

const HEAD: &str = "policy one {\n  timezone \"Europe/Berlin\"\n}\n";

fn run_in(folder: &Path, policy: &str, options: &str) -> Ran {
    fs::write(folder.join("one.backproof"), format!("{HEAD}{policy}")).unwrap();
    backproof(folder, &format!("test one.backproof {options}"))
}

/// Runs the tests of a policy.
fn run(policy: &str) -> Ran {
    let folder = tempfile::tempdir().unwrap();
    run_in(folder.path(), policy, "")
}

#[track_caller]
fn passes(policy: &str) {
    let ran = run(policy);
    assert_eq!(ran.code, 0, "{}", ran.stdout);
}

#[track_caller]
fn fails_with(policy: &str, words: &str) {
    let ran = run(policy);
    assert_eq!(ran.code, 1, "{}", ran.stdout);
    assert!(ran.stdout.contains(words), "no `{words}` in\n{}", ran.stdout);
}

const NO_GAP: &str = "
rule whole {
  for each system
  require no recovery_points.gaps(daily, over: 20 days)
}
rule failed {
  for each system
  require no runs in the last 30 days where status is failed
}
rule named {
  for each system
  require name is known
}
rule three {
  for the estate
  require exactly 3 systems
}
";

#[test]
fn days_keep_their_local_time_where_clocks_are_set_back() {
    // Steps of 24 hours from 00:10 in winter would leave 25 October out and reach 23:10 of the day before.
    let test = |rows: &str| {
        format!(
            "{NO_GAP}test \"a\" {{\n  as of 2026-11-01T11:00:00Z\n  given system {{ id: \"a\" }}\n  given {rows} {{ system: \"a\", repository: \"r\" }}\n  expect whole passes\n}}\n"
        )
    };
    passes(&test("20 recovery_points daily until 2026-10-31T00:10:00"));
    passes(&test("20 recovery_points every 1 day from 2026-10-12T00:10:00"));
    passes(&test("481 recovery_points hourly until now"));
    fails_with(&test("20 recovery_points every 25 h until 2026-10-31T00:10:00"), "it fails");
}

#[test]
fn what_is_given_covers_everybody_and_all_time_and_nothing_else_was_collected() {
    let test = |given: &str, expected: &str| {
        format!(
            "{NO_GAP}test \"a\" {{\n  as of 2026-11-22T06:00:00Z\n  given system {{ id: \"a\" }}\n  given system {{ id: \"b\" }}\n  {given}\n  expect failed {expected} for \"b\"\n}}\n"
        )
    };
    passes(&test("given no run", "passes"));
    passes(&test("given run { system: \"a\", type: backup, status: failed, started: now - 1 day }", "passes"));
    passes(&test("given run { system: \"b\", type: backup, status: failed, started: now - 30 days }", "fails"));
    passes(&test("given run { system: \"b\", type: backup, status: failed, started: now - 721 h }", "passes"));
    passes(&test("given run { system: \"b\", type: backup, started: now - 1 day }", "is unknown"));
    passes(&test("", "is unknown"));
    passes(&test("given no restore_test", "is unknown"));
}

#[test]
fn rows_without_a_key_get_one_that_is_free() {
    let given = "test \"a\" {\n  given system { id: \"system-2\" }\n  given 2 systems { name: \"x\" }\n";
    passes(&format!(
        "{NO_GAP}{given}  expect named passes for \"system-1\"\n  expect named passes for \"system-3\"\n}}\n"
    ));
    passes(&format!("{NO_GAP}{given}  expect three passes\n}}\n"));
    fails_with(&format!("{NO_GAP}{given}  expect named fails for \"system-4\"\n}}\n"), "it is no subject");
}

#[test]
fn a_name_stands_for_the_rule_of_its_own_policy() {
    let folder = tempfile::tempdir().unwrap();
    let two = "policy two {\n}\nrule named {\n  for each system\n  require owner is known\n}\n";
    fs::write(folder.path().join("two.backproof"), two).unwrap();
    let test = |rule: &str| format!("test \"a\" {{\n  given system {{ name: \"x\" }}\n  expect {rule} passes\n}}\n");
    fs::write(folder.path().join("one.backproof"), format!("{HEAD}{NO_GAP}{}", test("named"))).unwrap();
    assert_eq!(backproof(folder.path(), "test .").code, 0);
    fs::write(folder.path().join("three.test.backproof"), test("one.named")).unwrap();
    assert_eq!(backproof(folder.path(), "test .").code, 0);
    fs::write(folder.path().join("three.test.backproof"), test("named")).unwrap();
    let ran = backproof(folder.path(), "test .");
    assert!(ran.code == 2 && ran.stdout.contains("say which: `one.named` or `two.named`"), "{}", ran.stdout);
    fs::write(folder.path().join("three.test.backproof"), test("three")).unwrap();
    assert_eq!(backproof(folder.path(), "test .").code, 1, "two systems are missing");
}

#[test]
fn a_facts_file_lies_beside_the_policy() {
    let folder = tempfile::tempdir().unwrap();
    let inner = folder.path().join("policies");
    fs::create_dir_all(inner.join("facts")).unwrap();
    fs::write(inner.join("facts/estate.json"), r#"{"systems": [{"id": "a", "name": "x"}]}"#).unwrap();
    let test = "test \"a\" {\n  given facts \"facts/estate.json\"\n  given system { id: \"b\" }\n  expect named passes for \"a\"\n  expect named fails for \"b\"\n}\n";
    fs::write(inner.join("one.backproof"), format!("{HEAD}{NO_GAP}{test}")).unwrap();
    for line in ["test policies", "test policies/one.backproof", "test ./policies"] {
        let ran = backproof(folder.path(), line);
        assert_eq!(ran.code, 0, "{}", ran.stdout);
    }
}

#[test]
fn ordinary_commands_check_tests_and_do_not_run_them() {
    let folder = tempfile::tempdir().unwrap();
    let failing = "test \"a\" {\n  given system { name: \"x\" }\n  expect named fails\n}\n";
    fs::write(folder.path().join("one.backproof"), format!("{HEAD}{NO_GAP}{failing}")).unwrap();
    let ran = backproof(folder.path(), "lint one.backproof --deny-warnings");
    assert_eq!(ran.code, 0, "{}", ran.stdout);
    fs::write(folder.path().join("one.backproof"), format!("{HEAD}{NO_GAP}{}", failing.replace("name:", "nme:")))
        .unwrap();
    assert_eq!(backproof(folder.path(), "lint one.backproof").code, 2);
}

/// The state of the boundary of the first phrase's holes.
fn boundary(policy: &str) -> bool {
    let folder = tempfile::tempdir().unwrap();
    let ran = run_in(folder.path(), policy, "--coverage --format json");
    let report: Value = serde_json::from_str(&ran.stdout).unwrap();
    assert_eq!(report["failed"], 0, "{}", ran.stdout);
    let items = report["coverage"]["items"].as_array().unwrap();
    let phrase = items.iter().find(|item| item["kind"] == "phrase").unwrap();
    let mut states = phrase["states"].as_array().unwrap().iter().filter(|state| state["state"] == "boundary");
    let state = states.next().unwrap_or_else(|| panic!("no boundary is asked for:\n{}", ran.stdout));
    assert!(states.next().is_none());
    state["shown"] == true
}

/// A phrase over systems, how a rule speaks it, and cells of systems: those that pass, those that fail.
fn of_systems(phrase: &str, line: &str, pass: &str, fail: &str) -> String {
    format!(
        "vocabulary v for system {{\n{phrase}}}\nv r {{\n  for each system\n  {line}\n}}\ntest \"pass\" {{\n  as of 2026-11-22T06:00:00Z\n  given no run\n{pass}  expect r passes\n}}\ntest \"fail\" {{\n  as of 2026-11-22T06:00:00Z\n  given no run\n{fail}  expect r fails\n}}\n"
    )
}

fn system(cells: &str) -> String {
    format!("  given system {{ {cells} }}\n")
}

#[test]
fn a_boundary_is_the_limit_and_what_lies_just_beside_it() {
    // The phrase, its line, at the limit, beside it, too far from it; all decided otherwise than at the limit.
    let cases = [
        ("{x: duration}", "rto <= x", "p 4h", "rto: 4h", "rto: 5h", "rto: 6h"),
        ("{x: duration}", "rto <= x", "p 35 days", "rto: 35 days", "rto: 36 days", "rto: 37 days"),
        ("{x: duration}", "rto > x", "p 15 min", "rto: 16 min", "rto: 15 min", "rto: 20 min"),
        ("{x: size}", "size <= x", "p 100 GB", "size: 100 GB", "size: 101 GB", "size: 102 GB"),
        ("{x: system.tier}", "tier >= x", "p critical", "tier: critical", "tier: important", "tier: standard"),
        (
            "{x: time}",
            "protected_since >= x",
            "p 2026-01-01T00:00:00Z",
            "protected_since: 2026-01-01T00:00:00Z",
            "protected_since: 2025-12-31T00:00:00Z",
            "protected_since: 2025-12-30T00:00:00Z",
        ),
        (
            "{x: duration}",
            "protected_since + x >= now",
            "p 3 days",
            "protected_since: now - 3 days",
            "protected_since: now - 4 days",
            "protected_since: now - 5 days",
        ),
        (
            "{x: duration}",
            "protected_since in the last x",
            "p 3 days",
            "protected_since: now - 3 days",
            "protected_since: now - 4 days",
            "protected_since: now - 5 days",
        ),
    ];
    for (hole, claim, line, at, beside, far) in cases {
        let phrase = format!("  phrase p {hole}\n    require {claim}\n");
        // Whichever passes: of `rto > x` it is the one beside the limit.
        assert!(boundary(&of_systems(&phrase, line, &system(at), &system(beside))), "{claim}");
        if claim == "rto > x" {
            assert!(!boundary(&of_systems(&phrase, line, &system(far), &system(beside))), "{claim}");
        } else {
            assert!(!boundary(&of_systems(&phrase, line, &system(at), &system(far))), "{claim}");
        }
    }
}

#[test]
fn the_boundary_of_counts_and_shares_and_recent_rows() {
    let runs = |count: usize, status: &str, at: &str| {
        format!("  given {count} runs {{ system: \"a\", type: backup, status: {status}, started: {at} }}\n")
    };
    let a = system("id: \"a\"");
    let policy = |phrase: &str, line: &str, pass: &str, fail: &str| {
        of_systems(phrase, line, &format!("{a}{pass}"), &format!("{a}{fail}")).replace("  given no run\n", "")
    };
    let count = "  phrase p {n: count}\n    require at least n runs where status is success\n";
    let day = "now - 1 day";
    assert!(boundary(&policy(count, "p 3", &runs(3, "success", day), &runs(2, "success", day))));
    assert!(!boundary(&policy(count, "p 3", &runs(3, "success", day), &runs(1, "success", day))));
    assert!(!boundary(&policy(count, "p 3", &runs(4, "success", day), &runs(2, "success", day))));
    let share = "  phrase p {n: percent}\n    require at least n of runs satisfy status is success\n";
    let both = |good: usize| runs(good, "success", day) + &runs(100 - good, "failed", day);
    assert!(boundary(&policy(share, "p 98%", &both(98), &both(97))));
    assert!(!boundary(&policy(share, "p 98%", &both(98), &both(96))));
    let recent = "  phrase p {n: duration}\n    require some runs in the last n where status is success\n";
    assert!(boundary(&policy(
        recent,
        "p 2 days",
        &runs(1, "success", "now - 2 days"),
        &runs(1, "success", "now - 3 days")
    )));
    assert!(!boundary(&policy(
        recent,
        "p 2 days",
        &runs(1, "success", "now - 1 day"),
        &runs(1, "success", "now - 3 days")
    )));
}

#[test]
fn a_failed_test_shows_nothing() {
    let phrase = "  phrase p {x: duration}\n    require rto <= x\n";
    let policy = of_systems(phrase, "p 4h", &system("rto: 4h"), &system("rto: 4h"));
    let folder = tempfile::tempdir().unwrap();
    let ran = run_in(folder.path(), &policy, "--coverage");
    assert_eq!(ran.code, 1);
    assert!(ran.stdout.contains("one.r: not shown: fails"), "{}", ran.stdout);
}
