//! What to say about a line that is no phrase: a misspelt clause, a phrase of another vocabulary, an operand of the
//! wrong type, or the nearest phrases with the user's own values filled in.

use super::alignment::{Alignment, LIMIT, Step, align};
use super::{Fit, Fits, Operand, cadence_of_unit, exact, span, words};
use crate::base::{Code, Diagnostic, SourceMap, Span, suggest};
use crate::facts::describe::type_text;
use crate::facts::schema::{Schema, Type};
use crate::syntax::one_duration;
use crate::syntax::tree::{ExprKind, Literal, PhraseToken};
use crate::typing::declarations::{NotNegative, PhraseDeclaration, TemplatePart, Vocabulary};
use crate::typing::show::as_percent;
use crate::value::{Cadence, Duration};

/// The words that begin clauses of a rule.
const CLAUSES: &[&str] = &["escalate", "evidence", "for", "let", "owner", "remedy", "require", "severity"];

/// Why `line` is none of `candidates`. `elsewhere` are the vocabularies that the line could not speak.
pub fn explain_miss(
    candidates: &[&PhraseDeclaration],
    elsewhere: &[&Vocabulary],
    line: &[PhraseToken],
    schema: &Schema,
    sources: &SourceMap,
    fits: &mut Fits<'_>,
) -> Diagnostic {
    let whole = match (line.first(), line.last()) {
        (Some(first), Some(last)) => span(first).to(span(last)),
        _ => return Diagnostic::error(Code("E0301"), "an empty line is no phrase"),
    };
    for vocabulary in elsewhere {
        if let Some(phrase) = vocabulary.phrases.iter().find(|p| exact(p, line, sources, fits).is_some()) {
            return of_another(vocabulary, phrase, whole, schema, sources);
        }
    }
    if let Some(two) = two_durations(line, sources) {
        return two;
    }
    let nearest = nearest(candidates.iter().copied(), line, sources, fits);
    if let Some(clause) = misspelt_clause(line, nearest.first()) {
        return clause;
    }
    if let Some(best) = nearest.first()
        && nearest.get(1).is_none_or(|second| second.cost > best.cost)
        && let Some(misfit) = only_misfit(best)
    {
        return wrong_operand(best, misfit, line, schema, sources);
    }
    let shown: Vec<String> = nearest.iter().take(2).map(|a| format!("`{}`", filled_in(a, schema, sources))).collect();
    let label =
        nearest.first().and_then(|a| a.steps.iter().find(|s| s.cost() > 0)).map_or(whole, |step| place(step, line));
    let unmatched = Diagnostic::error(Code("E0301"), format!("`{}` is no phrase", said(whole, sources)));
    if !shown.is_empty() {
        return unmatched.at(label, "differs here").help(format!("did you mean {}?", shown.join(" or ")));
    }
    let others = elsewhere.iter().flat_map(|v| v.phrases.iter().map(move |p| (*v, p)));
    let mut best: Option<(&Vocabulary, Alignment<'_, '_>)> = None;
    for (vocabulary, phrase) in others {
        if let Some(found) = align(phrase, line, sources, fits).filter(shares_a_word)
            && best.as_ref().is_none_or(|(_, known)| found.cost < known.cost)
        {
            best = Some((vocabulary, found));
        }
    }
    let unmatched = unmatched.at(whole, "");
    match best {
        Some((vocabulary, found)) => unmatched.help(format!(
            "`{}` has `{}`: write it in a rule of that kind",
            vocabulary.name,
            filled_in(&found, schema, sources)
        )),
        None => unmatched.help("write a phrase of the rule's vocabulary, or a line that begins with `require`"),
    }
}

/// `1h 30 min`: two operands where one was meant. No suggestion may drop either.
fn two_durations(line: &[PhraseToken], sources: &SourceMap) -> Option<Diagnostic> {
    let duration = |token: &PhraseToken| match token {
        PhraseToken::Operand(expr) => matches!(expr.kind, ExprKind::Literal(Literal::Duration(_))).then_some(expr.span),
        PhraseToken::Word(_) => None,
    };
    let both = line.windows(2).find_map(|pair| match pair {
        [first, second] => Some(duration(first)?.to(duration(second)?)),
        _ => None,
    })?;
    let text = said(both, sources);
    let diagnostic = Diagnostic::error(Code("E0302"), format!("`{text}` are two durations, and one is asked for"));
    let help = one_duration(&text)
        .map_or_else(|| "a duration is one number and one unit".to_owned(), |one| format!("write `{one}`"));
    Some(diagnostic.at(both, "one number, one unit").help(help))
}

/// Phrases within the limit that share a word with the line, the nearest first; of equals the earlier.
fn nearest<'d, 'l>(
    candidates: impl Iterator<Item = &'d PhraseDeclaration>,
    line: &'l [PhraseToken],
    sources: &SourceMap,
    fits: &mut Fits<'_>,
) -> Vec<Alignment<'d, 'l>> {
    let mut found: Vec<_> = candidates.filter_map(|phrase| align(phrase, line, sources, fits)).collect();
    found.retain(|a| a.cost <= LIMIT && shares_a_word(a));
    found.sort_by_key(|a| a.cost);
    found
}

/// Whether some word of the line is one of the phrase's, or nearly: else nothing says that the phrase is meant.
fn shares_a_word(found: &Alignment<'_, '_>) -> bool {
    found.steps.iter().any(Step::is_known_word)
}

/// The user's words on one line.
fn said(at: Span, sources: &SourceMap) -> String {
    sources.text(at).split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Where a step differs; a part that is missing at the end is said at the last token.
fn place(step: &Step<'_>, line: &[PhraseToken]) -> Span {
    if let Step::Hole { operand, .. } = step {
        return operand.span();
    }
    line.get(step.token()).or(line.last()).map_or_else(|| Span::new(crate::base::SourceId(0), 0, 0), span)
}

fn of_another(
    vocabulary: &Vocabulary,
    phrase: &PhraseDeclaration,
    at: Span,
    schema: &Schema,
    sources: &SourceMap,
) -> Diagnostic {
    let whom = vocabulary.subject.map_or("the estate", |id| schema.entity(id).name.as_str());
    Diagnostic::error(Code("E0303"), format!("`{}` is a phrase of `{}`", said(at, sources), vocabulary.name))
        .at(at, format!("it speaks of `{whom}`"))
        .and(phrase.span, "declared here")
        .help(format!("write it in a rule of kind `{}`, or in a plain `rule` for `{whom}`", vocabulary.name))
}

/// A first word within one edit of a clause word, unless a phrase begins so.
fn misspelt_clause(line: &[PhraseToken], best: Option<&Alignment<'_, '_>>) -> Option<Diagnostic> {
    let PhraseToken::Word(first) = line.first()? else { return None };
    if best.is_some_and(|best| matches!(best.steps.first(), Some(Step::Word { cost: 0, .. }))) {
        return None;
    }
    let word = first.value.to_lowercase();
    let clause = CLAUSES.iter().find(|clause| suggest::distance(&word, clause) <= 1 && word.len() > 2)?;
    let diagnostic = Diagnostic::error(Code("E0312"), format!("`{}` begins no clause and no phrase", first.value));
    Some(diagnostic.at(first.span, "").help(format!("did you mean `{clause}`?")))
}

/// The one step that differs, where it is an operand of the wrong type.
fn only_misfit<'a, 'l>(found: &'a Alignment<'_, 'l>) -> Option<&'a Step<'l>> {
    let mut differing = found.steps.iter().filter(|s| s.cost() > 0);
    let first = differing.next().filter(|s| matches!(s, Step::Hole { .. }))?;
    differing.next().is_none().then_some(first)
}

fn wrong_operand(
    found: &Alignment<'_, '_>,
    misfit: &Step<'_>,
    line: &[PhraseToken],
    schema: &Schema,
    sources: &SourceMap,
) -> Diagnostic {
    let Step::Hole { part, token, operand, fit } = misfit else {
        return Diagnostic::error(Code("E0302"), "an operand does not fit");
    };
    let at = operand.span();
    let text = said(at, sources);
    let Some(TemplatePart::Hole { ty, span: hole, .. }) = found.phrase.template.get(*part) else {
        return Diagnostic::error(Code("E0302"), format!("`{text}` does not fit")).at(at, "");
    };
    let asked = asked(schema, ty);
    let (message, label) = match fit {
        Fit::Wrong { found } => {
            (format!("`{text}` is {found}, and {asked} is asked for"), format!("{asked} is asked for"))
        }
        Fit::Nothing { .. } | Fit::Fits => (format!("`{text}` is not {asked}"), format!("{asked} is asked for")),
    };
    let diagnostic = Diagnostic::error(Code("E0302"), message).at(at, label).and(*hole, "by this phrase");
    let before = token.checked_sub(1).and_then(|t| line.get(t)).map(|t| words(t, sources));
    let help = match (instead(ty, operand, &text), fit) {
        (Some(instead), _) if before == Some("every") => format!("write `every {instead}`"),
        (Some(instead), _) => format!("write `{instead}`"),
        (None, Fit::Nothing { nearest: Some(_) }) => format!("did you mean `{}`?", filled_in(found, schema, sources)),
        (None, _) => match ty {
            Type::Duration if is_plain_number(operand) => format!("say the unit: `{text} days`, `{text}h`"),
            Type::Size if is_plain_number(operand) => format!("say the unit: `{text} GB`, `{text} GiB`"),
            _ => format!("the phrase is `{}`", template(found.phrase, schema)),
        },
    };
    diagnostic.help(help)
}

/// A type with its article.
fn asked(schema: &Schema, ty: &Type) -> String {
    match ty {
        Type::OneOf(id) => {
            let members: Vec<String> = schema.enumeration(*id).members.iter().map(|m| format!("`{m}`")).collect();
            format!("one of {}", members.join(", "))
        }
        Type::Int => "a whole number".to_owned(),
        Type::Row(id) => format!("a row of `{}`", schema.entity(*id).name),
        _ => format!("a {}", type_text(schema, ty)),
    }
}

/// What to write instead of an operand, where its own text says what is meant.
fn instead(ty: &Type, operand: &Operand<'_>, text: &str) -> Option<String> {
    match (ty, operand) {
        (Type::Duration, Operand::Every { cadence, .. }) => Some(length(*cadence).to_owned()),
        (Type::Duration, Operand::Word(word)) => {
            let cadence = cadence_of_unit(&word.value).or_else(|| cadence_named(&word.value))?;
            Some(length(cadence).to_owned())
        }
        (Type::Duration, Operand::Expression(expr)) => match &expr.kind {
            ExprKind::Literal(Literal::Cadence(cadence)) => Some(length(*cadence).to_owned()),
            _ => None,
        },
        (Type::Cadence, Operand::Expression(expr)) => match &expr.kind {
            ExprKind::Literal(Literal::Duration(duration)) => cadence_of_length(*duration).map(str::to_owned),
            _ => None,
        },
        (Type::Percent, _) if is_plain_number(operand) => Some(as_percent(text.trim_matches(['(', ')', ' ']))),
        (Type::Text, Operand::Word(word)) => Some(format!("\"{}\"", word.value)),
        (Type::Set(of) | Type::List(of), Operand::Word(word)) if **of == Type::Text => {
            Some(format!("[\"{}\"]", word.value))
        }
        (Type::Set(of) | Type::List(of), Operand::Expression(expr)) if **of == Type::Text => quoted_list(expr),
        _ => None,
    }
}

/// A list of bare names as a list of texts.
fn quoted_list(expr: &crate::syntax::tree::Expr) -> Option<String> {
    let ExprKind::List(items) = &expr.kind else { return None };
    let quoted: Option<Vec<String>> = items
        .iter()
        .map(|item| match &item.kind {
            ExprKind::Name(name) => Some(format!("\"{name}\"")),
            _ => None,
        })
        .collect();
    quoted.filter(|q| !q.is_empty()).map(|q| format!("[{}]", q.join(", ")))
}

fn is_plain_number(operand: &Operand<'_>) -> bool {
    let Operand::Expression(expr) = operand else { return false };
    matches!(expr.kind, ExprKind::Literal(Literal::Int(_) | Literal::Number(_)))
}

/// The cadences, their words, and the rolling length nearest to each as it is written.
const CADENCES: &[(Cadence, &str, &str)] = &[
    (Cadence::Hourly, "hourly", "1 h"),
    (Cadence::Daily, "daily", "24 h"),
    (Cadence::Weekly, "weekly", "7 days"),
    (Cadence::Monthly, "monthly", "1 month"),
    (Cadence::Quarterly, "quarterly", "3 months"),
    (Cadence::Yearly, "yearly", "12 months"),
];

fn length(cadence: Cadence) -> &'static str {
    CADENCES.iter().find(|(c, _, _)| *c == cadence).map_or("", |(_, _, length)| length)
}

fn cadence_named(word: &str) -> Option<Cadence> {
    CADENCES.iter().find(|(_, name, _)| *name == word).map(|(cadence, _, _)| *cadence)
}

fn cadence_of_length(duration: Duration) -> Option<&'static str> {
    const HOUR: i64 = 3_600_000_000_000;
    let cadence = match duration {
        Duration::Exact(HOUR) => Cadence::Hourly,
        Duration::Exact(n) if n == 24 * HOUR => Cadence::Daily,
        Duration::Exact(n) if n == 7 * 24 * HOUR => Cadence::Weekly,
        Duration::Months(1) => Cadence::Monthly,
        Duration::Months(3) => Cadence::Quarterly,
        Duration::Months(12) => Cadence::Yearly,
        Duration::Exact(_) | Duration::Months(_) => return None,
    };
    CADENCES.iter().find(|(c, _, _)| *c == cadence).map(|(_, name, _)| *name)
}

/// The phrase with the user's values where they fit.
fn filled_in(found: &Alignment<'_, '_>, schema: &Schema, sources: &SourceMap) -> String {
    let mut written: Vec<String> = Vec::new();
    for step in &found.steps {
        match step {
            Step::Word { form, .. } => written.push(form.clone()),
            Step::Hole { part, operand, fit, .. } => {
                let text = said(operand.span(), sources);
                let ty = found.phrase.template.get(*part).and_then(|p| match p {
                    TemplatePart::Hole { ty, .. } => Some(ty),
                    TemplatePart::Word(_) => None,
                });
                written.push(match fit {
                    Fit::Fits => text,
                    Fit::Nothing { nearest: Some(nearest) } => nearest.clone(),
                    Fit::Nothing { nearest: None } | Fit::Wrong { .. } => ty
                        .and_then(|ty| instead(ty, operand, &text))
                        .unwrap_or_else(|| part_text(found.phrase, *part, schema)),
                });
            }
            Step::Missing { part, .. } => written.push(part_text(found.phrase, *part, schema)),
            Step::Odd { .. } => {}
        }
    }
    written.join(" ")
}

/// A phrase as it is declared.
pub(super) fn template(phrase: &PhraseDeclaration, schema: &Schema) -> String {
    (0..phrase.template.len()).map(|part| part_text(phrase, part, schema)).collect::<Vec<_>>().join(" ")
}

fn part_text(phrase: &PhraseDeclaration, part: usize, schema: &Schema) -> String {
    match phrase.template.get(part) {
        Some(TemplatePart::Word(forms)) => forms.first().cloned().unwrap_or_default(),
        Some(TemplatePart::Hole { name, not_negative: NotNegative::Required, .. }) => format!("{{{name}: count}}"),
        Some(TemplatePart::Hole { name, ty, .. }) => format!("{{{name}: {}}}", type_text(schema, ty)),
        None => String::new(),
    }
}
