//! `distinct`: the set of values.

use super::super::value::{SetValue, Value};
use super::super::walk::Walk;
use super::elements;
use crate::plan::Reduction;
use crate::value::Truth;
use std::sync::Arc;

/// The values of the elements; each unknown one may be one more.
pub(super) fn distinct(walk: &mut Walk<'_, '_>, reduction: &Reduction) -> Value {
    let elements = elements(walk, reduction);
    let open = walk.is_open(&elements.extent);
    let (mut known, mut possible, mut unknown) = (Vec::new(), Vec::new(), 0);
    for (_, truth, value) in &elements.values {
        match (value.item(), truth) {
            (Some(item), Truth::True) => known.push(item),
            (Some(item), _) => possible.push(item),
            (None, _) => unknown += 1,
        }
    }
    let known = SetValue::of(known).known;
    possible.retain(|item| known.binary_search(item).is_err());
    possible.sort_unstable();
    possible.dedup();
    Value::Set(Arc::new(SetValue { known, possible, unknown, open }))
}
