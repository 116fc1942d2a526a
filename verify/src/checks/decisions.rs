//! Each exchange against what the policy decides for it.

use std::collections::HashMap;

use hardtack::Outcome;

use super::findings::{Findings, evidence};
use crate::fault::Fault;
use crate::observed::{ObservedCookie, is_uuid};
use crate::probe::{INVALID, Probe};
use crate::report::Row;

pub(crate) fn check(rows: &[Row], findings: &mut Findings) {
    // Where the policy sets no cookie on the page at all, a cookie elsewhere is simply unexpected.
    let is_page = |row: &&Row| matches!(row.exchange.probe, Probe::New | Probe::ConsentGranted);
    let mut pages = rows.iter().filter(is_page).peekable();
    let is_wanted = pages.peek().is_none() || pages.any(|row| row.expected.sets());
    let opens = opens_with_consent(rows);
    for row in rows
        .iter()
        .filter(|row| !row.agrees || !row.expected.sets())
    {
        if let Some(fault) = fault(row, is_wanted, opens, findings) {
            findings.add(fault, evidence(row));
        }
    }
    shared_ids(rows, findings);
}

fn fault(row: &Row, is_wanted: bool, opens: bool, findings: &Findings) -> Option<Fault> {
    let probe = row.exchange.probe;
    if page_fails(row, opens) {
        return Some(Fault::PageFails);
    }
    if probe == Probe::OddCookies && row.exchange.status >= 400 {
        return (!findings.has(Fault::PageFails)).then_some(Fault::OddCookiesBreak);
    }
    match (row.agrees, row.expected.sets(), &row.observed) {
        (true, ..) | (_, false, ObservedCookie::Untouched) => None,
        (_, false, ObservedCookie::Set(_) | ObservedCookie::Deleted(_)) => {
            Some(unexpected(row, is_wanted))
        }
        (_, true, ObservedCookie::Untouched | ObservedCookie::Deleted(_)) => missing(row, findings),
        (_, true, ObservedCookie::Set(set)) if row.expected.makes_an_id() => {
            Some(not_new(row, &set.value))
        }
        (_, true, ObservedCookie::Set(_)) => changed(probe, findings),
    }
}

/// Whether the page is an error, and not only closed until the visitor consents.
pub(super) fn page_fails(row: &Row, opens: bool) -> bool {
    row.exchange.probe == Probe::New && row.exchange.status >= 400 && !opens
}

/// Whether a visitor with consent gets the cookie.
pub(super) fn opens_with_consent(rows: &[Row]) -> bool {
    let mut rows = rows.iter();
    rows.any(|row| row.exchange.probe == Probe::ConsentGranted && row.is_seen_to_work())
}

/// A new id was expected, and the response set another value.
fn not_new(row: &Row, value: &str) -> Fault {
    let mut sent = row.exchange.request_headers.iter();
    let was_sent = sent.any(|(name, held)| name == "cookie" && held.contains(value));
    match is_uuid(value) {
        false if value == INVALID => Fault::InvalidKept,
        false => Fault::NotAUuid,
        // A valid id that should be replaced has no seal.
        true if was_sent => Fault::ForgedKept,
        true => Fault::SharedId,
    }
}

/// A cookie was set, and none was expected.
fn unexpected(row: &Row, is_wanted: bool) -> Fault {
    match row.exchange.probe {
        Probe::PlainHttp => Fault::PlainHttpSets,
        Probe::ConsentDenied => Fault::DenialIgnored,
        _ if !is_wanted => Fault::UnexpectedCookie,
        _ if is_renewed(row) => Fault::RenewedAgainstPolicy,
        Probe::Redirect => Fault::OffsiteRedirectSets,
        Probe::Gpc => Fault::GpcIgnored,
        Probe::Bot => Fault::BotGetsId,
        Probe::Frame => Fault::FrameSets,
        Probe::Fetch => Fault::FetchSets,
        Probe::Asset => Fault::AssetSets,
        Probe::Missing => Fault::ErrorPageSets,
        Probe::Head => Fault::HeadSets,
        Probe::New
        | Probe::Returning
        | Probe::SecondPage
        | Probe::Another
        | Probe::Invalid
        | Probe::Forged
        | Probe::InvalidFirst
        | Probe::BothValid
        | Probe::SplitHeader
        | Probe::OddCookies
        | Probe::Withdrawn
        | Probe::ConsentGranted
        | Probe::Prefetch
        | Probe::Worker
        | Probe::Revalidation => Fault::UnexpectedCookie,
    }
}

/// Whether the id that the policy keeps was set again.
fn is_renewed(row: &Row) -> bool {
    let set = row.observed.set().map(|set| &set.value);
    row.expected.outcome == Outcome::Kept && set == row.expected.id.as_ref()
}

/// A cookie was expected, and none was set. Where no visitor gets one, that is reported once.
fn missing(row: &Row, findings: &Findings) -> Option<Fault> {
    let probe = row.exchange.probe;
    if findings.has(Fault::GrantIgnored) && probe != Probe::Withdrawn {
        return None;
    }
    let own = match probe {
        Probe::Redirect => return Some(Fault::RedirectWithout),
        Probe::Returning => Fault::NotRenewed,
        Probe::Invalid => Fault::InvalidKept,
        Probe::Forged if row.expected.makes_an_id() => Fault::ForgedKept,
        Probe::Missing => Fault::ErrorPageWithout,
        Probe::ConsentGranted => Fault::GrantIgnored,
        Probe::Withdrawn => Fault::WithdrawalIgnored,
        Probe::Prefetch => Fault::PrefetchWithoutId,
        Probe::Revalidation if !findings.has(Fault::NotRenewed) => Fault::RevalidationWithout,
        Probe::Worker if !findings.has(Fault::NotRenewed) => Fault::WorkerWithoutRenewal,
        Probe::SecondPage if !findings.has(Fault::NotRenewed) => Fault::SecondPageWithoutRenewal,
        // A site that does not read the value neither renews nor replaces it.
        Probe::InvalidFirst if findings.has(Fault::InvalidKept) => Fault::DuplicateMisread,
        // A site that never renews does not show how it reads.
        Probe::Forged
        | Probe::InvalidFirst
        | Probe::BothValid
        | Probe::SplitHeader
        | Probe::OddCookies
        | Probe::Revalidation
        | Probe::Worker
        | Probe::SecondPage => return None,
        Probe::New
        | Probe::Another
        | Probe::Gpc
        | Probe::ConsentDenied
        | Probe::Bot
        | Probe::Frame
        | Probe::Fetch
        | Probe::Asset
        | Probe::Head
        | Probe::PlainHttp => Fault::NoCookie,
    };
    (!findings.has(Fault::NoCookie)).then_some(own)
}

/// Another id than the visitor's was set. Where every visitor gets another one, that is reported once.
fn changed(probe: Probe, findings: &Findings) -> Option<Fault> {
    let own = match probe {
        Probe::Returning => return Some(Fault::ReplacedOnReturn),
        Probe::Withdrawn => return Some(Fault::WithdrawalIgnored),
        Probe::SecondPage => Fault::LostOnSecondPage,
        Probe::Forged => Fault::ForgedDropped,
        Probe::InvalidFirst => Fault::DuplicateMisread,
        Probe::BothValid => Fault::DuplicateReordered,
        Probe::SplitHeader => Fault::SecondHeaderIgnored,
        Probe::OddCookies => Fault::OddCookiesHide,
        Probe::Revalidation | Probe::Worker => Fault::ReplacedOnReturn,
        Probe::Redirect
        | Probe::New
        | Probe::Another
        | Probe::Invalid
        | Probe::Gpc
        | Probe::ConsentDenied
        | Probe::ConsentGranted
        | Probe::Bot
        | Probe::Prefetch
        | Probe::Frame
        | Probe::Fetch
        | Probe::Asset
        | Probe::Missing
        | Probe::Head
        | Probe::PlainHttp => Fault::UnexpectedCookie,
    };
    (!findings.has(Fault::ReplacedOnReturn)).then_some(own)
}

/// A visitor without an id must not get one that another visitor has.
fn shared_ids(rows: &[Row], findings: &mut Findings) {
    let mut given: HashMap<&str, Probe> = HashMap::new();
    for row in rows {
        let probe = row.exchange.probe;
        let without_cookie = !row
            .exchange
            .request_headers
            .iter()
            .any(|(name, _)| name == "cookie");
        if let (true, Some(set)) = (without_cookie, row.observed.set())
            && let Some(first) = given.insert(&set.value, probe)
        {
            findings.add(
                Fault::SharedId,
                format!("{first} and {probe} both got {}", set.value),
            );
        }
    }
}
