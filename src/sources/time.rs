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
    const NANOS: f64 = 1e9;
    const LIMIT: f64 = 9.2e18;
    let nanos = (seconds * NANOS).round();
    if !(0.0..LIMIT).contains(&nanos) {
        return None;
    }
    #[expect(clippy::cast_possible_truncation, reason = "whole and within the limit above")]
    Some(nanos as i64)
}
