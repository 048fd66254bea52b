//! backproof: a written backup policy, compiled into checks and answered with evidence.
//!
//! The layers, lowest first; a module imports only from lower ones (`tests/tidy.rs` holds the order):
//! `base` · `value`, `syntax`, `codec` · `facts` · `plan`, `outcome`, `sources` · `evaluate`, `report` ·
//! `typing` · `lower`, `lint` · `engine` · `app`.

pub mod app;
pub mod base;
pub mod codec;
pub mod engine;
pub mod evaluate;
pub mod facts;
pub mod lint;
pub mod lower;
pub mod outcome;
pub mod plan;
pub mod report;
pub mod sources;
pub mod syntax;
pub mod typing;
pub mod value;
