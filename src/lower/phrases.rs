//! The lines of rules and of phrases' bodies: `let`s come into scope, a `require` is a requirement, a phrase line is
//! replaced by its body with its holes bound, to any depth but never in a circle.

use super::operand::fit;
use super::requirement_key;
use crate::base::codes::Code;
use crate::base::{Diagnostic, Span};
use crate::facts::schema::{EntityId, Type};
use crate::plan::{Limit, NodeId, Op, Piece, Requirement};
use crate::syntax::tree::{self, Line, LineKind, PhraseToken};
use crate::typing::checker::Checker;
use crate::typing::declarations::{PhraseDeclaration, RuleDeclaration, TemplatePart, Vocabulary, Wholeness};
use crate::typing::phrase_match::{Matched, Operand, explain_miss, match_phrase};
use crate::typing::scope::{Local, LocalKind, PolicyNames, Role, RowInScope, Scope};

/// More phrases than any rule means to have, those within phrases counted: phrases that multiply.
const MOST_PHRASES: usize = 1_000;
/// More phrases within phrases than anybody can follow.
const DEEPEST: usize = 32;

/// Where lines stand.
#[derive(Debug, Clone)]
pub(super) struct Block {
    /// Place of the vocabulary whose phrases may stand here; `None`: all of the subject.
    vocabulary: Option<usize>,
    /// The subject; `None`: the estate.
    subject: Option<EntityId>,
    /// The phrases around, outermost first.
    path: Vec<Step>,
    /// The user's line, where this is within a phrase.
    user: Option<(Span, String)>,
    /// The remedy of the innermost phrase around that has one.
    remedy: Option<Vec<Piece>>,
    /// What holes were filled with, as written.
    written: Vec<(String, String)>,
}

/// A phrase on the way to a requirement.
#[derive(Debug, Clone)]
struct Step {
    key: String,
    vocabulary: String,
    definition: Span,
    sentence: String,
    /// What fills its holes.
    holes: Vec<NodeId>,
}

/// What came of a rule's lines so far.
#[derive(Debug, Default)]
struct Found {
    requirements: Vec<Requirement>,
    /// How many phrase lines were replaced by their bodies.
    phrases: usize,
}

impl Block {
    /// The lines of a rule.
    pub(super) fn of_rule(rule: &RuleDeclaration, subject: Option<EntityId>) -> Block {
        Block { vocabulary: rule.vocabulary, subject, path: Vec::new(), user: None, remedy: None, written: Vec::new() }
    }
}

/// The requirements of a rule's lines, and the scope with its `let`s.
pub(super) fn requirements(
    checker: &mut Checker<'_>,
    block: Block,
    scope: Scope,
    lines: &[Line],
) -> (Vec<Requirement>, Scope) {
    let mut found = Found::default();
    let scope = body(checker, block, scope, lines, &mut found);
    let mut found = found.requirements;
    for place in 0..found.len() {
        let (before, rest) = found.split_at_mut(place);
        let Some(this) = rest.first_mut() else { break };
        let same = before.iter().filter(|other| other.key == this.key).count();
        this.ordinal = u32::try_from(same).unwrap_or(u32::MAX).saturating_add(1);
    }
    (found, scope)
}

fn body(checker: &mut Checker<'_>, mut block: Block, mut scope: Scope, lines: &[Line], found: &mut Found) -> Scope {
    for line in lines {
        if let LineKind::Let(written) = &line.kind {
            let value = checker.expression(&scope, &written.value, None);
            let name = written.name.value.clone();
            scope.locals.push(Local { name, value, span: written.name.span, kind: LocalKind::Let });
        }
    }
    if !block.path.is_empty() {
        for line in lines {
            if let LineKind::Remedy(text) = &line.kind {
                block.remedy = Some(checker.message(&scope, text));
            }
        }
    }
    for line in lines {
        match &line.kind {
            LineKind::Require(requirement) => require(checker, &block, &scope, line, requirement, found),
            LineKind::Phrase(tokens) => phrase_line(checker, &block, &scope, line, tokens, found),
            _ => {}
        }
    }
    scope
}

fn require(
    checker: &mut Checker<'_>,
    block: &Block,
    scope: &Scope,
    line: &Line,
    requirement: &tree::Requirement,
    found: &mut Found,
) {
    let claim = checker.truth(scope, &requirement.claim);
    let message = requirement.otherwise.as_ref().map(|text| checker.message(scope, text));
    let Some(claim) = claim else { return };
    let mut definitions: Vec<Span> = block.path.iter().map(|step| step.definition).collect();
    if !definitions.is_empty() {
        definitions.push(line.span);
    }
    let path: Vec<&str> = block.path.iter().map(|step| step.key.as_str()).collect();
    let key = if path.is_empty() { requirement_key::of_claim(&requirement.claim) } else { path.join(" / ") };
    let sentence = match block.path.as_slice() {
        [] => checker.words(requirement.claim.span),
        [_] => block.user.as_ref().map(|(_, sentence)| sentence.clone()).unwrap_or_default(),
        [.., last] => {
            let outer = block.user.as_ref().map(|(_, sentence)| sentence.as_str()).unwrap_or_default();
            format!("{outer} / {}", last.sentence)
        }
    };
    found.requirements.push(Requirement {
        claim,
        key,
        vocabulary: block.path.first().map_or_else(|| "rule".to_owned(), |step| step.vocabulary.clone()),
        ordinal: 1,
        sentence,
        line: block.user.as_ref().map_or(line.span, |(span, _)| *span),
        limits: limits(checker, &block.path, claim),
        definitions,
        message,
        remedy: block.remedy.clone(),
    });
}

/// The quantities in the holes of the phrases around a claim that it reads.
fn limits(checker: &Checker<'_>, path: &[Step], claim: NodeId) -> Vec<Limit> {
    let mut limits = Vec::new();
    for (phrase, step) in path.iter().enumerate() {
        for (hole, value) in step.holes.iter().enumerate() {
            if is_compared(checker.ty(*value)) {
                limits.push(Limit { phrase, hole, value: *value });
            }
        }
    }
    if !limits.is_empty() {
        let read = checker.nodes.below(claim);
        limits.retain(|limit| read.contains(&limit.value));
    }
    limits
}

/// Whether values of a type have an order.
fn is_compared(ty: &Type) -> bool {
    matches!(
        ty,
        Type::Int
            | Type::Number
            | Type::Percent
            | Type::Size
            | Type::Rate
            | Type::Duration
            | Type::Time
            | Type::TimeOrNever
            | Type::Date
            | Type::OneOf(_)
    )
}

fn phrase_line(
    checker: &mut Checker<'_>,
    block: &Block,
    scope: &Scope,
    line: &Line,
    tokens: &[PhraseToken],
    found: &mut Found,
) {
    found.phrases += 1;
    if found.phrases > MOST_PHRASES {
        let (span, _) = block.user.clone().unwrap_or((line.span, String::new()));
        checker.report(
            Diagnostic::error(Code("E0403"), format!("a rule speaks more than {MOST_PHRASES} phrases"))
                .at(span, "phrases multiply here")
                .help("part the rule in several"),
        );
        return;
    }
    let Some((vocabulary, matched)) = which(checker, block, scope, tokens) else { return };
    let phrase = matched.phrase;
    let leads_back = block.path.iter().any(|step| step.definition == phrase.span);
    if leads_back || block.path.len() >= DEEPEST {
        circle(checker, block, phrase, line);
        return;
    }
    let holes: Vec<_> = phrase.template.iter().filter_map(hole_of).collect();
    let mut locals = Vec::new();
    let mut written = Vec::new();
    let mut parts = Vec::new();
    let mut whole = true;
    for ((name, ty, span), operand) in holes.iter().zip(&matched.operands) {
        let expr = operand.to_expr();
        let value = checker.value_of(scope, &expr, ty, &format!("`{name}`"));
        whole &= value.is_some();
        parts.push(requirement_key::of_hole(checker, name, ty, value, &expr));
        let inner_words = checker.words(operand.span());
        let shown = block.written.iter().find(|(hole, _)| *hole == inner_words).map(|(_, text)| text.clone());
        written.push(((*name).to_owned(), shown.unwrap_or(inner_words)));
        locals.push(Local { name: (*name).to_owned(), value, span: *span, kind: LocalKind::Hole });
    }
    if !whole {
        return;
    }
    let sentence = sentence_of(checker, block, tokens);
    let mut path = block.path.clone();
    path.push(Step {
        key: requirement_key::of_phrase(phrase, &parts),
        vocabulary: vocabulary.name.clone(),
        definition: phrase.span,
        sentence: sentence.clone(),
        holes: locals.iter().filter_map(|local| local.value).collect(),
    });
    let inner_block = Block {
        vocabulary: None,
        subject: block.subject,
        path,
        user: block.user.clone().or(Some((line.span, sentence))),
        remedy: block.remedy.clone(),
        written,
    };
    let inner_scope = scope_of_body(scope, phrase, locals);
    body(checker, inner_block, inner_scope, &phrase.lines, found);
}

/// Reports phrases that lead back to `phrase`: once, at the first of them in the text.
fn circle(checker: &mut Checker<'_>, block: &Block, phrase: &PhraseDeclaration, line: &Line) {
    let from = block.path.iter().position(|step| step.definition == phrase.span).unwrap_or(0);
    let mut definitions: Vec<Span> = block.path.iter().skip(from).map(|step| step.definition).collect();
    definitions.sort();
    let mut definitions = definitions.into_iter();
    let first = definitions.next().unwrap_or(line.span);
    let mut error =
        Diagnostic::error(Code("E0402"), "a phrase leads back to itself").at(first, "a phrase of the circle");
    for other in definitions {
        error = error.and(other, "another phrase of the circle");
    }
    checker.report(error.help("a phrase may only speak phrases that do not speak it"));
}

/// A phrase's body sees the subject, its holes and its `let`s, nothing of the rule that uses it.
fn scope_of_body(outer: &Scope, phrase: &PhraseDeclaration, locals: Vec<Local>) -> Scope {
    let mut inner = outer.clone();
    if let Some(subject) = inner.rows.first_mut() {
        subject.alias.clone_from(&phrase.alias);
    }
    inner.locals = locals;
    inner.policy_names = PolicyNames::Hidden;
    inner
}

fn hole_of(part: &TemplatePart) -> Option<(&str, &Type, Span)> {
    match part {
        TemplatePart::Hole { name, ty, span, .. } => Some((name, ty, *span)),
        TemplatePart::Word(_) => None,
    }
}

/// A line as written, its holes filled in where it stands in a phrase's body.
fn sentence_of(checker: &Checker<'_>, block: &Block, tokens: &[PhraseToken]) -> String {
    let words = tokens.iter().map(|token| match token {
        PhraseToken::Word(word) => {
            let filled = block.written.iter().find(|(hole, _)| *hole == word.value);
            filled.map_or_else(|| word.value.clone(), |(_, text)| text.clone())
        }
        PhraseToken::Operand(expr) => checker.words(expr.span),
    });
    words.collect::<Vec<_>>().join(" ")
}

/// The phrase that a line is; where it is none, why.
fn which<'d, 'l>(
    checker: &mut Checker<'d>,
    block: &Block,
    scope: &Scope,
    tokens: &'l [PhraseToken],
) -> Option<(&'d Vocabulary, Matched<'d, 'l>)> {
    let declarations = checker.declarations;
    let sources = checker.sources;
    let all = declarations.vocabularies.iter().enumerate();
    let (spoken, elsewhere): (Vec<_>, Vec<_>) = all.partition(|(place, vocabulary)| match block.vocabulary {
        Some(own) => *place == own,
        None => vocabulary.subject == block.subject,
    });
    let candidates: Vec<&PhraseDeclaration> = spoken.iter().flat_map(|(_, v)| v.phrases.iter()).collect();
    let mut fits = |ty: &Type, negative, operand: &Operand<'_>| fit(checker, scope, ty, negative, operand);
    if let Ok(matched) = match_phrase(&candidates, tokens, sources, &mut fits) {
        let declares = |vocabulary: &&Vocabulary| vocabulary.phrases.iter().any(|p| p.span == matched.phrase.span);
        let vocabulary = spoken.into_iter().map(|(_, vocabulary)| vocabulary).find(declares)?;
        return Some((vocabulary, matched));
    }
    let elsewhere: Vec<&Vocabulary> = elsewhere.into_iter().map(|(_, v)| v).collect();
    let schema = checker.schema;
    let mut fits = |ty: &Type, negative, operand: &Operand<'_>| fit(checker, scope, ty, negative, operand);
    let miss = explain_miss(&candidates, &elsewhere, tokens, schema, sources, &mut fits);
    checker.fail(miss)
}

/// Types the bodies of a user's phrases with nothing in particular in their holes, so that each mistake is told at the
/// definition, used or not.
pub(super) fn check_definitions(checker: &mut Checker<'_>, place: usize) {
    let Some(vocabulary) = checker.declarations.vocabularies.get(place) else { return };
    for phrase in &vocabulary.phrases {
        if !checker.is_users(phrase.span) || phrase.broken == Wholeness::Broken {
            continue;
        }
        let mut locals = Vec::new();
        for (name, ty, span) in phrase.template.iter().filter_map(hole_of) {
            // Stands for any value of the type; no rule uses it, so it does not reach the plan.
            let number = u32::MAX - u32::try_from(locals.len()).unwrap_or(0);
            let value = checker.node(Op::Parameter(number), ty.clone(), span);
            locals.push(Local { name: name.to_owned(), value: Some(value), span, kind: LocalKind::Hole });
        }
        let outer = match vocabulary.subject {
            Some(entity) => {
                let row = checker.node(Op::Row(0), Type::Row(entity), phrase.span);
                let role = Role::Subject;
                let subject = RowInScope { entity, row, role, alias: None, back: None, span: vocabulary.span };
                Scope::of_subject(subject, None, 1)
            }
            None => Scope::of_estate(None),
        };
        let scope = scope_of_body(&outer, phrase, locals);
        let step = Step {
            key: String::new(),
            vocabulary: vocabulary.name.clone(),
            definition: phrase.span,
            sentence: String::new(),
            holes: Vec::new(),
        };
        let block = Block {
            vocabulary: None,
            subject: vocabulary.subject,
            path: vec![step],
            user: None,
            remedy: None,
            written: Vec::new(),
        };
        body(checker, block, scope, &phrase.lines, &mut Found::default());
    }
}
