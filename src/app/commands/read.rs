//! What commands share: policy files as texts, instants of the command line.

use crate::app::walk::{self, Found};
use crate::app::world::World;
use crate::base::{Code, Diagnostic, Place};
use crate::engine::policies::PolicyText;
use crate::value::Instant;
use crate::value::instant::{ReadTime, read_instant};
use std::path::PathBuf;

/// The policy files under `paths`; those that cannot be read, and finding none at all, are errors.
pub fn policies(world: &World<'_>, paths: &[PathBuf]) -> (Vec<PolicyText>, Vec<Diagnostic>) {
    let (found, mut errors) = walk::files(&world.directory, paths, walk::is_policy);
    let mut texts = Vec::new();
    for Found { path, name, .. } in found {
        match std::fs::read(&path) {
            Ok(bytes) => texts.push(PolicyText { name, bytes }),
            Err(error) => errors.push(unreadable(&name, &error)),
        }
    }
    if texts.is_empty() && errors.is_empty() {
        let named: Vec<String> = paths.iter().map(|path| format!("`{}`", walk::shown(path))).collect();
        errors.push(
            Diagnostic::error(Code("E2001"), format!("no policy file under {}", named.join(", ")))
                .help("name a file, or a folder that holds files ending in `.backproof`"),
        );
    }
    (texts, errors)
}

fn unreadable(name: &str, error: &std::io::Error) -> Diagnostic {
    let why = match error.kind() {
        std::io::ErrorKind::NotFound => "there is no such file".to_string(),
        std::io::ErrorKind::PermissionDenied => "permission denied".to_string(),
        _ => error.to_string(),
    };
    Diagnostic::error(Code("E2002"), format!("`{name}` cannot be read: {why}"))
        .at_place(Place::File(name.to_string()), "")
}

/// An instant of the command line.
pub fn instant(option: &str, text: &str) -> Result<Instant, Diagnostic> {
    match read_instant(text) {
        Ok(ReadTime::At(instant)) => Ok(instant),
        _ => Err(Diagnostic::error(Code("E2004"), format!("`{option}` is not an instant: `{text}`"))
            .help("write it as RFC 3339 with its offset: `2026-11-22T06:00:00Z`")),
    }
}

/// `NAME=VALUE` in two.
pub fn parameters(given: &[String]) -> Result<Vec<(String, String)>, Diagnostic> {
    given
        .iter()
        .map(|text| match text.split_once('=') {
            Some((name, value)) if !name.trim().is_empty() => Ok((name.trim().to_string(), value.trim().to_string())),
            _ => Err(Diagnostic::error(Code("E2004"), format!("`--param {text}` is not `NAME=VALUE`"))
                .help("write `--param min_success=98%`")),
        })
        .collect()
}
