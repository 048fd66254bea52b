//! Rules over their populations (`semantics.md` 3.5, 6.2), and the outcome of each.

use super::Settings;
use super::explain;
use super::judge::{Judge, Judged, Judgements, Tables};
use super::session::{Batch, Session};
use super::walk::Assumption;
use crate::facts::coverage::{Coverage, Population};
use crate::facts::population::seen_note;
use crate::facts::schema::EntityId;
use crate::facts::table::Facts;
use crate::outcome::{Counts, RuleOutcome, RuleVerdict, Verdict};
use crate::plan::{IfAny, NodeId, Op, Plan, PolicyInfo, Rule, Scope};
use crate::value::calendar::Calendar;
use crate::value::{ClockTime, Truth, Zone};
use rayon::prelude::*;
use std::collections::BTreeMap;

/// Subjects that one task judges; the result does not depend on it.
const CHUNK: u32 = 1_024;

/// Everything of one run.
pub(super) struct Run<'a> {
    plan: &'a Plan,
    facts: &'a Facts,
    coverage: &'a (dyn Coverage + Sync),
    settings: &'a Settings,
    /// One for each calendar that policies cut by.
    sessions: Vec<Session<'a>>,
    /// Of each policy, its session.
    session_of: Vec<usize>,
}

impl<'a> Run<'a> {
    /// Prepares the sessions.
    pub fn new(
        plan: &'a Plan,
        facts: &'a Facts,
        coverage: &'a (dyn Coverage + Sync),
        settings: &'a Settings,
        batch: Batch,
    ) -> Run<'a> {
        let calendar = |policy: Option<&PolicyInfo>| {
            let zone = policy.and_then(|p| p.timezone.as_deref()).and_then(Zone::named);
            let day_starts = policy.and_then(|p| p.day_starts).unwrap_or(ClockTime(0));
            Calendar { zone: zone.unwrap_or_else(|| settings.default_zone.clone()), day_starts }
        };
        let mut calendars: Vec<Calendar> = Vec::new();
        let mut session_of = Vec::new();
        for policy in &plan.policies {
            let wanted = calendar(Some(policy));
            let place = calendars.iter().position(|known| *known == wanted).unwrap_or_else(|| {
                calendars.push(wanted);
                calendars.len() - 1
            });
            session_of.push(place);
        }
        if calendars.is_empty() {
            calendars.push(calendar(None));
        }
        let sessions = calendars
            .into_iter()
            .map(|calendar| Session::new(plan, facts, coverage, settings.as_of, calendar, batch))
            .collect();
        Run { plan, facts, coverage, settings, sessions, session_of }
    }

    /// The same, with somebody who watches comparisons.
    #[must_use]
    pub fn observed(mut self, recorder: &'a super::observe::Recorder) -> Run<'a> {
        for session in &mut self.sessions {
            session.recorder = Some(recorder);
        }
        self
    }

    fn session(&self, rule: &Rule) -> &Session<'a> {
        let place = self.session_of.get(rule.policy as usize).copied().unwrap_or(0);
        &self.sessions[place]
    }

    /// All rules, in their order.
    pub fn outcomes(&self) -> Vec<RuleOutcome> {
        for session in &self.sessions {
            session.prepare();
        }
        let judged: Vec<Judgements> = self.plan.rules.par_iter().map(|rule| self.judge(rule)).collect();
        self.sessions.iter().filter_map(|session| session.recorder).for_each(super::observe::Recorder::stop);
        let wanted: Vec<usize> = judged.iter().map(|j| j.findings().count()).collect();
        let budgets = share_out(&wanted, self.settings.max_findings);
        let rules = self.plan.rules.par_iter().zip(judged.into_par_iter()).zip(budgets.into_par_iter());
        rules.map(|((rule, judged), budget)| self.outcome(rule, &judged, budget)).collect()
    }

    fn judge(&self, rule: &Rule) -> Judgements {
        let session = self.session(rule);
        let Scope::Each { entity, .. } = &rule.scope else {
            let mut judged = Judgements::default();
            Judge::new(session).subject(rule, None, &mut judged);
            return judged;
        };
        let rows = session.population_rows(*entity);
        if !self.settings.show_passing
            && let Some(tables) = Tables::of(session, rule)
        {
            return judge_by_tables(session, rule, rows, &tables);
        }
        let chunks: Vec<Judgements> = (0..rows.div_ceil(CHUNK))
            .into_par_iter()
            .map(|chunk| {
                let mut judge = Judge::new(session);
                let mut judged = Judgements::default();
                let first = chunk * CHUNK;
                for row in first..rows.min(first.saturating_add(CHUNK)) {
                    judge.subject(rule, Some(row), &mut judged);
                }
                judged
            })
            .collect();
        chunks.into_iter().fold(Judgements::default(), Judgements::then)
    }

    fn outcome(&self, rule: &Rule, judged: &Judgements, budget: usize) -> RuleOutcome {
        let session = self.session(rule);
        let entity = match &rule.scope {
            Scope::Each { entity, .. } => Some(*entity),
            Scope::Estate => None,
        };
        let population = entity.map_or(Population::Listed, |entity| self.coverage.population(entity));
        let counts = judged.counts();
        let (verdict, reason) = self.verdict(session, rule, entity, judged, counts);
        let (findings, left_out) = self.findings(session, rule, entity, judged, budget);
        let mut passing = Vec::new();
        if let (true, Some(entity)) = (self.settings.show_passing, entity) {
            let passed = judged.subjects.iter().filter(|s| s.verdict == Verdict::Pass);
            passing = passed.filter_map(|s| s.row).map(|row| self.facts.key(entity, row).to_owned()).collect();
            passing.sort_unstable();
        }
        RuleOutcome {
            name: rule.name.clone(),
            title: rule.title.clone(),
            severity: rule.severity,
            owner: rule.owner.clone(),
            evidence: rule.evidence.clone(),
            span: rule.span,
            hash: rule.hash.clone(),
            verdict,
            asked: entity
                .map_or_else(|| "the estate".to_owned(), |entity| self.plan.schema.entity(entity).plural.clone()),
            entity,
            population,
            reason,
            counts,
            requirements: rule.requirements.iter().map(|r| r.sentence.clone()).collect(),
            findings,
            findings_left_out: left_out,
            passing,
            notes: self.notes(session, rule, judged, entity, population),
        }
    }

    fn findings(
        &self,
        session: &Session<'_>,
        rule: &Rule,
        entity: Option<EntityId>,
        judged: &Judgements,
        budget: usize,
    ) -> (Vec<crate::outcome::Finding>, u64) {
        let key = |row: Option<u32>| entity.zip(row).map_or("", |(entity, row)| self.facts.key(entity, row));
        let mut all: Vec<(Option<u32>, usize, Judged, Truth)> = judged.findings().collect();
        let left_out = all.len().saturating_sub(budget) as u64;
        if left_out > 0 {
            // Failures first, so that what is cut off is doubt before it is fault.
            all.select_nth_unstable_by(budget, |a, b| {
                b.2.verdict.cmp(&a.2.verdict).then_with(|| key(a.0).cmp(key(b.0))).then(a.1.cmp(&b.1))
            });
            all.truncate(budget);
        }
        all.sort_by(|a, b| key(a.0).cmp(key(b.0)).then(a.1.cmp(&b.1)));
        let found = all
            .into_par_iter()
            .map(|(row, place, judged, scope)| explain::finding(session, rule, place, row, judged, scope))
            .collect();
        (found, left_out)
    }

    /// What passing subjects rest on, and how the population is known.
    fn notes(
        &self,
        session: &Session<'_>,
        rule: &Rule,
        judged: &Judgements,
        entity: Option<EntityId>,
        population: Population,
    ) -> Vec<String> {
        let mut notes = Vec::new();
        if let (Some(entity), Population::Seen) = (entity, population) {
            notes.push(seen_note(&self.plan.schema, entity, self.facts.table(entity).rows));
        }
        let mut assumed: BTreeMap<Assumption, (Option<u32>, u64)> = BTreeMap::new();
        for (row, assumption) in &judged.assumed {
            assumed.entry(*assumption).or_insert((*row, 0)).1 += 1;
        }
        for (assumption, (row, count)) in assumed {
            let text = explain::assumption(session, assumption, row);
            notes.push(match count {
                1 => format!("1 pass is assumed: {text}"),
                _ => format!("{count} passes are assumed: {text}"),
            });
        }
        notes.extend(
            (0..rule.requirements.len()).filter_map(|place| self.excused(session, rule, judged, entity, place)),
        );
        notes
    }

    /// How many passed a requirement that asked them for less than the whole span; the first by key stands for them.
    fn excused(
        &self,
        session: &Session<'_>,
        rule: &Rule,
        judged: &Judgements,
        entity: Option<EntityId>,
        place: usize,
    ) -> Option<String> {
        let key = |row: Option<u32>| entity.zip(row).map_or("it", |(entity, row)| self.facts.key(entity, row));
        let each = judged.subjects.iter().zip(judged.requirements.chunks(rule.requirements.len()));
        let rows: Vec<Option<u32>> = each
            .filter(|(subject, of)| subject.verdict == Verdict::Pass && of.get(place).is_some_and(|r| r.excused))
            .map(|(subject, _)| subject.row)
            .collect();
        let first = *rows.iter().min_by(|a, b| key(**a).cmp(key(**b)))?;
        let text = explain::excused(session, rule.requirements.get(place)?.claim, first)?;
        Some(match rows.len() {
            1 => format!("{} is asked for less than the whole span: {text}", key(first)),
            n => format!("{n} pass that are asked for less than the whole span, such as {}: {text}", key(first)),
        })
    }

    fn verdict(
        &self,
        session: &Session<'_>,
        rule: &Rule,
        entity: Option<EntityId>,
        judged: &Judgements,
        counts: Counts,
    ) -> (RuleVerdict, Option<(String, Option<String>)>) {
        if counts.fail > 0 {
            return (RuleVerdict::Fail, None);
        }
        if let Some(entity) = entity
            && let Some(doubt) = self.coverage.population_doubt(entity)
        {
            return (RuleVerdict::Unknown, Some((doubt.text, Some(doubt.settle))));
        }
        if counts.unknown > 0 {
            return (RuleVerdict::Unknown, None);
        }
        if judged.plain_passes > 0 {
            return (RuleVerdict::Pass, None);
        }
        let definite = judged.subjects.iter().any(|s| s.scope == Truth::True);
        let (one, many) = match entity {
            Some(entity) => {
                let schema = self.plan.schema.entity(entity);
                (schema.name.as_str(), schema.plural.as_str())
            }
            None => ("subject", "subjects"),
        };
        if !definite && !judged.subjects.is_empty() {
            let text = match judged.subjects.len() {
                1 => format!("no {one} is surely in scope, 1 may be"),
                n => format!("no {one} is surely in scope, {n} {many} may be"),
            };
            let first =
                judged.subjects.iter().filter_map(|s| s.row).min_by_key(|row| entity.map(|e| self.facts.key(e, *row)));
            let help = first.and_then(|row| explain::scope_doubt(session, rule, row));
            return (RuleVerdict::Unknown, Some((text, help)));
        }
        let vacuous = match &rule.scope {
            Scope::Each { if_any: IfAny::Allowed, .. } => RuleVerdict::VacuousAllowed,
            _ => RuleVerdict::Vacuous,
        };
        if judged.subjects.is_empty() {
            if entity.is_some_and(|entity| self.coverage.population(entity) == Population::Seen) {
                let text = format!("no {one} is in scope of those seen, and no inventory lists them all");
                return (RuleVerdict::Unknown, Some((text, Some(format!("collect an inventory of {many}")))));
            }
            let help = (vacuous == RuleVerdict::Vacuous)
                .then(|| "check the scope, or end it with `if any` where selecting nothing is fine".to_owned());
            return (vacuous, Some((format!("no {one} is in scope"), help)));
        }
        if !judged.requirements.is_empty() && judged.requirements.iter().all(|r| r.not_yet) {
            let text = "no whole calendar period is required of anybody yet".to_owned();
            return (vacuous, Some((text, None)));
        }
        (RuleVerdict::Pass, None)
    }
}

/// Only those that do not plainly pass one by one.
fn judge_by_tables(session: &Session<'_>, rule: &Rule, rows: u32, tables: &Tables<'_>) -> Judgements {
    let mut judge = Judge::new(session);
    let mut judged = Judgements::default();
    for first in (0..rows).step_by(64) {
        let (passes, outside) = tables.settled(first as usize / 64);
        let within = u64::MAX >> 64_u32.saturating_sub(rows - first).min(63);
        judged.plain_passes += u64::from((passes & within).count_ones());
        let mut left = within & !passes & !outside;
        while left != 0 {
            judge.subject(rule, Some(first + left.trailing_zeros()), &mut judged);
            left &= left - 1;
        }
    }
    judged
}

impl Judgements {
    /// Requirements that are not met or undecided: subject, requirement, verdict, scope; in order of rows.
    fn findings(&self) -> impl Iterator<Item = (Option<u32>, usize, Judged, Truth)> {
        let each = self.requirements.len().checked_div(self.subjects.len()).unwrap_or(0);
        self.subjects.iter().zip(self.requirements.chunks(each.max(1))).flat_map(|(subject, requirements)| {
            let bad = requirements.iter().enumerate().filter(|(_, judged)| judged.verdict != Verdict::Pass);
            bad.map(|(place, judged)| (subject.row, place, *judged, subject.scope))
        })
    }

    fn counts(&self) -> Counts {
        let mut counts = Counts { pass: self.plain_passes, ..Counts::default() };
        for subject in &self.subjects {
            match subject.verdict {
                Verdict::Pass => {
                    counts.pass += 1;
                    counts.assumed += u64::from(subject.assumed);
                    counts.either_way += u64::from(subject.scope == Truth::Unknown);
                }
                Verdict::Unknown => counts.unknown += 1,
                Verdict::Fail => counts.fail += 1,
            }
        }
        counts
    }
}

impl Session<'_> {
    /// Evaluates predicates for whole tables, before anybody asks, in parallel.
    fn prepare(&self) {
        if self.batch != Batch::Tables {
            return;
        }
        let mut predicates: Vec<NodeId> = Vec::new();
        for node in &self.plan.nodes {
            match &node.op {
                Op::Where { predicate, .. } => predicates.push(*predicate),
                Op::Reduce(reduction) => predicates.extend(reduction.predicate),
                _ => {}
            }
        }
        for rule in &self.plan.rules {
            if let Scope::Each { filter: Some(filter), .. } = &rule.scope {
                predicates.push(*filter);
            }
            predicates.extend(rule.requirements.iter().map(|r| r.claim).filter(|c| self.plan.node(*c).depends == 1));
        }
        predicates.sort_unstable();
        predicates.dedup();
        predicates.into_par_iter().for_each(|predicate| {
            self.filter(predicate);
        });
    }
}

/// Shares out a limit among claims: nobody gets more than he wants, and nobody who wants more gets less than another.
fn share_out(wanted: &[usize], limit: usize) -> Vec<usize> {
    let mut left = limit;
    let mut order: Vec<usize> = (0..wanted.len()).collect();
    order.sort_by_key(|place| wanted[*place]);
    let mut shares = vec![0; wanted.len()];
    for (done, place) in order.iter().enumerate() {
        let share = wanted[*place].min(left / (wanted.len() - done));
        shares[*place] = share;
        left -= share;
    }
    for (share, wanted) in shares.iter_mut().zip(wanted) {
        let more = (wanted - *share).min(left);
        *share += more;
        left -= more;
    }
    shares
}

#[cfg(test)]
mod tests {
    use super::share_out;

    #[test]
    fn a_limit_is_shared_out() {
        assert_eq!(share_out(&[5, 1, 100], 10), [4, 1, 5]);
        assert_eq!(share_out(&[5, 1, 100], 200), [5, 1, 100]);
        assert_eq!(share_out(&[3, 3], 1), [0, 1]);
        assert_eq!(share_out(&[], 7), Vec::<usize>::new());
    }
}
