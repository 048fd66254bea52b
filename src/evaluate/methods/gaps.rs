//! `gaps`: the required calendar buckets without an element (`semantics.md` 4.4). The buckets of a schedule go from one due
//! time to the next; the schedule is read in its own zone: that of its text, else that of `zone:`, else the policy's.

use super::super::groups::Extent;
use super::super::quantity::Range;
use super::super::value::{Gap, Periods, Value, Why};
use super::super::walk::{EXCUSED, NOT_YET, REQUIRED, Walk};
use super::{element, entity};
use crate::facts::schema::Type;
use crate::plan::{Method, NodeId, Reduction};
use crate::value::calendar::{BucketId, Calendar, Look, RequiredBuckets};
use crate::value::period::subtract;
use crate::value::schedule::{ScheduleError, read_schedule};
use crate::value::{Cadence, Duration, Instant, Truth};
use std::sync::Arc;

/// The buckets that a `gaps` asks for.
#[derive(Debug, Clone)]
struct Asked {
    /// What they are.
    pub buckets: Buckets,
    /// Those that are required if `from` and `until` excuse all that they may: surely required.
    pub sure: RequiredBuckets,
    /// Those that are required if they excuse as little as they may.
    pub most: RequiredBuckets,
    /// How many there would be without `from` and `until`.
    pub asked: u64,
    /// Whether `from` or `until` is there and nothing is known of it: it excuses nothing.
    pub unexcused: bool,
}

/// What the buckets are.
#[derive(Debug, Clone)]
enum Buckets {
    /// Of the calendar.
    Cadence(Cadence),
    /// From each due time to the next; a bucket's id is the place of its due time.
    Due(Vec<Instant>),
}

impl Buckets {
    fn cadence(&self) -> Option<Cadence> {
        match self {
            Buckets::Cadence(cadence) => Some(*cadence),
            Buckets::Due(_) => None,
        }
    }

    fn span(&self, calendar: &Calendar, id: BucketId) -> Option<(Instant, Instant)> {
        match self {
            Buckets::Cadence(cadence) => calendar.bucket_span(*cadence, id),
            Buckets::Due(due) => {
                let place = usize::try_from(id.0).ok()?;
                due.get(place).copied().zip(due.get(place + 1).copied())
            }
        }
    }

    fn required(
        &self,
        calendar: &Calendar,
        now: Instant,
        look: Look,
        from: Option<Instant>,
        until: Option<Instant>,
    ) -> Option<RequiredBuckets> {
        let due = match self {
            Buckets::Cadence(cadence) => return calendar.required_buckets(*cadence, now, look, from, until),
            Buckets::Due(due) => due,
        };
        let first = from.map_or(0, |from| due.partition_point(|at| *at < from));
        let ends = until.map_or(due.len(), |until| due.partition_point(|at| *at <= until));
        let end = ends.saturating_sub(1).max(first);
        let id = |place: usize| i64::try_from(place).ok().map(BucketId);
        Some(RequiredBuckets { first: id(first)?, end: id(end)?, skipped: Vec::new() })
    }
}

/// The due times of a schedule's text from the look-back's start to now; `None` where its zone is not known.
fn due_times(
    walk: &mut Walk<'_, '_>,
    text: &str,
    look: Look,
    zone: Option<NodeId>,
) -> Result<Option<Vec<Instant>>, ScheduleError> {
    let schedule = read_schedule(text)?;
    let (calendar, now) = (&walk.session.calendar, walk.session.now);
    let own = match zone.filter(|_| schedule.goes_by_clocks()) {
        None => calendar.zone.clone(),
        Some(zone) => match walk.zone_named(zone) {
            Some(own) => own,
            None if walk.is_absent(zone) => {
                walk.assume(zone);
                calendar.zone.clone()
            }
            None => return Ok(None),
        },
    };
    let due = match look {
        Look::Over(span) => match subtract(now, span, &calendar.zone) {
            Some(start) => schedule.due_times(&own, start, now)?,
            None => return Err(ScheduleError::TooOften),
        },
        Look::Last(n) => {
            let count = usize::try_from(n).unwrap_or(usize::MAX).saturating_add(1);
            schedule.newest_due_times(&own, count, now)?
        }
    };
    Ok(Some(due))
}

/// Why the known text of a schedule gives no due times; `None` where it does, or is not known.
pub(in super::super) fn schedule_error(walk: &mut Walk<'_, '_>, method: &Method) -> Option<ScheduleError> {
    let Method::Gaps { every, zone, .. } = method else { return None };
    if walk.session.plan.node(*every).ty != Type::Schedule {
        return None;
    }
    let Value::Id(id) = walk.value(*every) else { return None };
    let text = walk.session.text(id);
    match look_of(walk, method) {
        Some(look) => due_times(walk, text, look, *zone).err(),
        None => read_schedule(text).err(),
    }
}

/// How far back a `gaps` looks, where that is known.
fn look_of(walk: &mut Walk<'_, '_>, method: &Method) -> Option<Look> {
    let Method::Gaps { over, last, .. } = method else { return None };
    Some(match (over, last) {
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
    })
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
    let Method::Gaps { every, from, until, zone, .. } = method else { return None };
    let look = look_of(walk, method)?;
    let buckets = match (walk.value(*every), &walk.session.plan.node(*every).ty) {
        (Value::Id(id), Type::Cadence) => Buckets::Cadence(cadence_of(id)?),
        (Value::Id(id), Type::Schedule) => {
            let text = walk.session.text(id);
            Buckets::Due(due_times(walk, text, look, *zone).ok()??)
        }
        _ => return None,
    };
    let (from, until) = (bound(walk, *from), bound(walk, *until));
    let (calendar, now) = (&walk.session.calendar, walk.session.now);
    let most = buckets.required(calendar, now, look, from.strictest, until.mildest)?;
    let sure = buckets.required(calendar, now, look, from.mildest, until.strictest)?;
    let asked = buckets.required(calendar, now, look, None, None)?.count();
    Some(Asked { buckets, sure, most, asked, unexcused: from.unknown || until.unknown })
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
    let mut cutter = asked.buckets.cadence().map(|cadence| walk.session.calendar.cutter(cadence));
    let extent = walk.visit(reduction.group, &mut |walk, row, truth| {
        let (low, high) = match element(walk, reduction, entity, row) {
            Value::Amount(Range { low, high }) => (low.as_i64(), high.as_i64()),
            _ => (None, None),
        };
        let mut place = |at: Option<i64>, unknown: i64| match at {
            // `never` lies in no bucket: after all of them.
            Some(at) => match (&mut cutter, &asked.buckets) {
                (Some(cutter), _) => cutter.bucket_of(Instant(at)).map_or(i64::MAX, |id| id.0),
                // Before the first due time: -1.
                (None, Buckets::Due(due)) => due.partition_point(|due| due.0 <= at) as i64 - 1,
                (None, Buckets::Cadence(_)) => unknown,
            },
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
        let Some((start, end)) = asked.buckets.span(&walk.session.calendar, id) else { continue };
        let maybe = usize::try_from(id.0 - first).ok().and_then(|at| filled.get(at)) == Some(&Truth::Unknown);
        let sure = !maybe && asked.sure.contains(id) && covered.is_closed(walk, &extent, start);
        gaps.push(Gap { bucket: asked.buckets.cadence().map(|_| id), start, end, sure });
    }
    gaps.reverse();
    if asked.unexcused && !gaps.is_empty() {
        walk.assume(id);
    }
    let periods = Periods { cadence: asked.buckets.cadence(), required: count, asked: asked.asked, gaps };
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
