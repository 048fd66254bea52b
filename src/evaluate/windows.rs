//! A stretch of time against the occurrences of a window (`semantics.md` 4.8): over all that its ends, the days and the
//! zone may be.

use super::quantity::{End, Range};
use super::value::Value;
use super::walk::Walk;
use crate::facts::schema::Type;
use crate::facts::table::{Cell, Reason};
use crate::plan::{InWindow, NodeId, Op, WindowTest};
use crate::value::civil::Weekday;
use crate::value::window::{Between, Weekdays, inside, touches};
use crate::value::zone::Zone;
use crate::value::{Instant, Truth};

impl Walk<'_, '_> {
    pub(super) fn against_window(&mut self, test: &InWindow) -> Truth {
        let (start, end) = (self.value(test.start), self.value(test.end));
        let Value::Window(window) = self.value(test.window) else { return Truth::Unknown };
        let Some(zone) = self.zone_of(test.zone) else { return Truth::Unknown };
        let (surely, possibly) = self.days_of(test.days);
        // Of an end alone nothing follows: the start may be in any occurrence, or in none.
        let Some(start) = known_between(&start) else { return Truth::Unknown };
        let end = between(&end).unwrap_or((Instant(i64::MIN), Instant::NEVER));
        let ask = |days| match test.how {
            WindowTest::Holds => inside(window, days, &zone, start, end),
            WindowTest::Touches => touches(window, days, &zone, start, end),
        };
        if surely == possibly {
            return ask(surely);
        }
        match (ask(surely), ask(possibly)) {
            (Truth::True, _) => Truth::True,
            (_, Truth::False) => Truth::False,
            _ => Truth::Unknown,
        }
    }

    /// The zone of a text, or the policy's.
    fn zone_of(&mut self, node: Option<NodeId>) -> Option<Zone> {
        let Some(node) = node else { return Some(self.session.calendar.zone.clone()) };
        self.zone_named(node)
    }

    /// The zone that a text names; `None` where it is not known, or there is none of that name.
    pub(super) fn zone_named(&mut self, node: NodeId) -> Option<Zone> {
        let value = self.value(node);
        let [text] = value.ids()? else { return None };
        let session = self.session;
        self.zones.entry(*text).or_insert_with(|| Zone::named(session.text(*text))).clone()
    }

    /// Whether a text is a cell that nobody filled in, and not one that cannot be read.
    pub(super) fn is_absent(&mut self, node: NodeId) -> bool {
        let Op::Field { row, field } = &self.session.plan.node(node).op else { return false };
        let Value::Row(row) = self.value(*row) else { return false };
        matches!(self.cell(*field, row), Some(Cell::Unknown(Reason::Absent)))
    }

    /// The days on which it surely opens, and those on which it may.
    fn days_of(&mut self, node: Option<NodeId>) -> (Weekdays, Weekdays) {
        let Some(node) = node else { return (Weekdays::EVERY, Weekdays::EVERY) };
        let none = Weekdays::of([]);
        let Value::Set(set) = self.value(node) else { return (none, Weekdays::EVERY) };
        let members = match &self.session.plan.node(node).ty {
            Type::Set(of) | Type::List(of) => match **of {
                Type::OneOf(id) => &self.session.plan.schema.enumeration(id).members,
                _ => return (none, Weekdays::EVERY),
            },
            _ => return (none, Weekdays::EVERY),
        };
        let day = |item: &(i128, i128)| {
            let word = usize::try_from(item.0).ok().and_then(|place| members.get(place));
            word.and_then(|word| Weekday::named(word))
        };
        let surely = Weekdays::of(set.known.iter().filter_map(day));
        if set.open || set.unknown > 0 {
            return (surely, Weekdays::EVERY);
        }
        (surely, Weekdays::of(set.known.iter().chain(&set.possible).filter_map(day)))
    }
}

/// The two ends that a time lies between; those of time itself where it has no bound.
fn between(value: &Value) -> Option<Between> {
    let range = value.range()?;
    let low = range.low.as_i64().map_or(Instant(i64::MIN), Instant);
    Some((low, range.high.as_i64().map_or(Instant::NEVER, Instant)))
}

/// The same, of a time with two bounds.
fn known_between(value: &Value) -> Option<Between> {
    let Range { low, high } = value.range()?;
    let at = |end: End| end.as_i64().map(Instant);
    Some((at(low)?, at(high)?))
}
