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
            _ if self.missing_probe().is_some() => Verdict::Incomplete,
            (0, 1..) => Verdict::Warnings,
            (0, 0) => Verdict::Works,
        }
    }

    /// A probe without which the cookie is not known to work: one that got no answer, or a visitor's first two pages.
    fn missing_probe(&self) -> Option<Probe> {
        let failed = self.failed_probes.first().map(|(probe, _)| *probe);
        let needed = [Probe::New, Probe::Returning].into_iter();
        failed.or_else(|| needed.into_iter().find(|probe| !self.is_tested(*probe)))
    }

    fn is_tested(&self, probe: Probe) -> bool {
        let is_tested = |row: &Row| row.agrees && !matches!(row.result, RowResult::NotTested(_));
        let mut rows = self.rows.iter();
        rows.any(|row| row.exchange.probe == probe && is_tested(row))
    }

    /// The `Set-Cookie` that the first visitor got.
    pub fn set_cookie(&self) -> Option<&str> {
        let set = self.rows.iter().find_map(|row| row.observed.set());
        set.map(|set| &*set.header)
    }

    /// What to do where the cookie was not seen to work.
    pub fn advice(&self) -> String {
        if self.verdict() == Verdict::Incomplete {
            return self.missing_advice();
        }
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

impl Report {
    fn missing_advice(&self) -> String {
        let title = self.missing_probe().map_or("a probe", Probe::title);
        if !self.failed_probes.is_empty() {
            return format!(
                "the site did not answer one request or more (`{title}`): mend that, and verify again"
            );
        }
        let mut unsent = self.unsent_probes.iter();
        match unsent.find(|(probe, _)| probe.title() == title) {
            Some((_, why)) => format!("`{title}` was not tested: {why}"),
            None => format!(
                "`{title}` was not tested: name a page that answers this visitor with a page of its own"
            ),
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
            Self::Incomplete => "This cookie could not be tested in full",
        }
    }

    /// Whether too little was seen to say that the cookie works; [`Report::advice`] says what to do.
    pub const fn is_open(self) -> bool {
        matches!(self, Self::NothingSeen | Self::Incomplete)
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
    /// The cookie was set, but a probe got no answer, or the new or the returning visitor was not tested.
    Incomplete,
}

/// One thing that is wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// What.
    pub fault: Fault,
    /// Where it was observed, one line for each response; only the first few where there are many.
    pub evidence: Vec<String>,
}
