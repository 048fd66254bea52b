//! The fields that most of a schema consists of, read without the grammar, which is slow: a type, then `key`, `required`,
//! a default, the name that the facts use, or what the field is derived from.
//!
//! Invariant: what is read here the grammar reads the same; all else is left to it.

use super::Reader;
use super::cursor::Line;
use crate::syntax::tree::{MemberKind, TypeExpr, TypeKind};

impl Reader<'_> {
    /// The field that the line is; `None` leaves it to the grammar.
    pub(super) fn plain_field(&self) -> Option<MemberKind> {
        let mut line = Line::of(self);
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
                    derived.push(line.expr()?);
                    if line.end().is_some() {
                        break;
                    }
                    line.sign(b',')?;
                },
                ("default", _) => default = Some(line.operation()?),
                ("from", _) => read_from = Some((line.quoted()?, None)),
                _ => return None,
            },
        }
        line.end()?;
        Some(MemberKind::Field { name: field, ty, key, required, default, derived, read_from })
    }
}

impl Line<'_, '_> {
    fn ty(&mut self) -> Option<TypeExpr> {
        self.enter()?;
        let (word, start) = self.word()?;
        let kind = match word {
            "many" => {
                let entity = self.name()?;
                self.this_word("by")?;
                TypeKind::Many { entity, by: self.name()? }
            }
            "time" if self.goes_on_beside("or")? => {
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
        Some(TypeExpr { span: self.span_from(start), kind })
    }

    fn members_or_type(&mut self) -> Option<TypeExpr> {
        self.blanks();
        let start = self.at;
        match self.rest().starts_with('[') {
            true => Some(TypeExpr { kind: self.members()?, span: self.span_from(start) }),
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
