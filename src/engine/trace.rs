//! Where the values of one field came from: file, line, the tool's own word for it, and what the exports that list such
//! rows never say. For people; knows no policy.

use crate::base::clean::clean_line;
use crate::base::{Diagnostic, Excerpt};
use crate::codec::bytes::Files;
use crate::facts::describe::type_text;
use crate::facts::normal::cell_text;
use crate::facts::schema::{FieldRef, Type};
use crate::facts::show::{Shown, excerpts};
use crate::facts::table::{Cell, Facts, Reason};
use crate::sources;
use std::collections::BTreeMap;
use std::fmt::Write;

/// Different values, and different reasons, that are shown of a file, each with its first place.
const SHOWN: usize = 5;

/// What one file says of the field.
#[derive(Default)]
struct OfFile {
    known: BTreeMap<String, (u64, u32)>,
    unknown: BTreeMap<String, (u64, u32)>,
}

/// The text, a line each, ending with a newline. Every column has to be loaded.
pub fn trace(facts: &Facts, files: &dyn Files, at: FieldRef) -> (String, Vec<Diagnostic>) {
    let (entity, field) = (facts.schema.entity(at.entity), facts.schema.field(at));
    let name = format!("{}.{}", entity.name, field.name);
    let ty = match &field.ty {
        // A field that declares its own members is called by itself otherwise.
        Type::OneOf(id) => format!("one of [{}]", facts.schema.enumeration(*id).members.join(", ")),
        ty => type_text(&facts.schema, ty),
    };
    let mut text = format!("{name}: {ty}\n");
    let by_file = gather(facts, at);
    let (places, diagnostics) = locate(facts, files, at, &by_file);
    for (file, of_file) in &by_file {
        let Some(info) = facts.files.get(*file as usize) else { continue };
        let _ = writeln!(text, "\n{}: {}", clean_line(&info.path), info.format);
        if let Some(format) = sources::format_named(&info.format) {
            let _ = match format.fills.iter().find(|(cell, _)| *cell == name) {
                None => writeln!(text, "  this export never says it"),
                Some((_, "")) => writeln!(text, "  follows from the export as a whole"),
                Some((_, members)) => {
                    writeln!(text, "  written as {}", members.split_whitespace().collect::<Vec<_>>().join(", else "))
                }
            };
        }
        section(&mut text, "known", &of_file.known, &places);
        section(&mut text, "not known", &of_file.unknown, &places);
    }
    if by_file.is_empty() {
        let _ = writeln!(text, "\nno file holds a {}", entity.name);
    }
    let formats: Vec<&str> =
        by_file.keys().filter_map(|file| facts.files.get(*file as usize)).map(|file| file.format.as_str()).collect();
    cannot_know(&mut text, &formats);
    (text, diagnostics)
}

fn gather(facts: &Facts, at: FieldRef) -> BTreeMap<u32, OfFile> {
    let mut by_file: BTreeMap<u32, OfFile> = BTreeMap::new();
    for row in 0..facts.table(at.entity).rows {
        let Some(origin) = facts.origin(at.entity, row) else { continue };
        let of_file = by_file.entry(origin.file).or_default();
        let (group, word) = match facts.cell(at.entity, at.field, row) {
            Cell::Unknown(reason) => (&mut of_file.unknown, reason_text(reason)),
            Cell::Set { members: [], open: Some(reason) } => (&mut of_file.unknown, reason_text(reason)),
            _ => (&mut of_file.known, cell_text(facts, at, row)),
        };
        group.entry(word).or_insert((0, row)).0 += 1;
    }
    by_file
}

fn reason_text(reason: &Reason) -> String {
    match reason {
        Reason::Absent => "not stated".to_owned(),
        Reason::Unmapped(word) => format!("not understood: \"{word}\""),
        Reason::Malformed(word) => format!("not readable: \"{word}\""),
        Reason::Implausible(why) => format!("cannot be: {why}"),
        Reason::Conflict(_, text) => format!("different values in several places: {text}"),
        Reason::NoSuchRow(entity, key) => format!("no {entity} \"{key}\" on record"),
    }
}

/// The most frequent first; of equals in the order of their text.
fn shown(values: &BTreeMap<String, (u64, u32)>) -> Vec<(&String, u64, u32)> {
    let mut all: Vec<_> = values.iter().map(|(text, (count, row))| (text, *count, *row)).collect();
    all.sort_by_key(|(_, count, _)| std::cmp::Reverse(*count));
    all.truncate(SHOWN);
    all
}

fn locate(
    facts: &Facts,
    files: &dyn Files,
    at: FieldRef,
    by_file: &BTreeMap<u32, OfFile>,
) -> (BTreeMap<u32, Excerpt>, Vec<Diagnostic>) {
    let rows: Vec<u32> = by_file
        .values()
        .flat_map(|of| shown(&of.known).into_iter().chain(shown(&of.unknown)).map(|(.., row)| row).collect::<Vec<_>>())
        .collect();
    let wanted: Vec<Shown> =
        rows.iter().map(|row| Shown { entity: at.entity, row: *row, field: Some(at.field) }).collect();
    let members = |format: &str, cell: &str| sources::format_named(format)?.member(cell);
    let (found, diagnostics) = excerpts(files, facts, &wanted, &members);
    let places = rows.into_iter().zip(found).filter_map(|(row, excerpt)| Some((row, excerpt?))).collect();
    (places, diagnostics)
}

fn section(text: &mut String, word: &str, values: &BTreeMap<String, (u64, u32)>, places: &BTreeMap<u32, Excerpt>) {
    let total: u64 = values.values().map(|(count, _)| count).sum();
    if total == 0 {
        return;
    }
    let _ = writeln!(text, "  {total} {word}");
    for (value, count, row) in shown(values) {
        let place =
            places.get(&row).map_or(String::new(), |at| format!(", first at {}:{}:{}", at.file, at.line, at.column));
        let _ = writeln!(text, "  {count:>9} {}{place}", clean_line(value));
    }
    if values.len() > SHOWN {
        let _ = writeln!(text, "          and {} other values", values.len() - SHOWN);
    }
}

/// What the tools of these files can never say, whatever the field.
fn cannot_know(text: &mut String, formats: &[&str]) {
    let has = |source: &sources::Source| source.formats.iter().any(|format| formats.contains(&format.name));
    for source in sources::SOURCES.iter().filter(|source| !source.cannot_know.is_empty() && has(source)) {
        let _ = writeln!(text, "\n{} cannot know", source.name);
        source.cannot_know.iter().for_each(|what| {
            let _ = writeln!(text, "  - {what}");
        });
    }
}
