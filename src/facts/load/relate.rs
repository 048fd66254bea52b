//! Relations from texts to row numbers. A name that no row has becomes a row that is only *seen*, at the end of its
//! entity's table.

use super::column::{Building, DIRECT, Held, Shape};
use super::merge::{RowOf, identities};
use super::store::Rows;
use crate::facts::schema::EntityId;
use crate::facts::table::{Atom, Data, Grouping, TextId};

/// The seen rows of one entity: what identifies each.
pub(super) type Seen = Vec<u32>;

/// Resolves every relation that leads to `target`; gives the keys of its rows, seen ones last.
pub(super) fn resolve(tables: &mut [Rows], target: EntityId, row_of: &mut RowOf) -> (Vec<TextId>, Seen) {
    let Some(table) = tables.get_mut(target.0 as usize) else { return Default::default() };
    if let Some(own) = table.take_own_keys() {
        // Nothing refers to them.
        return (own.into_iter().map(TextId).collect(), Seen::new());
    }
    let mut known = identities(table);
    let listed = table.rows;
    for (row, text) in known.iter().enumerate() {
        row_of.set(*text, row as u32);
    }
    let keyed = table.key.is_some();
    let mut seen = Seen::new();
    let mut place = |id: u32| -> Option<u32> {
        if id & DIRECT != 0 {
            return Some(id & !DIRECT);
        }
        if !keyed {
            return None;
        }
        if let Some(row) = row_of.get(id) {
            return Some(row);
        }
        let row = listed + seen.len() as u32;
        seen.push(id);
        row_of.set(id, row);
        Some(row)
    };
    for table in tables.iter_mut() {
        for column in table.columns.iter_mut().flatten() {
            match column.shape {
                Shape::Row(entity) if entity == target => resolve_one(column, &mut place),
                Shape::Rows(entity) if entity == target => resolve_sets(column, &mut place),
                _ => {}
            }
        }
    }
    known.extend_from_slice(&seen);
    row_of.clear(&known);
    if let Some(table) = tables.get_mut(target.0 as usize) {
        for column in table.columns.iter_mut().flatten() {
            for _ in &seen {
                column.push_absent();
            }
        }
        if let (Some(key), false) = (table.key, seen.is_empty())
            && let Some(Some(column)) = table.columns.get_mut(key.0 as usize)
        {
            for (i, id) in seen.iter().enumerate() {
                column.put(listed + i as u32, Held::Known(Atom::Id(*id)));
            }
        }
    }
    let keys = if keyed { known.into_iter().map(TextId).collect() } else { Vec::new() };
    (keys, seen)
}

fn resolve_one(column: &mut Building, place: &mut impl FnMut(u32) -> Option<u32>) {
    let mut lost = Vec::new();
    if let Data::Id(values) = &mut column.column.data {
        for (row, value) in values.iter_mut().enumerate() {
            if !column.column.known.get(row as u32) {
                continue;
            }
            match place(*value) {
                Some(found) => *value = found,
                None => lost.push(row as u32),
            }
        }
    }
    for row in lost {
        let reason = crate::facts::table::Reason::Implausible("what it names has no key".to_owned());
        column.put(row, Held::Unknown(reason));
    }
}

fn resolve_sets(column: &mut Building, place: &mut impl FnMut(u32) -> Option<u32>) {
    let mut lost = Vec::new();
    if let Data::Many(grouping) = &mut column.column.data {
        for row in 0..grouping.starts.len().saturating_sub(1) {
            let at = |i: usize| grouping.starts.get(i).copied().unwrap_or(0) as usize;
            let (start, end) = (at(row), at(row + 1));
            let Some(members) = grouping.members.get_mut(start..end) else { continue };
            for member in members.iter_mut() {
                match place(*member) {
                    Some(found) => *member = found,
                    None => lost.push(row as u32),
                }
            }
            members.sort_unstable();
        }
    }
    if lost.is_empty() {
        return;
    }
    let reason = crate::facts::table::Reason::Implausible("what it names has no key".to_owned());
    *column =
        column.rebuilt(
            0..column.rows,
            |row, held| {
                if lost.contains(&row) { Held::Open(Vec::new(), reason.clone()) } else { held }
            },
        );
}

/// The rows of a table by the owner that a relation leads to: counting sort.
pub(super) fn group(column: &Building, owners: u32) -> Grouping {
    let mut starts = vec![0u32; owners as usize + 1];
    let each = |visit: &mut dyn FnMut(u32, u32)| match &column.column.data {
        Data::Id(values) => {
            for (row, owner) in values.iter().enumerate() {
                if column.column.known.get(row as u32) {
                    visit(*owner, row as u32);
                }
            }
        }
        Data::Many(grouping) => {
            for row in 0..column.rows {
                for owner in grouping.of(row) {
                    visit(*owner, row);
                }
            }
        }
        _ => {}
    };
    each(&mut |owner, _| {
        if let Some(count) = starts.get_mut(owner as usize + 1) {
            *count += 1;
        }
    });
    let mut sum = 0;
    for start in &mut starts {
        sum += *start;
        *start = sum;
    }
    let mut members = vec![0u32; sum as usize];
    let mut next = starts.clone();
    each(&mut |owner, row| {
        if let Some(at) = next.get_mut(owner as usize)
            && let Some(place) = members.get_mut(*at as usize)
        {
            *place = row;
            *at += 1;
        }
    });
    Grouping { starts, members }
}
