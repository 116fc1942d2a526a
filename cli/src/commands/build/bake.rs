//! Checks a policy against a platform, and bakes it for one.

use hardtack::{DomainSetting, Policy, Settings};
use hardtack_platform::{BakedPolicy, Platform, Refusal};
use hardtack_policy::resolved;

use crate::error::{Error, Kind};

/// All that the platform cannot do is told at once.
pub(super) fn check_possible(platform: &Platform, settings: &Settings) -> Result<(), Error> {
    platform
        .answers
        .refusals(settings)
        .map(|refusal| refused(platform.name, &refusal))
        .reduce(Error::and)
        .map_or(Ok(()), Err)
}

/// One of them.
pub(super) fn refused(name: &str, refusal: &Refusal) -> Error {
    let message = format!("{} is not possible on {name}", refusal.key);
    Error::new(Kind::Policy, message)
        .because(refusal.why)
        .hint(refusal.hint)
}

/// A policy with the domains of its cookie found, for a site served under `hosts`.
pub(super) fn bake(hosts: &[String], settings: &Settings) -> Result<BakedPolicy, Error> {
    if settings.cookie.domain == DomainSetting::Auto && hosts.is_empty() {
        return Err(Error::usage("cookie.domain is `auto`, and no host is named")
            .hint("name the site's hosts, as in `--host www.example.com`: edges carry no public suffix list"));
    }
    let settings = resolved(settings, hosts);
    let policy = Policy::new(&settings, None);
    let policy =
        policy.map_err(|error| Error::new(Kind::Policy, error.to_string()).hint(error.hint()))?;
    BakedPolicy::new(&settings, &policy, hosts)
        .map_err(|error| Error::new(Kind::Policy, error.to_string()))
}
