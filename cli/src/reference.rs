//! Generates `docs/cli.md` from the command line, and fails if the page is stale.

use std::fmt::Write as _;
use std::path::PathBuf;
use std::{env, fs};

use clap::{Arg, Command, CommandFactory as _};

use crate::args::Cli;

const INTRODUCTION: &str = "\
<!-- Generated from the command line by `HARDTACK_UPDATE=1 cargo test -p hardtack-cli reference`. -->

# The command line

Data goes to stdout and messages go to stderr, so every command can be piped. With `--json`, data is JSON: objects with
the version of their shape, `\"schema\": 1`, which changes when a key goes or changes its meaning. Errors are JSON, too:
an object with a list `errors`, in which each error has `message`, `key`, `file`, `line`, `column`, `causes` and `hint`.
Two kinds of data have no `schema`: IAM policies, and the lines of the access log of `serve`. Output is coloured on
terminals only; `NO_COLOR`, `CLICOLOR` and `CLICOLOR_FORCE` are honoured.
";

const EXIT_CODES: &str = "\
## Exit codes

| code | meaning |
|---|---|
";

#[test]
fn the_reference_page_is_up_to_date() {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../docs/cli.md");
    let expected = page();
    if env::var_os("HARDTACK_UPDATE").is_some() {
        fs::write(&path, &expected).unwrap();
    }
    let found = fs::read_to_string(&path).unwrap_or_default();
    assert!(
        found == expected,
        "docs/cli.md is stale: run HARDTACK_UPDATE=1 cargo test -p hardtack-cli reference",
    );
}

fn page() -> String {
    let mut page = format!("{INTRODUCTION}\n{EXIT_CODES}");
    for line in crate::error::EXIT_CODES.lines().skip(1) {
        let (code, meaning) = line.trim().split_once("  ").unwrap();
        let _ = writeln!(page, "| {code} | {meaning} |");
    }
    let mut hardtack = Cli::command().term_width(100);
    hardtack.build();
    write_command(
        &mut page,
        &mut hardtack.clone().after_long_help(""),
        "hardtack",
    );
    for command in hardtack.get_subcommands_mut() {
        let title = format!("hardtack {}", command.get_name());
        // The page lists the global options once, for `hardtack` itself.
        let hide = |arg: Arg| {
            if arg.is_global_set() {
                arg.hide(true)
            } else {
                arg
            }
        };
        write_command(&mut page, &mut command.clone().mut_args(hide), &title);
    }
    page
}

fn write_command(page: &mut String, command: &mut Command, title: &str) {
    let help = command.render_long_help().to_string();
    let lines: Vec<&str> = help.trim().lines().map(str::trim_end).collect();
    let _ = writeln!(page, "\n## `{title}`\n\n```text\n{}\n```", lines.join("\n"));
}
