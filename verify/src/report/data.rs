//! The data of a report.

use crate::expected::Expected;
use crate::fault::{Fault, Severity};
use crate::observed::ObservedCookie;
use crate::probe::Probe;
use crate::results::{Dns, Exchange};

/// Everything that an examination found.
#[derive(Clone, Debug)]
pub struct Report {
    /// The page that was examined.
    pub page: String,
    /// The cookie's name.
    pub cookie: String,
    /// When, in Unix seconds.
    pub at: u64,
    /// Each exchange, with what was expected and what was observed.
    pub rows: Vec<Row>,
    /// What is wrong, the most severe first.
    pub findings: Vec<Finding>,
    /// Probes without a response, and why.
    pub failed_probes: Vec<(Probe, String)>,
    /// The DNS records.
    pub dns: Dns,
}

impl Report {
    /// How many findings have this severity.
    pub fn count(&self, severity: Severity) -> usize {
        let has = |finding: &&Finding| finding.fault.severity() == severity;
        self.findings.iter().filter(has).count()
    }
}

/// One exchange of a probe.
#[derive(Clone, Debug)]
pub struct Row {
    /// The request and the response.
    pub exchange: Exchange,
    /// What the policy decides.
    pub expected: Expected,
    /// What the response did.
    pub observed: ObservedCookie,
    /// Whether the two agree.
    pub agrees: bool,
}

/// One thing that is wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// What.
    pub fault: Fault,
    /// Where it was observed, one line for each response; only the first few where there are many.
    pub evidence: Vec<String>,
}
