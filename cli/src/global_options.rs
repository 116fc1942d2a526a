//! The options that every command takes.

use std::ffi::OsString;
use std::path::PathBuf;

use anstream::ColorChoice;
use clap::{Args, ValueEnum};

use crate::output::{Output, Verbosity};

/// The options that every command takes.
#[derive(Clone, Debug, Default, Args)]
#[command(next_help_heading = "Global options")]
pub(crate) struct GlobalOptions {
    /// Read this policy instead of ./hardtack.toml
    ///
    /// Without this option, ./hardtack.toml is read if it exists; otherwise the defaults apply.
    #[arg(long, global = true, value_name = "FILE")]
    pub(crate) policy: Option<PathBuf>,

    /// Print data as JSON
    #[arg(long, global = true)]
    json: bool,

    /// Print no messages except errors
    #[arg(short, long, global = true, conflicts_with = "verbose")]
    quiet: bool,

    /// Print more messages
    #[arg(short, long, global = true)]
    verbose: bool,

    /// Colour the output
    ///
    /// With auto, output is coloured on a terminal only, and not if NO_COLOR is set. CLICOLOR_FORCE turns colour on in
    /// any case.
    #[arg(
        long,
        global = true,
        value_name = "WHEN",
        default_value = "auto",
        hide_possible_values = true
    )]
    color: Color,
}

/// When to colour.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
enum Color {
    /// On a terminal
    #[default]
    Auto,
    /// In any case
    Always,
    /// Never
    Never,
}

impl GlobalOptions {
    /// The options from arguments that could not be parsed; of these, the colour matters, and whether to print JSON.
    pub(crate) fn from_invalid(args: impl Iterator<Item = OsString>) -> Self {
        let args: Vec<_> = args.map(|arg| arg.to_string_lossy().into_owned()).collect();
        let flag = args.iter().position(|arg| arg == "--color");
        let color = args
            .iter()
            .find_map(|arg| arg.strip_prefix("--color="))
            .or_else(|| Some(args.get(flag? + 1)?.as_str()));
        Self {
            json: args
                .iter()
                .take_while(|arg| *arg != "--")
                .any(|arg| arg == "--json"),
            color: color
                .and_then(|color| Color::from_str(color, false).ok())
                .unwrap_or_default(),
            ..Self::default()
        }
    }

    /// The output that the options describe.
    pub(crate) fn output(&self) -> Output {
        let color = match self.color {
            Color::Auto => ColorChoice::Auto,
            Color::Always => ColorChoice::Always,
            Color::Never => ColorChoice::Never,
        };
        let verbosity = match (self.quiet, self.verbose) {
            (true, _) => Verbosity::Quiet,
            (false, true) => Verbosity::Verbose,
            (false, false) => Verbosity::Normal,
        };
        Output::new(color, self.json, verbosity)
    }
}

#[cfg(test)]
mod tests {
    use super::{Color, GlobalOptions};

    #[track_caller]
    fn check(line: &str, expected: Color) {
        let args = line.split(' ').map(Into::into);
        assert_eq!(GlobalOptions::from_invalid(args).color, expected);
    }

    #[test]
    fn an_invalid_command_line_is_refused_in_the_requested_colour() {
        check("hardtack --color never chekc", Color::Never);
        check("hardtack chekc --color=always", Color::Always);
        check("hardtack chekc --color", Color::Auto);
        check("hardtack chekc --color mauve", Color::Auto);
    }
}
