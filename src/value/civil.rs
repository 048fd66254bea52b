//! The Gregorian calendar without any zone: dates as days since 1970-01-01, months, ISO weeks. Pure integers;
//! proleptic before 1582. Every function is total for years within ±200,000,000.

/// Nanoseconds in a second.
pub const SECOND: i64 = 1_000_000_000;
/// Nanoseconds in a minute.
pub const MINUTE: i64 = 60 * SECOND;
/// Nanoseconds in an hour.
pub const HOUR: i64 = 60 * MINUTE;
/// Nanoseconds in a day of 24 hours.
pub const DAY: i64 = 24 * HOUR;
/// Seconds in a day of 24 hours.
pub const DAY_SECONDS: i64 = 86_400;

/// A day of the week, Monday first as in ISO 8601.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[expect(missing_docs, reason = "the names are the days")]
pub enum Weekday {
    Monday,
    Tuesday,
    Wednesday,
    Thursday,
    Friday,
    Saturday,
    Sunday,
}

impl Weekday {
    /// Monday to Sunday.
    pub const ALL: [Weekday; 7] = [
        Weekday::Monday,
        Weekday::Tuesday,
        Weekday::Wednesday,
        Weekday::Thursday,
        Weekday::Friday,
        Weekday::Saturday,
        Weekday::Sunday,
    ];

    /// The weekday of an English name in small letters.
    #[must_use]
    pub fn named(name: &str) -> Option<Weekday> {
        const NAMES: [&str; 7] = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];
        let place = NAMES.iter().position(|known| *known == name)?;
        Weekday::ALL.get(place).copied()
    }

    /// The weekday of a date.
    #[must_use]
    pub fn of(date: i64) -> Weekday {
        // 1970-01-01 was a Thursday.
        match date.rem_euclid(7) {
            0 => Weekday::Thursday,
            1 => Weekday::Friday,
            2 => Weekday::Saturday,
            3 => Weekday::Sunday,
            4 => Weekday::Monday,
            5 => Weekday::Tuesday,
            _ => Weekday::Wednesday,
        }
    }
}

/// A date in its parts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct YearMonthDay {
    /// The year; 0 is 1 BC.
    pub year: i64,
    /// 1 to 12.
    pub month: u8,
    /// 1 to 31.
    pub day: u8,
}

/// Whether the year has a 29 February.
#[must_use]
pub fn is_leap(year: i64) -> bool {
    year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
}

/// How many days the month has; 0 where `month` is not 1 to 12.
#[must_use]
pub fn days_in_month(year: i64, month: u8) -> u8 {
    match month {
        1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
        4 | 6 | 9 | 11 => 30,
        2 if is_leap(year) => 29,
        2 => 28,
        _ => 0,
    }
}

/// Days since 1970-01-01 of a date whose parts are in range (a day past the month's end runs into the next month).
/// Algorithm: Howard Hinnant, "chrono-compatible low-level date algorithms", `days_from_civil`.
#[must_use]
pub fn date_from_parts(year: i64, month: u8, day: u8) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let year_of_era = year.rem_euclid(400);
    let month_from_march = (i64::from(month) + 9) % 12;
    let day_of_year = (153 * month_from_march + 2) / 5 + i64::from(day) - 1;
    era * 146_097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year - 719_468
}

/// The parts of a date. Algorithm: as above, `civil_from_days`.
#[must_use]
pub fn parts_of_date(date: i64) -> YearMonthDay {
    let shifted = date + 719_468;
    let era = shifted.div_euclid(146_097);
    let day_of_era = shifted.rem_euclid(146_097);
    let year_of_era = (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month_from_march = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month_from_march + 2) / 5 + 1;
    let month = if month_from_march < 10 { month_from_march + 3 } else { month_from_march - 9 };
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "1 to 12 and 1 to 31 by construction")]
    YearMonthDay { year, month: month as u8, day: day as u8 }
}

/// Months since January 1970, and the day of the month.
#[must_use]
pub fn month_of_date(date: i64) -> (i64, u8) {
    let parts = parts_of_date(date);
    ((parts.year - 1970) * 12 + i64::from(parts.month) - 1, parts.day)
}

/// The date of `day` in the month that lies `month` months after January 1970, clamped to the month's last day.
#[must_use]
pub fn date_in_month(month: i64, day: u8) -> i64 {
    let year = 1970 + month.div_euclid(12);
    let of_year = u8::try_from(month.rem_euclid(12) + 1).unwrap_or(1);
    date_from_parts(year, of_year, day.min(days_in_month(year, of_year)))
}

/// ISO 8601 week: its year and its number, 1 to 53.
#[must_use]
pub fn iso_week(date: i64) -> (i64, i64) {
    // The week belongs to the year of its Thursday.
    let thursday = (date + 3).div_euclid(7) * 7;
    let year = parts_of_date(thursday).year;
    (year, (thursday - date_from_parts(year, 1, 1)) / 7 + 1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::{Datelike, NaiveDate};

    #[test]
    fn dates_agree_with_chrono_from_1600_to_2400() {
        let epoch = NaiveDate::from_ymd_opt(1970, 1, 1).unwrap();
        for date in -135_140..157_055 {
            let theirs = epoch + chrono::Days::new(0) + chrono::TimeDelta::days(date);
            let ours = parts_of_date(date);
            assert_eq!(
                (ours.year, u32::from(ours.month), u32::from(ours.day)),
                (i64::from(theirs.year()), theirs.month(), theirs.day())
            );
            assert_eq!(date_from_parts(ours.year, ours.month, ours.day), date);
            let week = theirs.iso_week();
            assert_eq!(iso_week(date), (i64::from(week.year()), i64::from(week.week())), "{theirs}");
            assert_eq!(Weekday::of(date) as u32, theirs.weekday().num_days_from_monday());
        }
    }

    #[test]
    fn days_are_clamped_to_the_month() {
        let (month, day) = month_of_date(date_from_parts(2026, 1, 31));
        assert_eq!(parts_of_date(date_in_month(month + 1, day)), YearMonthDay { year: 2026, month: 2, day: 28 });
        assert_eq!(parts_of_date(date_in_month(month + 25, day)), YearMonthDay { year: 2028, month: 2, day: 29 });
        assert_eq!(parts_of_date(date_in_month(month - 2, day)), YearMonthDay { year: 2025, month: 11, day: 30 });
    }
}
