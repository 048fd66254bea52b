//! A text of an export as a cell of a field, by the field's type and what the mapping says of unit and notation. Stricter
//! than a source: a number without unit is no size and no duration.

use crate::base::suggest::nearest;
use crate::facts::rows::Raw;
use crate::facts::schema::{Schema, Type};
use crate::value::decimal::Decimal;
use crate::value::duration_text::{read_duration, read_duration_cell};
use crate::value::instant::read_instant;
use crate::value::literal::{
    LiteralError, read_cadence, read_clock, read_number, read_percent, read_percent_number, read_window,
};
use crate::value::size::{read_rate, read_size};
use crate::value::zone::LocalInstants;
use crate::value::{Duration, Instant, ReadTime, Zone};

/// 100 % in the unit of percents, which a ratio of 1 is.
const WHOLE: i64 = 100_000_000_000;

/// How texts become cells of one field.
#[derive(Debug, Clone)]
pub struct Conversion {
    /// The field's type; of a set that of its elements.
    pub ty: Type,
    /// The unit of plain numbers.
    pub unit: Option<String>,
    /// How times are written.
    pub format: Option<String>,
    /// Whether numbers have a comma for their point.
    pub decimal_comma: bool,
}

/// A cell that owns its text where it has one of its own.
#[derive(Debug, Clone, PartialEq)]
pub enum Made<'t> {
    /// The text as it stands.
    Text(&'t str),
    /// A text of its own, in the notation of facts.
    Owned(String),
    /// Any other cell.
    Raw(Raw<'static>),
}

impl Made<'_> {
    /// The cell.
    pub fn raw(&self) -> Raw<'_> {
        match self {
            Made::Text(text) => Raw::Text(text),
            Made::Owned(text) => Raw::Text(text),
            Made::Raw(raw) => *raw,
        }
    }
}

/// Why a text is no cell of its field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unfit {
    /// What is wrong, as `not a time of the form …`.
    pub why: String,
    /// The way out.
    pub help: String,
}

fn unfit<T>(why: impl Into<String>, help: impl Into<String>) -> Result<T, Unfit> {
    Err(Unfit { why: why.into(), help: help.into() })
}

/// What is wrong with a unit of a field of this type; `Ok` where plain numbers of it count so.
///
/// # Errors
/// What is wrong with it, and what may be written.
pub fn check_unit(ty: &Type, unit: &str) -> Result<(), Unfit> {
    let sample = format!("1 {unit}");
    let read = |error: Option<LiteralError>, units: &str| match error {
        None => Ok(()),
        Some(error) => unfit(error.to_string(), format!("units are {units}")),
    };
    match ty {
        Type::Size => read(read_size(&sample).err(), "B, KB, MB, GB, TB, PB and KiB, MiB, GiB, TiB, PiB"),
        Type::Rate => read(read_rate(&sample).err(), "those of sizes with `/s`, such as `MB/s`"),
        Type::Duration => read(read_duration(&sample).err(), "s, min, h, days, weeks, months and years"),
        Type::Percent if matches!(unit, "%" | "ratio") => Ok(()),
        Type::Percent => unfit(format!("no unit `{unit}`"), "units are `%` and `ratio`, of which 1 is 100 %"),
        _ => unfit("its field has no unit", "sizes, rates, durations and percents have one"),
    }
}

/// Whether times can be read in this format: year, month and day have to be in it, or seconds since 1970.
///
/// # Errors
/// What is wrong with it.
pub fn check_format(ty: &Type, format: &str) -> Result<(), Unfit> {
    const HELP: &str = "such as \"%d.%m.%Y %H:%M:%S\", \"%Y-%m-%dT%H:%M:%S%z\" or \"%s\" for seconds since 1970";
    if !matches!(ty, Type::Time | Type::TimeOrNever | Type::Date) {
        return unfit("its field is no time", "take `format` out: only times and dates have one");
    }
    if ["%I", "%l"].iter().any(|hour| format.contains(hour)) && !format.to_ascii_lowercase().contains("%p") {
        return unfit("its hour does not say which half of the day", "write `%H`, or `%p` beside it");
    }
    let at = jiff::Timestamp::from_second(1_795_327_201).map(|at| at.to_zoned(jiff::tz::TimeZone::UTC));
    let written = at.and_then(|at| jiff::fmt::strtime::format(format, &at));
    match written.map(|text| read_time(format, &text)) {
        Ok(Ok(ReadTime::At(_) | ReadTime::Local(_) | ReadTime::Day(_))) => Ok(()),
        Ok(Err(())) => unfit("no day can be read by it", HELP),
        Err(error) => unfit(format!("{error}"), HELP),
    }
}

fn read_time(format: &str, text: &str) -> Result<ReadTime, ()> {
    let parsed = jiff::fmt::strtime::parse(format, text).map_err(|_| ())?;
    let nanoseconds = |at: jiff::Timestamp| i64::try_from(at.as_nanosecond()).map(Instant).map_err(|_| ());
    if let Ok(at) = parsed.to_timestamp() {
        return Ok(ReadTime::At(nanoseconds(at)?));
    }
    let date = parsed.to_date().map_err(|_| ())?;
    if parsed.hour().is_none() {
        let day = jiff::Timestamp::UNIX_EPOCH.to_zoned(jiff::tz::TimeZone::UTC).date().until(date).map_err(|_| ())?;
        return Ok(ReadTime::Day(i64::from(day.get_days())));
    }
    let local = parsed.to_datetime().and_then(|local| local.to_zoned(jiff::tz::TimeZone::UTC)).map_err(|_| ())?;
    Ok(ReadTime::Local(nanoseconds(local.timestamp())?.0))
}

impl Conversion {
    /// The same for what the mapping itself writes: in the notation of the language.
    pub fn of_literals(&self) -> Conversion {
        Conversion { ty: self.ty.clone(), unit: None, format: None, decimal_comma: false }
    }

    /// The cell that a text is; `zone` is that of times without offset, where the mapping names one.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn convert<'t>(&self, schema: &Schema, zone: Option<&Zone>, text: &'t str) -> Result<Made<'t>, Unfit> {
        match &self.ty {
            Type::Text | Type::Schedule | Type::Row(_) => Ok(Made::Text(text)),
            Type::Bool => match text {
                "true" | "True" | "TRUE" => Ok(Made::Raw(Raw::Bool(true))),
                "false" | "False" | "FALSE" => Ok(Made::Raw(Raw::Bool(false))),
                _ => unfit("not `true` or `false`", format!("add `words: {{{text}: true}}`, or `false`")),
            },
            Type::OneOf(members) => {
                let members = &schema.enumeration(*members).members;
                if members.iter().any(|member| member == text) {
                    return Ok(Made::Text(text));
                }
                let listed = members.join(", ");
                let help = match nearest(text, members.iter().map(String::as_str)) {
                    Some(near) => format!("did you mean `{near}`? It is one of {listed}"),
                    None => format!("it is one of {listed}"),
                };
                unfit(format!("not one of {listed}"), help)
            }
            Type::Time | Type::TimeOrNever => self.time(zone, text),
            Type::Date => match self.read_time(text) {
                Ok(ReadTime::Day(day)) => Ok(Made::Owned(crate::value::instant::write_date(day))),
                _ => unfit("not a date", "such as `2026-07-01`; `format` says how others are written"),
            },
            Type::Clock => read_clock(text).map(|_| Made::Text(text)).or_else(|e| unfit(e.to_string(), "")),
            Type::Window => read_window(text).map(|_| Made::Text(text)).or_else(|e| unfit(e.to_string(), "")),
            Type::Cadence => match read_cadence(text) {
                Some(_) => Ok(Made::Text(text)),
                None => unfit("not a cadence", "hourly, daily, weekly, monthly, quarterly or yearly, by `words`"),
            },
            _ => self.quantity(text),
        }
    }

    fn read_time(&self, text: &str) -> Result<ReadTime, Unfit> {
        match &self.format {
            Some(format) => {
                read_time(format, text).or_else(|()| unfit(format!("not a time as `{format}`"), "correct `format`"))
            }
            None => read_instant(text).or_else(|_| {
                unfit(
                    "not a time such as `2026-07-01T12:34:56Z`",
                    "say how it is written, such as `format: \"%d.%m.%Y %H:%M:%S\"`",
                )
            }),
        }
    }

    fn time<'t>(&self, zone: Option<&Zone>, text: &'t str) -> Result<Made<'t>, Unfit> {
        if self.ty == Type::TimeOrNever && text == "never" && self.format.is_none() {
            return Ok(Made::Raw(Raw::Never));
        }
        let local = match self.read_time(text)? {
            ReadTime::At(at) => return Ok(Made::Raw(Raw::Time(at))),
            ReadTime::Local(local) => local,
            ReadTime::Day(day) => match day.checked_mul(crate::value::civil::DAY) {
                Some(local) => local,
                None => return unfit("too far away", "write the time that it was"),
            },
        };
        Ok(Made::Raw(match zone.map(|zone| zone.at_local(local)) {
            None => Raw::LocalTime(local),
            Some(Some(LocalInstants::Repeated { earlier, later })) => Raw::Between(earlier.0, later.0),
            Some(Some(LocalInstants::One(at) | LocalInstants::Skipped(at))) => Raw::Time(at),
            Some(None) => return unfit("too far away", "write the time that it was"),
        }))
    }

    fn quantity<'t>(&self, text: &'t str) -> Result<Made<'t>, Unfit> {
        if self.decimal_comma && text.contains('.') {
            return unfit(
                "a point in a number with a decimal comma",
                "take `decimal: \",\"` out if it is the fraction's",
            );
        }
        let pointed = if self.decimal_comma { text.replace(',', ".") } else { text.to_owned() };
        let plain = Decimal::read(&pointed).is_some();
        let wrong = |error: LiteralError| {
            let help =
                if plain { "say the `unit` of plain numbers" } else { "correct the column, or list it under `words`" };
            Unfit { why: error.to_string(), help: help.to_owned() }
        };
        let with_unit = match &self.unit {
            Some(unit) if plain => format!("{pointed} {unit}"),
            _ => pointed.clone(),
        };
        let int = |value: i64| Made::Raw(Raw::Int(value));
        match &self.ty {
            Type::Size => read_size(&with_unit).map(int).map_err(wrong),
            Type::Rate => read_rate(&with_unit).map(int).map_err(wrong),
            Type::Duration => {
                let read = if plain { read_duration(&with_unit) } else { read_duration_cell(&pointed) };
                match read.map_err(wrong)? {
                    Duration::Exact(exact) => Ok(Made::Raw(Raw::Duration(exact))),
                    months => Ok(Made::Owned(crate::value::duration_text::write_duration(months))),
                }
            }
            Type::Percent => {
                let percent = match (self.unit.as_deref(), Decimal::read(&pointed)) {
                    (Some("ratio"), Some(ratio)) => ratio.times(WHOLE).ok_or(LiteralError::TooLarge),
                    (_, Some(_)) => read_percent_number(&pointed),
                    (_, None) => read_percent(&pointed),
                };
                percent.map(|percent| Made::Owned(crate::value::literal::write_percent(percent))).map_err(wrong)
            }
            Type::Int => match pointed.parse() {
                Ok(whole) => Ok(int(whole)),
                Err(_) => unfit("not a whole number", "correct the column, or list it under `words`"),
            },
            Type::Number => read_number(&pointed).map(|n| Made::Raw(Raw::Number(n))).map_err(wrong),
            _ => unfit("its field cannot be mapped", ""),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(ty: Type, unit: Option<&str>, format: Option<&str>, text: &str) -> Result<String, String> {
        let schema = Schema::default();
        let zone = Zone::named("Europe/Berlin");
        let conversion = Conversion {
            ty,
            unit: unit.map(str::to_owned),
            format: format.map(str::to_owned),
            decimal_comma: text.contains(','),
        };
        let made = conversion.convert(&schema, zone.as_ref(), text).map_err(|unfit| unfit.why)?;
        Ok(format!("{:?}", made.raw()))
    }

    #[test]
    fn plain_numbers_count_units_and_are_nothing_without_one() {
        let good = |ty, unit, text| read(ty, unit, None, text).expect("fits");
        assert_eq!(good(Type::Size, Some("GiB"), "1,5"), "Int(1610612736)");
        assert_eq!(good(Type::Size, Some("MB"), "2 GB"), "Int(2000000000)");
        assert_eq!(good(Type::Rate, Some("MB/s"), "3"), "Int(3000000)");
        assert_eq!(good(Type::Duration, Some("min"), "1.5"), "Duration(90000000000)");
        assert_eq!(good(Type::Duration, None, "0:12:09"), "Duration(729000000000)");
        assert_eq!(good(Type::Duration, Some("months"), "6"), "Text(\"6 months\")");
        assert_eq!(good(Type::Percent, Some("ratio"), "0.975"), "Text(\"97.5%\")");
        assert_eq!(good(Type::Percent, None, "97.5"), "Text(\"97.5%\")");
        for (ty, text) in
            [(Type::Size, "5"), (Type::Rate, "5"), (Type::Duration, "5"), (Type::Size, "-1"), (Type::Int, "1.5")]
        {
            assert!(read(ty.clone(), None, None, text).is_err(), "{ty:?} {text}");
        }
        assert!(read(Type::Size, Some("GB"), None, "1.234,5").is_err());
    }

    #[test]
    fn times_are_read_by_their_format_in_the_zone() {
        let german = Some("%d.%m.%Y %H:%M:%S");
        let time = |format, text| read(Type::Time, None, format, text);
        assert_eq!(time(german, "22.11.2026 01:00:00"), Ok("Time(Instant(1795305600000000000))".to_owned()));
        assert_eq!(time(Some("%s"), "1795305600"), Ok("Time(Instant(1795305600000000000))".to_owned()));
        assert_eq!(time(Some("%Y-%m-%dT%H:%M:%S%z"), "2026-11-22T02:00:00+0200"), time(german, "22.11.2026 01:00:00"));
        assert!(time(german, "25.10.2026 02:30:00").is_ok_and(|twice| twice.starts_with("Between(")));
        assert!(time(german, "31.02.2026 00:00:00").is_err());
        assert!(time(None, "22.11.2026").is_err());
        assert_eq!(read(Type::Date, None, Some("%d.%m.%Y"), "22.11.2026"), Ok("Text(\"2026-11-22\")".to_owned()));
        for bad in ["%d.%m", "%H:%M", "%Y-%m-%d %I:%M", "%Q", "day"] {
            assert!(check_format(&Type::Time, bad).is_err(), "{bad}");
        }
    }
}
