//! The listing is complete: two nodes that print the same are the same, but for where they are written. So a listing that
//! is printed, read and printed again could say nothing else.

use super::node_line;
use crate::base::{SourceId, Span};
use crate::facts::schema::{EntityId, EnumId, FieldId, FieldRef, InverseId, Type};
use crate::facts::testing::{PLAN, RUN, SYSTEM, schema};
use crate::plan::{Arithmetic, Comparison, Direction, HasHow, Key, Method, Node, NodeId, Op, Plan, Reduction};
use crate::value::{Cadence, ClockTime, Duration, Instant, Scalar, Window};
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use proptest::sample::select;
use std::collections::HashMap;
use std::sync::Arc;

/// Numbers that round, scale or carry in one of the units.
const NUMBERS: &[i64] = &[
    0,
    1,
    -1,
    2,
    59,
    60,
    61,
    999,
    1000,
    1001,
    1024,
    1536,
    3_600,
    86_400,
    1_000_000,
    1_048_576,
    999_999_999,
    1_000_000_000,
    1_000_000_001,
    60_000_000_000,
    90_000_000_000,
    3_600_000_000_000,
    86_400_000_000_000,
    604_800_000_000_000,
    9_223_372_036_854_775_806,
    i64::MAX,
];

fn number() -> impl Strategy<Value = i64> {
    select(NUMBERS)
}

fn size() -> impl Strategy<Value = i64> {
    number().prop_map(|n| n.saturating_abs())
}

fn text() -> impl Strategy<Value = Arc<str>> {
    select(&["", "a", "b", "a, b", "\"", "a\", \"b", "#1", "now", "true", "1", "\n", "[", "1 GB"][..])
        .prop_map(Arc::from)
}

fn constant() -> impl Strategy<Value = (Scalar, Type)> {
    let clock = || (0..1440_u32).prop_map(|minute| ClockTime(minute * 60));
    prop_oneof![
        any::<bool>().prop_map(|b| (Scalar::Bool(b), Type::Bool)),
        number().prop_map(|n| (Scalar::Int(n), Type::Int)),
        select(&[0.0, 0.1, 0.5, 1.0, 1e15, 1e16, 1e-7, 0.1 + 0.2, 0.3][..])
            .prop_map(|f| (Scalar::Number(f), Type::Number)),
        number().prop_map(|n| (Scalar::Percent(n), Type::Percent)),
        size().prop_map(|n| (Scalar::Size(n), Type::Size)),
        size().prop_map(|n| (Scalar::Rate(n), Type::Rate)),
        number().prop_map(|n| (Scalar::Time(Instant(n)), Type::TimeOrNever)),
        (-1000..1000_i64).prop_map(|n| (Scalar::Date(n), Type::Date)),
        number().prop_map(|n| (Scalar::Duration(Duration::Exact(n)), Type::Duration)),
        (-30..30_i64).prop_map(|n| (Scalar::Duration(Duration::Months(n)), Type::Duration)),
        clock().prop_map(|c| (Scalar::Clock(c), Type::Clock)),
        (clock(), clock()).prop_map(|(from, to)| (Scalar::Window(Window { from, to }), Type::Window)),
        select(
            &[Cadence::Hourly, Cadence::Daily, Cadence::Weekly, Cadence::Monthly, Cadence::Quarterly, Cadence::Yearly]
                [..]
        )
        .prop_map(|c| (Scalar::Cadence(c), Type::Cadence)),
        text().prop_map(|t| (Scalar::Text(t), Type::Text)),
        (0..3_u16, 0..2_u16).prop_map(|(m, e)| (Scalar::Member(m), Type::OneOf(EnumId(e)))),
    ]
}

fn id() -> impl Strategy<Value = NodeId> {
    (0..2_u32).prop_map(NodeId)
}

fn field() -> impl Strategy<Value = FieldRef> {
    select(&[(SYSTEM, 0), (SYSTEM, 1), (RUN, 0), (RUN, 3)][..])
        .prop_map(|(entity, field)| FieldRef { entity, field: FieldId(field) })
}

fn direction() -> impl Strategy<Value = Direction> {
    select(&[Direction::Last, Direction::Next][..])
}

fn method() -> impl Strategy<Value = Method> {
    use Method as M;
    let plain = [
        M::Count,
        M::Some,
        M::None,
        M::All,
        M::Share,
        M::Sum,
        M::Min,
        M::Max,
        M::Average,
        M::Median,
        M::Latest,
        M::Oldest,
        M::Distinct,
    ];
    let bounds = (option::of(id()), option::of(id()), option::of(id()), option::of(id()), option::of(id()));
    prop_oneof![
        select(plain.to_vec()),
        id().prop_map(M::Percentile),
        proptest::collection::vec(id(), 1..3).prop_map(M::LatestOfEach),
        (id(), bounds).prop_map(|(every, (over, last, from, until, zone))| M::Gaps {
            every,
            over,
            last,
            from,
            until,
            zone,
        }),
        (id(), option::of(id())).prop_map(|(over, from)| M::LongestGap { over, from }),
        id().prop_map(M::Trend),
    ]
}

fn operation() -> impl Strategy<Value = Op> {
    let comparison = select(
        &[
            Comparison::Is,
            Comparison::IsNot,
            Comparison::Less,
            Comparison::AtMost,
            Comparison::More,
            Comparison::AtLeast,
        ][..],
    );
    let sign = select(&[Arithmetic::Add, Arithmetic::Subtract, Arithmetic::Multiply, Arithmetic::Divide][..]);
    let at = |entity, field| FieldRef { entity, field: FieldId(field) };
    // As the schema allows: a run's system leads on.
    let paths = vec![
        (SYSTEM, vec![at(SYSTEM, 0)]),
        (SYSTEM, vec![at(SYSTEM, 1)]),
        (RUN, vec![at(RUN, 0)]),
        (RUN, vec![at(RUN, 1)]),
        (RUN, vec![at(RUN, 1), at(SYSTEM, 0)]),
    ];
    let joined = (select(paths.clone()), vec((select(paths), id()), 1..3)).prop_map(|((entity, first), more)| {
        let fits = more.iter().filter(|((of, _), _)| *of == entity);
        let mut on: Vec<Key> = fits.map(|((_, path), value)| Key { path: path.clone(), value: *value }).collect();
        on.push(Key { path: first, value: NodeId(0) });
        Op::Joined { entity, on }
    });
    let reduction = (id(), 0..3_u16, method(), option::of(id()), option::of(id()))
        .prop_map(|(group, depth, method, predicate, value)| Reduction { group, depth, method, predicate, value });
    let values = prop_oneof![
        (0..3_u32).prop_map(Op::Parameter),
        Just(Op::Now),
        (0..3_u16).prop_map(Op::Row),
        (id(), field()).prop_map(|(row, field)| Op::Field { row, field }),
        (id(), id()).prop_map(|(map, key)| Op::Entry { map, key }),
        id().prop_map(Op::Not),
        vec(id(), 2..4).prop_map(Op::And),
        vec(id(), 2..4).prop_map(Op::Or),
        (comparison, id(), id()).prop_map(|(operator, left, right)| Op::Compare { operator, left, right }),
        (id(), id()).prop_map(|(item, set)| Op::In { item, set }),
        (id(), select(&[HasHow::Any, HasHow::All][..]), id()).prop_map(|(set, how, items)| Op::Has { set, how, items }),
        (id(), id(), id()).prop_map(|(value, low, high)| Op::Between { value, low, high }),
        (id(), text()).prop_map(|(text, glob)| Op::Matches { text, glob: glob.to_string() }),
    ];
    let more = prop_oneof![
        id().prop_map(Op::Known),
        (id(), direction(), id()).prop_map(|(time, direction, span)| Op::Within { time, direction, span }),
        (sign, id(), id()).prop_map(|(operator, left, right)| Op::Arithmetic { operator, left, right }),
        (id(), id()).prop_map(|(value, default)| Op::Else { value, default }),
        (id(), id()).prop_map(|(a, b)| Op::LaterOf(a, b)),
        (id(), id()).prop_map(|(a, b)| Op::EarlierOf(a, b)),
        (0..4_u16).prop_map(|e| Op::All(EntityId(e))),
        id().prop_map(|row| Op::Related { row, owner: SYSTEM, inverse: InverseId(0) }),
        id().prop_map(|row| Op::Listed { row, field: FieldRef { entity: PLAN, field: FieldId(2) } }),
        joined,
        (id(), 0..3_u16, id()).prop_map(|(group, depth, predicate)| Op::Where { group, depth, predicate }),
        (id(), direction(), id()).prop_map(|(group, direction, span)| Op::Recent { group, direction, span }),
        reduction.prop_map(|reduction| Op::Reduce(Box::new(reduction))),
    ];
    prop_oneof![values, more]
}

fn is_group(op: &Op) -> bool {
    match op {
        Op::All(_)
        | Op::Related { .. }
        | Op::Listed { .. }
        | Op::Joined { .. }
        | Op::Where { .. }
        | Op::Recent { .. } => true,
        Op::Reduce(reduction) => matches!(reduction.method, Method::LatestOfEach(_)),
        _ => false,
    }
}

fn node() -> impl Strategy<Value = Node> {
    let ty = select(vec![Type::Bool, Type::Int, Type::Row(RUN), Type::Set(Box::new(Type::Text))]);
    let made = prop_oneof![
        constant().prop_map(|(scalar, ty)| (Op::Constant(scalar), ty)),
        vec(text(), 0..3).prop_map(|texts| {
            (Op::Constants(texts.into_iter().map(Scalar::Text).collect()), Type::List(Box::new(Type::Text)))
        }),
        // What is a group follows from the operation.
        (operation(), ty).prop_map(|(op, ty)| if is_group(&op) { (op, Type::Rows(RUN)) } else { (op, ty) }),
    ];
    (made, 0..4_u32, any::<bool>()).prop_map(|((op, ty), depends, may_assume)| Node {
        op,
        ty,
        span: Span::new(SourceId(0), 0, 0),
        depends,
        may_assume,
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 6, max_shrink_iters: 0, ..ProptestConfig::default() })]

    #[test]
    fn nodes_that_print_the_same_are_the_same(nodes in vec(node(), 1500)) {
        let plan = Plan { schema: Arc::new(schema()), ..Plan::default() };
        let mut by_line: HashMap<String, Node> = HashMap::new();
        for node in nodes {
            let line = node_line(&plan, 0, &node);
            let first = by_line.entry(line.clone()).or_insert_with(|| node.clone());
            prop_assert_eq!(&*first, &node, "both print as {}", line);
        }
    }
}
