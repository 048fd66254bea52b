//! Facts files to loaded facts: manifests and mappings first, then each file by its mapping, by its source or as the
//! project's own format.
//!
//! Invariants: every file is either read, or reported; the order of files is that of their names' bytes.

use super::mapped;
use super::native::{self, Export};
use crate::base::{Code, Diagnostic, Place, hexadecimal};
use crate::codec::bytes::{Files, Window};
use crate::facts::export::Covers;
use crate::facts::load::{Loader, Projection};
use crate::facts::manifest::{Known, read_manifest};
use crate::facts::mapping::{Mapping, read_mapping};
use crate::facts::schema::Schema;
use crate::facts::source_rules::SourceRules;
use crate::facts::statement::{Statement, settings_for};
use crate::facts::table::{Facts, FactsFile};
use crate::sources::{Shape, empty_list, recognise};
use crate::value::{Instant, Zone};
use sha2::{Digest as _, Sha256};
use std::io::Read;
use std::sync::Arc;

/// A facts file to read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FactsInput {
    /// Its name: how reports call it and how it is opened.
    pub name: String,
    /// How it was found.
    pub found: FoundBy,
}

/// How a facts file was found: what is wrong with a named one is an error.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FoundBy {
    /// The user named it.
    Name,
    /// It lies in a folder of facts.
    Folder,
}

/// What is the same for all files of a run.
pub struct Circumstances<'a> {
    /// Opens the files.
    pub files: &'a dyn Files,
    /// The as-of instant.
    pub now: Instant,
    /// The project's zone for times without offset.
    pub zone: Option<&'a Zone>,
    /// What the project says of its sources.
    pub sources: &'a SourceRules,
}

/// Longest manifest: 4 MiB.
const MANIFEST_LIMIT: u64 = 4 * 1024 * 1024;

/// Loads all of `inputs`. Where a diagnostic is an error, the facts are not to be judged.
pub fn load(
    schema: &Arc<Schema>,
    projection: Projection,
    inputs: &[FactsInput],
    with: &Circumstances<'_>,
) -> (Facts, Vec<Diagnostic>) {
    let mut inputs = inputs.to_vec();
    inputs.sort_by(|a, b| a.name.as_bytes().cmp(b.name.as_bytes()));
    let (manifests, inputs): (Vec<FactsInput>, Vec<FactsInput>) =
        inputs.into_iter().partition(|f| is_manifest(&f.name));
    let (mapping_files, inputs): (Vec<FactsInput>, Vec<FactsInput>) =
        inputs.into_iter().partition(|f| is_mapping(&f.name));
    let names: Vec<String> = inputs.iter().map(|file| file.name.clone()).collect();
    let mut diagnostics = Vec::new();
    let mut statements: Vec<Statement> = Vec::new();
    let mut stated_in = Vec::new();
    for manifest in &manifests {
        match short_file(with.files, &manifest.name) {
            Ok(bytes) => {
                stated_in.push(stated_file(&manifest.name, &bytes, "manifest"));
                let known = Known { schema, zone: with.zone, files: &names };
                let (mut said, mut mistakes) = read_manifest(&manifest.name, &bytes, known);
                statements.append(&mut said);
                diagnostics.append(&mut mistakes);
            }
            Err(error) => diagnostics.push(Diagnostic::unreadable(Code("E1001"), &manifest.name, &error)),
        }
    }
    let mut mappings = Vec::new();
    for file in &mapping_files {
        match short_file(with.files, &file.name) {
            Ok(bytes) => {
                stated_in.push(stated_file(&file.name, &bytes, "mapping"));
                let known = Known { schema, zone: with.zone, files: &names };
                let (mapping, mut mistakes) = read_mapping(&file.name, &bytes, known);
                // By a mapping with mistakes no file is read: what follows from them would hide them.
                mappings.extend(mapping.map(|mapping| (mapping, mistakes.iter().all(|m| !m.is_error()))));
                diagnostics.append(&mut mistakes);
            }
            Err(error) => diagnostics.push(Diagnostic::unreadable(Code("E1001"), &file.name, &error)),
        }
    }
    diagnostics.extend(claimed_twice(&mappings));
    let mut loader = Loader::new(Arc::clone(schema), projection).under(with.sources);
    for input in &inputs {
        let settings = settings_for(&input.name, &statements);
        let claim = mappings.iter().find(|(mapping, _)| mapping.files.iter().any(|(file, _)| *file == input.name));
        if claim.is_some_and(|(_, sound)| !sound) {
            continue;
        }
        let mut window = match Window::open(with.files, &input.name) {
            Ok(window) => window,
            Err(error) => {
                diagnostics.push(Diagnostic::unreadable(Code("E1001"), &input.name, &error));
                continue;
            }
        };
        fill(&mut window);
        if let Some((mapping, _)) = claim {
            let file = (input.name.as_str(), mapping);
            diagnostics.extend(mapped::read(&mut loader, with.files, file, &settings, window));
            continue;
        }
        let shape = Shape::of(window.bytes());
        let of_tool = || settings.tool.as_deref().and_then(|tool| empty_list(&shape, tool));
        if let Some((source, format)) = recognise(&shape).or_else(of_tool) {
            let system = one_system(schema, &input.name, &statements);
            let export = Export { path: &input.name, source, format, settings: &settings, system: system.as_deref() };
            diagnostics.extend(native::read(&mut loader, with.files, &export, window));
            continue;
        }
        if input.found == FoundBy::Folder && !looks_like_facts(&input.name) && !spoken_of(&input.name, &statements) {
            diagnostics.push(unrecognised(&input.name));
            continue;
        }
        loader.read_from(window, with.files, &input.name, &settings, with.zone);
    }
    let (mut facts, mistakes) = loader.finish(with.now, with.zone, &statements);
    diagnostics.extend(mistakes);
    diagnostics.extend(tampered(&facts, &statements));
    // Behind the files with rows, whose places in the list are their numbers.
    facts.files.append(&mut stated_in);
    (facts, diagnostics)
}

/// Files that are not what was collected.
fn tampered(facts: &Facts, statements: &[Statement]) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    for statement in statements {
        let Some((hash, place)) = &statement.hash else { continue };
        for file in facts.files.iter().filter(|f| statement.files.binary_search(&f.path).is_ok()) {
            if !file.sha256.is_empty() && file.sha256 != *hash {
                let message = format!("`{}` is not what was collected: its bytes have changed since", file.path);
                let help = "collect it again; who means to change it takes its `collected` out of the manifest";
                found.push(Diagnostic::error(Code("E1120"), message).at_place(place.clone(), "").help(help));
            }
        }
    }
    found
}

/// The bytes of a manifest or mapping.
fn short_file(files: &dyn Files, name: &str) -> std::io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    files.open(name)?.take(MANIFEST_LIMIT).read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// Files that two mappings claim: how they are read would depend on the order.
fn claimed_twice(mappings: &[(Mapping, bool)]) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    for (i, (mapping, _)) in mappings.iter().enumerate() {
        for (file, place) in &mapping.files {
            let others = mappings.iter().take(i).flat_map(|(other, _)| &other.files);
            for (_, before) in others.filter(|(other, _)| other == file).take(1) {
                let error = Diagnostic::error(Code("E1410"), format!("two mappings claim `{file}`"));
                let error = error.at_place(place.clone(), "claimed here").and_place(before.clone(), "and here");
                found.push(error.help("narrow one of the patterns, so that each file is read in one way"));
            }
        }
    }
    found
}

/// A manifest or mapping is evidence as well: what it states decides verdicts.
fn stated_file(name: &str, bytes: &[u8], format: &str) -> FactsFile {
    FactsFile {
        path: name.to_owned(),
        size: bytes.len() as u64,
        sha256: hexadecimal(&Sha256::digest(bytes)),
        format: format.to_owned(),
        ..FactsFile::default()
    }
}

/// Enough of the beginning to recognise a product's export.
fn fill(window: &mut Window<'_>) {
    while window.bytes().len() < 64 * 1024 && window.more().unwrap_or(false) {}
}

fn is_manifest(name: &str) -> bool {
    let last = name.rsplit('/').next().unwrap_or(name);
    last == "facts.yaml" || last == "facts.yml"
}

fn is_mapping(name: &str) -> bool {
    name.ends_with(".mapping.yaml") || name.ends_with(".mapping.yml")
}

/// Whether a file's name says that it holds facts, so that being unreadable as such is an error.
fn looks_like_facts(name: &str) -> bool {
    let plain = name.strip_suffix(".gz").unwrap_or(name);
    let extension = plain.rsplit('/').next().unwrap_or(plain).rsplit_once('.').map_or("", |(_, e)| e);
    ["json", "ndjson", "jsonl", "yaml", "yml", "csv"].contains(&extension.to_ascii_lowercase().as_str())
}

fn spoken_of(name: &str, statements: &[Statement]) -> bool {
    statements.iter().any(|statement| statement.files.iter().any(|file| file == name))
}

/// The key of the one system that a statement says its file covers.
fn one_system(schema: &Schema, file: &str, statements: &[Statement]) -> Option<String> {
    let said = &statements.iter().find(|statement| statement.files.iter().any(|name| name == file))?.said;
    let Some(Covers::Some(of)) = &said.covers else { return None };
    let system = schema.entity_named("system")?;
    match of.iter().find(|(entity, _)| *entity == system)?.1.as_slice() {
        [only] if !only.contains(['*', '?', '[']) => Some(only.clone()),
        _ => None,
    }
}

fn unrecognised(name: &str) -> Diagnostic {
    Diagnostic::warning(Code("W1002"), format!("`{name}` was not read: no source recognises it"))
        .at_place(Place::File(name.to_string()), "")
        .help("take it out of the folder, or name it in `facts.yaml` with the kinds that it lists")
}
