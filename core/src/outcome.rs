//! What can come of a decision, and why: two closed lists, the same words on every platform.
//!
//! An outcome or a reason is one row of a table below. Its word, its sentence and its place in `ALL`, which is its
//! number in the WebAssembly engine, follow from the row. The words are public contract: logs, headers, conformance
//! cases and reports use them, so a row is added, never renamed.

use core::fmt;

/// Makes [`Outcome`], its list and its words out of the rows.
macro_rules! outcomes {
    ($($(#[$doc:meta])+ $outcome:ident = $word:literal,)+) => {
        /// What is done with an exchange. Every decision has exactly one outcome.
        ///
        /// ```
        /// use hardtack::Outcome;
        ///
        /// assert_eq!(Outcome::Renewed.to_string(), "renewed");
        /// assert!(Outcome::Renewed.sets_cookie());
        /// assert!(!Outcome::Kept.sets_cookie() && Outcome::Kept.has_id());
        /// ```
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum Outcome {
            $($(#[$doc])+ $outcome,)+
        }

        impl Outcome {
            /// Every outcome, each at the index that is its number in the WebAssembly engine.
            pub const ALL: [Self; [$($word),+].len()] = [$(Self::$outcome),+];

            /// The word used in logs, headers and conformance cases.
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$outcome => $word,)+
                }
            }
        }
    };
}

/// Makes [`Reason`], its list, its words and its sentences out of the rows.
macro_rules! reasons {
    ($($(#[$doc:meta])+ $reason:ident = $word:literal, $sentence:literal;)+) => {
        /// Why a decision came out as it did. Every decision has exactly one reason: that of the rule that ended it.
        ///
        /// ```
        /// use hardtack::Reason;
        ///
        /// assert_eq!(Reason::NotDocument.to_string(), "not_document");
        /// assert_eq!(Reason::PlainHttp.sentence(), "plain http, where browsers refuse a Secure cookie");
        /// ```
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum Reason {
            $($(#[$doc])+ $reason,)+
        }

        impl Reason {
            /// Every reason, each at the index that is its number in the WebAssembly engine.
            pub const ALL: [Self; [$($word),+].len()] = [$(Self::$reason),+];

            /// The word used in logs, headers and conformance cases.
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$reason => $word,)+
                }
            }

            /// The reason in a few plain words, as a fragment without a full stop.
            pub const fn sentence(self) -> &'static str {
                match self {
                    $(Self::$reason => $sentence,)+
                }
            }
        }
    };
}

outcomes! {
    /// A new visitor gets an id.
    Issued = "issued",
    /// A returning visitor's cookie is set again, so that its lifetime starts anew. The id is the same.
    Renewed = "renewed",
    /// A returning visitor's cookie stays as it is.
    Kept = "kept",
    /// A visitor who had an id in another cookie keeps that id, or gets one that is derived from it.
    Adopted = "adopted",
    /// The cookie holds no valid id, and the visitor gets a new one in its place.
    Replaced = "replaced",
    /// The visitor denies consent, and the cookie is expired.
    Forgotten = "forgotten",
    /// Nothing is done.
    Skipped = "skipped",
}

reasons! {
    /// Issued: the browser sent no cookie of this name.
    NewVisitor = "new_visitor", "a browser without the cookie";
    /// Renewed: the browser sent a valid id.
    ReturningVisitor = "returning_visitor", "the browser sent a valid id";
    /// Kept: the browser sent a valid id, and the policy never renews.
    RenewalOff = "renewal_off", "a valid id, and the policy never renews";
    /// Kept: the browser sent a valid id, and it was renewed not long ago.
    NotDue = "not_due", "a valid id that was renewed not long ago";
    /// Adopted: a cookie that the policy names held a UUID.
    TakenOver = "taken_over", "a cookie that the policy names held a UUID";
    /// Adopted: the id was derived from the value of a cookie that the policy names.
    Derived = "derived", "made from the value of a cookie that the policy names";
    /// Replaced: what the browser sent is not a UUID in its 36-character form.
    MalformedId = "malformed_id", "the cookie held no UUID";
    /// Replaced: what the browser sent is a UUID, but of a version or variant that the policy does not accept.
    UnacceptedVersion = "unaccepted_version", "the cookie held a UUID of a version that the policy does not accept";
    /// Replaced: what the browser sent is a UUID, but none of the policy's keys sealed it.
    Unsealed = "unsealed", "the cookie held a UUID that this site did not issue";
    /// Forgotten or skipped: a consent platform's cookie holds a denial.
    ConsentDenied = "consent_denied", "the visitor said no";
    /// Skipped: consent is required, and the visitor has not answered yet, or the answer cannot be read.
    ConsentPending = "consent_pending", "no answer from the visitor yet, or none that can be read";
    /// Forgotten or skipped: the browser sends `Sec-GPC: 1`, and the policy counts that as a denial.
    GlobalPrivacyControl = "global_privacy_control", "the browser sends Sec-GPC: 1";
    /// Forgotten or skipped: the browser sends `DNT: 1`, and the policy counts that as a denial.
    DoNotTrack = "do_not_track", "the browser sends DNT: 1";
    /// Skipped: the `User-Agent` names a crawler or another bot.
    Crawler = "crawler", "a declared crawler";
    /// Skipped: the `User-Agent` names a service that previews links.
    LinkPreview = "link_preview", "a preview of a link";
    /// Skipped: the policy excludes the path.
    ExcludedPath = "excluded_path", "the policy excludes this path";
    /// Skipped: the cookie's `Path` does not cover the path, so the browser would not send it back there.
    OutsideCookiePath = "outside_cookie_path", "the cookie's Path does not cover this path";
    /// Skipped: the method is neither GET nor POST.
    Method = "method", "neither GET nor POST";
    /// Skipped: plain http, where browsers refuse a `Secure` cookie (RFC 6265bis §5.7).
    PlainHttp = "plain_http", "plain http, where browsers refuse a Secure cookie";
    /// Skipped: the request is not for a page, but for an image, a script or a frame, or comes from a script.
    NotDocument = "not_document", "not a page: an image, a script, a frame or a call from a script";
    /// Skipped: an informational status, 1xx, which is no answer yet.
    InformationalStatus = "informational_status", "an informational status, no answer yet";
    /// Skipped: status 400 or above.
    ErrorStatus = "error_status", "an error page";
    /// Skipped: a redirect to another site, where a cookie would look like bounce tracking.
    OffsiteRedirect = "offsite_redirect", "a redirect to another site";
    /// Skipped: the response is not HTML.
    NotHtml = "not_html", "the response is not HTML";
    /// Skipped: the origin sets a cookie of this name itself.
    OriginCookie = "origin_cookie", "the origin sets this cookie itself";
}

impl Outcome {
    /// Whether the response gets a `Set-Cookie` with the id.
    pub const fn sets_cookie(self) -> bool {
        matches!(
            self,
            Self::Issued | Self::Renewed | Self::Adopted | Self::Replaced
        )
    }

    /// Whether the response gets `Set-Cookie` lines that expire the cookie.
    pub const fn expires_cookie(self) -> bool {
        matches!(self, Self::Forgotten)
    }

    /// Whether a cookie of ours is set or expired.
    pub(crate) const fn changes_cookie(self) -> bool {
        !matches!(self, Self::Kept | Self::Skipped)
    }

    /// Whether a decision with this outcome has the visitor's id.
    pub const fn has_id(self) -> bool {
        !matches!(self, Self::Skipped | Self::Forgotten)
    }
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}
