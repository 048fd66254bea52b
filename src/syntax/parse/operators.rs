//! Chains of operators: `or` below `and` below `not` below one comparison; `else` below `+ -` below `* /` below `-a`.
//! `and` and `or` are associative in three values too, so their chains become balanced trees, however long.

use super::{Reader, Rule, broken_promise};
use crate::base::Span;
use crate::syntax::Read;
use crate::syntax::tree::{ArithmeticOperator, Comparison, Expr, ExprKind, Knowledge};
use pest::iterators::{Pair, Pairs};
use std::iter::Peekable;

/// Levels of a balanced tree with `count` joints.
fn levels(count: usize) -> usize {
    (usize::BITS - count.leading_zeros()) as usize
}

pub(super) fn balanced(mut parts: Vec<Expr>, join: fn(Box<Expr>, Box<Expr>) -> ExprKind) -> Option<Expr> {
    while parts.len() > 1 {
        let mut joined = Vec::with_capacity(parts.len().div_ceil(2));
        let mut rest = parts.into_iter();
        while let Some(left) = rest.next() {
            joined.push(match rest.next() {
                Some(right) => Expr { span: left.span.to(right.span), kind: join(Box::new(left), Box::new(right)) },
                None => left,
            });
        }
        parts = joined;
    }
    parts.pop()
}

impl Reader<'_> {
    pub(super) fn expr(&self, pair: Pair<'_, Rule>, depth: usize) -> Read<Expr> {
        let count = |joint| pair.clone().into_inner().filter(|p| p.as_rule() == joint).count();
        let depth = self.deeper(depth, levels(count(Rule::and)) + levels(count(Rule::or)), &pair)?;
        let mut any: Vec<Expr> = Vec::new();
        let mut all: Vec<Expr> = Vec::new();
        let mut parts = pair.into_inner().peekable();
        while parts.peek().is_some() {
            all.push(self.negation(&mut parts, depth)?);
            if parts.next().is_some_and(|joint| joint.as_rule() == Rule::or) {
                any.extend(balanced(std::mem::take(&mut all), ExprKind::And));
            }
        }
        any.extend(balanced(all, ExprKind::And));
        balanced(any, ExprKind::Or).ok_or_else(|| broken_promise(self, Rule::lone_expression))
    }

    /// `not* operation test?`
    fn negation(&self, parts: &mut Peekable<Pairs<'_, Rule>>, depth: usize) -> Read<Expr> {
        let mut nots: Vec<Span> = Vec::new();
        let mut depth = depth;
        while let Some(not) = parts.next_if(|p| p.as_rule() == Rule::not) {
            depth = self.deeper(depth, 1, &not)?;
            nots.push(self.at(&not));
        }
        let Some(operation) = parts.next() else { return Err(broken_promise(self, Rule::lone_expression)) };
        let test = parts.next_if(|p| !matches!(p.as_rule(), Rule::and | Rule::or));
        let below = self.deeper(depth, usize::from(test.is_some()), &operation)?;
        let mut expr = self.operation(operation, below)?;
        if let Some(test) = test {
            expr = self.test(expr, test, below)?;
        }
        for not in nots.into_iter().rev() {
            expr = Expr { span: not.to(expr.span), kind: ExprKind::Not(Box::new(expr)) };
        }
        Ok(expr)
    }

    fn test(&self, value: Expr, pair: Pair<'_, Rule>, depth: usize) -> Read<Expr> {
        let missing = || broken_promise(self, Rule::lone_expression);
        let end = self.at(&pair);
        let (start, left) = (value.span, Box::new(value));
        let rule = pair.as_rule();
        if rule == Rule::knowledge {
            let known = if pair.as_str().ends_with("known") { Knowledge::Known } else { Knowledge::Missing };
            return Ok(Expr { span: start.to(end), kind: ExprKind::IsKnown { value: left, known } });
        }
        if rule == Rule::span_test {
            return self.span_test(*left, pair, depth);
        }
        let mut parts = pair.into_inner();
        let word = parts.next().ok_or_else(missing)?;
        let operand = parts.next().ok_or_else(missing)?;
        let (kind, last) = match rule {
            Rule::between_test => {
                let low = self.operation(operand, depth)?;
                let high = self.operation(parts.nth(1).ok_or_else(missing)?, depth)?;
                let last = high.span;
                (ExprKind::Between { value: left, low: Box::new(low), high: Box::new(high) }, last)
            }
            Rule::matches_test => {
                let glob = self.plain_text(&operand)?;
                let last = glob.span;
                (ExprKind::Matches { value: left, glob }, last)
            }
            _ => {
                let right = self.operation(operand, depth)?;
                let last = right.span;
                let (operator, at) = (comparison(word.as_str()), self.at(&word));
                (ExprKind::Compare { operator, at, left, right: Box::new(right) }, last)
            }
        };
        Ok(Expr { span: start.to(last), kind })
    }

    pub(super) fn operation(&self, pair: Pair<'_, Rule>, depth: usize) -> Read<Expr> {
        let operators = pair.clone().into_inner().filter(|p| p.as_rule() == Rule::operator).count();
        let depth = self.deeper(depth, operators, &pair)?;
        let mut parts = pair.into_inner().peekable();
        let first = self.signed_term(&mut parts, depth)?;
        let mut chain = Chain::of(first);
        while let Some(operator) = parts.next() {
            let operand = self.signed_term(&mut parts, depth)?;
            chain = chain.add(operator.as_str(), operand);
        }
        Ok(chain.end())
    }

    /// `sign* term`
    pub(super) fn signed_term(&self, parts: &mut Peekable<Pairs<'_, Rule>>, depth: usize) -> Read<Expr> {
        let mut signs: Vec<Span> = Vec::new();
        let mut depth = depth;
        while let Some(sign) = parts.next_if(|p| p.as_rule() == Rule::sign) {
            depth = self.deeper(depth, 1, &sign)?;
            signs.push(self.at(&sign));
        }
        let Some(term) = parts.next() else { return Err(broken_promise(self, Rule::lone_expression)) };
        let mut expr = self.term(term, depth)?;
        for sign in signs.into_iter().rev() {
            expr = Expr { span: sign.to(expr.span), kind: ExprKind::Negative(Box::new(expr)) };
        }
        Ok(expr)
    }
}

/// A chain read from left to right: `defaults else (sum ± (product */ next))`.
pub(super) struct Chain {
    defaults: Option<Expr>,
    sum: Option<(Expr, ArithmeticOperator)>,
    product: Expr,
}

impl Chain {
    pub(super) fn of(first: Expr) -> Chain {
        Chain { defaults: None, sum: None, product: first }
    }

    pub(super) fn add(self, operator: &str, operand: Expr) -> Chain {
        match operator {
            "*" => Chain { product: arithmetic(ArithmeticOperator::Multiply, self.product, operand), ..self },
            "/" => Chain { product: arithmetic(ArithmeticOperator::Divide, self.product, operand), ..self },
            "+" | "-" => {
                let next = if operator == "+" { ArithmeticOperator::Add } else { ArithmeticOperator::Subtract };
                let sum = summed(self.sum, self.product);
                Chain { defaults: self.defaults, sum: Some((sum, next)), product: operand }
            }
            _ => Chain { defaults: Some(self.end()), sum: None, product: operand },
        }
    }

    pub(super) fn end(self) -> Expr {
        let value = summed(self.sum, self.product);
        match self.defaults {
            Some(first) => {
                Expr { span: first.span.to(value.span), kind: ExprKind::Else(Box::new(first), Box::new(value)) }
            }
            None => value,
        }
    }
}

fn summed(sum: Option<(Expr, ArithmeticOperator)>, product: Expr) -> Expr {
    match sum {
        Some((left, operator)) => arithmetic(operator, left, product),
        None => product,
    }
}

fn arithmetic(operator: ArithmeticOperator, left: Expr, right: Expr) -> Expr {
    let span = left.span.to(right.span);
    Expr { span, kind: ExprKind::Arithmetic { operator, left: Box::new(left), right: Box::new(right) } }
}

pub(super) fn comparison(words: &str) -> Comparison {
    let last = words.rsplit([' ', '\t']).next().unwrap_or("");
    match (words.as_bytes().first(), last) {
        (_, "not") => Comparison::IsNot,
        (_, "is") => Comparison::Is,
        (Some(b'n'), "in") => Comparison::NotIn,
        (_, "in") => Comparison::In,
        (_, "any") => Comparison::HasAny,
        (_, "all") => Comparison::HasAll,
        (_, "has") => Comparison::Has,
        (_, "<") => Comparison::Less,
        (_, "<=") => Comparison::AtMost,
        (_, ">") => Comparison::More,
        _ => Comparison::AtLeast,
    }
}
