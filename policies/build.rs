//! Embeds `policies/std/**/*.backproof`: a new file there needs no line anywhere else.

use std::path::{Path, PathBuf};
use std::{env, fs};

fn main() {
    let root = PathBuf::from(env::var("CARGO_MANIFEST_DIR").expect("cargo sets it")).join("policies/std");
    println!("cargo::rerun-if-changed={}", root.display());
    let mut files = Vec::new();
    collect(&root, &mut files);
    files.sort();
    let mut text =
        String::from("/// Name and text of every file, sorted by name.\npub const FILES: &[(&str, &str)] = &[\n");
    for file in files {
        let name = file.strip_prefix(&root).expect("it lies below the root").display().to_string().replace('\\', "/");
        text.push_str(&format!("    ({:?}, include_str!({:?})),\n", format!("std/{name}"), file.display().to_string()));
    }
    text.push_str("];\n");
    fs::write(Path::new(&env::var("OUT_DIR").expect("cargo sets it")).join("standard.rs"), text)
        .expect("OUT_DIR is writable");
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).expect("the folder is readable") {
        let path = entry.expect("the entry is readable").path();
        if path.is_dir() {
            collect(&path, files);
        } else if path.extension().is_some_and(|extension| extension == "backproof") {
            files.push(path);
        }
    }
}
