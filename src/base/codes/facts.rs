//! E10xx to E13xx: facts, exports, keys, native formats.

use super::{Code, CodeEntry};

/// Sorted by code.
pub const CODES: &[CodeEntry] = &[
    CodeEntry {
        code: Code("E1101"),
        title: "a statement about an export cannot be read",
        text: "
The manifest `facts.yaml`, or the statement `export` inside a facts file, is not the YAML or JSON that it should be.
Aliases (`*name`) and several documents in one file are refused, and so is text that is not UTF-8.

    version: 1
    exports:
      - files: [runs.json]
        covers: all",
    },
    CodeEntry {
        code: Code("E1102"),
        title: "a statement has an unknown key",
        text: "
An export is described by these keys only: `files`, `tool`, `account`, `kinds`, `collected_at`, `complete`, `incomplete`,
`covers`, `covers_from`, `covers_to`, `timezone`, `words`. A misspelt key would leave the export as if nothing were said.

    - files: [runs.json]
      cover: all          # write `covers: all`",
    },
    CodeEntry {
        code: Code("E1103"),
        title: "a key of a statement holds the wrong sort of value",
        text: "
The key is right, what stands behind it is not: a list where a name is asked for, a word where `true` or `false` is.

    complete: mostly      # write `complete: false`, or `incomplete: \"page 2 is missing\"`
    covers: some          # write `covers: all`, or `covers: {system: [db1, \"web-*\"]}`",
    },
    CodeEntry {
        code: Code("E1104"),
        title: "a statement names an unknown kind",
        text: "
Kinds are the entities of the schema, in the singular or the plural: `run`, `runs`, `recovery_point`.

    kinds: [job]          # write `kinds: [run]`",
    },
    CodeEntry {
        code: Code("E1105"),
        title: "a statement holds something that is no instant",
        text: "
`collected_at` is an instant with its offset, or with the key `timezone` beside it. `covers_from` and `covers_to` may also
be dates, which stand for the whole day; `covers_from: all` says that the export reaches back without end. Where no zone is
known, the shorter of the spans that may be meant is taken.

    collected_at: 22/11/2026 05:00      # write `2026-11-22T05:00:00Z`",
    },
    CodeEntry {
        code: Code("E1106"),
        title: "a statement names an unknown time zone",
        text: "
Zones are named as in the IANA time zone database, in exactly that case.

    timezone: CAT         # write `timezone: Africa/Johannesburg`",
    },
    CodeEntry {
        code: Code("E1107"),
        title: "a statement holds a glob that cannot be read",
        text: "
`*` stands for any characters, `?` for one, `[ab]` for one of these, `{a,b}` for either. In file names `*` stays within a
folder, and `**` crosses folders. A bracket that stands for itself is written `[[]`.

    files: [\"runs-[1.json\"]     # write `\"runs-[[]1.json\"`",
    },
    CodeEntry {
        code: Code("E1108"),
        title: "the manifest lacks something",
        text: "
A manifest has `version: 1` and a list `exports`, each entry of which names its `files`.

    version: 1
    exports:
      - files: [runs-*.json]
        kinds: [run]",
    },
    CodeEntry {
        code: Code("E1109"),
        title: "the manifest's version is not known",
        text: "
There is only version 1. A later version may mean other things by the same keys, so it is not guessed at.

    version: 1",
    },
    CodeEntry {
        code: Code("E1110"),
        title: "a key of a statement is written twice",
        text: "
Of two values for one key nobody can tell which is meant, even if they are equal.

    tool: restic
    tool: borg            # keep one of them",
    },
    CodeEntry {
        code: Code("E1111"),
        title: "an export is described twice, and differently",
        text: "
A file may be described by one entry of one manifest, and by its own statement (the key `export` of a document, a row of
kind `export`). What two of them say must not differ, or the verdicts would depend on which is believed.

    - files: [\"*.json\"]
      complete: true
    - files: [runs.json]    # the first entry speaks of runs.json, too
      complete: false

Let one entry speak for each file.",
    },
    CodeEntry {
        code: Code("E1112"),
        title: "an export cannot be said to cover rows of this kind",
        text: "
`covers` names subjects by their keys, so their kind has to have one. Rows that stand inside other rows, and rows that
nothing identifies, have none.

    covers: {system: [db1, \"web-*\"]}",
    },
    CodeEntry {
        code: Code("E1113"),
        title: "the covered span runs backwards",
        text: "
`covers_from` lies before `covers_to`, and neither lies after `collected_at`: what had not happened cannot be collected.

    collected_at: 2026-11-22T05:00:00Z
    covers_to: 2026-12-31             # write `2026-11-21`, or leave it out",
    },
    CodeEntry {
        code: Code("E1114"),
        title: "two exports of one document list the same kinds",
        text: "
A document whose key `export` holds a list speaks for several exports, and its rows belong to the one that lists their kind.
So each needs `kinds` of its own, and no kind may stand in two. NDJSON can do more: each row of kind `export` begins a
section, and the rows after it belong to it.

    {\"export\": [{\"kinds\": [\"run\"], \"covers\": \"all\"}, {\"kinds\": [\"system\"]}], \"runs\": [], \"systems\": []}",
    },
    CodeEntry {
        code: Code("W1101"),
        title: "a pattern of the manifest finds no file",
        text: "
No facts file has a name that the pattern fits. Names are relative to the manifest's folder. If nothing at all is found for
an entry, its export counts as absent, and its kinds are open: nothing can pass because a row is not there.

    - files: [\"run-*.json\"]     # the files are called runs-1.json, runs-2.json",
    },
    CodeEntry {
        code: Code("W1102"),
        title: "an undated export looks old",
        text: "
Nothing says when the export was collected, so it is taken as of the as-of instant; yet its newest row is more than 7 days
old. Either nothing has happened since, or the file is an old one.

    - files: [runs.json]
      collected_at: 2026-11-22T05:00:00Z",
    },
    CodeEntry {
        code: Code("W1103"),
        title: "an export describes a later day than the run",
        text: "
The run is as of an instant more than five minutes before the export was collected. Rows of events that happened later are
not seen, but systems, recovery points, keys and the like are as they were on that later day. Verdicts that read them are
marked as assumed.

Use an export of that day, or a later `--as-of`.",
    },
];
