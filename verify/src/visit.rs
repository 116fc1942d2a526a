//! The kinds of visits: who comes, and what for.

use std::fmt;

/// What the cookie holds where it holds no UUID.
pub(crate) const INVALID: &str = "not-a-uuid";

/// One kind of request to the site.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Visit {
    /// A redirect on the way to the page.
    Redirect,
    /// A browser without cookies.
    New,
    /// The same browser again, with the visitor cookie alone.
    Returning,
    /// The same browser on another page, with all cookies it was given.
    SecondPage,
    /// Another browser without cookies, on the page that the first one had.
    Another,
    /// The cookie holds what is no UUID.
    Invalid,
    /// The cookie holds a valid UUID that this site never gave to anybody.
    Forged,
    /// The cookie twice: no UUID first, the visitor's id behind.
    Duplicate,
    /// The cookie twice: the visitor's id first, another valid one behind, as a script can plant it.
    Twin,
    /// Two `Cookie` headers, the visitor's id in the second one.
    SplitHeader,
    /// Cookies that many parsers stumble over, before the visitor's own.
    OddCookies,
    /// A new visitor who sends `Sec-GPC: 1`.
    Gpc,
    /// A new visitor whose consent cookies say no.
    ConsentDenied,
    /// A returning visitor whose consent cookies say no.
    Withdrawn,
    /// A new visitor whose consent cookies say yes.
    ConsentGranted,
    /// A declared crawler.
    Bot,
    /// The page, fetched before anybody asked for it.
    Prefetch,
    /// The page again, by way of a service worker that passes requests on.
    Worker,
    /// The page in a frame.
    Frame,
    /// The page, fetched by a script.
    Call,
    /// An image, a stylesheet or a script of the page.
    Asset,
    /// A page that is not there.
    Missing,
    /// `HEAD`.
    Head,
    /// The page again, with `If-None-Match` or `If-Modified-Since`.
    Revalidation,
    /// The page over plain http.
    PlainHttp,
}

impl Visit {
    /// All of them, in the order in which they are made.
    pub const ALL: [Self; 25] = [
        Self::Redirect,
        Self::New,
        Self::Returning,
        Self::SecondPage,
        Self::Another,
        Self::Invalid,
        Self::Forged,
        Self::Duplicate,
        Self::Twin,
        Self::SplitHeader,
        Self::OddCookies,
        Self::Gpc,
        Self::ConsentDenied,
        Self::Withdrawn,
        Self::ConsentGranted,
        Self::Bot,
        Self::Prefetch,
        Self::Worker,
        Self::Frame,
        Self::Call,
        Self::Asset,
        Self::Missing,
        Self::Head,
        Self::Revalidation,
        Self::PlainHttp,
    ];

    /// The word in JSON.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Redirect => "redirect",
            Self::New => "new",
            Self::Returning => "returning",
            Self::SecondPage => "second_page",
            Self::Another => "another",
            Self::Invalid => "invalid",
            Self::Forged => "forged",
            Self::Duplicate => "duplicate",
            Self::Twin => "twin",
            Self::SplitHeader => "split_header",
            Self::OddCookies => "odd_cookies",
            Self::Gpc => "gpc",
            Self::ConsentDenied => "consent_denied",
            Self::Withdrawn => "withdrawn",
            Self::ConsentGranted => "consent_granted",
            Self::Bot => "bot",
            Self::Prefetch => "prefetch",
            Self::Worker => "worker",
            Self::Frame => "frame",
            Self::Call => "call",
            Self::Asset => "asset",
            Self::Missing => "missing",
            Self::Head => "head",
            Self::Revalidation => "revalidation",
            Self::PlainHttp => "plain_http",
        }
    }

    /// The visit in a few plain words.
    pub const fn title(self) -> &'static str {
        match self {
            Self::Redirect => "redirect on the way",
            Self::New => "new visitor",
            Self::Returning => "returning visitor",
            Self::SecondPage => "second page",
            Self::Another => "another new visitor",
            Self::Invalid => "invalid id",
            Self::Forged => "an id from elsewhere",
            Self::Duplicate => "cookie twice, first invalid",
            Self::Twin => "cookie twice, both valid",
            Self::SplitHeader => "two Cookie headers",
            Self::OddCookies => "malformed cookies beside it",
            Self::Gpc => "Global Privacy Control",
            Self::ConsentDenied => "consent denied",
            Self::Withdrawn => "consent withdrawn",
            Self::ConsentGranted => "consent granted",
            Self::Bot => "declared crawler",
            Self::Prefetch => "prefetch",
            Self::Worker => "page by a service worker",
            Self::Frame => "page in a frame",
            Self::Call => "call from a script",
            Self::Asset => "image, style or script",
            Self::Missing => "missing page",
            Self::Head => "HEAD",
            Self::Revalidation => "revalidation",
            Self::PlainHttp => "plain http",
        }
    }
}

impl fmt::Display for Visit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.title())
    }
}
