//! One file of the project's own format: its records, one after the other, whatever the format. A bad record is reported
//! and the next one read.

use super::column::Shape;
use super::own::{At, CellSeed, FindKind, KIND, KindSeed, RowSeed};
use super::quick::{self, Cursor};
use super::store::{Store, Use};
use super::tree::Skip;
use super::words::{Target, Words};
use crate::codec::bytes::{Window, record_hash};
use crate::codec::json::{Enter, Pieces, Stop, read_document, read_values};
use crate::codec::locate::Spot;
use crate::codec::ndjson::read_lines;
use crate::codec::{Format, csv, yaml};
use crate::facts::rows::Raw;
use crate::facts::schema::{EntityId, FieldRef};
use serde::de::DeserializeSeed;
use serde_yaml::Value;

/// A statement about the export, as it stands in the file.
pub(super) struct StatedText {
    pub(super) offset: u64,
    pub(super) text: String,
    /// Whether it is a row; else it is a document's key.
    pub(super) form: StatedForm,
    /// The kinds of the rows behind it.
    pub(super) kinds: Vec<EntityId>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum StatedForm {
    Row,
    Key,
}

/// The file being read.
pub(super) struct Reader<'l> {
    pub(super) store: &'l mut Store,
    pub(super) words: Words,
    /// What the top-level key met last stands for.
    current: Option<Target>,
    pub(super) kinds: Vec<EntityId>,
    pub(super) stated: Vec<StatedText>,
    records: u64,
}

impl<'l> Reader<'l> {
    pub(super) fn new(store: &'l mut Store, words: Words) -> Reader<'l> {
        Reader { store, words, current: None, kinds: Vec::new(), stated: Vec::new(), records: 0 }
    }

    /// Reads all records.
    pub(super) fn read(&mut self, window: &mut Window<'_>, format: Format, only: Option<EntityId>) -> Result<(), Stop> {
        match format {
            Format::Ndjson => read_lines(window, |offset, bytes| self.record(offset, bytes)),
            Format::JsonValues => read_values(window, self),
            Format::Json => read_document(window, self),
            Format::Yaml => self.yaml(window),
            Format::Csv => self.csv(window, only),
        }
    }

    /// Whether nothing at all was said, not even that there is none of a kind.
    pub(super) fn says_nothing(&self) -> bool {
        self.records == 0 && self.kinds.is_empty() && self.stated.is_empty() && self.store.refused == 0
    }

    fn lists(&mut self, entity: EntityId) {
        for kinds in std::iter::once(&mut self.kinds).chain(self.stated.last_mut().map(|s| &mut s.kinds)) {
            if let Err(place) = kinds.binary_search(&entity) {
                kinds.insert(place, entity);
            }
        }
    }

    /// One JSON record: a row of the list that it stands in, or one that names its kind.
    fn record(&mut self, offset: u64, bytes: &[u8]) {
        self.records += 1;
        let text = match std::str::from_utf8(bytes) {
            Ok(text) => text,
            Err(error) => return self.broken(offset + error.valid_up_to() as u64, "not UTF-8".to_owned()),
        };
        let at = At { offset, hash: record_hash(bytes), parent: None, depth: 0, has_kind: false };
        if self.quick(at, text) {
            return;
        }
        let read = match self.current {
            Some(Target::Entity(entity)) => row(self.store, entity, at, text),
            Some(_) => Ok(()),
            None => self.row_by_kind(at, text),
        };
        if let Err(error) = read {
            self.broken(offset + place(&error, text), cut(&error.to_string()));
        }
    }

    /// Reads a row the fast way; `false` where it has to be read the other way.
    fn quick(&mut self, at: At, text: &str) -> bool {
        let Some(mut cursor) = Cursor::new(text) else { return false };
        match self.current {
            Some(Target::Entity(entity)) => cursor.open().is_some() && quick::row(self.store, entity, at, &mut cursor),
            Some(_) => false,
            None => {
                let Some(Target::Entity(entity)) = cursor.kind().map(|word| self.words.find(word)) else {
                    return false;
                };
                let read = quick::row(self.store, entity, At { has_kind: true, ..at }, &mut cursor);
                if read {
                    self.lists(entity);
                }
                read
            }
        }
    }

    fn row_by_kind(&mut self, at: At, text: &str) -> serde_json::Result<()> {
        let mut json = serde_json::Deserializer::from_str(text);
        let words = &mut self.words;
        let mut found = None;
        let pick = |word: &str| match words.find(word) {
            Target::Entity(entity) => {
                found = Some(entity);
                Some(entity)
            }
            _ => None,
        };
        let mut left = false;
        let read = KindSeed { store: &mut *self.store, at, pick, left: &mut left }.deserialize(&mut json);
        if let Some(entity) = found {
            self.lists(entity);
        }
        if !left {
            read?;
            return json.end();
        }
        let mut json = serde_json::Deserializer::from_str(text);
        let kind = FindKind.deserialize(&mut json)?;
        json.end()?;
        let Some(kind) = kind else {
            self.without_kind(at.offset);
            return Ok(());
        };
        match self.words.find(&kind) {
            Target::Entity(entity) => {
                self.lists(entity);
                row(self.store, entity, at, text)?;
            }
            Target::Export => self.state(at.offset, text.to_owned(), StatedForm::Row),
            Target::Ignore => {}
            Target::Unknown => self.unknown(&kind, Spot::Field { record: at.offset, name: KIND.to_owned() }),
        }
        Ok(())
    }

    fn state(&mut self, offset: u64, text: String, form: StatedForm) {
        self.stated.push(StatedText { offset, text, form, kinds: Vec::new() });
    }

    fn without_kind(&mut self, offset: u64) {
        self.store.refused += 1;
        let help = "each row says what it is: `\"kind\": \"run\"`";
        let message = "a row does not name its kind".to_owned();
        self.store.problems.error("E1011", Spot::At(offset), message, "this row", Some(help.to_owned()));
    }

    fn unknown(&mut self, word: &str, spot: Spot) {
        self.store.refused += 1;
        if let Some((message, help)) = self.words.unknown(word) {
            self.store.problems.error("E1005", spot, message, "unknown kind", Some(help));
        }
    }

    fn broken(&mut self, offset: u64, what: String) {
        self.store.refused += 1;
        let message = format!("a record cannot be read: {what}");
        self.store.problems.error("E1003", Spot::At(offset), message, "here", None);
    }

    fn yaml(&mut self, window: &mut Window<'_>) -> Result<(), Stop> {
        let begin = window.offset();
        let text = yaml::read_text(window)?;
        let rows = yaml::rows(&text);
        let mut next = 0;
        let result = yaml::read_documents(&text, |document| match document {
            Value::Sequence(list) => {
                self.current = None;
                self.yaml_list(&list, &rows, &mut next, begin);
            }
            Value::Mapping(entries) => {
                for (key, value) in &entries {
                    let Some(key) = key.as_str() else {
                        self.broken(begin, "a top-level key that is no text".to_owned());
                        continue;
                    };
                    let here = begin + yaml::top_level(&text, key);
                    let enter = self.key(key, here);
                    match value {
                        Value::Sequence(list) if enter == Enter::Elements => {
                            self.yaml_list(list, &rows, &mut next, begin);
                        }
                        Value::Sequence(list) => next += list.len(),
                        _ if enter == Enter::Elements => self.no_list(key, Spot::At(here)),
                        _ => {}
                    }
                    if enter == Enter::Whole {
                        let text = serde_json::to_string(value).unwrap_or_default();
                        self.state(begin, text, StatedForm::Key);
                    }
                }
            }
            _ => self.broken(begin, "neither lists of rows nor a list".to_owned()),
        });
        result.map_err(|stop| match stop {
            Stop::Text { offset, what } => Stop::Text { offset: begin + offset, what },
            io => io,
        })
    }

    fn yaml_list(&mut self, list: &[Value], rows: &[u64], next: &mut usize, begin: u64) {
        for value in list {
            self.records += 1;
            let offset = begin + rows.get(*next).copied().unwrap_or(0);
            *next += 1;
            let at = At { offset, hash: 0, parent: None, depth: 0, has_kind: false };
            let target = match self.current {
                Some(target) => Some(target),
                None => value.get(KIND).and_then(Value::as_str).map(|word| self.words.find(word)),
            };
            match target {
                Some(Target::Entity(entity)) => {
                    self.lists(entity);
                    let seed = RowSeed { store: &mut *self.store, entity, at };
                    if let Err(error) = seed.deserialize(value) {
                        self.broken(offset, cut(&error.to_string()));
                    }
                }
                Some(Target::Export) => {
                    self.state(offset, serde_json::to_string(value).unwrap_or_default(), StatedForm::Row);
                }
                Some(Target::Ignore) => {}
                Some(Target::Unknown) => {
                    let word = value.get(KIND).and_then(Value::as_str).unwrap_or_default().to_owned();
                    self.unknown(&word, Spot::Field { record: offset, name: KIND.to_owned() });
                }
                None => self.without_kind(offset),
            }
        }
    }

    fn no_list(&mut self, key: &str, spot: Spot) {
        let message = format!("`{}` is no list of rows", crate::base::clean::clean_line(key));
        let help = Some("write `[…]` with one object a row; `[]` says that there is none".to_owned());
        self.store.refused += 1;
        self.store.problems.error("E1003", spot, message, "a list is missing here", help);
    }

    fn csv(&mut self, window: &mut Window<'_>, only: Option<EntityId>) -> Result<(), Stop> {
        let mut header: Option<Vec<String>> = None;
        csv::read_records(window, |offset, cells| {
            let Some(names) = &header else {
                let names: Vec<String> = cells.iter().map(|c| String::from_utf8_lossy(c).trim().to_owned()).collect();
                if let Some(entity) = only {
                    self.lists(entity);
                    if !names.iter().any(|n| n == KIND) {
                        self.check_header(&names, entity, offset);
                    }
                }
                header = Some(names);
                return;
            };
            self.records += 1;
            if cells.len() != names.len() {
                let what = format!("{} cells below {} names", cells.len(), names.len());
                return self.broken(offset, what);
            }
            let mut texts = Vec::with_capacity(cells.len());
            for cell in cells {
                match std::str::from_utf8(cell) {
                    Ok(text) => texts.push(text.trim()),
                    Err(_) => return self.broken(offset, "not UTF-8".to_owned()),
                }
            }
            self.csv_row(names, &texts, offset, only);
        })
    }

    fn check_header(&mut self, names: &[String], entity: EntityId, offset: u64) {
        for name in names {
            if self.store.table(entity).slot_named(name).is_none() {
                super::own::unknown_field(self.store, entity, offset, name);
            }
        }
    }

    fn csv_row(&mut self, names: &[String], texts: &[&str], offset: u64, only: Option<EntityId>) {
        let kind = names.iter().position(|n| n == KIND).and_then(|place| texts.get(place)).filter(|k| !k.is_empty());
        let entity = match kind.map(|word| (word, self.words.find(word))) {
            Some((_, Target::Entity(entity))) => entity,
            Some((_, Target::Ignore)) => return,
            Some((word, _)) => return self.unknown(word, Spot::Field { record: offset, name: KIND.to_owned() }),
            None => match only {
                Some(entity) => entity,
                None => return self.without_kind(offset),
            },
        };
        self.lists(entity);
        self.store.begin(entity, offset, 0);
        for (name, text) in names.iter().zip(texts) {
            if name == KIND || text.is_empty() {
                continue;
            }
            let Some(place) = self.store.table(entity).slot_named(name) else {
                if kind.is_some() {
                    super::own::unknown_field(self.store, entity, offset, name);
                }
                continue;
            };
            let Some(slot) = self.store.table(entity).slots.get(usize::from(place)) else { continue };
            let (field, reading) = (slot.field, slot.reading);
            if !self.store.claim(entity, field) {
                super::own::written_twice(self.store, entity, place, offset);
                continue;
            }
            if let Use::Column(unit) = reading {
                self.csv_cell(FieldRef { entity, field }, name, text, unit);
            }
        }
        self.store.end(entity);
    }

    fn csv_cell(&mut self, at: FieldRef, name: &str, text: &str, unit: Option<i64>) {
        let shape = Shape::of(&self.store.schema.field(at).ty);
        let json = text.starts_with('{') || text.starts_with('[');
        let place = self.store.table(at.entity).slot_named(name);
        if json
            && let Some(place) = place
            && Skip(1).deserialize(&mut serde_json::Deserializer::from_str(text)).is_ok()
        {
            // What is well-formed JSON is written as a cell, well or as a fault.
            let seed = CellSeed { store: &mut *self.store, entity: at.entity, place, field: at.field, unit, depth: 1 };
            let _ = seed.deserialize(&mut serde_json::Deserializer::from_str(text));
            return;
        }
        let numeric = !matches!(
            shape,
            Some(Shape::Text | Shape::Schedule | Shape::Row(_) | Shape::Member(_) | Shape::Texts | Shape::Rows(_))
        );
        let words: Vec<&str>;
        let raw = match shape {
            Some(Shape::Texts | Shape::Members(_) | Shape::Cadences | Shape::Rows(_)) => {
                words = text.split(';').map(str::trim).filter(|word| !word.is_empty()).collect();
                Raw::Set(&words)
            }
            _ if numeric && text.parse::<i64>().is_ok() => Raw::Int(text.parse().unwrap_or(0)),
            Some(Shape::Duration | Shape::Size | Shape::Rate | Shape::Number | Shape::Int) => match text.parse::<f64>()
            {
                Ok(number)
                    if number.is_finite() && text.bytes().all(|b| b.is_ascii_digit() || b"+-.eE".contains(&b)) =>
                {
                    Raw::Number(number)
                }
                _ => Raw::Text(text),
            },
            _ => Raw::Text(text),
        };
        if let Err(fault) = self.store.cell(at.entity, at.field, raw, unit) {
            self.store.fault(at.entity, at.field, name, fault);
        }
    }
}

impl Pieces for Reader<'_> {
    fn key(&mut self, key: &str, offset: u64) -> Enter {
        let target = self.words.find(key);
        self.current = Some(target);
        match target {
            Target::Entity(entity) => {
                self.lists(entity);
                Enter::Elements
            }
            Target::Export => Enter::Whole,
            Target::Ignore => {
                self.records += 1;
                Enter::Pass
            }
            Target::Unknown => {
                self.unknown(key, Spot::At(offset));
                Enter::Pass
            }
        }
    }

    fn element(&mut self, offset: u64, bytes: &[u8]) {
        self.record(offset, bytes);
    }

    fn elements(&mut self, offset: u64, text: &str) -> usize {
        let Some(Target::Entity(entity)) = self.current else { return 0 };
        let (end, count) = quick::rows(self.store, entity, offset, text);
        self.records += count;
        end
    }

    fn whole(&mut self, offset: u64, bytes: &[u8]) {
        match (self.current, std::str::from_utf8(bytes)) {
            (Some(Target::Export), Ok(text)) => {
                match Skip(0).deserialize(&mut serde_json::Deserializer::from_str(text)) {
                    Ok(()) => self.state(offset, text.to_owned(), StatedForm::Key),
                    Err(error) => self.broken(offset + place(&error, text), cut(&error.to_string())),
                }
            }
            (_, Err(error)) => self.broken(offset + error.valid_up_to() as u64, "not UTF-8".to_owned()),
            _ => {
                let key = self.words.last().to_owned();
                self.no_list(&key, Spot::At(offset));
            }
        }
    }
}

fn row(store: &mut Store, entity: EntityId, at: At, text: &str) -> serde_json::Result<()> {
    let mut json = serde_json::Deserializer::from_str(text);
    RowSeed { store, entity, at }.deserialize(&mut json)?;
    json.end()
}

/// Where in `text` an error stands.
fn place(error: &serde_json::Error, text: &str) -> u64 {
    let line = text.split('\n').take(error.line().saturating_sub(1)).map(|line| line.len() + 1).sum::<usize>();
    (line + error.column().saturating_sub(1)).min(text.len()) as u64
}

/// The message in plain words, without its place, which is told otherwise.
fn cut(message: &str) -> String {
    let end = message.rfind(" at line ").unwrap_or(message.len());
    crate::codec::plain_words(message.get(..end).unwrap_or(message))
}
