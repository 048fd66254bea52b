//! The entities and fields that native exports fill, looked up by name in the schema once for each file. One that a
//! schema lacks is skipped.

use crate::facts::rows::{Raw, RowSink};
use crate::facts::{EntityId, FieldId, Schema};

/// Writes one row; every cell at most once. Ends the row when dropped, so that a refused record leaves no open row.
pub(super) struct Row<'s> {
    sink: &'s mut dyn RowSink,
    entity: Option<EntityId>,
}

impl<'s> Row<'s> {
    /// Begins a row of `entity` for the native record at `offset`.
    pub(super) fn begin(sink: &'s mut dyn RowSink, entity: Option<EntityId>, offset: u64) -> Row<'s> {
        if let Some(e) = entity {
            sink.begin(e, offset);
        }
        Row { sink, entity }
    }

    /// Writes a cell; an absent value or a field that the schema lacks writes nothing.
    pub(super) fn put(&mut self, field: Option<FieldId>, value: Raw<'_>) {
        if let (Some(_), Some(f)) = (self.entity, field)
            && value != Raw::Absent
        {
            self.sink.cell(f, value);
        }
    }

    /// Writes a text where there is one.
    pub(super) fn text(&mut self, field: Option<FieldId>, value: Option<&str>) {
        self.put(field, value.map_or(Raw::Absent, Raw::Text));
    }

    /// A map of those of `labels` that have a value; without one, no cell.
    pub(super) fn put_labels<'a>(
        &mut self,
        field: Option<FieldId>,
        labels: impl IntoIterator<Item = (&'a str, Option<&'a str>)>,
    ) {
        if self.wants(field) {
            let known: Vec<_> = labels.into_iter().filter_map(|(name, value)| Some((name, value?))).collect();
            if !known.is_empty() {
                self.put(field, Raw::Map(&known));
            }
        }
    }

    /// Whether anybody reads a field that is worth skipping.
    pub(super) fn wants(&self, field: Option<FieldId>) -> bool {
        matches!((self.entity, field), (Some(e), Some(f)) if self.sink.wants(e, f))
    }
}

impl Drop for Row<'_> {
    fn drop(&mut self) {
        if self.entity.is_some() {
            self.sink.end();
        }
    }
}

macro_rules! entities {
    ($($(#[$doc:meta])* $name:ident $entity:literal { $($field:ident),* $(,)? })*) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy)]
        pub(super) struct $name {
            /// The entity; `None` if the schema lacks it.
            pub(super) entity: Option<EntityId>,
            $(pub(super) $field: Option<FieldId>,)*
        }

        impl $name {
            /// Looks the names up.
            pub(super) fn bind(schema: &Schema) -> Self {
                let entity = schema.entity_named($entity);
                let field = |name: &str| entity.and_then(|e| schema.entity(e).field_named(name.trim_start_matches("r#")));
                Self { entity, $($field: field(stringify!($field)),)* }
            }
        }
    )*};
}

entities! {
    /// What a protected resource is filled with.
    SystemFields "system" { id, name, r#type, environment, platform, region, account, protected, labels }
    /// What a run is filled with.
    RunFields "run" {
        id, system, plan, repository, r#type, status, native_status, message, error_category, scheduled, started, ended,
        duration, source_size, processed_size, transferred_size, stored_size, files_total,
        encrypted, recovery_point, labels,
    }
    /// What a recovery point is filled with.
    PointFields "recovery_point" {
        id, system, repository, plan, created, completed, method, generations, parent, logical_size,
        stored_size, state, expires, deleted, encryption, algorithm, key, last_restored, malware, immutability, labels,
    }
    /// What a repository is filled with.
    RepositoryFields "repository" {
        id, name, r#type, environment, region, account, location, used, logical_size, elastic, encryption, algorithm, key,
        immutability, lock, min_retention, max_retention, dedup_ratio, compress_ratio,
    }
    /// What a restore test is filled with.
    RestoreTestFields "restore_test" {
        id, system, recovery_point, started, ended, status, data_consistent, consistency_method, scope, automated,
        message,
    }
    /// What an integrity check is filled with.
    CheckFields "integrity_check" { id, repository, r#type, status, errors, message }
    /// What a capacity sample is filled with.
    SampleFields "capacity_sample" { id, repository, taken, used }
    /// What a principal is filled with.
    PrincipalFields "principal" { id, name, r#type }
    /// What a right is filled with.
    GrantFields "grant" {
        id, principal, repository, resource, resource_type, rights, role, effect, conditional, conditions, expires,
    }
    /// What an access is filled with.
    AccessFields "access_event" {
        id, occurred, principal, action, action_class, recovery_point, repository, outcome, address, mfa,
    }
}
