//! From the place where the grammar stopped to a sentence: what stands there, what could stand there, what to write.
//! No name of a grammar rule reaches a message.

pub(super) mod blocks;
pub(super) mod codes;
mod expected;
pub(super) mod units;

use super::parse::{Reader, Rule};
use super::{FILE_LIMIT, words};
use crate::base::{Diagnostic, Span};
use expected::Expected;

/// The file is not read.
pub(super) fn large_file(span: Span, size: usize) -> Diagnostic {
    let limit = FILE_LIMIT / (1024 * 1024);
    Diagnostic::error(codes::LARGE_FILE, format!("this file has {size} bytes; a policy file has at most {limit} MiB"))
        .at(span, "")
        .help("split it into several files; files with one policy name are one policy")
}

/// A character that no line can hold outside texts and comments.
pub(super) fn strange_character(span: Span, character: char) -> Diagnostic {
    let shown = if character.is_control() || character.is_whitespace() || character == '\u{feff}' {
        format!("U+{:04X}", u32::from(character))
    } else {
        character.to_string()
    };
    let error = Diagnostic::error(codes::STRANGE_CHARACTER, format!("the character `{shown}` cannot stand here"))
        .at(span, "not part of the language");
    match character {
        '\u{a0}' | '\u{2007}' | '\u{202f}' => error.help("this is a no-break space; write an ordinary one"),
        '−' | '–' | '—' | '‐' | '‑' => error.help("write `-`, the ordinary hyphen"),
        c if c.is_alphabetic() => error.help("names and words are made of the letters a to z, digits, `_` and `-`"),
        _ => error.help("outside of texts and comments only letters, digits and the signs of the language can stand"),
    }
}

/// What stands at a place of a line.
struct Found<'t> {
    text: &'t str,
    span: Span,
}

/// The sentence for a line that does not parse as `rule`: `at` is the furthest byte reached, `positives` what was tried
/// there.
pub(super) fn explain(reader: &Reader, rule: Rule, at: usize, positives: &[Rule]) -> Box<Diagnostic> {
    let at = skip_blanks(reader.text, at);
    let expected = Expected::new(rule, positives);
    let before = reader.text.get(..at).unwrap_or("").trim_end();
    let rest = reader.text.get(at..).unwrap_or("");
    let length = token_length(rest);
    let found = Found { text: rest.get(..length).unwrap_or(""), span: reader.span(at, at + length) };
    if found.text.is_empty() {
        return incomplete(reader, rule, before, &expected).into();
    }
    spelling(rule, &found, before)
        .or_else(|| line_end(reader, at, &found))
        .or_else(|| character(&found))
        .or_else(|| phrase(rule, at, rest, &found))
        .or_else(|| name(reader, rest, &found, before, &expected))
        .or_else(|| second_quantity(reader, before, rest))
        .or_else(|| unit(&found, before))
        .or_else(|| condition(&found, before, &expected))
        .unwrap_or_else(|| unexpected(reader, rule, &found, &expected))
        .into()
}

fn skip_blanks(text: &str, mut at: usize) -> usize {
    loop {
        let rest = text.get(at..).unwrap_or("");
        let trimmed = rest.trim_start_matches([' ', '\t', '\r', '\n']);
        at += rest.len() - trimmed.len();
        if !trimmed.starts_with('#') {
            return at;
        }
        at += trimmed.find('\n').unwrap_or(trimmed.len());
    }
}

fn is_word(character: char) -> bool {
    character.is_ascii_alphanumeric() || character == '_'
}

/// The length of the word, text or sign that `rest` begins with.
fn token_length(rest: &str) -> usize {
    const SIGNS: &[&str] = &["===", "!==", "==", "!=", "<>", "<=", ">=", "=<", "=>", "&&", "||", "->", ":=", "::"];
    let Some(first) = rest.chars().next() else { return 0 };
    if is_word(first) {
        let end = rest.find(|c: char| !(is_word(c) || c == '-')).unwrap_or(rest.len());
        return rest.get(..end).unwrap_or("").trim_end_matches('-').len();
    }
    if first == '"' || first == '\'' {
        let inner = rest.get(1..).unwrap_or("");
        let alone = if first == '"' { rest.len() } else { 1 };
        return inner
            .find([first, '\n'])
            .filter(|n| inner.get(*n..).is_some_and(|r| r.starts_with(first)))
            .map_or(alone, |n| n + 2);
    }
    SIGNS.iter().find(|sign| rest.starts_with(**sign)).map_or(first.len_utf8(), |sign| sign.len())
}

fn last_token_start(before: &str) -> usize {
    let Some(last) = before.chars().next_back() else { return 0 };
    if last == '"' {
        return before.get(..before.len() - 1).and_then(|b| b.rfind('"')).unwrap_or(0);
    }
    if is_word(last) || last == '-' {
        return before
            .rfind(|c: char| !(is_word(c) || c == '-'))
            .map_or(0, |n| n + before.get(n..).and_then(|b| b.chars().next()).map_or(1, char::len_utf8));
    }
    before.len() - last.len_utf8()
}

fn incomplete(reader: &Reader, rule: Rule, before: &str, expected: &Expected) -> Diagnostic {
    let start = last_token_start(before);
    let last = before.get(start..).unwrap_or("");
    let what = expected.noun().unwrap_or("something");
    Diagnostic::error(codes::INCOMPLETE, format!("after `{last}` {what} is missing"))
        .at(reader.span(start, before.len()), "the line ends here")
        .help(if last == "otherwise" {
            "write `otherwise \"what is wrong\"`"
        } else {
            expected::form(rule, reader.text)
        })
}

/// Operators of other languages.
fn spelling(rule: Rule, found: &Found, before: &str) -> Option<Diagnostic> {
    let phrase = matches!(rule, Rule::phrase_line | Rule::phrase_head);
    let write = match found.text {
        "=" if rule == Rule::phrase_line => {
            return Some(
                Diagnostic::error(codes::SPELLING, "a phrase has no `=`")
                    .at(found.span, "not part of a phrase")
                    .help("`let name = …` names a value, `require … is …` states a condition"),
            );
        }
        ":" if rule == Rule::given_line && !before.contains('{') => {
            return Some(
                Diagnostic::error(codes::UNEXPECTED, "a row stands in braces")
                    .at(found.span, "no `{` before it")
                    .help("write `given system { id: \"db1\" }`"),
            );
        }
        "=" if rule == Rule::given_line => ":",
        "=" if rule == Rule::parameter && !before.contains(':') => {
            return Some(
                Diagnostic::error(codes::UNEXPECTED, "a parameter says its type before its value")
                    .at(found.span, "no type before it")
                    .help(expected::form(rule, "")),
            );
        }
        "==" | "===" if matches!(rule, Rule::parameter | Rule::let_line) && !before.contains('=') => "=",
        "=" | "==" | "===" if !phrase && before.contains(' ') => "is",
        "==" | "===" => "is",
        "!=" | "!==" | "<>" | "≠" => "is not",
        "&&" | "&" => "and",
        "||" => "or",
        "|" if rule != Rule::phrase_head => "or",
        "!" => "not",
        "≤" | "=<" => "<=",
        "≥" | "=>" => ">=",
        ":=" => "=",
        "known" | "missing" if before.ends_with("not") => {
            let opposite = if found.text == "known" { "is missing" } else { "is known" };
            return Some(
                Diagnostic::error(codes::SPELLING, format!("`is not {}` is written `{opposite}`", found.text))
                    .at(found.span, "not after `is not`")
                    .help(format!("write `{opposite}`")),
            );
        }
        _ => return None,
    };
    let error = Diagnostic::error(codes::SPELLING, format!("`{}` is not part of the language", found.text))
        .at(found.span, "from another language");
    Some(if rule == Rule::phrase_line {
        error.help(format!("write `{write}`, in a condition: `require … {write} …`"))
    } else {
        error.help(format!("write `{write}`"))
    })
}

fn line_end(reader: &Reader, at: usize, found: &Found) -> Option<Diagnostic> {
    let last = skip_blanks(reader.text, at + found.text.len()) == reader.text.len();
    let stop = found.text == ";" || last && matches!(found.text, "." | ",");
    stop.then(|| {
        Diagnostic::error(codes::LINE_END, "a line ends by itself")
            .at(found.span, format!("no `{}` here", found.text))
            .help(if last { "remove it" } else { "write each clause on its own line" })
    })
}

fn character(found: &Found) -> Option<Diagnostic> {
    let first = found.text.chars().next()?;
    if first == '\'' || first == '`' {
        return Some(
            Diagnostic::error(codes::QUOTES, "a text stands in straight double quotes")
                .at(found.span, "another quote")
                .help("write `\"…\"`"),
        );
    }
    let known = first.is_ascii_graphic() && !matches!(first, '\\' | '@' | '$' | '^' | '~' | '?');
    (!known).then(|| strange_character(found.span, first))
}

/// What only phrases can get wrong: a condition without `require`, a line without a first word.
fn phrase(rule: Rule, at: usize, rest: &str, found: &Found) -> Option<Diagnostic> {
    if rule != Rule::phrase_line {
        return None;
    }
    let compares = matches!(found.text, "<" | ">" | "<=" | ">=" | "+" | "*" | "/");
    let begins_path = at == 0 && rest.get(found.text.len()..).is_some_and(|r| r.starts_with('.'));
    let begins_group = at == 0 && found.text == "(";
    if compares || begins_path || begins_group {
        return Some(
            Diagnostic::error(codes::BARE_CONDITION, "a condition begins with `require`")
                .at(found.span, "no clause and no phrase reads so")
                .help("write `require` before the condition"),
        );
    }
    (at == 0).then(|| {
        Diagnostic::error(codes::UNEXPECTED, "a line begins with a word")
            .at(found.span, "not a word")
            .help(expected::form(rule, ""))
    })
}

/// `1h 30 min`: one number and one unit make a duration.
fn second_quantity(reader: &Reader, before: &str, rest: &str) -> Option<Diagnostic> {
    let start = before.trim_end_matches(|c: char| c.is_ascii_alphabetic()).trim_end();
    let start = start.trim_end_matches(|c: char| c.is_ascii_digit()).len();
    let digits = rest.trim_start_matches(|c: char| c.is_ascii_digit()).trim_start();
    let end = rest.len() - digits.trim_start_matches(|c: char| c.is_ascii_alphabetic()).len();
    let at = reader.text.len() - rest.len();
    let one = units::one_duration(reader.text.get(start..at + end)?)?;
    Some(
        Diagnostic::error(codes::UNEXPECTED, "a duration is one number and one unit")
            .at(reader.span(start, at + end), "these are two")
            .help(format!("write `{one}`")),
    )
}

fn unit(found: &Found, before: &str) -> Option<Diagnostic> {
    let digits = found.text.find(|c: char| !(c.is_ascii_digit() || c == '.')).unwrap_or(found.text.len());
    let (amount, glued) = found.text.split_at(digits);
    if !amount.is_empty() && glued.starts_with(|c: char| c.is_ascii_alphabetic()) {
        return Some(units::unknown(glued, amount, found.span));
    }
    let start = last_token_start(before);
    let last = before.get(start..).unwrap_or("");
    let follows_number = !last.is_empty() && last.bytes().all(|b| b.is_ascii_digit());
    let word = found.text.starts_with(|c: char| c.is_ascii_alphabetic());
    let operator = words::RESERVED.contains(&found.text) || words::CONTINUING.contains(&found.text);
    (follows_number && word && !operator && found.text != "of" && found.text != "from")
        .then(|| units::unknown(found.text, last, found.span))
}

fn name(reader: &Reader, rest: &str, found: &Found, before: &str, expected: &Expected) -> Option<Diagnostic> {
    if expected.a_name() && words::RESERVED.contains(&found.text) {
        return Some(
            Diagnostic::error(
                codes::BAD_NAME,
                format!("`{}` is a word of the language and cannot be a name", found.text),
            )
            .at(found.span, "reserved")
            .help("choose another name"),
        );
    }
    let glued = reader.text.get(..before.len() + 1).is_some_and(|t| t.ends_with('-')) && before.ends_with(is_word);
    let goes_on = rest.strip_prefix('-').is_some_and(|r| r.starts_with(is_word));
    if glued && goes_on && !expected.an_operator() {
        let start = last_token_start(before);
        let length = token_length(rest.get(1..).unwrap_or(""));
        let span = reader.span(start, before.len() + 1 + length);
        let written = reader.text.get(start..before.len() + 1 + length).unwrap_or("");
        return Some(
            Diagnostic::error(codes::BAD_NAME, "a name has no hyphen")
                .at(span, "hyphens belong to words of phrases")
                .help(format!("write `{}`", written.replace('-', "_"))),
        );
    }
    (expected.a_name() && found.text.starts_with(|c: char| c.is_ascii_digit() || c == '_')).then(|| {
        Diagnostic::error(codes::BAD_NAME, format!("`{}` cannot be a name", found.text))
            .at(found.span, "a name begins with a letter")
            .help("choose a name of letters, digits and `_`")
    })
}

/// A condition where only its end, or another word before it, could stand.
fn condition(found: &Found, before: &str, expected: &Expected) -> Option<Diagnostic> {
    let compares = matches!(found.text, "is" | "has" | "in" | "between" | "matches" | "<" | ">" | "<=" | ">=" | "not");
    let named = found.text.starts_with(|c: char| c.is_ascii_alphabetic()) && !words::RESERVED.contains(&found.text);
    if expected.after_collection() && (compares || named && expected.nearest_keyword(found.text).is_none()) {
        return Some(
            Diagnostic::error(codes::SENTENCE, "a condition on these follows `where`")
                .at(found.span, "no condition can begin here")
                .help("write `where` and the condition: `no runs where status is failed`"),
        );
    }
    if expected.after_sentence() && matches!(found.text, "and" | "or") {
        return Some(
            Diagnostic::error(codes::SENTENCE, format!("a sentence beside `{}` stands in parentheses", found.text))
                .at(found.span, "joins two sentences")
                .help(format!("write `(some …) {} (no …)`, or two `require` lines", found.text)),
        );
    }
    if expected.an_operator() && compares {
        return Some(
            Diagnostic::error(codes::UNEXPECTED, "two comparisons in a row")
                .at(found.span, "the second one")
                .help("join them with `and`: `a < b and b < c`"),
        );
    }
    if expected.an_operator() && found.text == "where" {
        return Some(
            Diagnostic::error(codes::UNEXPECTED, "a second `where`")
                .at(found.span, "`where` takes the rest of the clause")
                .help("join the conditions with `and`, or put the first collection in parentheses"),
        );
    }
    (found.text.starts_with('"') && before.ends_with('"') || before.ends_with("\\\"")).then(|| {
        Diagnostic::error(codes::QUOTES, "a text cannot hold a double quote")
            .at(found.span, "after the end of the text")
            .help("write a single quote in it: `\"the 'daily' plan\"`")
    })
}

fn unexpected(reader: &Reader, rule: Rule, found: &Found, expected: &Expected) -> Diagnostic {
    let message = match expected.noun() {
        Some(what) => format!("{what} should stand here, not `{}`", found.text),
        None => format!("`{}` does not fit here", found.text),
    };
    let error = Diagnostic::error(codes::UNEXPECTED, message).at(found.span, "not expected here");
    match expected.nearest_keyword(found.text) {
        Some(keyword) => error.help(format!("write `{keyword}`")),
        None => error.help(expected::form(rule, reader.text)),
    }
}
