//! The nodes of a plan.

use crate::base::Span;
use crate::facts::schema::{EntityId, FieldRef, InverseId, Type};
use crate::value::Scalar;

/// A node's place in `Plan::nodes`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct NodeId(pub u32);

/// Which row in scope: 0 the subject, 1 and more the elements of predicates, outermost first.
pub type Depth = u16;

/// A value to compute.
#[derive(Debug, Clone, PartialEq)]
pub struct Node {
    /// How.
    pub op: Op,
    /// Of which type.
    pub ty: Type,
    /// Where it is written (of equal nodes, the first place).
    pub span: Span,
    /// Bit `d` is set if it reads the row at depth `d` bound outside it. 0: computed once for the run.
    pub depends: u32,
    /// Whether evaluating it may mark a verdict as assumed (`else`, `is known`, `gaps` with `from`).
    pub may_assume: bool,
}

/// How a node's value comes about.
#[derive(Debug, Clone, PartialEq)]
pub enum Op {
    /// A value.
    Constant(Scalar),
    /// A set or list of values: sorted, without repeats.
    Constants(Vec<Scalar>),
    /// A parameter's value (unset: unknown), by its place in `Plan::parameters`.
    Parameter(u32),
    /// The as-of instant.
    Now,
    /// The row at a depth.
    Row(Depth),
    /// A cell of a row.
    Field {
        /// The row.
        row: NodeId,
        /// Which cell.
        field: FieldRef,
    },
    /// The entry of a map (a field or a parameter) under a key.
    Entry {
        /// The map.
        map: NodeId,
        /// The key: an enumeration member or a text.
        key: NodeId,
    },
    /// `not p`
    Not(NodeId),
    /// All of them.
    And(Vec<NodeId>),
    /// One of them.
    Or(Vec<NodeId>),
    /// `a < b`, `a is b`, …
    Compare {
        /// Which.
        operator: Comparison,
        /// Left.
        left: NodeId,
        /// Right.
        right: NodeId,
    },
    /// `a in b`: `b` is a set, a list, a group of rows, or a window of clock times.
    In {
        /// The item.
        item: NodeId,
        /// Where it may be.
        set: NodeId,
    },
    /// `set has x`, `has any […]`, `has all […]`
    Has {
        /// The set.
        set: NodeId,
        /// How many of the items.
        how: HasHow,
        /// A set of items.
        items: NodeId,
    },
    /// `a between b and c`, both ends included; clocks wrap midnight.
    Between {
        /// The value.
        value: NodeId,
        /// The lower end.
        low: NodeId,
        /// The upper end.
        high: NodeId,
    },
    /// `text matches "glob"`: the whole text, case-sensitive.
    Matches {
        /// The text.
        text: NodeId,
        /// The glob.
        glob: String,
    },
    /// `window.holds(start, end)`, `window.touches(start, end)`
    InWindow(Box<InWindow>),
    /// `x is known`
    Known(NodeId),
    /// `t in the last d`: `now - d <= t <= now`; `in the next d`: `now <= t <= now + d`.
    Within {
        /// The time.
        time: NodeId,
        /// Which way.
        direction: Direction,
        /// How long.
        span: NodeId,
    },
    /// `a + b`, …
    Arithmetic {
        /// Which.
        operator: Arithmetic,
        /// Left.
        left: NodeId,
        /// Right.
        right: NodeId,
    },
    /// `x else y`
    Else {
        /// The value.
        value: NodeId,
        /// What it is taken to be where nothing is known of it.
        default: NodeId,
    },
    /// `later of a and b`
    LaterOf(NodeId, NodeId),
    /// `earlier of a and b`
    EarlierOf(NodeId, NodeId),

    /// All rows of an entity (`estate.runs`).
    All(EntityId),
    /// The rows that an inverse of a row's entity leads to.
    Related {
        /// The owner.
        row: NodeId,
        /// The owner's entity.
        owner: EntityId,
        /// Its inverse.
        inverse: InverseId,
    },
    /// The rows nested in a row's `list of E` field, or the rows that its `set of E` field names.
    Listed {
        /// The parent.
        row: NodeId,
        /// The field.
        field: FieldRef,
    },
    /// The rows of an entity whose cells equal values from outside: an index lookup.
    Joined {
        /// The entity.
        entity: EntityId,
        /// What must be equal.
        on: Vec<Key>,
    },
    /// The rows of a group of which a predicate holds.
    Where {
        /// The group.
        group: NodeId,
        /// The depth that its element is bound at.
        depth: Depth,
        /// The predicate.
        predicate: NodeId,
    },
    /// The rows of a group whose own time lies in the last or next span.
    Recent {
        /// The group.
        group: NodeId,
        /// Which way.
        direction: Direction,
        /// How long.
        span: NodeId,
    },
    /// A group reduced to a value.
    Reduce(Box<Reduction>),
}

/// A stretch of time against the occurrences of a window (`semantics.md` 4.8).
#[derive(Debug, Clone, PartialEq)]
pub struct InWindow {
    /// What is asked.
    pub how: WindowTest,
    /// The window.
    pub window: NodeId,
    /// When the stretch starts.
    pub start: NodeId,
    /// When it ends.
    pub end: NodeId,
    /// `days:` a set of weekdays on which the window opens; every day where it is not said.
    pub days: Option<NodeId>,
    /// `zone:` a text, the zone whose clocks the window is read by; the policy's where it is not said.
    pub zone: Option<NodeId>,
}

/// What is asked of a stretch and a window.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WindowTest {
    /// Whether one occurrence holds both ends.
    Holds,
    /// Whether some occurrence has more than an instant in common with it.
    Touches,
}

/// One equality of an index: the element's cell at the end of a path of relations is the value from outside.
#[derive(Debug, Clone, PartialEq)]
pub struct Key {
    /// From the element: relations, then a field; at least one step.
    pub path: Vec<FieldRef>,
    /// The value from outside the element.
    pub value: NodeId,
}

/// A group and what is made of it.
#[derive(Debug, Clone, PartialEq)]
pub struct Reduction {
    /// The group (type `Rows`); for `Count`, `Some` and `None` also periods or a set of values.
    pub group: NodeId,
    /// The depth at which `predicate` and `value` bind the element.
    pub depth: Depth,
    /// What is made of it.
    pub method: Method,
    /// The predicate of `Count`, `Some`, `None`, `All`, `Share`; `None` counts every element.
    pub predicate: Option<NodeId>,
    /// The element's value for `Sum` to `Distinct`, the time for `Latest`, `Oldest`, `Trend` and `Gaps` (`None`: its own time).
    pub value: Option<NodeId>,
}

/// What may be made of a group (`semantics.md` 1.3).
#[derive(Debug, Clone, PartialEq)]
pub enum Method {
    /// How many: an int.
    Count,
    /// Whether there is one: `some`.
    Some,
    /// Whether there is none: `no`.
    None,
    /// Whether it holds of each: undecided over nothing.
    All,
    /// The part of which it holds: a share.
    Share,
    /// The sum of the values.
    Sum,
    /// The least value.
    Min,
    /// The greatest value.
    Max,
    /// The mean, an exact fraction.
    Average,
    /// The middle value, of an even count the mean of the middle two.
    Median,
    /// Nearest rank; the operand is an int or number, 0 < n <= 100.
    Percentile(NodeId),
    /// The row with the latest time.
    Latest,
    /// The row with the earliest time.
    Oldest,
    /// The set of values.
    Distinct,
    /// For each value of the keys the row with the latest time: a group.
    LatestOfEach(Vec<NodeId>),
    /// Calendar buckets without an element: periods.
    Gaps {
        /// The bucket size: a cadence, or a schedule (text) with its buckets between due times.
        every: NodeId,
        /// `over: span`.
        over: Option<NodeId>,
        /// `last: n`.
        last: Option<NodeId>,
        /// `from: t`: required only from then.
        from: Option<NodeId>,
        /// `until: t`: required only until then.
        until: Option<NodeId>,
        /// `zone: name`: where a schedule's clocks stand, unless its text names a zone; where it is absent, the policy's.
        zone: Option<NodeId>,
    },
    /// The longest stretch within the span without an element, its edges included: a duration. `over: span`.
    LongestGap {
        /// How far back.
        over: NodeId,
        /// Not before this time.
        from: Option<NodeId>,
    },
    /// Least-squares slope of the value over time, a second: a rate where the value is a size, else a number. The
    /// operand is the value; `value` is the time.
    Trend(NodeId),
}

/// Comparison operators.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[expect(missing_docs, reason = "the names are the operators")]
pub enum Comparison {
    Is,
    IsNot,
    Less,
    AtMost,
    More,
    AtLeast,
}

/// How many items `has` asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[expect(missing_docs, reason = "the names are the words")]
pub enum HasHow {
    Any,
    All,
}

/// Arithmetic operators.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[expect(missing_docs, reason = "the names are the operators")]
pub enum Arithmetic {
    Add,
    Subtract,
    Multiply,
    Divide,
}

/// Which way from now.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[expect(missing_docs, reason = "the names are the words")]
pub enum Direction {
    Last,
    Next,
}
