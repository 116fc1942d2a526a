//! Rule 1: which exchanges are left alone, by path, method, scheme, status, and by where a redirect goes.
//!
//! | of the request | reason |
//! |---|---|
//! | The policy excludes the path | `excluded_path` |
//! | The cookie's `Path` does not cover the path, so the browser would not send it back (RFC 6265bis §5.1.4) | `outside_cookie_path` |
//! | The method is neither GET nor POST: HEAD shows no page, and others come from scripts | `method` |
//! | Plain http, where browsers refuse a `Secure` cookie (RFC 6265bis §5.7), except on loopback | `plain_http` |
//!
//! | of the response | reason |
//! |---|---|
//! | A status below 200, which is not an answer yet (RFC 9110 §15.2) | `informational_status` |
//! | A status of 400 or above, unless the policy includes error pages | `error_status` |
//! | A redirect to another site, where a cookie would look like bounce tracking | `offsite_redirect` |
//!
//! A redirect within the site gets the cookie, and so does a 304: browsers store the cookies of both (WHATWG Fetch,
//! HTTP-network fetch). For example, `GET /admin/users` under `exclude = ["/admin/*"]` is skipped with
//! `excluded_path`, whatever its cookies are.

use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;

#[cfg(feature = "checks")]
use crate::error::PolicyError;
use crate::http::domain::DomainRule;
use crate::http::exchange::{Request, Response, Scheme, Target};
use crate::http::field::{Field, Fields};
use crate::http::host::Host;
use crate::http::location;
use crate::outcome::Reason;
use crate::rules::write::CookieSettings;
use crate::trace::{Rule, Trace};

/// Which exchanges are in scope: section `[scope]`, rules 1 and 2.
///
/// ```
/// use hardtack::{Policy, Settings};
///
/// let mut settings = Settings::default();
/// settings.scope.exclude = vec!["/admin/*".to_string(), "*.xml".to_string()];
/// assert!(Policy::new(&settings, Some(hardtack_psl::LIST)).is_ok());
///
/// settings.scope.exclude = vec!["admin".to_string()];
/// let error = Policy::new(&settings, Some(hardtack_psl::LIST)).unwrap_err();
/// assert_eq!(error.to_string(), "scope.exclude `admin` can match no path");
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ScopeSettings {
    /// Paths to leave alone. Each is a pattern for the whole path, without the query, and begins with a slash or a
    /// star; `*` stands for any run of characters, slashes included. Default none.
    pub exclude: Vec<String>,
    /// Set the cookie with documents only. Default true.
    ///
    /// False sets it with every response in scope, images included. Safari may then keep the cookie for 7 days only,
    /// and the parallel first requests of a new visitor get an id each.
    pub documents_only: bool,
    /// Set the cookie with pages of status 400 and above, too. Default false.
    pub error_pages: bool,
}

impl Default for ScopeSettings {
    fn default() -> Self {
        Self {
            exclude: Vec::new(),
            documents_only: true,
            error_pages: false,
        }
    }
}

#[cfg(feature = "checks")]
impl ScopeSettings {
    /// # Errors
    ///
    /// A pattern that matches no path.
    pub(crate) fn check(&self) -> Result<(), PolicyError> {
        let mut patterns = self.exclude.iter();
        match patterns.find(|pattern| !pattern.starts_with(['/', '*'])) {
            Some(pattern) => Err(PolicyError::new(
                "scope.exclude",
                pattern,
                "can match no path",
                "begin it with a slash or a star, such as \"/admin/*\"",
            )),
            None => Ok(()),
        }
    }
}

impl ScopeSettings {
    /// Rule 1 for the request: path, method, scheme. `cookie` has the `Path` that browsers go by, and may be `Secure`.
    ///
    /// # Errors
    ///
    /// The reason why the request is left alone.
    pub(crate) fn request<Q: ?Sized>(
        &self,
        cookie: &CookieSettings,
        request: &Request<'_, Q>,
        trace: &mut impl Trace,
    ) -> Result<(), Reason> {
        let path = without_query(request.path);
        let mut patterns = self.exclude.iter();
        if let Some(pattern) = patterns.find(|pattern| matches(pattern.as_bytes(), path)) {
            let what = format_args!("the path matches the excluded `{pattern}`");
            return left_alone(what, Reason::ExcludedPath, trace);
        }
        if !path_covers(cookie.path.as_bytes(), path) {
            let what = format_args!("the path is not under the cookie's, `{}`", cookie.path);
            return left_alone(what, Reason::OutsideCookiePath, trace);
        }
        if !matches!(request.method, b"GET" | b"POST") {
            let what = format_args!("the method is neither GET nor POST");
            return left_alone(what, Reason::Method, trace);
        }
        if cookie.secure && is_plain_http(request.target) {
            let what = format_args!("plain http, and the cookie is Secure");
            return left_alone(what, Reason::PlainHttp, trace);
        }
        trace.record(
            Rule::Scope,
            format_args!("path, method and scheme are in scope"),
        );
        Ok(())
    }

    /// Rule 1 for the response: status, and where a redirect goes. `domain` knows which hosts belong to one site.
    ///
    /// # Errors
    ///
    /// The reason why the response is left alone.
    pub(crate) fn response<R: Fields + ?Sized>(
        &self,
        target: Target<'_>,
        response: &Response<'_, R>,
        domain: &DomainRule,
        trace: &mut impl Trace,
    ) -> Result<(), Reason> {
        let status = response.status;
        if status < 200 {
            let what = format_args!("status {status} is no answer yet");
            return left_alone(what, Reason::InformationalStatus, trace);
        }
        if status >= 400 && !self.error_pages {
            let what = format_args!("status {status} is an error");
            return left_alone(what, Reason::ErrorStatus, trace);
        }
        if matches!(status, 300..=399) && redirects_offsite(domain, target, response.fields) {
            let what = format_args!("the redirect leaves the site");
            return left_alone(what, Reason::OffsiteRedirect, trace);
        }
        trace.record(Rule::Scope, format_args!("status {status} is in scope"));
        Ok(())
    }
}

fn left_alone(
    what: fmt::Arguments<'_>,
    reason: Reason,
    trace: &mut impl Trace,
) -> Result<(), Reason> {
    trace.record(Rule::Scope, what);
    Err(reason)
}

/// Plain http, but not on loopback, where nobody listens in.
#[inline(always)]
fn is_plain_http(target: Target<'_>) -> bool {
    target.scheme == Scheme::Http && !Host::parse(target.host).is_loopback()
}

fn redirects_offsite<R: Fields + ?Sized>(
    domain: &DomainRule,
    target: Target<'_>,
    fields: &R,
) -> bool {
    let mut locations = fields.values(Field::Location);
    locations.any(|location| location::leaves_site(location, target, domain))
}

/// A path without query and fragment.
pub(crate) fn without_query(path: &[u8]) -> &[u8] {
    // Hardly any adapter hands over a query: sixteen bytes at once are asked whether there is one.
    let ends = |byte: &u8| matches!(byte, b'?' | b'#');
    let (chunks, rest) = path.as_chunks::<16>();
    let any = |chunk: &[u8; 16]| chunk.iter().fold(false, |any, byte| any | ends(byte));
    if !chunks.iter().any(any) && !rest.iter().any(ends) {
        return path;
    }
    let end = path.iter().position(ends);
    end.and_then(|end| path.get(..end)).unwrap_or(path)
}

/// Whether a cookie with the attribute `Path=cookie_path` comes back with requests for `path` (RFC 6265bis §5.1.4).
pub(crate) fn path_covers(cookie_path: &[u8], path: &[u8]) -> bool {
    match path.strip_prefix(cookie_path) {
        Some(rest) => rest.is_empty() || cookie_path.ends_with(b"/") || rest.starts_with(b"/"),
        None => false,
    }
}

/// Whether `path` matches a pattern in which `*` stands for any run of bytes, even an empty one.
///
/// On a mismatch only the latest star takes one byte more, so the time is the product of both lengths at most, and no
/// pattern makes it exponential.
pub(crate) fn matches(pattern: &[u8], path: &[u8]) -> bool {
    let (mut p, mut s) = (0, 0);
    let mut star = None;
    while let Some(here) = path.get(s) {
        match pattern.get(p) {
            Some(b'*') => {
                star = Some((p, s));
                p += 1;
            }
            Some(byte) if byte == here => {
                p += 1;
                s += 1;
            }
            _ => match &mut star {
                Some((after, taken)) => {
                    *taken += 1;
                    (p, s) = (*after + 1, *taken);
                }
                None => return false,
            },
        }
    }
    let rest = pattern.get(p..).unwrap_or_default();
    rest.iter().all(|b| *b == b'*')
}
