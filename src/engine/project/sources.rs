//! What a project says of its sources: `rank` and `identity`.

use super::{CODES, Project};
use crate::base::Diagnostic;
use crate::base::codes::Code;
use crate::facts::export::Export;
use crate::facts::manifest::keys::Reader;
use crate::facts::manifest::node::{Document, Mark, Node, Value};
use crate::facts::schema::Schema;
use crate::facts::source_rules::{Case, Folding, SameNames, SourceRules};
use std::collections::BTreeMap;

/// What names are folded and looked up for.
const ENTITY: &str = "system";

/// The keys of `identity`, sorted.
const IDENTITY: &[&str] = &["aliases", "domain_suffixes", "ignore_case"];

/// Tools in the order in which they are believed.
pub(super) fn rank(reader: &mut Reader<'_>, node: &Node) -> Vec<(String, Mark)> {
    let mut ranked: Vec<(String, Mark)> = Vec::new();
    for (tool, mark) in reader.texts("rank", node, "a list of tools, the most believed first: `[cmdb, aws]`") {
        if ranked.iter().any(|(before, _)| *before == tool) {
            reader.error(CODES.twice, mark, format!("`{tool}` is ranked twice"), "keep one of them");
        } else {
            ranked.push((tool, mark));
        }
    }
    ranked
}

/// Which names are one system's.
pub(super) fn identity(reader: &mut Reader<'_>, node: &Node) -> Option<Names> {
    let Value::Map(entries) = &node.value else {
        reader.wrong("identity", node, "keys with values, such as `aliases: {db1: [DB1, db1.corp.local]}`");
        return None;
    };
    reader.check_keys(entries, IDENTITY);
    let find = |key: &str| entries.iter().find(|entry| entry.key == key).map(|entry| &entry.value);
    let mut folding = Folding::default();
    if let Some(node) = find("ignore_case")
        && super::flag(reader, "ignore_case", node) == Some(true)
    {
        folding.case = Case::Ignored;
    }
    if let Some(node) = find("domain_suffixes") {
        let domains = reader.texts("domain_suffixes", node, "a list of domains, such as `[corp.local]`");
        folding.domains = domains.iter().map(|(domain, _)| domain.trim_matches('.').to_owned()).collect();
        folding.domains.retain(|domain| !domain.is_empty());
        folding.domains.sort_by(|a, b| (b.len(), a).cmp(&(a.len(), b)));
    }
    let aliases = find("aliases").map(|node| aliases(reader, node, &folding)).unwrap_or_default();
    Some(Names { aliases, folding })
}

/// The rules of `identity`, before the schema is known.
#[derive(Debug)]
pub(super) struct Names {
    aliases: BTreeMap<String, String>,
    folding: Folding,
}

/// From each folded name to the canonical one; a name that would mean two is an error.
fn aliases(reader: &mut Reader<'_>, node: &Node, folding: &Folding) -> BTreeMap<String, String> {
    let Value::Map(entries) = &node.value else {
        reader.wrong("aliases", node, "each system with its other names, such as `{db1: [DB1, db1.corp.local]}`");
        return BTreeMap::new();
    };
    let mut meant: BTreeMap<String, (String, Mark)> = BTreeMap::new();
    let mut mean = |reader: &mut Reader<'_>, name: &str, canonical: &str, mark: Mark| {
        let folded = folding.fold(name).into_owned();
        match meant.get(&folded) {
            Some((other, first)) if other != canonical => {
                let error = Diagnostic::error(Code("E2109"), format!("`{name}` would be `{other}` and `{canonical}`"))
                    .at_place(reader.place(mark), "")
                    .and_place(reader.place(*first), format!("`{other}` by this"))
                    .help("a name means one system: take it out of one of them");
                reader.diagnostics.push(error);
            }
            Some(_) => {}
            None => {
                meant.insert(folded, (canonical.to_owned(), mark));
            }
        }
    };
    // The systems themselves first, so that an alias that is one of them is seen as such.
    for entry in entries {
        mean(reader, &entry.key, &entry.key, entry.mark);
    }
    for entry in entries {
        for (alias, mark) in reader.texts(&entry.key, &entry.value, "a list of its other names") {
            mean(reader, &alias, &entry.key, mark);
        }
    }
    meant.into_iter().map(|(folded, (canonical, _))| (folded, canonical)).collect()
}

impl Project {
    /// The rules over sources, for facts of `schema`.
    pub fn source_rules(&self, schema: &Schema) -> SourceRules {
        let same_names = self.names.as_ref().zip(schema.entity_named(ENTITY)).map(|(names, entity)| SameNames {
            entity,
            aliases: names.aliases.clone(),
            folding: names.folding.clone(),
        });
        SourceRules { rank: self.rank.iter().map(|(tool, _)| tool.clone()).collect(), same_names }
    }

    /// The tools that are ranked, the most believed first.
    pub fn ranked(&self) -> Vec<&str> {
        self.rank.iter().map(|(tool, _)| tool.as_str()).collect()
    }

    /// Tools that are ranked and of which nothing was read: most likely misspelt.
    pub fn unranked(&self, exports: &[Export]) -> Vec<Diagnostic> {
        let schema = Schema::default();
        let document = Document { file: &self.name, text: &self.text, line: 1, column: 1 };
        let reader = Reader::new(document, &schema, None, CODES);
        let absent = self.rank.iter().filter(|(tool, _)| !exports.iter().any(|e| e.tool.as_ref() == Some(tool)));
        absent
            .map(|(tool, mark)| {
                Diagnostic::warning(Code("W2101"), format!("`{tool}` is ranked, and no export is of that tool"))
                    .at_place(reader.place(*mark), "")
                    .help("`backproof facts` shows the tool of each export")
            })
            .collect()
    }
}
