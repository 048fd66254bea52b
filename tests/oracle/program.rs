//! The program under test, from outside: texts in, verdict for each rule and crate out.

use backproof::app::{Terminal, World, run};
use backproof::value::Instant;
use serde_json::Value as Json;
use std::collections::{BTreeMap, BTreeSet};
use std::ffi::OsString;
use std::fs;
use std::path::Path;

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Verdict {
    Pass,
    Fail,
    Unknown,
    NotSubject,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Judged {
    pub verdict: Verdict,
    pub weak: bool,
    /// For certain on a fail or unknown; for a pass: some pass of the rule is.
    pub assumed: bool,
    /// Some pass of the rule is "either way".
    pub either_way: bool,
}

/// By rule and crate.
pub type Verdicts = BTreeMap<(String, String), Judged>;

/// What a run says.
pub struct Report {
    pub verdicts: Verdicts,
    /// The rules that nobody is a subject of.
    pub vacuous: BTreeSet<String>,
}

fn clock() -> Instant {
    Instant(1_795_327_200_000_000_000)
}

/// What a command prints, with its exit code; the folder is where it runs.
pub fn printed(folder: &Path, arguments: &[&str]) -> (String, String, u8) {
    let (mut stdout, mut stderr) = (Vec::new(), Vec::new());
    let mut world = World {
        stdout: &mut stdout,
        stderr: &mut stderr,
        directory: folder.to_path_buf(),
        now: clock,
        terminal: Terminal::NONE,
    };
    let line = std::iter::once("backproof").chain(arguments.iter().copied()).map(OsString::from);
    let code = run(line, &mut world);
    (String::from_utf8(stdout).unwrap(), String::from_utf8(stderr).unwrap(), code)
}

pub fn write(folder: &Path, policy: &str, files: &[(String, Json)]) {
    fs::write(folder.join("policy.backproof"), policy).unwrap();
    fs::create_dir_all(folder.join("facts")).unwrap();
    for (name, document) in files {
        fs::write(folder.join("facts").join(name), document.to_string()).unwrap();
    }
}

pub const CHECK: &[&str] = &[
    "check",
    "policy.backproof",
    "--facts",
    "facts",
    "--format",
    "json",
    "--show",
    "pass",
    "--max-findings",
    "100000",
    "--as-of",
    "2026-11-22T06:00:00Z",
];

/// Every verdict; a text if the program did not judge.
pub fn judge(policy: &str, files: &[(String, Json)], options: &[&str], keys: &[String]) -> Result<Report, String> {
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), policy, files);
    let line: Vec<&str> = CHECK.iter().chain(options).copied().collect();
    let (stdout, stderr, code) = printed(folder.path(), &line);
    let report: Json = serde_json::from_str(&stdout).map_err(|e| format!("{e}: {stdout}{stderr}"))?;
    if code == 2 {
        return Err(format!("{:#}\n{stderr}", report["errors"]));
    }
    let (mut verdicts, mut vacuous) = (Verdicts::new(), BTreeSet::new());
    for rule in report["rules"].as_array().unwrap() {
        let name = rule["name"].as_str().unwrap().rsplit('.').next().unwrap().to_string();
        if rule["verdict"] == "vacuous" {
            vacuous.insert(name.clone());
        }
        let some = |what: &str| rule["counts"][what].as_u64().unwrap() > 0;
        let of = |verdict| Judged { verdict, weak: false, assumed: false, either_way: false };
        for key in keys {
            verdicts.insert((name.clone(), key.clone()), of(Verdict::NotSubject));
        }
        for key in rule["passing"].as_array().into_iter().flatten() {
            let pass = Judged { assumed: some("assumed"), either_way: some("either_way"), ..of(Verdict::Pass) };
            verdicts.insert((name.clone(), key.as_str().unwrap().to_string()), pass);
        }
        for finding in rule["findings"].as_array().into_iter().flatten() {
            let Some(key) = finding["subject"]["key"].as_str() else { continue };
            let verdict = match finding["verdict"].as_str().unwrap() {
                "fail" => Verdict::Fail,
                "unknown" => Verdict::Unknown,
                other => return Err(format!("a finding that is {other}")),
            };
            let judged = Judged {
                weak: finding["weak"] == true,
                assumed: finding["assumed"].as_array().is_some_and(|texts| !texts.is_empty()),
                ..of(verdict)
            };
            verdicts.insert((name.clone(), key.to_string()), judged);
        }
        if rule["findings_left_out"] != 0 {
            return Err("findings were left out".to_string());
        }
    }
    Ok(Report { verdicts, vacuous })
}
