//! What the visitor addressed, and what of it a service can see.

use hardtack::{Scheme, Target};
use http::{HeaderValue, Uri};

/// Scheme and host as the visitor's browser used them, told by something in front that is trusted. An outer layer puts
/// it into the request's extensions.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Front {
    /// The scheme in the browser's address bar.
    pub scheme: Scheme,
    /// The host there, with or without a port. `None`: the request's own.
    pub host: Option<HeaderValue>,
}

impl Front {
    /// What the rules take. The request's own host is the URI's authority, where it has one, else the `Host` header,
    /// which [`front`] has put here (RFC 9112 §3.2.2); the URI may be left out then.
    pub(crate) fn target<'a>(&'a self, uri: Option<&'a Uri>) -> Target<'a> {
        let authority = || Some(uri?.authority()?.as_str().as_bytes());
        let host = self.host.as_ref().map(HeaderValue::as_bytes);
        Target {
            scheme: self.scheme,
            host: host.or_else(authority).unwrap_or_default(),
        }
    }
}

/// What a request's visitor addressed. `host` is the request's header, `fixed` the scheme that the layer was told. Copies no
/// bytes.
pub(crate) fn front<A>(
    request: &http::Request<A>,
    host: Option<&HeaderValue>,
    fixed: Option<Scheme>,
) -> Front {
    match request.extensions().get::<Front>() {
        Some(Front {
            scheme,
            host: Some(host),
        }) => Front {
            scheme: *scheme,
            host: Some(host.clone()),
        },
        Some(Front { scheme, host: None }) => own(request, host, *scheme),
        None => own(
            request,
            host,
            fixed.unwrap_or_else(|| scheme_of(request.uri())),
        ),
    }
}

fn own<A>(request: &http::Request<A>, host: Option<&HeaderValue>, scheme: Scheme) -> Front {
    let host = match request.uri().authority() {
        Some(_) => None,
        None => host.cloned(),
    };
    Front { scheme, host }
}

fn scheme_of(uri: &Uri) -> Scheme {
    match uri.scheme_str() {
        Some("http") => Scheme::Http,
        _ => Scheme::Https,
    }
}
