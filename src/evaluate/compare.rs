//! Comparisons in three values (`semantics.md` 1.2).

use super::quantity::{End, Range};
use super::session::Session;
use super::value::{SetValue, Value};
use crate::facts::schema::Type;
use crate::plan::Comparison;
use crate::value::{Instant, Ratio, Truth};

/// `left operator right`
pub(super) fn compare(operator: Comparison, left: &Value, right: &Value) -> Truth {
    match operator {
        Comparison::Is => is(left, right),
        Comparison::IsNot => is(left, right).negate(),
        Comparison::Less => less(left, right),
        Comparison::AtLeast => less(left, right).negate(),
        Comparison::More => less(right, left),
        Comparison::AtMost => less(right, left).negate(),
    }
}

/// What is compared: of an instant of which nothing is known, that none is later than `never`. With it a comparison with
/// `never` may be decided where the other side is unknown.
pub(super) fn bounded(value: &Value, ty: &Type) -> Value {
    let latest = End::whole(Instant::NEVER.0);
    match (ty, value) {
        (Type::Time | Type::TimeOrNever, Value::Unknown(_)) => Value::Amount(Range { low: End::BELOW, high: latest }),
        (Type::Time | Type::TimeOrNever, Value::Amount(range)) if !range.high.is_bound() => {
            Value::Amount(Range { low: range.low, high: latest })
        }
        _ => value.clone(),
    }
}

/// `is`: true if both are known and equal, false if they cannot be equal.
pub(super) fn is(left: &Value, right: &Value) -> Truth {
    match (left, right) {
        (Value::Unknown(_), _) | (_, Value::Unknown(_)) => Truth::Unknown,
        (Value::Truth(a), Value::Truth(b)) => match (a, b) {
            (Truth::Unknown, _) | (_, Truth::Unknown) => Truth::Unknown,
            _ => (a == b).into(),
        },
        (Value::Months(a), Value::Months(b)) => a.is(*b),
        (Value::Window(a), Value::Window(b)) => (a == b).into(),
        (Value::Set(a), Value::Set(b)) => same_sets(a, b),
        _ => {
            if let (Some(a), Some(b)) = (left.range(), right.range()) {
                return a.is(b);
            }
            match (choices(left), choices(right)) {
                (Some((a, a_unseen)), Some((b, b_unseen))) => {
                    let unseen = a_unseen || b_unseen;
                    if !unseen && a.len() == 1 && a == b {
                        Truth::True
                    } else if !unseen && !a.iter().any(|id| b.contains(id)) {
                        Truth::False
                    } else {
                        Truth::Unknown
                    }
                }
                _ => Truth::Unknown,
            }
        }
    }
}

/// Whether two names may be one, written differently: but for their case and the blanks around them they are the same. That
/// `AWS` is another provider than `aws` nobody can say, nor that it is the same.
pub(super) fn written_differently(session: &Session<'_>, left: &Value, right: &Value) -> bool {
    let (Some(left), Some(right)) = (left.ids(), right.ids()) else { return false };
    left.iter().any(|a| right.iter().any(|b| a != b && are_alike(session.text(*a), session.text(*b))))
}

/// What two names have in common that are not known to differ.
pub(super) fn folded(name: &str) -> String {
    name.trim().to_lowercase()
}

fn are_alike(a: &str, b: &str) -> bool {
    let (a, b) = (a.trim(), b.trim());
    a.eq_ignore_ascii_case(b) || (!(a.is_ascii() && b.is_ascii()) && folded(a) == folded(b))
}

fn less(left: &Value, right: &Value) -> Truth {
    match (left, right) {
        (Value::Unknown(_), _) | (_, Value::Unknown(_)) => Truth::Unknown,
        (Value::Months(a), Value::Months(b)) => a.less(*b),
        _ => {
            if let (Some(a), Some(b)) = (left.range(), right.range()) {
                return a.less(b);
            }
            // Members of an ordered enumeration, in its order.
            let (Some(a), Some(b)) = (left.ids(), right.ids()) else { return Truth::Unknown };
            match (a.first().zip(a.last()), b.first().zip(b.last())) {
                (Some((_, a_high)), Some((b_low, _))) if a_high < b_low => Truth::True,
                (Some((a_low, _)), Some((_, b_high))) if a_low >= b_high => Truth::False,
                _ => Truth::Unknown,
            }
        }
    }
}

/// The ids or rows that a value may be, and whether it may be a row that nobody showed.
fn choices(value: &Value) -> Option<(&[u32], bool)> {
    match value {
        Value::Row(row) => Some((std::slice::from_ref(row), false)),
        Value::Candidates(rows) => Some((&rows.rows, rows.unseen)),
        _ => value.ids().map(|ids| (ids, false)),
    }
}

fn same_sets(a: &SetValue, b: &SetValue) -> Truth {
    let missing = |from: &SetValue, of: &SetValue| of.known.iter().any(|item| from.holds(*item) == Truth::False);
    if missing(a, b) || missing(b, a) {
        return Truth::False;
    }
    let decided = |set: &SetValue| !set.open && set.unknown == 0 && set.possible.is_empty();
    if decided(a) && decided(b) { (a.known == b.known).into() } else { Truth::Unknown }
}

/// `value between low and high`; a clock's interval wraps midnight.
pub(super) fn between(value: &Value, low: &Value, high: &Value, clock: bool) -> Truth {
    let above = less(value, low).negate();
    let below = less(high, value).negate();
    if !clock {
        return above.and(below);
    }
    match less(high, low) {
        Truth::False => above.and(below),
        Truth::True => above.or(below),
        Truth::Unknown => {
            let (plain, wrapped) = (above.and(below), above.or(below));
            if plain == wrapped { plain } else { Truth::Unknown }
        }
    }
}

/// Whether a value is a member of a set.
pub(super) fn holds(set: &SetValue, value: &Value) -> Truth {
    if set.is_empty() {
        return Truth::False;
    }
    if let Some(item) = value.item() {
        return set.holds(item);
    }
    // An undecided value surely is no member only if it cannot equal any.
    if set.open || set.unknown > 0 {
        return Truth::Unknown;
    }
    let possible = set.known.iter().chain(&set.possible).any(|item| may_be(value, *item));
    if !possible {
        return Truth::False;
    }
    let surely = |ids: &[u32]| ids.iter().all(|id| set.known.binary_search(&(i128::from(*id), 1)).is_ok());
    match choices(value) {
        Some((ids, false)) if surely(ids) => Truth::True,
        _ => Truth::Unknown,
    }
}

fn may_be(value: &Value, (numerator, denominator): super::value::Item) -> bool {
    if let Value::Amount(range) = value {
        let end = match u64::try_from(numerator) {
            Ok(bits) if denominator == 0 => End::Float(f64::from_bits(bits)),
            _ => match Ratio::new(numerator, denominator) {
                Some(ratio) => End::Exact(ratio),
                None => return true,
            },
        };
        return range.is(Range::exactly(end)) != Truth::False;
    }
    match choices(value) {
        Some((ids, unseen)) => unseen || ids.iter().any(|id| (i128::from(*id), 1) == (numerator, denominator)),
        None => true,
    }
}

/// The whole text against a glob: case-sensitive, `*` crosses any character.
pub(super) fn glob(pattern: &str, text: &str) -> bool {
    let mut parts = pattern.split('*');
    let first = parts.next().unwrap_or("");
    let Some(mut rest) = text.strip_prefix(first) else { return false };
    let mut parts: Vec<&str> = parts.collect();
    let Some(last) = parts.pop() else { return rest.is_empty() };
    for part in parts {
        match rest.find(part) {
            Some(at) => rest = rest.get(at + part.len()..).unwrap_or(""),
            None => return false,
        }
    }
    rest.ends_with(last)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::evaluate::value::Why;

    #[test]
    fn nothing_is_later_than_never_though_it_be_unknown() {
        let unknown = bounded(&Value::Unknown(Why::Cell), &Type::TimeOrNever);
        let open = bounded(&Value::Amount(Range { low: End::whole(5), high: End::ABOVE }), &Type::TimeOrNever);
        let never = bounded(&Value::whole(Instant::NEVER.0), &Type::TimeOrNever);
        for end in [&unknown, &open] {
            assert_eq!(compare(Comparison::Less, &never, end), Truth::False);
            assert_eq!(compare(Comparison::More, end, &never), Truth::False);
            assert_eq!(compare(Comparison::AtMost, end, &never), Truth::True);
            assert_eq!(compare(Comparison::AtLeast, &never, end), Truth::True);
            // It may be `never` itself.
            assert_eq!(compare(Comparison::Less, end, &never), Truth::Unknown);
            assert_eq!(compare(Comparison::AtLeast, end, &never), Truth::Unknown);
            assert_eq!(compare(Comparison::Is, end, &never), Truth::Unknown);
            assert_eq!(compare(Comparison::More, end, &Value::whole(7)), Truth::Unknown);
        }
        assert_eq!(compare(Comparison::Less, &unknown, &unknown), Truth::Unknown);
        // An unknown amount of another type has no such bound.
        let size = bounded(&Value::Unknown(Why::Cell), &Type::Size);
        assert_eq!(compare(Comparison::AtMost, &size, &Value::whole(i64::MAX)), Truth::Unknown);
    }

    #[test]
    fn names_are_alike_but_for_case_and_blanks() {
        assert!(are_alike("aws", "AWS"));
        assert!(are_alike("Zürich", "ZÜRICH "));
        assert!(!are_alike("aws", "aws-2"));
        assert!(!are_alike("zürich", "zurich"));
    }

    #[test]
    fn a_glob_is_the_whole_text() {
        assert!(glob("web-*", "web-1"));
        assert!(glob("*", ""));
        assert!(glob("a*b*c", "a/b/x/c"));
        assert!(!glob("a*b*c", "acb"));
        assert!(!glob("web", "web-1"));
        assert!(!glob("web-*", "Web-1"));
        assert!(!glob("ab*ba", "aba"));
    }
}
