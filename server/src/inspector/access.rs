//! Who may see the inspector: whoever has the link that is made at the start.
//!
//! 1. The link has a random token. Opening it sets a cookie of the inspector's own and leads to the page, so that no
//!    address in the browser's history or in a `Referer` has the token.
//! 2. Every request needs the cookie or the token. Without, the path is the site's own.
//! 3. With [`Inspection::Loopback`], the client must be [on this machine](peer::is_local), too.
//! 4. The site gets neither the cookie nor the token, whoever sends them.

use std::fmt;

use http::header::COOKIE;
use http::uri::PathAndQuery;
use http::{HeaderMap, HeaderValue, Request, Uri};
use subtle::ConstantTimeEq as _;

use super::ROOT;
use crate::config::Inspection;
use crate::peer::{self, Connection};

const PARAMETER: &str = "token";

/// Decides who may see the inspector.
#[derive(Clone)]
pub(crate) struct Access {
    who: Inspection,
    /// 128 random bits in hexadecimal.
    token: String,
    cookie: String,
}

impl Access {
    /// Makes a token, from a generator that the system seeds. `None` if nobody may see the inspector.
    ///
    /// The cookie's name has the server's port, because all ports of a host share their cookies (RFC 6265 §8.5).
    pub(crate) fn new(who: Inspection, port: u16) -> Option<Self> {
        (who != Inspection::Off).then(|| Self {
            who,
            token: format!("{:032x}", rand::random::<u128>()),
            cookie: format!("hardtack_inspector_{port}"),
        })
    }

    /// Path and query of the link.
    pub(crate) fn link(&self) -> String {
        format!("{ROOT}/?{PARAMETER}={}", self.token)
    }

    /// Whether whoever sends a request may see the inspector.
    pub(super) fn admits<B>(&self, request: &Request<B>, connection: Connection) -> bool {
        let is_near = self.who == Inspection::Everybody || peer::is_local(request, connection);
        is_near && (self.has_token(request.uri()) || self.has_cookie(request.headers()))
    }

    /// Whether the query has the token.
    pub(super) fn has_token(&self, uri: &Uri) -> bool {
        uri.query().is_some_and(|query| {
            query
                .split('&')
                .any(|pair| self.is_token(pair.as_bytes(), PARAMETER))
        })
    }

    fn has_cookie(&self, headers: &HeaderMap) -> bool {
        let lines = headers.get_all(COOKIE).into_iter();
        lines
            .flat_map(crumbs)
            .any(|crumb| self.is_token(crumb, &self.cookie))
    }

    /// Whether `pair` gives the token to `name`. The comparison takes as long for any wrong token.
    fn is_token(&self, pair: &[u8], name: &str) -> bool {
        value_of(pair, name).is_some_and(|value| value.ct_eq(self.token.as_bytes()).into())
    }

    /// The `Set-Cookie` that stands for the token until the browser is closed.
    pub(super) fn set_cookie(&self, secure: bool) -> Option<HeaderValue> {
        let (name, token) = (&self.cookie, &self.token);
        let secure = if secure { "; Secure" } else { "" };
        let line =
            format!("{name}={token}; Path={ROOT}/{secure}; HttpOnly; SameSite=Strict").into_bytes();
        HeaderValue::from_maybe_shared(line).ok()
    }

    /// Removes cookie and token from a request for the site.
    pub(super) fn withhold<B>(&self, request: &mut Request<B>) {
        if self.has_token(request.uri())
            && let Some(uri) = self.without_token(request.uri())
        {
            *request.uri_mut() = uri;
        }
        let is_cookie = |crumb: &[u8]| value_of(crumb, &self.cookie).is_some();
        let lines = request.headers().get_all(COOKIE).into_iter();
        if lines.flat_map(crumbs).any(is_cookie) {
            remove_crumbs(request.headers_mut(), is_cookie);
        }
    }

    fn without_token(&self, uri: &Uri) -> Option<Uri> {
        let mut parts = uri.clone().into_parts();
        let pairs = uri.query()?.split('&');
        let kept: Vec<&str> = pairs
            .filter(|pair| !self.is_token(pair.as_bytes(), PARAMETER))
            .collect();
        let target = match kept[..] {
            [] => uri.path().to_owned(),
            _ => format!("{}?{}", uri.path(), kept.join("&")),
        };
        parts.path_and_query = Some(PathAndQuery::try_from(target).ok()?);
        Uri::from_parts(parts).ok()
    }
}

/// Without the token, which must be in no log.
impl fmt::Debug for Access {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Access")
            .field("who", &self.who)
            .field("cookie", &self.cookie)
            .finish_non_exhaustive()
    }
}

/// The pairs in a `Cookie` header.
fn crumbs(line: &HeaderValue) -> impl Iterator<Item = &[u8]> {
    let crumbs = line.as_bytes().split(|byte| *byte == b';');
    crumbs.map(<[u8]>::trim_ascii)
}

fn value_of<'a>(pair: &'a [u8], name: &str) -> Option<&'a [u8]> {
    pair.strip_prefix(name.as_bytes())?.strip_prefix(b"=")
}

fn remove_crumbs(headers: &mut HeaderMap, is_removed: impl Fn(&[u8]) -> bool) {
    let lines = headers.get_all(COOKIE).into_iter().map(|line| {
        let kept: Vec<&[u8]> = crumbs(line).filter(|crumb| !is_removed(crumb)).collect();
        kept.join(&b"; "[..])
    });
    let kept: Vec<Vec<u8>> = lines.filter(|line| !line.is_empty()).collect();
    headers.remove(COOKIE);
    for line in kept {
        if let Ok(line) = HeaderValue::from_maybe_shared(line) {
            headers.append(COOKIE, line);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TOKEN: &str = "00112233445566778899aabbccddeeff";

    fn access() -> Access {
        Access {
            who: Inspection::Everybody,
            token: TOKEN.to_string(),
            cookie: "hardtack_inspector_80".to_string(),
        }
    }

    fn request(target: &str, cookies: &[&str]) -> Request<()> {
        let mut request = Request::get(target.replace("TOKEN", TOKEN));
        for cookie in cookies {
            request = request.header(COOKIE, cookie.replace("TOKEN", TOKEN));
        }
        request.body(()).unwrap()
    }

    #[track_caller]
    fn check(target: &str, cookies: &[&str], expected: bool) {
        let connection = Connection {
            peer: "192.0.2.1:80".parse().unwrap(),
            tls: false,
        };
        let admitted = access().admits(&request(target, cookies), connection);
        assert_eq!(admitted, expected, "{target} {cookies:?}");
    }

    #[test]
    fn the_token_or_the_cookie_admits() {
        check("/?token=TOKEN", &[], true);
        check("/?a=1&token=TOKEN&b", &[], true);
        check("/?token=x&token=TOKEN", &[], true);
        check("/", &["hardtack_inspector_80=TOKEN"], true);
        check("/", &["a=1; hardtack_inspector_80=TOKEN ;b=2"], true);
        check("/", &["a=1", "hardtack_inspector_80=TOKEN"], true);
        let both = ["hardtack_inspector_80=old", "hardtack_inspector_80=TOKEN"];
        check("/", &both, true);
    }

    #[test]
    fn nothing_else_does() {
        check("/", &[], false);
        check("/?token", &[], false);
        check("/?token=", &[], false);
        check("/?TOKEN", &[], false);
        check("/?token=TOKEN0", &[], false);
        check("/?token=00112233445566778899aabbccddeefe", &[], false);
        check("/?token=00112233445566778899aabbccddeef", &[], false);
        check("/?mytoken=TOKEN", &[], false);
        check("/token=TOKEN", &[], false);
        check("/", &["token=TOKEN"], false);
        check("/", &["hardtack_inspector_80="], false);
        check("/", &["hardtack_inspector_8080=TOKEN"], false);
        check("/", &["a=hardtack_inspector_80=TOKEN"], false);
        check("/", &["hardtack_inspector_80=\"TOKEN\""], false);
    }

    /// What is left of a request that the site gets.
    #[track_caller]
    fn check_withheld(target: &str, cookies: &[&str], expected: &str, kept: &[&str]) {
        let mut request = request(target, cookies);
        access().withhold(&mut request);
        let lines = request.headers().get_all(COOKIE).into_iter();
        let lines: Vec<_> = lines.map(|line| line.to_str().unwrap()).collect();
        assert_eq!(request.uri(), expected, "{target}");
        assert_eq!(lines, kept, "{cookies:?}");
    }

    #[test]
    fn the_site_gets_neither() {
        let ours = "hardtack_inspector_80=TOKEN";
        check_withheld("/a?token=TOKEN", &[ours], "/a", &[]);
        check_withheld("/a?b=1&token=TOKEN&c", &[], "/a?b=1&c", &[]);
        check_withheld("http://h/?token=TOKEN", &[], "http://h/", &[]);
        let cookies = ["a=1;hardtack_inspector_80=TOKEN; b=2", ours, "c=3"];
        check_withheld("/", &cookies, "/", &["a=1; b=2", "c=3"]);
        check_withheld("/", &["hardtack_inspector_80=old"], "/", &[]);
    }

    #[test]
    fn what_is_not_the_inspectors_stays_as_it_is() {
        check_withheld("/a?token=1&&x=", &[], "/a?token=1&&x=", &[]);
        let theirs = ["a=1;b=2", "hardtack_inspector_8=1", "token=1; ;"];
        check_withheld("/", &theirs, "/", &theirs);
    }

    #[test]
    fn each_start_has_a_token_of_its_own() {
        let links = [1, 1].map(|port| Access::new(Inspection::Loopback, port).unwrap().link());
        assert_ne!(links[0], links[1]);
        let token = links[0].strip_prefix("/.hardtack/?token=").unwrap();
        assert!(token.len() == 32 && token.bytes().all(|b| b.is_ascii_hexdigit()));
        assert!(Access::new(Inspection::Off, 1).is_none());
        assert!(!format!("{:?}", access()).contains(TOKEN));
    }
}
