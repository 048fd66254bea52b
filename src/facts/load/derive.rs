//! Cells that nobody wrote: derivations first, the first that is known, then defaults. Both only where the cell is absent,
//! never where something unreadable stands; nor does a derivation look past something unreadable to the next one.

use super::cell::order;
use super::column::{Building, Held, Shape};
use super::store::Rows;
use crate::facts::schema::{DefaultHolds, Derivation, EntityId, FieldId, FieldRef, Schema, Type};
use crate::facts::table::{Atom, Bits, Data, Derived, Reason, TextId, Texts};
use crate::value::{Duration, Instant, Scalar};

/// What derivations are made with.
pub(super) struct Deriving<'d> {
    pub(super) schema: &'d Schema,
    pub(super) texts: &'d mut Texts,
    /// By entity: the keys of its rows, seen ones included.
    pub(super) keys: &'d [Vec<TextId>],
    /// By file: whether it is of the project's own format.
    pub(super) own: &'d [bool],
}

/// Fills the absent cells of all tables, what others start from first.
pub(super) fn derive(tables: &mut [Rows], with: &mut Deriving<'_>) {
    let mut done: Vec<FieldRef> = Vec::new();
    for (entity, declared) in with.schema.entities() {
        for (field, _) in declared.fields() {
            fill(tables, FieldRef { entity, field }, with, &mut done);
        }
    }
}

/// A field that derives from itself in a circle starts with what is written.
fn fill(tables: &mut [Rows], at: FieldRef, with: &mut Deriving<'_>, done: &mut Vec<FieldRef>) {
    let field = with.schema.field(at);
    if (field.derived.is_empty() && field.default.is_none()) || done.contains(&at) {
        return;
    }
    done.push(at);
    for derivation in &field.derived {
        for from in sources(with.schema, at.entity, derivation) {
            fill(tables, from, with, done);
        }
    }
    let default = field.default.as_ref().and_then(|scalar| held(scalar, with.texts));
    let Some(table) = tables.get(at.entity.0 as usize) else { return };
    let Some(column) = building(tables, at) else { return };
    let mut filled: Vec<(u32, Held)> = Vec::new();
    let kinds = kinds(&field.derived, with);
    let mut rows_of: Vec<Bits> = vec![Bits::default(); field.derived.len()];
    for row in 0..column.rows {
        if !column.is_absent(row) {
            continue;
        }
        let mut partly = None;
        let mut found = None;
        for (place, derivation) in field.derived.iter().enumerate() {
            match derived(tables, at, derivation, row, column.shape, (with.keys, &kinds)) {
                Held::Absent => {}
                bounded @ (Held::Between(..) | Held::Open(..)) => {
                    partly.get_or_insert((place, bounded));
                }
                unreadable @ Held::Unknown(_) if partly.is_none() => {
                    found = Some((place, unreadable));
                    break;
                }
                Held::Unknown(_) => break,
                known => {
                    found = Some((place, known));
                    break;
                }
            }
        }
        let value = match found.or(partly) {
            Some((place, value)) => {
                if let Some(rows) = rows_of.get_mut(place) {
                    rows.set(row);
                }
                value
            }
            None => Held::Absent,
        };
        let listed = row < table.rows;
        let holds = field.default_holds == DefaultHolds::Everywhere || (listed && is_own(table, row, with.own));
        match (value, &default) {
            (Held::Absent, Some(default)) if holds => filled.push((row, default.clone())),
            (Held::Absent, _) => {}
            (value, _) => filled.push((row, value)),
        }
    }
    let Some(table) = tables.get_mut(at.entity.0 as usize) else { return };
    for (from, rows) in field.derived.iter().zip(rows_of) {
        if !rows.words.is_empty() && may_leave_the_row(with.schema, at.entity, from) {
            table.derived.push(Derived { field: at.field, from: from.clone(), rows });
        }
    }
    let Some(Some(column)) = table.columns.get_mut(at.field.0 as usize) else { return };
    if filled.is_empty() {
        return;
    }
    if matches!(column.column.data, Data::Many(_)) {
        let mut next = filled.into_iter().peekable();
        *column =
            column.rebuilt(0..column.rows, |row, old| next.next_if(|(at, _)| *at == row).map_or(old, |(_, new)| new));
    } else {
        for (row, value) in filled {
            column.put(row, value);
        }
    }
    column.settle();
}

/// The names of the entities, where a derivation gives one.
fn kinds(derivations: &[Derivation], with: &mut Deriving<'_>) -> Vec<TextId> {
    if !derivations.iter().any(|derivation| matches!(derivation, Derivation::Kind(_))) {
        return Vec::new();
    }
    with.schema.entities.iter().map(|entity| with.texts.intern(&entity.name)).collect()
}

fn is_own(table: &Rows, row: u32, own: &[bool]) -> bool {
    let place = table.file_of.partition_point(|(first, _)| *first <= row).saturating_sub(1);
    let file = table.file_of.get(place).map_or(0, |(_, file)| *file);
    own.get(file as usize).copied().unwrap_or(false)
}

fn sources(schema: &Schema, entity: EntityId, derivation: &Derivation) -> Vec<FieldRef> {
    let here = |field: &FieldId| FieldRef { entity, field: *field };
    match derivation {
        Derivation::Field(from) | Derivation::Kind(from) => vec![here(from)],
        Derivation::Difference(a, b) => vec![here(a), here(b)],
        Derivation::Through(relation, field) => {
            let mut from = vec![here(relation)];
            if let Type::Row(entity) = schema.field(here(relation)).ty {
                from.push(FieldRef { entity, field: *field });
            }
            from
        }
    }
}

/// Whether what a derivation gives may come from a row of another entity.
fn may_leave_the_row(schema: &Schema, entity: EntityId, derivation: &Derivation) -> bool {
    match derivation {
        Derivation::Through(..) => true,
        _ => sources(schema, entity, derivation).into_iter().any(|from| !schema.field(from).derived.is_empty()),
    }
}

fn building(tables: &[Rows], at: FieldRef) -> Option<&Building> {
    tables.get(at.entity.0 as usize)?.columns.get(at.field.0 as usize)?.as_ref()
}

fn derived(
    tables: &[Rows],
    at: FieldRef,
    derivation: &Derivation,
    row: u32,
    shape: Shape,
    (keys, kinds): (&[Vec<TextId>], &[TextId]),
) -> Held {
    let here = |field: &FieldId| building(tables, FieldRef { entity: at.entity, field: *field });
    let (from, row) = match derivation {
        Derivation::Field(from) => (here(from), row),
        Derivation::Difference(a, b) => {
            let (Some(a), Some(b)) = (here(a), here(b)) else { return Held::Absent };
            return difference(&a.held(row), &b.held(row));
        }
        Derivation::Kind(relation) => {
            let Some(relation) = here(relation) else { return Held::Absent };
            let Shape::Row(entity) = relation.shape else { return Held::Absent };
            return match (relation.held(row), kinds.get(entity.0 as usize)) {
                (Held::Known(_), Some(kind)) => Held::Known(Atom::Id(kind.0)),
                (unreadable @ Held::Unknown(_), _) => unreadable,
                _ => Held::Absent,
            };
        }
        Derivation::Through(relation, field) => {
            let Some(relation) = here(relation) else { return Held::Absent };
            let (Shape::Row(entity), Some(other)) = (relation.shape, relation.id(row)) else {
                return match relation.held(row) {
                    unreadable @ Held::Unknown(_) => unreadable,
                    _ => Held::Absent,
                };
            };
            (building(tables, FieldRef { entity, field: *field }), other)
        }
    };
    let Some(from) = from else { return Held::Absent };
    match (shape, from.shape, from.held(row)) {
        (Shape::Text, Shape::Row(entity), Held::Known(Atom::Id(other))) => {
            let key = keys.get(entity.0 as usize).and_then(|keys| keys.get(other as usize));
            key.map_or(Held::Absent, |key| Held::Known(Atom::Id(key.0)))
        }
        (mine, theirs, held) if std::mem::discriminant(&mine) == std::mem::discriminant(&theirs) => held,
        (Shape::Occurrence | Shape::End, Shape::Occurrence | Shape::End, held) => held,
        _ => Held::Absent,
    }
}

/// `a - b` of two times: how long something took, which is never below 0. Where the end surely lies before the start, one
/// of them is wrong and nothing is known.
fn difference(a: &Held, b: &Held) -> Held {
    let ends = |held: &Held| match held {
        Held::Known(Atom::Int(at)) => Some((*at, *at)),
        Held::Between(low, high) => Some((*low, *high)),
        _ => None,
    };
    let (Some(a), Some(b)) = (ends(a), ends(b)) else { return Held::Absent };
    let never = Instant::NEVER.0;
    if [a.0, a.1, b.0, b.1].contains(&never) {
        return Held::Absent;
    }
    match (a.0.checked_sub(b.1), a.1.checked_sub(b.0)) {
        (_, Some(high)) if high < 0 => Held::Unknown(Reason::Implausible("the end lies before the start".to_owned())),
        (Some(low), Some(high)) if low == high => Held::Known(Atom::Int(low)),
        (Some(low), Some(high)) => Held::Between(low.max(0), high),
        _ => Held::Absent,
    }
}

fn held(scalar: &Scalar, texts: &mut Texts) -> Option<Held> {
    let atom = match scalar {
        Scalar::Bool(bit) => Atom::Bool(*bit),
        Scalar::Int(v) | Scalar::Percent(v) | Scalar::Size(v) | Scalar::Rate(v) | Scalar::Date(v) => Atom::Int(*v),
        Scalar::Number(number) => Atom::Number(*number),
        Scalar::Time(at) => Atom::Int(at.0),
        Scalar::Duration(Duration::Exact(exact)) => Atom::Int(*exact),
        Scalar::Duration(Duration::Months(months)) => Atom::Months(*months),
        Scalar::Clock(clock) => Atom::Int(i64::from(clock.0)),
        Scalar::Window(window) => Atom::Window(*window),
        Scalar::Cadence(cadence) => Atom::Id(order(*cadence)),
        Scalar::Text(text) => Atom::Id(texts.intern(text).0),
        Scalar::Member(member) => Atom::Id(u32::from(*member)),
    };
    Some(Held::Known(atom))
}
