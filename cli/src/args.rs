//! The command line: what it takes, and how its help looks.

use std::ffi::OsString;
use std::path::PathBuf;

use anstyle::AnsiColor;
use clap::builder::Styles;
use clap::{Args, Parser, Subcommand, ValueEnum};

use crate::commands::{
    aws, build, check, completions, explain, export, iam_policy, init, man, seal, serve, verify,
};

/// How help is coloured; what hardtack says itself takes its styles from `output`.
const STYLES: Styles = Styles::styled()
    .header(AnsiColor::Green.on_default().bold())
    .usage(AnsiColor::Green.on_default().bold())
    .literal(AnsiColor::Cyan.on_default().bold())
    .placeholder(AnsiColor::Cyan.on_default())
    .error(AnsiColor::Red.on_default().bold());

/// Give every visitor of a website one lasting, first-party, HttpOnly cookie
#[derive(Debug, Parser)]
#[command(
    name = "hardtack",
    version,
    styles = STYLES,
    max_term_width = 100,
    disable_help_subcommand = true,
    after_long_help = crate::error::EXIT_CODES,
)]
pub(crate) struct Cli {
    #[command(flatten)]
    pub(crate) global: Global,
    #[command(subcommand)]
    pub(crate) command: Command,
}

/// What can be done.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
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
    Seal(seal::Seal),
    Verify(verify::Args),
    Completions(completions::Args),
    Man(man::Args),
}

/// What every command takes.
#[derive(Clone, Debug, Default, Args)]
#[command(next_help_heading = "Global options")]
pub(crate) struct Global {
    /// Read this policy instead of ./hardtack.toml
    ///
    /// Without it, ./hardtack.toml is read where there is one, and the defaults hold where there is none.
    #[arg(long, global = true, value_name = "FILE")]
    pub(crate) policy: Option<PathBuf>,

    /// Print data as JSON
    #[arg(long, global = true)]
    pub(crate) json: bool,

    /// Say nothing but errors
    #[arg(short, long, global = true, conflicts_with = "verbose")]
    pub(crate) quiet: bool,

    /// Say more
    #[arg(short, long, global = true)]
    pub(crate) verbose: bool,

    /// Colour the output
    ///
    /// With auto, on a terminal only, and not where NO_COLOR is set; CLICOLOR_FORCE colours in any case.
    #[arg(
        long,
        global = true,
        value_name = "WHEN",
        default_value = "auto",
        hide_possible_values = true
    )]
    pub(crate) color: Color,
}

/// When to colour.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum Color {
    /// On a terminal
    #[default]
    Auto,
    /// In any case
    Always,
    /// Not at all
    Never,
}

/// The flags that say how to print, from arguments that could not be parsed.
pub(crate) fn global_in_spite_of(args: impl Iterator<Item = OsString>) -> Global {
    let args: Vec<_> = args.map(|arg| arg.to_string_lossy().into_owned()).collect();
    let flag = args.iter().position(|arg| arg == "--color");
    let color = args
        .iter()
        .find_map(|arg| arg.strip_prefix("--color="))
        .or_else(|| Some(args.get(flag? + 1)?.as_str()));
    Global {
        color: color
            .and_then(|color| Color::from_str(color, false).ok())
            .unwrap_or_default(),
        ..Global::default()
    }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    use super::{Cli, Color, global_in_spite_of};

    #[test]
    fn the_command_line_is_sound() {
        Cli::command().debug_assert();
    }

    #[track_caller]
    fn check(line: &str, expected: Color) {
        let args = line.split(' ').map(Into::into);
        assert_eq!(global_in_spite_of(args).color, expected);
    }

    #[test]
    fn a_wrong_line_is_refused_in_the_colour_it_asks_for() {
        check("hardtack --color never chekc", Color::Never);
        check("hardtack chekc --color=always", Color::Always);
        check("hardtack chekc --color", Color::Auto);
        check("hardtack chekc --color mauve", Color::Auto);
    }
}
