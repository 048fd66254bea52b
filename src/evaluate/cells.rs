//! Cells as values, and the operators that look into sets, maps and texts.

use super::compare;
use super::quantity::{End, Range};
use super::session::Members;
use super::value::{Candidates, Item, Limit, SetValue, Value, Why};
use super::walk::{Assumption, Reading, SEEN, STALE, UNREAD, WEAK, Walk};
use crate::facts::schema::{EntityId, FieldRef, Type};
use crate::facts::table::{Atom, Cell, Reason, TextId};
use crate::plan::{HasHow, NodeId, Op, ParameterValue};
use crate::value::{Ratio, Scalar, Truth};
use rustc_hash::FxHashMap;
use std::sync::Arc;

/// A column's number as an end, in the unit of values.
pub(super) fn end_of(ty: &Type, n: i64) -> End {
    match ty {
        Type::Percent => End::Exact(Ratio::of_percent(n)),
        Type::Duration if n == i64::MAX => End::ABOVE,
        _ => End::whole(n),
    }
}

fn atom(ty: &Type, atom: Atom) -> Value {
    match atom {
        Atom::Bool(b) => Value::Truth(b.into()),
        Atom::Int(n) => Value::Amount(Range::exactly(end_of(ty, n))),
        Atom::Number(f) => Value::Amount(Range::exactly(End::Float(f))),
        Atom::Id(id) if matches!(ty, Type::Row(_)) => Value::Row(id),
        Atom::Id(id) => Value::Id(id),
        Atom::Months(months) => Value::Months(Range::whole(months)),
        Atom::Window(window) => Value::Window(window),
    }
}

/// A cell's value. A map has none: its entries are read.
pub(super) fn cell_value(ty: &Type, cell: Cell<'_>) -> Value {
    match cell {
        Cell::Known(known) => atom(ty, known),
        Cell::Between(low, high) => Value::Amount(Range { low: end_of(ty, low), high: end_of(ty, high) }),
        Cell::Set { members, open } => {
            let known = members.iter().map(|id| (i128::from(*id), 1)).collect();
            Value::Set(Arc::new(SetValue { open: open.is_some(), ..SetValue::of(known) }))
        }
        Cell::Map(_) | Cell::Unknown(_) => Value::Unknown(Why::Cell),
    }
}

impl<'a> Walk<'_, 'a> {
    /// The cell of a row as it is to be read: `None` where it is stale and read strictly.
    pub fn cell(&mut self, at: FieldRef, row: u32) -> Option<Cell<'a>> {
        if self.session.has_doubted_states() && self.is_withheld(at, row) {
            return None;
        }
        let facts = self.session.facts;
        let cell = facts.cell(at.entity, at.field, row);
        match cell {
            Cell::Unknown(reason) | Cell::Set { open: Some(reason), .. } => {
                if row >= facts.table(at.entity).listed {
                    self.flags |= SEEN;
                }
                if !matches!(reason, Reason::Absent | Reason::NoSuchRow(..)) {
                    self.flags |= UNREAD;
                }
            }
            Cell::Between(..) => self.flags |= UNREAD,
            Cell::Known(_) | Cell::Map(_) | Cell::Set { open: None, .. } => {}
        }
        Some(cell)
    }

    /// Whether a cell is stale and read strictly. Marks what is read of a later day.
    fn is_withheld(&mut self, at: FieldRef, row: u32) -> bool {
        let (mut stale, mut later) = (false, None);
        self.session.states_behind(at, row, &mut |entity, row| {
            stale |= self.session.is_stale(entity, row);
            later = later.max(self.session.later(entity, row));
        });
        if let Some(day) = later {
            self.rest_on(Assumption::StateOf(day));
        }
        if !stale {
            return false;
        }
        self.flags |= WEAK;
        if self.reading == Reading::Strict {
            self.flags |= STALE;
        }
        self.reading == Reading::Strict
    }

    /// The value of a row's cell.
    pub fn cell_of(&mut self, at: FieldRef, row: u32) -> Value {
        let ty = &self.session.plan.schema.field(at).ty;
        self.cell(at, row).map_or(Value::Unknown(Why::Cell), |cell| cell_value(ty, cell))
    }

    /// A row's own time: the first of its entity's occurrences that is not absent.
    pub fn own_time(&mut self, entity: EntityId, row: u32) -> Value {
        for field in &self.session.plan.schema.entity(entity).occurs {
            let at = FieldRef { entity, field: *field };
            match self.cell(at, row) {
                Some(Cell::Unknown(Reason::Absent | Reason::NoSuchRow(..))) => {}
                Some(cell) => return cell_value(&Type::Time, cell),
                None => return Value::Unknown(Why::Cell),
            }
        }
        Value::Unknown(Why::Cell)
    }

    /// The field that a row's own time stands in.
    fn own_time_field(&mut self, entity: EntityId, row: u32) -> Option<FieldRef> {
        let fields = &self.session.plan.schema.entity(entity).occurs;
        let mut known = fields.iter().map(|field| FieldRef { entity, field: *field }).filter(|at| {
            let cell = self.session.facts.cell(entity, at.field, row);
            !matches!(cell, Cell::Unknown(Reason::Absent | Reason::NoSuchRow(..)))
        });
        match (known.next(), fields.as_slice()) {
            (None, [only]) => Some(FieldRef { entity, field: *only }),
            (found, _) => found,
        }
    }

    pub(super) fn field(&mut self, row: NodeId, at: FieldRef) -> Value {
        match self.value(row) {
            Value::Row(row) => self.cell_of(at, row),
            Value::Candidates(rows) => self.candidates_field(&rows, at),
            Value::Unknown(why) => Value::Unknown(why),
            _ => Value::Unknown(Why::Cell),
        }
    }

    /// The span of a field over the rows that it may be read on. The ordering time itself is bounded by the choice.
    fn candidates_field(&mut self, candidates: &Candidates, at: FieldRef) -> Value {
        let mut all: Option<Value> = None;
        let mut ordering = false;
        for row in &candidates.rows {
            let orders = match candidates.by {
                Some(by) => matches!(&self.session.plan.node(by).op,
                    Op::Field { row, field } if *field == at && matches!(self.session.plan.node(*row).op, Op::Row(_))),
                None => self.own_time_field(at.entity, *row) == Some(at),
            };
            ordering |= orders;
            let value = self.cell_of(at, *row);
            let value = if orders { limited(&value, candidates.limit) } else { value };
            all = Some(match all {
                None => value,
                Some(other) => hull(&other, &value),
            });
        }
        let value = all.unwrap_or(Value::Unknown(Why::Open));
        if !candidates.unseen {
            return value;
        }
        if ordering {
            limited(&hull(&value, &Value::Amount(Range::ANY)), candidates.limit)
        } else {
            Value::Unknown(Why::Open)
        }
    }

    pub(super) fn entry(&mut self, map: NodeId, key: NodeId) -> Value {
        let key_type = self.session.plan.node(key).ty.clone();
        let key = self.value(key);
        let Some(keys) = key.ids() else { return Value::Unknown(Why::Cell) };
        let mut all: Option<Value> = None;
        for key in keys {
            let value = self.one_entry(map, *key, &key_type);
            all = Some(match all {
                None => value,
                Some(other) => hull(&other, &value),
            });
        }
        all.unwrap_or(Value::Unknown(Why::Cell))
    }

    fn one_entry(&mut self, map: NodeId, key: u32, key_type: &Type) -> Value {
        let session = self.session;
        match &session.plan.node(map).op {
            Op::Parameter(place) => {
                let value = session.plan.parameters.get(*place as usize).and_then(|p| p.value.as_ref());
                let Some(ParameterValue::Map(entries)) = value else { return Value::Unknown(Why::Cell) };
                let found = entries.iter().find(|(entry, _)| match entry {
                    Scalar::Member(member) => u32::from(*member) == key,
                    Scalar::Text(text) => &**text == session.text(key),
                    _ => false,
                });
                found.map_or(Value::Unknown(Why::Cell), |(_, value)| session.plain(value))
            }
            Op::Field { row, field } => {
                let Value::Row(row) = self.value(*row) else { return Value::Unknown(Why::Cell) };
                let word = match key_type {
                    Type::OneOf(members) => {
                        let members = &session.plan.schema.enumeration(*members).members;
                        members.get(key as usize).and_then(|word| session.facts.texts.find(word))
                    }
                    _ => Some(TextId(key)),
                };
                let Some(Cell::Map(entries)) = self.cell(*field, row) else { return Value::Unknown(Why::Cell) };
                let found = word.and_then(|word| entries.iter().find(|(entry, _)| *entry == word));
                found.map_or(Value::Unknown(Why::Cell), |(_, TextId(value))| Value::Id(*value))
            }
            _ => Value::Unknown(Why::Cell),
        }
    }

    /// The set cell under a node, without building a value: known members and whether it may hold more.
    fn plain_set(&mut self, set: NodeId) -> Option<(&'a [u32], bool)> {
        let Op::Field { row, field } = &self.session.plan.node(set).op else { return None };
        let Value::Row(row) = self.value(*row) else { return None };
        match self.cell(*field, row) {
            Some(Cell::Set { members, open }) => Some((members, open.is_some())),
            _ => None,
        }
    }

    pub(super) fn is_in(&mut self, item: NodeId, set: NodeId) -> Truth {
        let ty = self.session.plan.node(set).ty.clone();
        match ty {
            Type::Rows(_) => self.is_among(item, set),
            Type::Window => {
                let item_type = self.session.plan.node(item).ty.clone();
                let (item, window) = (self.value(item), self.value(set));
                self.in_window(&item, &item_type, &window)
            }
            _ => {
                let item = self.value(item);
                match self.value(set) {
                    Value::Set(set) => compare::holds(&set, &item),
                    _ => Truth::Unknown,
                }
            }
        }
    }

    fn in_window(&self, item: &Value, ty: &Type, window: &Value) -> Truth {
        use crate::value::Instant;
        use crate::value::window::{Weekdays, inside};
        let Value::Window(window) = window else { return Truth::Unknown };
        match (item, ty) {
            (_, Type::Clock) => compare::between(item, &Value::clock(window.from), &Value::clock(window.to), true),
            (Value::Amount(range), _) => match (range.low.as_i64(), range.high.as_i64()) {
                (Some(low), Some(high)) if low == high => {
                    let at = (Instant(low), Instant(high));
                    inside(*window, Weekdays::EVERY, &self.session.calendar.zone, at, at)
                }
                _ => Truth::Unknown,
            },
            _ => Truth::Unknown,
        }
    }

    /// Whether a row is one of a group. A row that stands in the facts is not one that nobody showed.
    fn is_among(&mut self, item: NodeId, group: NodeId) -> Truth {
        let (rows, unseen): (Vec<u32>, bool) = match self.value(item) {
            Value::Row(row) => (vec![row], false),
            Value::Candidates(rows) => (rows.rows.clone(), rows.unseen),
            _ => return Truth::Unknown,
        };
        let found = if self.session.plan.node(group).depends == 0 {
            let session = self.session;
            let members = session.members[self.reading as usize][group.0 as usize].get_or_init(|| {
                let mut walk = Walk::new(session, self.reading);
                let mut rows = FxHashMap::default();
                let extent = walk.visit(group, &mut |_, row, truth| {
                    rows.insert(row, truth);
                });
                let assumed = walk.assumed.into();
                Members { rows, unanswered: extent.unanswered, flags: walk.flags, assumed }
            });
            self.flags |= members.flags;
            for assumption in &members.assumed {
                self.rest_on(*assumption);
            }
            let of = |row: &u32| members.rows.get(row).copied().unwrap_or(self.outside(group, *row));
            if members.unanswered { None } else { Some(rows.iter().map(of).collect()) }
        } else {
            let mut found: Vec<Truth> = rows.iter().map(|row| self.outside(group, *row)).collect();
            let extent = self.visit(group, &mut |_, row, truth| {
                if let Some(slot) = rows.iter().position(|r| *r == row).and_then(|at| found.get_mut(at)) {
                    *slot = truth;
                }
            });
            (!extent.unanswered).then_some(found)
        };
        let Some(found) = found else { return Truth::Unknown };
        let first = found.first().copied().unwrap_or(Truth::Unknown);
        if unseen || found.iter().any(|truth| *truth != first) { Truth::Unknown } else { first }
    }

    /// What a row's membership is that a group does not hold. One that is only seen beside a listing may be any row that
    /// the listing would hold: it is not among those that are asked, and nobody knows whether it should be.
    fn outside(&self, group: NodeId, row: u32) -> Truth {
        let Some(entity) = self.entity_of(group) else { return Truth::Unknown };
        let unlisted = row >= self.session.population_rows(entity);
        if unlisted && self.is_of_all(group) { Truth::Unknown } else { Truth::False }
    }

    /// Whether a group is taken from all rows of an entity, not from those that a row or a cell names.
    fn is_of_all(&self, group: NodeId) -> bool {
        match &self.session.plan.node(group).op {
            Op::All(_) | Op::Joined { .. } => true,
            Op::Where { group, .. } | Op::Recent { group, .. } => self.is_of_all(*group),
            Op::Reduce(reduction) => self.is_of_all(reduction.group),
            _ => false,
        }
    }

    pub(super) fn has(&mut self, set: NodeId, how: HasHow, items: NodeId) -> Truth {
        let items = self.value(items);
        let Value::Set(items) = &items else { return Truth::Unknown };
        if let Some((members, open)) = self.plain_set(set) {
            return has_items(items, how, |(id, denominator)| {
                let member = denominator == 1 && u32::try_from(id).is_ok_and(|id| members.binary_search(&id).is_ok());
                match (member, open) {
                    (true, _) => Truth::True,
                    (false, true) => Truth::Unknown,
                    (false, false) => Truth::False,
                }
            });
        }
        match self.value(set) {
            Value::Set(set) => has_items(items, how, |item| set.holds(item)),
            _ => Truth::Unknown,
        }
    }

    pub(super) fn matches(&mut self, text: NodeId, pattern: &str) -> Truth {
        let value = self.value(text);
        let Some(ids) = value.ids() else { return Truth::Unknown };
        let mut answers = ids.iter().map(|id| Truth::from(compare::glob(pattern, self.session.text(*id))));
        let Some(first) = answers.next() else { return Truth::Unknown };
        if answers.all(|other| other == first) { first } else { Truth::Unknown }
    }
}

fn has_items(items: &SetValue, how: HasHow, holds: impl Fn(Item) -> Truth) -> Truth {
    let undecided = items.open || items.unknown > 0 || !items.possible.is_empty();
    let answers = items.known.iter().map(|item| holds(*item));
    match how {
        HasHow::Any => answers.fold(if undecided { Truth::Unknown } else { Truth::False }, Truth::or),
        HasHow::All => answers.fold(if undecided { Truth::Unknown } else { Truth::True }, Truth::and),
    }
}

/// The value within what the choice of the row allows.
pub(super) fn limited(value: &Value, limit: Limit) -> Value {
    let range = match value {
        Value::Amount(range) => *range,
        Value::Unknown(_) => Range::ANY,
        _ => return value.clone(),
    };
    Value::Amount(match limit {
        Limit::From(low) => Range { low: range.low.max(low), high: range.high },
        Limit::Until(high) => Range { low: range.low, high: range.high.min(high) },
    })
}

/// What a value is if it is one of two.
pub(super) fn hull(a: &Value, b: &Value) -> Value {
    match (a, b) {
        // One of two is nothing to measure only if both are.
        (Value::Unknown(Why::Nothing), Value::Unknown(Why::Nothing)) => Value::Unknown(Why::Nothing),
        (Value::Unknown(Why::Nothing), _) | (_, Value::Unknown(Why::Nothing)) => Value::Unknown(Why::Cell),
        (Value::Unknown(why), _) | (_, Value::Unknown(why)) => Value::Unknown(*why),
        (Value::Truth(a), Value::Truth(b)) => Value::Truth(if a == b { *a } else { Truth::Unknown }),
        (Value::Months(a), Value::Months(b)) => Value::Months(a.hull(*b)),
        (Value::Window(a), Value::Window(b)) if a == b => Value::Window(*a),
        (Value::Set(a), Value::Set(b)) => {
            let (known, mut possible): (Vec<Item>, Vec<Item>) =
                a.known.iter().partition(|item| b.known.binary_search(item).is_ok());
            possible.extend(b.known.iter().filter(|item| known.binary_search(item).is_err()));
            possible.extend(a.possible.iter().chain(&b.possible));
            possible.sort_unstable();
            possible.dedup();
            let unknown = a.unknown.max(b.unknown);
            Value::Set(Arc::new(SetValue { known, possible, unknown, open: a.open || b.open }))
        }
        (Value::Row(_) | Value::Candidates(_), Value::Row(_) | Value::Candidates(_)) => {
            let of = |value: &Value| match value {
                Value::Row(row) => (vec![*row], false),
                Value::Candidates(rows) => (rows.rows.clone(), rows.unseen),
                _ => (Vec::new(), true),
            };
            let ((mut rows, unseen), (others, others_unseen)) = (of(a), of(b));
            rows.extend(others);
            rows.sort_unstable();
            rows.dedup();
            let unseen = unseen || others_unseen;
            match rows.as_slice() {
                [row] if !unseen => Value::Row(*row),
                _ => Value::Candidates(Arc::new(Candidates { rows, unseen, limit: Limit::From(End::BELOW), by: None })),
            }
        }
        _ => {
            if let (Some(a), Some(b)) = (a.range(), b.range()) {
                return Value::Amount(a.hull(b));
            }
            match (a.ids(), b.ids()) {
                (Some(a), Some(b)) => {
                    let mut ids: Vec<u32> = a.iter().chain(b).copied().collect();
                    ids.sort_unstable();
                    ids.dedup();
                    match ids.as_slice() {
                        [id] => Value::Id(*id),
                        _ => Value::OneOf(ids.into()),
                    }
                }
                _ => Value::Unknown(Why::Cell),
            }
        }
    }
}
