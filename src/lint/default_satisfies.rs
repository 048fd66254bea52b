//! A default (`else`) that satisfies the requirement which it stands in: missing evidence passes there.

use super::{Context, Lint, holds, turned};
use crate::base::Diagnostic;
use crate::base::codes::Code;
use crate::plan::{NodeId, Op};
use crate::typing::literal::compare_scalars;
use crate::value::Scalar;
use std::collections::BTreeSet;

pub(super) const LINT: Lint = Lint { name: "default_satisfies", code: "W0201", run };

fn run(context: &Context<'_>, found: &mut Vec<Diagnostic>) {
    let requirements = context.plan.rules.iter().flat_map(|rule| &rule.requirements);
    for requirement in requirements {
        look(context, requirement.claim, Wanted::True, &mut BTreeSet::new(), found);
    }
}

/// What a part of the requirement has to be for it to hold.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Wanted {
    True,
    False,
}

/// `seen`: values are shared, and each is looked at once.
fn look(
    context: &Context<'_>,
    id: NodeId,
    wanted: Wanted,
    seen: &mut BTreeSet<(NodeId, Wanted)>,
    found: &mut Vec<Diagnostic>,
) {
    if !seen.insert((id, wanted)) {
        return;
    }
    let node = context.plan.node(id);
    match &node.op {
        Op::And(parts) | Op::Or(parts) => parts.iter().for_each(|part| look(context, *part, wanted, seen, found)),
        Op::Not(of) => {
            let other = if wanted == Wanted::True { Wanted::False } else { Wanted::True };
            look(context, *of, other, seen, found);
        }
        Op::Else { default, .. } => {
            let satisfied = match &context.plan.node(*default).op {
                Op::Constant(Scalar::Bool(value)) => *value == (wanted == Wanted::True),
                _ => false,
            };
            tell(context, id, satisfied, found);
        }
        Op::Compare { operator, left, right } => {
            for (side, other, operator) in [(left, right, *operator), (right, left, turned(*operator))] {
                let Op::Else { default, .. } = context.plan.node(*side).op else { continue };
                let (Op::Constant(default), Op::Constant(limit)) =
                    (&context.plan.node(default).op, &context.plan.node(*other).op)
                else {
                    continue;
                };
                let holds = holds(operator, compare_scalars(default, limit));
                tell(context, *side, holds == (wanted == Wanted::True), found);
            }
        }
        _ => {}
    }
}

fn tell(context: &Context<'_>, id: NodeId, satisfied: bool, found: &mut Vec<Diagnostic>) {
    let span = context.plan.node(id).span;
    if satisfied && context.is_users(span) {
        found.push(
            Diagnostic::warning(Code("W0201"), "missing evidence passes here: the default satisfies the requirement")
                .at(span, "taken where nothing is known")
                .help("leave the default out: what is missing is then unknown, never a pass"),
        );
    }
}
