//! borg and borgmatic: `list`, `info` and `create` as JSON, for one repository or (borgmatic) an array of them.
//!
//! Seen in real runs of 1.2.4. Times have no offset before borg 2 and stand in the zone of the machine that *lists*. A
//! list names no host unless asked for it by `--format`. What `create` could not read it says on standard error only, so
//! an archive alone does not show that its run was a success: the line of `--show-rc` does.

mod archives;
mod create;

use super::cell::Cell;
use super::fields::{RepositoryFields, Row};
use super::{Context, Form, Format, Layout, Shape, Source, message};
use crate::facts::rows::Raw;
use serde::Deserialize;

/// The registry's row.
pub(super) static SOURCE: Source = Source {
    name: "borg",
    title: "BorgBackup and borgmatic",
    empty_list: None,
    formats: &[
        Format {
            name: "borg create",
            command: "borg --log-json --show-rc create --json … 2>&1",
            kinds: &["run"],
            reaches_days: None,
            layout: Layout::Document,
            detect: is_create,
            open: create::open,
            fills: create::FILLS,
        },
        Format {
            name: "borg error",
            command: "",
            kinds: &[],
            reaches_days: None,
            layout: Layout::Document,
            detect: |s| is_log(s) && !is_create(s) && !is_archives(s),
            open: |context| message::hiding(&["run", "recovery_point", "repository"], context),
            fills: &[],
        },
        Format {
            name: "borg info",
            command: "borg info --json --glob-archives '*'",
            kinds: &["recovery_point"],
            reaches_days: None,
            layout: Layout::Document,
            detect: |s| is_info(s) && !is_create(s),
            open: archives::open,
            fills: archives::INFO_FILLS,
        },
        Format {
            name: "borg list",
            command: "borg list --json --format '{end}{hostname}{username}{comment}'",
            kinds: &["recovery_point"],
            reaches_days: None,
            layout: Layout::Document,
            detect: |s| is_archives(s) && !is_info(s) && !is_create(s),
            open: archives::open,
            fills: archives::LIST_FILLS,
        },
        Format {
            name: "borg repository",
            command: "borg info --json",
            kinds: &[],
            reaches_days: None,
            layout: Layout::Document,
            detect: |s| each(s, |d| d.get("archives").is_none() && d.get("archive").is_none()) && !is_create(s),
            open: archives::open,
            fills: archives::REPOSITORY_FILLS,
        },
    ],
    cannot_know: &[
        "the host of an archive, from a list without `{hostname}`",
        "whether a run was a success, from its JSON alone: add `--log-json --show-rc` and keep standard error",
        "runs that failed, from a list of archives",
        "when a copy may be deleted",
        "encryption in transit: it depends on the location",
        "the zone of its times",
    ],
};

/// A document of one repository: an object, or the elements of borgmatic's array.
fn each(shape: &Shape, ask: impl Fn(&Shape) -> bool) -> bool {
    let own = |s: &Shape| {
        s.has(&["repository", "encryption"]) && s.get("repository").is_some_and(|r| r.get("location").is_some())
    };
    let documents: Vec<&Shape> = match shape.form {
        Form::Object => vec![shape],
        Form::Array | Form::Lines => shape.samples.iter().filter(|s| !is_log_line(s)).collect(),
        _ => Vec::new(),
    };
    !documents.is_empty() && documents.iter().all(|s| own(s)) && documents.iter().any(|s| ask(s))
}

/// Archives stand before the repository, so the first may fill what is seen of a file.
fn is_archives(shape: &Shape) -> bool {
    let archive =
        |a: &Shape| a.has(&["id", "name", "start"]) && (a.get("barchive").is_some() || a.get("stats").is_some());
    let lists = |d: &Shape| d.first_of("archives").is_some_and(archive);
    each(shape, |d| d.get("archives").is_some()) || shape.form != Form::Lines && shape.records().iter().any(lists)
}

/// With the statistics that only `info` prints.
fn is_info(shape: &Shape) -> bool {
    let counts =
        |d: &Shape| d.first_of("archives").is_some_and(|a| a.get("stats").is_some() || a.get("command_line").is_some());
    let empty = |d: &Shape| d.get("cache").is_some() && d.get("archives").is_some();
    is_archives(shape) && shape.records().iter().any(|d| counts(d) || empty(d))
}

fn is_create(shape: &Shape) -> bool {
    let one = |d: &Shape| d.get("archive").is_some_and(|a| a.has(&["id", "name"])) && d.get("repository").is_some();
    matches!(shape.form, Form::Object | Form::Array | Form::Lines) && shape.records().iter().any(one)
}

fn is_log_line(shape: &Shape) -> bool {
    shape.says("type", &["log_message", "archive_progress", "progress_message", "progress_percent", "file_status"])
}

fn is_log(shape: &Shape) -> bool {
    matches!(shape.form, Form::Object | Form::Lines) && shape.records().iter().any(is_log_line)
}

/// The members that every document of a repository has.
#[derive(Debug, Deserialize)]
struct Header<'a> {
    #[serde(borrow)]
    repository: Option<Repository<'a>>,
    #[serde(borrow)]
    encryption: Option<Encryption<'a>>,
    #[serde(borrow)]
    cache: Option<Cache<'a>>,
}

#[derive(Debug, Deserialize)]
struct Repository<'a> {
    #[serde(borrow, default)]
    location: Cell<'a>,
    #[serde(borrow, default)]
    label: Cell<'a>,
}

#[derive(Debug, Deserialize)]
struct Encryption<'a> {
    #[serde(borrow, default)]
    mode: Cell<'a>,
}

#[derive(Debug, Deserialize)]
struct Cache<'a> {
    #[serde(borrow)]
    stats: Option<CacheStats<'a>>,
}

/// Of the whole repository, as far as this machine's cache knows it.
#[derive(Debug, Deserialize)]
struct CacheStats<'a> {
    #[serde(borrow, default)]
    total_size: Cell<'a>,
    #[serde(borrow, default)]
    unique_csize: Cell<'a>,
}

impl Header<'_> {
    /// The repository's key: tool, account, location; `None` if the document does not name it.
    fn key(&self, context: &Context<'_>) -> Option<String> {
        let location = self.repository.as_ref()?.location.text()?;
        let location = location.trim_start_matches('/');
        Some(context.account.map_or_else(|| format!("borg/{location}"), |a| format!("borg/{a}/{location}")))
    }

    /// The encryption and, where there is one, the algorithm of its mode.
    fn encryption(&self) -> (Raw<'_>, Raw<'_>) {
        let Some(mode) = self.encryption.as_ref().and_then(|e| e.mode.text()) else {
            return (Raw::Absent, Raw::Absent);
        };
        match mode {
            "none" | "authenticated" | "authenticated-blake2" => (Raw::Text("none"), Raw::Absent),
            "repokey"
            | "keyfile"
            | "repokey-blake2"
            | "keyfile-blake2"
            | "repokey-aes-ocb"
            | "keyfile-aes-ocb"
            | "repokey-blake2-aes-ocb"
            | "keyfile-blake2-aes-ocb" => (Raw::Text("client_side"), Raw::Text("aes_256")),
            "repokey-chacha20-poly1305"
            | "keyfile-chacha20-poly1305"
            | "repokey-blake2-chacha20-poly1305"
            | "keyfile-blake2-chacha20-poly1305" => (Raw::Text("client_side"), Raw::Text("chacha20")),
            other => (Raw::Unknown(other), Raw::Unknown(other)),
        }
    }

    /// Writes the repository's row.
    fn put(&self, row: &mut Row<'_>, fields: &RepositoryFields, key: &str) {
        row.put(fields.id, Raw::Text(key));
        row.put(fields.r#type, Raw::Text("borg"));
        if let Some(repository) = &self.repository {
            row.text(fields.name, repository.label.text().or(repository.location.text()));
        }
        let (encryption, algorithm) = self.encryption();
        row.put(fields.encryption, encryption);
        row.put(fields.algorithm, algorithm);
        let Some(stats) = self.cache.as_ref().and_then(|c| c.stats.as_ref()) else { return };
        row.put(fields.used, stats.unique_csize.raw());
        row.put(fields.logical_size, stats.total_size.raw());
        if let (Some(logical), Some(stored)) = (stats.total_size.number(), stats.unique_csize.number())
            && stored > 0.0
        {
            row.put(fields.dedup_ratio, Raw::Number(logical / stored));
        }
    }
}
