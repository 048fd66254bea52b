//! Records of an export to rows as a mapping file says (`facts::mapping`), for tools that have no source here.
//!
//! Invariants: what does not fit its field is unknown and kept as a [`Misfit`]; a record without its key is refused; an
//! empty cell is absent.

use super::cell::Cell;
use super::extract::{Slot, Tree, extract};
use super::fields::Row;
use crate::base::suggest::nearest;
use crate::facts::mapping::convert::{Conversion, Unfit};
use crate::facts::mapping::{Column, EntityMapping, FieldMapping, Mapping, Said};
use crate::facts::rows::{Raw, RowSink};
use crate::facts::{Schema, Type};
use std::collections::{BTreeMap, BTreeSet};

/// Most different texts that are kept, of misfits and of columns that select records.
const MOST_TEXTS: usize = 1000;

/// What is said of a value that is no scalar.
const NESTED: &str = "a list or object";

fn not_one_value() -> Unfit {
    Unfit { why: "not one value".to_owned(), help: "name a path to one value".to_owned() }
}

/// What the names of columns are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// Whole names of columns.
    Table,
    /// Paths of members: `a.b`.
    Members,
}

/// A text of the export that is no cell of its field.
#[derive(Debug, Clone)]
pub struct Misfit<'m> {
    /// What the mapping says of the field.
    pub field: &'m FieldMapping,
    /// Where the first such record begins.
    pub record: u64,
    /// The column that says it.
    pub column: &'m str,
    /// The text.
    pub text: String,
    /// In how many records it stands.
    pub records: u64,
    /// What is wrong.
    pub unfit: Unfit,
}

/// A word that selects records and that no record has, or a column that no record has.
#[derive(Debug, Clone)]
pub struct Unmet<'m> {
    /// The column or word in the mapping.
    pub named: &'m Column,
    /// The column, where a word of it is meant.
    pub of: Option<&'m str>,
    /// Whether it is a column that selects records: what lacks it altogether is another text than was meant, such as an
    /// error message, and no empty listing.
    pub selects: bool,
    /// The nearest that there is.
    pub near: Option<String>,
}

/// Reads the records of one file.
pub struct Mapped<'m> {
    schema: &'m Schema,
    mapping: &'m Mapping,
    tree: Tree,
    entities: Vec<EntityPlan<'m>>,
    seen: Vec<bool>,
    columns: Vec<(&'m Column, usize)>,
    misfits: BTreeMap<(usize, usize, String), Misfit<'m>>,
    unplaced: BTreeMap<String, Unplaced>,
    records: u64,
}

/// Records of which nobody knows whether they hold a row, for one reason.
pub struct Unplaced {
    /// Where the first begins.
    pub record: u64,
    /// How many there are.
    pub records: u64,
}

struct EntityPlan<'m> {
    mapping: &'m EntityMapping,
    when: Vec<(usize, BTreeSet<String>)>,
    fields: Vec<FieldPlan<'m>>,
}

struct FieldPlan<'m> {
    mapping: &'m FieldMapping,
    slots: Vec<usize>,
}

impl<'m> Mapped<'m> {
    /// Begins a file in which columns are named in this form.
    pub fn open(schema: &'m Schema, mapping: &'m Mapping, form: Form) -> Mapped<'m> {
        let mut tree = Tree::default();
        let mut columns = Vec::new();
        let mut slot = |column: &'m Column| {
            let slot = match form {
                Form::Table => tree.slot_at(std::iter::once(column.name.clone())),
                Form::Members => tree.slot_at(column.name.split('.').map(str::to_owned)),
            };
            columns.push((column, slot));
            slot
        };
        let mut entities = Vec::new();
        for entity in &mapping.entities {
            let when = entity.when.iter().map(|(column, _)| (slot(column), BTreeSet::new())).collect();
            let field = |field: &'m FieldMapping| FieldPlan {
                mapping: field,
                slots: field.said.columns().into_iter().map(&mut slot).collect(),
            };
            entities.push(EntityPlan { mapping: entity, when, fields: entity.fields.iter().map(field).collect() });
        }
        let seen = vec![false; columns.iter().map(|(_, slot)| slot + 1).max().unwrap_or(0)];
        Mapped {
            schema,
            mapping,
            tree,
            entities,
            seen,
            columns,
            misfits: BTreeMap::new(),
            unplaced: BTreeMap::new(),
            records: 0,
        }
    }

    /// Reads one record and hands on its rows.
    ///
    /// # Errors
    /// If it is no object, or lacks the key of its first row.
    pub fn record(&mut self, offset: u64, text: &str, sink: &mut dyn RowSink) -> Result<(), String> {
        let values = extract(&self.tree, text).map_err(|refusal| refusal.reason)?;
        self.records += 1;
        for (seen, slot) in self.seen.iter_mut().zip(&values) {
            *seen |= slot.first != Cell::Absent;
        }
        let (mut first, mut doubt) = (true, None);
        for (number, plan) in self.entities.iter_mut().enumerate() {
            match plan.applies(&values) {
                Applies::Yes => {}
                Applies::No => continue,
                Applies::NobodyKnows(why) => {
                    doubt = doubt.or(Some(why));
                    continue;
                }
            }
            let key = plan.fields.iter().find(|field| Some(field.mapping.field) == plan.mapping.key);
            if let Some(key) = key {
                let mut texts = Vec::new();
                if !key.texts(&values, &mut texts) {
                    let names: Vec<&str> = key.mapping.said.columns().iter().map(|c| c.name.as_str()).collect();
                    if first {
                        return Err(format!(
                            "it has no `{}`, of which `{}` is made",
                            names.join("` or no `"),
                            key.mapping.name
                        ));
                    }
                    continue;
                }
            }
            first = false;
            let entity = plan.mapping.entity;
            let wanted: Vec<bool> = plan
                .fields
                .iter()
                .map(|f| Some(f.mapping.field) == plan.mapping.key || sink.wants(entity, f.mapping.field))
                .collect();
            let mut row = Row::begin(&mut *sink, Some(entity), offset);
            for (place, field) in plan.fields.iter().enumerate() {
                if !wanted.get(place).copied().unwrap_or(false) {
                    continue;
                }
                let mut misfits =
                    Misfits { kept: &mut self.misfits, place: (number, place), field: field.mapping, record: offset };
                field.write(self.schema, self.mapping, &values, &mut row, &mut misfits);
            }
        }
        if let Some(why) = doubt.filter(|_| first) {
            self.unplaced.entry(why).or_insert(Unplaced { record: offset, records: 0 }).records += 1;
        }
        Ok(())
    }

    /// What did not fit, in the order of the mapping.
    pub fn misfits(&self) -> impl Iterator<Item = &Misfit<'m>> {
        self.misfits.values()
    }

    /// The records of which nobody knows whether they hold a row, by the reason.
    pub fn unplaced(&self) -> impl Iterator<Item = (&str, &Unplaced)> {
        self.unplaced.iter().map(|(why, unplaced)| (why.as_str(), unplaced))
    }

    /// How many records were read.
    pub fn records(&self) -> u64 {
        self.records
    }

    /// Columns that no record has, and words that select records and that none has. `names` are those that there are.
    pub fn unmet(&self, names: &[String]) -> Vec<Unmet<'m>> {
        let mut unmet: Vec<Unmet<'m>> = Vec::new();
        if self.records == 0 {
            return unmet;
        }
        for (column, slot) in &self.columns {
            let told = unmet.iter().any(|before| before.named.name == column.name);
            if !told && !self.seen.get(*slot).copied().unwrap_or(false) {
                let near = nearest(&column.name, names.iter().map(String::as_str)).map(str::to_owned);
                let all = self.entities.iter().flat_map(|plan| &plan.mapping.when);
                let selects = all.into_iter().any(|(selecting, _)| selecting.name == column.name);
                if selects || !names.contains(&column.name) {
                    unmet.push(Unmet { named: column, of: None, selects, near });
                }
            }
        }
        for plan in &self.entities {
            for ((column, words), (slot, met)) in plan.mapping.when.iter().zip(&plan.when) {
                let there = self.seen.get(*slot).copied().unwrap_or(false) && met.len() < MOST_TEXTS;
                for word in words.iter().filter(|word| there && !met.contains(&word.name)) {
                    let near = nearest(&word.name, met.iter().map(String::as_str)).map(str::to_owned);
                    unmet.push(Unmet { named: word, of: Some(&column.name), selects: false, near });
                }
            }
        }
        unmet
    }
}

/// Whether a record holds a row of an entity.
enum Applies {
    Yes,
    No,
    /// What it is chosen by is not there, or is another spelling of what is asked for.
    NobodyKnows(String),
}

impl EntityPlan<'_> {
    /// Whether this record holds such a row.
    fn applies(&mut self, values: &[Slot<'_>]) -> Applies {
        let (mut excluded, mut doubt) = (false, None);
        for ((column, words), (slot, met)) in self.mapping.when.iter().zip(&mut self.when) {
            let text = values.get(*slot).and_then(|slot| text_of(&slot.first)).unwrap_or_default();
            if !words.iter().any(|word| word.name == text) {
                match may_be_meant(column, words, &text) {
                    Some(why) => doubt = doubt.or(Some(why)),
                    None => excluded = true,
                }
            }
            if !text.is_empty() && met.len() < MOST_TEXTS && !met.contains(&text) {
                met.insert(text);
            }
        }
        match (excluded, doubt) {
            (true, _) => Applies::No,
            (false, Some(why)) => Applies::NobodyKnows(why),
            (false, None) => Applies::Yes,
        }
    }
}

/// Why a text that is none of the words may stand for one of them.
fn may_be_meant(column: &Column, words: &[Column], text: &str) -> Option<String> {
    if text.is_empty() {
        return Some(format!("it has no `{}`, by which records are chosen", column.name));
    }
    let folded = text.to_lowercase();
    let alike = words.iter().find(|word| word.name.to_lowercase() == folded)?;
    Some(format!("its `{}` is `{text}`, which is not quite `{}`", column.name, alike.name))
}

/// A scalar as a text without blanks around it; `None` where there is none.
fn text_of(cell: &Cell<'_>) -> Option<String> {
    let text = match cell {
        Cell::Absent | Cell::Nested => return None,
        Cell::Bool(bit) => bit.to_string(),
        Cell::Int(number) => number.to_string(),
        Cell::Number(number) => number.to_string(),
        Cell::Text(text) => text.trim().to_owned(),
    };
    (!text.is_empty()).then_some(text)
}

/// Where misfits of one cell go.
struct Misfits<'k, 'm> {
    kept: &'k mut BTreeMap<(usize, usize, String), Misfit<'m>>,
    place: (usize, usize),
    field: &'m FieldMapping,
    record: u64,
}

impl<'m> Misfits<'_, 'm> {
    fn add(&mut self, column: &'m str, text: &str, unfit: Unfit) {
        let full = self.kept.len() >= MOST_TEXTS;
        let key = (self.place.0, self.place.1, text.to_owned());
        match self.kept.get_mut(&key) {
            Some(before) => before.records += 1,
            None if full => {}
            None => {
                let (field, record) = (self.field, self.record);
                self.kept.insert(key, Misfit { field, record, column, text: text.to_owned(), records: 1, unfit });
            }
        }
    }
}

impl<'m> FieldPlan<'m> {
    /// The texts of its columns; whether all of them are there. A constant has none and is there.
    fn texts(&self, values: &[Slot<'_>], into: &mut Vec<String>) -> bool {
        let texts = self.slots.iter().map(|slot| values.get(*slot).and_then(|slot| text_of(&slot.first)));
        texts.fold(true, |all, text| {
            let there = text.is_some();
            into.extend(text);
            all && there
        })
    }

    fn write(
        &self,
        schema: &Schema,
        mapping: &Mapping,
        values: &[Slot<'_>],
        row: &mut Row<'_>,
        misfits: &mut Misfits<'_, 'm>,
    ) {
        let field = Some(self.mapping.field);
        let conversion = &self.mapping.conversion;
        let is_set = self.mapping.set;
        match &self.mapping.said {
            Said::Always(text) if is_set => row.put(field, Raw::Set(&[text])),
            Said::Always(text) => {
                if let Ok(made) = conversion.of_literals().convert(schema, None, text) {
                    row.put(field, made.raw());
                }
            }
            Said::Labels(labels) => {
                let texts: Vec<Option<String>> =
                    self.slots.iter().map(|slot| values.get(*slot).and_then(|slot| text_of(&slot.first))).collect();
                let names = labels.iter().map(|(name, _)| name.as_str());
                row.put_labels(field, names.zip(texts.iter().map(Option::as_deref)));
            }
            Said::Columns { from, words, split } if is_set => {
                let mut elements: Vec<String> = Vec::new();
                let mut open: Option<String> = None;
                let mut there = false;
                for (column, slot) in from.iter().zip(&self.slots) {
                    let Some(slot) = values.get(*slot) else { continue };
                    for cell in std::iter::once(&slot.first).chain(&slot.more) {
                        if *cell == Cell::Nested {
                            misfits.add(&column.name, NESTED, not_one_value());
                            open.get_or_insert_with(|| NESTED.to_owned());
                        }
                        let Some(whole) = text_of(cell) else { continue };
                        there = true;
                        let parts: Vec<&str> = match split {
                            Some(split) => whole.split(split.as_str()).map(str::trim).collect(),
                            None => vec![&whole],
                        };
                        for part in parts.into_iter().filter(|part| !part.is_empty()) {
                            match self.element(schema, words.as_deref(), part) {
                                Ok(element) => elements.push(element),
                                Err(unfit) => {
                                    misfits.add(&column.name, part, unfit);
                                    open.get_or_insert_with(|| part.to_owned());
                                }
                            }
                        }
                    }
                }
                let elements: Vec<&str> = elements.iter().map(String::as_str).collect();
                match open {
                    Some(word) => row.put(field, Raw::OpenSet(&elements, Some(&word))),
                    None if there => row.put(field, Raw::Set(&elements)),
                    None => {}
                }
            }
            Said::Columns { from, words, .. } => {
                let nested =
                    |slot: &usize| values.get(*slot).is_some_and(|s| s.first == Cell::Nested || !s.more.is_empty());
                if let Some((column, _)) = from.iter().zip(&self.slots).find(|(_, slot)| nested(slot)) {
                    misfits.add(&column.name, NESTED, not_one_value());
                    return row.put(field, Raw::Unknown(NESTED));
                }
                let mut texts = Vec::new();
                if !self.texts(values, &mut texts) || texts.is_empty() {
                    return;
                }
                let native = texts.join("/");
                let made = match word_of(words.as_deref(), conversion, &native) {
                    // A word stands for a value in the language's own notation.
                    Ok(Some(ours)) => conversion.of_literals().convert(schema, None, ours),
                    Ok(None) => conversion.convert(schema, mapping.zone.as_ref(), &native),
                    Err(unfit) => Err(unfit),
                };
                match made {
                    Ok(made) => row.put(field, made.raw()),
                    Err(unfit) => {
                        misfits.add(from.first().map_or("", |c| c.name.as_str()), &native, unfit);
                        row.put(field, Raw::Unknown(&native));
                    }
                }
            }
        }
    }

    fn element(&self, schema: &Schema, words: Option<&[(String, String)]>, part: &str) -> Result<String, Unfit> {
        let conversion = &self.mapping.conversion;
        let said = word_of(words, conversion, part)?.unwrap_or(part);
        conversion.convert(schema, None, said).map(|_| said.to_owned())
    }
}

/// What a native word stands for; `None` where it is to be read as it stands. Of states, truth and cadences the mapping's
/// words are all that there are.
fn word_of<'w>(
    words: Option<&'w [(String, String)]>,
    conversion: &Conversion,
    native: &str,
) -> Result<Option<&'w str>, Unfit> {
    let Some(words) = words else { return Ok(None) };
    if let Some((_, ours)) = words.iter().find(|(word, _)| word == native) {
        return Ok(Some(ours));
    }
    if !matches!(conversion.ty, Type::OneOf(_) | Type::Bool | Type::Cadence) {
        return Ok(None);
    }
    let help = match nearest(native, words.iter().map(|(word, _)| word.as_str())) {
        Some(near) => format!("did you mean `{near}` in `words`? Else add `{native}` there"),
        None => format!("add `{native}` to `words`, with the value that it stands for"),
    };
    Err(Unfit { why: "not among its `words`".to_owned(), help })
}
