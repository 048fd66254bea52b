//! Findings: the slow walk that says why. It reaches the verdict anew (which must be the same) and collects what
//! decided it, what is missing, the arithmetic, and what it rests on.

mod blame;
mod doubt;
mod excused;
mod stretch;
mod words;

pub(super) use excused::excused;
pub(super) use words::assumption;

use super::identity::Identity;
use super::judge::{Judge, Judged};
use super::session::Session;
use super::show;
use super::walk::{Reading, Walk};
use crate::facts::schema::{EntityId, FieldRef};
use crate::outcome::{FactRef, Finding, Marks, Missing, Shortfall, Subject, Verdict, Witness};
use crate::plan::{Piece, Rule, Scope};
use crate::value::Truth;

/// So many deciding facts are named; the others are counted.
const WITNESSES: usize = 5;
/// So many missing cells are named.
const MISSING: usize = 10;

/// What is collected for one finding.
struct Explainer<'s, 'a> {
    session: &'s Session<'a>,
    walk: Walk<'s, 'a>,
    shortfalls: Vec<Shortfall>,
    witnesses: Vec<Witness>,
    witness_count: u64,
    missing: Vec<Missing>,
}

/// Explains a requirement's verdict on a subject.
pub(super) fn finding(
    session: &Session<'_>,
    rule: &Rule,
    place: usize,
    row: Option<u32>,
    judged: Judged,
    scope: Truth,
) -> Finding {
    let requirement = &rule.requirements[place];
    let mut judge = Judge::new(session);
    judge.begin(row);
    let anew = judge.scope(rule, row);
    debug_assert_eq!(anew, scope, "the explanation reaches another scope");
    let claim = judge.claim(requirement.claim);
    debug_assert!(
        claim.verdict == judged.verdict || scope == Truth::Unknown,
        "the explanation reaches another verdict"
    );
    let mut assumed: Vec<String> = judge.assumed().map(|assumed| assumption(session, assumed, row)).collect();
    assumed.dedup();

    let mut explainer = Explainer::new(session, row, if judged.weak { Reading::Lenient } else { Reading::Strict });
    if claim.verdict == Verdict::Fail {
        explainer.blame(requirement.claim, Truth::False);
    }
    let entity = match &rule.scope {
        Scope::Each { entity, filter, .. } => {
            if let (Truth::Unknown, Some(filter)) = (scope, filter) {
                explainer.doubt(*filter);
            }
            if let (Truth::Unknown, Some(row)) = (scope, row)
                && session.facts.table(*entity).maybe.get(row)
            {
                explainer.doubt_visible(*entity, row);
            }
            Some(*entity)
        }
        Scope::Estate => None,
    };
    if claim.verdict == Verdict::Unknown || judged.weak {
        explainer.walk.reading = Reading::Strict;
        explainer.doubt(requirement.claim);
        explainer.walk.reading = if judged.weak { Reading::Lenient } else { Reading::Strict };
    }
    let message = match (judged.verdict, &requirement.message) {
        (Verdict::Unknown, _) => explainer.undecided(&requirement.sentence),
        (_, Some(pieces)) => explainer.pieces(pieces),
        (_, None) => explainer.sentence(requirement.claim, &requirement.sentence),
    };
    let remedy = requirement.remedy.as_ref().or(rule.remedy.as_ref()).map(|pieces| explainer.pieces(pieces));
    let subject = entity.zip(row).map(|(entity, row)| Subject {
        entity: session.plan.schema.entity(entity).name.clone(),
        key: session.facts.key(entity, row).to_owned(),
        fact: explainer.fact(entity, row, None),
    });
    let identity = Identity {
        rule: &rule.name,
        vocabulary: &requirement.vocabulary,
        requirement: &requirement.key,
        ordinal: requirement.ordinal,
        entity: subject.as_ref().map_or("", |s| &s.entity),
        subject: subject.as_ref().map_or("", |s| &s.key),
    };
    Finding {
        id: identity.id(),
        verdict: judged.verdict,
        requirement: place,
        key: requirement.key.clone(),
        message,
        places: std::iter::once(requirement.line).chain(requirement.definitions.iter().copied()).collect(),
        shortfalls: explainer.shortfalls,
        marks: Marks { weak: judged.weak, assumed },
        witnesses: explainer.witnesses,
        witness_count: explainer.witness_count,
        missing: explainer.missing,
        remedy,
        subject,
    }
}

/// What would tell whether a row is a subject.
pub(super) fn scope_doubt(session: &Session<'_>, rule: &Rule, row: u32) -> Option<String> {
    let Scope::Each { filter: Some(filter), .. } = &rule.scope else { return None };
    let mut explainer = Explainer::new(session, Some(row), Reading::Strict);
    explainer.doubt(*filter);
    let first = explainer.missing.into_iter().next()?;
    Some(match first.settle {
        Some(settle) => format!("{} is not known ({}): {settle}", first.what, first.reason),
        None => format!("{} is not known: {}", first.what, first.reason),
    })
}

impl<'s, 'a> Explainer<'s, 'a> {
    fn new(session: &'s Session<'a>, row: Option<u32>, reading: Reading) -> Explainer<'s, 'a> {
        let mut walk = Walk::new(session, reading);
        if let Some(row) = row {
            walk.bind(0, row);
        }
        Explainer {
            session,
            walk,
            shortfalls: Vec::new(),
            witnesses: Vec::new(),
            witness_count: 0,
            missing: Vec::new(),
        }
    }

    /// Where a row stands, or a cell of it.
    fn fact(&self, entity: EntityId, row: u32, field: Option<FieldRef>) -> Option<FactRef> {
        let origin = self.session.facts.origin(entity, row)?;
        let field = field.map(|at| self.session.plan.schema.field(at).name.clone());
        Some(FactRef { entity, row, file: origin.file, offset: origin.offset, field, excerpt: None })
    }

    /// Rows in an order that no file decides: by their own time, then their key.
    fn in_order(&mut self, entity: EntityId, mut rows: Vec<u32>) -> Vec<u32> {
        let facts = self.session.facts;
        let walk = &mut self.walk;
        rows.sort_by_cached_key(|row| {
            let time = walk.own_time(entity, *row).range().and_then(|range| range.low.as_i64());
            (time, facts.key(entity, *row))
        });
        rows
    }

    fn witness(&mut self, text: String, entity: EntityId, row: u32, field: Option<FieldRef>) {
        self.witness_count += 1;
        if self.witnesses.len() < WITNESSES {
            let fact = self.fact(entity, row, field);
            let row = show::row_name(self.session, entity, row);
            self.witnesses.push(Witness { text, row, fact });
        }
    }

    fn miss(&mut self, missing: Missing) {
        if self.missing.len() < MISSING && !self.missing.contains(&missing) {
            self.missing.push(missing);
        }
    }

    fn pieces(&mut self, pieces: &[Piece]) -> String {
        let mut text = String::new();
        for piece in pieces {
            match piece {
                Piece::Text(literal) => text.push_str(literal),
                Piece::Value(node) => text.push_str(&self.shown(*node)),
            }
        }
        text
    }
}
