//! Bare names: one name, one meaning. Everything that a name may mean is looked up where it stands; two meanings are an
//! error that names both; nothing shadows.

use super::checker::{Checker, Progress};
use super::scope::{Collections, LocalKind, Role, Scope};
use crate::base::codes::Code;
use crate::base::{Diagnostic, Span};
use crate::facts::describe::type_text;
use crate::facts::schema::{EntityId, FieldId, InverseId, Type};
use crate::plan::{NodeId, Op};
use crate::value::Scalar;
use crate::value::literal::{cadence_words, read_cadence};

/// One thing that a bare name may mean.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Meaning {
    /// A field of the innermost row.
    Field(FieldId),
    /// A relation of the innermost row.
    Inverse(InverseId),
    /// A named value of the innermost row's entity.
    NamedValue,
    /// A `let` or hole.
    Local(usize),
    /// A parameter.
    Parameter(usize),
    /// A `let` of the file.
    FileLet(usize),
    /// The subject, by its entity's name or alias.
    Row(usize),
    /// All rows of an entity.
    Collection(EntityId),
}

impl Checker<'_> {
    /// The value of a bare name; `expected` is the type of the other side, whose members it may name.
    pub(super) fn name(&mut self, scope: &Scope, name: &str, span: Span, expected: Option<&Type>) -> Option<NodeId> {
        if name == "now" {
            return Some(self.node(Op::Now, Type::Time, span));
        }
        let member = expected.and_then(|ty| self.member(name, ty).map(|value| (value, ty.clone())));
        let meanings = self.meanings(scope, name);
        match (member, meanings.as_slice()) {
            (Some((value, ty)), []) => Some(self.constant(value, ty, span)),
            (None, [meaning]) => self.realise(scope, name, *meaning, span),
            (None, []) => self.unknown_name(scope, name, span, expected),
            (Some((_, ty)), [meaning, ..]) => self.member_and_name(scope, name, span, &ty, *meaning),
            (None, [first, second, ..]) => self.two_meanings(scope, name, span, *first, *second),
        }
    }

    fn member_and_name(&mut self, scope: &Scope, name: &str, span: Span, ty: &Type, other: Meaning) -> Option<NodeId> {
        let (what, place) = self.describe(scope, name, other);
        let whose = type_text(self.schema, ty);
        let mut error = Diagnostic::error(Code("E0202"), format!("`{name}` has two meanings here"))
            .at(span, format!("a member of `{whose}` and {what}"))
            .help("nothing shadows: rename the one that is yours, or reach it by a path");
        if let Some(place) = place {
            error = error.and(place, what);
        }
        self.fail(error)
    }

    /// The member of an enumeration or cadence that a word names.
    pub(super) fn member(&self, name: &str, ty: &Type) -> Option<Scalar> {
        match ty {
            Type::OneOf(id) => {
                let place = self.schema.enumeration(*id).members.iter().position(|m| m == name)?;
                u16::try_from(place).ok().map(Scalar::Member)
            }
            Type::Cadence => cadence_words().find(|word| *word == name).and_then(read_cadence).map(Scalar::Cadence),
            _ => None,
        }
    }

    /// Everything that a name means in a scope, members of enumerations apart.
    pub(super) fn meanings(&self, scope: &Scope, name: &str) -> Vec<Meaning> {
        let mut found = Vec::new();
        if let Some(inner) = scope.innermost() {
            found.extend(self.on_entity(inner.entity, name));
        }
        found.extend(scope.local(name).map(|(place, _)| Meaning::Local(place)));
        if let Some(policy) = scope.naming_policy() {
            let parameters = self.declarations.parameters.iter();
            found.extend(
                parameters
                    .enumerate()
                    .filter(|(_, p)| p.policy == policy && p.name == name)
                    .map(|(place, _)| Meaning::Parameter(place))
                    .take(1),
            );
            let lets = self.declarations.lets.iter();
            found.extend(
                lets.enumerate()
                    .filter(|(_, l)| l.policy == policy && l.name == name)
                    .map(|(place, _)| Meaning::FileLet(place))
                    .take(1),
            );
        }
        for (place, row) in scope.rows.iter().enumerate() {
            let called = row.alias.as_deref().unwrap_or(&self.schema.entity(row.entity).name);
            if called != name || row.role == Role::Element {
                continue;
            }
            if found == [self.field_back_to(scope, row.row, name)] {
                // The element's field leads back to the very row of that name: both mean the same row.
                found.clear();
            }
            found.push(Meaning::Row(place));
        }
        if scope.collections == Collections::Bare
            && !found.iter().any(|m| matches!(m, Meaning::Field(_) | Meaning::Inverse(_) | Meaning::NamedValue))
        {
            found.extend(self.schema.entity_of_plural(name).map(Meaning::Collection));
        }
        found
    }

    fn field_back_to(&self, scope: &Scope, row: NodeId, name: &str) -> Meaning {
        let back = scope
            .innermost()
            .and_then(|inner| inner.back)
            .filter(|(field, owner)| *owner == row && self.schema.field(*field).name == name);
        match back {
            Some((field, _)) => Meaning::Field(field.field),
            None => Meaning::Field(FieldId(u16::MAX)),
        }
    }

    /// What a name means on the rows of an entity.
    pub(super) fn on_entity(&self, entity: EntityId, name: &str) -> Option<Meaning> {
        let declared = self.schema.entity(entity);
        declared
            .field_named(name)
            .map(Meaning::Field)
            .or_else(|| declared.inverse_named(name).map(Meaning::Inverse))
            .or_else(|| {
                let key = (entity, name.to_owned());
                self.declarations.named_values.contains_key(&key).then_some(Meaning::NamedValue)
            })
    }

    fn realise(&mut self, scope: &Scope, name: &str, meaning: Meaning, span: Span) -> Option<NodeId> {
        match meaning {
            Meaning::Field(_) | Meaning::Inverse(_) | Meaning::NamedValue => {
                let inner = scope.innermost()?;
                self.on_row(scope, inner.row, inner.entity, name, span)
            }
            Meaning::Local(place) => {
                let local = scope.locals.get(place)?;
                self.used_locals.insert(local.span);
                local.value
            }
            Meaning::Parameter(place) => {
                self.used_parameters.insert(place);
                let ty = self.declarations.parameters.get(place)?.ty.clone();
                let index = *self.parameter_places.get(place)?;
                Some(self.node(Op::Parameter(index), ty, span))
            }
            Meaning::FileLet(place) => self.file_let(place, span),
            Meaning::Row(place) => scope.rows.get(place).map(|row| row.row),
            Meaning::Collection(entity) => Some(self.node(Op::All(entity), Type::Rows(entity), span)),
        }
    }

    /// The value of a file's `let`, typed on first use; `used_at` names it.
    pub fn file_let(&mut self, place: usize, used_at: Span) -> Option<NodeId> {
        self.used_file_lets.insert(place);
        match self.file_lets.get(&place) {
            Some(Progress::Done(value)) => return *value,
            Some(Progress::Begun) => return self.circular_let(place, used_at),
            None => {}
        }
        let declared = self.declarations.lets.get(place)?;
        let (policy, value) = (declared.policy, declared.value.clone());
        self.file_lets.insert(place, Progress::Begun);
        let node = self.expression(&Scope::of_estate(Some(policy)), &value, None);
        match self.settled(node) {
            Some(progress) => self.file_lets.insert(place, progress),
            None => self.file_lets.remove(&place),
        };
        node
    }

    fn circular_let(&mut self, place: usize, used_at: Span) -> Option<NodeId> {
        let declared = self.declarations.lets.get(place)?;
        self.fail(
            Diagnostic::error(Code("E0225"), format!("`{}` is defined by itself", declared.name))
                .at(used_at, "leads back to it")
                .and(declared.span, "defined here")
                .help("a value may only rest on others that do not rest on it"),
        )
    }

    /// Types a file's `let` without using it.
    pub fn check_file_let(&mut self, place: usize, span: Span) {
        let used = self.used_file_lets.contains(&place);
        self.file_let(place, span);
        if !used {
            self.used_file_lets.remove(&place);
        }
    }

    /// Whether a bare word means nothing in a scope, nor among the members of a type.
    pub fn is_unknown(&self, scope: &Scope, name: &str, ty: &Type) -> bool {
        name != "now"
            && name != "estate"
            && !self.declarations.broken.contains(name)
            && !scope.lost.iter().any(|lost| lost == name)
            && self.member(name, ty).is_none()
            && self.meanings(scope, name).is_empty()
    }

    /// What a meaning is called in messages, and where it is declared.
    pub(super) fn describe(&self, scope: &Scope, name: &str, meaning: Meaning) -> (String, Option<Span>) {
        let inner = scope.innermost().map(|row| self.schema.entity(row.entity));
        match (meaning, inner) {
            (Meaning::Field(id), Some(entity)) => {
                let declared = entity.fields.get(usize::from(id.0)).and_then(|f| f.declared);
                (format!("a field of `{}`", entity.name), declared)
            }
            (Meaning::Inverse(id), Some(entity)) => {
                let declared = entity.inverses.get(usize::from(id.0)).and_then(|i| i.declared);
                (format!("a relation of `{}`", entity.name), declared)
            }
            (Meaning::NamedValue, Some(entity)) => {
                let key = scope.innermost().map(|row| (row.entity, name.to_owned()));
                let declared = key.and_then(|key| self.declarations.named_values.get(&key)).map(|v| v.span);
                (format!("a named value of `{}`", entity.name), declared)
            }
            (Meaning::Local(place), _) => match scope.locals.get(place) {
                Some(local) if local.kind == LocalKind::Hole => ("a hole of the phrase".to_owned(), Some(local.span)),
                Some(local) => ("a `let`".to_owned(), Some(local.span)),
                None => (name.to_owned(), None),
            },
            (Meaning::Parameter(place), _) => {
                ("a parameter".to_owned(), self.declarations.parameters.get(place).map(|p| p.span))
            }
            (Meaning::FileLet(place), _) => {
                ("a `let` of the file".to_owned(), self.declarations.lets.get(place).map(|l| l.span))
            }
            (Meaning::Row(place), _) => ("the row that is asked".to_owned(), scope.rows.get(place).map(|row| row.span)),
            (Meaning::Collection(id), _) => ("all rows of an entity".to_owned(), self.schema.entity(id).declared),
            (_, None) => (name.to_owned(), None),
        }
    }

    fn two_meanings(&mut self, scope: &Scope, name: &str, span: Span, a: Meaning, b: Meaning) -> Option<NodeId> {
        let (first, first_place) = self.describe(scope, name, a);
        let (second, second_place) = self.describe(scope, name, b);
        let mut error = Diagnostic::error(Code("E0202"), format!("`{name}` has two meanings here"))
            .at(span, format!("{first}, and {second}"));
        for (text, place) in [(&first, first_place), (&second, second_place)] {
            if let Some(place) = place {
                error = error.and(place, text.clone());
            }
        }
        let help = if matches!(b, Meaning::Row(_)) {
            format!(
                "name the subject yourself: `for each … as host`, then `host` is the subject and `{name}` the field"
            )
        } else {
            "nothing shadows: rename the one that is yours".to_owned()
        };
        self.fail(error.help(help))
    }
}
