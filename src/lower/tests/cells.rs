//! The cells of given rows: each is a literal of its field's type, as the language writes it.

use super::given::Circumstances;
use super::time;
use crate::base::codes::Code;
use crate::base::suggest::nearest;
use crate::base::{Diagnostic, Span};
use crate::facts::schema::{EntityId, FieldId, FieldRef, Type};
use crate::plan::{GivenRow, GivenValue, Op};
use crate::syntax::tree::{Cell, CellValue, Expr, ExprKind, Literal, Name, Record};
use crate::typing::checker::Checker;
use crate::typing::literal::compare_scalars;
use crate::typing::scope::Scope;
use crate::value::{Instant, Scalar};

/// What is there and nobody knows.
const UNKNOWN: &str = "unknown";

/// A row of an entity; every mistake in it is told.
pub(super) fn row(
    checker: &mut Checker<'_>,
    with: &Circumstances<'_>,
    entity: EntityId,
    record: &Record,
) -> Option<GivenRow> {
    let mut row = GivenRow::default();
    let mut whole = true;
    for cell in &record.cells {
        let value = field(checker, entity, &cell.name).and_then(|field| {
            let ty = checker.schema.field(FieldRef { entity, field }).ty.clone();
            let value = of_type(checker, with, &ty, cell)?;
            if checker.schema.entity(entity).key == Some(field) && value == GivenValue::Unknown {
                return checker.fail(
                    Diagnostic::error(Code("E0707"), "a key is never unknown")
                        .at(cell.name.span, "tells rows apart")
                        .help("leave it out, and the row gets one"),
                );
            }
            Some((field, value))
        });
        match value {
            Some(value) => row.cells.push(value),
            None => whole = false,
        }
    }
    whole.then_some(row)
}

/// The field that a cell is of.
fn field(checker: &mut Checker<'_>, entity: EntityId, name: &Name) -> Option<FieldId> {
    let schema = checker.schema;
    let declared = schema.entity(entity);
    let parent = declared.parent.map(|parent| parent.field);
    if let Some(field) = declared.field_named(&name.value) {
        if parent != Some(field) {
            return Some(field);
        }
        return checker.fail(
            Diagnostic::error(Code("E0706"), format!("`{}` is the row around this one", name.value))
                .at(name.span, "follows from where the row stands")
                .help("leave it out"),
        );
    }
    if let Some(inverse) = declared.inverse_named(&name.value).and_then(|id| declared.inverses.get(usize::from(id.0))) {
        let other = schema.entity(inverse.by.entity);
        let by = &schema.field(inverse.by).name;
        let help = format!("give them by themselves: `given {} {{ {by}: \"…\" }}`", other.name);
        return checker.fail(
            Diagnostic::error(Code("E0706"), format!("`{}` are rows of their own", name.value))
                .at(name.span, format!("read from `{}.{by}`", other.name))
                .help(help),
        );
    }
    if checker.declarations.named_values.contains_key(&(entity, name.value.clone())) {
        return checker.fail(
            Diagnostic::error(Code("E0706"), format!("`{}` follows from other fields", name.value))
                .at(name.span, "a named value, not a fact")
                .help("give the fields that it is made of"),
        );
    }
    if checker.declarations.broken.contains(&name.value) {
        return None;
    }
    let help = match nearest(&name.value, declared.fields.iter().map(|field| field.name.as_str())) {
        Some(near) => format!("did you mean `{near}`?"),
        None => format!("`backproof schema` lists the fields; `extend entity {}` declares your own", declared.name),
    };
    let error = Diagnostic::error(Code("E0706"), format!("`{}` has no field `{}`", declared.name, name.value));
    checker.fail(error.at(name.span, "unknown field").help(help))
}

fn of_type(checker: &mut Checker<'_>, with: &Circumstances<'_>, ty: &Type, cell: &Cell) -> Option<GivenValue> {
    let name = &cell.name.value;
    match (&cell.value, ty) {
        (CellValue::Plain(expr), _) if is_unknown(expr) => Some(GivenValue::Unknown),
        (CellValue::Plain(expr), Type::Rows(entity)) => match &expr.kind {
            ExprKind::List(items) if items.is_empty() => Some(GivenValue::Rows { entity: *entity, rows: Vec::new() }),
            _ => shape(checker, name, ty, expr.span),
        },
        (CellValue::Plain(expr), Type::Set(of) | Type::List(of)) => set(checker, with, name, ty, of, expr),
        (CellValue::Plain(expr), Type::Map { .. }) => shape(checker, name, ty, expr.span),
        (CellValue::Plain(expr), _) => one(checker, with, name, ty, expr).map(GivenValue::One),
        (CellValue::Map(record), Type::Map { of, by }) => {
            let mut entries = Vec::new();
            let mut whole = true;
            for entry in &record.cells {
                let key = match by {
                    None => Some(Scalar::Text(entry.name.value.as_str().into())),
                    Some(id) => {
                        let key = Expr { span: entry.name.span, kind: ExprKind::Name(entry.name.value.clone()) };
                        one(checker, with, name, &Type::OneOf(*id), &key)
                    }
                };
                let value = match &entry.value {
                    CellValue::Plain(expr) => one(checker, with, &entry.name.value, of, expr),
                    CellValue::Map(record) => shape(checker, &entry.name.value, of, record.span),
                    CellValue::Rows(span, _) => shape(checker, &entry.name.value, of, *span),
                };
                match key.zip(value) {
                    Some(entry) => entries.push(entry),
                    None => whole = false,
                }
            }
            whole.then_some(())?;
            entries.sort_by(|a, b| compare_scalars(&a.0, &b.0));
            Some(GivenValue::Map(entries))
        }
        (CellValue::Rows(_, records), Type::Rows(entity)) => {
            let rows: Vec<_> = records.iter().map(|record| row(checker, with, *entity, record)).collect();
            Some(GivenValue::Rows { entity: *entity, rows: rows.into_iter().collect::<Option<_>>()? })
        }
        (CellValue::Map(record), _) => shape(checker, name, ty, record.span),
        (CellValue::Rows(span, _), _) => shape(checker, name, ty, *span),
    }
}

fn is_unknown(expr: &Expr) -> bool {
    matches!(&expr.kind, ExprKind::Name(name) if name == UNKNOWN)
}

/// What is written has another shape than the type.
fn shape<T>(checker: &mut Checker<'_>, name: &str, ty: &Type, span: Span) -> Option<T> {
    let what = match ty {
        Type::Rows(entity) => format!("a list of `{}` rows", checker.schema.entity(*entity).name),
        _ => checker.a_type(ty),
    };
    let help = match ty {
        Type::Rows(_) => "write `[{ field: value }, { … }]`",
        Type::Map { .. } => "write `{ key: value }`",
        Type::Set(_) | Type::List(_) => "write `[a, b]`",
        _ => "write a literal",
    };
    checker.fail(Diagnostic::error(Code("E0212"), format!("`{name}` is {what}")).at(span, "something else").help(help))
}

/// A set; `unknown` among its elements leaves it open.
fn set(
    checker: &mut Checker<'_>,
    with: &Circumstances<'_>,
    name: &str,
    ty: &Type,
    of: &Type,
    expr: &Expr,
) -> Option<GivenValue> {
    let ExprKind::List(items) = &expr.kind else { return shape(checker, name, ty, expr.span) };
    let known: Vec<&Expr> = items.iter().filter(|item| !is_unknown(item)).collect();
    let values: Vec<_> = known.iter().map(|item| one(checker, with, name, of, item)).collect();
    let members: Vec<Scalar> = values.into_iter().collect::<Option<_>>()?;
    Some(GivenValue::Many { members, open: known.len() < items.len() })
}

/// One value: times in the zone of the test's policy, the rest as parameters are read.
fn one(checker: &mut Checker<'_>, with: &Circumstances<'_>, name: &str, ty: &Type, expr: &Expr) -> Option<Scalar> {
    if matches!(ty, Type::Time | Type::TimeOrNever) && is_written_time(expr) {
        return time(checker, with, expr).map(Scalar::Time);
    }
    // A row is named by its key, a schedule by its text.
    let read = if matches!(ty, Type::Row(_) | Type::Schedule) { &Type::Text } else { ty };
    let node = checker.value_of(&Scope::of_estate(None), expr, read, &format!("`{name}`"))?;
    if let Op::Constant(value) = &checker.nodes.get(node).op {
        let value = value.clone();
        if *ty == Type::Time && value == Scalar::Time(Instant::NEVER) {
            return checker.fail(
                Diagnostic::error(Code("E0212"), format!("`{name}` is a time, and never `never`"))
                    .at(expr.span, "only ends may be `never`")
                    .help("leave it out where it is not known"),
            );
        }
        return Some(value);
    }
    checker.fail(
        Diagnostic::error(Code("E0227"), "what a test gives is a literal")
            .at(expr.span, "known only when facts are read")
            .help("write the value itself; a time may be `now - 3h`"),
    )
}

/// Whether an expression is a time as tests write it: a literal, a date, a span from now.
pub(super) fn is_written_time(expr: &Expr) -> bool {
    matches!(expr.kind, ExprKind::Literal(Literal::Time(_) | Literal::Date(_))) || time::from_now(expr).is_some()
}

/// The instant of a time as tests write it.
pub(super) fn time(checker: &mut Checker<'_>, with: &Circumstances<'_>, expr: &Expr) -> Option<Instant> {
    let Some(spans) = time::from_now(expr) else { return time::instant(checker, with.zone, expr) };
    let Some(now) = with.as_of else {
        if with.said_as_of {
            return None;
        }
        return checker.fail(
            Diagnostic::error(Code("E0705"), "`now` is what `as of` says")
                .at(expr.span, "no `as of` in this test")
                .help("add a line such as `as of 2026-11-22T06:00:00Z`"),
        );
    };
    time::apart(now, &spans, with.zone).or_else(|| {
        checker.fail(Diagnostic::error(Code("E0227"), "this time is out of range").at(expr.span, "too far from now"))
    })
}
