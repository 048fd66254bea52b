//! The content hash of each rule: what it asks, without places, places in vectors, or words that change no verdict. Each
//! node's digest is made of those of its operands, so shared nodes are read once.

use crate::base::hexadecimal;
use crate::plan::{NodeId, Parameter, Piece, Plan, Rule, Scope, listing};
use sha2::{Digest, Sha256};

/// Fills in every rule's hash.
pub(super) fn rules(plan: &mut Plan) {
    let mut digests: Vec<String> = Vec::with_capacity(plan.nodes.len());
    for node in &plan.nodes {
        let of = |id: NodeId| digests.get(id.0 as usize).cloned().unwrap_or_default();
        let text = listing::operation(&plan.schema, &node.op, &of, &|at| parameter(plan.parameters.get(at as usize)));
        let digest = hexadecimal(&Sha256::digest(format!("{:?} {text}", node.ty)));
        digests.push(digest);
    }
    let hashes: Vec<String> = plan.rules.iter().map(|rule| of_rule(plan, rule, &digests)).collect();
    for (rule, hash) in plan.rules.iter_mut().zip(hashes) {
        rule.hash = hash;
    }
}

fn parameter(parameter: Option<&Parameter>) -> String {
    parameter.map_or_else(String::new, |p| format!("{} = {:?}", p.name, p.value))
}

fn of_rule(plan: &Plan, rule: &Rule, digests: &[String]) -> String {
    let digest = |id: NodeId| digests.get(id.0 as usize).map(String::as_str).unwrap_or_default();
    let mut text = format!("{}\n{:?}\n", rule.name, rule.severity);
    if let Some(policy) = plan.policies.get(rule.policy as usize) {
        text += &format!("{:?} {:?}\n", policy.timezone, policy.day_starts);
    }
    match &rule.scope {
        Scope::Estate => text += "the estate\n",
        Scope::Each { entity, filter, if_any, .. } => {
            let filter = filter.map(digest).unwrap_or_default();
            text += &format!("{} {if_any:?} {filter}\n", plan.schema.entity(*entity).name);
        }
    }
    for requirement in &rule.requirements {
        text += &format!("{} {} {}\n", requirement.vocabulary, requirement.key, digest(requirement.claim));
        for pieces in [&requirement.message, &requirement.remedy, &rule.remedy].into_iter().flatten() {
            for piece in pieces {
                match piece {
                    Piece::Text(words) => text += &format!("{words:?}"),
                    Piece::Value(id) => text += digest(*id),
                }
            }
            text.push('\n');
        }
    }
    hexadecimal(&Sha256::digest(text))
}
