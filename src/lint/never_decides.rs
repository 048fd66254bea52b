//! Comparisons that are always true or always false: they decide nothing.

use super::{Context, Lint, holds, turned};
use crate::base::Diagnostic;
use crate::base::codes::Code;
use crate::plan::{Comparison, Method, NodeId, Op};
use crate::typing::literal::compare_scalars;
use crate::value::Scalar;
use std::mem::discriminant;

pub(super) const LINT: Lint = Lint { name: "never_decides", code: "W0206", run };

/// 100 %
const WHOLE: i64 = 100_000_000_000;

fn run(context: &Context<'_>, found: &mut Vec<Diagnostic>) {
    for node in context.users_nodes() {
        let always = match &node.op {
            Op::Compare { operator, left, right } => compared(context, *operator, *left, *right),
            Op::In { set, .. } | Op::Has { items: set, .. } => match &context.plan.node(*set).op {
                Op::Constants(items) if items.is_empty() => Some(false),
                _ => None,
            },
            _ => None,
        };
        if let Some(value) = always {
            found.push(
                Diagnostic::warning(Code("W0206"), format!("this is always {value}"))
                    .at(node.span, "decides nothing")
                    .help("leave it out, or say what is meant"),
            );
        }
    }
}

/// The value of a comparison, where it is the same whatever the facts say.
fn compared(context: &Context<'_>, operator: Comparison, left: NodeId, right: NodeId) -> Option<bool> {
    let (a, b) = (&context.plan.node(left).op, &context.plan.node(right).op);
    if let (Op::Constant(a), Op::Constant(b)) = (a, b) {
        // An exact length against months is decided by the months' lengths.
        let alike = match (a, b) {
            (Scalar::Duration(a), Scalar::Duration(b)) => discriminant(a) == discriminant(b),
            _ => discriminant(a) == discriminant(b),
        };
        return alike.then(|| holds(operator, compare_scalars(a, b)));
    }
    against_bounds(context, operator, left, b).or_else(|| against_bounds(context, turned(operator), right, a))
}

/// A count is never below 0, a share never below 0 % nor above 100 %.
fn against_bounds(context: &Context<'_>, operator: Comparison, side: NodeId, limit: &Op) -> Option<bool> {
    let Op::Reduce(reduction) = &context.plan.node(side).op else { return None };
    let Op::Constant(limit) = limit else { return None };
    let (limit, greatest) = match (&reduction.method, limit) {
        (Method::Count, Scalar::Int(limit)) => (*limit, i64::MAX),
        (Method::Share, Scalar::Percent(limit)) => (*limit, WHOLE),
        _ => return None,
    };
    match operator {
        Comparison::AtLeast if limit <= 0 => Some(true),
        Comparison::Less if limit <= 0 => Some(false),
        Comparison::More if limit < 0 => Some(true),
        Comparison::AtMost if limit < 0 => Some(false),
        Comparison::Is if limit < 0 || limit > greatest => Some(false),
        Comparison::IsNot if limit < 0 || limit > greatest => Some(true),
        Comparison::AtMost if limit >= greatest => Some(true),
        Comparison::More if limit >= greatest => Some(false),
        _ => None,
    }
}
