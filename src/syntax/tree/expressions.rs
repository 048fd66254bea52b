//! Expressions, sentences and texts of the tree. Plain data, like the rest of it.

use super::Name;
use crate::base::Span;
use crate::value::{Cadence, ClockTime, Duration, Window};

/// An expression.
#[derive(Debug, Clone, PartialEq)]
pub struct Expr {
    /// Its place, parentheses included.
    pub span: Span,
    /// What it is.
    pub kind: ExprKind,
}

/// A text with interpolations.
#[derive(Debug, Clone, PartialEq)]
pub struct TextExpr {
    /// From quote to quote.
    pub span: Span,
    /// Its parts; plain text has at most one `Text`.
    pub parts: Vec<TextPart>,
}

/// A part of a text.
#[derive(Debug, Clone, PartialEq)]
pub enum TextPart {
    /// Literal characters, `{{` and `}}` already single.
    Text(String),
    /// `{path}`
    Value(Expr),
}

/// A literal as written, with its unit applied.
#[derive(Debug, Clone, PartialEq)]
pub enum Literal {
    /// `true`, `false`
    Bool(bool),
    /// `3`
    Int(i64),
    /// `0.5`
    Number(f64),
    /// `98%`, in 10⁻⁹ percent.
    Percent(i64),
    /// `10 GB`, in bytes.
    Size(i64),
    /// `10 MB/s`, in bytes a second.
    Rate(i64),
    /// `35 days`, `7 years`
    Duration(Duration),
    /// `every week` or `weekly` where only a cadence can stand; a bare `weekly` is a `Name` elsewhere.
    Cadence(Cadence),
    /// `2026-01-01T00:00:00Z`: the text, read later in the policy's zone where it has no offset.
    Time(String),
    /// `2026-01-01`
    Date(String),
    /// `22:00`
    Clock(ClockTime),
    /// `22:00 to 06:00`
    Window(Window),
    /// `3-2-1-1-0`
    Code(String),
    /// `never`
    Never,
}

/// An argument of a call: positional, or named as in `over: 35 days`.
#[derive(Debug, Clone, PartialEq)]
pub struct Argument {
    /// `over`, `last`, `from`, `until`; `None` for a positional one.
    pub name: Option<Name>,
    /// Its value.
    pub value: Expr,
}

/// The sorts of expressions.
#[derive(Debug, Clone, PartialEq)]
pub enum ExprKind {
    /// A literal.
    Literal(Literal),
    /// A text, maybe with interpolations.
    Text(TextExpr),
    /// A bare name; `now` too, and cadence words.
    Name(String),
    /// `a.b`, where `b` is a field, a named value or a method without arguments.
    Member {
        /// Left of the dot.
        of: Box<Expr>,
        /// Right of the dot.
        name: Name,
    },
    /// `a.b(args)`
    Call {
        /// Left of the dot.
        of: Box<Expr>,
        /// The method.
        name: Name,
        /// Its arguments.
        arguments: Vec<Argument>,
    },
    /// `table[key]`
    Index {
        /// The map.
        of: Box<Expr>,
        /// The key.
        key: Box<Expr>,
    },
    /// `[a, b]`
    List(Vec<Expr>),
    /// `{ critical: 90 days, … }`: a parameter's value.
    Map(Vec<(Name, Expr)>),
    /// `not p`
    Not(Box<Expr>),
    /// `p and q`
    And(Box<Expr>, Box<Expr>),
    /// `p or q`
    Or(Box<Expr>, Box<Expr>),
    /// `a < b`, `a is b`, `a in b`, …
    Compare {
        /// The operator.
        operator: Comparison,
        /// Its place.
        at: Span,
        /// Left.
        left: Box<Expr>,
        /// Right.
        right: Box<Expr>,
    },
    /// `a between b and c`
    Between {
        /// The value.
        value: Box<Expr>,
        /// The lower end.
        low: Box<Expr>,
        /// The upper end.
        high: Box<Expr>,
    },
    /// `a matches "glob"`
    Matches {
        /// The value.
        value: Box<Expr>,
        /// The glob.
        glob: Name,
    },
    /// `a is known` (`known: true`), `a is missing` (`known: false`)
    IsKnown {
        /// The value.
        value: Box<Expr>,
        /// Which of the two.
        known: Knowledge,
    },
    /// `t in the last d`, `c in the next d`; the span is a duration
    InSpan {
        /// A time or a collection.
        value: Box<Expr>,
        /// Which way.
        direction: Direction,
        /// How long.
        span: Box<Expr>,
    },
    /// `a + b`, …
    Arithmetic {
        /// The operator.
        operator: ArithmeticOperator,
        /// Left.
        left: Box<Expr>,
        /// Right.
        right: Box<Expr>,
    },
    /// `-a`
    Negative(Box<Expr>),
    /// `a else b`
    Else(Box<Expr>, Box<Expr>),
    /// `later of a and b`
    LaterOf(Box<Expr>, Box<Expr>),
    /// `earlier of a and b`
    EarlierOf(Box<Expr>, Box<Expr>),
    /// `c where P`
    Where {
        /// The collection.
        collection: Box<Expr>,
        /// The predicate.
        predicate: Box<Expr>,
    },
    /// `at least 3 c where P`, `no c`, `all c satisfy P`
    Sentence(Box<Sentence>),
}

/// `is known` or `is missing`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Knowledge {
    /// `is known`
    Known,
    /// `is missing`
    Missing,
}

/// `last` or `next`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Direction {
    /// Up to now.
    Last,
    /// From now.
    Next,
}

/// Comparison operators.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[expect(missing_docs, reason = "the names are the operators")]
pub enum Comparison {
    Is,
    IsNot,
    Less,
    AtMost,
    More,
    AtLeast,
    In,
    NotIn,
    Has,
    HasAny,
    HasAll,
}

/// Arithmetic operators.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[expect(missing_docs, reason = "the names are the operators")]
pub enum ArithmeticOperator {
    Add,
    Subtract,
    Multiply,
    Divide,
}

/// A quantified sentence.
#[derive(Debug, Clone, PartialEq)]
pub struct Sentence {
    /// How many.
    pub quantifier: Quantifier,
    /// Of what: a collection, with its `where` and `in the last`.
    pub collection: Expr,
    /// `satisfy P`
    pub satisfy: Option<Expr>,
}

/// The quantifiers.
#[derive(Debug, Clone, PartialEq)]
pub enum Quantifier {
    /// `some c`
    Some,
    /// `no c`
    No,
    /// `all c satisfy P`
    All,
    /// `at least n c`; `at least p of c satisfy P` where `of` is written.
    AtLeast(Expr),
    /// `at most n c`
    AtMost(Expr),
    /// `exactly n c`
    Exactly(Expr),
}
