//! Which format a text has: by its content; the file's name only breaks ties.

use super::bytes::Window;
use super::json::{self, Extent, Found};
use std::io;

/// A text format of facts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Format {
    /// One document: an object of lists, or a list.
    Json,
    /// An object a line.
    Ndjson,
    /// JSON values one after the other, of more than one line each.
    JsonValues,
    /// One or several YAML documents.
    Yaml,
    /// Rows of cells below a header.
    Csv,
}

impl Format {
    /// The format of a name.
    pub fn named(name: &str) -> Option<Format> {
        [Format::Json, Format::Ndjson, Format::Yaml, Format::Csv].into_iter().find(|format| format.name() == name)
    }

    /// Its name in reports.
    pub fn name(self) -> &'static str {
        match self {
            Format::Json => "json",
            Format::Ndjson | Format::JsonValues => "ndjson",
            Format::Yaml => "yaml",
            Format::Csv => "csv",
        }
    }
}

/// Why a text has no known format.
#[derive(Debug)]
pub enum Unknown {
    /// Nothing but blanks.
    Empty,
    /// Bytes that no text has, or UTF-16.
    Binary(&'static str),
    /// It could not be read.
    Io(io::Error),
}

/// Tells the format from the beginning, of which nothing but blanks is passed.
///
/// # Errors
/// Where there is nothing, or no text.
pub fn detect(window: &mut Window<'_>, path: &str) -> Result<Format, Unknown> {
    let first = match json::peek(window) {
        Ok(Some(byte)) => byte,
        Ok(None) => return Err(Unknown::Empty),
        Err(json::Stop::Io(error)) => return Err(Unknown::Io(error)),
        Err(json::Stop::Text { .. }) => return Err(Unknown::Binary("no text")),
    };
    let start = window.bytes();
    if start.starts_with(b"\xFF\xFE") || start.starts_with(b"\xFE\xFF") {
        return Err(Unknown::Binary("UTF-16 text"));
    }
    let shown = start.get(..4096).unwrap_or(start);
    if shown.iter().any(|b| *b < 0x20 && !matches!(b, b'\t' | b'\n' | b'\r' | 0x0C | 0x1B)) {
        return Err(Unknown::Binary("binary"));
    }
    let extension = path.strip_suffix(".gz").unwrap_or(path).rsplit('.').next().unwrap_or("").to_ascii_lowercase();
    Ok(match first {
        b'[' => Format::Json,
        b'{' => object(start),
        _ => match extension.as_str() {
            "csv" => Format::Csv,
            "yaml" | "yml" => Format::Yaml,
            _ if looks_like_csv(start) => Format::Csv,
            _ => Format::Yaml,
        },
    })
}

fn looks_like_csv(start: &[u8]) -> bool {
    let line = start.split(|b| *b == b'\n').next().unwrap_or_default();
    let name = |b: &u8| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-' | b'"' | b',' | b'\r' | b' ');
    line.contains(&b',') && line.iter().all(name)
}

/// A text that begins with an object: a document, or rows.
fn object(start: &[u8]) -> Format {
    let mut extent = Extent::default();
    let has_kind = json::entry(start, "kind").is_some_and(|e| start.get(e.value.start) == Some(&b'"'));
    match extent.scan(start) {
        Found::End(end) => {
            let rest = start.get(end..).unwrap_or_default();
            let more = rest.iter().find(|b| !b.is_ascii_whitespace()) == Some(&b'{');
            let lines = start.get(..end).is_some_and(|value| value.contains(&b'\n'));
            match (has_kind || more, lines) {
                (true, false) => Format::Ndjson,
                (true, true) => Format::JsonValues,
                (false, _) => Format::Json,
            }
        }
        _ if has_kind => Format::Ndjson,
        _ => Format::Json,
    }
}
