//! Facts in columns. A valid cell is a plain value in its column; all else is sparse, beside it.
//!
//! Invariants: every column of a table has as many cells as the table has rows; rows `listed..rows` are *seen* (they
//! exist only as names in other rows); a cell of type `Row(E)` holds a row of `E`'s table; sets are sorted by id.

use super::export::{Export, ExportId};
use super::schema::{Derivation, EntityId, FieldId, InverseId, Schema};
use super::source_rules::Joined;
pub use super::texts::{TextId, Texts};
use crate::codec::landmarks::Landmarks;
use rustc_hash::FxHashMap;
use std::sync::Arc;

/// All facts of a run, fixed once loaded.
#[derive(Debug, Default)]
pub struct Facts {
    /// What they may say.
    pub schema: Arc<Schema>,
    /// One for each entity, by id.
    pub tables: Vec<Table>,
    /// Every text of a cell.
    pub texts: Texts,
    /// The files they come from, by path.
    pub files: Vec<FactsFile>,
    /// What was collected.
    pub exports: Vec<Export>,
    /// Rows that were read under several names, by name.
    pub joined: Vec<Joined>,
    /// The sources that the project believes, the most believed first.
    pub rank: Vec<String>,
}

/// A file that facts were read from.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct FactsFile {
    /// The path as the user gave it.
    pub path: String,
    /// Bytes on disk.
    pub size: u64,
    /// SHA-256 of the bytes on disk, lower-case hexadecimal.
    pub sha256: String,
    /// The format's or the source's name (`ndjson`, `restic snapshots`, …).
    pub format: String,
    /// Rows read from it.
    pub rows: u64,
    /// The export that it belongs to.
    pub export: Option<ExportId>,
    /// Where a file speaks for several exports: `(byte, export)`, ascending; a record belongs to the last entry at or
    /// before its offset, and to `export` where there is none.
    pub sections: Vec<(u64, ExportId)>,
    /// From where its records are found again.
    pub landmarks: Landmarks,
}

/// The rows of one entity.
#[derive(Debug, Default)]
pub struct Table {
    /// All rows, seen ones included.
    pub rows: u32,
    /// How many of them a file lists.
    pub listed: u32,
    /// Key texts by row; empty for an entity without a key.
    pub keys: Vec<TextId>,
    /// By field; `None` where the plan does not read it.
    pub columns: Vec<Option<Column>>,
    /// Rows that may lie after `now` and so may not be visible (§4.2).
    pub maybe: Bits,
    /// Byte offset of each listed row's record in its (unzipped) file.
    pub offsets: Vec<u64>,
    /// `(first row, file)`: a listed row stands in the file of the last entry at or before it.
    pub file_of: Vec<(u32, u32)>,
    /// Further origins of rows that stand in more than one place.
    pub also: FxHashMap<u32, Vec<Origin>>,
    /// By inverse; `None` where the plan does not walk it.
    pub inverses: Vec<Option<Grouping>>,
    /// By listed row: a hash of its record's bytes, to tell on showing it whether the file changed; 0 is none.
    pub hashes: Vec<u32>,
    /// By seen row: why its absent cells are not known.
    pub unlisted: Vec<Reason>,
    /// Cells that were derived and may come from rows of other entities.
    pub derived: Vec<Derived>,
}

/// The cells of one field that one derivation filled: they are as good as what they were derived from.
#[derive(Debug, Clone)]
pub struct Derived {
    /// The field.
    pub field: FieldId,
    /// What they were derived from.
    pub from: Derivation,
    /// The rows.
    pub rows: Bits,
}

/// Where a row stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Origin {
    /// Place in `Facts::files`.
    pub file: u32,
    /// Byte offset of its record in the unzipped text.
    pub offset: u64,
}

/// Rows grouped by an owner: counting sort.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct Grouping {
    /// `starts[owner] .. starts[owner + 1]` in `members`; one longer than there are owners.
    pub starts: Vec<u32>,
    /// Rows, ascending within each owner.
    pub members: Vec<u32>,
}

impl Grouping {
    /// Groups sorted `(owner, member)` pairs.
    pub fn of_pairs(pairs: &[(u32, u32)], owners: u32) -> Grouping {
        let place = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
        let mut starts = Vec::with_capacity(owners as usize + 1);
        let mut at = 0;
        for owner in 0..=owners {
            while pairs.get(at).is_some_and(|(of, _)| *of < owner) {
                at += 1;
            }
            starts.push(place(at));
        }
        Grouping { starts, members: pairs.iter().map(|(_, member)| *member).collect() }
    }

    /// The rows of `owner`.
    pub fn of(&self, owner: u32) -> &[u32] {
        let at = |i: usize| self.starts.get(i).copied().unwrap_or(0) as usize;
        self.members.get(at(owner as usize)..at(owner as usize + 1)).unwrap_or(&[])
    }
}

/// One field of all rows.
#[derive(Debug, Clone)]
pub struct Column {
    /// The plain values; what stands at an undecided cell is meaningless.
    pub data: Data,
    /// Which cells are plain known values, that is, whose value stands in `data`.
    pub known: Bits,
    /// The undecided cells that are more than absent, and known cells that do not fit `data`.
    pub sparse: FxHashMap<u32, Odd>,
    /// Whether every cell is known.
    pub exact: bool,
}

/// Plain values by row. Units as in `value`.
#[derive(Debug, Clone)]
pub enum Data {
    /// bool
    Bits(Bits),
    /// int, percent, size, rate, time, date, clock, exact duration
    Int(Vec<i64>),
    /// number
    Number(Vec<f64>),
    /// text, schedule (a `TextId`), enumeration (its member), cadence (its order), row
    Id(Vec<u32>),
    /// sets and lists: ids as above
    Many(Grouping),
    /// maps of text: pairs of text ids, sorted by key
    Map(Vec<Box<[(TextId, TextId)]>>),
}

/// A cell that is not a plain known value.
#[derive(Debug, Clone, PartialEq)]
pub enum Odd {
    /// Known, but not of the column's shape: a calendar duration in months.
    Months(i64),
    /// Known: a window.
    Window(crate::value::Window),
    /// One of a range, both ends in the column's unit.
    Between(i64, i64),
    /// Nothing is known, and why.
    Unknown(Reason),
    /// A set whose known members stand in `data`, and why it may hold more.
    Open(Reason),
}

/// Why a cell is not known. Never influences a verdict.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Reason {
    /// No cell, or `null`.
    Absent,
    /// The source says something that it does not map: the native word.
    Unmapped(String),
    /// Not readable as the field's type: the text.
    Malformed(String),
    /// Readable, but it cannot be: what is wrong.
    Implausible(String),
    /// Different values in two places.
    Conflict(Box<[Origin]>, String),
    /// The row that it belongs to is only seen: its entity and key.
    NoSuchRow(String, String),
}

/// What a cell holds, as the evaluator sees it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Cell<'a> {
    /// One value.
    Known(Atom),
    /// A known map.
    Map(&'a [(TextId, TextId)]),
    /// A set or list: known members, and why it may hold more.
    Set {
        /// Known members, sorted by id.
        members: &'a [u32],
        /// `Some` where it may hold more.
        open: Option<&'a Reason>,
    },
    /// One of a range.
    Between(i64, i64),
    /// Nothing is known.
    Unknown(&'a Reason),
}

/// One plain value; the field's type says what it is.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Atom {
    /// bool
    Bool(bool),
    /// int, percent, size, rate, time, date, clock, exact duration
    Int(i64),
    /// number
    Number(f64),
    /// text, schedule, enumeration member, cadence, row
    Id(u32),
    /// A calendar duration.
    Months(i64),
    /// A window.
    Window(crate::value::Window),
}

const ABSENT: Reason = Reason::Absent;

impl Column {
    /// The cell of `row`.
    pub fn cell(&self, row: u32) -> Cell<'_> {
        if !self.exact && !self.sparse.is_empty() {
            match self.sparse.get(&row) {
                Some(Odd::Months(months)) => return Cell::Known(Atom::Months(*months)),
                Some(Odd::Window(window)) => return Cell::Known(Atom::Window(*window)),
                Some(Odd::Between(low, high)) => return Cell::Between(*low, *high),
                Some(Odd::Unknown(reason)) => return Cell::Unknown(reason),
                Some(Odd::Open(reason)) => return self.set(row, Some(reason)),
                None => {}
            }
        }
        if !self.exact && !self.known.get(row) {
            return match &self.data {
                Data::Many(_) => Cell::Set { members: &[], open: Some(&ABSENT) },
                _ => Cell::Unknown(&ABSENT),
            };
        }
        let i = row as usize;
        let known = match &self.data {
            Data::Bits(bits) => Some(Atom::Bool(bits.get(row))),
            Data::Int(values) => values.get(i).map(|v| Atom::Int(*v)),
            Data::Number(values) => values.get(i).map(|v| Atom::Number(*v)),
            Data::Id(values) => values.get(i).map(|v| Atom::Id(*v)),
            Data::Many(_) => return self.set(row, None),
            Data::Map(maps) => return maps.get(i).map_or(Cell::Unknown(&ABSENT), |m| Cell::Map(m)),
        };
        known.map_or(Cell::Unknown(&ABSENT), Cell::Known)
    }

    fn set<'a>(&'a self, row: u32, open: Option<&'a Reason>) -> Cell<'a> {
        match &self.data {
            Data::Many(grouping) => Cell::Set { members: grouping.of(row), open },
            _ => Cell::Unknown(&ABSENT),
        }
    }
}

impl Table {
    fn unlisted(&self, row: u32) -> Option<&Reason> {
        self.unlisted.get(row.checked_sub(self.listed)? as usize)
    }
}

impl Facts {
    /// The table of `entity`.
    pub fn table(&self, entity: EntityId) -> &Table {
        &self.tables[entity.0 as usize]
    }

    /// The cell of `row`; a field that was not read is a defect of the plan and reads as absent.
    pub fn cell(&self, entity: EntityId, field: FieldId, row: u32) -> Cell<'_> {
        let table = self.table(entity);
        let cell = match table.columns.get(field.0 as usize) {
            Some(Some(column)) => column.cell(row),
            _ => Cell::Unknown(&ABSENT),
        };
        match (&cell, table.unlisted(row)) {
            (Cell::Unknown(Reason::Absent), Some(reason)) => Cell::Unknown(reason),
            (Cell::Set { members, open: Some(Reason::Absent) }, Some(reason)) => {
                Cell::Set { members, open: Some(reason) }
            }
            _ => cell,
        }
    }

    /// The rows of `owner` by an inverse of its entity.
    pub fn related(&self, entity: EntityId, inverse: InverseId, owner: u32) -> &[u32] {
        match self.table(entity).inverses.get(inverse.0 as usize) {
            Some(Some(grouping)) => grouping.of(owner),
            _ => &[],
        }
    }

    /// The own time of a row: the first of its entity's `occurs` fields that is not absent.
    pub fn own_time(&self, entity: EntityId, row: u32) -> Cell<'_> {
        for field in &self.schema.entity(entity).occurs {
            let cell = self.cell(entity, *field, row);
            if !matches!(cell, Cell::Unknown(Reason::Absent | Reason::NoSuchRow(..))) {
                return cell;
            }
        }
        Cell::Unknown(&ABSENT)
    }

    /// The key of a row as text; empty for an entity without a key.
    pub fn key(&self, entity: EntityId, row: u32) -> &str {
        self.table(entity).keys.get(row as usize).map_or("", |id| self.texts.get(*id))
    }

    /// The export that a record belongs to.
    pub fn export_at(&self, origin: Origin) -> Option<ExportId> {
        let file = self.files.get(origin.file as usize)?;
        let place = file.sections.partition_point(|(first, _)| *first <= origin.offset);
        match place.checked_sub(1).and_then(|i| file.sections.get(i)) {
            Some((_, export)) => Some(*export),
            None => file.export,
        }
    }

    /// Every place where a row stands, its first one first; none for a seen row.
    pub fn origins(&self, entity: EntityId, row: u32) -> impl Iterator<Item = Origin> + '_ {
        let also = self.table(entity).also.get(&row).map_or(&[][..], Vec::as_slice);
        self.origin(entity, row).into_iter().chain(also.iter().copied())
    }

    /// Where a row stands; `None` for a seen row.
    pub fn origin(&self, entity: EntityId, row: u32) -> Option<Origin> {
        let table = self.table(entity);
        if row >= table.listed {
            return None;
        }
        let place = table.file_of.partition_point(|(first, _)| *first <= row).checked_sub(1)?;
        let file = table.file_of.get(place)?.1;
        Some(Origin { file, offset: *table.offsets.get(row as usize)? })
    }
}

/// A bitmap; bits beyond its length read as 0.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct Bits {
    /// 64 bits a word, least significant first.
    pub words: Vec<u64>,
}

impl Bits {
    /// The bit at `i`.
    pub fn get(&self, i: u32) -> bool {
        self.words.get(i as usize / 64).is_some_and(|w| w >> (i % 64) & 1 == 1)
    }

    /// Sets the bit at `i`, growing as needed.
    pub fn set(&mut self, i: u32) {
        let word = i as usize / 64;
        if word >= self.words.len() {
            self.words.resize(word + 1, 0);
        }
        self.words[word] |= 1 << (i % 64);
    }

    /// Adds a bit behind the first `length`, which must be all there are.
    pub fn push(&mut self, length: u32, bit: bool) {
        if length as usize / 64 >= self.words.len() {
            self.words.push(0);
        }
        if let Some(word) = self.words.last_mut() {
            *word |= u64::from(bit) << (length % 64);
        }
    }

    /// Forgets the bits from `length` on.
    pub fn truncate(&mut self, length: u32) {
        self.words.truncate((length as usize).div_ceil(64));
        if !length.is_multiple_of(64)
            && let Some(word) = self.words.get_mut(length as usize / 64)
        {
            *word &= (1 << (length % 64)) - 1;
        }
    }

    /// Clears the bit at `i`.
    pub fn clear(&mut self, i: u32) {
        if let Some(word) = self.words.get_mut(i as usize / 64) {
            *word &= !(1 << (i % 64));
        }
    }
}
