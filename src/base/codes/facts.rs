//! E10xx to E13xx: facts, exports, keys, native formats.

use super::{Code, CodeEntry};

/// Sorted by code.
pub const CODES: &[CodeEntry] = &[
    CodeEntry {
        code: Code("E1001"),
        title: "a facts file cannot be read",
        text: "
The file is missing, you may not read it, or what is zipped in it is cut short or damaged. All other files were read, but
nothing is judged: the file may hold the fact that decides.

Make the file readable, collect it again, or take it out of the facts.",
    },
    CodeEntry {
        code: Code("E1002"),
        title: "a facts file is empty or no text",
        text: "
Facts are JSON, NDJSON, YAML or CSV in UTF-8, plain or zipped by gzip; the format follows from the content. A file without
a row says nothing unless the manifest says of what kind it has no row:

    exports:
      - files: [runs.ndjson]
        kinds: [run]

UTF-16 (PowerShell's default) has to be converted: `Out-File -Encoding utf8`.",
    },
    CodeEntry {
        code: Code("E1003"),
        title: "a facts file or one of its records is not well formed",
        text: "
The text breaks the rules of its format at the place shown: a missing bracket, a cut file, bytes that are not UTF-8, a key
written twice in one object, more than 64 levels of nesting, a record of more than 16 MiB.

    {\"kind\": \"run\", \"id\": \"r1\"
                              ^ `}` is missing

A bad line of NDJSON costs that line, a bad document everything behind the mistake. Nothing is judged until it is mended,
because the record that could not be read may be the one that decides.",
    },
    CodeEntry {
        code: Code("E1004"),
        title: "a field is written twice in one row",
        text: "
    {\"kind\": \"run\", \"id\": \"r1\", \"status\": \"failed\", \"status\": \"success\"}

JSON leaves open which of them counts, so neither is trusted. Leave one out. A field that is read under another name
(`from \"rpo_minutes\" in min`) counts as the same field.",
    },
    CodeEntry {
        code: Code("E1005"),
        title: "a word is no kind of facts",
        text: "
Rows say what they are by `kind`, documents by the name of the list, singular or plural: `run` or `runs`. The word shown
is neither. Correct it, declare the entity, or translate it in the manifest:

    words: {job: run, as_of: ignore}

`ignore` passes over rows and keys that are no facts.",
    },
    CodeEntry {
        code: Code("E1006"),
        title: "an entity has no such field",
        text: "
The row has a field that the schema does not know, perhaps misspelt: an unread `statsu` must not pass for a missing
status. Correct the name, or declare the field:

    extend entity run {
      ticket: text
    }",
    },
    CodeEntry {
        code: Code("E1007"),
        title: "a cell is not of its field's type",
        text: "
For example `\"size\": \"large\"`, `\"encrypted\": \"yes\"`, or a whole number beyond 64 bits. The cell counts as unknown, and
nothing is judged until it is mended.

Times are written `\"2026-07-01T12:34:56Z\"`, sizes as bytes or `\"1.5 TiB\"`, durations as seconds or `\"4 h\"`. What is not
known is left out, or written `{\"$unknown\": \"the native word\"}`; what is known within bounds `{\"$from\": A, \"$to\": B}`.",
    },
    CodeEntry {
        code: Code("E1008"),
        title: "a word is no member of an enumeration",
        text: "
    {\"kind\": \"run\", \"id\": \"r1\", \"type\": \"bakcup\"}

The help line names the nearest member. A product's word that fits none of them is written so that it stays unknown, with
its name kept for reports: `{\"$unknown\": \"Checkpoint\"}`.",
    },
    CodeEntry {
        code: Code("E1009"),
        title: "something that happens cannot be `never`",
        text: "
Only ends (`expires`, `deleted`, `retired`, `immutable_until`) may be `never`. A rotation or a test that never happened is
no row, or a cell left out: as \"later than everything\" it would satisfy every limit on its age.",
    },
    CodeEntry {
        code: Code("E1010"),
        title: "a row lacks a required cell",
        text: "
The schema says `required`: without the cell the row means nothing. For example a `restore_test` needs its `system`. Fill
the cell in, or leave the row out if it is none.",
    },
    CodeEntry {
        code: Code("E1011"),
        title: "a row does not name its kind",
        text: "
In NDJSON, in a bare list and in CSV each row says what it is:

    {\"kind\": \"run\", \"id\": \"r1\"}

In CSV the kind may also be the file's name (`runs.csv`) or stand in the manifest (`kinds: [run]`).",
    },
    CodeEntry {
        code: Code("E1012"),
        title: "a facts file says nothing",
        text: "
A file that is just `[]`, `null` or a comment says that there is none, but not of what. Name the kind, there or by `kinds`
in the manifest:

    {\"restore_tests\": []}",
    },
    CodeEntry {
        code: Code("E1013"),
        title: "a facts file changed while it was read",
        text: "
To show a finding, the file is opened again, and the record is not what it was: somebody wrote to the file during the run.
What was judged is no longer what stands there.

Collect into a new file and rename it when it is whole, then check again.",
    },
    CodeEntry {
        code: Code("E1014"),
        title: "a cell cannot be",
        text: "
The value can be read, but lies outside what can be: an occurrence after the year 2262 or before 1678, usually a time in
milliseconds read as seconds, or a placeholder such as 9999-12-31. It counts as unknown.",
    },
    CodeEntry {
        code: Code("E1015"),
        title: "more problems in a file than are shown",
        text: "
At most 20 errors and 20 warnings of one file are shown. Mend these first: the rest are often the same mistake.",
    },
    CodeEntry {
        code: Code("E1016"),
        title: "too much text",
        text: "
All different texts of the facts together may have 4 GiB. Leave out what no policy reads (checksums, messages), or check a
part of the estate at a time.",
    },
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
        code: Code("E1120"),
        title: "an export is not what was collected",
        text: "
`backproof collect` writes down the SHA-256 of each file that it keeps, and this file has another one now: somebody edited
it, or it was cut or replaced. Nothing is judged, since evidence that changes after its collection proves nothing.

Collect it again. Who has a reason to edit an export takes the key `collected` of its entry out of `facts.yaml`: the change
is then in the manifest's history.",
    },
    CodeEntry {
        code: Code("E1121"),
        title: "an export was collected in the future",
        text: "
Its `collected_at` lies more than five minutes after this computer's clock. A year mistyped would let old evidence pass for
fresh until that year, so nothing is judged.

    collected_at: 2028-11-22T05:00:00Z      # meant: 2026

Who wants to judge as of another moment says so: with `--as-of` an export that is younger replays the past, and what reads a
state of the later day is marked `assumed`.",
    },
    CodeEntry {
        code: Code("E1201"),
        title: "a row has no readable key",
        text: "
Keys tell rows apart and let other rows name them. A row without one is left out, and its export counts as incomplete, so
that nothing passes for want of it. Give every row its key: a text that is not empty.",
    },
    CodeEntry {
        code: Code("E1202"),
        title: "two rows of one listing have one name",
        text: "
The project's `identity` says which names mean one system, so that what several tools call differently is one. Two rows of one
listing are two systems for who lists them: made one, the second would stand unprotected behind the first.

    identity:
      domain_suffixes: [prod.corp, test.corp]    # db1.prod.corp and db1.test.corp of one inventory

Narrow the rule, name the pairs under `aliases`, or list the system once.",
    },
    CodeEntry {
        code: Code("E1301"),
        title: "a record of a product's export cannot be read",
        text: "
The file was recognised as an export of a backup product, but one of its records is not as the product writes them: a
time that is none, a word where a number belongs, a record without its id. The reason stands in the message.

    {\"time\": \"yesterday\", \"id\": \"4bba301e\"}
              ^ a snapshot's time is an instant: `\"2026-11-21T02:00:00Z\"`

The record is left out and its export counts as incomplete; nothing is judged, because that record may be the one that
decides. Export again, without editing the file by hand.",
    },
    CodeEntry {
        code: Code("E1302"),
        title: "a product's export is cut short",
        text: "
The file begins as an export of a backup product, but its text ends too early or is damaged at the place shown: a disk that
was full, a copy that was broken off, output of two commands in one file.

    [{\"time\": \"2026-11-21T02:00:00Z\", \"id\": \"4bba

What is missing may be what decides, so nothing is judged. Export again into a new file and rename it when it is whole.",
    },
    CodeEntry {
        code: Code("E1303"),
        title: "an export that failed lists nothing",
        text: "
The file is what a product writes when the command itself failed: an error in place of a list. Which kinds of facts
it should have listed does not follow from it.

Run the export again. If it cannot be had, say in the manifest what it should have listed; these kinds are then not known,
and no rule passes for want of them:

    exports:
      - files: [restic-snapshots.json]
        kinds: [recovery_point]",
    },
    CodeEntry {
        code: Code("W1001"),
        title: "times in an hour that clocks skipped",
        text: "
A time without offset stands in the hour by which clocks were set forward, so it never was. It is read as moved forward by
the gap. Write times with their offset: `2026-03-29T02:30:00+01:00`.",
    },
    CodeEntry {
        code: Code("W1002"),
        title: "a file in a folder of facts was not read",
        text: "
The file lies in a folder of facts, but neither its content nor its name says that it holds any. A note or a script may lie
there; an export whose form is not known must not be overlooked.

Take the file out of the folder, or say in the manifest what it lists:

    exports:
      - files: [jobs.txt]
        kinds: [run]",
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
        title: "an undated export may be old",
        text: "
Nothing says when the export was collected, so it is taken as of the as-of instant; yet its newest row is more than 7 days
old, or no row has a date at all. Either nothing has happened since, or the file is an old one. `strict` takes no undated
export as of now.

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
    CodeEntry {
        code: Code("W1201"),
        title: "keys that differ only in case",
        text: "
Keys are compared exactly, so `DB1` and `db1` are two systems, one perhaps without any backup. If they are one, write them
the same way everywhere.",
    },
    CodeEntry {
        code: Code("W1202"),
        title: "rows that belong to nobody",
        text: "
A row whose relation is not known counts for no owner: a run that names no system is nobody's run. Fill the relation in
where it is known, or take the rows out.",
    },
    CodeEntry {
        code: Code("W1203"),
        title: "names that stand in no inventory",
        text: "
Rows name something that no complete listing has: a name misspelt, a system that is gone, or one that the inventory
forgot. They are no subjects of rules. Add them to the inventory or correct the names.",
    },
];
