//! The bytes of a facts file: opened through a seam, unzipped where they begin as gzip does, without a byte order mark,
//! hashed as they stand on disk in the same pass, and shown through a window that slides and grows.
//!
//! Nothing here touches the file system: `Files` is given by `app`, or holds texts in a test. No file is held whole.
//! Offsets count bytes of the unzipped file, the byte order mark included.

use super::landmarks::{Landmarks, Surveyor};
use crate::base::hexadecimal;
use flate2::bufread::MultiGzDecoder;
use sha2::{Digest as _, Sha256};
use std::collections::BTreeMap;
use std::io::{self, BufRead, BufReader, Read};

/// How many bytes are read at a time.
const STEP: usize = 256 * 1024;
/// The same where only one place is looked up.
const LOOK: usize = 32 * 1024;
/// The longest record (line, element, document key's value) that is held to be read: 16 MiB.
pub const RECORD_LIMIT: usize = 16 * 1024 * 1024;
const MARK: &[u8] = b"\xEF\xBB\xBF";
const GZIP: [u8; 2] = [0x1F, 0x8B];

/// A hash of a record's bytes, blanks at its end left out; never 0.
pub fn record_hash(bytes: &[u8]) -> u32 {
    use std::hash::Hasher;
    let mut hasher = rustc_hash::FxHasher::default();
    hasher.write(bytes.trim_ascii_end());
    ((hasher.finish() >> 32) as u32).max(1)
}

/// Opens facts files. Opening the same path again gives the same bytes unless somebody changed the file.
pub trait Files: Sync {
    /// The bytes of the file as they stand on disk.
    ///
    /// # Errors
    /// Those of the file system.
    fn open(&self, path: &str) -> io::Result<Box<dyn Read + Send + '_>>;

    /// The same from byte `offset` on; `None` where that would cost reading what stands before it.
    ///
    /// # Errors
    /// Those of the file system.
    fn open_at(&self, path: &str, offset: u64) -> io::Result<Option<Box<dyn Read + Send + '_>>> {
        let _ = (path, offset);
        Ok(None)
    }
}

/// Files held in memory, by path.
impl Files for BTreeMap<String, Vec<u8>> {
    fn open(&self, path: &str) -> io::Result<Box<dyn Read + Send + '_>> {
        match self.get(path) {
            Some(bytes) => Ok(Box::new(bytes.as_slice())),
            None => Err(io::Error::new(io::ErrorKind::NotFound, "no such file")),
        }
    }

    fn open_at(&self, path: &str, offset: u64) -> io::Result<Option<Box<dyn Read + Send + '_>>> {
        let from = usize::try_from(offset).unwrap_or(usize::MAX);
        Ok(self.get(path).map(|bytes| Box::new(bytes.get(from..).unwrap_or_default()) as Box<dyn Read + Send>))
    }
}

/// What identifies the bytes on disk.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Digest {
    /// Bytes on disk.
    pub size: u64,
    /// SHA-256, lower-case hexadecimal.
    pub sha256: String,
}

struct Hashing<'f> {
    inner: Box<dyn Read + Send + 'f>,
    /// `None` where nobody asks for the hash.
    hasher: Option<Sha256>,
    size: u64,
}

/// Reads all bytes and tells what they are.
///
/// # Errors
/// Those of reading.
pub fn digest<'f>(bytes: impl Read + Send + 'f) -> io::Result<Digest> {
    let hashing = Hashing { inner: Box::new(bytes), hasher: Some(Sha256::new()), size: 0 };
    hashing.end(&mut vec![0; STEP])
}

impl Hashing<'_> {
    /// Reads what is left by way of `buffer`.
    fn end(mut self, buffer: &mut [u8]) -> io::Result<Digest> {
        loop {
            match self.read(buffer) {
                Ok(0) => break,
                Ok(_) => {}
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
        let sha256 = hexadecimal(&self.hasher.map(Sha256::finalize).unwrap_or_default());
        Ok(Digest { size: self.size, sha256 })
    }
}

impl Read for Hashing<'_> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let count = self.inner.read(out)?;
        if let Some(hasher) = &mut self.hasher {
            hasher.update(out.get(..count).unwrap_or_default());
        }
        self.size += count as u64;
        Ok(count)
    }
}

/// The bytes on disk, the first two of which were looked at before.
type Zipped<'f> = BufReader<io::Chain<io::Cursor<Vec<u8>>, Hashing<'f>>>;

enum Stream<'f> {
    Plain { peeked: io::Cursor<Vec<u8>>, rest: Hashing<'f> },
    Gzip(Box<MultiGzDecoder<Zipped<'f>>>),
}

impl Stream<'_> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        match self {
            Stream::Plain { peeked, rest } => match peeked.read(out)? {
                0 => rest.read(out),
                count => Ok(count),
            },
            Stream::Gzip(decoder) => decoder.read(out),
        }
    }
}

/// A window over the unzipped bytes of one file.
pub struct Window<'f> {
    stream: Stream<'f>,
    buffer: Vec<u8>,
    start: usize,
    end: usize,
    offset: u64,
    ended: bool,
    /// Why it could not be read on; it cannot for good, whoever asks.
    failed: Option<(io::ErrorKind, String)>,
    surveyor: Surveyor,
}

impl<'f> Window<'f> {
    /// Opens a file and fills the window for the first time.
    ///
    /// # Errors
    /// Those of opening, reading and unzipping.
    pub fn open(files: &'f dyn Files, path: &str) -> io::Result<Window<'f>> {
        Window::over(files.open(path)?, Some(Sha256::new()))
    }

    /// Opens a file again, to look something up: [`Window::finish`] gives no hash then.
    ///
    /// # Errors
    /// As for [`Window::open`].
    pub fn open_again(files: &'f dyn Files, path: &str) -> io::Result<Window<'f>> {
        Window::over(files.open(path)?, None)
    }

    /// Opens a file that is not zipped at a byte of it, to look something up; `None` where that would cost reading what
    /// stands before it.
    ///
    /// # Errors
    /// Those of opening.
    pub fn open_at(files: &'f dyn Files, path: &str, offset: u64) -> io::Result<Option<Window<'f>>> {
        let Some(inner) = files.open_at(path, offset)? else { return Ok(None) };
        let rest = Hashing { inner, hasher: None, size: 0 };
        let stream = Stream::Plain { peeked: io::Cursor::default(), rest };
        let buffer = vec![0; LOOK];
        Ok(Some(Window {
            stream,
            buffer,
            start: 0,
            end: 0,
            offset,
            ended: false,
            failed: None,
            surveyor: Surveyor::idle(),
        }))
    }

    fn over(inner: Box<dyn Read + Send + 'f>, hasher: Option<Sha256>) -> io::Result<Window<'f>> {
        let mut hashing = Hashing { inner, hasher, size: 0 };
        let mut first = vec![0; 2];
        let mut count = 0;
        while count < first.len() {
            match hashing.read(first.get_mut(count..).unwrap_or_default()) {
                Ok(0) => break,
                Ok(more) => count += more,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
        first.truncate(count);
        let zipped = first == GZIP;
        // Who looks again looks at little.
        let step = if hashing.hasher.is_none() { LOOK } else { STEP };
        let peeked = io::Cursor::new(first);
        let surveyor = if zipped || hashing.hasher.is_none() { Surveyor::idle() } else { Surveyor::default() };
        let stream = if zipped {
            Stream::Gzip(Box::new(MultiGzDecoder::new(BufReader::with_capacity(step, peeked.chain(hashing)))))
        } else {
            Stream::Plain { peeked, rest: hashing }
        };
        let mut window =
            Window { stream, buffer: vec![0; step], start: 0, end: 0, offset: 0, ended: false, failed: None, surveyor };
        while window.bytes().len() < MARK.len() && window.more()? {}
        if window.bytes().starts_with(MARK) {
            window.advance(MARK.len());
            // The mark is no character of the first line.
            window.surveyor = Surveyor::idle();
        }
        Ok(window)
    }

    /// What is in the window and not yet passed.
    pub fn bytes(&self) -> &[u8] {
        self.buffer.get(self.start..self.end).unwrap_or_default()
    }

    /// The offset of the first of [`Window::bytes`].
    pub fn offset(&self) -> u64 {
        self.offset
    }

    /// Passes `count` bytes.
    pub fn advance(&mut self, count: usize) {
        let count = count.min(self.end - self.start);
        self.start += count;
        self.offset += count as u64;
    }

    /// Shows more bytes behind those in the window, which grows as it must; `false` at the end of the file.
    ///
    /// # Errors
    /// Those of reading and unzipping.
    pub fn more(&mut self) -> io::Result<bool> {
        if let Some((kind, message)) = &self.failed {
            return Err(io::Error::new(*kind, message.clone()));
        }
        if self.ended {
            return Ok(false);
        }
        if self.start > 0 {
            self.buffer.copy_within(self.start..self.end, 0);
            self.end -= self.start;
            self.start = 0;
        }
        if self.end == self.buffer.len() {
            self.buffer.resize(self.buffer.len() * 2, 0);
        }
        loop {
            let room = self.buffer.get_mut(self.end..).unwrap_or_default();
            match self.stream.read(room) {
                Ok(count) => {
                    self.surveyor.pass(room.get(..count).unwrap_or_default());
                    self.end += count;
                    self.ended = count == 0;
                    return Ok(count > 0);
                }
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => {
                    self.failed = Some((error.kind(), error.to_string()));
                    return Err(error);
                }
            }
        }
    }

    /// Places to which a later look may go at once; taken, none are left.
    pub fn landmarks(&mut self) -> Landmarks {
        std::mem::take(&mut self.surveyor).landmarks()
    }

    /// Reads what is left and tells what stood on disk.
    ///
    /// # Errors
    /// Those of reading; what does not unzip is hashed all the same.
    pub fn finish(mut self) -> io::Result<Digest> {
        let hashing = match self.stream {
            Stream::Plain { rest, .. } => rest,
            Stream::Gzip(decoder) => {
                let mut buffered = decoder.into_inner();
                loop {
                    let count = buffered.fill_buf()?.len();
                    if count == 0 {
                        break;
                    }
                    buffered.consume(count);
                }
                buffered.into_inner().into_inner().1
            }
        };
        hashing.end(&mut self.buffer)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write as _;

    fn one(bytes: Vec<u8>) -> BTreeMap<String, Vec<u8>> {
        BTreeMap::from([("a".to_owned(), bytes)])
    }

    fn whole(files: &BTreeMap<String, Vec<u8>>) -> (Vec<u8>, u64, Digest) {
        let mut window = Window::open(files, "a").expect("opens");
        while window.more().expect("reads") {}
        (window.bytes().to_vec(), window.offset(), window.finish().expect("ends"))
    }

    #[test]
    fn gzip_and_byte_order_mark_are_seen_through_and_the_disk_is_hashed() {
        let text = b"\xEF\xBB\xBFhello".to_vec();
        let (bytes, offset, plain) = whole(&one(text.clone()));
        assert_eq!((bytes.as_slice(), offset, plain.size), (&b"hello"[..], 3, 8));
        let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
        encoder.write_all(&text).expect("zips");
        let zipped = encoder.finish().expect("zips");
        let (bytes, offset, disk) = whole(&one(zipped.clone()));
        assert_eq!((bytes.as_slice(), offset, disk.size), (&b"hello"[..], 3, zipped.len() as u64));
        assert_ne!(disk.sha256, plain.sha256);
        let empty = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
        assert_eq!(whole(&one(Vec::new())).2, Digest { size: 0, sha256: empty.to_owned() });
    }

    #[test]
    fn what_cannot_be_read_on_never_looks_like_the_end() {
        let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
        encoder.write_all(b"one\ntwo\n").expect("zips");
        let mut zipped = encoder.finish().expect("zips");
        zipped.truncate(zipped.len() - 6);
        let files = one(zipped);
        let mut window = Window::open(&files, "a").expect("opens");
        let mut errors = Vec::new();
        while errors.len() < 3 {
            match window.more() {
                Ok(more) => assert!(more && errors.is_empty(), "an end after {errors:?}"),
                Err(error) => errors.push(error.to_string()),
            }
        }
        assert!(errors.windows(2).all(|pair| pair[0] == pair[1]));
    }

    #[test]
    fn window_slides_and_grows() {
        let text: Vec<u8> = (0..STEP * 3).map(|i| (i % 251) as u8).collect();
        let files = one(text.clone());
        let mut window = Window::open(&files, "a").expect("opens");
        window.advance(10);
        while window.more().expect("reads") {}
        assert_eq!((window.bytes(), window.offset()), (&text[10..], 10));
    }
}
