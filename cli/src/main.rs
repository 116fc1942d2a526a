//! The `hardtack` command: parses the arguments, runs the command, prints an error, and sets the exit code.

mod args;
mod commands;
mod error;
mod examples;
mod global_options;
mod log;
mod output;
mod policy_file;
#[cfg(test)]
mod reference;
mod seal_keys;
mod user_file;
mod values;

use std::process::ExitCode;

use args::Cli;
use clap::error::ErrorKind;
use error::{Error, Kind};
use global_options::GlobalOptions;
use output::Output;
use serde_json::json;

fn main() -> ExitCode {
    let cli = match Cli::read() {
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
    let text = refusal.render();
    if !refusal.use_stderr() {
        let key = match refusal.kind() {
            ErrorKind::DisplayVersion => "version",
            _ => "help",
        };
        let printed = match output.wants_json() {
            true => output.json(&json!({ key: text.to_string().trim_end() })),
            false => output.data(text.ansi().to_string().trim_end()),
        };
        return match printed {
            Ok(()) => ExitCode::SUCCESS,
            Err(error) => fail(&output, &error),
        };
    }
    match output.wants_json() {
        true => output.error(&usage_error(&text.to_string())),
        false => output.message(text.ansi().to_string().trim_end()),
    }
    ExitCode::from(Kind::Usage.code())
}

/// The text of an error of clap: its first paragraph is the message, a tip the hint.
fn usage_error(text: &str) -> Error {
    let mut paragraphs = text.split("\n\n").map(str::trim);
    let message = paragraphs.next().unwrap_or_default();
    let message = message.strip_prefix("error: ").unwrap_or(message);
    let error = Error::usage(message);
    match paragraphs.find_map(|paragraph| paragraph.strip_prefix("tip: ")) {
        Some(tip) => error.hint(tip),
        None => error,
    }
}

fn fail(output: &Output, error: &Error) -> ExitCode {
    // The reader of the output may close it: `hardtack check | head` is not an error.
    if error.kind() != Kind::BrokenPipe {
        output.error(error);
    }
    ExitCode::from(error.kind().code())
}
