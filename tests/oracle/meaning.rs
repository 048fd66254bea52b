//! The closed-world meaning of a claim where every cell is known and every row is shown: true, false, or undecided
//! because there is nothing to measure.

use crate::claims::{Bucket, Claim, Group, Has, Method, Number, Op, Place};
use crate::facts::{AT, Cell, Kind, Row, Subject, Value};
use std::cmp::Ordering;
use std::collections::BTreeSet;

/// A fraction with a divisor above 0, or later than everything.
#[derive(Clone, Copy, Debug)]
enum Quantity {
    Is(i64, i64),
    Never,
}

fn order(a: Quantity, b: Quantity) -> Ordering {
    match (a, b) {
        (Quantity::Never, Quantity::Never) => Ordering::Equal,
        (Quantity::Never, _) => Ordering::Greater,
        (_, Quantity::Never) => Ordering::Less,
        (Quantity::Is(a, b), Quantity::Is(c, d)) => (a * d).cmp(&(c * b)),
    }
}

/// What a claim is read on: the crate, and within a predicate the element.
#[derive(Clone, Copy)]
pub struct Stand<'a> {
    pub subject: &'a Subject,
    pub element: Option<&'a Row>,
    /// Which of the rows that are latest, or oldest, together.
    pub tie: usize,
    /// The parameter's value.
    pub need: i64,
}

pub fn holds(claim: &Claim, stand: Stand<'_>) -> Option<bool> {
    match claim {
        Claim::Not(a) => holds(a, stand).map(|is| !is),
        Claim::And(a, b) => match (holds(a, stand), holds(b, stand)) {
            (Some(false), _) | (_, Some(false)) => Some(false),
            (Some(true), Some(true)) => Some(true),
            _ => None,
        },
        Claim::Or(a, b) => match (holds(a, stand), holds(b, stand)) {
            (Some(true), _) | (_, Some(true)) => Some(true),
            (Some(false), Some(false)) => Some(false),
            _ => None,
        },
        Claim::Flag(place) => value(place, stand).map(|v| v == Value::Bool(true)),
        Claim::WordIs(place, same, i) => value(place, stand).map(|v| (v == Value::Word(*i)) == *same),
        Claim::WordIn(place, which) => value(place, stand).map(|v| which.iter().any(|i| v == Value::Word(*i))),
        Claim::Has(place, how, which) => match value(place, stand)? {
            Value::Words(set) => Some(match how {
                Has::One | Has::All => which.iter().all(|i| set.contains(i)),
                Has::Any => which.iter().any(|i| set.contains(i)),
            }),
            other => unreachable!("{other:?} is no set"),
        },
        Claim::Compare(op, a, b) => {
            let order = order(number(a, stand)?, number(b, stand)?);
            Some(match op {
                Op::Less => order.is_lt(),
                Op::AtMost => order.is_le(),
                Op::More => order.is_gt(),
                Op::AtLeast => order.is_ge(),
                Op::Is => order.is_eq(),
                Op::IsNot => order.is_ne(),
            })
        }
        Claim::Between(x, a, b) => {
            let x = number(x, stand)?;
            Some(order(number(a, stand)?, x).is_le() && order(x, number(b, stand)?).is_le())
        }
        Claim::InLast(place, hours) => match value(place, stand)? {
            Value::Number(at) => Some(-hours <= at && at <= 0),
            _ => Some(false),
        },
        Claim::IsKnown(place) => value(place, stand).map(|_| true),
        Claim::Some(group) => Some(!rows(group, stand).is_empty()),
        Claim::No(group) => Some(rows(group, stand).is_empty()),
        Claim::AtLeast(n, group) => Some(rows(group, stand).len() as i64 >= *n),
        Claim::AtMost(n, group) => Some(rows(group, stand).len() as i64 <= *n),
        Claim::Exactly(n, group) => Some(rows(group, stand).len() as i64 == *n),
        Claim::All(group, p) => {
            let (yes, of) = counted(group, p, stand);
            (of > 0).then_some(yes == of)
        }
        Claim::Share(percent, group, p) => {
            let (yes, of) = counted(group, p, stand);
            (of > 0).then_some(yes * 100 >= percent * of)
        }
        Claim::NoGaps(group, bucket, over) => Some(gaps(group, *bucket, *over, stand) == 0),
    }
}

fn counted(group: &Group, p: &Claim, stand: Stand<'_>) -> (i64, i64) {
    let rows = rows(group, stand);
    let yes = rows.iter().filter(|row| on(row, stand, p)).count();
    (yes as i64, rows.len() as i64)
}

/// A predicate on one row. Predicates read only cells, and those are known.
fn on(row: &Row, stand: Stand<'_>, p: &Claim) -> bool {
    holds(p, Stand { element: Some(row), ..stand }).unwrap()
}

fn rows<'a>(group: &Group, stand: Stand<'a>) -> Vec<&'a Row> {
    let all = &stand.subject.group(group.kind).rows;
    let recent = |row: &&Row| group.last.is_none_or(|hours| (-hours..=0).contains(&time(row)));
    let filtered = |row: &&Row| group.filter.as_ref().is_none_or(|p| on(row, stand, p));
    all.iter().filter(recent).filter(filtered).collect()
}

/// A tick's own time.
fn time(row: &Row) -> i64 {
    match known(&row.cells[AT]) {
        Value::Number(at) => at,
        other => unreachable!("{other:?} is no time"),
    }
}

fn known(cell: &Cell) -> Value {
    match cell {
        Cell::Known(value) => value.clone(),
        other => unreachable!("{other:?} in a world"),
    }
}

fn value(place: &Place, stand: Stand<'_>) -> Option<Value> {
    match place {
        Place::Cell(Kind::Crate, field) => Some(known(&stand.subject.cells[*field])),
        Place::Cell(_, field) => Some(known(&stand.element.unwrap().cells[*field])),
        Place::Latest(group, field) => extreme(rows(group, stand), *field, stand.tie, |a, b| a > b),
        Place::Oldest(group, field) => extreme(rows(group, stand), *field, stand.tie, |a, b| a < b),
    }
}

/// The field of the row that is further than the others; of several at one time, of the one asked for.
fn extreme(rows: Vec<&Row>, field: usize, tie: usize, further: fn(i64, i64) -> bool) -> Option<Value> {
    let best: Vec<&&Row> = rows.iter().filter(|row| !rows.iter().any(|o| further(time(o), time(row)))).collect();
    if best.is_empty() { None } else { Some(known(&best[tie % best.len()].cells[field])) }
}

fn quantity(value: Value) -> Quantity {
    match value {
        Value::Number(n) => Quantity::Is(n, 1),
        Value::Word(i) => Quantity::Is(i as i64, 1),
        Value::Never => Quantity::Never,
        other => unreachable!("{other:?} is no quantity"),
    }
}

fn number(number_of: &Number, stand: Stand<'_>) -> Option<Quantity> {
    let sum = |a: &Number, b: &Number, sign: i64| match (number(a, stand)?, number(b, stand)?) {
        (Quantity::Is(a, b), Quantity::Is(c, d)) => Some(Quantity::Is(a * d + sign * c * b, b * d)),
        _ => None,
    };
    match number_of {
        Number::Constant(crate::facts::Sort::Ratio, percent) => Some(Quantity::Is(*percent, 100)),
        Number::Constant(_, n) => Some(Quantity::Is(*n, 1)),
        Number::Need => Some(Quantity::Is(stand.need, 1)),
        Number::Cell(place) => value(place, stand).map(quantity),
        Number::Plus(a, b) => sum(a, b, 1),
        Number::Minus(a, b) => sum(a, b, -1),
        Number::Later(a, b) => one_of(number(a, stand), number(b, stand), Ordering::is_ge),
        Number::Earlier(a, b) => one_of(number(a, stand), number(b, stand), Ordering::is_le),
        Number::Else(a, b) => number(a, stand).or_else(|| number(b, stand)),
        Number::Count(group) => Some(Quantity::Is(rows(group, stand).len() as i64, 1)),
        Number::Distinct(group, field) => {
            let values: BTreeSet<Value> = rows(group, stand).iter().map(|row| known(&row.cells[*field])).collect();
            Some(Quantity::Is(values.len() as i64, 1))
        }
        Number::Gaps(group, bucket, over) => Some(Quantity::Is(gaps(group, *bucket, *over, stand), 1)),
        Number::Share(group, p) => {
            let (yes, of) = counted(group, p, stand);
            (of > 0).then_some(Quantity::Is(yes, of))
        }
        Number::Of(method, group, field) => {
            let mut values: Vec<Quantity> =
                rows(group, stand).iter().map(|row| quantity(known(&row.cells[*field]))).collect();
            values.sort_by(|a, b| order(*a, *b));
            statistic(*method, &values)
        }
    }
}

/// The later or the earlier of two; of nothing and a value, the value.
fn one_of(a: Option<Quantity>, b: Option<Quantity>, first: fn(Ordering) -> bool) -> Option<Quantity> {
    match (a, b) {
        (Some(a), Some(b)) => Some(if first(order(a, b)) { a } else { b }),
        (a, b) => a.or(b),
    }
}

/// Of values in ascending order.
fn statistic(method: Method, values: &[Quantity]) -> Option<Quantity> {
    let total = |values: &[Quantity]| {
        values.iter().try_fold(0, |sum, value| match value {
            Quantity::Is(n, 1) => Some(sum + n),
            _ => None,
        })
    };
    let count = values.len();
    if method == Method::Sum {
        return Some(Quantity::Is(total(values)?, 1));
    }
    if count == 0 {
        return None;
    }
    match method {
        Method::Sum | Method::Trend => None,
        Method::Min => Some(values[0]),
        Method::Max => Some(values[count - 1]),
        Method::Average => Some(Quantity::Is(total(values)?, count as i64)),
        Method::Median if count % 2 == 1 => Some(values[count / 2]),
        Method::Median => Some(Quantity::Is(total(&values[count / 2 - 1..=count / 2])?, 2)),
        Method::Percentile(n) => Some(values[((n as usize * count).div_ceil(100)).max(1) - 1]),
    }
}

/// How many required buckets hold no row. Now is 06:00 of a day in UTC.
fn gaps(group: &Group, bucket: Bucket, over: i64, stand: Stand<'_>) -> i64 {
    let (length, offset, span) = match bucket {
        Bucket::Hour => (1, 0, over),
        Bucket::Day => (24, -6, over * 24),
    };
    let times: Vec<i64> = rows(group, stand).into_iter().map(time).collect();
    (1..=span / length + 2)
        .map(|back| offset - length * back)
        .filter(|start| -span <= *start && start + length <= 0)
        .filter(|start| !times.iter().any(|at| (*start..start + length).contains(at)))
        .count() as i64
}
