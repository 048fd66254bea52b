//! A small schema, and facts filled by hand, for the tests of this module. No file is read and nothing is checked:
//! rows come in the order of files, keys name each row once.

use super::collect::collect_exports;
use super::schema::*;
use super::statement::{Listing, Statement};
use super::table::*;
use crate::base::Diagnostic;
use crate::value::Instant;
use crate::value::instant::{ReadTime, read_instant};
use std::sync::Arc;

/// An instant of the notation in facts.
pub fn at(text: &str) -> Instant {
    match read_instant(text) {
        Ok(ReadTime::At(at)) => at,
        other => panic!("{text}: {other:?}"),
    }
}

/// A cell to be written.
#[derive(Debug, Clone)]
pub enum Put {
    /// A key, an enumeration's member, a time, `never` or a text.
    Word(&'static str),
    Int(i64),
    Bool(bool),
    Words(Vec<&'static str>),
    OpenWords(Vec<&'static str>),
    Between(i64, i64),
    Months(i64),
    Unmapped(&'static str),
}

fn field(name: &str, ty: Type) -> Field {
    Field {
        name: name.to_owned(),
        doc: String::new(),
        ty,
        required: false,
        default: None,
        default_holds: DefaultHolds::OwnFormat,
        derived: Vec::new(),
        read_as: None,
        declared: None,
    }
}

fn entity(name: &str, nature: Nature, fields: Vec<Field>, occurs: &[u16]) -> Entity {
    Entity {
        name: name.to_owned(),
        plural: format!("{name}s"),
        title: String::new(),
        doc: String::new(),
        nature,
        fields,
        inverses: Vec::new(),
        key: Some(FieldId(0)),
        occurs: occurs.iter().copied().map(FieldId).collect(),
        ahead: Vec::new(),
        about: Vec::new(),
        parent: None,
        declared: None,
    }
}

pub const SYSTEM: EntityId = EntityId(0);
pub const RUN: EntityId = EntityId(1);
pub const RESTORE_TEST: EntityId = EntityId(2);
pub const RECOVERY_POINT: EntityId = EntityId(3);
pub const PLAN: EntityId = EntityId(4);
pub const PLAN_COPY: EntityId = EntityId(5);

/// Systems, runs, restore tests, recovery points, plans with nested copies.
pub fn schema() -> Schema {
    let words = |name: &str, members: &[&str]| Enumeration {
        name: name.to_owned(),
        members: members.iter().map(|m| (*m).to_owned()).collect(),
        ordered: false,
    };
    let event = |name: &str| {
        let fields = vec![
            field("id", Type::Text),
            field("system", Type::Row(SYSTEM)),
            field("started", Type::Time),
            field("status", Type::OneOf(EnumId(1))),
        ];
        entity(name, Nature::Event, fields, &[2])
    };
    let system = vec![
        field("id", Type::Text),
        field("tier", Type::OneOf(EnumId(0))),
        field("rto", Type::Duration),
        field("retired", Type::TimeOrNever),
        field("data", Type::Set(Box::new(Type::OneOf(EnumId(2))))),
        field("size", Type::Size),
        field("active", Type::Bool),
    ];
    let mut state = field("state", Type::OneOf(EnumId(3)));
    state.default = Some(crate::value::Scalar::Member(0));
    let point = vec![
        field("id", Type::Text),
        Field { required: true, ..field("system", Type::Row(SYSTEM)) },
        field("created", Type::Time),
        state,
    ];
    let plan = vec![
        field("id", Type::Text),
        field("systems", Type::Set(Box::new(Type::Row(SYSTEM)))),
        field("copies", Type::Rows(PLAN_COPY)),
    ];
    let copy = vec![field("plan", Type::Row(PLAN)), field("place", Type::Text)];
    let mut entities = vec![
        entity("system", Nature::State, system, &[]),
        event("run"),
        event("restore_test"),
        entity("recovery_point", Nature::State, point, &[2]),
        entity("plan", Nature::State, plan, &[]),
        entity("plan_copy", Nature::State, copy, &[]),
    ];
    entities[5].key = None;
    entities[5].parent = Some(Parent { list: FieldRef { entity: PLAN, field: FieldId(2) }, field: FieldId(0) });
    Schema {
        entities,
        enumerations: vec![
            words("system.tier", &["standard", "important", "critical"]),
            words("run.status", &["success", "warning", "failed"]),
            words("system.data", &["public", "pii", "phi"]),
            words("recovery_point.state", &["available", "corrupt"]),
        ],
    }
}

type Cells = Vec<(FieldId, Put)>;

/// Facts in the making.
pub struct FactsBuilder {
    facts: Facts,
    rows: Vec<Vec<Cells>>,
    listings: Vec<Listing>,
}

impl FactsBuilder {
    pub fn new(schema: Schema) -> Self {
        let entities = schema.entities.len();
        let tables = (0..entities).map(|_| Table::default()).collect();
        let facts = Facts { schema: Arc::new(schema), tables, ..Default::default() };
        FactsBuilder { facts, rows: vec![Vec::new(); entities], listings: Vec::new() }
    }

    /// Begins a file that lists the kinds of its rows, and these.
    pub fn file(&mut self, path: &str, kinds: &[EntityId]) -> &mut Listing {
        let file = u32::try_from(self.facts.files.len()).unwrap();
        let format = path.rsplit('.').next().unwrap_or("").to_owned();
        self.facts.files.push(FactsFile { path: path.to_owned(), format, ..Default::default() });
        self.listings.push(Listing { file, kinds: kinds.to_vec(), name: "own".to_owned(), ..Default::default() });
        self.listings.last_mut().unwrap()
    }

    /// Adds a row to the file begun last, at the next offset.
    pub fn row(&mut self, entity: EntityId, cells: &[(&str, Put)]) -> &mut Self {
        let file = u32::try_from(self.facts.files.len() - 1).unwrap();
        let of_entity = self.facts.schema.entity(entity);
        let cells: Cells =
            cells.iter().map(|(name, put)| (of_entity.field_named(name).unwrap(), put.clone())).collect();
        let listing = self.listings.last_mut().unwrap();
        if of_entity.parent.is_none() && !listing.kinds.contains(&entity) {
            listing.kinds.push(entity);
        }
        let table = &mut self.facts.tables[entity.0 as usize];
        if table.file_of.last().is_none_or(|(_, last)| *last != file) {
            table.file_of.push((table.listed, file));
        }
        table.listed += 1;
        table.offsets.push(self.facts.files[file as usize].rows);
        self.facts.files[file as usize].rows += 1;
        self.rows[entity.0 as usize].push(cells);
        self
    }

    /// A further place of the row written last, in another file.
    pub fn also(&mut self, entity: EntityId, file: u32) -> &mut Self {
        let table = &mut self.facts.tables[entity.0 as usize];
        table.also.entry(table.listed - 1).or_default().push(Origin { file, offset: 0 });
        self
    }

    /// The facts with their exports, and what is wrong with those.
    pub fn finish(mut self, statements: &[Statement]) -> (Facts, Vec<Diagnostic>) {
        for (entity, rows) in self.rows.iter().enumerate() {
            if self.facts.schema.entities[entity].key.is_some() {
                for cells in rows {
                    let Put::Word(key) = &cells[0].1 else { panic!("the key comes first") };
                    let id = self.facts.texts.intern(key);
                    self.facts.tables[entity].keys.push(id);
                }
            }
        }
        let schema = self.facts.schema.clone();
        let mut columns: Vec<Vec<Option<Column>>> = Vec::new();
        for (entity, rows) in self.rows.iter().enumerate() {
            let fields = schema.entities[entity].fields.iter().enumerate();
            columns.push(
                fields.map(|(i, f)| column(&mut self.facts, &f.ty, FieldId(u16::try_from(i).unwrap()), rows)).collect(),
            );
        }
        for (entity, columns) in columns.into_iter().enumerate() {
            let table = &mut self.facts.tables[entity];
            table.rows = u32::try_from(table.keys.len()).unwrap().max(table.listed);
            table.columns = columns;
        }
        let diagnostics = collect_exports(&mut self.facts, &self.listings, statements);
        (self.facts, diagnostics)
    }
}

/// The row called `key`, seen if it is not listed.
fn row_of(facts: &mut Facts, entity: EntityId, key: &str) -> u32 {
    let id = facts.texts.intern(key);
    let keys = &mut facts.tables[entity.0 as usize].keys;
    let place = keys.iter().position(|k| *k == id).unwrap_or_else(|| {
        keys.push(id);
        keys.len() - 1
    });
    u32::try_from(place).unwrap()
}

fn id_of(facts: &mut Facts, ty: &Type, word: &str) -> u32 {
    match ty {
        Type::Row(entity) => row_of(facts, *entity, word),
        Type::OneOf(members) => {
            let members = &facts.schema.enumeration(*members).members;
            u32::try_from(members.iter().position(|m| m == word).unwrap()).unwrap()
        }
        _ => facts.texts.intern(word).0,
    }
}

fn column(facts: &mut Facts, ty: &Type, field: FieldId, rows: &[Cells]) -> Option<Column> {
    let mut known = Bits::default();
    let mut sparse = rustc_hash::FxHashMap::default();
    let (mut ints, mut ids, mut bits) = (Vec::new(), Vec::new(), Bits::default());
    let mut many = Grouping { starts: vec![0], members: Vec::new() };
    let mut exact = true;
    for (row, cells) in rows.iter().enumerate() {
        let row = u32::try_from(row).unwrap();
        let put = cells.iter().find(|(f, _)| *f == field).map(|(_, put)| put.clone());
        let (mut int, mut id) = (0, 0);
        let mut is_known = true;
        match put {
            Some(Put::Word("never")) => int = i64::MAX,
            Some(Put::Word(word)) if matches!(ty, Type::Time | Type::TimeOrNever) => int = at(word).0,
            Some(Put::Word(word)) => id = id_of(facts, ty, word),
            Some(Put::Int(value)) => int = value,
            Some(Put::Bool(bit)) => {
                if bit {
                    bits.set(row);
                }
            }
            Some(Put::Words(words) | Put::OpenWords(words)) => {
                let Type::Set(of) = ty else { panic!("no set") };
                for word in words {
                    many.members.push(id_of(facts, of, word));
                }
            }
            Some(Put::Between(low, high)) => {
                sparse.insert(row, Odd::Between(low, high));
                is_known = false;
            }
            Some(Put::Months(months)) => {
                sparse.insert(row, Odd::Months(months));
                is_known = false;
            }
            Some(Put::Unmapped(word)) => {
                sparse.insert(row, Odd::Unknown(Reason::Unmapped(word.to_owned())));
                is_known = false;
            }
            None => is_known = false,
        }
        if let Some(Put::OpenWords(_)) = cells.iter().find(|(f, _)| *f == field).map(|(_, put)| put) {
            sparse.insert(row, Odd::Open(Reason::Absent));
            is_known = false;
        }
        if is_known {
            known.set(row);
        } else {
            exact = false;
        }
        ints.push(int);
        ids.push(id);
        many.starts.push(u32::try_from(many.members.len()).unwrap());
    }
    let data = match ty {
        Type::Rows(_) => return None,
        Type::Bool => Data::Bits(bits),
        Type::Text | Type::OneOf(_) | Type::Row(_) => Data::Id(ids),
        Type::Set(_) => Data::Many(many),
        _ => Data::Int(ints),
    };
    Some(Column { data, known, sparse, exact: exact && rows.is_empty() })
}
