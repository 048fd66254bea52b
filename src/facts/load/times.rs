//! Times that need to know of the export: those without offset get its zone; a row dated after its own export has no
//! known time; and when an export is younger than the as-of instant, what happened after that instant is not there yet
//! (`semantics.md` 4.2, 4.3).

use super::column::{Held, Shape};
use super::store::Rows;
use crate::base::{Code, Diagnostic};
use crate::facts::export::{Export, SKEW};
use crate::facts::schema::{Entity, FieldId};
use crate::facts::statement::FileSettings;
use crate::facts::table::{Atom, Bits, Facts, Origin, Reason};
use crate::value::instant::{LATEST, bounded_without_zone};
use crate::value::zone::LocalInstants;
use crate::value::{Instant, Zone};
use std::collections::BTreeMap;

/// What is known of the files.
pub(super) struct Context<'c> {
    /// Files and exports; no rows.
    pub(super) facts: &'c Facts,
    pub(super) settings: &'c [FileSettings],
    pub(super) now: Instant,
    pub(super) zone: Option<&'c Zone>,
    /// Tools, the most believed first.
    pub(super) rank: &'c [String],
}

impl Context<'_> {
    pub(super) fn origin(&self, rows: &Rows, row: u32) -> Origin {
        rows.origin(row)
    }

    pub(super) fn export(&self, origin: Origin) -> Option<&Export> {
        self.facts.export_at(origin).and_then(|id| self.facts.exports.get(id.0 as usize))
    }

    /// When the export of a record was collected; undated is now.
    pub(super) fn collected(&self, origin: Origin) -> Instant {
        let stated = self.settings.get(origin.file as usize).and_then(|s| s.collected_at);
        self.export(origin).and_then(|e| e.collected_at).or(stated).unwrap_or(self.now)
    }

    fn zone_name(&self, origin: Origin) -> Option<&str> {
        let stated = self.settings.get(origin.file as usize).and_then(|s| s.timezone.as_deref());
        self.export(origin).and_then(|e| e.timezone.as_deref()).or(stated)
    }
}

/// Reads the times without offset of all columns of a table.
pub(super) fn read_local_times(rows: &mut Rows, entity: &Entity, with: &Context<'_>, into: &mut Vec<Diagnostic>) {
    let mut zones: BTreeMap<String, Option<Zone>> = BTreeMap::new();
    let mut skipped = 0u64;
    let mut columns = std::mem::take(&mut rows.columns);
    for column in columns.iter_mut().flatten() {
        for (row, local) in std::mem::take(&mut column.locals) {
            let origin = with.origin(rows, row);
            let zone = match with.zone_name(origin) {
                Some(name) => zones.entry(name.to_owned()).or_insert_with(|| Zone::named(name)).as_ref(),
                None => with.zone,
            };
            let known = |at: Instant| match at {
                at if at <= LATEST => Held::Known(Atom::Int(at.0)),
                _ if column.shape == Shape::End => Held::Known(Atom::Int(Instant::NEVER.0)),
                _ => Held::Unknown(Reason::Implausible("after 2262-01-01".to_owned())),
            };
            let held = match zone.map(|zone| zone.at_local(local)) {
                None => {
                    let (low, high) = bounded_without_zone(local);
                    Held::Between(low.0, high.0)
                }
                Some(Some(LocalInstants::One(at))) => known(at),
                Some(Some(LocalInstants::Repeated { earlier, later })) => Held::Between(earlier.0, later.0),
                Some(Some(LocalInstants::Skipped(at))) => {
                    skipped += 1;
                    known(at)
                }
                Some(None) => Held::Unknown(Reason::Implausible("a time out of range".to_owned())),
            };
            column.put(row, held);
        }
    }
    rows.columns = columns;
    if skipped > 0 {
        let message = format!("{skipped} times of `{}` stand in an hour that clocks skipped", entity.name);
        let help = "they are read as moved forward by the gap; write times with their offset";
        into.push(Diagnostic::warning(Code("W1001"), message).help(help));
    }
}

/// Which rows are not there yet, and which may not be.
#[derive(Debug, Default)]
pub(super) struct Visible {
    pub(super) gone: Bits,
    pub(super) any_gone: bool,
    pub(super) maybe: Bits,
}

/// Takes back times after the own export, and tells what is visible at the as-of instant.
pub(super) fn settle_own_times(rows: &mut Rows, entity: &Entity, with: &Context<'_>) -> Visible {
    let mut visible = Visible::default();
    let starts: Vec<u32> = rows.file_of.iter().map(|(first, _)| *first).chain([rows.rows]).collect();
    for range in starts.windows(2) {
        let [from, to] = *range else { continue };
        let sections =
            with.facts.files.get(with.origin(rows, from).file as usize).is_some_and(|f| !f.sections.is_empty());
        let mut collected = with.collected(with.origin(rows, from));
        for row in from..to {
            if sections {
                collected = with.collected(with.origin(rows, row));
            }
            settle_row(rows, &entity.occurs, row, collected, with.now, &mut visible);
        }
    }
    visible
}

/// Takes back every time after the own export that is no time ahead: what did happen cannot be later than its report.
pub(super) fn settle_times(rows: &mut Rows, entity: &Entity, with: &Context<'_>) {
    let mut columns = std::mem::take(&mut rows.columns);
    let starts: Vec<u32> = rows.file_of.iter().map(|(first, _)| *first).chain([rows.rows]).collect();
    for (column, field) in columns.iter_mut().zip(0..) {
        let Some(column) = column else { continue };
        if column.shape != Shape::Occurrence || entity.ahead.contains(&FieldId(field)) {
            continue;
        }
        for range in starts.windows(2) {
            let [from, to] = *range else { continue };
            let file = with.facts.files.get(with.origin(rows, from).file as usize);
            let sections = file.is_some_and(|f| !f.sections.is_empty());
            let mut latest = with.collected(with.origin(rows, from)).0.saturating_add(SKEW);
            for row in from..to {
                if sections {
                    latest = with.collected(with.origin(rows, row)).0.saturating_add(SKEW);
                }
                let low = match column.int(row) {
                    Some(at) => at,
                    None if column.is_absent(row) => continue,
                    None => match column.held(row) {
                        Held::Between(low, _) => low,
                        _ => continue,
                    },
                };
                if low > latest {
                    column.put(row, Held::Unknown(Reason::Implausible("dated after its own export".to_owned())));
                }
            }
        }
    }
    rows.columns = columns;
}

fn settle_row(rows: &mut Rows, occurs: &[FieldId], row: u32, collected: Instant, now: Instant, visible: &mut Visible) {
    let young = collected > now;
    let latest = collected.0.saturating_add(SKEW);
    for field in occurs {
        let Some(Some(column)) = rows.columns.get_mut(field.0 as usize) else { continue };
        if column.int(row).is_some_and(|at| at <= now.0 && at <= latest) {
            return;
        }
        if column.is_absent(row) {
            continue;
        }
        let (low, high) = match column.held(row) {
            Held::Known(Atom::Int(at)) => (at, at),
            Held::Between(low, high) => (low, high),
            _ => (i64::MIN, i64::MAX),
        };
        if low > latest {
            column.put(row, Held::Unknown(Reason::Implausible("dated after its own export".to_owned())));
            if young {
                visible.maybe.set(row);
            }
        } else if young && low > now.0 {
            visible.gone.set(row);
            visible.any_gone = true;
        } else if young && high > now.0 {
            visible.maybe.set(row);
        }
        return;
    }
    if young && !occurs.is_empty() {
        visible.maybe.set(row);
    }
}
