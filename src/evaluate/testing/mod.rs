//! Small worlds for tests: facts written row by row, plans written node by node, exports that answer as told.

mod nodes;
mod schema;

pub use schema::{POINT, RUN, SYSTEM, schema};

use super::Settings;
use super::run::Run;
use super::session::{Batch, Session};
use super::value::Value;
use super::walk::{Reading, Walk};
use crate::facts::coverage::{Coverage, Doubt, Look, Population};
use crate::facts::export::Closure;
use crate::facts::schema::{EntityId, Field, Schema, Type};
use crate::facts::table::{Bits, Column, Data, Facts, Grouping, Odd, Reason, Table};
use crate::outcome::RuleOutcome;
use crate::plan::{NodeId, Plan};
use crate::value::calendar::Calendar;
use crate::value::civil::HOUR;
use crate::value::instant::{ReadTime, read_instant};
use crate::value::{Instant, Truth, Zone};
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

    fn stale_doubt(&self, _: EntityId, _: u32) -> Option<Doubt> {
        None
    }

    fn later(&self, _: EntityId, _: u32) -> Option<Instant> {
        None
    }

    fn later_listing(&self, _: EntityId) -> Option<Instant> {
        None
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
