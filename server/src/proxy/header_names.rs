//! Request headers whose names an application may take for other ones.
//!
//! Behind CGI, FastCGI or WSGI a header is a variable, `HTTP_X_REAL_IP`, in which an underscore may have been a hyphen.
//! A client that sends `X_Real_IP` speaks in the place of the proxy that sends `X-Real-IP`, before or after it. nginx
//! drops such headers unless told `underscores_in_headers on`, and so does this proxy.

use http::HeaderMap;
use http::header::HeaderName;

use crate::peer::is_report;

/// Which headers with an underscore in their name are forwarded.
#[derive(Clone, Debug, Default)]
pub(super) struct HeaderNames {
    /// All but those that stand for a header in which proxies report the client.
    pub(super) underscores: bool,
    /// The header that tells the upstream the visitor: it is the policy's, whatever its name.
    pub(super) signal: Option<HeaderName>,
}

impl HeaderNames {
    /// Removes all others.
    pub(super) fn strip(&self, headers: &mut HeaderMap) {
        let names = headers.keys().filter(|name| self.is_dropped(name));
        let dropped: Vec<HeaderName> = names.cloned().collect();
        for name in dropped {
            headers.remove(name);
        }
    }

    /// Whether a peer claims in this header to be a proxy. The policy's own says what this one found.
    pub(super) fn is_claim(&self, name: &HeaderName) -> bool {
        self.signal.as_ref() != Some(name) && is_report(name.as_str())
    }

    fn is_dropped(&self, name: &HeaderName) -> bool {
        if self.signal.as_ref() == Some(name) || !name.as_str().bytes().any(is_odd) {
            return false;
        }
        let has_underscore = name.as_str().contains('_');
        (has_underscore && !self.underscores) || is_report(&hyphenated(name.as_str()))
    }
}

/// Some gateways make an underscore of any such character.
const fn is_odd(byte: u8) -> bool {
    !byte.is_ascii_alphanumeric() && byte != b'-'
}

fn hyphenated(name: &str) -> String {
    name.replace(|c: char| !c.is_ascii_alphanumeric(), "-")
}
