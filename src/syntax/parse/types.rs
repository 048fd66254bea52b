//! Types.

use super::{Reader, Rule, broken_promise};
use crate::syntax::Read;
use crate::syntax::tree::{Name, TypeExpr, TypeKind};
use pest::iterators::Pair;

impl Reader<'_> {
    /// The type that the rule `type` found.
    pub(super) fn type_expr(&self, pair: Pair<'_, Rule>) -> Read<TypeExpr> {
        let missing = || broken_promise(self, Rule::field_line);
        let pair = match pair.as_rule() {
            Rule::r#type => pair.into_inner().next().ok_or_else(missing)?,
            _ => pair,
        };
        let span = self.at(&pair);
        let rule = pair.as_rule();
        let text = pair.as_str();
        let mut parts = pair.into_inner();
        let kind = match rule {
            Rule::type_name => TypeKind::Named(text.to_owned()),
            Rule::time_or_never => TypeKind::TimeOrNever,
            Rule::field_type => {
                let (entity, field) = (parts.next().ok_or_else(missing)?, parts.next().ok_or_else(missing)?);
                TypeKind::FieldOf { entity: self.name(&entity), field: self.name(&field) }
            }
            Rule::members => {
                let (members, ordered) = self.members(parts);
                TypeKind::OneOf { members, ordered }
            }
            Rule::one_of => {
                let members = parts.nth(1).ok_or_else(missing)?;
                let (members, ordered) = self.members(members.into_inner());
                TypeKind::OneOf { members, ordered }
            }
            Rule::many => {
                let (entity, by) = (parts.nth(1).ok_or_else(missing)?, parts.nth(1).ok_or_else(missing)?);
                let (entity, by) = (self.name(&entity), self.name(&by));
                return Ok(TypeExpr { span: span_to(span, by.span), kind: TypeKind::Many { entity, by } });
            }
            _ => {
                let of = Box::new(self.type_expr(parts.nth(1).ok_or_else(missing)?)?);
                let by = match parts.nth(1) {
                    Some(by) => Some(Box::new(self.type_expr(by)?)),
                    None => None,
                };
                let end = by.as_ref().map_or(of.span, |by| by.span);
                let kind = match rule {
                    Rule::set_of => TypeKind::Set(of),
                    Rule::list_of => TypeKind::List(of),
                    _ => TypeKind::Map { of, by },
                };
                return Ok(TypeExpr { span: span_to(span, end), kind });
            }
        };
        Ok(TypeExpr { span, kind })
    }

    /// Members and whether they are ordered.
    pub(super) fn members<'p>(&self, parts: impl Iterator<Item = Pair<'p, Rule>>) -> (Vec<Name>, bool) {
        let mut ordered = false;
        let mut members = Vec::new();
        for part in parts {
            match part.as_rule() {
                Rule::before => ordered = true,
                _ => members.push(self.name(&part)),
            }
        }
        (members, ordered)
    }
}

/// From the start of the first to the end of the second: the first may end in blanks.
fn span_to(first: crate::base::Span, last: crate::base::Span) -> crate::base::Span {
    crate::base::Span { end: last.end, ..first }
}
