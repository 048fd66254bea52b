//! Whether a group is closed: what the exports say of a kind, a subject and a span (`semantics.md` §3).

use super::export::{Closure, ExportId};
use super::schema::EntityId;
use crate::value::Instant;

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

/// Answers of the exports. Built once after loading.
pub trait Coverage {
    /// Whether the group may hold rows that nobody showed.
    fn closure(&self, look: Look) -> Closure;
    /// Why it is not closed; empty where it is.
    fn doubts(&self, look: Look) -> Vec<Doubt>;
    /// How the subjects of `kind` are known.
    fn population(&self, kind: EntityId) -> Population;
    /// Whether the state cells of a row are stale (§3.6).
    fn stale(&self, kind: EntityId, row: u32) -> bool;
}
