//! The report on tests for people: one line a test, then what failed, then the sum.

use super::diagnostics::render_diagnostics;
use super::snippet::Style;
use super::words::plural;
use crate::base::clean::clean_line;
use crate::base::{Diagnostic, SourceMap};
use crate::outcome::{Covered, CoveredKind, CoveredState, Shown, TestCoverage, TestOutcome, TestReport};

/// Writes it.
pub fn render(report: &TestReport, sources: &SourceMap, style: &Style) -> String {
    let mut text = String::new();
    let mut file = None;
    for test in &report.tests {
        let source = test.title.span.source;
        if file != Some(source) {
            file = Some(source);
            let name = sources.get(source).map_or("", |source| source.name.as_str());
            text.push_str(&format!("{}\n", style.paint("1", &clean_line(name))));
        }
        let (word, ansi) = match test {
            TestOutcome { ran: false, .. } => ("error ", "1;31"),
            test if test.passed() => ("ok    ", "32"),
            _ => ("failed", "1;31"),
        };
        text.push_str(&format!("  {}  {}\n", style.paint(ansi, word), clean_line(&test.title.value)));
    }
    let failures = report.tests.iter().flat_map(|test| &test.failures);
    let told: Vec<Diagnostic> = report.errors.iter().chain(failures).cloned().collect();
    if !text.is_empty() {
        text.push('\n');
    }
    text.push_str(&render_diagnostics(&told, sources, style));
    text.push_str(&sum(report));
    text.push('\n');
    if let Some(coverage) = &report.coverage {
        text.push('\n');
        text.push_str(&covered(coverage, style));
    }
    text
}

/// What is not shown, item by item; then the sum.
fn covered(coverage: &TestCoverage, style: &Style) -> String {
    let mut text = String::new();
    for kind in [CoveredKind::Rule, CoveredKind::Phrase] {
        let items: Vec<&Covered> = coverage.items.iter().filter(|item| item.kind == kind).collect();
        if items.is_empty() {
            continue;
        }
        let (noun, asked) = match kind {
            CoveredKind::Rule => ("rules", "passes, fails"),
            CoveredKind::Phrase => ("phrases", "passes, fails, is unknown, boundary of its limits"),
        };
        text.push_str(&format!("{} ({asked})\n", style.paint("1", noun)));
        for item in items {
            text.push_str(&item_line(item, style));
        }
    }
    let (shown, asked, unreachable) = coverage.counts();
    let permille = coverage.permille();
    text.push_str(&format!("coverage: {}.{} % ({shown} of {asked})", permille / 10, permille % 10));
    if unreachable > 0 {
        text.push_str(&format!(", {unreachable} unreachable"));
    }
    if let Some(least) = coverage.least {
        text.push_str(&format!(
            ", at least {least} % asked{}",
            if coverage.falls_short() { ": too little" } else { "" }
        ));
    }
    text.push('\n');
    text
}

fn item_line(item: &Covered, style: &Style) -> String {
    let name = |state: &CoveredState| match &state.hole {
        Some(hole) => format!("{} of {{{hole}}}", state.state.words()),
        None => state.state.words().to_owned(),
    };
    let missing: Vec<String> = item.states.iter().filter(|s| s.shown == Shown::No).map(name).collect();
    let mut line = match missing.as_slice() {
        [] => format!("  {}  {}\n", style.paint("32", "all    "), clean_line(&item.name)),
        _ => {
            let not_shown = format!("not shown: {}", missing.join(", "));
            format!("  {}  {}: {not_shown}\n", style.paint("1;33", "lacking"), clean_line(&item.name))
        }
    };
    for state in &item.states {
        if let Shown::Unreachable(reason) = &state.shown {
            line.push_str(&format!("           unreachable: {}: {}\n", name(state), clean_line(reason)));
        }
    }
    line
}

/// `12 tests: 11 passed, 1 failed`
fn sum(report: &TestReport) -> String {
    let count = |wanted: fn(&TestOutcome) -> bool| report.tests.iter().filter(|test| wanted(test)).count();
    let mut parts = vec![format!("{} passed", count(TestOutcome::passed))];
    let failed = count(|test| test.ran && !test.passed());
    if failed > 0 {
        parts.push(format!("{failed} failed"));
    }
    let errors = count(|test| !test.ran);
    if errors > 0 {
        parts.push(format!("{errors} could not be run"));
    }
    if report.left_out > 0 {
        parts.push(format!("{} left out", report.left_out));
    }
    match (report.tests.is_empty(), report.errors.len() as u64) {
        (true, 0) if report.left_out > 0 => format!("no test was run, {} left out", report.left_out),
        (true, 0) => "no test was run: the policies have none".to_owned(),
        (true, errors) => format!("no test was run: {}", plural(errors, "error")),
        (false, _) => format!("{}: {}", plural(report.tests.len() as u64, "test"), parts.join(", ")),
    }
}
