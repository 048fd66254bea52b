//! Takes an export apart as its mapping file says, and tells what does not fit: where it stands in the export, and the
//! line of the mapping.
//!
//! Invariants: a record that cannot be read, a text cut short, a column that the table has not, are reported, and the
//! export is incomplete.

use super::refusals::{MOST_SHOWN, Refusals, Within, read_whole};
use crate::base::suggest::nearest;
use crate::base::{Code, Diagnostic, Label, Place};
use crate::codec::bytes::{Files, Window};
use crate::codec::json::{self, Enter, Pieces, Stop};
use crate::codec::locate::Spot;
use crate::codec::table::Event;
use crate::codec::{Format as TextFormat, ndjson, table};
use crate::facts::load::{Loader, NativeRows};
use crate::facts::mapping::{Column, Mapping};
use crate::facts::statement::{FileSettings, Listing, Page};
use crate::sources::mapped::{Form, Mapped, Misfit, Unmet, Unplaced};
use crate::sources::{Form as Beginning, Shape};
use serde_json::value::RawValue;

/// How an export comes apart.
#[derive(Clone, Copy, PartialEq)]
enum Layout {
    Table,
    Lines,
    Elements,
    Rows,
    Document,
}

/// Reads one file that `mapping` claims.
pub fn read(
    loader: &mut Loader,
    files: &dyn Files,
    (path, mapping): (&str, &Mapping),
    settings: &FileSettings,
    mut window: Window<'_>,
) -> Vec<Diagnostic> {
    let schema = std::sync::Arc::clone(loader.schema());
    let shape = Shape::of(window.bytes());
    let layout = match shape.form {
        Beginning::Text | Beginning::Empty => Layout::Table,
        Beginning::Object | Beginning::Lines | Beginning::Array if mapping.rows.is_some() => Layout::Rows,
        Beginning::Array => Layout::Elements,
        Beginning::Lines => Layout::Lines,
        _ => Layout::Document,
    };
    let form = if layout == Layout::Table { Form::Table } else { Form::Members };
    let name = mapping.tool.clone().unwrap_or_else(|| "mapped export".to_owned());
    let mut taker = Taker {
        mapped: Mapped::open(&schema, mapping, form),
        sink: loader.native(path, &name, settings),
        refusals: Refusals::default(),
        header: None,
        way: mapping.rows.as_ref().map(|rows| rows.name.split('.').collect()).unwrap_or_default(),
        found: false,
    };
    let stopped = if shape.form == Beginning::Empty { Ok(()) } else { take(&mut taker, &mut window, layout, mapping) };
    let Taker { mapped, sink, refusals, header, found, .. } = taker;
    let at = Places {
        within: Within { files, path, format: text_format(layout) },
        separator: mapping.separator,
        header: header.as_ref().map(|(_, names)| names.as_slice()),
    };
    let mut incomplete = None;
    let mut diagnostics = Vec::new();
    if shape.form == Beginning::Empty {
        let error = Diagnostic::error(Code("E1002"), format!("`{path}` is empty"));
        let help = "a collection that failed leaves an empty file: collect it again";
        diagnostics.push(error.at_place(Place::File(path.to_owned()), "no record, and no column").help(help));
        incomplete = Some("it is empty".to_owned());
    }
    if let Err(stop) = stopped {
        let words = |what: &str| format!("`{path}` cannot be read to its end: {what}");
        diagnostics.push(at.within.stopped(stop, Code("E1412"), &words));
        incomplete.get_or_insert_with(|| "its text is cut short or damaged".to_owned());
    }
    if let (Some(rows), false, Layout::Rows) = (&mapping.rows, found, layout) {
        let message = format!("`{path}` has no list `{}`", rows.name);
        let error =
            Diagnostic::error(Code("E1411"), message).at_place(rows.place.clone(), "the records are looked for here");
        diagnostics.push(error.help(names_there(&member_names(std::slice::from_ref(&shape)), &rows.name)));
        incomplete.get_or_insert_with(|| format!("it has no list `{}`", rows.name));
    }
    if let Some((offset, names)) = &header {
        let lost = missing(mapping, names);
        if !lost.is_empty() {
            incomplete.get_or_insert_with(|| "columns of the mapping are missing".to_owned());
        }
        let places = at.within.labels(&[Spot::At(*offset)], "these are its columns");
        for column in lost {
            let message = format!("`{path}` has no column `{}`", column.name);
            let mut error = Diagnostic::error(Code("E1411"), message).at_place(column.place.clone(), "named here");
            error.labels.extend(places.iter().cloned());
            diagnostics.push(error.help(names_there(names, &column.name)));
        }
    }
    let words = |reason: &str| format!("a record cannot be read by `{}`: {reason}", mapping.path);
    diagnostics.extend(refusals.errors(Code("E1412"), &at.within, &words));
    incomplete = incomplete.or_else(|| refusals.incomplete());
    diagnostics.extend(misfit_warnings(&mapped, &at));
    diagnostics.extend(unplaced_warnings(&mapped, &at));
    if let Some((why, _)) = mapped.unplaced().next() {
        incomplete.get_or_insert_with(|| format!("a record that may belong to it: {why}"));
    }
    let names = header.as_ref().map_or_else(|| member_names(shape.records()), |(_, names)| names.clone());
    let unmet = mapped.unmet(&names);
    if let Some(unmet) = unmet.iter().find(|unmet| unmet.selects) {
        incomplete.get_or_insert_with(|| format!("no record of it has `{}`", unmet.named.name));
    }
    diagnostics.extend(unmet_diagnostics(unmet, path));
    let listing = Listing {
        tool: mapping.tool.clone(),
        account: settings.account.clone(),
        name,
        kinds: mapping.kinds.clone(),
        incomplete,
        page: Page { count: mapped.records(), ..Page::default() },
        ..Listing::default()
    };
    let landmarks = window.landmarks();
    match window.finish() {
        Ok(digest) => sink.end(digest, landmarks, listing, files, &|_| None),
        Err(error) => diagnostics.push(Diagnostic::unreadable(Code("E1001"), path, &error)),
    }
    diagnostics
}

fn take(taker: &mut Taker<'_, '_>, window: &mut Window<'_>, layout: Layout, mapping: &Mapping) -> Result<(), Stop> {
    match layout {
        Layout::Table => table::read_columns(window, mapping.separator, |event| match event {
            Event::Header(offset, names) => taker.header = Some((offset, names.to_vec())),
            // Below a header that lacks a column no row is what it was meant to be.
            Event::Row(..) if taker.header.as_ref().is_some_and(|(_, names)| !missing(mapping, names).is_empty()) => {}
            Event::Row(offset, Ok(json)) => taker.record(offset, json),
            Event::Row(offset, Err(what)) => taker.refusals.add(offset, what),
        }),
        Layout::Lines => ndjson::read_lines(window, |offset, line| taker.element(offset, line)),
        Layout::Elements | Layout::Rows => json::read_document(window, taker),
        Layout::Document => read_whole(window, |offset, text| taker.record(offset, text)),
    }
}

/// The columns of the mapping that a table has not, each once.
fn missing<'m>(mapping: &'m Mapping, names: &[String]) -> Vec<&'m Column> {
    let mut lost: Vec<&Column> = Vec::new();
    for column in mapping.columns() {
        if !names.contains(&column.name) && lost.iter().all(|other| other.name != column.name) {
            lost.push(column);
        }
    }
    lost
}

struct Taker<'m, 'l> {
    mapped: Mapped<'m>,
    sink: NativeRows<'l>,
    refusals: Refusals,
    header: Option<(u64, Vec<String>)>,
    /// The names that lead to the records.
    way: Vec<&'m str>,
    /// Whether they led to a list.
    found: bool,
}

impl Taker<'_, '_> {
    fn record(&mut self, offset: u64, bytes: &[u8]) {
        let Taker { mapped, sink, refusals, .. } = self;
        refusals.record(offset, bytes, |text| mapped.record(offset, text, sink));
    }
}

impl Pieces for Taker<'_, '_> {
    fn key(&mut self, key: &str, _: u64) -> Enter {
        if self.way.first() == Some(&key) { Enter::Whole } else { Enter::Pass }
    }

    fn element(&mut self, offset: u64, bytes: &[u8]) {
        self.sink.record(offset, bytes);
        self.record(offset, bytes);
    }

    fn whole(&mut self, offset: u64, bytes: &[u8]) {
        let Ok(text) = std::str::from_utf8(bytes) else {
            return self.refusals.add(offset, "it is not UTF-8".to_owned());
        };
        let mut here = text;
        for name in self.way.iter().skip(1) {
            let inner = serde_json::from_str::<std::collections::BTreeMap<String, &RawValue>>(here);
            let Some(value) = inner.ok().and_then(|members| members.get(*name).copied()) else { return };
            here = value.get();
        }
        let Ok(records) = serde_json::from_str::<Vec<&RawValue>>(here) else { return };
        self.found = true;
        for record in records {
            let record = record.get();
            let inside = (record.as_ptr() as usize).saturating_sub(text.as_ptr() as usize);
            self.element(offset.saturating_add(inside as u64), record.as_bytes());
        }
    }
}

/// Where things stand in the export.
struct Places<'a> {
    within: Within<'a>,
    separator: u8,
    header: Option<&'a [String]>,
}

impl Places<'_> {
    fn cell(&self, record: u64, column: &str) -> Spot {
        match self.header.and_then(|names| names.iter().position(|name| name == column)) {
            Some(column) => Spot::Cell { record, column, separator: self.separator },
            None => Spot::FirstOf { record, names: vec![column.to_owned()] },
        }
    }
}

fn text_format(layout: Layout) -> TextFormat {
    match layout {
        Layout::Lines => TextFormat::Ndjson,
        Layout::Table => TextFormat::Csv,
        _ => TextFormat::Json,
    }
}

fn misfit_warnings(mapped: &Mapped<'_>, at: &Places<'_>) -> Vec<Diagnostic> {
    let all: Vec<&Misfit<'_>> = mapped.misfits().collect();
    let shown = all.get(..all.len().min(MOST_SHOWN)).unwrap_or_default();
    let spots: Vec<Spot> = shown.iter().map(|misfit| at.cell(misfit.record, misfit.column)).collect();
    let mut places = at.within.labels(&spots, "").into_iter();
    let mut warnings: Vec<Diagnostic> = shown
        .iter()
        .map(|misfit| {
            let Misfit { field, text, unfit, records, .. } = misfit;
            let text = crate::base::clean::clean_line(text);
            let message = format!("`{text}` does not fit `{}`: {}", field.name, unfit.why);
            let mut warning = Diagnostic::warning(Code("W1401"), message);
            warning.primary = places.next().map(|label| Label {
                text: match records {
                    1 => "read as unknown".to_owned(),
                    many => format!("read as unknown, in {many} records"),
                },
                ..label
            });
            let warning = warning.and_place(field.place.clone(), "mapped here");
            if unfit.help.is_empty() { warning } else { warning.help(unfit.help.as_str()) }
        })
        .collect();
    let more = all.len() - shown.len();
    if more > 0 {
        let message = format!("{more} more texts in `{}` do not fit their fields", at.within.path);
        warnings.push(Diagnostic::warning(Code("W1401"), message).at_place(Place::File(at.within.path.to_owned()), ""));
    }
    warnings
}

fn unplaced_warnings(mapped: &Mapped<'_>, at: &Places<'_>) -> Vec<Diagnostic> {
    let all: Vec<_> = mapped.unplaced().take(MOST_SHOWN).collect();
    let spots: Vec<Spot> = all.iter().map(|(_, unplaced)| Spot::At(unplaced.record)).collect();
    let places = at.within.labels(&spots, "");
    let warning = |((why, unplaced), place): (&(&str, &Unplaced), Label)| {
        let mut warning = Diagnostic::warning(Code("W1404"), format!("a record may belong here: {why}"));
        warning.primary = Some(Label {
            text: match unplaced.records {
                1 => "passed over".to_owned(),
                many => format!("passed over, with {} like it", many - 1),
            },
            ..place
        });
        warning.help("the export counts as incomplete; write the word as the export has it, under `when`")
    };
    all.iter().zip(places).map(warning).collect()
}

fn unmet_diagnostics(unmet: Vec<Unmet<'_>>, path: &str) -> Vec<Diagnostic> {
    unmet
        .into_iter()
        .map(|unmet| {
            let name = &unmet.named.name;
            let message = match unmet.of {
                Some(column) => format!("no record of `{path}` has `{name}` in `{column}`"),
                None => format!("no record of `{path}` has `{name}`"),
            };
            let diagnostic = match unmet.selects {
                true => Diagnostic::error(Code("E1411"), format!("{message}, which selects them")),
                false => Diagnostic::warning(Code("W1403"), message),
            };
            let diagnostic = diagnostic.at_place(unmet.named.place.clone(), "named here");
            match unmet.near {
                Some(near) => diagnostic.help(format!("did you mean `{near}`")),
                None => diagnostic,
            }
        })
        .collect()
}

/// The paths of the members of the first records.
fn member_names(records: &[Shape]) -> Vec<String> {
    fn add(shape: &Shape, before: &str, into: &mut std::collections::BTreeSet<String>) {
        for member in &shape.members {
            let path = if before.is_empty() { member.name.clone() } else { format!("{before}.{}", member.name) };
            add(&member.value, &path, into);
            into.insert(path);
        }
    }
    let mut names = std::collections::BTreeSet::new();
    for record in records {
        add(record, "", &mut names);
    }
    names.into_iter().collect()
}

/// The way out where a name is looked for among those that there are.
fn names_there(names: &[String], wanted: &str) -> String {
    match nearest(wanted, names.iter().map(String::as_str)) {
        Some(near) => format!("did you mean `{near}`"),
        None => {
            let shown: Vec<String> = names.iter().take(12).map(|name| crate::base::clean::clean_line(name)).collect();
            format!("it has {}", if shown.is_empty() { "no names".to_owned() } else { shown.join(", ") })
        }
    }
}
