//! `+ - * /` and what comes of them.

use super::checker::Checker;
use super::scope::Scope;
use crate::base::codes::Code;
use crate::base::{Diagnostic, Span};
use crate::facts::schema::Type;
use crate::plan::{Arithmetic, NodeId, Op};
use crate::syntax::tree::{self, ArithmeticOperator};
use crate::value::{Duration, Scalar};

impl Checker<'_> {
    pub(super) fn arithmetic(
        &mut self,
        scope: &Scope,
        operator: ArithmeticOperator,
        left: &tree::Expr,
        right: &tree::Expr,
        span: Span,
    ) -> Option<NodeId> {
        let a = self.expression(scope, left, None);
        let b = self.expression(scope, right, None);
        let (a, b) = (a?, b?);
        let (at, bt) = (self.ty(a).clone(), self.ty(b).clone());
        let Some(ty) = result(operator, &at, &bt) else {
            return self.no_arithmetic(operator, (left, &at), (right, &bt), span);
        };
        // A time moved by months lands by the calendar of a zone; by an exact length it does not.
        let moves_by_calendar = matches!(at, Type::Time | Type::TimeOrNever)
            && bt == Type::Duration
            && !matches!(self.constant_of(b), Some(Scalar::Duration(Duration::Exact(_))));
        let op = Op::Arithmetic { operator: operator_of(operator), left: a, right: b };
        Some(if moves_by_calendar { self.calendar_node(op, ty, span, scope.policy) } else { self.node(op, ty, span) })
    }

    fn no_arithmetic(
        &mut self,
        operator: ArithmeticOperator,
        (left, a): (&tree::Expr, &Type),
        (right, b): (&tree::Expr, &Type),
        span: Span,
    ) -> Option<NodeId> {
        let (what, help) = match operator {
            ArithmeticOperator::Add => ("added", "like adds to like, and a duration to a time"),
            ArithmeticOperator::Subtract => {
                ("subtracted", "like is subtracted from like, a duration from a time; two times give a duration")
            }
            ArithmeticOperator::Multiply => ("multiplied", "quantities are multiplied by plain numbers or percents"),
            ArithmeticOperator::Divide => ("divided", "a quantity is divided by a number or by its like"),
        };
        let (a, b) = (self.a_type(a), self.a_type(b));
        self.fail(
            Diagnostic::error(Code("E0214"), format!("{a} and {b} cannot be {what}"))
                .at(span, "")
                .and(left.span, a)
                .and(right.span, b)
                .help(help),
        )
    }

    pub(super) fn negative(&mut self, scope: &Scope, of: &tree::Expr, span: Span) -> Option<NodeId> {
        let node = self.expression(scope, of, None)?;
        let ty = self.ty(node).clone();
        let negated = match self.constant_of(node) {
            Some(Scalar::Int(n)) => n.checked_neg().map(Scalar::Int),
            Some(Scalar::Number(n)) => Some(Scalar::Number(-n)),
            Some(Scalar::Percent(n)) => n.checked_neg().map(Scalar::Percent),
            _ => None,
        };
        if let Some(value) = negated {
            return Some(self.constant(value, ty, span));
        }
        match ty {
            Type::Int | Type::Number => {
                let zero = self.constant(Scalar::Int(0), Type::Int, span);
                let op = Op::Arithmetic { operator: Arithmetic::Subtract, left: zero, right: node };
                Some(self.node(op, ty, span))
            }
            _ => self.fail(
                Diagnostic::error(Code("E0214"), format!("{} has no negative", self.a_type(&ty)))
                    .at(span, "")
                    .help("write a subtraction: `now - 30 days`"),
            ),
        }
    }
}

/// The type of an operation; `None` where it has no meaning.
fn result(operator: ArithmeticOperator, left: &Type, right: &Type) -> Option<Type> {
    use ArithmeticOperator::{Add, Divide, Multiply, Subtract};
    use Type::{Duration, Int, Number, Percent, Rate, Size, Time, TimeOrNever};
    Some(match (operator, left, right) {
        (Add | Subtract | Multiply, Int, Int) => Int,
        (_, Int | Number, Int | Number) => Number,
        (Add | Subtract, Duration, Duration) => Duration,
        (Add | Subtract, Size, Size) => Size,
        (Add | Subtract, Rate, Rate) => Rate,
        (Add | Subtract, Percent, Percent) => Percent,
        (Add | Subtract, Time, Duration) | (Add, Duration, Time) => Time,
        (Add | Subtract, TimeOrNever, Duration) | (Add, Duration, TimeOrNever) => TimeOrNever,
        (Subtract, Time | TimeOrNever, Time | TimeOrNever) => Duration,
        (Multiply | Divide, quantity @ (Duration | Size | Rate | Percent), Int | Number)
        | (Multiply, quantity @ (Duration | Size | Rate), Percent)
        | (Multiply, Int | Number | Percent, quantity @ (Duration | Size | Rate))
        | (Multiply, Int | Number, quantity @ Percent) => quantity.clone(),
        (Multiply, Rate, Duration) | (Multiply, Duration, Rate) => Size,
        (Divide, Size, Duration) => Rate,
        (Divide, Size, Rate) => Duration,
        (Divide, Duration, Duration) | (Divide, Size, Size) | (Divide, Rate, Rate) | (Divide, Percent, Percent) => {
            Number
        }
        _ => return None,
    })
}

fn operator_of(operator: ArithmeticOperator) -> Arithmetic {
    match operator {
        ArithmeticOperator::Add => Arithmetic::Add,
        ArithmeticOperator::Subtract => Arithmetic::Subtract,
        ArithmeticOperator::Multiply => Arithmetic::Multiply,
        ArithmeticOperator::Divide => Arithmetic::Divide,
    }
}
