//! The schema of the test worlds: systems with runs (events) and points (states).

use crate::facts::schema::{
    DefaultHolds, Entity, EntityId, EnumId, Enumeration, Field, FieldId, FieldRef, Inverse, Nature, Schema, Type,
};

const FIELDS: &[(&str, &str, &str)] = &[
    ("system", "id", "text"),
    ("system", "tier", "tier"),
    ("system", "encryption", "encryption"),
    ("system", "algorithm", "encryption"),
    ("system", "data", "set data"),
    ("system", "rto", "duration"),
    ("system", "retain_for", "duration"),
    ("system", "protected_since", "time"),
    ("system", "elastic", "bool"),
    ("system", "used", "size"),
    ("system", "capacity", "size"),
    ("system", "load", "number"),
    ("system", "share", "percent"),
    ("run", "id", "text"),
    ("run", "system", "row"),
    ("run", "status", "status"),
    ("run", "started", "time"),
    ("run", "slot", "time"),
    ("run", "duration", "duration"),
    ("run", "size", "size"),
    ("run", "location", "text"),
    ("run", "kind", "text"),
    ("point", "id", "text"),
    ("point", "system", "row"),
    ("point", "state", "state"),
    ("point", "created", "time"),
    ("point", "expires", "end"),
    ("point", "size", "size"),
];

const ENUMERATIONS: &[(&str, bool, &[&str])] = &[
    ("tier", true, &["standard", "important", "critical"]),
    ("encryption", false, &["none", "aes_128", "aes_256"]),
    ("data", false, &["public", "internal", "pii", "phi"]),
    ("status", false, &["success", "warning", "failed", "running"]),
    ("state", false, &["available", "partial", "corrupt"]),
];

fn enumeration(name: &str) -> Type {
    let place = ENUMERATIONS.iter().position(|(other, ..)| *other == name).unwrap();
    Type::OneOf(EnumId(u16::try_from(place).unwrap()))
}

fn type_named(name: &str) -> Type {
    match name {
        "text" => Type::Text,
        "duration" => Type::Duration,
        "time" => Type::Time,
        "end" => Type::TimeOrNever,
        "bool" => Type::Bool,
        "size" => Type::Size,
        "number" => Type::Number,
        "percent" => Type::Percent,
        "row" => Type::Row(EntityId(0)),
        set if set.starts_with("set ") => Type::Set(Box::new(enumeration(&set[4..]))),
        other => enumeration(other),
    }
}

/// Systems with runs (events) and points (states).
pub fn schema() -> Schema {
    let entity = |name: &str, nature, own: Option<u16>| Entity {
        name: name.to_owned(),
        plural: format!("{name}s"),
        title: String::new(),
        doc: String::new(),
        nature,
        fields: FIELDS
            .iter()
            .filter(|(entity, ..)| *entity == name)
            .map(|(_, field, ty)| Field {
                name: (*field).to_owned(),
                doc: String::new(),
                ty: type_named(ty),
                required: false,
                default: None,
                default_holds: DefaultHolds::Everywhere,
                derived: Vec::new(),
                read_as: None,
                declared: None,
            })
            .collect(),
        inverses: Vec::new(),
        key: Some(FieldId(0)),
        occurs: own.into_iter().map(FieldId).collect(),
        ahead: Vec::new(),
        about: Vec::new(),
        parent: None,
        declared: None,
    };
    let mut systems = entity("system", Nature::State, None);
    for (place, name) in [(1, "runs"), (2, "points")] {
        let by = FieldRef { entity: EntityId(place), field: FieldId(1) };
        systems.inverses.push(Inverse { name: name.to_owned(), doc: String::new(), by, declared: None });
    }
    Schema {
        entities: vec![systems, entity("run", Nature::Event, Some(3)), entity("point", Nature::State, Some(3))],
        enumerations: ENUMERATIONS
            .iter()
            .map(|(name, ordered, members)| Enumeration {
                name: (*name).to_owned(),
                members: members.iter().map(|m| (*m).to_owned()).collect(),
                ordered: *ordered,
            })
            .collect(),
    }
}

pub const SYSTEM: EntityId = EntityId(0);
pub const RUN: EntityId = EntityId(1);
pub const POINT: EntityId = EntityId(2);
