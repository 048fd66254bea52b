//! Tests and what is said to be unreachable: which policy they belong to. What they name is looked up when they are
//! compiled.

use super::draft::Draft;
use super::policies::FilePolicies;
use crate::syntax::tree::ItemKind;
use crate::typing::declarations::{TestDeclaration, UnreachableDeclaration};
use std::sync::Arc;

/// Declares the tests of all files.
pub(super) fn declare(draft: &mut Draft<'_>, of_files: &FilePolicies) {
    for (file, _, test) in draft.items(|k| if let ItemKind::Test(test) = k { Some(test) } else { None }) {
        let policy = of_files.get(&file.source).copied();
        draft.declarations.tests.push(TestDeclaration { policy, item: Arc::new(test.clone()) });
    }
    for (file, _, item) in draft.items(|k| if let ItemKind::Unreachable(item) = k { Some(item) } else { None }) {
        let policy = of_files.get(&file.source).copied();
        draft.declarations.unreachable.push(UnreachableDeclaration { policy, item: Arc::new(item.clone()) });
    }
}
