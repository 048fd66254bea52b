//! Typed expressions to the plan: parameters get this run's values, phrases are inlined, rules become scopes and
//! requirements over shared nodes. Everything that is declared by users is typed, used or not; only what rules use
//! remains in the plan.

mod canonical;
mod compact;
mod hash;
mod operand;
mod parameters;
mod phrases;
mod project;
mod reads;
mod requirement_key;
mod rules;
mod scopes;
mod tests;
mod unused;

pub use tests::phrase_head;

use crate::base::suggest::nearest;
use crate::base::{Code, Diagnostic, Place, SourceMap, Span};
use crate::facts::schema::{FieldId, Type};
use crate::lint;
use crate::plan::{Op, Plan, PolicyInfo, Rule};
use crate::typing::checker::Checker;
use crate::typing::declarations::Declarations;
use crate::typing::nodes::LEVEL_LIMIT;
use crate::typing::scope::{Role, RowInScope, Scope};
use globset::GlobBuilder;
use std::sync::Arc;

pub use project::{ProjectParameter, ProjectParameters, Strangers, Written};

/// What a run sets.
#[derive(Debug, Clone, Default)]
pub struct CompileSettings {
    /// `--param NAME=VALUE`: name, short or qualified, and the value as the language writes it.
    pub parameters: Vec<(String, String)>,
    /// Values of the project file; `--param` overrides them.
    pub project: ProjectParameters,
    /// Only rules whose qualified name matches one of these stay in the plan (`*` stands for any characters); all are
    /// checked. None: all stay.
    pub rule_globs: Vec<String>,
    /// Embedded frameworks that are declared although no rule cites them.
    pub frameworks: Vec<String>,
}

/// Keeps the rules that any of `globs` names. Something to say of each that names none.
fn select(rules: &mut Vec<Rule>, globs: &[String]) -> Vec<Diagnostic> {
    let all: Vec<String> = rules.iter().map(|rule| rule.name.clone()).collect();
    let mut kept = vec![false; all.len()];
    let (mut found, mut idle) = (Vec::new(), Vec::new());
    for glob in globs {
        let matcher = match GlobBuilder::new(glob).build() {
            Ok(built) => built.compile_matcher(),
            Err(error) => {
                let message = format!("`--rule {glob}` is no glob: {}", error.kind());
                let help = "`*` stands for any characters, `?` for one, `[ab]` for one of these";
                found.push(Diagnostic::error(Code("E2004"), message).help(help));
                continue;
            }
        };
        let mut names_one = false;
        for (kept, _) in kept.iter_mut().zip(&all).filter(|(_, name)| matcher.is_match(name)) {
            (*kept, names_one) = (true, true);
        }
        if !names_one && !all.is_empty() {
            idle.push(glob);
        }
    }
    let nothing = if kept.contains(&true) { "" } else { ", so none was judged" };
    for glob in idle {
        let near = nearest(glob, all.iter().map(String::as_str)).or_else(|| all.first().map(String::as_str));
        let message = format!("no rule is called like `{glob}`{nothing}");
        let help = near.map(|near| format!("rules are called as in `{near}`; `*` stands for any characters"));
        found.push(Diagnostic::warning(Code("W2001"), message).help(help.unwrap_or_default()));
    }
    let mut kept = kept.into_iter();
    rules.retain(|_| kept.next().unwrap_or(false));
    found
}

/// Types all expressions and lowers all rules. The plan is usable only if no diagnostic is an error.
pub fn compile(
    declarations: &Declarations,
    sources: &SourceMap,
    settings: &CompileSettings,
) -> (Plan, Vec<Diagnostic>) {
    let places = parameters::places(declarations);
    let mut checker = Checker::new(declarations, sources, places);
    let parameters = parameters::values(&mut checker, settings);
    definitions(&mut checker);
    let mut rules: Vec<Rule> = Vec::new();
    for place in 0..declarations.rules.len() {
        rules.extend(rules::lower(&mut checker, place));
    }
    let (tests, unreachable) = tests::lower(&mut checker, &rules);
    let selection = if settings.rule_globs.is_empty() { Vec::new() } else { select(&mut rules, &settings.rule_globs) };
    rules.sort_by(|a, b| a.name.cmp(&b.name));
    if let Some(span) = checker.nodes.too_deep() {
        checker.report(
            Diagnostic::error(
                Code("E0122"),
                format!("this rests on more than {LEVEL_LIMIT} values one within the other, or on a million in all"),
            )
            .at(span, "too much")
            .help("name fewer values one by the other"),
        );
    }
    let mut diagnostics = checker.take_found();
    // What is said beside errors would often only follow from them.
    let whole = declarations.broken.is_empty() && !diagnostics.iter().any(Diagnostic::is_error);
    if whole {
        unused::report(&mut checker);
        diagnostics.extend(checker.take_found());
    }
    let mut plan = Plan {
        schema: Arc::clone(&declarations.schema),
        nodes: checker.nodes.all().to_vec(),
        rules,
        parameters,
        policies: policies(declarations),
        reads: Vec::new(),
        walks: Vec::new(),
        tests,
        unreachable,
    };
    compact::keep_used(&mut plan);
    reads::collect(&mut plan);
    hash::rules(&mut plan);
    if whole {
        diagnostics.extend(lint::run(&plan, sources));
    }
    diagnostics.extend(selection.into_iter().filter(|said| whole || said.is_error()));
    diagnostics.sort_by_key(|diagnostic| place(diagnostic).map_or((true, None), |span| (false, Some(span))));
    (plan, diagnostics)
}

/// What is needed of a plan for the rules whose names `wanted` holds of.
pub fn restricted_to(plan: &Plan, wanted: &dyn Fn(&str) -> bool) -> Plan {
    let mut plan = Plan {
        schema: Arc::clone(&plan.schema),
        nodes: plan.nodes.clone(),
        rules: plan.rules.iter().filter(|rule| wanted(&rule.name)).cloned().collect(),
        parameters: plan.parameters.clone(),
        policies: plan.policies.clone(),
        ..Plan::default()
    };
    compact::keep_used(&mut plan);
    reads::collect(&mut plan);
    plan
}

fn policies(declarations: &Declarations) -> Vec<PolicyInfo> {
    let all = declarations.policies.iter().map(|policy| PolicyInfo {
        name: policy.name.clone(),
        title: policy.title.clone(),
        timezone: policy.timezone.clone(),
        day_starts: policy.day_starts,
    });
    all.collect()
}

/// Types what stands in users' files by itself: named values, file `let`s, bodies of phrases.
fn definitions(checker: &mut Checker<'_>) {
    let declarations = checker.declarations;
    let mut named: Vec<_> = declarations.named_values.iter().collect();
    named.sort_by_key(|(_, value)| value.span);
    for ((entity, name), value) in named {
        if !checker.is_users(value.span) {
            continue;
        }
        let row = checker.node(Op::Row(0), Type::Row(*entity), value.span);
        let subject =
            RowInScope { entity: *entity, row, role: Role::Subject, alias: None, back: None, span: value.span };
        checker.on_row(&Scope::of_subject(subject, None, 1), row, *entity, name, value.span);
    }
    for (place, declared) in declarations.lets.iter().enumerate() {
        checker.check_file_let(place, declared.span);
    }
    for vocabulary in 0..declarations.vocabularies.len() {
        phrases::check_definitions(checker, vocabulary);
    }
}

fn place(diagnostic: &Diagnostic) -> Option<Span> {
    match diagnostic.primary.as_ref()?.place {
        Place::Policy(span) => Some(span),
        _ => None,
    }
}

/// A field's number as a place in a vector.
fn place_of(field: FieldId) -> usize {
    usize::from(field.0)
}
