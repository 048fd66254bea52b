//! E01xx: syntax.

use super::CodeEntry;

/// Sorted by code.
pub const CODES: &[CodeEntry] = &[];
