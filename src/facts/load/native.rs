//! Rows of a native source into the same tables. What a product says and the schema does not know is unknown, with a
//! warning. Keys are taken as they come: the sources write them with tool and account in front, so that one file's row of
//! the project's own format, under the same key, is the same row.

use super::Loader;
use super::cell::Notation;
use crate::codec::bytes::{Digest, Files, record_hash};
use crate::codec::landmarks::Landmarks;
use crate::facts::rows::{Raw, RowSink};
use crate::facts::schema::{EntityId, FieldId, FieldRef};
use crate::facts::statement::{FileSettings, Listing};

/// Takes the rows of one file of a product. Ended by [`NativeRows::end`].
pub struct NativeRows<'l> {
    loader: &'l mut Loader,
    entity: Option<EntityId>,
    /// Where the record that is read begins, and the hash of its text.
    record: (u64, u32),
}

impl Loader {
    /// Begins a file of a product's export; `format` is the name of its format.
    pub fn native(&mut self, path: &str, format: &str, settings: &FileSettings) -> NativeRows<'_> {
        self.begin_file(path, format, settings, Notation::Product);
        NativeRows { loader: self, entity: None, record: (0, 0) }
    }
}

impl NativeRows<'_> {
    /// Begins the record of this text, which stands so in the file: rows at its begin can be looked up again by its hash,
    /// without reading the whole file.
    pub fn record(&mut self, offset: u64, text: &[u8]) {
        self.record = (offset, record_hash(text));
    }

    /// Ends the file: what stood on disk, and what the source says of it. `members` tells which members of a record say a
    /// cell (`run.status`), to show where something is wrong.
    pub fn end(
        self,
        digest: Digest,
        landmarks: Landmarks,
        mut listing: Listing,
        files: &dyn Files,
        members: &dyn Fn(&str) -> Option<&'static str>,
    ) {
        let loader = self.loader;
        loader.end_file(digest, landmarks);
        listing.file = loader.store.file;
        if loader.store.refused > 0 && listing.incomplete.is_none() {
            listing.incomplete = Some(format!("{} records have no key", loader.store.refused));
        }
        loader.listings.push(listing);
        let path = loader.files.last().map(|file| file.path.clone()).unwrap_or_default();
        loader.store.problems.settle_native(files, &path, members, &mut loader.diagnostics);
    }
}

impl RowSink for NativeRows<'_> {
    fn wants(&self, entity: EntityId, field: FieldId) -> bool {
        self.loader.projection.reads(FieldRef { entity, field })
    }

    fn begin(&mut self, entity: EntityId, offset: u64) {
        self.entity = Some(entity);
        let (record, hash) = self.record;
        self.loader.store.begin(entity, offset, if offset == record { hash } else { 0 });
    }

    fn cell(&mut self, field: FieldId, value: Raw<'_>) {
        let Some(entity) = self.entity else { return };
        let store = &mut self.loader.store;
        if !store.claim(entity, field) {
            return;
        }
        if let Err(fault) = store.cell(entity, field, value, None) {
            let name = store.schema.field(FieldRef { entity, field }).name.clone();
            store.fault(entity, field, &name, fault);
        }
    }

    fn end(&mut self) {
        if let Some(entity) = self.entity.take() {
            self.loader.store.end(entity);
        }
    }
}
