//! The command line: its commands, how its help looks, and which function runs each command.

use anstyle::AnsiColor;
use clap::builder::Styles;
use clap::{CommandFactory as _, Parser, Subcommand};

use crate::commands::{
    aws, build, check, completions, explain, export, iam_policy, init, man, seal, serve, verify,
};
use crate::error::{EXIT_CODES, Error};
use crate::global_options::GlobalOptions;
use crate::output::Output;

/// The colours of the help. All other output takes its styles from `output`.
const STYLES: Styles = Styles::styled()
    .header(AnsiColor::Green.on_default().bold())
    .usage(AnsiColor::Green.on_default().bold())
    .literal(AnsiColor::Cyan.on_default().bold())
    .placeholder(AnsiColor::Cyan.on_default())
    .error(AnsiColor::Red.on_default().bold());

/// Give every visitor of a website one persistent, first-party, HttpOnly cookie
#[derive(Debug, Parser)]
#[command(
    name = "hardtack",
    version,
    styles = STYLES,
    max_term_width = 100,
    disable_help_subcommand = true,
    after_long_help = EXIT_CODES,
)]
pub(crate) struct Cli {
    #[command(flatten)]
    pub(crate) global: GlobalOptions,
    #[command(subcommand)]
    command: Command,
}

/// The commands.
#[derive(Debug, Subcommand)]
enum Command {
    Init(init::Args),
    Check(check::Args),
    Explain(explain::Args),
    Serve(serve::Args),
    Build(build::Args),
    Deploy(aws::Deploy),
    Status(aws::Status),
    Rollback(aws::Rollback),
    Remove(aws::Remove),
    Logs(aws::Logs),
    Export(export::Args),
    IamPolicy(iam_policy::Args),
    Seal(seal::Args),
    Verify(verify::Args),
    Completions(completions::Args),
    Man(man::Args),
}

impl Cli {
    /// Runs the command.
    pub(crate) fn run(&self, output: &Output) -> Result<(), Error> {
        let policy = self.global.policy.as_deref();
        match &self.command {
            Command::Init(args) => init::run(args, policy, output),
            Command::Check(args) => check::run(args, policy, output),
            Command::Explain(args) => explain::run(args, policy, output),
            Command::Serve(args) => serve::run(args, policy, output),
            Command::Build(args) => build::run(args, policy, output),
            Command::Deploy(args) => aws::deploy(args, policy, output),
            Command::Status(args) => aws::status(args, policy, output),
            Command::Rollback(args) => aws::rollback(args, output),
            Command::Remove(args) => aws::remove(args, output),
            Command::Logs(args) => aws::logs(args, output),
            Command::Export(args) => export::run(args, policy, output),
            Command::IamPolicy(args) => iam_policy::run(args, output),
            Command::Seal(args) => seal::run(args, policy, output),
            Command::Verify(args) => verify::run(args, policy, output),
            Command::Completions(args) => completions::run(args, Self::command(), output),
            Command::Man(args) => man::run(args, Self::command(), output),
        }
    }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    use super::Cli;

    #[test]
    fn the_command_line_is_sound() {
        Cli::command().debug_assert();
    }
}
