//! What bare names may mean at a place: the rows in scope, the `let`s and holes, the policy's names, the estate's
//! collections. Plain data; looking up is `name`'s business.

use crate::base::Span;
use crate::facts::schema::{EntityId, FieldRef};
use crate::plan::{Depth, NodeId};

/// Everything that a bare name may mean at a place.
#[derive(Debug, Clone)]
pub struct Scope {
    /// The subject, where there is one, then the elements of predicates, outermost first.
    pub rows: Vec<RowInScope>,
    /// The `let`s and holes in scope, in order.
    pub locals: Vec<Local>,
    /// Whose calendar cuts the days and whose zone times are read in.
    pub policy: Option<usize>,
    /// Whether the policy's parameters and file `let`s are in scope.
    pub policy_names: PolicyNames,
    /// Whether `runs` alone means all runs.
    pub collections: Collections,
    /// The depth that the next element is bound at.
    pub depth: Depth,
    /// Names that lines which did not parse would have declared: nothing is said of them.
    pub lost: Vec<String>,
}

/// A row in scope.
#[derive(Debug, Clone)]
pub struct RowInScope {
    /// Its entity.
    pub entity: EntityId,
    /// Its node.
    pub row: NodeId,
    /// The subject, or the element of a predicate.
    pub role: Role,
    /// `as name`: what it is reached by from within a predicate, instead of its entity's name.
    pub alias: Option<String>,
    /// The field of an element that leads back to the row whose relation it belongs to, and that row.
    pub back: Option<(FieldRef, NodeId)>,
    /// Where it is bound.
    pub span: Span,
}

/// What a row is in its scope.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// Who is asked, or the row whose named value is read.
    Subject,
    /// The element of a predicate.
    Element,
}

/// Whether the estate's collections stand under their bare names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Collections {
    /// They do.
    Bare,
    /// Only as `estate.runs`.
    OfEstate,
}

/// Whether a policy's parameters and file `let`s stand under their names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PolicyNames {
    /// In the policy's own rules and `let`s.
    Visible,
    /// In a phrase: it serves many policies and is handed what it needs.
    Hidden,
}

/// A `let` or a hole.
#[derive(Debug, Clone)]
pub struct Local {
    /// Its name.
    pub name: String,
    /// Its value; `None` where that is an error which is told already.
    pub value: Option<NodeId>,
    /// Where it is named.
    pub span: Span,
    /// Which of the two.
    pub kind: LocalKind,
}

/// A `let` or a hole.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LocalKind {
    /// `let x = …`
    Let,
    /// `{x: type}`
    Hole,
}

impl Scope {
    /// The policy whose parameters and file `let`s are in scope.
    pub fn naming_policy(&self) -> Option<usize> {
        self.policy.filter(|_| self.policy_names == PolicyNames::Visible)
    }

    /// A scope without rows: a file's `let`, a rule for the estate.
    pub fn of_estate(policy: Option<usize>) -> Scope {
        Scope {
            rows: Vec::new(),
            locals: Vec::new(),
            policy,
            policy_names: PolicyNames::Visible,
            collections: Collections::Bare,
            depth: 1,
            lost: Vec::new(),
        }
    }

    /// A scope with a subject. `depth` is where its elements are bound.
    pub fn of_subject(subject: RowInScope, policy: Option<usize>, depth: Depth) -> Scope {
        Scope {
            rows: vec![subject],
            locals: Vec::new(),
            policy,
            policy_names: PolicyNames::Visible,
            collections: Collections::OfEstate,
            depth,
            lost: Vec::new(),
        }
    }

    /// The row that bare names are read on.
    pub fn innermost(&self) -> Option<&RowInScope> {
        self.rows.last()
    }

    /// The same with one more element.
    #[must_use]
    pub fn with_element(&self, element: RowInScope) -> Scope {
        let mut inner = self.clone();
        inner.rows.push(element);
        inner.depth = self.depth.saturating_add(1);
        inner
    }

    /// The local of a name, the newest first.
    pub fn local(&self, name: &str) -> Option<(usize, &Local)> {
        self.locals.iter().enumerate().rev().find(|(_, local)| local.name == name)
    }
}
