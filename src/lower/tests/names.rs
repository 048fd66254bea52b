//! What tests call rules and parameters: by qualified name, or by the short one, which means the one of the test's own
//! policy, else the only one there is.

use crate::base::Diagnostic;
use crate::base::codes::Code;
use crate::base::suggest::nearest;
use crate::lower::parameters::qualified;
use crate::plan::Rule;
use crate::syntax::tree::Name;
use crate::typing::checker::Checker;
use rustc_hash::FxHashMap;

/// The names of all rules and parameters.
pub(super) struct Names<'r> {
    rules: Index,
    parameters: Index,
    /// Lowered rules by qualified name; one that has a mistake is absent.
    lowered: FxHashMap<&'r str, &'r Rule>,
}

/// Declarations of one sort: qualified names in their order, with the policy of each.
#[derive(Default)]
struct Index {
    all: Vec<(String, usize)>,
    qualified: FxHashMap<String, usize>,
    short: FxHashMap<String, Vec<usize>>,
}

impl Index {
    fn of(all: Vec<(String, usize)>) -> Index {
        let mut index = Index { all, ..Index::default() };
        for (place, (name, _)) in index.all.iter().enumerate() {
            index.qualified.entry(name.clone()).or_insert(place);
            index.short.entry(short(name).to_owned()).or_default().push(place);
        }
        index
    }

    /// The one that a name means; or a mistake, unless it only follows from another.
    fn find(&self, checker: &mut Checker<'_>, policy: Option<usize>, name: &Name, what: &What) -> Option<usize> {
        if let Some(place) = self.qualified.get(&name.value) {
            return Some(*place);
        }
        let places = self.short.get(&name.value).map(Vec::as_slice).unwrap_or_default();
        let own = |place: &&usize| policy.is_some() && self.all.get(**place).map(|(_, of)| *of) == policy;
        match (places.iter().find(own), places) {
            (Some(place), _) | (None, [place]) => Some(*place),
            (None, []) if checker.declarations.broken.contains(short(&name.value)) => None,
            (None, []) => {
                let help = self.near(&name.value).unwrap_or_else(|| what.none.to_owned());
                let error =
                    Diagnostic::error(Code(what.unknown), format!("no {} is called `{}`", what.noun, name.value));
                checker.fail(error.at(name.span, "").help(help))
            }
            (None, several) => {
                let names = several.iter().filter_map(|at| self.all.get(*at)).map(|(name, _)| format!("`{name}`"));
                let names: Vec<String> = names.collect();
                let message = format!("several policies have a {} `{}`", what.noun, name.value);
                let error = Diagnostic::error(Code(what.several), message).at(name.span, "");
                checker.fail(error.help(format!("say which: {}", names.join(" or "))))
            }
        }
    }

    fn near(&self, name: &str) -> Option<String> {
        let all = self.all.iter().map(|(other, _)| other.as_str());
        let near = nearest(name, all.clone()).or_else(|| nearest(name, all.clone().map(short)));
        let near = near.or_else(|| nearest(short(name), all.map(short)));
        near.map(|near| format!("did you mean `{near}`?"))
    }
}

/// How a mistake speaks of a sort.
struct What {
    noun: &'static str,
    unknown: &'static str,
    several: &'static str,
    none: &'static str,
}

const RULE: What = What {
    noun: "rule",
    unknown: "E0701",
    several: "E0702",
    none: "name a rule of the policies, such as `company.backup.retention`",
};

const PARAMETER: What =
    What { noun: "parameter", unknown: "E0230", several: "E0230", none: "`param name: type = value` declares one" };

fn short(name: &str) -> &str {
    name.rsplit('.').next().unwrap_or(name)
}

impl<'r> Names<'r> {
    /// Of all that is declared; `rules` are those that could be lowered.
    pub fn of(checker: &Checker<'_>, rules: &'r [Rule]) -> Names<'r> {
        let declarations = checker.declarations;
        let of_policy = |place: usize| declarations.policies.get(place).map_or("", |policy| policy.name.as_str());
        let named = declarations
            .rules
            .iter()
            .map(|rule| (format!("{}.{}", of_policy(rule.policy), rule.item.name.value), rule.policy));
        let parameters = declarations.parameters.iter().map(|p| (qualified(declarations, p), p.policy));
        Names {
            rules: Index::of(named.collect()),
            parameters: Index::of(parameters.collect()),
            lowered: rules.iter().map(|rule| (rule.name.as_str(), rule)).collect(),
        }
    }

    /// The place of a rule in `Declarations::rules`.
    pub fn rule(&self, checker: &mut Checker<'_>, policy: Option<usize>, name: &Name) -> Option<usize> {
        self.rules.find(checker, policy, name, &RULE)
    }

    /// The place of a parameter in `Declarations::parameters`.
    pub fn parameter(&self, checker: &mut Checker<'_>, policy: Option<usize>, name: &Name) -> Option<usize> {
        self.parameters.find(checker, policy, name, &PARAMETER)
    }

    /// A rule as it was lowered; `None` where it has a mistake, which is told.
    pub fn lowered(&self, place: usize) -> Option<&'r Rule> {
        self.lowered_by_name(&self.rules.all.get(place)?.0)
    }

    /// The same, by its qualified name.
    pub fn lowered_by_name(&self, name: &str) -> Option<&'r Rule> {
        self.lowered.get(name).copied()
    }
}
