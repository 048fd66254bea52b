//! `backproof sources [SOURCE]`: the tools whose exports are read, the commands that make them, the fields that they
//! fill and what they cannot know. Everything shown is the registry's own.

use super::read;
use crate::app::arguments::{ColorChoice, ListFormat, Sources};
use crate::app::world::World;
use crate::base::clean::clean_line;
use crate::base::{Code, Diagnostic, suggest};
use crate::outcome::Exit;
use crate::sources::{Format, SOURCES, Source};
use serde::Serialize;

pub fn run(arguments: &Sources, color: ColorChoice, world: &mut World<'_>) -> u8 {
    let wanted: Vec<&Source> = match &arguments.source {
        None => SOURCES.iter().copied().filter(|source| listings(source).next().is_some()).collect(),
        Some(name) => match SOURCES.iter().find(|source| source.name == name.to_lowercase()) {
            Some(source) => vec![source],
            None => {
                read::say(world, color, &[no_such(name)]);
                return Exit::NotJudged.code();
            }
        },
    };
    let text = match (arguments.format, &arguments.source) {
        (ListFormat::Json, _) => {
            let described: Vec<Described<'_>> = wanted.iter().map(|source| described(source)).collect();
            serde_json::to_string_pretty(&described).unwrap_or_default() + "\n"
        }
        (ListFormat::Text, None) => wanted.iter().map(|source| in_short(source)).collect(),
        (ListFormat::Text, Some(_)) => wanted.iter().map(|source| in_full(source)).collect(),
    };
    world.print(&text)
}

fn no_such(name: &str) -> Diagnostic {
    let near = suggest::nearest(name, SOURCES.iter().map(|source| source.name));
    let help = near.map_or("`backproof sources` lists them".to_string(), |near| format!("did you mean `{near}`?"));
    Diagnostic::error(Code("E2008"), format!("there is no source `{}`", clean_line(name))).help(help)
}

/// The formats that a command makes; the others are what it prints where it fails.
fn listings(source: &Source) -> impl Iterator<Item = &'static Format> {
    source.formats.iter().filter(|format| !format.command.is_empty())
}

fn in_short(source: &Source) -> String {
    let mut text = format!("{}  {}\n", source.name, source.title);
    for format in listings(source) {
        text.push_str(&format!("    {}\n", format.command));
    }
    text
}

fn in_full(source: &Source) -> String {
    let mut text = format!("{}: {}\n", source.name, source.title);
    for format in listings(source) {
        text.push_str(&format!("\n{}\n  $ {}\n", format.name, format.command));
        match format.kinds {
            [] => text.push_str("  lists nothing by nature: it adds to what other exports list\n"),
            kinds => text.push_str(&format!("  evidence of: {}\n", kinds.join(", "))),
        }
        if let Some(days) = format.reaches_days {
            text.push_str(&format!("  reaches back {days} days\n"));
        }
        for (cell, members) in format.fills {
            text.push_str(&match *members {
                "" => format!("  {cell}\n"),
                members => {
                    format!("  {cell}  from {}\n", members.split_whitespace().collect::<Vec<_>>().join(", else "))
                }
            });
        }
    }
    if !source.cannot_know.is_empty() {
        text.push_str("\ncannot know\n");
        source.cannot_know.iter().for_each(|what| text.push_str(&format!("  - {what}\n")));
    }
    text
}

#[derive(Serialize)]
struct Described<'a> {
    name: &'a str,
    title: &'a str,
    formats: Vec<DescribedFormat<'a>>,
    cannot_know: &'a [&'a str],
}

#[derive(Serialize)]
struct DescribedFormat<'a> {
    name: &'a str,
    command: &'a str,
    kinds: &'a [&'a str],
    #[serde(skip_serializing_if = "Option::is_none")]
    reaches_days: Option<u16>,
    fills: Vec<Filled<'a>>,
}

#[derive(Serialize)]
struct Filled<'a> {
    field: &'a str,
    from: Vec<&'a str>,
}

fn described(source: &Source) -> Described<'_> {
    let formats = listings(source).map(|format| DescribedFormat {
        name: format.name,
        command: format.command,
        kinds: format.kinds,
        reaches_days: format.reaches_days,
        fills: format
            .fills
            .iter()
            .map(|(field, members)| Filled { field, from: members.split_whitespace().collect() })
            .collect(),
    });
    Described { name: source.name, title: source.title, formats: formats.collect(), cannot_know: source.cannot_know }
}
