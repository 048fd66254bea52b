//! `a.b`: fields, relations and named values of a row; the estate's collections; methods without arguments.

use super::checker::{Checker, Progress};
use super::scope::{Role, RowInScope, Scope};
use crate::base::codes::Code;
use crate::base::suggest::nearest;
use crate::base::{Diagnostic, Span};
use crate::facts::schema::{EntityId, FieldRef, Type};
use crate::plan::{NodeId, Op};
use crate::syntax::tree;

impl Checker<'_> {
    pub(super) fn member_access(&mut self, scope: &Scope, of: &tree::Expr, name: &tree::Name) -> Option<NodeId> {
        if is_estate(of) {
            return self.estate_collection(name);
        }
        let node = self.expression(scope, of, None)?;
        match self.ty(node).clone() {
            Type::Row(entity) => self.on_row(scope, node, entity, &name.value, name.span),
            Type::Window => self.window_test(scope, node, of.span, name, &[]),
            Type::Rows(_) | Type::Periods | Type::Set(_) => self.method(scope, node, of.span, name, &[]),
            _ => self.no_parts(node, of.span, &name.value, name.span),
        }
    }

    fn estate_collection(&mut self, name: &tree::Name) -> Option<NodeId> {
        if let Some(entity) = self.schema.entity_of_plural(&name.value) {
            return Some(self.node(Op::All(entity), Type::Rows(entity), name.span));
        }
        let error = Diagnostic::error(Code("E0203"), format!("the estate has no collection `{}`", name.value))
            .at(name.span, "unknown");
        let plurals = self.schema.entities.iter().map(|e| e.plural.as_str());
        let singular = self.schema.entity_named(&name.value).map(|id| self.schema.entity(id).plural.clone());
        let near = singular.or_else(|| nearest(&name.value, plurals).map(str::to_owned));
        self.fail(match near {
            Some(near) => error.help(format!("did you mean `estate.{near}`?")),
            None => error.help("collections are called by the plural of their entity"),
        })
    }

    /// The value of `name` on a row.
    pub fn on_row(&mut self, scope: &Scope, row: NodeId, entity: EntityId, name: &str, span: Span) -> Option<NodeId> {
        let declared = self.schema.entity(entity);
        if let Some(field) = declared.field_named(name) {
            return Some(self.field(row, FieldRef { entity, field }, span));
        }
        if let Some(inverse) = declared.inverse_named(name) {
            let other = declared.inverses.get(usize::from(inverse.0)).map(|i| i.by.entity)?;
            return Some(self.node(Op::Related { row, owner: entity, inverse }, Type::Rows(other), span));
        }
        let key = (entity, name.to_owned());
        if self.declarations.named_values.contains_key(&key) {
            return self.named_value(scope, row, entity, name, span);
        }
        self.unknown_on_row(entity, name, span)
    }

    /// A cell of a row; what leads to many rows is a group.
    pub(super) fn field(&mut self, row: NodeId, field: FieldRef, span: Span) -> NodeId {
        let ty = self.schema.field(field).ty.clone();
        let rows_of = match &ty {
            Type::Rows(other) => Some(*other),
            Type::Set(of) | Type::List(of) => match **of {
                Type::Row(other) => Some(other),
                _ => None,
            },
            _ => None,
        };
        match rows_of {
            Some(other) => self.node(Op::Listed { row, field }, Type::Rows(other), span),
            None => self.node(Op::Field { row, field }, ty, span),
        }
    }

    fn named_value(&mut self, scope: &Scope, row: NodeId, entity: EntityId, name: &str, span: Span) -> Option<NodeId> {
        let place = (entity, name.to_owned());
        let key = (entity, name.to_owned(), row, scope.depth);
        let declared = self.declarations.named_values.get(&place)?.clone();
        match self.named_values.get(&key) {
            Some(Progress::Done(value)) => return *value,
            Some(Progress::Begun) => return self.circular_named_value(name, span, declared.span),
            None => {}
        }
        // Another row of the same entity would lead on for ever (`let a = parent.a`), so the name alone must not recur.
        let begun = |(key, progress): (&(EntityId, String, NodeId, u16), &Progress)| {
            *progress == Progress::Begun && key.0 == entity && key.1 == name
        };
        if self.named_values.iter().any(begun) {
            return self.circular_named_value(name, span, declared.span);
        }
        self.named_values.insert(key.clone(), Progress::Begun);
        let subject = RowInScope { entity, row, role: Role::Subject, alias: None, back: None, span: declared.span };
        let inner = Scope::of_subject(subject, None, scope.depth);
        let node = self.expression(&inner, &declared.value, None);
        match self.settled(node) {
            Some(progress) => self.named_values.insert(key, progress),
            None => self.named_values.remove(&key),
        };
        node
    }

    fn circular_named_value(&mut self, name: &str, span: Span, declared: Span) -> Option<NodeId> {
        self.fail(
            Diagnostic::error(Code("E0225"), format!("`{name}` is defined by itself"))
                .at(span, "leads back to it")
                .and(declared, "defined here")
                .help("a value may only rest on others that do not rest on it"),
        )
    }
}

/// Whether an expression is the word `estate`.
pub(super) fn is_estate(expr: &tree::Expr) -> bool {
    matches!(&expr.kind, tree::ExprKind::Name(name) if name == "estate")
}
