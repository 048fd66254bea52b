//! Numbers that tools write for times and durations, which the store does not read itself.

use crate::value::Instant;

/// The instant of seconds since 1970 with a fraction. A double holds today's seconds to half a microsecond, so they
/// are taken to the nearest one.
pub(super) fn epoch(seconds: f64) -> Option<Instant> {
    const MICROS: f64 = 1e6;
    const LIMIT: f64 = 9.2e15;
    let micros = (seconds * MICROS).round();
    if !micros.is_finite() || micros.abs() > LIMIT {
        return None;
    }
    #[expect(clippy::cast_possible_truncation, reason = "whole and within the limit above")]
    (micros as i64).checked_mul(1000).map(Instant)
}

/// Nanoseconds of a duration in seconds, to the nearest; `None` if negative or out of range.
pub(super) fn duration(seconds: f64) -> Option<i64> {
    whole(seconds * 1e9)
}

/// The instant of `/Date(1795227833154)/`, as Windows PowerShell writes one in JSON: milliseconds since 1970, with an
/// offset behind it that changes nothing.
pub(super) fn date_call(text: &str) -> Option<Instant> {
    let inner = text.strip_prefix("/Date(")?.strip_suffix(")/")?;
    let end = inner.char_indices().skip(1).find(|(_, c)| matches!(c, '+' | '-')).map_or(inner.len(), |(at, _)| at);
    let millis: i64 = inner.get(..end)?.parse().ok()?;
    millis.checked_mul(1_000_000).map(Instant)
}

/// `Sun Nov 22 12:49:40 2026`, as C prints a time: local, in nanoseconds since 1970.
pub(super) fn ctime(text: &str) -> Option<i64> {
    let local = chrono::NaiveDateTime::parse_from_str(text, "%a %b %e %H:%M:%S %Y").ok()?;
    local.and_utc().timestamp_nanos_opt()
}

/// A number to the nearest whole; `None` if negative or out of range.
pub(super) fn whole(number: f64) -> Option<i64> {
    const LIMIT: f64 = 9.2e18;
    let number = number.round();
    if !(0.0..LIMIT).contains(&number) {
        return None;
    }
    #[expect(clippy::cast_possible_truncation, reason = "whole and within the limit above")]
    Some(number as i64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_of_powershell_are_milliseconds() {
        let at = Some(Instant(1_795_227_833_154_000_000));
        for text in ["/Date(1795227833154)/", "/Date(1795227833154+0200)/", "/Date(1795227833154-0700)/"] {
            assert_eq!(date_call(text), at, "{text}");
        }
        assert_eq!(date_call("/Date(-1000)/"), Some(Instant(-1_000_000_000)));
        for text in ["/Date()/", "/Date(x)/", "/Date(9223372036854775807)/", "Date(1)", "/Date(1)", "/Date(-)/"] {
            assert_eq!(date_call(text), None, "{text}");
        }
    }
}
