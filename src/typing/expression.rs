//! One expression to one node. Dispatches by what is written; each sort of expression has its own file. A mistake is
//! reported where it stands and gives `None`, so that nothing is reported that only follows from it.

use super::checker::Checker;
use super::member::is_estate;
use super::scope::Scope;
use crate::base::codes::Code;
use crate::base::{Diagnostic, Span};
use crate::facts::schema::Type;
use crate::plan::{NodeId, Op};
use crate::syntax::tree::{self, ExprKind, Knowledge};

/// How deep expressions may stand in one another, those of the values that they name included: no call stack overflows.
const DEEPEST: usize = 256;

impl Checker<'_> {
    /// The node of an expression. `expected` is the type of the other side: its members may stand as bare names, and
    /// plain literals fit themselves to it; it is not enforced.
    pub fn expression(&mut self, scope: &Scope, expr: &tree::Expr, expected: Option<&Type>) -> Option<NodeId> {
        if self.nesting >= DEEPEST {
            return self.fail(too_deep(expr.span));
        }
        self.nesting += 1;
        let node = self.expression_within(scope, expr, expected);
        self.nesting -= 1;
        node
    }

    fn expression_within(&mut self, scope: &Scope, expr: &tree::Expr, expected: Option<&Type>) -> Option<NodeId> {
        let span = expr.span;
        match &expr.kind {
            ExprKind::Literal(literal) => self.literal(scope, literal, span, expected),
            ExprKind::Text(text) => self.plain_text(text),
            ExprKind::Name(name) if name == "estate" => self.fail(estate_alone(span)),
            ExprKind::Name(name) => self.name(scope, name, span, expected),
            ExprKind::Member { of, name } => self.member_access(scope, of, name),
            ExprKind::Call { of, name, arguments } => {
                if is_estate(of) {
                    return self.fail(estate_with_arguments(name));
                }
                let node = self.expression(scope, of, None)?;
                self.method(scope, node, of.span, name, arguments)
            }
            ExprKind::Index { of, key } => self.index(scope, of, key, span),
            ExprKind::List(items) => self.list(scope, items, span, expected),
            ExprKind::Map(_) => self.fail(table_here(span)),
            ExprKind::Not(of) => {
                let node = self.truth(scope, of)?;
                Some(self.node(Op::Not(node), Type::Bool, span))
            }
            ExprKind::And(..) | ExprKind::Or(..) => self.junction(scope, expr),
            ExprKind::Compare { operator, at, left, right } => {
                self.comparison(scope, *operator, *at, left, right, span)
            }
            ExprKind::Between { value, low, high } => self.between(scope, value, low, high, span),
            ExprKind::Matches { value, glob } => self.matches(scope, value, glob, span),
            ExprKind::IsKnown { value, known } => {
                let node = self.expression(scope, value, None)?;
                if matches!(self.ty(node), Type::Rows(_)) {
                    return self.fail(known_of_many(value.span));
                }
                let known_node = self.node(Op::Known(node), Type::Bool, span);
                Some(match known {
                    Knowledge::Known => known_node,
                    Knowledge::Missing => self.node(Op::Not(known_node), Type::Bool, span),
                })
            }
            ExprKind::InSpan { value, direction, span: length } => self.in_span(scope, value, *direction, length, span),
            ExprKind::Arithmetic { operator, left, right } => self.arithmetic(scope, *operator, left, right, span),
            ExprKind::Negative(of) => self.negative(scope, of, span),
            ExprKind::Else(value, default) => self.or_else(scope, value, default, span, expected),
            ExprKind::LaterOf(a, b) => self.of_two_times(scope, a, b, span, Op::LaterOf),
            ExprKind::EarlierOf(a, b) => self.of_two_times(scope, a, b, span, Op::EarlierOf),
            ExprKind::Where { collection, predicate } => self.filtered(scope, collection, predicate, span),
            ExprKind::Sentence(sentence) => self.sentence(scope, sentence, span),
        }
    }

    /// An expression that must be of a type; `role` says in messages what wants it so.
    pub fn value_of(&mut self, scope: &Scope, expr: &tree::Expr, ty: &Type, role: &str) -> Option<NodeId> {
        let node = self.expression(scope, expr, Some(ty))?;
        if fits(self.ty(node), ty) {
            return Some(node);
        }
        self.wrong_type(node, expr, ty, role)
    }

    /// An expression that must be true or false.
    pub fn truth(&mut self, scope: &Scope, expr: &tree::Expr) -> Option<NodeId> {
        let node = self.expression(scope, expr, None)?;
        let ty = self.ty(node).clone();
        if ty == Type::Bool {
            return Some(node);
        }
        let words = self.words(expr.span);
        let help = match ty {
            Type::Rows(_) | Type::Periods => format!("say how many: `some {words}`, `no {words}`, `at least 3 …`"),
            Type::Row(_) => format!("ask something of it: a field of `{words}`"),
            _ => format!("compare it: `{words} is …`, or ask `{words} is known`"),
        };
        self.fail(
            Diagnostic::error(Code("E0212"), format!("this is {}, not true or false", self.a_type(&ty)))
                .at(expr.span, "a condition is asked for")
                .help(help),
        )
    }

    pub(super) fn wrong_type(&mut self, node: NodeId, expr: &tree::Expr, ty: &Type, role: &str) -> Option<NodeId> {
        let found = self.ty(node).clone();
        let (wanted, is) = (self.a_type(ty), self.a_type(&found));
        let error = Diagnostic::error(Code("E0212"), format!("{role} is {wanted}, this is {is}")).at(expr.span, is);
        let words = self.words(expr.span);
        let help = self.conversion(&found, ty, &words);
        self.fail(match help {
            Some(help) => error.help(help),
            None => error,
        })
    }

    /// What to write where a value of one type stands and another is wanted.
    pub(super) fn conversion(&self, found: &Type, wanted: &Type, words: &str) -> Option<String> {
        let help = match (found, wanted) {
            (Type::Int | Type::Number, Type::Percent) if is_number(words) => {
                format!("write `{}`", super::show::as_percent(words))
            }
            (Type::Int | Type::Number, Type::Duration) if is_number(words) => {
                format!("say the unit: `{words} days`, `{words} h`")
            }
            (Type::Int | Type::Number, Type::Size) if is_number(words) => format!("say the unit: `{words} GB`"),
            (Type::Int | Type::Number, Type::Rate) if is_number(words) => format!("say the unit: `{words} MB/s`"),
            (Type::Percent, Type::Int | Type::Number) => "drop the `%`, or compare a share".to_owned(),
            (Type::Cadence, Type::Duration) => cadence_help(words),
            (Type::Duration, Type::Cadence) => {
                "a cadence is `daily`, `weekly`, `monthly`, `quarterly` or `yearly`".to_owned()
            }
            (Type::Date, Type::Time | Type::TimeOrNever) => format!("write the instant: `{words}T00:00:00Z`"),
            (Type::Text, Type::OneOf(_)) if words.starts_with('"') => {
                format!("write the word without quotes: `{}`", words.trim_matches('"'))
            }
            (_, Type::Text) if is_word(words) => format!("a text needs quotes: `\"{words}\"`"),
            (Type::Row(_), Type::Text) => "compare its key: `.id`".to_owned(),
            (one, Type::Set(of) | Type::List(of)) if fits(one, of) => format!("write a list: `[{words}]`"),
            (Type::Rows(_), Type::Row(_)) => "pick one: `.latest`, `.oldest`".to_owned(),
            (Type::Rows(_), Type::Int) => "count them: `.count`".to_owned(),
            _ => {
                let example = super::show::example_of(self.schema, wanted)?;
                format!("write a value such as `{example}`")
            }
        };
        Some(help)
    }

    /// `p and q and r`, `p or q or r`: one node each.
    fn junction(&mut self, scope: &Scope, expr: &tree::Expr) -> Option<NodeId> {
        let all = matches!(expr.kind, ExprKind::And(..));
        let mut parts = Vec::new();
        flatten(expr, all, &mut parts);
        let nodes: Vec<Option<NodeId>> = parts.into_iter().map(|part| self.truth(scope, part)).collect();
        let nodes = nodes.into_iter().collect::<Option<Vec<_>>>()?;
        let op = if all { Op::And(nodes) } else { Op::Or(nodes) };
        Some(self.node(op, Type::Bool, expr.span))
    }

    fn index(&mut self, scope: &Scope, of: &tree::Expr, key: &tree::Expr, span: Span) -> Option<NodeId> {
        let map = self.expression(scope, of, None)?;
        let Type::Map { of: entry, by } = self.ty(map).clone() else {
            let what = self.a_type_of(map);
            return self.fail(
                Diagnostic::error(Code("E0226"), format!("{what} has no entries to look up"))
                    .at(of.span, what)
                    .help("`table[key]` looks up an entry of a map"),
            );
        };
        let key_type = by.map_or(Type::Text, Type::OneOf);
        let key = self.value_of(scope, key, &key_type, "the key of this map")?;
        Some(self.node(Op::Entry { map, key }, *entry, span))
    }

    fn or_else(
        &mut self,
        scope: &Scope,
        value: &tree::Expr,
        default: &tree::Expr,
        span: Span,
        expected: Option<&Type>,
    ) -> Option<NodeId> {
        let node = self.expression(scope, value, expected)?;
        let ty = self.ty(node).clone();
        let other = self.expression(scope, default, Some(&ty))?;
        let together = match (&ty, self.ty(other)) {
            (a, b) if a == b => Some(ty.clone()),
            (Type::Time, Type::TimeOrNever) | (Type::TimeOrNever, Type::Time) => Some(Type::TimeOrNever),
            (Type::Int, Type::Number) | (Type::Number, Type::Int) => Some(Type::Number),
            (a, b) if fits(b, a) => Some(ty.clone()),
            _ => None,
        };
        if matches!(ty, Type::Rows(_) | Type::Periods) {
            return self.fail(
                Diagnostic::error(Code("E0224"), "a collection has no default")
                    .at(value.span, "many rows")
                    .help("`else` stands after a single value"),
            );
        }
        let Some(together) = together else {
            let (a, b) = (self.a_type(&ty), self.a_type_of(other));
            let error = Diagnostic::error(Code("E0224"), format!("the default is {b}, the value {a}"))
                .at(default.span, b)
                .and(value.span, a);
            let words = self.words(default.span);
            let found = self.ty(other).clone();
            let help = if found == Type::Bool {
                Some("`else` binds tighter than a comparison: put that in parentheses, `(x is y) else true`".to_owned())
            } else {
                self.conversion(&found, &ty, &words)
            };
            return self.fail(match help {
                Some(help) => error.help(help),
                None => error,
            });
        };
        Some(self.node(Op::Else { value: node, default: other }, together, span))
    }

    fn of_two_times(
        &mut self,
        scope: &Scope,
        a: &tree::Expr,
        b: &tree::Expr,
        span: Span,
        op: fn(NodeId, NodeId) -> Op,
    ) -> Option<NodeId> {
        let role = "`later of` and `earlier of` compare times: each";
        let left = self.value_of(scope, a, &Type::TimeOrNever, role);
        let right = self.value_of(scope, b, &Type::TimeOrNever, role);
        let (left, right) = (left?, right?);
        let both = self.ty(left) == &Type::Time && self.ty(right) == &Type::Time;
        let ty = if both { Type::Time } else { Type::TimeOrNever };
        Some(self.node(op(left, right), ty, span))
    }
}

// Built apart: the frames of the recursion above stay small.

fn estate_alone(span: Span) -> Diagnostic {
    Diagnostic::error(Code("E0203"), "`estate` alone is no value")
        .at(span, "which rows of it?")
        .help("write a collection of it: `estate.runs`")
}

fn estate_with_arguments(name: &tree::Name) -> Diagnostic {
    Diagnostic::error(Code("E0215"), format!("`estate.{}` takes no arguments", name.value))
        .at(name.span, "a collection")
        .help(format!("write `estate.{} where …`", name.value))
}

fn table_here(span: Span) -> Diagnostic {
    Diagnostic::error(Code("E0227"), "a table stands only as the value of a parameter")
        .at(span, "a table here")
        .help("declare `param name: map of … by … = { … }` and look it up: `name[key]`")
}

fn known_of_many(span: Span) -> Diagnostic {
    Diagnostic::error(Code("E0212"), "a collection is neither known nor missing")
        .at(span, "many rows")
        .help("write `some …` or `no …`")
}

fn too_deep(span: Span) -> Diagnostic {
    Diagnostic::error(Code("E0408"), format!("expressions within expressions, more than {DEEPEST} deep"))
        .at(span, "one too many")
        .help("name an inner part with `let`, before it is used")
}

fn flatten<'e>(expr: &'e tree::Expr, all: bool, parts: &mut Vec<&'e tree::Expr>) {
    match &expr.kind {
        ExprKind::And(a, b) if all => {
            flatten(a, all, parts);
            flatten(b, all, parts);
        }
        ExprKind::Or(a, b) if !all => {
            flatten(a, all, parts);
            flatten(b, all, parts);
        }
        _ => parts.push(expr),
    }
}

/// Whether a value of the first type may stand where the second is wanted.
pub fn fits(found: &Type, wanted: &Type) -> bool {
    match (found, wanted) {
        (Type::Time, Type::TimeOrNever) | (Type::Int, Type::Number) => true,
        (Type::Set(a) | Type::List(a), Type::Set(b) | Type::List(b)) => fits(a, b),
        // `[]` alone: a list of anything.
        (a, b) => a == b,
    }
}

fn is_number(words: &str) -> bool {
    words.starts_with(|c: char| c.is_ascii_digit()) && words.chars().all(|c| c.is_ascii_digit() || c == '.')
}

fn is_word(words: &str) -> bool {
    !words.is_empty() && words.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
}

/// A calendar bucket where a rolling limit is wanted: what to count instead.
fn cadence_help(words: &str) -> String {
    let counted = match words.trim_start_matches("every ").trim() {
        "hour" | "hourly" => "1 h",
        "day" | "daily" => "1 day",
        "week" | "weekly" => "7 days",
        "month" | "monthly" => "1 month",
        "quarter" | "quarterly" => "3 months",
        _ => "12 months",
    };
    let counted = if words.starts_with("every ") { format!("every {counted}") } else { counted.to_owned() };
    format!("a calendar period would accept almost twice as long: write `{counted}`")
}
