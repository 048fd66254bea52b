//! Finds the line, column and text of places in a facts file again, for what a report shows: from the landmarks that its
//! first reading set; without them in one pass over the file up to the last place, which costs no more for the other
//! records than counting their lines.

use super::Format;
use super::bytes::{Digest, Files, Window, record_hash};
use super::landmarks::Landmarks;
use super::{csv, json, yaml};
use crate::base::Excerpt;
use crate::base::clean::clean_line;
use std::io;
use std::ops::Range;

/// At most so many characters of a line are shown.
const SHOWN: usize = 200;
/// So many of them before the mark.
const BEFORE: usize = 80;
/// Bytes of the line kept before a place.
const KEPT: usize = BEFORE * 4;

/// A place in a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Spot {
    /// A byte of the unzipped text.
    At(u64),
    /// The value of a field of the record at this byte; the record's begin where it has no such field.
    Field {
        /// Where the record begins.
        record: u64,
        /// The field's name in the file.
        name: String,
    },
    /// The value of the first of these fields that the record has; the record's begin where it has none.
    FirstOf {
        /// Where the record begins.
        record: u64,
        /// Names in the file; `a.b` is the field `b` of the object `a`, where there is no field of that whole name.
        names: Vec<String>,
    },
    /// A cell of a row of a table.
    Cell {
        /// Where the row begins.
        record: u64,
        /// The place of its column, from 0.
        column: usize,
        /// What stands between cells.
        separator: u8,
    },
    /// The name of a field of the record.
    Key {
        /// Where the record begins.
        record: u64,
        /// The field's name in the file.
        name: String,
    },
}

impl Spot {
    /// Where it or its record begins.
    pub fn begin(&self) -> u64 {
        match self {
            Spot::At(offset)
            | Spot::Field { record: offset, .. }
            | Spot::FirstOf { record: offset, .. }
            | Spot::Cell { record: offset, .. }
            | Spot::Key { record: offset, .. } => *offset,
        }
    }
}

/// The excerpts of `spots`, in their order. Without landmarks all up to the last one is read.
///
/// # Errors
/// Those of opening and reading; `UnexpectedEof` where the file ends before a place.
pub fn locate(
    files: &dyn Files,
    path: &str,
    format: Format,
    landmarks: &Landmarks,
    spots: &[Spot],
) -> io::Result<Vec<Excerpt>> {
    let mut order: Vec<usize> = (0..spots.len()).collect();
    order.sort_by_key(|i| spots.get(*i).map(Spot::begin));
    let mut window = Window::open_again(files, path)?;
    let mut cursor = Cursor::default();
    let header = header(&mut window, format)?;
    let whole = match format {
        Format::Yaml => yaml::read_text(&mut window).unwrap_or_default(),
        _ => String::new(),
    };
    let skipped = window.offset();
    let mut found: Vec<Option<Excerpt>> = vec![None; spots.len()];
    for i in order {
        let Some(spot) = spots.get(i) else { continue };
        if format != Format::Yaml
            && let Some(mark) = landmarks.before(spot.begin().saturating_sub(KEPT as u64))
            && mark.offset > window.offset() + window.bytes().len() as u64
            && let Some(at) = Window::open_at(files, path, mark.offset)?
        {
            window = at;
            cursor = Cursor { lines: mark.lines, chars: mark.chars, before: Vec::new() };
        }
        cursor.go(&mut window, spot.begin())?;
        let marked = match (spot, format) {
            (Spot::At(_), _) => 0..1,
            (Spot::Cell { column, separator, .. }, _) => {
                fill(&mut window, 64 * 1024)?;
                csv::cell(window.bytes(), *separator, *column).filter(|cell| !cell.is_empty()).unwrap_or(0..1)
            }
            (Spot::FirstOf { names, .. }, Format::Csv) => {
                fill(&mut window, 64 * 1024)?;
                let places = names.iter().filter_map(|name| header.iter().position(|column| column == name));
                let mut cells = places.filter_map(|place| csv::cell(window.bytes(), b',', place));
                cells.find(|cell| !cell.is_empty()).unwrap_or(0..1)
            }
            (Spot::FirstOf { names, record }, Format::Yaml) => {
                let start = record.saturating_sub(skipped);
                let found = names.iter().find_map(|name| yaml::entry(&whole, start, name));
                let base = start as usize;
                found.map_or(0..1, |(_, at)| at.start.saturating_sub(base)..at.end.saturating_sub(base))
            }
            (Spot::FirstOf { names, .. }, _) => {
                let _ = json::length(&mut window);
                names.iter().find_map(|name| json::member(window.bytes(), name)).unwrap_or(0..1)
            }
            (Spot::Field { name, .. } | Spot::Key { name, .. }, Format::Csv) => {
                fill(&mut window, 64 * 1024)?;
                let place = header.iter().position(|column| column == name);
                place.and_then(|place| csv::cell(window.bytes(), b',', place)).unwrap_or(0..1)
            }
            (Spot::Field { name, record } | Spot::Key { name, record }, Format::Yaml) => {
                let start = record.saturating_sub(skipped);
                let entry = yaml::entry(&whole, start, name);
                let range = entry.map(|(key, value)| if matches!(spot, Spot::Key { .. }) { key } else { value });
                let base = start as usize;
                range.map_or(0..1, |range| range.start.saturating_sub(base)..range.end.saturating_sub(base))
            }
            (Spot::Field { name, .. } | Spot::Key { name, .. }, _) => {
                // What cannot be followed to its end is marked at its begin.
                let _ = json::length(&mut window);
                let entry = json::entry(window.bytes(), name);
                let range = entry.map(|entry| if matches!(spot, Spot::Key { .. }) { entry.key } else { entry.value });
                range.unwrap_or(0..1)
            }
        };
        fill(&mut window, marked.end + 4 * SHOWN)?;
        if let Some(place) = found.get_mut(i) {
            *place = Some(cursor.excerpt(path, window.bytes(), marked));
        }
    }
    Ok(found.into_iter().flatten().collect())
}

/// Whether the records (offset and hash) still stand where they were read. Where some have no hash, whether the file still
/// has the digest. Where there are landmarks only the records are read.
///
/// # Errors
/// Those of opening and reading.
pub fn unchanged(
    files: &dyn Files,
    path: &str,
    records: &[(u64, u32)],
    landmarks: &Landmarks,
    digest: &Digest,
) -> io::Result<bool> {
    if records.iter().any(|(_, hash)| *hash == 0) {
        return Ok(Window::open(files, path)?.finish()? == *digest);
    }
    let mut records = records.to_vec();
    records.sort_unstable();
    let mut window = Window::open_again(files, path)?;
    for (offset, hash) in records {
        if !landmarks.is_empty()
            && offset > window.offset() + window.bytes().len() as u64
            && let Some(at) = Window::open_at(files, path, offset)?
        {
            window = at;
        }
        while window.offset() < offset {
            let wanted = usize::try_from(offset - window.offset()).unwrap_or(usize::MAX);
            if window.bytes().is_empty() && !window.more()? {
                return Ok(false);
            }
            window.advance(wanted.min(window.bytes().len()));
        }
        match json::length(&mut window) {
            Ok(count) if window.bytes().get(..count).is_some_and(|record| record_hash(record) == hash) => {}
            Err(json::Stop::Io(error)) => return Err(error),
            _ => return Ok(false),
        }
    }
    Ok(true)
}

fn fill(window: &mut Window<'_>, count: usize) -> io::Result<()> {
    while window.bytes().len() < count && window.more()? {}
    Ok(())
}

fn header(window: &mut Window<'_>, format: Format) -> io::Result<Vec<String>> {
    if format != Format::Csv {
        return Ok(Vec::new());
    }
    fill(window, 64 * 1024)?;
    let mut reader = ::csv::ReaderBuilder::new().has_headers(false).from_reader(window.bytes());
    let mut cells = ::csv::StringRecord::new();
    match reader.read_record(&mut cells) {
        Ok(_) => Ok(cells.iter().map(|cell| cell.trim().to_owned()).collect()),
        Err(_) => Ok(Vec::new()),
    }
}

/// How far the lines are counted.
#[derive(Default)]
struct Cursor {
    lines: u64,
    chars: u64,
    before: Vec<u8>,
}

impl Cursor {
    fn go(&mut self, window: &mut Window<'_>, offset: u64) -> io::Result<()> {
        while window.offset() < offset {
            let wanted = usize::try_from(offset - window.offset()).unwrap_or(usize::MAX);
            if window.bytes().is_empty() && !window.more()? {
                // The end of the text is a place too: where a cut file ends.
                return Ok(());
            }
            let bytes = window.bytes();
            let passed = bytes.get(..wanted).unwrap_or(bytes);
            self.pass(passed);
            let count = passed.len();
            window.advance(count);
        }
        Ok(())
    }

    fn pass(&mut self, bytes: &[u8]) {
        let last = memchr::memrchr(b'\n', bytes);
        let rest = bytes.get(last.map_or(0, |at| at + 1)..).unwrap_or_default();
        if last.is_some() {
            self.lines += memchr::memchr_iter(b'\n', bytes).count() as u64;
            self.chars = 0;
            self.before.clear();
        }
        self.chars += rest.iter().filter(|b| **b & 0xC0 != 0x80).count() as u64;
        self.before.extend_from_slice(rest.get(rest.len().saturating_sub(KEPT)..).unwrap_or_default());
        let surplus = self.before.len().saturating_sub(KEPT);
        self.before.drain(..surplus);
    }

    fn excerpt(&self, path: &str, bytes: &[u8], marked: Range<usize>) -> Excerpt {
        let mut here = Cursor { lines: self.lines, chars: self.chars, before: self.before.clone() };
        here.pass(bytes.get(..marked.start).unwrap_or_default());
        let text = |bytes: &[u8]| -> String {
            let lossy = String::from_utf8_lossy(bytes);
            clean_line(lossy.trim_end_matches(['\r', '\n']))
        };
        let line_end = |bytes: &[u8]| memchr::memchr(b'\n', bytes).unwrap_or(bytes.len());
        let after = bytes.get(marked.start..).unwrap_or_default();
        let after = after.get(..line_end(after).min(4 * SHOWN)).unwrap_or_default();
        let width = marked.len().min(after.len());
        let whole_before = text(&here.before);
        let skipped = whole_before.chars().count().saturating_sub(BEFORE);
        let mut shown: String = whole_before.chars().skip(skipped).collect();
        let mark = shown.chars().count();
        let width = text(after.get(..width).unwrap_or_default()).chars().count();
        let room = SHOWN - mark;
        shown.extend(text(after).chars().take(room));
        Excerpt {
            file: path.to_owned(),
            line: here.lines + 1,
            column: here.chars + 1,
            mark,
            width: width.clamp(1, room),
            text: shown,
        }
    }
}
