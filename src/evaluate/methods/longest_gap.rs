//! `longest_gap`: the longest stretch within a span without an element, its edges included.

use super::super::compute;
use super::super::quantity::{End, Range};
use super::super::value::{Value, Why};
use super::super::walk::Walk;
use super::elements;
use crate::plan::{Direction, NodeId, Reduction};
use crate::value::Truth;

/// A duration. Elements of undecided membership or time may only shorten what is surely possible.
pub(super) fn longest_gap(
    walk: &mut Walk<'_, '_>,
    id: NodeId,
    reduction: &Reduction,
    over: NodeId,
    from: Option<NodeId>,
) -> Value {
    let span = walk.value(over);
    let Some((start, now)) = compute::window(walk.session, Direction::Last, &span) else {
        return Value::Unknown(Why::Cell);
    };
    let Some(mut start) = start.low.as_i64().filter(|_| start.is_exact()) else { return Value::Unknown(Why::Cell) };
    let now = now.low.as_i64().unwrap_or(walk.session.now.0);
    let mut latest_start = start;
    if let Some(from) = from {
        match walk.value(from) {
            Value::Amount(range) if range.low.is_bound() && range.high.is_bound() => {
                start = start.max(range.low.as_i64().unwrap_or(start)).min(now);
                latest_start = latest_start.max(range.high.as_i64().unwrap_or(now)).min(now);
            }
            // Nothing known excuses nothing: the burden of proof is the owner's.
            _ => walk.assume(id),
        }
    }
    let elements = elements(walk, reduction);
    let open = walk.is_open(&elements.extent.since(Some(crate::value::Instant(start))));
    let (mut sure, mut all) = (Vec::new(), Vec::new());
    for (_, truth, value) in &elements.values {
        let (low, high) = match value {
            Value::Amount(range) => (range.low.as_i64(), range.high.as_i64()),
            _ => (None, None),
        };
        let (low, high) = (low.unwrap_or(i64::MIN), high.unwrap_or(i64::MAX));
        if *truth == Truth::True && low == high {
            sure.push((low, high));
        }
        all.push((low, high));
    }
    // The longest with only those that surely count; the shortest with every one wherever it may be.
    let longest = stretch(start, now, sure);
    let shortest = if open { 0 } else { stretch(latest_start, now, all) };
    Value::Amount(Range { low: End::long(shortest.min(longest)), high: End::long(longest) })
}

/// The longest part of `[start, end]` that no interval touches.
fn stretch(start: i64, end: i64, mut taken: Vec<(i64, i64)>) -> i128 {
    taken.sort_unstable();
    let mut free_from = start;
    let mut longest = 0;
    for (low, high) in taken {
        if low > end {
            break;
        }
        if low > free_from {
            longest = longest.max(i128::from(low) - i128::from(free_from));
        }
        free_from = free_from.max(high);
    }
    longest.max(i128::from(end) - i128::from(free_from))
}
