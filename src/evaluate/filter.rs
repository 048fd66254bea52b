//! Predicates over one row, evaluated for a whole table into "surely" and "possibly". Exact columns take one loop;
//! cells that are not known are patched by the walk, which stays the reference.
//!
//! Only what reads the row and nothing weak is evaluated so: no groups, no defaults, no stale rows. Then a filter says
//! what the walk would say, in either reading, and leaves no mark.

use super::compute;
use super::quantity::{End, Range};
use super::session::{Batch, Session};
use super::value::Value;
use super::walk::{Reading, Walk};
use crate::facts::schema::{EntityId, FieldRef, Type};
use crate::facts::table::{Bits, Column, Data};
use crate::plan::{Comparison, Depth, Direction, NodeId, Op};
use crate::value::Truth;
use crate::value::ratio::PERCENTS_IN_ONE;
use std::sync::Arc;

/// For each row of a table whether a predicate holds.
#[derive(Debug, Clone, Default)]
pub(super) struct Filter {
    /// Rows of which it surely holds.
    pub sure: Bits,
    /// Rows of which it may hold; `None`: the same.
    possible: Option<Bits>,
}

impl Filter {
    /// What the predicate is of a row.
    pub fn truth(&self, row: u32) -> Truth {
        if self.sure.get(row) {
            Truth::True
        } else if self.possible.as_ref().is_some_and(|bits| bits.get(row)) {
            Truth::Unknown
        } else {
            Truth::False
        }
    }

    fn possible(&self) -> &Bits {
        self.possible.as_ref().unwrap_or(&self.sure)
    }

    /// For 64 rows, from row `64 * place` on: of which it surely holds, of which it may.
    pub fn words(&self, place: usize) -> (u64, u64) {
        let word = |bits: &Bits| bits.words.get(place).copied().unwrap_or(0);
        (word(&self.sure), word(self.possible()))
    }

    /// Both.
    pub fn and(&self, other: &Filter) -> Filter {
        self.combine(other, |a, b| a & b)
    }

    fn or(&self, other: &Filter) -> Filter {
        self.combine(other, |a, b| a | b)
    }

    fn combine(&self, other: &Filter, op: impl Fn(u64, u64) -> u64) -> Filter {
        let words = |a: &Bits, b: &Bits| {
            let count = a.words.len().max(b.words.len());
            let word = |bits: &Bits, i: usize| bits.words.get(i).copied().unwrap_or(0);
            Bits { words: (0..count).map(|i| op(word(a, i), word(b, i))).collect() }
        };
        let exact = self.possible.is_none() && other.possible.is_none();
        Filter {
            sure: words(&self.sure, &other.sure),
            possible: (!exact).then(|| words(self.possible(), other.possible())),
        }
    }

    fn negate(&self, rows: u32) -> Filter {
        let flip = |bits: &Bits| {
            let word = |i: usize| !bits.words.get(i).copied().unwrap_or(0);
            let mut words: Vec<u64> = (0..(rows as usize).div_ceil(64)).map(word).collect();
            if let (Some(last), 1..) = (words.last_mut(), rows % 64) {
                *last &= (1 << (rows % 64)) - 1;
            }
            Bits { words }
        };
        let exact = self.possible.is_none();
        Filter { sure: flip(self.possible()), possible: (!exact).then(|| flip(&self.sure)) }
    }

    /// From a test of the cells that are known and the walk for the others.
    fn of(rows: u32, mut truth: impl FnMut(u32) -> Truth) -> Filter {
        let mut sure = Bits { words: vec![0; (rows as usize).div_ceil(64)] };
        let mut possible: Option<Bits> = None;
        for row in 0..rows {
            match truth(row) {
                Truth::True => sure.set(row),
                Truth::Unknown => possible.get_or_insert_with(Bits::default).set(row),
                Truth::False => {}
            }
        }
        let possible = possible.map(|mut bits| {
            bits.words.resize(sure.words.len().max(bits.words.len()), 0);
            for (word, sure) in bits.words.iter_mut().zip(&sure.words) {
                *word |= sure;
            }
            bits
        });
        Filter { sure, possible }
    }
}

/// Whole numbers from the first to the second.
type Span = (i64, i64);
const NONE: Span = (i64::MAX, i64::MIN);

impl<'a> Session<'a> {
    /// The predicate for the whole table of the one row that it reads; `None` where the walk must answer.
    pub fn filter(&self, predicate: NodeId) -> Option<&Arc<Filter>> {
        self.filters
            .get(predicate.0 as usize)?
            .get_or_init(|| {
                if self.batch != Batch::Tables || self.plan.node(predicate).depends.count_ones() != 1 {
                    return None;
                }
                let entity = self.row_entity(predicate)?;
                self.evaluate_table(predicate, entity).map(Arc::new)
            })
            .as_ref()
    }

    /// The same, where the one row is the one bound at `depth`: a predicate over a group's elements that reads only the
    /// subject says nothing of the elements' table.
    pub fn filter_of(&self, predicate: NodeId, depth: Depth) -> Option<&Arc<Filter>> {
        let depends = self.plan.node(predicate).depends;
        if depends.trailing_zeros() != u32::from(depth) {
            return None;
        }
        self.filter(predicate)
    }

    /// The value of a node that no row influences and that rests on nothing weak or assumed.
    pub fn settled(&self, node: NodeId) -> Option<Value> {
        if self.plan.node(node).depends != 0 {
            return None;
        }
        if let Some(constant) = self.constant_of(node) {
            return Some(constant.clone());
        }
        let fixed = self.fixed(node, Reading::Strict);
        (fixed.flags == 0).then(|| fixed.value.clone())
    }

    /// Which rows of a group's entity have their own time in a window from now.
    pub fn recent_filter(&self, group: NodeId, direction: Direction, span: &Value) -> Option<Filter> {
        let Type::Rows(entity) = self.plan.node(group).ty else { return None };
        let occurs = &self.plan.schema.entity(entity).occurs;
        let plainly = occurs.iter().all(|field| self.is_plainly_read(FieldRef { entity, field: *field }));
        if self.batch != Batch::Tables || !plainly {
            return None;
        }
        let rows = self.facts.table(entity).rows;
        let mut walk = Walk::new(self, Reading::Strict);
        let first = occurs.first().and_then(|field| self.column(FieldRef { entity, field: *field }));
        let window = compute::window(self, direction, span).and_then(|(from, until)| {
            Some((from.low.as_i64()?, until.high.as_i64()?)).filter(|_| from.is_exact() && until.is_exact())
        });
        Some(Filter::of(rows, |row| {
            if let (Some(column), Some((from, until))) = (first, window)
                && let Data::Int(values) = &column.data
                && (column.exact || column.known.get(row))
                && let Some(at) = values.get(row as usize)
            {
                return (from <= *at && *at <= until).into();
            }
            let time = walk.own_time(entity, row);
            compute::within(self, &time, direction, span)
        }))
    }

    fn column(&self, at: FieldRef) -> Option<&'a Column> {
        self.facts.table(at.entity).columns.get(at.field.0 as usize)?.as_ref()
    }

    /// The entity of the one row that a predicate reads.
    fn row_entity(&self, node: NodeId) -> Option<EntityId> {
        let plan = self.plan.node(node);
        if let (Op::Row(_), Type::Row(entity)) = (&plan.op, &plan.ty) {
            return Some(*entity);
        }
        let mut operands = plan.op.operands().into_iter().filter(|id| self.plan.node(*id).depends != 0);
        operands.find_map(|id| self.row_entity(id))
    }

    /// Whether the walk would touch nothing but cells of fresh rows and settled values.
    pub(super) fn is_rowwise(&self, node: NodeId) -> bool {
        let plan = self.plan.node(node);
        if plan.depends == 0 {
            return !matches!(plan.ty, Type::Rows(_))
                && (self.settled(node).is_some() || matches!(plan.op, Op::Parameter(_)));
        }
        if plan.may_assume {
            return false;
        }
        let fresh = match &plan.op {
            Op::Field { field, .. } => self.is_plainly_read(*field),
            _ => true,
        };
        fresh && is_plain(&plan.op) && plan.op.operands().into_iter().all(|id| self.is_rowwise(id))
    }

    fn evaluate_table(&self, node: NodeId, entity: EntityId) -> Option<Filter> {
        let rows = self.facts.table(entity).rows;
        let plan = self.plan.node(node);
        if plan.depends == 0 {
            let truth = self.settled(node)?.truth();
            return Some(Filter::of(rows, |_| truth));
        }
        let all = |parts: &[NodeId]| -> Option<Vec<Filter>> {
            parts.iter().map(|part| self.evaluate_table(*part, entity)).collect()
        };
        match &plan.op {
            Op::Not(inner) => return Some(self.evaluate_table(*inner, entity)?.negate(rows)),
            Op::And(parts) => return all(parts)?.into_iter().reduce(|a, b| a.and(&b)),
            Op::Or(parts) => return all(parts)?.into_iter().reduce(|a, b| a.or(&b)),
            _ => {}
        }
        if !self.is_rowwise(node) {
            return None;
        }
        let depth = u16::try_from(plan.depends.trailing_zeros()).ok()?;
        let mut walk = Walk::new(self, Reading::Strict);
        let mut slow = move |row: u32| {
            walk.bind(depth, row);
            walk.truth(node)
        };
        let fast = self.fast(node, entity);
        Some(match fast {
            Some(Fast { column, spans, negated }) => match &column.data {
                Data::Int(values) => loop_cells(rows, column, values, &mut slow, |v| {
                    spans.iter().any(|s| s.0 <= *v && *v <= s.1) != negated
                }),
                Data::Id(values) => loop_cells(rows, column, values, &mut slow, |v| {
                    let v = i64::from(*v);
                    spans.iter().any(|s| s.0 <= v && v <= s.1) != negated
                }),
                Data::Bits(bits) => Filter::of(rows, |row| {
                    if column.exact || column.known.get(row) { bits.get(row).into() } else { slow(row) }
                }),
                _ => Filter::of(rows, slow),
            },
            None => self.by_lanes(node, entity, rows, &mut slow),
        })
    }

    /// By the numbers of the rows, or once for each row that they lead to; else row by row.
    fn by_lanes(&self, node: NodeId, entity: EntityId, rows: u32, slow: &mut dyn FnMut(u32) -> Truth) -> Filter {
        if let Some(lanes) = self.lanes(node) {
            let mut scope = vec![u32::MAX; self.plan.node(node).depends.trailing_zeros() as usize + 1];
            return Filter::of(rows, |row| {
                if let Some(last) = scope.last_mut() {
                    *last = row;
                }
                lanes.truth(&scope).unwrap_or_else(|| slow(row))
            });
        }
        if let Some(relation) = self.only_through(node, entity)
            && let Type::Row(target) = self.plan.schema.field(relation).ty
        {
            let mut known: Vec<Option<Truth>> = vec![None; self.facts.table(target).rows as usize];
            return Filter::of(rows, |row| {
                match self.owner(relation, row).and_then(|owner| known.get_mut(owner as usize)) {
                    Some(Some(truth)) => *truth,
                    Some(unset) => *unset.insert(slow(row)),
                    None => slow(row),
                }
            });
        }
        Filter::of(rows, slow)
    }

    /// A test of one column's known cells by whole numbers.
    fn fast(&self, node: NodeId, entity: EntityId) -> Option<Fast<'a>> {
        match &self.plan.node(node).op {
            Op::Field { .. } => {
                let (column, ty) = self.own_column(node, entity)?;
                (*ty == Type::Bool).then_some(Fast { column, spans: Vec::new(), negated: false })
            }
            Op::Compare { operator, left, right } => {
                let (operator, field, other) = match self.own_column(*left, entity) {
                    Some(_) => (*operator, *left, *right),
                    None => (mirrored(*operator), *right, *left),
                };
                let (column, ty) = self.own_column(field, entity)?;
                let value = self.number(&self.settled(other)?, ty)?;
                let (spans, negated) = match operator {
                    Comparison::Is => (vec![(value, value)], false),
                    Comparison::IsNot => (vec![(value, value)], true),
                    Comparison::Less => (vec![value.checked_sub(1).map_or(NONE, |v| (i64::MIN, v))], false),
                    Comparison::AtMost => (vec![(i64::MIN, value)], false),
                    Comparison::More => (vec![value.checked_add(1).map_or(NONE, |v| (v, i64::MAX))], false),
                    Comparison::AtLeast => (vec![(value, i64::MAX)], false),
                };
                Some(Fast { column, spans, negated })
            }
            Op::In { item, set } => {
                let (column, ty) = self.own_column(*item, entity)?;
                let Value::Set(set) = self.settled(*set)? else { return None };
                if !matches!(column.data, Data::Id(_)) || !Value::Set(set.clone()).is_known() || *ty == Type::Bool {
                    return None;
                }
                let one = |(n, d): &(i128, i128)| (*d == 1).then(|| i64::try_from(*n).ok().map(|n| (n, n))).flatten();
                Some(Fast { column, spans: set.known.iter().map(one).collect::<Option<_>>()?, negated: false })
            }
            Op::Within { time, direction, span } => {
                let (column, _) = self.own_column(*time, entity)?;
                let (from, until) = compute::window(self, *direction, &self.settled(*span)?)?;
                if !from.is_exact() || !until.is_exact() {
                    return None;
                }
                Some(Fast { column, spans: vec![(from.low.as_i64()?, until.low.as_i64()?)], negated: false })
            }
            _ => None,
        }
    }

    /// The column behind a field of the row itself, unless its known cells are more than plain numbers.
    fn own_column(&self, node: NodeId, entity: EntityId) -> Option<(&'a Column, &'a Type)> {
        let Op::Field { row, field } = &self.plan.node(node).op else { return None };
        if field.entity != entity || !matches!(self.plan.node(*row).op, Op::Row(_)) {
            return None;
        }
        Some((self.column(*field)?, &self.plan.schema.field(*field).ty))
    }

    /// A known value in the unit of a column of that type.
    fn number(&self, value: &Value, ty: &Type) -> Option<i64> {
        match (value, ty) {
            // Months are compared by their lengths, forever is no number.
            (Value::Amount(range), Type::Duration) if !range.low.is_bound() => None,
            (Value::Amount(range), Type::Percent) if range.is_exact() => {
                range.times(Range::exactly(End::whole(PERCENTS_IN_ONE)))?.low.as_i64()
            }
            (Value::Amount(range), _) if range.is_exact() => range.low.as_i64(),
            (Value::Id(id), _) => Some(i64::from(*id)),
            (Value::Row(row), _) => Some(i64::from(*row)),
            _ => None,
        }
    }
}

/// A test of a column's known cells.
struct Fast<'a> {
    column: &'a Column,
    spans: Vec<Span>,
    negated: bool,
}

fn loop_cells<T>(
    rows: u32,
    column: &Column,
    values: &[T],
    slow: &mut dyn FnMut(u32) -> Truth,
    test: impl Fn(&T) -> bool,
) -> Filter {
    if column.exact && values.len() >= rows as usize {
        let word = |chunk: &[T]| chunk.iter().enumerate().fold(0, |word, (i, v)| word | u64::from(test(v)) << i);
        let values = values.get(..rows as usize).unwrap_or(values);
        return Filter { sure: Bits { words: values.chunks(64).map(word).collect() }, possible: None };
    }
    Filter::of(rows, |row| {
        let plain = column.exact || column.known.get(row);
        match values.get(row as usize) {
            Some(value) if plain => test(value).into(),
            _ => slow(row),
        }
    })
}

fn mirrored(operator: Comparison) -> Comparison {
    match operator {
        Comparison::Less => Comparison::More,
        Comparison::More => Comparison::Less,
        Comparison::AtMost => Comparison::AtLeast,
        Comparison::AtLeast => Comparison::AtMost,
        same => same,
    }
}

/// Whether an operation looks at cells and values only: no groups, nothing that looks at ignorance itself.
fn is_plain(op: &Op) -> bool {
    !matches!(
        op,
        Op::Known(_)
            | Op::Else { .. }
            | Op::All(_)
            | Op::Related { .. }
            | Op::Listed { .. }
            | Op::Joined { .. }
            | Op::Where { .. }
            | Op::Recent { .. }
            | Op::Reduce(_)
    )
}
