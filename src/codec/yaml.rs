//! YAML documents: read whole by a YAML parser that refuses alias bombs and keys written twice; a second, position-keeping
//! parser says where the rows stand.

use super::bytes::Window;
use super::json::Stop;
use saphyr_parser::{Event, Parser, Span};
use serde::Deserialize as _;
use serde_yaml::Value;

/// The longest YAML text that is read: 32 MiB. More belongs into NDJSON.
pub const YAML_LIMIT: usize = 32 * 1024 * 1024;

/// The whole text.
///
/// # Errors
/// Where it cannot be read, is too long, or no UTF-8.
pub fn read_text(window: &mut Window<'_>) -> Result<String, Stop> {
    while window.more()? {
        if window.bytes().len() > YAML_LIMIT {
            let what = format!("a YAML text of more than {} MiB; write it as NDJSON", YAML_LIMIT >> 20);
            return Err(Stop::Text { offset: window.offset(), what });
        }
    }
    let offset = window.offset();
    match std::str::from_utf8(window.bytes()) {
        Ok(text) => Ok(text.to_owned()),
        Err(error) => Err(Stop::Text { offset: offset + error.valid_up_to() as u64, what: "no UTF-8".to_owned() }),
    }
}

/// Hands on each document that is not empty.
///
/// # Errors
/// Where a document is no YAML; those before it were handed on.
pub fn read_documents(text: &str, mut document: impl FnMut(Value)) -> Result<(), Stop> {
    for deserializer in serde_yaml::Deserializer::from_str(text) {
        match Value::deserialize(deserializer) {
            Ok(Value::Null) => {}
            Ok(value) => document(value),
            Err(error) => {
                let offset = error.location().map_or(0, |l| l.index()) as u64;
                return Err(Stop::Text { offset, what: without_place(&error.to_string()) });
            }
        }
    }
    Ok(())
}

fn without_place(message: &str) -> String {
    let cut = message.rfind(" at line ").unwrap_or(message.len());
    super::plain_words(message.get(..cut).unwrap_or(message))
}

/// The byte offsets of the rows of each document, in order: the elements of its top-level list or of the lists of its
/// top-level keys.
pub fn rows(text: &str) -> Vec<u64> {
    let mut bytes = Bytes::new(text);
    let mut offsets = Vec::new();
    let mut depth: Vec<bool> = Vec::new();
    for (event, span) in events(text) {
        match event {
            Event::DocumentStart(_) => depth.clear(),
            Event::MappingStart(..) | Event::SequenceStart(..) | Event::Scalar(..) | Event::Alias(_) => {
                let in_list = depth.last() == Some(&true);
                if in_list && (depth.len() == 1 || (depth.len() == 2 && depth.first() == Some(&false))) {
                    offsets.push(bytes.at(span.start.index()) as u64);
                }
                match event {
                    Event::MappingStart(..) => depth.push(false),
                    Event::SequenceStart(..) => depth.push(true),
                    _ => {}
                }
            }
            Event::MappingEnd | Event::SequenceEnd => {
                depth.pop();
            }
            _ => {}
        }
    }
    offsets
}

/// The byte at which a line of the outermost level begins with `key`; 0 where none does.
pub fn top_level(text: &str, key: &str) -> u64 {
    let is_key = |line: &str| {
        let bare = line.trim_start_matches(['"', '\'']);
        bare.strip_prefix(key).is_some_and(|rest| rest.trim_start_matches(['"', '\'', ' ']).starts_with(':'))
    };
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        if is_key(line) {
            return at as u64;
        }
        at += line.len();
    }
    0
}

/// Where the value (or the key) of an entry of the mapping at byte `record` stands.
pub(super) fn entry(text: &str, record: u64, name: &str) -> Option<(std::ops::Range<usize>, std::ops::Range<usize>)> {
    let mut bytes = Bytes::new(text);
    let mut depth = 0;
    let mut inside = false;
    let mut key: Option<Span> = None;
    let mut is_key = true;
    for (event, span) in events(text) {
        let opens = matches!(event, Event::MappingStart(..) | Event::SequenceStart(..));
        if !inside {
            if opens && bytes.at(span.start.index()) as u64 == record {
                inside = true;
                depth = 0;
            }
            continue;
        }
        match event {
            Event::MappingEnd | Event::SequenceEnd if depth == 0 => return None,
            Event::MappingEnd | Event::SequenceEnd => {
                depth -= 1;
                if depth == 0 {
                    is_key = !is_key;
                }
            }
            _ if depth > 0 => depth += i32::from(opens),
            other => {
                if let Some(key) = key.take()
                    && !is_key
                {
                    let mut range = |span: Span| bytes.at(span.start.index())..bytes.at(span.end.index());
                    return Some((range(key), range(span)));
                }
                if is_key && matches!(&other, Event::Scalar(word, ..) if word == name) {
                    key = Some(span);
                }
                if opens { depth += 1 } else { is_key = !is_key }
            }
        }
    }
    None
}

fn events(text: &str) -> impl Iterator<Item = (Event<'_>, Span)> {
    let mut parser = Parser::new_from_str(text);
    std::iter::from_fn(move || match parser.next_event() {
        Some(Ok((Event::StreamEnd, _)) | Err(_)) | None => None,
        Some(Ok(found)) => Some(found),
    })
}

/// From places in characters to places in bytes, mostly ascending.
struct Bytes<'t> {
    text: &'t str,
    ascii: bool,
    chars: usize,
    bytes: usize,
}

impl<'t> Bytes<'t> {
    fn new(text: &'t str) -> Bytes<'t> {
        Bytes { text, ascii: text.is_ascii(), chars: 0, bytes: 0 }
    }

    fn at(&mut self, chars: usize) -> usize {
        if self.ascii {
            return chars.min(self.text.len());
        }
        if chars < self.chars {
            (self.chars, self.bytes) = (0, 0);
        }
        let rest = self.text.get(self.bytes..).unwrap_or("");
        for c in rest.chars().take(chars - self.chars) {
            self.bytes += c.len_utf8();
            self.chars += 1;
        }
        self.bytes
    }
}
