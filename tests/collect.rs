//! `collect` from outside: the real program, with stand-ins for the tools first on its path.

#![cfg(unix)]
#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::fs;
use std::os::unix::fs::{PermissionsExt as _, symlink};
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::time::Duration;
use tempfile::TempDir;

/// What restic prints for one snapshot.
const SNAPSHOT: &str = r#"[{"time":"2026-11-21T22:00:00Z","tree":"aa","paths":["/srv"],"hostname":"db1","username":"root","id":"0123456789abcdef0123","short_id":"01234567"}]"#;

/// A folder with a stand-in for a tool.
fn with_tool(name: &str, script: &str) -> TempDir {
    let folder = TempDir::new().unwrap();
    let tool = folder.path().join(name);
    fs::write(&tool, format!("#!/bin/sh\n{script}\n")).unwrap();
    fs::set_permissions(&tool, fs::Permissions::from_mode(0o755)).unwrap();
    folder
}

fn program(folder: &Path, line: &[&str]) -> Command {
    let path = format!("{}:{}", folder.display(), std::env::var("PATH").unwrap());
    let mut command = Command::new(env!("CARGO_BIN_EXE_backproof"));
    command.args(line).current_dir(folder).env("PATH", path).env("RESTIC_REPOSITORY", "/srv/restic");
    command
}

fn run(folder: &Path, line: &[&str]) -> Output {
    program(folder, line).output().unwrap()
}

/// The only folder in which a collection of `name` stands.
fn collection(folder: &Path, name: &str) -> PathBuf {
    let mut all: Vec<PathBuf> =
        fs::read_dir(folder.join("facts").join(name)).unwrap().map(|e| e.unwrap().path()).collect();
    assert_eq!(all.len(), 1, "{all:?}");
    all.pop().unwrap()
}

fn manifest(folder: &Path, name: &str) -> String {
    fs::read_to_string(collection(folder, name).join("facts.yaml")).unwrap()
}

fn code(output: &Output) -> i32 {
    output.status.code().unwrap_or(-1)
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

const BOTH: &str = r#"case "$*" in *stats*) echo '{"total_size":1,"snapshots_count":1}';; *) echo "$SNAPSHOT";; esac"#;

fn restic(script: &str) -> TempDir {
    with_tool("restic", &format!("SNAPSHOT='{SNAPSHOT}'\n{script}"))
}

#[test]
fn what_is_collected_is_read_as_evidence() {
    let folder = restic(BOTH);
    let output = run(folder.path(), &["collect", "restic", "--account", "main", "--into", "facts"]);
    assert_eq!(code(&output), 0, "{}", text(&output.stderr));
    let manifest = manifest(folder.path(), "restic-main");
    for line in ["command: restic --no-lock snapshots --json", "exit_code: 0", "account: main", "sha256: "] {
        assert!(manifest.contains(line), "{line} in {manifest}");
    }
    let shown = text(&run(folder.path(), &["facts", "facts"]).stdout);
    assert!(shown.contains("export: lists recovery_point of restic, account main; collected "), "{shown}");
    assert!(shown.contains("1 recovery_point"), "{shown}");
}

#[test]
fn a_failed_command_is_kept_and_said_and_its_piece_is_not_read() {
    let folder = restic(
        r#"case "$*" in *stats*) echo '{"total_size":'; echo "Fatal: locked" >&2; exit 11;; *) echo "$SNAPSHOT";; esac"#,
    );
    let output = run(folder.path(), &["collect", "restic", "--into", "facts"]);
    assert_eq!(code(&output), 1);
    let told = "incomplete  stats.json: `restic --no-lock stats --json --mode raw-data` ended with exit code 11: Fatal: locked\n";
    assert!(text(&output.stderr).contains(told), "{}", text(&output.stderr));
    let here = collection(folder.path(), "restic");
    assert_eq!(fs::read_to_string(here.join(".stats.stderr")).unwrap(), "Fatal: locked\n");
    assert_eq!(fs::read_to_string(here.join(".stats.stdout")).unwrap(), "{\"total_size\":\n");
    let shown = run(folder.path(), &["facts", "facts"]);
    assert_eq!(code(&shown), 0, "{}", text(&shown.stderr));
    assert!(text(&shown.stdout).contains("absent: lists nothing of restic"), "{}", text(&shown.stdout));
}

#[test]
fn a_repository_that_nobody_names_is_a_mistake_of_the_command() {
    let folder = restic(BOTH);
    let line = ["collect", "restic", "--into", "facts"];
    let output = program(folder.path(), &line).env_remove("RESTIC_REPOSITORY").output().unwrap();
    assert_eq!(code(&output), 2);
    assert!(text(&output.stderr).contains("`restic` needs `--repository`"), "{}", text(&output.stderr));
    assert!(!folder.path().join("facts").exists());
}

/// What `facts` shows after a collection that failed for `first` and one more for `then`, each with its options.
fn collected_again(first: &[&str], then: &[&str], fails_again: bool) -> String {
    let failing = r#"case "$*" in *stats*) echo '{"total_size":1,"snapshots_count":1}';; *) if [ -e fails ]; then echo "Fatal: locked" >&2; exit 11; fi; echo "$SNAPSHOT";; esac"#;
    let folder = restic(failing);
    fs::write(folder.path().join("fails"), "").unwrap();
    let always = ["collect", "restic", "--into", "facts"];
    assert_eq!(code(&run(folder.path(), &[&always, first].concat())), 1);
    if !fails_again {
        fs::remove_file(folder.path().join("fails")).unwrap();
    }
    std::thread::sleep(Duration::from_millis(1100));
    run(folder.path(), &[&always, then].concat());
    text(&run(folder.path(), &["facts", "facts"]).stdout)
}

#[test]
fn a_later_collection_takes_the_place_of_one_that_failed() {
    let gap = "absent: lists recovery_point of restic";
    let main = ["--account", "main"];
    let shown = collected_again(&main, &main, false);
    assert!(!shown.contains(gap) && shown.contains("1 recovery_point"), "{shown}");
    let shown = collected_again(&["--repository", "/srv/a"], &["--repository", "/srv/a"], false);
    assert!(!shown.contains(gap), "{shown}");
}

#[test]
fn another_collection_or_a_failed_one_takes_no_place() {
    let gap = "absent: lists recovery_point of restic";
    for (first, then, fails_again) in [
        (&["--account", "main"][..], &["--account", "main"][..], true),
        (&["--account", "main"], &["--account", "other"], false),
        (&["--repository", "/srv/a"], &["--repository", "/srv/b"], false),
        (&["--repository", "rest:https://ann:a@host/a"], &["--repository", "rest:https://ann:a@host/b"], false),
    ] {
        let shown = collected_again(first, then, fails_again);
        assert!(shown.contains(gap), "{first:?} {then:?} {shown}");
    }
}

#[test]
fn a_list_that_could_not_be_followed_is_followed_later() {
    let folder = with_tool(
        "aws",
        r#"case "$*" in
  *list-backup-vaults*)
    if [ "$(cat fails)" = vaults ]; then echo "Unable to locate credentials." >&2; exit 255; fi
    echo '{"BackupVaultList":[{"BackupVaultName":"gold"},{"BackupVaultName":"silver"}]}';;
  *by-backup-vault*gold*)
    if [ "$(cat fails)" = gold ]; then echo "An error occurred (AccessDeniedException)" >&2; exit 254; fi
    echo '{"RecoveryPoints":[]}';;
  *by-backup-vault*) echo '{"RecoveryPoints":[]}';;
  *list-backup-jobs*) echo '{"BackupJobs":[]}';;
  *list-copy-jobs*) echo '{"CopyJobs":[]}';;
  *list-restore-jobs*) echo '{"RestoreJobs":[]}';;
  *) echo '{"Results":[]}';;
esac"#,
    );
    let line = ["collect", "aws", "--account", "prod", "--into", "facts"];
    let gap = "absent: lists recovery_point of aws";
    for (fails, is_open) in [("vaults", true), ("gold", true), ("nothing", false)] {
        fs::write(folder.path().join("fails"), fails).unwrap();
        assert_eq!(code(&run(folder.path(), &line)), i32::from(is_open), "{fails}");
        let shown = text(&run(folder.path(), &["facts", "facts"]).stdout);
        assert_eq!(shown.contains(gap), is_open, "{fails}: {shown}");
        std::thread::sleep(Duration::from_millis(1100));
    }
}

#[test]
fn a_server_without_backups_is_read_as_such() {
    // Barman 3.19 names the server and lists nothing; warnings about the server stand beside it, where there are any.
    for printed in [r#"{"pg": []}"#, r#"{"_WARNING": ["No archiver enabled"], "pg": []}"#] {
        let folder = with_tool("barman", &format!("echo '{printed}'"));
        assert_eq!(code(&run(folder.path(), &["collect", "barman", "--into", "facts"])), 0);
        let shown = run(folder.path(), &["facts", "facts"]);
        assert_eq!(code(&shown), 0, "{}", text(&shown.stderr));
        assert!(text(&shown.stdout).contains("backups.json: barman backups, 0 rows"), "{}", text(&shown.stdout));
    }
}

#[test]
fn a_listing_of_nothing_that_a_missing_directory_gives_as_well_closes_nothing() {
    // All seen with exit code 0: pgBackRest 2.45 where the repository's path is not there, Barman 3.19 where no server is
    // set up, and where the directory of the backups is not there.
    for (tool, printed) in [("pgbackrest", "[]"), ("barman", "{}"), ("barman", r#"{"off": [], "orders": []}"#)] {
        let folder = with_tool(tool, &format!("echo '{printed}'"));
        assert_eq!(code(&run(folder.path(), &["collect", tool, "--into", "facts"])), 0);
        let shown = text(&run(folder.path(), &["facts", "facts"]).stdout);
        assert!(shown.contains("is not there"), "{tool} {printed}: {shown}");
        let policy = "policy p \"P\" {\n  owner \"backup team\"\n}\n\nrule none \"Nothing is left\" {\n  for each repository\n  require no recovery_points\n}\n";
        fs::write(folder.path().join("p.backproof"), policy).unwrap();
        fs::write(folder.path().join("facts/r.yaml"), "repositories:\n  - id: r1\n").unwrap();
        let line = ["check", "p.backproof", "--facts", "facts"];
        let checked = run(folder.path(), &line);
        let said = text(&checked.stdout);
        assert!(
            said.contains("UNKNOWN") && !said.contains("PASS"),
            "{tool} {printed}: {said}{}",
            text(&checked.stderr)
        );
    }
}

#[test]
fn az_without_a_login_is_kept_as_failed_and_says_why() {
    // What az 2.91 prints, with exit code 1.
    let folder = with_tool(
        "az",
        r#"echo "WARNING: Subscription 'main' not recognized." >&2; echo "ERROR: Please run 'az login' to setup account." >&2; exit 1"#,
    );
    let output = run(folder.path(), &["collect", "azure", "--subscription", "main", "--into", "facts"]);
    assert_eq!(code(&output), 1);
    let told = text(&output.stderr);
    assert!(told.contains("ended with exit code 1: ERROR: Please run 'az login' to setup account."), "{told}");
    let manifest = manifest(folder.path(), "azure");
    assert!(manifest.contains("incomplete: exit code 1, see `.recovery-vaults.stderr`"), "{manifest}");
    // What was to be asked of each vault is missing as well.
    for missing in ["backup-jobs+not-collected.json", "backup-policies+not-collected.json"] {
        assert!(manifest.contains(missing), "{manifest}");
    }
}

#[test]
fn what_borg_says_of_a_repository_that_is_locked_is_told_without_a_secret() {
    // Borg 1.2 ends with 2 and repeats the address.
    let folder = with_tool(
        "borg",
        r#"echo "Failed to create/acquire the lock $BORG_REPO/lock.exclusive (timeout)." >&2; exit 2"#,
    );
    let line = ["collect", "borg", "--repository", "ssh://ann:s3cret@host/srv/borg", "--into", "facts"];
    let output = run(folder.path(), &line);
    assert_eq!((code(&output), text(&output.stdout).contains("1 export in facts/borg/")), (1, true));
    let told = "`borg info --json --glob-archives '*'` ended with exit code 2: Failed to create/acquire the lock ssh://host/lock.exclusive (timeout).\n";
    assert!(text(&output.stderr).ends_with(told), "{}", text(&output.stderr));
    assert!(!manifest(folder.path(), "borg").contains("s3cret"));
}

#[test]
fn a_whole_listing_of_a_tool_that_warned_is_read_and_incomplete() {
    let folder = restic(&format!("{BOTH}\nexit 1"));
    assert_eq!(code(&run(folder.path(), &["collect", "restic", "--into", "facts"])), 1);
    let shown = text(&run(folder.path(), &["facts", "facts"]).stdout);
    assert!(shown.contains("1 recovery_point") && shown.contains("incomplete: exit code 1"), "{shown}");
}

#[test]
fn an_interrupted_collection_says_what_is_missing() {
    let folder = restic(r#"case "$*" in *stats*) exec sleep 60;; *) echo "$SNAPSHOT";; esac"#);
    let mut child =
        program(folder.path(), &["collect", "restic", "--into", "facts"]).stderr(Stdio::null()).spawn().unwrap();
    let waited = (0..400).any(|_| {
        std::thread::sleep(Duration::from_millis(25));
        let into = folder.path().join("facts/restic");
        into.is_dir() && collection(folder.path(), "restic").join("stats.json").exists()
    });
    assert!(waited, "the second command was never begun");
    child.kill().unwrap();
    child.wait().unwrap();
    let manifest = manifest(folder.path(), "restic");
    assert!(manifest.contains("sha256: ") && manifest.contains("- stats+not-collected.json"), "{manifest}");
}

#[test]
fn a_command_that_hangs_is_stopped() {
    let folder = restic(r#"case "$*" in *stats*) exec sleep 60;; *) echo "$SNAPSHOT";; esac"#);
    let output = run(folder.path(), &["collect", "restic", "--timeout", "1", "--into", "facts"]);
    assert_eq!(code(&output), 1);
    assert!(manifest(folder.path(), "restic").contains("incomplete: stopped after 1 seconds"));
}

#[test]
fn a_password_goes_to_the_tool_and_nowhere_else() {
    let folder = restic(&format!("echo \"$RESTIC_REPOSITORY|$*\" >> seen\n{BOTH}"));
    let address = "rest:https://ann:s3cret@host/db";
    run(folder.path(), &["collect", "restic", "--repository", address, "--into", "facts"]);
    let seen = fs::read_to_string(folder.path().join("seen")).unwrap();
    assert!(seen.lines().all(|line| line.starts_with(&format!("{address}|")) && line.matches("s3cret").count() == 1));
    let manifest = manifest(folder.path(), "restic");
    assert!(
        !manifest.contains("s3cret")
            && !manifest.contains("ann")
            && manifest.contains("repository: rest:https://host\n"),
        "{manifest}"
    );
}

#[test]
fn a_listing_is_asked_for_each_item_of_another() {
    let script = r#"case "$*" in
  *list-backup-vaults*) echo '{"BackupVaultList":[{"BackupVaultName":"gold"},{"BackupVaultName":"a b"}]}';;
  *by-backup-vault*) echo '{"RecoveryPoints":[]}';;
  *list-backup-jobs*) echo '{"BackupJobs":[]}';;
  *list-copy-jobs*) echo '{"CopyJobs":[]}';;
  *list-restore-jobs*) echo '{"RestoreJobs":[]}';;
  *) echo '{"Results":[]}';;
esac"#;
    let folder = with_tool("aws", script);
    let output = run(folder.path(), &["collect", "aws", "--region", "eu-west-1", "--into", "facts"]);
    assert_eq!(code(&output), 0, "{}", text(&output.stderr));
    let manifest = manifest(folder.path(), "aws");
    assert!(manifest.contains("- recovery-points-gold.json"), "{manifest}");
    assert!(manifest.contains("--backup-vault-name 'a b' --output json --region eu-west-1"), "{manifest}");
    assert!(!manifest.contains("not-collected"), "{manifest}");
}

#[test]
fn a_name_is_no_option_and_each_item_has_its_file() {
    let script = r#"echo "$*" >> seen
case "$*" in
  *list-backup-vaults*) echo '{"BackupVaultList":[{"BackupVaultName":"gold"},{"BackupVaultName":"--endpoint-url=http://evil"},{"BackupVaultName":"gold"},{"BackupVaultName":"not-collected"}]}';;
  *by-backup-vault*) echo '{"RecoveryPoints":[]}';;
  *list-backup-jobs*) echo '{"BackupJobs":[]}';;
  *list-copy-jobs*) echo '{"CopyJobs":[]}';;
  *list-restore-jobs*) echo '{"RestoreJobs":[]}';;
  *) echo '{"Results":[]}';;
esac"#;
    let folder = with_tool("aws", script);
    let output = run(folder.path(), &["collect", "aws", "--into", "facts"]);
    assert_eq!(code(&output), 1, "{}", text(&output.stderr));
    assert!(!fs::read_to_string(folder.path().join("seen")).unwrap().contains("evil"));
    let said = "incomplete  recovery-points+not-collected.json: `--endpoint-url=http://evil` was not asked for";
    assert!(text(&output.stderr).contains(said), "{}", text(&output.stderr));
    let manifest = manifest(folder.path(), "aws");
    for vault in ["-gold", "-gold-2", "-not-collected", "+not-collected"] {
        assert_eq!(manifest.matches(&format!("- recovery-points{vault}.json")).count(), 1, "{vault} in {manifest}");
    }
    let shown = text(&run(folder.path(), &["facts", "facts"]).stdout);
    assert!(shown.contains("recovery-points+not-collected.json"), "{shown}");
}

#[test]
fn an_export_that_was_edited_is_an_error() {
    let folder = restic(BOTH);
    run(folder.path(), &["collect", "restic", "--into", "facts"]);
    let file = collection(folder.path(), "restic").join("snapshots.json");
    fs::write(&file, SNAPSHOT.replace("db1", "db2")).unwrap();
    let output = run(folder.path(), &["facts", "facts"]);
    assert_eq!(code(&output), 2);
    assert!(text(&output.stderr).contains("error[E1120]"), "{}", text(&output.stderr));
}

#[test]
fn a_tool_that_is_not_there_leaves_nothing_behind() {
    let folder = TempDir::new().unwrap();
    let output = program(folder.path(), &["collect", "borg", "--repository", "/srv/borg", "--into", "facts"])
        .env("PATH", folder.path())
        .output()
        .unwrap();
    assert_eq!(code(&output), 2);
    assert!(text(&output.stderr).contains("error[E2009]: `borg` is not installed here"), "{}", text(&output.stderr));
    assert!(!folder.path().join("facts").exists());
    let output = run(folder.path(), &["collect", "borg", "--region", "x", "--into", "facts"]);
    assert!(text(&output.stderr).contains("error[E2010]"), "{}", text(&output.stderr));
}

/// Two folders that are the same, and the command line that compares them.
fn trees() -> TempDir {
    let folder = TempDir::new().unwrap();
    for side in ["source", "restored"] {
        fs::create_dir_all(folder.path().join(side).join("inner")).unwrap();
        for (name, content) in [("a", "one"), ("inner/b", "two"), ("inner/c", "three")] {
            let path = folder.path().join(side).join(name);
            fs::write(&path, content).unwrap();
            fs::set_permissions(&path, fs::Permissions::from_mode(0o644)).unwrap();
        }
        symlink("a", folder.path().join(side).join("link")).unwrap();
    }
    folder
}

fn compare(folder: &Path, more: &[&str]) -> (i32, String, serde_json::Value) {
    let line =
        ["collect", "tree", "--source", "source", "--restored", "restored", "--system", "db1", "--into", "facts"];
    let output = run(folder, &[&line, more].concat());
    let written = collection(folder, "tree-db1").join("integrity.json");
    let document: serde_json::Value = serde_json::from_slice(&fs::read(written).unwrap()).unwrap();
    (code(&output), text(&output.stdout).lines().next().unwrap_or_default().to_owned(), document)
}

#[test]
fn a_restored_folder_that_is_the_same_is_a_check_that_succeeded() {
    let folder = trees();
    let (code, said, document) = compare(folder.path(), &["--recovery-point", "p1"]);
    assert_eq!((code, said.as_str()), (0, "5 same"));
    let check = document.pointer("/integrity_checks/0").unwrap();
    assert_eq!(check["status"], "success");
    assert_eq!(check["recovery_point"], "p1");
    assert_eq!(check["depth"], 100.0);
    let output = run(folder.path(), &["facts", "facts"]);
    assert_eq!(self::code(&output), 0, "{}", text(&output.stderr));
}

#[test]
fn each_difference_is_counted_and_listed() {
    let folder = trees();
    let restored = folder.path().join("restored");
    fs::write(restored.join("a"), "0ne").unwrap();
    fs::remove_file(restored.join("inner/b")).unwrap();
    fs::write(restored.join("new"), "").unwrap();
    fs::set_permissions(restored.join("inner/c"), fs::Permissions::from_mode(0o600)).unwrap();
    fs::remove_file(restored.join("link")).unwrap();
    symlink("elsewhere", restored.join("link")).unwrap();
    let (code, said, document) = compare(folder.path(), &[]);
    assert_eq!((code, said.as_str()), (1, "1 same, 1 other permissions, 2 changed, 1 missing, 1 extra"));
    assert_eq!(document.pointer("/integrity_checks/0/status").unwrap(), "failed");
    assert_eq!(document.pointer("/integrity_checks/0/errors").unwrap(), 3);
    let listed = fs::read_to_string(collection(folder.path(), "tree-db1").join(".differences.txt")).unwrap();
    assert_eq!(listed, "changed\ta\nmissing\tinner/b\nother permissions\tinner/c\nchanged\tlink\nextra\tnew\n");
}

#[test]
fn a_sample_says_how_deep_it_went() {
    let folder = trees();
    let (code, said, document) = compare(folder.path(), &["--sample", "76%"]);
    assert_eq!((code, said.as_str()), (0, "4 same, 1 not sampled"));
    let check = document.pointer("/integrity_checks/0").unwrap();
    assert_eq!(check["status"], "success");
    let depth = check["depth"].as_f64().unwrap();
    assert!(depth > 0.0 && depth < 100.0, "{depth}");
}

#[test]
fn a_sample_of_no_byte_is_no_success() {
    let folder = trees();
    let (code, said, document) = compare(folder.path(), &["--sample", "0.0001%"]);
    assert_eq!((code, said.as_str()), (1, "2 same, 3 not sampled"));
    let check = document.pointer("/integrity_checks/0").unwrap();
    assert_eq!(check["depth"], 0.0);
    assert!(check.get("status").is_none(), "{check}");
    assert_eq!(self::code(&run(folder.path(), &["facts", "facts"])), 0);
}

#[test]
fn a_folder_is_not_compared_with_itself() {
    let folder = trees();
    symlink("source", folder.path().join("again")).unwrap();
    for restored in ["source", "again", "source/inner", "."] {
        let line =
            ["collect", "tree", "--source", "source", "--restored", restored, "--system", "db1", "--into", "facts"];
        let output = run(folder.path(), &line);
        assert_eq!(code(&output), 2, "{restored}");
        assert!(text(&output.stderr).contains("are one folder, or one is in the other"), "{}", text(&output.stderr));
    }
}

#[test]
fn an_empty_source_proves_nothing() {
    let folder = TempDir::new().unwrap();
    fs::create_dir_all(folder.path().join("source/inner")).unwrap();
    fs::create_dir_all(folder.path().join("restored/inner")).unwrap();
    let line =
        ["collect", "tree", "--source", "source", "--restored", "restored", "--system", "db1", "--into", "facts"];
    let output = run(folder.path(), &line);
    assert_eq!(code(&output), 2);
    assert!(text(&output.stderr).contains("`source` holds nothing to compare"), "{}", text(&output.stderr));
}
