//! Mapping files (`*.mapping.yaml`): which column or path of an export fills which field, for tools that no source reads
//! and for exports that a source reads otherwise than their owner means. Here the file is read and checked against the
//! schema; `sources::mapped` reads records by it.
//!
//! Not `sources::mapping`, which holds the listings of the tools that are known. Opens no file: what there is is handed
//! in. Invariants: whatever is kept is well typed; every mistake names file, line and column of the mapping.

pub mod convert;
mod fields;
mod read;

use super::schema::{EntityId, FieldId};
use crate::base::Place;
use crate::value::Zone;
use convert::Conversion;
pub use read::read_mapping;

/// A mapping file.
#[derive(Debug, Clone)]
pub struct Mapping {
    /// Its path as reports show it.
    pub path: String,
    /// The tool's name in reports.
    pub tool: Option<String>,
    /// The files that it claims, as they were given, each with the pattern's place.
    pub files: Vec<(String, Place)>,
    /// What stands between the cells of a table.
    pub separator: u8,
    /// The way to the array of records in a JSON document, with its place.
    pub rows: Option<Column>,
    /// Of times without offset.
    pub zone: Option<Zone>,
    /// What its listings are complete for by nature.
    pub kinds: Vec<EntityId>,
    /// What a record holds, in the order of the file.
    pub entities: Vec<EntityMapping>,
}

/// A column of a table, or a path into a record, and where the mapping names it.
#[derive(Debug, Clone)]
pub struct Column {
    /// As it is written.
    pub name: String,
    /// In the mapping.
    pub place: Place,
}

/// How a record becomes a row of an entity.
#[derive(Debug, Clone)]
pub struct EntityMapping {
    /// The entity.
    pub entity: EntityId,
    /// Only records of which each of these columns holds one of its words.
    pub when: Vec<(Column, Vec<Column>)>,
    /// The field of its key, if it has one.
    pub key: Option<FieldId>,
    /// Its fields, in the order of the file.
    pub fields: Vec<FieldMapping>,
}

/// How a cell is filled.
#[derive(Debug, Clone)]
pub struct FieldMapping {
    /// The field.
    pub field: FieldId,
    /// Its whole name (`run.status`).
    pub name: String,
    /// Where the mapping names it.
    pub place: Place,
    /// What says it.
    pub said: Said,
    /// Whether it holds a set.
    pub set: bool,
    /// How a text becomes a cell.
    pub conversion: Conversion,
}

/// What says a cell.
#[derive(Debug, Clone)]
pub enum Said {
    /// Always this text, which fits.
    Always(String),
    /// These columns: of a text or key all of them, joined by `/`; of a set all their values; else there is one.
    Columns {
        /// Their names.
        from: Vec<Column>,
        /// The native words with the texts that they stand for: of states, truth and cadences all that there are.
        words: Option<Vec<(String, String)>>,
        /// What stands between the elements of a set within one cell.
        split: Option<String>,
    },
    /// A map: its keys with their columns.
    Labels(Vec<(String, Column)>),
}

impl Mapping {
    /// Every column or path that it names.
    pub fn columns(&self) -> impl Iterator<Item = &Column> {
        self.entities.iter().flat_map(|entity| {
            let fields = entity.fields.iter().flat_map(|field| field.said.columns());
            entity.when.iter().map(|(column, _)| column).chain(fields)
        })
    }
}

impl Said {
    /// The columns that it names.
    pub fn columns(&self) -> Vec<&Column> {
        match self {
            Said::Always(_) => Vec::new(),
            Said::Columns { from, .. } => from.iter().collect(),
            Said::Labels(labels) => labels.iter().map(|(_, column)| column).collect(),
        }
    }
}
