//! The oracle: a second, naive reading of the page on verdict semantics that shares no code with the evaluation. It knows
//! only worlds in which everything is known, enumerates those that facts allow, and holds the program to them: what the
//! program decides every world confirms, and where the page promises it, the program is undecided only if worlds differ.
//!
//! `ORACLE_ROUNDS` makes it longer, `ORACLE_SEED` another one.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a text that the program does not take ends the test")]

mod chance;
mod claims;
mod facts;
mod law;
mod meaning;
mod program;
mod random;
mod rules;
mod trips;
mod worlds;

use chance::Chance;
use facts::Crates;
use program::Verdict;
use random::{FOCUSES, Style};
use rules::Rule;

/// A number from the environment.
pub fn setting(name: &str, default: u64) -> u64 {
    std::env::var(name).ok().and_then(|text| text.parse().ok()).unwrap_or(default)
}

#[test]
fn what_is_decided_every_world_confirms() {
    let (mut judged, mut decided, mut wrong) = (0, 0, Vec::new());
    for round in 0..setting("ORACLE_ROUNDS", 4) {
        let mut chance = Chance::new(setting("ORACLE_SEED", 1) + 1000 * round);
        let style = [Style::Once, Style::Free, Style::Once, Style::Assuming][round as usize % 4];
        let rules: Vec<Rule> =
            (0..4 * FOCUSES.len()).map(|i| Rule::draw(&mut chance, i, FOCUSES[i % FOCUSES.len()], style)).collect();
        let subjects = facts::subjects(&mut chance, 16, *[10, 20, 35].get(round as usize % 3).unwrap());
        let keys: Vec<String> = subjects.iter().map(|s| s.key.clone()).collect();
        let text = rules::policy(&rules);
        let files = facts::documents(&subjects, Crates::Listed);
        let report = program::judge(&text, &files, &[], &keys).unwrap_or_else(|e| panic!("{e}\n{text}"));
        for rule in &rules {
            for subject in &subjects {
                let verdict = report.verdicts[&(rule.name.clone(), subject.key.clone())];
                judged += 1;
                decided += usize::from(verdict.verdict != Verdict::Unknown);
                if let Some(text) = rule.wrong(&mut chance, subject, verdict) {
                    wrong.push(format!(
                        "round {round}, {:?}, {}:\n{}\n{text}",
                        rule.focus,
                        subject.key,
                        rules::shown(rule, subject)
                    ));
                }
            }
        }
    }
    println!("{judged} verdicts, {decided} of them decided");
    assert!(
        wrong.is_empty(),
        "{} of {judged} verdicts are wrong; the first:\n{}",
        wrong.len(),
        wrong[..wrong.len().min(5)].join("\n\n")
    );
}
