//! What judging commands share: the run of policies against facts as the command line and the project ask for it.

use super::read;
use crate::app::arguments::{FailOn, Judging, Unknown};
use crate::app::files::Disk;
use crate::app::project::OpenProject;
use crate::app::world::World;
use crate::base::Diagnostic;
use crate::engine::check::{Request, check};
use crate::engine::exit::{ExitPolicy, UnknownIs, WarningsAre};
use crate::engine::policies::Policies;
use crate::lower::CompileSettings;
use crate::outcome::{AsOfFrom, Outcome};
use crate::plan::Weight;
use std::path::PathBuf;

/// What is to be judged.
pub struct Wanted<'a> {
    /// Policies of the command line; empty: the project's.
    pub policies: &'a [PathBuf],
    /// Facts, likewise.
    pub facts: &'a [PathBuf],
    /// `--rule`
    pub rules: &'a [String],
    /// `--framework`
    pub frameworks: &'a [String],
    /// Most findings to show.
    pub max_findings: usize,
    /// Whether the keys of passing subjects are listed.
    pub show_passing: bool,
}

/// Judges. `before` are mistakes met so far.
pub fn judged(
    world: &World<'_>,
    arguments: &Judging,
    project: Option<&OpenProject>,
    wanted: &Wanted<'_>,
    mut before: Vec<Diagnostic>,
) -> (Outcome, Policies) {
    let (policies, mistakes) = read::policies(world, wanted.policies, project);
    before.extend(mistakes);
    let (facts, found, mistakes) = read::facts(world, wanted.facts, project);
    before.extend(mistakes);
    let (as_of, as_of_from) = match &arguments.as_of {
        None => ((world.now)(), AsOfFrom::Clock),
        Some(text) => match read::instant("--as-of", text) {
            Ok(instant) => (instant, AsOfFrom::Option),
            Err(error) => {
                before.push(*error);
                ((world.now)(), AsOfFrom::Clock)
            }
        },
    };
    let compile = compile_settings(arguments, project, wanted).unwrap_or_else(|error| {
        before.push(*error);
        CompileSettings::default()
    });
    let progress = read::progress(world, &found);
    let disk = Disk::of(&found, progress.clone());
    let says = project.map(|project| &project.says);
    let judged = check(Request {
        policies: &policies,
        facts: &facts,
        files: &disk,
        before,
        as_of,
        as_of_from,
        compile,
        strict: arguments.strict.or(says.and_then(|project| project.strict)).unwrap_or(false),
        max_findings: wanted.max_findings,
        show_passing: wanted.show_passing,
        threads: arguments.threads.map_or(0, usize::from),
        exit: exit_policy(arguments, project),
        project: says,
    });
    progress.finish_and_clear();
    judged
}

/// What a command sets of the policies: parameters of the command line and of the project, rules, frameworks.
pub fn compile_settings(
    arguments: &Judging,
    project: Option<&OpenProject>,
    wanted: &Wanted<'_>,
) -> Result<CompileSettings, Box<Diagnostic>> {
    Ok(CompileSettings {
        parameters: read::parameters(&arguments.parameters)?,
        project: read::project_parameters(wanted.policies, project),
        rule_globs: wanted.rules.to_vec(),
        frameworks: wanted.frameworks.to_vec(),
    })
}

fn exit_policy(arguments: &Judging, project: Option<&OpenProject>) -> ExitPolicy {
    let says = project.map(|project| &project.says);
    let fail_on = arguments.fail_on.map(|severity| match severity {
        FailOn::Low => Weight::Low,
        FailOn::Medium => Weight::Medium,
        FailOn::High => Weight::High,
        FailOn::Critical => Weight::Critical,
    });
    let unknown = arguments.unknown.map(|how| match how {
        Unknown::Fail => UnknownIs::Failure,
        Unknown::Warn => UnknownIs::Warning,
    });
    ExitPolicy {
        fail_on: fail_on.or(says.and_then(|project| project.fail_on)).unwrap_or(Weight::Low),
        unknown: unknown.or(says.and_then(|project| project.unknown)).unwrap_or(UnknownIs::Failure),
        warnings: warnings(arguments.deny_warnings, project),
    }
}

/// What warnings do, by the command line, else by the project.
pub fn warnings(denied: Option<bool>, project: Option<&OpenProject>) -> WarningsAre {
    match denied {
        Some(true) => WarningsAre::Denied,
        Some(false) => WarningsAre::Allowed,
        None => project.and_then(|project| project.says.warnings).unwrap_or(WarningsAre::Allowed),
    }
}
