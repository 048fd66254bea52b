//! One file a command, and what they share: reading policy files, instants of the command line.

mod explain;

use super::arguments::{Arguments, Command};
use super::world::World;

/// Runs the command and gives the exit code.
pub fn run(arguments: &Arguments, world: &mut World<'_>) -> u8 {
    match &arguments.command {
        Command::Explain(explain) => explain::run(explain, world),
        _ => 2,
    }
}
