//! Small worlds for tests: facts written row by row, plans written node by node, exports that answer as told.

use super::Settings;
use super::run::Run;
use super::session::{Batch, Session};
use super::value::Value;
use super::walk::{Reading, Walk};
use crate::base::{SourceId, Span};
use crate::facts::coverage::{Coverage, Doubt, Look, Population};
use crate::facts::export::Closure;
use crate::facts::schema::{
    DefaultHolds, Entity, EntityId, EnumId, Enumeration, Field, FieldId, FieldRef, Inverse, InverseId, Nature, Schema,
    Type,
};
use crate::facts::table::{Bits, Column, Data, Facts, Grouping, Odd, Reason, Table};
use crate::outcome::RuleOutcome;
use crate::plan::{
    Arithmetic, Comparison, Depth, Direction, HasHow, IfAny, Method, Node, NodeId, Op, Plan, PolicyInfo, Reduction,
    Requirement, Rule, Scope, Weight,
};
use crate::value::calendar::Calendar;
use crate::value::civil::{DAY, HOUR, MINUTE};
use crate::value::instant::{ReadTime, read_instant};
use crate::value::{Cadence, Duration, Instant, Scalar, Truth, Zone};
use rustc_hash::FxHashMap;
use std::sync::Arc;

/// An instant from RFC 3339.
pub fn at(text: &str) -> Instant {
    match read_instant(text) {
        Ok(ReadTime::At(at)) => at,
        other => panic!("{text}: {other:?}"),
    }
}

/// The as-of instant of `semantics.md`.
pub const NOW: &str = "2026-11-22T06:00:00Z";

/// `NOW` less so many hours.
pub fn hours_ago(hours: i64) -> V {
    V::Int(at(NOW).0 - hours * HOUR)
}

/// `NOW` less so many days.
pub fn days_ago(days: i64) -> V {
    hours_ago(24 * days)
}

/// A time cell.
pub fn time(text: &str) -> V {
    V::Int(at(text).0)
}

/// A cell as a test writes it.
#[derive(Debug, Clone)]
pub enum V {
    /// A number in the column's unit.
    Int(i64),
    /// A `number`.
    Number(f64),
    /// A truth.
    Bool(bool),
    /// A member, a text, or the key of another row.
    Word(&'static str),
    /// A set of members.
    Words(&'static [&'static str]),
    /// A set with further, unmapped elements.
    OpenWords(&'static [&'static str]),
    /// One of a range.
    Between(i64, i64),
    /// A calendar duration.
    Months(i64),
    /// Not known, for a reason.
    Unmapped(&'static str),
}

const FIELDS: &[(&str, &str, &str)] = &[
    ("system", "id", "text"),
    ("system", "tier", "tier"),
    ("system", "encryption", "encryption"),
    ("system", "algorithm", "encryption"),
    ("system", "data", "set data"),
    ("system", "rto", "duration"),
    ("system", "retain_for", "duration"),
    ("system", "protected_since", "time"),
    ("system", "elastic", "bool"),
    ("system", "used", "size"),
    ("system", "capacity", "size"),
    ("system", "load", "number"),
    ("system", "share", "percent"),
    ("run", "id", "text"),
    ("run", "system", "row"),
    ("run", "status", "status"),
    ("run", "started", "time"),
    ("run", "slot", "time"),
    ("run", "duration", "duration"),
    ("run", "size", "size"),
    ("run", "location", "text"),
    ("run", "kind", "text"),
    ("point", "id", "text"),
    ("point", "system", "row"),
    ("point", "state", "state"),
    ("point", "created", "time"),
    ("point", "expires", "end"),
    ("point", "size", "size"),
];

const ENUMERATIONS: &[(&str, bool, &[&str])] = &[
    ("tier", true, &["standard", "important", "critical"]),
    ("encryption", false, &["none", "aes_128", "aes_256"]),
    ("data", false, &["public", "internal", "pii", "phi"]),
    ("status", false, &["success", "warning", "failed", "running"]),
    ("state", false, &["available", "partial", "corrupt"]),
];

fn enumeration(name: &str) -> Type {
    let place = ENUMERATIONS.iter().position(|(other, ..)| *other == name).unwrap();
    Type::OneOf(EnumId(u16::try_from(place).unwrap()))
}

fn type_named(name: &str) -> Type {
    match name {
        "text" => Type::Text,
        "duration" => Type::Duration,
        "time" => Type::Time,
        "end" => Type::TimeOrNever,
        "bool" => Type::Bool,
        "size" => Type::Size,
        "number" => Type::Number,
        "percent" => Type::Percent,
        "row" => Type::Row(EntityId(0)),
        set if set.starts_with("set ") => Type::Set(Box::new(enumeration(&set[4..]))),
        other => enumeration(other),
    }
}

/// Systems with runs (events) and points (states).
pub fn schema() -> Schema {
    let entity = |name: &str, nature, own: Option<u16>| Entity {
        name: name.to_owned(),
        plural: format!("{name}s"),
        title: String::new(),
        doc: String::new(),
        nature,
        fields: FIELDS
            .iter()
            .filter(|(entity, ..)| *entity == name)
            .map(|(_, field, ty)| Field {
                name: (*field).to_owned(),
                doc: String::new(),
                ty: type_named(ty),
                required: false,
                default: None,
                default_holds: DefaultHolds::Everywhere,
                derived: Vec::new(),
                read_as: None,
                declared: None,
            })
            .collect(),
        inverses: Vec::new(),
        key: Some(FieldId(0)),
        occurs: own.into_iter().map(FieldId).collect(),
        parent: None,
        declared: None,
    };
    let mut systems = entity("system", Nature::State, None);
    for (place, name) in [(1, "runs"), (2, "points")] {
        let by = FieldRef { entity: EntityId(place), field: FieldId(1) };
        systems.inverses.push(Inverse { name: name.to_owned(), doc: String::new(), by, declared: None });
    }
    Schema {
        entities: vec![systems, entity("run", Nature::Event, Some(3)), entity("point", Nature::State, Some(3))],
        enumerations: ENUMERATIONS
            .iter()
            .map(|(name, ordered, members)| Enumeration {
                name: (*name).to_owned(),
                members: members.iter().map(|m| (*m).to_owned()).collect(),
                ordered: *ordered,
            })
            .collect(),
    }
}

pub const SYSTEM: EntityId = EntityId(0);
pub const RUN: EntityId = EntityId(1);
pub const POINT: EntityId = EntityId(2);

/// The exports as a test has them.
#[derive(Debug, Clone)]
pub struct Exports {
    /// By kind; closed where nothing is said.
    pub closure: FxHashMap<EntityId, Closure>,
    /// Events are covered since; before, they are `before`.
    pub since: Option<(Instant, Closure)>,
    /// By kind; listed where nothing is said.
    pub population: FxHashMap<EntityId, Population>,
    /// Rows whose state cells are stale.
    pub stale: Vec<(EntityId, u32)>,
    /// Whether seen populations weigh as missing evidence.
    pub strict: bool,
}

impl Coverage for Exports {
    fn closure(&self, look: Look) -> Closure {
        let closure = self.closure.get(&look.kind).copied().unwrap_or(Closure::Closed);
        match self.since {
            Some((since, before)) if look.kind == RUN && look.from.is_none_or(|from| from < since) => match closure {
                Closure::Closed => before,
                other => other,
            },
            _ => closure,
        }
    }

    fn doubts(&self, look: Look) -> Vec<Doubt> {
        match self.closure(look) {
            Closure::Closed => Vec::new(),
            _ => vec![Doubt {
                export: None,
                text: "runs.json does not say".to_owned(),
                settle: "covers: all".to_owned(),
            }],
        }
    }

    fn population(&self, kind: EntityId) -> Population {
        self.population.get(&kind).copied().unwrap_or(Population::Listed)
    }

    fn population_doubt(&self, kind: EntityId) -> Option<Doubt> {
        match self.population(kind) {
            Population::Listed => None,
            Population::Seen if !self.strict => None,
            other => {
                Some(Doubt { export: None, text: format!("{other:?}"), settle: "collect an inventory".to_owned() })
            }
        }
    }

    fn stale(&self, kind: EntityId, row: u32) -> bool {
        self.stale.contains(&(kind, row))
    }
}

/// Facts, exports and a plan in the making.
pub struct World {
    rows: [Vec<Vec<(&'static str, V)>>; 3],
    seen: [u32; 3],
    maybe: Vec<(EntityId, u32)>,
    pub exports: Exports,
    pub plan: Plan,
    pub zone: Zone,
    pub now: Instant,
}

impl World {
    pub fn new() -> World {
        let exports = Exports {
            closure: FxHashMap::default(),
            since: None,
            population: FxHashMap::default(),
            stale: Vec::new(),
            strict: false,
        };
        World {
            rows: [Vec::new(), Vec::new(), Vec::new()],
            seen: [0; 3],
            maybe: Vec::new(),
            exports,
            plan: Plan { schema: Arc::new(schema()), ..Plan::default() },
            zone: Zone::named("Africa/Johannesburg").unwrap(),
            now: at(NOW),
        }
    }

    /// A listed row.
    pub fn row(&mut self, entity: EntityId, cells: &[(&'static str, V)]) -> u32 {
        let rows = &mut self.rows[entity.0 as usize];
        rows.push(cells.to_vec());
        u32::try_from(rows.len() - 1).unwrap()
    }

    /// A system with its key.
    pub fn system(&mut self, key: &'static str, cells: &[(&'static str, V)]) -> u32 {
        let mut all = vec![("id", V::Word(key))];
        all.extend_from_slice(cells);
        self.row(SYSTEM, &all)
    }

    /// A run of db1.
    pub fn run(&mut self, cells: &[(&'static str, V)]) -> u32 {
        let mut all = vec![("system", V::Word("db1"))];
        all.extend_from_slice(cells);
        self.row(RUN, &all)
    }

    /// A point of db1.
    pub fn point(&mut self, cells: &[(&'static str, V)]) -> u32 {
        let mut all = vec![("system", V::Word("db1"))];
        all.extend_from_slice(cells);
        self.row(POINT, &all)
    }

    /// The last rows of an entity are only seen.
    pub fn seen(&mut self, entity: EntityId, rows: u32) {
        self.seen[entity.0 as usize] = rows;
    }

    /// A row that may lie after now.
    pub fn maybe(&mut self, entity: EntityId, row: u32) {
        self.maybe.push((entity, row));
    }

    /// The facts so far.
    pub fn facts(&self) -> Facts {
        let schema = self.plan.schema.clone();
        let mut facts = Facts { schema: schema.clone(), ..Facts::default() };
        facts.texts.intern("");
        for (place, entity) in schema.entities.iter().enumerate() {
            let rows = &self.rows[place];
            let count = u32::try_from(rows.len()).unwrap();
            let mut table = Table { rows: count, listed: count - self.seen[place], ..Table::default() };
            for (row, cells) in rows.iter().enumerate() {
                let key = cells.iter().find(|(name, _)| *name == "id");
                let text = match key {
                    Some((_, V::Word(key))) => (*key).to_owned(),
                    _ => format!("{}-{row}", entity.name),
                };
                table.keys.push(facts.texts.intern(&text));
                table.offsets.push(row as u64 * 100);
            }
            table.file_of.push((0, 0));
            for (entity, row) in &self.maybe {
                if entity.0 as usize == place {
                    table.maybe.set(*row);
                }
            }
            for field in &entity.fields {
                table.columns.push(Some(self.column(&mut facts.texts, &schema, field, rows)));
            }
            facts.tables.push(table);
        }
        for (place, inverse) in schema.entities[0].inverses.clone().iter().enumerate() {
            let owners = facts.tables[0].rows as usize;
            let mut groups: Vec<Vec<u32>> = vec![Vec::new(); owners];
            for row in 0..facts.tables[place + 1].rows {
                if let crate::facts::table::Cell::Known(crate::facts::table::Atom::Id(owner)) =
                    facts.cell(inverse.by.entity, inverse.by.field, row)
                {
                    groups[owner as usize].push(row);
                }
            }
            facts.tables[0].inverses.push(Some(grouping(groups)));
        }
        facts
    }

    fn column(
        &self,
        texts: &mut crate::facts::table::Texts,
        schema: &Schema,
        field: &Field,
        rows: &[Vec<(&'static str, V)>],
    ) -> Column {
        let mut known = Bits::default();
        let mut sparse = FxHashMap::default();
        let (mut ints, mut numbers, mut ids, mut bits, mut sets) =
            (Vec::new(), Vec::new(), Vec::new(), Bits::default(), Vec::new());
        let mut exact = true;
        for (row, cells) in rows.iter().enumerate() {
            let row = u32::try_from(row).unwrap();
            ints.push(0);
            numbers.push(0.0);
            ids.push(0);
            sets.push(Vec::new());
            let Some((_, value)) = cells.iter().find(|(name, _)| *name == field.name) else {
                exact = false;
                continue;
            };
            let mut word = |text: &str, ty: &Type| match ty {
                Type::OneOf(members) => {
                    let members = &schema.enumeration(*members).members;
                    u32::try_from(members.iter().position(|m| m == text).unwrap()).unwrap()
                }
                Type::Row(entity) => {
                    let rows = &self.rows[entity.0 as usize];
                    let is = |cells: &Vec<(&str, V)>| matches!(cells[0], ("id", V::Word(key)) if key == text);
                    u32::try_from(rows.iter().position(is).unwrap_or_else(|| panic!("no {text}"))).unwrap()
                }
                _ => texts.intern(text).0,
            };
            let item = match &field.ty {
                Type::Set(item) => (**item).clone(),
                other => other.clone(),
            };
            known.set(row);
            match value {
                V::Int(n) => ints[row as usize] = *n,
                V::Number(f) => numbers[row as usize] = *f,
                V::Bool(true) => bits.set(row),
                V::Bool(false) => {}
                V::Word(text) => ids[row as usize] = word(text, &item),
                V::Words(members) | V::OpenWords(members) => {
                    sets[row as usize] = members.iter().map(|text| word(text, &item)).collect();
                    sets[row as usize].sort_unstable();
                    if matches!(value, V::OpenWords(_)) {
                        known.clear(row);
                        exact = false;
                        sparse.insert(row, Odd::Open(Reason::Unmapped("x-17".to_owned())));
                    }
                }
                V::Between(low, high) => {
                    known.clear(row);
                    exact = false;
                    sparse.insert(row, Odd::Between(*low, *high));
                }
                V::Months(months) => {
                    known.clear(row);
                    exact = false;
                    sparse.insert(row, Odd::Months(*months));
                }
                V::Unmapped(text) => {
                    known.clear(row);
                    exact = false;
                    sparse.insert(row, Odd::Unknown(Reason::Unmapped((*text).to_owned())));
                }
            }
        }
        let data = match &field.ty {
            Type::Bool => Data::Bits(bits),
            Type::Number => Data::Number(numbers),
            Type::Set(_) => Data::Many(grouping(sets)),
            Type::Text | Type::OneOf(_) | Type::Row(_) => Data::Id(ids),
            _ => Data::Int(ints),
        };
        Column { data, known, sparse, exact }
    }

    // Plans.

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
                    Method::LatestOfEach(key) | Method::Trend(key) => depends |= on(key) & !(1 << r.depth),
                    Method::Gaps { every, over, last, from, until } => {
                        for node in [Some(*every), *over, *last, *from, *until].into_iter().flatten() {
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
        let method = Method::Gaps { every, over: Some(over), last: None, from, until: None };
        self.reduce(group, method, None, None, Type::Periods)
    }

    pub fn gaps_last(&mut self, group: NodeId, every: Cadence, n: i64, from: Option<NodeId>) -> NodeId {
        let every = self.constant(Scalar::Cadence(every));
        let last = Some(self.int(n));
        let method = Method::Gaps { every, over: None, last, from, until: None };
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
                    message: None,
                    remedy: None,
                })
                .collect(),
            hash: String::new(),
        });
    }

    // Answers.

    /// The value of a node for the system in row 0.
    pub fn value(&self, node: NodeId) -> Value {
        self.with_walk(Reading::Strict, |walk| walk.value(node))
    }

    /// The truth of a node for the system in row 0.
    pub fn truth(&self, node: NodeId) -> Truth {
        self.with_walk(Reading::Strict, |walk| walk.truth(node))
    }

    fn with_walk<T>(&self, reading: Reading, ask: impl Fn(&mut Walk<'_, '_>) -> T) -> T {
        let facts = self.facts();
        let calendar = Calendar::of(self.zone.clone());
        let session = Session::new(&self.plan, &facts, &self.exports, self.now, calendar, Batch::Rows);
        let mut walk = Walk::new(&session, reading);
        walk.bind(0, 0);
        ask(&mut walk)
    }

    fn settings(&self, threads: usize) -> Settings {
        Settings { as_of: self.now, default_zone: self.zone.clone(), max_findings: 100, show_passing: true, threads }
    }

    /// The outcome of the rules.
    pub fn outcomes(&self) -> Vec<RuleOutcome> {
        super::evaluate(&self.plan, &self.facts(), &self.exports, &self.settings(1))
    }

    /// The same on so many threads.
    pub fn outcomes_on(&self, threads: usize) -> Vec<RuleOutcome> {
        super::evaluate(&self.plan, &self.facts(), &self.exports, &self.settings(threads))
    }

    /// The same without evaluating tables at once.
    pub fn outcomes_by_rows(&self) -> Vec<RuleOutcome> {
        let (facts, settings) = (self.facts(), self.settings(1));
        Run::new(&self.plan, &facts, &self.exports, &settings, Batch::Rows).outcomes()
    }
}

fn grouping(groups: Vec<Vec<u32>>) -> Grouping {
    let mut grouping = Grouping { starts: vec![0], members: Vec::new() };
    for group in groups {
        grouping.members.extend(group);
        grouping.starts.push(u32::try_from(grouping.members.len()).unwrap());
    }
    grouping
}
