//! Exports whose records are rows, as data: which members of a record say which cell, and how. Most tools need no more
//! than a list of [`Fill`]s for each of their listings; what two members decide together is a function of both.
//!
//! Reads a record in one pass, borrowing its texts, and of it only the members that fill a cell somebody reads.
//! Invariants: a word that a list of [`Words`] does not know is unknown with that word; a member that stands twice in
//! one object is refused; a record without its row's key is refused.

use super::cell::Cell;
use super::extract::{Slot, Tree, extract};
use super::fields::Row;
use super::{Context, Ending, Reader, Record, Refusal};
use crate::facts::rows::{Raw, RowSink};
use crate::facts::{EntityId, FieldId};

/// Native words and what they are called here.
pub(super) type Words = &'static [(&'static str, &'static str)];

/// A listing as data.
pub(super) struct Mapping {
    /// What begins the keys of its rows.
    pub(super) tool: &'static str,
    /// Its cells: those of one entity stand together, its key first. The first entity is what a record is; of a further
    /// one there is a row where its key is said.
    pub(super) fills: &'static [Fill],
    /// The member beside the list that counts the records of all pages (`pagination.total`); empty where none does.
    pub(super) total: &'static str,
    /// The member beside the list that leads to the next page; empty where none does.
    pub(super) next: &'static str,
}

/// A cell (`run.status`), the members that say it, parted by blanks, and how. A member of a member is `a.b`, a
/// blank within a name is `~`; a list on the way is gone into.
pub(super) struct Fill(pub(super) &'static str, pub(super) &'static str, pub(super) How);

/// How members say a cell. Where nothing else is said, the first of them that is there does.
pub(super) enum How {
    /// A key of this tool and account.
    Key,
    /// A system's key: the text, else the one system that the statement names.
    System,
    /// As it stands.
    AsIs,
    /// Always this word.
    Always(&'static str),
    /// Always so.
    Holds(bool),
    /// One of these words; texts and numbers alike.
    Word(Words),
    /// `true`, `True`, `1` and their opposites.
    Flag,
    /// Whether it holds, by these words.
    Says(&'static [(&'static str, bool)]),
    /// A time, with or without offset, or seconds since 1970.
    Time,
    /// Bytes: so many to the unit.
    Size(i64),
    /// A number in KB (1), MB (2) or GB (3), perhaps with another of these units behind it, of which the tool does not say
    /// whether powers of 1,000 or of 1,024 are meant.
    SizeEither(u32),
    /// A duration: so many nanoseconds to the unit; a text may also be a clock (`0:12:09`).
    Length(i64),
    /// A set of texts: every value of every member.
    Set,
    /// A map: the labels of the members, in their order.
    Labels(&'static [&'static str]),
    /// A function of the members, in their order.
    By(for<'g> fn(&Given<'g>) -> Read<'g>),
}

/// What a function of members says.
pub(super) enum Read<'g> {
    /// A cell.
    Raw(Raw<'g>),
    /// A text of its own.
    Text(String),
    /// A set; with a word, one that may hold more.
    Set(Vec<&'g str>, Option<&'g str>),
    /// A set of keys.
    Keys(Vec<String>),
    /// Of a key: there is no such row in this record, rightly.
    NoRow,
}

impl<'g> From<Raw<'g>> for Read<'g> {
    fn from(raw: Raw<'g>) -> Self {
        Read::Raw(raw)
    }
}

/// Nothing is said.
pub(super) const NOTHING: Read<'static> = Read::Raw(Raw::Absent);

/// A word that is known; the same in a function of members.
pub(super) fn word(word: &str) -> Read<'_> {
    Read::Raw(Raw::Text(word))
}

/// The members that one cell asks for.
pub(super) struct Given<'g> {
    values: &'g [Slot<'g>],
    slots: &'g [usize],
    tool: &'static str,
    /// What is known besides.
    pub(super) context: &'g Context<'g>,
}

static ABSENT: Slot<'static> = Slot { first: Cell::Absent, more: Vec::new() };

impl<'g> Given<'g> {
    fn slot(&self, at: usize) -> &'g Slot<'g> {
        self.slots.get(at).and_then(|slot| self.values.get(*slot)).unwrap_or(&ABSENT)
    }

    /// The member at this place of the fill's list: its first value.
    pub(super) fn cell(&self, at: usize) -> &'g Cell<'g> {
        &self.slot(at).first
    }

    /// The text of that member, where it is one.
    pub(super) fn text(&self, at: usize) -> Option<&'g str> {
        self.cell(at).text()
    }

    /// All values of that member.
    pub(super) fn all(&self, at: usize) -> impl Iterator<Item = &'g Cell<'g>> {
        let slot = self.slot(at);
        std::iter::once(&slot.first).chain(&slot.more).filter(|cell| **cell != Cell::Absent)
    }

    /// The first member that is there.
    fn first(&self) -> &'g Cell<'g> {
        let said = |cell: &&Cell<'_>| **cell != Cell::Absent && !matches!(cell, Cell::Text(t) if t.is_empty());
        (0..self.slots.len()).map(|at| self.cell(at)).find(said).unwrap_or(&ABSENT.first)
    }

    /// The key of what this tool calls so.
    pub(super) fn key(&self, name: &str) -> String {
        key(self.tool, self.context, name)
    }
}

/// The key of what a tool calls so: tool, account if stated, name.
pub(super) fn key(tool: &str, context: &Context<'_>, name: &str) -> String {
    match context.account {
        Some(account) => format!("{tool}/{account}/{name}"),
        None => format!("{tool}/{name}"),
    }
}

/// The member that a word stands for; a word that is not known stays unknown.
pub(super) fn word_of<'g>(cell: &'g Cell<'_>, words: Words) -> Raw<'g> {
    let find = |said: &str| words.iter().find(|(native, _)| native.eq_ignore_ascii_case(said)).map(|(_, ours)| *ours);
    match cell {
        Cell::Text(said) if said.is_empty() => Raw::Absent,
        Cell::Text(said) => match find(said) {
            Some("") => Raw::Absent,
            Some(ours) => Raw::Text(ours),
            None => Raw::Unknown(said),
        },
        Cell::Int(number) => match find(&number.to_string()) {
            Some("") => Raw::Absent,
            Some(ours) => Raw::Text(ours),
            None => Raw::Unknown("a number that stands for no known word"),
        },
        Cell::Absent => Raw::Absent,
        _ => Raw::Unknown("no word"),
    }
}

impl How {
    fn read<'g>(&self, given: &Given<'g>) -> Read<'g> {
        let cell = given.first();
        Read::Raw(match self {
            How::Key => match cell {
                Cell::Int(number) => return Read::Text(given.key(&number.to_string())),
                cell => return cell.text().map_or(NOTHING, |name| Read::Text(given.key(name))),
            },
            How::System => match cell.text().or(given.context.system) {
                Some(name) => Raw::Text(name),
                None => Raw::Absent,
            },
            How::AsIs => cell.raw(),
            How::Always(word) => Raw::Text(word),
            How::Holds(truth) => Raw::Bool(*truth),
            How::Word(words) => word_of(cell, words),
            How::Flag => cell.flag(),
            How::Says(words) => match cell {
                Cell::Text(said) if !said.is_empty() => words
                    .iter()
                    .find(|(native, _)| native.eq_ignore_ascii_case(said))
                    .map_or(Raw::Unknown(said), |(_, truth)| Raw::Bool(*truth)),
                cell => cell.raw(),
            },
            How::Time => cell.time(),
            How::Size(unit) => cell.size(*unit),
            How::SizeEither(power) => cell.size_either(*power),
            How::Length(unit) => cell.length(*unit),
            How::Set => {
                let texts = (0..given.slots.len()).flat_map(|at| given.all(at)).filter_map(Cell::text).collect();
                return Read::Set(texts, None);
            }
            How::Labels(_) => Raw::Absent,
            How::By(function) => return function(given),
        })
    }
}

/// The cells that a mapping fills, for its format's manual.
pub(super) const fn names<const N: usize>(fills: &'static [Fill]) -> [(&'static str, &'static str); N] {
    let mut names = [("", ""); N];
    let mut at = 0;
    while at < N {
        names[at] = (fills[at].0, fills[at].1);
        at += 1;
    }
    names
}

/// A format that is a mapping: as [`super::Format`], with the mapping in place of what opens it and fills it.
macro_rules! mapped {
    ($mapping:path, $(#[$doc:meta])* { $($field:ident: $value:expr),* $(,)? }) => {
        $crate::sources::Format {
            $($field: $value,)*
            open: |context| $crate::sources::mapping::open(&$mapping, context),
            fills: &$crate::sources::mapping::names::<{ $mapping.fills.len() }>($mapping.fills),
        }
    };
}
pub(super) use mapped;

/// Begins to read one file.
pub(super) fn open<'a>(mapping: &'static Mapping, context: &Context<'a>) -> Box<dyn Reader + 'a> {
    Box::new(Mapped { mapping, context: *context, plan: None, total: None, next: None })
}

struct Mapped<'a> {
    mapping: &'static Mapping,
    context: Context<'a>,
    /// Made with the first record: then it is known what anybody reads.
    plan: Option<Plan>,
    total: Option<u64>,
    next: Option<String>,
}

/// What is read of a record, and the rows that it holds.
struct Plan {
    tree: Tree,
    rows: Vec<RowPlan>,
}

struct RowPlan {
    entity: Option<EntityId>,
    key: CellPlan,
    cells: Vec<CellPlan>,
}

struct CellPlan {
    field: Option<FieldId>,
    fill: &'static Fill,
    slots: Vec<usize>,
}

impl CellPlan {
    fn read<'g>(&'g self, values: &'g [Slot<'g>], tool: &'static str, context: &'g Context<'g>) -> Read<'g> {
        self.fill.2.read(&Given { values, slots: &self.slots, tool, context })
    }
}

impl Plan {
    fn of(mapping: &'static Mapping, context: &Context<'_>, sink: &dyn RowSink) -> Plan {
        let mut tree = Tree::default();
        let mut rows: Vec<(&str, RowPlan)> = Vec::new();
        for fill in mapping.fills {
            let (name, field) = fill.0.split_once('.').unwrap_or((fill.0, ""));
            let entity = context.schema.entity_named(name);
            let field = entity.and_then(|e| context.schema.entity(e).field_named(field));
            let begins = rows.last().is_none_or(|(last, _)| *last != name);
            let read = matches!((entity, field), (Some(e), Some(f)) if sink.wants(e, f));
            if !begins && !read {
                continue;
            }
            let slots = fill.1.split_whitespace().map(|path| tree.slot(path)).collect();
            let cell = CellPlan { field, fill, slots };
            match rows.last_mut() {
                Some((last, row)) if *last == name => row.cells.push(cell),
                _ => rows.push((name, RowPlan { entity, key: cell, cells: Vec::new() })),
            }
        }
        Plan { tree, rows: rows.into_iter().map(|(_, row)| row).collect() }
    }
}

impl Reader for Mapped<'_> {
    fn record(&mut self, record: Record<'_>, sink: &mut dyn RowSink) -> Result<(), Refusal> {
        let plan = self.plan.get_or_insert_with(|| Plan::of(self.mapping, &self.context, sink));
        let values = extract(&plan.tree, record.text)?;
        for (at, row) in plan.rows.iter().enumerate() {
            let key = match row.key.read(&values, self.mapping.tool, &self.context) {
                Read::Text(key) => key,
                Read::Raw(Raw::Text(key)) => key.to_owned(),
                Read::NoRow if at == 0 => return Ok(()),
                _ if at == 0 => {
                    let members = row.key.fill.1.replace(' ', "` or `");
                    return Err(Refusal { reason: format!("a record without `{members}`") });
                }
                _ => continue,
            };
            let mut out = Row::begin(sink, row.entity, record.offset);
            out.put(row.key.field, Raw::Text(&key));
            for cell in &row.cells {
                if let How::Labels(labels) = cell.fill.2 {
                    let values = cell.slots.iter().map(|slot| values.get(*slot).and_then(|v| v.first.text()));
                    out.put_labels(cell.field, labels.iter().copied().zip(values));
                    continue;
                }
                match cell.read(&values, self.mapping.tool, &self.context) {
                    Read::Raw(raw) => out.put(cell.field, raw),
                    Read::Text(text) => out.put(cell.field, Raw::Text(&text)),
                    Read::Set(texts, None) if texts.is_empty() => {}
                    Read::Set(texts, None) => out.put(cell.field, Raw::Set(&texts)),
                    Read::Set(texts, word) => out.put(cell.field, Raw::OpenSet(&texts, word)),
                    Read::Keys(keys) => {
                        let keys: Vec<&str> = keys.iter().map(String::as_str).collect();
                        out.put(cell.field, Raw::Set(&keys));
                    }
                    Read::NoRow => {}
                }
            }
        }
        Ok(())
    }

    fn beside(&mut self, name: &str, json: &str) {
        if let Some(total) = beside(self.mapping.total, name, json) {
            self.total = total.parse().ok();
        }
        if let Some(next) = beside(self.mapping.next, name, json) {
            self.next = Some(next);
        }
    }

    fn finish(&mut self, _sink: &mut dyn RowSink) -> Ending {
        Ending { next_page: self.next.take(), total: self.total, ..Ending::default() }
    }
}

/// The number or text at `path`, whose first member is `name` and holds `json`; nothing where it is `null` or empty.
pub(super) fn beside(path: &str, name: &str, json: &str) -> Option<String> {
    let (first, rest) = path.split_once('.').map_or((path, None), |(first, rest)| (first, Some(rest)));
    if first.is_empty() || first != name {
        return None;
    }
    let value: serde_json::Value = serde_json::from_str(json).ok()?;
    let found = rest.map_or(Some(&value), |rest| rest.split('.').try_fold(&value, |value, name| value.get(name)))?;
    match found {
        serde_json::Value::String(text) if !text.is_empty() => Some(text.clone()),
        serde_json::Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}
