//! The data of a report.

use hardtack::Reason;

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
    /// Where it redirects to, if that is another site, which was not examined.
    pub other_site: Option<String>,
    /// The cookie's name.
    pub cookie: String,
    /// The policy that the site was compared with.
    pub policy: PolicySource,
    /// When, in Unix seconds.
    pub at: u64,
    /// Each exchange, with what was expected and what was observed.
    pub rows: Vec<Row>,
    /// What is wrong, the most severe first.
    pub findings: Vec<Finding>,
    /// Probes without a response, and why.
    pub failed_probes: Vec<(Probe, String)>,
    /// Probes that were not sent, and why.
    pub unsent_probes: Vec<(Probe, &'static str)>,
    /// The DNS records.
    pub dns: Dns,
}

impl Report {
    /// How many findings have this severity.
    pub fn count(&self, severity: Severity) -> usize {
        let has = |finding: &&Finding| finding.fault.severity() == severity;
        self.findings.iter().filter(has).count()
    }

    /// How many checks passed, failed, and could not be exercised.
    pub fn checks(&self) -> [usize; 3] {
        let mut counts = [0, self.failed_probes.len(), self.unsent_probes.len()];
        for row in &self.rows {
            counts[match row.result {
                RowResult::Passed => 0,
                RowResult::Failed => 1,
                RowResult::NotTested(_) => 2,
            }] += 1;
        }
        counts
    }

    /// What the report comes to.
    pub fn verdict(&self) -> Verdict {
        let seen = self.rows.iter().any(Row::is_seen_to_work);
        match (self.count(Severity::Error), self.count(Severity::Warning)) {
            (1.., _) => Verdict::Errors,
            _ if !seen => Verdict::NothingSeen,
            (0, 1..) => Verdict::Warnings,
            (0, 0) => Verdict::Works,
        }
    }

    /// The `Set-Cookie` that the first visitor got.
    pub fn set_cookie(&self) -> Option<&str> {
        let set = self.rows.iter().find_map(|row| row.observed.set());
        set.map(|set| &*set.header)
    }

    /// What to do where nothing was seen to work.
    pub fn advice(&self) -> String {
        let waits = |row: &Row| row.expected.reason == Reason::ConsentPending;
        let is_plain = |row: &Row| row.expected.reason == Reason::PlainHttp;
        if let Some(other) = &self.other_site {
            format!(
                "it redirects to {other}, another site, which was not asked anything: give `hardtack verify` that address"
            )
        } else if self.rows.iter().any(waits) {
            "the policy waits for consent: give `--granted`, the cookies of a visitor who consented"
                .to_string()
        } else if self.rows.iter().any(is_plain) {
            "the policy sets no cookie over plain http: name an https address".to_string()
        } else {
            "name a page on which the policy sets the cookie".to_string()
        }
    }
}

impl Verdict {
    /// The verdict in a few plain words.
    pub const fn sentence(self) -> &'static str {
        match self {
            Self::Works => "This cookie works",
            Self::Warnings => "This cookie works, with warnings",
            Self::Errors => "This cookie is broken",
            Self::NothingSeen => "Nothing was seen to work",
        }
    }
}

impl Row {
    /// Whether the cookie was set as the policy decides.
    pub(crate) fn is_seen_to_work(&self) -> bool {
        self.agrees && self.expected.set_cookie.is_some() && self.observed.set().is_some()
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
    /// What that says about the site.
    pub result: RowResult,
}

/// What an exchange says about the site.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RowResult {
    /// What the policy decides was seen to happen.
    Passed,
    /// Something else happened, or a fault was found in it.
    Failed,
    /// Nothing happened that could have gone wrong, and why.
    NotTested(&'static str),
}

/// Where the policy comes from.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PolicySource {
    /// Its file, or other words for it.
    pub name: String,
    /// Its checksum, as `hardtack build` shows it.
    pub hash: Option<String>,
}

/// What the report comes to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// The cookie was seen to work, and nothing is wrong.
    Works,
    /// The cookie was seen to work, and there are warnings.
    Warnings,
    /// There are errors.
    Errors,
    /// Nothing was seen to work, so that nothing is wrong says little.
    NothingSeen,
}

/// One thing that is wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// What.
    pub fault: Fault,
    /// Where it was observed, one line for each response; only the first few where there are many.
    pub evidence: Vec<String>,
}
