//! The checks: pure functions from what was seen to what is wrong.

mod attributes;
mod caches;
mod network;
mod origin;
mod transport;
mod visits;

use hardtack::{Outcome, Policy};

use crate::expected::{Came, Expected};
use crate::fault::Fault;
use crate::report::{Finding, Report, Row};
use crate::survey::Survey;
use crate::visit::Visit;

/// What was found so far; each fault once, with all its evidence.
#[derive(Debug, Default)]
pub(crate) struct Findings(Vec<Finding>);

/// More lines than these say nothing new.
const MOST_EVIDENCE: usize = 4;

impl Findings {
    pub(crate) fn add(&mut self, fault: Fault, evidence: impl Into<String>) {
        let evidence = evidence.into();
        match self.0.iter_mut().find(|finding| finding.fault == fault) {
            Some(finding) if finding.evidence.len() >= MOST_EVIDENCE => {}
            Some(finding) => finding.evidence.push(evidence),
            None => self.0.push(Finding {
                fault,
                evidence: vec![evidence],
            }),
        }
    }

    /// The same for what each response shows alike: the first one says it.
    pub(crate) fn add_once(&mut self, fault: Fault, evidence: impl Into<String>) {
        if !self.has(fault) {
            self.add(fault, evidence);
        }
    }

    pub(crate) fn has(&self, fault: Fault) -> bool {
        self.0.iter().any(|finding| finding.fault == fault)
    }
}

pub(crate) fn judge(survey: &Survey, policy: &Policy, now: u64) -> Report {
    let rows = rows(survey, policy);
    let mut findings = Findings::default();
    visits::check(&rows, &mut findings);
    attributes::check(&rows, policy, &mut findings);
    caches::check(&rows, &mut findings);
    origin::check(&rows, policy, &mut findings);
    transport::check(&rows, &mut findings);
    network::check(&rows, &survey.dns, &mut findings);
    let Findings(mut findings) = findings;
    findings.sort_by_key(|finding| (std::cmp::Reverse(finding.fault.severity()), finding.fault));
    Report {
        page: survey.page.to_string(),
        cookie: policy.cookie_name().to_string(),
        at: now,
        rows,
        findings,
        not_made: survey.not_made.clone(),
        dns: survey.dns.clone(),
    }
}

fn rows(survey: &Survey, policy: &Policy) -> Vec<Row> {
    let works = |exchange: &crate::Exchange| exchange.visit == Visit::New && exchange.status < 400;
    let page_works = survey.exchanges.iter().any(works);
    // Cookies that are not ours are no reason to fail.
    let breaks = |exchange: &crate::Exchange| {
        exchange.visit == Visit::OddCookies && exchange.status >= 400 && page_works
    };
    let row = |exchange: &crate::Exchange| {
        let expected = Expected::of(policy, exchange, survey.country);
        let came = Came::of(exchange, policy.cookie_name());
        Row {
            agrees: agrees(exchange, &expected, &came) && !breaks(exchange),
            exchange: exchange.clone(),
            expected,
            came,
        }
    };
    survey.exchanges.iter().map(row).collect()
}

/// Whether what came is what the policy decides.
fn agrees(exchange: &crate::Exchange, expected: &Expected, came: &Came) -> bool {
    match (expected.sets(), came) {
        (false, Came::Nothing) => true,
        (true, Came::Forgotten(_)) => expected.outcome == Outcome::Forgotten,
        (true, Came::Set(set)) if expected.makes_an_id() => {
            let sent = exchange
                .sent
                .iter()
                .any(|(_, value)| value.contains(&set.value));
            is_uuid(&set.value) && !sent
        }
        (true, Came::Set(set)) => expected.id.as_deref() == Some(&set.value),
        _ => false,
    }
}

pub(crate) fn is_uuid(value: &str) -> bool {
    hardtack::VisitorId::parse(value.as_bytes(), hardtack::Accept::V4).is_some()
}
