//! `hardtack seal`: makes keys for sealed ids, and checks the seal of an id.

use std::path::Path;

use clap::Subcommand;
use hardtack::{Accept, Policy, VisitorId};
use serde_json::json;

use crate::error::{Error, Kind};
use crate::output::{GOOD, LITERAL, Output};
use crate::policy_file::PolicyFile;
use crate::seal_keys::{FILE_VARIABLE, VARIABLE};

/// Make a key for sealed ids, or check an id's seal
///
/// A sealed id is an ordinary UUID of version 4 that proves which site issued it. `id.sealed = true` in the policy
/// turns sealing on. The keys are in the environment variable HARDTACK_SEAL_KEYS, or in the file that
/// HARDTACK_SEAL_KEYS_FILE names. Each has 64 hex digits, and the first one seals.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// Print a new key
    NewKey,
    /// Print which key sealed an id; the exit code is 1 if none did
    Check {
        /// The id, as in the cookie
        id: String,
    },
}

/// Runs the command.
pub(crate) fn run(args: &Args, policy: Option<&Path>, output: &Output) -> Result<(), Error> {
    match &args.action {
        Action::NewKey => new_key(output),
        Action::Check { id } => check(id, &PolicyFile::find(policy)?, output),
    }
}

fn new_key(output: &Output) -> Result<(), Error> {
    let bytes: [u8; 32] = rand::random();
    let key: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    match output.wants_json() {
        true => output.json(&json!({ "key": key }))?,
        false => output.data(&key)?,
    }
    output.hint(format_args!(
        "put it first in {LITERAL}{VARIABLE}{LITERAL:#}, or in the file that {LITERAL}{FILE_VARIABLE}{LITERAL:#} names; the keys after it remain valid"
    ));
    Ok(())
}

fn check(id: &str, file: &PolicyFile, output: &Output) -> Result<(), Error> {
    let parsed = VisitorId::parse(id.trim().as_bytes(), Accept::V4).ok_or_else(|| {
        Error::usage(format!("`{id}` is not a valid UUID of version 4"))
            .hint("write it as it is in the cookie")
    })?;
    // The seal does not depend on the domain.
    let mut settings = hardtack_policy::resolved(&file.settings, &["localhost"]);
    settings.id.sealed = true;
    let keys = settings.id.keys.len();
    let policy = Policy::new(&settings, None)
        .map_err(|error| Error::new(Kind::Policy, error.to_string()).hint(error.hint()))?;
    let sealed_by = policy.sealed_by(parsed).map(|at| at + 1);
    let name = policy.cookie_name();
    if output.wants_json() {
        output.json(&json!({ "id": parsed.to_string(), "cookie": name, "keys": keys, "sealed_by": sealed_by }))?;
    }
    match sealed_by {
        Some(at) if !output.wants_json() => {
            output.data(format!("{GOOD}sealed{GOOD:#} for the cookie {name}, by key {at} of {keys}"))
        }
        Some(_) => Ok(()),
        None => Err(Error::new(
            Kind::Found,
            format!("`{parsed}` has no valid seal for the cookie {name}; keys tried: {keys}"),
        )
        .hint("it was made without a seal, for another cookie, or with a key that is no longer listed")),
    }
}
