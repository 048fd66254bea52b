//! What is wrong in one facts file, kept short while reading and turned into diagnostics with line and column when the
//! file is done: at most [`SHOWN`] of each weight, the rest counted.

use super::cell::Fault;
use crate::base::clean::clean_line;
use crate::base::{Code, Diagnostic, Excerpt, Place, Severity};
use crate::codec::Format;
use crate::codec::bytes::Files;
use crate::codec::landmarks::Landmarks;
use crate::codec::locate::{Spot, locate};

/// How many problems of one weight are shown for one file.
const SHOWN: usize = 20;

/// One problem.
#[derive(Debug, Clone)]
pub(super) struct Problem {
    pub(super) code: Code,
    pub(super) severity: Severity,
    pub(super) spot: Option<Spot>,
    pub(super) message: String,
    pub(super) label: String,
    pub(super) help: Option<String>,
}

/// The problems of the file being read.
#[derive(Debug, Default)]
pub(super) struct Problems {
    kept: Vec<Problem>,
    errors: u64,
    warnings: u64,
}

impl Problems {
    pub(super) fn add(&mut self, problem: Problem) {
        let count = if problem.severity == Severity::Error { &mut self.errors } else { &mut self.warnings };
        *count += 1;
        if *count <= SHOWN as u64 {
            self.kept.push(problem);
        }
    }

    /// An error at a place of the file.
    pub(super) fn error(&mut self, code: &'static str, spot: Spot, message: String, label: &str, help: Option<String>) {
        let label = label.to_owned();
        self.add(Problem { code: Code(code), severity: Severity::Error, spot: Some(spot), message, label, help });
    }

    /// Finds the lines and columns and forgets the problems.
    pub(super) fn settle(&mut self, files: &dyn Files, path: &str, format: Format, into: &mut Vec<Diagnostic>) {
        let spots: Vec<Spot> = self.kept.iter().filter_map(|p| p.spot.clone()).collect();
        let found = |spots| locate(files, path, format, &Landmarks::default(), spots);
        let excerpts = if spots.is_empty() { Ok(Vec::new()) } else { found(&spots) };
        self.tell(path, excerpts.unwrap_or_default(), into);
    }

    /// The same in a product's export, where `members` tells which members of a record say a cell (`run.status`).
    pub(super) fn settle_native(
        &mut self,
        files: &dyn Files,
        path: &str,
        members: &dyn Fn(&str) -> Option<&'static str>,
        into: &mut Vec<Diagnostic>,
    ) {
        for problem in &mut self.kept {
            if let Some(Spot::Field { record, name }) = &problem.spot {
                let names = members(name).unwrap_or_default().split_whitespace().map(str::to_owned).collect();
                problem.spot = Some(Spot::FirstOf { record: *record, names });
            }
        }
        self.settle(files, path, Format::Json, into);
    }

    fn tell(&mut self, path: &str, excerpts: Vec<Excerpt>, into: &mut Vec<Diagnostic>) {
        let mut excerpts = excerpts.into_iter();
        for problem in std::mem::take(&mut self.kept) {
            let place = match problem.spot.and_then(|_| excerpts.next()) {
                Some(excerpt) => Place::Facts(excerpt),
                None => Place::File(path.to_owned()),
            };
            let mut diagnostic =
                Diagnostic::new(problem.code, problem.severity, problem.message).at_place(place, problem.label);
            diagnostic.help = problem.help;
            into.push(diagnostic);
        }
        for (count, severity, noun) in
            [(self.errors, Severity::Error, "errors"), (self.warnings, Severity::Warning, "warnings")]
        {
            if let Some(more) = count.checked_sub(SHOWN as u64).filter(|more| *more > 0) {
                let message = format!("{more} more {noun} in `{path}` are not shown");
                into.push(Diagnostic::new(Code("E1015"), severity, message).at_place(Place::File(path.to_owned()), ""));
            }
        }
        *self = Problems::default();
    }
}

/// What stands in a cell, as the message names it: the user's words are quoted, ours are not.
fn quoted(found: &str) -> String {
    if OUR_WORDS.contains(&found) { found.to_owned() } else { format!("`{}`", clean_line(found)) }
}

/// What cells are called whose text would say nothing.
const OUR_WORDS: &[&str] = &[
    "a list",
    "a number that is too large",
    "a value without ends",
    "an element that is no text",
    "an entry that is no text",
    "an object",
    "nothing",
    "two ends",
];

/// The problem that a cell's fault is.
pub(super) fn of_cell(fault: Fault, field: &str, spot: Spot, severity: Severity) -> Problem {
    let (code, message, label, help) = match fault {
        Fault::Malformed(asked, found) => (
            "E1007",
            format!("{} is not what `{field}` holds", quoted(&found)),
            format!("not {asked}"),
            format!("write {asked}"),
        ),
        Fault::NotMember(word, Some(near), members) => (
            "E1008",
            format!("`{word}` is no member of `{field}`"),
            format!("one of {members}"),
            format!("did you mean `{near}`? A native word that fits none is written {{\"$unknown\": \"{word}\"}}"),
        ),
        Fault::NotMember(word, None, members) => (
            "E1008",
            format!("`{word}` is no member of `{field}`"),
            format!("one of {members}"),
            format!("a native word that fits none is written {{\"$unknown\": \"{word}\"}}"),
        ),
        Fault::NeverHappens => (
            "E1009",
            format!("`{field}` cannot be `never`"),
            "this is something that happens".to_owned(),
            "leave the row or the cell out: what never happened is no row".to_owned(),
        ),
        Fault::Implausible(what) => (
            "E1014",
            format!("`{field}` cannot be: {}", clean_line(&what)),
            "read as unknown".to_owned(),
            "write the time that it was".to_owned(),
        ),
    };
    Problem { code: Code(code), severity, spot: Some(spot), message, label, help: Some(help) }
}
