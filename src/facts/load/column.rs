//! A column while rows come in. Cells are appended; only the last row can be taken back. After loading single cells may
//! be overwritten and rows dropped.
//!
//! Invariant: what is not a plain known value has its `known` bit clear and stands in `sparse`, unless it is absent.
//! Until relations are resolved a cell of type `Row` holds a text id, or a row number with [`DIRECT`] set.

use crate::facts::schema::{EntityId, EnumId, Type};
use crate::facts::table::{Atom, Bits, Column, Data, Grouping, Odd, Reason, TextId};
use crate::value::Window;
use rustc_hash::FxHashMap;

/// In a relation's cell while loading: the rest is a row number and not a text id.
pub(super) const DIRECT: u32 = 1 << 31;

/// A field's type, as far as reading its cells goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Shape {
    Bool,
    Text,
    Int,
    Number,
    Percent,
    Size,
    Rate,
    Occurrence,
    End,
    Date,
    Clock,
    Window,
    Duration,
    Cadence,
    Schedule,
    Member(EnumId),
    Row(EntityId),
    Map,
    Texts,
    Members(EnumId),
    Cadences,
    Rows(EntityId),
    /// Nested rows, which stand in their own table: the cell is known where the row states its list.
    Nested,
}

impl Shape {
    /// The shape of a stored field's cells; `None` for nested rows, which stand in their own table.
    pub(super) fn of(ty: &Type) -> Option<Shape> {
        Some(match ty {
            Type::Bool => Shape::Bool,
            Type::Text => Shape::Text,
            Type::Int => Shape::Int,
            Type::Number => Shape::Number,
            Type::Percent => Shape::Percent,
            Type::Size => Shape::Size,
            Type::Rate => Shape::Rate,
            Type::Time => Shape::Occurrence,
            Type::TimeOrNever => Shape::End,
            Type::Date => Shape::Date,
            Type::Clock => Shape::Clock,
            Type::Window => Shape::Window,
            Type::Duration => Shape::Duration,
            Type::Cadence => Shape::Cadence,
            Type::Schedule => Shape::Schedule,
            Type::OneOf(members) => Shape::Member(*members),
            Type::Row(entity) => Shape::Row(*entity),
            Type::Map { .. } => Shape::Map,
            Type::Set(of) | Type::List(of) => match **of {
                Type::OneOf(members) => Shape::Members(members),
                Type::Row(entity) => Shape::Rows(entity),
                Type::Cadence => Shape::Cadences,
                Type::Rows(_) => return None,
                _ => Shape::Texts,
            },
            Type::Rows(_) | Type::Periods => return None,
        })
    }

    fn data(self) -> Data {
        match self {
            Shape::Bool | Shape::Nested => Data::Bits(Bits::default()),
            Shape::Number => Data::Number(Vec::new()),
            Shape::Int
            | Shape::Percent
            | Shape::Size
            | Shape::Rate
            | Shape::Occurrence
            | Shape::End
            | Shape::Date
            | Shape::Clock
            | Shape::Window
            | Shape::Duration => Data::Int(Vec::new()),
            Shape::Text | Shape::Cadence | Shape::Schedule | Shape::Member(_) | Shape::Row(_) => Data::Id(Vec::new()),
            Shape::Map => Data::Map(Vec::new()),
            Shape::Texts | Shape::Members(_) | Shape::Cadences | Shape::Rows(_) => {
                Data::Many(Grouping { starts: vec![0], members: Vec::new() })
            }
        }
    }
}

/// A cell by value, for the slow paths.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Held {
    Absent,
    Known(Atom),
    Map(Box<[(TextId, TextId)]>),
    Set(Vec<u32>),
    Open(Vec<u32>, Reason),
    Between(i64, i64),
    Unknown(Reason),
}

/// A column that still grows.
#[derive(Debug)]
pub(super) struct Building {
    pub(super) shape: Shape,
    pub(super) column: Column,
    pub(super) rows: u32,
    /// Times without offset, by row: read when the zone of their file is known. Until then the cell is absent.
    pub(super) locals: Vec<(u32, i64)>,
    /// The id pushed last: the same text often comes again.
    pub(super) last: u32,
    /// Whether its texts are compared with nothing but each other, and that only at the end.
    pub(super) own_texts: bool,
}

impl Building {
    pub(super) fn new(shape: Shape) -> Building {
        let column = Column { data: shape.data(), known: Bits::default(), sparse: FxHashMap::default(), exact: true };
        Building { shape, column, rows: 0, locals: Vec::new(), last: u32::MAX, own_texts: false }
    }

    fn step(&mut self, known: bool) {
        self.column.known.push(self.rows, known);
        self.column.exact &= known;
        self.rows += 1;
    }

    pub(super) fn push_int(&mut self, value: i64) {
        if let Data::Int(values) = &mut self.column.data {
            values.push(value);
            self.step(true);
        }
    }

    pub(super) fn push_id(&mut self, id: u32) {
        if let Data::Id(values) = &mut self.column.data {
            values.push(id);
            self.last = id;
            self.step(true);
        }
    }

    pub(super) fn push_bit(&mut self, bit: bool) {
        if let Data::Bits(bits) = &mut self.column.data {
            bits.push(self.rows, bit);
            self.step(true);
        }
    }

    pub(super) fn push_number(&mut self, number: f64) {
        if let Data::Number(values) = &mut self.column.data {
            values.push(number);
            self.step(true);
        }
    }

    /// Members in any order, also twice.
    pub(super) fn push_set(&mut self, members: &mut Vec<u32>, open: Option<Reason>) {
        members.sort_unstable();
        members.dedup();
        if let Data::Many(grouping) = &mut self.column.data {
            grouping.members.extend_from_slice(members);
            grouping.starts.push(u32::try_from(grouping.members.len()).unwrap_or(u32::MAX));
            if let Some(reason) = open {
                self.column.sparse.insert(self.rows, Odd::Open(reason));
                self.step(false);
            } else {
                self.step(true);
            }
        }
    }

    pub(super) fn push_map(&mut self, entries: Box<[(TextId, TextId)]>) {
        if let Data::Map(maps) = &mut self.column.data {
            maps.push(entries);
            self.step(true);
        }
    }

    pub(super) fn push_absent(&mut self) {
        match &mut self.column.data {
            Data::Bits(bits) => bits.push(self.rows, false),
            Data::Int(values) => values.push(0),
            Data::Number(values) => values.push(0.0),
            Data::Id(values) => values.push(0),
            Data::Many(grouping) => grouping.starts.push(grouping.starts.last().copied().unwrap_or(0)),
            Data::Map(maps) => maps.push(Box::default()),
        }
        self.step(false);
    }

    pub(super) fn push_odd(&mut self, odd: Odd) {
        self.column.sparse.insert(self.rows, odd);
        self.push_absent();
    }

    pub(super) fn push_local(&mut self, local: i64) {
        self.locals.push((self.rows, local));
        self.push_absent();
    }

    pub(super) fn push(&mut self, held: Held) {
        match held {
            Held::Absent => self.push_absent(),
            Held::Known(Atom::Bool(bit)) => self.push_bit(bit),
            Held::Known(Atom::Int(value)) => self.push_int(value),
            Held::Known(Atom::Number(value)) => self.push_number(value),
            Held::Known(Atom::Id(id)) => self.push_id(id),
            Held::Known(Atom::Months(months)) => self.push_odd(Odd::Months(months)),
            Held::Known(Atom::Window(window)) => self.push_odd(Odd::Window(window)),
            Held::Map(entries) => self.push_map(entries),
            Held::Set(mut members) => self.push_set(&mut members, None),
            Held::Open(mut members, reason) => self.push_set(&mut members, Some(reason)),
            Held::Between(low, high) => self.push_odd(Odd::Between(low, high)),
            Held::Unknown(reason) => self.push_odd(Odd::Unknown(reason)),
        }
    }

    pub(super) fn push_window(&mut self, window: Window) {
        self.push_odd(Odd::Window(window));
    }

    /// Forgets the rows from `rows` on.
    pub(super) fn truncate(&mut self, rows: u32) {
        for row in rows..self.rows {
            self.column.sparse.remove(&row);
        }
        while self.locals.last().is_some_and(|(row, _)| *row >= rows) {
            self.locals.pop();
        }
        let length = rows as usize;
        match &mut self.column.data {
            Data::Bits(bits) => bits.truncate(rows),
            Data::Int(values) => values.truncate(length),
            Data::Number(values) => values.truncate(length),
            Data::Id(values) => values.truncate(length),
            Data::Many(grouping) => {
                grouping.starts.truncate(length + 1);
                grouping.members.truncate(grouping.starts.last().copied().unwrap_or(0) as usize);
            }
            Data::Map(maps) => maps.truncate(length),
        }
        self.column.known.truncate(rows);
        self.rows = self.rows.min(rows);
    }

    pub(super) fn is_absent(&self, row: u32) -> bool {
        !self.column.known.get(row) && !self.column.sparse.contains_key(&row)
    }

    /// The plain number at `row`, if it is known.
    pub(super) fn int(&self, row: u32) -> Option<i64> {
        match &self.column.data {
            Data::Int(values) if self.column.known.get(row) => values.get(row as usize).copied(),
            _ => None,
        }
    }

    /// The plain id at `row`, if it is known.
    pub(super) fn id(&self, row: u32) -> Option<u32> {
        match &self.column.data {
            Data::Id(values) if self.column.known.get(row) => values.get(row as usize).copied(),
            _ => None,
        }
    }

    pub(super) fn held(&self, row: u32) -> Held {
        let i = row as usize;
        let members = || match &self.column.data {
            Data::Many(grouping) => grouping.of(row).to_vec(),
            _ => Vec::new(),
        };
        if !self.column.known.get(row) {
            return match self.column.sparse.get(&row) {
                None => Held::Absent,
                Some(Odd::Months(months)) => Held::Known(Atom::Months(*months)),
                Some(Odd::Window(window)) => Held::Known(Atom::Window(*window)),
                Some(Odd::Between(low, high)) => Held::Between(*low, *high),
                Some(Odd::Unknown(reason)) => Held::Unknown(reason.clone()),
                Some(Odd::Open(reason)) => Held::Open(members(), reason.clone()),
            };
        }
        let atom = match &self.column.data {
            Data::Bits(bits) => Some(Atom::Bool(bits.get(row))),
            Data::Int(values) => values.get(i).copied().map(Atom::Int),
            Data::Number(values) => values.get(i).copied().map(Atom::Number),
            Data::Id(values) => values.get(i).copied().map(Atom::Id),
            Data::Many(_) => return Held::Set(members()),
            Data::Map(maps) => return maps.get(i).map_or(Held::Absent, |entries| Held::Map(entries.clone())),
        };
        atom.map_or(Held::Absent, Held::Known)
    }

    /// Overwrites a cell that is no set.
    pub(super) fn put(&mut self, row: u32, held: Held) {
        let i = row as usize;
        self.column.sparse.remove(&row);
        self.column.known.clear(row);
        let odd = match held {
            Held::Known(Atom::Months(months)) => Odd::Months(months),
            Held::Known(Atom::Window(window)) => Odd::Window(window),
            Held::Between(low, high) => Odd::Between(low, high),
            Held::Unknown(reason) => Odd::Unknown(reason),
            Held::Known(atom) => {
                match (&mut self.column.data, atom) {
                    (Data::Bits(bits), Atom::Bool(true)) => bits.set(row),
                    (Data::Bits(bits), Atom::Bool(false)) => bits.clear(row),
                    (Data::Int(values), Atom::Int(value)) => set(values, i, value),
                    (Data::Number(values), Atom::Number(value)) => set(values, i, value),
                    (Data::Id(values), Atom::Id(value)) => set(values, i, value),
                    _ => return,
                }
                return self.column.known.set(row);
            }
            Held::Map(entries) => {
                if let Data::Map(maps) = &mut self.column.data {
                    set(maps, i, entries);
                    self.column.known.set(row);
                }
                return;
            }
            Held::Absent | Held::Set(_) | Held::Open(..) => {
                self.column.exact = false;
                return;
            }
        };
        self.column.exact = false;
        self.column.sparse.insert(row, odd);
    }

    /// The same column with every cell through `change`.
    pub(super) fn rebuilt(
        &self,
        rows: impl Iterator<Item = u32>,
        mut change: impl FnMut(u32, Held) -> Held,
    ) -> Building {
        let mut new = Building::new(self.shape);
        for row in rows {
            let held = change(row, self.held(row));
            new.push(held);
        }
        new
    }

    /// Settles `exact` after cells were overwritten.
    pub(super) fn settle(&mut self) {
        let full = self.rows as usize / 64;
        let words = &self.column.known.words;
        let rest = self.rows % 64;
        let last = rest == 0 || words.get(full).is_some_and(|w| w.count_ones() == rest);
        self.column.exact = last && words.get(..full).is_some_and(|w| w.iter().all(|w| *w == u64::MAX));
    }
}

fn set<T>(values: &mut [T], i: usize, value: T) {
    if let Some(place) = values.get_mut(i) {
        *place = value;
    }
}
