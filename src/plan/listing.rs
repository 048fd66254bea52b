//! A plan as text: readable, stable and complete. It is a view; nothing reads it back.

use super::{
    Arithmetic, Comparison, Direction, HasHow, IfAny, Key, Method, Node, NodeId, Op, Parameter, ParameterValue, Piece,
    Plan, Reduction, Requirement, Rule, Scope, WindowTest,
};
use crate::facts::describe::type_text;
use crate::facts::schema::{FieldRef, Schema, Type};
use crate::value::duration_text::write_duration;
use crate::value::literal::{write_cadence, write_clock, write_percent, write_window};
use crate::value::size::{write_rate, write_size};
use crate::value::{Scalar, instant};
use std::fmt::Write as _;

/// The whole plan: policies, parameters, nodes, rules, what is read and walked.
pub fn listing(plan: &Plan) -> String {
    let mut text = String::new();
    for policy in &plan.policies {
        let zone = policy.timezone.as_deref().unwrap_or("-");
        let day = policy.day_starts.map_or_else(|| "00:00".to_owned(), write_clock);
        line(&mut text, 0, &format!("policy {} zone {zone} day starts {day}", policy.name));
    }
    for (place, parameter) in plan.parameters.iter().enumerate() {
        line(&mut text, 0, &format!("parameter @{place} {}", parameter_line(&plan.schema, parameter)));
    }
    for (place, node) in plan.nodes.iter().enumerate() {
        line(&mut text, 0, &node_line(plan, place, node));
    }
    for rule in &plan.rules {
        rule_lines(&mut text, plan, rule);
    }
    for read in &plan.reads {
        line(&mut text, 0, &format!("reads {}", field(&plan.schema, *read)));
    }
    for (owner, inverse) in &plan.walks {
        let owner = plan.schema.entity(*owner);
        let name = owner.inverses.get(usize::from(inverse.0)).map_or("?", |i| i.name.as_str());
        line(&mut text, 0, &format!("walks {}.{name}", owner.name));
    }
    text
}

fn line(text: &mut String, indent: usize, words: &str) {
    // Writing to a `String` cannot fail.
    let _ = writeln!(text, "{:indent$}{words}", "");
}

fn node_line(plan: &Plan, place: usize, node: &Node) -> String {
    let operands = |id: NodeId| format!("#{}", id.0);
    let parameter = |at: u32| format!("@{at}");
    let operation = constant_words(&plan.schema, &node.op, &node.ty)
        .unwrap_or_else(|| operation(&plan.schema, &node.op, &operands, &parameter));
    let rows: Vec<String> = (0..32).filter(|d| node.depends & (1 << d) != 0).map(|d| d.to_string()).collect();
    let depends = if rows.is_empty() { String::new() } else { format!(" · rows {}", rows.join(" ")) };
    let assumes = if node.may_assume { " · may assume" } else { "" };
    format!("#{place} {operation} : {}{depends}{assumes}", type_text(&plan.schema, &node.ty))
}

/// Constants of enumerations need their type to be named.
fn constant_words(schema: &Schema, op: &Op, ty: &Type) -> Option<String> {
    match op {
        Op::Constant(value) => Some(scalar(schema, value, ty)),
        Op::Constants(values) => {
            let of = item_type(ty);
            let words: Vec<String> = values.iter().map(|v| scalar(schema, v, of)).collect();
            Some(format!("[{}]", words.join(", ")))
        }
        _ => None,
    }
}

fn item_type(ty: &Type) -> &Type {
    match ty {
        Type::Set(of) | Type::List(of) => of,
        other => other,
    }
}

/// An operation in words; `operand` names its operands, `parameter` the parameters.
pub fn operation(
    schema: &Schema,
    op: &Op,
    operand: &dyn Fn(NodeId) -> String,
    parameter: &dyn Fn(u32) -> String,
) -> String {
    let all = |ids: &[NodeId], word: &str| ids.iter().map(|id| operand(*id)).collect::<Vec<_>>().join(word);
    let o = |id: &NodeId| operand(*id);
    match op {
        Op::Constant(value) => format!("{value:?}"),
        Op::Constants(values) => format!("{values:?}"),
        Op::Parameter(at) => format!("parameter {}", parameter(*at)),
        Op::Now => "now".to_owned(),
        Op::Row(depth) => format!("row {depth}"),
        Op::Field { row, field: at } => format!("{}.{}", o(row), field(schema, *at)),
        Op::Entry { map, key } => format!("{}[{}]", o(map), o(key)),
        Op::Not(of) => format!("not {}", o(of)),
        Op::And(parts) => all(parts, " and "),
        Op::Or(parts) => all(parts, " or "),
        Op::Compare { operator, left, right } => format!("{} {} {}", o(left), comparison(*operator), o(right)),
        Op::In { item, set } => format!("{} in {}", o(item), o(set)),
        Op::Has { set, how, items } => {
            let how = match how {
                HasHow::Any => "any",
                HasHow::All => "all",
            };
            format!("{} has {how} {}", o(set), o(items))
        }
        Op::Between { value, low, high } => format!("{} between {} and {}", o(value), o(low), o(high)),
        Op::Matches { text, glob } => format!("{} matches {glob:?}", o(text)),
        Op::InWindow(test) => {
            let word = match test.how {
                WindowTest::Holds => "holds",
                WindowTest::Touches => "touches",
            };
            let named =
                |name: &str, id: Option<NodeId>| id.map(|id| format!(" {name}: {}", operand(id))).unwrap_or_default();
            let (days, zone) = (named("days", test.days), named("zone", test.zone));
            format!("{} {word} {} to {}{days}{zone}", o(&test.window), o(&test.start), o(&test.end))
        }
        Op::Known(of) => format!("{} is known", o(of)),
        Op::Within { time, direction, span } => format!("{} in the {} {}", o(time), way(*direction), o(span)),
        Op::Arithmetic { operator, left, right } => {
            let sign = match operator {
                Arithmetic::Add => "+",
                Arithmetic::Subtract => "-",
                Arithmetic::Multiply => "*",
                Arithmetic::Divide => "/",
            };
            format!("{} {sign} {}", o(left), o(right))
        }
        Op::Else { value, default } => format!("{} else {}", o(value), o(default)),
        Op::LaterOf(a, b) => format!("later of {} and {}", o(a), o(b)),
        Op::EarlierOf(a, b) => format!("earlier of {} and {}", o(a), o(b)),
        Op::All(entity) => format!("all {}", schema.entity(*entity).plural),
        Op::Related { row, owner, inverse } => {
            let inverses = &schema.entity(*owner).inverses;
            let name = inverses.get(usize::from(inverse.0)).map_or("?", |i| i.name.as_str());
            format!("related {}.{name}", o(row))
        }
        Op::Listed { row, field: at } => format!("listed {}.{}", o(row), field(schema, *at)),
        Op::Joined { entity, on } => {
            let keys: Vec<String> = on.iter().map(|key| key_words(schema, key, operand)).collect();
            format!("joined {} on {}", schema.entity(*entity).plural, keys.join(", "))
        }
        Op::Where { group, depth, predicate } => format!("{} where row {depth}: {}", o(group), o(predicate)),
        Op::Recent { group, direction, span } => format!("{} in the {} {}", o(group), way(*direction), o(span)),
        Op::Reduce(reduction) => reduction_words(reduction, operand),
    }
}

fn key_words(schema: &Schema, key: &Key, operand: &dyn Fn(NodeId) -> String) -> String {
    let path: Vec<&str> = key.path.iter().map(|at| schema.field(*at).name.as_str()).collect();
    format!("{} = {}", path.join("."), operand(key.value))
}

fn reduction_words(reduction: &Reduction, operand: &dyn Fn(NodeId) -> String) -> String {
    let named = |name: &str, id: &Option<NodeId>| id.map(|id| format!(" {name}: {}", operand(id))).unwrap_or_default();
    let method = match &reduction.method {
        Method::Count => "count".to_owned(),
        Method::Some => "some".to_owned(),
        Method::None => "no".to_owned(),
        Method::All => "all".to_owned(),
        Method::Share => "share".to_owned(),
        Method::Sum => "sum".to_owned(),
        Method::Min => "min".to_owned(),
        Method::Max => "max".to_owned(),
        Method::Average => "average".to_owned(),
        Method::Median => "median".to_owned(),
        Method::Percentile(rank) => format!("percentile {}", operand(*rank)),
        Method::Latest => "latest".to_owned(),
        Method::Oldest => "oldest".to_owned(),
        Method::Distinct => "distinct".to_owned(),
        Method::LatestOfEach(key) => {
            let keys: Vec<String> = key.iter().map(|key| operand(*key)).collect();
            format!("latest of each {}", keys.join(", "))
        }
        Method::Gaps { every, over, last, from, until, zone } => format!(
            "gaps {}{}{}{}{}{}",
            operand(*every),
            named("over", over),
            named("last", last),
            named("from", from),
            named("until", until),
            named("zone", zone)
        ),
        Method::LongestGap { over, from } => format!("longest gap over: {}{}", operand(*over), named("from", from)),
        Method::Trend(value) => format!("trend {}", operand(*value)),
    };
    format!(
        "{method} of {} at row {}{}{}",
        operand(reduction.group),
        reduction.depth,
        named("where", &reduction.predicate),
        named("by", &reduction.value)
    )
}

fn rule_lines(text: &mut String, plan: &Plan, rule: &Rule) {
    let weight = format!("{:?}", rule.severity).to_lowercase();
    line(text, 0, &format!("rule {} ({}, {weight}) {:?}", rule.name, rule.kind, rule.title));
    if let Some(owner) = &rule.owner {
        line(text, 2, &format!("owner {owner:?}"));
    }
    for evidence in &rule.evidence {
        let words = format!("{} {:?} ({:?})", evidence.framework, evidence.control, evidence.strength);
        line(text, 2, &format!("evidence for {words}"));
    }
    let asked = match &rule.scope {
        Scope::Estate => "for the estate".to_owned(),
        Scope::Each { entity, filter, if_any, .. } => {
            let filter = filter.map(|id| format!(" where #{}", id.0)).unwrap_or_default();
            let if_any = if *if_any == IfAny::Allowed { " if any" } else { "" };
            format!("for each {}{filter}{if_any}", plan.schema.entity(*entity).name)
        }
    };
    line(text, 2, &asked);
    for requirement in &rule.requirements {
        requirement_lines(text, requirement);
    }
    if let Some(remedy) = &rule.remedy {
        line(text, 2, &format!("remedy {}", pieces(remedy)));
    }
    line(text, 2, &format!("hash {}", rule.hash));
}

fn requirement_lines(text: &mut String, requirement: &Requirement) {
    let ordinal = requirement.ordinal;
    line(
        text,
        2,
        &format!("require #{} · {} · {} · {ordinal}", requirement.claim.0, requirement.vocabulary, requirement.key),
    );
    line(text, 4, &format!("says {:?}, {} definitions", requirement.sentence, requirement.definitions.len()));
    if let Some(message) = &requirement.message {
        line(text, 4, &format!("otherwise {}", pieces(message)));
    }
    if let Some(remedy) = &requirement.remedy {
        line(text, 4, &format!("remedy {}", pieces(remedy)));
    }
}

fn pieces(pieces: &[Piece]) -> String {
    let words = pieces.iter().map(|piece| match piece {
        Piece::Text(words) => format!("{words:?}"),
        Piece::Value(id) => format!("#{}", id.0),
    });
    words.collect::<Vec<_>>().join(" ")
}

fn parameter_line(schema: &Schema, parameter: &Parameter) -> String {
    let value = match &parameter.value {
        None => "unset".to_owned(),
        Some(ParameterValue::One(value)) => scalar(schema, value, &parameter.ty),
        Some(ParameterValue::Many(values)) => {
            let words: Vec<String> = values.iter().map(|v| scalar(schema, v, item_type(&parameter.ty))).collect();
            format!("[{}]", words.join(", "))
        }
        Some(ParameterValue::Map(entries)) => {
            let (of, by) = match &parameter.ty {
                Type::Map { of, by } => ((**of).clone(), by.map_or(Type::Text, Type::OneOf)),
                other => (other.clone(), Type::Text),
            };
            let entry = |(k, v): &(Scalar, Scalar)| format!("{}: {}", scalar(schema, k, &by), scalar(schema, v, &of));
            format!("{{ {} }}", entries.iter().map(entry).collect::<Vec<_>>().join(", "))
        }
    };
    format!(
        "{}: {} = {value} ({}, by {})",
        parameter.name,
        type_text(schema, &parameter.ty),
        parameter.source,
        parameter.set_by.word()
    )
}

fn field(schema: &Schema, at: FieldRef) -> String {
    format!("{}.{}", schema.entity(at.entity).name, schema.field(at).name)
}

fn way(direction: Direction) -> &'static str {
    match direction {
        Direction::Last => "last",
        Direction::Next => "next",
    }
}

fn comparison(operator: Comparison) -> &'static str {
    match operator {
        Comparison::Is => "is",
        Comparison::IsNot => "is not",
        Comparison::Less => "<",
        Comparison::AtMost => "<=",
        Comparison::More => ">",
        Comparison::AtLeast => ">=",
    }
}

fn scalar(schema: &Schema, value: &Scalar, ty: &Type) -> String {
    match (value, ty) {
        (Scalar::Member(place), Type::OneOf(id)) => {
            schema.enumeration(*id).members.get(usize::from(*place)).cloned().unwrap_or_else(|| "?".to_owned())
        }
        (Scalar::Member(place), _) => format!("member {place}"),
        (Scalar::Bool(value), _) => value.to_string(),
        (Scalar::Int(value), _) => value.to_string(),
        (Scalar::Number(value), _) => format!("{value:?}"),
        (Scalar::Percent(value), _) => write_percent(*value),
        (Scalar::Size(value), _) => write_size(*value),
        (Scalar::Rate(value), _) => write_rate(*value),
        (Scalar::Time(at), _) => instant::write_instant(*at),
        (Scalar::Date(day), _) => instant::write_date(*day),
        (Scalar::Duration(duration), _) => write_duration(*duration),
        (Scalar::Clock(at), _) => write_clock(*at),
        (Scalar::Window(window), _) => write_window(*window),
        (Scalar::Cadence(cadence), _) => write_cadence(*cadence).to_owned(),
        (Scalar::Text(text), _) => format!("{text:?}"),
    }
}

#[cfg(test)]
#[path = "listing_tests.rs"]
mod tests;
