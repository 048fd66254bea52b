//! Values as texts for people: by type, exact or with as many digits as it takes (`semantics.md` 4.9).

use super::quantity::{End, Range};
use super::session::Session;
use super::value::{Gap, Item, Periods, SetValue, Value, Why};
use crate::facts::schema::{EntityId, Type};
use crate::value::calendar::{BucketId, bucket_name};
use crate::value::civil::{month_of_date, parts_of_date};
use crate::value::instant::{write_date, write_instant};
use crate::value::literal::{cadence_noun, write_cadence, write_clock, write_window};
use crate::value::shown::{
    Shown, show_duration, show_duration_against, show_number_against, show_percent, show_percent_against, show_size,
    show_size_against,
};
use crate::value::size::write_rate;
use crate::value::{Cadence, ClockTime, Duration, Instant, Ratio};

/// So many runs of periods and members of sets are named; the others are counted.
const NAMED: usize = 3;

/// `recovery_points` as words.
pub(super) fn words(name: &str) -> String {
    name.replace('_', " ")
}

/// A count with its noun.
pub(super) fn counted(n: u64, one: &str, many: &str) -> String {
    format!("{n} {}", if n == 1 { one } else { many })
}

/// A row by its entity and key.
pub(super) fn row_name(session: &Session<'_>, entity: EntityId, row: u32) -> String {
    let name = words(&session.plan.schema.entity(entity).name);
    match session.facts.key(entity, row) {
        "" => name,
        key => format!("{name} {key}"),
    }
}

/// A value in words.
pub(super) fn show(session: &Session<'_>, value: &Value, ty: &Type) -> String {
    match value {
        // Nothing to measure, surely: not the same as not knowing.
        Value::Unknown(Why::Nothing) => "none".to_owned(),
        Value::Truth(crate::value::Truth::True) => "true".to_owned(),
        Value::Truth(crate::value::Truth::False) => "false".to_owned(),
        Value::Truth(crate::value::Truth::Unknown) | Value::Unknown(_) => "unknown".to_owned(),
        Value::Amount(range) => ranged(*range, |end| show_end(end, ty)),
        Value::Months(range) => ranged(*range, |end| {
            end.as_i64().map_or_else(|| "unknown".to_owned(), |n| show_duration(Duration::Months(n)))
        }),
        Value::Id(id) => show_id(session, *id, ty),
        Value::OneOf(ids) => list(ids.iter().map(|id| show_id(session, *id, ty)), ids.len(), "or"),
        Value::Row(row) => match ty {
            Type::Row(entity) => session.facts.key(*entity, *row).to_owned(),
            _ => "unknown".to_owned(),
        },
        Value::Candidates(rows) => match ty {
            Type::Row(entity) if !rows.unseen => {
                list(rows.rows.iter().map(|row| session.facts.key(*entity, *row).to_owned()), rows.rows.len(), "or")
            }
            _ => "unknown".to_owned(),
        },
        Value::Window(window) => write_window(*window),
        Value::Set(set) => show_set(session, set, ty),
        Value::Periods(periods) => show_periods(periods),
    }
}

fn ranged(range: Range, show: impl Fn(End) -> String) -> String {
    if range.is_exact() && (range.low.is_bound() || range.low.order(End::ZERO).is_gt()) {
        return show(range.low);
    }
    match (range.low.is_bound(), range.high.is_bound()) {
        (true, true) => format!("between {} and {}", show(range.low), show(range.high)),
        (true, false) => format!("at least {}", show(range.low)),
        (false, true) => format!("at most {}", show(range.high)),
        (false, false) => "unknown".to_owned(),
    }
}

fn ratio(end: End) -> Option<Ratio> {
    match end {
        End::Exact(ratio) => Some(ratio),
        End::Float(f) => Ratio::of_number(f),
    }
}

/// The nearest whole number.
fn rounded(end: End) -> Option<i64> {
    ratio(end)?.rounded()
}

fn show_end(end: End, ty: &Type) -> String {
    let number = || match end {
        End::Exact(ratio) if ratio.denominator() == 1 => ratio.numerator().to_string(),
        End::Exact(exact) => {
            let shown = exact.times(Ratio::whole(1_000)).and_then(Ratio::rounded);
            shown.map_or_else(|| exact.to_number().to_string(), |n| crate::value::decimal::write_scaled(n, 3))
        }
        End::Float(f) => f.to_string(),
    };
    let whole = |write: &dyn Fn(i64) -> String| rounded(end).map_or_else(number, write);
    match ty {
        Type::Percent => ratio(end).map_or_else(number, show_percent),
        Type::Size => whole(&show_size),
        Type::Rate => whole(&write_rate),
        Type::Time | Type::TimeOrNever => whole(&|n| write_instant(Instant(n))),
        Type::Date => whole(&write_date),
        Type::Duration if !end.is_bound() => "forever".to_owned(),
        Type::Duration => whole(&|n| show_duration(Duration::Exact(n))),
        Type::Clock => whole(&|n| write_clock(ClockTime(u32::try_from(n).unwrap_or(0)))),
        _ => number(),
    }
}

fn show_id(session: &Session<'_>, id: u32, ty: &Type) -> String {
    match ty {
        Type::OneOf(members) => {
            let members = &session.plan.schema.enumeration(*members).members;
            members.get(id as usize).cloned().unwrap_or_else(|| "unknown".to_owned())
        }
        Type::Cadence => cadence(id).map_or_else(|| "unknown".to_owned(), |c| write_cadence(c).to_owned()),
        _ => session.text(id).to_owned(),
    }
}

fn cadence(id: u32) -> Option<Cadence> {
    [Cadence::Hourly, Cadence::Daily, Cadence::Weekly, Cadence::Monthly, Cadence::Quarterly, Cadence::Yearly]
        .into_iter()
        .find(|cadence| *cadence as u32 == id)
}

fn show_set(session: &Session<'_>, set: &SetValue, ty: &Type) -> String {
    let of = match ty {
        Type::Set(of) | Type::List(of) => of,
        other => other,
    };
    let member = |(numerator, denominator): &Item| match of {
        Type::Row(entity) => session.facts.key(*entity, u32::try_from(*numerator).unwrap_or(u32::MAX)).to_owned(),
        Type::OneOf(_) | Type::Text | Type::Cadence => {
            show_id(session, u32::try_from(*numerator).unwrap_or(u32::MAX), of)
        }
        Type::Bool => (*numerator == 1).to_string(),
        _ if *denominator == 0 => f64::from_bits(u64::try_from(*numerator).unwrap_or(0)).to_string(),
        _ => Ratio::new(*numerator, *denominator).map_or_else(String::new, |ratio| show_end(End::Exact(ratio), of)),
    };
    let mut members: Vec<String> = set.known.iter().map(member).collect();
    members.sort_unstable();
    let more = set.open || set.unknown > 0 || !set.possible.is_empty();
    match (members.is_empty(), more) {
        (true, true) => "unknown".to_owned(),
        (true, false) => "none".to_owned(),
        (false, true) => format!("{} and maybe more", members.join(", ")),
        (false, false) => members.join(", "),
    }
}

fn list(items: impl Iterator<Item = String>, count: usize, word: &str) -> String {
    let mut named: Vec<String> = items.take(NAMED).collect();
    if count > NAMED {
        return format!("{} {word} {} more", named.join(", "), count - NAMED);
    }
    match named.pop() {
        Some(last) if !named.is_empty() => format!("{} {word} {last}", named.join(", ")),
        Some(last) => last,
        None => "none".to_owned(),
    }
}

/// Consecutive periods in one: first, last, how many.
pub(super) fn runs(periods: &Periods) -> Vec<(Gap, Gap, u64)> {
    let sure = periods.gaps.iter().any(|gap| gap.sure);
    let mut runs: Vec<(Gap, Gap, u64)> = Vec::new();
    for gap in periods.gaps.iter().filter(|gap| gap.sure || !sure) {
        match runs.last_mut() {
            Some((_, last, count)) if last.end == gap.start => {
                *last = *gap;
                *count += 1;
            }
            _ => runs.push((*gap, *gap, 1)),
        }
    }
    runs
}

/// `12 Nov to 16 Nov 2026 (5 days)`
pub(super) fn show_run(cadence: Option<Cadence>, (first, last, count): &(Gap, Gap, u64)) -> String {
    let name = |gap: &Gap| match (cadence, gap.bucket) {
        (Some(Cadence::Daily), Some(bucket)) => day(bucket, Year::Shown),
        (Some(cadence), Some(bucket)) => bucket_name(cadence, bucket),
        _ => write_instant(gap.start),
    };
    if *count == 1 {
        return name(first);
    }
    let from = match (cadence, first.bucket, last.bucket) {
        (Some(Cadence::Daily), Some(from), Some(to)) if year(from) == year(to) => day(from, Year::Left),
        _ => name(first),
    };
    let noun = cadence.map_or("periods", noun_of_many);
    format!("{from} to {} ({count} {noun})", name(last))
}

fn show_periods(periods: &Periods) -> String {
    let runs = runs(periods);
    if runs.is_empty() {
        return "none".to_owned();
    }
    let named: Vec<String> = runs.iter().take(NAMED).map(|run| show_run(periods.cadence, run)).collect();
    let named = named.join(", ");
    let left: u64 = runs.iter().skip(NAMED).map(|(.., count)| count).sum();
    if left == 0 {
        return named;
    }
    let (one, many) = periods.cadence.map_or(("period", "periods"), |c| (cadence_noun(c), noun_of_many(c)));
    format!("{named} and {} more", counted(left, one, many))
}

/// The plural of the bucket's noun.
pub(super) fn noun_of_many(cadence: Cadence) -> &'static str {
    match cadence {
        Cadence::Hourly => "hours",
        Cadence::Daily => "days",
        Cadence::Weekly => "weeks",
        Cadence::Monthly => "months",
        Cadence::Quarterly => "quarters",
        Cadence::Yearly => "years",
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Year {
    Shown,
    Left,
}

fn year(BucketId(date): BucketId) -> i64 {
    parts_of_date(date).year
}

fn day(BucketId(date): BucketId, show: Year) -> String {
    const MONTHS: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    let (month, day) = month_of_date(date);
    let month = usize::try_from(month.rem_euclid(12)).ok().and_then(|m| MONTHS.get(m)).unwrap_or(&"");
    match show {
        Year::Shown => format!("{day} {month} {}", parts_of_date(date).year),
        Year::Left => format!("{day} {month}"),
    }
}

/// An exact value against an exact limit, with enough digits to see how they compare; `None` where either is not exact.
pub(super) fn show_against(value: &Value, limit: &Value, ty: &Type) -> Option<Shown> {
    let duration = |value: &Value| match value {
        Value::Months(range) if range.is_exact() => range.low.as_i64().map(Duration::Months),
        Value::Amount(range) if range.is_exact() && !range.low.is_bound() => Some(Duration::FOREVER),
        Value::Amount(range) if range.is_exact() => rounded(range.low).map(Duration::Exact),
        _ => None,
    };
    if *ty == Type::Duration {
        return Some(show_duration_against(duration(value)?, duration(limit)?));
    }
    let (Value::Amount(value), Value::Amount(limit)) = (value, limit) else { return None };
    if !value.is_exact() || !limit.is_exact() {
        return None;
    }
    match ty {
        Type::Percent => Some(show_percent_against(ratio(value.low)?, ratio(limit.low)?)),
        Type::Number => Some(show_number_against(ratio(value.low)?, ratio(limit.low)?)),
        Type::Size => Some(show_size_against(value.low.as_i64()?, limit.low.as_i64()?)),
        _ => Some(Shown { value: show_end(value.low, ty), limit: show_end(limit.low, ty) }),
    }
}
