//! Covered time: spans joined into disjoint ones, and whether they contain what is looked at.

use crate::value::Instant;

/// Disjoint spans, ascending; both ends belong to a span, so spans that touch are one.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Spans(Vec<(Instant, Instant)>);

impl Spans {
    /// Joins spans in any order; those that end before they begin are none.
    pub(super) fn of(spans: impl IntoIterator<Item = (Instant, Instant)>) -> Spans {
        let mut spans: Vec<_> = spans.into_iter().filter(|(from, to)| from <= to).collect();
        spans.sort_unstable();
        let mut joined: Vec<(Instant, Instant)> = Vec::new();
        for (from, to) in spans {
            match joined.last_mut() {
                Some(last) if from <= last.1 => last.1 = last.1.max(to),
                _ => joined.push((from, to)),
            }
        }
        Spans(joined)
    }

    /// How far everything is covered from `from` on, by these spans and `more` (ascending by begin); `None` if `from`
    /// itself is not covered.
    pub(super) fn reach(&self, from: Instant, more: impl IntoIterator<Item = (Instant, Instant)>) -> Option<Instant> {
        let mut reach = self.step(from);
        for (begin, to) in more {
            let at = reach.unwrap_or(from);
            if begin > at {
                break;
            }
            if to >= at {
                reach = self.step(to).or(Some(to));
            }
        }
        reach
    }

    /// The end of the span that holds `at`.
    fn step(&self, at: Instant) -> Option<Instant> {
        let place = self.0.partition_point(|(from, _)| *from <= at).checked_sub(1)?;
        self.0.get(place).filter(|(_, to)| *to >= at).map(|(_, to)| *to)
    }

    /// The first span's begin.
    pub(super) fn begin(&self) -> Option<Instant> {
        self.0.first().map(|(from, _)| *from)
    }

    /// The last span's end.
    pub(super) fn end(&self) -> Option<Instant> {
        self.0.last().map(|(_, to)| *to)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn spans(list: &[(i64, i64)]) -> Spans {
        Spans::of(list.iter().map(|(a, b)| (Instant(*a), Instant(*b))))
    }

    #[test]
    fn touching_spans_join_and_holes_stop_the_reach() {
        let joined = spans(&[(20, 30), (0, 5), (5, 10), (40, 35)]);
        assert_eq!(joined, spans(&[(0, 10), (20, 30)]));
        assert_eq!(joined.reach(Instant(3), []), Some(Instant(10)));
        assert_eq!(joined.reach(Instant(12), []), None);
        assert_eq!(joined.reach(Instant(3), [(Instant(9), Instant(20))]), Some(Instant(30)));
        assert_eq!(joined.reach(Instant(3), [(Instant(11), Instant(20))]), Some(Instant(10)));
        assert_eq!(joined.reach(Instant(15), [(Instant(14), Instant(16))]), Some(Instant(16)));
    }
}
