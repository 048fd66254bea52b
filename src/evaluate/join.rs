//! The index of a `Joined` group: rows of an entity by the values that must be equal.

use super::compare;
use super::session::Session;
use super::value::{Item, SetValue, Value, Why};
use super::walk::{Assumption, Reading, UNREAD, Walk};
use crate::facts::schema::EntityId;
use crate::plan::{Key, NodeId};
use crate::value::Truth;
use rustc_hash::FxHashMap;
use std::sync::Arc;

/// Rows by key.
#[derive(Debug, Default)]
pub(super) struct JoinIndex {
    known: FxHashMap<Box<[Item]>, Vec<u32>>,
    /// By key, the rows whose key differs from it only in how names are written.
    alike: FxHashMap<Box<[Part]>, Vec<u32>>,
    /// Rows with an undecided part of the key: what is known of each part.
    undecided: Vec<(u32, Box<[Value]>)>,
    /// Which parts of the key are names that facts write.
    names: Box<[bool]>,
    /// What building it touched.
    pub flags: u8,
    /// What was assumed.
    pub assumed: Box<[Assumption]>,
}

impl JoinIndex {
    /// The rows whose key is or may be `items`, ascending.
    pub fn rows(&self, session: &Session<'_>, items: &[Item]) -> Vec<(u32, Truth)> {
        let known = self.known.get(items).into_iter().flatten().map(|row| (*row, Truth::True));
        let alike = self.alike(session, items).into_iter().map(|row| (row, Truth::Unknown));
        let undecided = self.undecided.iter().filter_map(|(row, parts)| {
            let of_parts = parts.iter().zip(items).zip(&self.names);
            let truth = of_parts.fold(Truth::True, |all, ((part, item), is_name)| {
                let apart = *is_name && name(*item).is_some_and(|id| compare::written_differently(session, part, &id));
                let one = SetValue::of(vec![*item]);
                all.and(if apart { Truth::Unknown } else { compare::holds(&one, part) })
            });
            (truth != Truth::False).then_some((*row, truth))
        });
        let mut rows: Vec<(u32, Truth)> = known.chain(alike).chain(undecided).collect();
        rows.sort_unstable_by_key(|(row, _)| *row);
        rows
    }

    /// The rows with another key, of which nobody can say that it is another.
    fn alike(&self, session: &Session<'_>, items: &[Item]) -> Vec<u32> {
        if self.alike.is_empty() {
            return Vec::new();
        }
        let same = self.known.get(items).map_or(&[][..], Vec::as_slice);
        let rows = self.alike.get(&folded(session, items, &self.names)).into_iter().flatten().copied();
        rows.filter(|row| same.binary_search(row).is_err()).collect()
    }
}

/// A part of a key as it is compared where nobody can say how names are written.
#[derive(Debug, PartialEq, Eq, Hash)]
enum Part {
    Item(Item),
    Name(String),
}

/// The text that a part of a key is.
fn name(item: Item) -> Option<Value> {
    u32::try_from(item.0).ok().filter(|_| item.1 == 1).map(Value::Id)
}

fn folded(session: &Session<'_>, items: &[Item], names: &[bool]) -> Box<[Part]> {
    let part = |(item, is_name): (&Item, &bool)| match name(*item) {
        Some(Value::Id(id)) if *is_name => Part::Name(compare::folded(session.text(id))),
        _ => Part::Item(*item),
    };
    items.iter().zip(names).map(part).collect()
}

impl Session<'_> {
    /// The index of a `Joined` node.
    pub fn join(&self, node: NodeId, entity: EntityId, on: &[Key], reading: Reading) -> &Arc<JoinIndex> {
        self.joins[reading as usize][node.0 as usize].get_or_init(|| {
            let mut walk = Walk::new(self, reading);
            let mut index =
                JoinIndex { names: on.iter().map(|key| self.is_name(key.value)).collect(), ..JoinIndex::default() };
            for row in 0..self.population_rows(entity) {
                let parts: Vec<Value> = on.iter().map(|key| along(&mut walk, row, key)).collect();
                match parts.iter().map(Value::item).collect::<Option<Box<[Item]>>>() {
                    Some(key) => index.known.entry(key).or_default().push(row),
                    None => index.undecided.push((row, parts.into())),
                }
            }
            if index.names.contains(&true) {
                for (key, rows) in &index.known {
                    index.alike.entry(folded(self, key, &index.names)).or_default().extend(rows);
                }
            }
            index.flags = walk.flags & !UNREAD;
            index.assumed = walk.assumed.into();
            Arc::new(index)
        })
    }
}

/// The cell at the end of a path of relations.
fn along(walk: &mut Walk<'_, '_>, row: u32, key: &Key) -> Value {
    let mut at = Value::Row(row);
    for field in &key.path {
        let Value::Row(row) = at else { return Value::Unknown(Why::Cell) };
        at = walk.cell_of(*field, row);
    }
    at
}
