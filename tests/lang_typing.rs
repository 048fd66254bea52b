//! Typing and lowering from outside: every mistake of `tests/lang/typing/errors` is found where its annotation says, and
//! nothing else; the plans of `tests/lang/typing/good` are as their listings show.

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
    assert!(cases >= 40, "{cases} cases");
    assert!(wrong.is_empty(), "{}\n\n{report}", wrong.join("\n"));
    insta::assert_snapshot!("errors", report);
}

#[test]
fn good_policies_give_their_plans() {
    for path in texts_of("tests/lang/typing/good") {
        let text = fs::read_to_string(&path).unwrap();
        let (sources, plan, diagnostics) = compiled(&[(name_of(&path), text)], true, &CompileSettings::default());
        let found: Vec<String> = diagnostics.iter().map(|d| told(&sources, d)).collect();
        assert!(found.is_empty(), "{}\n{}", name_of(&path), found.join("\n"));
        insta::assert_snapshot!(name_of(&path).replace(".backproof", ""), listing(&plan));
    }
}

#[test]
fn the_standard_library_is_without_mistake() {
    let (sources, _, diagnostics) = compiled(&[], false, &CompileSettings::default());
    let found: Vec<String> = diagnostics.iter().map(|d| told(&sources, d)).collect();
    assert!(found.is_empty(), "{}", found.join("\n"));
}
