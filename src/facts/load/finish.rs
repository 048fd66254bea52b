//! What is left to do when all files are read, in this order: exports and their rows, zones, visibility, repeated keys, ends, relations,
//! derived cells, inverses, warnings.

use super::Loader;
use super::Projection;
use super::collections;
use super::derive::{Deriving, derive};
use super::ended::bound_ends;
use super::merge::{Merged, RowOf, follow_parents, merge};
use super::relate::{Seen, group, resolve};
use super::same_names::{clashes, join};
use super::store::{Rows, Store};
use super::times::{Context, read_local_times, settle_own_times, settle_times};
use crate::base::clean::clean_line;
use crate::base::{Code, Diagnostic};
use crate::facts::collect::{collect_exports, fill_oldest, place_of, visit_rows};
use crate::facts::schema::{Derivation, EntityId, FieldId, FieldRef, InverseId, Schema, Type};
use crate::facts::statement::Statement;
use crate::facts::table::{Column, Facts, Reason, Table, TextId, Texts};
use crate::value::{Instant, Zone};
use std::sync::Arc;

/// So many names are written out in a warning.
const NAMED: usize = 5;

impl Loader {
    /// Makes facts of what was read, as they are at `now`; `zone` is the project's zone for times without offset,
    /// `statements` what manifests say of the files.
    pub fn finish(self, now: Instant, zone: Option<&Zone>, statements: &[Statement]) -> (Facts, Vec<Diagnostic>) {
        let Loader { mut store, projection, files, settings, own, listings, mut diagnostics, rules } = self;
        let schema = Arc::clone(&store.schema);
        let rank = rules.rank.clone();
        let mut facts = Facts { schema: Arc::clone(&schema), files, rank, ..Facts::default() };
        facts.tables = schema.entities.iter().map(|_| Table::default()).collect();
        diagnostics.extend(collect_exports(&mut facts, &listings, statements));
        collections::fill(&mut store, &facts);
        let Store { mut tables, mut texts, .. } = store;
        if let Some(names) = &rules.same_names {
            diagnostics.extend(clashes(&schema, &tables, &texts, &facts, names));
            facts.joined = join(&schema, &mut tables, &mut texts, names);
            facts.exports.iter_mut().filter_map(|e| e.covers.as_mut()).for_each(|c| names.canonical_covers(c));
        }

        let with = Context { facts: &facts, settings: &settings, now, zone, rank: &rules.rank };
        let mut row_of = RowOf::new(texts.len());
        let mut merged: Vec<Merged> = tables.iter().map(|_| Merged::default()).collect();
        for entity in parents_first(&schema) {
            let declared = schema.entity(entity);
            let Some(rows) = tables.get_mut(entity.0 as usize) else { continue };
            rows.unite_keys(&texts);
            read_local_times(rows, declared, &with, &mut diagnostics);
            let mut visible = settle_own_times(rows, declared, &with);
            settle_times(rows, declared, &with);
            if let Some(parent) = declared.parent
                && let Some(above) = merged.get(parent.list.entity.0 as usize)
                && !above.moved.is_empty()
            {
                follow_parents(rows, parent.field.0 as usize, above, &mut visible);
            }
            let done = merge(rows, declared.nature, visible, &mut row_of, &with);
            bound_ends(rows, entity, declared, &done, &listings, &with);
            if let Some(place) = merged.get_mut(entity.0 as usize) {
                *place = done;
            }
        }

        let mut keys: Vec<Vec<TextId>> = Vec::with_capacity(tables.len());
        let mut seen: Vec<Seen> = Vec::with_capacity(tables.len());
        for (entity, _) in schema.entities() {
            let (known, names) = resolve(&mut tables, entity, &mut row_of);
            keys.push(known);
            seen.push(names);
        }
        drop(row_of);
        derive(&mut tables, &mut Deriving { schema: &schema, texts: &mut texts, keys: &keys, own: &own });

        let mut inverses = Vec::with_capacity(tables.len());
        for (entity, declared) in schema.entities() {
            let owners = keys.get(entity.0 as usize).map_or(0, Vec::len) as u32;
            let owners = owners.max(tables.get(entity.0 as usize).map_or(0, |t| t.rows));
            let built = (0..declared.inverses.len()).map(|i| {
                let inverse = InverseId(i as u16);
                let by = declared.inverses.get(i).filter(|_| projection.walks(entity, inverse))?.by;
                let column = tables.get(by.entity.0 as usize)?.columns.get(by.field.0 as usize)?.as_ref()?;
                Some(group(column, owners))
            });
            inverses.push(built.collect::<Vec<_>>());
        }
        warn_case(&schema, &keys, &texts, &mut diagnostics);

        facts.texts = texts;
        let parts = tables.into_iter().zip(keys).zip(seen).zip(inverses).zip(merged).enumerate();
        facts.tables = parts
            .map(|(i, ((((rows, keys), seen), inverses), merged))| {
                let name = schema.entities.get(i).map_or("", |e| e.name.as_str());
                let all = keys.iter().skip(rows.rows as usize);
                let unlisted =
                    all.map(|id| Reason::NoSuchRow(name.to_owned(), facts.texts.get(*id).to_owned())).collect();
                table(rows, keys, &seen, unlisted, inverses, merged)
            })
            .collect();
        fill_oldest(&mut facts);
        warn_unattributed(&facts, &projection, &mut diagnostics);
        warn_unlisted(&facts, &mut diagnostics);
        if facts.texts.is_full() {
            diagnostics.push(Diagnostic::error(Code("E1016"), "the facts hold more than 4 GiB of different texts"));
        }
        (facts, diagnostics)
    }
}

fn table(
    rows: Rows,
    keys: Vec<TextId>,
    seen: &Seen,
    unlisted: Vec<Reason>,
    inverses: Vec<Option<crate::facts::table::Grouping>>,
    merged: Merged,
) -> Table {
    let columns = rows.columns.into_iter().map(|column| {
        column.map(|mut column| {
            column.settle();
            column.column
        })
    });
    Table {
        rows: rows.rows + seen.len() as u32,
        listed: rows.rows,
        keys,
        columns: columns.collect(),
        maybe: merged.maybe,
        offsets: rows.offsets,
        file_of: rows.file_of,
        also: merged.also,
        inverses,
        hashes: rows.hashes,
        unlisted,
        derived: rows.derived,
    }
}

/// All entities, those with nested rows before these.
fn parents_first(schema: &Schema) -> Vec<EntityId> {
    let mut order: Vec<EntityId> = Vec::new();
    let mut left: Vec<EntityId> = schema.entities().map(|(entity, _)| entity).collect();
    while !left.is_empty() {
        let ready = |entity: &EntityId| match schema.entity(*entity).parent {
            Some(parent) => !left.contains(&parent.list.entity),
            None => true,
        };
        let (now, later): (Vec<EntityId>, Vec<EntityId>) = left.iter().partition(|entity| ready(entity));
        if now.is_empty() {
            order.extend(later);
            return order;
        }
        order.extend(now);
        left = later;
    }
    order
}

/// Rows that count for no owner, by kind and export, where an owner is required or somebody asks for it.
fn warn_unattributed(facts: &Facts, projection: &Projection, into: &mut Vec<Diagnostic>) {
    let schema = &facts.schema;
    let mut told: Vec<FieldRef> = Vec::new();
    for (entity, declared) in schema.entities() {
        for (by, inverse) in declared.inverses.iter().map(|inverse| inverse.by).zip(0..) {
            let asked = schema.field(by).required || projection.asks_for(entity, InverseId(inverse));
            if !asked || told.contains(&by) || !matches!(schema.field(by).ty, Type::Row(_)) {
                continue;
            }
            told.push(by);
            let Some(Some(column)) = facts.table(by.entity).columns.get(by.field.0 as usize) else { continue };
            // Of a relation that others lead to as well, only rows that name none of those are lost.
            let about = &schema.entity(by.entity).about;
            let others = match (about.contains(&by.field), schema.field(by).derived.is_empty()) {
                (true, _) => relations(facts, by, |field| about.contains(&field)),
                (false, true) => relations(facts, by, |field| field != by.field && is_alternative(schema, by, field)),
                (false, false) => relations(facts, by, |field| field != by.field),
            };
            let mut lost = vec![0_u64; facts.exports.len()];
            visit_rows(facts, by.entity, |row, export| {
                let named = column.known.get(row) || others.iter().any(|other| other.known.get(row));
                if let (false, Some(count)) = (named, lost.get_mut(export.0 as usize)) {
                    *count += 1;
                }
            });
            let of = schema.entity(by.entity);
            for (export, count) in facts.exports.iter().zip(lost).filter(|(_, count)| *count > 0) {
                let message = match count {
                    1 => format!("1 {} names no {}", of.name, declared.name),
                    _ => format!("{count} {} name no {}", of.plural, declared.name),
                };
                let (owner, fill) = (&declared.name, format!("fill in `{}`", schema.field(by).name));
                let help = match (count, about.contains(&by.field)) {
                    (1, true) => format!("it may be about any {owner}: {fill}"),
                    (_, true) => format!("they may be about any {owner}: {fill}"),
                    (1, false) => format!("it counts for no {owner}: {fill}"),
                    (_, false) => format!("they count for no {owner}: {fill}"),
                };
                let warning = Diagnostic::warning(Code("W1202"), message).at_place(place_of(facts, export), "");
                into.push(warning.help(help));
            }
        }
    }
}

/// Whether some field says which of the two a row names: then it may name the one instead of the other.
fn is_alternative(schema: &Schema, by: FieldRef, other: FieldId) -> bool {
    let says = |derived: &[Derivation], relation| derived.contains(&Derivation::Kind(relation));
    let mut fields = schema.entity(by.entity).fields();
    fields.any(|(_, field)| says(&field.derived, by.field) && says(&field.derived, other))
}

/// Those relations of a relation's entity that `are` asked for, as far as they were read.
fn relations(facts: &Facts, of: FieldRef, are: impl Fn(FieldId) -> bool) -> Vec<&Column> {
    let fields = facts.schema.entity(of.entity).fields();
    let columns = fields.zip(facts.table(of.entity).columns.iter());
    let asked = columns.filter(|((id, field), _)| are(*id) && matches!(field.ty, Type::Row(_)));
    asked.filter_map(|(_, column)| column.as_ref()).collect()
}

/// Keys that differ only in case: one of such a pair has a letter in upper case.
fn warn_case(schema: &Schema, keys: &[Vec<TextId>], texts: &Texts, into: &mut Vec<Diagnostic>) {
    for ((_, declared), keys) in schema.entities().zip(keys) {
        let text = |id: &TextId| texts.get(*id);
        let mut by_lower: std::collections::BTreeMap<String, Vec<&str>> = std::collections::BTreeMap::new();
        for key in keys.iter().map(text).filter(|key| has_upper_case(key)) {
            by_lower.entry(key.to_lowercase()).or_default().push(key);
        }
        if by_lower.is_empty() {
            continue;
        }
        for key in keys.iter().map(text) {
            if let Some(group) = by_lower.get_mut(key) {
                group.push(key);
            }
        }
        let mut pairs = by_lower.into_values().filter_map(|mut group| {
            group.sort_unstable();
            group.dedup();
            (group.len() > 1)
                .then(|| group.iter().map(|k| format!("`{}`", clean_line(k))).collect::<Vec<_>>().join(" and "))
        });
        let Some(first) = pairs.next() else { continue };
        let more = pairs.count();
        let message = match more {
            0 => format!("keys of {} differ only in case: {first}", declared.plural),
            _ => format!("keys of {} differ only in case: {first}, and {more} more", declared.plural),
        };
        let help = "keys are compared exactly: write the same key the same way everywhere";
        into.push(Diagnostic::warning(Code("W1201"), message).help(help));
    }
}

fn has_upper_case(key: &str) -> bool {
    if key.is_ascii() {
        return key.bytes().any(|b| b.is_ascii_uppercase());
    }
    key.chars().any(|c| !c.is_lowercase() && c.to_lowercase().ne([c]))
}

fn warn_unlisted(facts: &Facts, into: &mut Vec<Diagnostic>) {
    for (entity, declared) in facts.schema.entities() {
        let table = facts.table(entity);
        let listing = facts.exports.iter().any(|e| e.incomplete.is_none() && e.kinds.contains(&entity));
        if table.rows == table.listed || !listing {
            continue;
        }
        let mut names: Vec<String> = (table.listed..table.rows).map(|row| clean_line(facts.key(entity, row))).collect();
        names.sort_unstable();
        let count = names.len();
        let shown = names.iter().take(NAMED).cloned().collect::<Vec<_>>().join(", ");
        let more = if count > NAMED { ", …" } else { "" };
        let message = match count {
            1 => format!("1 {} is named that stands in no inventory: {shown}", declared.name),
            _ => format!("{count} {} are named that stand in no inventory: {shown}{more}", declared.plural),
        };
        let help = match count {
            1 => "add it to the inventory, or correct the name",
            _ => "add them to the inventory, or correct the names",
        };
        into.push(Diagnostic::warning(Code("W1203"), message).help(help));
    }
}
