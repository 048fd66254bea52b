//! Which nodes an operation is computed from, and at which of them it binds a row of its own.

use super::{Depth, Method, NodeId, Op, Reduction};

impl Op {
    /// Every node that it is computed from, in the order of writing.
    pub fn operands(&self) -> Vec<NodeId> {
        let mut all = self.outer_operands();
        if let Some((_, within)) = self.bound_operands() {
            all.extend(within);
        }
        all
    }

    /// The operands that are read where the operation stands.
    pub fn outer_operands(&self) -> Vec<NodeId> {
        match self {
            Op::Constant(_) | Op::Constants(_) | Op::Parameter(_) | Op::Now | Op::Row(_) | Op::All(_) => Vec::new(),
            Op::Field { row, .. } | Op::Related { row, .. } | Op::Listed { row, .. } => vec![*row],
            Op::Entry { map, key } => vec![*map, *key],
            Op::InWindow(test) => {
                [test.window, test.start, test.end].into_iter().chain(test.days).chain(test.zone).collect()
            }
            Op::Not(one) | Op::Known(one) => vec![*one],
            Op::And(parts) | Op::Or(parts) => parts.clone(),
            Op::Compare { left, right, .. } | Op::Arithmetic { left, right, .. } => vec![*left, *right],
            Op::In { item, set } => vec![*item, *set],
            Op::Has { set, items, .. } => vec![*set, *items],
            Op::Between { value, low, high } => vec![*value, *low, *high],
            Op::Matches { text, .. } => vec![*text],
            Op::Within { time, span, .. } => vec![*time, *span],
            Op::Else { value, default } => vec![*value, *default],
            Op::LaterOf(a, b) | Op::EarlierOf(a, b) => vec![*a, *b],
            Op::Joined { on, .. } => on.iter().map(|key| key.value).collect(),
            Op::Where { group, .. } => vec![*group],
            Op::Recent { group, span, .. } => vec![*group, *span],
            Op::Reduce(reduction) => reduction.outer_operands(),
        }
    }

    /// The operands that are read on the element, and the depth at which it is bound.
    pub fn bound_operands(&self) -> Option<(Depth, Vec<NodeId>)> {
        match self {
            Op::Where { depth, predicate, .. } => Some((*depth, vec![*predicate])),
            Op::Reduce(reduction) => Some((reduction.depth, reduction.bound_operands())),
            _ => None,
        }
    }
}

impl Reduction {
    fn outer_operands(&self) -> Vec<NodeId> {
        let mut all = vec![self.group];
        match &self.method {
            Method::Percentile(rank) => all.push(*rank),
            Method::Gaps { every, over, last, from, until, zone } => {
                all.push(*every);
                all.extend([over, last, from, until, zone].into_iter().flatten());
            }
            Method::LongestGap { over, from } => {
                all.push(*over);
                all.extend(from);
            }
            _ => {}
        }
        all
    }

    fn bound_operands(&self) -> Vec<NodeId> {
        let mut all: Vec<NodeId> = self.predicate.into_iter().chain(self.value).collect();
        match &self.method {
            Method::LatestOfEach(keys) => all.extend(keys),
            Method::Trend(of) => all.push(*of),
            _ => {}
        }
        all
    }
}
