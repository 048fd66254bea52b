//! The same listing at two instants (`semantics.md` 3.4): a state that a later, complete one lacks has ended in between.
//! Its row stays, and the cell that says when it ended is bounded by the two instants.
//!
//! What is the same listing: tool, account, call and filter, and whom it covers, as stated. Where that is not stated, one
//! listing may have been asked for less than the other: a row that a file of the same name lacks later may have ended,
//! and may not; of files with other names nothing is concluded.

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
    let next: Vec<Option<Next>> =
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
fn ended(first: Origin, also: &[Origin], next: &[Option<Next>], with: &Context<'_>) -> Option<(Instant, Instant)> {
    let last = std::iter::once(&first).chain(also).max_by_key(|origin| with.collected(**origin))?;
    let export = with.facts.export_at(*last)?;
    let to = match next.get(export.0 as usize).copied().flatten()? {
        Next::Surely(at) => at,
        Next::Perhaps => Instant::NEVER,
    };
    Some((with.collected(*last), to))
}

/// The next complete listing of the same.
#[derive(Clone, Copy)]
enum Next {
    /// Of this instant: what it lacks has ended.
    Surely(Instant),
    /// It may have been asked for less: what it lacks may have ended.
    Perhaps,
}

/// How the same was listed next, completely.
fn next(export: &Export, entity: EntityId, listings: &[Listing], with: &Context<'_>) -> Option<Next> {
    let from = export.collected_at?;
    let later = || {
        let exports = with.facts.exports.iter();
        exports.filter(|other| other.incomplete.is_none() && other.kinds.contains(&entity)).filter_map(|other| {
            let at = other.collected_at.filter(|at| *at > from)?;
            Some((at, is_same_listing(export, other, listings, with)?))
        })
    };
    let surely = later().filter(|(_, same)| *same == Same::Stated).map(|(at, _)| at).min();
    surely.map(Next::Surely).or_else(|| later().next().map(|_| Next::Perhaps))
}

#[derive(Clone, Copy, PartialEq)]
enum Same {
    /// Both state whom they cover, and it is the same.
    Stated,
    /// They say nothing of it, and are called the same.
    Named,
}

fn is_same_listing(a: &Export, b: &Export, listings: &[Listing], with: &Context<'_>) -> Option<Same> {
    let listing = |export: &Export| listings.iter().find(|listing| export.files.first() == Some(&listing.file));
    let (of_a, of_b) = (listing(a)?, listing(b)?);
    let same_call = (&of_a.tool, &of_a.name, &of_a.filter) == (&of_b.tool, &of_b.name, &of_b.filter);
    if a.tool.is_none() || !same_call || (&a.tool, &a.account, &a.covers) != (&b.tool, &b.account, &b.covers) {
        return None;
    }
    if a.covers.is_some() {
        return Some(Same::Stated);
    }
    let name = |listing: &Listing| with.facts.files.get(listing.file as usize).map(|file| undated(&file.path));
    (name(of_a)? == name(of_b)?).then_some(Same::Named)
}

/// A file's own name without the date or the instant in it.
fn undated(path: &str) -> String {
    let name = path.rsplit('/').next().unwrap_or(path);
    let in_date = |c: char| c.is_ascii_digit() || matches!(c, '-' | '_' | ':' | 'T' | 'Z');
    let mut kept = String::new();
    let mut rest = name;
    while !rest.is_empty() {
        let run = rest.find(|c| !in_date(c)).unwrap_or(rest.len());
        let (dated, behind) = rest.split_at(run);
        if dated.chars().filter(char::is_ascii_digit).count() < DATE_DIGITS {
            kept.push_str(dated);
        }
        let plain = behind.find(in_date).unwrap_or(behind.len());
        let (plain, behind) = behind.split_at(plain);
        kept.push_str(plain);
        rest = behind;
    }
    kept
}

/// Digits of a date: `2026-11-22`, `261122`.
const DATE_DIGITS: usize = 6;

#[cfg(test)]
mod tests {
    use super::undated;

    #[test]
    fn dates_are_no_part_of_a_name() {
        assert_eq!(undated("facts/a/snapshots.json"), "snapshots.json");
        assert_eq!(undated("snapshots-2026-11-22.json"), undated("snapshots-2026-11-21.json"));
        assert_eq!(undated("20261122T050000Z-snapshots.json"), "snapshots.json");
        assert_ne!(undated("vault-1.json"), undated("vault-2.json"));
    }
}
