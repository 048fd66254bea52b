//! Schedules of backup plans as text: cron lines and rates, and when they are due. Knows no runs.
//!
//! Read are the five fields of cron (`0 2 * * *`, `@daily`), the six of AWS (`cron(0 2 ? * * *)`, with a year, Sunday = 1)
//! and `rate(1 day)`. A cron line may name its zone before it (`CRON_TZ=Europe/Berlin 0 2 * * *`, or `TZ=`); otherwise it
//! is read in the zone that the caller gives. Clock changes are treated as cron does: a fixed time that clocks skip is
//! moved forward by the gap, one that happens twice is due the first time; where the minute or the hour begins with `*`
//! the line is due whenever clocks show it, so not in a skipped hour and twice in a repeated one.
//! A rate says nothing about its first time: it is counted from 1970-01-01, days from local midnight.
//!
//! Invariant: due times ascend, none twice, at most [`MOST_DUE_TIMES`]. The one file that knows `croner`.

use super::civil::DAY_SECONDS;
use super::types::Instant;
use super::zone::{LocalInstants, Zone};
use croner::Cron;
use croner::parser::{CronParser, Seconds, Year};
use std::fmt;

/// A schedule that is due more often within a look-back is refused, so that looking ends.
pub const MOST_DUE_TIMES: usize = 100_000;

/// Longer texts are no schedules.
const LONGEST_TEXT: usize = 256;

/// What is read as a schedule, for messages.
const EXPECTED: &str = "a cron line of five fields, `cron(…)` of six or `rate(…)`";

/// When a plan is due.
#[derive(Debug, Clone)]
pub struct Schedule {
    times: Times,
    /// The zone that the text itself names.
    zone: Option<Zone>,
}

#[derive(Debug, Clone)]
enum Times {
    Cron {
        line: Box<Cron>,
        clock: Clock,
    },
    /// Every so many seconds.
    Seconds(i64),
    /// Every so many local days.
    Days(i64),
}

/// How a cron line meets clock changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Clock {
    /// Once for each local reading.
    Fixed,
    /// Whenever clocks show it.
    Shown,
}

/// Why there are no due times. Its `Display` is a message without the text itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ScheduleError {
    /// No schedule that can be read, with what is wrong.
    Unreadable(String),
    /// A zone that the database does not have.
    NoSuchZone(String),
    /// A line that no date fulfils, such as 30 February.
    NeverDue,
    /// More than [`MOST_DUE_TIMES`] within the look-back.
    TooOften,
}

impl fmt::Display for ScheduleError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            ScheduleError::Unreadable(why) => f.write_str(why),
            ScheduleError::NoSuchZone(name) => write!(f, "there is no time zone \"{name}\""),
            ScheduleError::NeverDue => f.write_str("no date fulfils it"),
            ScheduleError::TooOften => {
                write!(f, "it is due more than {MOST_DUE_TIMES} times within what is looked at")
            }
        }
    }
}

fn unreadable(why: impl Into<String>) -> ScheduleError {
    ScheduleError::Unreadable(why.into())
}

/// Reads a schedule.
///
/// # Errors
/// What is no schedule, names no zone of the database, or is never due.
pub fn read_schedule(text: &str) -> Result<Schedule, ScheduleError> {
    let text = text.trim();
    if text.is_empty() || text.len() > LONGEST_TEXT || !text.is_ascii() {
        return Err(unreadable(format!("it is not {EXPECTED}")));
    }
    let (zone, text) = match text.strip_prefix("CRON_TZ=").or_else(|| text.strip_prefix("TZ=")) {
        Some(rest) => {
            let (name, rest) = rest.split_once(char::is_whitespace).unwrap_or((rest, ""));
            let name = name.trim_matches('"');
            (Some(Zone::named(name).ok_or_else(|| ScheduleError::NoSuchZone(name.to_owned()))?), rest.trim())
        }
        None => (None, text),
    };
    let inside = |word: &str| text.strip_prefix(word)?.strip_prefix('(')?.strip_suffix(')').map(str::trim);
    let times = match (inside("rate"), inside("cron")) {
        (Some(rate), _) => read_rate(rate)?,
        (_, Some(line)) => read_cron(line, 6)?,
        _ => read_cron(text, 5)?,
    };
    Ok(Schedule { times, zone })
}

/// `1 day`, `12 hours`, `30 minutes`.
fn read_rate(rate: &str) -> Result<Times, ScheduleError> {
    let wrong = || unreadable("a rate is a whole number above 0 with minutes, hours or days, such as `rate(1 day)`");
    let (number, unit) = rate.split_once(char::is_whitespace).ok_or_else(wrong)?;
    let number = number.parse::<i64>().ok().filter(|n| *n > 0).ok_or_else(wrong)?;
    let seconds = |unit: i64| number.checked_mul(unit).map(Times::Seconds).ok_or_else(wrong);
    match unit.trim() {
        "minute" | "minutes" => seconds(60),
        "hour" | "hours" => seconds(3_600),
        "day" | "days" => Ok(Times::Days(number)),
        _ => Err(wrong()),
    }
}

fn read_cron(line: &str, fields: usize) -> Result<Times, ScheduleError> {
    let parts: Vec<&str> = line.split_whitespace().collect();
    let nickname = fields == 5 && parts.len() == 1 && line.starts_with('@');
    if parts.len() != fields && !nickname {
        let count = parts.len();
        return Err(unreadable(format!("it has {count} fields where {fields} are read; expected is {EXPECTED}")));
    }
    let amazon = fields == 6;
    let parser = CronParser::builder()
        .seconds(if amazon { Seconds::Required } else { Seconds::Optional })
        .year(if amazon { Year::Required } else { Year::Optional })
        .alternative_weekdays(amazon)
        .sloppy_ranges(amazon)
        .build();
    let whole = if amazon { format!("0 {line}") } else { line.to_owned() };
    let cron = parser.parse(&whole).map_err(|error| {
        let why = error.to_string();
        unreadable(why.trim_end_matches('.').to_owned())
    })?;
    let shown =
        nickname && line.eq_ignore_ascii_case("@hourly") || parts.iter().take(2).any(|field| field.starts_with('*'));
    let start = chrono::NaiveDateTime::default();
    cron.find_next_occurrence(&start, true).map_err(|_| ScheduleError::NeverDue)?;
    Ok(Times::Cron { line: Box::new(cron), clock: if shown { Clock::Shown } else { Clock::Fixed } })
}

impl Schedule {
    /// Whether its due times depend on the zone that it is read in: its text names none, and it goes by clocks.
    pub fn goes_by_clocks(&self) -> bool {
        self.zone.is_none() && !matches!(self.times, Times::Seconds(_))
    }

    /// When it is due in `[from, until]`, read in `zone` unless the text names its own.
    ///
    /// # Errors
    /// [`ScheduleError::TooOften`].
    pub fn due_times(&self, zone: &Zone, from: Instant, until: Instant) -> Result<Vec<Instant>, ScheduleError> {
        if from > until || until.is_never() {
            return Ok(Vec::new());
        }
        let zone = self.zone.as_ref().unwrap_or(zone);
        match &self.times {
            Times::Cron { line, clock } => cron_times(line, *clock, zone, from, until),
            Times::Seconds(step) => {
                collect(multiples(*step, from.seconds(), until.seconds()), from, until, |seconds| {
                    Instant::from_seconds(seconds)
                })
            }
            Times::Days(step) => {
                let days = multiples(*step, zone.date(from), zone.date(until));
                collect(days, from, until, |date| zone.day_span(date).map(|(first, _)| first))
            }
        }
    }

    /// The newest `count` due times up to `until`, oldest first; fewer where there were no more in 120 years.
    ///
    /// # Errors
    /// [`ScheduleError::TooOften`].
    pub fn newest_due_times(&self, zone: &Zone, count: usize, until: Instant) -> Result<Vec<Instant>, ScheduleError> {
        if count > MOST_DUE_TIMES {
            return Err(ScheduleError::TooOften);
        }
        let mut days: i64 = 1;
        loop {
            let from = Instant(until.0.saturating_sub(days.saturating_mul(super::civil::DAY)));
            let mut due = self.due_times(zone, from, until)?;
            if due.len() >= count || days > 120 * 366 {
                due.drain(..due.len().saturating_sub(count));
                return Ok(due);
            }
            days *= 2;
        }
    }
}

/// The multiples of `step` from the last at or before `first` to the last one.
fn multiples(step: i64, first: i64, last: i64) -> impl Iterator<Item = i64> {
    let start = first.div_euclid(step).saturating_mul(step);
    std::iter::successors(Some(start), move |at| at.checked_add(step)).take_while(move |at| *at <= last)
}

fn collect(
    numbers: impl Iterator<Item = i64>,
    from: Instant,
    until: Instant,
    instant: impl Fn(i64) -> Option<Instant>,
) -> Result<Vec<Instant>, ScheduleError> {
    let mut due = Vec::new();
    for at in numbers.filter_map(instant).filter(|at| from <= *at && *at <= until) {
        push(&mut due, at)?;
    }
    Ok(due)
}

fn push(due: &mut Vec<Instant>, at: Instant) -> Result<(), ScheduleError> {
    if due.len() >= MOST_DUE_TIMES {
        return Err(ScheduleError::TooOften);
    }
    due.push(at);
    Ok(())
}

/// The local readings that a line names, each turned into its instants.
fn cron_times(
    line: &Cron,
    clock: Clock,
    zone: &Zone,
    from: Instant,
    until: Instant,
) -> Result<Vec<Instant>, ScheduleError> {
    let reading = |seconds: i64| chrono::DateTime::from_timestamp(seconds, 0).map(|at| at.naive_utc());
    // A clock change may move a reading in or out by less than a day, or by the day that Apia skipped.
    let margin = 2 * DAY_SECONDS;
    let last = zone.local_seconds(until).saturating_add(margin);
    let Some(mut at) = reading(zone.local_seconds(from).saturating_sub(margin)) else { return Ok(Vec::new()) };
    let mut due = Vec::new();
    // No further date, or one beyond what the library searches: nothing more is due.
    while let Ok(next) = line.find_next_occurrence(&at, true) {
        let seconds = next.and_utc().timestamp();
        if seconds > last {
            break;
        }
        let instants = match (zone.at_local_parts(seconds, 0), clock) {
            (None, _) | (Some(LocalInstants::Skipped(_)), Clock::Shown) => [None, None],
            (Some(LocalInstants::Repeated { earlier, later }), Clock::Shown) => [Some(earlier), Some(later)],
            (Some(instants), _) => [Some(instants.earliest()), None],
        };
        for instant in instants.into_iter().flatten() {
            if from <= instant && instant <= until {
                push(&mut due, instant)?;
            }
        }
        let Some(after) = next.checked_add_signed(chrono::TimeDelta::seconds(1)) else { break };
        at = after;
    }
    due.sort_unstable();
    due.dedup();
    Ok(due)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::value::instant::{ReadTime, read_instant, write_instant};

    fn instant(text: &str) -> Instant {
        match read_instant(text) {
            Ok(ReadTime::At(at)) => at,
            other => panic!("{text}: {other:?}"),
        }
    }

    fn due(schedule: &str, zone: &str, from: &str, until: &str) -> Vec<String> {
        let zone = Zone::named(zone).unwrap();
        let due = read_schedule(schedule).unwrap().due_times(&zone, instant(from), instant(until)).unwrap();
        due.into_iter().map(write_instant).collect()
    }

    fn error(schedule: &str) -> String {
        read_schedule(schedule).unwrap_err().to_string()
    }

    #[test]
    fn a_daily_line_in_its_zone() {
        let (from, until) = ("2026-11-20T00:00:00Z", "2026-11-22T00:00:00Z");
        let days = ["2026-11-20T00:00:00Z", "2026-11-21T00:00:00Z", "2026-11-22T00:00:00Z"];
        assert_eq!(due("0 2 * * *", "Africa/Johannesburg", from, until), days, "both ends included");
        assert_eq!(due("0 2 * * *", "UTC", from, until), ["2026-11-20T02:00:00Z", "2026-11-21T02:00:00Z"]);
        assert_eq!(due("CRON_TZ=Africa/Johannesburg 0 2 * * *", "UTC", from, until), days);
        assert_eq!(due("TZ=Africa/Johannesburg 0 2 * * *", "UTC", from, until), days);
        assert_eq!(due("@daily", "UTC", "2026-11-20T00:00:01Z", until), days[1..]);
    }

    #[test]
    fn lines_of_amazon_count_weekdays_from_sunday() {
        let (from, until) = ("2026-11-16T00:00:00Z", "2026-11-22T23:00:00Z");
        assert_eq!(due("cron(0 2 ? * 1 *)", "UTC", from, until), ["2026-11-22T02:00:00Z"], "a Sunday");
        assert_eq!(
            due("cron(30 5 ? * MON,THU *)", "UTC", from, until),
            ["2026-11-16T05:30:00Z", "2026-11-19T05:30:00Z"]
        );
        assert_eq!(due("cron(0 2 ? * * *)", "UTC", from, until).len(), 7);
        assert_eq!(due("cron(0/20 2 17 * ? *)", "UTC", from, until).len(), 3);
        assert_eq!(due("cron(0 2 * * ? 2025)", "UTC", from, until), Vec::<String>::new(), "over for this year");
        assert_eq!(due("0 2 * * 1", "UTC", from, until), ["2026-11-16T02:00:00Z"], "elsewhere 1 is Monday");
    }

    #[test]
    fn a_fixed_time_is_due_once_on_days_of_clock_changes() {
        let berlin = "Europe/Berlin";
        let (from, until) = ("2026-03-28T12:00:00Z", "2026-03-30T12:00:00Z");
        assert_eq!(due("30 2 * * *", berlin, from, until), ["2026-03-29T01:30:00Z", "2026-03-30T00:30:00Z"], "03:30");
        let (from, until) = ("2026-10-24T12:00:00Z", "2026-10-26T12:00:00Z");
        assert_eq!(due("30 2 * * *", berlin, from, until), ["2026-10-25T00:30:00Z", "2026-10-26T01:30:00Z"], "first");
        let (from, until) = ("2011-12-29T00:00:00Z", "2012-01-01T00:00:00Z");
        assert_eq!(
            due("0 12 * * *", "Pacific/Apia", from, until),
            ["2011-12-29T22:00:00Z", "2011-12-30T22:00:00Z", "2011-12-31T22:00:00Z"]
        );
    }

    #[test]
    fn an_hourly_line_follows_the_clock_that_is_shown() {
        let hours = |from, until| due("0 * * * *", "Europe/Berlin", from, until).len();
        assert_eq!(hours("2026-03-28T23:00:00Z", "2026-03-29T21:59:59Z"), 23);
        assert_eq!(hours("2026-10-24T22:00:00Z", "2026-10-25T22:59:59Z"), 25);
        let (from, until) = ("2026-10-25T00:00:00Z", "2026-10-25T01:59:00Z");
        assert_eq!(due("*/30 2 * * *", "Europe/Berlin", from, until).len(), 4);
    }

    #[test]
    fn rates() {
        let (from, until) = ("2026-11-20T00:00:00Z", "2026-11-21T00:00:00Z");
        assert_eq!(due("rate(12 hours)", "Europe/Berlin", from, until).len(), 3);
        assert_eq!(due("rate(1 day)", "Africa/Johannesburg", from, until), ["2026-11-20T22:00:00Z"]);
        assert_eq!(due("rate(2 days)", "UTC", from, "2026-11-25T23:00:00Z").len(), 3);
        assert!(error("rate(0 days)").starts_with("a rate is"));
        assert!(error("rate(1 week)").starts_with("a rate is"));
    }

    #[test]
    fn what_is_no_schedule_says_why() {
        for text in ["", "hourly-ish", "0 2 * *", "0 0 2 * * *", "cron(0 2 * * *)", "@reboot", "0 2 * * *\u{e4}"] {
            assert!(read_schedule(text).is_err(), "{text}");
        }
        assert_eq!(
            error("0 2 * *"),
            "it has 4 fields where 5 are read; expected is a cron line of five fields, `cron(…)` of six or `rate(…)`"
        );
        assert_eq!(error("CRON_TZ=Mars/Olympus 0 2 * * *"), "there is no time zone \"Mars/Olympus\"");
        assert_eq!(error("0 0 30 2 *"), "no date fulfils it");
        assert!(!error("99 25 * * *").is_empty());
    }

    #[test]
    fn looking_ends() {
        let minutely = read_schedule("* * * * *").unwrap();
        let (zone, until) = (Zone::utc(), instant("2026-11-22T06:00:00Z"));
        let year = Instant(until.0 - 365 * crate::value::civil::DAY);
        assert_eq!(minutely.due_times(&zone, year, until), Err(ScheduleError::TooOften));
        assert_eq!(minutely.newest_due_times(&zone, usize::MAX, until), Err(ScheduleError::TooOften));
        let newest = minutely.newest_due_times(&zone, 3, until).unwrap();
        assert_eq!(newest.first().copied().map(write_instant).as_deref(), Some("2026-11-22T05:58:00Z"));
        let over = read_schedule("cron(0 2 1 1 ? 2020)").unwrap();
        assert_eq!(over.newest_due_times(&zone, 3, until).unwrap().len(), 1);
    }

    #[test]
    fn no_text_and_no_instant_panics() {
        for text in [
            "+",
            "* * * * +",
            "0 0 L * *",
            "0 0 LW * *",
            "0 0 * * 5#9",
            "* * * * 7#L",
            "@",
            "cron()",
            "rate()",
            "-1 -1 -1 -1 -1",
            "0 0 99999999999 * *",
            "*/0 * * * *",
            "CRON_TZ=",
        ] {
            if let Ok(schedule) = read_schedule(text) {
                for at in [i64::MIN, -1, 0, i64::MAX - 1, i64::MAX] {
                    let _ = schedule.due_times(&Zone::utc(), Instant(at), Instant(at.saturating_add(1)));
                    let _ = schedule.newest_due_times(&Zone::utc(), 1, Instant(at));
                }
            }
        }
    }
}
