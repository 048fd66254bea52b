//! The project file `backproof.yaml`: where policies and facts lie, the values of parameters, and how evidence weighs.
//! Every mistake names line and column. Opens no file: paths are given to whoever can.
//!
//! Two steps: what needs no schema is read at once, so that the policies can be found; kinds are looked up when the
//! policies have said which there are ([`Project::weighing`]).

mod sources;
mod weighing;

use super::exit::{UnknownIs, WarningsAre};
use crate::base::codes::Code;
use crate::base::suggest::nearest;
use crate::base::{Diagnostic, Place, hexadecimal};
use crate::facts::manifest::keys::{KeyCodes, Reader, plain};
use crate::facts::manifest::node::{Document, Entry, Mark, Node, Value, parse};
use crate::facts::schema::Schema;
use crate::lower::{ProjectParameter, Written};
use crate::outcome::PolicyFile;
use crate::plan::Weight;
use crate::value::Zone;
use sha2::{Digest, Sha256};
pub use weighing::Weighing;

/// How the file is called; looked for in the working directory and above it.
pub const FILE_NAME: &str = "backproof.yaml";

/// Every key, sorted.
const KEYS: &[&str] = &[
    "deny_warnings",
    "evidence_age",
    "expect",
    "facts",
    "facts_timezone",
    "fail_on",
    "identity",
    "parameters",
    "policies",
    "rank",
    "strict",
    "timezone",
    "unknown",
];

const CODES: KeyCodes = KeyCodes { unknown: "E2102", wrong: "E2103", twice: "E2104" };

/// What a project file says.
#[derive(Debug, Default)]
pub struct Project {
    /// How reports call it, with its SHA-256.
    pub file: Option<PolicyFile>,
    /// Policies: files, folders or globs, relative to the project file. `None`: it names none.
    pub policies: Option<Vec<ProjectPath>>,
    /// Facts, likewise.
    pub facts: Option<Vec<ProjectPath>>,
    /// The values that it sets.
    pub parameters: Vec<ProjectParameter>,
    /// Zone of the calendar cuts of policies that name none.
    pub timezone: Option<Zone>,
    /// Zone of times without offset in facts.
    pub facts_timezone: Option<Zone>,
    /// Rules below this do not count.
    pub fail_on: Option<Weight>,
    /// What an unknown or vacuous rule does.
    pub unknown: Option<UnknownIs>,
    /// What a warning does.
    pub warnings: Option<WarningsAre>,
    /// Whether evidence weighs as in an audit.
    pub strict: Option<bool>,
    /// Whether there is a mistake in it: what a broken one does not say is no second one.
    pub broken: bool,
    name: String,
    text: String,
    evidence_age: Option<Node>,
    expect: Option<Node>,
    rank: Vec<(String, Mark)>,
    names: Option<sources::Names>,
}

/// A path as the project file writes it.
#[derive(Debug, Clone)]
pub struct ProjectPath {
    /// A file, a folder or a glob.
    pub text: String,
    /// Where it stands.
    pub place: Place,
}

impl Project {
    /// One that could not be read at all.
    pub fn broken() -> Project {
        Project { broken: true, ..Project::default() }
    }

    /// Whether the path is a glob.
    pub fn is_glob(path: &str) -> bool {
        path.contains(['*', '?', '[', '{'])
    }
}

/// Reads the project file called `name`. What is wrong with it is among the diagnostics; the rest is still given.
pub fn read_project(name: &str, bytes: &[u8]) -> (Project, Vec<Diagnostic>) {
    let file = PolicyFile { path: name.to_owned(), sha256: hexadecimal(&Sha256::digest(bytes)) };
    let mut project = Project { file: Some(file), name: name.to_owned(), ..Project::default() };
    let Ok(text) = std::str::from_utf8(bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes)) else {
        let error = Diagnostic::error(Code("E2101"), "the project file is no UTF-8 text");
        project.broken = true;
        return (project, vec![error.at_place(Place::File(name.to_owned()), "").help("save it as UTF-8")]);
    };
    text.clone_into(&mut project.text);
    let schema = Schema::default();
    let document = Document { file: name, text, line: 1, column: 1 };
    let mut reader = Reader::new(document, &schema, None, CODES);
    for entry in entries(&mut reader) {
        project.take(&mut reader, entry);
    }
    let diagnostics = reader.diagnostics;
    project.broken = diagnostics.iter().any(Diagnostic::is_error);
    (project, diagnostics)
}

/// The keys of the file, of which each is known and there once.
fn entries(reader: &mut Reader<'_>) -> Vec<Entry> {
    let start = Mark { line: 1, column: 0, width: 1 };
    let node = match parse(reader.document.text) {
        Ok(Some(node)) if node.value != Value::Null => node,
        Ok(_) => {
            let help = "write `policies: [policies]` and `facts: [facts]`, or delete it";
            reader.error("E2101", start, "the project file is empty".to_owned(), help);
            return Vec::new();
        }
        Err(error) => {
            let help = "it is YAML: keys with values, such as `policies: [policies]`";
            reader.error("E2101", error.mark, format!("the project file cannot be read: {}", error.text), help);
            return Vec::new();
        }
    };
    let Value::Map(entries) = node.value else {
        let help = "write keys with values, such as `policies: [policies]`";
        reader.error("E2101", node.mark, "this is no project file: it has no keys".to_owned(), help);
        return Vec::new();
    };
    reader.check_keys(&entries, KEYS);
    let mut first: Vec<Entry> = Vec::new();
    for entry in entries {
        if KEYS.contains(&entry.key.as_str()) && !first.iter().any(|before| before.key == entry.key) {
            first.push(entry);
        }
    }
    first
}

impl Project {
    fn take(&mut self, reader: &mut Reader<'_>, entry: Entry) {
        let (key, node) = (entry.key.as_str(), &entry.value);
        match key {
            "policies" => self.policies = paths(reader, key, node),
            "facts" => self.facts = paths(reader, key, node),
            "parameters" => self.parameters = parameters(reader, node),
            "timezone" => self.timezone = reader.timezone(key, node).as_deref().and_then(Zone::named),
            "facts_timezone" => self.facts_timezone = reader.timezone(key, node).as_deref().and_then(Zone::named),
            "fail_on" => self.fail_on = word(reader, key, node, SEVERITIES),
            "unknown" => {
                let words = [("fail", UnknownIs::Failure), ("warn", UnknownIs::Warning)];
                self.unknown = word(reader, key, node, &words);
            }
            "deny_warnings" => {
                let denied = flag(reader, key, node);
                self.warnings = denied.map(|denied| if denied { WarningsAre::Denied } else { WarningsAre::Allowed });
            }
            "strict" => self.strict = flag(reader, key, node),
            "evidence_age" => self.evidence_age = Some(entry.value),
            "rank" => self.rank = sources::rank(reader, node),
            "identity" => self.names = sources::identity(reader, node),
            "expect" => self.expect = Some(entry.value),
            _ => {}
        }
    }
}

const SEVERITIES: &[(&str, Weight)] =
    &[("low", Weight::Low), ("medium", Weight::Medium), ("high", Weight::High), ("critical", Weight::Critical)];

fn paths(reader: &mut Reader<'_>, key: &str, node: &Node) -> Option<Vec<ProjectPath>> {
    let texts = reader.texts(key, node, "a list of files, folders or globs, relative to this file");
    if texts.is_empty() && matches!(node.value, Value::List(_)) {
        reader.wrong(key, node, "at least one file, folder or glob, or leave the key out");
    }
    let mut paths = Vec::new();
    for (text, mark) in texts {
        if !Project::is_glob(&text) || reader.check_glob(&text, mark) {
            paths.push(ProjectPath { text, place: reader.place(mark) });
        }
    }
    Some(paths)
}

fn parameters(reader: &mut Reader<'_>, node: &Node) -> Vec<ProjectParameter> {
    let Value::Map(entries) = &node.value else {
        reader.wrong("parameters", node, "names with values, such as `keep_for: 35 days`");
        return Vec::new();
    };
    let mut values = Vec::new();
    for entry in entries {
        let Some(value) = written(reader, &entry.key, &entry.value) else { continue };
        let (named_at, place) = (reader.place(entry.mark), reader.place(entry.value.mark));
        values.push(ProjectParameter { name: entry.key.clone(), named_at, value, place });
    }
    values
}

fn written(reader: &mut Reader<'_>, name: &str, node: &Node) -> Option<Written> {
    match &node.value {
        Value::Null => {
            reader.wrong(name, node, "its value, or leave it out: then it is not set");
            None
        }
        Value::Plain(text) | Value::Quoted(text) => Some(Written::One(text.clone())),
        Value::List(items) => {
            items.iter().map(|item| written(reader, name, item)).collect::<Option<_>>().map(Written::Many)
        }
        Value::Map(entries) => {
            let each =
                entries.iter().map(|entry| Some((entry.key.clone(), written(reader, &entry.key, &entry.value)?)));
            each.collect::<Option<_>>().map(Written::Map)
        }
    }
}

/// One of a few words.
fn word<T: Copy>(reader: &mut Reader<'_>, key: &str, node: &Node, words: &[(&str, T)]) -> Option<T> {
    let said = plain(node).unwrap_or("");
    if let Some((_, value)) = words.iter().find(|(word, _)| *word == said) {
        return Some(*value);
    }
    let all = words.iter().map(|(word, _)| format!("`{word}`")).collect::<Vec<_>>().join(", ");
    match nearest(said, words.iter().map(|(word, _)| *word)) {
        Some(near) => reader.wrong(key, node, &format!("one of {all}: did you mean `{near}`?")),
        None => reader.wrong(key, node, &format!("one of {all}")),
    }
    None
}

/// `true` or `false`; in quotes they are words.
fn flag(reader: &mut Reader<'_>, key: &str, node: &Node) -> Option<bool> {
    match &node.value {
        Value::Plain(text) if text == "true" => Some(true),
        Value::Plain(text) if text == "false" => Some(false),
        _ => {
            reader.wrong(key, node, "`true` or `false`");
            None
        }
    }
}
