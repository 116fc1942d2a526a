//! Whether the policy reads an answer from the cookies of `--granted` and `--denied`.

use hardtack::{Answer, Policy, consent_as_read};
use hardtack_tower::{Source as _, System};

use super::Args;
use crate::error::Error;

/// Refuses cookies that the policy reads no answer from: the probes with them would test nothing.
pub(super) fn check(args: &Args, policy: &Policy) -> Result<(), Error> {
    let is_grant = |answer: Answer| answer == Answer::Granted;
    holds(
        policy,
        "--granted",
        "consent",
        args.granted.as_deref(),
        is_grant,
    )?;
    holds(policy, "--denied", "answer", args.denied.as_deref(), |_| {
        true
    })
}

fn holds(
    policy: &Policy,
    option: &str,
    what: &str,
    cookies: Option<&str>,
    is_wanted: fn(Answer) -> bool,
) -> Result<(), Error> {
    let Some(cookies) = cookies else {
        return Ok(());
    };
    let fields = [("cookie", cookies)];
    let answers: Vec<_> = consent_as_read(policy, &fields[..], System.now()).collect();
    let mut read = answers.iter().filter_map(|known| known.answer);
    if answers.is_empty() || read.any(is_wanted) {
        return Ok(());
    }
    let names: Vec<_> = answers.iter().map(|known| known.cookie).collect();
    let names = names.join(", ");
    Err(Error::usage(format!(
        "the policy reads no {what} from what `{option}` holds ({names})"
    ))
    .hint("copy the whole `Cookie` header from a browser in which you have answered the consent dialog"))
}
