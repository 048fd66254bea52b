//! Finds the records of an NDJSON text: its lines.

use super::bytes::{RECORD_LIMIT, Window};
use super::json::Stop;

/// Hands on each line that is not blank, with its offset, without its end.
///
/// # Errors
/// Where the file cannot be read on, or a line is longer than [`RECORD_LIMIT`].
pub fn read_lines(window: &mut Window<'_>, mut line: impl FnMut(u64, &[u8])) -> Result<(), Stop> {
    let mut searched = 0;
    loop {
        let bytes = window.bytes();
        let end = bytes.get(searched..).and_then(|rest| memchr::memchr(b'\n', rest)).map(|at| searched + at);
        match end {
            Some(end) => {
                give(window.offset(), bytes.get(..end).unwrap_or_default(), &mut line);
                window.advance(end + 1);
                searched = 0;
            }
            None => {
                searched = bytes.len();
                if searched > RECORD_LIMIT {
                    let what = format!("a line of more than {} MiB", RECORD_LIMIT >> 20);
                    return Err(Stop::Text { offset: window.offset(), what });
                }
                if !window.more()? {
                    give(window.offset(), window.bytes(), &mut line);
                    window.advance(searched);
                    return Ok(());
                }
            }
        }
    }
}

fn give(offset: u64, bytes: &[u8], line: &mut impl FnMut(u64, &[u8])) {
    let blank = |b: &u8| matches!(b, b' ' | b'\t' | b'\r');
    let start = bytes.iter().position(|b| !blank(b));
    if let Some(start) = start {
        line(offset + start as u64, bytes.get(start..).unwrap_or_default());
    }
}
