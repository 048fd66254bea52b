//! The syntax tree of a policy file. Plain data; every node keeps its span. Names are not resolved here.

mod expressions;
mod tests;

pub use expressions::{
    Argument, ArithmeticOperator, Comparison, Direction, Expr, ExprKind, Knowledge, Literal, Quantifier, Sentence,
    TextExpr, TextPart,
};
pub use tests::{
    Cell, CellValue, Coverable, Expectation, Given, GivenRows, Interval, Record, Side, Spread, TestItem, TestLine,
    TestLineKind, UnreachableItem,
};

use crate::base::{SourceId, Span, Spanned};
use crate::value::ClockTime;

/// A word and its place.
pub type Name = Spanned<String>;

/// One policy file.
#[derive(Debug, Clone, PartialEq)]
pub struct File {
    /// Its text.
    pub source: SourceId,
    /// Items in the order of the text; items that did not parse are absent (their diagnostics say so).
    pub items: Vec<Item>,
    /// Names of the items that did not parse, as far as they could be read: a use of one is no further mistake.
    pub broken: Vec<Name>,
}

/// What an item lost to lines that did not parse. Their diagnostics are told; later phases keep silent about what only
/// follows from the loss (a rule without a requirement, an unknown name).
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Lost {
    /// How many lines were dropped.
    pub lines: usize,
    /// Names that the dropped lines would have declared: `let`s, fields.
    pub names: Vec<Name>,
}

impl Lost {
    /// Whether anything was dropped.
    pub fn any(&self) -> bool {
        self.lines > 0
    }
}

/// A top-level item.
#[derive(Debug, Clone, PartialEq)]
pub struct Item {
    /// From its first word to its last byte.
    pub span: Span,
    /// The `##` lines above, without the marks, joined by newlines.
    pub doc: String,
    /// What it declares.
    pub kind: ItemKind,
}

/// The sorts of items.
#[derive(Debug, Clone, PartialEq)]
pub enum ItemKind {
    /// `policy saypro.backup "…" { … }`
    Policy(PolicyItem),
    /// `param min_success: percent from house = 98%`
    Parameter(ParameterItem),
    /// `let critical_systems = systems where …`
    Let(LetLine),
    /// `rule …`, `retention …`: any `<vocabulary> <name> "<title>" { … }`
    Rule(RuleItem),
    /// `vocabulary retention for system { … }` or `extend vocabulary …`
    Vocabulary(VocabularyItem),
    /// `entity system "…" { … }`, `event entity …`, `extend entity …`
    Entity(EntityItem),
    /// `framework hipaa "…" edition "…" { … }`
    Framework(FrameworkItem),
    /// `test "…" { … }`
    Test(TestItem),
    /// `unreachable … passes "…"`
    Unreachable(UnreachableItem),
}

/// `policy <path> "<title>" { owner, timezone, day starts }`
#[derive(Debug, Clone, PartialEq)]
pub struct PolicyItem {
    /// Dotted name, e.g. `saypro.backup`.
    pub name: Name,
    /// The title, where given.
    pub title: Option<Name>,
    /// Who owns it.
    pub owner: Option<Name>,
    /// IANA zone name of the calendar cuts.
    pub timezone: Option<Name>,
    /// Where a backup day is cut.
    pub day_starts: Option<Spanned<ClockTime>>,
    /// What it lost to lines that did not parse.
    pub lost: Lost,
}

/// `param <name>: <type> [from <source>] [= <value>]`
#[derive(Debug, Clone, PartialEq)]
pub struct ParameterItem {
    /// Its name.
    pub name: Name,
    /// Its type.
    pub ty: TypeExpr,
    /// `regulation`, `standard`, `guidance`, `organisation` or `house`, as written.
    pub source: Option<Name>,
    /// The default.
    pub value: Option<Expr>,
}

/// `let <name> = <expr>`
#[derive(Debug, Clone, PartialEq)]
pub struct LetLine {
    /// Its name.
    pub name: Name,
    /// Its value.
    pub value: Expr,
}

/// A rule of any kind.
#[derive(Debug, Clone, PartialEq)]
pub struct RuleItem {
    /// `rule` or the name of a vocabulary.
    pub kind: Name,
    /// Its name within the policy.
    pub name: Name,
    /// Its title, where given.
    pub title: Option<Name>,
    /// Its lines.
    pub lines: Vec<Line>,
    /// What it lost to lines that did not parse.
    pub lost: Lost,
}

/// `[extend] vocabulary <name> for <entity|the estate> [as <name>] { phrases }`
#[derive(Debug, Clone, PartialEq)]
pub struct VocabularyItem {
    /// Whether it begins with `extend`.
    pub extend: bool,
    /// Its name.
    pub name: Name,
    /// The entity it speaks of; `None` for `the estate`.
    pub subject: Option<Name>,
    /// `as <name>`
    pub alias: Option<Name>,
    /// Its phrases.
    pub phrases: Vec<Phrase>,
    /// What it lost to heads of phrases that did not parse; what a body lost stands at the phrase.
    pub lost: Lost,
}

/// `phrase <template>` and its indented body.
#[derive(Debug, Clone, PartialEq)]
pub struct Phrase {
    /// The `phrase …` line.
    pub span: Span,
    /// The `##` lines above.
    pub doc: String,
    /// Words and holes.
    pub template: Vec<TemplatePart>,
    /// `let`, `require`, `remedy`, `escalate` and phrase lines.
    pub lines: Vec<Line>,
    /// What it lost to lines that did not parse.
    pub lost: Lost,
}

/// A part of a phrase's template.
#[derive(Debug, Clone, PartialEq)]
pub enum TemplatePart {
    /// A word with one or two forms (`version|versions`).
    Word {
        /// The forms, at least one.
        forms: Vec<String>,
        /// Its place.
        span: Span,
    },
    /// `{name: type}`
    Hole {
        /// Its name.
        name: Name,
        /// Its type.
        ty: TypeExpr,
        /// From brace to brace.
        span: Span,
    },
}

/// A line of a rule or of a phrase's body.
#[derive(Debug, Clone, PartialEq)]
pub struct Line {
    /// The whole line with its continuations, without blanks around.
    pub span: Span,
    /// What it says.
    pub kind: LineKind,
}

/// The sorts of lines.
#[derive(Debug, Clone, PartialEq)]
pub enum LineKind {
    /// `severity high`
    Severity(Name),
    /// `evidence for gdpr "Art. 32(1)(c)"`
    Evidence {
        /// The framework.
        framework: Name,
        /// The control as written.
        control: Name,
    },
    /// `owner "…"`
    Owner(Name),
    /// `for each …` or `for the estate`
    For(Scope),
    /// `let …`
    Let(LetLine),
    /// `require …`
    Require(Requirement),
    /// `remedy "…"`
    Remedy(TextExpr),
    /// A phrase line: words and operands, in order.
    Phrase(Vec<PhraseToken>),
}

/// The `for` line.
#[derive(Debug, Clone, PartialEq)]
#[expect(clippy::large_enum_variant, reason = "the large variant is the usual one")]
pub enum Scope {
    /// `for the estate`
    Estate,
    /// `for each E [as name] [in collection] [where P] [if any]`
    Each {
        /// The entity, singular.
        entity: Name,
        /// `as name`
        alias: Option<Name>,
        /// `in collection`
        collection: Option<Expr>,
        /// `where P`
        filter: Option<Expr>,
        /// Place of `if any`, where written.
        if_any: Option<Span>,
    },
}

/// `require <claim> [otherwise "…"]`
#[derive(Debug, Clone, PartialEq)]
pub struct Requirement {
    /// An expression of type bool, often an `ExprKind::Sentence`.
    pub claim: Expr,
    /// The message.
    pub otherwise: Option<TextExpr>,
}

/// A part of a phrase line.
#[derive(Debug, Clone, PartialEq)]
pub enum PhraseToken {
    /// A word (`a-b` is one) as written. May turn out to be an operand: a name, an enumeration member.
    Word(Name),
    /// A literal, a path with a dot, a list or a parenthesised expression; `every week` as one `Cadence` literal comes
    /// as the word `every` and the word `week`: joining them is the matcher's business.
    Operand(Expr),
}

/// A type as written.
#[derive(Debug, Clone, PartialEq)]
pub struct TypeExpr {
    /// Its place.
    pub span: Span,
    /// What it is.
    pub kind: TypeKind,
}

/// The sorts of types.
#[derive(Debug, Clone, PartialEq)]
pub enum TypeKind {
    /// A built-in type's or an entity's name: `duration`, `system`.
    Named(String),
    /// `time or never`
    TimeOrNever,
    /// `one of [a < b < c]` or `one of [a, b]`
    OneOf {
        /// The members in order.
        members: Vec<Name>,
        /// Whether they are parted by `<`.
        ordered: bool,
    },
    /// `set of T`; `set of [a, b]` holds a `OneOf`.
    Set(Box<TypeExpr>),
    /// `list of T`
    List(Box<TypeExpr>),
    /// `map of T [by enumeration]`
    Map {
        /// What its entries hold.
        of: Box<TypeExpr>,
        /// The enumeration of its keys, as a type (`system.tier`).
        by: Option<Box<TypeExpr>>,
    },
    /// `system.tier`: a field's type.
    FieldOf {
        /// The entity.
        entity: Name,
        /// The field.
        field: Name,
    },
    /// `many run by system`
    Many {
        /// The other entity.
        entity: Name,
        /// Its field that leads back.
        by: Name,
    },
}

/// `[event|extend] entity <name> "<title>" [plural <word>] { members }`
#[derive(Debug, Clone, PartialEq)]
pub struct EntityItem {
    /// Whether it begins with `event`.
    pub event: bool,
    /// Whether it begins with `extend`.
    pub extend: bool,
    /// Its name, singular.
    pub name: Name,
    /// Its title.
    pub title: Option<Name>,
    /// `plural <word>`
    pub plural: Option<Name>,
    /// Its lines.
    pub members: Vec<EntityMember>,
    /// What it lost to lines that did not parse.
    pub lost: Lost,
}

/// A line of an entity.
#[derive(Debug, Clone, PartialEq)]
pub struct EntityMember {
    /// The whole line.
    pub span: Span,
    /// The `##` lines above.
    pub doc: String,
    /// What it declares.
    pub kind: MemberKind,
}

/// The sorts of an entity's lines.
#[derive(Debug, Clone, PartialEq)]
#[expect(clippy::large_enum_variant, reason = "the large variant is the usual one")]
pub enum MemberKind {
    /// `name: type [key] [required] [default x] [derived a, b - c] [from "x" [in unit]]`
    Field {
        /// Its name.
        name: Name,
        /// Its type.
        ty: TypeExpr,
        /// Place of `key`.
        key: Option<Span>,
        /// Place of `required`.
        required: Option<Span>,
        /// `default <literal or name>`
        default: Option<Expr>,
        /// `derived <expr>, <expr>`
        derived: Vec<Expr>,
        /// `from "name"` and the unit after `in`.
        read_from: Option<(Name, Option<Name>)>,
    },
    /// `tier: also [bronze < standard]`
    Also {
        /// The field whose enumeration grows.
        field: Name,
        /// The members; a known one anchors the order.
        members: Vec<Name>,
        /// Whether parted by `<`.
        ordered: bool,
    },
    /// `let active = retired > now`
    Let(LetLine),
    /// `occurs started, scheduled`
    Occurs(Vec<Name>),
    /// `ahead due, next_rotation`
    Ahead(Vec<Name>),
    /// `about repository, system, plan`
    About(Vec<Name>),
}

/// `framework <id> "<title>" edition "<text>" { controls }`
#[derive(Debug, Clone, PartialEq)]
pub struct FrameworkItem {
    /// Its id.
    pub name: Name,
    /// Its title.
    pub title: Option<Name>,
    /// Its edition.
    pub edition: Option<Name>,
    /// Its controls.
    pub controls: Vec<ControlLine>,
    /// What it lost to lines that did not parse.
    pub lost: Lost,
}

/// `control "<id>" "<title>" decides fully|partly|aside|by attestation`
#[derive(Debug, Clone, PartialEq)]
pub struct ControlLine {
    /// The whole line.
    pub span: Span,
    /// The `##` lines above.
    pub doc: String,
    /// The citation.
    pub id: Name,
    /// What it asks, in own words.
    pub title: Option<Name>,
    /// `fully`, `partly`, `aside` or `by attestation`, as written.
    pub decides: Option<Name>,
}
