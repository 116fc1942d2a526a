//! The policy's say on consent, as people write it.

use alloc::string::{String, ToString as _};
use alloc::vec::Vec;

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
    /// In these countries, and where the country is not known: ISO 3166-1 codes, `EEA`, and `UK` and `EL` for `GB` and `GR`.
    In(Vec<String>),
}

/// A cookie that tells what a visitor answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConsentSource {
    /// Who writes the cookie, and so how it is read.
    pub cmp: Cmp,
    /// Its name. A star at its end stands for a number.
    pub cookie: String,
    /// What has to be granted, all of it: purposes, groups, categories or services, as the platform calls them; a field of
    /// [`Cmp::Form`]; the path to the value for [`Cmp::Json`].
    pub needs: Vec<String>,
    /// For [`Cmp::Tcf`] and [`Cmp::Gpp`]: a vendor's number on IAB Europe's list, who has to have consent, too. 0 for none.
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

/// A consent management platform or a standard, whose cookies can be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Cmp {
    /// IAB TCF 2, Europe's consent string.
    Tcf,
    /// IAB GPP, a string for many jurisdictions.
    Gpp,
    /// IAB US Privacy, GPP's forerunner.
    UsPrivacy,
    /// Cookiebot.
    Cookiebot,
    /// OneTrust.
    OneTrust,
    /// Didomi.
    Didomi,
    /// CookieYes.
    CookieYes,
    /// Complianz.
    Complianz,
    /// tarteaucitron.js.
    Tarteaucitron,
    /// Klaro.
    Klaro,
    /// Orest Bida's cookieconsent, versions 2 and 3.
    CookieConsent,
    /// iubenda.
    Iubenda,
    /// Axeptio.
    Axeptio,
    /// TrustArc.
    TrustArc,
    /// A cookie that is one word.
    Plain,
    /// A cookie with fields, as in `a=1&b=2`.
    Form,
    /// A cookie with JSON.
    Json,
}

impl Cmp {
    /// Every one.
    pub const ALL: [Self; 17] = [
        Self::Tcf,
        Self::Gpp,
        Self::UsPrivacy,
        Self::Cookiebot,
        Self::OneTrust,
        Self::Didomi,
        Self::CookieYes,
        Self::Complianz,
        Self::Tarteaucitron,
        Self::Klaro,
        Self::CookieConsent,
        Self::Iubenda,
        Self::Axeptio,
        Self::TrustArc,
        Self::Plain,
        Self::Form,
        Self::Json,
    ];

    /// The word for it in a policy.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Tcf => "tcf",
            Self::Gpp => "gpp",
            Self::UsPrivacy => "usprivacy",
            Self::Cookiebot => "cookiebot",
            Self::OneTrust => "onetrust",
            Self::Didomi => "didomi",
            Self::CookieYes => "cookieyes",
            Self::Complianz => "complianz",
            Self::Tarteaucitron => "tarteaucitron",
            Self::Klaro => "klaro",
            Self::CookieConsent => "cookieconsent",
            Self::Iubenda => "iubenda",
            Self::Axeptio => "axeptio",
            Self::TrustArc => "trustarc",
            Self::Plain => "plain",
            Self::Form => "form",
            Self::Json => "json",
        }
    }

    /// The cookie's usual name, and what has to be granted for audience measurement. Where every site has names of its own,
    /// there is none.
    pub const fn defaults(self) -> (&'static str, &'static [&'static str]) {
        match self {
            Self::Tcf => ("euconsent-v2", &["1", "8"]),
            Self::Gpp => ("__gpp", &["1", "8"]),
            Self::UsPrivacy => ("usprivacy", &[]),
            Self::Cookiebot => ("CookieConsent", &["statistics"]),
            Self::OneTrust => ("OptanonConsent", &["C0002"]),
            Self::Didomi => ("didomi_token", &["measure_content_performance"]),
            Self::CookieYes => ("cookieyes-consent", &["analytics"]),
            Self::Complianz => ("cmplz_statistics", &[]),
            Self::Tarteaucitron => ("tarteaucitron", &[]),
            Self::Klaro => ("klaro", &[]),
            Self::CookieConsent => ("cc_cookie", &["analytics"]),
            Self::Iubenda => ("_iub_cs-*", &["4"]),
            Self::Axeptio => ("axeptio_cookies", &["analytics_storage"]),
            Self::TrustArc => ("cmapi_cookie_privacy", &["2"]),
            Self::Plain => ("hardtack_consent", &[]),
            Self::Form | Self::Json => ("", &[]),
        }
    }
}
