//! The `hardtack` command. Parses the arguments, runs the command, and turns what went wrong into words and a code.

mod args;
mod commands;
mod error;
mod output;
mod policy_file;
#[cfg(test)]
mod reference;
mod seal_keys;

use std::process::ExitCode;

use clap::Parser as _;

use args::Cli;
use error::{Error, Kind};
use output::Output;

fn main() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(refusal) => return refuse(&refusal),
    };
    let output = Output::new(&cli.global);
    match commands::run(&cli, &output) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => fail(&output, &error),
    }
}

/// Help and version come here, too: to clap they are refusals that belong on stdout.
fn refuse(refusal: &clap::Error) -> ExitCode {
    let output = Output::new(&args::global_in_spite_of(std::env::args_os()));
    let text = refusal.render().ansi().to_string();
    if !refusal.use_stderr() {
        return match output.data(text.trim_end()) {
            Ok(()) => ExitCode::SUCCESS,
            Err(error) => fail(&output, &error),
        };
    }
    output.complaint(text.trim_end());
    ExitCode::from(Kind::Usage.code())
}

fn fail(output: &Output, error: &Error) -> ExitCode {
    // Whoever reads our output may stop reading: `hardtack check | head` is no error.
    if error.kind() != Kind::BrokenPipe {
        output.error(error);
    }
    ExitCode::from(error.kind().code())
}
