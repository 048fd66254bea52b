//! The table for people: a line of columns for each control that has a rule, its title and rules below, then the
//! controls without one. Columns are short, so that it fits a narrow terminal.

use super::super::snippet::Style;
use super::super::words::{rule_verdict_word, strength_word};
use super::{LIMITS, rules_in_short, standing_word, subjects, with_rule};
use crate::base::clean::clean_line;
use crate::outcome::{ControlStanding, ControlTable, Exit, FrameworkControls, Judged, Standing};
use crate::value::instant::write_instant;
use unicode_width::UnicodeWidthStr;

/// The table, ending with a newline.
pub fn render(table: &ControlTable, style: &Style) -> String {
    let mut out = String::new();
    for framework in &table.frameworks {
        out.push_str(&framework_text(framework, table.judged.as_ref(), style));
    }
    if table.frameworks.is_empty() {
        out.push_str(
            "no rule is evidence for a control: cite one with a line `evidence for gdpr \"Art. 32(1)(c)\"`\n\n",
        );
    }
    out.push_str(&wrapped(LIMITS, "", style.width));
    if let Some(judged) = &table.judged {
        let meaning = Exit::TABLE.iter().find(|(exit, ..)| *exit == judged.exit).map_or("", |(.., meaning)| meaning);
        out.push_str(&format!("as of {}\n", write_instant(judged.as_of)));
        out.push_str(&format!("exit code {}: {meaning}\n", judged.exit.code()));
    }
    out
}

fn framework_text(framework: &FrameworkControls, judged: Option<&Judged>, style: &Style) -> String {
    let (title, edition) = (clean_line(&framework.title), clean_line(&framework.edition));
    let mut out = wrapped(&format!("{}: {title} ({edition})", framework.name), "", style.width);
    let controls = &framework.controls;
    out.push_str(&format!("{} of {} controls have a rule\n\n", with_rule(controls), controls.len()));
    let id = controls.iter().map(|c| clean_line(&c.id).width()).chain(["control".len()]).max().unwrap_or(0);
    if with_rule(controls) > 0 {
        let head = match judged {
            Some(_) => format!("  {:<id$}  {:<12}  {:<14}  rules", "control", "evidence", "facts decide"),
            None => format!("  {:<id$}  {:<14}  rules", "control", "facts decide"),
        };
        out.push_str(&format!("{}\n", style.paint("1", &head)));
    }
    for control in controls.iter().filter(|control| !control.rules.is_empty()) {
        out.push_str(&control_text(control, judged, id, style));
    }
    if with_rule(controls) < controls.len() {
        let gap = if with_rule(controls) > 0 { "\n" } else { "" };
        out.push_str(&format!("{gap}  {}\n", style.paint("1", "no rule")));
    }
    for control in controls.iter().filter(|control| control.rules.is_empty()) {
        let line = format!("{} · {} (facts decide {})", control.id, control.title, strength_word(control.strength));
        out.push_str(&wrapped(&clean_line(&line), "  ", style.width));
    }
    out.push('\n');
    out
}

fn control_text(control: &ControlStanding, judged: Option<&Judged>, id: usize, style: &Style) -> String {
    let shown = clean_line(&control.id);
    let shown = format!("{shown}{}", " ".repeat(id.saturating_sub(shown.width())));
    let decide = strength_word(control.strength);
    let mut out = match control.standing(judged) {
        Some(standing) => {
            let word = style.paint(color(standing), &format!("{:<12}", standing_word(standing)));
            format!("  {shown}  {word}  {decide:<14}  {}\n", rules_in_short(control))
        }
        None => format!("  {shown}  {decide:<14}  {}\n", rules_in_short(control)),
    };
    out.push_str(&wrapped(&clean_line(&control.title), "    ", style.width));
    for rule in &control.rules {
        let line = match rule.judged {
            Some((verdict, counts)) => format!("{} {} ({})", rule_verdict_word(verdict), rule.name, subjects(counts)),
            None => format!("{} · {}", rule.name, rule.title),
        };
        out.push_str(&wrapped(&clean_line(&line), "      ", style.width));
    }
    out
}

fn color(standing: Standing) -> &'static str {
    match standing {
        Standing::Supported => "1;32",
        Standing::Contradicted => "1;31",
        Standing::NotDecided => "1;33",
    }
}

/// `text` broken between words, each line behind `indent`, those that go on two further in.
fn wrapped(text: &str, indent: &str, width: usize) -> String {
    let mut out = String::new();
    let mut line = indent.to_owned();
    let mut begun = false;
    for word in text.split(' ') {
        if begun && line.width() + 1 + word.width() > width {
            out.push_str(line.trim_end());
            out.push('\n');
            line = format!("{indent}  {word}");
            continue;
        }
        if begun {
            line.push(' ');
        }
        line.push_str(word);
        begun = true;
    }
    out.push_str(line.trim_end());
    out.push('\n');
    out
}

#[cfg(test)]
mod tests {
    use super::wrapped;

    #[test]
    fn lines_are_broken_between_words() {
        assert_eq!(wrapped("one two three", "  ", 9), "  one two\n    three\n");
        assert_eq!(wrapped("incomprehensibilities", "", 5), "incomprehensibilities\n");
    }
}
