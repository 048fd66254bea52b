//! The arena that expressions are typed into. Equal nodes are one: same operation, same type and, for what the
//! calendar decides, same calendar. Computes `depends` and `may_assume`. Knows no names.

use crate::base::Span;
use crate::facts::schema::Type;
use crate::plan::{Depth, Method, Node, NodeId, Op};
use rustc_hash::{FxHashMap, FxHashSet};

/// Which zone and day start cut the calendar: the first policy that has them. `None` where no calendar is asked.
pub type Calendar = Option<usize>;

/// How many nodes may stand above each other: values are evaluated one within the other, on the stack of a thread.
pub const LEVEL_LIMIT: usize = 400;

/// How many values a claim may be, every use of a named value counted: explaining one walks them all.
pub const WEIGHT_LIMIT: u64 = 1_000_000;

/// The nodes so far; operands stand before what uses them.
#[derive(Debug, Default)]
pub struct Nodes {
    list: Vec<Node>,
    /// How many nodes stand above each other in each, itself included.
    levels: Vec<usize>,
    /// How many nodes each is, an operand used twice counted twice.
    weights: Vec<u64>,
    too_deep: Option<Span>,
    known: FxHashMap<String, NodeId>,
}

impl Nodes {
    /// The node of `op`: an equal one where there is one.
    pub fn add(&mut self, op: Op, ty: Type, span: Span, calendar: Calendar) -> NodeId {
        // `Debug` of an operation names all that tells it from another, floats included.
        let key = format!("{calendar:?} {ty:?} {op:?}");
        if let Some(id) = self.known.get(&key) {
            return *id;
        }
        let node = Node { depends: self.depends_of(&op), may_assume: self.may_assume(&op), op, ty, span };
        let below = node.op.operands().into_iter().filter_map(|id| self.levels.get(id.0 as usize)).max();
        let level = below.copied().unwrap_or(0) + 1;
        if level > LEVEL_LIMIT {
            self.too_deep.get_or_insert(span);
        }
        let parts = node.op.operands().into_iter().filter_map(|id| self.weights.get(id.0 as usize));
        let weight = parts.fold(1_u64, |sum, part| sum.saturating_add(*part));
        if weight > WEIGHT_LIMIT {
            self.too_deep.get_or_insert(span);
        }
        self.levels.push(level);
        self.weights.push(weight);
        let id = NodeId(u32::try_from(self.list.len()).unwrap_or(u32::MAX));
        self.list.push(node);
        self.known.insert(key, id);
        id
    }

    /// The node of `id`, which this arena gave.
    pub fn get(&self, id: NodeId) -> &Node {
        &self.list[id.0 as usize]
    }

    /// The type of a node.
    pub fn ty(&self, id: NodeId) -> &Type {
        &self.get(id).ty
    }

    /// Where a value first rests on more than [`LEVEL_LIMIT`] others, one within the other, or is more than
    /// [`WEIGHT_LIMIT`].
    pub fn too_deep(&self) -> Option<Span> {
        self.too_deep
    }

    /// All nodes.
    pub fn all(&self) -> &[Node] {
        &self.list
    }

    /// All nodes that a node is made of, itself included.
    pub fn below(&self, root: NodeId) -> FxHashSet<NodeId> {
        let mut below = FxHashSet::default();
        let mut open = vec![root];
        while let Some(id) = open.pop() {
            if below.insert(id) {
                open.extend(self.get(id).op.operands());
            }
        }
        below
    }

    /// Which rows `op` reads that are bound outside it.
    fn depends_of(&self, op: &Op) -> u32 {
        if let Op::Row(depth) = op {
            return bit(*depth);
        }
        let outer = self.union(op.outer_operands());
        match op.bound_operands() {
            Some((depth, bound)) => outer | (self.union(bound) & !bit(depth)),
            None => outer,
        }
    }

    /// The rows that any of `ids` reads.
    pub fn union(&self, ids: impl IntoIterator<Item = NodeId>) -> u32 {
        ids.into_iter().fold(0, |bits, id| bits | self.get(id).depends)
    }

    fn may_assume(&self, op: &Op) -> bool {
        let marks = match op {
            Op::Else { .. } | Op::Known(_) => true,
            Op::Reduce(reduction) => match &reduction.method {
                Method::Gaps { from, until, zone, .. } => [from, until, zone].into_iter().any(Option::is_some),
                Method::LongestGap { from, .. } => from.is_some(),
                _ => false,
            },
            _ => false,
        };
        marks || op.operands().into_iter().any(|id| self.get(id).may_assume)
    }
}

/// The bit of a depth in `Node::depends`.
pub fn bit(depth: Depth) -> u32 {
    1_u32.checked_shl(u32::from(depth)).unwrap_or(0)
}
