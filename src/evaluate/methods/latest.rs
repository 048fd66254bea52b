//! `latest`, `oldest` and `latest_of_each`: the rows that it may be.

use super::super::groups::{Each, Extent};
use super::super::quantity::{End, Range};
use super::super::value::{Candidates, Item, Limit, Value, Why};
use super::super::walk::Walk;
use super::{elements, entity};
use crate::facts::schema::Type;
use crate::plan::{Method, NodeId, Reduction};
use crate::value::{Instant, Truth};
use std::collections::BTreeMap;
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

struct Attempt {
    row: u32,
    truth: Truth,
    time: Range,
}

/// Visits, for each value of the keys together, the row with the latest time. A row with a key that is not known may have
/// any: it displaces, and is displaced, wherever times allow. Only where a key is a time (attempts by their slot,
/// `semantics.md` 5.1) a row that names no time stands for itself: a run that names no slot is no attempt of another's.
/// What names no value of a further key, the plan say, is there an attempt beside those that name none either.
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
    let by_slot = times.contains(&true);
    let mut groups: BTreeMap<Vec<Option<Item>>, Vec<Attempt>> = BTreeMap::new();
    let mut alone = Vec::new();
    let extent = walk.visit(reduction.group, &mut |walk, row, truth| {
        walk.bind(reduction.depth, row);
        let items: Vec<Option<Item>> = keys.iter().map(|key| walk.value(*key).item()).collect();
        let time = super::element(walk, reduction, entity, row).range().unwrap_or(Range::ANY);
        let placed = items.iter().zip(&times).all(|(item, is_time)| item.is_some() || (by_slot && !is_time));
        let attempt = Attempt { row, truth, time };
        if placed { groups.entry(items).or_default().push(attempt) } else { alone.push(attempt) }
    });
    let open = !alone.is_empty() && walk.is_open(&extent);
    let mut found = Vec::new();
    for attempt in &alone {
        let others = || alone.iter().chain(groups.values().flatten()).filter(|other| other.row != attempt.row);
        let stands = by_slot || (!open && others().all(|o| o.time.high.order(attempt.time.low).is_lt()));
        found.push((attempt.row, if stands { attempt.truth } else { Truth::Unknown }));
    }
    let latest_known = groups
        .values()
        .filter_map(|attempts| attempts.iter().filter(|a| a.truth == Truth::True).map(|a| a.time.low).reduce(End::max))
        .reduce(End::min);
    // An unseen later attempt may exist wherever the group is open after the earliest of the latest.
    let displaced = match latest_known {
        Some(bound) if reduction.value.is_none() => walk.is_open(&extent.since(bound.as_i64().map(Instant))),
        _ => walk.is_open(&extent),
    };
    for attempts in groups.values() {
        for attempt in attempts {
            let others = || attempts.iter().filter(|other| other.row != attempt.row);
            let beaten = others().any(|o| o.truth == Truth::True && o.time.low.order(attempt.time.high).is_gt());
            if beaten {
                continue;
            }
            let mut rivals = others().chain(if by_slot { &[][..] } else { &alone });
            let first = rivals.all(|o| o.time.high.order(attempt.time.low).is_lt());
            let truth = if first && !displaced { attempt.truth } else { Truth::Unknown };
            found.push((attempt.row, truth));
        }
    }
    found.sort_unstable_by_key(|(row, _)| *row);
    for (row, truth) in found {
        each(walk, row, truth);
    }
    extent
}
