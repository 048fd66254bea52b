//! Codes of mapping files: exports read as `*.mapping.yaml` says.

use super::{Code, CodeEntry};

pub(super) const CODES: &[CodeEntry] = &[
    CodeEntry {
        code: Code("E1401"),
        title: "a mapping that cannot be read",
        text: "
A file whose name ends in `.mapping.yaml` says how an export is read. It is YAML, one document of keys with values, and
states the version of its form.

    version: 1
    files: [sessions-*.csv]
    as:
      run:
        id: Session ID
        type: {is: backup}",
    },
    CodeEntry {
        code: Code("E1402"),
        title: "no such key or field in a mapping",
        text: "
The keys of a mapping are fixed, and under `as` each entity has the fields of the schema, which `backproof schema run`
lists. The help names the nearest one.

    as:
      run:
        stated: Start Time     # there is no field `stated`
        started: Start Time    # right",
    },
    CodeEntry {
        code: Code("E1403"),
        title: "a value of the wrong sort in a mapping",
        text: "
What stands at this key is not what the key takes: a list where one name is asked, a text where keys with values are, or
several columns for a field that is of one.

    separator: \";\"
    as: {run: {status: {from: Result, words: {Failed: failed}}}}",
    },
    CodeEntry {
        code: Code("E1404"),
        title: "the same twice in a mapping",
        text: "
A key, a field, an entity or a native word stands twice, so that it is not said which counts. Keep one of them.

    words: {Success: success, Success: warning}    # which?",
    },
    CodeEntry {
        code: Code("E1405"),
        title: "something is missing in a mapping",
        text: "
A mapping names its `files` and, under `as`, what a record is. Rows of an entity with a key need that key; where the tool
has no identifier, several columns make one, joined by `/`. Where a record is rows of several entities, `kinds` has to say
of which of them the export lists all there are: a listing of runs names systems and is no inventory.

    kinds: [run]
    as:
      run:
        id: {from: [Job Name, Start Time]}
        system: VM Name
      system:
        id: VM Name",
    },
    CodeEntry {
        code: Code("E1406"),
        title: "this cannot be mapped",
        text: "
Rows that stand inside other rows have no column of their own in an export. Write them in the project's own format, in a
file beside it; both become one row where they have the same key.",
    },
    CodeEntry {
        code: Code("E1407"),
        title: "no value of the field",
        text: "
After `is` and in `words` stands what the field holds, typed like a literal of the language: a member of its enumeration,
`true` or `false`, `10 GB`, `4 h`.

    type: {is: backups}      # no member
    type: {is: backup}       # right",
    },
    CodeEntry {
        code: Code("E1408"),
        title: "no unit of this field",
        text: "
`unit` says what one of a plain number is. Sizes count in `B`, `KB`, `MB`, `GB`, `TB` (powers of 1,000) or `KiB`, `MiB`,
`GiB`, `TiB` (powers of 1,024), rates the same with `/s`, durations in `s`, `min`, `h`, `days`, percents in `%` or `ratio`.

    source_size: {from: \"Size, GB\", unit: GiB}
    duration: {from: Duration, unit: min}",
    },
    CodeEntry {
        code: Code("E1409"),
        title: "no format of a time",
        text: "
`format` says how a time is written: `%Y`, `%m`, `%d`, `%H`, `%M`, `%S`, `%z` for an offset, `%I` with `%p` for half days,
`%s` for seconds since 1970. A day has to follow from it.

    started: {from: Start Time, format: \"%d.%m.%Y %H:%M:%S\"}",
    },
    CodeEntry {
        code: Code("E1410"),
        title: "a file claimed by two mappings",
        text: "
Each export is read in one way. The patterns of two mappings mean the same file, so it is not said in which. Narrow one of
them.",
    },
    CodeEntry {
        code: Code("E1411"),
        title: "no such column in the export",
        text: "
The mapping names a column that the table does not have, or a list of records that the document does not have. Products
name columns by language and version of the report, so that a column that is gone would silently leave a field unknown;
nothing is read of such a file. Records of which none has the column that `when` selects them by are no listing of nothing
but another text, such as an error message. The help names the nearest column.",
    },
    CodeEntry {
        code: Code("E1412"),
        title: "a record that cannot be read by its mapping",
        text: "
A record has no value in the column of its key, has another number of cells than the table has columns, is no object, or
the text ends too early. The export counts as incomplete, since what cannot be read may be what decides.",
    },
    CodeEntry {
        code: Code("W1401"),
        title: "a text of the export does not fit its field",
        text: "
The cell is read as unknown, with the text as the reason, so no rule passes because of it. Both ends are shown: where it
stands in the export, and the line of the mapping. A state that is not among the mapping's `words` is such a text; so is a
size or a duration without unit.

    status: {from: Result, words: {Success: success, Failed: failed}}    # `Warning` is met: add it",
    },
    CodeEntry {
        code: Code("W1402"),
        title: "a mapping that means no file",
        text: "
No facts file is called as this pattern of a mapping says. Names and globs are relative to the mapping's folder; `*` stays
within a folder, `**` does not.",
    },
    CodeEntry {
        code: Code("W1403"),
        title: "no record has what the mapping names",
        text: "
Not one record of the export has this member, or holds this word in a column of `when`. It may be right, since tools leave
out what is empty; more often it is misspelt, and the field stays unknown or the records are passed over.",
    },
    CodeEntry {
        code: Code("W1404"),
        title: "a record that nobody can place",
        text: "
The column by which `when` chooses records is empty in this one, or holds a word of the mapping in another spelling. It may
be a run that failed early, so the export counts as incomplete: no rule passes because the record is not there.

    when: {Job Type: [Backup, BACKUP]}    # each spelling that the export has",
    },
];
