//! What commands share: policy files as texts, instants of the command line.

use crate::app::arguments::ColorChoice;
use crate::app::project::OpenProject;
use crate::app::walk::{self, Found, How};
use crate::app::world::World;
use crate::base::{Code, Diagnostic, Place, SourceMap};
use crate::engine::facts::{FactsInput, FoundBy};
use crate::engine::policies::PolicyText;
use crate::lower::{ProjectParameters, Strangers};
use crate::report::{count_line, render_diagnostics};
use crate::value::Instant;
use crate::value::instant::{ReadTime, read_instant};
use indicatif::{ProgressBar, ProgressStyle};
use std::path::PathBuf;

/// The policy files under `paths`, else those of the project; those that cannot be read, and finding none at all, are
/// errors.
pub fn policies(
    world: &World<'_>,
    paths: &[PathBuf],
    project: Option<&OpenProject>,
) -> (Vec<PolicyText>, Vec<Diagnostic>) {
    let of_project = if paths.is_empty() { project.and_then(OpenProject::policies) } else { None };
    let (found, mut errors) = match of_project {
        Some(found) => found,
        None if paths.is_empty() => return (Vec::new(), unnamed(project, "policies", "on the command line")),
        None => walk::files(&world.directory, paths, walk::is_policy),
    };
    let mut texts = Vec::new();
    for Found { path, name, how } in found {
        if how == How::Standard {
            errors.push(
                Diagnostic::error(Code("E2001"), "policies are not read from standard input")
                    .help("name a policy file; `-` stands for facts"),
            );
            continue;
        }
        match std::fs::read(&path) {
            Ok(bytes) => texts.push(PolicyText { name, bytes }),
            Err(error) => errors.push(Diagnostic::unreadable(Code("E2002"), &name, &error)),
        }
    }
    if texts.is_empty() && errors.is_empty() && !paths.is_empty() {
        let named: Vec<String> = paths.iter().map(|path| format!("`{}`", walk::shown(path))).collect();
        errors.push(
            Diagnostic::error(Code("E2001"), format!("no policy file under {}", named.join(", ")))
                .help("name a file, or a folder that holds files ending in `.backproof`"),
        );
    }
    (texts, errors)
}

/// Neither the command line nor a project says where they are. Nothing is said where the project file has a mistake.
fn unnamed(project: Option<&OpenProject>, what: &str, option: &str) -> Vec<Diagnostic> {
    if project.is_some_and(|project| project.says.broken) {
        return Vec::new();
    }
    let message = match project {
        None => format!("no {what} are named, and no `backproof.yaml` is here or above"),
        Some(_) => format!("no {what} are named, neither on the command line nor in the project file"),
    };
    let help = match project {
        None => format!("name them {option}, or begin a project with `backproof init`"),
        Some(_) => format!("name them {option}, or write `{what}: [{what}]` in the project file"),
    };
    let error = Diagnostic::error(Code("E2107"), message).help(help);
    vec![match project.and_then(|project| project.says.file.as_ref()) {
        Some(file) => error.at_place(Place::File(file.path.clone()), ""),
        None => error,
    }]
}

/// An instant of the command line.
pub fn instant(option: &str, text: &str) -> Result<Instant, Box<Diagnostic>> {
    match read_instant(text) {
        Ok(ReadTime::At(instant)) => Ok(instant),
        _ => Err(Box::new(
            Diagnostic::error(Code("E2004"), format!("`{option}` is not an instant: `{text}`"))
                .help("write it as RFC 3339 with its offset: `2026-11-22T06:00:00Z`"),
        )),
    }
}

/// `NAME=VALUE` in two.
pub fn parameters(given: &[String]) -> Result<Vec<(String, String)>, Box<Diagnostic>> {
    given
        .iter()
        .map(|text| match text.split_once('=') {
            Some((name, value)) if !name.trim().is_empty() => Ok((name.trim().to_string(), value.trim().to_string())),
            _ => Err(Box::new(
                Diagnostic::error(Code("E2004"), format!("`--param {text}` is not `NAME=VALUE`"))
                    .help("write `--param min_success=98%`"),
            )),
        })
        .collect()
}

/// The facts files under `paths`, else those of the project, as the engine takes them and as they lie on disk.
pub fn facts(
    world: &World<'_>,
    paths: &[PathBuf],
    project: Option<&OpenProject>,
) -> (Vec<FactsInput>, Vec<Found>, Vec<Diagnostic>) {
    let of_project = if paths.is_empty() { project.and_then(OpenProject::facts) } else { None };
    let (found, mut errors) = match of_project {
        Some(found) => found,
        None if paths.is_empty() => (Vec::new(), unnamed(project, "facts", "after `--facts`")),
        None => walk::files(&world.directory, paths, walk::is_anything),
    };
    if found.is_empty() && errors.is_empty() && !paths.is_empty() {
        let named: Vec<String> = paths.iter().map(|path| format!("`{}`", walk::shown(path))).collect();
        errors.push(
            Diagnostic::error(Code("E2005"), format!("no facts file under {}", named.join(", ")))
                .help("put the exports there, or name them; an empty folder is no evidence of anything"),
        );
    }
    let inputs = found.iter().map(|file| FactsInput {
        name: file.name.clone(),
        found: match file.how {
            How::Named | How::Standard => FoundBy::Name,
            How::Walked => FoundBy::Folder,
        },
    });
    (inputs.collect(), found, errors)
}

/// The parameters of the project for policies that are named otherwise, or are its own.
pub fn project_parameters(named: &[PathBuf], project: Option<&OpenProject>) -> ProjectParameters {
    ProjectParameters {
        values: project.map(|project| project.says.parameters.clone()).unwrap_or_default(),
        strangers: if named.is_empty() { Strangers::Refused } else { Strangers::PassedOver },
    }
}

/// Less is read before anybody could see a bar: 16 MiB.
const WORTH_A_BAR: u64 = 16 * 1024 * 1024;

/// Shown on a terminal only, and only on long work: how much of the facts was read.
pub fn progress(world: &World<'_>, found: &[Found]) -> ProgressBar {
    let bytes = found.iter().filter_map(|file| std::fs::metadata(&file.path).ok()).map(|m| m.len()).sum();
    if world.terminal.error_width.is_none() || bytes < WORTH_A_BAR {
        return ProgressBar::hidden();
    }
    let bar = ProgressBar::new(bytes);
    let style = ProgressStyle::with_template("reading facts {bar:40} {bytes} of {total_bytes}");
    bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));
    bar
}

/// Diagnostics that point into no policy, on standard error.
pub fn say(world: &mut World<'_>, color: ColorChoice, diagnostics: &[Diagnostic]) {
    say_of(world, color, diagnostics, &SourceMap::default());
}

/// Diagnostics on standard error, with a count.
pub fn say_of(world: &mut World<'_>, color: ColorChoice, diagnostics: &[Diagnostic], sources: &SourceMap) {
    let style = world.terminal.error_style(color);
    let mut text = render_diagnostics(diagnostics, sources, &style);
    if let Some(count) = count_line(diagnostics) {
        text.push_str(&format!("{count}\n"));
    }
    world.say(&text);
}
