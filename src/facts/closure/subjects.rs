//! Who is covered: for one kind and one entity of subjects, which exports speak of each subject.

use super::super::collect::visit_rows;
use super::super::export::Covers;
use super::super::schema::{EntityId, FieldId, FieldRef, Type};
use super::super::strays::may_stray;
use super::super::table::{Atom, Bits, Cell, Facts, Grouping, TextId};
use super::evidence::Evidence;
use globset::{Glob, GlobSet, GlobSetBuilder};

/// Which exports speak of each subject, beside those that cover all.
#[derive(Debug, Default)]
pub(super) struct Subjects {
    /// Subject → places in [`Evidence::witnesses`], ascending: covered by statement, or with a row about it.
    pub(super) spoken_of: Grouping,
    /// Subjects that an incomplete export is stated to cover.
    pub(super) opened: Bits,
    /// Whether an incomplete export may concern every subject.
    pub(super) all_opened: bool,
    /// Rows of the kind that name no subject, where the schema does not say that they may be about any.
    pub(super) unattributed: u32,
}

/// What a statement says of the subjects of one entity.
pub(super) enum Named<'a> {
    /// Nothing: it may concern any of them.
    Unsaid,
    /// All of them.
    All,
    /// It limits itself, but by keys of other kinds.
    Elsewhere,
    /// Those whose keys match.
    Keys(&'a [String]),
}

pub(super) fn named(covers: Option<&Covers>, entity: EntityId) -> Named<'_> {
    match covers {
        None => Named::Unsaid,
        Some(Covers::All) => Named::All,
        Some(Covers::Some(lists)) => match lists.iter().find(|(of, _)| *of == entity) {
            Some((_, keys)) => Named::Keys(keys),
            None => Named::Elsewhere,
        },
    }
}

/// Names and globs as one matcher. `*` crosses any character: keys are no paths.
struct Keys<'k> {
    names: Vec<&'k str>,
    globs: GlobSet,
}

impl<'k> Keys<'k> {
    fn of(keys: &'k [String]) -> Keys<'k> {
        let mut globs = GlobSetBuilder::new();
        for glob in keys.iter().filter_map(|key| Glob::new(key).ok()) {
            globs.add(glob);
        }
        let mut names: Vec<&str> = keys.iter().map(String::as_str).collect();
        names.sort_unstable();
        Keys { names, globs: globs.build().unwrap_or_else(|_| GlobSet::empty()) }
    }

    fn matches(&self, facts: &Facts, key: TextId) -> bool {
        let key = facts.texts.get(key);
        self.names.binary_search(&key).is_ok() || self.globs.is_match(key)
    }
}

/// The fields of `kind` that name a subject of `entity`.
fn relations(facts: &Facts, kind: EntityId, entity: EntityId) -> Vec<FieldId> {
    let leads_there = |ty: &Type| match ty {
        Type::Row(to) => *to == entity,
        Type::Set(of) | Type::List(of) => **of == Type::Row(entity),
        _ => false,
    };
    facts.schema.entity(kind).fields().filter(|(_, field)| leads_there(&field.ty)).map(|(id, _)| id).collect()
}

/// Looks at every row of `kind` and every key of `entity` once.
pub(super) fn subjects(facts: &Facts, kind: EntityId, entity: EntityId, evidence: &Evidence) -> Subjects {
    let mut found = Subjects::default();
    let mut pairs: Vec<(u32, u32)> = Vec::new();
    let no_keys = Vec::new();
    let keys = facts.tables.get(entity.0 as usize).map_or(&no_keys, |table| &table.keys);
    let rows = |place: usize| u32::try_from(place).unwrap_or(u32::MAX);

    let mut witness_of: Vec<Option<u32>> = vec![None; facts.exports.len()];
    for (place, witness) in evidence.witnesses.iter().enumerate() {
        let covers = facts.exports.get(witness.export.0 as usize).and_then(|e| e.covers.as_ref());
        match named(covers, entity) {
            Named::Unsaid => {
                if let Some(cell) = witness_of.get_mut(witness.export.0 as usize) {
                    *cell = Some(rows(place));
                }
            }
            Named::Keys(stated) => {
                let stated = Keys::of(stated);
                let matching = keys.iter().enumerate().filter(|(_, key)| stated.matches(facts, **key));
                pairs.extend(matching.map(|(subject, _)| (rows(subject), rows(place))));
            }
            Named::All | Named::Elsewhere => {}
        }
    }
    for missing in &evidence.missing {
        match named(missing.covers.as_ref(), entity) {
            Named::Unsaid | Named::All | Named::Elsewhere => found.all_opened = true,
            Named::Keys(stated) => {
                let stated = Keys::of(stated);
                for (subject, _) in keys.iter().enumerate().filter(|(_, key)| stated.matches(facts, **key)) {
                    found.opened.set(rows(subject));
                }
            }
        }
    }

    let relations = relations(facts, kind, entity);
    // Rows that may be about any subject are looked at one by one where a group is.
    let may_stray = relations.iter().any(|field| may_stray(facts, FieldRef { entity: kind, field: *field }));
    let mut last: Vec<u32> = vec![u32::MAX; keys.len()];
    visit_rows(facts, kind, |row, export| {
        let witness = witness_of.get(export.0 as usize).copied().flatten();
        let mut names_one = false;
        let mut names = |subject: u32| {
            names_one = true;
            // Rows of one export stand together, so most repeats are the last one again.
            if let Some(witness) = witness
                && let Some(seen) = last.get_mut(subject as usize)
                && *seen != witness
            {
                *seen = witness;
                pairs.push((subject, witness));
            }
        };
        for field in &relations {
            match facts.cell(kind, *field, row) {
                Cell::Known(Atom::Id(subject)) => names(subject),
                Cell::Set { members, .. } => members.iter().copied().for_each(&mut names),
                _ => {}
            }
        }
        if !names_one && !may_stray {
            found.unattributed += 1;
        }
    });
    pairs.sort_unstable();
    pairs.dedup();
    found.spoken_of = Grouping::of_pairs(&pairs, rows(keys.len()));
    found
}
