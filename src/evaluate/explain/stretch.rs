//! Why nothing follows of a stretch of time and a window, or of a zone: cells that are known and cannot be.

use super::super::show;
use super::super::value::Value;
use super::Explainer;
use super::words::name;
use crate::outcome::Missing;
use crate::plan::{InWindow, Method, NodeId, Op, Reduction};

impl Explainer<'_, '_> {
    /// A stretch whose end lies before its start is none, and a zone that does not exist has no clocks.
    pub(super) fn doubt_stretch(&mut self, test: &InWindow) {
        if let Some(zone) = test.zone {
            self.doubt_zone(zone);
        }
        let (start, end) = (self.walk.value(test.start), self.walk.value(test.end));
        if let (Some(start), Some(end)) = (start.range(), end.range())
            && end.high.order(start.low).is_lt()
        {
            let (from, until) = (self.shown(test.start), self.shown(test.end));
            self.miss_cell(test.end, format!("it is {until}, before the start, {from}"));
        }
    }

    /// A zone that is recorded, and that does not exist.
    pub(super) fn doubt_zone(&mut self, zone: NodeId) {
        if matches!(self.walk.value(zone), Value::Id(_)) && self.walk.zone_named(zone).is_none() {
            let shown = self.shown(zone);
            self.miss_cell(zone, format!("\"{shown}\" is no time zone"));
        }
    }

    fn miss_cell(&mut self, node: NodeId, reason: String) {
        let (mut what, mut fact) = (name(self.session, node), None);
        if let Op::Field { row, field } = &self.session.plan.node(node).op
            && let Value::Row(row) = self.walk.value(*row)
        {
            let at = *field;
            let of = show::row_name(self.session, at.entity, row);
            what = format!("{} of {of}", self.session.plan.schema.field(at).name);
            fact = self.fact(at.entity, row, Some(at));
        }
        self.miss(Missing { what, reason, settle: None, fact });
    }
}

/// Whether a reduction puts its elements in the order of their own times.
pub(super) fn is_by_own_time(reduction: &Reduction) -> bool {
    let orders = matches!(
        reduction.method,
        Method::Gaps { .. } | Method::LongestGap { .. } | Method::Latest | Method::Oldest | Method::LatestOfEach(_)
    );
    orders && reduction.value.is_none()
}
