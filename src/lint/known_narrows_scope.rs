//! `is known` in a scope: subjects of which nothing is known drop out in silence.

use super::{Context, Lint};
use crate::base::Diagnostic;
use crate::base::codes::Code;
use crate::plan::{Op, Scope};

pub(super) const LINT: Lint = Lint { name: "known_narrows_scope", code: "W0202", run };

fn run(context: &Context<'_>, found: &mut Vec<Diagnostic>) {
    for rule in &context.plan.rules {
        let Scope::Each { filter: Some(filter), .. } = rule.scope else { continue };
        for id in context.within(filter) {
            let node = context.plan.node(id);
            if matches!(node.op, Op::Known(_)) && context.is_users(node.span) {
                found.push(
                    Diagnostic::warning(Code("W0202"), "subjects of which this is missing drop out of the rule")
                        .at(node.span, "false where nothing is known")
                        .and(rule.span, "the rule that is narrowed")
                        .help("ask the same in a rule of its own: `require … is known`"),
                );
            }
        }
    }
}
