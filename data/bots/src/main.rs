//! Writes `core/src/rules/bots/table.rs`, and prints how well the table recognises bots.
#![allow(clippy::print_stdout, reason = "a tool for developers, run by hand")]

use hardtack_bots::agents::{browsers, crawlers, words};
use hardtack_bots::measure::{Figures, held_out};
use hardtack_bots::pack::Packed;
use hardtack_bots::{FOLDS, source, table};

fn main() -> std::io::Result<()> {
    let table = table();
    std::fs::write(source::PATH, source::source(&table))?;
    println!("{}: {} bytes of table", source::PATH, table.len());
    print("all of the fixtures", &all(&table));
    let (words, idle) = words();
    let figures = held_out(&words, &idle, &crawlers(), &browsers(), FOLDS);
    print("held out of the fixtures, a quarter at a time", &figures);
    Ok(())
}

fn all(table: &Packed) -> Figures {
    Figures::of(|text| table.is_bot(text), &crawlers(), &browsers())
}

fn print(what: &str, figures: &Figures) {
    println!(
        "{what}: {} of {} crawlers recognised ({:.1} %), {} of {} browsers flagged",
        figures.recognised,
        figures.crawlers,
        100.0 * figures.recognition(),
        figures.flagged,
        figures.browsers,
    );
}
