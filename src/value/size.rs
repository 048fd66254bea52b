//! Sizes and rates as text. `GB` is 10⁹ bytes and `GiB` 2³⁰; a lone `G` is neither and refused.

use super::decimal::{Decimal, write_scaled};
use super::literal::{LiteralError, quantity};

/// A unit of sizes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct SizeUnit {
    /// As written.
    pub(super) name: &'static str,
    /// How many bytes.
    pub(super) bytes: i64,
    /// Which family.
    pub(super) family: Family,
}

/// Powers of 1,000 or of 1,024.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Family {
    Decimal,
    Binary,
}

const fn unit(name: &'static str, bytes: i64, family: Family) -> SizeUnit {
    SizeUnit { name, bytes, family }
}

/// Ascending in each family.
pub(super) const UNITS: [SizeUnit; 13] = [
    unit("B", 1, Family::Decimal),
    unit("KB", 1_000, Family::Decimal),
    unit("MB", 1_000_000, Family::Decimal),
    unit("GB", 1_000_000_000, Family::Decimal),
    unit("TB", 1_000_000_000_000, Family::Decimal),
    unit("PB", 1_000_000_000_000_000, Family::Decimal),
    unit("EB", 1_000_000_000_000_000_000, Family::Decimal),
    unit("KiB", 1 << 10, Family::Binary),
    unit("MiB", 1 << 20, Family::Binary),
    unit("GiB", 1 << 30, Family::Binary),
    unit("TiB", 1 << 40, Family::Binary),
    unit("PiB", 1 << 50, Family::Binary),
    unit("EiB", 1 << 60, Family::Binary),
];

fn unit_named(name: &str) -> Result<SizeUnit, LiteralError> {
    let plain = match name {
        "byte" | "bytes" => "B",
        "kB" => "KB",
        "kiB" => "KiB",
        name => name,
    };
    UNITS.into_iter().find(|unit| unit.name == plain).ok_or_else(|| {
        let instead = match name {
            "k" | "K" => Some("`KB` or `KiB`"),
            "m" | "M" | "mb" | "Mb" => Some("`MB` or `MiB`"),
            "g" | "G" | "gb" | "Gb" => Some("`GB` or `GiB`"),
            "t" | "T" | "tb" | "Tb" => Some("`TB` or `TiB`"),
            "p" | "P" | "pb" | "Pb" => Some("`PB` or `PiB`"),
            _ => None,
        };
        LiteralError::UnknownUnit { unit: name.to_owned(), instead }
    })
}

/// A size in bytes, from `10 GB`, `1.5 TiB`, `512 B`; a fraction of a byte is rounded, half to even.
///
/// # Errors
/// Malformed, without unit, with an unknown one, or beyond 2⁶³ bytes.
pub fn read_size(text: &str) -> Result<i64, LiteralError> {
    let (number, unit) = quantity(text, "a size such as `10 GB`")?;
    number.times(unit_named(unit)?.bytes).ok_or(LiteralError::TooLarge)
}

/// A size as facts hold it: as [`read_size`], or a whole number of bytes.
///
/// # Errors
/// As [`read_size`]; a fraction without unit is malformed.
pub fn read_size_cell(text: &str) -> Result<i64, LiteralError> {
    match Decimal::read(text) {
        Some(number) => number.times_exactly(1).ok_or(LiteralError::Malformed("a whole number of bytes")),
        None => read_size(text),
    }
}

/// A rate in bytes a second, from `10 MB/s`.
///
/// # Errors
/// As [`read_size`], or `/s` is missing.
pub fn read_rate(text: &str) -> Result<i64, LiteralError> {
    const EXPECTED: &str = "a rate such as `10 MB/s`";
    let size = text.strip_suffix("/s").ok_or(LiteralError::Malformed(EXPECTED))?;
    read_size(size).map_err(|error| match error {
        LiteralError::Malformed(_) => LiteralError::Malformed(EXPECTED),
        LiteralError::NoUnit(_) => LiteralError::NoUnit(EXPECTED),
        other => other,
    })
}

/// The largest unit in which the size has at most one decimal, and what it has in it times ten.
pub(super) fn exact_unit(bytes: i64) -> (SizeUnit, i64) {
    let magnitude = bytes.unsigned_abs();
    let fits = |unit: &SizeUnit| {
        let size = unit.bytes.unsigned_abs();
        magnitude >= size && u128::from(magnitude) * 10 % u128::from(size) == 0
    };
    let unit = UNITS.into_iter().filter(fits).max_by_key(|unit| unit.bytes).unwrap_or(UNITS[0]);
    let tenths = i128::from(bytes) * 10 / i128::from(unit.bytes);
    match i64::try_from(tenths) {
        Ok(tenths) => (unit, tenths),
        // More than 2⁶³ tenths of a byte: whole bytes are written instead.
        Err(_) => (UNITS[0], 0),
    }
}

/// The size, exactly, in the largest unit in which it has at most one decimal: `1.5 GB`, `1.5 GiB`, `1023 B`.
#[must_use]
pub fn write_size(bytes: i64) -> String {
    match exact_unit(bytes) {
        (unit, 0) => format!("{bytes} {}", unit.name),
        (unit, tenths) => format!("{} {}", write_scaled(tenths, 1), unit.name),
    }
}

/// `10 MB/s`, exactly.
#[must_use]
pub fn write_rate(bytes_a_second: i64) -> String {
    format!("{}/s", write_size(bytes_a_second))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn sizes_are_read() {
        assert_eq!(read_size("10 GB"), Ok(10_000_000_000));
        assert_eq!(read_size("10GiB"), Ok(10 << 30));
        assert_eq!(read_size("1.5 TiB"), Ok(3 << 39));
        assert_eq!(read_size("33.2 MiB"), Ok(34_812_723), "34,812,723.2");
        assert_eq!(read_size("1 KB"), Ok(1_000));
        assert_eq!(read_size("0 B"), Ok(0));
        assert_eq!(read_size("9 EB"), Ok(9_000_000_000_000_000_000));
        assert_eq!(read_size("10 EB"), Err(LiteralError::TooLarge));
        assert_eq!(read_size_cell("1024"), Ok(1_024));
        assert_eq!(read_size_cell("9223372036854775807"), Ok(i64::MAX));
        assert_eq!(read_size_cell("1.5 TB"), Ok(1_500_000_000_000));
        assert!(read_size_cell("1.5").is_err());
        assert_eq!(read_rate("10 MB/s"), Ok(10_000_000));
        assert!(read_rate("10 MB").is_err());
        assert!(matches!(read_rate("10/s"), Err(LiteralError::NoUnit(_))));
    }

    #[test]
    fn what_is_no_size_is_refused() {
        for text in ["", "GB", "-1 GB", "1,5 GB", "1 G", "1 gb", "10", "1 GB ", " 1 GB"] {
            assert!(read_size(text).is_err(), "{text}");
        }
        let error = read_size("10 G").unwrap_err();
        assert_eq!(error.to_string(), "no unit `G`, write `GB` or `GiB`");
    }

    #[test]
    fn sizes_are_written_in_the_largest_exact_unit() {
        let cases = [
            (0, "0 B"),
            (1, "1 B"),
            (1_023, "1023 B"),
            (1_024, "1 KiB"),
            (1_500_000_000, "1.5 GB"),
            (3 << 29, "1.5 GiB"),
            (1 << 40, "1 TiB"),
            (10_000_000_000, "10 GB"),
            (i64::MAX, "9223372036854775807 B"),
        ];
        for (bytes, text) in cases {
            assert_eq!(write_size(bytes), text);
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn written_is_read_back(bytes in 0i64..=i64::MAX, tenths in 0i64..100_000, unit in 0usize..13) {
            prop_assert_eq!(read_size(&write_size(bytes)), Ok(bytes));
            let round = (i128::from(tenths) * i128::from(UNITS[unit].bytes) / 10).min(i64::MAX.into());
            let round = i64::try_from(round).unwrap();
            prop_assert_eq!(read_size(&write_size(round)), Ok(round));
            prop_assert_eq!(read_rate(&write_rate(round)), Ok(round));
        }

        #[test]
        fn no_text_panics(text in ".{0,12}", n in any::<i64>()) {
            let _ = (read_size(&text), read_size_cell(&text), read_rate(&text), write_size(n));
        }
    }
}
