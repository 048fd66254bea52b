//! The native exports of backup tools: which tool wrote a file, what its listing is evidence of, and how its records
//! become rows of the schema. One file a tool; where a listing's members are its rows' cells, it is a table
//! (`mapping`) and no code.
//!
//! Does not open files, split documents or keep rows: the loader feeds records and receives rows. Knows no policy.
//! Invariants: a file is claimed by at most one format (`recognise`); what a tool does not say stays absent, a word that
//! is not known becomes [`crate::facts::rows::Raw::Unknown`] with that word; a listing of what exists is never taken
//! for a listing of what was run.

mod acronis;
mod aws;
mod azure;
mod bacula;
mod bareos;
mod barman;
mod borg;
mod cell;
mod commvault;
mod datto;
mod duplicity;
mod extract;
mod fields;
mod google;
mod kopia;
pub mod mapped;
mod mapping;
mod message;
mod msp360;
mod parts;
mod pgbackrest;
mod proxmox;
mod restic;
mod rsnapshot;
mod shape;
mod time;
mod veeam;
mod veeam_one;
mod velero;
mod walg;
mod zfs;

use crate::facts::Schema;
use crate::facts::rows::RowSink;
use crate::value::Instant;

pub use shape::{Form, Member, Shape};

/// A tool whose exports are read.
#[derive(Debug)]
pub struct Source {
    /// As manifests and reports say it (`restic`).
    pub name: &'static str,
    /// The product's own name.
    pub title: &'static str,
    /// The format whose listing of nothing is `[]` (`{"server": []}`), which does not say whose it is: its statement has to
    /// name the tool.
    pub empty_list: Option<&'static str>,
    /// What it can print, in the order of the manual.
    pub formats: &'static [Format],
    /// What no export of this tool says, for the manual: each a sentence without full stop.
    pub cannot_know: &'static [&'static str],
}

/// One sort of export of a tool.
#[derive(Debug)]
pub struct Format {
    /// As reports say it (`restic snapshots`).
    pub name: &'static str,
    /// The command that prints it.
    pub command: &'static str,
    /// The entities that it lists by nature, and is therefore evidence of the absence of.
    pub kinds: &'static [&'static str],
    /// How far before its collection the listing of events reaches by nature, in days; `None`: not known.
    pub reaches_days: Option<u16>,
    /// How the file comes apart into records.
    pub layout: Layout,
    /// Whether a file of this shape is one.
    pub detect: fn(&Shape) -> bool,
    /// Begins to read one file.
    pub open: for<'a> fn(&Context<'a>) -> Box<dyn Reader + 'a>,
    /// The cells that it can fill, as `entity.field`, each with the members of the record that say it, parted by blanks:
    /// the first that is there; a member of a member as `a.b`; empty where none does.
    pub fills: &'static [(&'static str, &'static str)],
}

impl Format {
    /// The members of a record that say a cell (`run.status`); `None` where none does.
    pub fn member(&self, cell: &str) -> Option<&'static str> {
        self.fills
            .iter()
            .find(|(name, _)| *name == cell)
            .map(|(_, members)| *members)
            .filter(|members| !members.is_empty())
    }
}

/// How the loader takes a file apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Layout {
    /// The whole text is one record; it need not be JSON.
    Document,
    /// Each element of the top-level array is a record.
    Elements,
    /// Each line that is not blank is a record; it need not be JSON.
    Lines,
    /// Each element of this array of the top-level object is a record; every other member is handed to
    /// [`Reader::beside`]. An absent array holds no record; twice the same array is malformed.
    List(&'static str),
    /// One of three, as it comes: [`Layout::List`] of this array, or without the object around it, or one record alone.
    Records(&'static str),
    /// CSV, parted by commas, semicolons or tabs: each row below the header is a record, handed on as a JSON object of
    /// texts without its empty cells. Blanks within the header's names are left out.
    Table,
}

impl Layout {
    /// How a file of this shape comes apart: what [`Layout::Records`] is there.
    pub fn in_shape(self, shape: &Shape) -> Layout {
        match (self, shape.form) {
            (Layout::Records(_), Form::Array) => Layout::Elements,
            (Layout::Records(list), _) if shape.get(list).is_some_and(|l| l.form == Form::Array) => Layout::List(list),
            (Layout::Records(_), _) => Layout::Document,
            (layout, _) => layout,
        }
    }
}

/// What is known of a file besides its text.
#[derive(Debug, Clone, Copy)]
pub struct Context<'a> {
    /// Where the fields are looked up by name; a field that it lacks is skipped.
    pub schema: &'a Schema,
    /// The file's path as reports show it: part of the key of a row that has nothing else of its own.
    pub file: &'a str,
    /// The account or instance that its statement names.
    pub account: Option<&'a str>,
    /// The one system that its statement says it covers, for exports that name none.
    pub system: Option<&'a str>,
    /// When it was collected.
    pub collected_at: Option<Instant>,
}

/// One record as it stands in the file.
#[derive(Debug, Clone, Copy)]
pub struct Record<'a> {
    /// Its text.
    pub text: &'a str,
    /// Where it begins in the unzipped file.
    pub offset: u64,
}

impl Record<'_> {
    /// Where a part of this record begins in the file; the record's own place if it is no part of it.
    fn offset_of(&self, part: &str) -> u64 {
        let inside =
            (part.as_ptr() as usize).checked_sub(self.text.as_ptr() as usize).filter(|at| *at < self.text.len());
        inside.map_or(self.offset, |at| self.offset.saturating_add(at as u64))
    }
}

/// A record that cannot be read. It is reported, and its export is incomplete.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// What is wrong with it, lower case, for a reader of the export.
    pub reason: String,
}

/// What a file turned out to say of itself.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Ending {
    /// Why it does not list all that it should.
    pub incomplete: Option<String>,
    /// The token of the next page: incomplete unless that page is there too.
    pub next_page: Option<String>,
    /// How many records all pages together have.
    pub total: Option<u64>,
    /// What its rows show the call to have been restricted to, such as account and region: listings that differ in it are
    /// no pages of each other.
    pub within: Option<String>,
    /// The kinds that it speaks of where that shows only in the text; `None`: those of the format. An incomplete
    /// export without any kind is an error unless its statement names them.
    pub kinds: Option<&'static [&'static str]>,
}

/// Reads the records of one file in order.
pub trait Reader {
    /// Reads one record and hands on the rows that it holds.
    ///
    /// # Errors
    /// If it is not what its format says, or lacks what its row's key needs. Rows already begun are ended.
    fn record(&mut self, record: Record<'_>, sink: &mut dyn RowSink) -> Result<(), Refusal>;

    /// Takes note of a member of the top-level object beside the records ([`Layout::List`]): its name and JSON text.
    /// Members may come before, between and after the records.
    fn beside(&mut self, _name: &str, _json: &str) {}

    /// The file has ended as a whole. Rows that needed all of it are handed on now.
    fn finish(&mut self, _sink: &mut dyn RowSink) -> Ending {
        Ending::default()
    }
}

/// The registry, by name.
pub static SOURCES: &[&Source] = &[
    &acronis::SOURCE,
    &aws::SOURCE,
    &azure::SOURCE,
    &bacula::SOURCE,
    &bareos::SOURCE,
    &barman::SOURCE,
    &borg::SOURCE,
    &commvault::SOURCE,
    &datto::SOURCE,
    &duplicity::SOURCE,
    &message::SOURCE,
    &google::SOURCE,
    &kopia::SOURCE,
    &msp360::SOURCE,
    &pgbackrest::SOURCE,
    &proxmox::SOURCE,
    &restic::SOURCE,
    &rsnapshot::SOURCE,
    &veeam::SOURCE,
    &veeam_one::SOURCE,
    &velero::SOURCE,
    &walg::SOURCE,
    &zfs::SOURCE,
];

/// The source and format that claim a file of this shape; `None` for the project's own format and anything unknown.
pub fn recognise(shape: &Shape) -> Option<(&'static Source, &'static Format)> {
    claims(shape).next()
}

/// Every claim on a file of this shape. That there is at most one is tested over all exports in `tests/sources`.
pub fn claims(shape: &Shape) -> impl Iterator<Item = (&'static Source, &'static Format)> {
    SOURCES.iter().flat_map(|s| s.formats.iter().map(move |f| (*s, f))).filter(|(_, f)| (f.detect)(shape))
}

/// Digits of an object's hash that stand in keys.
const HASH_SHOWN: usize = 16;

/// The beginning of a hash by which a tool calls what it stores. 64 bits tell the objects of one repository apart, and the
/// tools take any beginning that does.
fn short_hash(hash: &str) -> &str {
    hash.get(..HASH_SHOWN).unwrap_or(hash)
}

/// The listing of nothing that `[]` is where its statement names the tool; of Barman `{"server": []}`.
pub fn empty_list(shape: &Shape, tool: &str) -> Option<(&'static Source, &'static Format)> {
    let lists = |source: &&Source| match source.name {
        "barman" => barman::is_empty(shape),
        _ => shape.form == Form::Array && shape.samples.is_empty(),
    };
    let source = named(tool).filter(lists)?;
    Some((source, format_named(source.empty_list?)?))
}

/// The format of this name.
pub fn format_named(name: &str) -> Option<&'static Format> {
    SOURCES.iter().flat_map(|source| source.formats).find(|format| format.name == name)
}

/// The source called `name` in a manifest.
pub fn named(name: &str) -> Option<&'static Source> {
    SOURCES.iter().find(|s| s.name == name).copied()
}
