//! The index of a `Joined` group: rows of an entity by the values that must be equal.

use super::session::Session;
use super::value::{Item, Value, Why};
use super::walk::{Assumption, Reading, Walk};
use crate::facts::schema::EntityId;
use crate::plan::{Key, NodeId};
use crate::value::Truth;
use rustc_hash::FxHashMap;
use std::sync::Arc;

/// Rows by key.
#[derive(Debug, Default)]
pub(super) struct JoinIndex {
    known: FxHashMap<Box<[Item]>, Vec<u32>>,
    /// Rows with an undecided part of the key: what is known of each part.
    undecided: Vec<(u32, Box<[Value]>)>,
    /// What building it touched.
    pub flags: u8,
    /// What was assumed.
    pub assumed: Box<[Assumption]>,
}

impl JoinIndex {
    /// The rows whose key is or may be `items`, ascending.
    pub fn rows(&self, items: &[Item]) -> Vec<(u32, Truth)> {
        let known = self.known.get(items).into_iter().flatten().map(|row| (*row, Truth::True));
        let undecided = self.undecided.iter().filter_map(|(row, parts)| {
            let truth = parts.iter().zip(items).fold(Truth::True, |all, (part, item)| {
                let one = super::value::SetValue::of(vec![*item]);
                all.and(super::compare::holds(&one, part))
            });
            (truth != Truth::False).then_some((*row, truth))
        });
        let mut rows: Vec<(u32, Truth)> = known.chain(undecided).collect();
        rows.sort_unstable_by_key(|(row, _)| *row);
        rows
    }
}

impl Session<'_> {
    /// The index of a `Joined` node.
    pub fn join(&self, node: NodeId, entity: EntityId, on: &[Key], reading: Reading) -> &Arc<JoinIndex> {
        self.joins[reading as usize][node.0 as usize].get_or_init(|| {
            let mut walk = Walk::new(self, reading);
            let mut index = JoinIndex::default();
            for row in 0..self.population_rows(entity) {
                let parts: Vec<Value> = on.iter().map(|key| along(&mut walk, row, key)).collect();
                match parts.iter().map(Value::item).collect::<Option<Box<[Item]>>>() {
                    Some(key) => index.known.entry(key).or_default().push(row),
                    None => index.undecided.push((row, parts.into())),
                }
            }
            index.flags = walk.flags;
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
