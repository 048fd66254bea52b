//! E01xx: syntax.

use super::{Code, CodeEntry};

/// Sorted by code.
pub const CODES: &[CodeEntry] = &[
    CodeEntry {
        code: Code("E0101"),
        title: "a word or sign that does not fit",
        text: "A line stopped being one: at the marked place something else has to stand. The help line shows how the clause is
written.

    for each system wher active

Write:

    for each system where active",
    },
    CodeEntry {
        code: Code("E0102"),
        title: "an operator of another language",
        text: "The language writes its operators as words: `is`, `is not`, `and`, `or`, `not`; and a method without arguments without
parentheses.

    require tier == critical && !retired.count()

Write:

    require tier is critical and not retired.count",
    },
    CodeEntry {
        code: Code("E0103"),
        title: "a sign at a line's end",
        text: "A line ends by itself. There is no `;`, and no `.` or `,` at an end.

    keep at least 3 versions;

Write:

    keep at least 3 versions",
    },
    CodeEntry {
        code: Code("E0104"),
        title: "the wrong quotes",
        text: r#"A text stands in straight double quotes, and cannot hold one.

    owner “infrastructure”
    remedy "Raise \"daily\" retention"

Write:

    owner "infrastructure"
    remedy "Raise 'daily' retention""#,
    },
    CodeEntry {
        code: Code("E0105"),
        title: "a text without its closing quote",
        text: r#"A text begins and ends on one line.

    owner "infrastructure

Write:

    owner "infrastructure""#,
    },
    CodeEntry {
        code: Code("E0106"),
        title: "a bracket that is never closed",
        text: "Each `(`, `[` and `{` needs its partner before the block ends. Only the line with the bracket is lost; the lines below
are read as usual.

    let restored = (runs where type is restore

Write:

    let restored = (runs where type is restore)",
    },
    CodeEntry {
        code: Code("E0107"),
        title: "a closing bracket that closes nothing",
        text: "A `)`, `]` or `}` stands where nothing, or another kind of bracket, is open.

    encrypted at rest with [aes_256)

Write:

    encrypted at rest with [aes_256]",
    },
    CodeEntry {
        code: Code("E0108"),
        title: "a block without its opening brace",
        text: r#"The line that begins an item with a block ends with `{`.

    rule backups "Backups succeed"
      for each system
    }

Write:

    rule backups "Backups succeed" {
      for each system
    }"#,
    },
    CodeEntry {
        code: Code("E0109"),
        title: "a block without its closing brace",
        text: r#"The next item, or the end of the file, came before the block's `}`. The closing brace stands in column 0.

    rule backups "Backups succeed" {
      for each system
    rule restores "Restores are tested" {

Write a line `}` between the two."#,
    },
    CodeEntry {
        code: Code("E0110"),
        title: "an item that is indented",
        text: r#"An item begins in column 0; only the lines inside it are indented. Items are not nested.

      rule backups "Backups succeed" {

Write it without the blanks, and close the block above."#,
    },
    CodeEntry {
        code: Code("E0111"),
        title: "a line of a block that is not indented",
        text: r#"All lines inside a block are indented, so that items can be told apart even where a brace is missing.

    rule backups "Backups succeed" {
    severity high

Write:

    rule backups "Backups succeed" {
      severity high"#,
    },
    CodeEntry {
        code: Code("E0112"),
        title: "a line outside every block",
        text: "A clause, or any other text, stands where only items can stand: before the first block, after a closing brace.

    }
      severity high

Move the line into the block.",
    },
    CodeEntry {
        code: Code("E0113"),
        title: "an unknown item",
        text: "An item is `policy`, `param`, `let`, `vocabulary`, `entity`, `framework`, or a rule: its kind, its name, a title, `{`.

    polcy company.backup {

Write:

    policy company.backup {",
    },
    CodeEntry {
        code: Code("E0114"),
        title: "a reserved word",
        text: r#"`waiver`, `escalation`, the line `escalate` and the expectation `is waived` are kept for a later version. They are refused rather than
ignored, so that nobody relies on a waiver that does nothing.

    waiver legacy for company.backup.encrypted on system "old" until 2026-12-31 {

Remove it. A rule's scope can leave a system out: `for each system where id is not "old"`."#,
    },
    CodeEntry {
        code: Code("E0115"),
        title: "a clause that is not finished",
        text: "The line ends where something has to follow.

    require

Write a condition or a sentence:

    require no runs where status is failed",
    },
    CodeEntry {
        code: Code("E0116"),
        title: "a line in the wrong block",
        text: "The block does not know this line: `severity` belongs to a rule and not to a phrase, a phrase to a vocabulary, `owner`
and `timezone` to a policy.

    vocabulary retention for system {
      phrase keep {n: count} versions
        severity high

Move the line to the block it belongs to.",
    },
    CodeEntry {
        code: Code("E0117"),
        title: "a wrong `{…}` in a text",
        text: r#"In a message, `{…}` holds a name or names joined by dots. Calculations, quotes and comments cannot stand there, and
`{{` and `}}` are plain braces.

    require no bad otherwise "{bad.count + 1} runs failed"

Write:

    let count = bad.count + 1
    require no bad otherwise "{count} runs failed""#,
    },
    CodeEntry {
        code: Code("E0118"),
        title: "a word that cannot be a name",
        text: r#"A name begins with a letter and has letters, digits and `_`. Words of the language (`and or not in is has where between
else otherwise satisfy true false known missing never now the`) cannot be names, and a phrase cannot begin with a word
that begins a clause.

    rule success-rate "Backups succeed" {

Write:

    rule success_rate "Backups succeed" {"#,
    },
    CodeEntry {
        code: Code("E0119"),
        title: "an unknown unit",
        text: "Times: `s min h days weeks months quarters years` (also `day`, `week`, …). Sizes: `B KB MB GB TB PB` and `KiB` … `PiB`,
with `/s` for rates. Shares: `%`. There is no `m` and no `d`.

    keep daily versions for 35 d

Write:

    keep daily versions for 35 days",
    },
    CodeEntry {
        code: Code("E0120"),
        title: "a number that does not fit",
        text: "Numbers are kept exactly: bytes, nanoseconds, percents to nine decimal places, calendar units as whole numbers. What
does not fit is not rounded.

    keep yearly versions for 1.5 years

Write:

    keep yearly versions for 18 months",
    },
    CodeEntry {
        code: Code("E0121"),
        title: "a date or time that does not exist",
        text: "Dates are written `2026-01-31`, times `2026-01-31T22:00:00Z` (or with `+02:00`, or without a zone), times of day `22:00`
from `00:00` to `23:59`, windows `22:00 to 06:00` with different ends.

    runs inside 22:00 to 24:00

Write:

    runs inside 22:00 to 00:00",
    },
    CodeEntry {
        code: Code("E0122"),
        title: "nested too deeply",
        text: "Brackets are nested at most 64 deep, and an expression is at most 256 levels deep with its chains of `+ - * /`, `else`,
`not` and dots. Chains of `and` and `or` may have any length. Values that name each other by `let` rest on each other at
most 400 deep.

Name parts of the expression with `let` and use the names.",
    },
    CodeEntry {
        code: Code("E0123"),
        title: "a name that is too long",
        text: "A name or word has at most 128 characters. Choose a shorter one; a title can say the rest.

    rule the_systems_of_the_finance_department_…",
    },
    CodeEntry {
        code: Code("E0124"),
        title: "a file that is too large",
        text: "A policy file has at most 4 MiB and is not read beyond. Perhaps a facts file was named as a policy. Otherwise split it:
files with one policy name are one policy.",
    },
    CodeEntry {
        code: Code("E0125"),
        title: "nothing to continue",
        text: r#"`and`, `or`, `otherwise`, `where`, `satisfy` and `.` at the beginning of a line continue the line above. Here none
stands above.

    rule backups "Backups succeed" {
      where active
      for each system

Write:

    rule backups "Backups succeed" {
      for each system
        where active"#,
    },
    CodeEntry {
        code: Code("E0126"),
        title: "a sentence that says too little or too much",
        text: "Sentences are `some c where P`, `no c where P`, `at least 3 c where P`, `all c satisfy P`, `at least 98% of c satisfy P`.
Beside `and` and `or` a sentence stands in parentheses.

    require no runs status is failed
    require all runs where status is success

Write:

    require no runs where status is failed
    require all runs satisfy status is success",
    },
    CodeEntry {
        code: Code("E0127"),
        title: "a character that is not part of the language",
        text: "Outside of texts and comments only letters a to z, digits and the signs of the language can stand. No-break spaces and
long dashes often come from word processors.

    require ended – started < 4 h

Write:

    require ended - started < 4 h",
    },
    CodeEntry {
        code: Code("E0128"),
        title: "a condition without `require`",
        text: "In a rule, a line that begins with none of the clause words is a phrase: words and values. A condition follows
`require`.

    used <= 80%

Write:

    require used <= 80%",
    },
    CodeEntry {
        code: Code("E0129"),
        title: "said twice",
        text: r#"A line of a policy, or a mark of a field, stands twice. Keep one of them.

    policy company.backup {
      owner "infrastructure"
      owner "security"
    }"#,
    },
];
