//! Exports whose records hold further ones, or that are text: each falls into parts, and each part is read by a mapping.
//!
//! Invariants: one part that cannot be read does not cost the others; a part stands where it stood in the file.

use super::mapping::{self, Mapping};
use super::{Context, Ending, Reader, Record, Refusal};
use crate::facts::rows::RowSink;

/// What a record falls into.
#[derive(Default)]
pub(super) struct Parts {
    /// The mapping by its place in the format's list, where the part stands, and its JSON text.
    parts: Vec<(usize, u64, String)>,
    /// Why the export does not list all that it should.
    pub(super) incomplete: Option<String>,
}

impl Parts {
    /// A part made of named JSON texts; the last of them says where it stands.
    pub(super) fn put(&mut self, mapping: usize, record: &Record<'_>, members: &[(&str, &str)]) {
        let offset = members.last().map_or(record.offset, |(_, json)| record.offset_of(json));
        let members: Vec<String> = members.iter().map(|(name, json)| format!("\"{name}\":{json}")).collect();
        self.parts.push((mapping, offset, format!("{{{}}}", members.join(","))));
    }

    /// A part made of named texts, of the line that stands here.
    pub(super) fn texts(&mut self, mapping: usize, record: &Record<'_>, line: &str, members: &[(&str, &str)]) {
        let members: serde_json::Map<_, _> =
            members.iter().map(|(name, text)| ((*name).to_owned(), (*text).into())).collect();
        self.parts.push((mapping, record.offset_of(line), serde_json::Value::Object(members).to_string()));
    }

    /// The same within an object of this name.
    pub(super) fn object(
        &mut self,
        mapping: usize,
        record: &Record<'_>,
        line: &str,
        name: &str,
        members: &[(&str, String)],
    ) {
        let members: serde_json::Map<_, _> =
            members.iter().map(|(name, text)| ((*name).to_owned(), text.as_str().into())).collect();
        let part = serde_json::json!({ name: members });
        self.parts.push((mapping, record.offset_of(line), part.to_string()));
    }
}

/// How a record falls into parts.
pub(super) type Split = fn(&Record<'_>) -> Result<Parts, Refusal>;

/// Begins to read one file.
pub(super) fn open<'a>(mappings: &[&'static Mapping], split: Split, context: &Context<'a>) -> Box<dyn Reader + 'a> {
    let readers = mappings.iter().map(|mapping| mapping::open(mapping, context)).collect();
    Box::new(Divided { split, readers, incomplete: None })
}

struct Divided<'a> {
    split: Split,
    readers: Vec<Box<dyn Reader + 'a>>,
    incomplete: Option<String>,
}

impl Reader for Divided<'_> {
    fn record(&mut self, record: Record<'_>, sink: &mut dyn RowSink) -> Result<(), Refusal> {
        let parts = (self.split)(&record)?;
        self.incomplete = self.incomplete.take().or(parts.incomplete);
        let mut told = Ok(());
        for (mapping, offset, text) in &parts.parts {
            if let Some(reader) = self.readers.get_mut(*mapping) {
                told = told.and(reader.record(Record { text, offset: *offset }, sink));
            }
        }
        told
    }

    /// What counts the records or leads on stands with the first mapping.
    fn beside(&mut self, name: &str, json: &str) {
        if let Some(reader) = self.readers.first_mut() {
            reader.beside(name, json);
        }
    }

    fn finish(&mut self, sink: &mut dyn RowSink) -> Ending {
        let ending = self.readers.first_mut().map(|reader| reader.finish(sink)).unwrap_or_default();
        Ending { incomplete: self.incomplete.take(), ..ending }
    }
}

/// How many cells these mappings fill.
pub(super) const fn count(mappings: &[&Mapping]) -> usize {
    let (mut count, mut at) = (0, 0);
    while at < mappings.len() {
        count += mappings[at].fills.len();
        at += 1;
    }
    count
}

/// The cells that these mappings fill, for the format's manual.
pub(super) const fn names<const N: usize>(mappings: &[&'static Mapping]) -> [(&'static str, &'static str); N] {
    let mut names = [("", ""); N];
    let (mut at, mut mapping) = (0, 0);
    while mapping < mappings.len() {
        let mut fill = 0;
        while fill < mappings[mapping].fills.len() {
            names[at] = (mappings[mapping].fills[fill].0, mappings[mapping].fills[fill].1);
            at += 1;
            fill += 1;
        }
        mapping += 1;
    }
    names
}

/// A format whose records fall into parts: as [`super::Format`], with the mappings of the parts and what divides a record
/// in place of what opens it and fills it.
macro_rules! divided {
    ([$($mapping:path),*], $split:path, { $($field:ident: $value:expr),* $(,)? }) => {
        $crate::sources::Format {
            $($field: $value,)*
            open: |context| $crate::sources::parts::open(&[$(&$mapping),*], $split, context),
            fills: &$crate::sources::parts::names::<{ $crate::sources::parts::count(&[$(&$mapping),*]) }>(&[$(&$mapping),*]),
        }
    };
}
pub(super) use divided;
