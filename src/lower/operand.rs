//! Whether an operand of a phrase line fits a hole. Only tried: mistakes are told when the operand is typed.

use crate::base::suggest::nearest;
use crate::facts::schema::Type;
use crate::typing::checker::Checker;
use crate::typing::declarations::NotNegative;
use crate::typing::expression::fits;
use crate::typing::phrase_match::{Fit, Operand};
use crate::typing::scope::Scope;
use crate::value::Scalar;

pub(super) fn fit(
    checker: &mut Checker<'_>,
    scope: &Scope,
    ty: &Type,
    not_negative: NotNegative,
    operand: &Operand<'_>,
) -> Fit {
    // A word that is right inside a list: `with aes_256` for `with [aes_256]`.
    if let (Operand::Word(word), Type::Set(of) | Type::List(of)) = (operand, ty)
        && matches!(**of, Type::OneOf(_))
        && !checker.is_unknown(scope, &word.value, of)
    {
        return Fit::Nothing { nearest: Some(format!("[{}]", word.value)) };
    }
    if let Operand::Word(word) = operand
        && checker.is_unknown(scope, &word.value, ty)
    {
        let names = checker.names_that_fit(scope, ty);
        return Fit::Nothing { nearest: nearest(&word.value, names.iter().map(String::as_str)).map(str::to_owned) };
    }
    let expr = operand.to_expr();
    let Some(node) = checker.quietly(|checker| checker.expression(scope, &expr, Some(ty))) else { return Fit::Fits };
    if !fits(checker.ty(node), ty) {
        return Fit::Wrong { found: checker.a_type_of(node) };
    }
    match checker.constant_of(node) {
        Some(Scalar::Int(n)) if not_negative == NotNegative::Required && *n < 0 => {
            Fit::Wrong { found: "a number below 0".to_owned() }
        }
        _ => Fit::Fits,
    }
}
