//! The fields that most of a schema consists of, read without the grammar, which is slow: a type, then `key`, `required`,
//! a word as default, the name that the facts use, or the paths that the field is derived from.
//!
//! Invariant: what is read here the grammar reads the same; all else is left to it.

use super::Reader;
use crate::syntax::tree::{Expr, ExprKind, Literal, MemberKind, Name, TypeExpr, TypeKind};
use crate::syntax::words;

/// What is nested deeper than this is left to the grammar, which knows how deep is too deep.
const DEEPEST: usize = 8;

/// Words that may be something else than a name where a value stands.
const VALUES: &[&str] = &["true", "false", "never", "now", "every", "later", "earlier"];

impl Reader<'_> {
    /// The field that the line is; `None` leaves it to the grammar.
    pub(super) fn plain_field(&self) -> Option<MemberKind> {
        let mut line = Line { reader: self, at: 0, depth: 0 };
        let field = line.name()?;
        line.sign(b':')?;
        let ty = line.ty()?;
        let (mut key, mut required, mut derived) = (None, None, Vec::new());
        let (mut default, mut read_from) = (None, None);
        match line.end() {
            Some(()) => {}
            None => match line.word()? {
                (word @ "key", at) => key = Some(self.span(at, at + word.len())),
                (word @ "required", at) => required = Some(self.span(at, at + word.len())),
                ("derived", _) => loop {
                    derived.push(line.path()?);
                    if line.end().is_some() {
                        break;
                    }
                    line.sign(b',')?;
                },
                ("default", _) => default = Some(line.constant()?),
                ("from", _) => read_from = Some((line.quoted()?, None)),
                _ => return None,
            },
        }
        line.end()?;
        Some(MemberKind::Field { name: field, ty, key, required, default, derived, read_from })
    }
}

/// What is left of a line.
struct Line<'r, 'a> {
    reader: &'r Reader<'a>,
    at: usize,
    /// How many types are being read, one in the other.
    depth: usize,
}

impl<'a> Line<'_, 'a> {
    fn rest(&self) -> &'a str {
        self.reader.text.get(self.at..).unwrap_or_default()
    }

    fn blanks(&mut self) {
        self.at += self.rest().bytes().take_while(|byte| matches!(byte, b' ' | b'\t' | b'\r' | b'\n')).count();
    }

    fn end(&mut self) -> Option<()> {
        self.blanks();
        self.rest().is_empty().then_some(())
    }

    fn sign(&mut self, sign: u8) -> Option<()> {
        self.blanks();
        (self.rest().as_bytes().first() == Some(&sign)).then(|| self.at += 1)
    }

    /// A word that begins with a letter, and where.
    fn word(&mut self) -> Option<(&'a str, usize)> {
        self.blanks();
        let rest = self.rest();
        let length = rest.bytes().take_while(|byte| byte.is_ascii_alphanumeric() || *byte == b'_').count();
        let word = words::whole(rest.get(..length)?)?;
        let at = self.at;
        self.at += length;
        Some((word, at))
    }

    fn named(&self, (word, at): (&str, usize)) -> Name {
        Name::new(word.to_owned(), self.reader.span(at, at + word.len()))
    }

    fn name(&mut self) -> Option<Name> {
        let word = self.word()?;
        (!words::RESERVED.contains(&word.0)).then(|| self.named(word))
    }

    fn this_word(&mut self, wanted: &str) -> Option<()> {
        (self.word()?.0 == wanted).then_some(())
    }

    /// Whether this word is next; it is passed then.
    fn goes_on(&mut self, word: &str) -> bool {
        let at = self.at;
        let goes_on = self.this_word(word).is_some();
        if !goes_on {
            self.at = at;
        }
        goes_on
    }

    /// The member after a dot, where one follows at once; `None` where the grammar has to say what follows.
    fn member(&mut self) -> Option<Option<Name>> {
        if !self.rest().starts_with('.') {
            return Some(None);
        }
        self.at += 1;
        if !self.rest().starts_with(|c: char| c.is_ascii_alphabetic()) {
            return None;
        }
        let word = self.word()?;
        Some(Some(self.named(word)))
    }

    fn ty(&mut self) -> Option<TypeExpr> {
        self.depth += 1;
        if self.depth > DEEPEST {
            return None;
        }
        let (word, start) = self.word()?;
        let kind = match word {
            "many" => {
                let entity = self.name()?;
                self.this_word("by")?;
                TypeKind::Many { entity, by: self.name()? }
            }
            "time" if self.goes_on("or") => {
                self.this_word("never")?;
                TypeKind::TimeOrNever
            }
            "one" => {
                self.this_word("of")?;
                self.members()?
            }
            "set" => {
                self.this_word("of")?;
                TypeKind::Set(Box::new(self.members_or_type()?))
            }
            "list" => {
                self.this_word("of")?;
                TypeKind::List(Box::new(self.ty()?))
            }
            "map" => {
                self.this_word("of")?;
                TypeKind::Map { of: Box::new(self.ty()?), by: None }
            }
            _ => match self.member()? {
                Some(field) => TypeKind::FieldOf { entity: self.named((word, start)), field },
                None => TypeKind::Named(word.to_owned()),
            },
        };
        Some(TypeExpr { span: self.reader.span(start, self.at), kind })
    }

    fn members_or_type(&mut self) -> Option<TypeExpr> {
        self.blanks();
        let start = self.at;
        match self.rest().starts_with('[') {
            true => Some(TypeExpr { kind: self.members()?, span: self.reader.span(start, self.at) }),
            false => self.ty(),
        }
    }

    /// `[a, b]` or `[a < b]`
    fn members(&mut self) -> Option<TypeKind> {
        self.sign(b'[')?;
        let mut members = vec![self.name()?];
        let ordered = self.sign(b'<').is_some();
        let between = if ordered { b'<' } else { b',' };
        if ordered {
            members.push(self.name()?);
        }
        while self.sign(between).is_some() {
            members.push(self.name()?);
        }
        self.sign(b']')?;
        Some(TypeKind::OneOf { members, ordered })
    }

    /// A word that is a value by itself, or names one.
    fn constant(&mut self) -> Option<Expr> {
        let (word, start) = self.word()?;
        let kind = match word {
            "true" | "false" => ExprKind::Literal(Literal::Bool(word == "true")),
            "never" => ExprKind::Literal(Literal::Never),
            _ if words::RESERVED.contains(&word) || VALUES.contains(&word) => return None,
            _ => ExprKind::Name(word.to_owned()),
        };
        Some(Expr { span: self.reader.span(start, self.at), kind })
    }

    /// A text that holds nothing but characters.
    fn quoted(&mut self) -> Option<Name> {
        self.sign(b'"')?;
        let (start, rest) = (self.at - 1, self.rest());
        let text = rest.get(..rest.find(['"', '{', '}', '\\', '\n'])?)?;
        self.at += text.len();
        self.sign(b'"')?;
        Some(Name::new(text.to_owned(), self.reader.span(start, self.at)))
    }

    /// A name and the members behind its dots.
    fn path(&mut self) -> Option<Expr> {
        let (word, start) = self.word()?;
        if words::RESERVED.contains(&word) || VALUES.contains(&word) {
            return None;
        }
        let mut path = Expr { span: self.reader.span(start, self.at), kind: ExprKind::Name(word.to_owned()) };
        for _ in 0..DEEPEST {
            let Some(name) = self.member()? else { return Some(path) };
            path = Expr { span: self.reader.span(start, self.at), kind: ExprKind::Member { of: Box::new(path), name } };
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::SourceId;

    #[test]
    fn plain_fields_are_what_the_grammar_reads() {
        let schema = include_str!("../../../policies/std/schema.backproof");
        let odd = "a: b\na:b\na : b\na: key\na: many\na: many by\na: many b by c\na: many b by by\na: many in by c\nis: b\n\
                   a: is\na: b key required\na: b key key\na: time or never\na: one of [b]\na:\na: 1\na: b required\n\
                   a: b.c\na: b-c\na:  b   key\na: also\nkey: key key\na: b default c\na: \u{e4}\na: b\u{a0}key\n\
                   a: one of [b < c]\na: one of [b, c, ]\na: one of [b,c]required\na: one of [b < c, d]\na: one\na: one of\na: set of b\n\
                   a: set of [ b ]\na: set of set of b\na: set of\na: list of [b]\na: map of b by c\na: map of b  key\na: time\na: time or\n\
                   a: time or never required\na: time ornever\na: b .c\na: b. c\na: b.c.d\na: b.is\na: is.b\na: set of [is]\n\
                   a: b derived c\na: b derived c.d, e\na: b derived c . d\na: b derived c.d(e)\na: b derived now\na: b derived never, c\n\
                   a: b derived c,\na: b derived\na: b derived later of c and d\na: b derived c - d\na: b derived c key\na: b derived [c]\n\
                   a: b deriv\na: b # c\na: b\tkey\na: b derived every\na: b derived is\na: b derived 1\n\
                   a: b default true\na: b default true and c\na: b default never key\na: b default 1\na: b default now\na: b default c.d\n\
                   a: b default truer\na: b default is\na: b default\na: b default every\na: b default [c]\na: b default known\n\
                   a: b from \"c\"\na: b from \"c\" in min\na: b from\"c d\" \na: b from \"{c}\"\na: b from \"{{c}}\"\na: b from c\n\
                   a: b from \"\"\na: b from \"\u{e4}\"\na: b from \"c\na: b from \"c\\\\d\"\na: b from \"c\" key\na: b from \"#\"";
        let (mut plain, mut lines) = (0, 0);
        for text in schema.lines().map(str::trim).chain(odd.lines()).filter(|text| text.contains(':')) {
            let reader = Reader { source: SourceId(0), text, base: 7 };
            let Some(read) = reader.plain_field() else { continue };
            plain += 1;
            lines += usize::from(schema.contains(text));
            assert_eq!(Ok(format!("{read:?}")), reader.any_field().map(|field| format!("{field:?}")), "{text}");
        }
        assert!(lines > 300 && plain > lines + 20, "{lines} of {plain}");
    }
}
