//! The report on tests for programs. `"backproof_tests": 1` is the version of this shape: within it, keys are only added.

use super::json::{Told, told};
use crate::base::{SourceMap, Span};
use crate::outcome::{Covered, CoveredKind, CoveredState, Shown, TestCoverage, TestReport};
use serde::Serialize;

/// Writes it.
pub fn render(report: &TestReport, sources: &SourceMap) -> String {
    let shown = Report {
        backproof_tests: 1,
        version: &report.version,
        exit: report.exit.code(),
        passed: report.tests.iter().filter(|test| test.passed()).count(),
        failed: report.tests.iter().filter(|test| !test.passed()).count(),
        left_out: report.left_out,
        tests: report
            .tests
            .iter()
            .map(|test| Test {
                title: &test.title.value,
                place: place(test.title.span, sources),
                outcome: match (test.ran, test.passed()) {
                    (false, _) => "error",
                    (true, true) => "ok",
                    (true, false) => "failed",
                },
                expectations: test.expectations,
                failures: test.failures.iter().map(|failure| told(failure, sources)).collect(),
            })
            .collect(),
        coverage: report.coverage.as_ref().map(|coverage| Coverage::of(coverage, sources)),
        errors: report.errors.iter().map(|error| told(error, sources)).collect(),
    };
    let mut text = serde_json::to_string_pretty(&shown).unwrap_or_default();
    text.push('\n');
    text
}

#[derive(Serialize)]
struct Report<'a> {
    backproof_tests: u32,
    version: &'a str,
    exit: u8,
    passed: usize,
    failed: usize,
    left_out: usize,
    tests: Vec<Test<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    coverage: Option<Coverage<'a>>,
    errors: Vec<Told<'a>>,
}

#[derive(Serialize)]
struct Coverage<'a> {
    shown: usize,
    asked: usize,
    unreachable: usize,
    percent: f64,
    least: Option<f64>,
    items: Vec<Item<'a>>,
}

#[derive(Serialize)]
struct Item<'a> {
    kind: &'static str,
    name: &'a str,
    place: Place<'a>,
    states: Vec<State<'a>>,
}

#[derive(Serialize)]
struct State<'a> {
    state: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    hole: Option<&'a str>,
    shown: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    unreachable: Option<&'a str>,
}

impl<'a> Coverage<'a> {
    fn of(coverage: &'a TestCoverage, sources: &'a SourceMap) -> Self {
        let (shown, asked, unreachable) = coverage.counts();
        let item = |item: &'a Covered| Item {
            kind: match item.kind {
                CoveredKind::Rule => "rule",
                CoveredKind::Phrase => "phrase",
            },
            name: &item.name,
            place: place(item.span, sources),
            states: item.states.iter().map(state).collect(),
        };
        Coverage {
            shown,
            asked,
            unreachable,
            percent: coverage.permille() as f64 / 10.0,
            least: coverage.least,
            items: coverage.items.iter().map(item).collect(),
        }
    }
}

fn state(state: &CoveredState) -> State<'_> {
    State {
        state: state.state.words(),
        hole: state.hole.as_deref(),
        shown: state.shown == Shown::Yes,
        unreachable: match &state.shown {
            Shown::Unreachable(reason) => Some(reason),
            _ => None,
        },
    }
}

#[derive(Serialize)]
struct Test<'a> {
    title: &'a str,
    place: Place<'a>,
    outcome: &'static str,
    expectations: usize,
    failures: Vec<Told<'a>>,
}

#[derive(Serialize)]
struct Place<'a> {
    file: &'a str,
    line: usize,
    column: usize,
}

fn place(span: Span, sources: &SourceMap) -> Place<'_> {
    let (line, column) = sources.line_column(span);
    Place { file: sources.get(span.source).map_or("", |source| source.name.as_str()), line, column }
}
