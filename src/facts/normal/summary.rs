//! What was recognised, for people: each file with its rows and its export in words, and the words that were not
//! understood.

use super::super::export::{ALL_TIME, COLLECTION, Covers, Export};
use super::super::schema::{EntityId, Schema};
use super::super::table::{Facts, Odd, Reason};
use crate::base::clean::clean_line;
use crate::value::instant::write_instant;
use std::collections::BTreeMap;
use std::fmt::Write;

/// Words shown for each field.
const WORDS: usize = 3;

/// The summary, a line each, ending with a newline.
pub fn summary(facts: &Facts) -> String {
    let mut text = String::new();
    for (i, file) in facts.files.iter().enumerate() {
        let file_id = u32::try_from(i).unwrap_or(u32::MAX);
        let rows = if file.rows == 1 { "row" } else { "rows" };
        let _ = writeln!(text, "{}: {}, {} {rows}", file.path, file.format, file.rows);
        // The rows of exports themselves are the lines that follow.
        for (kind, entity) in facts.schema.entities().filter(|(_, entity)| entity.name != COLLECTION) {
            let rows = rows_in(facts, kind, file_id);
            if rows > 0 {
                let _ = writeln!(text, "  {rows:>9} {}", if rows == 1 { &entity.name } else { &entity.plural });
            }
        }
        for export in facts.exports.iter().filter(|e| e.files.contains(&file_id)) {
            let _ = writeln!(text, "  export: {}", export_in_words(export, &facts.schema));
        }
    }
    for export in facts.exports.iter().filter(|e| e.files.is_empty()) {
        let _ = writeln!(text, "absent: {}", export_in_words(export, &facts.schema));
    }
    for joined in &facts.joined {
        let written: Vec<String> = joined.written.iter().map(|name| clean_line(name)).collect();
        let _ = writeln!(text, "one {}: {} = {}", joined.entity, clean_line(&joined.name), written.join(", "));
    }
    let misread = misread(facts);
    if !misread.is_empty() {
        text.push_str("not understood:\n");
        for (field, (cells, words)) in misread {
            let shown = words.iter().take(WORDS).map(|w| format!("\"{w}\"")).collect::<Vec<_>>().join(", ");
            let more = if words.len() > WORDS { ", …" } else { "" };
            let _ = writeln!(text, "  {cells:>9} {field}: {shown}{more}");
        }
    }
    text
}

/// The rows that stand in a file. One that several files make up counts in each of them.
fn rows_in(facts: &Facts, kind: EntityId, file: u32) -> u32 {
    let table = facts.table(kind);
    let end = |i: usize| table.file_of.get(i + 1).map_or(table.listed, |(next, _)| *next);
    let of_file = table.file_of.iter().enumerate().filter(|(_, (_, f))| *f == file);
    let first: u32 = of_file.map(|(i, (first, _))| end(i).saturating_sub(*first)).sum();
    let further = table.also.iter().filter(|(row, origins)| {
        origins.iter().any(|origin| origin.file == file)
            && facts.origin(kind, **row).is_some_and(|origin| origin.file != file)
    });
    first.saturating_add(u32::try_from(further.count()).unwrap_or(u32::MAX))
}

type Misread = BTreeMap<String, (u64, Vec<String>)>;

/// By field: how many cells hold something that was not understood, and what it was.
fn misread(facts: &Facts) -> Misread {
    let mut found = Misread::new();
    for (kind, entity) in facts.schema.entities() {
        for (id, field) in entity.fields() {
            let Some(Some(column)) = facts.table(kind).columns.get(usize::from(id.0)) else { continue };
            for odd in column.sparse.values() {
                let reason = match odd {
                    Odd::Unknown(reason) | Odd::Open(reason) => reason,
                    Odd::Months(_) | Odd::Window(_) | Odd::Between(..) => continue,
                };
                let word = match reason {
                    Reason::Unmapped(word) | Reason::Malformed(word) | Reason::Implausible(word) => word.as_str(),
                    Reason::Conflict(..) => "different values in two places",
                    Reason::Absent | Reason::NoSuchRow(..) => continue,
                };
                let cell = found.entry(format!("{}.{}", entity.name, field.name)).or_default();
                cell.0 += 1;
                // Kept sorted, so that the order of a hash map does not show.
                if let Err(place) = cell.1.binary_search_by(|w| w.as_str().cmp(word)) {
                    cell.1.insert(place, word.to_owned());
                    cell.1.truncate(WORDS + 1);
                }
            }
        }
    }
    found
}

/// `lists run of restic, account prod; collected 2026-11-22T05:00:00Z; complete; covers all; reaches back to …`.
pub fn export_in_words(export: &Export, schema: &Schema) -> String {
    let names =
        |kinds: &[EntityId]| kinds.iter().map(|kind| schema.entity(*kind).name.as_str()).collect::<Vec<_>>().join(", ");
    let mut words =
        if export.kinds.is_empty() { "lists nothing".to_owned() } else { format!("lists {}", names(&export.kinds)) };
    if let Some(tool) = &export.tool {
        let _ = write!(words, " of {tool}");
    }
    if let Some(account) = &export.account {
        let _ = write!(words, ", account {account}");
    }
    match export.collected_at {
        Some(at) => {
            let _ = write!(words, "; collected {}", write_instant(at));
        }
        None => words.push_str("; undated"),
    }
    match &export.incomplete {
        Some(why) => {
            let _ = write!(words, "; incomplete: {why}");
        }
        None => words.push_str("; complete"),
    }
    match &export.covers {
        None => words.push_str("; does not say whom it covers"),
        Some(Covers::All) => words.push_str("; covers all"),
        Some(Covers::Some(lists)) => {
            let lists =
                lists.iter().map(|(entity, keys)| format!("{} {}", schema.entity(*entity).name, keys.join(", ")));
            let _ = write!(words, "; covers {}", lists.collect::<Vec<_>>().join("; "));
        }
    }
    match export.covers_from {
        Some(ALL_TIME) => words.push_str("; reaches back without end"),
        Some(from) => {
            let _ = write!(words, "; reaches back to {}", write_instant(from));
        }
        None => {}
    }
    if let Some(to) = export.covers_to {
        let _ = write!(words, "; until {}", write_instant(to));
    }
    if let Some(zone) = &export.timezone {
        let _ = write!(words, "; times in {zone}");
    }
    words
}
