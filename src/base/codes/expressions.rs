//! E02xx: names and types of expressions.

use super::{Code, CodeEntry};

/// Sorted by code.
pub const CODES: &[CodeEntry] = &[
    CodeEntry {
        code: Code("E0201"),
        title: "a name is not known here",
        text: "
A bare name means something only where it stands: in a predicate the fields and named values of the element, elsewhere
those of the subject; and everywhere the `let`s and holes in scope and the policy's parameters.

    for each system
    require no runs where tier is critical        # a run has no `tier`
    require no runs where system.tier is critical

The help names the nearest name, or where the very name stands.",
    },
    CodeEntry {
        code: Code("E0202"),
        title: "a name has two meanings",
        text: "
Nothing shadows: where two things in scope have the name, neither is meant.

    for each system
    require no estate.runs where system is known          # the run's field, or the system that is asked?

    for each system as host
    require no estate.runs where system is host           # `system` is the field, `host` the subject

Rename the one that is yours, or reach the subject by `as`.",
    },
    CodeEntry {
        code: Code("E0203"),
        title: "nothing of this name after a dot",
        text: "
After a dot stands a field, a relation or a named value of a row, or a method of a collection.

    require system.teir is critical
    require system.tier is critical",
    },
    CodeEntry {
        code: Code("E0204"),
        title: "no member of an enumeration",
        text: "
Beside a value of an enumeration a bare word is one of its members. The second place is where they are declared.

    require tier is critcal
    require tier is critical",
    },
    CodeEntry {
        code: Code("E0210"),
        title: "two values that do not compare",
        text: "
Only like compares with like: a percent with a percent, a duration with a duration, an enumeration with its own members.

    require runs.share(status is success) >= 98
    require runs.share(status is success) >= 98%

    require protected_since >= 30 days                    # an instant and a length
    require now - protected_since >= 30 days",
    },
    CodeEntry {
        code: Code("E0211"),
        title: "no order",
        text: "
`<`, `<=`, `>`, `>=` and `between` need values with an order. An enumeration has one only if it is declared with `<`
between its members.

    tier: one of [standard < important < critical]        # tier >= important
    type: one of [host, vm, database]                     # type in [vm, database]",
    },
    CodeEntry {
        code: Code("E0212"),
        title: "a value of the wrong type",
        text: "
Something of another type is asked for at this place: a condition, a duration, a text.

    require runs                                          # many rows are neither true nor false
    require some runs",
    },
    CodeEntry {
        code: Code("E0214"),
        title: "arithmetic without meaning",
        text: "
Like adds to like, a duration to a time; quantities are multiplied by plain numbers; the quotient of like quantities is a
number, the difference of two times a duration.

    require now - started <= 4 h
    require used / capacity <= 80%",
    },
    CodeEntry {
        code: Code("E0215"),
        title: "a method called in another way than it is",
        text: "
What stands in parentheses without a name is read on each element; `over:`, `last:`, `from:` and `until:` where the call
stands.

    recovery_points.gaps(daily, over: 35 days, from: protected_since)
    runs.percentile(duration, 95)
    runs.count                                            # no arguments: no parentheses",
    },
    CodeEntry {
        code: Code("E0216"),
        title: "`in` and `has` without a fitting set",
        text: "
`x in s` and `s has x` speak of a set or list and something of its items' type.

    require tier in [important, critical]
    require data has any [pii, phi]
    require data has pii",
    },
    CodeEntry {
        code: Code("E0219"),
        title: "rows without a time of their own",
        text: "
`in the last`, `latest`, `oldest` and `gaps` go by an entity's own time, which a line `occurs …` declares.

    require some plans in the last 3 days                 # a plan does not happen
    require some runs in the last 3 days",
    },
    CodeEntry {
        code: Code("E0220"),
        title: "a collection is asked for",
        text: "
`some`, `no`, `all`, `at least`, `where` and methods speak of many rows: a relation of a row (`runs`), all rows
(`estate.runs`), or what is left of them after `where`.",
    },
    CodeEntry {
        code: Code("E0221"),
        title: "a bound that nothing can reach",
        text: "
The ends of `between` stand in order, the rank of a percentile is above 0 and at most 100, a share is at most 100 %, a
count at least 0.",
    },
    CodeEntry {
        code: Code("E0222"),
        title: "more than a path in a text",
        text: r#"
Between braces stands a path or a method without arguments; a `let` before it serves for more. Only messages show values,
a text that is compared is plain; for a brace write it twice.

    let share = recent.share(status is success)
    require share >= 98%
      otherwise "only {share} of {recent.count} runs succeeded""#,
    },
    CodeEntry {
        code: Code("E0223"),
        title: "a sentence that does not say enough, or too much",
        text: "
The sentences are `some c`, `no c`, `at least n c`, `at most n c`, `exactly n c`, `all c satisfy P` and
`at least p% of c satisfy P`; a condition on which rows are meant follows `where`.

    require at least 98 of runs satisfy status is success
    require at least 98% of runs satisfy status is success",
    },
    CodeEntry {
        code: Code("E0224"),
        title: "a default of another type",
        text: "
`x else y` is `y` where nothing is known of `x`; both have one type. It binds tighter than a comparison.

    require (rpo else 4 h) <= 4 h",
    },
    CodeEntry {
        code: Code("E0225"),
        title: "a value that is defined by itself",
        text: "
A `let` may rest on others, but not on itself, by whatever way round.",
    },
    CodeEntry {
        code: Code("E0226"),
        title: "tables and their keys",
        text: "
Only a map is looked up by `table[key]`, by a key of its declared type; a parameter that is a map has a table as value,
with each key once.

    param keep_for: map of duration by system.tier from house = { critical: 90 days, standard: 35 days }

    require rpo <= keep_for[tier]",
    },
    CodeEntry {
        code: Code("E0227"),
        title: "a value that cannot stand here",
        text: "
Lists and parameters hold literals; a table stands only as the value of a parameter; a time is a date and a time of day
that exist, in UTC (`Z`), with an offset, or in the policy's zone.",
    },
    CodeEntry {
        code: Code("E0230"),
        title: "`--param` names no parameter",
        text: "
`--param NAME=VALUE` sets a parameter that a policy declares, by its short name where only one policy has it, else as
`policy.name`, once.",
    },
];
