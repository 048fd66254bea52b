//! Makes text from outside safe to show: no control characters, no bidirectional overrides. Every replacement has the
//! length of what it replaces, so that byte offsets stay true.

use std::borrow::Cow;

/// `text` with control characters (but newline and tab) and bidirectional or invisible formatting characters replaced.
pub fn clean(text: &str) -> Cow<'_, str> {
    if !text.chars().any(is_unsafe) {
        return Cow::Borrowed(text);
    }
    Cow::Owned(
        text.chars()
            .map(|c| match (is_unsafe(c), c, c.len_utf8()) {
                (false, ..) => c,
                (true, '\r', _) => ' ',
                (true, _, 1) => '?',
                (true, _, 2) => '·',
                (true, _, 3) => '\u{FFFD}',
                (true, ..) => '🛇',
            })
            .collect(),
    )
}

/// The same on one line: newlines and tabs become blanks.
pub fn clean_line(text: &str) -> String {
    clean(text).replace(['\n', '\t'], " ")
}

fn is_unsafe(c: char) -> bool {
    let control = c.is_control() && c != '\n' && c != '\t';
    control
        || matches!(c, '\u{61C}' | '\u{200B}'..='\u{200F}' | '\u{2028}'..='\u{202E}' | '\u{2060}'..='\u{206F}' | '\u{FEFF}')
        || matches!(
            c,
            '\u{AD}' | '\u{115F}' | '\u{1160}' | '\u{17B4}' | '\u{17B5}' | '\u{180E}' | '\u{3164}' | '\u{FFA0}'
        )
        || matches!(c, '\u{FFF9}'..='\u{FFFB}' | '\u{1BCA0}'..='\u{1BCA3}' | '\u{1D173}'..='\u{1D17A}' | '\u{E0000}'..='\u{E0FFF}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escapes_and_direction_marks_go_and_offsets_stay() {
        let nasty = "a\u{1b}[31mb\u{202E}c\u{85}d\r\n";
        let shown = clean(nasty);
        assert_eq!(shown, "a?[31mb\u{FFFD}c·d \n");
        assert_eq!(shown.len(), nasty.len());
        assert_eq!(clean("tag\u{E0041}soft\u{AD}"), "tag🛇soft·");
        assert_eq!(clean("plain ü text"), "plain ü text");
    }
}
