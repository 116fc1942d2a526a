//! Writes `core/src/rules/bots/table.rs`.
#![allow(clippy::print_stdout, reason = "a tool for developers, run by hand")]

use hardtack_bots::{source, table};

fn main() -> std::io::Result<()> {
    let table = table();
    std::fs::write(source::PATH, source::source(&table))?;
    println!("{}: {} bytes of table", source::PATH, table.len());
    Ok(())
}
