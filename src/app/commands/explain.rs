//! `backproof explain CODE`: the long text of a code; all codes where none is named.

use crate::app::arguments::Explain;
use crate::app::world::World;
use crate::base::{codes, suggest};
use crate::outcome::Exit;

pub fn run(arguments: &Explain, world: &mut World<'_>) -> u8 {
    let Some(wanted) = &arguments.code else {
        let list: String = codes::all().map(|entry| format!("{}  {}\n", entry.code.0, entry.title)).collect();
        return world.print(&list);
    };
    if let Some(entry) = codes::find(wanted) {
        return world.print(&format!("{}: {}\n\n{}\n", entry.code.0, entry.title, entry.text.trim()));
    }
    let near = suggest::nearest(wanted, codes::all().map(|entry| entry.code.0));
    let help = near.map_or("`backproof explain` lists all codes".to_string(), |code| format!("did you mean `{code}`?"));
    world.say(&format!("error: there is no code `{}`\n  help: {help}\n", crate::base::clean::clean_line(wanted)));
    Exit::NotJudged.code()
}
