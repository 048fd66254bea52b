//! Plan and facts to verdicts: what a policy says of what was collected (`semantics.md`). Knows no vocabulary and no
//! entity by name, reads no file and no clock.
//!
//! A verdict is reached strictly or, where weak evidence is all that keeps it undecided, leniently (`judge`). Values are
//! all that they could be (`value`, `quantity`); the walk over plan nodes (`walk`, `cells`, `groups`, `methods`) is the
//! reference, whole tables at once (`filter`) only stand in for it where they say the same. Findings are explained by a
//! second, slow walk (`explain`).
//!
//! Invariant: the outcome depends on plan, facts, coverage and settings alone, not on the number of threads.

mod cells;
mod compare;
mod compute;
mod explain;
mod filter;
mod groups;
mod identity;
mod join;
mod judge;
mod lanes;
mod methods;
mod observe;
mod quantity;
mod run;
mod session;
mod shared;
mod show;
#[cfg(test)]
mod testing;
#[cfg(test)]
mod tests;
mod value;
mod walk;
mod windows;

pub use observe::{Nearness, Watch};

use crate::facts::coverage::Coverage;
use crate::facts::table::Facts;
use crate::outcome::RuleOutcome;
use crate::plan::Plan;
use crate::value::{Instant, Zone};

/// How a run is evaluated.
#[derive(Debug, Clone)]
pub struct Settings {
    /// `now` of the run.
    pub as_of: Instant,
    /// The calendar zone of policies that name none.
    pub default_zone: Zone,
    /// How many findings are explained in all; the others are counted.
    pub max_findings: usize,
    /// Whether the keys of passing subjects are listed.
    pub show_passing: bool,
    /// How many threads share the work; 0 leaves it to the machine.
    pub threads: usize,
}

/// Fewer rows are judged before a second thread has started.
const WORTH_THREADS: u64 = 20_000;

/// The outcome of every rule of the plan, in their order.
pub fn evaluate(plan: &Plan, facts: &Facts, coverage: &(dyn Coverage + Sync), settings: &Settings) -> Vec<RuleOutcome> {
    let run = run::Run::new(plan, facts, coverage, settings, session::Batch::Tables);
    let rows: u64 = facts.tables.iter().map(|table| u64::from(table.rows)).sum();
    let threads = match settings.threads {
        0 if rows < WORTH_THREADS => rayon::ThreadPoolBuilder::new().num_threads(1).use_current_thread(),
        threads => rayon::ThreadPoolBuilder::new().num_threads(threads),
    };
    match threads.build() {
        Ok(pool) => pool.install(|| run.outcomes()),
        // No threads to be had: the caller's own will do.
        Err(_) => run.outcomes(),
    }
}

/// The same, row by row, and how near to their limits the comparisons of `watches` came.
pub fn observe(
    plan: &Plan,
    facts: &Facts,
    coverage: &(dyn Coverage + Sync),
    settings: &Settings,
    watches: &[Watch],
) -> (Vec<RuleOutcome>, Vec<Nearness>) {
    let recorder = observe::Recorder::new(watches);
    let outcomes = run::Run::new(plan, facts, coverage, settings, session::Batch::Rows).observed(&recorder).outcomes();
    (outcomes, recorder.into_seen())
}
