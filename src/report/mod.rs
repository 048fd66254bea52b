//! An outcome, or diagnostics, as bytes: one file a format. The only place that knows miette. Computes no verdict and
//! reads no clock, terminal or file.

mod controls;
mod diagnostics;
mod json;
mod markdown;
mod snippet;
mod tests_json;
mod tests_text;
mod text;
mod words;

pub use controls::{controls_json, controls_markdown, controls_text};
pub use diagnostics::{count_line, render_diagnostics};
pub use snippet::{Color, Style};
pub use tests_json::render as render_tests_json;
pub use tests_text::render as render_tests_text;
pub use words::{rule_verdict_word, weight_word};

use crate::base::SourceMap;
use crate::outcome::Outcome;

/// A report format.
pub struct Format {
    /// Its name after `--format`.
    pub name: &'static str,
    /// What it is for, one line.
    pub purpose: &'static str,
    /// Writes the report; `Style` matters to `text` alone.
    pub render: fn(&Outcome, &SourceMap, &Style) -> String,
}

/// All formats, sorted by name.
pub const FORMATS: &[Format] = &[
    Format { name: "json", purpose: "for programs, versioned", render: json::render },
    Format { name: "markdown", purpose: "for merge requests and wikis", render: markdown::render },
    Format { name: "text", purpose: "for people, grouped by rule", render: text::render },
];

/// The format called `name`.
pub fn format_named(name: &str) -> Option<&'static Format> {
    FORMATS.iter().find(|format| format.name == name)
}
