//! Texts: plain ones, and those with values to be filled in, `"{bad.count} of {recent.count} runs"`.

use super::{Reader, Rule};
use crate::base::{Diagnostic, Span};
use crate::syntax::messages::codes;
use crate::syntax::tree::{Expr, ExprKind, Name, TextExpr, TextPart};
use crate::syntax::{Read, words};
use pest::iterators::Pair;

impl Reader<'_> {
    /// A text in which nothing is filled in: titles, citations, globs.
    pub(super) fn plain_text(&self, pair: &Pair<'_, Rule>) -> Read<Name> {
        let text = self.text_expr(pair)?;
        let mut value = String::new();
        for part in text.parts {
            match part {
                TextPart::Text(part) => value.push_str(&part),
                TextPart::Value(expr) => {
                    return Err(Diagnostic::error(codes::BAD_INTERPOLATION, "nothing is filled in here")
                        .at(expr.span, "only a message holds values")
                        .help("write `{{` and `}}` for braces that are only characters")
                        .into());
                }
            }
        }
        Ok(Name::new(value, text.span))
    }

    /// A text with values.
    pub(super) fn text_expr(&self, pair: &Pair<'_, Rule>) -> Read<TextExpr> {
        let start = pair.as_span().start() + 1;
        let end = pair.as_span().end() - 1;
        let mut parts = Vec::new();
        let mut plain = String::new();
        let mut at = start;
        while at < end {
            let rest = self.text.get(at..end).unwrap_or("");
            let brace = rest.find(['{', '}']).unwrap_or(rest.len());
            plain.push_str(rest.get(..brace).unwrap_or(""));
            let from = rest.get(brace..).unwrap_or("");
            at += brace;
            if from.starts_with("{{") || from.starts_with("}}") {
                plain.push_str(from.get(..1).unwrap_or(""));
                at += 2;
            } else if from.starts_with('}') {
                return Err(self.stray_brace(at));
            } else if from.starts_with('{') {
                let close = from.find('}').unwrap_or(from.len());
                if !plain.is_empty() {
                    parts.push(TextPart::Text(std::mem::take(&mut plain)));
                }
                parts.push(TextPart::Value(self.filled_in(at + 1, at + close)?));
                at += close + 1;
            }
        }
        if !plain.is_empty() {
            parts.push(TextPart::Text(plain));
        }
        Ok(TextExpr { span: self.at(pair), parts })
    }

    fn stray_brace(&self, at: usize) -> Box<Diagnostic> {
        Diagnostic::error(codes::BAD_INTERPOLATION, "this `}` in a text closes nothing")
            .at(self.span(at, at + 1), "no `{` is open")
            .help("write `}}` for a brace that is only a character")
            .into()
    }

    /// The path between the braces.
    fn filled_in(&self, start: usize, end: usize) -> Read<Expr> {
        let inside = self.text.get(start..end).unwrap_or("");
        let path = inside.trim();
        let mut at = start + (inside.len() - inside.trim_start().len());
        let mut value: Option<Expr> = None;
        for part in path.split('.') {
            let span = self.span(at, at + part.len());
            at += part.len() + 1;
            let name = part.starts_with(|c: char| c.is_ascii_alphabetic())
                && part.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_');
            let free = value.is_some() || part == "now" || !words::RESERVED.contains(&part);
            if !name || !free {
                let whole = if path.is_empty() { self.span(start - 1, end + 1) } else { self.span(start, end) };
                return Err(not_a_path(inside, whole));
            }
            value = Some(match value {
                None => Expr { span, kind: ExprKind::Name(part.to_owned()) },
                Some(of) => Expr {
                    span: of.span.to(span),
                    kind: ExprKind::Member { of: Box::new(of), name: Name::new(part.to_owned(), span) },
                },
            });
        }
        value.ok_or_else(|| not_a_path(inside, self.span(start, end)))
    }
}

fn not_a_path(inside: &str, span: Span) -> Box<Diagnostic> {
    let error = |message: &str| Diagnostic::error(codes::BAD_INTERPOLATION, message);
    let help = "name the value first, `let name = …`, and write `{name}`";
    let path = inside.trim();
    let mistake = if path.is_empty() {
        error("nothing stands between these braces").at(span, "empty").help("write a name, or `{{}}` for two braces")
    } else if path.contains('#') {
        error("a comment cannot stand inside `{…}` of a text")
            .at(span, "no comment here")
            .help("write it after the text")
    } else {
        error("only a name, or names joined by dots, can stand inside `{…}` of a text")
            .at(span, "more than a path")
            .help(help)
    };
    mistake.into()
}
