//! The declaring stage on whole files: the standard library and good files declare without a word, broken ones give
//! exactly the annotated diagnostics, and nothing panics.

#[path = "common/annotations.rs"]
mod annotations;

use backproof::base::{Diagnostic, Place, SourceId, SourceMap, codes};
use backproof::facts::describe::{NamedValueText, describe, type_text};
use backproof::facts::json_schema::json_schema;
use backproof::facts::schema::{DefaultHolds, Derivation, Type};
use backproof::syntax;
use backproof::typing::declarations::Declarations;
use backproof::typing::declare::declare;
use std::fs;
use std::path::{Path, PathBuf};

const ROOT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/lang/declare");
const STANDARD: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/policies/std");

fn collect(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            collect(&path, found);
        } else if path.extension().is_some_and(|e| e == "backproof") {
            found.push(path);
        }
    }
    found.sort();
}

fn files(folder: &Path) -> Vec<(PathBuf, String)> {
    let mut paths = Vec::new();
    collect(folder, &mut paths);
    paths.into_iter().map(|path| (path.clone(), fs::read_to_string(path).unwrap())).collect()
}

/// Declares user files beside the whole standard library; the diagnostics of both stages.
fn declared(texts: &[&str]) -> (Declarations, Vec<Diagnostic>, SourceMap, SourceId) {
    let mut sources = SourceMap::default();
    let mut trees = Vec::new();
    let mut diagnostics = Vec::new();
    let mut first = None;
    // The user's files come first, to see that the order of the input does not matter.
    let standard = files(Path::new(STANDARD));
    let user = texts.iter().enumerate().map(|(n, text)| (format!("user{n}.backproof"), (*text).to_owned(), false));
    let all = user.chain(standard.into_iter().map(|(path, text)| (path.display().to_string(), text, true)));
    for (name, text, standard) in all {
        let id = sources.add(name, text.as_str(), standard);
        first.get_or_insert(id);
        let (tree, mut told) = syntax::parse(id, &text);
        diagnostics.append(&mut told);
        trees.push(tree);
    }
    let (declarations, mut told) = declare(&trees, &sources);
    diagnostics.append(&mut told);
    (declarations, diagnostics, sources, first.unwrap())
}

fn shown(diagnostics: &[Diagnostic], sources: &SourceMap) -> String {
    let mut text = String::new();
    for d in diagnostics {
        let at = match d.primary.as_ref().map(|l| &l.place) {
            Some(Place::Policy(span)) => {
                let (line, column) = sources.line_column(*span);
                let name = sources.get(span.source).map_or("?", |s| &s.name);
                format!("{name}:{line}:{column}")
            }
            _ => "nowhere".to_owned(),
        };
        text += &format!("    {at} {} {} | help: {}\n", d.code.0, d.message, d.help.as_deref().unwrap_or("-"));
    }
    text
}

#[test]
fn the_standard_library_declares_without_a_word() {
    let (declarations, told, sources, _) = declared(&["# nothing\n"]);
    assert!(told.is_empty(), "\n{}", shown(&told, &sources));
    let schema = &declarations.schema;
    assert!(schema.entities.len() >= 20);
    let system = schema.entity(schema.entity_named("system").unwrap());
    let retired = &system.fields[usize::from(system.field_named("retired").unwrap().0)];
    assert_eq!(retired.default_holds, DefaultHolds::Everywhere);
    let point = schema.entity(schema.entity_named("recovery_point").unwrap());
    let state = &point.fields[usize::from(point.field_named("state").unwrap().0)];
    assert_eq!(state.default_holds, DefaultHolds::OwnFormat);
    let transit = &point.fields[usize::from(point.field_named("transit").unwrap().0)];
    assert_eq!(type_text(schema, &transit.ty), "run.transit");
    assert!(matches!(transit.derived[..], [Derivation::Through(..), Derivation::Through(..)]));
    let copy = schema.entity(schema.entity_named("plan_copy").unwrap());
    assert_eq!(copy.parent.unwrap().list.entity, schema.entity_named("plan").unwrap());
    assert_eq!(copy.plural, "plan_copies");
    assert_eq!(schema.entity(schema.entity_named("key").unwrap()).plural, "keys");
    assert!(declarations.vocabularies.iter().any(|v| v.name == "retention" && v.phrases.len() >= 4));
    assert!(!declarations.frameworks.is_empty());
}

#[test]
fn good_files_declare_without_a_word() {
    let good: Vec<_> = fs::read_dir(ROOT).unwrap().map(|e| e.unwrap().path()).filter(|p| p.is_file()).collect();
    assert!(!good.is_empty());
    for path in good {
        let text = fs::read_to_string(&path).unwrap();
        let (_, told, sources, _) = declared(&[&text]);
        assert!(told.is_empty(), "{}\n{}", path.display(), shown(&told, &sources));
    }
}

#[test]
fn broken_files_give_exactly_the_annotated_diagnostics() {
    let broken = files(&Path::new(ROOT).join("errors"));
    assert!(broken.len() >= 30);
    let mut wrong = String::new();
    for (path, text) in broken {
        let (_, told, sources, user) = declared(&[&text]);
        let outside = told
            .iter()
            .any(|d| !matches!(d.primary.as_ref().map(|l| &l.place), Some(Place::Policy(s)) if s.source == user));
        let (expected, actual) = (annotations::expected(&text), annotations::actual(&text, &told));
        if expected != actual || expected.is_empty() || outside || told.iter().any(|d| d.help.is_none()) {
            let name = path.file_name().unwrap().to_string_lossy().into_owned();
            wrong += &format!("{name}\n  expected {expected:?}\n");
            wrong += &actual.iter().map(|a| format!("#! {a}\n")).collect::<String>();
            wrong += &shown(&told, &sources);
        }
    }
    assert!(wrong.is_empty(), "\n{wrong}");
}
