//! The frame of a mapping file: files, tool, separator, rows, zone, kinds, entities.

use super::fields::entity;
use super::{Column, Mapping};
use crate::base::{Code, Diagnostic, Place};
use crate::facts::manifest::keys::{KeyCodes, Reader, plain};
use crate::facts::manifest::node::{Document, Entry, Mark, Node, Value, parse};
use crate::facts::manifest::{Known, named_by};
use crate::value::Zone;

const KEYS: &[&str] = &["as", "decimal", "files", "kinds", "rows", "separator", "timezone", "tool", "version"];

/// The codes of mistakes in its keys.
const CODES: KeyCodes = KeyCodes { unknown: "E1402", wrong: "E1403", twice: "E1404" };

const EXAMPLE: &str = "begin with `version: 1`, `files: [jobs.csv]` and `as: {run: {id: Session ID}}`";

/// Reads a mapping. With errors among the diagnostics its files are not to be read.
pub fn read_mapping(path: &str, bytes: &[u8], known: Known<'_>) -> (Option<Mapping>, Vec<Diagnostic>) {
    let Ok(text) = std::str::from_utf8(bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes)) else {
        let error = Diagnostic::error(Code("E1401"), "the mapping is no UTF-8 text");
        return (None, vec![error.at_place(Place::File(path.to_owned()), "")]);
    };
    let document = Document { file: path, text, line: 1, column: 1 };
    let mut reader = Reader::new(document, known.schema, known.zone, CODES);
    let mapping = frame(&mut reader, path, text, known.files);
    (mapping, reader.diagnostics)
}

fn frame(reader: &mut Reader<'_>, path: &str, text: &str, files: &[String]) -> Option<Mapping> {
    let start = Mark { line: 1, column: 0, width: 1 };
    let node = match parse(text) {
        Ok(Some(node)) => node,
        Ok(None) => {
            reader.error("E1401", start, "the mapping is empty".to_owned(), EXAMPLE);
            return None;
        }
        Err(error) => {
            reader.error("E1401", error.mark, format!("the mapping cannot be read: {}", error.text), "");
            return None;
        }
    };
    let Value::Map(frame) = &node.value else {
        reader.error("E1401", node.mark, "a mapping is made of keys with values".to_owned(), EXAMPLE);
        return None;
    };
    reader.check_keys(frame, KEYS);
    let find = |key: &str| frame.iter().find(|entry| entry.key == key);
    if find("version").and_then(|version| plain(&version.value)) != Some("1") {
        let mark = find("version").map_or(start, |version| version.value.mark);
        reader.error("E1401", mark, "the mapping is of no known version".to_owned(), "write `version: 1`");
    }
    let zone = find("timezone").and_then(|e| reader.timezone("timezone", &e.value)).and_then(|name| Zone::named(&name));
    let decimal_comma = find("decimal").is_some_and(|e| match plain(&e.value) {
        Some(",") => true,
        Some(".") => false,
        _ => {
            reader.wrong("decimal", &e.value, "`\",\"` or `\".\"`");
            false
        }
    });
    let mut mapping = Mapping {
        path: path.to_owned(),
        tool: find("tool").and_then(|e| reader.text("tool", &e.value)),
        files: Vec::new(),
        separator: find("separator").and_then(|e| separator(reader, &e.value)).unwrap_or(b','),
        rows: find("rows").and_then(|e| column(reader, "rows", &e.value)),
        zone,
        kinds: Vec::new(),
        entities: Vec::new(),
    };
    match find("files") {
        Some(named) => claim(reader, &mut mapping, &named.value, files),
        None => reader.error("E1405", start, "the mapping has no `files`".to_owned(), "add `files: [jobs.csv]`"),
    }
    match find("as") {
        Some(Entry { value: Node { value: Value::Map(entries), .. }, .. }) if !entries.is_empty() => {
            for (i, entry) in entries.iter().enumerate() {
                if entries.iter().take(i).any(|before| before.key == entry.key) {
                    reader.error("E1404", entry.mark, format!("`{}` is written twice", entry.key), "keep one of them");
                    continue;
                }
                mapping.entities.extend(entity(reader, entry, decimal_comma));
            }
        }
        Some(wrong) => reader.wrong("as", &wrong.value, "what a record is, such as `run:` with its fields"),
        None => reader.error("E1405", start, "the mapping has no `as`".to_owned(), EXAMPLE),
    }
    kinds(reader, &mut mapping, find("kinds"), find("as"));
    Some(mapping)
}

/// Of several entities one cannot tell which it lists all of: a listing of runs names systems and is no inventory.
fn kinds(reader: &mut Reader<'_>, mapping: &mut Mapping, stated: Option<&Entry>, entities: Option<&Entry>) {
    match (stated, mapping.entities.as_slice(), entities) {
        (Some(stated), ..) => mapping.kinds = reader.kinds(&stated.value).unwrap_or_default(),
        (None, [only], _) => mapping.kinds = vec![only.entity],
        (None, [first, _, ..], Some(entities)) => {
            let message = "a record is several rows, and the mapping has no `kinds`".to_owned();
            let name = &reader.schema.entity(first.entity).name;
            let help = format!("say what the export lists all of, such as `kinds: [{name}]`");
            reader.error("E1405", entities.mark, message, &help);
        }
        _ => {}
    }
}

fn separator(reader: &mut Reader<'_>, node: &Node) -> Option<u8> {
    match plain(node).map(str::as_bytes) {
        Some(&[byte]) if byte.is_ascii() && !matches!(byte, b'"' | b'\n' | b'\r') => Some(byte),
        Some(b"tab" | b"\\t") => Some(b'\t'),
        _ => {
            reader.wrong("separator", node, "one character, such as `\";\"`, or `tab`");
            None
        }
    }
}

/// The files that its patterns mean.
fn claim(reader: &mut Reader<'_>, mapping: &mut Mapping, node: &Node, files: &[String]) {
    let folder = mapping.path.rfind('/').and_then(|end| mapping.path.get(..end)).unwrap_or("").to_owned();
    for (pattern, mark) in reader.texts("files", node, "a list of file names or globs") {
        if pattern.contains(['*', '?', '[', '{']) && !reader.check_glob(&pattern, mark) {
            continue;
        }
        let place = reader.place(mark);
        let named: Vec<&String> = named_by(&folder, &pattern, files).collect();
        if named.is_empty() {
            let warning = Diagnostic::warning(Code("W1402"), format!("no facts file is called `{pattern}`"));
            let help = "names are relative to the mapping's folder";
            reader.diagnostics.push(warning.at_place(place, "").help(help));
            continue;
        }
        for file in named {
            if mapping.files.iter().all(|(claimed, _)| claimed != file) {
                mapping.files.push((file.clone(), place.clone()));
            }
        }
    }
}

/// A column or path where it is named.
pub(super) fn column(reader: &mut Reader<'_>, key: &str, node: &Node) -> Option<Column> {
    let name = reader.text(key, node)?;
    Some(Column { name, place: reader.place(node.mark) })
}

/// Several of them; one text stands for a list of one.
pub(super) fn columns(reader: &mut Reader<'_>, key: &str, node: &Node) -> Vec<Column> {
    let named = reader.texts(key, node, "a column, or a list of them");
    named.into_iter().map(|(name, mark)| Column { name, place: reader.place(mark) }).collect()
}
