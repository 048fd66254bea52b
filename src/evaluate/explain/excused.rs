//! What a passing subject was not asked for: buckets before it was protected, or after it was retired. Without this a
//! pass over nine days would read like one over thirty-four.

use super::super::session::Session;
use super::super::show::noun_of_many;
use super::super::value::Value;
use super::super::walk::Reading;
use super::Explainer;
use super::words::name;
use crate::plan::{Method, NodeId, Op, Reduction};
use crate::value::Instant;
use crate::value::calendar::bucket_name;
use crate::value::instant::write_date;
use std::collections::BTreeSet;

/// `9 of 34 days required, for its protected_since`, and where none is required yet, the first that will be; `None` where all of the claim's buckets are.
pub(in super::super) fn excused(session: &Session<'_>, claim: NodeId, row: Option<u32>) -> Option<String> {
    let mut explainer = Explainer::new(session, row, Reading::Strict);
    for (node, reduction) in gaps_in(session, claim) {
        let Value::Periods(periods) = explainer.walk.value(node) else { continue };
        if periods.required >= periods.asked {
            continue;
        }
        let noun = periods.cadence.map_or("periods", noun_of_many);
        let bounds: Vec<String> = match &reduction.method {
            Method::Gaps { from, until, .. } => {
                [from, until].into_iter().flatten().map(|n| name(session, *n)).collect()
            }
            _ => Vec::new(),
        };
        let (required, asked) = (periods.required, periods.asked);
        let mut text = format!("{required} of {asked} {noun} required, for its {}", bounds.join(" and "));
        if required == 0
            && let Method::Gaps { from: Some(from), .. } = &reduction.method
            && let (Some(cadence), Value::Amount(from)) = (periods.cadence, explainer.walk.value(*from))
            && let Some(from) = from.low.as_i64().filter(|_| from.is_exact())
            && let Some((first, end)) = session.calendar.first_from(cadence, Instant(from))
        {
            let name = bucket_name(cadence, first);
            text.push_str(&format!("; the first is {name}, due {}", write_date(session.calendar.zone.date(end))));
        }
        return Some(text);
    }
    None
}

/// The `gaps` of a claim that are read on the subject alone.
fn gaps_in<'s>(session: &'s Session<'_>, claim: NodeId) -> Vec<(NodeId, &'s Reduction)> {
    let (mut found, mut seen, mut left) = (Vec::new(), BTreeSet::new(), vec![claim]);
    while let Some(node) = left.pop() {
        if !seen.insert(node) {
            continue;
        }
        let (op, depends) = (&session.plan.node(node).op, session.plan.node(node).depends);
        if let Op::Reduce(reduction) = op
            && matches!(reduction.method, Method::Gaps { .. })
            && depends <= 1
        {
            found.push((node, reduction.as_ref()));
        }
        left.extend(op.operands());
    }
    found
}
