//! Values as all that they could be (`semantics.md` P1).

use super::quantity::{End, Range};
use crate::facts::schema::Type;
use crate::value::calendar::BucketId;
use crate::value::period::lengths;
use crate::value::{Cadence, ClockTime, Duration, Instant, Truth, Window};
use std::sync::Arc;

/// What a node comes to.
#[derive(Debug, Clone)]
pub(super) enum Value {
    /// A truth.
    Truth(Truth),
    /// Anything ordered: whole numbers, fractions, floats; times and exact durations in nanoseconds, sizes in bytes,
    /// percents as fractions of 1, dates in days, clocks in seconds. `never` is `i64::MAX`.
    Amount(Range),
    /// A duration in calendar months.
    Months(Range),
    /// A text, an enumeration member or a cadence; the node's type says which.
    Id(u32),
    /// One of these ids, sorted.
    OneOf(Arc<[u32]>),
    /// A row; the node's type says of which entity.
    Row(u32),
    /// One of several rows.
    Candidates(Arc<Candidates>),
    /// A local window.
    Window(Window),
    /// A set.
    Set(Arc<SetValue>),
    /// Calendar periods.
    Periods(Arc<Periods>),
    /// Nothing is known beyond the type.
    Unknown(Why),
}

/// Why nothing is known. Influences no verdict, but that the later of `Nothing` and a value is that value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Why {
    /// A cell or a parameter that it needs is not known.
    Cell,
    /// A measure over nothing: adding cells cannot change it.
    Nothing,
    /// A number too great, or a division by what may be 0.
    Overflow,
    /// Rows may exist that nobody showed.
    Open,
}

/// The rows that a `latest` or `oldest` may be.
#[derive(Debug)]
pub(super) struct Candidates {
    /// Ascending.
    pub rows: Vec<u32>,
    /// Whether it may be a row that nobody showed.
    pub unseen: bool,
    /// What the ordering time of whichever it is cannot lie before (`latest`) or after (`oldest`).
    pub limit: Limit,
    /// The node of the ordering time; `None` for the own time.
    pub by: Option<crate::plan::NodeId>,
}

/// A bound on the ordering time of the row that is chosen.
#[derive(Debug, Clone, Copy)]
pub(super) enum Limit {
    /// Not before.
    From(End),
    /// Not after.
    Until(End),
}

/// A member of a set: an id, or a quantity in lowest terms (`(bits, 0)` for a float).
pub(super) type Item = (i128, i128);

/// What a set may hold.
#[derive(Debug, Default)]
pub(super) struct SetValue {
    /// Surely; sorted.
    pub known: Vec<Item>,
    /// Possibly, beside the known; sorted.
    pub possible: Vec<Item>,
    /// So many further members of unknown value, at most.
    pub unknown: u64,
    /// Whether any number of further members may exist.
    pub open: bool,
}

/// Calendar periods that lack an element.
#[derive(Debug, Default)]
pub(super) struct Periods {
    /// The bucket size; `None` for the periods of a schedule.
    pub cadence: Option<Cadence>,
    /// How many are required.
    pub required: u64,
    /// How many the look-back holds, before `from` and `until` excuse some.
    pub asked: u64,
    /// Those without an element, oldest first.
    pub gaps: Vec<Gap>,
}

/// A period without an element.
#[derive(Debug, Clone, Copy)]
pub(super) struct Gap {
    /// Its bucket, where it is one.
    pub bucket: Option<BucketId>,
    /// First instant.
    pub start: Instant,
    /// End, exclusive.
    pub end: Instant,
    /// Whether it surely lacks one.
    pub sure: bool,
}

impl Value {
    /// `true`, `false` or undecided.
    pub fn truth(&self) -> Truth {
        match self {
            Value::Truth(truth) => *truth,
            _ => Truth::Unknown,
        }
    }

    /// A range, `None` for what overflowed.
    pub fn amount(range: Option<Range>) -> Value {
        range.map_or(Value::Unknown(Why::Overflow), Value::Amount)
    }

    /// A whole number.
    pub fn whole(n: i64) -> Value {
        Value::Amount(Range::whole(n))
    }

    /// A duration.
    pub fn duration(duration: Duration) -> Value {
        match duration {
            Duration::FOREVER => Value::Amount(Range::exactly(End::ABOVE)),
            Duration::Exact(n) => Value::whole(n),
            Duration::Months(n) => Value::Months(Range::whole(n)),
        }
    }

    /// An instant within its ends.
    pub fn time(low: Instant, high: Instant) -> Value {
        Value::Amount(Range { low: End::whole(low.0), high: End::whole(high.0) })
    }

    /// A clock.
    pub fn clock(clock: ClockTime) -> Value {
        Value::whole(i64::from(clock.0))
    }

    /// Whether nothing is known, or there is nothing to measure.
    pub fn is_unknown(&self) -> bool {
        matches!(self, Value::Unknown(_))
    }

    /// Whether it is one value.
    pub fn is_known(&self) -> bool {
        match self {
            Value::Truth(truth) => *truth != Truth::Unknown,
            Value::Amount(range) | Value::Months(range) => range.is_exact(),
            Value::Id(_) | Value::Row(_) | Value::Window(_) => true,
            Value::OneOf(ids) => ids.len() == 1,
            Value::Candidates(rows) => rows.rows.len() == 1 && !rows.unseen,
            Value::Set(set) => !set.open && set.possible.is_empty() && set.unknown == 0,
            Value::Periods(periods) => periods.gaps.iter().all(|gap| gap.sure),
            Value::Unknown(_) => false,
        }
    }

    /// Whether nothing is known beyond what the type says: then `else` speaks.
    pub fn says_nothing(&self, ty: &Type) -> bool {
        match self {
            Value::Unknown(_) => true,
            Value::Truth(truth) => *truth == Truth::Unknown,
            Value::Amount(range) | Value::Months(range) => {
                let least = type_range(ty);
                let low = !range.low.is_bound()
                    || least.low.order(range.low).is_ge()
                    || (*ty == Type::Int && range.low.order(End::ZERO).is_eq());
                let share = matches!(ty, Type::Percent | Type::Number) && range.high.order(End::whole(1)).is_eq();
                let high = (!range.high.is_bound() && !range.is_exact())
                    || (share && !range.is_exact() && range.low.order(End::ZERO).is_eq());
                low && high
            }
            Value::Set(set) => set.open && set.known.is_empty(),
            _ => false,
        }
    }

    /// The range of an ordered value, months as the range of their lengths; `None` for anything else.
    pub fn range(&self) -> Option<Range> {
        match self {
            Value::Amount(range) => Some(*range),
            Value::Months(range) => Some(month_lengths(*range)),
            _ => None,
        }
    }

    /// The candidates of an id.
    pub fn ids(&self) -> Option<&[u32]> {
        match self {
            Value::Id(id) => Some(std::slice::from_ref(id)),
            Value::OneOf(ids) => Some(ids),
            _ => None,
        }
    }

    /// As a member of a set, if it is known.
    pub fn item(&self) -> Option<Item> {
        match self {
            Value::Id(id) | Value::Row(id) => Some((i128::from(*id), 1)),
            Value::Truth(Truth::True) => Some((1, 1)),
            Value::Truth(Truth::False) => Some((0, 1)),
            Value::Candidates(rows) if rows.rows.len() == 1 && !rows.unseen => {
                rows.rows.first().map(|row| (i128::from(*row), 1))
            }
            Value::OneOf(ids) if ids.len() == 1 => ids.first().map(|id| (i128::from(*id), 1)),
            Value::Amount(range) if range.is_exact() => Some(match range.low {
                End::Exact(ratio) => (ratio.numerator(), ratio.denominator()),
                End::Float(f) => (i128::from(f.to_bits()), 0),
            }),
            _ => None,
        }
    }
}

/// The range of lengths of so many months.
pub(super) fn month_lengths(months: Range) -> Range {
    let length = |end: End| {
        end.as_i64().map(|n| {
            let lengths = lengths(Duration::Months(n));
            (End::long(lengths.shortest), End::long(lengths.longest))
        })
    };
    Range {
        low: length(months.low).map_or(End::BELOW, |(shortest, _)| shortest),
        high: length(months.high).map_or(End::ABOVE, |(_, longest)| longest),
    }
}

/// All that a type allows.
pub(super) fn type_range(ty: &Type) -> Range {
    match ty {
        Type::Size | Type::Rate => Range { low: End::ZERO, high: End::ABOVE },
        _ => Range::ANY,
    }
}

impl SetValue {
    /// A closed set.
    pub fn of(mut known: Vec<Item>) -> SetValue {
        known.sort_unstable();
        known.dedup();
        SetValue { known, ..SetValue::default() }
    }

    /// Whether a known item is a member.
    pub fn holds(&self, item: Item) -> Truth {
        if self.known.binary_search(&item).is_ok() {
            Truth::True
        } else if self.open || self.unknown > 0 || self.possible.binary_search(&item).is_ok() {
            Truth::Unknown
        } else {
            Truth::False
        }
    }

    /// Whether it surely holds nothing.
    pub fn is_empty(&self) -> bool {
        self.known.is_empty() && self.possible.is_empty() && self.unknown == 0 && !self.open
    }
}
