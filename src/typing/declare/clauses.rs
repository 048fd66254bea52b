//! What holds for the lines of rules and of phrases alike: which clause stands once, and that something is asked.

use super::draft::{Draft, error};
use crate::base::Span;
use crate::syntax::tree::{Line, LineKind};
use rustc_hash::FxHashMap;

/// The clause word of a line that may stand only once.
pub(super) fn single(kind: &LineKind) -> Option<&'static str> {
    match kind {
        LineKind::Severity(_) => Some("severity"),
        LineKind::Owner(_) => Some("owner"),
        LineKind::For(_) => Some("for"),
        LineKind::Remedy(_) => Some("remedy"),
        LineKind::Evidence { .. } | LineKind::Let(_) | LineKind::Require(_) | LineKind::Phrase(_) => None,
    }
}

/// Notes clauses that stand twice, and names that are declared twice by `let`; `names` holds those taken before.
pub(super) fn once(draft: &mut Draft<'_>, lines: &[Line], mut names: FxHashMap<String, Span>) {
    let mut clauses: FxHashMap<&'static str, Span> = FxHashMap::default();
    for line in lines {
        if let Some(word) = single(&line.kind) {
            if let Some(first) = clauses.get(word) {
                let diagnostic = error("E0609", format!("`{word}` is said twice"))
                    .at(line.span, "again here")
                    .and(*first, "first here")
                    .help("leave one of them out");
                draft.report(diagnostic);
            } else {
                clauses.insert(word, line.span);
            }
        }
        let LineKind::Let(written) = &line.kind else { continue };
        let name = &written.name;
        if let Some(first) = names.get(&name.value) {
            let diagnostic = error("E0306", format!("`{}` is named already", name.value))
                .at(name.span, "again here")
                .and(*first, "first here")
                .help("a name means one thing: choose another");
            draft.report(diagnostic);
            continue;
        }
        names.insert(name.value.clone(), name.span);
    }
}

/// Whether some line asks for something.
pub(super) fn asks(lines: &[Line]) -> bool {
    lines.iter().any(|l| matches!(l.kind, LineKind::Require(_) | LineKind::Phrase(_)))
}
