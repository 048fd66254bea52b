//! The evaluator proper: the value of any node for the rows in scope. Slow and plain; what is fast elsewhere must agree
//! with it.

use super::session::Session;
use super::value::{Value, Why};
use super::{compare, compute};
use crate::facts::schema::EntityId;
use crate::plan::{Depth, NodeId, Op};
use crate::value::zone::Zone;
use crate::value::{Instant, Truth};
use rustc_hash::FxHashMap;

/// How evidence that rests on an assumption is read (`semantics.md` 3.3).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Reading {
    /// Weakly closed groups are open, stale cells unknown.
    Strict,
    /// Weakly closed groups are closed, stale cells current.
    Lenient,
}

/// Something weak was touched: the lenient reading may differ.
pub(super) const WEAK: u8 = 1;
/// A stale cell was read strictly.
pub(super) const STALE: u8 = 2;
/// An unknown cell of a row that is only seen was read.
pub(super) const SEEN: u8 = 4;
/// A default or a false `is known` was taken.
pub(super) const ASSUMED: u8 = 8;
/// `gaps` required at least one bucket.
pub(super) const REQUIRED: u8 = 16;
/// `gaps` required no bucket.
pub(super) const NOT_YET: u8 = 32;
/// `gaps` required fewer buckets than its span holds.
pub(super) const EXCUSED: u8 = 64;
/// Something was read that is there and not known: unreadable, in conflict, within bounds, or a name written differently.
pub(super) const UNREAD: u8 = 128;

/// What a verdict rests on besides evidence.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Assumption {
    /// A node took a default, or ignorance for an answer.
    Node(NodeId),
    /// The state of a later day was taken for that of the as-of instant (`semantics.md` 4.2).
    StateOf(Instant),
}

/// An evaluation under way.
pub(super) struct Walk<'s, 'a> {
    /// What is shared.
    pub session: &'s Session<'a>,
    /// How weak evidence is read.
    pub reading: Reading,
    /// The rows in scope, by depth.
    pub rows: Vec<u32>,
    /// What was touched since they were last cleared.
    pub flags: u8,
    /// What was assumed, in order of first taking.
    pub assumed: Vec<Assumption>,
    /// Zones that facts name, by text.
    pub zones: FxHashMap<u32, Option<Zone>>,
}

impl<'s, 'a> Walk<'s, 'a> {
    /// A walk with no row in scope.
    pub fn new(session: &'s Session<'a>, reading: Reading) -> Walk<'s, 'a> {
        Walk { session, reading, rows: Vec::new(), flags: 0, assumed: Vec::new(), zones: FxHashMap::default() }
    }

    /// Forgets what was touched.
    pub fn clear(&mut self) {
        self.flags = 0;
        self.assumed.clear();
    }

    /// Binds a row at a depth.
    pub fn bind(&mut self, depth: Depth, row: u32) {
        let depth = usize::from(depth);
        if self.rows.len() <= depth {
            self.rows.resize(depth + 1, u32::MAX);
        }
        if let Some(slot) = self.rows.get_mut(depth) {
            *slot = row;
        }
    }

    /// The row bound at a depth.
    pub fn bound(&self, depth: Depth) -> u32 {
        self.rows.get(usize::from(depth)).copied().unwrap_or(u32::MAX)
    }

    /// Marks the verdict as resting on an assumption that `node` took.
    pub fn assume(&mut self, node: NodeId) {
        self.rest_on(Assumption::Node(node));
    }

    /// Marks the verdict as resting on an assumption.
    pub fn rest_on(&mut self, assumption: Assumption) {
        self.flags |= ASSUMED;
        if !self.assumed.contains(&assumption) {
            self.assumed.push(assumption);
        }
    }

    /// The entity of a row or group node.
    pub fn entity_of(&self, node: NodeId) -> Option<EntityId> {
        use crate::facts::schema::Type;
        match &self.session.plan.node(node).ty {
            Type::Row(entity) | Type::Rows(entity) => Some(*entity),
            _ => None,
        }
    }

    /// The value of a node.
    pub fn value(&mut self, id: NodeId) -> Value {
        if let Some(constant) = self.session.constant_of(id) {
            return constant.clone();
        }
        if self.session.plan.node(id).depends == 0 {
            let fixed = self.session.fixed(id, self.reading);
            self.flags |= fixed.flags;
            for assumption in &fixed.assumed {
                self.rest_on(*assumption);
            }
            return fixed.value.clone();
        }
        self.compute(id)
    }

    /// The truth of a node.
    pub fn truth(&mut self, id: NodeId) -> Truth {
        let node = self.session.plan.node(id);
        match &node.op {
            Op::Not(inner) if node.depends != 0 => self.truth(*inner).negate(),
            Op::And(parts) if node.depends != 0 => self.kleene(parts, Truth::False),
            Op::Or(parts) if node.depends != 0 => self.kleene(parts, Truth::True),
            _ => self.value(id).truth(),
        }
    }

    /// `and` (decided by False) and `or` (decided by True). Parts that may mark the verdict are evaluated even where the
    /// others decide, so that marks do not depend on the order.
    fn kleene(&mut self, parts: &[NodeId], decides: Truth) -> Truth {
        self.kleene_of(parts, decides, Walk::truth)
    }

    fn kleene_of(&mut self, parts: &[NodeId], decides: Truth, of: fn(&mut Self, NodeId) -> Truth) -> Truth {
        let mut result = decides.negate();
        for part in parts {
            if result == decides && !self.session.plan.node(*part).may_assume && !self.session.reads_later {
                continue;
            }
            let truth = of(self, *part);
            result = if decides == Truth::False { result.and(truth) } else { result.or(truth) };
        }
        result
    }

    /// The truth of a predicate over a group's rows, which is asked many times: its parts by whole tables or by plain
    /// numbers where they can be.
    ///
    /// An element that cannot be read leaves its group undecided; that is all it says, as whole tables leave no mark.
    pub fn asked(&mut self, id: NodeId) -> Truth {
        self.unmarked(|walk| walk.asked_part(id))
    }

    /// What a row that is there leaves undecided is not missing: no default speaks of it.
    pub fn undecided_by_row(&mut self) -> Truth {
        self.flags |= UNREAD;
        Truth::Unknown
    }

    /// Reads what makes an element belong to a group, without marking what could not be read.
    pub fn unmarked<T>(&mut self, read: impl FnOnce(&mut Self) -> T) -> T {
        let before = self.flags & UNREAD;
        let answer = read(self);
        self.flags = self.flags & !UNREAD | before;
        answer
    }

    fn asked_part(&mut self, id: NodeId) -> Truth {
        let node = self.session.plan.node(id);
        match &node.op {
            Op::Not(inner) if node.depends != 0 => self.asked_part(*inner).negate(),
            Op::And(parts) if node.depends != 0 => self.kleene_of(parts, Truth::False, Walk::asked_part),
            Op::Or(parts) if node.depends != 0 => self.kleene_of(parts, Truth::True, Walk::asked_part),
            Op::Compare { .. } if node.depends != 0 => {
                let by_numbers = self.session.lanes(id).and_then(|lanes| lanes.truth(&self.rows));
                by_numbers.unwrap_or_else(|| self.asked_of_one(id))
            }
            _ => self.asked_of_one(id),
        }
    }

    fn asked_of_one(&mut self, id: NodeId) -> Truth {
        let depends = self.session.plan.node(id).depends;
        match self.session.filter(id) {
            Some(filter) => filter.truth(self.bound(depends.trailing_zeros() as Depth)),
            None => self.truth(id),
        }
    }

    /// The value of a node, computed anew.
    pub fn compute(&mut self, id: NodeId) -> Value {
        let plan = self.session.plan;
        let node = plan.node(id);
        match &node.op {
            Op::Constant(_) | Op::Constants(_) | Op::Parameter(_) => {
                self.session.constant_of(id).cloned().unwrap_or(Value::Unknown(Why::Cell))
            }
            Op::Now => Value::time(self.session.now, self.session.now),
            Op::Row(depth) => Value::Row(self.bound(*depth)),
            Op::Field { row, field } => self.field(*row, *field),
            Op::Entry { map, key } => self.entry(*map, *key),
            Op::Not(inner) => Value::Truth(self.truth(*inner).negate()),
            Op::And(parts) => Value::Truth(self.kleene(parts, Truth::False)),
            Op::Or(parts) => Value::Truth(self.kleene(parts, Truth::True)),
            Op::Compare { operator, left: left_node, right: right_node } => {
                let of_names = self.session.compares_names(*left_node, *right_node);
                let (left, right) = (self.value(*left_node), self.value(*right_node));
                let apart = of_names && compare::written_differently(self.session, &left, &right);
                let side = |value: &Value, node: NodeId| compare::bounded(value, &plan.node(node).ty);
                let truth = if apart {
                    self.flags |= UNREAD;
                    Truth::Unknown
                } else {
                    compare::compare(*operator, &side(&left, *left_node), &side(&right, *right_node))
                };
                self.note(id, &left, &right, truth);
                Value::Truth(truth)
            }
            Op::In { item, set } => Value::Truth(self.is_in(*item, *set)),
            Op::InWindow(test) => Value::Truth(self.against_window(test)),
            Op::Has { set, how, items } => Value::Truth(self.has(*set, *how, *items)),
            Op::Between { value: value_node, low: low_node, high: high_node } => {
                let (value, low, high) = (self.value(*value_node), self.value(*low_node), self.value(*high_node));
                let clock = matches!(node_type(plan, id), crate::facts::schema::Type::Clock);
                let part = |value: &Value, node: NodeId| compare::bounded(value, &plan.node(node).ty);
                let (part_value, from, to) =
                    (part(&value, *value_node), part(&low, *low_node), part(&high, *high_node));
                let truth = compare::between(&part_value, &from, &to, clock);
                self.note(id, &value, &low, truth);
                self.note(id, &value, &high, truth);
                Value::Truth(truth)
            }
            Op::Matches { text, glob } => Value::Truth(self.matches(*text, glob)),
            Op::Known(inner) => Value::Truth(self.known(id, *inner)),
            Op::Within { time, direction, span } => {
                let (time, span) = (self.value(*time), self.value(*span));
                let truth = compute::within(self.session, &time, *direction, &span);
                self.note_within(id, &time, *direction, &span, truth);
                Value::Truth(truth)
            }
            Op::Arithmetic { operator, left, right } => {
                let (a, b) = (self.value(*left), self.value(*right));
                let types = (&plan.node(*left).ty, &plan.node(*right).ty, &node.ty);
                compute::arithmetic(self.session, *operator, &a, &b, types)
            }
            Op::Else { value, default } => self.otherwise(id, *value, *default),
            Op::LaterOf(a, b) => {
                let (a, b) = (self.value(*a), self.value(*b));
                compute::later(&a, &b)
            }
            Op::EarlierOf(a, b) => {
                let (a, b) = (self.value(*a), self.value(*b));
                compute::earlier(&a, &b)
            }
            Op::Reduce(reduction) => self.reduced(id, reduction),
            Op::All(_)
            | Op::Related { .. }
            | Op::Listed { .. }
            | Op::Joined { .. }
            | Op::Where { .. }
            | Op::Recent { .. } => Value::Unknown(Why::Open),
        }
    }

    /// `x is known`: undecided where nobody was asked, and where something stands that nobody can read.
    fn known(&mut self, id: NodeId, inner: NodeId) -> Truth {
        let outer = std::mem::take(&mut self.flags);
        let value = self.value(inner);
        let touched = self.flags;
        self.flags |= outer;
        if value.is_known() {
            return Truth::True;
        }
        // One of several values, or one within bounds, is more than nothing. A set is known only whole.
        let partly = !matches!(value, Value::Set(_)) && !value.says_nothing(&self.session.plan.node(inner).ty);
        if partly || touched & (SEEN | STALE | UNREAD) != 0 {
            return Truth::Unknown;
        }
        self.assume(id);
        Truth::False
    }

    /// `x else y`: `y` where nothing is said of `x`. What is stale, in conflict or unreadable is said, and takes no default.
    fn otherwise(&mut self, id: NodeId, value: NodeId, default: NodeId) -> Value {
        let outer = std::mem::take(&mut self.flags);
        let found = self.value(value);
        let said = self.flags & (STALE | UNREAD) != 0;
        self.flags |= outer;
        if said || !found.says_nothing(&self.session.plan.node(value).ty) {
            return found;
        }
        self.assume(id);
        self.value(default)
    }
}

/// The type that decides how `between` reads: that of its value.
fn node_type(plan: &crate::plan::Plan, between: NodeId) -> &crate::facts::schema::Type {
    match &plan.node(between).op {
        Op::Between { value, .. } => &plan.node(*value).ty,
        _ => &plan.node(between).ty,
    }
}
