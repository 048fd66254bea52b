//! The tables T and Q of the semantics, and laws over several zones.

use super::*;
use crate::value::civil::{DAY, HOUR, SECOND};
use crate::value::instant::{ReadTime, read_instant};

const CADENCES: [Cadence; 6] =
    [Cadence::Hourly, Cadence::Daily, Cadence::Weekly, Cadence::Monthly, Cadence::Quarterly, Cadence::Yearly];

fn at(text: &str) -> Instant {
    match read_instant(text) {
        Ok(ReadTime::At(at)) => at,
        other => panic!("{text}: {other:?}"),
    }
}

fn calendar(zone: &str) -> Calendar {
    Calendar::of(Zone::named(zone).unwrap())
}

fn johannesburg() -> Calendar {
    calendar("Africa/Johannesburg")
}

fn now() -> Instant {
    at("2026-11-22T06:00:00Z")
}

fn over_days(n: i64) -> Look {
    Look::Over(Duration::Exact(n * DAY))
}

fn name_of(calendar: &Calendar, cadence: Cadence, text: &str) -> String {
    bucket_name(cadence, calendar.bucket_of(cadence, at(text)).unwrap())
}

/// First, last and number of the required buckets.
fn required(
    calendar: &Calendar,
    cadence: Cadence,
    now: Instant,
    look: Look,
    from: Option<&str>,
) -> (String, String, u64) {
    let required = calendar.required_buckets(cadence, now, look, from.map(at), None).unwrap();
    let names: Vec<_> = required.iter().map(|id| bucket_name(cadence, id)).collect();
    (names.first().cloned().unwrap_or_default(), names.last().cloned().unwrap_or_default(), required.count())
}

fn expect(first: &str, last: &str, count: u64) -> (String, String, u64) {
    (first.to_owned(), last.to_owned(), count)
}

#[test]
fn t1_the_day_is_the_local_one() {
    assert_eq!(name_of(&johannesburg(), Cadence::Daily, "2026-11-20T22:30:00Z"), "2026-11-21");
}

#[test]
fn t2_cut_and_unfinished_days_are_not_required() {
    let ours = required(&johannesburg(), Cadence::Daily, now(), over_days(35), None);
    assert_eq!(ours, expect("2026-10-19", "2026-11-21", 34));
}

#[test]
fn t3_months() {
    let ours = required(&johannesburg(), Cadence::Monthly, now(), Look::Over(Duration::Months(13)), None);
    assert_eq!(ours, expect("2025-11", "2026-10", 12));
}

#[test]
fn t4_at_midnight_all_days_are_whole() {
    let ours = required(&johannesburg(), Cadence::Daily, at("2026-11-22T00:00:00+02:00"), over_days(35), None);
    assert_eq!(ours, expect("2026-10-18", "2026-11-21", 35));
}

#[test]
fn t5_iso_weeks() {
    assert_eq!(name_of(&johannesburg(), Cadence::Weekly, "2027-01-01T10:00:00Z"), "2026-W53");
    assert_eq!(name_of(&johannesburg(), Cadence::Weekly, "2027-01-03T22:00:00Z"), "2027-W01");
}

#[test]
fn t6_a_repeated_hour_is_one_day_and_two_hours() {
    let berlin = calendar("Europe/Berlin");
    let (first, second) = (at("2026-10-25T00:30:00Z"), at("2026-10-25T01:30:00Z"));
    assert_eq!(berlin.bucket_of(Cadence::Daily, first), berlin.bucket_of(Cadence::Daily, second));
    assert_ne!(berlin.bucket_of(Cadence::Hourly, first), berlin.bucket_of(Cadence::Hourly, second));
    assert_eq!(name_of(&berlin, Cadence::Hourly, "2026-10-25T01:30:00Z"), "2026-10-25T01Z");
}

#[test]
fn t9_and_t10_from_the_first_protected_instant() {
    let ours = required(&johannesburg(), Cadence::Daily, now(), over_days(35), Some("2026-11-12T10:00:00+02:00"));
    assert_eq!(ours, expect("2026-11-13", "2026-11-21", 9));
    let all = johannesburg().required_buckets(Cadence::Daily, now(), over_days(35), None, None).unwrap();
    let twelfth = johannesburg().bucket_of(Cadence::Daily, at("2026-11-12T10:00:00+02:00")).unwrap();
    assert_eq!(all.iter().filter(|id| *id < twelfth).count(), 24, "T10");
}

#[test]
fn until_cuts_the_newest() {
    let until = Some(at("2026-11-10T10:00:00+02:00"));
    let ours = johannesburg().required_buckets(Cadence::Daily, now(), over_days(35), None, until).unwrap();
    assert_eq!(bucket_name(Cadence::Daily, BucketId(ours.end.0 - 1)), "2026-11-09");
    let never = johannesburg().required_buckets(Cadence::Daily, now(), over_days(35), None, Some(Instant::NEVER));
    assert_eq!(never.unwrap().count(), 34);
    let before = johannesburg().required_buckets(Cadence::Daily, now(), over_days(35), until, until).unwrap();
    assert_eq!(before.count(), 0);
}

#[test]
fn q_the_last_complete_quarter() {
    let last = |from| required(&johannesburg(), Cadence::Quarterly, now(), Look::Last(1), from);
    assert_eq!(last(None), expect("2026-Q3", "2026-Q3", 1));
    assert_eq!(name_of(&johannesburg(), Cadence::Quarterly, "2026-07-02T08:00:00Z"), "2026-Q3", "Q1");
    assert_eq!(name_of(&johannesburg(), Cadence::Quarterly, "2026-06-20T08:00:00Z"), "2026-Q2", "Q2");
    assert_eq!(name_of(&johannesburg(), Cadence::Quarterly, "2026-10-03T08:00:00Z"), "2026-Q4", "Q2");
    assert_eq!(last(Some("2026-09-01T08:00:00Z")), expect("", "", 0), "Q4");
}

#[test]
fn last_counts_complete_buckets() {
    let ours = required(&johannesburg(), Cadence::Daily, now(), Look::Last(3), None);
    assert_eq!(ours, expect("2026-11-19", "2026-11-21", 3));
    assert_eq!(required(&johannesburg(), Cadence::Yearly, now(), Look::Last(2), None), expect("2024", "2025", 2));
    assert_eq!(required(&johannesburg(), Cadence::Hourly, now(), Look::Last(1), None).0, "2026-11-22T05Z");
    assert_eq!(required(&johannesburg(), Cadence::Daily, now(), Look::Last(0), None).2, 0);
}

#[test]
fn a_skipped_date_is_not_required() {
    let apia = calendar("Pacific/Apia");
    let now = at("2012-01-02T12:00:00+14:00");
    let ours = apia.required_buckets(Cadence::Daily, now, Look::Last(4), None, None).unwrap();
    let names: Vec<_> = ours.iter().map(|id| bucket_name(Cadence::Daily, id)).collect();
    assert_eq!(names, ["2011-12-28", "2011-12-29", "2011-12-31", "2012-01-01"]);
    assert_eq!(ours.count(), 4);
    let skipped = ours.skipped[0];
    assert!(!ours.contains(skipped) && apia.bucket_span(Cadence::Daily, skipped).is_none());
    let noon = Calendar { day_starts: ClockTime(12 * 3_600), ..apia };
    let ours = noon.required_buckets(Cadence::Daily, now, Look::Last(4), None, None).unwrap();
    assert_eq!((ours.count(), ours.skipped.len()), (4, 0), "two half days");
    let same = calendar("Pacific/Apia");
    let ends = at("2011-12-31T10:00:00+14:00");
    let ours = same.required_buckets(Cadence::Daily, ends, Look::Last(1), None, None).unwrap();
    assert_eq!(bucket_name(Cadence::Daily, ours.first), "2011-12-29");
}

#[test]
fn a_backup_day_may_start_at_noon() {
    let noon = Calendar { day_starts: ClockTime(12 * 3_600), ..johannesburg() };
    assert_eq!(name_of(&noon, Cadence::Daily, "2026-11-20T23:50:00+02:00"), "2026-11-20");
    assert_eq!(name_of(&noon, Cadence::Daily, "2026-11-21T00:10:00+02:00"), "2026-11-20");
    assert_eq!(name_of(&noon, Cadence::Daily, "2026-11-21T12:00:00+02:00"), "2026-11-21");
    assert_eq!(name_of(&noon, Cadence::Monthly, "2026-12-01T06:00:00+02:00"), "2026-11");
    assert_eq!(required(&noon, Cadence::Daily, now(), Look::Last(1), None).0, "2026-11-20");
}

#[test]
fn names() {
    let name = |cadence| name_of(&johannesburg(), cadence, "2026-11-20T22:30:00+02:00");
    assert_eq!(
        CADENCES.map(name),
        ["2026-11-20T20Z", "2026-11-20", "2026-W47", "2026-11", "2026-Q4", "2026"].map(str::to_owned)
    );
}

/// Every instant lies in the span of its bucket; spans of all ids in a row leave no instant out; ids ascend.
#[test]
fn buckets_cover_time() {
    let zones = [
        "Africa/Johannesburg",
        "Europe/Berlin",
        "America/New_York",
        "Pacific/Apia",
        "Asia/Kathmandu",
        "Australia/Lord_Howe",
    ];
    for zone in zones {
        for day_starts in [0, 2 * 3_600 + 1_800, 12 * 3_600] {
            let calendar = Calendar { day_starts: ClockTime(day_starts), ..calendar(zone) };
            for cadence in CADENCES {
                let mut cutter = calendar.cutter(cadence);
                for (from, until) in
                    [("2011-12-20", "2012-01-10"), ("2026-03-01", "2026-04-10"), ("2026-10-01", "2026-11-10")]
                {
                    let [from, until] = [from, until].map(|date| at(&format!("{date}T00:00:00Z")));
                    let mut last = BucketId(i64::MIN);
                    for n in (from.0..until.0).step_by(usize::try_from(53 * 60 * SECOND).unwrap()) {
                        let id = calendar.bucket_of(cadence, Instant(n)).unwrap();
                        assert_eq!(cutter.bucket_of(Instant(n)), Some(id));
                        let (first, end) = calendar.bucket_span(cadence, id).unwrap();
                        assert!(first.0 <= n && n < end.0, "{zone} {cadence:?} {n}");
                        assert!(id >= last, "{zone} {cadence:?} {n}");
                        last = id;
                        assert_eq!(calendar.bucket_of(cadence, first), Some(id));
                        assert_eq!(calendar.bucket_of(cadence, Instant(end.0 - 1)), Some(id));
                    }
                }
            }
        }
    }
}

/// The rule of 4.4 word by word: required are the buckets wholly inside the look-back.
#[test]
fn required_are_the_buckets_wholly_inside() {
    for zone in ["Africa/Johannesburg", "Europe/Berlin", "America/New_York", "Pacific/Apia", "Australia/Lord_Howe"] {
        let calendar = calendar(zone);
        for cadence in [Cadence::Daily, Cadence::Weekly, Cadence::Monthly] {
            for start in ["2012-01-05T00:00:00Z", "2026-04-07T11:00:00Z", "2026-11-01T05:30:00Z"] {
                for step in 0..30 {
                    let now = Instant(at(start).0 + step * 7 * HOUR);
                    let begin = Instant(now.0 - 40 * DAY);
                    let ours = calendar.required_buckets(cadence, now, over_days(40), None, None).unwrap();
                    let middle = calendar.bucket_of(cadence, now).unwrap().0;
                    for id in (middle - 50..middle + 3).map(BucketId) {
                        let inside = calendar.bucket_span(cadence, id).is_some_and(|(a, b)| begin <= a && b <= now);
                        assert_eq!(ours.contains(id), inside, "{zone} {} at {now:?}", bucket_name(cadence, id));
                    }
                }
            }
        }
    }
}

#[test]
fn the_ends_of_time_do_not_panic() {
    for cadence in CADENCES {
        let berlin = calendar("Europe/Berlin");
        assert_eq!(berlin.bucket_of(cadence, Instant::NEVER), None);
        for n in [i64::MIN, -1, 0, i64::MAX - 1, i64::MAX] {
            let _ = berlin.bucket_of(cadence, Instant(n));
            let _ = berlin.bucket_span(cadence, BucketId(n));
            let _ = bucket_name(cadence, BucketId(n));
            for look in [Look::Last(u32::MAX), Look::Over(Duration::Months(n)), Look::Over(Duration::Exact(n))] {
                let _ = berlin.required_buckets(cadence, Instant(n), look, Some(Instant(n)), Some(Instant(-n.max(-5))));
            }
        }
    }
}
