//! `backproof facts [PATH…]`: what was recognised, normalised, and what could not be read.

use super::read;
use crate::app::arguments::{ColorChoice, Facts, FactsFormat};
use crate::app::files::Disk;
use crate::app::project;
use crate::app::world::World;
use crate::base::clean::clean_line;
use crate::base::{Code, Diagnostic, suggest};
use crate::engine::facts::{Circumstances, load};
use crate::engine::policies::compile_policies;
use crate::engine::trace::trace;
use crate::facts::load::Projection;
use crate::facts::normal::{summary, write_ndjson};
use crate::facts::schema::{FieldRef, Schema};
use crate::lower::CompileSettings;
use crate::outcome::Exit;

pub fn run(arguments: &Facts, color: ColorChoice, world: &mut World<'_>) -> u8 {
    let (project, mut diagnostics) = project::open(world, &arguments.project);
    let says = project.as_ref().map(|project| &project.says);
    let has_policies = !arguments.policies.is_empty() || says.is_some_and(|says| says.policies.is_some());
    let (texts, mistakes) = if has_policies {
        read::policies(world, &arguments.policies, project.as_ref())
    } else {
        (Vec::new(), Vec::new())
    };
    diagnostics.extend(mistakes);
    let policies = compile_policies(&texts, &CompileSettings::default());
    diagnostics.extend(policies.diagnostics.into_iter().filter(|d| d.is_error()));
    let (inputs, found, mistakes) = read::facts(world, &arguments.facts, project.as_ref());
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
    let zone = says.and_then(|says| says.facts_timezone.as_ref());
    let rules = says.map(|says| says.source_rules(schema)).unwrap_or_default();
    // A kind may be missing only because of a mistake in the policies.
    if let (Some(says), false) = (says, diagnostics.iter().any(Diagnostic::is_error)) {
        diagnostics.extend(says.weighing(schema).1);
    }
    let with = Circumstances { files: &disk, now, zone, sources: &rules };
    let (facts, mistakes) = load(schema, Projection::everything(schema), &inputs, &with);
    progress.finish_and_clear();
    diagnostics.extend(mistakes);
    read::say_of(world, color, &diagnostics, &policies.sources);
    let mut text = Vec::new();
    let explained = match arguments.explain.as_deref().map(|name| field(schema, name)) {
        None => None,
        Some(Ok(at)) => Some(trace(&facts, &disk, at)),
        Some(Err(error)) => {
            read::say(world, color, &[*error]);
            return Exit::NotJudged.code();
        }
    };
    match arguments.format {
        _ if explained.is_some() => {
            let (said, mistakes) = explained.unwrap_or_default();
            read::say(world, color, &mistakes);
            diagnostics.extend(mistakes);
            text.extend_from_slice(said.as_bytes());
        }
        FactsFormat::Text => text.extend_from_slice(summary(&facts).as_bytes()),
        FactsFormat::Ndjson => {
            if let Err(error) = write_ndjson(&facts, &mut text) {
                world.say(&format!("error: {error}\n"));
                return Exit::NotJudged.code();
            }
        }
    }
    let printed = world.print(&String::from_utf8_lossy(&text));
    let error = diagnostics.iter().any(Diagnostic::is_error);
    if error { Exit::NotJudged.code() } else { printed }
}

/// `entity.field`, as policies write it.
fn field(schema: &Schema, name: &str) -> Result<FieldRef, Box<Diagnostic>> {
    let found = name.split_once('.').and_then(|(entity, field)| {
        let entity = schema.entity_named(entity)?;
        Some(FieldRef { entity, field: schema.entity(entity).field_named(field)? })
    });
    found.ok_or_else(|| {
        let all: Vec<String> = schema
            .entities()
            .flat_map(|(_, entity)| entity.fields().map(move |(_, field)| format!("{}.{}", entity.name, field.name)))
            .collect();
        let help = match suggest::nearest(name, all.iter().map(String::as_str)) {
            Some(near) => format!("did you mean `{near}`?"),
            None => "`backproof schema` lists them; write `run.status`".to_owned(),
        };
        let message = format!("there is no field `{}`", clean_line(name));
        Box::new(Diagnostic::error(Code("E2004"), message).help(help))
    })
}
