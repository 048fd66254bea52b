//! Runs the listing commands of a backup tool and keeps what they print, beside a manifest that says how and when.
//!
//! Does not read the exports beyond the names that further commands need, and judges nothing. Invariants: a command that
//! fails is kept and said to be incomplete; what was planned and not done stands in the manifest as missing; an earlier
//! collection is never written over; no secret lands in the manifest or in an argument.

mod address;
pub(crate) mod collectors;
pub(crate) mod manifest;
mod process;
pub(crate) mod tree;

use crate::base::clean::clean_line;
use crate::codec::bytes::{Digest, digest};
use crate::sources::format_named;
use crate::value::Instant;
use address::without_secret;
use collectors::{Collector, How, Step, ToolOption};
use manifest::{Collected, Entry, Ran, second};
use process::{Ended, Invocation, run};
use serde_json::Value;
use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// What to collect.
pub(crate) struct Collection<'a> {
    pub(crate) collector: &'a Collector,
    /// How reports call the repository or account.
    pub(crate) account: Option<String>,
    /// The tool's options, as given.
    pub(crate) options: Vec<(ToolOption, String)>,
    /// The folder of this collection; it does not exist yet.
    pub(crate) folder: PathBuf,
    /// How long one command may take.
    pub(crate) limit: Duration,
    pub(crate) now: fn() -> Instant,
}

/// What became of one command.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Done {
    /// Its file.
    pub(crate) file: String,
    /// Why its export is incomplete.
    pub(crate) incomplete: Option<String>,
}

/// What stands for a command's file until there is one: read as an absent export, which opens its kinds. No file of an
/// item is called so, since `file_name` writes no `+`.
const NOT_COLLECTED: &str = "+not-collected.json";

/// The item of a step that runs once.
type Item = Vec<(&'static str, String)>;

/// Collects; `tell` hears of each command when it has ended.
///
/// # Errors
/// If the tool cannot be started, or the folder cannot be written to. Where it was the first command, the folder is gone.
pub(crate) fn collect(what: &Collection<'_>, mut tell: impl FnMut(&Done)) -> io::Result<Vec<Done>> {
    fs::create_dir_all(&what.folder)?;
    let mut entries: Vec<Vec<Entry>> = what.collector.steps.iter().map(|step| vec![what.planned(step)]).collect();
    what.write(&entries)?;
    let mut done = Vec::new();
    let mut taken = BTreeSet::new();
    for (at, step) in what.collector.steps.iter().enumerate() {
        let items = match what.items(step) {
            Ok(items) => items,
            Err(why) => {
                let missing = Done { file: format!("{}{NOT_COLLECTED}", step.name), incomplete: Some(why) };
                tell(&missing);
                done.push(missing);
                continue;
            }
        };
        let mut refused = false;
        for item in &items {
            if let Some(why) = refusal(item) {
                let missing = Done { file: format!("{}{NOT_COLLECTED}", step.name), incomplete: Some(why) };
                tell(&missing);
                done.push(missing);
                refused = true;
                continue;
            }
            let (entry, failure) = what.run(step, item, &mut taken).inspect_err(|_| {
                if done.is_empty() {
                    abandon(&what.folder);
                }
            })?;
            let one = Done { file: entry.files.concat(), incomplete: failure };
            tell(&one);
            done.push(one);
            let last = entries[at].len().saturating_sub(1);
            entries[at].insert(last, entry);
            what.write(&entries)?;
        }
        // Where all of it was run, nothing is missing any more.
        if !refused {
            entries[at].pop();
        }
        what.write(&entries)?;
    }
    Ok(done)
}

impl Collection<'_> {
    fn write(&self, entries: &[Vec<Entry>]) -> io::Result<()> {
        manifest::write(entries.iter().flatten(), &self.folder)
    }

    /// The entry of a step before it is run: an export that is missing.
    fn planned(&self, step: &Step) -> Entry {
        Entry {
            files: vec![format!("{}{NOT_COLLECTED}", step.name)],
            tool: self.collector.source.to_owned(),
            account: self.account.clone(),
            kinds: format_named(step.format).map_or(&[][..], |f| f.kinds).iter().map(|k| (*k).to_owned()).collect(),
            collected: Some(self.command(step, &Item::new(), (self.now)())),
            ..Entry::default()
        }
    }

    /// The command of a step as the manifest tells it.
    fn command(&self, step: &Step, item: &Item, started: Instant) -> Collected {
        let typed = |item: &Item| shown(self.collector.program, &self.arguments(step, item).0);
        let repository = self.repository();
        Collected {
            command: typed(item),
            each: step.each.as_ref().filter(|_| !item.is_empty()).map(|_| typed(&Item::new())),
            repository: repository.as_ref().map(|(told, _)| told.clone()),
            shortened: repository.filter(|(_, whole)| !whole).map(|_| true),
            started: second(started),
            ran: None,
        }
    }

    /// The repository's address without what may be secret, and whether that is all of it: as the option gives it, else
    /// as the tool finds it in its environment.
    fn repository(&self) -> Option<(String, bool)> {
        let address = self.address()?;
        let told = without_secret(&address);
        let whole = told == address;
        Some((told, whole))
    }

    fn address(&self) -> Option<String> {
        let of = |(option, how): &(ToolOption, How)| {
            let How::Variable(name) = how else { return None };
            let given = self.options.iter().find(|(given, _)| given == option).map(|(_, value)| value.clone());
            given.or_else(|| std::env::var(name).ok())
        };
        self.collector.options.iter().find_map(of)
    }

    /// What a step is run for; why it cannot be told.
    fn items(&self, step: &Step) -> Result<Vec<Item>, String> {
        let Some(each) = &step.each else { return Ok(vec![Item::new()]) };
        let file = format!("{}.json", each.of);
        let text = fs::read(self.folder.join(&file)).map_err(|error| format!("`{file}` cannot be read: {error}"))?;
        let output: Value =
            serde_json::from_slice(&text).map_err(|_| format!("`{file}` does not say what to ask for"))?;
        let list = output.pointer(each.items).and_then(Value::as_array);
        let list = list.ok_or_else(|| format!("`{file}` does not say what to ask for"))?;
        let named = |item: &Value| {
            let members = each.members.iter().map(|(name, pointer)| {
                let value = item.pointer(pointer).and_then(Value::as_str)?;
                Some((*name, value.to_owned()))
            });
            members.collect::<Option<Item>>().ok_or_else(|| format!("an item of `{file}` has no name"))
        };
        list.iter().map(named).collect()
    }

    fn run(&self, step: &Step, item: &Item, taken: &mut BTreeSet<String>) -> io::Result<(Entry, Option<String>)> {
        let name = match item.first() {
            Some((_, first)) => format!("{}-{}", step.name, file_name(first)),
            None => step.name.to_owned(),
        };
        let name = free_name(name, taken);
        let (file, beside) = (format!("{name}.json"), format!(".{name}.stderr"));
        let (arguments, variables) = self.arguments(step, item);
        let started = (self.now)();
        let ended = run(&Invocation {
            program: self.collector.program,
            arguments: &arguments,
            variables: &variables,
            stdout: &self.folder.join(&file),
            stderr: &self.folder.join(&beside),
            limit: self.limit,
        })?;
        let Digest { size, sha256 } = digest(File::open(self.folder.join(&file))?)?;
        let said = fs::metadata(self.folder.join(&beside))?.len() > 0;
        if !said {
            fs::remove_file(self.folder.join(&beside))?;
        }
        let readable = size > 0 && matches!(ended, Ended::Exit(Some(0))) || is_json(&self.folder.join(&file))?;
        if size == 0 {
            fs::remove_file(self.folder.join(&file))?;
        } else if !readable {
            fs::rename(self.folder.join(&file), self.folder.join(format!(".{name}.stdout")))?;
        }
        let hint = if said { format!(", see `{beside}`") } else { String::new() };
        let incomplete = match ended {
            Ended::Exit(Some(0)) if size == 0 => Some(format!("it printed nothing{hint}")),
            Ended::Exit(Some(0)) => None,
            Ended::Exit(Some(code)) => Some(format!("exit code {code}{hint}")),
            Ended::Exit(None) => Some(format!("ended by a signal{hint}")),
            Ended::TimedOut => Some(format!("stopped after {} seconds{hint}", self.limit.as_secs())),
        };
        let command = self.command(step, item, started);
        let failure = incomplete
            .is_some()
            .then(|| self.failure(&command.command, &ended, &first_line(&self.folder.join(&beside))));
        let entry = Entry {
            files: vec![file],
            collected_at: Some(second(started)),
            timezone: Some("UTC"),
            incomplete,
            collected: Some(Collected {
                ran: Some(Ran {
                    exit_code: match ended {
                        Ended::Exit(code) => code,
                        Ended::TimedOut => None,
                    },
                    ended: second((self.now)()),
                    size,
                    sha256,
                    stderr: said.then_some(beside),
                }),
                ..command
            }),
            ..self.planned(step)
        };
        Ok((entry, failure))
    }

    /// What a failure is told by on the terminal: the command, how it ended and what it said first. Addresses in that are
    /// shortened as in the manifest.
    fn failure(&self, command: &str, ended: &Ended, said: &str) -> String {
        let how = match ended {
            Ended::Exit(Some(0)) => "printed nothing".to_owned(),
            Ended::Exit(Some(code)) => format!("ended with exit code {code}"),
            Ended::Exit(None) => "was ended by a signal".to_owned(),
            Ended::TimedOut => format!("was stopped after {} seconds", self.limit.as_secs()),
        };
        let address = self.address().filter(|address| !address.is_empty());
        let said = address.map_or(said.to_owned(), |address| said.replace(&address, &without_secret(&address)));
        match said.is_empty() {
            true => format!("`{command}` {how}"),
            false => format!("`{command}` {how}: {said}"),
        }
    }

    fn arguments(&self, step: &Step, item: &Item) -> (Vec<String>, Vec<(&'static str, String)>) {
        let mut arguments: Vec<String> = Vec::new();
        for argument in step.arguments {
            arguments.push(
                item.iter()
                    .fold((*argument).to_owned(), |text, (name, value)| text.replace(&format!("{{{name}}}"), value)),
            );
        }
        let mut variables = Vec::new();
        for (option, how) in self.collector.options {
            let Some((_, value)) = self.options.iter().find(|(given, _)| given == option) else { continue };
            match how {
                How::Variable(name) => variables.push((*name, value.clone())),
                How::Argument(name) => arguments.extend([(*name).to_owned(), value.clone()]),
            }
        }
        (arguments, variables)
    }
}

/// The first line that says something, of what a tool wrote to standard error, a warning only where nothing else is
/// there: `az` warns first and then says why it ended. Empty where there is none.
fn first_line(path: &Path) -> String {
    let Ok(bytes) = fs::read(path) else { return String::new() };
    let text = String::from_utf8_lossy(bytes.get(..bytes.len().min(SAID)).unwrap_or_default()).into_owned();
    let said = || text.lines().map(str::trim).filter(|line| !line.is_empty());
    let mut why = said().filter(|line| !line.starts_with("WARNING:"));
    why.next().or(said().next()).unwrap_or_default().chars().take(SHOWN).collect()
}

/// Bytes in which the first line is looked for.
const SAID: usize = 64 * 1024;

/// Characters of it that are shown.
const SHOWN: usize = 200;

/// Takes a folder away in which nothing was collected, and those above it that hold nothing else.
fn abandon(folder: &Path) {
    let _ = fs::remove_dir_all(folder);
    let _ = folder.ancestors().skip(1).take(2).try_for_each(fs::remove_dir);
}

/// Whether a failed command printed a whole listing all the same: some tools warn by their exit code. A piece of one would
/// keep everything else from being judged, so it is kept out of the readers' sight, and its export counts as absent.
fn is_json(path: &Path) -> io::Result<bool> {
    let text = io::BufReader::new(fs::File::open(path)?);
    Ok(serde_json::from_reader::<_, serde::de::IgnoredAny>(text).is_ok())
}

/// Why an item is not asked for: the tool would take its name for an option, or for a file or an address to read.
fn refusal(item: &Item) -> Option<String> {
    let (_, name) = item.iter().find(|(_, value)| value.starts_with('-') || value.contains("://"))?;
    Some(format!("`{}` was not asked for: the tool would not take it for a name", clean_line(name)))
}

/// A name that no file of this collection has, on file systems too that do not tell cases apart.
fn free_name(name: String, taken: &mut BTreeSet<String>) -> String {
    let mut free = name.clone();
    let mut again = 1_u32;
    while !taken.insert(free.to_lowercase()) {
        again = again.saturating_add(1);
        free = format!("{name}-{again}");
    }
    free
}

/// A name of the tool as part of a file's name: letters, digits, `-`, `_` and `.` stay; a hash tells the others apart.
pub(crate) fn file_name(name: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
    if name.chars().all(plain) && !name.starts_with('.') {
        return name.to_owned();
    }
    use sha2::Digest as _;
    let hash = crate::base::hexadecimal(&sha2::Sha256::digest(name.as_bytes()));
    let readable: String = name.chars().map(|c| if plain(c) { c } else { '_' }).collect();
    format!("{}-{}", readable.trim_start_matches('.'), hash.get(..8).unwrap_or_default())
}

/// The command as one could type it.
fn shown(program: &str, arguments: &[String]) -> String {
    let plain = |text: &str| text.chars().all(|c| c.is_ascii_alphanumeric() || "-_./:=,@+".contains(c));
    let quoted = arguments.iter().map(|argument| {
        if plain(argument) && !argument.is_empty() {
            argument.clone()
        } else {
            format!("'{}'", argument.replace('\'', "'\\''"))
        }
    });
    std::iter::once(program.to_owned()).chain(quoted).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_become_file_names_that_differ() {
        assert_eq!(file_name("gold"), "gold");
        assert!(!file_name("../../etc").contains('/'));
        assert!(!file_name("..").starts_with('.'));
        assert_ne!(file_name("a/b"), file_name("a_b"));
    }

    #[test]
    fn a_command_is_shown_as_typed() {
        assert_eq!(
            shown("borg", &["info".into(), "--glob-archives".into(), "*".into()]),
            "borg info --glob-archives '*'"
        );
    }
}
