//! What typing carries from expression to expression: the declarations, the nodes made so far, the mistakes found, and
//! the values of names that stand for themselves (file `let`s, named values). Each mistake is told once, however often
//! the line it stands in is used.

use super::declarations::Declarations;
use super::nodes::{Calendar, Nodes};
use super::show;
use crate::base::codes::Code;
use crate::base::{Diagnostic, Place, SourceId, SourceMap, Span};
use crate::facts::schema::{EntityId, Schema, Type};
use crate::plan::{Depth, NodeId, Op};
use crate::value::Scalar;
use rustc_hash::{FxHashMap, FxHashSet};

/// The state of typing.
pub struct Checker<'a> {
    /// What all files declare.
    pub declarations: &'a Declarations,
    /// Their texts.
    pub sources: &'a SourceMap,
    /// What facts may say.
    pub schema: &'a Schema,
    /// The nodes so far.
    pub nodes: Nodes,
    /// Places in `Plan::parameters`, by place in `Declarations::parameters`.
    pub parameter_places: Vec<u32>,
    /// Values of file `let`s.
    pub(super) file_lets: FxHashMap<usize, Progress>,
    /// Values of entities' named values on a row, for elements from a depth on.
    pub(super) named_values: FxHashMap<(EntityId, String, NodeId, Depth), Progress>,
    /// Parameters that some expression names.
    pub used_parameters: FxHashSet<usize>,
    /// File `let`s that some expression names.
    pub used_file_lets: FxHashSet<usize>,
    /// `let`s of rules and phrases that some expression names, by their place.
    pub used_locals: FxHashSet<Span>,
    found: Vec<Diagnostic>,
    told: FxHashSet<(Code, Option<Span>)>,
    quiet: Quiet,
    /// How many expressions are being typed, each within the one before, those of named values included.
    pub(super) nesting: usize,
    /// A text that is in no file: the value of a `--param`.
    pub(crate) loose_text: Option<(SourceId, String)>,
}

/// Whether mistakes are told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Quiet {
    /// They are.
    Told,
    /// They are not: something is only tried.
    Tried,
}

/// How far the value of a name is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Progress {
    /// Being typed: to meet it again is a cycle.
    Begun,
    /// Typed; `None` where it is an error which is told already.
    Done(Option<NodeId>),
}

impl<'a> Checker<'a> {
    /// A checker that has seen nothing yet. `parameter_places` as in the field.
    pub fn new(declarations: &'a Declarations, sources: &'a SourceMap, parameter_places: Vec<u32>) -> Self {
        Checker {
            declarations,
            sources,
            schema: &declarations.schema,
            nodes: Nodes::default(),
            parameter_places,
            file_lets: FxHashMap::default(),
            named_values: FxHashMap::default(),
            used_parameters: FxHashSet::default(),
            used_file_lets: FxHashSet::default(),
            used_locals: FxHashSet::default(),
            found: Vec::new(),
            told: FxHashSet::default(),
            quiet: Quiet::Told,
            nesting: 0,
            loose_text: None,
        }
    }

    /// Records a mistake, once for each code and place.
    pub fn report(&mut self, diagnostic: Diagnostic) {
        if self.quiet == Quiet::Tried {
            return;
        }
        let place = match diagnostic.primary.as_ref().map(|label| &label.place) {
            Some(Place::Policy(span)) => Some(*span),
            _ => None,
        };
        if place.is_none() || self.told.insert((diagnostic.code, place)) {
            self.found.push(diagnostic);
        }
    }

    /// Records a mistake where a value was wanted.
    pub fn fail<T>(&mut self, diagnostic: Diagnostic) -> Option<T> {
        self.report(diagnostic);
        None
    }

    /// Tries something without telling mistakes. What is found wrong meanwhile is told when it is typed in earnest.
    pub fn quietly<T>(&mut self, attempt: impl FnOnce(&mut Self) -> T) -> T {
        let before = std::mem::replace(&mut self.quiet, Quiet::Tried);
        let result = attempt(self);
        self.quiet = before;
        result
    }

    /// How to keep the value of a name: an error that was not told must be met again.
    pub(super) fn settled(&self, value: Option<NodeId>) -> Option<Progress> {
        (value.is_some() || self.quiet == Quiet::Told).then_some(Progress::Done(value))
    }

    /// Records a mistake again that was taken.
    pub fn keep(&mut self, diagnostic: Diagnostic) {
        self.found.push(diagnostic);
    }

    /// Whether a span lies in a user's file.
    pub fn is_users(&self, span: Span) -> bool {
        self.sources.get(span.source).is_some_and(|source| !source.standard)
    }

    /// The mistakes so far; they are handed over.
    pub fn take_found(&mut self) -> Vec<Diagnostic> {
        std::mem::take(&mut self.found)
    }

    /// The type of a node.
    pub fn ty(&self, id: NodeId) -> &Type {
        self.nodes.ty(id)
    }

    /// The type of a node as messages say it.
    pub fn a_type_of(&self, id: NodeId) -> String {
        show::a_type(self.schema, self.ty(id))
    }

    /// A type as messages say it.
    pub fn a_type(&self, ty: &Type) -> String {
        show::a_type(self.schema, ty)
    }

    /// A node that asks no calendar.
    pub fn node(&mut self, op: Op, ty: Type, span: Span) -> NodeId {
        self.nodes.add(op, ty, span, None)
    }

    /// A node whose value the calendar of the policy decides.
    pub fn calendar_node(&mut self, op: Op, ty: Type, span: Span, policy: Option<usize>) -> NodeId {
        let calendar = self.calendar_of(policy);
        self.nodes.add(op, ty, span, calendar)
    }

    /// A constant node.
    pub fn constant(&mut self, value: Scalar, ty: Type, span: Span) -> NodeId {
        self.node(Op::Constant(value), ty, span)
    }

    /// The value of a node that is one.
    pub fn constant_of(&self, id: NodeId) -> Option<&Scalar> {
        match &self.nodes.get(id).op {
            Op::Constant(value) => Some(value),
            _ => None,
        }
    }

    /// The words under a span, blanks and line ends as one blank each.
    pub fn words(&self, span: Span) -> String {
        let text = match &self.loose_text {
            Some((source, text)) if *source == span.source => {
                text.get(span.start as usize..span.end as usize).unwrap_or("")
            }
            _ => self.sources.text(span),
        };
        text.split_whitespace().collect::<Vec<_>>().join(" ")
    }

    /// The first policy with the same zone and day start.
    fn calendar_of(&self, policy: Option<usize>) -> Calendar {
        let wanted = self.declarations.policies.get(policy?)?;
        self.declarations
            .policies
            .iter()
            .position(|p| p.timezone == wanted.timezone && p.day_starts == wanted.day_starts)
    }
}
