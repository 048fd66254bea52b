//! Literals, texts, lists. A plain `3` fits itself to a number, a local time to the policy's zone.

use super::checker::Checker;
use super::expression::fits;
use super::scope::Scope;
use crate::base::codes::Code;
use crate::base::{Diagnostic, Span};
use crate::facts::schema::Type;
use crate::plan::{NodeId, Op};
use crate::syntax::tree::{self, ExprKind, Literal, TextPart};
use crate::value::instant::{ReadTime, read_instant};
use crate::value::{Instant, Scalar, Zone};
use std::sync::Arc;

impl Checker<'_> {
    pub(super) fn literal(
        &mut self,
        scope: &Scope,
        literal: &Literal,
        span: Span,
        expected: Option<&Type>,
    ) -> Option<NodeId> {
        let (value, ty) = match literal {
            Literal::Bool(value) => (Scalar::Bool(*value), Type::Bool),
            // Exact below 2⁵³; no count in a policy is larger.
            #[expect(clippy::cast_precision_loss, reason = "whole numbers written in policies are small")]
            Literal::Int(value) if expected == Some(&Type::Number) => (Scalar::Number(*value as f64), Type::Number),
            Literal::Int(value) => (Scalar::Int(*value), Type::Int),
            Literal::Number(value) => (Scalar::Number(*value), Type::Number),
            Literal::Percent(value) => (Scalar::Percent(*value), Type::Percent),
            Literal::Size(value) => (Scalar::Size(*value), Type::Size),
            Literal::Rate(value) => (Scalar::Rate(*value), Type::Rate),
            Literal::Duration(value) => (Scalar::Duration(*value), Type::Duration),
            Literal::Cadence(value) => (Scalar::Cadence(*value), Type::Cadence),
            Literal::Clock(value) => (Scalar::Clock(*value), Type::Clock),
            Literal::Window(value) => (Scalar::Window(*value), Type::Window),
            Literal::Never => (Scalar::Time(Instant::NEVER), Type::TimeOrNever),
            Literal::Time(text) => (Scalar::Time(self.instant(scope, text, span)?), Type::Time),
            Literal::Date(text) => match read_instant(text) {
                Ok(ReadTime::Day(day)) => (Scalar::Date(day), Type::Date),
                _ => return self.no_such_time(text, span),
            },
            Literal::Code(text) => {
                return self.fail(
                    Diagnostic::error(Code("E0227"), format!("`{text}` is a word of phrases, not a value"))
                        .at(span, "not a value")
                        .help("a text needs quotes"),
                );
            }
        };
        Some(self.constant(value, ty, span))
    }

    fn instant(&mut self, scope: &Scope, text: &str, span: Span) -> Option<Instant> {
        match read_instant(text) {
            Ok(ReadTime::At(at)) => Some(at),
            Ok(ReadTime::Local(local)) => {
                let policy = scope.policy.and_then(|place| self.declarations.policies.get(place));
                let Some(zone) = policy.and_then(|p| p.timezone.as_deref()).and_then(Zone::named) else {
                    return self.fail(
                        Diagnostic::error(Code("E0227"), format!("`{text}` says no zone, and no policy line does"))
                            .at(span, "which instant?")
                            .help(format!("write `{text}Z`, or `timezone \"…\"` in the policy")),
                    );
                };
                match zone.at_local(local) {
                    Some(instants) => Some(instants.earliest()),
                    None => self.no_such_time(text, span),
                }
            }
            _ => self.no_such_time(text, span),
        }
    }

    fn no_such_time<T>(&mut self, text: &str, span: Span) -> Option<T> {
        self.fail(
            Diagnostic::error(Code("E0227"), format!("there is no time `{text}`"))
                .at(span, "no such date or time of day")
                .help("write `2026-01-01T00:00:00Z` or `2026-01-01`"),
        )
    }

    /// A text without values in it.
    pub(super) fn plain_text(&mut self, text: &tree::TextExpr) -> Option<NodeId> {
        let mut plain = String::new();
        for part in &text.parts {
            match part {
                TextPart::Text(words) => plain.push_str(words),
                TextPart::Value(value) => {
                    return self.fail(
                        Diagnostic::error(
                            Code("E0222"),
                            "values stand in messages only, not in a text that is compared",
                        )
                        .at(value.span, "a value")
                        .help("for a brace itself write `{{`"),
                    );
                }
            }
        }
        Some(self.constant(Scalar::Text(Arc::from(plain)), Type::Text, text.span))
    }

    /// `[a, b]`: constants of one type.
    pub(super) fn list(
        &mut self,
        scope: &Scope,
        items: &[tree::Expr],
        span: Span,
        expected: Option<&Type>,
    ) -> Option<NodeId> {
        let mut of = match expected {
            Some(Type::Set(of) | Type::List(of)) => Some((**of).clone()),
            Some(Type::OneOf(id)) => Some(Type::OneOf(*id)),
            other => other.cloned(),
        };
        let mut values: Vec<Scalar> = Vec::new();
        let mut whole = true;
        let fixed = of.is_some();
        for item in items {
            if let ExprKind::Name(name) = &item.kind
                && of.is_none()
                && self.meanings(scope, name).is_empty()
            {
                self.unknown_name(scope, name, item.span, None);
                whole = false;
                continue;
            }
            let Some(node) = self.expression(scope, item, of.as_ref()) else {
                whole = false;
                continue;
            };
            let ty = self.ty(node).clone();
            match &of {
                Some(wanted) if !fits(&ty, wanted) => {
                    let role = if fixed { "each item here" } else { "each item of this list" };
                    self.wrong_type(node, item, &wanted.clone(), role);
                    whole = false;
                    continue;
                }
                Some(_) => {}
                None => of = Some(ty),
            }
            match self.constant_of(node) {
                Some(value) => values.push(value.clone()),
                None => {
                    self.report(
                        Diagnostic::error(Code("E0227"), "a list holds literals and members only")
                            .at(item.span, "known only when facts are read")
                            .help("compare by itself: `x is a or x is b`"),
                    );
                    whole = false;
                }
            }
        }
        if !whole {
            return None;
        }
        // `[]` of nothing in particular fits every set of texts.
        let of = of.unwrap_or(Type::Text);
        values.sort_by(compare_scalars);
        values.dedup();
        Some(self.node(Op::Constants(values), Type::Set(Box::new(of)), span))
    }
}

/// A total order of constants of one type.
pub fn compare_scalars(a: &Scalar, b: &Scalar) -> std::cmp::Ordering {
    use crate::value::Duration;
    match (a, b) {
        (Scalar::Bool(a), Scalar::Bool(b)) => a.cmp(b),
        (Scalar::Int(a), Scalar::Int(b))
        | (Scalar::Percent(a), Scalar::Percent(b))
        | (Scalar::Size(a), Scalar::Size(b))
        | (Scalar::Rate(a), Scalar::Rate(b))
        | (Scalar::Date(a), Scalar::Date(b)) => a.cmp(b),
        (Scalar::Number(a), Scalar::Number(b)) => a.total_cmp(b),
        (Scalar::Time(a), Scalar::Time(b)) => a.cmp(b),
        (Scalar::Duration(a), Scalar::Duration(b)) => {
            // By nominal length; equal lengths of different sorts by sort.
            let nominal = |d: &Duration| match d {
                Duration::Exact(n) => (i128::from(*n), 0),
                Duration::Months(n) => (i128::from(*n) * 2_629_746_000_000_000, 1),
            };
            nominal(a).cmp(&nominal(b))
        }
        (Scalar::Clock(a), Scalar::Clock(b)) => a.cmp(b),
        (Scalar::Window(a), Scalar::Window(b)) => (a.from, a.to).cmp(&(b.from, b.to)),
        (Scalar::Cadence(a), Scalar::Cadence(b)) => a.cmp(b),
        (Scalar::Text(a), Scalar::Text(b)) => a.cmp(b),
        (Scalar::Member(a), Scalar::Member(b)) => a.cmp(b),
        _ => std::cmp::Ordering::Equal,
    }
}
