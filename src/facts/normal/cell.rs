//! Single cells in the notation of the project's own format, exactly.

use super::super::schema::{Field, Type};
use super::super::table::{Atom, Cell, Reason};
use crate::value::civil::SECOND;
use crate::value::duration_text::write_duration;
use crate::value::instant::{LATEST, write_date, write_instant};
use crate::value::literal::{write_cadence, write_clock, write_percent, write_window};
use crate::value::{Cadence, ClockTime, Duration, Instant};
use std::io::{self, Write};

/// The first whole second of which an instant can be read; bounds that lie before it say no less as it.
pub(super) const EARLIEST: Instant = Instant(i64::MIN / SECOND * SECOND);

/// A JSON text.
pub(super) fn write_text(out: &mut dyn Write, text: &str) -> io::Result<()> {
    serde_json::to_writer(out, text).map_err(io::Error::from)
}

/// A value whose type needs nothing but itself. `unit` is what a plain number of the field counts for.
pub(super) fn write_atom(out: &mut dyn Write, ty: &Type, atom: Atom, unit: Option<i64>) -> io::Result<()> {
    match (ty, atom) {
        (Type::Cadence, Atom::Id(order)) => write_text(out, cadence(order)),
        (_, Atom::Bool(bit)) => write!(out, "{bit}"),
        (_, Atom::Months(months)) => write_text(out, &write_duration(Duration::Months(months))),
        (_, Atom::Window(window)) => write_text(out, &write_window(window)),
        (_, Atom::Number(number)) => serde_json::to_writer(out, &number).map_err(io::Error::from),
        (_, Atom::Id(id)) => write!(out, "{id}"),
        (_, Atom::Int(value)) => write_integer(out, ty, value, unit),
    }
}

fn write_integer(out: &mut dyn Write, ty: &Type, value: i64, unit: Option<i64>) -> io::Result<()> {
    let text = match ty {
        Type::TimeOrNever => write_instant(Instant(value).max(EARLIEST)),
        Type::Time => write_instant(Instant(value).clamp(EARLIEST, LATEST)),
        Type::Date => write_date(value),
        Type::Clock => write_clock(ClockTime(u32::try_from(value).unwrap_or(0))),
        Type::Duration => write_duration(Duration::Exact(value)),
        Type::Percent => write_percent(value),
        Type::Size if unit.is_some() => format!("{value} B"),
        Type::Rate if unit.is_some() => format!("{value} B/s"),
        _ => return write!(out, "{}", in_unit(value, unit)),
    };
    write_text(out, &text)
}

/// A plain number as it is counted in the file; reading rounds what a fraction of the unit loses.
fn in_unit(value: i64, unit: Option<i64>) -> String {
    match unit {
        Some(unit) if unit > 1 && value % unit == 0 => (value / unit).to_string(),
        Some(unit) if unit > 1 => (value as f64 / unit as f64).to_string(),
        _ => value.to_string(),
    }
}

/// A cell that is not plainly known.
pub(super) fn write_undecided(out: &mut dyn Write, field: &Field, cell: Cell<'_>) -> io::Result<()> {
    match cell {
        Cell::Between(low, high) => {
            let unit = field.read_as.as_ref().and_then(|read| read.unit);
            out.write_all(b"{\"$from\":")?;
            write_integer(out, &field.ty, low, unit)?;
            out.write_all(b",\"$to\":")?;
            write_integer(out, &field.ty, high, unit)?;
            out.write_all(b"}")
        }
        Cell::Unknown(reason) => {
            out.write_all(b"{\"$unknown\":")?;
            write_text(out, native_word(reason))?;
            out.write_all(b"}")
        }
        _ => out.write_all(b"null"),
    }
}

/// What a cell without a known value says instead.
fn native_word(reason: &Reason) -> &str {
    match reason {
        Reason::Absent => "not stated",
        Reason::Unmapped(word) | Reason::Malformed(word) | Reason::Implausible(word) => word,
        Reason::Conflict(..) => "conflict",
        Reason::NoSuchRow(_, key) => key,
    }
}

fn cadence(order: u32) -> &'static str {
    write_cadence(match order {
        0 => Cadence::Hourly,
        1 => Cadence::Daily,
        2 => Cadence::Weekly,
        3 => Cadence::Monthly,
        4 => Cadence::Quarterly,
        _ => Cadence::Yearly,
    })
}
