//! Exports of one long line: read like any other, and what is shown of them costs no more than on short lines.

#![expect(clippy::expect_used, reason = "a test that cannot go on has failed")]

use backproof::base::SourceMap;
use backproof::codec::bytes::Files;
use backproof::engine::check::{Request, check};
use backproof::engine::exit::{ExitPolicy, UnknownIs, WarningsAre};
use backproof::engine::facts::{FactsInput, FoundBy};
use backproof::engine::policies::PolicyText;
use backproof::lower::CompileSettings;
use backproof::outcome::{AsOfFrom, Outcome};
use backproof::plan::Weight;
use backproof::report::{Style, format_named};
use backproof::value::Instant;
use std::fmt::Write as _;
use std::io::{self, Read};
use std::sync::atomic::{AtomicU64, Ordering};

const POLICY: &str = "policy shop.backup \"Backups of the shop\" {\n}\n\nrule done \"Every run succeeds\" {\n  for each \
                      run\n  require status is success\n}\n";

/// One file in memory that counts what is read of it.
struct Counted {
    bytes: Vec<u8>,
    /// Whether it may be opened at any byte.
    sought: bool,
    read: AtomicU64,
}

struct Counting<'f> {
    rest: &'f [u8],
    read: &'f AtomicU64,
}

impl Read for Counting<'_> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let count = self.rest.read(out)?;
        self.read.fetch_add(count as u64, Ordering::Relaxed);
        Ok(count)
    }
}

impl Files for Counted {
    fn open(&self, _: &str) -> io::Result<Box<dyn Read + Send + '_>> {
        Ok(Box::new(Counting { rest: &self.bytes, read: &self.read }))
    }

    fn open_at(&self, _: &str, offset: u64) -> io::Result<Option<Box<dyn Read + Send + '_>>> {
        let rest = &self.bytes[usize::try_from(offset).expect("fits")..];
        Ok(self.sought.then(|| Box::new(Counting { rest, read: &self.read }) as Box<dyn Read + Send>))
    }
}

/// A document of about `megabytes` with `failed` runs spread over it; `between` parts the rows.
fn document(megabytes: usize, failed: usize, status: &str, between: &str) -> Vec<u8> {
    let rows = megabytes * 1_000_000 / 125;
    let mut text = String::from("{\"export\":{\"covers\":\"all\",\"complete\":true},\"runs\":[");
    for row in 0..rows {
        let status = if row % (rows / failed) == rows / failed - 1 { status } else { "success" };
        let parting = if row == 0 { "" } else { between };
        write!(
            text,
            "{parting}{{\"id\":\"r{row:07}\",\"system\":\"db1\",\"type\":\"backup\",\"status\":\"{status}\",\"message\":\
             \"nothing to report, as always\",\"started\":\"2026-11-20T00:00:00Z\"}}"
        )
        .expect("a text takes all");
    }
    text.push_str("]}");
    text.into_bytes()
}

struct Checked {
    outcome: Outcome,
    sources: SourceMap,
    size: u64,
    read: u64,
}

fn checked(bytes: Vec<u8>) -> Checked {
    checked_as(bytes, false)
}

fn checked_as(bytes: Vec<u8>, sought: bool) -> Checked {
    let size = bytes.len() as u64;
    let files = Counted { bytes, sought, read: AtomicU64::new(0) };
    let (outcome, policies) = check(Request {
        policies: &[PolicyText { name: "policy.backproof".to_owned(), bytes: POLICY.as_bytes().to_vec() }],
        facts: &[FactsInput { name: "export.json".to_owned(), found: FoundBy::Name }],
        files: &files,
        before: Vec::new(),
        as_of: Instant(1_795_327_200_000_000_000),
        as_of_from: AsOfFrom::Option,
        compile: CompileSettings::default(),
        strict: false,
        max_findings: 100,
        show_passing: false,
        threads: 1,
        exit: ExitPolicy { fail_on: Weight::Low, unknown: UnknownIs::Failure, warnings: WarningsAre::Allowed },
        project: None,
    });
    let sources = policies.sources;
    Checked { outcome, sources, size, read: files.read.into_inner() }
}

#[test]
fn findings_on_one_long_line_are_shown_in_excerpts() {
    let one_line = checked(document(5, 20, "failed", ","));
    assert!(one_line.outcome.errors.is_empty(), "{:?}", one_line.outcome.errors.first());
    let rule = &one_line.outcome.rules[0];
    assert_eq!((rule.counts.fail, rule.findings.len()), (20, 20));
    let text = (format_named("text").expect("a format").render)(&one_line.outcome, &one_line.sources, &Style::PLAIN);
    assert!(text.len() < 20_000, "{} bytes for 20 findings", text.len());
    assert!(text.lines().all(|line| line.chars().count() < 200));
    let excerpt = rule.findings[19].subject.as_ref().and_then(|s| s.fact.as_ref()?.excerpt.as_ref()).expect("a place");
    assert_eq!((excerpt.line, excerpt.file.as_str()), (1, "export.json"));
    assert!(excerpt.column > 4_000_000, "column {}", excerpt.column);
    assert!(excerpt.text.len() < 2_000);
}

#[test]
fn a_place_on_a_long_line_costs_no_more_than_on_short_ones() {
    for status in ["failed", "faild"] {
        let [one, many] = [1, 20].map(|failed| checked(document(5, failed, status, ",")));
        let lines = checked(document(5, 20, status, ",\n"));
        let told =
            |c: &Checked| c.outcome.errors.len() + c.outcome.rules.iter().map(|r| r.findings.len()).sum::<usize>();
        assert_eq!([told(&one), told(&many), told(&lines)], [1, 20, 20], "{status}");
        let times = |c: &Checked| c.read as f64 / c.size as f64;
        // Read once; then, for all places together, once to see that nothing changed and once to find them.
        assert!(times(&one) < 3.2, "{status}: read {:.1} times", times(&one));
        assert!(times(&many) < times(&one) + 0.1, "{status}: read {:.1} times for 20 places", times(&many));
        assert!(times(&many) < times(&lines) + 0.1, "{status}: read {:.1} times on one line", times(&many));
    }
}

#[test]
fn what_a_place_costs_does_not_grow_with_the_file() {
    for between in [",", ",\n"] {
        let again = |megabytes: usize| {
            let text = document(megabytes, 20, "failed", between);
            let sought = checked_as(text.clone(), true);
            let passed = checked(text);
            let findings = |checked: &Checked| format!("{:?}", checked.outcome.rules[0].findings);
            assert!(findings(&sought) == findings(&passed), "places differ");
            sought.read - sought.size
        };
        let (small, large) = (again(1), again(3));
        // A landmark, the record, and what stands between, for each of 20 places.
        assert!(small < 20 * 200_000 && large < 20 * 200_000, "{small} and {large} bytes");
        assert!(large < small + small / 4, "{small} and {large} bytes");
    }
}
