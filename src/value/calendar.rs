//! Calendar buckets: which hour, day, week, month, quarter or year of a zone an instant belongs to, and which buckets
//! a look-back requires. Counts no rows.
//!
//! Invariants: bucket ids of one cadence are dense and ascend with time. An hour is a whole hour of UTC. All other
//! buckets are sets of local dates; an instant belongs to the date that local clocks show, less the calendar's
//! start of the day, so clock changes need no care. A local date that clocks skipped (Apia, 2011-12-30) keeps its id
//! but has no instant, no span, and is never required.

use super::civil::{DAY_SECONDS, YearMonthDay, date_from_parts, date_in_month, iso_week, month_of_date, parts_of_date};
use super::instant::write_date;
use super::period::subtract;
use super::types::{Cadence, ClockTime, Duration, Instant};
use super::zone::{Offsets, Zone};

/// How calendar cuts are made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Calendar {
    /// Whose dates count.
    pub zone: Zone,
    /// Where a day begins; from 12:00 on 20 November to 12:00 on the 21st it is then the 20th.
    pub day_starts: ClockTime,
}

/// A bucket of a cadence that the context knows: hours, days, weeks (from Monday 1969-12-29), months, quarters or years
/// since 1970.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct BucketId(pub i64);

/// How far back to look.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Look {
    /// Every bucket wholly inside this span up to now.
    Over(Duration),
    /// So many of the newest complete buckets.
    Last(u32),
}

/// The buckets that a look-back requires, oldest first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RequiredBuckets {
    /// The oldest.
    pub first: BucketId,
    /// The one after the newest; not below `first`.
    pub end: BucketId,
    /// Ids between them that have no instants, ascending: not required. Nearly always empty.
    pub skipped: Vec<BucketId>,
}

impl RequiredBuckets {
    const NONE: RequiredBuckets = RequiredBuckets { first: BucketId(0), end: BucketId(0), skipped: Vec::new() };

    /// How many are required.
    #[must_use]
    pub fn count(&self) -> u64 {
        (self.end.0.saturating_sub(self.first.0)).unsigned_abs() - self.skipped.len() as u64
    }

    /// Whether this one is required.
    #[must_use]
    pub fn contains(&self, id: BucketId) -> bool {
        self.first <= id && id < self.end && !self.skipped.contains(&id)
    }

    /// The required ids, oldest first.
    pub fn iter(&self) -> impl Iterator<Item = BucketId> {
        (self.first.0..self.end.0).map(BucketId).filter(|id| !self.skipped.contains(id))
    }
}

impl Calendar {
    /// The calendar of a zone whose days begin at midnight.
    #[must_use]
    pub fn of(zone: Zone) -> Calendar {
        Calendar { zone, day_starts: ClockTime(0) }
    }

    /// The date that an instant counts for, as days since 1970-01-01.
    #[must_use]
    pub fn date(&self, at: Instant) -> i64 {
        (self.zone.local_seconds(at) - i64::from(self.day_starts.0)).div_euclid(DAY_SECONDS)
    }

    /// The bucket of an instant; `None` for `never`.
    #[must_use]
    pub fn bucket_of(&self, cadence: Cadence, at: Instant) -> Option<BucketId> {
        if at.is_never() {
            return None;
        }
        Some(match cadence {
            Cadence::Hourly => BucketId(at.seconds().div_euclid(3_600)),
            _ => bucket_of_date(cadence, self.date(at)),
        })
    }

    /// For many instants close together: the same as [`Calendar::bucket_of`], faster.
    #[must_use]
    pub fn cutter(&self, cadence: Cadence) -> BucketCutter {
        BucketCutter { cadence, day_starts: i64::from(self.day_starts.0), offsets: self.zone.offsets() }
    }

    /// The first instant of a bucket and its end (exclusive). Where clocks were set back over midnight it is the hull of
    /// the bucket's instants. `None`: a skipped date, or out of range.
    #[must_use]
    pub fn bucket_span(&self, cadence: Cadence, id: BucketId) -> Option<(Instant, Instant)> {
        if cadence == Cadence::Hourly {
            let first = Instant::from_seconds(id.0.checked_mul(3_600)?)?;
            let end = Instant::from_seconds(id.0.checked_add(1)?.checked_mul(3_600)?)?;
            return Some((first, end));
        }
        let date = |id: i64| first_date(cadence, id)?.checked_mul(DAY_SECONDS)?.checked_add(self.day_starts.0.into());
        self.zone.local_span(date(id.0)?, date(id.0.checked_add(1)?)?)
    }

    /// The buckets that lie wholly inside the look-back and inside `[from, until]`, where given: neither the current one
    /// nor one that is cut. `None`: the look-back's start overflows.
    #[must_use]
    pub fn required_buckets(
        &self,
        cadence: Cadence,
        now: Instant,
        look: Look,
        from: Option<Instant>,
        until: Option<Instant>,
    ) -> Option<RequiredBuckets> {
        let span_start = match look {
            Look::Over(span) => Some(subtract(now, span, &self.zone)?),
            Look::Last(_) => None,
        };
        let Some(newest) = self.newest_before(cadence, now) else { return Some(RequiredBuckets::NONE) };
        let oldest = match (look, span_start) {
            (Look::Last(n), _) => self.nth_back(cadence, newest, n),
            (_, Some(start)) => self.oldest_after(cadence, start),
            (_, None) => None,
        };
        let oldest = match from {
            None => oldest,
            Some(from) => oldest.and_then(|oldest| Some(oldest.max(self.oldest_after(cadence, from)?))),
        };
        let newest = match until.filter(|until| !until.is_never()) {
            None => Some(newest),
            Some(until) => self.newest_before(cadence, until).map(|other| newest.min(other)),
        };
        let (Some(first), Some(newest)) = (oldest, newest) else { return Some(RequiredBuckets::NONE) };
        if first > newest {
            return Some(RequiredBuckets::NONE);
        }
        let end = BucketId(newest.0.saturating_add(1));
        Some(RequiredBuckets { first, end, skipped: self.skipped(cadence, first, end) })
    }

    /// The oldest bucket that begins at or after the instant, and where it ends (exclusive).
    #[must_use]
    pub fn first_from(&self, cadence: Cadence, at: Instant) -> Option<(BucketId, Instant)> {
        let id = self.oldest_after(cadence, at)?;
        self.bucket_span(cadence, id).map(|(_, end)| (id, end))
    }

    /// The newest bucket that ends at or before the instant.
    fn newest_before(&self, cadence: Cadence, at: Instant) -> Option<BucketId> {
        let BucketId(id) = self.bucket_of(cadence, Instant(at.0.min(i64::MAX - 1)))?;
        (0..NEAR)
            .map(|back| BucketId(id - back))
            .find(|id| self.bucket_span(cadence, *id).is_some_and(|(_, end)| end <= at))
    }

    /// The oldest bucket that begins at or after the instant.
    fn oldest_after(&self, cadence: Cadence, at: Instant) -> Option<BucketId> {
        let BucketId(id) = self.bucket_of(cadence, at)?;
        (0..NEAR)
            .map(|on| BucketId(id + on))
            .find(|id| self.bucket_span(cadence, *id).is_some_and(|(first, _)| first >= at))
    }

    /// The oldest of the `n` newest buckets up to `newest` that have instants; `None` for `n` = 0.
    fn nth_back(&self, cadence: Cadence, newest: BucketId, n: u32) -> Option<BucketId> {
        let back = i64::from(n.checked_sub(1)?);
        let mut first = BucketId(newest.0 - back);
        // Each skipped one within reach moves the start by one, which may bring a further one within reach.
        loop {
            let skipped = i64::try_from(self.skipped(cadence, first, newest).len()).unwrap_or(0);
            let moved = BucketId(newest.0 - back - skipped);
            if moved == first {
                return Some(first);
            }
            first = moved;
        }
    }

    /// Ids in `first..end` that have no instants.
    fn skipped(&self, cadence: Cadence, first: BucketId, end: BucketId) -> Vec<BucketId> {
        if cadence != Cadence::Daily {
            return Vec::new();
        }
        let day = |id: BucketId| Instant(id.0.saturating_mul(super::civil::DAY));
        let margin = 2 * super::civil::DAY;
        let (from, until) = (day(first).0.saturating_sub(margin), day(end).0.saturating_add(margin));
        let starts = i64::from(self.day_starts.0);
        let mut found = Vec::new();
        for (before, after) in self.zone.leaps_of_a_day(Instant(from), Instant(until)) {
            let dates = (before - starts).div_euclid(DAY_SECONDS)..=(after - starts).div_euclid(DAY_SECONDS);
            let ids = dates.map(BucketId).filter(|id| first <= *id && *id < end);
            found.extend(ids.filter(|id| self.bucket_span(cadence, *id).is_none()));
        }
        found
    }
}

/// How many buckets from the one of an instant the nearest whole one may be: itself, its neighbour, and two for skipped
/// dates and hulls that overlap.
const NEAR: i64 = 5;

/// See [`Calendar::cutter`].
#[derive(Debug, Clone)]
pub struct BucketCutter {
    cadence: Cadence,
    day_starts: i64,
    offsets: Offsets,
}

impl BucketCutter {
    /// The bucket of an instant; `None` for `never`.
    pub fn bucket_of(&mut self, at: Instant) -> Option<BucketId> {
        if at.is_never() {
            return None;
        }
        if self.cadence == Cadence::Hourly {
            return Some(BucketId(at.seconds().div_euclid(3_600)));
        }
        let date = (self.offsets.local_seconds(at) - self.day_starts).div_euclid(DAY_SECONDS);
        Some(bucket_of_date(self.cadence, date))
    }
}

fn bucket_of_date(cadence: Cadence, date: i64) -> BucketId {
    BucketId(match cadence {
        Cadence::Hourly => date * 24,
        Cadence::Daily => date,
        Cadence::Weekly => (date + 3).div_euclid(7),
        Cadence::Monthly => month_of_date(date).0,
        Cadence::Quarterly => month_of_date(date).0.div_euclid(3),
        Cadence::Yearly => parts_of_date(date).year - 1970,
    })
}

/// The first date of a bucket; `None` far outside of what instants reach (years beyond ±10,000 or so).
fn first_date(cadence: Cadence, id: i64) -> Option<i64> {
    if id.unsigned_abs() > 100_000_000 {
        return None;
    }
    Some(match cadence {
        Cadence::Hourly => id.div_euclid(24),
        Cadence::Daily => id,
        Cadence::Weekly => id * 7 - 3,
        Cadence::Monthly => date_in_month(id, 1),
        Cadence::Quarterly => date_in_month(id * 3, 1),
        Cadence::Yearly => date_from_parts(1970 + id, 1, 1),
    })
}

/// The bucket's name: `2026-11-20T22Z`, `2026-11-20`, `2026-W47`, `2026-11`, `2026-Q3`, `2026`.
#[must_use]
pub fn bucket_name(cadence: Cadence, id: BucketId) -> String {
    let Some(date) = first_date(cadence, id.0) else { return format!("bucket {}", id.0) };
    let YearMonthDay { year, month, .. } = parts_of_date(date);
    match cadence {
        Cadence::Hourly => format!("{}T{:02}Z", write_date(date), id.0.rem_euclid(24)),
        Cadence::Daily => write_date(date),
        Cadence::Weekly => {
            let (year, week) = iso_week(date);
            format!("{year:04}-W{week:02}")
        }
        Cadence::Monthly => format!("{year:04}-{month:02}"),
        Cadence::Quarterly => format!("{year:04}-Q{}", month.div_ceil(3)),
        Cadence::Yearly => format!("{year:04}"),
    }
}

#[cfg(test)]
#[path = "calendar_tests.rs"]
mod tests;
