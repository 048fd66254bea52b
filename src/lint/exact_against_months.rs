//! An exact duration compared with one counted in months: undecided where the months' lengths decide.

use super::{Context, Lint};
use crate::base::Diagnostic;
use crate::base::codes::Code;
use crate::facts::schema::Type;
use crate::plan::{NodeId, Op};
use crate::value::{Duration, Scalar};

pub(super) const LINT: Lint = Lint { name: "exact_against_months", code: "W0205", run };

fn run(context: &Context<'_>, found: &mut Vec<Diagnostic>) {
    for node in context.users_nodes() {
        let Op::Compare { left, right, .. } = &node.op else { continue };
        for (side, other) in [(*left, *right), (*right, *left)] {
            if is_months(context, side) && may_be_exact(context, other) {
                found.push(
                    Diagnostic::warning(Code("W0205"), "undecided where the length of the months decides")
                        .at(node.span, "months against an exact length")
                        .help("anchor it at a time: `expires >= created + 7 years`, or count days"),
                );
            }
        }
    }
}

fn is_months(context: &Context<'_>, id: NodeId) -> bool {
    matches!(context.plan.node(id).op, Op::Constant(Scalar::Duration(Duration::Months(_))))
}

fn may_be_exact(context: &Context<'_>, id: NodeId) -> bool {
    context.plan.node(id).ty == Type::Duration && !is_months(context, id)
}
