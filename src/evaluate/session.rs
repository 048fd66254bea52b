//! What every walk of one calendar shares: the plan, the facts, what they cover, and work done once. Caches are filled
//! on first use and depend on nothing but the node, so who fills them does not matter.

use super::filter::Filter;
use super::join::JoinIndex;
use super::lanes::Lanes;
use super::value::{SetValue, Value, Why};
use super::walk::{Assumption, Reading, Walk};
use crate::facts::coverage::Coverage;
use crate::facts::schema::{Derivation, EntityId, FieldId, FieldRef, Nature, Type};
use crate::facts::strays::strays;
use crate::facts::table::{Atom, Bits, Cell, Facts, Grouping, TextId};
use crate::plan::{Node, NodeId, Op, Plan};
use crate::value::calendar::Calendar;
use crate::value::{Instant, Ratio, Scalar, Truth};
use rustc_hash::FxHashMap;
use std::sync::{Arc, OnceLock};

/// So many derivations are followed from one to the next; longer chains are read the slow way.
const DERIVATIONS: u8 = 8;

/// The shared part of an evaluation with one calendar.
pub(super) struct Session<'a> {
    /// The checks.
    pub plan: &'a Plan,
    /// The facts.
    pub facts: &'a Facts,
    /// What the exports cover.
    pub coverage: &'a (dyn Coverage + Sync),
    /// The as-of instant.
    pub now: Instant,
    /// How calendar cuts are made.
    pub calendar: Calendar,
    /// Texts that only the plan knows, from `u32::MAX` downwards.
    plan_texts: Vec<Arc<str>>,
    /// Values of constants, by node.
    constants: Vec<Option<Value>>,
    /// Values of nodes that no row influences, by node: strictly, leniently.
    fixed: [Vec<OnceLock<Fixed>>; 2],
    /// Predicates over one row evaluated for a whole table, by node.
    pub(super) filters: Vec<OnceLock<Option<Arc<Filter>>>>,
    /// Comparisons by numbers alone, by node.
    pub(super) lanes: Vec<OnceLock<Option<Lanes<'a>>>>,
    /// Group nodes as a base and one filter, by node.
    pub(super) chains: Vec<OnceLock<Option<Arc<super::groups::Chain>>>>,
    /// Indexes of `Joined` nodes, by node: strictly, leniently.
    pub(super) joins: [Vec<OnceLock<Arc<JoinIndex>>>; 2],
    /// Rows nested in other rows by their parents, by nested entity.
    nested: Vec<OnceLock<Grouping>>,
    /// Members of groups that no row influences, by node: strictly, leniently.
    pub(super) members: [Vec<OnceLock<Members>>; 2],
    /// Answers that rows share, by node.
    pub(super) shared: Vec<OnceLock<Option<super::shared::Shared>>>,
    /// Rows that may be about any subject, by `Related` node.
    strays: Vec<OnceLock<Box<[u32]>>>,
    /// Stale rows, by entity; `None` where there are none.
    stale: Vec<OnceLock<Option<Bits>>>,
    /// Whether any export describes a later day than the run: then reading its state marks the verdict.
    pub reads_later: bool,
    doubted: OnceLock<bool>,
    /// Whether filters may stand in for walking (tests turn it off to compare).
    pub batch: Batch,
    /// Who watches comparisons.
    pub recorder: Option<&'a super::observe::Recorder>,
}

/// Whether whole tables may be evaluated at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Batch {
    /// They are where that is exact.
    Tables,
    /// Row by row only: the reference.
    Rows,
}

/// The rows of a group that no row influences.
#[derive(Debug)]
pub(super) struct Members {
    /// Those that are in or may be.
    pub rows: FxHashMap<u32, Truth>,
    /// Whether nothing can be said of any row.
    pub unanswered: bool,
    /// What finding them touched.
    pub flags: u8,
    /// What was assumed.
    pub assumed: Box<[Assumption]>,
}

/// A value that no row influences, with what it rests on.
#[derive(Debug, Clone)]
pub(super) struct Fixed {
    /// The value.
    pub value: Value,
    /// What evaluating it touched.
    pub flags: u8,
    /// What was assumed.
    pub assumed: Box<[Assumption]>,
}

fn slots<T>(count: usize) -> Vec<OnceLock<T>> {
    (0..count).map(|_| OnceLock::new()).collect()
}

impl<'a> Session<'a> {
    /// A session for the rules that share a calendar.
    pub fn new(
        plan: &'a Plan,
        facts: &'a Facts,
        coverage: &'a (dyn Coverage + Sync),
        now: Instant,
        calendar: Calendar,
        batch: Batch,
    ) -> Session<'a> {
        let count = plan.nodes.len();
        let mut session = Session {
            plan,
            facts,
            coverage,
            now,
            calendar,
            plan_texts: Vec::new(),
            constants: Vec::new(),
            fixed: [slots(count), slots(count)],
            filters: slots(count),
            lanes: slots(count),
            chains: slots(count),
            joins: [slots(count), slots(count)],
            nested: slots(facts.tables.len()),
            members: [slots(count), slots(count)],
            shared: slots(count),
            strays: slots(count),
            stale: slots(facts.tables.len()),
            reads_later: facts.exports.iter().any(|export| export.later_than(now).is_some()),
            doubted: OnceLock::new(),
            batch,
            recorder: None,
        };
        let mut texts = FxHashMap::default();
        session.constants = plan.nodes.iter().map(|node| session.constant(node, &mut texts)).collect();
        session
    }

    fn constant(&mut self, node: &Node, seen: &mut FxHashMap<Arc<str>, u32>) -> Option<Value> {
        use crate::plan::ParameterValue;
        let many = |session: &mut Self, items: &[Scalar], seen: &mut FxHashMap<Arc<str>, u32>| {
            let values: Vec<Value> = items.iter().map(|item| session.scalar(item, seen)).collect();
            let known: Vec<_> = values.iter().filter_map(Value::item).collect();
            let unknown = (values.len() - known.len()) as u64;
            Value::Set(Arc::new(SetValue { unknown, ..SetValue::of(known) }))
        };
        match &node.op {
            Op::Constant(scalar) => Some(self.scalar(scalar, seen)),
            Op::Constants(scalars) => Some(many(self, scalars, seen)),
            Op::Parameter(place) => match self.plan.parameters.get(*place as usize)?.value.as_ref() {
                Some(ParameterValue::One(scalar)) => Some(self.scalar(scalar, seen)),
                Some(ParameterValue::Many(scalars)) => Some(many(self, scalars, seen)),
                Some(ParameterValue::Map(entries)) => {
                    // Entries are read by `Entry`; here only their texts are made known.
                    for (key, value) in entries {
                        self.scalar(key, seen);
                        self.scalar(value, seen);
                    }
                    None
                }
                None => Some(Value::Unknown(Why::Cell)),
            },
            _ => None,
        }
    }

    fn scalar(&mut self, scalar: &Scalar, seen: &mut FxHashMap<Arc<str>, u32>) -> Value {
        let Scalar::Text(text) = scalar else { return self.plain(scalar) };
        if let Some(TextId(id)) = self.facts.texts.find(text) {
            return Value::Id(id);
        }
        let next = u32::MAX - u32::try_from(self.plan_texts.len()).unwrap_or(u32::MAX / 2);
        let id = *seen.entry(text.clone()).or_insert(next);
        if id == next {
            self.plan_texts.push(text.clone());
        }
        Value::Id(id)
    }

    /// A scalar's value.
    pub fn plain(&self, scalar: &Scalar) -> Value {
        use super::quantity::{End, Range};
        match scalar {
            Scalar::Bool(b) => Value::Truth((*b).into()),
            Scalar::Int(n) | Scalar::Size(n) | Scalar::Rate(n) | Scalar::Date(n) => Value::whole(*n),
            Scalar::Number(f) => Value::Amount(Range::exactly(End::Float(*f))),
            Scalar::Percent(n) => Value::Amount(Range::exactly(End::Exact(Ratio::of_percent(*n)))),
            Scalar::Time(at) => Value::time(*at, *at),
            Scalar::Duration(duration) => Value::duration(*duration),
            Scalar::Clock(clock) => Value::clock(*clock),
            Scalar::Window(window) => Value::Window(*window),
            Scalar::Cadence(cadence) => Value::Id(*cadence as u32),
            Scalar::Member(member) => Value::Id(u32::from(*member)),
            Scalar::Text(text) => self.text_id(text).map_or(Value::Unknown(Why::Cell), Value::Id),
        }
    }

    /// The id of a text that the facts or the plan know.
    pub fn text_id(&self, text: &str) -> Option<u32> {
        if let Some(TextId(id)) = self.facts.texts.find(text) {
            return Some(id);
        }
        let place = self.plan_texts.iter().position(|known| &**known == text)?;
        Some(u32::MAX - u32::try_from(place).ok()?)
    }

    /// Whether two names that facts give are compared, neither of them a word of the policy.
    pub fn compares_names(&self, left: NodeId, right: NodeId) -> bool {
        self.is_name(left) && self.is_name(right)
    }

    /// Whether a node is a text that facts write.
    pub fn is_name(&self, id: NodeId) -> bool {
        self.plan.node(id).ty == Type::Text && self.plan.node(id).depends != 0
    }

    /// The text of an id.
    pub fn text(&self, id: u32) -> &str {
        match self.plan_texts.get((u32::MAX - id) as usize) {
            Some(text) => text,
            None => self.facts.texts.get(TextId(id)),
        }
    }

    /// The value of a constant or a parameter; `None` for other nodes and for maps.
    pub fn constant_of(&self, id: NodeId) -> Option<&Value> {
        self.constants.get(id.0 as usize)?.as_ref()
    }

    /// The value of a node that no row influences, computed once for each reading.
    pub fn fixed(&self, id: NodeId, reading: Reading) -> &Fixed {
        self.fixed[reading as usize][id.0 as usize].get_or_init(|| {
            let mut walk = Walk::new(self, reading);
            let value = walk.compute(id);
            Fixed { value, flags: walk.flags, assumed: walk.assumed.into() }
        })
    }

    /// The rows of `entity` that stand in rows of `parent`.
    pub fn nested_rows(&self, entity: EntityId, parent: EntityId) -> &Grouping {
        self.nested[entity.0 as usize].get_or_init(|| {
            let Some(at) = self.plan.schema.entity(entity).parent else { return Grouping::default() };
            let parent_of = |row| match self.facts.cell(entity, at.field, row) {
                Cell::Known(Atom::Id(parent)) => Some((parent, row)),
                _ => None,
            };
            let mut pairs: Vec<(u32, u32)> = (0..self.facts.table(entity).rows).filter_map(parent_of).collect();
            pairs.sort_unstable();
            Grouping::of_pairs(&pairs, self.facts.table(parent).rows)
        })
    }

    /// The rows that may be in a group whosever it is; empty but for the rows of a relation.
    pub fn strays(&self, group: NodeId) -> &[u32] {
        let Some(cell) = self.strays.get(group.0 as usize) else { return &[] };
        cell.get_or_init(|| {
            let Op::Related { owner, inverse, .. } = &self.plan.node(group).op else { return Box::default() };
            let inverse = self.plan.schema.entity(*owner).inverses.get(usize::from(inverse.0));
            let by = inverse.map(|inverse| inverse.by);
            by.map(|by| strays(self.facts, by, self.population_rows(*owner)).into()).unwrap_or_default()
        })
    }

    /// The later day that the state cells of a row describe.
    pub fn later(&self, entity: EntityId, row: u32) -> Option<Instant> {
        if self.reads_later { self.coverage.later(entity, row) } else { None }
    }

    /// Whether any state is stale or of a later day: without, no cell needs a second look.
    pub fn has_doubted_states(&self) -> bool {
        let any_stale = || self.plan.schema.entities().any(|(entity, _)| self.stale_rows(entity).is_some());
        *self.doubted.get_or_init(|| self.reads_later || any_stale())
    }

    /// Whether the walk reads a field's cells as they stand, whatever the row.
    pub fn is_plainly_read(&self, at: FieldRef) -> bool {
        !self.reads_later && self.is_fresh(at, DERIVATIONS)
    }

    fn is_fresh(&self, at: FieldRef, steps: u8) -> bool {
        if self.stale_rows(at.entity).is_some() {
            return false;
        }
        let mut derived = self.facts.table(at.entity).derived.iter().filter(|derived| derived.field == at.field);
        derived.all(|derived| {
            steps > 0 && self.sources(at.entity, &derived.from).into_iter().all(|from| self.is_fresh(from, steps - 1))
        })
    }

    /// The fields that a derivation reads.
    fn sources(&self, entity: EntityId, from: &Derivation) -> Vec<FieldRef> {
        let here = |field: FieldId| FieldRef { entity, field };
        match from {
            Derivation::Field(field) | Derivation::Kind(field) => vec![here(*field)],
            Derivation::Difference(a, b) => vec![here(*a), here(*b)],
            Derivation::Through(relation, field) => match self.plan.schema.field(here(*relation)).ty {
                Type::Row(entity) => vec![here(*relation), FieldRef { entity, field: *field }],
                _ => vec![here(*relation)],
            },
        }
    }

    /// Calls `visit` with the row of a cell and with every row that the cell was derived from. Keys are no state.
    pub fn states_behind(&self, at: FieldRef, row: u32, visit: &mut dyn FnMut(EntityId, u32)) {
        self.states_within(at, row, DERIVATIONS, visit);
    }

    fn states_within(&self, at: FieldRef, row: u32, steps: u8, visit: &mut dyn FnMut(EntityId, u32)) {
        if self.plan.schema.entity(at.entity).key == Some(at.field) {
            return;
        }
        visit(at.entity, row);
        let table = self.facts.table(at.entity);
        let found = table.derived.iter().find(|derived| derived.field == at.field && derived.rows.get(row));
        let (Some(derived), Some(steps)) = (found, steps.checked_sub(1)) else { return };
        match (&derived.from, self.sources(at.entity, &derived.from).as_slice()) {
            (Derivation::Through(..), [relation, from]) => {
                self.states_within(*relation, row, steps, visit);
                if let Cell::Known(Atom::Id(other)) = self.facts.cell(relation.entity, relation.field, row) {
                    self.states_within(*from, other, steps, visit);
                }
            }
            (_, from) => from.iter().for_each(|from| self.states_within(*from, row, steps, visit)),
        }
    }

    /// Whether the state cells of a row are stale.
    pub fn is_stale(&self, entity: EntityId, row: u32) -> bool {
        self.stale_rows(entity).is_some_and(|rows| rows.get(row))
    }

    /// The rows whose state cells are stale.
    pub fn stale_rows(&self, entity: EntityId) -> Option<&Bits> {
        self.stale
            .get(entity.0 as usize)?
            .get_or_init(|| {
                if self.plan.schema.entity(entity).nature == Nature::Event {
                    return None;
                }
                let mut rows = Bits::default();
                for row in 0..self.facts.table(entity).listed {
                    if self.coverage.stale(entity, row) {
                        rows.set(row);
                    }
                }
                (!rows.words.is_empty()).then_some(rows)
            })
            .as_ref()
    }
}
