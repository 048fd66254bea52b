//! The syntax stage on whole files: good ones parse without a word, broken ones give exactly the annotated diagnostics.

#![expect(clippy::unwrap_used, clippy::panic, reason = "helpers of tests fail like tests")]

#[path = "common/annotations.rs"]
mod annotations;

use backproof::base::{Diagnostic, Place, SourceId, codes};
use backproof::syntax;
use proptest::prelude::*;
use std::fs;
use std::path::{Path, PathBuf};

const ROOT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/lang/syntax");

fn files(folder: &Path) -> Vec<(PathBuf, String)> {
    let mut paths: Vec<PathBuf> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.retain(|path| path.extension().is_some_and(|e| e == "backproof"));
    paths.sort();
    paths.into_iter().map(|path| (path.clone(), fs::read_to_string(path).unwrap())).collect()
}

fn diagnostics(text: &str) -> Vec<Diagnostic> {
    syntax::parse(SourceId(0), text).1
}

#[test]
fn good_files_parse_without_a_word() {
    let good = files(Path::new(ROOT));
    assert!(good.len() >= 2);
    for (path, text) in good {
        let told = diagnostics(&text);
        assert!(told.is_empty(), "{}: {told:#?}", path.display());
        let windows = text.replace('\n', "\r\n").replace("  ", "\t");
        assert!(diagnostics(&windows).is_empty(), "{} with Windows line ends and tabs", path.display());
        assert!(diagnostics(&format!("\u{feff}{text}")).is_empty(), "{} with a byte order mark", path.display());
    }
}

#[test]
fn broken_files_give_exactly_the_annotated_diagnostics() {
    let broken = files(&Path::new(ROOT).join("errors"));
    assert!(broken.len() >= 30);
    let mut wrong = String::new();
    for (path, text) in broken {
        let told = diagnostics(&text);
        let (expected, actual) = (annotations::expected(&text), annotations::actual(&text, &told));
        if expected != actual || expected.is_empty() {
            let name = path.file_name().unwrap().to_string_lossy().into_owned();
            wrong += &format!("{name}\n  expected {expected:?}\n  actual   {actual:?}\n");
            for diagnostic in told {
                wrong += &format!("    {} help: {:?}\n", diagnostic.message, diagnostic.help);
            }
        }
    }
    assert!(wrong.is_empty(), "\n{wrong}");
}

#[test]
fn every_syntax_code_has_a_row_and_a_broken_file() {
    let mut seen: Vec<&str> =
        files(&Path::new(ROOT).join("errors")).iter().flat_map(|(_, t)| diagnostics(t)).map(|d| d.code.0).collect();
    // Too large for a file of the repository.
    seen.push("E0124");
    seen.sort_unstable();
    seen.dedup();
    let rows: Vec<&str> = codes::all().map(|row| row.code.0).filter(|code| code.starts_with("E01")).collect();
    assert_eq!(seen, rows);
}

#[test]
fn one_lost_or_doubled_bracket_or_quote_is_one_mistake() {
    let text = fs::read_to_string(Path::new(ROOT).join("language_examples.backproof")).unwrap();
    for (at, sign) in text.char_indices().filter(|(_, c)| "(){}[]\"".contains(*c)) {
        let (before, after) = (&text[..at], &text[at + 1..]);
        for changed in [format!("{before}{after}"), format!("{before}{sign}{sign}{after}")] {
            let told = diagnostics(&changed);
            let line = before.matches('\n').count() + 1;
            assert!(told.len() <= 1, "`{sign}` of line {line}: {told:#?}");
        }
    }
}

#[test]
fn one_bad_line_is_one_mistake_at_its_place() {
    let text = fs::read_to_string(Path::new(ROOT).join("language_examples.backproof")).unwrap();
    let lines: Vec<&str> = text.lines().collect();
    let continued = |line: &str| line.trim_start().starts_with("otherwise");
    for (number, line) in lines.iter().enumerate() {
        let blanks = line.len() - line.trim_start().len();
        if blanks == 0 || line.trim_start().starts_with(['#', '}']) || continued(line) {
            continue;
        }
        let mut changed = lines.clone();
        let bad = format!("{}? {}", &line[..blanks], &line[blanks..]);
        changed[number] = &bad;
        let changed = changed.join("\n");
        let told = annotations::actual(&changed, &diagnostics(&changed));
        let place = format!("{}:{}-{}:{}", number + 1, blanks + 1, number + 1, blanks + 2);
        assert_eq!(told.len(), 1, "{told:?}");
        assert!(told[0].ends_with(&place), "{told:?}, not at {place}");
    }
}

/// Words that the grammar knows and users do not.
const JARGON: &[&str] = &["_line", "_head", "expr", "operand", "EOI", "lone", "first_word", "Rule", "filtered"];

fn check(text: &str) {
    for diagnostic in diagnostics(text) {
        for label in diagnostic.primary.iter().chain(&diagnostic.labels) {
            let Place::Policy(span) = &label.place else { panic!("{diagnostic:?} points into no policy") };
            assert!(text.get(span.start as usize..span.end as usize).is_some(), "{diagnostic:?} in {text:?}");
        }
        assert!(diagnostic.primary.is_some() && diagnostic.help.is_some(), "{diagnostic:?}");
        let jargon = JARGON.iter().find(|jargon| diagnostic.message.contains(**jargon) && !text.contains(**jargon));
        assert_eq!(jargon, None, "{}", diagnostic.message);
    }
}

fn examples() -> String {
    files(Path::new(ROOT)).into_iter().map(|(_, text)| text).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn any_text_is_read_without_panic(text in "\\PC*") {
        check(&text);
    }

    #[test]
    fn any_text_of_the_languages_signs_is_read_without_panic(
        text in proptest::collection::vec(prop_oneof![
            Just("\n".to_owned()), Just("\n  ".to_owned()), Just("rule a \"b\" {".to_owned()), Just("}".to_owned()),
            Just("require ".to_owned()), Just("let x = ".to_owned()), "[\\[\\](){}\"#:.,<>=|“é-]", "[a-z0-9]{1,3} ",
            Just("vocabulary v for e {\n phrase ".to_owned()), Just("entity e {".to_owned()), Just("or ".to_owned()),
            Just("at least 3 ".to_owned()), Just("otherwise ".to_owned()), Just("param p: map of ".to_owned()),
        ], 0..60).prop_map(|parts| parts.concat())
    ) {
        check(&text);
    }

    #[test]
    fn a_mutated_file_is_read_without_panic(
        changes in proptest::collection::vec((any::<prop::sample::Index>(), 0..4_usize, "[ -~\n“é\u{a0}]{1,2}"), 1..8)
    ) {
        let mut text: Vec<char> = examples().chars().collect();
        for (place, remove, insert) in changes {
            let at = place.index(text.len());
            let end = (at + remove).min(text.len());
            text.splice(at..end, insert.chars());
        }
        check(&text.into_iter().collect::<String>());
    }
}
