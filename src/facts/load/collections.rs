//! What was collected, as facts of its own: one row of kind `collection` for each export that was read. They are closed
//! world by themselves (`semantics.md` 3.2): what was loaded is known.
//!
//! An export that is only expected has no row, since nothing of it was loaded; its kinds are open instead.

use super::cell::Notation;
use super::store::Store;
use crate::facts::export::{COLLECTION, Export, ExportId};
use crate::facts::rows::Raw;
use crate::facts::schema::EntityId;
use crate::facts::table::Facts;
use crate::value::Instant;

/// Adds the rows.
pub(super) fn fill(store: &mut Store, facts: &Facts) {
    let Some(entity) = facts.schema.entity_named(COLLECTION) else { return };
    store.notation = Notation::Product;
    let mut named: Vec<&str> = Vec::new();
    for (export, id) in facts.exports.iter().zip(0..) {
        let Some(first) = export.files.first() else { continue };
        let Some(file) = facts.files.get(*first as usize) else { continue };
        let section = file.sections.iter().find(|(_, section)| *section == ExportId(id));
        store.file = *first;
        store.begin(entity, section.map_or(0, |(offset, _)| *offset), 0);
        // The exports that one file states are told apart by their order.
        let before = named.iter().filter(|name| **name == file.path).count();
        named.push(&file.path);
        let key = if before == 0 { file.path.clone() } else { format!("{}#{}", file.path, before + 1) };
        describe(store, entity, export, &key, facts);
        store.end(entity);
    }
}

fn describe(store: &mut Store, entity: EntityId, export: &Export, key: &str, facts: &Facts) {
    let kinds: Vec<&str> = export.kinds.iter().map(|kind| facts.schema.entity(*kind).name.as_str()).collect();
    let time = |at: Option<Instant>| at.map_or(Raw::Absent, Raw::Time);
    let cells: [(&str, Raw<'_>); 9] = [
        ("id", Raw::Text(key)),
        ("tool", export.tool.as_deref().map_or(Raw::Absent, Raw::Text)),
        ("account", export.account.as_deref().map_or(Raw::Absent, Raw::Text)),
        ("collected", time(export.collected_at)),
        ("covers_from", time(export.covers_from)),
        ("covers_to", time(export.covers_to.or(export.collected_at))),
        ("kinds", Raw::Set(&kinds)),
        ("complete", Raw::Bool(export.incomplete.is_none())),
        ("timezone", export.timezone.as_deref().map_or(Raw::Absent, Raw::Text)),
    ];
    for (name, raw) in cells {
        let field = facts.schema.entity(entity).fields().find(|(_, field)| field.name == name).map(|(id, _)| id);
        if let Some(field) = field
            && store.claim(entity, field)
        {
            // A schema of the user's own that types a cell otherwise keeps it unknown.
            let _ = store.cell(entity, field, raw, None);
        }
    }
}
