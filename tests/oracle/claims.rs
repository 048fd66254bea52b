//! Claims about a crate as trees of the oracle's own, and their text in the policy language.

use crate::facts::{AT, Kind, Sort};

/// A field of the crate, of the element of a group, or of the newest or oldest of a group.
#[derive(Clone, Debug)]
pub enum Place {
    /// Of this kind's row: the element's inside a predicate, else the crate's.
    Cell(Kind, usize),
    Latest(Box<Group>, usize),
    Oldest(Box<Group>, usize),
}

#[derive(Clone, Debug)]
pub struct Group {
    pub kind: Kind,
    /// `in the last …h`
    pub last: Option<i64>,
    pub filter: Option<Box<Claim>>,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Op {
    Less,
    AtMost,
    More,
    AtLeast,
    Is,
    IsNot,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Has {
    One,
    Any,
    All,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Bucket {
    Hour,
    Day,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Window {
    pub holds: bool,
    pub opens: i64,
    pub closes: i64,
}

#[derive(Clone, Debug)]
pub enum Claim {
    Not(Box<Claim>),
    And(Box<Claim>, Box<Claim>),
    Or(Box<Claim>, Box<Claim>),
    Flag(Place),
    WordIn(Place, Vec<usize>),
    WordIs(Place, bool, usize),
    Has(Place, Has, Vec<usize>),
    Compare(Op, Number, Number),
    Between(Number, Number, Number),
    InLast(Place, i64),
    /// `holds` or `touches`, of a window between two full hours of UTC, of a start and an end.
    Window(Window, Place, Place),
    IsKnown(Place),
    Some(Group),
    No(Group),
    AtLeast(i64, Group),
    AtMost(i64, Group),
    Exactly(i64, Group),
    All(Group, Box<Claim>),
    /// At least so many per cent.
    Share(i64, Group, Box<Claim>),
    NoGaps(Group, Bucket, i64),
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Method {
    Sum,
    Min,
    Max,
    Average,
    Median,
    Percentile(i64),
    Trend,
}

#[derive(Clone, Debug)]
pub enum Number {
    Constant(Sort, i64),
    /// The parameter of this name, an int.
    Need,
    Cell(Place),
    Plus(Box<Number>, Box<Number>),
    Minus(Box<Number>, Box<Number>),
    Later(Box<Number>, Box<Number>),
    Earlier(Box<Number>, Box<Number>),
    Else(Box<Number>, Box<Number>),
    Count(Group),
    Distinct(Group, usize),
    Gaps(Group, Bucket, i64),
    Share(Group, Box<Claim>),
    Of(Method, Group, usize),
}

impl Place {
    pub fn sort(&self) -> Sort {
        match self {
            Place::Cell(kind, field) => kind.fields()[*field].sort,
            Place::Latest(group, field) | Place::Oldest(group, field) => group.kind.fields()[*field].sort,
        }
    }

    fn text(&self, inside: Option<Kind>) -> String {
        match self {
            Place::Cell(kind, field) if inside.is_some_and(|inside| inside != *kind) => {
                format!("{}.{}", kind.name(), kind.fields()[*field].name)
            }
            Place::Cell(kind, field) => kind.fields()[*field].name.to_string(),
            Place::Latest(group, field) => format!("{}.latest.{}", group.receiver(), group.kind.fields()[*field].name),
            Place::Oldest(group, field) => format!("{}.oldest.{}", group.receiver(), group.kind.fields()[*field].name),
        }
    }
}

impl Group {
    fn text(&self) -> String {
        let mut text = self.kind.plural().to_string();
        if let Some(hours) = self.last {
            text.push_str(&format!(" in the last {hours}h"));
        }
        if let Some(filter) = &self.filter {
            text.push_str(&format!(" where {}", filter.text(Some(self.kind))));
        }
        text
    }

    fn receiver(&self) -> String {
        if self.last.is_none() && self.filter.is_none() { self.text() } else { format!("({})", self.text()) }
    }

    fn gaps(&self, bucket: Bucket, over: i64) -> String {
        match bucket {
            Bucket::Hour => format!("{}.gaps(hourly, over: {over}h)", self.receiver()),
            Bucket::Day => format!("{}.gaps(daily, over: {over} days)", self.receiver()),
        }
    }
}

pub fn word(sort: Sort, i: usize) -> &'static str {
    match sort {
        Sort::Word(words) | Sort::Words(words) => words[i],
        _ => unreachable!("no words"),
    }
}

fn words(sort: Sort, which: &[usize]) -> String {
    format!("[{}]", which.iter().map(|i| word(sort, *i)).collect::<Vec<_>>().join(", "))
}

impl Claim {
    /// The claim as written where `inside` is the element's kind, none outside a predicate.
    pub fn text(&self, inside: Option<Kind>) -> String {
        let whole = |claim: &Claim| match claim {
            Claim::Flag(_) => claim.text(inside),
            _ => format!("({})", claim.text(inside)),
        };
        match self {
            Claim::Not(a) => format!("not {}", whole(a)),
            Claim::And(a, b) => format!("{} and {}", whole(a), whole(b)),
            Claim::Or(a, b) => format!("{} or {}", whole(a), whole(b)),
            Claim::Flag(place) => place.text(inside),
            Claim::WordIn(place, which) => format!("{} in {}", place.text(inside), words(place.sort(), which)),
            Claim::WordIs(place, true, i) => format!("{} is {}", place.text(inside), word(place.sort(), *i)),
            Claim::WordIs(place, false, i) => format!("{} is not {}", place.text(inside), word(place.sort(), *i)),
            Claim::Has(place, Has::One, which) => {
                format!("{} has {}", place.text(inside), word(place.sort(), which[0]))
            }
            Claim::Has(place, how, which) => {
                let how = if *how == Has::Any { "any" } else { "all" };
                format!("{} has {how} {}", place.text(inside), words(place.sort(), which))
            }
            Claim::Compare(op, a, b) => {
                let op = match op {
                    Op::Less => "<",
                    Op::AtMost => "<=",
                    Op::More => ">",
                    Op::AtLeast => ">=",
                    Op::Is => "is",
                    Op::IsNot => "is not",
                };
                format!("{} {op} {}", a.text(inside), b.text(inside))
            }
            Claim::Between(x, a, b) => {
                format!("{} between {} and {}", x.text(inside), a.text(inside), b.text(inside))
            }
            Claim::InLast(place, hours) => format!("{} in the last {hours}h", place.text(inside)),
            Claim::Window(window, start, end) => {
                let word = if window.holds { "holds" } else { "touches" };
                let (start, end) = (start.text(inside), end.text(inside));
                format!("({:02}:00 to {:02}:00).{word}({start}, {end})", window.opens, window.closes)
            }
            Claim::IsKnown(place) => format!("{} is known", place.text(inside)),
            Claim::Some(group) => format!("some {}", group.text()),
            Claim::No(group) => format!("no {}", group.text()),
            Claim::AtLeast(n, group) => format!("at least {n} {}", group.text()),
            Claim::AtMost(n, group) => format!("at most {n} {}", group.text()),
            Claim::Exactly(n, group) => format!("exactly {n} {}", group.text()),
            Claim::All(group, p) => format!("all {} satisfy {}", group.text(), p.text(Some(group.kind))),
            Claim::Share(n, group, p) => {
                format!("at least {n}% of {} satisfy {}", group.text(), p.text(Some(group.kind)))
            }
            Claim::NoGaps(group, bucket, over) => format!("no {}", group.gaps(*bucket, *over)),
        }
    }
}

impl Number {
    pub fn sort(&self) -> Sort {
        match self {
            Number::Constant(sort, _) => *sort,
            Number::Need => Sort::Int,
            Number::Cell(place) => place.sort(),
            Number::Plus(a, b) => {
                if a.sort() == Sort::Hours {
                    b.sort()
                } else {
                    a.sort()
                }
            }
            Number::Minus(a, b) => match (a.sort(), b.sort()) {
                (Sort::Time, Sort::Time) => Sort::Hours,
                (sort, _) => sort,
            },
            Number::Later(a, _) | Number::Earlier(a, _) | Number::Else(a, _) => a.sort(),
            Number::Count(_) | Number::Distinct(..) | Number::Gaps(..) => Sort::Int,
            Number::Share(..) => Sort::Ratio,
            Number::Of(_, group, field) => group.kind.fields()[*field].sort,
        }
    }

    fn text(&self, inside: Option<Kind>) -> String {
        let whole = |number: &Number| match number {
            Number::Constant(Sort::Time | Sort::End, _)
            | Number::Plus(..)
            | Number::Minus(..)
            | Number::Later(..)
            | Number::Earlier(..)
            | Number::Else(..) => format!("({})", number.text(inside)),
            _ => number.text(inside),
        };
        match self {
            Number::Constant(sort, n) => match sort {
                Sort::Size => format!("{n} GB"),
                Sort::Hours => format!("{n}h"),
                Sort::Ratio => format!("{n}%"),
                Sort::Word(words) => words[*n as usize].to_string(),
                Sort::Time | Sort::End if *n == 0 => "now".to_string(),
                Sort::Time | Sort::End if *n < 0 => format!("now - {}h", -n),
                Sort::Time | Sort::End => format!("now + {n}h"),
                _ => n.to_string(),
            },
            Number::Need => "need".to_string(),
            Number::Cell(place) => place.text(inside),
            Number::Plus(a, b) => format!("{} + {}", whole(a), whole(b)),
            Number::Minus(a, b) => format!("{} - {}", whole(a), whole(b)),
            Number::Later(a, b) => format!("later of {} and {}", whole(a), whole(b)),
            Number::Earlier(a, b) => format!("earlier of {} and {}", whole(a), whole(b)),
            Number::Else(a, b) => format!("({} else {})", whole(a), whole(b)),
            Number::Count(group) => format!("{}.count", group.receiver()),
            Number::Distinct(group, field) => {
                format!("{}.distinct({}).count", group.receiver(), group.kind.fields()[*field].name)
            }
            Number::Gaps(group, bucket, over) => format!("{}.count", group.gaps(*bucket, *over)),
            Number::Share(group, p) => format!("{}.share({})", group.receiver(), p.text(Some(group.kind))),
            Number::Of(method, group, field) => {
                let field = group.kind.fields()[*field].name;
                let method = match method {
                    Method::Sum => format!("sum({field})"),
                    Method::Min => format!("min({field})"),
                    Method::Max => format!("max({field})"),
                    Method::Average => format!("average({field})"),
                    Method::Median => format!("median({field})"),
                    Method::Percentile(n) => format!("percentile({field}, {n})"),
                    Method::Trend => format!("trend({field})"),
                };
                format!("{}.{method}", group.receiver())
            }
        }
    }
}

/// What a claim reads: fields of each kind (each reading once), groups of jobs and ticks, constants of each sort.
#[derive(Default, Debug)]
pub struct Reads {
    pub fields: Vec<(Kind, usize)>,
    pub groups: Vec<Kind>,
    pub constants: Vec<(Sort, i64)>,
    /// Reads the latest or oldest of a group.
    pub latest: bool,
    /// Reads the parameter.
    pub need: bool,
}

impl Reads {
    pub fn of(claims: &[&Claim]) -> Reads {
        let mut reads = Reads::default();
        for claim in claims {
            reads.claim(claim);
        }
        reads
    }

    pub fn each_once(&self) -> bool {
        let once = |i: usize| !self.fields[..i].contains(&self.fields[i]);
        (0..self.fields.len()).all(once) && (0..self.groups.len()).all(|i| !self.groups[..i].contains(&self.groups[i]))
    }

    fn claim(&mut self, claim: &Claim) {
        match claim {
            Claim::Not(a) => self.claim(a),
            Claim::And(a, b) | Claim::Or(a, b) => {
                self.claim(a);
                self.claim(b);
            }
            Claim::Flag(p) | Claim::WordIn(p, _) | Claim::WordIs(p, ..) | Claim::Has(p, ..) | Claim::IsKnown(p) => {
                self.place(p);
            }
            Claim::InLast(p, hours) => {
                self.place(p);
                self.constants.extend([(Sort::Time, -hours), (Sort::Time, 0)]);
            }
            Claim::Window(window, start, end) => {
                self.place(start);
                self.place(end);
                // Now is 06:00.
                let edges = [window.opens - 6, window.closes - 6];
                let days = |edge: i64| (-2..=0).map(move |day| (Sort::Time, edge + 24 * day));
                self.constants.extend(edges.into_iter().flat_map(days));
            }
            Claim::Compare(_, a, b) => [a, b].into_iter().for_each(|n| self.number(n)),
            Claim::Between(x, a, b) => [x, a, b].into_iter().for_each(|n| self.number(n)),
            Claim::Some(g) | Claim::No(g) | Claim::AtLeast(_, g) | Claim::AtMost(_, g) | Claim::Exactly(_, g) => {
                self.group(g);
            }
            Claim::All(g, p) | Claim::Share(_, g, p) => {
                self.group(g);
                self.claim(p);
            }
            Claim::NoGaps(g, bucket, over) => self.gaps(g, *bucket, *over),
        }
    }

    fn gaps(&mut self, group: &Group, bucket: Bucket, over: i64) {
        self.group(group);
        self.fields.push((group.kind, AT));
        let edges = match bucket {
            Bucket::Hour => (-over..=0).collect::<Vec<_>>(),
            Bucket::Day => (0..=over).map(|days| -24 * days - 6).collect(),
        };
        self.constants.extend(edges.into_iter().map(|edge| (Sort::Time, edge)));
    }

    fn place(&mut self, place: &Place) {
        match place {
            Place::Cell(kind, field) => self.fields.push((*kind, *field)),
            Place::Latest(group, field) | Place::Oldest(group, field) => {
                self.latest = true;
                self.group(group);
                self.fields.extend([(group.kind, *field), (group.kind, AT)]);
            }
        }
    }

    fn group(&mut self, group: &Group) {
        self.groups.push(group.kind);
        if let Some(hours) = group.last {
            self.fields.push((group.kind, AT));
            self.constants.extend([(Sort::Time, -hours), (Sort::Time, 0)]);
        }
        if let Some(filter) = &group.filter {
            self.claim(filter);
        }
    }

    fn number(&mut self, number: &Number) {
        match number {
            Number::Constant(sort, n) => self.constants.push((*sort, *n)),
            Number::Need => self.need = true,
            Number::Cell(place) => self.place(place),
            Number::Plus(a, b)
            | Number::Minus(a, b)
            | Number::Later(a, b)
            | Number::Earlier(a, b)
            | Number::Else(a, b) => [a, b].into_iter().for_each(|n| self.number(n)),
            Number::Count(group) => self.group(group),
            Number::Distinct(group, field) | Number::Of(_, group, field) => {
                self.group(group);
                self.fields.push((group.kind, *field));
            }
            Number::Gaps(group, bucket, over) => self.gaps(group, *bucket, *over),
            Number::Share(group, p) => {
                self.group(group);
                self.claim(p);
            }
        }
    }
}
