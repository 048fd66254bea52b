//! Makes exports of what files show of themselves and what is stated about them (`semantics.md` 3.1, 3.4). Runs once,
//! after all files are read.
//!
//! Invariants: every file with a listing belongs to an export; what a file shows of being cut short wins over a
//! statement that it is complete; the order of exports follows the order of files, absent ones come last.

use super::export::{Export, ExportId};
use super::schema::{EntityId, Nature};
use super::statement::{Completeness, Listing, OwnStatement, Said, Statement};
use super::superseded;
use super::table::{Cell, Facts};
use crate::base::{Code, Diagnostic, Place};
use crate::value::Instant;
use rustc_hash::FxHashMap;

/// Sets the exports of `facts`, and the export of each of its files.
pub fn collect_exports(facts: &mut Facts, listings: &[Listing], statements: &[Statement]) -> Vec<Diagnostic> {
    let mut diagnostics = Vec::new();
    let entry_of = claims(statements, &mut diagnostics);
    let mut exports = Vec::new();
    let mut described = Vec::new();
    for group in unite_pages(facts, listings, &entry_of) {
        let entry = group.first().and_then(|l| entry_of.get(path(facts, l))).and_then(|i| statements.get(*i));
        export_group(facts, &group, entry, &mut exports, &mut diagnostics);
        described.resize(exports.len(), entry);
    }
    for statement in statements.iter().filter(|s| s.files.is_empty() && !s.absent.is_empty()) {
        exports.push(absent_export(facts, statement));
        described.push(Some(statement));
    }
    superseded::drop_superseded(&mut exports, &described);
    facts.exports = exports;
    fill_oldest(facts);
    diagnostics
}

fn path<'a>(facts: &'a Facts, listing: &Listing) -> &'a str {
    facts.files.get(listing.file as usize).map_or("", |f| &f.path)
}

/// The statement of each file; two that differ are an error.
fn claims<'a>(statements: &'a [Statement], diagnostics: &mut Vec<Diagnostic>) -> FxHashMap<&'a str, usize> {
    let mut entry_of: FxHashMap<&str, usize> = FxHashMap::default();
    for (i, statement) in statements.iter().enumerate() {
        for file in &statement.files {
            let Some(first) = entry_of.get(file.as_str()).and_then(|j| statements.get(*j)) else {
                entry_of.insert(file, i);
                continue;
            };
            if first.said != statement.said {
                let message = format!("`{file}` is described twice, and differently");
                let error = Diagnostic::error(Code("E1111"), message).at_place(statement.place.clone(), "here");
                let error = error.and_place(first.place.clone(), "and here");
                diagnostics.push(error.help("let one entry speak for each file"));
            }
        }
    }
    entry_of
}

/// Why an export is incomplete whose last page is not there.
pub(super) const NEXT_PAGE: &str = "another page follows, which is not there";

/// Puts the pages of one listing together: the files of one entry that come from the same call, and files of one folder
/// that do, whose names differ in a number only, and of which all but one point to a next page: two listings filtered
/// by something that no row shows would else complete each other. A page that is there twice stays once.
fn unite_pages<'a>(facts: &Facts, listings: &'a [Listing], entry_of: &FxHashMap<&str, usize>) -> Vec<Vec<&'a Listing>> {
    let mut groups: Vec<Vec<&Listing>> = Vec::new();
    let mut places: FxHashMap<_, usize> = FxHashMap::default();
    for listing in listings {
        let path = path(facts, listing);
        let entry = entry_of.get(path).copied();
        let folder = if entry.is_none() { path.rfind('/').map(|end| &path[..end]) } else { None };
        let name = if listing.tool.is_some() { listing.name.as_str() } else { "" };
        let series = if entry.is_none() { unnumbered(path) } else { String::new() };
        let key = (entry, folder, series, &listing.tool, &listing.account, name, &listing.filter);
        let lone = listing.own.len() > 1 || (entry.is_none() && is_own_format(listing));
        if lone {
            groups.push(vec![listing]);
            continue;
        }
        match places.get(&key).and_then(|i| groups.get_mut(*i)) {
            Some(group) => group.push(listing),
            None => {
                places.insert(key, groups.len());
                groups.push(vec![listing]);
            }
        }
    }
    let mut united = Vec::new();
    for group in groups {
        let described = group.first().is_some_and(|l| entry_of.contains_key(path(facts, l)));
        let last_pages = group.iter().filter(|l| l.page.next.is_none()).count();
        let has_next = last_pages < group.len();
        if described || group.len() == 1 || (has_next && last_pages <= 1) {
            united.push(group);
        } else {
            united.extend(group.into_iter().map(|listing| vec![listing]));
        }
    }
    united
}

/// A file's name without its last number: pages are told from other listings by it.
fn unnumbered(path: &str) -> String {
    let name = path.rsplit('/').next().unwrap_or(path);
    let Some(last) = name.rfind(|c: char| c.is_ascii_digit()) else { return name.to_owned() };
    let (head, tail) = name.split_at(last + 1);
    format!("{}#{tail}", head.trim_end_matches(|c: char| c.is_ascii_digit()))
}

/// Files of the project's own format are pages of nothing unless a manifest says so.
fn is_own_format(listing: &Listing) -> bool {
    listing.tool.is_none() && listing.page == super::statement::Page { count: listing.page.count, ..Default::default() }
}

/// One export of a group of files; several where its only file is made of sections.
fn export_group(
    facts: &mut Facts,
    group: &[&Listing],
    entry: Option<&Statement>,
    exports: &mut Vec<Export>,
    diagnostics: &mut Vec<Diagnostic>,
) {
    let stated = entry.map_or_else(Said::default, |e| e.said.clone());
    if let [listing] = group
        && listing.own.len() > 1
    {
        export_sections(facts, listing, &stated, entry, exports, diagnostics);
        return;
    }
    let mut said = stated;
    for own in group.iter().flat_map(|l| &l.own) {
        said = unite(&said, own, entry, diagnostics);
    }
    let id = ExportId(u32::try_from(exports.len()).unwrap_or(u32::MAX));
    for listing in group {
        if let Some(file) = facts.files.get_mut(listing.file as usize) {
            file.export = Some(id);
        }
    }
    exports.push(export_of(facts, group, &said, entry));
}

fn unite(said: &Said, own: &OwnStatement, entry: Option<&Statement>, diagnostics: &mut Vec<Diagnostic>) -> Said {
    let (united, clashes) = said.unite(&own.said);
    for key in clashes {
        let message = format!("`{key}` is stated twice, and differently");
        let mut error = Diagnostic::error(Code("E1111"), message).at_place(own.place.clone(), "here");
        if let Some(entry) = entry {
            error = error.and_place(entry.place.clone(), "and here");
        }
        diagnostics.push(error.help("keep one of them"));
    }
    united
}

/// A file that states several exports: by sections of rows, or, in a document's list, by kinds.
fn export_sections(
    facts: &mut Facts,
    listing: &Listing,
    stated: &Said,
    entry: Option<&Statement>,
    exports: &mut Vec<Export>,
    diagnostics: &mut Vec<Diagnostic>,
) {
    let by_kind = listing.own.iter().all(|own| own.offset == listing.own.first().map_or(0, |first| first.offset));
    let mut sections = Vec::new();
    let mut taken: Vec<EntityId> = Vec::new();
    for own in &listing.own {
        let said = unite(stated, own, entry, diagnostics);
        if by_kind {
            let kinds = said.kinds.clone().unwrap_or_default();
            if kinds.is_empty() || kinds.iter().any(|kind| taken.contains(kind)) {
                let message = "two exports of one document list the same kinds";
                let error = Diagnostic::error(Code("E1114"), message).at_place(own.place.clone(), "");
                diagnostics.push(error.help("give each its own `kinds`, or a file of its own"));
            }
            taken.extend(kinds);
        }
        let id = ExportId(u32::try_from(exports.len()).unwrap_or(u32::MAX));
        sections.push((own.offset, id));
        let part = Listing { kinds: own.kinds.clone(), own: Vec::new(), ..listing.clone() };
        exports.push(export_of(facts, &[&part], &said, entry));
    }
    if let Some(file) = facts.files.get_mut(listing.file as usize) {
        file.export = sections.first().map(|(_, id)| *id);
        file.sections = if by_kind { Vec::new() } else { sections };
    }
}

fn export_of(facts: &Facts, group: &[&Listing], said: &Said, entry: Option<&Statement>) -> Export {
    let mut kinds = said.kinds.clone().unwrap_or_else(|| group.iter().flat_map(|l| l.kinds.iter().copied()).collect());
    kinds.sort_unstable();
    kinds.dedup();
    let absent = entry.and_then(|e| e.absent.first().map(|name| absent_text(name, e)));
    let stated = match &said.complete {
        Some(Completeness::Incomplete(why)) => Some(why.clone()),
        _ => None,
    };
    let first = group.first();
    Export {
        tool: said.tool.clone().or_else(|| first.and_then(|l| l.tool.clone())),
        account: said.account.clone().or_else(|| first.and_then(|l| l.account.clone())),
        files: group.iter().map(|l| l.file).collect(),
        kinds,
        collected_at: said.collected_at.or_else(|| group.iter().filter_map(|l| l.collected_at).min()),
        incomplete: absent.or_else(|| cut_short(facts, group)).or(stated),
        covers: said.covers.clone(),
        covers_from: said.covers_from.or_else(|| group.iter().filter_map(|l| l.covers_from).max()),
        covers_to: said.covers_to,
        timezone: said.timezone.clone(),
        oldest: Vec::new(),
        described_in: match (entry, first) {
            (Some(entry), _) => entry.described_in.clone(),
            (None, Some(listing)) => path(facts, listing).to_owned(),
            (None, None) => String::new(),
        },
    }
}

/// What the files themselves show of missing rows.
fn cut_short(facts: &Facts, group: &[&Listing]) -> Option<String> {
    if let Some(why) = group.iter().find_map(|l| l.incomplete.clone()) {
        return Some(why);
    }
    let last_pages = group.iter().filter(|l| l.page.next.is_none()).count();
    if last_pages == 0 {
        return Some(NEXT_PAGE.to_owned());
    }
    let total = group.iter().filter_map(|l| l.page.total).max()?;
    let mut pages: Vec<(&str, u64)> = group
        .iter()
        .map(|l| (facts.files.get(l.file as usize).map_or("", |f| f.sha256.as_str()), l.page.count))
        .collect();
    pages.sort_unstable();
    pages.dedup_by(|a, b| a.0 == b.0 && !a.0.is_empty());
    let count = pages.iter().fold(0_u64, |sum, (_, count)| sum.saturating_add(*count));
    (count < total).then(|| format!("it holds {count} of {total} records"))
}

fn absent_text(name: &str, entry: &Statement) -> String {
    let text = format!("`{name}` is named in {}, but is not there", entry.described_in);
    match &entry.said.complete {
        Some(Completeness::Incomplete(why)) => format!("{text}: {why}"),
        _ => text,
    }
}

/// An export of which nothing is there: it opens its kinds, or all of them where none are stated.
fn absent_export(facts: &Facts, statement: &Statement) -> Export {
    let listing = Listing { kinds: facts.schema.entities().map(|(id, _)| id).collect(), ..Default::default() };
    let mut export = export_of(facts, &[&listing], &statement.said, Some(statement));
    export.files.clear();
    export
}

/// Calls `visit(row, export)` for each place of each listed row of `kind`.
pub(super) fn visit_rows(facts: &Facts, kind: EntityId, mut visit: impl FnMut(u32, ExportId)) {
    let Some(table) = facts.tables.get(kind.0 as usize) else { return };
    let lists = |id: ExportId| facts.exports.get(id.0 as usize).is_some_and(|e| e.kinds.binary_search(&kind).is_ok());
    // Where a document states several exports by kinds, the file names the first of them.
    let by_kind = |file: u32| {
        let of_file = |e: &Export| e.files.contains(&file) && e.kinds.binary_search(&kind).is_ok();
        facts.exports.iter().position(of_file).and_then(|i| u32::try_from(i).ok()).map(ExportId)
    };
    for (i, (first, file)) in table.file_of.iter().enumerate() {
        let end = table.file_of.get(i + 1).map_or(table.listed, |(next, _)| *next).min(table.listed);
        let Some(info) = facts.files.get(*file as usize) else { continue };
        let whole = match info.export {
            Some(id) if !lists(id) => by_kind(*file).or(Some(id)),
            id => id,
        };
        for row in *first..end {
            let export = if info.sections.is_empty() {
                whole
            } else {
                facts.origin(kind, row).and_then(|origin| facts.export_at(origin))
            };
            if let Some(export) = export {
                visit(row, export);
            }
        }
    }
    let mut also: Vec<_> = table.also.iter().collect();
    also.sort_unstable_by_key(|(row, _)| **row);
    for (row, origins) in also {
        for origin in origins {
            let export = facts.export_at(*origin);
            let export = if export.is_some_and(lists) { export } else { by_kind(origin.file).or(export) };
            if let Some(export) = export {
                visit(*row, export);
            }
        }
    }
}

/// The time at or before which a row surely lies, and that at or after which it does.
pub(super) fn ends(cell: Cell<'_>) -> Option<(Instant, Instant)> {
    match cell {
        Cell::Known(super::table::Atom::Int(at)) => Some((Instant(at), Instant(at))),
        Cell::Between(low, high) => Some((Instant(low), Instant(high))),
        _ => None,
    }
}

pub(crate) fn fill_oldest(facts: &mut Facts) {
    let mut oldest: Vec<Vec<Option<Instant>>> = facts.exports.iter().map(|e| vec![None; e.kinds.len()]).collect();
    for (kind, entity) in facts.schema.entities() {
        if entity.nature != Nature::Event {
            continue;
        }
        visit_rows(facts, kind, |row, export| {
            let Some((_, latest)) = ends(facts.own_time(kind, row)) else { return };
            let place = facts.exports.get(export.0 as usize).and_then(|e| e.kinds.binary_search(&kind).ok());
            let cell = place.and_then(|i| oldest.get_mut(export.0 as usize).and_then(|o| o.get_mut(i)));
            if let Some(cell) = cell
                && cell.is_none_or(|before| latest < before)
            {
                *cell = Some(latest);
            }
        });
    }
    for (export, oldest) in facts.exports.iter_mut().zip(oldest) {
        export.oldest = oldest;
    }
}

/// The place of an export as a diagnostic shows it.
pub(super) fn place_of(facts: &Facts, export: &Export) -> Place {
    let first = export.files.first().and_then(|f| facts.files.get(*f as usize));
    Place::File(first.map_or_else(|| export.described_in.clone(), |f| f.path.clone()))
}
