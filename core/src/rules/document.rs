//! Rule 2: documents only. It tells a navigation from a subresource, and HTML from other media types.
//!
//! The cookie is set with pages, for two reasons. Safari caps a cookie at 7 days that comes with a subresource from a
//! server whose address or CNAME looks cloaked, but not one that comes with a page (WebKit, `NetworkTaskCocoa.mm`). And
//! the subresources of a first page are fetched in parallel, so each would get an id of its own.
//!
//! | the request has | it is |
//! |---|---|
//! | `Sec-Fetch-Dest: document`, and no `Sec-Fetch-Mode` but `navigate` (W3C Fetch Metadata) | a document |
//! | `Sec-Fetch-Dest: empty`, and all else as a navigation has it | a document that a service worker passed on |
//! | another destination, such as `image` or `iframe`, or another mode | not a document |
//! | no `Sec-Fetch-Dest` (Safari before 16.4, plain http), and `Accept` lists `text/html` | a document |
//! | no `Sec-Fetch-Dest`, and `X-Requested-With: XMLHttpRequest`, or no `text/html` in `Accept` | not a document |
//!
//! Android's WebView puts the app's name into `X-Requested-With`, with pages as with all else: any other value says
//! nothing.
//!
//! The response has to be HTML or XHTML, if it has a `Content-Type`; a 304 has none. The reasons are `not_document` and
//! `not_html`. For example, `fetch("/")` from a script sends `Sec-Fetch-Dest: empty` and `Sec-Fetch-Mode: cors`, and is
//! skipped with `not_document`, although the answer is the page.

use core::fmt;

use crate::http::field::{Field, Fields};
use crate::http::split::Split;
use crate::http::text;
use crate::outcome::Reason;
use crate::trace::{Rule, Trace};

/// Rule 2 for the request: whether it is a navigation, where the policy asks for documents only.
///
/// # Errors
///
/// [`Reason::NotDocument`].
pub(crate) fn request<Q: Fields + ?Sized>(
    documents_only: bool,
    fields: &Q,
    trace: &mut impl Trace,
) -> Result<(), Reason> {
    if !documents_only {
        trace.record(Rule::Document, format_args!("the policy does not ask"));
        return Ok(());
    }
    let evidence = Evidence::of(fields);
    trace.record(Rule::Document, format_args!("{evidence}"));
    if evidence.is_document() {
        Ok(())
    } else {
        Err(Reason::NotDocument)
    }
}

/// Rule 2 for the response: whether it is HTML.
///
/// # Errors
///
/// [`Reason::NotHtml`].
pub(crate) fn response<R: Fields + ?Sized>(
    documents_only: bool,
    fields: &R,
    trace: &mut impl Trace,
) -> Result<(), Reason> {
    if !documents_only || may_be_html(fields) {
        return Ok(());
    }
    trace.record(Rule::Document, format_args!("Content-Type is not HTML"));
    Err(Reason::NotHtml)
}

/// Whether a request is for a page, and which header says so. Its `Display` is what a trace records.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Evidence {
    /// `Sec-Fetch-Dest: document`, and no other mode than `navigate`.
    FetchMetadata,
    /// `Sec-Fetch-Dest: empty`, and all else as with a navigation: a service worker passed it on.
    ServiceWorker,
    /// No fetch metadata (Safari before 16.4, plain http): `Accept` lists text/html.
    Accept,
    /// `Sec-Fetch-Dest` names something else.
    OtherDestination,
    /// `Sec-Fetch-Mode` is not `navigate`: a script asked.
    OtherMode,
    /// No fetch metadata, and `X-Requested-With` is `XMLHttpRequest`: a script asked.
    Script,
    /// No fetch metadata, and `Accept` does not list text/html.
    NothingAccepted,
}

impl Evidence {
    fn of<F: Fields + ?Sized>(fields: &F) -> Self {
        let mode = common(fields, Field::SecFetchMode);
        match (common(fields, Field::SecFetchDest), mode) {
            (Some(b"empty"), Some(mode)) if is_passed_on(fields, mode) => Self::ServiceWorker,
            (_, Some(mode)) if mode != b"navigate" => Self::OtherMode,
            (Some(b"document"), _) => Self::FetchMetadata,
            (Some(_), _) => Self::OtherDestination,
            (None, _) => Self::without_metadata(fields),
        }
    }

    fn without_metadata<F: Fields + ?Sized>(fields: &F) -> Self {
        let is_script = |value: &[u8]| value.eq_ignore_ascii_case(b"XMLHttpRequest");
        if fields.values(Field::XRequestedWith).any(is_script) {
            Self::Script
        } else if fields.values(Field::Accept).any(lists_html) {
            Self::Accept
        } else {
            Self::NothingAccepted
        }
    }

    const fn is_document(self) -> bool {
        matches!(
            self,
            Self::FetchMetadata | Self::ServiceWorker | Self::Accept
        )
    }
}

impl fmt::Display for Evidence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::FetchMetadata => "Sec-Fetch-Dest is document",
            Self::ServiceWorker => {
                "Sec-Fetch-Dest is empty, and all else is a navigation's, as behind a service worker"
            }
            Self::Accept => "no Sec-Fetch-Dest, and Accept lists text/html",
            Self::OtherDestination => "Sec-Fetch-Dest is not document",
            Self::OtherMode => "Sec-Fetch-Mode is not navigate",
            Self::Script => "no Sec-Fetch-Dest, and X-Requested-With is XMLHttpRequest",
            Self::NothingAccepted => "no Sec-Fetch-Dest, and Accept does not list text/html",
        })
    }
}

/// Whether a service worker passed a navigation on.
///
/// What passes through a service worker has no destination, whether it is a page or not. A navigation still accepts
/// HTML in the mode `navigate`, which no script can ask for. Firefox makes the mode `same-origin`, which a script can
/// ask for; so `Upgrade-Insecure-Requests`, which comes with navigations alone, has to be there, too.
fn is_passed_on<F: Fields + ?Sized>(fields: &F, mode: &[u8]) -> bool {
    let is_navigation = match mode {
        b"navigate" => true,
        b"same-origin" => common(fields, Field::UpgradeInsecureRequests) == Some(b"1"),
        _ => false,
    };
    is_navigation && fields.values(Field::Accept).any(lists_html)
}

/// The value that all lines of `field` share: an empty one, which means nothing, if they differ; `None` if there are no
/// lines. So a duplicate line cannot turn an image into a page.
fn common<F: Fields + ?Sized>(fields: &F, field: Field) -> Option<&[u8]> {
    let mut values = fields.values(field).map(<[u8]>::trim_ascii);
    let first = values.next()?;
    Some(if values.all(|value| value == first) {
        first
    } else {
        b""
    })
}

/// Whether an `Accept` value names text/html with a weight above zero (RFC 9110 §12.5.1). `*/*` alone is what scripts
/// and images send.
fn lists_html(accept: &[u8]) -> bool {
    Split::new(accept, b',').any(|range| {
        let mut parts = Split::new(range, b';').map(text::trim);
        let media_type = parts.next().unwrap_or_default();
        text::same(media_type, b"text/html") && !parts.any(is_zero_weight)
    })
}

/// `q=0`, `q=0.0`, `q=0.00`, `q=0.000`.
fn is_zero_weight(parameter: &[u8]) -> bool {
    match parameter {
        [b'q' | b'Q', b'=', digits @ ..] => {
            digits.first() == Some(&b'0') && digits.iter().all(|b| matches!(b, b'0' | b'.'))
        }
        _ => false,
    }
}

/// Whether a response may be HTML: each `Content-Type` is, or there is none, as with 304.
fn may_be_html<F: Fields + ?Sized>(fields: &F) -> bool {
    fields.values(Field::ContentType).all(|value| {
        // Nearly always.
        if value == b"text/html" || value.starts_with(b"text/html;") {
            return true;
        }
        let media_type = Split::new(value, b';').next().unwrap_or_default();
        let media_type = media_type.trim_ascii();
        media_type.eq_ignore_ascii_case(b"text/html")
            || media_type.eq_ignore_ascii_case(b"application/xhtml+xml")
    })
}
