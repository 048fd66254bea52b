//! From each clause of SayPro's written policy to its rules: `policies/saypro/clauses.md` is made from the mapping beside it
//! and from the policies, every sentence has its rules or a reason why no fact decides it, and every rule has its clause.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on has failed")]

use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::{env, fs};

/// The files of the policy, and the section of the document that each holds.
const FILES: &[(&str, &str)] = &[("verification", "1"), ("audits", "2"), ("corrective_action", "3")];

/// The clauses of the document that have to be spoken of.
const CLAUSES: &[&str] = &[
    "1", "1.A.1", "1.A.2", "1.B.1", "1.B.2", "1.B.3", "1.C.1", "1.C.2", "2", "2.A.1", "2.A.2", "2.B.1", "2.B.2",
    "2.C.1", "2.C.2", "2.D.1", "2.D.2", "3", "3.A.1", "3.A.2", "3.B.1", "3.B.2",
];

/// One sentence of the document.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Sentence {
    clause: String,
    asks: String,
    #[serde(default)]
    rules: Vec<String>,
    undecided: Option<String>,
}

struct Rule {
    file: &'static str,
    title: String,
}

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("policies/saypro")
}

fn sentences() -> Vec<Sentence> {
    serde_yaml::from_str(&fs::read_to_string(folder().join("clauses.yaml")).unwrap()).unwrap()
}

/// The rules by their names: items whose second word is a name and whose third is a title in quotes.
fn rules() -> BTreeMap<String, Rule> {
    let mut rules = BTreeMap::new();
    for (file, _) in FILES {
        let text = fs::read_to_string(folder().join(format!("{file}.backproof"))).unwrap();
        for line in text.lines().filter(|line| line.ends_with('{') && !line.starts_with("policy ")) {
            let mut quoted = line.split('"');
            let (Some(head), Some(title)) = (quoted.next(), quoted.next()) else { continue };
            if let [_, name] = head.split_whitespace().collect::<Vec<_>>()[..] {
                rules.insert(name.to_string(), Rule { file, title: title.to_string() });
            }
        }
    }
    rules
}

fn table(sentences: &[Sentence], rules: &BTreeMap<String, Rule>) -> String {
    let mut text = String::from(
        "# From the written policy to its rules\n\n\
         Made from `clauses.yaml` and the policies beside it; do not edit. A clause is named by section, part and number of SayPro's \
         document \"Backup and System Redundancy\";\nwhat it asks stands here in short words of our own.\n\n\
         | clause | it asks | rules | what no fact decides |\n| --- | --- | --- | --- |\n",
    );
    for sentence in sentences {
        let named: Vec<String> = sentence
            .rules
            .iter()
            .map(|name| match rules.get(name) {
                Some(rule) => format!("[`{name}`]({}.backproof): {}", rule.file, rule.title),
                None => panic!("{}: there is no rule `{name}`", sentence.clause),
            })
            .collect();
        let undecided = sentence.undecided.as_deref().unwrap_or_default();
        text.push_str(&format!("| {} | {} | {} | {undecided} |\n", sentence.clause, sentence.asks, named.join("<br>")));
    }
    text.push_str(&format!(
        "\n{} sentences, {} rules; {} sentences are decided by no fact.\n",
        sentences.len(),
        rules.len(),
        sentences.iter().filter(|sentence| sentence.rules.is_empty()).count()
    ));
    text
}

#[test]
fn the_table_of_clauses_is_what_mapping_and_policies_make() {
    let made = table(&sentences(), &rules());
    let path = folder().join("clauses.md");
    if env::var_os("UPDATE_CLAUSES").is_some() {
        fs::write(&path, &made).unwrap();
    }
    assert_eq!(fs::read_to_string(&path).unwrap(), made, "write it anew with UPDATE_CLAUSES=1");
}

#[test]
fn every_clause_has_rules_or_a_reason_and_every_rule_a_clause() {
    let sentences = sentences();
    let mut spoken: Vec<&str> = sentences.iter().map(|sentence| sentence.clause.as_str()).collect();
    spoken.dedup();
    assert_eq!(spoken, CLAUSES);
    for sentence in &sentences {
        let reason = sentence.undecided.as_deref().is_some_and(|reason| !reason.is_empty());
        assert!(
            reason || !sentence.rules.is_empty(),
            "{}: neither rules nor a reason: {}",
            sentence.clause,
            sentence.asks
        );
    }
    let named: BTreeSet<&String> = sentences.iter().flat_map(|sentence| &sentence.rules).collect();
    let rules = rules();
    let homeless: Vec<&String> = rules.keys().filter(|name| !named.contains(name)).collect();
    assert!(homeless.is_empty(), "rules of no clause: {homeless:?}");
    assert!(rules.len() > 50, "only {} rules were found", rules.len());
}

/// A rule stands in the file of a section that asks for it.
#[test]
fn rules_stand_in_the_file_of_their_section() {
    let rules = rules();
    for (name, rule) in &rules {
        let section = FILES.iter().find(|(file, _)| *file == rule.file).map(|(_, section)| *section).unwrap();
        let asked = sentences().iter().any(|s| s.clause.starts_with(section) && s.rules.contains(name));
        assert!(asked, "`{name}` stands in {}, which no clause of section {section} asks for", rule.file);
    }
}
