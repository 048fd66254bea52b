//! What leads from one entity to another: rows nested in rows, and relations read from their other end.

use super::draft::{Draft, did_you_mean, error};
use crate::base::Span;
use crate::facts::schema::{DefaultHolds, EntityId, Field, FieldId, FieldRef, Inverse, Parent, Type};
use crate::syntax::tree::{EntityMember, MemberKind, Name, TypeKind};

/// Nests what is nested, then declares the relations' other ends.
pub(super) fn declare(draft: &mut Draft<'_>) {
    for list in nested_fields(draft) {
        nest(draft, list);
    }
    no_endless_nesting(draft);
    for index in 0..draft.members.len() {
        let Ok(id) = u16::try_from(index) else { return };
        for member in draft.members[index].clone() {
            if let MemberKind::Field { name, ty, .. } = &member.line.kind
                && let TypeKind::Many { entity, by } = &ty.kind
            {
                inverse(draft, EntityId(id), name, entity, by, member.line);
            }
        }
    }
}

/// All fields of type `list of E`.
fn nested_fields(draft: &Draft<'_>) -> Vec<FieldRef> {
    let all = draft
        .schema
        .entities()
        .flat_map(|(entity, e)| e.fields().map(move |(field, f)| (FieldRef { entity, field }, f)));
    all.filter(|(_, f)| matches!(f.ty, Type::Rows(_))).map(|(at, _)| at).collect()
}

fn declared(draft: &Draft<'_>, at: FieldRef) -> Option<Span> {
    draft.schema.field(at).declared
}

/// Makes the rows of a `list of E` rows of `E` with a field that leads to their parent.
fn nest(draft: &mut Draft<'_>, list: FieldRef) {
    let Type::Rows(nested) = draft.schema.field(list).ty else { return };
    let (Some(span), parent) = (declared(draft, list), draft.schema.entity(list.entity).name.clone()) else { return };
    let inner = draft.schema.entity(nested).clone();
    if let Some(other) = inner.parent {
        let message = format!("rows of `{}` stand within another row already", inner.name);
        let mut diagnostic =
            error("E0512", message).at(span, "").help("use an entity of its own for each, or `set of …`");
        if let Some(first) = declared(draft, other.list) {
            diagnostic = diagnostic.and(first, "they stand here");
        }
        draft.report(diagnostic);
        return;
    }
    let field = match inner.field_named(&parent) {
        Some(field) => {
            let own = &inner.fields[usize::from(field.0)];
            if own.ty != Type::Row(list.entity) {
                let message = format!("`{}.{parent}` should lead to the row that it stands in", inner.name);
                let mut diagnostic = error("E0512", message);
                diagnostic = diagnostic.at(own.declared.unwrap_or(span), "").and(span, "its rows stand here");
                draft.report(diagnostic.help(format!("write `{parent}: {parent}`, or leave it out")));
                return;
            }
            field
        }
        None => {
            let Ok(place) = u16::try_from(inner.fields.len()) else { return };
            draft.schema.entities[usize::from(nested.0)].fields.push(Field {
                name: parent.clone(),
                doc: format!("The {parent} that it stands in."),
                ty: Type::Row(list.entity),
                required: false,
                default: None,
                default_holds: DefaultHolds::OwnFormat,
                derived: Vec::new(),
                read_as: None,
                declared: Some(span),
            });
            FieldId(place)
        }
    };
    draft.schema.entities[usize::from(nested.0)].parent = Some(Parent { list, field });
}

/// Rows within rows end somewhere.
fn no_endless_nesting(draft: &mut Draft<'_>) {
    let count = draft.schema.entities.len();
    for start in 0..count {
        let mut at = start;
        for _ in 0..=count {
            let Some(parent) = draft.schema.entities[at].parent else { break };
            at = usize::from(parent.list.entity.0);
            if at != start {
                continue;
            }
            let entity = &mut draft.schema.entities[start];
            entity.parent = None;
            let name = entity.name.clone();
            if let Some(span) = declared(draft, parent.list) {
                let message = format!("rows of `{name}` would stand within rows of `{name}` without end");
                draft.report(error("E0512", message).at(span, "").help("use a relation instead, such as `part_of`"));
            }
            break;
        }
    }
}

fn inverse(draft: &mut Draft<'_>, owner: EntityId, name: &Name, other: &Name, by: &Name, member: &EntityMember) {
    let Some(entity) = draft.entity(other) else {
        draft.mark_broken(&name.value);
        return;
    };
    let there = draft.schema.entity(entity);
    let leads_back = |ty: &Type| match ty {
        Type::Row(to) => *to == owner,
        Type::Set(of) => **of == Type::Row(owner),
        _ => false,
    };
    let found = there.field_named(&by.value);
    if let Some(field) = found
        && leads_back(&there.fields[usize::from(field.0)].ty)
    {
        let by = FieldRef { entity, field };
        draft.schema.entities[usize::from(owner.0)].inverses.push(Inverse {
            name: name.value.clone(),
            doc: member.doc.clone(),
            by,
            declared: Some(name.span),
        });
        return;
    }
    draft.mark_broken(&name.value);
    if draft.is_broken(&by.value) && found.is_none() {
        return;
    }
    let there = draft.schema.entity(entity);
    let owner = draft.schema.entity(owner).name.clone();
    let backwards = there.fields.iter().filter(|f| leads_back(&f.ty)).map(|f| f.name.as_str());
    let help = did_you_mean(&by.value, backwards, &format!("declare `{owner}: {owner}` in `{}`", other.value));
    let diagnostic = match found.and_then(|f| there.fields.get(usize::from(f.0))) {
        Some(field) => {
            let diagnostic = error("E0511", format!("`{}.{}` does not lead to a `{owner}`", other.value, by.value));
            let diagnostic = diagnostic.at(by.span, "");
            match field.declared {
                Some(span) => diagnostic.and(span, "declared here"),
                None => diagnostic,
            }
        }
        None => error("E0511", format!("`{}` has no field `{}`", other.value, by.value)).at(by.span, ""),
    };
    draft.report(diagnostic.help(help));
}
