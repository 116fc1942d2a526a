//! The command line: its commands, how its help looks, and which function runs each command.

use std::ffi::OsString;

use anstyle::AnsiColor;
use clap::builder::Styles;
use clap::{Command, CommandFactory as _, FromArgMatches as _, Parser, Subcommand};

use crate::commands::{
    aws, build, check, completions, explain, export, iam_policy, init, man, seal, serve, verify,
};
use crate::error::{EXIT_CODES, Error};
use crate::examples;
use crate::global_options::GlobalOptions;
use crate::output::Output;
use crate::seal_keys;

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
    after_long_help = format!("{}\n\n{EXIT_CODES}", examples::HARDTACK),
)]
pub(crate) struct Cli {
    #[command(flatten)]
    pub(crate) global: GlobalOptions,
    #[command(subcommand)]
    action: Action,
}

/// The commands.
#[derive(Debug, Subcommand)]
enum Action {
    #[command(after_long_help = examples::INIT)]
    Init(init::Args),
    #[command(after_long_help = examples::CHECK)]
    Check(check::Args),
    #[command(after_long_help = examples::EXPLAIN)]
    Explain(explain::Args),
    #[command(after_long_help = examples::SERVE)]
    Serve(Box<serve::Args>),
    #[command(after_long_help = examples::BUILD)]
    Build(build::Args),
    #[command(after_long_help = examples::DEPLOY)]
    Deploy(aws::Deploy),
    #[command(after_long_help = examples::STATUS)]
    Status(aws::Status),
    #[command(after_long_help = examples::ROLLBACK)]
    Rollback(aws::Rollback),
    #[command(after_long_help = examples::REMOVE)]
    Remove(aws::Remove),
    #[command(after_long_help = examples::LOGS)]
    Logs(aws::Logs),
    #[command(after_long_help = examples::EXPORT)]
    Export(export::Args),
    #[command(after_long_help = examples::IAM_POLICY)]
    IamPolicy(iam_policy::Args),
    #[command(after_long_help = examples::SEAL)]
    Seal(seal::Args),
    #[command(after_long_help = examples::VERIFY)]
    Verify(verify::Args),
    #[command(after_long_help = examples::COMPLETIONS)]
    Completions(completions::Args),
    #[command(after_long_help = examples::MAN)]
    Man(man::Args),
}

/// The commands that only a build with the feature `aws` has.
const FOR_AWS: [&str; 5] = ["deploy", "status", "rollback", "remove", "logs"];

impl Cli {
    /// Reads the arguments of the process.
    pub(crate) fn read() -> Result<Self, clap::Error> {
        Self::parse_words(std::env::args_os())
    }

    /// Reads arguments, the name of the command first.
    pub(crate) fn parse_words(
        words: impl IntoIterator<Item = impl Into<OsString> + Clone>,
    ) -> Result<Self, clap::Error> {
        let mut line = Self::line();
        let mut matches = line.clone().try_get_matches_from(words)?;
        Self::from_arg_matches_mut(&mut matches).map_err(|error| error.format(&mut line))
    }

    /// The command line of this build.
    pub(crate) fn line() -> Command {
        match cfg!(feature = "aws") {
            true => Self::command(),
            false => without_aws(Self::command()),
        }
    }

    /// Runs the command.
    pub(crate) fn run(&self, output: &Output) -> Result<(), Error> {
        let policy = self.global.policy.as_deref();
        seal_keys::warn_if_shared(output);
        match &self.action {
            Action::Init(args) => init::run(args, policy, output),
            Action::Check(args) => check::run(args, policy, output),
            Action::Explain(args) => explain::run(args, policy, output),
            Action::Serve(args) => serve::run(args, policy, output),
            Action::Build(args) => build::run(args, policy, output),
            Action::Deploy(args) => aws::deploy(args, policy, output),
            Action::Status(args) => aws::status(args, policy, output),
            Action::Rollback(args) => aws::rollback(args, output),
            Action::Remove(args) => aws::remove(args, output),
            Action::Logs(args) => aws::logs(args, output),
            Action::Export(args) => export::run(args, policy, output),
            Action::IamPolicy(args) => iam_policy::run(args, output),
            Action::Seal(args) => seal::run(args, policy, output),
            Action::Verify(args) => verify::run(args, policy, output),
            Action::Completions(args) => completions::run(args, Self::command(), output),
            Action::Man(args) => man::run(args, Self::command(), output),
        }
    }
}

/// Marks the commands that a build without the feature `aws` lacks.
fn without_aws(line: Command) -> Command {
    let mark = |command: Command| match FOR_AWS.contains(&command.get_name()) {
        true => {
            let about = command.get_about().map(ToString::to_string);
            command.about(format!("{} (feature aws)", about.unwrap_or_default()))
        }
        false => command,
    };
    // All of them, because the one that is changed moves to the end.
    let names: Vec<_> = line
        .get_subcommands()
        .map(|it| it.get_name().to_string())
        .collect();
    names
        .into_iter()
        .fold(line, |line, name| line.mut_subcommand(name, mark))
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    use super::{Cli, FOR_AWS, without_aws};

    #[test]
    fn the_command_line_is_sound() {
        Cli::command().debug_assert();
    }

    #[test]
    fn commands_that_a_build_lacks_are_marked() {
        let line = without_aws(Cli::command());
        for command in line.get_subcommands() {
            let about = command
                .get_about()
                .map(ToString::to_string)
                .unwrap_or_default();
            let is_marked = about.ends_with(" (feature aws)");
            assert_eq!(is_marked, FOR_AWS.contains(&command.get_name()), "{about}");
        }
    }
}
