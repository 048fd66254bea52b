//! The oracle's own model of facts: a crate with its jobs and ticks, random ones, and their text in the project's format.
//! Numbers stand in one unit for each sort: GB, hours, hours from now (the past is negative).

use crate::chance::Chance;
use serde_json::{Map, Value as Json, json};
use std::collections::BTreeSet;

/// What a field holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sort {
    Bool,
    /// One of these words; ordered or not makes no difference to the facts.
    Word(&'static [&'static str]),
    Words(&'static [&'static str]),
    Int,
    Size,
    Hours,
    Time,
    End,
    /// A share; no field's.
    Ratio,
}

pub struct Field {
    pub name: &'static str,
    pub sort: Sort,
}

const fn field(name: &'static str, sort: Sort) -> Field {
    Field { name, sort }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    Crate,
    Job,
    Tick,
}

/// The place of `at`, a tick's own time.
pub const AT: usize = 0;

const CRATE: &[Field] = &[
    field("grade", Sort::Word(&["low", "mid", "high"])),
    field("flag", Sort::Bool),
    field("level", Sort::Int),
    field("cap", Sort::Size),
    field("limit", Sort::Hours),
    field("seen", Sort::Time),
    field("ends", Sort::End),
    field("words", Sort::Words(&["wx", "wy", "wz"])),
    field("spare", Sort::Bool),
    field("depth", Sort::Int),
];
const JOB: &[Field] = &[
    field("state", Sort::Word(&["good", "bad", "odd"])),
    field("rank", Sort::Word(&["r1", "r2", "r3"])),
    field("fine", Sort::Bool),
    field("steps", Sort::Int),
    field("weight", Sort::Size),
    field("took", Sort::Hours),
    field("begun", Sort::Time),
    field("expiry", Sort::End),
    field("tags", Sort::Words(&["tp", "tq", "tr"])),
];
const TICK: &[Field] = &[
    field("at", Sort::Time),
    field("mark", Sort::Word(&["plus", "minus", "nil"])),
    field("clear", Sort::Bool),
    field("amount", Sort::Int),
    field("length", Sort::Hours),
];

impl Kind {
    pub fn fields(self) -> &'static [Field] {
        match self {
            Kind::Crate => CRATE,
            Kind::Job => JOB,
            Kind::Tick => TICK,
        }
    }

    pub fn name(self) -> &'static str {
        match self {
            Kind::Crate => "crate",
            Kind::Job => "job",
            Kind::Tick => "tick",
        }
    }

    pub fn plural(self) -> &'static str {
        match self {
            Kind::Crate => "crates",
            Kind::Job => "jobs",
            Kind::Tick => "ticks",
        }
    }
}

/// The entities as the policy declares them.
pub fn schema() -> String {
    let mut text = String::new();
    for kind in [Kind::Crate, Kind::Job, Kind::Tick] {
        let event = if kind == Kind::Tick { "event " } else { "" };
        text.push_str(&format!("{event}entity {} \"One\" {{\n  id: text key\n", kind.name()));
        for field in kind.fields() {
            let ordered = ["grade", "rank"].contains(&field.name);
            let sort = match field.sort {
                Sort::Bool => "bool".to_string(),
                Sort::Word(words) => format!("one of [{}]", words.join(if ordered { " < " } else { ", " })),
                Sort::Words(words) => format!("set of [{}]", words.join(", ")),
                Sort::Int | Sort::Ratio => "int".to_string(),
                Sort::Size => "size".to_string(),
                Sort::Hours => "duration".to_string(),
                Sort::Time => "time".to_string(),
                Sort::End => "time or never".to_string(),
            };
            text.push_str(&format!("  {}: {sort}\n", field.name));
        }
        text.push_str(match kind {
            Kind::Crate => "  jobs: many job by crate\n  ticks: many tick by crate\n",
            Kind::Job => "  crate: crate\n",
            Kind::Tick => "  crate: crate\n  occurs at\n",
        });
        text.push_str("}\n\n");
    }
    text
}

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Value {
    Bool(bool),
    Word(usize),
    Number(i64),
    Never,
    Words(BTreeSet<usize>),
}

#[derive(Clone, Debug, PartialEq)]
pub enum Cell {
    Known(Value),
    /// Both ends in.
    Between(i64, i64),
    /// These words and perhaps more.
    AtLeast(BTreeSet<usize>),
    Unknown,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Row {
    pub id: String,
    pub cells: Vec<Cell>,
}

/// What the exports say of the rows of one kind about one crate.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Shown {
    /// All there are.
    Closed,
    /// An incomplete listing.
    Open,
    /// All since so many hours ago; for what is no event, all.
    Since(i64),
    /// No export covers the crate.
    Uncovered,
    /// A complete export that does not say what it covers: all, if it has a row about the crate; else weakly all.
    Unstated,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Group {
    pub rows: Vec<Row>,
    pub shown: Shown,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Subject {
    pub key: String,
    pub cells: Vec<Cell>,
    pub jobs: Group,
    pub ticks: Group,
}

impl Subject {
    pub fn group(&self, kind: Kind) -> &Group {
        if kind == Kind::Job { &self.jobs } else { &self.ticks }
    }

    pub fn group_mut(&mut self, kind: Kind) -> &mut Group {
        if kind == Kind::Job { &mut self.jobs } else { &mut self.ticks }
    }
}

/// Where a complete listing of class `Since` begins, in hours from now.
pub const SINCE: i64 = 5;

pub fn subjects(chance: &mut Chance, count: usize, doubt: u64) -> Vec<Subject> {
    (0..count)
        .map(|i| {
            let cells = cells(chance, Kind::Crate, doubt);
            let jobs = group(chance, Kind::Job, i, doubt);
            let ticks = group(chance, Kind::Tick, i, doubt);
            Subject { key: format!("c{i}"), cells, jobs, ticks }
        })
        .collect()
}

fn group(chance: &mut Chance, kind: Kind, subject: usize, doubt: u64) -> Group {
    let shown = match chance.below(12) {
        0..6 => Shown::Closed,
        6..8 => Shown::Open,
        8..10 if kind == Kind::Tick => Shown::Since(SINCE),
        10 => Shown::Uncovered,
        11 => Shown::Unstated,
        _ => Shown::Closed,
    };
    let count = if shown == Shown::Uncovered { 0 } else { chance.below(4) as usize };
    let rows = (0..count)
        .map(|i| Row { id: format!("{}{subject}-{i}", kind.name()), cells: cells(chance, kind, doubt) })
        .collect();
    Group { rows, shown }
}

fn cells(chance: &mut Chance, kind: Kind, doubt: u64) -> Vec<Cell> {
    kind.fields().iter().map(|field| cell(chance, field.sort, doubt)).collect()
}

/// Of a hundred cells `doubt` are not known.
fn cell(chance: &mut Chance, sort: Sort, doubt: u64) -> Cell {
    if chance.below(100) >= doubt {
        return Cell::Known(value(chance, sort));
    }
    match (sort, chance.below(3)) {
        (Sort::Int | Sort::Size | Sort::Hours | Sort::Time | Sort::End, 0) => {
            let low = number(chance, sort);
            let high = low + 1 + chance.below(3) as i64;
            if sort == Sort::Time { Cell::Between(low - 3, low) } else { Cell::Between(low, high) }
        }
        (Sort::Words(words), 0 | 1) => Cell::AtLeast((0..words.len()).filter(|_| chance.below(3) == 0).collect()),
        _ => Cell::Unknown,
    }
}

/// A number as facts and policies like to have it, of few different ones.
pub fn number(chance: &mut Chance, sort: Sort) -> i64 {
    let small = *chance.one(&[1, 2, 3, 4, 6]);
    match sort {
        Sort::Time => -small,
        Sort::End | Sort::Int if chance.below(3) == 0 => -small,
        _ => small,
    }
}

pub fn value(chance: &mut Chance, sort: Sort) -> Value {
    match sort {
        Sort::Bool => Value::Bool(chance.below(2) == 0),
        Sort::Word(words) => Value::Word(chance.below(words.len() as u64) as usize),
        Sort::Words(words) => Value::Words((0..words.len()).filter(|_| chance.below(2) == 0).collect()),
        Sort::End if chance.below(4) == 0 => Value::Never,
        _ => Value::Number(number(chance, sort)),
    }
}

/// 2026-11-22T06:00:00Z and so many hours.
pub fn instant(hours: i64) -> String {
    let now = chrono::DateTime::from_timestamp(1_795_327_200 + hours * 3600, 0).unwrap();
    now.format("%Y-%m-%dT%H:%M:%SZ").to_string()
}

fn number_json(number: i64, sort: Sort) -> Json {
    match sort {
        Sort::Size => json!(format!("{number} GB")),
        Sort::Hours => json!(format!("{number}h")),
        Sort::Time | Sort::End => json!(instant(number)),
        _ => json!(number),
    }
}

fn cell_json(cell: &Cell, sort: Sort) -> Option<Json> {
    let names = |set: &BTreeSet<usize>| match sort {
        Sort::Words(words) => set.iter().map(|i| words[*i]).collect::<Vec<_>>(),
        _ => Vec::new(),
    };
    Some(match (cell, sort) {
        (Cell::Unknown, _) => return None,
        (Cell::Between(low, high), _) => {
            json!({"$from": number_json(*low, sort), "$to": number_json(*high, sort)})
        }
        (Cell::AtLeast(set), _) => json!({"$open": names(set)}),
        (Cell::Known(Value::Bool(is)), _) => json!(is),
        (Cell::Known(Value::Word(i)), Sort::Word(words)) => json!(words[*i]),
        (Cell::Known(Value::Words(set)), _) => json!(names(set)),
        (Cell::Known(Value::Never), _) => json!("never"),
        (Cell::Known(Value::Number(number)), _) => number_json(*number, sort),
        (Cell::Known(Value::Word(_)), _) => unreachable!("a word of no words"),
    })
}

fn row_json(kind: Kind, id: &str, cells: &[Cell], owner: Option<&str>) -> Json {
    let mut map = Map::new();
    map.insert("id".to_string(), json!(id));
    if let Some(owner) = owner {
        map.insert("crate".to_string(), json!(owner));
    }
    for (field, cell) in kind.fields().iter().zip(cells) {
        if let Some(value) = cell_json(cell, field.sort) {
            map.insert(field.name.to_string(), value);
        }
    }
    Json::Object(map)
}

/// Whether an export lists the crates themselves, or they are only seen as names in other rows.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Crates {
    Listed,
    Seen,
}

/// Facts files by name.
pub fn documents(subjects: &[Subject], crates: Crates) -> Vec<(String, Json)> {
    let mut files = Vec::new();
    if crates == Crates::Listed {
        let rows: Vec<Json> = subjects.iter().map(|s| row_json(Kind::Crate, &s.key, &s.cells, None)).collect();
        let export = json!({"kinds": ["crate"], "covers": "all", "collected_at": instant(0)});
        files.push(("crates.json".to_string(), json!({"export": export, "crates": rows})));
    }
    for kind in [Kind::Job, Kind::Tick] {
        for (name, shown) in [
            ("closed", Shown::Closed),
            ("open", Shown::Open),
            ("since", Shown::Since(SINCE)),
            ("unstated", Shown::Unstated),
        ] {
            let those: Vec<&Subject> = subjects.iter().filter(|s| s.group(kind).shown == shown).collect();
            if those.is_empty() {
                continue;
            }
            let rows: Vec<Json> = those
                .iter()
                .flat_map(|s| s.group(kind).rows.iter().map(|row| row_json(kind, &row.id, &row.cells, Some(&s.key))))
                .collect();
            let keys: Vec<&str> = those.iter().map(|s| s.key.as_str()).collect();
            let mut export = json!({"kinds": [kind.name()], "collected_at": instant(0)});
            if kind == Kind::Tick {
                export["covers_from"] = json!("all");
            }
            match shown {
                Shown::Unstated => {}
                _ => export["covers"] = json!({"crate": keys}),
            }
            match shown {
                Shown::Open => export["incomplete"] = json!("page 1 of 2"),
                Shown::Since(hours) if kind == Kind::Tick => export["covers_from"] = json!(instant(-hours)),
                _ => {}
            }
            files.push((format!("{}-{name}.json", kind.plural()), json!({"export": export, kind.plural(): rows})));
        }
    }
    files
}
