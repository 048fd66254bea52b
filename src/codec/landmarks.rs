//! Places of a file, noted while it is read the first time, from which a later look for a line and column can start.
//! Only for files that are not zipped: their bytes on disk are those that offsets count.

/// So many bytes lie between two landmarks.
const APART: u64 = 32 * 1024;

/// How far lines and characters are counted at a byte.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub struct Landmark {
    /// The byte.
    pub offset: u64,
    /// Line ends before it.
    pub lines: u64,
    /// Characters between the last of them and it.
    pub chars: u64,
}

/// The landmarks of one file, ascending; none where its bytes cannot be sought.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct Landmarks(Vec<Landmark>);

impl Landmarks {
    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The last one at or before `offset`.
    pub fn before(&self, offset: u64) -> Option<Landmark> {
        let behind = self.0.partition_point(|mark| mark.offset <= offset);
        self.0.get(behind.checked_sub(1)?).copied()
    }
}

/// Sets landmarks in bytes that pass by.
#[derive(Debug, Default)]
pub(super) struct Surveyor {
    at: Landmark,
    landmarks: Landmarks,
    idle: bool,
}

impl Surveyor {
    /// One that sets none.
    pub(super) fn idle() -> Surveyor {
        Surveyor { idle: true, ..Surveyor::default() }
    }

    /// Takes the next bytes.
    pub(super) fn pass(&mut self, mut bytes: &[u8]) {
        while !self.idle && !bytes.is_empty() {
            let left = usize::try_from(APART - self.at.offset % APART).unwrap_or(usize::MAX);
            let (piece, rest) = bytes.split_at(left.min(bytes.len()));
            self.count(piece);
            if self.at.offset.is_multiple_of(APART) {
                self.landmarks.0.push(self.at);
            }
            bytes = rest;
        }
    }

    fn count(&mut self, bytes: &[u8]) {
        let line = match memchr::memrchr(b'\n', bytes) {
            None => bytes,
            Some(last) => {
                self.at.lines += memchr::memchr_iter(b'\n', bytes).count() as u64;
                self.at.chars = 0;
                bytes.get(last + 1..).unwrap_or_default()
            }
        };
        self.at.chars += line.iter().filter(|b| **b & 0xC0 != 0x80).count() as u64;
        self.at.offset += bytes.len() as u64;
    }

    /// What was set.
    pub(super) fn landmarks(self) -> Landmarks {
        self.landmarks
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn landmarks_count_what_stands_before_them() {
        let text: Vec<u8> = "ä,\n".bytes().cycle().take(3 * APART as usize + 5).collect();
        let mut surveyor = Surveyor::default();
        for piece in text.chunks(1000) {
            surveyor.pass(piece);
        }
        let marks = surveyor.landmarks();
        assert_eq!(marks.before(APART - 1), None);
        for mark in (1..=3).map(|i| marks.before(i * APART + 4).expect("one for each step")) {
            let before = &text[..mark.offset as usize];
            let line = before.rsplit(|b| *b == b'\n').next().expect("a line");
            assert_eq!(mark.lines, before.iter().filter(|b| **b == b'\n').count() as u64);
            assert_eq!(mark.chars, line.iter().filter(|b| **b & 0xC0 != 0x80).count() as u64);
        }
        let mut idle = Surveyor::idle();
        idle.pass(&text);
        assert!(idle.landmarks().is_empty());
    }
}
