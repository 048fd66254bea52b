//! A JSON value of an export as it came, without a judgement: the store decides whether it fits its field. So one odd
//! value makes one cell unknown and does not cost its row.

use super::time;
use crate::facts::rows::Raw;
use crate::value::Instant;
use crate::value::instant::{ReadTime, read_instant};
use crate::value::literal::read_number;
use serde::de::{Deserialize, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use std::borrow::Cow;
use std::fmt;

/// A scalar, borrowed where the text has no escapes.
#[derive(Debug, Clone, PartialEq, Default)]
pub(super) enum Cell<'a> {
    /// Absent or `null`.
    #[default]
    Absent,
    /// `true`, `false`
    Bool(bool),
    /// A whole number.
    Int(i64),
    /// Any other number.
    Number(f64),
    /// A text.
    Text(Cow<'a, str>),
    /// A list or object where a scalar was expected.
    Nested,
}

impl Cell<'_> {
    /// The text, where it is one that is not empty.
    pub(super) fn text(&self) -> Option<&str> {
        match self {
            Cell::Text(t) if !t.is_empty() => Some(t),
            _ => None,
        }
    }

    /// The number as a count of something, where it is whole.
    pub(super) fn int(&self) -> Option<i64> {
        match self {
            Cell::Int(n) => Some(*n),
            _ => None,
        }
    }

    /// Whether it is `true`; anything else than a truth value is not known.
    pub(super) fn truth(&self) -> Option<bool> {
        match self {
            Cell::Bool(b) => Some(*b),
            _ => None,
        }
    }

    /// The number.
    pub(super) fn number(&self) -> Option<f64> {
        match self {
            #[expect(clippy::cast_precision_loss, reason = "seconds and percents are small")]
            Cell::Int(n) => Some(*n as f64),
            Cell::Number(n) => Some(*n),
            _ => None,
        }
    }

    /// As it stands, for fields that are written as the tool writes them. An empty text says nothing.
    pub(super) fn raw(&self) -> Raw<'_> {
        match self {
            Cell::Absent => Raw::Absent,
            Cell::Bool(b) => Raw::Bool(*b),
            Cell::Int(n) => Raw::Int(*n),
            Cell::Number(n) => Raw::Number(*n),
            Cell::Text(t) if t.is_empty() => Raw::Absent,
            Cell::Text(t) => Raw::Text(t),
            Cell::Nested => Raw::Unknown("a list or object"),
        }
    }

    /// A time: RFC 3339, a local time without offset, or seconds since 1970.
    pub(super) fn time(&self) -> Raw<'_> {
        match self {
            Cell::Int(_) | Cell::Number(_) => {
                self.instant().map_or(Raw::Unknown("a number that is no time"), Raw::Time)
            }
            Cell::Text(t) => match read_instant(t.as_ref()) {
                Ok(ReadTime::Local(local)) => Raw::LocalTime(local),
                Err(_) => time::date_call(t).map_or(self.raw(), Raw::Time),
                _ => self.raw(),
            },
            _ => self.raw(),
        }
    }

    /// The instant, where the zone is known.
    pub(super) fn instant(&self) -> Option<Instant> {
        match self {
            Cell::Text(t) => match read_instant(t.as_ref()) {
                Ok(ReadTime::At(at)) => Some(at),
                Err(_) => time::date_call(t),
                _ => None,
            },
            _ => self.number().and_then(time::epoch),
        }
    }

    /// A truth value, also one written as a text or number.
    pub(super) fn flag(&self) -> Raw<'_> {
        match self {
            Cell::Text(t) if t.eq_ignore_ascii_case("true") => Raw::Bool(true),
            Cell::Text(t) if t.eq_ignore_ascii_case("false") => Raw::Bool(false),
            Cell::Int(n @ (0 | 1)) => Raw::Bool(*n == 1),
            _ => self.raw(),
        }
    }

    /// A number, also one written as a text with a point.
    fn figure(&self) -> Option<f64> {
        match self {
            Cell::Text(t) => read_number(t).ok(),
            _ => self.number(),
        }
    }

    /// Bytes, where a number counts units of so many; a text may have a unit of its own. What is below zero stands for a
    /// size that is not known.
    pub(super) fn size(&self, unit: i64) -> Raw<'_> {
        let whole = match self {
            Cell::Text(t) => t.parse().ok(),
            _ => self.int(),
        };
        if let Some(bytes) = whole.and_then(|n: i64| n.checked_mul(unit)) {
            return if bytes < 0 { Raw::Unknown("a size below zero") } else { Raw::Int(bytes) };
        }
        match self.figure() {
            #[expect(clippy::cast_precision_loss, reason = "a unit is a power of ten or two")]
            Some(n) => time::whole(n * unit as f64).map_or(Raw::Unknown("a number that is no size"), Raw::Int),
            None => self.raw(),
        }
    }

    /// Bytes of a number in KB (1), MB (2) or GB (3), or of the unit behind it, of which nobody says whether powers of
    /// 1,000 or of 1,024 are meant: the range of both.
    pub(super) fn size_either(&self, power: u32) -> Raw<'_> {
        let (number, power) = match self {
            Cell::Text(t) => {
                let t = t.trim();
                let digits = t.trim_end_matches(|c: char| c.is_ascii_alphabetic()).trim_end();
                let units = ["B", "KB", "MB", "GB", "TB", "PB"];
                let unit = t.get(digits.len()..).unwrap_or_default().trim();
                let power = if unit.is_empty() {
                    Some(power)
                } else {
                    units.iter().position(|u| u.eq_ignore_ascii_case(unit)).and_then(|p| u32::try_from(p).ok())
                };
                let Some(power) = power else { return self.raw() };
                (Cell::Text(digits.into()), power)
            }
            cell => (cell.clone(), power),
        };
        match (number.size(1000_i64.pow(power)), number.size(1024_i64.pow(power))) {
            (Raw::Int(low), Raw::Int(high)) => Raw::Between(low, high),
            (Raw::Absent, _) => Raw::Absent,
            _ => self.raw(),
        }
    }

    /// A duration, where a number counts units of so many nanoseconds; a text may be a clock.
    pub(super) fn length(&self, unit: i64) -> Raw<'_> {
        match self.figure() {
            #[expect(clippy::cast_precision_loss, reason = "a unit is at most some days")]
            Some(n) => time::whole(n * unit as f64).map_or(Raw::Unknown("a number that is no duration"), Raw::Duration),
            None => self.raw(),
        }
    }

    /// A duration in seconds.
    pub(super) fn seconds(&self) -> Raw<'_> {
        match self.number() {
            Some(s) => time::duration(s).map_or(Raw::Unknown("a number that is no duration"), Raw::Duration),
            None => self.raw(),
        }
    }
}

impl<'de: 'a, 'a> Deserialize<'de> for Cell<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(CellVisitor)
    }
}

struct CellVisitor;

impl<'de> Visitor<'de> for CellVisitor {
    type Value = Cell<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("any value")
    }

    fn visit_unit<E>(self) -> Result<Self::Value, E> {
        Ok(Cell::Absent)
    }

    fn visit_bool<E>(self, v: bool) -> Result<Self::Value, E> {
        Ok(Cell::Bool(v))
    }

    fn visit_i64<E>(self, v: i64) -> Result<Self::Value, E> {
        Ok(Cell::Int(v))
    }

    fn visit_u64<E>(self, v: u64) -> Result<Self::Value, E> {
        #[expect(clippy::cast_precision_loss, reason = "a number beyond the range of sizes is refused by the store")]
        Ok(i64::try_from(v).map_or(Cell::Number(v as f64), Cell::Int))
    }

    fn visit_f64<E>(self, v: f64) -> Result<Self::Value, E> {
        Ok(Cell::Number(v))
    }

    fn visit_str<E>(self, v: &str) -> Result<Self::Value, E> {
        Ok(Cell::Text(Cow::Owned(v.to_owned())))
    }

    fn visit_borrowed_str<E>(self, v: &'de str) -> Result<Self::Value, E> {
        Ok(Cell::Text(Cow::Borrowed(v)))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Self::Value, A::Error> {
        while seq.next_element::<IgnoredAny>()?.is_some() {}
        Ok(Cell::Nested)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        Ok(Cell::Nested)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(text: &str) -> Cell<'_> {
        Cell::Text(text.into())
    }

    #[test]
    fn sizes_keep_what_is_not_known_of_their_unit() {
        assert_eq!(Cell::Int(3).size_either(3), Raw::Between(3_000_000_000, 3 << 30));
        assert_eq!(Cell::Number(1.5).size_either(1), Raw::Between(1500, 1536));
        assert_eq!(text("2 MB").size_either(3), Raw::Between(2_000_000, 2 << 20));
        assert_eq!(text("2").size_either(2), Raw::Between(2_000_000, 2 << 20));
        assert_eq!(text("0 GB").size_either(3), Raw::Between(0, 0));
        assert_eq!(text("2 crates").size_either(3), Raw::Text("2 crates"));
        assert_eq!(text("-1").size_either(3), Raw::Text("-1"));
        assert_eq!(Cell::Absent.size_either(3), Raw::Absent);
    }

    #[test]
    fn numbers_count_units_and_odd_ones_are_not_known() {
        assert_eq!(text("78985626944").size(1), Raw::Int(78_985_626_944));
        assert_eq!(text("4.5").size(1 << 30), Raw::Int(4_831_838_208));
        assert_eq!(Cell::Int(-1).size(1), Raw::Unknown("a size below zero"));
        assert_eq!(Cell::Int(i64::MAX).size(1 << 30), Raw::Unknown("a number that is no size"));
        assert_eq!(Cell::Int(90).length(1_000_000_000), Raw::Duration(90_000_000_000));
        assert_eq!(Cell::Int(-90).length(1), Raw::Unknown("a number that is no duration"));
        assert_eq!(text("0:12:09").length(1), Raw::Text("0:12:09"));
        assert_eq!((text("True").flag(), Cell::Int(0).flag()), (Raw::Bool(true), Raw::Bool(false)));
        assert_eq!(text("perhaps").flag(), Raw::Text("perhaps"));
    }
}
