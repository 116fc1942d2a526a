//! Why a site cannot be examined, and what to do.

use std::error::Error as StdError;
use std::fmt;

use url::Url;

/// Why a site cannot be examined.
#[derive(Debug)]
pub enum ClientError {
    /// The file of certificate authorities cannot be read, or holds none.
    Authorities(String),
    /// No response, and why, outermost cause first.
    NoAnswer(Url, Vec<String>),
    /// More redirects than any browser follows.
    Redirects(Url),
    /// A redirect to an address that is not a page's, such as `javascript:`.
    NotFollowed(Url, String),
    /// The first page answered with this status of a site that is busy, closed or down.
    TurnedAway(Url, u16),
}

/// Why something is left out when the time is over.
pub(crate) const DEADLINE: &str =
    "the time for the whole examination was over; `--deadline` gives more";

impl fmt::Display for ClientError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Authorities(why) => write!(f, "cannot read certificate authorities: {why}"),
            Self::NoAnswer(url, _) => write!(f, "no answer from `{url}`"),
            Self::Redirects(url) => write!(f, "too many redirects at `{url}`"),
            Self::NotFollowed(url, to) => {
                write!(
                    f,
                    "`{url}` redirects to `{to}`, which browsers do not follow"
                )
            }
            Self::TurnedAway(url, status) => {
                write!(f, "`{url}` could not be examined: it answered {status}")
            }
        }
    }
}

impl StdError for ClientError {}

impl ClientError {
    /// The causes, outermost first.
    pub fn causes(&self) -> &[String] {
        match self {
            Self::NoAnswer(_, causes) => causes,
            _ => &[],
        }
    }

    /// What to do.
    pub fn hint(&self) -> &'static str {
        match self {
            Self::Authorities(_) => "name a PEM file with at least one certificate as --ca",
            Self::NoAnswer(_, causes) if causes.iter().any(|cause| cause == DEADLINE) => {
                "give more time with --deadline; --timeout limits each response"
            }
            Self::NoAnswer(..) => {
                "check whether a browser on this machine opens the page; --resolve and --ca are for a site that is \
                 not public yet"
            }
            Self::Redirects(_) => {
                "the site redirects a visitor without cookies in a circle: mend that, or name a page that it serves"
            }
            Self::NotFollowed(..) => "mend that redirect, or name a page that the site serves",
            Self::TurnedAway(_, 429 | 503) => "the site is busy: try later",
            Self::TurnedAway(_, 401 | 403) => {
                "the site is closed to such requests: let those pass whose User-Agent holds hardtack-verify, or name a \
                 page that needs no login"
            }
            Self::TurnedAway(..) => {
                "the server behind the site does not answer: mend that first, then try again"
            }
        }
    }
}
