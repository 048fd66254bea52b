//! The file system behind the reading seam: files by the names that reports give them.

use super::walk::Found;
use crate::codec::bytes::Files;
use indicatif::ProgressBar;
use rustc_hash::FxHashMap;
use std::fs::File;
use std::io::{self, Read, Seek as _, SeekFrom};
use std::path::PathBuf;

/// The files of a run. Only those that were found can be opened.
pub struct Disk {
    paths: FxHashMap<String, PathBuf>,
    progress: ProgressBar,
}

impl Disk {
    /// Those of `found`; what is read of them moves `progress`.
    pub fn of(found: &[Found], progress: ProgressBar) -> Disk {
        Disk { paths: found.iter().map(|file| (file.name.clone(), file.path.clone())).collect(), progress }
    }
}

impl Files for Disk {
    fn open(&self, path: &str) -> io::Result<Box<dyn Read + Send + '_>> {
        let real = self.paths.get(path).ok_or_else(|| io::Error::from(io::ErrorKind::NotFound))?;
        if real.is_dir() {
            return Err(io::Error::from(io::ErrorKind::IsADirectory));
        }
        let file = File::open(real)?;
        if self.progress.is_hidden() {
            return Ok(Box::new(file));
        }
        Ok(Box::new(self.progress.wrap_read(file)))
    }

    fn open_at(&self, path: &str, offset: u64) -> io::Result<Option<Box<dyn Read + Send + '_>>> {
        let real = self.paths.get(path).ok_or_else(|| io::Error::from(io::ErrorKind::NotFound))?;
        let mut file = File::open(real)?;
        file.seek(SeekFrom::Start(offset))?;
        Ok(Some(Box::new(file)))
    }
}
