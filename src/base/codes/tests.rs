//! E07xx: tests of policies.

use super::{Code, CodeEntry};

/// Sorted by code.
pub const CODES: &[CodeEntry] = &[
    CodeEntry {
        code: Code("E0701"),
        title: "no such rule",
        text: "A test expects something of a rule that no policy has. A rule is named with its policy,
`company.backup.retention`, or by its short name where only one policy has it.

    expect company.backup.retenton fails for \"db1\"

Write the name of a rule; the help line names the nearest.",
    },
    CodeEntry {
        code: Code("E0702"),
        title: "several rules of that name",
        text: "The short name of a rule stands for the one of the test's own policy, else for the only one there is. Here several
policies have a rule of that name.

    expect retention fails for \"db1\"

Write:

    expect company.backup.retention fails for \"db1\"",
    },
    CodeEntry {
        code: Code("E0703"),
        title: "an expectation that no rule could meet",
        text: "A rule `for the estate` has no subjects, so there is nothing to put after `for`. And only a rule as a whole is vacuous:
a subject passes, fails or is unknown.

    expect company.backup.audit fails for \"db1\"

Write:

    expect company.backup.audit fails",
    },
    CodeEntry {
        code: Code("E0704"),
        title: "a rule has no such line",
        text: "After `at` stands a line of the rule as the policy writes it: a phrase, or what follows `require`.

    expect company.backup.retention fails for \"db1\" at \"keep daily version\"

Write:

    expect company.backup.retention fails for \"db1\" at \"keep daily versions for 35 days\"",
    },
    CodeEntry {
        code: Code("E0705"),
        title: "a test that reads the time and does not say it",
        text: "What the rule says depends on when it is asked: it speaks of `now`, of the last days, or of calendar periods. A test
without `as of` would say something else tomorrow.

    test \"a backup of yesterday is fresh\" {
      given system { id: \"db1\" }
      expect company.backup.rpo passes for \"db1\"
    }

Add:

      as of 2026-11-22T06:00:00Z",
    },
    CodeEntry {
        code: Code("E0706"),
        title: "a field that cannot be given",
        text: "A test gives facts, so it names fields of the schema (`backproof schema` lists them). Not given are: rows that are
read from the other end (`runs` of a system: give `run` rows with `system: \"db1\"`), named values (they follow from other
fields), and rows that stand inside another row, which are written there.

    given system { id: \"db1\", teir: critical }

Write:

    given system { id: \"db1\", tier: critical }",
    },
    CodeEntry {
        code: Code("E0707"),
        title: "keys that do not tell rows apart",
        text: "Every row of an entity with a key has its own. A row that says none gets one, such as `run-1`, so several rows
on one line leave it out.

    given 34 recovery_points { id: \"p\", system: \"db1\" }

Write:

    given 34 recovery_points { system: \"db1\" }",
    },
    CodeEntry {
        code: Code("E0708"),
        title: "rows that cannot be spread so",
        text: "A line may give several rows, and say how their own times (what the schema calls `occurs`) follow each other:
`hourly`, `daily`, `weekly`, `monthly`, `quarterly`, `yearly` or `every 6h`, `until` the last or `from` the first. From day to day and
from month to month the local time of day is kept.

    given 34 recovery_points dayly until 2026-11-21T22:00:00Z { system: \"db1\" }

Write:

    given 34 recovery_points daily until 2026-11-21T22:00:00Z { system: \"db1\" }",
    },
    CodeEntry {
        code: Code("E0709"),
        title: "an entity that is given, and is not",
        text: "`given no run` says that runs were collected and there is none. A line beside it that gives one contradicts it.

    given no run
    given run { system: \"db1\", type: backup, status: success }

Leave one of them out.",
    },
    CodeEntry {
        code: Code("E0710"),
        title: "the facts of a test are refused",
        text: "What a test gives is read as facts files are, and here it cannot be: a required field is left out, a time is not plausible.
The help line is that of the facts.

    given run { system: \"db1\", status: success }        # `type` is required

Write:

    given run { system: \"db1\", type: backup, status: success }",
    },
    CodeEntry {
        code: Code("E0711"),
        title: "nothing that could be unreachable",
        text: "`backproof test --coverage` asks tests to show each rule passing and failing, and each phrase passing, failing, unknown
and at the boundary of its limits. What cannot be shown is said with the reason, of a rule by its name or of a phrase by its
head: the words, and the holes in braces.

    unreachable phrase \"keep at lest {n} versions\" boundary \"…\"

Write:

    unreachable phrase \"keep at least {n} versions\" boundary \"…\"",
    },
    CodeEntry {
        code: Code("E0712"),
        title: "an unreachable state that a test shows",
        text: "A state is said to be unreachable, and a test reaches it. The reason no longer holds.

    unreachable company.backup.retention passes \"no product states it\"

Remove the line.",
    },
    CodeEntry {
        code: Code("E0720"),
        title: "a test failed",
        text: "The rule said something else than the test expects. The first place is the expectation, the second is the line of the rule
that decided, with its message. `backproof test` then ends with exit code 1.

Either the rule is wrong, or the test. A test fails as well where it expects nothing, and where its rule judges nobody: that
shows nothing.",
    },
];
