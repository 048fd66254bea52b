//! The project that a command belongs to: finds `backproof.yaml`, reads it, and gives the files that it names.
//!
//! It is looked for in the working directory and above, up to the folder that holds `.git` or to the root. Reports call
//! it and its files as they are written relative to it, so that they do not depend on the folder that a command is run in.

use super::arguments::ProjectChoice;
use super::walk::{self, Found};
use super::world::World;
use crate::base::{Code, Diagnostic, Place};
use crate::engine::project::{FILE_NAME, Project, ProjectPath, read_project};
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

/// Where the search ends.
const TOP: &str = ".git";

/// A misnamed project file, which would be passed over.
const MISNAMED: &str = "backproof.yml";

/// A project that was found.
pub struct OpenProject {
    /// What it says.
    pub says: Project,
    /// Its folder, where its paths begin.
    folder: PathBuf,
    /// The project file itself, which is none of its facts.
    path: PathBuf,
}

/// The project of a command, if there is one.
pub fn open(world: &World<'_>, choice: &ProjectChoice) -> (Option<OpenProject>, Vec<Diagnostic>) {
    if choice.no_project {
        return (None, Vec::new());
    }
    let (path, name) = match &choice.project {
        Some(given) => (world.directory.join(given), walk::shown(given)),
        None => match find(&world.directory) {
            Ok(Some(path)) => (path, FILE_NAME.to_owned()),
            Ok(None) => return (None, Vec::new()),
            Err(misnamed) => {
                let says = Project::broken();
                let (folder, path) = (world.directory.clone(), PathBuf::new());
                return (Some(OpenProject { says, folder, path }), vec![*misnamed]);
            }
        },
    };
    let folder = path.parent().map_or_else(|| world.directory.clone(), Path::to_path_buf);
    match std::fs::read(&path) {
        Ok(bytes) => {
            let (says, diagnostics) = read_project(&name, &bytes);
            (Some(OpenProject { says, folder, path }), diagnostics)
        }
        Err(error) => {
            let says = Project::broken();
            let error = Diagnostic::unreadable(Code("E2101"), &name, &error).help("`--no-project` reads none");
            (Some(OpenProject { says, folder, path }), vec![error])
        }
    }
}

fn find(directory: &Path) -> Result<Option<PathBuf>, Box<Diagnostic>> {
    for folder in directory.ancestors() {
        let path = folder.join(FILE_NAME);
        // One that cannot be looked at is found, and then reported: what it says is not to be passed over.
        if !matches!(path.symlink_metadata(), Err(error) if error.kind() == ErrorKind::NotFound) {
            return Ok(Some(path));
        }
        if folder.join(MISNAMED).exists() {
            return Err(Box::new(
                Diagnostic::error(Code("E2101"), format!("a project file is called `{FILE_NAME}`"))
                    .at_place(Place::File(walk::shown(&folder.join(MISNAMED))), "")
                    .help("rename it, or say `--no-project` to pass it over"),
            ));
        }
        if folder.join(TOP).exists() {
            break;
        }
    }
    Ok(None)
}

impl OpenProject {
    /// Its folder, where its paths begin.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// The policy files that it names.
    pub fn policies(&self) -> Option<(Vec<Found>, Vec<Diagnostic>)> {
        Some(self.files(self.says.policies.as_ref()?, walk::is_policy, "policies"))
    }

    /// The facts files that it names.
    pub fn facts(&self) -> Option<(Vec<Found>, Vec<Diagnostic>)> {
        Some(self.files(self.says.facts.as_ref()?, walk::is_anything, "facts"))
    }

    fn files(&self, paths: &[ProjectPath], wanted: fn(&Path) -> bool, what: &str) -> (Vec<Found>, Vec<Diagnostic>) {
        let (mut files, mut errors) = (Vec::new(), Vec::new());
        for path in paths {
            let glob = Project::is_glob(&path.text);
            let (mut found, mistakes) = if glob {
                walk::globbed(&self.folder, &path.text)
            } else {
                walk::files(&self.folder, &[PathBuf::from(&path.text)], wanted)
            };
            found.retain(|file| file.path != self.path);
            let absent = found.iter().any(|file| !file.path.exists());
            if absent {
                errors.push(nothing(path, what, format!("there is no file or folder `{}`", path.text)));
                continue;
            }
            if mistakes.is_empty() && found.is_empty() {
                errors.push(nothing(path, what, format!("`{}` holds no {what}", path.text)));
            }
            errors.extend(mistakes);
            files.append(&mut found);
        }
        let mut seen = std::collections::BTreeSet::new();
        files.retain(|file| seen.insert(file.path.clone()));
        (files, errors)
    }
}

fn nothing(path: &ProjectPath, what: &str, message: String) -> Diagnostic {
    Diagnostic::error(Code("E2106"), message)
        .at_place(path.place.clone(), format!("named under `{what}` here"))
        .help("paths are relative to the project file; `*` stays within a folder and `**` does not")
}
