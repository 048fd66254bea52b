//! The members of a JSON record at given paths, in one pass and without a tree of the rest.

use super::Refusal;
use super::cell::Cell;
use serde::de::{DeserializeSeed, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};
use std::cell::Cell as Counter;
use std::fmt;

/// The values of one path: more than one where a list stands on the way.
#[derive(Debug, Clone, Default)]
pub(super) struct Slot<'a> {
    /// The first.
    pub(super) first: Cell<'a>,
    /// The others, absent ones left out.
    pub(super) more: Vec<Cell<'a>>,
}

/// Which members are wanted, by paths that share their beginnings.
#[derive(Debug, Default)]
pub(super) struct Tree {
    root: Node,
    slots: usize,
}

#[derive(Debug, Default)]
struct Node {
    slot: Option<usize>,
    children: Vec<(String, Node)>,
    /// The child that is expected next: records of one list have their members in one order.
    next: Counter<usize>,
}

impl Tree {
    /// The place of a path's values; one path has one place. A blank within a name is written `~`; a name with a slash is a
    /// label's, whose other half is behind the dot before (`velero.io/schedule-name`).
    pub(super) fn slot(&mut self, path: &str) -> usize {
        let mut names: Vec<String> = Vec::new();
        for name in path.split('.').map(|name| name.replace('~', " ")) {
            match names.last_mut() {
                Some(domain) if name.contains('/') => {
                    domain.push('.');
                    domain.push_str(&name);
                }
                _ => names.push(name),
            }
        }
        self.slot_at(names.into_iter())
    }

    /// The same for a path that is taken apart already.
    pub(super) fn slot_at(&mut self, path: impl Iterator<Item = String>) -> usize {
        let mut node = &mut self.root;
        for name in path {
            let at = match node.children.iter().position(|(child, _)| *child == name) {
                Some(at) => at,
                None => {
                    node.children.push((name, Node::default()));
                    node.children.len() - 1
                }
            };
            node = &mut node.children[at].1;
        }
        let slots = &mut self.slots;
        *node.slot.get_or_insert_with(|| {
            *slots += 1;
            *slots - 1
        })
    }
}

/// The values of the tree's paths in a record.
///
/// # Errors
/// If it is no JSON, is cut off, is no object, or holds a wanted member twice.
pub(super) fn extract<'a>(tree: &Tree, text: &'a str) -> Result<Vec<Slot<'a>>, Refusal> {
    let mut slots = vec![Slot::default(); tree.slots];
    let mut reader = serde_json::Deserializer::from_str(text);
    let read = Into { node: &tree.root, slots: &mut slots }.deserialize(&mut reader).and_then(|()| reader.end());
    match read {
        Ok(()) if text.trim_start().starts_with('{') => Ok(slots),
        Ok(()) => Err(Refusal { reason: "it is no object".to_owned() }),
        Err(error) => Err(Refusal { reason: error.to_string() }),
    }
}

/// Reads a value into the slots of a node and of those below it.
struct Into<'t, 'v, 'a> {
    node: &'t Node,
    slots: &'v mut Vec<Slot<'a>>,
}

impl<'a> Into<'_, '_, 'a> {
    fn keep<E>(self, value: Cell<'a>) -> Result<(), E> {
        if let Some(slot) = self.node.slot.and_then(|slot| self.slots.get_mut(slot)) {
            match value {
                Cell::Absent => {}
                value if slot.first == Cell::Absent => slot.first = value,
                value => slot.more.push(value),
            }
        }
        Ok(())
    }
}

impl<'a> DeserializeSeed<'a> for Into<'_, '_, 'a> {
    type Value = ();

    fn deserialize<D: Deserializer<'a>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'a> Visitor<'a> for Into<'_, '_, 'a> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("any value")
    }

    fn visit_unit<E>(self) -> Result<(), E> {
        Ok(())
    }

    fn visit_bool<E>(self, v: bool) -> Result<(), E> {
        self.keep(Cell::Bool(v))
    }

    fn visit_i64<E>(self, v: i64) -> Result<(), E> {
        self.keep(Cell::Int(v))
    }

    fn visit_u64<E>(self, v: u64) -> Result<(), E> {
        #[expect(clippy::cast_precision_loss, reason = "a number beyond the range of sizes is refused by the store")]
        let cell = i64::try_from(v).map_or(Cell::Number(v as f64), Cell::Int);
        self.keep(cell)
    }

    fn visit_f64<E>(self, v: f64) -> Result<(), E> {
        self.keep(Cell::Number(v))
    }

    fn visit_str<E>(self, v: &str) -> Result<(), E> {
        self.keep(Cell::Text(v.to_owned().into()))
    }

    fn visit_borrowed_str<E>(self, v: &'a str) -> Result<(), E> {
        self.keep(Cell::Text(v.into()))
    }

    fn visit_seq<A: SeqAccess<'a>>(self, mut seq: A) -> Result<(), A::Error> {
        let Into { node, slots } = self;
        while seq.next_element_seed(Into { node, slots: &mut *slots })?.is_some() {}
        Ok(())
    }

    fn visit_map<A: MapAccess<'a>>(self, mut map: A) -> Result<(), A::Error> {
        let Into { node, slots } = self;
        let mut seen = 0_u128;
        while let Some(child) = map.next_key_seed(Name(node))? {
            let Some((at, (name, child))) = child.and_then(|at| Some((at, node.children.get(at)?))) else {
                map.next_value::<IgnoredAny>()?;
                continue;
            };
            let bit = 1_u128.checked_shl(u32::try_from(at).unwrap_or(u32::MAX)).unwrap_or(0);
            if seen & bit != 0 {
                return Err(A::Error::custom(format_args!("the member `{name}` stands there twice")));
            }
            seen |= bit;
            map.next_value_seed(Into { node: child, slots: &mut *slots })?;
        }
        if node.children.is_empty() && node.slot.is_some() {
            Into { node, slots }.keep::<A::Error>(Cell::Nested)?;
        }
        Ok(())
    }
}

/// Which child of a node a member's name is.
struct Name<'t>(&'t Node);

impl<'a> DeserializeSeed<'a> for Name<'_> {
    type Value = Option<usize>;

    fn deserialize<D: Deserializer<'a>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl Visitor<'_> for Name<'_> {
    type Value = Option<usize>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a name")
    }

    fn visit_str<E>(self, name: &str) -> Result<Self::Value, E> {
        let Node { children, next, .. } = self.0;
        let expected = next.get();
        let at = match children.get(expected) {
            Some((child, _)) if *child == name => Some(expected),
            _ => children.iter().position(|(child, _)| *child == name),
        };
        if let Some(at) = at {
            next.set(at + 1);
        }
        Ok(at)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(paths: &[&'static str], text: &str) -> Result<Vec<String>, String> {
        let mut tree = Tree::default();
        let slots: Vec<usize> = paths.iter().map(|path| tree.slot(path)).collect();
        let values = extract(&tree, text).map_err(|refusal| refusal.reason)?;
        Ok(slots.iter().map(|slot| format!("{:?}+{}", values[*slot].first, values[*slot].more.len())).collect())
    }

    #[test]
    fn values_are_found_at_any_depth_and_in_lists() {
        let text = r#"{"l": {"v.io/name": "n"}, "x": [1, {"z": 2}], "a": {"b": "t", "c": [{"d": 1}, {"d": 2}, {"d": null}]}, "e": {}}"#;
        let found = read(&["a.b", "a.c.d", "e", "f", "l.v.io/name"], text);
        let expected = ["Text(\"t\")+0", "Int(1)+1", "Nested+0", "Absent+0", "Text(\"n\")+0"];
        assert_eq!(found, Ok(expected.map(str::to_owned).to_vec()));
    }

    #[test]
    fn what_is_no_whole_object_is_refused() {
        for text in [r#"{"a": 1"#, "[1]", "null", r#"{"a": 1} x"#, r#"{"a": 1, "a": 2}"#, r#"{"b": {"c": 1, "c": 2}}"#]
        {
            assert!(read(&["a", "b.c"], text).is_err(), "{text}");
        }
    }
}
