//! Text from outside cannot drive a terminal, turn the reading direction, break a line or forge markup: facts and policies
//! full of control characters, looked at through every report for people.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on has failed")]

#[path = "common/program.rs"]
mod program;

use program::{Ran, backproof};
use proptest::prelude::*;
use std::fs;

/// Characters that do something other than stand there.
const NASTY: &[char] = &[
    '\u{0}',
    '\u{7}',
    '\u{8}',
    '\t',
    '\n',
    '\r',
    '\u{1b}',
    '\u{7f}',
    '\u{85}',
    '\u{9b}',
    '\u{9d}',
    '\u{ad}',
    '\u{61c}',
    '\u{180e}',
    '\u{200b}',
    '\u{200d}',
    '\u{200e}',
    '\u{200f}',
    '\u{2028}',
    '\u{2029}',
    '\u{202a}',
    '\u{202e}',
    '\u{2060}',
    '\u{2066}',
    '\u{2069}',
    '\u{feff}',
    '\u{fff9}',
    '\u{e0041}',
    '`',
    '|',
    '<',
    '>',
    '*',
    '_',
    '[',
    ']',
    '(',
    ')',
    '#',
    '\\',
    '!',
    '&',
    '~',
    '-',
    '{',
    '}',
    '"',
    '\'',
    ':',
    '@',
    '$',
    '=',
    '+',
    '%',
    '.',
    '1',
    'a',
    ' ',
    'é',
    '漢',
    '🙂',
];

fn text() -> impl Strategy<Value = String> {
    let one = prop_oneof![4 => proptest::sample::select(NASTY), 1 => any::<char>()];
    proptest::collection::vec(one, 0..24).prop_map(|chars| chars.into_iter().collect())
}

/// What may not stand in anything that is shown: all control and format characters but the line's end.
fn unsafe_to_show(c: char) -> bool {
    (c.is_control() && c != '\n')
        || matches!(c, '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}')
        || matches!(c, '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e0fff}')
}

fn assert_clean(what: &str, shown: &str) {
    if let Some(at) = shown.find(unsafe_to_show) {
        let line = shown.get(..at).unwrap_or_default().lines().last().unwrap_or_default();
        panic!("{what} shows {:?} behind {line:?}", shown.get(at..).and_then(|rest| rest.chars().next()));
    }
}

/// `text` as a text of the policy language: what would end it or open a path is left out.
fn quoted(text: &str) -> String {
    let inner: String = text.chars().filter(|c| !matches!(c, '"' | '\\' | '{' | '}' | '\n' | '\r')).collect();
    format!("\"{inner}\"")
}

#[derive(Debug)]
struct Texts {
    key: String,
    word: String,
    message: String,
    title: String,
}

fn texts() -> impl Strategy<Value = Texts> {
    (text(), text(), text(), text()).prop_map(|(key, word, message, title)| Texts { key, word, message, title })
}

fn folder(texts: &Texts) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let Texts { key, word, message, title } = texts;
    let policy = format!(
        "policy shop.backup {title} {{\n  owner {title}\n}}\n\nrule fresh {title} {{\n  for each system\n  require some runs \
         where message is {message}\n  require no runs where status is failed\n    otherwise \"{{runs.count}} of {{name}}\"\n  \
         remedy {title}\n}}\n",
        title = quoted(title),
        message = quoted(message),
    );
    fs::write(folder.path().join("policy.backproof"), policy).unwrap();
    let row = |fields: serde_json::Value| fields.to_string() + "\n";
    let key = format!("k{key}");
    let good = row(serde_json::json!({"kind": "export", "covers": "all", "complete": true, "covers_from": "all",
                                      "collected_at": "2026-11-22T05:00:00Z", "tool": word}))
        + &row(serde_json::json!({"kind": "system", "id": key, "name": word, "labels": {key.as_str(): message}}))
        + &row(serde_json::json!({"kind": "run", "id": word, "system": key, "type": "backup", "status": "failed",
                                  "message": message, "started": "2026-11-21T00:00:00Z"}))
        + &row(serde_json::json!({"kind": "run", "id": format!("r{word}"), "system": key, "type": "backup",
                                  "status": {"$unknown": message}}));
    fs::write(folder.path().join("good.ndjson"), good).unwrap();
    let bad = row(serde_json::json!({"kind": word, "id": key}))
        + &row(serde_json::json!({"kind": "run", "id": key, "type": word, "status": message, "started": key}))
        + &row(
            serde_json::json!({"kind": "run", "id": key, "type": "backup", message.as_str(): word, "duration": word}),
        )
        + &format!("{{\"kind\":\"run\",\"id\":\"{word}\n");
    fs::write(folder.path().join("bad.ndjson"), bad).unwrap();
    fs::write(folder.path().join("bad.backproof"), format!("{word}\nrule {key} {title} {{\n  {message}\n}}\n"))
        .unwrap();
    let manifest = serde_json::json!({"version": 1, "exports": [{"files": [word], "kinds": [message], key.as_str(): title,
                                      "timezone": word, "covers": {"system": [key]}}]});
    fs::create_dir(folder.path().join("stated")).unwrap();
    fs::write(folder.path().join("stated/facts.yaml"), manifest.to_string()).unwrap();
    folder
}

fn runs(texts: &Texts) -> Vec<(String, Ran)> {
    let folder = folder(texts);
    let mut ran = Vec::new();
    for line in [
        "check policy.backproof --facts good.ndjson --show pass --as-of 2026-11-22T06:00:00Z",
        "check policy.backproof --facts bad.ndjson --as-of 2026-11-22T06:00:00Z",
        "check policy.backproof --facts stated --as-of 2026-11-22T06:00:00Z",
        "check bad.backproof --facts good.ndjson --as-of 2026-11-22T06:00:00Z",
    ] {
        for format in ["text", "markdown", "json"] {
            let line = format!("{line} --format {format}");
            let result = backproof(folder.path(), &line);
            ran.push((line, result));
        }
    }
    for line in ["facts good.ndjson", "facts bad.ndjson", "lint bad.backproof", "lint policy.backproof"] {
        ran.push((line.to_owned(), backproof(folder.path(), line)));
    }
    ran
}

/// Tags, links, images, tables' bars and unpaired backticks of a line of Markdown, beyond what the report itself writes.
fn markup(line: &str) -> Option<String> {
    let mut chars = line.chars().peekable();
    let mut plain = String::new();
    while let Some(c) = chars.next() {
        match c {
            '\\' => {
                let Some(escaped) = chars.next() else { return Some("a backslash at the end".to_owned()) };
                if !escaped.is_ascii_punctuation() {
                    return Some(format!("a backslash before {escaped:?}"));
                }
            }
            '`' => {
                if chars.peek() == Some(&'`') {
                    return Some("two backticks".to_owned());
                }
                loop {
                    match chars.next() {
                        Some('`') => break,
                        Some(_) => {}
                        None => return Some("an unpaired backtick".to_owned()),
                    }
                }
                if chars.peek() == Some(&'`') {
                    return Some("two backticks".to_owned());
                }
            }
            c => plain.push(c),
        }
    }
    let plain = plain.replace("<code>", "").replace("</code>", "");
    plain.find(['<', '[', ']', '_', '~']).map(|at| format!("{:?}", plain.get(at..)))
}

fn assert_plain(what: &str, report: &str) {
    for shown in report.lines() {
        if let Some(wrong) = markup(shown) {
            panic!("{what}: {wrong} in {shown:?}");
        }
        let bars = shown.replace("\\|", "").matches('|').count();
        let cells = if shown.starts_with("| ") { 5..=6 } else { 0..=0 };
        assert!(cells.contains(&bars), "{what}: {bars} bars in {shown:?}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 5, max_shrink_iters: 32, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn nothing_from_outside_reaches_a_terminal_as_it_is(texts in texts()) {
        for (line, ran) in runs(&texts) {
            assert!(ran.code <= 4, "{line}: exit code {}", ran.code);
            if !line.ends_with("json") {
                assert_clean(&line, &ran.stdout);
            }
            assert_clean(&line, &ran.stderr);
            if line.ends_with("markdown") {
                assert_plain(&line, &ran.stdout);
            }
            if line.ends_with("json") && line.starts_with("check") {
                serde_json::from_str::<serde_json::Value>(&ran.stdout).expect("JSON");
            }
        }
    }
}

#[test]
fn a_subject_cannot_forge_a_verdict() {
    let texts = Texts {
        key: "1\u{1b}[2K\rPASS everything\nPASS shop.backup.fresh · high · fine".to_owned(),
        word: "<img src=x onerror=alert(1)>|**bold**`".to_owned(),
        message: "\u{202e}dessap\u{202c} [link](https://example.org) `code".to_owned(),
        title: "# Title | ![image](x) <b>".to_owned(),
    };
    for (line, ran) in runs(&texts) {
        if line.ends_with("text") && line.contains("check policy.backproof --facts good") {
            assert_eq!(ran.code, 1, "{}", ran.stdout);
            assert!(!ran.stdout.lines().any(|line| line.starts_with("PASS")), "{}", ran.stdout);
            assert!(ran.stdout.contains("k1?[2K PASS everything PASS"), "{}", ran.stdout);
        }
        if line.ends_with("markdown") {
            assert_plain(&line, &ran.stdout);
        }
    }
}
