//! How far a line is from a phrase: edit distance over tokens. A word equal 0, near 2, other 6; a hole with a fitting
//! operand 0, else 2; a part too many or too few 3.

use super::{Fit, Fits, Operand, every, operand, words};
use crate::base::{SourceMap, suggest};
use crate::facts::schema::Type;
use crate::syntax::tree::PhraseToken;
use crate::typing::declarations::{PhraseDeclaration, TemplatePart};

/// Farther than this is not meant.
pub(super) const LIMIT: usize = 9;
const NEAR: usize = 2;
const OTHER: usize = 6;
const MISFIT: usize = 2;
const ODD: usize = 3;

/// A phrase beside a line.
pub(super) struct Alignment<'d, 'l> {
    /// The phrase.
    pub(super) phrase: &'d PhraseDeclaration,
    /// The distance.
    pub(super) cost: usize,
    /// From left to right.
    pub(super) steps: Vec<Step<'l>>,
}

/// One step along both.
#[derive(Clone)]
pub(super) enum Step<'l> {
    /// A word beside a token; `form` is the form nearest to it.
    Word { form: String, token: usize, cost: usize },
    /// A hole beside an operand that begins at `token`.
    Hole { part: usize, token: usize, operand: Operand<'l>, fit: Fit },
    /// A part that the line lacks; `token` would stand after it.
    Missing { part: usize, token: usize },
    /// A token that the phrase lacks.
    Odd { token: usize },
}

impl Step<'_> {
    pub(super) fn cost(&self) -> usize {
        match self {
            Step::Word { cost, .. } => *cost,
            Step::Hole { fit: Fit::Fits, .. } => 0,
            Step::Hole { .. } => MISFIT,
            Step::Missing { .. } | Step::Odd { .. } => ODD,
        }
    }

    /// Whether it is a word of the phrase, or nearly.
    pub(super) fn is_known_word(&self) -> bool {
        matches!(self, Step::Word { cost, .. } if *cost < OTHER)
    }

    /// The first token that it is about.
    pub(super) fn token(&self) -> usize {
        match self {
            Step::Word { token, .. } | Step::Hole { token, .. } | Step::Missing { token, .. } | Step::Odd { token } => {
                *token
            }
        }
    }
}

/// The least costly way from the line to the phrase, if it may be within the limit.
pub(super) fn align<'d, 'l>(
    phrase: &'d PhraseDeclaration,
    line: &'l [PhraseToken],
    sources: &SourceMap,
    fits: &mut Fits<'_>,
) -> Option<Alignment<'d, 'l>> {
    let (parts, tokens) = (phrase.template.len(), line.len());
    // `every week` may be one operand of two tokens, so the line may be longer by one for each hole.
    let holes = phrase.template.iter().filter(|p| matches!(p, TemplatePart::Hole { .. })).count();
    if parts.saturating_sub(tokens) * ODD > LIMIT || tokens.saturating_sub(parts + holes) * ODD > LIMIT {
        return None;
    }
    // best[i][j]: the cost of the first i parts beside the first j tokens, and the last step with where it came from.
    type Cell<'l> = Option<(usize, Option<(Step<'l>, usize, usize)>)>;
    let mut best: Vec<Vec<Cell<'l>>> = vec![vec![None; tokens + 1]; parts + 1];
    best[0][0] = Some((0, None));
    for i in 0..=parts {
        for j in 0..=tokens {
            let Some((cost, _)) = &best[i][j] else { continue };
            let cost = *cost;
            if cost > LIMIT {
                continue;
            }
            let mut steps: Vec<(Step<'l>, usize, usize)> = Vec::new();
            if let (Some(part), Some(token)) = (phrase.template.get(i), line.get(j)) {
                beside(part, i, line, token, j, sources, fits, &mut steps);
            }
            if i < parts {
                steps.push((Step::Missing { part: i, token: j }, i + 1, j));
            }
            if j < tokens {
                steps.push((Step::Odd { token: j }, i, j + 1));
            }
            for (step, to_i, to_j) in steps {
                let total = cost + step.cost();
                if best[to_i][to_j].as_ref().is_none_or(|(known, _)| total < *known) {
                    best[to_i][to_j] = Some((total, Some((step, i, j))));
                }
            }
        }
    }
    let cost = best[parts][tokens].as_ref().map(|(cost, _)| *cost).filter(|cost| *cost <= LIMIT)?;
    let mut steps = Vec::new();
    let (mut i, mut j) = (parts, tokens);
    while let Some((_, Some((step, from_i, from_j)))) = &best[i][j] {
        steps.push(step.clone());
        (i, j) = (*from_i, *from_j);
    }
    steps.reverse();
    Some(Alignment { phrase, cost, steps })
}

/// The steps that take a part and a token together.
#[expect(clippy::too_many_arguments, reason = "the two sides with their places, and what judges them")]
fn beside<'l>(
    part: &TemplatePart,
    i: usize,
    line: &'l [PhraseToken],
    token: &'l PhraseToken,
    j: usize,
    sources: &SourceMap,
    fits: &mut Fits<'_>,
    steps: &mut Vec<(Step<'l>, usize, usize)>,
) {
    match part {
        TemplatePart::Word(forms) => {
            let text = words(token, sources);
            let near = suggest::nearest(text, forms.iter().map(String::as_str));
            let first = forms.first().map_or("", String::as_str);
            let (form, cost) = match near {
                Some(form) if form == text => (form, 0),
                Some(form) => (form, NEAR),
                None => (first, OTHER),
            };
            steps.push((Step::Word { form: form.to_owned(), token: j, cost }, i + 1, j + 1));
        }
        TemplatePart::Hole { ty, not_negative, .. } => {
            if let Some(every) = every(line, j)
                && matches!(ty, Type::Cadence | Type::Duration)
            {
                let fit = fits(ty, *not_negative, &every);
                steps.push((Step::Hole { part: i, token: j, operand: every, fit }, i + 1, j + 2));
            }
            let operand = operand(token);
            let fit = fits(ty, *not_negative, &operand);
            steps.push((Step::Hole { part: i, token: j, operand, fit }, i + 1, j + 1));
        }
    }
}
