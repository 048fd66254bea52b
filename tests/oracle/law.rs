//! The law of soundness: random facts, random steps of knowledge, and the program before and after them. What it decided
//! without a mark stays decided as it was, also when a row turns up where its group was open.

use crate::chance::Chance;
use crate::facts::{self, Cell, Crates, Kind, Row, SINCE, Shown, Sort, Subject, Value};
use crate::program::{self, Judged, Report, Verdict};
use crate::random::{FOCUSES, Focus, Style};
use crate::rules::{self, Rule};
use std::collections::{BTreeMap, BTreeSet};

/// What is known at one time.
#[derive(Clone)]
struct Knowledge {
    subjects: Vec<Subject>,
    crates: Crates,
    need: Option<i64>,
    /// Crates that got a row.
    grown: BTreeSet<String>,
}

impl Knowledge {
    fn report(&self, policy: &str) -> Report {
        let keys: Vec<String> = self.subjects.iter().map(|s| s.key.clone()).collect();
        let need = self.need.map(|n| format!("need={n}"));
        let options: Vec<&str> = need.iter().flat_map(|need| ["--param", need]).collect();
        let files = facts::documents(&self.subjects, self.crates);
        program::judge(policy, &files, &options, &keys).unwrap_or_else(|e| panic!("{e}\n{policy}"))
    }

    fn step(&mut self, chance: &mut Chance) {
        match chance.below(10) {
            0 => self.crates = Crates::Listed,
            1 => self.need = self.need.or(Some(chance.below(5) as i64)),
            2..5 => {
                for subject in &mut self.subjects {
                    for kind in [Kind::Job, Kind::Tick] {
                        if chance.below(3) == 0 && show(chance, subject, kind) {
                            self.grown.insert(subject.key.clone());
                        }
                    }
                }
            }
            _ => {
                for subject in &mut self.subjects {
                    narrow(chance, Kind::Crate, &mut subject.cells);
                    subject.jobs.rows.iter_mut().for_each(|row| narrow(chance, Kind::Job, &mut row.cells));
                    subject.ticks.rows.iter_mut().for_each(|row| narrow(chance, Kind::Tick, &mut row.cells));
                }
            }
        }
    }
}

/// Closes the group of the crate; true if that showed a row that nobody had shown.
fn show(chance: &mut Chance, subject: &mut Subject, kind: Kind) -> bool {
    let key = subject.key.clone();
    let group = subject.group_mut(kind);
    let count = match group.shown {
        Shown::Open | Shown::Uncovered => chance.below(3),
        Shown::Since(_) if kind == Kind::Tick => chance.below(3),
        _ => 0,
    };
    for i in 0..count {
        let mut cells: Vec<Cell> =
            kind.fields().iter().map(|field| Cell::Known(facts::value(chance, field.sort))).collect();
        if group.shown == Shown::Since(SINCE) {
            cells[facts::AT] = Cell::Known(Value::Number(-SINCE - 1 - chance.below(3) as i64));
        }
        group.rows.push(Row { id: format!("new-{}-{key}-{i}", kind.name()), cells });
    }
    group.shown = Shown::Closed;
    count > 0
}

/// Makes about half of the cells known, or known better.
fn narrow(chance: &mut Chance, kind: Kind, cells: &mut [Cell]) {
    for (cell, field) in cells.iter_mut().zip(kind.fields()) {
        if chance.below(2) == 0 {
            continue;
        }
        *cell = match (&*cell, field.sort) {
            (Cell::Between(low, high), _) => {
                let at = low + chance.below((high - low + 1) as u64) as i64;
                if chance.below(3) == 0 && at < *high {
                    Cell::Between(at, *high)
                } else {
                    Cell::Known(Value::Number(at))
                }
            }
            (Cell::AtLeast(set), Sort::Words(words)) => {
                let more: BTreeSet<usize> =
                    (0..words.len()).filter(|i| set.contains(i) || chance.below(3) == 0).collect();
                if chance.below(3) == 0 { Cell::AtLeast(more) } else { Cell::Known(Value::Words(more)) }
            }
            (Cell::Unknown, sort) => Cell::Known(facts::value(chance, sort)),
            (known, _) => known.clone(),
        };
    }
}

/// Whether the law lets `before` become `after`.
fn allows(rule: &Rule, before: Judged, after: Judged, grown: bool) -> bool {
    if before.assumed {
        return true;
    }
    match before.verdict {
        Verdict::Unknown => true,
        Verdict::NotSubject => rule.style == Style::Assuming || after.verdict == Verdict::NotSubject,
        Verdict::Pass => after.verdict == Verdict::Pass || before.either_way && after.verdict == Verdict::NotSubject,
        // A row more where the group was open is more than the weak verdict reckoned with.
        Verdict::Fail if before.weak => grown || matches!(after.verdict, Verdict::Fail | Verdict::Unknown),
        Verdict::Fail => after.verdict == Verdict::Fail && !after.weak,
    }
}

#[test]
fn more_knowledge_contradicts_no_verdict() {
    let focuses: Vec<Focus> = FOCUSES.iter().copied().chain([Focus::Trend]).collect();
    let (mut compared, mut wrong) = (0, Vec::new());
    let (mut kept, mut settled): (BTreeMap<String, u32>, BTreeMap<String, u32>) = (BTreeMap::new(), BTreeMap::new());
    for round in 0..crate::setting("ORACLE_ROUNDS", 4) * 2 {
        let mut chance = Chance::new(crate::setting("ORACLE_SEED", 1) + 77_000 + 1000 * round);
        let style = if round % 3 == 2 { Style::Assuming } else { Style::Free };
        let rules: Vec<Rule> =
            (0..6 * focuses.len()).map(|i| Rule::draw(&mut chance, i, focuses[i % focuses.len()], style)).collect();
        let policy = rules::policy(&rules);
        let count = *chance.one(&[1, 2, 10, 24]);
        let crates = if chance.below(3) == 0 { Crates::Seen } else { Crates::Listed };
        let subjects = facts::subjects(&mut chance, count, 30);
        let mut now = Knowledge { subjects, crates, need: None, grown: BTreeSet::new() };
        let first = now.clone();
        let before = first.report(&policy);
        for _ in 0..1 + chance.below(4) {
            now.step(&mut chance);
        }
        let after = now.report(&policy);
        for rule in &rules {
            if first.crates == Crates::Listed && before.vacuous.contains(&rule.name) && style != Style::Assuming {
                compared += 1;
                if !after.vacuous.contains(&rule.name) {
                    wrong.push(format!("round {round}: vacuous no longer\n{}", rule.text()));
                }
            }
            for (old, new) in first.subjects.iter().zip(&now.subjects) {
                let place = (rule.name.clone(), old.key.clone());
                let (was, is) = (before.verdicts[&place], after.verdicts[&place]);
                // Beside no inventory a crate that no row names is not a subject yet.
                if was.verdict == Verdict::NotSubject && first.crates == Crates::Seen {
                    continue;
                }
                compared += 1;
                let counts = if was.verdict == Verdict::Unknown { &mut settled } else { &mut kept };
                if is.verdict != Verdict::Unknown {
                    *counts.entry(format!("{:?}", rule.focus)).or_default() += 1;
                }
                if !allows(rule, was, is, now.grown.contains(&old.key)) {
                    let texts = (rules::shown(rule, old), rules::shown(rule, new));
                    let need = now.need;
                    wrong.push(format!(
                        "round {round}, {:?}, `need` {need:?}: {was:?} became {is:?}\n{}\n--\n{}",
                        first.crates, texts.0, texts.1
                    ));
                }
            }
        }
    }
    println!("{compared} verdicts compared; decided and kept {kept:?}; undecided, then decided {settled:?}");
    assert!(
        wrong.is_empty(),
        "{} of {compared} verdicts break the law; the first:\n{}",
        wrong.len(),
        wrong[..wrong.len().min(5)].join("\n\n")
    );
    for focus in &focuses {
        let name = format!("{focus:?}");
        assert!(kept.contains_key(&name) && settled.contains_key(&name), "nothing was shown of {name}");
    }
}
