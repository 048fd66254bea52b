//! Reads facts: files of the project's own format and rows of native sources into columns; then, once all are read,
//! zones, visibility, repeated keys, relations, derived cells, inverses.
//!
//! Knows no plan and no tool, and does not touch the file system. The order of files and rows shows in nothing but
//! origins and row numbers.

mod cell;
mod collections;
mod column;
mod derive;
mod ended;
mod finish;
mod merge;
mod native;
mod own;
mod problem;
mod projection;
mod quick;
mod read;
mod relate;
mod same_names;
mod store;
mod times;
mod tree;
mod words;

pub use native::NativeRows;
pub use projection::Projection;

use crate::base::{Code, Diagnostic, Place};
use crate::codec::bytes::{Digest, Files, Window};
use crate::codec::json::Stop;
use crate::codec::landmarks::Landmarks;
use crate::codec::locate::{Spot, locate};
use crate::codec::{Format, detect};
use crate::facts::manifest::{Beginning, statement_from_row, statements_from_document};
use crate::facts::schema::{EntityId, Schema};
use crate::facts::source_rules::SourceRules;
use crate::facts::statement::{FileSettings, Listing, OwnStatement};
use crate::facts::table::FactsFile;
use crate::value::Zone;
use cell::Notation;
use read::{Reader, StatedForm, StatedText};
use std::sync::Arc;
use store::Store;
use words::Words;

/// Reads files one after the other; [`Loader::finish`] makes facts of them.
pub struct Loader {
    store: Store,
    projection: Projection,
    files: Vec<FactsFile>,
    /// By file: what was said of it before it was read.
    settings: Vec<FileSettings>,
    /// By file: whether it is of the project's own format.
    own: Vec<bool>,
    listings: Vec<Listing>,
    diagnostics: Vec<Diagnostic>,
    rules: SourceRules,
}

impl Loader {
    /// A loader for what `projection` wants of `schema`.
    pub fn new(schema: Arc<Schema>, projection: Projection) -> Loader {
        let store = Store::new(schema, &projection);
        Loader {
            store,
            projection,
            files: Vec::new(),
            settings: Vec::new(),
            own: Vec::new(),
            listings: Vec::new(),
            diagnostics: Vec::new(),
            rules: SourceRules::default(),
        }
    }

    /// The same under what a project says of its sources.
    #[must_use]
    pub fn under(mut self, rules: &SourceRules) -> Loader {
        self.rules.clone_from(rules);
        self
    }

    /// The schema.
    pub fn schema(&self) -> &Arc<Schema> {
        &self.store.schema
    }

    fn begin_file(&mut self, path: &str, format: &str, settings: &FileSettings, notation: Notation) {
        self.store.file = u32::try_from(self.files.len()).unwrap_or(u32::MAX);
        self.store.file_rows = 0;
        self.store.refused = 0;
        self.store.notation = notation;
        self.files.push(FactsFile { path: path.to_owned(), format: format.to_owned(), ..FactsFile::default() });
        self.settings.push(settings.clone());
        self.own.push(notation != Notation::Product);
    }

    fn end_file(&mut self, digest: Digest, landmarks: Landmarks) {
        let rows = self.store.file_rows;
        if let Some(file) = self.files.last_mut() {
            file.landmarks = landmarks;
            file.size = digest.size;
            file.sha256 = digest.sha256;
            file.rows = rows;
        }
    }

    /// Reads a file of the project's own format. `zone` is the project's zone for times without offset, for what the file
    /// states of itself. Mistakes are among the diagnostics of [`Loader::finish`].
    pub fn read(&mut self, files: &dyn Files, path: &str, settings: &FileSettings, zone: Option<&Zone>) {
        match Window::open(files, path) {
            Ok(window) => self.read_from(window, files, path, settings, zone),
            Err(error) => {
                self.begin_file(path, "", settings, Notation::Own);
                self.unreadable(path, &error);
            }
        }
    }

    /// The same, where the file is already open and nothing of it is passed.
    pub fn read_from(
        &mut self,
        mut window: Window<'_>,
        files: &dyn Files,
        path: &str,
        settings: &FileSettings,
        zone: Option<&Zone>,
    ) {
        self.begin_file(path, "", settings, Notation::Own);
        let format = match detect(&mut window, path) {
            Ok(format) => format,
            Err(crate::codec::Unknown::Io(error)) => return self.unreadable(path, &error),
            Err(crate::codec::Unknown::Empty) => {
                let error = Diagnostic::error(Code("E1002"), format!("`{path}` is empty"));
                let help = "a collection that failed leaves an empty file: collect it again; `{\"runs\": []}` says that there is no run";
                return self.fail(error.at_place(Place::File(path.to_owned()), "no row, of no kind").help(help), path);
            }
            Err(crate::codec::Unknown::Binary(what)) => {
                let error = Diagnostic::error(Code("E1002"), format!("`{path}` is no text in UTF-8 but {what}"));
                let help = "facts are JSON, NDJSON, YAML or CSV, plain or zipped by gzip";
                return self.fail(error.at_place(Place::File(path.to_owned()), "").help(help), path);
            }
        };
        self.store.notation = if format == Format::Csv { Notation::OwnText } else { Notation::Own };
        let only = match settings.kinds.as_deref() {
            Some([only]) => Some(*only),
            _ => self.kind_of_name(path),
        };
        let words = Words::new(Arc::clone(&self.store.schema), settings.words.clone());
        let first = window.bytes().iter().find(|b| !b.is_ascii_whitespace());
        let begins_as_list = matches!(first, Some(b'[' | b'{')) || format == Format::Csv;
        let mut reader = Reader::new(&mut self.store, words);
        let stopped = reader.read(&mut window, format, only);
        // Only a list says that there is none; a failed collection leaves `null`, a blank or nothing.
        let silent = reader.says_nothing() && (settings.kinds.is_none() || !begins_as_list);
        let (kinds, stated) = (std::mem::take(&mut reader.kinds), std::mem::take(&mut reader.stated));
        match stopped {
            Ok(()) if silent => {
                let help = "name the kind: `{\"runs\": []}` says that there is no run".to_owned();
                let message = "this says nothing: no row, and of no kind that there is none".to_owned();
                self.store.problems.error("E1012", Spot::At(0), message, "no kind is named", Some(help));
            }
            Ok(()) => {}
            Err(Stop::Io(error)) => {
                let place = Place::File(path.to_owned());
                let message = format!("`{path}` cannot be read to its end: {error}");
                self.diagnostics.push(Diagnostic::error(Code("E1001"), message).at_place(place, ""));
                self.store.refused += 1;
            }
            Err(Stop::Text { offset, what }) => {
                self.store.refused += 1;
                let message = format!("this is not well-formed {}: {what}", format.name());
                let help = "what stands before it was read; nothing behind it was".to_owned();
                self.store.problems.error("E1003", Spot::At(offset), message, "here", Some(help));
            }
        }
        self.end_read(files, window, path, format, kinds, stated, zone);
    }

    #[expect(clippy::too_many_arguments, reason = "the parts of one file at its end")]
    fn end_read(
        &mut self,
        files: &dyn Files,
        mut window: Window<'_>,
        path: &str,
        format: Format,
        kinds: Vec<EntityId>,
        stated: Vec<StatedText>,
        zone: Option<&Zone>,
    ) {
        let landmarks = window.landmarks();
        match window.finish() {
            Ok(digest) => self.end_file(digest, landmarks),
            Err(error) => self.unreadable(path, &error),
        }
        if let Some(file) = self.files.last_mut() {
            format.name().clone_into(&mut file.format);
        }
        let own = self.statements(files, path, format, stated, zone);
        let refused = self.store.refused;
        let incomplete = (refused > 0).then(|| match refused {
            1 => format!("a record of {path} could not be read"),
            _ => format!("{refused} records of {path} could not be read"),
        });
        let mut listing = Listing { file: self.store.file, name: format.name().to_owned(), ..Listing::default() };
        listing.kinds = kinds;
        listing.incomplete = incomplete;
        listing.page.count = self.store.file_rows;
        listing.own = own;
        self.listings.push(listing);
        self.store.problems.settle(files, path, format, &mut self.diagnostics);
    }

    fn statements(
        &mut self,
        files: &dyn Files,
        path: &str,
        format: Format,
        stated: Vec<StatedText>,
        zone: Option<&Zone>,
    ) -> Vec<OwnStatement> {
        let spots: Vec<Spot> = stated.iter().map(|s| Spot::At(s.offset)).collect();
        let places = if spots.is_empty() {
            Vec::new()
        } else {
            locate(files, path, format, &Landmarks::default(), &spots).unwrap_or_default()
        };
        let mut own = Vec::new();
        for (i, stated) in stated.into_iter().enumerate() {
            let (line, column) = places.get(i).map_or((1, 1), |excerpt| (excerpt.line, excerpt.column));
            let at = Beginning { file: path, line, column, offset: stated.offset };
            let schema = &self.store.schema;
            let (mut read, diagnostics) = match stated.form {
                StatedForm::Key => statements_from_document(&stated.text, at, schema, zone),
                StatedForm::Row => {
                    let (read, diagnostics) = statement_from_row(&stated.text, at, schema, zone);
                    (read.into_iter().collect(), diagnostics)
                }
            };
            if stated.form == StatedForm::Row {
                for statement in &mut read {
                    statement.kinds.clone_from(&stated.kinds);
                }
            }
            own.append(&mut read);
            self.diagnostics.extend(diagnostics);
        }
        own
    }

    /// The kind that a file is named after.
    fn kind_of_name(&self, path: &str) -> Option<EntityId> {
        let name = path.rsplit(['/', '\\']).next().unwrap_or(path);
        let stem = name.split('.').next().unwrap_or(name);
        self.store.schema.entity_named(stem).or_else(|| self.store.schema.entity_of_plural(stem))
    }

    fn unreadable(&mut self, path: &str, error: &std::io::Error) {
        let message = format!("`{path}` cannot be read: {error}");
        let error = Diagnostic::error(Code("E1001"), message).at_place(Place::File(path.to_owned()), "");
        self.fail(error, path);
    }

    fn fail(&mut self, error: Diagnostic, path: &str) {
        self.diagnostics.push(error);
        let incomplete = Some(format!("{path} could not be read"));
        self.listings.push(Listing { file: self.store.file, incomplete, ..Listing::default() });
    }
}
