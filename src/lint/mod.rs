//! Policies that say something else than their author means, told from the plan: one file a lint, each listed here.
//! Warnings only, and only of users' own lines.

mod absence_passes;
mod default_satisfies;
mod exact_against_months;
mod known_narrows_scope;
mod never_decides;
mod of_maybe_empty_group;

use crate::base::{Diagnostic, SourceMap, Span};
use crate::plan::{Comparison, Node, NodeId, Plan};
use std::cmp::Ordering;
use std::collections::BTreeSet;

/// A lint.
pub struct Lint {
    /// Its name.
    pub name: &'static str,
    /// The code of its warning.
    pub code: &'static str,
    run: fn(&Context<'_>, &mut Vec<Diagnostic>),
}

/// All lints, sorted by name.
pub const LINTS: &[Lint] = &[
    absence_passes::LINT,
    default_satisfies::LINT,
    exact_against_months::LINT,
    known_narrows_scope::LINT,
    never_decides::LINT,
    of_maybe_empty_group::LINT,
];

/// What a lint looks at.
struct Context<'p> {
    plan: &'p Plan,
    sources: &'p SourceMap,
}

/// The warnings of all lints, one for each lint and place, in the order of the texts.
pub fn run(plan: &Plan, sources: &SourceMap) -> Vec<Diagnostic> {
    let context = Context { plan, sources };
    let mut found = Vec::new();
    for lint in LINTS {
        (lint.run)(&context, &mut found);
    }
    let place = |d: &Diagnostic| {
        d.primary.as_ref().and_then(|label| match &label.place {
            crate::base::Place::Policy(span) => Some(*span),
            _ => None,
        })
    };
    found.sort_by_key(|d| (place(d), d.code));
    found.dedup_by_key(|d| (place(d), d.code));
    found
}

impl Context<'_> {
    fn is_users(&self, span: Span) -> bool {
        self.sources.get(span.source).is_some_and(|source| !source.standard)
    }

    /// The nodes that users wrote and rules use.
    fn users_nodes(&self) -> impl Iterator<Item = &Node> {
        self.plan.nodes.iter().filter(|node| self.is_users(node.span))
    }

    /// A node and all it is made of, each once.
    fn within(&self, root: NodeId) -> Vec<NodeId> {
        let mut seen = BTreeSet::new();
        let mut open = vec![root];
        while let Some(id) = open.pop() {
            if seen.insert(id) {
                open.extend(self.plan.node(id).op.operands());
            }
        }
        seen.into_iter().collect()
    }
}

/// The operator with its sides exchanged.
fn turned(operator: Comparison) -> Comparison {
    match operator {
        Comparison::Less => Comparison::More,
        Comparison::AtMost => Comparison::AtLeast,
        Comparison::More => Comparison::Less,
        Comparison::AtLeast => Comparison::AtMost,
        same => same,
    }
}

/// Whether a comparison holds of two values in that order.
fn holds(operator: Comparison, order: Ordering) -> bool {
    match operator {
        Comparison::Is => order.is_eq(),
        Comparison::IsNot => order.is_ne(),
        Comparison::Less => order.is_lt(),
        Comparison::AtMost => order.is_le(),
        Comparison::More => order.is_gt(),
        Comparison::AtLeast => order.is_ge(),
    }
}

#[cfg(test)]
mod tests {
    use super::LINTS;

    #[test]
    fn lints_are_sorted_and_explained() {
        assert!(LINTS.is_sorted_by(|a, b| a.name < b.name));
        for lint in LINTS {
            assert!(crate::base::codes::find(lint.code).is_some(), "{}", lint.code);
        }
    }
}
