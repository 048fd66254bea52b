//! Random claims, each about one method of groups or about cells only.

use crate::chance::Chance;
use crate::claims::{Bucket, Claim, Group, Has, Method, Number, Op, Place};
use crate::facts::{self, AT, Kind, Sort};

/// The methods of groups, each of which gets claims of its own.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Focus {
    Cells,
    Count,
    Share,
    Any,
    None,
    All,
    Empty,
    Min,
    Max,
    Sum,
    Average,
    Median,
    Percentile,
    Latest,
    Oldest,
    Distinct,
    InTheLast,
    Gaps,
    /// Its slope is no worlds' business: only the law is asked of it.
    Trend,
}

pub const FOCUSES: &[Focus] = &[
    Focus::Cells,
    Focus::Count,
    Focus::Share,
    Focus::Any,
    Focus::None,
    Focus::All,
    Focus::Empty,
    Focus::Min,
    Focus::Max,
    Focus::Sum,
    Focus::Average,
    Focus::Median,
    Focus::Percentile,
    Focus::Latest,
    Focus::Oldest,
    Focus::Distinct,
    Focus::InTheLast,
    Focus::Gaps,
];

impl Focus {
    /// The methods that are promised to be undecided only if worlds differ.
    pub fn is_tight(self) -> bool {
        use Focus::{All, Any, Cells, Count, Empty, InTheLast, Max, Min, Share};
        matches!(self, Cells | Count | Share | Any | Focus::None | All | Empty | Min | Max | InTheLast)
    }
}

/// How claims are drawn.
#[derive(Clone, Copy, PartialEq)]
pub enum Style {
    /// Each cell is read once, and only what the tight methods promise.
    Once,
    Free,
    /// With defaults and questions whether a cell is known.
    Assuming,
}

pub struct Draw<'a> {
    pub chance: &'a mut Chance,
    style: Style,
    used: Vec<(Kind, usize)>,
}

impl<'a> Draw<'a> {
    pub fn new(chance: &'a mut Chance, style: Style) -> Self {
        Self { chance, style, used: Vec::new() }
    }

    fn flip(&mut self, percent: u64) -> bool {
        self.chance.below(100) < percent
    }

    /// A field of one of the sorts, not read before in style `Once`.
    fn field(&mut self, kind: Kind, fits: fn(Sort) -> bool) -> Option<usize> {
        let once = self.style == Style::Once;
        let may = |i: &usize| {
            let own_time = kind == Kind::Tick && *i == AT;
            fits(kind.fields()[*i].sort) && !(once && (own_time || self.used.contains(&(kind, *i))))
        };
        let fields: Vec<usize> = (0..kind.fields().len()).filter(may).collect();
        if fields.is_empty() {
            return None;
        }
        let field = *self.chance.one(&fields);
        self.used.push((kind, field));
        Some(field)
    }

    fn kind(&mut self) -> Kind {
        if self.flip(50) { Kind::Job } else { Kind::Tick }
    }

    fn group(&mut self) -> Group {
        let kind = self.kind();
        self.group_of(kind)
    }

    fn group_of(&mut self, kind: Kind) -> Group {
        let last = (kind == Kind::Tick && self.flip(50)).then(|| *self.chance.one(&[2, 3, 4, 5, 6, 7]));
        let filter = if self.flip(50) { Some(Box::new(self.predicate(kind))) } else { None };
        Group { kind, last, filter }
    }

    fn predicate(&mut self, kind: Kind) -> Claim {
        if self.flip(30) {
            let (a, b) = (Box::new(self.atom(kind)), Box::new(self.atom(kind)));
            return match self.chance.below(3) {
                0 => Claim::And(a, b),
                1 => Claim::Or(a, b),
                _ => Claim::Not(a),
            };
        }
        self.atom(kind)
    }

    /// A claim about one cell.
    fn atom(&mut self, kind: Kind) -> Claim {
        let Some(field) = self.field(kind, |_| true) else {
            return Claim::Compare(Op::Less, Number::Constant(Sort::Int, 1), Number::Constant(Sort::Int, 2));
        };
        self.about(Place::Cell(kind, field))
    }

    fn about(&mut self, place: Place) -> Claim {
        if self.style == Style::Assuming && self.flip(20) {
            return Claim::IsKnown(place);
        }
        let sort = place.sort();
        let ordered =
            matches!(&place, Place::Cell(kind, field) if ["grade", "rank"].contains(&kind.fields()[*field].name));
        match sort {
            Sort::Bool if self.flip(50) => Claim::Flag(place),
            Sort::Bool => Claim::Not(Box::new(Claim::Flag(place))),
            Sort::Word(words) if ordered && self.flip(50) => {
                // Beside the least or greatest word a comparison may hold of every word, which nobody promises to see.
                let middle = self.style == Style::Once;
                let word = if middle { 1 } else { self.chance.below(words.len() as u64) };
                let constant = Number::Constant(sort, word as i64);
                Claim::Compare(self.inequality(), Number::Cell(place), constant)
            }
            Sort::Word(words) => {
                let word = self.chance.below(words.len() as u64) as usize;
                match self.chance.below(3) {
                    0 => Claim::WordIs(place, true, word),
                    1 => Claim::WordIs(place, false, word),
                    _ => Claim::WordIn(place, vec![word, (word + 1) % words.len()]),
                }
            }
            Sort::Words(words) => {
                let word = self.chance.below(words.len() as u64) as usize;
                match self.chance.below(3) {
                    0 => Claim::Has(place, Has::One, vec![word]),
                    1 => Claim::Has(place, Has::Any, vec![word, (word + 1) % words.len()]),
                    _ => Claim::Has(place, Has::All, vec![word, (word + 1) % words.len()]),
                }
            }
            Sort::Time if self.flip(30) => Claim::InLast(place, *self.chance.one(&[2, 3, 5])),
            _ => {
                let number = Number::Cell(place);
                let number = if self.flip(30) { self.grown(number) } else { number };
                self.compared(number)
            }
        }
    }

    /// The number with something done to it.
    fn grown(&mut self, number: Number) -> Number {
        let sort = number.sort();
        let is_end = sort == Sort::End;
        // An unknown operand makes an unknown sum, though a size is never negative: nobody promises to see through it.
        if self.style == Style::Once && matches!(sort, Sort::Size | Sort::Hours) {
            return number;
        }
        if self.style == Style::Assuming && self.flip(50) {
            let default = self.constant(sort);
            return Number::Else(Box::new(number), Box::new(default));
        }
        let other = |draw: &mut Self, sort: Sort| {
            let fits: fn(Sort) -> bool = match sort {
                Sort::Int => |s| s == Sort::Int,
                Sort::Size => |s| s == Sort::Size,
                Sort::Hours => |s| s == Sort::Hours,
                _ => |s| s == Sort::Time,
            };
            match draw.field(Kind::Crate, fits) {
                Some(field) if draw.style != Style::Once => Number::Cell(Place::Cell(Kind::Crate, field)),
                _ => draw.constant(sort),
            }
        };
        match self.chance.below(3) {
            0 if !is_end => {
                let by = if sort == Sort::Time { Sort::Hours } else { sort };
                let by = other(self, by);
                Number::Plus(Box::new(number), Box::new(by))
            }
            1 if sort == Sort::Int => {
                let by = other(self, sort);
                Number::Minus(Box::new(number), Box::new(by))
            }
            1 if sort == Sort::Time => Number::Minus(Box::new(Number::Constant(Sort::Time, 0)), Box::new(number)),
            _ if sort == Sort::Time => {
                let by = other(self, sort);
                if self.flip(50) {
                    Number::Later(Box::new(number), Box::new(by))
                } else {
                    Number::Earlier(Box::new(number), Box::new(by))
                }
            }
            _ => number,
        }
    }

    fn constant(&mut self, sort: Sort) -> Number {
        let n = match sort {
            Sort::Int if self.style != Style::Once && self.flip(15) => return Number::Need,
            Sort::Word(words) => self.chance.below(words.len() as u64) as i64,
            Sort::Ratio => *self.chance.one(&[25, 50, 75]),
            Sort::End => return Number::Constant(Sort::Time, facts::number(self.chance, sort)),
            _ => facts::number(self.chance, sort),
        };
        Number::Constant(sort, n)
    }

    fn inequality(&mut self) -> Op {
        *self.chance.one(&[Op::Less, Op::AtMost, Op::More, Op::AtLeast])
    }

    fn compared(&mut self, number: Number) -> Claim {
        let sort = number.sort();
        let constant = self.constant(sort);
        let exact = self.style != Style::Once || matches!(number, Number::Cell(_));
        if exact && sort != Sort::Ratio && !matches!(sort, Sort::Word(_)) && self.flip(20) {
            let op = if self.flip(50) { Op::Is } else { Op::IsNot };
            return Claim::Compare(op, number, constant);
        }
        if matches!(sort, Sort::Int | Sort::Time | Sort::Hours) && self.flip(15) && exact {
            let high = match &constant {
                Number::Constant(sort, n) => Number::Constant(*sort, n + 2),
                other => other.clone(),
            };
            return Claim::Between(number, constant, high);
        }
        Claim::Compare(self.inequality(), number, constant)
    }

    /// A claim about the method, alone or among others.
    pub fn claim(&mut self, focus: Focus) -> Claim {
        let first = self.of_method(focus);
        if self.flip(55) {
            return first;
        }
        if self.flip(30) {
            return Claim::Not(Box::new(first));
        }
        let second = if self.style == Style::Once || self.flip(50) {
            self.atom(Kind::Crate)
        } else {
            let other = *self.chance.one(FOCUSES);
            self.of_method(other)
        };
        let (first, second) = (Box::new(first), Box::new(second));
        if self.flip(50) { Claim::And(first, second) } else { Claim::Or(second, first) }
    }

    /// A scope about the crate's own cells.
    pub fn scope(&mut self) -> Claim {
        self.atom(Kind::Crate)
    }

    fn of_method(&mut self, focus: Focus) -> Claim {
        const NUMERIC: fn(Sort) -> bool = |s| matches!(s, Sort::Int | Sort::Size | Sort::Hours);
        match focus {
            Focus::Cells => self.atom(Kind::Crate),
            Focus::Count => {
                let group = self.group();
                let n = self.chance.below(4) as i64;
                match self.chance.below(4) {
                    0 => Claim::AtLeast(n.max(1), group),
                    1 => Claim::AtMost(n, group),
                    2 => Claim::Exactly(n, group),
                    _ => Claim::Compare(self.inequality(), Number::Count(group), Number::Constant(Sort::Int, n.max(1))),
                }
            }
            Focus::Share => {
                let group = self.group();
                let p = Box::new(self.predicate(group.kind));
                if self.flip(50) {
                    Claim::Share(*self.chance.one(&[25, 50, 75]), group, p)
                } else {
                    self.compared(Number::Share(group, p))
                }
            }
            Focus::Any => Claim::Some(self.group()),
            Focus::None => Claim::No(self.group()),
            Focus::All => {
                let group = self.group();
                let p = Box::new(self.predicate(group.kind));
                Claim::All(group, p)
            }
            Focus::Empty => Claim::No(Group { filter: None, ..self.group() }),
            Focus::Min | Focus::Max => {
                const FITS: fn(Sort) -> bool =
                    |s| !matches!(s, Sort::Bool | Sort::Words(_) | Sort::Word(_) | Sort::Ratio);
                let method = if focus == Focus::Min { Method::Min } else { Method::Max };
                self.measured(method, FITS)
            }
            Focus::Sum => self.measured(Method::Sum, NUMERIC),
            Focus::Average => self.measured(Method::Average, NUMERIC),
            Focus::Trend => {
                let group = self.group_of(Kind::Tick);
                let field = if self.flip(50) { 3 } else { 4 };
                let limit = Number::Constant(Sort::Int, 1);
                Claim::Compare(self.inequality(), Number::Of(Method::Trend, group, field), limit)
            }
            Focus::Median => self.measured(Method::Median, NUMERIC),
            Focus::Percentile => {
                let n = *self.chance.one(&[10, 34, 50, 67, 95, 100]);
                self.measured(Method::Percentile(n), NUMERIC)
            }
            Focus::Latest | Focus::Oldest => {
                let group = Box::new(self.group_of(Kind::Tick));
                let Some(field) = self.field(Kind::Tick, |_| true) else { return Claim::Some(*group) };
                let place =
                    if focus == Focus::Latest { Place::Latest(group, field) } else { Place::Oldest(group, field) };
                self.about(place)
            }
            Focus::Distinct => {
                let group = self.group();
                let Some(field) = self.field(group.kind, |s| !matches!(s, Sort::Words(_))) else {
                    return Claim::Some(group);
                };
                self.compared(Number::Distinct(group, field))
            }
            Focus::InTheLast => {
                let hours = *self.chance.one(&[2, 3, 4, 5, 6, 7]);
                let group = Group { last: Some(hours), ..self.group_of(Kind::Tick) };
                match self.chance.below(3) {
                    0 => Claim::Some(group),
                    1 => Claim::No(group),
                    _ => Claim::AtLeast(1 + self.chance.below(3) as i64, group),
                }
            }
            Focus::Gaps => {
                let group = self.group_of(Kind::Tick);
                let (bucket, over) =
                    if self.flip(70) { (Bucket::Hour, *self.chance.one(&[2, 3, 4, 6])) } else { (Bucket::Day, 2) };
                if self.flip(50) {
                    Claim::NoGaps(group, bucket, over)
                } else {
                    let limit = Number::Constant(Sort::Int, 1 + self.chance.below(2) as i64);
                    Claim::Compare(self.inequality(), Number::Gaps(group, bucket, over), limit)
                }
            }
        }
    }

    fn measured(&mut self, method: Method, fits: fn(Sort) -> bool) -> Claim {
        let group = self.group();
        let Some(field) = self.field(group.kind, fits) else { return Claim::Some(group) };
        let number = Number::Of(method, group, field);
        self.compared(number)
    }
}
