//! Examines a live site as browsers would see it, and says what breaks its visitor cookie.
//!
//! A [`Visit`] is one kind of request: a new visitor's, a returning visitor's, a crawler's. [`examine`] makes them, politely and
//! one after the other, and hands over a [`Survey`]: what was asked and what came, as plain values. [`judge`] compares each
//! exchange with what the policy decides for it (the decision is the core's own), looks at attributes, caches and addresses,
//! and gives a [`Report`] of [`Finding`]s from a closed list, [`Fault`].
//!
//! Nothing here prints. Judging is a pure function of the survey and the policy.

mod browser;
mod checks;
mod client;
mod dns;
mod examine;
mod expected;
mod fault;
mod page;
mod report;
mod survey;
mod visit;

pub use client::{ClientError, Options};
pub use examine::{Progress, examine};
pub use expected::{Came, Expected, SetCookie};
pub use fault::{Fault, Severity};
pub use report::{Finding, Report, Row, html, json};
pub use survey::{Dns, Exchange, HostRecord, Survey};
pub use visit::Visit;

use hardtack::Policy;

/// Compares what was seen with what the policy says. `now` is Unix time in seconds.
pub fn judge(survey: &Survey, policy: &Policy, now: u64) -> Report {
    checks::judge(survey, policy, now)
}
