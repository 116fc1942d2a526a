//! One module for each command: its arguments, and what it does.

pub(crate) mod aws;
pub(crate) mod build;
pub(crate) mod check;
pub(crate) mod completions;
pub(crate) mod explain;
pub(crate) mod export;
pub(crate) mod iam_policy;
pub(crate) mod init;
pub(crate) mod man;
pub(crate) mod seal;
pub(crate) mod serve;
pub(crate) mod verify;

use crate::args::{Cli, Command};
use crate::error::Error;
use crate::output::Output;

/// Runs the command that was asked for.
pub(crate) fn run(cli: &Cli, output: &Output) -> Result<(), Error> {
    let policy = cli.global.policy.as_deref();
    match &cli.command {
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
        Command::Completions(args) => completions::run(args, output),
        Command::Man(args) => man::run(args, output),
    }
}
