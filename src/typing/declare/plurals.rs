//! The names of collections: by rule, or as said.

/// The plural by rule: `+s`, and `y` after a consonant becomes `ies` (`capacity` → `capacities`, `key` → `keys`).
pub(super) fn by_rule(singular: &str) -> String {
    let stem = singular.strip_suffix('y').filter(|stem| !stem.ends_with(['a', 'e', 'i', 'o', 'u']));
    stem.filter(|stem| !stem.is_empty()).map_or_else(|| format!("{singular}s"), |stem| format!("{stem}ies"))
}

#[cfg(test)]
mod tests {
    use super::by_rule;

    #[test]
    fn plurals_follow_the_rule() {
        for (singular, plural) in [
            ("system", "systems"),
            ("repository", "repositories"),
            ("key", "keys"),
            ("plan_copy", "plan_copies"),
            ("y", "ys"),
        ] {
            assert_eq!(by_rule(singular), plural);
        }
    }
}
