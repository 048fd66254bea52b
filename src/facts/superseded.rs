//! Collections that failed and were made again: what a later collection lists completely is no gap any more.
//!
//! Knows only what `backproof collect` states of its commands. Invariants: an older or incomplete collection takes nothing's
//! place; two commands are the same only where tool, account and command are, and where an account or the whole address
//! says which repository was asked.

use super::export::Export;
use super::statement::{Made, Statement};
use rustc_hash::{FxHashMap, FxHashSet};

/// What tells the repeated command from others.
#[derive(PartialEq, Eq, Hash)]
struct Command<'s> {
    tool: &'s str,
    account: Option<&'s str>,
    command: &'s str,
    repository: Option<&'s str>,
}

fn command(statement: &Statement) -> Option<(Command<'_>, &Made)> {
    let made = statement.made.as_ref()?;
    let (account, repository) = (statement.said.account.as_deref(), made.repository.as_deref());
    let told = account.is_some() || repository.is_some();
    let tool = statement.said.tool.as_deref().filter(|_| told)?;
    Some((Command { tool, account, command: &made.command, repository }, made))
}

/// Takes away what incomplete exports say of missing rows where a later collection ran the same command and is complete;
/// `described` are their entries. Rows that were read stay.
pub(super) fn drop_superseded(exports: &mut Vec<Export>, described: &[Option<&Statement>]) {
    // What one command lists may be what another was asked for, so that a collection takes a place only as a whole.
    let mut partial: FxHashSet<&str> = FxHashSet::default();
    for (export, statement) in exports.iter().zip(described) {
        if let Some(statement) = statement.filter(|_| export.incomplete.is_some()) {
            partial.insert(&statement.described_in);
        }
    }
    // By command and whole collection: since when it was made.
    let mut collections: FxHashMap<(Command<'_>, &str), i64> = FxHashMap::default();
    for statement in described.iter().flatten().filter(|s| !partial.contains(s.described_in.as_str())) {
        let Some((command, made)) = command(statement) else { continue };
        let began = collections.entry((command, &statement.described_in)).or_insert(made.started.0);
        *began = made.started.0.min(*began);
    }
    let mut latest: FxHashMap<Command<'_>, i64> = FxHashMap::default();
    for ((command, _), began) in collections {
        let of = latest.entry(command).or_insert(began);
        *of = began.max(*of);
    }
    let is_superseded = |export: &Export, statement: Option<&Statement>| {
        let Some((command, made)) = statement.and_then(command) else { return false };
        export.incomplete.is_some() && latest.get(&command).is_some_and(|began| *began > made.started.0)
    };
    let superseded: Vec<bool> =
        exports.iter().zip(described).map(|(export, statement)| is_superseded(export, *statement)).collect();
    for (export, _) in exports.iter_mut().zip(&superseded).filter(|(_, superseded)| **superseded) {
        export.kinds.clear();
    }
    // Those without a file stand behind all others, so that no place of an export moves.
    let mut at = 0;
    exports.retain(|export| {
        at += 1;
        !export.files.is_empty() || !superseded.get(at - 1).copied().unwrap_or(false)
    });
}
