//! Which cells and relations a plan reads: what its nodes name, own times of groups that are read by time, the relation
//! cells that its inverses and indexes go by, and what derived cells are made of. A key is read only where a node names
//! it: every table has its keys anyway.

use super::place_of;
use crate::facts::schema::{Derivation, EntityId, FieldRef, InverseId, Schema, Type};
use crate::plan::{Method, Op, Plan};
use std::collections::BTreeSet;

/// Fills in `reads` and `walks`.
pub(super) fn collect(plan: &mut Plan) {
    let mut reads = BTreeSet::new();
    let mut walks = BTreeSet::new();
    let schema = &plan.schema;
    for node in &plan.nodes {
        match &node.op {
            Op::Field { field, .. } => {
                reads.insert(*field);
            }
            Op::Listed { field, .. } => {
                reads.insert(*field);
                if let Type::Rows(entity) = node.ty
                    && let Some(parent) = schema.entity(entity).parent.filter(|parent| parent.list == *field)
                {
                    reads.insert(FieldRef { entity, field: parent.field });
                }
            }
            Op::Related { owner, inverse, .. } => {
                walks.insert((*owner, *inverse));
                reads.extend(by(schema, *owner, *inverse));
            }
            Op::Joined { on, .. } => reads.extend(on.iter().flat_map(|key| key.path.iter().copied())),
            Op::Recent { group, .. } => own_time(schema, &plan.node(*group).ty, &mut reads),
            Op::Reduce(reduction) => {
                let timed = matches!(
                    reduction.method,
                    Method::Latest
                        | Method::Oldest
                        | Method::LatestOfEach(_)
                        | Method::Gaps { .. }
                        | Method::LongestGap { .. }
                        | Method::Trend(_)
                );
                if timed && reduction.value.is_none() {
                    own_time(schema, &plan.node(reduction.group).ty, &mut reads);
                }
            }
            _ => {}
        }
    }
    let mut open: Vec<FieldRef> = reads.iter().copied().collect();
    while let Some(at) = open.pop() {
        for source in sources_of(schema, at) {
            if reads.insert(source) {
                open.push(source);
            }
        }
    }
    plan.reads = reads.into_iter().collect();
    plan.walks = walks.into_iter().collect();
}

fn by(schema: &Schema, owner: EntityId, inverse: InverseId) -> Option<FieldRef> {
    schema.entity(owner).inverses.get(usize::from(inverse.0)).map(|i| i.by)
}

fn own_time(schema: &Schema, group: &Type, reads: &mut BTreeSet<FieldRef>) {
    if let Type::Rows(entity) = *group {
        reads.extend(schema.entity(entity).occurs.iter().map(|field| FieldRef { entity, field: *field }));
    }
}

/// The cells that a derived cell is made of.
fn sources_of(schema: &Schema, at: FieldRef) -> Vec<FieldRef> {
    let own = |field| FieldRef { entity: at.entity, field };
    let derived =
        schema.entity(at.entity).fields.get(place_of(at.field)).map(|f| f.derived.as_slice()).unwrap_or_default();
    let mut found = Vec::new();
    for derivation in derived {
        match derivation {
            Derivation::Field(field) | Derivation::Kind(field) => found.push(own(*field)),
            Derivation::Difference(a, b) => found.extend([own(*a), own(*b)]),
            Derivation::Through(relation, field) => {
                found.push(own(*relation));
                if let Type::Row(other) = schema.field(own(*relation)).ty {
                    found.push(FieldRef { entity: other, field: *field });
                }
            }
        }
    }
    found
}
