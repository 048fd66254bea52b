//! What a report names besides its rules: exports in words, parameters with their values.

use crate::facts::schema::{EnumId, Schema, Type};
use crate::facts::table::Facts;
use crate::outcome::{ExportSummary, ParameterValue};
use crate::plan::{Op, ParameterValue as Value, Plan};
use crate::value::instant::{write_date, write_instant};
use crate::value::literal::{write_cadence, write_clock, write_percent, write_window};
use crate::value::size::{write_rate, write_size};
use crate::value::{Scalar, duration_text::write_duration};

/// The exports, in the order of their files.
pub fn exports(facts: &Facts) -> Vec<ExportSummary> {
    facts
        .exports
        .iter()
        .map(|export| ExportSummary {
            name: match (&export.tool, &export.account) {
                (Some(tool), Some(account)) => format!("{tool} ({account})"),
                (Some(tool), None) => tool.clone(),
                (None, Some(account)) => account.clone(),
                (None, None) => export.described_in.clone(),
            },
            files: export.files.clone(),
            kinds: export.kinds.iter().map(|kind| facts.schema.entity(*kind).name.clone()).collect(),
            collected_at: export.collected_at,
            incomplete: export.incomplete.clone(),
        })
        .collect()
}

/// The parameters that the rules of the plan read, as the language writes their values.
pub fn parameters(plan: &Plan) -> Vec<ParameterValue> {
    let mut read = vec![false; plan.parameters.len()];
    for node in &plan.nodes {
        if let Op::Parameter(place) = node.op
            && let Some(read) = read.get_mut(place as usize)
        {
            *read = true;
        }
    }
    plan.parameters
        .iter()
        .zip(read)
        .filter(|(_, read)| *read)
        .map(|(parameter, _)| ParameterValue {
            name: parameter.name.clone(),
            value: parameter.value.as_ref().map(|value| written(value, &parameter.ty, &plan.schema)),
            source: parameter.source.clone(),
            set_by: parameter.set_by.clone(),
            declared: parameter.span,
        })
        .collect()
}

fn written(value: &Value, ty: &Type, schema: &Schema) -> String {
    match (value, ty) {
        (Value::One(one), _) => scalar(one, ty, schema),
        (Value::Many(many), Type::Set(of) | Type::List(of)) => {
            format!("[{}]", many.iter().map(|one| scalar(one, of, schema)).collect::<Vec<_>>().join(", "))
        }
        (Value::Many(many), _) => {
            format!("[{}]", many.iter().map(|one| scalar(one, ty, schema)).collect::<Vec<_>>().join(", "))
        }
        (Value::Map(entries), Type::Map { of, by }) => {
            let key = by.map_or(Type::Text, Type::OneOf);
            let parts = entries.iter().map(|(k, v)| format!("{}: {}", scalar(k, &key, schema), scalar(v, of, schema)));
            format!("{{ {} }}", parts.collect::<Vec<_>>().join(", "))
        }
        (Value::Map(_), _) => String::new(),
    }
}

fn scalar(value: &Scalar, ty: &Type, schema: &Schema) -> String {
    match value {
        Scalar::Bool(b) => b.to_string(),
        Scalar::Int(n) => n.to_string(),
        Scalar::Number(n) => n.to_string(),
        Scalar::Percent(p) => write_percent(*p),
        Scalar::Size(bytes) => write_size(*bytes),
        Scalar::Rate(rate) => write_rate(*rate),
        Scalar::Time(at) => write_instant(*at),
        Scalar::Date(days) => write_date(*days),
        Scalar::Duration(duration) => write_duration(*duration),
        Scalar::Clock(clock) => write_clock(*clock),
        Scalar::Window(window) => write_window(*window),
        Scalar::Cadence(cadence) => write_cadence(*cadence).to_string(),
        Scalar::Text(text) => format!("\"{text}\""),
        Scalar::Member(member) => match ty {
            Type::OneOf(id) => word(schema, *id, *member),
            _ => String::new(),
        },
    }
}

fn word(schema: &Schema, id: EnumId, member: u16) -> String {
    schema.enumeration(id).members.get(usize::from(member)).cloned().unwrap_or_default()
}
