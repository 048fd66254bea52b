//! Entities: fields, named values, own times.

use super::items::Context;
use super::{Reader, Rule, broken_promise};
use crate::base::Span;
use crate::syntax::cut::Stretch;
use crate::syntax::messages::units;
use crate::syntax::tree::{EntityItem, EntityMember, Expr, Lost, MemberKind, Name};
use crate::syntax::{Read, words};
use pest::iterators::Pair;

impl Context<'_, '_> {
    pub(super) fn entity(&mut self, reader: Option<Reader>, stretches: Vec<Stretch>) -> Option<EntityItem> {
        let head = reader.map(|reader| reader.entity_head());
        let head = head.and_then(|head| self.tell(head));
        let mut members = Vec::with_capacity(stretches.len());
        let mut lost = Lost::default();
        self.block(stretches, &mut lost, |reader, stretch| {
            let kind = reader.member()?;
            members.push(EntityMember { span: reader.whole(), doc: stretch.doc.clone(), kind });
            Ok(())
        });
        head.map(|head| EntityItem { members, lost, ..head })
    }
}

/// What may follow a field's type, each once.
#[derive(Default)]
struct Attributes {
    key: Option<Span>,
    required: Option<Span>,
    default: Option<(Span, Expr)>,
    derived: Option<(Span, Vec<Expr>)>,
    read_from: Option<(Span, (Name, Option<Name>))>,
}

impl Reader<'_> {
    fn entity_head(&self) -> Read<EntityItem> {
        let missing = || broken_promise(self, Rule::entity_head);
        let mut parts = self.parse(Rule::entity_head)?.into_inner().peekable();
        let extend = parts.next_if(|p| p.as_rule() == Rule::extend).is_some();
        let event = parts.next_if(|p| p.as_rule() == Rule::event).is_some();
        let name = self.name(&parts.next().ok_or_else(missing)?);
        let (mut title, mut plural) = (None, None);
        for part in parts {
            match part.as_rule() {
                Rule::text => title = Some(self.plain_text(&part)?),
                Rule::plural => plural = part.into_inner().nth(1).map(|word| self.name(&word)),
                _ => {}
            }
        }
        Ok(EntityItem { event, extend, name, title, plural, members: Vec::new(), lost: Lost::default() })
    }

    fn member(&self) -> Read<MemberKind> {
        let word = words::first(self.text);
        let field = words::begins_field(self.text);
        match word {
            "let" if !field => self.let_line().map(MemberKind::Let),
            "occurs" if !field => {
                let names = self.parse(Rule::occurs_line)?.into_inner();
                Ok(MemberKind::Occurs(names.filter(|p| p.as_rule() == Rule::name).map(|p| self.name(&p)).collect()))
            }
            "ahead" if !field => {
                let names = self.parse(Rule::ahead_line)?.into_inner();
                Ok(MemberKind::Ahead(names.filter(|p| p.as_rule() == Rule::name).map(|p| self.name(&p)).collect()))
            }
            "about" if !field => {
                let names = self.parse(Rule::about_line)?.into_inner();
                Ok(MemberKind::About(names.filter(|p| p.as_rule() == Rule::name).map(|p| self.name(&p)).collect()))
            }
            _ if words::CONTINUING.contains(&word) && !field || self.text.starts_with('.') => Err(self.nothing_above()),
            _ => self.field(),
        }
    }

    fn field(&self) -> Read<MemberKind> {
        match self.plain_field() {
            Some(field) => Ok(field),
            None => self.any_field(),
        }
    }

    pub(super) fn any_field(&self) -> Read<MemberKind> {
        let missing = || broken_promise(self, Rule::field_line);
        let mut parts = self.parse(Rule::field_line)?.into_inner();
        let name = self.name(&parts.next().ok_or_else(missing)?);
        let ty = parts.nth(1).ok_or_else(missing)?;
        if ty.as_rule() == Rule::also {
            let members = ty.into_inner().nth(1).ok_or_else(missing)?;
            let (members, ordered) = self.members(members.into_inner());
            return Ok(MemberKind::Also { field: name, members, ordered });
        }
        let ty = self.type_expr(ty)?;
        let mut attributes = Attributes::default();
        for part in parts.filter(|p| p.as_rule() != Rule::EOI) {
            self.attribute(&mut attributes, part)?;
        }
        Ok(MemberKind::Field {
            name,
            ty,
            key: attributes.key,
            required: attributes.required,
            default: attributes.default.map(|(_, value)| value),
            derived: attributes.derived.map(|(_, values)| values).unwrap_or_default(),
            read_from: attributes.read_from.map(|(_, read_from)| read_from),
        })
    }

    fn attribute(&self, attributes: &mut Attributes, pair: Pair<'_, Rule>) -> Read<()> {
        let rule = pair.as_rule();
        if matches!(rule, Rule::key | Rule::required) {
            let slot = if rule == Rule::key { &mut attributes.key } else { &mut attributes.required };
            let at = self.at(&pair);
            return match slot.replace(at) {
                Some(first) => Err(self.twice(at, first, pair.as_str())),
                None => Ok(()),
            };
        }
        let mut parts = pair.into_inner();
        let word = parts.next().ok_or_else(|| broken_promise(self, Rule::field_line))?;
        let at = self.at(&word);
        let first = match rule {
            Rule::default => {
                let value = parts.next().ok_or_else(|| broken_promise(self, Rule::field_line))?;
                attributes.default.replace((at, self.operation(value, 0)?)).map(|(first, _)| first)
            }
            Rule::derived => {
                let values = parts.map(|value| self.expr(value, 0)).collect::<Read<_>>()?;
                attributes.derived.replace((at, values)).map(|(first, _)| first)
            }
            _ => attributes.read_from.replace((at, self.read_from(parts)?)).map(|(first, _)| first),
        };
        match first {
            Some(first) => Err(self.twice(at, first, word.as_str())),
            None => Ok(()),
        }
    }

    fn read_from<'p>(&self, mut parts: impl Iterator<Item = Pair<'p, Rule>>) -> Read<(Name, Option<Name>)> {
        let text = parts.next().ok_or_else(|| broken_promise(self, Rule::field_line))?;
        let name = self.plain_text(&text)?;
        match parts.nth(1) {
            Some(unit) if !units::is_unit(unit.as_str()) => {
                Err(units::unknown(unit.as_str(), "", self.at(&unit)).into())
            }
            unit => Ok((name, unit.map(|unit| self.name(&unit)))),
        }
    }
}
