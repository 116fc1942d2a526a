//! Colour, and readers that close the output.

use crate::sandbox::{Sandbox, run};

/// Checks whether `hardtack check` is coloured with these flags and this environment.
#[track_caller]
fn check(flags: &str, environment: &[(&str, &str)], colored: bool) {
    let mut args: Vec<&str> = flags.split_whitespace().collect();
    args.push("check");
    let mut command = Sandbox::new().command(&args);
    let output = command
        .current_dir("/")
        .envs(environment.iter().copied())
        .output()
        .unwrap();
    assert!(output.status.success(), "{flags}");
    assert_eq!(
        output.stdout.contains(&0x1b),
        colored,
        "{flags} {environment:?}"
    );
}

#[test]
fn piped_output_is_plain() {
    check("", &[], false);
    check("--color auto", &[("TERM", "xterm-256color")], false);
}

#[test]
fn flags_decide_about_colour_before_the_environment_does() {
    check("--color always", &[], true);
    check("--color always", &[("NO_COLOR", "1")], true);
    check("--color never", &[("CLICOLOR_FORCE", "1")], false);
}

#[test]
fn the_environment_decides_where_no_flag_does() {
    check("", &[("CLICOLOR_FORCE", "1")], true);
    check("", &[("NO_COLOR", "1"), ("CLICOLOR_FORCE", "1")], false);
}

#[test]
fn help_and_errors_follow_the_flag_too() {
    assert!(run("--color=always -h").contains('\u{1b}'));
    assert!(run("--color always chekc").contains('\u{1b}'));
    assert!(!run("--color never chekc").contains('\u{1b}'));
}

#[test]
fn a_reader_that_closes_the_output_is_not_an_error() {
    for line in ["check", "completions bash", "man", "-h", "check --json"] {
        let args: Vec<&str> = line.split(' ').collect();
        let (reader, writer) = std::io::pipe().unwrap();
        drop(reader);
        let sandbox = Sandbox::new();
        let output = sandbox.command(&args).stdout(writer).output().unwrap();
        let stderr = String::from_utf8_lossy(&output.stderr);
        assert_eq!((output.status.code(), &*stderr), (Some(0), ""), "{line}");
    }
}
