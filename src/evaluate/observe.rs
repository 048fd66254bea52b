//! What tests want to know beside verdicts: how near to a limit comparisons came. Off in ordinary runs, where it costs a
//! look at an empty slot for each comparison walked.
//!
//! Invariant: observing changes no value. What is seen are the comparisons that judging evaluates, not those of
//! explanations.

use super::compute::window;
use super::quantity::{End, Range};
use super::value::Value;
use super::walk::Walk;
use crate::facts::schema::Type;
use crate::plan::{Direction, NodeId, Op};
use crate::value::Truth;
use crate::value::civil::{DAY, HOUR, MINUTE, SECOND};
use rustc_hash::FxHashMap;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};

/// A comparison to be watched, and the quantity that sets its limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Watch {
    /// `Compare`, `Between`, `Within` or `Recent`.
    pub node: NodeId,
    /// What the limit is made of.
    pub limit: NodeId,
}

/// How near to its limit a comparison came: which ways it was decided at the limit itself, and at most one unit off.
/// A unit is 1 of a count, a day of a date, a member of an ordered enumeration, a percentage point, the unit that a duration
/// is written in (31 days for months), and a hundredth of any other number.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Nearness {
    /// At the limit it was false, true.
    pub at: [bool; 2],
    /// Beside the limit it was false, true.
    pub beside: [bool; 2],
}

impl Nearness {
    /// Whether the limit was seen to part what holds from what does not: one way at it, the other way beside it.
    pub fn is_boundary(self) -> bool {
        self.at[0] && self.beside[1] || self.at[1] && self.beside[0]
    }

    /// Both together.
    pub fn add(&mut self, other: Nearness) {
        for way in 0..2 {
            self.at[way] |= other.at[way];
            self.beside[way] |= other.beside[way];
        }
    }
}

/// What is watched and what was seen of it.
pub(super) struct Recorder {
    watches: Vec<Watch>,
    by_node: FxHashMap<NodeId, Vec<usize>>,
    seen: Mutex<Vec<Nearness>>,
    off: AtomicBool,
}

impl Recorder {
    /// Watches.
    pub fn new(watches: &[Watch]) -> Recorder {
        let mut by_node: FxHashMap<NodeId, Vec<usize>> = FxHashMap::default();
        for (place, watch) in watches.iter().enumerate() {
            by_node.entry(watch.node).or_default().push(place);
        }
        let seen = Mutex::new(vec![Nearness::default(); watches.len()]);
        Recorder { watches: watches.to_vec(), by_node, seen, off: AtomicBool::new(false) }
    }

    /// Sees nothing from now on.
    pub fn stop(&self) {
        self.off.store(true, Ordering::Relaxed);
    }

    /// What was seen, in the order of the watches.
    pub fn into_seen(self) -> Vec<Nearness> {
        self.seen.into_inner().unwrap_or_default()
    }
}

impl Walk<'_, '_> {
    /// Notes how far `value` is from `limit` in the comparison `node`, which came to `truth`.
    pub(super) fn note(&mut self, node: NodeId, value: &Value, limit: &Value, truth: Truth) {
        let Some(recorder) = self.session.recorder else { return };
        if truth == Truth::Unknown || recorder.off.load(Ordering::Relaxed) {
            return;
        }
        let Some(places) = recorder.by_node.get(&node) else { return };
        let Some((value, limit)) = exactly(value).zip(exactly(limit)) else { return };
        let equal = value.order(limit).is_eq();
        let apart = value.minus(limit).map_or(f64::INFINITY, |apart| apart.as_f64().abs());
        for place in places {
            let Some(watch) = recorder.watches.get(*place) else { continue };
            let beside = !equal && apart <= self.unit(watch, limit) * (1.0 + 1e-9);
            let Ok(mut seen) = recorder.seen.lock() else { continue };
            let Some(nearness) = seen.get_mut(*place) else { continue };
            let way = usize::from(truth == Truth::True);
            nearness.at[way] |= equal;
            nearness.beside[way] |= beside;
        }
    }

    /// Notes how far a time is from the far end of a span from now.
    pub(super) fn note_within(&mut self, node: NodeId, time: &Value, direction: Direction, span: &Value, truth: Truth) {
        if self.session.recorder.is_none() {
            return;
        }
        let Some((from, until)) = window(self.session, direction, span) else { return };
        let end = if direction == Direction::Last { from } else { until };
        self.note(node, time, &Value::Amount(end), truth);
    }

    /// One unit of what is compared.
    fn unit(&mut self, watch: &Watch, limit: End) -> f64 {
        let plan = self.session.plan;
        let compared = match &plan.node(watch.node).op {
            Op::Compare { left, .. } => &plan.node(*left).ty,
            Op::Between { value, .. } => &plan.node(*value).ty,
            _ => &Type::Time,
        };
        let hundredth = limit.as_f64().abs() / 100.0;
        match compared {
            Type::Time | Type::TimeOrNever | Type::Duration => match self.value(watch.limit) {
                Value::Months(_) if *compared == Type::Duration => 1.0,
                Value::Months(_) => 31.0 * DAY as f64,
                Value::Amount(range) if plan.node(watch.limit).ty == Type::Duration => duration_unit(range),
                _ => DAY as f64,
            },
            Type::Percent => 0.01,
            Type::Number => hundredth.max(0.01),
            Type::Size | Type::Rate => hundredth,
            _ => 1.0,
        }
    }
}

/// The largest unit that a duration is a multiple of, in nanoseconds.
fn duration_unit(range: Range) -> f64 {
    let Some(length) = range.low.as_i64() else { return 1.0 };
    [DAY, HOUR, MINUTE, SECOND].into_iter().find(|unit| length % unit == 0).unwrap_or(1) as f64
}

fn exactly(value: &Value) -> Option<End> {
    match value {
        Value::Amount(range) | Value::Months(range) if range.is_exact() && range.low.is_bound() => Some(range.low),
        Value::Id(id) => Some(End::whole(i64::from(*id))),
        _ => None,
    }
}
