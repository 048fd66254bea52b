//! Plans node by node, with what the compiler would note on each.

use super::World;
use super::schema::SYSTEM;
use crate::base::{SourceId, Span};
use crate::facts::schema::{EntityId, FieldRef, InverseId, Type};
use crate::plan::{
    Arithmetic, Comparison, Depth, Direction, HasHow, IfAny, Method, Node, NodeId, Op, PolicyInfo, Reduction,
    Requirement, Rule, Scope, Weight,
};
use crate::value::civil::{DAY, HOUR, MINUTE};
use crate::value::{Cadence, Duration, Scalar};

impl World {
    /// Adds a node, or finds its equal.
    pub fn node(&mut self, op: Op, ty: Type) -> NodeId {
        let (mut depends, mut may_assume) = (0_u32, false);
        let nodes = &self.plan.nodes;
        let mut on = |id: &NodeId| {
            let node: &Node = &nodes[id.0 as usize];
            may_assume |= node.may_assume;
            node.depends
        };
        match &op {
            Op::Row(depth) => depends = 1 << depth,
            Op::Field { row, .. } | Op::Related { row, .. } | Op::Listed { row, .. } => depends = on(row),
            Op::InWindow(test) => {
                let parts = [Some(test.window), Some(test.start), Some(test.end), test.days, test.zone];
                depends = parts.iter().flatten().map(&mut on).fold(0, |a, b| a | b);
            }
            Op::Not(a) | Op::Matches { text: a, .. } => depends = on(a),
            Op::Known(a) => {
                depends = on(a);
                may_assume = true;
            }
            Op::And(parts) | Op::Or(parts) => depends = parts.iter().map(&mut on).fold(0, |a, b| a | b),
            Op::Compare { left, right, .. } | Op::Arithmetic { left, right, .. } => depends = on(left) | on(right),
            Op::Else { value, default } => {
                depends = on(value) | on(default);
                may_assume = true;
            }
            Op::LaterOf(a, b) | Op::EarlierOf(a, b) => depends = on(a) | on(b),
            Op::In { item, set } => depends = on(item) | on(set),
            Op::Has { set, items, .. } => depends = on(set) | on(items),
            Op::Between { value, low, high } => depends = on(value) | on(low) | on(high),
            Op::Within { time, span, .. } => depends = on(time) | on(span),
            Op::Joined { on: keys, .. } => depends = keys.iter().map(|key| on(&key.value)).fold(0, |a, b| a | b),
            Op::Where { group, depth, predicate } => depends = on(group) | on(predicate) & !(1 << depth),
            Op::Recent { group, span, .. } => depends = on(group) | on(span),
            Op::Reduce(r) => {
                depends = on(&r.group);
                for element in [r.predicate, r.value].into_iter().flatten() {
                    depends |= on(&element) & !(1 << r.depth);
                }
                match &r.method {
                    Method::Percentile(n) => depends |= on(n),
                    Method::Trend(value) => depends |= on(value) & !(1 << r.depth),
                    Method::LatestOfEach(keys) => {
                        depends |= keys.iter().map(&mut on).fold(0, |a, b| a | b) & !(1 << r.depth);
                    }
                    Method::Gaps { every, over, last, from, until, zone } => {
                        for node in [Some(*every), *over, *last, *from, *until, *zone].into_iter().flatten() {
                            depends |= on(&node);
                        }
                        may_assume |= from.or(*until).is_some();
                    }
                    Method::LongestGap { over, from } => {
                        depends |= on(over) | from.iter().map(&mut on).fold(0, |a, b| a | b);
                        may_assume |= from.is_some();
                    }
                    _ => {}
                }
            }
            _ => {}
        }
        let node = Node { op, ty, span: Span::new(SourceId(0), 0, 0), depends, may_assume };
        if let Some(place) = self.plan.nodes.iter().position(|known| *known == node) {
            return NodeId(u32::try_from(place).unwrap());
        }
        self.plan.nodes.push(node);
        NodeId(u32::try_from(self.plan.nodes.len() - 1).unwrap())
    }

    /// A constant.
    pub fn constant(&mut self, scalar: Scalar) -> NodeId {
        let ty = match &scalar {
            Scalar::Bool(_) => Type::Bool,
            Scalar::Int(_) => Type::Int,
            Scalar::Number(_) => Type::Number,
            Scalar::Percent(_) => Type::Percent,
            Scalar::Size(_) => Type::Size,
            Scalar::Time(_) => Type::Time,
            Scalar::Duration(_) => Type::Duration,
            Scalar::Cadence(_) => Type::Cadence,
            Scalar::Text(_) => Type::Text,
            other => panic!("{other:?}"),
        };
        self.node(Op::Constant(scalar), ty)
    }

    pub fn int(&mut self, n: i64) -> NodeId {
        self.constant(Scalar::Int(n))
    }

    pub fn percent(&mut self, n: i64) -> NodeId {
        self.constant(Scalar::Percent(n * 1_000_000_000))
    }

    pub fn hours(&mut self, n: i64) -> NodeId {
        self.constant(Scalar::Duration(Duration::Exact(n * HOUR)))
    }

    pub fn minutes(&mut self, n: i64) -> NodeId {
        self.constant(Scalar::Duration(Duration::Exact(n * MINUTE)))
    }

    pub fn days(&mut self, n: i64) -> NodeId {
        self.constant(Scalar::Duration(Duration::Exact(n * DAY)))
    }

    pub fn months(&mut self, n: i64) -> NodeId {
        self.constant(Scalar::Duration(Duration::Months(n)))
    }

    pub fn now(&mut self) -> NodeId {
        self.node(Op::Now, Type::Time)
    }

    /// The row at a depth.
    pub fn element(&mut self, entity: EntityId, depth: Depth) -> NodeId {
        self.node(Op::Row(depth), Type::Row(entity))
    }

    /// A field of the row at a depth.
    pub fn field(&mut self, entity: EntityId, depth: Depth, name: &str) -> NodeId {
        let row = self.element(entity, depth);
        self.field_on(row, entity, name)
    }

    /// A field of a row.
    pub fn field_on(&mut self, row: NodeId, entity: EntityId, name: &str) -> NodeId {
        let schema = self.plan.schema.clone();
        let field = schema.entity(entity).field_named(name).unwrap();
        let ty = schema.entity(entity).fields[field.0 as usize].ty.clone();
        self.node(Op::Field { row, field: FieldRef { entity, field } }, ty)
    }

    pub fn compare(&mut self, operator: Comparison, left: NodeId, right: NodeId) -> NodeId {
        self.node(Op::Compare { operator, left, right }, Type::Bool)
    }

    pub fn arithmetic(&mut self, operator: Arithmetic, left: NodeId, right: NodeId, ty: Type) -> NodeId {
        self.node(Op::Arithmetic { operator, left, right }, ty)
    }

    pub fn not(&mut self, inner: NodeId) -> NodeId {
        self.node(Op::Not(inner), Type::Bool)
    }

    fn member(&self, field: NodeId, word: &str) -> (u16, Type) {
        let ty = match &self.plan.node(field).ty {
            Type::Set(of) => (**of).clone(),
            other => other.clone(),
        };
        let Type::OneOf(members) = ty else { panic!("no enumeration") };
        let members = &self.plan.schema.enumeration(members).members;
        (u16::try_from(members.iter().position(|m| m == word).unwrap()).unwrap(), ty)
    }

    /// `field is word`, and so on.
    pub fn word(&mut self, operator: Comparison, field: NodeId, word: &str) -> NodeId {
        let (member, ty) = self.member(field, word);
        let constant = self.node(Op::Constant(Scalar::Member(member)), ty);
        self.compare(operator, field, constant)
    }

    fn words(&mut self, field: NodeId, words: &[&str]) -> NodeId {
        let mut members: Vec<u16> = words.iter().map(|word| self.member(field, word).0).collect();
        members.sort_unstable();
        let scalars = members.into_iter().map(Scalar::Member).collect();
        self.node(Op::Constants(scalars), self.plan.node(field).ty.clone())
    }

    /// `field in [words]`
    pub fn among(&mut self, item: NodeId, words: &[&str]) -> NodeId {
        let set = self.words(item, words);
        self.node(Op::In { item, set }, Type::Bool)
    }

    /// `set has any [words]`, `set has all [words]`
    pub fn has(&mut self, set: NodeId, how: HasHow, words: &[&str]) -> NodeId {
        let items = self.words(set, words);
        self.node(Op::Has { set, how, items }, Type::Bool)
    }

    /// The subject's runs or points.
    pub fn related(&mut self, entity: EntityId) -> NodeId {
        let row = self.element(SYSTEM, 0);
        let inverse = InverseId(entity.0 - 1);
        self.node(Op::Related { row, owner: SYSTEM, inverse }, Type::Rows(entity))
    }

    pub fn all_of(&mut self, entity: EntityId) -> NodeId {
        self.node(Op::All(entity), Type::Rows(entity))
    }

    pub fn filtered(&mut self, group: NodeId, predicate: NodeId) -> NodeId {
        let ty = self.plan.node(group).ty.clone();
        self.node(Op::Where { group, depth: 1, predicate }, ty)
    }

    pub fn recent(&mut self, group: NodeId, span: NodeId) -> NodeId {
        let ty = self.plan.node(group).ty.clone();
        self.node(Op::Recent { group, direction: Direction::Last, span }, ty)
    }

    pub fn reduce(
        &mut self,
        group: NodeId,
        method: Method,
        predicate: Option<NodeId>,
        value: Option<NodeId>,
        ty: Type,
    ) -> NodeId {
        self.node(Op::Reduce(Box::new(Reduction { group, depth: 1, method, predicate, value })), ty)
    }

    pub fn count(&mut self, group: NodeId) -> NodeId {
        self.reduce(group, Method::Count, None, None, Type::Int)
    }

    pub fn some(&mut self, group: NodeId, predicate: Option<NodeId>) -> NodeId {
        self.reduce(group, Method::Some, predicate, None, Type::Bool)
    }

    pub fn none(&mut self, group: NodeId, predicate: Option<NodeId>) -> NodeId {
        self.reduce(group, Method::None, predicate, None, Type::Bool)
    }

    pub fn all(&mut self, group: NodeId, predicate: NodeId) -> NodeId {
        self.reduce(group, Method::All, Some(predicate), None, Type::Bool)
    }

    pub fn share(&mut self, group: NodeId, predicate: NodeId) -> NodeId {
        self.reduce(group, Method::Share, Some(predicate), None, Type::Percent)
    }

    pub fn gaps(&mut self, group: NodeId, every: Cadence, over: NodeId, from: Option<NodeId>) -> NodeId {
        let every = self.constant(Scalar::Cadence(every));
        let method = Method::Gaps { every, over: Some(over), last: None, from, until: None, zone: None };
        self.reduce(group, method, None, None, Type::Periods)
    }

    pub fn gaps_last(&mut self, group: NodeId, every: Cadence, n: i64, from: Option<NodeId>) -> NodeId {
        let every = self.constant(Scalar::Cadence(every));
        let last = Some(self.int(n));
        let method = Method::Gaps { every, over: None, last, from, until: None, zone: None };
        self.reduce(group, method, None, None, Type::Periods)
    }

    /// A rule for each system.
    pub fn rule(&mut self, filter: Option<NodeId>, claims: &[NodeId]) {
        let scope = Scope::Each { entity: SYSTEM, filter, if_any: IfAny::Asked, span: Span::new(SourceId(0), 0, 0) };
        self.rule_of(scope, claims);
    }

    /// A rule with any scope.
    pub fn rule_of(&mut self, scope: Scope, claims: &[NodeId]) {
        let span = Span::new(SourceId(0), 0, 0);
        if self.plan.policies.is_empty() {
            self.plan.policies.push(PolicyInfo {
                name: "saypro.backup".to_owned(),
                title: None,
                timezone: Some(self.zone.name().to_owned()),
                day_starts: None,
            });
        }
        let name = format!("saypro.backup.rule{}", self.plan.rules.len());
        self.plan.rules.push(Rule {
            name,
            kind: "rule".to_owned(),
            title: String::new(),
            severity: Weight::Medium,
            owner: None,
            evidence: Vec::new(),
            remedy: None,
            span,
            policy: 0,
            scope,
            requirements: claims
                .iter()
                .enumerate()
                .map(|(place, claim)| Requirement {
                    claim: *claim,
                    key: format!("claim {place}"),
                    vocabulary: "rule".to_owned(),
                    ordinal: 1,
                    sentence: format!("claim {place}"),
                    line: span,
                    definitions: Vec::new(),
                    limits: Vec::new(),
                    message: None,
                    remedy: None,
                })
                .collect(),
            hash: String::new(),
        });
    }
}
