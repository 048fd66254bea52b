//! Text to tree: the pest grammar, recovery, and the tree with its spans. Knows no names and no types.

pub mod tree;
