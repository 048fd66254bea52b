//! Quantified sentences: `some c`, `no c`, `at least 3 c`, `all c satisfy P`, `at least 98% of c satisfy P`. Also over
//! periods and sets, where they only count.

use super::checker::Checker;
use super::scope::Scope;
use crate::base::codes::Code;
use crate::base::{Diagnostic, Span};
use crate::facts::schema::Type;
use crate::plan::{Comparison, Method, NodeId, Op, Reduction};
use crate::syntax::tree::{self, Quantifier};
use crate::value::Scalar;

impl Checker<'_> {
    pub(super) fn sentence(&mut self, scope: &Scope, sentence: &tree::Sentence, span: Span) -> Option<NodeId> {
        let collection = &sentence.collection;
        match &sentence.quantifier {
            Quantifier::Some | Quantifier::No => {
                let method = if sentence.quantifier == Quantifier::Some { Method::Some } else { Method::None };
                self.no_satisfy(sentence)?;
                let group = self.countable(scope, collection)?;
                Some(self.reduced(scope, group, method, None, Type::Bool, span))
            }
            Quantifier::All => {
                let group = self.group(scope, collection)?;
                let Some(satisfy) = &sentence.satisfy else {
                    let words = self.words(collection.span);
                    return self.fail(
                        Diagnostic::error(Code("E0223"), "`all` does not say what holds of each")
                            .at(span, "all of them do what?")
                            .help(format!("write `all {words} satisfy …`")),
                    );
                };
                let predicate = self.satisfied(scope, group, collection.span, satisfy)?;
                Some(self.reduced(scope, group, Method::All, Some(predicate), Type::Bool, span))
            }
            Quantifier::AtLeast(bound) => self.counted(scope, sentence, bound, Comparison::AtLeast, span),
            Quantifier::AtMost(bound) => self.counted(scope, sentence, bound, Comparison::AtMost, span),
            Quantifier::Exactly(bound) => self.counted(scope, sentence, bound, Comparison::Is, span),
        }
    }

    fn counted(
        &mut self,
        scope: &Scope,
        sentence: &tree::Sentence,
        bound: &tree::Expr,
        operator: Comparison,
        span: Span,
    ) -> Option<NodeId> {
        let limit = self.expression(scope, bound, None);
        let collection = &sentence.collection;
        let Some(satisfy) = &sentence.satisfy else {
            let group = self.countable(scope, collection);
            let (limit, group) = (limit?, group?);
            if self.ty(limit) != &Type::Int {
                let error = Diagnostic::error(Code("E0223"), "how many is said by an int")
                    .at(bound.span, self.a_type_of(limit));
                let (bound, collection) = (self.words(bound.span), self.words(collection.span));
                return self.fail(match self.ty(limit) {
                    Type::Percent => {
                        error.help(format!("of a share say what holds: `at least {bound} of {collection} satisfy …`"))
                    }
                    _ => error.help(format!("write `at least 3 {collection}`")),
                });
            }
            let below = operator == Comparison::AtMost || operator == Comparison::Is;
            if below && matches!(self.constant_of(limit), Some(Scalar::Int(n)) if *n < 0) {
                return self.fail(
                    Diagnostic::error(Code("E0221"), "there are never fewer than none")
                        .at(bound.span, "below 0")
                        .help("write 0 or more"),
                );
            }
            let count = self.reduced(scope, group, Method::Count, None, Type::Int, span);
            return Some(self.node(Op::Compare { operator, left: count, right: limit }, Type::Bool, span));
        };
        let group = self.group(scope, collection);
        let (limit, group) = (limit?, group?);
        let predicate = self.satisfied(scope, group, collection.span, satisfy)?;
        if !matches!(self.ty(limit), Type::Percent) {
            let what = self.a_type_of(limit);
            let (bound_words, words, condition) =
                (self.words(bound.span), self.words(collection.span), self.words(satisfy.span));
            let share = super::show::as_percent(&bound_words);
            let mut help = format!("write `{share}`");
            if *self.ty(limit) == Type::Int {
                help.push_str(&format!(", or count: `at least {bound_words} {words} where {condition}`"));
            }
            let error = Diagnostic::error(Code("E0223"), "`… of … satisfy` speaks of a percent");
            return self.fail(error.at(bound.span, what).help(help));
        }
        if self.is_above_whole(limit) {
            return self.fail(self.above_whole(limit, bound.span));
        }
        let share = self.reduced(scope, group, Method::Share, Some(predicate), Type::Percent, span);
        Some(self.node(Op::Compare { operator, left: share, right: limit }, Type::Bool, span))
    }

    fn no_satisfy(&mut self, sentence: &tree::Sentence) -> Option<()> {
        let Some(satisfy) = &sentence.satisfy else { return Some(()) };
        let (words, condition) = (self.words(sentence.collection.span), self.words(satisfy.span));
        self.fail(
            Diagnostic::error(Code("E0223"), "`satisfy` follows `all` and shares")
                .at(satisfy.span, "")
                .help(format!("write `{words} where {condition}`")),
        )
    }

    /// A predicate read on each element of a group.
    fn satisfied(&mut self, scope: &Scope, group: NodeId, group_span: Span, predicate: &tree::Expr) -> Option<NodeId> {
        let inner = self.element_scope(scope, group, group_span)?;
        let node = self.truth(&inner, predicate)?;
        self.linear(&inner, group, node, predicate.span)?;
        Some(node)
    }

    /// Rows, periods or a set: what may be counted.
    fn countable(&mut self, scope: &Scope, expr: &tree::Expr) -> Option<NodeId> {
        let node = self.expression(scope, expr, None)?;
        match self.ty(node) {
            Type::Rows(_) | Type::Periods | Type::Set(_) | Type::List(_) => Some(node),
            _ => self.not_many(node, expr.span),
        }
    }

    /// A group reduced without arguments that are read on its elements, but for a predicate typed at `scope.depth`.
    pub(super) fn reduced(
        &mut self,
        scope: &Scope,
        group: NodeId,
        method: Method,
        predicate: Option<NodeId>,
        ty: Type,
        span: Span,
    ) -> NodeId {
        let reduction = Reduction { group, depth: scope.depth, method, predicate, value: None };
        self.node(Op::Reduce(Box::new(reduction)), ty, span)
    }
}
