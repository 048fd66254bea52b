//! W02xx: what is said, but probably not meant.

use super::{Code, CodeEntry};

/// Sorted by code.
pub const CODES: &[CodeEntry] = &[
    CodeEntry {
        code: Code("W0201"),
        title: "a default that satisfies the requirement",
        text: "
Where nothing is known the default is taken, and here it makes the requirement hold: missing evidence passes. Such a pass
is marked `assumed`, but it is still a pass.

    require (encrypted else true)             # leave `else true` out: missing is then unknown",
    },
    CodeEntry {
        code: Code("W0202"),
        title: "a scope that drops what is not known",
        text: "
`is known` in a scope is false where nothing is known, so exactly the subjects without evidence are not asked.

    for each system where rpo is known        # better: a rule of its own with `require rpo is known`",
    },
    CodeEntry {
        code: Code("W0203"),
        title: "absence passes",
        text: "
The requirement holds where a fact is missing. Leave it out: what is missing is then unknown, and the report says so.

    require rpo is missing or rpo < 4 h",
    },
    CodeEntry {
        code: Code("W0204"),
        title: "a field of a row that may not be there",
        text: "
The latest of no rows is nothing, and a comparison with nothing is undecided: systems that never ran stay `unknown`.

    require runs.latest.started > now - 3 days
    require some runs in the last 3 days                  # false where there is none",
    },
    CodeEntry {
        code: Code("W0205"),
        title: "an exact duration against months",
        text: "
Months have 28 to 31 days, so an exact duration that lies between is undecided.

    require plan.retain_for >= 7 years
    require expires >= created + 7 years                  # anchored, hence exact",
    },
    CodeEntry {
        code: Code("W0206"),
        title: "a comparison that decides nothing",
        text: "
It is always true, or always false, whatever the facts say: a count is never below 0, nothing is in an empty list, everything has
all of an empty list, a part is never more than the whole. A phrase too may be given what makes it so: `used at most 150%`,
`keep at least 0 versions`.",
    },
    CodeEntry {
        code: Code("W0207"),
        title: "a `let` that nothing uses",
        text: "
Use it or leave it out; perhaps another name was meant where it should stand.",
    },
    CodeEntry {
        code: Code("W0208"),
        title: "a parameter that nothing uses",
        text: "
Use it or leave it out. A parameter that does not act is listed in reports as if it did.",
    },
];
