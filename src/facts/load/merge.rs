//! Rows with the same key become one (`semantics.md` 7.3): known beats unknown, of one source the later export wins, and
//! what then still differs is a conflict. Rows that are not there yet go.
//!
//! Of a state, what only an outdated export says is not known where a current one speaks of the row; and a word that a
//! later export of the same source says and nobody understands takes back what it said before.
//!
//! Invariants: the merged row stands at the place of its first one; nested rows follow their parents; the result does not
//! depend on the order of the rows but for their numbers and origins.

use super::column::{Building, DIRECT, Held};
use super::store::Rows;
use super::times::{Context, Visible};
use crate::facts::coverage::EVIDENCE_AGE;
use crate::facts::schema::Nature;
use crate::facts::table::{Bits, Origin, Reason};
use crate::value::Instant;
use rustc_hash::FxHashMap;
use std::collections::BTreeMap;

const NONE: u32 = u32::MAX;

/// From text ids to rows of the table at hand; used for one table after the other.
#[derive(Default)]
pub(super) struct RowOf {
    /// By interned text.
    rows: Vec<u32>,
    /// By text of an own key; seldom needed.
    others: FxHashMap<u32, u32>,
}

impl RowOf {
    pub(super) fn new(texts: usize) -> RowOf {
        RowOf { rows: vec![NONE; texts], others: FxHashMap::default() }
    }

    pub(super) fn get(&self, text: u32) -> Option<u32> {
        match self.rows.get(text as usize) {
            Some(row) => Some(*row).filter(|row| *row != NONE),
            None => self.others.get(&text).copied(),
        }
    }

    /// Sets the row of a text.
    pub(super) fn set(&mut self, text: u32, row: u32) {
        match self.rows.get_mut(text as usize) {
            Some(place) => *place = row,
            None if text == NONE => {}
            None => {
                self.others.insert(text, row);
            }
        }
    }

    pub(super) fn clear(&mut self, texts: &[u32]) {
        self.others.clear();
        for text in texts {
            if let Some(place) = self.rows.get_mut(*text as usize) {
                *place = NONE;
            }
        }
    }
}

/// What identifies each row of a table; empty without key.
pub(super) fn identities(rows: &Rows) -> Vec<u32> {
    match rows.key.and_then(|key| rows.columns.get(key.0 as usize)) {
        Some(Some(column)) => (0..rows.rows).map(|row| column.id(row).unwrap_or(NONE)).collect(),
        _ => Vec::new(),
    }
}

/// What merging did to a table.
#[derive(Debug, Default)]
pub(super) struct Merged {
    /// By old row, its new number; `None` for the rows that are gone. Empty where nothing changed.
    pub(super) moved: Vec<Option<u32>>,
    /// By first row (old number): the rows with the same key.
    pub(super) groups: BTreeMap<u32, Vec<u32>>,
    pub(super) also: FxHashMap<u32, Vec<Origin>>,
    pub(super) maybe: Bits,
}

/// Merges and drops rows of one table.
pub(super) fn merge(
    rows: &mut Rows,
    nature: Nature,
    visible: Visible,
    row_of: &mut RowOf,
    with: &Context<'_>,
) -> Merged {
    let identity = if rows.distinct { Vec::new() } else { identities(rows) };
    let mut groups: BTreeMap<u32, Vec<u32>> = BTreeMap::new();
    for (row, text) in identity.iter().enumerate() {
        let row = row as u32;
        if visible.any_gone && visible.gone.get(row) {
            continue;
        }
        if let Some(first) = row_of.get(*text) {
            groups.entry(first).or_insert_with(|| vec![first]).push(row);
        } else {
            row_of.set(*text, row);
        }
    }
    row_of.clear(&identity);
    if groups.is_empty() && !visible.any_gone {
        return Merged { maybe: visible.maybe, ..Merged::default() };
    }
    let mut kept = vec![true; rows.rows as usize];
    for row in 0..rows.rows {
        if visible.gone.get(row)
            && let Some(place) = kept.get_mut(row as usize)
        {
            *place = false;
        }
    }
    let mut also = FxHashMap::default();
    for group in groups.values() {
        let mut origins: Vec<Origin> = group.iter().skip(1).map(|row| with.origin(rows, *row)).collect();
        origins.sort_unstable();
        origins.dedup();
        for row in group.iter().skip(1) {
            if let Some(place) = kept.get_mut(*row as usize) {
                *place = false;
            }
        }
        if let Some(first) = group.first() {
            also.insert(*first, origins);
        }
    }
    let claims = claims(rows, nature, &groups, with);
    let columns = std::mem::take(&mut rows.columns);
    rows.columns = columns
        .into_iter()
        .map(|column| {
            column.map(|column| {
                let mut united: FxHashMap<u32, Held> =
                    groups.iter().map(|(first, group)| (*first, unite(&column, group, &claims))).collect();
                column.rebuilt(which(&kept), |row, held| united.remove(&row).unwrap_or(held))
            })
        })
        .collect();
    let moved = drop_rows(rows, &kept);
    let new = |row: u32| moved.get(row as usize).copied().flatten();
    let mut maybe = Bits::default();
    for row in 0..moved.len() as u32 {
        // A merged row is there if one of its rows surely is.
        let unsure = groups.get(&row).map_or(visible.maybe.get(row), |g| g.iter().all(|r| visible.maybe.get(*r)));
        if unsure && let Some(row) = new(row) {
            maybe.set(row);
        }
    }
    let also = also.into_iter().filter_map(|(row, origins)| Some((new(row)?, origins))).collect();
    Merged { moved, groups, also, maybe }
}

fn which(kept: &[bool]) -> impl Iterator<Item = u32> + '_ {
    kept.iter().enumerate().filter(|(_, kept)| **kept).map(|(row, _)| row as u32)
}

/// Drops all but the kept rows from what stands beside the columns; gives the new numbers.
fn drop_rows(rows: &mut Rows, kept: &[bool]) -> Vec<Option<u32>> {
    let mut moved = vec![None; kept.len()];
    let (mut offsets, mut hashes, mut file_of) = (Vec::new(), Vec::new(), Vec::<(u32, u32)>::new());
    let mut next = 0;
    let mut files = rows.file_of.iter().peekable();
    let mut file = 0;
    for row in 0..kept.len() {
        while let Some((_, at)) = files.next_if(|(first, _)| *first as usize <= row) {
            file = *at;
        }
        if !kept.get(row).copied().unwrap_or(false) {
            continue;
        }
        if let Some(place) = moved.get_mut(row) {
            *place = Some(next);
        }
        if file_of.last().is_none_or(|(_, last)| *last != file) {
            file_of.push((next, file));
        }
        offsets.push(rows.offsets.get(row).copied().unwrap_or(0));
        hashes.push(rows.hashes.get(row).copied().unwrap_or(0));
        next += 1;
    }
    rows.offsets = offsets;
    rows.hashes = hashes;
    rows.file_of = file_of;
    rows.rows = next;
    moved
}

/// Who says a row, and when.
struct Claim {
    source: (Option<String>, Option<String>),
    collected: Instant,
    origin: Origin,
    /// Place in the project's ranking, 0 the most believed; `None` where it is not ranked.
    rank: Option<usize>,
    /// Whether it describes a state of too long ago to stand beside a current claim.
    outdated: bool,
}

impl Claim {
    /// Exports that name no tool are not known to be of one source: what they say differently is a conflict, not news.
    fn is_same_source(&self, other: &Claim) -> bool {
        self.source.0.is_some() && self.source == other.source
    }

    /// Whether the project believes this one rather than the other. A source that it does not rank is neither.
    fn outranks(&self, other: &Claim) -> bool {
        matches!((self.rank, other.rank), (Some(mine), Some(theirs)) if mine < theirs)
    }
}

fn claims(rows: &Rows, nature: Nature, groups: &BTreeMap<u32, Vec<u32>>, with: &Context<'_>) -> FxHashMap<u32, Claim> {
    let mut claims = FxHashMap::default();
    for row in groups.values().flatten() {
        let origin = with.origin(rows, *row);
        let source = with.export(origin).map(|e| (e.tool.clone(), e.account.clone())).unwrap_or_default();
        let rank = source.0.as_ref().and_then(|tool| with.rank.iter().position(|ranked| ranked == tool));
        let collected = with.collected(origin);
        let outdated = nature == Nature::State && with.now.0.saturating_sub(collected.0) > EVIDENCE_AGE;
        claims.insert(*row, Claim { source, collected, origin, rank, outdated });
    }
    claims
}

/// The one cell of rows with the same key.
fn unite(column: &Building, group: &[u32], claims: &FxHashMap<u32, Claim>) -> Held {
    let mut cells: Vec<(u32, Held)> = group.iter().map(|row| (*row, column.held(*row))).collect();
    let is_outdated = |row: &u32| claims.get(row).is_some_and(|claim| claim.outdated);
    if cells.iter().any(|(row, _)| !is_outdated(row)) {
        cells.retain(|(row, _)| !is_outdated(row));
    }
    let taken_back = |row: &u32| {
        cells.iter().any(|(other, held)| match (claims.get(row), claims.get(other), held) {
            (Some(mine), Some(theirs), Held::Unknown(_)) => {
                mine.is_same_source(theirs) && theirs.collected > mine.collected
            }
            _ => false,
        })
    };
    let kept: Vec<bool> = cells.iter().map(|(row, _)| !taken_back(row)).collect();
    let mut kept = kept.into_iter();
    cells.retain(|_| kept.next().unwrap_or(true));
    let is_known = |held: &Held| matches!(held, Held::Known(_) | Held::Map(_) | Held::Set(_));
    let is_partly = |held: &Held| matches!(held, Held::Between(..) | Held::Open(..));
    let known = most_believed(latest(cells.iter().filter(|(_, h)| is_known(h)), claims), claims);
    let Some((_, first)) = known.first() else {
        let partly = most_believed(latest(cells.iter().filter(|(_, h)| is_partly(h)), claims), claims);
        return match partly.as_slice() {
            [] => some_reason(&cells),
            [(_, only)] => (*only).clone(),
            [(_, first), ..] if partly.iter().all(|(_, h)| h == first) => (*first).clone(),
            _ => conflict(&partly, claims),
        };
    };
    if known.iter().any(|(_, held)| held != first) {
        return conflict(&known, claims);
    }
    // A range or an open set must allow what is known elsewhere, unless the same source took it back.
    let sources: Vec<&Claim> = known.iter().filter_map(|(row, _)| claims.get(row)).collect();
    let doubts: Vec<(u32, &Held)> = latest(cells.iter().filter(|(_, h)| is_partly(h)), claims)
        .into_iter()
        .filter(|(row, _)| {
            let settled = |c: &Claim| sources.iter().any(|known| known.is_same_source(c) || known.outranks(c));
            claims.get(row).is_none_or(|c| !settled(c))
        })
        .filter(|(_, held)| !allows(held, first))
        .collect();
    if doubts.is_empty() {
        return (*first).clone();
    }
    conflict(&known.into_iter().chain(doubts).collect::<Vec<_>>(), claims)
}

fn allows(partly: &Held, known: &Held) -> bool {
    match (partly, known) {
        (Held::Between(low, high), Held::Known(crate::facts::table::Atom::Int(value))) => (low..=high).contains(&value),
        (Held::Open(some, _), Held::Set(all)) => some.iter().all(|member| all.contains(member)),
        _ => true,
    }
}

/// Of each source the cells of its latest export.
fn latest<'h>(
    cells: impl Iterator<Item = &'h (u32, Held)> + Clone,
    claims: &FxHashMap<u32, Claim>,
) -> Vec<(u32, &'h Held)> {
    let later = |row: &u32, other: &u32| match (claims.get(row), claims.get(other)) {
        (Some(mine), Some(theirs)) => mine.is_same_source(theirs) && theirs.collected > mine.collected,
        _ => false,
    };
    cells
        .clone()
        .filter(|(row, _)| !cells.clone().any(|(other, _)| later(row, other)))
        .map(|(row, held)| (*row, held))
        .collect()
}

/// Those cells that no other one outranks.
fn most_believed<'h>(cells: Vec<(u32, &'h Held)>, claims: &FxHashMap<u32, Claim>) -> Vec<(u32, &'h Held)> {
    let outranked = |row: u32| {
        let mut others = cells.iter().filter_map(|(other, _)| claims.get(other));
        claims.get(&row).is_some_and(|mine| others.any(|other| other.outranks(mine)))
    };
    cells.iter().filter(|(row, _)| !outranked(*row)).copied().collect()
}

/// Nothing is known: a reason that says more than that nothing is there, the same whatever the order.
fn some_reason(cells: &[(u32, Held)]) -> Held {
    let reasons = cells.iter().filter_map(|(_, held)| match held {
        Held::Unknown(reason) => Some(reason),
        _ => None,
    });
    match reasons.min_by_key(|reason| format!("{reason:?}")) {
        Some(reason) => Held::Unknown(reason.clone()),
        None => Held::Absent,
    }
}

fn conflict(cells: &[(u32, &Held)], claims: &FxHashMap<u32, Claim>) -> Held {
    let mut origins: Vec<Origin> = cells.iter().filter_map(|(row, _)| claims.get(row).map(|c| c.origin)).collect();
    origins.sort_unstable();
    let reason = Reason::Conflict(origins.into_boxed_slice(), "two places say different things".to_owned());
    let sets: Option<Vec<&Vec<u32>>> = cells
        .iter()
        .map(|(_, held)| match held {
            Held::Set(members) | Held::Open(members, _) => Some(members),
            _ => None,
        })
        .collect();
    match sets.as_deref() {
        Some([first, rest @ ..]) => {
            let common = first.iter().filter(|member| rest.iter().all(|set| set.contains(member))).copied().collect();
            Held::Open(common, reason)
        }
        _ => Held::Unknown(reason),
    }
}

/// The nested rows of merged parents: those of a copy of the parent that says the same are there once. Marks the rows that
/// go and lets the others follow their parents.
pub(super) fn follow_parents(rows: &mut Rows, field: usize, parent: &Merged, visible: &mut Visible) {
    let Some(Some(column)) = rows.columns.get(field) else { return };
    let mut children: FxHashMap<u32, Vec<u32>> = FxHashMap::default();
    let mut new: Vec<(u32, Option<u32>)> = Vec::new();
    for row in 0..rows.rows {
        let Some(old) = column.id(row).filter(|id| id & DIRECT != 0).map(|id| id & !DIRECT) else { continue };
        children.entry(old).or_default().push(row);
        new.push((row, parent.moved.get(old as usize).copied().flatten()));
    }
    let mut targets: FxHashMap<u32, u32> = FxHashMap::default();
    let cells = |row: u32| -> Vec<Held> {
        let others = rows.columns.iter().enumerate().filter(|(i, _)| *i != field);
        others.filter_map(|(_, column)| column.as_ref().map(|column| column.held(row))).collect()
    };
    let mut gone = Vec::new();
    for (first, group) in &parent.groups {
        let Some(target) = parent.moved.get(*first as usize).copied().flatten() else { continue };
        let mut seen: Vec<Vec<Vec<Held>>> = Vec::new();
        for old in group {
            let mine = children.get(old).map(Vec::as_slice).unwrap_or_default();
            let said: Vec<Vec<Held>> = mine.iter().map(|row| cells(*row)).collect();
            if seen.contains(&said) {
                gone.extend_from_slice(mine);
            } else {
                targets.extend(mine.iter().map(|row| (*row, target)));
                seen.push(said);
            }
        }
    }
    for (row, target) in new {
        match target.or_else(|| targets.get(&row).copied()) {
            Some(target) => {
                if let Some(Some(column)) = rows.columns.get_mut(field) {
                    column.put(row, Held::Known(crate::facts::table::Atom::Id(target | DIRECT)));
                }
            }
            None => gone.push(row),
        }
    }
    for row in gone {
        visible.gone.set(row);
        visible.any_gone = true;
    }
}
