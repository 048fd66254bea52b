//! The plain types. Invariants: a `ClockTime` is below 24 h; a `Window`'s ends differ.

/// Kleene's three values.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Truth {
    /// Surely not.
    False,
    /// Undecided.
    Unknown,
    /// Surely.
    True,
}

impl Truth {
    /// `not`
    #[must_use]
    pub fn negate(self) -> Truth {
        match self {
            Truth::False => Truth::True,
            Truth::Unknown => Truth::Unknown,
            Truth::True => Truth::False,
        }
    }

    /// `and`: the lesser.
    #[must_use]
    pub fn and(self, other: Truth) -> Truth {
        self.min(other)
    }

    /// `or`: the greater.
    #[must_use]
    pub fn or(self, other: Truth) -> Truth {
        self.max(other)
    }
}

impl From<bool> for Truth {
    fn from(b: bool) -> Truth {
        if b { Truth::True } else { Truth::False }
    }
}

/// Nanoseconds since 1970-01-01T00:00:00Z.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Instant(pub i64);

impl Instant {
    /// Later than every instant; only an *end* may be it.
    pub const NEVER: Instant = Instant(i64::MAX);
}

/// A span of time: exact, or counted in calendar months.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Duration {
    /// Nanoseconds.
    Exact(i64),
    /// `months`, `quarters` (3) and `years` (12).
    Months(i64),
}

/// A calendar bucket's size.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[expect(missing_docs, reason = "the names are the words of the language")]
pub enum Cadence {
    Hourly,
    Daily,
    Weekly,
    Monthly,
    Quarterly,
    Yearly,
}

/// Seconds since local midnight, below 86,400.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ClockTime(pub u32);

/// `22:00 to 06:00`, over midnight where it begins after it ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Window {
    /// Opens.
    pub from: ClockTime,
    /// Closes.
    pub to: ClockTime,
}
