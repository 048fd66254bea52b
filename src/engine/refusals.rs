//! What could not be read of an export, whoever takes it apart: the records that are refused, the text that ends too
//! early, and where they stand.
//!
//! Invariant: every refused record is counted; only the first are kept to be shown.

use crate::base::{Code, Diagnostic, Label, Place};
use crate::codec::Format;
use crate::codec::bytes::{Files, Window};
use crate::codec::json::Stop;
use crate::codec::landmarks::Landmarks;
use crate::codec::locate::{Spot, locate};

/// Most of one sort of mistake of one file that are shown.
pub(super) const MOST_SHOWN: usize = 20;

/// Longest text that is read as one record: 64 MiB.
const DOCUMENT_LIMIT: usize = 64 * 1024 * 1024;

/// The records of one file that cannot be read.
#[derive(Default)]
pub(super) struct Refusals {
    shown: Vec<(u64, String)>,
    count: u64,
}

impl Refusals {
    /// Takes in the record at `offset`, which is refused for `reason`.
    pub(super) fn add(&mut self, offset: u64, reason: String) {
        self.count += 1;
        if self.shown.len() < MOST_SHOWN {
            self.shown.push((offset, reason));
        }
    }

    /// Reads the record at `offset` as text; refused where it is none, or `read` refuses it.
    pub(super) fn record(&mut self, offset: u64, bytes: &[u8], read: impl FnOnce(&str) -> Result<(), String>) {
        let done = std::str::from_utf8(bytes).map_err(|_| "it is not UTF-8".to_owned()).and_then(read);
        if let Err(reason) = done {
            self.add(offset, reason);
        }
    }

    /// Why the export is incomplete, where records were refused.
    pub(super) fn incomplete(&self) -> Option<String> {
        (self.count > 0).then(|| format!("{} of its records cannot be read", self.count))
    }

    /// An error for each that is shown, in `words` for its reason, and one for all others.
    pub(super) fn errors(&self, code: Code, at: &Within<'_>, words: &dyn Fn(&str) -> String) -> Vec<Diagnostic> {
        let spots: Vec<Spot> = self.shown.iter().map(|(offset, _)| Spot::At(*offset)).collect();
        let mut places = at.labels(&spots, "this record").into_iter();
        let mut errors: Vec<Diagnostic> = self
            .shown
            .iter()
            .map(|(_, reason)| {
                let mut error = Diagnostic::error(code, words(reason));
                error.primary = places.next();
                error
            })
            .collect();
        let more = self.count.saturating_sub(self.shown.len() as u64);
        if more > 0 {
            let message = format!("{more} more records of `{}` cannot be read", at.path);
            errors.push(Diagnostic::error(code, message).at_place(Place::File(at.path.to_owned()), ""));
        }
        errors
    }
}

/// An export that is looked at again to show where something stands.
pub(super) struct Within<'a> {
    pub(super) files: &'a dyn Files,
    pub(super) path: &'a str,
    pub(super) format: Format,
}

impl Within<'_> {
    /// A label for each of `spots`; the file alone where it cannot be read again.
    pub(super) fn labels(&self, spots: &[Spot], text: &str) -> Vec<Label> {
        match locate(self.files, self.path, self.format, &Landmarks::default(), spots) {
            Ok(found) => found.into_iter().map(|e| Label { place: Place::Facts(e), text: text.to_owned() }).collect(),
            Err(_) => {
                let label = Label { place: Place::File(self.path.to_owned()), text: String::new() };
                vec![label; spots.len()]
            }
        }
    }

    /// Why the reading stopped before the end: `words` says it of a text that is cut short or damaged.
    pub(super) fn stopped(&self, stop: Stop, code: Code, words: &dyn Fn(&str) -> String) -> Diagnostic {
        match stop {
            Stop::Io(error) => Diagnostic::unreadable(Code("E1001"), self.path, &error),
            Stop::Text { offset, what } => {
                let mut error = Diagnostic::error(code, words(&what));
                error.primary = self.labels(&[Spot::At(offset)], "here").pop();
                error.help("collect it again: what is missing may be what decides")
            }
        }
    }
}

/// Hands the whole text over as one record.
pub(super) fn read_whole(window: &mut Window<'_>, record: impl FnOnce(u64, &[u8])) -> Result<(), Stop> {
    while window.more()? {
        if window.bytes().len() > DOCUMENT_LIMIT {
            let what = format!("longer than {} MiB", DOCUMENT_LIMIT >> 20);
            return Err(Stop::Text { offset: window.offset(), what });
        }
    }
    record(window.offset(), window.bytes());
    let length = window.bytes().len();
    window.advance(length);
    Ok(())
}
