//! How readers hand rows to the store: native sources and the project's own format alike.

use super::schema::{EntityId, FieldId};
use crate::value::Instant;

/// One cell as a reader found it. Texts are looked up, dates read and units applied by the store.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Raw<'a> {
    /// Absent or `null`.
    Absent,
    /// A truth value.
    Bool(bool),
    /// A whole number in the field's own unit (bytes, 10⁻⁹ percent is `Percent`).
    Int(i64),
    /// Any other number, in the field's notation (percent 0..100, seconds for a duration).
    Number(f64),
    /// Text in the field's notation: an enumeration member, a key of another row, an RFC 3339 time, `"1.5 TiB"`, …
    Text(&'a str),
    /// An instant.
    Time(Instant),
    /// A local time without offset, in nanoseconds since 1970-01-01T00:00:00 local; read in the export's zone.
    LocalTime(i64),
    /// `never`.
    Never,
    /// An exact duration in nanoseconds.
    Duration(i64),
    /// A value between two ends, both in the field's column unit (times, durations, sizes).
    Between(i64, i64),
    /// There, but not understood: the native word, kept as the reason.
    Unknown(&'a str),
    /// A set; elements that the enumeration does not know open it.
    Set(&'a [&'a str]),
    /// A set with these known members that may hold more, and the native word of a further one, where there is one.
    OpenSet(&'a [&'a str], Option<&'a str>),
    /// A map of texts.
    Map(&'a [(&'a str, &'a str)]),
}

/// Receives rows. `begin`, any number of `cell`s (each field at most once), `end`.
pub trait RowSink {
    /// Whether a field is read by anybody: a reader may skip the work for one that is not.
    fn wants(&self, entity: EntityId, field: FieldId) -> bool;
    /// A row of `entity` whose native record begins at byte `offset` of the unzipped file.
    fn begin(&mut self, entity: EntityId, offset: u64);
    /// A cell of the row begun last.
    fn cell(&mut self, field: FieldId, value: Raw<'_>);
    /// The row is whole.
    fn end(&mut self);
}
