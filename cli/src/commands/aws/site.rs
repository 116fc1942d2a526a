//! Looks at the live site once.

use hardtack_aws::{Client, Distribution};

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
    let prefix = format!("{cookie}=");
    let found = client.visit(url).await;
    let cookies = match &found {
        Ok(page) => &page.set_cookies,
        Err(why) => {
            output.warning(format_args!("{url} could not be looked at: {why}"));
            return false;
        }
    };
    let is_set = cookies.iter().any(|it| it.starts_with(&prefix));
    match (is_set, &found) {
        (true, _) => output.note(format_args!("{GOOD}ok{GOOD:#} {url} sets {cookie}")),
        (false, Ok(page)) => output.warning(format_args!(
            "{url} answered {} without the cookie {cookie}: `hardtack explain` tells why a page gets none",
            page.status
        )),
        (false, Err(_)) => {}
    }
    is_set
}
