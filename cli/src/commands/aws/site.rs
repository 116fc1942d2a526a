//! Looks at the live site once.

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

/// Asks for a page as a browser would, and tells whether the cookie comes with it. Whatever comes, the deployment is
/// done: nothing here is an error.
pub(super) async fn look(client: &Client, url: &str, cookie: &str, output: &Output) -> bool {
    let page = match client.visit(url).await {
        Ok(page) => page,
        Err(why) => {
            output.warning(format_args!("{url} could not be looked at: {why}"));
            output.hint("the deployment is done; `hardtack verify URL` looks again");
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
            format!("it sends visitors to {location}: `--check-url` names the page to look at")
        }
        (400.., _) => {
            "CloudFront runs no function for errors: `--check-url` names a page that is there"
                .to_string()
        }
        _ => format!("`hardtack verify {url}` tells what is in the way"),
    }
}
