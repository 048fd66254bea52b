//! Plain numbers without a walk: known cells of the rows in scope and of those that a relation leads to, entries of a
//! parameter by an enumeration, their sums and differences.
//!
//! Invariant: where a lane gives a number, the walk gives the same, exactly, and leaves no mark; where it gives none (a
//! cell that is not known, `never`, anything beyond 64 bits), the walk answers.

use super::session::{Batch, Session};
use super::value::Value;
use crate::facts::schema::{EntityId, FieldRef, Type};
use crate::facts::table::{Column, Data};
use crate::plan::{Arithmetic, Comparison, Depth, NodeId, Op};
use crate::value::{Scalar, Truth};

/// What numbers of a lane count; only numbers of one kind are compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Time,
    Duration,
    Size,
    Count,
    Text,
}

/// A comparison of two lanes.
#[derive(Debug)]
pub(super) struct Lanes<'a> {
    operator: Comparison,
    left: Lane<'a>,
    right: Lane<'a>,
}

impl Lanes<'_> {
    /// Whether it holds of the rows in scope, by depth.
    pub fn truth(&self, rows: &[u32]) -> Option<Truth> {
        let order = self.left.of(rows)?.cmp(&self.right.of(rows)?);
        let holds = match self.operator {
            Comparison::Is => order.is_eq(),
            Comparison::IsNot => order.is_ne(),
            Comparison::Less => order.is_lt(),
            Comparison::AtMost => order.is_le(),
            Comparison::More => order.is_gt(),
            Comparison::AtLeast => order.is_ge(),
        };
        Some(holds.into())
    }
}

/// A number for each row, or none.
#[derive(Debug)]
pub(super) enum Lane<'a> {
    Constant(i64),
    /// The row in scope at a depth.
    Row(Depth),
    /// Of a row, a cell.
    Numbers(Box<Lane<'a>>, &'a Column, &'a [i64]),
    Ids(Box<Lane<'a>>, &'a Column, &'a [u32]),
    /// By member.
    Entry(Box<Lane<'a>>, Vec<Option<i64>>),
    Sum(Box<Lane<'a>>, Box<Lane<'a>>),
    Difference(Box<Lane<'a>>, Box<Lane<'a>>),
}

impl Lane<'_> {
    /// The number for these rows, by depth.
    fn of(&self, rows: &[u32]) -> Option<i64> {
        let known = |row: i64, column: &Column| {
            let row = u32::try_from(row).ok()?;
            (column.exact || column.known.get(row)).then_some(row as usize)
        };
        match self {
            Lane::Constant(value) => Some(*value),
            Lane::Row(depth) => rows.get(usize::from(*depth)).map(|row| i64::from(*row)),
            Lane::Numbers(row, column, values) => values.get(known(row.of(rows)?, column)?).copied().filter(is_plain),
            Lane::Ids(row, column, ids) => ids.get(known(row.of(rows)?, column)?).map(|id| i64::from(*id)),
            Lane::Entry(key, entries) => *entries.get(usize::try_from(key.of(rows)?).ok()?)?,
            Lane::Sum(a, b) => a.of(rows)?.checked_add(b.of(rows)?).filter(is_plain),
            Lane::Difference(a, b) => a.of(rows)?.checked_sub(b.of(rows)?).filter(is_plain),
        }
    }
}

/// `never` and what stands for no bound are more than numbers.
fn is_plain(value: &i64) -> bool {
    *value != i64::MAX && *value != i64::MIN
}

fn kind(ty: &Type) -> Option<Kind> {
    match ty {
        Type::Time | Type::TimeOrNever => Some(Kind::Time),
        Type::Duration => Some(Kind::Duration),
        Type::Size => Some(Kind::Size),
        Type::Int => Some(Kind::Count),
        Type::Text => Some(Kind::Text),
        _ => None,
    }
}

impl<'a> Session<'a> {
    /// A comparison by numbers alone; `None` where it is more.
    pub fn lanes(&self, comparison: NodeId) -> Option<&Lanes<'a>> {
        self.lanes
            .get(comparison.0 as usize)?
            .get_or_init(|| {
                let Op::Compare { operator, left, right } = &self.plan.node(comparison).op else { return None };
                let kinds = (kind(&self.plan.node(*left).ty)?, kind(&self.plan.node(*right).ty)?);
                let same = matches!(operator, Comparison::Is | Comparison::IsNot);
                if self.batch != Batch::Tables
                    || kinds.0 != kinds.1
                    || (kinds.0 == Kind::Text && (!same || self.compares_names(*left, *right)))
                    || !self.is_rowwise(comparison)
                {
                    return None;
                }
                Some(Lanes { operator: *operator, left: self.lane(*left)?, right: self.lane(*right)? })
            })
            .as_ref()
    }

    fn lane(&self, node: NodeId) -> Option<Lane<'a>> {
        let plan = self.plan.node(node);
        if plan.depends == 0 {
            return match self.settled(node)? {
                Value::Amount(range) if range.is_exact() => range.low.as_i64().filter(is_plain).map(Lane::Constant),
                _ => None,
            };
        }
        match &plan.op {
            Op::Field { row, field } => {
                kind(&plan.ty)?;
                self.cells(*row, *field)
            }
            Op::Entry { map, key } => {
                let of = self.plan.node(*key);
                let Op::Field { row, field } = &of.op else { return None };
                Some(Lane::Entry(Box::new(self.cells(*row, *field)?), self.entries(*map, &of.ty)?))
            }
            Op::Arithmetic { operator, left, right } => {
                let kind_of = |node: NodeId| kind(&self.plan.node(node).ty);
                let kinds = (kind_of(*left)?, kind_of(*right)?);
                let adds = match operator {
                    Arithmetic::Add => true,
                    Arithmetic::Subtract => false,
                    _ => return None,
                };
                let exact = match kinds {
                    (Kind::Time, Kind::Duration) => true,
                    (Kind::Duration, Kind::Time) => adds,
                    (Kind::Time, Kind::Time) => !adds,
                    (Kind::Text, _) => false,
                    (a, b) => a == b,
                };
                if !exact {
                    return None;
                }
                let (left, right) = (Box::new(self.lane(*left)?), Box::new(self.lane(*right)?));
                Some(if adds { Lane::Sum(left, right) } else { Lane::Difference(left, right) })
            }
            _ => None,
        }
    }

    /// The cells of a field of a row in scope, or of one that it leads to.
    fn cells(&self, row: NodeId, field: FieldRef) -> Option<Lane<'a>> {
        let of = self.plan.node(row);
        if of.ty != Type::Row(field.entity) {
            return None;
        }
        let row = Box::new(match &of.op {
            Op::Row(depth) => Lane::Row(*depth),
            Op::Field { row, field } => self.cells(*row, *field)?,
            _ => return None,
        });
        let column: &'a Column = self.facts.table(field.entity).columns.get(field.field.0 as usize)?.as_ref()?;
        match &column.data {
            Data::Int(values) => Some(Lane::Numbers(row, column, values)),
            Data::Id(ids) => Some(Lane::Ids(row, column, ids)),
            _ => None,
        }
    }

    /// The whole numbers of a parameter by member.
    fn entries(&self, map: NodeId, key: &Type) -> Option<Vec<Option<i64>>> {
        use crate::plan::ParameterValue;
        let (Op::Parameter(place), Type::OneOf(members)) = (&self.plan.node(map).op, key) else { return None };
        let Some(ParameterValue::Map(entries)) = &self.plan.parameters.get(*place as usize)?.value else { return None };
        let count = self.plan.schema.enumeration(*members).members.len();
        let value = |member: usize| {
            let is = |key: &Scalar| matches!(key, Scalar::Member(m) if usize::from(*m) == member);
            match self.plain(&entries.iter().find(|(key, _)| is(key))?.1) {
                Value::Amount(range) if range.is_exact() => range.low.as_i64().filter(is_plain),
                _ => None,
            }
        };
        Some((0..count).map(value).collect())
    }

    /// The one relation of the row by which alone a node depends on it.
    pub fn only_through(&self, node: NodeId, entity: EntityId) -> Option<FieldRef> {
        let plan = self.plan.node(node);
        match &plan.op {
            Op::Row(_) => None,
            Op::Field { row, field } if matches!(self.plan.node(*row).op, Op::Row(_)) => {
                (field.entity == entity && matches!(plan.ty, Type::Row(_))).then_some(*field)
            }
            op => {
                let mut found = None;
                for id in op.operands().into_iter().filter(|id| self.plan.node(*id).depends != 0) {
                    let through = self.only_through(id, entity)?;
                    if *found.get_or_insert(through) != through {
                        return None;
                    }
                }
                found
            }
        }
    }

    /// By row of `entity`, the row that a relation leads to where that is known.
    pub fn owner(&self, relation: FieldRef, row: u32) -> Option<u32> {
        let column = self.facts.table(relation.entity).columns.get(relation.field.0 as usize)?.as_ref()?;
        match &column.data {
            Data::Id(owners) if column.exact || column.known.get(row) => owners.get(row as usize).copied(),
            _ => None,
        }
    }
}
