//! Every diagnostic code in one sorted table, with the long text that `backproof explain` prints.
//! E01xx syntax · E02xx names and types · E03xx phrases and vocabularies · E04xx plans · E05xx the schema ·
//! E06xx parameters, frameworks, rules · E07xx tests · E10xx reading facts · E11xx exports and the manifest · E12xx keys and relations ·
//! E13xx native exports · E14xx mapping files · E20xx usage and files · E21xx the project file · W… the warnings of the same ranges.

mod expressions;
mod facts;
mod files;
mod language;
mod lints;
mod mappings;
mod project;
mod syntax;
mod tests;

/// A stable code such as `E0102`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Code(pub &'static str);

/// One row of the table.
#[derive(Debug, Clone, Copy)]
pub struct CodeEntry {
    /// The code.
    pub code: Code,
    /// What went wrong, in a few words.
    pub title: &'static str,
    /// The long text: what it means, an example, what to write instead.
    pub text: &'static str,
}

/// All codes: the parts are sorted, and so is their concatenation by range.
pub fn all() -> impl Iterator<Item = &'static CodeEntry> {
    let parts = [
        syntax::CODES,
        expressions::CODES,
        language::CODES,
        tests::CODES,
        facts::CODES,
        mappings::CODES,
        files::CODES,
        project::CODES,
        lints::CODES,
    ];
    parts.into_iter().flatten()
}

/// The row of `code`, written in any case.
pub fn find(code: &str) -> Option<&'static CodeEntry> {
    all().find(|entry| entry.code.0.eq_ignore_ascii_case(code))
}
