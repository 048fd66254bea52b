//! Backup windows against instants. An occurrence of a window opens on a local date and closes on the same or the next;
//! both ends are included; weekdays name the opening day. A skipped opening or closing is moved forward by the gap, of
//! a repeated one the earlier counts, as in all arithmetic.

use super::civil::{DAY_SECONDS, Weekday};
use super::types::{Instant, Truth, Window};
use super::zone::Zone;

/// A set of weekdays.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Weekdays(u8);

impl Weekdays {
    /// Monday to Sunday.
    pub const EVERY: Weekdays = Weekdays(0b111_1111);

    /// These days.
    #[must_use]
    pub fn of(days: impl IntoIterator<Item = Weekday>) -> Weekdays {
        Weekdays(days.into_iter().fold(0, |set, day| set | 1 << day as u8))
    }

    /// Whether the day is among them.
    #[must_use]
    pub fn contains(self, day: Weekday) -> bool {
        self.0 & 1 << day as u8 != 0
    }
}

/// Two ends that a time is known to lie between, both included; equal where it is known.
pub type Between = (Instant, Instant);

/// Whether one occurrence of the window holds both the start and the end of a run, each known to lie between two ends;
/// undecided where the end surely lies before the start.
#[must_use]
pub fn inside(window: Window, weekdays: Weekdays, zone: &Zone, start: Between, end: Between) -> Truth {
    if end.1 < start.0 {
        return Truth::Unknown;
    }
    // An occurrence must reach both; it is at most two days long, or three over a skipped date.
    let from = zone.date(start.0.max(end.0)).saturating_sub(3);
    let until = zone.date(start.1.min(end.1)).saturating_add(1);
    let mut possible = false;
    for date in from..=until {
        if !weekdays.contains(Weekday::of(date)) {
            continue;
        }
        let Some((opens, closes)) = occurrence(window, zone, date) else { continue };
        let surely = |(low, high): Between| opens <= low && high <= closes;
        let maybe = |(low, high): Between| opens <= high && low <= closes;
        if surely(start) && surely(end) {
            return Truth::True;
        }
        possible |= maybe(start) && maybe(end);
        if possible && opens > start.0.max(end.0) {
            // Later occurrences open even later than the low ends and can hold neither surely.
            break;
        }
    }
    if possible { Truth::Unknown } else { Truth::False }
}

/// Whether a run, its start and end each known to lie between two ends, goes on during some occurrence of the window: it
/// starts in it, before it closes, or starts before and ends after it opens. What ends as the window opens, or starts as it
/// closes, does not touch it. Undecided where the end surely lies before the start.
#[must_use]
pub fn touches(window: Window, weekdays: Weekdays, zone: &Zone, start: Between, end: Between) -> Truth {
    if weekdays == Weekdays::of([]) {
        return Truth::False;
    }
    if end.1 < start.0 {
        return Truth::Unknown;
    }
    let from = zone.date(start.0).saturating_sub(3);
    let until = zone.date(end.1.max(start.1)).saturating_add(1);
    let mut possible = false;
    for date in from..=until {
        if !weekdays.contains(Weekday::of(date)) {
            continue;
        }
        let Some((opens, closes)) = occurrence(window, zone, date) else { continue };
        if start.1 < closes && (end.0 > opens || start.0 >= opens) {
            return Truth::True;
        }
        possible |= start.0 < closes && (end.1 > opens || start.1 >= opens);
        if possible && opens >= end.0 && opens > start.0 {
            // Later occurrences open after what may be the end, and cannot be touched surely.
            break;
        }
    }
    if possible { Truth::Unknown } else { Truth::False }
}

/// When the window that opens on a local date opens and closes; `None` out of range.
#[must_use]
pub fn occurrence(window: Window, zone: &Zone, date: i64) -> Option<(Instant, Instant)> {
    let closing = if window.from < window.to { date } else { date.checked_add(1)? };
    let at = |date: i64, second: u32| {
        let seconds = date.checked_mul(DAY_SECONDS)?.checked_add(i64::from(second))?;
        Some(zone.at_local_parts(seconds, 0)?.earliest())
    };
    Some((at(date, window.from.0)?, at(closing, window.to.0)?))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::value::civil::DAY;
    use crate::value::instant::{ReadTime, read_instant, write_instant};
    use crate::value::types::ClockTime;

    const NIGHT: Window = Window { from: ClockTime(22 * 3_600), to: ClockTime(6 * 3_600) };

    fn at(zone: &Zone, text: &str) -> Instant {
        match read_instant(text) {
            Ok(ReadTime::Local(local)) => zone.at_local(local).unwrap().earliest(),
            Ok(ReadTime::At(at)) => at,
            other => panic!("{text}: {other:?}"),
        }
    }

    fn run(window: Window, weekdays: Weekdays, zone: &str, start: [&str; 2], end: [&str; 2]) -> Truth {
        let zone = Zone::named(zone).unwrap();
        let between = |ends: [&str; 2]| (at(&zone, ends[0]), at(&zone, ends[1]));
        inside(window, weekdays, &zone, between(start), between(end))
    }

    fn night(start: &str, end: &str) -> Truth {
        run(NIGHT, Weekdays::EVERY, "Africa/Johannesburg", [start; 2], [end; 2])
    }

    #[test]
    fn w1_both_ends_are_included() {
        assert_eq!(night("2026-11-20T21:59:59", "2026-11-20T23:00:00"), Truth::False);
        assert_eq!(night("2026-11-20T22:00:00", "2026-11-21T06:00:00"), Truth::True);
        assert_eq!(night("2026-11-20T22:00:00", "2026-11-21T06:00:00.000000001"), Truth::False);
        assert_eq!(night("2026-11-21T00:10:00", "2026-11-21T04:00:00"), Truth::True);
    }

    #[test]
    fn w2_another_occurrence_does_not_count() {
        assert_eq!(night("2026-11-20T22:10:00", "2026-11-22T04:10:00"), Truth::False);
    }

    #[test]
    fn w3_a_running_run_ends_after_it_was_collected() {
        let johannesburg = "Africa/Johannesburg";
        let start = ["2026-11-21T23:00:00"; 2];
        let open_end = |collected| [collected, "2027-11-21T00:00:00"];
        let late = run(NIGHT, Weekdays::EVERY, johannesburg, start, open_end("2026-11-22T08:00:00"));
        assert_eq!(late, Truth::False);
        let early = run(NIGHT, Weekdays::EVERY, johannesburg, start, open_end("2026-11-22T03:00:00"));
        assert_eq!(early, Truth::Unknown);
    }

    #[test]
    fn a_window_by_day_does_not_wrap() {
        let day = Window { from: NIGHT.to, to: NIGHT.from };
        let in_day = |start, end| run(day, Weekdays::EVERY, "Europe/Berlin", [start; 2], [end; 2]);
        assert_eq!(in_day("2026-11-20T06:00:00", "2026-11-20T22:00:00"), Truth::True);
        assert_eq!(in_day("2026-11-20T05:00:00", "2026-11-20T07:00:00"), Truth::False);
    }

    #[test]
    fn weekdays_name_the_opening_day() {
        let friday = Weekdays::of([Weekday::Friday]);
        let on_friday = |start, end| run(NIGHT, friday, "Africa/Johannesburg", [start; 2], [end; 2]);
        assert_eq!(on_friday("2026-11-21T01:00:00", "2026-11-21T02:00:00"), Truth::True, "Saturday, opened on Friday");
        assert_eq!(on_friday("2026-11-21T23:00:00", "2026-11-21T23:30:00"), Truth::False, "opened on Saturday");
    }

    #[test]
    fn t8_a_skipped_opening_is_moved_forward() {
        let berlin = Zone::named("Europe/Berlin").unwrap();
        let window = Window { from: ClockTime(2 * 3_600 + 1_800), to: ClockTime(5 * 3_600) };
        let (opens, closes) = occurrence(window, &berlin, berlin.date(at(&berlin, "2026-03-29T12:00:00"))).unwrap();
        assert_eq!(write_instant(opens), "2026-03-29T01:30:00Z");
        assert_eq!(write_instant(closes), "2026-03-29T03:00:00Z");
    }

    #[test]
    fn a_start_without_zone_may_be_undecided() {
        let start = ["2026-11-20T22:00:00Z", "2026-11-21T22:00:00Z"];
        let wide = run(NIGHT, Weekdays::EVERY, "Africa/Johannesburg", start, ["2026-11-22T00:00:00"; 2]);
        assert_eq!(wide, Truth::Unknown);
    }

    fn touching(window: Window, weekdays: Weekdays, zone: &str, start: [&str; 2], end: [&str; 2]) -> Truth {
        let zone = Zone::named(zone).unwrap();
        let between = |ends: [&str; 2]| (at(&zone, ends[0]), at(&zone, ends[1]));
        touches(window, weekdays, &zone, between(start), between(end))
    }

    #[test]
    fn what_ends_as_the_window_opens_does_not_touch_it() {
        let by_day = Window { from: NIGHT.to, to: NIGHT.from };
        let day = |start, end| touching(by_day, Weekdays::EVERY, "Africa/Johannesburg", [start; 2], [end; 2]);
        assert_eq!(day("2026-11-20T22:00:00", "2026-11-21T06:00:00"), Truth::False);
        assert_eq!(day("2026-11-20T22:00:00", "2026-11-21T06:00:00.000000001"), Truth::True);
        assert_eq!(day("2026-11-20T21:59:59.999999999", "2026-11-21T06:00:00"), Truth::True);
        assert_eq!(day("2026-11-20T05:00:00", "2026-11-20T23:00:00"), Truth::True, "all of it between the ends");
    }

    #[test]
    fn what_starts_in_the_window_touches_it_whenever_it_ends() {
        let all = (Instant(i64::MIN), Instant::NEVER);
        let zone = Zone::named("Africa/Johannesburg").unwrap();
        let started = |text: &str| touches(NIGHT, Weekdays::EVERY, &zone, (at(&zone, text), at(&zone, text)), all);
        assert_eq!(started("2026-11-20T22:00:00"), Truth::True);
        assert_eq!(started("2026-11-21T05:59:59"), Truth::True);
        assert_eq!(started("2026-11-21T06:00:00"), Truth::Unknown);
        assert_eq!(started("2026-11-20T21:59:59"), Truth::Unknown);
    }

    #[test]
    fn days_of_a_touched_window_are_those_of_its_opening() {
        let week = Weekdays::of([Weekday::Monday, Weekday::Friday]);
        let on = |start, end| touching(NIGHT, week, "Africa/Johannesburg", [start; 2], [end; 2]);
        assert_eq!(on("2026-11-21T01:00:00", "2026-11-21T02:00:00"), Truth::True, "Saturday, opened on Friday");
        assert_eq!(on("2026-11-21T23:00:00", "2026-11-22T02:00:00"), Truth::False, "opened on Saturday");
        let never = touching(NIGHT, Weekdays::of([]), "UTC", ["2026-11-21T23:00:00"; 2], ["2026-11-22T02:00:00"; 2]);
        assert_eq!(never, Truth::False);
    }

    #[test]
    fn what_may_still_be_running_may_touch() {
        let zone = "Africa/Johannesburg";
        let start = ["2026-11-20T07:00:00"; 2];
        let open_end = |collected| [collected, "2027-11-21T00:00:00"];
        let early = touching(NIGHT, Weekdays::EVERY, zone, start, open_end("2026-11-20T12:00:00"));
        assert_eq!(early, Truth::Unknown);
        let late = touching(NIGHT, Weekdays::EVERY, zone, start, open_end("2026-11-20T22:30:00"));
        assert_eq!(late, Truth::True);
    }

    /// Berlin, 25 October 2026: 02:30 comes twice, and the window is open from the first to 03:30, two hours.
    #[test]
    fn a_repeated_hour_belongs_to_the_window() {
        let window = Window { from: ClockTime(2 * 3_600 + 1_800), to: ClockTime(3 * 3_600 + 1_800) };
        let held = |start, end| run(window, Weekdays::EVERY, "Europe/Berlin", [start; 2], [end; 2]);
        assert_eq!(held("2026-10-25T00:30:00Z", "2026-10-25T02:30:00Z"), Truth::True);
        assert_eq!(held("2026-10-25T00:29:59Z", "2026-10-25T02:30:00Z"), Truth::False);
        assert_eq!(held("2026-10-25T00:30:00Z", "2026-10-25T02:30:01Z"), Truth::False);
    }

    /// Berlin, 29 March 2026: of the window from 02:30 to 03:30 nothing is left but the instant 03:30.
    #[test]
    fn a_skipped_hour_is_not_in_the_window() {
        let window = Window { from: ClockTime(2 * 3_600 + 1_800), to: ClockTime(3 * 3_600 + 1_800) };
        let held = |start, end| run(window, Weekdays::EVERY, "Europe/Berlin", [start; 2], [end; 2]);
        assert_eq!(held("2026-03-29T01:30:00Z", "2026-03-29T01:30:00Z"), Truth::True);
        assert_eq!(held("2026-03-29T01:00:00Z", "2026-03-29T01:30:00Z"), Truth::False);
        let touched = |start, end| touching(window, Weekdays::EVERY, "Europe/Berlin", [start; 2], [end; 2]);
        assert_eq!(touched("2026-03-29T00:00:00Z", "2026-03-29T04:00:00Z"), Truth::True);
        assert_eq!(touched("2026-03-29T00:00:00Z", "2026-03-29T01:30:00Z"), Truth::False);
    }

    /// Against the definition, occurrence by occurrence, over clock changes.
    #[test]
    fn touching_is_that_of_some_occurrence() {
        for name in ["Europe/Berlin", "Pacific/Apia", "Australia/Lord_Howe"] {
            let zone = Zone::named(name).unwrap();
            for first in ["2026-03-27", "2026-10-23", "2011-12-28"] {
                let begin = at(&zone, &format!("{first}T00:00:00Z"));
                for start in (0..5 * 24).map(|hour| Instant(begin.0 + hour * DAY / 24)) {
                    for length in 0..20 {
                        let end = Instant(start.0 + length * DAY / 32);
                        let expected = (-5..10).any(|day| {
                            let (opens, closes) = occurrence(NIGHT, &zone, zone.date(begin) + day).unwrap();
                            start < closes && (end > opens || start >= opens)
                        });
                        let ours = touches(NIGHT, Weekdays::EVERY, &zone, (start, start), (end, end));
                        assert_eq!(ours, Truth::from(expected), "{name} {start:?} {end:?}");
                    }
                }
            }
        }
    }

    /// Against the definition, occurrence by occurrence, over clock changes.
    #[test]
    fn containment_is_that_of_some_occurrence() {
        for name in ["Europe/Berlin", "America/New_York", "Pacific/Apia", "Australia/Lord_Howe"] {
            let zone = Zone::named(name).unwrap();
            for (first, window) in [("2026-03-27", NIGHT), ("2026-10-23", NIGHT), ("2011-12-28", NIGHT)] {
                let begin = at(&zone, &format!("{first}T00:00:00Z"));
                for start in (0..5 * 24).map(|hour| Instant(begin.0 + hour * DAY / 24)) {
                    for length in 0..20 {
                        let end = Instant(start.0 + length * DAY / 32);
                        let expected = (-5..10).any(|day| {
                            let (opens, closes) = occurrence(window, &zone, zone.date(begin) + day).unwrap();
                            opens <= start && end <= closes
                        });
                        let ours = inside(window, Weekdays::EVERY, &zone, (start, start), (end, end));
                        assert_eq!(ours, Truth::from(expected), "{name} {start:?} {end:?}");
                    }
                }
            }
        }
    }

    #[test]
    fn an_end_before_the_start_decides_nothing() {
        assert_eq!(night("2026-11-20T23:00:00", "2026-11-20T22:00:00"), Truth::Unknown);
        assert_eq!(night("2026-11-20T12:00:00", "2026-11-20T11:00:00"), Truth::Unknown);
        let touched = |start, end| touching(NIGHT, Weekdays::EVERY, "Africa/Johannesburg", [start; 2], [end; 2]);
        assert_eq!(touched("2026-11-20T12:00:00", "2026-11-20T11:00:00"), Truth::Unknown);
        assert_eq!(touched("2026-11-20T23:00:00", "2026-11-20T22:00:00"), Truth::Unknown);
    }

    #[test]
    fn the_ends_of_time_do_not_panic() {
        let all = (Instant(i64::MIN), Instant::NEVER);
        let utc = Zone::utc();
        assert_eq!(inside(NIGHT, Weekdays::EVERY, &utc, all, all), Truth::Unknown);
        assert_eq!(inside(NIGHT, Weekdays::EVERY, &utc, (all.1, all.1), (all.1, all.1)), Truth::False);
        let _ = inside(NIGHT, Weekdays::of([]), &utc, all, all);
        assert_eq!(touches(NIGHT, Weekdays::EVERY, &utc, all, all), Truth::Unknown);
        assert_eq!(touches(NIGHT, Weekdays::of([]), &utc, all, all), Truth::False);
        let _ = touches(NIGHT, Weekdays::EVERY, &utc, (all.1, all.1), (all.1, all.1));
    }
}
