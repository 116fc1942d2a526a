//! The `hardtack` command: parses the arguments, runs the command, prints an error, and sets the exit code.

mod args;
mod commands;
mod error;
mod global_options;
mod output;
mod policy_file;
#[cfg(test)]
mod reference;
mod seal_keys;

use std::process::ExitCode;

use clap::Parser as _;

use args::Cli;
use error::{Error, Kind};
use global_options::GlobalOptions;
use output::Output;

fn main() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(refusal) => return refuse(&refusal),
    };
    let output = cli.global.output();
    match cli.run(&output) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => fail(&output, &error),
    }
}

/// Prints the error of clap. Help and version are errors, too, which clap prints to stdout.
fn refuse(refusal: &clap::Error) -> ExitCode {
    let output = GlobalOptions::from_invalid(std::env::args_os()).output();
    let text = refusal.render().ansi().to_string();
    if !refusal.use_stderr() {
        return match output.data(text.trim_end()) {
            Ok(()) => ExitCode::SUCCESS,
            Err(error) => fail(&output, &error),
        };
    }
    output.message(text.trim_end());
    ExitCode::from(Kind::Usage.code())
}

fn fail(output: &Output, error: &Error) -> ExitCode {
    // The reader of the output may close it: `hardtack check | head` is not an error.
    if error.kind() != Kind::BrokenPipe {
        output.error(error);
    }
    ExitCode::from(error.kind().code())
}
