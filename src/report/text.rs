//! The report for people: rules by severity, the policy line once for each requirement, below it each finding with its
//! arithmetic and the facts that decided, then a summary to act on.

use super::diagnostics::{count_line, render_diagnostics};
use super::snippet::{self, Style};
use super::words::{
    counts_line, evidence_limit, evidence_word, joined_names, parameter_origin, plural, rule_verdict_word, weight_word,
};
use crate::base::clean::clean_line;
use crate::base::{SourceMap, Span};
use crate::outcome::{Exit, Finding, Outcome, ParameterValue as Parameter, RuleOutcome, RuleVerdict, Verdict};
use crate::value::instant::write_instant;

pub(super) fn render(outcome: &Outcome, sources: &SourceMap, style: &Style) -> String {
    let mut out = String::new();
    if !outcome.errors.is_empty() {
        out.push_str(&render_diagnostics(&outcome.errors, sources, style));
        out.push_str(&render_diagnostics(&outcome.warnings, sources, style));
        let count = count_line(&outcome.errors).unwrap_or_default();
        out.push_str(&format!("{count}: nothing was judged (exit code {})\n", outcome.exit.code()));
        return out;
    }
    let mut rules: Vec<&RuleOutcome> = outcome.rules.iter().collect();
    rules.sort_by(|a, b| {
        (rank(a), std::cmp::Reverse(a.severity), &a.name).cmp(&(rank(b), std::cmp::Reverse(b.severity), &b.name))
    });
    // A blank line parts blocks; rules of which there is nothing to tell stand together.
    let mut before_told = false;
    for rule in &rules {
        let told = !(rule.findings.is_empty() && rule.reason.is_none() && rule.passing.is_empty());
        if told || before_told {
            out.push('\n');
        }
        out.push_str(&rule_text(rule, sources, style));
        before_told = told;
    }
    if !outcome.warnings.is_empty() {
        out.push('\n');
        out.push_str(&render_diagnostics(&outcome.warnings, sources, style));
    }
    out.push_str(&summary(outcome, sources, style));
    out.trim_start_matches('\n').to_string()
}

/// So many findings of one requirement are shown in full, the others on a line each.
const IN_FULL: usize = 3;

/// So many missing facts of one finding are named.
const MISSING: usize = 4;

/// So many joined names are shown.
const JOINED: usize = 10;

/// Digits of a hash that are shown: enough to tell two files apart by eye.
const HASH: usize = 12;

/// Worst first.
fn rank(rule: &RuleOutcome) -> u8 {
    match rule.verdict {
        RuleVerdict::Fail => 0,
        RuleVerdict::Unknown => 1,
        RuleVerdict::Vacuous => 2,
        RuleVerdict::VacuousAllowed => 3,
        RuleVerdict::Pass => 4,
    }
}

fn color(verdict: RuleVerdict) -> &'static str {
    match verdict {
        RuleVerdict::Fail => "1;31",
        RuleVerdict::Unknown | RuleVerdict::Vacuous => "1;33",
        RuleVerdict::VacuousAllowed => "1;36",
        RuleVerdict::Pass => "1;32",
    }
}

fn rule_text(rule: &RuleOutcome, sources: &SourceMap, style: &Style) -> String {
    let verdict = rule_verdict_word(rule.verdict);
    let mut out = format!(
        "{} {} · {} · {}\n",
        style.paint(color(rule.verdict), &verdict.to_uppercase()),
        style.paint("1", &rule.name),
        weight_word(rule.severity),
        clean_line(&rule.title),
    );
    out.push_str(&format!("  {}\n", counts_line(rule)));
    for note in &rule.notes {
        out.push_str(&format!("  note: {}\n", clean_line(note)));
    }
    if let Some((reason, settle)) = &rule.reason {
        out.push_str(&format!("  {}\n", clean_line(reason)));
        out.push_str(&snippet::policy(sources, &[(rule.span, String::new())], style));
        if let Some(settle) = settle {
            out.push_str(&format!("  {} {}\n", style.paint("36", "help:"), clean_line(settle)));
        }
    }
    for (requirement, sentence) in rule.requirements.iter().enumerate() {
        let mut findings: Vec<&Finding> = rule.findings.iter().filter(|f| f.requirement == requirement).collect();
        // Failures first; within, the order of subjects stays.
        findings.sort_by_key(|finding| std::cmp::Reverse(finding.verdict));
        let Some(first) = findings.first() else { continue };
        out.push('\n');
        out.push_str(&places(first, sentence, sources, style));
        for finding in findings.iter().take(IN_FULL) {
            out.push_str(&finding_text(finding, style));
        }
        if findings.len() > IN_FULL {
            out.push_str("\n  and in short\n");
        }
        for finding in findings.iter().skip(IN_FULL) {
            out.push_str(&short_text(finding, style));
        }
    }
    if rule.findings_left_out > 0 {
        let more = plural(rule.findings_left_out, "more finding");
        out.push_str(&format!(
            "\n  … {more} not shown; `--max-findings {}` shows all\n",
            rule.findings_left_out + rule.findings.len() as u64
        ));
    }
    for evidence in &rule.evidence {
        if rule.verdict == RuleVerdict::Pass {
            break;
        }
        let said = format!("{} {} ({})", evidence.framework, evidence.control, evidence.edition);
        let word = evidence_word(rule.verdict, evidence.strength);
        let limit = evidence_limit(rule.verdict, evidence.strength);
        out.push_str(&format!("  evidence {word} {}{limit}\n", clean_line(&said)));
    }
    for key in &rule.passing {
        out.push_str(&format!("  pass: {}\n", clean_line(key)));
    }
    out
}

/// The user's line and, where it is a phrase, its definition.
fn places(finding: &Finding, sentence: &str, sources: &SourceMap, style: &Style) -> String {
    let mut out = String::new();
    let mut spans = finding.places.iter();
    if let Some(line) = spans.next() {
        out.push_str(&snippet::policy(sources, &[(first_line(*line, sources), "asked here".to_string())], style));
    }
    if let Some(definition) = spans.next_back() {
        let text = format!("which `{}` means", clean_line(sentence));
        out.push_str(&snippet::policy(sources, &[(first_line(*definition, sources), text)], style));
    }
    out
}

/// The span without the lines that continue it.
fn first_line(span: Span, sources: &SourceMap) -> Span {
    let length = sources.text(span).lines().next().map_or(0, |line| line.trim_end().len());
    Span::new(span.source, span.start as usize, span.start as usize + length)
}

/// Mark, subject and message.
fn head(finding: &Finding, style: &Style) -> String {
    let (mark, ansi) = match finding.verdict {
        Verdict::Fail => ("✗", "1;31"),
        Verdict::Unknown => ("?", "1;33"),
        Verdict::Pass => ("✓", "1;32"),
    };
    let who = finding
        .subject
        .as_ref()
        .map_or("the estate".to_string(), |s| format!("{} {}", s.entity.replace('_', " "), clean_line(&s.key)));
    let undecided = finding.verdict == Verdict::Unknown && !finding.missing.is_empty();
    let message = if undecided { "not decided".to_string() } else { clean_line(&finding.message) };
    format!("{} {}: {message}", style.paint(ansi, mark), style.paint("1", &who))
}

/// A finding on one line, with the place of its first fact.
fn short_text(finding: &Finding, style: &Style) -> String {
    let witnesses = finding.witnesses.iter().filter_map(|w| w.fact.as_ref()?.excerpt.as_ref());
    let missing = finding.missing.iter().filter_map(|m| m.fact.as_ref()?.excerpt.as_ref());
    let subject = finding.subject.iter().filter_map(|s| s.fact.as_ref()?.excerpt.as_ref());
    let place = witnesses.chain(missing).chain(subject).next();
    let place = place.map_or(String::new(), |e| format!(" · {}:{}:{}", clean_line(&e.file), e.line, e.column));
    format!("  {}{place} · {}\n", head(finding, style), style.paint("2", &finding.id))
}

fn finding_text(finding: &Finding, style: &Style) -> String {
    let mut out = format!("\n  {}\n", head(finding, style));
    let mut line = |name: &str, text: &str| out.push_str(&format!("    {name:<10} {}\n", clean_line(text)));
    for shortfall in &finding.shortfalls {
        line("required", &shortfall.required);
        line("found", &shortfall.found);
        match (&shortfall.misses_by, &shortfall.nearest) {
            (Some(by), Some(nearest)) => line("misses by", &format!("{by}; would pass: {nearest}")),
            (Some(by), None) => line("misses by", by),
            (None, Some(nearest)) => line("would pass", nearest),
            (None, None) => {}
        }
    }
    for assumed in &finding.marks.assumed {
        line("assumed", assumed);
    }
    if finding.marks.weak {
        line("weak", "fails only as far as the exports list all that they should");
    }
    for missing in finding.missing.iter().take(MISSING) {
        line("not known", &format!("{}: {}", missing.what, missing.reason));
        if let Some(settle) = &missing.settle {
            line("settle", settle);
        }
    }
    if finding.missing.len() > MISSING {
        line("", &format!("… and {}", plural((finding.missing.len() - MISSING) as u64, "more unknown fact")));
    }
    for witness in &finding.witnesses {
        match witness.fact.as_ref().and_then(|fact| fact.excerpt.as_ref()) {
            Some(excerpt) => out.push_str(&snippet::excerpt(excerpt, &witness.text, style)),
            None => out.push_str(&format!("    {}: {}\n", clean_line(&witness.row), clean_line(&witness.text))),
        }
    }
    let shown = finding.witnesses.len() as u64;
    if shown > 0 && finding.witness_count > shown {
        out.push_str(&format!("    … and {} like it\n", plural(finding.witness_count - shown, "more fact")));
    }
    let first_missing = finding.missing.iter().filter_map(|m| m.fact.as_ref()?.excerpt.as_ref().map(|e| (m, e))).next();
    if finding.witnesses.is_empty() {
        if let Some((missing, excerpt)) = first_missing {
            out.push_str(&snippet::excerpt(excerpt, &format!("{} is not known", missing.what), style));
        } else if let Some(excerpt) = finding.subject.as_ref().and_then(|s| s.fact.as_ref()?.excerpt.as_ref()) {
            out.push_str(&snippet::excerpt(excerpt, "listed here", style));
        }
    }
    if let Some(remedy) = finding.remedy.as_ref().filter(|_| finding.verdict == Verdict::Fail) {
        out.push_str(&format!("    {} {}\n", style.paint("36", "help:"), clean_line(remedy)));
    }
    out.push_str(&format!("    {}\n", style.paint("2", &finding.id)));
    out
}

fn summary(outcome: &Outcome, sources: &SourceMap, style: &Style) -> String {
    let mut out = format!("\n{}\n", style.paint("1", "summary"));
    let count = |wanted: RuleVerdict| outcome.rules.iter().filter(|r| r.verdict == wanted).count();
    let parts: Vec<String> =
        [RuleVerdict::Fail, RuleVerdict::Unknown, RuleVerdict::Vacuous, RuleVerdict::VacuousAllowed, RuleVerdict::Pass]
            .into_iter()
            .filter(|v| count(*v) > 0)
            .map(|v| format!("{} {}", count(v), rule_verdict_word(v)))
            .collect();
    let parts = if parts.is_empty() { String::new() } else { format!(": {}", parts.join(", ")) };
    out.push_str(&format!("  {}{parts}\n", plural(outcome.rules.len() as u64, "rule")));
    let rows: u64 = outcome.files.iter().map(|f| f.rows).sum();
    out.push_str(&format!("  evidence: {} from {}\n", plural(rows, "row"), plural(outcome.files.len() as u64, "file")));
    if let Some(project) = &outcome.project {
        let hash = project.sha256.get(..HASH).unwrap_or(&project.sha256);
        out.push_str(&format!("  project {} (SHA-256 {hash}…)\n", clean_line(&project.path)));
    }
    if !outcome.settings.is_empty() {
        let all: Vec<String> =
            outcome.settings.iter().map(|s| format!("{}: {}", s.name, clean_line(&s.value))).collect();
        out.push_str(&format!("  set {}\n", all.join(", ")));
    }
    for joined in outcome.joined.iter().take(JOINED) {
        out.push_str(&format!("  one {}: {}\n", joined.entity, joined_names(joined)));
    }
    if outcome.joined.len() > JOINED {
        let more = plural((outcome.joined.len() - JOINED) as u64, "more name");
        out.push_str(&format!("  … and {more} joined; `backproof facts` shows all\n"));
    }
    for parameter in &outcome.parameters {
        let Parameter { name, source, .. } = parameter;
        out.push_str(&match parameter.value.as_deref() {
            Some(value) => {
                let origin = parameter_origin(parameter, sources);
                format!("  param {name} = {} (from {source}, {origin})\n", clean_line(value))
            }
            None => {
                let short = name.rsplit('.').next().unwrap_or(name);
                format!(
                    "  param {name} is not set: what reads it stays unknown (from {source}); set it by `--param \
                     {short}=VALUE`, or under `parameters` in backproof.yaml\n"
                )
            }
        });
    }
    if let Some(warnings) = count_line(&outcome.warnings) {
        out.push_str(&format!("  {warnings}\n"));
    }
    out.push_str(&format!("  as of {} · zone database {}\n", write_instant(outcome.as_of), outcome.zone_database));
    let meaning = Exit::TABLE.iter().find(|(exit, ..)| *exit == outcome.exit).map_or("", |(.., meaning)| meaning);
    out.push_str(&format!("  exit code {}: {meaning}\n", outcome.exit.code()));
    out
}
