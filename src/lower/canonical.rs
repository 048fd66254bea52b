//! The canonical text of an expression: one spelling, quantities as `#`, parentheses only where they are needed. It
//! stands in the ids of findings, so a change here changes ids.

use crate::syntax::tree::{
    ArithmeticOperator, Comparison, Direction, Expr, ExprKind, Knowledge, Literal, Quantifier, Sentence, TextPart,
};
use crate::value::literal::write_cadence;

/// The canonical text.
pub(super) fn text(expr: &Expr) -> String {
    write(expr).0
}

/// How tightly an expression binds, loosest first.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Tightness {
    Sentence,
    Or,
    And,
    Not,
    Comparison,
    Else,
    Sum,
    Product,
    Whole,
}

fn within(expr: &Expr, at_least: Tightness) -> String {
    let (text, tightness) = write(expr);
    if tightness < at_least { format!("({text})") } else { text }
}

fn write(expr: &Expr) -> (String, Tightness) {
    use Tightness as T;
    let whole = |text: String| (text, T::Whole);
    match &expr.kind {
        ExprKind::Literal(literal) => whole(literal_word(literal)),
        ExprKind::Text(text) => {
            let parts = text.parts.iter().map(|part| match part {
                TextPart::Text(words) => words.clone(),
                TextPart::Value(value) => format!("{{{}}}", self::text(value)),
            });
            whole(format!("\"{}\"", parts.collect::<String>()))
        }
        ExprKind::Name(name) => whole(name.clone()),
        ExprKind::Member { of, name } => whole(format!("{}.{}", within(of, T::Whole), name.value)),
        ExprKind::Call { of, name, arguments } => {
            let arguments: Vec<String> = arguments
                .iter()
                .map(|argument| match &argument.name {
                    Some(name) => format!("{}: {}", name.value, text(&argument.value)),
                    None => text(&argument.value),
                })
                .collect();
            whole(format!("{}.{}({})", within(of, T::Whole), name.value, arguments.join(", ")))
        }
        ExprKind::Index { of, key } => whole(format!("{}[{}]", within(of, T::Whole), text(key))),
        ExprKind::List(items) => whole(format!("[{}]", items.iter().map(text).collect::<Vec<_>>().join(", "))),
        ExprKind::Map(entries) => {
            let entries: Vec<String> = entries.iter().map(|(k, v)| format!("{}: {}", k.value, text(v))).collect();
            whole(format!("{{ {} }}", entries.join(", ")))
        }
        ExprKind::Not(of) => (format!("not {}", within(of, T::Not)), T::Not),
        ExprKind::And(a, b) => (format!("{} and {}", within(a, T::And), within(b, T::And)), T::And),
        ExprKind::Or(a, b) => (format!("{} or {}", within(a, T::Or), within(b, T::Or)), T::Or),
        ExprKind::Compare { operator, left, right, .. } => {
            (format!("{} {} {}", within(left, T::Else), comparison(*operator), within(right, T::Else)), T::Comparison)
        }
        ExprKind::Between { value, low, high } => (
            format!("{} between {} and {}", within(value, T::Else), within(low, T::Else), within(high, T::Else)),
            T::Comparison,
        ),
        ExprKind::Matches { value, glob } => {
            (format!("{} matches \"{}\"", within(value, T::Else), glob.value), T::Comparison)
        }
        ExprKind::IsKnown { value, known } => {
            let word = if *known == Knowledge::Known { "known" } else { "missing" };
            (format!("{} is {word}", within(value, T::Else)), T::Comparison)
        }
        ExprKind::InSpan { value, direction, span } => {
            let way = if *direction == Direction::Last { "last" } else { "next" };
            (format!("{} in the {way} {}", within(value, T::Else), within(span, T::Sum)), T::Comparison)
        }
        ExprKind::Arithmetic { operator, left, right } => {
            let (sign, own, right_least) = match operator {
                ArithmeticOperator::Add => ("+", T::Sum, T::Sum),
                ArithmeticOperator::Subtract => ("-", T::Sum, T::Product),
                ArithmeticOperator::Multiply => ("*", T::Product, T::Product),
                ArithmeticOperator::Divide => ("/", T::Product, T::Whole),
            };
            (format!("{} {sign} {}", within(left, own), within(right, right_least)), own)
        }
        ExprKind::Negative(of) => whole(format!("-{}", within(of, T::Whole))),
        ExprKind::Else(a, b) => (format!("{} else {}", within(a, T::Sum), within(b, T::Sum)), T::Else),
        ExprKind::LaterOf(a, b) => (format!("later of {} and {}", within(a, T::Else), within(b, T::Else)), T::Sentence),
        ExprKind::EarlierOf(a, b) => {
            (format!("earlier of {} and {}", within(a, T::Else), within(b, T::Else)), T::Sentence)
        }
        ExprKind::Where { collection, predicate } => {
            (format!("{} where {}", within(collection, T::Comparison), text(predicate)), T::Sentence)
        }
        ExprKind::Sentence(sentence) => (sentence_text(sentence), T::Sentence),
    }
}

fn sentence_text(sentence: &Sentence) -> String {
    let collection = match &sentence.collection.kind {
        ExprKind::Where { .. } => text(&sentence.collection),
        _ => within(&sentence.collection, Tightness::Comparison),
    };
    let counted = |words: &str, bound: &Expr| {
        let of = if sentence.satisfy.is_some() { " of" } else { "" };
        format!("{words} {}{of} {collection}", within(bound, Tightness::Sum))
    };
    let head = match &sentence.quantifier {
        Quantifier::Some => format!("some {collection}"),
        Quantifier::No => format!("no {collection}"),
        Quantifier::All => format!("all {collection}"),
        Quantifier::AtLeast(bound) => counted("at least", bound),
        Quantifier::AtMost(bound) => counted("at most", bound),
        Quantifier::Exactly(bound) => counted("exactly", bound),
    };
    match &sentence.satisfy {
        Some(satisfy) => format!("{head} satisfy {}", text(satisfy)),
        None => head,
    }
}

fn literal_word(literal: &Literal) -> String {
    match literal {
        Literal::Bool(true) => "true".to_owned(),
        Literal::Bool(false) => "false".to_owned(),
        Literal::Cadence(cadence) => write_cadence(*cadence).to_owned(),
        Literal::Code(code) => code.clone(),
        Literal::Never => "never".to_owned(),
        Literal::Int(_)
        | Literal::Number(_)
        | Literal::Percent(_)
        | Literal::Size(_)
        | Literal::Rate(_)
        | Literal::Duration(_)
        | Literal::Time(_)
        | Literal::Date(_)
        | Literal::Clock(_)
        | Literal::Window(_) => "#".to_owned(),
    }
}

fn comparison(operator: Comparison) -> &'static str {
    match operator {
        Comparison::Is => "is",
        Comparison::IsNot => "is not",
        Comparison::Less => "<",
        Comparison::AtMost => "<=",
        Comparison::More => ">",
        Comparison::AtLeast => ">=",
        Comparison::In => "in",
        Comparison::NotIn => "not in",
        Comparison::Has => "has",
        Comparison::HasAny => "has any",
        Comparison::HasAll => "has all",
    }
}
