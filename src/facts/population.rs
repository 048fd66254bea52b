//! How the rows of an entity are known (`semantics.md` 3.5): whether "for each" meets them all.

use super::closure::ExportCoverage;
use super::coverage::{Doubt, Population};
use super::schema::{EntityId, Schema};

/// See [`Population`]. A kind whose rows stand in another kind's rows is known as that kind is.
pub(super) fn population(coverage: &ExportCoverage<'_>, kind: EntityId) -> Population {
    if coverage.first_missing(kind).is_some() {
        return Population::Partial;
    }
    if coverage.is_listed(kind) {
        return Population::Listed;
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
    let seen = rows.rows.saturating_sub(rows.listed);
    match population(coverage, kind) {
        Population::Partial => coverage.first_missing(kind),
        Population::Nothing => Some(coverage.not_collected(kind)),
        Population::Seen if strict => Some(Doubt {
            export: None,
            text: seen_note(schema, kind, rows.rows),
            settle: format!("add an export that lists `{name}`"),
        }),
        Population::Listed if strict && seen > 0 => Some(Doubt {
            export: None,
            text: format!("{seen} {} seen, in no inventory", counted(schema, kind, seen)),
            settle: format!("add them to the export that lists `{name}`"),
        }),
        Population::Listed if strict => coverage.weak_listing(kind),
        Population::Seen | Population::Listed => None,
    }
}

/// What a report says of a rule over a seen population: `14 systems seen, no inventory`.
pub fn seen_note(schema: &Schema, kind: EntityId, rows: u32) -> String {
    format!("{rows} {} seen, no inventory", counted(schema, kind, rows))
}

fn counted(schema: &Schema, kind: EntityId, rows: u32) -> &str {
    let entity = schema.entity(kind);
    if rows == 1 { &entity.name } else { &entity.plural }
}
