//! `backproof verify REPORT PATH…`: whether the evidence is what the report was made from, file by file.

use super::read;
use crate::app::arguments::{ColorChoice, ListFormat, Verify};
use crate::app::files::Disk;
use crate::app::walk;
use crate::app::world::World;
use crate::base::clean::clean_line;
use crate::base::{Code, Diagnostic};
use crate::engine::verify::{Compared, State, verify};
use crate::outcome::Exit;

/// Digits of a hash that are shown: enough to tell two files apart by eye.
const HASH_SHOWN: usize = 12;

pub fn run(arguments: &Verify, color: ColorChoice, world: &mut World<'_>) -> u8 {
    let compared = match compared(arguments, world) {
        Ok(compared) => compared,
        Err(mistakes) => {
            read::say(world, color, &mistakes);
            return Exit::NotJudged.code();
        }
    };
    let text = match arguments.format {
        ListFormat::Text => shown(&compared),
        ListFormat::Json => serde_json::to_string_pretty(&compared).unwrap_or_default() + "\n",
    };
    let printed = world.print(&text);
    let differs = compared.iter().any(|file| !matches!(file.state, State::Same | State::Extra));
    if printed == Exit::Met.code() && differs { Exit::Failed.code() } else { printed }
}

fn compared(arguments: &Verify, world: &World<'_>) -> Result<Vec<Compared>, Vec<Diagnostic>> {
    let name = walk::shown(&arguments.report);
    let report = std::fs::read(world.directory.join(&arguments.report))
        .map_err(|error| vec![Diagnostic::unreadable(Code("E2002"), &name, &error)])?;
    let (found, mistakes) = walk::files(&world.directory, &arguments.files, walk::is_anything);
    if !mistakes.is_empty() {
        return Err(mistakes);
    }
    let given: Vec<String> = found.iter().map(|file| file.name.clone()).filter(|given| *given != name).collect();
    let disk = Disk::of(&found, read::progress(world, &found));
    verify(&name, &report, &disk, &given).map_err(|error| vec![*error])
}

fn shown(compared: &[Compared]) -> String {
    let mut text = String::new();
    for file in compared {
        let path = clean_line(&file.path);
        let elsewhere = match &file.given {
            Some(given) if *given != file.path => format!(" (as {})", clean_line(given)),
            _ => String::new(),
        };
        text.push_str(&match file.state {
            State::Same => format!("same     {path}{elsewhere}\n"),
            State::Changed => format!("changed  {path}{elsewhere}: {}\n", difference(file)),
            State::Missing => format!("missing  {path}\n"),
            State::Unread => format!("unread   {path}{elsewhere}: the report could not read it\n"),
            State::Extra => format!("extra    {path}: not named by the report\n"),
        });
    }
    let count = |state: State| compared.iter().filter(|file| file.state == state).count();
    let counts: Vec<String> = [
        (State::Same, "same"),
        (State::Changed, "changed"),
        (State::Missing, "missing"),
        (State::Unread, "unread"),
        (State::Extra, "extra"),
    ]
    .into_iter()
    .filter(|(state, _)| count(*state) > 0)
    .map(|(state, word)| format!("{} {word}", count(state)))
    .collect();
    text.push_str(&format!(
        "{}\n",
        if counts.is_empty() { "the report names no file".to_string() } else { counts.join(", ") }
    ));
    text
}

fn difference(file: &Compared) -> String {
    let short = |hash: &Option<String>| hash.as_deref().and_then(|h| h.get(..HASH_SHOWN)).unwrap_or("none").to_string();
    let hashes = format!("SHA-256 {}… was {}…", short(&file.sha256), short(&file.reported_sha256));
    match (file.size, file.reported_size) {
        (Some(now), Some(then)) if now != then => format!("{hashes}, {now} bytes were {then}"),
        _ => hashes,
    }
}
