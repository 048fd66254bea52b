//! Lines beside phrases: what matches, and what is said where nothing does.

use super::*;
use crate::base::{Diagnostic, SourceMap, suggest};
use crate::facts::schema::Schema;
use crate::syntax::{self, tree::ItemKind, tree::LineKind};
use crate::typing::declarations::{Declarations, Vocabulary};
use crate::typing::declare::declare;

const PHRASES: &str = r#"
entity system "A system" {
  id:   text key
  tier: one of [standard < important < critical]
  algorithm: one of [aes_128, aes_256, other]
}
vocabulary retention for system {
  phrase keep {every: cadence} versions for {span: duration}
    require true
  phrase keep at least {n: count} version|versions
    require true
  phrase delete nothing before it expires
    require true
  phrase keys rotated every {limit: duration}
    require true
  phrase used at most {limit: percent}
    require true
  phrase held only by {holders: set of text}
    require true
  phrase owned by {who: text}
    require true
  phrase encrypted at rest
    require true
  phrase encrypted at rest with {algorithms: set of system.algorithm}
    require true
  phrase follows 3-2-1-1-0
    require true
  phrase restore tested {every: cadence}
    require true
  phrase at least {n: count} copy|copies off site
    require true
}
vocabulary capacity for system {
  phrase not full within {span: duration}
    require true
}
"#;

/// What the typing stage would say: literals by their kind, cadence words, members, lists of them.
fn fits(schema: &Schema, ty: &Type, operand: &Operand<'_>) -> Fit {
    let cadences = ["hourly", "daily", "weekly", "monthly", "quarterly", "yearly"];
    let members = |ty: &Type| match ty {
        Type::OneOf(id) => schema.enumeration(*id).members.clone(),
        Type::Cadence => cadences.map(str::to_owned).to_vec(),
        _ => Vec::new(),
    };
    let word = |ty: &Type, word: &str| {
        let members = members(ty);
        if members.iter().any(|m| m == word) {
            return Fit::Fits;
        }
        Fit::Nothing { nearest: suggest::nearest(word, members.iter().map(String::as_str)).map(str::to_owned) }
    };
    let wrong = |found: &str| Fit::Wrong { found: found.to_owned() };
    let found = match operand {
        Operand::Word(name) => return word(ty, &name.value),
        Operand::Every { .. } => (Type::Cadence, "a cadence"),
        Operand::Expression(expr) => match &expr.kind {
            ExprKind::Literal(Literal::Int(_)) => (Type::Int, "an int"),
            ExprKind::Literal(Literal::Percent(_)) => (Type::Percent, "a percent"),
            ExprKind::Literal(Literal::Duration(_)) => (Type::Duration, "a duration"),
            ExprKind::Text(_) => (Type::Text, "text"),
            ExprKind::List(items) => {
                let Type::Set(of) = ty else { return wrong("a list") };
                let each = items.iter().map(|item| match &item.kind {
                    ExprKind::Name(name) => word(of, name),
                    ExprKind::Text(_) if **of == Type::Text => Fit::Fits,
                    _ => wrong("something else"),
                });
                return each.fold(Fit::Fits, |all, one| if all == Fit::Fits { one } else { all });
            }
            _ => return wrong("something else"),
        },
    };
    if found.0 == *ty { Fit::Fits } else { wrong(found.1) }
}

struct Tried {
    declarations: Declarations,
    sources: SourceMap,
    lines: Vec<Vec<PhraseToken>>,
}

fn read(lines: &[&str]) -> Tried {
    let mut sources = SourceMap::default();
    let text = format!("{PHRASES}rule r \"R\" {{\n  for each system\n  {}\n}}\n", lines.join("\n  "));
    let id = sources.add("test.backproof", text.as_str(), false);
    let (tree, told) = syntax::parse(id, &text);
    assert!(told.is_empty(), "{told:#?}");
    let lines = tree.items.iter().find_map(|item| match &item.kind {
        ItemKind::Rule(rule) => Some(rule.lines.iter().filter_map(|line| match &line.kind {
            LineKind::Phrase(tokens) => Some(tokens.clone()),
            _ => None,
        })),
        _ => None,
    });
    let lines = lines.map(Iterator::collect).unwrap_or_default();
    let (declarations, _) = declare(&[tree], &sources);
    Tried { declarations, sources, lines }
}

/// The phrase that a line is, as declared, with its operands; or what is said about it.
fn try_line(line: &str) -> Result<(String, Vec<String>), Box<Diagnostic>> {
    let tried = read(&[line]);
    let schema = &tried.declarations.schema;
    let (own, other) = tried.declarations.vocabularies.split_at(1);
    let candidates: Vec<&PhraseDeclaration> = own[0].phrases.iter().collect();
    let elsewhere: Vec<&Vocabulary> = other.iter().collect();
    let tokens = &tried.lines[0];
    let mut fits = |ty: &Type, _: NotNegative, operand: &Operand<'_>| fits(schema, ty, operand);
    match match_phrase(&candidates, tokens, &tried.sources, &mut fits) {
        Ok(matched) => {
            let operands = matched.operands.iter().map(|o| tried.sources.text(o.span()).to_owned()).collect();
            Ok((miss::template(matched.phrase, schema), operands))
        }
        Err(Miss) => Err(Box::new(explain_miss(&candidates, &elsewhere, tokens, schema, &tried.sources, &mut fits))),
    }
}

fn matched(line: &str, template: &str, operands: &[&str]) {
    match try_line(line) {
        Ok((phrase, found)) => {
            assert_eq!(phrase, template);
            assert_eq!(found, operands);
        }
        Err(diagnostic) => panic!("{line}: {diagnostic:?}"),
    }
}

/// Code, the words under the label, message and help of a line that is no phrase.
fn missed(line: &str) -> (String, String, String, String) {
    let Err(diagnostic) = try_line(line) else { panic!("{line} matched") };
    let tried = read(&[line]);
    let label = match diagnostic.primary.as_ref().map(|l| &l.place) {
        Some(crate::base::Place::Policy(span)) => tried.sources.text(*span).to_owned(),
        _ => panic!("no place"),
    };
    (diagnostic.code.0.to_owned(), label, diagnostic.message, diagnostic.help.unwrap_or_default())
}

fn assert_miss(line: &str, code: &str, label: &str, help: &str) {
    let found = missed(line);
    assert_eq!((found.0.as_str(), found.1.as_str(), found.3.as_str()), (code, label, help), "{line}: {}", found.2);
}

#[test]
fn lines_match_by_position() {
    matched(
        "keep daily versions for 35 days",
        "keep {every: cadence} versions for {span: duration}",
        &["daily", "35 days"],
    );
    matched(
        "keep every week versions for 1 year",
        "keep {every: cadence} versions for {span: duration}",
        &["every week", "1 year"],
    );
    matched("keep at least 1 version", "keep at least {n: count} version", &["1"]);
    matched("keep at least 3 versions", "keep at least {n: count} version", &["3"]);
    matched("keys rotated every 365 days", "keys rotated every {limit: duration}", &["365 days"]);
    matched("follows 3-2-1-1-0", "follows 3-2-1-1-0", &[]);
    matched("restore tested every quarter", "restore tested {every: cadence}", &["every quarter"]);
    matched(
        "encrypted at rest with [aes_256]",
        "encrypted at rest with {algorithms: set of system.algorithm}",
        &["[aes_256]"],
    );
    matched("held only by [\"backup_admin\"]", "held only by {holders: set of text}", &["[\"backup_admin\"]"]);
}

#[test]
fn a_misspelt_word_is_answered_with_the_users_own_values() {
    assert_miss(
        "keep daily version for 35 days",
        "E0301",
        "version",
        "did you mean `keep daily versions for 35 days`?",
    );
    assert_miss("keep at lest 3 versions", "E0301", "lest", "did you mean `keep at least 3 versions`?");
    assert_miss(
        "delete nothing before expires",
        "E0301",
        "expires",
        "did you mean `delete nothing before it expires`?",
    );
    assert_miss("at least 2 copies offsite", "E0301", "offsite", "did you mean `at least 2 copies off site`?");
    assert_miss(
        "encrypt at rest",
        "E0301",
        "encrypt",
        "did you mean `encrypted at rest` or `encrypted at rest with {algorithms: set of system.algorithm}`?",
    );
}

#[test]
fn an_operand_of_the_wrong_type_is_told_what_is_asked() {
    assert_miss("keep dayly versions for 35 days", "E0302", "dayly", "did you mean `keep daily versions for 35 days`?");
    assert_miss("keys rotated every year", "E0302", "year", "write `every 12 months`");
    assert_miss("keys rotated every quarterly", "E0302", "quarterly", "write `every 3 months`");
    assert_miss("used at most 98", "E0302", "98", "write `98%`");
    assert_miss("used at most 0.8", "E0302", "0.8", "write `80%`");
    assert_miss("used at most (0.8)", "E0302", "(0.8)", "write `80%`");
    assert_miss("not full within 1h 30 min", "E0302", "1h 30 min", "write `90 min`");
    assert_miss(
        "keys rotated every 1 year 30 days",
        "E0302",
        "1 year 30 days",
        "a duration is one number and one unit",
    );
    assert_miss("held only by backup_admin", "E0302", "backup_admin", "write `[\"backup_admin\"]`");
    assert_miss("keep daily versions for 35", "E0302", "35", "say the unit: `35 days`, `35h`");
    assert_miss("owned by infrastructure", "E0302", "infrastructure", "write `\"infrastructure\"`");
    assert_miss("held only by [backup_admin]", "E0302", "[backup_admin]", "write `[\"backup_admin\"]`");
    assert_miss("keep 7 days versions for 35 days", "E0302", "7 days", "write `weekly`");
    let (_, _, message, _) = missed("used at most 4 h");
    assert_eq!(message, "`4 h` is a duration, and a percent is asked for");
}

#[test]
fn a_phrase_of_another_vocabulary_is_named() {
    assert_miss(
        "not full within 90 days",
        "E0303",
        "not full within 90 days",
        "write it in a rule of kind `capacity`, or in a plain `rule` for `system`",
    );
    assert_miss(
        "not fully within 90 days",
        "E0301",
        "not fully within 90 days",
        "`capacity` has `not full within 90 days`: write it in a rule of that kind",
    );
}

#[test]
fn a_misspelt_clause_is_told_apart_from_a_phrase() {
    assert_miss("sevrity high", "E0312", "sevrity", "did you mean `severity`?");
    assert_miss("requires all runs", "E0312", "requires", "did you mean `require`?");
    let (code, _, _, help) = missed("personal");
    assert_eq!(code, "E0301");
    assert!(!help.contains("did you mean"), "nothing in common: {help}");
    let (code, _, _, help) = missed("frobnicate the whole lot of all the things at once");
    assert_eq!(code, "E0301");
    assert_eq!(help, "write a phrase of the rule's vocabulary, or a line that begins with `require`");
}
