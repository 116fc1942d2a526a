//! The scheme and host that the visitor's browser used, and what a service can see of them.

use hardtack::{Scheme, Target};
use http::{HeaderMap, HeaderValue, Uri};

/// The scheme and host in the visitor's address bar, as a trusted proxy reports them. An outer layer puts it into the
/// request's extensions, and [`VisitorLayer`](crate::VisitorLayer) takes it before anything else.
///
/// ```
/// use axum::extract::Request;
/// use axum::middleware::{self, Next};
/// use axum::{Router, routing::get};
/// use hardtack_tower::{OriginalTarget, VisitorLayer};
///
/// /// For a service that only its own proxy can reach, and whose proxy sets both fields on every request.
/// async fn behind_proxy(mut request: Request, next: Next) -> axum::response::Response {
///     if let Some(target) = OriginalTarget::from_x_forwarded(request.headers()) {
///         request.extensions_mut().insert(target);
///     }
///     next.run(request).await
/// }
///
/// let app: Router = Router::new()
///     .route("/", get(|| async { "page" }))
///     .layer(VisitorLayer::default())
///     // Added last, so it is outside, and runs first.
///     .layer(middleware::from_fn(behind_proxy));
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OriginalTarget {
    /// The scheme in the browser's address bar.
    pub scheme: Scheme,
    /// The host there, with or without a port. `None`: the request's own.
    pub host: Option<HeaderValue>,
}

impl OriginalTarget {
    /// What a proxy says in `X-Forwarded-Proto` and `X-Forwarded-Host`: the first element of each, which is the
    /// visitor's own where there are several proxies.
    ///
    /// Anybody can send these fields, and the host decides on the cookie's `Domain`. Call it only where the peer is a
    /// proxy that sets or removes both.
    ///
    /// `None` without `X-Forwarded-Proto`, or with one that is neither `http` nor `https`, in any case. The host is
    /// `None` without `X-Forwarded-Host`; most proxies pass on `Host` instead.
    ///
    /// ```
    /// use hardtack_tower::{OriginalTarget, Scheme};
    /// use http::{HeaderMap, HeaderValue};
    ///
    /// let mut headers = HeaderMap::new();
    /// assert_eq!(OriginalTarget::from_x_forwarded(&headers), None);
    ///
    /// headers.insert("x-forwarded-proto", HeaderValue::from_static("https"));
    /// headers.insert("x-forwarded-host", HeaderValue::from_static("www.example.com, 10.0.0.7"));
    /// let target = OriginalTarget::from_x_forwarded(&headers).unwrap();
    /// assert_eq!((target.scheme, target.host.unwrap().as_bytes()), (Scheme::Https, &b"www.example.com"[..]));
    /// ```
    pub fn from_x_forwarded(headers: &HeaderMap) -> Option<Self> {
        let first = |name| {
            let value = headers.get(name)?.to_str().ok()?;
            Some(value.split(',').next()?.trim())
        };
        let scheme = match first("x-forwarded-proto")? {
            proto if proto.eq_ignore_ascii_case("https") => Scheme::Https,
            proto if proto.eq_ignore_ascii_case("http") => Scheme::Http,
            _ => return None,
        };
        let host = first("x-forwarded-host").filter(|host| !host.is_empty());
        Some(Self {
            scheme,
            host: host.and_then(|host| HeaderValue::from_str(host).ok()),
        })
    }

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

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(
        fields: &[(&'static str, &'static str)],
        expected: Option<(Scheme, Option<&'static str>)>,
    ) {
        let mut headers = HeaderMap::new();
        for (name, value) in fields {
            headers.append(*name, HeaderValue::from_static(value));
        }
        let expected = expected.map(|(scheme, host)| OriginalTarget {
            scheme,
            host: host.map(HeaderValue::from_static),
        });
        assert_eq!(OriginalTarget::from_x_forwarded(&headers), expected);
    }

    #[test]
    fn x_forwarded_fields_are_read_as_proxies_write_them() {
        let (proto, host) = ("x-forwarded-proto", "x-forwarded-host");
        let https = |host| Some((Scheme::Https, host));
        check(&[], None);
        check(&[(host, "a.example")], None);
        check(&[(proto, "gopher")], None);
        check(&[(proto, "")], None);
        check(&[(proto, "https")], https(None));
        check(&[(proto, "HTTP")], Some((Scheme::Http, None)));
        check(&[(proto, "https, http")], https(None));
        check(&[(proto, "https"), (host, "")], https(None));
        let two = "a.example:8443 , 10.0.0.7";
        check(
            &[(proto, "https"), (host, two)],
            https(Some("a.example:8443")),
        );
    }
}
