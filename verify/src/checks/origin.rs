//! The origin's own cookies: those that it sets where ours is not, and that are gone where ours is.

use std::collections::BTreeSet;

use hardtack::Policy;

use crate::checks::Findings;
use crate::expected::{Came, named};
use crate::fault::Fault;
use crate::report::Row;
use crate::visit::Visit;

/// Compares responses for the same page to visitors without any cookie but ours, for to others a site may have no reason
/// to give its own.
pub(crate) fn check(rows: &[Row], policy: &Policy, findings: &mut Findings) {
    let is_alike = |row: &&Row| row.exchange.status == 200 && visits_alike(row.exchange.visit);
    let (with, without): (Vec<&Row>, Vec<&Row>) = rows
        .iter()
        .filter(is_alike)
        .partition(|row| row.came != Came::Nothing);
    let names = |rows: &[&Row]| -> BTreeSet<String> {
        let headers = rows
            .iter()
            .flat_map(|row| row.exchange.values("set-cookie"));
        let others = headers
            .map(named)
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

const fn visits_alike(visit: Visit) -> bool {
    matches!(
        visit,
        Visit::New
            | Visit::Returning
            | Visit::Another
            | Visit::Invalid
            | Visit::Head
            | Visit::Bot
            | Visit::Frame
            | Visit::Prefetch
    )
}
