//! Verdicts of subjects (`semantics.md` 6.1): strictly first, then leniently where weak evidence left it undecided.

use super::filter::Filter;
use super::session::Session;
use super::walk::{ASSUMED, Assumption, EXCUSED, NOT_YET, REQUIRED, Reading, WEAK, Walk};
use crate::facts::table::Bits;
use crate::outcome::Verdict;
use crate::plan::{NodeId, Rule, Scope};
use crate::value::Truth;

/// A requirement's verdict on one subject.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Judged {
    /// The verdict.
    pub verdict: Verdict,
    /// It fails only if what exports leave unsaid is assumed.
    pub weak: bool,
    /// It rests on a default or a false `is known`.
    pub assumed: bool,
    /// It asks for calendar buckets, of which none is required yet.
    pub not_yet: bool,
    /// It asks for fewer calendar buckets than its span holds.
    pub excused: bool,
}

/// A subject that is or may be in scope.
#[derive(Debug, Clone, Copy)]
pub(super) struct SubjectVerdict {
    /// Its row; `None` for the estate.
    pub row: Option<u32>,
    /// Whether it is in scope: true or unknown.
    pub scope: Truth,
    /// The worst of its requirements.
    pub verdict: Verdict,
    /// Whether any of them, or the scope, assumed something.
    pub assumed: bool,
}

/// What came of some subjects, in order of rows.
#[derive(Debug, Default)]
pub(super) struct Judgements {
    /// Those in scope.
    pub subjects: Vec<SubjectVerdict>,
    /// Their requirements, one after the other.
    pub requirements: Vec<Judged>,
    /// What was assumed of a passing subject: row and assumption.
    pub assumed: Vec<(Option<u32>, Assumption)>,
    /// Subjects that are surely in scope and plainly pass, and are not among those above.
    pub plain_passes: u64,
}

/// A rule that asks each row of a table nothing but what was evaluated for the whole table.
pub(super) struct Tables<'s> {
    scope: Option<&'s Filter>,
    claims: Vec<&'s Filter>,
    maybe: &'s Bits,
}

impl<'s> Tables<'s> {
    /// Those of a rule over each row of `entity`, where that is all that it asks.
    pub fn of<'a>(session: &'s Session<'a>, rule: &Rule) -> Option<Tables<'s>> {
        let Scope::Each { entity, filter, .. } = &rule.scope else { return None };
        if session.reads_later {
            return None;
        }
        let claim = |claim: NodeId| {
            (session.plan.node(claim).depends == 1).then(|| session.filter(claim)).flatten().map(|filter| &**filter)
        };
        Some(Tables {
            scope: match filter {
                Some(filter) => Some(session.filter(*filter)?),
                None => None,
            },
            claims: rule.requirements.iter().map(|r| claim(r.claim)).collect::<Option<_>>()?,
            maybe: &session.facts.table(*entity).maybe,
        })
    }

    /// Of the 64 rows from `64 * place` on: those surely in scope that plainly pass, those not in scope.
    pub fn settled(&self, place: usize) -> (u64, u64) {
        let (scope, may) = self.scope.map_or((u64::MAX, u64::MAX), |filter| filter.words(place));
        let maybe = self.maybe.words.get(place).copied().unwrap_or(0);
        let passes = self.claims.iter().fold(scope & !maybe, |passes, claim| passes & claim.words(place).0);
        (passes, !may)
    }
}

/// The two readings of one evaluation.
pub(super) struct Judge<'s, 'a> {
    strict: Walk<'s, 'a>,
    lenient: Walk<'s, 'a>,
}

impl<'s, 'a> Judge<'s, 'a> {
    /// A judge of a session's rules.
    pub fn new(session: &'s Session<'a>) -> Judge<'s, 'a> {
        Judge { strict: Walk::new(session, Reading::Strict), lenient: Walk::new(session, Reading::Lenient) }
    }

    /// Whether a row is a subject; strictly only.
    pub fn scope(&mut self, rule: &Rule, row: Option<u32>) -> Truth {
        let (Scope::Each { entity, filter, .. }, Some(row)) = (&rule.scope, row) else { return Truth::True };
        let session = self.strict.session;
        if let Some(day) = session.later(*entity, row) {
            self.strict.rest_on(Assumption::StateOf(day));
        }
        let there = if session.facts.table(*entity).maybe.get(row) { Truth::Unknown } else { Truth::True };
        let Some(filter) = filter else { return there };
        if let Some(table) = session.filter(*filter) {
            return there.and(table.truth(row));
        }
        self.strict.bind(0, row);
        there.and(self.strict.truth(*filter))
    }

    /// Forgets the marks of the last subject.
    pub fn begin(&mut self, row: Option<u32>) {
        for walk in [&mut self.strict, &mut self.lenient] {
            walk.clear();
            if let Some(row) = row {
                walk.bind(0, row);
            }
        }
    }

    /// What assumed something since the last beginning.
    pub fn assumed(&self) -> impl Iterator<Item = Assumption> {
        let lenient = self.lenient.assumed.iter().filter(|one| !self.strict.assumed.contains(one));
        self.strict.assumed.iter().chain(lenient).copied()
    }

    /// Whether anything was assumed since the last beginning.
    pub fn has_assumed(&self) -> bool {
        (self.strict.flags | self.lenient.flags) & ASSUMED != 0
    }

    /// The verdict of a claim on the row bound, in scope.
    pub fn claim(&mut self, claim: NodeId) -> Judged {
        let session = self.strict.session;
        if session.plan.node(claim).depends == 1
            && let Some(table) = session.filter(claim)
        {
            let verdict = verdict_of(table.truth(self.strict.bound(0)));
            return Judged { verdict, weak: false, assumed: false, not_yet: false, excused: false };
        }
        let before = std::mem::take(&mut self.strict.flags);
        let truth = self.strict.truth(claim);
        let flags = self.strict.flags;
        self.strict.flags |= before;
        let mut judged = Judged {
            verdict: verdict_of(truth),
            weak: false,
            assumed: flags & ASSUMED != 0,
            not_yet: truth == Truth::True && flags & (NOT_YET | REQUIRED) == NOT_YET,
            excused: truth == Truth::True && flags & EXCUSED != 0,
        };
        // A default does not acquit of what weak evidence shows.
        let open = truth == Truth::Unknown || (truth == Truth::True && judged.assumed);
        if open && flags & WEAK != 0 {
            let before = std::mem::take(&mut self.lenient.flags);
            if self.lenient.truth(claim) == Truth::False {
                judged = Judged { verdict: Verdict::Fail, weak: true, not_yet: false, excused: false, ..judged };
            }
            judged.assumed |= self.lenient.flags & ASSUMED != 0;
            self.lenient.flags |= before;
        }
        judged
    }

    /// Judges one subject; nothing is added where it is not in scope.
    pub fn subject(&mut self, rule: &Rule, row: Option<u32>, into: &mut Judgements) {
        self.begin(row);
        let scope = self.scope(rule, row);
        if scope == Truth::False {
            return;
        }
        let mut verdict = Verdict::Pass;
        for requirement in &rule.requirements {
            let judged = self.claim(requirement.claim).in_scope(scope);
            verdict = verdict.max(judged.verdict);
            into.requirements.push(judged);
        }
        let assumed = self.has_assumed();
        if assumed && verdict == Verdict::Pass {
            into.assumed.extend(self.assumed().map(|assumption| (row, assumption)));
        }
        into.subjects.push(SubjectVerdict { row, scope, verdict, assumed });
    }
}

fn verdict_of(truth: Truth) -> Verdict {
    match truth {
        Truth::True => Verdict::Pass,
        Truth::Unknown => Verdict::Unknown,
        Truth::False => Verdict::Fail,
    }
}

impl Judged {
    /// Who may not be a subject cannot fail.
    fn in_scope(self, scope: Truth) -> Judged {
        match (scope, self.verdict) {
            (Truth::Unknown, Verdict::Fail) => Judged { verdict: Verdict::Unknown, weak: false, ..self },
            _ => self,
        }
    }
}

impl Judgements {
    /// Both, in this order.
    #[must_use]
    pub fn then(mut self, mut other: Judgements) -> Judgements {
        self.subjects.append(&mut other.subjects);
        self.requirements.append(&mut other.requirements);
        self.assumed.append(&mut other.assumed);
        self.plain_passes += other.plain_passes;
        self
    }
}
