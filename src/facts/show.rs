//! Where rows stand, for reports: the file is opened again, and if it changed since it was read, that is an error.
//!
//! A cell is marked where it is written; one that is derived, where the first of what it derives from is; what stands
//! nowhere in its record, at the record. A row may be made up of several records: its cells are
//! marked in the one whose word counts, of the latest export that has one.

use super::schema::{Derivation, EntityId, FieldId, FieldRef, Schema};
use super::table::{Facts, Origin};
use crate::base::{Code, Diagnostic, Excerpt, Place};
use crate::codec::Format;
use crate::codec::bytes::{Digest, Files};
use crate::codec::locate::{Spot, locate, unchanged};
use std::cmp::Reverse;
use std::collections::BTreeMap;

/// A row to be shown, or one of its cells.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Shown {
    /// The row's entity.
    pub entity: EntityId,
    /// The row.
    pub row: u32,
    /// The cell; `None` shows the record, at its key.
    pub field: Option<FieldId>,
}

/// How far derivations are followed.
const DERIVED: u32 = 3;

/// In so many of the records that make up a row a cell is looked for.
const LOOKED_THROUGH: usize = 4;

/// The place in the answer and what of it, the file, where it is in it, and the record (offset, hash) that it must still
/// stand in.
type Wanted = ((usize, Part), u32, Spot, (u64, u32));

/// What of a place is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Part {
    /// The cell, in one of the records of its row.
    Cell,
    /// The begin of that record.
    Begin,
    /// The begin of the first record of its row.
    Home,
}

/// By the name of a product's format and a cell (`run.status`): the members of its record that fill it, parted by blanks,
/// a member of a member as `a.b`.
pub type Members<'m> = dyn Fn(&str, &str) -> Option<&'static str> + 'm;

/// The excerpts of `places`, in their order; `None` for seen rows. Each file is read where they stand, or once or
/// twice up to the last record shown.
pub fn excerpts(
    files: &dyn Files,
    facts: &Facts,
    places: &[Shown],
    members: &Members<'_>,
) -> (Vec<Option<Excerpt>>, Vec<Diagnostic>) {
    let mut found: Vec<Option<Excerpt>> = vec![None; places.len()];
    let mut diagnostics = Vec::new();
    let mut open: Vec<(usize, Vec<Origin>)> = places.iter().map(|place| records_of(facts, place)).enumerate().collect();
    for round in 0..LOOKED_THROUGH {
        open.retain(|(_, records)| records.len() > round);
        let mut wanted: Vec<Wanted> = Vec::new();
        for (i, records) in &open {
            let (Some(place), Some(origin)) = (places.get(*i), records.get(round).copied()) else { continue };
            let record = (origin.offset, hash_of(facts, place, origin));
            wanted.push(((*i, Part::Cell), origin.file, spot_of(facts, place, origin, members), record));
            if records.len() > 1 {
                wanted.push(((*i, Part::Begin), origin.file, Spot::At(origin.offset), record));
                if let (0, Some(home)) = (round, facts.origin(place.entity, place.row)) {
                    let record = (home.offset, hash_of(facts, place, home));
                    wanted.push(((*i, Part::Home), home.file, Spot::At(home.offset), record));
                }
            }
        }
        let read: BTreeMap<(usize, Part), Excerpt> =
            read(files, facts, &wanted, &mut diagnostics).into_iter().collect();
        // What is marked where the record begins does not stand in it. What stands in none is marked at the first.
        open.retain(|(i, _)| {
            let (Some(cell), Some(place)) = (read.get(&(*i, Part::Cell)), found.get_mut(*i)) else { return false };
            let absent = read.get(&(*i, Part::Begin)) == Some(cell);
            if !absent {
                *place = Some(cell.clone());
            } else if place.is_none() {
                *place = read.get(&(*i, Part::Home)).cloned();
            }
            absent
        });
    }
    (found, diagnostics)
}

/// The records in which a place is looked for: that of its row, or, for a cell of a row that several make up, all of them,
/// those first whose word counts: of the source that the project believes, then of the latest export.
fn records_of(facts: &Facts, place: &Shown) -> Vec<Origin> {
    let mut records: Vec<Origin> = facts.origins(place.entity, place.row).collect();
    if place.field.is_none() {
        records.truncate(1);
    }
    if records.len() > 1 {
        records.sort_by_cached_key(|origin| {
            let export = facts.export_at(*origin).and_then(|id| facts.exports.get(id.0 as usize));
            let tool = export.and_then(|export| export.tool.as_ref());
            let rank = tool.and_then(|tool| facts.rank.iter().position(|ranked| ranked == tool));
            (rank.unwrap_or(usize::MAX), Reverse(export.and_then(|export| export.collected_at)))
        });
    }
    records
}

/// The hash of a record; 0 where it is not known, which is so of all but the first that make up a row.
fn hash_of(facts: &Facts, place: &Shown, origin: Origin) -> u32 {
    let is_first = facts.origin(place.entity, place.row) == Some(origin);
    let hash = facts.table(place.entity).hashes.get(place.row as usize);
    hash.copied().filter(|_| is_first).unwrap_or(0)
}

/// Where a row or a cell is looked for in one of the records that make up the row.
fn spot_of(facts: &Facts, place: &Shown, origin: Origin, members: &Members<'_>) -> Spot {
    let Some(field) = place.field.or(facts.schema.entity(place.entity).key) else { return Spot::At(origin.offset) };
    let format = facts.files.get(origin.file as usize).map_or("", |file| file.format.as_str());
    let mut names = Vec::new();
    written_as(&facts.schema, FieldRef { entity: place.entity, field }, format, members, &mut names, DERIVED);
    Spot::FirstOf { record: origin.offset, names }
}

/// The excerpts of what is wanted, in no order that means anything. A file that changed gives none, and one error.
fn read(
    files: &dyn Files,
    facts: &Facts,
    wanted: &[Wanted],
    diagnostics: &mut Vec<Diagnostic>,
) -> Vec<((usize, Part), Excerpt)> {
    let mut by_file: BTreeMap<u32, Vec<&Wanted>> = BTreeMap::new();
    for one in wanted {
        by_file.entry(one.1).or_default().push(one);
    }
    let mut found = Vec::new();
    for (file, wanted) in by_file {
        let Some(file) = facts.files.get(file as usize) else { continue };
        let format = Format::named(&file.format).unwrap_or(Format::Json);
        let records: Vec<(u64, u32)> = wanted.iter().map(|(.., record)| *record).collect();
        let spots: Vec<Spot> = wanted.iter().map(|(_, _, spot, _)| spot.clone()).collect();
        let digest = Digest { size: file.size, sha256: file.sha256.clone() };
        let error = match unchanged(files, &file.path, &records, &file.landmarks, &digest) {
            Ok(true) => match locate(files, &file.path, format, &file.landmarks, &spots) {
                Ok(excerpts) => {
                    found.extend(wanted.iter().map(|(i, ..)| *i).zip(excerpts));
                    continue;
                }
                Err(error) => unreadable(&file.path, &error),
            },
            Ok(false) => {
                let error = Diagnostic::error(Code("E1013"), format!("`{}` changed while it was read", file.path));
                let place = Place::File(file.path.clone());
                error.at_place(place, "").help("check again when nobody writes to it")
            }
            Err(error) => unreadable(&file.path, &error),
        };
        if !diagnostics.contains(&error) {
            diagnostics.push(error);
        }
    }
    found
}

fn unreadable(path: &str, error: &std::io::Error) -> Diagnostic {
    let message = format!("`{path}` cannot be read again: {error}");
    Diagnostic::error(Code("E1001"), message).at_place(Place::File(path.to_owned()), "")
}

/// The names under which a cell, or what it derives from, may stand in its record. Nested rows have no record of their own.
fn written_as(
    schema: &Schema,
    at: FieldRef,
    format: &str,
    members: &Members<'_>,
    names: &mut Vec<String>,
    deeper: u32,
) {
    let (entity, field) = (schema.entity(at.entity), schema.field(at));
    if entity.parent.is_some() {
        return;
    }
    if Format::named(format).is_some() {
        names.push(field.name.clone());
        names.extend(field.read_as.as_ref().map(|read_as| read_as.name.clone()));
    } else if let Some(members) = members(format, &format!("{}.{}", entity.name, field.name)) {
        names.extend(members.split_whitespace().map(str::to_owned));
    }
    if deeper == 0 {
        return;
    }
    let mut follow = |field: FieldId| {
        written_as(schema, FieldRef { entity: at.entity, field }, format, members, names, deeper - 1);
    };
    for derivation in &field.derived {
        match derivation {
            Derivation::Field(from) | Derivation::Through(from, _) | Derivation::Kind(from) => follow(*from),
            Derivation::Difference(a, b) => {
                follow(*a);
                follow(*b);
            }
        }
    }
}
