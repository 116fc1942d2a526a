//! A page of the live site, requested as a browser would.

use aws_smithy_runtime_api::client::http::HttpConnector as _;
use aws_smithy_types::body::SdkBody;

use crate::wire::{Client, chain};

/// The response to a page request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page {
    /// The HTTP status.
    pub status: u16,
    /// The request's headers.
    pub request_headers: Vec<(String, String)>,
    /// The response's headers, names in lower case.
    pub headers: Vec<(String, String)>,
}

/// A browser's, with our name at its end: a bot that declares itself at the beginning gets no cookie.
const USER_AGENT: &str = concat!(
    "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36 hardtack/",
    env!("CARGO_PKG_VERSION")
);

const REQUEST_HEADERS: [(&str, &str); 4] = [
    ("accept", "text/html,application/xhtml+xml"),
    ("sec-fetch-dest", "document"),
    ("sec-fetch-mode", "navigate"),
    ("user-agent", USER_AGENT),
];

impl Page {
    /// The first value of a response header, by its name in lower case.
    pub fn header(&self, name: &str) -> Option<&str> {
        let mut named = self.headers.iter().filter(|(there, _)| there == name);
        named.next().map(|(_, value)| &**value)
    }
}

impl Client {
    /// Requests a page.
    ///
    /// # Errors
    ///
    /// Why there is no response.
    pub async fn fetch_page(&self, url: &str) -> Result<Page, String> {
        let request = REQUEST_HEADERS
            .iter()
            .fold(http::Request::get(url), |request, (name, value)| {
                request.header(*name, *value)
            });
        let request = request.body(SdkBody::empty());
        let request = request.map_err(|error| error.to_string())?;
        let request = request.try_into().map_err(|error| chain(&error))?;
        let response = self
            .connector()
            .call(request)
            .await
            .map_err(|error| chain(&error))?;
        let owned = |(name, value): (&str, &str)| (name.to_ascii_lowercase(), value.to_string());
        Ok(Page {
            status: response.status().as_u16(),
            request_headers: REQUEST_HEADERS.map(owned).to_vec(),
            headers: response.headers().iter().map(owned).collect(),
        })
    }
}
