//! The probes: kinds of requests, each for one thing that can go wrong with the cookie.

use std::fmt;

/// What the cookie holds where it holds no UUID.
pub(crate) const INVALID: &str = "not-a-uuid";

/// One line for each probe: its word and its title, in the order in which they are made.
macro_rules! probes {
    ($($(#[doc = $doc:literal])+ $name:ident $word:literal $title:literal;)*) => {
        /// One kind of request to the site.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
        pub enum Probe { $( $(#[doc = $doc])+ $name, )* }

        impl Probe {
            /// All of them, in the order in which they are made.
            pub const ALL: &[Self] = &[$(Self::$name),*];

            /// The word in JSON.
            pub const fn word(self) -> &'static str { match self { $(Self::$name => $word),* } }

            /// The probe in a few plain words.
            pub const fn title(self) -> &'static str { match self { $(Self::$name => $title),* } }
        }
    };
}

probes! {
    /// A redirect on the way to the page.
    Redirect "redirect" "redirect to the page";
    /// A browser without cookies.
    New "new" "new visitor";
    /// The same browser again, with the visitor cookie alone.
    Returning "returning" "returning visitor";
    /// The same browser on another page, with all cookies that it was given.
    SecondPage "second_page" "second page";
    /// Another browser without cookies, on the same page as the first one.
    Another "another" "another new visitor";
    /// The cookie holds no UUID.
    Invalid "invalid" "invalid id";
    /// The cookie holds a valid UUID that this site never issued.
    Forged "forged" "id from elsewhere";
    /// The cookie twice: an invalid value first, the visitor's id second.
    InvalidFirst "invalid_first" "duplicate, first invalid";
    /// The cookie twice: the visitor's id first, another valid one second, as a script can plant it.
    BothValid "both_valid" "duplicate, both valid";
    /// Two `Cookie` headers, the visitor's id in the second one.
    SplitHeader "split_header" "two Cookie headers";
    /// Malformed cookies that break many parsers, before the visitor's own.
    OddCookies "odd_cookies" "malformed cookies beside it";
    /// A new visitor who sends `Sec-GPC: 1`.
    Gpc "gpc" "Global Privacy Control";
    /// A new visitor whose consent cookies deny consent.
    ConsentDenied "consent_denied" "consent denied";
    /// A returning visitor whose consent cookies deny consent.
    Withdrawn "withdrawn" "consent withdrawn";
    /// A new visitor whose consent cookies grant consent.
    ConsentGranted "consent_granted" "consent granted";
    /// A declared bot.
    Bot "bot" "declared bot";
    /// The page, prefetched.
    Prefetch "prefetch" "prefetch";
    /// The page again, through a service worker that passes requests on.
    Worker "worker" "page from a service worker";
    /// The page in a frame.
    Frame "frame" "page in a frame";
    /// The page, fetched by a script.
    Fetch "fetch" "fetch by a script";
    /// An image, a stylesheet or a script of the page.
    Asset "asset" "image, style or script";
    /// A page that does not exist.
    Missing "missing" "missing page";
    /// `HEAD`.
    Head "head" "HEAD";
    /// The page again, with `If-None-Match` or `If-Modified-Since`.
    Revalidation "revalidation" "revalidation";
    /// The page over plain http.
    PlainHttp "plain_http" "plain http";
}

impl Probe {
    /// Whether it is about a visitor who has an id or is to get one, unless the policy says otherwise.
    pub(crate) const fn expects_an_id(self) -> bool {
        matches!(
            self,
            Self::Returning
                | Self::SecondPage
                | Self::Invalid
                | Self::Forged
                | Self::InvalidFirst
                | Self::BothValid
                | Self::SplitHeader
                | Self::OddCookies
                | Self::Withdrawn
                | Self::ConsentGranted
                | Self::Prefetch
                | Self::Worker
                | Self::Revalidation
        )
    }

    /// Whether it is about a visitor's answer to a consent platform.
    pub(crate) const fn is_about_consent(self) -> bool {
        matches!(
            self,
            Self::ConsentDenied | Self::Withdrawn | Self::ConsentGranted
        )
    }
}

impl fmt::Display for Probe {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.title())
    }
}

#[cfg(test)]
mod tests {
    use super::Probe;

    #[test]
    fn words_and_titles_differ() {
        for (i, probe) in Probe::ALL.iter().enumerate() {
            for other in &Probe::ALL[..i] {
                assert_ne!(probe.word(), other.word());
                assert_ne!(probe.title(), other.title());
            }
        }
    }
}
