//! Facts written back: as the project's own NDJSON, which reads as the same facts with the same verdicts, and as a
//! summary for people.
//!
//! Each export is a section: a row of kind `export`, then its rows. A row that stands in several exports is written in
//! each, so that it stays a witness of them all; a reader makes one row of it again. What the own format would fill in
//! for an absent cell is written as `$unknown` where it is not known.

mod cell;
mod summary;
#[cfg(test)]
mod tests;

use super::collect::visit_rows;
use super::export::{ALL_TIME, COLLECTION, Covers, Export};
use super::schema::{DefaultHolds, EntityId, Field, FieldId, FieldRef, Type};
use super::table::{Atom, Bits, Cell, Facts, Grouping, Reason, TextId};
use crate::value::instant::write_instant;
use cell::{write_atom, write_text, write_undecided};
use rustc_hash::FxHashMap;
use std::io::{self, Write};
pub use summary::{export_in_words, summary};

/// Writes all listed rows as NDJSON. Every column has to be loaded.
///
/// # Errors
/// Those of `out`.
pub fn write_ndjson(facts: &Facts, out: &mut dyn Write) -> io::Result<()> {
    let normal = Normal { facts, nested: nested_rows(facts) };
    let mut sections: Vec<Vec<(EntityId, u32)>> = vec![Vec::new(); facts.exports.len()];
    let mut unowned = Vec::new();
    for (kind, entity) in facts.schema.entities() {
        // What was collected is seen again in the sections.
        if entity.parent.is_some() || entity.name == COLLECTION {
            continue;
        }
        let mut owned = Bits::default();
        visit_rows(facts, kind, |row, export| {
            if let Some(section) = sections.get_mut(export.0 as usize) {
                owned.set(row);
                section.push((kind, row));
            }
        });
        unowned.extend((0..facts.table(kind).listed).filter(|row| !owned.get(*row)).map(|row| (kind, row)));
    }
    for (export, rows) in facts.exports.iter().zip(&mut sections) {
        rows.sort_unstable();
        rows.dedup();
        normal.export(export, out)?;
        rows.iter().try_for_each(|(kind, row)| normal.row(*kind, *row, out))?;
    }
    if !unowned.is_empty() {
        let why = "nothing is known of the export of these rows".to_owned();
        normal.export(&Export { incomplete: Some(why), ..Export::default() }, out)?;
        unowned.iter().try_for_each(|(kind, row)| normal.row(*kind, *row, out))?;
    }
    Ok(())
}

/// A cell in the notation of the project's own format. Slow: for the few cells that a person looks at.
pub fn cell_text(facts: &Facts, at: FieldRef, row: u32) -> String {
    let normal = Normal { facts, nested: FxHashMap::default() };
    let mut text = Vec::new();
    // Nothing that is written into memory fails.
    let _ = normal.cell(facts.schema.field(at), facts.cell(at.entity, at.field, row), &mut text);
    String::from_utf8_lossy(&text).into_owned()
}

struct Normal<'f> {
    facts: &'f Facts,
    /// By nested entity: the rows in each parent row.
    nested: FxHashMap<EntityId, Grouping>,
}

impl Normal<'_> {
    fn export(&self, export: &Export, out: &mut dyn Write) -> io::Result<()> {
        out.write_all(b"{\"kind\":\"export\"")?;
        let mut text = |name: &str, value: Option<&str>| match value {
            Some(value) => {
                write!(out, ",\"{name}\":")?;
                write_text(out, value)
            }
            None => Ok(()),
        };
        text("tool", export.tool.as_deref())?;
        text("account", export.account.as_deref())?;
        text("collected_at", export.collected_at.map(write_instant).as_deref())?;
        text("incomplete", export.incomplete.as_deref())?;
        let since =
            export.covers_from.map(|from| if from == ALL_TIME { "all".to_owned() } else { write_instant(from) });
        text("covers_from", since.as_deref())?;
        text("covers_to", export.covers_to.map(write_instant).as_deref())?;
        text("timezone", export.timezone.as_deref())?;
        if export.incomplete.is_none() {
            out.write_all(b",\"complete\":true")?;
        }
        let kinds = export.kinds.iter().map(|kind| self.facts.schema.entity(*kind).name.as_str());
        out.write_all(b",\"kinds\":")?;
        write_list(out, kinds)?;
        let paths = export.files.iter().filter_map(|file| self.facts.files.get(*file as usize));
        if !export.files.is_empty() {
            out.write_all(b",\"files\":")?;
            write_list(out, paths.map(|file| file.path.as_str()))?;
        }
        match &export.covers {
            None => {}
            Some(Covers::All) => out.write_all(b",\"covers\":\"all\"")?,
            Some(Covers::Some(lists)) => {
                out.write_all(b",\"covers\":{")?;
                for (i, (entity, keys)) in lists.iter().enumerate() {
                    let comma = if i > 0 { "," } else { "" };
                    write!(out, "{comma}\"{}\":", self.facts.schema.entity(*entity).name)?;
                    write_list(out, keys.iter().map(String::as_str))?;
                }
                out.write_all(b"}")?;
            }
        }
        out.write_all(b"}\n")
    }

    fn row(&self, kind: EntityId, row: u32, out: &mut dyn Write) -> io::Result<()> {
        out.write_all(b"{\"kind\":")?;
        write_text(out, &self.facts.schema.entity(kind).name)?;
        self.cells(kind, row, true, out)?;
        out.write_all(b"}\n")
    }

    /// The cells of a row, parted by commas; `after` something or as the first.
    fn cells(&self, kind: EntityId, row: u32, mut after: bool, out: &mut dyn Write) -> io::Result<()> {
        let entity = self.facts.schema.entity(kind);
        for (id, field) in entity.fields() {
            if entity.parent.is_some_and(|parent| parent.field == id) || !self.has_text(kind, id, field, row) {
                continue;
            }
            if after {
                out.write_all(b",")?;
            }
            after = true;
            let name = field.read_as.as_ref().map_or(&field.name, |read| &read.name);
            write_text(out, name)?;
            out.write_all(b":")?;
            if entity.key == Some(id) {
                write_text(out, self.facts.key(kind, row))?;
            } else if let Type::Rows(nested) = &field.ty {
                self.nested_list(*nested, row, out)?;
            } else {
                self.cell(field, self.facts.cell(kind, id, row), out)?;
            }
        }
        Ok(())
    }

    /// Whether there is anything to be written of a cell.
    fn has_text(&self, kind: EntityId, id: FieldId, field: &Field, row: u32) -> bool {
        if self.facts.schema.entity(kind).key == Some(id) {
            return true;
        }
        if let Type::Rows(nested) = &field.ty {
            let stated = self.facts.table(kind).columns.get(usize::from(id.0)).and_then(Option::as_ref);
            let holds = self.nested.get(nested).is_some_and(|g| !g.of(row).is_empty());
            return holds || stated.is_some_and(|column| column.exact || column.known.get(row));
        }
        let fills_in = field.required || (field.default.is_some() && field.default_holds == DefaultHolds::OwnFormat);
        match self.facts.cell(kind, id, row) {
            Cell::Unknown(Reason::Absent) => fills_in,
            Cell::Set { members: [], open: Some(Reason::Absent) } => fills_in,
            _ => true,
        }
    }

    fn cell(&self, field: &Field, cell: Cell<'_>, out: &mut dyn Write) -> io::Result<()> {
        match cell {
            Cell::Known(atom) => self.atom(&field.ty, atom, field, out),
            Cell::Set { members, open } => {
                let (before, behind) = if open.is_some() { ("{\"$open\":", "}") } else { ("", "") };
                let of = match &field.ty {
                    Type::Set(of) | Type::List(of) => of,
                    other => other,
                };
                out.write_all(before.as_bytes())?;
                out.write_all(b"[")?;
                for (i, member) in members.iter().enumerate() {
                    if i > 0 {
                        out.write_all(b",")?;
                    }
                    self.atom(of, Atom::Id(*member), field, out)?;
                }
                if let Some(Reason::Unmapped(word)) = open {
                    let before = if members.is_empty() { "" } else { "," };
                    write!(out, "{before}{{\"$unknown\":")?;
                    write_text(out, word)?;
                    out.write_all(b"}")?;
                }
                out.write_all(b"]")?;
                out.write_all(behind.as_bytes())
            }
            Cell::Map(pairs) => {
                let mut pairs: Vec<_> = pairs.iter().map(|(a, b)| (self.text(*a), self.text(*b))).collect();
                pairs.sort_unstable();
                out.write_all(b"{")?;
                for (i, (key, value)) in pairs.into_iter().enumerate() {
                    if i > 0 {
                        out.write_all(b",")?;
                    }
                    write_text(out, key)?;
                    out.write_all(b":")?;
                    write_text(out, value)?;
                }
                out.write_all(b"}")
            }
            undecided => write_undecided(out, field, undecided),
        }
    }

    fn atom(&self, ty: &Type, atom: Atom, field: &Field, out: &mut dyn Write) -> io::Result<()> {
        match (ty, atom) {
            (Type::Row(entity), Atom::Id(row)) => write_text(out, self.facts.key(*entity, row)),
            (Type::OneOf(members), Atom::Id(member)) => {
                let members = &self.facts.schema.enumeration(*members).members;
                write_text(out, members.get(member as usize).map_or("", String::as_str))
            }
            (Type::Text | Type::Schedule, Atom::Id(id)) => write_text(out, self.text(TextId(id))),
            _ => write_atom(out, ty, atom, field.read_as.as_ref().and_then(|read| read.unit)),
        }
    }

    fn nested_list(&self, nested: EntityId, owner: u32, out: &mut dyn Write) -> io::Result<()> {
        out.write_all(b"[")?;
        let rows = self.nested.get(&nested).map_or(&[][..], |g| g.of(owner));
        for (i, row) in rows.iter().enumerate() {
            out.write_all(if i > 0 { b",{" } else { b"{" })?;
            self.cells(nested, *row, false, out)?;
            out.write_all(b"}")?;
        }
        out.write_all(b"]")
    }

    fn text(&self, id: TextId) -> &str {
        self.facts.texts.get(id)
    }
}

fn write_list<'a>(out: &mut dyn Write, texts: impl Iterator<Item = &'a str>) -> io::Result<()> {
    out.write_all(b"[")?;
    for (i, text) in texts.enumerate() {
        if i > 0 {
            out.write_all(b",")?;
        }
        write_text(out, text)?;
    }
    out.write_all(b"]")
}

/// The rows that stand in each row, by nested entity, in their order.
fn nested_rows(facts: &Facts) -> FxHashMap<EntityId, Grouping> {
    let mut nested = FxHashMap::default();
    for (kind, entity) in facts.schema.entities() {
        let Some(parent) = &entity.parent else { continue };
        let owner = |row: u32| match facts.cell(kind, parent.field, row) {
            Cell::Known(Atom::Id(owner)) => Some(owner),
            _ => None,
        };
        let mut pairs: Vec<(u32, u32)> =
            (0..facts.table(kind).rows).filter_map(|row| owner(row).map(|owner| (owner, row))).collect();
        pairs.sort_unstable();
        nested.insert(kind, Grouping::of_pairs(&pairs, facts.table(parent.list.entity).rows));
    }
    nested
}
