//! Embeds `policies/std/**/*.backproof`: a new file there needs no line anywhere else.

use std::error::Error;
use std::path::{Path, PathBuf};
use std::{env, fs};

fn main() -> Result<(), Box<dyn Error>> {
    let root = PathBuf::from(env::var("CARGO_MANIFEST_DIR")?).join("policies/std");
    println!("cargo::rerun-if-changed={}", root.display());
    let mut files = Vec::new();
    collect(&root, &mut files)?;
    files.sort();
    let mut text =
        String::from("/// Name and text of every file, sorted by name.\npub const FILES: &[(&str, &str)] = &[\n");
    for file in files {
        let name = file.strip_prefix(&root)?.to_string_lossy().replace('\\', "/");
        text.push_str(&format!("    ({:?}, include_str!({:?})),\n", format!("std/{name}"), file.to_string_lossy()));
    }
    text.push_str("];\n");
    fs::write(Path::new(&env::var("OUT_DIR")?).join("standard.rs"), text)?;
    Ok(())
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) -> Result<(), Box<dyn Error>> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            collect(&path, files)?;
        } else if path.extension().is_some_and(|extension| extension == "backproof") {
            files.push(path);
        }
    }
    Ok(())
}
