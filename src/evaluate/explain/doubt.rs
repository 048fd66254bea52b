//! Why a claim is undecided: the cells, groups and parameters that nobody gave.

use super::super::compare::written_differently;
use super::super::groups::Extent;
use super::super::methods;
use super::super::show::{self, words};
use super::super::value::{Item, Value, Why};
use super::Explainer;
use super::stretch::is_by_own_time;
use super::words::{group_name, name};
use crate::facts::schema::{EntityId, FieldRef, Type};
use crate::facts::strays;
use crate::facts::table::{Atom, Cell, Facts, Reason};
use crate::outcome::Missing;
use crate::plan::{Key, Method, NodeId, Op, Reduction};
use crate::value::{Instant, Truth};

/// Undecided elements of one group that are looked into.
const ELEMENTS: usize = 20;

impl Explainer<'_, '_> {
    fn is_full(&self) -> bool {
        self.missing.len() >= super::MISSING
    }

    /// Collects why a node is not known; nothing where it is.
    pub(super) fn doubt(&mut self, node: NodeId) {
        let plan = self.session.plan;
        if self.is_full() || matches!(plan.node(node).ty, Type::Map { .. }) {
            return;
        }
        if matches!(plan.node(node).ty, Type::Rows(_)) {
            self.doubt_group(node);
            return;
        }
        if self.walk.value(node).is_known() {
            return;
        }
        match &plan.node(node).op {
            Op::Parameter(place) => self.doubt_parameter(*place),
            Op::Field { row, field } => match self.walk.value(*row) {
                Value::Row(row) => self.doubt_cell(row, *field),
                Value::Candidates(rows) => {
                    self.doubt(*row);
                    for row in &rows.rows {
                        self.doubt_cell(*row, *field);
                    }
                }
                _ => self.doubt(*row),
            },
            Op::Entry { map, key } => {
                self.doubt(*key);
                self.doubt_entry(*map, *key);
            }
            Op::Not(inner) => self.doubt(*inner),
            Op::Known(inner) => self.doubt(*inner),
            Op::And(parts) | Op::Or(parts) => {
                for part in parts {
                    if self.walk.truth(*part) == Truth::Unknown {
                        self.doubt(*part);
                    }
                }
            }
            Op::Compare { left, right, .. } => self.doubt_each(&[*left, *right], node),
            Op::Arithmetic { left, right, .. } | Op::LaterOf(left, right) | Op::EarlierOf(left, right) => {
                self.doubt_each(&[*left, *right], node);
            }
            Op::InWindow(test) => {
                self.doubt_each(&plan.node(node).op.operands(), node);
                self.doubt_stretch(test);
            }
            Op::In { item, set } => self.doubt_each(&[*item, *set], node),
            Op::Has { set, items, .. } => self.doubt_each(&[*set, *items], node),
            Op::Between { value, low, high } => self.doubt_each(&[*value, *low, *high], node),
            Op::Matches { text, .. } => self.doubt(*text),
            Op::Within { time, span, .. } => self.doubt_each(&[*time, *span], node),
            Op::Else { value, default } => self.doubt_each(&[*value, *default], node),
            Op::Reduce(reduction) => self.doubt_reduction(node, reduction),
            _ => {}
        }
    }

    /// The operands' doubts; where they are known and the result is not, the calendar or the numbers decide.
    fn doubt_each(&mut self, operands: &[NodeId], node: NodeId) {
        let before = self.missing.len();
        for operand in operands {
            self.doubt(*operand);
        }
        if self.missing.len() > before || self.is_full() {
            return;
        }
        let values: Vec<Value> = operands.iter().map(|operand| self.walk.value(*operand)).collect();
        let months = values.iter().any(|value| matches!(value, Value::Months(_)));
        if months && values.iter().all(Value::is_known) {
            let names: Vec<String> = operands.iter().map(|operand| self.shown(*operand)).collect();
            self.miss(Missing {
                what: names.join(" against "),
                reason: "it depends on where the months start".to_owned(),
                settle: None,
                fact: None,
            });
        } else if let [left, right] = values.as_slice()
            && written_differently(self.session, left, right)
        {
            let names: Vec<String> = operands.iter().map(|operand| format!("`{}`", self.shown(*operand))).collect();
            self.miss_written(names.join(" against "));
        } else if matches!(self.walk.value(node), Value::Unknown(Why::Overflow)) {
            self.miss(Missing {
                what: name(self.session, node),
                reason: "overflow, or a division by what may be 0".to_owned(),
                settle: None,
                fact: None,
            });
        }
    }

    /// A parameter that nobody set.
    fn doubt_parameter(&mut self, place: u32) {
        let Some(parameter) = self.session.plan.parameters.get(place as usize) else { return };
        let short = parameter.name.rsplit('.').next().unwrap_or(&parameter.name);
        self.miss(Missing {
            what: format!("parameter {}", parameter.name),
            reason: "it has no default and was not set".to_owned(),
            settle: Some(format!("`--param {short}=VALUE`, or `{short}: VALUE` under `parameters` in backproof.yaml")),
            fact: None,
        });
    }

    fn doubt_entry(&mut self, map: NodeId, key: NodeId) {
        let parameter = match self.session.plan.node(map).op {
            Op::Parameter(place) => Some(place),
            _ => None,
        };
        if let Some(place) = parameter
            && self.session.plan.parameters.get(place as usize).is_some_and(|parameter| parameter.value.is_none())
        {
            self.doubt_parameter(place);
            return;
        }
        let shown = self.shown(key);
        if shown == "unknown" {
            return;
        }
        let what = format!("{}[{shown}]", name(self.session, map));
        let settle = parameter.map(|_| format!("give {} an entry for {shown}", name(self.session, map)));
        self.miss(Missing { what, reason: "there is no such entry".to_owned(), settle, fact: None });
    }

    pub(super) fn doubt_visible(&mut self, entity: EntityId, row: u32) {
        let what = format!("the time of {}", show::row_name(self.session, entity, row));
        let fact = self.fact(entity, row, None);
        let reason = "it may lie after the as-of instant".to_owned();
        self.miss(Missing { what, reason, settle: None, fact });
    }

    fn doubt_cell(&mut self, row: u32, field: FieldRef) {
        let schema = &self.session.plan.schema;
        let session = self.session;
        let what = format!("{} of {}", schema.field(field).name, show::row_name(session, field.entity, row));
        let fact = self.fact(field.entity, row, Some(field));
        let mut settle = None;
        let reason = match self.walk.cell(field, row) {
            None => {
                let mut stale = None;
                session.states_behind(field, row, &mut |entity, row| {
                    stale = stale.take().or_else(|| session.coverage.stale_doubt(entity, row));
                });
                let (text, line) = stale.map_or_else(Default::default, |doubt| (doubt.text, doubt.settle));
                settle = Some(line).filter(|line| !line.is_empty());
                if text.is_empty() { "it was collected too long ago".to_owned() } else { text }
            }
            Some(Cell::Set { members: [_, ..], open: Some(Reason::Absent) }) => {
                "it may hold more than is known".to_owned()
            }
            Some(Cell::Set { members: [_, ..], open: Some(Reason::Unmapped(word)) }) => {
                format!("it also holds \"{word}\", which is no word of it that is known")
            }
            Some(Cell::Unknown(reason) | Cell::Set { open: Some(reason), .. }) => {
                settle = self.settle_cell(reason, row, field);
                if matches!(reason, Reason::Absent) && row >= session.facts.table(field.entity).listed {
                    let entity = words(&schema.entity(field.entity).name);
                    format!("no {entity} \"{}\" on record", session.facts.key(field.entity, row))
                } else {
                    reason_words(session.facts, reason)
                }
            }
            Some(Cell::Between(..)) => {
                let value = self.walk.cell_of(field, row);
                format!("it is {}", show::show(session, &value, &schema.field(field).ty))
            }
            Some(_) => return,
        };
        self.miss(Missing { what, reason, settle, fact });
    }

    /// What to write so that a cell is known, where that is for the project to write.
    fn settle_cell(&self, reason: &Reason, row: u32, field: FieldRef) -> Option<String> {
        let facts = self.session.facts;
        let (schema, table) = (&self.session.plan.schema, facts.table(field.entity));
        let entity = &schema.entity(field.entity).name;
        let (name, of) = (&schema.field(field).name, show::row_name(self.session, field.entity, row));
        match reason {
            Reason::NoSuchRow(entity, key) => Some(format!("add \"{key}\" to an export that lists `{entity}`")),
            _ if row >= table.listed => {
                Some(format!("add \"{}\" to an export that lists `{entity}`", facts.key(field.entity, row)))
            }
            Reason::Conflict(..) => Some(format!("let the records of {of} agree on `{name}`")),
            Reason::Absent | Reason::Unmapped(_) => {
                let file = facts.files.get(facts.origin(field.entity, row)?.file as usize)?;
                let is_own = matches!(file.format.as_str(), "json" | "yaml" | "ndjson" | "csv");
                is_own.then(|| format!("write `{name}` of {of} in {}", file.path))
            }
            Reason::Malformed(_) | Reason::Implausible(_) => None,
        }
    }

    fn doubt_reduction(&mut self, node: NodeId, reduction: &Reduction) {
        let plan = self.session.plan;
        if !matches!(plan.node(reduction.group).ty, Type::Rows(_)) {
            self.doubt(reduction.group);
            return;
        }
        if let Method::Gaps { every, over, last, zone, .. } = &reduction.method {
            for node in [Some(*every), *over, *last, *zone].into_iter().flatten() {
                self.doubt(node);
            }
            if let Some(zone) = zone {
                self.doubt_zone(*zone);
            }
            if let Some(error) = methods::schedule_error(&mut self.walk, &reduction.method) {
                self.doubt_schedule(*every, &error.to_string());
                return;
            }
        }
        if matches!(self.walk.value(node), Value::Unknown(Why::Nothing)) {
            self.miss(Missing {
                what: group_name(self.session, reduction.group),
                reason: "nothing to measure".to_owned(),
                settle: None,
                fact: None,
            });
            return;
        }
        let timed = self.walk.entity_of(reduction.group).filter(|_| is_by_own_time(reduction));
        let mut undecided = Vec::new();
        self.walk.visit(reduction.group, &mut |walk, row, truth| {
            if truth != Truth::True {
                return;
            }
            walk.bind(reduction.depth, row);
            let unknown = |walk: &mut super::super::walk::Walk<'_, '_>, node: Option<NodeId>| {
                node.is_some_and(|node| !walk.value(node).is_known())
            };
            let untimed = timed.is_some_and(|entity| !walk.own_time(entity, row).is_known());
            if untimed || unknown(walk, reduction.predicate) || unknown(walk, reduction.value) {
                undecided.push(row);
            }
        });
        if let Type::Rows(entity) = plan.node(reduction.group).ty {
            undecided = self.in_order(entity, undecided);
        }
        for row in undecided.into_iter().take(ELEMENTS) {
            self.walk.bind(reduction.depth, row);
            for node in [reduction.predicate, reduction.value].into_iter().flatten() {
                self.doubt(node);
            }
            if let Some(entity) = timed
                && !self.walk.own_time(entity, row).is_known()
            {
                self.doubt_own_time(entity, row);
            }
        }
        // What a `gaps` looks at begins with its oldest undecided bucket.
        let from = match self.walk.value(node) {
            Value::Periods(periods) => periods.gaps.iter().find(|gap| !gap.sure).map(|gap| gap.start),
            _ => None,
        };
        self.doubt_group_since(reduction.group, from);
    }

    /// A schedule that is recorded and gives no due times.
    fn doubt_schedule(&mut self, every: NodeId, error: &str) {
        let plan = self.session.plan;
        let (mut what, mut fact) = (name(self.session, every), None);
        if let Op::Field { row, field } = &plan.node(every).op
            && let Value::Row(row) = self.walk.value(*row)
        {
            let row_name = show::row_name(self.session, field.entity, row);
            what = format!("{} of {row_name}", plan.schema.field(*field).name);
            fact = self.fact(field.entity, row, Some(*field));
        }
        let reason = format!("\"{}\" gives no due times: {error}", self.shown(every));
        self.miss(Missing { what, reason, settle: None, fact });
    }

    /// Why a group's rows are not all known: undecided members, then rows that nobody showed.
    fn doubt_group(&mut self, group: NodeId) {
        self.doubt_group_since(group, None);
    }

    fn doubt_group_since(&mut self, group: NodeId, from: Option<Instant>) {
        let mut undecided = Vec::new();
        let extent = self.walk.visit(group, &mut |_, row, truth| {
            if truth == Truth::Unknown {
                undecided.push(row);
            }
        });
        if let Some(entity) = self.walk.entity_of(group) {
            undecided = self.in_order(entity, undecided);
        }
        for row in undecided.iter().take(ELEMENTS) {
            self.doubt_member(group, *row);
        }
        self.doubt_extent(group, &extent.since(from));
        for row in undecided.into_iter().take(ELEMENTS) {
            self.doubt_attempt(group, row);
        }
    }

    /// Whose attempt a row is, where the group below the filters keeps one of each.
    fn doubt_attempt(&mut self, group: NodeId, row: u32) {
        match &self.session.plan.node(group).op {
            Op::Where { group, .. } | Op::Recent { group, .. } => self.doubt_attempt(*group, row),
            Op::Reduce(reduction) => {
                let before = self.missing.len();
                self.doubt_names(reduction, row);
                // Known, but for whether one that may not belong here came after it.
                if self.missing.len() == before {
                    self.doubt_group(reduction.group);
                }
            }
            _ => {}
        }
    }

    fn doubt_member(&mut self, group: NodeId, row: u32) {
        let plan = self.session.plan;
        match &plan.node(group).op {
            Op::Where { group: inner, depth, predicate } => {
                self.walk.bind(*depth, row);
                self.doubt(*predicate);
                self.doubt_member(*inner, row);
            }
            Op::Recent { group: inner, .. } => {
                if let Some(entity) = self.walk.entity_of(group)
                    && !self.walk.own_time(entity, row).is_known()
                {
                    self.doubt_own_time(entity, row);
                }
                self.doubt_member(*inner, row);
            }
            Op::Reduce(reduction) => self.doubt_member(reduction.group, row),
            Op::Joined { on, .. } => {
                for key in on {
                    self.doubt_path(row, &key.path);
                    self.doubt_written(row, key);
                }
            }
            Op::Related { .. } if self.session.strays(group).binary_search(&row).is_ok() => {
                self.doubt_stray(group, row)
            }
            _ => {
                if let Some(entity) = self.walk.entity_of(group)
                    && self.session.facts.table(entity).maybe.get(row)
                {
                    self.doubt_visible(entity, row);
                }
                if let Some(entity) = self.walk.entity_of(group)
                    && let Some(doubt) = self.session.coverage.stale_doubt(entity, row)
                {
                    let what = show::row_name(self.session, entity, row);
                    let fact = self.fact(entity, row, None);
                    self.miss(Missing { what, reason: doubt.text, settle: Some(doubt.settle), fact });
                }
            }
        }
    }

    /// A row that may be anybody's: what it names that nobody lists, or that it names nothing.
    fn doubt_stray(&mut self, group: NodeId, row: u32) {
        let Op::Related { owner, inverse, .. } = &self.session.plan.node(group).op else { return };
        let schema = &self.session.plan.schema;
        let Some(by) = schema.entity(*owner).inverses.get(usize::from(inverse.0)).map(|inverse| inverse.by) else {
            return;
        };
        let facts = self.session.facts;
        let unlisted = std::iter::once(by.field).chain(strays::through(facts, by)).find_map(|field| {
            let Type::Row(of) = schema.field(FieldRef { field, ..by }).ty else { return None };
            match facts.cell(by.entity, field, row) {
                Cell::Known(Atom::Id(named)) if named >= facts.table(of).listed => Some((of, named)),
                _ => None,
            }
        });
        let what = format!("{} of {}", schema.field(by).name, show::row_name(self.session, by.entity, row));
        let fact = self.fact(by.entity, row, Some(by));
        let (reason, settle) = match unlisted {
            Some((of, named)) => {
                let (entity, key) = (&schema.entity(of).name, facts.key(of, named));
                let reason = format!("it names {} \"{key}\", which nothing lists", words(entity));
                (reason, Some(format!("add \"{key}\" to an export that lists `{entity}`, or correct the name")))
            }
            None => match facts.cell(by.entity, by.field, row) {
                Cell::Unknown(reason) if !matches!(reason, Reason::Absent) => {
                    (reason_words(facts, reason), self.settle_cell(reason, row, by))
                }
                _ => {
                    let settle = self.settle_cell(&Reason::Absent, row, by);
                    let state = || format!("state `{}` of it in a facts file of your own", schema.field(by).name);
                    ("nothing says what it is about".to_owned(), settle.or_else(|| Some(state())))
                }
            },
        };
        self.miss(Missing { what, reason, settle, fact });
    }

    /// What `latest_of_each` cannot tell apart from a row: those that do not contradict it, where a key is not known.
    fn doubt_names(&mut self, reduction: &Reduction, of: u32) {
        let Method::LatestOfEach(keys) = &reduction.method else { return };
        let plan = self.session.plan;
        let mut named = Vec::new();
        self.walk.visit(reduction.group, &mut |walk, row, _| {
            walk.bind(reduction.depth, row);
            let names: Vec<_> = keys.iter().map(|key| walk.value(*key).item()).collect();
            named.push((row, names));
        });
        let stands_alone = |names: &[Option<Item>]| {
            names.iter().zip(keys).any(|(name, key)| name.is_none() && plan.node(*key).ty == Type::Time)
        };
        let Some(own) = named.iter().find(|(row, _)| *row == of).map(|(_, names)| names.clone()) else { return };
        let contradicts = |names: &[Option<Item>]| {
            names.iter().zip(&own).any(|(theirs, own)| theirs.is_some() && own.is_some() && theirs != own)
        };
        let may_be_of_one_group = |(row, names): &(u32, Vec<Option<Item>>)| {
            *row != of && (names.contains(&None) || own.contains(&None)) && !stands_alone(names) && !contradicts(names)
        };
        if stands_alone(&own) || !named.iter().any(may_be_of_one_group) {
            return;
        }
        named.retain(|attempt| attempt.1.contains(&None) && (attempt.0 == of || may_be_of_one_group(attempt)));
        for (row, names) in named.into_iter().take(ELEMENTS) {
            self.walk.bind(reduction.depth, row);
            for (key, _) in keys.iter().zip(names).filter(|(_, name)| name.is_none()) {
                self.doubt(*key);
            }
        }
    }

    /// The first cell on a path of relations that is not known.
    fn doubt_path(&mut self, row: u32, path: &[FieldRef]) {
        let mut row = row;
        for field in path {
            match self.walk.cell_of(*field, row) {
                Value::Row(next) => row = next,
                value if value.is_known() => {}
                _ => return self.doubt_cell(row, *field),
            }
        }
    }

    /// A name at the end of a path that may be the one that is looked for, written differently.
    fn doubt_written(&mut self, row: u32, key: &Key) {
        let Some((last, before)) = key.path.split_last() else { return };
        let mut at = row;
        for field in before {
            let Value::Row(next) = self.walk.cell_of(*field, at) else { return };
            at = next;
        }
        let (found, asked) = (self.walk.cell_of(*last, at), self.walk.value(key.value));
        if self.session.is_name(key.value) && written_differently(self.session, &found, &asked) {
            let shown = show::show(self.session, &found, &self.session.plan.schema.field(*last).ty);
            let what = format!("`{shown}` against `{}`", self.shown(key.value));
            self.miss_written(what);
        }
    }

    fn miss_written(&mut self, what: String) {
        let reason = "they may be one name, written differently".to_owned();
        let settle = Some("write what is the same in the same way".to_owned());
        self.miss(Missing { what, reason, settle, fact: None });
    }

    pub(super) fn doubt_own_time(&mut self, entity: EntityId, row: u32) {
        for field in &self.session.plan.schema.entity(entity).occurs {
            let field = FieldRef { entity, field: *field };
            if !self.walk.cell_of(field, row).is_known() {
                self.doubt_cell(row, field);
                return;
            }
        }
    }

    fn doubt_extent(&mut self, group: NodeId, extent: &Extent) {
        if !self.walk.is_open(extent) {
            return;
        }
        let session = self.session;
        let many = group_name(session, group);
        let base = session.chain(group).map_or(group, |chain| chain.base);
        if extent.open && !session.strays(base).is_empty() {
            for row in session.strays(base).iter().take(ELEMENTS) {
                self.doubt_stray(base, *row);
            }
            return;
        }
        let Some(look) = extent.look else {
            self.doubt_base(group);
            return;
        };
        let what = match look.subject {
            Some((entity, row)) => format!("{many} of {}", show::row_name(session, entity, row)),
            None => many,
        };
        let doubts = session.coverage.doubts(look);
        if doubts.is_empty() {
            let reason = "not every record of them was collected".to_owned();
            self.miss(Missing { what: what.clone(), reason, settle: None, fact: None });
        }
        for doubt in doubts {
            self.miss(Missing { what: what.clone(), reason: doubt.text, settle: Some(doubt.settle), fact: None });
        }
    }

    /// A group of an owner, or of a key, that is not known.
    fn doubt_base(&mut self, group: NodeId) {
        let plan = self.session.plan;
        match &plan.node(group).op {
            Op::Where { group, .. } | Op::Recent { group, .. } => self.doubt_base(*group),
            Op::Related { row, .. } => self.doubt(*row),
            Op::Joined { on, .. } => {
                for key in on {
                    self.doubt(key.value);
                }
            }
            Op::Listed { row, field } => match self.walk.value(*row) {
                Value::Row(row) => self.doubt_cell(row, *field),
                _ => self.doubt(*row),
            },
            Op::Reduce(reduction) => self.doubt_base(reduction.group),
            _ => {}
        }
    }
}

fn reason_words(facts: &Facts, reason: &Reason) -> String {
    match reason {
        Reason::Absent => "absent".to_owned(),
        Reason::Unmapped(word) => format!("the source says \"{word}\""),
        Reason::Malformed(text) => format!("\"{text}\" cannot be read"),
        Reason::Implausible(why) => why.clone(),
        Reason::Conflict(origins, _) => {
            let paths =
                origins.iter().filter_map(|origin| facts.files.get(origin.file as usize)).map(|f| f.path.as_str());
            let mut paths: Vec<&str> = paths.collect();
            paths.dedup();
            format!("{} records say different things, in {}", origins.len(), paths.join(" and "))
        }
        Reason::NoSuchRow(entity, key) => format!("no {} \"{key}\" on record", words(entity)),
    }
}
