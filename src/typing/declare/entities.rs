//! Entities: their names, the lines that make them up, their fields with types. What a field's attributes say is read
//! in `attributes`, what leads from one entity to another in `relations`.

use super::draft::{Declarer, Draft, FieldType, Member, error};
use super::names::{Naming, may_be_declared};
use super::types::{self, Asker};
use super::{attributes, enumerations, plurals, relations};
use crate::base::Span;
use crate::facts::schema::{DefaultHolds, Entity, EntityId, Field, Nature, Type};
use crate::syntax::tree::{EntityItem, Item, ItemKind, MemberKind, Name};
use crate::typing::declarations::NamedValue;
use rustc_hash::FxHashMap;
use std::sync::Arc;

/// Declares all entities, with fields, relations and named values.
pub(super) fn declare(draft: &mut Draft<'_>) {
    let items = draft.items(|k| if let ItemKind::Entity(e) = k { Some(e) } else { None });
    let (extensions, entities): (Vec<_>, Vec<_>) = items.into_iter().partition(|(_, _, e)| e.extend);
    for (_, item, entity) in &entities {
        name(draft, item, entity);
    }
    for (_, _, extension) in &extensions {
        if let Some(id) = draft.entity(&extension.name) {
            collect(draft, id, extension, Declarer::Extension);
        }
    }
    distinct_members(draft);
    for index in 0..draft.members.len() {
        if let Some(id) = entity_id(index) {
            fields(draft, id);
        }
    }
    enumerations::extend(draft);
    relations::declare(draft);
    for index in 0..draft.members.len() {
        if let Some(id) = entity_id(index) {
            attributes::declare(draft, id);
            named_values(draft, id);
        }
    }
    attributes::no_circles(draft);
}

/// The id at a place, where the limit of the schema allows one.
fn entity_id(index: usize) -> Option<EntityId> {
    u16::try_from(index).ok().map(EntityId)
}

/// Gives an entity its id, or says why it has none.
fn name<'t>(draft: &mut Draft<'t>, item: &'t Item, entity: &'t EntityItem) {
    let name = entity.name.value.as_str();
    if let Some(first) = draft.entity_names.get(name) {
        let first = draft.schema.entity(*first).declared;
        let diagnostic = twice(draft, &entity.name, first, "entity", "extend entity");
        draft.report(diagnostic);
        return;
    }
    if !may_be_declared(draft, &entity.name, Naming::Entity) {
        draft.mark_broken(name);
        return;
    }
    let plural = entity.plural.as_ref().map_or_else(|| plurals::by_rule(name), |p| p.value.clone());
    if let Some(written) = &entity.plural
        && !may_be_declared(draft, written, Naming::Entity)
    {
        draft.mark_broken(name);
        return;
    }
    plural_is_free(draft, entity, &plural);
    let Some(id) = entity_id(draft.schema.entities.len()) else {
        draft.mark_broken(name);
        draft.report(error("E0519", "there are more entities than 65,535").at(entity.name.span, ""));
        return;
    };
    draft.schema.entities.push(Entity {
        name: name.to_owned(),
        plural,
        title: entity.title.as_ref().map_or_else(|| name.to_owned(), |t| t.value.clone()),
        doc: item.doc.clone(),
        nature: if entity.event { Nature::Event } else { Nature::State },
        fields: Vec::new(),
        inverses: Vec::new(),
        key: None,
        occurs: Vec::new(),
        ahead: Vec::new(),
        about: Vec::new(),
        parent: None,
        declared: Some(entity.name.span),
    });
    draft.entity_names.insert(name, id);
    draft.members.push(Vec::new());
    collect(draft, id, entity, Declarer::Entity);
}

/// Something declared at `name` for the second time.
pub(super) fn twice(
    draft: &Draft<'_>,
    name: &Name,
    first: Option<Span>,
    noun: &str,
    extend: &str,
) -> crate::base::Diagnostic {
    let standard = first.is_some_and(|f| draft.is_standard(f));
    let diagnostic =
        error("E0501", format!("the {noun} `{}` is declared already", name.value)).at(name.span, "again here");
    let diagnostic = match first {
        Some(first) if standard => diagnostic.and(first, "the standard library declares it"),
        Some(first) => diagnostic.and(first, "first here"),
        None => diagnostic,
    };
    diagnostic.help(format!("to add to it write `{extend} {}`; for another one choose another name", name.value))
}

/// A collection's name belongs to one entity, and is no entity's own name.
fn plural_is_free(draft: &mut Draft<'_>, entity: &EntityItem, plural: &str) {
    let at = entity.plural.as_ref().map_or(entity.name.span, |p| p.span);
    let other =
        draft.schema.entities.iter().find(|e| e.plural == plural || e.name == plural || e.plural == entity.name.value);
    let own = plural == entity.name.value;
    if other.is_none() && !own {
        return;
    }
    let clash = if other.is_some_and(|e| e.plural == entity.name.value) { entity.name.value.as_str() } else { plural };
    let mut diagnostic = error("E0505", format!("`{clash}` already names something else"))
        .at(at, format!("rows of `{}`", entity.name.value));
    if let Some(other) = other {
        let place = other.declared;
        let text = format!("`{}`, whose collection is `{}`", other.name, other.plural);
        if let Some(place) = place {
            diagnostic = diagnostic.and(place, text);
        }
    }
    draft.report(diagnostic.help(format!("say another word: `entity {} … plural …`", entity.name.value)));
}

/// Takes the lines of an item into its entity.
fn collect<'t>(draft: &mut Draft<'t>, id: EntityId, item: &'t EntityItem, by: Declarer) {
    if item.lost.any() {
        draft.lossy.insert(id);
    }
    if let Some(members) = draft.members.get_mut(usize::from(id.0)) {
        members.extend(item.members.iter().map(|line| Member { line, by }));
    }
}

/// Within one entity a name is declared once, be it a field, a relation or a named value.
fn distinct_members(draft: &mut Draft<'_>) {
    for index in 0..draft.members.len() {
        let Some(id) = entity_id(index) else { return };
        let mut first: FxHashMap<&str, Span> = FxHashMap::default();
        let mut kept = Vec::new();
        for member in std::mem::take(&mut draft.members[index]) {
            let name = match &member.line.kind {
                MemberKind::Field { name, .. } => name,
                MemberKind::Let(line) => &line.name,
                MemberKind::Also { .. } | MemberKind::Occurs(_) | MemberKind::Ahead(_) | MemberKind::About(_) => {
                    kept.push(member);
                    continue;
                }
            };
            if let Some(first) = first.get(name.value.as_str()) {
                let entity = draft.schema.entity(id).name.clone();
                let standard = draft.is_standard(*first);
                let diagnostic = error("E0504", format!("`{entity}.{}` is declared already", name.value))
                    .at(name.span, "again here")
                    .and(*first, if standard { "the standard library declares it" } else { "first here" })
                    .help("a name means one thing within an entity: choose another");
                draft.report(diagnostic);
                continue;
            }
            if !may_be_declared(draft, name, Naming::Member) {
                draft.mark_broken(&name.value);
                continue;
            }
            first.insert(&name.value, name.span);
            if let MemberKind::Field { name, ty, .. } = &member.line.kind {
                draft.field_lines.insert((id, &name.value), ty);
            }
            kept.push(member);
        }
        draft.members[index] = kept;
    }
}

/// Types the fields of an entity and puts them into the schema.
fn fields(draft: &mut Draft<'_>, id: EntityId) {
    for member in draft.members[usize::from(id.0)].clone() {
        let MemberKind::Field { name, .. } = &member.line.kind else { continue };
        types::field(draft, id, &name.value, 0);
        let ty = match draft.field_types.get(&(id, name.value.as_str())) {
            Some(FieldType::Known(ty)) => ty.clone(),
            Some(FieldType::Many) => continue,
            Some(FieldType::Open | FieldType::Broken) | None => {
                draft.mark_broken(&name.value);
                continue;
            }
        };
        if draft.schema.entity(id).fields.len() >= usize::from(u16::MAX) {
            draft.report(error("E0519", "an entity has more fields than 65,535").at(name.span, ""));
            return;
        }
        let field = Field {
            name: name.value.clone(),
            doc: member.line.doc.clone(),
            ty,
            required: false,
            default: None,
            default_holds: DefaultHolds::OwnFormat,
            derived: Vec::new(),
            read_as: None,
            declared: Some(name.span),
        };
        draft.schema.entities[usize::from(id.0)].fields.push(field);
    }
}

/// `let` lines of an entity.
fn named_values(draft: &mut Draft<'_>, id: EntityId) {
    for member in draft.members[usize::from(id.0)].clone() {
        let MemberKind::Let(line) = &member.line.kind else { continue };
        let value =
            NamedValue { value: Arc::new(line.value.clone()), span: member.line.span, doc: member.line.doc.clone() };
        draft.declarations.named_values.insert((id, line.name.value.clone()), value);
    }
}

/// The type of a field, as a hole or another field borrows it.
pub(super) fn borrowed<'t>(
    draft: &mut Draft<'t>,
    entity: &'t Name,
    field: &'t Name,
    depth: usize,
    at: Span,
) -> Option<Type> {
    let id = draft.entity(entity)?;
    if !draft.field_lines.contains_key(&(id, field.value.as_str())) {
        if !draft.is_broken(&field.value) {
            let names = draft.members[usize::from(id.0)].iter().filter_map(|m| match &m.line.kind {
                MemberKind::Field { name, .. } => Some(name.value.as_str()),
                _ => None,
            });
            let help = super::draft::did_you_mean(&field.value, names, "declare it in the entity");
            let message = format!("`{}` has no field `{}`", entity.value, field.value);
            draft.report(error("E0507", message).at(field.span, "").help(help));
        }
        return None;
    }
    types::field(draft, id, &field.value, depth);
    match draft.field_types.get(&(id, field.value.as_str())) {
        Some(FieldType::Known(ty)) => Some(ty.clone()),
        Some(FieldType::Many) => {
            let message = format!("`{}.{}` is a relation, not a field with a type", entity.value, field.value);
            draft.report(error("E0507", message).at(at, "").help("name a field that holds a value"));
            None
        }
        Some(FieldType::Open) => {
            let message = format!("the type of `{}.{}` would follow from itself", entity.value, field.value);
            draft.report(error("E0508", message).at(at, "").help("write the type out at one of the fields"));
            None
        }
        Some(FieldType::Broken) | None => None,
    }
}

/// Who asks for a field's type: the field itself.
pub(super) fn asker(draft: &Draft<'_>, id: EntityId, field: &str) -> Asker {
    Asker::Field(format!("{}.{field}", draft.schema.entity(id).name))
}
