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
    for lost in lost(rows, policy) {
        let evidence = format!(
            "`{lost}` is set only in responses that do not set {}",
            policy.cookie_name()
        );
        findings.add(Fault::OriginCookiesLost, evidence);
    }
}

/// The names of the cookies that are missing beside ours.
pub(super) fn lost(rows: &[Row], policy: &Policy) -> BTreeSet<String> {
    let (with, without): (Vec<&Row>, Vec<&Row>) = rows
        .iter()
        .filter(|row| is_alike(row))
        .partition(|row| sets(row));
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
        return BTreeSet::new();
    }
    &names(&without) - &names(&with)
}

/// Whether a response is one that others are compared with, and sets our cookie.
pub(super) fn is_compared(row: &Row) -> bool {
    is_alike(row) && sets(row)
}

fn is_alike(row: &Row) -> bool {
    row.exchange.status == 200 && is_comparable(row.exchange.probe)
}

fn sets(row: &Row) -> bool {
    row.observed != ObservedCookie::Untouched
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
