//! `hardtack man`

use std::fs;

use insta::assert_snapshot;

use crate::sandbox::{Sandbox, run};

#[test]
fn the_main_page_goes_to_stdout() {
    let page = run("man");
    assert!(page.starts_with("exit code: 0\n----- stdout -----\n"));
    for part in [
        ".TH hardtack 1",
        ".SH SYNOPSIS",
        "hardtack\\-explain(1)",
        "Exit codes",
    ] {
        assert!(page.contains(part), "{part}: {page}");
    }
}

#[test]
fn every_command_gets_a_page() {
    let sandbox = Sandbox::new();
    assert_snapshot!(sandbox.run("man -o pages/man1"), @"
    exit code: 0
    ----- stderr -----
    wrote the manual pages to pages/man1
    ");
    let mut names: Vec<_> = fs::read_dir(sandbox.path("pages/man1"))
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    assert_eq!(
        names,
        [
            "hardtack-build.1",
            "hardtack-check.1",
            "hardtack-completions.1",
            "hardtack-deploy.1",
            "hardtack-explain.1",
            "hardtack-export.1",
            "hardtack-iam-policy.1",
            "hardtack-init.1",
            "hardtack-logs.1",
            "hardtack-man.1",
            "hardtack-remove.1",
            "hardtack-rollback.1",
            "hardtack-seal-check.1",
            "hardtack-seal-new-key.1",
            "hardtack-seal.1",
            "hardtack-serve.1",
            "hardtack-status.1",
            "hardtack-verify.1",
            "hardtack.1",
        ],
    );
}

#[test]
fn an_impossible_folder_is_an_error() {
    let sandbox = Sandbox::with("file", "");
    assert_snapshot!(sandbox.run("man -o file/man1"), @"
    exit code: 4
    ----- stderr -----
    error: cannot write to `file/man1`
      caused by: Not a directory (os error 20)
    hint: name another path: a part of this one is a file
    ");
}

#[test]
fn man_has_help() {
    assert_snapshot!(run("man -h"), @"
    exit code: 0
    ----- stdout -----
    Print the manual page, or write a page for each command

    Usage: hardtack man [OPTIONS]

    Options:
      -o, --output <DIR>  Write the pages of all commands to this folder
      -h, --help          Print help (see more with '--help')

    Global options:
          --policy <FILE>  Read this policy instead of ./hardtack.toml
          --json           Print data as JSON
      -q, --quiet          Print no messages except errors
      -v, --verbose        Print more messages
          --color <WHEN>   Colour the output [default: auto]
    ");
}
