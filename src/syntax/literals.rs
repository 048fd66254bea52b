//! Literals: from their letters to their values. Each is checked to the last case here, so that later phases meet only
//! values that exist. No value is rounded: what does not fit is an error.

use super::Read;
use super::messages::{codes, units};
use super::tree::Literal;
use crate::base::{Diagnostic, Span};
use crate::value::{Cadence, ClockTime, Duration, Window};
use chrono::NaiveDate;

/// A decimal as digits and a power of ten: `1.50` is (150, 2).
fn digits(text: &str) -> Option<(i128, u32)> {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    if whole.len() + fraction.len() > 30 {
        return None;
    }
    let value = format!("{whole}{fraction}").parse().ok()?;
    Some((value, u32::try_from(fraction.len()).ok()?))
}

/// `text` times `factor`, where that is whole and fits.
fn scaled(text: &str, factor: i64, span: Span) -> Read<i64> {
    let Some((value, places)) = digits(text) else { return Err(too_large(text, span)) };
    let (value, places) = shortened(value, places);
    let Some(product) = value.checked_mul(i128::from(factor)) else { return Err(too_large(text, span)) };
    let divisor = 10_i128.pow(places);
    if product % divisor != 0 {
        return Err(Diagnostic::error(codes::BAD_NUMBER, format!("`{text}` has too many decimal places"))
            .at(span, "more exact than can be kept")
            .help("write fewer decimal places, or a smaller unit")
            .into());
    }
    i64::try_from(product / divisor).map_err(|_| too_large(text, span))
}

fn shortened(mut value: i128, mut places: u32) -> (i128, u32) {
    while places > 0 && value % 10 == 0 {
        value /= 10;
        places -= 1;
    }
    (value, places)
}

fn too_large(text: &str, span: Span) -> Box<Diagnostic> {
    Diagnostic::error(codes::BAD_NUMBER, format!("the number `{text}` is too large"))
        .at(span, "does not fit")
        .help("a number is below 2⁶³ in its smallest unit: bytes, or nanoseconds (292 years); longer spans are `years`")
        .into()
}

/// `3` or `0.5`.
pub(super) fn number(text: &str, span: Span) -> Read<Literal> {
    if text.contains('.') {
        let value: Option<f64> = text.parse().ok().filter(|v: &f64| v.is_finite());
        return value.map(Literal::Number).ok_or_else(|| too_large(text, span));
    }
    text.parse().map(Literal::Int).map_err(|_| too_large(text, span))
}

/// A number with a unit that the grammar knows: `35 days`, `98%`, `10 GB`, `10 MB/s`.
pub(super) fn quantity(text: &str, span: Span) -> Read<Literal> {
    let split = text.find(|c: char| !(c.is_ascii_digit() || c == '.')).unwrap_or(text.len());
    let (amount, unit) = text.split_at(split);
    let unit = unit.trim();
    if unit == "%" {
        return scaled(amount, 1_000_000_000, span).map(Literal::Percent);
    }
    if let Some(nanoseconds) = units::exact(unit) {
        return scaled(amount, nanoseconds, span).map(|n| Literal::Duration(Duration::Exact(n)));
    }
    if let Some(months) = units::months(unit) {
        if amount.contains('.') {
            return Err(Diagnostic::error(codes::BAD_NUMBER, format!("`{unit}` come in whole numbers"))
                .at(span, "a fraction of a calendar unit has no fixed length")
                .help("write a smaller unit: `18 months` instead of `1.5 years`")
                .into());
        }
        return scaled(amount, months, span).map(|n| Literal::Duration(Duration::Months(n)));
    }
    if let Some(bytes) = unit.strip_suffix("/s").and_then(units::bytes) {
        return scaled(amount, bytes, span).map(Literal::Rate);
    }
    match units::bytes(unit) {
        Some(bytes) => scaled(amount, bytes, span).map(Literal::Size),
        None => Err(units::unknown(unit, amount, span).into()),
    }
}

fn bad_time(message: String, span: Span, label: &str, help: &str) -> Box<Diagnostic> {
    Diagnostic::error(codes::BAD_TIME, message).at(span, label).help(help).into()
}

/// `2026-01-01`: the day must exist.
pub(super) fn date(text: &str, span: Span) -> Read<Literal> {
    check_date(text, span).map(|()| Literal::Date(text.to_owned()))
}

fn check_date(text: &str, span: Span) -> Read<()> {
    let parts: Vec<&str> = text.split('-').collect();
    let [year, month, day] = parts.as_slice() else {
        return Err(bad_time(format!("`{text}` is no date"), span, "not a date", "write a date as `2026-01-31`"));
    };
    if month.len() != 2 || day.len() != 2 {
        let full = format!("write `{year}-{month:0>2}-{day:0>2}`");
        return Err(bad_time(format!("`{text}` is no date"), span, "month and day have two digits", &full));
    }
    let read = |part: &str| part.parse::<u32>().unwrap_or(0);
    let year_number = year.parse::<i32>().unwrap_or(0);
    match NaiveDate::from_ymd_opt(year_number, read(month), read(day)) {
        Some(_) => Ok(()),
        None => Err(bad_time(
            format!("there is no day `{text}`"),
            span,
            "not in the calendar",
            "write a day that exists, as `2026-01-31`: year, month, day",
        )),
    }
}

/// `2026-01-01T00:00:00Z`, `2026-01-01T00:00`, `2026-01-01T00:00:00.5+02:00`.
pub(super) fn time(text: &str, span: Span) -> Read<Literal> {
    let (day, rest) = text.split_once('T').unwrap_or((text, ""));
    check_date(day, span)?;
    let zone_at = rest.find(['Z', '+', '-']).unwrap_or(rest.len());
    let (clock, zone) = rest.split_at(zone_at);
    let fine = is_clock_with_seconds(clock) && (zone.is_empty() || zone == "Z" || is_offset(zone));
    if fine {
        return Ok(Literal::Time(text.to_owned()));
    }
    Err(bad_time(
        format!("`{text}` is no time"),
        span,
        "the part after `T` does not fit",
        "write `2026-01-31T22:00:00Z`, with an offset `+02:00` instead of `Z`, or without either for the policy's zone",
    ))
}

fn two_digits(text: &str, below: u32) -> bool {
    text.len() == 2 && text.parse::<u32>().is_ok_and(|n| n < below) && text.bytes().all(|b| b.is_ascii_digit())
}

fn is_clock_with_seconds(text: &str) -> bool {
    let mut parts = text.split(':');
    let (hour, minute, second) = (parts.next(), parts.next(), parts.next());
    let seconds_fine = second.is_none_or(|second| {
        let (whole, fraction) = second.split_once('.').unwrap_or((second, "0"));
        let fraction_fine = (1..=9).contains(&fraction.len()) && fraction.bytes().all(|b| b.is_ascii_digit());
        two_digits(whole, 60) && fraction_fine
    });
    parts.next().is_none()
        && hour.is_some_and(|h| two_digits(h, 24))
        && minute.is_some_and(|m| two_digits(m, 60))
        && seconds_fine
}

fn is_offset(text: &str) -> bool {
    let parts = text.get(1..).and_then(|t| t.split_once(':'));
    parts.is_some_and(|(hours, minutes)| two_digits(hours, 24) && two_digits(minutes, 60))
}

/// `22:00`
pub(super) fn clock(text: &str, span: Span) -> Read<ClockTime> {
    let parts: Vec<&str> = text.split(':').collect();
    if let [hours, minutes] = parts.as_slice()
        && two_digits(hours, 24)
        && two_digits(minutes, 60)
    {
        let read = |part: &str| part.parse::<u32>().unwrap_or(0);
        return Ok(ClockTime(read(hours) * 3600 + read(minutes) * 60));
    }
    let help = match parts.as_slice() {
        ["24", "00"] => "write `00:00` for midnight",
        [hours, minutes] if hours.len() == 1 && two_digits(minutes, 60) => "write two digits for the hour, as `09:30`",
        _ => "write hours and minutes, from `00:00` to `23:59`",
    };
    Err(bad_time(format!("`{text}` is no time of day"), span, "not between `00:00` and `23:59`", help))
}

/// Two clocks that differ.
pub(super) fn window(from: ClockTime, to: ClockTime, span: Span) -> Read<Literal> {
    if from == to {
        return Err(bad_time(
            "this window begins and ends at the same time".to_owned(),
            span,
            "empty, or the whole day?",
            "write different ends; a window may go over midnight, as `22:00 to 06:00`",
        ));
    }
    Ok(Literal::Window(Window { from, to }))
}

/// `every week`
pub(super) fn cadence(text: &str) -> Cadence {
    match text.rsplit([' ', '\t']).next().unwrap_or("") {
        "hour" => Cadence::Hourly,
        "day" => Cadence::Daily,
        "week" => Cadence::Weekly,
        "month" => Cadence::Monthly,
        "quarter" => Cadence::Quarterly,
        _ => Cadence::Yearly,
    }
}
