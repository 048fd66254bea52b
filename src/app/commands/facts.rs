//! `backproof facts PATH…`: what was recognised, normalised, and what could not be read.

use super::read;
use crate::app::arguments::{ColorChoice, Facts, FactsFormat};
use crate::app::files::Disk;
use crate::app::world::World;
use crate::engine::facts::{Circumstances, load};
use crate::engine::policies::compile_policies;
use crate::facts::load::Projection;
use crate::facts::normal::{summary, write_ndjson};
use crate::lower::CompileSettings;
use crate::outcome::Exit;

pub fn run(arguments: &Facts, color: ColorChoice, world: &mut World<'_>) -> u8 {
    let (texts, mut diagnostics) = match arguments.policies.as_slice() {
        [] => (Vec::new(), Vec::new()),
        paths => read::policies(world, paths),
    };
    let policies = compile_policies(&texts, &CompileSettings::default());
    diagnostics.extend(policies.diagnostics.into_iter().filter(|d| d.is_error()));
    let (inputs, found, mistakes) = read::facts(world, &arguments.facts);
    diagnostics.extend(mistakes);
    let now = match arguments.as_of.as_deref().map(|text| read::instant("--as-of", text)) {
        None => (world.now)(),
        Some(Ok(instant)) => instant,
        Some(Err(error)) => {
            diagnostics.push(*error);
            (world.now)()
        }
    };
    let progress = read::progress(world, &found);
    let disk = Disk::of(&found, progress.clone());
    let schema = &policies.declarations.schema;
    let with = Circumstances { files: &disk, now, zone: None };
    let (facts, mistakes) = load(schema, Projection::everything(schema), &inputs, &with);
    progress.finish_and_clear();
    diagnostics.extend(mistakes);
    read::say_of(world, color, &diagnostics, &policies.sources);
    let mut text = Vec::new();
    match arguments.format {
        FactsFormat::Text => text.extend_from_slice(summary(&facts).as_bytes()),
        FactsFormat::Ndjson => {
            if let Err(error) = write_ndjson(&facts, &mut text) {
                world.say(&format!("error: {error}\n"));
                return Exit::NotJudged.code();
            }
        }
    }
    let printed = world.print(&String::from_utf8_lossy(&text));
    let error = diagnostics.iter().any(crate::base::Diagnostic::is_error);
    if error { Exit::NotJudged.code() } else { printed }
}
