//! The file system behind the reading seam: files by the names that reports give them.

use super::walk::{Found, How, STANDARD_INPUT};
use crate::codec::bytes::Files;
use indicatif::ProgressBar;
use rustc_hash::FxHashMap;
use std::fs::File;
use std::io::{self, Read, Seek as _, SeekFrom};
use std::path::PathBuf;

/// The files of a run. Only those that were found can be opened.
pub struct Disk {
    paths: FxHashMap<String, PathBuf>,
    /// What standard input gave: read once and kept, since what reports show of it is looked up again.
    standard_input: Option<io::Result<Vec<u8>>>,
    progress: ProgressBar,
}

impl Disk {
    /// Those of `found`; what is read of them moves `progress`.
    pub fn of(found: &[Found], progress: ProgressBar) -> Disk {
        let standard_input = found.iter().any(|file| file.how == How::Standard).then(|| {
            let mut bytes = Vec::new();
            io::stdin().lock().read_to_end(&mut bytes).map(|_| bytes)
        });
        let on_disk = found.iter().filter(|file| file.how != How::Standard);
        Disk { paths: on_disk.map(|file| (file.name.clone(), file.path.clone())).collect(), standard_input, progress }
    }
}

impl Files for Disk {
    fn open(&self, path: &str) -> io::Result<Box<dyn Read + Send + '_>> {
        if path == STANDARD_INPUT
            && let Some(given) = &self.standard_input
        {
            return match given {
                Ok(bytes) => Ok(Box::new(bytes.as_slice())),
                Err(error) => Err(io::Error::new(error.kind(), error.to_string())),
            };
        }
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
