//! CSV as products write it: separated by commas, semicolons or tabs, perhaps below a line `#TYPE …`. Each row is handed
//! on as a JSON object of texts, so that who reads records reads rows.

use super::bytes::Window;
use super::csv::read_separated;
use super::json::Stop;

/// Hands on each row below the header, with its offset: a JSON object of its cells, those that are empty left out, or what
/// is wrong with it. Blanks within the names of the header are left out.
///
/// # Errors
/// As for [`super::csv::read_records`].
pub fn read_rows(window: &mut Window<'_>, mut row: impl FnMut(u64, Result<&[u8], String>)) -> Result<(), Stop> {
    let separator = begin(window)?;
    let without_blanks = |text: &str| text.chars().filter(|c| !c.is_whitespace()).collect();
    read_table(window, separator, without_blanks, |event| match event {
        Event::Header(..) => {}
        Event::Row(offset, json) => row(offset, json),
    })
}

/// What is met in a table.
pub enum Event<'t> {
    /// The names of the columns, with the offset where they stand.
    Header(u64, &'t [String]),
    /// A row below them, with its offset: a JSON object of its cells, those that are empty left out, or what is wrong.
    Row(u64, Result<&'t [u8], String>),
}

/// The same with a separator that is known, below no other line; the names of the columns as they stand, without blanks
/// around them.
///
/// # Errors
/// As for [`super::csv::read_records`].
pub fn read_columns(window: &mut Window<'_>, separator: u8, event: impl FnMut(Event<'_>)) -> Result<(), Stop> {
    read_table(window, separator, |text: &str| text.trim_start_matches('\u{feff}').trim().to_owned(), event)
}

fn read_table(
    window: &mut Window<'_>,
    separator: u8,
    name: impl Fn(&str) -> String,
    mut event: impl FnMut(Event<'_>),
) -> Result<(), Stop> {
    let mut header: Option<Vec<Vec<u8>>> = None;
    let mut json = Vec::new();
    read_separated(window, separator, |offset, cells| {
        let Some(names) = &header else {
            let names: Vec<String> = cells.iter().map(|cell| name(&String::from_utf8_lossy(cell))).collect();
            event(Event::Header(offset, &names));
            header = Some(names.iter().map(|name| member(name)).collect());
            return;
        };
        let mut row = |offset, row| event(Event::Row(offset, row));
        if cells.len() != names.len() {
            return row(offset, Err(format!("{} cells below {} names", cells.len(), names.len())));
        }
        json.clear();
        json.push(b'{');
        for (name, cell) in names.iter().zip(cells) {
            let Ok(text) = std::str::from_utf8(cell) else {
                return row(offset, Err("not UTF-8".to_owned()));
            };
            if text.is_empty() {
                continue;
            }
            if json.len() > 1 {
                json.push(b',');
            }
            json.extend_from_slice(name);
            write_text(text, &mut json);
        }
        json.push(b'}');
        row(offset, Ok(&json));
    })
}

/// Passes blank lines and the line of the type, and tells the separator: the one that the header has most of.
fn begin(window: &mut Window<'_>) -> Result<u8, Stop> {
    loop {
        let line = line(window)?;
        let bytes = window.bytes().get(..line).unwrap_or_default();
        if line == 0 || !(bytes.starts_with(b"#") || bytes.trim_ascii().is_empty()) {
            let count = |separator: u8| bytes.iter().filter(|b| **b == separator).count();
            // The last of equals: a comma, where there is no separator at all.
            return Ok([b'\t', b';', b','].into_iter().max_by_key(|s| count(*s)).unwrap_or(b','));
        }
        window.advance(line);
    }
}

/// The length of the line that the window begins with, its end included; 0 at the end of the file.
fn line(window: &mut Window<'_>) -> Result<usize, Stop> {
    const LONGEST: usize = 1024 * 1024;
    loop {
        if let Some(end) = memchr::memchr(b'\n', window.bytes()) {
            return Ok(end + 1);
        }
        if window.bytes().len() > LONGEST || !window.more()? {
            return Ok(window.bytes().len());
        }
    }
}

/// A name of the header as it stands before a value.
fn member(text: &str) -> Vec<u8> {
    let mut name = Vec::new();
    write_text(text, &mut name);
    name.push(b':');
    name
}

fn write_text(text: &str, into: &mut Vec<u8>) {
    into.push(b'"');
    for c in text.bytes() {
        match c {
            b'"' | b'\\' => into.extend_from_slice(&[b'\\', c]),
            0..0x20 => into.extend_from_slice(format!("\\u{c:04x}").as_bytes()),
            _ => into.push(c),
        }
    }
    into.push(b'"');
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeMap;

    fn rows(text: &str) -> Vec<String> {
        let files = BTreeMap::from([("a".to_owned(), text.as_bytes().to_vec())]);
        let mut window = Window::open(&files, "a").expect("opens");
        let mut found = Vec::new();
        let read = read_rows(&mut window, |offset, row| match row {
            Ok(json) => found.push(format!("{offset} {}", String::from_utf8_lossy(json))),
            Err(what) => found.push(format!("{offset} {what}")),
        });
        found.extend(read.err().map(|_| "stopped".to_owned()));
        found
    }

    #[test]
    fn rows_are_objects_whatever_parts_them() {
        let asked = ["30 {\"Name\":\"a \\\"b\\\" c\",\"LastRun\":\"1\"}", "44 {\"Name\":\"x\\u000ay\"}"];
        for separator in [",", ";", "\t"] {
            let text = "#TYPE A,B,C\n\"Name\"|\"Last Run\"\n\"a \"\"b\"\" c\"|1\n\"x\ny\"|\n".replace('|', separator);
            assert_eq!(rows(&text), asked, "{separator:?}");
        }
    }

    #[test]
    fn a_row_of_another_length_and_a_text_without_end_are_told() {
        assert_eq!(rows("a,b\n1\n2,3\n"), ["4 1 cells below 2 names", "6 {\"a\":\"2\",\"b\":\"3\"}"]);
        assert_eq!(rows("a,b\n1,\"2\n"), ["4 {\"a\":\"1\",\"b\":\"2\\u000a\"}", "stopped"]);
        assert_eq!(rows(""), [""; 0]);
    }

    #[test]
    fn every_character_is_valid_json() {
        let text =
            format!("a,b\n\"{}\",x\n", (1..0x250).filter_map(char::from_u32).collect::<String>().replace('"', "\"\""));
        let row = rows(&text).remove(0);
        let value: Result<BTreeMap<String, String>, _> = serde_json::from_str(row.split_once(' ').expect("a row").1);
        assert!(value.is_ok_and(|row| row["a"].chars().count() == 0x24f));
    }
}
