//! Names that mean nothing where they stand: where they would mean something, or the nearest that does. Judges nothing.

use super::checker::Checker;
use super::scope::{Collections, Role, Scope};
use super::show;
use crate::base::codes::Code;
use crate::base::suggest::nearest;
use crate::base::{Diagnostic, Span};
use crate::facts::schema::{EntityId, EnumId, Type};
use crate::plan::NodeId;
use crate::value::literal::cadence_words;

impl Checker<'_> {
    /// Reports a name without a meaning.
    pub(super) fn unknown_name(
        &mut self,
        scope: &Scope,
        name: &str,
        span: Span,
        expected: Option<&Type>,
    ) -> Option<NodeId> {
        if self.declarations.broken.contains(name) || scope.lost.iter().any(|lost| lost == name) {
            return None;
        }
        if let Some(Type::OneOf(id)) = expected {
            return self.unknown_member(scope, name, span, *id);
        }
        let error = Diagnostic::error(Code("E0201"), format!("`{name}` is not known here"));
        let here = match scope.innermost() {
            Some(row) => {
                let entity = &self.schema.entity(row.entity).name;
                format!("no field or named value of `{entity}`, and no `let`, hole or parameter")
            }
            None => "no collection, `let`, hole or parameter".to_owned(),
        };
        let error = error.at(span, here);
        let error = match self.beside(name, expected).map(|help| (help, None)).or_else(|| self.elsewhere(scope, name)) {
            Some((help, place)) => match place {
                Some(place) => error.and(place, format!("`{name}` is here")).help(help),
                None => error.help(help),
            },
            None => match self.nearest_in_scope(scope, name, expected) {
                Some(near) => error.help(format!("did you mean `{near}`?")),
                None if expected == Some(&Type::Text) => error.help(format!("a text needs quotes: `\"{name}\"`")),
                None => match scope.innermost() {
                    Some(row) => {
                        let names = self.names_of(row.entity);
                        error.help(format!("a bare name here is one of: {}", list_some(&names)))
                    }
                    None => match expected.and_then(|ty| show::example_of(self.schema, ty)) {
                        Some(example) => error.help(format!("write a value such as `{example}`")),
                        None => error.help("collections are called by their plural: `systems`, `runs`"),
                    },
                },
            },
        };
        self.fail(error)
    }

    fn unknown_member(&mut self, scope: &Scope, name: &str, span: Span, id: EnumId) -> Option<NodeId> {
        let enumeration = self.schema.enumeration(id).clone();
        let mut error = Diagnostic::error(Code("E0204"), format!("`{name}` is no member of `{}`", enumeration.name))
            .at(span, "not one of its words");
        if let Some(place) = self.place_of_enumeration(&enumeration.name) {
            error = error.and(place, "declared here");
        }
        let members = enumeration.members.iter().map(String::as_str);
        let help = match nearest(name, members) {
            Some(near) => format!("did you mean `{near}`?"),
            None => match self.nearest_in_scope(scope, name, None) {
                Some(near) => format!("did you mean `{near}`? The members are {}", list_some(&enumeration.members)),
                None => format!("the members are {}", list_some(&enumeration.members)),
            },
        };
        self.fail(error.help(help))
    }

    /// Where an enumeration named after a field, or a parameter, is declared.
    pub(super) fn place_of_enumeration(&self, name: &str) -> Option<Span> {
        match name.split_once('.') {
            Some((entity, field)) => {
                let entity = self.schema.entity(self.schema.entity_named(entity)?);
                entity.fields.iter().find(|f| f.name == field)?.declared
            }
            None => self.declarations.parameters.iter().find(|p| p.name == name).map(|p| p.span),
        }
    }

    /// What was probably meant beside a value of that type.
    fn beside(&self, name: &str, expected: Option<&Type>) -> Option<String> {
        match expected? {
            Type::Text if self.schema.enumerations.iter().any(|e| e.members.iter().any(|m| m == name)) => {
                Some(format!("a text needs quotes: `\"{name}\"`"))
            }
            Type::Set(of) if self.member(name, of).is_some() => {
                Some(format!("a set holds its members: write `has {name}`"))
            }
            _ => None,
        }
    }

    /// Where the very name would mean something, and how to write it.
    fn elsewhere(&self, scope: &Scope, name: &str) -> Option<(String, Option<Span>)> {
        if let Some(row) = scope.innermost()
            && self.schema.entity(row.entity).name == name
            && row.role == Role::Element
        {
            return Some(("within a predicate the names of the element stand alone: leave it out".to_owned(), None));
        }
        if let Some(row) = scope.rows.first()
            && row.role == Role::Subject
            && self.on_entity(row.entity, name).is_some()
        {
            let called = row.alias.as_deref().unwrap_or(&self.schema.entity(row.entity).name);
            return Some((format!("for the subject write `{called}.{name}`"), self.place_on(row.entity, name)));
        }
        if let Some(entity) = self.schema.entity_of_plural(name) {
            let declared = self.schema.entity(entity).declared;
            return Some((format!("all of them are `estate.{name}`"), declared));
        }
        if let Some(row) = scope.innermost() {
            for (_, field) in self.schema.entity(row.entity).fields() {
                if let Type::Row(other) = field.ty
                    && self.on_entity(other, name).is_some()
                {
                    return Some((format!("did you mean `{}.{name}`?", field.name), self.place_on(other, name)));
                }
            }
        }
        if let Some(parameter) = self.declarations.parameters.iter().find(|p| p.name == name) {
            let policy = &self.declarations.policies.get(parameter.policy)?.name;
            return Some((
                format!("it is a parameter of the policy `{policy}`; a phrase takes it through a hole"),
                Some(parameter.span),
            ));
        }
        if let Some(declared) = self.declarations.lets.iter().find(|l| l.name == name) {
            let policy = &self.declarations.policies.get(declared.policy)?.name;
            return Some((format!("it is a `let` of the policy `{policy}`"), Some(declared.span)));
        }
        if cadence_words().any(|word| word == name) {
            return Some((format!("`{name}` is a cadence: it stands where one is asked for"), None));
        }
        self.member_elsewhere(name)
    }

    fn member_elsewhere(&self, name: &str) -> Option<(String, Option<Span>)> {
        let owner = self.schema.enumerations.iter().find(|e| e.members.iter().any(|m| m == name))?;
        Some((
            format!("`{name}` is a member of `{}`: compare it with such a value; a text needs quotes", owner.name),
            self.place_of_enumeration(&owner.name),
        ))
    }

    fn place_on(&self, entity: EntityId, name: &str) -> Option<Span> {
        let declared = self.schema.entity(entity);
        let field = declared.fields.iter().find(|f| f.name == name).and_then(|f| f.declared);
        let inverse = || declared.inverses.iter().find(|i| i.name == name).and_then(|i| i.declared);
        let named = || self.declarations.named_values.get(&(entity, name.to_owned())).map(|v| v.span);
        field.or_else(inverse).or_else(named)
    }

    /// Fields, relations and named values of an entity, in the order of declaration, named values last and sorted.
    pub(super) fn names_of(&self, entity: EntityId) -> Vec<String> {
        let declared = self.schema.entity(entity);
        let mut names: Vec<String> = declared.fields.iter().map(|f| f.name.clone()).collect();
        names.extend(declared.inverses.iter().map(|i| i.name.clone()));
        let mut named: Vec<String> =
            self.declarations.named_values.keys().filter(|(e, _)| *e == entity).map(|(_, n)| n.clone()).collect();
        named.sort();
        names.extend(named);
        names
    }

    /// Members, `let`s, holes and parameters of a type, for suggestions.
    pub fn names_that_fit(&self, scope: &Scope, ty: &Type) -> Vec<String> {
        let mut names: Vec<String> = match ty {
            Type::OneOf(id) => self.schema.enumeration(*id).members.clone(),
            Type::Cadence => cadence_words().map(str::to_owned).collect(),
            _ => Vec::new(),
        };
        let fitting = |found: &Type| super::expression::fits(found, ty);
        if let Some(row) = scope.innermost() {
            let fields = &self.schema.entity(row.entity).fields;
            names.extend(fields.iter().filter(|f| fitting(&f.ty)).map(|f| f.name.clone()));
        }
        let locals = scope.locals.iter().filter(|l| l.value.is_some_and(|value| fitting(self.ty(value))));
        names.extend(locals.map(|l| l.name.clone()));
        let parameters = self.declarations.parameters.iter();
        names.extend(
            parameters.filter(|p| Some(p.policy) == scope.naming_policy() && fitting(&p.ty)).map(|p| p.name.clone()),
        );
        names
    }

    fn nearest_in_scope(&self, scope: &Scope, name: &str, expected: Option<&Type>) -> Option<String> {
        let mut names = Vec::new();
        if let Some(Type::OneOf(id)) = expected {
            names.extend(self.schema.enumeration(*id).members.iter().cloned());
        }
        if expected == Some(&Type::Cadence) {
            names.extend(cadence_words().map(str::to_owned));
        }
        names.extend(scope.innermost().map(|row| self.names_of(row.entity)).unwrap_or_default());
        names.extend(scope.locals.iter().map(|local| local.name.clone()));
        let in_policy = |policy: usize| Some(policy) == scope.naming_policy();
        names.extend(self.declarations.parameters.iter().filter(|p| in_policy(p.policy)).map(|p| p.name.clone()));
        names.extend(self.declarations.lets.iter().filter(|l| in_policy(l.policy)).map(|l| l.name.clone()));
        names.extend(
            scope
                .rows
                .iter()
                .filter(|row| row.role == Role::Subject)
                .map(|row| row.alias.clone().unwrap_or_else(|| self.schema.entity(row.entity).name.clone())),
        );
        if let Some(near) = nearest(name, names.iter().map(String::as_str)) {
            return Some(near.to_owned());
        }
        let plurals = self.schema.entities.iter().map(|e| e.plural.as_str());
        let near = nearest(name, plurals)?;
        Some(if scope.collections == Collections::Bare { near.to_owned() } else { format!("estate.{near}") })
    }

    /// Reports a name after a dot that means nothing there.
    pub(super) fn unknown_on_row(&mut self, entity: EntityId, name: &str, span: Span) -> Option<NodeId> {
        if self.declarations.broken.contains(name) {
            return None;
        }
        let declared = self.schema.entity(entity).clone();
        let names = self.names_of(entity);
        let mut error =
            Diagnostic::error(Code("E0203"), format!("`{}` has no field `{name}`", declared.name)).at(span, "unknown");
        if let Some(place) = declared.declared {
            error = error.and(place, format!("`{}` is declared here", declared.name));
        }
        let through = declared.fields.iter().find(|f| match f.ty {
            Type::Row(other) => self.on_entity(other, name).is_some(),
            _ => false,
        });
        let help = match (nearest(name, names.iter().map(String::as_str)), through) {
            (Some(near), _) => format!("did you mean `{near}`?"),
            (None, Some(field)) => format!("did you mean `{}.{name}`?", field.name),
            (None, None) => format!("it has {}", list_some(&names)),
        };
        self.fail(error.help(help))
    }

    /// Reports a name after a dot of a value that has no parts.
    pub(super) fn no_parts(&mut self, node: NodeId, of: Span, name: &str, span: Span) -> Option<NodeId> {
        let ty = self.ty(node).clone();
        let what = show::a_type(self.schema, &ty);
        self.fail(
            Diagnostic::error(Code("E0203"), format!("{what} has no `{name}`"))
                .at(span, "nothing of this name")
                .and(of, format!("this is {what}"))
                .help("only rows have fields, and only collections, sets and periods have methods"),
        )
    }
}

/// The first dozen of a list, in words.
pub(super) fn list_some(names: &[String]) -> String {
    let mut shown: Vec<String> = names.iter().take(12).map(|n| format!("`{n}`")).collect();
    if names.len() > 12 {
        shown.push(format!("{} more", names.len() - 12));
    }
    shown.join(", ")
}
