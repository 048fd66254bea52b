//! Every export in `tests/sources/<tool>/<case>/` is claimed by exactly one format of its tool, and its rows are what
//! the snapshot of its case says. How each was made stands in the tool's `HOW.md`.

#![expect(clippy::unwrap_used, clippy::expect_used, reason = "a test fails by panicking")]

use backproof::codec::bytes::Window;
use backproof::codec::table;
use backproof::facts::rows::{Raw, RowSink};
use backproof::facts::schema::{Entity, Field, Nature, Schema, Type};
use backproof::facts::{EntityId, FieldId};
use backproof::sources::{self, Context, Format, Layout, Reader, Record, SOURCES, Shape, Source};
use backproof::value::Instant;
use serde_json::value::RawValue;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

/// 2026-11-22T05:00:00Z
const COLLECTED: Instant = Instant(1_795_323_600_000_000_000);

/// The standard schema by names alone: sources bind to nothing else.
fn schema() -> Schema {
    let text = std::fs::read_to_string(root().join("policies/std/schema.backproof")).unwrap();
    let mut schema = Schema::default();
    for line in text.lines() {
        let words: Vec<&str> = line.split_whitespace().collect();
        match words.as_slice() {
            ["entity", name, ..] | ["event", "entity", name, ..] => schema.entities.push(Entity {
                name: (*name).to_owned(),
                plural: String::new(),
                title: String::new(),
                doc: String::new(),
                nature: Nature::State,
                fields: Vec::new(),
                inverses: Vec::new(),
                key: None,
                occurs: Vec::new(),
                ahead: Vec::new(),
                about: Vec::new(),
                parent: None,
                declared: None,
            }),
            [name, "many", ..] if name.ends_with(':') => {}
            [name, _, ..] if line.starts_with("  ") && name.ends_with(':') => {
                schema.entities.last_mut().unwrap().fields.push(Field {
                    name: name.trim_end_matches(':').to_owned(),
                    doc: String::new(),
                    ty: Type::Text,
                    required: false,
                    default: None,
                    default_holds: backproof::facts::schema::DefaultHolds::OwnFormat,
                    derived: Vec::new(),
                    read_as: None,
                    declared: None,
                });
            }
            _ => {}
        }
    }
    schema
}

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// Writes down what it receives, and holds the protocol: one row at a time, a field once.
struct Recorder<'s> {
    schema: &'s Schema,
    text: String,
    filled: BTreeSet<String>,
    row: Option<(EntityId, BTreeSet<u16>)>,
}

impl<'s> Recorder<'s> {
    fn new(schema: &'s Schema) -> Self {
        Recorder { schema, text: String::new(), filled: BTreeSet::new(), row: None }
    }
}

impl RowSink for Recorder<'_> {
    fn wants(&self, _entity: EntityId, _field: FieldId) -> bool {
        true
    }

    fn begin(&mut self, entity: EntityId, offset: u64) {
        assert!(self.row.is_none(), "a row begins within a row");
        writeln!(self.text, "{} @{offset}", self.schema.entity(entity).name).unwrap();
        self.row = Some((entity, BTreeSet::new()));
    }

    fn cell(&mut self, field: FieldId, value: Raw<'_>) {
        let (entity, cells) = self.row.as_mut().expect("a cell outside a row");
        let entity = self.schema.entity(*entity);
        let name = &entity.fields[field.0 as usize].name;
        assert!(cells.insert(field.0), "{}.{name} is written twice", entity.name);
        self.filled.insert(format!("{}.{name}", entity.name));
        writeln!(self.text, "  {name} = {}", shown(value)).unwrap();
    }

    fn end(&mut self) {
        assert!(self.row.take().is_some(), "a row ends that did not begin");
    }
}

fn shown(value: Raw<'_>) -> String {
    let time = |t: i64| chrono::DateTime::from_timestamp_nanos(t).to_rfc3339_opts(chrono::SecondsFormat::AutoSi, true);
    match value {
        Raw::Text(t) => t.to_owned(),
        Raw::Time(Instant(t)) => format!("time {}", time(t)),
        Raw::LocalTime(t) => format!("local {}", time(t).trim_end_matches('Z')),
        Raw::Between(a, b) if a > 1_000_000_000_000_000_000 => format!("between {} and {}", time(a), time(b)),
        Raw::Duration(n) => format!("{} s", n as f64 / 1e9),
        other => format!("{other:?}"),
    }
}

/// What the loader does, on a whole text.
fn feed(layout: Layout, text: &str, reader: &mut dyn Reader, sink: &mut Recorder<'_>) -> Result<(), String> {
    let at = |part: &str| (part.as_ptr() as usize - text.as_ptr() as usize) as u64;
    let mut refused = Vec::new();
    let mut give = |part: &str, reader: &mut dyn Reader, sink: &mut Recorder<'_>| {
        if let Err(refusal) = reader.record(Record { text: part, offset: at(part) }, sink) {
            assert!(sink.row.is_none(), "a refused record leaves its row open");
            refused.push(format!("refused @{}: {}", at(part), refusal.reason));
        }
    };
    match layout.in_shape(&Shape::of(text.as_bytes())) {
        Layout::Records(_) => unreachable!("a shape decides"),
        Layout::Document => give(text, reader, sink),
        Layout::Table => {
            let files = BTreeMap::from([("a".to_owned(), text.as_bytes().to_vec())]);
            let mut window = Window::open(&files, "a").unwrap();
            let mut rows = Vec::new();
            let read = table::read_rows(&mut window, |at, row| rows.push((at, row.map(<[u8]>::to_vec))));
            for (offset, row) in rows {
                let read = row.and_then(|json| {
                    let text = std::str::from_utf8(&json).unwrap();
                    reader.record(Record { text, offset }, sink).map_err(|refusal| refusal.reason)
                });
                if let Err(reason) = read {
                    writeln!(sink.text, "refused @{offset}: {reason}").unwrap();
                }
            }
            if read.is_err() {
                return Err("a quoted cell has no end".to_owned());
            }
        }
        Layout::Lines => text.lines().filter(|l| !l.trim().is_empty()).for_each(|l| give(l, reader, sink)),
        Layout::Elements => {
            let parts: Vec<&RawValue> = serde_json::from_str(text).map_err(|e| e.to_string())?;
            parts.iter().for_each(|p| give(p.get(), reader, sink));
        }
        Layout::List(list) => {
            let members: BTreeMap<&str, &RawValue> = serde_json::from_str(text).map_err(|e| e.to_string())?;
            for (name, value) in members {
                if name == list {
                    let parts: Vec<&RawValue> = serde_json::from_str(value.get()).map_err(|e| e.to_string())?;
                    parts.iter().for_each(|p| give(p.get(), reader, sink));
                } else {
                    reader.beside(name, value.get());
                }
            }
        }
    }
    for line in refused {
        writeln!(sink.text, "{line}").unwrap();
    }
    Ok(())
}

fn read<'s>(format: &Format, text: &str, schema: &'s Schema, context: Context<'_>) -> Recorder<'s> {
    let mut sink = Recorder::new(schema);
    let mut reader = (format.open)(&context);
    if let Err(e) = feed(format.layout, text, reader.as_mut(), &mut sink) {
        writeln!(sink.text, "unreadable: {e}").unwrap();
        return sink;
    }
    let ending = reader.finish(&mut sink);
    if let Some(reason) = ending.incomplete {
        writeln!(sink.text, "incomplete: {reason}").unwrap();
    }
    if let Some(token) = ending.next_page {
        writeln!(sink.text, "next page: {token}").unwrap();
    }
    if let Some(total) = ending.total {
        writeln!(sink.text, "of {total} records").unwrap();
    }
    if let Some(kinds) = ending.kinds {
        writeln!(sink.text, "kinds: {kinds:?}").unwrap();
    }
    sink
}

/// Tool, case, file.
fn exports() -> Vec<(String, String, PathBuf)> {
    let below = |dir: &Path| {
        let mut paths: Vec<PathBuf> = std::fs::read_dir(dir).unwrap().map(|e| e.unwrap().path()).collect();
        paths.sort();
        paths
    };
    let name = |p: &Path| p.file_name().unwrap().to_string_lossy().into_owned();
    let mut found = Vec::new();
    for tool in below(&root().join("tests/sources")).into_iter().filter(|p| p.is_dir()) {
        for case in below(&tool).into_iter().filter(|p| p.is_dir()) {
            for file in below(&case).into_iter().filter(|p| p.extension().is_some_and(|x| x != "md")) {
                found.push((name(&tool), name(&case), file));
            }
        }
    }
    found
}

fn claim(tool: &str, file: &Path, text: &str) -> (&'static Source, &'static Format) {
    let head = &text.as_bytes()[..text.len().min(256 * 1024)];
    let claims: Vec<_> = sources::claims(&Shape::of(head)).collect();
    let names: Vec<&str> = claims.iter().map(|(_, f)| f.name).collect();
    assert_eq!(claims.len(), 1, "{} is claimed by {names:?}", file.display());
    assert_eq!(claims[0].0.name, tool, "{}", file.display());
    claims[0]
}

#[test]
fn every_export_is_read_as_its_snapshot_says() {
    let schema = schema();
    let mut filled: BTreeMap<&str, BTreeSet<String>> = BTreeMap::new();
    for (tool, case, file) in exports() {
        let text = std::fs::read_to_string(&file).unwrap();
        let (_, format) = claim(&tool, &file, &text);
        let name = file.file_name().unwrap().to_string_lossy();
        let context =
            Context { schema: &schema, file: &name, account: None, system: None, collected_at: Some(COLLECTED) };
        let rows = read(format, &text, &schema, context);
        for cell in &rows.filled {
            assert!(
                format.fills.iter().any(|(name, _)| name == cell),
                "`{}` fills {cell} and does not say so",
                format.name
            );
        }
        let stated = Context { account: Some("prod"), system: Some("db1"), ..context };
        let filled = filled.entry(format.name).or_default();
        filled.extend(read(format, &text, &schema, stated).filled);
        filled.extend(rows.filled.iter().cloned());
        let mut settings = insta::Settings::clone_current();
        settings.set_snapshot_path(root().join("snapshots/sources"));
        settings.set_prepend_module_to_snapshot(false);
        settings.set_omit_expression(true);
        settings.bind(|| {
            insta::assert_snapshot!(
                format!("{tool}__{case}"),
                format!("{} ({})\n{}", format.name, format.kinds.join(", "), rows.text)
            );
        });
    }
    for format in SOURCES.iter().flat_map(|s| s.formats) {
        let said: BTreeSet<String> = format.fills.iter().map(|(name, _)| (*name).to_owned()).collect();
        let seen = filled.get(format.name).unwrap_or_else(|| panic!("no export of `{}`", format.name));
        assert_eq!(&said, seen, "what `{}` says that it fills, and what its exports show", format.name);
    }
}

/// What a source has no export of, and why.
const NOT_APPLICABLE: &[(&str, &str, &str)] = &[
    ("acronis", "error", "its services answer with a document that does not name them, as in `error`"),
    ("datto", "error", "its service answers with a document that does not name it, as in `error`"),
    ("error", "empty", "an error is no listing"),
    ("error", "damaged", "what is not one of its shapes is nobody's"),
    ("error", "truncated", "what is not one of its shapes is nobody's"),
    ("error", "unknown", "it has no states"),
    ("google", "empty", "`[]` and `{}`, which name nobody and are claimed by nobody"),
    ("proxmox", "error", "`Error: …` and nothing more, or plain text, which name nobody and are claimed by nobody"),
    ("rsnapshot", "empty", "an empty log is an empty file, which is claimed by nobody"),
    ("rsnapshot", "error", "what went wrong stands in its log, as runs that failed: `log`"),
    ("veeam_one", "error", "its service answers with Veeam's own document: `error` of veeam"),
];

/// Whose listing of nothing is `[]` needs no export here: it is read where the statement names the tool.
fn lists_nothing(source: &Source) -> bool {
    let nothing = sources::empty_list(&Shape::of(b"[]"), source.name);
    nothing.is_some_and(|(_, format)| Some(format.name) == source.empty_list)
}

#[test]
fn every_source_is_tried_with_each_sort_of_export() {
    let schema = schema();
    let mut tried: BTreeMap<String, BTreeSet<&str>> = BTreeMap::new();
    for (tool, case, file) in exports() {
        let text = std::fs::read_to_string(&file).unwrap();
        let (_, format) = claim(&tool, &file, &text);
        let context =
            Context { schema: &schema, file: "x", account: None, system: None, collected_at: Some(COLLECTED) };
        let rows = read(format, &text, &schema, context);
        let is_error = rows.text.contains("incomplete: an error message instead of an export");
        let sorts = [
            ("normal", !rows.filled.is_empty() || tool == "error"),
            ("empty", case.contains("empty") || rows.text.is_empty()),
            ("damaged", case.contains("damaged") || rows.text.contains("refused @")),
            ("truncated", case.contains("truncated")),
            ("error", is_error),
            ("unknown", rows.text.contains("Unknown(")),
        ];
        tried.entry(tool).or_default().extend(sorts.into_iter().filter(|(_, is)| *is).map(|(sort, _)| sort));
    }
    for source in SOURCES {
        let tried = tried.entry(source.name.to_owned()).or_default();
        if lists_nothing(source) {
            tried.insert("empty");
        }
        for sort in ["normal", "empty", "damaged", "truncated", "error", "unknown"] {
            let excused =
                NOT_APPLICABLE.iter().any(|(tool, of, why)| (*tool, *of) == (source.name, sort) && !why.is_empty());
            assert!(tried.contains(sort) != excused, "{}: `{sort}` is tried or excused, one of the two", source.name);
        }
    }
}

#[test]
fn what_is_filled_stands_in_the_schema() {
    let schema = schema();
    for format in SOURCES.iter().flat_map(|s| s.formats) {
        for (cell, _) in format.fills {
            let (entity, field) = cell.split_once('.').unwrap();
            let entity = schema.entity_named(entity).unwrap_or_else(|| panic!("no entity of {cell}"));
            assert!(schema.entity(entity).field_named(field).is_some(), "no field {cell}");
        }
        for kind in format.kinds {
            assert!(schema.entity_named(kind).is_some(), "no entity {kind}");
        }
    }
}

#[test]
fn the_registry_is_sorted_and_documented() {
    assert!(SOURCES.windows(2).all(|w| w[0].name < w[1].name));
    for source in SOURCES {
        assert!(source.formats.windows(2).all(|w| w[0].name < w[1].name), "{}", source.name);
        assert!(!source.cannot_know.is_empty(), "{}", source.name);
        assert_eq!(sources::named(source.name).map(|s| s.title), Some(source.title));
    }
}

#[test]
fn the_projects_own_format_is_nobodys() {
    for text in [
        r#"{"systems": [{"id": "db1"}], "runs": [{"id": "r1", "status": "success"}]}"#,
        r#"{"recovery_points": [], "export": {"tool": "restic", "complete": true}}"#,
        "{\"kind\":\"run\",\"id\":\"r1\",\"message\":\"summary\"}\n{\"kind\":\"system\",\"id\":\"db1\"}\n",
        "systems:\n  - id: db1\n    tier: critical\n",
        "id,system,status\nr1,db1,success\n",
        "version: 1\nexports:\n  - files: [a.json]\n",
        "[]",
        "{}",
        "",
        "null",
    ] {
        let claims: Vec<_> = sources::claims(&Shape::of(text.as_bytes())).map(|(_, f)| f.name).collect();
        assert_eq!(claims, [""; 0], "{text}");
    }
}

#[test]
fn a_cut_or_broken_head_never_panics() {
    for (_, _, file) in exports() {
        let bytes = std::fs::read(&file).unwrap();
        for end in (0..bytes.len().min(3000)).step_by(7) {
            let _ = sources::recognise(&Shape::of(&bytes[..end]));
            let mut broken = bytes[..end].to_vec();
            broken.extend_from_slice(b"}]\"\\\xff{");
            let _ = sources::recognise(&Shape::of(&broken));
        }
    }
}

#[test]
fn no_head_of_an_export_is_claimed_twice() {
    for (_, _, file) in exports() {
        let bytes = std::fs::read(&file).unwrap();
        for end in (0..bytes.len().min(6000)).step_by(11) {
            let claims: Vec<_> = sources::claims(&Shape::of(&bytes[..end])).map(|(_, f)| f.name).collect();
            assert!(claims.len() <= 1, "the first {end} bytes of {} are claimed by {claims:?}", file.display());
        }
    }
}

#[test]
fn a_list_cut_off_in_its_first_elements_is_still_recognised() {
    let mut archives = String::from("{\"archives\": [");
    for i in 0..5000 {
        write!(archives, r#"{{"archive":"a{i}","barchive":"a{i}","id":"{i}","name":"a{i}","start":"x","time":"x"}},"#)
            .unwrap();
    }
    let (_, format) = sources::recognise(&Shape::of(&archives.as_bytes()[..200_000])).unwrap();
    assert_eq!(format.name, "borg list");
}

#[test]
fn a_statement_names_what_the_export_does_not() {
    let schema = schema();
    let text = std::fs::read_to_string(root().join("tests/sources/restic/backup-nightly-log/backup.json")).unwrap();
    let (_, format) = sources::recognise(&Shape::of(text.as_bytes())).unwrap();
    let context =
        Context { schema: &schema, file: "x", account: Some("prod"), system: Some("db1"), collected_at: None };
    let rows = read(format, &text, &schema, context).text;
    assert!(rows.contains("repository = restic/prod\n") && rows.contains("system = db1\n"), "{rows}");
}

#[test]
fn a_schema_without_the_entity_receives_nothing() {
    let empty = Schema::default();
    for (tool, _, file) in exports() {
        let text = std::fs::read_to_string(&file).unwrap();
        let (_, format) = claim(&tool, &file, &text);
        let context = Context { schema: &empty, file: "x", account: None, system: None, collected_at: None };
        assert_eq!(read(format, &text, &empty, context).filled, BTreeSet::new());
    }
}
