//! The outside world: arguments, the directory walk, the clock, the terminal, exit codes. The only module that prints
//! or reads a directory; everything below works on what it is given.

mod arguments;
mod commands;
mod files;
mod walk;
mod world;

pub use arguments::{ColorChoice, Terminal};
pub use world::World;

use clap::Parser;
use std::ffi::OsString;

/// Runs one command line (the program's name first) and gives the process exit code.
pub fn run(arguments: impl IntoIterator<Item = OsString>, world: &mut World<'_>) -> u8 {
    match arguments::Arguments::try_parse_from(arguments) {
        Ok(parsed) => commands::run(&parsed, world),
        Err(error) => usage(&error, world),
    }
}

/// `--help` and `--version` print and are met; anything else is a usage error.
fn usage(error: &clap::Error, world: &mut World<'_>) -> u8 {
    let text = error.render();
    let color = world.terminal.color(ColorChoice::Auto);
    let text = match color {
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
