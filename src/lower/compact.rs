//! Drops the nodes that no rule uses and numbers the rest anew; the order stays, so operands still stand first.

use crate::plan::{Key, Method, NodeId, Op, Piece, Plan, Rule, Scope};

/// Keeps what rules use.
pub(super) fn keep_used(plan: &mut Plan) {
    let mut used = vec![false; plan.nodes.len()];
    let mut open: Vec<NodeId> = plan.rules.iter().flat_map(roots).collect();
    while let Some(id) = open.pop() {
        let Some(seen) = used.get_mut(id.0 as usize) else { continue };
        if !std::mem::replace(seen, true) {
            open.extend(plan.node(id).op.operands());
        }
    }
    let mut next = 0;
    let places: Vec<u32> = used
        .iter()
        .map(|used| {
            let place = next;
            next += u32::from(*used);
            place
        })
        .collect();
    let renumber = |id: &mut NodeId| id.0 = places.get(id.0 as usize).copied().unwrap_or(id.0);
    let nodes = std::mem::take(&mut plan.nodes);
    plan.nodes = nodes.into_iter().zip(&used).filter(|(_, used)| **used).map(|(node, _)| node).collect();
    for node in &mut plan.nodes {
        each_operand(&mut node.op, &renumber);
    }
    for rule in &mut plan.rules {
        each_root(rule, &renumber);
    }
}

/// The nodes that a rule names.
pub(super) fn roots(rule: &Rule) -> Vec<NodeId> {
    let mut rule = rule.clone();
    let found = std::cell::RefCell::new(Vec::new());
    each_root(&mut rule, &|id| found.borrow_mut().push(*id));
    found.into_inner()
}

fn each_root(rule: &mut Rule, change: &impl Fn(&mut NodeId)) {
    if let Scope::Each { filter: Some(filter), .. } = &mut rule.scope {
        change(filter);
    }
    let pieces = |pieces: &mut Option<Vec<Piece>>| {
        for piece in pieces.iter_mut().flatten() {
            if let Piece::Value(id) = piece {
                change(id);
            }
        }
    };
    pieces(&mut rule.remedy);
    for requirement in &mut rule.requirements {
        change(&mut requirement.claim);
        requirement.limits.iter_mut().for_each(|limit| change(&mut limit.value));
        pieces(&mut requirement.message);
        pieces(&mut requirement.remedy);
    }
}

fn each_operand(op: &mut Op, change: &impl Fn(&mut NodeId)) {
    match op {
        Op::Constant(_) | Op::Constants(_) | Op::Parameter(_) | Op::Now | Op::Row(_) | Op::All(_) => {}
        Op::Field { row: a, .. }
        | Op::Related { row: a, .. }
        | Op::Listed { row: a, .. }
        | Op::Not(a)
        | Op::Known(a)
        | Op::Matches { text: a, .. } => change(a),
        Op::Entry { map: a, key: b }
        | Op::Compare { left: a, right: b, .. }
        | Op::Arithmetic { left: a, right: b, .. }
        | Op::In { item: a, set: b }
        | Op::Has { set: a, items: b, .. }
        | Op::Within { time: a, span: b, .. }
        | Op::Else { value: a, default: b }
        | Op::LaterOf(a, b)
        | Op::EarlierOf(a, b)
        | Op::Where { group: a, predicate: b, .. }
        | Op::Recent { group: a, span: b, .. } => {
            change(a);
            change(b);
        }
        Op::InWindow(test) => {
            change(&mut test.window);
            change(&mut test.start);
            change(&mut test.end);
            test.days.iter_mut().for_each(change);
            test.zone.iter_mut().for_each(change);
        }
        Op::Between { value, low, high } => {
            change(value);
            change(low);
            change(high);
        }
        Op::And(parts) | Op::Or(parts) => parts.iter_mut().for_each(change),
        Op::Joined { on, .. } => on.iter_mut().for_each(|Key { value, .. }| change(value)),
        Op::Reduce(reduction) => {
            change(&mut reduction.group);
            reduction.predicate.iter_mut().for_each(change);
            reduction.value.iter_mut().for_each(change);
            match &mut reduction.method {
                Method::Percentile(id) | Method::Trend(id) => change(id),
                Method::LatestOfEach(keys) => keys.iter_mut().for_each(change),
                Method::Gaps { every, over, last, from, until, zone } => {
                    change(every);
                    [over, last, from, until, zone].into_iter().flatten().for_each(change);
                }
                Method::LongestGap { over, from } => {
                    change(over);
                    from.iter_mut().for_each(change);
                }
                _ => {}
            }
        }
    }
}
