//! Reductions of a joined group that depend on the row in scope by the group's key alone: rows with the same key share one
//! answer. Without that, many rows under one key would each look through all of them.

use super::methods;
use super::session::{Batch, Fixed, Session};
use super::value::{Item, Value};
use super::walk::{Reading, Walk};
use crate::plan::{NodeId, Op, Reduction};
use rustc_hash::FxHashMap;
use std::sync::{Mutex, PoisonError};

/// What is known of one such reduction.
#[derive(Debug)]
pub(super) struct Shared {
    /// The nodes that give the key.
    keys: Box<[NodeId]>,
    /// The answers, by key: strictly, leniently.
    answers: [Mutex<FxHashMap<Box<[Item]>, Fixed>>; 2],
}

impl Session<'_> {
    fn shared(&self, node: NodeId) -> Option<&Shared> {
        self.shared.get(node.0 as usize)?.get_or_init(|| self.by_key_alone(node)).as_ref()
    }

    fn by_key_alone(&self, node: NodeId) -> Option<Shared> {
        if self.batch != Batch::Tables || self.recorder.is_some() || self.plan.node(node).depends == 0 {
            return None;
        }
        let base = self.base_of(node)?;
        let Op::Joined { on, .. } = &self.plan.node(base).op else { return None };
        let keys = on.iter().map(|key| key.value).collect();
        let mut open = vec![node];
        while let Some(at) = open.pop() {
            let found = self.plan.node(at);
            match &found.op {
                _ if found.depends == 0 || at == base => {}
                Op::Row(depth) if self.plan.node(node).depends >> depth & 1 == 1 => return None,
                op => open.extend(op.operands()),
            }
        }
        Some(Shared { keys, answers: Default::default() })
    }

    /// The group below the filters.
    fn base_of(&self, node: NodeId) -> Option<NodeId> {
        match &self.plan.node(node).op {
            Op::Reduce(reduction) => self.base_of(reduction.group),
            Op::Where { group, .. } | Op::Recent { group, .. } => self.base_of(*group),
            Op::Joined { .. } => Some(node),
            _ => None,
        }
    }
}

impl Walk<'_, '_> {
    /// The value of a reduction, shared by rows with the same key where it can be.
    pub fn reduced(&mut self, id: NodeId, reduction: &Reduction) -> Value {
        let session = self.session;
        let Some(shared) = session.shared(id) else { return methods::reduce(self, id, reduction) };
        let (flags, assumed) = (std::mem::take(&mut self.flags), std::mem::take(&mut self.assumed));
        let items: Option<Box<[Item]>> = shared.keys.iter().map(|key| self.value(*key).item()).collect();
        let plain = self.flags == 0 && self.assumed.is_empty();
        (self.flags, self.assumed) = (flags, assumed);
        let Some(items) = items.filter(|_| plain) else { return methods::reduce(self, id, reduction) };
        let answers = match self.reading {
            Reading::Strict => &shared.answers[0],
            Reading::Lenient => &shared.answers[1],
        };
        let known = answers.lock().unwrap_or_else(PoisonError::into_inner).get(&items).cloned();
        let answer = known.unwrap_or_else(|| {
            let (flags, assumed) = (std::mem::take(&mut self.flags), std::mem::take(&mut self.assumed));
            let value = methods::reduce(self, id, reduction);
            let answer = Fixed { value, flags: self.flags, assumed: std::mem::take(&mut self.assumed).into() };
            (self.flags, self.assumed) = (flags, assumed);
            answers.lock().unwrap_or_else(PoisonError::into_inner).insert(items, answer.clone());
            answer
        });
        self.flags |= answer.flags;
        for assumption in &answer.assumed {
            self.rest_on(*assumption);
        }
        answer.value
    }
}
