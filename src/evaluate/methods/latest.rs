//! `latest`, `oldest` and `latest_of_each`: the rows that it may be.

use super::super::groups::{Each, Extent};
use super::super::quantity::{End, Range};
use super::super::value::{Candidates, Item, Limit, Value, Why};
use super::super::walk::Walk;
use super::{elements, entity};
use crate::facts::schema::Type;
use crate::plan::{Method, NodeId, Reduction};
use crate::value::{Instant, Truth};
use rustc_hash::FxHashMap;
use std::borrow::Cow;
use std::sync::Arc;

/// Which end of time.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Side {
    Latest,
    Oldest,
}

/// The row with the latest or earliest time; all that may be it.
pub(super) fn chosen(walk: &mut Walk<'_, '_>, reduction: &Reduction, side: Side) -> Value {
    let elements = elements(walk, reduction);
    let time = |value: &Value| value.range().unwrap_or(Range::ANY);
    let sure = elements.values.iter().filter(|(_, truth, _)| *truth == Truth::True).map(|(.., value)| time(value));
    let bound = match side {
        Side::Latest => sure.map(|t| t.low).reduce(End::max),
        Side::Oldest => sure.map(|t| t.high).reduce(End::min),
    };
    let Some(bound) = bound else {
        let nothing = elements.values.is_empty() && !walk.is_open(&elements.extent);
        return Value::Unknown(if nothing { Why::Nothing } else { Why::Open });
    };
    let may = |value: &Value| match side {
        Side::Latest => time(value).high.order(bound).is_ge(),
        Side::Oldest => time(value).low.order(bound).is_le(),
    };
    let mut rows: Vec<u32> = elements.values.iter().filter(|(.., value)| may(value)).map(|(row, ..)| *row).collect();
    rows.sort_unstable();
    let unseen = is_open_beyond(walk, reduction, elements.extent, bound, side);
    match rows.as_slice() {
        [row] if !unseen => Value::Row(*row),
        _ => {
            let limit = match side {
                Side::Latest => Limit::From(bound),
                Side::Oldest => Limit::Until(bound),
            };
            Value::Candidates(Arc::new(Candidates { rows, unseen, limit, by: reduction.value }))
        }
    }
}

/// Whether a row that nobody showed may be later than the latest known (or earlier than the oldest). By their own time,
/// rows from before what is covered cannot be the latest.
fn is_open_beyond(walk: &mut Walk<'_, '_>, reduction: &Reduction, extent: Extent, bound: End, side: Side) -> bool {
    if side == Side::Latest && orders_by_own_time(walk, reduction) {
        return walk.is_open(&extent.since(bound.as_i64().map(Instant)));
    }
    walk.is_open(&extent)
}

/// Whether the ordering time is the own time: the default, or the entity's only occurrence by name.
fn orders_by_own_time(walk: &Walk<'_, '_>, reduction: &Reduction) -> bool {
    use crate::plan::Op;
    let Some(value) = reduction.value else { return true };
    let Some(entity) = entity(walk, reduction) else { return false };
    let plan = walk.session.plan;
    match (&plan.node(value).op, plan.schema.entity(entity).occurs.as_slice()) {
        (Op::Field { row, field }, [only]) => {
            field.entity == entity && field.field == *only && matches!(plan.node(*row).op, Op::Row(_))
        }
        _ => false,
    }
}

/// The times of rows that share what they name.
#[derive(Default)]
struct Rivals {
    /// The two rows that may be latest, with the ends of their times.
    may: Option<(u32, End)>,
    second: Option<End>,
    /// The greatest beginning of the time of a row that is in.
    sure: Option<End>,
}

impl Rivals {
    fn add(&mut self, attempt: &Attempt) {
        let end = attempt.time.high;
        match self.may {
            Some((_, most)) if most.order(end).is_ge() => self.second = Some(self.second.map_or(end, |s| s.max(end))),
            most => {
                self.second = most.map(|(_, end)| end).or(self.second);
                self.may = Some((attempt.row, end));
            }
        }
        if attempt.truth == Truth::True {
            self.sure = Some(self.sure.map_or(attempt.time.low, |s| s.max(attempt.time.low)));
        }
    }

    /// The latest that another of them than `row` may be.
    fn other_than(&self, row: u32) -> Option<End> {
        self.may.and_then(|(first, end)| if first == row { self.second } else { Some(end) })
    }
}

/// A row with what it names: `None` for a key that is not known.
struct Attempt {
    row: u32,
    truth: Truth,
    time: Range,
    names: Box<[Option<Item>]>,
    /// Which of `names` are known, a bit each.
    known: u64,
}

impl Attempt {
    /// What it names among `keys`, a bit each.
    fn named(&self, keys: u64) -> Cow<'_, [Option<Item>]> {
        if keys == self.known {
            return Cow::Borrowed(&self.names);
        }
        self.names.iter().enumerate().map(|(i, name)| name.filter(|_| keys >> i & 1 == 1)).collect()
    }
}

/// Visits, for each value of the keys together, the row with the latest time. A key that is not known may have any value:
/// such a row may be an attempt of each group that it does not contradict; it neither hides nor is hidden for sure. Only
/// where a key is a time (attempts by their slot, `semantics.md` 5.1) a row that names no time stands for itself: a run
/// that names no slot is no attempt of another's.
pub(in super::super) fn visit_latest_of_each<'s, 'a>(
    walk: &mut Walk<'s, 'a>,
    _node: NodeId,
    reduction: &Reduction,
    each: &mut Each<'_, 's, 'a>,
) -> Extent {
    let Method::LatestOfEach(keys) = &reduction.method else {
        return Extent { look: None, open: true, unanswered: true };
    };
    let entity = entity(walk, reduction);
    let is_time = |key: &NodeId| walk.session.plan.node(*key).ty == Type::Time;
    let times: Vec<bool> = keys.iter().map(is_time).collect();
    let mut attempts = Vec::new();
    let mut found = Vec::new();
    let extent = walk.visit(reduction.group, &mut |walk, row, truth| {
        walk.bind(reduction.depth, row);
        let names: Box<[Option<Item>]> = keys.iter().map(|key| walk.value(*key).item()).collect();
        if names.iter().zip(&times).any(|(name, is_time)| *is_time && name.is_none()) {
            found.push((row, truth));
            return;
        }
        let time = super::element(walk, reduction, entity, row).range().unwrap_or(Range::ANY);
        let known = names.iter().enumerate().fold(0, |known, (i, name)| known | (u64::from(name.is_some()) << i));
        attempts.push(Attempt { row, truth, time, names, known });
    });
    let mut latest = latest_of(&attempts, (1 << keys.len()) - 1);
    // An unseen later attempt may exist wherever the group is open after the earliest of the latest.
    let sure = latest.iter().filter(|(_, truth)| *truth == Truth::True).map(|(attempt, _)| attempt.time.low);
    if let Some(bound) = sure.reduce(End::min) {
        let displaced = match reduction.value {
            None => walk.is_open(&extent.since(bound.as_i64().map(Instant))),
            Some(_) => walk.is_open(&extent),
        };
        if displaced {
            latest.iter_mut().for_each(|(_, truth)| *truth = Truth::Unknown);
        }
    }
    found.extend(latest.into_iter().map(|(attempt, truth)| (attempt.row, truth)));
    found.sort_unstable_by_key(|(row, _)| *row);
    for (row, truth) in found {
        each(walk, row, truth);
    }
    extent
}

/// By which keys the others know and which of these are compared, then by what they name there.
type RivalsByKnown<'t> = FxHashMap<(u64, u64), FxHashMap<Cow<'t, [Option<Item>]>, Rivals>>;

/// Those who know `theirs` and may be of one group with `attempt`.
fn rivals_of<'r>(rivals: &'r RivalsByKnown<'_>, attempt: &Attempt, theirs: u64) -> Option<&'r Rivals> {
    let both = attempt.known & theirs;
    rivals.get(&(theirs, both))?.get(attempt.named(both).as_ref())
}

/// The attempts that are, or may be, the latest of what they name. `all` has a bit for each key.
fn latest_of(attempts: &[Attempt], all: u64) -> Vec<(&Attempt, Truth)> {
    let mut patterns: Vec<u64> = attempts.iter().map(|attempt| attempt.known).collect();
    patterns.sort_unstable();
    patterns.dedup();
    // Rows that agree in all that both know may be of one group.
    let mut rivals = RivalsByKnown::default();
    for theirs in &patterns {
        for ours in &patterns {
            let both = ours & theirs;
            let among = rivals.entry((*theirs, both)).or_default();
            if !among.is_empty() {
                continue;
            }
            for attempt in attempts.iter().filter(|attempt| attempt.known == *theirs) {
                among.entry(attempt.named(both)).or_default().add(attempt);
            }
        }
    }
    let mut latest = Vec::new();
    for attempt in attempts {
        // Only what is surely of the same group hides for sure.
        let same = if attempt.known == all { rivals_of(&rivals, attempt, all) } else { None };
        if same.and_then(|same| same.sure).is_some_and(|time| time.order(attempt.time.high).is_gt()) {
            continue;
        }
        let mut others =
            patterns.iter().filter_map(|theirs| rivals_of(&rivals, attempt, *theirs)?.other_than(attempt.row));
        let first = others.all(|time| time.order(attempt.time.low).is_lt());
        latest.push((attempt, if first { attempt.truth } else { Truth::Unknown }));
    }
    latest
}
