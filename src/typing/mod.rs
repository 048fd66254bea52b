//! Names, types, phrases: trees to declarations, and expressions to typed nodes. `declare` reads all files together;
//! `checker` with the files beside it types one expression; `phrase_match` tells which phrase a line is.

mod arithmetic;
pub mod checker;
mod collection;
mod compare;
pub mod declarations;
pub mod declare;
pub mod expression;
mod interpolation;
pub mod literal;
mod member;
pub mod method;
mod name;
pub mod nodes;
pub mod phrase_match;
pub mod scope;
mod sentence;
mod show;
mod unknown_name;
mod window;
