//! What a project says of its sources: which one is believed where two differ, and which names are one system's.
//!
//! Invariants: a canonical name depends on the name and the rules alone, never on what else was read, so that the
//! identity of a finding does not change with the facts at hand.

use super::export::Covers;
use super::schema::EntityId;
use std::borrow::Cow;
use std::collections::BTreeMap;

/// Rules over sources; the default knows none.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct SourceRules {
    /// Tools, the most believed first (`semantics.md` 7.3).
    pub rank: Vec<String>,
    /// Which names are one.
    pub same_names: Option<SameNames>,
}

/// Which names of one entity's rows mean the same row.
#[derive(Debug, Clone, PartialEq)]
pub struct SameNames {
    /// The entity.
    pub entity: EntityId,
    /// From a folded name to the one that it stands for; the canonical names themselves among them.
    pub aliases: BTreeMap<String, String>,
    /// How names are folded.
    pub folding: Folding,
}

/// How names are made comparable before aliases are looked up.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Folding {
    /// Whether upper and lower case are one.
    pub case: Case,
    /// Domains without their leading dot, that a name may end with or not; the longest first.
    pub domains: Vec<String>,
}

/// Whether upper and lower case are one.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Case {
    /// They differ.
    #[default]
    Kept,
    /// They do not: names are written in lower case.
    Ignored,
}

/// One row and the other names that it was read under.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Joined {
    /// The entity, singular.
    pub entity: String,
    /// The canonical name.
    pub name: String,
    /// As it was written elsewhere, sorted.
    pub written: Vec<String>,
}

impl Folding {
    /// The name without its domain, in lower case where case is ignored.
    pub fn fold<'n>(&self, name: &'n str) -> Cow<'n, str> {
        let short = self.domains.iter().find_map(|domain| self.without(name, domain)).unwrap_or(name);
        match self.case {
            Case::Ignored if short.chars().any(|c| c.to_lowercase().ne([c])) => Cow::Owned(short.to_lowercase()),
            _ => Cow::Borrowed(short),
        }
    }

    fn without<'n>(&self, name: &'n str, domain: &str) -> Option<&'n str> {
        let (short, end) = name.split_at_checked(name.len().checked_sub(domain.len())?)?;
        let fits = match self.case {
            Case::Kept => end == domain,
            Case::Ignored => end.eq_ignore_ascii_case(domain),
        };
        short.strip_suffix('.').filter(|short| fits && !short.is_empty())
    }
}

impl SameNames {
    /// The one name for what `name` means.
    pub fn canonical<'n>(&'n self, name: &'n str) -> Cow<'n, str> {
        let folded = self.folding.fold(name);
        match self.aliases.get(folded.as_ref()) {
            Some(canonical) => Cow::Borrowed(canonical),
            None => folded,
        }
    }

    /// The names in a statement of coverage made canonical; globs stay as they are.
    pub fn canonical_covers(&self, covers: &mut Covers) {
        let Covers::Some(lists) = covers else { return };
        for name in lists.iter_mut().filter(|(entity, _)| *entity == self.entity).flat_map(|(_, names)| names) {
            if !name.contains(['*', '?', '[', '{']) {
                *name = self.canonical(name).into_owned();
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(case: Case) -> SameNames {
        let aliases = [("db-main", "DB-Main"), ("oradb", "DB-Main")];
        SameNames {
            entity: EntityId(0),
            aliases: aliases.iter().map(|(a, b)| ((*a).to_owned(), (*b).to_owned())).collect(),
            folding: Folding { case, domains: vec!["eu.corp.local".to_owned(), "corp.local".to_owned()] },
        }
    }

    #[test]
    fn a_name_is_folded_then_looked_up() {
        let names = names(Case::Ignored);
        assert_eq!(names.canonical("WEB1.Corp.Local"), "web1");
        assert_eq!(names.canonical("web1.eu.corp.local"), "web1");
        assert_eq!(names.canonical("ORADB.corp.local"), "DB-Main");
        assert_eq!(names.canonical("DB-MAIN"), "DB-Main");
        assert_eq!(names.canonical("corp.local"), "corp.local");
        assert_eq!(names.canonical(".corp.local"), ".corp.local");
        assert_eq!(names.canonical("webcorp.local"), "webcorp.local");
        assert_eq!(names.canonical("ж.corp.local"), "ж");
    }

    #[test]
    fn case_is_kept_unless_told() {
        let names = names(Case::Kept);
        assert_eq!(names.canonical("WEB1.corp.local"), "WEB1");
        assert_eq!(names.canonical("WEB1.CORP.local"), "WEB1.CORP.local");
        assert_eq!(names.canonical("ORADB"), "ORADB");
    }
}
