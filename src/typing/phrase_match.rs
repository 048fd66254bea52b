//! Which phrase a line is: position by position, without backtracking. A word matches one of its forms, a hole takes
//! one operand. What an operand means is not known here: the caller says whether it fits a hole's type.
//!
//! Where nothing matches, [`explain_miss`] finds the nearest phrases and says what to write instead.

mod alignment;
mod miss;

pub use miss::explain_miss;

use super::declarations::{NotNegative, PhraseDeclaration, TemplatePart};
use crate::base::{SourceMap, Span};
use crate::facts::schema::Type;
use crate::syntax::tree::{Expr, ExprKind, Literal, Name, PhraseToken};
use crate::value::Cadence;

/// What stands where a hole is.
#[derive(Debug, Clone, Copy)]
pub enum Operand<'l> {
    /// A literal, a path, a list or a parenthesised expression.
    Expression(&'l Expr),
    /// A bare word: a name, a member of an enumeration, a cadence word.
    Word(&'l Name),
    /// The two words `every week`.
    Every {
        /// The cadence.
        cadence: Cadence,
        /// Both words.
        span: Span,
    },
}

impl Operand<'_> {
    /// Its place.
    pub fn span(&self) -> Span {
        match self {
            Operand::Expression(expr) => expr.span,
            Operand::Word(name) => name.span,
            Operand::Every { span, .. } => *span,
        }
    }

    /// The operand as an expression: a bare word becomes a name.
    pub fn to_expr(&self) -> Expr {
        let kind = match self {
            Operand::Expression(expr) => return (*expr).clone(),
            Operand::Word(name) => ExprKind::Name(name.value.clone()),
            Operand::Every { cadence, .. } => ExprKind::Literal(Literal::Cadence(*cadence)),
        };
        Expr { span: self.span(), kind }
    }
}

/// Whether an operand fits a hole.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fit {
    /// It does; also for an expression with a mistake of its own, which is reported where it is typed.
    Fits,
    /// It means something else.
    Wrong {
        /// What it is, with its article: `a duration`.
        found: String,
    },
    /// A bare word that means nothing here.
    Nothing {
        /// The nearest name or member that would fit.
        nearest: Option<String>,
    },
}

/// Says whether an operand fits a hole's type. It is asked for operands of lines that may not match, so it has no
/// effect but its answer.
pub type Fits<'f> = dyn FnMut(&Type, NotNegative, &Operand<'_>) -> Fit + 'f;

/// A line that is a phrase.
#[derive(Debug, Clone)]
pub struct Matched<'d, 'l> {
    /// The phrase.
    pub phrase: &'d PhraseDeclaration,
    /// One for each hole, in their order.
    pub operands: Vec<Operand<'l>>,
}

/// A line that is none of the phrases; [`explain_miss`] says why.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Miss;

/// The phrase among `candidates` that `line` is; the first, should two match.
///
/// # Errors
/// [`Miss`] where none matches.
pub fn match_phrase<'d, 'l>(
    candidates: &[&'d PhraseDeclaration],
    line: &'l [PhraseToken],
    sources: &SourceMap,
    fits: &mut Fits<'_>,
) -> Result<Matched<'d, 'l>, Miss> {
    for phrase in candidates {
        if let Some(operands) = exact(phrase, line, sources, fits) {
            return Ok(Matched { phrase, operands });
        }
    }
    Err(Miss)
}

/// The operands of a line that is the phrase.
fn exact<'l>(
    phrase: &PhraseDeclaration,
    line: &'l [PhraseToken],
    sources: &SourceMap,
    fits: &mut Fits<'_>,
) -> Option<Vec<Operand<'l>>> {
    let mut operands = Vec::new();
    let mut holes = Vec::new();
    let mut rest = line;
    for part in &phrase.template {
        let (token, after) = rest.split_first()?;
        rest = after;
        match part {
            TemplatePart::Word(forms) => {
                if !forms.iter().any(|form| form == words(token, sources)) {
                    return None;
                }
            }
            TemplatePart::Hole { ty, not_negative, .. } => {
                let operand = match every(line, line.len() - rest.len() - 1) {
                    Some(every) if *ty == Type::Cadence => {
                        rest = rest.get(1..)?;
                        every
                    }
                    _ => operand(token),
                };
                operands.push(operand);
                holes.push((ty, *not_negative));
            }
        }
    }
    let fit = |((ty, not_negative), operand): (&(&Type, NotNegative), &Operand<'_>)| {
        fits(ty, *not_negative, operand) == Fit::Fits
    };
    (rest.is_empty() && holes.iter().zip(&operands).all(fit)).then_some(operands)
}

/// A token as one operand.
fn operand(token: &PhraseToken) -> Operand<'_> {
    match token {
        PhraseToken::Word(name) => Operand::Word(name),
        PhraseToken::Operand(expr) => Operand::Expression(expr),
    }
}

/// `every week` at a place of the line.
fn every(line: &[PhraseToken], at: usize) -> Option<Operand<'_>> {
    let (PhraseToken::Word(every), PhraseToken::Word(unit)) = (line.get(at)?, line.get(at + 1)?) else { return None };
    let cadence = cadence_of_unit(&unit.value).filter(|_| every.value == "every")?;
    Some(Operand::Every { cadence, span: every.span.to(unit.span) })
}

/// The cadence that `every <unit>` means.
fn cadence_of_unit(unit: &str) -> Option<Cadence> {
    Some(match unit {
        "hour" => Cadence::Hourly,
        "day" => Cadence::Daily,
        "week" => Cadence::Weekly,
        "month" => Cadence::Monthly,
        "quarter" => Cadence::Quarterly,
        "year" => Cadence::Yearly,
        _ => return None,
    })
}

/// A token's text, by which words of a template are matched: `3-2-1-1-0` and `2` may be words too.
fn words<'t>(token: &'t PhraseToken, sources: &'t SourceMap) -> &'t str {
    match token {
        PhraseToken::Word(name) => &name.value,
        PhraseToken::Operand(expr) => sources.text(expr.span),
    }
}

fn span(token: &PhraseToken) -> Span {
    match token {
        PhraseToken::Word(name) => name.span,
        PhraseToken::Operand(expr) => expr.span,
    }
}

#[cfg(test)]
mod tests;
