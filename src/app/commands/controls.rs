//! `backproof controls [POLICY…] [--facts [PATH…]]`: which controls the policies bear on, and what evidence says of them.

use super::judging::{self, Wanted};
use super::read;
use crate::app::arguments::{ColorChoice, Controls, ControlsFormat};
use crate::app::project::{self, OpenProject};
use crate::app::world::World;
use crate::base::clean::clean_line;
use crate::base::{Code, Diagnostic, suggest};
use crate::engine::controls::controls;
use crate::engine::policies::{Policies, compile_policies};
use crate::engine::standard;
use crate::outcome::{Exit, Outcome};
use crate::report::{controls_json, controls_markdown, controls_text};

pub fn run(arguments: &Controls, color: ColorChoice, world: &mut World<'_>) -> u8 {
    let (project, mut diagnostics) = project::open(world, &arguments.judging.project);
    let (policies, outcome) = match facts(arguments, project.as_ref()) {
        Some(facts) => {
            let wanted = wanted(arguments, facts);
            let before = std::mem::take(&mut diagnostics);
            let (outcome, policies) = judging::judged(world, &arguments.judging, project.as_ref(), &wanted, before);
            diagnostics.extend(outcome.errors.iter().chain(&outcome.warnings).cloned());
            (policies, Some(outcome))
        }
        None => (alone(arguments, project.as_ref(), world, &mut diagnostics), None),
    };
    diagnostics.extend(arguments.frameworks.iter().filter_map(|name| unknown_framework(name, &policies)));
    read::say_of(world, color, &diagnostics, &policies.sources);
    if diagnostics.iter().any(Diagnostic::is_error) {
        return Exit::NotJudged.code();
    }
    let file = project.as_ref().and_then(|project| project.says.file.as_ref());
    let table = controls(&policies, outcome.as_ref(), file, &arguments.frameworks);
    let printed = world.print(&match arguments.format {
        ControlsFormat::Text => controls_text(&table, &world.terminal.style(color)),
        ControlsFormat::Json => controls_json(&table),
        ControlsFormat::Markdown => controls_markdown(&table),
    });
    match outcome {
        Some(Outcome { exit, .. }) if printed == Exit::Met.code() => exit.code(),
        _ => printed,
    }
}

/// What to judge by: what `--facts` names, or the facts of the project where the instant of judging is given. `None` shows
/// only what the rules bear on.
fn facts<'a>(arguments: &'a Controls, project: Option<&OpenProject>) -> Option<&'a [std::path::PathBuf]> {
    let of_project = || arguments.judging.as_of.is_some() && project.is_some_and(|p| p.says.facts.is_some());
    arguments.facts.as_deref().or_else(|| of_project().then_some(&[]))
}

fn wanted<'a>(arguments: &'a Controls, facts: &'a [std::path::PathBuf]) -> Wanted<'a> {
    Wanted {
        policies: &arguments.policies,
        facts,
        rules: &[],
        frameworks: &arguments.frameworks,
        max_findings: 0,
        show_passing: false,
    }
}

/// The policies without any facts.
fn alone(
    arguments: &Controls,
    project: Option<&OpenProject>,
    world: &World<'_>,
    diagnostics: &mut Vec<Diagnostic>,
) -> Policies {
    let (texts, mistakes) = read::policies(world, &arguments.policies, project);
    diagnostics.extend(mistakes);
    let settings = judging::compile_settings(&arguments.judging, project, &wanted(arguments, &[]));
    let settings = settings.unwrap_or_else(|error| {
        diagnostics.push(*error);
        crate::lower::CompileSettings::default()
    });
    let policies = compile_policies(&texts, &settings);
    // What is wrong with evidence and its limits is said where they are judged.
    diagnostics.extend(policies.diagnostics.iter().filter(|d| d.is_error()).cloned());
    policies
}

fn unknown_framework(name: &str, policies: &Policies) -> Option<Diagnostic> {
    let declared = &policies.declarations.frameworks;
    if declared.iter().any(|framework| framework.name == name) {
        return None;
    }
    let mut known: Vec<&str> = declared.iter().map(|f| f.name.as_str()).collect();
    standard::frameworks().for_each(|name| known.push(name));
    known.sort_unstable();
    known.dedup();
    let help = match suggest::nearest(name, known.iter().copied()) {
        Some(near) => format!("did you mean `{near}`?"),
        None => format!("there are {}; a policy file may declare others", known.join(", ")),
    };
    let message = format!("there is no framework `{}`", clean_line(name));
    Some(Diagnostic::error(Code("E2108"), message).help(help))
}
