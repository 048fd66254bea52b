//! Why a claim is decided: the facts that decide it and the arithmetic.

use super::super::quantity::{End, Range};
use super::super::show;
use super::super::value::{Candidates, Periods, Value};
use super::super::{methods, session::Session};
use super::Explainer;
use super::words::{asked, name};
use crate::facts::schema::{EntityId, FieldRef, Type};
use crate::outcome::Shortfall;
use crate::plan::{Comparison, Depth, Method, NodeId, Op, Reduction};
use crate::value::literal::cadence_noun;
use crate::value::{Ratio, Truth};

/// Fields named for one witness.
const FIELDS: usize = 3;

/// A comparison with what is measured on the left and its limit on the right.
pub(super) fn oriented(
    session: &Session<'_>,
    operator: Comparison,
    left: NodeId,
    right: NodeId,
) -> (Comparison, NodeId, NodeId) {
    let fixed =
        |node: NodeId| session.plan.node(node).depends == 0 && !matches!(session.plan.node(node).op, Op::Reduce(_));
    if fixed(left) && !fixed(right) {
        return (mirrored(operator), right, left);
    }
    (operator, left, right)
}

fn mirrored(operator: Comparison) -> Comparison {
    match operator {
        Comparison::Less => Comparison::More,
        Comparison::AtMost => Comparison::AtLeast,
        Comparison::More => Comparison::Less,
        Comparison::AtLeast => Comparison::AtMost,
        same => same,
    }
}

fn negated(operator: Comparison) -> Comparison {
    match operator {
        Comparison::Is => Comparison::IsNot,
        Comparison::IsNot => Comparison::Is,
        Comparison::Less => Comparison::AtLeast,
        Comparison::AtMost => Comparison::More,
        Comparison::More => Comparison::AtMost,
        Comparison::AtLeast => Comparison::Less,
    }
}

impl Explainer<'_, '_> {
    /// Collects why `node` is `truth`, which it is.
    pub(super) fn blame(&mut self, node: NodeId, truth: Truth) {
        let plan = self.session.plan;
        match &plan.node(node).op {
            Op::Not(inner) => self.blame(*inner, truth.negate()),
            Op::And(parts) | Op::Or(parts) => {
                for part in parts {
                    if self.walk.truth(*part) == truth {
                        self.blame(*part, truth);
                    }
                }
            }
            Op::Compare { operator, left, right } => {
                let operator = if truth == Truth::False { *operator } else { negated(*operator) };
                self.shortfall(operator, *left, *right);
                self.show_operand(*left);
                self.show_operand(*right);
            }
            Op::Reduce(reduction) => self.blame_reduction(reduction, truth),
            Op::Field { .. } => self.show_operand(node),
            Op::Known(inner) => self.show_operand(*inner),
            Op::InWindow(test) => {
                self.show_operand(test.start);
                self.show_operand(test.end);
            }
            Op::In { item, .. } => self.show_operand(*item),
            Op::Has { set, .. } => self.show_operand(*set),
            Op::Between { value, .. } => self.show_operand(*value),
            Op::Matches { text, .. } => self.show_operand(*text),
            Op::Within { time, .. } => self.show_operand(*time),
            _ => {}
        }
    }

    /// The facts behind a compared value.
    fn show_operand(&mut self, node: NodeId) {
        let plan = self.session.plan;
        match &plan.node(node).op {
            Op::Field { row, field } => match self.walk.value(*row) {
                Value::Row(row) => self.show_cell(row, *field),
                Value::Candidates(rows) => self.show_candidates(&rows, *field),
                _ => {}
            },
            Op::Reduce(reduction) => self.blame_reduction(reduction, Truth::False),
            Op::Arithmetic { left, right, .. } | Op::LaterOf(left, right) | Op::EarlierOf(left, right) => {
                // What the parts fall short of nobody asked.
                let asked = self.shortfalls.len();
                self.show_operand(*left);
                self.show_operand(*right);
                self.shortfalls.truncate(asked);
            }
            Op::Else { value, .. } => self.show_operand(*value),
            _ => {}
        }
    }

    fn show_cell(&mut self, row: u32, field: FieldRef) {
        let value = self.walk.cell_of(field, row);
        if value.is_unknown() {
            return;
        }
        let schema = self.session.plan.schema.field(field);
        let text = format!("{} is {}", schema.name, show::show(self.session, &value, &schema.ty));
        self.witness(text, field.entity, row, Some(field));
    }

    fn show_candidates(&mut self, rows: &Candidates, field: FieldRef) {
        for row in &rows.rows {
            self.show_cell(*row, field);
        }
    }

    fn blame_reduction(&mut self, reduction: &Reduction, truth: Truth) {
        let group = self.session.plan.node(reduction.group).ty.clone();
        if group == Type::Periods {
            if let Value::Periods(periods) = self.walk.value(reduction.group)
                && let Op::Reduce(gaps) = &self.session.plan.node(reduction.group).op
            {
                match (&reduction.method, truth) {
                    (Method::None, Truth::True) | (Method::Some, Truth::False) => self.blame_full(&periods),
                    _ => self.blame_periods(&periods, gaps),
                }
            }
            return;
        }
        let Type::Rows(entity) = group else { return };
        // Which elements decide: those that are counted, or those that do not satisfy what all or most should.
        let wanted = match reduction.method {
            Method::All | Method::Share => Truth::False,
            Method::Some if truth == Truth::False => return,
            Method::None if truth == Truth::True => return,
            Method::Count | Method::Some | Method::None => Truth::True,
            Method::Latest | Method::Oldest => return,
            _ => Truth::True,
        };
        let mut rows = Vec::new();
        self.walk.visit(reduction.group, &mut |walk, row, truth| {
            let holds = match reduction.predicate {
                Some(predicate) => {
                    walk.bind(reduction.depth, row);
                    walk.truth(predicate)
                }
                None => Truth::True,
            };
            if truth == Truth::True && holds == wanted {
                rows.push(row);
            }
        });
        let fields = self.deciding_fields(reduction, entity);
        for row in self.in_order(entity, rows) {
            let text = if self.witnesses.len() < super::WITNESSES {
                self.describe(row, entity, &fields)
            } else {
                String::new()
            };
            self.witness(text, entity, row, fields.first().copied());
        }
    }

    /// Cells of a row in words; its own time where no cell is named.
    fn describe(&mut self, row: u32, entity: EntityId, fields: &[FieldRef]) -> String {
        let schema = &self.session.plan.schema;
        let own: Vec<FieldRef> =
            schema.entity(entity).occurs.iter().map(|field| FieldRef { entity, field: *field }).collect();
        let fields = if fields.is_empty() { &own } else { fields };
        let mut parts = Vec::new();
        for field in fields.iter().take(FIELDS) {
            let value = self.walk.cell_of(*field, row);
            if !value.is_unknown() {
                let ty = &schema.field(*field).ty;
                let word = if matches!(ty, Type::Time | Type::TimeOrNever) { "" } else { "is " };
                parts.push(format!("{} {word}{}", schema.field(*field).name, show::show(self.session, &value, ty)));
            }
        }
        parts.join(", ")
    }

    /// The cells of the element that the predicates of a reduction and of its group read.
    fn deciding_fields(&self, reduction: &Reduction, entity: EntityId) -> Vec<FieldRef> {
        let plan = self.session.plan;
        let mut fields = Vec::new();
        if let Some(predicate) = reduction.predicate.or(reduction.value) {
            self.fields_of(predicate, reduction.depth, entity, &mut fields);
        }
        let mut group = reduction.group;
        loop {
            match &plan.node(group).op {
                Op::Where { group: inner, depth, predicate } => {
                    self.fields_of(*predicate, *depth, entity, &mut fields);
                    group = *inner;
                }
                Op::Recent { group: inner, .. } => group = *inner,
                _ => return fields,
            }
        }
    }

    fn fields_of(&self, node: NodeId, depth: Depth, entity: EntityId, fields: &mut Vec<FieldRef>) {
        let plan = self.session.plan;
        let mut all = |nodes: &[NodeId]| {
            for node in nodes {
                self.fields_of(*node, depth, entity, fields);
            }
        };
        match &plan.node(node).op {
            Op::Field { row, field } => {
                if plan.node(*row).op == Op::Row(depth) && field.entity == entity {
                    if !fields.contains(field) {
                        fields.push(*field);
                    }
                } else {
                    all(&[*row]);
                }
            }
            Op::Not(a) | Op::Known(a) | Op::Matches { text: a, .. } | Op::Within { time: a, .. } => all(&[*a]),
            Op::And(parts) | Op::Or(parts) => all(parts),
            Op::Compare { left, right, .. } | Op::Arithmetic { left, right, .. } => all(&[*left, *right]),
            Op::InWindow(_) => all(&plan.node(node).op.operands()),
            Op::In { item, set } => all(&[*item, *set]),
            Op::Has { set, .. } => all(&[*set]),
            Op::Between { value, low, high } => all(&[*value, *low, *high]),
            Op::Else { value, default } => all(&[*value, *default]),
            Op::LaterOf(a, b) | Op::EarlierOf(a, b) => all(&[*a, *b]),
            Op::Entry { map, key } => all(&[*map, *key]),
            _ => {}
        }
    }

    /// A period without an element was asked for, and there is none.
    fn blame_full(&mut self, periods: &Periods) {
        let (one, many) = periods.cadence.map_or(("period", "periods"), |c| (cadence_noun(c), show::noun_of_many(c)));
        let of = match periods.required {
            0 => String::new(),
            n => format!(", of {}", show::counted(n, one, many)),
        };
        self.shortfalls.push(Shortfall {
            required: format!("some {one} without one"),
            found: format!("none{of}"),
            misses_by: None,
            nearest: None,
        });
    }

    /// The periods without an element, and the elements before and after the first of them.
    fn blame_periods(&mut self, periods: &Periods, gaps: &Reduction) {
        let sure = periods.gaps.iter().filter(|gap| gap.sure).count() as u64;
        let (one, many) = periods.cadence.map_or(("period", "periods"), |c| (cadence_noun(c), show::noun_of_many(c)));
        let required = show::counted(periods.required, one, many);
        self.shortfalls.push(Shortfall {
            required: if periods.required == periods.asked {
                required
            } else {
                format!("{} of {} {many}", periods.required, periods.asked)
            },
            found: show::counted(periods.required.saturating_sub(periods.gaps.len() as u64), one, many),
            misses_by: (sure > 0).then(|| show::counted(sure, one, many)),
            nearest: None,
        });
        let Some((first, last, _)) = show::runs(periods).first().copied() else { return };
        let Some(entity) = self.walk.entity_of(gaps.group) else { return };
        let facts = self.session.facts;
        let mut before: Option<(i64, u32)> = None;
        let mut after: Option<(i64, u32)> = None;
        self.walk.visit(gaps.group, &mut |walk, row, _| {
            let time = match gaps.value {
                Some(value) => {
                    walk.bind(gaps.depth, row);
                    walk.value(value)
                }
                None => walk.own_time(entity, row),
            };
            let Some(at) = time.range().filter(|range| range.is_exact()).and_then(|range| range.low.as_i64()) else {
                return;
            };
            if at < first.start.0
                && before.is_none_or(|(other, of)| (other, facts.key(entity, of)) < (at, facts.key(entity, row)))
            {
                before = Some((at, row));
            }
            if at >= last.end.0
                && after.is_none_or(|(other, of)| (at, facts.key(entity, row)) < (other, facts.key(entity, of)))
            {
                after = Some((at, row));
            }
        });
        for (word, edge, found) in [("the last before", first, before), ("the next after", last, after)] {
            if let Some((at, row)) = found {
                let at = crate::value::instant::write_instant(crate::value::Instant(at));
                let edge = show::show_run(periods.cadence, &(edge, edge, 1));
                self.witness(format!("{word} {edge}: {at}"), entity, row, None);
            }
        }
        self.witness_count = self.witness_count.max(sure);
    }

    /// Required against found.
    fn shortfall(&mut self, operator: Comparison, left: NodeId, right: NodeId) {
        let plan = self.session.plan;
        let (operator, left, right) = oriented(self.session, operator, left, right);
        let (value, limit) = (self.walk.value(left), self.walk.value(right));
        // A quotient is shown as the percent that it is compared with.
        let ty = match (&plan.node(left).ty, &plan.node(right).ty) {
            (Type::Number, Type::Percent) => Type::Percent,
            (ty, _) => ty.clone(),
        };
        let shown = show::show_against(&value, &limit, &ty);
        let (found, limit_text) = match &shown {
            Some(shown) => (shown.value.clone(), shown.limit.clone()),
            None => (show::show(self.session, &value, &ty), show::show(self.session, &limit, &plan.node(right).ty)),
        };
        let mut shortfall = Shortfall {
            required: asked(operator, &limit_text, &ty),
            found: match &plan.node(left).op {
                // The subject's own field stands in the claim above it.
                Op::Field { row, .. } if matches!(plan.node(*row).op, Op::Row(_)) => found,
                Op::Field { .. } | Op::Parameter(_) | Op::Arithmetic { .. } => {
                    format!("{found} ({})", name(self.session, left))
                }
                _ => found,
            },
            misses_by: misses_by(&value, &limit, &ty),
            nearest: None,
        };
        if let Op::Reduce(reduction) = &plan.node(left).op
            && reduction.method == Method::Share
        {
            let tally = methods::tally(&mut self.walk, reduction);
            let all = tally.a + tally.b + tally.c;
            shortfall.found = format!("{} ({} of {all})", shortfall.found, tally.a);
            shortfall.nearest = nearest_share(operator, &limit, all);
        }
        self.shortfalls.push(shortfall);
    }
}

/// By how much an exact value misses an exact limit.
fn misses_by(value: &Value, limit: &Value, ty: &Type) -> Option<String> {
    use crate::value::shown::{show_duration, show_size};
    let (Value::Amount(value), Value::Amount(limit)) = (value, limit) else { return None };
    if !value.is_exact() || !limit.is_exact() {
        return None;
    }
    let is_never = |range: &Range| range.low.as_i64() == Some(crate::value::Instant::NEVER.0);
    if matches!(ty, Type::Time | Type::TimeOrNever) && (is_never(value) || is_never(limit)) {
        return None;
    }
    let difference = value.minus(*limit)?.low;
    let difference = if difference.order(End::ZERO).is_lt() { difference.negated()? } else { difference };
    let End::Exact(exact) = difference else { return None };
    let whole = exact.rounded()?;
    match ty {
        Type::Percent => {
            let hundredths = exact.times(Ratio::whole(10_000))?.rounded()?;
            (hundredths > 0).then(|| format!("{} points", crate::value::decimal::write_scaled(hundredths, 2)))
        }
        Type::Size => Some(show_size(whole)),
        Type::Time | Type::TimeOrNever | Type::Duration => Some(show_duration(crate::value::Duration::Exact(whole))),
        Type::Int => Some(whole.to_string()),
        _ => None,
    }
}

/// The nearest number of elements that would do.
fn nearest_share(operator: Comparison, limit: &Value, all: u64) -> Option<String> {
    let Value::Amount(limit) = limit else { return None };
    let limit = Range::exactly(limit.low);
    let at = |n: u64| Range::exactly(End::part(n, all));
    let holds = |n: u64| match operator {
        Comparison::AtLeast => limit.at_most(at(n)),
        Comparison::More => limit.less(at(n)),
        Comparison::AtMost => at(n).at_most(limit),
        Comparison::Less => at(n).less(limit),
        Comparison::Is | Comparison::IsNot => Truth::False,
    } == Truth::True;
    // The share rises with the number, so the nearest is where it begins, or ends, to hold.
    let from_below = matches!(operator, Comparison::AtLeast | Comparison::More);
    let (mut low, mut high) = (0, all);
    if !holds(if from_below { all } else { 0 }) {
        return None;
    }
    while low < high {
        let middle = low + (high - low + u64::from(!from_below)) / 2;
        match (from_below, holds(middle)) {
            (true, true) => high = middle,
            (true, false) => low = middle + 1,
            (false, true) => low = middle,
            (false, false) => high = middle - 1,
        }
    }
    Some(format!("{low} of {all}"))
}
