//! Writes a table as the Rust source that the core compiles.

use std::fmt::Write as _;

use crate::matcher::LENGTH;
use crate::pack::Packed;

/// Where the file belongs.
pub const PATH: &str = concat!(
    env!("CARGO_MANIFEST_DIR"),
    "/../../core/src/rules/bots/table.rs"
);

/// The whole file.
pub fn source(table: &Packed) -> String {
    let mut text = String::from(HEAD);
    let _ = write!(
        text,
        "pub(crate) const TABLE: Table<'static> = Table {{\n    factor: {:#010x},\n    filter: &[\n{}    ],\n    starts: &[\n{}    ],\n    patterns: b\"\\\n{}    \",\n}};\n",
        table.factor,
        rows(&table.filter),
        rows(&table.starts),
        patterns(table),
    );
    text
}

const HEAD: &str = "\
//! The patterns of declared bots' User-Agents. Written by `cargo run -p hardtack-bots`; do not edit.

use super::matcher::Table;

#[rustfmt::skip]
";

fn rows<N: ToString>(numbers: &[N]) -> String {
    let row = |row: &[N]| {
        let numbers: Vec<_> = row.iter().map(ToString::to_string).collect();
        format!("        {},\n", numbers.join(", "))
    };
    numbers.chunks(16).map(row).collect()
}

/// A line for each pattern, its head as an escape.
fn patterns(table: &Packed) -> String {
    let mut lines = String::new();
    let mut rest = table.patterns.as_slice();
    while let Some((&head, after)) = rest.split_first() {
        let (text, after) = after.split_at(usize::from(head & LENGTH));
        let _ = writeln!(lines, "        \\x{head:02x}{}\\", text.escape_ascii());
        rest = after;
    }
    lines
}
