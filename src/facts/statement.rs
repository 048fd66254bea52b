//! What somebody states about an export, in whatever place: an entry of the manifest, the key `export` of a document,
//! a row of kind `export`. And what a loaded file shows of itself, its *listing*. `collect` makes exports of both.
//!
//! An own statement applies to its file. Where a file of rows has exactly one row of kind `export`, that row applies to
//! the whole file, wherever it stands; where it has several, each opens a *section*: the rows after it, up to the next
//! one, belong to it, and rows before the first belong to the file.

use super::export::Covers;
use super::schema::EntityId;
use crate::base::Place;
use crate::value::Instant;

/// What is stated; `None` is unsaid.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Said {
    /// The tool's name.
    pub tool: Option<String>,
    /// Account or instance.
    pub account: Option<String>,
    /// The kinds that it lists, sorted.
    pub kinds: Option<Vec<EntityId>>,
    /// When it was collected.
    pub collected_at: Option<Instant>,
    /// Whether it lists all that it should.
    pub complete: Option<Completeness>,
    /// Which subjects it covers.
    pub covers: Option<Covers>,
    /// Start of what it covers; `ALL_TIME` for `all`.
    pub covers_from: Option<Instant>,
    /// End of what it covers.
    pub covers_to: Option<Instant>,
    /// Zone of its times without offset: a name of the zone database.
    pub timezone: Option<String>,
    /// What words of the file stand for kinds, sorted by word.
    pub words: Vec<(String, Word)>,
}

/// Whether an export lists all that it should.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Completeness {
    /// It does.
    Complete,
    /// It does not, and why.
    Incomplete(String),
}

/// What a word of a file stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Word {
    /// A kind.
    Entity(EntityId),
    /// Nothing: it is passed over.
    Ignore,
}

/// An entry of a manifest.
#[derive(Debug, Clone, PartialEq)]
pub struct Statement {
    /// The manifest's path.
    pub described_in: String,
    /// The entry.
    pub place: Place,
    /// The facts files that it speaks of, as they were given, in order of path.
    pub files: Vec<String>,
    /// What it names without finding it: files, and patterns where nothing at all was found.
    pub absent: Vec<String>,
    /// What it states.
    pub said: Said,
    /// The hash that its file had when it was collected, and where that stands.
    pub hash: Option<(String, Place)>,
    /// By which command it was collected, where `backproof collect` did.
    pub made: Option<Made>,
}

/// By which command an export was collected, or should have been.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Made {
    /// The command; of one that runs for each item of a list, the command without the item.
    pub command: String,
    /// The repository's address, where nothing of it was left out.
    pub repository: Option<String>,
    /// When it began, or was planned.
    pub started: Instant,
}

/// What the loader has to know about a file before it reads it.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct FileSettings {
    /// The tool's name.
    pub tool: Option<String>,
    /// Account or instance: sources write it into keys.
    pub account: Option<String>,
    /// The kinds that it lists, where stated.
    pub kinds: Option<Vec<EntityId>>,
    /// When it was collected: rows may not be dated after it by more than five minutes.
    pub collected_at: Option<Instant>,
    /// Zone of times without offset, by name.
    pub timezone: Option<String>,
    /// What words of the file stand for kinds, sorted by word.
    pub words: Vec<(String, Word)>,
}

/// What a file shows of itself once it is read.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Listing {
    /// Place in `Facts::files`.
    pub file: u32,
    /// The tool, where the format tells it.
    pub tool: Option<String>,
    /// The account, where the file tells it.
    pub account: Option<String>,
    /// The call or list (`list-backup-jobs`); the format's name for the project's own files.
    pub name: String,
    /// What the call was restricted to (`--backup-vault-name prod`), if it was.
    pub filter: Option<String>,
    /// The kinds that it lists by nature; in the project's own format those that it has a list or a row of.
    pub kinds: Vec<EntityId>,
    /// Why it cannot list all that it should: an error object, cut text, a rejected row.
    pub incomplete: Option<String>,
    /// Its place among the pages of its listing, if it is one of several.
    pub page: Page,
    /// Start of what the source lists by nature (AWS job lists: 30 days).
    pub covers_from: Option<Instant>,
    /// When it was collected, where the file tells it.
    pub collected_at: Option<Instant>,
    /// Its own statements, in order of place.
    pub own: Vec<OwnStatement>,
}

/// What a page of a listing says of the others.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Page {
    /// The token of the next one.
    pub next: Option<String>,
    /// How many records the whole listing has, where the file tells it.
    pub total: Option<u64>,
    /// How many records this page has.
    pub count: u64,
}

/// A statement inside a facts file.
#[derive(Debug, Clone, PartialEq)]
pub struct OwnStatement {
    /// Byte offset of the row in the unzipped file; 0 for a document's key.
    pub offset: u64,
    /// The kinds of the rows that follow it, up to the next statement, sorted.
    pub kinds: Vec<EntityId>,
    /// Where it stands.
    pub place: Place,
    /// What it states.
    pub said: Said,
}

/// What the manifests say about reading `file`.
pub fn settings_for(file: &str, statements: &[Statement]) -> FileSettings {
    let mine = statements.iter().find(|s| s.files.binary_search_by(|f| f.as_str().cmp(file)).is_ok());
    mine.map_or_else(FileSettings::default, |s| FileSettings::of(&s.said))
}

impl FileSettings {
    /// What a statement says about reading.
    pub fn of(said: &Said) -> FileSettings {
        FileSettings {
            tool: said.tool.clone(),
            account: said.account.clone(),
            kinds: said.kinds.clone(),
            collected_at: said.collected_at,
            timezone: said.timezone.clone(),
            words: said.words.clone(),
        }
    }

    /// The same, with what a statement inside the file adds.
    #[must_use]
    pub fn with(mut self, own: &Said) -> FileSettings {
        let own = FileSettings::of(own);
        self.tool = self.tool.or(own.tool);
        self.account = self.account.or(own.account);
        self.kinds = self.kinds.or(own.kinds);
        self.collected_at = self.collected_at.or(own.collected_at);
        self.timezone = self.timezone.or(own.timezone);
        if self.words.is_empty() {
            self.words = own.words;
        }
        self
    }
}

impl Said {
    /// Both together, and the keys that both state, differently: there the first one's stand.
    pub fn unite(&self, other: &Said) -> (Said, Vec<&'static str>) {
        let mut united = self.clone();
        let mut clashes = Vec::new();
        let mut clash = |key: &'static str, clashing: bool| {
            if clashing {
                clashes.push(key);
            }
        };
        clash("tool", fill(&mut united.tool, &other.tool));
        clash("account", fill(&mut united.account, &other.account));
        clash("kinds", fill(&mut united.kinds, &other.kinds));
        clash("collected_at", fill(&mut united.collected_at, &other.collected_at));
        clash("complete", fill(&mut united.complete, &other.complete));
        clash("covers", fill(&mut united.covers, &other.covers));
        clash("covers_from", fill(&mut united.covers_from, &other.covers_from));
        clash("covers_to", fill(&mut united.covers_to, &other.covers_to));
        clash("timezone", fill(&mut united.timezone, &other.timezone));
        if united.words.is_empty() {
            united.words.clone_from(&other.words);
        } else {
            clash("words", !other.words.is_empty() && other.words != united.words);
        }
        (united, clashes)
    }
}

/// Takes the other's value where this one is unsaid; whether both are said and differ.
fn fill<T: Clone + PartialEq>(mine: &mut Option<T>, other: &Option<T>) -> bool {
    match (&mine, other) {
        (Some(a), Some(b)) => a != b,
        (None, Some(b)) => {
            *mine = Some(b.clone());
            false
        }
        (_, None) => false,
    }
}
