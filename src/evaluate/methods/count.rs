//! `count`, `some`, `no`, `all`, `share`: what follows from how many elements are surely and possibly what.

use super::super::groups::Extent;
use super::super::quantity::{End, Range};
use super::super::value::{Value, Why};
use super::super::walk::Walk;
use crate::plan::Reduction;
use crate::value::Truth;

/// How many elements are in or maybe in, and of which the predicate holds, does not hold, is undecided.
#[derive(Debug, Clone, Copy)]
pub(in super::super) struct Tally {
    /// In, true.
    pub a: u64,
    /// In, false.
    pub b: u64,
    /// In, undecided.
    pub c: u64,
    /// Maybe in, true.
    pub x: u64,
    /// Maybe in, false.
    pub y: u64,
    /// Maybe in, undecided.
    pub z: u64,
    /// What the group reaches over.
    pub extent: Extent,
}

/// Counts the rows of a group.
pub(in super::super) fn tally(walk: &mut Walk<'_, '_>, reduction: &Reduction) -> Tally {
    let (mut yes, mut no, mut open) = ([0_u64; 2], [0_u64; 2], [0_u64; 2]);
    let filter = reduction.predicate.and_then(|predicate| walk.session.filter_of(predicate, reduction.depth));
    let extent = walk.visit(reduction.group, &mut |walk, row, truth| {
        let holds = match (filter, reduction.predicate) {
            (Some(filter), _) => filter.truth(row),
            (None, Some(predicate)) => {
                walk.bind(reduction.depth, row);
                walk.asked(predicate)
            }
            (None, None) => Truth::True,
        };
        let counts = match holds {
            Truth::True => &mut yes,
            Truth::False => &mut no,
            Truth::Unknown => &mut open,
        };
        counts[usize::from(truth != Truth::True)] += 1;
    });
    Tally { a: yes[0], b: no[0], c: open[0], x: yes[1], y: no[1], z: open[1], extent }
}

/// A group of rows counted, or what a set or periods say of their number.
enum Counted {
    Rows(Tally),
    Between(u64, Option<u64>),
    Nobody(Why),
}

fn counted(walk: &mut Walk<'_, '_>, reduction: &Reduction) -> Counted {
    use crate::facts::schema::Type;
    if matches!(walk.session.plan.node(reduction.group).ty, Type::Rows(_)) {
        return Counted::Rows(tally(walk, reduction));
    }
    match walk.value(reduction.group) {
        Value::Periods(periods) => {
            let all = periods.gaps.len() as u64;
            Counted::Between(periods.gaps.iter().filter(|gap| gap.sure).count() as u64, Some(all))
        }
        Value::Set(set) => {
            let known = set.known.len() as u64;
            Counted::Between(known, (!set.open).then_some(known + set.possible.len() as u64 + set.unknown))
        }
        Value::Unknown(why) => Counted::Nobody(why),
        _ => Counted::Nobody(Why::Cell),
    }
}

/// How many.
pub(super) fn count(walk: &mut Walk<'_, '_>, reduction: &Reduction) -> Value {
    let (low, high) = match counted(walk, reduction) {
        Counted::Rows(t) => {
            let high = (!walk.is_open(&t.extent)).then_some(t.a + t.c + t.x + t.z);
            (t.a, high)
        }
        Counted::Between(low, high) => (low, high),
        Counted::Nobody(why) => return Value::Unknown(why),
    };
    Value::Amount(Range { low: End::count(low), high: high.map_or(End::ABOVE, End::count) })
}

/// Whether there is one.
pub(super) fn some(walk: &mut Walk<'_, '_>, reduction: &Reduction) -> Truth {
    match counted(walk, reduction) {
        Counted::Rows(t) if t.a > 0 => Truth::True,
        Counted::Rows(t) if t.c + t.x + t.z > 0 => walk.undecided_by_row(),
        Counted::Rows(t) if walk.is_open(&t.extent) => Truth::Unknown,
        Counted::Rows(_) => Truth::False,
        Counted::Between(1.., _) => Truth::True,
        Counted::Between(_, Some(0)) => Truth::False,
        Counted::Between(..) | Counted::Nobody(_) => Truth::Unknown,
    }
}

/// Whether it holds of each; undecided over nothing.
pub(super) fn all(walk: &mut Walk<'_, '_>, reduction: &Reduction) -> Value {
    let t = tally(walk, reduction);
    if t.b > 0 {
        return Value::Truth(Truth::False);
    }
    if t.c + t.y + t.z > 0 {
        return Value::Truth(walk.undecided_by_row());
    }
    if walk.is_open(&t.extent) {
        return Value::Truth(Truth::Unknown);
    }
    match t {
        Tally { a: 1.., .. } => Value::Truth(Truth::True),
        Tally { x: 0, .. } => Value::Unknown(Why::Nothing),
        _ => Value::Truth(walk.undecided_by_row()),
    }
}

/// The part of which it holds, an exact fraction.
pub(super) fn share(walk: &mut Walk<'_, '_>, reduction: &Reduction) -> Value {
    let t = tally(walk, reduction);
    let part = End::part;
    if walk.is_open(&t.extent) {
        return Value::Amount(Range { low: End::ZERO, high: End::whole(1) });
    }
    let (sure, maybe) = (t.a + t.b + t.c, t.x + t.y + t.z);
    match (sure, maybe) {
        (0, 0) => Value::Unknown(Why::Nothing),
        (0, _) => Value::Unknown(Why::Cell),
        _ => Value::Amount(Range {
            low: part(t.a, sure + t.y + t.z),
            high: part(t.a + t.c + t.x + t.z, sure + t.x + t.z),
        }),
    }
}
