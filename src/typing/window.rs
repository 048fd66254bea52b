//! What is asked of a window of clock times: `window.holds(started, ended)`, `window.touches(started, ended)`, with
//! `days:` on which it opens and the `zone:` of its clocks.

use super::checker::Checker;
use super::scope::Scope;
use crate::base::codes::Code;
use crate::base::suggest::nearest;
use crate::base::{Diagnostic, Span};
use crate::facts::schema::{EnumId, Type};
use crate::plan::{InWindow, NodeId, Op, WindowTest};
use crate::syntax::tree;
use crate::value::civil::Weekday;

const TESTS: [(&str, WindowTest); 2] = [("holds", WindowTest::Holds), ("touches", WindowTest::Touches)];
const NAMED: [&str; 2] = ["days", "zone"];
const USAGE: &str =
    "write `window.holds(started, ended)`, with `days: […]` or `zone: …` where they are not every day and the policy's";

impl Checker<'_> {
    /// `window.holds(start, end, …)`
    pub(super) fn window_test(
        &mut self,
        scope: &Scope,
        window: NodeId,
        window_span: Span,
        name: &tree::Name,
        arguments: &[tree::Argument],
    ) -> Option<NodeId> {
        let Some((_, how)) = TESTS.iter().find(|(word, _)| *word == name.value) else {
            let near = nearest(&name.value, TESTS.iter().map(|(word, _)| *word)).unwrap_or("holds");
            return self.fail(
                Diagnostic::error(Code("E0203"), format!("a window has no method `{}`", name.value))
                    .at(name.span, "unknown")
                    .and(window_span, "a window")
                    .help(format!("did you mean `{near}`? It asks a start and an end: `{near}(started, ended)`")),
            );
        };
        let positional: Vec<&tree::Expr> = arguments.iter().filter(|a| a.name.is_none()).map(|a| &a.value).collect();
        let [start, end] = positional.as_slice() else {
            let what = format!("`{}` is not called so: it asks a start and an end", name.value);
            return self.fail(Diagnostic::error(Code("E0215"), what).at(name.span, "").help(USAGE));
        };
        let (mut days, mut zone) = (None, None);
        for argument in arguments {
            let Some(word) = &argument.name else { continue };
            let slot = match word.value.as_str() {
                "days" => &mut days,
                "zone" => &mut zone,
                other => {
                    let near = nearest(other, NAMED).map(|near| format!("did you mean `{near}:`?"));
                    let error = Diagnostic::error(Code("E0215"), format!("`{}` takes no `{other}:`", name.value))
                        .at(word.span, "unknown argument");
                    return self.fail(error.help(near.unwrap_or_else(|| USAGE.to_owned())));
                }
            };
            if slot.replace(&argument.value).is_some() {
                let what = format!("`{}` is not called so: `{}:` is said twice", name.value, word.value);
                return self.fail(Diagnostic::error(Code("E0215"), what).at(word.span, "again").help(USAGE));
            }
        }
        let start = self.time_of_run(scope, start, "the start");
        let end = self.time_of_run(scope, end, "the end");
        let days = days.map(|days| self.weekdays(scope, days));
        let zone = zone.map(|zone| self.value_of(scope, zone, &Type::Text, "the name of a zone"));
        let (start, end) = (start?, end?);
        let days = match days {
            Some(days) => Some(days?),
            None => None,
        };
        let zone = match zone {
            Some(zone) => Some(zone?),
            None => None,
        };
        let last = arguments.last().map_or(name.span, |argument| argument.value.span);
        let op = Op::InWindow(Box::new(InWindow { how: *how, window, start, end, days, zone }));
        Some(self.calendar_node(op, Type::Bool, window_span.to(last), scope.policy))
    }

    fn time_of_run(&mut self, scope: &Scope, expr: &tree::Expr, role: &str) -> Option<NodeId> {
        self.value_of(scope, expr, &Type::TimeOrNever, role)
    }

    /// A set of the members of the schema's enumeration of weekdays.
    fn weekdays(&mut self, scope: &Scope, expr: &tree::Expr) -> Option<NodeId> {
        let expected = self.weekday_enumeration().map(|id| Type::Set(Box::new(Type::OneOf(id))));
        let node = self.expression(scope, expr, expected.as_ref())?;
        let is_set = match self.ty(node) {
            Type::Set(of) | Type::List(of) => matches!(**of, Type::OneOf(id) if self.is_weekdays(id)),
            _ => false,
        };
        if is_set {
            return Some(node);
        }
        let what = self.a_type_of(node);
        self.fail(
            Diagnostic::error(Code("E0215"), format!("`days:` are weekdays, this is {what}"))
                .at(expr.span, what)
                .help("write `days: [monday, tuesday]`"),
        )
    }

    fn weekday_enumeration(&self) -> Option<EnumId> {
        let place = (0..self.schema.enumerations.len())
            .find(|place| u16::try_from(*place).is_ok_and(|place| self.is_weekdays(EnumId(place))))?;
        u16::try_from(place).ok().map(EnumId)
    }

    fn is_weekdays(&self, id: EnumId) -> bool {
        let members = &self.schema.enumeration(id).members;
        members.iter().all(|member| Weekday::named(member).is_some())
    }
}
