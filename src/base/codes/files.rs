//! E20xx: usage and files.

use super::{Code, CodeEntry};

/// Sorted by code.
pub const CODES: &[CodeEntry] = &[
    CodeEntry {
        code: Code("E2001"),
        title: "no policy file",
        text: "
None of the paths holds a policy. A folder is searched for files that end in `.backproof`; a file that you name is read
whatever it is called.

A run without a policy judges nothing, so it ends with exit code 2 and never with 0.",
    },
    CodeEntry {
        code: Code("E2002"),
        title: "a file or folder cannot be read",
        text: "
The file is missing, you may not read it, or a link leads in a circle. All other files were still read and their
mistakes reported, but nothing is judged: a fact that could not be read may be the one that decides.

Make it readable, name the right path, or take it out of the folder.",
    },
    CodeEntry {
        code: Code("E2003"),
        title: "a policy is not UTF-8 text",
        text: "
Policies are read as UTF-8. The message names the first byte that is not.

Save the file as UTF-8 (without other marks); most editors call this \"encoding\".",
    },
    CodeEntry {
        code: Code("E2004"),
        title: "an option has a value that cannot be read",
        text: "
For example `--as-of yesterday`: an instant is written as RFC 3339 with its offset, `2026-11-22T06:00:00Z` or
`2026-11-22T08:00:00+02:00`. A glob after `--rule` may hold `*`, `?` and `[…]`.",
    },
    CodeEntry {
        code: Code("E2005"),
        title: "no facts file",
        text: "
None of the paths after `--facts` holds a file. An empty folder is no evidence of anything, so nothing is judged.

Put the exports into the folder, or name them one by one.",
    },
    CodeEntry {
        code: Code("E2006"),
        title: "the report cannot be written",
        text: "
The file after `--output` could not be written, so the run ends with exit code 2 whatever its verdict: a report that
nobody can read is no report.

Name a folder that exists and that you may write to.",
    },
    CodeEntry {
        code: Code("E2007"),
        title: "not a report",
        text: "
`backproof verify` compares files with the hashes in a report for programs, and this file is none: it is not JSON, not one
of backproof, or of a version of its shape that this program does not know.

    backproof check policies --facts facts --format json --output report.json
    backproof verify report.json policies facts",
    },
    CodeEntry {
        code: Code("E2008"),
        title: "no such source",
        text: "
`backproof sources` lists the tools whose exports are read; the name is none of them.

What no source reads may be written in the project's own format: `backproof schema` lists its entities and fields.",
    },
    CodeEntry {
        code: Code("E2009"),
        title: "nothing could be collected",
        text: "
`backproof collect` runs the tool's own listing commands, so the tool has to be installed where it runs, and the folder
after `--into` has to be one that you may write to. Where a command of several fails, its output, its exit code and what it
said are kept, and the manifest calls its export incomplete; this error says that there is nothing to keep.

    backproof collect restic --account main --into facts
    backproof collect tree --source /srv/data --restored /tmp/restored --system files-01 --into facts",
    },
    CodeEntry {
        code: Code("E2010"),
        title: "an option that the tool does not have, or cannot do without",
        text: "
`backproof collect` hands options on to the tool that it runs, and this tool has none of that sort: a region means
something to `aws` and nothing to `restic`. Or it has to be told what to list: restic and borg know no repository unless an
option, or their own environment variable, names it.

    backproof collect aws --region eu-west-1 --into facts
    backproof collect restic --repository /srv/restic --into facts",
    },
    CodeEntry {
        code: Code("W2001"),
        title: "no rule was selected",
        text: "
The policies have no rule, or none whose qualified name `--rule` fits, so nothing was judged. The run ends with exit code 3
and never with 0: asking nothing is no pass.

    backproof check policies --facts facts --rule 'saypro.backup.*'",
    },
];
