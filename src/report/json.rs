//! The report for programs. `"backproof_report": 1` is the version of this shape: within it, keys are only added.
//! Sorted by rule, subject key and requirement; instants RFC 3339 in UTC; sizes in bytes; no ages, no clock but `as_of`.

use super::snippet::Style;
use super::words::{evidence_word, population_word, rule_verdict_word, strength_word, verdict_word, weight_word};
use crate::base::{Diagnostic, Label, Place, Severity, SourceMap, Span};
use crate::outcome::{AsOfFrom, Exit, FactRef, Finding, Outcome, RuleOutcome, RuleVerdict};
use crate::plan::SetBy;
use crate::value::instant::write_instant;
use serde::Serialize;
use std::collections::BTreeMap;

pub(super) fn render(outcome: &Outcome, sources: &SourceMap, _: &Style) -> String {
    let report = Report::of(outcome, sources);
    let mut text = serde_json::to_string_pretty(&report).unwrap_or_default();
    text.push('\n');
    text
}

#[derive(Serialize)]
struct Report<'a> {
    backproof_report: u32,
    version: &'a str,
    zone_database: &'a str,
    as_of: String,
    as_of_from: &'static str,
    exit: ExitCode,
    summary: Summary,
    #[serde(skip_serializing_if = "Option::is_none")]
    project: Option<File<'a>>,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    settings: BTreeMap<&'a str, &'a str>,
    policies: Vec<File<'a>>,
    parameters: Vec<Parameter<'a>>,
    evidence: Evidence<'a>,
    rules: Vec<Rule<'a>>,
    warnings: Vec<Told<'a>>,
    errors: Vec<Told<'a>>,
}

#[derive(Serialize)]
struct ExitCode {
    code: u8,
    meaning: &'static str,
}

#[derive(Serialize)]
struct Summary {
    rules: usize,
    fail: usize,
    unknown: usize,
    vacuous: usize,
    vacuous_allowed: usize,
    pass: usize,
}

#[derive(Serialize)]
struct File<'a> {
    path: &'a str,
    sha256: &'a str,
}

#[derive(Serialize)]
struct Parameter<'a> {
    name: &'a str,
    value: Option<&'a str>,
    source: &'a str,
    set_by: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    place: Option<At>,
}

#[derive(Serialize)]
struct Evidence<'a> {
    files: Vec<EvidenceFile<'a>>,
    exports: Vec<Export<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    joined: Vec<Joined<'a>>,
}

#[derive(Serialize)]
struct Joined<'a> {
    entity: &'a str,
    name: &'a str,
    written: &'a [String],
}

#[derive(Serialize)]
struct EvidenceFile<'a> {
    path: &'a str,
    size: u64,
    sha256: &'a str,
    format: &'a str,
    rows: u64,
}

#[derive(Serialize)]
struct Export<'a> {
    name: &'a str,
    files: Vec<&'a str>,
    kinds: &'a [String],
    collected_at: Option<String>,
    incomplete: Option<&'a str>,
}

#[derive(Serialize)]
struct Rule<'a> {
    name: &'a str,
    title: &'a str,
    severity: &'static str,
    owner: Option<&'a str>,
    evidence: Vec<Control<'a>>,
    place: Option<At>,
    hash: &'a str,
    verdict: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    settle: Option<&'a str>,
    asked: &'a str,
    population: &'static str,
    counts: Counts,
    requirements: &'a [String],
    findings: Vec<Found<'a>>,
    findings_left_out: u64,
    #[serde(skip_serializing_if = "<[String]>::is_empty")]
    passing: &'a [String],
    #[serde(skip_serializing_if = "<[String]>::is_empty")]
    notes: &'a [String],
}

#[derive(Serialize)]
struct Control<'a> {
    framework: &'a str,
    edition: &'a str,
    control: &'a str,
    decides: &'static str,
    evidence: &'static str,
}

#[derive(Serialize)]
struct Counts {
    pass: u64,
    fail: u64,
    unknown: u64,
    assumed: u64,
    either_way: u64,
}

#[derive(Serialize)]
struct Found<'a> {
    id: &'a str,
    verdict: &'static str,
    subject: Option<Subject<'a>>,
    requirement: &'a str,
    key: &'a str,
    message: &'a str,
    policy: Vec<At>,
    shortfalls: Vec<Shortfall<'a>>,
    weak: bool,
    assumed: &'a [String],
    witnesses: Vec<Witness<'a>>,
    witness_count: u64,
    missing: Vec<Missing<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    remedy: Option<&'a str>,
}

#[derive(Serialize)]
struct Subject<'a> {
    entity: &'a str,
    key: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    place: Option<At>,
}

#[derive(Serialize)]
struct Shortfall<'a> {
    required: &'a str,
    found: &'a str,
    misses_by: Option<&'a str>,
    nearest: Option<&'a str>,
}

#[derive(Serialize)]
struct Witness<'a> {
    row: &'a str,
    text: &'a str,
    place: Option<At>,
}

#[derive(Serialize)]
struct Missing<'a> {
    what: &'a str,
    reason: &'a str,
    settle: Option<&'a str>,
    place: Option<At>,
}

#[derive(Serialize)]
struct At {
    file: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    line: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    column: Option<u64>,
    /// Byte offset of the record in the unzipped file, where its line was not looked up.
    #[serde(skip_serializing_if = "Option::is_none")]
    offset: Option<u64>,
}

#[derive(Serialize)]
pub(super) struct Told<'a> {
    code: &'static str,
    severity: &'static str,
    message: &'a str,
    place: Option<At>,
    label: &'a str,
    others: Vec<Other<'a>>,
    help: Option<&'a str>,
}

#[derive(Serialize)]
struct Other<'a> {
    place: Option<At>,
    label: &'a str,
}

impl<'a> Report<'a> {
    fn of(outcome: &'a Outcome, sources: &SourceMap) -> Self {
        let count = |wanted: RuleVerdict| outcome.rules.iter().filter(|r| r.verdict == wanted).count();
        let meaning = Exit::TABLE.iter().find(|(exit, ..)| *exit == outcome.exit).map_or("", |(.., meaning)| meaning);
        Report {
            backproof_report: 1,
            version: &outcome.version,
            zone_database: &outcome.zone_database,
            as_of: write_instant(outcome.as_of),
            as_of_from: match outcome.as_of_from {
                AsOfFrom::Option => "option",
                AsOfFrom::Clock => "clock",
            },
            exit: ExitCode { code: outcome.exit.code(), meaning },
            summary: Summary {
                rules: outcome.rules.len(),
                fail: count(RuleVerdict::Fail),
                unknown: count(RuleVerdict::Unknown),
                vacuous: count(RuleVerdict::Vacuous),
                vacuous_allowed: count(RuleVerdict::VacuousAllowed),
                pass: count(RuleVerdict::Pass),
            },
            project: outcome.project.as_ref().map(|p| File { path: &p.path, sha256: &p.sha256 }),
            settings: outcome.settings.iter().map(|s| (s.name, s.value.as_str())).collect(),
            policies: outcome.policies.iter().map(|p| File { path: &p.path, sha256: &p.sha256 }).collect(),
            parameters: outcome
                .parameters
                .iter()
                .map(|p| Parameter {
                    name: &p.name,
                    value: p.value.as_deref(),
                    source: &p.source,
                    set_by: p.set_by.word(),
                    place: match &p.set_by {
                        SetBy::Policy => policy_place(p.declared, sources),
                        SetBy::Project(place) => place_of(place, sources),
                        SetBy::CommandLine => None,
                    },
                })
                .collect(),
            evidence: evidence(outcome),
            rules: outcome.rules.iter().map(|rule| rule_of(rule, outcome, sources)).collect(),
            warnings: outcome.warnings.iter().map(|d| told(d, sources)).collect(),
            errors: outcome.errors.iter().map(|d| told(d, sources)).collect(),
        }
    }
}

fn evidence(outcome: &Outcome) -> Evidence<'_> {
    let mut files: Vec<EvidenceFile<'_>> = outcome
        .files
        .iter()
        .map(|f| EvidenceFile { path: &f.path, size: f.size, sha256: &f.sha256, format: &f.format, rows: f.rows })
        .collect();
    files.sort_by_key(|file| file.path);
    Evidence {
        files,
        exports: outcome
            .exports
            .iter()
            .map(|e| Export {
                name: &e.name,
                files: e.files.iter().filter_map(|f| outcome.files.get(*f as usize)).map(|f| f.path.as_str()).collect(),
                kinds: &e.kinds,
                collected_at: e.collected_at.map(write_instant),
                incomplete: e.incomplete.as_deref(),
            })
            .collect(),
        joined: outcome
            .joined
            .iter()
            .map(|j| Joined { entity: &j.entity, name: &j.name, written: &j.written })
            .collect(),
    }
}

fn rule_of<'a>(rule: &'a RuleOutcome, outcome: &Outcome, sources: &SourceMap) -> Rule<'a> {
    Rule {
        name: &rule.name,
        title: &rule.title,
        severity: weight_word(rule.severity),
        owner: rule.owner.as_deref(),
        evidence: rule
            .evidence
            .iter()
            .map(|e| Control {
                framework: &e.framework,
                edition: &e.edition,
                control: &e.control,
                decides: strength_word(e.strength),
                evidence: evidence_word(rule.verdict, e.strength),
            })
            .collect(),
        place: policy_place(rule.span, sources),
        hash: &rule.hash,
        verdict: rule_verdict_word(rule.verdict),
        reason: rule.reason.as_ref().map(|(reason, _)| reason.as_str()),
        settle: rule.reason.as_ref().and_then(|(_, settle)| settle.as_deref()),
        asked: &rule.asked,
        population: population_word(rule.population),
        counts: Counts {
            pass: rule.counts.pass,
            fail: rule.counts.fail,
            unknown: rule.counts.unknown,
            assumed: rule.counts.assumed,
            either_way: rule.counts.either_way,
        },
        requirements: &rule.requirements,
        findings: rule.findings.iter().map(|finding| found(finding, rule, outcome, sources)).collect(),
        findings_left_out: rule.findings_left_out,
        passing: &rule.passing,
        notes: &rule.notes,
    }
}

fn found<'a>(finding: &'a Finding, rule: &'a RuleOutcome, outcome: &Outcome, sources: &SourceMap) -> Found<'a> {
    let place = |fact: &Option<FactRef>| fact.as_ref().and_then(|fact| fact_place(fact, outcome));
    Found {
        id: &finding.id,
        verdict: verdict_word(finding.verdict),
        subject: finding.subject.as_ref().map(|s| Subject { entity: &s.entity, key: &s.key, place: place(&s.fact) }),
        requirement: rule.requirements.get(finding.requirement).map_or("", String::as_str),
        key: &finding.key,
        message: &finding.message,
        policy: finding.places.iter().filter_map(|span| policy_place(*span, sources)).collect(),
        shortfalls: finding
            .shortfalls
            .iter()
            .map(|s| Shortfall {
                required: &s.required,
                found: &s.found,
                misses_by: s.misses_by.as_deref(),
                nearest: s.nearest.as_deref(),
            })
            .collect(),
        weak: finding.marks.weak,
        assumed: &finding.marks.assumed,
        witnesses: finding
            .witnesses
            .iter()
            .map(|w| Witness { row: &w.row, text: &w.text, place: place(&w.fact) })
            .collect(),
        witness_count: finding.witness_count,
        missing: finding
            .missing
            .iter()
            .map(|m| Missing { what: &m.what, reason: &m.reason, settle: m.settle.as_deref(), place: place(&m.fact) })
            .collect(),
        remedy: finding.remedy.as_deref(),
    }
}

fn policy_place(span: Span, sources: &SourceMap) -> Option<At> {
    let source = sources.get(span.source)?;
    let (line, column) = sources.line_column(span);
    Some(At { file: source.name.clone(), line: Some(line as u64), column: Some(column as u64), offset: None })
}

fn fact_place(fact: &FactRef, outcome: &Outcome) -> Option<At> {
    let file = outcome.files.get(fact.file as usize)?.path.clone();
    Some(match &fact.excerpt {
        Some(excerpt) => At { file, line: Some(excerpt.line), column: Some(excerpt.column), offset: None },
        None => At { file, line: None, column: None, offset: Some(fact.offset) },
    })
}

pub(super) fn told<'a>(diagnostic: &'a Diagnostic, sources: &SourceMap) -> Told<'a> {
    Told {
        code: diagnostic.code.0,
        severity: match diagnostic.severity {
            Severity::Error => "error",
            Severity::Warning => "warning",
            Severity::Advice => "advice",
        },
        message: &diagnostic.message,
        place: diagnostic.primary.as_ref().and_then(|label| label_place(label, sources)),
        label: diagnostic.primary.as_ref().map_or("", |label| &label.text),
        others: diagnostic.labels.iter().map(|l| Other { place: label_place(l, sources), label: &l.text }).collect(),
        help: diagnostic.help.as_deref(),
    }
}

fn label_place(label: &Label, sources: &SourceMap) -> Option<At> {
    place_of(&label.place, sources)
}

fn place_of(place: &Place, sources: &SourceMap) -> Option<At> {
    match place {
        Place::Policy(span) => policy_place(*span, sources),
        Place::Facts(e) => Some(At { file: e.file.clone(), line: Some(e.line), column: Some(e.column), offset: None }),
        Place::File(path) => Some(At { file: path.clone(), line: None, column: None, offset: None }),
    }
}
