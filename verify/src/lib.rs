//! Examines a live site as browsers would see it, and reports what breaks its visitor cookie.
//!
//! A [`Probe`] is one kind of request: a new visitor's, a returning visitor's, a declared bot's. [`examine`] sends
//! them, politely and one after the other, and returns [`ProbeResults`]: requests and responses as plain values.
//! [`judge`] compares each exchange with what the policy decides for it (the decision is the core's own), checks
//! attributes, caches and addresses, and returns a [`Report`] of [`Finding`]s from a closed list, [`Fault`].
//!
//! A check counts as passed only if it was exercised: what could not be is listed as not tested, and a site on which
//! nothing was seen to work fails. No request goes to another site than the one that was named.
//!
//! Nothing here prints. Judging is a pure function of the results and the policy.

mod browser;
mod checks;
mod client;
mod dns;
mod error;
mod examine;
mod expected;
mod fault;
mod observed;
mod page;
mod probe;
mod report;
mod requests;
mod results;
mod site;

pub use checks::judge;
pub use client::Options;
pub use error::ClientError;
pub use examine::{Progress, examine};
pub use expected::Expected;
pub use fault::{Fault, Severity};
pub use observed::{ObservedCookie, SetCookie};
pub use probe::Probe;
pub use report::{Finding, PolicySource, Report, Row, RowResult, Verdict, html, json};
pub use results::{Dns, Exchange, HostRecord, ProbeResults};
