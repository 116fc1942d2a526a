//! The origin's own cookies: those that it sets without ours, and that are missing beside ours.

use std::collections::BTreeSet;

use hardtack::Policy;

use super::findings::Findings;
use crate::fault::Fault;
use crate::observed::{ObservedCookie, cookie_name};
use crate::probe::Probe;
use crate::report::Row;

/// Compares responses for the same page to visitors without cookies of the origin, because a visitor who has them may
/// not get them again.
pub(crate) fn check(rows: &[Row], policy: &Policy, findings: &mut Findings) {
    let is_alike = |row: &&Row| row.exchange.status == 200 && is_comparable(row.exchange.probe);
    let (with, without): (Vec<&Row>, Vec<&Row>) = rows
        .iter()
        .filter(is_alike)
        .partition(|row| row.observed != ObservedCookie::Untouched);
    let names = |rows: &[&Row]| -> BTreeSet<String> {
        let headers = rows
            .iter()
            .flat_map(|row| row.exchange.values("set-cookie"));
        let others = headers
            .map(cookie_name)
            .filter(|name| *name != policy.cookie_name());
        others.map(ToString::to_string).collect()
    };
    if with.is_empty() {
        return;
    }
    for lost in names(&without).difference(&names(&with)) {
        let evidence = format!(
            "`{lost}` is set only in responses that do not set {}",
            policy.cookie_name()
        );
        findings.add(Fault::OriginCookiesLost, evidence);
    }
}

/// Whether the probe requests the page as a visitor without the origin's cookies.
const fn is_comparable(probe: Probe) -> bool {
    match probe {
        Probe::New
        | Probe::Returning
        | Probe::Another
        | Probe::Invalid
        | Probe::Head
        | Probe::Bot
        | Probe::Frame
        | Probe::Prefetch => true,
        Probe::Redirect
        | Probe::SecondPage
        | Probe::Forged
        | Probe::InvalidFirst
        | Probe::BothValid
        | Probe::SplitHeader
        | Probe::OddCookies
        | Probe::Gpc
        | Probe::ConsentDenied
        | Probe::Withdrawn
        | Probe::ConsentGranted
        | Probe::Worker
        | Probe::Fetch
        | Probe::Asset
        | Probe::Missing
        | Probe::Revalidation
        | Probe::PlainHttp => false,
    }
}
