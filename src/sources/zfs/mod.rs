//! ZFS: snapshots and datasets (`zfs list`), pools (`zpool list`) and scrubs (`zpool status`), as JSON of OpenZFS 2.3 and as
//! the text of any version.
//!
//! Written after the documented shapes. Numbers are read only where `-p` has made them exact. A snapshot lies on the disks
//! of its dataset: it is a version and no copy.

mod pools;
mod snapshots;

use super::mapping::{Fill, Given, Mapping, NOTHING, Read};
use super::parts::divided;
use super::{Form, Format, Layout, Shape, Source, message};
use crate::facts::rows::Raw;
use crate::value::Instant;
use pools::{CHECKS, POOLS, SAMPLES, TEXTS};
use snapshots::{DATASETS, LINES, SNAPSHOTS};

/// The registry's row.
pub(super) static SOURCE: Source = Source {
    name: "zfs",
    title: "ZFS",
    empty_list: None,
    formats: &[
        divided!([SNAPSHOTS, DATASETS], snapshots::split_datasets, {
            name: "zfs datasets",
            command: "zfs list -j --json-int -p -t all -o name,creation,used,referenced,userrefs,encryption",
            kinds: &["recovery_point"],
            reaches_days: None,
            layout: Layout::Document,
            detect: |s| command(s) == Some("zfs list"),
        }),
        Format {
            name: "zfs error",
            command: "",
            kinds: &[],
            reaches_days: None,
            layout: Layout::Document,
            detect: |s| s.form == Form::Text && first_line(s).is_some_and(is_error),
            open: |context| message::hiding(&["recovery_point", "repository", "integrity_check"], context),
            fills: &[],
        },
        divided!([LINES], snapshots::split_lines, {
            name: "zfs snapshots",
            command: "zfs list -Hp -t snapshot -o name,creation,used,referenced",
            kinds: &["recovery_point"],
            reaches_days: None,
            layout: Layout::Lines,
            detect: |s| s.form == Form::Text && first_line(s).is_some_and(snapshots::is_snapshot),
        }),
        divided!([POOLS, SAMPLES], pools::split_pools, {
            name: "zpool pools",
            command: "zpool list -j --json-int -p",
            kinds: &["repository"],
            reaches_days: None,
            layout: Layout::Document,
            detect: |s| command(s) == Some("zpool list"),
        }),
        divided!([CHECKS], pools::split_status, {
            name: "zpool status",
            command: "zpool status -j --json-int -p",
            // The last scrub alone is no list of scrubs.
            kinds: &[],
            reaches_days: None,
            layout: Layout::Document,
            detect: |s| command(s) == Some("zpool status"),
        }),
        divided!([TEXTS], pools::split_text, {
            name: "zpool status text",
            command: "zpool status",
            // The last scrub alone is no list of scrubs.
            kinds: &[],
            reaches_days: None,
            layout: Layout::Document,
            detect: |s| s.form == Form::Text && s.text.trim_start().starts_with("pool: "),
        }),
        divided!([POOLS, SAMPLES], pools::split_lines, {
            name: "zpool table",
            command: "zpool list -Hp -o name,size,allocated,free,health",
            kinds: &["repository"],
            reaches_days: None,
            layout: Layout::Lines,
            detect: |s| s.form == Form::Text && first_line(s).is_some_and(pools::is_pool),
        }),
    ],
    cannot_know: &[
        "snapshots that were not taken: only those that are there are listed",
        "what a pool of several disks can still take: its sizes are those of the disks, parity included",
        "scrubs before the last one, and the last one where disks were resilvered since",
        "whether a dataset is a replica of another",
    ],
};

const fn listing(fills: &'static [Fill]) -> Mapping {
    Mapping { tool: "zfs", fills, total: "", next: "" }
}

/// The command that printed a JSON document.
fn command(shape: &Shape) -> Option<&str> {
    let said = shape.get("output_version")?.get("command")?;
    Some(said.text.as_str()).filter(|_| shape.form == Form::Object)
}

fn first_line(shape: &Shape) -> Option<&str> {
    shape.text.lines().find(|line| !line.trim().is_empty())
}

/// What stands on standard error where a pool or dataset is not there, or the kernel has no ZFS.
fn is_error(line: &str) -> bool {
    let cannot = line.starts_with("cannot open '") && line.contains("': ");
    cannot || line.starts_with("The ZFS modules ") || line.starts_with("/dev/zfs and /proc/self/mounts are required")
}

/// Whether a column holds a number, exactly.
fn is_number(column: &str) -> bool {
    !column.is_empty() && column.bytes().all(|c| c.is_ascii_digit())
}

/// A number without unit; a hyphen stands for none.
fn amount<'g>(given: &Given<'g>) -> Read<'g> {
    let said = (0..2).map(|at| given.cell(at)).find(|cell| cell.text().is_some() || cell.int().is_some());
    match said {
        Some(cell) if cell.text() == Some("-") => NOTHING,
        Some(cell) => Read::Raw(cell.size(1)),
        None => NOTHING,
    }
}

/// The pool that a dataset or snapshot is in.
fn pool(name: &str) -> &str {
    name.split(['/', '@']).next().unwrap_or(name)
}

/// Seconds since 1970, as a number or a text; anything else was printed for people, to the minute and in their zone.
fn seconds<'g>(given: &Given<'g>) -> Read<'g> {
    let said = (0..2).map(|at| given.cell(at)).find(|cell| cell.text().is_some() || cell.int().is_some());
    let Some(cell) = said else { return NOTHING };
    let count = cell.int().or_else(|| cell.text().and_then(|text| text.parse().ok()));
    let at = count.and_then(|count| count.checked_mul(1_000_000_000));
    Read::Raw(at.map_or(Raw::Unknown("a time that was printed without `-p`"), |at| Raw::Time(Instant(at))))
}
