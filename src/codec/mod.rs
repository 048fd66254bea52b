//! Formats: the bytes of facts files, where their records stand, and how a place is found again for a report. Knows no
//! schema.

pub mod bytes;
pub mod csv;
pub mod json;
pub mod landmarks;
pub mod locate;
pub mod ndjson;
pub mod table;
pub mod yaml;

mod detect;
mod plain;

pub use detect::{Format, Unknown, detect};
pub use plain::plain_words;
