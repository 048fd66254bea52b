//! The `for` line of a rule: who is asked, and in which scope its lines stand.

use crate::base::codes::Code;
use crate::base::suggest::nearest;
use crate::base::{Diagnostic, Span};
use crate::facts::schema::{EntityId, Type};
use crate::plan::{self, IfAny, NodeId, Op};
use crate::syntax::tree::{self, ExprKind};
use crate::typing::checker::Checker;
use crate::typing::declarations::RuleDeclaration;
use crate::typing::scope::{Role, RowInScope, Scope};

/// Who a rule asks, and the scope of its lines.
pub(super) fn lower(
    checker: &mut Checker<'_>,
    rule: &RuleDeclaration,
    line: &tree::Line,
    scope: &tree::Scope,
) -> Option<(plan::Scope, Scope)> {
    let tree::Scope::Each { entity: name, alias, collection, filter, if_any } = scope else {
        speaks_of(checker, rule, None, line.span)?;
        return Some((plan::Scope::Estate, Scope::of_estate(Some(rule.policy))));
    };
    let entity = entity_of(checker, name)?;
    speaks_of(checker, rule, Some(entity), name.span)?;
    let row = checker.node(Op::Row(0), Type::Row(entity), name.span);
    let subject = RowInScope {
        entity,
        row,
        role: Role::Subject,
        alias: alias.as_ref().map(|a| a.value.clone()),
        back: None,
        span: name.span,
    };
    let inner = Scope::of_subject(subject, Some(rule.policy), 1);
    let mut parts = Vec::new();
    let mut whole = true;
    if let Some(collection) = collection {
        let found = members_of(checker, &inner, rule.policy, entity, collection, &mut parts, 0);
        whole &= found.is_some();
    }
    if let Some(filter) = filter {
        match checker.truth(&inner, filter) {
            Some(node) => parts.push(node),
            None => whole = false,
        }
    }
    if !whole {
        // The rule's lines can still be checked; the plan is not used.
        parts.clear();
    }
    let filter = match parts.as_slice() {
        [] => None,
        [one] => Some(*one),
        _ => Some(checker.node(Op::And(parts), Type::Bool, line.span)),
    };
    let if_any = if if_any.is_some() { IfAny::Allowed } else { IfAny::Asked };
    Some((plan::Scope::Each { entity, filter, if_any, span: line.span }, inner))
}

fn entity_of(checker: &mut Checker<'_>, name: &tree::Name) -> Option<EntityId> {
    let schema = checker.schema;
    if let Some(entity) = schema.entity_named(&name.value) {
        let declared = schema.entity(entity);
        if declared.key.is_some() {
            return Some(entity);
        }
        let mut error =
            Diagnostic::error(Code("E0406"), format!("`{}` has no key, so none of them can be named", name.value))
                .at(name.span, "cannot be asked one by one")
                .help("ask the rows that hold them, and speak of these by `some`, `no`, `all`");
        if let Some(place) = declared.declared {
            error = error.and(place, "declared without `key`");
        }
        return checker.fail(error);
    }
    let error =
        Diagnostic::error(Code("E0409"), format!("no entity is called `{}`", name.value)).at(name.span, "unknown");
    let help = match schema.entity_of_plural(&name.value) {
        Some(entity) => format!("write `for each {}`", schema.entity(entity).name),
        None => match nearest(&name.value, schema.entities.iter().map(|e| e.name.as_str())) {
            Some(near) => format!("did you mean `{near}`?"),
            None => "an entity stands in the schema: `entity … { … }`".to_owned(),
        },
    };
    checker.fail(error.help(help))
}

/// A rule kind speaks of one entity.
fn speaks_of(checker: &mut Checker<'_>, rule: &RuleDeclaration, asked: Option<EntityId>, span: Span) -> Option<()> {
    let vocabulary = rule.vocabulary.and_then(|place| checker.declarations.vocabularies.get(place));
    let Some(vocabulary) = vocabulary.filter(|v| v.subject != asked) else { return Some(()) };
    let name_of = |subject: Option<EntityId>| match subject {
        Some(entity) => format!("each {}", checker.schema.entity(entity).name),
        None => "the estate".to_owned(),
    };
    let (speaks, asks) = (name_of(vocabulary.subject), name_of(asked));
    let error =
        Diagnostic::error(Code("E0410"), format!("`{}` speaks of {speaks}, this rule asks {asks}", vocabulary.name))
            .at(span, format!("asks {asks}"))
            .and(vocabulary.span, format!("speaks of {speaks}"))
            .help(format!("write `for {speaks}`, or make it a plain `rule`"));
    checker.fail(error)
}

/// Adds what being in a collection asks of the subject: its `where`s read on the subject itself.
fn members_of(
    checker: &mut Checker<'_>,
    scope: &Scope,
    policy: usize,
    entity: EntityId,
    collection: &tree::Expr,
    parts: &mut Vec<NodeId>,
    steps: usize,
) -> Option<()> {
    // A file's `let`s cannot lead to themselves for ever: typing them tells of cycles, here they only have to end.
    const LONGEST: usize = 64;
    if steps > LONGEST {
        return None;
    }
    match &collection.kind {
        ExprKind::Where { collection, predicate } => {
            members_of(checker, scope, policy, entity, collection, parts, steps + 1)?;
            let mut inner = scope.clone();
            // In the collection's own predicate the rows are its elements: an alias of the rule means nothing there.
            inner.locals.clear();
            parts.push(checker.truth(&inner, predicate)?);
            Some(())
        }
        ExprKind::Name(name) => {
            let lets = &checker.declarations.lets;
            if let Some(place) = lets.iter().position(|l| l.policy == policy && l.name == *name) {
                checker.file_let(place, collection.span)?;
                let value = lets.get(place)?.value.clone();
                return members_of(checker, scope, policy, entity, &value, parts, steps + 1);
            }
            let estate = Scope::of_estate(Some(policy));
            let group = checker.expression(&estate, collection, None)?;
            is_of(checker, entity, group, collection.span)
        }
        _ => {
            let estate = Scope::of_estate(Some(policy));
            let group = checker.expression(&estate, collection, None)?;
            is_of(checker, entity, group, collection.span)?;
            if matches!(checker.nodes.get(group).op, Op::All(_)) {
                return Some(());
            }
            let row = scope.rows.first().map(|subject| subject.row)?;
            parts.push(checker.node(Op::In { item: row, set: group }, Type::Bool, collection.span));
            Some(())
        }
    }
}

fn is_of(checker: &mut Checker<'_>, entity: EntityId, group: NodeId, span: Span) -> Option<()> {
    if checker.ty(group) == &Type::Rows(entity) {
        return Some(());
    }
    let what = checker.a_type_of(group);
    let schema = checker.schema;
    let asked = &schema.entity(entity).name;
    let help = match checker.ty(group) {
        Type::Rows(other) => format!("write `for each {} in …`", schema.entity(*other).name),
        _ => format!("write a collection, `{}`", schema.entity(entity).plural),
    };
    let error = Diagnostic::error(Code("E0220"), format!("each {asked} is asked, but this is {what}"))
        .at(span, what)
        .help(help);
    checker.fail(error)
}
