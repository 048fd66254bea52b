//! `sum`: checked; numbers are added sorted by total order, so that the order of rows does not matter.

use super::super::quantity::{End, Range};
use super::super::value::{Value, Why, type_range};
use super::super::walk::Walk;
use super::elements;
use crate::plan::Reduction;
use crate::value::Truth;

/// The sum of the values.
pub(super) fn sum(walk: &mut Walk<'_, '_>, reduction: &Reduction) -> Value {
    let elements = elements(walk, reduction);
    let positive = type_range(&elements.ty).low.is_bound();
    let open = walk.is_open(&elements.extent);
    if open && !positive {
        return Value::Unknown(Why::Open);
    }
    let (unit, ranges) = elements.ranges();
    if !positive && ranges.iter().any(|(_, range)| !range.low.is_bound() || !range.high.is_bound()) {
        return Value::Unknown(Why::Cell);
    }
    let sure = |truth: Truth| truth == Truth::True;
    let lows = ranges.iter().map(|(truth, range)| if sure(*truth) { range.low } else { range.low.min(End::ZERO) });
    let highs = ranges.iter().map(|(truth, range)| if sure(*truth) { range.high } else { range.high.max(End::ZERO) });
    let (low, high) = (total(lows.collect()), total(highs.collect()));
    match low.zip(high) {
        Some((low, high)) => unit.value(Range { low, high: if open { End::ABOVE } else { high } }),
        None => Value::Unknown(Why::Overflow),
    }
}

/// The sum of ends; `None` on overflow.
pub(super) fn total(mut ends: Vec<End>) -> Option<End> {
    if ends.iter().any(|end| matches!(end, End::Float(_))) {
        ends.sort_by(|a, b| a.order(*b));
    }
    ends.into_iter().try_fold(End::ZERO, End::plus)
}
