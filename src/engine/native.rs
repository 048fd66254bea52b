//! Takes a product's export apart into records, as its format's layout says, and hands them to its reader; the rows go
//! to the loader. Knows no tool by name.
//!
//! Invariants: a record that cannot be read, and a text that is cut short, are reported, and the export is incomplete.

use super::refusals::{Refusals, Within, read_whole};
use crate::base::{Code, Diagnostic, Place};
use crate::codec::bytes::{Files, Window};
use crate::codec::json::{self, Enter, Pieces, Stop};
use crate::codec::{Format as TextFormat, ndjson, table};
use crate::facts::load::{Loader, NativeRows};
use crate::facts::schema::EntityId;
use crate::facts::statement::{FileSettings, Listing, Page};
use crate::sources::{Context, Format, Layout, Reader, Record, Shape, Source};
use crate::value::Instant;

/// A product's file to read.
pub struct Export<'a> {
    /// Its name in reports.
    pub path: &'a str,
    /// Whose it is.
    pub source: &'static Source,
    /// Which of its exports.
    pub format: &'static Format,
    /// What manifests say of it.
    pub settings: &'a FileSettings,
    /// The one system that its statement says it covers.
    pub system: Option<&'a str>,
}

/// Reads one file. What is wrong with it is given back.
pub fn read(loader: &mut Loader, files: &dyn Files, export: &Export<'_>, mut window: Window<'_>) -> Vec<Diagnostic> {
    let schema = std::sync::Arc::clone(loader.schema());
    let context = Context {
        schema: &schema,
        file: export.path,
        account: export.settings.account.as_deref(),
        system: export.system,
        collected_at: export.settings.collected_at,
    };
    let mut reader = (export.format.open)(&context);
    let sink = loader.native(export.path, export.format.name, export.settings);
    let mut taker = Taker { reader: reader.as_mut(), sink, refusals: Refusals::default(), records: 0, list: None };
    let stopped = take(&mut taker, &mut window, export.format.layout);
    let Taker { mut sink, refusals, records, .. } = taker;
    let ending = reader.finish(&mut sink);
    let mut incomplete = ending.incomplete;
    let mut diagnostics = Vec::new();
    let within = Within { files, path: export.path, format: text_format(export.format.layout) };
    if let Err(stop) = stopped {
        let words = |what: &str| format!("this is no whole output of `{}`: {what}", export.format.name);
        diagnostics.push(within.stopped(stop, Code("E1302"), &words));
        incomplete.get_or_insert_with(|| "its text is cut short or damaged".to_string());
    }
    let words = |reason: &str| format!("a record of `{}` cannot be read: {reason}", export.format.name);
    diagnostics.extend(refusals.errors(Code("E1301"), &within, &words));
    incomplete = incomplete.or_else(|| refusals.incomplete());
    let kinds: Vec<EntityId> =
        ending.kinds.unwrap_or(export.format.kinds).iter().filter_map(|kind| schema.entity_named(kind)).collect();
    let says_nothing = incomplete.is_some() || export.format.fills.is_empty();
    if kinds.is_empty() && says_nothing && export.settings.kinds.is_none() {
        let reason = incomplete.clone().unwrap_or_else(|| "it does not say of what it is a list".to_string());
        diagnostics.push(
            Diagnostic::error(
                Code("E1303"),
                format!("`{}` is {} and lists nothing: {reason}", export.path, export.format.name),
            )
            .at_place(Place::File(export.path.to_string()), "")
            .help("collect it again, or say in the manifest which `kinds` it should have listed"),
        );
    }
    let reaches = export.format.reaches_days.map(|days| i64::from(days) * 86_400_000_000_000);
    let listing = Listing {
        tool: Some(export.source.name.to_string()),
        account: export.settings.account.clone(),
        name: export.format.name.to_string(),
        kinds,
        incomplete,
        filter: ending.within,
        page: Page { next: ending.next_page, total: ending.total, count: records },
        covers_from: export.settings.collected_at.zip(reaches).map(|(at, back)| Instant(at.0.saturating_sub(back))),
        ..Listing::default()
    };
    let landmarks = window.landmarks();
    match window.finish() {
        Ok(digest) => sink.end(digest, landmarks, listing, files, &|cell| export.format.member(cell)),
        Err(error) => diagnostics.push(
            Diagnostic::error(Code("E1001"), format!("`{}` cannot be read to its end: {error}", export.path))
                .at_place(Place::File(export.path.to_string()), ""),
        ),
    }
    diagnostics
}

fn take(taker: &mut Taker<'_, '_>, window: &mut Window<'_>, layout: Layout) -> Result<(), Stop> {
    match layout.in_shape(&Shape::of(window.bytes())) {
        Layout::Records(_) | Layout::Elements => json::read_document(window, taker),
        Layout::List(name) => {
            taker.list = Some(Top { name, here: String::new() });
            json::read_document(window, taker)
        }
        Layout::Table => table::read_rows(window, |offset, row| match row {
            Ok(json) => taker.record(offset, json),
            Err(what) => taker.refusals.add(offset, what),
        }),
        Layout::Lines => ndjson::read_lines(window, |offset, line| taker.element(offset, line)),
        Layout::Document => read_whole(window, |offset, text| taker.record(offset, text)),
    }
}

/// Hands pieces of the text to the reader.
struct Taker<'r, 'l> {
    reader: &'r mut dyn Reader,
    sink: NativeRows<'l>,
    refusals: Refusals,
    records: u64,
    list: Option<Top>,
}

/// The top-level object of a listing: which member holds the records, and which is being read.
struct Top {
    name: &'static str,
    here: String,
}

impl Taker<'_, '_> {
    fn record(&mut self, offset: u64, bytes: &[u8]) {
        self.records += 1;
        let Taker { reader, sink, refusals, .. } = self;
        refusals.record(offset, bytes, |text| {
            reader.record(Record { text, offset }, sink).map_err(|refusal| refusal.reason)
        });
    }
}

impl Pieces for Taker<'_, '_> {
    fn key(&mut self, key: &str, _: u64) -> Enter {
        match &mut self.list {
            Some(top) if key == top.name => Enter::Elements,
            Some(top) => {
                key.clone_into(&mut top.here);
                Enter::Whole
            }
            None => Enter::Pass,
        }
    }

    fn element(&mut self, offset: u64, bytes: &[u8]) {
        self.sink.record(offset, bytes);
        self.record(offset, bytes);
    }

    fn whole(&mut self, _: u64, bytes: &[u8]) {
        if let (Some(top), Ok(json)) = (&self.list, std::str::from_utf8(bytes)) {
            self.reader.beside(&top.here, json);
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
