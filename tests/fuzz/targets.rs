//! What is fuzzed: bytes in, and what must hold whatever they are. The targets of cargo-fuzz call these functions, and so
//! does `tests/fuzz_driver.rs`, which needs no nightly compiler.

use backproof::base::{Diagnostic, Place, SourceMap};
use backproof::engine::check::{Request, check};
use backproof::engine::exit::{ExitPolicy, UnknownIs, WarningsAre};
use backproof::engine::facts::{Circumstances, FactsInput, FoundBy, load};
use backproof::engine::policies::{PolicyText, compile_policies};
use backproof::engine::policy_tests::{self, CountCoverage, prepare};
use backproof::facts::load::Projection;
use backproof::facts::normal::{summary, write_ndjson};
use backproof::facts::schema::Schema;
use backproof::facts::source_rules::SourceRules;
use backproof::lower::{CompileSettings, ProjectParameters};
use backproof::outcome::{AsOfFrom, Exit};
use backproof::plan::Weight;
use backproof::report::{FORMATS, Style, render_diagnostics, render_tests_json, render_tests_text};
use backproof::value::Instant;
use std::collections::BTreeMap;
use std::sync::{Arc, OnceLock};

/// 2026-11-22T06:00:00Z.
const NOW: Instant = Instant(1_795_327_200_000_000_000);

/// A policy's text: parsed, typed, lowered, its mistakes drawn.
pub fn policy(bytes: &[u8]) {
    let texts = [PolicyText { name: "policy.backproof".to_owned(), bytes: bytes.to_vec() }];
    let compiled = compile_policies(&texts, &CompileSettings::default());
    told(&compiled.diagnostics, &compiled.sources);
    if !compiled.plan.tests.is_empty() && !compiled.diagnostics.iter().any(Diagnostic::is_error) {
        policy_tests(&texts);
    }
}

/// The tests of a policy: run, and drawn.
fn policy_tests(texts: &[PolicyText]) {
    let prepared = prepare(texts, ProjectParameters::default());
    let files: BTreeMap<String, Vec<u8>> = BTreeMap::new();
    let coverage = CountCoverage::AtLeast(50.0);
    let report = prepared.run(policy_tests::Request { files: &files, before: Vec::new(), filter: None, coverage });
    told(&report.errors, prepared.sources());
    for test in &report.tests {
        told(&test.failures, prepared.sources());
    }
    assert!(!render_tests_text(&report, prepared.sources(), &Style::PLAIN).is_empty());
    assert!(!render_tests_json(&report, prepared.sources()).is_empty());
}

/// Names that facts files may have; the first byte of the input chooses, for it decides how some contents are read.
const NAMES: [&str; 5] =
    ["facts/export.json", "facts/runs.csv", "facts/rows.yaml", "facts/facts.yaml", "facts/notes.txt"];

/// A facts file of any form, or a manifest: recognised, read with all its fields, written out again.
pub fn facts(bytes: &[u8]) {
    let Some((first, rest)) = bytes.split_first() else { return };
    let name = NAMES[usize::from(*first) % NAMES.len()];
    let files = BTreeMap::from([
        (name.to_owned(), rest.to_vec()),
        ("facts/beside.ndjson".to_owned(), b"{\"kind\":\"system\",\"id\":\"db1\"}\n".to_vec()),
    ]);
    let with = Circumstances { files: &files, now: NOW, zone: None, sources: &SourceRules::default() };
    let schema = standard_schema();
    let (read, diagnostics) = load(schema, Projection::everything(schema), &inputs(&files), &with);
    told(&diagnostics, &SourceMap::default());
    let mut out = Vec::new();
    write_ndjson(&read, &mut out).expect("a buffer takes all");
    assert!(std::str::from_utf8(&out).is_ok());
    summary(&read);
}

/// A policy and an NDJSON file, parted by a NUL: the whole way to every report.
pub fn pipeline(bytes: &[u8]) {
    let (policy, facts) = match bytes.iter().position(|byte| *byte == 0) {
        Some(at) => (&bytes[..at], &bytes[at + 1..]),
        None => (bytes, &[][..]),
    };
    let files = BTreeMap::from([("facts.ndjson".to_owned(), facts.to_vec())]);
    let (outcome, policies) = check(Request {
        policies: &[PolicyText { name: "policy.backproof".to_owned(), bytes: policy.to_vec() }],
        facts: &inputs(&files),
        files: &files,
        before: Vec::new(),
        as_of: NOW,
        as_of_from: AsOfFrom::Option,
        compile: CompileSettings::default(),
        strict: false,
        max_findings: 20,
        show_passing: true,
        threads: 1,
        exit: ExitPolicy { fail_on: Weight::Low, unknown: UnknownIs::Failure, warnings: WarningsAre::Allowed },
        project: None,
    });
    let sources = policies.sources;
    told(&outcome.errors, &sources);
    told(&outcome.warnings, &sources);
    assert!(outcome.errors.is_empty() || outcome.exit == Exit::NotJudged);
    for format in FORMATS {
        assert!(!(format.render)(&outcome, &sources, &Style::PLAIN).is_empty());
    }
}

fn standard_schema() -> &'static Arc<Schema> {
    static SCHEMA: OnceLock<Arc<Schema>> = OnceLock::new();
    SCHEMA.get_or_init(|| compile_policies(&[], &CompileSettings::default()).declarations.schema)
}

fn inputs(files: &BTreeMap<String, Vec<u8>>) -> Vec<FactsInput> {
    files.keys().map(|name| FactsInput { name: name.clone(), found: FoundBy::Folder }).collect()
}

/// Every error says where: a place in a text, or a file.
fn told(diagnostics: &[Diagnostic], sources: &SourceMap) {
    for diagnostic in diagnostics {
        let code = diagnostic.code.0;
        assert!(!diagnostic.message.is_empty() && !diagnostic.message.contains('\n'), "{code}: {}", diagnostic.message);
        assert!(diagnostic.primary.is_some() || !diagnostic.is_error(), "{code} has no place: {}", diagnostic.message);
        for label in diagnostic.primary.iter().chain(&diagnostic.labels) {
            match &label.place {
                Place::Policy(span) => {
                    let text = sources.get(span.source).map(|source| &*source.text).unwrap_or_default();
                    let range = span.start as usize..span.end as usize;
                    assert!(text.get(range.clone()).is_some(), "{code}: {range:?} of {} bytes", text.len());
                }
                Place::Facts(excerpt) => assert!(excerpt.line > 0 && excerpt.column > 0, "{code}"),
                Place::File(path) => assert!(!path.is_empty(), "{code}"),
            }
        }
    }
    render_diagnostics(diagnostics, sources, &Style::PLAIN);
}
