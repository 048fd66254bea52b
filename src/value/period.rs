//! Arithmetic of instants and durations. Calendar months keep the local clock and clamp the day; a calendar duration
//! without an anchor is the range of its lengths, and comparing it with an exact one may be undecided.
//!
//! Overflow is `None`, never a wrapped number; only [`Instant::NEVER`] leads to `never`.

use super::civil::{DAY, DAY_SECONDS, SECOND, date_in_month, month_of_date};
use super::types::{Duration, Instant, Truth};
use super::zone::Zone;
use std::cmp::Ordering;
use std::sync::OnceLock;

impl Duration {
    /// Longer than every duration: what `never` is from any instant.
    pub const FOREVER: Duration = Duration::Exact(i64::MAX);
    /// No time at all.
    pub const ZERO: Duration = Duration::Exact(0);

    /// Whether it is counted in calendar months.
    #[must_use]
    pub fn is_calendar(self) -> bool {
        matches!(self, Duration::Months(_))
    }

    /// The same length backwards.
    #[must_use]
    pub fn negated(self) -> Option<Duration> {
        match self {
            Duration::FOREVER => None,
            Duration::Exact(n) => n.checked_neg().filter(|n| *n != i64::MAX).map(Duration::Exact),
            Duration::Months(n) => n.checked_neg().map(Duration::Months),
        }
    }

    /// So many times as long.
    #[must_use]
    pub fn times(self, factor: i64) -> Option<Duration> {
        match self {
            Duration::FOREVER => (factor > 0).then_some(self),
            Duration::Exact(n) => n.checked_mul(factor).filter(|n| *n != i64::MAX).map(Duration::Exact),
            Duration::Months(n) => n.checked_mul(factor).map(Duration::Months),
        }
    }

    /// Both one after the other; `None` on overflow and where one is exact and the other counted in months (which day
    /// such a sum ends depends on their order), unless one of them is nothing.
    #[must_use]
    pub fn plus(self, other: Duration) -> Option<Duration> {
        match (self, other) {
            (Duration::FOREVER, _) | (_, Duration::FOREVER) => Some(Duration::FOREVER),
            (a, Duration::Exact(0) | Duration::Months(0)) => Some(a),
            (Duration::Exact(0) | Duration::Months(0), b) => Some(b),
            (Duration::Exact(a), Duration::Exact(b)) => {
                a.checked_add(b).filter(|n| *n != i64::MAX).map(Duration::Exact)
            }
            (Duration::Months(a), Duration::Months(b)) => a.checked_add(b).map(Duration::Months),
            _ => None,
        }
    }

    /// The first without the second; `None` as in [`Duration::plus`].
    #[must_use]
    pub fn minus(self, other: Duration) -> Option<Duration> {
        self.plus(other.negated()?)
    }
}

/// The instant a duration after another. Months count in the zone's calendar: the local clock time is kept, the day
/// clamped to the month's last; a skipped local time is moved forward by the gap, of a repeated one the earlier is
/// taken. `never` stays `never`, and forever after any instant is `never`. `None`: overflow.
#[must_use]
pub fn add(at: Instant, duration: Duration, zone: &Zone) -> Option<Instant> {
    match duration {
        _ if at.is_never() => Some(Instant::NEVER),
        Duration::FOREVER => Some(Instant::NEVER),
        Duration::Exact(n) => at.0.checked_add(n).filter(|n| *n != i64::MAX).map(Instant),
        // The instant itself, which in a repeated hour may be the later of its two.
        Duration::Months(0) => Some(at),
        Duration::Months(n) => {
            let local = zone.local_seconds(at);
            let (month, day) = month_of_date(local.div_euclid(DAY_SECONDS));
            let month = month.checked_add(n).filter(|month| month.unsigned_abs() < MONTHS_LIMIT)?;
            let seconds = date_in_month(month, day) * DAY_SECONDS + local.rem_euclid(DAY_SECONDS);
            Some(zone.at_local_parts(seconds, at.0.rem_euclid(SECOND))?.earliest())
        }
    }
}

/// The instant a duration before another, as [`add`]. `never` stays `never`; forever before anything is `None`.
#[must_use]
pub fn subtract(at: Instant, duration: Duration, zone: &Zone) -> Option<Instant> {
    if at.is_never() { Some(at) } else { add(at, duration.negated()?, zone) }
}

/// From one instant to another: forever to `never`; `None` from `never`, and on overflow (292 years).
#[must_use]
pub fn elapsed(from: Instant, to: Instant) -> Option<Duration> {
    match (from.is_never(), to.is_never()) {
        (true, _) => None,
        (false, true) => Some(Duration::FOREVER),
        (false, false) => to.0.checked_sub(from.0).filter(|n| *n != i64::MAX).map(Duration::Exact),
    }
}

/// Whether `now` is at most `limit` after `event`: limits run forward from the event and include equality.
/// `None`: the due date overflows.
#[must_use]
pub fn within(now: Instant, event: Instant, limit: Duration, zone: &Zone) -> Option<bool> {
    Some(now <= add(event, limit, zone)?)
}

/// The lengths in nanoseconds that a duration may have, both ends included.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Lengths {
    /// The shortest.
    pub shortest: i128,
    /// The longest.
    pub longest: i128,
}

/// Months from 1970 beyond which no instant lies, by far; keeps calendar arithmetic within its numbers.
const MONTHS_LIMIT: u64 = 12_000_000;
/// Counts of months whose lengths are kept once computed: a hundred years.
const KEPT: usize = 1_200;
/// Starts of a period: January 1970 to December 2069.
const STARTS: i64 = 1_200;

/// The lengths of a duration over all starts from 1970 to 2069, in days of 24 hours where it counts months.
#[must_use]
pub fn lengths(duration: Duration) -> Lengths {
    static DAYS: [OnceLock<(i64, i64)>; KEPT + 1] = [const { OnceLock::new() }; KEPT + 1];
    match duration {
        Duration::FOREVER => Lengths { shortest: i128::MAX, longest: i128::MAX },
        Duration::Exact(n) => Lengths { shortest: i128::from(n), longest: i128::from(n) },
        Duration::Months(n) if n < 0 => {
            let forward = lengths(Duration::Months(n.checked_neg().unwrap_or(i64::MAX)));
            Lengths { shortest: -forward.longest, longest: -forward.shortest }
        }
        Duration::Months(n) => {
            let day = i128::from(DAY);
            if n.unsigned_abs() >= MONTHS_LIMIT {
                // Longer than any exact duration; the bounds need not be tight.
                return Lengths { shortest: i128::from(n) * 28 * day, longest: i128::from(n) * 31 * day };
            }
            let kept = usize::try_from(n).ok().and_then(|n| DAYS.get(n));
            let (shortest, longest) = kept.map_or_else(|| days_of(n), |cell| *cell.get_or_init(|| days_of(n)));
            Lengths { shortest: i128::from(shortest) * day, longest: i128::from(longest) * day }
        }
    }
}

/// Shortest and longest of `months` months, in days. Over the starts in one month the longest is from its first day;
/// the shortest from its last, which the end month may clamp.
fn days_of(months: i64) -> (i64, i64) {
    let mut range = (i64::MAX, i64::MIN);
    for start in 0..STARTS {
        for day in [1, 31] {
            let length = {
                let from = date_in_month(start, day);
                let (_, clamped) = month_of_date(from);
                date_in_month(start + months, clamped) - from
            };
            range = (range.0.min(length), range.1.max(length));
        }
    }
    range
}

/// How two ranges may compare: the least and the greatest of the orderings that are possible.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OrderRange {
    /// What the left is at least.
    pub least: Ordering,
    /// What the left is at most.
    pub greatest: Ordering,
}

impl OrderRange {
    /// Of two ranges given by their ends.
    #[must_use]
    pub fn of<T: Ord>(left: (T, T), right: (T, T)) -> OrderRange {
        OrderRange { least: left.0.cmp(&right.1), greatest: left.1.cmp(&right.0) }
    }

    fn decide(self, holds: impl Fn(Ordering) -> bool, fails: impl Fn(Ordering) -> bool) -> Truth {
        let mut orders = [Ordering::Less, Ordering::Equal, Ordering::Greater]
            .into_iter()
            .filter(|order| self.least <= *order && *order <= self.greatest);
        if orders.clone().all(holds) {
            Truth::True
        } else if orders.all(fails) {
            Truth::False
        } else {
            Truth::Unknown
        }
    }

    /// `<`
    #[must_use]
    pub fn less(self) -> Truth {
        self.decide(Ordering::is_lt, Ordering::is_ge)
    }

    /// `<=`
    #[must_use]
    pub fn at_most(self) -> Truth {
        self.decide(Ordering::is_le, Ordering::is_gt)
    }

    /// `is`
    #[must_use]
    pub fn equal(self) -> Truth {
        self.decide(Ordering::is_eq, Ordering::is_ne)
    }

    /// `>=`
    #[must_use]
    pub fn at_least(self) -> Truth {
        self.less().negate()
    }

    /// `>`
    #[must_use]
    pub fn more(self) -> Truth {
        self.at_most().negate()
    }
}

/// Compares two durations without an anchor: months with months by their count, all else by the ranges of lengths.
#[must_use]
pub fn compare(left: Duration, right: Duration) -> OrderRange {
    if let (Duration::Months(left), Duration::Months(right)) = (left, right) {
        return OrderRange::of((left, left), (right, right));
    }
    let (left, right) = (lengths(left), lengths(right));
    OrderRange::of((left.shortest, left.longest), (right.shortest, right.longest))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::value::civil::date_from_parts;
    use crate::value::instant::{ReadTime, read_instant, write_instant};
    use crate::value::zone::LocalInstants;
    use proptest::prelude::*;

    fn at(text: &str) -> Instant {
        match read_instant(text) {
            Ok(ReadTime::At(at)) => at,
            other => panic!("{text}: {other:?}"),
        }
    }

    fn zone(name: &str) -> Zone {
        Zone::named(name).unwrap()
    }

    const MONTH: Duration = Duration::Months(1);

    fn days(n: i64) -> Duration {
        Duration::Exact(n * DAY)
    }

    #[test]
    fn months_clamp_the_day_once() {
        let zone = zone("Africa/Johannesburg");
        let plus = |text: &str, months| write_instant(add(at(text), Duration::Months(months), &zone).unwrap());
        assert_eq!(plus("2026-01-31T10:00:00Z", 1), "2026-02-28T10:00:00Z");
        assert_eq!(plus("2028-01-31T10:00:00Z", 1), "2028-02-29T10:00:00Z");
        assert_eq!(plus("2026-01-31T10:00:00Z", 2), "2026-03-31T10:00:00Z");
        assert_eq!(plus("2028-02-29T10:00:00Z", 12), "2029-02-28T10:00:00Z");
        assert_eq!(plus("2026-03-31T10:00:00.000000001Z", -1), "2026-02-28T10:00:00.000000001Z");
        assert_eq!(
            plus("2026-01-30T23:00:00Z", 1),
            "2026-02-27T23:00:00Z",
            "31 January and 28 February in Johannesburg"
        );
    }

    #[test]
    fn the_local_clock_is_kept_over_daylight_saving() {
        let berlin = zone("Europe/Berlin");
        let plus = |text: &str, months| write_instant(add(at(text), Duration::Months(months), &berlin).unwrap());
        assert_eq!(plus("2026-03-15T11:00:00Z", 1), "2026-04-15T10:00:00Z");
        assert_eq!(plus("2026-02-28T01:30:00Z", 1), "2026-03-28T01:30:00Z");
        assert_eq!(plus("2026-01-29T01:30:00Z", 2), "2026-03-29T01:30:00Z", "02:30 does not exist: 03:30");
        assert_eq!(plus("2026-09-25T00:30:00Z", 1), "2026-10-25T00:30:00Z", "02:30 twice: the earlier");
        assert_eq!(plus("2026-11-25T01:30:00Z", -1), "2026-10-25T00:30:00Z");
        assert_eq!(plus("2026-10-25T01:30:00Z", 0), "2026-10-25T01:30:00Z", "nothing added, nothing moved");
    }

    #[test]
    fn p1_to_p3_lengths_decide_or_not() {
        let seven_years = Duration::Months(84);
        assert_eq!(compare(days(2557), seven_years).at_least(), Truth::True, "P1");
        assert_eq!(compare(days(2556), seven_years).at_least(), Truth::Unknown, "P1");
        assert_eq!(compare(days(2555), seven_years).at_least(), Truth::False, "P1");
        assert_eq!(compare(days(2556), seven_years).at_least().negate(), Truth::Unknown, "P2");
        assert_eq!(compare(days(30), MONTH).at_least(), Truth::Unknown, "P3");
        assert_eq!(compare(days(31), MONTH).at_least(), Truth::True, "P3");
        assert_eq!(compare(days(31), MONTH).equal(), Truth::Unknown);
        assert_eq!(compare(days(31), MONTH).more(), Truth::Unknown);
        assert_eq!(compare(days(32), MONTH).equal(), Truth::False);
        assert_eq!(compare(days(1461), Duration::Months(48)).equal(), Truth::True);
        assert_eq!(compare(Duration::Months(12), Duration::Months(12)).equal(), Truth::True);
        assert_eq!(compare(Duration::FOREVER, Duration::Months(i64::MAX)).more(), Truth::True);
    }

    #[test]
    fn p4_to_p6_limits_run_forward() {
        let utc = Zone::utc();
        let expires = at("2026-02-28T10:00:00Z");
        assert!(expires >= add(at("2026-01-31T10:00:00Z"), MONTH, &utc).unwrap(), "P4");
        let (now, tested) = (at("2027-03-31T08:00:00Z"), at("2027-02-28T08:00:00Z"));
        assert_eq!(within(now, tested, MONTH, &utc), Some(false), "P5");
        assert!(tested >= subtract(now, MONTH, &utc).unwrap(), "P5, backwards");
        let now = at("2026-11-22T06:00:00Z");
        let reviewed = subtract(now, days(90), &utc).unwrap();
        assert_eq!(within(now, reviewed, days(90), &utc), Some(true), "P6");
        assert_eq!(within(now, Instant(reviewed.0 - 1), days(90), &utc), Some(false), "P6");
    }

    #[test]
    fn q_every_three_months_is_a_rolling_limit() {
        let zone = zone("Africa/Johannesburg");
        let now = at("2026-11-22T06:00:00Z");
        let due = |text: &str| within(now, at(text), Duration::Months(3), &zone);
        assert_eq!(due("2026-07-02T08:00:00Z"), Some(false), "Q1");
        assert_eq!(due("2026-10-03T08:00:00Z"), Some(true), "Q2");
        assert_eq!(due("2026-09-20T08:00:00Z"), Some(true), "Q3");
        assert_eq!(due("2026-09-01T08:00:00Z"), Some(true), "Q4: due 1 Dec");
    }

    #[test]
    fn t7_an_age_in_a_repeated_hour_has_two_ends() {
        let Ok(ReadTime::Local(naive)) = read_instant("2026-10-25T02:30:00") else { panic!("local") };
        let Some(LocalInstants::Repeated { earlier, later }) = zone("Europe/Berlin").at_local(naive) else {
            panic!("repeated")
        };
        let age = |from| elapsed(from, at("2026-10-25T02:45:00Z")).map(lengths).unwrap().shortest;
        let age_at_most = |hours: i64| {
            let limit = i128::from(hours * 60 * 60 * SECOND);
            OrderRange::of((age(later), age(earlier)), (limit, limit)).at_most()
        };
        assert_eq!(age_at_most(2), Truth::Unknown);
        assert_eq!(age_at_most(3), Truth::True);
        assert_eq!(age_at_most(1), Truth::False);
    }

    #[test]
    fn lengths_are_those_of_all_starts() {
        let (first, last) = (date_from_parts(1970, 1, 1), date_from_parts(2069, 12, 31));
        for months in (0..=15).chain([24, 48, 84, 120, 240, 600, 1_201]) {
            let all = (first..=last).map(|from| {
                let (month, day) = month_of_date(from);
                date_in_month(month + months, day) - from
            });
            let (shortest, longest) = (all.clone().min().unwrap(), all.max().unwrap());
            let ours = lengths(Duration::Months(months));
            let day = i128::from(DAY);
            assert_eq!((ours.shortest / day, ours.longest / day), (shortest.into(), longest.into()), "{months} months");
            let back = lengths(Duration::Months(-months));
            assert_eq!((back.shortest, back.longest), (-ours.longest, -ours.shortest));
        }
        let in_days = |months| {
            let lengths = lengths(Duration::Months(months));
            (lengths.shortest / i128::from(DAY), lengths.longest / i128::from(DAY))
        };
        assert_eq!(in_days(1), (28, 31));
        assert_eq!(in_days(3), (89, 92));
        assert_eq!(in_days(12), (365, 366));
        assert_eq!(in_days(48), (1461, 1461));
        assert_eq!(in_days(84), (2556, 2557));
    }

    /// The law of 4.5: a limit that runs forward is never laxer than one that runs back.
    #[test]
    fn forward_is_never_laxer_than_backward() {
        let utc = Zone::utc();
        for day in 0..1_500 {
            let event = Instant((date_from_parts(2026, 1, 1) + day) * DAY);
            for months in [1, 2, 3, 12] {
                let limit = Duration::Months(months);
                let due = add(event, limit, &utc).unwrap();
                for now in [Instant(due.0 - DAY), due, Instant(due.0 + DAY)] {
                    let forward = within(now, event, limit, &utc).unwrap();
                    let backward = event >= subtract(now, limit, &utc).unwrap();
                    assert!(!forward || backward, "{event:?} {months} {now:?}");
                }
            }
        }
    }

    #[test]
    fn never_and_overflow() {
        let utc = Zone::utc();
        assert_eq!(add(Instant::NEVER, days(-1), &utc), Some(Instant::NEVER));
        assert_eq!(subtract(Instant::NEVER, MONTH, &utc), Some(Instant::NEVER));
        assert_eq!(add(Instant(0), Duration::FOREVER, &utc), Some(Instant::NEVER));
        assert_eq!(subtract(Instant(0), Duration::FOREVER, &utc), None);
        assert_eq!(add(Instant(i64::MAX - 1), Duration::Exact(1), &utc), None, "`never` is not reached by adding");
        assert_eq!(add(Instant(0), Duration::Months(12 * 300), &utc), None);
        assert_eq!(add(Instant(0), Duration::Months(i64::MIN), &utc), None);
        assert_eq!(elapsed(Instant(3), Instant::NEVER), Some(Duration::FOREVER));
        assert_eq!(elapsed(Instant::NEVER, Instant(3)), None);
        assert_eq!(elapsed(Instant::NEVER, Instant::NEVER), None);
        assert_eq!(elapsed(Instant(i64::MIN), Instant(5)), None);
        assert_eq!(days(1).plus(MONTH), None);
        assert_eq!(Duration::ZERO.plus(MONTH), Some(MONTH));
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn nothing_panics(n in any::<i64>(), m in any::<i64>(), exact in any::<bool>(), k in any::<i64>()) {
            let make = |n| if exact { Duration::Exact(n) } else { Duration::Months(n) };
            let _ = add(Instant(n), make(m), &Zone::utc());
            let _ = subtract(Instant(n), make(m), &Zone::utc());
            let _ = compare(make(m), Duration::Exact(k));
            let _ = (make(m).plus(make(k)), make(m).minus(make(k)), make(m).times(k));
        }

        /// An anchored sum lies within the range of lengths, give or take the zone's clock changes.
        #[test]
        fn anchored_sums_lie_within_the_lengths(n in 0i64..3_155_000_000, months in 0i64..200) {
            let start = Instant(n * SECOND);
            let end = add(start, Duration::Months(months), &Zone::utc()).unwrap();
            let range = lengths(Duration::Months(months));
            let length = i128::from(end.0 - start.0);
            prop_assert!(range.shortest <= length && length <= range.longest);
        }
    }
}
