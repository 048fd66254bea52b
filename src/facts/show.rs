//! Where rows stand, for reports: the file is opened again, and if it changed since it was read, that is an error.
//!
//! A cell is marked where it is written; one that is derived, where the first of what it derives from is; what stands
//! nowhere in its record, at the record. A row may be made up of several records: what its first one does not hold is
//! marked in the first of the others that does.

use super::schema::{Derivation, EntityId, FieldId, FieldRef, Schema};
use super::table::{Facts, Origin};
use crate::base::{Code, Diagnostic, Excerpt, Place};
use crate::codec::Format;
use crate::codec::bytes::{Digest, Files};
use crate::codec::locate::{Spot, locate, unchanged};
use std::collections::{BTreeMap, BTreeSet};

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

/// The place in the answer, the file, where it is in it, and the record (offset, hash) that it must still stand in.
type Wanted = (usize, u32, Spot, (u64, u32));

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
    let mut first = Vec::new();
    let mut several = Vec::new();
    for (i, place) in places.iter().enumerate() {
        let Some(origin) = facts.origin(place.entity, place.row) else { continue };
        let hash = facts.table(place.entity).hashes.get(place.row as usize).copied().unwrap_or(0);
        first.push((i, origin.file, spot_of(facts, place, origin, members), (origin.offset, hash)));
        if place.field.is_some() && facts.origins(place.entity, place.row).nth(1).is_some() {
            several.push((i, place, origin));
        }
    }
    // Of a row that stands in several places, a cell that its first place does not hold is looked for in the others.
    let records = several.iter().map(|(i, _, at)| (*i, at.file, Spot::At(at.offset), (at.offset, hash_of(&first, *i))));
    let records: Vec<Wanted> = records.collect();
    for (i, excerpt) in read(files, facts, &first, &mut diagnostics) {
        if let Some(place) = found.get_mut(i) {
            *place = Some(excerpt);
        }
    }
    let begins: BTreeMap<usize, Excerpt> = read(files, facts, &records, &mut diagnostics).into_iter().collect();
    several.retain(|(i, ..)| begins.contains_key(i) && begins.get(i) == found.get(*i).and_then(Option::as_ref));
    let mut others = Vec::new();
    let mut marks: Vec<Wanted> = Vec::new();
    for (i, place, _) in &several {
        for origin in facts.origins(place.entity, place.row).skip(1) {
            let wanted = marks.len();
            others.push(*i);
            marks.push((wanted, origin.file, spot_of(facts, place, origin, members), (origin.offset, 0)));
        }
    }
    let begins = marks.iter().map(|(at, file, spot, record)| (*at, *file, Spot::At(spot.begin()), *record)).collect();
    let begins: Vec<Wanted> = begins;
    let begins: BTreeMap<usize, Excerpt> = read(files, facts, &begins, &mut diagnostics).into_iter().collect();
    let mut settled = BTreeSet::new();
    for (at, excerpt) in read(files, facts, &marks, &mut diagnostics).into_iter().collect::<BTreeMap<_, _>>() {
        let Some(i) = others.get(at).copied() else { continue };
        if begins.get(&at) != Some(&excerpt)
            && settled.insert(i)
            && let Some(place) = found.get_mut(i)
        {
            *place = Some(excerpt);
        }
    }
    (found, diagnostics)
}

/// The hash of the record that is wanted for a place.
fn hash_of(wanted: &[Wanted], place: usize) -> u32 {
    let at = wanted.binary_search_by_key(&place, |(i, ..)| *i);
    at.ok().and_then(|at| wanted.get(at)).map_or(0, |(.., (_, hash))| *hash)
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
) -> Vec<(usize, Excerpt)> {
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
