//! Runs the program in memory, in a folder and with a clock of the test's own.

use backproof::app::{Terminal, World, run};
use backproof::value::Instant;
use std::ffi::OsString;
use std::path::Path;

/// What one run gave.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ran {
    /// The process exit code.
    pub code: u8,
    /// Standard output.
    pub stdout: String,
    /// Standard error.
    pub stderr: String,
}

/// 2026-11-22T06:00:00Z.
pub fn clock() -> Instant {
    Instant(1_795_327_200_000_000_000)
}

/// Runs `backproof` with the words of `line` (parted by blanks) in `folder`.
pub fn backproof(folder: &Path, line: &str) -> Ran {
    backproof_at(folder, line, clock)
}

/// The same with another clock.
pub fn backproof_at(folder: &Path, line: &str, now: fn() -> Instant) -> Ran {
    let (mut stdout, mut stderr) = (Vec::new(), Vec::new());
    let mut world = World {
        stdout: &mut stdout,
        stderr: &mut stderr,
        directory: folder.to_path_buf(),
        now,
        terminal: Terminal::NONE,
    };
    let words = std::iter::once("backproof").chain(line.split_whitespace()).map(OsString::from);
    let code = run(words, &mut world);
    Ran { code, stdout: String::from_utf8(stdout).unwrap(), stderr: String::from_utf8(stderr).unwrap() }
}
