//! Times that tests write: instants, local times and dates in the zone of their policy, `now` and a span from it.

use crate::base::Diagnostic;
use crate::base::codes::Code;
use crate::syntax::tree::{ArithmeticOperator, Expr, ExprKind, Literal};
use crate::typing::checker::Checker;
use crate::value::instant::{ReadTime, read_instant};
use crate::value::{Duration, Instant, Zone, period};

/// The zone of the policy whose file a test stands in; UTC where it has none.
pub(super) fn zone_of(checker: &Checker<'_>, policy: Option<usize>) -> Zone {
    let policy = policy.and_then(|place| checker.declarations.policies.get(place));
    policy.and_then(|p| p.timezone.as_deref()).and_then(Zone::named).unwrap_or_else(Zone::utc)
}

/// A time or date literal as an instant: a date is its first instant. What is none is told.
pub(super) fn instant(checker: &mut Checker<'_>, zone: &Zone, expr: &Expr) -> Option<Instant> {
    let text = match &expr.kind {
        ExprKind::Literal(Literal::Time(text) | Literal::Date(text)) => text,
        _ => return None,
    };
    let read = match read_instant(text) {
        Ok(ReadTime::At(at)) => Some(at),
        Ok(ReadTime::Local(local)) => zone.at_local(local).map(|instants| instants.earliest()),
        Ok(ReadTime::Day(day)) => zone.day_span(day).map(|(first, _)| first),
        Err(_) => None,
    };
    read.or_else(|| {
        checker.fail(
            Diagnostic::error(Code("E0227"), format!("there is no time `{text}`"))
                .at(expr.span, "no such date or time of day")
                .help("write `2026-01-01T00:00:00Z` or `2026-01-01`"),
        )
    })
}

/// `now`, `now - 3h`, `now - 24h - 1 min`: the spans from now in their order, where that is what is written.
pub(super) fn from_now(expr: &Expr) -> Option<Vec<Duration>> {
    match &expr.kind {
        ExprKind::Name(name) if name == "now" => Some(Vec::new()),
        ExprKind::Arithmetic { operator, left, right } => {
            let ExprKind::Literal(Literal::Duration(span)) = &right.kind else { return None };
            let span = match operator {
                ArithmeticOperator::Add => *span,
                ArithmeticOperator::Subtract => span.negated()?,
                _ => return None,
            };
            let mut spans = from_now(left)?;
            spans.push(span);
            Some(spans)
        }
        _ => None,
    }
}

/// An instant so far from now, one span after the other.
pub(super) fn apart(now: Instant, spans: &[Duration], zone: &Zone) -> Option<Instant> {
    spans.iter().try_fold(now, |at, span| period::add(at, *span, zone))
}
