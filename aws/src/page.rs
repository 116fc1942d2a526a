//! A page of the live site, requested as a browser would.

use aws_smithy_runtime_api::client::http::HttpConnector as _;
use aws_smithy_types::body::SdkBody;

use crate::wire::{Client, chain};

/// The response to a page request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page {
    /// The HTTP status.
    pub status: u16,
    /// All `Set-Cookie` headers.
    pub set_cookies: Vec<String>,
    /// Where it redirects to.
    pub location: Option<String>,
}

/// A browser's, with our name at its end: a bot that declares itself at the beginning gets no cookie.
const USER_AGENT: &str = concat!(
    "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36 hardtack/",
    env!("CARGO_PKG_VERSION")
);

impl Client {
    /// Requests a page.
    ///
    /// # Errors
    ///
    /// Why there is no response.
    pub async fn fetch_page(&self, url: &str) -> Result<Page, String> {
        let request = http::Request::get(url)
            .header("accept", "text/html,application/xhtml+xml")
            .header("sec-fetch-dest", "document")
            .header("sec-fetch-mode", "navigate")
            .header("user-agent", USER_AGENT)
            .body(SdkBody::empty());
        let request = request.map_err(|error| error.to_string())?;
        let request = request.try_into().map_err(|error| chain(&error))?;
        let response = self
            .connector()
            .call(request)
            .await
            .map_err(|error| chain(&error))?;
        let cookies = response.headers().get_all("set-cookie");
        Ok(Page {
            status: response.status().as_u16(),
            set_cookies: cookies.map(str::to_string).collect(),
            location: response.headers().get("location").map(str::to_string),
        })
    }
}
