//! What tests show: of each rule of the user's files that it passes and that it fails, of each phrase that these files
//! declare or speak that it passes, fails, is unknown, and where its limit lies. Only tests that passed count, and of a
//! test only the rules and subjects of which it expects something.

use super::expect::is_line;
use crate::base::{Code, Diagnostic, SourceMap, Span};
use crate::evaluate::{Nearness, Watch};
use crate::lower::phrase_head;
use crate::outcome::{Covered, CoveredKind, CoveredState, Finding, RuleOutcome, Shown, TestCoverage, Verdict};
use crate::plan::{Coverable, Expectation, Expected, NodeId, Op, Plan, Rule, State, Test};
use crate::typing::declarations::{Declarations, PhraseDeclaration, TemplatePart};
use std::collections::{BTreeMap, BTreeSet};

/// A comparison that a test watches: the phrase, the place of its hole, what to watch.
pub(super) struct Watched {
    phrase: Span,
    hole: usize,
    /// What.
    pub watch: Watch,
}

/// The comparisons of a plan's rules whose limit is a hole of a phrase.
pub(super) fn watched(plan: &Plan) -> Vec<Watched> {
    let mut all = Vec::new();
    for requirement in plan.rules.iter().flat_map(|rule| &rule.requirements) {
        let below = below(plan, requirement.claim);
        for limit in &requirement.limits {
            let Some(phrase) = requirement.definitions.get(limit.phrase) else { continue };
            let compared = below.iter().filter(|node| compares(plan, **node, limit.value));
            all.extend(compared.map(|node| Watched {
                phrase: *phrase,
                hole: limit.hole,
                watch: Watch { node: *node, limit: limit.value },
            }));
        }
    }
    all
}

fn below(plan: &Plan, root: NodeId) -> BTreeSet<NodeId> {
    let mut below = BTreeSet::new();
    let mut open = vec![root];
    while let Some(id) = open.pop() {
        if below.insert(id) {
            open.extend(plan.node(id).op.operands());
        }
    }
    below
}

/// Whether a node compares something with what `limit` makes up.
fn compares(plan: &Plan, node: NodeId, limit: NodeId) -> bool {
    match &plan.node(node).op {
        Op::Compare { left, right, .. } => made_of(plan, *left, limit) || made_of(plan, *right, limit),
        Op::Between { low, high, .. } => made_of(plan, *low, limit) || made_of(plan, *high, limit),
        Op::Within { span, .. } | Op::Recent { span, .. } => made_of(plan, *span, limit),
        _ => false,
    }
}

/// Whether a value is computed from `limit` without counting or choosing rows.
fn made_of(plan: &Plan, value: NodeId, limit: NodeId) -> bool {
    value == limit
        || match &plan.node(value).op {
            Op::Arithmetic { left, right, .. } => made_of(plan, *left, limit) || made_of(plan, *right, limit),
            Op::Else { value, default } => made_of(plan, *value, limit) || made_of(plan, *default, limit),
            Op::LaterOf(a, b) | Op::EarlierOf(a, b) => made_of(plan, *a, limit) || made_of(plan, *b, limit),
            _ => false,
        }
}

/// What was shown so far.
#[derive(Default)]
pub(super) struct Ledger {
    rules: BTreeMap<String, BTreeSet<State>>,
    phrases: BTreeMap<Span, BTreeSet<State>>,
    limits: BTreeMap<(Span, usize), Nearness>,
}

impl Ledger {
    /// Takes what a passed test shows.
    pub(super) fn take(&mut self, plan: &Plan, test: &Test, outcomes: &[RuleOutcome], seen: &[(Watched, Nearness)]) {
        for expected in &test.expectations {
            let state = match expected.verdict {
                Expected::Passes if expected.requirement.is_none() => State::Passes,
                Expected::Fails => State::Fails,
                _ => continue,
            };
            self.rules.entry(expected.rule.clone()).or_default().insert(state);
        }
        for expected in &test.expectations {
            let rule = plan.rules.iter().find(|rule| rule.name == expected.rule);
            let outcome = outcomes.iter().find(|outcome| outcome.name == expected.rule);
            if let Some((rule, outcome)) = rule.zip(outcome) {
                self.take_phrases(rule, expected, outcome);
            }
        }
        for (watched, nearness) in seen {
            self.limits.entry((watched.phrase, watched.hole)).or_default().add(*nearness);
        }
    }

    /// What the phrases of a rule said of the subjects that an expectation is about.
    fn take_phrases(&mut self, rule: &Rule, expected: &Expectation, outcome: &RuleOutcome) {
        let key = |finding: &Finding| finding.subject.as_ref().map_or(String::new(), |subject| subject.key.clone());
        let mut subjects: BTreeSet<String> = outcome.passing.iter().cloned().collect();
        subjects.extend(outcome.findings.iter().map(key));
        if outcome.entity.is_none() {
            subjects.insert(String::new());
        }
        if let Some(subject) = &expected.subject {
            subjects.retain(|key| *key == subject.value);
        }
        for subject in &subjects {
            // A phrase that one line speaks is as bad as the worst of its requirements.
            let mut verdicts: BTreeMap<(Span, &[Span]), Verdict> = BTreeMap::new();
            for (place, requirement) in rule.requirements.iter().enumerate() {
                if expected.requirement.as_deref().is_some_and(|line| !is_line(&requirement.sentence, line)) {
                    continue;
                }
                let finding = outcome.findings.iter().find(|f| f.requirement == place && key(f) == *subject);
                let verdict = finding.map_or(Verdict::Pass, |finding| finding.verdict);
                for depth in 1..requirement.definitions.len() {
                    let path = requirement.definitions.get(..depth).unwrap_or_default();
                    let worst = verdicts.entry((requirement.line, path)).or_insert(Verdict::Pass);
                    *worst = verdict.max(*worst);
                }
            }
            for ((_, path), verdict) in verdicts {
                let state = match verdict {
                    Verdict::Pass => State::Passes,
                    Verdict::Fail => State::Fails,
                    Verdict::Unknown => State::IsUnknown,
                };
                if let Some(phrase) = path.last() {
                    self.phrases.entry(*phrase).or_default().insert(state);
                }
            }
        }
    }

    /// The whole account; and what is said to be unreachable and was reached.
    pub(super) fn account(
        &self,
        plan: &Plan,
        declarations: &Declarations,
        sources: &SourceMap,
    ) -> (TestCoverage, Vec<Diagnostic>) {
        let mut coverage = TestCoverage::default();
        for rule in &plan.rules {
            let of = Coverable::Rule(rule.name.clone());
            let shown = self.rules.get(&rule.name);
            let state = |state: State| CoveredState {
                state,
                hole: None,
                shown: shown_as(plan, &of, state, shown.is_some_and(|shown| shown.contains(&state))),
            };
            let states = vec![state(State::Passes), state(State::Fails)];
            coverage.items.push(Covered { kind: CoveredKind::Rule, name: rule.name.clone(), span: rule.span, states });
        }
        let compared: BTreeSet<(Span, usize)> = watched(plan).into_iter().map(|w| (w.phrase, w.hole)).collect();
        let mut phrases: Vec<&PhraseDeclaration> = asked_for(plan, declarations, sources);
        phrases.sort_by_key(|phrase| phrase.span);
        for phrase in phrases {
            coverage.items.push(self.phrase(plan, phrase, &compared));
        }
        let reached =
            plan.unreachable.iter().filter(|said| self.reaches(&said.of, said.state, &compared)).map(|said| {
                Diagnostic::error(Code("E0712"), "a test shows what is said to be unreachable")
                    .at(said.span, format!("`{}` is shown", said.state.words()))
                    .help("remove the line")
            });
        (coverage, reached.collect())
    }

    fn phrase(&self, plan: &Plan, phrase: &PhraseDeclaration, compared: &BTreeSet<(Span, usize)>) -> Covered {
        let of = Coverable::Phrase(phrase.span);
        let shown = self.phrases.get(&phrase.span);
        let state = |state: State| CoveredState {
            state,
            hole: None,
            shown: shown_as(plan, &of, state, shown.is_some_and(|shown| shown.contains(&state))),
        };
        let mut states = vec![state(State::Passes), state(State::Fails), state(State::IsUnknown)];
        let holes = phrase.template.iter().filter_map(|part| match part {
            TemplatePart::Hole { name, .. } => Some(name),
            TemplatePart::Word(_) => None,
        });
        let holes = holes.enumerate().filter(|(hole, _)| compared.contains(&(phrase.span, *hole)));
        states.extend(holes.map(|(hole, name)| CoveredState {
            state: State::Boundary,
            hole: Some(name.clone()),
            shown: shown_as(plan, &of, State::Boundary, self.is_boundary(phrase.span, hole)),
        }));
        Covered { kind: CoveredKind::Phrase, name: phrase_head(&phrase.template), span: phrase.span, states }
    }

    fn is_boundary(&self, phrase: Span, hole: usize) -> bool {
        self.limits.get(&(phrase, hole)).is_some_and(|nearness| nearness.is_boundary())
    }

    fn reaches(&self, of: &Coverable, state: State, compared: &BTreeSet<(Span, usize)>) -> bool {
        let holds = |shown: Option<&BTreeSet<State>>| shown.is_some_and(|shown| shown.contains(&state));
        match of {
            Coverable::Rule(name) => holds(self.rules.get(name)),
            Coverable::Phrase(span) if state == State::Boundary => {
                let mut holes = compared.iter().filter(|(phrase, _)| phrase == span).peekable();
                holes.peek().is_some() && holes.all(|(_, hole)| self.is_boundary(*span, *hole))
            }
            Coverable::Phrase(span) => holds(self.phrases.get(span)),
        }
    }
}

fn shown_as(plan: &Plan, of: &Coverable, state: State, shown: bool) -> Shown {
    if shown {
        return Shown::Yes;
    }
    let said = plan.unreachable.iter().find(|said| said.of == *of && said.state == state);
    said.map_or(Shown::No, |said| Shown::Unreachable(said.reason.clone()))
}

/// The phrases that the user's files declare, and those that their rules and phrases speak.
fn asked_for<'d>(plan: &Plan, declarations: &'d Declarations, sources: &SourceMap) -> Vec<&'d PhraseDeclaration> {
    let is_users = |span: Span| sources.get(span.source).is_some_and(|source| !source.standard);
    let mut spoken: BTreeSet<Span> = BTreeSet::new();
    for requirement in plan.rules.iter().flat_map(|rule| &rule.requirements) {
        let mut by_user = true;
        for definition in &requirement.definitions {
            if by_user {
                spoken.insert(*definition);
            }
            by_user = is_users(*definition);
        }
    }
    let all = declarations.vocabularies.iter().flat_map(|vocabulary| &vocabulary.phrases);
    all.filter(|phrase| is_users(phrase.span) || spoken.contains(&phrase.span)).collect()
}
