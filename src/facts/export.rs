//! What was collected: exports with what they list, cover and span; and whether a group of rows is closed.

use super::schema::EntityId;
use crate::value::Instant;
use crate::value::civil::MINUTE;

/// An export's place in [`super::table::Facts::exports`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ExportId(pub u32);

/// One loaded body of facts: a file, or the pages of one listing.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Export {
    /// The tool's name (`aws`, `restic`, …; `backproof` for the project's own format without a statement).
    pub tool: Option<String>,
    /// Account or instance.
    pub account: Option<String>,
    /// Its files, as places in `Facts::files`.
    pub files: Vec<u32>,
    /// The kinds that it lists, in order of entity.
    pub kinds: Vec<EntityId>,
    /// When it was collected; `None` is undated and taken as the as-of instant.
    pub collected_at: Option<Instant>,
    /// Why it does not list all that it should; `None` is complete.
    pub incomplete: Option<String>,
    /// Which subjects it covers; `None` is unstated: everything, but weakly.
    pub covers: Option<Covers>,
    /// Start of the time that it covers, where stated or known of the source; [`ALL_TIME`] where it leaves nothing out.
    pub covers_from: Option<Instant>,
    /// End of the time that it covers, where stated; else `collected_at`.
    pub covers_to: Option<Instant>,
    /// Zone of its times without offset, by name.
    pub timezone: Option<String>,
    /// The oldest own time of its rows, for each event kind in `kinds` (same order; `None` without rows).
    pub oldest: Vec<Option<Instant>>,
    /// Where it is described: the manifest's file name, else its first file's.
    pub described_in: String,
}

/// How far clocks may differ, in nanoseconds (`semantics.md` 4.2).
pub const SKEW: i64 = 5 * MINUTE;

impl Export {
    /// The later day that its state kinds describe: when it was collected, if that is after `now` and no skew.
    pub fn later_than(&self, now: Instant) -> Option<Instant> {
        self.collected_at.filter(|collected| collected.0 > now.0.saturating_add(SKEW))
    }
}

/// The entity whose rows are the exports themselves: what was loaded is known, so that its groups are always closed.
pub const COLLECTION: &str = "collection";

/// The `covers_from` of an export that reaches back without end (`covers_from: all`).
pub const ALL_TIME: Instant = Instant(i64::MIN);

/// Which subjects an export covers.
#[derive(Debug, Clone, PartialEq)]
pub enum Covers {
    /// All of them.
    All,
    /// Those of an entity whose keys match one of the globs.
    Some(Vec<(EntityId, Vec<String>)>),
}

/// Whether rows may exist that nobody showed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Closure {
    /// None may.
    Closed,
    /// None may if what an export leaves unsaid is assumed (§3.3).
    Weak,
    /// Some may.
    Open,
}
