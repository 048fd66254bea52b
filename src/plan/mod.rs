//! The compiled checks as data: an arena of typed nodes, the rules over them, what they read. No closures, no syntax
//! tree, no evaluator. Equal nodes are one node (hash-consing), so common work is seen.
//!
//! Rows in scope are numbered by depth: 0 is the subject of the rule, 1 the element of the outermost predicate, 2 the
//! element of a predicate within it. A group node's own predicate binds the depth that it names.

pub mod listing;
mod node;
mod operands;
mod rule;
mod test;

pub use listing::listing;
pub use node::{
    Arithmetic, Comparison, Depth, Direction, HasHow, InWindow, Key, Method, Node, NodeId, Op, Reduction, WindowTest,
};
pub use rule::{
    Evidence, IfAny, Limit, Parameter, ParameterValue, Piece, PolicyInfo, Requirement, Rule, Scope, SetBy, Strength,
    Weight,
};
pub use test::{Coverable, Expectation, Expected, Given, GivenKind, GivenRow, GivenValue, State, Test, Unreachable};

use crate::facts::schema::{EntityId, FieldRef, InverseId, Schema};
use std::sync::Arc;

/// Everything that `evaluate` needs to know of the policies.
#[derive(Debug, Clone, Default)]
pub struct Plan {
    /// What facts may say.
    pub schema: Arc<Schema>,
    /// A node's operands stand before it.
    pub nodes: Vec<Node>,
    /// Sorted by qualified name.
    pub rules: Vec<Rule>,
    /// Sorted by policy and name.
    pub parameters: Vec<Parameter>,
    /// By name; rules name theirs by place.
    pub policies: Vec<PolicyInfo>,
    /// Cells that some node reads, the relation cells that it goes by included; sorted. Keys only where a node names them.
    pub reads: Vec<FieldRef>,
    /// Inverses that some node walks; sorted.
    pub walks: Vec<(EntityId, InverseId)>,
    /// Tests of the rules, in the order of sources and of their texts.
    pub tests: Vec<Test>,
    /// What no test can show.
    pub unreachable: Vec<Unreachable>,
}

impl Plan {
    /// The node of `id`. Ids come from this plan, so an unknown one is a defect of the program.
    pub fn node(&self, id: NodeId) -> &Node {
        &self.nodes[id.0 as usize]
    }
}
