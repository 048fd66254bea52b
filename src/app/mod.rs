//! The outside world: arguments, the directory walk, the clock, the terminal, exit codes. The only module that prints
//! or reads a directory; everything below works on what it is given.

mod arguments;
mod collect;
mod commands;
mod files;
mod project;
mod walk;
mod world;

pub use arguments::{ColorChoice, Terminal};
pub use world::World;

use clap::{Parser, ValueEnum};
use std::ffi::OsString;

/// Runs one command line (the program's name first) and gives the process exit code.
pub fn run(arguments: impl IntoIterator<Item = OsString>, world: &mut World<'_>) -> u8 {
    let arguments: Vec<OsString> = arguments.into_iter().collect();
    match arguments::Arguments::try_parse_from(&arguments) {
        Ok(parsed) => commands::run(&parsed, world),
        Err(error) => usage(&error, asked_color(&arguments), world),
    }
}

/// What `--color` asks for on a command line that gives no command to run: help and usage errors heed it too.
fn asked_color(arguments: &[OsString]) -> ColorChoice {
    let given = arguments.iter().enumerate().find_map(|(at, word)| match word.to_str()?.strip_prefix("--color")? {
        "" => arguments.get(at + 1)?.to_str(),
        value => value.strip_prefix('='),
    });
    given.and_then(|word| ColorChoice::from_str(word, false).ok()).unwrap_or(ColorChoice::Auto)
}

/// `--help` and `--version` print and are met; anything else is a usage error.
fn usage(error: &clap::Error, color: ColorChoice, world: &mut World<'_>) -> u8 {
    let text = error.render();
    let style = if error.use_stderr() { world.terminal.error_style(color) } else { world.terminal.style(color) };
    let text = match style.color {
        crate::report::Color::On => text.ansi().to_string(),
        crate::report::Color::Off => text.to_string(),
    };
    if error.use_stderr() {
        world.say(&text);
        crate::outcome::Exit::NotJudged.code()
    } else {
        world.print(&text)
    }
}
