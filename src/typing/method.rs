//! The methods of collections: which there are, what they take, what they give. A positional argument that is a field is
//! read on the element; `over: last: from: until:` where the call stands.

use super::checker::Checker;
use super::scope::Scope;
use super::unknown_name::list_some;
use crate::base::codes::Code;
use crate::base::suggest::nearest;
use crate::base::{Diagnostic, Span};
use crate::facts::schema::Type;
use crate::plan::{Method, NodeId, Op, Reduction};
use crate::syntax::tree;
use crate::value::Scalar;

/// So many keys `latest_of_each` takes: rows that do not name all of them are compared by each selection of them.
const MOST_KEYS: usize = 5;

/// What a method takes and gives.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Count,
    Share,
    Sum,
    Least,
    Greatest,
    Average,
    Median,
    Percentile,
    Latest,
    Oldest,
    LatestOfEach,
    Distinct,
    Gaps,
    LongestGap,
    Trend,
}

/// A method as documentation and suggestions know it.
#[derive(Debug, Clone, Copy)]
pub struct MethodEntry {
    /// Its name.
    pub name: &'static str,
    /// How it is written.
    pub usage: &'static str,
    /// What it gives.
    pub gives: &'static str,
    kind: Kind,
}

/// All methods, sorted by name.
pub const METHODS: &[MethodEntry] = &[
    entry("average", "runs.average(duration)", "the mean of a value", Kind::Average),
    entry("count", "runs.count", "how many there are", Kind::Count),
    entry(
        "distinct",
        "recovery_points.distinct(media)",
        "the set of a value; of sets, all that they hold",
        Kind::Distinct,
    ),
    entry("gaps", "recovery_points.gaps(daily, over: 35 days)", "the calendar periods without an element", Kind::Gaps),
    entry("latest", "runs.latest", "the row with the latest time, its own or `latest(ended)`", Kind::Latest),
    entry(
        "latest_of_each",
        "runs.latest_of_each(plan, scheduled)",
        "of each value, or of several together, the latest row: many rows",
        Kind::LatestOfEach,
    ),
    entry(
        "longest_gap",
        "recovery_points.longest_gap(over: 30 days)",
        "the longest time without one",
        Kind::LongestGap,
    ),
    entry("max", "runs.max(duration)", "the greatest value", Kind::Greatest),
    entry("median", "runs.median(duration)", "the middle value", Kind::Median),
    entry("min", "runs.min(duration)", "the least value", Kind::Least),
    entry("oldest", "runs.oldest", "the row with the earliest time, its own or `oldest(ended)`", Kind::Oldest),
    entry(
        "percentile",
        "runs.percentile(duration, 95)",
        "the value that so many percent reach at most",
        Kind::Percentile,
    ),
    entry("share", "runs.share(status is success)", "the part of which a condition holds", Kind::Share),
    entry("sum", "recovery_points.sum(stored_size)", "the sum of a value", Kind::Sum),
    entry("trend", "capacity_samples.trend(used)", "how fast a value grows, a second", Kind::Trend),
];

const fn entry(name: &'static str, usage: &'static str, gives: &'static str, kind: Kind) -> MethodEntry {
    MethodEntry { name, usage, gives, kind }
}

/// The arguments of a call, sorted.
struct Arguments<'e> {
    positional: Vec<&'e tree::Expr>,
    named: Vec<(&'e tree::Name, &'e tree::Expr)>,
}

/// A call being typed.
struct Call<'e> {
    entry: &'static MethodEntry,
    group: NodeId,
    /// Where the collection stands.
    group_span: Span,
    name: &'e tree::Name,
    arguments: Arguments<'e>,
    span: Span,
}

impl Checker<'_> {
    /// `group.name(arguments)`
    pub(super) fn method(
        &mut self,
        scope: &Scope,
        group: NodeId,
        group_span: Span,
        name: &tree::Name,
        arguments: &[tree::Argument],
    ) -> Option<NodeId> {
        if self.ty(group) == &Type::Window {
            return self.window_test(scope, group, group_span, name, arguments);
        }
        let Some(entry) = METHODS.iter().find(|m| m.name == name.value) else {
            return self.unknown_method(group, group_span, name);
        };
        let last = arguments.last().map_or(name.span, |a| a.value.span);
        let mut sorted = Arguments { positional: Vec::new(), named: Vec::new() };
        for argument in arguments {
            match &argument.name {
                Some(name) => sorted.named.push((name, &argument.value)),
                None => sorted.positional.push(&argument.value),
            }
        }
        let call = Call { entry, group, group_span, name, arguments: sorted, span: group_span.to(last) };
        let rows = match self.ty(group) {
            Type::Rows(entity) => Some(*entity),
            Type::Periods | Type::Set(_) | Type::List(_) if entry.kind == Kind::Count => None,
            _ => return self.not_many(group, group_span),
        };
        self.check_named(&call)?;
        let own_time = |checker: &mut Self| match rows {
            Some(entity) => checker.has_own_time(entity, group_span, &format!("`{}` goes", entry.name)),
            None => Some(()),
        };
        match entry.kind {
            Kind::Count => {
                self.positional(&call, 0)?;
                Some(self.reduced(scope, group, Method::Count, None, Type::Int, call.span))
            }
            Kind::Share => {
                self.positional(&call, 1)?;
                let (inner, predicate) = self.condition(scope, &call)?;
                let span = call.arguments.positional.first().map_or(call.span, |e| e.span);
                self.linear(&inner, group, predicate, span)?;
                Some(self.reduced(scope, group, Method::Share, Some(predicate), Type::Percent, call.span))
            }
            Kind::Sum => self.of_value(scope, &call, Method::Sum, is_summed, Type::clone),
            Kind::Least => self.of_value(scope, &call, Method::Min, |ty, c| c.is_ordered(ty), Type::clone),
            Kind::Greatest => self.of_value(scope, &call, Method::Max, |ty, c| c.is_ordered(ty), Type::clone),
            Kind::Average => self.of_value(scope, &call, Method::Average, is_averaged, mean),
            Kind::Median => self.of_value(scope, &call, Method::Median, is_averaged, mean),
            Kind::Percentile => self.percentile(scope, &call),
            Kind::Latest | Kind::Oldest => {
                let method = if entry.kind == Kind::Latest { Method::Latest } else { Method::Oldest };
                let time = match call.arguments.positional.len() {
                    0 => {
                        own_time(self)?;
                        None
                    }
                    _ => Some(self.time_argument(scope, &call, 0)?),
                };
                Some(self.reduction(scope, &call, method, time, Type::Row(rows?)))
            }
            Kind::LatestOfEach => {
                self.positional(&call, call.arguments.positional.len().clamp(1, MOST_KEYS))?;
                own_time(self)?;
                let keys = (0..call.arguments.positional.len()).map(|at| self.element_value(scope, &call, at, None));
                let keys = keys.collect::<Option<Vec<_>>>()?;
                Some(self.reduction(scope, &call, Method::LatestOfEach(keys), None, Type::Rows(rows?)))
            }
            Kind::Distinct => {
                self.positional(&call, 1)?;
                let value = self.element_value(scope, &call, 0, None)?;
                let ty = self.ty(value).clone();
                let set = match ty {
                    // Of sets: all that they hold.
                    Type::Set(_) => ty,
                    Type::Rows(_) | Type::List(_) | Type::Map { .. } | Type::Periods => {
                        return self.wrong_argument(&call, 0, "a single value or a set", &ty);
                    }
                    _ => Type::Set(Box::new(ty)),
                };
                Some(self.reduction(scope, &call, Method::Distinct, Some(value), set))
            }
            Kind::Gaps => self.gaps(scope, &call),
            Kind::LongestGap => {
                self.positional(&call, 0)?;
                own_time(self)?;
                let over = self.named_value_of(scope, &call, "over", &Type::Duration)?;
                let from = self.named_value_of(scope, &call, "from", &Type::TimeOrNever)?;
                let Some(over) = over else { return self.usage(&call, "it lacks `over:`") };
                let op = Reduction {
                    group,
                    depth: scope.depth,
                    method: Method::LongestGap { over, from },
                    predicate: None,
                    value: None,
                };
                let op = Op::Reduce(Box::new(op));
                Some(self.calendar_node(op, Type::Duration, call.span, scope.policy))
            }
            Kind::Trend => {
                self.positional(&call, 1)?;
                own_time(self)?;
                let value = self.element_value(scope, &call, 0, None)?;
                let ty = self.ty(value).clone();
                if !is_summed(&ty, self) && ty != Type::Percent {
                    return self.wrong_argument(&call, 0, "a quantity", &ty);
                }
                let gives = if ty == Type::Size { Type::Rate } else { Type::Number };
                Some(self.reduction(scope, &call, Method::Trend(value), None, gives))
            }
        }
    }

    fn gaps(&mut self, scope: &Scope, call: &Call<'_>) -> Option<NodeId> {
        let Some(first) = call.arguments.positional.first() else { return self.usage(call, "it lacks the period") };
        let every = self.expression(scope, first, Some(&Type::Cadence))?;
        if !matches!(self.ty(every), Type::Cadence | Type::Schedule) {
            let what = self.a_type_of(every);
            let error = Diagnostic::error(Code("E0215"), "`gaps` counts calendar periods")
                .at(first.span, format!("this is {what}"))
                .help("write `daily`, `weekly`, `monthly`, `quarterly`, `yearly` or a schedule; for a rolling limit use `longest_gap`");
            return self.fail(error);
        }
        let time = match call.arguments.positional.len() {
            1 => {
                let Type::Rows(entity) = *self.ty(call.group) else { return None };
                self.has_own_time(entity, call.group_span, "`gaps` goes")?;
                None
            }
            2 => Some(self.time_argument(scope, call, 1)?),
            _ => return self.usage(call, "too many arguments"),
        };
        let over = self.named_value_of(scope, call, "over", &Type::Duration);
        let last = self.named_value_of(scope, call, "last", &Type::Int);
        let from = self.named_value_of(scope, call, "from", &Type::TimeOrNever);
        let until = self.named_value_of(scope, call, "until", &Type::TimeOrNever);
        let (over, last, from, until) = (over?, last?, from?, until?);
        match (over, last) {
            (None, None) => return self.usage(call, "it lacks `over:` or `last:`"),
            (Some(_), Some(_)) => return self.usage(call, "`over:` and `last:` both say how far back"),
            _ => {}
        }
        if let Some(last) = last
            && matches!(self.constant_of(last), Some(Scalar::Int(n)) if *n < 1)
        {
            return self.usage(call, "`last:` is at least 1");
        }
        let reduction = Reduction {
            group: call.group,
            depth: scope.depth,
            method: Method::Gaps { every, over, last, from, until },
            predicate: None,
            value: time,
        };
        Some(self.calendar_node(Op::Reduce(Box::new(reduction)), Type::Periods, call.span, scope.policy))
    }

    fn percentile(&mut self, scope: &Scope, call: &Call<'_>) -> Option<NodeId> {
        self.positional(call, 2)?;
        let value = self.element_value(scope, call, 0, None)?;
        let ty = self.ty(value).clone();
        if !self.is_ordered(&ty) {
            return self.wrong_argument(call, 0, "a quantity or a time", &ty);
        }
        let rank_expr = call.arguments.positional.get(1)?;
        let rank = self.value_of(scope, rank_expr, &Type::Number, "the rank of a percentile")?;
        let in_range = match self.constant_of(rank) {
            Some(Scalar::Int(n)) => (1..=100).contains(n),
            Some(Scalar::Number(n)) => *n > 0.0 && *n <= 100.0,
            _ => true,
        };
        if !in_range {
            return self.fail(
                Diagnostic::error(Code("E0221"), "the rank of a percentile is above 0 and at most 100")
                    .at(rank_expr.span, "out of range")
                    .help("write `percentile(duration, 95)`"),
            );
        }
        Some(self.reduction(scope, call, Method::Percentile(rank), Some(value), ty))
    }

    fn of_value(
        &mut self,
        scope: &Scope,
        call: &Call<'_>,
        method: Method,
        takes: fn(&Type, &Self) -> bool,
        gives: fn(&Type) -> Type,
    ) -> Option<NodeId> {
        self.positional(call, 1)?;
        let value = self.element_value(scope, call, 0, None)?;
        let ty = self.ty(value).clone();
        if !takes(&ty, self) {
            return self.wrong_argument(call, 0, "a quantity", &ty);
        }
        let gives = gives(&ty);
        Some(self.reduction(scope, call, method, Some(value), gives))
    }

    fn reduction(&mut self, scope: &Scope, call: &Call<'_>, method: Method, value: Option<NodeId>, ty: Type) -> NodeId {
        let reduction = Reduction { group: call.group, depth: scope.depth, method, predicate: None, value };
        self.node(Op::Reduce(Box::new(reduction)), ty, call.span)
    }

    /// A positional argument, read on the element.
    fn element_value(
        &mut self,
        scope: &Scope,
        call: &Call<'_>,
        place: usize,
        expected: Option<&Type>,
    ) -> Option<NodeId> {
        let Some(expr) = call.arguments.positional.get(place) else { return self.usage(call, "it lacks a field") };
        let inner = self.element_scope(scope, call.group, call.group_span)?;
        let node = self.expression(&inner, expr, expected)?;
        self.linear(&inner, call.group, node, expr.span)?;
        Some(node)
    }

    fn time_argument(&mut self, scope: &Scope, call: &Call<'_>, place: usize) -> Option<NodeId> {
        let node = self.element_value(scope, call, place, None)?;
        match self.ty(node).clone() {
            Type::Time | Type::TimeOrNever => Some(node),
            other => self.wrong_argument(call, place, "a time", &other),
        }
    }

    fn condition(&mut self, scope: &Scope, call: &Call<'_>) -> Option<(Scope, NodeId)> {
        let expr = call.arguments.positional.first()?;
        let inner = self.element_scope(scope, call.group, call.group_span)?;
        let node = self.truth(&inner, expr)?;
        Some((inner, node))
    }

    /// A named argument, read where the call stands: `Some(None)` where it is not said.
    fn named_value_of(&mut self, scope: &Scope, call: &Call<'_>, name: &str, ty: &Type) -> Option<Option<NodeId>> {
        match call.arguments.named.iter().find(|(n, _)| n.value == name) {
            Some((_, expr)) => self.value_of(scope, expr, ty, &format!("`{name}:`")).map(Some),
            None => Some(None),
        }
    }

    fn check_named(&mut self, call: &Call<'_>) -> Option<()> {
        let allowed: &[&str] = match call.entry.kind {
            Kind::Gaps => &["over", "last", "from", "until"],
            Kind::LongestGap => &["over", "from"],
            _ => &[],
        };
        for (place, (name, _)) in call.arguments.named.iter().enumerate() {
            if !allowed.contains(&name.value.as_str()) {
                let near = nearest(&name.value, allowed.iter().copied());
                let error =
                    Diagnostic::error(Code("E0215"), format!("`{}` takes no `{}:`", call.entry.name, name.value))
                        .at(name.span, "unknown argument");
                return self.fail(match near {
                    Some(near) => error.help(format!("did you mean `{near}:`?")),
                    None => error.help(format!("write `{}`", call.entry.usage)),
                });
            }
            if call.arguments.named.iter().take(place).any(|(n, _)| n.value == name.value) {
                return self.usage(call, &format!("`{}:` is said twice", name.value));
            }
        }
        Some(())
    }

    fn positional(&mut self, call: &Call<'_>, wanted: usize) -> Option<()> {
        let found = call.arguments.positional.len();
        if found == wanted {
            return Some(());
        }
        if call.entry.kind == Kind::Count {
            let group = self.words(call.group_span);
            let condition = call.arguments.positional.first().map(|e| self.words(e.span)).unwrap_or_default();
            return self.fail(
                Diagnostic::error(Code("E0215"), "`count` takes no condition")
                    .at(call.name.span, "")
                    .help(format!("write `({group} where {condition}).count`")),
            );
        }
        let what = match (found, wanted) {
            (0, _) => "it lacks what to read on each row",
            (f, w) if f < w => "an argument is missing",
            _ => "too many arguments",
        };
        self.usage(call, what)
    }

    fn usage<T>(&mut self, call: &Call<'_>, what: &str) -> Option<T> {
        self.fail(
            Diagnostic::error(Code("E0215"), format!("`{}` is not called so: {what}", call.entry.name))
                .at(call.name.span, call.entry.gives)
                .help(format!("write `{}`", call.entry.usage)),
        )
    }

    fn wrong_argument<T>(&mut self, call: &Call<'_>, place: usize, wanted: &str, found: &Type) -> Option<T> {
        let what = self.a_type(found);
        let span = call.arguments.positional.get(place).map_or(call.span, |e| e.span);
        self.fail(
            Diagnostic::error(Code("E0215"), format!("`{}` takes {wanted}", call.entry.name))
                .at(span, format!("this is {what}"))
                .help(format!("write `{}`", call.entry.usage)),
        )
    }

    fn unknown_method(&mut self, group: NodeId, group_span: Span, name: &tree::Name) -> Option<NodeId> {
        let what = self.a_type_of(group);
        let mut error = Diagnostic::error(Code("E0203"), format!("{what} has no method `{}`", name.value))
            .at(name.span, "unknown")
            .and(group_span, what);
        if let Type::Rows(entity) = *self.ty(group)
            && self.on_entity(entity, &name.value).is_some()
        {
            let group = self.words(group_span);
            error = error.help(format!(
                "each row has its own: `{group}.latest.{0}`, `{group}.max({0})`, `{group} where {0} …`",
                name.value
            ));
            return self.fail(error);
        }
        let names: Vec<String> = METHODS.iter().map(|m| m.name.to_owned()).collect();
        self.fail(match nearest(&name.value, METHODS.iter().map(|m| m.name)) {
            Some(near) => error.help(format!("did you mean `{near}`?")),
            None => error.help(format!("the methods are {}", list_some(&names))),
        })
    }

    fn is_ordered(&self, ty: &Type) -> bool {
        match ty {
            Type::Int | Type::Number | Type::Percent | Type::Size | Type::Rate | Type::Duration => true,
            Type::Time | Type::TimeOrNever | Type::Date | Type::Clock => true,
            Type::OneOf(id) => self.schema.enumeration(*id).ordered,
            _ => false,
        }
    }
}

fn is_summed(ty: &Type, _: &Checker<'_>) -> bool {
    matches!(ty, Type::Int | Type::Number | Type::Size | Type::Rate | Type::Duration)
}

fn is_averaged(ty: &Type, checker: &Checker<'_>) -> bool {
    is_summed(ty, checker) || matches!(ty, Type::Percent | Type::Time | Type::TimeOrNever)
}

fn mean(ty: &Type) -> Type {
    if ty == &Type::Int { Type::Number } else { ty.clone() }
}

#[cfg(test)]
mod tests {
    use super::METHODS;

    #[test]
    fn methods_are_sorted_and_shown_by_their_own_name() {
        assert!(METHODS.is_sorted_by(|a, b| a.name < b.name));
        for method in METHODS {
            assert!(method.usage.contains(&format!(".{}", method.name)), "{}", method.usage);
        }
    }
}
