//! Decimal text, exactly: what percents, sizes and durations are read from. No binary floating point on the way.

/// A non-negative decimal number of which the first twenty significant digits are kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Decimal {
    /// The digits kept.
    mantissa: i128,
    /// The value is `mantissa` / 10^`places` (times ten where negative), and a little more where `more`.
    places: i32,
    /// Whether a digit that was not kept differs from 0.
    more: bool,
}

/// Significant digits kept: enough for `i64` in any unit, few enough to multiply in 128 bits.
const SIGNIFICANT: u32 = 20;

/// The length of the number that the text begins with: digits, and a point between digits.
#[must_use]
pub fn number_length(text: &str) -> usize {
    let digits = |text: &str| text.bytes().take_while(u8::is_ascii_digit).count();
    let whole = digits(text);
    let fraction = text.get(whole..).and_then(|rest| rest.strip_prefix('.')).map_or(0, digits);
    match (whole, fraction) {
        (0, _) => 0,
        (whole, 0) => whole,
        (whole, fraction) => whole + 1 + fraction,
    }
}

impl Decimal {
    /// Reads `12`, `12.5`, `1.2e3`; no sign, no blanks, digits on both sides of a point.
    #[must_use]
    pub fn read(text: &str) -> Option<Decimal> {
        let length = number_length(text);
        if length == 0 {
            return None;
        }
        let (number, exponent) = text.split_at_checked(length)?;
        let exponent = match exponent.strip_prefix(['e', 'E']) {
            None if exponent.is_empty() => 0,
            None => return None,
            Some(digits) => {
                let plain = digits.strip_prefix(['+', '-']).unwrap_or(digits);
                if plain.is_empty() || plain.len() > 4 || !plain.bytes().all(|b| b.is_ascii_digit()) {
                    return None;
                }
                digits.parse::<i32>().ok()?
            }
        };
        let mut decimal = Decimal { mantissa: 0, places: 0, more: false };
        let (mut kept, mut after_point) = (0, false);
        for byte in number.bytes() {
            if byte == b'.' {
                after_point = true;
                continue;
            }
            let digit = i128::from(byte - b'0');
            if kept < SIGNIFICANT {
                decimal.mantissa = decimal.mantissa * 10 + digit;
                kept += u32::from(decimal.mantissa != 0);
                decimal.places = decimal.places.saturating_add(i32::from(after_point));
            } else {
                decimal.more |= digit != 0;
                decimal.places = decimal.places.saturating_sub(i32::from(!after_point));
            }
        }
        decimal.places = decimal.places.saturating_sub(exponent);
        Some(decimal)
    }

    /// The number times a positive factor (at most 2⁶²), rounded to the nearest whole number, half to even; `None` if
    /// that is more than an `i64` holds.
    #[must_use]
    pub fn times(self, factor: i64) -> Option<i64> {
        let (whole, rest) = self.parts(factor)?;
        let up = match rest {
            Rest::Nothing | Rest::BelowHalf => false,
            Rest::Half => whole % 2 != 0,
            Rest::AboveHalf => true,
        };
        i64::try_from(whole.checked_add(i128::from(up))?).ok()
    }

    /// The same, `None` also where it is not whole.
    #[must_use]
    pub fn times_exactly(self, factor: i64) -> Option<i64> {
        match self.parts(factor)? {
            (whole, Rest::Nothing) => i64::try_from(whole).ok(),
            _ => None,
        }
    }

    fn parts(self, factor: i64) -> Option<(i128, Rest)> {
        let product = self.mantissa.checked_mul(i128::from(factor))?;
        if product == 0 {
            return Some((0, if self.more { Rest::BelowHalf } else { Rest::Nothing }));
        }
        if self.places <= 0 {
            let whole = product.checked_mul(10i128.checked_pow(self.places.unsigned_abs())?)?;
            // Unkept digits below whole ones: only where the number is beyond an `i64` anyway.
            return (!self.more).then_some((whole, Rest::Nothing));
        }
        let Some(divisor) = 10i128.checked_pow(self.places.unsigned_abs()) else { return Some((0, Rest::BelowHalf)) };
        let (whole, rest) = (product / divisor, product % divisor);
        let rest = match (rest.cmp(&(divisor - rest)), rest, self.more) {
            (_, 0, false) => Rest::Nothing,
            (std::cmp::Ordering::Less, _, _) => Rest::BelowHalf,
            (std::cmp::Ordering::Equal, _, false) => Rest::Half,
            _ => Rest::AboveHalf,
        };
        Some((whole, rest))
    }
}

/// What is left of a division, against half the divisor.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Rest {
    Nothing,
    BelowHalf,
    Half,
    AboveHalf,
}

/// `value` / 10^`places` in the fewest digits: `98`, `99.95`.
#[must_use]
pub fn write_scaled(value: i64, places: u32) -> String {
    let sign = if value < 0 { "-" } else { "" };
    let scale = 10u64.checked_pow(places).unwrap_or(1);
    let (whole, fraction) = (value.unsigned_abs() / scale, value.unsigned_abs() % scale);
    if fraction == 0 {
        return format!("{sign}{whole}");
    }
    let digits = format!("{fraction:0width$}", width = places as usize);
    format!("{sign}{whole}.{}", digits.trim_end_matches('0'))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn nine(text: &str) -> Option<i64> {
        Decimal::read(text)?.times(1_000_000_000)
    }

    #[test]
    fn nine_places_half_to_even() {
        assert_eq!(nine("98"), Some(98_000_000_000));
        assert_eq!(nine("99.95"), Some(99_950_000_000));
        assert_eq!(nine("0.0000000005"), Some(0), "a tie goes to the even one");
        assert_eq!(nine("0.0000000015"), Some(2));
        assert_eq!(nine("0.0000000025"), Some(2));
        assert_eq!(nine("0.00000000250000000000000000000000000000001"), Some(3), "above the tie by a far digit");
        assert_eq!(nine("33.3333333333333333333333333333"), Some(33_333_333_333));
        assert_eq!(nine("1.5e1"), Some(15_000_000_000));
        assert_eq!(nine("1e-10"), Some(0));
        assert_eq!(nine("1e-9999"), Some(0));
        assert_eq!(nine("0e9999"), Some(0));
        assert_eq!(nine("1e9999"), None);
        assert_eq!(nine("123456789012345678901234567890"), None);
        assert_eq!(nine("0000000000000000000000000000001"), Some(1_000_000_000));
    }

    #[test]
    fn what_is_no_number_is_refused() {
        for text in ["", ".", "1.", ".5", "-1", "+1", "1e", "1e+", "1,5", "1 ", "0x1", "NaN", "1e99999", "1.5.2", "é"]
        {
            assert_eq!(Decimal::read(text), None, "{text}");
        }
    }

    #[test]
    fn exact_means_exact() {
        let exactly = |text: &str, factor| Decimal::read(text).and_then(|d| d.times_exactly(factor));
        assert_eq!(exactly("1.5", 1 << 40), Some(1_649_267_441_664));
        assert_eq!(exactly("33.2", 1 << 20), None);
        assert_eq!(exactly("0.00000000000000000000000000001", 1), None);
    }

    #[test]
    fn writing_drops_idle_zeros() {
        assert_eq!(write_scaled(98_000_000_000, 9), "98");
        assert_eq!(write_scaled(99_950_000_000, 9), "99.95");
        assert_eq!(write_scaled(-1, 9), "-0.000000001");
        assert_eq!(write_scaled(i64::MIN, 9), "-9223372036.854775808");
    }
}
