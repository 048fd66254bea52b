//! Groups: who is in, who may be, and whether rows may exist that nobody showed.

use super::compute;
use super::filter::Filter;
use super::session::Session;
use super::value::Value;
use super::walk::{Assumption, Reading, WEAK, Walk};
use crate::facts::coverage::{Look, Population};
use crate::facts::export::Closure;
use crate::facts::schema::{EntityId, FieldRef};
use crate::facts::table::Cell;
use crate::plan::{Direction, NodeId, Op};
use crate::value::{Instant, Truth};
use std::sync::Arc;

/// What a group reaches over.
#[derive(Debug, Clone, Copy)]
pub(super) struct Extent {
    /// What the exports are asked; `None` for rows that stand in one cell, which is the whole answer.
    pub look: Option<Look>,
    /// Whether it is open whatever the exports say: a cell that may name more.
    pub open: bool,
    /// Whether nobody knows whose group it is: nothing can be said of any row.
    pub unanswered: bool,
}

/// A group as rows of a base that pass one filter.
#[derive(Debug)]
pub(super) struct Chain {
    /// The group below the filters.
    pub base: NodeId,
    /// Who passes.
    pub filter: Arc<Filter>,
    /// Since when events are looked at, where a filter says so.
    pub from: Option<Instant>,
    /// Of the base's rows that may be anybody's, those that may pass.
    pub strays: Box<[u32]>,
}

/// So many rows that may be anybody's are looked at for each subject; with more, its group is open.
const STRAYS: usize = 1000;

impl Extent {
    const UNANSWERED: Extent = Extent { look: None, open: true, unanswered: true };

    /// Looking back no further than `from`.
    #[must_use]
    pub fn since(self, from: Option<Instant>) -> Extent {
        let look = self.look.map(|look| Look { from: look.from.max(from), ..look });
        Extent { look, ..self }
    }
}

/// Receives each row that is in (true) or may be in (unknown).
pub(super) type Each<'e, 's, 'a> = dyn FnMut(&mut Walk<'s, 'a>, u32, Truth) + 'e;

impl<'s, 'a> Walk<'s, 'a> {
    /// Whether the group may hold rows that nobody showed, as weak evidence is now read.
    pub fn is_open(&mut self, extent: &Extent) -> bool {
        if extent.open {
            return true;
        }
        match extent.look.map_or(Closure::Closed, |look| self.session.coverage.closure(look)) {
            Closure::Closed => false,
            Closure::Open => true,
            Closure::Weak => {
                self.flags |= WEAK;
                self.reading == Reading::Strict
            }
        }
    }

    /// What the exports are asked. Which rows of a state kind there are is of the day that its listing describes.
    fn extent(&mut self, look: Look) -> Extent {
        if self.session.reads_later
            && let Some(day) = self.session.coverage.later_listing(look.kind)
        {
            self.rest_on(Assumption::StateOf(day));
        }
        Extent { look: Some(look), open: false, unanswered: false }
    }

    /// Visits the rows of a group in ascending order, those of several owners excepted.
    pub fn visit(&mut self, group: NodeId, each: &mut Each<'_, 's, 'a>) -> Extent {
        let session = self.session;
        match session.chain(group) {
            Some(chain) => self.visit_base(chain.base, Some(&chain.filter), &chain.strays, each).since(chain.from),
            None => self.visit_base(group, None, session.strays(group), each),
        }
    }

    fn visit_base(
        &mut self,
        group: NodeId,
        filter: Option<&Filter>,
        strays: &[u32],
        each: &mut Each<'_, 's, 'a>,
    ) -> Extent {
        let session = self.session;
        let pass = |truth: Truth, row: u32| filter.map_or(truth, |filter| truth.and(filter.truth(row)));
        match &session.plan.node(group).op {
            Op::All(entity) => {
                for row in 0..session.population_rows(*entity) {
                    self.give(*entity, row, pass(Truth::True, row), each);
                }
                self.extent(Look { kind: *entity, subject: None, from: None })
            }
            Op::Related { row, owner, inverse } => {
                let Some(by) = session.plan.schema.entity(*owner).inverses.get(inverse.0 as usize).map(|i| i.by) else {
                    return Extent::UNANSWERED;
                };
                match self.value(*row) {
                    Value::Row(owner_row) => {
                        let own = session.facts.related(*owner, *inverse, owner_row);
                        for (row, truth) in with_strays(own, if strays.len() > STRAYS { &[] } else { strays }) {
                            self.give(by.entity, row, pass(truth, row), each);
                        }
                        let extent =
                            self.extent(Look { kind: by.entity, subject: Some((*owner, owner_row)), from: None });
                        Extent { open: extent.open || strays.len() > STRAYS, ..extent }
                    }
                    Value::Candidates(owners) => {
                        let mut members: Vec<u32> = owners
                            .rows
                            .iter()
                            .flat_map(|row| session.facts.related(*owner, *inverse, *row))
                            .copied()
                            .collect();
                        members.sort_unstable();
                        members.dedup();
                        for row in members {
                            self.give(by.entity, row, pass(Truth::Unknown, row), each);
                        }
                        Extent { unanswered: false, ..Extent::UNANSWERED }
                    }
                    _ => Extent::UNANSWERED,
                }
            }
            Op::Listed { row, field } => self.visit_listed(*row, *field, &pass, each),
            Op::Joined { entity, on } => self.visit_joined(group, *entity, on, &pass, each),
            Op::Where { group, depth, predicate } => self.visit(*group, &mut |walk, row, truth| {
                let truth = pass(truth, row);
                if truth == Truth::False {
                    return;
                }
                walk.bind(*depth, row);
                let truth = truth.and(walk.asked(*predicate));
                if truth != Truth::False {
                    each(walk, row, truth);
                }
            }),
            Op::Recent { group: inner, direction, span } => {
                let span = self.value(*span);
                let Some(entity) = self.entity_of(group) else { return Extent::UNANSWERED };
                let from = since(session, *direction, &span);
                let extent = self.visit(*inner, &mut |walk, row, truth| {
                    let truth = pass(truth, row);
                    if truth == Truth::False {
                        return;
                    }
                    let time = walk.unmarked(|walk| walk.own_time(entity, row));
                    let inside = compute::within(session, &time, *direction, &span);
                    walk.note_within(group, &time, *direction, &span, inside);
                    let truth = truth.and(inside);
                    if truth != Truth::False {
                        each(walk, row, truth);
                    }
                });
                extent.since(from)
            }
            Op::Reduce(reduction) => {
                super::methods::visit_latest_of_each(self, group, reduction, &mut |walk, row, truth| {
                    let truth = pass(truth, row);
                    if truth != Truth::False {
                        each(walk, row, truth);
                    }
                })
            }
            _ => Extent::UNANSWERED,
        }
    }

    /// A row that may lie after now may not be visible; a state that was listed too long ago may be no more.
    fn give(&mut self, entity: EntityId, row: u32, truth: Truth, each: &mut Each<'_, 's, 'a>) {
        if truth == Truth::False {
            return;
        }
        let mut maybe = self.session.facts.table(entity).maybe.get(row);
        if self.session.is_stale(entity, row) {
            self.flags |= WEAK;
            maybe |= self.reading == Reading::Strict;
        }
        each(self, row, if maybe { Truth::Unknown } else { truth });
    }

    fn visit_listed(
        &mut self,
        row: NodeId,
        field: FieldRef,
        pass: &dyn Fn(Truth, u32) -> Truth,
        each: &mut Each<'_, 's, 'a>,
    ) -> Extent {
        use crate::facts::schema::Type;
        let entity = match &self.session.plan.schema.field(field).ty {
            Type::Rows(entity) => return self.visit_nested(row, field, *entity, pass, each),
            Type::Set(of) | Type::List(of) => match &**of {
                Type::Row(entity) => *entity,
                _ => return Extent::UNANSWERED,
            },
            _ => return Extent::UNANSWERED,
        };
        let Value::Row(row) = self.value(row) else { return Extent::UNANSWERED };
        match self.cell(field, row) {
            Some(Cell::Set { members, open }) => {
                for row in members {
                    self.give(entity, *row, pass(Truth::True, *row), each);
                }
                Extent { look: None, open: open.is_some(), unanswered: false }
            }
            _ => Extent { unanswered: false, ..Extent::UNANSWERED },
        }
    }

    /// Rows nested in another row; whether it states its list is the exports' answer.
    fn visit_nested(
        &mut self,
        row: NodeId,
        field: FieldRef,
        entity: EntityId,
        pass: &dyn Fn(Truth, u32) -> Truth,
        each: &mut Each<'_, 's, 'a>,
    ) -> Extent {
        let Value::Row(parent) = self.value(row) else { return Extent::UNANSWERED };
        let session = self.session;
        for row in session.nested_rows(entity, field.entity).of(parent) {
            self.give(entity, *row, pass(Truth::True, *row), each);
        }
        self.extent(Look { kind: entity, subject: Some((field.entity, parent)), from: None })
    }

    fn visit_joined(
        &mut self,
        node: NodeId,
        entity: EntityId,
        on: &[crate::plan::Key],
        pass: &dyn Fn(Truth, u32) -> Truth,
        each: &mut Each<'_, 's, 'a>,
    ) -> Extent {
        use crate::facts::schema::Type;
        let mut items = Vec::with_capacity(on.len());
        let mut subject = None;
        for key in on {
            let value = self.value(key.value);
            if let (Type::Row(owner), [_], Value::Row(row)) =
                (&self.session.plan.node(key.value).ty, key.path.as_slice(), &value)
            {
                subject = subject.or(Some((*owner, *row)));
            }
            // Of whom nobody knows: any row may be one.
            let Some(item) = value.item() else { return Extent::UNANSWERED };
            items.push(item);
        }
        let index = self.session.join(node, entity, on, self.reading);
        self.flags |= index.flags;
        for assumption in &index.assumed {
            self.rest_on(*assumption);
        }
        for (row, truth) in index.rows(self.session, &items) {
            self.give(entity, row, pass(truth, row), each);
        }
        self.extent(Look { kind: entity, subject, from: None })
    }
}

/// A subject's own rows, and those that may be anybody's, ascending.
fn with_strays<'r>(own: &'r [u32], strays: &'r [u32]) -> impl Iterator<Item = (u32, Truth)> + 'r {
    let (mut own, mut strays) = (own.iter().copied().peekable(), strays.iter().copied().peekable());
    std::iter::from_fn(move || match (own.peek(), strays.peek()) {
        (Some(row), Some(stray)) if stray == row => {
            strays.next();
            own.next().map(|row| (row, Truth::True))
        }
        (Some(row), Some(stray)) if stray < row => strays.next().map(|row| (row, Truth::Unknown)),
        (Some(_), _) => own.next().map(|row| (row, Truth::True)),
        (None, _) => strays.next().map(|row| (row, Truth::Unknown)),
    })
}

/// Since when a look in that direction looks at events.
fn since(session: &Session<'_>, direction: Direction, span: &Value) -> Option<Instant> {
    let (from, _) = compute::window(session, direction, span)?;
    from.low.as_i64().map(Instant)
}

impl Session<'_> {
    /// How many rows of an entity there are to ask: the seen ones only where nobody lists any.
    pub fn population_rows(&self, entity: EntityId) -> u32 {
        let table = self.facts.table(entity);
        if self.coverage.population(entity) == Population::Seen { table.rows } else { table.listed }
    }

    /// A group node as a base and one filter, where its own filter can be evaluated for the whole table.
    pub fn chain(&self, group: NodeId) -> Option<&Arc<Chain>> {
        let (Op::Where { group: inner, .. } | Op::Recent { group: inner, .. }) = &self.plan.node(group).op else {
            return None;
        };
        self.chains
            .get(group.0 as usize)?
            .get_or_init(|| {
                let (filter, from) = match &self.plan.node(group).op {
                    Op::Where { predicate, depth, .. } => (self.filter_of(*predicate, *depth)?.clone(), None),
                    Op::Recent { direction, span, .. } => {
                        let span = self.settled(*span)?;
                        let filter = self.recent_filter(group, *direction, &span)?;
                        (Arc::new(filter), since(self, *direction, &span))
                    }
                    _ => return None,
                };
                let (base, filter, from) = match self.chain(*inner) {
                    None => (*inner, filter, from),
                    Some(below) => (below.base, Arc::new(below.filter.and(&filter)), below.from.max(from)),
                };
                let passes = |row: &u32| filter.truth(*row) != Truth::False;
                let strays = self.strays(base).iter().copied().filter(passes).collect();
                Some(Arc::new(Chain { base, filter, from, strays }))
            })
            .as_ref()
    }
}
