//! The file system behind the reading seam: files by the names that reports give them.

use super::walk::Found;
use crate::codec::bytes::Files;
use rustc_hash::FxHashMap;
use std::fs::File;
use std::io::{self, Read};
use std::path::PathBuf;

/// The files of a run. Only those that were found can be opened.
pub struct Disk {
    paths: FxHashMap<String, PathBuf>,
}

impl Disk {
    /// Those of `found`.
    pub fn of(found: &[Found]) -> Disk {
        Disk { paths: found.iter().map(|file| (file.name.clone(), file.path.clone())).collect() }
    }
}

impl Files for Disk {
    fn open(&self, path: &str) -> io::Result<Box<dyn Read + Send + '_>> {
        let real = self.paths.get(path).ok_or_else(|| io::Error::from(io::ErrorKind::NotFound))?;
        Ok(Box::new(File::open(real)?))
    }
}
