//! Ordered quantities known exactly or within two ends. Exact ends are fractions of integers; `number` cells are floats.
//! Arithmetic is checked: what overflows is `None`, which callers read as unknown.
//!
//! Invariants: a denominator is above 0; a float is never NaN; an infinite float stands for "no bound".

use crate::value::{Ratio, Truth};
use std::cmp::Ordering;

/// One end of a range.
#[derive(Debug, Clone, Copy)]
pub(super) enum End {
    /// A whole number or a fraction.
    Exact(Ratio),
    /// A `number`, or no bound where infinite.
    Float(f64),
}

/// From `low` to `high`, both included.
#[derive(Debug, Clone, Copy)]
pub(super) struct Range {
    /// The least that it may be.
    pub low: End,
    /// The greatest that it may be.
    pub high: End,
}

impl End {
    /// No lower bound.
    pub const BELOW: End = End::Float(f64::NEG_INFINITY);
    /// No upper bound.
    pub const ABOVE: End = End::Float(f64::INFINITY);
    /// Nothing.
    pub const ZERO: End = End::Exact(Ratio::ZERO);

    /// A whole number.
    pub fn whole(n: i64) -> End {
        End::Exact(Ratio::whole(n))
    }

    /// A whole number of nanoseconds, or no bound beyond 128 bits.
    pub fn long(n: i128) -> End {
        Ratio::new(n, 1).map_or(if n < 0 { End::BELOW } else { End::ABOVE }, End::Exact)
    }

    /// A count.
    pub fn count(n: u64) -> End {
        End::long(i128::from(n))
    }

    /// A part of a whole above 0.
    pub fn part(n: u64, of: u64) -> End {
        Ratio::new(i128::from(n), i128::from(of)).map_or(End::ZERO, End::Exact)
    }

    /// Whether it bounds at all.
    pub fn is_bound(self) -> bool {
        match self {
            End::Exact(_) => true,
            End::Float(f) => f.is_finite(),
        }
    }

    /// As an i64, if it is a whole number that fits.
    pub fn as_i64(self) -> Option<i64> {
        match self {
            End::Exact(ratio) if ratio.denominator() == 1 => i64::try_from(ratio.numerator()).ok(),
            _ => None,
        }
    }

    /// The nearest float.
    pub fn as_f64(self) -> f64 {
        match self {
            End::Exact(ratio) => ratio.to_number(),
            End::Float(f) => f,
        }
    }

    fn float(f: f64, operands: [End; 2]) -> Option<End> {
        if f.is_nan() || (f.is_infinite() && operands.iter().all(|e| e.is_bound())) {
            return None;
        }
        Some(End::Float(if f == 0.0 { 0.0 } else { f }))
    }

    /// The sum.
    pub fn plus(self, other: End) -> Option<End> {
        match (self, other) {
            (End::Exact(a), End::Exact(b)) => a.plus(b).map(End::Exact),
            _ => End::float(self.as_f64() + other.as_f64(), [self, other]),
        }
    }

    /// The same below zero.
    pub fn negated(self) -> Option<End> {
        match self {
            End::Exact(ratio) => Ratio::ZERO.minus(ratio).map(End::Exact),
            End::Float(f) => Some(End::Float(if f == 0.0 { 0.0 } else { -f })),
        }
    }

    /// The difference.
    pub fn minus(self, other: End) -> Option<End> {
        self.plus(other.negated()?)
    }

    /// The product; nothing times no bound is nothing.
    pub fn times(self, other: End) -> Option<End> {
        if self.is_zero() || other.is_zero() {
            return Some(End::ZERO);
        }
        match (self, other) {
            (End::Exact(a), End::Exact(b)) => a.times(b).map(End::Exact),
            _ => End::float(self.as_f64() * other.as_f64(), [self, other]),
        }
    }

    /// One over it; `None` for 0.
    pub fn inverse(self) -> Option<End> {
        match self {
            End::Exact(ratio) => Ratio::ONE.divided_by(ratio).map(End::Exact),
            End::Float(0.0) => None,
            End::Float(f) => Some(End::Float(1.0 / f)),
        }
    }

    fn is_zero(self) -> bool {
        match self {
            End::Exact(ratio) => ratio == Ratio::ZERO,
            End::Float(f) => f == 0.0,
        }
    }

    /// Which is greater; exact where both are fractions.
    pub fn order(self, other: End) -> Ordering {
        match (self, other) {
            (End::Exact(a), End::Exact(b)) => a.cmp(&b),
            _ => self.as_f64().total_cmp(&other.as_f64()),
        }
    }

    /// The greater.
    pub fn max(self, other: End) -> End {
        if self.order(other).is_lt() { other } else { self }
    }

    /// The lesser.
    pub fn min(self, other: End) -> End {
        if self.order(other).is_gt() { other } else { self }
    }
}

impl Range {
    /// Anything.
    pub const ANY: Range = Range { low: End::BELOW, high: End::ABOVE };

    /// One value.
    pub fn exactly(end: End) -> Range {
        Range { low: end, high: end }
    }

    /// A whole number.
    pub fn whole(n: i64) -> Range {
        Range::exactly(End::whole(n))
    }

    /// Whether it is one value.
    pub fn is_exact(self) -> bool {
        self.low.order(self.high).is_eq()
    }

    /// Whether it is surely and possibly below, at most, …
    pub fn less(self, other: Range) -> Truth {
        decide(self.high.order(other.low).is_lt(), self.low.order(other.high).is_ge())
    }

    /// `<=`
    pub fn at_most(self, other: Range) -> Truth {
        decide(self.high.order(other.low).is_le(), self.low.order(other.high).is_gt())
    }

    /// `is`
    pub fn is(self, other: Range) -> Truth {
        let same = self.is_exact() && other.is_exact() && self.low.order(other.low).is_eq();
        decide(same, self.high.order(other.low).is_lt() || other.high.order(self.low).is_lt())
    }

    /// The smallest range that holds both.
    pub fn hull(self, other: Range) -> Range {
        Range { low: self.low.min(other.low), high: self.high.max(other.high) }
    }

    /// The sum.
    pub fn plus(self, other: Range) -> Option<Range> {
        Some(Range { low: self.low.plus(other.low)?, high: self.high.plus(other.high)? })
    }

    /// The difference.
    pub fn minus(self, other: Range) -> Option<Range> {
        Some(Range { low: self.low.minus(other.high)?, high: self.high.minus(other.low)? })
    }

    /// The product.
    pub fn times(self, other: Range) -> Option<Range> {
        let products = [
            self.low.times(other.low)?,
            self.low.times(other.high)?,
            self.high.times(other.low)?,
            self.high.times(other.high)?,
        ];
        let [first, rest @ ..] = products;
        Some(rest.iter().fold(Range::exactly(first), |all, one| all.hull(Range::exactly(*one))))
    }

    /// The quotient; `None` where the divisor may be 0.
    pub fn over(self, divisor: Range) -> Option<Range> {
        if divisor.low.order(End::ZERO).is_le() && divisor.high.order(End::ZERO).is_ge() {
            return None;
        }
        let (low, high) = (divisor.high.inverse()?, divisor.low.inverse()?);
        self.times(Range { low: low.min(high), high: low.max(high) })
    }
}

fn decide(surely: bool, surely_not: bool) -> Truth {
    match (surely, surely_not) {
        (true, _) => Truth::True,
        (_, true) => Truth::False,
        _ => Truth::Unknown,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn range(low: i64, high: i64) -> Range {
        Range { low: End::whole(low), high: End::whole(high) }
    }

    #[test]
    fn ranges_compare_as_all_that_they_could_be() {
        assert_eq!(range(1, 2).less(range(3, 4)), Truth::True);
        assert_eq!(range(1, 3).less(range(3, 4)), Truth::Unknown);
        assert_eq!(range(3, 4).less(range(1, 3)), Truth::False);
        assert_eq!(range(1, 3).at_most(range(3, 4)), Truth::True);
        assert_eq!(range(1, 3).is(range(1, 3)), Truth::Unknown);
        assert_eq!(range(3, 3).is(range(3, 3)), Truth::True);
        assert_eq!(range(1, 2).is(range(3, 3)), Truth::False);
    }

    #[test]
    fn arithmetic_is_checked() {
        let huge = Range::exactly(End::long(i128::MAX));
        assert!(huge.plus(range(1, 1)).is_none());
        assert!(range(1, 1).over(range(-1, 1)).is_none());
        let third = range(1, 1).over(range(3, 3)).unwrap();
        assert_eq!(third.plus(third).unwrap().plus(third).unwrap().is(range(1, 1)), Truth::True);
        assert!(Range::exactly(End::Float(f64::MAX)).plus(Range::exactly(End::Float(f64::MAX))).is_none());
    }
}
