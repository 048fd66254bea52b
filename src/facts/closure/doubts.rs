//! Why a group is not closed, in words, each with the one line that would settle it.

use super::super::collect::NEXT_PAGE;
use super::super::coverage::{Coverage, Doubt, Look};
use super::super::export::{Covers, Export, ExportId};
use super::super::population::unlisted_doubt;
use super::super::schema::{EntityId, Nature};
use super::ExportCoverage;
use super::evidence::{Evidence, Missing, Weakness, Witness};
use super::spans::Spans;
use super::subjects::{Named, Subjects, named};
use crate::value::Instant;
use crate::value::instant::write_instant;

/// Exports named one by one; the others are counted.
const NAMED: usize = 3;

/// All doubts about a group that is not closed.
pub(super) fn doubts(coverage: &ExportCoverage<'_>, look: Look) -> Vec<Doubt> {
    if coverage.facts.schema.entity(look.kind).parent.is_some() {
        return nested(coverage, look);
    }
    let of_kind = coverage.of_kind(look.kind);
    let subjects = look.subject.and_then(|(entity, _)| coverage.subjects(look.kind, entity));
    let mut doubts = missing(coverage, look, of_kind);
    if of_kind.witnesses.is_empty() {
        if doubts.is_empty() {
            doubts.push(not_collected(coverage, look.kind));
        }
        return doubts;
    }
    doubts.extend(unspoken(coverage, look, of_kind, subjects));
    doubts.extend(weakened(coverage, look, of_kind, subjects));
    doubts.extend(span(coverage, look, of_kind, subjects));
    if look.subject.is_none() {
        doubts.extend(unlisted_doubt(coverage, look.kind));
    }
    if let (true, Some(subjects)) = (coverage.settings.strict, subjects)
        && subjects.unattributed > 0
    {
        let (kind, rows) = (&coverage.facts.schema.entity(look.kind).name, subjects.unattributed);
        doubts.push(Doubt {
            export: None,
            text: format!("rows of {kind} that name nobody may be about {}: {rows}", subject_name(coverage, look)),
            settle: format!("name the owner in each row of {kind}"),
        });
    }
    doubts
}

/// `no evidence of run was collected`.
pub(super) fn not_collected(coverage: &ExportCoverage<'_>, kind: EntityId) -> Doubt {
    let name = &coverage.facts.schema.entity(kind).name;
    Doubt {
        export: None,
        text: format!("no evidence of {name} was collected"),
        settle: format!("add an export that lists `{name}`"),
    }
}

/// The exports that open the group, or, without a subject, any.
pub(super) fn missing(coverage: &ExportCoverage<'_>, look: Look, of_kind: &Evidence) -> Vec<Doubt> {
    let opens = |missing: &&Missing| match look.subject {
        None => true,
        Some((entity, row)) => match named(missing.covers.as_ref(), entity) {
            // Asked for this one export alone, so that its name is not given to others' subjects.
            Named::Keys(keys) => {
                let key = coverage.facts.key(entity, row);
                let is_match =
                    |glob: &String| globset::Glob::new(glob).is_ok_and(|g| g.compile_matcher().is_match(key));
                keys.iter().any(|glob| glob == key || is_match(glob))
            }
            Named::Unsaid | Named::All | Named::Elsewhere => true,
        },
    };
    let mut doubts = Vec::new();
    for missing in of_kind.missing.iter().filter(opens).take(NAMED) {
        let Some(id) = missing.export else {
            doubts.push(Doubt {
                export: None,
                text: missing.why.clone(),
                settle: match missing.covers {
                    Some(_) => {
                        format!("add it, state `covers` of it, or take it out of `expect` in {}", missing.described_in)
                    }
                    None => format!("add it, or take it out of `expect` in {}", missing.described_in),
                },
            });
            continue;
        };
        let export = export(coverage, id);
        let name = export.map_or_else(String::new, |e| file_name(coverage, e));
        let unstated = missing.covers.is_none() && look.subject.is_some();
        let text = match (name.is_empty(), unstated) {
            (true, false) => missing.why.clone(),
            (true, true) => format!("{}, and nothing says whom it would cover", missing.why),
            (false, false) => format!("{name} is incomplete: {}", missing.why),
            (false, true) => format!("{name} is incomplete: {}; nothing says whom it covers", missing.why),
        };
        let load = match missing.why.as_str() {
            NEXT_PAGE => {
                "add the next page under the same name with the next number, or list all pages in one entry of facts.yaml"
            }
            _ => "load what is missing",
        };
        let settle = match look.subject {
            Some((entity, _)) if unstated => {
                let entity = &coverage.facts.schema.entity(entity).name;
                let line =
                    export.map_or_else(String::new, |e| settle(coverage, e, "covers", &format!("{{{entity}: […]}}")));
                format!("{load}, or {line}")
            }
            _ => load.to_owned(),
        };
        doubts.push(Doubt { export: Some(id), text, settle });
    }
    doubts
}

/// Exports that do not speak of the subject.
fn unspoken(coverage: &ExportCoverage<'_>, look: Look, of_kind: &Evidence, subjects: Option<&Subjects>) -> Vec<Doubt> {
    let who = subject_name(coverage, look);
    let mut silent: Vec<(ExportId, &Export)> = Vec::new();
    let mut elsewhere: Vec<(ExportId, &Export)> = Vec::new();
    let mut covered = false;
    for (place, witness) in of_kind.witnesses.iter().enumerate() {
        let Some(export) = export(coverage, witness.export) else { continue };
        let spoken_of = speaks_of(look, subjects, place);
        let says = look.subject.map_or_else(
            || match &export.covers {
                Some(Covers::Some(_)) => Named::Elsewhere,
                None if !witness.has_rows => Named::Unsaid,
                _ => Named::All,
            },
            |(entity, _)| named(export.covers.as_ref(), entity),
        );
        match says {
            Named::All => covered = true,
            Named::Unsaid | Named::Keys(_) if spoken_of => covered = true,
            Named::Unsaid => silent.push((witness.export, export)),
            Named::Keys(_) | Named::Elsewhere => elsewhere.push((witness.export, export)),
        }
    }
    silent.sort_by_key(|(id, _)| *id);
    let mut doubts = Vec::new();
    if let (Some((id, first)), false) = (silent.first(), covered) {
        let names = names_of(coverage, &silent);
        let (it, they, cover) = if silent.len() == 1 { ("is", "it", "covers") } else { ("are", "they", "cover") };
        doubts.push(Doubt {
            export: Some(*id),
            text: match look.subject {
                Some(_) => format!("no row for {who} in {names}, which {it} assumed to cover it"),
                None => format!("no row in {names}, and nothing says whom {they} {cover}"),
            },
            settle: settle(coverage, first, "covers", "all"),
        });
    } else if let (Some((id, first)), false) = (elsewhere.first(), covered) {
        let kind = &coverage.facts.schema.entity(look.kind).name;
        let only = (elsewhere.len() == 1).then_some(*id);
        let text = match (look.subject, only) {
            (Some(_), Some(_)) => {
                format!("{} states what it covers, and {who} is not among it", file_name(coverage, first))
            }
            (Some(_), None) => {
                format!("the {} exports of {kind} state what they cover, and {who} is not among it", elsewhere.len())
            }
            (None, Some(_)) => {
                format!("{} states that it covers a part of them only", file_name(coverage, first))
            }
            (None, None) => {
                format!("the {} exports of {kind} state that they cover a part of them only", elsewhere.len())
            }
        };
        let settle = match look.subject {
            Some((entity, row)) => match tool_of(coverage, entity, row) {
                Some(tool) => format!("add the export of {kind} by {tool} that covers it"),
                None => format!("add the export of {kind} that covers it"),
            },
            None => format!("add exports of {kind} that cover the rest"),
        };
        doubts.push(Doubt { export: only, text, settle });
    }
    doubts
}

/// Whether the witness at this place speaks of the subject: by statement, or with a row about it.
fn speaks_of(look: Look, subjects: Option<&Subjects>, place: usize) -> bool {
    look.subject
        .zip(subjects)
        .is_some_and(|((_, row), subjects)| subjects.spoken_of.of(row).iter().any(|i| *i as usize == place))
}

/// The tool whose own export shows a row; an inventory in the project's format is of nobody who makes backups.
fn tool_of<'f>(coverage: &ExportCoverage<'f>, kind: EntityId, row: u32) -> Option<&'f str> {
    let origin = coverage.facts.origin(kind, row)?;
    let format = coverage.facts.files.get(origin.file as usize)?.format.as_str();
    let export = export(coverage, coverage.facts.export_at(origin)?)?;
    export.tool.as_deref().filter(|_| !matches!(format, "json" | "ndjson" | "yaml" | "csv"))
}

/// Exports that can only accuse as a whole. One that states that it covers others settles nothing, however new.
fn weakened(coverage: &ExportCoverage<'_>, look: Look, of_kind: &Evidence, subjects: Option<&Subjects>) -> Vec<Doubt> {
    let kind = look.kind;
    let mut doubts = Vec::new();
    for (place, witness) in of_kind.witnesses.iter().enumerate() {
        let Some(export) = export(coverage, witness.export) else { continue };
        let is_limited = matches!(export.covers, Some(Covers::Some(_)));
        if is_limited && look.subject.is_some() && !speaks_of(look, subjects, place) {
            continue;
        }
        let name = file_name(coverage, export);
        let is_event = coverage.facts.schema.entity(kind).nature == Nature::Event;
        let stale = is_event && super::is_stale(export, kind, &coverage.settings);
        match (witness.weak, export.collected_at) {
            (Some(Weakness::Undated), _) => doubts.push(undated_doubt(coverage, witness.export, export)),
            (Some(Weakness::Stale), Some(collected)) => {
                doubts.push(stale_doubt(witness.export, &name, export.files.len(), collected));
            }
            (None, Some(collected)) if stale => {
                doubts.push(stale_doubt(witness.export, &name, export.files.len(), collected));
            }
            _ => {}
        }
    }
    doubts.truncate(NAMED);
    doubts
}

/// Why the cells of a row can only accuse.
pub(super) fn of_stale_row(coverage: &ExportCoverage<'_>, kind: EntityId, row: u32) -> Option<Doubt> {
    let origin = coverage.facts.origin(kind, row)?;
    let id = coverage.facts.export_at(origin)?;
    let export = export(coverage, id)?;
    Some(match export.collected_at {
        Some(collected) => stale_doubt(id, &coverage.facts.files.get(origin.file as usize)?.path, 1, collected),
        None => undated_doubt(coverage, id, export),
    })
}

fn undated_doubt(coverage: &ExportCoverage<'_>, id: ExportId, export: &Export) -> Doubt {
    Doubt {
        export: Some(id),
        text: format!("{} does not say when it was collected", file_name(coverage, export)),
        settle: settle(coverage, export, "collected_at", "<instant>"),
    }
}

fn stale_doubt(export: ExportId, name: &str, files: usize, collected: Instant) -> Doubt {
    let was = if files > 1 { "were" } else { "was" };
    Doubt {
        export: Some(export),
        text: format!("{name} {was} collected on {}, too long ago to acquit anybody now", write_instant(collected)),
        settle: format!("collect {name} again"),
    }
}

/// Time that is looked at and not covered by the exports that do cover the subject.
fn span(coverage: &ExportCoverage<'_>, look: Look, of_kind: &Evidence, subjects: Option<&Subjects>) -> Vec<Doubt> {
    if coverage.facts.schema.entity(look.kind).nature == Nature::State {
        return Vec::new();
    }
    let speaks = |place: usize, witness: &Witness| {
        let covers = export(coverage, witness.export).and_then(|e| e.covers.as_ref());
        match (covers, look.subject, subjects) {
            (Some(Covers::All), ..) => true,
            (covers, None, _) => covers.is_none(),
            (_, Some((_, row)), Some(subjects)) => subjects.spoken_of.of(row).iter().any(|i| *i as usize == place),
            _ => false,
        }
    };
    let places: Vec<_> = of_kind.witnesses.iter().enumerate().collect();
    let mut speaking: Vec<&Witness> = places.iter().filter(|(i, w)| speaks(*i, w)).map(|(_, w)| *w).collect();
    if speaking.is_empty() {
        // Nobody speaks of it: show how far those would reach that are assumed to.
        speaking = of_kind.witnesses.iter().filter(|w| unlimited(coverage, w)).collect();
    }
    let covered = Spans::of(speaking.iter().map(|w| (w.from, w.to)));
    let from = look.from.unwrap_or(Instant(i64::MIN));
    let mut doubts = Vec::new();
    let (Some(begin), Some(end)) = (covered.begin(), covered.end()) else { return doubts };
    let kind = &coverage.facts.schema.entity(look.kind).name;
    if begin > from
        && let Some(witness) = speaking.iter().find(|w| w.from == begin)
        && let Some(export) = export(coverage, witness.export)
    {
        doubts.push(before(coverage, look, witness, export));
    } else if let hole = covered.reach(from, []).unwrap_or(from)
        && hole < end
    {
        doubts.push(Doubt {
            export: None,
            text: format!("no export of {kind} covers the time after {}", write_instant(hole)),
            settle: format!("add the exports of {kind} between those there are"),
        });
    }
    if end < coverage.settings.now {
        let witness = speaking.iter().find(|w| w.to == end);
        let export = witness.and_then(|w| export(coverage, w.export).map(|e| (w.export, e)));
        // Of a stale one that is said already.
        if export.is_some_and(|(_, e)| super::is_stale(e, look.kind, &coverage.settings)) {
            return doubts;
        }
        doubts.push(Doubt {
            export: export.map(|(id, _)| id),
            text: format!("{kind} is covered until {} only", write_instant(end)),
            settle: format!("collect {kind} again"),
        });
    }
    doubts
}

/// Looked at since before the export begins.
fn before(coverage: &ExportCoverage<'_>, look: Look, witness: &Witness, export: &Export) -> Doubt {
    let name = file_name(coverage, export);
    let since = look.from.map_or_else(|| "all".to_owned(), write_instant);
    let looked =
        look.from.map_or_else(|| "all time".to_owned(), |from| format!("the time from {}", write_instant(from)));
    let begin = write_instant(witness.from);
    let kind = &coverage.facts.schema.entity(look.kind).name;
    if export.covers_from.is_some() {
        let text = format!("{name} covers {kind} from {begin}; {looked} is looked at");
        return Doubt {
            export: Some(witness.export),
            text,
            settle: match look.from {
                Some(from) => format!("add an export of {kind} that reaches back to {}", write_instant(from)),
                None => format!("add an export of {kind} that reaches back to the beginning"),
            },
        };
    }
    let place = export.kinds.iter().position(|k| *k == look.kind);
    let has_rows = place.and_then(|i| export.oldest.get(i)).is_some_and(Option::is_some);
    let text = if has_rows {
        format!("the oldest {kind} in {name} is of {begin}, and {looked} is looked at")
    } else {
        format!("{name} has no {kind} and does not say since when it would; {looked} is looked at")
    };
    Doubt { export: Some(witness.export), text, settle: settle(coverage, export, "covers_from", &since) }
}

fn nested(coverage: &ExportCoverage<'_>, look: Look) -> Vec<Doubt> {
    let Some(parent) = &coverage.facts.schema.entity(look.kind).parent else { return Vec::new() };
    let (owner, list) = (parent.list.entity, &coverage.facts.schema.field(parent.list).name);
    match look.subject {
        Some((entity, row)) if entity == owner && !coverage.states_list(look.kind, row) => vec![Doubt {
            export: None,
            text: format!("{} does not say what its {list} are", subject_name(coverage, look)),
            settle: format!("state `{list}`, with `[]` for none"),
        }],
        Some((entity, row)) if entity == owner && coverage.stale(owner, row) => {
            of_stale_row(coverage, owner, row).into_iter().collect()
        }
        _ => {
            let above = Look { kind: owner, subject: None, from: look.from };
            let mut doubts = coverage.doubts(above);
            if doubts.is_empty() {
                doubts.push(Doubt {
                    export: None,
                    text: format!("not every {} says what its {list} are", coverage.facts.schema.entity(owner).name),
                    settle: format!("state `{list}` everywhere, with `[]` for none"),
                });
            }
            doubts
        }
    }
}

fn unlimited(coverage: &ExportCoverage<'_>, witness: &Witness) -> bool {
    !matches!(export(coverage, witness.export).and_then(|e| e.covers.as_ref()), Some(Covers::Some(_)))
}

fn export<'f>(coverage: &ExportCoverage<'f>, id: ExportId) -> Option<&'f Export> {
    coverage.facts.exports.get(id.0 as usize)
}

fn subject_name(coverage: &ExportCoverage<'_>, look: Look) -> String {
    match look.subject {
        Some((entity, row)) => coverage.facts.key(entity, row).to_owned(),
        None => format!("all {}", coverage.facts.schema.entity(look.kind).plural),
    }
}

/// The export's first file, with the number of the others.
pub(super) fn file_name(coverage: &ExportCoverage<'_>, export: &Export) -> String {
    let path = |file: &u32| coverage.facts.files.get(*file as usize).map(|f| f.path.clone());
    match (export.files.first().and_then(path), export.files.len()) {
        (Some(first), 0 | 1) => first,
        (Some(first), n) => format!("{first} and {} more", n - 1),
        (None, _) => String::new(),
    }
}

fn names_of(coverage: &ExportCoverage<'_>, exports: &[(ExportId, &Export)]) -> String {
    let names: Vec<String> = exports.iter().take(NAMED).map(|(_, e)| file_name(coverage, e)).collect();
    match exports.len().checked_sub(NAMED) {
        Some(more @ 1..) => format!("{} and {more} more exports", names.join(", ")),
        _ => names.join(", "),
    }
}

/// Where to write `key: value` about an export: beside its own statement, or in the manifest.
pub(super) fn settle(coverage: &ExportCoverage<'_>, export: &Export, key: &str, value: &str) -> String {
    let file = export.files.first().and_then(|f| coverage.facts.files.get(*f as usize));
    let Some(file) = file else { return format!("write `{key}: {value}` in {}", export.described_in) };
    if export.described_in != file.path {
        return format!("write `{key}: {value}` for {} in {}", file.path, export.described_in);
    }
    let place = match file.format.as_str() {
        "ndjson" => "in a row of kind `export`",
        "json" | "yaml" => "under the key `export`",
        _ => return format!("write `{key}: {value}` for {} in facts.yaml", file.path),
    };
    format!("write `{}` {place} of {}", json_member(key, value), file.path)
}

/// `key: value` as JSON has it. A value in braces names a kind with its keys.
fn json_member(key: &str, value: &str) -> String {
    match value.strip_prefix('{').and_then(|rest| rest.split_once(':')) {
        Some((kind, keys)) => format!("\"{key}\": {{\"{kind}\":{keys}"),
        None => format!("\"{key}\": \"{value}\""),
    }
}
