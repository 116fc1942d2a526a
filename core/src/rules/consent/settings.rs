//! What a policy says on consent, as people write it: section `[consent]`, rule 5.

use alloc::string::{String, ToString as _};
use alloc::vec::Vec;

use super::cmp::Cmp;
use super::shape::{Container, Missing};

/// Where consent is required, and which cookies hold the answer: section `[consent]`, rule 5.
///
/// By default consent is not required and no cookie is read. The software asks nobody: a consent platform does, and its
/// cookie is read here.
///
/// ```
/// use hardtack::{
///     Cmp, ConsentSource, Country, Policy, Reason, Request, Required, Scheme, Settings, Target,
///     on_request,
/// };
///
/// let mut settings = Settings::default();
/// settings.consent.required = Required::In(vec!["EEA".to_string(), "UK".to_string()]);
/// settings.consent.from = vec![ConsentSource::new(Cmp::CookieYes)];
/// let policy = Policy::new(&settings, Some(hardtack_psl::LIST))?;
/// let reason = |country: &[u8], cookie| {
///     let request = Request {
///         target: Target { scheme: Scheme::Https, host: b"www.example.com" },
///         method: b"GET",
///         path: b"/",
///         country: Country::parse(country),
///         fields: &[("sec-fetch-dest", "document"), ("cookie", cookie)][..],
///     };
///     on_request(&policy, &request, 1_750_000_000, [7; 16]).reason()
/// };
///
/// assert_eq!(reason(b"US", ""), Reason::NewVisitor);
/// assert_eq!(reason(b"FR", ""), Reason::ConsentPending);
/// assert_eq!(reason(b"FR", "cookieyes-consent=action:yes,analytics:yes"), Reason::NewVisitor);
/// assert_eq!(reason(b"US", "cookieyes-consent=action:yes,analytics:no"), Reason::ConsentDenied);
/// # Ok::<(), hardtack::PolicyError>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct ConsentSettings {
    /// Where a visitor gets an id only with consent. Default [`Required::Nowhere`].
    pub required: Required,
    /// The cookies that hold the answer. Of several, any denial wins, then any grant. Default none.
    pub from: Vec<ConsentSource>,
    /// Count `Sec-GPC: 1`, the Global Privacy Control, as a denial. Default false.
    pub gpc: bool,
    /// Count `DNT: 1`, Do Not Track, as a denial. Default false. Most browsers have removed it.
    pub dnt: bool,
    /// Count an objection to sale, sharing or targeted advertising as a denial. Default false.
    ///
    /// It is read from GPP's sections for the United States and from `usprivacy`, if [`from`](Self::from) names these
    /// cookies. The absence of an objection is not a grant.
    pub us_opt_out: bool,
}

/// Where consent is required. A denial counts everywhere.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Required {
    /// Nowhere: without an answer the visitor gets an id.
    #[default]
    Nowhere,
    /// Everywhere: without a grant the visitor gets no id.
    Everywhere,
    /// In these countries, and where the country is not known.
    ///
    /// Each is a code that ISO 3166-1 assigns, in upper case, `XK` for Kosovo, `EEA` for the 30 countries of the
    /// European Economic Area, or `EU` for the 27 of the European Union; `UK` and `EL` stand for `GB` and `GR`. `FR`,
    /// `EU` and `EEA` include France's outermost regions (`GP`, `GF`, `MQ`, `RE`, `YT`, `MF`), and `FI`, `EU` and
    /// `EEA` the Åland Islands (`AX`). The country is [`Request::country`](crate::Request::country).
    In(Vec<String>),
}

/// A cookie that holds the visitor's answer, and how it is read.
///
/// [`new`](Self::new) has the platform's defaults; change the fields where a site differs.
///
/// ```
/// use hardtack::{Cmp, ConsentSource};
///
/// let mut source = ConsentSource::new(Cmp::Tcf);
/// source.vendor = 755;
/// assert_eq!(source.cookie, "euconsent-v2");
/// assert_eq!(source.needs, ["1", "8"]);
///
/// let mut own = ConsentSource::new(Cmp::Form);
/// own.cookie = "choices".to_string();
/// own.needs = vec!["stats".to_string()];
/// assert_eq!(own.granted, ConsentSource::GRANTED);
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ConsentSource {
    /// The platform that writes the cookie, and so how it is read.
    pub cmp: Cmp,
    /// The cookie's name. A star at its end stands for a number, also behind an `s`.
    pub cookie: String,
    /// What has to be granted, all of it: purposes, groups, categories or services, in the platform's own words. For
    /// [`Cmp::Form`] without a `path` the field, and for [`Cmp::Json`] without one the path to the value, one name for
    /// each step.
    pub needs: Vec<String>,
    /// What the cookie's value is.
    pub container: Container,
    /// Where in it the answer stands: steps separated by a slash, each the name of a member, a field or a pair, or an
    /// element's number from 0 to 9. A star stands for what is needed. Without a star, a list stands there of what is
    /// granted, or an object with a member for it; `/` is the whole value. Of several paths, separated by a bar, the
    /// first that leads anywhere counts.
    pub path: String,
    /// For text: what separates pairs, and what stands between name and word, as in `&=` or `,:`. One character
    /// separates fields that have no names but are counted, from 0 to 9.
    pub separators: String,
    /// What it means that something that has to be granted is not there.
    pub missing: Missing,
    /// For [`Cmp::Tcf`] and [`Cmp::Gpp`]: the number on IAB Europe's list of a vendor that has to have consent, too. 0,
    /// the default, for none.
    pub vendor: u16,
    /// The values that grant, without regard to case. Default [`GRANTED`](Self::GRANTED).
    pub granted: Vec<String>,
    /// The values that deny, without regard to case. Default [`DENIED`](Self::DENIED).
    pub denied: Vec<String>,
}

impl ConsentSource {
    /// The platform's own cookie, and what the platform calls audience measurement ([`Cmp::defaults`]).
    pub fn new(cmp: Cmp) -> Self {
        let texts = |texts: &[&str]| texts.iter().map(|text| text.to_string()).collect();
        let ((cookie, needs), shape) = (cmp.defaults(), cmp.shape());
        Self {
            cmp,
            cookie: cookie.to_string(),
            needs: texts(needs),
            container: shape.container,
            path: shape.path.to_string(),
            separators: shape.separators.to_string(),
            missing: shape.missing,
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
