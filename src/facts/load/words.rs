//! What the words of a file stand for: kinds by their name, singular or plural, unless the file's settings say otherwise.

use super::own::KIND;
use crate::base::suggest::nearest;
use crate::facts::manifest::keys::KEYS;
use crate::facts::schema::{EntityId, Schema};
use crate::facts::statement::Word;
use std::sync::Arc;

/// What a word stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Target {
    Entity(EntityId),
    /// A statement about the export.
    Export,
    Ignore,
    Unknown,
}

/// The words of one file, with the one looked up last.
pub(super) struct Words {
    schema: Arc<Schema>,
    words: Vec<(String, Word)>,
    last: String,
    found: Target,
    /// Unknown words that were reported.
    reported: Vec<String>,
}

impl Words {
    pub(super) fn new(schema: Arc<Schema>, words: Vec<(String, Word)>) -> Words {
        Words { schema, words, last: String::new(), found: Target::Unknown, reported: Vec::new() }
    }

    pub(super) fn find(&mut self, word: &str) -> Target {
        if self.last != word {
            self.found = self.look_up(word);
            word.clone_into(&mut self.last);
        }
        self.found
    }

    /// The word looked up last.
    pub(super) fn last(&self) -> &str {
        &self.last
    }

    fn look_up(&self, word: &str) -> Target {
        match self.words.iter().find(|(known, _)| known == word) {
            Some((_, Word::Entity(entity))) => return Target::Entity(*entity),
            Some((_, Word::Ignore)) => return Target::Ignore,
            None => {}
        }
        if word == "export" {
            return Target::Export;
        }
        match self.schema.entity_named(word).or_else(|| self.schema.entity_of_plural(word)) {
            Some(entity) => Target::Entity(entity),
            None => Target::Unknown,
        }
    }

    /// The message and the way out for an unknown word, the first time it is met.
    pub(super) fn unknown(&mut self, word: &str) -> Option<(String, String)> {
        if self.reported.len() >= 64 || self.reported.iter().any(|known| known == word) {
            return None;
        }
        self.reported.push(word.to_owned());
        let shown = crate::base::clean::clean_line(word);
        let names = self.schema.entities.iter().flat_map(|e| [e.name.as_str(), e.plural.as_str()]);
        if KEYS.contains(&word) {
            let help = "what is said of the whole export stands below `export:`".to_owned();
            return Some((format!("`{shown}` is no kind of facts"), help));
        }
        let help = match nearest(word, names) {
            Some(near) => format!("did you mean `{near}`? In the manifest, `words: {{{shown}: {near}}}` says the same"),
            None => format!(
                "`words: {{{shown}: ignore}}` in the manifest passes over it, another {KIND} there translates it"
            ),
        };
        if word.trim().is_empty() {
            return Some((
                "a row's kind is empty".to_owned(),
                format!("each row says what it is: `\"{KIND}\": \"run\"`"),
            ));
        }
        Some((format!("`{shown}` is no kind of facts"), help))
    }
}
