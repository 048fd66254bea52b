//! `backproof init [DIR]`: a small project that runs. Its facts are dated by the clock, so that they are not stale.
//!
//! Invariants: nothing that is there is written over; either all files are written or the first failure is reported.

use super::read;
use crate::app::arguments::{ColorChoice, Init};
use crate::app::walk;
use crate::app::world::World;
use crate::base::{Code, Diagnostic, Place};
use crate::engine::project::FILE_NAME;
use crate::outcome::Exit;
use crate::value::Instant;
use crate::value::civil::{HOUR, SECOND};
use crate::value::instant::write_instant;
use std::fs::OpenOptions;
use std::io::{self, Write};
use std::path::Path;

/// The files by path, in the order in which a reader takes them.
const FILES: &[(&str, &str)] = &[
    (FILE_NAME, include_str!("backproof.yaml")),
    ("policies/backup.backproof", include_str!("policies/backup.backproof")),
    ("policies/backup.test.backproof", include_str!("policies/backup.test.backproof")),
    ("facts/facts.yaml", include_str!("facts/facts.yaml")),
    ("facts/inventory.yaml", include_str!("facts/inventory.yaml")),
    ("facts/recovery_points.csv", include_str!("facts/recovery_points.csv")),
    ("facts/restore_tests.csv", include_str!("facts/restore_tests.csv")),
];

pub fn run(arguments: &Init, color: ColorChoice, world: &mut World<'_>) -> u8 {
    let folder = world.directory.join(&arguments.folder);
    let mistakes: Vec<Diagnostic> =
        FILES.iter().filter(|(path, _)| folder.join(path).exists()).map(|(path, _)| taken(arguments, path)).collect();
    if !mistakes.is_empty() {
        read::say(world, color, &mistakes);
        return Exit::NotJudged.code();
    }
    let now = (world.now)();
    let mut said = String::new();
    for (path, text) in FILES {
        let name = shown(arguments, path);
        if let Err(error) = write(&folder.join(path), &dated(text, now)) {
            let message = format!("`{name}` cannot be written: {error}");
            let help = "name a folder that you may write to";
            read::say(world, color, &[Diagnostic::error(Code("E2006"), message).help(help)]);
            return Exit::NotJudged.code();
        }
        said.push_str(&format!("wrote {name}\n"));
    }
    let there = walk::shown(&arguments.folder);
    said.push_str(&match there.as_str() {
        "" | "." => "next: backproof check\n".to_owned(),
        folder => format!("next: cd {folder} && backproof check\n"),
    });
    world.print(&said)
}

fn shown(arguments: &Init, path: &str) -> String {
    walk::shown(&Path::new(&arguments.folder).join(path))
}

fn taken(arguments: &Init, path: &str) -> Diagnostic {
    let name = shown(arguments, path);
    Diagnostic::error(Code("E2110"), format!("`{name}` is there already"))
        .at_place(Place::File(name), "")
        .help("nothing was written; name a folder of its own: `backproof init backups`")
}

fn write(path: &Path, text: &str) -> io::Result<()> {
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder)?;
    }
    // Refuses what came into being since it was looked for.
    OpenOptions::new().write(true).create_new(true).open(path)?.write_all(text.as_bytes())
}

/// `text` with each `<N h ago>` as the instant that many hours before `now`, in whole seconds.
fn dated(text: &str, now: Instant) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, behind)) = rest.split_once('<') {
        out.push_str(before);
        let hours = behind.split_once(" h ago>").and_then(|(n, after)| Some((n.parse::<i64>().ok()?, after)));
        rest = match hours {
            Some((hours, after)) => {
                let at = now.0.saturating_sub(hours.saturating_mul(HOUR));
                out.push_str(&write_instant(Instant(at - at.rem_euclid(SECOND))));
                after
            }
            None => {
                out.push('<');
                behind
            }
        };
    }
    out.push_str(rest);
    out
}
