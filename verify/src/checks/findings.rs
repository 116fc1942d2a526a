//! Collects what the checks find.

use crate::fault::Fault;
use crate::report::{Finding, Row};

/// What was found so far; each fault once, with all its evidence.
#[derive(Debug, Default)]
pub(super) struct Findings(Vec<Finding>);

/// How many lines of evidence a fault gets.
const MOST_EVIDENCE: usize = 4;

impl Findings {
    pub(super) fn add(&mut self, fault: Fault, evidence: impl Into<String>) {
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

    /// The same for a fault that every response shows alike: the first one is evidence enough.
    pub(super) fn add_once(&mut self, fault: Fault, evidence: impl Into<String>) {
        if !self.has(fault) {
            self.add(fault, evidence);
        }
    }

    pub(super) fn has(&self, fault: Fault) -> bool {
        self.0.iter().any(|finding| finding.fault == fault)
    }

    /// All findings, the most severe first.
    pub(super) fn sorted(self) -> Vec<Finding> {
        let mut findings = self.0;
        findings
            .sort_by_key(|finding| (std::cmp::Reverse(finding.fault.severity()), finding.fault));
        findings
    }
}

/// An exchange in one line.
pub(super) fn evidence(row: &Row) -> String {
    let exchange = &row.exchange;
    let (probe, path, status) = (exchange.probe, exchange.url.path(), exchange.status);
    format!("{probe}: {path} answered {status} with {}", row.observed)
}
