//! The scheme and host that the visitor's browser used, and what a service can see of them.

use hardtack::{Scheme, Target};
use http::{HeaderValue, Uri};

/// The scheme and host in the visitor's address bar, as a trusted proxy reports them. An outer layer puts it into the
/// request's extensions.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OriginalTarget {
    /// The scheme in the browser's address bar.
    pub scheme: Scheme,
    /// The host there, with or without a port. `None`: the request's own.
    pub host: Option<HeaderValue>,
}

impl OriginalTarget {
    /// What the rules take. The request's own host is the URI's authority, where it has one, else the `Host` header,
    /// which [`of`] has put here (RFC 9112 §3.2.2); the URI may be left out then.
    pub(crate) fn target<'a>(&'a self, uri: Option<&'a Uri>) -> Target<'a> {
        let authority = || Some(uri?.authority()?.as_str().as_bytes());
        let host = self.host.as_ref().map(HeaderValue::as_bytes);
        Target {
            scheme: self.scheme,
            host: host.or_else(authority).unwrap_or_default(),
        }
    }
}

/// The target of a request. `host` is the request's `Host` header, `fixed` the scheme that the layer was given. Copies
/// no bytes.
pub(crate) fn of<A>(
    request: &http::Request<A>,
    host: Option<&HeaderValue>,
    fixed: Option<Scheme>,
) -> OriginalTarget {
    match request.extensions().get::<OriginalTarget>() {
        Some(OriginalTarget {
            scheme,
            host: Some(host),
        }) => OriginalTarget {
            scheme: *scheme,
            host: Some(host.clone()),
        },
        Some(OriginalTarget { scheme, host: None }) => own(request, host, *scheme),
        None => own(
            request,
            host,
            fixed.unwrap_or_else(|| scheme_of(request.uri())),
        ),
    }
}

fn own<A>(
    request: &http::Request<A>,
    host: Option<&HeaderValue>,
    scheme: Scheme,
) -> OriginalTarget {
    let host = match request.uri().authority() {
        Some(_) => None,
        None => host.cloned(),
    };
    OriginalTarget { scheme, host }
}

fn scheme_of(uri: &Uri) -> Scheme {
    match uri.scheme_str() {
        Some("http") => Scheme::Http,
        _ => Scheme::Https,
    }
}
