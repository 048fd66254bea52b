//! Rows that may be about anybody: of an entity that says what its rows are `about`, those that do not say it, or that name
//! what stands in no listing. They belong to nobody's group for sure, and to everybody's perhaps.

use super::schema::{Derivation, FieldId, FieldRef, Type};
use super::table::{Atom, Cell, Facts, Reason};

/// Whether the rows that lead to their owner by this relation may be strays.
pub fn may_stray(facts: &Facts, by: FieldRef) -> bool {
    facts.schema.entity(by.entity).about.contains(&by.field)
}

/// The rows that may be about any row of the entity that `by` leads to, ascending; `listed` of its rows are listed, the
/// others are names in other rows.
pub fn strays(facts: &Facts, by: FieldRef, listed: u32) -> Vec<u32> {
    if !may_stray(facts, by) {
        return Vec::new();
    }
    let through = through(facts, by);
    let about = &facts.schema.entity(by.entity).about;
    let others: Vec<FieldId> =
        about.iter().copied().filter(|field| *field != by.field && !through.contains(field)).collect();
    let names_one = |row: u32, fields: &[FieldId]| {
        fields.iter().any(|field| matches!(facts.cell(by.entity, *field, row), Cell::Known(_)))
    };
    let is_stray = |row: &u32| match facts.cell(by.entity, by.field, *row) {
        Cell::Known(Atom::Id(owner)) => owner >= listed,
        // Of what it names nobody tells whose it is.
        Cell::Unknown(Reason::Absent) if !names_one(*row, &through) => !names_one(*row, &others),
        _ => true,
    };
    (0..facts.table(by.entity).listed).filter(is_stray).collect()
}

/// The relations by which a relation's cell is derived.
pub fn through(facts: &Facts, by: FieldRef) -> Vec<FieldId> {
    let derived = facts.schema.field(by).derived.iter();
    derived
        .filter_map(|derivation| match derivation {
            Derivation::Through(relation, _) => Some(*relation),
            _ => None,
        })
        .filter(|relation| matches!(facts.schema.field(FieldRef { field: *relation, ..by }).ty, Type::Row(_)))
        .collect()
}
