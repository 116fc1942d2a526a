//! Answers each line of stdin, a User-Agent, with 1 for a bot and 0 for a browser: for measurements by hand.
#![allow(clippy::print_stdout, reason = "its answer goes to stdout")]

use std::io::BufRead as _;

fn main() -> std::io::Result<()> {
    for line in std::io::stdin().lock().lines() {
        println!(
            "{}",
            u8::from(hardtack::declared_bot(line?.as_bytes()).is_some())
        );
    }
    Ok(())
}
