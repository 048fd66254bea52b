//! The id of a finding (`semantics.md` 7.1): the same duty of the same subject, whatever was measured.

use crate::base::hexadecimal;
use sha2::{Digest, Sha256};
use std::fmt::Write;
use unicode_normalization::UnicodeNormalization;

/// What identifies a finding.
#[derive(Debug, Clone, Copy)]
pub(super) struct Identity<'a> {
    /// Qualified.
    pub rule: &'a str,
    /// That declares the first phrase of the path, or `rule`.
    pub vocabulary: &'a str,
    /// The requirement key.
    pub requirement: &'a str,
    /// From 1.
    pub ordinal: u32,
    /// The subject's entity; empty for the run.
    pub entity: &'a str,
    /// The subject's key; empty for the run.
    pub subject: &'a str,
}

impl Identity<'_> {
    fn bytes(&self) -> String {
        let subject: String = self.subject.nfc().collect();
        let ordinal = self.ordinal.to_string();
        let parts =
            ["backproof finding 1", self.rule, self.vocabulary, self.requirement, &ordinal, self.entity, &subject];
        let mut text = String::new();
        for part in parts {
            // Writing to a string cannot fail.
            let _ = write!(text, "{}:{part},", part.len());
        }
        text
    }

    /// `bp1-` and 20 hexadecimal digits.
    pub fn id(&self) -> String {
        let hash = Sha256::digest(self.bytes().as_bytes());
        format!("bp1-{}", hexadecimal(&hash[..10]))
    }
}

#[cfg(test)]
mod tests {
    use super::Identity;

    const I1: Identity<'_> = Identity {
        rule: "saypro.backup.critical_history",
        vocabulary: "retention",
        requirement: "keep {every=daily} versions for {span}",
        ordinal: 1,
        entity: "system",
        subject: "db1",
    };

    #[test]
    fn i1_is_what_the_specification_says() {
        assert_eq!(
            I1.bytes(),
            "19:backproof finding 1,30:saypro.backup.critical_history,9:retention,38:keep {every=daily} versions for {span},1:1,6:system,3:db1,"
        );
        assert_eq!(I1.id(), "bp1-68d07c85ea4130cd8e43");
        let monthly = Identity { requirement: "keep {every=monthly} versions for {span}", ..I1 };
        assert_ne!(monthly.id(), I1.id());
    }

    #[test]
    fn subject_keys_are_composed() {
        let composed = Identity { subject: "caf\u{e9}", ..I1 };
        let decomposed = Identity { subject: "cafe\u{301}", ..I1 };
        assert_eq!(composed.id(), decomposed.id());
        assert_ne!(composed.id(), I1.id());
    }
}
