//! The table for merge requests and wikis. Text from outside is escaped, so that no title can forge markup.

use super::super::markdown::escape;
use super::super::words::{rule_verdict_word, strength_word};
use super::{LIMITS, standing_word, subjects, with_rule};
use crate::outcome::{ControlStanding, ControlTable, Exit};
use crate::value::instant::write_instant;

/// The table, ending with a newline.
pub fn render(table: &ControlTable) -> String {
    let mut out = String::from("# Controls\n\n");
    if let Some(judged) = &table.judged {
        let meaning = Exit::TABLE.iter().find(|(exit, ..)| *exit == judged.exit).map_or("", |(.., meaning)| meaning);
        let as_of = write_instant(judged.as_of);
        out.push_str(&format!("As of {as_of} — exit code {}: {meaning}\n\n", judged.exit.code()));
    }
    for framework in &table.frameworks {
        let controls = &framework.controls;
        out.push_str(&format!("## {} ({})\n\n", escape(&framework.title), escape(&framework.edition)));
        out.push_str(&format!("{} of {} controls have a rule\n\n", with_rule(controls), controls.len()));
        out.push_str(match table.judged {
            Some(_) => "| control | title | evidence | facts decide | rules |\n| --- | --- | --- | --- | --- |\n",
            None => "| control | title | facts decide | rules |\n| --- | --- | --- | --- |\n",
        });
        for control in controls {
            let standing = control.standing(table.judged.as_ref());
            let standing = standing.map_or(String::new(), |standing| format!(" {} |", standing_word(standing)));
            out.push_str(&format!(
                "| {} | {} |{standing} {} | {} |\n",
                escape(&control.id),
                escape(&control.title),
                strength_word(control.strength),
                rules(control)
            ));
        }
        out.push('\n');
    }
    if table.frameworks.is_empty() {
        out.push_str("No rule is evidence for a control.\n\n");
    }
    out.push_str(&format!("{LIMITS}\n"));
    out
}

fn rules(control: &ControlStanding) -> String {
    let each = control.rules.iter().map(|rule| match rule.judged {
        Some((verdict, counts)) => format!("{} `{}` ({})", rule_verdict_word(verdict), rule.name, subjects(counts)),
        None => format!("`{}`", rule.name),
    });
    let each: Vec<String> = each.collect();
    if each.is_empty() { "no rule".to_owned() } else { each.join("<br>") }
}
