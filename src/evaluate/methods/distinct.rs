//! `distinct`: the set of values.

use super::super::value::{SetValue, Value};
use super::super::walk::Walk;
use super::elements;
use crate::facts::schema::Type;
use crate::plan::Reduction;
use crate::value::Truth;
use std::sync::Arc;

/// The values of the elements; each unknown one may be one more. Of sets: their members; an unknown one may hold any.
pub(super) fn distinct(walk: &mut Walk<'_, '_>, reduction: &Reduction) -> Value {
    let elements = elements(walk, reduction);
    let mut open = walk.is_open(&elements.extent);
    let of_sets = matches!(elements.ty, Type::Set(_));
    let (mut known, mut possible, mut unknown) = (Vec::new(), Vec::new(), 0u64);
    for (_, truth, value) in &elements.values {
        match (value.item(), truth, value) {
            (_, Truth::True, Value::Set(set)) => {
                known.extend(&set.known);
                possible.extend(&set.possible);
                (unknown, open) = (unknown.saturating_add(set.unknown), open || set.open);
            }
            (_, _, Value::Set(set)) => {
                possible.extend(set.known.iter().chain(&set.possible));
                (unknown, open) = (unknown.saturating_add(set.unknown), open || set.open);
            }
            (None, ..) if of_sets => open = true,
            (Some(item), Truth::True, _) => known.push(item),
            (Some(item), ..) => possible.push(item),
            (None, ..) => unknown += 1,
        }
    }
    let known = SetValue::of(known).known;
    possible.retain(|item| known.binary_search(item).is_err());
    possible.sort_unstable();
    possible.dedup();
    Value::Set(Arc::new(SetValue { known, possible, unknown, open }))
}
