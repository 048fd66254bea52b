//! E02xx to E06xx: names, types, phrases, plans, the schema.

use super::CodeEntry;

/// Sorted by code.
pub const CODES: &[CodeEntry] = &[];
