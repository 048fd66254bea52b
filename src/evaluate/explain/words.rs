//! How nodes are named and sentences turned round.

use super::super::session::Session;
use super::super::show::{self, counted, words};
use super::super::value::Value;
use super::super::walk::Assumption;
use super::Explainer;
use crate::facts::schema::{EntityId, Type};
use crate::plan::{Arithmetic, Comparison, Method, NodeId, Op, Reduction, WindowTest};
use crate::value::Truth;
use crate::value::instant::write_instant;

/// What is called nothing in particular.
const UNNAMED: &str = "the value";

/// What was taken for granted.
pub(in super::super) fn assumption(session: &Session<'_>, assumption: Assumption, row: Option<u32>) -> String {
    let plan = session.plan;
    let node = match assumption {
        Assumption::Node(node) => node,
        Assumption::StateOf(day) => return format!("state of {}", write_instant(day)),
    };
    match &plan.node(node).op {
        Op::Else { value, default } => {
            let name = match name(session, *value) {
                unnamed if unnamed == UNNAMED => condition(session, *value),
                name => name,
            };
            // Where the default is read on an element, it differs from row to row.
            if plan.node(*default).depends > 1 {
                return format!("{name} is not known, and taken as its default");
            }
            let mut explainer = Explainer::new(session, row, super::super::walk::Reading::Strict);
            format!("{name} is not known, and taken as {}", explainer.shown(*default))
        }
        Op::Field { .. } => format!("{} is not recorded, and taken as the policy's", name(session, node)),
        Op::Known(inner) => format!("{} is not recorded", name(session, *inner)),
        Op::Reduce(reduction) => {
            let bounds: Vec<String> = match &reduction.method {
                Method::Gaps { from, until, .. } => {
                    [from, until].into_iter().flatten().map(|n| name(session, *n)).collect()
                }
                Method::LongestGap { from, .. } => from.iter().map(|n| name(session, *n)).collect(),
                _ => Vec::new(),
            };
            let name = bounds.join(" or ");
            format!("{name} is not known and excuses nothing, recording {name} would excuse what it rules out")
        }
        _ => "a default was taken".to_owned(),
    }
}

/// A condition by the fields and groups that it reads, the first three.
fn condition(session: &Session<'_>, node: NodeId) -> String {
    fn read(session: &Session<'_>, node: NodeId, into: &mut Vec<String>) {
        let op = &session.plan.node(node).op;
        if matches!(op, Op::Field { .. } | Op::Reduce(_)) {
            let name = name(session, node);
            if name != UNNAMED && into.len() < 3 && !into.contains(&name) {
                into.push(name);
            }
            return;
        }
        for operand in op.operands() {
            read(session, operand, into);
        }
    }
    let mut fields = Vec::new();
    read(session, node, &mut fields);
    match fields.is_empty() {
        true => "a condition".to_owned(),
        false => format!("a condition on {}", fields.join(", ")),
    }
}

/// A node's name: the path of a field, a parameter, a method of a group.
pub(super) fn name(session: &Session<'_>, node: NodeId) -> String {
    let plan = session.plan;
    match &plan.node(node).op {
        Op::Field { row, field } => {
            let own = &plan.schema.field(*field).name;
            match &plan.node(*row).op {
                Op::Row(_) => own.clone(),
                Op::Reduce(_) => format!("{own} of {}", name(session, *row)),
                _ => format!("{}.{own}", name(session, *row)),
            }
        }
        Op::Entry { map, key } => {
            let mut explainer = Explainer::new(session, None, super::super::walk::Reading::Strict);
            let key = if plan.node(*key).depends == 0 { explainer.shown(*key) } else { name(session, *key) };
            format!("{}[{key}]", name(session, *map))
        }
        Op::Parameter(place) => {
            let name = plan.parameters.get(*place as usize).map_or("", |p| p.name.as_str());
            name.rsplit('.').next().unwrap_or(name).to_owned()
        }
        Op::Now => "now".to_owned(),
        Op::Row(_) => match &plan.node(node).ty {
            Type::Row(entity) => words(&plan.schema.entity(*entity).name),
            _ => "row".to_owned(),
        },
        Op::Reduce(reduction) if matches!(plan.node(node).ty, Type::Row(_)) => {
            let side = if reduction.method == Method::Oldest { "oldest" } else { "latest" };
            format!("the {side} {}", one_of(session, reduction.group))
        }
        Op::Reduce(reduction) => {
            let group = group_name(session, reduction.group);
            match method_word(&reduction.method) {
                Some(method) => format!("{method} of {group}"),
                None => group,
            }
        }
        Op::Arithmetic { operator, left, right } => {
            let sign = match operator {
                Arithmetic::Add => "+",
                Arithmetic::Subtract => "-",
                Arithmetic::Multiply => "*",
                Arithmetic::Divide => "/",
            };
            let (left, right) =
                (operand(session, *left, *operator, Side::Left), operand(session, *right, *operator, Side::Right));
            format!("{left} {sign} {right}")
        }
        Op::Constant(_) => Explainer::new(session, None, super::super::walk::Reading::Strict).shown(node),
        Op::Else { value, .. } => name(session, *value),
        Op::LaterOf(a, b) => format!("later of {} and {}", name(session, *a), name(session, *b)),
        Op::EarlierOf(a, b) => format!("earlier of {} and {}", name(session, *a), name(session, *b)),
        _ => UNNAMED.to_owned(),
    }
}

/// A node as an operand of arithmetic: in parentheses where the reading would change without.
fn operand(session: &Session<'_>, node: NodeId, outer: Arithmetic, side: Side) -> String {
    let sums = |operator: Arithmetic| matches!(operator, Arithmetic::Add | Arithmetic::Subtract);
    let name = name(session, node);
    match &session.plan.node(node).op {
        Op::Arithmetic { operator, .. } if side == Side::Right || sums(*operator) && !sums(outer) => {
            // A sum of a product needs none on either side.
            if !sums(*operator) && sums(outer) { name } else { format!("({name})") }
        }
        _ => name,
    }
}

/// On which side of its operator an operand stands.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Side {
    Left,
    Right,
}

/// The singular of a group's entity.
fn one_of(session: &Session<'_>, group: NodeId) -> String {
    match &session.plan.node(group).ty {
        Type::Rows(entity) => words(&session.plan.schema.entity(*entity).name),
        _ => group_name(session, group),
    }
}

fn method_word(method: &Method) -> Option<&'static str> {
    Some(match method {
        Method::Count => "count",
        Method::Share => "share",
        Method::Sum => "sum",
        Method::Min => "least",
        Method::Max => "greatest",
        Method::Average => "average",
        Method::Median => "median",
        Method::Percentile(_) => "percentile",
        Method::Latest => "latest",
        Method::Oldest => "oldest",
        Method::LongestGap { .. } => "longest gap",
        Method::Trend(_) => "trend",
        _ => return None,
    })
}

/// The plural of a group's entity; `periods` otherwise.
pub(super) fn group_name(session: &Session<'_>, group: NodeId) -> String {
    match &session.plan.node(group).ty {
        Type::Rows(entity) => words(&session.plan.schema.entity(*entity).plural),
        Type::Periods => "periods".to_owned(),
        _ => match &session.plan.node(group).op {
            Op::Reduce(reduction) => {
                let value = reduction.value.map_or_else(|| "values".to_owned(), |value| name(session, value));
                format!("{value} of {}", group_name(session, reduction.group))
            }
            _ => name(session, group),
        },
    }
}

/// What a comparison asks of its left side.
pub(super) fn asked(operator: Comparison, limit: &str, ty: &Type) -> String {
    let time = matches!(ty, Type::Time | Type::TimeOrNever | Type::Date);
    let words = match operator {
        Comparison::Is => return limit.to_owned(),
        Comparison::IsNot => "anything but",
        Comparison::Less if time => "before",
        Comparison::AtMost if time => "not after",
        Comparison::More if time => "after",
        Comparison::AtLeast if time => "not before",
        Comparison::Less => "less than",
        Comparison::AtMost => "at most",
        Comparison::More => "more than",
        Comparison::AtLeast => "at least",
    };
    format!("{words} {limit}")
}

impl Explainer<'_, '_> {
    /// A node's value as messages show it.
    pub(super) fn shown(&mut self, node: NodeId) -> String {
        let ty = self.session.plan.node(node).ty.clone();
        if let Type::Rows(entity) = ty {
            let (mut sure, mut maybe) = (0, 0);
            let extent = self.walk.visit(node, &mut |_, _, truth| {
                if truth == Truth::True { sure += 1 } else { maybe += 1 }
            });
            let schema = self.session.plan.schema.entity(entity);
            let count = counted(sure, &words(&schema.name), &words(&schema.plural));
            return if maybe > 0 || self.walk.is_open(&extent) { format!("at least {count}") } else { count };
        }
        let value = self.walk.value(node);
        show::show(self.session, &value, &ty)
    }

    /// What an undecided requirement says: the first thing that is missing.
    pub(super) fn undecided(&self, sentence: &str) -> String {
        match self.missing.first() {
            Some(missing) => format!("not known: {} ({})", missing.what, missing.reason),
            None => format!("not known whether `{sentence}` holds"),
        }
    }

    /// The sentence turned round.
    pub(super) fn sentence(&mut self, claim: NodeId, sentence: &str) -> String {
        self.turned(claim).unwrap_or_else(|| format!("not met: {sentence}"))
    }

    fn turned(&mut self, claim: NodeId) -> Option<String> {
        let plan = self.session.plan;
        match &plan.node(claim).op {
            Op::And(parts) => {
                let failed = parts.iter().find(|part| self.walk.truth(**part) == Truth::False)?;
                self.turned(*failed)
            }
            Op::Compare { operator, left, right } => {
                let (operator, left, right) = super::blame::oriented(self.session, *operator, *left, *right);
                let (value, limit) = (self.walk.value(left), self.walk.value(right));
                let ty = plan.node(left).ty.clone();
                let (value, limit) = match show::show_against(&value, &limit, &ty) {
                    Some(shown) => (shown.value, shown.limit),
                    None => (self.shown(left), self.shown(right)),
                };
                let asked = asked(operator, &limit, &ty);
                Some(match &plan.node(left).op {
                    Op::Reduce(reduction) if reduction.method == Method::Count => {
                        format!("{} {}, {asked} asked", value, self.noun(reduction, &value))
                    }
                    Op::Reduce(reduction) if reduction.method == Method::Share => {
                        format!("{value} of {}, {asked} asked", group_name(self.session, reduction.group))
                    }
                    _ => format!("{} is {value}, {asked} asked", name(self.session, left)),
                })
            }
            Op::Reduce(reduction) => self.turned_reduction(reduction),
            Op::Not(inner) => match &plan.node(*inner).op {
                Op::Reduce(reduction) if reduction.method == Method::Some => {
                    Some(format!("{} where there should be none", self.count_words(reduction)))
                }
                _ => None,
            },
            Op::Field { .. } => Some(format!("{} is {}", name(self.session, claim), self.shown(claim))),
            Op::Known(inner) => Some(format!("{} is not recorded", name(self.session, *inner))),
            Op::InWindow(test) => {
                let (start, end, window) = (self.shown(test.start), self.shown(test.end), self.shown(test.window));
                let outside = match test.how {
                    WindowTest::Holds => "is not inside",
                    WindowTest::Touches => "does not touch",
                };
                Some(format!("{start} to {end} {outside} {window}"))
            }
            Op::In { item, .. } => Some(format!("{} is {}", name(self.session, *item), self.shown(*item))),
            Op::Has { set, .. } => Some(format!("{} is {}", name(self.session, *set), self.shown(*set))),
            Op::Between { value, low, high } => {
                let shown = (self.shown(*value), self.shown(*low), self.shown(*high));
                Some(format!(
                    "{} is {}, between {} and {} asked",
                    name(self.session, *value),
                    shown.0,
                    shown.1,
                    shown.2
                ))
            }
            Op::Matches { text, glob } => {
                Some(format!("{} is {}, which does not match \"{glob}\"", name(self.session, *text), self.shown(*text)))
            }
            Op::Within { time, .. } => Some(format!("{} is {}", name(self.session, *time), self.shown(*time))),
            _ => None,
        }
    }

    fn turned_reduction(&mut self, reduction: &Reduction) -> Option<String> {
        let session = self.session;
        if session.plan.node(reduction.group).ty == Type::Periods {
            let periods = self.shown(reduction.group);
            return Some(match reduction.method {
                Method::None => format!("nothing in {periods}"),
                _ => "every period has one".to_owned(),
            });
        }
        let group = group_name(session, reduction.group);
        match reduction.method {
            Method::None => Some(format!("{} where there should be none", self.count_words(reduction))),
            Method::Some => Some(match self.looked_at(reduction) {
                Some((entity, n)) if n > 0 => {
                    let schema = session.plan.schema.entity(entity);
                    format!("none of {} is as asked", counted(n, &words(&schema.name), &words(&schema.plural)))
                }
                _ => format!("no {}", self.noun(reduction, "1")),
            }),
            Method::All => {
                let tally = super::super::methods::tally(&mut self.walk, reduction);
                Some(format!("{} of {} {group} do not satisfy it", tally.b, tally.a + tally.b + tally.c))
            }
            _ => None,
        }
    }

    /// How many rows there are before any predicate.
    fn looked_at(&mut self, reduction: &Reduction) -> Option<(EntityId, u64)> {
        let plan = self.session.plan;
        let mut group = reduction.group;
        while let Op::Where { group: wider, .. } = &plan.node(group).op {
            group = *wider;
        }
        let entity = self.walk.entity_of(group)?;
        let mut sure = 0;
        self.walk.visit(group, &mut |_, _, truth| sure += u64::from(truth == Truth::True));
        Some((entity, sure))
    }

    fn count_words(&mut self, reduction: &Reduction) -> String {
        let value = self.walk.value(reduction.group);
        if let Value::Set(set) = value {
            return counted(set.known.len() as u64, "value", "values");
        }
        let tally = super::super::methods::tally(&mut self.walk, reduction);
        let noun = self.noun(reduction, if tally.a == 1 { "1" } else { "" });
        format!("{} {noun}", tally.a)
    }

    /// The entity's name for one, its plural otherwise.
    fn noun(&self, reduction: &Reduction, count: &str) -> String {
        match &self.session.plan.node(reduction.group).ty {
            Type::Rows(entity) if count == "1" => words(&self.session.plan.schema.entity(*entity).name),
            _ => group_name(self.session, reduction.group),
        }
    }
}
