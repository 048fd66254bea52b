//! What all files together declare: the schema, policies, parameters, lets, vocabularies, frameworks, rules. Names of
//! items and types are resolved here; expressions stay trees and are typed where they are used.

use crate::base::Span;
use crate::facts::schema::{EntityId, Schema, Type};
use crate::plan::Strength;
use crate::syntax::tree;
use crate::value::ClockTime;
use rustc_hash::FxHashMap;
use std::collections::BTreeSet;
use std::sync::Arc;

/// Everything declared. Vectors are in the order of sources and of their texts, the standard library first.
#[derive(Debug, Clone, Default)]
pub struct Declarations {
    /// Entities with their fields, inverses and enumerations (parameters' own enumerations included).
    pub schema: Arc<Schema>,
    /// `let` of entities, by entity and name.
    pub named_values: FxHashMap<(EntityId, String), NamedValue>,
    /// Policies, by name.
    pub policies: Vec<PolicyDeclaration>,
    /// Parameters of all policies.
    pub parameters: Vec<ParameterDeclaration>,
    /// `let` of files.
    pub lets: Vec<LetDeclaration>,
    /// Vocabularies with the phrases of their extensions.
    pub vocabularies: Vec<Vocabulary>,
    /// Frameworks with their controls.
    pub frameworks: Vec<Framework>,
    /// Rules of all policies.
    pub rules: Vec<RuleDeclaration>,
    /// Tests, as written.
    pub tests: Vec<TestDeclaration>,
    /// What is said to be unreachable, as written.
    pub unreachable: Vec<UnreachableDeclaration>,
    /// Names whose declaration has a mistake that is reported, or did not parse: whoever looks one up and finds
    /// nothing stays silent.
    pub broken: BTreeSet<String>,
}

/// A `let` of an entity, read on its rows.
#[derive(Debug, Clone)]
pub struct NamedValue {
    /// The value.
    pub value: Arc<tree::Expr>,
    /// Its `let` line.
    pub span: Span,
    /// The `##` lines.
    pub doc: String,
}

/// A policy: all files that begin with its name.
#[derive(Debug, Clone)]
pub struct PolicyDeclaration {
    /// `saypro.backup`
    pub name: String,
    /// Its title.
    pub title: Option<String>,
    /// Its owner.
    pub owner: Option<String>,
    /// A zone that exists.
    pub timezone: Option<String>,
    /// Where a backup day is cut.
    pub day_starts: Option<ClockTime>,
    /// The first `policy` line.
    pub span: Span,
}

/// A parameter.
#[derive(Debug, Clone)]
pub struct ParameterDeclaration {
    /// Place in `policies`.
    pub policy: usize,
    /// Its short name.
    pub name: String,
    /// Its type.
    pub ty: Type,
    /// `count`: an int not below 0.
    pub not_negative: NotNegative,
    /// `regulation`, `standard`, `guidance`, `organisation` or `house` (where unsaid: `house`).
    pub source: String,
    /// The default, not typed yet.
    pub value: Option<Arc<tree::Expr>>,
    /// Its name's place.
    pub span: Span,
    /// The `##` lines.
    pub doc: String,
}

/// A `let` of a file.
#[derive(Debug, Clone)]
pub struct LetDeclaration {
    /// Place in `policies`.
    pub policy: usize,
    /// Its name.
    pub name: String,
    /// Its value.
    pub value: Arc<tree::Expr>,
    /// Its name's place.
    pub span: Span,
}

/// A vocabulary.
#[derive(Debug, Clone)]
pub struct Vocabulary {
    /// Its name: a rule kind.
    pub name: String,
    /// The entity it speaks of; `None` for the estate.
    pub subject: Option<EntityId>,
    /// Its phrases, those of extensions included.
    pub phrases: Vec<PhraseDeclaration>,
    /// Its name's place.
    pub span: Span,
    /// The `##` lines.
    pub doc: String,
    /// Whether a phrase of it has a mistake in its head: a line that matches none may have meant that one.
    pub broken: Wholeness,
}

/// A phrase.
#[derive(Debug, Clone)]
pub struct PhraseDeclaration {
    /// Words and holes.
    pub template: Vec<TemplatePart>,
    /// `as <name>` of the vocabulary (or extension) that declares it.
    pub alias: Option<String>,
    /// Its body.
    pub lines: Arc<[tree::Line]>,
    /// The `phrase …` line.
    pub span: Span,
    /// The `##` lines.
    pub doc: String,
    /// Whether a line of its body did not parse.
    pub broken: Wholeness,
}

/// A part of a template.
#[derive(Debug, Clone)]
pub enum TemplatePart {
    /// A word with its forms.
    Word(Vec<String>),
    /// A hole.
    Hole {
        /// Its name.
        name: String,
        /// Its type.
        ty: Type,
        /// `count`: an int not below 0.
        not_negative: NotNegative,
        /// Its place.
        span: Span,
    },
}

/// Whether a hole refuses numbers below 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NotNegative {
    /// It does (`count`).
    Required,
    /// It does not.
    Free,
}

/// Whether all lines of an item parsed; errors that only follow from a dropped line are not reported.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wholeness {
    /// All did.
    Whole,
    /// At least one did not.
    Broken,
}

/// A framework.
#[derive(Debug, Clone)]
pub struct Framework {
    /// Its id.
    pub name: String,
    /// Its title.
    pub title: String,
    /// Its edition.
    pub edition: String,
    /// Its controls.
    pub controls: Vec<Control>,
    /// Its name's place.
    pub span: Span,
    /// Whether lines of it did not parse: a control that it lacks may be among them.
    pub broken: Wholeness,
}

/// A control.
#[derive(Debug, Clone)]
pub struct Control {
    /// The citation.
    pub id: String,
    /// What it asks.
    pub title: String,
    /// How far facts decide it.
    pub strength: Strength,
    /// Its line.
    pub span: Span,
}

/// A rule.
#[derive(Debug, Clone)]
pub struct RuleDeclaration {
    /// Place in `policies`.
    pub policy: usize,
    /// Place in `vocabularies`; `None` for a plain `rule`.
    pub vocabulary: Option<usize>,
    /// The rule as written.
    pub item: Arc<tree::RuleItem>,
    /// Its whole item.
    pub span: Span,
}

/// A test.
#[derive(Debug, Clone)]
pub struct TestDeclaration {
    /// Place in `policies` of the policy whose file it stands in.
    pub policy: Option<usize>,
    /// The test as written.
    pub item: Arc<tree::TestItem>,
}

/// A state that no test can show.
#[derive(Debug, Clone)]
pub struct UnreachableDeclaration {
    /// Place in `policies` of the policy whose file it stands in.
    pub policy: Option<usize>,
    /// The line as written.
    pub item: Arc<tree::UnreachableItem>,
}
