//! `backproof check POLICY… --facts PATH…`: the main job.

use super::read;
use crate::app::arguments::{Check, ColorChoice, FailOn, Show, Unknown};
use crate::app::files::Disk;
use crate::app::world::World;
use crate::base::{Code, Diagnostic};
use crate::engine::check::{Request, check};
use crate::engine::exit::{ExitPolicy, UnknownIs, WarningsAre};
use crate::lower::CompileSettings;
use crate::outcome::{AsOfFrom, Exit};
use crate::plan::Weight;
use crate::report::{Style, format_named};

pub fn run(arguments: &Check, color: ColorChoice, world: &mut World<'_>) -> u8 {
    let (policies, mut before) = read::policies(world, &arguments.policies);
    let (facts, found, mistakes) = read::facts(world, &arguments.facts);
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
    let parameters = read::parameters(&arguments.parameters).unwrap_or_else(|error| {
        before.push(*error);
        Vec::new()
    });
    let progress = read::progress(world, &found);
    let disk = Disk::of(&found, progress.clone());
    let (outcome, sources) = check(Request {
        policies: &policies,
        facts: &facts,
        files: &disk,
        before,
        as_of,
        as_of_from,
        compile: CompileSettings { parameters, rule_globs: arguments.rules.clone() },
        strict: arguments.strict,
        max_findings: arguments.max_findings,
        show_passing: arguments.show == Some(Show::Pass),
        threads: arguments.threads.map_or(0, usize::from),
        exit: exit_policy(arguments),
    });
    progress.finish_and_clear();
    let Some(format) = format_named(&arguments.format) else { return Exit::NotJudged.code() };
    let style = match arguments.output {
        Some(_) => Style::PLAIN,
        None => world.terminal.style(color),
    };
    let text = (format.render)(&outcome, &sources, &style);
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

fn exit_policy(arguments: &Check) -> ExitPolicy {
    ExitPolicy {
        fail_on: match arguments.fail_on {
            FailOn::Low => Weight::Low,
            FailOn::Medium => Weight::Medium,
            FailOn::High => Weight::High,
            FailOn::Critical => Weight::Critical,
        },
        unknown: match arguments.unknown {
            Unknown::Fail => UnknownIs::Failure,
            Unknown::Warn => UnknownIs::Warning,
        },
        warnings: if arguments.deny_warnings { WarningsAre::Denied } else { WarningsAre::Allowed },
    }
}
