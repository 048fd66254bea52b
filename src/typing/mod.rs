//! Names, types, phrases: trees to declarations, and expressions to typed expressions.

pub mod declarations;
pub mod declare;
pub mod phrase_match;
