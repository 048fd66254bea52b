//! One file a command, and what they share (`read`).

mod check;
mod collect;
mod controls;
mod explain;
mod facts;
mod init;
mod judging;
mod lint;
mod read;
mod schema;
mod sources;
mod test;
mod verify;

use super::arguments::{Arguments, Command};
use super::world::World;

/// Runs the command and gives the exit code.
pub fn run(arguments: &Arguments, world: &mut World<'_>) -> u8 {
    let color = arguments.color;
    match &arguments.command {
        Command::Check(check) => check::run(check, color, world),
        Command::Collect(collect) => collect::run(collect, color, world),
        Command::Controls(controls) => controls::run(controls, color, world),
        Command::Init(init) => init::run(init, color, world),
        Command::Facts(facts) => facts::run(facts, color, world),
        Command::Explain(explain) => explain::run(explain, world),
        Command::Lint(lint) => lint::run(lint, color, world),
        Command::Test(test) => test::run(test, color, world),
        Command::Schema(schema) => schema::run(schema, color, world),
        Command::Sources(sources) => sources::run(sources, color, world),
        Command::Verify(verify) => verify::run(verify, color, world),
    }
}
