//! Durations as text: the language's literals (one number, one unit), and what facts hold (ISO 8601, clocks of several
//! makers, Go, protobuf). Durations read are never negative.

use super::civil::{DAY, HOUR, MINUTE, SECOND};
use super::decimal::{Decimal, number_length, write_scaled};
use super::literal::{LiteralError, quantity};
use super::types::Duration;

const EXPECTED: &str = "a duration such as `35 days`";

/// What one of a unit is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Unit {
    Exact(i64),
    Months(i64),
}

impl Unit {
    fn times(self, number: Decimal) -> Result<Duration, LiteralError> {
        match self {
            Unit::Exact(n) => {
                number.times(n).filter(|n| *n != i64::MAX).map(Duration::Exact).ok_or(LiteralError::TooLarge)
            }
            Unit::Months(n) => match (number.times_exactly(n), number.times(n)) {
                (Some(months), _) => Ok(Duration::Months(months)),
                (None, Some(_)) => Err(LiteralError::NotWhole),
                (None, None) => Err(LiteralError::TooLarge),
            },
        }
    }
}

/// The units of the language.
fn language_unit(name: &str) -> Option<Unit> {
    Some(match name {
        "s" => Unit::Exact(SECOND),
        "min" => Unit::Exact(MINUTE),
        "h" => Unit::Exact(HOUR),
        "day" | "days" => Unit::Exact(DAY),
        "week" | "weeks" => Unit::Exact(7 * DAY),
        "month" | "months" => Unit::Months(1),
        "quarter" | "quarters" => Unit::Months(3),
        "year" | "years" => Unit::Months(12),
        _ => return None,
    })
}

/// What facts write beside these; `m` apart.
fn other_unit(name: &str) -> Option<Unit> {
    Some(match name {
        "ns" => Unit::Exact(1),
        "us" | "µs" | "μs" => Unit::Exact(1_000),
        "ms" => Unit::Exact(1_000_000),
        "sec" | "secs" | "second" | "seconds" => Unit::Exact(SECOND),
        "mins" | "minute" | "minutes" => Unit::Exact(MINUTE),
        "hr" | "hrs" | "hour" | "hours" => Unit::Exact(HOUR),
        "d" => Unit::Exact(DAY),
        "w" => Unit::Exact(7 * DAY),
        "y" => Unit::Months(12),
        _ => return None,
    })
}

fn unknown_unit(name: &str) -> LiteralError {
    let instead = match name {
        "sec" | "secs" | "second" | "seconds" => Some("`s`"),
        "mins" | "minute" | "minutes" => Some("`min`"),
        "hr" | "hrs" | "hour" | "hours" | "H" => Some("`h`"),
        "d" | "D" => Some("`days`"),
        "w" | "W" => Some("`weeks`"),
        "y" | "Y" | "yr" => Some("`years`"),
        "m" | "M" => return LiteralError::AmbiguousUnit(name.to_owned()),
        _ => None,
    };
    LiteralError::UnknownUnit { unit: name.to_owned(), instead }
}

/// A literal of the language: `35 days`, `4h`, `15 min`, `7 years`, `1.5 h`.
///
/// # Errors
/// Malformed, without unit, with an unknown one, a fraction of a month, or beyond 292 years of nanoseconds.
pub fn read_duration(text: &str) -> Result<Duration, LiteralError> {
    let (number, unit) = quantity(text, EXPECTED)?;
    language_unit(unit).ok_or_else(|| unknown_unit(unit))?.times(number)
}

/// The duration as one number and one unit, exactly: `35 days`, `36 h`, `90 s`, `0.25 s`, `13 months`, `7 years`. Days
/// from two on, never weeks or quarters.
#[must_use]
pub fn write_duration(duration: Duration) -> String {
    let plural = |n: i64, one: &str| if n == 1 { format!("1 {one}") } else { format!("{n} {one}s") };
    match duration {
        Duration::FOREVER => "for ever".to_owned(),
        Duration::Months(n) if n != 0 && n % 12 == 0 => plural(n / 12, "year"),
        Duration::Months(n) => plural(n, "month"),
        Duration::Exact(0) => "0 s".to_owned(),
        Duration::Exact(n) if n % DAY == 0 && n.unsigned_abs() >= 2 * DAY.unsigned_abs() => plural(n / DAY, "day"),
        Duration::Exact(n) if n % HOUR == 0 => format!("{} h", n / HOUR),
        Duration::Exact(n) if n % MINUTE == 0 => format!("{} min", n / MINUTE),
        Duration::Exact(n) => format!("{} s", write_scaled(n, 9)),
    }
}

/// A duration as facts hold it: a plain number of seconds; the language's literals and usual words and letters beside
/// them, also several in a row (`720h0m0s`, `1 h 30 min`, `604800s`); ISO 8601 (`PT4H`, `P1Y2M`, `P7D`); a clock with
/// seconds (`00:45:18`, .NET's `1.02:03:04`, Python's `1 day, 2:03:04`). `m` is minutes only beside `h` or `s`.
/// Beyond nanoseconds it is rounded, half to even.
///
/// # Errors
/// As [`read_duration`]; months beside exact parts, a lone `m`.
pub fn read_duration_cell(text: &str) -> Result<Duration, LiteralError> {
    if let Some(seconds) = Decimal::read(text) {
        return Unit::Exact(SECOND).times(seconds);
    }
    if let Some(rest) = text.strip_prefix('P') {
        return read_iso(rest);
    }
    if text.contains(':') {
        return read_clocked(text);
    }
    read_parts(text)
}

/// Exact and calendar parts gathered; only one of the two may be there in the end.
#[derive(Debug, Default)]
struct Parts {
    exact: i64,
    months: i64,
}

impl Parts {
    fn add(&mut self, duration: Duration) -> Result<(), LiteralError> {
        let (sum, more) = match duration {
            Duration::Exact(n) => (&mut self.exact, n),
            Duration::Months(n) => (&mut self.months, n),
        };
        *sum = sum.checked_add(more).filter(|n| *n != i64::MAX).ok_or(LiteralError::TooLarge)?;
        Ok(())
    }

    fn duration(self) -> Result<Duration, LiteralError> {
        match (self.exact, self.months) {
            (exact, 0) => Ok(Duration::Exact(exact)),
            (0, months) => Ok(Duration::Months(months)),
            _ => Err(LiteralError::MixedDuration),
        }
    }
}

/// What follows the `P`: `1Y2M10DT2H30M`, each designator at most once and in order.
fn read_iso(text: &str) -> Result<Duration, LiteralError> {
    const MALFORMED: LiteralError = LiteralError::Malformed("an ISO 8601 duration such as `PT4H`");
    const DATE: [(char, Unit); 4] =
        [('Y', Unit::Months(12)), ('M', Unit::Months(1)), ('W', Unit::Exact(7 * DAY)), ('D', Unit::Exact(DAY))];
    const TIME: [(char, Unit); 3] = [('H', Unit::Exact(HOUR)), ('M', Unit::Exact(MINUTE)), ('S', Unit::Exact(SECOND))];
    let mut parts = Parts::default();
    let mut read_all = |mut text: &str, mut units: &[(char, Unit)]| {
        while !text.is_empty() {
            let (number, rest) = text.split_at_checked(number_length(text)).ok_or(MALFORMED)?;
            let number = Decimal::read(number).ok_or(MALFORMED)?;
            let mut rest = rest.chars();
            let designator = rest.next().ok_or(MALFORMED)?;
            let place = units.iter().position(|(name, _)| *name == designator).ok_or(MALFORMED)?;
            if let [(_, unit), later @ ..] = units.get(place..).unwrap_or_default() {
                parts.add(unit.times(number)?)?;
                units = later;
            }
            text = rest.as_str();
        }
        Ok(())
    };
    match text.split_once('T') {
        None if text.is_empty() => return Err(MALFORMED),
        Some((_, "")) => return Err(MALFORMED),
        None => read_all(text, &DATE)?,
        Some((date, time)) => {
            read_all(date, &DATE)?;
            read_all(time, &TIME)?;
        }
    }
    parts.duration()
}

/// `[<days> day[s], | <days>.]<hours>:<mm>:<ss>[.<fraction>]`
fn read_clocked(text: &str) -> Result<Duration, LiteralError> {
    const MALFORMED: LiteralError = LiteralError::Malformed("a duration such as `00:45:18`");
    let whole = |text: &str| {
        let plain = !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
        Decimal::read(text).filter(|_| plain).ok_or(MALFORMED)
    };
    let (days, clock) = match text.split_once(", ") {
        Some((days, clock)) => {
            let days = days.strip_suffix(" days").or_else(|| days.strip_suffix(" day")).ok_or(MALFORMED)?;
            (Some(days), clock)
        }
        None => match (text.find('.'), text.find(':')) {
            (Some(point), Some(colon)) if point < colon => {
                let (days, clock) = text.split_once('.').ok_or(MALFORMED)?;
                (Some(days), clock)
            }
            _ => (None, text),
        },
    };
    let mut fields = clock.split(':');
    let (Some(hours), Some(minutes), Some(seconds), None) =
        (fields.next(), fields.next(), fields.next(), fields.next())
    else {
        return Err(MALFORMED);
    };
    let (second, _) = seconds.split_once('.').unwrap_or((seconds, ""));
    let below_sixty = |text: &str| text.len() == 2 && text < "60";
    whole(minutes)?;
    whole(second)?;
    if !below_sixty(minutes) || !below_sixty(second) {
        return Err(MALFORMED);
    }
    let mut parts = Parts::default();
    parts.add(Unit::Exact(DAY).times(whole(days.unwrap_or("0"))?)?)?;
    parts.add(Unit::Exact(HOUR).times(whole(hours)?)?)?;
    parts.add(Unit::Exact(MINUTE).times(whole(minutes)?)?)?;
    parts.add(Unit::Exact(SECOND).times(Decimal::read(seconds).ok_or(MALFORMED)?)?)?;
    parts.duration()
}

/// One or more of number and unit, with blanks or nothing between them.
fn read_parts(text: &str) -> Result<Duration, LiteralError> {
    let mut parts = Parts::default();
    let mut rest = text;
    let (mut lone_m, mut beside) = (None, false);
    while !rest.is_empty() {
        let (number, after) = rest.split_at_checked(number_length(rest)).unwrap_or_default();
        let number = Decimal::read(number).ok_or(LiteralError::Malformed(EXPECTED))?;
        let after = after.trim_start_matches(' ');
        let length = after.find(|c: char| c.is_ascii_digit() || c == ' ').unwrap_or(after.len());
        let (unit, after) = after.split_at_checked(length).unwrap_or_default();
        let known = match unit {
            "" => return Err(LiteralError::NoUnit(EXPECTED)),
            "m" => {
                lone_m = Some(unit);
                Unit::Exact(MINUTE)
            }
            unit => language_unit(unit).or_else(|| other_unit(unit)).ok_or_else(|| unknown_unit(unit))?,
        };
        beside |= matches!(unit, "h" | "s" | "ms");
        parts.add(known.times(number)?)?;
        let trimmed = after.trim_start_matches(' ');
        if trimmed.is_empty() && !after.is_empty() {
            return Err(LiteralError::Malformed(EXPECTED));
        }
        rest = trimmed;
    }
    match lone_m {
        _ if text.is_empty() => Err(LiteralError::Malformed(EXPECTED)),
        Some(unit) if !beside => Err(LiteralError::AmbiguousUnit(unit.to_owned())),
        _ => parts.duration(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn literals_of_the_language() {
        let cases = [
            ("35 days", Duration::Exact(35 * DAY)),
            ("1 day", Duration::Exact(DAY)),
            ("4h", Duration::Exact(4 * HOUR)),
            ("15 min", Duration::Exact(15 * MINUTE)),
            ("1.5 h", Duration::Exact(90 * MINUTE)),
            ("5 weeks", Duration::Exact(35 * DAY)),
            ("13 months", Duration::Months(13)),
            ("2 quarters", Duration::Months(6)),
            ("7 years", Duration::Months(84)),
            ("0.5 years", Duration::Months(6)),
        ];
        for (text, duration) in cases {
            assert_eq!(read_duration(text), Ok(duration), "{text}");
        }
        assert_eq!(read_duration("0.3 months"), Err(LiteralError::NotWhole));
        assert_eq!(read_duration("300 days 4 h").unwrap_err().to_string(), "no unit `days 4 h`");
        assert_eq!(read_duration("30 m"), Err(LiteralError::AmbiguousUnit("m".to_owned())));
        assert_eq!(read_duration("30 d").unwrap_err().to_string(), "no unit `d`, write `days`");
        assert_eq!(read_duration("200000 weeks"), Err(LiteralError::TooLarge));
        assert!(matches!(read_duration("30"), Err(LiteralError::NoUnit(_))));
        for text in ["", "days", "-1 h", " 1 h", "1 h ", "1,5 h"] {
            assert!(read_duration(text).is_err(), "{text}");
        }
    }

    #[test]
    fn durations_of_facts() {
        let clock = |h, m, s| Duration::Exact(h * HOUR + m * MINUTE + s * SECOND);
        let cases = [
            ("45", clock(0, 0, 45)),
            ("29.718011", Duration::Exact(29_718_011_000)),
            ("1e3", clock(0, 0, 1_000)),
            ("36h", clock(36, 0, 0)),
            ("7d", clock(7 * 24, 0, 0)),
            ("35 days", clock(35 * 24, 0, 0)),
            ("2 hours", clock(2, 0, 0)),
            ("PT4H", clock(4, 0, 0)),
            ("PT0.5S", Duration::Exact(SECOND / 2)),
            ("P7D", clock(7 * 24, 0, 0)),
            ("P1DT2H3M4S", clock(26, 3, 4)),
            ("P2W", clock(14 * 24, 0, 0)),
            ("P1Y2M", Duration::Months(14)),
            ("P0Y0M7D", clock(7 * 24, 0, 0)),
            ("PT0S", Duration::Exact(0)),
            ("00:45:18", clock(0, 45, 18)),
            ("00:00:43.1809140", Duration::Exact(43_180_914_000)),
            ("1.02:03:04", clock(26, 3, 4)),
            ("1.02:03:04.5000000", Duration::Exact((26 * 3_600 + 184) * SECOND + SECOND / 2)),
            ("1 day, 2:03:04", clock(26, 3, 4)),
            ("12 days, 0:00:29.718011", Duration::Exact(12 * DAY + 29_718_011_000)),
            ("0:00:29.718011", Duration::Exact(29_718_011_000)),
            ("720:00:00", clock(720, 0, 0)),
            ("720h0m0s", clock(720, 0, 0)),
            ("1h2m3.5s", Duration::Exact(3_723 * SECOND + SECOND / 2)),
            ("1m30s", clock(0, 1, 30)),
            ("604800s", clock(168, 0, 0)),
            ("1 h 30 min", clock(1, 30, 0)),
            ("250ms", Duration::Exact(250_000_000)),
            ("7 years", Duration::Months(84)),
            ("1 year 6 months", Duration::Months(18)),
        ];
        for (text, duration) in cases {
            assert_eq!(read_duration_cell(text), Ok(duration), "{text}");
        }
    }

    #[test]
    fn what_is_no_duration_is_refused() {
        assert_eq!(read_duration_cell("30m"), Err(LiteralError::AmbiguousUnit("m".to_owned())));
        assert_eq!(read_duration_cell("P1M3D"), Err(LiteralError::MixedDuration));
        assert_eq!(read_duration_cell("1 year 3 days"), Err(LiteralError::MixedDuration));
        for text in ["", "P", "PT", "P1", "PT4", "P1D1Y", "PT1H1H", "P1H", "45:18", "00:60:00", "00:00:61", "1:2:3"] {
            assert!(read_duration_cell(text).is_err(), "{text}");
        }
        for text in
            ["-1 day, 23:59:59", "-5", "1 day, ", "::", "1 day", "h", "3 fortnights", "1.2.03:00:00", "1h ", "1h 2"]
        {
            let one_day = text == "1 day";
            assert_eq!(read_duration_cell(text).is_ok(), one_day, "{text}");
        }
        assert_eq!(read_duration_cell("99999999999"), Err(LiteralError::TooLarge));
    }

    #[test]
    fn writing_takes_one_unit() {
        let cases = [
            (Duration::Exact(35 * DAY), "35 days"),
            (Duration::Exact(DAY), "24 h"),
            (Duration::Exact(4 * HOUR), "4 h"),
            (Duration::Exact(90 * MINUTE), "90 min"),
            (Duration::Exact(90 * SECOND), "90 s"),
            (Duration::Exact(250_000_000), "0.25 s"),
            (Duration::Exact(0), "0 s"),
            (Duration::Months(1), "1 month"),
            (Duration::Months(13), "13 months"),
            (Duration::Months(84), "7 years"),
            (Duration::Months(12), "1 year"),
            (Duration::FOREVER, "for ever"),
        ];
        for (duration, text) in cases {
            assert_eq!(write_duration(duration), text);
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn written_is_read_back(n in 0i64..i64::MAX, unit in 0usize..5, months in 0i64..10_000) {
            let unit = [1, SECOND, MINUTE, HOUR, DAY][unit];
            let exact = Duration::Exact(n / unit * unit);
            prop_assert_eq!(read_duration(&write_duration(exact)), Ok(exact));
            prop_assert_eq!(read_duration_cell(&write_duration(exact)), Ok(exact));
            let months = Duration::Months(months);
            prop_assert_eq!(read_duration(&write_duration(months)), Ok(months));
        }

        #[test]
        fn no_text_panics(text in "[0-9PTYMDHSdhms:., é-]{0,14}", n in any::<i64>()) {
            let _ = (read_duration(&text), read_duration_cell(&text));
            let _ = (write_duration(Duration::Exact(n)), write_duration(Duration::Months(n)));
        }
    }
}
