//! `backproof test [PATH…]`: runs the tests that stand in policies.

use super::read;
use crate::app::arguments::{ColorChoice, Test, TestFormat};
use crate::app::files::Disk;
use crate::app::project;
use crate::app::walk::{Found, How};
use crate::app::world::World;
use crate::engine::policy_tests::{CountCoverage, Request, prepare};
use crate::outcome::Exit;
use crate::report::{render_tests_json, render_tests_text};
use indicatif::ProgressBar;

pub fn run(arguments: &Test, color: ColorChoice, world: &mut World<'_>) -> u8 {
    let (project, mut before) = project::open(world, &arguments.project);
    let (texts, mistakes) = read::policies(world, &arguments.policies, project.as_ref());
    before.extend(mistakes);
    // What tests name lies beside their policies, which are called by their place in the project or in this folder.
    let of_project = project.as_ref().filter(|_| arguments.policies.is_empty());
    let folder = of_project.map_or_else(|| world.directory.clone(), |project| project.folder().to_path_buf());
    let parameters = read::project_parameters(&arguments.policies, project.as_ref());
    let prepared = prepare(&texts, parameters);
    if let (Some(project), Some(schema), true) = (&project, prepared.schema(), before.is_empty()) {
        before.extend(project.says.weighing(schema).1);
    }
    let found: Vec<Found> = prepared
        .facts_files()
        .into_iter()
        .map(|name| Found { path: folder.join(&name), name, how: How::Named })
        .collect();
    let disk = Disk::of(&found, ProgressBar::hidden());
    let coverage = match (arguments.coverage, arguments.min) {
        (_, Some(least)) => CountCoverage::AtLeast(least),
        (true, None) => CountCoverage::Shown,
        (false, None) => CountCoverage::Off,
    };
    let report = prepared.run(Request { files: &disk, before, filter: arguments.filter.as_deref(), coverage });
    let text = match arguments.format {
        TestFormat::Text => render_tests_text(&report, prepared.sources(), &world.terminal.style(color)),
        TestFormat::Json => render_tests_json(&report, prepared.sources()),
    };
    let printed = world.print(&text);
    if printed == Exit::Met.code() { report.exit.code() } else { printed }
}
