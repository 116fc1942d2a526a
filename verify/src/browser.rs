//! The headers of the requests: a browser's, with a `User-Agent` that names hardtack.

/// The headers of one request, in order.
pub(crate) type Headers = Vec<(String, String)>;

/// A browser's, with hardtack's name at its end, so that a site's owner can tell the requests from visitors'.
pub(crate) const VISITOR: &str = concat!(
    "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36 ",
    "hardtack-verify/",
    env!("CARGO_PKG_VERSION"),
);

/// A declared bot's, under hardtack's own name.
pub(crate) const BOT: &str = concat!(
    "Mozilla/5.0 (compatible; hardtack-verify-bot/",
    env!("CARGO_PKG_VERSION"),
    "; +",
    env!("CARGO_PKG_REPOSITORY"),
    ")"
);

const HTML: &str = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8";

/// What is loaded, in terms of fetch metadata.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Destination {
    /// A page in a tab.
    Document,
    /// A page in a tab, passed on by a service worker, as Chromium and WebKit send it.
    PassedOn,
    /// A page in a frame.
    Frame,
    /// A fetch by a script.
    Fetch,
    /// An image.
    Image,
    /// A stylesheet.
    Style,
    /// A script.
    Script,
}

impl Destination {
    /// `Accept`, `Sec-Fetch-Dest`, `Sec-Fetch-Mode`, `Sec-Fetch-Site`.
    const fn metadata(self) -> [&'static str; 4] {
        match self {
            Self::Document => [HTML, "document", "navigate", "none"],
            Self::PassedOn => [HTML, "empty", "navigate", "same-origin"],
            Self::Frame => [HTML, "iframe", "navigate", "same-origin"],
            Self::Fetch => ["*/*", "empty", "cors", "same-origin"],
            Self::Image => ["image/*,*/*;q=0.8", "image", "no-cors", "same-origin"],
            Self::Style => ["text/css,*/*;q=0.1", "style", "no-cors", "same-origin"],
            Self::Script => ["*/*", "script", "no-cors", "same-origin"],
        }
    }
}

/// The headers of a request for `destination`. Browsers send fetch metadata to secure origins only.
pub(crate) fn headers(destination: Destination, secure: bool, user_agent: &str) -> Headers {
    let [accept, dest, mode, site] = destination.metadata();
    let mut headers = vec![
        ("user-agent".to_string(), user_agent.to_string()),
        ("accept".to_string(), accept.to_string()),
        ("accept-language".to_string(), "en".to_string()),
    ];
    let mut add = |name: &str, value: &str| headers.push((name.to_string(), value.to_string()));
    if matches!(destination, Destination::Document | Destination::PassedOn) {
        add("upgrade-insecure-requests", "1");
    }
    if secure {
        add("sec-fetch-dest", dest);
        add("sec-fetch-mode", mode);
        add("sec-fetch-site", site);
    }
    headers
}
