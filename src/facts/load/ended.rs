//! The same listing at two instants (`semantics.md` 3.4): a state that a later, complete one lacks has ended in between.
//! Its row stays, and the cell that says when it ended is bounded by the two instants.
//!
//! What is the same listing: tool, account, call and filter, and whom it covers, as stated. Where that is not stated, one
//! listing may have been asked for less than the other, and nothing is concluded.

use super::column::Held;
use super::merge::Merged;
use super::store::Rows;
use super::times::Context;
use crate::facts::export::Export;
use crate::facts::schema::{Entity, EntityId, FieldId, Nature, Type};
use crate::facts::statement::Listing;
use crate::facts::table::Origin;
use crate::value::{Instant, Scalar};

/// Bounds the end of the rows that later listings lack, where nothing is said of it.
pub(super) fn bound_ends(
    rows: &mut Rows,
    entity: EntityId,
    declared: &Entity,
    merged: &Merged,
    listings: &[Listing],
    with: &Context<'_>,
) {
    let Some(field) = end_of(declared) else { return };
    if rows.columns.get(field.0 as usize).is_none_or(Option::is_none) {
        return;
    }
    let next: Vec<Option<Instant>> =
        with.facts.exports.iter().map(|export| next(export, entity, listings, with)).collect();
    if next.iter().all(Option::is_none) {
        return;
    }
    let mut bounded = Vec::new();
    for row in 0..rows.rows {
        let also = merged.also.get(&row).map_or(&[][..], Vec::as_slice);
        if let Some((from, to)) = ended(with.origin(rows, row), also, &next, with) {
            bounded.push((row, Held::Between(from.0, to.0)));
        }
    }
    if let Some(Some(column)) = rows.columns.get_mut(field.0 as usize) {
        for (row, held) in bounded {
            if column.is_absent(row) {
                column.put(row, held);
            }
        }
    }
}

/// The field that says when a state ended: the one that is `never` where nothing is said.
fn end_of(entity: &Entity) -> Option<FieldId> {
    let is_end = |default: &Option<Scalar>| matches!(default, Some(Scalar::Time(at)) if at.is_never());
    let stays = entity.nature == Nature::State && entity.key.is_some();
    let mut ends = entity.fields().filter(|(_, field)| field.ty == Type::TimeOrNever && is_end(&field.default));
    ends.next().filter(|_| stays).map(|(field, _)| field)
}

/// Between which instants a row ended: after the last listing that has it, before the next one of the same.
fn ended(first: Origin, also: &[Origin], next: &[Option<Instant>], with: &Context<'_>) -> Option<(Instant, Instant)> {
    let last = std::iter::once(&first).chain(also).max_by_key(|origin| with.collected(**origin))?;
    let export = with.facts.export_at(*last)?;
    Some((with.collected(*last), next.get(export.0 as usize).copied().flatten()?))
}

/// When the same was listed next, completely.
fn next(export: &Export, entity: EntityId, listings: &[Listing], with: &Context<'_>) -> Option<Instant> {
    let from = export.collected_at?;
    let later = with.facts.exports.iter().filter(|other| {
        other.incomplete.is_none() && other.kinds.contains(&entity) && is_same_listing(export, other, listings)
    });
    later.filter_map(|other| other.collected_at).filter(|at| *at > from).min()
}

fn is_same_listing(a: &Export, b: &Export, listings: &[Listing]) -> bool {
    let listing = |export: &Export| listings.iter().find(|listing| export.files.first() == Some(&listing.file));
    let (Some(of_a), Some(of_b)) = (listing(a), listing(b)) else { return false };
    let stated = a.tool.is_some() && a.covers.is_some();
    let same_call = (&of_a.tool, &of_a.name, &of_a.filter) == (&of_b.tool, &of_b.name, &of_b.filter);
    stated && same_call && (&a.tool, &a.account, &a.covers) == (&b.tool, &b.account, &b.covers)
}
