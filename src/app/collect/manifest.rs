//! The manifest of a collection: `facts.yaml` beside the exports, rewritten whole after each step, so that a collection
//! that is interrupted has left one that says what is missing. Holds no secret.

use crate::value::Instant;
use crate::value::instant::write_instant;
use serde::Serialize;
use std::fs;
use std::io;
use std::path::Path;

/// The manifest's name.
const FILE: &str = "facts.yaml";

/// What stands above the entries.
const HEAD: &str = "# Written by `backproof collect`; the exports are as the tool printed them.\n\
# Add `covers: all`, or whom an export covers, where you know it.\n";

#[derive(Serialize)]
struct Manifest<'a> {
    version: u32,
    exports: Vec<&'a Entry>,
}

/// One export.
#[derive(Debug, Clone, Default, Serialize)]
pub(super) struct Entry {
    pub(super) files: Vec<String>,
    pub(super) tool: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) account: Option<String>,
    /// Always said: what is missing without kinds would open all of them.
    pub(super) kinds: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) collected_at: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) timezone: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) incomplete: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) collected: Option<Collected>,
}

/// How an export was made.
#[derive(Debug, Clone, Serialize)]
pub(super) struct Collected {
    pub(super) command: String,
    /// The same without the item, of a command that is run for each of a list.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) each: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) repository: Option<String>,
    /// Set where the repository's address is not written as a whole.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) shortened: Option<bool>,
    /// When it began; of one that was not run, when it was planned.
    pub(super) started: String,
    #[serde(flatten, skip_serializing_if = "Option::is_none")]
    pub(super) ran: Option<Ran>,
}

/// What a command left.
#[derive(Debug, Clone, Serialize)]
pub(super) struct Ran {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) exit_code: Option<i32>,
    pub(super) ended: String,
    pub(super) size: u64,
    pub(super) sha256: String,
    /// Kept beside it: what the tool wrote to standard error.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) stderr: Option<String>,
}

/// Writes the manifest as a whole: readers see the old one or the new one.
pub(super) fn write<'a>(entries: impl Iterator<Item = &'a Entry>, folder: &Path) -> io::Result<()> {
    let manifest = Manifest { version: 1, exports: entries.collect() };
    let text = serde_yaml::to_string(&manifest).map_err(io::Error::other)?;
    let new = folder.join(".facts.yaml.new");
    fs::write(&new, format!("{HEAD}{text}"))?;
    fs::rename(&new, folder.join(FILE))
}

/// To the second, as manifests write it.
pub(crate) fn second(at: Instant) -> String {
    let seconds = at.0.div_euclid(1_000_000_000);
    write_instant(Instant(seconds.saturating_mul(1_000_000_000)))
}
