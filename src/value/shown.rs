//! Numbers as reports show them: one decimal, and as many more as it takes until the shown number compares with the
//! shown limit as the exact ones do. 48 of 49 against 98 % is 97.96 %, never 98.0 %.
//!
//! Durations are shown in their two largest parts and gain smaller ones in the same way.

use super::civil::{DAY, HOUR, MINUTE, SECOND};
use super::decimal::write_scaled;
use super::duration_text::write_duration;
use super::ratio::Ratio;
use super::size::{Family, SizeUnit, UNITS, exact_unit};
use super::types::Duration;
use std::cmp::Ordering;

/// More decimals than this are not shown; the fraction is, instead.
const MOST_DECIMALS: u32 = 18;
/// Decimals with which a limit is shown exactly, if it can be.
const EXACT_DECIMALS: u32 = 9;

/// The number rounded to so many decimals, half to even, as `scaled / 10^places`.
fn rounded(number: Ratio, places: u32) -> Option<i64> {
    number.times(Ratio::whole(10i64.checked_pow(places)?))?.rounded()
}

fn scaled(value: i64, places: u32) -> Option<Ratio> {
    Ratio::new(i128::from(value), i128::from(10i64.checked_pow(places)?))
}

/// `scaled / 10^places` with exactly so many decimals, at least one.
fn write_decimals(value: i64, places: u32) -> String {
    let text = write_scaled(value, places);
    let (whole, fraction) = text.split_once('.').unwrap_or((&text, ""));
    format!("{whole}.{fraction:0<width$}", width = places as usize)
}

fn write_fraction(number: Ratio) -> String {
    format!("{}/{}", number.numerator(), number.denominator())
}

/// A value and its limit, each as a bare number.
struct Pair {
    value: String,
    limit: String,
}

/// Decimals enough to tell `value` from `limit` as the exact ones are told.
fn tell_apart(value: Ratio, limit: Ratio) -> Pair {
    let exact_limit = (0..=EXACT_DECIMALS).find_map(|places| {
        let shown = rounded(limit, places)?;
        (scaled(shown, places)? == limit).then(|| write_scaled(shown, places))
    });
    for places in 1..=MOST_DECIMALS {
        let Some(shown) = rounded(value, places) else { break };
        let Some(as_ratio) = scaled(shown, places) else { break };
        let against = match &exact_limit {
            Some(text) => (limit, text.clone()),
            None => {
                let Some(limit) = rounded(limit, places) else { break };
                let Some(as_ratio) = scaled(limit, places) else { break };
                (as_ratio, write_decimals(limit, places))
            }
        };
        if as_ratio.cmp(&against.0) == value.cmp(&limit) {
            return Pair { value: write_decimals(shown, places), limit: against.1 };
        }
    }
    Pair { value: write_fraction(value), limit: exact_limit.unwrap_or_else(|| write_fraction(limit)) }
}

/// A value as shown beside its limit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shown {
    /// `97.96 %`
    pub value: String,
    /// `98 %`
    pub limit: String,
}

/// A plain number against its limit: `2.5` and `3`.
#[must_use]
pub fn show_number_against(value: Ratio, limit: Ratio) -> Shown {
    let Pair { value, limit } = tell_apart(value, limit);
    Shown { value, limit }
}

/// A share against its limit, both where 1 is 100 %: `97.96 %` and `98 %`.
#[must_use]
pub fn show_percent_against(value: Ratio, limit: Ratio) -> Shown {
    let hundred = Ratio::whole(100);
    match (value.times(hundred), limit.times(hundred)) {
        (Some(value), Some(limit)) => {
            let Pair { value, limit } = tell_apart(value, limit);
            Shown { value: format!("{value} %"), limit: format!("{limit} %") }
        }
        _ => Shown { value: write_fraction(value), limit: write_fraction(limit) },
    }
}

/// A share without a limit, to one decimal: `98.0 %`.
#[must_use]
pub fn show_percent(value: Ratio) -> String {
    match value.times(Ratio::whole(100)).and_then(|percent| rounded(percent, 1)) {
        Some(tenths) => format!("{} %", write_decimals(tenths, 1)),
        None => write_fraction(value),
    }
}

/// A percent in 10⁻⁹ percent, exactly, as a report shows it: `98 %`.
#[must_use]
pub fn show_exact_percent(percent: i64) -> String {
    format!("{} %", write_scaled(percent, EXACT_DECIMALS))
}

fn unit_for(bytes: i64, family: Family) -> SizeUnit {
    let fits = |unit: &SizeUnit| unit.family == family && bytes.unsigned_abs() >= unit.bytes.unsigned_abs();
    UNITS.into_iter().filter(fits).max_by_key(|unit| unit.bytes).unwrap_or(UNITS[0])
}

/// A size without a limit, to one decimal in the largest decimal unit: `1.6 GB`; bytes as they are.
#[must_use]
pub fn show_size(bytes: i64) -> String {
    let unit = unit_for(bytes, Family::Decimal);
    let tenths = Ratio::new(i128::from(bytes), i128::from(unit.bytes)).and_then(|amount| rounded(amount, 1));
    match tenths {
        Some(tenths) if unit.bytes > 1 => format!("{} {}", write_decimals(tenths, 1), unit.name),
        _ => format!("{bytes} B"),
    }
}

/// A size in bytes against its limit: the limit exactly, the value in the largest unit of the limit's family (`GB` or
/// `GiB`).
#[must_use]
pub fn show_size_against(bytes: i64, limit: i64) -> Shown {
    let (limit_unit, _) = exact_unit(limit);
    let unit = unit_for(bytes, limit_unit.family);
    let limit_text = super::size::write_size(limit);
    let amount = |bytes: i64| Ratio::new(i128::from(bytes), i128::from(unit.bytes)).unwrap_or(Ratio::ZERO);
    let (value_amount, limit_amount) = (amount(bytes), amount(limit));
    let order = bytes.cmp(&limit);
    let fits = |places: u32| {
        let shown = rounded(value_amount, places)?;
        (scaled(shown, places)?.cmp(&limit_amount) == order).then(|| write_decimals(shown, places))
    };
    let value = if unit.bytes == 1 { None } else { (1..=MOST_DECIMALS).find_map(fits) };
    let value = value.map_or_else(|| format!("{bytes} B"), |number| format!("{number} {}", unit.name));
    Shown { value, limit: limit_text }
}

/// The parts of an exact duration, largest first, without those that are 0: days from two on, `h`, `min`, `s`.
fn parts_of(nanoseconds: u64) -> Vec<(u64, String)> {
    let mut parts = Vec::new();
    let mut rest = nanoseconds;
    let (day, hour, minute, second) =
        (DAY.unsigned_abs(), HOUR.unsigned_abs(), MINUTE.unsigned_abs(), SECOND.unsigned_abs());
    if rest >= 2 * day {
        parts.push((rest / day * day, format!("{} days", rest / day)));
        rest %= day;
    }
    if rest / hour > 0 {
        parts.push((rest / hour * hour, format!("{} h", rest / hour)));
        rest %= hour;
    }
    // Up to two minutes seconds alone are the usual way to say it.
    if rest / minute > 0 && (!parts.is_empty() || rest >= 2 * minute) {
        parts.push((rest / minute * minute, format!("{} min", rest / minute)));
        rest %= minute;
    }
    if rest / second > 0 {
        parts.push((rest / second * second, format!("{} s", rest / second)));
        rest %= second;
    }
    if rest > 0 {
        let seconds = parts.pop_if(|(_, text)| text.ends_with(" s"));
        let total = seconds.map_or(0, |(length, _)| length) + rest;
        parts.push((total, format!("{} s", write_scaled(i64::try_from(total).unwrap_or(i64::MAX), 9))));
    }
    parts
}

fn join(parts: &[(u64, String)], negative: bool) -> String {
    let text = parts.iter().map(|(_, text)| text.as_str()).collect::<Vec<_>>().join(" ");
    match (text.is_empty(), negative) {
        (true, _) => "0 s".to_owned(),
        (false, true) => format!("-{text}"),
        (false, false) => text,
    }
}

/// A duration exactly, in all its parts: `4 h`, `1 h 30 min`, `35 days`, `90 s`, `13 months`.
#[must_use]
pub fn show_duration(duration: Duration) -> String {
    match duration {
        Duration::FOREVER | Duration::Months(_) => write_duration(duration),
        Duration::Exact(n) => join(&parts_of(n.unsigned_abs()), n < 0),
    }
}

/// A duration against its limit: the limit exactly, the value cut to two parts, or to as many as it takes.
#[must_use]
pub fn show_duration_against(value: Duration, limit: Duration) -> Shown {
    let shown_limit = show_duration(limit);
    let (Duration::Exact(exact), false) = (value, value == Duration::FOREVER) else {
        return Shown { value: show_duration(value), limit: shown_limit };
    };
    let parts = parts_of(exact.unsigned_abs());
    let compares = |length: i128| match limit {
        Duration::Exact(limit) => length.cmp(&i128::from(limit)),
        // Against months the length of the months decides, not the last second.
        Duration::Months(_) => Ordering::Less,
    };
    let sign = i128::from(exact.signum());
    let enough = |count: &usize| {
        let cut: i128 = parts.iter().take(*count).map(|(length, _)| i128::from(*length)).sum();
        compares(cut * sign) == compares(i128::from(exact))
    };
    let count = (2..parts.len()).find(enough).unwrap_or(parts.len());
    Shown { value: join(parts.get(..count).unwrap_or(&parts), exact < 0), limit: shown_limit }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::value::duration_text::read_duration_cell;
    use proptest::prelude::*;

    fn ratio(numerator: i128, denominator: i128) -> Ratio {
        Ratio::new(numerator, denominator).unwrap()
    }

    fn percent(numerator: i128, denominator: i128, limit: i64) -> (String, String) {
        let shown = show_percent_against(ratio(numerator, denominator), ratio(limit.into(), 1_000));
        (shown.value, shown.limit)
    }

    #[test]
    fn a_share_is_never_shown_as_its_limit_unless_it_is() {
        assert_eq!(percent(48, 49, 980), ("97.96 %".to_owned(), "98 %".to_owned()), "D2");
        assert_eq!(percent(49, 50, 980).0, "98.0 %", "D1");
        assert_eq!(percent(1, 2, 980).0, "50.0 %");
        assert_eq!(percent(979_999, 1_000_000, 980).0, "97.9999 %");
        assert_eq!(percent(9_825, 10_000, 985), ("98.2 %".to_owned(), "98.5 %".to_owned()));
        assert_eq!(show_percent_against(ratio(9_825, 10_000), ratio(9_825, 10_000)).value, "98.25 %");
        assert_eq!(percent(i128::MAX - 1, i128::MAX, 1_000).1, "1/1", "too fine for decimals");
        assert_eq!(show_percent(ratio(2, 3)), "66.7 %");
        assert_eq!(show_exact_percent(98_500_000_000), "98.5 %");
    }

    #[test]
    fn a_limit_without_exact_decimals_is_rounded_alike() {
        let shown = show_number_against(ratio(1_001, 3_000), ratio(1, 3));
        assert_eq!((shown.value.as_str(), shown.limit.as_str()), ("0.334", "0.333"));
        assert_eq!(show_number_against(ratio(5, 2), Ratio::whole(3)).limit, "3");
    }

    #[test]
    fn sizes_take_the_family_of_their_limit() {
        let shown = |bytes, limit| {
            let Shown { value, limit } = show_size_against(bytes, limit);
            format!("{value} / {limit}")
        };
        assert_eq!(shown(9_960_000_000, 10_000_000_000), "9.96 GB / 10 GB");
        assert_eq!(shown(5_000_000, 10_000_000_000), "5.0 MB / 10 GB");
        assert_eq!(shown(1_649_267_441_664, 2 << 40), "1.5 TiB / 2 TiB");
        assert_eq!(shown(9_999_999_999, 10_000_000_000), "9.999999999 GB / 10 GB");
        assert_eq!(shown(512, 1_024), "512 B / 1 KiB");
        assert_eq!(shown(10_000_000_000, 10_000_000_000), "10.0 GB / 10 GB");
        assert_eq!(show_size(1_610_612_736), "1.6 GB");
        assert_eq!(show_size(999), "999 B");
    }

    #[test]
    fn durations_are_exact_in_parts() {
        let shown = |text| show_duration(read_duration_cell(text).unwrap());
        for text in ["4 h", "1 h 30 min", "35 days", "90 s", "13 months", "36 h", "0 s", "0.25 s", "1 h 0.5 s"] {
            assert_eq!(shown(text), text);
        }
        assert_eq!(shown("2.02:03:04"), "2 days 2 h 3 min 4 s");
        assert_eq!(shown("60 min"), "1 h");
        assert_eq!(show_duration(Duration::Exact(-90 * SECOND)), "-90 s");
        assert_eq!(show_duration(Duration::Exact(i64::MIN + 1)).split(' ').next(), Some("-106751"));
        assert_eq!(show_duration(Duration::FOREVER), "for ever");
    }

    #[test]
    fn a_duration_gains_parts_until_it_is_told_from_its_limit() {
        let shown = |value, limit| {
            let [value, limit] = [value, limit].map(|text| read_duration_cell(text).unwrap());
            show_duration_against(value, limit).value
        };
        assert_eq!(shown("2.05:03:04", "4 h"), "2 days 5 h");
        assert_eq!(shown("PT4H0.3S", "4 h"), "4 h 0.3 s");
        assert_eq!(shown("03:59:59.9", "4 h"), "3 h 59 min");
        assert_eq!(shown("04:10:00.5", "PT4H10M"), "4 h 10 min 0.5 s");
        assert_eq!(shown("50.05:03:04", "1 month"), "50 days 5 h");
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        /// The law of 4.9, on what was written.
        #[test]
        fn what_is_shown_compares_as_what_is(n in 0i64..100_000, d in 1i64..100_000, limit in 0i64..100_000) {
            let value = ratio(n.into(), d.into());
            let limit = ratio(limit.into(), 1_000);
            let shown = show_percent_against(value, limit);
            let back = |text: &str| {
                let (whole, fraction) = text.trim_end_matches(" %").split_once('.').unwrap_or((text.trim_end_matches(" %"), ""));
                let places = u32::try_from(fraction.len()).unwrap();
                ratio(format!("{whole}{fraction}").parse().unwrap(), 10i128.pow(places))
            };
            prop_assert_eq!(back(&shown.value).cmp(&back(&shown.limit)), value.cmp(&limit));
        }

        #[test]
        fn shown_durations_compare_as_they_are(value in 0i64..i64::MAX, unit in 0usize..4, near in -5i64..5) {
            let unit = [1, SECOND, MINUTE, HOUR][unit];
            let limit = (value / unit).saturating_mul(unit);
            let value = limit.saturating_add(near).clamp(0, i64::MAX - 1);
            let shown = show_duration_against(Duration::Exact(value), Duration::Exact(limit));
            let back = |text: &str| match read_duration_cell(text) {
                Ok(Duration::Exact(n)) => n,
                other => panic!("{text}: {other:?}"),
            };
            prop_assert_eq!(back(&shown.value).cmp(&back(&shown.limit)), value.cmp(&limit));
            prop_assert_eq!(back(&show_duration(Duration::Exact(value))), value);
        }

        #[test]
        fn nothing_panics(a in any::<i64>(), b in any::<i64>(), c in any::<i128>(), d in any::<i128>()) {
            let _ = (show_size_against(a, b), show_size(a), show_exact_percent(a));
            let _ = show_duration_against(Duration::Exact(a), Duration::Exact(b));
            let _ = show_duration_against(Duration::Exact(a), Duration::Months(b));
            if let (Some(x), Some(y)) = (Ratio::new(c, d), Ratio::new(d, c)) {
                let _ = (show_percent_against(x, y), show_number_against(x, y), show_percent(x));
            }
        }

        #[test]
        fn shown_sizes_compare_as_they_are(limit in 0i64..1 << 50, unit in 0usize..12, near in -3i64..4) {
            let limit = limit / UNITS[unit].bytes * UNITS[unit].bytes;
            let bytes = (limit + near).max(0);
            let shown = show_size_against(bytes, limit);
            let back = |text: &str| {
                let (number, name) = text.split_once(' ').unwrap();
                let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
                let amount = ratio(format!("{whole}{fraction}").parse().unwrap(), 10i128.pow(u32::try_from(fraction.len()).unwrap()));
                amount.times(Ratio::whole(UNITS.into_iter().find(|unit| unit.name == name).unwrap().bytes)).unwrap()
            };
            prop_assert_eq!(back(&shown.value).cmp(&back(&shown.limit)), bytes.cmp(&limit), "{:?}", shown);
        }
    }
}
