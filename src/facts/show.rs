//! Where rows stand, for reports: the file is opened again, and if it changed since it was read, that is an error.
//!
//! A cell is marked where it is written; one that is derived, where the first of what it derives from is; what stands
//! nowhere in its record, at the record.

use super::schema::{Derivation, EntityId, FieldId, FieldRef, Schema};
use super::table::Facts;
use crate::base::{Code, Diagnostic, Excerpt, Place};
use crate::codec::Format;
use crate::codec::bytes::{Digest, Files};
use crate::codec::locate::{Spot, locate, unchanged};
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

/// The place in the answer, where it is, and the record (offset, hash) that it must still stand in.
type Wanted = (usize, Spot, (u64, u32));

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
    let mut by_file: BTreeMap<u32, Vec<Wanted>> = BTreeMap::new();
    for (i, place) in places.iter().enumerate() {
        let Some(origin) = facts.origin(place.entity, place.row) else { continue };
        let hash = facts.table(place.entity).hashes.get(place.row as usize).copied().unwrap_or(0);
        let spot = match place.field.or(facts.schema.entity(place.entity).key) {
            None => Spot::At(origin.offset),
            Some(field) => {
                let format = facts.files.get(origin.file as usize).map_or("", |file| file.format.as_str());
                let mut names = Vec::new();
                let at = FieldRef { entity: place.entity, field };
                written_as(&facts.schema, at, format, members, &mut names, DERIVED);
                Spot::FirstOf { record: origin.offset, names }
            }
        };
        by_file.entry(origin.file).or_default().push((i, spot, (origin.offset, hash)));
    }
    for (file, wanted) in by_file {
        let Some(file) = facts.files.get(file as usize) else { continue };
        let format = Format::named(&file.format).unwrap_or(Format::Json);
        let records: Vec<(u64, u32)> = wanted.iter().map(|(_, _, record)| *record).collect();
        let spots: Vec<Spot> = wanted.iter().map(|(_, spot, _)| spot.clone()).collect();
        let digest = Digest { size: file.size, sha256: file.sha256.clone() };
        let same = unchanged(files, &file.path, &records, &file.landmarks, &digest);
        let excerpts = match same {
            Ok(true) => locate(files, &file.path, format, &file.landmarks, &spots),
            Ok(false) => {
                let error = Diagnostic::error(Code("E1013"), format!("`{}` changed while it was read", file.path));
                let place = Place::File(file.path.clone());
                diagnostics.push(error.at_place(place, "").help("check again when nobody writes to it"));
                continue;
            }
            Err(error) => Err(error),
        };
        match excerpts {
            Ok(excerpts) => {
                for ((i, ..), excerpt) in wanted.into_iter().zip(excerpts) {
                    if let Some(place) = found.get_mut(i) {
                        *place = Some(excerpt);
                    }
                }
            }
            Err(error) => {
                let message = format!("`{}` cannot be read again: {error}", file.path);
                diagnostics
                    .push(Diagnostic::error(Code("E1001"), message).at_place(Place::File(file.path.clone()), ""));
            }
        }
    }
    (found, diagnostics)
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
