//! The parts of a check, each by itself: `cargo bench --bench parts`. Absolute times of a shared machine say little; these
//! tell which part a change has moved. The ratios of the whole process stand in `README.md` here.

#![expect(clippy::expect_used, reason = "a benchmark that cannot go on has failed")]

use backproof::base::SourceMap;
use backproof::codec::bytes::Files;
use backproof::engine::check::{Request, check};
use backproof::engine::exit::{ExitPolicy, UnknownIs, WarningsAre};
use backproof::engine::facts::{Circumstances, FactsInput, FoundBy, load};
use backproof::engine::policies::{Policies, PolicyText, compile_policies};
use backproof::evaluate::{Settings, evaluate};
use backproof::facts::closure::ExportCoverage;
use backproof::facts::coverage::CoverageSettings;
use backproof::facts::load::Projection;
use backproof::facts::source_rules::SourceRules;
use backproof::facts::table::Facts;
use backproof::lower::CompileSettings;
use backproof::outcome::{AsOfFrom, Outcome};
use backproof::plan::Weight;
use backproof::report::{Style, format_named};
use backproof::value::{Instant, Zone};
use divan::Bencher;
use divan::counter::BytesCount;
use std::collections::BTreeMap;
use std::fmt::Write as _;

const POLICY: &str = include_str!("checks.backproof");
const MANIFEST: &str = include_str!("facts.yaml");
/// 2026-07-01T00:00:00Z, in nanoseconds.
const AS_OF: Instant = Instant(1_782_864_000_000_000_000);
/// Systems of the estate that most parts work on.
const SYSTEMS: usize = 500;

fn main() {
    divan::main();
}

/// A kind of rows, its plural, and the rows without the brace that they begin with.
type Kind = (&'static str, &'static str, Vec<String>);

/// An estate like the generator's: 30 runs and 29 points a system, every seventh system with something to find.
fn kinds(systems: usize) -> Vec<Kind> {
    let (mut all, mut jobs, mut points, mut tests) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    for system in 0..systems {
        let tier = ["standard", "important", "critical"][system % 3];
        let (faulty, data) = (system % 7 == 3, if system % 2 == 0 { r#"["pii"]"# } else { "[]" });
        all.push(format!(
            r#""id":"sys-{system:06}","name":"orders-{system}","tier":"{tier}","platform":"gcp","location":"dc-north","owner":"team-{}","data_classes":{data},"rpo_minutes":2160,"rto_minutes":720}}"#,
            system % 40
        ));
        for day in 1..=30 {
            let status = if faulty && day < 6 { "failed" } else { "success" };
            jobs.push(format!(
                r#""id":"job-{system:06}-{day}","system":"sys-{system:06}","started":"2026-06-{day:02}T02:28:13Z","finished":"2026-06-{day:02}T02:59:51Z","status":"{status}","bytes":248473501748,"encrypted_in_transit":true}}"#
            ));
        }
        for n in 1..=29 {
            points.push(format!(
                r#""id":"rp-{system:06}-{n:02}","system":"sys-{system:06}","created":"2026-05-{n:02}T07:25:46Z","expires":"2026-12-12T07:25:46Z","size":867094491885,"repository":"repo-{:05}","location":"dc-south","encrypted":{},"key":"key-{:05}","immutable":true,"checksum":"3ed192952d98342e64b2997f44a8cf2580a677e33437e628473d4849b32cd173","checksum_verified":true}}"#,
                system / 50,
                !faulty || n > 3,
                system / 10
            ));
        }
        tests.push(format!(
            r#""system":"sys-{system:06}","at":"2026-05-23T13:53:01Z","duration_seconds":39555,"result":"success"}}"#
        ));
    }
    vec![
        ("system", "systems", all),
        ("job", "jobs", jobs),
        ("point", "points", points),
        ("restore_test", "restore_tests", tests),
    ]
}

fn lines(systems: usize) -> String {
    let mut text = String::from("{\"kind\":\"estate\",\"schema\":1}\n");
    for (kind, _, rows) in kinds(systems) {
        for row in rows {
            writeln!(text, "{{\"kind\":\"{kind}\",{row}").expect("a text takes all");
        }
    }
    text
}

fn document(systems: usize) -> String {
    let mut text = String::from("{\"schema\":1");
    for (_, plural, rows) in kinds(systems) {
        let rows: Vec<String> = rows.into_iter().map(|row| format!("{{{row}")).collect();
        write!(text, ",\"{plural}\":[{}]", rows.join(",")).expect("a text takes all");
    }
    text + "}"
}

type Held = BTreeMap<String, Vec<u8>>;

fn held(name: &str, text: String) -> (Held, Vec<FactsInput>) {
    let files = [("facts.yaml", MANIFEST.to_owned()), (name, text)];
    let input = |name: &str| FactsInput { name: name.to_owned(), found: FoundBy::Name };
    let inputs = files.iter().map(|(name, _)| input(name)).collect();
    (files.into_iter().map(|(name, text)| (name.to_owned(), text.into_bytes())).collect(), inputs)
}

fn policies() -> Policies {
    let texts = [PolicyText { name: "checks.backproof".to_owned(), bytes: POLICY.as_bytes().to_vec() }];
    compile_policies(&texts, &CompileSettings::default())
}

fn loaded(policies: &Policies, files: &dyn Files, inputs: &[FactsInput]) -> Facts {
    let plan = &policies.plan;
    let projection = Projection::of(&plan.schema, &plan.reads, &plan.walks);
    let with = Circumstances { files, now: AS_OF, zone: None, sources: &SourceRules::default() };
    let (facts, mistakes) = load(&plan.schema, projection, inputs, &with);
    assert!(mistakes.iter().all(|mistake| !mistake.is_error()), "{mistakes:?}");
    facts
}

fn reading(bencher: Bencher<'_, '_>, name: &str, text: String) {
    let policies = policies();
    let size = text.len();
    let (files, inputs) = held(name, text);
    bencher.counter(BytesCount::new(size)).bench_local(|| loaded(&policies, &files, &inputs));
}

#[divan::bench]
fn read_lines(bencher: Bencher<'_, '_>) {
    reading(bencher, "estate.ndjson", lines(SYSTEMS));
}

#[divan::bench]
fn read_document(bencher: Bencher<'_, '_>) {
    reading(bencher, "estate.json", document(SYSTEMS));
}

#[divan::bench]
fn compile() -> Policies {
    policies()
}

#[divan::bench(args = [100, 1_000])]
fn judge(bencher: Bencher<'_, '_>, systems: usize) {
    let policies = policies();
    let (files, inputs) = held("estate.ndjson", lines(systems));
    let facts = loaded(&policies, &files, &inputs);
    let settings =
        Settings { as_of: AS_OF, default_zone: Zone::utc(), max_findings: 100_000, show_passing: false, threads: 1 };
    bencher.bench_local(|| {
        let known = CoverageSettings { now: AS_OF, strict: false, max_evidence_age: Vec::new(), expected: Vec::new() };
        evaluate(&policies.plan, &facts, &ExportCoverage::new(&facts, known), &settings)
    });
}

fn checked() -> (Outcome, SourceMap) {
    let (files, inputs) = held("estate.ndjson", lines(SYSTEMS));
    let (outcome, policies) = check(Request {
        policies: &[PolicyText { name: "checks.backproof".to_owned(), bytes: POLICY.as_bytes().to_vec() }],
        facts: &inputs,
        files: &files,
        before: Vec::new(),
        as_of: AS_OF,
        as_of_from: AsOfFrom::Option,
        compile: CompileSettings::default(),
        strict: false,
        max_findings: 100_000,
        show_passing: false,
        threads: 1,
        exit: ExitPolicy { fail_on: Weight::Low, unknown: UnknownIs::Failure, warnings: WarningsAre::Allowed },
        project: None,
    });
    (outcome, policies.sources)
}

#[divan::bench(args = ["json", "markdown", "text"])]
fn report(bencher: Bencher<'_, '_>, format: &str) {
    let (outcome, sources) = checked();
    assert!(outcome.rules.iter().any(|rule| !rule.findings.is_empty()));
    let format = format_named(format).expect("a format");
    bencher.bench_local(|| (format.render)(&outcome, &sources, &Style::PLAIN));
}
