//! Two folders compared: the one that was backed up and the one that was restored. SHA-256 of both sides, in parallel.
//!
//! Links are compared by where they point and never followed. A file that changes while it is read is neither the same
//! nor changed, and is said to be moving. Invariants: every path of either side is counted once; the paths that are
//! sampled depend on their names alone.

use crate::codec::bytes::{self, digest};
use indicatif::ProgressBar;
use rayon::prelude::*;
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::fs::{self, File, Metadata};
use std::io;
use std::path::{Path, PathBuf};
use std::time::SystemTime;
use walkdir::WalkDir;

/// What became of one path.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum State {
    /// The same bytes.
    Same,
    /// The same size; the bytes were not read.
    NotSampled,
    /// The same bytes, other permissions.
    Permissions,
    /// Other bytes, another link, or another sort of file.
    Changed,
    /// In the source only.
    Missing,
    /// In the restored folder only.
    Extra,
    /// One side cannot be read.
    Unreadable,
    /// One side was written to while it was read.
    Moving,
}

impl State {
    /// All, with the word for them.
    pub(crate) const TABLE: &'static [(State, &'static str)] = &[
        (State::Same, "same"),
        (State::NotSampled, "not sampled"),
        (State::Permissions, "other permissions"),
        (State::Changed, "changed"),
        (State::Missing, "missing"),
        (State::Extra, "extra"),
        (State::Unreadable, "unreadable"),
        (State::Moving, "moving"),
    ];

    /// As the list of differences says it.
    pub(crate) fn word(self) -> &'static str {
        Self::TABLE.iter().find(|(state, _)| *state == self).map_or("", |(_, word)| word)
    }
}

/// The comparison.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Compared {
    /// Every path, with `/`, and what became of it; sorted.
    pub(crate) paths: Vec<(String, State)>,
    /// Bytes of the source whose copies were read and compared.
    pub(crate) bytes_read: u64,
    /// Bytes of the source.
    pub(crate) bytes: u64,
    /// Paths of the source that are no folders.
    pub(crate) leaves: u64,
}

impl Compared {
    /// How many paths are in this state.
    pub(crate) fn count(&self, state: State) -> u64 {
        self.paths.iter().filter(|(_, own)| *own == state).count() as u64
    }
}

type Side = BTreeMap<String, io::Result<(PathBuf, Metadata)>>;

/// Compares; of the files' bytes those of `sample` percent (0 to 100) of the paths.
pub(crate) fn compare(source: &Path, restored: &Path, sample: f64, progress: &ProgressBar) -> Compared {
    let (mut theirs, ours) = (side(restored), side(source));
    let pairs: Vec<_> = ours
        .into_iter()
        .map(|(path, one)| {
            let other = theirs.remove(&path);
            (path, one, other)
        })
        .collect();
    let size = |side: &io::Result<(PathBuf, Metadata)>| {
        side.as_ref().map_or(0, |(_, meta)| if meta.is_file() { meta.len() } else { 0 })
    };
    let bytes = pairs.iter().map(|(_, one, _)| size(one)).sum();
    let folder = |side: &io::Result<(PathBuf, Metadata)>| side.as_ref().is_ok_and(|(_, meta)| meta.is_dir());
    let leaves = pairs.iter().filter(|(_, one, _)| !folder(one)).count() as u64;
    progress.set_length(bytes);
    let states: Vec<(String, State, u64)> = pairs
        .into_par_iter()
        .map(|(path, one, other)| {
            let length = size(&one);
            let (state, read) = match (one, other) {
                (_, None) => (State::Missing, 0),
                (Err(_), _) | (_, Some(Err(_))) => (State::Unreadable, 0),
                (Ok(one), Some(Ok(other))) => pair(&one, &other, sampled(&path, sample)),
            };
            progress.inc(length);
            (path, state, read)
        })
        .collect();
    let bytes_read = states.iter().map(|(_, _, read)| read).sum();
    let mut paths: Vec<(String, State)> = states.into_iter().map(|(path, state, _)| (path, state)).collect();
    paths.extend(theirs.into_keys().map(|path| (path, State::Extra)));
    paths.sort();
    Compared { paths, bytes_read, bytes, leaves }
}

/// Every path under a folder, the folder itself excepted.
fn side(folder: &Path) -> Side {
    let mut found = Side::new();
    for entry in WalkDir::new(folder).min_depth(1).follow_links(false) {
        let (path, meta) = match entry {
            Ok(entry) => (entry.path().to_path_buf(), entry.metadata().map_err(io::Error::from)),
            Err(error) => {
                let path = error.path().map_or_else(|| folder.to_path_buf(), Path::to_path_buf);
                (path, Err(io::Error::from(error)))
            }
        };
        let inner = path.strip_prefix(folder).unwrap_or(&path).to_string_lossy().replace('\\', "/");
        let read = meta.map(|meta| (path, meta));
        // A folder that cannot be opened is met twice: as an entry, and as an error.
        if read.is_err() || !found.contains_key(&inner) {
            found.insert(inner, read);
        }
    }
    found
}

/// Whether the bytes of this path are compared: the same paths on every machine and day.
fn sampled(path: &str, percent: f64) -> bool {
    let hash = Sha256::digest(path.as_bytes());
    let point = hash.iter().take(4).fold(0_u32, |sum, byte| (sum << 8) | u32::from(*byte));
    f64::from(point) < percent / 100.0 * 4_294_967_296.0
}

/// Compares a path that both sides have; the bytes of the source that were read and compared.
fn pair(one: &(PathBuf, Metadata), other: &(PathBuf, Metadata), sampled: bool) -> (State, u64) {
    let ((one, meta), (other, copy)) = (one, other);
    if meta.file_type() != copy.file_type() {
        return (State::Changed, 0);
    }
    let permissions = if mode(meta) == mode(copy) { State::Same } else { State::Permissions };
    if meta.is_symlink() {
        return match (fs::read_link(one), fs::read_link(other)) {
            (Ok(a), Ok(b)) if a == b => (State::Same, 0),
            (Ok(_), Ok(_)) => (State::Changed, 0),
            _ => (State::Unreadable, 0),
        };
    }
    if !meta.is_file() {
        return (permissions, 0);
    }
    if !sampled {
        let same = if permissions == State::Same { State::NotSampled } else { permissions };
        return (if meta.len() == copy.len() { same } else { State::Changed }, 0);
    }
    let read = |path: &Path, before: &Metadata| -> io::Result<Option<bytes::Digest>> {
        let found = digest(File::open(path)?)?;
        let after = fs::symlink_metadata(path)?;
        let still = stamp(before) == stamp(&after) && after.len() == found.size;
        Ok(still.then_some(found))
    };
    match (read(one, meta), read(other, copy)) {
        (Ok(Some(a)), Ok(Some(b))) if a == b => (permissions, a.size),
        (Ok(Some(a)), Ok(Some(_))) => (State::Changed, a.size),
        (Ok(_), Ok(_)) => (State::Moving, 0),
        _ => (State::Unreadable, 0),
    }
}

fn stamp(meta: &Metadata) -> (u64, Option<SystemTime>) {
    (meta.len(), meta.modified().ok())
}

#[cfg(unix)]
fn mode(meta: &Metadata) -> u32 {
    use std::os::unix::fs::PermissionsExt as _;
    meta.permissions().mode()
}

#[cfg(not(unix))]
fn mode(meta: &Metadata) -> bool {
    meta.permissions().readonly()
}
