//! Makes the table by which hardtack's core recognises declared bots: `cargo run -p hardtack-bots` writes
//! `core/src/rules/bots/table.rs`.
//!
//! Its sources are in `data/`: `words.txt`, what browsers and bots say of themselves, chosen by hand; and User-Agents
//! of browsers, isbot's (Unlicense) and those of `people.txt`, whose words do not count where they contain a bot's by
//! chance.

pub mod agents;
pub mod choice;
pub mod choose;
pub mod lists;
pub mod measure;
pub mod pack;
pub mod source;

/// The file that the core compiles, so that the code that is measured here is the code that runs there.
#[path = "../../../core/src/rules/bots/matcher.rs"]
#[doc(hidden)]
pub mod matcher;

/// The table that the core carries.
pub fn table() -> pack::Packed {
    let browsers = [agents::browsers(), agents::people()].concat();
    let choice = choose::choose(&agents::words(), &browsers);
    pack::Packed::best(&choice, &agents::people())
}
