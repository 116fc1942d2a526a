//! How good the core's table is, and whether it is the one made from the data.

use hardtack_bots::agents::{browsers, crawlers, people, words};
use hardtack_bots::measure::{Figures, held_out};
use hardtack_bots::{FOLDS, source, table};

fn is_bot(user_agent: &[u8]) -> bool {
    hardtack::declared_bot(user_agent).is_some()
}

#[test]
fn the_core_has_the_table_that_is_made_from_the_data() {
    let committed = std::fs::read_to_string(source::PATH).unwrap();
    let made = source::source(&table());
    assert!(
        committed == made,
        "core/src/rules/bots/table.rs is stale: run `cargo run -p hardtack-bots`"
    );
}

#[test]
fn ninety_seven_percent_of_crawlers_are_recognised() {
    let figures = Figures::of(is_bot, &crawlers(), &browsers());
    assert!(figures.crawlers > 600, "{figures:?}");
    assert!(figures.recognition() >= 0.97, "{figures:?}");
}

#[test]
fn no_browser_is_mistaken_for_a_bot() {
    let flagged: Vec<_> = [browsers(), people()]
        .concat()
        .into_iter()
        .filter(|browser| is_bot(browser.text.as_bytes()))
        .collect();
    assert!(browsers().len() > 500);
    assert!(flagged.is_empty(), "{flagged:#?}");
}

#[test]
fn crawlers_that_the_table_was_not_made_from_are_mostly_recognised() {
    let (words, idle) = words();
    let figures = held_out(&words, &idle, &crawlers(), &browsers(), FOLDS);
    assert_eq!(figures.crawlers, crawlers().len());
    assert!(figures.recognition() >= 0.80, "{figures:?}");
    assert!(figures.flagged * 50 <= figures.browsers, "{figures:?}");
}

#[test]
fn the_table_is_small_enough_for_an_edge() {
    assert!(table().len() <= 1_700, "{} bytes", table().len());
}
