//! Groups of rows: `c where P`, elements and their scope, and the rule that every plan is linear: a predicate may mention
//! rows outside its element freely where the group is the row's own relation, else only in `is` comparisons joined by
//! `and`, which become the group's index.

use super::checker::Checker;
use super::nodes::bit;
use super::scope::{Role, RowInScope, Scope};
use crate::base::codes::Code;
use crate::base::{Diagnostic, Span};
use crate::facts::schema::{EntityId, FieldRef, Type};
use crate::plan::{Comparison, Depth, Key, Method, NodeId, Op};
use crate::syntax::tree;

/// More rows within rows than any policy needs; `Node::depends` has a bit for each.
const DEEPEST: Depth = 30;

impl Checker<'_> {
    /// `c where P`
    pub(super) fn filtered(
        &mut self,
        scope: &Scope,
        collection: &tree::Expr,
        predicate: &tree::Expr,
        span: Span,
    ) -> Option<NodeId> {
        let group = self.group(scope, collection)?;
        let inner = self.element_scope(scope, group, collection.span)?;
        let predicate_node = self.truth(&inner, predicate)?;
        self.restrict(&inner, group, predicate_node, predicate.span, span)
    }

    /// An expression that must be many rows.
    pub(super) fn group(&mut self, scope: &Scope, expr: &tree::Expr) -> Option<NodeId> {
        let node = self.expression(scope, expr, None)?;
        match self.ty(node) {
            Type::Rows(_) => Some(node),
            _ => self.not_many(node, expr.span),
        }
    }

    pub(super) fn not_many(&mut self, node: NodeId, span: Span) -> Option<NodeId> {
        let what = self.a_type_of(node);
        let ty = self.ty(node).clone();
        let help = match &ty {
            Type::Row(entity) => {
                let owner = self.schema.entity(*entity);
                let relations: Vec<String> = owner.inverses.iter().map(|i| i.name.clone()).collect();
                if relations.is_empty() {
                    "write `all rows` of an entity as `estate.runs`".to_owned()
                } else {
                    format!("its relations are {}", super::unknown_name::list_some(&relations))
                }
            }
            Type::Set(_) | Type::List(_) => "ask a set by `has`, `has any`, `has all`".to_owned(),
            _ => "a collection is a relation such as `runs`, or `estate.runs`".to_owned(),
        };
        self.fail(
            Diagnostic::error(Code("E0220"), format!("a collection is asked for, this is {what}"))
                .at(span, what)
                .help(help),
        )
    }

    /// The scope within a predicate over a group.
    pub(super) fn element_scope(&mut self, scope: &Scope, group: NodeId, span: Span) -> Option<Scope> {
        let Type::Rows(entity) = *self.ty(group) else { return self.not_many(group, span).and(None) };
        if scope.depth > DEEPEST {
            return self.fail(
                Diagnostic::error(Code("E0408"), format!("predicates within predicates, more than {DEEPEST} deep"))
                    .at(span, "one too many")
                    .help("name an inner part with `let`"),
            );
        }
        let row = self.node(Op::Row(scope.depth), Type::Row(entity), span);
        let back = match self.nodes.get(self.base_of(group)).op.clone() {
            Op::Related { row: owner, owner: owner_entity, inverse } => {
                let by = self.schema.entity(owner_entity).inverses.get(usize::from(inverse.0)).map(|i| i.by);
                by.filter(|by| matches!(self.schema.field(*by).ty, Type::Row(_))).map(|by| (by, owner))
            }
            Op::Listed { row: owner, field } => self.parent_field(entity, field).map(|by| (by, owner)),
            _ => None,
        };
        Some(scope.with_element(RowInScope { entity, row, role: Role::Element, alias: None, back, span }))
    }

    /// The field by which rows nested in `list` name their parent.
    fn parent_field(&self, entity: EntityId, list: FieldRef) -> Option<FieldRef> {
        let parent = self.schema.entity(entity).parent.filter(|parent| parent.list == list)?;
        Some(FieldRef { entity, field: parent.field })
    }

    /// What a group is taken from: below its filters.
    pub(super) fn base_of(&self, group: NodeId) -> NodeId {
        let mut at = group;
        loop {
            at = match &self.nodes.get(at).op {
                Op::Where { group, .. } | Op::Recent { group, .. } => *group,
                Op::Reduce(reduction) if matches!(reduction.method, Method::LatestOfEach(_)) => reduction.group,
                _ => return at,
            };
        }
    }

    /// The rows outside its element that a predicate over a group may mention freely. Of many to many, each pair is a
    /// member of a set that some fact lists, so they are no more than the facts.
    fn free_rows(&self, group: NodeId) -> u32 {
        let owner = match &self.nodes.get(self.base_of(group)).op {
            Op::Related { row, .. } => Some(*row),
            Op::Listed { row, field } => matches!(self.schema.field(*field).ty, Type::Rows(_)).then_some(*row),
            _ => None,
        };
        match owner.map(|row| &self.nodes.get(row).op) {
            Some(Op::Row(depth)) => bit(*depth) | (bit(*depth) - 1),
            _ => 0,
        }
    }

    /// The rows of a group of which a predicate holds; `inner` is the predicate's scope.
    pub(super) fn restrict(
        &mut self,
        inner: &Scope,
        group: NodeId,
        predicate: NodeId,
        predicate_span: Span,
        span: Span,
    ) -> Option<NodeId> {
        let depth = inner.depth - 1;
        let ty = self.ty(group).clone();
        let forbidden = !(bit(depth) | self.free_rows(group));
        if self.nodes.get(predicate).depends & forbidden == 0 {
            return Some(self.node(Op::Where { group, depth, predicate }, ty, span));
        }
        let mut keys = Vec::new();
        let mut rest = Vec::new();
        for part in self.conjuncts(predicate) {
            if self.nodes.get(part).depends & forbidden == 0 {
                rest.push(part);
            } else if let Some(key) = self.key_of(part, depth) {
                keys.push(key);
            } else {
                return self.not_linear(inner, group, self.nodes.get(part).depends & forbidden, predicate_span);
            }
        }
        let Some(indexed) = self.with_index(group, keys, span) else {
            let outer = self.nodes.get(predicate).depends & forbidden;
            return self.not_linear(inner, group, outer, predicate_span);
        };
        if rest.is_empty() {
            return Some(indexed);
        }
        let predicate = match rest.as_slice() {
            [one] => *one,
            _ => self.node(Op::And(rest), Type::Bool, predicate_span),
        };
        Some(self.node(Op::Where { group: indexed, depth, predicate }, ty, span))
    }

    fn conjuncts(&self, predicate: NodeId) -> Vec<NodeId> {
        match &self.nodes.get(predicate).op {
            Op::And(parts) => parts.iter().flat_map(|part| self.conjuncts(*part)).collect(),
            _ => vec![predicate],
        }
    }

    /// The index key of `path of the element is value from outside`.
    fn key_of(&mut self, part: NodeId, depth: Depth) -> Option<Key> {
        let Op::Compare { operator: Comparison::Is, left, right } = self.nodes.get(part).op else { return None };
        for (element, value) in [(left, right), (right, left)] {
            if self.nodes.get(value).depends & bit(depth) != 0 {
                continue;
            }
            if let Some(path) = self.path_from(element, depth) {
                if !path.is_empty() {
                    return Some(Key { path, value });
                }
                // The element itself: rows are equal where their keys are.
                if let Type::Row(entity) = *self.ty(element)
                    && let Some(field) = self.schema.entity(entity).key
                {
                    let field = FieldRef { entity, field };
                    let span = self.nodes.get(part).span;
                    let value = self.field(value, field, span);
                    return Some(Key { path: vec![field], value });
                }
            }
        }
        None
    }

    /// The fields from the element at a depth to a cell.
    fn path_from(&self, node: NodeId, depth: Depth) -> Option<Vec<FieldRef>> {
        match &self.nodes.get(node).op {
            Op::Row(at) if *at == depth => Some(Vec::new()),
            Op::Field { row, field } => {
                let mut path = self.path_from(*row, depth)?;
                path.push(*field);
                Some(path)
            }
            _ => None,
        }
    }

    /// A group with its base taken through an index; `None` where the base has none.
    fn with_index(&mut self, group: NodeId, keys: Vec<Key>, span: Span) -> Option<NodeId> {
        let ty = self.ty(group).clone();
        let Type::Rows(entity) = ty else { return None };
        let op = match self.nodes.get(group).op.clone() {
            Op::All(entity) => Op::Joined { entity, on: sorted(keys) },
            Op::Joined { entity, mut on } => {
                on.extend(keys);
                Op::Joined { entity, on: sorted(on) }
            }
            Op::Related { row, owner, inverse } => {
                let by = self.schema.entity(owner).inverses.get(usize::from(inverse.0))?.by;
                if !matches!(self.schema.field(by).ty, Type::Row(_)) {
                    return None;
                }
                let mut on = vec![Key { path: vec![by], value: row }];
                on.extend(keys);
                Op::Joined { entity, on: sorted(on) }
            }
            Op::Listed { row, field } => {
                let by = self.parent_field(entity, field)?;
                let mut on = vec![Key { path: vec![by], value: row }];
                on.extend(keys);
                Op::Joined { entity, on: sorted(on) }
            }
            Op::Where { group, depth, predicate } => {
                let group = self.with_index(group, keys, span)?;
                Op::Where { group, depth, predicate }
            }
            Op::Recent { group, direction, span: length } => {
                let group = self.with_index(group, keys, span)?;
                Op::Recent { group, direction, span: length }
            }
            _ => return None,
        };
        Some(self.node(op, ty, span))
    }

    /// Whether a value read on the elements of a group keeps the plan linear; reports where it does not.
    pub(super) fn linear(&mut self, inner: &Scope, group: NodeId, value: NodeId, span: Span) -> Option<()> {
        let depth = inner.depth - 1;
        let outer = self.nodes.get(value).depends & !(bit(depth) | self.free_rows(group));
        if outer == 0 { Some(()) } else { self.not_linear(inner, group, outer, span) }
    }

    fn not_linear<T>(&mut self, inner: &Scope, group: NodeId, outer: u32, span: Span) -> Option<T> {
        let element = match self.ty(group) {
            Type::Rows(entity) => self.schema.entity(*entity).name.clone(),
            _ => "element".to_owned(),
        };
        let row = inner.rows.iter().find(|row| self.nodes.get(row.row).depends & outer != 0);
        let outer_name = row.map_or_else(|| "row".to_owned(), |row| self.schema.entity(row.entity).name.clone());
        let mut error =
            Diagnostic::error(Code("E0401"), format!("this compares every {element} with every {outer_name}"))
                .at(span, format!("mentions the {outer_name} outside the element"));
        if let Some(row) = row {
            error = error.and(row.span, format!("each {outer_name} is taken from here"));
        }
        self.fail(error.help(format!(
            "compare with the {outer_name} only by `is`, joined by `and`; else pick the {element} first: \
             `latest`, `oldest`, a named value"
        )))
    }

    /// Whether an entity has a time of its own; reports where it has not.
    pub(super) fn has_own_time(&mut self, entity: EntityId, span: Span, who: &str) -> Option<()> {
        let declared = self.schema.entity(entity);
        if !declared.occurs.is_empty() {
            return Some(());
        }
        let times: Vec<String> = declared
            .fields
            .iter()
            .filter(|f| matches!(f.ty, Type::Time | Type::TimeOrNever))
            .map(|f| f.name.clone())
            .collect();
        let help = match times.first() {
            Some(time) => format!("ask a field: `where {time} in the last …`, `latest({time})`"),
            None => "give the entity a line `occurs …`".to_owned(),
        };
        let error =
            Diagnostic::error(Code("E0219"), format!("{who} by the own time of rows; `{}` has none", declared.name))
                .at(span, "has no own time");
        let error = match declared.declared {
            Some(place) => error.and(place, "declared without `occurs`"),
            None => error,
        };
        self.fail(error.help(help))
    }
}

/// Keys in one order, so that equal indexes are one.
fn sorted(mut keys: Vec<Key>) -> Vec<Key> {
    keys.sort_by(|a, b| (&a.path, a.value).cmp(&(&b.path, b.value)));
    keys.dedup();
    keys
}
