//! Enumerations: their members, and the members that extensions insert.

use super::draft::{Draft, error};
use crate::facts::schema::{EntityId, EnumId, Enumeration, Type};
use crate::syntax::tree::{MemberKind, Name};

/// Declares the enumeration called `name`; `None` where it has no usable member.
pub(super) fn declare(draft: &mut Draft<'_>, name: &str, members: &[Name], ordered: bool) -> Option<EnumId> {
    let mut kept: Vec<String> = Vec::new();
    let mut first: Vec<&Name> = Vec::new();
    for member in members {
        if !may_be_member(draft, name, member) {
            continue;
        }
        if let Some(earlier) = first.iter().find(|f| f.value == member.value) {
            let diagnostic = duplicate(name, member).and(earlier.span, "first here");
            draft.report(diagnostic);
            continue;
        }
        first.push(member);
        kept.push(member.value.clone());
    }
    let id = u16::try_from(draft.schema.enumerations.len()).ok().filter(|_| kept.len() < usize::from(u16::MAX));
    let Some(id) = id else {
        let at = members.first().map(|m| m.span)?;
        draft.report(error("E0519", "there are more enumerations or members than 65,535").at(at, ""));
        return None;
    };
    draft.schema.enumerations.push(Enumeration { name: name.to_owned(), members: kept, ordered });
    Some(EnumId(id))
}

fn duplicate(enumeration: &str, member: &Name) -> crate::base::Diagnostic {
    error("E0509", format!("`{enumeration}` has the member `{}` already", member.value))
        .at(member.span, "again here")
        .help("leave it out")
}

/// Whether a word may be a member; if not, the mistake is noted.
fn may_be_member(draft: &mut Draft<'_>, enumeration: &str, member: &Name) -> bool {
    if member.value == "unknown" {
        let diagnostic = error("E0509", format!("`{enumeration}` cannot have a member `unknown`"))
            .at(member.span, "what is not known would count as known")
            .help("leave it out: every field may be missing, and is then unknown");
        draft.report(diagnostic);
        return false;
    }
    true
}

/// Inserts what `also […]` lines add.
pub(super) fn extend(draft: &mut Draft<'_>) {
    for index in 0..draft.members.len() {
        let Ok(id) = u16::try_from(index) else { return };
        for member in draft.members[index].clone() {
            if let MemberKind::Also { field, members, ordered } = &member.line.kind {
                also(draft, EntityId(id), field, members, *ordered);
            }
        }
    }
}

fn also(draft: &mut Draft<'_>, entity: EntityId, field: &Name, members: &[Name], ordered: bool) {
    let owner = draft.schema.entity(entity);
    let known = owner.field_named(&field.value).and_then(|f| owner.fields.get(usize::from(f.0)));
    let Some(known) = known else {
        if !draft.is_broken(&field.value) {
            let names = owner.fields.iter().map(|f| f.name.as_str());
            let help = super::draft::did_you_mean(&field.value, names, "declare the field first");
            let message = format!("`{}` has no field `{}`", owner.name, field.value);
            draft.report(error("E0507", message).at(field.span, "").help(help));
        }
        return;
    };
    let id = match &known.ty {
        Type::OneOf(id) => *id,
        Type::Set(of) if matches!(**of, Type::OneOf(_)) => match **of {
            Type::OneOf(id) => id,
            _ => return,
        },
        _ => {
            let message = format!("`{}.{}` is no enumeration", owner.name, field.value);
            let help = "`also […]` adds members to a `one of […]` or a `set of […]`";
            draft.report(error("E0510", message).at(field.span, "").help(help));
            return;
        }
    };
    let enumeration = draft.schema.enumeration(id).clone();
    if let [member] = members
        && enumeration.members.contains(&member.value)
    {
        let diagnostic = duplicate(&enumeration.name, member);
        draft.report(diagnostic);
        return;
    }
    if enumeration.ordered != ordered && members.len() > 1 || enumeration.ordered && members.len() == 1 {
        let at = members.first().map_or(field.span, |m| m.span);
        let (message, help) = if enumeration.ordered {
            let example = enumeration.members.first().map_or("", String::as_str);
            let new = members.first().map_or("", |m| m.value.as_str());
            (
                format!("`{}` is ordered, and the order does not say where `{new}` stands", enumeration.name),
                format!("write `also [{new} < {example}]`"),
            )
        } else {
            (format!("`{}` is not ordered", enumeration.name), "part the members by commas".to_owned())
        };
        draft.report(error("E0510", message).at(at, "").help(help));
        return;
    }
    let inserted = if enumeration.ordered {
        insert_ordered(draft, enumeration, members)
    } else {
        append(draft, enumeration, members)
    };
    if let (Some(new), Some(place)) = (inserted, draft.schema.enumerations.get_mut(usize::from(id.0))) {
        *place = new;
    }
}

fn append(draft: &mut Draft<'_>, mut enumeration: Enumeration, members: &[Name]) -> Option<Enumeration> {
    for member in members {
        if !may_be_member(draft, &enumeration.name, member) {
            continue;
        }
        if enumeration.members.contains(&member.value) {
            let diagnostic = duplicate(&enumeration.name, member);
            draft.report(diagnostic);
            continue;
        }
        enumeration.members.push(member.value.clone());
    }
    Some(enumeration)
}

/// New members stand right beside a known one. The known ones of the line stay in their order, and two with new ones
/// between them are neighbours, so that every place is decided.
fn insert_ordered(draft: &mut Draft<'_>, mut enumeration: Enumeration, members: &[Name]) -> Option<Enumeration> {
    let place = |list: &[String], word: &str| list.iter().position(|m| m == word);
    let again = members.iter().enumerate().find(|(at, m)| members.iter().take(*at).any(|e| e.value == m.value));
    if let Some((_, member)) = again {
        let diagnostic = duplicate(&enumeration.name, member);
        draft.report(diagnostic);
        return None;
    }
    let known: Vec<(usize, usize)> = members
        .iter()
        .enumerate()
        .filter_map(|(at, m)| place(&enumeration.members, &m.value).map(|p| (at, p)))
        .collect();
    let Some(&(first_at, _)) = known.first() else {
        let span = members.first().map(|m| m.span)?;
        let example = enumeration.members.first().map_or("", String::as_str);
        let message = format!("nothing says where these members of `{}` stand", enumeration.name);
        let new = members.iter().map(|m| m.value.as_str()).collect::<Vec<_>>().join(" < ");
        draft.report(error("E0510", message).at(span, "").help(format!("name a known one too: `[{new} < {example}]`")));
        return None;
    };
    for pair in known.windows(2) {
        let [(at, before), (next_at, after)] = pair else { continue };
        let gap = next_at - at > 1;
        if after <= before || gap && after - before > 1 {
            let span = members.get(*next_at).map(|m| m.span)?;
            let order = enumeration.members.join(" < ");
            let message = format!("this is not the order of `{}`", enumeration.name);
            draft.report(
                error("E0510", message).at(span, "").help(format!("the order is `{order}`; insert between neighbours")),
            );
            return None;
        }
    }
    let mut anchor = members.get(first_at)?.value.clone();
    for member in members.get(..first_at)? {
        if !new_member(draft, &enumeration, member) {
            continue;
        }
        let at = place(&enumeration.members, &anchor)?;
        enumeration.members.insert(at, member.value.clone());
    }
    for member in members.get(first_at + 1..)? {
        if place(&enumeration.members, &member.value).is_none() {
            if !new_member(draft, &enumeration, member) {
                continue;
            }
            let at = place(&enumeration.members, &anchor)?;
            enumeration.members.insert(at + 1, member.value.clone());
        }
        anchor.clone_from(&member.value);
    }
    Some(enumeration)
}

fn new_member(draft: &mut Draft<'_>, enumeration: &Enumeration, member: &Name) -> bool {
    if enumeration.members.contains(&member.value) {
        let diagnostic = duplicate(&enumeration.name, member);
        draft.report(diagnostic);
        return false;
    }
    may_be_member(draft, &enumeration.name, member)
}
