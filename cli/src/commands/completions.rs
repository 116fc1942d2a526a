//! `hardtack completions`: shell completion scripts.

use clap::Command;
use clap_complete::Shell;
use serde_json::json;

use crate::error::Error;
use crate::output::Output;

/// Print a shell completion script
///
/// Bash: `hardtack completions bash > ~/.local/share/bash-completion/completions/hardtack`.
/// Zsh: write it to a file named `_hardtack` in a folder of `$fpath`.
/// Fish: `hardtack completions fish > ~/.config/fish/completions/hardtack.fish`.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// The shell: bash, zsh, fish, powershell or elvish
    #[arg(value_name = "SHELL", hide_possible_values = true)]
    shell: Shell,
}

/// Prints the script for the command line `cli`.
pub(crate) fn run(args: &Args, mut cli: Command, output: &Output) -> Result<(), Error> {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut cli, "hardtack", &mut script);
    let script = String::from_utf8_lossy(&script);
    match output.wants_json() {
        true => output.json(&json!({ "shell": args.shell.to_string(), "script": script })),
        false => output.data(script.trim_end()),
    }
}
