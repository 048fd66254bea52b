//! What is odd about exports without being wrong, one warning an export.

use super::super::collect::place_of;
use super::super::schema::Nature;
use super::super::table::Facts;
use super::evidence::newest;
use crate::base::{Code, Diagnostic};
use crate::value::Instant;
use crate::value::civil::DAY;
use crate::value::instant::write_instant;

/// An undated export whose newest row is older than this, in nanoseconds, is likely not of today.
const UNDATED_LIMIT: i64 = 7 * DAY;

/// Warnings about the exports of `facts` as of `now`, in the order of exports.
pub fn warnings(facts: &Facts, now: Instant) -> Vec<Diagnostic> {
    let mut warnings = Vec::new();
    for (export, newest) in facts.exports.iter().zip(newest(facts)) {
        let lists_states = export.kinds.iter().any(|kind| facts.schema.entity(*kind).nature == Nature::State);
        let warning = match (export.collected_at, newest) {
            (None, Some(newest)) if now.0.saturating_sub(newest.0) > UNDATED_LIMIT => {
                let message = "the export is undated, and its newest row is more than 7 days old";
                let warning = Diagnostic::warning(Code("W1102"), message);
                let text = format!("newest row of {}", write_instant(newest));
                warning.at_place(place_of(facts, export), text).help("state `collected_at`, or collect it again")
            }
            (None, None) if lists_states && export.covers_to.is_none() => {
                let message = "the export is undated, and no row in it has a date: it may be of any day";
                let warning = Diagnostic::warning(Code("W1102"), message);
                let help = "state `collected_at`; until then it is taken as of now, unless the run is `strict`";
                warning.at_place(place_of(facts, export), "taken as of now").help(help)
            }
            (Some(collected), _) if lists_states && export.later_than(now).is_some() => {
                let message =
                    format!("the export describes a later day than the run, which is as of {}", write_instant(now));
                let warning = Diagnostic::warning(Code("W1103"), message);
                let text = format!("collected on {}", write_instant(collected));
                warning.at_place(place_of(facts, export), text).help("use an export of that day, or a later `--as-of`")
            }
            _ => continue,
        };
        warnings.push(warning);
    }
    warnings
}
