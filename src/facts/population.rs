//! How the rows of an entity are known (`semantics.md` 3.5): whether "for each" meets them all.
//!
//! Decisions beside the page: a kind of which only exports that limit themselves are there is partial, unless together they
//! cover every row of the entity that they limit themselves by; a listing that can only accuse lists nobody surely.

use super::closure::ExportCoverage;
use super::coverage::{Coverage, Doubt, Look, Population};
use super::export::{Closure, Covers};
use super::schema::{EntityId, Schema};

/// See [`Population`]. A kind whose rows stand in another kind's rows is known as that kind is.
pub(super) fn population(coverage: &ExportCoverage<'_>, kind: EntityId) -> Population {
    if coverage.first_missing(kind).is_some() {
        return Population::Partial;
    }
    if coverage.is_listed(kind) {
        return if is_limited(coverage, kind) { Population::Partial } else { Population::Listed };
    }
    match coverage.facts().table(kind).rows {
        0 => Population::Nothing,
        _ => Population::Seen,
    }
}

/// See [`super::coverage::Coverage::population_doubt`].
pub(super) fn population_doubt(coverage: &ExportCoverage<'_>, kind: EntityId) -> Option<Doubt> {
    let schema = &coverage.facts().schema;
    let (name, strict) = (&schema.entity(kind).name, coverage.settings().strict);
    let rows = coverage.facts().table(kind);
    match population(coverage, kind) {
        Population::Partial => {
            let partly = || Doubt {
                export: None,
                text: format!("the exports of {name} state that they cover a part of them only"),
                settle: format!("add exports of {name} that cover the rest"),
            };
            let doubts = || coverage.doubts(now_listed(coverage, kind)).into_iter().next();
            Some(coverage.first_missing(kind).or_else(doubts).unwrap_or_else(partly))
        }
        Population::Nothing => Some(coverage.not_collected(kind)),
        Population::Seen if strict => Some(Doubt {
            export: None,
            text: seen_text(schema, kind, rows.rows),
            settle: format!("add an export that lists `{name}`"),
        }),
        Population::Listed => unlisted_doubt(coverage, kind).or_else(|| coverage.weak_listing(kind)),
        Population::Seen => None,
    }
}

/// In a strict run, how many rows other rows name that no export lists: an inventory beside them is not whole.
pub(super) fn unlisted(coverage: &ExportCoverage<'_>, kind: EntityId) -> u32 {
    let rows = coverage.facts().table(kind);
    if coverage.settings().strict { rows.rows.saturating_sub(rows.listed) } else { 0 }
}

/// What [`unlisted`] rows put in doubt.
pub(super) fn unlisted_doubt(coverage: &ExportCoverage<'_>, kind: EntityId) -> Option<Doubt> {
    let (seen, schema) = (unlisted(coverage, kind), &coverage.facts().schema);
    let they = if seen == 1 { "it" } else { "them" };
    (seen > 0).then(|| Doubt {
        export: None,
        text: format!("{seen} {} seen, in no inventory", counted(schema, kind, seen)),
        settle: format!("add {they} to the export that lists `{}`", schema.entity(kind).name),
    })
}

/// All rows of a kind, as they are now.
fn now_listed(coverage: &ExportCoverage<'_>, kind: EntityId) -> Look {
    Look { kind, subject: None, from: Some(coverage.settings().now) }
}

/// Whether the exports of a listed kind leave out subjects by their own statement.
fn is_limited(coverage: &ExportCoverage<'_>, kind: EntityId) -> bool {
    let lists: Vec<&Covers> = match coverage.stated_parts(kind) {
        Some(lists) => lists,
        None => return false,
    };
    let limits = lists.iter().filter_map(|covers| match covers {
        Covers::Some(limits) => Some(limits),
        Covers::All => None,
    });
    let mut by: Vec<EntityId> = limits.flatten().map(|(entity, _)| *entity).filter(|entity| *entity != kind).collect();
    by.sort_unstable();
    by.dedup();
    !by.into_iter().any(|entity| {
        let rows = coverage.facts().table(entity).rows;
        let look = |row| Look { subject: Some((entity, row)), ..now_listed(coverage, kind) };
        let is_whole = coverage.closure(now_listed(coverage, entity)) == Closure::Closed;
        is_whole && (0..rows).all(|row| coverage.closure(look(row)) != Closure::Open)
    })
}

/// What a report says of a rule over a seen population: `14 systems seen, no inventory`, and what would list them.
pub fn seen_note(schema: &Schema, kind: EntityId, rows: u32) -> String {
    format!("{}: add an export that lists `{}`", seen_text(schema, kind, rows), schema.entity(kind).name)
}

fn seen_text(schema: &Schema, kind: EntityId, rows: u32) -> String {
    format!("{rows} {} seen, no inventory", counted(schema, kind, rows))
}

fn counted(schema: &Schema, kind: EntityId, rows: u32) -> &str {
    let entity = schema.entity(kind);
    if rows == 1 { &entity.name } else { &entity.plural }
}
