//! E21xx: the project file and what belongs to it.

use super::{Code, CodeEntry};

/// Sorted by code.
pub const CODES: &[CodeEntry] = &[
    CodeEntry {
        code: Code("E2101"),
        title: "the project file cannot be read",
        text: "
`backproof.yaml` is YAML in UTF-8: keys with values. An empty one says nothing, so nobody can tell whether something was
lost from it; a file called `backproof.yml` would be passed over. Aliases (`*name`) are refused.

    policies: [policies]
    facts: [facts]
    parameters:
      keep_for: 35 days

`--no-project` reads none; `--project FILE` reads another one.",
    },
    CodeEntry {
        code: Code("E2102"),
        title: "the project file has an unknown key",
        text: "
A misspelt key would leave the run as if nothing were said: `stritc: true` would be no audit at all.

    policies, facts                  where they lie: files, folders, globs
    parameters                       values of the policies' parameters
    timezone, facts_timezone         for policies, and for times in facts, that name no zone
    fail_on, unknown, deny_warnings  what counts for the exit code
    strict, evidence_age, expect     how evidence weighs
    rank, identity                   which source is believed, which names are one system's

What each means stands in the README.",
    },
    CodeEntry {
        code: Code("E2103"),
        title: "a key of the project file holds the wrong sort of value",
        text: "
The key is right, what stands behind it is not.

    strict: yes              # write `strict: true`
    fail_on: severe          # write `fail_on: high`
    evidence_age: 1 month    # write `evidence_age: 31 days`: a month has no length of its own",
    },
    CodeEntry {
        code: Code("E2104"),
        title: "a key of the project file is written twice",
        text: "
Of two values for one key nobody can tell which is meant, even if they are equal.

    strict: true
    strict: false            # keep one of them",
    },
    CodeEntry {
        code: Code("E2105"),
        title: "an expected export is not described",
        text: "
What is listed under `expect` has to be there, or the kinds that it would list stay undecided. It is told from others by its
tool, its account or its kinds; one without any of them would be there as soon as there is any export at all.

    expect:
      - tool: restic
        account: prod
        kinds: [recovery_point]
        covers: {system: [db1, \"web-*\"]}",
    },
    CodeEntry {
        code: Code("E2106"),
        title: "the project file names a path that leads nowhere",
        text: "
Paths are relative to the project file, not to the folder that the command is run in. What is named and is not there may be
what decides, so nothing is judged.

    policies: [policies/backup.backproof]
    facts: [facts, \"exports/**/*.json\"]      # `*` stays within a folder, `**` does not",
    },
    CodeEntry {
        code: Code("E2107"),
        title: "neither the command line nor a project says what to read",
        text: "
Without a path the policies and facts of the project are read: of the `backproof.yaml` in the working directory or above it,
up to the folder that holds `.git`.

    backproof check policies --facts facts
    backproof init                           # writes a small project to begin with",
    },
    CodeEntry {
        code: Code("E2108"),
        title: "no such framework",
        text: "
`backproof controls --framework NAME` shows the controls of a framework of the standard library, or of one that the policies
declare themselves.

    framework house \"Our own rules\" edition \"2026\" {
      control \"B-1\" \"Backups are tested\" decides fully
    }",
    },
    CodeEntry {
        code: Code("E2109"),
        title: "a name would mean two systems",
        text: "
`identity` says which names mean one system. A name under two of them, or one that is a system of its own beside being
another's alias, would join what is not one: a good backup of one would then stand for the other.

    identity:
      aliases:
        db1: [DB1, db1.corp.local]
        db2: [DB1]                    # `DB1` is `db1` already
      ignore_case: true
      domain_suffixes: [corp.local]",
    },
    CodeEntry {
        code: Code("E2110"),
        title: "init would overwrite a file",
        text: "
`backproof init` writes into an empty place and never over what is there. Nothing was written.

    backproof init backups        # into a folder of its own",
    },
    CodeEntry {
        code: Code("E2111"),
        title: "evidence may not be that old",
        text: "
`evidence_age` says how old an export may be and still acquit. Beyond 400 days, a year and the weeks until its audit, nothing
that was collected tells how things stand.

    evidence_age: {recovery_point: 2 days, review: 400 days, others: 31 days}",
    },
    CodeEntry {
        code: Code("W2101"),
        title: "a ranked tool was not read",
        text: "
`rank` says which tool is believed where two say different things of one row. No export is of this tool: it is misspelt, or
its exports are missing. Until then what the others say differently stays a conflict, and unknown.

    rank: [cmdb, aws]",
    },
];
