//! Plain numbers of every row of a table, without a walk: known cells of the row and of the row that a relation leads to,
//! entries of a parameter by an enumeration, their sums and differences.
//!
//! Invariant: where a lane gives a number of a row, the walk gives the same, exactly; where it gives none (a cell that is
//! not known, `never`, anything beyond 64 bits), the walk answers.

use super::session::Session;
use super::value::Value;
use crate::facts::schema::{EntityId, FieldRef, Type};
use crate::facts::table::{Column, Data};
use crate::plan::{Arithmetic, Comparison, NodeId, Op};
use crate::value::Scalar;

/// What numbers of a lane count; only numbers of one kind are compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Time,
    Duration,
    Size,
    Count,
    Text,
}

/// A number for each row, or none.
pub(super) enum Lane<'a> {
    Constant(i64),
    Numbers(&'a Column, &'a [i64]),
    Ids(&'a Column, &'a [u32]),
    /// Of the row that the first leads to, the second.
    Through(Box<Lane<'a>>, Box<Lane<'a>>),
    /// By member.
    Entry(Box<Lane<'a>>, Vec<Option<i64>>),
    Sum(Box<Lane<'a>>, Box<Lane<'a>>),
    Difference(Box<Lane<'a>>, Box<Lane<'a>>),
}

impl Lane<'_> {
    /// The number at a row.
    pub fn at(&self, row: u32) -> Option<i64> {
        let known = |column: &Column| column.exact || column.known.get(row);
        match self {
            Lane::Constant(value) => Some(*value),
            Lane::Numbers(column, values) if known(column) => values.get(row as usize).copied().filter(is_plain),
            Lane::Ids(column, values) if known(column) => values.get(row as usize).map(|id| i64::from(*id)),
            Lane::Numbers(..) | Lane::Ids(..) => None,
            Lane::Through(relation, of) => of.at(u32::try_from(relation.at(row)?).ok()?),
            Lane::Entry(key, entries) => *entries.get(usize::try_from(key.at(row)?).ok()?)?,
            Lane::Sum(a, b) => a.at(row)?.checked_add(b.at(row)?).filter(is_plain),
            Lane::Difference(a, b) => a.at(row)?.checked_sub(b.at(row)?).filter(is_plain),
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
    /// Both sides of a comparison over the rows of `entity`.
    pub fn lanes(&self, comparison: NodeId, entity: EntityId) -> Option<(Comparison, Lane<'a>, Lane<'a>)> {
        let Op::Compare { operator, left, right } = &self.plan.node(comparison).op else { return None };
        let kinds = (kind(&self.plan.node(*left).ty)?, kind(&self.plan.node(*right).ty)?);
        let is_text = kinds.0 == Kind::Text;
        if kinds.0 != kinds.1 || (is_text && !matches!(operator, Comparison::Is | Comparison::IsNot)) {
            return None;
        }
        Some((*operator, self.lane(*left, entity)?, self.lane(*right, entity)?))
    }

    fn lane(&self, node: NodeId, entity: EntityId) -> Option<Lane<'a>> {
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
                self.cells(*row, *field, entity)
            }
            Op::Entry { map, key } => {
                let of = self.plan.node(*key);
                let Op::Field { row, field } = &of.op else { return None };
                Some(Lane::Entry(Box::new(self.cells(*row, *field, entity)?), self.entries(*map, &of.ty)?))
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
                let (left, right) = (Box::new(self.lane(*left, entity)?), Box::new(self.lane(*right, entity)?));
                Some(if adds { Lane::Sum(left, right) } else { Lane::Difference(left, right) })
            }
            _ => None,
        }
    }

    /// The cells of a field of the row itself, or of the row that it leads to.
    fn cells(&self, row: NodeId, field: FieldRef, entity: EntityId) -> Option<Lane<'a>> {
        let column: &'a Column = self.facts.table(field.entity).columns.get(field.field.0 as usize)?.as_ref()?;
        let lane = match &column.data {
            Data::Int(values) => Lane::Numbers(column, values),
            Data::Id(values) => Lane::Ids(column, values),
            _ => return None,
        };
        match &self.plan.node(row).op {
            Op::Row(_) => (field.entity == entity).then_some(lane),
            Op::Field { row, field: relation } if matches!(self.plan.node(*row).op, Op::Row(_)) => {
                let leads = self.plan.schema.field(*relation).ty == Type::Row(field.entity);
                let relation = self.cells(*row, *relation, entity)?;
                leads.then(|| Lane::Through(Box::new(relation), Box::new(lane)))
            }
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

    /// The rows that a relation of the rows of `entity` leads to.
    pub fn relation_lane(&self, relation: FieldRef) -> Option<Lane<'a>> {
        let column: &'a Column = self.facts.table(relation.entity).columns.get(relation.field.0 as usize)?.as_ref()?;
        match &column.data {
            Data::Id(values) => Some(Lane::Ids(column, values)),
            _ => None,
        }
    }
}
