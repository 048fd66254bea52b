//! The tables of `semantics.md` by their numbers, on nodes of plans; and what must agree with what.

mod agreement;
mod findings;
mod methods;
mod rules;
mod time;
mod values;

use crate::value::Truth;

const T: Truth = Truth::True;
const F: Truth = Truth::False;
const U: Truth = Truth::Unknown;
