//! Paths of the command line to files, in a fixed order: as named, folders in byte order of their paths. Hidden files
//! are left out; a link that leads in a circle, or anything unreadable, is an error.

use crate::base::{Code, Diagnostic, Place};
use globset::GlobBuilder;
use std::path::{Path, PathBuf};
use walkdir::WalkDir;

/// A file to read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// Where it is.
    pub path: PathBuf,
    /// How reports name it: as the user wrote it, with `/`.
    pub name: String,
    /// How it was found.
    pub how: How,
}

/// How a file was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum How {
    /// The user named it.
    Named,
    /// It lies in a folder that the user named.
    Walked,
    /// Standard input, named by `-`.
    Standard,
}

/// What reports call standard input.
pub const STANDARD_INPUT: &str = "standard input";

/// Whether a path of the command line stands for standard input.
pub fn is_standard_input(path: &Path) -> bool {
    path.as_os_str() == "-"
}

/// All files under `paths` of which `wanted` holds (named ones always), each once.
pub fn files(directory: &Path, paths: &[PathBuf], wanted: fn(&Path) -> bool) -> (Vec<Found>, Vec<Diagnostic>) {
    let (mut found, mut errors) = (Vec::new(), Vec::new());
    for path in paths {
        if is_standard_input(path) {
            found.push(Found { path: path.clone(), name: STANDARD_INPUT.to_owned(), how: How::Standard });
            continue;
        }
        let full = directory.join(path);
        if full.is_dir() {
            walk(&full, path, wanted, &mut found, &mut errors);
        } else {
            found.push(Found { name: shown(path), path: full, how: How::Named });
        }
    }
    let mut seen = std::collections::BTreeSet::new();
    found.retain(|file| seen.insert(file.path.clone()));
    (found, errors)
}

/// The files under `directory` that the glob `pattern` fits, in byte order; `*` stays within a folder, `**` does not.
pub fn globbed(directory: &Path, pattern: &str) -> (Vec<Found>, Vec<Diagnostic>) {
    let Ok(glob) = GlobBuilder::new(&shown(Path::new(pattern))).literal_separator(true).build() else {
        return (Vec::new(), Vec::new());
    };
    let matcher = glob.compile_matcher();
    let fixed = pattern.find(['*', '?', '[', '{']).map_or(pattern, |end| &pattern[..end]);
    let folder = Path::new(fixed.rfind('/').map_or("", |end| &fixed[..=end]));
    let full = directory.join(folder);
    let (mut found, mut errors) = (Vec::new(), Vec::new());
    if full.is_dir() {
        walk(&full, folder, is_anything, &mut found, &mut errors);
    }
    found.retain(|file| matcher.is_match(&file.name));
    (found, errors)
}

fn walk(full: &Path, given: &Path, wanted: fn(&Path) -> bool, found: &mut Vec<Found>, errors: &mut Vec<Diagnostic>) {
    let hidden = |entry: &walkdir::DirEntry| entry.depth() > 0 && entry.file_name().to_string_lossy().starts_with('.');
    let entries = WalkDir::new(full).follow_links(true).sort_by_file_name().into_iter().filter_entry(|e| !hidden(e));
    let mut here = Vec::new();
    for entry in entries {
        match entry {
            Ok(entry) if entry.file_type().is_dir() => {}
            Ok(entry) => {
                let inner = entry.path().strip_prefix(full).unwrap_or(entry.path());
                if wanted(inner) {
                    let name = shown(&given.join(inner));
                    here.push(Found { path: entry.path().to_path_buf(), name, how: How::Walked });
                }
            }
            Err(error) => {
                let place = error.path().map_or_else(|| shown(given), |p| shown(p.strip_prefix(full).map_or(p, |i| i)));
                let why = if error.loop_ancestor().is_some() {
                    "a link leads in a circle".to_string()
                } else {
                    reason(&error)
                };
                errors.push(
                    Diagnostic::error(Code("E2002"), format!("`{place}` cannot be read: {why}"))
                        .at_place(Place::File(place), "")
                        .help("remove it, or make it readable"),
                );
            }
        }
    }
    here.sort_by(|a, b| a.name.as_bytes().cmp(b.name.as_bytes()));
    found.append(&mut here);
}

fn reason(error: &walkdir::Error) -> String {
    error.io_error().map_or_else(|| "unreadable".to_string(), |io| io.to_string())
}

/// A path as reports write it: with `/`, unreadable bytes replaced.
pub fn shown(path: &Path) -> String {
    let text = path.to_string_lossy().replace('\\', "/");
    text.strip_prefix("./").map_or(text.clone(), str::to_string)
}

/// Policy files of a folder.
pub fn is_policy(path: &Path) -> bool {
    path.extension().is_some_and(|e| e == "backproof")
}

/// Every file of a facts folder.
pub fn is_anything(_: &Path) -> bool {
    true
}
