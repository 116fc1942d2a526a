//! Makes the table by which hardtack's core recognises declared bots: `cargo run -p hardtack-bots` writes
//! `core/src/rules/bots/table.rs`.
//!
//! Its sources are in `data/`: `words.txt`, a few dozen words that bots use for themselves, chosen by hand; and the
//! fixtures of isbot (Unlicense), User-Agents of crawlers and browsers that were collected over years. A crawler that
//! no word finds is found by its name: the word in its text that no browser uses. `people.txt` adds browsers that the
//! fixtures lack.

pub mod agents;
pub mod choice;
pub mod choose;
pub mod measure;
pub mod pack;
pub mod source;

/// The file that the core compiles, so that the code that is measured here is the code that runs there.
#[path = "../../../core/src/rules/bots/matcher.rs"]
#[doc(hidden)]
pub mod matcher;

/// How many parts the fixtures are cut into: a table is made from all parts but one, and measured on that one.
pub const FOLDS: usize = 4;

/// The table that the core carries.
pub fn table() -> pack::Packed {
    let (words, idle) = agents::words();
    let browsers = [agents::browsers(), agents::people()].concat();
    let choice = choose::choose(&words, &idle, &agents::crawlers(), &browsers);
    pack::Packed::best(&choice, &agents::people())
}
