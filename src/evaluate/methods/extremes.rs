//! `min` and `max`.

use super::super::quantity::{End, Range};
use super::super::value::{Value, Why};
use super::super::walk::Walk;
use super::{Elements, elements};
use crate::facts::schema::Type;
use crate::plan::Reduction;
use crate::value::Truth;

/// Which end.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Side {
    Least,
    Greatest,
}

/// The least or greatest value.
pub(super) fn extreme(walk: &mut Walk<'_, '_>, reduction: &Reduction, side: Side) -> Value {
    let elements = elements(walk, reduction);
    if matches!(elements.ty, Type::OneOf(_)) {
        return extreme_member(walk, &elements, side);
    }
    let open = walk.is_open(&elements.extent);
    if !elements.any_in() {
        let nothing = elements.values.is_empty() && !open;
        return Value::Unknown(if nothing { Why::Nothing } else { Why::Open });
    }
    let (unit, ranges) = elements.ranges();
    let sure = ranges.iter().filter(|(truth, _)| *truth == Truth::True).map(|(_, range)| *range);
    let all = ranges.iter().map(|(_, range)| *range);
    let range = match side {
        Side::Greatest => Range {
            low: sure.map(|r| r.low).reduce(End::max).unwrap_or(End::BELOW),
            high: if open { End::ABOVE } else { all.map(|r| r.high).reduce(End::max).unwrap_or(End::ABOVE) },
        },
        Side::Least => Range {
            low: if open { End::BELOW } else { all.map(|r| r.low).reduce(End::min).unwrap_or(End::BELOW) },
            high: sure.map(|r| r.high).reduce(End::min).unwrap_or(End::ABOVE),
        },
    };
    unit.value(range)
}

/// Of an ordered enumeration: the members that it may be.
fn extreme_member(walk: &mut Walk<'_, '_>, elements: &Elements, side: Side) -> Value {
    let open = walk.is_open(&elements.extent);
    if !elements.any_in() {
        let nothing = elements.values.is_empty() && !open;
        return Value::Unknown(if nothing { Why::Nothing } else { Why::Open });
    }
    let Type::OneOf(members) = &elements.ty else { return Value::Unknown(Why::Cell) };
    let count = u32::try_from(walk.session.plan.schema.enumeration(*members).members.len()).unwrap_or(u32::MAX);
    let ends = |value: &Value| match value.ids() {
        Some(ids) => (ids.first().copied().unwrap_or(0), ids.last().copied().unwrap_or(0)),
        None => (0, count.saturating_sub(1)),
    };
    let sure = elements.values.iter().filter(|(_, truth, _)| *truth == Truth::True).map(|(.., value)| ends(value));
    let all = elements.values.iter().map(|(.., value)| ends(value));
    let (low, high) = match side {
        Side::Greatest => (
            sure.map(|(low, _)| low).max().unwrap_or(0),
            if open { count.saturating_sub(1) } else { all.map(|(_, high)| high).max().unwrap_or(0) },
        ),
        Side::Least => (
            if open { 0 } else { all.map(|(low, _)| low).min().unwrap_or(0) },
            sure.map(|(_, high)| high).min().unwrap_or(0),
        ),
    };
    if low == high { Value::Id(low) } else { Value::OneOf((low..=high).collect()) }
}
