//! E20xx: usage and files.

use super::CodeEntry;

/// Sorted by code.
pub const CODES: &[CodeEntry] = &[];
