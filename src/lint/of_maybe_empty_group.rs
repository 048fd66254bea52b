//! A field of the latest or oldest row of a group compared: undecided where the group is empty.

use super::{Context, Lint};
use crate::base::Diagnostic;
use crate::base::codes::Code;
use crate::facts::schema::Type;
use crate::plan::{Comparison, Method, NodeId, Op};

pub(super) const LINT: Lint = Lint { name: "of_maybe_empty_group", code: "W0204", run };

fn run(context: &Context<'_>, found: &mut Vec<Diagnostic>) {
    for node in context.users_nodes() {
        let Op::Compare { operator, left, right } = &node.op else { continue };
        // That the newest is new is what `some … where` says better; that it succeeded has no other words.
        if matches!(operator, Comparison::Is | Comparison::IsNot) {
            continue;
        }
        for side in [*left, *right] {
            if matches!(context.plan.node(side).ty, Type::Time | Type::TimeOrNever)
                && let Some(method) = picked(context, side)
            {
                found.push(
                    Diagnostic::warning(Code("W0204"), "undecided where there is none")
                        .at(node.span, format!("of the {method} of maybe no rows"))
                        .help("write `some … where …`, which is false where there is none"),
                );
            }
        }
    }
}

/// Whether a value is a field of a picked row.
fn picked(context: &Context<'_>, id: NodeId) -> Option<&'static str> {
    match &context.plan.node(id).op {
        Op::Field { row, .. } => picked(context, *row),
        Op::Reduce(reduction) => match reduction.method {
            Method::Latest => Some("latest"),
            Method::Oldest => Some("oldest"),
            _ => None,
        },
        _ => None,
    }
}
