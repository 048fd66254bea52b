//! Policy texts to a plan: parse the user's files, add what they need of the standard library, declare, compile.

use super::standard;
use crate::base::{Code, Diagnostic, Place, SourceMap, hexadecimal};
use crate::lower::{CompileSettings, compile};
use crate::outcome::PolicyFile;
use crate::plan::Plan;
use crate::syntax;
use crate::typing::declarations::Declarations;
use crate::typing::declare::declare;
use sha2::{Digest, Sha256};

/// A policy file as read.
#[derive(Debug, Clone)]
pub struct PolicyText {
    /// How reports name it.
    pub name: String,
    /// Its bytes.
    pub bytes: Vec<u8>,
}

/// What came of the policies.
#[derive(Debug, Default)]
pub struct Policies {
    /// All texts: the user's, then those of the standard library that they need.
    pub sources: SourceMap,
    /// What they declare.
    pub declarations: Declarations,
    /// The checks; to be run only where there is no error.
    pub plan: Plan,
    /// The user's files with their hashes.
    pub files: Vec<PolicyFile>,
    /// Mistakes and warnings, by file and place.
    pub diagnostics: Vec<Diagnostic>,
}

/// How much of the standard library is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Library {
    /// What the policies name.
    Named,
    /// All of it: what a misspelt name may have meant.
    Whole,
}

/// Compiles `texts`. Every file contributes all its mistakes; a file that is no UTF-8 is one.
pub fn compile_policies(texts: &[PolicyText], settings: &CompileSettings) -> Policies {
    let compiled = compile_with(texts, settings, Library::Named);
    if compiled.diagnostics.iter().any(Diagnostic::is_error) {
        // Only a mistake asks for the words of vocabularies that nobody named.
        return compile_with(texts, settings, Library::Whole);
    }
    compiled
}

fn compile_with(texts: &[PolicyText], settings: &CompileSettings, library: Library) -> Policies {
    let mut out = Policies::default();
    let mut trees = Vec::new();
    for text in texts {
        out.files.push(PolicyFile { path: text.name.clone(), sha256: hexadecimal(&Sha256::digest(&text.bytes)) });
        match std::str::from_utf8(&text.bytes) {
            Ok(utf8) => {
                let id = out.sources.add(&text.name, utf8, false);
                let (tree, mut mistakes) = syntax::parse(id, utf8);
                out.diagnostics.append(&mut mistakes);
                trees.push(tree);
            }
            Err(error) => out.diagnostics.push(not_utf8(&text.name, error.valid_up_to(), &text.bytes)),
        }
    }
    let mut standard_trees = Vec::new();
    let wanted = match library {
        Library::Named => standard::needed(&trees, &settings.frameworks),
        Library::Whole => standard::files().to_vec(),
    };
    for (name, text) in &wanted {
        let id = out.sources.add(*name, *text, true);
        let (tree, mut mistakes) = syntax::parse(id, text);
        out.diagnostics.append(&mut mistakes);
        standard_trees.push(tree);
    }
    standard_trees.append(&mut trees);
    let (declarations, mut mistakes) = declare(&standard_trees, &out.sources);
    out.diagnostics.append(&mut mistakes);
    let (plan, mut mistakes) = compile(&declarations, &out.sources, settings);
    // A warning beside an error would often only follow from it.
    if out.diagnostics.iter().any(Diagnostic::is_error) {
        mistakes.retain(Diagnostic::is_error);
    }
    out.diagnostics.append(&mut mistakes);
    (out.declarations, out.plan) = (declarations, plan);
    sort(&mut out.diagnostics);
    out
}

fn not_utf8(name: &str, valid: usize, bytes: &[u8]) -> Diagnostic {
    let line = bytes.iter().take(valid).filter(|b| **b == b'\n').count() + 1;
    let binary = bytes.contains(&0);
    let what = if binary { "is not a text" } else { "is not UTF-8" };
    Diagnostic::error(Code("E2003"), format!("`{name}` {what}: byte {valid}, in line {line}"))
        .at_place(Place::File(name.to_string()), format!("line {line}"))
        .help("save the file as UTF-8")
}

/// By place in the order of the sources; those without a place in a policy first.
fn sort(diagnostics: &mut [Diagnostic]) {
    diagnostics.sort_by_key(|d| match d.primary.as_ref().map(|label| &label.place) {
        Some(Place::Policy(span)) => (1, span.source.0, span.start),
        _ => (0, 0, 0),
    });
}
