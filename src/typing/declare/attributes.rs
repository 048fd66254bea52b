//! What stands after a field's type (`key`, `required`, `default`, `derived`, `from`), `occurs`, `ahead` and `about`.

use super::draft::{Declarer, Draft, did_you_mean, error};
use crate::base::{Diagnostic, Span};
use crate::facts::describe::counting_units;
use crate::facts::schema::{DefaultHolds, Derivation, EntityId, FieldId, FieldRef, Nature, ReadAs, Type};
use crate::syntax::tree::{ArithmeticOperator, Expr, ExprKind, Literal, MemberKind, Name};
use crate::value::{Instant, Scalar};
use rustc_hash::FxHashMap;

/// Reads the attributes of an entity's fields, its own time and its key.
pub(super) fn declare(draft: &mut Draft<'_>, id: EntityId) {
    let mut occurs: Option<Span> = None;
    for member in draft.members[usize::from(id.0)].clone() {
        match &member.line.kind {
            MemberKind::Field { name, key, required, default, derived, read_from, .. } => {
                let Some(field) = draft.schema.entity(id).field_named(&name.value) else { continue };
                if let Some(at) = key {
                    self::key(draft, id, field, *at, member.by);
                }
                if let (Some(at), Type::Rows(_)) = (required, &draft.schema.entity(id).fields[usize::from(field.0)].ty)
                {
                    let message = "a list of rows cannot be `required`";
                    draft.report(
                        error("E0506", message).at(*at, "").help("leave it out: rows that are not there are none"),
                    );
                } else if required.is_some() {
                    slot(draft, id, field).required = true;
                }
                if let Some(value) = default {
                    self::default(draft, id, field, value);
                }
                let found: Vec<Derivation> = derived.iter().filter_map(|d| derivation(draft, id, field, d)).collect();
                slot(draft, id, field).derived = found;
                if let Some((from, unit)) = read_from {
                    read_as(draft, id, field, from, unit.as_ref());
                }
            }
            MemberKind::Occurs(names) => {
                let Some(at) = names.first().map(|n| n.span) else { continue };
                if let Some(first) = occurs {
                    let entity = draft.schema.entity(id).name.clone();
                    let message = format!("`{entity}` says twice when it occurs");
                    let help = "name all its times in one line, the best first";
                    draft.report(error("E0513", message).at(at, "again here").and(first, "first here").help(help));
                    continue;
                }
                occurs = Some(at);
                let own = times(draft, id, names);
                draft.schema.entities[usize::from(id.0)].occurs = own;
            }
            MemberKind::Ahead(names) => {
                let ahead = times(draft, id, names);
                draft.schema.entities[usize::from(id.0)].ahead.extend(ahead);
            }
            MemberKind::About(names) => {
                let about = relations(draft, id, names);
                draft.schema.entities[usize::from(id.0)].about.extend(about);
            }
            MemberKind::Also { .. } | MemberKind::Let(_) => {}
        }
    }
    event_has_a_time(draft, id, occurs);
    rows_can_be_named(draft, id);
}

fn slot<'d>(draft: &'d mut Draft<'_>, id: EntityId, field: FieldId) -> &'d mut crate::facts::schema::Field {
    &mut draft.schema.entities[usize::from(id.0)].fields[usize::from(field.0)]
}

fn qualified(draft: &Draft<'_>, id: EntityId, field: FieldId) -> String {
    let entity = draft.schema.entity(id);
    format!("{}.{}", entity.name, entity.fields[usize::from(field.0)].name)
}

fn key(draft: &mut Draft<'_>, id: EntityId, field: FieldId, at: Span, by: Declarer) {
    let entity = draft.schema.entity(id);
    let name = entity.name.clone();
    let problem = if by == Declarer::Extension {
        Some((
            format!("an extension cannot give `{name}` a key"),
            "only the entity itself says what identifies its rows",
        ))
    } else if let Some(first) = entity.key {
        let first = entity.fields[usize::from(first.0)].declared;
        let diagnostic = error("E0514", format!("`{name}` has two keys")).at(at, "again here");
        let diagnostic = match first {
            Some(first) => diagnostic.and(first, "first here"),
            None => diagnostic,
        };
        draft.report(diagnostic.help("one field identifies a row: leave one `key` out"));
        return;
    } else if entity.fields[usize::from(field.0)].ty != Type::Text {
        Some((format!("the key `{}` is not a text", qualified(draft, id, field)), "write `text key`"))
    } else {
        None
    };
    if let Some((message, help)) = problem {
        draft.report(error("E0514", message).at(at, "").help(help));
        return;
    }
    draft.schema.entities[usize::from(id.0)].key = Some(field);
    slot(draft, id, field).required = true;
}

/// Two kinds of defaults only: those that widen the duty, and those that the row's presence says.
fn default(draft: &mut Draft<'_>, id: EntityId, field: FieldId, value: &Expr) {
    let ty = slot(draft, id, field).ty.clone();
    let is_key = draft.schema.entity(id).key == Some(field);
    let found = match (&ty, &value.kind) {
        _ if is_key => None,
        (Type::TimeOrNever, ExprKind::Literal(Literal::Never)) => {
            Some((Scalar::Time(Instant::NEVER), DefaultHolds::Everywhere))
        }
        (Type::Bool, ExprKind::Literal(Literal::Bool(b))) => Some((Scalar::Bool(*b), DefaultHolds::Everywhere)),
        (Type::OneOf(of), ExprKind::Name(member)) => {
            let enumeration = draft.schema.enumeration(*of);
            let place = enumeration.members.iter().position(|m| m == member).and_then(|p| u16::try_from(p).ok());
            let Some(place) = place else {
                let help = did_you_mean(member, enumeration.members.iter().map(String::as_str), "name a member");
                let message = format!("`{}` has no member `{member}`", enumeration.name);
                draft.report(error("E0515", message).at(value.span, "").help(help));
                return;
            };
            Some((Scalar::Member(place), DefaultHolds::OwnFormat))
        }
        _ => None,
    };
    let Some((scalar, holds)) = found else {
        let name = qualified(draft, id, field);
        let help = match &ty {
            Type::TimeOrNever => "an end may `default never`",
            Type::Bool => "write `true` or `false`, whichever widens the duty",
            Type::OneOf(_) => "an enumeration may default to one of its members",
            Type::Time => "leave it out; only an end, `time or never`, may `default never`",
            _ => "leave it out: what is missing is unknown",
        };
        draft.report(error("E0515", format!("`{name}` cannot have this default")).at(value.span, "").help(help));
        return;
    };
    let field = slot(draft, id, field);
    field.default = Some(scalar);
    field.default_holds = holds;
}

/// A field of the entity by name, or the mistake.
fn own_field(draft: &mut Draft<'_>, id: EntityId, name: &str, at: Span, code: &'static str) -> Option<FieldId> {
    let entity = draft.schema.entity(id);
    let found = entity.field_named(name);
    if found.is_none() && !draft.is_broken(name) {
        let help = did_you_mean(name, entity.fields.iter().map(|f| f.name.as_str()), "name a field of the entity");
        let message = format!("`{}` has no field `{name}`", entity.name);
        draft.report(error(code, message).at(at, "").help(help));
    }
    found
}

/// `a`, `a - b`, `a.b` or `a.kind`, of the field's own type.
fn derivation(draft: &mut Draft<'_>, id: EntityId, field: FieldId, written: &Expr) -> Option<Derivation> {
    let (found, of) = match &written.kind {
        ExprKind::Name(name) => {
            let from = own_field(draft, id, name, written.span, "E0516")?;
            (Derivation::Field(from), slot(draft, id, from).ty.clone())
        }
        ExprKind::Arithmetic { operator: ArithmeticOperator::Subtract, left, right } => {
            let (ExprKind::Name(a), ExprKind::Name(b)) = (&left.kind, &right.kind) else {
                return not_derivable(draft, written.span);
            };
            let a = own_field(draft, id, a, left.span, "E0516")?;
            let b = own_field(draft, id, b, right.span, "E0516")?;
            let of = match (&slot(draft, id, a).ty.clone(), &slot(draft, id, b).ty) {
                (Type::Time, Type::Time) => Type::Duration,
                (Type::Size, Type::Size) => Type::Size,
                _ => {
                    let help = "only two times, or two sizes, are subtracted";
                    draft.report(error("E0516", "these two cannot be subtracted").at(written.span, "").help(help));
                    return None;
                }
            };
            (Derivation::Difference(a, b), of)
        }
        ExprKind::Member { of, name } => {
            let ExprKind::Name(relation) = &of.kind else { return not_derivable(draft, written.span) };
            let relation_field = own_field(draft, id, relation, of.span, "E0516")?;
            let Type::Row(other) = slot(draft, id, relation_field).ty else {
                let message = format!("`{relation}` does not lead to one row");
                draft.report(error("E0516", message).at(of.span, "").help("name a field whose type is an entity"));
                return None;
            };
            if name.value == "kind" {
                return fitting(draft, (id, field), written.span, Derivation::Kind(relation_field), &Type::Text);
            }
            let through = own_field(draft, other, &name.value, name.span, "E0516")?;
            (Derivation::Through(relation_field, through), slot(draft, other, through).ty.clone())
        }
        _ => return not_derivable(draft, written.span),
    };
    fitting(draft, (id, field), written.span, found, &of)
}

/// A derivation that gives `of`, where the field is of that type.
fn fitting(
    draft: &mut Draft<'_>,
    (id, field): (EntityId, FieldId),
    at: Span,
    found: Derivation,
    of: &Type,
) -> Option<Derivation> {
    let ty = &slot(draft, id, field).ty;
    let fits = of == ty || matches!((ty, of), (Type::TimeOrNever, Type::Time) | (Type::Number, Type::Int));
    if fits && !matches!(ty, Type::Rows(_)) {
        return Some(found);
    }
    let name = qualified(draft, id, field);
    let message = format!("`{name}` has another type than what it is derived from");
    let mut diagnostic = error("E0516", message).at(at, "");
    if let Some(declared) = slot(draft, id, field).declared {
        diagnostic = diagnostic.and(declared, "declared here");
    }
    draft.report(diagnostic.help("give both one type; a row's own text is its key, as in `principal.id`"));
    None
}

fn not_derivable(draft: &mut Draft<'_>, at: Span) -> Option<Derivation> {
    let help = "write a field, a difference (`ended - started`) or a field through a relation (`run.transit`)";
    draft.report(error("E0516", "a field is not derived like this").at(at, "").help(help));
    None
}

/// No field is derived from itself, on whatever way: derivation is no recursion.
pub(super) fn no_circles(draft: &mut Draft<'_>) {
    let all: Vec<FieldRef> = draft
        .schema
        .entities()
        .flat_map(|(entity, e)| e.fields().map(move |(field, f)| (FieldRef { entity, field }, f)))
        .filter(|(_, f)| !f.derived.is_empty())
        .map(|(at, _)| at)
        .collect();
    let mut done: FxHashMap<FieldRef, Visit> = FxHashMap::default();
    for start in all {
        let mut open = vec![(start, sources(draft, start))];
        if done.contains_key(&start) {
            continue;
        }
        done.insert(start, Visit::Open);
        while let Some((at, rest)) = open.last_mut() {
            let at = *at;
            let Some(next) = rest.pop() else {
                done.insert(at, Visit::Done);
                open.pop();
                continue;
            };
            match done.get(&next) {
                None => {
                    done.insert(next, Visit::Open);
                    let further = sources(draft, next);
                    open.push((next, further));
                }
                Some(Visit::Done) => {}
                Some(Visit::Open) => {
                    let diagnostic = circle(draft, at, next);
                    draft.report(diagnostic);
                    slot(draft, at.entity, at.field).derived.clear();
                }
            }
        }
    }
}

/// How far a field's derivation was followed.
#[derive(Clone, Copy)]
enum Visit {
    /// On the way.
    Open,
    /// To its end.
    Done,
}

/// The fields that `at` is derived from.
fn sources(draft: &Draft<'_>, at: FieldRef) -> Vec<FieldRef> {
    let entity = draft.schema.entity(at.entity);
    let here = |field: FieldId| FieldRef { entity: at.entity, field };
    let mut all = Vec::new();
    for derivation in &draft.schema.field(at).derived {
        match derivation {
            Derivation::Field(field) | Derivation::Kind(field) => all.push(here(*field)),
            Derivation::Difference(a, b) => all.extend([here(*a), here(*b)]),
            Derivation::Through(relation, field) => {
                all.push(here(*relation));
                if let Type::Row(other) = entity.fields[usize::from(relation.0)].ty {
                    all.push(FieldRef { entity: other, field: *field });
                }
            }
        }
    }
    all
}

fn circle(draft: &Draft<'_>, at: FieldRef, back_to: FieldRef) -> Diagnostic {
    let (from, to) = (qualified(draft, at.entity, at.field), qualified(draft, back_to.entity, back_to.field));
    let mut diagnostic = error("E0516", format!("`{to}` would be derived from itself"));
    if let Some(span) = draft.schema.field(at).declared {
        let text = if at == back_to { String::new() } else { format!("`{from}` is derived from it") };
        diagnostic = diagnostic.at(span, text);
    }
    if at != back_to
        && let Some(span) = draft.schema.field(back_to).declared
    {
        diagnostic = diagnostic.and(span, "declared here");
    }
    diagnostic.help("let one of them stand as the facts say it")
}

/// `from "rpo_minutes" in min`
fn read_as(draft: &mut Draft<'_>, id: EntityId, field: FieldId, from: &Name, unit: Option<&Name>) {
    let entity = draft.schema.entity(id);
    let taken = entity.fields().find(|(other, f)| {
        *other != field && (f.name == from.value || f.read_as.as_ref().is_some_and(|r| r.name == from.value))
    });
    if from.value == "kind" || taken.is_some() {
        let mut diagnostic =
            error("E0517", format!("`{}` is read as something else already", from.value)).at(from.span, "");
        if let Some(span) = taken.and_then(|(_, f)| f.declared) {
            diagnostic = diagnostic.and(span, "it is this field");
        }
        draft.report(diagnostic.help("one name in a file fills one field"));
        return;
    }
    let ty = entity.fields[usize::from(field.0)].ty.clone();
    let mut counted = None;
    if let Some(unit) = unit {
        let known = counting_units(&ty);
        let Some((_, factor)) = known.iter().find(|(word, _)| *word == unit.value) else {
            let words = known.iter().map(|(word, _)| *word);
            let none = "only durations and sizes are counted in a unit";
            let help = did_you_mean(&unit.value, words, none);
            let message = format!("`{}` is no unit of `{}`", unit.value, qualified(draft, id, field));
            draft.report(error("E0517", message).at(unit.span, "").help(help));
            return;
        };
        counted = Some(*factor);
    }
    slot(draft, id, field).read_as = Some(ReadAs { name: from.value.clone(), unit: counted });
}

/// The fields of type `time` that an `occurs` or `ahead` line names.
fn times(draft: &mut Draft<'_>, id: EntityId, names: &[Name]) -> Vec<FieldId> {
    let mut found = Vec::new();
    for name in names {
        let Some(field) = own_field(draft, id, &name.value, name.span, "E0513") else { continue };
        if slot(draft, id, field).ty != Type::Time {
            let message = format!("`{}` is not a `time`", qualified(draft, id, field));
            let help = "`occurs` and `ahead` name a `time`; an end, `time or never`, may lie ahead anyway";
            draft.report(error("E0513", message).at(name.span, "").help(help));
        } else if found.contains(&field) {
            let message = format!("`{}` is named twice", name.value);
            draft.report(error("E0513", message).at(name.span, "again here").help("leave it out"));
        } else {
            found.push(field);
        }
    }
    found
}

/// The relations to one row that an `about` line names.
fn relations(draft: &mut Draft<'_>, id: EntityId, names: &[Name]) -> Vec<FieldId> {
    let mut found = Vec::new();
    for name in names {
        let Some(field) = own_field(draft, id, &name.value, name.span, "E0520") else { continue };
        if !matches!(slot(draft, id, field).ty, Type::Row(_)) {
            let message = format!("`{}` is no relation to one row", qualified(draft, id, field));
            let help = "`about` names fields whose type is an entity";
            draft.report(error("E0520", message).at(name.span, "").help(help));
        } else if found.contains(&field) {
            let message = format!("`{}` is named twice", name.value);
            draft.report(error("E0520", message).at(name.span, "again here").help("leave it out"));
        } else {
            found.push(field);
        }
    }
    found
}

fn event_has_a_time(draft: &mut Draft<'_>, id: EntityId, occurs: Option<Span>) {
    let entity = draft.schema.entity(id);
    if entity.nature == Nature::Event
        && occurs.is_none()
        && let Some(at) = entity.declared
        && !draft.lossy.contains(&id)
    {
        let message = format!("the event `{}` does not say when it occurs", entity.name);
        let help = "add a line such as `occurs started`, or leave `event` out";
        draft.report(error("E0513", message).at(at, "").help(help));
    }
}

/// A row without a key cannot be named by another row; what stands within a row needs no name for it.
fn rows_can_be_named(draft: &mut Draft<'_>, id: EntityId) {
    let entity = draft.schema.entity(id);
    let parent = entity.parent.map(|p| p.field);
    let mut found = Vec::new();
    for (field, f) in entity.fields() {
        let to = match &f.ty {
            Type::Row(to) => *to,
            Type::Set(of) => match **of {
                Type::Row(to) => to,
                _ => continue,
            },
            _ => continue,
        };
        let keyless = !has_key_line(draft, to) && !draft.lossy.contains(&to);
        if keyless && parent != Some(field) {
            found.push((f.declared, draft.schema.entity(to).name.clone(), draft.schema.entity(to).declared));
        }
    }
    for (at, to, declared) in found {
        if let Some(at) = at
            && !draft.is_broken(&to)
        {
            let mut diagnostic = error("E0518", format!("no row of `{to}` can be named: it has no key")).at(at, "");
            if let Some(declared) = declared {
                diagnostic = diagnostic.and(declared, "declared here");
            }
            draft.report(
                diagnostic.help(format!("give it one, such as `id: text key`, or let rows of `{to}` lead here")),
            );
        }
    }
}

/// Whether the entity's own lines say `key` anywhere, well or not.
fn has_key_line(draft: &Draft<'_>, id: EntityId) -> bool {
    draft.members[usize::from(id.0)].iter().any(|m| matches!(&m.line.kind, MemberKind::Field { key: Some(_), .. }))
}
