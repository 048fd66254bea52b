//! Messages: text with `{path}` in it. A path or a method without arguments, nothing more: `let` serves for the rest.

use super::checker::Checker;
use super::scope::Scope;
use crate::base::Diagnostic;
use crate::base::codes::Code;
use crate::plan::Piece;
use crate::syntax::tree::{self, ExprKind, TextPart};

impl Checker<'_> {
    /// The pieces of a message; a value in error is left out, its mistake told.
    pub fn message(&mut self, scope: &Scope, text: &tree::TextExpr) -> Vec<Piece> {
        let mut pieces = Vec::new();
        for part in &text.parts {
            match part {
                TextPart::Text(words) => pieces.push(Piece::Text(words.clone())),
                TextPart::Value(value) if is_path(value) => {
                    if let Some(node) = self.expression(scope, value, None) {
                        pieces.push(Piece::Value(node));
                    }
                }
                TextPart::Value(value) => {
                    let words = self.words(value.span);
                    self.report(
                        Diagnostic::error(Code("E0222"), "a message shows paths and methods without arguments only")
                            .at(value.span, "more than a path")
                            .help(format!("name it before: `let shown = {words}`, then `{{shown}}`")),
                    );
                }
            }
        }
        pieces
    }
}

fn is_path(expr: &tree::Expr) -> bool {
    match &expr.kind {
        ExprKind::Name(_) => true,
        ExprKind::Member { of, .. } => is_path(of),
        _ => false,
    }
}
