//! One row of the project's own format, from any serde format straight into the columns. Fields are looked for in the
//! order in which the last row had them; one that nobody reads is checked and skipped.

use super::column::Shape;
use super::store::{Store, Use};
use super::tree::{Skip, Tree, TreeSeed, too_deep};
use crate::base::suggest::nearest;
use crate::codec::json::DEPTH_LIMIT;
use crate::codec::locate::Spot;
use crate::facts::rows::Raw;
use crate::facts::schema::{EntityId, FieldId, FieldRef};
use serde::de::{DeserializeSeed, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};
use std::borrow::Cow;
use std::fmt;

/// The key that tells rows apart.
pub(super) const KIND: &str = "kind";

/// Where a row stands.
#[derive(Debug, Clone, Copy)]
pub(super) struct At {
    pub(super) offset: u64,
    pub(super) hash: u32,
    /// The row that it is nested in.
    pub(super) parent: Option<u32>,
    pub(super) depth: u32,
    /// Whether its `kind` is already read.
    pub(super) has_kind: bool,
}

/// Reads a row of a known entity.
pub(super) struct RowSeed<'s> {
    pub(super) store: &'s mut Store,
    pub(super) entity: EntityId,
    pub(super) at: At,
}

impl<'de> DeserializeSeed<'de> for RowSeed<'_> {
    type Value = ();
    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for RowSeed<'_> {
    type Value = ();
    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "a row of `{}`: an object", self.store.schema.entity(self.entity).name)
    }
    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        read_fields(self.store, self.entity, self.at, &mut map)
    }
}

/// Reads the rest of a row whose entity is known.
pub(super) fn read_fields<'de, A: MapAccess<'de>>(
    store: &mut Store,
    entity: EntityId,
    at: At,
    map: &mut A,
) -> Result<(), A::Error> {
    if at.depth >= DEPTH_LIMIT {
        return Err(too_deep());
    }
    let row = store.begin(entity, at.offset, at.hash);
    if let Some(parent) = at.parent {
        store.belongs(entity, parent);
    }
    let read = read_cells(store, entity, row, at, map);
    match &read {
        Ok(()) => {
            store.end(entity);
        }
        Err(_) => store.abandon(entity, row),
    }
    read
}

fn read_cells<'de, A: MapAccess<'de>>(
    store: &mut Store,
    entity: EntityId,
    row: u32,
    at: At,
    map: &mut A,
) -> Result<(), A::Error> {
    let mut before = store.table(entity).slots.len();
    let mut has_kind = at.has_kind;
    loop {
        let table = store.table(entity);
        let guess = table.follow.get(before).copied().unwrap_or(0);
        let expected = table.slots.get(usize::from(guess)).map_or("", |slot| &*slot.name);
        let Some(name) = map.next_key_seed(NameSeed { expected })? else { return Ok(()) };
        let found = match &name {
            Name::Expected => Some(guess),
            Name::Other(name) => table.slot_named(name),
        };
        let Some(place) = found else {
            let Name::Other(name) = name else { continue };
            if name == KIND && at.parent.is_none() && !has_kind {
                has_kind = true;
                map.next_value::<IgnoredAny>()?;
                continue;
            }
            unknown_field(store, entity, at.offset, &name);
            map.next_value_seed(Skip(at.depth + 1))?;
            continue;
        };
        let table = store.table_mut(entity);
        let Some(slot) = table.slots.get(usize::from(place)) else { return Ok(()) };
        let (field, reading) = (slot.field, slot.reading);
        if let Some(follow) = table.follow.get_mut(before) {
            *follow = place;
        }
        before = usize::from(place);
        if !store.claim(entity, field) {
            written_twice(store, entity, place, at.offset);
            map.next_value_seed(Skip(at.depth + 1))?;
            continue;
        }
        match reading {
            Use::Column(unit) => {
                map.next_value_seed(CellSeed { store, entity, place, field, unit, depth: at.depth + 1 })?
            }
            Use::Nested(child) => {
                let inside = At { parent: Some(row), depth: at.depth + 2, ..at };
                map.next_value_seed(NestedSeed { store, list: FieldRef { entity, field }, child, at: inside })?;
            }
            Use::Unread => map.next_value_seed(Skip(at.depth + 1))?,
        }
    }
}

/// Reports a field that the entity does not have.
pub(super) fn unknown_field(store: &mut Store, entity: EntityId, offset: u64, name: &str) {
    let declared = store.schema.entity(entity);
    let shown = crate::base::clean::clean(name);
    let message = format!("`{}` has no field `{shown}`", declared.name);
    let help = match nearest(name, declared.fields.iter().map(|f| f.name.as_str())) {
        Some(near) => format!("did you mean `{near}`?"),
        None => format!("`extend entity {}` declares a field of your own", declared.name),
    };
    let spot = Spot::Key { record: offset, name: name.to_owned() };
    store.problems.error("E1006", spot, message, "unknown field", Some(help));
}

/// Reports a field that the open row has already.
pub(super) fn written_twice(store: &mut Store, entity: EntityId, place: u16, offset: u64) {
    let Some(slot) = store.table(entity).slots.get(usize::from(place)) else { return };
    let name = slot.name.to_string();
    let message = format!("`{name}` is written twice in one row");
    let spot = Spot::Key { record: offset, name };
    store.problems.error("E1004", spot, message, "here", Some("leave one of them out".to_owned()));
}

enum Name {
    Expected,
    Other(String),
}

struct NameSeed<'n> {
    expected: &'n str,
}

impl<'de> DeserializeSeed<'de> for NameSeed<'_> {
    type Value = Name;
    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Name, D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl Visitor<'_> for NameSeed<'_> {
    type Value = Name;
    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a field's name")
    }
    fn visit_str<E: Error>(self, name: &str) -> Result<Name, E> {
        Ok(if name == self.expected { Name::Expected } else { Name::Other(name.to_owned()) })
    }
}

struct NestedSeed<'s> {
    store: &'s mut Store,
    /// The field of the row around it.
    list: FieldRef,
    child: EntityId,
    at: At,
}

impl<'de> DeserializeSeed<'de> for NestedSeed<'_> {
    type Value = ();
    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for NestedSeed<'_> {
    type Value = ();
    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "a list of rows of `{}`", self.store.schema.entity(self.child).name)
    }
    fn visit_unit<E: Error>(self) -> Result<(), E> {
        Ok(())
    }
    fn visit_none<E: Error>(self) -> Result<(), E> {
        Ok(())
    }
    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<(), A::Error> {
        self.store.states_list(self.list.entity, self.list.field);
        while seq.next_element_seed(RowSeed { store: &mut *self.store, entity: self.child, at: self.at })?.is_some() {}
        Ok(())
    }
}

/// Reads one claimed cell.
pub(super) struct CellSeed<'s> {
    pub(super) store: &'s mut Store,
    pub(super) entity: EntityId,
    pub(super) place: u16,
    pub(super) field: FieldId,
    pub(super) unit: Option<i64>,
    pub(super) depth: u32,
}

impl CellSeed<'_> {
    fn write(self, raw: Raw<'_>) {
        if let Err(fault) = self.store.cell(self.entity, self.field, raw, self.unit) {
            self.fault(fault);
        }
    }

    fn fault(self, fault: super::cell::Fault) {
        let table = self.store.table(self.entity);
        let name = table.slots.get(usize::from(self.place)).map(|slot| slot.name.to_string()).unwrap_or_default();
        self.store.fault(self.entity, self.field, &name, fault);
    }

    fn shape(&self) -> Option<Shape> {
        Shape::of(&self.store.schema.field(FieldRef { entity: self.entity, field: self.field }).ty)
    }

    fn refuse(self, found: &str) {
        let Some(shape) = self.shape() else { return };
        let fault = super::cell::Fault::Malformed(super::cell::asked(shape), found.to_owned());
        // The cell is there, but unknown.
        let _ = self.store.cell(self.entity, self.field, Raw::Unknown(found), None);
        self.fault(fault);
    }

    fn elements(self, list: Vec<Tree>, mut open: bool) {
        let mut native = None;
        let mut words: Vec<String> = Vec::with_capacity(list.len());
        for element in list {
            match element {
                Tree::Text(word) => words.push(word),
                Tree::Null => open = true,
                Tree::Map(entries) if matches!(entries.as_slice(), [(key, _)] if key == "$unknown") => {
                    open = true;
                    if let Some((_, Tree::Text(word))) = entries.into_iter().next() {
                        native = native.or(Some(word));
                    }
                }
                _ => return self.refuse("an element that is no text"),
            }
        }
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        self.write(if open { Raw::OpenSet(&words, native.as_deref()) } else { Raw::Set(&words) });
    }

    fn object(self, entries: Vec<(String, Tree)>) {
        match entries.as_slice() {
            [(key, Tree::Text(word))] if key == "$unknown" => self.write(Raw::Unknown(word)),
            [(key, Tree::List(list))] if key == "$open" => self.elements(list.clone(), true),
            [(from, low), (to, high)] if from == "$from" && to == "$to" => self.ends(low, high),
            [(to, high), (from, low)] if from == "$from" && to == "$to" => self.ends(low, high),
            _ if self.shape() == Some(Shape::Map) => {
                let mut texts: Vec<(&str, &str)> = Vec::with_capacity(entries.len());
                for (key, value) in &entries {
                    match value {
                        Tree::Text(text) => texts.push((key, text)),
                        Tree::Null => {}
                        _ => return self.refuse("an entry that is no text"),
                    }
                }
                self.write(Raw::Map(&texts));
            }
            _ => self.refuse("an object"),
        }
    }

    fn ends(self, low: &Tree, high: &Tree) {
        let Some(shape) = self.shape() else { return };
        let (Some(low), Some(high)) = (plain(low), plain(high)) else { return self.refuse("two ends") };
        let ends = self.store.value(shape, low, self.unit).and_then(|low| {
            let high = self.store.value(shape, high, self.unit)?;
            Ok(Raw::Between(low.0, high.1))
        });
        match ends {
            Ok(raw) => self.write(raw),
            Err(fault) => {
                let _ = self.store.cell(self.entity, self.field, Raw::Unknown("two ends"), None);
                self.fault(fault);
            }
        }
    }
}

fn plain(tree: &Tree) -> Option<Raw<'_>> {
    Some(match tree {
        Tree::Int(value) => Raw::Int(*value),
        Tree::Number(value) => Raw::Number(*value),
        Tree::Text(text) => Raw::Text(text),
        _ => return None,
    })
}

impl<'de> DeserializeSeed<'de> for CellSeed<'_> {
    type Value = ();
    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for CellSeed<'_> {
    type Value = ();
    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a cell")
    }
    fn visit_unit<E: Error>(self) -> Result<(), E> {
        self.write(Raw::Absent);
        Ok(())
    }
    fn visit_none<E: Error>(self) -> Result<(), E> {
        self.write(Raw::Absent);
        Ok(())
    }
    fn visit_bool<E: Error>(self, bit: bool) -> Result<(), E> {
        self.write(Raw::Bool(bit));
        Ok(())
    }
    fn visit_i64<E: Error>(self, value: i64) -> Result<(), E> {
        self.write(Raw::Int(value));
        Ok(())
    }
    fn visit_u64<E: Error>(self, value: u64) -> Result<(), E> {
        match i64::try_from(value) {
            Ok(value) => self.write(Raw::Int(value)),
            Err(_) => self.refuse(&value.to_string()),
        }
        Ok(())
    }
    fn visit_f64<E: Error>(self, value: f64) -> Result<(), E> {
        self.write(Raw::Number(value));
        Ok(())
    }
    fn visit_str<E: Error>(self, text: &str) -> Result<(), E> {
        self.write(Raw::Text(text));
        Ok(())
    }
    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<(), A::Error> {
        let mut list = Vec::new();
        while let Some(element) = seq.next_element_seed(TreeSeed(self.depth + 1))? {
            list.push(element);
        }
        self.elements(list, false);
        Ok(())
    }
    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<(), A::Error> {
        if let Tree::Map(entries) = TreeSeed(self.depth).visit_map(map)? {
            self.object(entries);
        }
        Ok(())
    }
}

/// Reads the word of a row's first key if that is `kind`, and then the row, as `pick` says.
pub(super) struct KindSeed<'s, P> {
    pub(super) store: &'s mut Store,
    pub(super) at: At,
    /// The entity of a word; `None` leaves the row to others.
    pub(super) pick: P,
    /// Set where the first key is not `kind`, or its word no entity's: the error given then is only a way out.
    pub(super) left: &'s mut bool,
}

impl<'de, P: FnMut(&str) -> Option<EntityId>> DeserializeSeed<'de> for KindSeed<'_, P> {
    type Value = ();
    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de, P: FnMut(&str) -> Option<EntityId>> Visitor<'de> for KindSeed<'_, P> {
    type Value = ();
    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a row: an object")
    }
    fn visit_map<A: MapAccess<'de>>(mut self, mut map: A) -> Result<(), A::Error> {
        match map.next_key_seed(NameSeed { expected: KIND })? {
            Some(Name::Expected) => {}
            _ => return Err(left(self.left)),
        }
        let word = map.next_value_seed(super::tree::KeyText)?;
        let Some(entity) = (self.pick)(&word) else { return Err(left(self.left)) };
        let at = At { has_kind: true, ..self.at };
        read_fields(self.store, entity, at, &mut map)
    }
}

fn left<E: Error>(left: &mut bool) -> E {
    *left = true;
    E::custom("left to others")
}

/// Finds the word of `kind` anywhere in a row, checking all of it.
pub(super) struct FindKind;

impl<'de> DeserializeSeed<'de> for FindKind {
    type Value = Option<Cow<'de, str>>;
    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for FindKind {
    type Value = Option<Cow<'de, str>>;
    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a row: an object")
    }
    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut kind = None;
        while let Some(key) = map.next_key_seed(super::tree::KeyText)? {
            if key == KIND {
                if kind.is_some() {
                    return Err(A::Error::custom("the key `kind` is written twice"));
                }
                kind = Some(map.next_value_seed(super::tree::KeyText)?);
            } else {
                map.next_value_seed(Skip(1))?;
            }
        }
        Ok(kind)
    }
}
