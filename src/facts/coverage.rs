//! Whether a group is closed: what the exports say of a kind, a subject and a span (`semantics.md` §3).

use super::export::{Closure, Covers, ExportId};
use super::schema::{EntityId, Nature};
use crate::value::Instant;
use crate::value::civil::DAY;

/// The group asked about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Look {
    /// Rows of this entity.
    pub kind: EntityId,
    /// Those about this subject (entity and row); `None`: all rows of the kind.
    pub subject: Option<(EntityId, u32)>,
    /// For events: since when; `None` looks back without end.
    pub from: Option<Instant>,
}

/// Why a group is open or only weakly closed, and what would settle it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Doubt {
    /// The export concerned, if there is one.
    pub export: Option<ExportId>,
    /// What is not known, e.g. `no row for db7 in restore_tests.json, which is assumed to cover it`.
    pub text: String,
    /// The one line or command that would settle it, e.g. `covers: all` for runs.json.
    pub settle: String,
}

/// How the rows of a `for each` entity are known (§3.5).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Population {
    /// A complete export lists them.
    Listed,
    /// They exist only as names in other rows.
    Seen,
    /// An export that lists them is incomplete.
    Partial,
    /// Nothing was collected.
    Nothing,
}

/// Evidence collected longer ago may accuse, but no longer acquit, where the project says nothing else: 31 days, in
/// nanoseconds.
pub const EVIDENCE_AGE: i64 = 31 * DAY;

/// The same of events: what happened after an export was made nobody has seen, so it acquits no longer than two days.
pub const EVENTS_AGE: i64 = 2 * DAY;

/// How old evidence of a kind may be where the project says nothing.
pub fn evidence_age(nature: Nature) -> i64 {
    match nature {
        Nature::State => EVIDENCE_AGE,
        Nature::Event => EVENTS_AGE,
    }
}

/// How a run weighs evidence.
#[derive(Debug, Clone, PartialEq)]
pub struct CoverageSettings {
    /// The as-of instant.
    pub now: Instant,
    /// Whether seen populations, undated exports and unattributed rows weigh as weak (`strict`).
    pub strict: bool,
    /// `max_evidence_age` by kind, in nanoseconds; a kind that is not listed has none where its exports are dated, and
    /// [`EVIDENCE_AGE`] where they are not.
    pub max_evidence_age: Vec<(EntityId, i64)>,
    /// What the project expects to be there.
    pub expected: Vec<ExpectedExport>,
}

/// An export that the project file lists under `expect`. It is there, for one of its kinds, if an export of its tool and
/// account lists that kind and states that it covers whom this one would.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct ExpectedExport {
    /// The tool, where it matters.
    pub tool: Option<String>,
    /// The account, where it matters.
    pub account: Option<String>,
    /// The kinds that it has to list; empty: any, and its absence opens them all.
    pub kinds: Vec<EntityId>,
    /// Whom it would cover: its absence opens the groups of nobody else.
    pub covers: Option<Covers>,
    /// The project file.
    pub described_in: String,
}

/// Answers of the exports. Built once after loading.
pub trait Coverage {
    /// Whether the group may hold rows that nobody showed.
    fn closure(&self, look: Look) -> Closure;
    /// Why it is not closed; empty where it is.
    fn doubts(&self, look: Look) -> Vec<Doubt>;
    /// How the subjects of `kind` are known.
    fn population(&self, kind: EntityId) -> Population;
    /// Why a rule over the rows of `kind` is at best unknown, whatever its subjects say; `None` where it is not: the
    /// population is partial or none, or, in a strict run, not listed without doubt.
    fn population_doubt(&self, kind: EntityId) -> Option<Doubt>;
    /// Whether the state cells of a row are stale (§3.6).
    fn stale(&self, kind: EntityId, row: u32) -> bool;
    /// Why they are.
    fn stale_doubt(&self, kind: EntityId, row: u32) -> Option<Doubt>;
    /// The later day that the state cells of a row describe (`semantics.md` 4.2).
    fn later(&self, kind: EntityId, row: u32) -> Option<Instant>;
    /// The latest later day that a listing of the state `kind` describes.
    fn later_listing(&self, kind: EntityId) -> Option<Instant>;
}
