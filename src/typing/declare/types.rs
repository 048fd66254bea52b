//! Types as written to types: built-in words, entities, enumerations, a field's type.

use super::draft::{Draft, FieldType, error};
use super::names::TYPES;
use super::{entities, enumerations};
use crate::base::{Span, suggest};
use crate::facts::schema::{EntityId, Type};
use crate::syntax::tree::{TypeExpr, TypeKind};
use crate::typing::declarations::NotNegative;

/// How many fields may borrow their type from one another in a row.
const BORROWING_LIMIT: usize = 64;

/// Who has a type written, and how its own enumeration is called.
pub(super) enum Asker {
    /// A field: `system.tier`.
    Field(String),
    /// A parameter: its short name.
    Parameter(String),
    /// A hole: `retention.every`.
    Hole(String),
}

impl Asker {
    fn enumeration(&self) -> &str {
        let (Asker::Field(name) | Asker::Parameter(name) | Asker::Hole(name)) = self;
        name
    }
}

/// A type and whether it refuses numbers below 0.
pub(super) type Resolved = (Type, NotNegative);

/// Finds the type of a field and notes it in the draft; `depth` counts borrowings.
pub(super) fn field<'t>(draft: &mut Draft<'t>, id: EntityId, name: &'t str, depth: usize) {
    if draft.field_types.contains_key(&(id, name)) {
        return;
    }
    let Some(written) = draft.field_lines.get(&(id, name)).copied() else { return };
    if matches!(written.kind, TypeKind::Many { .. }) {
        draft.field_types.insert((id, name), FieldType::Many);
        return;
    }
    draft.field_types.insert((id, name), FieldType::Open);
    let asker = entities::asker(draft, id, name);
    let found = match resolve_at(draft, written, &asker, depth) {
        Some((ty, _)) => FieldType::Known(ty),
        None => FieldType::Broken,
    };
    draft.field_types.insert((id, name), found);
}

/// The type that `written` says, or `None` where the mistake is noted.
pub(super) fn resolve<'t>(draft: &mut Draft<'t>, written: &'t TypeExpr, asker: &Asker) -> Option<Resolved> {
    resolve_at(draft, written, asker, 0)
}

fn resolve_at<'t>(draft: &mut Draft<'t>, written: &'t TypeExpr, asker: &Asker, depth: usize) -> Option<Resolved> {
    let plain = |ty: Type| Some((ty, NotNegative::Free));
    match &written.kind {
        TypeKind::Named(name) if name == "count" => count(draft, written.span, asker),
        TypeKind::Named(name) => match built_in(name) {
            Some(ty) => plain(ty),
            None => row(draft, name, written.span, asker).and_then(plain),
        },
        TypeKind::TimeOrNever => plain(Type::TimeOrNever),
        TypeKind::OneOf { members, ordered } => {
            let id = enumerations::declare(draft, asker.enumeration(), members, *ordered)?;
            plain(Type::OneOf(id))
        }
        TypeKind::Set(of) => {
            let (of, _) = element(draft, of, asker, depth, "set")?;
            plain(Type::Set(Box::new(of)))
        }
        TypeKind::List(of) => match (element(draft, of, asker, depth, "list")?.0, asker) {
            (Type::Row(entity), Asker::Field(_)) => plain(Type::Rows(entity)),
            (Type::Row(_), _) => {
                let help = "name one row, or a set of rows";
                refuse(draft, written.span, "a list of rows stands only in an entity, as rows within a row", help)
            }
            (of, _) => plain(Type::List(Box::new(of))),
        },
        TypeKind::Map { of, by } => map(draft, of, by.as_deref(), asker, depth),
        TypeKind::FieldOf { entity, field } => {
            if depth >= BORROWING_LIMIT {
                let message = "too many fields borrow their type from one another";
                draft.report(error("E0508", message).at(written.span, "").help("write the type out"));
                return None;
            }
            let ty = entities::borrowed(draft, entity, field, depth + 1, written.span)?;
            match (&ty, asker) {
                (Type::Rows(_), _) => refuse(
                    draft,
                    written.span,
                    "rows that stand within a row belong to one field",
                    "name a field that holds a value",
                ),
                (Type::Row(_), Asker::Parameter(_)) => parameter_row(draft, written.span),
                _ => plain(ty),
            }
        }
        TypeKind::Many { .. } => {
            refuse(draft, written.span, "`many … by …` stands only as the type of an entity's line", "write `set of …`")
        }
    }
}

/// A built-in type by its word; `count` apart, for it says more than its type.
pub(super) fn built_in(name: &str) -> Option<Type> {
    Some(match name {
        "bool" => Type::Bool,
        "text" => Type::Text,
        "int" => Type::Int,
        "number" => Type::Number,
        "percent" => Type::Percent,
        "size" => Type::Size,
        "rate" => Type::Rate,
        "time" => Type::Time,
        "date" => Type::Date,
        "clock" => Type::Clock,
        "window" => Type::Window,
        "duration" => Type::Duration,
        "cadence" => Type::Cadence,
        "schedule" => Type::Schedule,
        _ => return None,
    })
}

fn count(draft: &mut Draft<'_>, at: Span, asker: &Asker) -> Option<Resolved> {
    if matches!(asker, Asker::Field(_)) {
        return refuse(draft, at, "`count` is a type of holes and parameters", "write `int`");
    }
    Some((Type::Int, NotNegative::Required))
}

/// A row of the entity called `name`.
fn row(draft: &mut Draft<'_>, name: &str, at: Span, asker: &Asker) -> Option<Type> {
    let Some(id) = draft.entity_names.get(name).copied() else {
        if !draft.is_broken(name) {
            let entities = draft.schema.entities.iter().map(|e| e.name.as_str());
            let help = match suggest::nearest(name, TYPES.iter().copied().chain(entities)) {
                _ if draft.schema.entity_of_plural(name).is_some() => {
                    let entity = draft.schema.entities.iter().find(|e| e.plural == name).map_or("", |e| &e.name);
                    format!("for one row write `{entity}`, for many `set of {entity}`")
                }
                Some(near) => format!("did you mean `{near}`?"),
                None => "write a type such as `text`, `duration`, `size`, `one of […]`, or an entity".to_owned(),
            };
            draft.report(error("E0503", format!("no type or entity is called `{name}`")).at(at, "").help(help));
        }
        return None;
    };
    if matches!(asker, Asker::Parameter(_)) {
        return parameter_row(draft, at).map(|(ty, _)| ty);
    }
    Some(Type::Row(id))
}

fn parameter_row(draft: &mut Draft<'_>, at: Span) -> Option<Resolved> {
    refuse(draft, at, "a parameter holds a value, not a row of facts", "write `text` and compare it with the row's key")
}

/// The type within a set, list or map: plain, without further nesting.
fn element<'t>(
    draft: &mut Draft<'t>,
    written: &'t TypeExpr,
    asker: &Asker,
    depth: usize,
    holder: &str,
) -> Option<Resolved> {
    let found = resolve_at(draft, written, asker, depth)?;
    let what = match &found.0 {
        Type::Set(_) => "a set",
        Type::List(_) | Type::Rows(_) => "a list",
        Type::Map { .. } => "a map",
        Type::TimeOrNever => "`time or never`",
        Type::Row(_) if holder == "map" => "a row",
        _ => return Some(found),
    };
    refuse(draft, written.span, &format!("a {holder} cannot hold {what}"), "let it hold one plain type, such as `text`")
}

fn map<'t>(
    draft: &mut Draft<'t>,
    of: &'t TypeExpr,
    by: Option<&'t TypeExpr>,
    asker: &Asker,
    depth: usize,
) -> Option<Resolved> {
    let of = element(draft, of, asker, depth, "map");
    let by = match by {
        None => Some(None),
        Some(written) => match resolve_at(draft, written, asker, depth).map(|(ty, _)| ty) {
            Some(Type::OneOf(id)) => Some(Some(id)),
            Some(_) => refuse(
                draft,
                written.span,
                "the keys of a map are texts or members of an enumeration",
                "write `by system.tier`",
            )
            .map(|_| None),
            None => None,
        },
    };
    Some((Type::Map { of: Box::new(of?.0), by: by? }, NotNegative::Free))
}

fn refuse(draft: &mut Draft<'_>, at: Span, message: &str, help: &str) -> Option<Resolved> {
    draft.report(error("E0506", message).at(at, "").help(help));
    None
}
