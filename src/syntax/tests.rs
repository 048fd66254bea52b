//! Shapes of the tree, marks of what was lost, limits.

use super::tree::*;
use super::*;
use crate::value::{Cadence, ClockTime, Duration, Window};
use std::time::Instant;

fn file(text: &str) -> File {
    let (file, told) = parse(SourceId(3), text);
    assert!(told.is_empty(), "{told:#?}");
    file
}

fn expression(text: &str) -> Expr {
    parse_expression(SourceId(3), text, 0).unwrap()
}

fn literal(text: &str) -> Literal {
    match expression(text).kind {
        ExprKind::Literal(literal) => literal,
        other => panic!("{other:?}"),
    }
}

fn code(text: &str) -> &'static str {
    parse_expression(SourceId(3), text, 0).unwrap_err().code.0
}

/// An expression with all its parentheses.
fn shown(expr: &Expr) -> String {
    match &expr.kind {
        ExprKind::Name(name) => name.clone(),
        ExprKind::Literal(literal) => format!("{literal:?}"),
        ExprKind::Not(of) => format!("not({})", shown(of)),
        ExprKind::Negative(of) => format!("neg({})", shown(of)),
        ExprKind::And(a, b) => format!("and({}, {})", shown(a), shown(b)),
        ExprKind::Or(a, b) => format!("or({}, {})", shown(a), shown(b)),
        ExprKind::Else(a, b) => format!("else({}, {})", shown(a), shown(b)),
        ExprKind::LaterOf(a, b) => format!("later({}, {})", shown(a), shown(b)),
        ExprKind::Compare { operator, left, right, .. } => format!("{operator:?}({}, {})", shown(left), shown(right)),
        ExprKind::Arithmetic { operator, left, right } => format!("{operator:?}({}, {})", shown(left), shown(right)),
        ExprKind::Between { value, low, high } => format!("between({}, {}, {})", shown(value), shown(low), shown(high)),
        ExprKind::Member { of, name } => format!("{}.{}", shown(of), name.value),
        ExprKind::Index { of, key } => format!("{}[{}]", shown(of), shown(key)),
        ExprKind::Where { collection, predicate } => format!("where({}, {})", shown(collection), shown(predicate)),
        ExprKind::InSpan { value, direction, span } => format!("{direction:?}({}, {})", shown(value), shown(span)),
        ExprKind::IsKnown { value, known } => format!("{known:?}({})", shown(value)),
        ExprKind::List(parts) => format!("[{}]", parts.iter().map(shown).collect::<Vec<_>>().join(", ")),
        ExprKind::Call { of, name, arguments } => {
            let name_of = |a: &Argument| a.name.as_ref().map_or(String::new(), |n| format!("{}: ", n.value));
            let arguments: Vec<String> = arguments.iter().map(|a| name_of(a) + &shown(&a.value)).collect();
            format!("{}.{}({})", shown(of), name.value, arguments.join(", "))
        }
        ExprKind::Sentence(sentence) => {
            let quantifier = match &sentence.quantifier {
                Quantifier::AtLeast(n) => format!("at least {}", shown(n)),
                Quantifier::AtMost(n) => format!("at most {}", shown(n)),
                Quantifier::Exactly(n) => format!("exactly {}", shown(n)),
                plain => format!("{plain:?}").to_lowercase(),
            };
            let satisfy = sentence.satisfy.as_ref().map_or(String::new(), |p| format!(" satisfy {}", shown(p)));
            format!("{quantifier} {}{satisfy}", shown(&sentence.collection))
        }
        other => format!("{other:?}"),
    }
}

#[test]
fn operators_bind_as_the_language_says() {
    for (text, expected) in [
        ("a or b and not c is d", "or(a, and(b, not(Is(c, d))))"),
        ("a and b and c and d", "and(and(a, b), and(c, d))"),
        ("a - b - c * -d / e + f", "Add(Subtract(Subtract(a, b), Divide(Multiply(c, neg(d)), e)), f)"),
        ("a else b + c >= d", "AtLeast(else(a, Add(b, c)), d)"),
        ("a else b else c", "else(else(a, b), c)"),
        ("a is not b", "IsNot(a, b)"),
        ("a not in [b, c]", "NotIn(a, [b, c])"),
        ("a has any [b] or a has all c or a has d", "or(or(HasAny(a, [b]), HasAll(a, c)), Has(a, d))"),
        ("a between b and c and d", "and(between(a, b, c), d)"),
        ("not a is known and b is missing", "and(not(Known(a)), Missing(b))"),
        ("later of a and b < c", "Less(later(a, b), c)"),
        (
            "x.where.latest.in[k].gaps(every, over: 3, last: n)",
            "x.where.latest.in[k].gaps(every, over: Int(3), last: n)",
        ),
        ("a in the last n where b", "where(Last(a, n), b)"),
        ("at in the next 3 min and b", "and(Next(at, Duration(Exact(180000000000))), b)"),
        ("a-b", "Subtract(a, b)"),
        ("now - a", "Subtract(now, a)"),
    ] {
        assert_eq!(shown(&expression(text)), expected, "{text}");
    }
}

#[test]
fn sentences_keep_their_parts() {
    for (text, expected) in [
        ("some runs where a is b and c", "some where(runs, and(Is(a, b), c))"),
        ("no missed", "no missed"),
        ("all runs satisfy a", "all runs satisfy a"),
        ("at least n recovery_points where restorable", "at least n where(recovery_points, restorable)"),
        ("at most 3 runs in the last d where a", "at most Int(3) where(Last(runs, d), a)"),
        ("at least 98% of recent where a satisfy b", "at least Percent(98000000000) where(recent, a) satisfy b"),
        ("exactly x.y (runs where a)", "exactly x.y where(runs, a)"),
        ("(no runs) and (some b)", "and(no runs, some b)"),
        ("no.count is some", "Is(no.count, some)"),
    ] {
        assert_eq!(shown(&expression(text)), expected, "{text}");
    }
}

#[test]
fn spans_are_those_of_the_words() {
    let text = "\u{feff}let  x = ( a.b   # why\n  and c ) or  d.e(f)   # end\n";
    let (file, told) = parse(SourceId(3), text);
    assert!(told.is_empty(), "{told:?}");
    let words = |span: Span| &text[span.start as usize..span.end as usize];
    let [Item { span, kind: ItemKind::Let(line), .. }] = file.items.as_slice() else { panic!("{file:?}") };
    assert_eq!(words(*span), "let  x = ( a.b   # why\n  and c ) or  d.e(f)");
    assert_eq!(words(line.name.span), "x");
    assert_eq!(words(line.value.span), "( a.b   # why\n  and c ) or  d.e(f)");
    let ExprKind::Or(left, right) = &line.value.kind else { panic!("{line:?}") };
    assert_eq!((words(left.span), words(right.span)), ("( a.b   # why\n  and c )", "d.e(f)"));
    let ExprKind::And(left, _) = &left.kind else { panic!("{left:?}") };
    assert_eq!(words(left.span), "a.b");
}

#[test]
fn literals_have_their_units_applied() {
    let second = 1_000_000_000;
    for (text, expected) in [
        ("35 days", Literal::Duration(Duration::Exact(35 * 86_400 * second))),
        ("1 week", Literal::Duration(Duration::Exact(7 * 86_400 * second))),
        ("1.5h", Literal::Duration(Duration::Exact(5_400 * second))),
        ("2 quarters", Literal::Duration(Duration::Months(6))),
        ("7 years", Literal::Duration(Duration::Months(84))),
        ("98.123456789 %", Literal::Percent(98_123_456_789)),
        ("1.5 TB", Literal::Size(1_500_000_000_000)),
        ("2 KiB", Literal::Size(2048)),
        ("7 B", Literal::Size(7)),
        ("9 EB", Literal::Size(9_000_000_000_000_000_000)),
        ("1 EiB", Literal::Size(1 << 60)),
        ("90 minutes", Literal::Duration(Duration::Exact(5_400 * second))),
        ("1 hour", Literal::Duration(Duration::Exact(3_600 * second))),
        ("30 seconds", Literal::Duration(Duration::Exact(30 * second))),
        ("10 MB/s", Literal::Rate(10_000_000)),
        ("22:00 to 06:00", Literal::Window(Window { from: ClockTime(79_200), to: ClockTime(21_600) })),
        ("12:30", Literal::Clock(ClockTime(45_000))),
        ("every quarter", Literal::Cadence(Cadence::Quarterly)),
        ("2028-02-29", Literal::Date("2028-02-29".into())),
        ("2026-01-01T00:00:00.25+02:00", Literal::Time("2026-01-01T00:00:00.25+02:00".into())),
        ("2026-01-01T00:00", Literal::Time("2026-01-01T00:00".into())),
        ("9223372036854775807", Literal::Int(i64::MAX)),
        ("0.5", Literal::Number(0.5)),
        ("true", Literal::Bool(true)),
        ("never", Literal::Never),
    ] {
        assert_eq!(literal(text), expected, "{text}");
    }
}

#[test]
fn literals_that_do_not_exist_are_refused() {
    for (text, expected) in [
        ("9223372036854775808", "E0120"),
        ("106752 days", "E0120"),
        ("98.1234567891%", "E0120"),
        ("10000000 PiB", "E0120"),
        ("1.5 years", "E0120"),
        ("2026-02-29", "E0121"),
        ("2026-13-01", "E0121"),
        ("2026-01-01T24:00", "E0121"),
        ("2026-01-01T10:00:00+0200", "E0121"),
        ("25:00", "E0121"),
        ("06:00 to 06:00", "E0121"),
        ("35 d", "E0119"),
        ("15m", "E0119"),
        ("9 ZB", "E0119"),
    ] {
        assert_eq!(code(text), expected, "{text}");
    }
}

#[test]
fn phrases_are_words_and_operands() {
    let text = "rule a {\n  keep multi-factor at least 98% of a.b tls_1_2 [x] (y + 1) \"t\" 3 copies 4-eyes 2fa weekly 22:00\n}\n";
    let file = file(text);
    let [Item { kind: ItemKind::Rule(rule), .. }] = file.items.as_slice() else { panic!("{file:?}") };
    let LineKind::Phrase(tokens) = &rule.lines[0].kind else { panic!("{rule:?}") };
    let shown: Vec<String> = tokens
        .iter()
        .map(|token| match token {
            PhraseToken::Word(word) => word.value.clone(),
            PhraseToken::Operand(Expr { kind: ExprKind::Text(text), .. }) => format!("{:?}", text.parts),
            PhraseToken::Operand(expr) => format!("<{}>", shown(expr)),
        })
        .collect();
    let expected = "keep multi-factor at least <Percent(98000000000)> of <a.b> tls_1_2 <[x]> <Add(y, Int(1))> [Text(\"t\")] \
                    <Int(3)> copies <Code(\"4-eyes\")> 2fa weekly <Clock(ClockTime(79200))>";
    assert_eq!(shown.join(" "), expected);
}

#[test]
fn docs_attach_downwards() {
    let file = file(
        "## One.\n# aside\n##   Two.\nvocabulary v for system {\n  ## Not this.\n\n  ## Keeps.\n  phrase keep\n    x\n}\n\
         entity e {\n  ## A field.\n  id: text key\n}\n## F.\nframework f {\n  ## C.\n  control \"a\"\n}\n",
    );
    assert_eq!(file.items[0].doc, "One.\n  Two.");
    assert_eq!(file.items[2].doc, "F.");
    let ItemKind::Vocabulary(vocabulary) = &file.items[0].kind else { panic!() };
    assert_eq!(vocabulary.phrases[0].doc, "Keeps.");
    let ItemKind::Entity(entity) = &file.items[1].kind else { panic!() };
    assert_eq!(entity.members[0].doc, "A field.");
    let ItemKind::Framework(framework) = &file.items[2].kind else { panic!() };
    assert_eq!(framework.controls[0].doc, "C.");
}

#[test]
fn fields_and_types() {
    let file = file(
        "extend entity e {\n  a: map of set of [x, y] by system.tier required key\n  b: list of run from \"B\" in MB/s derived c, d - e default never\n  \
         tier: also [x < y]\n  many: many run by system\n}\n",
    );
    let ItemKind::Entity(entity) = &file.items[0].kind else { panic!() };
    assert!(entity.extend && !entity.event);
    let MemberKind::Field { ty, key, required, .. } = &entity.members[0].kind else { panic!() };
    assert!(key.is_some() && required.is_some());
    let TypeKind::Map { of, by: Some(by) } = &ty.kind else { panic!("{ty:?}") };
    assert!(matches!(&of.kind, TypeKind::Set(of) if matches!(of.kind, TypeKind::OneOf { ordered: false, .. })));
    assert!(matches!(by.kind, TypeKind::FieldOf { .. }));
    let MemberKind::Field { default, derived, read_from, .. } = &entity.members[1].kind else { panic!() };
    assert_eq!((default.is_some(), derived.len()), (true, 2));
    assert!(matches!(read_from, Some((name, Some(unit))) if name.value == "B" && unit.value == "MB/s"));
    assert!(matches!(&entity.members[2].kind, MemberKind::Also { ordered: true, members, .. } if members.len() == 2));
    let MemberKind::Field { ty, .. } = &entity.members[3].kind else { panic!() };
    assert!(matches!(ty.kind, TypeKind::Many { .. }));
}

#[test]
fn texts_hold_values_and_plain_braces() {
    let text = expression("\"{{{ a.b }}} of {c}\"");
    let ExprKind::Text(text) = text.kind else { panic!() };
    let parts: Vec<String> = text
        .parts
        .iter()
        .map(|part| match part {
            TextPart::Text(text) => text.clone(),
            TextPart::Value(expr) => format!("<{}>", shown(expr)),
        })
        .collect();
    assert_eq!(parts, ["{", "<a.b>", "} of ", "<c>"]);
}

#[test]
fn what_was_lost_is_marked() {
    let text = "rule a \"A\" {\n  let x = == 3\n  require\n  severity high\n}\nrule b-c {\n}\nlet d = )\n\
                entity e {\n  f: ??\n}\nvocabulary v for e {\n  phrase =\n  phrase keep\n    let y = ?\n}\nextend entity -\n{\n}\n";
    let (file, _) = parse(SourceId(3), text);
    let names = |names: &[Name]| names.iter().map(|n| n.value.clone()).collect::<Vec<_>>();
    assert_eq!(names(&file.broken), ["b", "d"]);
    let ItemKind::Rule(rule) = &file.items[0].kind else { panic!("{file:?}") };
    assert_eq!((rule.lines.len(), rule.lost.lines, names(&rule.lost.names)), (1, 2, vec!["x".to_owned()]));
    let ItemKind::Entity(entity) = &file.items[1].kind else { panic!("{file:?}") };
    assert_eq!(names(&entity.lost.names), ["f"]);
    let ItemKind::Vocabulary(vocabulary) = &file.items[2].kind else { panic!("{file:?}") };
    assert_eq!((vocabulary.lost.lines, vocabulary.phrases.len()), (1, 1));
    assert_eq!(names(&vocabulary.phrases[0].lost.names), ["y"]);
}

#[test]
fn values_of_parameters_may_be_maps_and_carry_the_offset() {
    let value = parse_parameter_value(SourceId(3), " { critical: 90 days, b: 3 }", 10).unwrap();
    assert_eq!((value.span.start, value.span.end), (11, 38));
    assert!(matches!(&value.kind, ExprKind::Map(entries) if entries.len() == 2));
    assert!(parse_expression(SourceId(3), "{ a: 3 }", 0).is_err());
    for bad in ["", "  ", "3 +", "(a", "a)", "3 d", "\"a", "a\nb"] {
        let mistake = parse_parameter_value(SourceId(3), bad, 10).unwrap_err();
        let Some(crate::base::Place::Policy(span)) = mistake.primary.map(|p| p.place) else { panic!("{bad}") };
        assert!(span.start >= 10 && span.end as usize <= 10 + bad.len(), "{bad}: {span:?}");
    }
}

#[test]
fn limits_are_told() {
    let nested = |n: usize| format!("{}a{}", "(".repeat(n), ")".repeat(n));
    assert!(parse_expression(SourceId(0), &nested(NESTING_LIMIT), 0).is_ok());
    let joined = (0..60).fold("a".to_owned(), |inner, _| format!("(not b is 3 and {inner})"));
    assert!(parse_expression(SourceId(0), &joined, 0).is_ok());
    assert_eq!(code(&nested(NESTING_LIMIT + 1)), "E0122");
    assert_eq!(code(&nested(100_000)), "E0122");
    assert_eq!(code(&"(".repeat(100_000)), "E0122");
    for chain in ["not ", "- ", "a + ", "a else ", "a.b.", "later of a and "] {
        assert_eq!(code(&format!("{}a", chain.repeat(4_000))), "E0122", "{chain}");
    }
    assert_eq!(code(&"x".repeat(IDENTIFIER_LIMIT + 1)), "E0123");
    let (file, told) = parse(SourceId(0), &"# x\n".repeat(FILE_LIMIT / 4 + 1));
    assert_eq!((file.items.len(), told.len(), told[0].code.0), (0, 1, "E0124"));
}

#[test]
fn long_and_deep_texts_stay_fast() {
    let start = Instant::now();
    for chain in ["a and ", "a or ", "a is b and not c or ", "x in [1, 2] or "] {
        assert!(parse_expression(SourceId(0), &format!("{}a", chain.repeat(4_000)), 0).is_ok());
    }
    let deep = (0..60).fold("a".to_owned(), |inner, _| format!("(some {inner} where b)"));
    assert!(parse_expression(SourceId(0), &deep, 0).is_ok());
    for line in
        ["(\n", "let x = (\n", "let x = 3\n", "rule a {\n", "}\n", "  x (\n", "rule a {\n  y (\n", "\"", "{", "## a\n"]
    {
        parse(SourceId(0), &line.repeat(1_000));
        parse(SourceId(0), &format!("rule a {{\n{}", line.repeat(1_000)));
    }
    assert!(start.elapsed().as_secs() < 20, "{:?}", start.elapsed());
}
