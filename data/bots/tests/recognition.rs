//! How good the core's table is, and whether it is the one made from the data.

use hardtack_bots::agents::{browsers, crawlers, people};
use hardtack_bots::measure::Figures;
use hardtack_bots::{source, table};

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
fn most_crawlers_are_recognised_that_the_words_were_chosen_from() {
    let figures = Figures::of(is_bot, &crawlers());
    assert!(figures.all > 590, "{figures:?}");
    assert!(figures.share() > 0.97, "{figures:?}");
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

/// A generated CloudFront Function takes the longest that matches, the core the first.
#[test]
fn no_text_of_peoples_begins_another() {
    let people: Vec<_> = hardtack::bot_patterns()
        .filter(hardtack::BotPattern::is_peoples)
        .map(|pattern| pattern.text())
        .collect();
    for (at, one) in people.iter().enumerate() {
        let begins = |(other_at, other): &(usize, &&str)| *other_at != at && other.starts_with(one);
        assert_eq!(people.iter().enumerate().find(begins), None, "{one}");
    }
}

#[test]
fn the_table_is_small_enough_for_an_edge() {
    assert!(table().len() <= 1_900, "{} bytes", table().len());
}
