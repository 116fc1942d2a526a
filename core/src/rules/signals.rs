//! Rule 12: where the decision is exposed, each place off unless asked for: a request header for the origin, a response
//! header, a cookie that scripts can read, `Server-Timing`, and a log line.
//!
//! | signal | example |
//! |---|---|
//! | request and response header | `x-visitor: issued;reason=new_visitor;id="6f1c…"` (RFC 9651) |
//! | `Server-Timing` (W3C), without the id | `hardtack;desc="issued new_visitor"` |
//! | script cookie | the id, without `HttpOnly` |
//!
//! A skipped decision is exposed, too, without an id: its reason is often what somebody looks for.

use alloc::format;
use alloc::string::{String, ToString as _};
use alloc::vec::Vec;
use core::fmt;

#[cfg(feature = "checks")]
use crate::error::PolicyError;
#[cfg(feature = "checks")]
use crate::http::field::Field;
use crate::http::id::VisitorId;
use crate::http::text::{self, Text};
#[cfg(feature = "checks")]
use crate::http::token::is_token;
use crate::outcome::{Outcome, Reason};
use crate::rules::bots::Speculation;
use crate::trace::{Rule, Trace};

/// Where the decision is exposed: section `[signals]`, rule 12. Everything is off by default.
///
/// ```
/// use hardtack::{Policy, Settings};
///
/// let mut settings = Settings::default();
/// settings.signals.request_header = Some("x-visitor".to_string());
/// settings.signals.log = true;
/// let policy = Policy::new(&settings, Some(hardtack_psl::LIST))?;
/// assert_eq!(policy.request_header(), Some("x-visitor"));
/// assert!(policy.logs());
/// # Ok::<(), hardtack::PolicyError>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct SignalSettings {
    /// A response header that carries outcome, reason and id, by this name. Default none.
    pub response_header: Option<String>,
    /// A request header that carries the same to the origin, by this name; what clients send under it is removed.
    /// Default none.
    pub request_header: Option<String>,
    /// A second cookie, which scripts can read, that holds the id, by this name. Default none.
    pub script_cookie: Option<String>,
    /// Outcome and reason as a `Server-Timing` metric, which scripts can read, without the id. Default false.
    pub server_timing: bool,
    /// One line of JSON for each decision, in the platform's log. Default false.
    pub log: bool,
    /// Whether that line has `"id":null` for every visitor. Default false.
    pub log_without_id: bool,
}

/// Headers that a message cannot do without, or that browsers, proxies and applications obey.
#[cfg(feature = "checks")]
const TAKEN_HEADERS: [&str; 36] = [
    "age",
    "allow",
    "alt-svc",
    "authorization",
    "clear-site-data",
    "connection",
    "content-length",
    "date",
    "etag",
    "expect",
    "expires",
    "fly-client-ip",
    "forwarded",
    "from",
    "host",
    "keep-alive",
    "last-modified",
    "link",
    "origin",
    "pragma",
    "range",
    "referer",
    "refresh",
    "retry-after",
    "server-timing",
    "strict-transport-security",
    "te",
    "trailer",
    "transfer-encoding",
    "true-client-ip",
    "upgrade",
    "vary",
    "via",
    "x-client-ip",
    "x-frame-options",
    "x-real-ip",
];

/// How families of such headers begin: what describes the body, what browsers alone may say, what applications behind a
/// proxy believe of the client.
#[cfg(feature = "checks")]
const TAKEN_PREFIXES: [&str; 10] = [
    "accept-",
    "access-control-",
    "cf-",
    "cloudfront-",
    "content-",
    "if-",
    "proxy-",
    "sec-",
    "x-amz",
    "x-forwarded-",
];

/// Longer names are of no use to anybody.
#[cfg(feature = "checks")]
const MAX_NAME: usize = 1024;

#[cfg(feature = "checks")]
impl SignalSettings {
    /// # Errors
    ///
    /// A header that has a meaning of its own, or a name that no header can have.
    pub(crate) fn check(&self) -> Result<(), PolicyError> {
        check_header("signals.response_header", self.response_header.as_deref())?;
        check_header("signals.request_header", self.request_header.as_deref())
    }
}

#[cfg(feature = "checks")]
fn check_header(key: &'static str, name: Option<&str>) -> Result<(), PolicyError> {
    let Some(name) = name else { return Ok(()) };
    let fail = |problem, hint| Err(PolicyError::new(key, name, problem, hint));
    if !is_token(name) || name.len() > MAX_NAME {
        return fail(
            "is not a valid header name",
            "use letters, digits and hyphens, such as \"x-visitor\"",
        );
    }
    if is_taken(name) {
        return fail(
            "has a meaning of its own",
            "choose a name that nothing else uses, such as \"x-visitor\"",
        );
    }
    Ok(())
}

#[cfg(feature = "checks")]
fn is_taken(name: &str) -> bool {
    let known = Field::ALL.map(Field::name);
    let is = |taken: &&str| text::same(name.as_bytes(), taken.as_bytes());
    let begins = |prefix: &&str| {
        let begin = name.as_bytes().get(..prefix.len());
        begin.is_some_and(|begin| text::same(begin, prefix.as_bytes()))
    };
    TAKEN_HEADERS.iter().chain(&known).any(is) || TAKEN_PREFIXES.iter().any(begins)
}

impl SignalSettings {
    /// Whether the policy exposes prefetches and prerenders anywhere. If not, their headers are not read.
    pub(crate) const fn exposes_speculation(&self) -> bool {
        self.log || self.response_header.is_some() || self.request_header.is_some()
    }

    /// Records where the decision is exposed.
    pub(crate) fn record(&self, trace: &mut impl Trace) {
        if !trace.enabled() {
            return;
        }
        let header = |name: &Option<String>, of| name.as_ref().map(|name| format!("{of} {name}"));
        let places = [
            header(&self.request_header, "the request header"),
            header(&self.response_header, "the response header"),
            header(&self.script_cookie, "the cookie"),
            self.server_timing.then(|| "Server-Timing".to_string()),
            self.log.then(|| self.log_name().to_string()),
        ];
        let places: Vec<String> = places.into_iter().flatten().collect();
        match places.as_slice() {
            [] => trace.record(
                Rule::Signals,
                format_args!("the decision is exposed nowhere"),
            ),
            places => {
                let places = places.join(", ");
                trace.record(Rule::Signals, format_args!("exposed in {places}"));
            }
        }
    }

    const fn log_name(&self) -> &'static str {
        match self.log_without_id {
            true => "the log, without the id",
            false => "the log",
        }
    }

    /// Whether a signal brings the visitor's id into a response that sets no cookie: `sent` in the request header, from
    /// where the origin may print it into whatever it answers, or `shown` in the response header.
    pub(crate) const fn carries_id(
        &self,
        sent: Option<VisitorId>,
        shown: Option<VisitorId>,
    ) -> bool {
        self.request_header.is_some() && sent.is_some()
            || self.response_header.is_some() && shown.is_some()
    }

    /// Whether a response that is left alone still gets a field of ours, which says so.
    pub(crate) const fn exposes_skipped(&self) -> bool {
        self.response_header.is_some() || self.server_timing
    }
}

/// Outcome, reason and id as a structured field (RFC 9651 §3.3): `issued;reason=new_visitor;id="6f1c…"`; with
/// `;speculation=prefetch` or `prerender` before the id where the browser asks ahead of its user.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Signal {
    pub(crate) outcome: Outcome,
    pub(crate) reason: Reason,
    pub(crate) speculation: Option<Speculation>,
    pub(crate) id: Option<VisitorId>,
}

impl Text for Signal {
    fn write_to(&self, out: &mut dyn fmt::Write) -> fmt::Result {
        let speculation = match self.speculation {
            Some(speculation) => [";speculation=", speculation.as_str()],
            None => [""; 2],
        };
        let id = self.id.map(|id| id.text());
        let id = match &id {
            Some(id) => [";id=\"", text::ascii(id), "\""],
            None => [""; 3],
        };
        text::pieces(
            out,
            &[
                self.outcome.as_str(),
                ";reason=",
                self.reason.as_str(),
                speculation[0],
                speculation[1],
                id[0],
                id[1],
                id[2],
            ],
        )
    }
}

impl fmt::Display for Signal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.write_to(f)
    }
}
