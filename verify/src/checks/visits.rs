//! Each visit against what the policy decides for it.

use std::collections::HashMap;

use hardtack::Outcome;

use crate::checks::{Findings, is_uuid};
use crate::expected::Came;
use crate::fault::Fault;
use crate::report::Row;
use crate::visit::{INVALID, Visit};

pub(crate) fn check(rows: &[Row], findings: &mut Findings) {
    // Where the policy wants no cookie on the page at all, it does not matter who else gets one.
    let is_wanted = rows
        .iter()
        .any(|row| row.exchange.visit == Visit::New && row.expected.sets());
    for row in rows
        .iter()
        .filter(|row| !row.agrees || !row.expected.sets())
    {
        if let Some(fault) = fault(row, is_wanted, findings) {
            findings.add(fault, evidence(row));
        }
    }
    shared_ids(rows, findings);
}

/// What came, in one line.
pub(crate) fn evidence(row: &Row) -> String {
    let exchange = &row.exchange;
    let (visit, path, status) = (exchange.visit, exchange.url.path(), exchange.status);
    format!("{visit}: {path} answered {status} with {}", row.came)
}

fn fault(row: &Row, is_wanted: bool, findings: &Findings) -> Option<Fault> {
    let visit = row.exchange.visit;
    if visit == Visit::New && row.exchange.status >= 400 {
        return Some(Fault::PageFails);
    }
    if visit == Visit::OddCookies && row.exchange.status >= 400 {
        return (!findings.has(Fault::PageFails)).then_some(Fault::OddCookiesBreak);
    }
    match (row.agrees, row.expected.sets(), &row.came) {
        (true, ..) | (_, false, Came::Nothing) => None,
        (_, false, Came::Set(_) | Came::Forgotten(_)) => Some(unexpected(row, is_wanted)),
        (_, true, Came::Nothing | Came::Forgotten(_)) => missing(row, findings),
        (_, true, Came::Set(set)) if row.expected.makes_an_id() => Some(not_new(row, &set.value)),
        (_, true, Came::Set(_)) => changed(visit, findings),
    }
}

/// A new id should have come.
fn not_new(row: &Row, value: &str) -> Fault {
    let mut sent = row.exchange.sent.iter();
    let was_sent = sent.any(|(name, held)| name == "cookie" && held.contains(value));
    match is_uuid(value) {
        false if value == INVALID => Fault::InvalidKept,
        false => Fault::NotAUuid,
        // A valid id that is to be replaced has no seal.
        true if was_sent => Fault::ForgedKept,
        true => Fault::SharedId,
    }
}

/// A cookie came, and none should.
fn unexpected(row: &Row, is_wanted: bool) -> Fault {
    match row.exchange.visit {
        Visit::PlainHttp => Fault::PlainHttpSets,
        Visit::ConsentDenied => Fault::DenialIgnored,
        _ if !is_wanted => Fault::UnexpectedCookie,
        _ if is_renewed(row) => Fault::RenewedAgainstPolicy,
        Visit::Redirect => Fault::OffsiteRedirectSets,
        Visit::Gpc => Fault::GpcIgnored,
        Visit::Bot => Fault::BotGetsId,
        Visit::Frame => Fault::FrameSets,
        Visit::Call => Fault::CallSets,
        Visit::Asset => Fault::AssetSets,
        Visit::Missing => Fault::ErrorPageSets,
        Visit::Head => Fault::HeadSets,
        _ => Fault::UnexpectedCookie,
    }
}

/// The id that the policy keeps as it is, set once more.
fn is_renewed(row: &Row) -> bool {
    let set = row.came.set().map(|set| &set.value);
    row.expected.outcome == Outcome::Kept && set == row.expected.id.as_ref()
}

/// No cookie came, and one should. Where nobody gets any, that is said once.
fn missing(row: &Row, findings: &Findings) -> Option<Fault> {
    let own = match row.exchange.visit {
        Visit::Redirect => return Some(Fault::RedirectWithout),
        Visit::Returning => Fault::NotRenewed,
        Visit::Invalid => Fault::InvalidKept,
        Visit::Forged if row.expected.makes_an_id() => Fault::ForgedKept,
        Visit::Missing => Fault::ErrorPageWithout,
        Visit::ConsentGranted => Fault::GrantIgnored,
        Visit::Withdrawn => Fault::WithdrawalIgnored,
        Visit::Prefetch => Fault::PrefetchWithoutId,
        Visit::Revalidation if !findings.has(Fault::NotRenewed) => Fault::RevalidationWithout,
        Visit::Worker if !findings.has(Fault::NotRenewed) => Fault::WorkerWithoutRenewal,
        Visit::SecondPage if !findings.has(Fault::NotRenewed) => Fault::SecondPageWithoutRenewal,
        // A value that is there and not looked at is neither renewed nor replaced.
        Visit::Duplicate if findings.has(Fault::InvalidKept) => Fault::DuplicateMisread,
        // A site that renews nobody says nothing about how it reads.
        Visit::Forged
        | Visit::Duplicate
        | Visit::Twin
        | Visit::SplitHeader
        | Visit::OddCookies
        | Visit::Revalidation
        | Visit::Worker
        | Visit::SecondPage => return None,
        _ => Fault::NoCookie,
    };
    (!findings.has(Fault::NoCookie)).then_some(own)
}

/// Another id came than the visitor's. Where everybody gets another, that is said once.
fn changed(visit: Visit, findings: &Findings) -> Option<Fault> {
    let own = match visit {
        Visit::Returning => return Some(Fault::ReplacedOnReturn),
        Visit::Withdrawn => return Some(Fault::WithdrawalIgnored),
        Visit::SecondPage => Fault::LostOnSecondPage,
        Visit::Forged => Fault::ForgedDropped,
        Visit::Duplicate => Fault::DuplicateMisread,
        Visit::Twin => Fault::TwinMisread,
        Visit::SplitHeader => Fault::SecondHeaderIgnored,
        Visit::OddCookies => Fault::OddCookiesHide,
        Visit::Revalidation | Visit::Worker => Fault::ReplacedOnReturn,
        _ => Fault::UnexpectedCookie,
    };
    (!findings.has(Fault::ReplacedOnReturn)).then_some(own)
}

/// Nobody who came without an id may get one that another was given.
fn shared_ids(rows: &[Row], findings: &mut Findings) {
    let mut given: HashMap<&str, Visit> = HashMap::new();
    for row in rows {
        let visit = row.exchange.visit;
        let came_without = !row.exchange.sent.iter().any(|(name, _)| name == "cookie");
        if let (true, Some(set)) = (came_without, row.came.set())
            && let Some(first) = given.insert(&set.value, visit)
        {
            findings.add(
                Fault::SharedId,
                format!("{first} and {visit} were both given {}", set.value),
            );
        }
    }
}
