//! Rows of one entity under several names: their keys, and the relations that name them, get one name before rows with the
//! same key become one.

use super::column::{Building, DIRECT, Held, Shape};
use super::store::Rows;
use crate::base::clean::clean_line;
use crate::base::{Code, Diagnostic, Place};
use crate::facts::export::ExportId;
use crate::facts::schema::Schema;
use crate::facts::source_rules::{Joined, SameNames};
use crate::facts::table::{Data, Facts, TextId, Texts};
use rustc_hash::FxHashMap;
use std::collections::{BTreeMap, BTreeSet};

/// Gives names that mean the same row one id; what was joined, by canonical name.
pub(super) fn join(schema: &Schema, tables: &mut [Rows], texts: &mut Texts, names: &SameNames) -> Vec<Joined> {
    let mut joining = Joining { names, texts, ids: FxHashMap::default(), joined: BTreeMap::new() };
    for (place, table) in tables.iter_mut().enumerate() {
        let key = table.key.filter(|_| place == names.entity.0 as usize);
        for (field, column) in table.columns.iter_mut().enumerate() {
            let Some(column) = column else { continue };
            match column.shape {
                Shape::Row(entity) if entity == names.entity => joining.one(column),
                Shape::Rows(entity) if entity == names.entity => joining.many(column),
                _ if key.is_some_and(|key| usize::from(key.0) == field) => joining.one(column),
                _ => {}
            }
        }
    }
    let entity = &schema.entity(names.entity).name;
    let joined = joining.joined.into_iter();
    joined
        .map(|(name, written)| Joined { entity: entity.clone(), name, written: written.into_iter().collect() })
        .collect()
}

/// Rows of one export whose names the rules make one: an inventory that lists two means two.
pub(super) fn clashes(
    schema: &Schema,
    tables: &[Rows],
    texts: &Texts,
    facts: &Facts,
    names: &SameNames,
) -> Vec<Diagnostic> {
    let Some(rows) = tables.get(names.entity.0 as usize) else { return Vec::new() };
    let Some(Some(column)) = rows.key.and_then(|key| rows.columns.get(key.0 as usize)) else { return Vec::new() };
    let mut first: FxHashMap<(Option<ExportId>, String), u32> = FxHashMap::default();
    let mut clashes: BTreeMap<(&str, &str), Place> = BTreeMap::new();
    for row in 0..rows.rows {
        let Some(id) = column.id(row) else { continue };
        let name = texts.get(TextId(id));
        let origin = rows.origin(row);
        let met = *first.entry((facts.export_at(origin), names.canonical(name).into_owned())).or_insert(id);
        let other = texts.get(TextId(met));
        if other != name {
            let file = facts.files.get(origin.file as usize).map(|file| file.path.clone()).unwrap_or_default();
            clashes.entry((other.min(name), other.max(name))).or_insert(Place::File(file));
        }
    }
    let entity = &schema.entity(names.entity);
    let told = clashes.iter().take(TOLD).map(|((a, b), place)| {
        let (a, b) = (clean_line(a), clean_line(b));
        let message = format!(
            "`{a}` and `{b}` stand in one listing, and the project's `identity` makes them one {}",
            entity.name
        );
        let help = "narrow `identity` in the project file, or list it once: one of the two would vanish";
        Diagnostic::error(Code("E1202"), message).at_place(place.clone(), "").help(help)
    });
    told.collect()
}

/// So many clashes are told one by one; the next run tells the others.
const TOLD: usize = 20;

struct Joining<'j> {
    names: &'j SameNames,
    texts: &'j mut Texts,
    /// From the id of a name to that of its canonical one.
    ids: FxHashMap<u32, u32>,
    joined: BTreeMap<String, BTreeSet<String>>,
}

impl Joining<'_> {
    fn id(&mut self, id: u32) -> u32 {
        if id & DIRECT != 0 {
            return id;
        }
        if let Some(known) = self.ids.get(&id) {
            return *known;
        }
        let name = self.texts.get(TextId(id)).to_owned();
        let canonical = self.names.canonical(&name);
        let found = if canonical == name { id } else { self.texts.intern(&canonical).0 };
        if canonical != name {
            self.joined.entry(canonical.into_owned()).or_default().insert(name);
        }
        self.ids.insert(id, found);
        found
    }

    fn one(&mut self, column: &mut Building) {
        let Data::Id(values) = &mut column.column.data else { return };
        for (row, value) in values.iter_mut().enumerate() {
            if column.column.known.get(row as u32) {
                *value = self.id(*value);
            }
        }
    }

    /// A set that names one row twice names it once.
    fn many(&mut self, column: &mut Building) {
        *column = column.rebuilt(0..column.rows, |_, held| match held {
            Held::Set(members) => Held::Set(self.members(members)),
            Held::Open(members, reason) => Held::Open(self.members(members), reason),
            other => other,
        });
    }

    fn members(&mut self, members: Vec<u32>) -> Vec<u32> {
        let mut members: Vec<u32> = members.into_iter().map(|id| self.id(id)).collect();
        members.sort_unstable();
        members.dedup();
        members
    }
}
