//! Rules by the controls that they are evidence for.

use super::policies::Policies;
use crate::outcome::{ControlStanding, ControlTable, FrameworkControls, Judged, Outcome, PolicyFile, RuleStanding};
use crate::plan::{Plan, Rule};
use crate::typing::declarations::{Control, Framework};

/// The controls of the frameworks called `wanted`; where none is, of those that rules cite. `outcome` is what came of
/// the rules, where they were judged.
pub fn controls(
    policies: &Policies,
    outcome: Option<&Outcome>,
    project: Option<&PolicyFile>,
    wanted: &[String],
) -> ControlTable {
    let plan = &policies.plan;
    let cited = |name: &str| plan.rules.iter().flat_map(|rule| &rule.evidence).any(|e| e.framework == name);
    let shown = |framework: &&Framework| match wanted {
        [] => cited(&framework.name),
        names => names.contains(&framework.name),
    };
    let mut frameworks: Vec<FrameworkControls> = policies
        .declarations
        .frameworks
        .iter()
        .filter(shown)
        .map(|framework| FrameworkControls {
            name: framework.name.clone(),
            title: framework.title.clone(),
            edition: framework.edition.clone(),
            controls: framework.controls.iter().map(|c| standing(plan, outcome, framework, c)).collect(),
        })
        .collect();
    frameworks.sort_by(|a, b| a.name.cmp(&b.name));
    ControlTable {
        version: env!("CARGO_PKG_VERSION").to_owned(),
        project: project.cloned(),
        policies: policies.files.clone(),
        judged: outcome.map(|outcome| Judged {
            as_of: outcome.as_of,
            exit: outcome.exit,
            files: outcome.files.clone(),
        }),
        frameworks,
    }
}

fn standing(plan: &Plan, outcome: Option<&Outcome>, framework: &Framework, control: &Control) -> ControlStanding {
    let is_for = |rule: &&Rule| rule.evidence.iter().any(|e| e.framework == framework.name && e.control == control.id);
    let rules = plan.rules.iter().filter(is_for).map(|rule| {
        let judged = outcome.and_then(|outcome| outcome.rules.iter().find(|judged| judged.name == rule.name));
        RuleStanding {
            name: rule.name.clone(),
            title: rule.title.clone(),
            severity: rule.severity,
            judged: judged.map(|judged| (judged.verdict, judged.counts)),
        }
    });
    ControlStanding {
        id: control.id.clone(),
        title: control.title.clone(),
        strength: control.strength,
        rules: rules.collect(),
    }
}
