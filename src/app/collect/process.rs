//! Runs one command of a tool: output into files, nothing on its standard input, killed where it takes too long.

use std::fs::File;
use std::io;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

/// A command to run.
pub(super) struct Invocation<'a> {
    pub(super) program: &'a str,
    pub(super) arguments: &'a [String],
    /// Set for it beside what the environment already holds.
    pub(super) variables: &'a [(&'static str, String)],
    pub(super) stdout: &'a Path,
    pub(super) stderr: &'a Path,
    /// How long it may take.
    pub(super) limit: Duration,
}

/// How a command ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Ended {
    /// By itself; `None`: by a signal.
    Exit(Option<i32>),
    /// It was killed after the limit.
    TimedOut,
}

/// How often a running command is looked after.
const LOOK: Duration = Duration::from_millis(20);

/// Runs it to its end.
///
/// # Errors
/// If it cannot be started, looked after, or its files cannot be written.
pub(super) fn run(invocation: &Invocation<'_>) -> io::Result<Ended> {
    let mut child = Command::new(invocation.program)
        .args(invocation.arguments)
        .envs(invocation.variables.iter().map(|(name, value)| (name, value)))
        // Tools that print local times print them in this zone; the manifest says so.
        .env("TZ", "UTC")
        .env("LC_ALL", "C.UTF-8")
        .stdin(Stdio::null())
        .stdout(File::create(invocation.stdout)?)
        .stderr(File::create(invocation.stderr)?)
        .spawn()?;
    let begun = Instant::now();
    loop {
        if let Some(status) = child.try_wait()? {
            return Ok(Ended::Exit(status.code()));
        }
        if begun.elapsed() > invocation.limit {
            kill(&mut child)?;
            return Ok(Ended::TimedOut);
        }
        sleep(LOOK);
    }
}

fn kill(child: &mut Child) -> io::Result<()> {
    child.kill()?;
    child.wait().map(|_| ())
}
