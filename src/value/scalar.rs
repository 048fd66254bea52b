//! One typed value as the language and the plan hold it. Facts hold `facts::Atom`s in columns instead.

use super::{Cadence, ClockTime, Duration, Instant, Window};
use std::sync::Arc;

/// A typed value. Units as in the module above.
#[derive(Debug, Clone, PartialEq)]
pub enum Scalar {
    /// `true`, `false`
    Bool(bool),
    /// A whole number.
    Int(i64),
    /// A finite number; −0 is 0.
    Number(f64),
    /// 10⁻⁹ percent.
    Percent(i64),
    /// Bytes.
    Size(i64),
    /// Bytes a second.
    Rate(i64),
    /// An instant, or `never` (`Instant::NEVER`).
    Time(Instant),
    /// A calendar date: days since 1970-01-01.
    Date(i64),
    /// A span of time.
    Duration(Duration),
    /// A local time of day.
    Clock(ClockTime),
    /// A local window.
    Window(Window),
    /// A calendar bucket's size.
    Cadence(Cadence),
    /// A text.
    Text(Arc<str>),
    /// The place of a member in its enumeration (the enumeration follows from the type).
    Member(u16),
}
