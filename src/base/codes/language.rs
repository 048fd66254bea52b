//! E03xx to E06xx: phrases, plans, the schema.

use super::{Code, CodeEntry};

/// Sorted by code.
pub const CODES: &[CodeEntry] = &[
    // E03xx: phrases and vocabularies.
    CodeEntry {
        code: Code("E0301"),
        title: "a line is no phrase",
        text: "
A line of a rule that begins with none of the clause words is a phrase, and no phrase of the rule's vocabulary reads
like it. The help shows the nearest ones with your own values filled in.

    keep 35 days of daily versions            # no such phrase
    keep daily versions for 35 days

The phrases of a rule kind stand in its vocabulary; a plain `rule` speaks every vocabulary of its subject.",
    },
    CodeEntry {
        code: Code("E0302"),
        title: "a phrase is given a value of the wrong type",
        text: "
The words of the line are those of a phrase, but a value does not have the type that the phrase asks for.

    used at most 80                           # a percent is asked for
    used at most 80%

    keys rotated every year                   # a duration is asked for: a rolling limit, not calendar years
    keys rotated every 12 months",
    },
    CodeEntry {
        code: Code("E0303"),
        title: "a phrase of another vocabulary",
        text: "
The line is a phrase, but of a vocabulary that this rule does not speak. A rule of a kind speaks the vocabulary of that
name; a plain `rule` speaks every vocabulary of its subject.

Write the line in a rule of the kind that the message names, or in a plain `rule` for the same subject.",
    },
    CodeEntry {
        code: Code("E0304"),
        title: "two phrases that one line could match",
        text: "
Lines are matched position by position, so a line must never fit two phrases of vocabularies with the same subject.

    phrase keep {every: cadence} versions
    phrase keep daily versions                # `keep daily versions` fits both

Change a word of the second, or the type of a hole so that no value fits both.",
    },
    CodeEntry {
        code: Code("E0306"),
        title: "a name is declared twice within a rule or phrase",
        text: "
A hole, an alias and a `let` of one rule or phrase each need a name of their own: nothing hides anything else.

    let recent = runs in the last 30 days
    let recent = recent where status is success    # choose another name",
    },
    CodeEntry {
        code: Code("E0308"),
        title: "a phrase asks for nothing",
        text: "
A phrase has at least one line that begins with `require`, or one other phrase, indented below it. Otherwise a rule
that speaks it would pass whatever the facts say.

    phrase multi-factor required
      require mfa",
    },
    CodeEntry {
        code: Code("E0310"),
        title: "a vocabulary that does not exist is extended",
        text: "
`extend vocabulary` adds phrases to a vocabulary that is declared elsewhere. Check its name, or leave `extend` out to
declare a new one.",
    },
    CodeEntry {
        code: Code("E0311"),
        title: "an extension names another subject",
        text: "
A vocabulary speaks of one entity (or of the estate), and so do its extensions.

    vocabulary retention for system { … }
    extend vocabulary retention for repository { … }    # write `for system`",
    },
    CodeEntry {
        code: Code("E0312"),
        title: "a misspelt clause",
        text: "
The line matches no phrase, and its first word is within one letter of a word that begins a clause.

    sevrity high
    severity high",
    },
    // E04xx: plans.
    CodeEntry {
        code: Code("E0401"),
        title: "a plan that is not linear",
        text: "
A check takes time in proportion to the facts. A predicate over the subject's own relation may mention the subject; over
any other rows it may mention rows outside its element only by `is`, joined by `and`, which becomes an index.

    for each system as host
    require no estate.runs where started > host.protected_since                    # every run with every system
    require no estate.runs where system is host and status is failed               # an index
    require no runs where started > host.protected_since                           # its own

Else pick one row first: `latest`, `oldest`, or a `let` that does not mention the subject.",
    },
    CodeEntry {
        code: Code("E0402"),
        title: "phrases in a circle",
        text: "
A phrase may speak other phrases, but none that leads back to it.",
    },
    CodeEntry {
        code: Code("E0403"),
        title: "a rule with too many phrases",
        text: "
Phrases that speak several phrases multiply. A rule speaks at most 1,000, those within phrases counted; part it in
several.",
    },
    CodeEntry {
        code: Code("E0406"),
        title: "rows that cannot be asked one by one",
        text: "
`for each` names its subjects by their keys; rows without one (nested rows) are asked through the rows that hold them.",
    },
    CodeEntry {
        code: Code("E0408"),
        title: "expressions too deep in one another",
        text: "
Predicates may stand within predicates 30 deep, and expressions within expressions 256 deep, those of the values that
they name counted. Name an inner part with `let`, before it is used.",
    },
    CodeEntry {
        code: Code("E0409"),
        title: "no such entity",
        text: "
`for each` is followed by an entity in the singular, as the schema declares it.

    for each system where active",
    },
    CodeEntry {
        code: Code("E0410"),
        title: "a rule kind that speaks of another entity",
        text: r#"
A vocabulary speaks of one entity, and a rule of that kind asks it.

    retention history "…" {
      for each repository                     # `retention` speaks of systems"#,
    },
    // E05xx: the schema.
    CodeEntry {
        code: Code("E0501"),
        title: "an entity or vocabulary is declared twice",
        text: "
Each entity and each vocabulary is declared once. What the standard library declares may be extended, not redefined.

    entity system { gold: bool }              # `system` is declared by the standard library
    extend entity system { gold: bool }",
    },
    CodeEntry {
        code: Code("E0502"),
        title: "a name that cannot be declared",
        text: "
Entities are not called like a type (`duration`) or like a word of facts files (`export`, `kind`, …), vocabularies not
like an item (`rule`, `policy`, …). No field is called `kind`, for that word tells rows apart in facts files: what a
row's sort is within its entity is its `type`.",
    },
    CodeEntry {
        code: Code("E0503"),
        title: "an unknown type or entity",
        text: "
The word is neither a type of the language (`text`, `duration`, `one of […]`, …) nor a declared entity. Entities are
named in the singular: `set of system`, `vocabulary retention for system`.",
    },
    CodeEntry {
        code: Code("E0504"),
        title: "a field, relation or named value is declared twice",
        text: "
Within an entity, extensions included, every name means one thing. Choose another name; to add members to a field's
enumeration write `also`:

    extend entity system {
      tier: also [bronze < standard]
    }",
    },
    CodeEntry {
        code: Code("E0505"),
        title: "a collection's name is taken",
        text: "
The collection of an entity is called by its plural: `+s`, and `y` after a consonant becomes `ies`. It must differ from
the names of all entities and of their collections. Say another word:

    entity training \"A training\" plural trainings_taken { … }",
    },
    CodeEntry {
        code: Code("E0506"),
        title: "a type that cannot stand here",
        text: "
Sets, lists and maps hold plain types, not one another. `many … by …` is the type of an entity's line only. A parameter
holds a value, not a row of facts. `count` is a type of holes and parameters; in an entity write `int`.",
    },
    CodeEntry {
        code: Code("E0507"),
        title: "an unknown field in a type or extension",
        text: "
`system.tier` as a type means the type of the field `tier` of `system`, and `tier: also […]` extends it. The entity has
no such field, or it is a relation, which has no type of its own.",
    },
    CodeEntry {
        code: Code("E0508"),
        title: "types that borrow from each other in a circle",
        text: "
    entity a { x: b.y }
    entity b { y: a.x }

Each says that its type is the other's, so neither has one. Write the type out at one of them.",
    },
    CodeEntry {
        code: Code("E0509"),
        title: "a member that an enumeration cannot have",
        text: "
A member stands once, and is never `unknown`: `encryption is not none` would be true of it.
What is not known is missing, and every field may be.

    status: one of [success, failed, unknown]     # leave `unknown` out",
    },
    CodeEntry {
        code: Code("E0510"),
        title: "`also` does not say where its members stand",
        text: "
To an ordered enumeration new members are added beside a known one, between neighbours; to one without order they are
added behind, parted by commas.

    tier: one of [standard < important < critical]

    tier: also [bronze < standard]                # below `standard`
    tier: also [important < vital < critical]     # between these two",
    },
    CodeEntry {
        code: Code("E0511"),
        title: "a relation does not lead back",
        text: "
`runs: many run by system` in the entity `system` asks for a field `system` of `run` whose type is `system` or
`set of system`.",
    },
    CodeEntry {
        code: Code("E0512"),
        title: "rows that cannot stand within a row",
        text: "
`copies: list of plan_copy` says that rows of `plan_copy` stand within rows of this entity. They stand in one place
only, not within themselves, and their field named after the parent, if there is one, leads to it:

    entity plan      { copies: list of plan_copy }
    entity plan_copy { plan: plan }",
    },
    CodeEntry {
        code: Code("E0513"),
        title: "an entity's own time",
        text: "
`occurs started, scheduled` names fields of type `time`, once, the best first: an entity's own time is the first that is
known. Every `event entity` has one, for events are covered by a span of time.",
    },
    CodeEntry {
        code: Code("E0514"),
        title: "a key that cannot be",
        text: "
One field of type `text` identifies a row across files. Only the entity itself declares it, not an extension.",
    },
    CodeEntry {
        code: Code("E0515"),
        title: "a default that cannot be",
        text: "
A default counts as known, so only two kinds are allowed: one that widens the duty (`retired: time or never default
never`, `in_scope: bool default true`), and a member that the row's presence says (`state: … default available`). What
else is missing is unknown.",
    },
    CodeEntry {
        code: Code("E0516"),
        title: "a field that cannot be derived so",
        text: "
A cell is derived from another field, from the difference of two times or sizes, or from a field of a row that a
relation leads to, and has its type. Nothing is derived from itself.

    duration: duration derived ended - started
    holder:   text derived role, principal.id
    site:     text derived repository.site",
    },
    CodeEntry {
        code: Code("E0517"),
        title: "`from` names a taken word or an unknown unit",
        text: "
`rpo: duration from \"rpo_minutes\" in min` reads a plain number under another name. The name belongs to one field, and
the unit is one of fixed length: `ms s min h days weeks` for durations, `B` to `PB` and `KiB` to `PiB` for sizes.",
    },
    CodeEntry {
        code: Code("E0518"),
        title: "a relation to rows that have no key",
        text: "
A row is named by its key. Rows of an entity without one can stand within other rows, but nothing can lead to them.",
    },
    CodeEntry {
        code: Code("E0519"),
        title: "a limit of the schema",
        text: "
There are at most 65,535 entities, fields of an entity, enumerations, and members of an enumeration.",
    },
    CodeEntry {
        code: Code("E0520"),
        title: "what a row is about",
        text: "
`about repository, system` names relations to one row, each once. A row that names none of them may be about any
repository and any system: it is then in each one's group, undecided, until a fact says what it is about.",
    },
    // E06xx: policies, parameters, frameworks, rules.
    CodeEntry {
        code: Code("E0601"),
        title: "an item outside a policy",
        text: "
Rules, parameters and `let`s belong to a policy. Begin the file with its name; files with one name are one policy.

    policy saypro.backup \"Backup and system redundancy\" {
      timezone \"Africa/Johannesburg\"
    }",
    },
    CodeEntry {
        code: Code("E0602"),
        title: "two policies in a file",
        text: "
A file has at most one `policy` line. Put the other policy into a file of its own.",
    },
    CodeEntry {
        code: Code("E0603"),
        title: "files of a policy contradict each other",
        text: "
Files with one policy name are one policy, which has one title, one owner, one time zone and one start of the day. Say
each in one of the files, or the same in all.",
    },
    CodeEntry {
        code: Code("E0604"),
        title: "an unknown time zone",
        text: "
A time zone is a name of the IANA database in its own spelling, such as `Africa/Johannesburg`. An offset such as `+02:00`
is no zone: it says nothing about daylight-saving changes.",
    },
    CodeEntry {
        code: Code("E0605"),
        title: "a parameter or value is declared twice",
        text: "
Parameters and the `let`s of files share the names of their policy, over all its files. Choose another name.",
    },
    CodeEntry {
        code: Code("E0606"),
        title: "a parameter without a known source",
        text: "
A parameter says who set its number: after `from` stands `regulation`, `standard`, `guidance`, `organisation` or
`house`. Reports repeat it, so that nobody takes a habit of the house for a law.

    param keep_for: duration from regulation = 7 years",
    },
    CodeEntry {
        code: Code("E0607"),
        title: "a rule's name is taken",
        text: "
Rules are cited as `policy.rule`, whatever their kind. Within a policy, over all its files, their names differ.",
    },
    CodeEntry {
        code: Code("E0608"),
        title: "an unknown rule kind",
        text: "
A rule begins with `rule` or with the name of a vocabulary: `retention`, `encryption`, `recovery`, …",
    },
    CodeEntry {
        code: Code("E0609"),
        title: "a clause is said twice",
        text: "
`severity`, `owner`, `for` and `remedy` stand once in a rule. To ask something of two kinds of subjects write two rules.",
    },
    CodeEntry {
        code: Code("E0610"),
        title: "a rule does not say for whom it holds",
        text: "
Every rule has one line `for each …` or `for the estate`. Without it nobody could tell what was checked.

    for each system where active",
    },
    CodeEntry {
        code: Code("E0611"),
        title: "a rule asks for nothing",
        text: "
A rule has at least one phrase or one line that begins with `require`. One that asks for nothing would always pass.",
    },
    CodeEntry {
        code: Code("E0612"),
        title: "an unknown severity",
        text: "
The severities are `low`, `medium`, `high` and `critical`; without the line it is `medium`.",
    },
    CodeEntry {
        code: Code("E0613"),
        title: "a framework is declared twice",
        text: "
Each framework is declared once; another edition of it is another framework, with a name of its own.",
    },
    CodeEntry {
        code: Code("E0614"),
        title: "a control is declared twice",
        text: "
A framework lists each of its controls once.",
    },
    CodeEntry {
        code: Code("E0615"),
        title: "a control does not say how far facts decide it",
        text: "
`decides fully`: facts about backups decide the whole clause. `partly`: a part of it. `aside`: they are side evidence.
`by attestation`: somebody has to state it.

    control \"164.308(a)(7)(ii)(A)\" \"Data backup plan\" decides fully",
    },
    CodeEntry {
        code: Code("E0616"),
        title: "an unknown framework",
        text: "
`evidence for gdpr \"Art. 32(1)(c)\"` cites a framework by its name. Check the name, or declare the framework.",
    },
    CodeEntry {
        code: Code("E0617"),
        title: "an unknown control",
        text: "
A rule may only cite controls that its framework declares, so that no citation is invented. Check the spelling, or
declare the control in the framework.",
    },
    CodeEntry {
        code: Code("E0618"),
        title: "a framework without an edition",
        text: "
A citation holds for one edition of a framework, so each says which it is.

    framework hipaa \"HIPAA Security Rule\" edition \"45 CFR 164\" { … }",
    },
];
