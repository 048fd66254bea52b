//! The `backproof` command: hands the real world to `backproof::app`.

use backproof::app::{Terminal, World, run};
use backproof::value::Instant;
use std::io::{BufWriter, IsTerminal, stderr, stdout};
use std::process::ExitCode;

fn main() -> ExitCode {
    let columns = |is: bool, size: Option<(terminal_size::Width, terminal_size::Height)>| {
        is.then(|| size.map_or(100, |(width, _)| width.0))
    };
    let terminal = Terminal {
        width: columns(stdout().is_terminal(), terminal_size::terminal_size_of(stdout())),
        error_width: columns(stderr().is_terminal(), terminal_size::terminal_size_of(stderr())),
        no_color: std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty())
            || std::env::var_os("TERM").is_some_and(|value| value == "dumb"),
    };
    let mut out = BufWriter::new(stdout().lock());
    let mut world = World {
        stdout: &mut out,
        stderr: &mut stderr(),
        directory: std::env::current_dir().unwrap_or_default(),
        now,
        terminal,
    };
    ExitCode::from(run(std::env::args_os(), &mut world))
}

fn now() -> Instant {
    Instant(chrono::Utc::now().timestamp_nanos_opt().unwrap_or(0))
}
