//! Where rows stand, for reports: the file is opened again, and if it changed since it was read, that is an error.

use super::schema::{EntityId, FieldId, FieldRef};
use super::table::Facts;
use crate::base::{Code, Diagnostic, Excerpt, Place};
use crate::codec::Format;
use crate::codec::bytes::{Digest, Files};
use crate::codec::locate::{Spot, locate, unchanged};
use std::collections::BTreeMap;

/// A row to be shown, or one of its cells.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Shown {
    /// The row's entity.
    pub entity: EntityId,
    /// The row.
    pub row: u32,
    /// The cell; `None` shows the record.
    pub field: Option<FieldId>,
}

/// The place in the answer, where it is, and the record (offset, hash) that it must still stand in.
type Wanted = (usize, Spot, (u64, u32));

/// The excerpts of `places`, in their order; `None` for seen rows and for files in a product's format, whose lines are not
/// ours. Each file is passed over once or twice, up to the last record shown.
pub fn excerpts(files: &dyn Files, facts: &Facts, places: &[Shown]) -> (Vec<Option<Excerpt>>, Vec<Diagnostic>) {
    let mut found: Vec<Option<Excerpt>> = vec![None; places.len()];
    let mut diagnostics = Vec::new();
    let mut by_file: BTreeMap<u32, Vec<Wanted>> = BTreeMap::new();
    for (i, place) in places.iter().enumerate() {
        let Some(origin) = facts.origin(place.entity, place.row) else { continue };
        let hash = facts.table(place.entity).hashes.get(place.row as usize).copied().unwrap_or(0);
        let spot = match place.field {
            None => Spot::At(origin.offset),
            Some(field) => {
                let declared = facts.schema.field(FieldRef { entity: place.entity, field });
                let name = declared.read_as.as_ref().map_or(&declared.name, |read_as| &read_as.name).clone();
                Spot::Field { record: origin.offset, name }
            }
        };
        by_file.entry(origin.file).or_default().push((i, spot, (origin.offset, hash)));
    }
    for (file, wanted) in by_file {
        let Some(file) = facts.files.get(file as usize) else { continue };
        let Some(format) = Format::named(&file.format) else { continue };
        let records: Vec<(u64, u32)> = wanted.iter().map(|(_, _, record)| *record).collect();
        let spots: Vec<Spot> = wanted.iter().map(|(_, spot, _)| spot.clone()).collect();
        let digest = Digest { size: file.size, sha256: file.sha256.clone() };
        let same = unchanged(files, &file.path, &records, &digest);
        let excerpts = match same {
            Ok(true) => locate(files, &file.path, format, &spots),
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
