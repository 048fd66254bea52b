//! CSV: records with their offsets. Cells are separated by commas, elsewhere by another character, and may stand in
//! quotes.

use super::bytes::{RECORD_LIMIT, Window};
use super::json::Stop;
use std::collections::VecDeque;
use std::io::{self, Read};

struct Unzipped<'w, 'f> {
    window: &'w mut Window<'f>,
    quotes: Quotes,
}

/// Follows quotes as the parser does, which takes the end of the text for a closing one.
struct Quotes {
    separator: u8,
    state: Quoting,
    /// Where the last quoted cell begins, in bytes handed on.
    opened: u64,
    seen: u64,
    /// Where the line feeds behind carriage returns stand that no record has begun behind yet: the parser counts such a
    /// line feed to the record behind it.
    feeds: VecDeque<u64>,
    returned: bool,
}

#[derive(Default, Clone, Copy, PartialEq, Eq)]
enum Quoting {
    #[default]
    CellBegins,
    Plain,
    Quoted,
    QuoteInQuoted,
}

impl Quotes {
    fn follow(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.state = match (self.state, byte) {
                (Quoting::CellBegins, b'"') => {
                    self.opened = self.seen;
                    Quoting::Quoted
                }
                (Quoting::Quoted, b'"') => Quoting::QuoteInQuoted,
                (Quoting::Quoted, _) | (Quoting::QuoteInQuoted, b'"') => Quoting::Quoted,
                (_, b'\n' | b'\r') => Quoting::CellBegins,
                (_, byte) if *byte == self.separator => Quoting::CellBegins,
                _ => Quoting::Plain,
            };
            if self.returned && *byte == b'\n' {
                self.feeds.push_back(self.seen);
            }
            self.returned = *byte == b'\r';
            self.seen += 1;
        }
    }
}

impl Quotes {
    /// Where a record begins of which the parser says that it begins there.
    fn begins(&mut self, said: u64) -> u64 {
        while self.feeds.front().is_some_and(|feed| *feed < said) {
            self.feeds.pop_front();
        }
        said + u64::from(self.feeds.front() == Some(&said))
    }
}

impl Read for Unzipped<'_, '_> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        if self.window.bytes().is_empty() && !self.window.more()? {
            return Ok(0);
        }
        let bytes = self.window.bytes();
        let count = bytes.len().min(out.len());
        if let (Some(to), Some(from)) = (out.get_mut(..count), bytes.get(..count)) {
            to.copy_from_slice(from);
            self.quotes.follow(from);
        }
        self.window.advance(count);
        Ok(count)
    }
}

/// Hands on each record, the header first, with its offset.
///
/// # Errors
/// Where the file cannot be read on, a record is longer than [`RECORD_LIMIT`], or a quoted cell has no end.
pub fn read_records(window: &mut Window<'_>, record: impl FnMut(u64, &csv::ByteRecord)) -> Result<(), Stop> {
    read_separated(window, b',', record)
}

/// The same where another character stands between cells.
///
/// # Errors
/// As for [`read_records`].
pub(super) fn read_separated(
    window: &mut Window<'_>,
    separator: u8,
    mut record: impl FnMut(u64, &csv::ByteRecord),
) -> Result<(), Stop> {
    let begin = window.offset();
    let quotes =
        Quotes { separator, state: Quoting::default(), opened: 0, seen: 0, feeds: VecDeque::new(), returned: false };
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .delimiter(separator)
        .from_reader(Unzipped { window: &mut *window, quotes });
    let mut cells = csv::ByteRecord::new();
    loop {
        match reader.read_byte_record(&mut cells) {
            Ok(true) => {}
            Ok(false) => {
                let quotes = &reader.get_ref().quotes;
                return match quotes.state {
                    Quoting::Quoted => {
                        let what = "a quoted cell has no end: all behind its quote was taken for one text".to_owned();
                        Err(Stop::Text { offset: begin + quotes.opened, what })
                    }
                    _ => Ok(()),
                };
            }
            Err(error) => {
                let offset = begin + error.position().map_or(0, csv::Position::byte);
                return Err(match error.into_kind() {
                    csv::ErrorKind::Io(error) => Stop::Io(error),
                    other => Stop::Text { offset, what: format!("no readable record: {other:?}") },
                });
            }
        }
        let said = cells.position().map_or(0, csv::Position::byte);
        let offset = begin + reader.get_mut().quotes.begins(said);
        if cells.as_slice().len() > RECORD_LIMIT {
            return Err(Stop::Text { offset, what: format!("a record of more than {} MiB", RECORD_LIMIT >> 20) });
        }
        record(offset, &cells);
    }
}

/// Where the cell at `place` stands in the record that `text` begins with.
pub(super) fn cell(text: &[u8], separator: u8, place: usize) -> Option<std::ops::Range<usize>> {
    let (mut at, mut start, mut count, mut quoted) = (0, 0, 0, false);
    loop {
        match text.get(at) {
            Some(b'"') => quoted = !quoted,
            Some(byte) if *byte == separator && !quoted => {
                if count == place {
                    return Some(start..at);
                }
                count += 1;
                start = at + 1;
            }
            None | Some(b'\n') | Some(b'\r') if !quoted || at >= text.len() => {
                return (count == place).then_some(start..at);
            }
            _ => {}
        }
        at += 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeMap;

    fn stop(text: &str) -> Option<u64> {
        let files = BTreeMap::from([("a".to_owned(), text.as_bytes().to_vec())]);
        let mut window = Window::open(&files, "a").expect("opens");
        match read_records(&mut window, |_, _| ()) {
            Err(Stop::Text { offset, .. }) => Some(offset),
            _ => None,
        }
    }

    #[test]
    fn records_begin_behind_the_line_ends_of_any_system() {
        let offsets = |text: &str| {
            let files = BTreeMap::from([("a".to_owned(), text.as_bytes().to_vec())]);
            let mut window = Window::open(&files, "a").expect("opens");
            let mut found = Vec::new();
            assert!(read_records(&mut window, |offset, _| found.push(offset)).is_ok());
            found
        };
        assert_eq!(offsets("a,b\nc,\"d\ne\"\nf,g\n"), [0, 4, 12]);
        assert_eq!(offsets("a,b\r\nc,\"d\r\ne\"\r\nf,g\r\n"), [0, 5, 15]);
        assert_eq!(offsets("a,b\rc,d"), [0, 4]);
        let lines = 3000;
        let long = offsets(&"ab,cd\r\n".repeat(lines));
        assert_eq!(long, (0..lines as u64).map(|line| line * 7).collect::<Vec<_>>());
    }

    #[test]
    fn a_quoted_cell_without_an_end_is_found_where_it_begins() {
        assert_eq!(stop("id,name\na,\"b\nc,d\n"), Some(10));
        assert_eq!(stop("id,name\na,\"b"), Some(10));
        assert_eq!(stop("id,name\na,\"b\"\"\nc\"\nd,5\" disk\n"), None);
        assert_eq!(stop("id,name\na,\"b\""), None);
        assert_eq!(stop("\"\""), None);
    }
}
