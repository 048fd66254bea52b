//! Diagnostics as text: message, excerpts of every place, help.

use super::snippet::{self, Style};
use super::words::plural;
use crate::base::clean::clean_line;
use crate::base::{Diagnostic, Label, Place, Severity, SourceMap, Span};

/// All of `diagnostics`, one after the other, as they are ordered.
pub fn render_diagnostics(diagnostics: &[Diagnostic], sources: &SourceMap, style: &Style) -> String {
    diagnostics.iter().map(|diagnostic| render(diagnostic, sources, style) + "\n").collect()
}

/// `3 errors and 1 warning`; `None` where there is neither.
pub fn count_line(diagnostics: &[Diagnostic]) -> Option<String> {
    let count = |severity| diagnostics.iter().filter(|d| d.severity == severity).count() as u64;
    let parts: Vec<String> = [(count(Severity::Error), "error"), (count(Severity::Warning), "warning")]
        .into_iter()
        .filter(|(n, _)| *n > 0)
        .map(|(n, word)| plural(n, word))
        .collect();
    (!parts.is_empty()).then(|| parts.join(" and "))
}

fn render(diagnostic: &Diagnostic, sources: &SourceMap, style: &Style) -> String {
    let (word, ansi) = match diagnostic.severity {
        Severity::Error => ("error", "1;31"),
        Severity::Warning => ("warning", "1;33"),
        Severity::Advice => ("advice", "1;36"),
    };
    let head = style.paint(ansi, &format!("{word}[{}]", diagnostic.code.0));
    let mut out = format!("{head}: {}\n", style.paint("1", &clean_line(&diagnostic.message)));
    let labels: Vec<&Label> = diagnostic.primary.iter().chain(&diagnostic.labels).collect();
    let mut shown = vec![false; labels.len()];
    for i in 0..labels.len() {
        if shown[i] {
            continue;
        }
        match &labels[i].place {
            Place::Policy(span) => {
                // Marks of one text are drawn over one excerpt.
                let mut marks: Vec<(Span, String)> = Vec::new();
                for j in i..labels.len() {
                    if let Place::Policy(other) = &labels[j].place
                        && other.source == span.source
                    {
                        marks.push((*other, labels[j].text.clone()));
                        shown[j] = true;
                    }
                }
                out.push_str(&snippet::policy(sources, &marks, style));
            }
            Place::Facts(excerpt) => out.push_str(&snippet::excerpt(excerpt, &labels[i].text, style)),
            Place::File(path) => {
                let text = if labels[i].text.is_empty() {
                    String::new()
                } else {
                    format!(": {}", clean_line(&labels[i].text))
                };
                out.push_str(&format!("   ╭─[{}]{text}\n", clean_line(path)));
            }
        }
    }
    if let Some(help) = &diagnostic.help {
        out.push_str(&format!("  {} {}\n", style.paint("36", "help:"), clean_line(help)));
    }
    out
}
