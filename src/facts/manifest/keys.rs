//! The keys of a statement, read one by one. Every mistake is reported at its place; the key then counts as unsaid,
//! which is harmless, since an error keeps the run from being judged.

use super::node::{Document, Entry, Mark, Node, Value};
use crate::base::suggest::nearest;
use crate::base::{Code, Diagnostic, Place};
use crate::facts::export::{ALL_TIME, Covers};
use crate::facts::schema::{EntityId, Schema};
use crate::facts::statement::{Completeness, Said, Word};
use crate::value::civil::DAY;
use crate::value::instant::{ReadTime, bounded_without_zone, read_instant};
use crate::value::zone::{LocalInstants, zone_names};
use crate::value::{Instant, Zone};

/// Every key of a statement, sorted.
pub(crate) const KEYS: &[&str] = &[
    "account",
    "collected_at",
    "complete",
    "covers",
    "covers_from",
    "covers_to",
    "files",
    "incomplete",
    "kinds",
    "timezone",
    "tool",
    "words",
];

/// Reads one text's statements.
pub(crate) struct Reader<'a> {
    pub(crate) document: Document<'a>,
    pub(crate) schema: &'a Schema,
    /// The project's zone for times without offset.
    pub(crate) zone: Option<&'a Zone>,
    pub(crate) diagnostics: Vec<Diagnostic>,
    codes: KeyCodes,
}

/// The codes of mistakes that any keys with values may hold: a manifest and the project file have each their own.
#[derive(Debug, Clone, Copy)]
pub(crate) struct KeyCodes {
    /// A key that there is not.
    pub(crate) unknown: &'static str,
    /// A value of the wrong sort.
    pub(crate) wrong: &'static str,
    /// A key twice.
    pub(crate) twice: &'static str,
}

/// Those of statements about exports.
pub(crate) const STATEMENT: KeyCodes = KeyCodes { unknown: "E1102", wrong: "E1103", twice: "E1110" };

/// Which end of a span a time without offset stands for: it is read so that the span is the shorter one.
#[derive(Clone, Copy, PartialEq)]
enum End {
    Start,
    Finish,
}

impl<'a> Reader<'a> {
    pub(crate) fn new(
        document: Document<'a>,
        schema: &'a Schema,
        zone: Option<&'a Zone>,
        codes: KeyCodes,
    ) -> Reader<'a> {
        Reader { document, schema, zone, diagnostics: Vec::new(), codes }
    }

    pub(crate) fn place(&self, mark: Mark) -> Place {
        self.document.place(mark)
    }

    pub(crate) fn error(&mut self, code: &'static str, mark: Mark, message: String, help: &str) {
        let mut diagnostic = Diagnostic::error(Code(code), message).at_place(self.place(mark), "");
        if !help.is_empty() {
            diagnostic = diagnostic.help(help);
        }
        self.diagnostics.push(diagnostic);
    }

    /// Reports keys that are not among `known`, and those written twice.
    pub(crate) fn check_keys(&mut self, entries: &[Entry], known: &[&str]) {
        for (i, entry) in entries.iter().enumerate() {
            if !known.contains(&entry.key.as_str()) {
                let help = match nearest(&entry.key, known.iter().copied()) {
                    Some(name) => format!("did you mean `{name}`"),
                    None => format!("known are {}", known.join(", ")),
                };
                self.error(self.codes.unknown, entry.mark, format!("there is no key `{}` here", entry.key), &help);
            } else if entries.iter().take(i).any(|before| before.key == entry.key) {
                let message = format!("`{}` is written twice", entry.key);
                self.error(self.codes.twice, entry.mark, message, "keep one of them");
            }
        }
    }

    /// What the entries state, `files` and keys that are none excepted.
    pub(crate) fn said(&mut self, entries: &[Entry]) -> Said {
        let mut said = Said::default();
        let find = |key: &str| entries.iter().find(|e| e.key == key).map(|e| &e.value);
        said.timezone = find("timezone").and_then(|n| self.timezone("timezone", n));
        let named = said.timezone.as_deref().and_then(Zone::named);
        let zone = named.as_ref().or(self.zone);
        said.tool = find("tool").and_then(|n| self.text("tool", n));
        said.account = find("account").and_then(|n| self.text("account", n));
        said.kinds = find("kinds").and_then(|n| self.kinds(n));
        said.collected_at = find("collected_at").and_then(|n| self.collected_at(n, zone));
        said.complete = self.complete(find("complete"), find("incomplete"));
        said.covers = find("covers").and_then(|n| self.covers(n));
        said.covers_from = find("covers_from").and_then(|n| match plain(n) {
            Some("all") => Some(ALL_TIME),
            _ => self.end("covers_from", n, zone, End::Start),
        });
        said.covers_to = find("covers_to").and_then(|n| self.end("covers_to", n, zone, End::Finish));
        said.words = find("words").map_or_else(Vec::new, |n| self.words(n));
        self.check_span(&said, find("covers_to").or(find("covers_from")));
        said
    }

    fn check_span(&mut self, said: &Said, node: Option<&Node>) {
        let Some(node) = node else { return };
        if let (Some(from), Some(to)) = (said.covers_from, said.covers_to.or(said.collected_at))
            && from > to
        {
            let message = "the span covered ends before it begins".to_owned();
            self.error("E1113", node.mark, message, "`covers_from` has to lie before `covers_to` and `collected_at`");
        } else if let (Some(to), Some(collected)) = (said.covers_to, said.collected_at)
            && to > collected
        {
            let message = "`covers_to` lies after `collected_at`".to_owned();
            self.error("E1113", node.mark, message, "nothing can be collected of what had not happened");
        }
    }

    pub(crate) fn wrong(&mut self, key: &str, node: &Node, wanted: &str) {
        let found = match &node.value {
            Value::Null => "nothing".to_owned(),
            Value::Plain(text) | Value::Quoted(text) => format!("`{text}`"),
            Value::List(_) => "a list".to_owned(),
            Value::Map(_) => "keys with values".to_owned(),
        };
        self.error(self.codes.wrong, node.mark, format!("`{key}` is {found}"), &format!("write {wanted}"));
    }

    pub(crate) fn text(&mut self, key: &str, node: &Node) -> Option<String> {
        let text = plain(node).filter(|t| !t.trim().is_empty());
        if text.is_none() {
            self.wrong(key, node, "a name");
        }
        text.map(str::to_owned)
    }

    /// A list of texts; one text stands for a list of one.
    pub(crate) fn texts(&mut self, key: &str, node: &Node, wanted: &str) -> Vec<(String, Mark)> {
        let nodes = match &node.value {
            Value::List(nodes) => nodes.as_slice(),
            _ => std::slice::from_ref(node),
        };
        let mut texts = Vec::new();
        for item in nodes {
            match plain(item).filter(|t| !t.is_empty()) {
                Some(text) => texts.push((text.to_owned(), item.mark)),
                None => self.wrong(key, item, wanted),
            }
        }
        texts
    }

    pub(crate) fn kinds(&mut self, node: &Node) -> Option<Vec<EntityId>> {
        let mut kinds = Vec::new();
        for (word, mark) in self.texts("kinds", node, "a list of kinds, such as `[run, recovery_point]`") {
            kinds.extend(self.kind(&word, mark));
        }
        kinds.sort_unstable();
        kinds.dedup();
        Some(kinds)
    }

    pub(crate) fn kind(&mut self, word: &str, mark: Mark) -> Option<EntityId> {
        let found = self.schema.entity_named(word).or_else(|| self.schema.entity_of_plural(word));
        if found.is_none() {
            let names = self.schema.entities.iter().flat_map(|e| [e.name.as_str(), e.plural.as_str()]);
            let help = match nearest(word, names) {
                Some(name) => format!("did you mean `{name}`"),
                None => "kinds are the entities of the schema, such as `run` or `recovery_point`".to_owned(),
            };
            self.error("E1104", mark, format!("there is no kind `{word}`"), &help);
        }
        found
    }

    fn complete(&mut self, complete: Option<&Node>, incomplete: Option<&Node>) -> Option<Completeness> {
        let why = incomplete.and_then(|n| self.text("incomplete", n));
        let flag = complete.and_then(|n| match &n.value {
            Value::Plain(text) if text == "true" => Some(true),
            Value::Plain(text) if text == "false" => Some(false),
            _ => {
                self.wrong("complete", n, "`true` or `false`");
                None
            }
        });
        match (flag, why) {
            (Some(true), Some(_)) => {
                let mark = complete.or(incomplete)?.mark;
                self.error("E1111", mark, "`complete: true` beside `incomplete`".to_owned(), "keep one of them");
                None
            }
            (_, Some(why)) => Some(Completeness::Incomplete(why)),
            (Some(false), None) => Some(Completeness::Incomplete("it is stated to be incomplete".to_owned())),
            (Some(true), None) => Some(Completeness::Complete),
            (None, None) => None,
        }
    }

    pub(crate) fn covers(&mut self, node: &Node) -> Option<Covers> {
        let Value::Map(entries) = &node.value else {
            if plain(node) == Some("all") {
                return Some(Covers::All);
            }
            self.wrong("covers", node, "`all`, or whom it covers, such as `{system: [db1, \"web-*\"]}`");
            return None;
        };
        let mut covered: Vec<(EntityId, Vec<String>)> = Vec::new();
        for entry in entries {
            let Some(entity) = self.kind(&entry.key, entry.mark) else { continue };
            if self.schema.entity(entity).key.is_none() {
                let message = format!("a `{}` has no key that could be named", self.schema.entity(entity).name);
                self.error("E1112", entry.mark, message, "name systems, repositories or another kind with a key");
                continue;
            }
            if covered.iter().any(|(e, _)| *e == entity) {
                self.error("E1110", entry.mark, format!("`{}` is written twice", entry.key), "keep one of them");
                continue;
            }
            let names = self.texts("covers", &entry.value, "a list of keys or globs");
            for (glob, mark) in &names {
                self.check_glob(glob, *mark);
            }
            covered.push((entity, names.into_iter().map(|(name, _)| name).collect()));
        }
        covered.sort_unstable();
        Some(Covers::Some(covered))
    }

    /// The hash under `collected`, which says how an export was made; its other keys are for people.
    pub(super) fn hash(&mut self, node: &Node) -> Option<(String, Place)> {
        let Value::Map(entries) = &node.value else {
            self.wrong("collected", node, "how the export was made, such as `{sha256: …}`");
            return None;
        };
        let entry = entries.iter().find(|entry| entry.key == "sha256")?;
        let text = self.text("sha256", &entry.value)?;
        Some((text.to_lowercase(), self.place(entry.value.mark)))
    }

    /// Whether a glob can be read; reports it otherwise.
    pub(crate) fn check_glob(&mut self, glob: &str, mark: Mark) -> bool {
        let error = globset::Glob::new(glob).err();
        if let Some(error) = &error {
            let message = format!("`{glob}` is no glob: {}", error.kind());
            self.error("E1107", mark, message, "`*` stands for any characters; write `[[]` for a bracket");
        }
        error.is_none()
    }

    pub(crate) fn timezone(&mut self, key: &str, node: &Node) -> Option<String> {
        let name = self.text(key, node)?;
        if Zone::named(&name).is_some() {
            return Some(name);
        }
        let help = match nearest(&name, zone_names()) {
            Some(near) => format!("did you mean `{near}`"),
            None => "write a name of the zone database, such as `Africa/Johannesburg`".to_owned(),
        };
        self.error("E1106", node.mark, format!("there is no zone `{name}`"), &help);
        None
    }

    fn words(&mut self, node: &Node) -> Vec<(String, Word)> {
        let Value::Map(entries) = &node.value else {
            self.wrong("words", node, "words of the file with their kinds, such as `{job: run, site: ignore}`");
            return Vec::new();
        };
        let mut words: Vec<(String, Word)> = Vec::new();
        for entry in entries {
            if words.iter().any(|(word, _)| *word == entry.key) {
                self.error("E1110", entry.mark, format!("`{}` is written twice", entry.key), "keep one of them");
                continue;
            }
            match plain(&entry.value) {
                Some("ignore") => words.push((entry.key.clone(), Word::Ignore)),
                Some(kind) => {
                    let found = self.kind(kind, entry.value.mark);
                    words.extend(found.map(|entity| (entry.key.clone(), Word::Entity(entity))));
                }
                None => self.wrong(&entry.key, &entry.value, "a kind, or `ignore`"),
            }
        }
        words.sort_by(|a, b| a.0.cmp(&b.0));
        words
    }

    fn collected_at(&mut self, node: &Node, zone: Option<&Zone>) -> Option<Instant> {
        let text = plain(node).unwrap_or("");
        match read_instant(text) {
            Ok(ReadTime::At(at)) => return Some(at),
            Ok(ReadTime::Local(local)) => match zone.and_then(|z| z.at_local(local)) {
                Some(LocalInstants::Repeated { .. }) => {
                    let message = format!("`{text}` happened twice in its zone");
                    self.error("E1105", node.mark, message, "write the offset, such as `2026-11-22T05:00:00Z`");
                }
                Some(at) => return Some(at.earliest()),
                None => {
                    let message = format!("`{text}` has no offset");
                    self.error("E1105", node.mark, message, "add `Z`, `+02:00` or the key `timezone`");
                }
            },
            _ => {
                let message = format!("`collected_at` is `{text}`, which is no instant");
                self.error("E1105", node.mark, message, "write date, time and offset: `2026-11-22T05:00:00Z`");
            }
        }
        None
    }

    /// A date alone covers all of its day. Without a zone the shortest span is taken that it may mean.
    fn end(&mut self, key: &str, node: &Node, zone: Option<&Zone>, end: End) -> Option<Instant> {
        let text = plain(node).unwrap_or("");
        let local = match read_instant(text) {
            Ok(ReadTime::At(at)) => return Some(at),
            Ok(ReadTime::Local(local)) => Some(local),
            Ok(ReadTime::Day(date)) => {
                let day = if end == End::Finish { date.checked_add(1) } else { Some(date) };
                day.and_then(|d| d.checked_mul(DAY))
            }
            Err(_) => None,
        };
        let at = local.and_then(|local| match zone {
            Some(zone) => zone.at_local(local).map(|at| match (at, end) {
                (LocalInstants::Repeated { later, .. }, End::Start) => later,
                (at, _) => at.earliest(),
            }),
            None => {
                let (earliest, latest) = bounded_without_zone(local);
                Some(if end == End::Start { latest } else { earliest })
            }
        });
        if at.is_none() {
            let message = format!("`{key}` is `{text}`, which is no time");
            let all = if end == End::Start { ", or `all`" } else { "" };
            self.error("E1105", node.mark, message, &format!("write `2026-11-22T05:00:00Z` or `2026-11-22`{all}"));
        }
        at
    }
}

/// The text of a value that is neither a list nor keys.
pub(crate) fn plain(node: &Node) -> Option<&str> {
    match &node.value {
        Value::Plain(text) | Value::Quoted(text) => Some(text),
        _ => None,
    }
}
