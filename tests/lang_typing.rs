//! Typing and lowering from outside: every mistake of `tests/lang/typing/errors` is found where its annotation says, and
//! nothing else; the plans of `tests/lang/typing/good` are as their listings show.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

#[path = "common/annotations.rs"]
mod annotations;

use backproof::base::{Diagnostic, SourceMap, codes};
use backproof::lower::{CompileSettings, compile};
use backproof::plan::{Plan, listing};
use backproof::syntax::parse;
use backproof::typing::declare::declare;
use std::fs;
use std::path::{Path, PathBuf};

/// The standard library and the texts, all checked as `standard` says.
fn compiled(
    texts: &[(String, String)],
    standard: bool,
    settings: &CompileSettings,
) -> (SourceMap, Plan, Vec<Diagnostic>) {
    let mut sources = SourceMap::default();
    let mut files = Vec::new();
    let mut diagnostics = Vec::new();
    let mut add = |sources: &mut SourceMap, name: &str, text: &str, standard: bool| {
        let id = sources.add(name, text, standard);
        let (file, found) = parse(id, text);
        files.push(file);
        diagnostics.extend(found);
    };
    for path in texts_of("policies/std") {
        add(&mut sources, &path.display().to_string(), &fs::read_to_string(&path).unwrap(), standard);
    }
    for (name, text) in texts {
        add(&mut sources, name, text, false);
    }
    let (declarations, found) = declare(&files, &sources);
    diagnostics.extend(found);
    let (plan, found) = compile(&declarations, &sources, settings);
    diagnostics.extend(found);
    (sources, plan, diagnostics)
}

fn texts_of(folder: &str) -> Vec<PathBuf> {
    let mut open = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join(folder)];
    let mut found = Vec::new();
    while let Some(folder) = open.pop() {
        for entry in fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                open.push(path);
            } else if path.extension().is_some_and(|e| e == "backproof") {
                found.push(path);
            }
        }
    }
    found.sort();
    found
}

fn name_of(path: &Path) -> String {
    path.file_name().unwrap().to_string_lossy().into_owned()
}

fn snapshot(name: &str, text: &str) {
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path(Path::new(env!("CARGO_MANIFEST_DIR")).join("snapshots/lang/typing"));
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| insta::assert_snapshot!(name, text));
}

/// A diagnostic in words, for the reader of a failed test.
fn told(sources: &SourceMap, diagnostic: &Diagnostic) -> String {
    let mut text = format!("{} {}", diagnostic.code.0, diagnostic.message);
    for label in diagnostic.primary.iter().chain(&diagnostic.labels) {
        if let backproof::base::Place::Policy(span) = label.place {
            let (line, column) = sources.line_column(span);
            let file = sources.get(span.source).map_or("?", |s| s.name.as_str());
            let file = file.rsplit('/').next().unwrap_or(file);
            text += &format!("\n  {file}:{line}:{column} {:?} {}", sources.text(span), label.text);
        }
    }
    if let Some(help) = &diagnostic.help {
        text += &format!("\n  help: {help}");
    }
    text
}

#[test]
fn mistakes_are_found_where_they_are() {
    let mut wrong = Vec::new();
    let mut report = String::new();
    let mut cases = 0;
    for path in texts_of("tests/lang/typing/errors") {
        let text = fs::read_to_string(&path).unwrap();
        let (sources, _, diagnostics) = compiled(&[(name_of(&path), text.clone())], true, &CompileSettings::default());
        let (expected, actual) = (annotations::expected(&text), annotations::actual(&text, &diagnostics));
        cases += expected.len();
        if expected != actual {
            wrong.push(format!("{}\n  expected {expected:?}\n  actual   {actual:?}", name_of(&path)));
        }
        report += &format!("== {}\n", name_of(&path));
        for diagnostic in &diagnostics {
            assert!(codes::find(diagnostic.code.0).is_some(), "{} has no row", diagnostic.code.0);
            report += &told(&sources, diagnostic);
            report.push('\n');
        }
    }
    assert!(wrong.is_empty(), "{}\n\n{report}", wrong.join("\n"));
    assert!(cases >= 40, "{cases} cases");
    snapshot("errors", &report);
}

#[test]
fn good_policies_give_their_plans() {
    for path in texts_of("tests/lang/typing/good") {
        let text = fs::read_to_string(&path).unwrap();
        let (sources, plan, diagnostics) = compiled(&[(name_of(&path), text)], true, &CompileSettings::default());
        let found: Vec<String> = diagnostics.iter().map(|d| told(&sources, d)).collect();
        assert!(found.is_empty(), "{}\n{}", name_of(&path), found.join("\n"));
        snapshot(&name_of(&path).replace(".backproof", ""), &listing(&plan));
    }
}

#[test]
fn the_standard_library_is_without_mistake() {
    let (sources, _, diagnostics) = compiled(&[], false, &CompileSettings::default());
    let found: Vec<String> = diagnostics.iter().map(|d| told(&sources, d)).collect();
    assert!(found.is_empty(), "{}", found.join("\n"));
}

const PARAMETERS: &str = r#"policy one "One" {
  timezone "UTC"
}

param limit: duration from house = 1 h
param names: set of text from house

rule limited "limited" {
  for each system
  require rpo <= limit and name in names
}
"#;

fn with_parameter(name: &str, value: &str) -> (Plan, String) {
    let settings =
        CompileSettings { parameters: vec![(name.to_owned(), value.to_owned())], ..CompileSettings::default() };
    let (sources, plan, found) = compiled(&[("one.backproof".to_owned(), PARAMETERS.to_owned())], true, &settings);
    (plan, found.iter().map(|d| told(&sources, d)).collect::<Vec<_>>().join("\n"))
}

#[test]
fn a_parameter_is_set_from_outside() {
    let before = compiled(&[("one.backproof".to_owned(), PARAMETERS.to_owned())], true, &CompileSettings::default()).1;
    let (plan, mistakes) = with_parameter("limit", "4 h");
    assert_eq!(mistakes, "");
    assert!(listing(&plan).contains("one.limit: duration = 4 h (house, by --param)"), "{}", listing(&plan));
    assert!(listing(&plan).contains("one.names: set of text = unset (house, by policy)"));
    assert_ne!(plan.rules[0].hash, before.rules[0].hash, "another limit is another content");
    assert_eq!(with_parameter("one.names", "[\"b\", \"a\"]").1, "");
}

#[test]
fn a_parameter_that_does_not_fit_is_told() {
    assert!(with_parameter("limt", "4 h").1.contains("did you mean `limit`?"));
    let (_, mistakes) = with_parameter("limit", "4");
    assert!(mistakes.contains("`limit` is a duration, this is an int") && mistakes.contains("`4 days`"), "{mistakes}");
    assert!(!with_parameter("limit", "4 h +").1.is_empty());
    assert!(with_parameter("names", "[a]").1.contains("a text needs quotes"));
}

#[test]
fn a_glob_selects_rules_by_their_qualified_name() {
    let text = fs::read_to_string(texts_of("tests/lang/typing/good").first().unwrap()).unwrap();
    let settings = CompileSettings { rule_globs: vec!["saypro.backup.a*".to_owned()], ..CompileSettings::default() };
    let (_, plan, _) = compiled(&[("language.backproof".to_owned(), text)], true, &settings);
    let names: Vec<&str> = plan.rules.iter().map(|rule| rule.name.as_str()).collect();
    assert_eq!(names, ["saypro.backup.audit"]);
    assert!(plan.walks.is_empty(), "only what is asked is read");
}

#[test]
fn places_are_no_part_of_a_rule_and_thresholds_no_part_of_its_keys() {
    let text = |days: &str, above: &str| {
        format!(
            "policy p {{\n}}\n{above}\nretention r {{\n  for each system\n  keep daily versions for {days} days\n  require size < {days} GB\n}}\n"
        )
    };
    let plan = |text: String| compiled(&[("p.backproof".to_owned(), text)], true, &CompileSettings::default()).1;
    let (a, b, c) = (plan(text("35", "")), plan(text("35", "# note\n")), plan(text("30", "")));
    assert_eq!(a.rules[0].hash, b.rules[0].hash);
    assert_ne!(a.rules[0].hash, c.rules[0].hash);
    let keys = |plan: &Plan| plan.rules[0].requirements.iter().map(|r| r.key.clone()).collect::<Vec<_>>();
    assert_eq!(keys(&a), ["keep {every=daily} versions for {span}", "size < #"]);
    assert_eq!(keys(&a), keys(&c));
}

/// Compiles a text and gives the codes of its mistakes.
fn codes_of(text: String) -> Vec<&'static str> {
    let mut codes: Vec<_> = compiled(&[("t.backproof".to_owned(), text)], true, &CompileSettings::default())
        .2
        .iter()
        .map(|d| d.code.0)
        .collect();
    codes.sort();
    codes.dedup();
    codes
}

#[test]
fn long_ways_round_end() {
    let chain: String = (0..1_000).map(|i| format!("let v{i} = v{} + 1\n\n", i + 1)).collect();
    assert_eq!(codes_of(format!("policy p {{\n}}\n{chain}\nlet v1000 = 1\n")), ["E0408"]);
    let deep = "(".repeat(60) + "now" + &" + 1 h)".repeat(60);
    let nested: String =
        (0..40).map(|i| format!("let v{i} = {}\n\n", deep.replace("now", &format!("v{}", i + 1)))).collect();
    assert_eq!(codes_of(format!("policy p {{\n}}\n{nested}\nlet v40 = now\n")), ["E0408"]);
}

#[test]
fn phrases_that_multiply_end() {
    let twice: String = (1..30).map(|i| format!("  phrase p{i}\n    p{0}\n    p{0}\n\n", i - 1)).collect();
    let text = format!(
        "policy p {{\n}}\nvocabulary v for system {{\n  phrase p0\n    require active\n\n{twice}}}\n\nv r {{\n  for each system\n  p29\n}}\n"
    );
    assert_eq!(codes_of(text), ["E0403"]);
}

#[test]
fn no_text_makes_it_panic() {
    let text = fs::read_to_string(texts_of("tests/lang/typing/good").first().unwrap()).unwrap();
    let words: Vec<&str> = text.split_inclusive(' ').collect();
    // Every so many words one is taken away, doubled, or replaced by another from the text.
    for step in 0..24_usize {
        let mut broken = String::new();
        for (i, word) in words.iter().enumerate() {
            match (i * 7 + step * 13) % 41 {
                0 => {}
                1 => broken.extend([*word, *word]),
                2 => broken.push_str(words[(i * 31 + step) % words.len()]),
                _ => broken.push_str(word),
            }
        }
        assert!(!codes_of(broken).is_empty());
    }
}
