//! The policy's say on consent, as people write it.

use alloc::string::{String, ToString as _};
use alloc::vec::Vec;

use super::cmp::Cmp;

/// Whether a visitor is to be asked, and where the answer stands. By default nobody is asked.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ConsentSettings {
    /// Where an answer has to be yes. Default [`Required::Nowhere`].
    pub required: Required,
    /// The cookies that hold the answer. Any denial wins, then any grant. Default none.
    pub from: Vec<ConsentSource>,
    /// Take `Sec-GPC: 1` for a denial. Default false.
    pub gpc: bool,
    /// Take `DNT: 1` for a denial. Default false.
    pub dnt: bool,
    /// Take an objection to sale, sharing or targeted advertising, as GPP's sections for the United States and
    /// `usprivacy` have it, for a denial. Default false.
    pub us_opt_out: bool,
}

/// Where a visitor has to have consented.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Required {
    /// Nowhere: without an answer the visitor gets an id. A denial counts all the same.
    #[default]
    Nowhere,
    /// Everywhere.
    Everywhere,
    /// In these countries, and where the country is not known: ISO 3166-1 codes, `EEA`, and `UK` and `EL` for `GB` and
    /// `GR`.
    In(Vec<String>),
}

/// A cookie that tells what a visitor answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConsentSource {
    /// Who writes the cookie, and so how it is read.
    pub cmp: Cmp,
    /// Its name. A star at its end stands for a number.
    pub cookie: String,
    /// What has to be granted, all of it: purposes, groups, categories or services, as the platform calls them; a field
    /// of [`Cmp::Form`]; the path to the value for [`Cmp::Json`].
    pub needs: Vec<String>,
    /// For [`Cmp::Tcf`] and [`Cmp::Gpp`]: a vendor's number on IAB Europe's list, who has to have consent, too. 0 for
    /// none.
    pub vendor: u16,
    /// Values that grant, without regard to case.
    pub granted: Vec<String>,
    /// Values that deny, without regard to case.
    pub denied: Vec<String>,
}

impl ConsentSource {
    /// The platform's own cookie name, and what audience measurement is called there.
    pub fn new(cmp: Cmp) -> Self {
        let texts = |texts: &[&str]| texts.iter().map(|text| text.to_string()).collect();
        let (cookie, needs) = cmp.defaults();
        Self {
            cmp,
            cookie: cookie.to_string(),
            needs: texts(needs),
            vendor: 0,
            granted: texts(&Self::GRANTED),
            denied: texts(&Self::DENIED),
        }
    }

    /// The values that grant by default.
    pub const GRANTED: [&str; 5] = ["granted", "allow", "true", "yes", "1"];
    /// The values that deny by default.
    pub const DENIED: [&str; 5] = ["denied", "deny", "false", "no", "0"];
}
