//! Exact fractions: shares, averages, quotients of like quantities. Every operation is checked; comparing never
//! overflows. Invariant: the denominator is above 0 and the two have no common divisor.

use std::cmp::Ordering;

/// A fraction in lowest terms.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Ratio {
    numerator: i128,
    denominator: i128,
}

/// 10⁻⁹ percent in one whole.
pub const PERCENTS_IN_ONE: i64 = 100_000_000_000;

fn greatest_common_divisor(a: u128, b: u128) -> u128 {
    let (mut a, mut b) = (a, b);
    loop {
        // 64-bit division is several times faster than 128-bit.
        if let (Ok(mut small), Ok(mut other)) = (u64::try_from(a), u64::try_from(b)) {
            while other != 0 {
                (small, other) = (other, small % other);
            }
            return u128::from(small);
        }
        if b == 0 {
            return a;
        }
        (a, b) = (b, a % b);
    }
}

impl Ratio {
    /// Nothing.
    pub const ZERO: Ratio = Ratio { numerator: 0, denominator: 1 };
    /// One whole, 100 %.
    pub const ONE: Ratio = Ratio { numerator: 1, denominator: 1 };

    /// `numerator / denominator`; `None` where the denominator is 0 or a part is `i128::MIN`.
    #[must_use]
    pub fn new(numerator: i128, denominator: i128) -> Option<Ratio> {
        match denominator {
            0 => return None,
            1 => return Some(Ratio { numerator, denominator }),
            _ => {}
        }
        let divisor = greatest_common_divisor(numerator.unsigned_abs(), denominator.unsigned_abs());
        let divisor = i128::try_from(divisor).ok()?;
        let sign = denominator.signum();
        let numerator = numerator.checked_div(divisor)?.checked_mul(sign)?;
        Some(Ratio { numerator, denominator: denominator.checked_div(divisor)?.checked_mul(sign)? })
    }

    /// A whole number.
    #[must_use]
    pub fn whole(number: i64) -> Ratio {
        Ratio { numerator: i128::from(number), denominator: 1 }
    }

    /// A percent in units of 10⁻⁹ percent: 98 % is 49/50.
    #[must_use]
    pub fn of_percent(percent: i64) -> Ratio {
        Ratio::new(i128::from(percent), i128::from(PERCENTS_IN_ONE)).unwrap_or(Ratio::ZERO)
    }

    /// Exactly the binary number; `None` for one that is not finite or needs more than 128 bits.
    #[must_use]
    pub fn of_number(number: f64) -> Option<Ratio> {
        if !number.is_finite() {
            return None;
        }
        let bits = number.to_bits();
        let (fraction, exponent) = (bits & ((1 << 52) - 1), i32::try_from(bits >> 52 & 0x7ff).ok()?);
        let mantissa = if exponent == 0 { fraction << 1 } else { fraction | 1 << 52 };
        let mantissa = if number.is_sign_negative() { -i128::from(mantissa) } else { i128::from(mantissa) };
        let power = 2i128.checked_pow((exponent - 1_075).unsigned_abs());
        match (mantissa, exponent - 1_075) {
            (0, _) => Some(Ratio::ZERO),
            (_, 0..) => Ratio::new(mantissa.checked_mul(power?)?, 1),
            _ => {
                let shift = mantissa.trailing_zeros().min((1_075 - exponent).unsigned_abs());
                let power = 2i128.checked_pow((1_075 - exponent).unsigned_abs() - shift)?;
                Ratio::new(mantissa >> shift, power)
            }
        }
    }

    /// Above the line.
    #[must_use]
    pub fn numerator(self) -> i128 {
        self.numerator
    }

    /// Below the line; above 0.
    #[must_use]
    pub fn denominator(self) -> i128 {
        self.denominator
    }

    /// The sum; `None` on overflow.
    #[must_use]
    pub fn plus(self, other: Ratio) -> Option<Ratio> {
        let left = self.numerator.checked_mul(other.denominator)?;
        let right = other.numerator.checked_mul(self.denominator)?;
        Ratio::new(left.checked_add(right)?, self.denominator.checked_mul(other.denominator)?)
    }

    /// The difference; `None` on overflow.
    #[must_use]
    pub fn minus(self, other: Ratio) -> Option<Ratio> {
        self.plus(Ratio { numerator: other.numerator.checked_neg()?, ..other })
    }

    /// The product; `None` on overflow.
    #[must_use]
    pub fn times(self, other: Ratio) -> Option<Ratio> {
        // Divided crosswise first, so that only what is truly large overflows.
        let (a, b) = (Ratio::new(self.numerator, other.denominator)?, Ratio::new(other.numerator, self.denominator)?);
        Ratio::new(a.numerator.checked_mul(b.numerator)?, a.denominator.checked_mul(b.denominator)?)
    }

    /// The quotient; `None` on overflow and division by 0.
    #[must_use]
    pub fn divided_by(self, other: Ratio) -> Option<Ratio> {
        self.times(Ratio::new(other.denominator, other.numerator)?)
    }

    /// The nearest binary number, to about 15 digits.
    #[must_use]
    #[expect(clippy::cast_precision_loss, reason = "asked for")]
    pub fn to_number(self) -> f64 {
        self.numerator as f64 / self.denominator as f64
    }

    /// The nearest whole number, half to even; `None` where an `i64` does not hold it.
    #[must_use]
    pub fn rounded(self) -> Option<i64> {
        let (whole, rest) = (self.numerator.div_euclid(self.denominator), self.numerator.rem_euclid(self.denominator));
        let up = match rest.cmp(&(self.denominator - rest)) {
            Ordering::Less => 0,
            Ordering::Equal => whole.rem_euclid(2),
            Ordering::Greater => 1,
        };
        i64::try_from(whole.checked_add(up)?).ok()
    }
}

impl Ord for Ratio {
    fn cmp(&self, other: &Ratio) -> Ordering {
        if (self.denominator, other.denominator) == (1, 1) {
            return self.numerator.cmp(&other.numerator);
        }
        let crosswise =
            self.numerator.checked_mul(other.denominator).zip(other.numerator.checked_mul(self.denominator));
        if let Some((left, right)) = crosswise {
            return left.cmp(&right);
        }
        // Continued fractions: compare the whole parts, then the inverses of the rests the other way round.
        let (mut a, mut b) = ((self.numerator, self.denominator), (other.numerator, other.denominator));
        let mut reversed = false;
        loop {
            let order = a.0.div_euclid(a.1).cmp(&b.0.div_euclid(b.1));
            let (rest_a, rest_b) = (a.0.rem_euclid(a.1), b.0.rem_euclid(b.1));
            let order = order.then_with(|| match (rest_a, rest_b) {
                (0, 0) => Ordering::Equal,
                (0, _) => Ordering::Less,
                (_, 0) => Ordering::Greater,
                _ => Ordering::Equal,
            });
            if order != Ordering::Equal || rest_a == 0 {
                return if reversed { order.reverse() } else { order };
            }
            (a, b) = ((a.1, rest_a), (b.1, rest_b));
            reversed = !reversed;
        }
    }
}

impl PartialOrd for Ratio {
    fn partial_cmp(&self, other: &Ratio) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn ratio(numerator: i128, denominator: i128) -> Ratio {
        Ratio::new(numerator, denominator).unwrap()
    }

    #[test]
    fn lowest_terms() {
        assert_eq!(ratio(49, 50), Ratio::of_percent(98 * 1_000_000_000));
        assert_eq!(ratio(-4, -6), ratio(2, 3));
        assert_eq!(ratio(4, -6), ratio(-2, 3));
        assert_eq!(ratio(0, -5), Ratio::ZERO);
        assert_eq!(Ratio::new(1, 0), None);
        assert_eq!(Ratio::new(i128::MIN, -1), None);
        assert_eq!(Ratio::of_number(0.5), Some(ratio(1, 2)));
        assert_eq!(Ratio::of_number(-3.0), Some(Ratio::whole(-3)));
        assert_eq!(Ratio::of_number(f64::NAN), None);
        assert_eq!(Ratio::of_number(1e300), None);
        assert_eq!(Ratio::of_number(-0.0), Some(Ratio::ZERO));
    }

    #[test]
    fn rounding_is_half_to_even() {
        let rounded = [(1, 2), (3, 2), (5, 2), (-1, 2), (-3, 2), (7, 4), (-7, 4)].map(|(a, b)| ratio(a, b).rounded());
        assert_eq!(rounded, [0, 2, 2, 0, -2, 2, -2].map(Some));
    }

    #[test]
    fn comparing_does_not_overflow() {
        let (huge, next) = (ratio(i128::MAX, i128::MAX - 1), ratio(i128::MAX - 1, i128::MAX - 2));
        assert_eq!((huge.cmp(&next), next.cmp(&huge)), (Ordering::Less, Ordering::Greater));
        assert!(huge > Ratio::ONE);
        assert!(ratio(-i128::MAX, i128::MAX - 1) < ratio(-i128::MAX + 2, i128::MAX - 1));
        assert_eq!(huge.cmp(&huge), Ordering::Equal);
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn the_slow_comparison_agrees_with_the_fast(a in -1000i128..1000, b in 1i128..1000, c in -1000i128..1000, d in 1i128..1000) {
            let big = i128::MAX / 1_000_000;
            // The same order, with parts too large to multiply: x + 1/big for both.
            let shift = |n: i128, d: i128| Ratio::new(n * big + d, d * big);
            if let (Some(left), Some(right)) = (shift(a, b), shift(c, d)) {
                prop_assert_eq!(left.cmp(&right), (a * d).cmp(&(c * b)));
            }
        }

        #[test]
        fn arithmetic_undoes_itself(a in -1_000_000i128..1_000_000, b in 1i128..1_000_000, c in -1_000_000i128..1_000_000, d in 1i128..1_000_000) {
            let (x, y) = (ratio(a, b), ratio(c, d));
            prop_assert_eq!(x.plus(y).unwrap().minus(y).unwrap(), x);
            if c != 0 {
                prop_assert_eq!(x.times(y).unwrap().divided_by(y).unwrap(), x);
            }
        }

        #[test]
        fn nothing_panics(a in any::<i128>(), b in any::<i128>(), c in any::<i128>(), d in any::<i128>(), f in any::<f64>()) {
            let _ = Ratio::of_number(f);
            if let (Some(x), Some(y)) = (Ratio::new(a, b), Ratio::new(c, d)) {
                let _ = (x.plus(y), x.minus(y), x.times(y), x.divided_by(y), x.rounded(), x.to_number());
                prop_assert_eq!(x.cmp(&y), y.cmp(&x).reverse());
            }
        }
    }
}
