//! Requests one page of the live site.

use hardtack_aws::{Client, Distribution, Page};

use crate::output::{GOOD, Output};

/// Where the site is: at its first name without a wildcard, else at CloudFront's own.
pub(super) fn url(distribution: &Distribution) -> String {
    let aliases = distribution.config.aliases();
    let named = aliases.into_iter().find(|name| !name.contains('*'));
    format!(
        "https://{}/",
        named.unwrap_or_else(|| distribution.domain.clone())
    )
}

/// Requests a page as a browser would, and reports whether the response sets the cookie. The deployment is done either
/// way: nothing here is an error.
pub(super) async fn check_page(client: &Client, url: &str, cookie: &str, output: &Output) -> bool {
    let page = match client.fetch_page(url).await {
        Ok(page) => page,
        Err(why) => {
            output.warning(format_args!("{url} could not be requested: {why}"));
            output.hint("the deployment is done; `hardtack verify URL` checks again");
            return false;
        }
    };
    let prefix = format!("{cookie}=");
    let is_set = page.set_cookies.iter().any(|it| it.starts_with(&prefix));
    match is_set {
        true => output.note(format_args!("{GOOD}ok{GOOD:#} {url} sets {cookie}")),
        false => {
            let status = page.status;
            output.warning(format_args!(
                "{url} answered {status} without the cookie {cookie}"
            ));
            output.hint(reason(url, &page));
        }
    }
    is_set
}

/// Why a page may have come without the cookie, and what to do.
fn reason(url: &str, page: &Page) -> String {
    match (page.status, &page.location) {
        (300..400, Some(location)) => {
            format!("it redirects to {location}: `--check-url` names the page to request")
        }
        (400.., _) => {
            "CloudFront runs no function for errors: `--check-url` names a page that exists"
                .to_string()
        }
        _ => format!("`hardtack verify {url}` says why"),
    }
}
