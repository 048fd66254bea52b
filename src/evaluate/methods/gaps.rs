//! `gaps`: the required calendar buckets without an element (`semantics.md` 4.4).

use super::super::groups::Extent;
use super::super::quantity::Range;
use super::super::value::{Gap, Periods, Value, Why};
use super::super::walk::{EXCUSED, NOT_YET, REQUIRED, Walk};
use super::{element, entity};
use crate::facts::schema::Type;
use crate::plan::{Method, NodeId, Reduction};
use crate::value::calendar::{BucketId, Look, RequiredBuckets};
use crate::value::{Cadence, Duration, Instant, Truth};
use std::sync::Arc;

/// The buckets that a `gaps` asks for.
#[derive(Debug, Clone)]
struct Asked {
    /// Their size.
    pub cadence: Cadence,
    /// Those that are required if `from` and `until` excuse all that they may: surely required.
    pub sure: RequiredBuckets,
    /// Those that are required if they excuse as little as they may.
    pub most: RequiredBuckets,
    /// How many there would be without `from` and `until`.
    pub asked: u64,
    /// Whether `from` or `until` is there and nothing is known of it: it excuses nothing.
    pub unexcused: bool,
}

/// A cadence by its place.
fn cadence_of(id: u32) -> Option<Cadence> {
    [Cadence::Hourly, Cadence::Daily, Cadence::Weekly, Cadence::Monthly, Cadence::Quarterly, Cadence::Yearly]
        .into_iter()
        .find(|cadence| *cadence as u32 == id)
}

/// A bound of the duty: what it surely and at most excuses.
struct Bound {
    strictest: Option<Instant>,
    mildest: Option<Instant>,
    unknown: bool,
}

fn bound(walk: &mut Walk<'_, '_>, node: Option<NodeId>) -> Bound {
    let Some(node) = node else { return Bound { strictest: None, mildest: None, unknown: false } };
    let ends = match walk.value(node) {
        Value::Amount(Range { low, high }) => low.as_i64().zip(high.as_i64()),
        _ => None,
    };
    match ends {
        Some((low, high)) => Bound { strictest: Some(Instant(low)), mildest: Some(Instant(high)), unknown: false },
        None => Bound { strictest: None, mildest: None, unknown: true },
    }
}

/// The buckets that a `gaps` requires; `None` where its cadence or span is not known.
fn asked_buckets(walk: &mut Walk<'_, '_>, method: &Method) -> Option<Asked> {
    let Method::Gaps { every, over, last, from, until } = method else { return None };
    let cadence = match walk.value(*every) {
        Value::Id(id) if walk.session.plan.node(*every).ty == Type::Cadence => cadence_of(id)?,
        _ => return None,
    };
    let look = match (over, last) {
        (Some(over), _) => Look::Over(match walk.value(*over) {
            Value::Amount(range) if range.is_exact() => Duration::Exact(range.low.as_i64()?),
            Value::Months(range) if range.is_exact() => Duration::Months(range.low.as_i64()?),
            _ => return None,
        }),
        (None, Some(last)) => match walk.value(*last) {
            Value::Amount(range) if range.is_exact() => Look::Last(u32::try_from(range.low.as_i64()?).ok()?),
            _ => return None,
        },
        (None, None) => return None,
    };
    let (from, until) = (bound(walk, *from), bound(walk, *until));
    let (calendar, now) = (&walk.session.calendar, walk.session.now);
    let most = calendar.required_buckets(cadence, now, look, from.strictest, until.mildest)?;
    let sure = calendar.required_buckets(cadence, now, look, from.mildest, until.strictest)?;
    let asked = calendar.required_buckets(cadence, now, look, None, None)?.count();
    Some(Asked { cadence, sure, most, asked, unexcused: from.unknown || until.unknown })
}

/// The periods that lack an element.
pub(super) fn gaps(walk: &mut Walk<'_, '_>, id: NodeId, reduction: &Reduction) -> Value {
    let Some(asked) = asked_buckets(walk, &reduction.method) else { return Value::Unknown(Why::Cell) };
    let count = asked.most.count();
    walk.flags |= if count == 0 { NOT_YET } else { REQUIRED };
    walk.flags |= if count < asked.asked { EXCUSED } else { 0 };
    let first = asked.most.first.0;
    let size = usize::try_from(asked.most.end.0.saturating_sub(first)).unwrap_or(0);
    let mut filled = vec![Truth::False; size];
    let entity = entity(walk, reduction);
    let mut cutter = walk.session.calendar.cutter(asked.cadence);
    let extent = walk.visit(reduction.group, &mut |walk, row, truth| {
        let (low, high) = match element(walk, reduction, entity, row) {
            Value::Amount(Range { low, high }) => (low.as_i64(), high.as_i64()),
            _ => (None, None),
        };
        let mut place = |at: Option<i64>, unknown: i64| match at {
            // `never` lies in no bucket: after all of them.
            Some(at) => cutter.bucket_of(Instant(at)).map_or(i64::MAX, |id| id.0),
            None => unknown,
        };
        let (from, until) = (place(low, i64::MIN), place(high, i64::MAX));
        let (from, until) = (from.max(first), until.min(asked.most.end.0.saturating_sub(1)));
        let exact = low.is_some() && low == high || from == until && place(low, i64::MIN) == place(high, i64::MAX);
        for bucket in from..=until {
            if let Some(slot) = usize::try_from(bucket - first).ok().and_then(|at| filled.get_mut(at)) {
                *slot = (*slot).max(if exact { truth } else { Truth::Unknown });
            }
        }
    });
    let empty: Vec<BucketId> = asked
        .most
        .iter()
        .filter(|id| usize::try_from(id.0 - first).ok().and_then(|at| filled.get(at)) != Some(&Truth::True))
        .collect();
    let mut gaps = Vec::with_capacity(empty.len());
    let mut covered = Covered { since: None, before: None };
    for id in empty.into_iter().rev() {
        let Some((start, end)) = walk.session.calendar.bucket_span(asked.cadence, id) else { continue };
        let maybe = usize::try_from(id.0 - first).ok().and_then(|at| filled.get(at)) == Some(&Truth::Unknown);
        let sure = !maybe && asked.sure.contains(id) && covered.is_closed(walk, &extent, start);
        gaps.push(Gap { bucket: Some(id), start, end, sure });
    }
    gaps.reverse();
    if asked.unexcused && !gaps.is_empty() {
        walk.assume(id);
    }
    let periods = Periods { cadence: Some(asked.cadence), required: count, asked: asked.asked, gaps };
    Value::Periods(Arc::new(periods))
}

/// How far back the group is known to be closed: what is closed since an instant is closed since later ones.
struct Covered {
    since: Option<Instant>,
    before: Option<Instant>,
}

impl Covered {
    fn is_closed(&mut self, walk: &mut Walk<'_, '_>, extent: &Extent, start: Instant) -> bool {
        if self.since.is_some_and(|since| since <= start) {
            return true;
        }
        if self.before.is_some_and(|before| start <= before) {
            return false;
        }
        let closed = !walk.is_open(&extent.since(Some(start)));
        if closed {
            self.since = Some(start)
        } else {
            self.before = Some(start)
        }
        closed
    }
}
