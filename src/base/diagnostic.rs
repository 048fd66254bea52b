//! The diagnostic value: built in the phase that finds the mistake, rendered in one place (`report`).

use super::clean::clean_line;
use super::codes::Code;
use super::span::Span;

/// How much a diagnostic weighs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// Worth knowing; never changes the exit code.
    Advice,
    /// The run goes on; `--deny-warnings` turns it into exit code 4.
    Warning,
    /// The run is not judged: exit code 2.
    Error,
}

/// A line of a facts file, cut to a window and cleaned of control characters, ready to be shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Excerpt {
    /// Path as the user gave it.
    pub file: String,
    /// Line in the (unzipped) text, from 1.
    pub line: u64,
    /// Column of the mark in that line, from 1, in characters.
    pub column: u64,
    /// At most 200 characters around the mark, without control or bidirectional characters.
    pub text: String,
    /// Where the mark begins in `text`, in characters.
    pub mark: usize,
    /// How many characters are marked (at least 1).
    pub width: usize,
}

/// Where a label points.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Place {
    /// Into a policy text.
    Policy(Span),
    /// Into a facts file.
    Facts(Excerpt),
    /// A file or folder as a whole.
    File(String),
}

/// A place and what is to be said there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Label {
    /// The place.
    pub place: Place,
    /// Lower case, no full stop; may be empty.
    pub text: String,
}

/// One mistake, warning or advice. Messages: lower case, no full stop, backticks round the user's words, the way
/// out in `help`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Diagnostic {
    /// Stable code, explained by `backproof explain`.
    pub code: Code,
    /// Its weight.
    pub severity: Severity,
    /// What is wrong, in one line.
    pub message: String,
    /// The place of the mistake.
    pub primary: Option<Label>,
    /// Places of the other parties.
    pub labels: Vec<Label>,
    /// What to write or to do instead.
    pub help: Option<String>,
}

impl Diagnostic {
    /// An error without places yet.
    pub fn error(code: Code, message: impl Into<String>) -> Self {
        Self::new(code, Severity::Error, message)
    }

    /// A warning without places yet.
    pub fn warning(code: Code, message: impl Into<String>) -> Self {
        Self::new(code, Severity::Warning, message)
    }

    /// A diagnostic of any weight without places yet. What the message quotes of a file is made safe to show, on one line.
    pub fn new(code: Code, severity: Severity, message: impl Into<String>) -> Self {
        let message = clean_line(&message.into());
        Diagnostic { code, severity, message, primary: None, labels: Vec::new(), help: None }
    }

    /// An error about a file that cannot be opened or read.
    pub fn unreadable(code: Code, name: &str, error: &std::io::Error) -> Self {
        let why = match error.kind() {
            std::io::ErrorKind::NotFound => "there is no such file".to_string(),
            std::io::ErrorKind::PermissionDenied => "permission denied".to_string(),
            _ => error.to_string(),
        };
        Self::error(code, format!("`{name}` cannot be read: {why}")).at_place(Place::File(name.to_string()), "")
    }

    /// The same with its main place in a policy.
    #[must_use]
    pub fn at(self, span: Span, text: impl Into<String>) -> Self {
        self.at_place(Place::Policy(span), text)
    }

    /// The same with its main place anywhere.
    #[must_use]
    pub fn at_place(mut self, place: Place, text: impl Into<String>) -> Self {
        self.primary = Some(Label { place, text: text.into() });
        self
    }

    /// The same with another party's place in a policy.
    #[must_use]
    pub fn and(self, span: Span, text: impl Into<String>) -> Self {
        self.and_place(Place::Policy(span), text)
    }

    /// The same with another party's place anywhere.
    #[must_use]
    pub fn and_place(mut self, place: Place, text: impl Into<String>) -> Self {
        self.labels.push(Label { place, text: text.into() });
        self
    }

    /// The same with a way out.
    #[must_use]
    pub fn help(mut self, text: impl Into<String>) -> Self {
        self.help = Some(text.into());
        self
    }

    /// Whether it stops the run from being judged.
    pub fn is_error(&self) -> bool {
        self.severity == Severity::Error
    }
}
