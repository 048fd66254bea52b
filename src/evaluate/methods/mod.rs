//! Groups made into values, one file a method (`semantics.md` 1.3): exact over decided groups, tight or sound over the
//! others.

mod average;
mod count;
mod distinct;
mod extremes;
mod gaps;
mod latest;
mod longest_gap;
mod sum;
mod trend;

pub(super) use count::tally;
pub(super) use gaps::schedule_error;
pub(super) use latest::visit_latest_of_each;

use super::groups::Extent;
use super::quantity::Range;
use super::value::{Value, month_lengths};
use super::walk::Walk;
use crate::facts::schema::{EntityId, Type};
use crate::plan::{Method, NodeId, Reduction};
use crate::value::Truth;

/// The value of a reduction.
pub(super) fn reduce(walk: &mut Walk<'_, '_>, id: NodeId, reduction: &Reduction) -> Value {
    match &reduction.method {
        Method::Count => count::count(walk, reduction),
        Method::Some => Value::Truth(count::some(walk, reduction)),
        Method::None => Value::Truth(count::some(walk, reduction).negate()),
        Method::All => count::all(walk, reduction),
        Method::Share => count::share(walk, reduction),
        Method::Sum => sum::sum(walk, reduction),
        Method::Min => extremes::extreme(walk, reduction, extremes::Side::Least),
        Method::Max => extremes::extreme(walk, reduction, extremes::Side::Greatest),
        Method::Average => average::average(walk, reduction),
        Method::Median => average::median(walk, reduction),
        Method::Percentile(rank) => average::percentile(walk, reduction, *rank),
        Method::Latest => latest::chosen(walk, reduction, latest::Side::Latest),
        Method::Oldest => latest::chosen(walk, reduction, latest::Side::Oldest),
        Method::Distinct => distinct::distinct(walk, reduction),
        // A group: visited, not valued.
        Method::LatestOfEach(_) => Value::Unknown(super::value::Why::Open),
        Method::Gaps { .. } => gaps::gaps(walk, id, reduction),
        Method::LongestGap { over, from } => longest_gap::longest_gap(walk, id, reduction, *over, *from),
        Method::Trend(value) => trend::trend(walk, reduction, *value),
    }
}

/// The entity of a reduction's group.
fn entity(walk: &Walk<'_, '_>, reduction: &Reduction) -> Option<EntityId> {
    walk.entity_of(reduction.group)
}

/// An element's value, or its own time where the reduction names none.
fn element(walk: &mut Walk<'_, '_>, reduction: &Reduction, entity: Option<EntityId>, row: u32) -> Value {
    match (reduction.value, entity) {
        (Some(value), _) => {
            walk.bind(reduction.depth, row);
            walk.value(value)
        }
        (None, Some(entity)) => walk.own_time(entity, row),
        (None, None) => Value::Unknown(super::value::Why::Cell),
    }
}

/// The values of a group with their rows' membership.
struct Elements {
    values: Vec<(u32, Truth, Value)>,
    extent: Extent,
    ty: Type,
}

/// Collects the values of a group.
fn elements(walk: &mut Walk<'_, '_>, reduction: &Reduction) -> Elements {
    let entity = entity(walk, reduction);
    let mut values = Vec::new();
    let extent = walk.visit(reduction.group, &mut |walk, row, truth| {
        let value = element(walk, reduction, entity, row);
        values.push((row, truth, value));
    });
    let ty = reduction.value.map_or(Type::Time, |value| walk.session.plan.node(value).ty.clone());
    Elements { values, extent, ty }
}

/// In which unit ranges are reduced.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Unit {
    Plain,
    Months,
}

impl Unit {
    fn value(self, range: Range) -> Value {
        match self {
            Unit::Plain => Value::Amount(range),
            Unit::Months => Value::Months(range),
        }
    }
}

impl Elements {
    /// The ranges of the values: months where all that are known are months, else lengths; all that the type allows where
    /// nothing is known.
    fn ranges(&self) -> (Unit, Vec<(Truth, Range)>) {
        let months = self.values.iter().any(|(.., value)| matches!(value, Value::Months(_)));
        let plain = self.values.iter().any(|(.., value)| matches!(value, Value::Amount(_)));
        let unit = if months && !plain { Unit::Months } else { Unit::Plain };
        let any = super::value::type_range(&self.ty);
        let range = |value: &Value| match value {
            Value::Amount(range) => *range,
            Value::Months(range) if unit == Unit::Months => *range,
            Value::Months(range) => month_lengths(*range),
            _ => any,
        };
        (unit, self.values.iter().map(|(_, truth, value)| (*truth, range(value))).collect())
    }

    fn any_in(&self) -> bool {
        self.values.iter().any(|(_, truth, _)| *truth == Truth::True)
    }
}
