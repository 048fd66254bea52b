//! A small strict value, for what no column takes as it comes: cells in the form of an object, elements of sets. And the
//! same strictness without keeping anything, for what nobody reads: no key twice, no number beyond 64 bits, no depth
//! beyond the limit.

use crate::codec::json::DEPTH_LIMIT;
use serde::de::{DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use std::borrow::Cow;
use std::fmt;

/// A value of JSON or YAML.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Tree {
    Null,
    Bool(bool),
    Int(i64),
    Number(f64),
    Text(String),
    List(Vec<Tree>),
    Map(Vec<(String, Tree)>),
}

/// Reads a [`Tree`] at this depth.
#[derive(Debug, Clone, Copy)]
pub(super) struct TreeSeed(pub(super) u32);

/// Checks a value at this depth and forgets it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Skip(pub(super) u32);

pub(super) fn too_deep<E: Error>() -> E {
    E::custom(format_args!("nested more than {DEPTH_LIMIT} deep"))
}

fn twice<E: Error>(key: &str) -> E {
    E::custom(format_args!("the key `{}` is written twice", crate::base::clean::clean(key)))
}

pub(super) fn beyond<E: Error>(value: impl fmt::Display) -> E {
    E::custom(format_args!("the whole number {value} is beyond 64 bits"))
}

impl<'de> DeserializeSeed<'de> for TreeSeed {
    type Value = Tree;
    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Tree, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for TreeSeed {
    type Value = Tree;
    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value")
    }
    fn visit_unit<E: Error>(self) -> Result<Tree, E> {
        Ok(Tree::Null)
    }
    fn visit_none<E: Error>(self) -> Result<Tree, E> {
        Ok(Tree::Null)
    }
    fn visit_bool<E: Error>(self, bit: bool) -> Result<Tree, E> {
        Ok(Tree::Bool(bit))
    }
    fn visit_i64<E: Error>(self, value: i64) -> Result<Tree, E> {
        Ok(Tree::Int(value))
    }
    fn visit_u64<E: Error>(self, value: u64) -> Result<Tree, E> {
        i64::try_from(value).map(Tree::Int).map_err(|_| beyond(value))
    }
    fn visit_f64<E: Error>(self, value: f64) -> Result<Tree, E> {
        Ok(Tree::Number(value))
    }
    fn visit_str<E: Error>(self, text: &str) -> Result<Tree, E> {
        Ok(Tree::Text(text.to_owned()))
    }
    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Tree, A::Error> {
        if self.0 >= DEPTH_LIMIT {
            return Err(too_deep());
        }
        let mut list = Vec::new();
        while let Some(element) = seq.next_element_seed(TreeSeed(self.0 + 1))? {
            list.push(element);
        }
        Ok(Tree::List(list))
    }
    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Tree, A::Error> {
        if self.0 >= DEPTH_LIMIT {
            return Err(too_deep());
        }
        let mut entries: Vec<(String, Tree)> = Vec::new();
        let mut keys = Keys::default();
        while let Some(key) = map.next_key_seed(KeyText)? {
            keys.add(&key)?;
            let value = map.next_value_seed(TreeSeed(self.0 + 1))?;
            entries.push((key.into_owned(), value));
        }
        Ok(Tree::Map(entries))
    }
}

impl<'de> DeserializeSeed<'de> for Skip {
    type Value = ();
    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Skip {
    type Value = ();
    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value")
    }
    fn visit_unit<E: Error>(self) -> Result<(), E> {
        Ok(())
    }
    fn visit_none<E: Error>(self) -> Result<(), E> {
        Ok(())
    }
    fn visit_bool<E: Error>(self, _: bool) -> Result<(), E> {
        Ok(())
    }
    fn visit_i64<E: Error>(self, _: i64) -> Result<(), E> {
        Ok(())
    }
    fn visit_u64<E: Error>(self, _: u64) -> Result<(), E> {
        Ok(())
    }
    fn visit_f64<E: Error>(self, _: f64) -> Result<(), E> {
        Ok(())
    }
    fn visit_str<E: Error>(self, _: &str) -> Result<(), E> {
        Ok(())
    }
    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<(), A::Error> {
        if self.0 >= DEPTH_LIMIT {
            return Err(too_deep());
        }
        while seq.next_element_seed(Skip(self.0 + 1))?.is_some() {}
        Ok(())
    }
    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        if self.0 >= DEPTH_LIMIT {
            return Err(too_deep());
        }
        let mut keys = Keys::default();
        while let Some(key) = map.next_key_seed(KeyText)? {
            keys.add(&key)?;
            map.next_value_seed(Skip(self.0 + 1))?;
        }
        Ok(())
    }
}

/// The keys of one object so far: in a row while they are few.
#[derive(Default)]
struct Keys {
    few: Vec<String>,
    many: rustc_hash::FxHashSet<String>,
}

impl Keys {
    fn add<E: Error>(&mut self, key: &str) -> Result<(), E> {
        if self.few.iter().any(|k| k == key) || self.many.contains(key) {
            return Err(twice(key));
        }
        if self.few.len() < 16 {
            self.few.push(key.to_owned());
        } else {
            self.many.insert(key.to_owned());
        }
        Ok(())
    }
}

/// A key as text.
pub(super) struct KeyText;

impl<'de> DeserializeSeed<'de> for KeyText {
    type Value = Cow<'de, str>;
    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl<'de> Visitor<'de> for KeyText {
    type Value = Cow<'de, str>;
    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a key that is a text")
    }
    fn visit_borrowed_str<E: Error>(self, text: &'de str) -> Result<Self::Value, E> {
        Ok(Cow::Borrowed(text))
    }
    fn visit_str<E: Error>(self, text: &str) -> Result<Self::Value, E> {
        Ok(Cow::Owned(text.to_owned()))
    }
}
