//! Times as tools write them that the store does not read itself: local times without offset, epoch numbers.

use crate::value::Instant;
use chrono::{DateTime, NaiveDateTime};

/// The instant of an RFC 3339 text; `None` if it is none or out of range.
pub(super) fn instant(text: &str) -> Option<Instant> {
    DateTime::parse_from_rfc3339(text).ok()?.timestamp_nanos_opt().map(Instant)
}

/// Nanoseconds since 1970-01-01T00:00:00 of the same zone, of `2026-11-20T02:30:00[.000000]`, a blank for the `T` allowed.
pub(super) fn local(text: &str) -> Option<i64> {
    NaiveDateTime::parse_from_str(text, "%Y-%m-%dT%H:%M:%S%.f")
        .or_else(|_| NaiveDateTime::parse_from_str(text, "%Y-%m-%d %H:%M:%S%.f"))
        .ok()?
        .and_utc()
        .timestamp_nanos_opt()
}

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
    const NANOS: f64 = 1e9;
    const LIMIT: f64 = 9.2e18;
    let nanos = (seconds * NANOS).round();
    if !(0.0..LIMIT).contains(&nanos) {
        return None;
    }
    #[expect(clippy::cast_possible_truncation, reason = "whole and within the limit above")]
    Some(nanos as i64)
}
