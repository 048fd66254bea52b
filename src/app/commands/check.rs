//! `backproof check [POLICY…] [--facts PATH…]`: the main job.

use super::judging::{self, Wanted};
use super::read;
use crate::app::arguments::{Check, ColorChoice, Show};
use crate::app::project;
use crate::app::world::World;
use crate::base::{Code, Diagnostic};
use crate::outcome::Exit;
use crate::report::{Style, format_named};

pub fn run(arguments: &Check, color: ColorChoice, world: &mut World<'_>) -> u8 {
    let (project, before) = project::open(world, &arguments.judging.project);
    let wanted = Wanted {
        policies: &arguments.policies,
        facts: &arguments.facts,
        rules: &arguments.rules,
        frameworks: &[],
        max_findings: arguments.max_findings,
        show_passing: arguments.show == Some(Show::Pass),
    };
    let (outcome, policies) = judging::judged(world, &arguments.judging, project.as_ref(), &wanted, before);
    let Some(format) = format_named(&arguments.format) else { return Exit::NotJudged.code() };
    let style = match arguments.output {
        Some(_) => Style::PLAIN,
        None => world.terminal.style(color),
    };
    let text = (format.render)(&outcome, &policies.sources, &style);
    let written = match &arguments.output {
        None => world.print(&text),
        Some(path) => match std::fs::write(world.directory.join(path), &text) {
            Ok(()) => Exit::Met.code(),
            Err(error) => {
                let shown = crate::app::walk::shown(path);
                read::say(
                    world,
                    color,
                    &[Diagnostic::error(Code("E2006"), format!("the report `{shown}` cannot be written: {error}"))
                        .help("name a folder that exists and that you may write to")],
                );
                Exit::NotJudged.code()
            }
        },
    };
    if written == Exit::Met.code() { outcome.exit.code() } else { written }
}
