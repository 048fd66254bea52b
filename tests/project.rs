//! The project file from outside: where it is looked for, that a report does not depend on the folder that a command is
//! run in, and the project that `init` writes.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

#[path = "common/program.rs"]
mod program;

use backproof::engine::project::read_project;
use backproof::facts::schema::Schema;
use backproof::value::Instant;
use program::{backproof, backproof_at};
use proptest::prelude::*;
use std::fs;
use std::path::Path;

fn write(folder: &Path, name: &str, text: &str) {
    let path = folder.join(name);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, text).unwrap();
}

const POLICY: &str = "policy demo \"Demo\" {\n  owner \"infrastructure\"\n}\n\nrule named \"Systems are named\" {\n  for each system\n  require name is known\n}\n";

fn estate(folder: &Path) {
    write(folder, "backproof.yaml", "policies: [policies]\nfacts: [facts]\n");
    write(folder, "policies/demo.backproof", POLICY);
    write(folder, "facts/systems.json", "{\"systems\": [{\"id\": \"db1\", \"name\": \"one\"}]}");
}

#[test]
fn it_is_found_from_below_and_the_report_is_the_same() {
    let folder = tempfile::tempdir().unwrap();
    estate(folder.path());
    let below = folder.path().join("facts/deep");
    fs::create_dir_all(&below).unwrap();
    let above = backproof(folder.path(), "check --format json");
    assert_eq!(above.code, 0, "{}", above.stdout);
    assert_eq!(backproof(&below, "check --format json"), above);
    assert!(backproof(&below, "facts").stdout.starts_with("facts/systems.json: json, 1 row\n"));
}

#[test]
fn a_report_is_verified_with_its_project_file() {
    let folder = tempfile::tempdir().unwrap();
    estate(folder.path());
    assert_eq!(backproof(folder.path(), "check --format json --output report.json").code, 0);
    let all = "verify report.json backproof.yaml policies facts";
    let same = backproof(folder.path(), all);
    assert_eq!((same.code, same.stdout.lines().last()), (0, Some("3 same")), "{}", same.stdout);
    assert!(backproof(folder.path(), "verify report.json facts").stdout.ends_with("1 same\n"));
    write(folder.path(), "backproof.yaml", "policies: [policies]\nfacts: [facts]\nunknown: warn\n");
    let changed = backproof(folder.path(), all);
    assert_eq!(changed.code, 1);
    assert!(changed.stdout.starts_with("changed  backproof.yaml:"), "{}", changed.stdout);
}

#[test]
fn the_search_ends_where_a_repository_begins() {
    let folder = tempfile::tempdir().unwrap();
    estate(folder.path());
    let inner = folder.path().join("facts/inner");
    fs::create_dir_all(inner.join("below")).unwrap();
    fs::write(inner.join(".git"), "gitdir: elsewhere").unwrap();
    for directory in [inner.clone(), inner.join("below")] {
        let ran = backproof(&directory, "lint");
        assert_eq!(ran.code, 2);
        assert!(ran.stdout.contains("E2107"), "{}", ran.stdout);
    }
    fs::write(inner.join("backproof.yaml"), "policies: [../../policies]\n").unwrap();
    assert_eq!(backproof(&inner.join("below"), "lint").code, 0);
}

#[test]
fn a_misnamed_project_file_is_not_passed_over() {
    let folder = tempfile::tempdir().unwrap();
    estate(folder.path());
    fs::rename(folder.path().join("backproof.yaml"), folder.path().join("backproof.yml")).unwrap();
    let ran = backproof(folder.path(), "check policies --facts facts");
    assert_eq!(ran.code, 2);
    assert!(ran.stdout.contains("a project file is called `backproof.yaml`"), "{}", ran.stdout);
    assert_eq!(backproof(folder.path(), "check policies --facts facts --no-project").code, 0);
}

#[cfg(unix)]
#[test]
fn a_project_file_that_leads_nowhere_is_not_passed_over() {
    let folder = tempfile::tempdir().unwrap();
    estate(folder.path());
    fs::remove_file(folder.path().join("backproof.yaml")).unwrap();
    std::os::unix::fs::symlink("gone.yaml", folder.path().join("backproof.yaml")).unwrap();
    let ran = backproof(folder.path(), "check policies --facts facts");
    assert_eq!(ran.code, 2);
    assert!(ran.stdout.contains("error[E2101]: `backproof.yaml` cannot be read"), "{}", ran.stdout);
}

#[test]
fn the_project_file_is_none_of_its_own_facts() {
    let folder = tempfile::tempdir().unwrap();
    estate(folder.path());
    write(folder.path(), "backproof.yaml", "policies: [policies]\nfacts: [\"*.yaml\", facts]\n");
    write(folder.path(), "more.yaml", "systems: [{id: db2, name: two}]\n");
    let ran = backproof(folder.path(), "facts");
    assert!(ran.stdout.contains("more.yaml") && !ran.stdout.contains("backproof.yaml"), "{}", ran.stdout);
}

#[test]
fn what_init_writes_runs() {
    let folder = tempfile::tempdir().unwrap();
    let made = backproof(folder.path(), "init estate");
    assert_eq!(made.code, 0, "{}", made.stderr);
    assert!(made.stdout.ends_with("next: cd estate && backproof check\n"), "{}", made.stdout);
    let estate = folder.path().join("estate");
    let linted = backproof(&estate, "lint --deny-warnings");
    assert_eq!(linted.code, 0, "{}", linted.stdout);
    let checked = backproof(&estate, "check --deny-warnings");
    assert_eq!(checked.code, 0, "{}", checked.stdout);
    assert!(checked.stdout.contains("3 rules: 3 pass\n"), "{}", checked.stdout);
    assert!(checked.stdout.contains("keep_for = 7 days (from house, set in backproof.yaml:8)"), "{}", checked.stdout);
    let tested = backproof(&estate, "test");
    assert_eq!(tested.code, 0, "{}", tested.stdout);
    let from_below = backproof(&estate.join("facts"), "test");
    assert_eq!(from_below, tested);
    let controls = backproof(&estate, "controls --facts");
    assert_eq!((controls.code, controls.stderr.as_str()), (0, ""), "{}", controls.stdout);
    // Half a year later the same evidence acquits nobody.
    let later = backproof(&estate, "check --as-of 2027-05-22T06:00:00Z");
    assert_ne!(later.code, 0);
    assert!(!later.stdout.contains("PASS"), "{}", later.stdout);
}

#[test]
fn what_init_writes_runs_at_any_hour() {
    for clock in CLOCKS {
        let folder = tempfile::tempdir().unwrap();
        assert_eq!(backproof_at(folder.path(), "init", clock).code, 0);
        let checked = backproof_at(folder.path(), "check", clock);
        assert_eq!(checked.code, 0, "{}", checked.stdout);
    }
}

macro_rules! clocks {
    ($($hour:literal)*) => { [$(|| Instant(1_795_327_200_123_456_789 + $hour * 3_600_000_000_000)),*] };
}

const CLOCKS: [fn() -> Instant; 24] = clocks!(0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23);

#[test]
fn init_writes_over_nothing() {
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), "policies/backup.backproof", "mine");
    let ran = backproof(folder.path(), "init");
    assert_eq!(ran.code, 2);
    assert!(ran.stderr.contains("error[E2110]: `policies/backup.backproof` is there already"), "{}", ran.stderr);
    assert_eq!(fs::read_to_string(folder.path().join("policies/backup.backproof")).unwrap(), "mine");
    assert!(!folder.path().join("backproof.yaml").exists());
    assert_eq!(backproof(folder.path(), "init --help").code, 0);
}

/// Words that a project file may be made of, and some that it may not.
const WORDS: &[&str] = &[
    "policies",
    "facts",
    "parameters",
    "evidence_age",
    "expect",
    "identity",
    "aliases",
    "rank",
    "strict",
    "true",
    "31 days",
    "run",
    "{",
    "}",
    "[",
    "]",
    ":",
    ": ",
    "- ",
    "\n",
    "\n  ",
    ",",
    "\"",
    "'",
    "#",
    "&a",
    "*a",
    "db1",
    "é",
    "|",
    ">",
    "%",
    "\u{0}",
];

proptest! {
    #![proptest_config(ProptestConfig { cases: 2_000, ..ProptestConfig::default() })]
    #[test]
    fn any_text_is_read_or_reported(parts in proptest::collection::vec(proptest::sample::select(WORDS), 0..40)) {
        let text = parts.concat();
        let (project, diagnostics) = read_project("backproof.yaml", text.as_bytes());
        let (_, more) = project.weighing(&Schema::default());
        prop_assert_eq!(project.broken, diagnostics.iter().any(|d| d.is_error()));
        for diagnostic in diagnostics.iter().chain(&more) {
            prop_assert!(diagnostic.primary.is_some(), "{:?} stands nowhere", diagnostic);
        }
    }
}

#[test]
fn tests_take_the_values_of_the_project_and_schema_its_extensions() {
    let folder = tempfile::tempdir().unwrap();
    estate(folder.path());
    let policy = format!(
        "{POLICY}\nextend entity system {{\n  cost_centre: text\n}}\n\nparam newest: duration from house = 1h\n\n\
         rule fresh \"Fresh\" {{\n  for each system\n  require some recovery_points where created + newest >= now\n}}\n\n\
         test \"a day old\" {{\n  as of 2026-11-22T06:00:00Z\n  given recovery_point {{ system: \"a\", repository: \"v\", \
         created: 2026-11-21T06:00:00Z }}\n  expect demo.fresh passes for \"a\"\n}}\n"
    );
    write(folder.path(), "policies/demo.backproof", &policy);
    assert_eq!(backproof(folder.path(), "test").code, 1);
    assert!(backproof(folder.path(), "schema").stdout.contains("cost_centre"));
    assert!(!backproof(folder.path(), "schema --no-project").stdout.contains("cost_centre"));
    write(folder.path(), "backproof.yaml", "policies: [policies]\nfacts: [facts]\nparameters: {newest: 26h}\n");
    let ran = backproof(folder.path(), "test");
    assert_eq!(ran.code, 0, "{}{}", ran.stdout, ran.stderr);
}

#[test]
fn a_misspelt_kind_of_the_project_is_told_by_every_command_that_reads_it() {
    let folder = tempfile::tempdir().unwrap();
    estate(folder.path());
    for line in ["evidence_age: {recovery_pint: 2 days}", "expect: [{tool: restic, kinds: [recovery_pint]}]"] {
        write(folder.path(), "backproof.yaml", &format!("policies: [policies]\nfacts: [facts]\n{line}\n"));
        for command in ["check", "lint", "facts", "test"] {
            let ran = backproof(folder.path(), command);
            assert_eq!(ran.code, 2, "{command}: {}{}", ran.stdout, ran.stderr);
            let said = format!("{}{}", ran.stdout, ran.stderr);
            assert!(said.contains("`recovery_pint`") && said.contains("`recovery_point`"), "{command}: {said}");
        }
    }
}

#[test]
fn controls_at_an_instant_are_judged_by_the_facts_of_the_project() {
    let folder = tempfile::tempdir().unwrap();
    estate(folder.path());
    let cited = POLICY.replace("  require name", "  evidence for gdpr \"Art. 32(1)(c)\"\n  require name");
    write(folder.path(), "policies/demo.backproof", &cited);
    let judged = backproof(folder.path(), "controls --facts --as-of 2026-11-22T06:00:00Z");
    assert_eq!(backproof(folder.path(), "controls --as-of 2026-11-22T06:00:00Z"), judged);
    assert_ne!(backproof(folder.path(), "controls").stdout, judged.stdout);
}
