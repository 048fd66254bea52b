//! Frameworks and their controls.

use super::draft::{Draft, error};
use crate::base::Span;
use crate::plan::Strength;
use crate::syntax::tree::{ControlLine, FrameworkItem, ItemKind};
use crate::typing::declarations::{Control, Framework};
use rustc_hash::FxHashMap;

/// How far facts decide a control, as written.
const STRENGTHS: &[(&str, Strength)] = &[
    ("fully", Strength::Fully),
    ("partly", Strength::Partly),
    ("aside", Strength::Aside),
    ("by attestation", Strength::ByAttestation),
];

/// Declares all frameworks.
pub(super) fn declare(draft: &mut Draft<'_>) {
    for (_, _, written) in draft.items(|k| if let ItemKind::Framework(f) = k { Some(f) } else { None }) {
        let name = &written.name;
        if let Some(first) = draft.declarations.frameworks.iter().find(|f| f.name == name.value) {
            let standard = draft.is_standard(first.span);
            let diagnostic = error("E0613", format!("the framework `{}` is declared already", name.value))
                .at(name.span, "again here")
                .and(first.span, if standard { "the standard library declares it" } else { "first here" })
                .help("choose another name, such as the name of its edition");
            draft.report(diagnostic);
            continue;
        }
        framework(draft, written);
    }
}

fn framework(draft: &mut Draft<'_>, written: &FrameworkItem) {
    let name = written.name.value.clone();
    if written.edition.is_none() {
        let diagnostic = error("E0618", format!("the framework `{name}` does not say its edition"))
            .at(written.name.span, "")
            .help(format!("write `framework {name} \"…\" edition \"…\"`: a citation holds for one edition"));
        draft.report(diagnostic);
    }
    let mut first: FxHashMap<&str, Span> = FxHashMap::default();
    let mut controls = Vec::new();
    for line in &written.controls {
        if let Some(first) = first.get(line.id.value.as_str()) {
            let diagnostic = error("E0614", format!("`{name}` has the control `{}` already", line.id.value))
                .at(line.id.span, "again here")
                .and(*first, "first here")
                .help("leave it out");
            draft.report(diagnostic);
            continue;
        }
        first.insert(&line.id.value, line.id.span);
        controls.push(Control {
            id: line.id.value.clone(),
            title: line.title.as_ref().map(|t| t.value.clone()).unwrap_or_default(),
            strength: strength(draft, line),
            span: line.span,
        });
    }
    let title = written.title.as_ref().map_or_else(|| name.clone(), |t| t.value.clone());
    let edition = written.edition.as_ref().map(|e| e.value.clone()).unwrap_or_default();
    draft.declarations.frameworks.push(Framework {
        name,
        title,
        edition,
        controls,
        span: written.name.span,
        broken: super::wholeness(&written.lost),
    });
}

/// How far facts decide the control; where that is not said the mistake is noted and the least is taken.
fn strength(draft: &mut Draft<'_>, line: &ControlLine) -> Strength {
    let said = line.decides.iter().flat_map(|d| d.value.split_whitespace()).collect::<Vec<_>>().join(" ");
    if let Some((_, strength)) = STRENGTHS.iter().find(|(word, _)| *word == said) {
        return *strength;
    }
    let message = format!("the control `{}` does not say how far facts decide it", line.id.value);
    let help = "end the line with `decides fully`, `partly`, `aside` or `by attestation`";
    draft.report(error("E0615", message).at(line.id.span, "").help(help));
    Strength::ByAttestation
}
