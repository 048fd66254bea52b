//! Parameters: their place in the plan, and the values of this run from the policy, the project file or `--param`.

use super::CompileSettings;
use super::project::{Strangers, Written};
use crate::base::codes::Code;
use crate::base::suggest::nearest;
use crate::base::{Diagnostic, Place, SourceId, Span};
use crate::facts::schema::Type;
use crate::plan::{Op, Parameter, ParameterValue, SetBy};
use crate::syntax::parse_parameter_value;
use crate::syntax::tree::{Expr, ExprKind};
use crate::typing::checker::Checker;
use crate::typing::declarations::{Declarations, ParameterDeclaration};
use crate::typing::literal::compare_scalars;
use crate::typing::scope::Scope;
use crate::value::Scalar;

/// The code of a name that nothing has; in a `--param` it is usually a value of the wrong type.
const UNKNOWN_NAME: &str = "E0201";

/// The text of a `--param` is in no file.
const LOOSE: SourceId = SourceId(u32::MAX);

/// For each declared parameter its place in `Plan::parameters`: sorted by policy and name.
pub(super) fn places(declarations: &Declarations) -> Vec<u32> {
    let sorted = sorted(declarations);
    let place = |declared: usize| sorted.iter().position(|at| *at == declared).unwrap_or(declared);
    (0..declarations.parameters.len()).map(|at| u32::try_from(place(at)).unwrap_or(u32::MAX)).collect()
}

fn sorted(declarations: &Declarations) -> Vec<usize> {
    let mut order: Vec<usize> = (0..declarations.parameters.len()).collect();
    order.sort_by_key(|at| declarations.parameters.get(*at).map(|p| qualified(declarations, p)));
    order
}

pub(super) fn qualified(declarations: &Declarations, parameter: &ParameterDeclaration) -> String {
    match declarations.policies.get(parameter.policy) {
        Some(policy) => format!("{}.{}", policy.name, parameter.name),
        None => parameter.name.clone(),
    }
}

/// All parameters with the values of this run, in the order of `Plan::parameters`.
pub(super) fn values(checker: &mut Checker<'_>, settings: &CompileSettings) -> Vec<Parameter> {
    let declarations = checker.declarations;
    let given = given(checker, settings);
    let mut parameters = Vec::new();
    for at in sorted(declarations) {
        let Some(declared) = declarations.parameters.get(at) else { continue };
        let mut set_by = SetBy::Policy;
        let mut value = None;
        if let Some(default) = &declared.value {
            value = value_of(checker, declared, default);
        }
        // The command line is looked at last: a mistake in the project file is one even where it is overridden.
        for given in given.iter().filter(|given| given.declared == at) {
            set_by = given.from.clone();
            let text = match given.value {
                Value::Literal(text) => text.to_owned(),
                Value::Written(written) => written.literal(&declared.ty),
            };
            value = given_value(checker, declared, &given.place, &text);
        }
        parameters.push(Parameter {
            name: qualified(declarations, declared),
            ty: declared.ty.clone(),
            source: declared.source.clone(),
            value,
            set_by,
            span: declared.span,
        });
    }
    parameters
}

/// A value from outside the policies.
struct Given<'s> {
    /// The declaration's place.
    declared: usize,
    value: Value<'s>,
    from: SetBy,
    /// Where the value stands.
    place: Place,
}

#[derive(Clone, Copy)]
enum Value<'s> {
    /// As the language writes it.
    Literal(&'s str),
    /// As a project file writes it.
    Written(&'s Written),
}

/// The values of the project file, then those of `--param`.
fn given<'s>(checker: &mut Checker<'_>, settings: &'s CompileSettings) -> Vec<Given<'s>> {
    let mut found: Vec<Given<'s>> = Vec::new();
    for set in &settings.project.values {
        if let Some(declared) = declared(checker, &set.name, &set.named_at, settings.project.strangers)
            && is_new(checker, &found, declared, &set.name, &set.named_at)
        {
            let (place, from) = (set.place.clone(), SetBy::Project(set.place.clone()));
            found.push(Given { declared, value: Value::Written(&set.value), from, place });
        }
    }
    let mut of_line: Vec<Given<'s>> = Vec::new();
    for (name, text) in &settings.parameters {
        let place = Place::File(format!("--param {name}={text}"));
        if let Some(declared) = declared(checker, name, &place, Strangers::Refused)
            && is_new(checker, &of_line, declared, name, &place)
        {
            of_line.push(Given { declared, value: Value::Literal(text), from: SetBy::CommandLine, place });
        }
    }
    found.append(&mut of_line);
    found
}

fn is_new(checker: &mut Checker<'_>, before: &[Given<'_>], declared: usize, name: &str, place: &Place) -> bool {
    let Some(first) = before.iter().find(|given| given.declared == declared) else { return true };
    let error = Diagnostic::error(Code("E0230"), format!("the parameter `{name}` is set twice"))
        .at_place(place.clone(), "")
        .help("set it once");
    checker.report(match &first.place {
        Place::Facts(_) => error.and_place(first.place.clone(), "first here"),
        _ => error,
    });
    false
}

/// The declaration that a name means; notes a mistake where there is not exactly one.
fn declared(checker: &mut Checker<'_>, name: &str, place: &Place, strangers: Strangers) -> Option<usize> {
    let declarations = checker.declarations;
    let named = |p: &ParameterDeclaration| p.name == *name || qualified(declarations, p) == *name;
    let places: Vec<usize> =
        declarations.parameters.iter().enumerate().filter(|(_, p)| named(p)).map(|(at, _)| at).collect();
    match places.as_slice() {
        [at] => return Some(*at),
        [] if strangers == Strangers::PassedOver => {}
        [] => {
            let mut names: Vec<String> = declarations.parameters.iter().map(|p| p.name.clone()).collect();
            names.extend(declarations.parameters.iter().map(|p| qualified(declarations, p)));
            let error = Diagnostic::error(Code("E0230"), format!("no parameter is called `{name}`"))
                .at_place(place.clone(), "");
            let near = nearest(name, names.iter().map(String::as_str));
            let help = match near {
                Some(near) => format!("did you mean `{near}`?"),
                None if names.is_empty() => "the policies declare no parameter".to_owned(),
                None => {
                    format!("the policies declare {}", names.iter().take(12).cloned().collect::<Vec<_>>().join(", "))
                }
            };
            checker.report(error.help(help));
        }
        several => {
            let names: Vec<String> = several
                .iter()
                .filter_map(|at| declarations.parameters.get(*at))
                .map(|p| format!("`{}`", qualified(declarations, p)))
                .collect();
            checker.report(
                Diagnostic::error(Code("E0230"), format!("several policies have a parameter `{name}`"))
                    .at_place(place.clone(), "")
                    .help(format!("say which: {}", names.join(" or "))),
            );
        }
    }
    None
}

/// The value of a text that stands in no policy; its mistakes stand at `place`.
fn given_value(
    checker: &mut Checker<'_>,
    declared: &ParameterDeclaration,
    place: &Place,
    text: &str,
) -> Option<ParameterValue> {
    let before = checker.take_found();
    checker.loose_text = Some((LOOSE, text.to_owned()));
    let value = match parse_parameter_value(LOOSE, text, 0) {
        Ok(expr) => value_of(checker, declared, &expr),
        Err(mistake) => checker.fail(mistake),
    };
    checker.loose_text = None;
    let found = checker.take_found();
    let asked = checker.a_type(&declared.ty);
    for diagnostic in before {
        checker.keep(diagnostic);
    }
    for mut diagnostic in found {
        diagnostic.labels.retain(|label| !is_loose(&label.place));
        if diagnostic.primary.as_ref().is_some_and(|label| is_loose(&label.place)) {
            diagnostic = diagnostic.at_place(place.clone(), "");
            if diagnostic.code.0 == UNKNOWN_NAME {
                let quotes = if is_text(&declared.ty) { ": a text needs quotes" } else { "" };
                diagnostic.help = Some(format!("`{}` is {asked}{quotes}", declared.name));
            }
            diagnostic = diagnostic.and(declared.span, format!("`{}` is declared here", declared.name));
        }
        checker.keep(diagnostic);
    }
    value
}

fn is_loose(place: &Place) -> bool {
    matches!(place, Place::Policy(Span { source: LOOSE, .. }))
}

/// A parameter's value: constants only.
pub(super) fn value_of(
    checker: &mut Checker<'_>,
    declared: &ParameterDeclaration,
    expr: &Expr,
) -> Option<ParameterValue> {
    let scope = Scope::of_estate(None);
    match &declared.ty {
        Type::Map { of, by } => {
            let ExprKind::Map(entries) = &expr.kind else {
                let what = checker.a_type(&declared.ty);
                return checker.fail(
                    Diagnostic::error(Code("E0226"), format!("`{}` is {what}", declared.name))
                        .at(expr.span, "not a table")
                        .help("write `{ key: value, … }`"),
                );
            };
            let mut values: Vec<(Scalar, Scalar)> = Vec::new();
            let mut keys: Vec<(&str, Span)> = Vec::new();
            for (name, value) in entries {
                if let Some((_, first)) = keys.iter().find(|(key, _)| *key == name.value) {
                    let error = Diagnostic::error(Code("E0226"), format!("`{}` has two values", name.value))
                        .at(name.span, "again here")
                        .and(*first, "first here")
                        .help("leave one of them out");
                    checker.report(error);
                    continue;
                }
                keys.push((&name.value, name.span));
                let key = match by {
                    Some(id) => {
                        let key = Expr { span: name.span, kind: ExprKind::Name(name.value.clone()) };
                        checker
                            .expression(&scope, &key, Some(&Type::OneOf(*id)))
                            .and_then(|n| checker.constant_of(n).cloned())
                    }
                    None => Some(Scalar::Text(name.value.as_str().into())),
                };
                let value = one(checker, &scope, value, of, &declared.name);
                if let (Some(key), Some(value)) = (key, value) {
                    values.push((key, value));
                }
            }
            values.sort_by(|a, b| compare_scalars(&a.0, &b.0));
            Some(ParameterValue::Map(values))
        }
        ty @ (Type::Set(_) | Type::List(_)) => {
            let node = checker.value_of(&scope, expr, ty, &format!("`{}`", declared.name))?;
            match &checker.nodes.get(node).op {
                Op::Constants(values) => Some(ParameterValue::Many(values.clone())),
                _ => not_constant(checker, expr),
            }
        }
        ty => one(checker, &scope, expr, ty, &declared.name).map(ParameterValue::One),
    }
}

fn one(checker: &mut Checker<'_>, scope: &Scope, expr: &Expr, ty: &Type, name: &str) -> Option<Scalar> {
    let node = checker.value_of(scope, expr, ty, &format!("`{name}`"))?;
    match checker.constant_of(node).cloned() {
        Some(value) => Some(value),
        None => not_constant(checker, expr),
    }
}

fn not_constant<T>(checker: &mut Checker<'_>, expr: &Expr) -> Option<T> {
    checker.fail(
        Diagnostic::error(Code("E0227"), "the value of a parameter is a literal")
            .at(expr.span, "known only when facts are read")
            .help("write the value itself; for a computed one use `let`"),
    )
}

/// Whether a value is text, or a set or list of it.
fn is_text(ty: &Type) -> bool {
    match ty {
        Type::Text => true,
        Type::Set(of) | Type::List(of) => is_text(of),
        _ => false,
    }
}
