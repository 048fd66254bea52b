//! The worlds that facts allow, as far as a claim can tell them apart: every value of a small set for each unknown cell
//! that it reads, and for each group that is open some rows more.

use crate::chance::Chance;
use crate::claims::Reads;
use crate::facts::{AT, Cell, Kind, Row, Shown, Sort, Subject, Value};
use std::collections::BTreeSet;

/// How many worlds are looked at for one claim and crate.
const LIMIT: usize = 400;
const ROWS: usize = 40;

pub struct Worlds {
    pub worlds: Vec<Subject>,
    /// Every value of the small sets is there; else it is a sample.
    pub all: bool,
}

/// The values of a cell that are told apart.
fn values(cell: &Cell, sort: Sort, reads: &Reads, subject: &Subject) -> Vec<Value> {
    match (cell, sort) {
        (Cell::Known(value), _) => vec![value.clone()],
        (Cell::Between(low, high), _) => (*low..=*high).map(Value::Number).collect(),
        (Cell::AtLeast(set), Sort::Words(words)) => {
            subsets(words.len()).into_iter().filter(|s| s.is_superset(set)).map(Value::Words).collect()
        }
        (_, Sort::Bool) => vec![Value::Bool(false), Value::Bool(true)],
        (_, Sort::Word(words)) => (0..words.len()).map(Value::Word).collect(),
        (_, Sort::Words(words)) => subsets(words.len()).into_iter().map(Value::Words).collect(),
        _ => {
            let mut numbers: BTreeSet<i64> = numbers(sort, reads, subject);
            numbers.extend([-100, 100]);
            numbers.retain(|n| match sort {
                Sort::Size | Sort::Hours => *n >= 0,
                Sort::Time => *n <= 0,
                _ => true,
            });
            let never = (sort == Sort::End).then_some(Value::Never);
            numbers.into_iter().map(Value::Number).chain(never).collect()
        }
    }
}

/// The constants of the claim and what facts it reads, and one unit beside each constant.
fn numbers(sort: Sort, reads: &Reads, subject: &Subject) -> BTreeSet<i64> {
    let alike = |other: Sort| {
        let time = |s: Sort| matches!(s, Sort::Time | Sort::End);
        other == sort || time(other) && time(sort) || other == Sort::Hours && time(sort)
    };
    let mut numbers = BTreeSet::from([0]);
    for (_, n) in reads.constants.iter().filter(|(other, _)| alike(*other)) {
        numbers.extend([n - 1, *n, n + 1]);
        if matches!(sort, Sort::Time | Sort::Hours) {
            numbers.extend([-n - 1, -n, 1 - n]);
        }
    }
    for (kind, field) in &reads.fields {
        if *kind == Kind::Crate
            && alike(kind.fields()[*field].sort)
            && let Cell::Known(Value::Number(n)) = &subject.cells[*field]
        {
            numbers.insert(*n);
        }
    }
    numbers
}

fn subsets(length: usize) -> Vec<BTreeSet<usize>> {
    (0..1 << length).map(|bits: usize| (0..length).filter(|i| bits >> i & 1 == 1).collect()).collect()
}

/// The cells that the claim reads and that have several values, with those.
fn open_cells(subject: &Subject, reads: &Reads) -> Vec<(Kind, usize, usize, Vec<Value>)> {
    let mut found = Vec::new();
    for kind in [Kind::Crate, Kind::Job, Kind::Tick] {
        let rows: Vec<&[Cell]> = match kind {
            Kind::Crate => vec![&subject.cells],
            _ => subject.group(kind).rows.iter().map(|row| row.cells.as_slice()).collect(),
        };
        for (r, cells) in rows.into_iter().enumerate() {
            for (f, cell) in cells.iter().enumerate() {
                if !matches!(cell, Cell::Known(_)) && reads.fields.contains(&(kind, f)) {
                    found.push((kind, r, f, values(cell, kind.fields()[f].sort, reads, subject)));
                }
            }
        }
    }
    found
}

/// Whether the facts say that they show every row that the claim could see.
fn is_open(shown: Shown, has_rows: bool) -> bool {
    match shown {
        Shown::Closed => false,
        Shown::Open | Shown::Uncovered | Shown::Since(_) => true,
        Shown::Unstated => !has_rows,
    }
}

/// Lists of rows that may exist unseen: none, one, one of each two, many alike.
fn unseen(chance: &mut Chance, subject: &Subject, kind: Kind, reads: &Reads, all: &mut bool) -> Vec<Vec<Row>> {
    let group = subject.group(kind);
    let since = match group.shown {
        Shown::Since(_) if kind == Kind::Job => return vec![Vec::new()],
        Shown::Since(hours) => Some(-hours),
        shown if !is_open(shown, !group.rows.is_empty()) || !reads.groups.contains(&kind) => return vec![Vec::new()],
        _ => None,
    };
    if !reads.groups.contains(&kind) {
        return vec![Vec::new()];
    }
    let choices: Vec<Vec<Value>> = kind
        .fields()
        .iter()
        .enumerate()
        .map(|(f, field)| {
            let own_time = kind == Kind::Tick && f == AT;
            if !own_time && !reads.fields.contains(&(kind, f)) {
                return vec![any(field.sort)];
            }
            let mut choices = values(&Cell::Unknown, field.sort, reads, subject);
            if own_time {
                choices.retain(|v| since.is_none_or(|since| matches!(v, Value::Number(n) if *n < since)));
            }
            choices
        })
        .collect();
    let row = |values: Vec<Value>, i: usize| Row {
        id: format!("unseen-{}-{}-{i}", kind.name(), subject.key),
        cells: values.into_iter().map(Cell::Known).collect(),
    };
    let size = choices.iter().map(Vec::len).product::<usize>();
    let singles: Vec<Vec<Value>> = if size <= ROWS {
        (0..size).map(|i| picked(&choices, i)).collect()
    } else {
        *all = false;
        (0..ROWS).map(|_| picked(&choices, chance.below(size as u64) as usize)).collect()
    };
    let mut lists = vec![Vec::new()];
    for single in &singles {
        for copies in [1, 2, 3, 13] {
            lists.push((0..copies).map(|i| row(single.clone(), i)).collect());
        }
    }
    for _ in 0..ROWS / 2 {
        lists.push(vec![row(chance.one(&singles).clone(), 0), row(chance.one(&singles).clone(), 1)]);
    }
    lists
}

fn any(sort: Sort) -> Value {
    match sort {
        Sort::Bool => Value::Bool(false),
        Sort::Word(_) => Value::Word(0),
        Sort::Words(_) => Value::Words(BTreeSet::new()),
        Sort::Time => Value::Number(-100),
        _ => Value::Number(1),
    }
}

/// The combination with this number.
fn picked<T: Clone>(choices: &[Vec<T>], mut number: usize) -> Vec<T> {
    choices
        .iter()
        .map(|of| {
            let i = number % of.len();
            number /= of.len();
            of[i].clone()
        })
        .collect()
}

pub fn worlds(chance: &mut Chance, subject: &Subject, reads: &Reads) -> Worlds {
    let mut all = true;
    let cells = open_cells(subject, reads);
    let jobs = unseen(chance, subject, Kind::Job, reads, &mut all);
    let ticks = unseen(chance, subject, Kind::Tick, reads, &mut all);
    let sizes: Vec<usize> = cells.iter().map(|c| c.3.len()).chain([jobs.len(), ticks.len()]).collect();
    let total = sizes.iter().try_fold(1_usize, |product, size| product.checked_mul(*size)).unwrap_or(usize::MAX);
    all &= total <= LIMIT;
    // What the claim does not read has any value.
    let mut base = subject.clone();
    let fill = |kind: Kind, cells: &mut Vec<Cell>| {
        for (cell, field) in cells.iter_mut().zip(kind.fields()) {
            if !matches!(cell, Cell::Known(_)) {
                *cell = Cell::Known(any(field.sort));
            }
        }
    };
    fill(Kind::Crate, &mut base.cells);
    base.jobs.rows.iter_mut().for_each(|row| fill(Kind::Job, &mut row.cells));
    base.ticks.rows.iter_mut().for_each(|row| fill(Kind::Tick, &mut row.cells));
    let worlds = (0..total.min(LIMIT))
        .map(|number| {
            let mut rest = number;
            let choices: Vec<usize> = sizes
                .iter()
                .map(|size| {
                    if total > LIMIT {
                        return chance.below(*size as u64) as usize;
                    }
                    let choice = rest % size;
                    rest /= size;
                    choice
                })
                .collect();
            let mut world = base.clone();
            for ((kind, row, field, values), choice) in cells.iter().zip(&choices) {
                let cell = match kind {
                    Kind::Crate => &mut world.cells[*field],
                    _ => &mut world.group_mut(*kind).rows[*row].cells[*field],
                };
                *cell = Cell::Known(values[*choice].clone());
            }
            world.jobs.rows.extend(jobs[choices[cells.len()]].iter().cloned());
            world.ticks.rows.extend(ticks[choices[cells.len() + 1]].iter().cloned());
            world
        })
        .collect();
    Worlds { worlds, all }
}
