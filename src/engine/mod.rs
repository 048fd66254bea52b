//! The pipeline in memory: policy texts and facts files in, an outcome out. Files come through a seam; nothing here
//! reads a clock, a terminal or a directory.

pub mod check;
pub mod controls;
mod evidence;
mod excerpts;
pub mod exit;
pub mod facts;
mod mapped;
mod native;
pub mod policies;
pub mod policy_tests;
pub mod project;
mod refusals;
pub mod standard;
pub mod trace;
pub mod verify;
