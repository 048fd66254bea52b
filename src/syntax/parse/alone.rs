//! A single expression that stands in no file.

use super::{Reader, Rule};
use crate::base::{Diagnostic, SourceId};
use crate::syntax::lines::Lines;
use crate::syntax::messages::codes;
use crate::syntax::{Read, cut, tree::Expr, words};

/// What the text may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::syntax) enum Alone {
    /// An expression.
    Expression,
    /// An expression or a map.
    ParameterValue,
}

/// Reads `text` as one expression.
pub(in crate::syntax) fn alone(source: SourceId, text: &str, offset: usize, what: Alone) -> Read<Expr> {
    let lines = Lines::read(source, text);
    let Some(stretch) = cut::whole(&lines) else {
        let place = crate::base::Span::new(source, offset, offset + text.len());
        return Err(Diagnostic::error(codes::INCOMPLETE, "a value is missing").at(place, "nothing stands here").into());
    };
    let moved = |mistake: Box<Diagnostic>| Box::new(moved_by(*mistake, offset));
    if let Some(mistake) = stretch.mistake {
        return Err(moved(Box::new(mistake)));
    }
    let reader = Reader { source, text: lines.slice(stretch.start, stretch.end), base: offset + stretch.start };
    words::check_depth(reader.text, reader.base, source)?;
    match what {
        Alone::Expression => {
            let pair = reader.parse(Rule::lone_expression)?;
            reader.clause(pair.into_inner().next())
        }
        Alone::ParameterValue => {
            let pair = reader.parse(Rule::lone_value)?;
            reader.value(pair.into_inner().next())
        }
    }
}

fn moved_by(mut mistake: Diagnostic, offset: usize) -> Diagnostic {
    let shift = u32::try_from(offset).unwrap_or(u32::MAX);
    for label in mistake.primary.iter_mut().chain(mistake.labels.iter_mut()) {
        if let crate::base::Place::Policy(span) = &mut label.place {
            span.start = span.start.saturating_add(shift);
            span.end = span.end.saturating_add(shift);
        }
    }
    mistake
}
