//! `hardtack completions`: scripts that complete the command line.

use clap::CommandFactory as _;
use clap_complete::Shell;

use crate::args::Cli;
use crate::error::Error;
use crate::output::Output;

/// Print a script that completes hardtack's command line
///
/// Bash: `hardtack completions bash > ~/.local/share/bash-completion/completions/hardtack`.
/// Zsh: write it to a file called `_hardtack` in a folder of `$fpath`.
/// Fish: `hardtack completions fish > ~/.config/fish/completions/hardtack.fish`.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// The shell: bash, zsh, fish, powershell or elvish
    #[arg(value_name = "SHELL", hide_possible_values = true)]
    shell: Shell,
}

/// Runs the command.
pub(crate) fn run(args: &Args, output: &Output) -> Result<(), Error> {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut Cli::command(), "hardtack", &mut script);
    output.data(String::from_utf8_lossy(&script).trim_end())
}
