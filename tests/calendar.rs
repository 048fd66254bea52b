//! Zones, calendar buckets and calendar arithmetic against a second implementation: Python's zoneinfo wrote the table
//! (`tests/calendar/generate.py`).

#![expect(clippy::expect_used, reason = "a test that cannot go on has failed")]

use backproof::value::calendar::{BucketId, Calendar, bucket_name};
use backproof::value::instant::write_local;
use backproof::value::period::{add, subtract};
use backproof::value::{Cadence, Duration, Instant, Zone};

const TABLE: &str = include_str!("calendar/table.csv");

const SECOND: i64 = 1_000_000_000;

fn instant(text: &str) -> Instant {
    Instant::from_seconds(text.parse().expect("seconds")).expect("within range")
}

#[test]
fn zones_buckets_and_months_are_as_python_has_them() {
    let mut rows = 0;
    for line in TABLE.lines().skip(1) {
        let cells: Vec<&str> = line.split(',').collect();
        let [name, at, local, day, week, month, quarter, year, day_from, day_until, before, after, later] = cells[..]
        else {
            panic!("{line}: {} cells", cells.len());
        };
        let zone = Zone::named(name).expect("a zone");
        let calendar = Calendar::of(zone.clone());
        let at = instant(at);
        let shown = write_local(zone.local_seconds(at) * SECOND);
        assert_eq!(shown, local, "{line}");
        for (cadence, bucket) in [
            (Cadence::Daily, day),
            (Cadence::Weekly, week),
            (Cadence::Monthly, month),
            (Cadence::Quarterly, quarter),
            (Cadence::Yearly, year),
        ] {
            let id = calendar.bucket_of(cadence, at).expect("no never");
            assert_eq!(bucket_name(cadence, id), bucket, "{line}");
            assert_eq!(calendar.cutter(cadence).bucket_of(at), Some(id), "{line}: the fast way");
            let (first, end) = calendar.bucket_span(cadence, id).expect("it has an instant");
            assert!(first <= at && at < end, "{line}: {cadence:?}");
            assert!(calendar.bucket_of(cadence, first) == Some(id), "{line}: {cadence:?} begins in itself");
            assert!(calendar.bucket_of(cadence, end) != Some(BucketId(id.0 - 1)), "{line}: {cadence:?}");
        }
        let id = calendar.bucket_of(Cadence::Daily, at).expect("no never");
        assert_eq!(calendar.bucket_span(Cadence::Daily, id), Some((instant(day_from), instant(day_until))), "{line}");
        assert_eq!(zone.day_span(calendar.date(at)), Some((instant(day_from), instant(day_until))), "{line}");
        assert_eq!(subtract(at, Duration::Months(1), &zone), Some(instant(before)), "{line}: a month before");
        assert_eq!(add(at, Duration::Months(1), &zone), Some(instant(after)), "{line}: a month after");
        assert_eq!(add(at, Duration::Months(12), &zone), Some(instant(later)), "{line}: a year after");
        rows += 1;
    }
    assert!(rows > 500, "{rows} rows");
}
