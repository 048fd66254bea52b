//! The report for merge requests and wikis: a table of rules, then each rule's findings. Text from outside is escaped,
//! so that no fact can forge markup.

use super::snippet::Style;
use super::words::{
    counts_line, evidence_limit, evidence_word, joined_names, parameter_origin, plural, rule_verdict_word, weight_word,
};
use crate::base::clean::clean_line;
use crate::base::{Diagnostic, Place, SourceMap, Span};
use crate::outcome::{Exit, FactRef, Finding, Outcome, RuleOutcome, RuleVerdict};
use crate::value::instant::write_instant;

pub(super) fn render(outcome: &Outcome, sources: &SourceMap, _: &Style) -> String {
    let mut out = String::from("# Backup policy report\n\n");
    let meaning = Exit::TABLE.iter().find(|(exit, ..)| *exit == outcome.exit).map_or("", |(.., meaning)| meaning);
    out.push_str(&format!("As of {} — exit code {}: {meaning}\n\n", write_instant(outcome.as_of), outcome.exit.code()));
    if !outcome.errors.is_empty() {
        out.push_str("## Errors\n\n");
        outcome.errors.iter().for_each(|d| out.push_str(&told(d, sources)));
    } else {
        out.push_str("| verdict | severity | rule | title | subjects |\n| --- | --- | --- | --- | --- |\n");
        for rule in &outcome.rules {
            out.push_str(&format!(
                "| {} | {} | `{}` | {} | {} |\n",
                rule_verdict_word(rule.verdict),
                weight_word(rule.severity),
                rule.name,
                escape(&rule.title),
                escape(&counts_line(rule))
            ));
        }
        for rule in outcome.rules.iter().filter(|rule| !rule.findings.is_empty() || rule.reason.is_some()) {
            out.push_str(&rule_text(rule, outcome, sources));
        }
    }
    if !outcome.warnings.is_empty() {
        out.push_str("\n## Warnings\n\n");
        outcome.warnings.iter().for_each(|d| out.push_str(&told(d, sources)));
    }
    out.push_str("\n## Evidence\n\n| file | format | rows | bytes | SHA-256 |\n| --- | --- | ---: | ---: | --- |\n");
    let mut files: Vec<_> = outcome.files.iter().collect();
    files.sort_by_key(|file| &file.path);
    for file in files {
        let (path, format) = (escape(&file.path), escape(&file.format));
        let hash = if file.sha256.is_empty() { "not read".to_string() } else { format!("`{}`", file.sha256) };
        out.push_str(&format!("| {path} | {format} | {} | {} | {hash} |\n", file.rows, file.size));
    }
    if let Some(project) = &outcome.project {
        let said = outcome.settings.iter().map(|s| format!("{}: {}", s.name, s.value)).collect::<Vec<_>>().join(", ");
        let said = if said.is_empty() { String::new() } else { format!("; sets {}", escape(&said)) };
        out.push_str(&format!("\nProject {} (SHA-256 `{}`){said}\n", escape(&project.path), project.sha256));
    }
    if !outcome.joined.is_empty() {
        out.push_str("\nNames joined by the project:\n\n");
        for joined in &outcome.joined {
            out.push_str(&format!("- {} {}\n", joined.entity.replace('_', " "), escape(&joined_names(joined))));
        }
    }
    if !outcome.parameters.is_empty() {
        out.push_str("\n## Parameters\n\n| parameter | value | source | set |\n| --- | --- | --- | --- |\n");
        for p in &outcome.parameters {
            let (value, origin) = match p.value.as_deref() {
                Some(value) => (escape(value), escape(&parameter_origin(p, sources))),
                None => ("not set".to_owned(), String::new()),
            };
            out.push_str(&format!("| `{}` | {value} | {} | {origin} |\n", p.name, p.source));
        }
    }
    out.push_str(&format!("\nbackproof {}, zone database {}\n", outcome.version, outcome.zone_database));
    out
}

fn rule_text(rule: &RuleOutcome, outcome: &Outcome, sources: &SourceMap) -> String {
    let verdict = rule_verdict_word(rule.verdict);
    let mut out =
        format!("\n## {verdict}: {} (`{}`)\n\n{}\n\n", escape(&rule.title), rule.name, escape(&counts_line(rule)));
    for note in &rule.notes {
        out.push_str(&format!("{}\n\n", escape(note)));
    }
    if let Some((reason, settle)) = &rule.reason {
        let settle = settle.as_ref().map_or(String::new(), |s| format!(" — {}", escape(s)));
        out.push_str(&format!("{}{settle}\n\n", escape(reason)));
    }
    for finding in &rule.findings {
        out.push_str(&finding_text(finding, rule, outcome, sources));
    }
    if rule.findings_left_out > 0 {
        out.push_str(&format!("- … {} not shown\n", plural(rule.findings_left_out, "more finding")));
    }
    if rule.verdict != RuleVerdict::Pass && !rule.evidence.is_empty() {
        out.push('\n');
        for e in &rule.evidence {
            let said = escape(&format!("{} {} ({})", e.framework, e.control, e.edition));
            let (word, limit) = (evidence_word(rule.verdict, e.strength), evidence_limit(rule.verdict, e.strength));
            out.push_str(&format!("- evidence {word} {said}{limit}\n"));
        }
    }
    out
}

fn finding_text(finding: &Finding, rule: &RuleOutcome, outcome: &Outcome, sources: &SourceMap) -> String {
    let who = finding
        .subject
        .as_ref()
        .map_or("the estate".to_string(), |s| format!("{} {}", s.entity.replace('_', " "), s.key));
    let word = super::words::verdict_word(finding.verdict);
    let weak = if finding.marks.weak { " (weak)" } else { "" };
    let mut out = format!("- **{word}{weak}** {}: {}\n", escape(&who), escape(&finding.message));
    let mut line = |text: String| out.push_str(&format!("  - {text}\n"));
    if let Some(span) = finding.places.first() {
        let sentence = rule.requirements.get(finding.requirement).map_or("", String::as_str);
        line(format!("asked in {}: {}", place(*span, sources), escape(sentence)));
    }
    for s in &finding.shortfalls {
        let by = s.misses_by.as_ref().map_or(String::new(), |by| format!(", misses by {}", escape(by)));
        line(format!("required {}, found {}{by}", escape(&s.required), escape(&s.found)));
    }
    for assumed in &finding.marks.assumed {
        line(format!("assumed: {}", escape(assumed)));
    }
    for w in &finding.witnesses {
        line(format!("{}: {}{}", escape(&w.row), escape(&w.text), fact_place(&w.fact, outcome)));
    }
    let shown = finding.witnesses.len() as u64;
    if shown > 0 && finding.witness_count > shown {
        line(format!("… and {}", plural(finding.witness_count - shown, "more fact")));
    }
    for m in &finding.missing {
        let settle = m.settle.as_ref().map_or(String::new(), |s| format!(" — {}", escape(s)));
        line(format!("not known: {}: {}{settle}{}", escape(&m.what), escape(&m.reason), fact_place(&m.fact, outcome)));
    }
    if let Some(remedy) = &finding.remedy {
        line(format!("help: {}", escape(remedy)));
    }
    line(format!("`{}`", finding.id));
    out
}

fn told(diagnostic: &Diagnostic, sources: &SourceMap) -> String {
    let at = diagnostic.primary.as_ref().map_or(String::new(), |label| match &label.place {
        Place::Policy(span) => format!(" in {}", place(*span, sources)),
        Place::Facts(e) => format!(" in {} line {}, column {}", escape(&e.file), e.line, e.column),
        Place::File(path) => format!(" in {}", escape(path)),
    });
    let help = diagnostic.help.as_ref().map_or(String::new(), |help| format!(" — {}", escape(help)));
    format!("- `{}` {}{at}{help}\n", diagnostic.code.0, escape(&diagnostic.message))
}

fn place(span: Span, sources: &SourceMap) -> String {
    let (line, column) = sources.line_column(span);
    format!("{} line {line}, column {column}", escape(sources.get(span.source).map_or("", |s| &s.name)))
}

fn fact_place(fact: &Option<FactRef>, outcome: &Outcome) -> String {
    let Some(fact) = fact else { return String::new() };
    let file = outcome.files.get(fact.file as usize).map_or("", |f| &f.path);
    match &fact.excerpt {
        Some(e) => format!(" ({} line {}, column {})", escape(file), e.line, e.column),
        None => format!(" ({})", escape(file)),
    }
}

/// `text` on one line, with Markdown's own characters as plain text; words between two single backticks are code. Any other
/// backtick stands for itself, so that a text from outside cannot shift where code begins and ends.
pub(super) fn escape(text: &str) -> String {
    let clean = clean_line(text);
    let mut out = String::new();
    let mut rest = clean.as_str();
    while let Some((before, run)) = ticks(rest) {
        escape_plain(&mut out, &rest[..before]);
        let behind = &rest[before + run..];
        match ticks(behind) {
            Some((length, 1)) if run == 1 && length > 0 => {
                code(&mut out, &behind[..length]);
                rest = &behind[length + 1..];
            }
            _ => {
                out.push_str(&"\\`".repeat(run));
                rest = behind;
            }
        }
    }
    escape_plain(&mut out, rest);
    out
}

/// Where the first backticks stand, and how many.
fn ticks(text: &str) -> Option<(usize, usize)> {
    let at = text.find('`')?;
    Some((at, text.bytes().skip(at).take_while(|b| *b == b'`').count()))
}

fn escape_plain(out: &mut String, text: &str) {
    for c in text.chars() {
        let opens_a_block = out.is_empty() && matches!(c, '-' | '+' | '=' | ':');
        if opens_a_block || matches!(c, '\\' | '*' | '_' | '[' | ']' | '<' | '>' | '|' | '#' | '~' | '!' | '&' | '$') {
            out.push('\\');
        }
        out.push(c);
    }
}

/// A word as code. In a table a bar would end the cell even here, and a backslash before it shows outside tables.
fn code(out: &mut String, word: &str) {
    if word.contains('|') {
        let word = word.replace('&', "&amp;").replace('<', "&lt;").replace('|', "&#124;");
        out.push_str("<code>");
        for c in word.chars() {
            if matches!(c, '\\' | '*' | '_' | '[' | ']' | '~' | '!' | '$') {
                out.push('\\');
            }
            out.push(c);
        }
        out.push_str("</code>");
    } else {
        out.push('`');
        out.push_str(word);
        out.push('`');
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn code_stays_code_and_nothing_else_is_markup() {
        assert_eq!(escape("`recovery_point` is *new*"), "`recovery_point` is \\*new\\*");
        assert_eq!(escape("`a`b` c_d"), "`a`b\\` c\\_d");
        assert_eq!(escape("``x`` `"), "\\`\\`x\\`\\` \\`");
        assert_eq!(escape("`a``b`"), "\\`a\\`\\`b\\`");
        assert_eq!(escape("<b onclick=x> a|b & c\\"), "\\<b onclick=x\\> a\\|b \\& c\\\\");
        assert_eq!(escape("`a|<b>*`"), "<code>a&#124;&lt;b>\\*</code>");
        assert_eq!(escape("- one\n# two"), "\\- one \\# two");
        assert_eq!(escape("\u{1b}[31m\u{202E}"), "?\\[31m\u{FFFD}");
    }
}
