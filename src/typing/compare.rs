//! `is`, `<` … `>=`, `in`, `has`, `between`, `matches`, `in the last`. Both sides are typed, a bare name on one side in
//! the light of the other, and told apart where they do not compare.

use super::checker::Checker;
use super::expression::fits;
use super::literal::compare_scalars;
use super::scope::Scope;
use super::show;
use crate::base::codes::Code;
use crate::base::{Diagnostic, Span};
use crate::facts::schema::Type;
use crate::plan::{Comparison, Direction, HasHow, Method, NodeId, Op};
use crate::syntax::tree::{self, ExprKind};
use crate::value::{Duration, Scalar};

/// 100 %
const WHOLE: i64 = 100_000_000_000;

impl Checker<'_> {
    pub(super) fn comparison(
        &mut self,
        scope: &Scope,
        operator: tree::Comparison,
        at: Span,
        left: &tree::Expr,
        right: &tree::Expr,
        span: Span,
    ) -> Option<NodeId> {
        let plain = match operator {
            tree::Comparison::Is => Comparison::Is,
            tree::Comparison::IsNot => Comparison::IsNot,
            tree::Comparison::Less => Comparison::Less,
            tree::Comparison::AtMost => Comparison::AtMost,
            tree::Comparison::More => Comparison::More,
            tree::Comparison::AtLeast => Comparison::AtLeast,
            tree::Comparison::In => return self.is_in(scope, left, right, span),
            tree::Comparison::NotIn => {
                let inside = self.is_in(scope, left, right, span)?;
                return Some(self.node(Op::Not(inside), Type::Bool, span));
            }
            tree::Comparison::Has => return self.has(scope, left, right, None, span),
            tree::Comparison::HasAny => return self.has(scope, left, right, Some(HasHow::Any), span),
            tree::Comparison::HasAll => return self.has(scope, left, right, Some(HasHow::All), span),
        };
        let (a, b) = self.two_sides(scope, left, right)?;
        self.comparable(plain, (left, a), (right, b), at)?;
        self.share_in_range((left, a), (right, b));
        Some(self.node(Op::Compare { operator: plain, left: a, right: b }, Type::Bool, span))
    }

    /// Both sides of a comparison; a bare name or list is read in the light of the other side.
    fn two_sides(&mut self, scope: &Scope, left: &tree::Expr, right: &tree::Expr) -> Option<(NodeId, NodeId)> {
        let right_first = match (takes_context(left), takes_context(right)) {
            (true, false) => true,
            (true, true) => match (&left.kind, &right.kind) {
                (ExprKind::Name(l), ExprKind::Name(r)) => {
                    self.meanings(scope, l).is_empty() && !self.meanings(scope, r).is_empty()
                }
                _ => false,
            },
            _ => false,
        };
        if right_first {
            let b = self.expression(scope, right, None)?;
            let context = self.ty(b).clone();
            let a = self.expression(scope, left, Some(&context))?;
            return Some((a, b));
        }
        let a = self.expression(scope, left, None);
        // A right side in error of its own is told too, unless it hangs on the left.
        let Some(a) = a else {
            if !takes_context(right) {
                self.expression(scope, right, None);
            }
            return None;
        };
        let context = self.ty(a).clone();
        let b = self.expression(scope, right, Some(&context))?;
        Some((a, b))
    }

    /// Whether two values compare; reports where they do not.
    fn comparable(
        &mut self,
        operator: Comparison,
        (left, a): (&tree::Expr, NodeId),
        (right, b): (&tree::Expr, NodeId),
        at: Span,
    ) -> Option<()> {
        let (at_type, bt) = (self.ty(a).clone(), self.ty(b).clone());
        if !like(&at_type, &bt) {
            return self.unlike(operator, (left, &at_type), (right, &bt), at);
        }
        let equality = matches!(operator, Comparison::Is | Comparison::IsNot);
        if equality {
            if matches!(at_type, Type::Set(_) | Type::List(_) | Type::Map { .. } | Type::Rows(_) | Type::Periods) {
                return self.fail(
                    Diagnostic::error(Code("E0210"), "collections and sets are not compared by `is`")
                        .at(at, "")
                        .and(left.span, self.a_type(&at_type))
                        .help("ask what they hold: `has`, `has any`, `has all`, `some …`, `.count`"),
                );
            }
            if at_type == Type::Time
                && let Some(Scalar::Time(end)) = self.constant_of(b)
                && end.is_never()
            {
                return self.fail(
                    Diagnostic::error(Code("E0210"), "only an end can be `never`, this is something that happens")
                        .at(right.span, "")
                        .and(left.span, "a time")
                        .help("ask `is missing`, or whether there is some row of it"),
                );
            }
            return Some(());
        }
        match &at_type {
            Type::OneOf(id) if !self.schema.enumeration(*id).ordered => {
                let name = self.schema.enumeration(*id).name.clone();
                let mut error = Diagnostic::error(Code("E0211"), format!("`{name}` has no order"))
                    .at(at, "nothing is greater or less")
                    .help("name the members: `in [a, b]`, or declare it with `<` between them");
                if let Some(place) = self.place_of_enumeration(&name) {
                    error = error.and(place, "declared without an order");
                }
                self.fail(error)
            }
            Type::Bool | Type::Text | Type::Window | Type::Row(_) | Type::Cadence | Type::Schedule => {
                let what = self.a_type(&at_type);
                self.fail(
                    Diagnostic::error(Code("E0211"), format!("{what} has no order"))
                        .at(at, "nothing is greater or less")
                        .and(left.span, what)
                        .help("write `is` or `is not`"),
                )
            }
            Type::Set(_) | Type::List(_) | Type::Map { .. } | Type::Rows(_) | Type::Periods => self.fail(
                Diagnostic::error(Code("E0211"), format!("{} has no order", self.a_type(&at_type)))
                    .at(at, "nothing is greater or less")
                    .help("compare how many there are: `.count`"),
            ),
            _ => Some(()),
        }
    }

    fn unlike<T>(
        &mut self,
        operator: Comparison,
        (left, a): (&tree::Expr, &Type),
        (right, b): (&tree::Expr, &Type),
        at: Span,
    ) -> Option<T> {
        let (one, other) = (self.a_type(a), self.a_type(b));
        let message = match (a, b) {
            (Type::OneOf(x), Type::OneOf(y)) => {
                let (x, y) = (&self.schema.enumeration(*x).name, &self.schema.enumeration(*y).name);
                format!("`{x}` and `{y}` are different enumerations")
            }
            _ => format!("{one} does not compare with {other}"),
        };
        let error = Diagnostic::error(Code("E0210"), message).at(at, "").and(left.span, one).and(right.span, other);
        let (left_words, right_words) = (self.words(left.span), self.words(right.span));
        let word = match operator {
            Comparison::Is => "is",
            Comparison::IsNot => "is not",
            Comparison::Less => "<",
            Comparison::AtMost => "<=",
            Comparison::More => ">",
            Comparison::AtLeast => ">=",
        };
        let help = match (a, b) {
            (Type::Set(_), _) => Some(format!("ask what it holds: `{left_words} has {right_words}`")),
            (_, Type::Set(_) | Type::List(_)) => Some(format!("write `{left_words} in {right_words}`")),
            (Type::Percent, Type::Int | Type::Number) if !is_literal(right) => {
                Some("a share compares with a percent".to_owned())
            }
            (Type::Time | Type::TimeOrNever, Type::Duration) => {
                Some(format!("a time compares with a time: `now - {left_words} {word} {right_words}`"))
            }
            (Type::Duration, Type::Time | Type::TimeOrNever) => {
                Some(format!("a time compares with a time: `{left_words} {word} now - {right_words}`"))
            }
            (Type::Rows(_), _) => Some(format!("count them: `{left_words}.count`")),
            (Type::Row(_), Type::Text) => Some(format!("compare its key: `{left_words}.id {word} {right_words}`")),
            (Type::OneOf(_), Type::OneOf(_)) => None,
            _ if is_literal(left) && !is_literal(right) => self.conversion(a, b, &left_words),
            _ => self.conversion(b, a, &right_words),
        };
        self.fail(match help {
            Some(help) => error.help(help),
            None => error.help("compare like with like"),
        })
    }

    /// A share is never above 100 %.
    fn share_in_range(&mut self, (left, a): (&tree::Expr, NodeId), (right, b): (&tree::Expr, NodeId)) {
        for ((expr, node), other) in [((left, a), b), ((right, b), a)] {
            let above = self.is_above_whole(node);
            let of_share = match &self.nodes.get(other).op {
                Op::Reduce(reduction) => reduction.method == Method::Share,
                _ => false,
            };
            if above && of_share {
                self.report(self.above_whole(node, expr.span));
            }
        }
    }

    /// Whether it is a constant of more than 100 %.
    pub(super) fn is_above_whole(&self, number: NodeId) -> bool {
        matches!(self.constant_of(number), Some(Scalar::Percent(p)) if *p > WHOLE)
    }

    /// That a number is no share. In a phrase it stands in the line that uses it, and is a share at `asked`.
    pub(super) fn above_whole(&self, number: NodeId, asked: Span) -> Diagnostic {
        let error = Diagnostic::error(Code("E0221"), "a share is never above 100 %");
        let written = self.nodes.get(number).span;
        let error = match written.source == asked.source {
            true => error.at(asked, "above 100 %"),
            false => error.at(written, "above 100 %").and(asked, "here it is a share"),
        };
        error.help("write a percent from 0% to 100%")
    }

    fn is_in(&mut self, scope: &Scope, left: &tree::Expr, right: &tree::Expr, span: Span) -> Option<NodeId> {
        // `tier in [critical]` reads the list in the light of `tier`; `pii in data` the name in the light of the set.
        let name_of_member = matches!(&left.kind, ExprKind::Name(name) if self.meanings(scope, name).is_empty());
        let (item, set) = if name_of_member && !matches!(right.kind, ExprKind::List(_)) {
            let set = self.expression(scope, right, None)?;
            let of = item_type(self.ty(set)).cloned();
            (self.expression(scope, left, of.as_ref())?, set)
        } else {
            let item = self.expression(scope, left, None)?;
            if let ExprKind::Name(name) = &right.kind
                && self.meanings(scope, name).is_empty()
                && self.member(name, self.ty(item)).is_some()
            {
                return self.fail(
                    Diagnostic::error(Code("E0216"), format!("`{name}` is one value, not a list"))
                        .at(right.span, "one value")
                        .help(format!("write `is {name}`, or `in [{name}]`")),
                );
            }
            let of = Type::Set(Box::new(self.ty(item).clone()));
            (item, self.expression(scope, right, Some(&of))?)
        };
        let (item_ty, set_ty): (Type, Type) = (self.ty(item).clone(), self.ty(set).clone());
        let matching = match (&item_ty, &set_ty) {
            (one, Type::Set(of) | Type::List(of)) => like(one, of) || self.is_empty_list(set),
            (Type::Row(a), Type::Rows(b)) => a == b,
            (Type::Time | Type::TimeOrNever | Type::Clock, Type::Window) => true,
            _ => false,
        };
        if !matching {
            let (one, other) = (self.a_type(&item_ty), self.a_type(&set_ty));
            let words = self.words(right.span);
            let help = match &set_ty {
                Type::Set(_) | Type::List(_) | Type::Rows(_) => "the items must be of the type asked for".to_owned(),
                Type::Duration => format!("write `in the last {words}`"),
                _ => format!("write a list, `[{words}]`, or `is {words}`"),
            };
            return self.fail(
                Diagnostic::error(Code("E0216"), format!("{one} is not looked up in {other}"))
                    .at(right.span, other)
                    .and(left.span, one)
                    .help(help),
            );
        }
        if set_ty == Type::Window {
            return Some(self.calendar_node(Op::In { item, set }, Type::Bool, span, scope.policy));
        }
        Some(self.node(Op::In { item, set }, Type::Bool, span))
    }

    fn is_empty_list(&self, set: NodeId) -> bool {
        matches!(&self.nodes.get(set).op, Op::Constants(values) if values.is_empty())
    }

    fn has(
        &mut self,
        scope: &Scope,
        left: &tree::Expr,
        right: &tree::Expr,
        how: Option<HasHow>,
        span: Span,
    ) -> Option<NodeId> {
        let set = self.expression(scope, left, None)?;
        let set_ty = self.ty(set).clone();
        let (Type::Set(of) | Type::List(of)) = &set_ty else {
            let what = self.a_type(&set_ty);
            let (l, r) = (self.words(left.span), self.words(right.span));
            let help = match &set_ty {
                Type::Rows(_) => format!("ask its rows: `some {l} where …`"),
                Type::Text => format!("write `{l} matches \"*…*\"`"),
                Type::Map { .. } => format!("look it up: `{l}[{r}] is known`"),
                _ => format!("write `{l} is {r}` or `{l} in [{r}]`"),
            };
            return self.fail(
                Diagnostic::error(Code("E0216"), format!("`has` asks a set, this is {what}"))
                    .at(left.span, what)
                    .help(help),
            );
        };
        let items = match how {
            None => {
                let item = self.value_of(scope, right, of, "an item of this set")?;
                // One item is a list of one: the same node as `has any [x]`.
                match self.constant_of(item).cloned() {
                    Some(value) => self.node(Op::Constants(vec![value]), set_ty.clone(), right.span),
                    None => return Some(self.node(Op::In { item, set }, Type::Bool, span)),
                }
            }
            Some(_) => {
                let wanted = Type::Set(of.clone());
                let items = self.expression(scope, right, Some(&wanted))?;
                let found = self.ty(items).clone();
                let matching =
                    matches!(&found, Type::Set(x) | Type::List(x) if like(x, of)) || self.is_empty_list(items);
                if !matching {
                    return self.wrong_type(items, right, &wanted, "what `has any` and `has all` ask for");
                }
                items
            }
        };
        let how = how.unwrap_or(HasHow::Any);
        Some(self.node(Op::Has { set, how, items }, Type::Bool, span))
    }

    pub(super) fn between(
        &mut self,
        scope: &Scope,
        value: &tree::Expr,
        low: &tree::Expr,
        high: &tree::Expr,
        span: Span,
    ) -> Option<NodeId> {
        let node = self.expression(scope, value, None)?;
        let context = self.ty(node).clone();
        let a = self.expression(scope, low, Some(&context));
        let b = self.expression(scope, high, Some(&context));
        let (a, b) = (a?, b?);
        self.comparable(Comparison::AtLeast, (value, node), (low, a), span)?;
        self.comparable(Comparison::AtMost, (value, node), (high, b), span)?;
        if let (Some(from), Some(to)) = (self.constant_of(a), self.constant_of(b))
            && context != Type::Clock
            && reversed(from, to)
        {
            let (l, h) = (self.words(low.span), self.words(high.span));
            return self.fail(
                Diagnostic::error(Code("E0221"), "nothing lies between these: the first end is the greater")
                    .at(low.span.to(high.span), "reversed")
                    .help(format!("write `between {h} and {l}`")),
            );
        }
        Some(self.node(Op::Between { value: node, low: a, high: b }, Type::Bool, span))
    }

    pub(super) fn matches(
        &mut self,
        scope: &Scope,
        value: &tree::Expr,
        glob: &tree::Name,
        span: Span,
    ) -> Option<NodeId> {
        let text = self.value_of(scope, value, &Type::Text, "what `matches` asks")?;
        Some(self.node(Op::Matches { text, glob: glob.value.clone() }, Type::Bool, span))
    }

    /// `t in the last d`, `c in the last d`.
    pub(super) fn in_span(
        &mut self,
        scope: &Scope,
        value: &tree::Expr,
        direction: tree::Direction,
        length: &tree::Expr,
        span: Span,
    ) -> Option<NodeId> {
        let node = self.expression(scope, value, None);
        let length_node = self.value_of(scope, length, &Type::Duration, "how far back or ahead to look");
        let (node, length_node) = (node?, length_node?);
        let direction = match direction {
            tree::Direction::Last => Direction::Last,
            tree::Direction::Next => Direction::Next,
        };
        let exact = matches!(self.constant_of(length_node), Some(Scalar::Duration(Duration::Exact(_))));
        let (op, ty) = match self.ty(node).clone() {
            Type::Time | Type::TimeOrNever => (Op::Within { time: node, direction, span: length_node }, Type::Bool),
            Type::Rows(entity) => {
                self.has_own_time(entity, value.span, "`in the last` and `in the next` go")?;
                (Op::Recent { group: node, direction, span: length_node }, Type::Rows(entity))
            }
            other => {
                let what = show::a_type(self.schema, &other);
                return self.fail(
                    Diagnostic::error(
                        Code("E0212"),
                        format!("only times and collections lie in a span, this is {what}"),
                    )
                    .at(value.span, what)
                    .help("name a time: `created in the last 30 days`"),
                );
            }
        };
        Some(if exact { self.node(op, ty, span) } else { self.calendar_node(op, ty, span, scope.policy) })
    }
}

/// Whether a bare name in it may be a member of the other side's enumeration.
fn takes_context(expr: &tree::Expr) -> bool {
    match &expr.kind {
        ExprKind::Name(name) => name != "now",
        ExprKind::List(_) => true,
        ExprKind::Else(value, _) => takes_context(value),
        _ => false,
    }
}

fn is_literal(expr: &tree::Expr) -> bool {
    matches!(expr.kind, ExprKind::Literal(_) | ExprKind::Text(_))
}

fn item_type(ty: &Type) -> Option<&Type> {
    match ty {
        Type::Set(of) | Type::List(of) => Some(of),
        _ => None,
    }
}

/// Whether two types compare.
pub(super) fn like(a: &Type, b: &Type) -> bool {
    let pair = |x: &Type, y: &Type| fits(x, y) || matches!((x, y), (Type::Number, Type::Percent));
    pair(a, b) || pair(b, a)
}

/// Whether the first of two constants is surely the greater.
fn reversed(from: &Scalar, to: &Scalar) -> bool {
    match (from, to) {
        (Scalar::Duration(a), Scalar::Duration(b)) if a.is_calendar() != b.is_calendar() => false,
        (Scalar::Int(a), Scalar::Number(b)) => i32::try_from(*a).is_ok_and(|a| f64::from(a) > *b),
        (Scalar::Number(a), Scalar::Int(b)) => i32::try_from(*b).is_ok_and(|b| *a > f64::from(b)),
        (a, b) => compare_scalars(a, b).is_gt(),
    }
}
