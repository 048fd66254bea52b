//! E10xx to E13xx: facts, exports, keys, native formats.

use super::CodeEntry;

/// Sorted by code.
pub const CODES: &[CodeEntry] = &[];
