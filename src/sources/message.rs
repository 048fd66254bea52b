//! Error messages where an export should be: recognised as such, so that a failed export is never an empty one. And
//! what every reader says of a record that it cannot read.

use super::cell::Cell;
use super::{Context, Ending, Form, Format, Layout, Reader, Record, Refusal, Shape, Source};
use crate::facts::rows::RowSink;
use serde::Deserialize;
use serde_json::value::RawValue;

/// Error documents that name no tool.
pub(super) static SOURCE: Source = Source {
    name: "error",
    title: "An error message of any tool",
    empty_list: None,
    formats: &[Format {
        name: "error document",
        command: "",
        kinds: &[],
        reaches_days: None,
        layout: Layout::Document,
        detect: is_error,
        open: |_| Box::new(Message { text: None, kinds: None }),
        fills: &[],
    }],
    cannot_know: &["what the export would have listed: its statement has to say so"],
};

fn is_error(shape: &Shape) -> bool {
    let says = |s: &Shape, name: &str| s.get(name).is_some_and(|e| matches!(e.form, Form::Text | Form::Object));
    shape.form == Form::Object
        && shape.members.len() <= 4
        && (says(shape, "error") || says(shape, "Error") || (says(shape, "message") && shape.has(&["code"])))
        && shape.get("message_type").is_none()
        && shape.get("jsonrpc").is_none()
}

/// A file that is one error message.
pub(super) struct Message {
    /// What it says.
    pub(super) text: Option<String>,
    /// What it hides, if the tool tells.
    pub(super) kinds: Option<&'static [&'static str]>,
}

impl Reader for Message {
    fn record(&mut self, record: Record<'_>, _sink: &mut dyn RowSink) -> Result<(), Refusal> {
        let said = said(record.text).unwrap_or_else(|| record.text.to_owned());
        let line = said.split_whitespace().collect::<Vec<_>>().join(" ");
        self.text.get_or_insert_with(|| line.chars().take(200).collect());
        Ok(())
    }

    fn finish(&mut self, _sink: &mut dyn RowSink) -> Ending {
        let said = self.text.take().unwrap_or_default();
        Ending {
            incomplete: Some(format!("an error message instead of an export: {said}")),
            kinds: self.kinds,
            ..Ending::default()
        }
    }
}

/// The `message` of the first JSON value, at its top or in its `error`.
fn said(text: &str) -> Option<String> {
    #[derive(Deserialize)]
    struct Document<'a> {
        #[serde(borrow, default, alias = "errorMessage")]
        message: Cell<'a>,
        #[serde(borrow, default, alias = "Error")]
        error: Option<&'a RawValue>,
    }
    #[derive(Deserialize)]
    struct Inner<'a> {
        #[serde(borrow, default, alias = "Message")]
        message: Cell<'a>,
    }
    let first = serde_json::Deserializer::from_str(text).into_iter::<Document<'_>>().next()?.ok()?;
    let inner = first.error.and_then(|e| serde_json::from_str::<Inner<'_>>(e.get()).ok());
    first.message.text().or(inner.as_ref().and_then(|i| i.message.text())).map(str::to_owned)
}

/// Opens a reader for a message that hides `kinds`.
pub(super) fn hiding<'a>(kinds: &'static [&'static str], _context: &Context<'a>) -> Box<dyn Reader + 'a> {
    Box::new(Message { text: None, kinds: Some(kinds) })
}

/// Reads a record's JSON.
///
/// # Errors
/// If it is not JSON of this form, is cut off, or holds a member twice.
pub(super) fn parse<'a, T: Deserialize<'a>>(text: &'a str) -> Result<T, Refusal> {
    serde_json::from_str(text).map_err(|e| Refusal { reason: e.to_string() })
}
