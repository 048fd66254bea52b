//! One cell from what a reader found into its column. In the project's own format whatever does not fit is a mistake;
//! in a product's export it leaves the cell unknown. Either way the cell is unknown with its reason, never guessed.

use super::column::{Building, Shape};
use crate::base::suggest::nearest;
use crate::facts::rows::Raw;
use crate::facts::schema::{EnumId, Schema};
use crate::facts::table::{Odd, Reason, TextId, Texts};
use crate::value::duration_text::read_duration_cell;
use crate::value::instant::{LATEST, TimeError, end_from, occurrence_from, read_instant};
use crate::value::literal::{read_cadence, read_clock, read_percent, read_percent_number, read_window};
use crate::value::size::{read_rate, read_size_cell};
use crate::value::{Cadence, Duration, Instant, ReadTime};

const DAY: i64 = 86_400_000_000_000;
const SECOND: i64 = 1_000_000_000;
const PERCENT: i64 = 1_000_000_000;
/// Numbers from here on may have lost digits on reading, so nothing larger is taken for a number.
const LARGEST: f64 = 9_223_372_036_854_775_807.0;

/// Whose notation a file has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Notation {
    /// The project's own format: typed and strict.
    Own,
    /// The project's own format where every cell is text: CSV.
    OwnText,
    /// A product's export, read by a source.
    Product,
}

/// Why a cell could not be read.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Fault {
    /// Not of the field's type: what is asked, what stands there.
    Malformed(String, String),
    /// No member of the enumeration: the word, the nearest member, all members.
    NotMember(String, Option<String>, String),
    /// `never` on something that happens.
    NeverHappens,
    /// Readable, but it cannot be: what is wrong.
    Implausible(String),
}

impl Fault {
    pub(super) fn reason(&self) -> Reason {
        match self {
            Fault::Malformed(_, found) => Reason::Malformed(found.clone()),
            Fault::NotMember(word, ..) => Reason::Unmapped(word.clone()),
            Fault::NeverHappens => Reason::Malformed("never".to_owned()),
            Fault::Implausible(what) => Reason::Implausible(what.clone()),
        }
    }
}

/// What cells are written with.
pub(super) struct Writing<'w> {
    pub(super) schema: &'w Schema,
    pub(super) texts: &'w mut Texts,
    pub(super) notation: Notation,
    pub(super) members: &'w mut Vec<u32>,
}

fn malformed<T>(asked: impl Into<String>, found: impl Into<String>) -> Result<T, Fault> {
    Err(Fault::Malformed(asked.into(), found.into()))
}

/// Appends the cell. On a fault too there is one cell more: unknown, with the fault as its reason.
pub(super) fn write(
    column: &mut Building,
    raw: Raw<'_>,
    unit: Option<i64>,
    with: &mut Writing<'_>,
) -> Result<(), Fault> {
    let written = match raw {
        Raw::Absent => {
            column.push_absent();
            Ok(())
        }
        Raw::Unknown(word) => {
            column.push_odd(Odd::Unknown(Reason::Unmapped(word.to_owned())));
            Ok(())
        }
        Raw::Between(low, high) => between(column, low, high),
        _ => plain(column, raw, unit, with),
    };
    if let Err(fault) = &written {
        column.push_odd(Odd::Unknown(fault.reason()));
    }
    written
}

fn between(column: &mut Building, low: i64, high: i64) -> Result<(), Fault> {
    let bounded = matches!(
        column.shape,
        Shape::Int
            | Shape::Percent
            | Shape::Size
            | Shape::Rate
            | Shape::Occurrence
            | Shape::End
            | Shape::Date
            | Shape::Duration
    );
    if !bounded {
        return malformed(asked(column.shape), "two ends");
    }
    if low > high {
        return malformed("two ends in order", "the first end after the second");
    }
    if low == high {
        column.push_int(low)
    } else {
        column.push_odd(Odd::Between(low, high))
    }
    Ok(())
}

fn plain(column: &mut Building, raw: Raw<'_>, unit: Option<i64>, with: &mut Writing<'_>) -> Result<(), Fault> {
    match column.shape {
        Shape::Text | Shape::Schedule | Shape::Row(_) => text(column, raw, with),
        Shape::Member(members) => match raw {
            Raw::Text(word) => match member(with.schema, members, word) {
                Some(id) => {
                    column.push_id(id);
                    Ok(())
                }
                None if with.notation == Notation::Product => {
                    column.push_odd(Odd::Unknown(Reason::Unmapped(word.to_owned())));
                    Ok(())
                }
                None => Err(not_member(with.schema, members, word)),
            },
            other => malformed("a word in quotes", described(&other)),
        },
        Shape::Bool => match raw {
            Raw::Bool(bit) => {
                column.push_bit(bit);
                Ok(())
            }
            Raw::Text("true") if with.notation != Notation::Own => {
                column.push_bit(true);
                Ok(())
            }
            Raw::Text("false") if with.notation != Notation::Own => {
                column.push_bit(false);
                Ok(())
            }
            other => malformed("`true` or `false`", described(&other)),
        },
        Shape::Occurrence | Shape::End => time(column, raw),
        Shape::Duration => duration(column, raw, unit),
        Shape::Number => {
            let number = match raw {
                Raw::Int(value) => value as f64,
                Raw::Number(value) if value.abs() < LARGEST => value,
                Raw::Text(text) if with.notation != Notation::Own => match crate::value::literal::read_number(text) {
                    Ok(value) => value,
                    Err(_) => return malformed("a number", text),
                },
                other => return malformed("a number", described(&other)),
            };
            column.push_number(if number == 0.0 { 0.0 } else { number });
            Ok(())
        }
        Shape::Window => match raw {
            Raw::Text(text) => match read_window(text) {
                Ok(window) => {
                    column.push_window(window);
                    Ok(())
                }
                Err(_) => malformed(asked(column.shape), text),
            },
            other => malformed(asked(column.shape), described(&other)),
        },
        Shape::Cadence => match raw {
            Raw::Text(text) => match read_cadence(text) {
                Some(cadence) => {
                    column.push_id(order(cadence));
                    Ok(())
                }
                None => malformed(asked(column.shape), text),
            },
            other => malformed(asked(column.shape), described(&other)),
        },
        Shape::Int | Shape::Percent | Shape::Size | Shape::Rate | Shape::Date | Shape::Clock => {
            let value = integer(column.shape, raw, unit, with.notation)?;
            column.push_int(value);
            Ok(())
        }
        Shape::Map => match raw {
            Raw::Map(entries) => {
                let mut entries: Vec<(TextId, TextId)> =
                    entries.iter().map(|(k, v)| (with.texts.intern(k), with.texts.intern(v))).collect();
                entries.sort_unstable();
                if entries.windows(2).any(|pair| matches!(pair, [a, b] if a.0 == b.0)) {
                    return malformed("each key once", "a key written twice");
                }
                column.push_map(entries.into_boxed_slice());
                Ok(())
            }
            other => malformed(asked(column.shape), described(&other)),
        },
        Shape::Texts | Shape::Members(_) | Shape::Cadences | Shape::Rows(_) => set(column, raw, with),
        Shape::Nested => malformed(asked(column.shape), described(&raw)),
    }
}

fn text(column: &mut Building, raw: Raw<'_>, with: &mut Writing<'_>) -> Result<(), Fault> {
    let digits;
    let text = match raw {
        Raw::Text(text) => text,
        Raw::Int(number) if with.notation == Notation::Product => {
            digits = number.to_string();
            digits.as_str()
        }
        other => return malformed(asked(column.shape), described(&other)),
    };
    // Who writes nothing but blanks has named nobody and nothing. A key of blanks is refused with its row.
    if is_blank(text) {
        if matches!(column.shape, Shape::Row(_)) {
            return malformed("the key of a row", "an empty text");
        }
        if !column.own_texts {
            column.push_absent();
            return Ok(());
        }
    }
    if column.own_texts {
        column.push_id(with.texts.append(text).0);
    } else if column.last != u32::MAX && with.texts.get(TextId(column.last)) == text {
        let last = column.last;
        column.push_id(last);
    } else {
        column.push_id(with.texts.intern(text).0);
    }
    Ok(())
}

/// Whether a text says nothing: it is empty, or of blanks alone.
pub(super) fn is_blank(text: &str) -> bool {
    text.trim_start().is_empty()
}

fn time(column: &mut Building, raw: Raw<'_>) -> Result<(), Fault> {
    let end = column.shape == Shape::End;
    let found = || described(&raw);
    let read = match raw {
        Raw::Never | Raw::Text("never") if end => Ok(Instant::NEVER),
        Raw::Never | Raw::Text("never") => return Err(Fault::NeverHappens),
        Raw::Time(at) => Ok(at),
        Raw::LocalTime(local) => {
            column.push_local(local);
            return Ok(());
        }
        Raw::Text(text) => match read_instant(text) {
            Ok(ReadTime::At(at)) => Ok(at),
            Ok(ReadTime::Local(local)) => {
                column.push_local(local);
                return Ok(());
            }
            Ok(ReadTime::Day(day)) => match day.checked_mul(DAY) {
                Some(local) if Instant(local) <= LATEST => {
                    column.push_local(local);
                    return Ok(());
                }
                _ => Err(if day > 0 { TimeError::TooLate } else { TimeError::TooEarly }),
            },
            Err(error) => Err(error),
        },
        other => return malformed(asked(column.shape), described(&other)),
    };
    match if end { end_from(read) } else { occurrence_from(read) } {
        Ok(at) => {
            column.push_int(at.0);
            Ok(())
        }
        Err(error @ (TimeError::TooEarly | TimeError::TooLate)) => {
            Err(Fault::Implausible(format!("{} is {error}", found())))
        }
        Err(TimeError::NoSuchTime) => malformed("a date and time of day that exist", found()),
        Err(TimeError::Malformed) => malformed(asked(column.shape), found()),
    }
}

fn duration(column: &mut Building, raw: Raw<'_>, unit: Option<i64>) -> Result<(), Fault> {
    let found = || described(&raw);
    let wrong = || Fault::Malformed(asked(Shape::Duration), found());
    let nanoseconds = match raw {
        Raw::Duration(exact) => exact,
        Raw::Int(value) => value.checked_mul(unit.unwrap_or(SECOND)).ok_or_else(wrong)?,
        Raw::Number(value) => rounded(value * unit.unwrap_or(SECOND) as f64).ok_or_else(wrong)?,
        Raw::Text(text) => match read_duration_cell(text).map_err(|_| wrong())? {
            Duration::Exact(exact) => exact,
            Duration::Months(months) if months >= 0 => {
                column.push_odd(Odd::Months(months));
                return Ok(());
            }
            Duration::Months(_) => return Err(wrong()),
        },
        _ => return Err(wrong()),
    };
    column.push_int(nanoseconds);
    Ok(())
}

fn integer(shape: Shape, raw: Raw<'_>, unit: Option<i64>, notation: Notation) -> Result<i64, Fault> {
    let wrong = || Fault::Malformed(asked(shape), described(&raw));
    let value = match (shape, raw) {
        (Shape::Int | Shape::Size | Shape::Rate, Raw::Int(value)) => match unit {
            Some(unit) => value.checked_mul(unit),
            None => Some(value),
        },
        (Shape::Int | Shape::Size | Shape::Rate, Raw::Number(value)) => match unit {
            Some(unit) => rounded(value * unit as f64),
            None => rounded(value).filter(|whole| *whole as f64 == value),
        },
        (Shape::Percent, Raw::Int(value)) => value.checked_mul(PERCENT),
        (Shape::Percent, Raw::Number(value)) => read_percent_number(&value.to_string()).ok(),
        (Shape::Percent, Raw::Text(text)) => {
            read_percent(text).ok().or_else(|| (notation != Notation::Own).then(|| read_percent_number(text).ok())?)
        }
        (Shape::Int, Raw::Text(text)) if notation != Notation::Own => text.parse().ok(),
        (Shape::Size, Raw::Text(text)) => read_size_cell(text).ok(),
        (Shape::Rate, Raw::Text(text)) => read_rate(text).ok(),
        (Shape::Date, Raw::Text(text)) => match read_instant(text) {
            Ok(ReadTime::Day(day)) => Some(day),
            _ => None,
        },
        (Shape::Clock, Raw::Text(text)) => read_clock(text).ok().map(|clock| i64::from(clock.0)),
        _ => None,
    };
    match value {
        Some(value) if value < 0 && matches!(shape, Shape::Size | Shape::Rate) => Err(wrong()),
        Some(value) => Ok(value),
        None => Err(wrong()),
    }
}

fn rounded(value: f64) -> Option<i64> {
    (value.abs() < LARGEST).then(|| value.round_ties_even() as i64)
}

fn set(column: &mut Building, raw: Raw<'_>, with: &mut Writing<'_>) -> Result<(), Fault> {
    let (words, stated_open) = match raw {
        Raw::Set(words) => (words, None),
        Raw::OpenSet(words, word) => {
            (words, Some(word.map_or(Reason::Absent, |word| Reason::Unmapped(word.to_owned()))))
        }
        other => return malformed(asked(column.shape), described(&other)),
    };
    let mut members = std::mem::take(with.members);
    members.clear();
    let mut open = stated_open;
    let mut fault = None;
    for word in words {
        if column.shape == Shape::Texts && is_blank(word) {
            open = open.or(Some(Reason::Absent));
            continue;
        }
        match element(column.shape, word, with) {
            Ok(id) => members.push(id),
            Err(Fault::NotMember(word, ..)) if with.notation == Notation::Product => {
                open = Some(Reason::Unmapped(word))
            }
            Err(wrong) => fault = fault.or(Some(wrong)),
        }
    }
    let written = match fault {
        Some(fault) => Err(fault),
        None => {
            column.push_set(&mut members, open);
            Ok(())
        }
    };
    *with.members = members;
    written
}

/// An element of a set as its id.
fn element(shape: Shape, word: &str, with: &mut Writing<'_>) -> Result<u32, Fault> {
    match shape {
        Shape::Members(members) => {
            member(with.schema, members, word).ok_or_else(|| not_member(with.schema, members, word))
        }
        Shape::Cadences => match read_cadence(word) {
            Some(cadence) => Ok(order(cadence)),
            None => malformed(asked(Shape::Cadence), word),
        },
        Shape::Rows(_) if is_blank(word) => malformed("the key of a row", "an empty text"),
        Shape::Rows(_) => Ok(with.texts.intern(word).0),
        _ => Ok(with.texts.intern(word).0),
    }
}

fn member(schema: &Schema, members: EnumId, word: &str) -> Option<u32> {
    let place = schema.enumeration(members).members.iter().position(|m| m == word)?;
    u32::try_from(place).ok()
}

fn not_member(schema: &Schema, members: EnumId, word: &str) -> Fault {
    let members = &schema.enumeration(members).members;
    let near = nearest(word, members.iter().map(String::as_str)).map(str::to_owned);
    Fault::NotMember(word.to_owned(), near, members.join(", "))
}

/// The place of a cadence in the order of its type.
pub(super) fn order(cadence: Cadence) -> u32 {
    match cadence {
        Cadence::Hourly => 0,
        Cadence::Daily => 1,
        Cadence::Weekly => 2,
        Cadence::Monthly => 3,
        Cadence::Quarterly => 4,
        Cadence::Yearly => 5,
    }
}

/// What a field's cells look like, for messages.
pub(super) fn asked(shape: Shape) -> String {
    match shape {
        Shape::Bool => "`true` or `false`",
        Shape::Text => "a text in quotes",
        Shape::Int => "a whole number",
        Shape::Number => "a number",
        Shape::Percent => "a percent such as `97.5`",
        Shape::Size => "a number of bytes or a size such as `\"1.5 TiB\"`",
        Shape::Rate => "a number of bytes a second or a rate such as `\"10 MB/s\"`",
        Shape::Occurrence => "a time such as `\"2026-07-01T12:34:56Z\"`",
        Shape::End => "a time such as `\"2026-07-01T12:34:56Z\"` or `\"never\"`",
        Shape::Date => "a date such as `\"2026-07-01\"`",
        Shape::Clock => "a time of day such as `\"22:00\"`",
        Shape::Window => "a window such as `\"22:00 to 06:00\"`",
        Shape::Duration => "a number of seconds or a duration such as `\"4 h\"`",
        Shape::Cadence => "a cadence such as `\"daily\"`",
        Shape::Schedule => "a cron line in quotes",
        Shape::Member(_) => "a word in quotes",
        Shape::Row(_) => "the key of a row, in quotes",
        Shape::Map => "an object of texts",
        Shape::Nested => "a list of rows",
        Shape::Texts | Shape::Members(_) | Shape::Cadences | Shape::Rows(_) => "a list of texts",
    }
    .to_owned()
}

/// What stands there, for messages: at most 60 characters.
fn described(raw: &Raw<'_>) -> String {
    match raw {
        Raw::Absent => "nothing".to_owned(),
        Raw::Bool(bit) => bit.to_string(),
        Raw::Int(value) | Raw::LocalTime(value) | Raw::Duration(value) => value.to_string(),
        Raw::Number(value) if value.abs() >= LARGEST => "a number that is too large".to_owned(),
        Raw::Number(value) => value.to_string(),
        Raw::Text(text) if text.chars().count() > 60 => format!("{}…", text.chars().take(60).collect::<String>()),
        Raw::Text(text) => (*text).to_owned(),
        Raw::Time(at) => crate::value::instant::write_instant(*at),
        Raw::Never => "never".to_owned(),
        Raw::Between(..) => "two ends".to_owned(),
        Raw::Unknown(word) => (*word).to_owned(),
        Raw::Set(_) | Raw::OpenSet(..) => "a list".to_owned(),
        Raw::Map(_) => "an object".to_owned(),
    }
}
