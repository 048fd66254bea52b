//! A rule of the oracle's own, as tree: its text, its verdict in a world, and whether the program's verdict is right.

use crate::chance::Chance;
use crate::claims::{Claim, Reads};
use crate::facts::{self, Crates, Subject};
use crate::meaning::{Stand, holds};
use crate::program::{Judged, Verdict};
use crate::random::{Draw, Focus, Style};
use crate::worlds;
use std::collections::BTreeSet;

/// One rule, as tree.
pub struct Rule {
    pub name: String,
    pub focus: Focus,
    pub style: Style,
    scope: Option<Claim>,
    claim: Claim,
}

impl Rule {
    pub fn draw(chance: &mut Chance, i: usize, focus: Focus, style: Style) -> Rule {
        let mut draw = Draw::new(chance, style);
        let claim = draw.claim(focus);
        let scoped = draw.chance.below(4) == 0;
        let scope = scoped.then(|| draw.scope());
        Rule { name: format!("r{i}"), focus, style, scope, claim }
    }

    pub fn text(&self) -> String {
        let scope = self.scope.as_ref().map_or_else(String::new, |scope| format!(" where {}", scope.text(None)));
        format!("rule {} {{\n  for each crate{scope}\n  require {}\n}}\n\n", self.name, self.claim.text(None))
    }

    fn reads(&self) -> Reads {
        Reads::of(&self.scope.iter().chain([&self.claim]).collect::<Vec<_>>())
    }

    /// The verdict in a world of which everything is known, but which of the rows of one time is the latest.
    fn verdict(&self, subject: &Subject, tie: usize, need: i64) -> Verdict {
        let stand = Stand { subject, element: None, tie, need };
        let scope = self.scope.as_ref().map_or(Some(true), |scope| holds(scope, stand));
        match (scope, holds(&self.claim, stand)) {
            (Some(false), _) => Verdict::NotSubject,
            (_, Some(true)) => Verdict::Pass,
            (Some(true), Some(false)) => Verdict::Fail,
            _ => Verdict::Unknown,
        }
    }

    /// What is wrong with the program's verdict, if anything is.
    pub fn wrong(&self, chance: &mut Chance, subject: &Subject, judged: Judged) -> Option<String> {
        // Out of scope on an assumption leaves no mark that could be read.
        let left_out = self.style == Style::Assuming && judged.verdict == Verdict::NotSubject;
        if judged.assumed || judged.weak || left_out {
            return None;
        }
        let reads = self.reads();
        let confirmed = |world: Verdict| match judged.verdict {
            Verdict::Unknown => true,
            Verdict::Pass => world == Verdict::Pass || world == Verdict::NotSubject && judged.either_way,
            decided => world == decided,
        };
        let mut verdicts = BTreeSet::new();
        let found = worlds::worlds(chance, subject, &reads);
        let ties = if reads.latest { 3 } else { 1 };
        let needs: &[i64] = if reads.need { &[-50, 0, 1, 2, 3, 4, 50] } else { &[0] };
        let choices: Vec<(usize, i64)> = (0..ties).flat_map(|tie| needs.iter().map(move |need| (tie, *need))).collect();
        for (world, (tie, need)) in found.worlds.iter().flat_map(|world| choices.iter().map(move |c| (world, *c))) {
            let verdict = self.verdict(world, tie, need);
            if !confirmed(verdict) {
                let world = shown(self, world);
                return Some(format!(
                    "{:?}, but there is a world with {verdict:?}, where `need` is {need}:\n{world}",
                    judged.verdict
                ));
            }
            verdicts.insert(verdict);
        }
        let tight = self.style == Style::Once && self.focus.is_tight() && found.all && reads.each_once();
        // An undecided scope leaves a failing subject unknown, whatever the worlds.
        let decided = verdicts == BTreeSet::from([Verdict::Pass]) || verdicts == BTreeSet::from([Verdict::Fail]);
        (tight && decided && judged.verdict == Verdict::Unknown)
            .then(|| format!("unknown, but all worlds have {verdicts:?}"))
    }
}

/// A whole policy.
pub fn policy(rules: &[Rule]) -> String {
    let rules: String = rules.iter().map(Rule::text).collect();
    format!("policy oracle {{\n  timezone \"UTC\"\n}}\n\nparam need: int from house\n\n{}{rules}", facts::schema())
}

/// The rule with the facts about one crate.
pub fn shown(rule: &Rule, subject: &Subject) -> String {
    let files = facts::documents(std::slice::from_ref(subject), Crates::Listed);
    let files: Vec<String> = files.iter().map(|(name, document)| format!("{name}: {document}")).collect();
    format!("{}{}", rule.text(), files.join("\n"))
}
