//! The rules of a plan, their requirements and parameters.

use super::node::NodeId;
use crate::base::{Place, Span};
use crate::facts::schema::{EntityId, Type};
use crate::value::{ClockTime, Scalar};

/// How much a rule weighs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[expect(missing_docs, reason = "the names are the words")]
pub enum Weight {
    Low,
    Medium,
    High,
    Critical,
}

/// A compiled rule.
#[derive(Debug, Clone, PartialEq)]
pub struct Rule {
    /// Qualified: `saypro.backup.success_rate`.
    pub name: String,
    /// `rule` or the vocabulary's name.
    pub kind: String,
    /// The title; the name where there is none.
    pub title: String,
    /// Default medium.
    pub severity: Weight,
    /// The rule's, else the policy's.
    pub owner: Option<String>,
    /// What it is evidence for.
    pub evidence: Vec<Evidence>,
    /// What to do about a failure, with values.
    pub remedy: Option<Vec<Piece>>,
    /// Its head line.
    pub span: Span,
    /// The policy's place in `Plan::policies`: its zone and day start cut the calendar of this rule.
    pub policy: u32,
    /// Who is asked.
    pub scope: Scope,
    /// At least one.
    pub requirements: Vec<Requirement>,
    /// SHA-256 (hexadecimal) of the rule's compiled content, without places: tells "rule changed" from "fixed".
    pub hash: String,
}

/// A policy as reports name it.
#[derive(Debug, Clone, PartialEq)]
pub struct PolicyInfo {
    /// `saypro.backup`
    pub name: String,
    /// Its title.
    pub title: Option<String>,
    /// Zone of its calendar cuts, by IANA name; `None`: the project's, else UTC.
    pub timezone: Option<String>,
    /// Where a backup day is cut.
    pub day_starts: Option<ClockTime>,
}

/// Who a rule asks.
#[derive(Debug, Clone, PartialEq)]
pub enum Scope {
    /// `for the estate`: one subject, the run.
    Estate,
    /// `for each E …`
    Each {
        /// The entity.
        entity: EntityId,
        /// `where P` and the predicates of `in collection`, over the subject at depth 0.
        filter: Option<NodeId>,
        /// Whether selecting nothing is fine.
        if_any: IfAny,
        /// The scope line.
        span: Span,
    },
}

/// Whether selecting nothing is excused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum IfAny {
    /// Selecting nothing is vacuous: exit 3.
    Asked,
    /// `if any`: vacuous (allowed).
    Allowed,
}

/// One thing asked of each subject.
#[derive(Debug, Clone, PartialEq)]
pub struct Requirement {
    /// A truth.
    pub claim: NodeId,
    /// The requirement key of `semantics.md` 7.1.
    pub key: String,
    /// The vocabulary that declares the first phrase of the path; `rule` for a plain `require`.
    pub vocabulary: String,
    /// 1, or its place among the rule's requirements with the same key.
    pub ordinal: u32,
    /// The user's line as written, on one line: `keep daily versions for 35 days`.
    pub sentence: String,
    /// The user's line in the rule.
    pub line: Span,
    /// The definitions it came through, outermost phrase first, the `require` line last; empty for a plain `require`.
    pub definitions: Vec<Span>,
    /// The quantities that fill holes of the phrases that it came through, those that its claim reads: the place of the
    /// phrase in `definitions`, the place of the hole in the phrase, the value.
    pub limits: Vec<Limit>,
    /// The message of `otherwise`.
    pub message: Option<Vec<Piece>>,
    /// The remedy of the innermost phrase that has one.
    pub remedy: Option<Vec<Piece>>,
}

/// A quantity that fills a hole of a phrase.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Limit {
    /// Place of the phrase in `Requirement::definitions`.
    pub phrase: usize,
    /// Place of the hole among those of the phrase.
    pub hole: usize,
    /// The value.
    pub value: NodeId,
}

/// A part of a message.
#[derive(Debug, Clone, PartialEq)]
pub enum Piece {
    /// Literal text.
    Text(String),
    /// The value of a node, shown.
    Value(NodeId),
}

/// A control that a rule is evidence for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Evidence {
    /// The framework's name.
    pub framework: String,
    /// Its edition.
    pub edition: String,
    /// The citation.
    pub control: String,
    /// How far facts decide it.
    pub strength: Strength,
}

/// How far facts reach for a control.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[expect(missing_docs, reason = "the names are the words of the language")]
pub enum Strength {
    Fully,
    Partly,
    Aside,
    ByAttestation,
}

/// A parameter with the value of this run.
#[derive(Debug, Clone, PartialEq)]
pub struct Parameter {
    /// Qualified: `saypro.backup.min_success`.
    pub name: String,
    /// Its type.
    pub ty: Type,
    /// `regulation`, `standard`, `guidance`, `organisation` or `house`.
    pub source: String,
    /// `None`: unset, unknown.
    pub value: Option<ParameterValue>,
    /// Where the value comes from.
    pub set_by: SetBy,
    /// Where it is declared.
    pub span: Span,
}

/// Where a value of this run comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SetBy {
    /// The default that the policy declares.
    Policy,
    /// The project file, at this place.
    Project(Place),
    /// The command line.
    CommandLine,
}

impl SetBy {
    /// One word for it.
    pub fn word(&self) -> &'static str {
        match self {
            SetBy::Policy => "policy",
            SetBy::Project(_) => "project",
            SetBy::CommandLine => "--param",
        }
    }
}

/// A parameter's value.
#[derive(Debug, Clone, PartialEq)]
pub enum ParameterValue {
    /// One value.
    One(Scalar),
    /// A set or list.
    Many(Vec<Scalar>),
    /// A map, sorted by key text or member.
    Map(Vec<(Scalar, Scalar)>),
}
