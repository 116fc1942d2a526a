//! Rule 2: pages only. Tells a navigation from a subresource, and HTML from the rest.

use core::fmt;

use crate::http::field::{Field, Fields};
use crate::http::split::Split;
use crate::outcome::Reason;
use crate::trace::{Rule, Trace};

/// For the request: whether it is a navigation, where the policy asks for documents only.
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

/// For the response: whether it is HTML.
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

/// What a request says about being for a page, and by which header.
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
    /// No fetch metadata, and `X-Requested-With` is there: a script asked.
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
        if fields.values(Field::XRequestedWith).next().is_some() {
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
            Self::Script => "no Sec-Fetch-Dest, and X-Requested-With is there",
            Self::NothingAccepted => "no Sec-Fetch-Dest, and Accept does not list text/html",
        })
    }
}

/// What passes through a service worker has no destination, be it a page or not. A navigation still accepts HTML in the
/// mode `navigate`, which no script can ask for. Firefox makes it `same-origin`, which a script can; what comes with
/// navigations alone, `Upgrade-Insecure-Requests`, has to be there, too.
fn is_passed_on<F: Fields + ?Sized>(fields: &F, mode: &[u8]) -> bool {
    let is_navigation = match mode {
        b"navigate" => true,
        b"same-origin" => common(fields, Field::UpgradeInsecureRequests) == Some(b"1"),
        _ => false,
    };
    is_navigation && fields.values(Field::Accept).any(lists_html)
}

/// What all values of `field` say: nothing that counts where they differ, `None` where there are none.
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
        let mut parts = Split::new(range, b';').map(<[u8]>::trim_ascii);
        let media_type = parts.next().unwrap_or_default();
        media_type.eq_ignore_ascii_case(b"text/html") && !parts.any(is_zero_weight)
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
