//! `backproof lint [POLICY…]`: all that can be said of policies without facts. Diagnostics on standard output, as they are
//! what was asked for.

use super::{judging, read};
use crate::app::arguments::{ColorChoice, Lint};
use crate::app::project;
use crate::app::world::World;
use crate::base::{Diagnostic, Severity, SourceMap};
use crate::engine::exit::WarningsAre;
use crate::engine::policies::compile_policies;
use crate::lower::CompileSettings;
use crate::outcome::Exit;
use crate::report::{count_line, render_diagnostics};

pub fn run(arguments: &Lint, color: ColorChoice, world: &mut World<'_>) -> u8 {
    let (project, mut diagnostics) = project::open(world, &arguments.project);
    let warnings = judging::warnings(arguments.deny_warnings, project.as_ref());
    let (texts, mistakes) = read::policies(world, &arguments.policies, project.as_ref());
    diagnostics.extend(mistakes);
    let parameters = match read::parameters(&arguments.parameters) {
        Ok(parameters) => parameters,
        Err(error) => return report(&[*error], &SourceMap::default(), "", warnings, color, world),
    };
    let settings = CompileSettings {
        parameters,
        project: read::project_parameters(&arguments.policies, project.as_ref()),
        ..CompileSettings::default()
    };
    let policies = compile_policies(&texts, &settings);
    if let Some(project) = &project {
        diagnostics.extend(project.says.weighing(&policies.declarations.schema).1);
    }
    diagnostics.extend(policies.diagnostics);
    let checked = format!(
        "{} in {}: no mistake found\n",
        counted(policies.plan.rules.len(), "rule"),
        counted(texts.len(), "policy file")
    );
    report(&diagnostics, &policies.sources, &checked, warnings, color, world)
}

fn report(
    diagnostics: &[Diagnostic],
    sources: &SourceMap,
    clean: &str,
    warnings: WarningsAre,
    color: ColorChoice,
    world: &mut World<'_>,
) -> u8 {
    let style = world.terminal.style(color);
    let mut text = render_diagnostics(diagnostics, sources, &style);
    match count_line(diagnostics) {
        Some(count) => text.push_str(&format!("{count}\n")),
        None => text.push_str(clean),
    }
    let printed = world.print(&text);
    let worst = diagnostics.iter().map(|d| d.severity).max();
    match worst {
        _ if printed != 0 => printed,
        Some(Severity::Error) => Exit::NotJudged.code(),
        Some(Severity::Warning) if warnings == WarningsAre::Denied => Exit::Warned.code(),
        _ => Exit::Met.code(),
    }
}

fn counted(count: usize, word: &str) -> String {
    if count == 1 { format!("1 {word}") } else { format!("{count} {word}s") }
}
