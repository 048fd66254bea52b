//! `backproof schema`: what policies and facts may name; with `--json-schema` for editors and other programs.

use super::read;
use crate::app::arguments::{ColorChoice, Schema};
use crate::app::project;
use crate::app::world::World;
use crate::engine::policies::compile_policies;
use crate::facts::describe::NamedValueText;
use crate::facts::{describe, json_schema};
use crate::lower::CompileSettings;
use crate::outcome::Exit;
use crate::report::render_diagnostics;

pub fn run(arguments: &Schema, color: ColorChoice, world: &mut World<'_>) -> u8 {
    let (project, mut diagnostics) = project::open(world, &arguments.project);
    let named = !arguments.policies.is_empty();
    let has_own = project.as_ref().is_some_and(|project| project.says.policies.is_some());
    let mut texts = Vec::new();
    // Without policies it is the schema of the standard library.
    if named || has_own {
        let (read, mistakes) = read::policies(world, &arguments.policies, project.as_ref());
        texts = read;
        diagnostics.extend(mistakes);
    }
    let policies = compile_policies(&texts, &CompileSettings::default());
    diagnostics.extend(policies.diagnostics.into_iter().filter(|d| d.is_error()));
    if !diagnostics.is_empty() {
        let style = world.terminal.error_style(color);
        world.say(&render_diagnostics(&diagnostics, &policies.sources, &style));
        return Exit::NotJudged.code();
    }
    let declared = &policies.declarations;
    if arguments.json_schema {
        let schema = json_schema::json_schema(&declared.schema);
        return world.print(&(serde_json::to_string_pretty(&schema).unwrap_or_default() + "\n"));
    }
    let mut values: Vec<NamedValueText> = declared
        .named_values
        .iter()
        .map(|((entity, name), value)| NamedValueText {
            entity: *entity,
            name: name.clone(),
            value: policies.sources.text(value.value.span).split_whitespace().collect::<Vec<_>>().join(" "),
            doc: value.doc.clone(),
        })
        .collect();
    values.sort_by(|a, b| (a.entity, &a.name).cmp(&(b.entity, &b.name)));
    world.print(&describe::describe(&declared.schema, &values))
}
