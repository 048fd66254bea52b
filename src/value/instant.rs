//! Instants as text: RFC 3339 and its common relatives in, RFC 3339 UTC out. Knows no zone: a text without offset is
//! handed on as its civil reading (`zone` turns it into instants, or `bounded_without_zone` into two ends).
//!
//! The reader is a hot path (one call a time cell), hence by hand and without allocation.

use super::civil::{DAY_SECONDS, HOUR, SECOND, date_from_parts, days_in_month, parts_of_date};
use super::types::Instant;
use std::fmt;

/// What a text says about time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ReadTime {
    /// Date, time and offset.
    At(Instant),
    /// Date and time without offset: the nanoseconds that would be its instant if the zone were UTC.
    Local(i64),
    /// A date alone: days since 1970-01-01.
    Day(i64),
}

/// Why a text is no time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum TimeError {
    /// Not of the form `2026-07-01T12:34:56Z`.
    Malformed,
    /// The form is right but there is no such date, time of day or offset: `2026-02-30`.
    NoSuchTime,
    /// Before 1677-09-21.
    TooEarly,
    /// After the last instant that is told from `never`: see [`LATEST`].
    TooLate,
}

impl fmt::Display for TimeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            TimeError::Malformed => "not a time such as `2026-07-01T12:34:56Z`",
            TimeError::NoSuchTime => "no such date or time of day",
            TimeError::TooEarly => "before the year 1678",
            TimeError::TooLate => "after 2262-01-01",
        })
    }
}

/// 2262-01-01T00:00:00Z. An end after it is `never`; an occurrence after it is implausible.
pub const LATEST: Instant = Instant(9_214_646_400 * SECOND);

impl Instant {
    /// The instant so many whole seconds after 1970-01-01T00:00:00Z, if it can be told.
    #[must_use]
    pub fn from_seconds(seconds: i64) -> Option<Instant> {
        seconds.checked_mul(SECOND).map(Instant)
    }

    /// Whole seconds since 1970-01-01T00:00:00Z, rounded down.
    #[must_use]
    pub fn seconds(self) -> i64 {
        self.0.div_euclid(SECOND)
    }

    /// Whether it is `never`.
    #[must_use]
    pub fn is_never(self) -> bool {
        self == Instant::NEVER
    }
}

/// An *end* (`expires`, `deleted`) from what was read: anything after [`LATEST`] is `never`.
///
/// # Errors
/// Those of reading, but for [`TimeError::TooLate`].
pub fn end_from(read: Result<Instant, TimeError>) -> Result<Instant, TimeError> {
    match read {
        Ok(at) if at > LATEST => Ok(Instant::NEVER),
        Err(TimeError::TooLate) => Ok(Instant::NEVER),
        other => other,
    }
}

/// An *occurrence* (`started`, `created`) from what was read: anything after [`LATEST`], `never` too, is refused.
///
/// # Errors
/// [`TimeError::TooLate`] beside those of reading.
pub fn occurrence_from(read: Result<Instant, TimeError>) -> Result<Instant, TimeError> {
    match read {
        Ok(at) if at > LATEST => Err(TimeError::TooLate),
        other => other,
    }
}

/// The two ends of what a local time means when nobody says in which zone: 14 hours before and 12 hours after its UTC
/// reading, since zones lie between UTC+14 and UTC−12.
#[must_use]
pub fn bounded_without_zone(local: i64) -> (Instant, Instant) {
    let latest = local.saturating_add(12 * HOUR).min(i64::MAX - 1);
    (Instant(local.saturating_sub(14 * HOUR)), Instant(latest))
}

fn digits(bytes: &[u8]) -> Option<i64> {
    let mut value = 0i64;
    for byte in bytes {
        let digit = byte.wrapping_sub(b'0');
        if digit > 9 {
            return None;
        }
        value = value * 10 + i64::from(digit);
    }
    Some(value)
}

fn two(bytes: &[u8], at: usize) -> Option<i64> {
    digits(bytes.get(at..at + 2)?)
}

/// Reads `2026-07-01T12:34:56Z` and its relatives: a fraction of any length (beyond nine digits cut off) after `.` or `,`,
/// an offset `Z`, `+02:00`, `-0700` or `+02`, maybe after a blank, or none; a blank instead of `T`; seconds left out; a
/// date alone. The second 60 is the first of the next minute, as POSIX has it. No blanks around.
///
/// # Errors
/// See [`TimeError`].
pub fn read_instant(text: impl AsRef<[u8]>) -> Result<ReadTime, TimeError> {
    read_bytes(text.as_ref())
}

fn read_bytes(text: &[u8]) -> Result<ReadTime, TimeError> {
    let malformed = TimeError::Malformed;
    let [y1, y2, y3, y4, b'-', m1, m2, b'-', d1, d2, rest @ ..] = text else { return Err(malformed) };
    let year = digits(&[*y1, *y2, *y3, *y4]).ok_or(malformed)?;
    let month = digits(&[*m1, *m2]).ok_or(malformed)?;
    let day = digits(&[*d1, *d2]).ok_or(malformed)?;
    let (month, day) = (u8::try_from(month).unwrap_or(0), u8::try_from(day).unwrap_or(0));
    if day == 0 || day > days_in_month(year, month) {
        return Err(TimeError::NoSuchTime);
    }
    let date = date_from_parts(year, month, day);
    let [separator, clock @ ..] = rest else { return Ok(ReadTime::Day(date)) };
    if !matches!(separator, b'T' | b't' | b' ') || clock.get(2) != Some(&b':') {
        return Err(malformed);
    }
    let hour = two(clock, 0).ok_or(malformed)?;
    let minute = two(clock, 3).ok_or(malformed)?;
    let mut rest = clock.get(5..).unwrap_or_default();
    let (mut second, mut fraction) = (0, 0);
    if rest.first() == Some(&b':') {
        second = two(rest, 1).ok_or(malformed)?;
        rest = rest.get(3..).unwrap_or_default();
        if matches!(rest.first(), Some(b'.' | b',')) {
            rest = rest.get(1..).unwrap_or_default();
            let mut weight = SECOND / 10;
            let mut length = 0;
            while let Some(digit) = rest.get(length).map(|b| b.wrapping_sub(b'0')).filter(|d| *d <= 9) {
                fraction += i64::from(digit) * weight;
                weight /= 10;
                length += 1;
            }
            if length == 0 {
                return Err(malformed);
            }
            rest = rest.get(length..).unwrap_or_default();
        }
    }
    if hour > 23 || minute > 59 || second > 60 {
        return Err(TimeError::NoSuchTime);
    }
    let seconds = date * DAY_SECONDS + hour * 3_600 + minute * 60 + second;
    if rest.is_empty() {
        return nanoseconds(seconds, fraction).map(ReadTime::Local);
    }
    let offset = read_offset(rest)?;
    nanoseconds(seconds - offset, fraction).map(|at| ReadTime::At(Instant(at)))
}

fn read_offset(text: &[u8]) -> Result<i64, TimeError> {
    let text = text.strip_prefix(b" ").unwrap_or(text);
    let (sign, digits_of) = match text {
        [b'Z' | b'z'] => return Ok(0),
        [b'+', rest @ ..] => (1, rest),
        [b'-', rest @ ..] => (-1, rest),
        _ => return Err(TimeError::Malformed),
    };
    let (hours, minutes) = match digits_of {
        [_, _] => (two(digits_of, 0), Some(0)),
        [_, _, _, _] => (two(digits_of, 0), two(digits_of, 2)),
        [_, _, b':', _, _] => (two(digits_of, 0), two(digits_of, 3)),
        _ => (None, None),
    };
    match (hours, minutes) {
        (Some(hours @ 0..=23), Some(minutes @ 0..=59)) => Ok(sign * (hours * 3_600 + minutes * 60)),
        (Some(_), Some(_)) => Err(TimeError::NoSuchTime),
        _ => Err(TimeError::Malformed),
    }
}

/// Seconds and a fraction of nanoseconds since the epoch as one number, below that of `never`.
fn nanoseconds(seconds: i64, fraction: i64) -> Result<i64, TimeError> {
    let error = if seconds < 0 { TimeError::TooEarly } else { TimeError::TooLate };
    seconds.checked_mul(SECOND).and_then(|n| n.checked_add(fraction)).filter(|n| *n != i64::MAX).ok_or(error)
}

/// RFC 3339 in UTC with the fewest fraction digits of 0, 3, 6 and 9; `never` for [`Instant::NEVER`].
#[must_use]
pub fn write_instant(at: Instant) -> String {
    if at.is_never() {
        return "never".to_owned();
    }
    format!("{}Z", write_local(at.0))
}

/// A civil reading (nanoseconds as if in UTC) as RFC 3339 without offset, digits as in [`write_instant`].
#[must_use]
pub fn write_local(local: i64) -> String {
    let seconds = local.div_euclid(SECOND);
    let fraction = local.rem_euclid(SECOND);
    let of_day = seconds.rem_euclid(DAY_SECONDS);
    let date = write_date(seconds.div_euclid(DAY_SECONDS));
    let (hour, minute, second) = (of_day / 3_600, of_day / 60 % 60, of_day % 60);
    let clock = format!("{date}T{hour:02}:{minute:02}:{second:02}");
    match fraction {
        0 => clock,
        f if f % 1_000_000 == 0 => format!("{clock}.{:03}", f / 1_000_000),
        f if f % 1_000 == 0 => format!("{clock}.{:06}", f / 1_000),
        f => format!("{clock}.{f:09}"),
    }
}

/// A date (days since 1970-01-01) as `2026-11-20`.
#[must_use]
pub fn write_date(date: i64) -> String {
    let parts = parts_of_date(date);
    format!("{:04}-{:02}-{:02}", parts.year, parts.month, parts.day)
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::{DateTime, SecondsFormat, TimeZone as _, Utc};
    use proptest::prelude::*;

    fn at(text: &str) -> Result<ReadTime, TimeError> {
        read_instant(text)
    }

    #[test]
    fn the_forms_in_use_are_read() {
        let noon = ReadTime::At(Instant(1_782_909_296 * SECOND));
        for text in [
            "2026-07-01T12:34:56Z",
            "2026-07-01 12:34:56z",
            "2026-07-01t14:34:56+02:00",
            "2026-07-01T05:34:56-0700",
            "2026-07-01 05:34:56 -0700",
            "2026-07-01T14:34:56+02",
            "2026-07-01T12:34:56.000Z",
        ] {
            assert_eq!(at(text), Ok(noon), "{text}");
        }
        assert_eq!(at("2026-07-01T12:34:56.1234567Z"), Ok(ReadTime::At(Instant(1_782_909_296_123_456_700))));
        assert_eq!(at("2026-07-01T12:34:56,1234567899Z"), Ok(ReadTime::At(Instant(1_782_909_296_123_456_789))));
        assert_eq!(at("2026-07-01T12:34:56.5"), Ok(ReadTime::Local(1_782_909_296_500_000_000)));
        assert_eq!(at("2026-07-01T12:34Z"), Ok(ReadTime::At(Instant(1_782_909_240 * SECOND))));
        assert_eq!(at("1970-01-02"), Ok(ReadTime::Day(1)));
        assert_eq!(at("2016-12-31T23:59:60Z"), at("2017-01-01T00:00:00Z"));
    }

    #[test]
    fn what_is_no_time_is_refused() {
        for text in ["", "2026", "2026-7-1", "2026-07-01X", "2026-07-01T", "2026-07-01T12", "2026-07-01T1234Z"] {
            assert_eq!(at(text), Err(TimeError::Malformed), "{text}");
        }
        for text in ["2026-07-01T12:34:56.Z", "2026-07-01T12:34:56 ", "2026-07-01T12:34:56Zz", "2026-07-01T12:34:56+2"]
        {
            assert_eq!(at(text), Err(TimeError::Malformed), "{text}");
        }
        for text in ["2026-02-29", "2026-13-01", "2026-00-01", "2026-01-00T00:00:00Z", "2026-07-01T24:00:00Z"] {
            assert_eq!(at(text), Err(TimeError::NoSuchTime), "{text}");
        }
        assert_eq!(at("2026-07-01T12:00:00+24:00"), Err(TimeError::NoSuchTime));
        assert_eq!(at("９９９９-01-01"), Err(TimeError::Malformed));
    }

    #[test]
    fn far_ends_are_never_and_far_occurrences_are_refused() {
        let read = |text| match at(text) {
            Ok(ReadTime::At(instant)) => Ok(instant),
            Ok(_) => panic!("no offset"),
            Err(error) => Err(error),
        };
        for text in ["9999-12-31T23:59:59Z", "2262-02-01T00:00:00Z", "2262-04-11T23:47:16.854775807Z"] {
            assert_eq!(end_from(read(text)), Ok(Instant::NEVER), "{text}");
            assert_eq!(occurrence_from(read(text)), Err(TimeError::TooLate), "{text}");
        }
        assert_eq!(end_from(read("2262-01-01T00:00:00Z")), Ok(LATEST));
        assert_eq!(occurrence_from(read("2262-01-01T00:00:00Z")), Ok(LATEST));
        assert_eq!(end_from(read("0001-01-01T00:00:00Z")), Err(TimeError::TooEarly));
        assert_eq!(occurrence_from(Ok(Instant::NEVER)), Err(TimeError::TooLate));
    }

    #[test]
    fn without_a_zone_a_time_has_two_ends() {
        let Ok(ReadTime::Local(local)) = at("2026-07-01T12:00:00") else { panic!("local") };
        let (earliest, latest) = bounded_without_zone(local);
        assert_eq!(write_instant(earliest), "2026-06-30T22:00:00Z");
        assert_eq!(write_instant(latest), "2026-07-02T00:00:00Z");
        assert!(!bounded_without_zone(i64::MAX).1.is_never());
    }

    #[test]
    fn writing_takes_the_fewest_digits() {
        assert_eq!(write_instant(Instant(0)), "1970-01-01T00:00:00Z");
        assert_eq!(write_instant(Instant(1_500_000)), "1970-01-01T00:00:00.001500Z");
        assert_eq!(write_instant(Instant(-1)), "1969-12-31T23:59:59.999999999Z");
        assert_eq!(write_instant(Instant(20_000_000)), "1970-01-01T00:00:00.020Z");
        assert_eq!(write_instant(Instant::NEVER), "never");
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn every_instant_comes_back(n in i64::MIN..i64::MAX) {
            prop_assert_eq!(at(&write_instant(Instant(n))), Ok(ReadTime::At(Instant(n))));
        }

        #[test]
        fn reading_agrees_with_chrono(n in i64::MIN + DAY_NS..i64::MAX - DAY_NS, offset in -86_399i32..86_399, form in 0usize..5) {
            let offset = chrono::FixedOffset::east_opt(offset / 60 * 60).unwrap();
            let time = Utc.timestamp_nanos(n).with_timezone(&offset);
            let formats =
                [SecondsFormat::Secs, SecondsFormat::Millis, SecondsFormat::Micros, SecondsFormat::Nanos, SecondsFormat::AutoSi];
            let text = time.to_rfc3339_opts(formats[form], true);
            let theirs = DateTime::parse_from_rfc3339(&text).unwrap().timestamp_nanos_opt().unwrap();
            prop_assert_eq!(at(&text), Ok(ReadTime::At(Instant(theirs))));
        }

        #[test]
        fn spoilt_texts_never_panic_and_never_mean_more_than_chrono(at_byte in 0usize..25, byte in any::<u8>()) {
            let mut text = *b"2026-07-01T12:34:56+02:00";
            text[at_byte] = byte;
            let ours = read_instant(text);
            let theirs = std::str::from_utf8(&text).ok().and_then(|t| DateTime::parse_from_rfc3339(t).ok());
            if let Some(theirs) = theirs.map(|t| t.timestamp_nanos_opt()) {
                prop_assert_eq!(ours.ok(), theirs.map(|n| ReadTime::At(Instant(n))));
            }
        }
    }

    const DAY_NS: i64 = 86_400 * SECOND;
}
