//! Literals of the language that have no file of their own: numbers, percents, cadences, clock times, windows; and the
//! error that all readers of quantities share. What a writer writes its reader reads back to the same value.

use super::decimal::{Decimal, number_length, write_scaled};
use super::types::{Cadence, ClockTime, Window};
use std::fmt;

/// Why a text is no such literal. Its `Display` is a message without the text itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LiteralError {
    /// Not of the form; holds what is expected, such as ``a duration such as `35 days` ``.
    Malformed(&'static str),
    /// A number without its unit; holds what is expected.
    NoUnit(&'static str),
    /// A unit that is none.
    UnknownUnit {
        /// As written.
        unit: String,
        /// What to write instead, where that is clear.
        instead: Option<&'static str>,
    },
    /// `m` alone: minutes or months?
    AmbiguousUnit(String),
    /// Calendar months beside an exact part: `P1M3D`.
    MixedDuration,
    /// A fraction of a month or of a nanosecond.
    NotWhole,
    /// More than can be held.
    TooLarge,
    /// A window that closes when it opens.
    EmptyWindow,
}

impl fmt::Display for LiteralError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            LiteralError::Malformed(expected) => write!(f, "not {expected}"),
            LiteralError::NoUnit(expected) => write!(f, "a unit is missing, as in {expected}"),
            LiteralError::UnknownUnit { unit, instead: None } => write!(f, "no unit `{unit}`"),
            LiteralError::UnknownUnit { unit, instead: Some(instead) } => {
                write!(f, "no unit `{unit}`, write {instead}")
            }
            LiteralError::AmbiguousUnit(unit) => {
                write!(f, "`{unit}` may be minutes or months, write `min` or `months`")
            }
            LiteralError::MixedDuration => f.write_str("months or years beside days or hours"),
            LiteralError::NotWhole => f.write_str("not a whole number of its smallest unit"),
            LiteralError::TooLarge => f.write_str("too large"),
            LiteralError::EmptyWindow => f.write_str("the window closes when it opens"),
        }
    }
}

/// A number and the unit after it, with any blanks between them.
pub(super) fn quantity<'a>(text: &'a str, expected: &'static str) -> Result<(Decimal, &'a str), LiteralError> {
    let (number, unit) = text.split_at_checked(number_length(text)).unwrap_or_default();
    let number = Decimal::read(number).ok_or(LiteralError::Malformed(expected))?;
    match unit.trim_start_matches(' ') {
        "" => Err(LiteralError::NoUnit(expected)),
        unit => Ok((number, unit)),
    }
}

/// A number: finite, −0 as 0.
///
/// # Errors
/// Malformed or not finite.
pub fn read_number(text: &str) -> Result<f64, LiteralError> {
    let expected = LiteralError::Malformed("a number such as `0.5`");
    if !text.starts_with(|c: char| c.is_ascii_digit() || c == '-') {
        return Err(expected);
    }
    let number: f64 = text.parse().map_err(|_| expected)?;
    if number.is_finite() { Ok(number + 0.0) } else { Err(LiteralError::TooLarge) }
}

/// A percent in 10⁻⁹ percent, from `98%`, `98 %`, `99.95 %`; nine places, half to even.
///
/// # Errors
/// No `%`, no number before it, or beyond 9·10⁹ percent.
pub fn read_percent(text: &str) -> Result<i64, LiteralError> {
    const EXPECTED: &str = "a percent such as `98%`";
    match quantity(text, EXPECTED)? {
        (number, "%") => number.times(1_000_000_000).ok_or(LiteralError::TooLarge),
        (_, unit) => Err(LiteralError::UnknownUnit { unit: unit.to_owned(), instead: Some("`%`") }),
    }
}

/// A percent from a plain decimal number, as facts hold it: `98` or `97.5`, without `%`.
///
/// # Errors
/// No number, or beyond 9·10⁹ percent.
pub fn read_percent_number(text: &str) -> Result<i64, LiteralError> {
    let number = Decimal::read(text).ok_or(LiteralError::Malformed("a number of percent such as `97.5`"))?;
    number.times(1_000_000_000).ok_or(LiteralError::TooLarge)
}

/// `98%`, exactly.
#[must_use]
pub fn write_percent(percent: i64) -> String {
    format!("{}%", write_scaled(percent, 9))
}

const CADENCES: [(Cadence, &str, &str); 6] = [
    (Cadence::Hourly, "hourly", "hour"),
    (Cadence::Daily, "daily", "day"),
    (Cadence::Weekly, "weekly", "week"),
    (Cadence::Monthly, "monthly", "month"),
    (Cadence::Quarterly, "quarterly", "quarter"),
    (Cadence::Yearly, "yearly", "year"),
];

/// The words that are members of the type: `hourly` to `yearly`.
pub fn cadence_words() -> impl Iterator<Item = &'static str> {
    CADENCES.iter().map(|(_, word, _)| *word)
}

/// `weekly` or `every week`; one blank.
#[must_use]
pub fn read_cadence(text: &str) -> Option<Cadence> {
    let (every, word) = match text.strip_prefix("every ") {
        Some(noun) => (true, noun.trim_start_matches(' ')),
        None => (false, text),
    };
    CADENCES.iter().find(|(_, adverb, noun)| word == if every { *noun } else { *adverb }).map(|(cadence, ..)| *cadence)
}

/// `weekly`
#[must_use]
pub fn write_cadence(cadence: Cadence) -> &'static str {
    CADENCES.iter().find(|(other, ..)| *other == cadence).map_or("", |(_, word, _)| word)
}

/// The bucket's noun: `week` for `weekly`.
#[must_use]
pub fn cadence_noun(cadence: Cadence) -> &'static str {
    CADENCES.iter().find(|(other, ..)| *other == cadence).map_or("", |(.., noun)| noun)
}

/// `22:00` or `22:00:30`, two digits each, below 24:00.
///
/// # Errors
/// Malformed or no such time of day.
pub fn read_clock(text: &str) -> Result<ClockTime, LiteralError> {
    let malformed = LiteralError::Malformed("a time of day such as `22:00`");
    let part = |text: &str, limit: u32| {
        let two_digits = text.len() == 2 && text.bytes().all(|b| b.is_ascii_digit());
        text.parse::<u32>().ok().filter(|n| two_digits && *n < limit)
    };
    let mut parts = text.split(':');
    let (hour, minute, second) = (parts.next(), parts.next(), parts.next().unwrap_or("00"));
    match (hour.and_then(|h| part(h, 24)), minute.and_then(|m| part(m, 60)), part(second, 60), parts.next()) {
        (Some(hour), Some(minute), Some(second), None) => Ok(ClockTime(hour * 3_600 + minute * 60 + second)),
        _ => Err(malformed),
    }
}

/// `22:00`, with seconds where there are any.
#[must_use]
pub fn write_clock(clock: ClockTime) -> String {
    let (hour, minute, second) = (clock.0 / 3_600, clock.0 / 60 % 60, clock.0 % 60);
    if second == 0 { format!("{hour:02}:{minute:02}") } else { format!("{hour:02}:{minute:02}:{second:02}") }
}

/// `22:00 to 06:00`
///
/// # Errors
/// Malformed, or both ends equal.
pub fn read_window(text: &str) -> Result<Window, LiteralError> {
    let (from, to) = text.split_once(" to ").ok_or(LiteralError::Malformed("a window such as `22:00 to 06:00`"))?;
    let (from, to) = (read_clock(from.trim_end_matches(' '))?, read_clock(to.trim_start_matches(' '))?);
    if from == to { Err(LiteralError::EmptyWindow) } else { Ok(Window { from, to }) }
}

/// `22:00 to 06:00`
#[must_use]
pub fn write_window(window: Window) -> String {
    format!("{} to {}", write_clock(window.from), write_clock(window.to))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn percents() {
        for text in ["98%", "98 %", "98.0%", "98.000000000%"] {
            assert_eq!(read_percent(text), Ok(98_000_000_000), "{text}");
        }
        assert_eq!(read_percent_number("97.5"), Ok(97_500_000_000));
        assert!(matches!(read_percent("98"), Err(LiteralError::NoUnit(_))));
        assert!(matches!(read_percent("%"), Err(LiteralError::Malformed(_))));
        assert!(matches!(read_percent("98 percent"), Err(LiteralError::UnknownUnit { .. })));
        assert_eq!(read_percent("99999999999%"), Err(LiteralError::TooLarge));
        assert_eq!(write_percent(99_950_000_000), "99.95%");
    }

    #[test]
    fn numbers_are_finite() {
        assert_eq!(read_number("0.5"), Ok(0.5));
        assert!(read_number("-0").unwrap().is_sign_positive());
        assert_eq!(read_number("1e999"), Err(LiteralError::TooLarge));
        for text in ["NaN", "inf", "-inf", "", "+1", "abc"] {
            assert!(read_number(text).is_err(), "{text}");
        }
    }

    #[test]
    fn cadences_in_both_forms() {
        for (cadence, word, noun) in CADENCES {
            assert_eq!(read_cadence(word), Some(cadence));
            assert_eq!(read_cadence(&format!("every {noun}")), Some(cadence));
            assert_eq!(read_cadence(write_cadence(cadence)), Some(cadence));
            assert_eq!(read_cadence(&format!("every {}", cadence_noun(cadence))), Some(cadence));
        }
        assert_eq!(read_cadence("every daily"), None);
        assert_eq!(read_cadence("day"), None);
        assert_eq!(read_cadence("dayly"), None);
    }

    #[test]
    fn clocks_and_windows() {
        assert_eq!(read_clock("22:00"), Ok(ClockTime(79_200)));
        assert_eq!(read_clock("00:00:01"), Ok(ClockTime(1)));
        for text in ["24:00", "22:60", "2:00", "22", "22:00:00:00", "+2:00", "22:0", "", "22:00:60", ":", "é2:00"] {
            assert!(read_clock(text).is_err(), "{text}");
        }
        assert_eq!(read_window("22:00 to 22:00"), Err(LiteralError::EmptyWindow));
        assert!(read_window("22:00-06:00").is_err());
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn written_is_read_back(percent in 0i64..=i64::MAX, from in 0u32..86_400, to in 0u32..86_400) {
            prop_assert_eq!(read_percent(&write_percent(percent)), Ok(percent));
            prop_assert_eq!(read_clock(&write_clock(ClockTime(from))), Ok(ClockTime(from)));
            let window = Window { from: ClockTime(from), to: ClockTime(to) };
            let read = read_window(&write_window(window));
            prop_assert_eq!(read, if from == to { Err(LiteralError::EmptyWindow) } else { Ok(window) });
        }

        #[test]
        fn no_text_panics(text in ".{0,12}") {
            let _ = (read_percent(&text), read_percent_number(&text), read_number(&text), read_cadence(&text));
            let _ = (read_clock(&text), read_window(&text));
        }
    }
}
