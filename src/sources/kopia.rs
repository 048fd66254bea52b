//! kopia: its snapshots, and the repository.
//!
//! Written after the tool's source. A snapshot list is a list of recovery points and says nothing of runs that failed. One
//! with `incomplete` is a part only, and so is one in which entries failed.

use super::mapping::{Fill, Given, How::*, Mapping, NOTHING, Read, mapped, word};
use super::{Form, Format, Layout, Source, message};
use crate::facts::rows::Raw;

/// The registry's row.
pub(super) static SOURCE: Source = Source {
    name: "kopia",
    title: "kopia",
    empty_list: Some("kopia snapshots"),
    formats: &[
        Format {
            name: "kopia error",
            command: "",
            kinds: &[],
            reaches_days: None,
            layout: Layout::Document,
            detect: |s| s.form == Form::Text && s.text.starts_with("ERROR ") && !s.text.starts_with("ERROR ["),
            open: |context| message::hiding(&["recovery_point", "repository"], context),
            fills: &[],
        },
        mapped!(STATUS, {
            name: "kopia repository",
            command: "kopia repository status --json",
            kinds: &["repository"],
            reaches_days: None,
            layout: Layout::Document,
            detect: |s| s.has(&["uniqueIDHex", "storage"]),
        }),
        mapped!(SNAPSHOTS, {
            name: "kopia snapshots",
            command: "kopia snapshot list --all --json",
            kinds: &["recovery_point"],
            reaches_days: None,
            layout: Layout::Elements,
            detect: |s| s.form == Form::Array && s.samples.first().is_some_and(|r| r.has(&["id", "source", "startTime"])),
        }),
    ],
    cannot_know: &[
        "the repository's name, from a list of snapshots: it is what the statement calls `account`, else `kopia`",
        "runs that failed, from a list of snapshots",
        "whether what is stored can be read",
        "encryption in transit: it depends on the backend",
    ],
};

static SNAPSHOTS: Mapping = Mapping { tool: "kopia", fills: SNAPSHOT, total: "", next: "" };
static STATUS: Mapping = Mapping { tool: "kopia", fills: REPOSITORY, total: "", next: "" };

const SNAPSHOT: &[Fill] = &[
    Fill("recovery_point.id", "id", Key),
    Fill("recovery_point.system", "source.host", System),
    Fill("recovery_point.repository", "", By(repository)),
    Fill("recovery_point.created", "startTime", Time),
    Fill("recovery_point.completed", "endTime", Time),
    Fill("recovery_point.logical_size", "stats.totalSize rootEntry.summ.size", Size(1)),
    Fill(
        "recovery_point.state",
        "incomplete stats.errorCount stats.ignoredErrorCount rootEntry.summ.numFailed rootEntry.summ.numIgnoredErrors rootEntry.obj",
        By(state),
    ),
    Fill("recovery_point.generations", "retentionReason", By(generations)),
    Fill(
        "recovery_point.protected",
        "pins",
        By(|given| Read::Raw(if given.text(0).is_some() { Raw::Bool(true) } else { Raw::Absent })),
    ),
    Fill(
        "recovery_point.labels",
        "source.path source.userName description incomplete",
        Labels(&["paths", "username", "description", "incomplete"]),
    ),
];

const REPOSITORY: &[Fill] = &[
    Fill(
        "repository.id",
        "uniqueIDHex",
        By(|given| match given.text(0) {
            Some(_) => repository(given),
            None => NOTHING,
        }),
    ),
    Fill("repository.type", "", Always("kopia")),
    Fill("repository.capacity", "volume.capacity", By(capacity)),
    Fill("repository.used", "volume.capacity volume.available", By(used)),
    Fill(
        "repository.encryption",
        "contentFormat.encryption",
        By(|given| Read::Raw(cipher(given, "client_side", "client_side"))),
    ),
    Fill(
        "repository.algorithm",
        "contentFormat.encryption",
        By(|given| Read::Raw(cipher(given, "aes_256", "chacha20"))),
    ),
    Fill(
        "repository.immutability",
        "blobRetention.mode",
        Word(&[("GOVERNANCE", "governance"), ("COMPLIANCE", "compliance"), ("Locked", "compliance"), ("", "")]),
    ),
    Fill("repository.immutability_period", "blobRetention.period", By(period)),
    Fill("repository.labels", "uniqueIDHex storage.type", Labels(&["unique_id", "storage"])),
];

fn repository<'g>(given: &Given<'g>) -> Read<'g> {
    Read::Text(given.context.account.map_or_else(|| "kopia".to_owned(), |account| format!("kopia/{account}")))
}

/// A count that is no number may be any; errors that were told to be ignored left something out as well.
fn state<'g>(given: &Given<'g>) -> Read<'g> {
    let failed = (1..5).any(|at| !matches!(given.cell(at).size(1), Raw::Absent | Raw::Int(0)));
    match (given.text(0), given.text(5)) {
        (Some("canceled" | "checkpoint"), _) => word("partial"),
        (Some(odd), _) => Read::Raw(Raw::Unknown(odd)),
        (None, _) if failed => word("partial"),
        (None, Some(_)) => word("available"),
        (None, None) => Read::Raw(Raw::Unknown("it has no content")),
    }
}

/// `daily-3` is kept as a daily one.
fn generations<'g>(given: &Given<'g>) -> Read<'g> {
    let words = [
        ("hourly-", "hourly"),
        ("daily-", "daily"),
        ("weekly-", "weekly"),
        ("monthly-", "monthly"),
        ("annual-", "yearly"),
    ];
    let reasons = given.all(0).filter_map(|reason| reason.text());
    let mut kept: Vec<&str> =
        reasons.filter_map(|said| words.iter().find(|(own, _)| said.starts_with(own)).map(|(_, ours)| *ours)).collect();
    kept.dedup();
    Read::Set(kept, None)
}

fn capacity<'g>(given: &Given<'g>) -> Read<'g> {
    match given.cell(0).size(1) {
        Raw::Int(0) => NOTHING,
        size => Read::Raw(size),
    }
}

fn used<'g>(given: &Given<'g>) -> Read<'g> {
    match (given.cell(0).size(1), given.cell(1).size(1)) {
        (Raw::Int(all), Raw::Int(free)) if free <= all && all > 0 => Read::Raw(Raw::Int(all - free)),
        (Raw::Int(all), Raw::Int(_)) if all > 0 => Read::Raw(Raw::Unknown("more is free than there is")),
        _ => NOTHING,
    }
}

/// What stands for each of the tool's two ciphers.
fn cipher<'g>(given: &Given<'g>, aes: &'static str, chacha: &'static str) -> Raw<'g> {
    match given.text(0) {
        Some(said) if said.starts_with("AES256-GCM") => Raw::Text(aes),
        Some(said) if said.starts_with("CHACHA20-POLY1305") => Raw::Text(chacha),
        Some(other) => Raw::Unknown(other),
        None => Raw::Absent,
    }
}

/// Nanoseconds; 0 is none.
fn period<'g>(given: &Given<'g>) -> Read<'g> {
    match given.cell(0).length(1) {
        Raw::Duration(0) => NOTHING,
        said => Read::Raw(said),
    }
}
