//! Whether a group of rows is closed (`semantics.md` 3.2, 3.3, 3.5, 3.6), answered from the exports.
//!
//! What each kind rests on is joined once; who is covered is found for a kind and an entity of subjects when first asked,
//! in one pass over the rows. A question is then a few comparisons, and no more than one for each export that speaks of
//! the subject.
//!
//! Decisions beside the page: an export that limits itself by keys of another entity neither closes nor weakly closes a
//! subject's group; a group of all rows is closed by exports that do not limit themselves, and only weakly by those that
//! do; rows nested in another row are closed where that row states its list.

mod doubts;
mod evidence;
#[cfg(test)]
mod properties;
mod spans;
mod subjects;
#[cfg(test)]
mod tests;
mod warnings;

use super::collect::visit_rows;
use super::coverage::{Coverage, CoverageSettings, Doubt, Look, Population};
use super::export::{COLLECTION, Closure, Covers};
use super::population::unlisted;
use super::schema::{EntityId, Nature};
use super::table::{Bits, Facts};
use crate::value::Instant;
use evidence::{Evidence, Witness, evidence, is_stale, is_undated, newest};
use rustc_hash::FxHashMap;
use std::sync::OnceLock;
use subjects::{Subjects, subjects};
pub use warnings::warnings;

/// The answers of one run's exports.
#[derive(Debug)]
pub struct ExportCoverage<'f> {
    facts: &'f Facts,
    settings: CoverageSettings,
    evidence: Vec<Evidence>,
    /// By export: the newest own time, where it is undated.
    newest: Vec<Option<Instant>>,
    /// By kind and entity of subjects.
    subjects: Vec<OnceLock<Subjects>>,
    /// By kind; `None` where no row is stale.
    stale: Vec<OnceLock<Option<Bits>>>,
    /// By kind; the rows that describe a later day than `now`, with that day.
    later: Vec<OnceLock<FxHashMap<u32, Instant>>>,
    /// The entity of the exports themselves.
    collection: Option<EntityId>,
    /// By nested kind: whether every row that may hold such rows states its list.
    lists_stated: Vec<OnceLock<bool>>,
}

impl<'f> ExportCoverage<'f> {
    /// Over loaded facts whose exports are set.
    pub fn new(facts: &'f Facts, settings: CoverageSettings) -> Self {
        let entities = facts.schema.entities.len();
        let newest = newest(facts);
        ExportCoverage {
            facts,
            collection: facts.schema.entity_named(COLLECTION),
            evidence: evidence(facts, &settings, &newest),
            newest,
            settings,
            subjects: (0..entities * entities).map(|_| OnceLock::new()).collect(),
            stale: (0..entities).map(|_| OnceLock::new()).collect(),
            later: (0..entities).map(|_| OnceLock::new()).collect(),
            lists_stated: (0..entities).map(|_| OnceLock::new()).collect(),
        }
    }

    /// The facts asked about.
    pub fn facts(&self) -> &'f Facts {
        self.facts
    }

    /// How the run weighs evidence.
    pub fn settings(&self) -> &CoverageSettings {
        &self.settings
    }

    /// Whether a complete export lists `kind`.
    pub(super) fn is_listed(&self, kind: EntityId) -> bool {
        self.is_known_by_itself(kind) || !self.of_kind(self.listed_as(kind)).witnesses.is_empty()
    }

    /// Whether the rows of `kind` are the exports themselves: what was loaded is known (`semantics.md` 3.2).
    fn is_known_by_itself(&self, kind: EntityId) -> bool {
        self.collection == Some(kind)
    }

    /// The first export of `kind` that does not list all of it.
    pub(super) fn first_missing(&self, kind: EntityId) -> Option<Doubt> {
        if self.is_known_by_itself(kind) {
            return None;
        }
        let kind = self.listed_as(kind);
        doubts::missing(self, Look { kind, subject: None, from: None }, self.of_kind(kind)).into_iter().next()
    }

    /// Why the listing of `kind` can only accuse, if no export of it can acquit: too old to tell who is there now.
    pub(super) fn weak_listing(&self, kind: EntityId) -> Option<Doubt> {
        if self.is_known_by_itself(kind) {
            return None;
        }
        let kind = self.listed_as(kind);
        let of_kind = self.of_kind(kind);
        let sure = of_kind.witnesses.iter().any(|w| w.weak.is_none() && w.to >= self.settings.now);
        if sure {
            None
        } else {
            doubts::doubts(self, Look { kind, subject: None, from: Some(self.settings.now) }).into_iter().next()
        }
    }

    /// What the complete exports of `kind` limit themselves to; `None` where one of them does not.
    pub(super) fn stated_parts(&self, kind: EntityId) -> Option<Vec<&'f Covers>> {
        if self.is_known_by_itself(kind) {
            return None;
        }
        let exports = self.of_kind(self.listed_as(kind)).witnesses.iter();
        let covers = exports.map(|w| self.facts.exports.get(w.export.0 as usize).and_then(|e| e.covers.as_ref()));
        covers.map(|covers| covers.filter(|covers| !is_all(covers))).collect()
    }

    /// What to say where there is nothing at all.
    pub(super) fn not_collected(&self, kind: EntityId) -> Doubt {
        doubts::not_collected(self, self.listed_as(kind))
    }

    fn of_kind(&self, kind: EntityId) -> &Evidence {
        // Kinds come from the schema that the evidence was built by.
        &self.evidence[kind.0 as usize]
    }

    fn subjects(&self, kind: EntityId, entity: EntityId) -> Option<&Subjects> {
        let cell = self.subjects.get(kind.0 as usize * self.evidence.len() + entity.0 as usize)?;
        Some(cell.get_or_init(|| subjects(self.facts, kind, entity, self.of_kind(kind))))
    }

    /// The kind that exports list for `kind`: itself, or the one whose rows hold its rows.
    fn listed_as(&self, kind: EntityId) -> EntityId {
        let mut at = kind;
        // A schema nests no deeper than it has entities.
        for _ in 0..self.evidence.len() {
            match &self.facts.schema.entity(at).parent {
                Some(parent) => at = parent.list.entity,
                None => break,
            }
        }
        at
    }

    /// Whether a row states the list that holds its rows of the nested `kind`.
    fn states_list(&self, kind: EntityId, row: u32) -> bool {
        let Some(parent) = &self.facts.schema.entity(kind).parent else { return false };
        let (owner, list) = (parent.list.entity, parent.list.field);
        let table = self.facts.table(owner);
        if row >= table.listed {
            return false;
        }
        match table.columns.get(list.0 as usize) {
            Some(Some(column)) => column.exact || column.known.get(row),
            _ => self.has_nested(kind, row),
        }
    }

    /// Whether rows of the nested `kind` stand in a row.
    fn has_nested(&self, kind: EntityId, row: u32) -> bool {
        let Some(parent) = &self.facts.schema.entity(kind).parent else { return false };
        let owner = self.facts.schema.entity(parent.list.entity);
        let back = owner.inverses.iter().position(|i| i.by.entity == kind && i.by.field == parent.field);
        let grouping = back.and_then(|i| self.facts.table(parent.list.entity).inverses.get(i)).and_then(Option::as_ref);
        grouping.is_some_and(|g| !g.of(row).is_empty())
    }

    fn nested_closure(&self, look: Look, owner: EntityId) -> Closure {
        if let Some((entity, row)) = look.subject
            && entity == owner
        {
            return match (self.states_list(look.kind, row), self.stale(owner, row)) {
                (false, _) => Closure::Open,
                (true, true) => Closure::Weak,
                (true, false) => Closure::Closed,
            };
        }
        let all_stated = self.lists_stated.get(look.kind.0 as usize).is_some_and(|cell| {
            *cell.get_or_init(|| (0..self.facts.table(owner).rows).all(|row| self.states_list(look.kind, row)))
        });
        if all_stated { self.closure(Look { kind: owner, subject: None, from: look.from }) } else { Closure::Open }
    }

    fn closure_of_all(&self, look: Look, of_kind: &Evidence) -> Closure {
        if !of_kind.missing.is_empty() {
            return Closure::Open;
        }
        let from = look.from.map_or(Instant(i64::MIN), |from| from.min(self.settings.now));
        let reaches = |reach: Option<Instant>| reach.is_some_and(|to| to >= self.settings.now);
        if reaches(of_kind.whole.reach(from, [])) {
            Closure::Closed
        } else if reaches(of_kind.whole_assumed.reach(from, [])) {
            Closure::Weak
        } else {
            Closure::Open
        }
    }

    fn closure_of_subject(&self, look: Look, of_kind: &Evidence, subjects: &Subjects, row: u32) -> Closure {
        if subjects.all_opened || subjects.opened.get(row) {
            return Closure::Open;
        }
        let from = look.from.map_or(Instant(i64::MIN), |from| from.min(self.settings.now));
        let now = self.settings.now;
        let spoken_of = subjects.spoken_of.of(row).iter().filter_map(|i| of_kind.witnesses.get(*i as usize));
        let sure = spoken_of.clone().filter(|w| w.weak.is_none()).map(|w| (w.from, w.to));
        if of_kind.stated.reach(from, sure).is_some_and(|to| to >= now) {
            if self.settings.strict && subjects.unattributed > 0 { Closure::Weak } else { Closure::Closed }
        } else if self.reaches_leniently(of_kind, spoken_of, from) {
            Closure::Weak
        } else {
            Closure::Open
        }
    }

    fn reaches_leniently<'w>(
        &self,
        of_kind: &Evidence,
        spoken_of: impl Iterator<Item = &'w Witness>,
        from: Instant,
    ) -> bool {
        let now = self.settings.now;
        if of_kind.assumed.reach(from, []).is_some_and(|to| to >= now) {
            return true;
        }
        let mut more: Vec<_> = spoken_of.map(|w| (w.assumed_from, w.to)).collect();
        more.sort_unstable();
        of_kind.assumed.reach(from, more).is_some_and(|to| to >= now)
    }

    fn is_state(&self, kind: EntityId) -> bool {
        self.facts.schema.entity(kind).nature == Nature::State && !self.is_known_by_itself(kind)
    }

    fn later_rows(&self, kind: EntityId) -> FxHashMap<u32, Instant> {
        let by_export: Vec<Option<Instant>> =
            self.facts.exports.iter().map(|export| export.later_than(self.settings.now)).collect();
        let mut later: FxHashMap<u32, Instant> = FxHashMap::default();
        if !self.is_state(kind) || by_export.iter().all(Option::is_none) {
            return later;
        }
        visit_rows(self.facts, kind, |row, export| {
            if let Some(day) = by_export.get(export.0 as usize).copied().flatten() {
                let latest = later.entry(row).or_insert(day);
                *latest = day.max(*latest);
            }
        });
        later
    }

    fn stale_rows(&self, kind: EntityId) -> Option<Bits> {
        if self.is_known_by_itself(kind) {
            return None;
        }
        let listed_as = self.listed_as(kind);
        let exports = self.facts.exports.iter().zip(self.newest.iter().copied());
        let weak = exports.map(|(export, newest)| {
            is_stale(export, listed_as, &self.settings) || is_undated(export, listed_as, newest, &self.settings)
        });
        let by_export: Vec<bool> = weak.collect();
        if self.facts.schema.entity(kind).nature == Nature::Event || !by_export.contains(&true) {
            return None;
        }
        let (mut stale, mut fresh) = (Bits::default(), Bits::default());
        visit_rows(self.facts, kind, |row, export| {
            let of_row = by_export.get(export.0 as usize).copied().unwrap_or(false);
            if of_row { stale.set(row) } else { fresh.set(row) }
        });
        for (word, fresh) in stale.words.iter_mut().zip(&fresh.words) {
            *word &= !fresh;
        }
        stale.words.iter().any(|word| *word != 0).then_some(stale)
    }
}

/// Whether a statement leaves nobody out: `all`, or a glob that every key matches.
fn is_all(covers: &Covers) -> bool {
    match covers {
        Covers::All => true,
        Covers::Some(limits) => matches!(limits.as_slice(), [(_, globs)] if globs.iter().any(|glob| glob == "*")),
    }
}

impl Coverage for ExportCoverage<'_> {
    fn closure(&self, look: Look) -> Closure {
        if self.is_known_by_itself(look.kind) {
            return Closure::Closed;
        }
        if let Some(parent) = &self.facts.schema.entity(look.kind).parent {
            return self.nested_closure(look, parent.list.entity);
        }
        let of_kind = self.of_kind(look.kind);
        if of_kind.witnesses.is_empty() {
            return Closure::Open;
        }
        match look.subject {
            None => match self.closure_of_all(look, of_kind) {
                Closure::Closed if unlisted(self, look.kind) > 0 => Closure::Weak,
                closure => closure,
            },
            Some((entity, row)) => match self.subjects(look.kind, entity) {
                Some(subjects) => self.closure_of_subject(look, of_kind, subjects, row),
                None => Closure::Open,
            },
        }
    }

    fn doubts(&self, look: Look) -> Vec<Doubt> {
        if self.closure(look) == Closure::Closed { Vec::new() } else { doubts::doubts(self, look) }
    }

    fn population(&self, kind: EntityId) -> Population {
        super::population::population(self, kind)
    }

    fn population_doubt(&self, kind: EntityId) -> Option<Doubt> {
        super::population::population_doubt(self, kind)
    }

    fn stale(&self, kind: EntityId, row: u32) -> bool {
        let cell = self.stale.get(kind.0 as usize);
        cell.and_then(|c| c.get_or_init(|| self.stale_rows(kind)).as_ref()).is_some_and(|rows| rows.get(row))
    }

    fn stale_doubt(&self, kind: EntityId, row: u32) -> Option<Doubt> {
        if self.stale(kind, row) { doubts::of_stale_row(self, kind, row) } else { None }
    }

    fn later(&self, kind: EntityId, row: u32) -> Option<Instant> {
        self.later.get(kind.0 as usize)?.get_or_init(|| self.later_rows(kind)).get(&row).copied()
    }

    fn later_listing(&self, kind: EntityId) -> Option<Instant> {
        let listed_as = self.listed_as(kind);
        let lists = self.facts.exports.iter().filter(|export| export.kinds.contains(&listed_as));
        lists.filter_map(|export| export.later_than(self.settings.now)).max().filter(|_| self.is_state(kind))
    }
}
