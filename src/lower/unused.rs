//! `let`s and parameters that nothing names: warnings.

use crate::base::codes::Code;
use crate::base::{Diagnostic, Span};
use crate::syntax::tree::{Line, LineKind};
use crate::typing::checker::Checker;

/// Reports what users declare and nothing uses.
pub(super) fn report(checker: &mut Checker<'_>) {
    let declarations = checker.declarations;
    for (place, parameter) in declarations.parameters.iter().enumerate() {
        if !checker.used_parameters.contains(&place) {
            tell(checker, "W0208", "parameter", &parameter.name, parameter.span);
        }
    }
    for (place, declared) in declarations.lets.iter().enumerate() {
        if !checker.used_file_lets.contains(&place) {
            tell(checker, "W0207", "`let`", &declared.name, declared.span);
        }
    }
    for rule in &declarations.rules {
        if !rule.item.lost.any() {
            lines(checker, &rule.item.lines);
        }
    }
    let phrases = declarations.vocabularies.iter().flat_map(|v| &v.phrases);
    for phrase in phrases.filter(|p| p.broken == crate::typing::declarations::Wholeness::Whole) {
        lines(checker, &phrase.lines);
    }
}

fn lines(checker: &mut Checker<'_>, lines: &[Line]) {
    for line in lines {
        if let LineKind::Let(written) = &line.kind
            && !checker.used_locals.contains(&written.name.span)
        {
            tell(checker, "W0207", "`let`", &written.name.value, written.name.span);
        }
    }
}

fn tell(checker: &mut Checker<'_>, code: &'static str, what: &str, name: &str, span: Span) {
    if checker.is_users(span) {
        checker.report(
            Diagnostic::warning(Code(code), format!("nothing uses the {what} `{name}`", what = what.trim_matches('`')))
                .at(span, "unused")
                .help("use it or leave it out"),
        );
    }
}
