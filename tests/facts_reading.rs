//! Facts in the project's own format, from bytes to columns, in memory.

#![expect(clippy::expect_used, clippy::panic, reason = "a test that cannot go on has failed")]

use backproof::base::{Diagnostic, Place};
use backproof::facts::load::{Loader, Projection};
use backproof::facts::schema::{
    DefaultHolds, Derivation, Entity, EntityId, EnumId, Enumeration, Field, FieldId, FieldRef, Inverse, InverseId,
    Nature, Parent, ReadAs, Schema, Type,
};
use backproof::facts::show::{Shown, excerpts};
use backproof::facts::statement::{FileSettings, Word};
use backproof::facts::table::{Atom, Cell, Facts, Reason};
use backproof::value::{Instant, Scalar};
use proptest::prelude::*;
use std::collections::BTreeMap;
use std::sync::Arc;

const NOW: i64 = 1_795_327_200_000_000_000; // 2026-11-22T06:00:00Z

fn field(name: &str, ty: Type) -> Field {
    Field {
        name: name.to_owned(),
        doc: String::new(),
        ty,
        required: false,
        default: None,
        default_holds: DefaultHolds::Everywhere,
        derived: Vec::new(),
        read_as: None,
        declared: None,
    }
}

fn entity(name: &str, key: Option<u16>, occurs: &[u16], fields: Vec<Field>) -> Entity {
    Entity {
        name: name.to_owned(),
        plural: format!("{name}s"),
        title: String::new(),
        doc: String::new(),
        nature: if occurs.is_empty() { Nature::State } else { Nature::Event },
        fields,
        inverses: Vec::new(),
        key: key.map(FieldId),
        occurs: occurs.iter().map(|f| FieldId(*f)).collect(),
        ahead: Vec::new(),
        about: Vec::new(),
        parent: None,
        declared: None,
    }
}

const SYSTEM: EntityId = EntityId(0);
const RUN: EntityId = EntityId(1);
const INCIDENT: EntityId = EntityId(2);
const ACTION: EntityId = EntityId(3);
const PLAN: EntityId = EntityId(4);

fn schema() -> Arc<Schema> {
    let members = |name: &str, words: &[&str]| Enumeration {
        name: name.to_owned(),
        members: words.iter().map(|w| (*w).to_owned()).collect(),
        ordered: false,
    };
    let mut rpo = field("rpo", Type::Duration);
    rpo.read_as = Some(ReadAs { name: "rpo_minutes".to_owned(), unit: Some(60_000_000_000) });
    let mut retired = field("retired", Type::TimeOrNever);
    retired.default = Some(Scalar::Time(Instant::NEVER));
    let mut kind = field("type", Type::OneOf(EnumId(2)));
    kind.required = true;
    let mut took = field("took", Type::Duration);
    took.derived = vec![Derivation::Difference(FieldId(5), FieldId(4))];
    let mut tier = field("tier", Type::OneOf(EnumId(0)));
    tier.derived = vec![Derivation::Through(FieldId(1), FieldId(1))];
    let mut state = field("state", Type::OneOf(EnumId(3)));
    state.default = Some(Scalar::Member(0));
    state.default_holds = DefaultHolds::OwnFormat;
    let mut schema = Schema {
        entities: vec![
            entity(
                "system",
                Some(0),
                &[],
                vec![
                    field("id", Type::Text),
                    field("tier", Type::OneOf(EnumId(0))),
                    field("data", Type::Set(Box::new(Type::OneOf(EnumId(1))))),
                    rpo,
                    retired,
                    field("labels", Type::Map { of: Box::new(Type::Text), by: None }),
                    field("size", Type::Size),
                ],
            ),
            entity(
                "run",
                Some(0),
                &[4],
                vec![
                    field("id", Type::Text),
                    field("system", Type::Row(SYSTEM)),
                    kind,
                    field("encrypted", Type::Bool),
                    field("started", Type::Time),
                    field("ended", Type::Time),
                    took,
                    tier,
                    field("share", Type::Percent),
                ],
            ),
            entity(
                "incident",
                Some(0),
                &[],
                vec![field("id", Type::Text), field("actions", Type::Rows(ACTION)), state],
            ),
            entity(
                "action",
                None,
                &[],
                vec![field("owner", Type::Text), field("incident", Type::Row(INCIDENT)), field("count", Type::Int)],
            ),
            entity(
                "plan",
                Some(0),
                &[],
                vec![field("id", Type::Text), field("systems", Type::Set(Box::new(Type::Row(SYSTEM))))],
            ),
        ],
        enumerations: vec![
            members("system.tier", &["standard", "important", "critical"]),
            members("system.data", &["pii", "phi", "cardholder"]),
            members("run.type", &["backup", "copy"]),
            members("incident.state", &["open", "closed"]),
        ],
    };
    schema.entities[3].parent =
        Some(Parent { list: FieldRef { entity: INCIDENT, field: FieldId(1) }, field: FieldId(1) });
    let inverse = |name: &str, entity, field| Inverse {
        name: name.to_owned(),
        doc: String::new(),
        by: FieldRef { entity, field: FieldId(field) },
        declared: None,
    };
    schema.entities[0].inverses = vec![inverse("runs", RUN, 1), inverse("plans", PLAN, 1)];
    schema.entities[2].inverses = vec![inverse("all_actions", ACTION, 1)];
    Arc::new(schema)
}

type Given<'a> = &'a [(&'a str, &'a [u8], FileSettings)];

fn load_with(projection: Projection, given: Given<'_>) -> (Facts, Vec<Diagnostic>) {
    let files: BTreeMap<String, Vec<u8>> = given.iter().map(|(p, b, _)| ((*p).to_owned(), b.to_vec())).collect();
    let mut loader = Loader::new(schema(), projection);
    for (path, _, settings) in given {
        loader.read(&files, path, settings, None);
    }
    loader.finish(Instant(NOW), None, &[])
}

fn load(given: &[(&str, &str)]) -> (Facts, Vec<Diagnostic>) {
    let given: Vec<_> = given.iter().map(|(p, t)| (*p, t.as_bytes(), FileSettings::default())).collect();
    load_with(Projection::everything(&schema()), &given)
}

fn clean(given: &[(&str, &str)]) -> Facts {
    let (facts, diagnostics) = load(given);
    let errors: Vec<_> = diagnostics.iter().filter(|d| d.is_error()).collect();
    assert!(errors.is_empty(), "{errors:#?}");
    facts
}

fn text_of(facts: &Facts, ty: &Type, id: u32) -> String {
    match ty {
        Type::OneOf(members) => facts.schema.enumeration(*members).members[id as usize].clone(),
        Type::Row(entity) => facts.key(*entity, id).to_owned(),
        _ => facts.texts.get(backproof::facts::table::TextId(id)).to_owned(),
    }
}

fn shown(facts: &Facts, ty: &Type, cell: Cell<'_>) -> String {
    match cell {
        Cell::Known(Atom::Id(id)) => text_of(facts, ty, id),
        Cell::Known(Atom::Int(i64::MAX)) => "never".to_owned(),
        Cell::Known(Atom::Int(value)) => value.to_string(),
        Cell::Known(atom) => format!("{atom:?}"),
        Cell::Between(low, high) => format!("{low}..{high}"),
        Cell::Map(entries) => {
            let get = |id| facts.texts.get(id).to_owned();
            let mut all: Vec<String> = entries.iter().map(|(k, v)| format!("{}:{}", get(*k), get(*v))).collect();
            all.sort();
            format!("{{{}}}", all.join(","))
        }
        Cell::Set { members, open } => {
            let Type::Set(of) = ty else { panic!("no set") };
            let mut all: Vec<String> = members.iter().map(|id| text_of(facts, of, *id)).collect();
            all.sort();
            format!("[{}]{}", all.join(","), open.map_or(String::new(), |r| format!("+{r:?}")))
        }
        Cell::Unknown(Reason::Absent) => "-".to_owned(),
        Cell::Unknown(Reason::Conflict(origins, _)) => format!("conflict of {}", origins.len()),
        Cell::Unknown(reason) => format!("{reason:?}"),
    }
}

/// All rows as text, in an order that does not depend on that of the files.
fn dump(facts: &Facts) -> String {
    let mut lines = Vec::new();
    for (entity, declared) in facts.schema.entities() {
        let table = facts.table(entity);
        for row in 0..table.rows {
            let cells: Vec<String> = declared
                .fields()
                .filter(|(_, f)| !matches!(f.ty, Type::Rows(_)))
                .map(|(id, f)| format!("{}={}", f.name, shown(facts, &f.ty, facts.cell(entity, id, row))))
                .collect();
            let inverses: Vec<String> = declared
                .inverses
                .iter()
                .enumerate()
                .map(|(i, inverse)| {
                    let rows = facts.related(entity, InverseId(i as u16), row);
                    let mut keys: Vec<&str> = rows.iter().map(|r| facts.key(inverse.by.entity, *r)).collect();
                    keys.sort_unstable();
                    format!("{}={}", inverse.name, keys.join("+"))
                })
                .collect();
            let seen = if row >= table.listed { " seen" } else { "" };
            lines.push(format!("{}{seen} {} {}", declared.name, cells.join(" "), inverses.join(" ")));
        }
    }
    lines.sort();
    lines.join("\n")
}

fn cell(facts: &Facts, entity: EntityId, name: &str, key: &str) -> String {
    let table = facts.table(entity);
    let row = (0..table.rows).find(|row| facts.key(entity, *row) == key).expect("the row is there");
    let id = facts.schema.entity(entity).field_named(name).expect("the field is there");
    shown(facts, &facts.schema.entity(entity).fields[id.0 as usize].ty, facts.cell(entity, id, row))
}

fn codes(diagnostics: &[Diagnostic]) -> Vec<&str> {
    diagnostics.iter().map(|d| d.code.0).collect()
}

/// `code line:column marked text` of each diagnostic.
fn places(diagnostics: &[Diagnostic]) -> Vec<String> {
    let place = |d: &Diagnostic| match d.primary.as_ref().map(|l| &l.place) {
        Some(Place::Facts(e)) => {
            let marked: String = e.text.chars().skip(e.mark).take(e.width).collect();
            format!("{} {}:{} {marked}", d.code.0, e.line, e.column)
        }
        Some(Place::File(file)) => format!("{} {file}", d.code.0),
        _ => d.code.0.to_owned(),
    };
    diagnostics.iter().map(place).collect()
}

const ROWS: &str = r#"{"kind":"system","id":"db1","tier":"critical","data":["pii","phi"],"rpo_minutes":60,"labels":{"a":"b"},"size":"1.5 GiB"}
{"kind":"system","id":"db2","tier":null,"data":[],"rpo":"1 days","retired":"2026-01-01T00:00:00Z","size":5}
{"kind":"run","id":"r1","system":"db1","type":"backup","encrypted":true,"started":"2026-11-21T00:00:00Z","ended":"2026-11-21T01:00:00Z","share":97.5}
{"kind":"run","id":"r2","system":"db9","type":"copy","started":"2026-11-20T00:00:00Z"}
{"kind":"incident","id":"i1","actions":[{"owner":"x","count":1},{"owner":"y"}]}
{"kind":"plan","id":"p1","systems":["db2","db1"]}
"#;

const DOCUMENT: &str = r#"{"systems":[
 {"id":"db1","tier":"critical","data":["pii","phi"],"rpo_minutes":60,"labels":{"a":"b"},"size":"1.5 GiB"},
 {"id":"db2","tier":null,"data":[],"rpo":"1 days","retired":"2026-01-01T00:00:00Z","size":5}],
"run":[{"id":"r1","system":"db1","type":"backup","encrypted":true,"started":"2026-11-21T00:00:00Z","ended":"2026-11-21T01:00:00Z","share":97.5},
{"id":"r2","system":"db9","type":"copy","started":"2026-11-20T00:00:00Z"}],
"incidents":[{"id":"i1","actions":[{"owner":"x","count":1},{"owner":"y"}]}],"plans":[{"id":"p1","systems":["db2","db1"]}]}"#;

const YAML: &str = "
systems:
  - {id: db1, tier: critical, data: [pii, phi], rpo_minutes: 60, labels: {a: b}, size: 1.5 GiB}
  - id: db2
    tier: null
    data: []
    rpo: 1 days
    retired: 2026-01-01T00:00:00Z
    size: 5
---
runs:
  - {id: r1, system: db1, type: backup, encrypted: true, started: 2026-11-21T00:00:00Z, ended: 2026-11-21T01:00:00Z, share: 97.5}
  - {id: r2, system: db9, type: copy, started: 2026-11-20T00:00:00Z}
---
- kind: incident
  id: i1
  actions: [{owner: x, count: 1}, {owner: y}]
- {id: p1, kind: plan, systems: [db2, db1]}
";

#[test]
fn rows_become_cells_relations_and_inverses() {
    let facts = clean(&[("a.ndjson", ROWS)]);
    assert_eq!(
        dump(&facts),
        "\
action owner=x incident=i1 count=1 
action owner=y incident=i1 count=- 
incident id=i1 state=open all_actions=+
plan id=p1 systems=[db1,db2] 
run id=r1 system=db1 type=backup encrypted=Bool(true) started=1795219200000000000 ended=1795222800000000000 took=3600000000000 tier=critical share=97500000000 
run id=r2 system=db9 type=copy encrypted=- started=1795132800000000000 ended=- took=- tier=- share=- 
system id=db1 tier=critical data=[phi,pii] rpo=3600000000000 retired=never labels={a:b} size=1610612736 runs=r1 plans=p1
system id=db2 tier=- data=[] rpo=86400000000000 retired=1767225600000000000 labels=- size=5 runs= plans=p1
system seen id=db9 tier=NoSuchRow(\"system\", \"db9\") data=[]+NoSuchRow(\"system\", \"db9\") rpo=NoSuchRow(\"system\", \"db9\") retired=never labels=NoSuchRow(\"system\", \"db9\") size=NoSuchRow(\"system\", \"db9\") runs=r2 plans="
    );
    assert_eq!(facts.files[0].rows, 8);
    assert_eq!(
        facts.origin(SYSTEM, 1).map(|o| o.offset as usize),
        Some(ROWS.find("{\"kind\":\"system\",\"id\":\"db2\"").unwrap())
    );
}

#[test]
fn every_format_says_the_same() {
    let expected = dump(&clean(&[("a.ndjson", ROWS)]));
    assert_eq!(dump(&clean(&[("a.json", DOCUMENT)])), expected);
    assert_eq!(dump(&clean(&[("a.json", &DOCUMENT.replace('\n', ""))])), expected);
    assert_eq!(dump(&clean(&[("a.yaml", YAML)])), expected);
    let list = format!("[{}]", ROWS.trim().replace('\n', ","));
    assert_eq!(dump(&clean(&[("a.json", &list)])), expected);
    let kind_last = ROWS
        .replace("{\"kind\":\"run\",", "{")
        .replace("00Z\"}", "00Z\",\"kind\":\"run\"}")
        .replace("97.5}", "97.5,\"kind\":\"runs\"}");
    assert_eq!(dump(&clean(&[("a.ndjson", &kind_last)])), expected);
    let pretty = ROWS.replace(",\"", ",\n\"");
    assert_eq!(dump(&clean(&[("a.json", &pretty)])), expected);
    let csv = [
        (
            "systems.csv",
            "id,tier,data,rpo_minutes,rpo,retired,labels,size\ndb1,critical,pii; phi,60,,,\"{\"\"a\"\":\"\"b\"\"}\",1.5 GiB\ndb2,,[],,1 days,2026-01-01T00:00:00Z,,5\n",
        ),
        (
            "x.csv",
            "kind,id,system,type,encrypted,started,ended,share\nrun,r1,db1,backup,true,2026-11-21T00:00:00Z,2026-11-21T01:00:00Z,97.5\nrun,r2,db9,copy,,2026-11-20T00:00:00Z,,\n",
        ),
        ("plan.csv", "id,systems\np1,\"[\"\"db2\"\",\"\"db1\"\"]\"\n"),
        (
            "i.ndjson",
            "{\"kind\":\"incident\",\"id\":\"i1\",\"actions\":[{\"owner\":\"x\",\"count\":1},{\"owner\":\"y\"}]}",
        ),
    ];
    assert_eq!(dump(&clean(&csv)), expected);
}

/// An escape anywhere in a row makes it be read the careful way.
#[test]
fn both_ways_of_reading_rows_say_the_same() {
    let values = [
        "12",
        "-3",
        "0",
        "-0",
        "01",
        "1.5",
        "1.",
        "1e3",
        "1e400",
        "9223372036854775807",
        "9223372036854775808",
        "null",
        "true",
        "truth",
        "\"\"",
        "\"12\"",
        "\"critical\"",
        "\"2026-11-21T00:00:00Z\"",
        "\"never\"",
        "\"a\tb\"",
        "[]",
        "[\"pii\"]",
        "[\"pii\",null]",
        "[\"pii\",]",
        "[1]",
        "{}",
        "{\"a\":\"b\"}",
        "{\"$unknown\":\"x\"}",
        "[{}]",
        "nul",
        "",
        "\"x",
    ];
    let fields = ["id", "tier", "data", "rpo", "rpo_minutes", "retired", "labels", "size", "nobody", "kind"];
    for (field, value) in fields.iter().flat_map(|field| values.map(|value| (field, value))) {
        for row in [
            format!("{{\"kind\":\"system\",\"id\":\"a\",\"{field}\":{value}}}"),
            format!("{{\"kind\":\"system\",\"{field}\" : {value} , \"id\":\"a\"}} "),
            format!("{{\"kind\":\"incident\",\"id\":\"i\",\"actions\":[{{\"owner\":\"x\"}},{{\"count\":{value}}}]}}"),
        ] {
            let text = format!("{row}\n{{\"kind\":\"system\",\"id\":\"b\",\"size\":7}}");
            let careful = text.replace("\"kind\"", "\"\\u006bind\"");
            let said = |text: &str| {
                let (facts, diagnostics) = load(&[("a.ndjson", text)]);
                let messages: Vec<String> = diagnostics.into_iter().map(|d| d.message).collect();
                (dump(&facts), messages, facts.files[0].rows)
            };
            assert_eq!(said(&text), said(&careful), "{row}");
        }
    }
}

#[test]
fn keys_that_nothing_compares_unite_all_the_same() {
    let schema = schema();
    let started = schema.entity(RUN).occurs[0];
    let projection = Projection::of(&schema, &[FieldRef { entity: RUN, field: started }], &[]);
    let run = |id: &str, day: u8| {
        format!(r#"{{"kind":"run","id":"{id}","type":"copy","started":"2026-11-{day:02}T00:00:00Z"}}"#)
    };
    let text = [run("a", 1), run("b", 2), run("a", 1), run("c", 3), run("b", 4)].join("\n");
    let (facts, diagnostics) = load_with(projection, &[("a.ndjson", text.as_bytes(), FileSettings::default())]);
    assert!(!diagnostics.iter().any(Diagnostic::is_error), "{diagnostics:?}");
    let keys: Vec<&str> = (0..facts.table(RUN).rows).map(|row| facts.key(RUN, row)).collect();
    assert_eq!(keys, ["a", "b", "c"]);
    assert!(cell(&facts, RUN, "started", "b").starts_with("conflict"));
}

#[test]
fn undecided_cells_keep_their_reasons() {
    let facts = clean(&[(
        "a.ndjson",
        r#"{"kind":"system","id":"a","tier":{"$unknown":"gold?"},"data":["pii",{"$unknown":"x-17"}],"rpo":"2 months"}
{"kind":"system","id":"b","data":{"$open":["phi"]},"size":{"$from":1,"$to":"1 GB"},"rpo":{"$unknown":"?"}}
{"kind":"run","id":"r","system":null,"type":"copy","started":"2026-11-21T00:00:00","ended":"2026-11-20"}"#,
    )]);
    assert_eq!(cell(&facts, SYSTEM, "tier", "a"), "Unmapped(\"gold?\")");
    assert_eq!(cell(&facts, SYSTEM, "data", "a"), "[pii]+Unmapped(\"x-17\")");
    assert_eq!(cell(&facts, SYSTEM, "rpo", "a"), "Months(2)");
    assert_eq!(cell(&facts, SYSTEM, "data", "b"), "[phi]+Absent");
    assert_eq!(cell(&facts, SYSTEM, "size", "b"), "1..1000000000");
    let hour = 3_600_000_000_000i64;
    let midnight = 1_795_219_200_000_000_000;
    assert_eq!(cell(&facts, RUN, "started", "r"), format!("{}..{}", midnight - 14 * hour, midnight + 12 * hour));
}

#[test]
fn zone_of_the_export_reads_times_without_offset() {
    let rows = r#"{"kind":"run","id":"r","type":"copy","started":"2026-11-20T02:00:00"}
{"kind":"export","timezone":"Africa/Johannesburg"}"#;
    let facts = clean(&[("a.ndjson", rows)]);
    assert_eq!(cell(&facts, RUN, "started", "r"), "1795132800000000000");
}

#[test]
fn mistakes_name_line_and_column_and_spare_the_rest() {
    let rows = "{\"kind\":\"system\",\"id\":\"a\",\"tier\":\"critcal\"}
{\"kind\":\"system\",\"id\":\"b\",\"sizee\":1}
{\"kind\":\"sytem\",\"id\":\"c\"}
{\"kind\":\"system\",\"id\":\"d\",\"size\":99999999999999999999}
{\"kind\":\"system\",\"tier\":\"critical\"}
{\"kind\":\"run\",\"id\":\"r\",\"started\":\"never\"}
{\"kind\":\"system\",\"id\":\"e\",\"size\":1,\"size\":2}
{\"kind\":\"system\",\"id\":\"f\",\"labels\":{\"x\":\"1\",\"x\":\"2\"}}
{\"kind\":\"system\",\"id\":\"g\"
{\"id\":\"h\"}
{\"kind\":\"system\",\"id\":\"ok\",\"size\":7}
";
    let (facts, diagnostics) = load(&[("a.ndjson", rows)]);
    let errors: Vec<Diagnostic> = diagnostics.into_iter().filter(Diagnostic::is_error).collect();
    let starts: Vec<String> = places(&errors).iter().map(|p| p.chars().take(30).collect()).collect();
    assert_eq!(
        starts,
        [
            "E1008 1:34 \"critcal\"",
            "E1006 2:27 \"sizee\"",
            "E1005 3:9 \"sytem\"",
            "E1007 4:34 9999999999999999999",
            "E1201 5:1 {",
            "E1009 6:34 \"never\"",
            "E1010 6:1 {",
            "E1004 7:36 \"size\"",
            "E1003 8:47 \"",
            "E1003 9:25 \"",
            "E1011 10:1 {",
        ]
        .map(|s| s.chars().take(30).collect::<String>())
    );
    assert!(errors[0].help.as_deref().unwrap_or("").contains("`critical`"));
    assert_eq!(cell(&facts, SYSTEM, "size", "ok"), "7");
    assert_eq!(cell(&facts, SYSTEM, "size", "d"), "Malformed(\"a number that is too large\")");
}

#[test]
fn many_mistakes_are_counted() {
    let rows = "{\"kind\":\"system\",\"id\":\"a\",\"tier\":\"x\"}\n".repeat(100);
    let (_, diagnostics) = load(&[("a.ndjson", &rows)]);
    assert_eq!(diagnostics.iter().filter(|d| d.code.0 == "E1008").count(), 20);
    assert!(diagnostics.iter().any(|d| d.message == "80 more errors in `a.ndjson` are not shown"), "{diagnostics:?}");
}

#[test]
fn bad_files_are_errors_and_the_others_are_read() {
    let deep = format!("{{\"kind\":\"system\",\"id\":\"d\",\"labels\":{}1{}}}", "[".repeat(5000), "]".repeat(5000));
    let deep_document = format!("{{\"systems\":[{}]}}", "{\"a\":".repeat(100_000));
    let bomb = "a: &a [x,x,x,x,x,x,x,x,x]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a]\nc: &c [*b,*b,*b,*b,*b,*b,*b,*b,*b]\nd: &d [*c,*c,*c,*c,*c,*c,*c,*c,*c]\ne: &e [*d,*d,*d,*d,*d,*d,*d,*d]\nf: &f [*e,*e,*e,*e,*e,*e,*e,*e]\ng: &g [*f,*f,*f,*f,*f,*f,*f]\nsystems: [*g,*g,*g,*g]\n";
    let cases: &[(&str, &[u8], &str)] = &[
        ("empty.json", b" \n", "E1002"),
        ("binary.bin", b"\x00\x01\x02", "E1002"),
        ("utf16.json", b"\xFF\xFE{\x00", "E1002"),
        ("list.json", b"[]", "E1012"),
        ("cut.json", b"{\"systems\":[{\"id\":\"a\"},{\"id\":", "E1003"),
        ("latin.ndjson", b"{\"kind\":\"system\",\"id\":\"\xE9\"}", "E1003"),
        ("deep.ndjson", deep.as_bytes(), "E1003"),
        ("deep.json", deep_document.as_bytes(), "E1003"),
        ("bomb.yaml", bomb.as_bytes(), "E1003"),
        ("twice.yaml", b"systems: []\nsystems: []\n", "E1003"),
        ("no.csv", b"id,tier\na,b\n", "E1011"),
        ("systems.csv", b"id,tier\na\n", "E1003"),
        ("systems.gz", b"\x1F\x8B\x08\x00\x00", "E1001"),
        ("value.json", b"{\"systems\":3}", "E1003"),
        ("text.json", b"hello", "E1003"),
    ];
    for (path, bytes, code) in cases {
        let good: (&str, &[u8], FileSettings) = ("z.ndjson", ROWS.as_bytes(), FileSettings::default());
        let (facts, diagnostics) =
            load_with(Projection::everything(&schema()), &[(path, bytes, FileSettings::default()), good]);
        assert!(codes(&diagnostics).contains(code), "{path}: {diagnostics:#?}");
        assert!(facts.table(RUN).listed == 2, "{path}");
    }
    let mut loader = Loader::new(schema(), Projection::everything(&schema()));
    loader.read(&BTreeMap::<String, Vec<u8>>::new(), "gone.json", &FileSettings::default(), None);
    let (_, diagnostics) = loader.finish(Instant(NOW), None, &[]);
    assert_eq!(places(&diagnostics), ["E1001 gone.json"]);
}

#[test]
fn words_of_the_manifest_translate_kinds() {
    let words = vec![("as_of".to_owned(), Word::Ignore), ("job".to_owned(), Word::Entity(RUN))];
    let settings = FileSettings { words, ..FileSettings::default() };
    let text = br#"{"as_of":"2026","job":[{"id":"r","type":"copy"}]}"#;
    let (facts, diagnostics) = load_with(Projection::everything(&schema()), &[("a.json", text, settings)]);
    assert!(!diagnostics.iter().any(Diagnostic::is_error), "{diagnostics:?}");
    assert_eq!(facts.table(RUN).listed, 1);
}

#[test]
fn repeated_keys_unite_or_conflict() {
    let a = r#"{"kind":"system","id":"s","tier":"critical","data":["pii","phi"],"size":1}"#;
    let b = r#"{"kind":"system","id":"s","tier":"standard","data":["pii"],"rpo":60}"#;
    let facts = clean(&[("a.ndjson", a), ("b.ndjson", b), ("c.ndjson", a)]);
    assert_eq!(facts.table(SYSTEM).listed, 1);
    assert_eq!(cell(&facts, SYSTEM, "tier", "s"), "conflict of 3");
    assert!(cell(&facts, SYSTEM, "data", "s").starts_with("[pii]+Conflict"));
    assert_eq!(cell(&facts, SYSTEM, "size", "s"), "1");
    assert_eq!(cell(&facts, SYSTEM, "rpo", "s"), "60000000000");
    assert_eq!(facts.table(SYSTEM).also[&0].len(), 2);

    let later = r#"{"kind":"export","tool":"x","collected_at":"2026-11-22T00:00:00Z"}"#;
    let earlier = r#"{"kind":"export","tool":"x","collected_at":"2026-11-21T00:00:00Z"}"#;
    let facts = clean(&[("a.ndjson", &format!("{later}\n{a}")), ("b.ndjson", &format!("{earlier}\n{b}"))]);
    assert_eq!(cell(&facts, SYSTEM, "tier", "s"), "critical");
    assert_eq!(cell(&facts, SYSTEM, "data", "s"), "[phi,pii]");
}

#[test]
fn a_page_twice_is_once_with_its_nested_rows() {
    let i = r#"{"kind":"incident","id":"i","actions":[{"owner":"x"},{"owner":"y"}]}"#;
    let facts = clean(&[("a.ndjson", i), ("b.ndjson", i)]);
    assert_eq!((facts.table(INCIDENT).listed, facts.table(ACTION).listed), (1, 2));
    assert_eq!(facts.related(INCIDENT, InverseId(0), 0), [0, 1]);
    assert_eq!(facts.files[1].sha256, facts.files[0].sha256);
}

#[test]
fn rows_after_their_export_or_after_now_do_not_look_fresh() {
    let rows = |collected: &str| {
        format!(
            r#"{{"kind":"export","tool":"x","collected_at":"{collected}"}}
{{"kind":"run","id":"past","type":"copy","started":"2026-11-01T00:00:00Z"}}
{{"kind":"run","id":"skew","type":"copy","started":"2026-11-22T05:04:00Z"}}
{{"kind":"run","id":"late","type":"copy","started":"2026-11-22T07:00:00Z"}}
{{"kind":"run","id":"when","type":"copy"}}"#
        )
    };
    let facts = clean(&[("a.ndjson", &rows("2026-11-22T05:00:00Z"))]);
    assert_eq!(cell(&facts, RUN, "started", "late"), "Implausible(\"dated after its own export\")");
    assert!(!cell(&facts, RUN, "started", "skew").starts_with("Impl"));
    let facts = clean(&[("a.ndjson", &rows("2026-11-23T05:00:00Z"))]);
    let keys: Vec<(&str, bool)> =
        (0..facts.table(RUN).rows).map(|r| (facts.key(RUN, r), facts.table(RUN).maybe.get(r))).collect();
    assert_eq!(keys, [("past", false), ("skew", false), ("when", true)]);
}

#[test]
fn warnings_tell_of_odd_keys_and_lost_rows() {
    let text = r#"{"kind":"system","id":"DB1"}
{"kind":"system","id":"db1"}
{"kind":"run","id":"r","type":"copy"}
{"kind":"run","id":"s","type":"copy","system":"zz"}"#;
    let nobodys = |diagnostics: &[Diagnostic]| diagnostics.iter().any(|d| d.code.0 == "W1202");
    assert!(!nobodys(&load(&[("a.ndjson", text)]).1), "nobody asks for the runs of a system");
    let (schema, rows) = (schema(), text.as_bytes());
    let given = [("a.ndjson", rows, FileSettings::default()), ("b.ndjson", rows, FileSettings::default())];
    let walked = Projection::of(&schema, &[], &[(SYSTEM, InverseId(0))]);
    assert!(!nobodys(&load_with(Projection::of(&schema, &[], &[]), &given).1));
    let (_, diagnostics) = load_with(walked, &given);
    let told: Vec<String> = places(&diagnostics).into_iter().filter(|place| place.starts_with("W1202")).collect();
    assert_eq!(told, ["W1202 a.ndjson", "W1202 b.ndjson"], "once for each export");
    let warnings: Vec<&str> = diagnostics.iter().map(|d| d.message.as_str()).collect();
    assert!(warnings.contains(&"keys of systems differ only in case: `DB1` and `db1`"), "{warnings:?}");
    assert!(warnings.contains(&"1 run names no system"), "{warnings:?}");
    assert!(warnings.contains(&"1 system is named that stands in no inventory: zz"), "{warnings:?}");
}

#[test]
fn unread_cells_are_checked_but_not_kept() {
    let projection = Projection::of(&schema(), &[], &[]);
    let text = br#"{"kind":"system","id":"a","tier":"nonsense","labels":{"x":{"y":1,"y":2}}}
{"kind":"system","id":"b","tier":"nonsense"}"#;
    let (facts, diagnostics) = load_with(projection, &[("a.ndjson", text, FileSettings::default())]);
    let errors: Vec<&str> = diagnostics.iter().filter(|d| d.is_error()).map(|d| d.message.as_str()).collect();
    assert_eq!(errors, ["a record cannot be read: the key `y` is written twice"]);
    assert_eq!(facts.table(SYSTEM).rows, 1);
}

#[test]
fn a_long_document_of_one_line_streams() {
    let row =
        r#"{"id":"system-number-0","tier":"critical","labels":{"note":"0123456789012345678901234567890123456789"}},"#;
    let mut text = "{\"systems\":[".to_owned();
    for i in 0..8000 {
        text.push_str(&row.replace("number-0", &format!("number-{i}")));
    }
    text.push_str("{\"id\":\"last\",\"tier\":\"bad\"}]}");
    assert!(text.len() > 3 * 256 * 1024);
    let (facts, diagnostics) = load(&[("a.json", &text)]);
    assert_eq!(facts.table(SYSTEM).listed, 8001);
    let column = text.find("\"bad\"").unwrap() + 1;
    assert_eq!(places(&diagnostics), [format!("E1008 1:{column} \"bad\"")]);
}

#[test]
fn shown_cells_are_found_again_unless_the_file_changed() {
    let given = [("a.ndjson", ROWS), ("b.json", DOCUMENT), ("c.yaml", YAML), ("systems.csv", "id,tier\nx,critical\n")];
    for (path, text) in given {
        let facts = clean(&[(path, text)]);
        let mut files = BTreeMap::from([(path.to_owned(), text.as_bytes().to_vec())]);
        let wanted =
            [Shown { entity: SYSTEM, row: 0, field: Some(FieldId(1)) }, Shown { entity: SYSTEM, row: 0, field: None }];
        let (excerpts, diagnostics) = excerpts(&files, &facts, &wanted, &|_, _| None);
        assert_eq!(diagnostics, [], "{path}");
        let cell = excerpts[0].as_ref().expect("found");
        let marked: String = cell.text.chars().skip(cell.mark).take(cell.width).collect();
        assert_eq!(marked.trim_matches('"'), "critical", "{path}");
        let line = text.lines().nth(cell.line as usize - 1).expect("the line is there");
        assert!(line.get(cell.column as usize - 1..).is_some_and(|rest| rest.starts_with(&marked)), "{path}");
        let changed = text.replacen("critical", "standard", 1);
        files.insert(path.to_owned(), changed.into_bytes());
        assert_eq!(
            codes(&backproof::facts::show::excerpts(&files, &facts, &wanted, &|_, _| None).1),
            ["E1013"],
            "{path}"
        );
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn order_of_rows_shows_only_in_origins(order in Just((0..6).collect::<Vec<usize>>()).prop_shuffle()) {
        let lines: Vec<&str> = ROWS.lines().collect();
        let shuffled: String = order.iter().map(|i| format!("{}\n", lines[*i])).collect();
        prop_assert_eq!(dump(&clean(&[("a.ndjson", &shuffled)])), dump(&clean(&[("a.ndjson", ROWS)])));
    }

    #[test]
    fn no_bytes_panic(which in 0..3usize, cut in 0..900usize, at in 0..900usize, byte in any::<u8>()) {
        let (path, text) = [("a.ndjson", ROWS), ("a.json", DOCUMENT), ("a.yaml", YAML)][which];
        let mut bytes = text.as_bytes().to_vec();
        if let Some(place) = bytes.get_mut(at) {
            *place = byte;
        }
        bytes.truncate(cut.max(1));
        let _ = load_with(Projection::everything(&schema()), &[(path, &bytes, FileSettings::default())]);
    }
}
