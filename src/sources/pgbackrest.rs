//! pgBackRest: `info` and `verify`.
//!
//! Each backup in each repository is a copy of its own. A backup with `error` has pages whose checksums do not hold: it is
//! corrupt, though the command ended well. Only backups that were completed are listed, so it is no list of runs.

use super::mapping::{Fill, Given, How::*, Mapping, NOTHING, Read, word_of};
use super::message::parse;
use super::parts::{Parts, divided};
use super::{Ending, Form, Format, Layout, Reader, Record, Refusal, Shape, Source, message};
use crate::facts::rows::{Raw, RowSink};
use serde::Deserialize;
use serde_json::value::RawValue;

/// The registry's row.
pub(super) static SOURCE: Source = Source {
    name: "pgbackrest",
    title: "pgBackRest",
    empty_list: Some("pgbackrest info"),
    formats: &[
        Format {
            name: "pgbackrest error",
            command: "",
            kinds: &[],
            reaches_days: None,
            layout: Layout::Document,
            detect: |s| {
                s.form == Form::Text
                    && s.text
                        .lines()
                        .next()
                        .is_some_and(|line| line.contains("ERROR: [") && !line.starts_with("stanza:"))
            },
            open: |context| message::hiding(&["recovery_point", "repository", "integrity_check"], context),
            fills: &[],
        },
        Format { open: |context| Box::new(Info { stanzas: (INFO.open)(context), any: false }), ..INFO },
        divided!([CHECKS], split_verify, {
            name: "pgbackrest verify",
            command: "pgbackrest verify --output=text --verbose --stanza=STANZA",
            kinds: &["integrity_check"],
            reaches_days: None,
            layout: Layout::Document,
            detect: |s| s.form == Form::Text && s.text.starts_with("stanza: "),
        }),
    ],
    cannot_know: &[
        "backups that failed: only those that were completed are listed",
        "where a repository is and how full it is",
        "which repository was verified, and when",
        "whether a key is kept apart from the data",
        "encryption in transit",
    ],
};

const INFO: Format = divided!([SYSTEMS, REPOSITORIES, BACKUPS], split_info, {
    name: "pgbackrest info",
    command: "pgbackrest info --output=json",
    kinds: &["recovery_point", "repository"],
    reaches_days: None,
    layout: Layout::Elements,
    detect: is_info,
});

/// Reads the stanzas, and says if there is none: `[]` and exit code 0 is also what a repository answers whose path is not
/// there, such as one that is not mounted. A stanza without a backup is listed.
struct Info<'a> {
    stanzas: Box<dyn Reader + 'a>,
    any: bool,
}

impl Reader for Info<'_> {
    fn record(&mut self, record: Record<'_>, sink: &mut dyn RowSink) -> Result<(), Refusal> {
        self.any = true;
        self.stanzas.record(record, sink)
    }

    fn finish(&mut self, sink: &mut dyn RowSink) -> Ending {
        let mut ending = self.stanzas.finish(sink);
        if !self.any {
            let why = "no stanza is in it, as where the path of the repository is not there";
            ending.incomplete.get_or_insert_with(|| why.to_owned());
        }
        ending
    }
}

/// Backups stand before most of the rest, so they may fill what is seen of a file.
fn is_info(shape: &Shape) -> bool {
    let one = |stanza: &Shape| {
        stanza.has(&["archive", "backup"])
            && (stanza.get("db").is_some()
                || stanza.first_of("archive").is_some_and(|archive| archive.get("database").is_some())
                || stanza.first_of("backup").is_some_and(|backup| backup.get("label").is_some()))
    };
    shape.form == Form::Array && shape.samples.first().is_some_and(one)
}

static SYSTEMS: Mapping = listing(SYSTEM);
static REPOSITORIES: Mapping = listing(REPOSITORY);
static BACKUPS: Mapping = listing(BACKUP);
static CHECKS: Mapping = listing(CHECK);

const fn listing(fills: &'static [Fill]) -> Mapping {
    Mapping { tool: "pgbackrest", fills, total: "", next: "" }
}

const SYSTEM: &[Fill] = &[
    Fill("system.id", "stanza.name", System),
    Fill("system.type", "", Always("database")),
    Fill("system.labels", "stanza.status.message", Labels(&["status"])),
];

const REPOSITORY: &[Fill] = &[
    Fill("repository.id", "repo.key", By(repository)),
    Fill("repository.type", "", Always("pgbackrest")),
    Fill("repository.encryption", "repo.cipher", By(encryption)),
    Fill("repository.algorithm", "repo.cipher", By(algorithm)),
];

const BACKUP: &[Fill] = &[
    Fill("recovery_point.id", "stanza backup.database.repo-key backup.label", By(key)),
    Fill("recovery_point.system", "stanza", System),
    Fill("recovery_point.repository", "backup.database.repo-key", By(repository)),
    Fill("recovery_point.created", "backup.timestamp.stop", Time),
    Fill("recovery_point.completed", "backup.timestamp.stop", Time),
    Fill(
        "recovery_point.method",
        "backup.type",
        Word(&[("full", "full"), ("incr", "incremental"), ("diff", "differential")]),
    ),
    Fill("recovery_point.parent", "stanza backup.database.repo-key backup.prior", By(key)),
    Fill("recovery_point.logical_size", "backup.info.size", Size(1)),
    Fill("recovery_point.stored_size", "backup.info.repository.delta", Size(1)),
    Fill("recovery_point.state", "backup.error", By(state)),
    Fill("recovery_point.encryption", "cipher", By(encryption)),
    Fill("recovery_point.algorithm", "cipher", By(algorithm)),
];

const CHECK: &[Fill] = &[
    Fill("integrity_check.id", "stanza what", By(check)),
    Fill("integrity_check.system", "stanza", System),
    Fill("integrity_check.type", "", Always("checksum")),
    Fill(
        "integrity_check.status",
        "status",
        Word(&[("ok", "success"), ("valid", "success"), ("error", "failed"), ("invalid", "failed")]),
    ),
    Fill("integrity_check.items_checked", "checked", Size(1)),
    Fill("integrity_check.errors", "checked valid", By(errors)),
    Fill("integrity_check.message", "message", AsIs),
];

#[derive(Deserialize)]
struct Stanza<'a> {
    #[serde(borrow)]
    name: Option<&'a RawValue>,
    #[serde(borrow, default)]
    cipher: Option<&'a RawValue>,
    #[serde(borrow, default)]
    repo: Option<Vec<&'a RawValue>>,
    #[serde(borrow, default)]
    backup: Option<Vec<&'a RawValue>>,
    #[serde(default)]
    status: Status,
}

#[derive(Deserialize, Default)]
struct Status {
    code: Option<i64>,
    message: Option<String>,
}

#[derive(Deserialize)]
struct Repo<'a> {
    key: Option<i64>,
    #[serde(borrow, default)]
    cipher: Option<&'a RawValue>,
}

#[derive(Deserialize)]
struct Backup {
    #[serde(default)]
    database: Database,
}

#[derive(Deserialize, Default)]
struct Database {
    #[serde(rename = "repo-key")]
    repo: Option<i64>,
}

/// Ended well, or there is no valid backup, which the listing itself shows.
const WHOLE: [i64; 2] = [0, 2];

fn split_info(record: &Record<'_>) -> Result<Parts, Refusal> {
    let stanza: Stanza<'_> = parse(record.text)?;
    let Some(name) = stanza.name else {
        return Err(Refusal { reason: "a stanza without a `name`".to_owned() });
    };
    let mut parts = Parts::default();
    if !stanza.status.code.is_some_and(|code| WHOLE.contains(&code)) {
        let said = stanza.status.message.as_deref().unwrap_or("its status is not said");
        parts.incomplete = Some(format!("the stanza {}: {said}", name.get()));
    }
    // What stands for the stanzas of a repository that cannot be listed.
    if name.get() == "\"[invalid]\"" {
        return Ok(parts);
    }
    parts.put(0, record, &[("stanza", record.text)]);
    let mut ciphers = Vec::new();
    for repo in stanza.repo.unwrap_or_default() {
        parts.put(1, record, &[("repo", repo.get())]);
        let repo: Repo<'_> = parse(repo.get())?;
        ciphers.push((repo.key, repo.cipher));
    }
    for backup in stanza.backup.unwrap_or_default() {
        let at = parse::<Backup>(backup.get()).map_or(None, |backup| backup.database.repo);
        // Before 2.32 there was one repository, and its cipher stood beside the stanza's name.
        let own = ciphers.iter().find(|(key, _)| *key == at.or(Some(1))).map(|(_, cipher)| *cipher);
        let cipher = own.unwrap_or(stanza.cipher).map_or("null", RawValue::get);
        parts.put(2, record, &[("stanza", name.get()), ("cipher", cipher), ("backup", backup.get())]);
    }
    Ok(parts)
}

fn split_verify(record: &Record<'_>) -> Result<Parts, Refusal> {
    let mut parts = Parts::default();
    let mut stanza = "";
    let mut decided = true;
    for line in record.text.lines() {
        let said = line.trim();
        if let Some(name) = said.strip_prefix("stanza: ") {
            (stanza, decided) = (name, false);
        } else if let Some(status) = said.strip_prefix("status: ") {
            decided = true;
            // `ok` is also what it says of an archive and backups that are not there.
            let nothing = record.text.contains(": none found");
            let status = if status == "ok" && nothing { "nothing to verify was found" } else { status };
            parts.texts(0, record, line, &[("stanza", stanza), ("what", "stanza"), ("status", status)]);
        } else if said.ends_with(": none found") {
        } else if said.starts_with("backup: ") || said.starts_with("archiveId: ") {
            let member = |name: &str| {
                said.split(", ")
                    .find_map(|part| part.split_once(": ").filter(|(n, _)| *n == name))
                    .map(|(_, value)| value)
            };
            let (checked, valid) = match member("backup") {
                Some(_) => (member("total files checked"), member("total valid files")),
                None => (member("total WAL checked"), member("total valid WAL")),
            };
            let counted = if checked.is_some() && checked == valid { "valid" } else { "invalid" };
            let members = [
                ("stanza", Some(stanza)),
                ("what", member("backup").or(member("archiveId"))),
                ("status", member("status").or(Some(counted))),
                ("checked", checked),
                ("valid", valid),
                ("message", Some(said)),
            ];
            let members: Vec<(&str, &str)> = members.into_iter().filter_map(|(n, v)| Some((n, v?))).collect();
            parts.texts(0, record, line, &members);
        }
    }
    if !decided {
        parts.incomplete = Some("it ends before the status of its stanza".to_owned());
    }
    Ok(parts)
}

fn repository<'g>(given: &Given<'g>) -> Read<'g> {
    Read::Text(given.key(&format!("repo{}", given.cell(0).int().unwrap_or(1))))
}

fn key<'g>(given: &Given<'g>) -> Read<'g> {
    let (Some(stanza), Some(label)) = (given.text(0), given.text(2)) else { return NOTHING };
    Read::Text(given.key(&format!("repo{}/{stanza}/{label}", given.cell(1).int().unwrap_or(1))))
}

fn check<'g>(given: &Given<'g>) -> Read<'g> {
    let (Some(stanza), Some(what)) = (given.text(0), given.text(1)) else { return NOTHING };
    let at = given.context.collected_at.map_or(0, |at| at.0);
    Read::Text(given.key(&format!("{stanza}/{what}/{at}")))
}

/// Whether pages are damaged; old versions do not say.
fn state<'g>(given: &Given<'g>) -> Read<'g> {
    Read::Raw(match given.cell(0).flag() {
        Raw::Bool(true) => Raw::Text("corrupt"),
        Raw::Bool(false) => Raw::Text("available"),
        Raw::Absent => Raw::Unknown("nothing is said of damaged pages"),
        _ => Raw::Unknown("`error` is no truth value"),
    })
}

fn encryption<'g>(given: &Given<'g>) -> Read<'g> {
    Read::Raw(word_of(given.cell(0), &[("none", "none"), ("aes-256-cbc", "client_side")]))
}

fn algorithm<'g>(given: &Given<'g>) -> Read<'g> {
    Read::Raw(word_of(given.cell(0), &[("none", ""), ("aes-256-cbc", "aes_256")]))
}

fn errors<'g>(given: &Given<'g>) -> Read<'g> {
    match (given.cell(0).size(1), given.cell(1).size(1)) {
        (Raw::Int(checked), Raw::Int(valid)) if valid <= checked => Read::Raw(Raw::Int(checked - valid)),
        _ => NOTHING,
    }
}
