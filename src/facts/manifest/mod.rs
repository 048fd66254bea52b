//! Reads statements about exports: the manifest `facts.yaml`, a document's key `export`, a row of kind `export`. Every
//! mistake names file, line and column. Reads no facts and opens no file: what is there is handed in as a list.
//!
//! Rules beside `semantics.md` 3.1: patterns are relative to the manifest's folder, `*` stays within a folder and `**`
//! does not; an entry of which nothing is there is an absent export. `incomplete: "why"` says `complete: false` with a
//! reason. A date alone is the whole day; a time without zone is read so that the shorter span is covered.

pub(crate) mod keys;
pub(crate) mod node;

use super::schema::Schema;
use super::statement::{Made, OwnStatement, Said, Statement};
use crate::base::{Code, Diagnostic, Place};
use crate::value::Zone;
use crate::value::instant::{ReadTime, read_instant};
use keys::{KEYS, Reader, STATEMENT, plain};
use node::{Document, Entry, Mark, Node, Value, parse};

/// The manifest's name in a facts folder.
pub const FILE_NAME: &str = "facts.yaml";

/// The only version there is.
const VERSION: &str = "1";

/// What a statement is read against.
#[derive(Debug, Clone, Copy)]
pub struct Known<'a> {
    /// The kinds.
    pub schema: &'a Schema,
    /// The project's zone for times without offset (`facts_timezone`).
    pub zone: Option<&'a Zone>,
    /// The facts files, as they were given, in order of path.
    pub files: &'a [String],
}

/// Where a piece of JSON or YAML begins.
#[derive(Debug, Clone, Copy)]
pub struct Beginning<'a> {
    /// The file, as it was given.
    pub file: &'a str,
    /// Line in the unzipped text, from 1.
    pub line: u64,
    /// Column in that line, from 1, in characters.
    pub column: u64,
    /// Byte in the unzipped text.
    pub offset: u64,
}

/// Reads a manifest. Entries with errors are given as far as they could be read.
pub fn read_manifest(path: &str, bytes: &[u8], known: Known<'_>) -> (Vec<Statement>, Vec<Diagnostic>) {
    let text = match std::str::from_utf8(bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes)) {
        Ok(text) => text,
        Err(_) => {
            let error = Diagnostic::error(Code("E1101"), "the manifest is no UTF-8 text");
            return (Vec::new(), vec![error.at_place(Place::File(path.to_owned()), "")]);
        }
    };
    let document = Document { file: path, text, line: 1, column: 1 };
    let mut reader = Reader::new(document, known.schema, known.zone, STATEMENT);
    let entries = manifest_entries(&mut reader);
    let statements = entries.iter().map(|entry| statement(&mut reader, entry, path, known.files)).collect();
    (statements, reader.diagnostics)
}

/// Reads the statement of a row of kind `export`: a JSON object whose key `kind` is passed over.
pub fn statement_from_row(
    row: &str,
    at: Beginning<'_>,
    schema: &Schema,
    zone: Option<&Zone>,
) -> (Option<OwnStatement>, Vec<Diagnostic>) {
    let (mut statements, diagnostics) = own_statements(row, at, schema, zone, Form::Row);
    (statements.pop(), diagnostics)
}

/// Reads a document's key `export`: one statement or a list of them, as JSON or YAML. Statements of a list speak for the
/// rows of their own `kinds`.
pub fn statements_from_document(
    value: &str,
    at: Beginning<'_>,
    schema: &Schema,
    zone: Option<&Zone>,
) -> (Vec<OwnStatement>, Vec<Diagnostic>) {
    own_statements(value, at, schema, zone, Form::Key)
}

#[derive(Clone, Copy, PartialEq)]
enum Form {
    Row,
    Key,
}

fn own_statements(
    text: &str,
    at: Beginning<'_>,
    schema: &Schema,
    zone: Option<&Zone>,
    form: Form,
) -> (Vec<OwnStatement>, Vec<Diagnostic>) {
    let document = Document { file: at.file, text, line: at.line, column: at.column };
    let mut reader = Reader::new(document, schema, zone, STATEMENT);
    let node = match parse(text) {
        Ok(node) => node,
        Err(error) => {
            reader.error("E1101", error.mark, format!("the statement cannot be read: {}", error.text), "");
            None
        }
    };
    let mut statements = Vec::new();
    if let Some(node) = &node {
        let items = match &node.value {
            Value::List(items) if form == Form::Key => items.as_slice(),
            _ => std::slice::from_ref(node),
        };
        for item in items {
            let Value::Map(entries) = &item.value else {
                let message = "an export is described by keys with values".to_owned();
                reader.error("E1103", item.mark, message, "write an object, such as `{\"covers\": \"all\"}`");
                continue;
            };
            let extra: &[&str] = if form == Form::Row { &["kind"] } else { &[] };
            reader.check_keys(entries, &[KEYS, extra].concat());
            let said = reader.said(entries);
            let place = reader.place(item.mark);
            let kinds = said.kinds.clone().unwrap_or_default();
            statements.push(OwnStatement { offset: at.offset, kinds, place, said });
        }
    }
    (statements, reader.diagnostics)
}

/// The entries under `exports`, after the frame is checked.
fn manifest_entries(reader: &mut Reader<'_>) -> Vec<Node> {
    let start = Mark { line: 1, column: 0, width: 1 };
    let node = match parse(reader.document.text) {
        Ok(Some(node)) => node,
        Ok(None) => {
            let message = "the manifest is empty".to_owned();
            reader.error("E1108", start, message, "write `version: 1` and the list `exports:`");
            return Vec::new();
        }
        Err(error) => {
            reader.error("E1101", error.mark, format!("the manifest cannot be read: {}", error.text), "");
            return Vec::new();
        }
    };
    let Value::Map(frame) = node.value else {
        let message = "a manifest is made of `version` and `exports`".to_owned();
        reader.error("E1103", node.mark, message, "write `version: 1` and the list `exports:`");
        return Vec::new();
    };
    reader.check_keys(&frame, &["exports", "version"]);
    match frame.iter().find(|e| e.key == "version") {
        None => reader.error("E1108", node.mark, "the manifest has no `version`".to_owned(), "write `version: 1`"),
        Some(version) if plain(&version.value) != Some(VERSION) => {
            let message = "this version of the manifest is not known".to_owned();
            reader.error("E1109", version.value.mark, message, "write `version: 1`");
        }
        Some(_) => {}
    }
    match frame.into_iter().find(|e| e.key == "exports") {
        Some(Entry { value: Node { value: Value::List(entries), .. }, .. }) => entries,
        Some(exports) => {
            let message = "`exports` is no list".to_owned();
            reader.error("E1103", exports.mark, message, "begin each entry with `- files: […]`");
            Vec::new()
        }
        None => {
            let message = "the manifest has no `exports`".to_owned();
            reader.error("E1108", node.mark, message, "begin each entry with `- files: […]`");
            Vec::new()
        }
    }
}

fn statement(reader: &mut Reader<'_>, node: &Node, path: &str, files: &[String]) -> Statement {
    let mut statement = Statement {
        described_in: path.to_owned(),
        place: reader.place(node.mark),
        files: Vec::new(),
        absent: Vec::new(),
        said: Said::default(),
        hash: None,
        made: None,
    };
    let Value::Map(entries) = &node.value else {
        let message = "an entry is made of keys with values".to_owned();
        reader.error("E1103", node.mark, message, "write `- files: [runs.json]` and what the export states");
        return statement;
    };
    reader.check_keys(entries, &[KEYS, &["collected"]].concat());
    statement.said = reader.said(entries);
    if let Some(collected) = entries.iter().find(|e| e.key == "collected") {
        statement.hash = reader.hash(&collected.value);
        statement.made = made(&collected.value);
    }
    match entries.iter().find(|e| e.key == "files") {
        Some(named) => claim(reader, &mut statement, &named.value, path, files),
        None => reader.error("E1108", node.mark, "the entry has no `files`".to_owned(), "add `files: [runs.json]`"),
    }
    statement
}

/// What stands under `collected` of the command; what cannot be read there only keeps a later collection from taking its
/// place.
fn made(node: &Node) -> Option<Made> {
    let Value::Map(entries) = &node.value else { return None };
    let text = |key: &str| entries.iter().find(|entry| entry.key == key).and_then(|entry| plain(&entry.value));
    let Ok(ReadTime::At(started)) = read_instant(text("started")?) else { return None };
    let whole = text("repository").filter(|_| text("shortened").is_none());
    Some(Made { command: text("each").or(text("command"))?.to_owned(), repository: whole.map(str::to_owned), started })
}

/// Finds the files that the patterns mean.
fn claim(reader: &mut Reader<'_>, statement: &mut Statement, named: &Node, path: &str, files: &[String]) {
    let folder = path.rfind('/').map_or("", |end| &path[..end]);
    let mut lost = Vec::new();
    for (pattern, mark) in reader.texts("files", named, "a list of file names or globs") {
        let is_glob = pattern.contains(['*', '?', '[', '{']);
        if is_glob && !reader.check_glob(&pattern, mark) {
            continue;
        }
        let before = statement.files.len();
        statement.files.extend(named_by(folder, &pattern, files).cloned());
        match (statement.files.len() > before, is_glob) {
            (true, _) => {}
            (false, false) => statement.absent.push(pattern),
            (false, true) => lost.push((pattern, mark)),
        }
    }
    statement.files.sort();
    statement.files.dedup();
    if statement.files.is_empty() && statement.absent.is_empty() {
        statement.absent.extend(lost.iter().map(|(pattern, _)| pattern.clone()));
    }
    for (pattern, mark) in lost {
        let warning = Diagnostic::warning(Code("W1101"), format!("no facts file is called `{pattern}`"));
        let place = reader.place(mark);
        reader.diagnostics.push(warning.at_place(place, "").help("names are relative to the manifest's folder"));
    }
}

/// The files that a name or glob means which stands in a file of `folder`.
pub(crate) fn named_by<'f>(folder: &str, pattern: &str, files: &'f [String]) -> impl Iterator<Item = &'f String> {
    let plain_name = tidy(folder, pattern);
    let is_glob = pattern.contains(['*', '?', '[', '{']);
    let glob = is_glob.then(|| tidy(&globset::escape(folder), pattern)).and_then(|glob| {
        globset::GlobBuilder::new(&glob).literal_separator(true).build().ok().map(|g| g.compile_matcher())
    });
    files.iter().filter(move |file| {
        let tidied = tidy("", file);
        tidied == plain_name || glob.as_ref().is_some_and(|g| g.is_match(&tidied))
    })
}

/// `folder/name` without `.`, and with `..` taken up.
fn tidy(folder: &str, name: &str) -> String {
    let rooted = name.starts_with('/') || (folder.starts_with('/') && !name.starts_with('/'));
    let mut parts: Vec<&str> = Vec::new();
    let folder = if name.starts_with('/') { "" } else { folder };
    for part in folder.split('/').chain(name.split('/')) {
        match part {
            "" | "." => {}
            ".." if parts.last().is_some_and(|last| *last != "..") => {
                parts.pop();
            }
            part => parts.push(part),
        }
    }
    let joined = parts.join("/");
    if rooted { format!("/{joined}") } else { joined }
}

#[cfg(test)]
mod tests;
