//! What the parsers of JSON and YAML say, in the words of this program. A message that is not known here passes as it is.

use crate::base::clean::clean_line;

/// Beginnings of parsers' messages.
const WORDS: &[(&str, &str)] = &[
    ("EOF while parsing a list", "the text ends inside a list"),
    ("EOF while parsing a string", "the text ends inside quotes"),
    ("EOF while parsing a value", "the text ends where a value should be"),
    ("EOF while parsing an object", "the text ends inside an object"),
    ("control character (", "a line break or another control character stands inside quotes"),
    ("expected `,` or `]`", "`,` or `]` is missing before this"),
    ("expected `,` or `}`", "`,` or `}` is missing before this"),
    ("expected `:`", "`:` is missing before this"),
    ("expected ident", "neither `true`, `false` nor `null`"),
    ("expected value", "a value is missing here"),
    ("invalid escape", "after `\\` stands no known letter"),
    ("invalid number", "not a number"),
    ("invalid unicode code point", "an escape that is no character"),
    ("key must be a string", "a key in quotes is missing here"),
    ("lone leading surrogate in hex escape", "half a character: the second escape of the pair is missing"),
    ("number out of range", "a number that is too large"),
    ("recursion limit exceeded", "nested too deep"),
    ("repetition limit exceeded", "its aliases repeat too much"),
    ("trailing characters", "something stands after the end of the record"),
    ("trailing comma", "nothing stands behind the last comma"),
    ("unexpected end of hex escape", "an escape that is cut short"),
];

/// Kinds of values, as the parsers name them.
const KINDS: &[(&str, &str)] = &[
    ("boolean `", "`"),
    ("floating point `", "the number `"),
    ("integer `", "the number `"),
    ("map", "an object"),
    ("null", "`null`"),
    ("sequence", "a list"),
    ("string ", "the text "),
    ("unit value", "`null`"),
];

/// `message` in plain words, on one line.
pub fn plain_words(message: &str) -> String {
    if let Some((_, plain)) = WORDS.iter().find(|(beginning, _)| message.starts_with(beginning)) {
        return (*plain).to_owned();
    }
    if let Some(rest) = message.strip_prefix("invalid type: ").or_else(|| message.strip_prefix("invalid value: "))
        && let Some((found, asked)) = rest.rsplit_once(", expected ")
    {
        let found = match KINDS.iter().find_map(|(name, plain)| Some((plain, found.strip_prefix(name)?))) {
            Some((plain, rest)) => format!("{plain}{rest}"),
            None => found.to_owned(),
        };
        return clean_line(&format!("{found} in place of {asked}"));
    }
    clean_line(message)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(text: &str) -> String {
        let error = serde_json::from_str::<std::collections::BTreeMap<String, u8>>(text).expect_err("no such map");
        let message = error.to_string();
        plain_words(message.get(..message.rfind(" at line ").unwrap_or(message.len())).unwrap_or_default())
    }

    #[test]
    fn what_the_parser_says_today_is_known() {
        assert_eq!(said("{\"a\""), "the text ends inside an object");
        assert_eq!(said("{\"a"), "the text ends inside quotes");
        assert_eq!(said("{\"a\":"), "the text ends where a value should be");
        assert_eq!(said("{\"a\":1 \"b\":2}"), "`,` or `}` is missing before this");
        assert_eq!(said("{\"a\":1} x"), "something stands after the end of the record");
        assert_eq!(said("{\"a\n\":1}"), "a line break or another control character stands inside quotes");
        assert_eq!(said("{a:1}"), "a key in quotes is missing here");
        assert_eq!(said("{\"a\":1,}"), "nothing stands behind the last comma");
        assert_eq!(said("{\"a\":\"x\"}"), "the text \"x\" in place of u8");
        assert_eq!(said("{\"a\":{}}"), "an object in place of u8");
        assert!(WORDS.is_sorted() && KINDS.is_sorted());
    }
}
