//! Finds the records of a JSON document: the elements of its top-level lists, its other top-level values, or a stream of
//! values one after the other. It only finds where values end; what stands in them is read by a JSON parser.
//!
//! Invariants: a document is never held whole; a value deeper than [`DEPTH_LIMIT`] is refused before anything recurses.

use super::bytes::{RECORD_LIMIT, Window};
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
    /// The value of the key met last.
    fn whole(&mut self, offset: u64, bytes: &[u8]);
}

/// Follows one value to its end, over any number of windows.
#[derive(Debug, Default, Clone, Copy)]
struct Extent {
    depth: u32,
    in_text: bool,
    escaped: bool,
    plain: bool,
}

enum Found {
    /// The value ends before this place.
    End(usize),
    /// It goes on after the bytes seen.
    Open,
    /// Too deep at this place.
    Deep(usize),
}

impl Extent {
    /// `bytes` go on where the last ones ended.
    fn scan(&mut self, bytes: &[u8]) -> Found {
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
fn length(window: &mut Window<'_>) -> Result<usize, Stop> {
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

fn elements(window: &mut Window<'_>, pieces: &mut dyn Pieces) -> Result<(), Stop> {
    window.advance(1);
    let mut first = true;
    loop {
        match peek(window)? {
            Some(b']') if first => break,
            None => return ended(window, 0),
            Some(b',' | b']' | b'}' | b':') => return wrong(window.offset(), "an element is missing here"),
            Some(_) => {}
        }
        first = false;
        let count = length(window)?;
        pieces.element(window.offset(), window.bytes().get(..count).unwrap_or_default());
        window.advance(count);
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
