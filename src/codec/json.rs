//! Finds the records of a JSON document: the elements of its top-level lists, its other top-level values, or a stream of
//! values one after the other. It only finds where values end; what stands in them is read by a JSON parser.
//!
//! Invariants: a document is never held whole; a value deeper than [`DEPTH_LIMIT`] is refused before anything recurses.

use super::bytes::{RECORD_LIMIT, Window};
use crate::base::clean::clean_line;
use std::collections::BTreeSet;
use std::io;

/// How deep values may be nested.
pub const DEPTH_LIMIT: u32 = 64;

/// Why reading a file stopped.
#[derive(Debug)]
pub enum Stop {
    /// The file could not be read on.
    Io(io::Error),
    /// The text is wrong at this offset.
    Text {
        /// Where, in bytes of the unzipped text.
        offset: u64,
        /// What is wrong, lower case, no full stop.
        what: String,
    },
}

impl From<io::Error> for Stop {
    fn from(error: io::Error) -> Stop {
        Stop::Io(error)
    }
}

/// What to do with the value of a top-level key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Enter {
    /// Hand on each element of its list.
    Elements,
    /// Hand on the value as a whole.
    Whole,
    /// Only check that it ends.
    Pass,
}

/// Receives the pieces of a document.
pub trait Pieces {
    /// A top-level key at `offset`.
    fn key(&mut self, key: &str, offset: u64) -> Enter;
    /// An element of the list of the key met last (or of the top-level list, or of a stream).
    fn element(&mut self, offset: u64, bytes: &[u8]);
    /// Takes elements of a list from the beginning of `text`, which stands at `offset` and may end anywhere, as many as it
    /// reads without being told where they end; gives the end of the last one taken, 0 where none is. It has no `\\` and no
    /// control character that is no blank.
    fn elements(&mut self, offset: u64, text: &str) -> usize {
        let _ = (offset, text);
        0
    }
    /// The value of the key met last.
    fn whole(&mut self, offset: u64, bytes: &[u8]);
}

/// Follows one value to its end, over any number of windows.
#[derive(Debug, Default, Clone, Copy)]
pub(super) struct Extent {
    depth: u32,
    in_text: bool,
    escaped: bool,
    plain: bool,
}

pub(super) enum Found {
    /// The value ends before this place.
    End(usize),
    /// It goes on after the bytes seen.
    Open,
    /// Too deep at this place.
    Deep(usize),
}

impl Extent {
    /// `bytes` go on where the last ones ended.
    pub(super) fn scan(&mut self, bytes: &[u8]) -> Found {
        let mut i = 0;
        while let Some(byte) = bytes.get(i) {
            if self.in_text {
                if self.escaped {
                    self.escaped = false;
                    i += 1;
                    continue;
                }
                let Some(rest) = bytes.get(i..) else { return Found::Open };
                let Some(stop) = rest.iter().position(|b| *b == b'"' || *b == b'\\') else { return Found::Open };
                i += stop;
                if bytes.get(i) == Some(&b'\\') {
                    self.escaped = true;
                } else {
                    self.in_text = false;
                    if self.depth == 0 {
                        return Found::End(i + 1);
                    }
                }
                i += 1;
                continue;
            }
            match byte {
                b'"' if self.plain => return Found::End(i),
                b'"' => self.in_text = true,
                b'{' | b'[' if self.plain => return Found::End(i),
                b'{' | b'[' => {
                    self.depth += 1;
                    if self.depth > DEPTH_LIMIT {
                        return Found::Deep(i);
                    }
                }
                b'}' | b']' if self.depth <= 1 => return Found::End(if self.depth == 0 { i } else { i + 1 }),
                b'}' | b']' => self.depth -= 1,
                b',' | b':' | b' ' | b'\t' | b'\r' | b'\n' if self.depth == 0 => return Found::End(i),
                _ if self.depth == 0 => self.plain = true,
                _ => {}
            }
            i += 1;
        }
        Found::Open
    }
}

fn wrong<T>(offset: u64, what: impl Into<String>) -> Result<T, Stop> {
    Err(Stop::Text { offset, what: what.into() })
}

/// The next byte that is no blank, not passed; `None` at the end of the file.
pub(super) fn peek(window: &mut Window<'_>) -> Result<Option<u8>, Stop> {
    loop {
        let blank = |b: &u8| matches!(b, b' ' | b'\t' | b'\r' | b'\n');
        if let Some(at) = window.bytes().iter().position(|b| !blank(b)) {
            window.advance(at);
            return Ok(window.bytes().first().copied());
        }
        window.advance(window.bytes().len());
        if !window.more()? {
            return Ok(None);
        }
    }
}

/// How many bytes the value at the window's start has, all of them then in the window.
pub(super) fn length(window: &mut Window<'_>) -> Result<usize, Stop> {
    let mut extent = Extent::default();
    let mut seen = 0;
    loop {
        match extent.scan(window.bytes().get(seen..).unwrap_or_default()) {
            Found::End(at) => return Ok(seen + at),
            Found::Deep(at) => return too_deep(window.offset() + (seen + at) as u64),
            Found::Open => seen = window.bytes().len(),
        }
        if seen > RECORD_LIMIT {
            return wrong(window.offset(), format!("a value of more than {} MiB", RECORD_LIMIT >> 20));
        }
        if !window.more()? {
            return if extent.depth == 0 && extent.plain { Ok(seen) } else { ended(window, seen) };
        }
    }
}

fn too_deep<T>(offset: u64) -> Result<T, Stop> {
    wrong(offset, format!("nested more than {DEPTH_LIMIT} deep"))
}

fn ended<T>(window: &Window<'_>, seen: usize) -> Result<T, Stop> {
    wrong(window.offset() + seen as u64, "the text ends in the middle of a value")
}

/// Passes the value at the window's start without holding it.
fn pass(window: &mut Window<'_>) -> Result<(), Stop> {
    let mut extent = Extent::default();
    loop {
        match extent.scan(window.bytes()) {
            Found::End(at) => {
                window.advance(at);
                return Ok(());
            }
            Found::Deep(at) => return too_deep(window.offset() + at as u64),
            Found::Open => window.advance(window.bytes().len()),
        }
        if !window.more()? {
            return if extent.depth == 0 && extent.plain { Ok(()) } else { ended(window, 0) };
        }
    }
}

/// When a list is offered to who may take many elements at once: to look through what is offered costs as much as many
/// elements, so who refuses is asked ever less often.
#[derive(Default)]
struct Offers {
    refused: u32,
    wait: u32,
}

impl Offers {
    fn due(&mut self) -> bool {
        let due = self.wait == 0;
        self.wait = self.wait.saturating_sub(1);
        due
    }

    fn answered(&mut self, taken: bool) {
        self.refused = if taken { 0 } else { (self.refused + 1).min(MOST_REFUSED) };
        self.wait = (1 << self.refused) - 1;
    }
}

/// After so many refusals in a row, every 1,024th element is offered.
const MOST_REFUSED: u32 = 10;

/// So many bytes of a list are offered at once.
const AHEAD: usize = 32 * 1024;

/// The beginning of `bytes` up to an escape, a control character that is no blank, or what is no UTF-8.
fn plain_text(bytes: &[u8]) -> &str {
    let bytes = bytes.get(..AHEAD).unwrap_or(bytes);
    let is_odd = |b: u8| b == b'\\' || b < 0x20 && !matches!(b, b'\t' | b'\r' | b'\n');
    let plain = match bytes.iter().fold(false, |odd, b| odd | is_odd(*b)) {
        false => bytes,
        true => bytes.split(|b| is_odd(*b)).next().unwrap_or_default(),
    };
    match std::str::from_utf8(plain) {
        Ok(text) => text,
        Err(error) => plain.get(..error.valid_up_to()).and_then(|valid| std::str::from_utf8(valid).ok()).unwrap_or(""),
    }
}

fn elements(window: &mut Window<'_>, pieces: &mut dyn Pieces) -> Result<(), Stop> {
    window.advance(1);
    let mut first = true;
    let mut offers = Offers::default();
    loop {
        match peek(window)? {
            Some(b']') if first => break,
            None => return ended(window, 0),
            Some(b',' | b']' | b'}' | b':') => return wrong(window.offset(), "an element is missing here"),
            Some(_) => {}
        }
        first = false;
        let mut taken = 0;
        if offers.due() {
            while window.bytes().len() < AHEAD && window.more()? {}
            taken = pieces.elements(window.offset(), plain_text(window.bytes()));
            window.advance(taken);
            offers.answered(taken > 0);
        }
        if taken == 0 {
            let count = length(window)?;
            pieces.element(window.offset(), window.bytes().get(..count).unwrap_or_default());
            window.advance(count);
        }
        match peek(window)? {
            Some(b',') => window.advance(1),
            Some(b']') => break,
            None => return ended(window, 0),
            Some(_) => return wrong(window.offset(), "`,` or `]` is missing before this"),
        }
    }
    window.advance(1);
    Ok(())
}

fn entries(window: &mut Window<'_>, pieces: &mut dyn Pieces) -> Result<(), Stop> {
    window.advance(1);
    let mut first = true;
    let mut keys = BTreeSet::new();
    loop {
        match peek(window)? {
            Some(b'}') if first => break,
            Some(b'"') => {}
            None => return ended(window, 0),
            Some(_) => return wrong(window.offset(), "a key in quotes is missing here"),
        }
        first = false;
        let count = length(window)?;
        let offset = window.offset();
        let key: String = match serde_json::from_slice(window.bytes().get(..count).unwrap_or_default()) {
            Ok(key) => key,
            Err(_) => return wrong(offset, "not a readable key"),
        };
        if keys.contains(&key) {
            return wrong(offset, format!("the key `{}` is written twice", clean_line(&key)));
        }
        let enter = pieces.key(&key, offset);
        window.advance(count);
        match peek(window)? {
            Some(b':') => window.advance(1),
            None => return ended(window, 0),
            Some(_) => return wrong(window.offset(), "`:` is missing before this"),
        }
        match peek(window)? {
            None => return ended(window, 0),
            Some(b'[') if enter == Enter::Elements => elements(window, pieces)?,
            Some(b',' | b']' | b'}' | b':') => return wrong(window.offset(), "a value is missing here"),
            Some(_) if enter == Enter::Pass => pass(window)?,
            Some(_) => {
                let count = length(window)?;
                pieces.whole(window.offset(), window.bytes().get(..count).unwrap_or_default());
                window.advance(count);
            }
        }
        match peek(window)? {
            Some(b',') => window.advance(1),
            Some(b'}') => break,
            None => return ended(window, 0),
            Some(_) => return wrong(window.offset(), "`,` or `}` is missing before this"),
        }
        keys.insert(key);
    }
    window.advance(1);
    Ok(())
}

/// Reads one document: an object of lists, or a list.
///
/// # Errors
/// Where the text is no JSON document or cannot be read on; what was handed on before stays.
pub fn read_document(window: &mut Window<'_>, pieces: &mut dyn Pieces) -> Result<(), Stop> {
    match peek(window)? {
        Some(b'{') => entries(window, pieces)?,
        Some(b'[') => elements(window, pieces)?,
        _ => return wrong(window.offset(), "neither `{` nor `[`"),
    }
    match peek(window)? {
        None => Ok(()),
        Some(_) => wrong(window.offset(), "something stands after the end of the document"),
    }
}

/// Reads values one after the other, however they are broken into lines.
///
/// # Errors
/// As for [`read_document`].
pub fn read_values(window: &mut Window<'_>, pieces: &mut dyn Pieces) -> Result<(), Stop> {
    while peek(window)?.is_some() {
        let count = length(window)?;
        if count == 0 {
            return wrong(window.offset(), "a value is missing here");
        }
        pieces.element(window.offset(), window.bytes().get(..count).unwrap_or_default());
        window.advance(count);
    }
    Ok(())
}

/// Where an entry of an object stands in its text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Entry {
    /// The key, with its quotes.
    pub(super) key: std::ops::Range<usize>,
    /// The value.
    pub(super) value: std::ops::Range<usize>,
}

/// The last entry called `name` of the object that `text` begins with; what follows a mistake in it is not seen.
pub(super) fn entry(text: &[u8], name: &str) -> Option<Entry> {
    let skip = |mut at: usize| {
        while text.get(at).is_some_and(|b| matches!(b, b' ' | b'\t' | b'\r' | b'\n' | b',' | b':')) {
            at += 1;
        }
        at
    };
    let end_of = |at: usize| match Extent::default().scan(text.get(at..)?) {
        Found::End(length) if length > 0 => Some(at + length),
        Found::Open => Some(text.len()),
        _ => None,
    };
    let mut found = None;
    let mut at = skip(text.iter().position(|b| *b == b'{')? + 1);
    while text.get(at) == Some(&b'"') {
        let Some(key_end) = end_of(at) else { break };
        let start = skip(key_end);
        let Some(end) = end_of(start) else { break };
        let key: Result<String, _> = serde_json::from_slice(text.get(at..key_end).unwrap_or_default());
        if key.is_ok_and(|key| key == name) {
            found = Some(Entry { key: at..key_end, value: start..end });
        }
        if end == text.len() {
            break;
        }
        at = skip(end);
    }
    found
}

/// The value at `path` in the object that `text` begins with: of the field of that whole name, else of the field behind
/// its first `.` in the object that it names. `null` is no value.
pub(super) fn member(text: &[u8], path: &str) -> Option<std::ops::Range<usize>> {
    let is_value = |range: &std::ops::Range<usize>| text.get(range.clone()).is_some_and(|value| value != b"null");
    if let Some(found) = entry(text, path) {
        return Some(found.value).filter(is_value);
    }
    let (first, rest) = path.split_once('.')?;
    let outer = entry(text, first)?.value;
    let inner = text.get(outer.clone()).filter(|value| value.first() == Some(&b'{'))?;
    member(inner, rest).map(|found| outer.start + found.start..outer.start + found.end)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeMap;

    #[derive(Default)]
    struct Seen(Vec<String>);

    impl Pieces for Seen {
        fn key(&mut self, key: &str, offset: u64) -> Enter {
            self.0.push(format!("{offset} key {key}"));
            if key == "skip" {
                Enter::Pass
            } else if key == "export" {
                Enter::Whole
            } else {
                Enter::Elements
            }
        }
        fn element(&mut self, offset: u64, bytes: &[u8]) {
            self.0.push(format!("{offset} {}", String::from_utf8_lossy(bytes)));
        }
        fn whole(&mut self, offset: u64, bytes: &[u8]) {
            self.0.push(format!("{offset} whole {}", String::from_utf8_lossy(bytes)));
        }
    }

    fn read(text: &str) -> (Vec<String>, String) {
        let files = BTreeMap::from([("a".to_owned(), text.as_bytes().to_vec())]);
        let mut window = Window::open(&files, "a").expect("opens");
        let mut seen = Seen::default();
        let stop = match read_document(&mut window, &mut seen) {
            Ok(()) => String::new(),
            Err(Stop::Io(error)) => error.to_string(),
            Err(Stop::Text { offset, what }) => format!("{offset}: {what}"),
        };
        (seen.0, stop)
    }

    #[test]
    fn elements_of_lists_and_other_values_are_found() {
        let (seen, stop) = read(r#"{"runs": [{"a":"}]\""}, {"b":[{}]}],"skip":[[1,{}]],"export":{"x":1},"n":[]}"#);
        assert_eq!(stop, "");
        assert_eq!(
            seen,
            [
                "1 key runs",
                r#"10 {"a":"}]\""}"#,
                r#"24 {"b":[{}]}"#,
                "36 key skip",
                "52 key export",
                r#"61 whole {"x":1}"#,
                "69 key n"
            ]
        );
    }

    #[test]
    fn broken_documents_say_where() {
        assert_eq!(read(r#"{"runs": [{"a":1}"#).1, "17: the text ends in the middle of a value");
        assert_eq!(read(r#"{"runs": [{"a":1} {}]}"#).1, "18: `,` or `]` is missing before this");
        assert_eq!(read(r#"{"runs": [1,]}"#).1, "12: an element is missing here");
        assert_eq!(read(r#"{"runs": []} x"#).1, "13: something stands after the end of the document");
        assert_eq!(read(r#"{"a": [], "a": []}"#).1, "10: the key `a` is written twice");
        assert_eq!(read(r#"{runs: []}"#).1, "1: a key in quotes is missing here");
        let deep = format!("[{}", "[".repeat(100_000));
        assert_eq!(read(&deep).1, "65: nested more than 64 deep");
    }

    #[test]
    fn entry_of_an_object_is_found_by_its_name() {
        let text = br#"{"a":"x","b": [1,{"a":2}] , "c":null}"#;
        assert_eq!(entry(text, "b"), Some(Entry { key: 9..12, value: 14..25 }));
        assert_eq!(entry(text, "a").map(|e| e.value), Some(5..8));
        assert_eq!(entry(text, "d"), None);
        let text = br#"{"a.b":1,"a":{"b":2,"c":{"d":3}},"n":null,"l":[{"d":4}]}"#;
        let found = |path: &str| member(text, path).and_then(|at| std::str::from_utf8(&text[at]).ok());
        assert_eq!(found("a.b"), Some("1"));
        assert_eq!(found("a.c.d"), Some("3"));
        assert_eq!((found("n"), found("l.d"), found("a.c.x")), (None, None, None));
    }
}
