//! The scheme and the host that the visitor used, from whoever knows: the operator, a trusted proxy, or the request.

use hardtack::Scheme;
use hardtack_tower::OriginalTarget;
use http::{HeaderMap, HeaderValue, Request, Uri};

use super::connection::Connection;
use super::forwarded;
use super::public_url::PublicUrl;
use super::trusted_proxies::TrustedProxies;

/// How the target is determined. A [`PublicUrl`] has precedence over trusted proxies, and those over the request.
#[derive(Clone, Debug)]
pub(crate) struct TargetResolver {
    public_url: Option<PublicUrl>,
    trusted: TrustedProxies,
}

impl TargetResolver {
    pub(crate) const fn new(public_url: Option<PublicUrl>, trusted: TrustedProxies) -> Self {
        Self {
            public_url,
            trusted,
        }
    }

    /// Whose reports count.
    pub(crate) const fn trusted(&self) -> &TrustedProxies {
        &self.trusted
    }

    /// The target, if it can differ from that of the request itself.
    pub(crate) fn original<B>(
        &self,
        request: &Request<B>,
        connection: Connection,
    ) -> Option<OriginalTarget> {
        let headers = request.headers();
        if self.public_url.is_none() && !self.trusted.trusts(connection.peer.ip()) {
            return None;
        }
        let host = match &self.public_url {
            Some(url) => Some(url.host_value()),
            None => self
                .host(request.uri(), headers, connection)
                .and_then(|host| HeaderValue::from_str(host).ok()),
        };
        Some(OriginalTarget {
            scheme: self.scheme(headers, connection),
            host,
        })
    }

    pub(crate) fn scheme(&self, headers: &HeaderMap, connection: Connection) -> Scheme {
        match &self.public_url {
            Some(url) => url.scheme(),
            None => forwarded::scheme(headers, connection, &self.trusted),
        }
    }

    pub(crate) fn host<'a>(
        &'a self,
        uri: &'a Uri,
        headers: &'a HeaderMap,
        connection: Connection,
    ) -> Option<&'a str> {
        match &self.public_url {
            Some(url) => Some(url.host()),
            None => forwarded::host(uri, headers, connection, &self.trusted),
        }
    }
}
