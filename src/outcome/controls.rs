//! What policies, and the evidence for them, mean to the controls of frameworks. Nobody is ever called compliant.

use super::{Counts, Exit, PolicyFile, RuleVerdict};
use crate::facts::table::FactsFile;
use crate::plan::{Strength, Weight};
use crate::value::Instant;

/// The controls of the frameworks that policies cite, or of those asked for.
#[derive(Debug, Clone)]
pub struct ControlTable {
    /// The program's version.
    pub version: String,
    /// The project file.
    pub project: Option<PolicyFile>,
    /// The policy files.
    pub policies: Vec<PolicyFile>,
    /// What the rules were judged by; `None`: they were not.
    pub judged: Option<Judged>,
    /// By name.
    pub frameworks: Vec<FrameworkControls>,
}

/// The run that judged the rules.
#[derive(Debug, Clone)]
pub struct Judged {
    /// The as-of instant.
    pub as_of: Instant,
    /// How the run ends: as `check` of the same.
    pub exit: Exit,
    /// The facts files, by path.
    pub files: Vec<FactsFile>,
}

/// One framework.
#[derive(Debug, Clone)]
pub struct FrameworkControls {
    /// As rules cite it.
    pub name: String,
    /// Its title.
    pub title: String,
    /// Its edition.
    pub edition: String,
    /// In the order in which it declares them.
    pub controls: Vec<ControlStanding>,
}

/// One control.
#[derive(Debug, Clone)]
pub struct ControlStanding {
    /// The citation.
    pub id: String,
    /// Its title.
    pub title: String,
    /// How far facts decide it at all.
    pub strength: Strength,
    /// The rules that are evidence for it, by name.
    pub rules: Vec<RuleStanding>,
}

/// A rule that is evidence for a control.
#[derive(Debug, Clone)]
pub struct RuleStanding {
    /// Qualified name.
    pub name: String,
    /// The title.
    pub title: String,
    /// Its weight.
    pub severity: Weight,
    /// What came of it, where it was judged.
    pub judged: Option<(RuleVerdict, Counts)>,
}

/// What the evidence says of a control.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Standing {
    /// Every rule for it passes.
    Supported,
    /// A rule for it fails, and facts decide it fully.
    Contradicted,
    /// Neither: a rule is unknown or vacuous, or fails where facts decide only a part or none of it, or there is none.
    NotDecided,
}

impl Standing {
    /// What one rule's verdict makes of a control that facts decide so far. Where they do not decide it fully, the rest
    /// of it can outweigh a failure.
    pub fn of(verdict: RuleVerdict, strength: Strength) -> Self {
        match (verdict, strength) {
            (RuleVerdict::Pass, _) => Standing::Supported,
            (RuleVerdict::Fail, Strength::Fully) => Standing::Contradicted,
            _ => Standing::NotDecided,
        }
    }
}

impl ControlStanding {
    /// What the rules say together; `None` where they were not judged.
    pub fn standing(&self, judged: Option<&Judged>) -> Option<Standing> {
        judged?;
        let each: Vec<Standing> =
            self.rules.iter().filter_map(|rule| Some(Standing::of(rule.judged?.0, self.strength))).collect();
        Some(if each.contains(&Standing::Contradicted) {
            Standing::Contradicted
        } else if !each.is_empty()
            && each.len() == self.rules.len()
            && each.iter().all(|standing| *standing == Standing::Supported)
        {
            Standing::Supported
        } else {
            Standing::NotDecided
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn standing(verdicts: &[RuleVerdict], strength: Strength) -> Option<Standing> {
        let rule = |verdict: &RuleVerdict| RuleStanding {
            name: String::new(),
            title: String::new(),
            severity: Weight::Medium,
            judged: Some((*verdict, Counts::default())),
        };
        let control = ControlStanding {
            id: String::new(),
            title: String::new(),
            strength,
            rules: verdicts.iter().map(rule).collect(),
        };
        assert_eq!(control.standing(None), None);
        control.standing(Some(&Judged { as_of: Instant(0), exit: Exit::Met, files: Vec::new() }))
    }

    #[test]
    fn one_failure_contradicts_and_only_passes_support() {
        use RuleVerdict::{Fail, Pass, Unknown, Vacuous, VacuousAllowed};
        let fully = |verdicts: &[RuleVerdict]| standing(verdicts, Strength::Fully);
        assert_eq!(fully(&[Pass, Pass]), Some(Standing::Supported));
        assert_eq!(fully(&[Pass, Unknown, Fail]), Some(Standing::Contradicted));
        for undecided in [Unknown, Vacuous, VacuousAllowed] {
            assert_eq!(fully(&[Pass, undecided]), Some(Standing::NotDecided));
        }
        assert_eq!(fully(&[]), Some(Standing::NotDecided));
    }

    #[test]
    fn a_failure_contradicts_only_what_facts_decide_fully() {
        use RuleVerdict::{Fail, Pass};
        for strength in [Strength::Partly, Strength::Aside, Strength::ByAttestation] {
            assert_eq!(standing(&[Fail], strength), Some(Standing::NotDecided));
            assert_eq!(standing(&[Pass, Fail], strength), Some(Standing::NotDecided));
            assert_eq!(standing(&[Pass], strength), Some(Standing::Supported));
        }
    }
}
