//! Policies: files with one policy name are one policy; a file has at most one `policy` line.

use super::draft::{Draft, error};
use crate::base::{SourceId, Span, suggest};
use crate::syntax::tree::{File, Item, ItemKind, Name, PolicyItem};
use crate::typing::declarations::PolicyDeclaration;
use crate::value::zone::{Zone, zone_names};
use rustc_hash::FxHashMap;

/// The policy (its place in `Declarations::policies`) that each file belongs to.
pub(super) type FilePolicies = FxHashMap<SourceId, usize>;

/// Places of what a policy says about itself, to show both parties of a contradiction.
#[derive(Default)]
struct Said {
    title: Option<Span>,
    owner: Option<Span>,
    timezone: Option<Span>,
    day_starts: Option<Span>,
}

/// Declares all policies and says which file belongs to which.
pub(super) fn declare(draft: &mut Draft<'_>) -> FilePolicies {
    let mut of_files = FilePolicies::default();
    let mut said: Vec<Said> = Vec::new();
    let mut lines: FxHashMap<SourceId, Span> = FxHashMap::default();
    for (file, _, policy) in draft.items(|k| if let ItemKind::Policy(p) = k { Some(p) } else { None }) {
        if let Some(first) = lines.get(&file.source) {
            let diagnostic = error("E0602", "a file has at most one `policy`")
                .at(policy.name.span, "the second one")
                .and(*first, "the first one")
                .help("put the other policy into a file of its own");
            draft.report(diagnostic);
            continue;
        }
        lines.insert(file.source, policy.name.span);
        let known = draft.declarations.policies.iter().position(|p| p.name == policy.name.value);
        let place = known.unwrap_or_else(|| {
            draft.declarations.policies.push(PolicyDeclaration {
                name: policy.name.value.clone(),
                title: None,
                owner: None,
                timezone: None,
                day_starts: None,
                span: policy.name.span,
            });
            said.push(Said::default());
            said.len() - 1
        });
        of_files.insert(file.source, place);
        merge(draft, place, &mut said[place], policy);
    }
    outside(draft, &of_files);
    of_files
}

/// Adds what one `policy` item says to its policy.
fn merge(draft: &mut Draft<'_>, place: usize, said: &mut Said, policy: &PolicyItem) {
    let known = draft.declarations.policies[place].clone();
    let title = agreed(draft, &policy.name, "title", known.title, policy.title.as_ref(), &mut said.title);
    let owner = agreed(draft, &policy.name, "owner", known.owner, policy.owner.as_ref(), &mut said.owner);
    let zone = policy.timezone.as_ref().filter(|zone| zone_exists(draft, zone));
    let timezone = agreed(draft, &policy.name, "timezone", known.timezone, zone, &mut said.timezone);
    let mut day_starts = known.day_starts;
    if let Some(day) = &policy.day_starts {
        match (known.day_starts, said.day_starts) {
            (Some(first), Some(at)) if first != day.value => {
                let diagnostic = contradiction(&policy.name, "day starts").at(day.span, "here so").and(at, "there so");
                draft.report(diagnostic);
            }
            _ => {
                day_starts = Some(day.value);
                said.day_starts = Some(day.span);
            }
        }
    }
    let name = known.name;
    draft.declarations.policies[place] =
        PolicyDeclaration { name, title, owner, timezone, day_starts, span: known.span };
}

fn contradiction(policy: &Name, what: &str) -> crate::base::Diagnostic {
    error("E0603", format!("files of the policy `{}` contradict each other in `{what}`", policy.value))
        .help("say it in one of the files only")
}

fn agreed(
    draft: &mut Draft<'_>,
    policy: &Name,
    what: &str,
    known: Option<String>,
    new: Option<&Name>,
    said: &mut Option<Span>,
) -> Option<String> {
    let Some(new) = new else { return known };
    if let (Some(first), Some(at)) = (&known, *said)
        && *first != new.value
    {
        let diagnostic = contradiction(policy, what)
            .at(new.span, format!("here `{}`", new.value))
            .and(at, format!("there `{first}`"));
        draft.report(diagnostic);
        return known;
    }
    said.get_or_insert(new.span);
    Some(new.value.clone())
}

fn zone_exists(draft: &mut Draft<'_>, zone: &Name) -> bool {
    if Zone::named(&zone.value).is_some() {
        return true;
    }
    let zones = zone_names();
    let city = |zone: &str| zone.rsplit('/').next().unwrap_or_default().to_lowercase().replace(' ', "_");
    let wanted = city(&zone.value);
    // What two zones share before the city brings none near: `Africa/Joburg` is not `Africa/Juba`.
    let same_city = |zone: &str| suggest::nearest(&wanted, [city(zone).as_str()]).is_some();
    let alike = zones.iter().copied().filter(|zone| same_city(zone));
    let near = suggest::nearest(&zone.value, alike).or_else(|| zones.iter().copied().find(|zone| city(zone) == wanted));
    let help = near.map_or_else(
        || "write a zone of the IANA database, such as `Europe/Berlin`; an offset is no zone".to_owned(),
        |near| format!("did you mean `{near}`?"),
    );
    draft.report(error("E0604", format!("there is no time zone `{}`", zone.value)).at(zone.span, "").help(help));
    false
}

/// Rules, parameters and `let`s stand in a file with a policy; said once a file.
fn outside(draft: &mut Draft<'_>, of_files: &FilePolicies) {
    for file in draft.files.clone() {
        if of_files.contains_key(&file.source) {
            continue;
        }
        let mut homeless =
            file.items.iter().filter_map(|item| belongs_to_a_policy(item).map(|name| (item, name))).peekable();
        if let Some((_, (noun, name))) = homeless.peek()
            && !begins_a_policy(draft, file)
        {
            let diagnostic = error("E0601", format!("the {noun} `{}` belongs to no policy", name.value))
                .at(name.span, "")
                .help("begin the file with `policy <name> { … }`");
            draft.report(diagnostic);
        }
        let names: Vec<String> = homeless.map(|(_, (_, name))| name.value.clone()).collect();
        for name in names {
            draft.mark_broken(&name);
        }
    }
}

/// Whether a file has a `policy` line, if only one that did not parse.
fn begins_a_policy(draft: &Draft<'_>, file: &File) -> bool {
    let text = draft.sources.get(file.source).map(|s| s.text.clone()).unwrap_or_default();
    text.lines().any(|line| line.split_whitespace().next() == Some("policy") && line.starts_with("policy"))
}

fn belongs_to_a_policy(item: &Item) -> Option<(&'static str, &Name)> {
    match &item.kind {
        ItemKind::Rule(rule) => Some(("rule", &rule.name)),
        ItemKind::Parameter(parameter) => Some(("parameter", &parameter.name)),
        ItemKind::Let(line) => Some(("value", &line.name)),
        ItemKind::Policy(_)
        | ItemKind::Vocabulary(_)
        | ItemKind::Entity(_)
        | ItemKind::Framework(_)
        | ItemKind::Test(_)
        | ItemKind::Unreachable(_) => None,
    }
}
