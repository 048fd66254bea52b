//! Arithmetic of values, anchored in the session's calendar where months meet instants.

use super::quantity::{End, Range};
use super::session::Session;
use super::value::{Value, Why};
use crate::facts::schema::Type;
use crate::plan::{Arithmetic, Direction};
use crate::value::civil::{DAY, SECOND};
use crate::value::period::{add, subtract};
use crate::value::{Duration, Instant, Truth, Zone};

const NEVER: i64 = i64::MAX;

fn is_time(ty: &Type) -> bool {
    matches!(ty, Type::Time | Type::TimeOrNever)
}

/// `a operator b`, with the types of a, b and the result.
pub(super) fn arithmetic(
    session: &Session<'_>,
    operator: Arithmetic,
    a: &Value,
    b: &Value,
    types: (&Type, &Type, &Type),
) -> Value {
    if let (Value::Unknown(why), _) | (_, Value::Unknown(why)) = (a, b) {
        return Value::Unknown(*why);
    }
    let zone = &session.calendar.zone;
    match (operator, types.0, types.1) {
        (Arithmetic::Add, time, _) if is_time(time) => shift(zone, a, b, Way::Forward),
        (Arithmetic::Add, _, time) if is_time(time) => shift(zone, b, a, Way::Forward),
        (Arithmetic::Subtract, left, right) if is_time(left) && is_time(right) => elapsed(a, b, right),
        (Arithmetic::Subtract, time, _) if is_time(time) => shift(zone, a, b, Way::Back),
        (Arithmetic::Subtract, Type::Date, Type::Date) => {
            plain(operator, a, b).and_then(|days| days.times(Range::whole(DAY))).map_or(overflow(), Value::Amount)
        }
        (_, Type::Date, _) => date_shift(operator, a, b),
        (Arithmetic::Add, _, Type::Date) => date_shift(operator, b, a),
        _ => match (operator, a, b) {
            (Arithmetic::Add, Value::Months(a), Value::Months(b)) => a.plus(*b).map_or(overflow(), Value::Months),
            (Arithmetic::Subtract, Value::Months(a), Value::Months(b)) => a.minus(*b).map_or(overflow(), Value::Months),
            (Arithmetic::Divide, Value::Months(a), Value::Months(b)) => Value::amount(a.over(*b)),
            (Arithmetic::Multiply, Value::Months(months), Value::Amount(factor))
            | (Arithmetic::Multiply, Value::Amount(factor), Value::Months(months))
                if types.2 == &Type::Duration =>
            {
                months.times(*factor).map_or(overflow(), Value::Months)
            }
            _ => Value::amount(plain(operator, a, b).and_then(|range| scale(range, operator, types))),
        },
    }
}

fn overflow() -> Value {
    Value::Unknown(Why::Overflow)
}

fn plain(operator: Arithmetic, a: &Value, b: &Value) -> Option<Range> {
    let (a, b) = (a.range()?, b.range()?);
    match operator {
        Arithmetic::Add => a.plus(b),
        Arithmetic::Subtract => a.minus(b),
        Arithmetic::Multiply => a.times(b),
        Arithmetic::Divide => a.over(b),
    }
}

/// Rates count bytes a second, durations nanoseconds.
fn scale(range: Range, operator: Arithmetic, types: (&Type, &Type, &Type)) -> Option<Range> {
    let second = Range::whole(SECOND);
    match (operator, types) {
        (Arithmetic::Divide, (Type::Size, Type::Duration, _) | (Type::Size, Type::Rate, _)) => range.times(second),
        (Arithmetic::Multiply, (Type::Rate, Type::Duration, _) | (Type::Duration, Type::Rate, _)) => range.over(second),
        _ => Some(range),
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Way {
    Forward,
    Back,
}

/// A time a duration later or earlier; `never` stays `never`.
fn shift(zone: &Zone, time: &Value, by: &Value, way: Way) -> Value {
    let Value::Amount(time) = time else { return overflow() };
    let (low, high) = match by {
        Value::Amount(by) => {
            let exact = |at: End, by: End| match (at.as_i64(), way) {
                (Some(NEVER), _) => Some(at),
                (None, _) if !at.is_bound() => Some(at),
                // Longer than every duration, added to an instant.
                (_, Way::Forward) if !by.is_bound() && by.order(End::ZERO).is_gt() => Some(End::whole(NEVER)),
                (_, Way::Forward) => within_instants(at.plus(by)?),
                (_, Way::Back) => within_instants(at.minus(by)?),
            };
            match way {
                Way::Forward => (exact(time.low, by.low), exact(time.high, by.high)),
                Way::Back => (exact(time.low, by.high), exact(time.high, by.low)),
            }
        }
        Value::Months(by) => {
            let months = |at: End, by: End| {
                if !at.is_bound() {
                    return Some(at);
                }
                let (at, by) = (Instant(at.as_i64()?), Duration::Months(by.as_i64()?));
                let moved = if way == Way::Forward { add(at, by, zone) } else { subtract(at, by, zone) };
                moved.map(|at| End::whole(at.0))
            };
            match way {
                Way::Forward => (months(time.low, by.low), months(time.high, by.high)),
                Way::Back => (months(time.low, by.high), months(time.high, by.low)),
            }
        }
        _ => return overflow(),
    };
    Value::amount(low.zip(high).map(|(low, high)| Range { low, high }))
}

/// Instants end with 64 bits; what lies beyond overflowed, and is not `never`.
fn within_instants(end: End) -> Option<End> {
    let limit = End::whole(NEVER);
    let inside = !end.is_bound() || (end.order(limit).is_lt() && end.order(End::whole(i64::MIN)).is_ge());
    inside.then_some(end)
}

/// From b to a: `never - t` is longer than every duration; from what may be `never` nothing is known.
fn elapsed(a: &Value, b: &Value, b_type: &Type) -> Value {
    let (Value::Amount(a), Value::Amount(b)) = (a, b) else { return overflow() };
    let may_be_never = b.high.as_i64() == Some(NEVER) || (*b_type == Type::TimeOrNever && !b.high.is_bound());
    if may_be_never {
        return Value::Unknown(Why::Cell);
    }
    let to = |end: End| if end.as_i64() == Some(NEVER) { End::ABOVE } else { end };
    let (from_low, from_high) = (to(a.low), to(a.high));
    Value::amount(from_low.minus(b.high).zip(from_high.minus(b.low)).map(|(low, high)| Range { low, high }))
}

/// A date so many days or months later or earlier.
fn date_shift(operator: Arithmetic, date: &Value, by: &Value) -> Value {
    let Value::Amount(date) = date else { return overflow() };
    let sign = if operator == Arithmetic::Subtract { -1 } else { 1 };
    let moved = match by {
        Value::Months(by) => {
            let one = |day: End, months: End| {
                let at = Instant(day.as_i64()?.checked_mul(DAY)?);
                let by = Duration::Months(months.as_i64()?.checked_mul(sign)?);
                Some(End::whole(add(at, by, &Zone::utc())?.0.div_euclid(DAY)))
            };
            match sign {
                1 => one(date.low, by.low).zip(one(date.high, by.high)),
                _ => one(date.low, by.high).zip(one(date.high, by.low)),
            }
        }
        Value::Amount(by) => {
            let days = by.times(Range::whole(sign)).and_then(|by| by.over(Range::whole(DAY)));
            days.and_then(|days| date.plus(days)).map(|range| (range.low, range.high))
        }
        _ => None,
    };
    Value::amount(moved.map(|(low, high)| Range { low, high }))
}

/// The window from now: `[now - span, now]` or `[now, now + span]`.
pub(super) fn window(session: &Session<'_>, direction: Direction, span: &Value) -> Option<(Range, Range)> {
    let now = Value::time(session.now, session.now);
    let way = if direction == Direction::Last { Way::Back } else { Way::Forward };
    let Value::Amount(other) = shift(&session.calendar.zone, &now, span, way) else { return None };
    let now = Range::whole(session.now.0);
    Some(if direction == Direction::Last { (other, now) } else { (now, other) })
}

/// `t in the last d`, `t in the next d`; both ends included.
pub(super) fn within(session: &Session<'_>, time: &Value, direction: Direction, span: &Value) -> Truth {
    let Value::Amount(time) = time else { return Truth::Unknown };
    match window(session, direction, span) {
        Some((from, until)) => from.at_most(*time).and(time.at_most(until)),
        // Of the two ends one is always now.
        None => {
            let now = Range::whole(session.now.0);
            let inside = if direction == Direction::Last { time.at_most(now) } else { now.at_most(*time) };
            inside.and(Truth::Unknown)
        }
    }
}

/// `later of a and b`: of nothing to measure and a value, that value; of something not known and a value, it or later.
pub(super) fn later(a: &Value, b: &Value) -> Value {
    either(a, b, |a, b| Range { low: a.low.max(b.low), high: a.high.max(b.high) })
}

/// `earlier of a and b`, the other way round.
pub(super) fn earlier(a: &Value, b: &Value) -> Value {
    either(a, b, |a, b| Range { low: a.low.min(b.low), high: a.high.min(b.high) })
}

fn either(a: &Value, b: &Value, choose: impl Fn(Range, Range) -> Range) -> Value {
    match (a, b) {
        (Value::Months(a), Value::Months(b)) => Value::Months(choose(*a, *b)),
        (Value::Unknown(Why::Nothing), other) | (other, Value::Unknown(Why::Nothing)) => other.clone(),
        (Value::Unknown(why), Value::Unknown(_)) => Value::Unknown(*why),
        _ => Value::Amount(choose(a.range().unwrap_or(Range::ANY), b.range().unwrap_or(Range::ANY))),
    }
}
