//! The command line.

use super::collect::collectors::COLLECTORS;
use crate::report::{Color, FORMATS, Style};
use clap::builder::PossibleValuesParser;
use clap::{Args, Parser, Subcommand, ValueEnum};
use std::path::PathBuf;

/// A backup policy as text, checked against facts from the backup tools in use.
#[derive(Debug, Parser)]
#[command(
    name = "backproof",
    version,
    max_term_width = 100,
    arg_required_else_help = true,
    disable_help_subcommand = true
)]
#[command(after_help = exit_codes())]
pub struct Arguments {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
    /// When to colour the output
    #[arg(long, global = true, value_name = "WHEN", default_value = "auto")]
    pub color: ColorChoice,
}

/// The commands, in the order of a day's work.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Write a small project that runs, to begin with
    Init(Init),
    /// Check policies against facts: the main job
    Check(Box<Check>),
    /// Show which controls of which frameworks the policies bear on, and with facts what these say of them
    Controls(Box<Controls>),
    /// Check policies alone: what a merge job runs without facts
    Lint(Lint),
    /// Run the `test` items of policies
    Test(Test),
    /// Show what was recognised in facts, normalised, and what could not be read
    Facts(Facts),
    /// Collect exports: run a tool's own listing commands, or compare a restored folder
    Collect(Box<Collect>),
    /// Compare a report's evidence with files: whether they are what it was made from
    Verify(Verify),
    /// Explain an error code
    Explain(Explain),
    /// Show the entities, fields and units that policies and facts may name
    Schema(Schema),
    /// Show the tools whose exports are read, and the commands that make them
    Sources(Sources),
}

/// Which project a command belongs to.
#[derive(Debug, Args)]
pub struct ProjectChoice {
    /// The project file, instead of the `backproof.yaml` of this folder or the nearest one above it
    #[arg(long, value_name = "FILE", help_heading = "Project")]
    pub project: Option<PathBuf>,
    /// Read no project file
    #[arg(long, conflicts_with = "project", help_heading = "Project")]
    pub no_project: bool,
}

/// What evidence is judged, and how: the same wherever something is judged.
#[derive(Debug, Args)]
pub struct Judging {
    /// The instant to judge at (RFC 3339) instead of the clock's
    #[arg(long, value_name = "INSTANT")]
    pub as_of: Option<String>,
    /// Set a parameter of the policy
    #[arg(long = "param", value_name = "NAME=VALUE")]
    pub parameters: Vec<String>,
    /// Rules below this severity do not count for the exit code [default: the project's, else low]
    #[arg(long, value_name = "SEVERITY")]
    pub fail_on: Option<FailOn>,
    /// Whether unknown and vacuous rules fail the run (exit 3) or only warn [default: the project's, else fail]
    #[arg(long, value_name = "HOW")]
    pub unknown: Option<Unknown>,
    /// Exit 4 where there are warnings and nothing worse; `=false` where the project says so
    #[arg(long, value_name = "BOOL", num_args = 0..=1, require_equals = true, default_missing_value = "true")]
    pub deny_warnings: Option<bool>,
    /// For audits: what lacks an inventory, a date or an owner leaves the answer open; `=false` where the project says so
    #[arg(long, value_name = "BOOL", num_args = 0..=1, require_equals = true, default_missing_value = "true")]
    pub strict: Option<bool>,
    /// Worker threads; the report does not depend on it
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1024))]
    pub threads: Option<u16>,
    /// Which project it belongs to.
    #[command(flatten)]
    pub project: ProjectChoice,
}

/// `check`
#[derive(Debug, Args)]
pub struct Check {
    /// Policy files, or folders with `*.backproof` files [default: those of the project]
    #[arg(value_name = "POLICY")]
    pub policies: Vec<PathBuf>,
    /// Facts: files, or folders of exports (with an optional `facts.yaml` beside them); `-` is standard input
    /// [default: those of the project]
    #[arg(long, value_name = "PATH", num_args = 1..)]
    pub facts: Vec<PathBuf>,
    /// What is judged, and how.
    #[command(flatten)]
    pub judging: Judging,
    /// Form of the report
    #[arg(long, value_name = "FORMAT", default_value = "text", value_parser = format_parser())]
    pub format: String,
    /// Write the report to this file instead of standard output
    #[arg(long, value_name = "FILE")]
    pub output: Option<PathBuf>,
    /// Only rules whose qualified name matches, such as `saypro.backup.*`; may be repeated
    #[arg(long = "rule", value_name = "GLOB")]
    pub rules: Vec<String>,
    /// List the subjects that pass as well
    #[arg(long, value_name = "WHAT")]
    pub show: Option<Show>,
    /// Show at most this many findings
    #[arg(long, value_name = "N", default_value_t = 100)]
    pub max_findings: usize,
}

/// `controls`
#[derive(Debug, Args)]
pub struct Controls {
    /// Policy files, or folders with `*.backproof` files [default: those of the project]
    #[arg(value_name = "POLICY")]
    pub policies: Vec<PathBuf>,
    /// Facts to judge the rules by [without a PATH, or with --as-of alone: those of the project]; without them only what
    /// the rules bear on is shown
    #[arg(long, value_name = "PATH", num_args = 0..)]
    pub facts: Option<Vec<PathBuf>>,
    /// All controls of this framework, whether a rule cites one of them or not
    #[arg(long = "framework", value_name = "NAME")]
    pub frameworks: Vec<String>,
    /// What is judged, and how.
    #[command(flatten)]
    pub judging: Judging,
    /// Form of the output
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    pub format: ControlsFormat,
}

/// `init`
#[derive(Debug, Args)]
pub struct Init {
    /// The folder; it is made where there is none
    #[arg(value_name = "DIR", default_value = ".")]
    pub folder: PathBuf,
}

/// `lint`
#[derive(Debug, Args)]
pub struct Lint {
    /// Policy files, or folders with `*.backproof` files [default: those of the project]
    #[arg(value_name = "POLICY")]
    pub policies: Vec<PathBuf>,
    /// Set a parameter of the policy
    #[arg(long = "param", value_name = "NAME=VALUE")]
    pub parameters: Vec<String>,
    /// Exit 4 where there are warnings and nothing worse; `=false` where the project says so
    #[arg(long, value_name = "BOOL", num_args = 0..=1, require_equals = true, default_missing_value = "true")]
    pub deny_warnings: Option<bool>,
    /// Which project it belongs to.
    #[command(flatten)]
    pub project: ProjectChoice,
}

/// `test`
#[derive(Debug, Args)]
pub struct Test {
    /// Policy files, or folders with `*.backproof` files [default: those of the project]
    #[arg(value_name = "PATH")]
    pub policies: Vec<PathBuf>,
    /// Form of the report
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    pub format: TestFormat,
    /// Only tests whose title, or a rule of which they expect something, holds this text
    #[arg(long, value_name = "TEXT")]
    pub filter: Option<String>,
    /// Count what the tests show: each rule passing and failing, each phrase passing, failing, unknown and at its boundary
    #[arg(long)]
    pub coverage: bool,
    /// Exit 1 where the tests show less than this percent of it (implies --coverage)
    #[arg(long, value_name = "PERCENT", value_parser = percent)]
    pub min: Option<f64>,
    /// Which project it belongs to.
    #[command(flatten)]
    pub project: ProjectChoice,
}

/// `facts`
#[derive(Debug, Args)]
pub struct Facts {
    /// Facts: files, or folders of exports; `-` is standard input [default: those of the project]
    #[arg(value_name = "PATH")]
    pub facts: Vec<PathBuf>,
    /// Form of the output
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    pub format: FactsFormat,
    /// Show where each value of this field came from, and what the exports cannot tell, such as `run.status`
    #[arg(long, value_name = "FIELD")]
    pub explain: Option<String>,
    /// Policies whose schema extensions the facts use [default: those of the project]
    #[arg(long = "policy", value_name = "POLICY")]
    pub policies: Vec<PathBuf>,
    /// The instant to look from (RFC 3339) instead of the clock's
    #[arg(long, value_name = "INSTANT")]
    pub as_of: Option<String>,
    /// Which project it belongs to.
    #[command(flatten)]
    pub project: ProjectChoice,
}

/// `explain`
#[derive(Debug, Args)]
pub struct Explain {
    /// A code such as E0102; without one, all codes are listed
    #[arg(value_name = "CODE")]
    pub code: Option<String>,
}

/// `schema`
#[derive(Debug, Args)]
pub struct Schema {
    /// Policies whose schema extensions to include [default: those of the project]
    #[arg(value_name = "POLICY")]
    pub policies: Vec<PathBuf>,
    /// Print a JSON Schema of the facts format
    #[arg(long)]
    pub json_schema: bool,
    /// Which project it belongs to.
    #[command(flatten)]
    pub project: ProjectChoice,
}

/// `collect`
#[derive(Debug, Args)]
#[command(
    args_conflicts_with_subcommands = true,
    subcommand_negates_reqs = true,
    after_help = "Exit codes: 0 all was collected (of `tree`: both are the same), 1 a command failed (a difference was found), 2 nothing could be collected"
)]
pub struct Collect {
    /// The tool whose listing commands are run
    #[arg(required = true, value_name = "SOURCE", value_parser = collector_parser())]
    pub source: Option<String>,
    /// Where collections are kept; each gets a folder of its own
    #[arg(long, required = true, value_name = "DIR")]
    pub into: Option<PathBuf>,
    /// How reports call this repository or account
    #[arg(long, value_name = "NAME")]
    pub account: Option<String>,
    /// The repository (restic, borg); one with a password in it is better given in the tool's environment variable
    #[arg(long, value_name = "REPOSITORY")]
    pub repository: Option<String>,
    /// The region (aws)
    #[arg(long, value_name = "REGION")]
    pub region: Option<String>,
    /// The profile (aws)
    #[arg(long, value_name = "PROFILE")]
    pub profile: Option<String>,
    /// The project (gcloud)
    #[arg(long, value_name = "PROJECT")]
    pub project: Option<String>,
    /// The subscription (az)
    #[arg(long, value_name = "SUBSCRIPTION")]
    pub subscription: Option<String>,
    /// The stanza (pgbackrest)
    #[arg(long, value_name = "STANZA")]
    pub stanza: Option<String>,
    /// The namespace (velero)
    #[arg(long, value_name = "NAMESPACE")]
    pub namespace: Option<String>,
    /// Seconds that one command may take
    #[arg(long, value_name = "SECONDS", default_value_t = 900)]
    pub timeout: u64,
    /// What to collect instead of a tool's listings
    #[command(subcommand)]
    pub other: Option<CollectOther>,
}

/// What is no tool.
#[derive(Debug, Subcommand)]
pub enum CollectOther {
    /// Compare a restored folder with its source: SHA-256 of both sides, as facts about integrity
    Tree(Tree),
}

/// `collect tree`
#[derive(Debug, Args)]
pub struct Tree {
    /// The folder that was backed up
    #[arg(long, value_name = "DIR")]
    pub source: PathBuf,
    /// The folder that it was restored to
    #[arg(long, value_name = "DIR")]
    pub restored: PathBuf,
    /// The system whose data these are
    #[arg(long, value_name = "KEY")]
    pub system: String,
    /// The recovery point that was restored
    #[arg(long, value_name = "KEY")]
    pub recovery_point: Option<String>,
    /// Compare the bytes of this part of the files; names, sizes and permissions of all
    #[arg(long, value_name = "N%", default_value = "100%")]
    pub sample: String,
    /// Where collections are kept; each gets a folder of its own
    #[arg(long, value_name = "DIR")]
    pub into: PathBuf,
}

/// `verify`
#[derive(Debug, Args)]
#[command(
    after_help = "Exit codes: 0 all are the same, 1 one is changed, missing or was not read, 2 the report or a file cannot be read"
)]
pub struct Verify {
    /// The report, as `check --format json --output` wrote it
    #[arg(value_name = "REPORT")]
    pub report: PathBuf,
    /// The facts and policies that are said to be those of the report: files or folders
    #[arg(required = true, value_name = "PATH")]
    pub files: Vec<PathBuf>,
    /// Form of the output
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    pub format: ListFormat,
}

/// `sources`
#[derive(Debug, Args)]
pub struct Sources {
    /// One tool in full: the fields that each export fills, and what it cannot know
    #[arg(value_name = "SOURCE")]
    pub source: Option<String>,
    /// Form of the output
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    pub format: ListFormat,
}

/// `--format` of lists
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum ListFormat {
    /// For people
    Text,
    /// For programs
    Json,
}

/// `controls --format`
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum ControlsFormat {
    /// For people
    Text,
    /// For programs
    Json,
    /// For merge requests and wikis
    Markdown,
}

/// `--fail-on`
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum FailOn {
    Low,
    Medium,
    High,
    Critical,
}

/// `--unknown`
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Unknown {
    /// Exit 3
    Fail,
    /// A warning
    Warn,
}

/// `--show`
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Show {
    /// Subjects that pass
    Pass,
}

/// `facts --format`
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum FactsFormat {
    /// For people
    Text,
    /// The project's own format, one row a fact
    Ndjson,
}

/// `test --format`
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum TestFormat {
    /// For people
    Text,
    /// For programs, versioned
    Json,
}

/// `--color`
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum ColorChoice {
    /// On a terminal, unless NO_COLOR is set or TERM is `dumb`
    Auto,
    /// Even into a pipe
    Always,
    /// Never
    Never,
}

/// What the terminal is like; found out by `main`.
#[derive(Debug, Clone, Copy)]
pub struct Terminal {
    /// Columns of standard output, where it is a terminal.
    pub width: Option<u16>,
    /// Columns of standard error, where it is a terminal.
    pub error_width: Option<u16>,
    /// Whether the environment asks for no colour.
    pub no_color: bool,
}

impl Terminal {
    /// No terminal at all: what a pipe sees.
    pub const NONE: Terminal = Terminal { width: None, error_width: None, no_color: false };

    fn color_of(width: Option<u16>, no_color: bool, choice: ColorChoice) -> Color {
        let on = match choice {
            ColorChoice::Always => true,
            ColorChoice::Never => false,
            ColorChoice::Auto => width.is_some() && !no_color,
        };
        if on { Color::On } else { Color::Off }
    }

    /// How reports on standard output are drawn.
    pub fn style(&self, choice: ColorChoice) -> Style {
        Self::style_of(self.width, self.no_color, choice)
    }

    /// How diagnostics on standard error are drawn.
    pub fn error_style(&self, choice: ColorChoice) -> Style {
        Self::style_of(self.error_width, self.no_color, choice)
    }

    fn style_of(width: Option<u16>, no_color: bool, choice: ColorChoice) -> Style {
        let columns = width.map_or(Style::PLAIN.width, |w| usize::from(w).clamp(60, 160));
        Style { color: Self::color_of(width, no_color, choice), width: columns }
    }
}

fn collector_parser() -> PossibleValuesParser {
    PossibleValuesParser::new(COLLECTORS.iter().map(|collector| collector.source))
}

/// `95%` or `95`.
fn percent(text: &str) -> Result<f64, String> {
    let number = text.strip_suffix('%').unwrap_or(text).trim_end();
    let percent = number.parse().ok().filter(|percent| (0.0..=100.0).contains(percent));
    percent.ok_or_else(|| "write a percent, such as `95%`".to_owned())
}

fn format_parser() -> PossibleValuesParser {
    PossibleValuesParser::new(FORMATS.iter().map(|format| format.name))
}

fn exit_codes() -> String {
    let mut text = String::from("Exit codes of `check`:\n");
    for (_, code, meaning) in crate::outcome::Exit::TABLE {
        text.push_str(&format!("  {code}  {meaning}\n"));
    }
    text
}
