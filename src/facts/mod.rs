//! What facts are: the schema as data, typed columns with what is undecided kept aside, keys, relations, exports and
//! what they cover, the origin of every row. Knows no policy and no tool.

pub mod closure;
pub mod collect;
pub mod coverage;
pub mod describe;
pub mod export;
pub mod json_schema;
pub mod load;
pub mod manifest;
pub mod mapping;
pub mod normal;
pub mod population;
pub mod rows;
pub mod schema;
pub mod show;
pub mod source_rules;
pub mod statement;
pub mod strays;
mod superseded;
pub mod table;
#[cfg(test)]
pub(crate) mod testing;
mod texts;

pub use schema::{Entity, EntityId, EnumId, Enumeration, Field, FieldId, FieldRef, InverseId, Schema, Type};
