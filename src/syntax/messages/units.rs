//! The units, and the spellings of them that are not taken.

use super::codes;
use crate::base::suggest::nearest;
use crate::base::{Diagnostic, Span};

const SECOND: i64 = 1_000_000_000;

/// Exact units in nanoseconds.
pub(in crate::syntax) fn exact(unit: &str) -> Option<i64> {
    Some(match unit {
        "s" | "second" | "seconds" => SECOND,
        "min" | "minute" | "minutes" => 60 * SECOND,
        "h" | "hour" | "hours" => 3600 * SECOND,
        "day" | "days" => 86_400 * SECOND,
        "week" | "weeks" => 7 * 86_400 * SECOND,
        _ => return None,
    })
}

/// Calendar units in months.
pub(in crate::syntax) fn months(unit: &str) -> Option<i64> {
    Some(match unit {
        "month" | "months" => 1,
        "quarter" | "quarters" => 3,
        "year" | "years" => 12,
        _ => return None,
    })
}

/// Sizes in bytes.
pub(in crate::syntax) fn bytes(unit: &str) -> Option<i64> {
    Some(match unit {
        "B" => 1,
        "KB" => 1_000,
        "MB" => 1_000_000,
        "GB" => 1_000_000_000,
        "TB" => 1_000_000_000_000,
        "PB" => 1_000_000_000_000_000,
        "EB" => 1_000_000_000_000_000_000,
        "KiB" => 1 << 10,
        "MiB" => 1 << 20,
        "GiB" => 1 << 30,
        "TiB" => 1 << 40,
        "PiB" => 1 << 50,
        "EiB" => 1 << 60,
        _ => return None,
    })
}

/// Whether a unit of a field's `from "name" in unit` exists.
pub(in crate::syntax) fn is_unit(unit: &str) -> bool {
    unit == "%"
        || exact(unit).is_some()
        || months(unit).is_some()
        || bytes(unit).is_some()
        || unit.strip_suffix("/s").is_some_and(|size| bytes(size).is_some())
}

const UNITS: &[&str] = &[
    "s", "min", "h", "days", "weeks", "months", "quarters", "years", "B", "KB", "MB", "GB", "TB", "PB", "EB", "KiB",
    "MiB", "GiB", "TiB", "PiB", "EiB",
];

/// What to write for a spelling that people use; only spellings that cannot be words of a phrase after a number.
pub(in crate::syntax) fn right_spelling(unit: &str) -> Option<&'static str> {
    Some(match unit {
        "m" => "min` or `months",
        "d" | "D" => "days",
        "w" | "wk" | "wks" => "weeks",
        "mo" | "mos" | "mon" => "months",
        "q" => "quarters",
        "y" | "yr" | "yrs" => "years",
        "H" | "hr" | "hrs" => "h",
        "mins" => "min",
        "sec" | "secs" => "s",
        "pct" | "percent" | "percents" => "%",
        "kB" | "kb" | "Kb" | "k" => "KB",
        "mb" | "Mb" => "MB",
        "gb" | "Gb" => "GB",
        "tb" | "Tb" => "TB",
        "pb" | "Pb" => "PB",
        "eb" | "Eb" => "EB",
        "kib" => "KiB",
        "mib" => "MiB",
        "gib" => "GiB",
        "tib" => "TiB",
        "pib" => "PiB",
        "eib" => "EiB",
        "byte" | "bytes" => "B",
        _ => return None,
    })
}

/// Two quantities of time side by side, `1h 30 min`, as the one that is meant: `90 min`. `None` for anything else, and
/// for months beside days, which make no one number.
pub fn one_duration(text: &str) -> Option<String> {
    let (first, unit, rest) = quantity(text)?;
    let (second, smaller, rest) = quantity(rest)?;
    let (large, small) = exact(unit).zip(exact(smaller)).or_else(|| months(unit).zip(months(smaller)))?;
    let times = large.checked_div(small).filter(|_| large % small == 0 && rest.is_empty())?;
    let sum = first.checked_mul(times)?.checked_add(second)?;
    Some(format!("{sum} {smaller}"))
}

/// The whole number and the word that a text begins with, and what comes after them.
fn quantity(text: &str) -> Option<(i64, &str, &str)> {
    let text = text.trim_start();
    let (number, rest) = text.split_at(text.find(|c: char| !c.is_ascii_digit())?);
    let rest = rest.trim_start();
    let (unit, rest) = rest.split_at(rest.find(|c: char| !c.is_ascii_alphabetic()).unwrap_or(rest.len()));
    Some((number.parse().ok()?, unit, rest))
}

/// `amount` is the number before it; empty where there is none.
pub(in crate::syntax) fn unknown(unit: &str, amount: &str, span: Span) -> Diagnostic {
    let error = Diagnostic::error(codes::UNKNOWN_UNIT, format!("`{unit}` is no unit")).at(span, "unknown unit");
    let right = right_spelling(unit).or_else(|| nearest(unit, UNITS.iter().copied()));
    let blank = if amount.is_empty() || right == Some("%") { "" } else { " " };
    match right {
        Some("min` or `months") => error.help(format!("write `{amount}{blank}min` or `{amount}{blank}months`")),
        Some(right) => error.help(format!("write `{amount}{blank}{right}`")),
        None => error.help(
            "time: `s min h days weeks months quarters years`; size: `B KB MB GB TB PB EB` or `KiB` … `EiB`; `%`",
        ),
    }
}
