//! What a command may touch outside the program, handed in so that tests hand in their own.

use super::arguments::Terminal;
use crate::outcome::Exit;
use crate::value::Instant;
use std::io::Write;
use std::path::PathBuf;

/// The world around one run.
pub struct World<'a> {
    /// Reports.
    pub stdout: &'a mut dyn Write,
    /// Everything else.
    pub stderr: &'a mut dyn Write,
    /// Relative paths begin here.
    pub directory: PathBuf,
    /// The clock; a run that judges reads it at most once.
    pub now: fn() -> Instant,
    /// What the terminal is like.
    pub terminal: Terminal,
}

impl World<'_> {
    /// Writes a report to standard output. A reader that went away is no mistake of ours; anything else that keeps the
    /// report from being written is.
    pub fn print(&mut self, text: &str) -> u8 {
        match self.stdout.write_all(text.as_bytes()).and_then(|()| self.stdout.flush()) {
            Ok(()) => Exit::Met.code(),
            Err(error) if error.kind() == std::io::ErrorKind::BrokenPipe => Exit::Met.code(),
            Err(error) => {
                self.say(&format!("error: the report could not be written: {error}\n"));
                Exit::NotJudged.code()
            }
        }
    }

    /// Writes to standard error. There is nobody left to tell if that fails.
    pub fn say(&mut self, text: &str) {
        let _ = self.stderr.write_all(text.as_bytes());
    }
}
