//! The tables while rows come in: a row is begun, given its cells, and ended or taken back.
//!
//! Invariants: between rows every column of a table has `rows` cells; only the row begun last of a table is open; the
//! rows nested in an open row are the last of their tables.

use super::cell::{Fault, Notation, Writing, is_blank, write};
use super::column::{Building, DIRECT, Shape};
use super::problem::{Problem, Problems, of_cell};
use super::projection::Projection;
use super::quick::Quick;
use crate::base::Severity;
use crate::codec::locate::Spot;
use crate::facts::rows::Raw;
use crate::facts::schema::{EntityId, FieldId, FieldRef, Schema, Type};
use crate::facts::table::{Data, Origin, Texts};
use rustc_hash::FxHashMap;
use std::sync::Arc;

/// What is done with a field of the file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Use {
    /// Its cell goes into the column; a plain number counts in the unit.
    Column(Option<i64>),
    /// Its elements are rows of another entity.
    Nested(EntityId),
    /// Only its text is checked.
    Unread,
}

/// A field under a name that it has in files.
#[derive(Debug)]
pub(super) struct Slot {
    pub(super) name: Box<str>,
    pub(super) field: FieldId,
    pub(super) reading: Use,
}

/// One entity's rows.
#[derive(Debug, Default)]
pub(super) struct Rows {
    pub(super) slots: Vec<Slot>,
    by_name: FxHashMap<Box<str>, u16>,
    /// By slot: the one that stood behind it in the last row; the last entry: the first of a row.
    pub(super) follow: Vec<u16>,
    pub(super) columns: Vec<Option<Building>>,
    required: Vec<bool>,
    stamps: Vec<u32>,
    stamp: u32,
    pub(super) rows: u32,
    pub(super) offsets: Vec<u64>,
    pub(super) hashes: Vec<u32>,
    pub(super) file_of: Vec<(u32, u32)>,
    pub(super) key: Option<FieldId>,
    pub(super) derived: Vec<crate::facts::table::Derived>,
    /// Whether no two rows are known to have the same key.
    pub(super) distinct: bool,
    /// Entities whose rows may stand within these, at any depth, and how many rows they had when the open row began.
    nested: Vec<(EntityId, u32)>,
    open: bool,
    pub(super) quick: Quick,
}

impl Rows {
    fn new(schema: &Schema, entity: EntityId, projection: &Projection) -> Rows {
        let declared = schema.entity(entity);
        let nested = descendants(schema, entity);
        let mut rows = Rows {
            derived: Vec::new(),
            required: declared.fields.iter().map(|f| f.required).collect(),
            stamps: vec![0; declared.fields.len()],
            key: declared.key,
            ..Rows::default()
        };
        for (field, declared_field) in declared.fields() {
            let read = projection.reads(FieldRef { entity, field })
                || declared.parent.is_some_and(|parent| parent.field == field);
            let shape = Shape::of(&declared_field.ty);
            let stored = shape.filter(|_| read).or(child(&declared_field.ty).map(|_| Shape::Nested));
            rows.columns.push(stored.map(Building::new));
            let reading = |unit: Option<i64>| match (child(&declared_field.ty), shape) {
                (Some(child), _) if !descendants(schema, child).contains(&child) => Use::Nested(child),
                (None, Some(_)) if read => Use::Column(unit),
                _ => Use::Unread,
            };
            rows.slot(&declared_field.name, field, reading(None));
            if let Some(read_as) = &declared_field.read_as {
                rows.slot(&read_as.name, field, reading(read_as.unit));
            }
        }
        if let Some(key) = rows.key
            && let Some(Some(column)) = rows.columns.get_mut(key.0 as usize)
        {
            column.own_texts = projection.has_own_keys(entity);
        }
        rows.follow = vec![0; rows.slots.len() + 1];
        let shapes: Vec<Option<Shape>> = rows.columns.iter().map(|c| c.as_ref().map(|c| c.shape)).collect();
        rows.quick = Quick::new(&shapes, &rows.required, rows.key);
        rows.nested = nested.into_iter().map(|inner| (inner, 0)).collect();
        rows
    }

    fn slot(&mut self, name: &str, field: FieldId, reading: Use) {
        let Ok(place) = u16::try_from(self.slots.len()) else { return };
        self.slots.push(Slot { name: name.into(), field, reading });
        self.by_name.insert(name.into(), place);
    }

    /// The slot of a name.
    pub(super) fn slot_named(&self, name: &str) -> Option<u16> {
        self.by_name.get(name).copied()
    }

    /// Where a row comes from.
    pub(super) fn origin(&self, row: u32) -> Origin {
        let place = self.file_of.partition_point(|(first, _)| *first <= row).saturating_sub(1);
        let file = self.file_of.get(place).map_or(0, |(_, file)| *file);
        Origin { file, offset: self.offsets.get(row as usize).copied().unwrap_or(0) }
    }

    /// Gives equal keys one id, where they were not looked up while they were read.
    pub(super) fn unite_keys(&mut self, texts: &Texts) {
        let Some(Some(column)) = self.key.and_then(|key| self.columns.get_mut(key.0 as usize)) else { return };
        if !column.own_texts {
            return;
        }
        if let Data::Id(ids) = &mut column.column.data {
            self.distinct = !texts.unite(ids);
        }
    }

    /// The keys, where nobody reads their column: it is then gone.
    pub(super) fn take_own_keys(&mut self) -> Option<Vec<u32>> {
        let place = self.columns.get_mut(self.key?.0 as usize)?;
        let column = place.take_if(|column| column.own_texts)?;
        match column.column.data {
            Data::Id(ids) => Some(ids),
            _ => None,
        }
    }

    fn truncate(&mut self, rows: u32) {
        for column in self.columns.iter_mut().flatten() {
            column.truncate(rows);
        }
        self.rows = rows;
        self.offsets.truncate(rows as usize);
        self.hashes.truncate(rows as usize);
        while self.file_of.last().is_some_and(|(first, _)| *first >= rows) {
            self.file_of.pop();
        }
        self.open = false;
    }
}

fn child(ty: &Type) -> Option<EntityId> {
    match ty {
        Type::Rows(entity) => Some(*entity),
        Type::List(of) => match **of {
            Type::Rows(entity) => Some(entity),
            _ => None,
        },
        _ => None,
    }
}

fn descendants(schema: &Schema, entity: EntityId) -> Vec<EntityId> {
    let mut found: Vec<EntityId> = Vec::new();
    let mut next = vec![entity];
    while let Some(at) = next.pop() {
        for inner in schema.entity(at).fields.iter().filter_map(|f| child(&f.ty)) {
            if !found.contains(&inner) {
                found.push(inner);
                next.push(inner);
            }
        }
    }
    found
}

/// All tables, and the file being read.
pub(super) struct Store {
    pub(super) schema: Arc<Schema>,
    pub(super) tables: Vec<Rows>,
    pub(super) texts: Texts,
    pub(super) problems: Problems,
    pub(super) notation: Notation,
    pub(super) file: u32,
    pub(super) file_rows: u64,
    /// Rows refused in this file.
    pub(super) refused: u64,
    members: Vec<u32>,
}

impl Store {
    pub(super) fn new(schema: Arc<Schema>, projection: &Projection) -> Store {
        let tables = schema.entities().map(|(entity, _)| Rows::new(&schema, entity, projection)).collect();
        Store {
            schema,
            tables,
            texts: Texts::default(),
            problems: Problems::default(),
            notation: Notation::Own,
            file: 0,
            file_rows: 0,
            refused: 0,
            members: Vec::new(),
        }
    }

    pub(super) fn table(&self, entity: EntityId) -> &Rows {
        &self.tables[entity.0 as usize]
    }

    pub(super) fn table_mut(&mut self, entity: EntityId) -> &mut Rows {
        &mut self.tables[entity.0 as usize]
    }

    /// Begins a row and gives its number.
    pub(super) fn begin(&mut self, entity: EntityId, offset: u64, hash: u32) -> u32 {
        let file = self.file;
        let table = self.table_mut(entity);
        if table.open {
            table.truncate(table.rows);
        }
        table.open = true;
        table.stamp = table.stamp.wrapping_add(1);
        if table.stamp == 0 {
            table.stamps.fill(0);
            table.stamp = 1;
        }
        if table.file_of.last().is_none_or(|(_, last)| *last != file) {
            table.file_of.push((table.rows, file));
        }
        table.offsets.push(offset);
        table.hashes.push(hash);
        let row = table.rows;
        if !table.nested.is_empty() {
            let mut nested = std::mem::take(&mut table.nested);
            for (inner, rows) in &mut nested {
                *rows = self.table(*inner).rows;
            }
            self.table_mut(entity).nested = nested;
        }
        row
    }

    /// Notes that a field of the open row is written; `false` where it was already.
    pub(super) fn claim(&mut self, entity: EntityId, field: FieldId) -> bool {
        let table = self.table_mut(entity);
        let stamp = table.stamp;
        match table.stamps.get_mut(field.0 as usize) {
            Some(last) if *last != stamp => {
                *last = stamp;
                true
            }
            _ => false,
        }
    }

    /// Appends a claimed cell of the open row.
    pub(super) fn cell(
        &mut self,
        entity: EntityId,
        field: FieldId,
        raw: Raw<'_>,
        unit: Option<i64>,
    ) -> Result<(), Fault> {
        let mut with = Writing {
            schema: &self.schema,
            texts: &mut self.texts,
            notation: self.notation,
            members: &mut self.members,
        };
        let column = self.tables.get_mut(entity.0 as usize).and_then(|t| t.columns.get_mut(field.0 as usize));
        match column {
            Some(Some(column)) => write(column, raw, unit, &mut with),
            _ => Ok(()),
        }
    }

    /// A cell alone, not in a column: what a plain number of the field's column would be, and its two ends if it is a
    /// time without offset.
    pub(super) fn value(&mut self, shape: Shape, raw: Raw<'_>, unit: Option<i64>) -> Result<(i64, i64), Fault> {
        let mut alone = Building::new(shape);
        let mut with = Writing {
            schema: &self.schema,
            texts: &mut self.texts,
            notation: self.notation,
            members: &mut self.members,
        };
        write(&mut alone, raw, unit, &mut with)?;
        if let Some((_, local)) = alone.locals.first() {
            let (low, high) = crate::value::instant::bounded_without_zone(*local);
            return Ok((low.0, high.0));
        }
        match alone.int(0) {
            Some(value) => Ok((value, value)),
            None => Err(Fault::Malformed(super::cell::asked(shape), "a value without ends".to_owned())),
        }
    }

    /// Fills the cell by which a nested row belongs to its parent.
    pub(super) fn belongs(&mut self, entity: EntityId, parent: u32) {
        let Some(declared) = self.schema.entity(entity).parent else { return };
        if self.claim(entity, declared.field)
            && let Some(Some(column)) = self.table_mut(entity).columns.get_mut(declared.field.0 as usize)
        {
            column.push_id(parent | DIRECT);
        }
    }

    /// Notes that the open row states the list of its nested rows.
    pub(super) fn states_list(&mut self, entity: EntityId, list: FieldId) {
        let table = self.table_mut(entity);
        if let Some(Some(column)) = table.columns.get_mut(list.0 as usize) {
            column.push_bit(true);
        }
    }

    /// Ends the open row: what was not given is absent. A row without its key is refused and gone.
    pub(super) fn end(&mut self, entity: EntityId) -> bool {
        let strict = self.notation != Notation::Product;
        let table = &mut self.tables[entity.0 as usize];
        let row = table.rows;
        let mut missing: Vec<FieldId> = Vec::new();
        for (i, column) in table.columns.iter_mut().enumerate() {
            let Some(column) = column else { continue };
            if column.rows <= row {
                column.push_absent();
            }
            if table.required.get(i).copied().unwrap_or(false)
                && column.is_absent(row)
                && column.locals.last().is_none_or(|l| l.0 != row)
            {
                missing.push(FieldId(i as u16));
            }
        }
        let offset = table.offsets.last().copied().unwrap_or(0);
        if let Some(key) = table.key {
            let id = match table.columns.get(key.0 as usize) {
                Some(Some(column)) => column.id(row),
                _ => None,
            };
            let id = id.filter(|id| !is_blank(self.texts.get(crate::facts::table::TextId(*id))));
            if id.is_none() {
                let declared = self.schema.entity(entity);
                let name = &self.schema.field(FieldRef { entity, field: key }).name;
                let message = format!("a row of `{}` has no readable `{name}` and is left out", declared.name);
                let help = format!("give each row its `{name}`: a text that is not empty");
                self.refuse(message, offset, Some(help));
                self.abandon(entity, row);
                return false;
            }
        }
        let table = &mut self.tables[entity.0 as usize];
        table.rows += 1;
        table.open = false;
        self.file_rows += 1;
        if strict {
            for field in missing {
                self.missing(entity, field, offset);
            }
        }
        true
    }

    /// Ends the open row, read by `quick`; `None` where a mistake is to be reported: the row
    /// is then still open.
    pub(super) fn end_quick(&mut self, entity: EntityId) -> Option<()> {
        let table = self.tables.get_mut(entity.0 as usize)?;
        let mut missing = table.quick.missing()?;
        while missing != 0 {
            if let Some(Some(column)) = table.columns.get_mut(missing.trailing_zeros() as usize) {
                column.push_absent();
            }
            missing &= missing - 1;
        }
        table.rows += 1;
        table.open = false;
        self.file_rows += 1;
        Some(())
    }

    /// Sets the hash of the record that the last row of `entity`, and the rows nested in it, were read from.
    pub(super) fn set_hash(&mut self, entity: EntityId, hash: u32) {
        let table = self.table_mut(entity);
        if let Some(last) = table.hashes.last_mut() {
            *last = hash;
        }
        if table.nested.is_empty() {
            return;
        }
        let nested = std::mem::take(&mut table.nested);
        for (inner, rows) in &nested {
            if let Some(hashes) = self.table_mut(*inner).hashes.get_mut(*rows as usize..) {
                hashes.fill(hash);
            }
        }
        self.table_mut(entity).nested = nested;
    }

    fn missing(&mut self, entity: EntityId, field: FieldId, offset: u64) {
        let declared = self.schema.entity(entity);
        if declared.key == Some(field) || declared.parent.is_some_and(|p| p.field == field) {
            return;
        }
        let name = self.schema.field(FieldRef { entity, field }).name.clone();
        let message = format!("a row of `{}` has no `{name}`", declared.name);
        let help = Some(format!("every row of `{}` must have `{name}`", declared.name));
        self.problems.error("E1010", Spot::At(offset), message, &format!("`{name}` is missing"), help);
    }

    /// Counts a row that cannot be taken, with the reason.
    pub(super) fn refuse(&mut self, message: String, offset: u64, help: Option<String>) {
        self.refused += 1;
        self.problems.error("E1201", Spot::At(offset), message, "this row", help);
    }

    /// Takes back the open row of `entity` and the rows nested in it.
    pub(super) fn abandon(&mut self, entity: EntityId, row: u32) {
        let nested = std::mem::take(&mut self.table_mut(entity).nested);
        for (inner, rows) in &nested {
            let table = self.table_mut(*inner);
            let gone = u64::from(table.rows.saturating_sub(*rows));
            table.truncate(*rows);
            self.file_rows = self.file_rows.saturating_sub(gone);
        }
        let table = self.table_mut(entity);
        table.nested = nested;
        table.truncate(row);
    }

    /// Notes a cell's fault at its field.
    pub(super) fn fault(&mut self, entity: EntityId, field: FieldId, name: &str, fault: Fault) {
        let offset = self.table(entity).offsets.last().copied().unwrap_or(0);
        let severity = match (&fault, self.notation) {
            (Fault::Implausible(_), _) | (_, Notation::Product) => Severity::Warning,
            _ => Severity::Error,
        };
        let full =
            format!("{}.{}", self.schema.entity(entity).name, self.schema.field(FieldRef { entity, field }).name);
        // Where a product says it, only its source knows: by the cell's whole name.
        let written = if self.notation == Notation::Product { full.as_str() } else { name };
        let spot = Spot::Field { record: offset, name: written.to_owned() };
        let problem: Problem = of_cell(fault, &full, spot, severity);
        self.problems.add(problem);
    }
}
