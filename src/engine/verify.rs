//! A report against files: whether the evidence, and the policies, are the bytes that it was made from. Compares hashes
//! and nothing else: what the report concluded is not judged again.

use super::project::FILE_NAME;
use crate::base::{Code, Diagnostic, Place};
use crate::codec::bytes::{Digest, Files, Window};
use rustc_hash::{FxHashMap, FxHashSet};
use serde::{Deserialize, Serialize};

/// What became of one file since the report.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// Byte for byte what the report names.
    Same,
    /// Other bytes under its name.
    Changed,
    /// No given file has its name.
    Missing,
    /// The report names it without a hash: it could not be read when the report was made.
    Unread,
    /// Given, and not named by the report.
    Extra,
}

/// One file of the report, or beside it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Compared {
    /// As the report names it; for an extra one, as it was given.
    pub path: String,
    /// What became of it.
    pub state: State,
    /// The given file that was compared.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub given: Option<String>,
    /// SHA-256 in the report, lower-case hexadecimal.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reported_sha256: Option<String>,
    /// SHA-256 now.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sha256: Option<String>,
    /// Bytes on disk in the report; policies have none there.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reported_size: Option<u64>,
    /// Bytes on disk now.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub size: Option<u64>,
}

#[derive(Deserialize)]
struct Report {
    backproof_report: u64,
    project: Option<Named>,
    policies: Vec<Named>,
    evidence: Evidence,
}

#[derive(Deserialize)]
struct Evidence {
    files: Vec<Named>,
}

#[derive(Deserialize)]
struct Named {
    path: String,
    sha256: String,
    size: Option<u64>,
}

/// The version of the report's shape that is read.
const SHAPE: u64 = 1;

/// How policy files end.
const POLICY: &str = ".backproof";

/// Compares the files that `report` (JSON, called `name`) names with the `given` ones: first those of the report in its
/// order, then the extra ones in theirs. Policies, and the
/// project file, are compared only where one is given.
///
/// # Errors
/// If the report is none, or a file cannot be read.
pub fn verify(
    name: &str,
    report: &[u8],
    files: &dyn Files,
    given: &[String],
) -> Result<Vec<Compared>, Box<Diagnostic>> {
    let not_a_report = |why: String| {
        Box::new(
            Diagnostic::error(Code("E2007"), format!("`{name}` is no report of backproof: {why}"))
                .at_place(Place::File(name.to_string()), "")
                .help("give the file that `backproof check … --format json --output FILE` wrote"),
        )
    };
    let report: Report = serde_json::from_slice(report).map_err(|error| not_a_report(error.to_string()))?;
    if report.backproof_report != SHAPE {
        return Err(not_a_report(format!("its shape is version {}, not {SHAPE}", report.backproof_report)));
    }
    let with_policies = given.iter().any(|path| path.ends_with(POLICY));
    let policies = report.policies.into_iter().filter(|_| with_policies);
    let with_project = given.iter().any(|path| path.rsplit('/').next() == Some(FILE_NAME));
    let project = report.project.into_iter().filter(|project| with_project || given.contains(&project.path));
    let named: Vec<Named> = project.chain(policies).chain(report.evidence.files).collect();
    let pairs = paired(&named, given);
    let paired: FxHashSet<usize> = pairs.iter().flatten().copied().collect();
    let mut compared = Vec::new();
    for (file, pair) in named.into_iter().zip(&pairs) {
        let now = pair.map(|i| hashed(files, &given[i])).transpose()?;
        let state = match &now {
            None => State::Missing,
            Some(_) if file.sha256.is_empty() => State::Unread,
            Some(now) if now.sha256 == file.sha256 => State::Same,
            Some(_) => State::Changed,
        };
        compared.push(Compared {
            path: file.path,
            state,
            given: pair.map(|i| given[i].clone()),
            reported_sha256: Some(file.sha256),
            sha256: now.as_ref().map(|now| now.sha256.clone()),
            reported_size: file.size,
            size: now.map(|now| now.size),
        });
    }
    for (i, path) in given.iter().enumerate().filter(|(i, _)| !paired.contains(i)) {
        let now = hashed(files, &given[i])?;
        compared.push(Compared {
            path: path.clone(),
            state: State::Extra,
            given: Some(path.clone()),
            reported_sha256: None,
            sha256: Some(now.sha256),
            reported_size: None,
            size: Some(now.size),
        });
    }
    Ok(compared)
}

fn hashed(files: &dyn Files, path: &str) -> Result<Digest, Box<Diagnostic>> {
    // The window hashes what stood on disk, unzipped or not.
    let of_disk = || Window::open(files, path)?.finish();
    of_disk().map_err(|error: std::io::Error| Box::new(Diagnostic::unreadable(Code("E2002"), path, &error)))
}

/// For each named file the given one that is meant: the one of the same path, else the only one that shares the most
/// trailing parts of it, so that evidence may have moved to another folder. Each given file is meant once.
fn paired(named: &[Named], given: &[String]) -> Vec<Option<usize>> {
    let mut at: FxHashMap<&str, usize> = FxHashMap::default();
    for (i, path) in given.iter().enumerate() {
        at.entry(path).or_insert(i);
    }
    let mut pairs: Vec<Option<usize>> = named.iter().map(|file| at.get(file.path.as_str()).copied()).collect();
    let mut taken = vec![false; given.len()];
    for found in pairs.iter().flatten() {
        taken[*found] = true;
    }
    // By trailing parts: the number of free files that end so, and the sum of their places, which is the place of the
    // only one.
    let mut ending: FxHashMap<&str, (usize, usize)> = FxHashMap::default();
    for (i, path) in given.iter().enumerate().filter(|(i, _)| !taken[*i]) {
        for end in endings(path) {
            let of = ending.entry(end).or_default();
            *of = (of.0 + 1, of.1 + i);
        }
    }
    for (file, pair) in named.iter().zip(&mut pairs).filter(|(_, pair)| pair.is_none()) {
        let most = endings(&file.path).filter_map(|end| ending.get(end)).find(|(count, _)| *count > 0);
        let Some((1, only)) = most.copied() else { continue };
        *pair = Some(only);
        for end in given.get(only).into_iter().flat_map(|path| endings(path)) {
            if let Some(of) = ending.get_mut(end) {
                *of = (of.0 - 1, of.1 - only);
            }
        }
    }
    pairs
}

/// A path and its trailing parts, the longest first.
fn endings(path: &str) -> impl Iterator<Item = &str> {
    let parts = path.match_indices('/').map(|(slash, _)| &path[slash + 1..]);
    std::iter::once(path).chain(parts)
}
