//! The table for programs. `"backproof_controls": 1` is the version of this shape: within it, keys are only added.

use super::super::words::{evidence_word, rule_verdict_word, strength_word, weight_word};
use super::standing_word;
use crate::outcome::{ControlStanding, ControlTable, Exit, FrameworkControls, Judged};
use crate::value::instant::write_instant;
use serde::Serialize;

/// The table, ending with a newline.
pub fn render(table: &ControlTable) -> String {
    let file = |path: &'_ str, sha256: &'_ str| File { path: path.to_owned(), sha256: sha256.to_owned() };
    let written = Table {
        backproof_controls: 1,
        version: &table.version,
        as_of: table.judged.as_ref().map(|judged| write_instant(judged.as_of)),
        exit: table.judged.as_ref().map(exit),
        project: table.project.as_ref().map(|p| file(&p.path, &p.sha256)),
        policies: table.policies.iter().map(|p| file(&p.path, &p.sha256)).collect(),
        files: table.judged.iter().flat_map(|judged| &judged.files).map(|f| file(&f.path, &f.sha256)).collect(),
        frameworks: table.frameworks.iter().map(|f| framework(f, table.judged.as_ref())).collect(),
    };
    serde_json::to_string_pretty(&written).unwrap_or_default() + "\n"
}

#[derive(Serialize)]
struct Table<'a> {
    backproof_controls: u32,
    version: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    as_of: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    exit: Option<ExitCode>,
    #[serde(skip_serializing_if = "Option::is_none")]
    project: Option<File>,
    policies: Vec<File>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    files: Vec<File>,
    frameworks: Vec<Framework<'a>>,
}

#[derive(Serialize)]
struct ExitCode {
    code: u8,
    meaning: &'static str,
}

#[derive(Serialize)]
struct File {
    path: String,
    sha256: String,
}

#[derive(Serialize)]
struct Framework<'a> {
    name: &'a str,
    title: &'a str,
    edition: &'a str,
    controls: Vec<Control<'a>>,
}

#[derive(Serialize)]
struct Control<'a> {
    control: &'a str,
    title: &'a str,
    decides: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    standing: Option<&'static str>,
    rules: Vec<Rule<'a>>,
}

#[derive(Serialize)]
struct Rule<'a> {
    name: &'a str,
    title: &'a str,
    severity: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    verdict: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    evidence: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    counts: Option<Counts>,
}

#[derive(Serialize)]
struct Counts {
    pass: u64,
    fail: u64,
    unknown: u64,
    /// Of those that pass.
    assumed: u64,
}

fn exit(judged: &Judged) -> ExitCode {
    let meaning = Exit::TABLE.iter().find(|(exit, ..)| *exit == judged.exit).map_or("", |(.., meaning)| meaning);
    ExitCode { code: judged.exit.code(), meaning }
}

fn framework<'a>(framework: &'a FrameworkControls, judged: Option<&Judged>) -> Framework<'a> {
    Framework {
        name: &framework.name,
        title: &framework.title,
        edition: &framework.edition,
        controls: framework.controls.iter().map(|c| control(c, judged)).collect(),
    }
}

fn control<'a>(control: &'a ControlStanding, judged: Option<&Judged>) -> Control<'a> {
    let rules = control.rules.iter().map(|rule| Rule {
        name: &rule.name,
        title: &rule.title,
        severity: weight_word(rule.severity),
        verdict: rule.judged.map(|(verdict, _)| rule_verdict_word(verdict)),
        evidence: rule.judged.map(|(verdict, _)| evidence_word(verdict, control.strength)),
        counts: rule.judged.map(|(_, counts)| Counts {
            pass: counts.pass,
            fail: counts.fail,
            unknown: counts.unknown,
            assumed: counts.assumed,
        }),
    });
    Control {
        control: &control.id,
        title: &control.title,
        decides: strength_word(control.strength),
        standing: control.standing(judged).map(standing_word),
        rules: rules.collect(),
    }
}
