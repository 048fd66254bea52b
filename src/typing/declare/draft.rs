//! What is being declared, and the small helpers that every noun uses.

use crate::base::{Code, Diagnostic, Label, Place, SourceMap, Span, suggest};
use crate::facts::schema::{EntityId, Schema, Type};
use crate::syntax::tree;
use crate::typing::declarations::Declarations;
use rustc_hash::{FxHashMap, FxHashSet};
use std::collections::BTreeSet;

/// What a field's type came to.
pub(super) enum FieldType {
    /// Being resolved: met again, it is a circle.
    Open,
    /// A type.
    Known(Type),
    /// A relation's other end, which has no type of its own.
    Many,
    /// Broken, and said so.
    Broken,
}

/// A line of an entity and whether an extension brings it.
#[derive(Clone, Copy)]
pub(super) struct Member<'t> {
    /// The line.
    pub(super) line: &'t tree::EntityMember,
    /// Whether it stands in an `extend entity`.
    pub(super) by: Declarer,
}

/// Who declares a line of an entity.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Declarer {
    /// The entity itself.
    Entity,
    /// An extension.
    Extension,
}

/// All that is known while declaring.
pub(super) struct Draft<'t> {
    /// Files, the standard library's first.
    pub(super) files: Vec<&'t tree::File>,
    /// Their texts.
    pub(super) sources: &'t SourceMap,
    /// Entities by name.
    pub(super) entity_names: FxHashMap<&'t str, EntityId>,
    /// The lines of each entity, those of extensions after its own.
    pub(super) members: Vec<Vec<Member<'t>>>,
    /// Field lines by entity and name: the type as written.
    pub(super) field_lines: FxHashMap<(EntityId, &'t str), &'t tree::TypeExpr>,
    /// What their types came to.
    pub(super) field_types: FxHashMap<(EntityId, &'t str), FieldType>,
    /// The schema so far.
    pub(super) schema: Schema,
    /// Everything else so far.
    pub(super) declarations: Declarations,
    /// Names whose declaration is broken.
    pub(super) broken: BTreeSet<String>,
    /// Entities that lost lines: what they seem to lack may be there.
    pub(super) lossy: FxHashSet<EntityId>,
    /// Mistakes so far.
    pub(super) diagnostics: Vec<Diagnostic>,
}

impl<'t> Draft<'t> {
    pub(super) fn new(files: &'t [tree::File], sources: &'t SourceMap) -> Self {
        let standard = |f: &tree::File| sources.get(f.source).is_some_and(|s| s.standard);
        let mut ordered: Vec<&tree::File> = files.iter().collect();
        ordered.sort_by_key(|f| !standard(f));
        Draft {
            files: ordered,
            sources,
            entity_names: FxHashMap::default(),
            members: Vec::new(),
            field_lines: FxHashMap::default(),
            field_types: FxHashMap::default(),
            schema: Schema::default(),
            declarations: Declarations::default(),
            broken: unparsed(files),
            lossy: FxHashSet::default(),
            diagnostics: Vec::new(),
        }
    }

    /// All items of one sort, in order.
    pub(super) fn items<T>(
        &self,
        pick: impl Fn(&'t tree::ItemKind) -> Option<&'t T>,
    ) -> Vec<(&'t tree::File, &'t tree::Item, &'t T)> {
        let all = self.files.iter().flat_map(|f| f.items.iter().map(move |i| (*f, i)));
        all.filter_map(|(f, i)| pick(&i.kind).map(|t| (f, i, t))).collect()
    }

    /// Notes a mistake.
    pub(super) fn report(&mut self, diagnostic: Diagnostic) {
        self.diagnostics.push(diagnostic);
    }

    /// Whether a reference to `name` stays silent because its declaration is broken.
    pub(super) fn is_broken(&self, name: &str) -> bool {
        self.broken.contains(name)
    }

    /// Notes that `name` has no usable declaration.
    pub(super) fn mark_broken(&mut self, name: &str) {
        self.broken.insert(name.to_owned());
    }

    /// Whether `span` lies in the standard library.
    pub(super) fn is_standard(&self, span: Span) -> bool {
        self.sources.get(span.source).is_some_and(|s| s.standard)
    }

    /// The entity called `name`; where there is none, a mistake is noted unless its declaration is broken.
    pub(super) fn entity(&mut self, name: &tree::Name) -> Option<EntityId> {
        if let Some(id) = self.entity_names.get(name.value.as_str()) {
            return Some(*id);
        }
        if !self.is_broken(&name.value) {
            let singular = self.schema.entities.iter().find(|e| e.plural == name.value).map(|e| e.name.clone());
            let near = singular.or_else(|| {
                let names = self.schema.entities.iter().map(|e| e.name.as_str());
                suggest::nearest(&name.value, names).map(str::to_owned)
            });
            let help = near
                .map_or_else(|| "declare it: `entity … { … }`".to_owned(), |near| format!("did you mean `{near}`?"));
            self.report(error("E0503", format!("no entity is called `{}`", name.value)).at(name.span, "").help(help));
        }
        None
    }
}

/// Names that items and lines would declare, had they parsed.
fn unparsed(files: &[tree::File]) -> BTreeSet<String> {
    let lost = |item: &tree::Item| match &item.kind {
        tree::ItemKind::Policy(i) => i.lost.names.clone(),
        tree::ItemKind::Rule(i) => i.lost.names.clone(),
        tree::ItemKind::Vocabulary(i) => i.lost.names.clone(),
        tree::ItemKind::Entity(i) => i.lost.names.clone(),
        tree::ItemKind::Framework(i) => i.lost.names.clone(),
        tree::ItemKind::Parameter(_)
        | tree::ItemKind::Let(_)
        | tree::ItemKind::Test(_)
        | tree::ItemKind::Unreachable(_) => Vec::new(),
    };
    let items = files.iter().flat_map(|f| f.items.iter().flat_map(lost));
    items.chain(files.iter().flat_map(|f| f.broken.iter().cloned())).map(|name| name.value).collect()
}

/// An error without places yet.
pub(super) fn error(code: &'static str, message: impl Into<String>) -> Diagnostic {
    Diagnostic::error(Code(code), message)
}

/// `did you mean …`, or `all` where nothing is near.
pub(super) fn did_you_mean<'a>(word: &str, candidates: impl Iterator<Item = &'a str> + Clone, none: &str) -> String {
    if let Some(near) = suggest::nearest(word, candidates.clone()) {
        return format!("did you mean `{near}`?");
    }
    let known: Vec<String> = candidates.take(12).map(|c| format!("`{c}`")).collect();
    match known.as_slice() {
        [] => none.to_owned(),
        [only] => format!("write {only}"),
        _ => format!("write one of {}", known.join(", ")),
    }
}

/// Diagnostics are given in the order of their places.
pub(super) fn sort_key(label: &Label) -> (u32, u32, u32) {
    match &label.place {
        Place::Policy(span) => (span.source.0, span.start, span.end),
        Place::Facts(_) | Place::File(_) => (u32::MAX, 0, 0),
    }
}
