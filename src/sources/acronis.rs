//! Acronis Cyber Protect Cloud: tasks or activities, and the state of resources.
//!
//! Written after the published examples and clients. What a task ended with stands in `result.code`, in older answers in
//! `result_code`; both are read. A task is of one resource, whose name is the system's.

use super::mapping::{Fill, Given, How::*, Mapping, NOTHING, Read, Words, mapped, word_of};
use super::{Format, Layout, Shape, Source};
use crate::facts::rows::Raw;

/// The registry's row.
pub(super) static SOURCE: Source = Source {
    name: "acronis",
    title: "Acronis Cyber Protect Cloud",
    empty_list: None,
    formats: &[
        Format {
            name: "acronis empty list",
            command: "",
            kinds: &[],
            reaches_days: None,
            layout: Layout::List("items"),
            detect: |s| s.lists("items", &[]) && s.first_of("items").is_none() && s.get("paging").is_some(),
            open: |context| super::mapping::open(&NOTHING_LISTED, context),
            fills: &[],
        },
        mapped!(RESOURCES, {
            name: "acronis resources",
            command: "GET /api/resource_management/v4/resource_statuses?type=resource.machine",
            kinds: &[],
            reaches_days: None,
            layout: Layout::Records("items"),
            detect: |s| record(s, &["aggregate", "context"]),
        }),
        mapped!(TASKS, {
            name: "acronis tasks",
            command: "GET /api/task_manager/v2/tasks",
            kinds: &["run", "restore_test"],
            reaches_days: None,
            layout: Layout::Records("items"),
            detect: |s| record(s, &["type", "state"]) && ["resource", "policy", "executor", "enqueuedAt"].iter().any(|m| record(s, &[m])),
        }),
    ],
    cannot_know: &[
        "how far back a list of tasks reaches: its query is not in the answer",
        "two resources of one name apart: a system's key is its name",
        "archives and plans: their shapes are not settled",
        "whether restored data was consistent, and how much of a resource it was",
        "encryption, immutability and how full a storage is",
    ],
};

static NOTHING_LISTED: Mapping = listing(&[]);
static TASKS: Mapping = listing(TASK);
static RESOURCES: Mapping = listing(RESOURCE);

const fn listing(fills: &'static [Fill]) -> Mapping {
    Mapping { tool: "acronis", fills, total: "", next: "paging.cursors.after" }
}

fn record(shape: &Shape, members: &[&str]) -> bool {
    shape.record("items").is_some_and(|record| record.has(members))
}

const STATUS: &str = "state result.code result_code";
const MESSAGE: &str = "result.error.reason result.error.message";

const TASK: &[Fill] = &[
    Fill("run.id", "uuid id", Key),
    Fill("run.system", "resource.name", System),
    Fill("run.plan", "policy.id", Key),
    Fill("run.type", "type", Word(TYPES)),
    Fill("run.status", STATUS, By(status)),
    Fill("run.native_status", "result.code result_code state", AsIs),
    Fill("run.message", MESSAGE, AsIs),
    Fill("run.scheduled", "enqueuedAt createdAt", Time),
    Fill("run.started", "startedAt", Time),
    Fill("run.ended", "completedAt", Time),
    Fill(
        "run.labels",
        "type policy.name policy.type resource.id resource.type tenant.name",
        Labels(&["type", "policy_name", "policy_type", "resource", "resource_type", "tenant"]),
    ),
    Fill("restore_test.id", "type uuid id", By(restore)),
    Fill("restore_test.system", "resource.name", System),
    Fill("restore_test.started", "startedAt", Time),
    Fill("restore_test.ended", "completedAt", Time),
    Fill("restore_test.status", STATUS, By(status)),
    Fill("restore_test.message", MESSAGE, AsIs),
];

const RESOURCE: &[Fill] = &[
    Fill("system.id", "context.name", System),
    Fill("system.name", "context.name", AsIs),
    Fill(
        "system.type",
        "context.type",
        Word(&[
            ("resource.machine", "host"),
            ("resource.virtual_machine", "vm"),
            ("resource.virtual_machine.vmww", "vm"),
        ]),
    ),
    Fill("system.account", "context.tenant_id", AsIs),
    Fill("system.protected", "policies.type", By(protected)),
    Fill(
        "system.labels",
        "context.id aggregate.status policies.name policies.last_success_run",
        Labels(&["resource", "status", "policy_name", "last_success"]),
    ),
];

/// What a task does. Many a task besides is of a plan for backups (deploying it, say), so the plan's type says nothing.
const TYPES: Words = &[
    ("backup", "backup"),
    ("machine_backup", "backup"),
    ("restore", "restore"),
    ("recovery", "restore"),
    ("replication", "copy"),
    ("validation", "verify"),
    ("cleanup", "prune"),
    ("retention", "prune"),
];

fn status<'g>(given: &Given<'g>) -> Read<'g> {
    let states: Words = &[
        ("enqueued", "pending"),
        ("assigned", "pending"),
        ("started", "running"),
        ("paused", "running"),
        ("completed", "completed"),
    ];
    let results: Words = &[
        ("ok", "success"),
        ("warning", "warning"),
        ("error", "failed"),
        ("cancelled", "cancelled"),
        ("abandoned", "failed"),
        ("timedout", "failed"),
    ];
    match word_of(given.cell(0), states) {
        Raw::Text("completed") => {
            let code = if given.text(1).is_some() { given.cell(1) } else { given.cell(2) };
            Read::Raw(word_of(code, results))
        }
        other => Read::Raw(other),
    }
}

fn restore<'g>(given: &Given<'g>) -> Read<'g> {
    let id = given.text(1).map(str::to_owned).or_else(|| given.cell(2).int().map(|id| id.to_string()));
    match (word_of(given.cell(0), TYPES), id) {
        (Raw::Text("restore"), Some(id)) => Read::Text(given.key(&id)),
        _ => Read::NoRow,
    }
}

/// Whether a plan for backups is applied; where none is listed, nothing is said.
fn protected<'g>(given: &Given<'g>) -> Read<'g> {
    let backs_up = given.all(0).filter_map(|policy| policy.text()).any(|policy| policy.starts_with("policy.backup"));
    if backs_up { Read::Raw(Raw::Bool(true)) } else { NOTHING }
}
