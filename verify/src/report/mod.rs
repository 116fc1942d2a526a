//! What was found, and how it is written down.

mod html;
mod json;

pub use html::html;
pub use json::json;

use crate::expected::{Came, Expected};
use crate::fault::{Fault, Severity};
use crate::survey::{Dns, Exchange};
use crate::visit::Visit;

/// All that is to be told.
#[derive(Clone, Debug)]
pub struct Report {
    /// The page that was examined.
    pub page: String,
    /// The cookie's name.
    pub cookie: String,
    /// When, in Unix seconds.
    pub at: u64,
    /// Each visit, with what was expected and what came.
    pub rows: Vec<Row>,
    /// What is wrong, worst first.
    pub findings: Vec<Finding>,
    /// Visits that could not be made, and why.
    pub not_made: Vec<(Visit, String)>,
    /// What DNS says.
    pub dns: Dns,
}

impl Report {
    /// How many findings are that bad.
    pub fn count(&self, severity: Severity) -> usize {
        let bad = |finding: &&Finding| finding.fault.severity() == severity;
        self.findings.iter().filter(bad).count()
    }
}

/// One visit.
#[derive(Clone, Debug)]
pub struct Row {
    /// The exchange as it was.
    pub exchange: Exchange,
    /// What the policy decides.
    pub expected: Expected,
    /// What the response did.
    pub came: Came,
    /// Whether the two agree.
    pub agrees: bool,
}

/// One thing that is wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// What.
    pub fault: Fault,
    /// What was seen where, one line each; the first few of them where there are many.
    pub evidence: Vec<String>,
}
