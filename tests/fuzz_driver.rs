//! Runs the fuzz targets over seeded mutations of the examples and of the sources' exports: no panic, no hang, no error
//! without a place. `BACKPROOF_FUZZ_ROUNDS=50` multiplies the number of mutations, `BACKPROOF_FUZZ_SEED` moves them.

#![expect(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test that cannot go on has failed")]

#[path = "fuzz/targets.rs"]
mod targets;

use std::fs;
use std::panic::catch_unwind;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

/// Longest seed: larger ones are cut, so that a mutation is quick.
const SEED_LENGTH: usize = 12 * 1024;

/// No input of this size may take longer, even unoptimised on a machine that has much else to do.
const PATIENCE: Duration = Duration::from_secs(180);

/// Pieces that mean something to one reader or another.
const PIECES: &[&str] = &[
    "{",
    "}",
    "[",
    "]",
    "(",
    ")",
    "\"",
    "'",
    "`",
    ",",
    ":",
    "\n",
    "\r\n",
    "\t",
    "\\",
    "\\u0000",
    "\\ud800",
    "\u{feff}",
    "\u{202e}",
    "é",
    "🙂",
    "null",
    "true",
    "-1",
    "0",
    "1e400",
    "9223372036854775808",
    "99999999999999999999",
    "\"never\"",
    "\"kind\":\"run\",",
    "\"id\":\"\",",
    "{\"$unknown\":\"x\"}",
    "{\"$from\":1,\"$to\":0}",
    "{\"$open\":[]}",
    "export",
    "kind",
    "2026-02-30T25:61:61Z",
    "0000-00-00",
    "\"9999-12-31T23:59:59Z\"",
    "- ",
    "  ",
    "&a ",
    "*a",
    "---\n",
    "!!int ",
    "|\n",
    "#",
    "require ",
    "where ",
    "for each system\n",
    "let x = x\n",
    "rule ",
    "policy a.b \"\" {\n",
    "\"{",
    "}\"",
    " days",
    " is ",
    " not ",
    " satisfy ",
    " otherwise ",
    "every month",
    "12:00",
    "99999999999 years",
    "..",
    "-->",
    "entity e {\n",
];

/// A xorshift generator: the same numbers everywhere.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 11) as usize % sides.max(1)
    }
}

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// All files below, in order, that `wanted` accepts.
fn seeds(folders: &[&str], wanted: fn(&Path) -> bool) -> Vec<(PathBuf, Vec<u8>)> {
    let mut folders: Vec<PathBuf> = folders.iter().map(|folder| root().join(folder)).collect();
    let mut found = Vec::new();
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if wanted(&path) {
                found.push(path);
            }
        }
    }
    found.sort();
    let read = |path: PathBuf| {
        let mut bytes = fs::read(&path).unwrap();
        bytes.truncate(SEED_LENGTH);
        (path, bytes)
    };
    found.into_iter().map(read).collect()
}

fn is_policy(path: &Path) -> bool {
    path.extension().is_some_and(|extension| extension == "backproof")
}

fn is_facts(path: &Path) -> bool {
    !is_policy(path) && path.extension().is_some_and(|e| e != "md" && e != "py") && !path.ends_with("case.yaml")
}

fn mutated(seed: &[u8], other: &[u8], dice: &mut Dice) -> Vec<u8> {
    let mut bytes = seed.to_vec();
    for _ in 0..=dice.roll(4) {
        let at = dice.roll(bytes.len() + 1);
        let longest = 1 << dice.roll(9);
        let until = (at + dice.roll(longest)).min(bytes.len());
        match dice.roll(8) {
            0 if at < bytes.len() => bytes[at] ^= 1 << dice.roll(8),
            1 if at < bytes.len() => bytes[at] = dice.roll(256) as u8,
            2 => drop(bytes.drain(at..until)),
            3 => {
                let again = bytes[at..until].to_vec();
                bytes.splice(at..at, again);
            }
            4 => bytes.truncate(at),
            5 => {
                let from = dice.roll(other.len() + 1);
                let piece = other[from..(from + dice.roll(256)).min(other.len())].to_vec();
                bytes.splice(at..until, piece);
            }
            6 => {
                let piece = PIECES[dice.roll(PIECES.len())].repeat(1 << dice.roll(8));
                bytes.splice(at..at, piece.into_bytes());
            }
            _ => {
                let piece = PIECES[dice.roll(PIECES.len())].as_bytes().to_vec();
                bytes.splice(at..until, piece);
            }
        }
    }
    bytes
}

fn number(variable: &str, otherwise: u64) -> u64 {
    std::env::var(variable).ok().and_then(|text| text.parse().ok()).unwrap_or(otherwise)
}

/// Runs `target` on `input`; a failure is kept beside the build's output, to be run again.
fn run(name: &str, target: fn(&[u8]), of: &Path, input: &[u8]) {
    let begun = Instant::now();
    let result = catch_unwind(|| target(input));
    if result.is_ok() && begun.elapsed() < PATIENCE {
        return;
    }
    let kept = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("fuzz-{name}"));
    fs::write(&kept, input).unwrap();
    let took = begun.elapsed();
    panic!("`{name}` fails after {took:?} on a mutation of {}, kept as {}", of.display(), kept.display());
}

fn drive(name: &str, target: fn(&[u8]), seeds: &[(PathBuf, Vec<u8>)], mutations: u64) {
    assert!(seeds.len() > 3, "{name} has no seeds");
    let mut dice = Dice(0x9e37_79b9_7f4a_7c15 ^ number("BACKPROOF_FUZZ_SEED", 1));
    for _ in 0..mutations * number("BACKPROOF_FUZZ_ROUNDS", 1) {
        let (path, seed) = &seeds[dice.roll(seeds.len())];
        let (_, other) = &seeds[dice.roll(seeds.len())];
        run(name, target, path, &mutated(seed, other, &mut dice));
    }
}

#[test]
fn policies() {
    drive("policy", targets::policy, &seeds(&["policies", "tests/cases", "tests/lang"], is_policy), 60);
}

#[test]
fn facts() {
    let mut seeds = seeds(&["tests/cases", "tests/sources"], is_facts);
    for (path, bytes) in &mut seeds {
        // The first byte chooses the file's name.
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let choice = match path.extension().and_then(|extension| extension.to_str()) {
            Some("csv") => 1,
            Some("yaml" | "yml") if name.starts_with("facts.") => 3,
            Some("yaml" | "yml") => 2,
            Some("txt") => 4,
            _ => 0,
        };
        bytes.insert(0, choice);
        run("facts", targets::facts, path, bytes);
    }
    drive("facts", targets::facts, &seeds, 400);
}

#[test]
fn whole_runs() {
    let policies = seeds(&["tests/cases", "tests/bench"], is_policy);
    let rows = seeds(&["tests/cases"], |path| is_facts(path) && path.extension().is_some_and(|e| e == "ndjson"));
    let mut seeds = Vec::new();
    for (place, (path, policy)) in policies.iter().enumerate() {
        let (_, rows) = &rows[place % rows.len()];
        let mut bytes = policy.clone();
        bytes.push(0);
        bytes.extend_from_slice(b"{\"kind\":\"export\",\"covers\":\"all\",\"complete\":true}\n");
        bytes.extend_from_slice(rows);
        seeds.push((path.clone(), bytes));
    }
    drive("pipeline", targets::pipeline, &seeds, 60);
}
