//! `is missing` as a way to meet a requirement: absence passes.

use super::{Context, Lint};
use crate::base::Diagnostic;
use crate::base::codes::Code;
use crate::plan::{NodeId, Op};
use std::collections::BTreeSet;

pub(super) const LINT: Lint = Lint { name: "absence_passes", code: "W0203", run };

fn run(context: &Context<'_>, found: &mut Vec<Diagnostic>) {
    let requirements = context.plan.rules.iter().flat_map(|rule| &rule.requirements);
    for requirement in requirements {
        look(context, requirement.claim, &mut BTreeSet::new(), found);
    }
}

/// `seen`: values are shared, and each is looked at once.
fn look(context: &Context<'_>, id: NodeId, seen: &mut BTreeSet<NodeId>, found: &mut Vec<Diagnostic>) {
    if !seen.insert(id) {
        return;
    }
    let node = context.plan.node(id);
    match &node.op {
        // `x is missing and …` asks for more, as `(rotated is missing and created …)` does.
        Op::Or(parts) => parts.iter().for_each(|part| look(context, *part, seen, found)),
        Op::Not(of) if matches!(context.plan.node(*of).op, Op::Known(_)) && context.is_users(node.span) => {
            found.push(
                Diagnostic::warning(Code("W0203"), "missing evidence passes here")
                    .at(node.span, "true where nothing is known")
                    .help("leave it out: what is missing is then unknown, never a pass"),
            );
        }
        _ => {}
    }
}
