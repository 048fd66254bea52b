//! Ordered quantities known exactly or within two ends. Exact ends are fractions of integers; `number` cells are floats.
//! Arithmetic is checked: what overflows is `None`, which callers read as unknown.
//!
//! Invariants: a denominator is above 0; a float is never NaN; an infinite float stands for "no bound".

use crate::value::Truth;
use std::cmp::Ordering;

/// One end of a range.
#[derive(Debug, Clone, Copy)]
pub(super) enum End {
    /// `numerator / denominator`
    Exact(i128, i128),
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
    pub const ZERO: End = End::Exact(0, 1);

    /// A whole number.
    pub fn whole(n: i64) -> End {
        End::Exact(i128::from(n), 1)
    }

    /// A count.
    pub fn count(n: u64) -> End {
        End::Exact(i128::from(n), 1)
    }

    /// Whether it bounds at all.
    pub fn is_bound(self) -> bool {
        match self {
            End::Exact(..) => true,
            End::Float(f) => f.is_finite(),
        }
    }

    /// As an i64, if it is a whole number that fits.
    pub fn as_i64(self) -> Option<i64> {
        match self {
            End::Exact(n, d) if n % d == 0 => i64::try_from(n / d).ok(),
            _ => None,
        }
    }

    /// The nearest float.
    #[expect(clippy::cast_precision_loss, reason = "the nearest float is asked for")]
    pub fn as_f64(self) -> f64 {
        match self {
            End::Exact(n, d) => n as f64 / d as f64,
            End::Float(f) => f,
        }
    }

    /// The same fraction in lowest terms.
    pub fn reduced(self) -> End {
        match self {
            End::Exact(n, d) if d != 1 => {
                let g = gcd(n.unsigned_abs(), d.unsigned_abs());
                match i128::try_from(g) {
                    Ok(g) if g > 1 => End::Exact(n / g, d / g),
                    _ => self,
                }
            }
            _ => self,
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
            (End::Exact(a, 1), End::Exact(b, 1)) => Some(End::Exact(a.checked_add(b)?, 1)),
            (End::Exact(a, b), End::Exact(c, d)) if b == d => Some(End::Exact(a.checked_add(c)?, b)),
            (End::Exact(..), End::Exact(..)) => {
                let (End::Exact(a, b), End::Exact(c, d)) = (self.reduced(), other.reduced()) else { return None };
                let sum = a.checked_mul(d)?.checked_add(c.checked_mul(b)?)?;
                Some(End::Exact(sum, b.checked_mul(d)?).reduced())
            }
            _ => End::float(self.as_f64() + other.as_f64(), [self, other]),
        }
    }

    /// The same below zero.
    pub fn negated(self) -> Option<End> {
        match self {
            End::Exact(a, b) => Some(End::Exact(a.checked_neg()?, b)),
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
        match (self.reduced(), other.reduced()) {
            (End::Exact(a, b), End::Exact(c, d)) => {
                // Cross-reduction first: percents of sizes would overflow less often.
                let (End::Exact(a, d), End::Exact(c, b)) = (End::Exact(a, d).reduced(), End::Exact(c, b).reduced())
                else {
                    return None;
                };
                Some(End::Exact(a.checked_mul(c)?, b.checked_mul(d)?))
            }
            _ => End::float(self.as_f64() * other.as_f64(), [self, other]),
        }
    }

    /// One over it; `None` for 0.
    pub fn inverse(self) -> Option<End> {
        match self {
            End::Exact(0, _) => None,
            End::Exact(a, b) if a > 0 => Some(End::Exact(b, a)),
            End::Exact(a, b) => Some(End::Exact(b.checked_neg()?, a.checked_neg()?)),
            End::Float(0.0) => None,
            End::Float(f) => Some(End::Float(1.0 / f)),
        }
    }

    fn is_zero(self) -> bool {
        matches!(self, End::Exact(0, _)) || matches!(self, End::Float(f) if f == 0.0)
    }

    /// Which is greater; exact where both are fractions.
    pub fn order(self, other: End) -> Ordering {
        match (self, other) {
            (End::Exact(a, b), End::Exact(c, d)) => fraction_order(a, b, c, d),
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

fn gcd(mut a: u128, mut b: u128) -> u128 {
    while b != 0 {
        (a, b) = (b, a % b);
    }
    a
}

/// Compares `a/b` with `c/d` without overflow: by whole parts, then by the inverses of what is left.
fn fraction_order(a: i128, b: i128, c: i128, d: i128) -> Ordering {
    if b == d {
        return a.cmp(&c);
    }
    if let (Some(left), Some(right)) = (a.checked_mul(d), c.checked_mul(b)) {
        return left.cmp(&right);
    }
    let (mut left, mut right, mut flipped) = ((a, b), (c, d), false);
    loop {
        let whole = left.0.div_euclid(left.1).cmp(&right.0.div_euclid(right.1));
        let (p, q) = (left.0.rem_euclid(left.1), right.0.rem_euclid(right.1));
        let order = match (whole, p, q) {
            (Ordering::Equal, 0, 0) => Ordering::Equal,
            (Ordering::Equal, 0, _) => Ordering::Less,
            (Ordering::Equal, _, 0) => Ordering::Greater,
            (Ordering::Equal, ..) => {
                (left, right, flipped) = ((left.1, p), (right.1, q), !flipped);
                continue;
            }
            (other, ..) => other,
        };
        return if flipped { order.reverse() } else { order };
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
    fn fractions_compare_exactly_beyond_128_bits() {
        let big = 10_i128.pow(30);
        assert_eq!(fraction_order(big, big + 1, big + 1, big + 2), Ordering::Less);
        assert_eq!(fraction_order(big + 1, big + 2, big, big + 1), Ordering::Greater);
        assert_eq!(fraction_order(-big, big + 1, -big - 1, big + 2), Ordering::Greater);
        assert_eq!(fraction_order(2 * big, 2 * big + 2, big, big + 1), Ordering::Equal);
    }

    #[test]
    fn arithmetic_is_checked() {
        let huge = Range::exactly(End::Exact(i128::MAX, 1));
        assert!(huge.plus(range(1, 1)).is_none());
        assert!(range(1, 1).over(range(-1, 1)).is_none());
        let third = range(1, 1).over(range(3, 3)).unwrap();
        assert_eq!(third.plus(third).unwrap().plus(third).unwrap().is(range(1, 1)), Truth::True);
        assert!(Range::exactly(End::Float(f64::MAX)).plus(Range::exactly(End::Float(f64::MAX))).is_none());
    }
}
