//! `restic check`, as JSON (0.18 and later) or as text: whether the repository is whole.
//!
//! Its time is not in the output. `--read-data` reads everything; otherwise only the structure is checked.

use super::super::cell::Cell;
use super::super::fields::{CheckFields, Row};
use super::super::{Context, Ending, Reader, Record, Refusal, message};
use super::repository_key;
use crate::facts::rows::{Raw, RowSink};
use serde::Deserialize;

pub(super) const FILLS: &[(&str, &str)] = &[
    ("integrity_check.id", ""),
    ("integrity_check.repository", ""),
    ("integrity_check.type", ""),
    ("integrity_check.status", "num_errors message_type"),
    ("integrity_check.errors", "num_errors"),
    ("integrity_check.message", "message"),
];

pub(super) fn open<'a>(context: &Context<'a>) -> Box<dyn Reader + 'a> {
    Box::new(Check {
        context: *context,
        check: CheckFields::bind(context.schema),
        text: false,
        read_data: false,
        passed: false,
        failure: None,
        errors: None,
    })
}

struct Check<'a> {
    context: Context<'a>,
    check: CheckFields,
    text: bool,
    read_data: bool,
    passed: bool,
    failure: Option<String>,
    errors: Option<i64>,
}

#[derive(Deserialize)]
struct Line<'a> {
    #[serde(borrow, default)]
    message_type: Cell<'a>,
    #[serde(borrow, default)]
    num_errors: Cell<'a>,
    #[serde(borrow, default)]
    message: Cell<'a>,
}

impl Reader for Check<'_> {
    fn record(&mut self, record: Record<'_>, _sink: &mut dyn RowSink) -> Result<(), Refusal> {
        if !record.text.trim_start().starts_with('{') {
            self.text = true;
            self.plain(record.text.trim());
            return Ok(());
        }
        let line: Line<'_> = message::parse(record.text)?;
        match (line.message_type.text(), line.num_errors.int()) {
            (Some("summary"), Some(errors)) => {
                self.errors = Some(errors);
                self.passed = errors == 0;
            }
            (Some("error" | "exit_error"), _) => {
                self.failure.get_or_insert_with(|| line.message.text().unwrap_or("an error").to_owned());
            }
            _ => {}
        }
        Ok(())
    }

    fn finish(&mut self, sink: &mut dyn RowSink) -> Ending {
        let key = repository_key(&self.context);
        let failed = self.failure.is_some() || self.errors.is_some_and(|n| n > 0);
        let mut row = Row::begin(sink, self.check.entity, 0);
        row.put(self.check.id, Raw::Text(&format!("{key}/check/{}", self.context.file)));
        row.put(self.check.repository, Raw::Text(&key));
        if self.read_data {
            row.put(self.check.r#type, Raw::Text("read_data"));
        } else if self.text {
            row.put(self.check.r#type, Raw::Text("structure"));
        }
        row.put(
            self.check.status,
            match (failed, self.passed) {
                (true, _) => Raw::Text("failed"),
                (false, true) => Raw::Text("success"),
                (false, false) => Raw::Unknown("the output ends without a verdict"),
            },
        );
        match (self.errors, failed) {
            (Some(n), _) => row.put(self.check.errors, Raw::Int(n)),
            (None, false) if self.passed => row.put(self.check.errors, Raw::Int(0)),
            _ => {}
        }
        row.text(self.check.message, self.failure.as_deref());
        Ending::default()
    }
}

impl Check<'_> {
    fn plain(&mut self, text: &str) {
        match text {
            "no errors were found" => self.passed = true,
            "read all data" => self.read_data = true,
            _ => {
                if let Some(rest) = text.strip_prefix("Fatal: ") {
                    self.failure = Some(rest.to_owned());
                }
            }
        }
    }
}
