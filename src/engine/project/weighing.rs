//! How a project weighs evidence: how old it may be, kind by kind, and which exports have to be there.

use super::{CODES, Project};
use crate::base::Diagnostic;
use crate::facts::coverage::{ExpectedExport, evidence_age};
use crate::facts::manifest::keys::{Reader, plain};
use crate::facts::manifest::node::{Document, Entry, Node, Value};
use crate::facts::schema::{EntityId, Schema};
use crate::value::Duration;
use crate::value::civil::DAY;
use crate::value::duration_text::{read_duration, write_duration};

/// The word that stands for every kind that is not named.
const OTHERS: &str = "others";

/// The oldest that a project may let evidence be, in nanoseconds: a year, and the days until the audit of the next.
const OLDEST: i64 = 400 * DAY;

/// The keys of an expected export, sorted.
const EXPECTED: &[&str] = &["account", "covers", "kinds", "tool"];

/// The ages and expectations of a run.
#[derive(Debug, Clone, PartialEq)]
pub struct Weighing {
    /// How old evidence may be, in nanoseconds, for every kind.
    pub ages: Vec<(EntityId, i64)>,
    /// What has to be there.
    pub expected: Vec<ExpectedExport>,
    /// The ages that the project sets, in words: `31 days`, `run 7 days, others 31 days`.
    pub ages_set: Option<String>,
}

impl Weighing {
    /// What holds without a project.
    pub fn without_project(schema: &Schema) -> Weighing {
        let ages = schema.entities().map(|(kind, entity)| (kind, evidence_age(entity.nature))).collect();
        Weighing { ages, expected: Vec::new(), ages_set: None }
    }
}

impl Project {
    /// The kinds of the project file looked up in what the policies declare.
    pub fn weighing(&self, schema: &Schema) -> (Weighing, Vec<Diagnostic>) {
        let document = Document { file: &self.name, text: &self.text, line: 1, column: 1 };
        let mut reader = Reader::new(document, schema, None, CODES);
        let mut weighing = Weighing::without_project(schema);
        if let Some(node) = &self.evidence_age {
            ages(&mut reader, node, &mut weighing);
        }
        if let Some(node) = &self.expect {
            weighing.expected = expected(&mut reader, node, &self.name);
        }
        (weighing, reader.diagnostics)
    }
}

fn ages(reader: &mut Reader<'_>, node: &Node, weighing: &mut Weighing) {
    let Value::Map(entries) = &node.value else {
        if let Some(age) = age(reader, "evidence_age", node) {
            weighing.ages.iter_mut().for_each(|(_, limit)| *limit = age);
            weighing.ages_set = Some(write_duration(Duration::Exact(age)));
        }
        return;
    };
    let mut named: Vec<EntityId> = Vec::new();
    let mut others = None;
    let mut said = Vec::new();
    for Entry { key, mark, value } in entries {
        let again = match key.as_str() {
            OTHERS => others.is_some(),
            _ => {
                let kind = reader.schema.entity_named(key).or_else(|| reader.schema.entity_of_plural(key));
                kind.is_some_and(|kind| named.contains(&kind))
            }
        };
        if again {
            reader.error(CODES.twice, *mark, format!("`{key}` is written twice"), "keep one of them");
            continue;
        }
        let kind = if key == OTHERS { None } else { reader.kind(key, *mark) };
        named.extend(kind);
        let Some(age) = age(reader, key, value) else { continue };
        said.push(format!("{key} {}", write_duration(Duration::Exact(age))));
        match kind {
            None if key == OTHERS => others = Some(age),
            None => {}
            Some(kind) => weighing.ages.iter_mut().filter(|(of, _)| *of == kind).for_each(|(_, limit)| *limit = age),
        }
    }
    if let Some(age) = others {
        let unnamed = |kind: &EntityId| !named.contains(kind);
        weighing.ages.iter_mut().filter(|(kind, _)| unnamed(kind)).for_each(|(_, limit)| *limit = age);
    }
    weighing.ages_set = Some(said.join(", "));
}

/// An exact duration of some length: months have no length without an anchor.
fn age(reader: &mut Reader<'_>, key: &str, node: &Node) -> Option<i64> {
    let wanted = "an exact duration, such as `31 days`";
    match plain(node).map(read_duration) {
        Some(Ok(Duration::Exact(age))) if age > OLDEST => {
            let message = format!("`{key}` lets evidence be older than {} days", OLDEST / DAY);
            let help =
                "what was collected longer ago tells nothing of today: write at most `400 days`, or collect it again";
            reader.error("E2111", node.mark, message, help);
        }
        Some(Ok(Duration::Exact(age))) if age > 0 => return Some(age),
        Some(Err(error)) => reader.wrong(key, node, &format!("{wanted}: {error}")),
        _ => reader.wrong(key, node, wanted),
    }
    None
}

fn expected(reader: &mut Reader<'_>, node: &Node, file: &str) -> Vec<ExpectedExport> {
    let Value::List(items) = &node.value else {
        reader.wrong("expect", node, "a list of exports, such as `- {tool: restic, kinds: [recovery_point]}`");
        return Vec::new();
    };
    let mut expected = Vec::new();
    for item in items {
        let Value::Map(entries) = &item.value else {
            reader.wrong("expect", item, "an export by its keys, such as `{tool: restic, kinds: [recovery_point]}`");
            continue;
        };
        reader.check_keys(entries, EXPECTED);
        let known: Vec<Entry> = entries.iter().filter(|e| EXPECTED.contains(&e.key.as_str())).cloned().collect();
        let said = reader.said(&known);
        if said.tool.is_none() && said.account.is_none() && said.kinds.as_ref().is_none_or(Vec::is_empty) {
            let help = "name its `tool`, its `account` or its `kinds`";
            reader.error("E2105", item.mark, "this expects nothing in particular".to_owned(), help);
            continue;
        }
        expected.push(ExpectedExport {
            tool: said.tool,
            account: said.account,
            kinds: said.kinds.unwrap_or_default(),
            covers: said.covers,
            described_in: file.to_owned(),
        });
    }
    expected
}
