//! `average`, `median`, `percentile`: every element at its low end, then at its high end.

use super::super::quantity::{End, Range};
use super::super::value::{Value, Why};
use super::super::walk::Walk;
use super::elements;
use super::sum::total;
use crate::facts::schema::Type;
use crate::plan::{NodeId, Reduction};
use crate::value::Truth;

/// The mean, an exact fraction.
pub(super) fn average(walk: &mut Walk<'_, '_>, reduction: &Reduction) -> Value {
    spread(walk, reduction, |ends| {
        let count = End::count(ends.len() as u64).inverse()?;
        total(ends)?.times(count)
    })
}

/// The middle value, of an even count the mean of the middle two.
pub(super) fn median(walk: &mut Walk<'_, '_>, reduction: &Reduction) -> Value {
    spread(walk, reduction, |mut ends| {
        ends.sort_by(|a, b| a.order(*b));
        let middle = ends.len() / 2;
        let upper = *ends.get(middle)?;
        if ends.len() % 2 == 1 {
            return Some(upper);
        }
        let lower = *ends.get(middle.checked_sub(1)?)?;
        if !lower.is_bound() || !upper.is_bound() {
            // Half of no bound is no bound; opposite ones say nothing, and the lower is the safer at either end.
            return Some(if lower.is_bound() { upper } else { lower });
        }
        lower.plus(upper)?.times(End::part(1, 2))
    })
}

/// Nearest rank: an observation that somebody can look up.
pub(super) fn percentile(walk: &mut Walk<'_, '_>, reduction: &Reduction, rank: NodeId) -> Value {
    let Value::Amount(rank) = walk.value(rank) else { return Value::Unknown(Why::Cell) };
    if !rank.is_exact() || rank.low.order(End::ZERO).is_le() || rank.low.order(End::whole(100)).is_gt() {
        return Value::Unknown(Why::Cell);
    }
    spread(walk, reduction, |mut ends| {
        ends.sort_by(|a, b| a.order(*b));
        // The least place k with k >= n% of the count.
        let wanted = rank.low.times(End::part(ends.len() as u64, 100))?;
        let place = (1..=ends.len()).find(|k| End::count(*k as u64).order(wanted).is_ge())?;
        ends.get(place - 1).copied()
    })
}

fn spread(walk: &mut Walk<'_, '_>, reduction: &Reduction, measure: impl Fn(Vec<End>) -> Option<End>) -> Value {
    let elements = elements(walk, reduction);
    if walk.is_open(&elements.extent) {
        return Value::Unknown(Why::Open);
    }
    if elements.values.is_empty() {
        return Value::Unknown(Why::Nothing);
    }
    if !elements.any_in() {
        return Value::Unknown(Why::Cell);
    }
    let (unit, ranges) = elements.ranges();
    // `never` has no mean and no rank among instants.
    let never = |end: End| end.as_i64() == Some(i64::MAX) || !end.is_bound();
    if elements.ty == Type::TimeOrNever && ranges.iter().any(|(_, range)| never(range.high)) {
        return Value::Unknown(Why::Cell);
    }
    if ranges.iter().any(|(truth, _)| *truth != Truth::True) {
        return ranges
            .iter()
            .map(|(_, range)| *range)
            .reduce(Range::hull)
            .map_or(Value::Unknown(Why::Cell), |r| unit.value(r));
    }
    let lows = measure(ranges.iter().map(|(_, range)| range.low).collect());
    let highs = measure(ranges.iter().map(|(_, range)| range.high).collect());
    match lows.zip(highs) {
        Some((low, high)) => unit.value(Range { low, high }),
        None => Value::Unknown(Why::Overflow),
    }
}
