//! Comparisons that are always true or always false: they decide nothing. In a phrase that is so by what fills its holes,
//! and told of the user's line.

use super::{Context, Lint, holds, turned};
use crate::base::Diagnostic;
use crate::base::codes::Code;
use crate::plan::{Arithmetic, Comparison, HasHow, Method, NodeId, Op};
use crate::typing::literal::compare_scalars;
use crate::value::{Duration, Scalar};
use std::mem::discriminant;

pub(super) const LINT: Lint = Lint { name: "never_decides", code: "W0206", run };

/// 100 %
const WHOLE: i64 = 100_000_000_000;

fn run(context: &Context<'_>, found: &mut Vec<Diagnostic>) {
    for node in context.users_nodes() {
        if let Some(value) = always(context, &node.op) {
            found.push(
                Diagnostic::warning(Code("W0206"), format!("this is always {value}"))
                    .at(node.span, "decides nothing")
                    .help("leave it out, or say what is meant"),
            );
        }
    }
    let requirements = context.plan.rules.iter().flat_map(|rule| &rule.requirements);
    for requirement in requirements.filter(|requirement| context.is_users(requirement.line)) {
        let within = context.within(requirement.claim).into_iter().map(|id| context.plan.node(id));
        let of_phrases = within.filter(|node| !context.is_users(node.span));
        if let Some(value) = of_phrases.filter_map(|node| by_its_holes(context, &node.op)).next() {
            let message = if value { "this asks for nothing" } else { "nobody can meet this" };
            found.push(
                Diagnostic::warning(Code("W0206"), message)
                    .at(requirement.line, format!("what it compares is always {value}"))
                    .help("leave it out, or say what is meant"),
            );
        }
    }
}

fn always(context: &Context<'_>, op: &Op) -> Option<bool> {
    match op {
        Op::Compare { operator, left, right } => compared(context, *operator, *left, *right),
        Op::In { set, .. } if is_empty_list(context, *set) => Some(false),
        // Whatever there is, it holds all of nothing.
        Op::Has { how, items, .. } if is_empty_list(context, *items) => Some(*how == HasHow::All),
        _ => None,
    }
}

/// The same of a phrase's own nodes, and whether calendar periods are asked for over no time at all.
fn by_its_holes(context: &Context<'_>, op: &Op) -> Option<bool> {
    let is_none = |node: &NodeId| match &context.plan.node(*node).op {
        Op::Constant(Scalar::Duration(Duration::Exact(n) | Duration::Months(n))) | Op::Constant(Scalar::Int(n)) => {
            *n <= 0
        }
        _ => false,
    };
    match op {
        Op::Reduce(reduction) => match &reduction.method {
            Method::Gaps { over, last, .. } => over.iter().chain(last).any(is_none).then_some(true),
            _ => None,
        },
        // What a phrase asks of its holes alone chooses among its readings: one of them is always the wrong one.
        Op::Compare { left, right, .. } if is_constant(context, *left) && is_constant(context, *right) => None,
        Op::Compare { operator, left, right } => {
            compared(context, *operator, *left, *right).or_else(|| part_of_whole(context, *operator, *left, *right))
        }
        Op::In { item, .. } if is_constant(context, *item) => None,
        other => always(context, other),
    }
}

/// A part is never more than the whole that it is divided by: `used / capacity <= 150%`.
fn part_of_whole(context: &Context<'_>, operator: Comparison, left: NodeId, right: NodeId) -> Option<bool> {
    let is_part = |node: NodeId| match &context.plan.node(node).op {
        Op::Arithmetic { operator: Arithmetic::Divide, left, right } => {
            let fields = [left, right].map(|id| match &context.plan.node(*id).op {
                Op::Field { row, .. } => Some(*row),
                _ => None,
            });
            matches!(fields, [Some(a), Some(b)] if a == b)
        }
        _ => false,
    };
    let limit = |node: NodeId| match &context.plan.node(node).op {
        Op::Constant(Scalar::Percent(limit)) => Some(*limit),
        _ => None,
    };
    let (operator, limit) = match (is_part(left), is_part(right)) {
        (true, _) => (operator, limit(right)?),
        (_, true) => (turned(operator), limit(left)?),
        _ => return None,
    };
    match operator {
        Comparison::AtMost if limit >= WHOLE => Some(true),
        Comparison::Less if limit > WHOLE => Some(true),
        Comparison::AtLeast | Comparison::Is if limit > WHOLE => Some(false),
        Comparison::AtMost | Comparison::Less if limit < 0 => Some(false),
        _ => None,
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

fn is_empty_list(context: &Context<'_>, node: NodeId) -> bool {
    matches!(&context.plan.node(node).op, Op::Constants(items) if items.is_empty())
}

fn is_constant(context: &Context<'_>, node: NodeId) -> bool {
    matches!(context.plan.node(node).op, Op::Constant(_) | Op::Constants(_) | Op::Parameter(_))
}
