//! What each kind rests on: the complete exports that list it with the time that they cover, and what is missing.

use super::super::collect::ends;
use super::super::coverage::{CoverageSettings, EVIDENCE_AGE, ExpectedExport};
use super::super::export::{Covers, Export, ExportId};
use super::super::schema::{EntityId, Nature};
use super::super::table::Facts;
use super::spans::Spans;
use crate::value::Instant;

/// A complete export that lists the kind.
#[derive(Debug, Clone)]
pub(super) struct Witness {
    pub(super) export: ExportId,
    /// Whether it has a row of the kind that has a time; states are there or not, their lists say so.
    pub(super) has_rows: bool,
    /// Since when without any assumption: stated, known of the source, or its oldest row.
    pub(super) from: Instant,
    /// The same under the assumption that nothing older was left out.
    pub(super) assumed_from: Instant,
    /// Until when; `now` where it holds up to now.
    pub(super) to: Instant,
    /// Why it can only accuse.
    pub(super) weak: Option<Weakness>,
}

/// Why an export as a whole can only accuse.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Weakness {
    /// Undated, in a strict run.
    Undated,
    /// Older than the kind's evidence may be.
    Stale,
}

/// An export that lists the kind, or should, and does not list all of it.
#[derive(Debug, Clone)]
pub(super) struct Missing {
    /// `None`: expected and absent.
    pub(super) export: Option<ExportId>,
    pub(super) covers: Option<Covers>,
    pub(super) why: String,
    /// The file to mend.
    pub(super) described_in: String,
}

/// All about one kind.
#[derive(Debug, Clone, Default)]
pub(super) struct Evidence {
    /// Ascending by `from`, then by export.
    pub(super) witnesses: Vec<Witness>,
    pub(super) missing: Vec<Missing>,
    /// Covered by exports that are stated to cover all.
    pub(super) stated: Spans,
    /// Covered under the assumption that exports which do not say so cover all and reach back.
    pub(super) assumed: Spans,
    /// The same for groups of all rows, without and with assumptions.
    pub(super) whole: Spans,
    pub(super) whole_assumed: Spans,
}

/// The evidence of each kind, by entity; `newest` by export, as [`newest`] finds it.
pub(super) fn evidence(facts: &Facts, settings: &CoverageSettings, newest: &[Option<Instant>]) -> Vec<Evidence> {
    let mut all: Vec<Evidence> = vec![Evidence::default(); facts.schema.entities.len()];
    for ((i, export), newest) in facts.exports.iter().enumerate().zip(newest.iter().copied()) {
        let id = ExportId(u32::try_from(i).unwrap_or(u32::MAX));
        for (place, kind) in export.kinds.iter().enumerate() {
            let Some(of_kind) = all.get_mut(kind.0 as usize) else { continue };
            match &export.incomplete {
                Some(why) => of_kind.missing.push(Missing {
                    export: Some(id),
                    covers: export.covers.clone(),
                    why: why.clone(),
                    described_in: export.described_in.clone(),
                }),
                None => {
                    let mut witness = witness(facts, settings, id, export, *kind, place);
                    let undated = is_undated(export, *kind, newest, settings);
                    witness.weak = witness.weak.or(undated.then_some(Weakness::Undated));
                    of_kind.witnesses.push(witness);
                }
            }
        }
    }
    for expected in &settings.expected {
        for (kind, _) in facts.schema.entities() {
            let asked = expected.kinds.is_empty() || expected.kinds.contains(&kind);
            if !asked || facts.exports.iter().any(|export| is_there(expected, kind, export)) {
                continue;
            }
            if let Some(of_kind) = all.get_mut(kind.0 as usize) {
                of_kind.missing.push(Missing {
                    export: None,
                    covers: expected.covers.clone(),
                    why: format!("an export{} is expected, but is not there", whose(expected, facts)),
                    described_in: expected.described_in.clone(),
                });
            }
        }
    }
    for of_kind in &mut all {
        of_kind.witnesses.sort_by_key(|w| (w.from, w.export));
        join(facts, of_kind);
    }
    all
}

fn join(facts: &Facts, of_kind: &mut Evidence) {
    let covers = |w: &Witness| facts.exports.get(w.export.0 as usize).and_then(|e| e.covers.as_ref());
    let stated_all = |w: &&Witness| matches!(covers(w), Some(Covers::All));
    let open_ended = |w: &&Witness| !matches!(covers(w), Some(Covers::Some(_)));
    let sure = |w: &&Witness| w.weak.is_none();
    let strictly = |w: &Witness| (w.from, w.to);
    let leniently = |w: &Witness| (w.assumed_from, w.to);
    let all = &of_kind.witnesses;
    let stated = Spans::of(all.iter().filter(stated_all).filter(sure).map(strictly));
    let assumed = Spans::of(all.iter().filter(open_ended).map(leniently));
    // An empty list of events that does not say whose they are may be the list of nobody.
    let of_somebody = |w: &&Witness| w.has_rows || stated_all(w);
    let whole = Spans::of(all.iter().filter(open_ended).filter(of_somebody).filter(sure).map(strictly));
    let whole_assumed = Spans::of(all.iter().map(leniently));
    (of_kind.stated, of_kind.assumed, of_kind.whole, of_kind.whole_assumed) = (stated, assumed, whole, whole_assumed);
}

fn witness(
    facts: &Facts,
    settings: &CoverageSettings,
    id: ExportId,
    export: &Export,
    kind: EntityId,
    place: usize,
) -> Witness {
    let now = settings.now;
    let stale = is_stale(export, kind, settings);
    let holds = match (export.covers_to, export.collected_at) {
        (None, _) => true,
        (Some(to), Some(collected)) => to >= collected,
        (Some(to), None) => to >= now,
    };
    let last = export.covers_to.or(export.collected_at).unwrap_or(now);
    let is_event = facts.schema.entity(kind).nature == Nature::Event;
    let (to, weak) = match (is_event, stale) {
        (true, true) => (last, None),
        (false, true) => (now, Some(Weakness::Stale)),
        (_, false) => (if holds || !is_event { now } else { last }, None),
    };
    let oldest = export.oldest.get(place).copied().flatten();
    Witness {
        export: id,
        has_rows: !is_event || oldest.is_some(),
        from: if is_event { export.covers_from.or(oldest).unwrap_or(to).min(to) } else { Instant(i64::MIN) },
        assumed_from: if is_event { export.covers_from.unwrap_or(Instant(i64::MIN)) } else { Instant(i64::MIN) },
        to,
        weak,
    }
}

/// Whether the evidence of `kind` in an export is older than it may be. An undated one never is.
pub(super) fn is_stale(export: &Export, kind: EntityId, settings: &CoverageSettings) -> bool {
    match (limit(kind, settings), export.collected_at) {
        (Some(limit), Some(collected)) => settings.now.0.saturating_sub(collected.0) > limit,
        _ => false,
    }
}

fn limit(kind: EntityId, settings: &CoverageSettings) -> Option<i64> {
    settings.max_evidence_age.iter().find(|(of, _)| *of == kind).map(|(_, limit)| *limit)
}

/// Whether an undated export is too likely of another day to acquit: its newest row is old, or the audit is strict.
pub(super) fn is_undated(
    export: &Export,
    kind: EntityId,
    newest: Option<Instant>,
    settings: &CoverageSettings,
) -> bool {
    let limit = limit(kind, settings).unwrap_or(EVIDENCE_AGE);
    let old = |newest: Instant| settings.now.0.saturating_sub(newest.0) > limit;
    export.collected_at.is_none() && (settings.strict || export.covers_to.is_none() && newest.is_some_and(old))
}

/// Whether `export` is the expected one, as far as `kind` is concerned. One that does not say whom it covers is not known
/// to cover whom the expected one would: then it is for its manifest to say so.
fn is_there(expected: &ExpectedExport, kind: EntityId, export: &Export) -> bool {
    (expected.tool.is_none() || expected.tool == export.tool)
        && (expected.account.is_none() || expected.account == export.account)
        && (expected.kinds.is_empty() && !export.kinds.is_empty() || export.kinds.contains(&kind))
        && match (&expected.covers, &export.covers) {
            (None, _) | (Some(_), Some(Covers::All)) => true,
            (Some(Covers::Some(wanted)), Some(Covers::Some(said))) => wanted.iter().all(|(entity, keys)| {
                let said = said.iter().find(|(of, _)| of == entity);
                said.is_some_and(|(_, said)| keys.iter().all(|key| said.contains(key)))
            }),
            (Some(_), None) | (Some(Covers::All), Some(Covers::Some(_))) => false,
        }
}

/// ` of restic, account prod, that states that it covers db1 and db2`
fn whose(expected: &ExpectedExport, facts: &Facts) -> String {
    let tool = expected.tool.as_ref().map(|tool| format!(" of {tool}"));
    let account = expected.account.as_ref().map(|account| format!(", account {account}"));
    let covers = expected.covers.as_ref().map(|covers| match covers {
        Covers::All => " that states that it covers all".to_owned(),
        Covers::Some(of) => {
            let keys = |(entity, keys): &(EntityId, Vec<String>)| {
                format!("{} {}", facts.schema.entity(*entity).name, keys.join(", "))
            };
            format!(" that states that it covers {}", of.iter().map(keys).collect::<Vec<_>>().join("; "))
        }
    });
    [tool, account, covers].into_iter().flatten().collect()
}

/// The newest own time in each undated export, over all kinds that have one; `None` without such rows, and for dated
/// exports, whose age needs no rows.
pub(super) fn newest(facts: &Facts) -> Vec<Option<Instant>> {
    let mut newest: Vec<Option<Instant>> = vec![None; facts.exports.len()];
    let undated: Vec<bool> = facts.exports.iter().map(|export| export.collected_at.is_none()).collect();
    if !undated.contains(&true) {
        return newest;
    }
    for (kind, entity) in facts.schema.entities() {
        if entity.occurs.is_empty() {
            continue;
        }
        super::super::collect::visit_rows(facts, kind, |row, export| {
            if undated.get(export.0 as usize) != Some(&true) {
                return;
            }
            let Some((earliest, _)) = ends(facts.own_time(kind, row)) else { return };
            if let Some(cell) = newest.get_mut(export.0 as usize)
                && cell.is_none_or(|before| before < earliest)
            {
                *cell = Some(earliest);
            }
        });
    }
    newest
}
