//! One rule: its clauses, its scope, its requirements.

use super::phrases::{self, Block};
use super::scopes;
use crate::plan::{Evidence, Piece, Rule, Weight};
use crate::syntax::tree::{LineKind, RuleItem};
use crate::typing::checker::Checker;
use crate::typing::declarations::{Framework, PolicyDeclaration};
use crate::typing::scope::Scope;

/// The rule at a place of `Declarations::rules`; `None` where it cannot be asked, which is told.
pub(super) fn lower(checker: &mut Checker<'_>, place: usize) -> Option<Rule> {
    let declarations = checker.declarations;
    let declared = declarations.rules.get(place)?;
    let policy = declarations.policies.get(declared.policy)?;
    let item = &declared.item;
    let mut scopes = item.lines.iter().filter_map(|line| match &line.kind {
        LineKind::For(scope) => Some((line, scope)),
        _ => None,
    });
    let (line, scope) = scopes.next()?;
    // Of two, nobody knows which is meant, nor what a name means then.
    if scopes.next().is_some() {
        return None;
    }
    let (asked, mut scope) = scopes::lower(checker, declared, line, scope)?;
    scope.lost = item.lost.names.iter().map(|name| name.value.clone()).collect();
    let block = Block::of_rule(declared, scope.innermost().map(|row| row.entity));
    let (requirements, scope) = phrases::requirements(checker, block, scope, &item.lines);
    let remedy = remedy(checker, &scope, item);
    Some(Rule {
        name: format!("{}.{}", policy.name, item.name.value),
        kind: item.kind.value.clone(),
        title: item.title.as_ref().map_or_else(|| item.name.value.clone(), |t| t.value.clone()),
        severity: severity(item),
        owner: owner(item, policy),
        evidence: evidence(&declarations.frameworks, item),
        remedy,
        span: item.kind.span.to(item.title.as_ref().map_or(item.name.span, |t| t.span)),
        policy: u32::try_from(declared.policy).unwrap_or(u32::MAX),
        scope: asked,
        requirements,
        hash: String::new(),
    })
}

fn severity(item: &RuleItem) -> Weight {
    let word = item.lines.iter().find_map(|line| match &line.kind {
        LineKind::Severity(word) => Some(word.value.as_str()),
        _ => None,
    });
    match word {
        Some("low") => Weight::Low,
        Some("high") => Weight::High,
        Some("critical") => Weight::Critical,
        _ => Weight::Medium,
    }
}

fn owner(item: &RuleItem, policy: &PolicyDeclaration) -> Option<String> {
    let own = item.lines.iter().find_map(|line| match &line.kind {
        LineKind::Owner(name) => Some(name.value.clone()),
        _ => None,
    });
    own.or_else(|| policy.owner.clone())
}

fn evidence(frameworks: &[Framework], item: &RuleItem) -> Vec<Evidence> {
    let cited = item.lines.iter().filter_map(|line| match &line.kind {
        LineKind::Evidence { framework, control } => Some((framework, control)),
        _ => None,
    });
    let found = cited.filter_map(|(framework, control)| {
        let framework = frameworks.iter().find(|f| f.name == framework.value)?;
        let control = framework.controls.iter().find(|c| c.id == control.value)?;
        Some(Evidence {
            framework: framework.name.clone(),
            edition: framework.edition.clone(),
            control: control.id.clone(),
            strength: control.strength,
        })
    });
    found.collect()
}

fn remedy(checker: &mut Checker<'_>, scope: &Scope, item: &RuleItem) -> Option<Vec<Piece>> {
    let text = item.lines.iter().find_map(|line| match &line.kind {
        LineKind::Remedy(text) => Some(text),
        _ => None,
    })?;
    Some(checker.message(scope, text))
}
