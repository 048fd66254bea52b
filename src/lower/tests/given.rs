//! `given` lines: which entity, how many rows, at which times.

use super::cells;
use crate::base::codes::Code;
use crate::base::suggest::nearest;
use crate::base::{Diagnostic, Span};
use crate::facts::schema::{EntityId, FieldId, FieldRef};
use crate::plan::{Given, GivenKind, GivenValue};
use crate::syntax::tree::{self, ExprKind, GivenRows, Interval, Literal, Name, Side, Spread};
use crate::typing::checker::Checker;
use crate::value::civil::{DAY, HOUR};
use crate::value::{Cadence, Duration, Instant, Scalar, Zone, period};

/// Most rows that one line gives.
const MOST_ROWS: u64 = 10_000;

/// What the lines of a test share.
pub(super) struct Circumstances<'a> {
    /// The zone of dates and local times.
    pub zone: &'a Zone,
    /// What `as of` says.
    pub as_of: Option<Instant>,
    /// Whether it is said, if only in a line that has a mistake.
    pub said_as_of: bool,
}

/// One line.
pub(super) fn lower(
    checker: &mut Checker<'_>,
    with: &Circumstances<'_>,
    span: Span,
    given: &tree::Given,
) -> Option<Given> {
    let kind = match given {
        tree::Given::None(name) => GivenKind::None(entity(checker, name)?),
        tree::Given::Facts(path) => GivenKind::Facts(path.value.clone()),
        tree::Given::Rows(rows) => {
            let entity = entity(checker, &rows.entity)?;
            let row = cells::row(checker, with, entity, &rows.record);
            let times = times(checker, with, entity, rows);
            check_keys(checker, entity, rows)?;
            GivenKind::Rows { entity, times: times?, row: row? }
        }
    };
    Some(Given { span, kind })
}

/// The entity, by its singular or plural, that a line names.
fn entity(checker: &mut Checker<'_>, name: &Name) -> Option<EntityId> {
    let schema = checker.schema;
    let Some(found) = schema.entity_named(&name.value).or_else(|| schema.entity_of_plural(&name.value)) else {
        if checker.declarations.broken.contains(&name.value) {
            return None;
        }
        let names = schema.entities.iter().flat_map(|e| [e.name.as_str(), e.plural.as_str()]);
        let help = match nearest(&name.value, names) {
            Some(near) => format!("did you mean `{near}`?"),
            None => "`backproof schema` lists the entities".to_owned(),
        };
        let error = Diagnostic::error(Code("E0503"), format!("no entity is called `{}`", name.value));
        return checker.fail(error.at(name.span, "").help(help));
    };
    let Some(parent) = schema.entity(found).parent else { return Some(found) };
    let owner = schema.entity(parent.list.entity);
    let list = &schema.field(parent.list).name;
    checker.fail(
        Diagnostic::error(
            Code("E0706"),
            format!("a `{}` stands in a row of `{}`", schema.entity(found).name, owner.name),
        )
        .at(name.span, "not given by itself")
        .help(format!("write `given {} {{ {list}: [{{ … }}] }}`", owner.name)),
    )
}

/// How many rows, and when each is.
fn times(
    checker: &mut Checker<'_>,
    with: &Circumstances<'_>,
    entity: EntityId,
    rows: &GivenRows,
) -> Option<Vec<Option<(FieldId, Instant)>>> {
    let count = rows.count.as_ref().map_or(1, |count| count.value);
    if let Some(written) = rows.count.as_ref().filter(|count| count.value == 0 || count.value > MOST_ROWS) {
        let name = &checker.schema.entity(entity).name;
        let help = match count {
            0 => format!("write `given no {name}`"),
            _ => format!("a line gives at most {MOST_ROWS} rows"),
        };
        let error = Diagnostic::error(Code("E0708"), format!("a line cannot give {count} rows"));
        return checker.fail(error.at(written.span, "").help(help));
    }
    let Some(spread) = &rows.spread else { return Some((0..count).map(|_| None).collect()) };
    let declared = checker.schema.entity(entity);
    let Some(field) = declared.occurs.first().copied() else {
        let error = Diagnostic::error(Code("E0708"), format!("a `{}` has no time of its own", declared.name));
        return checker.fail(error.at(spread.span, "nothing to spread").help("leave this out"));
    };
    let name = &checker.schema.field(FieldRef { entity, field }).name;
    if let Some(cell) = rows.record.cells.iter().find(|cell| cell.name.value == *name) {
        return checker.fail(
            Diagnostic::error(Code("E0708"), format!("`{name}` is said twice"))
                .at(cell.name.span, "again here")
                .and(spread.span, format!("this is the `{name}` of each row"))
                .help("leave one of them out"),
        );
    }
    let every = interval(checker, spread)?;
    if !cells::is_written_time(&spread.time) {
        let error = Diagnostic::error(Code("E0708"), "this is no time").at(spread.time.span, "when?");
        return checker.fail(error.help("write `2026-11-21T22:00:00Z`, a date, or `now - 8h`"));
    }
    let anchor = cells::time(checker, with, &spread.time)?;
    let mut times = Vec::new();
    for number in 0..count {
        let steps = i64::try_from(number).unwrap_or(i64::MAX);
        let steps = if spread.side == Side::From { steps } else { -steps };
        match step(anchor, every, steps, with.zone) {
            Some(at) => times.push(Some((field, at))),
            None => {
                let error = Diagnostic::error(Code("E0227"), "these times leave the calendar");
                return checker.fail(error.at(spread.span, "too far back").help("give fewer rows"));
            }
        }
    }
    times.sort_by_key(|time| time.map(|(_, at)| at));
    Some(times)
}

/// From one row to the next.
#[derive(Clone, Copy)]
enum Step {
    /// So many local days.
    Days(i64),
    /// A duration.
    Span(Duration),
}

fn interval(checker: &mut Checker<'_>, spread: &Spread) -> Option<Step> {
    let cadence = |cadence: Cadence| match cadence {
        Cadence::Hourly => Step::Span(Duration::Exact(HOUR)),
        Cadence::Daily => Step::Days(1),
        Cadence::Weekly => Step::Days(7),
        Cadence::Monthly => Step::Span(Duration::Months(1)),
        Cadence::Quarterly => Step::Span(Duration::Months(3)),
        Cadence::Yearly => Step::Span(Duration::Months(12)),
    };
    const WORDS: &[(&str, Cadence)] = &[
        ("hourly", Cadence::Hourly),
        ("daily", Cadence::Daily),
        ("weekly", Cadence::Weekly),
        ("monthly", Cadence::Monthly),
        ("quarterly", Cadence::Quarterly),
        ("yearly", Cadence::Yearly),
    ];
    let (found, span) = match &spread.every {
        Interval::Word(word) => {
            let known = WORDS.iter().find(|(name, _)| *name == word.value);
            let near = nearest(&word.value, WORDS.iter().map(|(name, _)| *name));
            (known.map(|(_, found)| cadence(*found)).ok_or(near), word.span)
        }
        Interval::Literal(expr) => match &expr.kind {
            ExprKind::Literal(Literal::Cadence(found)) => (Ok(cadence(*found)), expr.span),
            ExprKind::Literal(Literal::Duration(Duration::Exact(n))) if *n > 0 && n % DAY == 0 => {
                (Ok(Step::Days(n / DAY)), expr.span)
            }
            ExprKind::Literal(Literal::Duration(found)) if *found != Duration::Exact(0) => {
                (Ok(Step::Span(*found)), expr.span)
            }
            _ => (Err(None), expr.span),
        },
    };
    found
        .or_else(|near| {
            let help =
                near.map_or("write `daily`, `weekly`, or `every 6h`".to_owned(), |near| format!("write `{near}`"));
            let error = Diagnostic::error(Code("E0708"), "this is no interval from row to row");
            checker.fail(error.at(span, "how far apart?").help(help)).ok_or(())
        })
        .ok()
}

/// The instant some steps from another: days and months keep the local time of day.
fn step(anchor: Instant, every: Step, steps: i64, zone: &Zone) -> Option<Instant> {
    match every {
        Step::Span(span) => period::add(anchor, span.times(steps)?, zone),
        Step::Days(days) => {
            let seconds = zone.local_seconds(anchor).checked_add(days.checked_mul(steps)?.checked_mul(86_400)?)?;
            let nanoseconds = anchor.0.rem_euclid(1_000_000_000);
            Some(zone.at_local_parts(seconds, nanoseconds)?.earliest())
        }
    }
}

/// Refuses one key for several rows.
fn check_keys(checker: &mut Checker<'_>, entity: EntityId, rows: &GivenRows) -> Option<()> {
    let declared = checker.schema.entity(entity);
    let key = declared.key.map(|field| &checker.schema.field(FieldRef { entity, field }).name);
    let cell = rows.record.cells.iter().find(|cell| Some(&cell.name.value) == key);
    match (cell, &rows.count) {
        (Some(cell), Some(count)) if count.value > 1 => checker.fail(
            Diagnostic::error(Code("E0707"), format!("{} rows cannot have one key", count.value))
                .at(cell.name.span, "tells rows apart")
                .and(count.span, "several rows")
                .help("leave it out, and each row gets one"),
        ),
        _ => Some(()),
    }
}

/// Whether the lines of a test agree with each other: no entity that is there and is not, no key twice.
pub(super) fn agree(checker: &mut Checker<'_>, given: &[Given]) -> bool {
    let mut agree = true;
    let mut keys: Vec<(EntityId, &str, Span)> = Vec::new();
    for line in given {
        match &line.kind {
            GivenKind::None(entity) => {
                let rows = |other: &&Given| matches!(&other.kind, GivenKind::Rows { entity: of, .. } if of == entity);
                if let Some(other) = given.iter().find(rows) {
                    let name = &checker.schema.entity(*entity).name;
                    let error = Diagnostic::error(Code("E0709"), format!("this says that there is no `{name}`"))
                        .at(line.span, "none")
                        .and(other.span, "one is given here")
                        .help("leave one of them out");
                    checker.report(error);
                    agree = false;
                }
            }
            GivenKind::Rows { entity, row, .. } => {
                let Some(field) = checker.schema.entity(*entity).key else { continue };
                let cell = row.cells.iter().find(|(of, _)| *of == field);
                let Some((_, GivenValue::One(Scalar::Text(key)))) = cell else { continue };
                if let Some((.., first)) = keys.iter().find(|(of, other, _)| of == entity && **other == **key) {
                    let name = &checker.schema.entity(*entity).name;
                    let error = Diagnostic::error(Code("E0707"), format!("the {name} `{key}` is given twice"))
                        .at(line.span, "again here")
                        .and(*first, "first here")
                        .help("a row is one line; another row has another key");
                    checker.report(error);
                    agree = false;
                } else {
                    keys.push((*entity, key, line.span));
                }
            }
            GivenKind::Facts(_) => {}
        }
    }
    agree
}
