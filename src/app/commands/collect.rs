//! `backproof collect SOURCE` and `backproof collect tree`: evidence from the tool itself, kept as it was printed.

use super::read;
use crate::app::arguments::{Collect, CollectOther, ColorChoice, Tree};
use crate::app::collect::collectors::{COLLECTORS, Collector, How, ToolOption};
use crate::app::collect::manifest::second;
use crate::app::collect::tree::{Compared, State, compare};
use crate::app::collect::{Collection, Done, collect, file_name};
use crate::app::walk::shown;
use crate::app::world::World;
use crate::base::clean::clean_line;
use crate::base::{Code, Diagnostic};
use crate::outcome::Exit;
use crate::value::Instant;
use indicatif::{ProgressBar, ProgressStyle};
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

pub fn run(arguments: &Collect, color: ColorChoice, world: &mut World<'_>) -> u8 {
    let result = match (&arguments.other, &arguments.source, &arguments.into) {
        (Some(CollectOther::Tree(of)), ..) => tree(of, world),
        (None, Some(source), Some(into)) => match COLLECTORS.iter().find(|collector| collector.source == source) {
            Some(collector) => listings(collector, arguments, into, world),
            None => Ok(Exit::NotJudged),
        },
        _ => Ok(Exit::NotJudged),
    };
    match result {
        Ok(exit) => exit.code(),
        Err(error) => {
            read::say(world, color, &[*error]);
            Exit::NotJudged.code()
        }
    }
}

fn listings(
    collector: &Collector,
    arguments: &Collect,
    into: &Path,
    world: &mut World<'_>,
) -> Result<Exit, Box<Diagnostic>> {
    let options = options(collector, arguments)?;
    let named = match &arguments.account {
        Some(account) => format!("{}-{}", collector.source, file_name(account)),
        None => collector.source.to_owned(),
    };
    let folder = new_folder(into, &named, world)?;
    let what = Collection {
        collector,
        account: arguments.account.clone(),
        options,
        folder: world.directory.join(&folder),
        limit: Duration::from_secs(arguments.timeout),
        now: world.now,
    };
    let done = collect(&what, |done| told(done, world));
    let done = done.map_err(|error| match error.kind() {
        io::ErrorKind::NotFound => nothing(format!("`{}` is not installed here", collector.program)),
        _ => nothing(format!("`{}` could not be run: {error}", collector.program)),
    })?;
    let failed = done.iter().filter(|done| done.incomplete.is_some()).count();
    let exports = if done.len() == 1 { "1 export".to_owned() } else { format!("{} exports", done.len()) };
    let text = match failed {
        0 => format!("{exports} in {}\n", shown(&folder)),
        failed => format!("{exports} in {}, {failed} incomplete\n", shown(&folder)),
    };
    match world.print(&text) == Exit::Met.code() {
        true if failed == 0 => Ok(Exit::Met),
        true => Ok(Exit::Failed),
        false => Ok(Exit::NotJudged),
    }
}

fn told(done: &Done, world: &mut World<'_>) {
    world.say(&match &done.incomplete {
        None => format!("collected   {}\n", done.file),
        Some(why) => format!("incomplete  {}: {}\n", done.file, clean_line(why)),
    });
}

fn options(collector: &Collector, arguments: &Collect) -> Result<Vec<(ToolOption, String)>, Box<Diagnostic>> {
    let given = [
        (ToolOption::Repository, "--repository", &arguments.repository),
        (ToolOption::Region, "--region", &arguments.region),
        (ToolOption::Profile, "--profile", &arguments.profile),
        (ToolOption::Project, "--project", &arguments.project),
        (ToolOption::Subscription, "--subscription", &arguments.subscription),
        (ToolOption::Stanza, "--stanza", &arguments.stanza),
        (ToolOption::Namespace, "--namespace", &arguments.namespace),
    ];
    let mut options = Vec::new();
    for (option, word, value) in given {
        let Some(value) = value else { continue };
        if !collector.options.iter().any(|(own, _)| *own == option) {
            let has: Vec<&str> = given
                .iter()
                .filter(|(option, ..)| collector.options.iter().any(|(own, _)| own == option))
                .map(|(_, word, _)| *word)
                .collect();
            let help =
                if has.is_empty() { "it has no such options".to_owned() } else { format!("it has {}", has.join(", ")) };
            let message = format!("`{}` has no option `{word}`", collector.source);
            return Err(Box::new(Diagnostic::error(Code("E2010"), message).help(help)));
        }
        let argument = collector.options.iter().any(|(own, how)| *own == option && matches!(how, How::Argument(_)));
        if argument && value.starts_with('-') {
            let message = format!("`{word}` is `{}`, which the tool would take for an option", clean_line(value));
            return Err(Box::new(Diagnostic::error(Code("E2010"), message).help("write the name alone")));
        }
        options.push((option, value.clone()));
    }
    if let Some((needed, variables)) = collector.needs
        && !options.iter().any(|(option, _)| *option == needed)
        && variables.iter().all(|name| std::env::var_os(name).is_none())
    {
        let word = given.iter().find(|(option, ..)| *option == needed).map_or("", |(_, word, _)| word);
        let message = format!("`{}` needs `{word}`", collector.source);
        let variables: Vec<String> = variables.iter().map(|name| format!("`{name}`")).collect();
        let help = format!("give `{word}`, or set {}", variables.join(" or "));
        return Err(Box::new(Diagnostic::error(Code("E2010"), message).help(help)));
    }
    Ok(options)
}

/// `INTO/NAME/SECOND`: earlier collections stay, and together they show what went since.
fn new_folder(into: &Path, name: &str, world: &World<'_>) -> Result<PathBuf, Box<Diagnostic>> {
    let stamp: String = second((world.now)()).chars().filter(|c| !matches!(c, '-' | ':')).collect();
    let all = into.join(name);
    let free = std::iter::once(all.join(&stamp)).chain((2..100).map(|again| all.join(format!("{stamp}-{again}"))));
    let mut free = free.filter(|folder| !world.directory.join(folder).exists());
    free.next().ok_or_else(|| nothing(format!("`{}` holds 99 collections of this second", shown(&all))))
}

fn nothing(why: String) -> Box<Diagnostic> {
    Box::new(
        Diagnostic::error(Code("E2009"), why)
            .help("nothing was collected; `backproof explain E2009` says what is needed"),
    )
}

fn tree(arguments: &Tree, world: &mut World<'_>) -> Result<Exit, Box<Diagnostic>> {
    let sample = percent(&arguments.sample).ok_or_else(|| {
        let message = format!("`--sample {}` is no percent", clean_line(&arguments.sample));
        Box::new(
            Diagnostic::error(Code("E2004"), message).help("write a number above 0 and at most 100: `--sample 5%`"),
        )
    })?;
    for side in [&arguments.source, &arguments.restored] {
        if !world.directory.join(side).is_dir() {
            return Err(nothing(format!("`{}` is no folder", shown(side))));
        }
    }
    apart(arguments, world)?;
    let folder = new_folder(&arguments.into, &format!("tree-{}", file_name(&arguments.system)), world)?;
    let progress = bar(world);
    let started = (world.now)();
    let compared = compare(
        &world.directory.join(&arguments.source),
        &world.directory.join(&arguments.restored),
        sample,
        &progress,
    );
    progress.finish_and_clear();
    if compared.leaves == 0 {
        return Err(nothing(format!("`{}` holds nothing to compare", shown(&arguments.source))));
    }
    let ended = (world.now)();
    let full = world.directory.join(&folder);
    let written = std::fs::create_dir_all(&full)
        .and_then(|()| std::fs::write(full.join("integrity.json"), facts(arguments, &compared, started, ended)))
        .and_then(|()| std::fs::write(full.join(".differences.txt"), differences(&compared)));
    written.map_err(|error| nothing(format!("`{}` cannot be written to: {error}", shown(&folder))))?;
    let unproven = if unread(&compared) { "no byte was compared, so the check has no status\n" } else { "" };
    let text = format!("{}\n{unproven}integrity.json in {}\n", counts(&compared), shown(&folder));
    let exit = if wrong(&compared) > 0 || unread(&compared) { Exit::Failed } else { Exit::Met };
    Ok(if world.print(&text) == Exit::Met.code() { exit } else { Exit::NotJudged })
}

/// A folder compared with itself, or with one in it, proves nothing.
fn apart(arguments: &Tree, world: &World<'_>) -> Result<(), Box<Diagnostic>> {
    let whole = |side: &Path| {
        let found = world.directory.join(side).canonicalize();
        found.map_err(|error| nothing(format!("`{}` cannot be read: {error}", shown(side))))
    };
    let (source, restored) = (whole(&arguments.source)?, whole(&arguments.restored)?);
    if source.starts_with(&restored) || restored.starts_with(&source) {
        let (source, restored) = (shown(&arguments.source), shown(&arguments.restored));
        return Err(nothing(format!("`{source}` and `{restored}` are one folder, or one is in the other")));
    }
    Ok(())
}

fn percent(text: &str) -> Option<f64> {
    let number: f64 = text.trim().strip_suffix('%').unwrap_or(text.trim()).trim().parse().ok()?;
    (number > 0.0 && number <= 100.0).then_some(number)
}

/// Paths whose content did not come back, or about which nobody can say so.
fn wrong(compared: &Compared) -> u64 {
    [State::Changed, State::Missing, State::Unreadable, State::Moving].into_iter().map(|s| compared.count(s)).sum()
}

/// Whether there were bytes to compare and the sample took none of them.
fn unread(compared: &Compared) -> bool {
    compared.bytes > 0 && compared.bytes_read == 0
}

fn counts(compared: &Compared) -> String {
    let parts: Vec<String> = State::TABLE
        .iter()
        .map(|(state, word)| (compared.count(*state), word))
        .filter(|(count, _)| *count > 0)
        .map(|(count, word)| format!("{count} {word}"))
        .collect();
    parts.join(", ")
}

/// One check, in the project's own format.
fn facts(arguments: &Tree, compared: &Compared, started: Instant, ended: Instant) -> String {
    let status = match (wrong(compared), compared.count(State::Permissions) + compared.count(State::Extra)) {
        (0, _) if unread(compared) => None,
        (0, 0) => Some("success"),
        (0, _) => Some("warning"),
        _ => Some("failed"),
    };
    #[expect(clippy::cast_precision_loss, reason = "a share for people; its bounds are exact")]
    let depth = match (compared.bytes, compared.bytes_read) {
        (all, read) if all == read => 100.0,
        (all, read) => read as f64 / all as f64 * 100.0,
    };
    let mut check = serde_json::json!({
        "id": format!("tree/{}/{}", arguments.system, second(ended)),
        "system": arguments.system,
        "type": "checksum",
        "started": second(started),
        "ended": second(ended),
        "items_checked": compared.paths.len() as u64 - compared.count(State::NotSampled),
        "errors": wrong(compared),
        "depth": depth,
        "message": counts(compared),
    });
    if let Some(check) = check.as_object_mut() {
        let said = [("status", status), ("recovery_point", arguments.recovery_point.as_deref())];
        for (name, value) in said.into_iter().filter_map(|(name, value)| Some((name, value?))) {
            check.insert(name.to_owned(), value.into());
        }
    }
    let document = serde_json::json!({
        "export": {
            "tool": "backproof",
            "collected_at": second(ended),
            "kinds": ["integrity_check"],
            "covers": {"system": [arguments.system]},
        },
        "integrity_checks": [check],
    });
    serde_json::to_string_pretty(&document).unwrap_or_default() + "\n"
}

/// Every path that did not come back the same, with what became of it; a hidden file, since it holds no facts.
fn differences(compared: &Compared) -> String {
    let differing = compared.paths.iter().filter(|(_, state)| !matches!(state, State::Same | State::NotSampled));
    differing.map(|(path, state)| format!("{}\t{}\n", state.word(), clean_line(path))).collect()
}

fn bar(world: &World<'_>) -> ProgressBar {
    if world.terminal.error_width.is_none() {
        return ProgressBar::hidden();
    }
    let bar = ProgressBar::new(0);
    let style = ProgressStyle::with_template("comparing {bar:40} {bytes} of {total_bytes}, {eta} left");
    bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));
    bar
}
