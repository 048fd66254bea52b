//! `trend`: the slope of the least-squares line, a second; of a duration how much longer it becomes in one. Integers around
//! the first sample, one division at the end.

use super::super::quantity::End;
use super::super::quantity::Range;
use super::super::value::{Value, Why};
use super::super::walk::Walk;
use super::entity;
use crate::facts::schema::Type;
use crate::plan::{NodeId, Reduction};
use crate::value::{Ratio, Truth};

/// Milliseconds keep years of samples within 128 bits.
const STEP: i64 = 1_000_000;

/// How fast the value grows, by the reduction's time.
pub(super) fn trend(walk: &mut Walk<'_, '_>, reduction: &Reduction, value: NodeId) -> Value {
    let entity = entity(walk, reduction);
    let mut samples = Vec::new();
    let mut undecided = false;
    let extent = walk.visit(reduction.group, &mut |walk, row, truth| {
        let time = super::element(walk, reduction, entity, row);
        walk.bind(reduction.depth, row);
        let value = walk.value(value);
        match (truth, time, value) {
            (Truth::True, Value::Amount(time), Value::Amount(value)) if time.is_exact() && value.is_exact() => {
                match (time.low.as_i64(), value.low.as_i64()) {
                    (Some(time), Some(value)) => samples.push((time, value)),
                    _ => undecided = true,
                }
            }
            _ => undecided = true,
        }
    });
    if walk.is_open(&extent) {
        return Value::Unknown(Why::Open);
    }
    if undecided {
        return Value::Unknown(Why::Cell);
    }
    samples.sort_unstable();
    let slope = slope(&samples).and_then(|slope| match walk.session.plan.node(value).ty {
        // Durations are nanoseconds: a second for each second is 1.
        Type::Duration => slope.times(End::Exact(Ratio::new(1, 1_000_000_000)?)),
        _ => Some(slope),
    });
    slope.map_or(Value::Unknown(Why::Nothing), |slope| Value::Amount(Range::exactly(slope)))
}

/// `None` for fewer than two instants, and on overflow.
fn slope(samples: &[(i64, i64)]) -> Option<End> {
    let (first_time, first_value) = *samples.first()?;
    let (mut t, mut v, mut tt, mut tv) = (0_i128, 0_i128, 0_i128, 0_i128);
    for (time, value) in samples {
        let time = (i128::from(*time) - i128::from(first_time)) / i128::from(STEP);
        let value = i128::from(*value) - i128::from(first_value);
        t = t.checked_add(time)?;
        v = v.checked_add(value)?;
        tt = tt.checked_add(time.checked_mul(time)?)?;
        tv = tv.checked_add(time.checked_mul(value)?)?;
    }
    let n = samples.len() as i128;
    let above = n.checked_mul(tv)?.checked_sub(t.checked_mul(v)?)?;
    let below = n.checked_mul(tt)?.checked_sub(t.checked_mul(t)?)?;
    if below <= 0 {
        return None;
    }
    // A millisecond is a thousandth of a second.
    End::Exact(Ratio::new(above, below)?).times(End::whole(1_000))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_has_its_slope() {
        let day = 86_400_000_000_000;
        let samples: Vec<_> = (0..29).map(|i| (i * day, 71_000 + i * 1_000)).collect();
        let slope = slope(&samples).unwrap();
        assert!(slope.times(End::whole(86_400)).unwrap().order(End::whole(1_000)).is_eq());
        assert!(super::slope(&[(5, 1), (5, 9)]).is_none());
    }
}
