//! What could have stood where a line stopped being one, in the words of the user; and how each clause is written.

use crate::base::suggest::nearest;
use crate::syntax::parse::Rule;

/// What was tried at the place.
pub(super) struct Expected<'r> {
    rules: &'r [Rule],
    line: Rule,
}

impl<'r> Expected<'r> {
    pub(super) fn new(line: Rule, rules: &'r [Rule]) -> Self {
        Expected { rules, line }
    }

    fn any(&self, rules: &[Rule]) -> bool {
        rules.iter().any(|rule| self.rules.contains(rule))
    }

    /// Whether an operator could follow: an expression is complete.
    pub(super) fn an_operator(&self) -> bool {
        self.any(&[Rule::operator, Rule::and, Rule::or])
    }

    /// Whether a sentence's collection is complete, and only `where`, `satisfy` or the end could follow.
    pub(super) fn after_collection(&self) -> bool {
        self.any(&[Rule::satisfy, Rule::r#where]) && !self.any(&[Rule::and, Rule::or])
    }

    /// Whether a sentence stands before the place.
    pub(super) fn after_sentence(&self) -> bool {
        self.any(&[Rule::satisfy]) && !self.any(&[Rule::and, Rule::or])
    }

    fn a_value(&self) -> bool {
        self.any(&[
            Rule::expr,
            Rule::operation,
            Rule::term,
            Rule::collection,
            Rule::sentence,
            Rule::filtered,
            Rule::number,
            Rule::list,
            Rule::group,
            Rule::argument,
        ])
    }

    /// Whether only a name could stand here.
    pub(super) fn a_name(&self) -> bool {
        self.any(&[Rule::name]) && !self.a_value()
    }

    /// The word that could stand here and that `word` nearly is.
    pub(super) fn nearest_keyword(&self, word: &str) -> Option<&'static str> {
        let table = [
            (Rule::r#where, "where"),
            (Rule::satisfy, "satisfy"),
            (Rule::otherwise, "otherwise"),
            (Rule::if_any, "if any"),
            (Rule::and, "and"),
            (Rule::between_test, "between"),
            (Rule::matches_test, "matches"),
            (Rule::operator, "else"),
            (Rule::key, "key"),
            (Rule::required, "required"),
            (Rule::default, "default"),
            (Rule::derived, "derived"),
            (Rule::read_from, "from"),
            (Rule::from, "from"),
            (Rule::edition, "edition"),
            (Rule::plural, "plural"),
            (Rule::decides, "decides"),
            (Rule::starts, "starts"),
            (Rule::for_word, "for"),
            (Rule::each, "each"),
            (Rule::verdict, "passes"),
            (Rule::verdict, "fails"),
            (Rule::side, "until"),
            (Rule::side, "from"),
            (Rule::state, "boundary"),
            (Rule::state, "passes"),
            (Rule::state, "fails"),
        ];
        let allowed = table.iter().filter(|(rule, _)| self.rules.contains(rule)).map(|(_, keyword)| *keyword);
        if word.len() < 3 { None } else { nearest(word, allowed) }
    }

    /// What could stand here, as a noun.
    pub(super) fn noun(&self) -> Option<&'static str> {
        let table: &[(&[Rule], &str)] = &[
            (&[Rule::assign], "`=` and a value"),
            (&[Rule::colon], "`:`"),
            (&[Rule::r#type, Rule::type_name, Rule::one_of, Rule::also], "a type"),
            (&[Rule::members], "a list of members `[a, b]`"),
            (&[Rule::the_estate, Rule::each_word, Rule::each], "`each` or `the estate`"),
            (&[Rule::for_word], "`for`"),
            (&[Rule::by], "`by`"),
            (&[Rule::starts], "`starts`"),
            (&[Rule::verdict], "`passes`, `fails`, `is unknown` or `is vacuous`"),
            (&[Rule::state], "`passes`, `fails`, `is unknown` or `boundary`"),
            (&[Rule::as_of], "`of`"),
            (&[Rule::side], "`until` or `from` and a time"),
            (&[Rule::amount_of_rows, Rule::given_none, Rule::given_rows], "an entity"),
            (&[Rule::record], "a row `{ … }`"),
            (&[Rule::time], "an instant"),
            (&[Rule::reach], "`fully`, `partly`, `aside` or `by attestation`"),
            (&[Rule::unit_name], "a unit"),
            (&[Rule::forms, Rule::hole, Rule::word, Rule::first_word], "a word or a hole `{name: type}`"),
        ];
        let wide = self.any(&[Rule::EOI]);
        if self.an_operator() {
            return (!wide || self.rules.len() == 1).then_some("an operator");
        }
        if self.a_value() {
            return Some("a value");
        }
        if wide {
            return None;
        }
        if let Some((_, noun)) = table.iter().find(|(rules, _)| self.any(rules)) {
            return Some(noun);
        }
        if self.any(&[Rule::name, Rule::free_name, Rule::dotted, Rule::entry]) {
            return Some(match self.line {
                Rule::severity_line => "a level",
                Rule::for_line | Rule::vocabulary_head => "the name of an entity",
                Rule::evidence_line => "the name of a framework",
                _ => "a name",
            });
        }
        if self.any(&[Rule::text]) {
            return Some("a text in double quotes");
        }
        self.any(&[Rule::clock]).then_some("a time of day")
    }
}

/// How a clause is written, as a help line; `text` is the line.
pub(super) fn form(rule: Rule, text: &str) -> &'static str {
    match rule {
        Rule::severity_line => "write `severity high`",
        Rule::evidence_line => "write `evidence for gdpr \"Art. 32(1)(c)\"`",
        Rule::text_line if text.starts_with("remedy") => "write `remedy \"Raise the retention in the backup plan.\"`",
        Rule::text_line if text.starts_with("timezone") => "write `timezone \"Africa/Johannesburg\"`",
        Rule::text_line => "write `owner \"infrastructure\"`",
        Rule::day_line => "write `day starts 12:00`",
        Rule::for_line => "write `for each system where active`, or `for the estate`",
        Rule::let_line => "write `let name = value`",
        Rule::require_line => {
            "write a condition, `require encrypted`, or a sentence, `require no runs where status is failed`"
        }
        Rule::phrase_line => "a phrase is words and values: `keep daily versions for 35 days`",
        Rule::phrase_head => "write words and holes: `phrase keep {every: cadence} versions for {span: duration}`",
        Rule::policy_head => "write `policy company.backup \"Title\" {`",
        Rule::rule_head => "write `rule name \"Title\" {`; a name is letters, digits and `_`",
        Rule::parameter => "write `param name: duration from house = 35 days`",
        Rule::vocabulary_head => "write `vocabulary name for system {`, or `for the estate`",
        Rule::entity_head => "write `entity system \"A protected system\" {`",
        Rule::framework_head => "write `framework gdpr \"Title\" edition \"2016/679\" {`",
        Rule::control_line => "write `control \"Art. 32\" \"Title\" decides partly`",
        Rule::field_line => {
            "write `name: type`, then `key`, `required`, `default …`, `derived …` or `from \"…\" in min`"
        }
        Rule::test_head => "write `test \"what it shows\" {`",
        Rule::as_of_line => "write `as of 2026-11-22T06:00:00Z`",
        Rule::set_line => "write `set min_success = 99%`",
        Rule::given_line => {
            "write `given system { id: \"db1\" }`, `given 34 runs daily until 2026-11-21T22:00:00Z { … }`, `given no run` \
             or `given facts \"estate.json\"`"
        }
        Rule::expect_line => {
            "write `expect company.backup.rule fails for \"db1\"`; or `passes`, `is unknown`, `is vacuous`"
        }
        Rule::unreachable => "write `unreachable phrase \"keep {n} versions\" boundary \"why\"`, or a rule's name",
        Rule::about_line => "write `about repository, system, plan`",
        Rule::ahead_line => "write `ahead due, next_rotation`",
        Rule::occurs_line => "write `occurs started, scheduled`",
        Rule::lone_value => "write a value: `35 days`, `[a, b]`, `{ critical: 90 days }`",
        _ => "write a value, or a condition such as `tier is critical and active`",
    }
}
