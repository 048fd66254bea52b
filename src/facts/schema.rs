//! The schema as plain data: entities, fields, enumerations, relations. It is declared in the language
//! (`policies/std/schema.backproof` and users' `extend entity`) and built by `typing`.
//!
//! Invariants: ids index their vectors; every `Row`/`Nested` type names an existing entity; `occurs` and `key` name
//! stored fields of the entity; a nested entity has exactly one `parent`.

use crate::base::Span;
use crate::value::Scalar;

/// An entity's place in [`Schema::entities`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct EntityId(pub u16);

/// A field's place in [`Entity::fields`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct FieldId(pub u16);

/// An inverse's place in [`Entity::inverses`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct InverseId(pub u16);

/// An enumeration's place in [`Schema::enumerations`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct EnumId(pub u16);

/// A field of an entity.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct FieldRef {
    /// The entity.
    pub entity: EntityId,
    /// Its field.
    pub field: FieldId,
}

/// Everything that facts may say.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Schema {
    /// In the order of declaration, the standard ones first.
    pub entities: Vec<Entity>,
    /// Named after the field that declares them (`system.tier`).
    pub enumerations: Vec<Enumeration>,
}

/// A closed list of words.
#[derive(Debug, Clone, PartialEq)]
pub struct Enumeration {
    /// `system.tier`, or the parameter's name.
    pub name: String,
    /// In order; for an ordered one from least to greatest.
    pub members: Vec<String>,
    /// Whether `<` and `at least` may be asked.
    pub ordered: bool,
}

/// What an entity's rows are evidence of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Nature {
    /// What is there now; needs no span.
    State,
    /// What happened, at its own time; covered by span.
    Event,
}

/// A sort of fact.
#[derive(Debug, Clone, PartialEq)]
pub struct Entity {
    /// Singular, the word of `kind` in facts files.
    pub name: String,
    /// The collection's name.
    pub plural: String,
    /// The title.
    pub title: String,
    /// The `##` lines.
    pub doc: String,
    /// State or event.
    pub nature: Nature,
    /// In the order of declaration.
    pub fields: Vec<Field>,
    /// `many run by system`, in the order of declaration.
    pub inverses: Vec<Inverse>,
    /// The field that identifies a row across files; an entity without one is never merged and is no `for each` entity.
    pub key: Option<FieldId>,
    /// Its own time: the first of these that is known.
    pub occurs: Vec<FieldId>,
    /// Times that may lie after the export that tells them: what is due or planned. Any other did happen.
    pub ahead: Vec<FieldId>,
    /// Relations of which one says what a row is about. A row of an entity that has such, and names none of them, may be
    /// about any row that they lead to; without such it is about nobody.
    pub about: Vec<FieldId>,
    /// For rows that stand inside another row: the parent's nested field. Such an entity has a field of type
    /// `Row(parent entity)` named after the parent, which the loader fills.
    pub parent: Option<Parent>,
    /// Where it is declared.
    pub declared: Option<Span>,
}

/// Where nested rows stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Parent {
    /// The parent's field of type `Nested`.
    pub list: FieldRef,
    /// The nested entity's own field of type `Row(parent)`.
    pub field: FieldId,
}

/// A relation read from its other end.
#[derive(Debug, Clone, PartialEq)]
pub struct Inverse {
    /// Its name on the owner (`runs`).
    pub name: String,
    /// The `##` lines.
    pub doc: String,
    /// The other entity's field that leads back: `Row(owner)` or `Set(Row(owner))`. Each row belongs to one owner
    /// exactly where it is a `Row`.
    pub by: FieldRef,
    /// Where it is declared.
    pub declared: Option<Span>,
}

/// One cell of every row.
#[derive(Debug, Clone, PartialEq)]
pub struct Field {
    /// Its name in the language and in facts.
    pub name: String,
    /// The `##` lines.
    pub doc: String,
    /// Its type.
    pub ty: Type,
    /// `required`: a row without it is ill-formed. The key is always required.
    pub required: bool,
    /// `default`: fills an absent cell and counts as known (for `never` a `Scalar::Time(NEVER)`).
    pub default: Option<Scalar>,
    /// Whether the default holds for rows of every origin (`Widening`) or only in the project's own format.
    pub default_holds: DefaultHolds,
    /// `derived`: fills an absent cell on loading, the first that is known.
    pub derived: Vec<Derivation>,
    /// `from "rpo_minutes" in min`: read under another name, a plain number counted in this unit.
    pub read_as: Option<ReadAs>,
    /// Where it is declared.
    pub declared: Option<Span>,
}

/// For which rows a default holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DefaultHolds {
    /// Every absent cell, of seen rows too: it widens the duty.
    Everywhere,
    /// Only in the project's own format: the row's presence says it.
    OwnFormat,
}

/// How an absent cell is computed from others.
#[derive(Debug, Clone, PartialEq)]
pub enum Derivation {
    /// Another field of the row.
    Field(FieldId),
    /// The difference of two times.
    Difference(FieldId, FieldId),
    /// A field of the row that a relation leads to.
    Through(FieldId, FieldId),
    /// The name of the entity of the row that a relation leads to (`repository.kind`).
    Kind(FieldId),
}

/// `from "name" [in unit]`.
#[derive(Debug, Clone, PartialEq)]
pub struct ReadAs {
    /// The name in the file.
    pub name: String,
    /// What one counts for: nanoseconds for a duration, bytes for a size; `None` reads the field's own notation.
    pub unit: Option<i64>,
}

/// The types of the language.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[expect(missing_docs, reason = "the names are the words of the language")]
pub enum Type {
    Bool,
    Text,
    Int,
    Number,
    Percent,
    Size,
    Rate,
    Time,
    /// `time or never`: an end.
    TimeOrNever,
    Date,
    Clock,
    Window,
    Duration,
    Cadence,
    /// A cron line.
    Schedule,
    OneOf(EnumId),
    Set(Box<Type>),
    List(Box<Type>),
    Map {
        of: Box<Type>,
        by: Option<EnumId>,
    },
    /// One row of an entity.
    Row(EntityId),
    /// Many rows of an entity; as a field's type: `list of E`, rows nested in this one.
    Rows(EntityId),
    /// Calendar periods (the result of `gaps`, `buckets`).
    Periods,
}

impl Schema {
    /// The entity of `id`. Ids come from this schema, so an unknown one is a defect of the program.
    pub fn entity(&self, id: EntityId) -> &Entity {
        &self.entities[id.0 as usize]
    }

    /// The field of `at`.
    pub fn field(&self, at: FieldRef) -> &Field {
        &self.entity(at.entity).fields[at.field.0 as usize]
    }

    /// The enumeration of `id`.
    pub fn enumeration(&self, id: EnumId) -> &Enumeration {
        &self.enumerations[id.0 as usize]
    }

    /// The entity called `name`, singular.
    pub fn entity_named(&self, name: &str) -> Option<EntityId> {
        self.find(|e| e.name == name)
    }

    /// The entity whose collection is called `name`.
    pub fn entity_of_plural(&self, name: &str) -> Option<EntityId> {
        self.find(|e| e.plural == name)
    }

    /// All entities with their ids.
    pub fn entities(&self) -> impl Iterator<Item = (EntityId, &Entity)> {
        self.entities.iter().enumerate().map(|(i, e)| (EntityId(u16::try_from(i).unwrap_or(u16::MAX)), e))
    }

    fn find(&self, wanted: impl Fn(&Entity) -> bool) -> Option<EntityId> {
        self.entities().find(|(_, e)| wanted(e)).map(|(id, _)| id)
    }
}

impl Entity {
    /// The field called `name`.
    pub fn field_named(&self, name: &str) -> Option<FieldId> {
        let place = self.fields.iter().position(|f| f.name == name)?;
        u16::try_from(place).ok().map(FieldId)
    }

    /// The inverse called `name`.
    pub fn inverse_named(&self, name: &str) -> Option<InverseId> {
        let place = self.inverses.iter().position(|i| i.name == name)?;
        u16::try_from(place).ok().map(InverseId)
    }

    /// All fields with their ids.
    pub fn fields(&self) -> impl Iterator<Item = (FieldId, &Field)> {
        self.fields.iter().enumerate().map(|(i, f)| (FieldId(u16::try_from(i).unwrap_or(u16::MAX)), f))
    }
}
