//! The fast way through a row of the project's own format in JSON: plain texts, whole numbers, `true`, `false`, `null`,
//! lists of plain texts and nested rows, read straight into the columns.
//!
//! Invariants: it reports nothing. Whatever is odd (an escape, a mistake, an unknown field, a missing cell that must be
//! there) makes it take the row back and leave it to the reader in `own`, which is the reference: where this one reads a
//! row, that one would have read the same.

use super::cell::is_blank;
use super::column::Shape;
use super::own::{At, KIND};
use super::store::{Store, Use};
use crate::codec::bytes::record_hash;
use crate::facts::rows::Raw;
use crate::facts::schema::{EntityId, FieldId};

/// Texts in one list; longer ones are left.
const LIST: usize = 32;
/// Nested lists of an unread value; deeper ones are left.
const DEPTH: u32 = 8;

/// A place in the text of one row. The text has no escape, and no control character but blanks.
pub(super) struct Cursor<'t> {
    text: &'t str,
    at: usize,
    /// Whether there are tabs and line ends, which no text may hold.
    broken_lines: bool,
}

impl<'t> Cursor<'t> {
    /// At the beginning of a row; `None` where it has what only the other reader reads.
    pub(super) fn new(text: &'t str) -> Option<Cursor<'t>> {
        let text = text.trim_end_matches([' ', '\t', '\r', '\n']);
        let odd = text.bytes().fold(0, |odd, b| odd | u8::from(b < 0x20) | u8::from(b == b'\\') << 1);
        let blank = |b: u8| b >= 0x20 || matches!(b, b'\t' | b'\r' | b'\n');
        if odd & 2 != 0 || (odd & 1 != 0 && !text.bytes().all(blank)) {
            return None;
        }
        Some(Cursor { text, at: 0, broken_lines: odd & 1 != 0 })
    }

    /// At the beginning of rows one after the other, the last of which may be cut short. `text` has no escape and no control
    /// character but blanks.
    pub(super) fn over(text: &'t str) -> Cursor<'t> {
        Cursor { text, at: 0, broken_lines: text.bytes().fold(false, |broken, b| broken | (b < 0x20)) }
    }

    fn rest(&self) -> &'t [u8] {
        self.text.as_bytes().get(self.at..).unwrap_or_default()
    }

    /// The next byte that is no blank, not passed.
    fn peek(&mut self) -> Option<u8> {
        loop {
            let byte = *self.text.as_bytes().get(self.at)?;
            if byte > b' ' {
                return Some(byte);
            }
            self.at += 1;
        }
    }

    fn pass(&mut self, byte: u8) -> Option<()> {
        (self.peek()? == byte).then(|| self.at += 1)
    }

    fn pass_word(&mut self, word: &str) -> Option<()> {
        self.rest().starts_with(word.as_bytes()).then(|| self.at += word.len())
    }

    /// Passes `name` in quotes, if it stands here.
    fn pass_name(&mut self, name: &str) -> bool {
        let rest = self.rest();
        let here = rest.first() == Some(&b'"')
            && rest.get(name.len() + 1) == Some(&b'"')
            && rest.get(1..=name.len()).is_some_and(|here| is_same(here, name.as_bytes()));
        if here {
            self.at += name.len() + 2;
        }
        here
    }

    /// The text in quotes that begins here.
    fn text(&mut self) -> Option<&'t str> {
        self.pass(b'"')?;
        let length = quote(self.rest())?;
        let text = self.text.get(self.at..self.at + length)?;
        self.at += length + 1;
        (!self.broken_lines || text.bytes().all(|b| b >= 0x20)).then_some(text)
    }

    fn number(&mut self) -> Option<Raw<'t>> {
        let rest = self.rest();
        let negative = rest.first() == Some(&b'-');
        let digits = rest.get(usize::from(negative)..)?;
        let mut value = 0_i64;
        let mut count = 0;
        while let Some(digit) = digits.get(count).map(|b| b.wrapping_sub(b'0')).filter(|d| *d <= 9) {
            if count == 18 {
                return None;
            }
            value = value * 10 + i64::from(digit);
            count += 1;
        }
        let plain = count > 0 && (count == 1 || digits.first() != Some(&b'0')) && !(negative && value == 0);
        match digits.get(count) {
            Some(b'.' | b'e' | b'E') => return self.fraction(),
            Some(b',' | b'}' | b']' | b' ' | b'\t' | b'\r' | b'\n') if plain => {}
            _ => return None,
        }
        self.at += count + usize::from(negative);
        Some(Raw::Int(if negative { -value } else { value }))
    }

    fn fraction(&mut self) -> Option<Raw<'t>> {
        let part = |b: &u8| b.is_ascii_digit() || matches!(b, b'+' | b'-' | b'.' | b'e' | b'E');
        let length = self.rest().iter().position(|b| !part(b))?;
        let value = serde_json::from_str(self.text.get(self.at..self.at + length)?).ok()?;
        self.at += length;
        Some(Raw::Number(value))
    }

    /// A value that is neither a list nor an object.
    fn plain(&mut self) -> Option<Raw<'t>> {
        match self.peek()? {
            b'"' => self.text().map(Raw::Text),
            b't' => self.pass_word("true").map(|()| Raw::Bool(true)),
            b'f' => self.pass_word("false").map(|()| Raw::Bool(false)),
            b'n' => self.pass_word("null").map(|()| Raw::Absent),
            _ => self.number(),
        }
    }

    /// Reads a list, an element at a time.
    fn list(&mut self, mut element: impl FnMut(&mut Cursor<'t>) -> Option<()>) -> Option<()> {
        self.pass(b'[')?;
        if self.peek()? == b']' {
            self.at += 1;
            return Some(());
        }
        loop {
            element(self)?;
            match self.peek()? {
                b',' => self.at += 1,
                b']' => {
                    self.at += 1;
                    return Some(());
                }
                _ => return None,
            }
        }
    }

    /// Passes a value that nobody reads.
    fn skip(&mut self, depth: u32) -> Option<()> {
        match self.peek()? {
            b'[' if depth < DEPTH => self.list(|cursor| cursor.skip(depth + 1)),
            b'[' | b'{' => None,
            _ => self.plain().map(drop),
        }
    }

    /// The word of `kind`, where that is a row's first key. The row's fields go on behind it.
    pub(super) fn kind(&mut self) -> Option<&'t str> {
        self.pass(b'{')?;
        self.peek()?;
        if !self.pass_name(KIND) {
            return None;
        }
        self.pass(b':')?;
        self.peek()?;
        self.text()
    }

    /// Passes the brace that a row begins with.
    pub(super) fn open(&mut self) -> Option<()> {
        self.pass(b'{')
    }
}

/// Whether two names of one length are the same: most have up to 16 bytes, which two comparisons of words cover.
fn is_same(a: &[u8], b: &[u8]) -> bool {
    match (a.first_chunk::<8>(), b.first_chunk::<8>(), a.last_chunk::<8>(), b.last_chunk::<8>()) {
        (Some(first), Some(of), Some(last), Some(and)) if a.len() <= 16 => first == of && last == and,
        _ => match (a.first_chunk::<4>(), b.first_chunk::<4>(), a.last_chunk::<4>(), b.last_chunk::<4>()) {
            (Some(first), Some(of), Some(last), Some(and)) if a.len() <= 8 => first == of && last == and,
            _ => a == b,
        },
    }
}

/// Where the first `"` stands: most texts are short, and their words are looked at here.
fn quote(bytes: &[u8]) -> Option<usize> {
    const ONES: u64 = u64::from_ne_bytes([1; 8]);
    let mut at = 0;
    while let (Some(word), true) = (bytes.get(at..).and_then(<[u8]>::first_chunk::<8>), at < 32) {
        let differs = u64::from_le_bytes(*word) ^ (ONES * b'"' as u64);
        let found = differs.wrapping_sub(ONES) & !differs & (ONES << 7);
        if found != 0 {
            return Some(at + found.trailing_zeros() as usize / 8);
        }
        at += 8;
    }
    memchr::memchr(b'"', bytes.get(at..)?).map(|place| at + place)
}

/// Reads the fields of a row up to its end and that of the text; `false` where the other reader has to, nothing then done.
pub(super) fn row(store: &mut Store, entity: EntityId, at: At, cursor: &mut Cursor<'_>) -> bool {
    if !store.table(entity).quick.is_worth_trying() {
        return false;
    }
    let row = store.table(entity).rows;
    let read = fields(store, entity, at, cursor)
        .and_then(|()| (cursor.at == cursor.text.len()).then_some(()))
        .and_then(|()| store.end_quick(entity));
    if read.is_none() {
        store.abandon(entity, row);
    }
    store.table_mut(entity).quick.count(read.is_some());
    read.is_some()
}

/// Reads as many rows as stand in `text`, parted by commas; `offset` is where it begins. Gives where the last one ends, 0 if
/// none was read, and how many there are.
pub(super) fn rows(store: &mut Store, entity: EntityId, offset: u64, text: &str) -> (usize, u64) {
    let cursor = &mut Cursor::over(text);
    let (mut end, mut count) = (0, 0);
    while store.table(entity).quick.is_worth_trying() && cursor.peek().is_some() {
        let begin = cursor.at;
        let at = At { offset: offset + begin as u64, hash: 0, parent: None, depth: 0, has_kind: false };
        let row = store.table(entity).rows;
        if cursor.open().is_none() {
            break;
        }
        let read = fields(store, entity, at, cursor).and_then(|()| store.end_quick(entity));
        if read.is_none() {
            store.abandon(entity, row);
            // What is cut short is no sign of what the other reader has to read.
            if end == 0 {
                store.table_mut(entity).quick.count(false);
            }
            break;
        }
        store.table_mut(entity).quick.count(true);
        end = cursor.at;
        count += 1;
        let record = cursor.text.as_bytes().get(begin..end).unwrap_or_default();
        store.set_hash(entity, record_hash(record));
        if cursor.pass(b',').is_none() {
            break;
        }
    }
    (end, count)
}

/// The fields behind an open brace or, where `kind` was read, behind that.
fn fields(store: &mut Store, entity: EntityId, at: At, cursor: &mut Cursor<'_>) -> Option<()> {
    let row = store.begin(entity, at.offset, at.hash);
    let parent = at.parent.and_then(|parent| {
        store.belongs(entity, parent);
        store.schema.entity(entity).parent.map(|parent| parent.field)
    });
    let mut seen = parent.map_or(0, bit);
    let mut filled = seen;
    let mut before = store.table(entity).slots.len();
    let mut first = !at.has_kind;
    loop {
        match cursor.peek()? {
            b'}' => {
                cursor.at += 1;
                store.table_mut(entity).quick.filled = filled;
                return Some(());
            }
            b',' if !first => {
                cursor.at += 1;
                cursor.peek()?;
            }
            b'"' if first => {}
            _ => return None,
        }
        first = false;
        let table = store.table_mut(entity);
        let mut place = table.follow.get(before).copied().unwrap_or(0);
        let expected = table.slots.get(usize::from(place))?;
        if !cursor.pass_name(&expected.name) {
            place = table.slot_named(cursor.text()?)?;
            if let Some(follow) = table.follow.get_mut(before) {
                *follow = place;
            }
        }
        let slot = table.slots.get(usize::from(place))?;
        let (field, reading) = (slot.field, slot.reading);
        before = usize::from(place);
        if seen & bit(field) != 0 {
            return None;
        }
        seen |= bit(field);
        cursor.pass(b':')?;
        match reading {
            Use::Unread => cursor.skip(0)?,
            Use::Nested(child) => {
                let inside = At { parent: Some(row), depth: at.depth + 2, has_kind: false, ..at };
                if cursor.peek()? == b'n' {
                    cursor.pass_word("null")?;
                } else {
                    store.states_list(entity, field);
                    filled |= bit(field);
                    nested(store, child, inside, cursor)?;
                }
            }
            Use::Column(unit) => {
                cell(store, entity, field, unit, cursor)?;
                filled |= bit(field);
            }
        }
    }
}

fn bit(field: FieldId) -> u64 {
    1_u64.checked_shl(u32::from(field.0)).unwrap_or(0)
}

fn nested(store: &mut Store, child: EntityId, at: At, cursor: &mut Cursor<'_>) -> Option<()> {
    if !store.table(child).quick.is_possible() {
        return None;
    }
    cursor.list(|cursor| {
        cursor.pass(b'{')?;
        fields(store, child, at, cursor)?;
        store.end_quick(child)
    })
}

fn cell(store: &mut Store, entity: EntityId, field: FieldId, unit: Option<i64>, cursor: &mut Cursor<'_>) -> Option<()> {
    if cursor.peek()? != b'[' {
        let raw = cursor.plain()?;
        let says_nothing = match raw {
            Raw::Absent => true,
            Raw::Text(text) => is_blank(text),
            _ => false,
        };
        if says_nothing && store.table(entity).quick.must(bit(field)) {
            return None;
        }
        return store.cell(entity, field, raw, unit).ok();
    }
    let mut words = [""; LIST];
    let mut count = 0;
    cursor.list(|cursor| {
        *words.get_mut(count)? = cursor.text()?;
        count += 1;
        Some(())
    })?;
    store.cell(entity, field, Raw::Set(words.get(..count)?), unit).ok()
}

/// What the fast way knows of one entity.
#[derive(Debug, Default)]
pub(super) struct Quick {
    /// By field, a bit: those read into columns.
    wanted: u64,
    /// Those that every row must have; the key is one.
    must: u64,
    possible: bool,
    /// Fields of the row read last that have their cell.
    filled: u64,
    hits: u32,
    misses: u32,
}

impl Quick {
    /// For fields with these shapes, `None` for those not read; `required` by field; `key` the one that is the key.
    pub(super) fn new(shapes: &[Option<Shape>], required: &[bool], key: Option<FieldId>) -> Quick {
        let bits = |wanted: &dyn Fn(usize) -> bool| {
            (0..shapes.len().min(64)).filter(|i| wanted(*i)).fold(0, |m, i| m | 1 << i)
        };
        let key_shape = key.map(|key| shapes.get(usize::from(key.0)).copied().flatten());
        let wanted = bits(&|i| shapes.get(i).is_some_and(Option::is_some));
        Quick {
            wanted,
            must: (bits(&|i| required.get(i) == Some(&true)) | key.map_or(0, bit)) & wanted,
            possible: shapes.len() <= 64 && matches!(key_shape, None | Some(Some(Shape::Text | Shape::Row(_)))),
            ..Quick::default()
        }
    }

    fn is_possible(&self) -> bool {
        self.possible
    }

    /// Where most rows are left to the other reader, trying costs more than it saves.
    fn is_worth_trying(&self) -> bool {
        self.possible && (self.misses < 64 || self.hits > self.misses)
    }

    fn must(&self, field: u64) -> bool {
        self.must & field != 0
    }

    fn count(&mut self, hit: bool) {
        let counted = if hit { &mut self.hits } else { &mut self.misses };
        *counted = counted.saturating_add(1);
    }

    /// The fields that the row read last lacks; `None` where it must have one of them.
    pub(super) fn missing(&self) -> Option<u64> {
        let missing = self.wanted & !self.filled;
        (missing & self.must == 0).then_some(missing)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn first_quote_is_found_wherever_it_stands() {
        for length in 0..70 {
            for at in 0..length {
                // Bytes that differ from a quote by one, or by the highest bit, are none.
                let mut text: Vec<u8> = [b'#', b'!', 0xA2, b'a'].iter().copied().cycle().take(length).collect();
                assert_eq!(quote(&text), None);
                text[at] = b'"';
                text[length - 1] = b'"';
                assert_eq!(quote(&text), Some(at));
            }
        }
    }

    #[test]
    fn names_are_the_same_in_every_byte() {
        for length in 0..40 {
            let name: Vec<u8> = (0..length).map(|i| b'a' + i as u8 % 26).collect();
            assert!(is_same(&name, &name.clone()));
            for i in 0..length {
                let mut other = name.clone();
                other[i] = b'_';
                assert!(!is_same(&name, &other), "{i} of {length}");
            }
        }
    }
}
