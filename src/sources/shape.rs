//! What the first bytes of a file say about its form: enough to tell whose export it is, without reading it.
//!
//! A prefix of a file is read, so everything may be cut off; nothing here is an error. What is kept is bounded: a few
//! levels, a few elements, short texts.

/// Levels of members that are kept.
const LEVELS: usize = 4;
/// Members kept of one object.
const MEMBERS: usize = 64;
/// Elements of an array, or lines, that are looked into.
const SAMPLES: usize = 16;
/// Values and lines at the top that are looked into.
const LINES: usize = 64;
/// Bytes kept of a text.
const TEXT: usize = 400;
/// Bytes kept of what is no JSON: the header of a table may be long.
const HEADER: usize = 4000;

/// The form of a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Form {
    /// Nothing but white space.
    #[default]
    Empty,
    /// A JSON object.
    Object,
    /// A JSON array.
    Array,
    /// Several JSON values, one after the other, perhaps with other lines between them.
    Lines,
    /// A JSON text, or at the top anything that is not JSON.
    Text,
    /// A number.
    Number,
    /// `true`, `false`
    Bool,
    /// `null`
    Null,
}

/// A member of an object.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Member {
    /// Its name.
    pub name: String,
    /// What it holds.
    pub value: Shape,
}

/// The form of a file or value, as far as its first bytes show it.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Shape {
    /// Its form.
    pub form: Form,
    /// The members of an object.
    pub members: Vec<Member>,
    /// The first elements of an array, or the first values of lines.
    pub samples: Vec<Shape>,
    /// The beginning of a text; of a file, where the first line stands that is not JSON.
    pub text: String,
}

impl Shape {
    /// The shape of the file that begins with these bytes.
    pub fn of(head: &[u8]) -> Shape {
        let head = head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(head);
        let mut scan = Scan { bytes: head, at: 0 };
        let mut values = Vec::new();
        let mut stray: Option<usize> = None;
        for _ in 0..LINES {
            scan.blank();
            match scan.peek() {
                None => break,
                Some(b'{' | b'[') if values.len() < SAMPLES => values.extend(scan.value(0)),
                Some(_) => {
                    stray.get_or_insert(scan.at);
                    scan.line();
                }
            }
        }
        let text = stray.map_or_else(String::new, |at| excerpt(head.get(at..).unwrap_or_default(), HEADER));
        match (values.len(), stray) {
            (0, None) => Shape::default(),
            (0, Some(_)) => Shape { form: Form::Text, text, ..Shape::default() },
            (1, None) => values.swap_remove(0),
            _ => Shape { form: Form::Lines, samples: values, text, ..Shape::default() },
        }
    }

    /// The value of the member called `name`.
    pub fn get(&self, name: &str) -> Option<&Shape> {
        self.members.iter().find(|m| m.name == name).map(|m| &m.value)
    }

    /// Whether it is an object with all these members.
    pub fn has(&self, names: &[&str]) -> bool {
        self.form == Form::Object && names.iter().all(|n| self.get(n).is_some())
    }

    /// Whether the member called `name` is a text that is one of `words`.
    pub fn says(&self, name: &str, words: &[&str]) -> bool {
        self.get(name).is_some_and(|v| v.form == Form::Text && words.contains(&v.text.as_str()))
    }

    /// Its first elements or lines; a lone object is its own.
    pub fn records(&self) -> &[Shape] {
        match self.form {
            Form::Object => std::slice::from_ref(self),
            _ => &self.samples,
        }
    }

    /// Whether it is an object with the array `name`, which is empty or whose first element has all these members.
    pub fn lists(&self, name: &str, members: &[&str]) -> bool {
        let list = if self.form == Form::Object { self.get(name) } else { None };
        list.is_some_and(|l| l.form == Form::Array && l.samples.first().is_none_or(|first| first.has(members)))
    }

    /// The first record of a listing that comes as the array `list` in an object, as an array, or as one record alone
    /// (`Layout::Records`).
    pub fn record(&self, list: &str) -> Option<&Shape> {
        match (self.form, self.get(list)) {
            (Form::Object, Some(inner)) if inner.form == Form::Array => inner.samples.first(),
            (Form::Object, _) => Some(self),
            (Form::Array, _) => self.samples.first(),
            _ => None,
        }
    }

    /// Whether it is CSV whose header, as far as it is kept, has all these names, in quotes or not.
    pub fn columns(&self, names: &[&str]) -> bool {
        let header = self.text.lines().find(|line| !line.starts_with('#') && !line.trim().is_empty());
        let has = |header: &str, name: &&str| {
            header.split([',', ';', '\t']).any(|column| column.trim().trim_matches('"') == *name)
        };
        self.form == Form::Text && header.is_some_and(|header| names.iter().all(|name| has(header, name)))
    }

    /// The first element of the array called `name`.
    pub fn first_of(&self, name: &str) -> Option<&Shape> {
        self.get(name).and_then(|v| v.samples.first())
    }
}

/// The first bytes as text, for recognition only.
fn excerpt(bytes: &[u8], longest: usize) -> String {
    String::from_utf8_lossy(&bytes[..bytes.len().min(longest)]).into_owned()
}

/// A reader of JSON that forgives every end.
struct Scan<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl Scan<'_> {
    fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    fn blank(&mut self) {
        while matches!(self.peek(), Some(b' ' | b'\t' | b'\r' | b'\n')) {
            self.at += 1;
        }
    }

    fn line(&mut self) {
        while self.peek().is_some_and(|c| c != b'\n') {
            self.at += 1;
        }
    }

    /// The value that begins here; `None` where none can.
    fn value(&mut self, level: usize) -> Option<Shape> {
        self.blank();
        match self.peek()? {
            b'{' => Some(self.object(level)),
            b'[' => Some(self.array(level)),
            b'"' => Some(Shape { form: Form::Text, text: self.text(), ..Shape::default() }),
            c => {
                let form = match c {
                    b't' | b'f' => Form::Bool,
                    b'n' => Form::Null,
                    b'-' | b'0'..=b'9' => Form::Number,
                    _ => return None,
                };
                while matches!(self.peek(), Some(b'-' | b'+' | b'.' | b'0'..=b'9' | b'a'..=b'z' | b'A'..=b'Z')) {
                    self.at += 1;
                }
                Some(Shape { form, ..Shape::default() })
            }
        }
    }

    fn object(&mut self, level: usize) -> Shape {
        let mut shape = Shape { form: Form::Object, ..Shape::default() };
        if level >= LEVELS {
            self.skip();
            return shape;
        }
        self.at += 1;
        loop {
            self.blank();
            match self.peek() {
                Some(b',') => self.at += 1,
                Some(b'"') => {
                    let name = self.text();
                    self.blank();
                    if self.peek() != Some(b':') {
                        return shape;
                    }
                    self.at += 1;
                    let value = self.value(level + 1);
                    let ended = value.is_none();
                    if shape.members.len() < MEMBERS {
                        shape.members.push(Member { name, value: value.unwrap_or_default() });
                    }
                    if ended {
                        return shape;
                    }
                }
                Some(b'}') => {
                    self.at += 1;
                    return shape;
                }
                _ => return shape,
            }
        }
    }

    fn array(&mut self, level: usize) -> Shape {
        let mut shape = Shape { form: Form::Array, ..Shape::default() };
        if level >= LEVELS {
            self.skip();
            return shape;
        }
        self.at += 1;
        loop {
            self.blank();
            match self.peek() {
                Some(b',') => self.at += 1,
                Some(b']') => {
                    self.at += 1;
                    return shape;
                }
                Some(_) if shape.samples.len() >= SAMPLES => {
                    if !self.pass_element() {
                        return shape;
                    }
                }
                Some(_) => match self.value(level + 1) {
                    Some(v) => shape.samples.push(v),
                    None => return shape,
                },
                None => return shape,
            }
        }
    }

    /// Passes one element that is not looked into.
    fn pass_element(&mut self) -> bool {
        match self.peek() {
            Some(b'{' | b'[') => {
                self.skip();
                true
            }
            _ => self.value(LEVELS).is_some(),
        }
    }

    /// Passes the object or array that begins here, at any depth.
    fn skip(&mut self) {
        let mut depth = 0usize;
        while let Some(c) = self.peek() {
            match c {
                b'"' => {
                    self.text();
                    continue;
                }
                b'{' | b'[' => depth += 1,
                b'}' | b']' => depth = depth.saturating_sub(1),
                _ => {}
            }
            self.at += 1;
            if depth == 0 {
                return;
            }
        }
    }

    /// The text that begins at this quotation mark, cut to what is kept; escapes stay as they are written.
    fn text(&mut self) -> String {
        self.at += 1;
        let start = self.at;
        while let Some(c) = self.peek() {
            match c {
                b'"' => break,
                b'\\' => self.at += 1,
                _ => {}
            }
            self.at += 1;
        }
        let end = self.at.min(self.bytes.len());
        self.at = (end + 1).min(self.bytes.len());
        excerpt(self.bytes.get(start..end).unwrap_or_default(), TEXT)
    }
}
