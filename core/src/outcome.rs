//! What can come of a decision, and why: two closed lists, the same words on every platform.

use core::fmt;

/// What came of a decision.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Outcome {
    /// A new visitor got an id.
    Issued,
    /// A returning visitor's cookie was extended; the id is the same.
    Renewed,
    /// A returning visitor's cookie was left as it is.
    Kept,
    /// A visitor whom another cookie numbered kept that number.
    Adopted,
    /// The cookie held no valid id, and a new one took its place.
    Replaced,
    /// The visitor said no, and the cookie was expired.
    Forgotten,
    /// Nothing was done.
    Skipped,
}

impl Outcome {
    /// Every outcome.
    pub const ALL: [Self; 7] = [
        Self::Issued,
        Self::Renewed,
        Self::Kept,
        Self::Adopted,
        Self::Replaced,
        Self::Forgotten,
        Self::Skipped,
    ];

    /// The word used in logs, headers and conformance cases.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Issued => "issued",
            Self::Renewed => "renewed",
            Self::Kept => "kept",
            Self::Adopted => "adopted",
            Self::Replaced => "replaced",
            Self::Forgotten => "forgotten",
            Self::Skipped => "skipped",
        }
    }

    /// Whether a `Set-Cookie` with the id goes with it.
    pub const fn sets_cookie(self) -> bool {
        matches!(
            self,
            Self::Issued | Self::Renewed | Self::Adopted | Self::Replaced
        )
    }

    /// Whether the cookie is expired.
    pub const fn expires_cookie(self) -> bool {
        matches!(self, Self::Forgotten)
    }

    /// Whether the visitor has an id in it.
    pub const fn has_id(self) -> bool {
        !matches!(self, Self::Skipped | Self::Forgotten)
    }
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// Why a decision came out as it did.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Reason {
    /// Issued: the browser sent no cookie of this name.
    NewVisitor,
    /// Renewed: the browser sent a valid id.
    ReturningVisitor,
    /// Kept: the browser sent a valid id, and the policy never renews.
    RenewalOff,
    /// Kept: the browser sent a valid id, and it was renewed not long ago.
    NotDue,
    /// Adopted: a cookie that the policy names held a UUID.
    TakenOver,
    /// Adopted: the id was made from the value of a cookie that the policy names.
    Derived,
    /// Replaced: what the browser sent is no UUID.
    MalformedId,
    /// Replaced: what the browser sent is a UUID, but of a version or variant that the policy does not accept.
    UnacceptedVersion,
    /// Replaced: what the browser sent is a UUID, but this site did not issue it.
    Unsealed,
    /// Forgotten or skipped: the visitor said no.
    ConsentDenied,
    /// Skipped: the visitor has not been asked yet, or the answer cannot be read.
    ConsentPending,
    /// Forgotten or skipped: the browser sends `Sec-GPC: 1`.
    GlobalPrivacyControl,
    /// Forgotten or skipped: the browser sends `DNT: 1`.
    DoNotTrack,
    /// Skipped: a declared crawler.
    Crawler,
    /// Skipped: a preview of a link.
    LinkPreview,
    /// Skipped: the policy excludes the path.
    ExcludedPath,
    /// Skipped: the cookie's `Path` does not cover the path, so the browser would not send it back there.
    OutsideCookiePath,
    /// Skipped: neither GET nor POST.
    Method,
    /// Skipped: plain http, where browsers refuse a `Secure` cookie.
    PlainHttp,
    /// Skipped: the request is for no page: an image, a script, a call from a script, a frame.
    NotDocument,
    /// Skipped: an informational status, which is no answer yet.
    InformationalStatus,
    /// Skipped: status 400 or above.
    ErrorStatus,
    /// Skipped: a redirect to another site, where a cookie would look like bounce tracking.
    OffsiteRedirect,
    /// Skipped: the response is not HTML.
    NotHtml,
    /// Skipped: the origin sets a cookie of this name itself.
    OriginCookie,
}

impl Reason {
    /// Every reason.
    pub const ALL: [Self; 25] = [
        Self::NewVisitor,
        Self::ReturningVisitor,
        Self::RenewalOff,
        Self::NotDue,
        Self::TakenOver,
        Self::Derived,
        Self::MalformedId,
        Self::UnacceptedVersion,
        Self::Unsealed,
        Self::ConsentDenied,
        Self::ConsentPending,
        Self::GlobalPrivacyControl,
        Self::DoNotTrack,
        Self::Crawler,
        Self::LinkPreview,
        Self::ExcludedPath,
        Self::OutsideCookiePath,
        Self::Method,
        Self::PlainHttp,
        Self::NotDocument,
        Self::InformationalStatus,
        Self::ErrorStatus,
        Self::OffsiteRedirect,
        Self::NotHtml,
        Self::OriginCookie,
    ];

    /// The word used in logs, headers and conformance cases.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::NewVisitor => "new_visitor",
            Self::ReturningVisitor => "returning_visitor",
            Self::RenewalOff => "renewal_off",
            Self::NotDue => "not_due",
            Self::TakenOver => "taken_over",
            Self::Derived => "derived",
            Self::MalformedId => "malformed_id",
            Self::UnacceptedVersion => "unaccepted_version",
            Self::Unsealed => "unsealed",
            Self::ConsentDenied => "consent_denied",
            Self::ConsentPending => "consent_pending",
            Self::GlobalPrivacyControl => "global_privacy_control",
            Self::DoNotTrack => "do_not_track",
            Self::Crawler => "crawler",
            Self::LinkPreview => "link_preview",
            Self::ExcludedPath => "excluded_path",
            Self::OutsideCookiePath => "outside_cookie_path",
            Self::Method => "method",
            Self::PlainHttp => "plain_http",
            Self::NotDocument => "not_document",
            Self::InformationalStatus => "informational_status",
            Self::ErrorStatus => "error_status",
            Self::OffsiteRedirect => "offsite_redirect",
            Self::NotHtml => "not_html",
            Self::OriginCookie => "origin_cookie",
        }
    }

    /// The reason in a few plain words.
    pub const fn sentence(self) -> &'static str {
        match self {
            Self::NewVisitor => "a browser without the cookie",
            Self::ReturningVisitor => "the browser sent a valid id",
            Self::RenewalOff => "a valid id, and the policy never renews",
            Self::NotDue => "a valid id that was renewed not long ago",
            Self::TakenOver => "a cookie that the policy names held a UUID",
            Self::Derived => "made from the value of a cookie that the policy names",
            Self::MalformedId => "the cookie held no UUID",
            Self::UnacceptedVersion => {
                "the cookie held a UUID of a version that the policy does not accept"
            }
            Self::Unsealed => "the cookie held a UUID that this site did not issue",
            Self::ConsentDenied => "the visitor said no",
            Self::ConsentPending => "no answer from the visitor yet, or none that can be read",
            Self::GlobalPrivacyControl => "the browser sends Sec-GPC: 1",
            Self::DoNotTrack => "the browser sends DNT: 1",
            Self::Crawler => "a declared crawler",
            Self::LinkPreview => "a preview of a link",
            Self::ExcludedPath => "the policy excludes this path",
            Self::OutsideCookiePath => "the cookie's Path does not cover this path",
            Self::Method => "neither GET nor POST",
            Self::PlainHttp => "plain http, where browsers refuse a Secure cookie",
            Self::NotDocument => "not a page: an image, a script, a frame or a call from a script",
            Self::InformationalStatus => "an informational status, no answer yet",
            Self::ErrorStatus => "an error page",
            Self::OffsiteRedirect => "a redirect to another site",
            Self::NotHtml => "the response is not HTML",
            Self::OriginCookie => "the origin sets this cookie itself",
        }
    }
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}
